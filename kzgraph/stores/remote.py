"""Remote stores: SPARQL 1.1 Protocol for asking, Graph Store HTTP Protocol for loading, nothing engine-specific."""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pyoxigraph as ox

from kzgraph.errors import LimitReached, StoreError, SyntaxProblem, UsageError
from kzgraph.project import Project, StoreAddress
from kzgraph.sparql import query_form
from kzgraph.stores.embedded import term_of
from kzgraph.terms import Answer, Graph, Row, Rows, Term, Truth

_RESULTS = "application/sparql-results+json"
_TRIPLES = "application/n-triples"
_LAYOUTS = (  # the usual paths below a bare URL: as given, Oxigraph server, Fuseki dataset, Virtuoso
    ("", "", ""),
    ("/query", "/update", "/store"),
    ("/query", "/update", "/data"),
    ("/sparql", "/sparql", "/sparql-graph-crud-auth"),
)
_PROBE = "ASK { }"
_CONNECT_SECONDS = 10.0
_LOAD_SECONDS = 600.0


class RemoteStore:
    """A SPARQL 1.1 server, by its addresses."""

    def __init__(self, address: StoreAddress, project: Project) -> None:
        self.address = address
        self._project = project
        self._client = httpx.Client(
            auth=_credentials(address), headers=_token(address), timeout=_CONNECT_SECONDS, follow_redirects=False
        )
        self._graphs: list[str] | None = None

    @classmethod
    def open(cls, project: Project, store: str) -> RemoteStore:
        """The store that ``kzgraph.toml`` names, or the server behind a URL, whose usual paths are tried.

        Raises :class:`StoreError` if nothing that answers SPARQL is found there.
        """
        if store in project.stores:
            return cls(project.stores[store], project)
        parts = urlsplit(store)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise UsageError(f"`{_without_password(store)}` is not an http or https URL")
        last: StoreError | None = None
        for query, update, graphs in _LAYOUTS:
            base = store.rstrip("/")
            found = cls(StoreAddress(base + query, base + update, base + graphs), project)
            try:
                if isinstance(found.query(_PROBE, timeout=_CONNECT_SECONDS), Truth):
                    return found if query else cls(_siblings(base), project)
            except (StoreError, SyntaxProblem) as error:
                last = error if isinstance(error, StoreError) else last
                if isinstance(error, StoreError) and isinstance(error.__cause__, httpx.TransportError):
                    raise
        raise StoreError(
            "no SPARQL endpoint answers there",
            place=_without_password(store),
            hint="name its addresses under [stores] in kzgraph.toml" + (f" ({last.message})" if last else ""),
        )

    def query(self, text: str, *, timeout: float | None = None, limit: int | None = None) -> Answer:
        """See :class:`kzgraph.stores.Store`. The project's graphs at the server, if any, are the default graph."""
        form = query_form(text)
        accept = _TRIPLES if form in {"CONSTRUCT", "DESCRIBE"} else _RESULTS
        data: dict[str, str | list[str]] = {"query": text}
        if text != _PROBE and (graphs := self._project_graphs()):
            data["default-graph-uri"] = graphs
        response = self._send(
            "POST", self.address.query, data=data, headers={"Accept": accept}, timeout=timeout or _CONNECT_SECONDS
        )
        if response.status_code == httpx.codes.BAD_REQUEST:
            raise SyntaxProblem(f"the server does not accept the query: {_first_line(response)}")
        self._check(response, self.address.query)
        return _triples(response, limit) if accept == _TRIPLES else _rows(response, limit)

    def put(self, graph: str, content: bytes, content_type: str = "text/turtle") -> None:
        """Replaces a named graph by a text in an RDF syntax; raises :class:`StoreError`."""
        self._graph_request("PUT", graph, content=content, headers={"Content-Type": content_type})

    def delete(self, graph: str) -> None:
        """Removes a named graph; one that is not there is no error."""
        self._graph_request("DELETE", graph)

    def content(self, graph: str) -> list[ox.Quad]:
        """The triples of a named graph."""
        headers = {"Accept": _TRIPLES}
        response = self._send(
            "GET", self.address.graphs, params={"graph": graph}, headers=headers, timeout=_LOAD_SECONDS
        )
        self._check(response, self.address.graphs)
        try:
            return list(ox.parse(response.content, ox.RdfFormat.N_TRIPLES))
        except SyntaxError as error:
            raise StoreError(f"the server's answer is not N-Triples: {error}") from error

    def count(self, graph: str) -> int:
        """How many triples a named graph holds."""
        text = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
        response = self._send("POST", self.address.query, data={"query": text}, headers={"Accept": _RESULTS})
        self._check(response, self.address.query)
        value = _rows(response, None)
        return int(value.rows[0][0].value) if isinstance(value, Rows) and value.rows and value.rows[0][0] else 0

    def graphs(self, base: str) -> list[str]:
        """The named graphs whose names begin with ``base``, in order."""
        text = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"
        response = self._send("POST", self.address.query, data={"query": text}, headers={"Accept": _RESULTS})
        self._check(response, self.address.query)
        answer = _rows(response, None)
        assert isinstance(answer, Rows)
        return [t.value for t in answer.column("g") if t and t.value.startswith(base)]

    def _project_graphs(self) -> list[str]:
        if self._graphs is None:
            self._graphs = self.graphs(self._project.graph_base)
        return self._graphs

    def _graph_request(self, method: str, graph: str, **options: object) -> None:
        if not self.address.graphs:
            raise StoreError(
                "the store has no graph store address", hint="name `graphs` under [stores] in kzgraph.toml"
            )
        response = self._send(method, self.address.graphs, params={"graph": graph}, timeout=_LOAD_SECONDS, **options)
        if method == "DELETE" and response.status_code == httpx.codes.NOT_FOUND:
            return
        self._check(response, self.address.graphs)

    def _send(self, method: str, url: str, **options: object) -> httpx.Response:
        try:
            return self._client.request(method, url, **options)  # type: ignore[arg-type]  # options of httpx
        except httpx.TimeoutException as error:
            raise LimitReached("the server did not answer in time", place=_without_password(url)) from error
        except httpx.TransportError as error:
            raise StoreError(f"the server cannot be reached: {error}", place=_without_password(url)) from error
        except httpx.InvalidURL as error:
            raise UsageError(f"`{_without_password(url)}` is not a URL: {error}") from error

    def _check(self, response: httpx.Response, url: str) -> None:
        if response.is_success:
            return
        words = {401: "the server asks for credentials", 403: "the server refuses", 404: "there is nothing there"}
        told = words.get(response.status_code, f"the server failed: {_first_line(response)}")
        raise StoreError(f"{told} (HTTP {response.status_code})", place=_without_password(url))


