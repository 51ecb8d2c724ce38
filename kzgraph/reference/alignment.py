"""How the ontology is aligned with the vocabularies of others: each statement, with its meaning and its reason."""

from __future__ import annotations

from dataclasses import dataclass

from kzgraph.graph.triples import SUB_CLASS, TYPE
from kzgraph.namespaces import OWL, RDFS, SKOS, namespace_of, shorten
from kzgraph.reference.links import FAMILIAR, Links
from kzgraph.reference.vocabulary import Vocabulary, text_of
from kzgraph.terms import Term


@dataclass(frozen=True)
class Relation:
    """A relation of alignment: in a word or two, and what it means."""

    short: str
    meaning: str


RELATIONS = {
    SUB_CLASS: Relation("sub-class of", "everything of our class is of theirs; reasoners and stores conclude so"),
    RDFS + "subPropertyOf": Relation("sub-property of", "every statement with our property is one with theirs"),
    OWL + "equivalentClass": Relation("same class as", "the two classes have the same members"),
    OWL + "equivalentProperty": Relation("same property as", "the two properties make the same statements"),
    SKOS + "exactMatch": Relation("exact match", "the same concept, usable one for the other; no logical consequence"),
    SKOS + "closeMatch": Relation("close match", "alike enough for many uses, with a difference that the reason names"),
    SKOS + "broadMatch": Relation("broader match", "their concept is wider than ours"),
    SKOS + "narrowMatch": Relation("narrower match", "their concept is narrower than ours"),
    SKOS + "relatedMatch": Relation("related match", "of another kind, but about the same matter"),
}
NAMES = {
    "dcterms": "Dublin Core terms",
    "geo": "GeoSPARQL",
    "oa": "Web Annotation",
    "org": "Organization Ontology (ORG)",
    "prov": "PROV-O",
    "schema": "schema.org",
    "skos": "SKOS",
    "bibo": "Bibliographic Ontology (BIBO)",
    "frbr": "FRBR",
    "qudt": "QUDT",
    "time": "OWL-Time",
    "unit": "QUDT units",
    "wd": "Wikidata",
}
START, END = "<!-- made by `kzgraph docs --alignment` -->", "<!-- end of the generated part -->"


@dataclass(frozen=True)
class Alignment:
    """A statement that relates a term to one of another vocabulary; ``reason`` is empty if none is recorded."""

    term: str
    relation: str
    other: str
    vocabulary: str
    reason: str


def alignments(vocabulary: Vocabulary) -> list[Alignment]:
    """All statements that relate the project's own terms to others', by term, relation and other term."""
    reasons = _reasons(vocabulary)
    found = []
    for entry in vocabulary.entries.values():
        if not entry.is_own:
            continue
        for relation in RELATIONS:
            for other in vocabulary.above(entry.iri, relation):
                if namespace_of(other) not in vocabulary.namespaces and other != OWL + "Thing":
                    reason = reasons.get((entry.iri, relation, other), "")
                    found.append(Alignment(entry.iri, relation, other, _vocabulary(vocabulary, other), reason))
    order = list(RELATIONS)
    return sorted(found, key=lambda a: (vocabulary.label(a.term), a.term, order.index(a.relation), a.other))


def _reasons(vocabulary: Vocabulary) -> dict[tuple[str, str, str], str]:
    """The comments on annotated axioms (OWL 2 Mapping to RDF Graphs, section 3.2.2), by what they are on."""
    graph, found = vocabulary.graph, {}
    for node in graph.subjects(TYPE, Term("uri", OWL + "Axiom")):
        parts = [graph.one(node, OWL + f"annotated{n}") for n in ("Source", "Property", "Target")]
        source, name, target = (p.value if p else "" for p in parts)
        found[source, name, target] = text_of(graph, node, RDFS + "comment", SKOS + "note")
    return found


def _vocabulary(vocabulary: Vocabulary, iri: str) -> str:
    """The prefix of a term's vocabulary, else its namespace."""
    prefixes = {**FAMILIAR, **vocabulary.project.prefixes}
    prefix, colon, _ = shorten(iri, prefixes).partition(":")
    return prefix if colon and not prefix.startswith("<") else namespace_of(iri)


def tables(vocabulary: Vocabulary) -> str:
    """The alignments as Markdown, one table for each vocabulary, between two marks."""
    groups: dict[str, list[Alignment]] = {}
    for found in alignments(vocabulary):
        groups.setdefault(found.vocabulary, []).append(found)
    links = Links(vocabulary)
    lines = [START, ""]
    for name in sorted(groups, key=lambda n: str(NAMES.get(n, n)).casefold()):
        lines += [f"### {_cell(NAMES.get(name, name))}", "", "| our term | relation | their term | why |"]
        lines += ["| --- | --- | --- | --- |", *(_row(links, a) for a in groups[name]), ""]
    return "\n".join([*lines, END, ""])


def _row(links: Links, found: Alignment) -> str:
    other = f"[{_cell(links.named(found.other))}](<{found.other}>)"
    term = shorten(found.term, links.prefixes)
    return f"| {' | '.join((f'`{term}`', RELATIONS[found.relation].short, other, _cell(found.reason)))} |"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())
