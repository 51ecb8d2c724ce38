"""Which stored answers differ between two states of a project: the rows that came and went, query by query."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kzgraph.answers.asking.ask import ask
from kzgraph.answers.queries.stored_query import read_query, stored_queries
from kzgraph.changes.states import State
from kzgraph.errors import KzgraphError
from kzgraph.stores import QUERY_SECONDS
from kzgraph.terms import Graph, Row, Rows, Term, Truth
from kzgraph.walls.reading import file_bytes


@dataclass(frozen=True)
class AnswerChange:
    """A stored query whose answer, asked with its defaults, is another; ``how`` is ``changed``, ``added``, ``removed``.

    ``columns`` are those that people see. ``is_other_query`` says that its text changed, ``problem`` why it cannot be
    compared.
    """

    query: str
    how: str
    columns: list[str]
    added: list[Row]
    removed: list[Row]
    is_other_query: bool = False
    problem: str = ""


@dataclass
class _Answer:
    columns: list[str]
    rows: Counter[Row]
    shown: list[int]


def answer_changes(
    old: State,
    new: State,
    renamed: Mapping[str, str],
    tell: Callable[[int, int], None] = lambda done, whole: None,
    *,
    is_same_graph: bool = False,
) -> tuple[list[AnswerChange], int]:
    """The stored queries with another answer, and how many were compared; each state is asked its own queries.

    ``renamed`` maps former names to those of now: another name is no other answer. ``tell`` hears how many of how
    many queries were asked. Of the same graph the same query is not asked: its answer is the same.
    """
    before, after = (stored_queries(s.project) for s in (old, new))
    names = sorted(before.keys() | after.keys())
    found = []
    for number, name in enumerate(names):
        tell(number, len(names))
        if name not in before or name not in after:
            found.append(AnswerChange(name, "added" if name in after else "removed", [], [], []))
            continue
        texts = [file_bytes(path) for path in (before[name], after[name])]
        if is_same_graph and texts[0] == texts[1]:
            continue
        one, two = _answer(old, name, renamed), _answer(new, name, {})
        change = _compared(name, one, two, is_other_query=texts[0] != texts[1])
        if change:
            found += [change]
    return found, len(names)


def _answer(state: State, name: str, renamed: Mapping[str, str]) -> _Answer | str:
    """The answer of a query with its defaults; or why there is none."""
    path = stored_queries(state.project)[name]
    try:
        query = read_query(path, state.project.relative(path))
        answered = ask(state.project, query, {}, state.store, timeout=QUERY_SECONDS, raw=True)
    except KzgraphError as error:
        return str(error)
    answer = answered.answer
    if isinstance(answer, Truth):
        answer = Rows(["answer"], [(Term("literal", "yes" if answer.value else "no"),)])
    if isinstance(answer, Graph):
        answer = Rows(["subject", "predicate", "object"], list(answer.triples))
    shown = query.shown(answer.columns)
    rows = Counter(tuple(_named(t, renamed) for t in row) for row in answer.rows)
    return _Answer(answer.columns, rows, [answer.columns.index(c) for c in shown])


def _named(term: Term | None, renamed: Mapping[str, str]) -> Term | None:
    """A cell under its name of now; all blank nodes are alike."""
    if term is None or term.kind == "bnode":
        return term and Term("bnode", "")
    if term.kind == "uri":
        return Term("uri", renamed.get(term.value, term.value))
    if " " in term.value and any(part in renamed for part in term.value.split()):  # a cell of several facts
        return term._replace(value=" ".join(renamed.get(p, p) for p in term.value.split(" ")))
    return term


def _compared(name: str, one: _Answer | str, two: _Answer | str, *, is_other_query: bool) -> AnswerChange | None:
    if isinstance(one, str) or isinstance(two, str):
        if one == two:
            return None
        told = [f"{when} it failed: {a}" for when, a in (("before", one), ("now", two)) if isinstance(a, str)]
        return AnswerChange(name, "changed", [], [], [], is_other_query, "; ".join(told))
    if one.columns != two.columns:
        told_columns = f"its columns changed from {', '.join(one.columns)} to {', '.join(two.columns)}"
        return AnswerChange(name, "changed", [], [], [], is_other_query, told_columns)
    came, went = two.rows - one.rows, one.rows - two.rows
    if not came and not went:
        return None
    columns = [two.columns[i] for i in two.shown]
    added, removed = ([tuple(row[i] for i in two.shown) for row in rows.elements()] for rows in (came, went))
    return AnswerChange(name, "changed", columns, added, removed, is_other_query)
