"""Places lie in larger ones and in one state, a visit is where its host is, and a place has one position."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from math import asin, cos, radians, sin, sqrt

from kzgraph.checks.syntax.context import Context
from kzgraph.graph.triples import node
from kzgraph.terms import Term

_EARTH = 6371.0  # kilometres
_FAR = 100.0
# What a thing of a class cannot lie in; what is of none of these classes may be of any size.
_TOO_SMALL = {"State": ("State", "City", "Node"), "Sea": ("City", "Node"), "City": ("Node",)}


def check_geography(context: Context) -> None:
    """Adds a finding for each place, visit and position that cannot be where the facts say."""
    places = places_of(context)
    for fact in context.own.out:
        for thing in context.data.iris(fact, context.model["ofThing"]):
            for place in context.data.iris(fact, context.model["inPlace"]):
                _check_size(context, fact, thing, place, places)
                _check_states(context, fact, thing, place, places)
        _check_visit(context, fact, places)
        _check_way(context, fact, places)
    _check_positions(context)


def places_of(context: Context) -> dict[str, dict[str, str]]:
    """Where each thing lies, each place with a fact that says so."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for fact in context.data.instances(context.model["Location"]):
        if not context.is_held_wrong(fact):
            for thing in context.data.iris(fact, context.model["ofThing"]):
                for place in context.data.iris(fact, context.model["inPlace"]):
                    found[thing].setdefault(place, fact)
    return found


def _check_size(context: Context, fact: str, thing: str, place: str, places: dict[str, dict[str, str]]) -> None:
    data, model = context.data, context.model
    for large, small in _TOO_SMALL.items():
        if data.is_a(thing, model[large]) and context.is_any(place, small) and thing != place:
            told = f"{context.curie(thing)} cannot lie in {context.curie(place)}, which is too small"
            path = (model["inPlace"],)
            hint = "are the two swapped?"
            context.add("lies-in-smaller", "violation", fact, told, hint, path=path, value=node(place))
            return
    held = sorted(s for s, outer in places.items() if thing in outer and s != place and data.is_a(s, model["State"]))
    if held and data.is_a(place, model["State"]):
        told = f"{context.curie(thing)} cannot lie in {context.curie(place)}, for {context.curie(held[0])} lies in it"
        hint = "are the two swapped?"
        context.add("lies-in-smaller", "violation", fact, told, hint, path=(model["inPlace"],), value=node(place))


def states_of(context: Context, thing: str, places: dict[str, dict[str, str]]) -> dict[str, str]:
    """The states in which a thing lies, by however many steps, each with the fact of the first step."""
    found: dict[str, str] = {}
    seen = {thing}
    todo = [(place, fact) for place, fact in places.get(thing, {}).items()]
    for place, fact in todo:
        if place in seen:
            continue
        seen.add(place)
        if context.data.is_a(place, context.model["State"]):
            found.setdefault(place, fact)
        else:
            todo += [(outer, fact) for outer in places.get(place, ())]
    return found


def _check_states(context: Context, fact: str, thing: str, place: str, places: dict[str, dict[str, str]]) -> None:
    """A city or a point lies in one state; what runs from one to another lies in several."""
    model = context.model
    if not context.is_any(thing, ("City", "Node")):
        return
    states = states_of(context, thing, places)
    own = [s for s, by in states.items() if s == place or by == fact]
    others = [s for s in states if s not in own]
    if own and others:
        told = f"{context.curie(thing)} lies in {context.curie(own[0])} and in {context.curie(others[0])}"
        hint = f"correct {context.curie(fact)} or {context.curie(states[others[0]])}"
        context.add("in-two-states", "warning", fact, told, hint, path=(model["inPlace"],), value=node(place))


def _check_visit(context: Context, fact: str, places: dict[str, dict[str, str]]) -> None:
    data, model = context.data, context.model
    hosts = {h for h in data.iris(fact, model["hasHost"]) if data.is_a(h, model["State"])}
    for place in data.iris(fact, model["takesPlaceIn"]) if hosts and data.iris(fact, model["hasVisitor"]) else ():
        states = {place} if data.is_a(place, model["State"]) else set(states_of(context, place, places))
        if states and not states & hosts:
            where = ", ".join(map(context.curie, sorted(states)))
            told = f"{context.curie(fact)} takes place in {where}, and its host is {context.curie(min(hosts))}"
            hint = "correct host or place"
            context.add(
                "visit-elsewhere", "warning", fact, told, hint, path=(model["takesPlaceIn"],), value=node(place)
            )


def _check_way(context: Context, fact: str, places: dict[str, dict[str, str]]) -> None:
    """What a state sends begins there, and does not end there."""
    data, model = context.data, context.model
    states = {
        word: {s for p in data.iris(fact, model[word]) for s in ({p} | set(states_of(context, p, places)))
               if data.is_a(s, model["State"])}
        for word in ("fromPlace", "toPlace")
    }  # fmt: skip
    senders = {a for a in data.iris(fact, model["fromActor"]) if data.is_a(a, model["State"])}
    if senders and states["fromPlace"] and senders <= states["toPlace"] - states["fromPlace"]:
        told = f"{context.curie(fact)} is from {context.curie(min(senders))}, and runs to there"
        hint = f"swap {context.curie(model['fromPlace'])} and {context.curie(model['toPlace'])}"
        context.add("direction-unlike-words", "warning", fact, told, hint, path=(model["fromPlace"],))


def _check_positions(context: Context) -> None:
    """The positions of one thing are near each other."""
    model = context.model
    found: defaultdict[str, list[tuple[str, tuple[float, float]]]] = defaultdict(list)
    for fact, point in _points(context):
        for thing in context.data.iris(fact, model["ofThing"]):
            found[thing].append((fact, point))
    for thing, points in found.items():
        for (fact, one), (other, two) in combinations(points, 2):
            own = next((f for f in (other, fact) if f in context.own.out), "")
            away = _distance(one, two)
            if own and away > _FAR:
                facts = f"{context.curie(fact)}, {context.curie(other)}"
                told = f"the positions of {context.curie(thing)} lie {away:.0f} km apart: {facts}"
                hint = "correct one of them; are latitude and longitude swapped?"
                context.add("positions-apart", "warning", own, told, hint, path=(model["latitude"],))


def _points(context: Context) -> Iterator[tuple[str, tuple[float, float]]]:
    latitude, longitude = context.model["latitude"], context.model["longitude"]
    for fact, said in context.data.out.items():
        if latitude in said and longitude in said:
            both = _number(said[latitude]), _number(said[longitude])
            if both[0] is not None and both[1] is not None:
                yield fact, (both[0], both[1])


def _number(values: Iterable[Term]) -> float | None:
    return next((float(v.number) for v in values if v.number is not None), None)


def _distance(one: tuple[float, float], two: tuple[float, float]) -> float:
    """Kilometres between two points, along a great circle (haversine)."""
    north, south = radians(one[0]), radians(two[0])
    wide = radians(two[1] - one[1])
    half = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(wide / 2) ** 2
    return 2 * _EARTH * asin(sqrt(half))
