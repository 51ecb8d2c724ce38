"""Draws inputs of each kind that the tool reads, most of them broken, and gives them to what reads them.

Whatever comes, it is read, or refused with a sentence (:class:`KzgraphError`); nothing else is raised, no signal ends
the process, and nothing takes long. Run as a program it tries many: ``python -m tests.fuzzing --count 20000 sparql``.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import mmap
import os
import random
import shlex
import shutil
import signal
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from kzgraph import cli
from kzgraph.answers.queries.sparql import refuse_unsafe
from kzgraph.answers.queries.stored_query import parse_query
from kzgraph.answers.taking_along.brief_questions import questions_in
from kzgraph.api import CitedGraph
from kzgraph.authoring.articles.texts import read_article
from kzgraph.authoring.reading.rows import read_rows
from kzgraph.errors import KzgraphError
from kzgraph.files.project import find_project
from kzgraph.files.rdf_files import parse_file
from kzgraph.site.server.app import Limits, application
from kzgraph.site.server.shelf import Shelf
from kzgraph.stores.server import answers, refusals

SMALL = Path(__file__).parent / "cases" / "project"
SECONDS = 20
_MOST = 20_000  # bytes of an input
_WORDS = [
    *(b"\x00", b"\xff", b"\x1b[2J", "\u202e".encode(), b"\xed\xa0\x80", b"\r\n", b"\\u0000", b"\\U00110000", b"1e999"),
    *(b"9" * 400, b"NaN", b"-1", b"true", b"null", b"&a;", b"*a", b"&a ", b"<<(", b")>>", b"{|", b"|}", b"#+", b"^^"),
    *(b"SERVICE <http://127.0.0.1:9>", b"FROM <x>", b"LOAD", b"javascript:", b"<script>", b"{{ query ", b"}}", b'"""'),
    *(bytes([c]) for c in b"<>{}[]()\"'#@:;,.%$~\t"),
]
_CASES = Path(__file__).parent / "cases" / "fuzz"
_MORE = {
    "turtle": "instances/facts.ttl",
    "sparql": "queries/members.rq",
    "header": "queries/members.rq",
    "toml": "kzgraph.toml",
}
SEEDS = {d.name: [p.read_bytes() for p in sorted(d.iterdir())] for d in sorted(_CASES.iterdir()) if d.is_dir()}
"""What inputs are drawn from: by kind, the files of its folder, and one of the small project."""
for _kind, _name in _MORE.items():
    SEEDS[_kind].append((SMALL / _name).read_bytes())
SEEDS["command"] = ["\0".join(shlex.split(line)).encode() for line in (_CASES / "command.txt").read_text().splitlines()]
_FILES = ("csv", "yaml", "html")


def drawn(kind: str, seed: int) -> bytes:
    """The input of a number, always the same: a seed with some changes."""
    draw = random.Random(f"{kind}{seed}")  # noqa: S311  # no secret
    seeds = SEEDS[kind]
    data = draw.choice(seeds)
    for _ in range(draw.choice((0, 1, 1, 2, 3, 5, 9))):
        data = _changed(data, seeds, draw)
    return data[:_MOST]


def _changed(data: bytes, seeds: list[bytes], draw: random.Random) -> bytes:
    start = draw.randint(0, len(data))
    end = min(len(data), start + draw.choice((0, 1, 1, 2, 5, 20, 80)))
    piece = data[start:end]
    change = draw.randrange(7)
    if change == 0:
        return data[:start] + data[end:]
    if change == 1:
        return data[:start] + draw.choice(_WORDS) + data[end:]
    if change == 2:
        return data[:start] + piece * draw.choice((2, 3, 40, 300)) + data[end:]
    if change == 3:
        return data[:start] + draw.randbytes(draw.choice((1, 1, 2, 8))) + data[end:]
    if change == 4:
        other = draw.choice(seeds)
        return data[:start] + other[draw.randint(0, len(other)) :]
    if change == 5:
        return data[:start]
    other_start = draw.randint(0, len(data))
    return data[:other_start] + piece + data[other_start:]


