"""The rules by which something follows from the graph, read from the ontology's axioms.

They are those of the profile OWL 2 RL (OWL 2 Profiles, section 4.3) for what an ontology may say here: sub-classes and
sub-properties, equivalents, domains and ranges, inverses, symmetric and transitive properties, property chains, and
classes defined by ``owl:hasValue``, ``owl:someValuesFrom``, ``owl:allValuesFrom``, ``owl:intersectionOf`` and
``owl:unionOf``; and ``owl:hasSelf``, which OWL 2 EL has, so that a chain passes through some facts alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kzgraph.errors import InputError
from kzgraph.namespaces import OWL, RDF, RDFS

TYPE = f"<{RDF}type>"
Atom = tuple[str, str, str]
"""Subject, predicate and object of a pattern as SPARQL: ``<iri>``, or a variable."""
_Bodies = list[tuple[Atom, ...]]


@dataclass(frozen=True)
class Rule:
    """What makes ``head`` true: all of ``body``, by the axiom.

    ``axiom`` is that axiom: its pattern for a rule that serves all axioms of a kind, else subject and property of
    the one axiom. ``told`` says it in words, with IRIs in angle brackets.
    """

    head: Atom
    body: tuple[Atom, ...]
    axiom: Atom
    told: str

    @property
    def is_general(self) -> bool:
        """Whether it serves all axioms of a kind."""
        return any(term.startswith("?") for term in self.axiom)

    @property
    def patterns(self) -> tuple[Atom, ...]:
        """All that must be in the graph for the rule to give something."""
        return (self.axiom, *self.body) if self.is_general else self.body


def _general(relation: str, head: Atom, *body: Atom, told: str = "") -> Rule:
    left, right = told.split(" … ") if told else ("?below", "?above")
    told = told.replace(" … ", f" {relation} ") if told else f"{left} {relation} {right}"
    return Rule(head, body, (left, relation, right), told)


_SUB_CLASS, _SUB_PROPERTY = f"<{RDFS}subClassOf>", f"<{RDFS}subPropertyOf>"
_SAME_CLASS, _SAME_PROPERTY = f"<{OWL}equivalentClass>", f"<{OWL}equivalentProperty>"
_S_TYPE, _EDGE = ("?s", TYPE, "?above"), ("?s", "?above", "?o")
_KIND = "?property"
DOMAIN_AND_RANGE = (
    _general(f"<{RDFS}domain>", _S_TYPE, ("?s", "?below", "?o")),
    _general(f"<{RDFS}range>", ("?o", TYPE, "?above"), ("?s", "?below", "?o")),
)
GENERAL = (
    Rule(
        ("?s", _KIND, "?o"),
        (("?s", _KIND, "?m"), ("?m", _KIND, "?o")),
        (_KIND, TYPE, f"<{OWL}TransitiveProperty>"),
        "?property is transitive",
    ),
    Rule(
        ("?s", _KIND, "?o"),
        (("?o", _KIND, "?s"),),
        (_KIND, TYPE, f"<{OWL}SymmetricProperty>"),
        "?property is symmetric",
    ),
    _general(_SUB_PROPERTY, _EDGE, ("?s", "?below", "?o")),
    _general(_SAME_PROPERTY, _EDGE, ("?s", "?below", "?o")),
    _general(_SAME_PROPERTY, _EDGE, ("?s", "?below", "?o"), told="?above … ?below"),
    _general(f"<{OWL}inverseOf>", _EDGE, ("?o", "?below", "?s")),
    _general(f"<{OWL}inverseOf>", _EDGE, ("?o", "?below", "?s"), told="?above … ?below"),
    *DOMAIN_AND_RANGE,
    _general(_SUB_CLASS, _S_TYPE, ("?s", TYPE, "?below")),
    _general(_SAME_CLASS, _S_TYPE, ("?s", TYPE, "?below")),
    _general(_SAME_CLASS, _S_TYPE, ("?s", TYPE, "?below"), told="?above … ?below"),
)


def rules_of(database: ox.Store) -> Iterator[Rule]:
    """The rules of the axioms that stand alone: property chains, and what is said of classes that have no name.

    Raises :class:`InputError` for a chain or class that is not written as OWL 2 has it.
    """
    graph = _RulesOfAxioms(database)
    for quad in graph.statements(OWL + "propertyChainAxiom"):
        if not isinstance(quad.subject, ox.NamedNode):
            raise wrong_chain(quad.subject)
        yield graph.chain_rule(quad.subject, quad.object)
    for quad in graph.statements(RDFS + "subClassOf"):
        yield from graph.class_rules(quad.subject, quad.object, f"<{RDFS}subClassOf>")
    for quad in graph.statements(OWL + "equivalentClass"):
        yield from graph.class_rules(quad.subject, quad.object, f"<{OWL}equivalentClass>")
        yield from graph.class_rules(quad.object, quad.subject, f"<{OWL}equivalentClass>")


class _RulesOfAxioms:
    """Turns axioms of a graph into rules: class expressions and lists become patterns."""

    def __init__(self, database: ox.Store) -> None:
        self._database = database
        self._variables = 0

    def statements(self, predicate: str) -> list[ox.Quad]:
        return list(self._database.quads_for_pattern(None, ox.NamedNode(predicate), None, ox.DefaultGraph()))

    def chain_rule(self, whole: ox.NamedNode, head: object) -> Rule:
        steps = [self._chain_step(link) for link in self._list_members(head)]
        if not steps:
            raise wrong_chain(whole)
        nodes = ["?s", *(f"?n{i}" for i in range(1, len(steps))), "?o"]
        body = tuple(
            (nodes[i + 1], p, nodes[i]) if back else (nodes[i], p, nodes[i + 1]) for i, (back, p) in enumerate(steps)
        )
        links = " / ".join(f"^{p}" if back else p for back, p in steps)
        axiom = (str(whole), f"<{OWL}propertyChainAxiom>", "")
        return Rule(("?s", str(whole), "?o"), body, axiom, f"{whole} follows from {links}")

    def class_rules(self, below: object, above: object, relation: str) -> Iterator[Rule]:
        """The rules from one class to another, if not both have names."""
        if isinstance(below, ox.NamedNode) and isinstance(above, ox.NamedNode):
            return
        self._variables = 0  # so that a rule has the same text whatever other rules there are
        heads = list(self._necessary("?s", above))
        if not heads:
            return
        names = [str(term) for term in (below, above) if isinstance(term, ox.NamedNode)]
        on = self._statements_of(above).get(OWL + "onProperty")
        axiom = (names[0] if names else "", relation, "" if names else str(on or ""))
        told = f"{self._class_in_words(below)} {relation} {self._class_in_words(above)}"
        for body in self._sufficient("?s", below) or []:
            for head, more in heads:
                yield Rule(head, (*body, *more), axiom, told)

    def _class_in_words(self, expression: object) -> str:
        """A class in the Manchester syntax, with IRIs in angle brackets."""
        told = self._statements_of(expression)
        for word, joined in (("intersectionOf", " and "), ("unionOf", " or ")):
            if OWL + word in told:
                parts = [self._class_in_words(part) for part in self._list_members(told[OWL + word])]
                return joined.join(f"({part})" if " " in part else part for part in parts)
        on = str(told.get(OWL + "onProperty", expression))
        for word, verb in (("someValuesFrom", "some"), ("allValuesFrom", "only"), ("hasValue", "value")):
            if OWL + word in told:
                return f"{on} {verb} {self._class_in_words(told[OWL + word])}"
        return f"{on} Self" if OWL + "hasSelf" in told else on

    def _sufficient(self, node: str, expression: object) -> _Bodies | None:
        """The patterns that show that a node is of a class; None if no pattern can."""
        if isinstance(expression, ox.NamedNode):
            return [()] if expression.value == OWL + "Thing" else [((node, TYPE, str(expression)),)]
        told = self._statements_of(expression)
        if OWL + "intersectionOf" in told:
            bodies: _Bodies = [()]
            for part in self._list_members(told[OWL + "intersectionOf"]):
                more = self._sufficient(node, part)
                bodies = [(*one, *other) for one in bodies for other in more or []]
            return bodies or None
        if OWL + "unionOf" in told:
            return [
                way for part in self._list_members(told[OWL + "unionOf"]) for way in self._sufficient(node, part) or []
            ]
        on = told.get(OWL + "onProperty")
        if not isinstance(on, ox.NamedNode):
            return None
        if OWL + "hasValue" in told:
            value = told[OWL + "hasValue"]
            return None if isinstance(value, ox.BlankNode) else [((node, str(on), str(value)),)]
        if OWL + "hasSelf" in told:
            return [((node, str(on), node),)]
        if OWL + "someValuesFrom" in told:
            self._variables += 1
            other = f"?v{self._variables}"
            inner = self._sufficient(other, told[OWL + "someValuesFrom"]) or []
            return [((node, str(on), other), *way) for way in inner]
        return None

    def _necessary(self, node: str, expression: object) -> Iterator[tuple[Atom, tuple[Atom, ...]]]:
        """The statements that hold for a node of a class, each with its further conditions."""
        if isinstance(expression, ox.NamedNode):
            yield (node, TYPE, str(expression)), ()
            return
        told = self._statements_of(expression)
        if OWL + "intersectionOf" in told:
            for part in self._list_members(told[OWL + "intersectionOf"]):
                yield from self._necessary(node, part)
        on, only = told.get(OWL + "onProperty"), told.get(OWL + "allValuesFrom")
        if not isinstance(on, ox.NamedNode):
            return
        if OWL + "hasValue" in told:
            value = told[OWL + "hasValue"]
            if not isinstance(value, ox.BlankNode):  # it would be any node in SPARQL, and nothing is derived of it
                yield (node, str(on), str(value)), ()
        elif OWL + "hasSelf" in told:
            yield (node, str(on), node), ()
        elif isinstance(only, ox.NamedNode):
            yield ("?o", TYPE, str(only)), ((node, str(on), "?o"),)

    def _statements_of(self, node: object) -> Mapping[str, object]:
        if not isinstance(node, ox.BlankNode):
            return {}
        found = self._database.quads_for_pattern(node, None, None, ox.DefaultGraph())
        return {quad.predicate.value: quad.object for quad in found}

    def _list_members(self, head: object) -> Iterator[object]:
        """The members of an RDF list."""
        seen = set()
        while head != ox.NamedNode(RDF + "nil"):
            told = self._statements_of(head)
            if head in seen or RDF + "first" not in told or RDF + "rest" not in told:
                raise wrong_chain(head)
            seen.add(head)
            yield told[RDF + "first"]
            head = told[RDF + "rest"]

    def _chain_step(self, link: object) -> tuple[bool, str]:
        """A link of a chain: whether it goes backwards, and its property."""
        found = link if isinstance(link, ox.NamedNode) else self._statements_of(link).get(OWL + "inverseOf")
        if not isinstance(found, ox.NamedNode):
            raise wrong_chain(link)
        return found != link, str(found)


def wrong_chain(node: object) -> InputError:
    """The error for a property chain, or a list of classes, that is none."""
    return InputError(
        f"an owl:propertyChainAxiom or list of classes is not a list of properties or classes, at {node}",
        place="ontology",
        hint="write PROPERTY owl:propertyChainAxiom ( FIRST SECOND ), each the name of a property",
    )
