"""Times as articles write them → dates: ``24 August 2022``, ``10–11 June 1997``, ``2022–2026``, ``since 2009``.

Months are known in English, Russian, Kazakh, Azerbaijani and Turkish. Quarters, halves and the first months of a year
are spans of months. What is vague, as in ``early 2024`` or ``by the end of 2030``, is the year or month, with these
words as those of the source; so are words in brackets behind a date, as in ``2024 (last year)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kzgraph.authoring.reading.amounts import COUNTS
from kzgraph.dates import PartialDate
from kzgraph.errors import UsageError

_MONTH_STEMS = (
    r"jan(?:uary)?\b\.?|январ\w*|қаңтар\w*|yanvar\w*|ocak\w*",
    r"feb(?:ruary)?\b\.?|феврал\w*|ақпан\w*|fevral\w*|şubat\w*",
    r"mar(?:ch)?\b\.?|март\w*|наурыз\w*|mart\w*",
    r"apr(?:il)?\b\.?|апрел\w*|сәуір\w*|aprel\w*|nisan\w*",
    r"may\b|мая\b|май\b|мае\b|мамыр\w*|mayıs\w*",
    r"june?\b\.?|июн\w*|маусым\w*|iyun\b\w*|haziran\w*",
    r"july?\b\.?|июл\w*|шілде\w*|iyul\w*|temmuz\w*",
    r"aug(?:ust)?\b\.?|август\w*|тамыз\w*|avqust\w*|ağustos\w*",
    r"sept?(?:ember)?\b\.?|сентябр\w*|қыркүйек\w*|sentyabr\w*|eylül\w*",
    r"oct(?:ober)?\b\.?|октябр\w*|қазан\b\w*|oktyabr\w*|ekim\w*",
    r"nov(?:ember)?\b\.?|ноябр\w*|қараша\w*|noyabr\w*|kasım\w*",
    r"dec(?:ember)?\b\.?|декабр\w*|желтоқсан\w*|dekabr\w*|aralık\w*",
)
_MONTH = "|".join(f"(?P<m{n}>{stem})" for n, stem in enumerate(_MONTH_STEMS, 1))
_NAMELESS = re.sub(r"\(\?P<\w+>", "(?:", _MONTH)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:1[5-9]|20)\d\d"
_TO = r"\s*(?:[-–—]|to|until|through|and)\s*"
_ORDINALS = (
    "first|1st|1|i|перв\\w+",
    "second|2nd|2|ii|втор\\w+",
    "third|3rd|3|iii|трет\\w+",
    "fourth|last|4th|4|iv|четв\\w+",
)
_ORDINAL = "|".join(_ORDINALS)
_MONTHS_COUNTED = "|".join(word for word, number in COUNTS.items() if 1 < number < 12)
_PART = r"quarter|half|квартал\w*|полугоди\w*"
_VAGUE = r"early|late|mid|(?:beginning|start|middle|end)\s+of|(?:spring|summer|autumn|winter)(?:\s+of)?"
_DATES = (
    rf"(?:the\s+)?(?P<nth>{_ORDINAL})[-\s]+(?P<part>{_PART})(?:(?:\s+of)?\s+(?P<year>{_YEAR}))?",
    rf"(?P<part>[QH])(?P<nth>[1-4])(?:\s+of)?[-\s]*(?P<year>{_YEAR})",
    rf"(?P<nth>[1-4])(?P<part>[QH])[-\s]*(?P<year>{_YEAR})",
    rf"(?P<year>{_YEAR})[-\s]*(?P<part>[QH])(?P<nth>[1-4])",
    rf"(?:the\s+)?first\s+(?P<count>{_MONTHS_COUNTED}|1?\d)\s+months(?:\s+of\s+(?P<year>{_YEAR}))?",
    rf"(?P<month>{_NAMELESS})\s*(?:[-–—]|to|through|until)\s*(?P<until>{_NAMELESS})(?:,?\s+(?:of\s+)?(?P<year>{_YEAR}))?",
    rf"(?:the\s+)?(?P<vague>{_VAGUE})[-\s]+(?:(?P<month>{_NAMELESS})\s+)?(?P<year>{_YEAR})",
    rf"(?P<iso>{_YEAR}-\d\d(?:-\d\d)?)(?![\d-])",
    rf"(?P<dotted>\d{{1,2}}\.\d{{1,2}}\.{_YEAR})",
    rf"(?P<day>{_DAY})(?:\s*[-–—]\s*(?P<last>{_DAY}))?\s+(?:of\s+)?(?P<month>{_NAMELESS})(?:,?\s+(?P<year>{_YEAR}))?",
    rf"(?P<month>{_NAMELESS})\s+(?P<day>{_DAY})(?:\s*[-–—]\s*(?P<last>{_DAY}))?(?:,?\s+(?P<year>{_YEAR}))?(?!\d)",
    rf"(?P<month>{_NAMELESS}),?\s+(?P<year>{_YEAR})",
    rf"(?P<first>{_YEAR})\s*[-–—]\s*(?P<second>{_YEAR}|\d\d)(?![\d-])",
    rf"(?P<year>{_YEAR})",
)
_PATTERNS = [re.compile(pattern, re.IGNORECASE) for pattern in _DATES]
_MONTHS = re.compile(_MONTH, re.IGNORECASE)
_SPAN = re.compile(rf"(?:from\s+)?(?P<one>.+?){_TO}(?P<two>.+)", re.IGNORECASE)
_LEADING = re.compile(r"(since|from|until|by|as of|as reported in|as reported on|in|on|at)\s+", re.IGNORECASE)
_BRACKET = re.compile(r"(?P<time>[^()]*?)\s*\((?P<words>[^()]+)\)\s*")
HINT = "write 11 March 2024, March 2024, Q1 2024, 2024, 2022-2026, since 2009, by 2030 or 2024 (last year)"


@dataclass(frozen=True)
class WrittenTime:
    """A time as read: a date, or a start and an end, or when it is attested; and the source's words for it."""

    date: PartialDate | None = None
    start: PartialDate | None = None
    end: PartialDate | None = None
    attested: PartialDate | None = None
    words: str = ""

    @property
    def dates(self) -> list[PartialDate]:
        """All dates in it."""
        return [d for d in (self.date, self.start, self.end, self.attested) if d is not None]


