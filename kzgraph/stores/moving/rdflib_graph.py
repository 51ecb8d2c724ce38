"""A store → a graph of rdflib, for those who work with that library."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from kzgraph.graph.compiling import DERIVED
from kzgraph.stores.disk.embedded import term_of
from kzgraph.stores.moving.contents import Contents
from kzgraph.stores.server.addresses import ALL, MANIFEST
from kzgraph.terms import Term

if TYPE_CHECKING:
    import rdflib


def rdflib_graph(contents: Contents, base: str, prefixes: dict[str, str], *, derived: bool = True) -> rdflib.Graph:
    """All statements of a store as one graph; without the project's ``derived`` ones, if they are not wanted.

    Literals keep the form in which they are written. Graphs that ``load`` made for its own use are left out. Raises
    :class:`StoreError` if the store cannot be read, or a load has not ended.
    """
    contents.refuse_unfinished()
    names = list(contents.counts())
    aside = {base + name for name in (ALL, MANIFEST, *(() if derived else (DERIVED,)))}
    chosen = [n for n in names if n not in aside]
    chosen += [] if chosen and contents.default_is_union else [""]
    triples = (triple for name in chosen for triple in contents.triples(name))
    graph = graph_of_terms(((_plain(t.subject), _plain(t.predicate), _plain(t.object)) for t in triples), prefixes)
    contents.refuse_unfinished()
    return graph


def graph_of_terms(triples: Iterable[tuple[Term, Term, Term]], prefixes: dict[str, str]) -> rdflib.Graph:
    """The triples of an answer as a graph; see :func:`rdflib_graph`."""
    import rdflib

    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, iri in prefixes.items():
        graph.bind(prefix, iri)
    node = cache(_node)  # most terms come often, and rdflib looks at each new one
    for subject, predicate, value in triples:
        graph.add((node(subject), node(predicate), node(value)))
    return graph


def _plain(part: object) -> Term:
    term = term_of(part)
    assert term is not None  # no part of a triple is unbound
    return term


def _node(term: Term) -> rdflib.term.Node:
    import rdflib

    if term.kind == "uri":
        return rdflib.URIRef(term.value)
    if term.kind == "bnode":
        return rdflib.BNode(term.value)
    datatype = rdflib.URIRef(term.datatype) if term.datatype and not term.language else None
    return rdflib.Literal(term.value, lang=term.language or None, datatype=datatype, normalize=False)
