"""No vacuous pass: shapes that target nothing, and shapes that speak of classes and properties that do not exist."""

from __future__ import annotations

from collections.abc import Iterator

from kzgraph.checks.findings.finding import Finding
from kzgraph.checks.shapes.engine import Engine
from kzgraph.checks.shapes.model import Shape
from kzgraph.checks.statements.vocabulary import closed_namespaces
from kzgraph.checks.syntax.context import Context
from kzgraph.checks.syntax.inputs import shown_path
from kzgraph.files.places import Places
from kzgraph.files.project import Project
from kzgraph.files.turtle import Place
from kzgraph.namespaces import shorten
from kzgraph.wording.names import nearest


class _ShapeFiles:
    """The shape files, to find where a shape stands."""

    def __init__(self, project: Project) -> None:
        self._places = Places(project)
        self._shown = {project.relative(p): shown_path(project, p) for p in project.files("shapes")}

    def place(self, shape: Shape, predicate: str, value: str) -> tuple[str, Place]:
        """The file of what a shape says, and where it stands there; of the shapes at all if no file says it."""
        for file, shown in self._shown.items():
            if shape.name.startswith("_:"):
                found = self._places.value_of_any(file, predicate, value)
            else:
                found = self._places.find(file, shape.name, predicate, value)
            if found:
                return shown, found
        return "shapes", Place(0, 0)

    def lines(self) -> list[tuple[str, list[str]]]:
        """The lines of all shape files, by the names that findings have."""
        return [(shown, self._places.text(file).lines) for file, shown in self._shown.items()]


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
    files = _ShapeFiles(context.project)
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
    return files.lines()


def _terms(shape: Shape) -> Iterator[tuple[str, str, str]]:
    sh = "http://www.w3.org/ns/shacl#"
    for target in ("targetClass", "targetSubjectsOf", "targetObjectsOf"):
        yield from ((sh + target, t.value, "a target") for t in shape.values(target))
    if shape.path is not None:
        yield from ((sh + "path", p, "the path") for p in shape.path.predicates())
    yield from ((sh + "class", t.value, "a class") for t in shape.values("class"))


def _name(context: Context, shape: Shape) -> str:
    return "a nameless shape" if shape.name.startswith("_:") else context.curie(shape.name)


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
    file, place = files.place(shape, predicate, value)
    curie = context.curie(value) if value else ""
    context.report.findings.append(
        Finding(
            code, severity, file, place.line, place.column, told, hint, thing=_name(context, shape), value=curie,
            length=place.length,
        )
    )  # fmt: skip
