"""The answer of a stored query for programs: JSON of its cells.

It follows ``answer.schema.json`` beside this module (JSON Schema 2020-12).
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from kzgraph.answers.cells.cell import Amount, CitedAnswer, Item
from kzgraph.answers.cells.columns import Column
from kzgraph.answers.evidence.sources import Passages, Source, Sources
from kzgraph.answers.shown.results import source_json
from kzgraph.dates import PartialDate, When

SCHEMA = "https://w3id.org/kzgraph/schema/answer-1"
"""The name of the form that the JSON has; the number rises when a reader of the old form would misread the new one."""
FIGURE = ("low", "high", "unit", "qualifier", "as_stated")
"""The parts of a figure."""


def answer_json(answer: CitedAnswer, passages: Passages | None = None) -> str:
    """The answer as JSON: columns, rows of cells with values, marks and numbers of footnotes, and the footnotes.

    With ``passages`` the footnotes have the words of those whose texts are at hand.
    """

    def told(source: Source) -> dict[str, Any]:
        words = passages.words(source) if passages else ""
        return source_json(source) | ({"words": words} if words else {})

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
            {"number": n, "text": text, "passages": [told(s) for s in behind]}
            for n, (text, behind) in enumerate(zip(sources.footnotes, sources.passages, strict=True), 1)
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
        entry |= {name: figure_part(item.value, name) for name in FIGURE}
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


def figure_part(amount: Amount, name: str) -> str | int | float | None:
    """One part of a figure, as JSON has it; None for a number that is open."""
    part: str | Decimal | None = getattr(amount, name)
    return _number(part) if isinstance(part, Decimal) else part
