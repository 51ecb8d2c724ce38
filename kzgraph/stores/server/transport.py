"""HTTP to SPARQL servers: proxies, TLS, repetition, limits of time and size (the one door to httpx).

Nothing is asked of but the addresses that the user named: redirects are not followed, loopback never goes through a
proxy, certificates are always checked. All requests here may be repeated without harm, and are, for a while, when the
server is busy or the connection broke before it answered.
"""

from __future__ import annotations

import contextlib
import os
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache, partial
from pathlib import Path
from typing import IO, TypeVar

import httpx

from kzgraph.errors import InputError, KzgraphError, LimitReached, StoreError, UsageError
from kzgraph.stores.naming import shown
from kzgraph.stores.server.addresses import Credentials, is_loopback
from kzgraph.stores.server.authentication import Authentication
from kzgraph.stores.server.connection_errors import in_words, is_worth_repeating
from kzgraph.stores.server.refusals import is_passing, ran_out, refusal, words
from kzgraph.stores.server.unpacking import Unpacked
from kzgraph.stores.threads import OutOfTime, in_thread
from kzgraph.walls.reading import open_file

LONG = 3600.0
"""Seconds that an operation on a whole graph may take."""
SHORT = 10.0
"""Seconds that a connection, or an answer about the server itself, may take."""
PAUSES = (0.2, 1.0, 3.0)
"""Seconds before a request is sent again, and again."""
_LONGEST_PAUSE = 30.0
_GRACE = 1.0  # seconds in which the limits of the parts, which show more exactly what was late, come first
_BUSY = {429, 502, 503, 504}
_PARTIAL = 206  # Partial Content (RFC 9110, 15.3.7), for which nothing here asks
_MOST_ANSWER = 1 << 30  # bytes of an answer that is held in memory
_MOST_WORDS = 64 << 10  # bytes read of an error's text
_PIECE = 1 << 18
_Result = TypeVar("_Result")
sleep = time.sleep
now = time.monotonic


@dataclass(frozen=True)
class Request:
    """What is sent: ``form`` in the body as a form, or ``file`` as N-Triples, packed by gzip if ``packed``."""

    method: str
    url: str
    params: dict[str, str] = field(default_factory=dict)
    form: dict[str, str | list[str]] = field(default_factory=dict)
    file: Path | None = None
    packed: bool = False
    accept: str = ""
    content_type: str = ""


@dataclass(frozen=True)
class Response:
    """What came back, unpacked: ``headers`` with names in lower case, and ``content`` unless it went into a file.

    ``is_delimited`` says that the server announced the end of its answer.
    """

    status: int
    headers: dict[str, str]
    content: bytes
    is_delimited: bool

    @property
    def is_success(self) -> bool:
        """Whether the server did what was asked."""
        return 200 <= self.status < 300


class Transport:
    """The connections to the addresses of one store."""

    def __init__(self, credentials: Credentials, ca_file: str = "") -> None:
        self._credentials = credentials
        self.has_credentials = bool(credentials.user or credentials.token)
        self._auth = Authentication(credentials) if self.has_credentials else None
        self._trusted = _trusted(ca_file or os.environ.get("SSL_CERT_FILE", ""))
        self._clients: dict[bool, httpx.Client] = {}

    def __del__(self) -> None:
        """Closes the connections."""
        for client in getattr(self, "_clients", {}).values():
            client.close()

    def send(self, request: Request, seconds: float) -> Response:
        """The response; raises :class:`LimitReached` when the time is over, :class:`StoreError` if there is none.

        A request that the server was too busy for is sent again, as long as there is time.
        """
        return self._repeated(request, seconds, None)

    def fetch(self, request: Request, seconds: float, target: Path) -> Response:
        """As :meth:`send`, with the content of a success written into a file piece by piece."""
        return self._repeated(request, seconds, target)

    def status(self, request: Request) -> int:
        """The status of the response alone; its content is not awaited (HEAD is answered wrongly by some servers)."""

        def asked() -> int:
            with in_words(request.url), self._opened(request, SHORT) as response:
                return response.status_code

        return _within(SHORT, request.url, asked)

    def told(self, response: Response) -> str:
        """What the server says in an error, with the credentials struck out should it repeat them."""
        return self._credentials.struck_from(words(response.headers, response.content))

    def check(self, response: Response, url: str) -> None:
        """Raises :class:`StoreError` in words, or :class:`LimitReached`, for a response that failed or is a part."""
        if response.status == _PARTIAL:
            raise LimitReached(f"the server sent a part of its answer (HTTP {_PARTIAL})", place=shown(url))
        if not response.is_success:
            there = self._credentials.struck_from(response.headers.get("location", ""))
            raise refusal(response.status, self.told(response), shown(url), there, self.has_credentials)

    def _repeated(self, request: Request, seconds: float, target: Path | None) -> Response:
        end = now() + seconds
        for pause in (*PAUSES, None):
            wait = pause or 0.0
            try:
                response = _within(end - now(), request.url, partial(self._once, request, end, target))
            except StoreError as error:
                if pause is None or now() + wait >= end or not is_worth_repeating(error):
                    raise
            else:
                if pause is None or not _is_busy(response):
                    return response
                wait = max(wait, min(_seconds(response.headers.get("retry-after", "")), _LONGEST_PAUSE))
                if now() + wait >= end:
                    return response
            sleep(wait)
        raise AssertionError("the last turn returns or raises")

    def _once(self, request: Request, end: float, target: Path | None) -> Response:
        with in_words(request.url), self._opened(request, max(end - now(), 0.001)) as response:
            headers = {k.lower(): v for k, v in response.headers.items()}
            framed = "content-length" in headers or headers.get("transfer-encoding", "").lower() == "chunked"
            content = b""
            pieces = _in_time(response, end, request.url)
            if response.status_code >= 300:
                content = _beginning(pieces)
            elif target is None:
                content = _whole(pieces, request.url)
            else:
                with target.open("wb") as file:
                    file.writelines(pieces)
            return Response(response.status_code, headers, content, framed)

    @contextlib.contextmanager
    def _opened(self, request: Request, seconds: float) -> Iterator[httpx.Response]:
        headers = {"Accept-Encoding": "gzip"}
        if request.accept:
            headers["Accept"] = request.accept
        with contextlib.ExitStack() as stack:
            content = None
            if request.file is not None:
                size = request.file.stat().st_size
                headers |= {"Content-Type": request.content_type, "Content-Length": str(size)}
                headers |= {"Content-Encoding": "gzip"} if request.packed else {}
                content = _Pieces(stack.enter_context(open_file(request.file)))
            timeout = httpx.Timeout(seconds, connect=min(SHORT, seconds))
            client = self._client(request.url)
            sent = client.build_request(
                request.method,
                httpx.URL(request.url).copy_merge_params(request.params),
                data=request.form or None,
                content=content,
                headers=headers,
                timeout=timeout,
            )
            response = client.send(sent, stream=True, auth=self._auth)
            stack.callback(response.close)
            yield response

    def _client(self, url: str) -> httpx.Client:
        """The client for an address: nothing on this machine is asked of through a proxy."""
        local = is_loopback(url)
        if local not in self._clients:
            try:
                client = httpx.Client(trust_env=not local, verify=self._trusted, follow_redirects=False)
            except (ValueError, httpx.InvalidURL) as error:
                raise UsageError(
                    "a variable for the proxy holds no address of a proxy", hint="HTTP_PROXY, HTTPS_PROXY, ALL_PROXY"
                ) from error
            except ImportError as error:  # httpx takes SOCKS with a package more
                raise UsageError(
                    "a variable names a SOCKS proxy, which needs a package that is not installed",
                    hint='pip install "httpx[socks]"',
                ) from error
            self._clients[local] = client
        return self._clients[local]


