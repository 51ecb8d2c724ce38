"""Which rules hold in a project: those of the recommendations for all, the habits of the shipped graph for who asks."""

from __future__ import annotations

from typing import NamedTuple

PROFILES = ("strict", "plain")
HABITS = frozenset(
    [
        *("tab", "line-ends"),
        *("described-twice", "undescribed-thing", "same-label", "possible-duplicate", "no-english-label"),
        *("no-queries", "query-header", "query-rows", "query-sources", "check-saw-nothing"),
    ]
)
"""The codes of findings that tell a habit: nothing in the recommendations asks for it."""

GENERAL = frozenset(
    [
        *("class-cycle", "property-cycle", "import-unknown", "deprecated-used", "inverse-ends"),
    ]
)
"""The shipped check queries that are about more than habits."""


class RuleSet(NamedTuple):
    """The rules of a project: its profile, and the codes that it switches off or on by name."""

    profile: str = "strict"
    off: frozenset[str] = frozenset()
    on: frozenset[str] = frozenset()

    def has(self, code: str, *, is_slip: bool = False) -> bool:
        """Whether findings of a code are reported; an undescribed thing also where it is a slip in a known name."""
        if code in self.on or (code == "undescribed-thing" and is_slip and code not in self.off):
            return True
        return code not in self.off and not (self.profile == "plain" and code in HABITS)

    def asks(self, query: str) -> bool:
        """Whether a check query that came with the tool is asked."""
        if query in self.on:
            return True
        return query not in self.off and (self.profile == "strict" or query in GENERAL)
