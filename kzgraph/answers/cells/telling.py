"""The words of a row: each value with its marks, none told twice in one row; and what explains the marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kzgraph.answers.cells.cell import HELD_WRONG, KEY, SYMBOLS, TOLD_BY, CitedAnswer, CitedRow, Item, Mark
from kzgraph.answers.cells.columns import DOCUMENTS, WHEN


def words_of_row(row: CitedRow, answer: CitedAnswer) -> dict[str, list[str]]:
    """The words of the items of each column.

    How firm a fact is and who says so stand once in the row: at the fact itself if the row shows it, and in the column
    ``marks_at`` if all values of the row have the same marks. Signs such as † stand at each value.
    """
    items = [i for cell in row.values() for i in cell.items if i.facts]
    told = {i.term.value for i in items if i.term and i.facts == {i.term.value}}
    has_place = bool(answer.marks_at) and any(item.facts for item in row[answer.marks_at].items)
    common = _common_marks(row, answer) if has_place else frozenset()

    def words(column: str, item: Item) -> str:
        if item.facts and item.facts <= told and not item.is_fact:
            return item.signed
        hidden = common if column != answer.marks_at else frozenset()
        return item._replace(marks=tuple(m for m in item.marks if m not in hidden)).words

    return {c.name: [words(c.name, item) for item in row[c.name].items] for c in answer.columns}


def _common_marks(row: CitedRow, answer: CitedAnswer) -> frozenset[Mark]:
    """The marks in words that all values of a row have, but for its times and documents, which have none."""
    marked = [c for c in answer.columns if c.shows not in {DOCUMENTS, WHEN}]
    stated = [set(i.marks) for c in marked for i in row[c.name].items if i.facts]
    return frozenset(m for m in set.intersection(*stated) if not m.symbol) if stated else frozenset()


def by_value(items: Iterable[Item]) -> list[list[Item]]:
    """The items of a cell by what they say, each value with those that have the fewest marks first."""
    found: dict[str, list[Item]] = {}
    for item in items:
        found.setdefault(item.text, []).append(item)
    return [sorted(own, key=lambda i: (len(i.marks), i.words)) for own in found.values()]


def statements(told: Sequence[str], items: Sequence[Item]) -> list[list[tuple[str, Item | None]]]:
    """The words of a cell by its values: where a value stands with several marks, it is named once.

    First comes what has the fewest marks, then the marks alone of the others: "Georgia", " †"; of marks that are signs
    only those that none before has.
    """
    words = {id(item): text for text, item in zip(told, items, strict=True)}
    found = []
    for own in by_value(items):
        before = words[id(own[0])]
        parts: list[tuple[str, Item | None]] = [(before, own[0])]
        signs = before.removeprefix(own[0].text)
        for item in own[1:]:
            text = words[id(item)]
            marks = text.removeprefix(item.text).strip()
            if set(marks) <= set(SYMBOLS.values()):
                marks = "".join(sign for sign in marks if sign not in signs)
            parts.append(("" if text == before or not marks else f" {marks}", item))
            before, signs = text, signs + marks
        found.append(parts)
    return found


def once_each(told: Sequence[str], items: Sequence[Item]) -> list[str]:
    """The words of a cell without sources: each value once, as it stands with the fewest marks."""
    return [own[0][0] for own in statements(told, items)]


def remarks_on(shown: Iterable[Item]) -> list[str]:
    """The lines that explain the marks of some items: what each sign means, and the notes."""
    signs, notes = signs_and_notes(shown)
    return [*signs, *notes]


def signs_and_notes(shown: Iterable[Item], *, for_readers: bool = False) -> tuple[list[str], list[str]]:
    """What each sign of some items means, and the notes on them: each note once, with all the values that it is on.

    What is said ``for_readers``, who have no command line, names no commands.
    """
    items = list(shown)
    kinds = {m.kind for i in items for m in i.marks}
    more = {kind: f": see `{command}`" for kind, command in TOLD_BY.items() if not for_readers}
    signs = [f"{symbol} {KEY[kind]}{more.get(kind, '')}" for kind, symbol in SYMBOLS.items() if kind in kinds]
    notes: list[str] = []
    for kind, sign in {**SYMBOLS, HELD_WRONG: "held wrong:"}.items():
        noted: dict[str, dict[str, None]] = {}
        for item, mark in ((i, m) for i in items for m in i.marks if m.kind == kind and m.note):
            noted.setdefault(mark.note, {})[item.text] = None
        notes += [f"{sign} {' · '.join(texts)}: {note}" for note, texts in noted.items()]
    return signs, notes
