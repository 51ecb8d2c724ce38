"""From a question to its answer with sources."""
