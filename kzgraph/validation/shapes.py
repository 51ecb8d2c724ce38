"""Third stage: the shapes, by pySHACL, in the context of the whole project (the one door to pySHACL)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kzgraph.findings import Finding, Report
from kzgraph.namespaces import RDF, SH, shorten
from kzgraph.project import Project
from kzgraph.snapshot import parse_turtle, read_contents
from kzgraph.turtle import Place
from kzgraph.validation.syntax import Checked

_SEVERITIES = {SH + "Violation": "violation", SH + "Warning": "warning", SH + "Info": "info"}
_OWN_WORDS = {
    "MinCountConstraintComponent": "is missing",
    "MaxCountConstraintComponent": "stands too often",
}


def check_shapes(project: Project, checked: list[Checked], report: Report) -> None:
    """Adds what pySHACL finds on the things that the files describe; counts shapes and focus nodes."""
    import rdflib
    from pyshacl import validate

    shape_quads = _parsed(project, project.files("shapes"))
    report.shapes = sum(
        q.predicate.value == RDF + "type" and q.object.value in {SH + "NodeShape", SH + "PropertyShape"}
        for q in shape_quads
        if isinstance(q.object, ox.NamedNode)
    )
    own = {c.path for c in checked}
    rest = [f for f in project.files("instances") if f.resolve() not in own]
    terms = _parsed(project, project.files("ontology"))
    ontology = _graph(terms)
    data = _graph([q for c in checked for q in c.quads] + _parsed(project, rest) + terms)
    focus = sorted({q.subject.value for c in checked for q in c.quads if isinstance(q.subject, ox.NamedNode)})
    if not focus or not shape_quads:
        return
    shapes = _graph(shape_quads)
    report.focus_nodes = _targeted(ontology, shapes, data, set(focus))
    if not report.focus_nodes:
        report.findings.append(
            Finding(
                "nothing-targeted",
                "warning",
                checked[0].shown,
                0,
                0,
                "no shape is for anything that is described here, so nothing was checked against the shapes",
                "give the things a class of the ontology",
            )
        )
        return
    found = validate(data, shacl_graph=shapes, inference="none", focus_nodes=[rdflib.URIRef(f) for f in focus])
    for result in found[1].subjects(rdflib.RDF.type, rdflib.URIRef(SH + "ValidationResult")):
        report.findings.append(_finding(project, checked, found[1], shapes, result))


def _parsed(project: Project, files: list[Path]) -> list[ox.Quad]:
    contents = read_contents(project, files)
    return [q for path, content in contents.items() for q in parse_turtle(content, project.relative(path))]


def _graph(quads: list[ox.Quad]) -> Any:
    """An rdflib graph of these statements; several times faster than parsing them again with rdflib."""
    import rdflib

    def term(node: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Any:
        if isinstance(node, ox.NamedNode):
            return rdflib.URIRef(node.value)
        if isinstance(node, ox.BlankNode):
            return rdflib.BNode(node.value)
        assert isinstance(node, ox.Literal)
        if node.language:
            return rdflib.Literal(node.value, lang=node.language)
        kind = node.datatype.value
        return rdflib.Literal(node.value, datatype=None if kind.endswith("#string") else rdflib.URIRef(kind))

    graph = rdflib.Graph()
    for quad in quads:
        graph.add((term(quad.subject), term(quad.predicate), term(quad.object)))
    return graph


def _targeted(ontology: Any, shapes: Any, data: Any, focus: set[str]) -> int:
    """How many of the focus nodes are of a class that a shape targets."""
    import rdflib

    targets = set(shapes.objects(None, rdflib.URIRef(SH + "targetClass")))
    for target in list(targets):
        targets |= set(ontology.transitive_subjects(rdflib.RDFS.subClassOf, target))
    return len({str(s) for t in targets for s in data.subjects(rdflib.RDF.type, t)} & focus)


def _finding(project: Project, checked: list[Checked], report: Any, shapes: Any, result: Any) -> Finding:
    def value(name: str) -> Any:
        return report.value(result, _shacl(name))

    focus, path, wrong = value("focusNode"), value("resultPath"), value("value")
    own_path = path is not None and not _is_blank(path)
    component = str(value("sourceConstraintComponent")).rsplit("#", 1)[-1]
    message = " ".join(str(value("resultMessage") or "").split())
    file, place = _located(checked, str(focus), str(path) if own_path else "", None if wrong is None else str(wrong))
    shape = value("sourceShape")
    name = "" if shape is None or _is_blank(shape) else shorten(str(shape), project.prefixes)
    thing = _curie(project, focus)
    shown = "" if wrong is None else _curie(project, wrong)
    told = f"{thing}: {message}" + (f" (found {shown})" if shown and shown not in message else "")
    return Finding(
        code="shape-" + (name.partition(":")[2] or component),
        severity=_SEVERITIES.get(str(value("resultSeverity")), "violation"),
        file=file.shown,
        line=place.line if place else 0,
        column=place.column if place else 0,
        message=told,
        hint=_OWN_WORDS.get(component, "this value does not fit"),
        thing=thing,
        property=_curie(project, path) if own_path else "",
        value=shown,
        length=place.length if place else 1,
    )


def _located(checked: list[Checked], focus: str, path: str, value: str | None) -> tuple[Checked, Place | None]:
    for file in checked:
        place = file.turtle.find(focus, path, value)
        if place:
            return file, place
    return checked[0], None


def _curie(project: Project, term: Any) -> str:
    import rdflib

    if isinstance(term, rdflib.URIRef):
        return shorten(str(term), project.prefixes)
    return term.n3() if isinstance(term, rdflib.Literal) else str(term)


def _is_blank(term: Any) -> bool:
    import rdflib

    return isinstance(term, rdflib.BNode)


def _shacl(name: str) -> Any:
    import rdflib

    return rdflib.URIRef(SH + name)
