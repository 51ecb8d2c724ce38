"""The text of a question: stored queries, their headers and parameters, the guard, and why an answer is empty."""
