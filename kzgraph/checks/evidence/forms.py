"""Fourth stage, with the texts at hand: the form of an event is attributed to those cited words that have it.

An event that several passages tell has one form in each: "first official visit" here, "visit" there. Without an
attribution every passage would stand behind each of them.
"""

from __future__ import annotations

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs, is_attributed
from kzgraph.checks.syntax.context import Context
from kzgraph.terms import Term
from kzgraph.wording.names import folded
from kzgraph.wording.stems import stem_of

_SHORTEST = 3  # letters of a word that counts


def check_forms(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each form that stands in some cited words of a fact, and is stated by others too."""
    property_ = context.model["form"]
    for fact in context.own.out:
        citations = evidence.in_english(fact) if fact in context.facts else []
        for value in context.data.objects(fact, property_) if len(citations) > 1 else ():
            having = [c for c in citations if _has(evidence, c, value)]
            lacking = [c for c in _stating(context, fact, value, citations) if c not in having]
            if having and lacking:
                _add(context, fact, value, lacking, having)


def _has(evidence: CitedParagraphs, citation: str, form: Term) -> bool:
    """Whether all words of a form stand in the cited words, whatever their endings."""
    told = {stem_of(word) for word in evidence.folded_words(citation).split() if len(word) >= _SHORTEST}
    wanted = (stem_of(word) for word in folded(form.value).split() if len(word) >= _SHORTEST)
    return all(any(one.startswith(own) or own.startswith(one) for own in told) for one in wanted)


def _stating(context: Context, fact: str, value: Term, citations: list[str]) -> list[str]:
    """The citations that state a form: all, unless attributions name some or a basis of the editors."""
    data, model = context.data, context.model
    property_ = model["form"]
    if not is_attributed(context, fact, property_, value):
        return citations
    return [
        citation
        for attribution in data.iris(fact, model["hasAttribution"])
        if property_ in data.iris(attribution, model["ofProperty"])
        and value in (data.objects(attribution, model["ofValue"]) or [value])
        for citation in data.iris(attribution, model["statedIn"])
    ]


def _add(context: Context, fact: str, value: Term, lacking: list[str], having: list[str]) -> None:
    curie, property_ = context.curie, context.model["form"]
    told = f'{curie(fact)} has the form "{value.value}", which {", ".join(map(curie, lacking))} does not have'
    words = [curie(context.model[w]) for w in ("hasAttribution", "ofProperty", "ofValue", "statedIn")]
    hint = (
        f"say which passages state it: {words[0]} [ {words[1]} {curie(property_)} ; {words[2]} {value.n3()} ; "
        f"{words[3]} {' , '.join(map(curie, having))} ]"
    )
    context.add("unattributed-value", "warning", fact, told, hint, path=(property_,), value=value)
