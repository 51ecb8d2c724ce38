"""How two facts compare: the values that both allow, the times and the roles that they share, and rounding."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

from kzgraph.answers.things.facts import Fact
from kzgraph.dates import ALWAYS, Days, PartialDate, When
from kzgraph.terms import Term

_ABOUT = Decimal("0.1")
_ROUNDED = 2  # digits: with fewer a figure is too coarse to be another one rounded (4 and 4.4 million)
_NEAR = 31  # days


@dataclass(frozen=True)
class Interval:
    """The values that a figure allows; an open end is not allowed itself."""

    low: Decimal | float
    high: Decimal | float
    is_low_open: bool = False
    is_high_open: bool = False

    def meets(self, other: Interval) -> bool:
        """Whether a value fits both."""
        first, second = (
            (self, other) if (self.low, self.is_low_open) <= (other.low, other.is_low_open) else (other, self)
        )
        if first.high == second.low:
            return not (first.is_high_open or second.is_low_open)
        return first.high > second.low


def bounds(fact: Fact) -> Interval | None:
    """The values that a figure or stake allows by its comparator; None if they are not known."""
    written = [Term("literal", t) for name in ("value", "share") for t in fact.texts(name)]
    numbers = [t.number for t in written if t.number is not None]
    highest = [t.number for t in (Term("literal", text) for text in fact.texts("maximum")) if t.number is not None]
    comparators = fact.iris("comparator")
    if len(written) != 1 or not numbers or len(comparators) > 1:
        return None
    value, name = numbers[0], fact.model.word(next(iter(comparators), ""))
    maximum = max(highest, default=value)
    margin = abs(value) * _ABOUT
    known = {
        "": Interval(value, maximum),
        "ComparatorRange": Interval(value, maximum),
        "ComparatorAbout": Interval(value - margin, maximum + margin),
        "ComparatorAlmost": Interval(value - margin, value, is_high_open=True),
        "ComparatorMoreThan": Interval(value, math.inf, is_low_open=True),
        "ComparatorAtLeast": Interval(value, math.inf),
        "ComparatorLessThan": Interval(-math.inf, value, is_high_open=True),
        "ComparatorUpTo": Interval(-math.inf, value),
    }
    return known.get(name)


def same_direction(one: Fact, other: Fact) -> bool:
    """Whether both facts count the same goods the same way; an open part of a fact matches anything."""
    parts = ((one.iris(r), other.iris(r)) for r in ("fromActor", "toActor", "hasCommodity"))
    return all(not a or not b or a == b for a, b in parts)


def same_time(one: Fact, other: Fact) -> bool:
    """Whether two figures are of one time: the same period, or a moment that lies in the other's.

    What holds all through a period may differ from what was counted on a day in it, so that is no conflict. An
    undated figure is compared with undated ones and with states of affairs that a source attests.
    """
    times = (one.when, other.when)
    moments, attested = [only(t.dates) for t in times], [only(t.attested) for t in times]
    if any(only(t.starts) or only(t.ends) for t in times):
        whole = _whole(one)
        return whole is not None and whole == _whole(other)
    if any(moments):
        first, second = (m or a for m, a in zip(moments, attested, strict=True))
        return first is not None and second is not None and not differ(first, second)
    return not all(attested) or not differ(attested[0], attested[1])


def day_of(fact: Fact) -> Days | None:
    """The one day that a fact is dated with; None if it is dated otherwise, or has a start or end besides."""
    moment = only(fact.when.dates)
    is_span = fact.when.starts or fact.when.ends
    return moment if moment and moment.first == moment.last and not is_span else None


def _whole(fact: Fact) -> Days | None:
    """The days from the start to the end of a fact, else those of its date; None if they are not single."""
    start, end = only(fact.when.starts), only(fact.when.ends)
    if start is None and end is None:
        return only(fact.when.dates)
    return Days(start.first if start else ALWAYS.first, end.last if end else ALWAYS.last)


def succeeds(one: Fact, other: Fact) -> bool:
    """Whether one fact ends before the other begins."""
    return _ends_before(one.when, other.when) or _ends_before(other.when, one.when)


def _ends_before(one: When, other: When) -> bool:
    end, start = only(one.ends), only(other.starts)
    return end is not None and start is not None and end.first <= start.last


def only(dates: tuple[PartialDate, ...]) -> Days | None:
    """The days that a date may mean; None without a single one."""
    return dates[0].days if len(set(dates)) == 1 else None


def differ(one: Days | None, other: Days | None) -> bool:
    """Whether two dates exclude each other: neither can be the other at less precision."""
    return one is not None and other is not None and not one.meets(other)


def are_near(one: Days, other: Days) -> bool:
    """Whether two days or months are so near that they may be meant for one event; years never are."""
    gap = max(one.first - other.last, other.first - one.last)
    return gap <= _NEAR and all(days.last - days.first <= _NEAR for days in (one, other))


def share_document(one: Fact, other: Fact) -> bool:
    """Whether one document reports both: then it means two events, not one with two dates."""
    return bool({s.document for s in one.sources} & {s.document for s in other.sources})


def overlap(one: Fact, other: Fact, role: str) -> bool:
    """Whether the same actors may be meant: a source that names none, or some only, leaves the others open."""
    if not role:
        return True
    first, second = one.iris(role), other.iris(role)
    return not first or not second or bool(first & second)


def is_rounding(one: Interval, other: Interval) -> bool:
    """Whether two single values differ only because one was rounded, to two digits or more: 136 and 135.7."""
    values = [i.low for i in (one, other) if i.low == i.high and isinstance(i.low, Decimal)]
    if len(values) != len((one, other)):
        return False
    coarse, fine = sorted((Decimal(v) for v in values), key=_digits)
    digits = _digits(coarse)
    return digits >= _ROUNDED and fine != 0 and Decimal(f"{fine:.{digits - 1}e}") == coarse


def _digits(value: Decimal) -> int:
    return len(value.normalize().as_tuple().digits)
