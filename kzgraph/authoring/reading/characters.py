"""Characters that nobody sees and that make words another text: soft hyphens, marks of direction, controls."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_UNSEEN = {"\u00ad": "a soft hyphen", "\u200b": "a space without width", "\ufeff": "a byte order mark"}
_DIRECTIONS = {*"\u061c\u200e\u200f", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
_SPACES = frozenset("\n\r\t\u00a0\u202f\u2009\u3000")
HINT = "nobody sees it, and words with it are not found: take it out"


def unseen_characters(text: str) -> Iterator[tuple[int, str]]:
    """The characters of a text that nobody sees: the position of each, and what it is in words."""
    if text.isprintable():
        return
    for position, character in enumerate(text):
        if character.isprintable() or character in _SPACES:
            continue
        told = _UNSEEN.get(character) or ("a mark of direction" if character in _DIRECTIONS else "")
        if not told and unicodedata.category(character) in {"Cc", "Cf"}:
            told = f"the control character U+{ord(character):04X}"
        if told:
            yield position, told
