"""Who takes part for a state is of this state: itself, by its office, or by where it belongs."""

from __future__ import annotations

from collections import defaultdict

from kzgraph.checks.evidence.cited_paragraphs import is_attributed
from kzgraph.checks.evidence.sides import Actors
from kzgraph.checks.syntax.context import Context
from kzgraph.graph.triples import node


def check_representing(context: Context) -> None:
    """Adds a finding for each participant who represents a state other than the one that all else gives it."""
    data, model = context.data, context.model
    property_ = model["representing"]
    states = _states(context)
    actors = Actors(context)
    for fact in context.own.out:
        values = {v for v in data.iris(fact, property_) if data.is_a(v, model["State"])}
        for participant in data.iris(fact, model["hasParticipant"]) if values else ():
            own = set(states[participant])
            for office in data.iris(fact, model["inOffice"]):
                own |= {a for m in actors.mentions(context.label(office)) for a in m.actors}
            own = {participant} if data.is_a(participant, model["State"]) else own
            own = {state for state in own if data.is_a(state, model["State"])}
            if own and not own & values and not is_attributed(context, fact, property_, node(min(values))):
                who, state = context.curie(participant), context.curie(min(values))
                told = f"{context.curie(fact)} has {who} represent {state}, and it is of {context.curie(min(own))}"
                hint = f"correct {context.curie(property_)}, or attribute it with its ground"
                value = node(min(values))
                context.add("represents-another", "warning", fact, told, hint, path=(property_,), value=value)


def _states(context: Context) -> defaultdict[str, set[str]]:
    """With what each actor is affiliated, by the facts that say so."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for fact in context.data.instances(context.model["Affiliation"]):
        for actor in context.data.iris(fact, context.model["hasActor"]):
            found[actor] |= set(context.data.iris(fact, context.model["affiliatedWith"]))
    return found
