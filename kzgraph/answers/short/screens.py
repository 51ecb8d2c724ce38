"""How many rows one screen holds, reckoned for 100 columns, so that a view is the same in every format."""

from __future__ import annotations

from collections.abc import Sequence

from kzgraph.answers.short.view import ShortCell, ShortRow
from kzgraph.wording.columns import heights_of_cells, widths_of_columns
from kzgraph.wording.text import display_width

_WIDTH, _GAP, _RAGGED = 90, 2, 2  # without the column of sources; what words leave free at the end of a line
SCREEN = 42
"""How many lines of rows and headings of groups a screen holds."""
_ROWS = 25
_OF_A_GROUP = 3  # lines: an empty one, the heading, and how many more there are
_LOW = 2
_FOOTNOTE = "[12]"


def allowed(
    groups: Sequence[tuple[int, Sequence[ShortRow]]], most: int, room: int = SCREEN, *, in_order: bool = False
) -> list[int]:
    """How many rows of each group are shown: one of each, then a second one, then more, while there is room.

    A group comes with the most of its rows that may be shown. The room is ``most`` rows, or with 0 so many lines. A low
    row that would be the only one folded is shown. ``in_order`` shows the rows of the first group, then those of the
    next one, while there is room; one row at least, and so many as are asked for, whatever a group may show.
    """
    if in_order:
        return _in_order(groups, most, room)
    heights = [[1] * len(rows) for _, rows in groups] if most else _heights([rows for _, rows in groups])
    wanted = [min(len(rows), own) for own, rows in groups]
    shown = [min(number, 1) for number in wanted]
    lines = (most or room - _OF_A_GROUP * len(groups)) - sum(sum(h[:n]) for h, n in zip(heights, shown, strict=True))
    rows = (most or _ROWS) - sum(shown)
    for limit in (2, max(wanted, default=0)):
        for place, number in enumerate(wanted):
            while rows > 0 and shown[place] < min(number, limit) and lines >= heights[place][shown[place]]:
                lines -= heights[place][shown[place]]
                rows -= 1
                shown[place] += 1
    for place, number in enumerate(wanted):
        if rows > 0 and shown[place] == number - 1 and heights[place][-1] <= _LOW:
            rows -= 1
            shown[place] += 1
    return shown


def _in_order(groups: Sequence[tuple[int, Sequence[ShortRow]]], most: int, room: int) -> list[int]:
    heights = [[1] * len(rows) for _, rows in groups] if most else _heights([rows for _, rows in groups])
    left, shown = most or room, [0] * len(groups)
    for place, ((own, rows), high) in enumerate(zip(groups, heights, strict=True)):
        left -= 0 if most else 1  # its heading, or the line that tells of the groups that are not shown
        number = len(rows) if most else min(len(rows), own)
        for height in high[:number]:
            is_last_alone = 0 < shown[place] == number - 1 and height <= _LOW
            if height > left and any(shown) and (most or not is_last_alone):
                return shown
            left -= height
            shown[place] += 1
    return shown


def _heights(groups: Sequence[Sequence[ShortRow]]) -> list[list[int]]:
    """How many lines each row takes in a table of all."""
    rows = [row for own in groups for row in own]
    if not rows:
        return [[] for _ in groups]
    columns = [[name, *(_text(row.cells[name]) for row in rows)] for name in rows[0].cells]
    shown = [column for column in columns if any(column[1:])]
    widths = widths_of_columns(shown, _WIDTH, _GAP)
    heights = iter(
        [max(lines) for lines in zip(*map(_lines, shown, widths), strict=True)]
        if widths
        else map(_height_of_card, rows)
    )
    return [[next(heights) for _ in own] for own in groups]


def _height_of_card(row: ShortRow) -> int:
    """How many lines a row takes where the columns are too many for a table: one at least for each cell."""
    return sum(-(-display_width(cell.text) // _WIDTH) for cell in row.cells.values())


def _text(cell: ShortCell) -> str:
    """A cell as a table has it, with room for footnotes."""
    told = [line.text + _FOOTNOTE * bool(line.items) for line in cell.lines]
    return "\n".join([*told, *(["and more"] if cell.folded else [])])


def _lines(column: list[str], width: int) -> list[int]:
    """How many lines each cell of a column takes, whose words do not fill them quite."""
    filled = max(width - _RAGGED, 1)
    return heights_of_cells([[*map(display_width, cell.split("\n"))] for cell in column[1:]], filled)
