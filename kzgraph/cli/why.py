"""``kzgraph why``: the facts, passages and axioms behind what the graph says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import click

from kzgraph.answers.things.explaining import Edge, Explanation, Grounds, explanation_json
from kzgraph.api_reading import Why
from kzgraph.cli import CommandContext, announce, documents_option, tell_namesakes
from kzgraph.errors import UsageError
from kzgraph.namespaces import shorten
from kzgraph.wording.numbers import counted
from kzgraph.wording.printing import terminal_width
from kzgraph.wording.text import wrapped


@click.command(short_help="Show the facts, passages and axioms behind a statement.")
@click.argument("thing")
@click.argument("edge", metavar="[PROPERTY OBJECT]", nargs=-1)
@documents_option("Show the passages from the texts in DIR")
@click.option("--logic", is_flag=True, help="Show how an edge follows: the axioms, and the statements they start from.")
@click.option("--all", "is_whole", is_flag=True, help="All facts about THING, not the ten most telling ones.")
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--lang", "language", default="en", show_default=True, help="Language of labels; falls back to en.")
@click.pass_obj
def command(
    context: CommandContext,
    thing: str,
    edge: tuple[str, ...],
    documents: Path | None,
    logic: bool,
    is_whole: bool,
    form: str,
    language: str,
) -> int:
    """Show why the graph says what it says about THING: its most telling facts, each with passage, note and place.

    With PROPERTY and OBJECT, show the facts from which that edge follows, and with --logic the axioms as well.

    \b
    kzgraph why kz:figure-trade-turnover-kazakhstan-azerbaijan-2021
    kzgraph why "Middle Corridor" --documents texts/
    kzgraph why Kazakhstan kzo:memberOf "Organization of Turkic States"
    """
    if len(edge) not in {0, 2}:
        raise UsageError("an edge has three parts", hint="write kzgraph why SUBJECT PROPERTY OBJECT")
    announce(context.graph.store(), language)
    is_telling = not is_whole and form == "text"
    found = context.graph.why(thing, *edge, telling=is_telling, documents=documents, language=language)
    tell_namesakes(context, thing)
    prefixes = context.project.prefixes
    if form == "json":
        facts: object = [grounds.as_json(prefixes) for grounds in found.facts]
        ways = [explanation_json(x, prefixes) for x in found.explanations]
        told = facts if found.edge is None else {"edge": list(found.edge), "explanations": ways, "facts": facts}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return 0
    lines = [*wrapped(found.title, terminal_width()), *_grounds(context, found.facts)]
    click.echo("\n".join([*lines, *(_ways(found, logic=logic) if found.edge else [])]))
    if not found.facts and found.edge is None:
        click.echo("no fact is about it", err=True)
    elif found.left_out:
        every = len(found.facts) + found.left_out
        click.echo(f"{len(found.facts)} of {counted(every, 'fact')}; see the others with --all", err=True)
    return 0


def _ways(found: Why, *, logic: bool) -> list[str]:
    """How an edge follows, if that is wanted, or if there is no more to it than its place."""
    is_stated = not any(explanation.premises for explanation in found.explanations)
    if not logic and not is_stated:
        return ["", f"{counted(len(found.explanations), 'way')} in which it follows: add --logic"]
    return [line for explanation in found.explanations for line in ["", *_explanation(found.words, explanation, 1)]]


def _explanation(words: Mapping[Edge, str], found: Explanation, depth: int) -> list[str]:
    width, indent = terminal_width(), "  " * depth
    if not found.premises:
        return wrapped(f"{words[found.edge]}: stands in {found.place}", width, indent, indent + "  ")
    lines = wrapped(f"{found.axiom}: axiom in {found.axiom_place}", width, indent, indent + "  ")
    return lines + [line for p in found.premises for line in _explanation(words, p, depth + 1)]


def _grounds(context: CommandContext, found: list[Grounds]) -> list[str]:
    width, lines = terminal_width(), list[str]()
    for grounds in found:
        fact = grounds.fact
        head = " · ".join([f"{fact.kind}: {fact.label}", *fact.remarks])
        lines += ["", *wrapped(head, width, "", "  ")]
        told = [f"{source.footnote}: “{words}”" if words else source.footnote for source, words in grounds.passages]
        lines += [line for t in dict.fromkeys(told) for line in wrapped(t, width, "  source: ", "    ")]
        lines += [] if grounds.passages else ["  no source"]
        if fact.note:
            lines += wrapped(fact.note, width, "  note: ", "    ")
        lines += wrapped(f"{shorten(fact.iri, context.project.prefixes)} in {grounds.place}", width, "  ", "    ")
    return lines
