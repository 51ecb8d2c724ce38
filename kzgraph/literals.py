"""The spaces of datatypes and languages: whether a literal is written as its datatype asks (XSD 1.1 part 2)."""

from __future__ import annotations

import re
from decimal import Decimal

from kzgraph.dates import TIME, ZONE, PartialDate, date_datatype
from kzgraph.namespaces import XSD
from kzgraph.terms import Term

_WHOLE = r"[+-]?\d+"
_PATTERNS = {
    "boolean": r"true|false|0|1",
    "decimal": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)",
    "double": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN",
    "gMonth": rf"--(?:0[1-9]|1[0-2]){ZONE}",
    "gDay": rf"---(?:0[1-9]|[12]\d|3[01]){ZONE}",
    "gMonthDay": rf"--(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]){ZONE}",
    "time": rf"{TIME}{ZONE}",
    "duration": r"-?P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?",
    "hexBinary": r"(?:[0-9a-fA-F]{2})*",
    "language": r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*",
    "integer": _WHOLE,
}
_PATTERNS["float"] = _PATTERNS["double"]
_BOUNDS: dict[str, tuple[int | None, int | None]] = {
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-128, 127),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 255),
}
_SHORT_WHOLE = re.compile(r"[+-]?\d{1,18}\Z", re.ASCII)
_COMPILED = {name: re.compile(f"(?:{p})\\Z", re.ASCII) for name, p in _PATTERNS.items()}
_ZONED = re.compile(r"(?:Z|[+-]\d\d:\d\d)\Z", re.ASCII)
_TAIL = re.compile(r"T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|([+-])(\d\d):(\d\d))?", re.ASCII)
_DATES = {"date", "dateTime", "dateTimeStamp", "gYear", "gYearMonth"}
_OTHERS = {"string", "anyURI", "base64Binary", "normalizedString", "token", "Name", "NCName", "NMTOKEN", "QName"}
_OTHERS |= {"dayTimeDuration", "yearMonthDuration", "anyAtomicType", "anySimpleType", "anyType"}
DATATYPES = frozenset(XSD + n for n in {*_PATTERNS, *_BOUNDS, *_DATES, *_OTHERS})
_NUMERIC = {"decimal", "double", "float", "integer", *_BOUNDS}
NUMERIC = frozenset(XSD + n for n in _NUMERIC)


def is_written_right(value: str, datatype: str) -> bool:
    """Whether a text is in the lexical space of a datatype; True for a datatype that is not known here."""
    if not datatype.startswith(XSD):
        return True
    name = datatype[len(XSD) :]
    if name in _BOUNDS:
        return bool(_COMPILED["integer"].match(value)) and len(value) < 40 and _is_within(int(value), *_BOUNDS[name])
    if name == "dateTimeStamp":
        return date_datatype(value) == XSD + "dateTime" and bool(_ZONED.search(value))
    if name in _DATES:
        return date_datatype(value) == datatype
    return name not in _COMPILED or bool(_COMPILED[name].match(value))


def whole_number(text: str) -> int | None:
    """The whole number that a text is; None for another text, and for one of more than 18 digits.

    What data, servers and users write may be anything, and ``int`` takes neither all of it nor any length.
    """
    return int(text) if _SHORT_WHOLE.match(text) else None


def comparable(term: Term) -> tuple[str, object] | None:
    """A value that can be compared with others of the same kind; None if it has no order here."""
    if term.kind != "literal" or term.language or not is_written_right(term.value, term.datatype or XSD + "string"):
        return None
    name = term.datatype.removeprefix(XSD) or "string"
    if name in {"double", "float"}:
        number = float(term.value)
        return None if number != number else ("number", number)
    if name in _NUMERIC:
        return "number", Decimal(term.value)
    if name == "boolean":
        return "boolean", term.value in {"true", "1"}
    if name == "string":
        return "string", term.value
    return _moment(term.value) if name == "dateTime" else _date(name, term)


def utc_seconds(text: str) -> int | None:
    """The seconds of a moment since the day before 0001-01-01, in UTC, which it has where it names no zone.

    None for what is no moment, and for a year beyond nine digits.
    """
    found = comparable(Term("literal", text, XSD + "dateTime"))
    return found[1][0] if found else None  # type: ignore[index]  # the value of a moment is a pair


def _date(name: str, term: Term) -> tuple[str, object] | None:
    found = PartialDate.of(term)
    return (name, found) if found else None


def _moment(value: str) -> tuple[str, object] | None:
    """A moment as the seconds since the day before 0001-01-01, and the digits of their fraction.

    None for a year beyond nine digits. Python's own moments have no year 0, none before it and none beyond 9999.
    """
    found = PartialDate.parse(value)
    if found is None:
        return None
    tail = _TAIL.match(found.tail)
    assert tail is not None
    hour, minute, second = (int(tail[n]) for n in (1, 2, 3))
    seconds = int(found.days.first) * 86_400 + hour * 3_600 + minute * 60 + second
    fraction = (tail[4] or "").rstrip("0")
    if not tail[5]:
        return "dateTime", (seconds, fraction)
    shift = (int(tail[7]) * 60 + int(tail[8])) * 60 if tail[6] else 0
    return "dateTime with zone", (seconds + (shift if tail[6] == "-" else -shift), fraction)


def _is_within(number: int, low: int | None, high: int | None) -> bool:
    return (low is None or low <= number) and (high is None or number <= high)
