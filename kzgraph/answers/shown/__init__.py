"""An answer in a format: table, CSV, JSON, Markdown, HTML, bibliography, RDF."""
