"""The words of names without their endings, by which a name is found in a text: Kazakh for Kazakhstan."""

from __future__ import annotations

import re

from kzgraph.wording.names import folded

_SHORTEST, _ENDING = 4, 4
_LAND = re.compile(r"(?<=\w{4})i?stan$")  # Uzbek stands for Uzbekistan


def stems_of(name: str) -> list[str]:
    """The words of a name without their endings; what stands in brackets is left out, and so are short words."""
    words = _words(name)
    return [stem_of(w) for w in [w for w in words if len(w) >= _SHORTEST] or words]


def _words(name: str) -> list[str]:
    """The words of a name, without what stands in brackets."""
    return folded(re.sub(r"\([^)]*\)", " ", name)).split()


def surname_of(name: str) -> str:
    """The last word of a person's name, without the one or two letters that spellings of it differ by."""
    last = _words(name)[-1]
    return last if len(last) <= _SHORTEST else last[: max(_SHORTEST, len(last) - 2)]


def stem_of(word: str) -> str:
    """A word without its ending."""
    bare = _LAND.sub("", word)
    return bare if bare != word or len(word) <= _SHORTEST else word[: max(_SHORTEST, len(word) - _ENDING)]
