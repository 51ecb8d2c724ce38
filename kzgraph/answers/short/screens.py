"""How many rows one screen holds, reckoned for 100 columns, so that a view is the same in every format."""

from __future__ import annotations

from collections.abc import Sequence

from kzgraph.answers.short.view import ShortCell, ShortRow
from kzgraph.wording.columns import heights_of_cells, widths_of_columns
from kzgraph.wording.text import display_width

_WIDTH, _GAP, _RAGGED = 90, 2, 2  # without the column of sources; what words leave free at the end of a line
_LINES = 48  # of rows and headings of groups
_FOOTNOTE = "[12]"
_AT_LEAST, _MANY = 2, 8  # rows of each group are shown in any case, one if there are many groups


def allowed(groups: Sequence[tuple[int, Sequence[ShortRow]]], most: int) -> list[int]:
    """How many rows of each group are shown: a few of each, then more of the first ones while there is room.

    A group comes with the most of its rows that may be shown. The room is ``most`` rows, or with 0 one screen.
    """
    heights = [[1] * len(rows) for _, rows in groups] if most else _heights([rows for _, rows in groups])
    wanted = [min(len(rows), own) for own, rows in groups]
    shown = [min(number, _AT_LEAST if len(groups) < _MANY else 1) for number in wanted]
    room = (most or _LINES - 2 * len(groups)) - sum(sum(h[:n]) for h, n in zip(heights, shown, strict=True))
    for place, number in enumerate(wanted):
        while shown[place] < number and room >= heights[place][shown[place]]:
            room -= heights[place][shown[place]]
            shown[place] += 1
        if shown[place] == number - 1:
            shown[place] += 1  # rather than to say that there is one more
    return shown


def _heights(groups: Sequence[Sequence[ShortRow]]) -> list[list[int]]:
    """How many lines each row takes in a table of all."""
    rows = [row for own in groups for row in own]
    if not rows:
        return [[] for _ in groups]
    columns = [[name, *(_text(row.cells[name]) for row in rows)] for name in rows[0].cells]
    shown = [column for column in columns if any(column[1:])]
    widths = widths_of_columns(shown, _WIDTH, _GAP) or [_WIDTH // len(shown)] * len(shown)
    heights = iter([max(lines) for lines in zip(*map(_lines, shown, widths), strict=True)])
    return [[next(heights) for _ in own] for own in groups]


def _text(cell: ShortCell) -> str:
    """A cell as a table has it, with room for footnotes."""
    told = [line.text + _FOOTNOTE * bool(line.items) for line in cell.lines]
    return "\n".join([*told, *(["and more"] if cell.folded else [])])


def _lines(column: list[str], width: int) -> list[int]:
    """How many lines each cell of a column takes, whose words do not fill them quite."""
    filled = max(width - _RAGGED, 1)
    return heights_of_cells([[*map(display_width, cell.split("\n"))] for cell in column[1:]], filled)
