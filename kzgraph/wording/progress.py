"""What a terminal shows while work goes on."""

from __future__ import annotations

import sys

_BEGINNING = b"\r\x1b[K"
"""Takes a terminal back to the beginning of its line, and clears the line."""


def say(what: str) -> None:
    """Says on a terminal what is being done; the next such line, or :func:`say` without words, takes its place."""
    if sys.stderr.isatty():
        sys.stderr.flush()
        sys.stderr.buffer.write(_BEGINNING)  # beside the door of what is printed, which shows such codes
        sys.stderr.write(what)
        sys.stderr.flush()
