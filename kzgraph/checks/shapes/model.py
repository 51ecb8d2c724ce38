"""SHACL shapes as Python objects: targets, paths and parameters read from a shapes graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kzgraph.graph.triples import TYPE, Triples, key, node
from kzgraph.namespaces import OWL, RDF, RDFS, SH
from kzgraph.terms import Term

TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
SEVERITIES = {SH + "Violation": "violation", SH + "Warning": "warning", SH + "Info": "info"}
_PATHS = ("inversePath", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")
_CONSTRAINTS = {
    *("class", "datatype", "nodeKind", "minCount", "maxCount", "minExclusive", "minInclusive", "maxExclusive"),
    *("maxInclusive", "minLength", "maxLength", "pattern", "languageIn", "uniqueLang", "equals", "disjoint"),
    *("lessThan", "lessThanOrEquals", "not", "and", "or", "xone", "node", "property", "qualifiedValueShape"),
    *("closed", "hasValue", "in"),
}
_COMPANIONS = {"flags", "ignoredProperties", "qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShapesDisjoint"}
_WORDS = {"path", "severity", "message", "deactivated", "name", "description", "order", "group", "defaultValue"}
_KNOWN = _CONSTRAINTS | _COMPANIONS | _WORDS | set(TARGETS)


@dataclass(frozen=True)
class Path:
    """A SHACL property path: a predicate, or an operator with the paths it works on."""

    kind: str
    predicate: str = ""
    parts: tuple[Path, ...] = ()

    def predicates(self) -> Iterator[str]:
        """Every predicate that occurs in the path."""
        if self.kind == "predicate":
            yield self.predicate
        for part in self.parts:
            yield from part.predicates()


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


class Shapes:
    """The shapes of a shapes graph; ``strange`` names the parts that :mod:`.engine` does not support."""

    def __init__(self, graph: Triples) -> None:
        self.graph = graph
        self.strange: set[str] = set()
        self._known: dict[str, Shape] = {}
        for subject, own in graph.out.items():
            if self.is_shape(subject):
                self.strange |= {p for p in own if p.startswith(SH) and p[len(SH) :] not in _KNOWN}
                for predicate in (SH + "path", SH + "severity"):
                    if len(own.get(predicate, ())) > 1:
                        self.strange.add(predicate)
                self.shape(subject)
            elif any(t.value in {SH + "ConstraintComponent", SH + "Function"} for t in own.get(TYPE, ())):
                self.strange.add(subject)

    def is_shape(self, subject: str) -> bool:
        """Whether a node of the graph is a shape (SHACL, section 2.1)."""
        own = self.graph.out[subject]
        kinds = {key(t) for t in own.get(TYPE, ())}
        if kinds & {SH + "NodeShape", SH + "PropertyShape"}:
            return True
        return any(p.startswith(SH) and p[len(SH) :] in _CONSTRAINTS | set(TARGETS) for p in own)

    def targeting(self) -> list[Shape]:
        """The shapes that have a target of their own."""
        return [s for s in self._known.values() if any(s.values(t) for t in TARGETS) or self.is_class(s.name)]

    def is_class(self, name: str) -> bool:
        """Whether a shape is itself a class, and so targets its own instances."""
        kinds = {key(t) for t in self.graph.objects(name, TYPE)}
        return bool(kinds & {RDFS + "Class", OWL + "Class"}) and bool(kinds & {SH + "NodeShape", SH + "PropertyShape"})

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

    def _read(self, name: str) -> Shape:
        own = self.graph.out.get(name, {})
        parameters = {p[len(SH) :]: list(v) for p, v in own.items() if p.startswith(SH)}
        path = parameters.get("path", [])
        shape = Shape(
            name=name,
            path=self._path(path[0]) if path else None,
            path_term=path[0] if path else None,
            parameters=parameters,
            severity=next((t.value for t in parameters.get("severity", [])), SH + "Violation"),
            messages=parameters.get("message", []),
            deactivated=any(t.value in {"true", "1"} for t in parameters.get("deactivated", [])),
        )
        self._known[name] = shape
        return shape

    def _path(self, term: Term, depth: int = 0) -> Path:
        if term.kind == "uri":
            return Path("predicate", term.value)
        if depth > 50 or term.kind == "literal":
            self.strange.add("a path that has no end")
            return Path("predicate", "")
        if self.graph.one(key(term), RDF + "first") is not None:
            return Path("sequence", parts=tuple(self._path(m, depth + 1) for m in self.graph.members(key(term))))
        for kind in _PATHS:
            inner = self.graph.one(key(term), SH + kind)
            if inner is not None and kind == "alternativePath":
                return Path(kind, parts=tuple(self._path(m, depth + 1) for m in self.graph.members(key(inner))))
            if inner is not None:
                return Path(kind, parts=(self._path(inner, depth + 1),))
        self.strange.add("a path that is none")
        return Path("predicate", "")


def reached(graph: Triples, path: Path, start: Term) -> list[Term]:
    """The nodes that a path leads to from a node, each once."""
    if path.kind == "predicate":
        return list(graph.objects(key(start), path.predicate)) if start.kind != "literal" else []
    return list(dict.fromkeys(_reached(graph, path, start)))


def _reached(graph: Triples, path: Path, start: Term) -> Iterator[Term]:
    if path.kind == "predicate":
        yield from reached(graph, path, start)
    elif path.kind == "sequence":
        found = [start]
        for part in path.parts:
            found = list(dict.fromkeys(v for f in found for v in reached(graph, part, f)))
        yield from found
    elif path.kind == "alternativePath":
        for part in path.parts:
            yield from reached(graph, part, start)
    elif path.kind == "inversePath":
        yield from _backward(graph, path.parts[0], start)
    else:
        yield from _repeated(graph, path, start)


def _backward(graph: Triples, path: Path, start: Term) -> Iterator[Term]:
    if path.kind == "predicate":
        yield from (node(s) for s in graph.subjects(path.predicate, start))
    elif path.kind == "sequence":
        yield from reached(graph, Path("sequence", parts=tuple(_inverse(p) for p in reversed(path.parts))), start)
    elif path.kind == "inversePath":
        yield from reached(graph, path.parts[0], start)
    else:
        yield from reached(graph, Path(path.kind, parts=tuple(_inverse(p) for p in path.parts)), start)


def _inverse(path: Path) -> Path:
    return path.parts[0] if path.kind == "inversePath" else Path("inversePath", parts=(path,))


def _repeated(graph: Triples, path: Path, start: Term) -> Iterator[Term]:
    if path.kind == "zeroOrOnePath":
        yield start
        yield from reached(graph, path.parts[0], start)
        return
    found: dict[Term, None] = {start: None} if path.kind == "zeroOrMorePath" else {}
    todo = [start]
    while todo:
        for value in reached(graph, path.parts[0], todo.pop()):
            if value not in found:
                found[value] = None
                todo.append(value)
    yield from found
