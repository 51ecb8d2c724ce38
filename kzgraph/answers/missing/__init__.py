"""What an answer lacks: why it is empty, why it does not show a fact, and which answers show that fact."""
