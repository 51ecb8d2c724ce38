"""Two answers of one question → one answer that says of each row that differs what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from kzgraph.answers.cells.cell import Cell, CitedAnswer, CitedRow, Item
from kzgraph.answers.cells.columns import VALUE, Column
from kzgraph.wording.numbers import counted

CHANGE = "change"
"""The first column: new, gone, or how a row was before and how it is now."""
NEW, GONE, BEFORE, NOW = "new", "gone", "before", "now"
_WHY = "compared from the answers of both dates"


def differences(before: CitedAnswer, after: CitedAnswer, rows: Sequence[str], since: str, until: str) -> CitedAnswer:
    """The rows of ``after`` that ``before`` lacks, and the other way, with a first column that says which is which.

    A row that shows the same things in the columns of the variables ``rows``, and rests on a fact that it rested on
    before, is one row that differs: it stands as it was before and as it is now. ``since`` and ``until`` are the dates
    in words; how many rows are the same is said in ``left_out``.
    """
    keys = [c.name for c in after.columns if c.shows == VALUE and c.of and set(c.of) <= set(rows)]
    gone, new = _without_same(before, after)
    pairs = _paired(gone, new, keys)
    paired = {id(row) for pair in pairs for row in pair}
    made = [_told(NEW, row) for row in new if id(row) not in paired]
    made += [_told(GONE, row) for row in gone if id(row) not in paired]
    for old, young in pairs:
        made += [_told(BEFORE, old), _told(NOW, young)]
    same = len(after.rows) - len(new)
    counts = f"{len(new) - len(pairs)} new, {len(gone) - len(pairs)} gone, {len(pairs)} different"
    told = f"{counts} in {until} against {since}; {counted(same, 'row')} as before"
    return replace(
        after,
        title=f"{after.title}: changes from {since} to {until}",
        columns=[Column(CHANGE, VALUE, (CHANGE,), (), (), _WHY), *after.columns],
        rows=made,
        notes=before.notes | after.notes,
        left_out=[told, *dict.fromkeys([*before.left_out, *after.left_out])],
        marks_at="",
        cut=before.cut or after.cut,
    )


def _without_same(before: CitedAnswer, after: CitedAnswer) -> tuple[list[CitedRow], list[CitedRow]]:
    """The rows of each answer that the other does not show; a row that comes twice is counted twice."""

    def look(row: CitedRow) -> tuple[object, ...]:
        return tuple(row[c.name].shown for c in after.columns)

    def lacking(own: Iterable[CitedRow], other: Iterable[CitedRow]) -> list[CitedRow]:
        left = Counter(map(look, other))
        kept = []
        for row in own:
            if left[look(row)] > 0:
                left[look(row)] -= 1
            else:
                kept.append(row)
        return kept

    return lacking(before.rows, after.rows), lacking(after.rows, before.rows)


def _paired(gone: list[CitedRow], new: list[CitedRow], keys: Sequence[str]) -> list[tuple[CitedRow, CitedRow]]:
    """The rows that are one row, changed: of the same things, and resting on a fact in common; each once."""
    left, pairs = list(gone), []
    for row in new:
        for old in left:
            is_same = all([i.text for i in old[k].items] == [i.text for i in row[k].items] for k in keys)
            if is_same and _facts(old) & _facts(row):
                pairs.append((old, row))
                left = [other for other in left if other is not old]
                break
    return pairs


def _facts(row: CitedRow) -> set[str]:
    return {fact for cell in row.values() for fact in cell.facts}


def _told(what: str, row: CitedRow) -> CitedRow:
    return {CHANGE: Cell((Item(what, what),)), **row}
