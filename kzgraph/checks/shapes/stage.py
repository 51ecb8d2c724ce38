"""Third stage: the shapes, in the context of the whole project (the one door to pySHACL and rdflib).

The shapes run on :mod:`.shacl_engine`; what that does not do, pySHACL does, and its report reads the same.
"""

from __future__ import annotations

import contextlib
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kzgraph.checks.findings.finding import SEVERITIES, Finding
from kzgraph.checks.shapes.engine import Engine, TooDeep, ValidationResult, run
from kzgraph.checks.shapes.model import SEVERITIES as SEVERITY_NAMES
from kzgraph.checks.shapes.model import Shapes
from kzgraph.checks.shapes.shape_findings import report_results
from kzgraph.checks.shapes.sparql_texts import refuse_broken, refuse_unsafe_shapes
from kzgraph.checks.syntax.context import Context
from kzgraph.checks.syntax.syntax import context_triples
from kzgraph.errors import InputError, KzgraphError, RefusedError, SyntaxProblem
from kzgraph.files.isolation import nothing_reaches_out
from kzgraph.graph.triples import Triples, key, node
from kzgraph.namespaces import SH
from kzgraph.terms import Term

# What pySHACL and rdflib raise for shapes that they cannot run, beside errors of their own (which are RuntimeErrors).
_FAILURES = (
    *(re.error, ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError),
)


def check_shapes(context: Context, files: list[Path] | None = None) -> Engine | None:
    """Adds what the shapes find on the things that the files describe; counts shapes and focus nodes.

    The shapes are those in ``files``, or those of the project.
    """
    graph = Triples()
    for path in context.project.files("shapes") if files is None else files:
        own = Triples(context_triples(context.project, path, is_needed=True))
        refuse_unsafe_shapes(own, context.project.relative(path))
        graph.include(own)
    shapes = Shapes(graph)
    context.report.shapes = len([s for s in shapes.all() if not s.name.startswith("_:")])
    if not context.own.out:
        return None
    if not context.report.shapes:
        _add_untargeted(context, "there are no shapes, so nothing was checked against any", "write one into shapes/")
        return None
    engine = Engine(shapes, context.data)
    focus = None if context.data is context.own else [node(s) for s in context.own.out]
    try:
        results, checked = _results(engine, focus)
    except RefusedError:
        raise
    except KzgraphError as error:
        context.report.findings.append(
            Finding("broken-shapes", "violation", "shapes", 0, 0, error.message, error.hint or "fix the shapes")
        )
        return None
    context.report.focus_nodes = len(checked)
    if not checked:
        told = "no shape is for anything that is described here, so nothing was checked against the shapes"
        _add_untargeted(context, told, "give the things a class of the ontology")
    report_results(context, shapes, results)
    return engine


def _add_untargeted(context: Context, told: str, hint: str) -> None:
    shown = context.checked[0].shown
    context.report.findings.append(Finding("nothing-targeted", "warning", shown, 0, 0, told, hint))


def _results(engine: Engine, focus: list[Term] | None) -> tuple[list[ValidationResult], set[Term]]:
    if not engine.shapes.strange:
        with contextlib.suppress(TooDeep, ValueError, re.error):
            return run(engine, focus)
    checked = {f for s in engine.shapes.targeting() for f in engine.targets(s)}
    if focus is None:
        return list(pyshacl_results(engine.shapes, engine.data)), checked
    checked &= set(focus)
    return list(pyshacl_results(engine.shapes, engine.data, checked)), checked


def pyshacl_results(shapes: Shapes, data: Triples, focus: Iterable[Term] | None = None) -> Iterator[ValidationResult]:
    """The results of pySHACL on the same shapes and data; raises :class:`InputError` for shapes it refuses.

    Those on other nodes than ``focus`` are left out afterwards: with its own option ``focus_nodes`` pySHACL 0.40 passes
    every value that is not itself in focus through nested shapes, so that ``sh:or`` and ``sh:node`` find nothing.
    """
    import rdflib

    wanted = None if focus is None else set(focus)
    if wanted is not None and not wanted:
        return
    report = _report(_graph(data), _graph(shapes.graph), shapes.graph, "shapes", advanced=True)
    for top in report.subjects(rdflib.RDF.type, rdflib.URIRef(SH + "ValidationReport")):
        for result in report.objects(top, rdflib.URIRef(SH + "result")):
            found = _result(shapes, report, result)
            if wanted is None or found.focus in wanted:
                yield found


