"""Draws whole commands, with good and hostile input, and runs each as a process of its own, in a project of its own.

A command ends by itself with a documented exit code: no traceback, no fault of the tool (70), no signal, no hang. Run
as a program it tries many: ``python -m tests.drawn_commands --count 10000``.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shlex
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pyoxigraph as ox

from kzgraph.cli import cli
from kzgraph.files.project import find_project
from kzgraph.stores.disk.cache import cache_folder
from kzgraph.stores.disk.snapshot import open_project
from tests.forking import Forks, Process
from tests.fuzzing import SMALL, drawn

SECONDS = 90  # after which a command is taken to hang; it stops itself after ``--timeout``
_LIMIT = "20"
_ENDED = {0, 1, 2, 3, 4, 5, 6}
_NO_TEXT = os.fsdecode(b"a\xff\x1b[31m")
_LINES = (Path(__file__).parent / "cases" / "fuzz" / "commands.txt").read_text("utf-8").splitlines()
LINES = [shlex.split(line) for line in _LINES if line and not line.startswith("#")]
"""Command lines that are good where the project is."""
_KINDS = {"md": "brief", "rq": "sparql", "ttl": "turtle", "rdf": "rdfxml", "toml": "toml"}
_DRAWN = ("ttl", "trig", "jsonld", "rdf", "csv", "yaml", "html", "md", "rq")  # files that lie in the working folder
_PLACES = ("instances/x.ttl", "instances/x.jsonld", "instances/x.rdf", "ontology/x.ttl", "shapes/x.ttl", "queries/x.rq")
_HOSTILE = [
    *(_NO_TEXT, "\x1b]0;x\x07", "9" * 5_000, "-1", "1e999", "nan", "0", "\u202e", "<script>", "kz:", "::", "a=b=c"),
    *(
        "nowhere",
        "pipe",
        "loop",
        "instances",
        "/dev/null",
        "/dev/full",
        "/dev/zero",
        "http://127.0.0.1:9",
        "a..b",
        "x.db",
    ),
    *("nowhere/x", "../..", "-", "*.ttl", "[", "in.ttl", "in.jsonld", "in.rq", "in.csv", "in.html", "kz:Utopia"),
]
_DATES = ["2020", "2021-05", "24 August 2022", "0000", "9999-99", "99999999999999", "2020..2021", "-44"]


def commands(draw: random.Random) -> list[str]:
    """The arguments of a command: a good line, often with another argument or option in it."""
    arguments = list(draw.choice(LINES))
    for _ in range(draw.choice((0, 0, 1, 1, 2))):
        at = draw.randrange(1, len(arguments) + 1)
        change = draw.randrange(4)
        if change == 0 and at < len(arguments) and not arguments[at].startswith("-"):
            arguments[at] = _value(draw)
        elif change < 3:
            arguments += _option(arguments, draw)
        else:
            arguments.insert(at, _value(draw))
    named = _named(arguments)
    if named and any(p.name == "timeout" for p in named.params) and "--timeout" not in arguments:
        arguments += ["--timeout", _LIMIT]
    return [a.replace("\0", "") for a in arguments]


def _value(draw: random.Random) -> str:
    return draw.choice(draw.choice((_HOSTILE, _DATES, [f"in.{end}" for end in _DRAWN])))


def _named(arguments: list[str]) -> click.Command | None:
    """The command that some arguments name, or the command of a group."""
    command = cli.get_command(click.Context(cli), arguments[0])
    if isinstance(command, click.Group):
        return command.commands.get(next((a for a in arguments[1:] if a in command.commands), "list"))
    return command


def _option(arguments: list[str], draw: random.Random) -> list[str]:
    """An option that the command has, with a value that fits it or does not."""
    command = _named(arguments)
    options = [p for p in command.params if isinstance(p, click.Option) and p.name != "debug"] if command else []
    if not options:
        return []
    option = draw.choice(options)
    name = draw.choice(option.opts)
    if option.is_flag or option.count:
        return [name]
    if isinstance(option.type, click.Choice) and draw.random() < 0.9:
        return [name, draw.choice([str(c) for c in option.type.choices])]
    if name in {"-o", "--output"}:
        return [name, draw.choice(("out.csv", "out.html", "out.nq", "out.docx", "out", "nowhere/x.csv", "/dev/full"))]
    if name in {"--timeout", "--memory", "--limit"} and draw.random() < 0.8:
        return [name, draw.choice(("1", "2", "10"))]
    return [name, _value(draw)]


_STRANGE: tuple[Callable[[Path], object], ...] = (
    *(os.mkfifo, os.mkdir),
    *(lambda path: path.symlink_to("/dev/zero"), lambda path: path.symlink_to(path.name)),
)
"""What may stand in the place of a file."""


def spoil(root: Path, cache: Path, draw: random.Random) -> None:
    """Makes a project hostile: drawn files in it, what is no file, what leads out, a damaged cache."""
    for _ in range(draw.choice((0, 0, 1, 1, 2))):
        path = root / draw.choice(_PLACES)
        change = draw.randrange(7)
        if change < 3 and not os.path.lexists(path):
            end = path.suffix[1:]
            path.write_bytes(drawn(_KINDS.get(end, end), draw.randrange(100_000)))
        elif change == 3 and not os.path.lexists(path):
            draw.choice(_STRANGE)(path)
        elif change == 4:
            (root / "kzgraph.toml").write_bytes(drawn("toml", draw.randrange(100_000)))
        elif change == 5:
            Path(os.fsdecode(os.fsencode(path.parent) + b"/\xff.ttl")).write_bytes(b"")
        elif files := sorted(p for p in cache.rglob("*") if p.is_file()):
            damage(draw.choice(files), draw.choice([*DAMAGES]))


def damage(path: Path, kind: str) -> None:
    """Makes of a file of the cache what a disk, a killed program or a stranger may make of it."""
    content = path.read_bytes()
    path.unlink()  # it may share its content with another by a link
    if kind == "folder":
        path.mkdir()
        (path / "x").touch()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "link":
        path.symlink_to("nowhere")
    else:
        path.write_bytes(content[: len(content) // 2] if kind == "cut" else DAMAGES[kind])


DAMAGES = {
    "empty": b"",
    "garbled": b"\xff\x00" + b"[" * 100_000,
    "nested": b"[" * 100_000,
    "another": b'{"made": 1e999, "schema": 1, "sum": [], "header": 5}',
    **dict.fromkeys(("cut", "folder", "pipe", "link"), b""),
}
"""The kinds of damage, with the content that a file then has if that is always the same."""


class Trial:
    """Runs drawn commands, each in a copy of the small project, with a copy of its cache, in a temporary folder."""

    def __init__(self, forks: Forks, place: Path) -> None:
        self._forks, self._place = forks, place
        self.codes: Counter[int] = Counter()
        shutil.copytree(SMALL, place / "project")
        os.environ["KZGRAPH_CACHE"] = str(place / "cache")
        (place / "project" / "x.db").mkdir()
        ox.Store(str(place / "project" / "x.db")).flush()
        open_project(find_project(place / "project"))
        self._own = cache_folder(find_project(place / "project"))
        shutil.copytree(place / "project", place / "kept")
        shutil.copytree(place / "cache", place / "kept-cache")

    def told_of(self, number: int) -> str:
        """What is wrong with how the command of a number ends; empty if nothing is."""
        draw = random.Random(f"command{number}")  # noqa: S311  # no secret
        arguments = commands(draw)
        root = self._renewed(draw)
        given = drawn(draw.choice(("sparql", "turtle", "jsonld")), number)
        closed = draw.choice([*((),) * 12, (1,), (2,), (0, 1, 2)])
        with contextlib.ExitStack() as stack:
            full = stack.enter_context(open("/dev/full", "wb")) if draw.random() < 0.05 else None
            started = self._forks.start(
                *arguments, stdin=given, cwd=root, closed=closed, stdout=full.fileno() if full else None
            )
            if draw.random() < 0.05 or arguments[0] == "serve" or "--watch" in arguments:  # these end so alone
                time.sleep(0.1 + draw.random())
                started.send_signal(signal.SIGINT)
            try:
                ended = started.end()
            except AssertionError:
                self._end(started)
                return f"{arguments}: does not end"
        self.codes[ended.returncode] += 1
        written = (ended.stdout or b"") + (ended.stderr or b"")
        is_known = ended.returncode in (_ENDED | {130})
        if not is_known or b"Traceback" in written or b"lost sys" in written:
            return f"{arguments}: ended by {ended.returncode}: {written[-600:]!r}"
        return ""

    def _renewed(self, draw: random.Random) -> Path:
        """The project and its cache as they were, spoilt anew."""
        root, cache = self._place / "project", self._place / "cache"
        for path, kept in ((root, "kept"), (cache, "kept-cache")):
            shutil.rmtree(path, ignore_errors=True)
            shutil.copytree(self._place / kept, path)
        for end in _DRAWN:
            kind = _KINDS.get(end, end)
            (root / f"in.{end}").write_bytes(drawn(kind, draw.randrange(100_000)))
        os.mkfifo(root / "pipe")
        (root / "loop").symlink_to("loop")
        spoil(root, self._own, draw)
        return root

    @staticmethod
    def _end(process: Process) -> None:
        process.send_signal(signal.SIGKILL)


@contextlib.contextmanager
def trial(forks: Forks) -> Iterator[Trial]:
    """Where commands are tried."""
    before = os.environ.get("KZGRAPH_CACHE")
    with tempfile.TemporaryDirectory(prefix="kzgraph-commands-") as name:
        try:
            yield Trial(forks, Path(name))
        finally:
            os.environ.pop("KZGRAPH_CACHE", None)
            if before is not None:
                os.environ["KZGRAPH_CACHE"] = before


def main() -> int:
    """Tries many commands; tells each that does not end as it should, and the exit codes."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--count", type=int, default=1_000, help="commands")
    parser.add_argument("--first", type=int, default=0, help="the number of the first one")
    given = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell that runs this beside itself ignores Ctrl-C
    faults, start = 0, time.monotonic()
    with Forks() as forks, trial(forks) as tried:
        for number in range(given.first, given.first + given.count):
            if told := tried.told_of(number):
                faults += 1
                print(f"{number}: {told}", flush=True)
            if (number + 1) % 500 == 0:
                print(f"after {number + 1}: {dict(sorted(tried.codes.items()))}, {faults} faults", flush=True)
        codes = dict(sorted(tried.codes.items()))
        print(f"{given.count} commands, {faults} faults, {time.monotonic() - start:.0f} s, by exit code: {codes}")
    return min(faults, 1)


if __name__ == "__main__":
    sys.exit(main())
