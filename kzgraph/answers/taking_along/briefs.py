"""A brief: a text with questions in it, each on a line of its own, becomes a text with their answers.

A question is written as on the command line: ``{{ query corridor_partners -p "corridor=Zangezur corridor" }}``.
"""

from __future__ import annotations

import argparse
import io
import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NoReturn

from kzgraph.answers.asking.ask import ask
from kzgraph.answers.asking.short_answers import short_answer
from kzgraph.answers.cells.cell import CitedAnswer, CitedRow
from kzgraph.answers.evidence.sources import Passages, Sources
from kzgraph.answers.missing.silence import no_rows
from kzgraph.answers.queries.stored_query import StoredQuery, find_query
from kzgraph.answers.shown.about import UNDATED_STAY, about_graph
from kzgraph.answers.shown.short_tables import people_of
from kzgraph.answers.shown.tables import People, one_statement
from kzgraph.answers.taking_along.brief_texts import Brief, BriefAnswer, title_of
from kzgraph.errors import KzgraphError, SyntaxProblem, UsageError
from kzgraph.files.project import Project
from kzgraph.stores import QUERY_SECONDS, Store
from kzgraph.stores.disk.cache import cache_folder
from kzgraph.wording.numbers import counted

_QUESTION = re.compile(r"\s*\{\{(.*)\}\}\s*")
_INSIDE = re.compile(r"\{\{\s*query\b")
_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_HINT = "write {{ query NAME -p NAME=VALUE }}"
_CHANGE, _NEW = "change", "new"
_ROOM = 24  # lines of an answer in a text, of which five are to fill two pages

Opened = Callable[[str, str], tuple[Project, Store]]
"""Opens a graph as it stood on one day and was known by another; either may be empty."""


@dataclass(frozen=True)
class AskedInText:
    """A question in a text: the stored query, its parameters, the two days, the most rows, whether all are wanted."""

    line: int
    query: str
    given: dict[str, str] = field(default_factory=dict)
    as_of: str = ""
    known_by: str = ""
    limit: int | None = None
    is_detail: bool = False

    @property
    def options(self) -> list[str]:
        """The options of the command line with which the same is asked."""
        named = {"--as-of": self.as_of, "--known-by": self.known_by}
        given = [part for name, value in self.given.items() for part in ("-p", f"{name}={value}")]
        return [*given, *(part for name, value in named.items() if value for part in (name, value))]


@dataclass(frozen=True)
class Earlier:
    """The graph as it was, with which answers are compared; ``told`` names the moment."""

    told: str
    opened: Opened


def questions_in(text: str, place: str) -> list[str | AskedInText]:
    """The pieces of a text: the author's lines, and the questions.

    What stands in a fenced block of code is the author's. Raises :class:`UsageError` for a question that cannot be
    read, and :class:`SyntaxProblem` for a text without any; both name the line.
    """
    pieces: list[str | AskedInText] = []
    own: list[str] = []  # the lines since the last question
    fence = ""
    for number, line in enumerate(io.StringIO(text, newline=""), 1):  # lines as editors count them
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        found = None if fence or mark else _QUESTION.fullmatch(line)
        if found:
            if own:
                pieces += ["".join(own)]
            own = []
            pieces.append(_question(found[1], number, f"{place}:{number}"))
        elif not fence and _INSIDE.search(line):
            told = "a question stands on a line of its own: {{ query NAME }}"
            raise SyntaxProblem(told, place=f"{place}:{number}")
        else:
            own.append(line)
    if own:
        pieces += ["".join(own)]
    if not any(isinstance(piece, AskedInText) for piece in pieces):
        raise SyntaxProblem("has no question", place=place, hint="write one on a line of its own: {{ query NAME }}")
    return pieces


def answered_brief(
    text: str,
    place: str,
    project: Project,
    opened: Opened,
    *,
    language: str = "en",
    passages: Passages | None = None,
    earlier: Earlier | None = None,
) -> Brief:
    """The brief with the answers of its questions; with ``earlier`` each tells which rows are new and which are gone.

    Raises the errors of :mod:`kzgraph.errors`; each names the line of the question.
    """
    sources = Sources()
    pieces: list[str | BriefAnswer] = []
    for piece in questions_in(text, place):
        if isinstance(piece, str):
            pieces.append(piece)
            continue
        try:
            pieces.append(_answer(piece, project, opened, sources, language, earlier))
        except KzgraphError as error:
            error.place = f"{place}:{piece.line}: {error.place}" if error.place else f"{place}:{piece.line}"
            raise
    _tell_once(pieces)
    here, store = opened("", "")
    return Brief(title_of(text) or place, pieces, sources, about_graph(here, store), passages)


def _tell_once(pieces: Iterable[str | BriefAnswer]) -> None:
    """Leaves out the remarks below an answer that stand below an earlier one: what the signs mean, and notes."""
    told: set[str] = set()
    for piece in pieces:
        if isinstance(piece, BriefAnswer):
            piece.people.remarks = [remark for remark in piece.people.remarks if remark not in told]
            told.update(piece.people.remarks)


