"""A text of statements, and where each of them stands, whatever the syntax."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urljoin

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


@dataclass(frozen=True)
class Place:
    """A position in a file, with lines and columns counted from 1, and the length of what stands there."""

    line: int
    column: int
    length: int = 1


@dataclass(frozen=True)
class Statement:
    """A triple as it stands in a file: its terms as text, and where each begins.

    IRIs stand as they are, literals as their lexical form, blank nodes as ``_:`` and a number.
    """

    subject: str
    predicate: str
    object: str
    subject_place: Place
    predicate_place: Place
    object_place: Place


class PlacedText:
    """A text with the places of its names and statements; who reads a syntax fills in what stands where."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.statements: list[Statement] = []
        self.names: list[tuple[str, Place, str]] = []
        """Each IRI that occurs, with its place and how it is written."""
        self.literals: list[tuple[str, str, str, Place, str]] = []
        """Each literal in quotes: its text, datatype, language, place, and how it is written."""
        self.lines = text.split("\n")
        self._starts = [0, *(i + 1 for i, c in enumerate(text) if c == "\n")]

    def find(self, subject: str, predicate: str = "", value: str | None = None) -> Place | None:
        """Where a statement stands: its object if ``value`` is given, its predicate, else its subject."""
        own = self._by_subject.get(subject, [])
        if predicate:
            told = [s for s in own if s.predicate == predicate]
            exact = [s for s in told if value is not None and s.object == value]
            if exact:
                return exact[0].object_place
            if told:
                return told[0].predicate_place
        return own[0].subject_place if own else None

    def offset(self, place: Place) -> int:
        """The position of a place in the text."""
        return self._starts[place.line - 1] + place.column - 1

    def said_of(self, subject: str) -> list[Statement]:
        """The statements about a subject."""
        return self._by_subject.get(subject, [])

    @cached_property
    def alone(self) -> list[Statement]:
        """The statements of those blank nodes that no other statement speaks of."""
        inner = {s.object for s in self.statements}
        return [s for s in self.statements if s.subject.startswith("_:") and s.subject not in inner]

    @cached_property
    def nameless(self) -> dict[str, set[tuple[str, str]]]:
        """Each blank node with the predicates and objects that it has."""
        found: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
        for statement in self.statements:
            if statement.subject.startswith("_:"):
                found[statement.subject].add((statement.predicate, statement.object))
        return dict(found)

    @cached_property
    def _by_subject(self) -> dict[str, list[Statement]]:
        found: defaultdict[str, list[Statement]] = defaultdict(list)
        for statement in self.statements:
            found[statement.subject].append(statement)
        return found

    def subjects(self) -> set[str]:
        """The IRIs that the file describes."""
        return {s.subject for s in self.statements if not s.subject.startswith("_:")}


def resolved(base: str, iri: str) -> str:
    """An IRI of a text with a base (RFC 3986, section 5.2); without a base it stays as it is."""
    if not base or _SCHEME.match(iri):
        return iri
    found = urljoin(base, iri)
    return found + "#" if iri.endswith("#") and not found.endswith("#") else found  # urljoin drops an empty fragment
