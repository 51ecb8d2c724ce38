"""What differs between two states of a project in git, in words; and the replacing of its files."""
