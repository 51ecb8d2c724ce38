"""The server as a process: an address that is bound, and announced where it is not this machine's own."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import uvicorn

from kzgraph.api import CitedGraph
from kzgraph.errors import UsageError
from kzgraph.site.server.app import LOOPBACK, Limits, application
from kzgraph.site.server.compiling import compile_first
from kzgraph.site.server.connections import MOST, TimedProtocol
from kzgraph.site.server.shelf import Shelf

_WAITING = 128  # connections that are not yet taken


@dataclass(frozen=True)
class Listening:
    """Where the server listens, and the names by which it may be called."""

    address: str = "127.0.0.1"
    port: int = 8000
    names: tuple[str, ...] = ()

    @property
    def is_own(self) -> bool:
        """Whether only this machine can reach it."""
        try:
            return ipaddress.ip_address(self.address).is_loopback
        except ValueError:
            return self.address == "localhost"

    @property
    def hosts(self) -> frozenset[str]:
        """The names by which it may be called, without ports."""
        own = f"[{self.address}]" if ":" in self.address else self.address
        return LOOPBACK | {own.lower(), *(name.lower() for name in self.names)}


def serve(graph: CitedGraph, door: Listening, limits: Limits, *, is_local: bool, say: Callable[[str], None]) -> None:
    """Serves until it is stopped; ``say`` tells where.

    Raises :class:`UsageError` for an address that cannot be bound, and the errors of opening the graph.
    """
    listening = _bound(door)
    if is_local:
        compile_first(graph.project)
    shelf = Shelf(graph, is_local=is_local)
    port = listening.getsockname()[1]
    shown = f"[{door.address}]" if ":" in door.address else door.address
    say(f"the graph is at http://{shown}:{port}/ until you press Ctrl-C")
    if not door.is_own:
        say("other machines can reach it there, and ask everything that is in the graph")
    config = configured(application(shelf, limits, door.hosts))
    uvicorn.Server(config).run(sockets=[listening])


def configured(app: Callable[..., Any]) -> uvicorn.Config:
    """How the application is served: connections keep to limits, and there are no web sockets."""
    return uvicorn.Config(
        app,
        http=TimedProtocol,
        ws="none",
        limit_concurrency=MOST,
        log_level="warning",
        access_log=False,
        server_header=False,
    )


def _bound(door: Listening) -> socket.socket:
    try:
        found: Iterable[tuple[object, ...]] = socket.getaddrinfo(door.address, door.port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, address = next(iter(found))
        # asyncio sends small packets at once only on sockets that name their protocol; else each reply waits 40 ms.
        listening = socket.socket(family, kind, protocol)  # type: ignore[arg-type]  # as getaddrinfo gives them
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)  # type: ignore[arg-type]  # as getaddrinfo gives it
        listening.listen(_WAITING)  # who reads the address may come at once
    except UnicodeError as error:
        raise UsageError(f"`{door.address}` is no address, and no machine can have that name") from error
    except OSError as error:
        raise UsageError(
            f"the address {door.address}, port {door.port} cannot be used: {error.strerror or error}",
            hint="another program may be there; give another --port",
        ) from error
    return listening
