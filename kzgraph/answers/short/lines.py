"""The lines of a cell: what the rows of the detail say in some columns, each statement once, firm ones first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kzgraph.answers.cells.cell import BACKGROUND, CLAIMED, SUPPLIED, SYMBOLS, Cell, CitedAnswer, CitedRow, Item, Mark
from kzgraph.answers.cells.marks import level_of
from kzgraph.answers.cells.telling import words_of_row
from kzgraph.answers.evidence.sources import Source
from kzgraph.answers.short.description import ROWS
from kzgraph.answers.short.templates import filled, placeholders
from kzgraph.answers.short.view import Line, LinePart, ShortCell
from kzgraph.dates import When

_LISTED = 4  # values of one column within a line; the others are counted
_SHORT_LIST = 50  # letters: so much of a list is shown, however many values it has
_YES = "✓"


class Told(NamedTuple):
    """A row of the detail with the words of its items, in which each mark stands once, and how firm it is."""

    row: CitedRow
    words: dict[str, list[str]]
    level: int = 0

    @staticmethod
    def of(row: CitedRow, shown: CitedAnswer, level: int) -> Told:
        """A row as it reads in an answer that has only some of its columns."""
        return Told(row, words_of_row({c.name: row[c.name] for c in shown.columns}, shown), level)

    def parts(self, column: str) -> list[LinePart]:
        """The items of a column, each with its words."""
        items = self.row[column].items
        return [
            LinePart(w.replace(f"{i.text} ({i.text})", i.text), i)
            for w, i in zip(self.words[column], items, strict=True)
        ]


def lines_by(template: str, rows: Iterable[Told], gather: str = "") -> list[Line]:
    """A line for each row by a template, or for each item if the template is one placeholder; firm ones first.

    Rows that differ in the column ``gather`` alone make one line, which lists its values.
    """
    named = placeholders(template)
    if len(named) == 1 and template == f"{{{named[0]}}}":
        return _by_firmness(values_of([part for row in rows for part in row.parts(named[0])]))
    found: dict[str, Line] = {}
    for row in _gathered(template, gather, rows) if gather else rows:
        line = _line(template, row)
        if line.items:
            known = found.get(line.text)
            found[line.text] = line if known is None else _joined(known, line)
    return _by_firmness(list(found.values()))


def _gathered(template: str, gather: str, rows: Iterable[Told]) -> list[Told]:
    """The rows, those as one that tell the same but for one column; that has the values of all."""
    columns = placeholders(template)
    found: dict[tuple[tuple[str, ...], ...], list[Told]] = {}
    for row in rows:
        found.setdefault(tuple(tuple(row.words[c]) for c in columns if c != gather), []).append(row)
    made = []
    for own in found.values():
        lines = {c: values_of([part for row in own for part in row.parts(c)]) for c in columns}
        if len(own) > 1:
            behind = {s for line in lines[gather] for item in line.items for s in item.sources}
            lines |= {c: [_bare(line, behind) for line in told] for c, told in lines.items() if c != gather}
        cells = {c: Cell(tuple(line.items[0] for line in told)) for c, told in lines.items()}
        made.append(Told(cells, {c: [line.text for line in told] for c, told in lines.items()}))
    return made


def _bare(line: Line, behind: set[Source]) -> Line:
    """A value without its sources, if the values that it goes with have them all."""
    item = line.items[0]
    if not behind.issuperset(item.sources):
        return line
    return Line((line.parts[0]._replace(item=item._replace(sources=(), facts=frozenset())),))


def values_of(parts: Iterable[LinePart]) -> list[Line]:
    """A line for each value, told as firmly as the firmest of the facts that state it do."""
    by_text: dict[str, list[LinePart]] = {}
    for part in parts:
        if part.item:
            by_text.setdefault(part.item.text, []).append(part)
    return [Line((_firmest(own),)) for own in by_text.values()]


def counts_of(column: str, rows: Iterable[Told]) -> list[Line]:
    """A line for each value of a column, with the number of rows that have it.

    A value of several rows has the marks of all of them, and no sources.
    """
    by_text: dict[str, list[LinePart]] = {}
    for row in rows:
        for part in row.parts(column):
            by_text.setdefault(part.item.text if part.item else "", []).append(part)
    found = list[Line]()
    for parts in sorted(by_text.values(), key=lambda own: -len(own)):
        part = _united(parts)
        assert part.item is not None
        if len(parts) == 1:
            found.append(Line((part,)))
            continue
        common = frozenset.intersection(*(frozenset(p.item.marks) for p in parts if p.item))
        item = part.item._replace(marks=tuple(sorted(common)), facts=frozenset(), sources=())
        found.append(Line((LinePart(item.words, item), LinePart(f" ({len(parts)})"))))
    return found


def number_of(column: str, rows: Sequence[Told], *, of_documents: int) -> list[Line]:
    """How many values of a column some rows have, or behind how many of all documents they stand."""
    if column:
        return [Line((LinePart(str(len({i.text for r in rows for i in r.row[column].items}))),))]
    documents = {s.document for r in rows for cell in r.row.values() for s in cell.sources if not s.background}
    return [Line((LinePart(f"{len(documents)} of {of_documents}"),))]


def crossing(across: str, value: Item, show: str, rows: Iterable[Told]) -> list[Line]:
    """What some rows say for one value of a column: the items of another column, a sign or the number of rows."""
    if show == ROWS:
        number = sum(any(i.text == value.text for i in row.row[across].items) for row in rows)
        return [Line((LinePart(str(number)),))] if number else []
    parts: list[LinePart] = []
    for row in rows:
        met = next((i for i in row.row[across].items if i.text == value.text), None)
        if met is None:
            continue
        documents = {s.document for s in met.sources}
        own = [(p, _of(p.item, documents)) for p in (row.parts(show) if show else []) if p.item]
        told = [part._replace(item=item) for part, item in own if item]
        is_stated = bool(met.sources) or not show  # a value that nothing states says nothing without the other column
        parts += told or ([LinePart(_YES, met._replace(text=_YES))] if is_stated else [])
    return values_of(parts)


def _of(item: Item, documents: set[str]) -> Item | None:
    """An item with those of its sources that are of some documents; None if it has others only."""
    own = tuple(s for s in item.sources if s.document in documents)
    return item._replace(sources=own) if own or not documents or not item.sources else None


def heading_of(columns: Sequence[str], rows: Sequence[Told]) -> list[Line]:
    """The values that several rows have in common: with the marks that all of them have, and without sources.

    The lines beside it have the sources.
    """
    by_text: dict[str, list[Item]] = {}
    for row in rows:
        for item in (item for column in columns for item in row.row[column].items):
            by_text.setdefault(item.text, []).append(item)
    found = []
    for items in by_text.values():
        marks = tuple(sorted(frozenset.intersection(*(frozenset(i.marks) for i in items))))
        bare = items[0]._replace(marks=marks, facts=frozenset(), sources=())
        found.append(Line((LinePart(bare.signed, bare),)))
    return found or [Line((LinePart("not named"),))]


def in_common(lines: Sequence[Line], behind: set[Source]) -> Line:
    """One line for several of the same values: with the marks that all have, and the sources that no row below has."""
    parts = []
    for same in zip(*(line.parts for line in lines), strict=True):
        items = [part.item for part in same if part.item]
        if not items:
            parts.append(same[0])
            continue
        marks = tuple(sorted(frozenset.intersection(*(frozenset(i.marks) for i in items))))
        sources = {s for i in items for s in i.sources}
        facts = frozenset(f for i in items for f in i.facts)
        is_below = behind.issuperset(sources)
        item = items[0]._replace(
            marks=marks,
            facts=frozenset() if is_below else facts,
            sources=() if is_below else tuple(sorted(sources)),
        )
        words = item.signed if item.text in {m.text for m in marks} else item.words
        parts.append(LinePart(words, item))
    return Line(tuple(parts))


def folded(lines: Sequence[Line], most: int) -> ShortCell:
    """A cell with the first lines, of short ones as many as fit; one line more is shown rather than counted."""
    number = min(most, len(lines))
    room = _SHORT_LIST - sum(len(line.text) for line in lines[:number])
    while number < len(lines) and len(lines[number].text) <= room:
        room -= len(lines[number].text)
        number += 1
    if number == len(lines) - 1 and (most > 1 or len(lines[number].text) <= _SHORT_LIST):
        number += 1
    return ShortCell(tuple(lines[:number]), len(lines) - number)


def with_marks_told(cells: dict[str, ShortCell]) -> dict[str, ShortCell]:
    """The cells of a row, in which every mark of a shown value stands in words at one place at least.

    A mark stands once in a row of the detail; where that place is folded, it stands at the value itself.
    """
    lines = [line for cell in cells.values() for line in cell.lines]
    told: set[tuple[str, Mark]] = set()
    at_all: set[Mark] = set()
    for line in lines:  # a mark that a line tells once holds for all of its values that have it
        marks = {mark for part in line.parts for mark in _words_told(part)}
        at_all |= marks
        told |= {(fact, mark) for item in line.items for mark in marks.intersection(item.marks) for fact in item.facts}

    def whole(part: LinePart) -> LinePart:
        if part.item is None:
            return part
        wanted = _in_words(part.item)
        own = _facts(part.item)
        missing = [m for m in wanted if (m not in at_all if not own else not any((f, m) in told for f in own))]
        return part._replace(words=part.item.words) if missing else part

    return {
        name: cell._replace(lines=tuple(Line(tuple(map(whole, line.parts))) for line in cell.lines))
        for name, cell in cells.items()
    }


def without_dates_twice(cells: dict[str, ShortCell]) -> dict[str, ShortCell]:
    """The cells of a row, in which no name ends with the date that stands in a cell of its own."""
    parts = [p for cell in cells.values() for line in cell.lines for p in line.parts if p.item]
    times = {p.item.text.replace("–", "-") for p in parts if p.item and isinstance(p.item.value, When)}
    ends = sorted((f", {time}" for time in times if time), key=len, reverse=True)

    def short(part: LinePart) -> LinePart:
        end = next((e for e in ends if part.item and part.item.text.replace("–", "-").endswith(e)), "")
        if not end or part.item is None:
            return part
        stem = part.item.text[: -len(end)]
        return part._replace(words=part.words.replace(part.item.text, stem, 1))

    return {
        name: cell._replace(lines=tuple(Line(tuple(map(short, line.parts))) for line in cell.lines))
        for name, cell in cells.items()
    }


def _facts(item: Item | None) -> frozenset[str]:
    return item.facts if item else frozenset()


def _in_words(item: Item) -> list[Mark]:
    """The marks of an item that stand in words, but for one that the item itself says: the state "planned"."""
    return [m for m in item.marks if m.text and not m.symbol and m.text != item.text]


def _words_told(part: LinePart) -> list[Mark]:
    """The marks that a part tells in words."""
    return [m for m in _in_words(part.item) if m.text in part.words] if part.item else []


def _line(template: str, row: Told) -> Line:
    said = ""

    def tell(column: str, is_optional: bool) -> list[LinePart]:
        nonlocal said
        own = _new(row.parts(column), said) if is_optional else row.parts(column)
        shown = own if len(own) <= _LISTED + 1 else own[:_LISTED]
        between = "; " if any("," in part.words for part in shown) else ", "
        told: list[LinePart] = []
        for number, part in enumerate(shown):
            if number:
                told += [LinePart(between)]
            told.append(part)
        said += " ".join(part.words for part in told)
        return [*told, LinePart(f" and {len(own) - len(shown)} more")] if len(own) > len(shown) else told

    return Line(_once(filled(template, tell, LinePart)))


def _new(parts: list[LinePart], said: str) -> list[LinePart]:
    """What a line has not told yet: of times the first one that is more than the year of a report."""
    said = said.replace("–", "-")
    if any(part.item and isinstance(part.item.value, When) for part in parts):
        parts = [p for p in parts if p.item and isinstance(p.item.value, When) and p.item.value.own_edtf][:1]
    return [part for part in parts if part.item and part.item.text.replace("–", "-") not in said]


def _once(parts: tuple[LinePart, ...]) -> tuple[LinePart, ...]:
    """The parts of a line, in which a mark in words stands at the first item that has it."""
    before: set[Mark] = set()
    found: list[LinePart] = []
    for part in parts:
        own = _words_told(part)
        if part.item and own and before.issuperset(own):
            part = part._replace(words=part.item.signed)
        before.update(own)
        found.append(part)
    return tuple(found)


def _firmest(parts: Sequence[LinePart]) -> LinePart:
    """One value that several facts state: as the firmest of them do, with the sources of these."""
    found = [_certainty(p.item) if p.item else (0, 0, 0) for p in parts]
    return _united([part for part, own in zip(parts, found, strict=True) if own == min(found)])


def _united(parts: Sequence[LinePart]) -> LinePart:
    items = [p.item for p in parts if p.item]
    if len(items) < 2:
        return parts[0]
    item = items[0]._replace(
        facts=frozenset(f for i in items for f in i.facts),
        sources=tuple(sorted({s for i in items for s in i.sources})),
        marks=tuple(sorted({m for i in items for m in i.marks})),
        order=min(i.order for i in items),
    )
    words = max((p.words for p in parts), key=len)
    return LinePart(words.rstrip("".join(SYMBOLS.values())) + item.signs, item)


def _joined(one: Line, other: Line) -> Line:
    """Two lines of the same words as one, with the facts and sources of both."""
    return Line(tuple(_united([a, b]) if a.item and b.item else a for a, b in zip(one.parts, other.parts, strict=True)))


def _by_firmness(lines: list[Line]) -> list[Line]:
    """Firm ones first; of these what the document says itself before what it lets somebody say."""

    return sorted(lines, key=lambda line: max((_certainty(i)[:2] for i in line.items), default=(0, 0)))


def _certainty(item: Item) -> tuple[int, int, int]:
    """How certain a value is, 0 being most: how firm, whether only somebody says so, whether the editors had a hand."""
    kinds = {mark.kind for mark in item.marks}
    return level_of(item), int(CLAIMED in kinds), len(kinds & {SUPPLIED, BACKGROUND})
