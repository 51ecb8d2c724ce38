"""Terms and statements as rdflib has them, and back."""

from __future__ import annotations

import logging
from typing import Any

from kzgraph.graph.triples import Triples, node
from kzgraph.terms import Term


def rdflib_graph(triples: Triples) -> Any:
    """Statements as a graph of rdflib."""
    import rdflib

    logging.getLogger("rdflib.term").setLevel(logging.ERROR)  # findings report ill-typed literals
    graph = rdflib.Graph()
    for subject, predicate, value in triples:
        graph.add((rdflib_term(node(subject)), rdflib.URIRef(predicate), rdflib_term(value)))
    return graph


def rdflib_term(term: Term) -> Any:
    """A term as rdflib has it, with a literal as it is written."""
    import rdflib

    if term.kind == "uri":
        return rdflib.URIRef(term.value)
    if term.kind == "bnode":
        return rdflib.BNode(term.value)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    datatype = rdflib.URIRef(term.datatype) if term.datatype else None
    return rdflib.Literal(term.value, datatype=datatype, normalize=False)


def plain_term(term: Any) -> Term:
    """A term of rdflib as a plain one."""
    import rdflib

    if isinstance(term, rdflib.URIRef):
        return Term("uri", str(term))
    if isinstance(term, rdflib.BNode):
        return Term("bnode", str(term))
    datatype = str(term.datatype or "")
    return Term("literal", str(term), "" if datatype.endswith("#string") else datatype, term.language or "")
