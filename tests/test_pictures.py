"""The pictures of the site: they show what the lists show, what is not done looks otherwise, and labels can be read."""

from __future__ import annotations

import hashlib
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kzgraph.site.pictures import line, style_of, timeline
from kzgraph.site.pictures import map as maps
from kzgraph.site.pictures.line import Step
from kzgraph.site.pictures.map import EAST, NORTH, SOUTH, WEST, Leg, Spot
from kzgraph.site.pictures.timeline import Moment
from tests.conftest import examples

ROOT = Path(__file__).resolve().parents[1]
BAKU, KARS, AKTAU, BRUSSELS = (49.9, 40.4), (43.1, 40.6), (51.2, 43.7), (4.3, 50.8)
names = st.text(st.characters(blacklist_categories=["Cc", "Cs", "Co", "Cn"]), min_size=1, max_size=24)
inside = st.tuples(st.floats(WEST, EAST), st.floats(SOUTH, NORTH))


def tree(picture: object) -> ET.Element:
    return ET.fromstring(str(picture))  # noqa: S314  # of our own making, which is to be well-formed


def of_class(picture: object, name: str) -> list[ET.Element]:
    return [e for e in tree(picture).iter() if name in e.get("class", "").split()]


class TestMap:
    def test_what_is_not_done_is_drawn_otherwise(self) -> None:
        spots = [Spot("Baku", BAKU, "b"), Spot("Kars", KARS, "k")]
        legs = [Leg(f"line {level}", (BAKU, KARS), "l", level=level) for level in (0, 2, 6)]
        drawn = of_class(maps.draw(spots, legs, "Map", "…"), "leg")
        assert [e.get("class") for e in drawn] == ["leg judged", "leg intended", "leg done"]
        styles = (ROOT / "kzgraph/site/templates/style.css").read_text("utf-8")
        dashes = dict(re.findall(r"\.leg\.(\w+), .*?stroke-dasharray: ([\d ]+)", styles))
        assert len(set(dashes.values())) == len(dashes) == 2

    def test_what_lies_outside_is_not_drawn(self) -> None:
        picture = maps.draw(
            [Spot("Baku", BAKU, "b"), Spot("Brussels", BRUSSELS, "x")], [Leg("far", (BAKU, BRUSSELS), "f")], "Map", "…"
        )
        assert len(of_class(picture, "spot")) == 1
        assert of_class(picture, "leg") == []
        assert maps.draw([Spot("Brussels", BRUSSELS, "x")], [], "Map", "…") == ""

    def test_places_near_each_other_share_a_dot_with_all_names(self) -> None:
        near = (BAKU[0] + 0.1, BAKU[1])
        picture = maps.draw([Spot("Alat", near, "a"), Spot("Baku", BAKU, "b", 3)], [], "Map", "…")
        assert len(of_class(picture, "spot")) == 1
        assert [e.text for e in tree(picture).iter("text")] == ["Baku +1"]
        assert [e.text for e in tree(picture).iter("title")] == ["Baku, Alat"]

    def test_it_has_a_name_and_a_description(self) -> None:
        svg = next(tree(maps.draw([Spot("Baku", BAKU, "b")], [], "The map", "1 place.")).iter("svg"))
        assert svg.get("aria-label") == "The map"
        assert svg.find("desc") is not None

    @settings(max_examples=examples(20))
    @given(st.lists(st.builds(Spot, names, inside, st.just("x"), st.integers(0, 5)), min_size=1, max_size=12))
    def test_any_names_and_places_are_well_formed_and_each_is_there(self, spots: list[Spot]) -> None:
        found = tree(maps.draw(spots, [], "Map", "…"))
        told = ", ".join(e.text or "" for e in found.iter("title"))
        assert all(s.name in told for s in spots)

    def test_labels_of_a_few_places_do_not_cover_each_other(self) -> None:
        spots = [Spot("Baku", BAKU, "b"), Spot("Sumgayit", (49.2, 41.0), "s"), Spot("Alat", (49.0, 39.6), "a")]
        dots = maps._labelled(maps._dots(spots), [])
        boxes = [d.box for d in dots]
        assert not [1 for i, one in enumerate(boxes) for other in boxes[:i] if maps._meet(one, other)]

    def test_the_coast_is_the_one_whose_origin_is_told(self) -> None:
        data = (ROOT / "kzgraph/site/pictures/coast.json").read_bytes()
        row = next(r for r in (ROOT / "CONTRIBUTING.md").read_text("utf-8").splitlines() if "coast.json" in r)
        assert hashlib.sha256(data).hexdigest() in row
        assert "public domain" in row
        assert all(len(ring) % 2 == 0 for ring in json.loads(data))


class TestTimeline:
    @settings(max_examples=examples(20))
    @given(st.lists(st.builds(Moment, st.integers(1900, 2030), names, names, st.integers(0, 6)), max_size=60))
    def test_each_event_has_a_mark_in_its_year(self, moments: list[Moment]) -> None:
        picture = timeline.draw(moments, "Time", "…")
        if not moments:
            assert picture == ""
            return
        marks = of_class(picture, "moment")
        assert len(marks) == len(moments)
        years = [e.text for e in tree(picture).iter("text") if e.get("class") != "gap"]
        assert years == sorted({str(m.year) for m in moments})

    def test_years_without_events_are_a_gap(self) -> None:
        picture = timeline.draw([Moment(1992, "a", "1992"), Moment(2022, "b", "2022")], "Time", "…")
        assert [e.text for e in tree(picture).iter("text")] == ["1992", "…", "2022"]


class TestLine:
    def test_what_is_not_in_use_branches_off(self) -> None:
        steps = [Step("A", "port", "a"), Step("B", "railway", "b", "planned", 2), Step("C", "port", "c")]
        picture = line.draw(steps, "Line", "…")
        assert [e.get("class") for e in of_class(picture, "spot")] == ["spot done", "spot intended", "spot done"]
        assert [e.get("class") for e in of_class(picture, "leg")] == ["leg done", "leg intended", "leg intended"]
        across = {e.get("cx") for e in of_class(picture, "spot")}
        assert len(across) == 2

    def test_a_long_name_is_whole_for_those_who_hear_it(self) -> None:
        picture = line.draw([Step("N" * 200, "port", "a"), Step("B", "", "b")], "Line", "…")
        assert f"{'N' * 200}, port" in {e.get("aria-label") for e in tree(picture).iter("a")}


@pytest.mark.parametrize(("level", "style"), [(0, "done"), (1, "intended"), (3, "intended"), (4, "judged")])
def test_styles_follow_firmness(level: int, style: str) -> None:
    assert style_of(level) == style
