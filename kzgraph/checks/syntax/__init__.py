"""Whether a file can be read: syntax, literals and language tags, file by file."""
