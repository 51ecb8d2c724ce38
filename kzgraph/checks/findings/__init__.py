"""A finding, the list of its codes, and the formats of reports."""
