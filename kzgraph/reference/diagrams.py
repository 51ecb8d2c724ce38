"""Diagrams of a module as SVG that needs nothing else: its classes as a tree, its relations, and what imports what.

Places are worked out here; colours come from the style sheet of the pages, so that they follow light and dark.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from markupsafe import Markup

from kzgraph.namespaces import OWL, RDFS
from kzgraph.reference.links import Links
from kzgraph.reference.vocabulary import MARKS, Entry, Module, Vocabulary

_LETTER = 7.3
_PAD = 12
_HIGH = 26
_ROW = 34
_GAP = 44
_MARGIN = 8


@dataclass
class _Node:
    """A box: the term, its children, and where it stands; ``has_more`` if its children stand elsewhere."""

    iri: str
    children: list[_Node] = field(default_factory=list)
    y: float = 0.0
    has_more: bool = False

    def label(self, vocabulary: Vocabulary) -> str:
        """What is written in it."""
        return vocabulary.label(self.iri) + (" …" if self.has_more else "")


class Drawing:
    """An SVG under construction: boxes, lines and words at their places."""

    def __init__(self) -> None:
        self._lines: list[Markup] = []
        self._boxes: list[Markup] = []
        self.width = self.height = 0.0

    def box(self, label: str, href: str, x: float, y: float, wide: float, kind: str) -> None:
        """A box with a name in it, ``y`` being its middle; a link if there is an address."""
        self.width, self.height = max(self.width, x + wide), max(self.height, y + _HIGH / 2)
        shape = Markup('<rect x="{}" y="{}" width="{}" height="{}" rx="4"/><text x="{}" y="{}">{}</text>').format(
            _n(x), _n(y - _HIGH / 2), _n(wide), _HIGH, _n(x + wide / 2), _n(y + 4.5), label
        )
        self._put(shape, href, f"box {kind}")

    def word(self, label: str, href: str, x: float, y: float, wide: float) -> None:
        """A name on a line, ``x`` being its start."""
        text = Markup('<rect x="{}" y="{}" width="{}" height="18"/><text x="{}" y="{}">{}</text>').format(
            _n(x), _n(y - 9), _n(wide), _n(x + wide / 2), _n(y + 4.5), label
        )
        self._put(text, href, "word")

    def line(self, x: float, y: float, to_x: float, to_y: float, *, arrow: bool = False, bent: bool = True) -> None:
        """A line from one place to another: a curve, or with a corner."""
        middle = (x + to_x) / 2
        if not bent:
            path = f"M{_n(x)} {_n(y)}H{_n(middle)}V{_n(to_y)}H{_n(to_x)}"
        else:
            path = f"M{_n(x)} {_n(y)}C{_n(middle)} {_n(y)} {_n(middle)} {_n(to_y)} {_n(to_x)} {_n(to_y)}"
        self._lines.append(Markup('<path d="{}"/>').format(path))
        if arrow:
            head = f"M{_n(to_x - 7)} {_n(to_y - 4)}L{_n(to_x)} {_n(to_y)}L{_n(to_x - 7)} {_n(to_y + 4)}"
            self._lines.append(Markup('<path class="head" d="{}"/>').format(head))

    def _put(self, shape: Markup, href: str, kind: str) -> None:
        whole = Markup('<g class="{}">{}</g>').format(kind, shape)
        self._boxes.append(Markup('<a href="{}">{}</a>').format(href, whole) if href else whole)

    def svg(self, name: str, title: str, description: str) -> Markup:
        """The whole drawing, with a title and a description for those who cannot see it; empty if nothing is in it."""
        if not self._boxes:
            return Markup()
        wide, high = _n(self.width + _MARGIN), _n(self.height + _MARGIN)
        return Markup(
            '<svg class="diagram" xmlns="http://www.w3.org/2000/svg" role="group" aria-labelledby="{0}-t {0}-d" '
            'width="{1}" height="{2}" viewBox="0 0 {1} {2}"><title id="{0}-t">{3}</title><desc id="{0}-d">{4}</desc>'
            '<g class="lines">{5}</g>{6}</svg>'
        ).format(name, wide, high, title, description, Markup().join(self._lines), Markup().join(self._boxes))


def _n(number: float) -> str:
    """A number as short as it can be written."""
    return f"{number:.1f}".rstrip("0").rstrip(".")


def _wide(label: str) -> float:
    """About how wide a name is, in units of the drawing."""
    units = sum(1.8 if unicodedata.east_asian_width(c) in "WF" else 1.0 for c in label)
    return units * _LETTER + 2 * _PAD


def classes(vocabulary: Vocabulary, links: Links, module: Module) -> Markup:
    """The classes of a module as a tree, from left to right, below what stands above them elsewhere."""
    own = {e.iri for e in module.of_kind("class")}
    if not own:
        return Markup()
    below: dict[str, list[str]] = {}
    for entry in module.of_kind("class"):
        above = vocabulary.above(entry.iri)
        ours = [a for a in above if a in vocabulary.entries and vocabulary.entries[a].is_own]
        for parent in ours or above[:1] or [""]:
            below.setdefault(parent, []).append(entry.iri)
    drawn: set[str] = set()
    tops = [i for i in sorted(below, key=lambda i: _order(vocabulary, i)) if i and i not in own] + below.get("", [])
    roots = [_tree(i, below, drawn) for i in tops]
    circles = sorted(own - drawn, key=lambda i: _order(vocabulary, i))
    roots += [_tree(i, below, drawn) for i in circles if i not in drawn]
    rows = 0.0
    for root in roots:
        rows = _place(root, rows)
    columns: dict[int, float] = {}
    for root in roots:
        _widths(vocabulary, root, 0, columns)
    starts = {0: float(_MARGIN)}
    for column in range(1, len(columns)):
        starts[column] = starts[column - 1] + columns[column - 1] + _GAP
    drawing = Drawing()
    for root in roots:
        _draw(drawing, vocabulary, links, root, 0, starts, own)
    told = f"{len(own)} classes; a line leads from a class to the classes below it."
    return drawing.svg(f"-classes-{module.name}", f"Classes of {module.title}", told)


def _order(vocabulary: Vocabulary, iri: str) -> tuple[str, str]:
    return vocabulary.label(iri).casefold(), iri


def _tree(iri: str, below: dict[str, list[str]], drawn: set[str]) -> _Node:
    """A class with those below it, which are left out where it was ``drawn`` already, elsewhere or in a circle."""
    inner = [c for c in below.get(iri, ()) if c != iri]
    if iri in drawn:
        return _Node(iri, has_more=bool(inner))
    drawn.add(iri)
    return _Node(iri, [_tree(c, below, drawn) for c in inner])


def _place(node: _Node, row: float) -> float:
    """Gives a node and those below it their rows; the next free row."""
    if not node.children:
        node.y = _MARGIN + _HIGH / 2 + row * _ROW
        return row + 1
    for child in node.children:
        row = _place(child, row)
    node.y = (node.children[0].y + node.children[-1].y) / 2
    return row


def _widths(vocabulary: Vocabulary, node: _Node, column: int, widths: dict[int, float]) -> None:
    widths[column] = max(widths.get(column, 0.0), _wide(node.label(vocabulary)))
    for child in node.children:
        _widths(vocabulary, child, column + 1, widths)


def _draw(
    drawing: Drawing,
    vocabulary: Vocabulary,
    links: Links,
    node: _Node,
    column: int,
    starts: dict[int, float],
    own: set[str],
) -> None:
    label = node.label(vocabulary)
    x, wide = starts[column], _wide(label)
    drawing.box(label, links.href(node.iri), x, node.y, wide, _kind(vocabulary, node.iri, own))
    for child in node.children:
        drawing.line(x + wide, node.y, starts[column + 1], child.y, bent=False)
        _draw(drawing, vocabulary, links, child, column + 1, starts, own)


def _kind(vocabulary: Vocabulary, iri: str, own: set[str]) -> str:
    if iri in own:
        return "here"
    entry = vocabulary.entries.get(iri)
    return "elsewhere" if entry and entry.is_own else "outside"


def relations(vocabulary: Vocabulary, links: Links, module: Module) -> Markup:
    """The object properties of a module: on the left the classes that have them, on the right what they lead to."""
    own = {e.iri for e in module.of_kind("class")}
    rows: list[tuple[str, Entry, str]] = []
    for entry in module.of_kind("object property"):
        for domain in vocabulary.ends(entry.iri, "domain") or [OWL + "Thing"]:
            rows += [(domain, entry, range_) for range_ in vocabulary.ends(entry.iri, "range") or [OWL + "Thing"]]
    rows.sort(key=lambda r: (_order(vocabulary, r[0]), _order(vocabulary, r[2]), r[1].label, r[1].iri))
    left = _side(rows, lambda r: r[0])
    right = _side(rows, lambda r: r[2])
    drawing = Drawing()
    left_x = float(_MARGIN)
    middle_x = left_x + max((_wide(_name(vocabulary, i)) for i in left), default=0) + 1.6 * _GAP
    wide = max((_wide(r[1].label) - _PAD for r in rows), default=0)
    right_x = middle_x + wide + 1.6 * _GAP
    for number, (domain, entry, range_) in enumerate(rows):
        y = _MARGIN + _HIGH / 2 + number * _ROW
        own_wide = _wide(entry.label) - _PAD
        drawing.line(left_x + _wide(_name(vocabulary, domain)), left[domain], middle_x, y)
        drawing.line(middle_x + own_wide, y, middle_x + wide, y)
        drawing.line(middle_x + wide, y, right_x, right[range_], arrow=True)
        drawing.word(entry.label, links.href(entry.iri), middle_x, y, own_wide)
    for side, x in ((left, left_x), (right, right_x)):
        for iri, y in side.items():
            name = _name(vocabulary, iri)
            href = links.href(iri) if iri in vocabulary.entries else ""
            drawing.box(name, href, x, y, _wide(name), _kind(vocabulary, iri, own))
    told = f"{len(rows)} relations; each leads from a class on the left to a class on the right."
    return drawing.svg(f"-relations-{module.name}", f"Relations of {module.title}", told)


def _name(vocabulary: Vocabulary, iri: str) -> str:
    return "anything" if iri in {OWL + "Thing", RDFS + "Resource"} else vocabulary.label(iri)


def _side(rows: list[tuple[str, Entry, str]], end: Callable[[tuple[str, Entry, str]], str]) -> dict[str, float]:
    """The boxes of one side, each in the middle of its relations, without one lying on another."""
    places: dict[str, list[float]] = {}
    for number, row in enumerate(rows):
        places.setdefault(end(row), []).append(_MARGIN + _HIGH / 2 + number * _ROW)
    wanted = sorted((sum(ys) / len(ys), iri) for iri, ys in places.items())
    found: dict[str, float] = {}
    lowest = -_ROW + _MARGIN + _HIGH / 2
    for y, iri in wanted:
        lowest = max(y, lowest + _ROW)
        found[iri] = lowest
    return found


def imports(vocabulary: Vocabulary) -> Markup:
    """The modules that have terms, those that others build on at the left; lines lead to what builds on them."""
    shown = {m.iri: m for m in vocabulary.pages if m.iri and m.of_kind(*MARKS)}
    level: dict[str, int] = {}
    for iri in shown:
        _level(shown, iri, level, ())
    if max(level.values(), default=0) == 0:
        return Markup()
    places = _columns(shown, level)
    drawing = Drawing()
    reached = {iri: _reached(shown, iri) for iri in shown}
    for iri in shown:
        own = [i for i in shown[iri].imports if i in shown]
        for used in (i for i in own if not any(i in reached[o] for o in own if o != i)):
            (left, top, wide), (right, bottom, _) = places[used], places[iri]
            drawing.line(left + wide, top, right, bottom, arrow=True)
    for iri, (left, y, wide) in places.items():
        drawing.box(shown[iri].name, shown[iri].page, left, y, wide, "here")
    told = "An arrow leads from a module to one that builds on it."
    return drawing.svg("-modules-diagram", "How the modules build on one another", told)


def _level(shown: dict[str, Module], iri: str, level: dict[str, int], path: tuple[str, ...]) -> int:
    """How many steps a module stands above one that imports nothing."""
    if iri not in level and iri not in path:
        below = (_level(shown, i, level, (*path, iri)) for i in shown[iri].imports if i in shown)
        level[iri] = 1 + max(below, default=-1)
    return level.get(iri, 0)


def _columns(shown: dict[str, Module], level: dict[str, int]) -> dict[str, tuple[float, float, float]]:
    """For each module the left side, the middle's height and the width of its box."""
    columns: dict[int, list[str]] = {}
    for iri in sorted(shown, key=lambda i: (level[i], shown[i].name)):
        columns.setdefault(level[iri], []).append(iri)
    most = max(len(c) for c in columns.values())
    places: dict[str, tuple[float, float, float]] = {}
    x = float(_MARGIN)
    for number in sorted(columns):
        wide = max(_wide(shown[i].name) for i in columns[number])
        for row, iri in enumerate(columns[number]):
            y = _MARGIN + _HIGH / 2 + (row + (most - len(columns[number])) / 2) * (_ROW + 8)
            places[iri] = (x, y, wide)
        x += wide + 1.4 * _GAP
    return places


def _reached(shown: dict[str, Module], iri: str) -> set[str]:
    """All modules below one."""
    found: set[str] = set()
    waiting = [iri]
    while waiting:
        fresh = {i for i in shown[waiting.pop()].imports if i in shown} - found - {iri}
        found |= fresh
        waiting += fresh
    return found
