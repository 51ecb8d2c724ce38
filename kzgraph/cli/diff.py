"""``kzgraph diff``: what changed between two revisions, since one, or between the files and a store."""

from __future__ import annotations

import json

import click

from kzgraph.changes.answers import answer_changes
from kzgraph.changes.report import ChangeReport
from kzgraph.changes.revisions import Revision, find_revision, project_at
from kzgraph.changes.states import State, changes, read_state
from kzgraph.cli import CommandContext
from kzgraph.errors import KzgraphError, UsageError
from kzgraph.files.project import Project
from kzgraph.stores.moving.compare import compare
from kzgraph.wording.progress import say

_NOW = "the working tree"


@click.command(short_help="Show what changed between two revisions, or between files and store.")
@click.argument("old", metavar="[REV1", required=False)
@click.argument("new", metavar="[REV2]]", required=False)
@click.option("--store", metavar="STORE", help="Compare the files with a folder, a URL, or a store of kzgraph.toml.")
@click.option("--triples", is_flag=True, help="With a store: show the triples, not only how many.")
@click.option("--answers/--no-answers", default=True, show_default=True,
              help="With revisions: ask all stored queries of both, and compare the answers.")  # fmt: skip
@click.option(
    "-f", "--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True
)
@click.pass_obj
def command(
    context: CommandContext,
    old: str | None,
    new: str | None,
    store: str | None,
    triples: bool,
    answers: bool,
    form: str,
) -> int:
    """Show what changed in the graph; exit code 1 if anything did.

    REV1 REV2: what changed from one git revision to the other, in words: facts with their sources, things, terms and
    citations that were added, removed, renamed or changed, and the stored queries whose answers differ. REV1 alone:
    what changed since then in the files as they are. In which file a statement stands makes no difference.

    Without a revision: what `kzgraph load` would add (+) to STORE and remove (-) from it, graph by graph; without
    --store the project's own. Graphs of the store that are not the project's are left out.

    \b
    kzgraph diff HEAD
    kzgraph diff v0.1.0 v0.2.0 -f markdown > changes.md
    kzgraph diff --store http://127.0.0.1:7878 --triples
    """
    if old is None:
        if form == "markdown":
            raise UsageError("-f markdown goes with revisions", hint="kzgraph diff HEAD~1 -f markdown")
        return _with_store(context.project, store, form, triples=triples)
    if store is not None or triples:
        raise UsageError("--store and --triples do not go with revisions")
    return _between(context.project, old, new, form, answers=answers)


def _between(project: Project, old: str, new: str | None, form: str, *, answers: bool) -> int:
    first = find_revision(project, old)
    last = find_revision(project, new) if new is not None else None
    try:
        before, after = _state(project, first), _state(project, last)
        say("comparing …")
        found = changes(before, after)
        renamed = {c.before: c.iri for c in found if c.before}
        compared, asked = (
            answer_changes(before, after, renamed, _progress, is_same_graph=not found) if answers else (None, 0)
        )
    finally:
        say("")  # so that nothing is written behind it
    report = ChangeReport(before, after, found, compared, asked)
    between = f"from {first.told} to {last.told if last else _NOW}"
    if form == "json":
        click.echo(report.as_json(_as_json(first), _as_json(last)), nl=False)
    elif form == "markdown":
        click.echo(report.as_markdown(f"Changes {between}"), nl=False)
    else:
        click.echo(report.as_text(), nl=False)
    click.echo(f"{report.summary()} ({between})", err=True)
    return 1 if report else 0


def _state(project: Project, revision: Revision | None) -> State:
    """The project at a revision, or as its files are now; an error names the revision."""
    words = revision.told if revision else _NOW
    say(f"reading {words} …")
    try:
        there = project_at(project, revision) if revision else project
        return read_state(there)
    except KzgraphError as error:
        if revision and not error.place.startswith((words, f"{revision.name}:")):
            error.place = f"{words}: {error.place}" if error.place else words
        raise


def _as_json(revision: Revision | None) -> dict[str, str]:
    return {"revision": revision.name, "commit": revision.commit} if revision else {"revision": "", "commit": ""}


def _progress(done: int, whole: int) -> None:
    say(f"asking the stored queries … {done} of {whole}")


def _with_store(project: Project, store: str | None, form: str, *, triples: bool) -> int:
    found = list(compare(project, store))
    if form == "json":
        click.echo(json.dumps({"graphs": [vars(c) for c in found]}, ensure_ascii=False, indent=2))
    for change in found if form == "text" else []:
        click.echo(f"{change.kind} {change.graph} +{len(change.added)} -{len(change.removed)}")
        for sign, lines in (("-", change.removed), ("+", change.added)):
            for line in lines if triples else []:
                click.echo(f"{sign} {line}")
    number = len(found)
    told = f"{number or 'no'} graph{'s differ' if number != 1 else ' differs'}"
    since = "" if store else " between files and embedded store; `kzgraph diff HEAD` compares with the last commit"
    click.echo(f"{told}{since}", err=True)
    return 1 if found else 0
