"""What people write: the project's folder, the documents, RDF files, and where each statement stands."""
