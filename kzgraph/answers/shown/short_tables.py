"""The short view of an answer as text: headline, rows in groups, footnotes by document, what is folded."""

from __future__ import annotations

from collections.abc import Iterable

from kzgraph.answers.cells.cell import Item
from kzgraph.answers.cells.telling import signs_and_notes
from kzgraph.answers.evidence.sources import Sources
from kzgraph.answers.short.view import Line, ShortAnswer, ShortCell, ShortRow
from kzgraph.answers.shown.tables import (
    ITEMS,
    People,
    PeopleGroup,
    Statement,
    Words,
    fits,
    flat,
    one_statement,
    rows_of_table,
    with_footnotes,
)
from kzgraph.wording.printing import terminal_width
from kzgraph.wording.text import cell_lines, display_width, plain, wrapped

_CARDS_BELOW = 70  # columns of the terminal: in fewer a row is a card
_WIDEST_TEXT = 120
_USUAL_WIDTH = 100  # of what goes into a file or another program
_MOST_NOTES, _FEWER_NOTES = 3, 1


def reading_width(*, wide: bool = False) -> int | None:
    """The columns for an answer: those of the terminal, else of ``COLUMNS``, else 100; None where all may be used."""
    return None if wide else terminal_width() or _USUAL_WIDTH


def people_of(
    short: ShortAnswer,
    *,
    with_sources: bool,
    with_notes: bool = False,
    shared: Sources | None = None,
    for_readers: bool = False,
) -> People:
    """What people see of a short view; ``with_notes`` has all notes, and not the first ones.

    ``shared`` are the footnotes of what stands before it in the same text; new ones get the next numbers. A text
    ``for_readers`` names no commands and options, and has fewer notes.
    """
    sources = Sources() if shared is None else shared
    headline = [_words([line], sources, with_sources) for line in short.headline]
    numeric = [heading in short.numeric for heading in short.columns]
    people = People(list(short.columns), [], numeric, headline=headline, is_short=True, asked=asked_of(short))
    behind: list[Words] = []
    shown = [group for group in short.groups if group.rows] or list(short.groups)
    for group in shown:
        heading = _words([group.heading], sources, with_sources) if group.heading.parts else ()
        for row in group.rows:
            cells, own = _row(row, short, sources, with_sources)
            people.rows.append(cells)
            behind.append(own)
        people.groups.append(PeopleGroup(heading, len(group.rows), group.folded))
    if whole := [group for group in short.groups if group not in shown]:
        told = f"not shown: {ITEMS.join(group.heading.text for group in whole)}"
        people.groups.append(PeopleGroup((), 0, sum(group.folded for group in whole), told))
    if any(behind):
        people.headings.append("sources")
        people.numeric.append(False)
        for cells, own in zip(people.rows, behind, strict=True):
            cells.append(own)
    people.sources = sources if with_sources else None
    people.remarks = _remarks(short, with_notes=with_notes, for_readers=for_readers)
    return people


def asked_of(short: ShortAnswer) -> str:
    """With which values it was asked, in words: ``corridor: Middle Corridor``."""
    told = "; ".join(f"{name.replace('_', ' ')}: {plain(value)}" for name, value in short.asked.items() if value)
    return f"({told})" if told else ""


def short_text(people: People, title: str, width: int | None) -> str:
    """The short view for a terminal of some width, as a table or, in a narrow one, as cards; with its footnotes."""
    is_narrow = width is not None and (width < _CARDS_BELOW or not fits(people, width))
    reading = min(width or 100, _WIDEST_TEXT)
    lines = [*cell_lines(title, width or 10_000)] if title else []
    lines += [part for told in people.headline for part in wrapped(flat(told), reading, " ", " ")]
    if people.asked:
        lines += wrapped(people.asked, reading, " ", " ")
    if lines:
        lines += [""]
    if not people.rows and not people.groups:
        return "".join(f"{line.rstrip()}\n" for line in lines)
    lines += _cards(people, width or reading) if is_narrow else rows_of_table(people, width)
    if people.sources and people.sources.footnotes:
        lines += ["", *_footnotes(people.sources, reading)]
    if people.remarks:
        lines += ["", *(part for remark in people.remarks for part in wrapped(remark, reading, " ", "   "))]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _words(lines: Iterable[Line], sources: Sources, with_sources: bool) -> Words:
    """The words of some lines, each with its own footnotes."""
    told: list[Statement] = []
    for line in lines:
        cells, behind = with_footnotes([[_pairs(line)]], sources, with_sources=with_sources)
        numbers = behind[0][0][1] if behind else ()
        told += [((*cells[0][0], ("", numbers)) if numbers else cells[0][0])]
    return tuple(told)


def _row(row: ShortRow, short: ShortAnswer, sources: Sources, with_sources: bool) -> tuple[list[Words], Words]:
    cells = [row.cells[heading] for heading in short.columns]
    words, behind = with_footnotes(
        [[_pairs(line) for line in cell.lines] for cell in cells], sources, with_sources=with_sources
    )
    return [told + _folded(cell) for told, cell in zip(words, cells, strict=True)], behind


def _pairs(line: Line) -> list[tuple[str, Item | None]]:
    return [(part.words, part.item) for part in line.parts]


def _folded(cell: ShortCell) -> Words:
    return one_statement(f"and {cell.folded} more") if cell.folded else ()


def _remarks(short: ShortAnswer, *, with_notes: bool, for_readers: bool) -> list[str]:
    """What is not shown, what the signs mean, and the first notes; the number of the others."""
    signs, notes = signs_and_notes(short.items(), for_readers=for_readers)
    most = _FEWER_NOTES if for_readers else _MOST_NOTES
    shown = notes if with_notes or len(notes) <= most + 1 else notes[:most]
    command = " by the editors" if for_readers else ": --notes"
    more = [f"and {len(notes) - len(shown)} more notes{command}"] if len(notes) > len(shown) else []
    rest = short.rest_for_readers if for_readers else short.rest
    return [plain(line) for line in [*rest, *signs, *shown, *more, *short.left_out]]


def _footnotes(sources: Sources, width: int) -> list[str]:
    """The footnotes, gathered one line a document: ``Yagubova 2022: [6] ¶ 5 · [7] ¶ 24``."""
    lines = []
    for own in sources.by_document():
        told = [f"[{number}]{f' {place}' if place else ''}" for number, place in own.places]
        lines += _joined(f" {plain(own.name)}: ", told, width)
    return lines


def _joined(first: str, parts: list[str], width: int) -> list[str]:
    """Parts with points between them, broken between parts only."""
    lines, line = [], first
    for number, part in enumerate(parts):
        added = part if line == first or not line.strip() else f" · {part}"
        if number and display_width(line + added) > width:
            lines.append(line)
            line, added = "   ", part
        line += added
    return [
        part
        for whole in [*lines, line]
        for part in wrapped(whole.lstrip(), width, whole[: -len(whole.lstrip())], "   ")
    ]


def _cards(people: People, width: int) -> list[str]:
    """The rows as cards: the first cell is the heading, the others stand below it with theirs."""
    lines: list[str] = []
    for group, rows in people.in_groups():
        if group.heading:
            lines += [*wrapped(flat(group.heading), width, " "), " " + "─" * (width - 2)]
        for row in rows:
            head, *others = [flat(cell) for cell in row]
            lines += wrapped(head or "–", width, " ", "  ")
            for heading, cell in zip(people.headings[1:], others, strict=True):
                if cell:
                    lines += wrapped(f"{heading}: {cell}", width, "   ", "     ")
        if group.below:
            lines += [f" {group.below}"]
        lines += [""]
    return lines[:-1]
