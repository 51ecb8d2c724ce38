"""Lists that are too long for one page, cut into parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TypeVar

T = TypeVar("T")
LONG_LIST = 1_000
"""So many lines of a list are on one page; a longer one goes on in further parts."""


def part_of_list(lines: Sequence[T], number: int) -> Sequence[T]:
    """The lines that stand on a part of a page, of which the first is 1."""
    return lines[(number - 1) * LONG_LIST : number * LONG_LIST]


def parts_of(count: int) -> int:
    """On how many parts of a page so many lines stand."""
    return max(1, -(-count // LONG_LIST))


def beginnings(groups: Iterable[str]) -> list[tuple[str, int, int]]:
    """The groups of a sorted list, given the group of each line: how many lines each has, on which part it begins."""
    found, first = [], 0
    for group, lines in groupby(groups):
        count = len(list(lines))
        found.append((group, count, parts_of(first + 1)))
        first += count
    return found