def _report(data: Any, rules: Any, shapes: Triples, shown: str, *, advanced: bool) -> Any:
    """pySHACL's report on two graphs of rdflib, the second of which holds ``shapes``.

    It runs walled in, on SPARQL that was looked at. Raises :class:`RefusedError` and :class:`InputError`.
    """
    import rdflib
    from pyparsing import ParseBaseException
    from pyshacl import validate
    from rdflib.plugins.sparql.sparql import SPARQLError

    refuse_unsafe_shapes(shapes, shown)
    refuse_broken(shapes, [str(prefix) for prefix, _ in rules.namespaces()], shown)
    try:
        with warnings.catch_warnings(), nothing_reaches_out():
            warnings.simplefilter("ignore")
            _, report, told = validate(data, shacl_graph=rules, inference="none", advanced=advanced)
    except (ParseBaseException, SPARQLError, *_FAILURES) as error:
        raise InputError(f"the shapes cannot be run: {' '.join(str(error).split())[:300]}", place=shown) from error
    if not isinstance(report, rdflib.Graph):
        raise InputError(f"the shapes cannot be run: {' '.join(str(told).split())[:300]}", place=shown)
    return report


def _result(shapes: Shapes, report: Any, result: Any) -> ValidationResult:
    import rdflib

    def value(name: str) -> Term | None:
        found = report.value(result, rdflib.URIRef(SH + name))
        return None if found is None else _plain(found)

    source, focus = value("sourceShape"), value("focusNode")
    assert focus is not None
    shape = shapes.shape(key(source)) if source is not None else shapes.shape("")
    component = (value("sourceConstraintComponent") or Term("uri", "")).value.rsplit("#", 1)[-1]
    branches = [_result(shapes, report, d) for d in report.objects(result, rdflib.URIRef(SH + "detail"))]
    told = value("resultMessage")
    if told is not None and not shape.messages and component.startswith("SPARQL"):
        shape.messages = [told]
    details = tuple((b.shape.name, (b,)) for b in branches)
    name = component.removesuffix("ConstraintComponent")
    return ValidationResult(focus, shape, name, value("resultPath"), value("value"), details)


def _graph(triples: Triples) -> Any:
    import rdflib

    graph = rdflib.Graph()
    for subject, predicate, value in triples:
        graph.add((_rdflib(node(subject)), rdflib.URIRef(predicate), _rdflib(value)))
    return graph


def _rdflib(term: Term) -> Any:
    import rdflib

    if term.kind == "uri":
        return rdflib.URIRef(term.value)
    if term.kind == "bnode":
        return rdflib.BNode(term.value)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    datatype = rdflib.URIRef(term.datatype) if term.datatype else None
    return rdflib.Literal(term.value, datatype=datatype, normalize=False)


def _plain(term: Any) -> Term:
    import rdflib

    if isinstance(term, rdflib.URIRef):
        return Term("uri", str(term))
    if isinstance(term, rdflib.BNode):
        return Term("bnode", str(term))
    datatype = str(term.datatype or "")
    return Term("literal", str(term), "" if datatype.endswith("#string") else datatype, term.language or "")


@dataclass(frozen=True)
class StandaloneReport:
    """A W3C validation report as pySHACL wrote it."""

    turtle: str
    severities: frozenset[str]

    def reaches(self, level: str) -> bool:
        """Whether there is a result at or above a level: ``violation``, ``warning``, ``info`` or ``none``."""
        if level == "none":
            return False
        return any(s in SEVERITIES[: SEVERITIES.index(level) + 1] for s in self.severities)


def standalone_report(data: list[Path], shapes: Path, contents: Mapping[Path, bytes]) -> StandaloneReport:
    """pySHACL's own W3C report on data and shapes, and nothing of a project.

    Raises :class:`InputError` for files that cannot be read, and :class:`SyntaxProblem` with the place.
    """
    import rdflib

    whole = _parsed(data, contents)
    rules = _parsed([shapes], contents)
    own = Triples((key(_plain(s)), str(p), _plain(o)) for s, p, o in rules)
    report = _report(whole, rules, own, str(shapes), advanced=False)
    found = {str(s) for s in report.objects(None, rdflib.URIRef(SH + "resultSeverity"))}
    levels = frozenset(SEVERITY_NAMES.get(s, "violation") for s in found)
    return StandaloneReport(report.serialize(format="turtle"), levels)


def _parsed(paths: list[Path], contents: Mapping[Path, bytes]) -> Any:
    import rdflib
    from rdflib.exceptions import ParserError
    from rdflib.plugins.parsers.notation3 import BadSyntax

    graph = rdflib.Graph()
    for path in paths:
        try:
            content = contents[path] if path in contents else path.read_bytes()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                graph.parse(data=content, format="turtle", publicID=path.resolve().as_uri())
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror or error}", place=str(path)) from error
        except (BadSyntax, ParserError, ValueError, RecursionError) as error:
            line = getattr(error, "lines", None)
            place = f"{path}:{line + 1}" if isinstance(line, int) else str(path)
            raise SyntaxProblem("the Turtle does not parse", place=place, hint="kzgraph validate shows more") from error
    return graph
