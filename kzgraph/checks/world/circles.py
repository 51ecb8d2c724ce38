"""Fourth stage: nothing lies in itself, is a part of itself or follows itself, by however many steps."""

from __future__ import annotations

from collections import defaultdict

from kzgraph.checks.syntax.context import Context
from kzgraph.graph.triples import key

# What a circle is made of: the class of the facts, the thing, and that in which it is; a fact itself if neither.
_THROUGH = (("Location", "ofThing", "inPlace", "lies in"), ("CorridorPart", "hasPart", "ofCorridor", "is a part of"))
_BETWEEN = (
    ("isPartOfFact", "is a part of"),
    ("partOfEvent", "is a part of"),
    ("isInferredFrom", "is inferred from"),
    ("carriesFurther", "carries further"),
    ("succeeds", "succeeds"),
    ("followsUp", "follows up"),
)
Edges = dict[str, dict[str, str]]
"""From each thing to those that it is in, with the fact that says so."""


def check_circles(context: Context) -> None:
    """Adds a finding for each fact by which something comes to be in itself, or after itself."""
    written = {predicate for own in context.own.out.values() for predicate in own}
    for kind, inner, outer, verb in _THROUGH:
        if context.model[outer] not in written:
            continue
        edges: Edges = defaultdict(dict)
        for fact in context.data.instances(context.model[kind]):
            if not context.is_held_wrong(fact):
                for thing in context.data.iris(fact, context.model[inner]):
                    edges[thing] |= dict.fromkeys(context.data.iris(fact, context.model[outer]), fact)
        _report(context, edges, outer, verb)
    for word, verb in _BETWEEN:
        if context.model[word] not in written:
            continue
        found: Edges = defaultdict(dict)
        for fact in context.facts:
            found[fact] = {key(value): fact for value in context.data.objects(fact, context.model[word])}
        _report(context, found, word, verb)


def _report(context: Context, edges: Edges, word: str, verb: str) -> None:
    """A finding for each fact of the files that closes a circle of edges."""
    edges = _without_ends(edges)
    for thing, outer in edges.items():
        for into, fact in outer.items():
            way = _way(edges, into, thing) if fact in context.own.out else None
            if way is None:
                continue
            steps = f" {verb} ".join(context.curie(step) for step in [thing, *way])
            told = f"by {context.curie(fact)}, {context.curie(thing)} comes round to itself: {steps}"
            value = next(v for v in context.data.objects(fact, context.model[word]) if key(v) == into)
            hint = "are the two swapped? take back the step that is wrong"
            context.add("circle", "violation", fact, told, hint, path=(context.model[word],), value=value)


def _without_ends(edges: Edges) -> Edges:
    """The edges that are left when things that lead nowhere are taken away, one by one: circles, and ways to them."""
    left = {thing: dict(outer) for thing, outer in edges.items()}
    behind: defaultdict[str, list[str]] = defaultdict(list)
    for thing, outer in left.items():
        for into in outer:
            behind[into].append(thing)
    ends = [thing for thing in behind if not left.get(thing)] + [thing for thing, outer in left.items() if not outer]
    while ends:
        end = ends.pop()
        left.pop(end, None)
        for thing in behind.pop(end, ()):
            if thing in left:
                left[thing].pop(end, None)
                if not left[thing]:
                    ends.append(thing)
    return left


def _way(edges: Edges, start: str, goal: str) -> list[str] | None:
    """The things on a shortest way along edges from one thing to another, both included; None if there is none."""
    before: dict[str, str] = {start: ""}
    todo = [start]
    for thing in todo:
        if thing == goal:
            way = [thing]
            while before[way[-1]]:
                way.append(before[way[-1]])
            return way[::-1]
        for into in edges.get(thing, {}):
            if into not in before:
                before[into] = thing
                todo.append(into)
    return None
