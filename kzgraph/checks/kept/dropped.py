"""Fourth stage, with the texts at hand: a label or gist keeps what makes its passage narrower or leaves a choice.

Ten tons a year are not ten tons, a product per head is no product, what does not come on a larger scale comes on a
smaller one, "A or B" is not "A and B", and "in April and June" not "from April to June". The words are English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs
from kzgraph.checks.statements.own_words import tells_facts
from kzgraph.checks.syntax.context import Context
from kzgraph.checks.told.texts import english_texts
from kzgraph.dates import MONTHS
from kzgraph.graph.triples import key
from kzgraph.namespaces import RDFS, SKOS
from kzgraph.wording.names import folded
from kzgraph.wording.numbers import numbers_told


def _pattern(words: str) -> re.Pattern[str]:
    """Finds one of some words; a tilde stands for a space."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(words.split()).replace('~', ' ')})(?!\w)", re.IGNORECASE)


_OF_NUMBERS = [
    (
        _pattern("(?:a|per|each|every)~(?:year|annum) annual(?:ly)? yearly"),
        _pattern(r"(?:a|per|each|every|the|in~one|this|that|last|next|full)~years? annual\w* yearly \w+/year \w*\d{4}"),
    ),
    (
        _pattern("(?:a|per|each|every)~(?:day|month|week) daily monthly weekly"),
        _pattern(r"(?:a|per|each|every|the)~(?:day|month|week) daily monthly weekly"),
    ),
    (_pattern("on~average average"), _pattern(r"average\w* mean usual\w* some about")),
    (_pattern("each apiece"), _pattern(r"each apiece every per both respective\w* a \w*\d{4}")),
]
"""Words that belong to a number in a passage, and words with which a text keeps them."""
_HEDGES = "up to|at most|almost|nearly|about|around|roughly|more than|over|less than|at least"
_FRACTION = re.compile(rf"\b(?:{_HEDGES})\W+(?:an? |one |the )?(half|third|quarter|fifth)\b", re.IGNORECASE)
_HEDGED = re.compile(rf"\b(?:{_HEDGES}|some)\b", re.IGNORECASE)
_BEFORE, _BEHIND = 24, 48  # characters beside a number in which these words stand
_OF_NOUNS = [
    (_pattern("per~capita per~head per~person"), _pattern("per~capita per~head per~person each by~head inhabitants?")),
    (_pattern("net"), _pattern("net")),
    (_pattern("partial(?:ly)? in~part"), _pattern(r"part\w* half some")),
    (_pattern("temporar(?:y|ily) for~the~time~being"), _pattern(r"temporar\w+ time|now|until|suspend\w* for~a")),
    (_pattern("indirect(?:ly)?"), _pattern(r"indirect\w* not through by")),
]  # fmt: skip
"""Words that narrow the noun or verb beside them, and words with which a text keeps them."""
_NEAR = 4  # words beside a narrowing word
_SHORTEST, _STEM, _CHOICE = 3, 5, 4
_LARGER = _pattern(
    r"larger? greater wider fuller? further bigger broader large-scale larger-scale full-scale complete(?:ly)?"
)
_STILL_LARGER = _pattern(
    r"larg\w* great\w* wid\w* full\w* further big\w* broad\w* more complete\w* whole\w* enough sufficient\w* entire\w*"
    r" extensive\w* much many still yet expan\w* increas\w*"
)
_NOT = re.compile(r"\b(?:not|no|never|cannot|without|nor|neither|lack\w*|fail\w*)\b|n[’']t\b", re.IGNORECASE)
_OR = re.compile(r"\b([\w-]{4,}) or (?:the |its |their )?([\w-]{4,})")
_TIME = rf"(?:{'|'.join(MONTHS)}|(?:19|20)\d\d)"
_AND_TIMES = re.compile(rf"(?<!between )\b({_TIME}) and (?:in )?({_TIME})\b", re.IGNORECASE)
_TO_TIMES = re.compile(
    rf"\b({_TIME})(?: ?[-–—] ?| (?:to|until|till|through) )({_TIME})\b|\bbetween ({_TIME}) and ({_TIME})\b",
    re.IGNORECASE,
)
_A_PART = re.compile(
    r"\b(?:(?:is|are|was|were|be|become|becomes|became|as) (?:a |the )?(?:part|component|section|branch) of"
    r"|belongs? to)\b",
    re.IGNORECASE,
)
_STILL_A_PART = re.compile(
    r"\b(?:part\w*|includ\w+|within|belong\w*|compris\w+|compon\w+|element\w*|members?\w*|section\w*|segment\w*"
    r"|integra\w+|among|one of|form\w*|contain\w*|branch\w*|consist\w*|join\w*|involv\w+|run\w*|pass\w*|along|core"
    r"|subsidiar\w+|unit\w*|own\w*|state-\w+|of the|in the|via|through|link\w*|network\w*|which is|as well as|based)\b"
    r"|[’']s\b",
    re.IGNORECASE,
)


