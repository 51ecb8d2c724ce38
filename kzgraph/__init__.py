"""A cited knowledge graph as a folder of plain files, and the tool that makes it a database."""

__version__ = "0.1.0"
