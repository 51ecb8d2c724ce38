"""SHACL: the shapes, the engine, and findings in words."""
