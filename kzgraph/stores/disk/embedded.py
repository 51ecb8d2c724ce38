"""The embedded store: Oxigraph databases on disk or in memory (the one door to pyoxigraph's queries)."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import pyoxigraph as ox

from kzgraph.errors import LimitReached, StoreError, SyntaxProblem
from kzgraph.model import SHIPPED, Model
from kzgraph.stores import Kept
from kzgraph.stores.disk.query_rewriting import with_paths_of_no_length
from kzgraph.stores.threads import OutOfTime, in_thread
from kzgraph.terms import Answer, Graph, Rows, Term, Truth
from kzgraph.walls.isolation import deny_network, mentions_service

_Result = TypeVar("_Result")
_PLACE = r"error at (\d+):(\d+):? ?"
_EXPECTED = r'[A-Z]{2,}|"[^"]+"'
_LETTERS = r"\[[^\]]*\]"
_MOST_EXPECTED = 8  # words in a message: a longer list of what might stand there helps nobody
_MOST_TERMS = 50_000  # that are remembered while an answer is read, so that memory is bounded
_BETWEEN_ROWS = b"},{"  # in JSON
_LONG = 6_000  # characters of a query that may need a larger stack than this thread has


class EmbeddedStore:
    """An Oxigraph database, opened for reading."""

    def __init__(
        self, database: ox.Store, mend: Callable[[], EmbeddedStore] | None = None, folder: Path | None = None
    ) -> None:
        self._database = database
        self._mend = mend
        self.folder = folder
        """Where it was opened; None for one in memory."""
        self.model: Model = SHIPPED
        self.kept: Kept | None = None if folder is None else {}
        self.is_unloaded = False

    @property
    def database(self) -> ox.Store:
        """The database itself, for those who read it whole."""
        return self._database

    @classmethod
    def open(cls, folder: Path, mend: Callable[[], EmbeddedStore] | None = None) -> EmbeddedStore:
        """The database in a folder; raises :class:`StoreError` if there is none or it is damaged.

        ``mend`` makes another if damage shows itself only while it is asked.
        """
        if not (folder / "CURRENT").is_file():
            raise StoreError(
                "is not an Oxigraph database", place=str(folder), hint=f"fill it: `kzgraph load --store {folder}`"
            )
        try:
            return cls(ox.Store.read_only(str(folder)), mend, folder)
        except (OSError, RuntimeError, ValueError) as error:
            raise StoreError(f"cannot be opened as a database: {error}", place=str(folder)) from error

    @classmethod
    def of_quads(cls, quads: Iterable[ox.Quad]) -> EmbeddedStore:
        """A database in memory that holds these statements."""
        database = ox.Store()
        database.extend(quads)
        return cls(database)

    def query(self, text: str, *, timeout: float | None = None, limit: int | None = None) -> Answer:
        """See :class:`kzgraph.stores.Store`. The query runs in a thread for which nothing waits longer."""
        return self._guarded(lambda: self._ask(text, limit), text, timeout)

    def rows_as_json(self, text: str, *, timeout: float | None, limit: int) -> bytes | None:
        """The rows of a SELECT query in the W3C's JSON, written by the engine itself; None if it is another query.

        None too where there may be more rows than ``limit``, as :meth:`query` tells for certain. Raises as it does.
        """
        return self._guarded(lambda: self._write(text, limit), text, timeout)

    def _guarded(self, ask: Callable[[], _Result], text: str, timeout: float | None) -> _Result:
        """What comes of asking, done in a thread if it may take long.

        Oxigraph can ask other servers: a text in which SERVICE might stand gets a thread that can open no connection.
        """
        may_reach_out = mentions_service(text)
        if timeout is None and not may_reach_out and len(text) < _LONG:
            return ask()

        def asked() -> _Result:
            if may_reach_out:
                deny_network()
            try:
                return ask()
            except BaseException as error:
                _let_go(error)
                raise

        try:
            return in_thread(asked, timeout, apart=may_reach_out)
        except OutOfTime:
            raise LimitReached(
                f"the query was stopped after {timeout:g} s; there is no answer",
                hint="give it longer with --timeout, or ask for less",
            ) from None

    def _write(self, text: str, limit: int) -> bytes | None:
        """See :meth:`rows_as_json`."""
        try:
            result = self._result(text)
        except SyntaxError as error:
            raise query_problem(error) from error
        if not isinstance(result, ox.QuerySolutions):
            return None
        written = _LimitedRows(limit)
        try:
            result.serialize(written, format=ox.QueryResultsFormat.JSON)
        except (OSError, RuntimeError, ValueError):  # damage, or too many rows: the other way to ask tells which
            return None
        return written.getvalue()

    def _ask(self, text: str, limit: int | None) -> Answer:
        try:
            result: Any = self._result(text)
            if isinstance(result, ox.QuerySolutions):
                known = _Terms()
                rows = [tuple([known[term] for term in row]) for row in islice(result, limit)]
                return Rows([v.value for v in result.variables], rows, _is_cut(result, limit))
            if isinstance(result, ox.QueryTriples):
                return Graph([_triple(triple) for triple in islice(result, limit)], _is_cut(result, limit))
            return Truth(bool(result))
        except SyntaxError as error:
            raise query_problem(error) from error
        except (OSError, RuntimeError, ValueError) as error:
            if isinstance(error, RuntimeError) and self._mend:
                self._database, self._mend = self._mend()._database, None
                return self._ask(text, limit)
            raise StoreError(f"the store could not answer: {error}") from error

    def _result(self, text: str) -> Any:
        with suppress(SyntaxError):  # an error is told at its place in the text as it was asked
            completed = with_paths_of_no_length(text, lambda asked: bool(self._database.query(asked)))
            if completed != text:
                return self._database.query(completed)
        return self._database.query(text)


def _let_go(error: BaseException | None) -> None:
    """Frees what the frames of an error hold: an answer of pyoxigraph may only be dropped in the thread it came in."""
    import traceback

    while error:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__


def size(database: ox.Store, graph: ox.NamedNode | ox.DefaultGraph) -> int:
    """How many triples a graph holds."""
    pattern = "{ ?s ?p ?o }" if isinstance(graph, ox.DefaultGraph) else f"{{ GRAPH {graph} {{ ?s ?p ?o }} }}"
    found: Any = database.query(f"SELECT (COUNT(*) AS ?n) WHERE {pattern}")
    return int(next(found)["n"].value)


def with_default_graph(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """The statements, in the default graph too if all stand in named graphs, as in what ``kzgraph dump`` writes."""
    known = list(quads)
    if any(q.graph_name == ox.DefaultGraph() for q in known):
        return known
    return [*known, *(ox.Quad(q.subject, q.predicate, q.object) for q in known)]


def query_problem(error: SyntaxError) -> SyntaxProblem:
    """The error of a query that does not parse, with line and column."""
    text = str(error.msg)
    found = re.search(_PLACE, text)
    place = f"{found.group(1)}:{found.group(2)}" if found else ""
    told = " ".join(re.sub(_PLACE, "", text).split())
    if "Prefix not found" in told:
        told = "a prefix is not declared: write PREFIX name: <…> at the top"
    elif told.startswith("expected one of"):  # what the parser could take there, among it each kind of letter
        words = re.findall(_EXPECTED, re.sub(_LETTERS, "", told))
        told = f"expected {', '.join(words)}" if 0 < len(words) <= _MOST_EXPECTED else ""
    return SyntaxProblem(f"the query has a syntax error{': ' if told else ''}{told}", place=place)


def term_of(term: Any) -> Term | None:
    """The plain value of a pyoxigraph term; None for an unbound variable."""
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return Term("uri", term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return Term("literal", term.value, "", term.language)
        datatype = term.datatype.value
        return Term("literal", term.value, "" if datatype.endswith("XMLSchema#string") else datatype)
    if isinstance(term, ox.BlankNode):
        return Term("bnode", term.value)
    raise StoreError("the answer holds a triple term, which SPARQL 1.1 results cannot carry")


class _LimitedRows(io.BytesIO):
    """The JSON of an answer while it is written; it takes no more when there may be more rows than a limit."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._left, self._end = limit - 1, b""

    def write(self, data: Any, /) -> int:
        """Takes a piece; between two rows stands what is counted, which can stand in a text too."""
        piece = bytes(data)
        self._left -= (self._end + piece).count(_BETWEEN_ROWS)
        self._end = (self._end + piece)[1 - len(_BETWEEN_ROWS) :]
        if self._left < 0:
            raise OSError("there may be too many rows")
        return super().write(piece)


class _Terms(dict[Any, Term | None]):
    """The plain values of the terms of an answer: most terms come in many of its rows, and are made once."""

    def __missing__(self, term: Any) -> Term | None:
        if len(self) == _MOST_TERMS:
            self.clear()
        self[term] = found = term_of(term)
        return found


def _triple(triple: ox.Triple) -> tuple[Term, Term, Term]:
    parts = term_of(triple.subject), term_of(triple.predicate), term_of(triple.object)
    return parts  # type: ignore[return-value]  # no part of a triple is unbound


def _is_cut(rest: Iterator[Any], limit: int | None) -> bool:
    """Whether there is more than was taken of an answer."""
    return limit is not None and next(rest, None) is not None
