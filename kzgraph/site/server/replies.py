"""What is asked of the server, and what it replies: plain values that a worker gives back."""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from kzgraph.errors import (
    InputError,
    KzgraphError,
    LimitReached,
    RefusedError,
    StoreError,
    SyntaxProblem,
    UnknownName,
    UsageError,
)

HTML, JSON, CSV, TEXT = "text/html", "application/json", "text/csv", "text/plain"
TURTLE, SCRIPT, STYLE, SVG, BIBTEX = (
    "text/turtle",
    "text/javascript",
    "text/css",
    "image/svg+xml",
    "application/x-bibtex",
)
MOST_BYTES = 64 << 20
"""Bytes of a reply."""
_WORTH_PACKING = 1_000
_OF_GZIP = 31  # zlib's number for a window of 32 KB with a header of gzip
_PIECE = 64 << 10
_PLACE = re.compile(r"(\d+):(\d+)\Z")
_STATUSES: tuple[tuple[type[KzgraphError], int], ...] = (
    (UnknownName, 404),
    (UsageError, 400),
    (SyntaxProblem, 400),
    (InputError, 500),
    (RefusedError, 403),
    (LimitReached, 503),
    (StoreError, 502),
)


class Sent(NamedTuple):
    """What was sent to the SPARQL endpoint: the pairs of the address, the media type of the body, and the body."""

    method: str
    pairs: tuple[tuple[str, str], ...]
    content: str
    body: bytes


@dataclass(frozen=True)
class PageRequest:
    """What a request asks for: a path without its first slash, values, the dates of the view, and a SPARQL query."""

    path: str
    values: Mapping[str, str] = field(default_factory=dict)
    view: Mapping[str, str] = field(default_factory=dict)
    accept: str = ""
    sent: Sent | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What two requests for the same have in common."""
        return self.path, tuple(sorted(self.values.items())), tuple(sorted(self.view.items())), self.accept, self.sent


@dataclass(frozen=True)
class Reply:
    """A reply: its status, its media type, its text or its bytes, and headers of its own."""

    text: str = ""
    media: str = HTML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    data: bytes = b""
    known_tag: str = ""
    length: int = 0
    """The bytes of one that is held packed alone, as they are unpacked."""

    @property
    def body(self) -> bytes:
        """The reply as it is sent; what no text may hold, which an address can, is a sign for that."""
        if self.known_tag:
            return gzip.decompress(self.data)
        return self.data or self.text.replace("\0", "\ufffd").encode("utf-8", "replace")

    @property
    def packed(self) -> bytes | None:
        """The reply packed with gzip; None where that is not worth it."""
        if self.known_tag:
            return self.data
        body = self.body
        return gzip.compress(body, 6, mtime=0) if len(body) >= _WORTH_PACKING else None

    @property
    def tag(self) -> str:
        """The entity tag of the reply."""
        return self.known_tag or f'"{hashlib.sha256(self.body).hexdigest()[:24]}"'

    def sealed(self) -> Reply:
        """The same reply, held packed alone: in a fifth of the memory, and sent without more to do.

        Raises :class:`LimitReached` for one of more than :data:`MOST_BYTES`.
        """
        body = self.body
        if len(body) > MOST_BYTES:
            raise LimitReached(f"the answer has more than {MOST_BYTES >> 20} MB", hint="ask for less")
        packed = self.packed
        if packed is None:
            return self
        return replace(self, text="", data=packed, known_tag=self.tag, length=len(body))

    def pieces(self) -> Iterator[bytes]:
        """The body of one that is held packed alone, piece by piece, for a client that takes it only unpacked."""
        unpacking, rest = zlib.decompressobj(wbits=_OF_GZIP), self.data
        while rest:
            yield unpacking.decompress(rest, _PIECE)
            rest = unpacking.unconsumed_tail
        yield unpacking.flush()

    @property
    def size(self) -> int:
        """The bytes that it holds."""
        return 2 * len(self.text) + len(self.data)

    @property
    def is_kept(self) -> bool:
        """Whether the same request shall get it again without asking."""
        return self.status in {200, 303}


class Kept:
    """The replies that were given last, up to a size in bytes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._replies: OrderedDict[tuple[object, ...], Reply] = OrderedDict()

    def get(self, key: tuple[object, ...]) -> Reply | None:
        """The reply to the same request; None if it is not known."""
        found = self._replies.get(key)
        if found is not None:
            self._replies.move_to_end(key)
        return found

    def put(self, key: tuple[object, ...], reply: Reply) -> None:
        """Keeps a reply, and lets go of those that were not asked for since longest."""
        if not reply.is_kept or _size(key, reply) > self._most // 2 or key in self._replies:
            return
        self._replies[key] = reply
        self._size += _size(key, reply)
        while self._size > self._most:
            self._size -= _size(*self._replies.popitem(last=False))

    def forget(self) -> None:
        """Lets go of all."""
        self._replies.clear()
        self._size = 0


def _size(key: tuple[object, ...], reply: Reply) -> int:
    asked = len(repr(key)) + len(repr(reply.headers))  # which the client writes, and may be longer than the reply
    return reply.size + 2 * asked + 500


def status_of(error: KzgraphError) -> int:
    """The status of a reply that says an error."""
    return next(status for kind, status in _STATUSES if isinstance(error, kind))


def sentences(error: KzgraphError) -> tuple[str, str]:
    """What an error says to a reader of the web, and its hint; nothing of the server's files, folders and options."""
    hint = "" if "--" in error.hint or "`kzgraph" in error.hint else error.hint
    if isinstance(error, SyntaxProblem):
        place = _PLACE.search(error.place)
        return f"{error.message}{f' (line {place[1]}, column {place[2]})' if place else ''}", hint
    if isinstance(error, StoreError):
        return "the store behind this server cannot be asked now", "try again in a minute"
    if isinstance(error, InputError) and "nested" not in error.message:
        return "the graph cannot be read now", "try again in a minute"
    return error.message, hint
