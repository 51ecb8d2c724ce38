"""Whether statements make sense by themselves: terms, kinds, duplicates, facts, their own words, logic."""
