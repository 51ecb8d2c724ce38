"""The second readers, for what Oxigraph's parser refuses and the recommendations allow: rdflib and PyLD.

rdflib reads RDF/XML with entities in single quotes, in other encodings than UTF-8, and with empty XML literals. PyLD,
an extra, reads the type maps of JSON-LD (of which rdflib loses statements without a word). They run walled in: they
open no other file and no connection.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox

from kzgraph.errors import RefusedError
from kzgraph.walls.isolation import nothing_reaches_out
from kzgraph.walls.libraries import LibraryErrors, LibraryFault


def second_reading(content: bytes, base: str, form: ox.RdfFormat) -> list[ox.Quad] | None:
    """The statements of a text in RDF/XML or JSON-LD; None if the second reader cannot read it either."""
    return _json_ld(content, base) if form == ox.RdfFormat.JSON_LD else _rdf_xml(content, base)


def _json_ld(content: bytes, base: str) -> list[ox.Quad] | None:
    if not can_read_json_ld():
        return None
    from pyld import jsonld

    def refuse(url: str, _: object) -> dict[str, object]:
        raise RefusedError(f"{url} lies elsewhere")

    options = {"base": base, "documentLoader": refuse, "format": "application/n-quads"}
    try:
        with nothing_reaches_out(), LibraryErrors():
            written = jsonld.to_rdf(json.loads(content), options)
        return list(ox.parse(written, ox.RdfFormat.N_QUADS, rename_blank_nodes=True))
    except (LibraryFault, RefusedError, SyntaxError):  # the first reader's message is the one to show
        return None


def can_read_json_ld() -> bool:
    """Whether PyLD is there."""
    return importlib.util.find_spec("pyld") is not None


def _rdf_xml(content: bytes, base: str) -> list[ox.Quad] | None:
    import rdflib
    from rdflib.parser import InputSource

    logging.getLogger("rdflib.term").setLevel(logging.ERROR)  # findings report ill-typed literals
    graph = rdflib.Graph()
    source = InputSource(base)
    source.setByteStream(io.BytesIO(content))
    try:
        with warnings.catch_warnings(), _as_written(), nothing_reaches_out(), LibraryErrors():
            warnings.simplefilter("ignore")
            graph.parse(source, format="xml", publicID=base)
        return list(_quads(graph))
    except (LibraryFault, RefusedError, ValueError):  # the first reader's message is the one to show
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
