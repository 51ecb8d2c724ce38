"""The tests of kzgraph, which read like its specification."""
