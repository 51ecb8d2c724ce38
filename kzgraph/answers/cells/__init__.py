"""Answers as rows of cells: each value with the facts behind it, the passages that state it, and its marks."""
