"""``--change`` and ``kzgraph remove``: what is written already is changed field by field, or taken out."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from kzgraph.authoring.changing.edits import with_changes, without
from kzgraph.authoring.facts.entering import EnteredRows
from kzgraph.namespaces import PREFIXES
from kzgraph.terms import Term
from tests.authoring.test_new_and_import import ROSE
from tests.conftest import SmallProject

Run = Callable[..., tuple[int, str, str]]
NAME = "kz:figure-freight-volume-harbour-line-2023"
COMMENT = "# read twice\n"


@pytest.fixture
def figures(author: SmallProject, run: Run) -> Path:
    """The file of a figure that was written a moment ago, with a comment above it."""
    assert run("new", "figure", *ROSE)[0] == 0
    path = author.root / "instances/figures/port-news-2024.ttl"
    path.write_text(path.read_text("utf-8").replace(f"{NAME}\n", f"{COMMENT}{NAME}\n"), "utf-8")
    return path


def changed_lines(before: str, after: str) -> list[str]:
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[0] in "+-"]


def test_the_fields_that_are_given_change_and_nothing_else(author: SmallProject, run: Run, figures: Path) -> None:
    before = figures.read_text("utf-8")
    code, out, err = run("new", "--change", f"id={NAME}", "value=about 4.5 million", "scope=through Westhaven")
    assert code == 0, out + err
    assert changed_lines(before, figures.read_text("utf-8")) == [
        '-     rdfs:label "Freight volume of Harbour Line, 2023: 4.5 million tons"@en ;',
        '+     rdfs:label "Freight volume of Harbour Line, 2023: about 4.5 million"@en ;',
        '-     kzo:asStated "4.5 million tons" ;',
        '+     kzo:asStated "about 4.5 million" ;',
        "+     kzo:comparator kzo:ComparatorAbout ;",
        '+     kzo:scope "through Westhaven"@en ;',
    ]
    again = run("new", "--change", f"id={NAME}", "scope=through Westhaven")
    assert (again[0], again[1].strip(), again[2].strip()) == (0, "1 row there already", "nothing to write")
    assert run("new", "--change", f"id={NAME}", "value=about 4.5 million", "scope=")[0] == 0
    assert "kzo:scope" not in figures.read_text("utf-8")


def test_another_passage_and_time_bring_their_citation_and_take_the_old_one_away(
    author: SmallProject, run: Run, figures: Path
) -> None:
    table = author.root / "changes.yaml"
    words = "In 2022 the line carried about 1.7 million tons"
    table.write_text(
        f"- id: {NAME}\n  when: 2022\n  note: It says so.\n  value: about 1.7 million tons\n  passage: {words}\n",
        "utf-8",
    )
    code, out, err = run("import", str(table), "--change", "--document", "port-news-2024")
    assert code == 0, out + err
    text = figures.read_text("utf-8")
    assert '"2022"^^xsd:gYear' in text
    assert "DateInferred" not in text, "the paragraph gives the year"
    assert "last year" not in text
    citations = (author.root / "instances/citations/port-news-2024.ttl").read_text("utf-8")
    assert citations.count("a kzo:Citation ;") == 1
    assert run("validate")[0] == 0


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (("id=kz:nothing", "value=1 tonne"), "kz:nothing is not described"),
        (("value=1 tonne",), "the row does not say what it changes"),
        ((f"id={NAME}", "value=5 boats"), "`5 boats` names none of the units"),
        ((f"id={NAME}", "value=5 tons", "measure="), "measure: a figure needs it"),
        ((f"id={NAME}", "colour=red"), "a figure has no such field"),
        ((f"id={NAME}", "kind=plan"), f"{NAME} is a figure"),
        ((f"id={NAME}", "passage=not in the text", "document=port-news-2024"), "does not contain these words"),
        ((f"id={NAME}", "subject=Nowhere"), "there is no subject `Nowhere`"),
    ],
)
def test_a_change_that_does_not_fit_is_told_and_nothing_is_written(
    author: SmallProject, run: Run, figures: Path, row: tuple[str, ...], told: str
) -> None:
    before = author.state()
    code, out, err = run("new", "--change", *row)
    assert (code, err.strip()) == (1, "nothing was written"), out + err
    assert told in out
    assert author.state() == before


def test_a_dry_run_shows_the_lines_that_would_change(author: SmallProject, run: Run, figures: Path) -> None:
    before = author.state()
    code, out, _ = run("new", "--change", f"id={NAME}", "value=5 million tons", "--dry-run")
    assert code == 0
    assert "-    kzo:value 4500000.0 ;\n+    kzo:value 5000000.0 ;" in out
    assert author.state() == before
    assert run("new", "--change", f"id={NAME}", "value=1 tonne", "--into", "instances/a.ttl")[0] == 2


def test_what_is_taken_out_goes_with_its_citation_comment_and_empty_file(
    author: SmallProject, run: Run, figures: Path
) -> None:
    code, out, err = run("remove", NAME)
    assert code == 0, out + err
    assert f"taken out: Freight volume of Harbour Line, 2023: 4.5 million tons · {NAME}" in " ".join(out.split())
    assert not figures.exists()
    assert not (author.root / "instances/citations/port-news-2024.ttl").exists()


def test_what_something_hangs_on_stays_unless_that_goes_too(author: SmallProject, run: Run, figures: Path) -> None:
    rest = ("value=62%", "when=2023", "measure=growth of freight", "subject=Harbour Line", f"isPartOfFact={NAME}")
    passage = "passage=in 2023 it carried 62% more"
    assert run("new", "figure", *rest, passage, "document=port-news-2024", "id=figure-growth")[0] == 0
    before = author.state()
    code, out, err = run("remove", NAME)
    assert (code, err.strip()) == (1, "nothing was written")
    assert "names it (kzo:isPartOfFact)" in out
    assert "(Growth of freight of Harbour Line, 2023: 62%)" in out
    assert author.state() == before
    assert run("remove", NAME, "kz:figure-growth", "--dry-run")[0] == 0
    assert author.state() == before


def test_of_many_that_name_a_thing_the_first_are_told_and_the_others_counted(author: SmallProject, run: Run) -> None:
    author.write("instances/many.ttl", "".join(f"kz:part-{n:02} kzo:isPartOf kz:HarbourLine .\n" for n in range(30)))
    code, out, _ = run("remove", "kz:HarbourLine")
    assert code == 1
    told = [line for line in out.splitlines() if line.startswith("kz:HarbourLine: ")]
    assert len(told) == 11
    assert re.search(r"named by \d\d more in the graph \(`kzgraph show kz:HarbourLine --all` lists them\)", told[-1])


TEXT = """\
@prefix kz: <https://w3id.org/kzgraph/id/> .
@prefix kzo: <https://w3id.org/kzgraph/ontology/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

