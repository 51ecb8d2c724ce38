"""A graph whose texts are marked, and in which some texts get twins, to see whether an answer loses values.

Each text of the graph carries its number, so that the words of a cell show where they come from: ``Aktau⟦12⟧`` is the
name of the city, and ``Aktau`` a word of some sentence. The twins of a text differ from it in the mark alone:
``Aktau⟦12.3⟧``. A thing has one name, so the twins of its name belong to twins of the thing; a participation has one
event, so the twins of an event have participations of their own. What may have many values has all the twins: a route
through Aktau leads through its nine twins too. A query cannot tell a twin from the original, so an answer that shows
Aktau beside a fact, and not all its twins, has lost values.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kzgraph.files.tokens import tokens
from kzgraph.namespaces import KZO, OWL, RDFS, SH, SKOS, XSD, expand
from kzgraph.stores.disk.embedded import EmbeddedStore
from kzgraph.terms import Rows

TWINS = 9
"""How many twins a text gets: with it they fill the longest list of fixed places that a query has, of ten."""
_NUMBERS = range(1, TWINS + 1)
_MOST_COPIED = 210  # nodes: enough for a document and its citations
_MOST_STATEMENTS = 500  # of a node that is copied; nine more Kazakhstans, of 3,000, make queries slow
_MARK = re.compile(r"⟦(\d+)\.?(\d*)⟧")
_TERMS = {OWL + kind for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")}
_LIMITS = {SH + "maxCount": "1", SH + "uniqueLang": "true"}

Node = ox.NamedNode | ox.BlankNode | ox.Literal | str
"""A node of the graph; a text is one node, whatever its language."""
_Triple = tuple[Any, ox.NamedNode, Any]


@dataclass(frozen=True)
class ShownRow:
    """A row as people see it: the facts behind it, and the words of its cells by column, with their marks."""

    facts: frozenset[str]
    cells: Mapping[str, str]

    def texts(self, column: str) -> set[tuple[int, int]]:
        """The texts that a cell shows: the number of each, and which twin it is, or 0."""
        return {(int(number), int(twin or 0)) for number, twin in _MARK.findall(self.cells[column])}


@dataclass(frozen=True)
class _Twins:
    quads: list[ox.Quad]
    names: dict[str, str]


class MarkedGraph:
    """A graph in memory with a mark on each text; ``single`` names the properties that have one value at most."""

    def __init__(self, triples: Iterable[ox.Triple], single: set[str]) -> None:
        self._triples: list[_Triple] = [(t.subject, t.predicate, t.object) for t in triples]
        self._single = single
        self._around: dict[Node, list[int]] = defaultdict(list)
        self._numbers: dict[str, int] = {}
        self._terms: set[Node] = set()
        self._copied: dict[str, frozenset[Node]] = {}
        self._twins: dict[str, _Twins] = {}
        for place, (subject, _, value) in enumerate(self._triples):
            node = _node(value)
            self._around[subject].append(place)
            self._around[node].append(place)
            if isinstance(node, str):
                self._numbers.setdefault(node, len(self._numbers))
            elif isinstance(value, ox.NamedNode) and value.value in _TERMS:
                self._terms.add(subject)
        self.texts = list(self._numbers)
        """The texts by number."""
        marked = [(subject, predicate, self._marked(value)) for subject, predicate, value in self._triples]
        self.store = EmbeddedStore.of_quads(ox.Quad(*triple) for triple in marked)
        self._names = _names(marked)

    def ask(self, query: str, columns: Iterable[str], facts: Iterable[str]) -> list[ShownRow]:
        """The answer of a query: the cells of some columns, with names for things, and the facts of others."""
        answer = self.store.query(query)
        assert isinstance(answer, Rows)
        shown = []
        for row in answer.rows:
            value = {c: term.value for c, term in zip(answer.columns, row, strict=True) if term}
            cells = {c: self._names.get(value.get(c, ""), value.get(c, "")) for c in columns}
            shown.append(ShownRow(frozenset(fact for c in facts for fact in value.get(c, "").split()), cells))
        return shown

    def number(self, text: str) -> int:
        """The number of a text in its marks."""
        return self._numbers[text]

    def copied_with(self, text: str) -> frozenset[Node]:
        """All that gets twins with a text: it, and what has it, or something that has it, as the only value.

        Empty if the text gets none: it is too much, a term of the ontology, or a word for a kind of facts.
        """
        if text not in self._copied:
            self._copied[text] = self._find_copied(text)
        return self._copied[text]

    def _find_copied(self, text: str) -> frozenset[Node]:
        found: set[Node] = {text}
        new: list[Node] = [text]
        while new:
            node = new.pop()
            if len(self._around[node]) > _MOST_STATEMENTS or len(found) > _MOST_COPIED or node in self._terms:
                return frozenset()
            owners = {subject for subject, predicate in self.ties(node) if predicate in self._single} - found
            found |= owners
            new += owners
        things = {node for node in found if not isinstance(node, str)}
        words = {node for node in things if isinstance(node, ox.NamedNode) and node.value.startswith(KZO)}
        return frozenset() if words and words != things else frozenset(found)

    def ties(self, node: Node) -> Iterator[tuple[Any, str]]:
        """Subject and property of each statement with a node as its object."""
        for place in self._around[node]:
            subject, predicate, value = self._triples[place]
            if _node(value) == node:
                yield subject, predicate.value

    def weight(self, text: str) -> int:
        """How many statements come with each twin of a text."""
        return sum(len(self._around[node]) for node in self.copied_with(text))

    @contextmanager
    def with_twins(self, texts: Iterable[str]) -> Iterator[None]:
        """The graph while some texts have twins; afterwards it is as before."""
        twins = [self._twins_of(text) for text in texts]
        names, quads = self._names, {quad for one in twins for quad in one.quads}
        self._names = names | {iri: name for one in twins for iri, name in one.names.items()}
        self.store.database.extend(quads)
        try:
            yield
        finally:
            self._names = names
            for quad in quads:
                self.store.database.remove(quad)

    def _twins_of(self, text: str) -> _Twins:
        if text not in self._twins:
            triples = list(self._copies(self.copied_with(text)))
            self._twins[text] = _Twins([ox.Quad(*triple) for triple in triples], _names(triples))
        return self._twins[text]

    def _copies(self, copied: frozenset[Node]) -> Iterator[_Triple]:
        for place in {place for node in copied for place in self._around[node]}:
            subject, predicate, value = self._triples[place]
            is_own, is_copied = subject in copied, _node(value) in copied
            for number in _NUMBERS:
                twin = _twin(subject, number) if is_own else subject
                yield twin, predicate, self._marked(value, number if is_copied else 0)

    def _marked(self, value: Any, twin: int = 0) -> Any:
        node = _node(value)
        if not isinstance(node, str):
            return _twin(value, twin) if twin else value
        words = f"{node}⟦{self._numbers[node]}{f'.{twin}' if twin else ''}⟧"
        return ox.Literal(words, language=value.language) if value.language else ox.Literal(words)


def without_marks(words: str) -> str:
    """The words of a cell as they stand in the graph."""
    return _MARK.sub("", words)


def named_in(query: str, prefixes: dict[str, str]) -> set[str]:
    """The IRIs that a query names: it asks for them, and not for their twins."""
    found = (expand(token.text, prefixes) for token in tokens(query) if token.kind in {"pname", "iri"})
    return {iri for iri in found if iri}


def single_valued(graph: Iterable[ox.Triple], shapes: Iterable[ox.Triple]) -> set[str]:
    """The properties of which a thing has one value at most, or one in each language, by an ontology and shapes."""
    functional = {_value(t.subject) for t in graph if _value(t.object) == OWL + "FunctionalProperty"}
    limited, paths = set(), {}
    for triple in shapes:
        if triple.predicate.value == SH + "path":
            paths[triple.subject] = _value(triple.object)
        elif _LIMITS.get(triple.predicate.value) == _value(triple.object):
            limited.add(triple.subject)
    return functional | {paths[shape] for shape in limited if shape in paths} | {SKOS + "prefLabel"}


def _value(term: Any) -> str:
    return str(term.value)


def _node(value: Any) -> Any:
    is_text = isinstance(value, ox.Literal) and (value.language or value.datatype.value == XSD + "string")
    return value.value if is_text else value


def _twin(node: Any, number: int) -> Any:
    return type(node)(f"{node.value}-twin{number}")


def _names(triples: Iterable[_Triple]) -> dict[str, str]:
    """What people read for each IRI: the short name of a document, else the English label."""
    short, labels = {}, {}
    for subject, predicate, value in triples:
        if predicate.value == KZO + "shortName":
            short[_value(subject)] = _value(value)
        elif predicate.value == RDFS + "label" and value.language == "en":
            labels[_value(subject)] = _value(value)
    return labels | short
