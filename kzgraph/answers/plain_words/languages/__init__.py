"""Questions in other languages than English, read as English words and names of the graph."""
