"""Remote stores over HTTP: SPARQL 1.1 Protocol and Update, Graph Store HTTP Protocol, nothing engine-specific."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import httpx

from kzgraph.errors import KzgraphError, LimitReached, StoreError, SyntaxProblem, UsageError
from kzgraph.project import Project, StoreAddress
from kzgraph.sparql import query_form, tokens
from kzgraph.stores import answers
from kzgraph.stores.addresses import (
    ALL,
    MANIFEST,
    Credentials,
    candidates,
    is_loopback,
    named_credentials,
    services,
    shown,
    split_credentials,
)
from kzgraph.terms import Answer, Rows, Truth

_RESULTS = "application/sparql-results+json"
_TRIPLES = "application/n-triples"
_PROBE = "ASK { }"
_CONNECT_SECONDS = 10.0
_LOAD_SECONDS = 3600.0
_PAUSES = (0.2, 1.0, 3.0)  # seconds before a request that may be repeated is sent again
_BUSY = {429, 502, 503, 504}
_PASSING = ("deadlock", "40001")  # Virtuoso asks for a repetition in the text of a 500


class RemoteStore:
    """A SPARQL 1.1 server, by its addresses."""

    def __init__(self, address: StoreAddress, project: Project, credentials: Credentials | None = None) -> None:
        self.address = address
        self._project = project
        found = named_credentials(address) if credentials is None else credentials
        timeout = httpx.Timeout(_CONNECT_SECONDS)
        auth = _Credentials(found) if found.user or found.token else None
        self._client = httpx.Client(auth=auth, timeout=timeout, trust_env=not is_loopback(address.query))
        self._default: list[str] | None = None
        self._named: list[str] = []

    def __del__(self) -> None:
        """Closes the connections."""
        if hasattr(self, "_client"):
            self._client.close()

    @classmethod
    def open(cls, project: Project, store: str) -> RemoteStore:
        """The store that ``kzgraph.toml`` names, or the server behind a URL, whose usual paths are tried.

        Raises :class:`StoreError` if nothing that answers SPARQL is found there.
        """
        if store in project.stores:
            return cls(project.stores[store], project)
        url, credentials = split_credentials(store)
        told = ""
        for address in candidates(url, project.name):
            found = cls(StoreAddress(address), project, credentials)
            try:
                software = found._probe()
            except StoreError as error:
                if isinstance(error.__cause__, httpx.TransportError) or "credentials" in error.message:
                    raise
                told = f" ({error.message})"
                continue
            if software is not None:
                found._find_services(software, bool(credentials.user or credentials.token))
                return found
        raise StoreError(
            "no SPARQL endpoint answers there",
            place=shown(url),
            hint=f"give a dataset's own URL, or name its addresses under [stores] in kzgraph.toml{told}",
        )

    def query(self, text: str, *, timeout: float | None = None, limit: int | None = None) -> Answer:
        """See :class:`kzgraph.stores.Store`. The project's merged graph at the server, if any, is the default graph.

        An answer that the server cut raises :class:`LimitReached`.
        """
        return self._ask(text, self._dataset(text), timeout, limit)

    def counts(self, base: str = "") -> dict[str, int]:
        """How many triples each named graph holds whose name begins with ``base``, in the order of the names."""
        text = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } "
        text += f'FILTER (STRSTARTS(STR(?g), "{base}")) ' if base else ""
        answer = self._ask(text + "} GROUP BY ?g", {}, _LOAD_SECONDS, None)
        assert isinstance(answer, Rows)
        return dict(sorted((g.value, int(n.value)) for g, n in answer.rows if g and n))

    def put(self, graph: str, file: Path) -> None:
        """Replaces a named graph by a file of N-Triples, which is sent piece by piece; raises :class:`StoreError`."""
        if self._client.auth is not None:  # settles the way to authenticate before anything large is sent
            self._status(self._graphs_address(), {"graph": graph})
        headers = {"Content-Type": _TRIPLES, "Content-Length": str(file.stat().st_size)}
        self._checked(
            "PUT", self._graphs_address(), params={"graph": graph}, content=lambda: _Pieces(file), headers=headers
        )

    def delete(self, graph: str) -> None:
        """Removes a named graph; one that is not there is no error."""
        response = self._send("DELETE", self._graphs_address(), params={"graph": graph})
        if response.status_code != httpx.codes.NOT_FOUND:
            self._check(response, self._graphs_address())

    def update(self, text: str) -> None:
        """Runs a SPARQL update that may be repeated without harm; raises :class:`StoreError`."""
        if not self.address.update:
            raise StoreError("the store has no update address", hint="name `update` under [stores] in kzgraph.toml")
        self._checked("POST", self.address.update, data={"update": text})

    def fetch(self, graph: str, target: Path) -> None:
        """Writes the triples of a named graph (``""``: the default graph) into a file of N-Triples."""
        params = {"graph": graph} if graph else {"default": ""}
        url = self._graphs_address()
        with _in_words(url):
            options: dict[str, Any] = {"params": params, "headers": {"Accept": _TRIPLES}, "timeout": _LOAD_SECONDS}
            with self._client.stream("GET", url, **options) as response, target.open("wb") as file:
                if not response.is_success:
                    response.read()
                    self._check(response, url)
                for piece in response.iter_bytes():
                    file.write(piece)

    def _ask(self, text: str, dataset: dict[str, list[str]], timeout: float | None, limit: int | None) -> Answer:
        form = query_form(text)
        accept = _TRIPLES if form in {"CONSTRUCT", "DESCRIBE"} else _RESULTS
        response = self._send(
            "POST",
            self.address.query,
            data={"query": text, **dataset},
            headers={"Accept": accept},
            timeout=timeout or _CONNECT_SECONDS,
        )
        if response.status_code == httpx.codes.BAD_REQUEST:
            raise SyntaxProblem(f"the server does not accept the query: {_first_line(response)}")
        self._check(response, self.address.query)
        headers = {k.lower(): v for k, v in response.headers.items()}
        if accept == _TRIPLES:
            answers.refuse_partial(headers, None)
            return answers.triples(response.content, limit)
        answer = answers.rows_or_truth(response.content, None, form == "ASK")
        if isinstance(answer, Truth):
            return answer
        answers.refuse_partial(headers, len(answer.rows))
        return Rows(answer.columns, answer.rows[:limit], limit is not None and len(answer.rows) > limit)

    def _dataset(self, text: str) -> dict[str, list[str]]:
        """The graphs that a query is asked of: the merged one, and each of its own where it names GRAPH."""
        if self._default is None:
            base = self._project.graph_base
            if self._holds(base + MANIFEST):
                self._default = [base + ALL]
            elif self._holds(base + ALL):
                raise StoreError(
                    "a load into this store was begun and has not ended", hint="wait, or run `kzgraph load` again"
                )
            else:
                self._default = list(self.counts(base))
        if not self._default or all(token.word != "GRAPH" for token in tokens(text)):
            return {"default-graph-uri": self._default} if self._default else {}
        self._named = self._named or list(self.counts(self._project.graph_base))
        named = [g for g in self._named if g.removeprefix(self._project.graph_base) not in {ALL, MANIFEST}]
        return {"default-graph-uri": self._default, "named-graph-uri": named}

    def _holds(self, graph: str) -> bool:
        found = self._ask(f"ASK {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}", {}, None, None)
        return isinstance(found, Truth) and found.value

    def _probe(self) -> str | None:
        """The name of the server's software, if it answers SPARQL here; else None."""
        response = self._send("POST", self.address.query, data={"query": _PROBE}, headers={"Accept": _RESULTS})
        if response.status_code in {401, 403}:
            self._check(response, self.address.query)
        if not response.is_success:
            return None
        try:
            answered = answers.rows_or_truth(response.content, None, True)
        except KzgraphError:
            return None
        return response.headers.get("server", "") if isinstance(answered, Truth) else None

    def _find_services(self, software: str, with_credentials: bool) -> None:
        update, tried = services(self.address.query, software, with_credentials)
        graphs = tried[0]
        for address in tried if len(tried) > 1 else []:
            if self._status(address, {"default": ""}) not in {400, 404, 405}:
                graphs = address
                break
        self.address = StoreAddress(self.address.query, update, graphs)

    def _status(self, url: str, params: dict[str, str]) -> int:
        """The status of a GET whose body is not awaited; HEAD is answered wrongly by some."""
        with _in_words(url), self._client.stream("GET", url, params=params) as response:
            return response.status_code

    def _graphs_address(self) -> str:
        if not self.address.graphs:
            raise StoreError(
                "the store has no graph store address", hint="name `graphs` under [stores] in kzgraph.toml"
            )
        return self.address.graphs

    def _checked(self, method: str, url: str, **options: Any) -> None:
        self._check(self._send(method, url, timeout=_LOAD_SECONDS, **options), url)

    def _send(
        self, method: str, url: str, *, content: Callable[[], Any] | None = None, **options: Any
    ) -> httpx.Response:
        """The response to a request that may be repeated, as all here may: it is, while the server is busy or away."""
        for pause in (*_PAUSES, None):
            try:
                with _in_words(url):
                    body = content() if content else None
                    response = self._client.request(method, url, content=body, **options)
            except StoreError as error:
                refused = isinstance(error.__cause__, httpx.ConnectError)
                if pause is None or not isinstance(error.__cause__, httpx.NetworkError) or refused:
                    raise
            else:
                passing = response.status_code == 500 and any(w in response.text.lower() for w in _PASSING)
                if pause is None or not (passing or response.status_code in _BUSY):
                    return response
                pause = max(pause, min(_seconds(response.headers.get("retry-after", "")), 30.0))
            time.sleep(pause)
        raise AssertionError("the last turn returns or raises")

    def _check(self, response: httpx.Response, url: str) -> None:
        if response.is_success:
            return
        words = {401: "the server asks for credentials", 403: "the server refuses", 404: "there is nothing there"}
        told = words.get(response.status_code, f"the server failed: {_first_line(response)}")
        hint = ""
        if response.status_code in {401, 403}:
            hint = "set the variables that kzgraph.toml names for the store, or KZGRAPH_STORE_USER and _PASSWORD"
        elif response.is_redirect:
            told, hint = "the server is elsewhere", f"use {shown(response.headers.get('location', ''))}"
        raise StoreError(f"{told} (HTTP {response.status_code})", place=shown(url), hint=hint)


