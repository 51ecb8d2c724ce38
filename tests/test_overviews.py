"""``timeline``, ``mentions`` and ``compare``, on a made-up project."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import kzgraph

from .conftest import PREFIXES, ROOT

Run = Callable[..., tuple[int, str, str]]
THINGS = """
kz:Utopia a kzo:State ; rdfs:label "Utopia"@en .
kz:Erewhon a kzo:State ; rdfs:label "Erewhon"@en .
kz:UTO a kzo:InternationalOrganization ; rdfs:label "UTO"@en .
kz:one-2020 a kzo:SourceDocument ; kzo:shortName "One 2020"@en ; kzo:fileName "one.txt" ;
    <http://purl.org/dc/terms/issued> "2020"^^xsd:gYear .
kz:two-2021 a kzo:SourceDocument ; kzo:shortName "Two 2021"@en ; kzo:fileName "two.txt" ;
    <http://purl.org/dc/terms/issued> "2021"^^xsd:gYear .
kz:three-2022 a kzo:SourceDocument ; kzo:shortName "Three 2022"@en ; kzo:fileName "three.txt" ;
    <http://purl.org/dc/terms/issued> "2022"^^xsd:gYear .
"""
CITATIONS = "".join(
    f"kz:{name} a kzo:Citation ; <http://www.w3.org/ns/oa#hasSource> kz:{document} ; kzo:paragraph {paragraph} .\n"
    for name, document, paragraph in [("c1", "one-2020", 1), ("c2", "two-2021", 2), ("c3", "two-2021", 3)]
)
ONE, TWO, MORE = "kz:c1", "kz:c2", "kz:c3"


def fact(name: str, kind: str, body: str, *citations: str) -> str:
    cited = " , ".join(citations)
    return f'kz:{name} a kzo:{kind} ; rdfs:label "{name}"@en ; {body} prov:wasDerivedFrom {cited} .\n'


def date(text: str) -> str:
    datatype = ["gYear", "gYearMonth", "date"][text.count("-")]
    return f'kzo:date "{text}"^^xsd:{datatype} ;'


UTOPIA, EREWHON = "kzo:hasHost kz:Utopia ;", "kzo:hasHost kz:Erewhon ;"
FACTS = "".join(
    [
        fact("naming-utopia", "Naming", 'kzo:namesThing kz:Utopia ; kzo:name "the isle"@en ;', ONE),
        fact("visit-2019", "Visit", UTOPIA + date("2019"), ONE),
        fact("visit-2019-05", "Visit", UTOPIA + date("2019-05"), TWO),
        fact("summit-2018", "Summit", EREWHON + date("2018-03-01"), TWO),
        fact("joint", "Meeting", UTOPIA + date("2021-01-02"), ONE, TWO),
        fact("member", "Membership", "kzo:hasMember kz:Utopia ; kzo:inOrganization kz:UTO ;", MORE),
        fact("view", "Description", "kzo:ofThing kz:Utopia ; kzo:agreesWith kz:other-view ;", ONE),
        fact("other-view", "Description", "kzo:ofThing kz:Utopia ;", TWO),
        fact("yes", "Description", "kzo:ofThing kz:Erewhon ; kzo:contradicts kz:no ;", ONE),
        fact("no", "Description", "kzo:ofThing kz:Erewhon ;", TWO),
    ]
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("overviews")
    for name in ("instances", "shapes", "queries", "texts"):
        (root / name).mkdir()
    shutil.copytree(ROOT / "ontology", root / "ontology")
    (root / "kzgraph.toml").write_text('[project]\nname = "overviews"\n', "utf-8")
    (root / "instances" / "all.ttl").write_text(PREFIXES + THINGS + CITATIONS + FACTS, "utf-8")
    texts = {"one": "The isle of Utopia.\n", "two": "Erewhon met.\nMore.\n", "three": "Nothing here, but uto.\n"}
    for name, text in texts.items():
        (root / "texts" / f"{name}.txt").write_text(text, "utf-8")
    return root


@pytest.fixture
def here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(folder)
    monkeypatch.delenv("KZGRAPH_DOCUMENTS", raising=False)
    return folder


def names(out: str) -> list[str]:
    return [entry["name"].removeprefix("kz:") for entry in json.loads(out)]


# timeline


def test_a_timeline_lists_all_events_in_order(here: Path, run: Run) -> None:
    code, out, err = run("timeline")
    assert code == 0, err
    assert out.startswith("2018\n  1 March 2018: summit-2018 · summit [1]\n\n2019\n")
    assert out.index("visit-2019-05") < out.index("visit-2019 ·"), "a year sorts after its months"
    assert err == "4 facts with a date\n"
    assert names(run("timeline", "-f", "json")[1]) == ["summit-2018", "visit-2019-05", "visit-2019", "joint"]


DATED = ["visit-2019-05", "visit-2019", "joint"]


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["Utopia"], DATED),
        (["Utopia", "--from", "2020"], ["joint"]),
        (["--to", "2018"], ["summit-2018"]),
        (["--kind", "visit"], ["visit-2019-05", "visit-2019"]),
        (["--document", "one-2020"], ["visit-2019", "joint"]),
        (["Utopia", "--undated"], [*DATED, "member", "naming-utopia", "other-view", "view"]),
    ],
)
def test_a_timeline_takes_a_choice(here: Path, run: Run, arguments: list[str], found: list[str]) -> None:
    assert names(run("timeline", *arguments, "-f", "json")[1]) == found


def test_a_timeline_counts_what_has_no_date(here: Path, run: Run) -> None:
    assert run("timeline", "Utopia")[2] == "3 facts with a date, 4 without a date of their own\n"
    assert "No date of its own\n  –: member · membership [" in run("timeline", "Utopia", "--undated")[1]
    assert run("timeline", "--from", "soon")[0] == 2


# mentions


def test_a_document_names_speaks_or_is_silent(here: Path, run: Run) -> None:
    code, out, err = run("mentions", "Utopia", "--documents", "texts")
    assert (code, err) == (0, "1 of 3 documents name it\n")
    assert "One 2020: names it\n  as “the isle”\n  in ¶ 1\n  3 facts about it\n" in out
    assert "Two 2021: speaks of it without a name that is recorded\n  in ¶ 2, ¶ 3\n" in out
    assert out.endswith("Three 2022: does not name it\n")


def test_silence_is_claimed_only_of_a_text_that_was_searched(here: Path, run: Run) -> None:
    out = run("mentions", "Utopia")[1]
    assert "Three 2022: nothing found; its text was not at hand" in out
    assert "does not name it" not in out
    states = {m["document"]: m["state"] for m in json.loads(run("mentions", "Erewhon", "-f", "json")[1])}
    assert states == {"kz:one-2020": "spoken of", "kz:two-2021": "spoken of", "kz:three-2022": "nothing found"}


def test_documents_of_which_the_same_is_to_be_said_stand_together(
    repository: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KZGRAPH_DOCUMENTS", raising=False)
    out = run("mentions", "Maersk")[1]
    told = [part for part in out.split("\n\n") if "nothing found" in part]
    assert len(told) == 1
    assert told[0].count(" 20") == 11
    assert "their texts were not at hand" in " ".join(told[0].split())


def test_a_name_in_the_text_without_a_fact_is_a_gap(here: Path, run: Run) -> None:
    (here / "texts" / "three.txt").write_text("None.\nHere Utopia is named.\n", "utf-8")
    out = run("mentions", "Utopia", "--documents", "texts")[1]
    (here / "texts" / "three.txt").write_text("Nothing here, but uto.\n", "utf-8")
    assert "Three 2022: names it, but no fact says so\n  in ¶ 2\n" in out
    out = run("mentions", "UTO", "--documents", "texts")[1]
    assert "One 2020 and Three 2022: do not name it" in out, "short names as written"


def test_one_document_is_told_paragraph_by_paragraph(here: Path, run: Run) -> None:
    out = run("mentions", "Utopia", "--document", "two-2021")[1]
    assert "One 2020" not in out
    assert (
        out.index("\n  ¶ 2\n    - ")
        < out.index("    - joint · 2 January 2021\n")
        < out.index("\n  ¶ 3\n    - member\n")
    )
    assert run("mentions", "Utopia", "--document", "Nine")[0] == 2
    assert run("mentions", "Utopia", "--documents", "nowhere")[0] == 3


# compare


def test_two_documents_side_by_side(here: Path, run: Run) -> None:
    code, out, err = run("compare", "one-2020", "Two 2021")
    assert code == 0
    assert err == "1 fact of both, 1 disagreement, 1 agreement\n"
    assert "They disagree (1)\n  - contradicts: no [Two 2021, ¶ 2] ↔ yes [One 2020, ¶ 1]\n" in out
    assert "They agree in words of their own (1)\n  - view [One 2020, ¶ 1] = other-view [Two 2021, ¶ 2]\n" in out
    assert "Both say (1)\n  - joint · 2 January 2021 [One 2020, ¶ 1; Two 2021, ¶ 2]\n" in out
    assert "Only One 2020 says (1)\n  - visit-2019 · 2019 [One 2020, ¶ 1]\n" in out
    assert "Only Two 2021 says (3)\n" in out


def test_the_comparison_does_not_depend_on_the_order(here: Path, run: Run) -> None:
    one = json.loads(run("compare", "one-2020", "two-2021", "-f", "json")[1])
    two = json.loads(run("compare", "two-2021", "one-2020", "-f", "json")[1])
    assert one["only"] == two["only"][::-1]
    assert one["both"] == two["both"]
    assert one["agree"] == [pair[::-1] for pair in two["agree"]]


def test_documents_are_compared_about_one_thing(here: Path, run: Run) -> None:
    found = json.loads(run("compare", "one-2020", "two-2021", "--about", "Erewhon", "-f", "json")[1])
    assert [len(found[k]) for k in ("disagree", "agree", "both")] == [1, 0, 0]
    assert [[f["label"] for f in side] for side in found["only"]] == [[], ["summit-2018"]]
    code, _, err = run("compare", "one-2020", "Utopia")
    assert code == 2
    assert "there is no document `Utopia`" in err


# Python


def test_python_gives_what_the_commands_give(here: Path) -> None:
    g = kzgraph.open(here)
    assert [f.label for f in g.timeline("Utopia", from_date=2020).facts] == ["joint"]
    assert [year for year, _ in g.timeline().by_year()] == ["2018", "2019", "2021"]
    assert [m.paragraphs for m in g.mentions("Utopia", document="two-2021")] == [(2, 3)]
    found = g.compare("one-2020", "two-2021")
    assert (len(found.both), len(found.agree)) == (1, 1)
