"""What a SPARQL server sends → plain answers, the same from every engine; answers that are cut off are recognised."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache

import pyoxigraph as ox

from kzgraph.errors import LimitReached, StoreError
from kzgraph.namespaces import XSD
from kzgraph.stores.disk.embedded import term_of
from kzgraph.terms import Graph, Row, Rows, Term, Truth
from kzgraph.walls.isolation import mentions_service

_ASK_COLUMN = "__ASK_RETVAL"  # Virtuoso's answer to an ASK that it has worked out beforehand
_VIRTUOSO_NODE = re.compile(rb'("type": "bnode", "value": ")nodeID://')  # no name of a blank node by the standard
_HEAD = ox.NamedNode("urn:x")
_SHOWN = 5  # variables that are told
_LONGEST_COUNT = 18  # digits
_MOST_VARIABLES = 1_000
_VARIABLES = re.compile(rb'"vars"\s*:\s*\[((?:[^"\]]|"(?:[^"\\]|\\.)*")*)')


def rows_or_truth(content: bytes, limit: int | None, asked: bool) -> Rows | Truth:
    """The answer in SPARQL results JSON; ``asked`` says that the query was an ASK.

    Raises :class:`LimitReached` for an answer that ends in the middle, :class:`StoreError` for another text.
    """
    content = _VIRTUOSO_NODE.sub(rb"\1", content)
    _refuse_many_variables(content)
    try:
        parsed = ox.parse_query_results(content, ox.QueryResultsFormat.JSON)
        if isinstance(parsed, ox.QueryBoolean):
            json.loads(content)  # the parser stops at the value
            return Truth(bool(parsed))
        assert isinstance(parsed, ox.QuerySolutions)
        names = [v.value for v in parsed.variables]
        rows: list[Row] = _in_normal_form([tuple(map(term_of, row)) for row in parsed])
    except (SyntaxError, ValueError, RecursionError, AssertionError) as error:
        raise _unreadable(content, error) from error
    if asked and names == [_ASK_COLUMN]:
        return Truth(any(t is not None and t.value in {"1", "true"} for row in rows for t in row))
    return Rows(names, rows[:limit], limit is not None and len(rows) > limit)


def refuse_other_variables(text: str, answer: Rows) -> None:
    """Raises :class:`StoreError` for rows that have other variables than a query selects: they answer something else.

    A query with words of one engine alone, which Oxigraph does not read, and one with SERVICE are not looked at.
    """
    selected = _selected(text)
    if selected is not None and selected != {*answer.columns}:
        told = ", ".join(f"?{name}" for name in answer.columns[:_SHOWN]) or "none"
        raise StoreError(
            f"the server's answer has other variables than the query selects: {told}",
            hint="ask the server itself; something between it and here may answer in its place",
        )


@lru_cache(maxsize=256)
def _selected(text: str) -> frozenset[str] | None:
    """The variables that a SELECT gives, as an engine without data finds them; None if it does not read the query."""
    if mentions_service(text):
        return None
    try:
        found = ox.Store().query(text)
    except (SyntaxError, OSError, RuntimeError, ValueError):
        return None
    return frozenset(v.value for v in found.variables) if isinstance(found, ox.QuerySolutions) else None


def whole_number(term: Term | None) -> int:
    """A count that a server gives; raises :class:`StoreError` for what is none."""
    if term is None or not term.value.isascii() or not term.value.isdecimal() or len(term.value) > _LONGEST_COUNT:
        told = "nothing" if term is None else term.value[:_LONGEST_COUNT]
        raise StoreError(f"the server counts {told!r} triples, which is no number of them")
    return int(term.value)


def triples(content: bytes, limit: int | None) -> Graph:
    """The answer in N-Triples; raises the errors of :func:`not_triples`."""

    try:
        quads = ox.parse(content, ox.RdfFormat.N_TRIPLES)
        found = _in_normal_form([(term_of(q.subject), term_of(q.predicate), term_of(q.object)) for q in quads])
    except SyntaxError as error:
        raise not_triples(error, content[-1:]) from error
    return Graph(found[:limit], limit is not None and len(found) > limit)  # type: ignore[arg-type]  # no part is unbound


def not_triples(error: SyntaxError, last: bytes, place: str = "") -> StoreError | LimitReached:
    """The error of an answer that is not N-Triples, by its last byte: one that ends inside a line breaks off there."""
    if last not in {b"", b"\n"}:
        return LimitReached("the server's answer breaks off in the middle", place=place)
    return StoreError(f"the server's answer is not N-Triples: {error}", place=place)


def normal(quads: Iterable[ox.Quad] | Iterable[ox.Triple]) -> ox.Store:
    """Triples in memory, with values written the one way that Oxigraph writes them (``24.0`` and ``24`` are one)."""
    store = ox.Store()
    store.bulk_extend(ox.Quad(q.subject, q.predicate, q.object) for q in quads)
    return store


def refuse_partial(headers: dict[str, str], count: int | None) -> None:
    """Raises :class:`LimitReached` if the headers of an answer say that it is only a part."""
    most = headers.get("x-sparql-maxrows", "")
    if most.isdecimal() and len(most) <= _LONGEST_COUNT and (count is None or count >= int(most)):
        raise LimitReached(
            f"the server cut its answer after {most} rows; the answer is not whole",
            hint="ask for less, or raise the server's limit (Virtuoso: ResultSetMaxRows)",
        )
    message = headers.get("x-sql-message", "").lower()
    if headers.get("x-sql-state", "") == "S1TAT" or "incomplete" in message or "anytime" in message:
        raise LimitReached(
            "the server stopped at its own time limit and sent a part of the answer",
            hint="ask for less, or raise the server's limit (Virtuoso: MaxQueryExecutionTime)",
        )


def _unreadable(content: bytes, error: Exception) -> StoreError | LimitReached:
    if content.lstrip()[:1] == b"{" and _ends_early(content):
        return LimitReached(
            "the server's answer breaks off in the middle", hint="it ran out of time or memory; ask for less"
        )
    return StoreError(f"the server's answer is not SPARQL results JSON: {error}")


def _ends_early(content: bytes) -> bool:
    try:
        json.loads(content)
    except (ValueError, RecursionError):  # the second for what is nested too deeply
        return not content.rstrip().endswith(b"}") or content.count(b"{") != content.count(b"}")
    return False


def _refuse_many_variables(content: bytes) -> None:
    """Raises :class:`StoreError` for more variables than a query has: the parser takes the square of their number."""
    for found in _VARIABLES.finditer(content):
        if found[1].count(b",") >= _MOST_VARIABLES:
            raise StoreError(f"the server's answer has more than {_MOST_VARIABLES} variables")


def _in_normal_form(rows: list[Row]) -> list[Row]:
    """Rows with typed values as the embedded store writes them: of engines, one keeps ``24.0`` as ``24``, one as it is.

    All values are written at once, since a server may give many.
    """
    typed = list(dict.fromkeys(t for row in rows for t in row if t is not None and t.datatype.startswith(XSD)))
    store = ox.Store()
    literals = (ox.Literal(term.value, datatype=ox.NamedNode(term.datatype)) for term in typed)
    store.bulk_extend(ox.Quad(_HEAD, ox.NamedNode(f"urn:{n}"), value) for n, value in enumerate(literals))
    written = {typed[int(q.predicate.value[4:])]: term_of(q.object) for q in store}
    changed = {term: found for term, found in written.items() if found is not None and found != term}
    if not changed:
        return rows
    return [tuple([changed.get(t, t) if t is not None else None for t in row]) for row in rows]
