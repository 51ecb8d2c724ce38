"""No vacuous pass: shapes that target nothing, speak of terms that do not exist, or are not carried out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kzgraph.checks.findings.finding import Finding
from kzgraph.checks.shapes.engine import Engine
from kzgraph.checks.shapes.reading.forms import ShapeFault
from kzgraph.checks.shapes.reading.model import Shape, Shapes
from kzgraph.checks.statements.vocabulary import closed_namespaces
from kzgraph.checks.syntax.context import Context
from kzgraph.checks.syntax.inputs import shown_path
from kzgraph.files.placed.places import Places
from kzgraph.files.placed.text import Place
from kzgraph.files.project import Project
from kzgraph.graph.triples import node
from kzgraph.namespaces import SH, shorten
from kzgraph.terms import Term
from kzgraph.walls.reading import real_path
from kzgraph.wording.names import nearest

_NAMED = re.compile(r"<([^<> ]+)>\?")


class ShapeFiles:
    """The files of some shapes, to find where a shape stands."""

    def __init__(self, project: Project, paths: list[Path]) -> None:
        self._places = Places(project)
        self._shown = {project.relative(real_path(p)): shown_path(project, real_path(p)) for p in paths}

    def place(self, shape: Shape, predicate: str, value: Term | None) -> tuple[str, Place]:
        """The file of what a shape says, and where it stands there; of the shapes at all if no file says it."""
        written = None if value is None or value.kind == "bnode" else value.value
        said = {(f"{SH}{p}", v.value) for p, values in shape.parameters.items() for v in values if v.kind != "bnode"}
        for file, shown in self._shown.items():
            if not shape.name.startswith("_:"):
                found = self._places.find(file, shape.name, predicate, written)
            else:
                found = self._places.value_of_any(file, predicate, written) if written is not None else None
                found = found or self._places.nameless_like(file, said, predicate, written)
            if found:
                return shown, found
        only = next(iter(self._shown.values())) if len(self._shown) == 1 else "shapes"
        return only, Place(0, 0)

    def lines(self) -> dict[str, list[str]]:
        """The lines of all shape files, by the names that findings have."""
        return {shown: self._places.text(file).lines for file, shown in self._shown.items()}


def report_faults(context: Context, shapes: Shapes, files: ShapeFiles, faults: list[ShapeFault]) -> None:
    """Adds a finding for each part of a shape that is not well-formed, or not carried out."""
    for fault in faults:
        value = fault.values[0] if fault.values else None
        shape = shapes.shape(fault.shape)
        shown = "" if value is None else context.curie(value)
        told = fault.message.replace("{value}", "\0").replace("{shape}", _name(context, shape)).replace("\0", shown)
        hint = _NAMED.sub(lambda found: f"{context.curie(found[1])}?", fault.hint)
        _add(context, files, shape, fault.code, fault.severity, fault.statement, value, told, hint)


def check_targets(context: Context, engine: Engine) -> dict[str, list[str]]:
    """Adds a finding for each shape that checks nothing; gives the lines of the shape files by name."""
    terms = set(context.ontology.out)
    closed = closed_namespaces(context, terms)
    wrong: list[tuple[Shape, str, str, str]] = []
    empty: list[Shape] = []
    targeting = {s.name for s in engine.shapes.targeting()}
    for shape in engine.shapes.all():
        unknown = [
            (shape, predicate, value, what)
            for predicate, value, what in _terms(shape)
            if value not in terms and any(value.startswith(n) for n in closed)
        ]
        wrong += unknown
        if not unknown and shape.name in targeting and not shape.deactivated:
            targets = engine.targets(shape)
            if not targets:
                empty.append(shape)
    if not wrong and not empty:
        return {}
    files = ShapeFiles(context.project, context.project.files("shapes"))
    for shape, predicate, value, what in wrong:
        near = nearest(context.curie(value), [shorten(t, context.prefixes) for t in terms], 1)
        message = f"{context.curie(value)}, {what} of {_name(context, shape)}, is not a term of the ontology"
        _add(
            context,
            files,
            shape,
            "unknown-shape-term",
            "violation",
            predicate,
            Term("uri", value),
            message,
            f"did you mean {near[0]}?" if near else "",
        )
    for shape in empty:
        message = f"{_name(context, shape)} is for nothing that the project describes, so it checks nothing"
        _add(
            context,
            files,
            shape,
            "empty-target",
            "warning",
            "",
            None,
            message,
            "describe such a thing, or remove the shape",
        )
    return files.lines()


def _terms(shape: Shape) -> Iterator[tuple[str, str, str]]:
    for target in ("targetClass", "targetSubjectsOf", "targetObjectsOf"):
        yield from ((SH + target, t.value, "a target") for t in shape.values(target))
    if shape.path is not None:
        yield from ((SH + "path", p, "the path") for p in shape.path.predicates())
    yield from ((SH + "class", t.value, "a class") for t in shape.values("class"))


def _name(context: Context, shape: Shape) -> str:
    return "a nameless shape" if shape.name.startswith("_:") else context.curie(shape.name)


def _add(
    context: Context,
    files: ShapeFiles,
    shape: Shape,
    code: str,
    severity: str,
    predicate: str,
    value: Term | None,
    told: str,
    hint: str,
) -> None:
    file, place = files.place(shape, predicate, value)
    curie = "" if value is None else context.curie(value)
    context.report.findings.append(
        Finding(
            code, severity, file, place.line, place.column, told, hint, thing=_name(context, shape), value=curie,
            length=place.length, focus=node(shape.name),
        )
    )  # fmt: skip
