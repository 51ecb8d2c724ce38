"""Statements of RDF files, and graphs as text (through pyoxigraph)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kzgraph.files.rdf_files import FORMATS, quads, sources
from kzgraph.terms import Graph


def quads_of_file(path: Path) -> Iterator[ox.Quad]:
    """The statements of an RDF file, folder or glob; see :mod:`kzgraph.files.rdf_files` for the errors."""
    for source in sources([path]):
        yield from quads(source)


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
