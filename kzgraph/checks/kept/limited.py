"""Fourth stage, with the texts at hand: a label or gist keeps the words by which its passage says less than all.

"One of the countries" is not "the country", "a most promising way" not "the most promising", and "mainly" stands where
the passage has it. The words are English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs
from kzgraph.checks.statements.own_words import tells_facts
from kzgraph.checks.syntax.context import Context
from kzgraph.checks.told.texts import english_texts
from kzgraph.terms import Term
from kzgraph.wording.names import folded

_ONE_OF = re.compile(
    r"\b(?:(?:one|some|several|two|three|many|part|most|any) of|among)(?: the| its| their| his| these)?"
    r" (?:[\w-]+ ){0,3}?([a-z]{4,})s\b"
)
"""Words in English that tell of one of several, with the noun but for its s."""
_STILL_ONE_OF = re.compile(
    r"\b(?:(?:one|some|several|two|three|many|part|most|any|part) of|among|belongs? to|counts? among|includ\w+|others?"
    r"|also|as well|too|like|such as)\b",
    re.IGNORECASE,
)
_A_HIGHEST = re.compile(
    r"\ban? (?:very |most |highly |so )?(most \w+|main|chief|principal|key|leading|major|primary|central|important)\b"
)
"""Words in English that give a rank which others may have too."""
_LIMITED = re.compile(
    r"\b(mainly|mostly|largely|predominantly|primarily|chiefly|partly|partially|usually|generally|typically|often"
    r"|sometimes|occasionally|for the most part|in part|to some extent|in some cases|practically|virtually)\b",
    re.IGNORECASE,
)
_STILL_LIMITED = re.compile(
    r"\b(?:main\w*|most\w*|larg\w+|predominan\w+|prim\w+|chief\w*|part\w*|usual\w*|general\w*|typical\w*|often|some\w*"
    r"|occasion\w*|major\w*|above all|first of all|especial\w*|in particular|particular\w*|half|rule|many|much|key"
    r"|principal\w*|foremost|bulk|almost|nearly|practical\w*|virtual\w*|common\w*|frequen\w*|number|central|essential\w*"
    r"|in the first place|core|chiefly)\b",
    re.IGNORECASE,
)
"""Words in English by which less than all is told, and words with which a text may keep that."""
_NEAR = 4  # words beside a word that it limits
_SHORTEST, _STEM = 5, 5
_EITHER = re.compile(
    r"\b(one|two|three|four|five|six|seven|eight|nine|ten|bilateral|trilateral|quadrilateral|\d{1,2}) or"
    r" (two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|trilateral|quadrilateral|\d{1,2})\b",
    re.IGNORECASE,
)
_IN_WORDS = {"bilateral": "two", "trilateral": "three", "quadrilateral": "four"}


def check_limited(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each label or gist that drops what limits its passage."""
    for fact in tells_facts(context):
        passages = [evidence.words(citation) for citation in evidence.in_english(fact)]
        for property_, text in english_texts(context, fact) if passages else ():
            dropped = next(_dropped(text.value, " | ".join(passages)), "")
            if dropped:
                _add(context, fact, property_, text, dropped)


def _dropped(text: str, passage: str) -> Iterator[str]:
    """What limits a passage and a text on the same does not have."""
    if not _STILL_ONE_OF.search(text):
        for found in _ONE_OF.finditer(passage):
            yield from _told_as_the(rf"(?: [\w-]+){{0,2}} {_singular(found[1])}", text, passage, found)
        for found in _A_HIGHEST.finditer(passage):
            yield from _told_as_the(rf" (?:single )?{found[1]}", text, passage, found)
    if not _STILL_LIMITED.search(text):
        for found in _LIMITED.finditer(passage):
            beside = [*passage[: found.start()].split()[-_NEAR:], *passage[found.end() :].split()[:_NEAR]]
            if _stems([word for word in beside if not word[0].isupper()]) & _stems(text.split()):
                yield found[0]
    for found in _EITHER.finditer(passage) if " or " not in text else ():
        told = [word for word in found.groups() if _counts(word, text)]
        if len(told) == 1 and not _counts(told[0], passage.replace(found[0], "")):
            yield found[0]


def _told_as_the(what: str, text: str, passage: str, found: re.Match[str]) -> Iterator[str]:
    """What a passage has if a text has the one with "the", and the passage does not."""
    the = rf"\b(?:the|its|their){what}\b"
    if re.search(the, text) and not re.search(the, passage):
        yield found[0]


def _counts(word: str, text: str) -> bool:
    """Whether a text has a number in words, or the number that stands in a word."""
    return bool(re.search(rf"\b(?:{word}|{_IN_WORDS.get(word.lower(), word)})\b", text, re.IGNORECASE))


def _singular(stem: str) -> str:
    """The pattern of a noun of which a plural has been found, without its s."""
    return f"(?:{re.escape(stem)}|{re.escape(stem[:-2])}y)" if stem.endswith("ie") else re.escape(stem)


def _stems(words: list[str]) -> set[str]:
    return {word[:_STEM] for word in folded(" ".join(words)).split() if len(word) >= _SHORTEST}


def _add(context: Context, fact: str, property_: str, text: Term, dropped: str) -> None:
    message = f'the words of {context.curie(fact)} say more than its passage, which has "{dropped}"'
    hint = f"keep what limits it; or attribute {context.curie(property_)}, with a note on its ground"
    context.add("surer-than-passage", "warning", fact, message, hint, path=(property_,), value=text)
