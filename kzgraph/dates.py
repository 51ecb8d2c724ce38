"""When a fact was: dates at the precision that is known, and how they are read, compared, sorted and shown.

A date is a day, a month or a year, written as XSD 1.1 part 2 (section 3.3) writes `xsd:date`, `xsd:gYearMonth` and
`xsd:gYear`, which is also level 0 of EDTF (ISO 8601-2:2019). It stands for all the days that it may mean, the earliest
and the latest included, in the proleptic Gregorian calendar, which has a year 0 and years before it.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

from kzgraph.errors import UsageError
from kzgraph.model import SHIPPED, Model
from kzgraph.namespaces import XSD
from kzgraph.terms import Term

ZONE = r"(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?"
TIME = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
"""The time zone and the time of day in dates (XSD 1.1 part 2, section 3.3.7.2)."""

_DATE = re.compile(rf"(-?(?:[1-9]\d{{3,}}|0\d{{3}}))(?:-(\d\d)(?:-(\d\d)(T{TIME})?)?)?({ZONE})", re.ASCII)
_MOST_DIGITS = 9  # of a year: a processor may set a limit (XSD 1.1 part 2, section 5.4), and int() has one
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_MONTH_STEMS = (  # Russian and Kazakh
    *(("январ", "қаңтар"), ("феврал", "ақпан"), ("март", "наурыз"), ("апрел", "сәуір"), ("ма", "мамыр")),
    *(("июн", "маусым"), ("июл", "шілде"), ("август", "тамыз"), ("сентябр", "қыркүйек"), ("октябр", "қазан")),
    *(("ноябр", "қараша"), ("декабр", "желтоқсан")),
)
_OF_MONTHS = tuple(  # patterns, compiled when a text is first read: no question needs them
    rf"{name[:3]}(?:{'t|' * (name == 'September')}{name[3:]})?|{ru}\w{{0,2}}|{kk}\w{{0,2}}"
    for name, (ru, kk) in zip(MONTHS, _MONTH_STEMS, strict=True)
)
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_CYCLE = 400  # years, after which the calendar repeats itself
_CYCLE_DAYS = 146_097


class Days(NamedTuple):
    """Days in a row by their numbers, both ends included; an open end is infinite. Day 1 is 0001-01-01."""

    first: float
    last: float

    def meets(self, other: Days) -> bool:
        """Whether a day lies in both."""
        return self.first <= other.last and other.first <= self.last

    def contains(self, other: Days) -> bool:
        """Whether every day of the other lies in these."""
        return self.first <= other.first and other.last <= self.last


ALWAYS = Days(-math.inf, math.inf)


@dataclass(frozen=True, order=True)
class PartialDate:
    """A day, a month or a year; a month or day that is not known is 0.

    Dates sort by their earliest day, and a year before its months, a month before its days. The tail, a time of day
    or a time zone, is shown, but does not count: the day is the one that the source calls it.
    """

    year: int
    month: int = 0
    day: int = 0
    tail: str = field(default="", compare=False)

    @staticmethod
    @lru_cache(maxsize=4096)  # the same few dates come again and again
    def parse(text: str) -> PartialDate | None:
        """The date that a text is, such as ``2022-08-24``, ``2022-08`` or ``2022``; None for what is no date."""
        found = _DATE.fullmatch(text)
        if not found or not _is_in_calendar(found) or len(found[1]) > _MOST_DIGITS:
            return None
        return PartialDate(int(found[1]), int(found[2] or 0), int(found[3] or 0), (found[4] or "") + found[5])

    @staticmethod
    def parse_plain(text: str) -> PartialDate | None:
        """The date that a user types: a year of four digits from 0001 on, no time and no zone; None for others."""
        found = PartialDate.parse(text)
        return found if found and not found.tail and 1 <= found.year <= date.max.year else None

    @staticmethod
    def typed(text: str, taker: str = "") -> PartialDate:
        """The date that a user types, also in words: ``24 August 2022``, ``Aug 2022``, ``24.08.2022``.

        Raises :class:`UsageError` for what is none; ``taker`` says what takes the date.
        """
        match = date_pattern(r"\d{4}").fullmatch(text.strip())
        found = written_date(match) if match else None
        if found is None:
            raise UsageError(f"`{text}` is no date{taker and f', which {taker} takes'}", hint=f"write {DATE_FORMS}")
        return found

    @staticmethod
    def of(term: Term) -> PartialDate | None:
        """The date that a literal is; None for what is no date, or is not written as its datatype asks."""
        found = PartialDate.parse(term.value) if term.kind == "literal" else None
        return found if found and found.datatype == term.datatype else None

    def __str__(self) -> str:
        """The date as XSD writes it."""
        year = f"-{-self.year:04}" if self.year < 0 else f"{self.year:04}"
        return "-".join([year, *(f"{n:02}" for n in (self.month, self.day) if n)]) + self.tail

    @property
    def words(self) -> str:
        """The date as people write it: ``24 August 2022``, ``August 2022``, ``2022``, ``44 BC``; without its tail."""
        year = str(self.year) if self.year > 0 else f"{1 - self.year} BC"
        parts = [str(self.day) if self.day else "", MONTHS[self.month - 1] if self.month else "", year]
        return " ".join(part for part in parts if part)

    @property
    def datatype(self) -> str:
        """The IRI of the datatype in which the date is written."""
        if self.tail.startswith("T"):
            return XSD + "dateTime"
        if self.day:
            return XSD + "date"
        return XSD + ("gYearMonth" if self.month else "gYear")

    @cached_property
    def days(self) -> Days:
        """The days that the date may mean."""
        month = self.month or 12
        last = self.day or _days_in_month(self.year, month)
        return Days(_day_number(self.year, self.month or 1, self.day or 1), _day_number(self.year, month, last))

    def is_before(self, other: PartialDate) -> bool:
        """Whether the date is surely before another, whichever days the two mean."""
        return self.days.last < other.days.first


_Order = tuple[float, int, int, int]


@dataclass(frozen=True)
class When:
    """When a fact was, as the model says it: dates, start, end, the dates on which a source attests it, and words.

    ``after`` and ``before`` are dates of other facts that it came after or before, ``follows`` those of facts that it
    carries further, ``followed`` those of facts that carry it further: they order it, and are not told. ``as_stated``
    are the source's words; a value that is no date is kept among them. A fact that holds more than one date of a kind
    has them all.
    """

    dates: tuple[PartialDate, ...] = ()
    starts: tuple[PartialDate, ...] = ()
    ends: tuple[PartialDate, ...] = ()
    attested: tuple[PartialDate, ...] = ()
    after: tuple[PartialDate, ...] = ()
    before: tuple[PartialDate, ...] = ()
    follows: tuple[PartialDate, ...] = ()
    followed: tuple[PartialDate, ...] = ()
    is_inferred: bool = False
    as_stated: tuple[str, ...] = ()

    @staticmethod
    def read(
        properties: Mapping[str, Iterable[Term]],
        after: Iterable[PartialDate] = (),
        model: Model = SHIPPED,
        before: Iterable[PartialDate] = (),
        follows: Iterable[PartialDate] = (),
        followed: Iterable[PartialDate] = (),
    ) -> When:
        """The time of a fact from the values of its properties and the dates of other facts; see the class."""
        dated = [model[word] for word in _DATED]
        unread = [t.value for p in dated for t in properties.get(p, ()) if PartialDate.of(t) is None]
        words = [t.value for t in properties.get(model["dateAsStated"], ())]
        dates, starts, ends, attested = (dates_of(properties.get(p, ())) for p in dated)
        return When(
            dates,
            starts,
            ends,
            attested,
            after=tuple(sorted(after)),
            before=tuple(sorted(before)),
            follows=tuple(sorted(follows)),
            followed=tuple(sorted(followed)),
            is_inferred=any(t.value == model["DateInferred"] for t in properties.get(model["dateBasis"], ())),
            as_stated=tuple(sorted([*words, *unread])),
        )

    def __str__(self) -> str:
        """The time as people read it, with † if the editors inferred it; empty if nothing is known."""
        return f"{self.words}†" if self.is_inferred and self._own else self.words

    @cached_property
    def words(self) -> str:
        """The time as people write it: ``10–11 June 1997``, ``since 2009``, ``2022, after 15 November 2022``.

        The words of the source stand in quotation marks; empty if nothing is known. Whether the editors inferred it
        is not said: an answer has a mark for that.
        """
        said = "{}"
        if self.starts and not self.ends:
            said = "since {}"
        elif self.ends and not self.starts:
            said = "until {}"
        spans = [_span_words(*pair) for pair in itertools.product(self.starts, self.ends)]
        known = [
            _either_date(self.dates),
            said.format(_either_date(self.starts or self.ends)) if (self.starts or self.ends) and not spans else "",
            " or ".join(spans),
            f"as reported {' and '.join(map(_on_date, self.attested))}" if self.attested else "",
        ]
        own = [part for part in known if part]
        if later := self._narrowing(self._own, self.after):
            own.append(f"after {max(later).words}")
        if self.before and not own:
            own.append(f"before {min(self.before).words}")
        return ", ".join([*own, *(f"“{s}”" for s in self.as_stated)])

    @property
    def words_of_plan(self) -> str:
        """The time as :attr:`words` has it, for what is not done: ``from 2023``, since ``since`` tells of a start."""
        return re.sub(r"^since ", "from ", self.words)

    @property
    def edtf(self) -> str:
        """The time for machines, as EDTF (ISO 8601-2:2019): ``2022-08``, ``2013/2015``, ``2009/..``.

        Of a fact that is only reported at a date it is ``[..2022]``, at that time or earlier. Empty where no date is
        known.
        """
        return self.own_edtf or (f"[..{min(self.attested)}]" if self.attested else "")

    @property
    def own_edtf(self) -> str:
        """The same of the fact's own date alone; empty where it is only reported at a date."""
        if self.dates:
            return str(self.dates[0])
        if self.starts or self.ends:
            return f"{self.starts[0] if self.starts else '..'}/{self.ends[0] if self.ends else '..'}"
        return ""

    @property
    def _own(self) -> PartialDate | None:
        """The date by which the fact is sorted, if it has one of its own."""
        return next((min(d) for d in (self.dates, self.starts, self.attested, self.ends) if d), None)

    @property
    def bounds(self) -> Days:
        """The days on which the fact may stand: from when it took place or began, until it ended, if it did."""
        firsts = [d.days.first for d in (*self.dates, *self.starts, *self.after)]
        lasts = [d.days.last for d in (*self.ends, *self.before)]
        return Days(max(firsts, default=ALWAYS.first), min(lasts, default=ALWAYS.last))

    @property
    def known_days(self) -> Days | None:
        """The days that the fact may have taken, by its own dates: from its first possible day to its last.

        What has a start alone may go on, and what has an end alone may have begun at any time. None without a date.
        """
        dates = [*self.dates, *self.starts, *self.ends, *self.attested]
        if not dates:
            return None
        first = min(d.days.first for d in dates) if self.dates or self.starts or self.attested else ALWAYS.first
        last = max(d.days.last for d in dates) if self.dates or self.ends or self.attested else ALWAYS.last
        return Days(first, last)

    def stands_on(self, day: PartialDate) -> bool:
        """Whether the fact may stand on a day, or on one of a month or year."""
        return self.bounds.meets(day.days)

    @cached_property
    def order(self) -> tuple[int, _Order]:
        """What facts are sorted by: the last day that their date may mean; a fact without dates comes last.

        So a year sorts after all its days, and a day with only its year known never comes too early.

        A fact that came after another one sorts after all days that the other may mean, so far as its own date leaves
        that open: a year known only to be after November sorts after November. One that was carried further sorts
        before what did so: a first shipment of March before the second, of the 27th.
        """
        own = self._own
        others = self._narrowing(own, (*self.after, *(self.follows if own else ())))
        later = [d for d in self.followed if own and own.days.contains(d.days) and own.days != d.days]
        if later and not others:
            return 0, (min(d.days.last for d in later), -1, 0, 0)
        if own and not others:
            return 0, (own.days.last, 0, -own.month, -own.day)
        if others:
            return 0, (max(d.days.last for d in others), 1, 0, 0)
        if self.before:
            return 0, (min(d.days.first for d in self.before), -1, 0, 0)
        return (1 if self.as_stated else 2), (0, 0, 0, 0)

    def _narrowing(self, own: PartialDate | None, earlier: Iterable[PartialDate]) -> list[PartialDate]:
        """The dates of earlier facts that say more of when this one was than its own date does."""
        if own is None:
            return list(earlier)
        if not self.dates and not self.starts:
            return []  # it is attested or ended then, and may have been long before
        return [d for d in earlier if own.days.contains(d.days) and own.days != d.days]


