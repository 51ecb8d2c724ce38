"""Fourth stage: who does it stands in the words as the one who does it: "Baku offers Astana its ports", "by Baku".

The side of an actor is read from the words around its name, in English only: what stands before a verb, or behind
"by", does; what stands behind "to", "for", "with" or another such preposition does not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from typing import NamedTuple

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs, is_attributed
from kzgraph.checks.syntax.context import Context
from kzgraph.graph.triples import node
from kzgraph.namespaces import RDFS, SKOS
from kzgraph.wording.names import folded
from kzgraph.wording.stems import stem_of, surname_of

_DOERS = ["proposedBy", "decidedBy", "setBy", "hasActor", "hasHolder", "hasSpeaker", "hasVisitor"]
_TELLERS = ("statedBy", "hasSpeaker")
"""The properties whose values do something, by the model's words."""
_FOR_WHOM = re.compile(r"importan|priorit|interest|essential|vital|crucial|key|partner|accord|attribut|belong")
"""What is important to somebody is that one's matter, and so is what is according to somebody."""
_TOKEN = re.compile(r"\w+(?:-\w+)*|[^\w\s]")
_INITIALS = re.compile(r"\b(?:[A-Z]\w{0,2}[.-]\s?)+(?=[A-Z]\w{3})")
_GOVERNING = frozenset(
    [
        "to",
        "for",
        "with",
        "in",
        "into",
        "via",
        "through",
        "over",
        "on",
        "onto",
        "at",
        "against",
        "towards",
        "toward",
        "across",
        "under",
        "without",
        "upon",
        "than",
    ]
)
_NEUTRAL = frozenset(["of", "from", "as", "between", "among", "like", "including"])
_FILLING = frozenset(
    [
        "the",
        "a",
        "an",
        "its",
        "his",
        "her",
        "their",
        "this",
        "that",
        "these",
        "both",
        "new",
        "energy",
        "foreign",
        "former",
        "then",
        "prime",
        "deputy",
        "first",
        "vice",
        "minister",
        "president",
        "presidents",
        "leader",
        "leaders",
        "official",
        "state",
        "republic",
        "government",
        "side",
        "country",
        "company",
        "companies",
    ]
)
_BEHIND_NAME = frozenset(
    ["s", "side", "government", "officials", "official", "president", "authorities", "leadership", "minister"]
)
_ADVERBS = frozenset(
    [
        "also",
        "even",
        "now",
        "still",
        "already",
        "currently",
        "recently",
        "apparently",
        "jointly",
        "thus",
        "never",
        "always",
        "actively",
    ]
)
_VERB = re.compile(
    r"has|have|had|is|are|was|were|will|would|can|could|may|might|should|does|do|did|took|made|set|put|gave|said|told"
    r"|met|saw|built|held|became|began|spoke|sold|sent|paid|won|got|[a-z]{3,}(?:ed|es|s)"
)
_SAYING = re.compile(
    r"s(?:aid|ays)|t(?:old|ells)|(?:not|stat|indicat|confirm|stress|emphasi[sz]|underlin|announc|declar|add|report"
    r"|suggest|remark|point|reiterat|express|respond|explain|claim|warn|propos|highlight|acknowledg)(?:e?d|e?s|ing)|saying|quot\w+"
)
_BETWEEN_SAYING = _FILLING | _BEHIND_NAME | _ADVERBS | {"and", ",", "(", ")", ".", ":", "”", '"', "’", "'"}
_CLAUSE = frozenset(["that", "and", "but", "while", "which", "because", "since", "when", "if", "where", "whereby"])
_NEAR = 3
_FIRST = 3  # letters by which the names of actors are looked up
_ENDING, _PLURAL = 6, 2
_FARTHEST = 8  # words from a name back to the preposition before its list


class NamedActor(NamedTuple):
    """Where a text names an actor, and on which side it stands: ``doer``, ``governed`` or ``free``."""

    actors: frozenset[str]
    side: str
    is_first: bool = False
    says: bool = False
    name: str = ""
    """The words of the text, folded."""


