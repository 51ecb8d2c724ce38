"""``kzgraph load``: puts the graph into a folder or a SPARQL server."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kzgraph.cli import Context
from kzgraph.loading import load_folder, load_remote


@click.command(short_help="Put the graph into a folder or a SPARQL server.")
@click.option(
    "--store", metavar="STORE", help="A folder, a URL, or a store that kzgraph.toml names; without it, the own cache."
)
@click.pass_obj
def command(context: Context, store: str | None) -> int:
    """Make a store equal to the project's files: one named graph a file, derived triples in a graph of their own.

    \b
    kzgraph load                                     compile the embedded store now
    kzgraph load --store graph.db                    an Oxigraph database in a folder
    kzgraph load --store http://127.0.0.1:7878       a server's graph store; only changed graphs are sent
    """
    project = context.project
    if store is None:
        from kzgraph.snapshot import open_project

        open_project(project)
        click.echo("the embedded store is up to date", err=True)
        return 0
    if "://" in store or store in project.stores:
        done = load_remote(project, store, _progress)
        told = f"{done.sent} of {done.graphs} graphs sent, {done.removed} removed, {done.triples} triples verified"
    else:
        done = load_folder(project, Path(store))
        told = f"{done.graphs} graphs, {done.triples} triples in {store}"
    click.echo(told, err=True)
    return 0


def _progress(name: str, number: int, total: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if number == total else ""
        click.echo(f"\r{number}/{total} {name[-60:]:<60}{end}", err=True, nl=False)
