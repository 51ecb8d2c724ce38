"""Third stage: the shapes, in the context of the whole project; every result becomes a finding."""

from __future__ import annotations

from pathlib import Path

from kzgraph.checks.findings.finding import Finding
from kzgraph.checks.shapes.engine import Engine, run
from kzgraph.checks.shapes.reading.model import SHAPE_CLASSES, Shapes
from kzgraph.checks.shapes.shape_findings import report_results
from kzgraph.checks.shapes.sparql_texts import refuse_unsafe_shapes
from kzgraph.checks.shapes.targets import ShapeFiles, report_faults
from kzgraph.checks.syntax.context import Context
from kzgraph.checks.syntax.syntax import context_triples
from kzgraph.errors import InputError
from kzgraph.files.named_files import named_files
from kzgraph.files.rdf_files import number_of_triple_terms
from kzgraph.graph.triples import Triples, node
from kzgraph.terms import Term
from kzgraph.walls.reading import file_bytes
from kzgraph.wording.numbers import counted


def check_shapes(
    context: Context, files: list[Path] | None = None, *, whole: bool = True
) -> tuple[Engine | None, dict[str, list[str]]]:
    """Adds what the shapes find on the things that the files describe; counts shapes and focus nodes.

    The shapes are those in ``files``, or those of the project; that others stand in its ontology is told. ``whole``
    says that all instances are checked, so that also what no file describes is, if a shape names it. Gives the engine,
    and the lines of the shape files by name if a finding is about them. Raises :class:`InputError` for files that
    cannot be read, and :class:`RefusedError` for SPARQL that would reach out.
    """
    graph = Triples()
    paths = context.project.files("shapes") if files is None else _inside(files)
    for path in paths:
        own = context_triples(context.project, path, is_needed=True)
        refuse_unsafe_shapes(own, context.project.relative(path))
        graph.include(own)
        _refuse_triple_terms(context, path)
    shapes = Shapes(graph)
    targeting = {s.name for s in shapes.targeting()}
    context.report.shapes = len([s for s in shapes.all() if s.name in targeting or not s.name.startswith("_:")])
    if not context.own.out:
        return None, _faults(context, shapes, paths) if not context.checked else {}
    if files is None:
        _add_shapes_elsewhere(context, graph)
    engine = Engine(shapes, context.data)
    results, checked = run(engine, None if context.data is context.own else _concerned(context, engine, whole=whole))
    context.report.focus_nodes = len(checked)
    shape_files = ShapeFiles(context.project, paths)
    report_faults(context, shapes, shape_files, engine.faults)
    if not context.report.shapes and files is not None:
        shown, told = context.project.relative(files[0]), "holds no shape, so nothing was checked against any"
        hint = "name the file that has the shapes; one says `a sh:NodeShape`"
        context.report.findings.append(Finding.on_file("nothing-targeted", "violation", shown, told, hint))
    elif not context.report.shapes:
        _add_untargeted(context, "there are no shapes, so nothing was checked against any", "write one into shapes/")
    elif not checked:
        message = "no shape is for anything that is described here, so nothing was checked against the shapes"
        _add_untargeted(context, message, "give the things a class of the ontology")
    report_results(context, shapes, results)
    return engine, shape_files.lines() if engine.faults else {}


def _faults(context: Context, shapes: Shapes, paths: list[Path]) -> dict[str, list[str]]:
    """Adds what is wrong with shapes of which nothing is asked; gives the lines of their files."""
    engine, files = Engine(shapes, context.data), ShapeFiles(context.project, paths)
    report_faults(context, shapes, files, engine.faults)
    return files.lines() if engine.faults else {}


def _refuse_triple_terms(context: Context, path: Path) -> None:
    """Adds a finding if shapes speak of triple terms, which this engine passes over."""
    shown = context.project.relative(path)
    number = number_of_triple_terms(file_bytes(path, shown), shown, path)
    if number:
        message = f"{counted(number, 'statement')} with a triple term (RDF 1.2): nothing is checked by it"
        hint = "say in the shape what SHACL 1.0 can: IRIs, blank nodes and literals"
        context.report.findings.append(Finding.on_file("broken-shapes", "violation", shown, message, hint))


def _add_shapes_elsewhere(context: Context, checked: Triples) -> None:
    """Adds a finding if the ontology holds shapes that are not checked, as those of Brick and ASHRAE 223P do."""
    found = {name for kind in SHAPE_CLASSES for name in context.ontology.instances(kind) if name not in checked.out}
    if checked.out:
        found = {name for name in found if not name.startswith("_:")}  # of a file in both places, they have two names
    if found:
        told = f"the ontology holds {counted(len(found), 'shape')}, and only those of shapes/ are checked"
        _add_untargeted(context, told, "put their files into shapes/ too, or name them: --shapes ontology")


def _inside(paths: list[Path]) -> list[Path]:
    """Files, and the RDF files in folders; raises :class:`InputError` for a folder that holds none."""
    found: dict[Path, None] = {}
    for path in paths:
        inside = named_files(path)
        if not inside:
            raise InputError("holds no RDF files", place=str(path))
        found.update(dict.fromkeys(inside))
    return list(found)


def _add_untargeted(context: Context, told: str, hint: str) -> None:
    shown = context.checked[0].shown
    context.report.findings.append(Finding.on_file("nothing-targeted", "warning", shown, told, hint))


def _concerned(context: Context, engine: Engine, *, whole: bool) -> set[Term]:
    """The nodes that the files are about: what they describe, and what a target finds by their statements."""
    found = {node(s) for s in context.own.out}
    predicates = {t.value for s in engine.shapes.all() for t in s.values("targetObjectsOf")}
    named = {t for s in engine.shapes.all() for t in s.values("targetNode")}
    for _, predicate, value in context.own:
        if predicate in predicates or value in named:
            found.add(value)
    if whole:
        found |= named
        for shape in engine.shapes.all():
            for target in shape.values("target"):
                found.update(t for t in engine.sparql.targets(target) if t not in found)
    return found
