"""A thing as people read it in a terminal: on one screen, whole, or the facts that were chosen; each with footnotes."""

from __future__ import annotations

import re
from itertools import groupby

from kzgraph.answers.evidence.sources import Sources
from kzgraph.answers.shown.tables import footnotes
from kzgraph.answers.things.choosing import kinds_counted
from kzgraph.answers.things.describing import Description
from kzgraph.answers.things.facts import Fact, numbered
from kzgraph.namespaces import shorten
from kzgraph.wording.numbers import counted
from kzgraph.wording.text import shell_word, wrapped

_HOW = {"other label", "name", "label"}
_VALUES, _NAMES = 4, 9
"""So many values of a property, and so many names, are shown on one screen."""
_CURIE = re.compile(r" \([\w-]+:[\w.-]+\)$")


class ThingPage:
    """The lines about a thing; ``sources`` are the footnotes of the facts that were printed."""

    def __init__(self, found: Description, prefixes: dict[str, str], width: int | None) -> None:
        self.sources: Sources | None = None
        self._found, self._prefixes, self._width = found, prefixes, width

    def screen(self) -> list[str]:
        """One screen: what it is, its names, the most telling facts, and how many there are of each kind."""
        found, name = self._found, shorten(self._found.iri, self._prefixes)
        lines = [*self._head(_NAMES), *self._properties(found.written, ""), *self._properties(found.derived, "")]
        lines += ["", f"The most telling of {counted(len(found.facts), 'fact')}"]
        self.sources = numbered(found.telling)
        for fact, numbers in zip(found.telling, self.sources.of_rows, strict=True):
            lines += self._fact(fact, numbers, with_kind=True)
        kinds = kinds_counted(found.facts)
        show, kind = f"kzgraph show {shell_word(name)}", shell_word(kinds[0][0])
        lines += ["", f"All {len(found.facts)}: {show} --all; of one kind: --kind {kind}"]
        lines += wrapped(" · ".join(f"{kind} {n}" for kind, n in kinds), self._width, "  ", "  ")
        return [*lines, *self._footnotes()]

    def whole(self) -> list[str]:
        """All that is written and derived, and all facts."""
        found = self._found
        lines = self._head()
        lines += self._properties(found.written, "", is_whole=True)
        told = "Follows from the facts (`kzgraph why` shows from which)"
        lines += self._properties(found.derived, told, is_whole=True)
        if found.instances:
            lines += ["", f"  {counted(found.instances, 'thing')} of this class"]
        if found.supported:
            told = ", ".join(f"{n} {kind}" for kind, n in found.supported)
            lines += ["", *wrapped(f"Facts that rest on it: {told}", self._width, "  ", "    ")]
        return lines + self._facts()

    def chosen(self) -> list[str]:
        """The facts that were chosen, and how many were not."""
        found = self._found
        lines = wrapped(f"{found.label} · {shorten(found.iri, self._prefixes)}", self._width)
        lines += self._facts() if found.facts else ["", "  no fact about it is so"]
        return [*lines, "", f"{counted(len(found.facts), 'fact')}, {found.left_out} others left out"]

    def _head(self, most: int | None = None) -> list[str]:
        found = self._found
        lines = wrapped(f"{found.label} · {shorten(found.iri, self._prefixes)}", self._width)
        lines += wrapped("; ".join(found.classes), self._width, "  ", "  ")
        also = [f"{n.text} ({n.language or n.how})" for n in found.names if n.how in _HOW]
        also += [f"{n.text} ({n.how})" for n in found.names if n.how not in _HOW]
        told = _first([*dict.fromkeys(also)], most)
        return lines + (wrapped(told, self._width, "  also: ", "        ") if told else [])

    def _properties(self, groups: list[tuple[str, list[str]]], title: str, *, is_whole: bool = False) -> list[str]:
        lines = ["", *([title] if title else [])] if groups else []
        for heading, values in groups:
            told = "; ".join(values) if is_whole else _first([_CURIE.sub("", v) for v in values], _VALUES)
            lines += wrapped(told, self._width, f"  {heading}: ", "    ")
        return lines

    def _facts(self) -> list[str]:
        if not self._found.facts:
            return []
        self.sources, lines = numbered(self._found.facts), list[str]()
        rows = list(zip(self._found.facts, self.sources.of_rows, strict=True))
        for kind, group in groupby(rows, key=lambda row: row[0].kind):
            members = list(group)
            lines += ["", f"{kind} ({len(members)})"]
            lines += [line for fact, numbers in members for line in self._fact(fact, numbers)]
        return lines + self._footnotes()

    def _fact(self, fact: Fact, numbers: list[int], *, with_kind: bool = False) -> list[str]:
        told = " · ".join([fact.label, *([fact.kind] if with_kind else []), *fact.remarks])
        notes = "".join(f"[{n}]" for n in numbers) or "[no source]"
        return wrapped(f"{told} {notes}", self._width, "  - ", "    ")

    def _footnotes(self) -> list[str]:
        return ["", footnotes(self.sources, self._width).rstrip("\n")] if self.sources else []


def _first(texts: list[str], most: int | None) -> str:
    """The texts in a row; of many the first ones, and how many more there are."""
    if most is None or len(texts) <= most + 1:
        return "; ".join(texts)
    return f"{'; '.join(texts[:most])}; and {len(texts) - most} more"
