"""Remote stores: SPARQL 1.1 Protocol and Update, Graph Store HTTP Protocol, nothing engine-specific."""

from __future__ import annotations

import gzip
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from kzgraph.errors import KzgraphError, LimitReached, StoreError, SyntaxProblem
from kzgraph.files.project import Project, StoreAddress
from kzgraph.files.tokens import query_form, tokens
from kzgraph.stores import QUERY_SECONDS, Kept
from kzgraph.stores.naming import shown
from kzgraph.stores.server import answers, virtuoso
from kzgraph.stores.server.addresses import (
    ALL,
    MANIFEST,
    Credentials,
    candidates,
    is_loopback,
    named_credentials,
    services,
    split_credentials,
)
from kzgraph.stores.server.manifest import ENDED, SUBJECT, Manifest, files_line, names_load
from kzgraph.stores.server.transport import LONG, SHORT, Request, Response, Transport
from kzgraph.terms import Answer, Rows, Truth, is_nothing
from kzgraph.walls.reading import open_file
from kzgraph.walls.unfinished import temporary_folder
from kzgraph.walls.worker import within

Dataset = dict[str, list[str]]
Form = dict[str, str | list[str]]
_RESULTS = "application/sparql-results+json"
_TRIPLES = "application/n-triples"
_PROBE = "ASK { }"
_WORTH_PACKING = 16 << 10  # bytes
_LEAST = 0.001  # seconds
_BAD_REQUEST = 400
_NOT_FOUND = 404
_UNAUTHORIZED = {401, 403}
_NO_GRAPH_STORE = {400, 404, 405, 406, 415, 501}
_DOES_NOT_UNPACK = {400, 415, 500, 501}


