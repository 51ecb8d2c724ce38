"""The figure that a fact records, as numbers for machines and in words for people."""

from __future__ import annotations

from collections.abc import Mapping

from kzgraph.answers.cells.cell import Amount
from kzgraph.answers.evidence.records import FactRecord
from kzgraph.wording.numbers import large_number, plural

_OPEN_BELOW = {"ComparatorLessThan", "ComparatorUpTo", "ComparatorAlmost"}
_OPEN_ABOVE = {"ComparatorMoreThan", "ComparatorAtLeast"}
_BETWEEN = "ComparatorRange"


def amount_of(record: FactRecord, labels: Mapping[str, str]) -> Amount | None:
    """The figure of a fact: its value, greatest value or share, with unit and qualifier; None if it has no number.

    "About 500 million US dollars" has equal ends; "up to 25 %" has no lower end, "over 3" no upper one.
    """
    lows, highs = record.values("value"), record.values("maximum")
    is_share = not lows and not highs
    lows = record.values("share") if is_share else lows
    numbers = [*lows, *highs]
    if not numbers:
        return None
    low, high = (lows or highs)[0].number, (highs or lows)[-1].number
    comparators = {record.model.word(c) for c in record.things("comparator")}
    if comparators & _OPEN_BELOW:
        low = None
    if comparators & _OPEN_ABOVE:
        high = None
    unit = _unit(record, labels, is_share=is_share)
    said = sorted(labels.get(c, "") for c in record.things("comparator") if record.model.word(c) != _BETWEEN)
    qualifier = " ".join(s for s in said if s)
    digits = _span([*dict.fromkeys(large_number(t.value) for t in numbers)])
    stated = " / ".join(sorted(t.value for t in record.values("asStated")))
    words = [qualifier, digits, _counted_unit(unit, digits)]
    return Amount(low, high, unit, qualifier, stated, " ".join(w for w in words if w))


def _span(numbers: list[str]) -> str:
    """Numbers as a span, a scale that they share written once: ``400–500 million``."""
    scales = {number.partition(" ")[2] for number in numbers}
    if len(scales) == 1:
        scale = scales.pop()
        return "–".join(n.partition(" ")[0] for n in numbers) + (f" {scale}" if scale else "")
    return "–".join(numbers)


def _unit(record: FactRecord, labels: Mapping[str, str], *, is_share: bool) -> str:
    if is_share:
        return "percent"
    units = [u for u in sorted(record.things("hasUnit")) if u != record.model["UnitNumber"]]
    return " ".join(labels.get(u, "") for u in units)


def _counted_unit(unit: str, digits: str) -> str:
    """A unit behind a number: ``tonnes a year`` behind 5, ``%`` for percent."""
    if unit in {"percent", "%", ""}:
        return "%" if unit else ""
    head, per, rest = unit.partition(" per ")
    return (head if digits == "1" else plural(head)) + (f" a {rest}" if per else "")
