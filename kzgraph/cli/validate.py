"""``kzgraph validate``: says what is wrong with instance files, at the line, and how to mend it."""

from __future__ import annotations

from pathlib import Path

import click

from kzgraph.cli import Context
from kzgraph.findings import as_json, as_text
from kzgraph.validation import validate


@click.command(short_help="Check instance files: syntax, vocabulary, shapes.")
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--fail-on",
    type=click.Choice(["violation", "warning", "info", "none"]),
    default="violation",
    show_default=True,
    help="The least severity of findings that makes the exit code 1.",
)
@click.pass_obj
def command(context: Context, paths: tuple[Path, ...], form: str, fail_on: str) -> int:
    """Check the Turtle files PATH (files or folders) in the context of the project; without PATH, all instances.

    \b
    kzgraph validate instances/events/visits.ttl
    kzgraph validate drafts/new-article.ttl -f json
    """
    report, lines = validate(context.project, list(paths))
    click.echo(as_json(report) if form == "json" else as_text(report, lines), nl=False)
    return 1 if report.reaches(fail_on) else 0
