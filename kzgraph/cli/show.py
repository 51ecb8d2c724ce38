"""``kzgraph show``: all that the graph says of a thing, with the sources."""

from __future__ import annotations

import json
from itertools import groupby

import click

from kzgraph.answers.evidence.sources import Sources
from kzgraph.answers.shown.tables import footnotes, terminal_width
from kzgraph.answers.things.facts import Description, Fact, describe, numbered
from kzgraph.answers.things.find import find_thing
from kzgraph.cli import CommandContext
from kzgraph.namespaces import shorten
from kzgraph.stores.disk.snapshot import open_project
from kzgraph.wording.numbers import counted
from kzgraph.wording.text import wrapped

_HOW = {"other label", "name", "label"}


@click.command(short_help="Show a thing: its names, and the facts about it with their sources.")
@click.argument("thing")
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--lang", "language", default="en", show_default=True, help="Language of labels; falls back to en.")
@click.pass_obj
def command(context: CommandContext, thing: str, form: str, language: str) -> int:
    """Show THING: a CURIE, an IRI, a label in any language, or a text that finds one thing alone.

    THING may be a thing of the graph, a fact, a document, a citation, or a class or property of the ontology.

    \b
    kzgraph show "Middle Corridor"
    kzgraph show kz:Kazakhstan --lang ru
    kzgraph show kzo:Stake
    """
    store, prefixes = open_project(context.project), context.project.prefixes
    found = describe(store, context.project, find_thing(thing, context.project, store), language)
    if form == "json":
        click.echo(json.dumps(_as_json(found, prefixes), ensure_ascii=False, indent=2))
        return 0
    width = terminal_width()
    click.echo("\n".join(_as_text(found, numbered(found.facts), prefixes, width)))
    return 0


def _as_json(found: Description, prefixes: dict[str, str]) -> dict[str, object]:
    return {
        "name": shorten(found.iri, prefixes),
        "iri": found.iri,
        "label": found.label,
        "classes": found.classes,
        "names": [vars(n) for n in found.names],
        "written": dict(found.written),
        "derived": dict(found.derived),
        "instances": found.instances,
        "supports": dict(found.supported),
        "facts": [f.as_json(prefixes) for f in found.facts],
    }


def _as_text(found: Description, sources: Sources, prefixes: dict[str, str], width: int | None) -> list[str]:
    lines = wrapped(f"{found.label} · {shorten(found.iri, prefixes)}", width)
    lines += wrapped("; ".join(found.classes), width, "  ", "  ")
    also = [f"{n.text} ({n.language or n.how})" for n in found.names if n.how in _HOW]
    also += [f"{n.text} ({n.how})" for n in found.names if n.how not in _HOW]
    lines += wrapped("; ".join(dict.fromkeys(also)), width, "  also: ", "        ") if also else []
    if found.written:
        lines += ["", *_properties(found.written, width)]
    if found.derived:
        lines += ["", "Follows from the facts (`kzgraph why` shows from which)", *_properties(found.derived, width)]
    if found.instances:
        lines += ["", f"  {counted(found.instances, 'thing')} of this class"]
    if found.supported:
        told = ", ".join(f"{n} {kind}" for kind, n in found.supported)
        lines += ["", *wrapped(f"Facts that rest on it: {told}", width, "  ", "    ")]
    if found.facts:
        lines += _facts(found.facts, sources, width)
        lines += ["", footnotes(sources, width).rstrip("\n")]
    return lines


def _properties(groups: list[tuple[str, list[str]]], width: int | None) -> list[str]:
    return [line for heading, values in groups for line in wrapped("; ".join(values), width, f"  {heading}: ", "    ")]


def _facts(facts: list[Fact], sources: Sources, width: int | None) -> list[str]:
    lines: list[str] = []
    rows = list(zip(facts, sources.of_rows, strict=True))
    for kind, group in groupby(rows, key=lambda row: row[0].kind):
        members = list(group)
        lines += ["", f"{kind} ({len(members)})"]
        for fact, numbers in members:
            told = " · ".join([fact.label, *fact.remarks])
            notes = "".join(f"[{n}]" for n in numbers) or "[no source]"
            lines += wrapped(f"{told} {notes}", width, "  - ", "    ")
    return lines
