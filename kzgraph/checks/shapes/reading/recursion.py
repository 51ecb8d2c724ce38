"""Shapes that refer to each other in a circle, and what that means.

SHACL leaves the meaning of such shapes open (section 3.4.3). Here a node conforms unless something disproves it: of all
assignments that fit the shapes, the one in which most nodes conform (the greatest fixpoint). It exists, and is the only
such one, as long as no circle leads through a negation; where one does, that is a finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

from kzgraph.checks.shapes.reading.model import Shape, Shapes
from kzgraph.graph.triples import key
from kzgraph.terms import Term

Result = TypeVar("Result")
_Pair = tuple[str, Term]
_NEGATIVE = ("not", "xone")
_POSITIVE = ("node", "and", "or", "property")
_REFERRING = {*_NEGATIVE, *_POSITIVE, "qualifiedValueShape"}


def references(shapes: Shapes, shape: Shape) -> Iterator[tuple[str, bool]]:
    """The shapes that a shape refers to, each with whether it is asked to fail there."""
    if _REFERRING.isdisjoint(shape.parameters):
        return
    for name in _POSITIVE:
        yield from ((target, False) for target in _named(shapes, shape, name))
    for name in _NEGATIVE:
        yield from ((target, True) for target in _named(shapes, shape, name))
    yield from _counted(shapes, shape)


def _counted(shapes: Shapes, shape: Shape) -> Iterator[tuple[str, bool]]:
    """The references of a qualified value shape, and those to the shapes beside it that it holds apart."""
    counted = _named(shapes, shape, "qualifiedValueShape")
    for target in counted:
        if shape.values("qualifiedMinCount"):
            yield target, False
        if shape.values("qualifiedMaxCount"):
            yield target, True
    if counted and shape.says("qualifiedValueShapesDisjoint"):
        for sibling in siblings(shapes, shape):
            if shape.values("qualifiedMinCount"):
                yield sibling, True
            if shape.values("qualifiedMaxCount"):
                yield sibling, False


def siblings(shapes: Shapes, shape: Shape) -> list[str]:
    """The sibling shapes of a shape with a qualified value shape (SHACL, section 4.7.3)."""
    found: dict[str, None] = {}
    own = set(_named(shapes, shape, "qualifiedValueShape"))
    for parent in shapes.all():
        inner = _named(shapes, parent, "property")
        if shape.name in inner:
            for name in inner:
                found.update(dict.fromkeys(_named(shapes, shapes.shape(name), "qualifiedValueShape")))
    return [name for name in found if name not in own]


def _named(shapes: Shapes, shape: Shape, parameter: str) -> list[str]:
    if parameter not in shape.parameters:
        return []
    is_list = parameter in {"and", "or", "xone"}
    terms = [m for v in shape.values(parameter) for m in (shapes.members(v) if is_list else [v])]
    return [key(t) for t in terms if t.kind != "literal"]


class Circles:
    """The circles among shapes: which shapes are in one together, and which circles lead through a negation."""

    def __init__(self, shapes: Shapes, *, of_properties: bool = False) -> None:
        """The circles of all references, or of those by ``sh:property`` alone."""

        def edges(shape: Shape) -> list[tuple[str, bool]]:
            if of_properties:
                return [(name, False) for name in _named(shapes, shape, "property")]
            return list(references(shapes, shape))

        self._edges = {s.name: edges(s) for s in shapes.all()}
        self._group: dict[str, int] = {}
        self.groups: list[list[str]] = []
        self._find()

    def together(self, one: str, other: str) -> bool:
        """Whether two shapes are in one circle."""
        group = self._group.get(one)
        return group is not None and group == self._group.get(other)

    def negative(self) -> Iterator[tuple[str, str]]:
        """The references inside a circle that ask a shape to fail."""
        for name, found in self._edges.items():
            yield from dict.fromkeys((name, t) for t, negated in found if negated and self.together(name, t))

    def next_to(self, name: str) -> list[str]:
        """The shapes to which a shape refers."""
        return list(dict.fromkeys(target for target, _ in self._edges.get(name, ())))

    def leading_to(self, names: Iterable[str]) -> set[str]:
        """These shapes, and all that refer to them, directly or through others."""
        before: dict[str, list[str]] = {}
        for name, edges in self._edges.items():
            for target, _ in edges:
                before.setdefault(target, []).append(name)
        found = set(names)
        todo = list(found)
        while todo:
            new = [n for n in before.get(todo.pop(), ()) if n not in found]
            found.update(new)
            todo += new
        return found

    def _find(self) -> None:
        """Tarjan's algorithm, without recursion of its own."""
        number: dict[str, int] = {}
        low: dict[str, int] = {}
        stack: list[str] = []
        on_stack: set[str] = set()
        for start in self._edges:
            if start in number:
                continue
            number[start] = low[start] = len(number)
            stack.append(start)
            on_stack.add(start)
            todo = [(start, iter(self._edges[start]))]
            while todo:
                name, edges = todo[-1]
                target = next((t for t, _ in edges if t in self._edges), None)
                if target is None:
                    todo.pop()
                    if todo:
                        low[todo[-1][0]] = min(low[todo[-1][0]], low[name])
                    if low[name] == number[name]:
                        self._close(name, stack, on_stack)
                elif target not in number:
                    number[target] = low[target] = len(number)
                    stack.append(target)
                    on_stack.add(target)
                    todo.append((target, iter(self._edges[target])))
                elif target in on_stack:
                    low[name] = min(low[name], number[target])

    def _close(self, name: str, stack: list[str], on_stack: set[str]) -> None:
        members: list[str] = []
        while not members or members[-1] != name:
            members.append(stack.pop())
            on_stack.discard(members[-1])
        if len(members) > 1 or any(t == name for t, _ in self._edges[name]):
            self._group.update((m, len(self.groups)) for m in members)
            self.groups.append(sorted(members))


class Verdicts(Generic[Result]):
    """The results for pairs of shape and node that refer to each other in circles, by the greatest fixpoint."""

    def __init__(self, check: Callable[[str, Term], list[Result]]) -> None:
        self._check = check
        self._known: dict[_Pair, tuple[Result, ...]] = {}
        self._waiting: dict[_Pair, dict[_Pair, None]] = {}
        self._todo: list[_Pair] | None = None
        self._current: _Pair | None = None

    def of(self, shape: str, value: Term) -> tuple[Result, ...]:
        """The results for a node and a shape; while a circle is worked out, none until something disproves it."""
        pair = shape, value
        if self._todo is None:
            if pair not in self._known:
                self._work_out(pair)
            return self._known[pair]
        if self._current is not None:
            self._waiting.setdefault(pair, {})[self._current] = None
        if pair not in self._known:
            self._known[pair] = ()
            self._todo.append(pair)
        return self._known[pair]

    def _work_out(self, first: _Pair) -> None:
        self._known[first] = ()
        self._todo = [first]
        try:
            while self._todo:
                self._current = pair = self._todo.pop()
                results = tuple(self._check(*pair))
                fails_anew = bool(results) and not self._known[pair]
                self._known[pair] = results
                if fails_anew:
                    self._todo += self._waiting.get(pair, ())
        finally:
            self._todo = self._current = None
