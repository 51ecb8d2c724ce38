"""From plain words to a stored query with its parameters, or to the facts that fit; no model, always the same."""
