"""What the ontology's axioms add to the files: plain edges from fact nodes, super-properties, super-classes.

The axioms are read from the graph itself (OWL 2: ``owl:propertyChainAxiom``, ``owl:inverseOf``,
``rdfs:subPropertyOf``, ``owl:TransitiveProperty``, ``owl:SymmetricProperty``; RDFS: ``rdfs:subClassOf``), each is
turned into one SPARQL update, and all are run until nothing new comes. A chain through a fact passes over the facts
that have a value which the derived property names with ``kzo:derivedUnless``: an observer is no member.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from kzgraph.errors import InputError
from kzgraph.namespaces import KZO, OWL, RDF, RDFS

FACT_CHAIN = 2
"""How many steps a chain through a fact has: back to the fact, and on from it."""
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
        steps = [_step(database, link) for link in _items(database, chain.object)]
        if not steps or not isinstance(chain.subject, ox.NamedNode):
            raise _wrong(chain.subject)
        pattern = f"?s {'/'.join(steps)} ?o ."
        if len(steps) == FACT_CHAIN and steps[0].startswith("^"):
            pattern = f"?fact {steps[0][1:]} ?s ; {steps[1]} ?o . {unless(chain.subject.value)}"
        yield pattern, f"?s {chain.subject} ?o ."
    for axiom in _pairs(database, RDFS + "subPropertyOf"):
        yield f"?s {axiom.subject} ?o .", f"?s {axiom.object} ?o ."
    for axiom in _pairs(database, OWL + "inverseOf"):
        yield f"?o {axiom.subject} ?s .", f"?s {axiom.object} ?o ."
        yield f"?o {axiom.object} ?s .", f"?s {axiom.subject} ?o ."
    for kind in database.quads_for_pattern(None, _node(RDF + "type"), None, ox.DefaultGraph()):
        if not isinstance(kind.subject, ox.NamedNode):
            continue
        if kind.object == _node(OWL + "TransitiveProperty"):
            yield f"?s {kind.subject}/{kind.subject} ?o .", f"?s {kind.subject} ?o ."
        elif kind.object == _node(OWL + "SymmetricProperty"):
            yield f"?o {kind.subject} ?s .", f"?s {kind.subject} ?o ."
    yield (
        f"?s {_TYPE} ?class . ?class <{RDFS}subClassOf> ?o . FILTER (?class != ?o)",
        f"?s {_TYPE} ?o .",
    )


def unless(derived: str) -> str:
    """The filter that passes over a ?fact which has a value that the derived property excludes."""
    return f"FILTER NOT EXISTS {{ <{derived}> <{KZO}derivedUnless> ?excluded . ?fact ?any ?excluded }}"


def _pairs(database: ox.Store, predicate: str) -> Iterator[ox.Quad]:
    """The axioms of a kind that relate two named properties."""
    for quad in database.quads_for_pattern(None, _node(predicate), None, ox.DefaultGraph()):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            yield quad


def _items(database: ox.Store, head: object) -> Iterator[object]:
    """The members of an RDF list."""
    seen = set()
    while head != _node(RDF + "nil"):
        if head in seen:
            raise _wrong(head)
        seen.add(head)
        yield _object(database, head, RDF + "first")
        head = _object(database, head, RDF + "rest")


def _step(database: ox.Store, link: object) -> str:
    """A property of a chain, or the inverse of one, as a step of a path."""
    found = link if isinstance(link, ox.NamedNode) else _object(database, link, OWL + "inverseOf")
    if not isinstance(found, ox.NamedNode):
        raise _wrong(link)
    return str(found) if found == link else f"^{found}"


def _object(database: ox.Store, subject: object, predicate: str) -> object:
    if isinstance(subject, ox.NamedNode | ox.BlankNode):
        for quad in database.quads_for_pattern(subject, _node(predicate), None, ox.DefaultGraph()):
            return quad.object
    raise _wrong(subject)


def _wrong(node: object) -> InputError:
    return InputError(
        f"an owl:propertyChainAxiom is not a list of properties for a property, at {node}",
        place="ontology",
        hint="write kzo:memberOf owl:propertyChainAxiom ( kzo:first kzo:second )",
    )


def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)
