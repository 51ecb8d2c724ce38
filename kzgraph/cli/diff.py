"""``kzgraph diff``: the files against a store."""

from __future__ import annotations

import click

from kzgraph.cli import Context
from kzgraph.comparing import compare


@click.command(short_help="Compare the files with a store, graph by graph.")
@click.option("--store", metavar="STORE", help="A folder, a URL, or a store that kzgraph.toml names.")
@click.option("--triples", is_flag=True, help="Show the triples, not only how many.")
@click.pass_obj
def command(context: Context, store: str | None, triples: bool) -> int:
    """Show what `kzgraph load` would add (+) and remove (-); exit code 1 if there is anything.

    Graphs that are not the project's are left out.

    \b
    kzgraph diff --store http://127.0.0.1:7878
    kzgraph diff --store graph.db --triples
    """
    differing = 0
    for change in compare(context.project, store):
        differing += 1
        click.echo(f"{change.kind} {change.graph} +{len(change.added)} -{len(change.removed)}")
        for sign, lines in (("-", change.removed), ("+", change.added)):
            for line in lines if triples else []:
                click.echo(f"{sign} {line}")
    click.echo(f"{differing or 'no'} graph{'s differ' if differing != 1 else ' differs'}", err=True)
    return 1 if differing else 0
