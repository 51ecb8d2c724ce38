"""``kzgraph new``: one fact or thing from a line of fields, as Turtle in the right file."""

from __future__ import annotations

from pathlib import Path

import click

from kzgraph.answers.missing.seen_in import SeenFact
from kzgraph.authoring.changing.changes import change as changed
from kzgraph.authoring.facts.entering import Desk, EnteredRows, enter
from kzgraph.authoring.facts.kinds import WritableKinds
from kzgraph.authoring.facts.telling import (
    told_entry,
    told_kind,
    told_kinds,
    told_problems,
    told_twins,
)
from kzgraph.authoring.reading.rows import WrittenRow, read_arguments
from kzgraph.cli import CommandContext, documents_option
from kzgraph.errors import KzgraphError, UsageError
from kzgraph.files.documents import checked_folder
from kzgraph.wording.printing import terminal_width
from kzgraph.wording.progress import say


@click.command(short_help="Write a fact or thing, given as FIELD=VALUE.")
@click.argument("kind", required=False)
@click.argument("fields", metavar="[FIELD=VALUE]...", nargs=-1)
@documents_option()
@click.option("--into", metavar="FILE", type=click.Path(path_type=Path), help="Write the fact into this file.")
@click.option("--dry-run", is_flag=True, help="Show the Turtle and how it reads, and write nothing.")
@click.option("--not-twins", is_flag=True, help="Write although the graph seems to have it already.")
@click.option("--change", is_flag=True, help="Change what is there: `id` names it, and the other fields are changed.")
@click.pass_obj
def command(
    context: CommandContext,
    kind: str | None,
    fields: tuple[str, ...],
    documents: Path | None,
    into: Path | None,
    dry_run: bool,
    not_twins: bool,
    change: bool,
) -> int:
    """Write a fact or thing of KIND; with KIND alone show what it takes, and without KIND the list of kinds.

    Things may be named by any of their names; several are separated by semicolons. Amounts and times are written as
    the article has them. PASSAGE is the first and last words of the passage, as for `kzgraph cite`. With --change
    the fields of a fact or thing that is there are changed, and nothing else of it; an empty value takes a field out.

    \b
    kzgraph new figure
    kzgraph new company label="Poti Trans Terminals" also=PTT
    kzgraph new figure subject="Middle Corridor" measure="freight volume" value="2.7 million tonnes" \\
        when=2023 passage="2.7 million ... in 2023" document=interfax-2024 --documents texts/
    kzgraph new --change id=kz:figure-freight-volume-middle-corridor-2023 value="2.8 million tonnes" scope=
    """
    width = terminal_width()
    if change and kind is not None and "=" in kind:  # what is there has its kind
        kind, fields = "", (kind, *fields)
    while kind is not None and fields and "=" not in fields[0]:  # a kind of two words, without quotation marks
        kind, fields = f"{kind} {fields[0]}", fields[1:]
    if kind is None or not fields:
        kinds = WritableKinds(context.project)
        kinds.refuse_none()
        told = told_kinds(kinds, width) if kind is None else told_kind(kinds, kinds.named(kind), width)
        click.echo("\n".join(told))
        return 0
    folder = checked_folder(documents) if documents else None
    desk, rows = Desk(context.project, folder, into), [read_arguments(kind, fields)]
    entry = entered(desk, rows, change=change)
    return finish(entry, dry_run=dry_run, not_twins=not_twins)


def entered(desk: Desk, rows: list[WrittenRow], *, change: bool, document: str = "") -> EnteredRows:
    """Rows as new facts and things, or as changes of those that are there; raises :class:`UsageError`."""
    if not change:
        return enter(desk, rows, document=document)
    if desk.places.is_named:
        raise UsageError("--into says where new facts go, and what is changed stays in its file", hint="leave it out")
    return changed(desk, rows, document=document)


def finish(entry: EnteredRows, *, dry_run: bool, not_twins: bool) -> int:
    """Shows an entry, and writes it unless something is in the way; gives the exit code."""
    width = terminal_width()
    if entry.problems:
        for line in told_problems(entry):
            click.echo(line)
        click.echo("nothing was written", err=True)
        return 1
    twins = told_twins(entry)
    for line in twins:
        click.echo(line)
    if dry_run and entry.turtle:
        click.echo(entry.turtle)
    for line in told_entry(entry, _seen(entry), width):
        click.echo(line)
    if dry_run or not entry.turtle:
        click.echo("nothing was written" if entry.turtle else "nothing to write", err=True)
        return 0
    if twins and not not_twins:
        click.echo("nothing was written: use what is there, or say --not-twins", err=True)
        return 1
    for name in entry.write():
        click.echo(f"wrote {name}", err=True)
    click.echo(entry.done(), err=True)
    return 0


def _seen(entry: EnteredRows) -> dict[str, SeenFact]:
    """The new facts as readers meet them; none, with a word, if the stored queries cannot be asked."""
    if not entry.turtle:
        return {}
    say("asking the stored queries …")
    try:
        return entry.seen()
    except KzgraphError as error:
        click.echo(f"which stored queries show these facts is not known: {error}", err=True)
        return {}
    finally:
        say("")
