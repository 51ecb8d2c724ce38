"""Facts and things that are written already: changed field by field, or taken out."""