class RemoteStore:
    """A SPARQL 1.1 server, by its addresses."""

    def __init__(self, address: StoreAddress, project: Project, credentials: Credentials | None = None) -> None:
        self.address = address
        self._project = project
        self.model = project.model
        given = named_credentials(address) if credentials is None else credentials
        given.refuse_open_road(address.query, address.update, address.graphs)
        self._http = Transport(given, address.ca_file)
        self._packs = address.gzip == "true" if address.gzip else not is_loopback(address.graphs or address.query)
        self._is_known = False
        self._default: list[str] | None = None
        self._loaded_by = ""
        self.is_unloaded = False
        self.kept: Kept | None = None
        self.check: Callable[[float | None], None] | None = None
        """Looks, before the first question, whether the store may be asked; it is given the seconds for that."""
        self._holds_anything = False
        self._named: list[str] = []

    @classmethod
    def open(cls, project: Project, store: str) -> RemoteStore:
        """The store that ``kzgraph.toml`` names, or the server behind a URL, whose usual paths are tried.

        Raises :class:`StoreError` if nothing that answers SPARQL is found there.
        """
        if project.is_named_store(store):
            return cls(project.stores[store], project)
        url, credentials = split_credentials(store)
        refused: KzgraphError | None = None
        for address in candidates(url, project.name):
            found = cls(StoreAddress(address), project, credentials)
            response = found._post(address, {"query": _PROBE}, _RESULTS, SHORT)
            if response.status in _UNAUTHORIZED:
                found._http.check(response, address)
            if response.is_success and _is_truth(response.content):
                found._find_services(response.headers.get("server", ""))
                return found
            if 300 <= response.status < 400 or response.status >= 500:
                refused = refused or _refused(found._http, response, address)
        raise refused or StoreError(
            "no SPARQL endpoint answers there",
            place=shown(url),
            hint="give a dataset's own URL, or name its addresses under [stores] in kzgraph.toml",
        )

    def query(
        self, text: str, *, timeout: float | None = None, limit: int | None = None, may_be_empty: bool = False
    ) -> Answer:
        """See :class:`kzgraph.stores.Store`. The project's merged graph at the server, if any, is the default graph.

        A query that names its dataset itself (FROM, FROM NAMED) is asked of that one. An answer that the server cut
        raises :class:`LimitReached`, and a store that holds nothing at all :class:`StoreError`, unless it may be empty.
        """
        if self.check:
            begun, check, self.check = time.monotonic(), self.check, None
            check(timeout)
            timeout = timeout and max(timeout - (time.monotonic() - begun), 0.001)
        answer = self._ask(text, self._dataset(text, timeout), timeout, limit)
        self._refuse_change(timeout)
        if not may_be_empty and is_nothing(answer):
            self._refuse_empty(timeout)
        return answer

    def counts(self, base: str = "", timeout: float | None = None) -> dict[str, int]:
        """How many triples each named graph holds whose name begins with ``base``, in the order of the names."""
        text = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } "
        if base:
            text += f'FILTER (STRSTARTS(STR(?g), "{base}")) '
        answer = self._ask(text + "} GROUP BY ?g", {}, timeout or LONG, None)
        assert isinstance(answer, Rows)
        if any(graph and graph.kind != "uri" for graph, _ in answer.rows):
            raise StoreError("the server names a graph by what is no IRI", place=shown(self.address.query))
        return dict(sorted((g.value, answers.whole_number(n)) for g, n in answer.rows if g and n))

    def refuse_unfinished(self) -> None:
        """Raises :class:`StoreError` if a load has begun and not ended, or began since the store was first asked."""
        self._default_graphs()
        self._refuse_change(None)

    def holds_load(self, timeout: float | None = None) -> bool:
        """Whether it holds a load that has ended; raises :class:`StoreError` for one that was only begun."""
        self._default_graphs(timeout)
        return bool(self._loaded_by)

    def is_load_of(self, files: str, timeout: float | None = None) -> bool:
        """Whether what it holds is a load of all files, of which this is the digest."""
        stated = f"?manifest <{ENDED}> <{self._loaded_by}> . {files_line(files)}"
        return self.holds(self._project.graph_base + MANIFEST, stated, timeout)

    def manifest(self, timeout: float | None = None) -> Manifest:
        """What the load left about itself; raises :class:`StoreError` if it is another than when it was first asked."""
        found = self.last_manifest(timeout)
        if found is None or found.load != self._loaded_by:
            raise _changed()
        return found

    def last_manifest(self, timeout: float | None = None) -> Manifest | None:
        """What the last load left about itself; None if there was none, or another has begun."""
        text = f"SELECT ?s ?p ?o WHERE {{ GRAPH <{self._project.graph_base + MANIFEST}> {{ ?s ?p ?o }} }}"
        found = self._ask(text, {}, timeout or LONG, None)
        return Manifest.read(found.rows) if isinstance(found, Rows) else None

    def holds(self, graph: str, pattern: str, timeout: float | None = None) -> bool:
        """Whether a named graph holds a triple that fits a pattern, in SPARQL."""
        found = self._ask(f"ASK {{ GRAPH <{graph}> {{ {pattern} }} }}", {}, timeout, None)
        return isinstance(found, Truth) and found.value

    def loaded_bases(self) -> list[str]:
        """How the names of the graphs begin of all projects that were loaded into it."""
        found = self._ask(f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ <{SUBJECT}> ?p ?o }} }}", {}, LONG, None)
        names = [g.value for (g,) in found.rows if g] if isinstance(found, Rows) else []
        return [name.removesuffix(MANIFEST) for name in names if name.endswith(f"/{MANIFEST}")]

    def put(self, graph: str, file: Path) -> None:
        """Replaces a named graph by a file of N-Triples, which is sent piece by piece; raises :class:`StoreError`."""
        url = self._graphs_address()
        if self._http.has_credentials and not self._is_known:  # settles the way before anything large is sent
            self._http.status(Request("GET", url, {"graph": graph}))
            self._is_known = True
        if self._packs and file.stat().st_size > _WORTH_PACKING:
            response = self._put_packed(graph, file, url)
            if response.status not in _DOES_NOT_UNPACK:
                self._http.check(response, url)
                return
            self._packs = False
        response = self._http.send(Request("PUT", url, {"graph": graph}, file=file, content_type=_TRIPLES), LONG)
        self._http.check(response, url)

    def delete(self, graph: str) -> None:
        """Removes a named graph; one that is not there is no error."""
        url = self._graphs_address()
        response = self._http.send(Request("DELETE", url, {"graph": graph}), LONG)
        if response.status != _NOT_FOUND:
            self._http.check(response, url)

    def update(self, text: str) -> None:
        """Runs a SPARQL update that may be repeated without harm; raises :class:`StoreError`."""
        if not self.address.update:
            raise StoreError("the store has no update address", hint="name `update` under [stores] in kzgraph.toml")
        request = Request("POST", self.address.update, form={"update": text})
        self._http.check(self._http.send(request, LONG), self.address.update)

    def fetch(self, graph: str, target: Path) -> None:
        """Writes the triples of a named graph (``""``: the default graph) into a file of N-Triples.

        A server without a graph store is asked by a query instead.
        """
        text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {_all_of(graph)} }}"
        request = Request("POST", self.address.query, form={"query": text}, accept=_TRIPLES)
        if self.address.graphs:
            params = {"graph": graph} if graph else {"default": ""}
            request = Request("GET", self.address.graphs, params, accept=_TRIPLES)
        if virtuoso.is_virtuoso(self._fetch(request, target)):
            self._fetch_rest(graph, text, target)

    def _fetch(self, request: Request, target: Path) -> dict[str, str]:
        response = self._http.fetch(request, LONG, target)
        if response.status == _NOT_FOUND and "graph" in request.params:
            raise StoreError(
                f"there is no graph <{request.params['graph']}> (HTTP {_NOT_FOUND})",
                place=shown(request.url),
                hint="if it was there a moment ago, a load is under way: try again",
            )
        self._http.check(response, request.url)
        self._refuse_open_end(response, request.url)
        answers.refuse_partial(response.headers, None)
        return response.headers

    def _fetch_rest(self, graph: str, text: str, target: Path) -> None:
        """Fetches a graph by pages if the server cut it; raises :class:`LimitReached` if it does not come whole."""
        counted = self._ask(f"SELECT (COUNT(*) AS ?n) WHERE {{ {_all_of(graph)} }}", {}, LONG, None)
        assert isinstance(counted, Rows)
        whole = answers.whole_number(counted.rows[0][0]) if counted.rows else 0
        page = held = sum(1 for _ in virtuoso.lines(target))
        if held >= whole:
            return
        part, seen, begin = target.with_suffix(".part"), set[int](), 0
        with target.open("wb") as file:
            while page and begin < whole:
                query: Form = {"query": f"{text} LIMIT {page} OFFSET {begin}"}
                self._fetch(Request("POST", self.address.query, form=query, accept=_TRIPLES), part)
                for line in virtuoso.lines(part):
                    seen.add(hash(line))
                    file.write(line)
                begin += page
        part.unlink(missing_ok=True)
        if len(seen) != whole:
            raise LimitReached(
                f"the server gave {len(seen)} of {whole} triples of a graph",
                place=shown(self.address.query),
                hint="raise the server's limit (Virtuoso: ResultSetMaxRows)",
            )

    def _ask(self, text: str, dataset: Dataset, timeout: float | None, limit: int | None) -> Answer:
        form, url, seconds = query_form(text), self.address.query, timeout or QUERY_SECONDS
        end = time.monotonic() + seconds
        accept = _TRIPLES if form in {"CONSTRUCT", "DESCRIBE"} else _RESULTS
        response = self._post(url, {"query": text, **dataset}, accept, seconds)
        if response.status == _BAD_REQUEST:
            raise SyntaxProblem(f"the server does not accept the query: {self._http.told(response)}")
        self._http.check(response, url)
        if accept == _TRIPLES:
            self._refuse_open_end(response, url)
            answers.refuse_partial(response.headers, None)
            self._refuse_cut_triples(text, dataset, response, seconds)
            with within(max(end - time.monotonic(), _LEAST)):  # reading what a stranger sends takes time, too
                return answers.triples(response.content, limit)
        with within(max(end - time.monotonic(), _LEAST)):
            answer = answers.rows_or_truth(response.content, None, form == "ASK")
        if isinstance(answer, Truth):
            answers.refuse_partial(response.headers, 0)
            return answer
        answers.refuse_partial(response.headers, len(answer.rows))
        answers.refuse_other_variables(text, answer)
        return Rows(answer.columns, answer.rows[:limit], limit is not None and len(answer.rows) > limit)

    def _post(self, url: str, form: Form, accept: str, seconds: float) -> Response:
        return self._http.send(Request("POST", url, form=form, accept=accept), seconds)

    def _put_packed(self, graph: str, file: Path, url: str) -> Response:
        with temporary_folder() as folder:
            packed = Path(folder, "graph.nt.gz")
            with open_file(file) as source, gzip.open(packed, "wb", compresslevel=1) as target:
                shutil.copyfileobj(source, target)
            request = Request("PUT", url, {"graph": graph}, file=packed, packed=True, content_type=_TRIPLES)
            return self._http.send(request, LONG)

    def _refuse_open_end(self, response: Response, url: str) -> None:
        """Raises :class:`StoreError` for triples without a sign of their end: a part looks like the whole."""
        if not response.is_delimited:
            raise StoreError(
                "the server does not say how long its answer is, so that a part could be taken for the whole",
                place=shown(url),
                hint="ask without the proxy in between, or use HTTP/1.1",
            )

    def _refuse_cut_triples(self, text: str, dataset: Dataset, response: Response, seconds: float) -> None:
        """Raises :class:`LimitReached` if Virtuoso cut the rows that the triples were made of."""
        if virtuoso.is_virtuoso(response.headers) and query_form(text) == "CONSTRUCT":
            form: Form = {"query": virtuoso.as_rows(text), **dataset}
            rows = self._post(self.address.query, form, _RESULTS, seconds)
            self._http.check(rows, self.address.query)
            answers.refuse_partial(rows.headers, None)

    def _dataset(self, text: str, timeout: float | None) -> Dataset:
        """The graphs that a query is asked of: the merged one, and each of its own where it names GRAPH.

        None where it names them itself: the protocol's parameters would take their place (SPARQL 1.1 Protocol, 2.1.4).
        """
        words = {token.word for token in tokens(text)}
        if "FROM" in words:
            return {}
        default = self._default_graphs(timeout)
        if not default or "GRAPH" not in words:
            return {"default-graph-uri": default} if default else {}
        self._named = self._named or list(self.counts(self._project.graph_base, timeout))
        named = [g for g in self._named if g.removeprefix(self._project.graph_base) not in {ALL, MANIFEST}]
        return {"default-graph-uri": default, "named-graph-uri": named}

    def _default_graphs(self, timeout: float | None = None) -> list[str]:
        if self._default is None:
            base = self._project.graph_base
            text = f"SELECT ?load WHERE {{ GRAPH <{base + MANIFEST}> {{ ?manifest <{ENDED}> ?load }} }}"
            found = self._ask(text, {}, timeout, None)
            if isinstance(found, Rows) and found.rows and (load := found.rows[0][0]):
                if not names_load(load):
                    told = "the store names its load by what is no IRI"
                    raise StoreError(told, place=shown(self.address.query), hint="run `kzgraph load` again")
                self._loaded_by, self._default = load.value, [base + ALL]
            elif any(self.holds(base + name, "?s ?p ?o", timeout) for name in (ALL, MANIFEST)):
                raise StoreError(
                    "a load into this store was begun and has not ended", hint="wait, or run `kzgraph load` again"
                )
            else:
                there = list(self.counts(base, timeout))
                if {base + ALL, base + MANIFEST}.intersection(there):
                    raise _changed()
                self._default = there
        return self._default

    def _refuse_change(self, timeout: float | None) -> None:
        """Raises :class:`StoreError` if a load began since the store was first asked: the answer may mix two states."""
        manifest = self._project.graph_base + MANIFEST
        if self._loaded_by and not self.holds(manifest, f"?manifest <{ENDED}> <{self._loaded_by}>", timeout):
            raise _changed()

    def _refuse_empty(self, timeout: float | None) -> None:
        """Raises :class:`StoreError` for a store that holds nothing: it was never filled, or a replica is behind."""
        if not self._loaded_by and not self._holds_anything:
            found = self._ask("ASK { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }", {}, timeout, None)
            if found == Truth(False):
                raise StoreError(
                    "the store holds nothing",
                    place=shown(self.address.query),
                    hint="fill it: `kzgraph load --store …`; a replica that has not caught up yet: ask again later",
                )
            self._holds_anything = True
        if not self._loaded_by and self.holds(self._project.graph_base + MANIFEST, "?s ?p ?o", timeout):
            raise _changed()

    def _find_services(self, software: str) -> None:
        tried = services(self.address.query, software, self._http.has_credentials)
        if len(tried) > 1:
            tried = [t for t in tried if t[0] == "" or self._is_graph_store(t[0])]
        graphs, update = tried[0] if tried else ("", "")
        self.address = StoreAddress(self.address.query, update, graphs)

    def _is_graph_store(self, url: str) -> bool:
        return self._http.status(Request("GET", url, {"default": ""}, accept=_TRIPLES)) not in _NO_GRAPH_STORE

    def _graphs_address(self) -> str:
        if not self.address.graphs:
            raise StoreError(
                "the store has no graph store address", hint="name `graphs` under [stores] in kzgraph.toml"
            )
        return self.address.graphs


def _changed() -> StoreError:
    told = "a load into this store began or ended while it was asked"
    return StoreError(told, hint="ask again when it has ended, and all replicas have it")


def _all_of(graph: str) -> str:
    return f"GRAPH <{graph}> {{ ?s ?p ?o }}" if graph else "?s ?p ?o"


def _is_truth(content: bytes) -> bool:
    try:
        return isinstance(answers.rows_or_truth(content, None, True), Truth)
    except KzgraphError:
        return False


def _refused(http: Transport, response: Response, url: str) -> KzgraphError:
    try:
        http.check(response, url)
    except KzgraphError as error:
        return error
    raise AssertionError("the response is a refusal")
