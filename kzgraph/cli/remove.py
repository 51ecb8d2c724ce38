"""``kzgraph remove``: facts and things taken out of their files, with the citations that nothing else rests on."""

from __future__ import annotations

import click

from kzgraph.authoring.changing.changes import remove
from kzgraph.authoring.facts.entering import Desk
from kzgraph.cli import CommandContext
from kzgraph.cli.new import finish


@click.command(short_help="Take facts or things out of their files.")
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Show what would change in the files, and write nothing.")
@click.pass_obj
def command(context: CommandContext, names: tuple[str, ...], dry_run: bool) -> int:
    """Take facts or things out of their files, all or none, with the citations on which nothing else rests.

    If something still names one of them, the output lists it, and nothing is written. The comment lines right above
    are taken out too; everything else in the files stays as it is.

    \b
    kzgraph remove kz:figure-freight-volume-middle-corridor-2023 --dry-run
    """
    return finish(remove(Desk(context.project), names), dry_run=dry_run, not_twins=True)
