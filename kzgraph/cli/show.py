"""``kzgraph show``: what the graph says of a thing, on one screen or whole, with the sources."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kzgraph.answers.evidence.sources import Passages, Sources
from kzgraph.answers.things.describing import Description
from kzgraph.answers.things.thing_page import ThingPage
from kzgraph.authoring.facts.class_page import class_page
from kzgraph.cli import CommandContext, announce, tell_namesakes
from kzgraph.namespaces import shorten
from kzgraph.wording.numbers import counted
from kzgraph.wording.printing import terminal_width
from kzgraph.wording.text import wrapped


@click.command(short_help="Show a thing: what it is, its names, and the facts about it with their sources.")
@click.argument("thing")
@click.option("--kind", metavar="KIND", default="", help="The facts of one kind, such as visit or figure.")
@click.option("--document", metavar="KEY", default="", help="The facts of one document.")
@click.option("--from", "from_date", metavar="DATE", default="", help="The facts of DATE or later.")
@click.option("--to", "to_date", metavar="DATE", default="", help="The facts of DATE or earlier.")
@click.option("--no-background", "background", flag_value=False, default=True, help="Leave out background facts.")
@click.option("--all", "is_whole", is_flag=True, help="All facts and properties, not the most telling ones.")
@click.option(
    "--documents", metavar="DIR", type=click.Path(path_type=Path), help="Show the passages from the texts in DIR."
)
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--lang", "language", default="en", show_default=True, help="Language of labels; falls back to en.")
@click.pass_obj
def command(
    context: CommandContext,
    /,
    thing: str,
    background: bool,
    is_whole: bool,
    documents: Path | None,
    form: str,
    language: str,
    **wish: str,
) -> int:
    """Show THING: a CURIE, an IRI, a label in any language, or a text that finds one thing alone.

    Of many facts the ten most telling are shown, and how many there are of each kind. THING may be a thing of the
    graph, a fact, a document, a citation, or a class or property of the ontology.

    \b
    kzgraph show "Middle Corridor"
    kzgraph show Kazakhstan --kind visit --from 2022
    kzgraph show kz:Kazakhstan --lang ru
    kzgraph show kzo:Stake
    """
    store, prefixes = context.graph.store(), context.project.prefixes
    announce(store, language)
    found = context.graph.show(thing, **wish, background=background, language=language)
    tell_namesakes(context, thing)
    if form == "json":
        click.echo(json.dumps(_as_json(found, prefixes), ensure_ascii=False, indent=2))
        return 0
    page = ThingPage(found, prefixes, terminal_width())
    if any(wish.values()) or not background:
        lines = page.chosen()
    else:
        lines = page.whole() if is_whole or len(found.facts) <= len(found.telling) + 1 else page.screen()
        if found.instances:
            lines += class_page(context.project, store, found.iri, terminal_width())
    click.echo("\n".join(lines))
    if documents and page.sources:
        click.echo("\n".join(["", *_passages(page.sources, documents)]))
    return 0


def _as_json(found: Description, prefixes: dict[str, str]) -> dict[str, object]:
    return {
        "name": shorten(found.iri, prefixes),
        "iri": found.iri,
        "label": found.label,
        "classes": found.classes,
        "names": [n._asdict() for n in found.names],
        "written": dict(found.written),
        "derived": dict(found.derived),
        "instances": found.instances,
        "supports": dict(found.supported),
        "facts": [f.as_json(prefixes) for f in found.facts],
        "telling": [shorten(f.iri, prefixes) for f in found.telling],
        "left_out": found.left_out,
    }


def _passages(sources: Sources, folder: Path) -> list[str]:
    """The passages behind the footnotes, as far as the texts are there."""
    passages = Passages(folder)
    found = [(n, words) for n, own in enumerate(sources.passages, 1) for words in passages.of(own)]
    lines = [line for n, words in found for line in wrapped(words, terminal_width(), f" [{n}] ", "     ")]
    if missing := passages.missing(sources):
        told = f"{missing} of {counted(len(sources.passages), 'source')} without passage in {folder}"
        click.echo(f"{told}: the text is missing or differs (`kzgraph sources check` shows which)", err=True)
    return lines