@dataclass(frozen=True)
class FoundTime:
    """A time in a text: its range, and the time; without a year, the date is None."""

    start: int
    end: int
    time: WrittenTime | None


def read_time(text: str) -> WrittenTime:
    """The time that a text is; raises :class:`UsageError` for what is none, and for a day that does not exist."""
    bracket = _BRACKET.fullmatch(text.strip())
    said = bracket["words"].strip() if bracket else ""
    plain = bracket["time"] if bracket else text.strip()
    leading = _LEADING.match(plain)
    before = leading[1].lower() if leading else ""
    rest = plain[leading.end() :] if leading else plain
    found = _whole(rest) or (_span(rest) if before in {"", "from"} else None)
    if found is None:
        raise UsageError(f"`{text}` is no time", hint=HINT)
    words = said or (plain.strip() if found.words else "")
    if before in {"", "in", "on", "at"} or found.date is None:
        return WrittenTime(found.date, found.start, found.end, None, words)
    if before.startswith("as "):
        return WrittenTime(attested=found.date, words=words)
    return WrittenTime(words=words, **{"start" if before in {"since", "from"} else "end": found.date})


def times_in(text: str) -> Iterator[FoundTime]:
    """The times that a text names, in order, each with its range; those without a year too."""
    taken = bytearray(len(text))
    found: list[FoundTime] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(taken[start:end]) or text[max(0, start - 1) : start].isalnum() or text[end : end + 1].isalnum():
                continue
            try:
                found.append(FoundTime(start, end, _read(match)))
            except UsageError:
                continue
            taken[start:end] = b"\1" * (end - start)
    return iter(sorted(found, key=lambda f: f.start))


def names_month(text: str, month: int) -> bool:
    """Whether a text names a month, with or without a year; ``may`` in small letters is another word."""
    return any(_month(m[0]) == month and m[0] != "may" for m in _MONTHS.finditer(text))


def _whole(text: str) -> WrittenTime | None:
    plain = PartialDate.parse_plain(text)
    if plain is not None:
        return WrittenTime(date=plain)
    for pattern in _PATTERNS:
        match = pattern.fullmatch(text)
        if match and (found := _read(match)):
            return found
    return None


def _span(text: str) -> WrittenTime | None:
    """Two times with a dash or ``to`` between them."""
    match = _SPAN.fullmatch(text)
    if not match:
        return None
    one, two = _whole(match["one"]), _whole(match["two"])
    if one and two and one.date and two.date:
        return WrittenTime(start=one.date, end=two.date)
    return None


def _read(match: re.Match[str]) -> WrittenTime | None:
    """The time of a match; None without a year. Raises :class:`UsageError` for a day that does not exist."""
    got = match.groupdict()
    if got.get("iso"):
        return WrittenTime(date=_date(match[0], *(int(part) for part in got["iso"].split("-"))))
    if got.get("dotted"):
        day, month, year = (int(part) for part in got["dotted"].split("."))
        return WrittenTime(date=_date(match[0], year, month, day))
    if got.get("first"):
        second = got["second"]
        last = int(second) if len(second) > 2 else int(got["first"][:2] + second)
        return WrittenTime(start=PartialDate(int(got["first"])), end=PartialDate(last))
    if not got.get("year"):
        return None
    year, month = int(got["year"]), _month(got.get("month") or "")
    if got.get("vague"):
        return WrittenTime(date=PartialDate(year, month), words=match[0])
    if got.get("part") or got.get("count") or got.get("until"):
        first, last = _months(match[0], got, month)
        return WrittenTime(start=PartialDate(year, first), end=PartialDate(year, last))
    first, last = _number(got.get("day")), _number(got.get("last"))
    if last:
        return WrittenTime(start=_date(match[0], year, month, first), end=_date(match[0], year, month, last))
    return WrittenTime(date=_date(match[0], year, month, first))


def _months(written: str, got: dict[str, str | None], month: int) -> tuple[int, int]:
    """The first and last month of a part of a year. Raises :class:`UsageError` for a part that no year has."""
    if got.get("until"):
        first, last = month, _month(got["until"] or "")
    elif count := got.get("count"):
        first, last = 1, COUNTS.get(count.lower(), 0) or int(count)
    else:
        part, nth = str(got["part"]).lower(), str(got["nth"]).lower()
        length = 6 if part.startswith(("h", "полугод")) else 3
        number = next(n for n, forms in enumerate(_ORDINALS, 1) if re.fullmatch(forms, nth))
        if nth == "last":
            number = 12 // length
        first, last = (number - 1) * length + 1, number * length
    if not 1 <= first < last <= 12:
        raise UsageError(f"there is no such part of a year as `{written}`", hint=HINT)
    return first, last


def _date(written: str, year: int, month: int = 0, day: int = 0) -> PartialDate:
    found = PartialDate.parse_plain(str(PartialDate(year, month, day)))
    if found is None:
        raise UsageError(f"there is no such day as `{written}`", hint="correct the day or the month")
    return found


def _month(text: str) -> int:
    match = _MONTHS.fullmatch(text)
    return int(str(match.lastgroup)[1:]) if match else 0


def _number(text: str | None) -> int:
    return int(re.sub(r"\D", "", text)) if text else 0
