"""Views over many facts: what happened when, which document speaks of what, and how two documents compare."""
