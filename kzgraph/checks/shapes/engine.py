"""SHACL on plain terms: what pySHACL finds, many times faster (https://www.w3.org/TR/shacl/).

What of the shapes is not well-formed, or not carried out, is in ``faults`` and left out; the rest is checked.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from functools import partial

from kzgraph.checks.shapes.expressions import Expressions, UnknownExpression
from kzgraph.checks.shapes.reading.forms import LEFT_OUT, NO_EFFECT, ShapeFault, faults_of
from kzgraph.checks.shapes.reading.model import TRUE, Shape, Shapes, ValidationResult
from kzgraph.checks.shapes.reading.paths import reached
from kzgraph.checks.shapes.reading.patterns import SlowPattern
from kzgraph.checks.shapes.reading.recursion import Circles, Verdicts, siblings
from kzgraph.checks.shapes.sparql import SparqlShapes
from kzgraph.checks.shapes.values import VALUE_CHECKS, orders
from kzgraph.graph.triples import Triples, key, node
from kzgraph.terms import Term

_Check = Callable[[Term, list[Term]], Iterator[ValidationResult]]


class Engine:
    """Checks the nodes of a data graph against shapes."""

    def __init__(self, shapes: Shapes, data: Triples) -> None:
        self.shapes = shapes
        self.data = data
        self.sparql = SparqlShapes(shapes, data)
        self._circles = Circles(shapes)
        self._property_circles = Circles(shapes, of_properties=True)
        self.faults: list[ShapeFault] = [*faults_of(shapes, self._circles), *self.sparql.faults]
        self._expressions = Expressions(shapes.graph, data)
        self._left_out = {(f.shape, f.parameter, v) for f in self.faults if f.code != NO_EFFECT for v in f.values}
        self._asking = self._circles.leading_to(self.sparql.asked)
        self._checks: dict[str, list[_Check]] = {}
        self._circling: dict[str, list[Shape]] = {}
        self._siblings: dict[str, list[Shape]] = {}
        self._verdicts: Verdicts[ValidationResult] = Verdicts(lambda name, value: self.check(shapes.shape(name), value))
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
            self._expression: ("expression",),
        }

    def targets(self, shape: Shape, wanted: Container[str] | None = None) -> dict[Term, None]:
        """The focus nodes of a shape, each once; with ``wanted``, of the things of a class those that it holds."""
        found: dict[Term, None] = {}
        classes = [key(t) for t in self._right(shape, "targetClass")]
        if self.shapes.is_class(shape.name):
            classes.append(shape.name)
        for kind in classes:
            found.update((node(s), None) for s in self.data.instances(kind) if wanted is None or s in wanted)
        found.update((t, None) for t in self._right(shape, "targetNode"))
        subjects = {t.value for t in self._right(shape, "targetSubjectsOf")}
        objects = {t.value for t in self._right(shape, "targetObjectsOf")}
        if subjects or objects:
            for subject, own in self.data.out.items():
                if not subjects.isdisjoint(own):
                    found[node(subject)] = None
                for predicate in objects & own.keys():
                    found.update((value, None) for value in own[predicate])
        for target in self._right(shape, "target"):
            found.update((t, None) for t in self.sparql.targets(target))
        return found

    def _right(self, shape: Shape, parameter: str) -> list[Term]:
        """The values of a parameter without those that are left out."""
        given = shape.values(parameter)
        return [v for v in given if (shape.name, parameter, v) not in self._left_out] if self._left_out else given

    def expect(self, shape: Shape, nodes: Iterable[Term]) -> None:
        """Says that nodes will be checked against a shape, so that its queries are asked about them together."""
        todo = [(shape, node) for node in nodes] if shape.name in self._asking else []
        seen = {(shape.name, node) for _, node in todo}
        while todo:
            outer, focus = todo.pop()
            if outer.deactivated or (outer.path is None and outer.path_term is not None):
                continue
            values = [focus] if outer.path is None else reached(self.data, outer.path, focus)
            if outer.name in self.sparql.asked:
                self.sparql.expect(outer, focus, values)
            for name in self._circles.next_to(outer.name):
                if name in self._asking:
                    new = [(name, v) for v in values if (name, v) not in seen]
                    seen.update(new)
                    todo += [(self.shapes.shape(n), v) for n, v in new]

    def check(self, shape: Shape, focus: Term) -> list[ValidationResult]:
        """The results for a node and a shape."""
        found = self._own(shape, focus)
        if not self._circling[shape.name]:
            return found[0]
        results, seen, todo = list(found[0]), {(shape.name, focus)}, [(shape, found[1])]
        while todo:
            outer, values = todo.pop()
            for inner in self._circling[outer.name]:
                for value in values:
                    if (inner.name, value) not in seen:
                        seen.add((inner.name, value))
                        own, reached_values = self._own(inner, value)
                        results += own
                        todo.append((inner, reached_values))
        return results

    def _own(self, shape: Shape, focus: Term) -> tuple[list[ValidationResult], list[Term]]:
        """The results without those of property shapes that contain themselves, and the value nodes."""
        checks = self._checks.get(shape.name)
        if checks is None:
            checks = self._checks[shape.name] = [] if shape.deactivated else list(self._compiled(shape))
            inner = [self.shapes.shape(key(p)) for p in self._right(shape, "property")]
            circling = [i for i in inner if self._property_circles.together(shape.name, i.name)]
            self._circling[shape.name] = [] if shape.deactivated else circling
        if shape.deactivated or (shape.path is None and shape.path_term is not None):
            return [], []
        values = [focus] if shape.path is None else reached(self.data, shape.path, focus)
        return [result for check in checks for result in check(focus, values)], values

    def _nested(self, shape: Shape, inner: Shape, value: Term) -> tuple[ValidationResult, ...]:
        """The results for a shape that another one refers to."""
        if self._circles.together(shape.name, inner.name):
            return self._verdicts.of(inner.name, value)
        return tuple(self.check(inner, value))

    def _compiled(self, shape: Shape) -> Iterator[_Check]:
        for name, make in VALUE_CHECKS.items():
            for parameter in self._right(shape, name):
                component = name[0].upper() + name[1:]
                fits = make(parameter, shape, self.shapes, self.data)
                if name == "pattern":
                    yield partial(self._pattern, shape, parameter, fits)
                else:
                    yield partial(self._each, shape, component, fits)
        for check, names in self._others.items():
            for name in names:
                for parameter in self._right(shape, name):
                    yield partial(check, shape, name, parameter)
        if TRUE in self._right(shape, "closed"):
            yield partial(self._closed, shape, self._allowed(shape))
        yield from self.sparql.checks(shape)

    def _each(
        self, shape: Shape, component: str, fits: Callable[[Term], bool], focus: Term, values: list[Term]
    ) -> Iterator[ValidationResult]:
        for value in values:
            if not fits(value):
                yield ValidationResult(focus, shape, component, shape.path_term, value)

    def _pattern(
        self, shape: Shape, parameter: Term, fits: Callable[[Term], bool], focus: Term, values: list[Term]
    ) -> Iterator[ValidationResult]:
        """As :meth:`_each`; a pattern that takes too long is a fault, and is given up."""
        if (shape.name, "pattern", parameter) in self._left_out:
            return
        try:
            yield from self._each(shape, "Pattern", fits, focus, values)
        except SlowPattern as error:
            self._give_up(shape, "pattern", parameter, str(error))

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
        if parameter != TRUE:
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
        if not self._property_circles.together(_shape.name, inner.name):
            for value in values:
                yield from self.check(inner, value)

    def _branches(
        self, shape: Shape, name: str, parameter: Term, focus: Term, values: list[Term]
    ) -> Iterator[ValidationResult]:
        terms = [parameter] if name in {"not", "node"} else self.shapes.members(parameter)
        branches = [self.shapes.shape(key(t)) for t in terms]
        for value in values:
            found = [(b.name, self._nested(shape, b, value)) for b in branches]
            failed = [f for f in found if f[1]]
            fine = len(found) - len(failed)
            fits = {"not": fine == 0, "or": fine > 0, "xone": fine == 1}.get(name, not failed)
            if not fits:
                told = failed if name in {"node", "and", "or"} or not fine else [f for f in found if not f[1]]
                yield ValidationResult(focus, shape, name[0].upper() + name[1:], shape.path_term, value, tuple(told))

    def _qualified(
        self, shape: Shape, _: str, parameter: Term, focus: Term, values: list[Term]
    ) -> Iterator[ValidationResult]:
        is_disjoint = TRUE in self._right(shape, "qualifiedValueShapesDisjoint")
        if shape.name not in self._siblings:
            self._siblings[shape.name] = [self.shapes.shape(s) for s in siblings(self.shapes, shape)]
        others = self._siblings[shape.name] if is_disjoint else []
        inner = self.shapes.shape(key(parameter))
        failed: list[tuple[str, tuple[ValidationResult, ...]]] = []
        count = 0
        for value in values:
            found = self._nested(shape, inner, value)
            if found:
                failed.append((inner.name, found))
            elif all(self._nested(shape, s, value) for s in others):
                count += 1
        low = next(iter(self._right(shape, "qualifiedMinCount")), None)
        high = next(iter(self._right(shape, "qualifiedMaxCount")), None)
        if low is not None and count < int(low.value):
            yield ValidationResult(focus, shape, "QualifiedMinCount", shape.path_term, None, tuple(failed))
        if high is not None and count > int(high.value):
            yield ValidationResult(focus, shape, "QualifiedMaxCount", shape.path_term)

    def _expression(
        self, shape: Shape, _: str, parameter: Term, focus: Term, values: list[Term]
    ) -> Iterator[ValidationResult]:
        for value in values:
            if (shape.name, "expression", parameter) in self._left_out:
                return
            try:
                holds = self._expressions.holds(parameter, value)
            except UnknownExpression as error:
                self._give_up(shape, "expression", parameter, f"an expression of {{shape}} is not carried out: {error}")
                return
            if not holds:
                yield ValidationResult(focus, shape, "Expression", shape.path_term, value)

    def _give_up(self, shape: Shape, name: str, parameter: Term, told: str) -> None:
        """Leaves a part of a shape out from now on."""
        self.faults.append(ShapeFault(shape.name, name, (parameter,), LEFT_OUT, told, "say it in a simpler way"))
        self._left_out.add((shape.name, name, parameter))

    def _allowed(self, shape: Shape) -> set[str]:
        inner = [self.shapes.shape(key(p)).path_term for p in self._right(shape, "property")]
        ignored = [m for t in self._right(shape, "ignoredProperties") for m in self.shapes.members(t)]
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
    keys = None if wanted is None else set(map(key, wanted))
    results: list[ValidationResult] = []
    checked: set[Term] = set()
    for shape in engine.shapes.targeting():
        if shape.deactivated:
            continue
        try:
            nodes = [one for one in engine.targets(shape, keys) if wanted is None or one in wanted]
            checked.update(nodes)
            engine.expect(shape, nodes)
            for one in nodes:
                results += engine.check(shape, one)
        except RecursionError:
            message = "{shape} leads to shapes that are nested too deeply to be followed"
            engine.faults.append(ShapeFault(shape.name, "", (), LEFT_OUT, message, "nest them less"))
    return results, checked
