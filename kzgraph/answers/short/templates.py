"""Templates of lines and headlines: words with placeholders in braces, and in brackets what may be left out.

``{tie}: {to}[, {date}]`` tells the values of three columns; the part in brackets is left out if a placeholder in it
has nothing to tell. Brackets do not nest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import TypeVar

_PART = re.compile(r"\{([^{}]*)\}|([^{}\[\]]+)")
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]|([^\[\]]+)")
_Told = TypeVar("_Told")

Piece = tuple[bool, str]
"""A part of a template: whether it is a placeholder, and its text."""


@cache
def parsed(template: str) -> tuple[tuple[bool, tuple[Piece, ...]], ...]:
    """The sections of a template, each with whether it may be left out; raises :class:`ValueError` for a wrong one."""
    sections = []
    if _OPTIONAL.sub("", template):
        raise ValueError("its square brackets do not match, or nest")
    for found in _OPTIONAL.finditer(template):
        inner = found[1] if found[1] is not None else found[2]
        if _PART.sub("", inner):
            raise ValueError("its braces do not match, or nest")
        pieces = tuple((p[1] is not None, p[1] if p[1] is not None else p[2]) for p in _PART.finditer(inner))
        sections.append((found[1] is not None, pieces))
    return tuple(sections)


def placeholders(template: str) -> tuple[str, ...]:
    """What stands in the braces of a template, in order."""
    return tuple(text for _, pieces in parsed(template) for is_placeholder, text in pieces if is_placeholder)


columns_in = placeholders
"""The columns that the template of a line names: each placeholder is one."""


def filled(
    template: str, tell: Callable[[str, bool], Sequence[_Told]], words: Callable[[str], _Told]
) -> tuple[_Told, ...]:
    """A template with its placeholders filled; ``tell`` gives nothing where there is nothing to say.

    ``tell`` also learns whether the placeholder may be left out. ``words`` changes the words between them.
    """
    told: list[_Told] = []
    for is_optional, pieces in parsed(template):
        values = [tell(text, is_optional) if is_placeholder else [words(text)] for is_placeholder, text in pieces]
        if not is_optional or all(values):
            told += [part for value in values for part in value]
    return tuple(told)
