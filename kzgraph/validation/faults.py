"""A fault of syntax in a Turtle text."""

from __future__ import annotations

from dataclasses import dataclass

from kzgraph.findings import Edit


@dataclass(frozen=True)
class Fault:
    """A fault of syntax: where it is, what it is, and the text in which it is mended (None if that is not known)."""

    start: int
    length: int
    message: str
    hint: str = ""
    mended: str | None = None
    prefix: str = ""
    code: str = "syntax-error"
    edits: tuple[Edit, ...] = ()
