"""The key ``picture:`` of a header: what a page draws of an answer beside its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from kzgraph.answers.cells.columns import AMOUNT, WHEN, Column
from kzgraph.answers.queries.header import HeaderReader

BARS, MATRIX, TIME, SPANS, LINE, MAP, CHAINS = KINDS = ("bars", "matrix", "time", "spans", "line", "map", "chains")
"""Figures as bars, things against things, events by year, times on an axis, steps from end to end, places on a map,
what leads to what."""
_SHOWN = {BARS: AMOUNT, TIME: WHEN, SPANS: WHEN}
_NEEDS_BY = {BARS, MATRIX, TIME, SPANS, LINE}
_LEADING = 2
_PARTS = ("by", "per", "show")


class PictureDescription(NamedTuple):
    """A picture of an answer: its kind, the columns that it draws, and those that name, part and explain these.

    ``by`` are the columns whose values name a bar, a time or a step, or that head a matrix; ``per`` is the column whose
    values make parts that are not compared with each other; ``show`` what stands at a bar or in a cell of a matrix.
    """

    kind: str
    of: tuple[str, ...]
    by: tuple[str, ...] = ()
    per: tuple[str, ...] = ()
    show: tuple[str, ...] = ()


def read_picture(reader: HeaderReader, data: Any, columns: Sequence[Column]) -> PictureDescription | None:
    """The picture of a header, None without one; raises :class:`SyntaxProblem` with the line of the key."""
    if data is None:
        return None
    reader.check("picture", data, {*KINDS, *_PARTS})
    kinds = [key for key in KINDS if key in data]
    if len(kinds) != 1:
        raise reader.error(f"`picture` takes one of {', '.join(KINDS)}", "picture")
    kind, shown = kinds[0], {column.name: column.shows for column in columns}
    named = {key: tuple(data[key]) if isinstance(data[key], list) else (data[key],) for key in data}
    for key, names in named.items():
        for name in names:
            if not isinstance(name, str) or name not in shown:
                raise reader.error(f"`{key}` of `picture` names a column `{name}` that the answer lacks", "picture")
    wrong = [name for name in named[kind] if kind in _SHOWN and shown[name] != _SHOWN[kind]]
    if wrong:
        raise reader.error(f"`{kind}` draws {_SHOWN[kind]}s, and the column `{wrong[0]}` shows none", wrong[0])
    if kind == CHAINS and len(named[kind]) < _LEADING:
        raise reader.error("`chains` of `picture` names columns that lead to each other, two at least", "picture")
    if kind in _NEEDS_BY and "by" not in named:
        raise reader.error(f"`picture` with `{kind}` needs `by`, the column that names what is drawn", "picture")
    return PictureDescription(kind, named[kind], *(named.get(part, ()) for part in _PARTS))


def picture_of(data: Mapping[str, Any] | None) -> PictureDescription | None:
    """A description from what JSON made of it."""
    if data is None:
        return None
    return PictureDescription(data["kind"], *(tuple(data[part]) for part in ("of", *_PARTS)))
