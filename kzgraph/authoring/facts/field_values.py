"""The text of a field → its values as terms: things by their names, dates, numbers within bounds, texts."""

from __future__ import annotations

import re
from decimal import Decimal

from kzgraph.authoring.facts.kinds import KindField, WritableKinds, shown_field
from kzgraph.authoring.facts.references import References
from kzgraph.authoring.reading.amounts import decimal_text, read_number
from kzgraph.authoring.reading.times import read_time
from kzgraph.dates import PartialDate
from kzgraph.errors import UsageError
from kzgraph.namespaces import XSD
from kzgraph.terms import Term

Properties = dict[str, list[Term]]
_LANGUAGE = re.compile(r"(?s)(.*\S)@([a-z]{2,3}(?:-[A-Za-z0-9]+)*)")
_TRUTHS = {"true": "true", "yes": "true", "false": "false", "no": "false"}
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


class FieldReader:
    """Reads the texts of fields by what ontology and shapes say that these take."""

    def __init__(self, kinds: WritableKinds, references: References) -> None:
        self._kinds = kinds
        self._references = references

    def values(self, one: KindField, text: str, values: Properties) -> list[Term]:
        """The values of a field that a text gives; raises :class:`UsageError`."""
        if one.sort == "thing":
            names = [n.strip() for n in text.split(";") if n.strip()]
            what = one.label.split()[-1] if not one.classes else self._kinds.vocabulary.label(one.classes[0])
            return [Term("uri", self._references.find(n, one.classes, what)) for n in names]
        if one.sort == "date":
            found = read_time(text)
            if found.date is None:
                raise UsageError(f"`{text}` is no single date", hint="write one day, month or year, or use `when`")
            return [date_term(found.date)]
        if one.sort in {"number", "whole number"}:
            return [self._number(one, text, values)]
        if one.sort == "truth":
            if text.lower() not in _TRUTHS:
                raise UsageError(f"`{text}` is neither true nor false", hint="write true or false")
            return [Term("literal", _TRUTHS[text.lower()], XSD + "boolean")]
        if one.pattern and not re.search(one.pattern, text):
            raise UsageError(f"`{text}` does not match {one.pattern}", hint="see `kzgraph show` of its kind")
        return [text_term(text) if one.sort == "text" else plain_term(text)]

    def _number(self, one: KindField, text: str, values: Properties) -> Term:
        number = read_number(text)
        self._within(one, number, text)
        if one.sort == "whole number":
            if number != int(number):
                raise UsageError(f"`{text}` is no whole number", hint="write a whole number")
            return Term("literal", str(int(number)), XSD + "integer")
        stated = self._kinds.model["asStated"]
        if not is_plain_number(text) and stated in self._kinds.vocabulary.entries:
            values.setdefault(stated, []).append(plain_term(text))
        return Term("literal", decimal_text(number), XSD + "decimal")

    def _within(self, one: KindField, number: Decimal, text: str) -> None:
        if (one.low is not None and number < one.low) or (one.high is not None and number > one.high):
            told = shown_field(one, self._kinds.project.prefixes)
            raise UsageError(f"`{text}` is out of bounds", hint=f"it takes {told}")


def is_plain_number(text: str) -> bool:
    """Whether a text is a number as Turtle has it, so that nothing of its writing is lost."""
    return bool(_PLAIN_NUMBER.fullmatch(text.strip()))


def text_term(text: str) -> Term:
    """A text with its language: English, unless it ends in ``@`` and another."""
    found = _LANGUAGE.fullmatch(text.strip())
    words, language = (found[1], found[2]) if found else (text.strip(), "en")
    return Term("literal", " ".join(words.split()), "", language)


def plain_term(text: str) -> Term:
    """A text without a language."""
    return Term("literal", " ".join(text.split()), XSD + "string")


def date_term(date: PartialDate) -> Term:
    """A date in the datatype of its precision."""
    return Term("literal", str(date), date.datatype)
