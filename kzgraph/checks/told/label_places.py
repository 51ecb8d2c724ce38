"""Fourth stage: the city that a label names is that of its fact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from kzgraph.checks.evidence.cited_paragraphs import is_attributed
from kzgraph.checks.statements.own_words import tells_facts
from kzgraph.checks.syntax.context import Context
from kzgraph.graph.triples import key, node
from kzgraph.namespaces import RDFS, SKOS
from kzgraph.wording.names import folded

_WHERE = ("takesPlaceIn", "inPlace", "fromPlace", "toPlace", "viaPlace")
_SHORTEST = 4


def check_label_places(context: Context) -> None:
    """Adds a finding for each city in a role of a fact whose label names another, and not this one."""
    cities = {name: city for city in context.data.instances(context.model["City"]) for name in _names(context, city)}
    for fact in tells_facts(context):
        label = " ".join(t.value for t in context.data.objects(fact, RDFS + "label") if t.language in {"", "en"})
        told = {cities[word] for word in _words(label) if word in cities}
        strange = told - _near(context, fact) if told else told
        for property_ in (context.model[word] for word in _WHERE) if strange else ():
            for value in context.data.iris(fact, property_):
                if not context.data.is_a(value, context.model["City"]) or value in told:
                    continue
                if not is_attributed(context, fact, property_, node(value)):
                    role, other = f"{context.curie(property_)} {context.curie(value)}", context.curie(min(strange))
                    message = f"{context.curie(fact)} has {role}, and its label names {other}"
                    hint = "correct one of the two"
                    context.add(
                        "label-unlike-fact", "warning", fact, message, hint, path=(property_,), value=node(value)
                    )


def _near(context: Context, fact: str) -> set[str]:
    """What a fact names, and what that names."""
    values = {key(v) for vs in context.data.out[fact].values() for v in vs if v.kind == "uri"}
    return values | {
        key(v) for t in values for vs in context.data.out.get(t, {}).values() for v in vs if v.kind == "uri"
    }


def _names(context: Context, thing: str) -> Iterator[str]:
    for property_ in (RDFS + "label", SKOS + "altLabel"):
        yield from (folded(t.value) for t in context.data.objects(thing, property_) if len(t.value) >= _SHORTEST)


def _words(label: str) -> set[str]:
    """The words with capitals of a label, one by one and with the next."""
    written = re.findall(r"[\w’'-]+", re.sub(r"[’']s\b", "", label))
    found = {folded(word) for word in written if word[0].isupper()}
    return found | {folded(f"{a} {b}") for a, b in pairwise(written) if a[0].isupper()}
