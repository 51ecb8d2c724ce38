"""A map: coast and seas, places with their names, and the lines between them. It has no borders of states.

The coast is that of Natural Earth, which is in the public domain (``coast.json``; CONTRIBUTING.md names its origin).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise

from markupsafe import Markup

from kzgraph.site.pictures import style_of

Position = tuple[float, float]
"""Longitude and latitude, in degrees."""
WEST, SOUTH, EAST, NORTH = 24.0, 34.8, 84.0, 53.4
LARGE, SMALL = 960.0, 640.0
"""How wide a map is on paper: over the whole page, and beside other things."""
_FLAT = math.cos(math.radians((NORTH + SOUTH) / 2))  # how wide a degree of longitude is, of one of latitude
_LEAST, _MARGIN = 13.0, 0.16  # degrees of latitude that a map is wide at least, and how much it has around its places
_LOW, _HIGH = (NORTH - SOUTH) / ((EAST - WEST) * _FLAT), 0.62  # how high a map is, of its width
_NEAR = 13.0  # places nearer than this on paper share a dot
_LETTER, _LINE = 8.0, 15.0  # how wide a letter is, and how high a line
_GAP = 7.0
_FRAME = 40.0  # how far beyond the window the coast is drawn
_POINT = 2
_WINDOWS = 64  # that the coast is kept of


@dataclass(frozen=True)
class Spot:
    """A place on the map; ``weight`` says which of several names is shown where places share a dot."""

    name: str
    position: Position
    href: str
    weight: int = 0


@dataclass(frozen=True)
class Leg:
    """A line between places, with a text about it, and how firm it is."""

    name: str
    positions: tuple[Position, ...]
    href: str
    told: str = ""
    level: int = 0


@dataclass(frozen=True)
class Window:
    """The part of the world that a map shows: its north-west corner and its width in degrees, and its size on paper."""

    west: float
    north: float
    degrees: float
    width: float
    height: float

    @property
    def scale(self) -> float:
        """How long a degree of latitude is on paper."""
        return self.width / self.degrees

    def on_paper(self, position: Position) -> tuple[float, float]:
        """Where a place lies on paper."""
        lon, lat = position
        return (lon - self.west) * _FLAT * self.scale, (self.north - lat) * self.scale

    @staticmethod
    def around(positions: Sequence[Position], width: float = LARGE) -> Window:
        """The window around some places, with room for their names; never more than the whole map."""
        lons, lats = [p[0] for p in positions], [p[1] for p in positions]
        wide = max((max(lons) - min(lons)) * _FLAT * (1 + 2 * _MARGIN), _LEAST)
        high = max((max(lats) - min(lats)) * (1 + 2 * _MARGIN), wide * _LOW)
        wide = min(max(wide, high / _HIGH), (EAST - WEST) * _FLAT)
        high = min(high, NORTH - SOUTH)
        west = _within((min(lons) + max(lons) - wide / _FLAT) / 2, WEST, EAST - wide / _FLAT)
        north = _within((min(lats) + max(lats) + high) / 2, SOUTH + high, NORTH)
        return Window(west, north, wide, width, high * width / wide)


def _within(value: float, least: float, most: float) -> float:
    return max(least, min(value, most))


@dataclass
class _Dot:
    spots: list[Spot]
    x: float
    y: float
    box: tuple[float, float, float, float] = (0, 0, 0, 0)
    anchor: str = "start"
    label: str = ""
    at: tuple[float, float] = field(default=(0.0, 0.0))


def is_inside(position: Position) -> bool:
    """Whether a place lies on the map."""
    return WEST <= position[0] <= EAST and SOUTH <= position[1] <= NORTH


def draw(spots: Iterable[Spot], legs: Iterable[Leg], title: str, told: str, width: float = LARGE) -> Markup:
    """The map, cropped to what is on it; empty if that is nothing. ``told`` says in words what it shows."""
    shown = [s for s in spots if is_inside(s.position)]
    drawn = [leg for leg in legs if len(leg.positions) > 1 and all(map(is_inside, leg.positions))]
    if not shown:
        return Markup("")
    window = Window.around([*(s.position for s in shown), *(p for leg in drawn for p in leg.positions)], width)
    lines = Markup("").join(_line(leg, window) for leg in sorted(drawn, key=lambda leg: (-leg.level, leg.name)))
    dots = Markup("").join(_spot(dot) for dot in _labelled(_dots(shown, window), drawn, window))
    return Markup(
        '<div class="scroll" tabindex="0" role="region" aria-label="{title}">'
        '<svg class="map" viewBox="0 0 {width} {height}" role="group" aria-label="{title}">'
        '<desc>{told}</desc><rect class="sea" width="{width}" height="{height}"/>{land}'
        '<g class="legs">{lines}</g><g class="spots">{dots}</g></svg></div>'
    ).format(
        title=title,
        told=told,
        width=f"{window.width:.0f}",
        height=f"{window.height:.0f}",
        land=_land(window),
        lines=lines,
        dots=dots,
    )


@cache
def _rings() -> list[list[Position]]:
    """The coasts of the world."""
    rings = json.loads(resources.files("kzgraph.site.pictures").joinpath("coast.json").read_text("utf-8"))
    return [[(lon / 100, lat / 100) for lon, lat in zip(ring[::2], ring[1::2], strict=True)] for ring in rings]


@lru_cache(_WINDOWS)
def _land(window: Window) -> Markup:
    """The land within a window; of a ring that runs outside of it, no more than its corners."""
    parts = []
    for ring in _rings():
        points = list(_near(map(window.on_paper, ring), window))
        if len(points) > _POINT:
            parts.append("M" + " ".join(f"{x:.0f} {y:.0f}" for x, y in points) + "Z")
    return Markup('<path class="land" fill-rule="evenodd" d="{}"/>').format("".join(parts))


def _near(points: Iterable[tuple[float, float]], window: Window) -> Iterable[tuple[float, float]]:
    """The points of a ring drawn in to a frame around the window, each once where several become one."""
    last = None
    for x, y in points:
        point = round(_within(x, -_FRAME, window.width + _FRAME)), round(_within(y, -_FRAME, window.height + _FRAME))
        if point != last:
            yield point
        last = point


def _line(leg: Leg, window: Window) -> Markup:
    points = [window.on_paper(p) for p in leg.positions]
    path = "M" + " L".join(f"{x:.0f} {y:.0f}" for x, y in points)
    told = f"{leg.name}{f': {leg.told}' if leg.told else ''}"
    return Markup(
        '<a href="{href}" aria-label="{told}"><path class="reach" d="{path}"/>'
        '<path class="leg {style}" d="{path}"/><title>{told}</title></a>'
    ).format(href=leg.href, told=told, path=path, style=style_of(leg.level))


def _dots(spots: Sequence[Spot], window: Window) -> list[_Dot]:
    """The dots, the weightiest first; a place that lies near a dot shares it."""
    found: list[_Dot] = []
    for spot in sorted(spots, key=lambda s: (-s.weight, s.name)):
        x, y = window.on_paper(spot.position)
        near = next((d for d in found if math.hypot(d.x - x, d.y - y) < _NEAR), None)
        if near:
            near.spots.append(spot)
        else:
            found.append(_Dot([spot], x, y))
    return found


def _labelled(dots: list[_Dot], legs: Sequence[Leg], window: Window) -> list[_Dot]:
    """The dots with their labels where these cover no other label, no dot and as little of the lines as can be."""
    taken = [(d.x - 5, d.y - 5, d.x + 5, d.y + 5) for d in dots]
    on_lines = [point for leg in legs for point in _along([window.on_paper(p) for p in leg.positions])]
    for dot in dots:
        dot.label = dot.spots[0].name + (f" +{len(dot.spots) - 1}" if len(dot.spots) > 1 else "")
        wide = len(dot.label) * _LETTER
        choices = []
        for order, (dx, dy, anchor) in enumerate(_SIDES):
            x, y = dot.x + dx, dot.y + dy
            left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
            box = (left, y - 11, left + wide, y + 4)
            covered = sum(_meet(box, other) for other in taken)
            outside = box[0] < 2 or box[2] > window.width - 2 or box[1] < 2 or box[3] > window.height - 2
            crossed = sum(box[0] < px < box[2] and box[1] < py < box[3] for px, py in on_lines)
            choices.append(((outside, covered, crossed, order), box, (x, y), anchor))
        _, dot.box, dot.at, dot.anchor = min(choices)
        taken.append(dot.box)
    return dots


_SIDES = (
    (_GAP + 2, 4.0, "start"),
    (-_GAP - 2, 4.0, "end"),
    (0.0, -_GAP - 3, "middle"),
    (0.0, _GAP + _LINE - 3, "middle"),
    (_GAP, -_GAP, "start"),
    (_GAP, _GAP + 9, "start"),
    (-_GAP, -_GAP, "end"),
    (-_GAP, _GAP + 9, "end"),
)


def _along(points: Sequence[tuple[float, float]]) -> Iterable[tuple[float, float]]:
    for (ax, ay), (bx, by) in pairwise(points):
        steps = max(1, int(math.hypot(bx - ax, by - ay) / 6))
        for step in range(steps + 1):
            yield ax + (bx - ax) * step / steps, ay + (by - ay) * step / steps


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _spot(dot: _Dot) -> Markup:
    names = ", ".join(s.name for s in dot.spots)
    return Markup(
        '<a href="{href}" aria-label="{names}"><circle class="spot" cx="{x:.0f}" cy="{y:.0f}" r="{r}"/>'
        '<text x="{tx:.0f}" y="{ty:.0f}" text-anchor="{anchor}">{label}</text><title>{names}</title></a>'
    ).format(
        href=dot.spots[0].href,
        names=names,
        x=dot.x,
        y=dot.y,
        r="5.5" if len(dot.spots) > 1 else "4.5",
        tx=dot.at[0],
        ty=dot.at[1],
        anchor=dot.anchor,
        label=dot.label,
    )
