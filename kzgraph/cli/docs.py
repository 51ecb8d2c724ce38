"""``kzgraph docs``: the reference pages of the ontology, and the description of the data set."""

from __future__ import annotations

from pathlib import Path

import click

from kzgraph.cli import CommandContext
from kzgraph.errors import UsageError
from kzgraph.reference.alignment import tables
from kzgraph.reference.dataset import describe
from kzgraph.reference.page_folder import usual_folder
from kzgraph.reference.site import write_site
from kzgraph.reference.vocabulary import Vocabulary


@click.command(short_help="Write the reference pages of the ontology.")
@click.option(
    "-o", "--output", metavar="FOLDER", type=click.Path(path_type=Path), help="Write to FOLDER.  [default: reference]"
)
@click.option("--dumps", is_flag=True, help="Write the whole graph beside the pages, as Turtle and N-Quads.")
@click.option("--metadata", is_flag=True, help="Only print what the data set is and holds, as DCAT and VoID.")
@click.option("--alignment", is_flag=True, help="Only print the alignment with other vocabularies, as Markdown.")
@click.pass_obj
def command(context: CommandContext, output: Path | None, dumps: bool, metadata: bool, alignment: bool) -> int:
    """Write a browsable reference of the ontology: modules, terms, shapes, examples, stored queries, diagrams.

    The pages are plain files that need no server and no network; open index.html.

    \b
    kzgraph docs
    kzgraph docs -o public/reference --dumps
    kzgraph docs --metadata > dataset.ttl
    """
    project = context.project
    if metadata + alignment + (output is not None or dumps) > 1:
        raise UsageError("--metadata and --alignment only print, each alone", hint="run the command once for each")
    if metadata:
        click.echo(describe(project, Vocabulary(project), context.graph.store()), nl=False)
    elif alignment:
        click.echo(tables(Vocabulary(project)), nl=False)
    else:
        folder = output or usual_folder("reference")
        number = write_site(project, folder, with_dumps=dumps)
        click.echo(f"{folder / 'index.html'}: {number} files written", err=True)
    return 0
