"""How wide the columns of a table should be where another program lays it out: Word, or pandoc."""

from __future__ import annotations

from collections.abc import Callable

from kzgraph.answers.shown.tables import People, worded
from kzgraph.wording.text import display_width

_LONGEST_WORD, _LONGEST, _ROOM, _LEAST = 16, 45, 3, 3.0  # letters


def column_widths(
    people: People, power: float, marks: Callable[[tuple[int, ...]], str] = lambda numbers: ""
) -> list[float]:
    """The widths of the columns in letters: their longest words at least, and long cells in less than proportion.

    ``power`` (from 0 to 1) says how much longer cells count, ``marks`` what stands for footnotes, if it takes room.
    """
    widths = []
    for column, heading in enumerate(people.headings):
        cells = [heading, *(worded(row[column], str, marks) for row in people.rows)]
        word = max((display_width(word) for text in cells for word in text.split()), default=1)
        longest = max(map(display_width, cells))
        widths.append(max(min(word, _LONGEST_WORD) + _ROOM, min(longest, _LONGEST) ** power, _LEAST))
    return widths