class Actors:
    """The actors of a project by the beginnings of the words of their names."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @cached_property
    def _names(self) -> dict[str, dict[tuple[str, ...], set[str]]]:
        """The actors by the beginnings of the words of a name, and these by the first letters."""
        data, model = self._context.data, self._context.model
        found: dict[str, dict[tuple[str, ...], set[str]]] = defaultdict(lambda: defaultdict(set))
        for actor in data.instances(model["Actor"]):
            is_person, is_state = (data.is_a(actor, model[kind]) for kind in ("Person", "State"))
            for name in (t.value for p in (RDFS + "label", SKOS + "altLabel") for t in data.objects(actor, p)):
                words = folded(re.sub(r"\([^)]*\)", " ", name)).split()
                stems = (
                    (f"{surname_of(name)}*",)
                    if is_person
                    else tuple(f"{stem_of(w)}*" if is_state else w for w in words)
                )
                if stems and len(stems[0]) > _FIRST:
                    found[stems[0][:_FIRST]][stems].add(actor)
        return found

    def mentions(self, text: str) -> list[NamedActor]:
        """The actors that an English text names, in their order."""
        written = _TOKEN.findall(_INITIALS.sub("", text))
        words = [folded(t).replace(" ", "") if t[0].isalnum() else t for t in written]
        places: list[tuple[int, int, frozenset[str]]] = []
        at = 0
        while at < len(words):
            length, actors = self._at(words, at) if written[at][0].isupper() else (0, set())
            if length:
                places.append((at, at + length, frozenset(actors)))
            at += length or 1
        taken = {i for start, end, _ in places for i in range(start, end)}
        return [
            NamedActor(
                *(actors, _side(words, start, end, taken), start == 0, _says(words, start, end, taken)),
                " ".join(words[start:end]),
            )
            for start, end, actors in places
        ]

    def _at(self, words: list[str], at: int) -> tuple[int, set[str]]:
        best, actors = 0, set[str]()
        for stems, named in self._names.get(words[at][:_FIRST], {}).items():
            end = at
            for stem in stems:
                if end >= len(words) or not _is_form_of(words[end], stem):
                    break
                end += 1
            else:
                if end - at > best:
                    best, actors = end - at, set(named)
                elif end - at == best:
                    actors = actors | named
        return best, actors


def _is_form_of(word: str, name: str) -> bool:
    """Whether a word is that of a name; the names of states and persons have endings, marked by a star."""
    bare = name.removesuffix("*")
    return word.startswith(bare) and len(word) <= len(bare) + (_ENDING if bare != name else _PLURAL)


def _side(words: list[str], start: int, end: int, taken: set[int]) -> str:
    """The side of what stands at some words."""
    if re.search(r"-(?:operated|led|backed|owned|proposed|dominated|initiated|sponsored)$", words[end - 1]):
        return "doer"
    at = start - 1
    for _ in range(_FARTHEST):
        if at < 0 or words[at] in '.;:!?|—–«“"(':
            return "doer" if _is_before_verb(words, end, taken) else "free"
        word = words[at]
        if word == "by":
            return "doer"
        if word in _GOVERNING:
            is_own = word == "for" and words[end : end + 1] == ["to"]  # "a way for Baku to send"
            is_own |= word in {"for", "to"} and any(map(_FOR_WHOM.match, words[max(0, at - _NEAR) : at]))
            return "free" if is_own else "governed"
        if word in _NEUTRAL:
            return "neutral"
        is_list = word in {"and", ","} and at - 1 in taken
        if is_list or at in taken or word in _FILLING or word in {"’", "'", "s"}:
            at -= 1
            continue
        if word in _CLAUSE or word == ",":
            return "doer" if _is_before_verb(words, end, taken) else "free"
        return "free"
    return "free"


def _is_before_verb(words: list[str], end: int, taken: set[int]) -> bool:
    at = end
    while at < len(words) and (words[at] in _BEHIND_NAME or words[at] in _ADVERBS or words[at] in "’'," or at in taken):
        at += 1
    return at < len(words) and bool(_VERB.fullmatch(words[at]))


def _says(words: list[str], start: int, end: int, taken: set[int]) -> bool:
    """Whether a verb of saying stands right behind some words, or before them: "Tokayev said", "said Tokayev"."""
    behind, before = end, start - 1
    while behind < len(words) and words[behind] != "the" and (words[behind] in _BETWEEN_SAYING or behind in taken):
        behind += 1
    while before >= 0 and (words[before] in _BETWEEN_SAYING or before in taken):
        before -= 1
    near = (*words[behind : behind + 1], *words[max(0, before) : before + 1])
    return any(map(_SAYING.fullmatch, near)) or words[max(0, before - 1) : before + 1] == ["according", "to"]


def check_sides(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each actor told as doing what, by the cited words, another does to it or for it."""
    actors = Actors(context)
    for fact in context.own.out:
        if fact in context.facts:
            words = " | ".join(map(evidence.words, evidence.in_english(fact)))
            if words:
                mentions = actors.mentions(words)
                _check(context, fact, mentions)
                _check_tellers(context, fact, mentions)


def _check(context: Context, fact: str, mentions: list[NamedActor]) -> None:
    doers = doers_of(context, fact, "statedBy", "fromActor")
    values = {value for _, value in doers}
    acting = [m.actors for m in mentions if m.side == "doer" and not m.actors & values]
    for property_, value in sorted(doers):
        sides = {m.side for m in mentions if value in m.actors}
        if not acting or "governed" not in sides or sides & {"doer", "free"}:
            continue
        if is_attributed(context, fact, property_, node(value)):
            continue
        _add(context, fact, property_, value, f"{context.curie(min(acting[0]))} does it")


def _check_tellers(context: Context, fact: str, mentions: list[NamedActor]) -> None:
    """Where the cited words have somebody say something, the teller of the fact is one of those who do."""
    sayers = [m.actors for m in mentions if m.says]
    named = {actor for m in mentions for actor in m.actors}
    for property_ in (context.model[word] for word in _TELLERS) if sayers else ():
        for value in context.data.iris(fact, property_):
            is_told = value not in named or any(value in actors for actors in sayers)
            if not is_told and not is_attributed(context, fact, property_, node(value)):
                _add(context, fact, property_, value, f"{context.curie(min(sayers[0]))} says it")


def _add(context: Context, fact: str, property_: str, value: str, what: str) -> None:
    told = f"{context.curie(fact)} has {context.curie(property_)} {context.curie(value)}, and in its cited words {what}"
    hint = "are two roles swapped? correct them, cite the words that tell it, or attribute the value with its ground"
    context.add("role-unlike-words", "warning", fact, told, hint, path=(property_,), value=node(value))


def doers_of(context: Context, fact: str, *others: str) -> set[tuple[str, str]]:
    """The actors of a fact who do what it tells, with the properties that say so; those of other words too."""
    data, model = context.data, context.model
    words = (*_DOERS, *others)
    return {(model[w], v) for w in words for v in data.iris(fact, model[w]) if data.is_a(v, model["Actor"])}
