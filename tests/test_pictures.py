"""The pictures of the site: they show what the lists show, what is not done looks otherwise, and labels can be read."""

from __future__ import annotations

import hashlib
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from kzgraph.answers.asking.ask import Answered
from kzgraph.answers.cells.cell import Item
from kzgraph.answers.evidence.sources import Source
from kzgraph.answers.queries.stored_query import parse_query
from kzgraph.api import CitedGraph
from kzgraph.dates import PartialDate, When
from kzgraph.errors import SyntaxProblem
from kzgraph.files.project import find_project
from kzgraph.site.addresses import PagePlace
from kzgraph.site.answer_pictures import _Canvas, picture
from kzgraph.site.pages import Site
from kzgraph.site.picture_pages import Drawn
from kzgraph.site.pictures import bars, chains, line, matrix, spans, style_of, timeline
from kzgraph.site.pictures import map as maps
from kzgraph.site.pictures.bars import Bar, BarGroup
from kzgraph.site.pictures.chains import Arrow, Tree
from kzgraph.site.pictures.line import Step
from kzgraph.site.pictures.map import EAST, NORTH, SOUTH, WEST, Leg, Spot, Window
from kzgraph.site.pictures.matrix import Edge, Meeting
from kzgraph.site.pictures.spans import Span
from kzgraph.site.pictures.timeline import Moment
from kzgraph.site.rendering import Sheet
from tests.conftest import examples

ROOT = Path(__file__).resolve().parents[1]
BAKU, KARS, AKTAU, BRUSSELS = (49.9, 40.4), (43.1, 40.6), (51.2, 43.7), (4.3, 50.8)
DRAWN = sorted(p.stem for p in (ROOT / "queries").glob("*.rq") if "\n#+   picture: " in p.read_text("utf-8"))
NUMBER_OF_DRAWN = 38
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
        window = Window.around([s.position for s in spots])
        dots = maps._labelled(maps._dots(spots, window), [], window)
        boxes = [d.box for d in dots]
        assert not [1 for i, one in enumerate(boxes) for other in boxes[:i] if maps._meet(one, other)]

    @settings(max_examples=examples(20))
    @given(st.lists(inside, min_size=1, max_size=12))
    def test_it_is_cropped_to_what_is_on_it(self, places: list[tuple[float, float]]) -> None:
        window = Window.around(places)
        assert 0 < window.height <= window.width
        points = [window.on_paper(p) for p in places]
        assert all(-0.1 <= x <= window.width + 0.1 and -0.1 <= y <= window.height + 0.1 for x, y in points)
        assert Window.around([BAKU, AKTAU]).scale > 2 * Window.around([(WEST, SOUTH), (EAST, NORTH)]).scale

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


class TestBars:
    def test_a_bar_is_as_long_as_its_figure_and_its_form_tells_how_firm_it_is(self) -> None:
        own = (bar("2021", 50, 50), bar("2022", 100, 100, level=2), bar("2023", 25, 25, level=6))
        picture = bars.draw([BarGroup("tonnes", own)], "Freight")
        shapes = of_class(picture, "extent")
        assert [(e.get("width"), e.get("class")) for e in shapes] == [
            ("50.0", "extent done"),
            ("100.0", "extent intended"),
            ("25.0", "extent judged"),
        ]
        assert all(svg.get("aria-hidden") == "true" for svg in tree(picture).iter("svg"))  # the list says it all
        assert "2022" in "".join(tree(picture).itertext())

    def test_a_range_is_outlined_and_what_is_open_has_a_point(self) -> None:
        picture = bars.draw([BarGroup("", (bar("a", 40, 100), bar("b", None, 100), bar("c", 50, None)))], "Figures")
        solid, rest, whole, point = of_class(picture, "extent")
        assert (solid.get("width"), rest.get("x"), rest.get("width")) == ("40.0", "40.0", "60.0")
        assert (whole.get("class"), whole.get("width")) == ("extent open done", "100.0")
        assert "L50.0 5" in (point.get("d") or "")

    def test_shares_are_shares_of_a_whole(self) -> None:
        picture = bars.draw([BarGroup("percent", (bar("a", 20, 20), bar("b", 30, 30)), whole=100)], "Shares")
        assert [e.get("width") for e in of_class(picture, "extent")] == ["20.0", "30.0"]

    @settings(max_examples=examples(20))
    @given(st.lists(st.tuples(names, st.decimals(0, 10**12, places=2)), min_size=1, max_size=8))
    def test_no_bar_leaves_its_place_whatever_the_figures(self, figures: list[tuple[str, Decimal]]) -> None:
        own = tuple(Bar(Markup("{}").format(name), number, number, Markup("")) for name, number in figures)
        widths = [float(e.get("width") or 0) for e in of_class(bars.draw([BarGroup("", own)], "x"), "extent")]
        assert all(0 <= width <= 100 for width in widths)


