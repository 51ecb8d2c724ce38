"""What stands behind an answer: citations, documents, and which of their sentences are used."""
