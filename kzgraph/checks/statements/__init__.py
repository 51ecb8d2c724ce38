"""Whether statements make sense: terms, kinds, duplicates, facts, passages, logic."""