def bar(name: str, low: int | None, high: int | None, level: int = 0) -> Bar:
    first, last = (Decimal(n) if n is not None else None for n in (low, high))
    return Bar(Markup("{}").format(name), first, last, Markup("told"), level)


class TestMatrix:
    def test_a_mark_stands_where_two_things_meet(self) -> None:
        down, across = (
            Edge("state", {"a": Markup("A"), "b": Markup("B")}),
            Edge("league", {"x": Markup("X")}),
        )
        picture = matrix.draw(down, across, {("b", "x"): [Meeting(Markup("member"), 2)]}, "Members")
        rows = {row.find("th").text: row for row in tree(picture).iter("tr")}  # type: ignore[union-attr]  # each has one
        assert "".join(rows["A"].itertext()).strip() == "A"
        assert "member" in "".join(rows["B"].itertext())
        assert [e.get("class") for e in of_class(picture, "moment")] == ["moment intended"]

    def test_the_area_of_a_mark_is_its_share_and_background_is_a_ring(self) -> None:
        greatest, quarter = (float(of_radius(Meeting(Markup(""), share=share))) for share in (1.0, 0.25))
        assert greatest == 2 * quarter
        assert "moment background" in matrix.mark(Meeting(Markup(""), is_background=True))


def of_radius(meeting: Meeting) -> str:
    return matrix.mark(meeting).partition(' r="')[2].partition('"')[0]


class TestSpans:
    @pytest.mark.parametrize(
        ("when", "forms"),
        [
            (When(dates=(PartialDate(2022, 8, 24),)), ["done"]),
            (When(starts=(PartialDate(2022),), ends=(PartialDate(2027),)), ["done"]),
            (When(starts=(PartialDate(2009),)), ["done", "onward"]),
            (When(ends=(PartialDate(2023),)), ["onward", "done"]),
            (When(attested=(PartialDate(2023, 4),)), ["known"]),
        ],
    )
    def test_the_form_tells_what_is_known_of_a_time(self, when: When, forms: list[str]) -> None:
        picture = spans.draw([Span(Markup("a"), when)], "Times")
        assert [(e.get("class") or "").removeprefix("lasting ") for e in of_class(picture, "lasting")] == forms

    def test_what_is_not_done_is_hollow(self) -> None:
        picture = spans.draw([Span(Markup("a"), When(dates=(PartialDate(2022),)), level=2)], "Times")
        assert [e.get("class") for e in of_class(picture, "lasting")] == ["lasting intended", "lasting inner"]

    @pytest.mark.parametrize("years", [(-99_999_999, 999_999_999), (0, 10_000), (-1, 12), (2022, 2022)])
    def test_the_axis_of_any_years_has_few_of_them(self, years: tuple[int, int]) -> None:
        picture = spans.draw([Span(Markup("a"), When(dates=(PartialDate(y),))) for y in years], "Times")
        assert len(picture) < 4_000

    def test_times_stand_in_their_order_on_one_axis(self) -> None:
        own = [Span(Markup("a"), When(dates=(PartialDate(y, 6, 1),))) for y in (1996, 2010, 2024)]
        found = tree(spans.draw(own, "Times"))
        starts = [
            float(re.findall(r"M([\d.]+) ", e.get("d") or "")[0]) for e in of_class(spans.draw(own, "T"), "lasting")
        ]
        assert starts == sorted(starts)
        assert 0 <= starts[0] <= starts[-1] <= 1000
        years = [e.text for e in found.iter("span") if (e.text or "").isdigit()]
        assert (years[0], years[-1]) == ("1995", "2025")
        assert spans.draw([Span(Markup("a"), When())], "Times") == ""


@pytest.fixture(scope="module")
def site() -> Site:
    """The pages of the repository's own graph."""
    return Site(CitedGraph(find_project(ROOT)))


