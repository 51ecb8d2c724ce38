"""No vacuous pass: shapes that target nothing, and shapes that speak of classes and properties that do not exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kzgraph.checks.findings.finding import Finding
from kzgraph.checks.shapes.engine import Engine
from kzgraph.checks.shapes.model import Shape
from kzgraph.checks.statements.vocabulary import closed_namespaces
from kzgraph.checks.syntax.context import Context
from kzgraph.checks.syntax.inputs import shown_path
from kzgraph.files.turtle import TurtleText
from kzgraph.namespaces import shorten
from kzgraph.wording.names import nearest


@dataclass
class _ShapeFiles:
    """The shape files, to find the place of a shape."""

    texts: dict[str, TurtleText]

    def place(self, shape: Shape, predicate: str, value: str) -> tuple[str, int, int, int]:
        """File, line, column and length of what a shape says."""
        for shown, turtle in self.texts.items():
            name = "" if shape.name.startswith("_:") else shape.name
            found = turtle.find(name, predicate, value) if name else None
            if not found:
                said = [s for s in turtle.statements if s.predicate == predicate and s.object == value]
                found = said[0].object_place if said and not name else None
            if found:
                return shown, found.line, found.column, found.length
        return "shapes", 0, 0, 1


def check_targets(context: Context, engine: Engine) -> list[tuple[str, list[str]]]:
    """Adds a finding for each shape that checks nothing; gives the lines of the shape files by name."""
    terms = set(context.ontology.out)
    closed = closed_namespaces(context, terms)
    wrong: list[tuple[Shape, str, str, str]] = []
    empty: list[Shape] = []
    for shape in engine.shapes.all():
        unknown = [
            (shape, predicate, value, what)
            for predicate, value, what in _terms(shape)
            if value not in terms and any(value.startswith(n) for n in closed)
        ]
        wrong += unknown
        if not unknown and shape in engine.shapes.targeting() and not shape.deactivated:
            targets = engine.targets(shape)
            if not targets:
                empty.append(shape)
    if not wrong and not empty:
        return []
    files = _ShapeFiles(_texts(context))
    for shape, predicate, value, what in wrong:
        near = nearest(context.curie(value), [shorten(t, context.project.prefixes) for t in terms], 1)
        told = f"{context.curie(value)}, {what} of {_name(context, shape)}, is not a term of the ontology"
        _add(
            context,
            files,
            shape,
            "unknown-shape-term",
            "violation",
            predicate,
            value,
            told,
            f"did you mean {near[0]}?" if near else "",
        )
    for shape in empty:
        told = f"{_name(context, shape)} is for nothing that the project describes, so it checks nothing"
        _add(
            context, files, shape, "empty-target", "warning", "", "", told, "describe such a thing, or remove the shape"
        )
    return [(shown, turtle.lines) for shown, turtle in files.texts.items()]


def _terms(shape: Shape) -> Iterator[tuple[str, str, str]]:
    sh = "http://www.w3.org/ns/shacl#"
    for target in ("targetClass", "targetSubjectsOf", "targetObjectsOf"):
        yield from ((sh + target, t.value, "a target") for t in shape.values(target))
    if shape.path is not None:
        yield from ((sh + "path", p, "the path") for p in shape.path.predicates())
    yield from ((sh + "class", t.value, "a class") for t in shape.values("class"))


def _name(context: Context, shape: Shape) -> str:
    return "a nameless shape" if shape.name.startswith("_:") else context.curie(shape.name)


def _texts(context: Context) -> dict[str, TurtleText]:
    found = {}
    for path in context.project.files("shapes"):
        text = path.read_text("utf-8", "replace")
        found[shown_path(context.project, path)] = TurtleText(text)
    return found


def _add(
    context: Context,
    files: _ShapeFiles,
    shape: Shape,
    code: str,
    severity: str,
    predicate: str,
    value: str,
    told: str,
    hint: str,
) -> None:
    file, line, column, length = files.place(shape, predicate, value)
    curie = context.curie(value) if value else ""
    context.report.findings.append(
        Finding(
            code, severity, file, line, column, told, hint, thing=_name(context, shape), value=curie, length=length
        )
    )  # fmt: skip
