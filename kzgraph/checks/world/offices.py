"""One office has one holder at a time, who acts in an office holds it, and nobody belongs in two ways at once."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

from kzgraph.checks.syntax.context import Context
from kzgraph.dates import Days, When


@dataclass(frozen=True)
class _Holding:
    """That a person held an office, with the days on which that is sure; None if none is."""

    fact: str
    holder: str
    sure: Days | None


def check_offices(context: Context) -> None:
    """Adds a finding for an office with two holders on one day, and for one that its bearer never holds."""
    holdings = _holdings(context)
    for office, found in holdings.items():
        for own in found:
            if own.fact in context.own.out:
                _check_alone(context, office, own, found)
    for fact in context.own.out:
        for office in context.data.iris(fact, context.model["inOffice"]):
            _check_held(context, fact, office, {h.holder for h in holdings.get(office, ())})


def _holdings(context: Context) -> dict[str, list[_Holding]]:
    data, model = context.data, context.model
    found: defaultdict[str, list[_Holding]] = defaultdict(list)
    for fact in data.instances(model["OfficeHolding"]):
        if context.is_held_wrong(fact):
            continue
        for office in data.iris(fact, model["hasOffice"]):
            for holder in data.iris(fact, model["hasHolder"]):
                found[office].append(_Holding(fact, holder, _sure_days(context, fact)))
    return found


def _sure_days(context: Context, fact: str) -> Days | None:
    """The days on which a fact holds for sure: from the first that is known to the last, each as late or early."""
    when = When.read(context.data.out.get(fact, {}), model=context.model)
    told = [d.days for d in (*when.starts, *when.dates, *when.attested, *when.ends)]
    first, last = min((d.last for d in told), default=0.0), max((d.first for d in told), default=0.0)
    return Days(first, last) if told and first <= last else None


def _check_alone(context: Context, office: str, own: _Holding, found: list[_Holding]) -> None:
    for other in found:
        if other.holder == own.holder or own.sure is None or other.sure is None or not own.sure.meets(other.sure):
            continue
        if _is_settled(context, own.fact, other.fact):
            continue
        told = (
            f"{context.curie(office)} has two holders at a time: {context.curie(own.fact)}, {context.curie(other.fact)}"
        )
        hint = (
            f"correct holder, office or dates, or say {context.curie(context.model['contradicts'])} if sources differ"
        )
        context.add("two-holders", "warning", own.fact, told, hint, path=(context.model["hasHolder"],))
        return


def check_memberships(context: Context) -> None:
    """Adds a finding for a membership without an end that another one of the same member follows, of another kind."""
    data, model = context.data, context.model
    whole = {model["MembershipMember"], model["MembershipFounding"]}
    found: defaultdict[tuple[str, str], list[tuple[str, str, Days]]] = defaultdict(list)
    for fact in data.instances(model["Membership"]):
        when = When.read(data.out.get(fact, {}), model=model)
        kinds = data.iris(fact, model["membershipKind"])
        if kinds and when.starts and not context.is_held_wrong(fact):
            first = min((d.days for d in when.starts), key=lambda days: days.first)
            last = max((d.days.last for d in when.ends), default=math.inf)
            kind = model["MembershipMember"] if kinds[0] in whole else kinds[0]
            for member in data.iris(fact, model["hasMember"]):
                for organization in data.iris(fact, model["inOrganization"]):
                    found[member, organization].append((fact, kind, Days(first.last, last)))
    for facts in found.values():
        for fact, kind, days in facts:
            later = [f for f, k, d in facts if k != kind and days.first < d.first < days.last]
            if fact in context.own.out and later and not _is_settled(context, fact, later[0]):
                told = (
                    f"{context.curie(fact)} has no end, or a late one, and {context.curie(later[0])} tells another kind"
                )
                hint = f"give it its end ({context.curie(model['end'])}), or correct the kind of one"
                path = (model["membershipKind"],)
                context.add("two-memberships", "warning", fact, told, hint, path=path)


def _is_settled(context: Context, fact: str, other: str) -> bool:
    links = [context.model[w] for w in ("contradicts", "differsFrom", "disagreesWith")]
    return any(b in context.data.iris(a, p) for a, b in ((fact, other), (other, fact)) for p in links)


def _check_held(context: Context, fact: str, office: str, holders: set[str]) -> None:
    for bearer in context.data.iris(fact, context.model["hasParticipant"]):
        if holders and bearer not in holders and context.data.is_a(bearer, context.model["Person"]):
            told = f"{context.curie(fact)}: no fact says that {context.curie(bearer)} held {context.curie(office)}"
            hint = "correct the office, or add the fact that the person held it"
            context.add("office-not-held", "warning", fact, told, hint, path=(context.model["inOffice"],))
