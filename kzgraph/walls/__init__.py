"""What keeps engines in: no connection, no file, no more time and memory than they may take."""
