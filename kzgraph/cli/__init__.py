"""The command line: the list of commands, and the one place where errors become messages and exit codes."""

from __future__ import annotations

import errno
import gc
import importlib
import io
import math
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kzgraph.errors import InputError, KzgraphError, StoreError, UsageError
from kzgraph.files.project import Project, find_project
from kzgraph.stores import Store
from kzgraph.stores.disk.cache import cache_folder, distrust, user_cache
from kzgraph.stores.naming import without_passwords
from kzgraph.version import __version__
from kzgraph.walls.collecting import SELDOM
from kzgraph.walls.interrupts import STOPPED, was_interrupted
from kzgraph.walls.worker import limit, out_of_memory
from kzgraph.wording.names import nearest
from kzgraph.wording.printing import guard_streams, harmless

if TYPE_CHECKING:
    from kzgraph.api import CitedGraph

COMMANDS = {
    "ask": "Ask in plain words: finds the stored query that is meant, and asks it.",
    "query": "Ask a stored query, a .rq file or standard input.",
    "queries": "List the stored queries, search them, or show one.",
    "search": "Find things and facts by any of their names.",
    "show": "Show a thing: its names, and the facts about it with their sources.",
    "why": "Show the facts, passages and axioms behind a statement.",
    "brief": "Write a text with the answers of the questions in it.",
    "why-not": "Show why a fact is not in the answer of a query.",
    "conflicts": "List where sources disagree.",
    "timeline": "Show what happened when, of a thing or of all.",
    "mentions": "Show which document speaks of a thing, and which does not name it.",
    "compare": "Compare two documents: what both say, where they differ, what only one says.",
    "validate": "Check instance files: syntax, vocabulary, shapes.",
    "check": "Check the whole project: everything that can be checked, as one gate.",
    "reason": "Check the logic of the whole project.",
    "load": "Put the graph, or RDF files, into a folder or a SPARQL server.",
    "dump": "Write a store as RDF, in a stable order.",
    "status": "Show what a store holds, from which files, how old and how big.",
    "diff": "Show what changed between two revisions, or between files and store.",
    "draft": "Show the open sentences of a document, with what each names.",
    "new": "Write a fact or thing, given as FIELD=VALUE.",
    "import": "Write the facts and things of a table (CSV or YAML).",
    "remove": "Take facts or things out of their files.",
    "cite": "Print the Turtle of the citation of a passage.",
    "sources": "List the documents, and check citations against their texts.",
    "site": "Write the graph as web pages.",
    "serve": "Show the graph in a browser, and answer questions there.",
    "docs": "Write the reference pages of the ontology.",
}
FAULT = 70
_LONGEST_PLACE = 200  # characters of a name in a message
_MOST_NAMESAKES = 5
_Command = TypeVar("_Command", bound=Callable[..., Any])
# What is wrong with a place to which something is written: no room, nobody there, or one that does not wait.
_NO_ROOM = {
    *(errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.EBADF, errno.EAGAIN),
    *(errno.ECONNRESET, errno.ENOTCONN, errno.ENXIO, errno.ENODEV, errno.EINVAL, errno.ESTALE, errno.ETIMEDOUT),
}
# What is wrong with a name that was given, or with the place where it leads.
_NO_WAY = {errno.ENAMETOOLONG, errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.EACCES, errno.EPERM}
# The commands that a worker does (kzgraph.walls.worker), each with the seconds and the gigabytes that it may take by
# default: all but `serve`, which limits each question. What has no time here bounds it by itself.
LIMITS: dict[str, tuple[float | None, float]] = {
    **dict.fromkeys(("ask", "query"), (None, 2)),
    **dict.fromkeys(("queries", "search", "show", "why", "why-not", "conflicts"), (60, 2)),
    **dict.fromkeys(("timeline", "mentions", "compare", "cite"), (60, 2)),
    **dict.fromkeys(("brief", "validate", "new", "import", "remove", "draft", "sources"), (600, 4)),
    **dict.fromkeys(("diff", "dump", "status", "docs"), (600, 4)),
    **dict.fromkeys(("check", "load", "site"), (3600, 4)),
    "reason": (3600, 4),
}


def documents_option(
    told: str = "The folder that holds the documents' texts", *, required: bool = False, name: str = "documents"
) -> Callable[[_Command], _Command]:
    """The option ``--documents``, which the environment can set; ``told`` is what it is for, ``name`` its parameter."""
    return click.option(
        "--documents",
        name,
        metavar="DIR",
        required=required,
        envvar="KZGRAPH_DOCUMENTS",
        type=click.Path(path_type=Path),
        help=f"{told} (or set KZGRAPH_DOCUMENTS).",
    )


foreign_option = click.option("--foreign", is_flag=True, help="Ask the store as it is, whoever filled it and when.")


@dataclass
class CommandContext:
    """What all commands share: where the project is."""

    folder: Path | None

    @cached_property
    def project(self) -> Project:
        """The project to work on; found when it is first asked for."""
        found = find_project(self.folder)
        for folder in found.missing:
            told = f"note: the project in {found.root} has no folder {folder}/, so that its graph holds nothing of it"
            click.echo(harmless(told), err=True)
        if told := distrust(user_cache() / cache_folder(found).name):
            hint = "let KZGRAPH_CACHE name a folder in which only you can write"
            click.echo(harmless(f"warning: the cache is not used, because {told}: {hint}"), err=True)
        return found

    @cached_property
    def graph(self) -> CitedGraph:
        """The graph of the project as it is now, by the Python API: commands show what its methods give."""
        from kzgraph.api import CitedGraph

        return CitedGraph(self.project).pinned()


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
            if cmd_name in LIMITS:
                for one in command.commands.values() if isinstance(command, click.Group) else [command]:
                    _add_limits(one, *LIMITS[cmd_name])
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


