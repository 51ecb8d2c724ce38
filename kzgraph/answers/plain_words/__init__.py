"""From a question in plain words to a stored question with its parameters; no model, and the same each time."""
