"""``kzgraph query --changed A..B``: what a stored query answers for one date against another."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kzgraph
from kzgraph.answers.cells.cell import Cell, CitedAnswer, Item
from kzgraph.answers.cells.columns import VALUE, Column
from kzgraph.answers.cells.differences import differences

from .conftest import SmallProject

Told = list[tuple[str, str, str]]
Run = Callable[..., tuple[int, str, str]]
QUERY = """
#+ summary: Parts in the league
#+ kzgraph:
#+   question: Who has which part in the league, and who says so?
#+   rows: [member]
#+   columns:
#+     member: {fact: fact}
#+     leagues: {list: league, fact: fact}
SELECT DISTINCT ?fact ?member ?league
WHERE { ?fact a kzo:Membership ; kzo:hasMember ?member ; kzo:hasLeague ?league . }
"""


def part(name: str, member: str, league: str, start: str, end: str = "", document: str = "example-2020_15-40") -> str:
    until = f'kzo:end "{end}"^^xsd:gYear ; ' if end else ""
    return (
        f'kz:{name} a kzo:Membership ; rdfs:label "{name}"@en ; kzo:hasMember kz:{member} ; '
        f'kzo:hasLeague kz:{league} ; kzo:start "{start}"^^xsd:gYear ; {until}prov:wasDerivedFrom kz:{document} .\n'
    )


FACTS = "".join(
    [
        part("old", "North", "League", "2001", "2010"),
        part("long", "Erewhon", "League", "2001"),
        part("young", "World", "League", "2015"),
        part("first", "Utopia", "League", "2001"),
        part("second", "Utopia", "Union", "2015", document="later-2022_0-5"),
        'kz:Union a kzo:League ; rdfs:label "Union"@en .\n',
        'kz:example-2020 <http://purl.org/dc/terms/issued> "2020"^^xsd:gYear .\n',
        'kz:later-2022 a kzo:SourceDocument ; kzo:shortName "Later 2022"@en ;\n'
        '    <http://purl.org/dc/terms/issued> "2022"^^xsd:gYear .\n',
        "kz:later-2022_0-5 a kzo:Citation ; oa:hasSource kz:later-2022 ; kzo:paragraph 1 .\n",
    ]
)


@pytest.fixture
def leagues(project: SmallProject) -> SmallProject:
    project.write("queries/parts.rq", QUERY.lstrip())
    project.write("instances/parts.ttl", FACTS)
    return project


def told(out: str) -> Told:
    return [(row["change"], row["member"], row["leagues"]) for row in csv.DictReader(io.StringIO(out))]


def test_what_held_then_is_compared_with_what_holds_now(leagues: SmallProject, run: Run) -> None:
    code, out, err = run("query", "parts", "--changed", "2005..2019", "-f", "csv")
    assert code == 0, err
    assert told(out) == [
        ("new", "World", "League of Examples"),
        ("gone", "North", "League of Examples"),
        ("before", "Utopia", "League of Examples"),
        ("now", "Utopia", "League of Examples · Union"),
    ]


def test_people_see_what_became_of_each_row_and_how_many_are_the_same(leagues: SmallProject, run: Run) -> None:
    out = run("query", "parts", "--changed", "2005..2019")[1]
    assert out.startswith("Parts in the league: changes from 2005 to 2019\n")
    assert "1 new, 1 gone, 1 different in 2019 against 2005; 1 row as before" in " ".join(out.split())
    assert "[1] Example 2020, ¶ 2" in out
    data = json.loads(run("query", "parts", "--changed", "2005..2019", "-f", "json")[1])
    assert data["columns"][0]["name"] == "change"
    assert data["columns"][0]["computed"]


@pytest.mark.parametrize("dates", ["2015..2021", "2020..2021"], ids=["rows", "no rows"])
def test_programs_read_it_of_a_query_that_describes_no_cells(project: SmallProject, run: Run, dates: str) -> None:
    asked = {f: run("query", "members", "--changed", dates, "-f", f, "--sources") for f in ("csv", "tsv", "json")}
    assert [code for code, _, _ in asked.values()] == [0, 0, 0]
    assert json.loads(asked["json"][1])["columns"][0]["name"] == "change"
    assert asked["csv"][1].startswith("change,")
    assert asked["tsv"][1].startswith("change\t")


def test_what_was_known_is_compared(leagues: SmallProject, run: Run) -> None:
    code, out, _ = run("query", "parts", "--changed", "2021..2023", "--known", "-f", "csv")
    assert code == 0
    assert told(out) == [
        ("before", "Utopia", "League of Examples"),
        ("now", "Utopia", "League of Examples · Union"),
    ]


def test_nothing_changed_is_said(leagues: SmallProject, run: Run) -> None:
    code, out, err = run("query", "parts", "--changed", "2016..2017")
    assert code == 0
    assert "0 new, 0 gone, 0 different in 2017 against 2016; 3 rows as before" in " ".join(out.split())
    assert "no rows:" not in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--changed", "2020"], "`2020` are no two dates"),
        (["--changed", "..2020"], "`..2020` are no two dates"),
        (["--changed", "2020..soon"], "`soon` is no date"),
        (["--changed", "2020..2019"], "2019 is before 2020"),
        (["--changed", "2019..2020", "--as-of", "2020"], "goes with neither --as-of"),
        (["--changed", "2019..2020", "--raw"], "goes with neither --as-of"),
        (["--known"], "--known goes with --changed"),
    ],
)
def test_dates_that_cannot_be_are_refused(leagues: SmallProject, run: Run, arguments: list[str], message: str) -> None:
    code, out, err = run("query", "parts", *arguments)
    assert (code, out) == (2, "")
    assert message in err


def test_python_gives_the_same(leagues: SmallProject) -> None:
    found = kzgraph.open().changed("parts", 2005, 2019)
    assert [row["change"].text for row in found.rows] == ["new", "gone", "before", "now"]
    assert all(row["member"].sources for row in found.rows)


COLUMNS = [Column("who", VALUE, ("who",), ("fact",)), Column("what", VALUE, ("what",), ("fact",))]


def answer(rows: Told) -> CitedAnswer:
    def cell(text: str, fact: str) -> Cell:
        return Cell((Item(text, text, facts=frozenset([fact])),))

    made = [{"who": cell(who, fact), "what": cell(what, fact)} for who, what, fact in rows]
    return CitedAnswer("n", "t", "q", COLUMNS, list(made))


ROWS = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.sampled_from("12")), max_size=6)


@given(ROWS, ROWS)
def test_no_row_is_lost_and_none_is_told_twice(
    one: list[tuple[str, str, str]], two: list[tuple[str, str, str]]
) -> None:
    before, after = answer(one), answer(two)
    found = differences(before, after, ["who"], "A", "B")
    counts = {what: sum(r["change"].text == what for r in found.rows) for what in ("new", "gone", "before", "now")}
    assert counts["before"] == counts["now"]
    same = len(two) - counts["new"] - counts["now"]
    assert same == len(one) - counts["gone"] - counts["before"] >= 0
    assert not differences(after, after, ["who"], "A", "B").rows
    back = differences(after, before, ["who"], "B", "A")
    assert sum(r["change"].text == "new" for r in back.rows) == counts["gone"]
    assert replace(found, rows=[]).columns[0].name == "change"