class _Pieces:
    """The bytes of an open file, which can be sent more than once: a server may ask for credentials first."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(0)
        while piece := self._file.read(_PIECE):
            yield piece


def _trusted(ca_file: str) -> ssl.SSLContext:
    """What certificates are checked against: those of a file, else those that the machine or httpx trusts."""
    try:
        if not ca_file:
            return _context("", None)
        with open_file(Path(ca_file)) as file:  # the library would wait for a pipe
            state = os.fstat(file.fileno())
        return _context(ca_file, (state.st_mtime_ns, state.st_size))
    except (OSError, ssl.SSLError) as error:
        told = error.strerror if isinstance(error, OSError) and error.strerror else "it holds no certificates"
        raise InputError(f"cannot be read as a file of certificates: {told}", place=ca_file) from error


@cache
def _context(ca_file: str, _state: tuple[int, int] | None) -> ssl.SSLContext:
    """Read once for each state of a file, since to read all certificates takes longer than many an exchange."""
    return ssl.create_default_context(cafile=ca_file) if ca_file else httpx.create_ssl_context()


def _within(seconds: float, url: str, exchange: Callable[[], _Result]) -> _Result:
    """What comes of an exchange in a thread of its own that nothing waits for longer.

    The time limits of httpx start again with each byte, of the headers too, and a name is looked up without any.
    """
    try:
        return in_thread(exchange, max(seconds, 0.0) + _GRACE)
    except OutOfTime:
        raise LimitReached("the server did not finish its answer in time", place=shown(url)) from None


def _in_time(response: httpx.Response, end: float, url: str) -> Iterator[bytes]:
    """The unpacked pieces of an answer, until the time is over."""
    unpacked = Unpacked(response.headers.get("content-encoding", ""), shown(url))
    for raw in response.iter_raw():  # as it comes: to wait until a piece is full is to wait for a server that drips
        if now() > end:
            raise LimitReached("the server did not finish its answer in time", place=shown(url))
        yield from unpacked.pieces(raw)
    unpacked.finish()


def _whole(pieces: Iterator[bytes], url: str) -> bytes:
    content = bytearray()
    for piece in pieces:
        content += piece
        if len(content) > _MOST_ANSWER:
            raise LimitReached(
                f"the server's answer is larger than {_MOST_ANSWER >> 30} GiB", place=shown(url), hint="ask for less"
            )
    return bytes(content)


def _beginning(pieces: Iterator[bytes]) -> bytes:
    """The beginning of an error's text; where it breaks off does not matter."""
    content = bytearray()
    with contextlib.suppress(KzgraphError, httpx.HTTPError):
        for piece in pieces:
            content += piece
            if len(content) > _MOST_WORDS:
                break
    return bytes(content[:_MOST_WORDS])


_MOST_DIGITS = 10  # of the seconds that a server asks for; more is nonsense, and no wait


def _is_busy(response: Response) -> bool:
    if response.status in _BUSY:
        return not ran_out(words(response.headers, response.content))  # else it was not busy, but out of time
    return is_passing(response.status, response.content)


def _seconds(retry_after: str) -> float:
    """The seconds that a ``Retry-After`` header names (RFC 9110, section 10.2.3): a number, or a date."""
    if retry_after.isdecimal() and retry_after.isascii():
        return float(retry_after) if len(retry_after) < _MOST_DIGITS else 0.0
    try:
        then = parsedate_to_datetime(retry_after)
        return max((then - datetime.now(then.tzinfo or UTC)).total_seconds(), 0.0) if then.tzinfo else 0.0
    except (ArithmeticError, LookupError, TypeError, ValueError):  # what a server writes may be anything
        return 0.0
