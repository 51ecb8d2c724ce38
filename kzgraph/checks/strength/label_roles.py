"""Fourth stage: the label of a fact names what its pattern asks for: the member and the organization, thing and place.

Which roles a label has, the ontology says (``kzo:labelPattern``); what stands in ``[…]`` there may be left out.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, cached_property

from kzgraph.checks.evidence.cited_paragraphs import is_attributed
from kzgraph.checks.evidence.sides import Actors
from kzgraph.checks.statements.own_words import OF_WORDS
from kzgraph.checks.strength.actors_told import is_exact, tellers_of
from kzgraph.checks.syntax.context import Context
from kzgraph.graph.triples import TYPE, key, node
from kzgraph.namespaces import RDFS, SKOS
from kzgraph.wording.names import folded
from kzgraph.wording.stems import stems_of

_COMMON = 6  # a word that so many things have in their names tells none of them
_SHORTEST = 3
_ACCOUNT = re.compile(r"\([^)]*\)$|,? (?:according to|as given by|called \w+ by) [^,]*$")
"""Where a label names the document that it follows."""


def check_label_roles(context: Context) -> None:
    """Adds a finding for each actor or place in a role of the pattern that the English label does not name."""
    names = _Names(context)
    actors = Actors(context)
    tellers = tellers_of(context)
    roles = cache(lambda kind: _roles(context, kind))
    for fact in context.own.out:
        if fact not in context.facts:
            continue
        label = " ".join(t.value for t in context.data.objects(fact, RDFS + "label") if t.language in {"", "en"})
        _check_roles(context, names, fact, {p for kind in context.data.iris(fact, TYPE) for p in roles(kind)}, label)
        _check_name(context, fact, label)
        if not context.is_any(fact, OF_WORDS):
            _check_actors(context, actors, tellers, fact, label)


def _check_actors(context: Context, actors: Actors, tellers: set[str], fact: str, label: str) -> None:
    """An actor that a label names in full is a value of its fact, or of what the fact names."""
    data, model = context.data, context.model
    values = {key(v) for vs in data.out[fact].values() for v in vs if v.kind != "literal"}
    values |= {
        part for word in ("inEvent", "atEvent", "partOfEvent") for part in data.subjects(model[word], node(fact))
    }
    near = values | {key(v) for t in values for vs in data.out.get(t, {}).values() for v in vs if v.kind == "uri"}
    names = " | ".join(
        folded(t.value) for v in near for p in (RDFS + "label", SKOS + "altLabel") for t in data.objects(v, p)
    )
    for mention in actors.mentions(_ACCOUNT.sub("", label)):
        if mention.actors & near or not is_exact(context, mention) or mention.name in names:
            continue
        if not set(mention.name.split()) & tellers:
            actor = context.curie(min(mention.actors))
            message = f"the label of {context.curie(fact)} names {actor}, which is none of its values"
            hint = "add it in its role, or correct the label"
            context.add("label-unlike-fact", "warning", fact, message, hint, path=(RDFS + "label",))
            return


def _roles(context: Context, kind: str) -> set[str]:
    """The properties that a label of a kind always names, of those that say what a fact is about."""
    patterns = (re.sub(r"\[[^\]]*\]", "", t.value) for t in context.data.objects(kind, context.model["labelPattern"]))
    named = {word for pattern in patterns for word in re.findall(r"\{(\w+)\}", pattern)}
    return {p for p in context.about if re.split(r"[#/]", p)[-1] in named and p != context.model["concerns"]}


def _check_roles(context: Context, names: _Names, fact: str, roles: set[str], label: str) -> None:
    """A label that names a thing of its pattern names the others."""
    data = context.data
    values = [(p, key(v)) for p in sorted(roles) for v in data.objects(fact, p) if len(data.objects(fact, p)) == 1]
    values = [(p, v) for p, v in values if context.is_any(v, ("Actor", "Place"))]
    missing = [(p, v) for p, v in values if not names.is_in(v, label)]
    for property_, value in missing if len(missing) < len(values) else ():
        if not is_attributed(context, fact, property_, node(value)):
            role = f"{context.curie(property_)} {context.curie(value)}"
            message = f"{context.curie(fact)} has {role}, which its label does not name"
            hint = "correct one of the two"
            context.add("label-unlike-fact", "warning", fact, message, hint, path=(property_,), value=node(value))


def _check_name(context: Context, fact: str, label: str) -> None:
    """A label that quotes a name quotes that of its fact."""
    property_ = context.model["name"]
    for name in context.data.objects(fact, property_) if re.search(r"[\"“”«»]", label) else ():
        if name.value not in label:
            message = f"{context.curie(fact)} has the name {context.curie(name)}, which its label does not quote"
            context.add(
                "label-unlike-fact", "warning", fact, message, "correct one of the two", path=(property_,), value=name
            )


class _Names:
    """The names of the things of a project, and which of their words tell one from another."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def is_in(self, thing: str, label: str) -> bool:
        """Whether a label has a name of a thing, or a word of it that few things have."""
        words = folded(label).split()
        for name in self._of(thing):
            stems = stems_of(name)
            found = [stem for stem in stems if any(word.startswith(stem) for word in words)]
            if found and (len(found) == len(stems) or any(self._counts[stem] < _COMMON for stem in found)):
                return True
            if any(word in name.split() for word in label.split() if len(word) >= _SHORTEST and word.isupper()):
                return True
        return False

    def _of(self, thing: str) -> list[str]:
        data, model = self._context.data, self._context.model
        found = [t.value for p in (RDFS + "label", SKOS + "altLabel") for t in data.objects(thing, p)]
        return found + [
            t.value for n in data.subjects(model["namesThing"], node(thing)) for t in data.objects(n, model["name"])
        ]

    @cached_property
    def _counts(self) -> Counter[str]:
        """In the labels of how many things each beginning of a word stands."""
        data = self._context.data
        things = {thing for fact in self._context.facts for p in self._context.about for thing in data.iris(fact, p)}
        things -= self._context.facts.keys()
        labels = [[s for n in data.objects(thing, RDFS + "label") for s in stems_of(n.value)] for thing in things]
        return Counter(stem for stems in labels for stem in set(stems))
