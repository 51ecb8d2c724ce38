"""Makes kzgraph/site/pictures/coast.json of Natural Earth's land, version 4.1.0, scale 1:50 million.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python .ci/coast.py package/land-50m.json > kzgraph/site/pictures/coast.json

Natural Earth is in the public domain. The land is clipped to a window and simplified; a ring is a list of longitudes
and latitudes in hundredths of a degree, one after the other. No borders of states are in it.
"""

from __future__ import annotations

import json
import sys

WEST, SOUTH, EAST, NORTH = 14.0, 28.0, 94.0, 62.0
TOLERANCE = 0.045  # degrees: less than a pixel of the map
SMALLEST = 0.02  # square degrees of an island

Point = tuple[float, float]


def rings(topology: dict[str, object]) -> list[list[Point]]:
    """The rings of all polygons of the topology (TopoJSON, sections 2.1.4 and 2.2.5)."""
    scale, move = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * scale[0] + move[0], y * scale[1] + move[1]))
        arcs.append(points)
    found = []
    for geometry in topology["objects"]["land"]["geometries"]:
        for polygon in geometry["arcs"]:
            for ring in polygon:
                points = []
                for number in ring:
                    arc = arcs[number] if number >= 0 else arcs[~number][::-1]
                    points += arc[1:] if points else arc
                found.append(points)
    return found


def clipped(ring: list[Point]) -> list[Point]:
    """A ring within the window (Sutherland and Hodgman)."""
    for axis, bound, keeps_more in ((0, WEST, True), (0, EAST, False), (1, SOUTH, True), (1, NORTH, False)):
        kept: list[Point] = []
        for before, here in zip([ring[-1], *ring], ring, strict=False) if ring else ():
            is_in, was_in = ((p[axis] >= bound) == keeps_more for p in (here, before))
            if is_in != was_in:
                share = (bound - before[axis]) / (here[axis] - before[axis])
                kept.append(tuple(b + share * (h - b) for b, h in zip(before, here, strict=True)))
            if is_in:
                kept.append(here)
        ring = kept
    return ring


def simplified(points: list[Point]) -> list[Point]:
    """A line without the points that lie near to the others (Douglas and Peucker)."""
    if len(points) < 3:
        return points
    (ax, ay), (bx, by) = points[0], points[-1]
    length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
    far, at = 0.0, 0
    for number, (x, y) in enumerate(points[1:-1], 1):
        if length:
            distance = abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length
        else:
            distance = ((x - ax) ** 2 + (y - ay) ** 2) ** 0.5
        if distance > far:
            far, at = distance, number
    if far <= TOLERANCE:
        return [points[0], points[-1]]
    return simplified(points[: at + 1])[:-1] + simplified(points[at:])


def area(ring: list[Point]) -> float:
    """The area of a ring in square degrees."""
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True))) / 2


def main() -> None:
    """Reads the file that is named, and prints the rings."""
    sys.setrecursionlimit(20_000)
    with open(sys.argv[1], encoding="utf-8") as file:
        topology = json.load(file)
    found = []
    for ring in rings(topology):
        kept = clipped(ring)
        if len(kept) > 3 and area(kept) >= SMALLEST:
            half = len(kept) // 2
            kept = simplified(kept[: half + 1])[:-1] + simplified(kept[half:])
            found.append([round(100 * value) for point in kept for value in point])
    print(json.dumps(found, separators=(",", ":")))


if __name__ == "__main__":
    main()