class _Credentials(httpx.Auth):
    """Answers the challenge of a server: digest or basic; a bearer token is sent with each request."""

    def __init__(self, credentials: Credentials) -> None:
        self._given = credentials
        self._way: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """One request, sent again with credentials if the server asks for them."""
        if self._given.token:
            request.headers["Authorization"] = f"Bearer {self._given.token}"
            yield request
            return
        if self._way is None:
            response = yield request
            if response.status_code != httpx.codes.UNAUTHORIZED:
                return
            digest = "digest" in response.headers.get("www-authenticate", "").lower()
            kind = httpx.DigestAuth if digest else httpx.BasicAuth
            self._way = kind(self._given.user, self._given.password)
        yield from self._way.auth_flow(request)


class _Pieces:
    """The bytes of a file, which can be read more than once: a request may have to be repeated."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __iter__(self) -> Iterator[bytes]:
        with self._file.open("rb") as source:
            while piece := source.read(1 << 18):
                yield piece


@contextlib.contextmanager
def _in_words(url: str) -> Iterator[None]:
    try:
        yield
    except httpx.TimeoutException as error:
        raise LimitReached("the server did not answer in time", place=shown(url)) from error
    except httpx.RemoteProtocolError as error:
        if "incomplete" in str(error):
            raise LimitReached("the server's answer breaks off in the middle", place=shown(url)) from error
        raise StoreError(f"the server broke the connection: {error}", place=shown(url)) from error
    except httpx.TransportError as error:
        raise StoreError(f"the server cannot be reached: {error}", place=shown(url)) from error
    except httpx.RequestError as error:
        raise StoreError(f"the server's answer cannot be read: {error}", place=shown(url)) from error
    except httpx.InvalidURL as error:
        raise UsageError(f"`{shown(url)}` is not a URL: {error}") from error


def _seconds(text: str) -> float:
    return float(text) if text.isdecimal() else 0.0


def _first_line(response: httpx.Response) -> str:
    return " ".join(response.text.split())[:200] or response.reason_phrase
