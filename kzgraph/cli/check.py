"""``kzgraph check``: everything that can be checked of a project, as one gate."""

from __future__ import annotations

import click

from kzgraph.cli import Context
from kzgraph.contracts import check_queries
from kzgraph.findings import as_json, as_text
from kzgraph.snapshot import open_project
from kzgraph.validation import validate


@click.command(short_help="Check the whole project: instances, shapes, stored queries.")
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_obj
def command(context: Context, form: str) -> int:
    """Check all instance files and run every stored query against its contract; exit code 1 for any violation.

    \b
    kzgraph check
    kzgraph check -f json
    """
    project = context.project
    report, lines = validate(project, [])
    findings, queries = check_queries(project, open_project(project))
    report.findings += findings
    click.echo(as_json(report) if form == "json" else as_text(report, lines), nl=False)
    click.echo(f"{queries} stored queries asked", err=True)
    return 1 if report.reaches("violation") else 0
