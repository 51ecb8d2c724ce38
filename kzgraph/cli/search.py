"""``kzgraph search``: finds things and facts by their names and gists."""

from __future__ import annotations

import click

from kzgraph.answers.shown.tables import terminal_width
from kzgraph.answers.things.facts import labels
from kzgraph.answers.things.names import Names, kinds_of, read_names
from kzgraph.answers.things.searching import Hit, as_json, as_table, nearest_names, search
from kzgraph.cli import CommandContext
from kzgraph.stores import Store
from kzgraph.stores.disk.snapshot import open_project
from kzgraph.wording.numbers import counted


@click.command(short_help="Find things and facts by any of their names.")
@click.argument("words", nargs=-1, required=True, metavar="TEXT...")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, metavar="N", help="At most N rows.")
@click.option("-f", "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--things-only", is_flag=True, help="Leave out the facts.")
@click.pass_obj
def command(context: CommandContext, words: tuple[str, ...], limit: int, form: str, things_only: bool) -> int:
    """Find things and facts by TEXT: labels in any language, other names, codes, titles, words of the sources,
    and what a fact says (its gist). If nothing matches all words, the things that match most of them are shown.

    \b
    kzgraph search midle coridor
    kzgraph search Әзірбайжан --things-only
    kzgraph search KZ -f json
    """
    store, prefixes = open_project(context.project), context.project.prefixes
    text, names = " ".join(words), read_names(store, gists=True)
    found = search(names, text, prefixes, things_only=things_only)
    hits = found[:limit]
    kinds = _kinds(store, hits)
    if form == "json":
        click.echo(as_json(hits, names, kinds, prefixes), nl=False)
    elif hits:
        width = terminal_width()
        click.echo(as_table(hits, names, kinds, prefixes, width), nl=False)
    click.echo(_count(found, hits, names, text), err=True)
    return 0


def _kinds(store: Store, hits: list[Hit]) -> dict[str, str]:
    kinds = kinds_of(store, (h.thing for h in hits))
    shown = labels(store, {k for ks in kinds.values() for k in ks})
    return {thing: ", ".join(shown[k] for k in ks) for thing, ks in kinds.items()}


def _count(found: list[Hit], hits: list[Hit], names: Names, text: str) -> str:
    if not found:
        close = " or ".join(f"`{n}`" for n in nearest_names(names, text))
        return f"nothing is called `{text}`" + (f"; the nearest names are {close}" if close else "")
    more = f" of {len(found)}; see more with --limit" if len(found) > len(hits) else ""
    return f"{counted(len(hits), 'row')}{more}"
