"""Fourth stage: numbers are hedged as in the words of the fact, and these as in the passage: "more than" is no "about".

The words of a hedge are the names of its comparator in the ontology.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs, is_attributed
from kzgraph.checks.statements.own_words import NUMBERS, hedges_of
from kzgraph.checks.syntax.context import Context
from kzgraph.namespaces import RDFS
from kzgraph.wording.numbers import numbers_told

_NO_NUMBERS = ("Naming", "WorkCitation")
_ON_AVERAGE = re.compile(r"\bon average\b", re.IGNORECASE)
_NEAR = 40  # characters before a number in which its hedge stands


def check_comparators(context: Context) -> None:
    """Adds a finding for each comparator that is not the hedge in the words of its fact; needs no texts."""
    known = _known(context)
    for fact in _with_numbers(context):
        _check_comparator(context, fact, known)


def check_hedges(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each label and gist that hedges a number in another way than the passage."""
    known = _known(context)
    for fact in _with_numbers(context):
        _check_texts(context, fact, [evidence.words(c) for c in evidence.all_cited(fact)], known)


def _with_numbers(context: Context) -> Iterator[str]:
    """The facts whose words may tell a number."""
    for fact in context.own.out:
        if fact in context.facts and not context.is_any(fact, _NO_NUMBERS):
            yield fact


def _known(context: Context) -> dict[str, re.Pattern[str]]:
    """The patterns that find the words of each hedge, by its comparator."""
    return {word: _before(names) for word, names in hedges_of(context).items()}


def _before(names: str) -> re.Pattern[str]:
    """Finds the words of a hedge at the end of what stands before a number."""
    return re.compile(rf"(?<!\w)(?:{names})[\W_]{{0,3}}(?:USD?|EUR|an?)?[\W_]{{0,2}}$", re.IGNORECASE)


def _hedges(text: str, number: Decimal, known: dict[str, re.Pattern[str]]) -> list[set[str]]:
    """The hedges of a number at each of its places in a text."""
    return [_hedges_at(text, start, known) for start, readings in numbers_told(text) if number in readings]


def _hedges_at(text: str, start: int, known: dict[str, re.Pattern[str]]) -> set[str]:
    """The hedges that stand right before a place in a text; an average is told behind it too."""
    found = {word for word, hedge in known.items() if hedge.search(text, max(0, start - _NEAR), start)}
    return found | ({"ComparatorAverage"} & known.keys() if _ON_AVERAGE.search(text, start, start + _NEAR) else set())


def _check_comparator(context: Context, fact: str, known: dict[str, re.Pattern[str]]) -> None:
    """The comparator of a fact is that of its number in the source's words, in its label and in its gist."""
    data, model = context.data, context.model
    numbers = [t.number for word in NUMBERS for t in data.objects(fact, model[word]) if t.number is not None]
    recorded = {model.word(c) for c in data.iris(fact, model["comparator"])}
    if not numbers or (recorded and not recorded & known.keys()):
        return
    if any(is_attributed(context, fact, model["comparator"], t) for t in data.objects(fact, model["comparator"])):
        return
    quoted = (model["asStated"],) if recorded else ()  # without a comparator, own_words looks at them
    for property_, text in ((p, t) for p in (*quoted, RDFS + "label", model["gist"]) for t in data.objects(fact, p)):
        found = [hedges for number in numbers for hedges in _hedges(text.value, number, known) if hedges]
        if property_ == model["asStated"] and not found:
            found = [{word} for word, hedge in known.items() if hedge.search(_first_words(text.value))]
        if not found or any(hedges & recorded for hedges in found):
            continue
        hedge = context.label(model[min(found[0])])
        told = f'{context.curie(fact)} hedges its number in another way than its words, which have "{hedge}"'
        hint = f"write {context.curie(model['comparator'])} {context.curie(model[min(found[0])])}, or correct the words"
        path = (model["comparator"],) if recorded else (model["value"],)
        context.add("hedge-unlike-words", "warning", fact, told, hint, path=path)
        return


def _first_words(quoted: str) -> str:
    """The words before a number in words: "at least" of "at least seven vessels"."""
    return " ".join(quoted.split()[:2]) if not re.search(r"\d", quoted) else ""


def _check_texts(context: Context, fact: str, passages: list[str], known: dict[str, re.Pattern[str]]) -> None:
    """A number in label and gist is hedged as at one of its places in the passages, if it stands there."""
    for property_ in (RDFS + "label", context.model["gist"]):
        for text in context.data.objects(fact, property_):
            if is_attributed(context, fact, property_, text):
                continue
            for start, readings in numbers_told(text.value):
                own = _hedges_at(text.value, start, known)
                told = [h for passage in passages for number in readings for h in _hedges(passage, number, known)]
                if told and not any(own & hedges or own == hedges for hedges in told):
                    _add_text(context, fact, property_, text.value[start : start + 12], own, told[0])
                    break


def _add_text(context: Context, fact: str, property_: str, number: str, own: set[str], told: set[str]) -> None:
    said, stated = (f'"{context.label(context.model[min(h)])}"' if h else "no hedge" for h in (own, told))
    message = f"{context.curie(fact)} has {said} before {number.split()[0]} in its words, and its passage {stated}"
    hint = "say it as the passage does"
    context.add("hedge-unlike-words", "warning", fact, message, hint, path=(property_,))
