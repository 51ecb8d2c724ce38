"""The Python API: a graph is opened, asked and checked from a script or notebook, as the command line does it.

Errors are those of :mod:`kzgraph.errors`, each with its ``exit_code``. Libraries are imported when they are needed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kzgraph.answers.asking.ask import Answered, ask, open_store
from kzgraph.answers.asking.time_limit import TimeLimited
from kzgraph.answers.queries.stored_query import StoredQuery, find_query, parse_query, readable_queries
from kzgraph.api_reading import Paths, Reading, Value, date_given, day, other_kind, paths, texts
from kzgraph.errors import UsageError
from kzgraph.files.project import Project, find_project
from kzgraph.stores import QUERY_SECONDS, Store
from kzgraph.stores.disk.cache import cache_folder
from kzgraph.stores.disk.embedded import EmbeddedStore
from kzgraph.stores.naming import as_shown
from kzgraph.terms import Graph, Truth
from kzgraph.walls.worker import within

if TYPE_CHECKING:
    import rdflib

    from kzgraph.answers.answer_tables import AnswerTable
    from kzgraph.answers.asking.as_of import View
    from kzgraph.answers.missing.missing_facts import Absence
    from kzgraph.answers.missing.new_facts import ShownFacts
    from kzgraph.answers.taking_along.brief_texts import Brief
    from kzgraph.answers.taking_along.briefs import Opened
    from kzgraph.checks.findings.finding import Report
    from kzgraph.stores.disk.snapshot import KeptStore
    from kzgraph.stores.moving.status import Status

_TEXT = "SPARQL text"


def open(  # noqa: A001  # users write kzgraph.open
    path: str | os.PathLike[str] | None = None, store: str | None = None, *, foreign: bool = False
) -> CitedGraph:
    """Opens a graph: the project in the folder ``path``, else the nearest above the working folder, else the shipped.

    ``store`` is where it is asked: a folder that ``kzgraph load`` filled, the URL of a SPARQL server, or a store that
    ``kzgraph.toml`` names; without it, the files are compiled when they have changed. A store that holds another state
    is refused when it is asked (:class:`StoreError`), unless it is ``foreign``. Raises :class:`NotAProject`.
    """
    return CitedGraph(find_project(None if path is None else Path(path)), store, foreign=foreign)


class CitedGraph(Reading):
    """An opened graph. Changes of its files are seen by the next question."""

    def __init__(
        self,
        project: Project,
        store: str | None = None,
        view: View | None = None,
        data: Sequence[Path] = (),
        foreign: bool = False,
    ) -> None:
        if foreign and store is None:
            raise UsageError("only a store can be foreign, and none is named", hint="name it: --store …")
        self.project, self._place, self._is_foreign = project, store, foreign
        self._view, self._data = view, data
        self._lasting: Store | None = None

    def __repr__(self) -> str:
        """The project, and where it is asked."""
        place = f", store={as_shown(self._place)!r}" if self._place else ""
        return f"<kzgraph {self.project.name} in {str(self.project.root)!r}{place}>"

    def at(self, *, as_of: Value | None = None, known_by: Value | None = None) -> CitedGraph:
        """The graph without facts that did not hold on ``as_of``, and without what no document said by ``known_by``.

        It is made once, when it is first asked, and does not see later changes. Raises :class:`UsageError` for what is
        no date.
        """
        from kzgraph.answers.asking.as_of import View

        view = View(day("as_of", as_of), day("known_by", known_by))
        return CitedGraph(self.project, self._place, view, self._data, foreign=self._is_foreign)

    def queries(self) -> list[StoredQuery]:
        """The stored queries, by name: each with its question, parameters and columns; a note says what is left out."""
        return readable_queries(self.project, cache_folder(self.project))

    def query(
        self,
        query: str | os.PathLike[str],
        /,
        *,
        parameters: Mapping[str, Value | None] | None = None,
        as_of: Value | None = None,
        known_by: Value | None = None,
        language: str = "en",
        timeout: float = QUERY_SECONDS,
        limit: int | None = None,
        **values: Value | None,
    ) -> AnswerTable:
        """The answer of a stored query, or of the query in a file; parameters are given by their names, None for none.

        Where a query has a parameter ``as_of`` or ``known_by``, the keyword is that parameter; else see :meth:`at`.
        ``parameters`` can name any parameter, also one that is called ``limit``. ``language`` is that of labels,
        ``timeout`` in seconds, ``limit`` the most rows.

        Raises :class:`UnknownName`, :class:`ParameterError`, :class:`InputError`, :class:`SyntaxProblem`,
        :class:`RefusedError`, :class:`LimitReached` or :class:`StoreError`.
        """
        stored = find_query(self.project, os.fspath(query), cache_folder(self.project))
        own, given = {p.name for p in stored.parameters}, dict(values)
        axes = {"as_of": as_of, "known_by": known_by}
        given |= {name: value for name, value in axes.items() if value is not None and name in own}
        view = {name: value for name, value in axes.items() if value is not None and name not in own}
        graph = self.at(**view) if view else self
        return graph._table(stored, given | dict(parameters or {}), language, timeout, limit)

    def changed(
        self,
        query: str | os.PathLike[str],
        since: Value,
        until: Value,
        /,
        *,
        known: bool = False,
        parameters: Mapping[str, Value | None] | None = None,
        language: str = "en",
        timeout: float = QUERY_SECONDS,
        **values: Value | None,
    ) -> AnswerTable:
        """What a stored query answers for ``until`` and not for ``since``, the other way, and what differs.

        The first column, ``change``, says ``new``, ``gone``, or how a row was ``before`` and is ``now``. What held on
        the dates is compared; with ``known``, what the documents said by them. For the errors see :meth:`query`.
        """
        stored = find_query(self.project, os.fspath(query), cache_folder(self.project))
        given = values | dict(parameters or {})
        answered = self.changed_answer(stored, given, since, until, known=known, timeout=timeout, language=language)
        return self._table_of(answered, given)

    def changed_answer(
        self,
        query: StoredQuery,
        given: Mapping[str, Value | None],
        since: Value,
        until: Value,
        *,
        known: bool = False,
        timeout: float = QUERY_SECONDS,
        language: str = "en",
    ) -> Answered:
        """As :meth:`changed`, for the command line and the web pages."""
        from kzgraph.answers.cells.differences import differences

        days = [date_given("since", since), date_given("until", until)]
        if days[1].is_before(days[0]):
            raise UsageError(f"{days[1].words} is before {days[0].words}", hint="give the earlier date first")
        axis = "known_by" if known else "as_of"
        has_own = axis in {p.name for p in query.parameters}
        found = []
        for date in days:
            graph = self if has_own else self.at(**{axis: date})
            values = {**given, axis: date} if has_own else given
            found.append(graph.answered(query, values, graph.opened(timeout), language=language))
        before, after = (answered.cited for answered in found)
        if before is None or after is None:
            raise other_kind(found[0].answer)
        told = differences(before, after, query.rows, days[0].words, days[1].words)
        return replace(found[1], query=query._replace(short=None, summary=told.title), cited=told, is_comparison=True)

    def sparql(
        self,
        text: str,
        *,
        parameters: Mapping[str, Value | None] | None = None,
        language: str = "en",
        timeout: float = QUERY_SECONDS,
        limit: int | None = None,
    ) -> AnswerTable:
        """The answer of a SELECT query; the project's prefixes are known. For the errors see :meth:`query`.

        ``parameters`` are values of those that a header in the text declares.
        """
        return self._table(parse_query(text, "", _TEXT), parameters or {}, language, timeout, limit)

    def ask(self, text: str, *, timeout: float = QUERY_SECONDS) -> bool:
        """The answer of an ASK query. For the errors see :meth:`query`."""
        answer = self.answered(parse_query(text, "", _TEXT), {}, self.opened(timeout)).answer
        if not isinstance(answer, Truth):
            raise other_kind(answer)
        return answer.value

    def construct(self, text: str, *, timeout: float = QUERY_SECONDS) -> rdflib.Graph:
        """The triples of a CONSTRUCT or DESCRIBE query, as a graph of rdflib. For the errors see :meth:`query`."""
        from kzgraph.stores.moving.rdflib_graph import graph_of_terms

        answer = self.answered(parse_query(text, "", _TEXT), {}, self.opened(timeout)).answer
        if not isinstance(answer, Graph):
            raise other_kind(answer)
        return graph_of_terms(answer.triples, self.project.prefixes)

    def why_not(
        self,
        query: str | os.PathLike[str],
        fact: str,
        *,
        parameters: Mapping[str, Value | None] | None = None,
        timeout: float = QUERY_SECONDS,
    ) -> Absence:
        """Why a fact is not in the answer of a query, or in which rows it is. For the errors see :meth:`query`."""
        from kzgraph.answers.missing.missing_facts import explain_absence

        store = self.opened(timeout)
        iri = self._find(fact, store, what="fact")
        stored = find_query(self.project, os.fspath(query), cache_folder(self.project))
        return explain_absence(self.project, self.answered(stored, parameters or {}, store), iri, store)

    def validate(
        self,
        files: Paths = (),
        *,
        documents: str | os.PathLike[str] | None = None,
        shapes: Paths | None = None,
        logic: bool = False,
        is_alone: bool = False,
        contents: Mapping[Path, bytes] | None = None,
    ) -> Report:
        """The findings on Turtle files in the context of the project, or on all its instances if none is named.

        ``documents`` is the folder of the documents' texts, ``shapes`` are files to use instead of the project's,
        ``logic`` asks HermiT too. With ``is_alone`` the files are checked by ``shapes``, and nothing of the project.
        ``contents`` holds bytes that stand in for those of a file, or for ``-``. Raises :class:`InputError` for a file
        that is not there, and with ``logic`` :class:`StoreError` without Java. The report's ``limit`` stopped HermiT.
        """
        from kzgraph.checks.validate import validate, validate_alone

        chosen, own = paths(files), None if shapes is None else paths(shapes)
        if is_alone:
            return validate_alone(self.project, chosen, own or [], contents=contents or {})
        folder = Path(documents) if documents else None
        return validate(self.project, chosen, documents=folder, shapes=own, contents=contents or {}, logic=logic)

    def validate_store(self, *, shapes: Paths | None = None) -> Report:
        """The findings on what the store of this graph holds; each names a graph of the store, and no line.

        Raises :class:`UsageError` for a graph that was opened without ``store``, and :class:`InputError` or
        :class:`StoreError` for a store that cannot be read.
        """
        from kzgraph.checks.validate_store import validate_store

        if self._place is None:
            raise UsageError("this graph has no store to check", hint="use `validate`, which checks its files")
        return validate_store(self.project, self._place, shapes=None if shapes is None else paths(shapes))

    def facts_shown(self, files: Paths, *, contents: Mapping[Path, bytes] | None = None) -> ShownFacts:
        """The facts of Turtle files with the stored queries that show each, and the pairs of facts to compare.

        ``contents`` are as in :meth:`validate`. Raises :class:`InputError` for a file that cannot be read.
        """
        from kzgraph.checks.showing import facts_shown_in

        return facts_shown_in(self.project, paths(files), contents or {})

    def status(self) -> Status:
        """What the store of this graph holds, from which files, how old and how big; nothing is compiled for it.

        Raises :class:`InputError` or :class:`StoreError` for a store that cannot be read.
        """
        from kzgraph.stores.moving.status import status

        return status(self.project, self._place)

    def brief(
        self,
        text: str,
        *,
        name: str = "the text",
        since: str = "",
        documents: str | os.PathLike[str] | None = None,
        language: str = "en",
    ) -> Brief:
        """A Markdown text with the answers of the questions in it, and one list of footnotes for all.

        ``name`` is how errors call the text. Each answer tells which rows are new and gone since ``since``, a git
        revision of the project. ``documents`` is the folder of the documents' texts, for the passages. Raises the
        errors of :meth:`query`; each names the line of the question.
        """
        from kzgraph.answers.evidence.sources import Passages
        from kzgraph.answers.taking_along.briefs import Earlier, answered_brief

        earlier = None
        if since:
            from kzgraph.changes.revisions import find_revision, project_at

            revision = find_revision(self.project, since)
            earlier = Earlier(revision.told, CitedGraph(project_at(self.project, revision))._viewed())
        passages = Passages(Path(documents)) if documents else None
        return answered_brief(
            text, name, self.project, self._viewed(), self, language=language, passages=passages, earlier=earlier
        )

    def _viewed(self) -> Opened:
        """Opens the graph for the dates that a text gives, each pair once."""
        from kzgraph.answers.asking.as_of import View

        @cache
        def opened(as_of: str, known_by: str) -> tuple[Project, Store]:
            view = View.typed(as_of, known_by) if as_of or known_by else self._view
            return self.project, self._open(view)

        return opened

    def rdflib(self, *, derived: bool = True) -> rdflib.Graph:
        """All statements as a graph of rdflib; without those that the ontology's axioms add, if not wanted.

        Literals are as the files write them; of a store or view, as the store holds them. Raises :class:`StoreError`
        or :class:`InputError` if these cannot be read.
        """
        from kzgraph.stores.moving.contents import Contents, DatabaseContents, contents
        from kzgraph.stores.moving.rdflib_graph import graph_of_files, graph_of_store

        project = self.project
        if self._place is None and self._view is None:
            return graph_of_files(project, contents(project, None), derived=derived)
        view = self._store() if self._view else None
        if isinstance(view, EmbeddedStore):
            held: Contents = DatabaseContents(view.database, "the view")
        else:
            held = contents(project, self._place)
        return graph_of_store(held, project.graph_base, project.prefixes, derived=derived)

    def store(self) -> Store:
        """The store that is asked, as it is now; for what this class has no method for."""
        return self._store()

    def pinned(self) -> CitedGraph:
        """The graph as it is now, which does not see later changes; one of a store is asked as it is then."""
        found = CitedGraph(self.project, self._place, self._view, self._data, foreign=self._is_foreign)
        if self._place is None or self._view is not None:
            found._lasting = self._store()
        return found

    def opened(self, timeout: float = QUERY_SECONDS) -> TimeLimited:
        """The store to ask, with so many seconds for a question and its look-ups; in a command, also for opening it."""
        if timeout <= 0:
            raise UsageError("`timeout` must be positive")
        with within(None if self._place and not self._view else timeout):  # stores keep to limits of their own
            return TimeLimited(self._store(), timeout)

    def answered(
        self,
        query: StoredQuery,
        given: Mapping[str, Value | None],
        store: Store,
        *,
        limit: int | None = None,
        language: str = "en",
        raw: bool = False,
    ) -> Answered:
        """The answer of a query from the store that :meth:`opened` gave; for the errors see :meth:`query`.

        It is what all other methods, the command line and the web pages are made of. ``raw`` leaves it at the bindings.
        """
        if limit is not None and limit < 1:
            raise UsageError("`limit` must be positive")
        return ask(self.project, query, texts(given), store, limit=limit, language=language, raw=raw)

    def _store(self) -> Store:
        """The store to ask; the project's own lasts until a file changes, of views and single files as long as this."""
        if self._lasting is None and (self._view or self._data):
            self._lasting = self._open(self._view)
        return self._lasting or (self._compiled.current() if self._place is None else self._open(None))

    def _open(self, view: View | None) -> Store:
        return open_store(self.project, self._place, self._data, view, foreign=self._is_foreign)

    @cached_property
    def _compiled(self) -> KeptStore:
        from kzgraph.stores.disk.snapshot import KeptStore

        return KeptStore(self.project)

    def _table(
        self, query: StoredQuery, given: Mapping[str, Value | None], language: str, timeout: float, limit: int | None
    ) -> AnswerTable:
        return self._table_of(self.answered(query, given, self.opened(timeout), limit=limit, language=language), given)

    def _table_of(self, answered: Answered, given: Mapping[str, Value | None]) -> AnswerTable:
        from kzgraph.answers.answer_tables import AnswerTable

        if answered.cited is None:
            raise other_kind(answered.answer)
        return AnswerTable(answered.cited, answered.query, answered.text, self.project, self._store, texts(given))
