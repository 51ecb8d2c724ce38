"""SHACL Core on plain terms: what pySHACL finds, many times faster (https://www.w3.org/TR/shacl/).

What it does not do (SHACL-SPARQL, functions, rules) :class:`.shacl_model.Shapes` names, and pySHACL does it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from kzgraph.checks.shapes.model import Shape, Shapes, reached
from kzgraph.checks.shapes.values import VALUE_CHECKS, orders
from kzgraph.graph.triples import Triples, key, node
from kzgraph.namespaces import SH
from kzgraph.terms import Term

_DEEPEST = 30


class TooDeep(Exception):  # it is caught in this package, and pySHACL asked instead
    """Shapes that refer to each other without end."""


@dataclass(frozen=True)
class ValidationResult:
    """A validation result; ``details`` holds, for nested shapes, each branch with what failed in it."""

    focus: Term
    shape: Shape
    component: str
    path: Term | None = None
    value: Term | None = None
    details: tuple[tuple[str, tuple[ValidationResult, ...]], ...] = ()


_Check = Callable[[Term, list[Term]], Iterator[ValidationResult]]


class Engine:
    """Checks the nodes of a data graph against shapes."""

    def __init__(self, shapes: Shapes, data: Triples) -> None:
        self.shapes = shapes
        self.data = data
        self._checks: dict[str, list[_Check]] = {}
        self._depth = 0
        self._others: dict[Callable[..., Iterator[ValidationResult]], tuple[str, ...]] = {
            self._count: ("minCount", "maxCount"),
            self._has_value: ("hasValue",),
            self._unique_language: ("uniqueLang",),
            self._equals: ("equals",),
            self._disjoint: ("disjoint",),
            self._less: ("lessThan", "lessThanOrEquals"),
            self._branches: ("not", "and", "or", "xone", "node"),
            self._property: ("property",),
            self._qualified: ("qualifiedValueShape",),
        }

    def targets(self, shape: Shape) -> dict[Term, None]:
        """The focus nodes of a shape, each once."""
        found: dict[Term, None] = {}
        classes = [t.value for t in shape.values("targetClass")]
        if self.shapes.is_class(shape.name):
            classes.append(shape.name)
        for kind in classes:
            found.update((node(s), None) for s in self.data.instances(kind))
        found.update((t, None) for t in shape.values("targetNode"))
        subjects = {t.value for t in shape.values("targetSubjectsOf")}
        objects = {t.value for t in shape.values("targetObjectsOf")}
        if subjects or objects:
            for subject, predicate, value in self.data:
                if predicate in subjects:
                    found[node(subject)] = None
                if predicate in objects:
                    found[value] = None
        return found

    def check(self, shape: Shape, focus: Term) -> list[ValidationResult]:
        """The results for a node and a shape; raises :class:`TooDeep`."""
        if shape.deactivated:
            return []
        self._depth += 1
        if self._depth > _DEEPEST:
            raise TooDeep
        try:
            values = [focus] if shape.path is None else reached(self.data, shape.path, focus)
            checks = self._checks.get(shape.name)
            if checks is None:
                checks = self._checks[shape.name] = list(self._compiled(shape))
            return [result for check in checks for result in check(focus, values)]
        finally:
            self._depth -= 1

    def _compiled(self, shape: Shape) -> Iterator[_Check]:
        for name, make in VALUE_CHECKS.items():
            for parameter in shape.values(name):
                component = name[0].upper() + name[1:]
                yield partial(self._each, shape, component, make(parameter, shape, self.shapes, self.data))
        for check, names in self._others.items():
            for name in names:
                for parameter in shape.values(name):
                    yield partial(check, shape, name, parameter)
        if any(t.value in {"true", "1"} for t in shape.values("closed")):
            yield partial(self._closed, shape, self._allowed(shape))

    def _each(
        self, shape: Shape, component: str, fits: Callable[[Term], bool], focus: Term, values: list[Term]
    ) -> Iterator[ValidationResult]:
        for value in values:
            if not fits(value):
                yield ValidationResult(focus, shape, component, shape.path_term, value)

    def _count(
        self, shape: Shape, name: str, parameter: Term, focus: Term, values: list[Term]
    ) -> Iterator[ValidationResult]:
        number = int(parameter.value)
        if len(values) < number if name == "minCount" else len(values) > number:
            yield ValidationResult(focus, shape, name[0].upper() + name[1:], shape.path_term)

    def _has_value(
        self, shape: Shape, _: str, parameter: Term, focus: Term, values: list[Term]
    ) -> Iterator[ValidationResult]:
        if parameter not in values:
            yield ValidationResult(focus, shape, "HasValue", shape.path_term)

    def _unique_language(
        self, shape: Shape, _: str, parameter: Term, focus: Term, values: list[Term]
    ) -> Iterator[ValidationResult]:
        if parameter.value not in {"true", "1"}:
            return
        tags = [v.language.lower() for v in values if v.language]
        for _tag in sorted({t for t in tags if tags.count(t) > 1}):
            yield ValidationResult(focus, shape, "UniqueLang", shape.path_term)

    def _equals(
        self, shape: Shape, _: str, parameter: Term, focus: Term, values: list[Term]
    ) -> Iterator[ValidationResult]:
        others = set(self.data.objects(key(focus), parameter.value))
        for value in [v for v in values if v not in others] + [o for o in others if o not in set(values)]:
            yield ValidationResult(focus, shape, "Equals", shape.path_term, value)

    def _disjoint(
        self, shape: Shape, _: str, parameter: Term, focus: Term, values: list[Term]
    ) -> Iterator[ValidationResult]:
        others = set(self.data.objects(key(focus), parameter.value))
        for value in values:
            if value in others:
                yield ValidationResult(focus, shape, "Disjoint", shape.path_term, value)

    def _less(
        self, shape: Shape, name: str, parameter: Term, focus: Term, values: list[Term]
    ) -> Iterator[ValidationResult]:
        component = name[0].upper() + name[1:]
        for value in values:
            for other in self.data.objects(key(focus), parameter.value):
                if not orders(value, other, or_equal=name == "lessThanOrEquals"):
                    yield ValidationResult(focus, shape, component, shape.path_term, value)

    def _property(
        self, _shape: Shape, _: str, parameter: Term, _focus: Term, values: list[Term]
    ) -> Iterator[ValidationResult]:
        inner = self.shapes.shape(key(parameter))
        for value in values:
            yield from self.check(inner, value)

    def _branches(
        self, shape: Shape, name: str, parameter: Term, focus: Term, values: list[Term]
    ) -> Iterator[ValidationResult]:
        terms = [parameter] if name in {"not", "node"} else self.shapes.members(parameter)
        branches = [self.shapes.shape(key(t)) for t in terms]
        for value in values:
            found = [(b.name, tuple(self.check(b, value))) for b in branches]
            failed = [f for f in found if f[1]]
            fine = len(found) - len(failed)
            fits = {"not": fine == 0, "or": fine > 0, "xone": fine == 1}.get(name, not failed)
            if not fits:
                told = failed if name in {"node", "and", "or"} or not fine else [f for f in found if not f[1]]
                yield ValidationResult(focus, shape, name[0].upper() + name[1:], shape.path_term, value, tuple(told))

    def _qualified(
        self, shape: Shape, _: str, parameter: Term, focus: Term, values: list[Term]
    ) -> Iterator[ValidationResult]:
        siblings = self._siblings(shape, parameter)
        inner = self.shapes.shape(key(parameter))
        failed: list[tuple[str, tuple[ValidationResult, ...]]] = []
        count = 0
        for value in values:
            found = self.check(inner, value)
            if found:
                failed.append((inner.name, tuple(found)))
            elif not any(not self.check(s, value) for s in siblings):
                count += 1
        low, high = shape.first("qualifiedMinCount"), shape.first("qualifiedMaxCount")
        if low is not None and count < int(low.value):
            yield ValidationResult(focus, shape, "QualifiedMinCount", shape.path_term, None, tuple(failed))
        if high is not None and count > int(high.value):
            yield ValidationResult(focus, shape, "QualifiedMaxCount", shape.path_term)

    def _siblings(self, shape: Shape, own: Term) -> list[Shape]:
        if not any(t.value in {"true", "1"} for t in shape.values("qualifiedValueShapesDisjoint")):
            return []
        found: dict[str, None] = {}
        for parent in self.shapes.graph.subjects(SH + "property", node(shape.name)):
            for sibling in self.shapes.graph.iris(parent, SH + "property"):
                found.update(dict.fromkeys(self.shapes.graph.iris(sibling, SH + "qualifiedValueShape")))
        return [self.shapes.shape(s) for s in found if s != key(own)]

    def _allowed(self, shape: Shape) -> set[str]:
        inner = [self.shapes.shape(key(p)).path_term for p in shape.values("property")]
        ignored = [m for t in shape.values("ignoredProperties") for m in self.shapes.members(t)]
        return {t.value for t in [*inner, *ignored] if t is not None and t.kind == "uri"}

    def _closed(self, shape: Shape, allowed: set[str], focus: Term, values: list[Term]) -> Iterator[ValidationResult]:
        for value in values:
            for predicate, objects in self.data.out.get(key(value), {}).items():
                if predicate not in allowed:
                    for one in objects:
                        yield ValidationResult(focus, shape, "Closed", Term("uri", predicate), one)


def run(engine: Engine, focus: Iterable[Term] | None = None) -> tuple[list[ValidationResult], set[Term]]:
    """The results of all shapes on their targets, or on those of them that are in ``focus``; and the nodes checked."""
    wanted = None if focus is None else set(focus)
    results: list[ValidationResult] = []
    checked: set[Term] = set()
    for shape in engine.shapes.targeting():
        if shape.deactivated:
            continue
        for one in engine.targets(shape):
            if wanted is None or one in wanted:
                checked.add(one)
                results += engine.check(shape, one)
    return results, checked
