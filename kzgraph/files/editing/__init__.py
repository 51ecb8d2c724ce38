"""What people wrote is changed: the parts of a Turtle text, and files that are replaced all or none."""
