"""A question → its query, the store that answers it, the answer and its sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kzgraph.answers.asking.cited_answers import Question, cite, cite_plain
from kzgraph.answers.asking.whole_rows import cite_whole_rows
from kzgraph.answers.cells.cell import CitedAnswer
from kzgraph.answers.evidence.sources import Sources
from kzgraph.answers.queries.header import DATE_RULES
from kzgraph.answers.queries.parameters import terms_for, values_given
from kzgraph.answers.queries.sparql import (
    bind,
    own_place,
    projection,
    refuse_unsafe,
    variables,
    with_prefixes,
    without_values,
)
from kzgraph.answers.queries.stored_query import StoredQuery
from kzgraph.errors import KzgraphError, LimitReached, RefusedError, StoreError, SyntaxProblem, UsageError
from kzgraph.files.project import Project
from kzgraph.namespaces import RDF, expand
from kzgraph.stores import Store
from kzgraph.stores.disk.embedded import EmbeddedStore
from kzgraph.stores.moving.opening import opened_store, store_of_files
from kzgraph.stores.rows import rows_about
from kzgraph.terms import Answer, Graph, Rows, is_nothing
from kzgraph.walls.collecting import seldom_collecting

if TYPE_CHECKING:
    from kzgraph.answers.asking.as_of import View


@dataclass
class Answered:
    """A query as it was sent, its answer as the store gave it, and the answer as people and programs read it.

    ``cited`` has the rows of cells; it is None for bindings alone, and for what is no rows. ``is_comparison``: it says
    what became of the rows since another date, which the answer of the store does not.
    """

    query: StoredQuery
    text: str
    answer: Answer
    cited: CitedAnswer | None = None
    is_comparison: bool = False

    @cached_property
    def sources(self) -> Sources | None:
        """The footnotes; None for bindings alone."""
        return self.cited.sources if self.cited else None

    @property
    def is_cut(self) -> bool:
        """Whether there were more rows or triples than wanted."""
        if self.cited:
            return self.cited.cut
        return isinstance(self.answer, Rows | Graph) and self.answer.cut

    @property
    def is_empty(self) -> bool:
        """Whether it has columns and no row."""
        return isinstance(self.answer, Rows) and not (self.cited.rows if self.cited else self.answer.rows)


def prepare(project: Project, query: StoredQuery, given: dict[str, str], store: Store) -> str:
    """The text of a query as it will be sent: checked, with the project's prefixes, parameters put in as terms."""
    refuse_unsafe(query.text, query.path)
    used = variables(query.text)
    for name in given:
        if query.parameter(name).name not in used and not query.parameter(name).rule:
            raise SyntaxProblem(
                f"the parameter `{name}` changes nothing: the query does not use ?{name}",
                place=query.path,
                hint="use the variable in the query, or give the parameter a rule such as `from`",
            )
    terms = terms_for(query, given, project, store)
    text = without_values(query.text, [p.name for p in query.parameters])
    return bind(with_prefixes(text, project.prefixes), terms)


@seldom_collecting()
def ask(
    project: Project,
    query: StoredQuery,
    given: dict[str, str],
    store: Store,
    *,
    timeout: float | None = None,
    limit: int | None = None,
    language: str = "en",
    raw: bool = False,
) -> Answered:
    """The answer of a query: its rows of cells, made as its header says or, without one, by the facts in it.

    ``given`` are the values of parameters, ``language`` that of labels, ``limit`` the most rows or triples. ``raw``
    leaves it at the bindings that the store gave.

    Raises the errors of :mod:`kzgraph.errors`; a syntax error names the query's file, line and column.
    """
    text = prepare(project, query, given, store)
    has_cells = bool(query.cells) and not raw
    returned = projection(query.text)
    missing = [name for name in query.needed if returned and name not in returned] if has_cells else []
    if missing:
        raise SyntaxProblem(
            f"the header names ?{missing[0]}, which the query does not return",
            place=query.path,
            hint=f"it returns {', '.join(f'?{name}' for name in returned)}",
        )
    try:
        answer = store.query(text, timeout=timeout, limit=None if has_cells else limit)
    except SyntaxProblem as problem:
        raise _at_own_line(problem, query, text) from problem
    if store.is_unloaded and (query.cells or query.facts) and is_nothing(answer):
        raise StoreError(
            "the store holds no load of this project, and nothing that answers the question",
            hint="fill it: `kzgraph load --store …`; or give --foreign, if it was filled by others",
        )
    if not isinstance(answer, Rows) or raw:
        return Answered(query, text, answer)
    question = Question(query, values_given(query, given), language)
    if has_cells:
        cited = cite(project, question, answer, store)
        if limit is not None and len(cited.rows) > limit:
            cited.rows, cited.cut = cited.rows[:limit], True
    elif query.facts:
        cited = cite_whole_rows(project, question, answer, store)
    else:
        cited = cite_plain(project, question, answer, store)
    return Answered(query, text, answer, cited)


