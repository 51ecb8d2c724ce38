"""A brief: a text with questions in it, each on a line of its own, becomes a text with their answers.

The answers are as long as fits: five of them, with their footnotes and the author's words, take two pages of A4.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import NamedTuple, Protocol

from kzgraph.answers.asking.ask import ask
from kzgraph.answers.asking.short_answers import short_answer
from kzgraph.answers.cells.cell import SYMBOLS, CitedAnswer, CitedRow
from kzgraph.answers.evidence.sources import Passages, Sources
from kzgraph.answers.missing.silence import no_rows
from kzgraph.answers.plain_words.suggesting import Suggestion, Suggestions
from kzgraph.answers.queries.stored_query import StoredQuery, find_query
from kzgraph.answers.short.view import ShortAnswer
from kzgraph.answers.shown.about import UNDATED_STAY, about_graph
from kzgraph.answers.shown.short_tables import people_of
from kzgraph.answers.shown.tables import People, one_statement
from kzgraph.answers.taking_along import paper
from kzgraph.answers.taking_along.brief_questions import AskedInText, Question, ShownInText, WordsInText, questions_in
from kzgraph.answers.taking_along.brief_texts import Brief, BriefAnswer, title_of
from kzgraph.answers.taking_along.shown_things import people_of_thing
from kzgraph.answers.things.describing import Description
from kzgraph.errors import KzgraphError, RefusedError, UsageError
from kzgraph.files.project import Project
from kzgraph.stores import QUERY_SECONDS, Store
from kzgraph.stores.disk.cache import cache_folder
from kzgraph.walls.reading import real_path
from kzgraph.wording.numbers import counted

_CHANGE, _NEW = "change", "new"
_ROOMS = (3, 5, 7, 9, 12, 15, 19, 24, 30, 38, 48, 60)
"""How many lines of a screen an answer may have: the most with which all fit the paper."""
_SIGNS = tuple(SYMBOLS.values())
"""What begins an explanation that stands once in a text; all else that an answer says, it says of itself."""
_PAGES, _PAGES_OF_ONE = 2.0, 0.4
"""A brief fills so many pages, or so much of one for each answer, if that is more."""
_LOST = 30.0
"""What breaks leave empty on a page, in points."""
_ENTRY, _CLOSING = 1.7, 3
"""How many lines a document takes in the list of them, and the heading of the list and what is said last."""

Opened = Callable[[str, str], tuple[Project, Store]]
"""Opens a graph as it stood on one day and was known by another; either may be empty."""


class GraphReader(Protocol):
    """What reads plain words and describes things: the graph."""

    def suggest(self, text: str) -> Suggestions:
        """The stored queries that plain words may mean, and whether the first one surely is."""

    def show(
        self,
        thing: str,
        *,
        kind: str = "",
        document: str = "",
        from_date: str | None = None,
        to_date: str | None = None,
        background: bool = True,
        language: str = "en",
    ) -> Description:
        """A thing by a name, with the facts that are chosen."""


@dataclass(frozen=True)
class Earlier:
    """The graph as it was, with which answers are compared; ``told`` names the moment."""

    told: str
    opened: Opened


class _Measured(NamedTuple):
    """How high an answer is in points, without its footnotes; these, and the documents to which they point."""

    body: float
    notes: tuple[str, ...]
    documents: frozenset[str]


@dataclass(frozen=True)
class _AnswerInText:
    """An answer before it is laid out, with the place of its question.

    ``people`` is what people see of it in so many lines, which adds its footnotes to some sources, and what its author
    must know of that. ``is_fixed`` says that it has as many rows whatever the room.
    """

    place: str
    title: str
    asked: str
    people: Callable[[Sources, int], tuple[People, str]]
    is_fixed: bool
    _known: dict[int, _Measured] = field(default_factory=dict)

    def measured(self, room: int) -> _Measured:
        """How high it is in so many lines."""
        if room not in self._known:
            sources = Sources()
            people, _ = self.people(sources, room)
            height = paper.height_of_answer(people, BriefAnswer(self.title, self.asked, people).caption)
            documents = frozenset(s.document for own in sources.passages for s in own)
            self._known[room] = _Measured(height, tuple(sources.footnotes), documents)
        return self._known[room]


def answered_brief(
    text: str,
    place: str,
    project: Project,
    opened: Opened,
    reader: GraphReader,
    *,
    language: str = "en",
    passages: Passages | None = None,
    earlier: Earlier | None = None,
) -> Brief:
    """The brief with the answers of its questions; with ``earlier`` each tells which rows are new and which are gone.

    ``reader`` is asked for what is in plain words or shown. Raises the errors of :mod:`kzgraph.errors`; each names the
    line of the question.
    """
    told: list[str] = []
    pieces: list[str | _AnswerInText] = []
    for piece in questions_in(text, place):
        if isinstance(piece, str):
            pieces.append(piece)
            continue
        here = f"{place}:{piece.line}"
        try:
            meant = _understood(piece, reader, told, here)
            if isinstance(meant, ShownInText):
                pieces.append(_thing(meant, here, reader, language))
            else:
                pieces.append(_answer(meant, here, project, opened, language, earlier))
        except KzgraphError as error:
            error.place = f"{here}: {error.place}" if error.place else here
            raise
    laid_out, sources = _laid_out(pieces, told)
    there, store = opened("", "")
    about = about_graph(there, store, sources=sources)
    return Brief(title_of(text) or place, laid_out, sources, about, passages, told)


def _laid_out(pieces: list[str | _AnswerInText], told: list[str]) -> tuple[list[str | BriefAnswer], Sources]:
    """The pieces with their answers, each with as many rows as lets all of them fit the paper."""
    answers = [piece for piece in pieces if not isinstance(piece, str)]
    words = sum(paper.height_of_text(piece) for piece in pieces if isinstance(piece, str))
    pages = max(_PAGES, _PAGES_OF_ONE * len(answers))
    rooms = _rooms(answers, pages * (paper.PAGE - _LOST) - words)
    sources, known = Sources(), set[str]()
    found: list[str | BriefAnswer] = []
    for piece in pieces:
        if isinstance(piece, str):
            found.append(piece)
            continue
        people, hidden = piece.people(sources, next(rooms))
        people.remarks = [remark for remark in people.remarks if remark not in known]
        known.update(remark for remark in people.remarks if remark.startswith(_SIGNS))
        told += [f"{piece.place}: {hidden}"] if hidden else []
        found.append(BriefAnswer(piece.title, piece.asked, people))
    return found, sources


def _rooms(answers: Sequence[_AnswerInText], height: float) -> Iterator[int]:
    """The room of each answer: the least, and then one step more for the lowest of them, while all fit a height."""
    steps = [0 for _ in answers]
    growing = {place for place, answer in enumerate(answers) if not answer.is_fixed}
    while growing:
        heights = [answer.measured(_ROOMS[step]).body for answer, step in zip(answers, steps, strict=True)]
        lowest = min(growing, key=lambda place: (heights[place], place))
        steps[lowest] += 1
        is_full = _height(answer.measured(_ROOMS[step]) for answer, step in zip(answers, steps, strict=True)) > height
        steps[lowest] -= is_full
        if is_full or steps[lowest] == len(_ROOMS) - 1:
            growing.remove(lowest)
    return iter([_ROOMS[step] for step in steps])


def _height(answers: Iterable[_Measured]) -> float:
    """How high some answers are with their footnotes, each once, and with the list of documents and the last line."""
    measured = list(answers)
    notes = {text for one in measured for text in one.notes}
    documents = {document for one in measured for document in one.documents}
    listed = (len(documents) * _ENTRY + _CLOSING) * paper.LINE_OF_NOTES
    return sum(one.body for one in measured) + paper.height_of_notes(notes) + listed


def _understood(asked: Question, reader: GraphReader, told: list[str], place: str) -> AskedInText | ShownInText:
    """What a question in plain words surely means; raises :class:`UsageError` with what it may mean otherwise."""
    if not isinstance(asked, WordsInText):
        return asked
    found = reader.suggest(asked.words)
    if not found.is_sure:
        offered = [f"{{{{ {_typed(s)} }}}}" for s in found.found]
        hint = f"write one of these: {', '.join(offered)}" if offered else f"kzgraph ask {shlex.quote(asked.words)}"
        raise UsageError(f"`{asked.words}` does not surely mean one stored question", hint=hint)
    best = found.found[0]
    unused = [*best.unused.facts, *best.unused.words]
    left_out = f"; not used: {', '.join(unused)}" if unused else ""
    told.append(f"{place}: asked: {_typed(best)}{left_out}")
    if best.command == "show":
        return ShownInText(asked.line, best.name, {}, asked.asked.limit)
    return replace(asked.asked, query=best.name, given=dict(best.parameters))


def _typed(found: Suggestion) -> str:
    given = [part for name, value in found.parameters.items() for part in ("-p", f"{name}={value}")]
    return shlex.join([found.command, found.name, *given])


def _thing(asked: ShownInText, place: str, reader: GraphReader, language: str) -> _AnswerInText:
    """A thing with its most telling facts, or with those that are wanted."""
    found = reader.show(asked.thing, **asked.wish, language=language)
    chosen = "; ".join(str(value) for name, value in asked.wish.items() if name != "background")

    def people(sources: Sources, room: int) -> tuple[People, str]:
        shown = people_of_thing(found, sources, asked.limit or 0, room)
        hidden = len(found.facts) - len(shown.rows)
        told = f"{found.label}: {len(shown.rows)} of {counted(len(found.facts), 'fact')}"
        return shown, f"{told}; --limit {len(found.facts)} shows all" if hidden else ""

    return _AnswerInText(place, found.label, chosen, people, bool(asked.limit))


def _is_below(name: str, folder: Path) -> bool:
    return real_path(Path(name)).is_relative_to(real_path(folder))


def _answer(
    asked: AskedInText, place: str, project: Project, opened: Opened, language: str, earlier: Earlier | None
) -> _AnswerInText:
    """The answer of a stored query: its short view if it has one, else all rows."""
    here, store = opened(asked.as_of, asked.known_by)
    if "/" in asked.query and not any(_is_below(asked.query, own) for own in (Path.cwd(), project.root)):
        hint = "name a stored query, or a file in the project or in the working folder"
        raise RefusedError(f"a brief does not ask {asked.query}, which lies elsewhere", hint=hint)
    query = find_query(project, asked.query, cache_folder(project))
    answer = _cited(asked, query, here, store, language)
    before = _cited(asked, query, *earlier.opened(asked.as_of, asked.known_by), language) if earlier else None
    about = about_graph(here, store, values=answer.parameters)
    days = {"as of": asked.as_of, "known by": asked.known_by}
    told = "; ".join(filter(None, [about.asked, *(f"{name} {day}" for name, day in days.items() if day)]))
    nothing = "" if answer.rows else no_rows(project, query, asked.given, store, language)
    is_short = bool(query.short) and not asked.is_detail

    @cache
    def short_of(room: int) -> ShortAnswer:
        return short_answer(project, query, answer, asked.options, most=asked.limit or 0, room=room, in_order=True)

    def people(sources: Sources, room: int) -> tuple[People, str]:
        hidden = ""
        if is_short:
            short = short_of(room)
            shown = people_of(short, with_sources=True, shared=sources, for_readers=True)
            if short.size > len(short.rows):
                told = f"{query.name}: {len(short.rows)} of {counted(short.size, 'row')}"
                hidden = f"{told}; --limit {short.size} shows all"
        else:
            shown = _all_rows(asked, answer, sources)
        if asked.as_of:
            shown.remarks.append(UNDATED_STAY)
        if nothing:
            shown = shown.with_nothing(nothing)
        if earlier and before:
            _compare(shown, answer, before, earlier.told, has_all_rows=not is_short)
        return shown, hidden

    is_fixed = not is_short or bool(asked.limit) or not answer.rows
    return _AnswerInText(place, answer.title, told, people, is_fixed)


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
