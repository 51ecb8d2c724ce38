"""Other engines for SHACL, to compare with: pySHACL and Rudof, each asked on the same statements."""

from __future__ import annotations

import logging
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import rdflib
from pyshacl import validate

from kzgraph.checks.shapes.rdflib_terms import plain_term, rdflib_graph
from kzgraph.checks.shapes.reading.model import Shapes, ValidationResult
from kzgraph.graph.triples import Triples, key
from kzgraph.namespaces import SH
from kzgraph.terms import Term

Told = Counter[tuple[str, ...]]


def told(results: Iterable[ValidationResult]) -> Told:
    """The results as comparable tuples; blank nodes are all alike."""

    def name(term: Term | None) -> str:
        return "" if term is None else "_" if term.kind == "bnode" else term.n3()

    return Counter(
        (
            name(r.focus),
            name(r.path),
            name(r.value),
            r.component,
            "_" if r.shape.name.startswith("_:") else r.shape.name,
        )
        for r in results
    )


def by_pyshacl(shapes: Shapes, data: Triples, focus: Iterable[Term] | None = None) -> Iterator[ValidationResult]:
    """The results of pySHACL on shapes and data; on other nodes than ``focus`` they are left out afterwards."""
    logging.getLogger("pyshacl").setLevel(logging.CRITICAL)
    wanted = None if focus is None else set(focus)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, report, text = validate(
            rdflib_graph(data), shacl_graph=rdflib_graph(shapes.graph), inference="none", advanced=True
        )
    assert isinstance(report, rdflib.Graph), text
    for top in report.subjects(rdflib.RDF.type, rdflib.URIRef(SH + "ValidationReport")):
        for result in report.objects(top, rdflib.URIRef(SH + "result")):
            found = _result(shapes, report, result)
            if wanted is None or found.focus in wanted:
                yield found


def _result(shapes: Shapes, report: rdflib.Graph, result: Any) -> ValidationResult:
    def value(name: str) -> Term | None:
        found = report.value(result, rdflib.URIRef(SH + name))
        return None if found is None else plain_term(found)

    source, focus = value("sourceShape"), value("focusNode")
    assert source is not None
    assert focus is not None
    component = value("sourceConstraintComponent")
    assert component is not None
    name = component.value.removeprefix(SH).removesuffix("ConstraintComponent")
    return ValidationResult(focus, shapes.shape(key(source)), name, value("resultPath"), value("value"))


def by_rudof(shapes: str, data: str) -> Counter[tuple[str, str]] | None:
    """Focus node and component of each result of Rudof on shapes and data in Turtle; None where it breaks down."""
    import pyrudof

    try:
        return _by_rudof(pyrudof, shapes, data)
    except BaseException as error:  # its panics are no Exceptions
        if type(error).__name__ != "PanicException":
            raise
        return None


def _by_rudof(pyrudof: Any, shapes: str, data: str) -> Counter[tuple[str, str]]:
    engine = pyrudof.Rudof(pyrudof.RudofConfig())
    engine.read_data(data)
    engine.read_shacl(shapes)
    report = engine.validate_shacl()
    return Counter((str(v.focus_node), str(v.constraint_component).rpartition("#")[2]) for v in report.violations)
