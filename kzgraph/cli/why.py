"""``kzgraph why``: the facts, passages and axioms behind what the graph says."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kzgraph.answers.evidence.sources import checked_folder
from kzgraph.answers.things.choosing import most_telling
from kzgraph.answers.things.explaining import Edge, Explainer, Explanation, Grounds, explanation_json
from kzgraph.answers.things.facts import labels
from kzgraph.answers.things.find import find_thing
from kzgraph.answers.things.names import read_names
from kzgraph.cli import CommandContext, announce, documents_option
from kzgraph.errors import UsageError
from kzgraph.namespaces import shorten
from kzgraph.stores.disk.snapshot import open_project
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
    store = open_project(context.project)
    announce(store, language)
    folder = checked_folder(documents) if documents else None
    explainer = Explainer(context.project, store, folder, language)
    if len(edge) not in {0, 2}:
        raise UsageError("an edge has three parts", hint="write kzgraph why SUBJECT PROPERTY OBJECT")
    if edge:
        return _edge(context, explainer, *explainer.edge(thing, *edge), form, logic=logic)
    iri = find_thing(thing, context.project, store)
    facts = explainer.facts(iri)
    if form == "json":
        _echo_json([explainer.grounds(fact).as_json(context.project.prefixes) for fact in facts])
        return 0
    names = [n.text for n in read_names(store, thing=iri).of.get(iri, [])]
    told = facts if is_whole else most_telling(facts, names) or facts
    title = f"{labels(store, [iri], language)[iri]} · {shorten(iri, context.project.prefixes)}"
    click.echo("\n".join([*wrapped(title, terminal_width()), *_grounds(context, [*map(explainer.grounds, told)])]))
    if not facts:
        click.echo("no fact is about it", err=True)
    elif len(told) < len(facts):
        click.echo(f"{len(told)} of {counted(len(facts), 'fact')}; see the others with --all", err=True)
    return 0


def _edge(
    context: CommandContext, explainer: Explainer, edge: Edge, found: list[Explanation], form: str, *, logic: bool
) -> int:
    grounds = explainer.facts_behind(found)
    if form == "json":
        prefixes = context.project.prefixes
        ways = [explanation_json(x, prefixes) for x in found]
        _echo_json({"edge": list(edge), "explanations": ways, "facts": [g.as_json(prefixes) for g in grounds]})
        return 0
    lines = [*wrapped(explainer.told(edge), terminal_width()), *_grounds(context, grounds)]
    is_stated = not any(explanation.premises for explanation in found)
    if not logic and not is_stated:
        lines += ["", f"{counted(len(found), 'way')} in which it follows: add --logic"]
    for explanation in found if logic or is_stated else []:
        lines += ["", *_explanation(explainer, explanation, 1)]
    click.echo("\n".join(lines))
    return 0


def _explanation(explainer: Explainer, found: Explanation, depth: int) -> list[str]:
    width, indent = terminal_width(), "  " * depth
    if not found.premises:
        return wrapped(f"{explainer.told(found.edge)}: stands in {found.place}", width, indent, indent + "  ")
    lines = wrapped(f"{found.axiom}: axiom in {found.axiom_place}", width, indent, indent + "  ")
    return lines + [line for p in found.premises for line in _explanation(explainer, p, depth + 1)]


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


def _echo_json(entry: object) -> None:
    click.echo(json.dumps(entry, ensure_ascii=False, indent=2))
