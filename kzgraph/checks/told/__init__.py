"""Whether label and gist tell what their passage tells: who does what, how many of what, of what kind, and when."""
