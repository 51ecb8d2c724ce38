"""What a terminal shows while work goes on."""

from __future__ import annotations

import sys


def say(what: str) -> None:
    """Says on a terminal what is being done; the next such line, or :func:`say` without words, takes its place."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{what}")
        sys.stderr.flush()
