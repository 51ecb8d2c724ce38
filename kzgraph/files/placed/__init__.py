"""Texts of statements, and where each of them stands."""
