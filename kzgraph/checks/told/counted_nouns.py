"""Fourth stage, with the texts at hand: what label and gist count is as many as the cited words count of it.

"Two parties" make no "tripartite statement", nor "five companies" those four of the passage. The words are English.
"""

from __future__ import annotations

import re
from collections import defaultdict

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs
from kzgraph.checks.statements.own_words import tells_facts
from kzgraph.checks.syntax.context import Context
from kzgraph.checks.told.texts import english_texts
from kzgraph.wording.names import folded

_IN_WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_NUMBERS = {word: n for n, word in enumerate(_IN_WORDS, 1)} | {"both": 2}
_COUNTED = re.compile(
    rf"(?<![\w.,$€-])({'|'.join(_NUMBERS)}|\d{{1,3}}(?![\d.,%]))(?: of)?(?: the| their| its)? (?:[\w’'-]+ ){{0,2}}?"
    r"([a-z]{4,})(?![\w-])",
    re.IGNORECASE,
)
"""A number in English, with what it counts."""
_PARTIES = re.compile(
    r"states?|countr(?:y|ies)|nations?|sides?|part(?:y|ies)|neighbours?|governments?|presidents?|leaders?"
    r"|minist(?:ers?|ries)"
)
_PREFIXES = {"bilateral": 2, "trilateral": 3, "tripartite": 3, "quadrilateral": 4, "quadripartite": 4}
_PARTY = "parties"
_STEM = 6


def check_counted_nouns(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each label or gist that counts of something more or fewer than its cited words do."""
    for fact in tells_facts(context):
        passage = " | ".join(map(evidence.words, evidence.in_english(fact)))
        told = _counts(passage) if passage else {}
        for property_, text in english_texts(context, fact) if told else ():
            for noun, numbers in _counts(text.value).items():
                wrong = numbers - told.get(noun, numbers)
                if wrong and not _is_told(context, fact):
                    name, many = context.curie(fact), min(told[noun])
                    message = f'{name} counts {min(wrong)} of "{noun}", of which its passage counts {many}'
                    hint = "count again; or cite the words that tell how many"
                    context.add("count-not-in-passage", "warning", fact, message, hint, path=(property_,), value=text)


def _is_told(context: Context, fact: str) -> bool:
    """Whether the count is found to be wrong already."""
    name = context.curie(fact)
    return any(f.code == "count-not-in-passage" and f.thing == name for f in context.report.findings)


def _counts(text: str) -> dict[str, set[int]]:
    """How many a text counts of what, by the beginning of the noun; states and their leaders are parties."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for match in _COUNTED.finditer(text):
        number = _NUMBERS.get(match[1].lower()) or int(match[1])
        for noun in folded(match[2]).split():
            found[_PARTY if _PARTIES.fullmatch(noun) else noun[:_STEM]].add(number)
    for word, number in _PREFIXES.items():
        if re.search(word, text, re.IGNORECASE):
            found[_PARTY].add(number)
    return found
