"""A SPARQL server inside the tests, on a free port of this machine: an Oxigraph store in memory behind HTTP.

It answers as the protocols say, at the paths that a test chooses, writes down what it was asked, and can be bent: a
test may answer in its place, ask for credentials, speak TLS or refuse packed bodies.
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import hashlib
import re
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox

TRIPLES = "application/n-triples"
ROWS = "application/sparql-results+json"


@dataclass
class Seen:
    """A request: its body unpacked, its headers with names in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def params(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def form(self) -> dict[str, list[str]]:
        return parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)

    @property
    def graph(self) -> str:
        return self.params.get("graph", [""])[0]


@dataclass
class Reply:
    """A response; ``raw`` is sent as it is, piece by piece, and the connection closed, in place of all else."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | Iterable[bytes] | None = None


@dataclass
class Imitation:
    """The server's store, its three paths (empty: it has none), and how it is bent."""

    query: str = "/query"
    update: str = "/update"
    graphs: str = "/store"
    software: str = ""
    unpacks: bool = True
    instead: Callable[[Seen], Reply | None] = lambda seen: None
    challenge: Callable[[Seen], Reply | None] = lambda seen: None
    store: ox.Store = field(default_factory=ox.Store)
    seen: list[Seen] = field(default_factory=list)
    url: str = ""

    def answered(self, seen: Seen) -> Reply:
        """The response to a request; the request is written down first."""
        self.seen.append(seen)
        return self.challenge(seen) or self.instead(seen) or self._standard(seen)

    def sent(self, method: str) -> list[str]:
        """The graphs of the requests of a method, in their order."""
        return [s.graph for s in self.seen if s.method == method]

    def _standard(self, seen: Seen) -> Reply:
        if "content-encoding" in seen.headers and not self.unpacks:
            return Reply(415, b"packed bodies are not taken")
        try:
            if seen.method == "POST" and seen.path == self.query and "query" in seen.form:
                return self._asked(seen)
            if seen.method == "POST" and seen.path == self.update and "update" in seen.form:
                self.store.update(seen.form["update"][0])
                return Reply(204)
            if seen.path == self.graphs and {"graph", "default"} & set(seen.params):
                return self._graph(seen)
        except SyntaxError as error:
            return Reply(400, str(error).encode())
        return Reply(404, b"<html><body>nothing here</body></html>", {"Content-Type": "text/html"})

    def _asked(self, seen: Seen) -> Reply:
        form = seen.form
        dataset: dict[str, Any] = {}
        if form.keys() & {"default-graph-uri", "named-graph-uri"}:
            dataset["default_graph"] = [ox.NamedNode(g) for g in form.get("default-graph-uri", [])]
            dataset["named_graphs"] = [ox.NamedNode(g) for g in form.get("named-graph-uri", [])]
        result: Any = self.store.query(form["query"][0], **dataset)
        if isinstance(result, ox.QueryTriples):
            return Reply(200, result.serialize(format=ox.RdfFormat.N_TRIPLES) or b"", {"Content-Type": TRIPLES})
        return Reply(200, result.serialize(format=ox.QueryResultsFormat.JSON) or b"", {"Content-Type": ROWS})

    def _graph(self, seen: Seen) -> Reply:
        graph = ox.NamedNode(seen.graph) if seen.graph else ox.DefaultGraph()
        held = [q.triple for q in self.store.quads_for_pattern(None, None, None, graph)]
        if seen.method == "GET":
            if seen.graph and not held:
                return Reply(404)
            return Reply(200, ox.serialize(held, format=ox.RdfFormat.N_TRIPLES) or b"", {"Content-Type": TRIPLES})
        parsed = ox.parse(seen.body, ox.RdfFormat.N_TRIPLES, rename_blank_nodes=True)
        quads = [ox.Quad(q.subject, q.predicate, q.object, graph) for q in parsed]
        self.store.clear_graph(graph)
        self.store.extend(quads)
        return Reply(204)


def of_others() -> ox.Store:
    """A store that holds something, of which queries without GRAPH see nothing."""
    store, term = ox.Store(), ox.NamedNode("urn:theirs")
    store.add(ox.Quad(term, term, term, term))
    return store


@contextlib.contextmanager
def serving(imitation: Imitation, tls: ssl.SSLContext | None = None) -> Iterator[Imitation]:
    """The server, started; its ``url`` is set."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:  # the name is http.server's
            seen = Seen(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, self._body())
            reply = imitation.answered(seen)
            if reply.raw is not None:
                self.close_connection = True
                for piece in [reply.raw] if isinstance(reply.raw, bytes) else reply.raw:
                    self.wfile.write(piece)
                return
            self.send_response_only(reply.status)
            length = {} if reply.status in {204, 304} else {"Content-Length": str(len(reply.body))}
            named = {"Server": imitation.software} if imitation.software else {}
            for name, value in {**length, **named, **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        do_POST = do_PUT = do_DELETE = do_CONNECT = do_GET  # noqa: N815  # the names are http.server's

        def _body(self) -> bytes:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            packed = self.headers.get("Content-Encoding") == "gzip"
            return gzip.decompress(body) if packed and imitation.unpacks else body

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is http.server's
            """Says nothing."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that goes away is what some tests are about."""

    server = Quiet(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    imitation.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield imitation
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def basic(user: str, password: str) -> Callable[[Seen], Reply | None]:
    """Asks for these, in the way of RFC 7617."""
    wanted = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    return lambda seen: _unless(seen.headers.get("authorization") == wanted, 'Basic realm="kz"')


def bearer(token: str) -> Callable[[Seen], Reply | None]:
    """Asks for a token, in the way of RFC 6750."""
    return lambda seen: _unless(seen.headers.get("authorization") == f"Bearer {token}", "Bearer")


def digest(user: str, password: str) -> Callable[[Seen], Reply | None]:
    """Asks for these, in the way of RFC 7616 with MD5, as Virtuoso does."""

    def asked(seen: Seen) -> Reply | None:
        given = dict(re.findall(r'(\w+)="?([^",]+)"?', seen.headers.get("authorization", "")))
        first = _md5(f"{user}:kz:{password}")
        second = _md5(f"{seen.method}:{seen.target}")
        parts = [first, "n0nce", given.get("nc", ""), given.get("cnonce", ""), "auth", second]
        fits = given.get("username") == user and given.get("response") == _md5(":".join(parts))
        return _unless(fits and given.get("uri") == seen.target, 'Digest realm="kz", nonce="n0nce", qop="auth"')

    return asked


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _unless(fits: bool, way: str) -> Reply | None:
    return None if fits else Reply(401, b"<h1>401 Unauthorized</h1>", {"WWW-Authenticate": way})
