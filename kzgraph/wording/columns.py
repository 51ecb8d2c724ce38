"""How wide the columns of a table are, so that it fits a width and gets as short as it can."""

from __future__ import annotations

from collections.abc import Sequence

from kzgraph.wording.text import display_width

# A column gets no narrower than this: below six letters hardly a word is whole.
_NARROWEST = 6
# A word is broken from here on, where the width allows it: `Intergovernmental` is shorter, an address is not.
_LONG_WORD = 20
# And from here on where the columns are too wide otherwise: `Transcaspian` and most words are shorter.
_LONG_WORD_IN_NARROW = 14
_STEPS = 5  # columns get narrower by a part of what is too much


def widths_of_columns(columns: Sequence[Sequence[str]], width: int | None, gap: int) -> list[int] | None:
    """The widths of columns, each given as its heading and its cells, which may have several lines.

    Where they are too wide together, again and again the column gets narrower by which the table gets least longer.
    None if even the words of the cells are too wide together, up to a length at which words may be broken.
    """
    cells = [[[*map(display_width, cell.split("\n"))] for cell in column] for column in columns]
    widths = [max(map(max, column)) for column in cells]
    if width is None:
        return widths
    words = [[display_width(w) for cell in column for w in cell.split()] for column in columns]
    room = width - gap * (len(widths) - 1)
    for limit in (_LONG_WORD, _LONG_WORD_IN_NARROW):
        least = [max([_NARROWEST, *(min(word, limit) for word in own)]) for own in words]
        narrowest = [*map(min, least, widths)]
        spare = room - sum(narrowest)
        if spare >= 0:
            widths = [min(w, n + spare) for w, n in zip(widths, narrowest, strict=True)]  # none can be wider in the end
            return _narrowed([column[1:] for column in cells], widths, least, room)
    return None


def _narrowed(columns: list[list[list[int]]], widths: list[int], least: list[int], room: int) -> list[int]:
    """Widths that fit a room; ``columns`` has the widths of the lines of each cell, ``least`` those of the words."""
    heights = [*map(heights_of_cells, columns, widths)]
    while (excess := sum(widths) - room) > 0:
        tallest = [*map(max, zip(*heights, strict=True))]
        best: tuple[tuple[int, int, int], int, int, list[int]] | None = None
        for place, column in enumerate(columns):
            step = min(max(excess // _STEPS, 1), widths[place] - least[place])
            if step < 1:
                continue
            narrower = heights_of_cells(column, widths[place] - step)
            longer = sum(new - top for new, top in zip(narrower, tallest, strict=True) if new > top)
            cost = longer, sum(narrower) - sum(heights[place]), -widths[place]
            if best is None or cost < best[0]:
                best = cost, place, step, narrower
        assert best is not None  # the room takes the least widths
        widths[best[1]] -= best[2]
        heights[best[1]] = best[3]
    return widths


def heights_of_cells(cells: list[list[int]], width: int) -> list[int]:
    """How many lines each cell takes, whose own lines have some widths."""
    room = width or 1  # an empty column has no width
    return [sum([-(-line // room) or 1 for line in cell]) for cell in cells]
