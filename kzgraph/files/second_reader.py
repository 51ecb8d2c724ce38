"""The second reader for RDF/XML: rdflib, for what Oxigraph's parser refuses and the recommendation allows.

Such are entities in single quotes, other encodings than UTF-8, and empty XML literals. It runs walled in: it opens no
other file and no connection. (For JSON-LD it is no second reader: of type maps it loses statements without a word.)
"""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox

from kzgraph.errors import RefusedError
from kzgraph.walls.isolation import nothing_reaches_out


def second_reading(content: bytes, base: str) -> list[ox.Quad] | None:
    """The statements of RDF/XML by rdflib; None if it cannot read it either."""
    import rdflib
    from rdflib.parser import InputSource

    logging.getLogger("rdflib.term").setLevel(logging.ERROR)  # findings report ill-typed literals
    graph = rdflib.Graph()
    source = InputSource(base)
    source.setByteStream(io.BytesIO(content))
    try:
        with warnings.catch_warnings(), _as_written(), nothing_reaches_out():
            warnings.simplefilter("ignore")
            graph.parse(source, format="xml", publicID=base)
        return list(_quads(graph))
    except RefusedError:
        return None
    except Exception:  # rdflib raises whatever its libraries raise; the first reader's message is the one to show
        return None


@contextlib.contextmanager
def _as_written() -> Iterator[None]:
    """Lets rdflib keep literals as they are written."""
    import rdflib

    before = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS = before


def _quads(graph: Any) -> Iterator[ox.Quad]:
    import rdflib

    named: dict[str, ox.BlankNode] = {}

    def term(value: Any) -> Any:
        if isinstance(value, rdflib.URIRef):
            return ox.NamedNode(str(value))
        if isinstance(value, rdflib.BNode):
            return named.setdefault(str(value), ox.BlankNode())
        if value.language:
            return ox.Literal(str(value), language=value.language)
        return ox.Literal(str(value), datatype=ox.NamedNode(str(value.datatype)) if value.datatype else None)

    for subject, predicate, value in graph:
        yield ox.Quad(term(subject), term(predicate), term(value))
