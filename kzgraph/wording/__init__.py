"""How things are said to people, each rule in one place: numbers, texts on a terminal, names, dates."""
