"""Second stage: every name of a known namespace exists, and every thing that is used is described."""

from __future__ import annotations

import pyoxigraph as ox

from kzgraph.errors import nearest
from kzgraph.findings import Finding, Report
from kzgraph.namespaces import KZ, KZO, RDF, shorten
from kzgraph.project import Project
from kzgraph.snapshot import parse_turtle, read_contents
from kzgraph.turtle import Place
from kzgraph.validation.syntax import Checked


def check_vocabulary(project: Project, checked: list[Checked], report: Report) -> None:
    """Adds a finding for each unknown term, undescribed thing and missing prefix."""
    terms = _subjects(project, "ontology")
    things = _subjects(project, "instances", {c.path for c in checked})
    things |= {q.subject.value for c in checked for q in c.quads if isinstance(q.subject, ox.NamedNode)}
    things |= {s for c in checked if not c.quads for s in c.turtle.subjects()}
    closed = _closed_namespaces(project, terms)
    for file in checked:
        for iri, place, written in file.turtle.names:
            namespace = next((n for n in closed if iri.startswith(n)), None)
            if namespace is not None and iri not in terms:
                known = [shorten(t, project.prefixes) for t in terms if t.startswith(namespace)]
                _add(report, file, place, "unknown-term", f"{written} is not a term of the ontology", written, known)
            elif iri.startswith(KZ) and iri not in things and not _is_graph(project, iri):
                known = [shorten(t, project.prefixes) for t in things if t.startswith(KZ)]
                _add(report, file, place, "undescribed-thing", f"{written} is described nowhere", written, known)
        _unused_prefixes(file, report)


def _closed_namespaces(project: Project, terms: set[str]) -> list[str]:
    """The namespaces of the project's own terms, in which a name that the ontology lacks is a mistake."""
    found = {t[: max(t.rfind("/"), t.rfind("#")) + 1] for t in terms if t.startswith(KZO)}
    foreign = {b for b in project.prefixes.values() if any(t.startswith(b) for t in terms)}
    return sorted((found | foreign) - {KZ, RDF}, key=len, reverse=True)


def _is_graph(project: Project, iri: str) -> bool:
    return iri.startswith(project.graph_base)


def _subjects(project: Project, folder: str, without: set[object] | None = None) -> set[str]:
    files = [f for f in project.files(folder) if f.resolve() not in (without or set())]
    found: set[str] = set()
    for path, content in read_contents(project, files).items():
        for quad in parse_turtle(content, project.relative(path)):
            if isinstance(quad.subject, ox.NamedNode):
                found.add(quad.subject.value)
    return found


def _add(report: Report, file: Checked, place: Place, code: str, message: str, written: str, known: list[str]) -> None:
    close = nearest(written, known)
    hint = f"did you mean {' or '.join(close)}?" if close else "describe it, or use the name of what is meant"
    report.findings.append(
        Finding(
            code, "violation", file.shown, place.line, place.column, message, hint, value=written, length=place.length
        )
    )


def _unused_prefixes(file: Checked, report: Report) -> None:
    if not file.quads:
        return
    used = {written.partition(":")[0] for _, _, written in file.turtle.names if not written.startswith("<")}
    for prefix, place in file.turtle.prefix_places.items():
        if prefix not in used:
            report.findings.append(
                Finding(
                    "unused-prefix",
                    "info",
                    file.shown,
                    place.line,
                    place.column,
                    f"the prefix {prefix}: is declared and never used",
                    "remove the line",
                    length=place.length,
                )
            )