# on a
kz:a a kzo:Figure ; # first
    kzo:value 1.5 , 2 ;
    kzo:hasAttribution [ kzo:ofProperty kzo:value ; kzo:basis kzo:BasisInferred ] ;
    rdfs:label "a; or . b"@en .

# on b
kz:b a kzo:Figure .
"""
KZO, RDFS = PREFIXES["kzo"], PREFIXES["rdfs"]
A, B = PREFIXES["kz"] + "a", PREFIXES["kz"] + "b"


def test_an_edit_keeps_comments_and_nodes_without_a_name() -> None:
    changed = with_changes(TEXT, A, {KZO + "value": [Term("literal", "3.0", PREFIXES["xsd"] + "decimal")]}, PREFIXES)
    assert changed_lines(TEXT, changed) == ["-     kzo:value 1.5 , 2 ;", "+     kzo:value 3.0 ;"]
    gone = with_changes(TEXT, A, {RDFS + "label": []}, PREFIXES)
    assert "kzo:BasisInferred ] ." in gone
    assert "prefix rdfs" not in gone, "nothing uses it any more"
    new = {KZO + "date": [Term("literal", "2024", PREFIXES["xsd"] + "gYear")]}
    assert with_changes(TEXT, B, new, PREFIXES).endswith('kz:b a kzo:Figure ;\n    kzo:date "2024"^^xsd:gYear .\n')
    assert without(TEXT, B, PREFIXES) == TEXT[: TEXT.index("\n# on b")]
    assert "# on a" not in without(TEXT, A, PREFIXES)
    assert without(without(TEXT, A, PREFIXES), B, PREFIXES) == ""


VALUES = st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8), max_size=2, unique=True)


@given(changes=st.dictionaries(st.sampled_from([KZO + "value", KZO + "scope", RDFS + "label"]), VALUES, min_size=1))
def test_an_edited_file_says_what_it_said_but_for_the_changes(changes: dict[str, list[str]]) -> None:
    terms = {p: [Term("literal", v, "", "en") for v in values] for p, values in changes.items()}
    said = list(parse(TEXT.encode(), RdfFormat.TURTLE))
    now = list(parse(with_changes(TEXT, A, terms, PREFIXES).encode(), RdfFormat.TURTLE))
    for property_, values in changes.items():
        found = {q.object.value for q in now if q.predicate.value == property_ and str(q.subject) == f"<{A}>"}
        assert found == set(values)
    kept = [q for q in said if not (q.predicate.value in changes and str(q.subject) == f"<{A}>")]
    assert len(now) == len(kept) + sum(map(len, changes.values()))


@pytest.mark.parametrize(
    "arguments",
    [
        ["new", "figure", *ROSE, "id=kz:figure-of-another-port", "scope=through Westhaven", "--not-twins"],
        ["new", "--change", f"id={NAME}", "scope=through Westhaven"],
        ["remove", NAME],
    ],
    ids=["new", "change", "remove"],
)
def test_what_others_saved_meanwhile_is_not_written_over(
    author: SmallProject, run: Run, figures: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    write = EnteredRows.write

    def late(entry: EnteredRows) -> list[str]:
        figures.write_text(figures.read_text("utf-8") + "# of another\n", "utf-8")
        return write(entry)

    monkeypatch.setattr(EnteredRows, "write", late)
    before = {name: text for name, text in author.state().items() if not name.endswith(figures.name)}
    code, _, err = run(*arguments)
    assert (code, "port-news-2024.ttl: has changed since it was read" in err) == (3, True), err
    assert figures.read_text("utf-8").count(NAME) == 1
    assert figures.read_text("utf-8").endswith("# of another\n")
    assert {name: text for name, text in author.state().items() if not name.endswith(figures.name)} == before
    monkeypatch.setattr(EnteredRows, "write", write)
    code, out, err = run(*arguments)
    assert code == 0, out + err


def test_a_file_that_is_protected_against_writing_stays(
    author: SmallProject, run: Run, figures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = author.state()
    monkeypatch.setattr(os, "access", lambda path, mode: not (Path(path) == figures and mode == os.W_OK))
    code, _, err = run("new", "--change", f"id={NAME}", "scope=through Westhaven")
    assert (code, f"{figures.name}: is protected against writing" in err) == (3, True), err
    assert author.state() == before


def test_what_a_killed_run_left_behind_stops_no_later_one_and_goes_away(
    author: SmallProject, run: Run, figures: Path
) -> None:
    left = figures.with_name(f".{figures.name}.draft-a1_b2c3d")
    left.touch()
    os.utime(left, (0, 0))
    young = figures.with_name(f".{figures.name}.draft-young_00")
    young.touch()
    assert run("new", "--change", f"id={NAME}", "scope=through Westhaven")[0] == 0
    assert [left.exists(), young.exists()] == [False, True]


def test_a_new_file_has_the_usual_rights_and_a_changed_one_its_own(
    author: SmallProject, run: Run, figures: Path
) -> None:
    mask = os.umask(0o027)
    try:
        figures.chmod(0o604)
        assert run("new", "--change", f"id={NAME}", "scope=through Westhaven")[0] == 0
        assert run("new", "company", "label=Nova")[0] == 0
    finally:
        os.umask(mask)
    made = [p for p in (author.root / "instances").rglob("*.ttl") if "Nova" in p.read_text("utf-8")]
    assert [oct(p.stat().st_mode)[-3:] for p in (figures, *made)] == ["604", "640"]
