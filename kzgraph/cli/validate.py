"""``kzgraph validate``: says what is wrong with instance files, at the line, and how to mend it."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path

import click

from kzgraph.cli import Context
from kzgraph.errors import UsageError
from kzgraph.findings import Report, as_json, as_text, counted, summary_line
from kzgraph.validation import validate, validate_alone
from kzgraph.validation.fixes import mends
from kzgraph.validation.formats import as_github, as_junit, as_sarif, as_turtle
from kzgraph.validation.inputs import watched

_FORMATS = ("text", "json", "sarif", "junit", "github", "turtle")
_PAUSE = 0.5
_Contents = Mapping[Path, bytes]


@click.command(short_help="Check instance files: syntax, vocabulary, shapes, facts.")
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("-f", "--format", "form", type=click.Choice(_FORMATS), default="text", show_default=True)
@click.option(
    "--fail-on",
    type=click.Choice(["violation", "warning", "info", "none"]),
    default="violation",
    show_default=True,
    help="The least severity of findings that makes the exit code 1.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing unless there is a finding.")
@click.option(
    "--documents",
    metavar="DIR",
    envvar="KZGRAPH_DOCUMENTS",
    type=click.Path(path_type=Path),
    help="Compare passages with the documents' texts in DIR (or set KZGRAPH_DOCUMENTS).",
)
@click.option("--shapes", metavar="FILE", type=click.Path(path_type=Path), help="Use these shapes, not the project's.")
@click.option("--standalone", is_flag=True, help="With --shapes: these data and shapes alone, nothing of the project.")
@click.option("--fix", is_flag=True, help="Show the mends that are certain as a diff, and ask to write them.")
@click.option("--yes", is_flag=True, help="With --fix: write them without asking.")
@click.option("--watch", is_flag=True, help="Check again whenever a file changes, until stopped with Ctrl-C.")
@click.pass_obj
def command(
    context: Context,
    paths: tuple[Path, ...],
    form: str,
    fail_on: str,
    quiet: bool,
    documents: Path | None,
    shapes: Path | None,
    standalone: bool,
    fix: bool,
    yes: bool,
    watch: bool,
) -> int:
    """Check the Turtle files PATH in the context of the project; without PATH, all instances.

    PATH is a file, a folder, a pattern such as "drafts/**/*.ttl", or - for standard input.

    \b
    kzgraph validate instances/events/visits.ttl
    kzgraph validate drafts/new-article.ttl -f json
    kzgraph validate drafts/ --fix
    kzgraph validate data.ttl --shapes shapes.ttl --standalone -f turtle
    """
    _refuse(paths, shapes, standalone=standalone, fix=fix, yes=yes, watch=watch)
    given = {Path("-"): sys.stdin.buffer.read()} if Path("-") in paths else {}
    if standalone and form == "turtle":
        return _untouched(list(paths), shapes, given, fail_on)

    def run(contents: _Contents) -> tuple[Report, dict[str, list[str]]]:
        everything = {**given, **contents}
        if standalone and shapes is not None:
            return validate_alone(context.project, list(paths), shapes, contents=everything)
        chosen = None if shapes is None else [shapes]
        return validate(context.project, list(paths), documents=documents, shapes=chosen, contents=everything)

    if fix:
        _fix(context, run, yes=yes)
    report, lines = run({})
    _print(context, report, lines, form, quiet=quiet)
    if watch:
        _watch(context, list(paths), run, form, quiet=quiet)
    return 1 if report.reaches(fail_on) else 0


def _refuse(
    paths: tuple[Path, ...], shapes: Path | None, *, standalone: bool, fix: bool, yes: bool, watch: bool
) -> None:
    if standalone and (shapes is None or not paths):
        raise UsageError(
            "--standalone needs data and --shapes FILE", hint="kzgraph validate DATA --shapes FILE --standalone"
        )
    if (fix or watch) and Path("-") in paths:
        raise UsageError("--fix and --watch need files, not standard input")
    if yes and not fix:
        raise UsageError("--yes goes with --fix")
    if watch and standalone:
        raise UsageError("--watch and --standalone do not go together")


def _untouched(data: list[Path], shapes: Path | None, given: _Contents, fail_on: str) -> int:
    """pySHACL's own report, as it is."""
    from kzgraph.validation.shapes import standalone_report

    assert shapes is not None
    told = standalone_report(data, shapes, given)
    click.echo(told.turtle, nl=False)
    return 1 if told.reaches(fail_on) else 0


def _print(context: Context, report: Report, lines: Mapping[str, list[str]], form: str, *, quiet: bool) -> None:
    if quiet and not report.findings:
        return
    if form == "text":
        text = as_text(report, lines)
        if quiet:
            text = text.removesuffix(f"{summary_line(report)}\n")
    elif form == "json":
        text = as_json(report)
    elif form == "sarif":
        text = as_sarif(report)
    elif form == "junit":
        text = as_junit(report, list(lines))
    elif form == "github":
        text = as_github(report)
        click.echo(summary_line(report), err=True)
    else:
        text = as_turtle(report, context.project.prefixes)
    click.echo(text, nl=False)


def _fix(context: Context, run: object, *, yes: bool) -> None:
    assert callable(run)
    found = mends(context.project, run)
    if not found.after:
        click.echo("nothing can be mended without a decision of yours", err=True)
        return
    click.echo(found.diff(context.project), nl=False, err=True)
    told = f"{counted(found.count, 'mend')} in {counted(len(found.after), 'file')}"
    if yes or (sys.stdin.isatty() and click.confirm(f"Write {told}?", err=True)):
        found.write()
        click.echo(f"wrote {told}", err=True)
    else:
        click.echo(f"{told}; nothing was written (--fix --yes writes)", err=True)


def _watch(context: Context, paths: list[Path], run: object, form: str, *, quiet: bool) -> None:
    assert callable(run)
    known = watched(context.project, paths)
    while True:
        time.sleep(_PAUSE)
        now = watched(context.project, paths)
        if now != known:
            known = now
            report, lines = run({})
            click.echo(f"\n{time.strftime('%H:%M:%S')}", err=True)
            _print(context, report, lines, form, quiet=quiet)
