"""Requests that are sent again: which, how often, after which pauses; and bodies, packed or not."""

from __future__ import annotations

import gzip
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from kzgraph.errors import LimitReached
from kzgraph.files.project import StoreAddress, find_project
from kzgraph.stores.server import transport
from kzgraph.stores.server.addresses import Credentials
from kzgraph.stores.server.remote import RemoteStore
from tests.conftest import SmallProject
from tests.servers.conftest import named
from tests.servers.imitation import Imitation, Reply, Seen, basic, digest, of_others, serving

Run = Callable[..., tuple[int, str, str]]
ROWS = b"SELECT ?s WHERE { ?s ?p ?o }"
ANSWER = "s\r\n"


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that would have been made; the clock moves on by them, and by nothing else."""
    made: list[float] = []
    monkeypatch.setattr(transport, "sleep", made.append)
    monkeypatch.setattr(transport, "now", lambda: sum(made))
    return made


@pytest.fixture
def server() -> Iterator[Imitation]:
    with serving(Imitation(store=of_others())) as imitation:
        yield imitation


def asked(run: Run, *more: str) -> tuple[int, str, str]:
    return run("query", "-", "-f", "csv", "--store", "there", *more, stdin=ROWS)


def first(count: int, reply: Reply, fits: Callable[[Seen], bool] = lambda seen: True) -> Callable[[Seen], Reply | None]:
    """Answers so the first times that a request fits."""
    left = [count]

    def instead(seen: Seen) -> Reply | None:
        if not fits(seen) or not left[0]:
            return None
        left[0] -= 1
        return reply

    return instead


RESET = Reply(raw=b"")
DEADLOCK = Reply(500, b"Virtuoso 40001 Error SR172: Transaction deadlocked")


class TestRepeated:
    @pytest.mark.parametrize(
        "reply",
        [Reply(429), Reply(502), Reply(503), Reply(504), RESET, DEADLOCK],
        ids=["429", "502", "503", "504", "reset", "deadlock"],
    )
    def test_a_server_that_is_busy_is_asked_again(
        self, project: SmallProject, server: Imitation, run: Run, pauses: list[float], reply: Reply
    ) -> None:
        named(project, server.url)
        server.instead = first(3, reply)
        assert asked(run)[:2] == (0, ANSWER)
        assert tuple(pauses) == transport.PAUSES

    @pytest.mark.parametrize("reply", [Reply(503, b"overloaded"), RESET], ids=["503", "reset"])
    def test_but_not_for_ever(
        self, project: SmallProject, server: Imitation, run: Run, pauses: list[float], reply: Reply
    ) -> None:
        named(project, server.url)
        server.instead = lambda seen: reply
        code, out, err = asked(run)
        assert (code, out) == (4, "")
        assert "the server failed: overloaded (HTTP 503)" in err or "the connection to the server broke" in err
        assert len(server.seen) == len(transport.PAUSES) + 1
        assert tuple(pauses) == transport.PAUSES

    @pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
    def test_so_is_every_request_of_a_load(
        self, project: SmallProject, server: Imitation, run: Run, pauses: list[float], method: str
    ) -> None:
        named(project, server.url)
        project.write("instances/gone.ttl", "kz:a rdfs:label kz:b .")
        assert run("load", "--store", "there")[0] == 0
        (project.root / "instances/gone.ttl").unlink()
        project.write("instances/new.ttl", "kz:a rdfs:label kz:c .")
        server.instead = first(2, Reply(503), lambda seen: seen.method == method)
        assert run("load", "--store", "there")[0] == 0
        assert tuple(pauses) == transport.PAUSES[:2]
        assert run("diff", "--store", "there")[:2] == (0, "")

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 500, 501])
    def test_what_will_not_change_is_not_asked_again(
        self, project: SmallProject, server: Imitation, run: Run, pauses: list[float], status: int
    ) -> None:
        named(project, server.url)
        server.instead = lambda seen: Reply(status, b"no")
        assert asked(run)[0] in {3, 4}
        assert len(server.seen) == 1
        assert not pauses

    def test_nor_a_server_that_ran_out_of_time(
        self, project: SmallProject, server: Imitation, run: Run, pauses: list[float]
    ) -> None:
        named(project, server.url)
        server.instead = lambda seen: Reply(503, b"Query timed out")
        code, out, err = asked(run)
        assert (code, out) == (6, "")
        assert "the server gave up: Query timed out (HTTP 503)" in err
        assert not pauses

    def test_nor_a_port_where_nobody_listens(self, project: SmallProject, run: Run, pauses: list[float]) -> None:
        named(project, "http://127.0.0.1:9")
        code, _, err = asked(run)
        assert code == 4
        assert "http://127.0.0.1:9/query: the server cannot be reached" in err
        assert not pauses


class TestPauses:
    @pytest.mark.parametrize(("header", "pause"), [("7", 7.0), ("0", 0.2), ("soon", 0.2), ("-5", 0.2), ("99999", 30.0)])
    def test_the_server_may_ask_for_a_longer_one(
        self, project: SmallProject, server: Imitation, run: Run, pauses: list[float], header: str, pause: float
    ) -> None:
        named(project, server.url)
        server.instead = first(1, Reply(503, b"", {"Retry-After": header}))
        assert asked(run)[:2] == (0, ANSWER)
        assert pauses == [pause]

    def test_by_a_date_too(self, project: SmallProject, server: Imitation, run: Run, pauses: list[float]) -> None:
        named(project, server.url)
        then = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
        server.instead = first(1, Reply(503, b"", {"Retry-After": then}))
        assert asked(run)[:2] == (0, ANSWER)
        assert pauses == [30.0]

    def test_none_goes_past_the_time_limit(
        self, project: SmallProject, server: Imitation, run: Run, pauses: list[float]
    ) -> None:
        named(project, server.url)
        server.instead = lambda seen: Reply(503, b"overloaded", {"Retry-After": "20"})
        code, _, err = asked(run, "--timeout", "15")
        assert code == 4
        assert "overloaded" in err
        assert not pauses

    def test_nor_after_a_connection_that_broke(
        self, project: SmallProject, server: Imitation, run: Run, pauses: list[float]
    ) -> None:
        named(project, server.url)
        server.instead = lambda seen: RESET
        code, _, err = asked(run, "--timeout", "2")
        assert code == 4
        assert "the connection to the server broke" in err
        assert tuple(pauses) == transport.PAUSES[:2]


class TestDrips:
    """Each byte comes in time, and the answer never ends: what would be its end comes only when the test is over."""

    ROW = b'{"head": {"vars": ["s"]}, "results": {"bindings": []}}'
    OK = b"HTTP/1.1 200 OK\r\n"
    BUSY = b"HTTP/1.1 503 Busy\r\nContent-Length: 100000\r\n\r\n"
    MOST = 300

    @pytest.fixture
    def over(self) -> Iterator[threading.Event]:
        """Set when the server need not drip any longer."""
        event = threading.Event()
        yield event
        event.set()

    def dripping(self, over: threading.Event, begin: bytes, drop: bytes, end: bytes, given: list[bytes]) -> Reply:
        def pieces() -> Iterator[bytes]:
            yield begin
            while len(given) < self.MOST and not over.wait(0.05):
                given.append(drop)
                yield drop
            yield end

        return Reply(raw=pieces())

    def sent(self, server: Imitation, target: Path | None) -> transport.Response:
        request = transport.Request("POST", f"{server.url}/query", form={"query": ROWS.decode()})
        there = transport.Transport(Credentials())
        return there.fetch(request, 1.0, target) if target else there.send(request, 1.0)

    @pytest.mark.parametrize("into_file", [False, True])
    @pytest.mark.parametrize(
        ("begin", "drop", "end"),
        [
            (OK + b"Content-Length: 100000\r\n\r\n", b" ", b""),
            (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n", b"36\r\n" + ROW + b"\r\n0\r\n\r\n"),
            (OK + b"Content-Length: 100000\r\nContent-Encoding: gzip\r\n\r\n", gzip.compress(b" "), b""),
            (OK + b"X-Long: ", b"a", b"\r\nContent-Length: 54\r\n\r\n" + ROW),
        ],
        ids=["bytes", "chunks", "packed", "headers"],
    )
    def test_the_time_limit_holds(
        self,
        server: Imitation,
        over: threading.Event,
        tmp_path: Path,
        begin: bytes,
        drop: bytes,
        end: bytes,
        into_file: bool,
    ) -> None:
        given: list[bytes] = []
        server.instead = lambda seen: self.dripping(over, begin, drop, end, given)
        with pytest.raises(LimitReached, match="the server did not finish its answer in time"):
            self.sent(server, tmp_path / "graph.nt" if into_file else None)
        assert 0 < len(given) < self.MOST

    def test_of_a_refusal_what_came_in_time_is_told(self, server: Imitation, over: threading.Event) -> None:
        given: list[bytes] = []
        server.instead = lambda seen: self.dripping(over, self.BUSY, b"a", b"", given)
        response = self.sent(server, None)
        assert (response.status, set(response.content.decode())) == (503, {"a"})
        assert len(given) < self.MOST
        assert len(server.seen) == 1

    def test_so_it_does_on_the_command_line(
        self, project: SmallProject, server: Imitation, run: Run, over: threading.Event
    ) -> None:
        named(project, server.url)
        given: list[bytes] = []
        begin = self.OK + b"Content-Length: 100000\r\n\r\n"
        server.instead = lambda seen: self.dripping(over, begin, b" ", b"", given)
        assert asked(run, "--timeout", "1")[:2] == (6, "")
        assert len(given) < self.MOST


class TestBodies:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        path = tmp_path / "graph.nt"
        path.write_bytes(b"".join(b"<urn:s%d> <urn:p> <urn:o> .\n" % n for n in range(20_000)))
        return path

    def remote(self, server: Imitation, gzip: str = "") -> RemoteStore:
        address = StoreAddress(f"{server.url}/query", f"{server.url}/update", f"{server.url}/store", gzip=gzip)
        return RemoteStore(address, find_project())

    def test_a_graph_is_packed_where_that_is_wanted(self, server: Imitation, file: Path) -> None:
        self.remote(server, "true").put("urn:g", file)
        (put,) = server.seen
        assert put.headers["content-encoding"] == "gzip"
        assert int(put.headers["content-length"]) < file.stat().st_size / 4
        assert put.body == file.read_bytes()
        assert len(server.store) == 20_000 + len(of_others())

    @pytest.mark.parametrize("status", [400, 415, 500])
    def test_and_sent_as_it_is_to_a_server_that_does_not_unpack(
        self, server: Imitation, file: Path, status: int
    ) -> None:
        server.instead = lambda seen: Reply(status) if "content-encoding" in seen.headers else None
        remote = self.remote(server, "true")
        remote.put("urn:g", file)
        remote.put("urn:h", file)
        assert [(s.graph, "content-encoding" in s.headers) for s in server.seen] == [
            ("urn:g", True),
            ("urn:g", False),
            ("urn:h", False),
        ]
        assert len(server.store) == 40_000 + len(of_others())

    def test_not_on_this_machine_nor_where_it_is_small(self, server: Imitation, file: Path, tmp_path: Path) -> None:
        self.remote(server).put("urn:g", file)
        small = tmp_path / "small.nt"
        small.write_bytes(b"<urn:s> <urn:p> <urn:o> .\n")
        self.remote(server, "true").put("urn:h", small)
        assert not [s for s in server.seen if "content-encoding" in s.headers]

    def test_the_setting_is_true_or_false(self, project: SmallProject, run: Run) -> None:
        named(project, "http://127.0.0.1:9", 'gzip = "yes"\n')
        code, _, err = asked(run)
        assert code == 3
        assert "[stores.there] `gzip` must be true or false" in err

    @pytest.mark.parametrize("packed", ["true", "false"])
    @pytest.mark.parametrize("way", [basic, digest])
    def test_a_large_body_is_not_sent_before_the_way_to_authenticate_is_known(
        self,
        server: Imitation,
        file: Path,
        monkeypatch: pytest.MonkeyPatch,
        way: Callable[[str, str], Callable[[Seen], Reply | None]],
        packed: str,
    ) -> None:
        monkeypatch.setenv("A_USER", "me")
        monkeypatch.setenv("A_WORD", "geheim")
        server.challenge = way("me", "geheim")
        monkeypatch.setenv("A_HOST", server.url.removeprefix("http://"))
        address = StoreAddress(f"{server.url}/query", "", f"{server.url}/store", "A_USER", "A_WORD", gzip=packed)
        RemoteStore(address, find_project()).put("urn:g", file)
        (put,) = [s for s in server.seen if s.method == "PUT"]
        assert "authorization" in put.headers
        assert put.body == file.read_bytes()

    @pytest.mark.parametrize("packed", ["true", "false"])
    def test_it_is_read_from_the_disk_piece_by_piece(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: str
    ) -> None:
        size = 32 << 20
        file = tmp_path / "large.nt"
        with file.open("wb") as target:
            target.truncate(size)
        peaks: list[int] = []
        pieces = transport._Pieces.__iter__

        def measured(self: transport._Pieces) -> Iterator[bytes]:
            for piece in pieces(self):
                yield piece
                peaks.append(tracemalloc.get_traced_memory()[0])

        monkeypatch.setattr(transport._Pieces, "__iter__", measured)
        with serving(Imitation(instead=lambda seen: Reply(204) if seen.method == "PUT" else None)) as server:
            server.unpacks = False  # else the other side of the test unpacks it in this same memory
            tracemalloc.start()
            try:
                begin = tracemalloc.get_traced_memory()[0]
                self.remote(server, packed).put("urn:g", file)
            finally:
                tracemalloc.stop()
        assert max(peaks) - begin < size / 4 + size * (packed == "false")  # as much as the other side has read


class TestUnpacking:
    def packed(self, content: bytes) -> Reply:
        kinds = {"Content-Type": "application/sparql-results+json", "Content-Encoding": "gzip"}
        return Reply(200, content, kinds)

    JSON = b'{"head": {"vars": ["s"]}, "results": {"bindings": []}}'

    def test_answers_may_be_packed(self, project: SmallProject, server: Imitation, run: Run) -> None:
        named(project, server.url)
        server.instead = lambda seen: self.packed(gzip.compress(self.JSON)) if b"SELECT+%3Fs+" in seen.body else None
        assert asked(run)[:2] == (0, ANSWER)
        assert {s.headers["accept-encoding"] for s in server.seen} == {"gzip"}

    def test_in_several_members_too(self, project: SmallProject, server: Imitation, run: Run) -> None:
        named(project, server.url)
        members = gzip.compress(self.JSON[:20]) + gzip.compress(self.JSON[20:])
        server.instead = lambda seen: self.packed(members) if b"SELECT+%3Fs+" in seen.body else None
        assert asked(run)[:2] == (0, ANSWER)

    def test_one_that_breaks_off_is_no_answer(self, project: SmallProject, server: Imitation, run: Run) -> None:
        named(project, server.url)
        half = gzip.compress(self.JSON)[:-9]
        server.instead = lambda seen: self.packed(half) if b"SELECT" in seen.body else None
        code, out, err = asked(run)
        assert (code, out) == (6, "")
        assert "breaks off in the middle" in err

    def test_one_that_is_damaged_is_no_answer(self, project: SmallProject, server: Imitation, run: Run) -> None:
        named(project, server.url)
        server.instead = lambda seen: self.packed(b"no gzip at all") if b"SELECT" in seen.body else None
        code, _, err = asked(run)
        assert code == 4
        assert "cannot be unpacked" in err

    def test_a_trap_stops_at_a_limit(
        self, project: SmallProject, server: Imitation, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("kzgraph.files.unpacking._FREE", 1 << 20)
        named(project, server.url)
        trap = gzip.compress(b" " * (8 << 20))
        server.instead = lambda seen: self.packed(trap) if b"SELECT" in seen.body else None
        code, _, err = asked(run)
        assert code == 6
        assert "is taken for a trap" in err

    @pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "deflate"])
    def test_other_ways_are_refused(self, project: SmallProject, server: Imitation, run: Run, encoding: str) -> None:
        named(project, server.url)
        server.instead = lambda seen: Reply(200, self.JSON, {"Content-Encoding": encoding})
        code, _, err = asked(run)
        assert code == 4
        assert f"in a way that was not asked for: {encoding}" in err

    def test_an_answer_larger_than_memory_stops_at_a_limit(
        self, project: SmallProject, server: Imitation, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(transport, "_MOST_ANSWER", 1 << 16)
        named(project, server.url)
        server.instead = lambda seen: Reply(200, b" " * (1 << 20)) if b"SELECT" in seen.body else None
        code, _, err = asked(run)
        assert code == 6
        assert "the server's answer is larger than" in err
