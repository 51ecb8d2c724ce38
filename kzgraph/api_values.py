"""What a script or notebook gives to the Python API, as a user would type it: parameters, dates and paths."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from kzgraph.dates import PartialDate
from kzgraph.errors import UsageError

Value = str | int | float | Decimal | date | PartialDate
"""What a parameter takes: a text as the command line takes it, a number or a date."""
Paths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


def texts(given: Mapping[str, Value | None]) -> dict[str, str]:
    """The values that are given, as a user types them."""
    return {name: text(value) for name, value in given.items() if value is not None}


def text(value: Value) -> str:
    """A value as a user types it."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def typed(value: Value | None) -> str:
    """A value as a user types it, an empty text for none."""
    return "" if value is None else text(value)


def day(name: str, value: Value | None) -> PartialDate | None:
    """The date that a value is, for the parameter of a name; raises :class:`UsageError` for what is no date."""
    if value is None:
        return None
    day = PartialDate.parse_plain(text(value))
    if day is None:
        raise UsageError(f"`{value}` is no date, which `{name}` takes", hint="write 2022-08-24, 2022-08 or 2022")
    return day


def paths(given: Paths) -> list[Path]:
    """One path or several as a list."""
    return [Path(given)] if isinstance(given, str | os.PathLike) else [Path(path) for path in given]
