"""Whether label, gist and inferred values keep what their passages leave open: wanted or done, narrower, inferred."""
