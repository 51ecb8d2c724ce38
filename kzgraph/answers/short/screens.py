"""How many rows one screen holds, reckoned for 100 columns, so that a view is the same in every format."""

from __future__ import annotations

from collections.abc import Sequence

from kzgraph.answers.short.view import ShortRow
from kzgraph.wording.text import display_width

_WIDTH, _NARROWEST, _WIDEST = 96, 8, 48  # columns of a terminal: of the table, and of one of its columns
_LINES = 56  # of rows and headings of groups
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
    longest = [max(display_width(row.cells[name].text) for row in rows) for name in rows[0].cells]
    wanted = [min(max(width, _NARROWEST), _WIDEST) if width else 0 for width in longest]
    scale = min(1.0, _WIDTH / max(sum(wanted) + 2 * len(wanted), 1))
    widths = [max(int(width * scale), 1) for width in wanted]
    return [[_height(row, widths) for row in own] for own in groups]


def _height(row: ShortRow, widths: Sequence[int]) -> int:
    cells = zip(row.cells.values(), widths, strict=True)
    return max(sum(-(-display_width(line.text) // width) or 1 for line in cell.lines) for cell, width in cells) or 1
