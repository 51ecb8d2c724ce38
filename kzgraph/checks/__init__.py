"""What is wrong: findings on files, stores and whole projects."""
