"""Fourth stage: what runs, is given or depends does so in the direction that the words tell: "from Baku to Tbilisi".

The words are those of label and gist, and with the texts at hand the cited ones; all in English.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs, is_of_editors
from kzgraph.checks.syntax.context import Context
from kzgraph.graph.triples import node
from kzgraph.namespaces import RDFS, SKOS
from kzgraph.wording.names import folded
from kzgraph.wording.stems import stem_of

_FROM = r"(?:from|leaves?|leaving)"
_TO = r"(?:to|into|towards?|reach(?:es|ed|ing)?|(?<=invested )in|(?<=investment )in|(?<=investing )in)"
_ON = r"(?:depend\w*|relian\w+|rel(?:y|ies|ied|ying)|leans?) (?:\w+ ){0,3}?(?:up)?on"
_OVER = r"(?:influence|control|leverage|pressure|power) (?:over|on)"
_BY = r"(?:from|(?<!\d )(?<!percent )of|by|leaves?|leaving)"
_LOWER = r"(?:subsidiary|affiliate|daughter|branch|arm|unit|division|part)"
_JOINED = re.compile(r"\b((?:connect|link|join)\w*(?: \w+){1,4}?) to\b")
"""What joins two places to each other has no direction."""
_WITHIN = (
    r"(?:the )?(?:(?:heart|ports?|terminals?|city|markets?) (?:of|in) "
    r"|[a-z]+(?:an|ish|ese|kh) (?:(?:city|terminal) of )?)?"
)
"""What may stand between such a word and the name: "to the heart of Utopia", "to the Erewhonian port of …"."""
_ENDS = (
    ("fromPlace", "toPlace", _FROM, _TO),
    ("fromActor", "toActor", _BY, _TO),
    ("hasActor", "affiliatedWith", _LOWER, rf"{_LOWER} of"),
    ("hasDependent", "dependsOn", _OVER, _ON),
)
"""Two properties that are each other's contrary, and the words before the value of each."""


def check_own_directions(context: Context) -> None:
    """Adds a finding for each fact that runs the other way than its label or gist says."""
    for fact in context.own.out:
        if fact in context.facts:
            texts = [t.value for p in (RDFS + "label", context.model["gist"]) for t in context.data.objects(fact, p)]
            _check(context, fact, "its words say", texts)


def check_directions(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each fact that runs the other way than its cited words say."""
    for fact in context.own.out:
        if fact in context.facts:
            _check(context, fact, "its passage says", [evidence.words(c) for c in evidence.in_english(fact)])


def _check(context: Context, fact: str, says: str, texts: Iterable[str]) -> None:
    data, model = context.data, context.model
    for here, there, *words in _ENDS:
        starts, ends = (_names(context, data.iris(fact, model[word])) for word in (here, there))
        if not starts or not ends or any(_is_settled(context, fact, model[word]) for word in (here, there)):
            continue
        told = _JOINED.sub(r"\1 and", " | ".join(map(folded, texts)))
        swapped = all(
            any(_follows(told, before, name) for name in others - own)
            and not any(_follows(told, before, name) for name in own)
            for before, others, own in ((words[0], ends, starts), (words[1], starts, ends))
            if any(_follows(told, before, name) for name in others | own)
        )
        is_told = any(_follows(told, before, name) for before in words for name in starts | ends)
        if swapped and is_told:
            message = f"{context.curie(fact)} runs the other way than {says}"
            hint = f"swap {context.curie(model[here])} and {context.curie(model[there])}, or correct the words"
            context.add("direction-unlike-words", "warning", fact, message, hint, path=(model[here],))
            return


def _is_settled(context: Context, fact: str, property_: str) -> bool:
    """Whether attributions to the editors settle all values of a property; a passage that states one does not."""
    values = context.data.iris(fact, property_)
    return bool(values) and all(is_of_editors(context, fact, property_, node(value)) for value in values)


def _follows(text: str, before: str, name: str) -> bool:
    return bool(re.search(rf"\b{before} {_WITHIN}{name}", text))


def _names(context: Context, things: Iterable[str]) -> set[str]:
    """The names of some things, folded, as patterns; a single word may have another ending."""
    found = (
        t.value for thing in things for p in (RDFS + "label", SKOS + "altLabel") for t in context.data.objects(thing, p)
    )
    names = (folded(name).split() for name in found)
    return {rf"{stem_of(words[0])}\w*" if len(words) == 1 else " ".join(words) + r"\b" for words in names if words}
