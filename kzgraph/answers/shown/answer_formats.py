"""The answer of a stored question for programs and spreadsheets: JSON, CSV and TSV of its cells.

The JSON follows ``answer.schema.json`` beside this module (JSON Schema 2020-12). CSV is RFC 4180; a column for people
is followed by columns of plain values where it holds figures or times.
"""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import Any

from kzgraph.answers.cells.cell import Amount, Cell, CitedAnswer, Item
from kzgraph.answers.cells.columns import AMOUNT, WHEN, Column
from kzgraph.answers.cells.telling import words_of_row
from kzgraph.answers.evidence.sources import Sources
from kzgraph.answers.shown.results import source_json
from kzgraph.dates import PartialDate, When

SCHEMA = "https://w3id.org/kzgraph/schema/answer-1"
"""The name of the form that the JSON has; the number rises when a reader of the old form would misread the new one."""
_FIGURE = ("low", "high", "unit", "qualifier", "as_stated")


def answer_json(answer: CitedAnswer) -> str:
    """The answer as JSON: columns, rows of cells with values, marks and numbers of footnotes, and the footnotes."""
    sources = Sources()
    rows = [{c.name: [_item(i, sources) for i in row[c.name].items] for c in answer.columns} for row in answer.rows]
    data: dict[str, Any] = {
        "$schema": SCHEMA,
        "query": answer.name,
        "title": answer.title,
        "question": answer.question,
        "parameters": answer.parameters,
        "columns": [_column(c) for c in answer.columns],
        "rows": rows,
        "footnotes": [
            {"number": n, "text": text, "passages": [source_json(s) for s in passages]}
            for n, (text, passages) in enumerate(zip(sources.footnotes, sources.passages, strict=True), 1)
        ],
        "notes": answer.notes,
        "left_out": answer.left_out,
        "cut": answer.cut,
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _column(column: Column) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": column.name, "shows": column.shows}
    return entry | ({"computed": column.computed} if column.computed else {})


def _item(item: Item, sources: Sources) -> dict[str, Any]:
    entry: dict[str, Any] = {"value": plain_value(item), "text": item.text}
    if isinstance(item.value, Amount):
        entry |= {name: _part(item.value, name) for name in _FIGURE}
    if item.term is not None and item.term.kind == "uri":
        entry["iri"] = item.term.value
    if item.term is not None and item.term.language:
        entry["language"] = item.term.language
    entry["marks"] = [
        {k: v for k, v in (("kind", m.kind), ("text", m.text), ("note", m.note)) if v} for m in item.marks
    ]
    entry["facts"] = sorted(item.facts)
    entry["sources"] = sorted(sources.numbers(item.sources))
    return entry


def plain_value(item: Item) -> str | int | float | bool | None:
    """The value of an item as JSON has it: a number, a truth value or a text; times as EDTF, figures as a number.

    None for a figure or time that has no single value.
    """
    value = item.value
    if isinstance(value, When):
        return value.edtf or None
    if isinstance(value, Amount):
        return _number(value.low) if value.low is not None and value.low == value.high else None
    if isinstance(value, PartialDate):
        return str(value)
    return _number(value) if isinstance(value, Decimal) else value


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _part(amount: Amount, name: str) -> str | int | float | None:
    part: str | Decimal | None = getattr(amount, name)
    return _number(part) if isinstance(part, Decimal) else part


def answer_csv(answer: CitedAnswer, *, with_sources: bool) -> str:
    """The answer as CSV, each row once; with the sources of each row in a last column, if wanted."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(_table(answer, with_sources=with_sources))
    return text.getvalue()


def answer_tsv(answer: CitedAnswer, *, with_sources: bool) -> str:
    """The answer as text with tabs between the columns; a tab or line break in a value becomes a space."""
    rows = _table(answer, with_sources=with_sources)
    return "".join("\t".join(" ".join(value.split()) for value in row) + "\n" for row in rows)


def _table(answer: CitedAnswer, *, with_sources: bool) -> list[list[str]]:
    headings = [heading for column in answer.columns for heading in _headings(column)]
    rows: list[list[str]] = []
    for row in answer.rows:
        told = words_of_row(row, answer)
        rows.append([value for c in answer.columns for value in _values(c, row[c.name], " · ".join(told[c.name]))])
    if with_sources:
        sources = answer.sources
        headings.append("sources")
        for line, numbers in zip(rows, sources.of_rows, strict=True):
            line.append("; ".join(sources.footnotes[n - 1] for n in numbers))
    return [headings, *rows]


def _headings(column: Column) -> list[str]:
    if column.shows == AMOUNT:
        return [column.name, *(f"{column.name}_{part}" for part in _FIGURE)]
    return [column.name, f"{column.name}_edtf"] if column.shows == WHEN else [column.name]


def _values(column: Column, cell: Cell, text: str) -> list[str]:
    """The words of a cell, and its plain values where the column holds figures or times."""
    if column.shows == AMOUNT:
        return [text, *(_each(cell, name) for name in _FIGURE)]
    if column.shows == WHEN:
        return [text, "; ".join(i.value.edtf for i in cell.items if isinstance(i.value, When) and i.value.edtf)]
    if len(cell.items) == 1 and not cell.items[0].marks:
        value = plain_value(cell.items[0])
        return [text if isinstance(value, str | bool) else str(value)]
    return [text]


def _each(cell: Cell, name: str) -> str:
    """One part of the figures of a cell; empty parts of several figures keep their place."""
    parts = [_part(i.value, name) for i in cell.items if isinstance(i.value, Amount)]
    texts = ["" if part is None else str(part) for part in parts]
    return "; ".join(texts) if any(texts) else ""
