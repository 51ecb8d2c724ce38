"""The short view of an answer as a value: headline, groups of rows, cells of lines, and what is folded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import NamedTuple

from kzgraph.answers.cells.cell import CitedRow, Item


class LinePart(NamedTuple):
    """Words of a line, with the item that they tell; without one they are the header's own, or counted."""

    words: str
    item: Item | None = None


class Line(NamedTuple):
    """A statement in words: a value, or several with words between them."""

    parts: tuple[LinePart, ...] = ()

    @property
    def text(self) -> str:
        """The line as people read it, without footnotes."""
        return "".join(part.words for part in self.parts)

    @property
    def items(self) -> tuple[Item, ...]:
        """The items that it tells."""
        return tuple(part.item for part in self.parts if part.item)

    @property
    def facts(self) -> frozenset[str]:
        """The facts that state it."""
        return frozenset(fact for item in self.items for fact in item.facts)

    def __str__(self) -> str:
        return self.text


class ShortCell(NamedTuple):
    """The lines of one column in one row, and how many more are folded."""

    lines: tuple[Line, ...] = ()
    folded: int = 0

    @property
    def text(self) -> str:
        """The lines as people read them."""
        more = [f"and {self.folded} more"] if self.folded else []
        return " · ".join([*(line.text for line in self.lines), *more])

    def __str__(self) -> str:
        return self.text


class ShortRow(NamedTuple):
    """A row: its cells by the headings of the columns, and the rows of the detail that it stands for."""

    cells: Mapping[str, ShortCell]
    behind: tuple[CitedRow, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        """The items that its cells tell."""
        return tuple(item for cell in self.cells.values() for line in cell.lines for item in line.items)


class ShortGroup(NamedTuple):
    """Rows under a heading, and how many more of the group are folded; without a heading they are the only group."""

    heading: Line
    rows: tuple[ShortRow, ...]
    folded: int = 0

    @property
    def size(self) -> int:
        """How many rows the group has, with those that are folded."""
        return len(self.rows) + self.folded


class ShortAnswer(NamedTuple):
    """The short view of an answer.

    ``headline`` is one line a sentence. ``numeric`` are the columns that hold numbers only. ``rest`` says what is not
    shown and which command shows it, one sentence a line; ``hidden`` is what is not shown, ``span`` the sentence of
    ``rest`` that says of when the documents are. ``folded_facts`` are the
    facts of the detail that state no value in the view. ``left_out`` are the sentences of the answer itself, ``asked``
    the parameters with the names of what they stand for.
    """

    name: str
    title: str
    question: str
    headline: tuple[Line, ...]
    columns: tuple[str, ...]
    groups: tuple[ShortGroup, ...]
    numeric: frozenset[str] = frozenset()
    folded_facts: frozenset[str] = frozenset()
    rest: tuple[str, ...] = ()
    hidden: str = ""
    span: str = ""
    left_out: tuple[str, ...] = ()
    documents: int = 0
    asked: Mapping[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> tuple[ShortRow, ...]:
        """The rows that are shown, of all groups."""
        return tuple(row for group in self.groups for row in group.rows)

    @property
    def size(self) -> int:
        """How many rows there are, with those that are folded."""
        return sum(group.size for group in self.groups)

    @property
    def rest_for_readers(self) -> tuple[str, ...]:
        """What ``rest`` says, for people who have no command line, and a list of the documents with their dates."""
        told = [f"Not shown: {self.hidden}."] if self.hidden else []
        return (*told, *(line for line in self.rest[1:] if line != self.span))

    def items(self) -> Iterator[Item]:
        """All items that are shown, in the order in which they are read."""
        yield from (item for line in self.headline for item in line.items)
        for group in self.groups:
            yield from group.heading.items
            yield from (item for row in group.rows for item in row.items)
