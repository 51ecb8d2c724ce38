"""How things are said to people, each rule in one place: numbers, texts on a terminal, names.

Nothing else of the package is imported here, so that every room may say things in the same way.
"""
