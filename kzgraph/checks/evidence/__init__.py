"""Whether facts rest on what they cite: the passages, their words and dates, who says and does it, true notes."""
