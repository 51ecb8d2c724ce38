"""Which parameters of a stored query the things and dates of a text fill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kzgraph.answers.plain_words.things_in_text import Dates, Named
from kzgraph.answers.plain_words.words import stem
from kzgraph.answers.queries.header import Parameter
from kzgraph.answers.queries.stored_query import StoredQuery
from kzgraph.namespaces import OWL, expand

_ANY = OWL + "Thing"
_VERBS = {"do", "does", "did", "has", "have", "is", "are", "was", "were", "can", "could", "will", "would"}
_SIMPLE = {"date", "integer", "decimal", "text", "one-of"}


@dataclass(frozen=True)
class Filled:
    """The values of parameters, the named things that give them, and how many found no place.

    ``apt`` counts the things that fit because of their own class, or are the value that the question has by itself.
    ``is_half`` says that one of two parameters for things of one kind has a thing of the text, and the other one what
    the question has by itself: it may be asked about others. ``is_turned`` says that what the text asks of, as in
    ``what does Russia want``, is taken for what others are asked about.
    """

    values: Mapping[str, str]
    apt: int
    lost: int
    used: tuple[Named, ...] = ()
    is_dated: bool = False
    is_half: bool = False
    is_turned: bool = False


def fill(
    query: StoredQuery,
    named: Sequence[Named],
    dates: Dates,
    classes: Mapping[str, frozenset[str]],
    prefixes: dict[str, str],
) -> Filled:
    """The parameters that some things and dates fill; ``classes`` are those of the things.

    A thing takes the parameter that has it by default, else one whose name stands before it in the text (``from``),
    else an open one of its class, else the last one of its class.
    """
    takes = [p for p in query.parameters if p.type not in _SIMPLE]
    values: dict[str, str] = {}
    apt = lost = 0
    is_turned = False
    left: list[Named] = []
    used: list[Named] = []
    for one in named:
        own = next((p for p in takes if _default(p, prefixes) in one.things and p.name not in values), None)
        if own:
            values[own.name] = _default(own, prefixes)
            apt += 1
            used.append(one)
        else:
            left.append(one)
    for one in left:
        fitting = [
            (p, thing)
            for p in takes
            if p.name not in values
            for thing in one.things
            if _fits(p, thing, classes, prefixes)
        ]
        if not fitting:
            lost += not one.is_common
            continue
        ranked = [(_rank(place, p, thing, one), place) for place, (p, thing) in enumerate(fitting)]
        parameter, thing = fitting[max(ranked)[1]]
        values[parameter.name] = thing
        used.append(one)
        is_any = expand(parameter.type, prefixes) == _ANY
        apt += not is_any
        is_subject = bool(one.before) and one.before.split()[-1] in _VERBS
        is_turned |= is_any and is_subject and any(p != parameter and _fits(p, thing, classes, prefixes) for p in takes)
    dated = _dated(query, dates)
    is_half = _is_half(takes, values, prefixes)
    return Filled(values | dated, apt, lost, tuple(used), bool(dated), is_half, is_turned)


def _is_half(takes: Sequence[Parameter], values: Mapping[str, str], prefixes: dict[str, str]) -> bool:
    given = [p for p in takes if p.default and values.get(p.name, _default(p, prefixes)) != _default(p, prefixes)]
    return any(q.type == p.type and q.default and q.name not in values for p in given for q in takes)


def _default(parameter: Parameter, prefixes: dict[str, str]) -> str:
    return expand(parameter.default or "", prefixes) or ""


def _fits(parameter: Parameter, thing: str, classes: Mapping[str, frozenset[str]], prefixes: dict[str, str]) -> bool:
    kind = expand(parameter.type, prefixes) or parameter.type
    return kind == _ANY or kind in classes.get(thing, frozenset())


def _rank(place: int, parameter: Parameter, thing: str, one: Named) -> tuple[bool, bool, int, int]:
    """How well a parameter suits a thing: named before it, then open, then the first open one or the last other one."""
    cues = {stem(part) for part in parameter.name.split("_")}
    is_cued = any(stem(word) in cues for word in one.before.split())
    is_open = parameter.default is None
    return is_cued, is_open, -place if is_open else place, -one.things.index(thing)


def _dated(query: StoredQuery, dates: Dates) -> dict[str, str]:
    if not dates.first and not dates.last:
        return {}
    found: dict[str, str] = {}
    for parameter in query.parameters:
        if parameter.type != "date":
            continue
        if parameter.rule in {"at", "attested"}:
            found[parameter.name] = dates.last or dates.first
        elif parameter.rule == "until" or parameter.name.endswith(("to", "to_date")):
            found[parameter.name] = dates.last
        else:
            found[parameter.name] = dates.first
    return {name: value for name, value in found.items() if value}
