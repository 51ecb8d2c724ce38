"""What the ontology's axioms add to the files: plain edges from fact nodes, super-properties, super-classes.

The axioms are read from the graph itself (OWL 2: ``owl:propertyChainAxiom``, ``owl:inverseOf``,
``rdfs:subPropertyOf``, ``owl:TransitiveProperty``, ``owl:SymmetricProperty``; RDFS: ``rdfs:subClassOf``), each is
turned into one SPARQL update, and all are run until nothing new comes.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from kzgraph.namespaces import OWL, RDF, RDFS

_TYPE = f"<{RDF}type>"


def derive(database: ox.Store, target: str) -> int:
    """Adds what the axioms in the default graph entail, to it and to the graph ``target``; how many triples."""
    rules = [_update(pattern, head, target) for pattern, head in _rules(database)]
    before = size = len(database)
    while True:
        for rule in rules:
            database.update(rule)
        if len(database) == size:
            return (size - before) // 2
        size = len(database)


def _update(pattern: str, head: str, target: str) -> str:
    return (
        f"INSERT {{ {head} GRAPH <{target}> {{ {head} }} }} "
        f"WHERE {{ {pattern} FILTER NOT EXISTS {{ {head} }} FILTER (ISIRI(?s) && ISIRI(?o)) }}"
    )


def _rules(database: ox.Store) -> Iterator[tuple[str, str]]:
    for chain in database.quads_for_pattern(None, _node(OWL + "propertyChainAxiom"), None, ox.DefaultGraph()):
        assert isinstance(chain.object, ox.NamedNode | ox.BlankNode)
        path = "/".join(_step(database, link) for link in _items(database, chain.object))
        yield f"?s {path} ?o .", f"?s {chain.subject} ?o ."
    for axiom in _pairs(database, RDFS + "subPropertyOf"):
        yield f"?s {axiom.subject} ?o .", f"?s {axiom.object} ?o ."
    for axiom in _pairs(database, OWL + "inverseOf"):
        yield f"?o {axiom.subject} ?s .", f"?s {axiom.object} ?o ."
        yield f"?o {axiom.object} ?s .", f"?s {axiom.subject} ?o ."
    for kind in database.quads_for_pattern(None, _node(RDF + "type"), None, ox.DefaultGraph()):
        if kind.object == _node(OWL + "TransitiveProperty"):
            yield f"?s {kind.subject}/{kind.subject} ?o .", f"?s {kind.subject} ?o ."
        elif kind.object == _node(OWL + "SymmetricProperty"):
            yield f"?o {kind.subject} ?s .", f"?s {kind.subject} ?o ."
    yield (
        f"?s {_TYPE} ?class . ?class <{RDFS}subClassOf> ?o . FILTER (?class != ?o)",
        f"?s {_TYPE} ?o .",
    )


def _pairs(database: ox.Store, predicate: str) -> Iterator[ox.Quad]:
    """The axioms of a kind that relate two named properties."""
    for quad in database.quads_for_pattern(None, _node(predicate), None, ox.DefaultGraph()):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            yield quad


def _items(database: ox.Store, head: ox.NamedNode | ox.BlankNode) -> Iterator[ox.NamedNode | ox.BlankNode]:
    """The members of an RDF list."""
    while head != _node(RDF + "nil"):
        yield _object(database, head, RDF + "first")
        head = _object(database, head, RDF + "rest")


def _step(database: ox.Store, link: ox.NamedNode | ox.BlankNode) -> str:
    return str(link) if isinstance(link, ox.NamedNode) else f"^{_object(database, link, OWL + 'inverseOf')}"


def _object(database: ox.Store, subject: ox.NamedNode | ox.BlankNode, predicate: str) -> ox.NamedNode | ox.BlankNode:
    found = next(database.quads_for_pattern(subject, _node(predicate), None, ox.DefaultGraph()))
    assert isinstance(found.object, ox.NamedNode | ox.BlankNode)
    return found.object


def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)
