"""Fourth stage: a label or gist puts no city into a state in which it does not lie: "Harbourtown in Utopia".

The words are English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kzgraph.checks.evidence.sides import Actors
from kzgraph.checks.statements.own_words import tells_facts
from kzgraph.checks.syntax.context import Context
from kzgraph.checks.told.texts import english_texts
from kzgraph.checks.world.geography import places_of, states_of
from kzgraph.namespaces import RDFS, SKOS
from kzgraph.wording.names import folded

_NAME = r"[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)?"
_IN = re.compile(rf"\b({_NAME}) in (?:the )?({_NAME})")
_OF = re.compile(rf"\b({_NAME}?)(?:[’']s)? (?:city|town|port|capital)(?: of)? ({_NAME})")


def check_lying_in(context: Context) -> None:
    """Adds a finding for each label or gist with a city in a state in which the graph does not have it."""
    actors = Actors(context)
    places = places_of(context)
    cities = {
        folded(t.value): city
        for kind in ("City", "Node")
        for city in context.data.instances(context.model[kind])
        for p in (RDFS + "label", SKOS + "altLabel")
        for t in context.data.objects(city, p)
    }
    for fact in tells_facts(context):
        for property_, text in english_texts(context, fact):
            for name, state in _pairs(text.value):
                city = next((cities[n] for n in (folded(name), folded(name.split()[-1])) if n in cities), "")
                named = {
                    a for m in actors.mentions(state) for a in m.actors if context.data.is_a(a, context.model["State"])
                }
                own = set(states_of(context, city, places)) if city and named else set()
                if own and not own & named:
                    told = (
                        f"the words of {context.curie(fact)} put {context.curie(city)} into {context.curie(min(named))}"
                    )
                    hint = f"it lies in {context.curie(min(own))}: correct the words, or the location"
                    context.add("label-unlike-fact", "warning", fact, told, hint, path=(property_,), value=text)


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """A name of a place with that of what it lies in."""
    yield from ((found[1], found[2]) for found in _IN.finditer(text))
    yield from ((found[2], found[1]) for found in _OF.finditer(text))
