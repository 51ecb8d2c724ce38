"""What the graph says of one thing: its names, its facts, why, and where the documents disagree."""
