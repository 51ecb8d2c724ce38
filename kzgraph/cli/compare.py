"""``kzgraph compare``: two documents side by side."""

from __future__ import annotations

import json

import click

from kzgraph.answers.overviews.comparing import Comparison
from kzgraph.answers.things.choosing import kinds_counted
from kzgraph.answers.things.facts import Fact
from kzgraph.cli import CommandContext, announce, tell_namesakes
from kzgraph.namespaces import shorten
from kzgraph.wording.numbers import counted
from kzgraph.wording.printing import terminal_width
from kzgraph.wording.text import wrapped

_FEW = 5
"""So many facts of a part are shown, unless all are wanted."""


@click.command(short_help="Compare two documents: what both say, where they differ, what only one says.")
@click.argument("one", metavar="DOCUMENT")
@click.argument("two", metavar="DOCUMENT")
@click.option("--about", "thing", metavar="THING", default="", help="What they say of THING only.")
@click.option("--all", "is_whole", is_flag=True, help=f"All facts, not the {_FEW} most telling of each part.")
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--lang", "language", default="en", show_default=True, help="Language of labels; falls back to en.")
@click.pass_obj
def command(context: CommandContext, one: str, two: str, thing: str, is_whole: bool, form: str, language: str) -> int:
    """Compare two documents: the facts that both state, the pairs on which they agree or disagree, and what only one
    of them says.

    \b
    kzgraph compare ali-2023 yagubova-2022
    kzgraph compare ali-2023 yagubova-2022 --about "Zangezur corridor"
    """
    graph = context.graph
    announce(graph.store(), language)
    found = graph.compare(one, two, about=thing, language=language)
    tell_namesakes(context, thing)
    if form == "json":
        click.echo(json.dumps(_as_json(found, context.project.prefixes), ensure_ascii=False, indent=2))
        return 0
    shown = {iri: graph.label(iri, language=language) for iri in (found.one, found.two, found.about) if iri}
    title = f"{shown[found.one]} and {shown[found.two]}" + (f", about {shown[found.about]}" if found.about else "")
    lines = wrapped(title, terminal_width())
    for heading, entries, facts in _parts(found, shown):
        left = 0 if is_whole else max(len(entries) - _FEW, 0)
        lines += ["", f"{heading} ({len(entries)})"]
        for entry in entries[: len(entries) - left]:
            lines += wrapped(entry, terminal_width(), "  - ", "    ")
        if left:
            kinds = " · ".join(f"{kind} {n}" for kind, n in kinds_counted(facts[_FEW:]))
            lines += wrapped(f"{left} more: add --all" + (f" ({kinds})" if kinds else ""), terminal_width(), "  ", "  ")
    click.echo("\n".join(lines))
    told = f"{counted(len(found.disagree), 'disagreement')}, {counted(len(found.agree), 'agreement')}"
    click.echo(f"{counted(len(found.both), 'fact')} of both, {told}", err=True)
    return 0


def _parts(found: Comparison, shown: dict[str, str]) -> list[tuple[str, list[str], list[Fact]]]:
    """The parts of the comparison: heading, entries in words, and the facts of which kinds are counted."""
    disagree = [f"{c.grade}: {_side(c.sides[0], found)} ↔ {_side(c.sides[1], found)}" for c in found.disagree]
    agree = [f"{_side(a, found)} = {_side(b, found)}" for a, b in found.agree]
    return [
        ("They disagree", disagree, []),
        ("They agree in words of their own", agree, []),
        ("Both say", [_told(f, found.one, found.two) for f in found.both], found.both),
        (f"Only {shown[found.one]} says", [_told(f, found.one) for f in found.only_one], found.only_one),
        (f"Only {shown[found.two]} says", [_told(f, found.two) for f in found.only_two], found.only_two),
    ]


def _side(fact: Fact, found: Comparison) -> str:
    return _told(fact, found.one, found.two)


def _told(fact: Fact, *documents: str) -> str:
    """A fact with its value, its remarks and the paragraphs of some documents."""
    own = dict.fromkeys(s.footnote for s in fact.sources if s.document in documents)
    value = fact.value if fact.value and fact.value not in fact.label else ""
    return " · ".join(part for part in [fact.label, value, *fact.remarks] if part) + f" [{'; '.join(own)}]"


def _as_json(found: Comparison, prefixes: dict[str, str]) -> dict[str, object]:
    def facts(own: list[Fact]) -> list[dict[str, object]]:
        return [fact.as_json(prefixes) for fact in own]

    return {
        "documents": [shorten(found.one, prefixes), shorten(found.two, prefixes)],
        "disagree": [
            {"grade": c.grade, "reasons": list(c.reasons), "sides": facts(list(c.sides))} for c in found.disagree
        ],
        "agree": [facts(list(pair)) for pair in found.agree],
        "both": facts(found.both),
        "only": [facts(found.only_one), facts(found.only_two)],
    }
