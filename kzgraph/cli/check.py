"""``kzgraph check``: everything that can be checked of a project, as one gate."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kzgraph.checks.findings.finding import WORDS, Finding, data_text, findings_data, findings_text, rules_told
from kzgraph.checks.findings.formats import as_github, as_junit, as_sarif
from kzgraph.checks.project.check_queries import Check, check_files, checks_folder, read_check
from kzgraph.checks.project.gate import STAGES, Gate, StageResult, run_gate
from kzgraph.cli import CommandContext, documents_option
from kzgraph.files.project import MARKER
from kzgraph.graph.logic.reasoning import SECONDS
from kzgraph.wording.numbers import counted


@click.command(short_help="Check the whole project: everything that can be checked, as one gate.")
@click.option("-f", "--format", "form", type=click.Choice(["text", "json", "sarif", "junit", "github"]), default="text",
              show_default=True)  # fmt: skip
@click.option("--fail-on", type=click.Choice(["violation", "warning", "info", "none"]), default="violation",
              show_default=True, help="The least severity of findings that makes the exit code 1.")  # fmt: skip
@click.option("--skip", metavar="STAGE", multiple=True, type=click.Choice(list(STAGES)),
              help=f"Leave out a stage, and say so: {', '.join(STAGES)}.")  # fmt: skip
@click.option("--timeout", type=click.FloatRange(min=1), default=int(SECONDS), show_default=True, metavar="S",
              help="Seconds for HermiT.")  # fmt: skip
@documents_option("Compare citations with the documents' texts in DIR")
@click.option("-v", "--verbose", is_flag=True, help="Show how many things each check query looked at.")
@click.option("--list", "lists", is_flag=True, help="List the check queries, and check nothing.")
@click.pass_obj
def command(
    context: CommandContext,
    form: str,
    fail_on: str,
    skip: tuple[str, ...],
    timeout: float,
    documents: Path | None,
    verbose: bool,
    lists: bool,
) -> int:
    """Check everything: instances, citations, stored queries, the form of the ontology, its profile and its logic.

    If a stage cannot run (no Java for the logic) or reaches its time limit, the report says why, and the others run all
    the same; the exit code is then that of its error, otherwise 1 for findings and 0 for none. The rules of form are
    check queries in queries/checks/, or those that came with the tool.

    \b
    kzgraph check
    kzgraph check --documents texts/ --fail-on warning
    kzgraph check --skip logic -f sarif > findings.sarif
    kzgraph check --list
    """
    if lists:
        click.echo(_listed(context, form), nl=False)
        return 0
    gate = run_gate(context.project, documents, skip, _told if sys.stderr.isatty() else lambda stage: None, timeout)
    if form == "text":
        click.echo("\n".join([*_table(gate, verbose=verbose), "", *_findings(gate), _summary(gate)]))
    else:
        click.echo("\n".join([*_table(gate, verbose=verbose), _summary(gate)]), err=True)
        click.echo(_as_json(gate) if form == "json" else _for_machines(gate, form), nl=False)
    if gate.errors:
        return gate.errors[0].exit_code
    return 1 if gate.report.reaches(fail_on) else 0


def _told(stage: str) -> None:
    click.echo(f"checking {stage} …", err=True)


def _for_machines(gate: Gate, form: str) -> str:
    for result in gate.results:
        if result.error:  # a machine that reads the findings alone must not take this for a pass
            message = f"the stage {result.name} {'was stopped' if result.outcome else 'could not run'}: {result.error}"
            gate.report.findings.append(
                Finding.on_file("stage-failed", "violation", MARKER, message, result.error.hint)
            )
    if form == "sarif":
        return as_sarif(gate.report)
    return as_junit(gate.report, list(gate.lines)) if form == "junit" else as_github(gate.report)


def _as_json(gate: Gate) -> str:
    whole: dict[str, object] = {"summary": gate.report.summary(), "stages": [r.as_json() for r in gate.results]}
    return data_text(whole | {"findings": findings_data(gate.report)})


def _table(gate: Gate, *, verbose: bool) -> list[str]:
    rows = [("stage", "findings", "seconds", "checked"), *(_row(r) for r in gate.results)]
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    lines = [" ".join([f" {row[0]:<{widths[0]}}", f"{row[1]:<{widths[1]}}", f"{row[2]:>{widths[2]}}", f" {row[3]}"])
             for row in rows]  # fmt: skip
    details = {n: c for r in gate.results if verbose and r.outcome for n, c in r.outcome.details.items()}
    wide = max(map(len, details), default=0)
    return [*lines, *([""] if details else []), *(f"  {name:<{wide}}  {number:>6}" for name, number in details.items())]


def _row(result: StageResult) -> tuple[str, str, str, str]:
    found = ", ".join(counted(n, WORDS[s]) for s in WORDS if (n := result.count(s)))
    ran = result.outcome is not None
    return result.name, found or ("none" if ran else "–"), f"{result.seconds:.1f}" if ran else "–", result.told()


def _findings(gate: Gate) -> list[str]:
    hints = [f"hint ({r.name}): {r.error.hint}" for r in gate.results if r.error and r.error.hint]
    return [*findings_text(gate.report, gate.lines), *hints]


def _summary(gate: Gate) -> str:
    found = [counted(n, WORDS[s]) for s in WORDS if (n := sum(f.severity == s for f in gate.report.findings))]
    ran = [r for r in gate.results if r.outcome is not None]
    told = f"{', '.join(found) or 'no findings'} in {counted(len(ran), 'stage')} of {len(gate.results)}"
    stopped = [r.name for r in ran if r.error]
    failed = [r.name for r in gate.results if r.error and not r.outcome]
    out = [r.name for r in gate.results if r.left_out]
    for what, names in (("stopped half-way", stopped), ("could not run", failed), ("not checked", out)):
        told += f"; {what}: {', '.join(names)}" if names else ""
    return told + rules_told(gate.report)


def _listed(context: CommandContext, form: str) -> str:
    folder, is_own = checks_folder(context.project)
    checks = [read_check(path, context.project.relative(path)) for path in check_files(context.project).values()]
    if form == "json":
        keys = ("name", "severity", "summary", "description", "subjects", "message", "hint", "path")
        return data_text([{k: getattr(c, k) for k in keys} for c in checks])
    width = max((len(c.name) for c in checks), default=0)
    lines = [_line(c, width) for c in checks]
    where = context.project.relative(folder) if is_own else "those that came with the tool"
    return "".join(f"{line}\n" for line in [*lines, f"{counted(len(checks), 'check query')} ({where})"])


def _line(check: Check, width: int) -> str:
    return f"{check.name:<{width}}  {WORDS[check.severity]:<7}  {check.summary}"
