"""``kzgraph search``: finds things and facts by their names and gists."""

from __future__ import annotations

import json

import click

from kzgraph.answers.plain_words.fitting_facts import told_facts
from kzgraph.answers.plain_words.suggesting import Asking
from kzgraph.answers.things.found import as_json, as_text, looked_up
from kzgraph.answers.things.names import Names, read_names
from kzgraph.answers.things.searching import Hit, first_hits, nearest_names, search
from kzgraph.cli import CommandContext
from kzgraph.errors import UsageError
from kzgraph.stores import Store
from kzgraph.stores.disk.snapshot import open_project
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
    store, prefixes = open_project(context.project), context.project.prefixes
    text = " ".join(words)
    if facts_only:
        return _facts(context, store, text, limit, form)
    names = read_names(store, gists=True)
    found = search(names, text, prefixes, things_only=things_only)
    hits = first_hits(found, limit)
    told = looked_up(store, hits, names)
    if form == "json":
        click.echo(json.dumps(as_json(told, prefixes), ensure_ascii=False, indent=2))
    elif told:
        left = sum(h.is_fact for h in found) - sum(h.is_fact for h in hits)
        click.echo(as_text(told, left, prefixes, terminal_width()), nl=False)
    click.echo(_count(found, hits, names, text), err=True)
    return 0


def _facts(context: CommandContext, store: Store, text: str, limit: int, form: str) -> int:
    """Prints the facts that fit a question best."""
    prefixes = context.project.prefixes
    found = Asking(context.project, store, has_rows=lambda *_: False).facts(text)
    if form == "json":
        told = [f.fact.as_json(prefixes) | {"score": round(f.score, 2), "lacks": f.lacks} for f in found[:limit]]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif found:
        click.echo("\n".join(told_facts(found, limit, prefixes, terminal_width())))
    more = f" of {len(found)}; see more with --limit" if len(found) > limit else ""
    click.echo(f"{counted(min(len(found), limit), 'fact')}{more}" if found else f"no fact fits `{text}`", err=True)
    return 0


def _count(found: list[Hit], hits: list[Hit], names: Names, text: str) -> str:
    if not found:
        close = " or ".join(f"`{n}`" for n in nearest_names(names, text))
        return f"nothing is called `{text}`" + (f"; the nearest names are {close}" if close else "")
    parts = []
    for word, is_fact in (("thing", False), ("fact", True)):
        every, shown = (sum(h.is_fact == is_fact for h in own) for own in (found, hits))
        if every:
            parts.append(f"{counted(shown, word)}" + (f" of {every}" if shown < every else ""))
    return ", ".join(parts) + ("; see more with --limit" if len(hits) < len(found) else "")
