"""The line of a corridor, from one end to the other: what is not in use yet branches off it, dashed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from kzgraph.site.pictures import FIRM, style_of

_ROW, _TOP, _MAIN, _BRANCH, _TEXT, _WIDE = 34.0, 20.0, 22.0, 52.0, 74.0, 640.0
_LONGEST = 76


@dataclass(frozen=True)
class Step:
    """A part of the line: its name, its kind, a text about it, and how firm it is."""

    name: str
    kind: str
    href: str
    told: str = ""
    level: int = 0


def draw(steps: Sequence[Step], title: str, told: str) -> Markup:
    """The line, its steps from top to bottom; empty without steps. ``told`` says in words what it shows."""
    if not steps:
        return Markup("")
    main = [n for n, step in enumerate(steps) if step.level <= FIRM]
    high = _TOP * 2 + _ROW * (len(steps) - 1)
    parts = []
    if len(main) > 1:
        path = f"M{_MAIN:.0f} {_y(main[0]):.0f}V{_y(main[-1]):.0f}"
        parts.append(Markup('<path class="leg done" d="{}"/>').format(path))
    for is_main, run in groupby(enumerate(steps), key=lambda pair: pair[1].level <= FIRM):
        if not is_main:
            parts += _branch(list(run), main)
    parts += [_step(number, step) for number, step in enumerate(steps)]
    return Markup(
        '<div class="scroll" tabindex="0" role="region" aria-label="{title}">'
        '<svg class="line" viewBox="0 0 {wide:.0f} {high:.0f}" role="group" aria-label="{title}"><desc>{told}</desc>'
        "{parts}</svg></div>"
    ).format(title=title, told=told, wide=_WIDE, high=high, parts=Markup("").join(parts))


def _y(number: int) -> float:
    return _TOP + _ROW * number


def _branch(run: Sequence[tuple[int, Step]], main: Sequence[int]) -> list[Markup]:
    """The way off the line through some steps and back to it, as far as there is a line above and below."""
    (first, start), (last, end), turn = run[0], run[-1], _ROW * 0.75
    found = []
    if any(n < first for n in main):
        y = _y(first)
        path = f"M{_MAIN:.0f} {y - turn:.0f}Q{_BRANCH:.0f} {y - turn:.0f} {_BRANCH:.0f} {y:.0f}"
        found.append((start.level, path))
    found += [(step.level, f"M{_BRANCH:.0f} {_y(n - 1):.0f}V{_y(n):.0f}") for n, step in run[1:]]
    if any(n > last for n in main):
        y = _y(last)
        path = f"M{_BRANCH:.0f} {y:.0f}Q{_BRANCH:.0f} {y + turn:.0f} {_MAIN:.0f} {y + turn:.0f}"
        found.append((end.level, path))
    return [Markup('<path class="leg {}" d="{}"/>').format(style_of(level), path) for level, path in found]


def _step(number: int, step: Step) -> Markup:
    y, x = _y(number), _MAIN if step.level <= FIRM else _BRANCH
    name = step.name if len(step.name) <= _LONGEST else f"{step.name[: _LONGEST - 1].rstrip()}…"
    below = ", ".join(part for part in (step.kind, step.told) if part)
    return Markup(
        '<a href="{href}" aria-label="{full}"><circle class="spot {style}" cx="{x:.0f}" cy="{y:.0f}" r="6"/>'
        '<text x="{tx:.0f}" y="{ty:.0f}">{name}</text><text class="small" x="{tx:.0f}" y="{by:.0f}">{below}</text></a>'
    ).format(
        href=step.href,
        full=f"{step.name}, {below}" if below else step.name,
        style=style_of(step.level),
        x=x,
        y=y,
        tx=_TEXT,
        ty=y + (0 if below else 4),
        by=y + 14,
        name=name,
        below=below,
    )
