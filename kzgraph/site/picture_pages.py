"""What pictures show of the graph: places and lines on the map, the line of a corridor, events by year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from kzgraph.answers.cells.cell import Item
from kzgraph.answers.things.fact_items import fact_item
from kzgraph.answers.things.facts import Fact
from kzgraph.dates import When
from kzgraph.site.addresses import PagePlace
from kzgraph.site.graph_reader import NO_YEAR
from kzgraph.site.pages import Site
from kzgraph.site.parts import beginnings, part_of_list, parts_of
from kzgraph.site.pictures import line, style_of, timeline
from kzgraph.site.pictures.map import LARGE, SMALL, Leg, Position, Spot, draw, is_inside
from kzgraph.wording.numbers import counted

_COAST = "Coast: Natural Earth. Borders are not drawn."
_KEY = f"Solid: in use or done. Dashed: agreed, planned or proposed. Dotted: expected, or in an author's view. {_COAST}"
_STYLES = ((0, "done"), (1, "agreed, planned or proposed"), (5, "expected, or in an author's view"))
LINE_KEY = "The parts in the order that the editors give them. What is not in use yet branches off, dashed."
_MOST_LEFT_OUT = 8


@dataclass(frozen=True)
class Drawn:
    """A picture, and what stands below it."""

    picture: Markup
    caption: str


def whole_map(site: Site, place: PagePlace) -> Drawn:
    """The map of all places with coordinates, and of all lines whose two ends have some."""
    return _map(site, place, [*site.reader.positions], site.reader.connections, "Places and lines of the graph")


def map_of_lines(site: Site, place: PagePlace) -> Drawn | None:
    """The map of all lines and the places at their ends; of all places, if there is no line; None without places."""
    reader = site.reader
    legs = [fact for fact in reader.connections if _positions(site, fact)]
    ends = dict.fromkeys(i for fact in legs for i in _ends(site, fact)) or reader.positions
    return _map(site, place, [*ends], legs, "Lines of the graph", SMALL) if ends else None


def map_of(site: Site, place: PagePlace, iri: str) -> Drawn | None:
    """The map of a thing: where it lies, or the lines that are it or a part of it; None if it has no place on it."""
    reader = site.reader
    legs = [fact for fact in reader.connections if iri in fact.iris("about") and _positions(site, fact)]
    ends = [i for fact in legs for i in _ends(site, fact)]
    own = [iri] if iri in reader.positions else []
    if not any(is_inside(reader.positions[i]) for i in [*own, *ends]):
        return None
    return _map(site, place, list(dict.fromkeys([*own, *ends])), legs, f"Map: {reader.label(iri)}", SMALL)


def map_of_things(site: Site, place: PagePlace, things: Sequence[str], title: str) -> Drawn | None:
    """The map of some things: those that are places, and the lines that are others; None if all lie outside."""
    reader, wanted = site.reader, set(things)
    legs = [fact for fact in reader.connections if fact.iris("ofSegment") & wanted and _positions(site, fact)]
    ends = [i for fact in legs for i in _ends(site, fact)]
    shown = list(dict.fromkeys(i for i in [*things, *ends] if i in reader.positions))
    if not any(is_inside(reader.positions[i]) for i in shown):
        return None
    drawn = _map(site, place, shown, legs, title)
    on_map = {i for i in shown if is_inside(reader.positions[i])}.union(*(fact.iris("ofSegment") for fact in legs))
    left_out = [i for i in things if i not in on_map and i not in reader.facts]
    return Drawn(drawn.picture, f"{drawn.caption}{_left_out(site, left_out)}")


def _left_out(site: Site, things: Sequence[str]) -> str:
    """A sentence with what is not on a map, though it is asked about; empty if that is nothing."""
    names = sorted({site.reader.label(i) for i in things}, key=str.casefold)
    more = f" and {len(names) - _MOST_LEFT_OUT} more" if len(names) > _MOST_LEFT_OUT else ""
    told = ", ".join(names[:_MOST_LEFT_OUT])
    return f" Without coordinates here, so not on the map: {told}{more}." if names else ""


def _map(
    site: Site, place: PagePlace, things: Sequence[str], facts: Sequence[Fact], title: str, width: float = LARGE
) -> Drawn:
    reader = site.reader
    weights = {i: sum(i in _ends(site, f) for f in facts) for i in things}
    links = {i: place.to(f"{site.path_of(i)}.html") for i in things}
    spots = [Spot(reader.label(i), reader.positions[i], links[i], weights[i]) for i in things]
    legs = _legs(site, place, facts)
    names = ", ".join(sorted({leg.name for leg in legs}))
    told = f"{counted(len(spots), 'place')}{f'; lines: {names}' if names else ''}."
    return Drawn(draw(spots, legs, title, told, width), _KEY if legs else _COAST)


def _legs(site: Site, place: PagePlace, facts: Iterable[Fact]) -> list[Leg]:
    """The lines of connections: one for each thing and pair of ends, as firm as the firmest fact that gives it."""
    found: dict[tuple[str, tuple[Position, ...]], Leg] = {}
    for fact in facts:
        positions = _positions(site, fact)
        for thing in sorted(fact.iris("ofSegment")) if positions else ():
            level = site.reader.standing(fact).level
            told = ", ".join(m.text for m in fact_item(fact, site.reader.standing(fact)).marks if not m.symbol)
            leg = Leg(site.reader.label(thing), positions, place.to(f"{site.path_of(thing)}.html"), told, level)
            known = found.get((thing, positions))
            found[thing, positions] = leg if known is None or level < known.level else known
    return sorted(found.values(), key=lambda leg: (leg.name, leg.level))


def _ends(site: Site, fact: Fact) -> list[str]:
    """The places of a connection that have coordinates: its start, those on the way, its end."""
    known = site.reader.positions
    ways = [sorted(i for i in fact.iris(word) if i in known) for word in ("fromPlace", "viaPlace", "toPlace")]
    return [i for way in ways for i in way]


def _positions(site: Site, fact: Fact) -> tuple[Position, ...]:
    """The line of a connection; empty unless both its ends are known, each as one place with coordinates."""
    known = site.reader.positions
    starts, ends = ([i for i in fact.iris(word) if i in known] for word in ("fromPlace", "toPlace"))
    if len(starts) != 1 or len(ends) != 1:
        return ()
    start, end = known[starts[0]], known[ends[0]]
    way = [known[i] for i in fact.iris("viaPlace") if i in known]
    return (start, *sorted(way, key=lambda p: (p[0] - start[0]) ** 2 + (p[1] - start[1]) ** 2), end)


def map_page(site: Site, place: PagePlace) -> str:
    """The page of the map, with lists of what is on it and of what is not."""
    reader, sheet = site.reader, site.sheet(place)
    drawn = whole_map(site, place)
    on_map = [f for f in reader.connections if _positions(site, f) and all(map(is_inside, _positions(site, f)))]
    off_map = [f for f in reader.connections if f not in on_map]
    spots = sorted(reader.positions, key=lambda i: reader.label(i).casefold())
    return site.render(
        "map.html",
        place,
        picture=drawn.picture,
        caption=drawn.caption,
        spots=[(i, *reader.positions[i], is_inside(reader.positions[i])) for i in spots],
        on_map=_lines(site, on_map),
        off_map=_lines(site, off_map),
        sheet=sheet,
        cite=site.citation("The map"),
    )


def _lines(site: Site, facts: Iterable[Fact]) -> list[tuple[str, Item]]:
    told = [
        (", ".join(sorted(site.reader.label(i) for i in f.iris("byMode"))), fact_item(f, site.reader.standing(f)))
        for f in facts
    ]
    return sorted(told, key=lambda pair: (pair[1].text, pair[0]))


def line_of(site: Site, place: PagePlace, iri: str) -> Drawn | None:
    """The line of a corridor: its parts in the order that the editors give; None for what has no such order."""
    reader = site.reader
    parts: dict[str, tuple[float, int, str]] = {}
    for fact in reader.parts_of_corridor(iri):
        orders = [t.number for t in fact.properties.get(reader.store.model["order"], ()) if t.number is not None]
        if not orders:
            continue
        level = reader.standing(fact).level
        told = ", ".join(m.text for m in fact_item(fact, reader.standing(fact)).marks if not m.symbol)
        for part in fact.iris("hasPart"):
            known = parts.get(part)
            parts[part] = (float(min(orders)), level, told) if known is None or level < known[1] else known
    steps = [
        line.Step(reader.label(i), reader.kind_words(i), place.to(f"{site.path_of(i)}.html"), told, level)
        for i, (_, level, told) in sorted(parts.items(), key=lambda p: (p[1], p[0]))
    ]
    told = f"{counted(len(steps), 'part')} in their order: {', '.join(s.name for s in steps)}."
    title = f"The line of {reader.label(iri)}"
    return Drawn(line.draw(steps, title, told), LINE_KEY) if len(steps) > 1 else None


def time_page(site: Site, place: PagePlace) -> str:
    """The page of what happened when: events, signatures and adoptions by year."""
    reader, sheet = site.reader, site.sheet(place)
    listed = reader.happened
    facts = reader.facts_of(iri for _, iri in part_of_list(listed, place.part))
    facts.sort(key=lambda f: (year_of(f) == NO_YEAR, year_of(f), f.when.order, f.label, f.iri))
    moments = [timeline.Moment(y, f.label, f.when.words, reader.standing(f).level) for f in facts if (y := year_of(f))]
    told = f"{counted(len(moments), 'event')} in {counted(len({m.year for m in moments}), 'year')}; the list has each."
    starts = beginnings(_heading(year) for year, _ in listed)
    numbers = {heading: number for number, (heading, _, _) in enumerate(starts, 1)}
    years = [
        (numbers[heading], heading, [(f.when.words, fact_item(f, reader.standing(f))) for f in own])
        for heading, own in groupby(facts, key=lambda f: _heading(year_of(f)))
    ]
    is_drawn = parts_of(len(listed)) == 1
    return site.render(
        "timeline.html",
        place,
        picture=timeline.draw(moments, "What happened by year", told) if is_drawn else "",
        years=years,
        starts=starts,
        parts=parts_of(len(listed)),
        total=len(listed),
        styles=[(style_of(level), word) for level, word in _STYLES],
        sheet=sheet,
        cite=site.citation("What happened when"),
    )


def _heading(year: int) -> str:
    return str(year) if year != NO_YEAR else "No date given"


def year_of(fact: Fact) -> int:
    """The year of a fact by its own dates; 0 if none is given."""
    return year_of_time(fact.when)


def year_of_time(when: When) -> int:
    """The first year that a time names; 0 if it names none."""
    return min((d.year for d in [*when.dates, *when.starts, *when.ends]), default=NO_YEAR)


def parts_of_time(site: Site) -> int:
    """On how many parts of its page all that happened stands."""
    return parts_of(len(site.reader.happened))
