"""The text of a question: stored queries, their headers and parameters, and the read-only guard."""
