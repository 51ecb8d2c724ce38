"""A class told to an author: what facts or things of it take, what is required, and one of them as it is written."""

from __future__ import annotations

import re

from kzgraph.answers.shown.rdf import block
from kzgraph.authoring.facts.kinds import WritableKinds
from kzgraph.authoring.facts.telling import told_kind
from kzgraph.files.project import Project
from kzgraph.graph.compiling import DERIVED
from kzgraph.graph.triples import TYPE
from kzgraph.namespaces import OWL, PROV, RDF, RDFS, SKOS
from kzgraph.stores import Store
from kzgraph.stores.rows import rows_of
from kzgraph.terms import Term, iri_term
from kzgraph.wording.numbers import counted

_LAST = (SKOS + "editorialNote", PROV + "wasDerivedFrom")


def class_page(project: Project, store: Store, iri: str, width: int | None) -> list[str]:
    """What a class takes, and an example with its Turtle; nothing for what is no class that rows can describe."""
    if not rows_of(store, f"SELECT ?x WHERE {{ {iri_term(iri)} <{RDF}type> <{OWL}Class> . BIND (1 AS ?x) }} LIMIT 1"):
        return []
    kinds = WritableKinds(project)
    if iri not in kinds.names.values():
        return []
    kind = kinds.kind(iri)
    lines = told_kind(kinds, kind, width, is_defined=True)
    example = _example(project, store, iri)
    if example:
        lines += ["", "an example:", "", *example.splitlines()]
    below = [kinds.vocabulary.label(b) for b in kinds.vocabulary.below(iri)]
    if below:
        lines += ["", f"{counted(len(below), 'kind')} of it: {', '.join(below)}"]
    name = re.sub(r"\W+", "-", kind.name)
    return [*lines, "", f"write one: kzgraph new {name} FIELD=VALUE …"]


def _example(project: Project, store: Store, iri: str) -> str:
    """A thing of a class as its file has it: the one with the most usual length, without values of its own nodes."""
    base = project.graph_base
    written = f'FILTER (STRSTARTS(STR(?g), "{base}") && STR(?g) != "{base}{DERIVED}")'
    pattern = f"GRAPH ?g {{ ?x <{RDF}type> {iri_term(iri)} ; ?p ?o }} {written}"
    lengths = rows_of(store, f"SELECT ?x (COUNT(*) AS ?n) WHERE {{ {pattern} }} GROUP BY ?x")
    things = sorted((int(r["n"].value), r["x"].value) for r in lengths if r["x"].kind == "uri")
    if not things:
        return ""
    thing = things[len(things) // 2][1]
    said: dict[str, list[Term]] = {}
    for row in rows_of(store, f"SELECT ?p ?o WHERE {{ GRAPH ?g {{ {iri_term(thing)} ?p ?o }} {written} }}"):
        if row["o"].kind != "bnode":
            said.setdefault(row["p"].value, []).append(row["o"])
    first = (TYPE, RDFS + "label", SKOS + "altLabel", *(project.model[w] for w in ("gist", "modality", "rank")))
    order = [*(p for p in first if p in said), *sorted(p for p in said if p not in {*first, *_LAST})]
    order += [p for p in _LAST if p in said]
    return block(thing, {p: sorted(said[p]) for p in order}, project.prefixes)
