"""Help for authors of facts: from an article and rows to checked Turtle in the right file."""
