"""What differs between two states of a project in git, in words."""
