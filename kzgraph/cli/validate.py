"""``kzgraph validate``: says what is wrong with instance files, at the line, and how to fix it."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from kzgraph.answers.missing.new_facts import ShownFacts, pairs_in_words, seen_in_words
from kzgraph.api import CitedGraph
from kzgraph.checks.findings.finding import Report, as_json, as_text, summary_line
from kzgraph.checks.findings.formats import as_github, as_junit, as_sarif
from kzgraph.checks.findings.w3c_report import as_turtle
from kzgraph.checks.fixes import Validate, all_fixes
from kzgraph.checks.syntax.inputs import watched
from kzgraph.cli import CommandContext, documents_option
from kzgraph.errors import KzgraphError, UsageError
from kzgraph.wording.numbers import counted
from kzgraph.wording.progress import say

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
@documents_option("Compare passages with the documents' texts in DIR")
@click.option("--logic", is_flag=True, help="Ask HermiT too whether the project with these files is consistent (OWL).")
@click.option(
    "--store", metavar="STORE", help="Check what this store holds: a folder, a URL, or a name of kzgraph.toml."
)
@click.option(
    "--shapes",
    metavar="PATH",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Use the shapes of this file or folder, not the project's; may be given more than once.",
)
@click.option("--standalone", is_flag=True, help="With --shapes: these data and shapes alone, nothing of the project.")
@click.option("--fix", is_flag=True, help="Show the fixes that are certain as a diff, and ask before writing them.")
@click.option("--yes", is_flag=True, help="With --fix: write them without asking.")
@click.option("--watch", is_flag=True, help="Check again whenever a file changes, until stopped with Ctrl-C.")
@click.pass_obj
def command(context: CommandContext, /, **given: Any) -> int:
    """Check the Turtle files PATH in the context of the project; without PATH, all instances.

    PATH is a file, a folder, a pattern such as "drafts/**/*.ttl", or - for standard input. With --store the graphs of a
    store are checked instead; findings then name a graph, and no line.

    \b
    kzgraph validate instances/events/visits.ttl
    kzgraph validate drafts/new-article.ttl -f json
    kzgraph validate drafts/ --fix
    kzgraph validate drafts/new-article.ttl --logic
    kzgraph validate --store http://localhost:7878
    kzgraph validate data.ttl --shapes shapes.ttl --standalone -f turtle
    """
    asked = _Asked(**given)
    _refuse(asked)
    graph, chosen = CitedGraph(context.project, asked.store), list(asked.shapes) or None
    if asked.store is not None:
        report = graph.validate_store(shapes=chosen)
        _print(context, report, asked, ShownFacts())
        return 1 if report.reaches(asked.fail_on) else 0
    stdin = {Path("-"): sys.stdin.buffer.read()} if Path("-") in asked.paths else {}

    def run(contents: _Contents) -> Report:
        return graph.validate(
            asked.paths,
            documents=asked.documents,
            shapes=chosen,
            logic=asked.logic,
            is_alone=asked.standalone,
            contents={**stdin, **contents},
        )

    if asked.fix:
        _fix(context, run, yes=asked.yes)
    report = run({})
    _tell(context, graph, report, asked, stdin)
    if asked.watch:
        _watch(context, graph, run, asked)
    return 1 if report.reaches(asked.fail_on) else 0


@dataclass(frozen=True)
class _Asked:
    """The command line."""

    paths: tuple[Path, ...]
    form: str
    fail_on: str
    quiet: bool
    documents: Path | None
    logic: bool
    store: str | None
    shapes: tuple[Path, ...]
    standalone: bool
    fix: bool
    yes: bool
    watch: bool


def _refuse(asked: _Asked) -> None:
    if asked.standalone and (not asked.shapes or not asked.paths):
        raise UsageError(
            "--standalone needs data and --shapes FILE", hint="kzgraph validate DATA --shapes FILE --standalone"
        )
    if (asked.fix or asked.watch) and Path("-") in asked.paths:
        raise UsageError("--fix and --watch need files, not standard input")
    if asked.yes and not asked.fix:
        raise UsageError("--yes goes with --fix")
    alone = {"--logic": asked.logic, "--watch": asked.watch}
    for_files = {"PATH": asked.paths, "--standalone": asked.standalone, "--fix": asked.fix, **alone}
    for other, whole in (("--standalone", alone), ("--store", for_files)):
        wrong = [name for name, value in whole.items() if value]
        if wrong and (asked.standalone if other == "--standalone" else asked.store is not None):
            raise UsageError(f"{wrong[0]} and {other} do not go together")


_Seen = ShownFacts | str
"""The facts of the files with the questions that show them; or why that is not known."""


def _seen(graph: CitedGraph, report: Report, asked: _Asked, stdin: _Contents) -> _Seen:
    """Where readers will meet the facts of the files; nothing if nobody asked, or if the files must be fixed first."""
    is_wanted = asked.form in {"text", "json"} and not asked.quiet and bool(asked.paths)
    if not is_wanted or asked.standalone or report.reaches("violation"):
        return ShownFacts()
    say("asking the stored queries …")
    try:
        return graph.facts_shown(asked.paths, contents=stdin)
    except KzgraphError as error:
        return f"which stored queries show these facts is not known: {error}"
    finally:
        say("")


def _shown_in_words(context: CommandContext, shown: ShownFacts, documents: Path | None) -> list[str]:
    prefixes = context.project.prefixes
    return [*seen_in_words(shown.facts, prefixes), *pairs_in_words(shown.pairs, context.project, documents)]


def _shown_as_json(context: CommandContext, shown: ShownFacts) -> dict[str, object]:
    pairs = [[fact.as_json(context.project.prefixes) for fact in pair.sides] for pair in shown.pairs]
    return {"facts": [one.as_json() for one in shown.facts], "compare": pairs}


def _tell(context: CommandContext, graph: CitedGraph, report: Report, asked: _Asked, stdin: _Contents) -> None:
    """Prints what was found; raises the limit that was reached then."""
    _print(context, report, asked, _seen(graph, report, asked, stdin))
    if report.limit:
        raise report.limit


def _print(context: CommandContext, report: Report, asked: _Asked, seen: _Seen) -> None:
    form, quiet = asked.form, asked.quiet
    if quiet and not report.findings:
        return
    if form == "text":
        told = [seen] if isinstance(seen, str) else _shown_in_words(context, seen, asked.documents)
        text = as_text(report, told)
        if quiet:
            text = text.removesuffix(f"{summary_line(report)}\n")
    elif form == "json":
        text = as_json(report, _shown_as_json(context, seen) if isinstance(seen, ShownFacts) else {})
    elif form == "sarif":
        text = as_sarif(report)
    elif form == "junit":
        text = as_junit(report, list(report.lines))
    elif form == "github":
        text = as_github(report)
        click.echo(summary_line(report), err=True)
    else:
        text = as_turtle(report, context.project.prefixes)
    click.echo(text, nl=False)


def _fix(context: CommandContext, run: Validate, *, yes: bool) -> None:
    found = all_fixes(context.project, run)
    if not found.after:
        click.echo("no finding can be fixed without a decision of yours", err=True)
        return
    click.echo(found.diff(context.project), nl=False, err=True)
    told = f"{counted(found.count, 'fix')} in {counted(len(found.after), 'file')}"
    if yes or (sys.stdin.isatty() and click.confirm(f"Write {told}?", err=True)):
        found.write(context.project)
        click.echo(f"wrote {told}", err=True)
    else:
        click.echo(f"{told}; nothing was written (--fix --yes writes)", err=True)


def _watch(context: CommandContext, graph: CitedGraph, run: Validate, asked: _Asked) -> None:
    paths = list(asked.paths)
    known = watched(context.project, paths)
    while True:
        time.sleep(_PAUSE)
        now = watched(context.project, paths)
        if now != known:
            known = now
            report = run({})
            click.echo(f"\n{time.strftime('%H:%M:%S')}", err=True)
            _tell(context, graph, report, asked, {})
