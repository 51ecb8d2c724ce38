"""Fourth stage, with the texts at hand: what label and gist count in words is as many as passage and fact have of it.

The words are English; texts and documents in other languages are passed over.
"""

from __future__ import annotations

import re
from collections import Counter

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs, is_attributed, roles_of
from kzgraph.checks.evidence.sides import Actors
from kzgraph.checks.syntax.context import Context
from kzgraph.graph.triples import TYPE, key
from kzgraph.namespaces import RDFS
from kzgraph.wording.numbers import counts_in_words, numbers_in, numbers_in_words

_OF_WORDS = ("Naming", "WorkCitation", "Publication")
_ALIKE = ("Actor", "Place")
_OF_ACTORS = (
    (r"states?|countries|nations|republics|sides|parties|neighbours|capitals|governments", "State"),
    (r"presidents|leaders|heads|ministers", "Person"),
    (r"companies|firms|enterprises", "Actor"),
)
"""Nouns in English for many actors, with their kind."""
_NEVER = -1
_MOST = 13  # what is counted in words
_PREFIXES = {3: "tri", 4: "quadri"}


def check_counts(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each label or gist that counts something, from three on, which nothing counts so."""
    actors = Actors(context)
    for fact in context.own.out:
        if fact not in context.facts or context.is_any(fact, _OF_WORDS):
            continue
        passage = " | ".join(map(evidence.words, evidence.in_english(fact)))
        if not passage:
            continue
        known: set[int] | None = None
        for property_ in (RDFS + "label", context.model["gist"]):
            for text in context.data.objects(fact, property_):
                counted = counts_in_words(text.value) if text.language in {"", "en"} else []
                counted += _wrong_of_actors(context, fact, text.value, passage, actors) if counted else []
                if not counted or is_attributed(context, fact, property_, text):
                    continue
                known = counts_near(context, fact, passage, actors) if known is None else known
                wrong = next((word for word, number in counted if number not in known), "")
                if wrong:
                    message = (
                        f'{context.curie(fact)} has "{wrong}" in its words, and neither it nor its passage has so many'
                    )
                    hint = "count again; or cite the words that tell how many"
                    context.add("count-not-in-passage", "warning", fact, message, hint, path=(property_,), value=text)


def _wrong_of_actors(context: Context, fact: str, text: str, passage: str, actors: Actors) -> list[tuple[str, int]]:
    """The words of a text that count states, persons or companies, where neither passage nor roles have so many."""
    data = context.data
    roles = {thing for _, thing in roles_of(context, fact)}
    named = {min(mention.actors) for mention in actors.mentions(passage)}
    found = []
    for noun, kind in _OF_ACTORS:
        known = {sum(data.is_a(thing, context.model[kind]) for thing in things) for things in (roles, named)}
        known |= {len(values) for values in data.out[fact].values()}
        known |= {number for counted in re.findall(_counted(noun), passage) for _, number in counts_in_words(counted)}
        known |= _in_prefixes(passage)
        for counted in re.findall(_counted(noun), text):
            found += [(word, _NEVER) for word, number in counts_in_words(counted) if number not in known]
    return found


def _in_prefixes(passage: str) -> set[int]:
    """The numbers that stand in the beginnings of words: three in "trilateral"."""
    return {n for n, prefix in _PREFIXES.items() if re.search(rf"\b{prefix}", passage, re.IGNORECASE)}


def _counted(noun: str) -> str:
    """Finds what counts something: the words up to a noun, three at most."""
    return rf"\b((?:\w+ ){{1,3}})(?:{noun})\b"


def counts_near(context: Context, fact: str, passage: str, actors: Actors) -> set[int]:
    """How many of anything a passage tells or names, and a fact has."""
    data = context.data
    numbers = numbers_in(passage) | numbers_in_words(passage)
    numbers |= {t.number for values in data.out[fact].values() for t in values if t.number is not None}
    found = {int(n) for n in numbers if n in range(_MOST)}
    found |= {int(n) for n in re.findall(r"(?<![\d.,])\d{1,2}(?![\d.,])", passage)}
    found |= _in_prefixes(passage)
    found |= {len(values) for values in data.out[fact].values()}
    named = {min(mention.actors) for mention in actors.mentions(passage)}
    for things in (named, {thing for _, thing in roles_of(context, fact)}):
        found |= {sum(data.is_a(thing, context.model[kind]) for thing in things) for kind in _ALIKE}
        found |= set(Counter(kind for thing in things for kind in data.iris(thing, TYPE)).values())
    for value in (key(v) for values in data.out[fact].values() for v in values if v.kind == "uri"):
        if value in context.facts:
            found |= {len(values) for values in data.out[value].values()}
    return found | {part.count(",") + 1 for part in (passage, *passage.split("|"))}
