"""The graph in an Oxigraph database on disk: the compiled snapshot in the cache, and folders that a user names."""