def _answer(
    asked: AskedInText, project: Project, opened: Opened, sources: Sources, language: str, earlier: Earlier | None
) -> BriefAnswer:
    here, store = opened(asked.as_of, asked.known_by)
    query = find_query(project, asked.query, cache_folder(project))
    answer = _cited(asked, query, here, store, language)
    about = about_graph(here, store, values=answer.parameters)
    days = {"as of": asked.as_of, "known by": asked.known_by}
    told = "; ".join(filter(None, [about.asked, *(f"{name} {day}" for name, day in days.items() if day)]))
    is_short = bool(query.short) and not asked.is_detail
    if is_short:
        short = short_answer(project, query, answer, asked.options, most=asked.limit or 0, room=_ROOM)
        people = people_of(short, with_sources=True, shared=sources, for_readers=True)
    else:
        people = _all_rows(asked, answer, sources)
    if asked.as_of:
        people.remarks.append(UNDATED_STAY)
    if not answer.rows:
        people = people.with_nothing(no_rows(project, query, asked.given, store, language))
    if earlier:
        before = _cited(asked, query, *earlier.opened(asked.as_of, asked.known_by), language)
        _compare(people, answer, before, earlier.told, has_all_rows=not is_short)
    return BriefAnswer(answer.title, told, people)


def _all_rows(asked: AskedInText, answer: CitedAnswer, sources: Sources) -> People:
    """All rows of an answer, or as many as are wanted."""
    shown = answer.first(asked.limit) if asked.limit else answer
    people = People.of_answer(shown, with_sources=True, shared=sources)
    if shown.cut:
        people.remarks.append(f"the first {asked.limit} of {counted(len(answer.rows), 'row')}")
    return people


def _cited(asked: AskedInText, query: StoredQuery, there: Project, store: Store, language: str) -> CitedAnswer:
    """The answer of a question in a graph."""
    answered = ask(there, query, asked.given, store, timeout=QUERY_SECONDS, language=language)
    if answered.cited is None:
        raise UsageError(f"the answer of `{asked.query}` has no rows, and a brief shows rows")
    return answered.cited


def _compare(people: People, now: CitedAnswer, before: CitedAnswer, moment: str, *, has_all_rows: bool) -> None:
    """Tells below the table which rows are new since a moment and which are gone; in all rows, new ones are marked."""
    ours, theirs = (Counter(_words(row, a) for row in a.rows) for a in (now, before))
    came, went = ours - theirs, theirs - ours
    told = f"{counted(came.total(), 'row')} new, {counted(went.total(), 'row')} gone"
    people.remarks.append(f"since {moment}: {told if came or went else 'nothing has changed'}")
    for name, rows in ((_NEW, {} if has_all_rows else came), ("gone", went)):
        people.remarks += [f"{name}: {' | '.join(filter(None, row))}" for row in rows]
    if came and has_all_rows:
        people.headings.insert(0, _CHANGE)
        people.numeric.insert(0, False)
        for cells, row in zip(people.rows, now.rows, strict=False):  # fewer are shown where a limit is given
            cells.insert(0, one_statement(_NEW if _words(row, now) in came else ""))


def _words(row: CitedRow, answer: CitedAnswer) -> tuple[str, ...]:
    return tuple(row[column.name].text for column in answer.columns)


class _QuestionReader(argparse.ArgumentParser):
    """Reads a question; what it cannot read is an error of ours."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"this is no question: {message}", hint=_HINT)


def _question(written: str, line: int, place: str) -> AskedInText:
    reader = _QuestionReader(prog="query", add_help=False, allow_abbrev=False)
    reader.add_argument("query")
    reader.add_argument("-p", "--param", action="append", default=[])
    reader.add_argument("--as-of", default="")
    reader.add_argument("--known-by", default="")
    reader.add_argument("--limit", type=int)
    reader.add_argument("--detail", action="store_true")
    try:
        words = shlex.split(written)
        if words[:1] != ["query"]:
            raise UsageError(f"`{written.strip()}` is no question", hint=_HINT)
        read = reader.parse_args(words[1:])
        if read.limit is not None and read.limit < 1:
            raise UsageError("--limit takes a number from 1 on")
        given = dict(_pairs(read.param))
        return AskedInText(line, read.query, given, read.as_of, read.known_by, read.limit, read.detail)
    except ValueError as error:
        raise SyntaxProblem(f"this is no question: {error}", place=place) from error
    except UsageError as error:
        error.place = place
        raise


def _pairs(given: list[str]) -> Iterator[tuple[str, str]]:
    for entry in given:
        name, sign, value = entry.partition("=")
        if not sign or not name:
            raise UsageError(f"`{entry}` is not NAME=VALUE", hint='write -p "corridor=Middle Corridor"')
        yield name, value