_DATED = ("date", "start", "end", "attestedOn")


def dates_of(terms: Iterable[Term]) -> tuple[PartialDate, ...]:
    """The dates among some terms, in order."""
    return tuple(sorted(d for t in terms if (d := PartialDate.of(t))))


def names_of_month(month: int) -> tuple[str, ...]:
    """The names of a month from 1 to 12, as texts in English, Russian and Kazakh begin them, and its short form."""
    return (MONTHS[month - 1], MONTHS[month - 1][:3], *_MONTH_STEMS[month - 1])


def dates_in_words(text: str) -> list[tuple[int, int]]:
    """The months that an English text names, each as its number and the day that stands beside it, or 0."""
    names = "|".join(MONTHS)
    found = re.finditer(rf"(?:\b(\d{{1,2}})(?:st|nd|rd|th)?\s+)?\b({names})\b(?:\s+(\d{{1,2}})(?!\d))?", text)
    return [(MONTHS.index(m[2]) + 1, int(m[1] or m[3] or 0)) for m in found]


@cache
def date_pattern(year: str) -> re.Pattern[str]:
    """The pattern of a date in a text, in words or figures, with that of its year; see :func:`written_date`."""
    nth, months = r"(?:st|nd|rd|th)?", "|".join(_OF_MONTHS)
    named = rf"(?:(?P<day>\d{{1,2}}){nth}\s+(?:of\s+)?)?(?P<month>{months})\b\.?(?:\s+(?P<later>\d{{1,2}}){nth}\b)?"
    dotted = r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\."
    figures = rf"(?P<iso>{year}(?:-\d\d\b(?:-\d\d\b)?)?)\b"
    return re.compile(rf"\b(?:{named},?\s+(?P<year>{year})\b|{dotted}(?P<y>{year})\b|{figures})", re.IGNORECASE)


