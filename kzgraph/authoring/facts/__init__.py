"""Rows in, Turtle out: what a kind of fact takes, the things that are meant, and the files that are written."""
