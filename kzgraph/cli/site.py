"""``kzgraph site``: the graph as web pages in a folder."""

from __future__ import annotations

from pathlib import Path

import click

from kzgraph.api import CitedGraph
from kzgraph.cli import CommandContext, foreign_option
from kzgraph.files.documents import checked_folder


@click.command(short_help="Write the graph as web pages.")
@click.option(
    "-o", "--output", metavar="FOLDER", type=click.Path(path_type=Path), help="Write to FOLDER.  [default: site]"
)
@click.option("--store", metavar="STORE", help="A folder, a URL, or a store that kzgraph.toml names.")
@foreign_option
@click.option(
    "--documents",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Show the documents' sentences from the texts in DIR: not for publication, as each page says.",
)
@click.pass_obj
def command(
    context: CommandContext, output: Path | None, store: str | None, foreign: bool, documents: Path | None
) -> int:
    """Write pages for a browser: things, facts, documents, all stored queries with their answers, conflicts, terms.

    The pages are plain files that need no server and no network; open index.html, or put the folder on any web space.
    Beside each page lie its data as JSON and Turtle, or CSV.

    \b
    kzgraph site
    kzgraph site -o public
    """
    from kzgraph.reference.page_folder import usual_folder
    from kzgraph.site.folder import write_site
    from kzgraph.site.pages import Site

    graph = CitedGraph(context.project, store, foreign=foreign).pinned()
    folder = output or usual_folder("site")
    number = write_site(Site(graph, documents=checked_folder(documents) if documents else None), folder)
    click.echo(f"{folder / 'index.html'}: {number} files written", err=True)
    return 0
