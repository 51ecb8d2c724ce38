"""The events in which facts have their place: when these were, and which things they have to do with.

Somebody's part in a meeting has no date and place of its own, and the meeting does not name who came.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kzgraph.answers.things.facts import Fact, read_facts
from kzgraph.dates import When
from kzgraph.stores import Store

WITH_EVENTS = "(<model|inEvent>|<model|atEvent>)/<model|about>|^<model|inEvent>/<model|about>"
"""The paths from a fact to what its event is about, and from an event to what takes part in it."""


def times_of_events(store: Store, facts: Iterable[Fact]) -> Mapping[str, When]:
    """When the events of facts were that have no time of their own, by the facts' IRIs."""
    found = {fact.iri: _events(fact) for fact in facts if fact.when.known_days is None}
    events = {event.iri: event.when for event in read_facts(store, {e for own in found.values() for e in own})}
    dated = {fact: [events[e] for e in own if e in events and events[e].known_days] for fact, own in found.items()}
    return {fact: whens[0] for fact, whens in dated.items() if len(whens) == 1}


def _events(fact: Fact) -> frozenset[str]:
    return fact.iris("inEvent") | fact.iris("atEvent")
