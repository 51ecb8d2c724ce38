"""How wide the columns of a table should be where another program lays it out: Word, or pandoc."""

from __future__ import annotations

from collections.abc import Callable

from kzgraph.answers.shown.tables import People, worded
from kzgraph.wording.columns import widths_of_columns
from kzgraph.wording.text import display_width

_MARGINS, _LONGEST = 4, 30  # letters: beside each cell, and of a cell
_BOLD = 8  # letters of a heading, in bold, take the room of one more


def column_widths(people: People, room: int, marks: Callable[[tuple[int, ...]], str]) -> list[int]:
    """The widths of the columns in letters, by which the table gets as short as it can in a page of ``room`` letters.

    ``marks`` is what stands for footnotes and takes room. Where even the words are too wide, each column gets what its
    longest cell takes, up to a length.
    """
    columns = [
        [heading + "." * (len(heading) // _BOLD), *(worded(row[place], str, marks) for row in people.rows)]
        for place, heading in enumerate(people.headings)
    ]
    found = widths_of_columns(columns, room - _MARGINS, _MARGINS)
    found = found or [min(max(map(display_width, column)), _LONGEST) for column in columns]
    return [width + _MARGINS for width in found]