DATE_FORMS = "24 August 2022, 2022-08-24, 2022-08 or 2022"


def written_date(found: re.Match[str]) -> PartialDate | None:
    """The date of a match of :func:`date_pattern`; None for a day that does not exist, or of two days for one month."""
    if found["iso"]:
        return PartialDate.parse_plain(found["iso"])
    if found["y"]:
        year, month, day = int(found["y"]), int(found["m"]), int(found["d"])
    else:
        if found["day"] and found["later"]:
            return None
        year, day = int(found["year"]), int(found["day"] or found["later"] or 0)
        month = next(n for n, words in enumerate(_OF_MONTHS, 1) if re.fullmatch(words, found["month"], re.IGNORECASE))
    return PartialDate.parse_plain(str(PartialDate(year, month, day)))


def date_datatype(text: str) -> str:
    """The IRI of the datatype for which a text is a date, month, year or moment; empty for another text."""
    found = _DATE.fullmatch(text)
    if not found or not _is_in_calendar(found):
        return ""
    names = ["gYear", "gYearMonth", "date", "dateTime"]
    return XSD + names[sum(1 for part in found.groups()[1:4] if part)]


def _is_in_calendar(found: re.Match[str]) -> bool:
    month, day = int(found[2] or 1), int(found[3] or 1)
    return 1 <= month <= len(_LENGTHS) and 1 <= day <= _days_in_month(int(found[1][-4:]), month)


