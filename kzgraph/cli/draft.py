"""``kzgraph draft``: the open sentences of a document as a work file, with what each names."""

from __future__ import annotations

from pathlib import Path

import click

from kzgraph.authoring.articles.worksheet import refuse_inside, worksheet
from kzgraph.authoring.facts.entering import Desk
from kzgraph.authoring.reading.rows import read_rows
from kzgraph.cli import CommandContext, documents_option
from kzgraph.errors import InputError
from kzgraph.files.documents import checked_folder
from kzgraph.wording.numbers import counted


@click.command(short_help="Show the open sentences of a document, with what each names.")
@click.argument("document")
@documents_option(required=True)
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write to FILE, which is new.")
@click.option(
    "--proposals",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Enter the rows of FILE, made elsewhere, as drafts; each needs a kind and a quote.",
)
@click.pass_obj
def command(
    context: CommandContext, document: str, documents: Path, output: Path | None, proposals: Path | None
) -> int:
    """Show each sentence of DOCUMENT that no fact cites yet, with its citation, and a row to fill in.

    Of each sentence it tells the things of the graph that it names, the names that are nobody's yet, its times and
    figures, and the usual kinds of fact. It makes no facts. The work file is YAML for `kzgraph import`.

    \b
    kzgraph draft interfax-2024 --documents texts/ -o texts/interfax-2024.yaml
    kzgraph draft interfax-2024 --documents texts/ --proposals proposals.csv
    """
    desk = Desk(context.project, checked_folder(documents))
    rows = read_rows(proposals, str(proposals)) if proposals else []
    if output is not None:
        refuse_inside(desk, output)
        if output.exists():
            raise _there_already(output)
    sheet = worksheet(desk, document, rows)
    if output is None:
        click.echo(str(sheet), nl=False)
    else:
        _write(output, str(sheet))
        click.echo(f"wrote {output}", err=True)
    for problem in sheet.problems:
        click.echo(f"refused: {problem}", err=True)
    click.echo(f"{counted(len(sheet.open), 'open sentence')} of {sheet.total}", err=True)
    return 1 if sheet.problems else 0


def _write(path: Path, text: str) -> None:
    """Writes a file that is new; a link in its place is not followed, and nothing is left of one that has no room."""
    try:
        file = path.open("x", encoding="utf-8", newline="")
    except FileExistsError as error:
        raise _there_already(path) from error
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror or error}", place=str(path)) from error
    try:
        with file:
            file.write(text)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise InputError(f"cannot be written: {error.strerror or error}", place=str(path)) from error


def _there_already(path: Path) -> InputError:
    return InputError("is there already", place=str(path), hint="give another name: your work may be in it")
