"""The web application: requests in, replies out, with limits and with headers that keep a page from loading more."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import traceback
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import parse_qsl

import anyio
import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from kzgraph.api_reading import date_given
from kzgraph.errors import KzgraphError
from kzgraph.literals import whole_number
from kzgraph.site.addresses import ONTOLOGY
from kzgraph.site.pages import Site
from kzgraph.site.rendering import FILES
from kzgraph.site.server import contents
from kzgraph.site.server.connections import BODY_SECONDS
from kzgraph.site.server.protocol import FORM, Refusal
from kzgraph.site.server.replies import TEXT, Kept, PageRequest, Reply, Sent
from kzgraph.site.server.shelf import Seen, Shelf
from kzgraph.walls.worker import CAN_FORK, Stopper, in_worker

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-cache",
}
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
_KEPT = 24 << 20  # bytes of replies
_LONGEST = 16 << 10  # bytes of an address
_LARGEST = 256 << 10  # bytes of a body
_MOST_VALUES = 50
_PAUSE = 0.2  # seconds between looks at whether there are pages to be made ahead
_NICE = 10
_MADE_AT_ONCE, _MOST_MADE = 2, 20  # graphs of other dates, and those that may wait to be made
_VIEW = ("as_of", "known_by")
_Dates = tuple[object, ...]  # after how many readings of the graph, and which dates
_FAULT = "something is wrong in the server itself"


@dataclass
class Limits:
    """What one question may take, how many are asked at once, and how many may wait."""

    seconds: float = 30.0
    memory: int = 2 << 30
    workers: int = 2
    queue: int = 100
    waiting: int = field(default=0, init=False)


def application(shelf: Shelf, limits: Limits, hosts: frozenset[str] = LOOPBACK) -> Starlette:
    """The application; ``hosts`` are the names by which it may be called, without ports."""
    server = Server(shelf, limits, hosts)
    route = Route("/{path:path}", server.reply, methods=["GET", "POST"])
    app = Starlette(
        routes=[route],
        exception_handlers={HTTPException: server.refuse},
        max_body_size=None,
        lifespan=server.making_ahead,
    )
    app.router.redirect_slashes = False  # it would read an address that is no UTF-8
    return app


class Server:
    """Answers requests."""

    def __init__(self, shelf: Shelf, limits: Limits, hosts: frozenset[str]) -> None:
        self._shelf, self._limits, self._hosts = shelf, limits, hosts
        self._kept = Kept(_KEPT)
        self._generation = shelf.generation
        self._workers = anyio.CapacityLimiter(limits.workers)
        self._dated, self._referred = anyio.CapacityLimiter(_MADE_AT_ONCE), anyio.CapacityLimiter(1)
        self._being_made: dict[_Dates, asyncio.Future[Seen]] = {}

    @contextlib.asynccontextmanager
    async def making_ahead(self, _: Starlette) -> AsyncIterator[None]:
        """While it serves, the pages that readers ask for most are made before they do."""
        task = asyncio.ensure_future(self._make_ahead())
        try:
            yield
        finally:
            task.cancel()

    async def _make_ahead(self) -> None:
        """Makes the overviews and the questions of each new state of the graph, one at a time, while nobody waits."""
        made = -1
        while True:
            await asyncio.sleep(_PAUSE)
            if made == self._shelf.generation:
                continue
            made = self._shelf.generation
            for path in contents.first_pages(self._shelf.now()):
                while self._limits.waiting:
                    await asyncio.sleep(_PAUSE)
                if made != self._shelf.generation:
                    break
                with contextlib.suppress(KzgraphError):  # whoever asks for it is told
                    await self._reply(PageRequest(path), Stopper(), is_ahead=True)

    async def reply(self, request: Request) -> Response:
        """The response to a request; whatever happens, it is one sentence without a trace of the server's insides."""
        try:
            wanted = await self._wanted(request)
            found = wanted if isinstance(wanted, Reply) else await self._while_there(request, wanted)
        except Refusal as refusal:
            bare = PageRequest(request.path_params["path"], accept=request.headers.get("accept", ""))
            found = contents.refused(self._shelf.now(), bare, refusal.status, refusal.message)
        except KzgraphError as error:
            found = contents.failed(self._shelf.now(), PageRequest(request.path_params["path"]), error)
        except Exception:  # a fault of the server itself, which is reported where it runs, and not to those who ask
            traceback.print_exc()
            found = contents.refused(self._shelf.now(), PageRequest("error.html"), 500, _FAULT)
        return _response(request, found)

    async def refuse(self, request: Request, error: Exception) -> Response:
        """The response to a request that no route takes: another method, or no path."""
        assert isinstance(error, HTTPException)
        headers = _ALLOWED if error.status_code == 405 else None
        told = "this address only gives, and takes nothing" if error.status_code == 405 else "there is nothing there"
        bare = PageRequest(request.scope["path"].removeprefix("/"))
        return _response(request, contents.refused(self._shelf.now(), bare, error.status_code, told, headers=headers))

    async def _while_there(self, request: Request, wanted: PageRequest) -> Reply:
        """The reply to a client that waits for it; the question of one that goes away is stopped."""
        stopper = Stopper()
        asked = asyncio.ensure_future(self._reply(wanted, stopper))
        gone = asyncio.ensure_future(_until_gone(request))
        try:
            await asyncio.wait({asked, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not asked.done():
                stopper.stop()
                asked.cancel()
                await asyncio.wait({asked})
            return _GONE if asked.cancelled() else asked.result()
        finally:
            stopper.stop()
            asked.cancel()
            gone.cancel()

    async def _wanted(self, request: Request) -> PageRequest | Reply:
        path, accept = request.path_params["path"] or "index.html", request.headers.get("accept", "")
        bare = PageRequest(path, accept=accept)
        site = self._shelf.now()
        host = re.sub(r":\d+\Z", "", request.headers.get("host", "").lower())
        if host not in self._hosts:
            return contents.refused(site, PageRequest("error.html"), 421, "this server is not called by that name")
        query = request.scope["query_string"].decode("latin-1")  # bytes that are no UTF-8 are nobody's names
        if len(query) + len(path) > _LONGEST:
            return contents.refused(site, bare, 414, "the address is too long")
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=None)[:_MOST_VALUES]
        if path == "sparql":
            return PageRequest(path, accept=accept, sent=await _sent(request, pairs))
        if request.method == "POST" and path != "sparql.html":
            return contents.refused(site, bare, 405, "this address only gives, and takes nothing", headers=_ALLOWED)
        if request.method == "POST":
            pairs += parse_qsl((await _body(request)).decode("utf-8", "replace"), keep_blank_values=True)
        return self._read(path, dict(pairs), accept)

    def _read(self, path: str, values: dict[str, str], accept: str) -> PageRequest:
        """What is wanted, with the dates of the view apart; a question may take a date of the same name itself."""
        own = set()
        folder, _, name = path.partition("/")
        query = self._shelf.now().queries.get(name.partition(".")[0]) if folder == "question" else None
        if query:
            own = {p.name for p in query.parameters}
        view = {n: values.pop(n).strip() for n in _VIEW if n in values and n not in own}
        view = {n: str(date_given(n, v)) for n, v in view.items() if v}  # one graph, however its date is written
        return PageRequest(path, values, view, accept if "." not in path.rpartition("/")[2] else "")

    async def _reply(self, wanted: PageRequest, stopper: Stopper, *, is_ahead: bool = False) -> Reply:
        if wanted.path in FILES:
            return contents.file_reply(self._shelf.beside(), self._shelf.now(), wanted)
        known = self._kept.get((self._shelf.generation, wanted.key)) if self._shelf.is_fresh else None
        if known is not None:
            return known
        seen = await self._site(wanted)
        if isinstance(seen, Reply):
            return seen
        site, generation = seen
        if generation > self._generation:
            self._generation = generation
            self._kept.forget()
        if wanted.path.partition("/")[0] == ONTOLOGY:
            pages = await anyio.to_thread.run_sync(self._shelf.reference, limiter=self._referred)
            return contents.file_reply(pages, site, wanted)
        found = self._kept.get((generation, wanted.key))
        if found is None:
            found = await self._asked(site, wanted, stopper, is_ahead=is_ahead)
            if generation == self._shelf.generation:  # else the files have changed while it was made
                self._kept.put((generation, wanted.key), found)
        self._shelf.show()
        return found

    async def _site(self, wanted: PageRequest) -> Seen | Reply:
        """The site of the view; those of other dates take long, and are made a few at a time beside all other requests.

        All who want the same dates wait for one making of them, each as long as for a question; it goes on without
        them, for those who ask again.
        """
        if not wanted.view:
            return await anyio.to_thread.run_sync(self._shelf.site, wanted.view)
        key = self._shelf.generation, *sorted(wanted.view.items())
        made = self._being_made.get(key)
        if made is None:
            if len(self._being_made) >= min(self._limits.queue, _MOST_MADE):
                return _too_many(self._shelf.now(), wanted)
            making = anyio.to_thread.run_sync(self._shelf.site, wanted.view, limiter=self._dated)
            made = self._being_made[key] = asyncio.ensure_future(making)
            made.add_done_callback(lambda done: self._made(key, done))
        await asyncio.wait({made}, timeout=self._limits.seconds)
        if made.done():
            return made.result()
        told, hint = "the graph of these dates is still being made", "ask again in a few seconds"
        return contents.refused(self._shelf.now(), wanted, 503, told, hint, headers=_LATER)

    def _made(self, key: _Dates, done: asyncio.Future[Seen]) -> None:
        del self._being_made[key]
        if not done.cancelled():
            done.exception()  # those who wait get it; there may be none left

    async def _asked(self, site: Site, wanted: PageRequest, stopper: Stopper, *, is_ahead: bool = False) -> Reply:
        """The reply of a worker, when one is free; 429 if too many wait for one."""
        limits = self._limits
        if limits.waiting >= limits.queue:
            return _too_many(site, wanted)
        limits.waiting += 1
        try:
            work = partial(_in_worker, site, wanted, limits, stopper, is_ahead=is_ahead)
            return await anyio.to_thread.run_sync(work, limiter=self._workers)
        except KzgraphError as error:
            return contents.failed(site, wanted, error)
        except RuntimeError:  # a fault in the worker, whose traceback went to standard error
            return contents.refused(site, wanted, 500, _FAULT)
        finally:
            limits.waiting -= 1


_ALLOWED = {"Allow": "GET, HEAD"}
_LATER = {"Retry-After": "3"}
_GONE = Reply("", TEXT, 499)  # which nobody reads


async def _until_gone(request: Request) -> None:
    """Waits until the client has closed its connection; its body has been read."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _too_many(site: Site, wanted: PageRequest) -> Reply:
    told = "too many questions are waiting here"
    return contents.refused(site, wanted, 429, told, "ask again in a few seconds", headers=_LATER)


def _in_worker(site: Site, wanted: PageRequest, limits: Limits, stopper: Stopper, *, is_ahead: bool = False) -> Reply:
    given = (site, wanted, limits.seconds, is_ahead)
    return in_worker(_work, *given, seconds=limits.seconds, memory=limits.memory, stopper=stopper)


def _work(site: Site, wanted: PageRequest, seconds: float, is_ahead: bool) -> Reply:
    if is_ahead and CAN_FORK:
        os.nice(_NICE)  # who asks goes first
    site.reopen()
    return contents.reply(site, wanted, seconds).sealed()


async def _sent(request: Request, pairs: list[tuple[str, str]]) -> Sent:
    """What was sent to the endpoint; a worker reads it, since a long query takes time."""
    content = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method == "POST":
        return Sent("POST", tuple(pairs), content or FORM, await _body(request))
    return Sent("GET", tuple(pairs), content, b"")


async def _body(request: Request) -> bytes:
    """The body of a request; raises :class:`Refusal` for one that is too large, late or not whole."""
    if (whole_number(request.headers.get("content-length", "")) or 0) > _LARGEST:
        raise Refusal(413, "the body is too large")
    pieces, size = [], 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for piece in request.stream():
                pieces.append(piece)
                size += len(piece)
                if size > _LARGEST:
                    raise Refusal(413, "the body is too large")
    except ClientDisconnect as gone:
        raise Refusal(400, "the body breaks off in the middle") from gone
    except TimeoutError as late:
        raise Refusal(408, f"the body did not come within {BODY_SECONDS:g} s") from late
    return b"".join(pieces)


def _response(request: Request, reply: Reply) -> Response:
    headers = {**HEADERS, **reply.headers, "ETag": reply.tag}
    headers["Vary"] = ", ".join(dict.fromkeys([*filter(None, [reply.headers.get("Vary", "")]), "Accept-Encoding"]))
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if reply.status == 200 and reply.tag in known and request.method in {"GET", "HEAD"}:
        return Response(status_code=304, headers=headers)
    takes_gzip = re.search(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))", request.headers.get("accept-encoding", ""))
    if reply.status >= 400:
        headers["Cache-Control"] = "no-store"
    media = reply.media + ("" if reply.media in {"application/json", "application/ld+json"} else "; charset=utf-8")
    packed = reply.packed if takes_gzip else None
    if packed is not None:
        return Response(packed, reply.status, {**headers, "Content-Encoding": "gzip"}, media)
    if not reply.known_tag:
        return Response(reply.body, reply.status, headers, media)
    return StreamingResponse(_sent_on(reply), reply.status, {**headers, "Content-Length": str(reply.length)}, media)


async def _sent_on(reply: Reply) -> AsyncIterator[bytes]:
    for piece in reply.pieces():
        yield piece
