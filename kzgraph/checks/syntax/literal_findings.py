"""First stage: literals are in their datatypes' spaces, and language tags are tags of languages."""

from __future__ import annotations

from dataclasses import replace

from kzgraph.checks.findings.finding import Edit, Finding, Report
from kzgraph.checks.syntax.languages import language_fault
from kzgraph.checks.syntax.literal_hints import corrected, example, is_ambiguous
from kzgraph.checks.syntax.syntax import Checked
from kzgraph.files.placed.text import Place
from kzgraph.files.project import Project
from kzgraph.literals import DATATYPES, is_written_right
from kzgraph.namespaces import XSD, shorten
from kzgraph.terms import Term
from kzgraph.wording.names import nearest


def check_literals(project: Project, checked: Checked, report: Report) -> None:
    """Adds a finding for each literal out of its datatype's space, and each language tag that is none."""
    if not any(_is_odd(term) for term in {o for _, _, o in checked.triples if o.language or o.datatype}):
        return
    for value, datatype, language, place, written in _literals(project, checked):
        if language:
            fault = language_fault(language)
            if fault:
                told, meant = fault
                at = _offset(checked, place) + len(written) - len(language)
                edits = (Edit(at, at + len(language), meant),) if meant else ()
                hint = f"did you mean @{meant}?" if meant else "write a tag such as @en, @ru or @kk"
                report.findings.append(_finding(checked, place, "bad-language-tag", told, hint, written, edits))
        elif datatype.startswith(XSD) and datatype not in DATATYPES:
            name = shorten(datatype, project.prefixes)
            near = nearest(name, [shorten(d, project.prefixes) for d in DATATYPES], 1)
            told = f"{name} is no datatype of XML Schema"
            hint = f"did you mean {near[0]}?" if near else "the usual ones are xsd:date, xsd:gYear and xsd:decimal"
            at = _offset(checked, place) + written.rfind("^^") + 2
            edits = (Edit(at, at + len(name), near[0]),) if near and written.endswith(name) else ()
            report.findings.append(_finding(checked, place, "unknown-datatype", told, hint, written, edits))
        elif datatype and not is_written_right(value, datatype):
            name, right = shorten(datatype, project.prefixes), corrected(value, datatype)
            told = f"{written[:80]} is no {name}"
            hint = f'write "{right}"^^{name}' if right else f"it is written like {example(datatype)}"
            if is_ambiguous(value, datatype):
                hint = f"write {value.replace(',', '')} or {value.replace(',', '.')}, whichever is meant"
            elif not right and not example(datatype):
                hint = "see XML Schema for how it is written"
            at = _offset(checked, place) + 1
            edits = (Edit(at, at + len(value), right),) if right and written[1 : 1 + len(value)] == value else ()
            found = _finding(checked, place, "bad-literal", told, hint, written, edits)
            report.findings.append(replace(found, term=Term("literal", value, datatype)))


def _literals(project: Project, checked: Checked) -> list[tuple[str, str, str, Place, str]]:
    """The literals with their places; those of a syntax whose places are not known, each once."""
    if checked.text:
        return checked.placed.literals
    terms = dict.fromkeys(o for _, _, o in checked.triples if o.kind == "literal")
    return [(t.value, t.datatype, t.language, Place(0, 0), t.turtle(project.prefixes)) for t in terms]


def _offset(checked: Checked, place: Place) -> int:
    return checked.placed.offset(place) if place.line else 0


def _finding(
    checked: Checked, place: Place, code: str, told: str, hint: str, value: str, edits: tuple[Edit, ...]
) -> Finding:
    return Finding(
        code,
        "violation",
        checked.shown,
        place.line,
        place.column,
        told,
        hint,
        value=value[:200],
        length=len(value.split("\n", 1)[0]),
        edits=edits if checked.is_whole else (),
    )


def _is_odd(term: Term) -> bool:
    if term.language:
        return language_fault(term.language) is not None
    is_known = not term.datatype.startswith(XSD) or term.datatype in DATATYPES
    return not (is_known and is_written_right(term.value, term.datatype))
