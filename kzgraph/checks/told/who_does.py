"""Fourth stage: who does what, whose something is, and what runs from where to where, is one in all words of a fact.

Compared are label, gist, and the words for cause and effect with each other, and, with the texts at hand, with the
cited words: "Baku backs Astana" is not what "Astana backs Baku" tells. The words are English.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, cached_property

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs
from kzgraph.checks.evidence.sides import Actors
from kzgraph.checks.statements.own_words import tells_facts
from kzgraph.checks.syntax.context import Context
from kzgraph.checks.told.texts import english_texts
from kzgraph.namespaces import RDFS, SKOS
from kzgraph.terms import Term
from kzgraph.wording.names import folded
from kzgraph.wording.stems import stem_of

_NAME = r"[A-Z][\w-]*(?: (?:[A-Z][\w-]*|of (?:the )?[A-Z][\w-]*))*"
_NAMES = rf"{_NAME}(?:(?:,| and|, and| or| nor) (?:the )?{_NAME})*"
"""Names in English: words with capitals, one or several."""
_WAY = re.compile(rf"\bfrom (?:the )?({_NAME})(?:,? [a-z]+){{0,3}}? (?:in)?to (?:the )?({_NAME})")
_OWNED = re.compile(rf"\b({_NAMES})[’']s? ((?:[a-z-]+ ){{0,2}}?[a-z]{{4,}})")
_ADVERBS = frozenset(["within", "officially", "already"])
_AUXILIARY = (
    r"(?:also|directly|can|could|cannot|will|would|has|have|had|may|might|does|did|not|to|is|are|was|were|been|being)"
)
_DOES = re.compile(
    rf"\b({_NAMES}) (?:(?:{_AUXILIARY} )+(?!{_AUXILIARY}\b)([a-z]{{4,}})|([a-z]{{3,}}(?:s|ed)))\b(?!’|')"
)
_DONE_BY = re.compile(rf"\b([a-z]{{4,}}(?:ed|en|t)) by (?:the )?({_NAMES})")
_STEM = 5
_Told = dict[str, set[str]]
"""The actors of whom texts tell something, by the word for it."""


def check_own_doers(context: Context) -> None:
    """Adds a finding for each fact of whose texts one tells of an actor what another tells of another."""
    sides = _Sides(context)
    for fact in tells_facts(context):
        texts = list(english_texts(context, fact, "causeText", "effectText"))
        for n, (property_, text) in enumerate(texts):
            told = next(filter(None, (sides.unlike(text.value, other.value) for _, other in texts[:n])), "")
            if told:
                _add(context, fact, property_, text, told, "another text of it")


def check_doers(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each label or gist that tells of one what its cited words tell of another."""
    sides = _Sides(context)
    for fact in tells_facts(context):
        passage = " | ".join(map(evidence.words, evidence.in_english(fact)))
        for property_, text in english_texts(context, fact, "causeText", "effectText") if passage else ():
            told = sides.unlike(text.value, passage)
            if told:
                _add(context, fact, property_, text, told, "its passage")


class _Sides:
    """Who does what, and whose something is, in texts."""

    def __init__(self, context: Context) -> None:
        self._context, self._actors = context, Actors(context)
        self._told = cache(self._told_in)

    def unlike(self, text: str, other: str) -> str:
        """What a text tells of an actor of another text, and this of another actor; or the way that it turns round."""
        ways = _ways(other)
        for here, there in _ways(text) - ways:
            if (there, here) in ways:
                return f'"from {here} to {there}"'
        for mine, theirs in zip(self._told(text), self._told(other), strict=True):
            for word in sorted(mine.keys() & theirs.keys()):
                is_another = mine[word] and theirs[word] and not mine[word] & theirs[word]
                if is_another and mine[word] & self._named(other):
                    return f'"{word}" of {self._context.curie(min(mine[word]))}'
        return ""

    def _told_in(self, text: str) -> tuple[_Told, _Told]:
        doers: defaultdict[str, set[str]] = defaultdict(set)
        owners: defaultdict[str, set[str]] = defaultdict(set)
        for match in _DOES.finditer(text):
            doers[(match[2] or match[3])[:_STEM]] |= self._named(match[1])
        for match in _DONE_BY.finditer(text):
            doers[match[1][:_STEM]] |= self._named(match[2])
        for match in _OWNED.finditer(text):
            owners[match[2]] |= self._named(match[1])
            for word in match[2].split():
                if len(word) > _STEM and word not in _ADVERBS:
                    owners[word[:_STEM]] |= self._named(match[1])
        return doers, owners

    def _named(self, text: str) -> set[str]:
        """The actors that a text names, in capitals too."""
        found = {actor for mention in self._actors.mentions(text) for actor in mention.actors}
        return found.union(*(self._short.get(word, ()) for word in re.findall(r"\b[A-Z]{2,}\b", text)))

    @cached_property
    def _short(self) -> dict[str, set[str]]:
        """The actors by their names in capitals."""
        data, found = self._context.data, defaultdict[str, set[str]](set)
        for actor in data.instances(self._context.model["Actor"]):
            for name in (t.value for p in (RDFS + "label", SKOS + "altLabel") for t in data.objects(actor, p)):
                if name.isalpha() and name.isupper():
                    found[name].add(actor)
        return found


def _ways(text: str) -> set[tuple[str, str]]:
    """From where to where something runs, by a text."""
    return {(_stems(found[1]), _stems(found[2])) for found in _WAY.finditer(text)}


def _stems(name: str) -> str:
    return " ".join(stem_of(word) for word in folded(name).split())


def _add(context: Context, fact: str, property_: str, text: Term, told: str, where: str) -> None:
    message = f"{context.curie(fact)} tells {told}, and {where} tells it of another"
    hint = f"are two actors swapped? name the right one, or attribute {context.curie(property_)} with its ground"
    context.add("actor-unlike-passage", "warning", fact, message, hint, path=(property_,), value=text)
