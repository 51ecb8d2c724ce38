"""Words of a question that nothing in the graph has, read as words that it has: slips of the pen, and joined words.

``Kashgan oil`` is read as ``Kashagan oil``, ``roadmap`` as ``road map``, ``pipe line`` as ``pipeline``.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from kzgraph.answers.plain_words.words import is_small, stem
from kzgraph.wording.names import SHORTEST_SLIP, folded, is_slip
from kzgraph.wording.spelling import reordered, sounded, word_key

_WORD = re.compile(r"[\w'’]*\w")
_CAPITALS = re.compile(r"\b[A-Z]{4,}\b")
"""An abbreviation. In a shorter one no letters are swapped by mistake: CEO is no ECO."""
_OFFICES = {"FM": "foreign minister", "PM": "prime minister", "MFA": "foreign ministry"}
"""Abbreviations that people write and documents seldom do."""
_SHORTEST_PART = 3
"""So short a part of a joined word is an ending or a prefix."""


@dataclass(frozen=True)
class Reread:
    """A question as it is read, and the words that are read as others, each with what it is read as.

    ``is_whole`` says that no word of another language is left that is not read.
    """

    text: str
    changes: tuple[tuple[str, str], ...] = ()
    is_whole: bool = True


class KnownWords:
    """The words of some texts, by which others are read."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = list(texts)
        self._folded = [folded(text) for text in self._texts]
        self._count = Counter(word for text in self._folded for word in text.split())
        self._beginning: dict[str, list[str]] = defaultdict(list)
        for word in self._count:
            self._beginning[word[0]].append(word)

    def reread(self, text: str) -> Reread:
        """A question with the words that are unknown replaced by known ones, where there is little doubt which."""
        changes: dict[str, str] = {}
        words = _WORD.findall(text)
        for one, two in pairwise(words):
            if self._is_parted(folded(one), folded(two)) and f"{one} {two}" in text:
                changes[f"{one} {two}"] = folded(one) + folded(two)
        joined = set(" ".join(changes).split())
        for word in dict.fromkeys(words):
            if word in _OFFICES and folded(word) not in self._count:
                changes[word] = _OFFICES[word]
                continue
            read = "" if word in joined else self._read(re.sub(r"['’]s?$", "", word))
            if read:
                changes[word] = read
        for word, read in changes.items():
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", read, text)
        return Reread(text, tuple(changes.items()))

    def has(self, word: str) -> bool:
        """Whether a folded word is known, in any spelling or form."""
        if word in self._count:
            return True
        alike = self._beginning.get(word[:1], ())
        return any(word_key(known) == word_key(word) or stem(known) == stem(word) for known in alike)

    def _pairs(self, one: str, two: str) -> int:
        """How often a word stands before another one."""
        pair = f"{one} {two}"
        if one not in self._count or two not in self._count or is_small(one) or is_small(two):
            return 0
        return sum(f" {text} ".count(f" {pair} ") for text in self._folded if pair in text)

    def _is_parted(self, one: str, two: str) -> bool:
        """Whether two words are more often written as one."""
        whole = one + two
        if min(len(one), len(two)) < _SHORTEST_PART or whole not in self._count or is_small(whole):
            return False
        return self._count[whole] > self._pairs(one, two)

    def _parts(self, word: str) -> str:
        """Two words that are more often written apart than together; else nothing."""
        for end in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            one, two = word[:end], word[end:]
            if self._pairs(one, two) > self._count[word]:
                return f"{one} {two}"
        return ""

    def _read(self, written: str) -> str:
        """What a word is read as: two that are more often apart, or the known word that it is most likely a slip of."""
        word = folded(written)
        if " " in word or is_small(word):
            return ""
        if parts := self._parts(word):
            return parts
        if not word.isascii() or self.has(word):
            return ""
        if written.isupper() and len(word) < SHORTEST_SLIP:
            known = {found for text in self._texts for found in _CAPITALS.findall(text)}
            return reordered(written, known)
        near = [known for known in self._beginning[word[:1]] if self._is_slip(word_key(word), known)]
        count = Counter({form: sum(self._count[w] for w in near if stem(w) == form) for form in map(stem, near)})
        if not count or 2 * max(count.values()) <= count.total():
            return ""
        usual = count.most_common(1)[0][0]
        best = max((w for w in near if stem(w) == usual), key=lambda w: (self._count[w], w))
        return next((one for one in self._written(best) if one[:1].isupper()), best) if written[:1].isupper() else best

    def _is_slip(self, key: str, known: str) -> bool:
        """Whether a word is a slip of a known one; one that is no name has letters too many, too few or swapped alone.

        For of words like ``context`` and ``content`` each is one that people mean.
        """
        other = word_key(known)
        is_alike = (len(key) >= SHORTEST_SLIP and sorted(key) == sorted(other)) or sounded(key) == sounded(other)
        if is_alike and self._is_name(known):
            return True
        if not is_slip(key, other):
            return False
        is_changed = len(key) == len(other) and sorted(key) != sorted(other)
        return (len(key) > SHORTEST_SLIP and not is_changed) or self._is_name(known)

    def _is_name(self, word: str) -> bool:
        """Whether a word always has a capital, and not as the first word of a text alone."""
        own = self._written(word, 1)
        return bool(own) and all(found[:1].isupper() for found in own)

    def _written(self, word: str, first: int = 0) -> list[str]:
        """How a known word is written each time, from the first word of each text on or from a later one."""
        texts = (text for text, own in zip(self._texts, self._folded, strict=True) if word in own)
        return [found for text in texts for found in _WORD.findall(text)[first:] if folded(found) == word]
