"""Why the graph says something: the facts and the axiom behind an edge, and their places in the files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kzgraph.derivation import FACT_CHAIN, unless
from kzgraph.documents import DocumentText
from kzgraph.errors import UsageError
from kzgraph.facts import Fact, FactFiles, facts_about, labels, read_facts, source_json
from kzgraph.lookup import find_thing, rows_of
from kzgraph.namespaces import KZO, OWL, RDF, RDFS, shorten
from kzgraph.project import Project
from kzgraph.sources import Source, passage
from kzgraph.sparql import iri_term
from kzgraph.stores import Store

Edge = tuple[str, str, str]
Step = tuple[bool, str]
_PROPERTY = "property of the ontology"


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

    def stated(self) -> list[Edge]:
        """The edges that stand in files, at the end of all derivations."""
        return [self.edge] if not self.premises else [e for p in self.premises for e in p.stated()]


class Explainer:
    """Explains facts and edges of one project; with a folder of documents, shows the passages."""

    def __init__(self, project: Project, store: Store, documents: Path | None = None, language: str = "en") -> None:
        self.files = FactFiles(project, store)
        self._project, self._store, self._documents, self._language = project, store, documents, language
        self._texts: dict[str, DocumentText | None] = {}

    def thing(self, iri: str) -> list[Grounds]:
        """The grounds of a fact, or of each fact about a thing."""
        is_fact = rows_of(self._store, f"SELECT ?x WHERE {{ {iri_term(iri)} a <{KZO}Fact> . BIND (1 AS ?x) }}")
        return self.facts([iri] if is_fact else facts_about(self._store, iri))

    def facts(self, iris: list[str]) -> list[Grounds]:
        """The grounds of facts."""
        return [
            Grounds(fact, self.files.place(fact.iri), tuple((s, self._passage(s)) for s in fact.sources))
            for fact in read_facts(self._store, iris, self._language)
        ]

    def edge(self, subject: str, predicate: str, value: str) -> tuple[Edge, list[Explanation]]:
        """The edge that three texts name, and all its explanations.

        Raises :class:`UsageError` if the graph does not hold it, with what it holds instead.
        """
        edge = (self._find(subject), self._predicate(predicate), self._find(value))
        if not rows_of(self._store, f"SELECT ?x WHERE {{ {_pattern(edge)} . BIND (1 AS ?x) }}"):
            raise self._not_held(edge)
        return edge, self._explanations(edge, frozenset())

    def facts_behind(self, explanations: list[Explanation]) -> list[Grounds]:
        """The grounds of the facts that the explanations rest on."""
        subjects = {node for x in explanations for edge in x.stated() for node in (edge[0], edge[2])}
        values = " ".join(iri_term(s) for s in sorted(subjects))
        query = f"SELECT ?fact WHERE {{ VALUES ?fact {{ {values} }} ?fact a <{KZO}Fact> }}"
        return self.facts([r["fact"].value for r in rows_of(self._store, query)])

    def told(self, edge: Edge) -> str:
        """An edge in words: labels for things, the CURIE for the property."""
        shown = labels(self._store, [edge[0], edge[2]], self._language)
        return f"{shown[edge[0]]} — {shorten(edge[1], self._project.prefixes)} → {shown[edge[2]]}"

    def _passage(self, source: Source) -> str:
        return passage(source, self._documents, self._texts) if self._documents else ""

    def _find(self, text: str) -> str:
        return find_thing(text, self._project, self._store)

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
        hint = f"{subject} {predicate} {', '.join(held)}" if held else f"`kzgraph show {subject}` tells what it holds"
        return UsageError(f"the graph does not hold {subject} {predicate} {value}", hint=hint)

    def _explanations(self, edge: Edge, seen: frozenset[Edge]) -> list[Explanation]:
        """All ways in which an edge comes about, without going in circles."""
        place = self.files.place(*edge)
        if place:
            return [Explanation(edge, place)]
        ways = [
            *self._by_chain(edge),
            *self._by_axiom(edge, RDFS + "subPropertyOf", "{s} {below} {o}"),
            *self._by_axiom(edge, OWL + "inverseOf", "{o} {below} {s}"),
            *self._by_kind(edge),
        ]
        found: list[Explanation] = []
        for axiom, axiom_place, premises in ways:
            if any(p in seen or p == edge for p in premises):
                continue
            told = [self._explanations(p, seen | {edge}) for p in premises]
            if all(told):
                found.append(Explanation(edge, "", axiom, axiom_place, tuple(t[0] for t in told)))
        return found

    def _by_chain(self, edge: Edge) -> list[tuple[str, str, list[Edge]]]:
        """The property chains that give an edge, each with the edges that make the chain."""
        ways: list[tuple[str, str, list[Edge]]] = []
        for steps in self._chains(edge[1]):
            nodes = [iri_term(edge[0]), *(f"?n{i}" for i in range(1, len(steps))), iri_term(edge[2])]
            parts = [_step(nodes[i], steps[i], nodes[i + 1]) for i in range(len(steps))]
            if len(steps) == FACT_CHAIN and steps[0][0]:
                parts.append(unless(edge[1]).replace("?fact", "?n1"))
            query = f"SELECT DISTINCT * WHERE {{ {' . '.join(parts)} }} ORDER BY {' '.join(nodes[1:-1]) or '?n'}"
            links = " / ".join(("^" if back else "") + shorten(p, self._project.prefixes) for back, p in steps)
            axiom = f"{shorten(edge[1], self._project.prefixes)} follows from {links}"
            place = self.files.place(edge[1], OWL + "propertyChainAxiom")
            for row in rows_of(self._store, query):
                path = [edge[0], *(row[f"n{i}"].value for i in range(1, len(steps))), edge[2]]
                pairs = [
                    (path[i + 1], p, path[i]) if back else (path[i], p, path[i + 1])
                    for i, (back, p) in enumerate(steps)
                ]
                ways.append((axiom, place, pairs))
        return ways

    def _chains(self, predicate: str) -> list[list[Step]]:
        """The chains of a property: for each step, whether it goes backwards, and its property."""
        query = f"""SELECT ?head ?at ?step ?inverse WHERE {{
            {iri_term(predicate)} <{OWL}propertyChainAxiom> ?head . ?head <{RDF}rest>* ?at . ?at <{RDF}first> ?step .
            OPTIONAL {{ ?step <{OWL}inverseOf> ?inverse }}
            {{ SELECT ?at (COUNT(?after) AS ?left) WHERE {{ ?at <{RDF}rest>+ ?after }} GROUP BY ?at }}
        }} ORDER BY ?head DESC(?left)"""
        chains: dict[str, list[Step]] = {}
        for row in rows_of(self._store, query):
            back = "inverse" in row
            chains.setdefault(row["head"].value, []).append((back, row["inverse" if back else "step"].value))
        return list(chains.values())

    def _by_axiom(self, edge: Edge, relation: str, pattern: str) -> list[tuple[str, str, list[Edge]]]:
        """The sub-properties or inverses that give an edge."""
        subject, predicate, value = (iri_term(iri) for iri in edge)
        asked = f"?below <{relation}> {predicate} . {pattern.format(s=subject, below='?below', o=value)}"
        query = f"SELECT DISTINCT ?below WHERE {{ {asked} FILTER (ISIRI(?below)) }} ORDER BY ?below"
        ways = []
        for row in rows_of(self._store, query):
            below = row["below"].value
            axiom = " ".join(shorten(iri, self._project.prefixes) for iri in (below, relation, edge[1]))
            premise = (edge[0], below, edge[2]) if relation != OWL + "inverseOf" else (edge[2], below, edge[0])
            ways.append((axiom, self.files.place(below, relation, edge[1]), [premise]))
        return ways

    def _by_kind(self, edge: Edge) -> list[tuple[str, str, list[Edge]]]:
        """What the property's being transitive or symmetric gives, and for ``rdf:type`` the sub-classes."""
        subject, predicate, value = (iri_term(iri) for iri in edge)
        if edge[1] == RDF + "type":
            asked = f"{subject} {predicate} ?m . ?m <{RDFS}subClassOf> {value} FILTER (?m != {value})"
            query = f"SELECT ?m WHERE {{ {asked} }} ORDER BY ?m"
            found = [r["m"].value for r in rows_of(self._store, query)]
            named = shorten(edge[2], self._project.prefixes)
            told = [f"{shorten(m, self._project.prefixes)} rdfs:subClassOf {named}" for m in found]
            places = [self.files.place(m, RDFS + "subClassOf", edge[2]) for m in found]
            return [(t, p, [(edge[0], edge[1], m)]) for t, p, m in zip(told, places, found, strict=True)]
        kinds = {r["k"].value for r in rows_of(self._store, f"SELECT ?k WHERE {{ {predicate} a ?k }}")}
        short, place = shorten(edge[1], self._project.prefixes), self.files.place(edge[1])
        ways: list[tuple[str, str, list[Edge]]] = []
        if OWL + "SymmetricProperty" in kinds:
            ways.append((f"{short} is symmetric", place, [(edge[2], edge[1], edge[0])]))
        if OWL + "TransitiveProperty" in kinds:
            query = f"SELECT ?m WHERE {{ {subject} {predicate} ?m . ?m {predicate} {value} }} ORDER BY ?m"
            middles = [r["m"].value for r in rows_of(self._store, query) if r["m"].value not in (edge[0], edge[2])]
            ways += [(f"{short} is transitive", place, [(edge[0], edge[1], m), (m, edge[1], edge[2])]) for m in middles]
        return ways


def explanation_json(found: Explanation, prefixes: Mapping[str, str]) -> dict[str, object]:
    """An explanation as an object for JSON."""
    entry: dict[str, object] = {"edge": [shorten(iri, dict(prefixes)) for iri in found.edge]}
    parts = {"place": found.place, "axiom": found.axiom, "axiom_place": found.axiom_place}
    entry |= {k: v for k, v in parts.items() if v}
    return entry | ({"premises": [explanation_json(p, prefixes) for p in found.premises]} if found.premises else {})


def _pattern(edge: Edge) -> str:
    return " ".join(iri_term(iri) for iri in edge)


def _step(before: str, step: Step, after: str) -> str:
    back, predicate = step
    return f"{after} {iri_term(predicate)} {before}" if back else f"{before} {iri_term(predicate)} {after}"
