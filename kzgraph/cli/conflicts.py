"""``kzgraph conflicts``: where sources disagree."""

from __future__ import annotations

import json

import click

from kzgraph.answers.things.conflicts import CONTRADICTS, DIFFERS, MARKED, Conflict, Matter
from kzgraph.answers.things.facts import Fact, FactFiles
from kzgraph.cli import CommandContext, announce
from kzgraph.namespaces import shorten
from kzgraph.wording.numbers import counted
from kzgraph.wording.printing import terminal_width
from kzgraph.wording.text import wrapped


@click.command(short_help="List where sources disagree.")
@click.argument("thing", required=False)
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--lang", "language", default="en", show_default=True, help="Language of labels; falls back to en.")
@click.pass_obj
def command(context: CommandContext, thing: str | None, form: str, language: str) -> int:
    """List the pairs of facts that disagree, by matter; with THING, only those about it.

    Some contradict each other: not both can be right. Others give different accounts that can both be right. Some
    pairs are marked by the editors, the others are found: figures on one matter and time that no single value fits, and
    different dates of one act or event.

    \b
    kzgraph conflicts
    kzgraph conflicts "Zangezur corridor"
    kzgraph conflicts kz:CPCPipeline -f json
    """
    graph = context.graph
    grouped = graph.conflicts(thing, language=language)
    found = [conflict for matter in grouped for conflict in matter.conflicts]
    announce(graph.store(), language)
    files, prefixes = FactFiles(context.project, graph.store()), context.project.prefixes
    if form == "json":
        entries = [_as_json(c, m, files, prefixes) for m in grouped for c in m.conflicts]
        click.echo(json.dumps(entries, ensure_ascii=False, indent=2))
    number = 0
    for matter in grouped if form == "text" else []:
        if len(matter.conflicts) > 1:
            told = f"{matter.label}: {len(matter.conflicts)} pairs" if matter.label else "One matter"
            click.echo("\n".join([*wrapped(told, terminal_width()), ""]))
        for conflict in matter.conflicts:
            number += 1
            click.echo("\n".join([*_as_text(number, conflict, files, prefixes), ""]))
    click.echo(_counts(found, grouped), err=True)
    return 0


def _counts(found: list[Conflict], grouped: list[Matter]) -> str:
    """How many conflicts there are, of each grade and on how many matters, where that says more."""
    told = counted(len(found), "conflict")
    if len(found) == len(grouped) and all(c.grade == CONTRADICTS for c in found):
        return told
    contradict, differ = (sum(c.grade == grade for c in found) for grade in (CONTRADICTS, DIFFERS))
    return f"{told} on {counted(len(grouped), 'matter')}: {contradict} contradict, {differ} differ"


def _as_json(conflict: Conflict, matter: Matter, files: FactFiles, prefixes: dict[str, str]) -> dict[str, object]:
    sides = [{**fact.as_json(prefixes), "place": files.place(fact.iri)} for fact in conflict.sides]
    on = {"name": shorten(matter.thing, prefixes), "label": matter.label} if matter.thing else {}
    return {"grade": conflict.grade, "matter": on, "reasons": list(conflict.reasons), "sides": sides}


def _as_text(number: int, conflict: Conflict, files: FactFiles, prefixes: dict[str, str]) -> list[str]:
    width = terminal_width()
    as_graded = {MARKED: f"{MARKED} as different accounts"} if conflict.grade == DIFFERS else {}
    reasons = ", ".join(as_graded.get(r, r) for r in conflict.reasons)
    lines = wrapped(f"{number}. {conflict.sides[0].kind}: {reasons}", width)
    for fact in conflict.sides:
        lines += [line for first, text in _side(fact) for line in wrapped(text, width, first, "    ")]
        lines += wrapped(f"{shorten(fact.iri, prefixes)} in {files.place(fact.iri)}", width, "    ", "    ")
    return lines


def _side(fact: Fact) -> list[tuple[str, str]]:
    """The lines about one side, each part with its prefix."""
    gist = " ".join(fact.texts("gist"))
    content = "" if gist == fact.label else gist
    if fact.value:
        content = f"value: {fact.value}"
    remarks = " · ".join(fact.remarks)
    sources = "; ".join(dict.fromkeys(s.footnote for s in fact.sources)) or "none"
    parts = [("  - ", fact.label), ("    ", content), ("    ", remarks), ("    note: ", fact.note)]
    return [(first, text) for first, text in [*parts, ("    sources: ", sources)] if text]
