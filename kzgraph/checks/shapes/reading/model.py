"""SHACL shapes as Python objects: which nodes are shapes, their targets, paths and parameters."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from kzgraph.checks.shapes.reading.paths import Path, PathFault, read_path
from kzgraph.checks.shapes.reading.words import (
    COMPANIONS,
    CONSTRAINTS,
    INFERENCES,
    LACKING,
    SHAPE_LISTS,
    SHAPE_PARAMETERS,
    TARGETS,
)
from kzgraph.graph.triples import TYPE, Triples, key
from kzgraph.namespaces import OWL, RDFS, SH
from kzgraph.terms import Term

SEVERITIES = {SH + "Violation": "violation", SH + "Warning": "warning", SH + "Info": "info"}
TRUE = Term("literal", "true", "http://www.w3.org/2001/XMLSchema#boolean")
SHAPE_CLASSES = (SH + "NodeShape", SH + "PropertyShape")
_PARAMETERS = {*CONSTRAINTS, *COMPANIONS, *TARGETS, *LACKING, *INFERENCES, "sparql", "target", "expression"} - {
    "entailment"
}


@dataclass
class Shape:
    """A node shape, or with a path a property shape."""

    name: str
    path: Path | None = None
    path_term: Term | None = None
    parameters: dict[str, list[Term]] = field(default_factory=dict)
    severity: str = SH + "Violation"
    messages: list[Term] = field(default_factory=list)
    deactivated: bool = False

    def values(self, parameter: str) -> list[Term]:
        """The values of a parameter, named without its namespace."""
        return self.parameters.get(parameter, [])

    def first(self, parameter: str) -> Term | None:
        """A value of a parameter, or None."""
        return next(iter(self.values(parameter)), None)

    def says(self, parameter: str) -> bool:
        """Whether a parameter is ``true``; SHACL takes no other word for it."""
        return TRUE in self.values(parameter)


@dataclass(frozen=True)
class ValidationResult:
    """A validation result; ``details`` holds, for nested shapes, each branch with what failed in it.

    ``component`` is the name of a component of SHACL without its ending, or the IRI of one of the shapes graph.
    ``messages`` are those of a constraint in SPARQL, which come before the shape's.
    """

    focus: Term
    shape: Shape
    component: str
    path: Term | None = None
    value: Term | None = None
    details: tuple[tuple[str, tuple[ValidationResult, ...]], ...] = ()
    messages: tuple[Term, ...] = ()


class Shapes:
    """The shapes of a shapes graph."""

    def __init__(self, graph: Triples) -> None:
        self.graph = graph
        self.component_parameters = _component_parameters(graph)
        self._known: dict[str, Shape] = {}
        for name in [*graph.out, *self._referred()]:
            if self.is_shape(name) and name not in self._known:
                self._read(name)

    def is_shape(self, name: str) -> bool:
        """Whether a node says itself that it is a shape: by its class, a target or a parameter (SHACL, section 2.1)."""
        own = self.graph.out.get(name)
        if own is None:
            return name in self._roles
        if any(self.graph.is_a(name, kind) for kind in SHAPE_CLASSES):
            return True
        if any((p.startswith(SH) and p[len(SH) :] in _PARAMETERS) or p in self.component_parameters for p in own):
            return True
        return name in self._roles

    def _referred(self) -> dict[str, None]:
        """The nodes that are used as shapes, by parameters that take one or a list of them."""
        self._roles: dict[str, None] = {}
        for own in self.graph.out.values():
            for name in SHAPE_PARAMETERS:
                self._roles.update((key(v), None) for v in own.get(SH + name, ()) if v.kind != "literal")
            for name in SHAPE_LISTS:
                for value in own.get(SH + name, ()):
                    members = self.graph.members(key(value))
                    self._roles.update((key(m), None) for m in members if m.kind != "literal")
        return self._roles

    def targeting(self) -> list[Shape]:
        """The shapes that have a target of their own."""
        return [s for s in self.all() if any(s.values(t) for t in (*TARGETS, "target")) or self.is_class(s.name)]

    def is_class(self, name: str) -> bool:
        """Whether a shape is itself a class, and so targets its own instances."""
        is_a = self.graph.is_a
        return any(is_a(name, c) for c in (RDFS + "Class", OWL + "Class")) and any(is_a(name, c) for c in SHAPE_CLASSES)

    def all(self) -> list[Shape]:
        """All shapes."""
        return list(self._known.values())

    def shape(self, name: str) -> Shape:
        """The shape of a node of the graph."""
        known = self._known.get(name)
        return known if known is not None else self._read(name)

    def members(self, term: Term) -> list[Term]:
        """The members of a list of the shapes graph."""
        return self.graph.members(key(term))

    def parameters_of(self, shape: Shape, predicate: str) -> list[Term]:
        """The values of a predicate of any namespace, such as a parameter of a constraint component."""
        return list(self.graph.objects(shape.name, predicate))

    def _read(self, name: str) -> Shape:
        own = self.graph.out.get(name, {})
        parameters = {p[len(SH) :]: list(v) for p, v in own.items() if p.startswith(SH)}
        term = next(iter(parameters.get("path", [])), None)
        path = None
        if term is not None:
            with contextlib.suppress(PathFault):  # what is wrong with it is found where the form is checked
                path = read_path(self.graph, term)
        shape = Shape(
            name=name,
            path=path,
            path_term=term,
            parameters=parameters,
            severity=next((t.value for t in parameters.get("severity", []) if t.kind == "uri"), SH + "Violation"),
            messages=[m for m in parameters.get("message", []) if m.kind == "literal"],
            deactivated=TRUE in parameters.get("deactivated", []),
        )
        self._known[name] = shape
        return shape


def _component_parameters(graph: Triples) -> dict[str, list[str]]:
    """The predicates that the graph's own constraint components take as parameters, each with these components."""
    found: dict[str, list[str]] = {}
    for component in components(graph):
        for parameter in graph.objects(component, SH + "parameter"):
            for path in graph.objects(key(parameter), SH + "path"):
                found.setdefault(path.value, []).append(component)
    return found


def components(graph: Triples) -> Iterator[str]:
    """The constraint components that a shapes graph declares."""
    below = graph.below(SH + "ConstraintComponent")
    for name, own in graph.out.items():
        if any(key(t) in below for t in own.get(TYPE, ())) and not name.startswith(SH):
            yield name
