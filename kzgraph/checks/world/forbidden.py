"""Values that the ontology rules out: a thing related to itself, or both ways, or by two properties that exclude."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from kzgraph.checks.syntax.context import Context
from kzgraph.graph.triples import key, node
from kzgraph.namespaces import OWL
from kzgraph.terms import Term


def check_forbidden(context: Context) -> None:
    """Adds a finding for each value that an axiom on its property rules out, whatever the ontology."""
    irreflexive = context.ontology.instances(OWL + "IrreflexiveProperty")
    asymmetric = context.ontology.instances(OWL + "AsymmetricProperty")
    excluding = _excluding(context)
    for thing, said in context.own.out.items():
        for property_, values in said.items():
            if property_ in irreflexive and node(thing) in values:
                _add(context, "related-to-itself", thing, property_, node(thing), "itself")
            if property_ in asymmetric:
                _check_both_ways(context, thing, property_, values)
            for other in excluding.get(property_, ()):
                for value in values:
                    if value in context.data.objects(thing, other):
                        told = f"{context.curie(value)}, which is its {context.curie(other)} too"
                        _add(context, "excluding-properties", thing, property_, value, told)


def _check_both_ways(context: Context, thing: str, property_: str, values: Collection[Term]) -> None:
    for value in values:
        if key(value) != thing and node(thing) in context.data.objects(key(value), property_):
            told = f"{context.curie(value)}, which has {context.curie(property_)} {context.curie(thing)}"
            _add(context, "related-both-ways", thing, property_, value, told)


def _add(context: Context, code: str, thing: str, property_: str, value: Term, told: str) -> None:
    message = f"{context.curie(thing)} has {context.curie(property_)} {told}"
    context.add(code, "violation", thing, message, "take one of them back", path=(property_,), value=value)


def _excluding(context: Context) -> dict[str, set[str]]:
    """The properties that exclude each other, each with the others."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    ontology = context.ontology
    for property_ in ontology.out:
        for other in ontology.iris(property_, OWL + "propertyDisjointWith"):
            found[property_].add(other)
            found[other].add(property_)
    for axiom in ontology.instances(OWL + "AllDisjointProperties"):
        for listed in ontology.iris(axiom, OWL + "members"):
            members = [key(m) for m in ontology.members(listed)]
            for member in members:
                found[member].update(m for m in members if m != member)
    return found
