"""Connections to the server: nobody holds one for ever, by sending slowly, by sending half, or by not reading."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from uvicorn.server import ServerState

from kzgraph.site.server import app as app_module
from kzgraph.site.server import connections
from kzgraph.site.server.connections import BODY_SECONDS, HEAD_SECONDS, READING_SECONDS, TimedProtocol
from kzgraph.site.server.protocol import Refusal
from kzgraph.site.server.running import configured

HEAD = b"GET / HTTP/1.1\r\nHost: here\r\n"


class Clock:
    """The timers of a loop, which ring when a test says so."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.timers: list[Timer] = []

    def call_later(self, seconds: float, function: Callable[..., None], *arguments: object) -> Timer:
        self.timers.append(Timer(seconds, lambda: function(*arguments)))
        return self.timers[-1]

    def create_task(self, *arguments: object, **named: object) -> object:
        return self.loop.create_task(*arguments, **named)  # type: ignore[arg-type]  # as uvicorn gives them

    def ring(self, seconds: float) -> int:
        """Lets the timers of so many seconds ring that wait; gives how many did."""
        due = [t for t in self.timers if t.seconds == seconds and not t.is_over]
        for timer in due:
            timer.is_over = True
            timer.function()
        return len(due)


class Timer:
    def __init__(self, seconds: float, function: Callable[[], None]) -> None:
        self.seconds, self.function, self.is_over = seconds, function, False

    def cancel(self) -> None:
        self.is_over = True


class Wire(asyncio.Transport):
    """The way to a client that reads nothing unless it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.sent, self.unread = b"", 0
        self.end: str = ""

    def write(self, data: bytes) -> None:  # type: ignore[override]  # bytes are all that is written
        self.sent += data
        self.unread += len(data)

    def get_write_buffer_size(self) -> int:
        return self.unread

    def is_closing(self) -> bool:
        return bool(self.end)

    def close(self) -> None:
        self.end = self.end or "closed"

    def abort(self) -> None:
        self.end = "aborted"

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


class Connection:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        async def reply(request: Request) -> PlainTextResponse:
            return PlainTextResponse("x" * int(request.query_params.get("size", "2")))

        config = configured(Starlette(routes=[Route("/", reply, methods=["GET", "POST"])]))
        config.load()
        assert config.http_protocol_class is TimedProtocol
        self.loop, self.clock, self.wire = loop, Clock(loop), Wire()
        self.protocol = TimedProtocol(config, ServerState(), {}, self.clock)  # type: ignore[arg-type]  # a part of a loop
        self.protocol.connection_made(self.wire)

    def send(self, data: bytes) -> None:
        self.protocol.data_received(data)
        for _ in range(20):  # steps of the tasks that it began
            self.loop.run_until_complete(asyncio.sleep(0))

    @property
    def statuses(self) -> list[int]:
        return [int(n) for n in re.findall(rb"HTTP/1.1 (\d+) ", self.wire.sent)]


@pytest.fixture
def connection() -> Iterator[Connection]:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield Connection(loop)
    loop.close()
    asyncio.set_event_loop(None)


def test_one_that_sends_nothing_is_closed(connection: Connection) -> None:
    assert connection.clock.ring(HEAD_SECONDS) == 1
    assert (connection.wire.end, connection.wire.sent) == ("closed", b"")


def test_one_that_never_ends_its_head_is_told_so(connection: Connection) -> None:
    for letter in HEAD:
        connection.send(bytes([letter]))
    assert connection.clock.ring(HEAD_SECONDS) == 1
    assert (connection.wire.end, connection.statuses) == ("closed", [408])


def test_a_whole_request_stops_the_clock_and_the_next_starts_it(connection: Connection) -> None:
    connection.send(HEAD + b"\r\n")
    assert connection.statuses == [200]
    assert connection.clock.ring(HEAD_SECONDS) == 0
    connection.send(HEAD)
    assert connection.clock.ring(HEAD_SECONDS) == 1
    assert (connection.wire.end, connection.statuses) == ("closed", [200, 408])


def test_requests_one_behind_the_other_are_all_answered(connection: Connection) -> None:
    connection.send((HEAD + b"\r\n") * 3)
    assert connection.statuses == [200, 200, 200]
    assert not connection.wire.is_closing()


def test_a_body_that_nobody_wanted_is_not_waited_for_for_ever(connection: Connection) -> None:
    connection.send(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\nx")
    assert connection.statuses == [200]
    connection.send(b"x")
    assert connection.clock.ring(BODY_SECONDS) == 1
    assert connection.wire.end == "closed"


def test_one_that_does_not_read_is_ended(connection: Connection) -> None:
    connection.send(b"GET /?size=1000000 HTTP/1.1\r\nHost: here\r\n\r\n")
    assert connection.statuses == [200]
    connection.wire.unread -= connections.LEAST_READ
    assert connection.clock.ring(READING_SECONDS) == 1
    assert not connection.wire.is_closing()
    connection.wire.unread -= 1
    assert connection.clock.ring(READING_SECONDS) == 1
    assert connection.wire.end == "aborted"


def test_one_that_reads_is_not(connection: Connection) -> None:
    connection.send(b"GET /?size=1000000 HTTP/1.1\r\nHost: here\r\n\r\n")
    connection.wire.unread = 0
    connection.clock.ring(READING_SECONDS)
    assert connection.clock.ring(READING_SECONDS) == 0
    assert not connection.wire.is_closing()


def test_what_is_no_request_is_refused_and_not_waited_for(connection: Connection) -> None:
    connection.send(b"\x16\x03\x01\r\n\r\n")
    assert connection.statuses == [400]
    assert connection.clock.ring(READING_SECONDS) == 1
    assert connection.wire.end == "aborted"


def test_when_a_connection_is_lost_nothing_waits(connection: Connection) -> None:
    connection.send(HEAD)
    connection.protocol.connection_lost(None)
    assert all(timer.is_over for timer in connection.clock.timers)


def test_too_many_at_once_are_told(connection: Connection) -> None:
    for _ in range(connections.MOST):
        connection.protocol.connections.add(Connection(connection.loop).protocol)
    connection.send(HEAD + b"\r\n")
    assert connection.statuses == [503]


def test_an_upgrade_to_a_web_socket_is_an_ordinary_request(connection: Connection) -> None:
    connection.send(HEAD + b"Connection: upgrade\r\nUpgrade: websocket\r\n\r\n")
    assert connection.statuses == [200]


def test_a_body_that_does_not_come_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_module, "BODY_SECONDS", 0)

    async def receive() -> dict[str, object]:
        await asyncio.Event().wait()
        raise AssertionError

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [], "query_string": b""}
    with pytest.raises(Refusal) as refusal:
        asyncio.run(app_module._body(Request(scope, receive)))
    assert refusal.value.status == 408
