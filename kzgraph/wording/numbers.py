"""Numbers in words for people."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """A number with its noun."""
    if number != 1:
        noun = f"{noun[:-1]}ies" if noun.endswith("query") else f"{noun}s"
    return f"{number} {noun}"
