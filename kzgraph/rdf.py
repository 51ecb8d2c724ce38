"""RDF files in and out: any syntax of RDF 1.1 by its extension, and graphs as text (through pyoxigraph)."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kzgraph.errors import InputError, SyntaxProblem
from kzgraph.snapshot import turtle_message
from kzgraph.terms import Graph

EXTENSIONS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
}
_OUT = {"turtle": ox.RdfFormat.TURTLE, "ntriples": ox.RdfFormat.N_TRIPLES, "jsonld": ox.RdfFormat.JSON_LD}


def quads_of_file(path: Path) -> Iterator[ox.Quad]:
    """The statements of an RDF file, by the format that its extension names; ``.gz`` after it is undone.

    Raises :class:`InputError` for a file that cannot be read or has no known extension, and
    :class:`SyntaxProblem` with file, line and column.
    """
    name = path.name.removesuffix(".gz")
    form = EXTENSIONS.get(Path(name).suffix)
    if form is None:
        raise InputError(
            "its extension names no RDF format", place=str(path), hint=f"known are {', '.join(EXTENSIONS)}"
        )
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        yield from ox.parse(content, form, base_iri=path.resolve().as_uri(), rename_blank_nodes=True)
    except SyntaxError as error:
        place = f"{path}:{error.lineno}:{error.offset}" if error.lineno else str(path)
        raise SyntaxProblem(turtle_message(error), place=place) from error
    except (OSError, EOFError) as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else f"cannot be read: {error}"
        raise InputError(reason, place=str(path)) from error


def graph_text(graph: Graph, form: str, prefixes: dict[str, str]) -> str:
    """A graph as Turtle, N-Triples or JSON-LD, in a stable order."""
    lines = sorted({f"{s.n3()} {p.n3()} {o.n3()} ." for s, p, o in graph.triples})
    text = "".join(f"{line}\n" for line in lines)
    if form == "ntriples":
        return text
    triples = [q.triple for q in ox.parse(text, ox.RdfFormat.N_TRIPLES)]
    used = {k: v for k, v in prefixes.items() if v in text}
    return (ox.serialize(triples, format=_OUT[form], prefixes=used) or b"").decode("utf-8") + (
        "\n" if form == "jsonld" else ""
    )
