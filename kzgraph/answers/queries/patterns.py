"""The pattern of a query as the ways in which it can match: each a list of conditions, with their lines in the text.

Groups, ``UNION`` and sub-selects of SPARQL 1.1 (sections 5, 7 and 12) are taken apart; ``OPTIONAL`` need not match and
is left out; a triple pattern with several predicates or objects is one condition each.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kzgraph.files.tokens import TokenReader

MOST_WAYS = 200  # a product of many UNIONs is not taken apart further
_KEYWORDS = {"FILTER", "OPTIONAL", "MINUS", "BIND", "VALUES", "GRAPH", "UNION"}


@dataclass(frozen=True)
class Condition:
    """A part of a pattern that must hold: its SPARQL, its line in the query, and its three parts if it is a triple."""

    text: str
    line: int
    subject: str = ""
    predicate: str = ""
    object: str = ""

    @property
    def is_triple(self) -> bool:
        """Whether it is a triple pattern, and no filter, binding or the like."""
        return bool(self.subject)


Way = tuple[Condition, ...]


def ways_of(query: str) -> list[Way]:
    """The ways in which the pattern of a query can match, in the order of its text; empty for a text without one."""
    reader = _Reader(query)
    start = next((n for n, token in enumerate(reader.stream) if token.text == "{"), None)
    if start is None:
        return []
    ways, _ = reader.group(start)
    return [tuple(sorted(way, key=lambda c: c.text.upper().startswith("FILTER"))) for way in ways]


def optional_variables(query: str) -> set[str]:
    """The names of the variables in the ``OPTIONAL`` parts of a query."""
    reader, found = _Reader(query), set[str]()
    for start, token in enumerate(reader.stream):
        if token.word == "OPTIONAL":
            part = reader.stream[start : reader.closed(start + 1)]
            found |= {t.text[1:] for t in part if t.kind == "variable"}
    return found


class _Reader(TokenReader):
    def group(self, start: int) -> tuple[list[Way], int]:
        """The ways of the group that opens at a position, and the position behind it."""
        ways: list[Way] = [()]
        position = start + 1
        if self.word(position) == "SELECT":
            return self._sub_select(position)
        while position < len(self.stream) and self.stream[position].text != "}":
            token = self.stream[position]
            if token.text == "{":
                found, position = self._union(position)
                ways = _product(ways, found)
            elif token.word in _KEYWORDS:
                condition, position = self._clause(position)
                ways = _product(ways, [(condition,)] if condition else [()])
            elif token.text == ".":
                position += 1
            else:
                conditions, position = self._triples(position)
                ways = _product(ways, [tuple(conditions)])
        return ways, position + 1

    def _sub_select(self, position: int) -> tuple[list[Way], int]:
        while position < len(self.stream) and self.stream[position].text != "{":
            position += 1
        ways, position = self.group(position)
        depth = 1
        while position < len(self.stream) and depth:
            depth += {"{": 1, "}": -1}.get(self.stream[position].text, 0)
            position += 1
        return ways, position

    def _union(self, position: int) -> tuple[list[Way], int]:
        ways, position = self.group(position)
        while self.word(position) == "UNION":
            more, position = self.group(position + 1)
            ways = [*ways, *more]
        return ways, position

    def _clause(self, start: int) -> tuple[Condition | None, int]:
        """A FILTER, BIND, VALUES, MINUS or GRAPH as it stands; an OPTIONAL is no condition."""
        position = start + 1
        while position < len(self.stream) and self.stream[position].text not in {"(", "{"}:
            position += 1
        opening = self.text(position)
        position = self.closed(position)
        if self.stream[start].word == "VALUES" and opening == "(":  # VALUES (?a ?b) { … }
            position = self.closed(position)
        is_condition = self.stream[start].word != "OPTIONAL"
        return self._condition(start, position) if is_condition else None, position

    def _triples(self, position: int) -> tuple[list[Condition], int]:
        subject, position = self._part(position, self.term(position))
        found: list[Condition] = []
        while position < len(self.stream) and not self._ends(position):
            if self.stream[position].text == ";":
                position += 1
                continue
            begin = position
            predicate, position = self._part(position, self.path(position))
            while True:
                value, position = self._part(position, self.term(position))
                text = f"{subject} {predicate} {value} ."
                line = self.query.count("\n", 0, self.stream[begin].start) + 1
                found.append(Condition(text, line, subject, predicate, value))
                if self.text(position) != ",":
                    break
                position += 1
        return found, max(position, 1)

    def _ends(self, position: int) -> bool:
        token = self.stream[position]
        return token.text in {".", "}", "{"} or token.word in _KEYWORDS

    def _part(self, start: int, end: int) -> tuple[str, int]:
        return self.between(start, end), end

    def _condition(self, start: int, end: int) -> Condition:
        return Condition(self.between(start, end), self.query.count("\n", 0, self.stream[start].start) + 1)


def _product(ways: Iterable[Way], more: Iterable[Way]) -> list[Way]:
    pairs: Iterator[tuple[Way, Way]] = itertools.product(ways, more)
    return [(*one, *other) for one, other in itertools.islice(pairs, MOST_WAYS)]