class Targets:
    """What reads each kind of input; the working folder is a copy of the small project, which may be written to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._graph = CitedGraph(find_project(folder))
        self._project = find_project(folder)
        self._app = application(Shelf(self._graph, is_local=True), Limits(seconds=2))
        self._other = folder.parent / "other"
        for name in ("ontology", "instances", "shapes", "queries"):
            (self._other / name).mkdir(parents=True, exist_ok=True)

    def read(self, kind: str, data: bytes) -> None:
        """Gives an input to what reads it; raises what is no refusal."""
        with contextlib.suppress(KzgraphError):
            self._reader(kind)(data)

    def _reader(self, kind: str) -> Callable[[bytes], object]:
        ends = {"turtle": "ttl", "trig": "trig", "jsonld": "jsonld", "rdfxml": "rdf"}
        if kind in ends:
            return lambda data: [*parse_file(data, "x", Path(f"x.{ends[kind]}"))]
        if kind in _FILES:
            return lambda data: self._file(kind, data)
        own: Callable[[bytes], object] = getattr(self, f"_{kind}")
        return own

    def _file(self, kind: str, data: bytes) -> None:
        path = self.folder.parent / f"in.{kind}"
        path.write_bytes(data)
        read_article(path) if kind == "html" else read_rows(path, path.name)

    def _sparql(self, data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        refuse_unsafe(text)
        self._graph.sparql(text, timeout=2)

    def _header(self, data: bytes) -> None:
        parse_query(data.decode("utf-8", "replace"), "x", "x.rq")

    def _toml(self, data: bytes) -> None:
        (self._other / "kzgraph.toml").write_bytes(data)
        find_project(self._other)

    def _answer(self, data: bytes) -> None:
        for read in (lambda: answers.rows_or_truth(data, 5, True), lambda: answers.triples(data, 5)):
            with contextlib.suppress(KzgraphError):
                read()
        refusals.words({"content-type": "text/html"}, data)
        refusals.is_passing(500, data)

    def _brief(self, data: bytes) -> None:
        questions_in(data.decode("utf-8", "replace"), "x.md")

    def _request(self, data: bytes) -> None:
        asyncio.run(self._call(data))

    async def _call(self, data: bytes) -> None:
        head, _, body = data.partition(b"\n\n")
        first, *lines = head.split(b"\n")
        method, _, address = first.partition(b" ")
        path, _, query = address.partition(b"?")
        told = [{"type": "http.request", "body": body, "more_body": False}]
        statuses: list[int] = []

        async def receive() -> dict[str, object]:
            if not told:
                await asyncio.Event().wait()
            return told.pop()

        async def send(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                statuses.append(int(str(message["status"])))

        pairs = [line.partition(b": ")[::2] for line in lines]
        headers = [(name.lower(), value) for name, value in pairs if name]
        headers += [] if any(name == b"host" for name, _ in headers) else [(b"host", b"localhost")]
        scope = {
            **{"type": "http", "scheme": "http", "root_path": "", "method": method.decode("latin-1")},
            **{"path": path.decode("utf-8", "replace"), "query_string": query, "headers": headers},
        }
        await self._app(scope, receive, send)  # type: ignore[arg-type]  # as ASGI has it
        assert statuses, "no response"
        assert statuses[0] != 500, "a fault of the server"

    def _command(self, data: bytes) -> None:
        arguments = [os.fsdecode(a) for a in data.split(b"\0")]
        if any(a.startswith(("/", "~")) or ".." in a.replace("2020..2021", "") or "=/" in a for a in arguments):
            return  # the files of others are left alone
        for end in ("csv", "md", "html", "rq", "ttl"):
            kind = {"md": "brief", "rq": "sparql", "ttl": "turtle"}.get(end, end)
            (self.folder / f"in.{end}").write_bytes(drawn(kind, zlib.crc32(data) % 1_000))
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace") for _ in range(2))
        sys.stdin = io.TextIOWrapper(io.BytesIO(b""), "utf-8")
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = cli.run(arguments)
            err.flush()
        told = err.buffer.getvalue() if isinstance(err.buffer, io.BytesIO) else b""
        assert code in range(7), f"exit {code}: {told[-500:]!r}"
        assert b"Traceback" not in told, told[-500:]


@contextlib.contextmanager
def targets() -> Iterator[Targets]:
    """What reads inputs, in a temporary folder with a cache of its own, which is the working folder meanwhile."""
    before, here = os.environ.get("KZGRAPH_CACHE"), Path.cwd()
    with tempfile.TemporaryDirectory(prefix="kzgraph-fuzz-") as name:
        folder = Path(name) / "project"
        shutil.copytree(SMALL, folder)
        os.environ["KZGRAPH_CACHE"] = f"{name}/cache"
        os.chdir(folder)
        try:
            yield Targets(folder)
        finally:
            os.chdir(here)
            os.environ.pop("KZGRAPH_CACHE")
            if before is not None:
                os.environ["KZGRAPH_CACHE"] = before


def _try(kind: str, first: int, count: int, place: mmap.mmap) -> None:
    """Tries inputs in this process; what ends it is known by the number that stands in ``place``."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    with targets() as found:
        for number in range(first, first + count):
            place[:8] = number.to_bytes(8, "big")
            signal.setitimer(signal.ITIMER_REAL, SECONDS)
            found.read(kind, drawn(kind, number))
            signal.setitimer(signal.ITIMER_REAL, 0)


def main() -> int:
    """Tries many inputs of some kinds, or all; tells each that was not refused with a sentence."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="inputs of each kind")
    parser.add_argument("--first", type=int, default=0, help="the number of the first one")
    parser.add_argument("kinds", nargs="*", choices=[*SEEDS, []], help="by default all")
    given = parser.parse_args()
    faults = 0
    for kind in given.kinds or SEEDS:
        start, place = time.monotonic(), mmap.mmap(-1, 8)
        first, end, before = given.first, given.first + given.count, faults
        while first < end:
            child = os.fork()
            if not child:
                _try(kind, first, end - first, place)
                os._exit(0)
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            if status == 0:
                break
            first = int.from_bytes(place[:8], "big") + 1
            faults += 1
            print(f"{kind} {first - 1}: ended by {status}: {drawn(kind, first - 1)[:300]!r}", flush=True)
        print(f"{kind}: {given.count} inputs, {faults - before} faults, {time.monotonic() - start:.0f} s", flush=True)
    return min(faults, 1)


if __name__ == "__main__":
    sys.exit(main())
