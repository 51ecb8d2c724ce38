"""How a literal is written right: an example of its datatype, and what was meant where only one thing can be."""

from __future__ import annotations

import re

from kzgraph.literals import is_written_right
from kzgraph.namespaces import XSD

_EXAMPLES = {
    "boolean": "true or false",
    "decimal": '"12.5"^^xsd:decimal, or 12.5',
    "double": '"1.2e3"^^xsd:double',
    "integer": '"12"^^xsd:integer, or 12',
    "date": '"2022-08-24"^^xsd:date',
    "dateTime": '"2022-08-24T10:00:00Z"^^xsd:dateTime',
    "gYear": '"2022"^^xsd:gYear',
    "gYearMonth": '"2022-08"^^xsd:gYearMonth',
}

_FRACTIONS = {"decimal", "double", "float"}


def example(datatype: str) -> str:
    """How a value of a datatype is written, such as ``"2022-08-24"^^xsd:date``; empty if there is no example."""
    return _EXAMPLES.get(datatype.removeprefix(XSD), "")


def is_ambiguous(value: str, datatype: str) -> bool:
    """Whether the commas of a number may stand between thousands or before a fraction: ``1,500``."""
    return datatype.removeprefix(XSD) in _FRACTIONS and bool(re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", value))


def corrected(value: str, datatype: str) -> str:
    """The text as the datatype asks for it, where only one is possible; empty otherwise."""
    name = datatype.removeprefix(XSD)
    if name in _FRACTIONS and re.fullmatch(r"[+-]?\d+,\d+", value) and not is_ambiguous(value, datatype):
        return value.replace(",", ".")
    if name == "date" and (found := re.fullmatch(r"(\d{4})[./](\d\d)[./](\d\d)", value)):
        right = "-".join(found.groups())
        return right if is_written_right(right, datatype) else ""
    if name == "date" and (found := re.fullmatch(r"(\d\d?)\.(\d\d?)\.(\d{4})", value)):
        right = f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}"
        return right if is_written_right(right, datatype) else ""
    if name == "date" and (found := re.fullmatch(r"(\d{4})-(\d\d?)-(\d\d?)", value)):
        right = f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}"
        return right if is_written_right(right, datatype) else ""
    lower = value.strip().lower()
    if name == "boolean" and lower in {"true", "false"}:
        return lower
    return lower if lower != value and is_written_right(lower, datatype) else ""
