"""From plain words to a stored question with its parameters, or to the facts that fit; no model, always the same."""