def _siblings(query: str) -> StoreAddress:
    """The addresses beside a query address that was given in full."""
    base, _, last = query.rpartition("/")
    if last == "sparql":
        return StoreAddress(query, query, f"{base}/sparql-graph-crud-auth")
    return StoreAddress(query, f"{base}/update", f"{base}/{'store' if base.count('/') == 2 else 'data'}")


def _credentials(address: StoreAddress) -> httpx.Auth | None:
    if not address.user_env:
        return None
    user, password = (_from_environment(n) for n in (address.user_env, address.password_env))
    return httpx.BasicAuth(user, password)


def _token(address: StoreAddress) -> dict[str, str]:
    return {"Authorization": f"Bearer {_from_environment(address.token_env)}"} if address.token_env else {}


def _from_environment(name: str) -> str:
    if name not in os.environ:
        raise UsageError(f"the environment variable {name or '(unnamed)'}, which kzgraph.toml names, is not set")
    return os.environ[name]


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _first_line(response: httpx.Response) -> str:
    return " ".join(response.text.split())[:200] or response.reason_phrase


def _rows(response: httpx.Response, limit: int | None) -> Rows | Truth:
    try:
        parsed = ox.parse_query_results(response.content, ox.QueryResultsFormat.JSON)
        if isinstance(parsed, ox.QueryBoolean):
            return Truth(bool(parsed))
        assert isinstance(parsed, ox.QuerySolutions)
        names = [v.value for v in parsed.variables]
        rows: list[Row] = [tuple(term_of(row[n]) for n in names) for row in parsed]
    except (SyntaxError, ValueError, AssertionError) as error:
        raise StoreError(f"the server's answer is not SPARQL results JSON: {error}") from error
    return Rows(names, rows[:limit], limit is not None and len(rows) > limit)


def _triples(response: httpx.Response, limit: int | None) -> Graph:
    def parsed() -> Iterator[tuple[Term, Term, Term]]:
        for quad in ox.parse(response.content, ox.RdfFormat.N_TRIPLES):
            parts = term_of(quad.subject), term_of(quad.predicate), term_of(quad.object)
            yield parts  # type: ignore[misc]  # no part of a triple is unbound

    try:
        triples = list(parsed())
    except SyntaxError as error:
        raise StoreError(f"the server's answer is not N-Triples: {error}") from error
    return Graph(triples[:limit], limit is not None and len(triples) > limit)
