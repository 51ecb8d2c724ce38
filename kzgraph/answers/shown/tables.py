"""Answers → what people see of them, and a table of it that fits the terminal, with footnotes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple

from kzgraph.answers.cells.cell import SYMBOLS, Cell, CitedAnswer, CitedRow, Item
from kzgraph.answers.cells.telling import once_each, remarks_on, statements, words_of_row
from kzgraph.answers.evidence.sources import Sources
from kzgraph.namespaces import shorten
from kzgraph.terms import Rows, Term
from kzgraph.wording.columns import widths_of_columns
from kzgraph.wording.numbers import number
from kzgraph.wording.text import cell_lines, display_width, padded, plain, wrapped

# So many rows tell how wide a column should be. Of a long answer the rest is not looked at, to print it soon.
_LOOKED_AT = 200
_GAP = "  "
_LONG_VALUE = 30  # from here on the values of a list stand one below the other


Statement = tuple[tuple[str, tuple[int, ...]], ...]
"""A value, or several with words between them: texts, each with the numbers of the footnotes behind it."""
Words = tuple[Statement, ...]
"""The words of a cell."""
ITEMS = " · "
"""What stands between the values of a cell."""
_SOURCES = "sources"


class PeopleGroup(NamedTuple):
    """Some of the rows, one after the other: their heading, their number, and how many more are folded.

    ``told`` is what is said of the folded ones, if it is more than their number.
    """

    heading: Words
    rows: int
    folded: int = 0
    told: str = ""

    @property
    def below(self) -> str:
        """What is said below its rows."""
        return self.told or (f"and {self.folded} more" if self.folded else "")


@dataclass
class People:
    """What people see of an answer: headings, the words of the cells, footnotes, and lines that explain marks.

    A short view has a ``headline``, a sentence each, ``groups``, which have all rows between them, and what was
    ``asked``, for texts that do not say it elsewhere; a table has none of these.
    """

    headings: list[str]
    rows: list[list[Words]]
    numeric: list[bool]
    sources: Sources | None = None
    remarks: list[str] = field(default_factory=list)
    headline: list[Words] = field(default_factory=list)
    groups: list[PeopleGroup] = field(default_factory=list)
    is_short: bool = False
    asked: str = ""

    def with_nothing(self, sentence: str) -> People:
        """An answer without rows: a sentence instead of a table."""
        return replace(self, headings=[], numeric=[], headline=[one_statement(sentence)], groups=[])

    @staticmethod
    def of_rows(answer: Rows, prefixes: dict[str, str] | None = None) -> People:
        """Rows without sources: their terms as they are, IRIs with the prefixes that fit."""
        columns = [[row[i] for row in answer.rows] for i in range(len(answer.columns))]
        return People(
            [name.replace("_", " ") for name in answer.columns],
            [[one_statement(_shown(term, prefixes or {})) for term in row] for row in answer.rows],
            [_is_numeric(column) for column in columns],
        )

    @staticmethod
    def of_answer(
        answer: CitedAnswer, *, with_sources: bool, with_notes: bool = False, shared: Sources | None = None
    ) -> People:
        """A cited answer: footnotes stand at the values where those of a row differ in them, else once in the row.

        A column without a value in any row is named in a line below, and not shown. ``shared`` are the footnotes of
        what stands before it in the same text; new ones get the next numbers.
        """
        sources, answer = Sources() if shared is None else shared, _without_empty_columns(answer)
        rows = [_words_of_row(row, answer, sources, with_sources=with_sources) for row in answer.rows]
        people = People(
            [c.heading for c in answer.columns],
            [cells for cells, _ in rows],
            [all(_is_plain_number(row[c.name]) for row in answer.rows) and bool(answer.rows) for c in answer.columns],
            sources if with_sources else None,
            remarks_of(answer, with_notes=with_notes),
        )
        if with_sources and any(behind for _, behind in rows):
            people.headings.append(_SOURCES)
            people.numeric.append(False)
            for cells, behind in rows:
                cells.append(behind)
        return people

    @property
    def count(self) -> int:
        """How many rows there are, with those that are folded."""
        return len(self.rows) + sum(group.folded for group in self.groups)

    def in_groups(self) -> Iterator[tuple[PeopleGroup, list[list[Words]]]]:
        """The groups, each with its rows; without groups, all rows as one without a heading."""
        first = 0
        for group in self.groups or [PeopleGroup((), len(self.rows))]:
            yield group, self.rows[first : first + group.rows]
            first += group.rows


def _without_empty_columns(answer: CitedAnswer) -> CitedAnswer:
    filled = [c for c in answer.columns if any(row[c.name].items for row in answer.rows)]
    empty = [c.heading for c in answer.columns if c not in filled]
    if not filled or not empty:
        return answer
    return replace(answer, columns=filled, left_out=[*answer.left_out, f"without a value: {', '.join(empty)}"])


def _words_of_row(
    row: CitedRow, answer: CitedAnswer, sources: Sources, *, with_sources: bool
) -> tuple[list[Words], Words]:
    """The words of the cells, and those of the column for sources."""
    told = words_of_row(row, answer)
    cells = [
        statements(told[c.name], row[c.name].items)
        if with_sources
        else [[(words, None)] for words in once_each(told[c.name], row[c.name].items)]
        for c in answer.columns
    ]
    return with_footnotes(cells, sources, with_sources=with_sources)


def with_footnotes(
    cells: Sequence[Sequence[Sequence[tuple[str, Item | None]]]], sources: Sources, *, with_sources: bool
) -> tuple[list[Words], Words]:
    """The words of a row's cells, and those of its column for sources: footnotes and signs that stand for all cells.

    A cell is statements, a statement texts with the items that they tell. New footnotes get the next numbers.
    """
    if not with_sources:
        return [tuple(tuple((plain(text), ()) for text, _ in told) for told in cell) for cell in cells], ()

    def numbered(item: Item | None) -> tuple[int, ...]:
        return tuple(sorted(sources.numbers(item.sources))) if item else ()

    words: list[Words] = [
        tuple(tuple((plain(text), numbered(item)) for text, item in told) for told in cell) for cell in cells
    ]
    backed = [item for cell in cells for told in cell for _, item in told if item and item.facts]
    numbers = {numbered(item) for item in backed}
    if len(numbers) > 1:
        named = [item.is_source for cell in cells for told in cell for _, item in told if item and item.sources]
        return _spread(words, named), ()
    signs = "".join(s for s in SYMBOLS.values() if backed and all(s in i.signed[len(i.text) :] for i in backed))
    bare: list[Words] = [
        tuple(tuple((_unsigned(text, signs), ()) for text, _ in told) for told in cell) for cell in words
    ]
    return bare, one_statement(signs, numbers.pop()) if numbers else ()


def one_statement(text: str, numbers: Iterable[int] = ()) -> Words:
    """The words of a cell with one value."""
    return (((text, tuple(numbers)),),)


def _unsigned(text: str, signs: str) -> str:
    return text.rstrip(signs) if signs else text


def _spread(cells: list[Words], named: Sequence[bool]) -> list[Words]:
    """The words of cells; neighbours with the same footnotes have them once, behind the last of them.

    Texts without footnotes are passed over. Of the others ``named`` says which are names of documents: each of these
    has its own footnotes, as readers look for them there.
    """
    behind = [numbers for cell in cells for told in cell for _, numbers in told if numbers]
    met, words = 0, list[Words]()
    for cell in cells:
        shown = []
        for told in cell:
            texts = []
            for text, numbers in told:
                met += bool(numbers)
                is_last = not numbers or met == len(behind) or behind[met] != numbers or named[met - 1]
                texts.append((text, numbers if is_last else ()))
            shown.append(tuple(texts))
        words.append(tuple(shown))
    return words


def _is_plain_number(cell: Cell) -> bool:
    return all(isinstance(i.value, int | float | Decimal) and not isinstance(i.value, bool) for i in cell.items)


def remarks_of(answer: CitedAnswer, *, with_notes: bool = False) -> list[str]:
    """The lines that explain the marks of an answer: what each sign means, and the note of each marked value.

    ``with_notes`` adds the editors' notes on the facts behind the rows.
    """
    lines = remarks_on(answer.items())
    if with_notes and answer.rows:
        lines += dict.fromkeys(
            f"note: {row[answer.columns[0].name].text}: {answer.notes[fact]}"
            for row in answer.rows
            for cell in row.values()
            for fact in cell.facts
            if fact in answer.notes
        )
    return [plain(line) for line in [*lines, *answer.left_out]]


def flat(words: Words) -> str:
    """The words of a cell as one text, with the numbers of footnotes in square brackets."""
    return worded(words, str, lambda numbers: "".join(f"[{n}]" for n in numbers))


def without_numbers(words: Words) -> str:
    """The words of a cell as one text, without the numbers of footnotes."""
    return worded(words, str, lambda _: "")


def listed(words: Words) -> str:
    """The words of a cell as one text; of several long values each begins a line."""
    told = [flat((one,)) for one in words]
    return ("\n· " if max(map(len, told), default=0) > _LONG_VALUE else ITEMS).join(told)


def worded(words: Words, escaped: Callable[[str], str], marks: Callable[[tuple[int, ...]], str]) -> str:
    """The words of a cell as one text; ``escaped`` makes its texts safe, ``marks`` writes numbers of footnotes."""
    return ITEMS.join("".join(escaped(text) + marks(numbers) for text, numbers in told) for told in words)


def table(people: People, title: str, width: int | None) -> str:
    """A table for the terminal; with ``width`` in columns, long cells are broken so that it fits.

    Where words would have to be broken, each row is written as a list of its cells instead.
    """
    lines = [*(cell_lines(title, width or 10_000)), ""] if title else []
    lines += rows_of_table(people, width)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def fits(people: People, width: int) -> bool:
    """Whether a table fits a width without breaking words."""
    return _widths(people.headings, [[listed(c) for c in row] for row in people.rows], width) is not None


def rows_of_table(people: People, width: int | None) -> list[str]:
    """The lines of a table without its title; the rows of a group stand under its heading."""
    write = listed if people.groups else flat
    parts = [(g, _without_repeats([[write(c) for c in row] for row in rows])) for g, rows in people.in_groups()]
    rows = [row for _, part in parts for row in part]
    widths = _widths(people.headings, rows, width)
    if widths is None:
        return _lists(people.headings, rows, width or 10_000)
    lines = _line(people.headings, widths, people.numeric)
    whole = sum(widths) + len(_GAP) * (len(widths) - 1) + 1
    lines.append(" " + "─" * whole)
    for place, (group, part) in enumerate(parts):
        if place:
            lines += [""]
        if group.heading:
            lines += [f" {line}" for line in cell_lines(flat(group.heading), whole)]
        for row in part:
            lines += _line(row, widths, people.numeric)
        if group.below:
            lines += [f"   {group.below}"]
    return lines


def _without_repeats(rows: list[list[str]]) -> list[list[str]]:
    """The rows, each without the first cells that are those of the row above."""
    shown = []
    for above, row in zip([[], *rows], rows, strict=False):
        same = next((n for n, cell in enumerate(row[:-1]) if above[n : n + 1] != [cell]), len(row) - 1)
        shown.append([*[""] * same, *row[same:]])
    return shown


def remarks(people: People, width: int | None) -> str:
    """The lines that explain the marks of a table."""
    lines = [line for remark in people.remarks for line in wrapped(remark, min(width or 100, 120), " ", "   ")]
    return "".join(f"{line}\n" for line in lines)


def footnotes(sources: Sources, width: int | None) -> str:
    """The footnotes of a table, side by side where they fit."""
    notes = [f"[{n}] {text}" for n, text in enumerate(sources.footnotes, 1)]
    if not notes:
        return ""
    cell = max(display_width(n) for n in notes) + 3
    per_line = max(1, (min(width or 100, 120) - 1) // cell)
    lines = [notes[i : i + per_line] for i in range(0, len(notes), per_line)]
    return "".join(" " + "".join(padded(n, cell) for n in line).rstrip() + "\n" for line in lines)


def _shown(term: Term | None, prefixes: dict[str, str]) -> str:
    if term is None:
        return ""
    if term.kind == "uri":
        return plain(shorten(term.value, prefixes))
    if term.kind == "bnode":
        return plain(f"_:{term.value}")
    return plain(number(term.value) if term.is_number else term.value)


def _is_numeric(cells: list[Term | None]) -> bool:
    return any(cells) and all(c is None or c.is_number for c in cells)


def _widths(headings: list[str], rows: list[list[str]], width: int | None) -> list[int] | None:
    """The widths of the columns; where they are too wide together, those shrink whose cells break least.

    None if even the words of the cells are too wide together, up to a length at which words may be broken.
    """
    columns = list(zip(headings, *rows, strict=True)) if rows else [(h,) for h in headings]
    return widths_of_columns([column[: _LOOKED_AT + 1] for column in columns], width and width - 2, len(_GAP))


def _lists(headings: list[str], rows: list[list[str]], width: int) -> list[str]:
    """The rows one below the other, each as lines of heading and cell; empty cells are left out."""
    left = min(max(map(display_width, headings), default=0), max(width // 3, 1))
    lines = []
    for row, cells in enumerate(rows, 1):
        lines.append(f" {row} ".ljust(width - 1, "─"))
        for pair in zip(headings, cells, strict=True):
            if pair[1]:
                lines += _line([*pair], [left, max(width - left - 4, 1)], [False, False])
    return lines


def _line(cells: list[str], widths: list[int], numeric: list[bool]) -> list[str]:
    broken = [_broken(c, w) for c, w in zip(cells, widths, strict=True)]
    height = max(map(len, broken), default=0)
    lines = []
    for n in range(height):
        parts = [lines_of[n] if n < len(lines_of) else "" for lines_of in broken]
        aligned = (padded(p, w, right=right) for p, w, right in zip(parts, widths, numeric, strict=True))
        lines.append(" " + _GAP.join(aligned))
    return lines


def _broken(cell: str, width: int) -> list[str]:
    """The lines of a cell, which may be broken between numbers of footnotes too."""
    return [line for part in cell.split("\n") for line in cell_lines(_breakable(part, width), width)]


def _breakable(text: str, width: int) -> str:
    """A text with spaces before the numbers of footnotes at which a line of a width must be broken."""
    if display_width(text) <= width:
        return text
    words = text.replace("][", "] [").split(" ")
    return " ".join(w.replace("[", " [") if display_width(w) > width else w for w in words)
