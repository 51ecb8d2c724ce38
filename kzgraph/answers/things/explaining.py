"""Why the graph says something: the facts and the axiom behind an edge, and their places in the files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from kzgraph.answers.evidence.records import facts_among
from kzgraph.answers.evidence.sources import Source, passage
from kzgraph.answers.things.choosing import most_telling
from kzgraph.answers.things.facts import Fact, FactFiles, labels, read_about, read_facts, source_json
from kzgraph.answers.things.find import find_thing, is_value
from kzgraph.answers.things.names import read_names
from kzgraph.errors import UsageError
from kzgraph.files.documents import DocumentText
from kzgraph.files.project import Project
from kzgraph.graph.derivation import Way, ways
from kzgraph.graph.derivation_rules import DOMAIN_AND_RANGE, GENERAL, Atom, Rule, rules_of
from kzgraph.namespaces import DEFINED, OWL, RDF, expand, namespace_of, shorten
from kzgraph.stores.disk.embedded import EmbeddedStore
from kzgraph.stores.rows import rows_of
from kzgraph.terms import Term, iri_term

Edge = tuple[str, str, str]
_PROPERTY = "property of the ontology"
_IRI = re.compile(r"<([^>]*)>")


@dataclass(frozen=True)
class Grounds:
    """A fact with its place in the files and, for each of its sources, the passage if the document is at hand."""

    fact: Fact
    place: str
    passages: tuple[tuple[Source, str], ...]

    def as_json(self, prefixes: dict[str, str]) -> dict[str, object]:
        """The grounds as an object for JSON."""
        words = [{**source_json(s, prefixes), **({"passage": w} if w else {})} for s, w in self.passages]
        return {**self.fact.as_json(prefixes), "place": self.place, "sources": words}


@dataclass(frozen=True)
class Explanation:
    """Why an edge holds: it stands in a file, or an axiom derives it from other edges."""

    edge: Edge
    place: str
    axiom: str = ""
    axiom_place: str = ""
    premises: tuple[Explanation, ...] = field(default=())

    @cached_property
    def edges(self) -> frozenset[Edge]:
        """The edge, and all those from which it is derived."""
        return frozenset([self.edge]).union(*(p.edges for p in self.premises))

    def stated(self) -> list[Edge]:
        """The edges that stand in files, at the end of all derivations."""
        return [self.edge] if not self.premises else [e for p in self.premises for e in p.stated()]


class Explainer:
    """Explains facts and edges of one project; with a folder of documents, shows the passages."""

    def __init__(
        self, project: Project, store: EmbeddedStore, documents: Path | None = None, language: str = "en"
    ) -> None:
        self.files = FactFiles(project, store)
        self._project, self._store, self._documents, self._language = project, store, documents, language
        self._texts: dict[str, DocumentText | None] = {}
        self._rules = [*rules_of(store.database), *(r for r in GENERAL if r not in DOMAIN_AND_RANGE)]
        self._last = list(DOMAIN_AND_RANGE)
        self._known: dict[Edge, Explanation] = {}

    def thing(self, iri: str, *, telling: bool = False) -> tuple[list[Grounds], int]:
        """The grounds of a fact, or of each fact about a thing; and how many facts are left out.

        With ``telling``, only the most telling facts are taken.
        """
        facts = chosen = self._facts(iri)
        if telling:
            names = [n.text for n in read_names(self._store, thing=iri).of.get(iri, [])]
            chosen = most_telling(facts, names) or facts
        return [self._grounds(fact) for fact in chosen], len(facts) - len(chosen)

    def _facts(self, iri: str) -> list[Fact]:
        """The fact of an IRI itself, or the facts about a thing."""
        if facts_among(self._store, [iri]):
            return read_facts(self._store, [iri], self._language)
        return read_about(self._store, iri, self._language)

    def _grounds(self, fact: Fact) -> Grounds:
        """A fact with its place and its passages."""
        return Grounds(fact, self.files.place(fact.iri), tuple((s, self._passage(s)) for s in fact.sources))

    def edge(self, subject: str, predicate: str, value: str) -> tuple[Edge, list[Explanation]]:
        """The edge that three texts name, and all its explanations.

        Raises :class:`UsageError` if the graph does not hold it, with what it holds instead.
        """
        edge = (self._find(subject), self._predicate(predicate), self._value(value))
        if not rows_of(self._store, f"SELECT ?x WHERE {{ {_pattern(edge)} . BIND (1 AS ?x) }}"):
            raise self._not_held(edge)
        return edge, self._explanations(edge)

    def facts_behind(self, explanations: list[Explanation]) -> list[Grounds]:
        """The grounds of the facts that the explanations rest on, with documents that state all premises of one."""
        edges = {edge for x in explanations for edge in x.stated()}
        facts = facts_among(self._store, {node for edge in edges for node in (edge[0], edge[2])})
        return [self._grounds(self._stating(fact, edges)) for fact in read_facts(self._store, facts, self._language)]

    def _stating(self, fact: Fact, edges: set[Edge]) -> Fact:
        """A fact with the passages that state the edges from it; types of things are no part of what it says."""
        values = sorted({edge[2] for edge in edges if edge[0] == fact.iri and edge[1] != RDF + "type"})
        return fact.with_sources_for(*(Term("uri", value) for value in values))

    def told(self, edges: Iterable[Edge]) -> dict[Edge, str]:
        """Edges in words: labels for things, the CURIE for the property."""
        own = list(edges)
        shown = labels(self._store, {thing for edge in own for thing in (edge[0], edge[2])}, self._language)
        return {e: f"{shown[e[0]]} — {shorten(e[1], self._project.prefixes)} → {shown[e[2]]}" for e in own}

    def _passage(self, source: Source) -> str:
        return passage(source, self._documents, self._texts) if self._documents else ""

    def _find(self, text: str) -> str:
        return find_thing(text, self._project, self._store)

    def _value(self, text: str) -> str:
        """What an edge leads to: a thing, or what the graph only names, such as a class of OWL."""
        named = expand(text.strip(), self._project.prefixes)
        if named is not None and (namespace_of(named) in DEFINED or is_value(self._store, named)):
            return named
        return self._find(text)

    def _predicate(self, text: str) -> str:
        if text in {"a", "rdf:type"}:
            return RDF + "type"
        return find_thing(text, self._project, self._store, kind=OWL + "ObjectProperty", what=_PROPERTY)

    def _not_held(self, edge: Edge) -> UsageError:
        subject, predicate, value = (shorten(iri, self._project.prefixes) for iri in edge)
        query = (
            f"SELECT DISTINCT ?o WHERE {{ {iri_term(edge[0])} {iri_term(edge[1])} ?o FILTER (ISIRI(?o)) }} ORDER BY ?o"
        )
        held = [shorten(r["o"].value, self._project.prefixes) for r in rows_of(self._store, query)]
        hint = (
            f"it holds {subject} {predicate} {', '.join(held)}"
            if held
            else f"`kzgraph show {subject}` shows what it has"
        )
        return UsageError(f"the graph does not hold {subject} {predicate} {value}", hint=hint)

    def _explanations(self, edge: Edge) -> list[Explanation]:
        """All ways in which an edge comes about; a type by what else it is, if it can."""
        stated = self._stated(edge)
        if stated:
            return [stated]
        return [*self._by_rules(edge, frozenset(), self._rules)] or [*self._by_rules(edge, frozenset(), self._last)]

    def _stated(self, edge: Edge) -> Explanation | None:
        place = self.files.place(*edge)
        return Explanation(edge, place) if place else None

    def _first(self, edge: Edge, seen: frozenset[Edge]) -> Explanation | None:
        """One of the ways in which a premise comes about; the edges that it is to explain are ``seen``."""
        stated = self._stated(edge)
        if stated:
            return stated
        if edge in self._known and seen.isdisjoint(self._known[edge].edges):
            return self._known[edge]
        for rules in (self._rules, self._last):
            for found in self._by_rules(edge, seen, rules):
                self._known[edge] = found
                return found
        return None

    def _by_rules(self, edge: Edge, seen: frozenset[Edge], rules: list[Rule]) -> Iterator[Explanation]:
        """The ways by some rules, one after the other as they are asked for, without those that go in circles.

        Below the top those come first that need least beside what is stated.
        """
        subject, predicate, value = (iri_term(iri) for iri in edge)
        possible = ways(self._store.database, rules, (subject, predicate, value))
        for way in sorted(possible, key=self._unstated) if seen else possible:
            premises = [_edge(atom) for atom in way.premises]
            if any(p in seen or p == edge for p in premises):
                continue
            told = []
            for premise in premises:
                explanation = self._first(premise, seen | {edge})
                if explanation is None:
                    break
                told.append(explanation)
            else:
                words = _IRI.sub(lambda iri: shorten(iri.group(1), self._project.prefixes), way.told)
                yield Explanation(edge, "", words, self._axiom_place(way.axiom), tuple(told))

    def _unstated(self, way: Way) -> int:
        return sum(not self.files.place(*_edge(atom)) for atom in way.premises)

    def _axiom_place(self, axiom: Atom) -> str:
        subject, predicate, value = _edge(axiom)
        if subject:
            return self.files.place(subject, predicate, value or None)
        return self.files.place_of_nameless(OWL + "onProperty", value)


def explanation_json(found: Explanation, prefixes: Mapping[str, str]) -> dict[str, object]:
    """An explanation as an object for JSON."""
    entry: dict[str, object] = {"edge": [shorten(iri, dict(prefixes)) for iri in found.edge]}
    parts = {"place": found.place, "axiom": found.axiom, "axiom_place": found.axiom_place}
    entry |= {k: v for k, v in parts.items() if v}
    return entry | ({"premises": [explanation_json(p, prefixes) for p in found.premises]} if found.premises else {})


def _pattern(edge: Edge) -> str:
    return " ".join(iri_term(iri) for iri in edge)


def _edge(atom: Atom) -> Edge:
    subject, predicate, value = (term[1:-1] if term.startswith("<") else term for term in atom)
    return subject, predicate, value
