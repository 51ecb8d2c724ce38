"""Fourth stage: what is told of two is told of both, and a value that the words join to another has it beside it.

Label and gist of what two are asked, or are, do not begin with one of them and leave the other out; "by road and rail"
is by both. The words are English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs, is_attributed
from kzgraph.checks.evidence.sides import Actors, doers_of
from kzgraph.checks.statements.own_words import tells_facts
from kzgraph.checks.syntax.context import Context
from kzgraph.checks.told.texts import english_texts
from kzgraph.graph.triples import TYPE, key, node
from kzgraph.namespaces import RDFS, SKOS
from kzgraph.wording.names import folded

_OF_BOTH = ("addressedTo", "setBy", "decidedBy", "hasHolder", "obliges", "ofSubject", "hasSignatory", "hasAdopter")
"""Roles in which several do, have or owe one thing together."""
_NAME = r"[A-Z][\w’'-]*"
_PAIR = re.compile(rf"\b({_NAME}) and (?:the )?({_NAME})")
_MANY = r"(?:states|countries|nations|neighbou?rs|sides|parties|presidents|leaders|heads|governments|companies)"
_BOTH = re.compile(rf"\b(?:both|the two)(?: [\w-]+){{0,2}} {_MANY}\b", re.IGNORECASE)
_TOGETHER = re.compile(
    rf"\b(?:both|two|{_MANY}|mutual\w*|bilateral\w*|each other|one another|together|joint\w*|other|with|its neighbour"
    r"|their|rest|others|common|cooperat\w*|trilateral|all|members?)\b",
    re.IGNORECASE,
)
"""Words in English by which a text may speak of the other one too."""
_JOINED = ("byMode", "hasCommodity", "addressedTo", "hasTarget")
_SHORTEST, _STEM = 3, 5


def check_own_two(context: Context) -> None:
    """Adds a finding for each label or gist that begins with one of two who have a role together, and has not both."""
    actors = Actors(context)
    for fact in tells_facts(context):
        for property_ in (context.model[word] for word in _OF_BOTH):
            values = {v for v in context.data.iris(fact, property_) if context.data.is_a(v, context.model["Actor"])}
            if len(values) > 1:
                _check_begins(context, actors, fact, values, "its fact has")


def check_two(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each label or gist that begins with one of two of whom its cited words tell together."""
    actors = Actors(context)
    for fact in tells_facts(context):
        passage = " | ".join(map(evidence.words, evidence.in_english(fact)))
        if not passage or doers_of(
            context, fact, "hasParticipant", "hasMember", "fromActor", "toActor", "hasDependent"
        ):
            continue
        values = {v for vs in context.data.out[fact].values() for v in map(key, vs)}
        pairs = [frozenset(a for m in actors.mentions(found[0]) for a in m.actors) for found in _PAIR.finditer(passage)]
        states = {v for v in values if context.data.is_a(v, context.model["State"])}
        if _BOTH.search(passage) and len(states) == 2:
            pairs.append(frozenset(states))
        for pair in {p for p in pairs if len(p) == 2 and p <= values}:
            _check_begins(context, actors, fact, set(pair), "its passage tells of")


def _check_begins(context: Context, actors: Actors, fact: str, values: set[str], what: str) -> None:
    for property_, text in english_texts(context, fact):
        mentions = actors.mentions(text.value)
        first = next(iter(mentions), None)
        if first is None or not first.is_first or not first.actors & values or _TOGETHER.search(text.value):
            continue
        named = {actor for mention in mentions for actor in mention.actors}
        if len(named & values) == 1 and not _is_of(text.value, first.name):
            left_out = context.curie(min(values - named))
            message = f"the words of {context.curie(fact)} leave out {left_out}, of whom {what} the same"
            hint = "name both, or correct the roles"
            context.add("actor-left-out", "warning", fact, message, hint, path=(property_,), value=text)