def check_dropped(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each label or gist without what makes its passage narrower."""
    for fact in tells_facts(context):
        passages = [evidence.words(citation) for citation in evidence.in_english(fact)]
        passage = " | ".join(passages)
        for property_, text in english_texts(context, fact) if passages else ():
            dropped = next(_dropped(text.value, passage), "") or _part(context, fact, text.value, passage)
            if dropped:
                message = f"the words of {context.curie(fact)} say more than its passage, which has {dropped}"
                hint = f"keep it; or attribute {context.curie(property_)}, with a note on its ground"
                context.add("surer-than-passage", "warning", fact, message, hint, path=(property_,), value=text)


def _dropped(text: str, passage: str) -> Iterator[str]:
    """What makes a passage narrower and a text on the same does not have."""
    yield from _at_numbers(text, passage)
    yield from _at_fractions(text, passage)
    yield from _at_nouns(text, passage)
    if _NOT.search(text) and not _STILL_LARGER.search(text):
        for found in _LARGER.finditer(passage):
            clause = re.split(r"[;|]|\.\s", passage[found.end() :])[0]
            if _NOT.search(clause) and len(_stems(clause.split()) & _stems(text.split())) > 1:
                yield f'"{found[0]}" and denies that only'
    yield from _choices(text, passage)
    for these, those in ((_AND_TIMES, _TO_TIMES), (_TO_TIMES, _AND_TIMES)):
        told = {_ends(found) for found in these.finditer(passage)}
        if told & {_ends(found) for found in those.finditer(text)} - {_ends(f) for f in those.finditer(passage)}:
            yield f'"{next(these.finditer(passage))[0]}"'


def _at_numbers(text: str, passage: str) -> Iterator[str]:
    """What belongs to a number that a text has too."""
    numbers = numbers_told(text)
    for start, readings in numbers_told(passage) if numbers else ():
        if not any(readings & own for _, own in numbers):
            continue
        behind = re.split(r"[;|]|\.\s|, (?!\w*\d)", passage[start : start + _BEHIND])[0]
        for narrow, kept in _OF_NUMBERS:
            found = narrow.search(behind) or narrow.search(passage[max(0, start - _BEFORE) : start])
            if found and not kept.search(text):
                yield f'"{found[0]}" at the number'


def _at_fractions(text: str, passage: str) -> Iterator[str]:
    """What hedges a fraction in words that a text has too."""
    for found in _FRACTION.finditer(passage):
        if re.search(rf"\b{found[1]}\b", text, re.IGNORECASE) and not _HEDGED.search(text):
            yield f'"{found[0]}"'


def _at_nouns(text: str, passage: str) -> Iterator[str]:
    """What narrows a word that a text has too."""
    for narrow, kept in _OF_NOUNS:
        for found in narrow.finditer(passage) if not kept.search(text) else ():
            beside = passage[: found.start()].split()[-_NEAR:]
            if not found[0].startswith("per "):
                beside += passage[found.end() :].split()[:_NEAR]
            if _stems([word for word in beside if not word.istitle()]) & _stems(text.split()):
                yield f'"{found[0]}"'


def _choices(text: str, passage: str) -> Iterator[str]:
    """What a passage joins by "or", and a text by "and"."""
    for found in _OR.finditer(passage):
        one, two = (re.escape(word[:_CHOICE]) for word in found.groups())
        joined = rf"\b(?:{one}[\w’'-]* @ (?:the |its )?{two}|{two}[\w’'-]* @ (?:the |its )?{one})"
        both, either = (re.compile(joined.replace("@", word), re.IGNORECASE) for word in ("and", "or"))
        if both.search(text) and not both.search(passage) and not either.search(text):
            yield f'"{found[0]}"'


def _ends(found: re.Match[str]) -> tuple[str, ...]:
    return tuple(word for word in found.groups() if word)


def _part(context: Context, fact: str, text: str, passage: str) -> str:
    """Whether a text makes something a part of another which is near it in the passage only."""
    found = _A_PART.search(text)
    if not found or _STILL_A_PART.search(passage):
        return ""
    values = (key(v) for vs in context.data.out[fact].values() for v in vs if v.kind == "uri")
    names = " | ".join(
        t.value for v in values for p in (RDFS + "label", SKOS + "altLabel") for t in context.data.objects(v, p)
    )
    return "" if _STILL_A_PART.search(names) else f'nothing of "{found[0]}"'


def _stems(words: list[str]) -> set[str]:
    return {word[:_STEM] for word in folded(" ".join(words)).split() if len(word) >= _SHORTEST}
