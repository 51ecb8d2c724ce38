"""What came of something is not before it, and documents do not cite what came after them."""

from __future__ import annotations

from kzgraph.checks.statements.facts import span
from kzgraph.checks.statements.own_words import issued_of
from kzgraph.checks.syntax.context import Context
from kzgraph.dates import PartialDate, dates_of
from kzgraph.graph.triples import node

_ISSUED = "http://purl.org/dc/terms/issued"
_LATER = {"carriesFurther": "carries further", "succeeds": "succeeds", "triggeredBy": "was brought about by"}


def check_order_in_time(context: Context) -> None:
    """Adds a finding for each fact that is over before that began on which it follows."""
    for fact in context.own.out:
        if fact in context.facts and not context.is_held_wrong(fact):
            for word, verb in _LATER.items():
                for other in context.data.iris(fact, context.model[word]):
                    _check_after(context, fact, word, fact, other, verb)
                    _check_written(context, fact, word, other, verb)
            for effect in context.data.iris(fact, context.model["hasEffect"]):
                for cause in context.data.iris(fact, context.model["hasCause"]):
                    _check_after(context, fact, "hasEffect", effect, cause, "was brought about by")
            _check_cited(context, fact)
            _check_precision(context, fact)


def _check_after(context: Context, fact: str, word: str, later: str, earlier: str, verb: str) -> None:
    if any(thing in context.facts and _is_not_done(context, thing) for thing in (later, earlier)):
        return
    own, other = span(context, later), span(context, earlier)
    if own is None or other is None:
        return
    date = own[0] if word == "succeeds" else own[1]  # the next of a series begins after the one before
    if not date.is_before(other[0]):
        return
    told = f"{context.curie(later)} ({date}) {verb} {context.curie(earlier)}, which came after it ({other[0]})"
    hint = "are the two swapped? correct the link, or a date"
    context.add("before-its-cause", "violation", fact, told, hint, path=(context.model[word],))


def _check_written(context: Context, fact: str, word: str, other: str, verb: str) -> None:
    """What follows on something, and has no date, is not told in documents that were issued before that came about."""
    if span(context, fact) or _is_not_done(context, other):
        return
    last, begun = max(issued_of(context, fact), default=None), span(context, other)
    if last is None or begun is None or not last.is_before(begun[0]):
        return
    told = f"{context.curie(fact)} (told on {last}) {verb} {context.curie(other)}, which came after it ({begun[0]})"
    hint = "are the two swapped? correct the link, or a date"
    context.add("before-its-cause", "violation", fact, told, hint, path=(context.model[word],), value=node(other))


def _is_not_done(context: Context, fact: str) -> bool:
    """Whether a date may be that for which something is planned, and not that on which it came about."""
    modality = context.data.iris(fact, context.model["modality"])
    return context.is_held_wrong(fact) or bool(modality and context.model["ModalityActual"] not in modality)


def _check_cited(context: Context, fact: str) -> None:
    """A document cites works that are no younger than it is, and was not issued before its author looked them up."""
    data, model = context.data, context.model
    issued = dates_of(t for d in data.iris(fact, model["inDocument"]) for t in data.objects(d, _ISSUED))
    if not issued:
        return
    last = max(issued)
    for work in data.iris(fact, model["citesWork"]):
        for value in data.objects(work, _ISSUED):
            _check_younger(context, fact, "citesWork", PartialDate.of(value) or PartialDate.parse(value.value), last)
    for value in data.objects(fact, model["attestedOn"]):
        _check_younger(context, fact, "attestedOn", PartialDate.of(value), last)


def _check_younger(context: Context, fact: str, word: str, date: PartialDate | None, issued: PartialDate) -> None:
    if date and issued.is_before(date):
        told = f"{context.curie(fact)} is of a document of {issued}, and of a work of {date}"
        context.add("cites-later-work", "warning", fact, told, "correct one of the dates", path=(context.model[word],))


def _check_precision(context: Context, fact: str) -> None:
    """What happens at an event of a known day is dated with the day."""
    data, model = context.data, context.model
    if context.is_held_wrong(fact) or context.is_any(fact, ("Figure", "Flow")):
        return  # an amount may be that of a longer time
    for event in data.iris(fact, model["atEvent"]):
        days = [d for d in dates_of(data.objects(event, model["date"])) if d.day]
        for value in data.objects(fact, model["date"]):
            own = PartialDate.of(value)
            if own and not own.day and len(days) == 1 and own.days.contains(days[0].days):
                told = f"{context.curie(fact)} is dated {own}, and {context.curie(event)}, at which it was, {days[0]}"
                hint = "give it the day of the event, as an inferred date with a note, if it was on that day"
                context.add("date-less-exact", "warning", fact, told, hint, path=(model["date"],), value=value)
