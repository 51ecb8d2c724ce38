"""Fourth stage: what facts say can be so: they are cited, dates are in order, shares add up, segments meet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise

from kzgraph.checks.syntax.context import Context
from kzgraph.dates import PartialDate, When, dates_of
from kzgraph.graph.triples import key
from kzgraph.literals import comparable, whole_number
from kzgraph.namespaces import PROV, RDFS

_DERIVED = PROV + "wasDerivedFrom"
_BIRTH = "https://schema.org/birthDate"
LABEL = RDFS + "label"


def check_facts(context: Context) -> None:
    """Adds a finding for each fact that is not cited or cannot be so."""
    for fact in context.data.instances(context.model["Fact"]):
        if fact in context.own.out:
            _check_cited(context, fact)
            _check_signature(context, fact)
            _check_participation(context, fact)
            _check_office(context, fact)
            _check_act(context, fact)
    for thing in context.own.out:
        _check_span(context, thing)
        _check_label(context, thing)
    _check_shares(context)
    _check_segments(context)


def _check_label(context: Context, thing: str) -> None:
    labels = context.data.objects(thing, LABEL)
    if labels and not any(t.language.lower().split("-")[0] == "en" for t in labels) and all(t.language for t in labels):
        told = f"{context.curie(thing)} has no label in English"
        hint = 'add rdfs:label "…"@en'
        context.add("no-english-label", "violation", thing, told, hint, path=(LABEL,))


def _check_cited(context: Context, fact: str) -> None:
    if any(context.data.objects(fact, p) for p in (_DERIVED, context.model["isInferredFrom"])):
        for value in context.data.objects(fact, _DERIVED):
            if value.kind == "uri" and key(value) in context.data.out and not _is_source(context, key(value)):
                told = f"{context.curie(fact)} is derived from {context.curie(value)}, which is no citation"
                hint = 'make one: `kzgraph cite DOCUMENT "words of the passage"`'
                context.add("no-citation", "violation", fact, told, hint, path=(_DERIVED,), value=value)
        return
    told = f"{context.curie(fact)} is a fact without a citation"
    hint = "add prov:wasDerivedFrom and a citation: `kzgraph cite` prints one"
    context.add("uncited-fact", "violation", fact, told, hint)


def _is_source(context: Context, name: str) -> bool:
    return context.is_any(name, ("Citation", "Fact", "WorkCitation"))


def span(context: Context, thing: str) -> tuple[PartialDate, PartialDate] | None:
    """The earliest and the latest date of a thing; None without any date."""
    when = When.read(context.data.out.get(thing, {}), model=context.model)
    starts = when.starts or when.dates
    ends = when.ends or when.dates or starts
    return (min(starts), max(ends)) if starts and ends else None


def _check_span(context: Context, thing: str) -> None:
    for start in context.data.objects(thing, context.model["start"]):
        for end in context.data.objects(thing, context.model["end"]):
            first, last = PartialDate.of(start), PartialDate.of(end)
            if first and last and last.is_before(first):
                told = f"{context.curie(thing)} ends ({end.value}) before it starts ({start.value})"
                hint = f"are {context.curie(context.model['start'])} and {context.curie(context.model['end'])} swapped?"
                context.add("end-before-start", "violation", thing, told, hint, path=(context.model["end"],), value=end)


def _check_signature(context: Context, fact: str) -> None:
    if not context.data.is_a(fact, context.model["Signature"]):
        return
    for event in context.data.iris(fact, context.model["atEvent"]):
        _check_within(context, fact, event, "is signed")


def _check_participation(context: Context, fact: str) -> None:
    for event in context.data.iris(fact, context.model["inEvent"]):
        _check_within(context, fact, event, "takes part")
    for event in context.data.iris(fact, context.model["partOfEvent"]):
        _check_within(context, fact, event, "takes place")


def _check_act(context: Context, fact: str) -> None:
    """What is told as done, or judged, at an event is of its time; a signature is checked whatever its modality."""
    model = context.model
    modality = context.data.iris(fact, model["modality"])
    is_done = any(model[word] in modality for word in ("ModalityActual", "ModalityAssessed", "ModalityReported"))
    events = context.data.iris(fact, model["atEvent"])
    if is_done and len(events) == 1 and not context.data.is_a(fact, model["Signature"]):
        _check_within(context, fact, events[0], "takes place")


def _check_within(context: Context, fact: str, event: str, verb: str) -> None:
    own, whole = span(context, fact), span(context, event)
    if own is None or whole is None:
        return
    path = next(
        (context.model[p] for p in ("date", "start") if context.data.objects(fact, context.model[p])),
        context.model["end"],
    )
    value = context.data.one(fact, path)
    if own[0].is_before(whole[0]):
        told, side = f"{verb} on {own[0]}, before {context.curie(event)} began ({whole[0]})", "earlier"
    elif whole[1].is_before(own[1]):
        told, side = f"{verb} on {own[1]}, after {context.curie(event)} ended ({whole[1]})", "later"
    else:
        return
    hint = f"correct the {side} of the two dates, or name another event" if side else ""
    context.add("outside-event", "violation", fact, f"{context.curie(fact)} {told}", hint, path=(path,), value=value)


def _check_office(context: Context, fact: str) -> None:
    if not context.data.is_a(fact, context.model["OfficeHolding"]):
        return
    held = span(context, fact)
    attested = dates_of(context.data.objects(fact, context.model["attestedOn"]))
    first = held[0] if held else min(attested, default=None)
    for holder in context.data.iris(fact, context.model["hasHolder"]):
        for birth in (
            b for p in (_BIRTH, context.model["birthDate"]) for b in dates_of(context.data.objects(holder, p))
        ):
            if first and first.is_before(birth):
                told = f"{context.curie(fact)} begins in {first}, before its holder was born ({birth})"
                context.add(
                    "before-birth",
                    "violation",
                    fact,
                    told,
                    "is it another person of that name?",
                    path=(context.model["hasHolder"],),
                )


def _check_shares(context: Context) -> None:
    """The shares in one asset, totals without their parts, add up to 100 % at most."""
    stakes: defaultdict[tuple[str, str], list[tuple[str, float]]] = defaultdict(list)
    for stake in context.data.instances(context.model["Stake"]):
        share = context.data.one(stake, context.model["share"])
        number = comparable(share) if share is not None else None
        left_out = context.data.objects(stake, context.model["isPartOfFact"]) or context.data.objects(
            stake, context.model["disagreesWith"]
        )
        if number is None or number[0] != "number" or left_out or _is_over(context, stake):
            continue
        for asset in context.data.iris(stake, context.model["hasAsset"]):
            modality = context.data.one(stake, context.model["modality"])
            stakes[asset, modality.value if modality else ""].append((stake, float(str(number[1]))))
    for (asset, _), found in stakes.items():
        total = sum(share for _, share in found)
        for stake, _ in found:
            if total > 100.0001 and stake in context.own.out:
                told = f"the shares in {context.curie(asset)} add up to {total:g} %, which is more than 100 %"
                part = context.curie(context.model["isPartOfFact"])
                hint = f"correct a share, give each the time it held, or mark parts of a total with {part}"
                value = context.data.one(stake, context.model["share"])
                context.add(
                    "shares-above-100", "violation", stake, told, hint, path=(context.model["share"],), value=value
                )


def _is_over(context: Context, stake: str) -> bool:
    return bool(context.data.objects(stake, context.model["end"])) or context.is_held_wrong(stake)


def _check_segments(context: Context) -> None:
    """Segments that follow each other in a corridor meet, where both ends of both are known."""
    ends = _ends(context)
    parts: defaultdict[str, defaultdict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    facts: dict[tuple[str, str], str] = {}
    for fact in context.data.instances(context.model["CorridorPart"]):
        order, part = context.data.one(fact, context.model["order"]), context.data.one(fact, context.model["hasPart"])
        place = whole_number(order.value) if order is not None else None
        if place is None or part is None:
            continue
        for corridor in context.data.iris(fact, context.model["ofCorridor"]):
            parts[corridor][place].add(key(part))
            facts[corridor, key(part)] = fact
    for corridor, ordered in parts.items():
        places = sorted(ordered)
        for before, after in pairwise(places):
            _check_meeting(context, corridor, ordered[before], ordered[after], ends, facts)


def _check_meeting(
    context: Context,
    corridor: str,
    before: set[str],
    after: set[str],
    ends: dict[str, set[str]],
    facts: dict[tuple[str, str], str],
) -> None:
    if not all(ends.get(p) for p in before | after) or not any(
        context.data.is_a(p, context.model["Segment"]) for p in before | after
    ):
        return
    reached = {e for p in before for e in ends[p]}
    for part in sorted(after):
        fact = facts[corridor, part]
        if not ends[part] & reached and any(facts[corridor, p] in context.own.out for p in {*before, part}):
            own = fact if fact in context.own.out else next(facts[corridor, p] for p in before)
            first = ", ".join(context.curie(p) for p in sorted(before))
            told = f"{context.curie(part)} does not begin where {first} ends, before it in {context.curie(corridor)}"
            context.add(
                "segments-apart",
                "violation",
                own,
                told,
                f"correct {context.curie(context.model['order'])}, or the ends of a connection",
                path=(context.model["order"],),
            )


def _ends(context: Context) -> dict[str, set[str]]:
    """Where each part of a corridor can be met: a node in itself, a segment at its ends, both in their places.

    Their places are the cities and states in which they lie, for stretches that nobody names may lie between two parts.
    """
    data = context.data
    within = _within(context)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name in data.instances(context.model["Node"]):
        found[name].update({name, *within(name)})
    for fact in data.instances(context.model["Connection"]):
        touched = [p for e in ("fromPlace", "toPlace") for p in data.iris(fact, context.model[e])]
        for segment in data.iris(fact, context.model["ofSegment"]):
            if len(touched) > 1 and data.is_a(segment, context.model["Segment"]):
                found[segment].update(touched, *(within(t) for t in touched))
    return found


def _within(context: Context) -> Callable[[str], set[str]]:
    """Gives the cities and states in which a thing lies, by however many steps."""
    places: defaultdict[str, list[str]] = defaultdict(list)
    for fact in context.data.instances(context.model["Location"]):
        for thing in context.data.iris(fact, context.model["ofThing"]):
            places[thing] += context.data.iris(fact, context.model["inPlace"])

    def of(thing: str) -> set[str]:
        reached = list(places[thing])
        for place in reached:
            reached += [p for p in places[place] if p not in reached]
        return {p for p in reached if context.is_any(p, ("City", "State"))}

    return of
