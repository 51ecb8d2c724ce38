"""Whether facts rest on what they cite: the right words, who says them, dates with a ground, notes that are true."""
