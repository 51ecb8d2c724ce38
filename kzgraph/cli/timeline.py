"""``kzgraph timeline``: what happened when."""

from __future__ import annotations

import json

import click

from kzgraph.answers.overviews.timeline import UNDATED, told_of
from kzgraph.answers.shown.tables import footnotes
from kzgraph.answers.things.facts import numbered
from kzgraph.cli import CommandContext, announce, tell_namesakes
from kzgraph.wording.numbers import counted
from kzgraph.wording.printing import terminal_width
from kzgraph.wording.text import wrapped


@click.command(short_help="Show what happened when, of a thing or of all.")
@click.argument("thing", required=False)
@click.option("--from", "first", metavar="DATE", default="", help="From DATE on.")
@click.option("--to", "last", metavar="DATE", default="", help="Until DATE.")
@click.option("--kind", metavar="KIND", default="", help="Facts of one kind, such as visit, signature or figure.")
@click.option("--document", metavar="KEY", default="", help="What one document says.")
@click.option("--undated", "with_undated", is_flag=True, help="List the facts without a date of their own as well.")
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--lang", "language", default="en", show_default=True, help="Language of labels; falls back to en.")
@click.pass_obj
def command(
    context: CommandContext,
    thing: str | None,
    first: str,
    last: str,
    kind: str,
    document: str,
    with_undated: bool,
    form: str,
    language: str,
) -> int:
    """Show the dated facts about THING, or all events, in the order of their time.

    \b
    kzgraph timeline
    kzgraph timeline "Middle Corridor" --from 2022
    kzgraph timeline Kazakhstan --kind visit
    """
    announce(context.graph.store(), language)
    found = context.graph.timeline(
        thing, kind=kind, document=document, from_date=first, to_date=last, language=language
    )
    tell_namesakes(context, thing or "")
    listed = [*found.facts, *(found.undated if with_undated else [])]
    if form == "json":
        entries = [fact.as_json(context.project.prefixes) for fact in listed]
        click.echo(json.dumps(entries, ensure_ascii=False, indent=2))
        return 0
    width, sources = terminal_width(), numbered(listed)
    numbers = dict(zip((f.iri for f in listed), sources.of_rows, strict=True))
    lines: list[str] = []
    for heading, facts in [*found.by_year(), *([(UNDATED, found.undated)] if with_undated and found.undated else [])]:
        lines += ["", heading]
        for fact, (when, told) in zip(facts, told_of(facts), strict=True):
            notes = "".join(f"[{n}]" for n in numbers[fact.iri]) or "[no source]"
            lines += wrapped(f"{when or '–'}: {told} {notes}", width, "  ", "    ")
    if listed:
        click.echo("\n".join([*lines, "", footnotes(sources, width).rstrip("\n")]).lstrip("\n"))
    more = f", {len(found.undated)} without a date of their own" if found.undated else ""
    if not listed and not thing:
        more += "; without a THING only events are listed"
    click.echo(f"{counted(len(found.facts), 'fact')} with a date{more}", err=True)
    return 0
