"""RDF terms and answers as plain values, the same whichever store gave them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from kzgraph.errors import ParameterError
from kzgraph.namespaces import IRI, XSD, shorten

SHORTHANDS = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD + "boolean": re.compile(r"true|false"),
}
"""The literals that Turtle writes without quotation marks (RDF 1.1 Turtle, section 2.5)."""


class Term(NamedTuple):
    """An RDF term (RDF 1.1 Concepts, section 3): an IRI, a literal or a blank node.

    ``kind`` is ``uri``, ``literal`` or ``bnode``, as in the SPARQL JSON results format.
    """

    kind: str
    value: str
    datatype: str = ""
    language: str = ""

    @property
    def is_number(self) -> bool:
        """Whether the term is a literal of a numeric XSD datatype."""
        return self.datatype.startswith(XSD) and self.datatype[len(XSD) :] in _NUMERIC

    @property
    def number(self) -> Decimal | None:
        """The number that the term is written as, exact unless it has an exponent.

        None for what is no number or not a finite one, and for more than 300 digits: some do not fit into a ``float``,
        and a short text with a large exponent would take the memory of the machine.
        """
        text = self.value.strip(" \t\r\n")
        if len(text) > _MOST_DIGITS or not _NUMBER.fullmatch(text):
            return None
        if "e" not in text.lower():
            return Decimal(text)
        value = float(text)
        return Decimal(repr(value)) if math.isfinite(value) else None

    def n3(self) -> str:
        """The term in N-Triples syntax."""
        if self.kind == "uri":
            return f"<{self.value}>"
        if self.kind == "bnode":
            return f"_:{self.value}"
        body = self.value.translate(_ESCAPES)
        tail = f"@{self.language}" if self.language else ""
        return f'"{body}"{tail}' if tail or self.datatype in {"", XSD + "string"} else f'"{body}"^^<{self.datatype}>'

    def turtle(self, prefixes: dict[str, str]) -> str:
        """The term as Turtle writes it: names with prefixes where one fits, numbers and truth values as they are."""
        if self.kind == "uri":
            return shorten(self.value, prefixes)
        if self.datatype in SHORTHANDS and SHORTHANDS[self.datatype].fullmatch(self.value):
            return self.value
        bare = self._replace(datatype="").n3()
        return bare if bare == self.n3() else f"{bare}^^{shorten(self.datatype, prefixes)}"


_NUMERIC = {"integer", "decimal", "double", "float", "int", "long", "short", "nonNegativeInteger", "positiveInteger"}
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_MOST_DIGITS = 300
_ESCAPES = {ord('"'): '\\"', ord("\\"): "\\\\", ord("\n"): "\\n", ord("\r"): "\\r"}

Row = tuple[Term | None, ...]


@dataclass
class Rows:
    """The answer of a SELECT query: named columns and their rows; ``cut`` says that there were more."""

    columns: list[str]
    rows: list[Row]
    cut: bool = False

    def column(self, name: str) -> Iterable[Term | None]:
        """The values of one column, row by row."""
        index = self.columns.index(name)
        return (row[index] for row in self.rows)


@dataclass
class Truth:
    """The answer of an ASK query."""

    value: bool


@dataclass
class Graph:
    """The answer of a CONSTRUCT or DESCRIBE query: its triples, each as three terms."""

    triples: list[tuple[Term, Term, Term]] = field(default_factory=list)
    cut: bool = False


Answer = Rows | Truth | Graph


def is_nothing(answer: Answer) -> bool:
    """Whether an answer says nothing, as any answer of an empty store does: no row, no triple, no, or a count of 0."""
    if isinstance(answer, Truth):
        return not answer.value
    if isinstance(answer, Rows):
        return len(answer.rows) <= 1 and all(t is None or t.value == "0" for row in answer.rows for t in row)
    return not answer.triples


def iri_term(iri: str) -> str:
    """An IRI as a SPARQL term; raises :class:`ParameterError` for characters that no IRI has."""
    if not IRI.match(iri):
        raise ParameterError(f"{iri!r} is not an IRI")
    return f"<{iri}>"


def literal_term(value: str, datatype: str = "", language: str = "") -> str:
    """A literal as a SPARQL term, with all that needs it escaped (SPARQL 1.1, section 19.7)."""
    special = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
    body = "".join(special.get(c, c) for c in value)
    # Some engines decode \\uXXXX before they parse (section 19.2): with its u escaped too, no backslash can meet one.
    body = re.sub(r"\\\\([uU])", lambda m: f"\\\\\\u{ord(m[1]):04X}", body)
    if language:
        return f'"{body}"@{language}'
    return f'"{body}"^^{iri_term(datatype)}' if datatype else f'"{body}"'
