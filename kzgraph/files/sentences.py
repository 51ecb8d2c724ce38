"""Sentences of a text: where each begins and ends inside its paragraph, for English, Kazakh and Russian.

A sentence ends at a full stop, question mark, exclamation mark or ellipsis with white space and no lower-case letter
after it, unless an initial, an abbreviation or the number of a list stands before it; and always where its paragraph
ends. A reference in brackets after the full stop belongs to the sentence before it. Nothing in mid-sentence brackets
ends a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kzgraph.files.documents import DocumentText

_CLOSERS = "\"'’”“»›)\\]*_"
_END = re.compile(rf"[.!?…]+[{_CLOSERS}]*(?:[ \u00a0\u202f]+[»”]+[.!?…]*)?(?:\[\d[\d,; –-]*\])*(?=\s|\Z)")
_WORD_BEFORE = re.compile(r"(?:[^\W_]|№)+(?:[.-][^\W_]+)*\Z")
_NUMBER = re.compile(r"[\dIVXLC]")
_ENUMERATOR = re.compile(r"\W*(?:\d{1,3}|[ivxlcIVXLC]{1,5}|[^\W\d_])[.)]+\Z")
_PAIRS = {")": "(", "]": "["}
_LONGEST_WORD = 40  # letters before a full stop that may be an abbreviation
_LONGEST_ASIDE = 800  # letters between brackets, in which no sentence ends
_LONGEST_REFERENCE = 20  # words between brackets behind a sentence


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DIGRAPHS = _words("Zh Sh Ch Kh Gh Ts Ya Yu Ye Th Ph Дж")
_NEVER_LAST = _words(
    "mr mrs ms dr prof st mt sen rep gov gen col lt capt rev hon amb vs cf al viz approx dept univ eds ed i.e e.g "
    "им ул акад проф доц св см ср напр обл респ ред изд пер сост т.е т.к т.н ауд"
)
_BEFORE_NUMBERS = _words(
    "no nos nr vol vols pp fig figs art sec ch para № рис табл ст гл стр тт "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
_OFTEN_LAST = _words("a.m p.m т.д т.п т.б")


@dataclass(frozen=True)
class Sentence:
    """A sentence: its range in the document's text, in code points, and the number of its paragraph."""

    start: int
    end: int
    paragraph: int


def sentences(document: DocumentText) -> list[Sentence]:
    """The sentences of a document, in order; together they hold all its characters but white space between them."""
    return [
        Sentence(begin + start, begin + end, number)
        for number, (begin, stop) in enumerate(document.paragraphs, 1)
        for start, end in split(document.text[begin:stop])
    ]


def split(paragraph: str) -> list[tuple[int, int]]:
    """The ranges of the sentences of one paragraph, without the white space around them."""
    found: list[tuple[int, int]] = []
    brackets = _brackets(paragraph)
    start, stop = _first(paragraph, 0), len(paragraph.rstrip())
    for end in _ends(paragraph):
        end = _with_references(paragraph, end, brackets)
        if end <= start or _goes_on(paragraph, start, end, brackets):
            continue
        found.append((start, end))
        start = _first(paragraph, end)
    return [*found, (start, stop)] if start < stop else found


def _ends(text: str) -> Iterator[int]:
    """Where a sentence may end: after each closing mark that no abbreviation explains."""
    for match in _END.finditer(text):
        if match.group().startswith(".") and match.group()[1:2] != ".":
            following = _next_letter(text, match.end())
            before = text[max(0, match.start() - _LONGEST_WORD) : match.start()]
            if _is_abbreviation(before, text[following : following + 1]):
                continue
        yield match.end()


def _goes_on(text: str, start: int, end: int, brackets: dict[int, int]) -> bool:
    """Whether the sentence that begins at ``start`` goes on after ``end``."""
    position = _next_letter(text, end)
    following = text[position : position + 1]
    is_number = end - start <= _LONGEST_WORD and _ENUMERATOR.match(text[start:end])
    if not following or following.islower() or is_number:
        return True
    return any(brackets.get(o, 0) >= end for o in range(max(start + 1, end - _LONGEST_ASIDE), end))


def _is_abbreviation(before: str, following: str) -> bool:
    found = _WORD_BEFORE.search(before)
    if found is None:
        return False
    word = found.group()
    lower, last = word.lower(), re.split(r"[.-]", word)[-1]
    if lower in _OFTEN_LAST:
        return False
    if lower in _NEVER_LAST or last in _DIGRAPHS or (len(last) == 1 and last.isalpha()):
        return True
    return lower in _BEFORE_NUMBERS and bool(_NUMBER.match(following))


def _with_references(text: str, end: int, brackets: dict[int, int]) -> int:
    """The end of a sentence after the references in brackets that follow its full stop."""
    while True:
        opening = _first(text, end)
        closing = brackets.get(opening)
        if closing is None or not _is_reference(text, opening, closing):
            return end
        mark = _END.match(text, closing + 1)
        end = mark.end() if mark else closing + 1


def _is_reference(text: str, opening: int, closing: int) -> bool:
    """Whether brackets hold a reference and not a sentence of their own, which has its full stop inside."""
    words = text[opening + 1 : closing].rstrip(_CLOSERS)
    if words.endswith((".", "!", "?", "…")):
        return False
    return text[closing + 1 : closing + 2] in {".", "!", "?"} or len(words.split()) <= _LONGEST_REFERENCE


def _brackets(text: str) -> dict[int, int]:
    """Where each bracket that opens is closed; those that stay open, or close very far away, are left out."""
    waiting: list[int] = []
    found: dict[int, int] = {}
    for position, character in enumerate(text):
        if character in _PAIRS.values():
            waiting.append(position)
        elif character in _PAIRS and waiting and text[waiting[-1]] == _PAIRS[character]:
            opening = waiting.pop()
            if position - opening <= _LONGEST_ASIDE:
                found[opening] = position
    return found


def _first(text: str, position: int) -> int:
    """The position of the next character that is not white space."""
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _next_letter(text: str, position: int) -> int:
    """The position of the next letter or digit."""
    while position < len(text) and not text[position].isalnum():
        position += 1
    return position
