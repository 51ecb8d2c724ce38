"""Words that are spelt otherwise and yet the same, and near spellings: alphabets, British and American, slips.

The keys made here are for comparing and are shown to nobody. They forgive what people who write about the region do
differently: ``Токаев``, ``Toqaev`` and ``Tokayev`` have one key, and so have ``recognise`` and ``recognize``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from kzgraph.wording.names import folded

_LETTERS = (
    "а a б b в v г g д d е e ж zh з z и i й y к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh щ shch"
)
_MORE = "ы y э e ю yu я ya ә a ғ g қ k ң n ө o ұ u ү u һ h і i ў u ї i є e"
_PAIRS = f"{_LETTERS} {_MORE}".split()
_CYRILLIC = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True)) | {"ъ": "", "ь": ""}
"""Russian and Kazakh letters, and some Ukrainian ones, as Latin letters: the English way of BGN/PCGN for Russian."""
_BRITISH = (
    (re.compile(r"(?<=\w{3})(i|y)s(?=(e[drs]?|ing|ers|ations?)$)"), r"\1z"),  # recognise, analysed, organisation
    (re.compile(r"(?<=\w{3})our(?=(s|ed|ing|hood)?$)"), "or"),  # harbour, neighbour
    (re.compile(r"(?<=\w{2}t)re(?=s?$)"), "er"),  # centre, metre
    (re.compile(r"(?<=\w{3}en)ce(?=s?$)"), "se"),  # defence
    (re.compile(r"(?<=gram)me(?=s?$)"), ""),  # programme
    (re.compile(r"(?<=ton)ne(?=s?$)"), ""),  # tonne
    (re.compile(r"ll(?=(ed|ing|er|ers)$)"), "l"),  # travelled
)
_SOUNDS = (
    (re.compile(r"shch"), "sch"),
    (re.compile(r"kh|x"), "h"),
    (re.compile(r"gh"), "g"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"ck|q"), "k"),
    (re.compile(r"tch"), "ch"),
    (re.compile(r"zh|dj|dzh"), "j"),
    (re.compile(r"ou"), "u"),
    (re.compile(r"w"), "v"),
    (re.compile(r"(?<=[aeiou])[yi](?=[aeou])"), ""),  # Tokayev, Tokaev
    (re.compile(r"[yj]"), "i"),
    (re.compile(r"(.)\1"), r"\1"),
)
_SHORTEST = 4
"""So short a key would stand for too many words."""


def has_cyrillic(text: str) -> bool:
    """Whether a text has a Cyrillic letter."""
    return any("\u0400" <= c <= "\u052f" for c in text)


def spelling_key(text: str) -> str:
    """A name or sentence, folded, with a key for each word; words with one key are spellings of one word."""
    return " ".join(map(word_key, folded(text).split()))


def american(word: str) -> str:
    """A folded word in American spelling: ``organisation`` → ``organization``; others stay as they are."""
    for pattern, instead in _BRITISH:
        word = pattern.sub(instead, word)
    return word


@lru_cache(65536)
def word_key(word: str) -> str:
    """The key of a folded word: ``токаев`` → ``tokaev``, ``harbour`` → ``harbor``."""
    if not word.isascii():
        word = "".join(_CYRILLIC.get(c, c) for c in word)
    key = american(word)
    for pattern, instead in _SOUNDS:
        key = pattern.sub(instead, key)
    return key if len(key) >= _SHORTEST else word


def is_one_meant(written: str, near: list[str]) -> bool:
    """Whether exactly one known name is near enough to the written one to be meant."""
    slips = [n for n in near if is_near_spelling(written.lower(), n.lower())]
    return bool(near) and slips == near[:1]


def is_near_spelling(one: str, two: str) -> bool:
    """Whether two names differ in one letter, or two neighbours changed places."""
    if one == two:
        return True
    if abs(len(one) - len(two)) > 1 or len(one) < 5:
        return False
    at = next((i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    ends = {(one[at + 1 :], two[at + 1 :]), (one[at + 1 :], two[at:]), (one[at:], two[at + 1 :])}
    swapped = one[at : at + 2][::-1] == two[at : at + 2] and one[at + 2 :] == two[at + 2 :]
    return swapped or any(a == b for a, b in ends)


def sounded(key: str) -> str:
    """The key of a name in which ç and ş may be written as they sound: ``Chavushoglu``."""
    return key.replace("ch", "c").replace("sh", "s")


def reordered(written: str, known: Iterable[str]) -> str:
    """The one known abbreviation that has the letters of another in another order; empty if there is not just one."""
    found = [one for one in known if sorted(one) == sorted(written)]
    return found[0] if len(found) == 1 else ""