def _is_of(text: str, name: str) -> bool:
    """Whether a text begins with what an actor has: "Utopia's ports", "Utopian ports"."""
    first = folded(text).split()[: len(name.split())]
    return (
        bool(re.match(r"[\w-]+[’']s?\b", text)) or " ".join(first) != name or bool(re.match(r"\w+(?:i|ian|h) ", text))
    )


def check_joined(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each mode, good, addressee or target that words join to another which the fact lacks."""
    told_by = cache(lambda property_: _told_by(context, property_))
    for fact in tells_facts(context):
        for property_ in (context.model[word] for word in _JOINED):
            values = set(context.data.iris(fact, property_))
            if not values or any(is_attributed(context, fact, property_, node(v)) for v in values):
                continue
            all_values = {
                key(v) for p, vs in context.data.out[fact].items() for v in vs if p != context.model["concerns"]
            }
            texts = [text.value for _, text in english_texts(context, fact)]
            texts += map(evidence.words, evidence.in_english(fact))
            for value, other, words in (found for text in texts for found in _joined(text, told_by(property_))):
                if value & values and not other & all_values and not _is_alike(context, other, values):
                    _add(context, fact, property_, min(value & values), words)
                    break


def _is_alike(context: Context, others: set[str], values: set[str]) -> bool:
    """Whether the name of one of some values begins as that of another: Central Asia, Central Asian states."""
    beginnings = {folded(context.label(value)).split()[0][:_STEM] for value in values}
    return any(folded(context.label(other)).split()[0][:_STEM] in beginnings for other in others)


def _told_by(context: Context, property_: str) -> dict[str, set[str]]:
    """The words of the names of all values of a property, and those that the ontology lists, with the values."""
    found: dict[str, set[str]] = {}
    values = {v for fact in context.facts for v in context.data.iris(fact, property_)}
    if any(context.data.is_a(value, context.model["State"]) for value in values):
        values |= set(context.data.instances(context.model["State"]))
    for value in [value for value in values if not context.is_any(value, ("Actor", "Place", "Asset"))]:
        values |= {v for kind in context.data.iris(value, TYPE) for v in context.data.subjects(TYPE, node(kind))}
    for value in values:
        for name in (
            t for p in (RDFS + "label", SKOS + "altLabel", SKOS + "hiddenLabel") for t in context.data.objects(value, p)
        ):
            if name.language in {"", "en"}:
                found.setdefault(folded(name.value), set()).add(value)
    return found


def _joined(text: str, names: dict[str, set[str]]) -> Iterator[tuple[set[str], set[str], str]]:
    """The values whose names a text joins by "and", each way round, with its words."""
    words = folded(text).split()
    for n, word in enumerate(words):
        if word not in {"and", "or"}:
            continue
        before = _values(words[max(0, n - 2) : n], names, last=True)
        behind = _values([w for w in words[n + 1 : n + 4] if w not in {"the", "by", "both", "for", "to"}][:2], names)
        if before and behind and not before & behind:
            told = " ".join(words[max(0, n - 1) : n + 2])
            yield before, behind, told
            yield behind, before, told


def _values(words: list[str], names: dict[str, set[str]], *, last: bool = False) -> set[str]:
    """The values that some words name, two together or the one next to the other side."""
    one = words[-1:] if last else words[:1]
    for name in (" ".join(words), *one):
        if name in names:
            return names[name]
    stems = {s for s in names if one and len(s) > _SHORTEST and " " not in s and one[0].startswith(s)}
    return set().union(*(names[s] for s in stems if len(s) == max(map(len, stems))))


def _add(context: Context, fact: str, property_: str, value: str, words: str) -> None:
    message = (
        f'{context.curie(fact)} has {context.curie(property_)} {context.curie(value)} alone, and words have "{words}"'
    )
    hint = "add the other, or attribute the value with its ground"
    context.add("actor-left-out", "warning", fact, message, hint, path=(property_,), value=node(value))
