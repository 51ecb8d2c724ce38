"""A fault of syntax in a Turtle text."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kzgraph.checks.findings.finding import Edit


@dataclass(frozen=True)
class Fault:
    """A fault of syntax: where it is, what it is, and the corrected text (None if that is not known)."""

    start: int
    length: int
    message: str
    hint: str = ""
    corrected: str | None = None
    prefix: str = ""
    code: str = "syntax-error"
    edits: tuple[Edit, ...] = ()
    line: int = 0
    column: int = 0

    def placed(self, text: str) -> Fault:
        """The fault with line and column in the text in which it was found."""
        at = min(self.start, len(text))
        return replace(self, line=text.count("\n", 0, at) + 1, column=at - text.rfind("\n", 0, at))
