"""Graphs as text (through pyoxigraph), and single things as Turtle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from kzgraph.files.rdf_files import FORMATS
from kzgraph.namespaces import RDF, shorten
from kzgraph.terms import Graph, Term

_TYPE = RDF + "type"


@dataclass
class Statements:
    """What files say of a thing: its properties with their values, and what the nameless nodes among these say."""

    properties: dict[str, list[Term]] = field(default_factory=dict)
    nodes: dict[str, dict[str, list[Term]]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)


def graph_text(graph: Graph, form: str, prefixes: dict[str, str]) -> str:
    """A graph as Turtle, N-Triples or JSON-LD, in a stable order."""
    lines = sorted({f"{s.n3()} {p.n3()} {o.n3()} ." for s, p, o in graph.triples})
    text = "".join(f"{line}\n" for line in lines)
    if form == "ntriples":
        return text
    triples = [q.triple for q in ox.parse(text, ox.RdfFormat.N_TRIPLES)]
    used = {k: v for k, v in prefixes.items() if v in text}
    return (ox.serialize(triples, format=FORMATS[form], prefixes=used) or b"").decode("utf-8") + (
        "\n" if form == "jsonld" else ""
    )


def block(iri: str, properties: Mapping[str, list[Term]], prefixes: dict[str, str]) -> str:
    """A thing as Turtle, its properties in the order given, each with its values below each other."""
    return _laid_out(iri, {name: [v.turtle(prefixes) for v in own] for name, own in properties.items()}, prefixes)


def sorted_block(iri: str, said: Statements, prefixes: dict[str, str]) -> str:
    """What files say of a thing, as Turtle: its class first, all else by name; empty if they say nothing."""
    names = sorted(said.properties, key=lambda p: (p != _TYPE, shorten(p, prefixes)))
    written = {name: sorted(_written(t, said, prefixes) for t in said.properties[name]) for name in names}
    return f"{_laid_out(iri, written, prefixes)}\n" if written else ""


def _laid_out(iri: str, properties: Mapping[str, list[str]], prefixes: dict[str, str]) -> str:
    lines = [f"    {_property(name, prefixes)} " + " ,\n        ".join(own) for name, own in properties.items()]
    return f"{shorten(iri, prefixes)}\n" + " ;\n".join(lines) + " ."


def _written(term: Term, said: Statements, prefixes: dict[str, str]) -> str:
    if term.kind != "bnode":
        return term.turtle(prefixes)
    inner = said.nodes.get(term.value, {})
    told = []
    for name, values in sorted(inner.items()):
        shown = sorted(v.turtle(prefixes) if v.kind != "bnode" else "[]" for v in values)
        told.append(f"{_property(name, prefixes)} {' , '.join(shown)}")
    return f"[ {' ; '.join(told)} ]" if told else "[]"


def _property(name: str, prefixes: dict[str, str]) -> str:
    return "a" if name == _TYPE else shorten(name, prefixes)
