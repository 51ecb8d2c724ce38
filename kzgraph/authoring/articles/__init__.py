"""Articles: how a text becomes a document of the graph, and what its open sentences name."""
