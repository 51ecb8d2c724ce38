"""Amounts as articles write them → numbers: ``about 4.5 million tons``, ``58-60 days``, ``65%``, ``$500 million``.

The names of units and comparators come from the ontology: labels and other labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from kzgraph.errors import UsageError
from kzgraph.wording.names import folded
from kzgraph.wording.numbers import SCALES, plural

_SCALES = {
    **SCALES,
    **dict.fromkeys(("тыс", "тысяч", "мың", "min", "bin"), 3),
    **dict.fromkeys(("millions", "млн", "миллион", "milyon"), 6),
    **dict.fromkeys(("billions", "млрд", "миллиард", "milyar", "milyard"), 9),
    **dict.fromkeys(("trillions", "trln", "трлн", "trilyon"), 12),
}
COUNTS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), 1
    )
} | {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "hundred": 100}
"""Numbers by their English words."""
_DIGITS = r"\d{1,3}(?:[,\u00a0\u202f ]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
_SCALE = "|".join(sorted(_SCALES, key=len, reverse=True))
_COUNT = "|".join(sorted(COUNTS, key=len, reverse=True))
_ONE = rf"(?:{_DIGITS})(?:\s*(?:{_SCALE})\b\.?)?"
_NUMBER = re.compile(
    rf"(?P<sign>[-−])?(?P<low>{_DIGITS})(?:\s*(?P<low_scale>{_SCALE})\b\.?)?"
    rf"(?:\s*(?:[-–—]|to|and)\s*(?P<high>{_DIGITS})(?!\s*-?fold))?(?:[\s-]*(?P<scale>{_SCALE})\b\.?)?(?P<fold>-?\s?fold\b)?",
    re.IGNORECASE,
)
_WORD = re.compile(rf"\b(?P<word>{_COUNT})(?P<fold>-?fold)?\b(?:\s+(?P<scale>{_SCALE})\b\.?)?", re.IGNORECASE)
_YEARLY = re.compile(
    r"\s*\b(?:per year|a year(?! (?:earlier|ago|before|later))|annually|yearly|per annum|each year|every year|в год)\b"
    r"|\s*/\s*year",
    re.IGNORECASE,
)
_FILLERS = {"of", "in", "the", "a", "an", "by", "total", "worth"}
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_NO_UNIT = "and|the|for|was|were|has|had|have|are|from|with|which|that|this|after|before|when|but|not|who|more|than"
_NOT_ONE_WAY = re.compile(r"\d{1,3}\.\d{3}")
_LONGEST = 200


@dataclass(frozen=True)
class WrittenAmount:
    """An amount as read: the number, the upper end of a range, the unit and comparator as IRIs, and what is left over.

    ``rest`` are words that name neither: ``96,000 containers`` leaves ``containers``.
    """

    value: Decimal
    maximum: Decimal | None = None
    unit: str = ""
    comparator: str = ""
    rest: str = ""


@dataclass(frozen=True)
class FoundAmount:
    """An amount in a text: its range and the words."""

    start: int
    end: int
    words: str


class AmountReader:
    """Reads amounts with the units and comparators of an ontology, each named by its texts."""

    def __init__(self, units: Mapping[str, str], comparators: Mapping[str, str], *, between: str, times: str) -> None:
        """``units`` and ``comparators`` are IRIs by name; ``between`` is for spans, ``times`` for ``5-fold``."""
        self._units = {form: iri for name, iri in units.items() for form in _forms(name)}
        self._symbols = {name: iri for name, iri in units.items() if not folded(name)}
        self._comparators = {folded(name): iri for name, iri in comparators.items()}
        self._between, self._times = between, times
        names = [*(plural(n) for n in units if folded(n)), *units]
        ends = "|".join(re.escape(n) for n in sorted(set(names), key=len, reverse=True))
        self._behind = re.compile(rf"\s*(?:{ends})(?!\w)", re.IGNORECASE)
        self._counted = re.compile(rf"\s(?!(?:{_NO_UNIT})\b)[^\W\d_A-ZА-Я][^\W\d_]{{2,}}")
        said = "|".join(re.escape(n) for n in sorted(comparators, key=len, reverse=True) if folded(n) != "between")
        self._comparing = re.compile(rf"\b(?:{said or '(?!)'})\s+$", re.IGNORECASE)

    def read(self, text: str) -> WrittenAmount:
        """The amount that a text is; raises :class:`UsageError` for what is none, or may be read in two ways."""
        if len(text) > _LONGEST:
            raise UsageError("the amount is longer than a line", hint="write the number and its unit alone")
        found = _NUMBER.search(text) or _WORD.search(text)
        if not found:
            raise UsageError(f"`{text}` has no number", hint='write an amount such as "4.5 million tons"')
        before, behind = text[: found.start()], text[found.end() :]
        if re.search(r"\d", before + behind):
            raise UsageError(
                f"`{text}` has more than one number", hint="write one amount, or a span such as 58-60 days"
            )
        low, high = _values(found)
        is_yearly = bool(_YEARLY.search(behind))
        unit, rest = self._unit(f"{before} | {_YEARLY.sub(' ', behind)}", is_yearly=is_yearly)
        comparator, rest = self._comparator(rest)
        if found.groupdict().get("fold"):
            unit = unit or self._times
        if high is not None:
            comparator = self._between
        return WrittenAmount(low, high, unit, comparator, " ".join(w for w in rest.split() if w not in _FILLERS))

    def find(self, text: str) -> Iterator[FoundAmount]:
        """The amounts that a text names, in order, each with the word that compares it: those with a unit or a scale.

        What is only counted has the word for it: ``19 hectares``, ``22.8 billion tenge``.
        """
        for match in _NUMBER.finditer(text):
            start, end = match.span()
            before = text[max(0, start - 1) : start]
            if before.isalpha() or (before and before in "-–/." and text[max(0, start - 2) : start - 1].isalnum()):
                continue
            symbol = next((s for s in self._symbols if text[:start].rstrip().endswith(s)), "")
            behind = self._behind.match(text, end)
            end = behind.end() if behind else end
            yearly = _YEARLY.match(text, end)
            end = yearly.end() if yearly else end
            is_counted = not (symbol or behind or _YEAR.fullmatch(match[0]))
            counted = self._counted.match(text, end) if is_counted else None
            end = counted.end() if counted else end
            if symbol or behind or counted or match["scale"] or match["low_scale"] or match["fold"]:
                start = text.rindex(symbol, 0, start) if symbol else start
                comparing = self._comparing.search(text, max(0, start - _LONGEST), start)
                start = comparing.start() if comparing else start
                words = text[start:end].rstrip(". ")
                yield FoundAmount(start, start + len(words), words)

    def _unit(self, text: str, *, is_yearly: bool) -> tuple[str, str]:
        """The unit that some words name, the longest first, and the words without it."""
        for symbol, iri in self._symbols.items():
            if symbol in text:
                return self._yearly(iri) if is_yearly else iri, folded(text.replace(symbol, " "))
        words = folded(text).split()
        for length in range(len(words), 0, -1):
            for start in range(len(words) - length + 1):
                name = " ".join(words[start : start + length])
                if name in self._units:
                    rest = " ".join(words[:start] + words[start + length :])
                    return self._yearly(self._units[name]) if is_yearly else self._units[name], rest
        return "", " ".join(words) + (" a year" if is_yearly else "")

    def _yearly(self, unit: str) -> str:
        """The unit of an amount a year, if the ontology has it: ``tonne per year`` for tonne."""
        names = [name for name, iri in self._units.items() if iri == unit]
        return next((self._units[f"{n} per year"] for n in names if f"{n} per year" in self._units), unit)

    def _comparator(self, text: str) -> tuple[str, str]:
        for name in sorted(self._comparators, key=len, reverse=True):
            if name and re.search(rf"\b{re.escape(name)}\b", text):
                return self._comparators[name], re.sub(rf"\b{re.escape(name)}\b", " ", text, count=1)
        return "", text


def decimal_text(value: Decimal) -> str:
    """A number as Turtle writes a decimal: ``4500000.0``, ``20.75``."""
    text = f"{value:f}"
    whole, _, part = text.partition(".")
    return f"{whole}.{part.rstrip('0') or '0'}"


def read_number(text: str) -> Decimal:
    """The one number of a text; raises :class:`UsageError` for a text that may be read in two ways."""
    found = _NUMBER.fullmatch(text.strip().rstrip("%").strip())
    if not found or found["high"] or found["fold"]:
        raise UsageError(f"`{text}` is no number", hint="write a number such as 12.5")
    return _values(found)[0]


def _values(found: re.Match[str]) -> tuple[Decimal, Decimal | None]:
    got = found.groupdict()
    if got.get("word"):
        return Decimal(COUNTS[got["word"].lower()]) * _scale(got.get("scale")), None
    low, high = _plain(got["low"]), _plain(got["high"]) if got.get("high") else None
    scale = got.get("scale")
    sign = -1 if got.get("sign") else 1
    if high is None:
        return sign * low * _scale(got.get("low_scale") or scale), None
    return low * _scale(got.get("low_scale") or scale), high * _scale(scale or got.get("low_scale"))


def _scale(word: str | None) -> Decimal:
    return Decimal(10) ** _SCALES[word.lower().rstrip(".")] if word else Decimal(1)


def _plain(digits: str) -> Decimal:
    """A number in digits; a comma before three digits stands between thousands, any other before decimals."""
    text = re.sub(r"[\u00a0\u202f ]", "", digits)
    if _NOT_ONE_WAY.fullmatch(text):
        thousands, decimal = text.replace(".", ","), text.rstrip("0")
        raise UsageError(f"`{digits}` may be {thousands} or {decimal}", hint=f"write {thousands} or {decimal}0")
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    return Decimal(text.replace(",", "."))


def _forms(name: str) -> set[str]:
    """A name of a unit folded, in the singular and plural."""
    head, per, rest = name.partition(" per ")
    forms = {name, plural(head) + per + rest}
    return {folded(f) for f in forms if folded(f)}
