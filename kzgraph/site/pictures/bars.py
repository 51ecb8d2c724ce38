"""Figures as bars from nought: a list that reads as text, with a bar beside each figure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from markupsafe import Markup

from kzgraph.site.pictures import style_of
from kzgraph.wording.numbers import counted

_FIRST = 6  # groups that are seen at once
_POINT = 2.5  # how long the point of a bar is that stands for "more than", of a hundred


class Bar(NamedTuple):
    """A figure: what names it, from where to where it goes, and what is told behind it.

    ``low`` is None for "up to", ``high`` is None for "more than"; both are the same for one number.
    """

    name: Markup
    low: Decimal | None
    high: Decimal | None
    told: Markup
    level: int = 0


class BarGroup(NamedTuple):
    """Bars that may be compared: they have one measure and unit. ``whole`` is what a share is a share of, or 0."""

    heading: str
    bars: tuple[Bar, ...]
    whole: int = 0


def draw(groups: Sequence[BarGroup], title: str) -> Markup:
    """The bars, group by group, each to the scale of its group; empty without groups."""
    if not groups:
        return Markup("")
    first, rest = (Markup("").join(map(_group, own)) for own in (groups[:_FIRST], groups[_FIRST:]))
    more = counted(len(groups) - _FIRST, "measure")
    folded = Markup("<details><summary>{} more as bars</summary>{}</details>").format(more, rest) if rest else rest
    return Markup('<div class="bars" role="group" aria-label="{}">{}{}</div>').format(title, first, folded)


def _group(group: BarGroup) -> Markup:
    most = max(group.whole, *(number for bar in group.bars for number in (bar.low or 0, bar.high or 0)))
    heading = Markup('<p class="measure">{}</p>').format(group.heading) if group.heading else Markup("")
    lines = Markup("").join(_line(bar, Decimal(most or 1)) for bar in group.bars)
    return Markup("{}<ul>{}</ul>").format(heading, lines)


def _line(bar: Bar, most: Decimal) -> Markup:
    return Markup(
        '<li><span class="bar-name">{}</span><svg class="bar-line" viewBox="0 0 100 10" preserveAspectRatio="none" '
        'aria-hidden="true" focusable="false">{}</svg><span class="bar-told">{}</span></li>\n'
    ).format(bar.name, _shape(bar, most), bar.told)


def _shape(bar: Bar, most: Decimal) -> Markup:
    """A bar to the lower number, and on to the higher one as an outline; with a point where the figure is open."""
    low, high = (float(100 * n / most) if n is not None else None for n in (bar.low, bar.high))
    end = high if high is not None else low or 0.0
    style = style_of(bar.level)
    if high is None:
        path = f"M0 1.5H{max(0.0, end - _POINT):.1f}L{end:.1f} 5L{max(0.0, end - _POINT):.1f} 8.5H0Z"
        return Markup('<path class="extent {}" d="{}"/>').format(style, path)
    whole = Markup('<rect class="extent {}" x="0" y="1.5" width="{}" height="7"/>')
    if low == high:
        return whole.format(style, f"{end:.1f}")
    sure = whole.format(style, f"{low:.1f}") if low else Markup("")
    rest = Markup('<rect class="extent open {}" x="{}" y="1.5" width="{}" height="7"/>')
    return sure + rest.format(style, f"{low or 0.0:.1f}", f"{end - (low or 0.0):.1f}")
