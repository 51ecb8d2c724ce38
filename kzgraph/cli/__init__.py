"""The command line: the list of commands, and the one place where errors become messages and exit codes."""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import os
import sys
import traceback
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import click

from kzgraph.errors import KzgraphError, UsageError
from kzgraph.files.project import Project, find_project
from kzgraph.version import __version__
from kzgraph.wording.names import nearest

COMMANDS = {
    "query": "Ask a stored query, a .rq file or standard input.",
    "queries": "List the stored queries, or show one.",
    "search": "Find things and facts by any of their names.",
    "show": "Show a thing: its names, and the facts about it with their sources.",
    "why": "Show the facts, passages and axioms behind a statement.",
    "why-not": "Show why a fact is not in the answer of a query.",
    "conflicts": "List where sources disagree.",
    "validate": "Check instance files: syntax, vocabulary, shapes.",
    "check": "Check the whole project: everything that can be checked, as one gate.",
    "reason": "Check the logic of the whole project.",
    "load": "Put the graph, or RDF files, into a folder or a SPARQL server.",
    "dump": "Write a store as RDF, in a stable order.",
    "status": "Show what a store holds, from which files, how old and how big.",
    "diff": "Show what changed between two revisions, or between files and store.",
    "cite": "Print the Turtle of the citation of a passage.",
    "sources": "List the documents, and check citations against their texts.",
    "docs": "Write the reference pages of the ontology.",
}
FAULT = 70
# A command makes many values and few circles: by Python's own measure, looking for these takes a third of its time.
FEW_COLLECTIONS = (10_000, 20, 100)


@dataclass
class CommandContext:
    """What all commands share: where the project is."""

    folder: Path | None

    @cached_property
    def project(self) -> Project:
        """The project to work on; found when it is first asked for."""
        return find_project(self.folder)


class CommandGroup(click.Group):
    """Commands whose modules are imported when they are called: asking must not load what validating needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands, in the order of their list."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"kzgraph.cli.{cmd_name.replace('-', '_')}").command
        if not any(p.name == "debug" for p in command.params):
            command.params.append(click.Option(["--debug"], is_flag=True, expose_value=False, hidden=True))
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments name, or an error with the nearest name."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            close = nearest(args[0], COMMANDS)
            hint = f" Did you mean {' or '.join(f'`{c}`' for c in close)}?" if close else ""
            ctx.fail(f"No such command `{args[0]}`.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def name_values(given: tuple[str, ...]) -> dict[str, str]:
    """The values of parameters by name; raises :class:`UsageError` for what is not NAME=VALUE, or is given twice."""
    pairs: dict[str, str] = {}
    for entry in given:
        name, sign, value = entry.partition("=")
        if not sign or not name:
            raise UsageError(f"`{entry}` is not NAME=VALUE", hint='write -p "corridor=Middle Corridor"')
        if name in pairs:
            raise UsageError(f"the parameter `{name}` is given twice")
        pairs[name] = value
    return pairs


@click.group(
    cls=CommandGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with `kzgraph queries`, then `kzgraph query corridor_partners`. Exit codes: 0 fine, 1 findings, "
    "2 usage, 3 input unreadable, 4 store or network failed, 5 refused by policy, 6 a limit was reached.",
)
@click.option(
    "--project",
    "folder",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Work on the project in FOLDER, not on the nearest kzgraph.toml above the working folder.",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(__version__, prog_name="kzgraph")
@click.pass_context
def cli(ctx: click.Context, folder: Path | None, debug: bool) -> None:
    """A cited knowledge graph in a folder of plain files: ask it, check it, load it.

    Every row of an answer shows its sources. Without a project of your own the commands work on the graph that
    came with the tool: Kazakhstan, Azerbaijan and the powers around the Middle Corridor.
    """
    ctx.obj = CommandContext(folder)


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line and ends the process with the exit code; see :mod:`kzgraph.errors` for the codes."""
    given = sys.argv[1:] if arguments is None else arguments
    gc.set_threshold(*FEW_COLLECTIONS)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")  # as the W3C's formats are, whatever the locale
    code = run(given)
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)  # at once: a stopped query may still be running in its thread


def run(arguments: list[str]) -> int:
    """Runs a command and gives its exit code; every error has become a message on standard error."""
    debug = "--debug" in arguments or bool(os.environ.get("KZGRAPH_DEBUG"))
    try:
        code = cli.main(args=arguments, prog_name="kzgraph", standalone_mode=False)
    except KzgraphError as error:
        if debug:
            traceback.print_exc()
        _say(str(error), error.hint)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _say("stopped")
        return 130
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # the reader has gone, and nothing more is written
        return 0
    except SystemExit:  # click ends so when the reader of its output has gone
        return 0
    except Exception as error:
        if debug:
            traceback.print_exc()
        _say(f"a fault in kzgraph itself: {type(error).__name__}: {error}", "run it again with --debug and report it")
        return FAULT
    return code if isinstance(code, int) else 0


def _say(message: str, hint: str = "") -> None:
    click.echo(f"error: {message}", err=True)
    if hint:
        click.echo(f"hint: {hint}", err=True)
