"""The SPARQL 1.1 Protocol: what a request asks, and its answer in a format that the client takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qsl

from kzgraph.answers.queries.dataset_clauses import with_dataset
from kzgraph.answers.queries.sparql import own_place, refuse_unsafe, with_prefixes
from kzgraph.answers.shown.rdf import graph_text
from kzgraph.answers.shown.results import as_csv, as_json, as_tsv, as_xml
from kzgraph.errors import LimitReached, SyntaxProblem, UsageError
from kzgraph.files.tokens import query_form
from kzgraph.namespaces import IRI
from kzgraph.site.pages import Site
from kzgraph.site.server.negotiation import preferred
from kzgraph.site.server.replies import JSON, TEXT, Reply, Sent
from kzgraph.stores.disk.embedded import EmbeddedStore
from kzgraph.terms import Answer, Graph, Rows, Truth

RESULTS = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    JSON: "json",
    "application/xml": "xml",
}
GRAPHS = {
    "text/turtle": "turtle",
    "application/n-triples": "ntriples",
    "application/ld+json": "jsonld",
    TEXT: "ntriples",
}
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
MOST_ROWS = 100_000
_DATASET = {"default-graph-uri": "FROM", "named-graph-uri": "FROM NAMED"}
_OF_UPDATES = {"using-graph-uri", "using-named-graph-uri"}


@dataclass(frozen=True)
class Refusal(Exception):
    """A request that is no request of the protocol: the status, and the sentence that says why."""

    status: int
    message: str


def query_of(sent: Sent) -> str | None:
    """The query of a request (SPARQL 1.1 Protocol, section 2.1); None if a GET has none.

    The graphs that the request names stand in the query, in the place of those that the query named (section 2.1.4).
    Raises :class:`Refusal`.
    """
    method, content, body = sent.method, sent.content, sent.body
    pairs = list(sent.pairs)
    if method == "POST" and content == FORM:
        if any(name == "query" for name, _ in pairs):
            raise Refusal(400, "the query stands in the body, and in the address too")
        pairs += parse_qsl(_text(body), keep_blank_values=True)
    names = {name for name, _ in pairs}
    if "update" in names or content == UPDATE or names & _OF_UPDATES:
        raise Refusal(403, "this endpoint only reads: updates are refused")
    graphs = [(_DATASET[name], iri) for name, iri in pairs if name in _DATASET]
    if method == "POST" and content == QUERY:
        if "query" in names:
            raise Refusal(400, "the query stands in the body, and in the address too")
        return _asked_of(_text(body), graphs)
    if method == "POST" and content != FORM:
        raise Refusal(415, f"the body must be {FORM} or {QUERY}")
    queries = [value for name, value in pairs if name == "query"]
    if len(queries) > 1:
        raise Refusal(400, "the request has more than one query")
    if (method == "POST" or graphs) and not queries:
        raise Refusal(400, "the request has no query")
    return _asked_of(queries[0], graphs) if queries else None


def _asked_of(query: str, graphs: Sequence[tuple[str, str]]) -> str:
    """A query that is asked of the graphs that a request names."""
    wrong = next((iri for _, iri in graphs if not IRI.match(iri)), None)
    if wrong is not None:
        raise Refusal(400, f"“{wrong}” is no absolute IRI, by which a graph is named")
    return with_dataset(query, graphs)


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal(400, "the body is not UTF-8") from None


def answer(site: Site, query: str, accept: str, seconds: float) -> Reply:
    """The answer of a query in a format that the client takes.

    Raises the errors of asking; 406 is a reply, made before the query is asked.
    """
    refuse_unsafe(query)
    is_graph = query_form(query) in {"CONSTRUCT", "DESCRIBE"}
    offered = GRAPHS if is_graph else RESULTS
    media = preferred(accept, [*offered])
    if not media:
        told = f"the answer comes as {', '.join(offered)}"
        return Reply(f"Not acceptable: {told}.\n", TEXT, 406, {"Vary": "Accept"})
    if offered[media] == "json" and isinstance(site.reader.store, EmbeddedStore):
        with _asked(site, query) as sent:
            written = site.reader.store.rows_as_json(sent, timeout=seconds, limit=MOST_ROWS)
        if written is not None:
            return Reply(data=written, media=media, headers={"Vary": "Accept"})
    found = ask(site, query, seconds)
    if isinstance(found, Truth) and offered.get(media) in {"csv", "tsv"}:
        return Reply(f"{str(found.value).lower()}\n", media, headers={"Vary": "Accept"})
    return Reply(_text_of(found, offered[media], site), media, headers={"Vary": "Accept"})


def ask(site: Site, query: str, seconds: float) -> Answer:
    """The answer of a query, with the project's prefixes; raises :class:`LimitReached` for one that is too long.

    The place of a syntax error is that in the query without them.
    """
    with _asked(site, query) as sent:
        found = site.reader.store.query(sent, timeout=seconds, limit=MOST_ROWS)
    if isinstance(found, Rows | Graph) and found.cut:
        raise LimitReached(f"the answer has more than {MOST_ROWS:,} rows", hint="add LIMIT and OFFSET")
    return found


@contextmanager
def _asked(site: Site, query: str) -> Iterator[str]:
    """A query as the store is asked it: with prefixes; its syntax errors have their place without them."""
    if not query.strip():
        raise UsageError("there is no query")
    sent = with_prefixes(query, site.project.prefixes)
    try:
        yield sent
    except SyntaxProblem as problem:
        place = own_place(problem.place, query, sent)
        raise SyntaxProblem(problem.message, place=place, hint=problem.hint) from problem


def _text_of(found: Answer, form: str, site: Site) -> str:
    if isinstance(found, Graph):
        return graph_text(found, form, site.project.prefixes)
    if form == "xml":
        return as_xml(found)
    if form == "json" or isinstance(found, Truth):
        return as_json(found)
    return (as_csv if form == "csv" else as_tsv)(found)
