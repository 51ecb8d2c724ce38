"""Checks of a whole project: the gate, check queries, stored queries, citations, OWL 2 DL."""
