"""Fourth stage: what a fact names as its cause or effect is what its words, and those of its passages, tell as such.

Words are compared by their beginnings: those of the names of a thing; of a fact, those of its label and gist.
"""

from __future__ import annotations

import re

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs, is_attributed, is_of_editors
from kzgraph.checks.syntax.context import Context
from kzgraph.graph.triples import node
from kzgraph.namespaces import RDFS, SKOS
from kzgraph.wording.names import folded

_SIDES = (("hasCause", "causeText", "effectText"), ("hasEffect", "effectText", "causeText"))
_SHORTEST, _STEM = 3, 5
_TELLING = 2  # so many words of a fact's label tell of it
_COMMON = frozenset(
    re.findall(
        r"\w+",
        """
        about after all and are both but for from had has have his into its more most not only other over
        own some such than that the their them there this through under was were what when which while who
        will with
        """,
    )
)
_CAUSAL = re.compile(
    r"\b(?:because|due to|owing to|thanks to|as a result|result(?:s|ed|ing)? (?:in|from|of)|follow(?:s|ed|ing)|after"
    r"|subsequent|since|amid|with|in the wake|wake of|led|leads?|leading|caus\w+|spur\w+|prompt\w*|driv\w+|forc\w+"
    r"|thus|therefore|hence|consequen\w+|that is why|stem\w*|boost\w*|trigger\w*|spark\w*|impact\w*|effect\w*|affect\w*"
    r"|set out|provid\w+ for|envisag\w+|mak(?:e|es|ing)|made|allow\w*|enabl\w*|contribut\w*|in light of|given|under)\b",
    re.IGNORECASE,
)
"""Words by which a passage in English ties what came about to what brought it about."""


def check_own_causes(context: Context) -> None:
    """Adds a finding for each cause or effect of which the fact's own words for it do not tell."""
    for fact in context.own.out:
        if fact in context.facts:
            for word, own, other in _SIDES:
                _check_own(context, fact, word, _texts(context, fact, own), _texts(context, fact, other))


def _check_own(context: Context, fact: str, word: str, told: set[str], told_of_other: set[str]) -> None:
    property_ = context.model[word]
    for value in context.data.iris(fact, property_) if told else ():
        if is_attributed(context, fact, property_, node(value)):
            continue
        words = _words_of(context, value)
        is_other = bool(words & (told_of_other - told)) and not words & (told - told_of_other)
        if words and (is_other or len(words & told) < _wanted(context, value, words)):
            named = context.curie(value)
            what = "cause" if word == "hasCause" else "effect"
            said = f"{context.curie(fact)} has {context.curie(property_)} {named}"
            message = f"{said}, of which its words for the {what} do not tell"
            hint = "are cause and effect swapped? name the one that the words tell, or tell of it"
            context.add("cause-unlike-words", "warning", fact, message, hint, path=(property_,), value=node(value))


def check_triggers(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each event or act whose cited words do not tell that something brought it about."""
    property_ = context.model["triggeredBy"]
    for fact in context.own.out:
        values = context.data.iris(fact, property_) if fact in context.facts else []
        citations = evidence.in_english(fact) if values else []
        if not citations:
            continue
        passages = " ".join(map(evidence.words, citations))
        told = _stems(passages)
        for value in values:
            if is_of_editors(context, fact, property_, node(value)):
                continue
            words = _words_of(context, value)
            if _CAUSAL.search(passages) and len(words & told) >= _wanted(context, value, words):
                continue
            named = context.curie(value)
            message = f"{context.curie(fact)} is brought about by {named}, and its cited words do not tell so"
            hint = "cite the words that do, or attribute the link to the editors with its ground"
            context.add("cause-unlike-words", "warning", fact, message, hint, path=(property_,), value=node(value))


def _wanted(context: Context, value: str, words: set[str]) -> int:
    """How many words of something its cause or effect has to have."""
    return min(len(words), _TELLING if value in context.facts else 1)


def _words_of(context: Context, thing: str) -> set[str]:
    """The words of the names of a thing; of a fact, those of its label and gist."""
    data, model = context.data, context.model
    texts = [t.value for p in (RDFS + "label", SKOS + "altLabel", model["gist"]) for t in data.objects(thing, p)]
    namings = data.subjects(model["namesThing"], node(thing))
    texts += [t.value for naming in namings for t in data.objects(naming, model["name"])]
    return _stems(" ".join(texts))


def _texts(context: Context, fact: str, word: str) -> set[str]:
    return _stems(" ".join(t.value for t in context.data.objects(fact, context.model[word])))


def _stems(text: str) -> set[str]:
    return {word[:_STEM] for word in folded(text).split() if len(word) >= _SHORTEST and word not in _COMMON}
