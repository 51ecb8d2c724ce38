"""How long a connection may take: for the head of a request, for the rest of its body, and for reading the reply."""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0
"""Seconds for the head of a request, from the first byte on, or from the connection to its first request."""
BODY_SECONDS = 30.0
"""Seconds for the body of a request, and for what is left of it when the reply has been given."""
READING_SECONDS = 60.0
"""Seconds after which a client must have read at least :data:`LEAST_READ` bytes more of a reply."""
LEAST_READ = 64 << 10
MOST = 500
"""Connections at once; beyond these a request is answered by 503."""
_TOLD = f"The request did not come within {HEAD_SECONDS:g} s.\n"
_LATE = (
    "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n"
    f"Content-Length: {len(_TOLD)}\r\n\r\n{_TOLD}"
).encode()


class TimedProtocol(H11Protocol):
    """HTTP/1.1 on a connection that nobody can hold for ever, by sending or by reading slowly.

    uvicorn limits only the pause between a reply and the first byte of the next request.
    """

    _coming: asyncio.TimerHandle | None = None
    _reading: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the class above has it
        """A client is there, and its first request is waited for."""
        super().connection_made(transport)
        self._expect(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any longer."""
        self._stop_expecting()
        if self._reading is not None:
            self._reading.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """A piece of a request: its head is to be whole in time. The application limits the body that it reads."""
        if self._coming is None and not self._is_asked:
            self._expect(HEAD_SECONDS)
        super().data_received(data)
        if self._is_asked:
            self._stop_expecting()
        elif self.transport.is_closing():  # what was no request has been refused
            self._watch_reader()

    def on_response_complete(self) -> None:
        """The reply has been given: the rest of a body that nobody wanted, and the reader, do not take for ever."""
        super().on_response_complete()
        if self.conn.their_state is h11.SEND_BODY:
            self._expect(BODY_SECONDS)
        self._watch_reader()

    def pause_writing(self) -> None:
        """The client reads more slowly than the reply is written."""
        super().pause_writing()
        self._watch_reader()

    @property
    def _is_asked(self) -> bool:
        """Whether a request is being answered."""
        return self.cycle is not None and not self.cycle.response_complete

    def _expect(self, seconds: float) -> None:
        self._stop_expecting()
        self._coming = self.loop.call_later(seconds, self._give_up)

    def _stop_expecting(self) -> None:
        if self._coming is not None:
            self._coming.cancel()
            self._coming = None

    def _give_up(self) -> None:
        """Closes the connection; a client that has sent a part of a head is told why."""
        self._coming = None
        if not self.transport.is_closing():
            if self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
                self.transport.write(_LATE)
            self.transport.close()
        self._watch_reader()

    def _watch_reader(self) -> None:
        waiting = self.transport.get_write_buffer_size()
        if self._reading is None and waiting:
            self._reading = self.loop.call_later(READING_SECONDS, self._look_at_reader, waiting)

    def _look_at_reader(self, before: int) -> None:
        """Ends the connection if too little was read since the last look; what is not read would be held for ever."""
        self._reading = None
        if self.transport.get_write_buffer_size() > max(before - LEAST_READ, 0):
            self.transport.abort()
        else:
            self._watch_reader()