def _days_in_month(year: int, month: int) -> int:
    """The days of a month; the last four digits of a year say enough, as they tell its place in 400 years."""
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % _CYCLE == 0)
    return _LENGTHS[month - 1] + (month == 2 and is_leap)


def _day_number(year: int, month: int, day: int) -> int:
    """The number of a day, as ``date.toordinal`` gives it, for years outside 1 to 9999 as well."""
    cycles, within = divmod(year, _CYCLE)
    return date(within + _CYCLE, month, day).toordinal() + (cycles - 1) * _CYCLE_DAYS


def _either_date(dates: Iterable[PartialDate]) -> str:
    return " or ".join(d.words for d in dates)


def _on_date(date: PartialDate) -> str:
    """A date with its preposition: ``on 24 August 2022``, ``in 2022``."""
    return f"{'on' if date.day else 'in'} {date.words}"


def _span_words(start: PartialDate, end: PartialDate) -> str:
    """Two dates as a span, what they share written once: ``10–11 June 1997``, ``June–July 1997``, ``2013–2015``."""
    if (start.year, start.month, start.day) == (end.year, end.month, end.day):
        return start.words
    if start.day and end.day and (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{end.words}"
    if start.month and end.month and not start.day and not end.day and start.year == end.year:
        return f"{MONTHS[start.month - 1]}–{end.words}"
    return f"{start.words}–{end.words}" if not (start.month or end.month) else f"{start.words} – {end.words}"
