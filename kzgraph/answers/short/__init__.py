"""What an expert would put on one screen: the short view of an answer, computed from its cells as a header says."""