def fault_of(project: Project, query: StoredQuery, store: Store) -> KzgraphError | None:
    """Why a query can never be asked, whatever the store holds; None if it can, or a server has to tell."""
    if not isinstance(store, EmbeddedStore):
        return None  # it may take what the own engine does not
    try:
        ask(project, query, {}, EmbeddedStore.of_quads(()), raw=True)
    except (SyntaxProblem, RefusedError) as error:
        return error
    except KzgraphError:
        return None  # it names what an empty graph does not have
    return None


def has_rows(project: Project, store: Store, query: StoredQuery, given: Mapping[str, str], naming: str = "") -> bool:
    """Whether a question has rows; if ``naming`` is a class, with things of that class that were not given to it.

    False too for what cannot be asked, or takes too long.
    """
    values = values_given(query, given)
    drops = query.left_out or any(p.rule in DATE_RULES and p.name in values for p in query.parameters)
    is_whole = bool(drops or naming)
    try:
        answered = ask(project, query, dict(given), store, raw=not is_whole, limit=None if is_whole else 1)
    except (LimitReached, SyntaxProblem, UsageError):
        return False
    if not isinstance(answered.answer, Rows) or answered.is_empty:
        return False
    if not naming or not answered.cited:
        return True
    asked_of = {expand(str(value), project.prefixes) for value in values.values()}
    things = {i.term.value for i in answered.cited.items() if i.term and i.term.kind == "uri"} - asked_of
    return any(True for _ in rows_about(store, "?thing", things, f"?thing <{RDF}type> <{naming}>"))


def open_store(
    project: Project,
    store: str | None,
    data: Iterable[Path] = (),
    view: View | None = None,
    *,
    foreign: bool = False,
) -> Store:
    """The store asked for: the project's own, a folder, a URL, a name of ``kzgraph.toml``, or files alone.

    Raises :class:`StoreError` for a folder or server that holds half a load, or a load of other files than those of the
    project as they are now; a ``foreign`` one is asked as it is.
    """
    files = list(data)
    if view is not None:
        found = _as_of(project, store, files, view, foreign)
    else:
        found = store_of_files(files) if files else opened_store(project, store, foreign=foreign)
    found.model = project.model
    return found


def _as_of(project: Project, store: str | None, files: list[Path], view: View, foreign: bool) -> Store:
    """What a store holds as of a day, in memory."""
    from kzgraph.answers.asking.as_of import files_view, project_view, store_view

    if files:
        return files_view(files, view, project.model)
    if store is None:
        return project_view(project, view)
    whole = opened_store(project, store, foreign=foreign)
    whole.query("ASK { }")  # refuses another state
    dated = store_view(project, store, view)
    dated.is_unloaded = whole.is_unloaded
    return dated


def _at_own_line(problem: SyntaxProblem, query: StoredQuery, sent: str) -> SyntaxProblem:
    """The error with its place in the file, from whose text the sent one differs by prefixes and parameters."""
    place = ":".join(filter(None, [query.path, own_place(problem.place, query.text, sent)]))
    return SyntaxProblem(problem.message, place=place, hint=problem.hint)
