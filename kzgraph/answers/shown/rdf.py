"""Graphs as text (through pyoxigraph)."""

from __future__ import annotations

import pyoxigraph as ox

from kzgraph.files.rdf_files import FORMATS
from kzgraph.terms import Graph


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