def announce(store: Store, language: str) -> None:
    """Says on standard error how many labels there are in a language other than English."""
    if language != "en":
        from kzgraph.answers.evidence.labels import told_of_language

        click.echo(harmless(f"note: {told_of_language(store, language)}"), err=True)


def tell_namesakes(context: CommandContext, text: str) -> None:
    """Says on standard error which other things have a name like the one that was typed, if any have."""
    if others := context.graph.namesakes(text):
        more = f" and {len(others) - _MOST_NAMESAKES} more" if len(others) > _MOST_NAMESAKES else ""
        named = ", ".join(others[:_MOST_NAMESAKES])
        click.echo(harmless(f"note: others of the name `{text}`: {named}{more}"), err=True)


def _add_limits(command: click.Command, seconds: float | None, gigabytes: float) -> None:
    """Gives a command the options ``--timeout`` and ``--memory``, which limit the worker that does it.

    Where a command has an option ``--timeout`` with another default than ``seconds``, that is for a part of its work.
    """
    done, more_than = command.callback, click.FloatRange(min=0, min_open=True)
    own = next((p.default for p in command.params if p.name == "timeout"), None)
    has_time = own is not None
    told = "Seconds for the command."
    if not has_time:
        command.params.append(
            click.Option(["--timeout"], type=more_than, default=seconds, show_default=True, metavar="S", help=told)
        )
    told = "Gigabytes of memory for the command."
    command.params.append(
        click.Option(["--memory"], type=more_than, default=gigabytes, show_default=True, metavar="GB", help=told)
    )

    def limited(*arguments: object, memory: float, **options: object) -> object:
        timeout = options.get("timeout") if has_time else options.pop("timeout")
        if math.isnan(memory) or (isinstance(timeout, float) and math.isnan(timeout)):
            raise UsageError("nan is no number of seconds or gigabytes")
        whole = timeout if isinstance(timeout, float) and seconds is not None and not options.get("watch") else None
        if whole and seconds and has_time and own != seconds:  # what it limits itself is a part of the work
            whole += seconds
        limit(whole, memory * (1 << 30))
        return done(*arguments, **options) if done else None

    command.callback = limited


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
    code = run_and_print(sys.argv[1:] if arguments is None else arguments)
    os._exit(code)  # at once: a stopped query may still be running in its thread


def run_and_print(arguments: list[str]) -> int:
    """Runs a command and gives its exit code, when all that it prints has left the process."""
    gc.set_threshold(*SELDOM)  # a command makes many values and few circles
    guard_streams()
    code = run(arguments)
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        return code
    except OSError as error:
        return code if code == StoreError.exit_code else report(error)  # else it was told already
    return code


def run(arguments: list[str]) -> int:
    """Runs a command and gives its exit code; every error has become a message on standard error."""
    try:
        _refuse_empty(arguments)
        code = cli.main(args=arguments, prog_name="kzgraph", standalone_mode=False)
    except (Exception, KeyboardInterrupt, SystemExit) as error:
        return report(error, is_debugging="--debug" in arguments)
    return code if isinstance(code, int) else 0


def _refuse_empty(arguments: list[str]) -> None:
    """Raises :class:`UsageError` for an empty value: a script whose variable was empty does not mean none."""
    for option, given in pairwise(["", *arguments]):
        if (option.startswith("-") and not given) or (given.startswith("--") and given.endswith("=")):
            named = option if not given else given.removesuffix("=")
            raise UsageError(f"what is given for {named} is empty", hint="give a value, or leave it out")


def report(error: BaseException, *, is_debugging: bool = False) -> int:
    """The exit code of an error, which has become a message on standard error."""
    if isinstance(error, click.Abort | KeyboardInterrupt) or was_interrupted():  # what a library made of it
        _say("stopped")
        return STOPPED
    if isinstance(error, click.ClickException):
        told = io.StringIO()
        error.show(told)
        click.echo(without_passwords(told.getvalue()), err=True, nl=False)
        return error.exit_code
    if isinstance(error, BrokenPipeError):
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # the reader has gone, and nothing more is written
        return 0
    if isinstance(error, SystemExit):  # click ends so when the reader of its output has gone
        return 0
    if is_debugging or os.environ.get("KZGRAPH_DEBUG"):
        import traceback

        click.echo(without_passwords("".join(traceback.format_exception(error))), err=True, nl=False)
    error = _of_the_user(error)
    if isinstance(error, KzgraphError):
        _say(str(error), error.hint)
        return error.exit_code
    _say(f"a fault in kzgraph itself: {type(error).__name__}: {error}", "run it again with --debug and report it")
    return FAULT


def _of_the_user(error: BaseException) -> BaseException:
    """An error of the system or of Python that is no fault of the tool as the error that it means for the user."""
    if isinstance(error, MemoryError):
        return out_of_memory()
    if isinstance(error, RecursionError):
        return InputError("what was given is nested or chained too deeply")
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return StoreError(f"cannot be written: {error.strerror}", place=error.filename or "the output")
    if isinstance(error, OSError) and error.errno in _NO_WAY:
        named = str(error.filename or "the working folder")
        shortened = named if len(named) <= _LONGEST_PLACE else f"{named[:_LONGEST_PLACE]}…"
        return InputError(f"cannot be used: {error.strerror}", place=shortened)
    if isinstance(error, UnicodeEncodeError) and "surrogates" in error.reason:
        return UsageError("a name or value that was given is no UTF-8", hint="write it in UTF-8")
    return error


def _say(message: str, hint: str = "") -> None:
    click.echo(harmless(without_passwords(f"error: {message}")), err=True)
    if hint:
        click.echo(harmless(without_passwords(f"hint: {hint}")), err=True)