class TestOfAnswers:
    """The pictures that the headers of the repository's questions describe."""

    def test_footnotes_are_numbered_in_the_order_of_the_passages_so_that_each_run_gives_the_same(self) -> None:
        sheet = Sheet(None, PagePlace("question/x.html"))  # type: ignore[arg-type]  # footnotes need no graph
        sources = tuple(Source("kz:doc", "Doc", "2020", n, n, n + 1, f"kz:doc_{n}") for n in range(12, 0, -1))
        _Canvas(None, sheet, None, None).notes([Item("a", "a", sources=sources)])  # type: ignore[arg-type]  # nor these
        assert sheet.notes.footnotes == [f"Doc, ¶ {n}" for n in range(12, 0, -1)]

    def test_a_planned_figure_is_no_full_bar(self, site: Site, answered: Callable[[str], Answered]) -> None:
        drawn = drawn_of(site, answered, "freight_volumes")
        lines = [e for e in tree(drawn.picture).iter("li") if "(planned)" in "".join(e.itertext())]
        assert lines
        assert not [e for line in lines for e in line.iter() if e.get("class") == "extent done"]

    def test_a_value_that_is_held_wrong_says_so(self, site: Site, answered: Callable[[str], Answered]) -> None:
        assert "held wrong" in drawn_of(site, answered, "memberships").picture

    def test_figures_of_different_units_are_not_compared(self, site: Site, answered: Callable[[str], Answered]) -> None:
        headings = [e.text for e in of_class(drawn_of(site, answered, "trade_turnover").picture, "measure")]
        assert headings == ["US dollar", "US dollar per year"]

    def test_figures_of_things_begin_with_the_greatest_and_say_what_a_thing_is_to_them(
        self, site: Site, answered: Callable[[str], Answered]
    ) -> None:
        drawn = tree(drawn_of(site, answered, "cpc_shares").picture)
        bars = [float(e.get("width", "")) for e in drawn.iter("rect")]
        assert bars == sorted(bars, reverse=True)
        assert "part of the share of: Russia" in "".join(drawn.itertext())

    def test_most_questions_of_time_place_and_number_have_one(self) -> None:
        assert len(DRAWN) == NUMBER_OF_DRAWN


def arrows_of(tree: Tree) -> list[tuple[str, str]]:
    return [pair for branch in tree.branches for pair in [(tree.text, branch.text), *arrows_of(branch)]]


class TestChains:
    def test_what_follows_from_an_effect_stands_below_it(self) -> None:
        arrows = [Arrow(a, b, Markup("")) for a, b in ("bc", "ab", "xy")]
        found = chains.trees(arrows)
        assert [(tree.text, tree.depth) for tree in found] == [("a", 2), ("x", 1)]

    @settings(max_examples=examples(20))
    @given(st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde")), max_size=12))
    def test_each_arrow_is_drawn_once_also_of_a_ring(self, pairs: list[tuple[str, str]]) -> None:
        found = chains.trees([Arrow(a, b, Markup("")) for a, b in pairs])
        assert sorted(pair for tree in found for pair in arrows_of(tree)) == sorted(set(pairs))

    def test_what_is_not_done_looks_otherwise_and_texts_are_escaped(self) -> None:
        found = chains.trees([Arrow("<i>", "b", Markup(""), 0), Arrow("b", "c", Markup(""), 6)])
        picture = chains.draw(found, "Chains")
        assert [e.get("class") for e in tree(picture).iter("li")] == ["first", "done", "judged"]
        assert "&lt;i&gt;" in picture


def drawn_of(site: Site, answered: Callable[[str], Answered], name: str) -> Drawn:
    cited = answered(name).cited
    assert cited is not None
    drawn = picture(site, site.sheet(PagePlace("question/x.html")), cited, site.query(name).picture)
    assert drawn is not None, name
    assert ET.fromstring(f"<div>{drawn.picture}</div>") is not None  # noqa: S314  # of our own making
    return drawn


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("{bars: period, by: amount}", "draws amounts"),
        ("{spans: who, by: scope}", "lacks"),
        ("{matrix: scope}", "needs `by`"),
        ("{bars: amount, time: period, by: scope}", "takes one of"),
        ("{by: scope}", "takes one of"),
        ("{pie: amount}", "unknown key"),
        ("{matrix: [[scope]], by: scope}", "lacks"),
        ("[amount]", "must be a mapping"),
    ],
)
def test_a_picture_that_cannot_be_drawn_is_refused(header: str, told: str) -> None:
    text = (ROOT / "queries/trade_turnover.rq").read_text("utf-8")
    wrong = re.sub("picture: .*", f"picture: {header}", text)
    with pytest.raises(SyntaxProblem, match=told):
        parse_query(wrong, "trade_turnover", "trade_turnover.rq")
