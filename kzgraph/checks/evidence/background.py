"""Fourth stage: what rests on sources without a text stands twice, so that a slip of the pen shows.

A citation of such a source has a locator and no passage. A number, position or code of its facts stands in the locator
or in the words that the fact quotes as well, a date there or in the label.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from kzgraph.checks.evidence.passage_words import missing_of_date
from kzgraph.checks.statements.own_words import NUMBERS, issued_of
from kzgraph.checks.syntax.context import Context
from kzgraph.dates import PartialDate
from kzgraph.namespaces import PROV, RDFS
from kzgraph.terms import Term
from kzgraph.wording.names import folded
from kzgraph.wording.numbers import numbers_in, numbers_in_words

_CITED = PROV + "wasDerivedFrom"
_PLACED = ("latitude", "longitude")
_IN_MINUTES = re.compile(r"(\d{1,3})°\s?(\d{1,2})[′'](?:\s?(\d{1,2}(?:\.\d+)?)[″\"])?\s?([NSEW])")
_IN_LOCODE = re.compile(r"\b(\d{2,3})(\d\d)()([NSEW])\b")
_EXACT = Decimal("0.00001")  # degrees, about a metre
_DATES = ("date", "start", "end")


def check_background(context: Context) -> None:
    """Adds a finding for each number, date and code of a fact without passages that stands in one place only."""
    for fact in context.own.out:
        citations = context.data.iris(fact, _CITED) if fact in context.facts else []
        if citations and all(context.data.objects(c, context.model["locator"]) for c in citations):
            _check(context, fact, citations)
            _check_attested(context, fact)


def _check(context: Context, fact: str, citations: list[str]) -> None:
    data, model = context.data, context.model
    located = [t.value for c in citations for t in data.objects(c, model["locator"])]
    quoted = [t.value for word in ("asStated", "dateAsStated") for t in data.objects(fact, model[word])]
    beside = " | ".join([*located, *quoted])
    labels = " | ".join(t.value for t in data.objects(fact, RDFS + "label"))
    for property_, value in _values(context, fact, NUMBERS):
        if value.number is not None and value.number not in _numbers(f"{beside} | {labels}"):
            _add(context, fact, property_, value, "quoted words, locator nor label have")
    positions = dict(zip(_PLACED, _degrees(beside), strict=True))
    for property_, value in _values(context, fact, _PLACED):
        if value.number is not None and not any(
            abs(value.number - told) < _EXACT for told in positions[model.word(property_)]
        ):
            _add(context, fact, property_, value, "quoted words nor locator have")
    _check_dates(context, fact, f"{beside} | {labels}")
    for property_, value in _values(context, fact, ("code",)):
        shaped = [w for w in re.findall(r"\w+", " ".join(located)) if _shape(w) == _shape(value.value)]
        if _shape(value.value) and shaped and value.value not in shaped:
            _add(context, fact, property_, value, "the locator of its citation does not have")


def _check_attested(context: Context, fact: str) -> None:
    """A membership without an end is attested on a day, if its sources have one: it may have ended since."""
    data, model = context.data, context.model
    if not data.is_a(fact, model["Membership"]) or not data.objects(fact, model["start"]):
        return
    issued = [] if any(data.objects(fact, model[w]) for w in ("end", "attestedOn")) else issued_of(context, fact)
    if issued:
        told = f"{context.curie(fact)} has a start and no end, and does not say on which day its source attests it"
        hint = f"add {context.curie(model['attestedOn'])} ({max(issued)}), or the end"
        context.add("unattested-membership", "warning", fact, told, hint, path=(model["start"],))


def _check_dates(context: Context, fact: str, beside: str) -> None:
    told = set(folded(beside).split())
    for property_, value in _values(context, fact, _DATES):
        date = PartialDate.of(value)
        if date and missing_of_date(date, told):
            _add(context, fact, property_, value, "label, quoted words nor locator have")
    known = issued_of(context, fact)
    for property_, value in _values(context, fact, ("attestedOn",)):
        date = PartialDate.of(value)
        if not date or any(i == date for i in known):
            continue
        if missing_of_date(date, told):
            _add(context, fact, property_, value, "its documents are not of, and neither label nor locator have")


def _values(context: Context, fact: str, words: tuple[str, ...]) -> Iterator[tuple[str, Term]]:
    """The values of some properties that the editors did not infer."""
    for property_ in (context.model[word] for word in words):
        for value in context.data.objects(fact, property_):
            if not _is_inferred(context, fact, property_):
                yield property_, value


def _is_inferred(context: Context, fact: str, property_: str) -> bool:
    """Whether an attribution says that the editors supplied or inferred a property."""
    data, model = context.data, context.model
    return any(
        property_ in data.iris(a, model["ofProperty"]) and data.objects(a, model["basis"])
        for a in data.iris(fact, model["hasAttribution"])
    )


def _numbers(text: str) -> set[Decimal]:
    return numbers_in(text) | numbers_in_words(text)


def _degrees(text: str) -> tuple[set[Decimal], set[Decimal]]:
    """The latitudes and longitudes of a text: 43.65, 51.15 or 43°39′00″ N or 4339N, as UN/LOCODE has it.

    Of decimal numbers the latitude stands first.
    """
    written = list(map(Decimal, re.findall(r"-?\d+\.\d+", text)))
    found = set(written[::2]), set(written[1::2])
    for whole, minutes, seconds, side in (*_IN_MINUTES.findall(text), *_IN_LOCODE.findall(text)):
        degrees = Decimal(whole) + Decimal(minutes) / 60 + Decimal(seconds or 0) / 3600
        found[side in "EW"].add(-degrees if side in "SW" else degrees)
    return found


def _shape(word: str) -> str:
    """What kind of letters a code has, and how many, as far as that tells one scheme from another."""
    if word.isdigit():
        return "digits" if len(word) > 3 else f"{len(word)} digits"
    return f"{len(word)} capitals" if word.isalpha() and word.isupper() and len(word) < 4 else ""


def _add(context: Context, fact: str, property_: str, value: Term, where: str) -> None:
    told = f"{context.curie(fact)} has {context.curie(property_)} {value.value}, which {where}"
    hint = f"correct it; or write what the source has into {context.curie(context.model['locator'])} of the citation"
    context.add("told-once", "warning", fact, told, hint, path=(property_,), value=value)
