"""``kzgraph search``: finds things and facts by their names and gists."""

from __future__ import annotations

import json

import click

from kzgraph.answers.plain_words.fitting_facts import FittingFact, told_facts
from kzgraph.answers.things.found import SearchResults, as_text
from kzgraph.cli import CommandContext
from kzgraph.errors import UsageError
from kzgraph.wording.numbers import counted
from kzgraph.wording.printing import terminal_width


@click.command(short_help="Find things and facts by any of their names.")
@click.argument("words", nargs=-1, required=True, metavar="TEXT...")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    metavar="N",
    help="At most N of both.",
)
@click.option("-f", "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--things-only", is_flag=True, help="Leave out the facts.")
@click.option("--facts-only", is_flag=True, help="The facts that fit TEXT best, which may be a whole question.")
@click.pass_obj
def command(
    context: CommandContext, words: tuple[str, ...], limit: int, form: str, things_only: bool, facts_only: bool
) -> int:
    """Find things and facts by TEXT: labels in any language, other names, codes, titles, words of the sources,
    and what a fact says (its gist). Cyrillic and Latin letters, British and American spelling and slips of the pen
    make no difference. If nothing matches all words, what matches most of them is shown.

    \b
    kzgraph search midle coridor
    kzgraph search Токаев --things-only
    kzgraph search KZ -f json
    kzgraph search --facts-only "how much oil went through BTC in 2020"
    """
    if facts_only and things_only:
        raise UsageError("--facts-only and --things-only exclude each other")
    graph, prefixes, text = context.graph, context.project.prefixes, " ".join(words)
    if facts_only:
        facts = graph.fitting_facts(text)
        _print_facts(facts, limit, form, prefixes)
        more = f" of {len(facts)}; see more with --limit" if len(facts) > limit else ""
        told = f"{counted(min(len(facts), limit), 'fact')}{more}" if facts else f"no fact fits `{text}`"
    else:
        found = graph.search(text, limit=limit, things_only=things_only)
        if form == "json":
            click.echo(json.dumps([one.as_json() for one in found], ensure_ascii=False, indent=2))
        elif found:
            click.echo(as_text(found, prefixes, terminal_width()), nl=False)
        told = _count(found, text)
    click.echo(told, err=True)
    return 0


def _print_facts(found: list[FittingFact], limit: int, form: str, prefixes: dict[str, str]) -> None:
    if form == "json":
        told = [f.fact.as_json(prefixes) | {"score": round(f.score, 2), "lacks": f.lacks} for f in found[:limit]]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif found:
        click.echo("\n".join(told_facts(found, limit, prefixes, terminal_width())))


def _count(found: SearchResults, text: str) -> str:
    if not found:
        close = " or ".join(f"`{n}`" for n in found.nearest)
        return f"nothing is called `{text}`" + (f"; the nearest names are {close}" if close else "")
    parts = []
    for word, every, shown in (
        ("thing", found.things, sum(not one.is_fact for one in found)),
        ("fact", found.facts, sum(one.is_fact for one in found)),
    ):
        if every:
            parts.append(f"{counted(shown, word)}" + (f" of {every}" if shown < every else ""))
    return ", ".join(parts) + ("; see more with --limit" if len(found) < found.things + found.facts else "")
