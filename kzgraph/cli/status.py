"""``kzgraph status``: what is in a store, from which files, how old and how big."""

from __future__ import annotations

import json

import click

from kzgraph.api import CitedGraph
from kzgraph.cli import CommandContext


@click.command(short_help="Show what a store holds, from which files, how old and how big.")
@click.option("--store", metavar="STORE", help="A folder, a URL, or a store that kzgraph.toml names.")
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_obj
def command(context: CommandContext, store: str | None, form: str) -> int:
    """Show what a store holds: each graph with its file, its triples, and whether the file has changed since.

    \b
    kzgraph status
    kzgraph status --store http://127.0.0.1:7878
    kzgraph status -f json
    """
    found = CitedGraph(context.project, store).status()
    if form == "json":
        click.echo(json.dumps(found.as_data(), ensure_ascii=False, indent=1))
        return 0
    for graph in found.graphs:
        name = f"<{graph.name}>" if graph.name else "default graph"
        click.echo(f"{graph.triples:>9}  {graph.state:<9}  {graph.file or name}")
    click.echo()
    for label, value in found.facts():
        click.echo(f"{label:<11}{value}")
    return 0
