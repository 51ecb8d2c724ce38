"""The answer of a question as columns of plain values, and as a data frame of pandas or polars (their one door).

The columns are those of the CSV, but typed: a column is one of whole numbers, numbers or truth values if each of its
cells has at most one such value, else of texts. Texts have their marks in them. Where a column of numbers has marks,
a column for these follows it.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kzgraph.answers.cells.cell import Amount, Cell, CitedAnswer
from kzgraph.answers.cells.columns import AMOUNT, WHEN, Column
from kzgraph.answers.shown.answer_formats import plain_value
from kzgraph.dates import When
from kzgraph.errors import UsageError

if TYPE_CHECKING:
    import pandas
    import polars

Plain = str | int | float | bool
_JOINED = "; "
_INTEGERS = range(-(2**63), 2**63)  # what a column of whole numbers can hold


@dataclass(frozen=True)
class FrameColumn:
    """A named column of values of one type (``str``, ``int``, ``float`` or ``bool``), None where there is none."""

    name: str
    kind: type[Plain]
    values: Sequence[Plain | None]


def frame_columns(answer: CitedAnswer, *, with_sources: bool) -> list[FrameColumn]:
    """The columns of an answer, each with a name of its own; with the sources of each row in a last one, if wanted."""
    found = [c for column in answer.columns for c in _of_column(column, [row[column.name] for row in answer.rows])]
    if with_sources:
        sources = answer.sources
        told = [_JOINED.join(sources.footnotes[n - 1] for n in numbers) for numbers in sources.of_rows]
        found.append(_texts("sources", told))
    return _named_apart(found)


def to_pandas(answer: CitedAnswer, *, with_sources: bool) -> pandas.DataFrame:
    """The answer as a data frame of pandas; raises :class:`UsageError` if pandas is not installed."""
    library = _library("pandas")
    kinds = {str: "string", int: "Int64", float: "Float64", bool: "boolean"}
    columns = frame_columns(answer, with_sources=with_sources)
    frame: pandas.DataFrame = library.DataFrame(
        {c.name: library.Series(list(c.values), dtype=kinds[c.kind]) for c in columns}
    )
    return frame


def to_polars(answer: CitedAnswer, *, with_sources: bool) -> polars.DataFrame:
    """The answer as a data frame of polars; raises :class:`UsageError` if polars is not installed."""
    library = _library("polars")
    kinds = {str: library.String, int: library.Int64, float: library.Float64, bool: library.Boolean}
    columns = frame_columns(answer, with_sources=with_sources)
    frame: polars.DataFrame = library.DataFrame(
        [library.Series(c.name, list(c.values), dtype=kinds[c.kind]) for c in columns]
    )
    return frame


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise UsageError(f"{name} is not installed", hint=f'pip install "kzgraph[{name}]"') from error


def _of_column(column: Column, cells: Sequence[Cell]) -> list[FrameColumn]:
    name = column.name
    if column.shows == WHEN:
        times = [[i.value.edtf for i in cell.items if isinstance(i.value, When) and i.value.edtf] for cell in cells]
        return [_texts(name, [c.text for c in cells]), _texts(f"{name}_edtf", [_JOINED.join(t) for t in times])]
    if column.shows == AMOUNT:
        amounts = [[i.value for i in cell.items if isinstance(i.value, Amount)] for cell in cells]
        texts = ("unit", "qualifier", "as_stated")
        return [
            _texts(name, [c.text for c in cells]),
            *(
                _typed(f"{name}_{part}", [[getattr(a, part) for a in own] for own in amounts])
                for part in ("low", "high")
            ),
            *(
                _texts(f"{name}_{part}", [_JOINED.join(getattr(a, part) for a in own) for own in amounts])
                for part in texts
            ),
        ]
    typed = _typed(name, [[plain_value(i) for i in cell.items] for cell in cells])
    if typed.kind is str:
        return [_texts(name, [c.text for c in cells])]
    marks = [", ".join(dict.fromkeys(m.text or m.kind for m in cell.marks)) for cell in cells]
    return [typed, *([_texts(f"{name}_marks", marks)] if any(marks) else [])]


def _texts(name: str, values: Sequence[str]) -> FrameColumn:
    """A column of texts; an empty text is no value."""
    return FrameColumn(name, str, [value or None for value in values])


def _typed(name: str, cells: Sequence[Sequence[object]]) -> FrameColumn:
    """A column of the narrowest type that all values have, if each cell has at most one; else of texts."""
    single = [next(iter(own), None) for own in cells]
    values = [_number(value) for value in single]
    kinds = {type(value) for value in values if value is not None}
    is_single = all(len(own) <= 1 for own in cells)
    if not is_single or not kinds or not (kinds == {bool} or kinds <= {int, float}):
        return _texts(name, [_JOINED.join("" if v is None else str(v) for v in own).strip("; ") for own in cells])
    if kinds == {bool}:
        return FrameColumn(name, bool, values)
    if kinds == {int} and all(value is None or value in _INTEGERS for value in values):
        return FrameColumn(name, int, values)
    return FrameColumn(name, float, [None if value is None else float(value) for value in values])


def _number(value: Any) -> Any:
    """A decimal number as a whole one if it is, else as the nearest float; any other value as it is."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _named_apart(columns: Sequence[FrameColumn]) -> list[FrameColumn]:
    """The columns, those whose name an earlier one has with underscores behind it: a frame has a name once."""
    found: dict[str, FrameColumn] = {}
    for column in columns:
        name = column.name
        while name in found:
            name += "_"
        found[name] = FrameColumn(name, column.kind, column.values)
    return list(found.values())
