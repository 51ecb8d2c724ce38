"""The parts of an answer: rows, their cells, the items of a cell, and the marks of an item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from kzgraph.answers.cells.columns import Column
from kzgraph.answers.evidence.sources import Source, Sources
from kzgraph.dates import PartialDate, When
from kzgraph.terms import Term

SUPPLIED, BACKGROUND, HELD_WRONG, CONTRADICTED = "supplied", "background", "held wrong", "contradicted"
FIRMNESS, CLAIMED, UNSUPPORTED = "firmness", "claimed", "unsupported"
SYMBOLS = {SUPPLIED: "†", BACKGROUND: "‡", CONTRADICTED: "≠", UNSUPPORTED: "°"}
"""The marks that stand as a sign behind a value; all others stand in words."""
KEY = {
    SUPPLIED: "supplied or inferred by the editors",
    BACKGROUND: "background, from outside the documents",
    CONTRADICTED: "another document says otherwise",
    UNSUPPORTED: "not stated by the fact of this column, so it has no source",
}
TOLD_BY = {CONTRADICTED: "kzgraph conflicts"}
"""The commands that tell more of a sign."""


class Mark(NamedTuple):
    """Why a value may not be read as plainly said and done: its kind, and the words or the note that go with it."""

    kind: str
    text: str = ""
    note: str = ""

    @property
    def symbol(self) -> str:
        """The sign that stands for the mark; empty for one that stands in words."""
        return SYMBOLS.get(self.kind, "")


@dataclass(frozen=True)
class Amount:
    """A figure as numbers: from ``low`` to ``high``, in a unit, with a qualifier such as "about"; as its source has it.

    Both numbers are equal for one number; one is None where the figure is open on that side.
    """

    low: Decimal | None
    high: Decimal | None
    unit: str
    qualifier: str
    as_stated: str
    text: str

    def __str__(self) -> str:
        return self.text


_UNMARKED = frozenset[tuple[str, str]]()
Order = tuple[int, tuple[float, ...], str]
"""What items are sorted by: numbers first, then texts, then times."""
Value = str | int | float | bool | Decimal | PartialDate | When | Amount


class Item(NamedTuple):
    """One value of a cell, with what stands behind it.

    ``term`` is the RDF term, None for what the tool made of a fact. ``order`` is what items are sorted by.
    """

    value: Value
    text: str
    term: Term | None = None
    facts: frozenset[str] = frozenset()
    sources: tuple[Source, ...] = ()
    marks: tuple[Mark, ...] = ()
    order: tuple[Order, ...] = ()

    @property
    def is_fact(self) -> bool:
        """Whether it is itself one of the facts that state it."""
        return self.term is not None and self.term.value in self.facts

    @property
    def is_source(self) -> bool:
        """Whether it names the one document that states it."""
        return bool(self.sources) and self.term is not None and {s.document for s in self.sources} == {self.term.value}

    @property
    def shown(self) -> tuple[str, frozenset[tuple[str, str]]]:
        """What a reader sees of it, but for the sources and notes."""
        return self.text, frozenset((m.kind, m.text) for m in self.marks) if self.marks else _UNMARKED

    @property
    def words(self) -> str:
        """The value with its marks, as a text: ``Georgia (planned)†``."""
        if not self.marks:
            return self.text
        told = ", ".join(dict.fromkeys(m.text for m in self.marks if not m.symbol and m.text))
        return f"{self.text}{f' ({told})' if told else ''}{self.signs}"

    @property
    def signed(self) -> str:
        """The value with those of its marks that are signs."""
        return self.text + self.signs if self.marks else self.text

    @property
    def signs(self) -> str:
        """Those of its marks that are signs, each once: ``†‡``."""
        return "".join(dict.fromkeys(m.symbol for m in self.marks if m.symbol))


@dataclass(frozen=True)
class Cell:
    """The items of one column in one row, in order; none where no document says anything."""

    items: tuple[Item, ...] = ()
    is_list: bool = False

    @property
    def value(self) -> Value | tuple[Value, ...] | None:
        """The value: a text, number, date or amount; None for an empty cell; a tuple for a list or several values."""
        values = tuple(item.value for item in self.items)
        if self.is_list or len(values) > 1:
            return values
        return values[0] if values else None

    @cached_property
    def text(self) -> str:
        """The items as people read them, with their marks."""
        return " · ".join(item.words for item in self.items)

    @property
    def things(self) -> tuple[str, ...]:
        """The IRIs of the things, facts included, that the cell shows."""
        return tuple(i.term.value for i in self.items if i.term and i.term.kind == "uri")

    @property
    def facts(self) -> tuple[str, ...]:
        """The IRIs of the facts that state the values."""
        return tuple(sorted({f for i in self.items for f in i.facts}))

    @property
    def sources(self) -> tuple[Source, ...]:
        """The passages that state the values."""
        return tuple(sorted({s for i in self.items for s in i.sources}))

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks of all items."""
        return tuple(sorted({m for i in self.items for m in i.marks}))

    @property
    def shown(self) -> tuple[tuple[str, frozenset[tuple[str, str]]], ...]:
        """What a reader sees of it, but for the sources and notes."""
        return tuple(item.shown for item in self.items)

    def __str__(self) -> str:
        return self.text


CitedRow = Mapping[str, Cell]
"""A row of an answer: its cells by the names of the columns."""


@dataclass
class CitedAnswer:
    """The answer of a question: rows of cells.

    ``left_out`` says in sentences what a reader might miss and why, ``gone`` why each fact that the query found was
    left out. ``notes`` are the editors' notes by the facts that have them. ``marks_at`` is the column in which marks
    of a whole row stand. ``asked`` are the parameters with the names of things that they stand for.
    """

    name: str
    title: str
    question: str
    columns: list[Column]
    rows: list[CitedRow]
    parameters: dict[str, str] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    gone: dict[str, str] = field(default_factory=dict)
    marks_at: str = ""
    cut: bool = False

    def first(self, most: int) -> CitedAnswer:
        """The answer with no more than its first rows."""
        return replace(self, rows=self.rows[:most], cut=self.cut or len(self.rows) > most)

    def items(self) -> Iterator[Item]:
        """All items, row by row, in the order in which they are read."""
        for row in self.rows:
            for column in self.columns:
                yield from row[column.name].items

    @property
    def documents(self) -> int:
        """How many documents stand behind the answer."""
        return len({source.document for item in self.items() for source in item.sources})

    @property
    def sources(self) -> Sources:
        """The footnotes of the answer, numbered as they are met, and for each row the numbers of all its cells."""
        found = Sources()
        for row in self.rows:
            numbers: list[int] = []
            for column in self.columns:
                for item in row[column.name].items:
                    numbers += [n for n in found.numbers(item.sources) if n not in numbers]
            found.of_rows.append(sorted(numbers))
        return found
