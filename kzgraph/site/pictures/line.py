"""The line of a corridor, from one end to the other: what is not in use yet branches off it, dashed."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import NamedTuple

from markupsafe import Markup

from kzgraph.site.pictures import FIRM, style_of

_TOP, _MAIN, _BRANCH, _TEXT, _WIDE = 16.0, 18.0, 44.0, 64.0, 380.0
_NAME, _SMALL, _GAP, _TURN = 16.0, 14.0, 9.0, 24.0  # how high lines of text are, what is between steps, and a turn
_LETTERS, _SMALL_LETTERS, _MOST_LINES = 42, 50, 3


@dataclass(frozen=True)
class Step:
    """A part of the line: its name, its kind, a text about it, and how firm it is."""

    name: str
    kind: str
    href: str
    told: str = ""
    level: int = 0


class _Placed(NamedTuple):
    """A step on paper: how far down it is, and its texts in lines."""

    step: Step
    y: float
    name: list[str]
    below: list[str]


def draw(steps: Sequence[Step], title: str, told: str) -> Markup:
    """The line, its steps from top to bottom; empty without steps. ``told`` says in words what it shows."""
    if not steps:
        return Markup("")
    placed, high = _place(steps)
    main = [one.y for one in placed if one.step.level <= FIRM]
    parts = []
    if len(main) > 1:
        path = f"M{_MAIN:.0f} {main[0]:.0f}V{main[-1]:.0f}"
        parts.append(Markup('<path class="leg done" d="{}"/>').format(path))
    for is_main, run in groupby(placed, key=lambda one: one.step.level <= FIRM):
        if not is_main:
            parts += _branch(list(run), main)
    parts += [_step(one) for one in placed]
    return Markup(
        '<svg class="line" viewBox="0 0 {wide:.0f} {high:.0f}" role="group" aria-label="{title}"><desc>{told}</desc>'
        "{parts}</svg>"
    ).format(title=title, told=told, wide=_WIDE, high=high, parts=Markup("").join(parts))


def _place(steps: Sequence[Step]) -> tuple[list[_Placed], float]:
    """The steps below each other, and how high they are together."""
    placed, y = [], _TOP
    for step in steps:
        below = ", ".join(part for part in (step.kind, step.told) if part)
        one = _Placed(step, y, _lines(step.name, _LETTERS), _lines(below, _SMALL_LETTERS))
        placed.append(one)
        y += _NAME * len(one.name) + _SMALL * len(one.below) + _GAP
    return placed, y


def _lines(text: str, letters: int) -> list[str]:
    return textwrap.wrap(text, letters, max_lines=_MOST_LINES, placeholder="…")


def _branch(run: Sequence[_Placed], main: Sequence[float]) -> list[Markup]:
    """The way off the line through some steps and back to it, as far as there is a line above and below."""
    first, last, found = run[0], run[-1], []
    if any(y < first.y for y in main):
        path = f"M{_MAIN:.0f} {first.y - _TURN:.0f}Q{_BRANCH:.0f} {first.y - _TURN:.0f} {_BRANCH:.0f} {first.y:.0f}"
        found.append((first.step.level, path))
    found += [(one.step.level, f"M{_BRANCH:.0f} {before.y:.0f}V{one.y:.0f}") for before, one in pairwise(run)]
    if any(y > last.y for y in main):
        path = f"M{_BRANCH:.0f} {last.y:.0f}Q{_BRANCH:.0f} {last.y + _TURN:.0f} {_MAIN:.0f} {last.y + _TURN:.0f}"
        found.append((last.step.level, path))
    return [Markup('<path class="leg {}" d="{}"/>').format(style_of(level), path) for level, path in found]


def _step(one: _Placed) -> Markup:
    x = _MAIN if one.step.level <= FIRM else _BRANCH
    texts = [("", line, one.y + 4 + _NAME * n) for n, line in enumerate(one.name)]
    first = one.y + 4 + _NAME * (len(one.name) - 1) + _SMALL
    texts += [(" small", line, first + _SMALL * n) for n, line in enumerate(one.below)]
    told = ", ".join(part for part in (one.step.name, one.step.kind, one.step.told) if part)
    lines = Markup("").join(
        Markup('<text class="step{}" x="{:.0f}" y="{:.0f}">{}</text>').format(kind, _TEXT, y, line)
        for kind, line, y in texts
    )
    return Markup(
        '<a href="{href}" aria-label="{told}"><circle class="spot {style}" cx="{x:.0f}" cy="{y:.0f}" r="6"/>{lines}</a>'
    ).format(href=one.step.href, told=told, style=style_of(one.step.level), x=x, y=one.y, lines=lines)
