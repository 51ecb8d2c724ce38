"""``kzgraph mentions``: which document speaks of a thing, and which does not name it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kzgraph.answers.overviews.mentions import (
    NAMED,
    NOT_NAMED,
    NOT_SEARCHED,
    SPOKEN_OF,
    STATES,
    UNRECORDED,
    Mention,
)
from kzgraph.cli import CommandContext, announce, documents_option, tell_namesakes
from kzgraph.namespaces import shorten
from kzgraph.wording.numbers import counted
from kzgraph.wording.printing import terminal_width
from kzgraph.wording.text import enumerated, wrapped

_TOLD = {
    NAMED: "names it",
    SPOKEN_OF: "speaks of it without a name that is recorded",
    UNRECORDED: "names it, but no fact says so",
    NOT_NAMED: "does not name it",
    NOT_SEARCHED: "nothing found; its text was not at hand (--documents DIR searches it)",
}
_TOLD_OF_SEVERAL = {
    NOT_NAMED: "do not name it",
    NOT_SEARCHED: "nothing found; their texts were not at hand (--documents DIR searches them)",
}
"""What is said at the end of all documents of one such state."""
_PARAGRAPHS = 12


@click.command(short_help="Show which document speaks of a thing, and which does not name it.")
@click.argument("thing")
@click.option("--document", metavar="KEY", default="", help="What one document says of it, paragraph by paragraph.")
@documents_option("Search the texts in DIR where no fact is found")
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--lang", "language", default="en", show_default=True, help="Language of labels; falls back to en.")
@click.pass_obj
def command(
    context: CommandContext, thing: str, document: str, documents: Path | None, form: str, language: str
) -> int:
    """Show for each source document whether it names THING, how, and in which paragraphs it speaks of it.

    "Does not name it" is more than "nothing found": only a text that was searched can be said not to name something.

    \b
    kzgraph mentions "Zangezur corridor"
    kzgraph mentions Maersk --documents texts/
    kzgraph mentions KazMunayGas --document ali-2023
    """
    graph, prefixes = context.graph, context.project.prefixes
    announce(graph.store(), language)
    iri = graph.find(thing)
    tell_namesakes(context, thing)
    found = graph.mentions(iri, document=document, documents=documents, language=language)
    if form == "json":
        click.echo(json.dumps([_as_json(m, prefixes) for m in found], ensure_ascii=False, indent=2))
        return 0
    width = terminal_width()
    lines = wrapped(f"{graph.label(iri, language=language)} · {shorten(iri, prefixes)}", width)
    together = {state for state in _TOLD_OF_SEVERAL if sum(m.state == state for m in found) > 1}
    for mention in found:
        if mention.state not in together:
            lines += ["", *_as_text(mention, width)]
        if document:
            lines += _by_paragraph(mention, width)
    for state in sorted(together):
        titles = [m.title for m in found if m.state == state]
        lines += ["", *wrapped(f"{enumerated(titles)}: {_TOLD_OF_SEVERAL[state]}", width)]
    click.echo("\n".join(lines))
    named = sum(m.state == NAMED for m in found)
    click.echo(f"{named} of {counted(len(found), 'document')} name it", err=True)
    return 0


def _as_json(mention: Mention, prefixes: dict[str, str]) -> dict[str, object]:
    return {
        "document": shorten(mention.document, prefixes),
        "title": mention.title,
        "issued": mention.issued,
        "state": STATES[mention.state],
        "names": list(mention.names),
        "paragraphs": list(mention.paragraphs),
        "facts": [f.as_json(prefixes) for f in mention.facts],
    }


def _as_text(mention: Mention, width: int | None) -> list[str]:
    lines = wrapped(f"{mention.title}: {_TOLD[mention.state]}", width)
    if mention.names:
        lines += wrapped(" · ".join(f"“{n}”" for n in mention.names), width, "  as ", "     ")
    if mention.paragraphs:
        shown = ", ".join(f"¶ {n}" for n in mention.paragraphs[:_PARAGRAPHS])
        left = len(mention.paragraphs) - _PARAGRAPHS
        lines += wrapped(shown + (f" and {left} more" if left > 0 else ""), width, "  in ", "     ")
    return lines + ([f"  {counted(len(mention.facts), 'fact')} about it"] if mention.facts else [])


def _by_paragraph(mention: Mention, width: int | None) -> list[str]:
    lines: list[str] = []
    for paragraph in mention.paragraphs:
        place = (mention.document, paragraph)
        own = [f for f in mention.facts if any((s.document, s.paragraph) == place for s in f.sources)]
        if own:
            lines += ["", f"  ¶ {paragraph}"]
        lines += [line for f in own for line in wrapped(" · ".join([f.label, *f.remarks]), width, "    - ", "      ")]
    return lines
