"""``kzgraph import``: a table of facts and things, as Turtle in the right files."""  # noqa: N999  # the command's name

from __future__ import annotations

from pathlib import Path

import click

from kzgraph.authoring.facts.entering import Desk
from kzgraph.authoring.reading.rows import read_rows
from kzgraph.cli import CommandContext, documents_option
from kzgraph.cli.new import entered, finish
from kzgraph.files.documents import checked_folder


@click.command(short_help="Write the facts and things of a table (CSV or YAML).")
@click.argument("table", metavar="FILE", type=click.Path(path_type=Path))
@documents_option()
@click.option("--document", metavar="KEY", default="", help="The document of rows that name none.")
@click.option("--into", metavar="FILE", type=click.Path(path_type=Path), help="Write all facts into this file.")
@click.option("--dry-run", is_flag=True, help="Show the Turtle and how it reads, and write nothing.")
@click.option("--not-twins", is_flag=True, help="Write although the graph seems to have some of it already.")
@click.option("--change", is_flag=True, help="Change what is there: each row names it by its `id`.")
@click.pass_obj
def command(
    context: CommandContext,
    table: Path,
    documents: Path | None,
    document: str,
    into: Path | None,
    dry_run: bool,
    not_twins: bool,
    change: bool,
) -> int:
    """Write the rows of FILE, all or none: .csv or .tsv with the names of the fields in its first line, or .yaml.

    The fields are those of `kzgraph new`, and the column `kind` says what each row is. In YAML the rows are a list of
    mappings. A row that is there already changes nothing. All mistakes are reported at once, with their lines. With
    --change each row has the `id` of a fact or thing that is there, and the fields of it that are to be otherwise.

    \b
    kzgraph import facts.csv --document interfax-2024 --documents texts/
    kzgraph import facts.yaml --dry-run
    """
    rows = read_rows(table, str(table))
    folder = checked_folder(documents) if documents else None
    entry = entered(Desk(context.project, folder, into), rows, document=document, change=change)
    return finish(entry, dry_run=dry_run, not_twins=not_twins)
