"""What happened by year: a column a year with a mark for each event, and a gap where years are without any."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from kzgraph.site.pictures import style_of

_COLUMN, _ROW, _TOP, _BELOW, _SIDE = 34.0, 13.0, 14.0, 26.0, 20.0
_GAP = 16.0
_HIGHEST = 10  # marks on each other; of more, columns stand beside each other


@dataclass(frozen=True)
class Moment:
    """An event: its year, what it is called, when it was in words, and how firm it is."""

    year: int
    name: str
    when: str
    level: int = 0


def draw(moments: Iterable[Moment], title: str, told: str) -> Markup:
    """The picture; empty without moments. ``told`` says in words what it shows."""
    by_year: dict[int, list[Moment]] = {}
    for moment in moments:
        by_year.setdefault(moment.year, []).append(moment)
    if not by_year:
        return Markup("")
    high = _TOP + _ROW * min(_HIGHEST, max(map(len, by_year.values())))
    x, before, parts = _SIDE, None, []
    for year in sorted(by_year):
        if before is not None and year > before + 1:
            parts.append(_gap(x, high))
            x += _GAP
        wide = _ROW * (-(-len(by_year[year]) // _HIGHEST) - 1)
        parts.append(_column(x + wide / 2, high, year, by_year[year]))
        x, before = x + wide + _COLUMN, year
    wide = x + _SIDE - _COLUMN / 2
    return Markup(
        '<div class="scroll" tabindex="0" role="region" aria-label="{title}">'
        '<svg class="time" viewBox="0 0 {wide:.0f} {all:.0f}" role="img" '
        'aria-label="{title}. {told}"><path class="axis" d="M{left:.0f} {high:.0f}H{right:.0f}"/>{parts}</svg></div>'
    ).format(
        title=title,
        told=told,
        wide=wide,
        all=high + _BELOW,
        left=_SIDE / 2,
        right=wide - _SIDE / 2,
        high=high,
        parts=Markup("").join(parts),
    )


def _gap(x: float, high: float) -> Markup:
    return Markup('<text class="gap" x="{x:.0f}" y="{y:.0f}" text-anchor="middle">…</text>').format(
        x=x - _COLUMN / 2 + _GAP / 2, y=high + 17
    )


def _column(x: float, high: float, year: int, moments: list[Moment]) -> Markup:
    columns = -(-len(moments) // _HIGHEST)
    marks = Markup("").join(
        _mark(moment, x + _ROW * (n // _HIGHEST - (columns - 1) / 2), high - _ROW * (n % _HIGHEST + 0.6))
        for n, moment in enumerate(sorted(moments, key=lambda m: m.level))
    )
    return marks + Markup('<text x="{x:.0f}" y="{y:.0f}" text-anchor="middle">{year}</text>').format(
        x=x, y=high + 17, year=year
    )


def _mark(moment: Moment, x: float, y: float) -> Markup:
    told = f"{moment.when}: {moment.name}"
    return Markup(
        '<circle class="moment {style}" cx="{x:.1f}" cy="{y:.1f}" r="4.6"><title>{told}</title></circle>'
    ).format(style=style_of(moment.level), x=x, y=y, told=told)
