"""Names in comparison: what is written otherwise and yet the same, and what is nearly the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# Letters that Unicode does not take apart, as people write them who have no key for them.
_LATIN = {"ə": "e", "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ŋ": "n", "æ": "ae", "œ": "oe"}
# Cyrillic letters that Unicode takes apart, but that are letters of their own: Russian й is no и, as Kazakh қ is no к.
_OWN_LETTERS = {"й", "ў", "ї", "ѓ", "ќ"}
# From here on a name is near. Tried with the ontology's terms: of those with one or two typing errors 99 in 100 are
# found, of words of letters thrown together 3 in 100 find something, and one wrong letter in a prefix of three (67) is
# forgiven. With 60 an unknown name brought half as many others again, with 78 `neer` no longer brought `near`.
_NEAR = 65.0
# In a shorter word one letter makes another word: Baku and Batu. From here on it is a slip of the pen.
SHORTEST_SLIP = 6
LONGEST_NAME = 200
"""Letters of the longest text that counts as a name."""


def folded(text: str) -> str:
    """A name without case, diacritics and punctuation, for comparing: ``Əliyev, İlham`` → ``eliyev ilham``.

    Latin letters lose their marks: Azerbaijani ə, ı, ğ and ş, Turkish and Kazakh letters are what people type who lack
    them. Cyrillic letters stay Cyrillic, and ә, ғ, қ, ң, ө, ұ, ү, һ, і and й stay apart from the Russian letters that
    they look like. Only ё becomes е, as Russian prints it, and marks of stress go.
    """
    return _folded_once(text) if len(text) <= LONGEST_NAME else _folded(text)


def _folded(text: str) -> str:
    if not text.isascii():
        taken_apart = unicodedata.normalize("NFKD", text).casefold()
        text = "".join(map(_bare, unicodedata.normalize("NFKC", taken_apart)))
    return " ".join(re.sub(r"[\W_]+", " ", text.casefold()).split())


# Names are compared again and again, long texts hardly ever.
_folded_once = lru_cache(65536)(_folded)


@lru_cache(4096)
def _bare(character: str) -> str:
    """A letter without its marks; nothing for a mark that stands alone."""
    if character in _OWN_LETTERS:
        return character
    parts = unicodedata.normalize("NFD", character)
    bare = "".join(c for c in parts if not unicodedata.combining(c))
    letter = character if bare == parts else bare
    return _LATIN.get(letter, letter)


def likeness(one: str, two: str) -> float:
    """How like two texts are, from 0 to 100: the share of their letters that they have in common, in order."""
    # Most runs compare no names, and are spared the import.
    from rapidfuzz import fuzz

    return fuzz.ratio(one, two)


def nearest(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The known names most like ``name``, best first; empty if none is near."""
    wanted = _compared(name)
    scores = {k: likeness(wanted, _compared(k)) for k in known}
    return sorted((k for k in scores if scores[k] >= _NEAR), key=lambda k: (-scores[k], k))[:count]


def _compared(name: str) -> str:
    """A name folded; what has no letter or digit stands for itself."""
    return folded(name) or name


def is_slip(one: str, two: str) -> bool:
    """Whether two words differ by one slip of the pen at most.

    That is a letter left out, added, changed or swapped with the next, but never the first one, nor any in a number
    or in a short word.
    """
    if one == two:
        return True
    if any(c.isdecimal() for c in one + two) or min(len(one), len(two)) < SHORTEST_SLIP or one[0] != two[0]:
        return False
    from rapidfuzz.distance import OSA

    return OSA.distance(one, two, score_cutoff=1) <= 1
