"""A project whose facts are written in another vocabulary: `[model]` names its words, and every command works on it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kzgraph.api import CitedGraph
from kzgraph.cli import COMMANDS
from kzgraph.files.project import find_project
from kzgraph.model import WORDS
from kzgraph.site.server.app import Limits, application
from kzgraph.site.server.shelf import Shelf
from tests.test_server import Client

Run = Callable[..., tuple[int, str, str]]
TEXT = "Notes of a keeper\n\nThe hive of oak held 40,000 bees in May. The hive of oak held 52,000 bees in May.\n"
FIRST, SECOND = "The hive of oak held 40,000 bees in May.", "The hive of oak held 52,000 bees in May."
TOML = """
[project]
name = "apiary"
graphs = "https://bees.example/graph/"

[prefixes]
bee = "https://bees.example/id/"
b = "https://bees.example/terms#"
lit = "https://bees.example/literature#"

[model]
namespace = "https://bees.example/terms#"
Fact = "b:Observation"
Figure = "b:Count"
Citation = "lit:Reference"
SourceDocument = "lit:Notebook"
about = "b:regards"
hasMeasure = "b:counts"
ofSubject = "b:ofHive"
value = "b:number"
date = "b:seenIn"
shortName = "lit:shortTitle"
"""
HEAD = """\
@prefix b: <https://bees.example/terms#> .
@prefix bee: <https://bees.example/id/> .
@prefix lit: <https://bees.example/literature#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

"""
TERMS = """\
b:Hive a owl:Class ; rdfs:label "hive"@en .
b:Observation a owl:Class ; rdfs:label "observation"@en .
b:Count a owl:Class ; rdfs:subClassOf b:Observation ; rdfs:label "count"@en .
b:Measure a owl:Class ; rdfs:label "measure"@en .
lit:Notebook a owl:Class ; rdfs:label "notebook"@en .
lit:Reference a owl:Class ; rdfs:label "reference"@en .
b:regards a owl:ObjectProperty ; rdfs:label "regards"@en .
b:ofHive a owl:ObjectProperty ; rdfs:subPropertyOf b:regards ; rdfs:label "of hive"@en .
b:counts a owl:ObjectProperty ; rdfs:label "counts"@en .
b:number a owl:DatatypeProperty ; rdfs:label "number"@en .
b:seenIn a owl:DatatypeProperty ; rdfs:label "seen in"@en .
lit:shortTitle a owl:DatatypeProperty ; rdfs:label "short title"@en .
b:fileName a owl:DatatypeProperty ; rdfs:label "file name"@en .
b:textDigest a owl:DatatypeProperty ; rdfs:label "digest of the text"@en .
b:textLength a owl:DatatypeProperty ; rdfs:label "length of the text"@en .
b:paragraph a owl:DatatypeProperty ; rdfs:label "paragraph"@en .
b:passageDigest a owl:DatatypeProperty ; rdfs:label "digest of the passage"@en .
oa:hasSource a owl:ObjectProperty .
oa:hasSelector a owl:ObjectProperty .
oa:start a owl:DatatypeProperty .
oa:end a owl:DatatypeProperty .
oa:TextPositionSelector a owl:Class .
prov:wasDerivedFrom a owl:ObjectProperty .
"""
THINGS = """\
bee:Oak a b:Hive ; rdfs:label "Oak hive"@en .
bee:Bees a b:Measure ; rdfs:label "bees"@en .
bee:notes-2020 a lit:Notebook ; rdfs:label "Notes of a keeper"@en ; lit:shortTitle "Notes 2020"@en ;
    b:fileName "notes.txt" ; b:textDigest "{digest}" ; b:textLength {length} .

bee:count-oak-40000 a b:Count ; rdfs:label "40,000 bees in the oak hive"@en ; b:ofHive bee:Oak ; b:counts bee:Bees ;
    b:number 40000.0 ; b:seenIn "2020-05"^^xsd:gYearMonth ; prov:wasDerivedFrom bee:notes-2020_{first} .
bee:count-oak-52000 a b:Count ; rdfs:label "52,000 bees in the oak hive"@en ; b:ofHive bee:Oak ; b:counts bee:Bees ;
    b:number 52000.0 ; b:seenIn "2020-05"^^xsd:gYearMonth ; prov:wasDerivedFrom bee:notes-2020_{second} .
"""
SHAPES = """\
b:HiveShape a sh:NodeShape ; sh:targetClass b:Hive ; sh:property b:HiveShape-label .
b:HiveShape-label a sh:PropertyShape ; sh:path rdfs:label ; sh:minCount 1 ; sh:message "A hive has a label."@en .
"""
QUERY = """#+ summary: How many bees live in a hive
#+ tags: [bees]
#+ kzgraph:
#+   question: How many bees live in a hive?
#+   columns: [hive, number]
#+   facts: [count]
SELECT ?hive ?number ?count
WHERE { ?count a b:Count ; b:ofHive ?hive ; b:number ?number }
ORDER BY ?number
"""


SAID = ("count", "label=Bees in the oak hive", "of hive=Oak hive", "counts=bees", "number=40,000", "when=May 2020")
COUNT = (*SAID, f"passage={FIRST}", "document=notes-2020", "note=The month is that of the notes.")
COUNTS = f"""\
kind,label,of hive,counts,number,when,passage
count,Bees in the oak hive again,Oak hive,bees,"41,000",2020-05,"{FIRST}"
"""


@pytest.fixture
def apiary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Path:
    """The working folder is a project with two counts of one hive, each cited with `kzgraph cite`."""
    root = tmp_path / "apiary"
    ranges = {n: f"{TEXT.index(w)}-{TEXT.index(w) + len(w)}" for n, w in (("first", FIRST), ("second", SECOND))}
    digest = "sha256:" + hashlib.sha256(TEXT.encode()).hexdigest()
    things = THINGS.format(digest=digest, length=len(TEXT), **ranges)
    files = {"kzgraph.toml": TOML, "ontology/terms.ttl": HEAD + TERMS, "instances/things.ttl": HEAD + things}
    files |= {"shapes/shapes.ttl": HEAD + SHAPES, "queries/bees.rq": QUERY, "texts/notes.txt": TEXT}
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    monkeypatch.setenv("KZGRAPH_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("KZGRAPH_DOCUMENTS", raising=False)  # the texts of this project are others
    monkeypatch.chdir(root)
    cited = [run("cite", "notes-2020", words, "--documents", "texts") for words in (FIRST, SECOND)]
    assert [code for code, _, _ in cited] == [0, 0]
    (root / "instances" / "citations.ttl").write_text(HEAD + "\n".join(out for _, out, _ in cited), "utf-8")
    return root


def test_cite_writes_the_words_of_the_project(apiary: Path, run: Run) -> None:
    out = run("cite", "notes-2020", FIRST, "--documents", "texts")[1]
    assert "a lit:Reference ;" in out
    assert "b:paragraph 2 ;" in out
    assert "kzo:" not in out


def test_every_command_ends_well(apiary: Path, run: Run, tmp_path: Path) -> None:
    store = str(tmp_path / "store")
    calls: dict[str, list[list[str]]] = {
        "ask": [["how many bees"]],
        "query": [["bees"]],
        "queries": [[], ["bees"]],
        "show": [["Oak hive"]],
        "search": [["oak"]],
        "why": [["Oak hive"]],
        "why-not": [["bees", "40,000 bees in the oak hive"]],
        "conflicts": [[]],
        "draft": [["notes-2020", "--documents", "texts"]],
        "timeline": [["Oak hive", "--undated"]],
        "mentions": [["Oak hive"]],
        "compare": [["notes-2020", "notes-2021"]],
        "new": [[], ["count"], ["hive", "label=Ash hive"], [*COUNT, "--documents", "texts", "--dry-run"]],
        "import": [["counts.csv", "--document", "notes-2020", "--documents", "texts"]],
        "remove": [["40,000 bees in the oak hive", "--dry-run"]],
        "cite": [["notes-2020", FIRST, "--documents", "texts"]],
        "sources": [[], ["check", "--documents", "texts"], ["notes-2020", "--documents", "texts"]],
        "validate": [["--documents", "texts", "--fail-on", "violation"]],
        "check": [["--skip", "logic", "--skip", "hygiene", "--fail-on", "violation"]],
        "reason": [[]],
        "load": [["--store", store]],
        "status": [["--store", store]],
        "diff": [["--store", store]],
        "dump": [["--store", store, "-f", "turtle"]],
        "brief": [["brief.md"]],
        "docs": [["-o", str(tmp_path / "reference")]],
        "site": [["-o", str(tmp_path / "site")]],
    }
    assert set(calls) == set(COMMANDS) - {"serve"}, "which ends when it is stopped"
    (apiary / "instances" / "later.ttl").write_text(HEAD + NOTES, "utf-8")
    (apiary / "brief.md").write_text("# Bees\n\n{{ query bees }}\n", "utf-8")
    (apiary / "counts.csv").write_text(COUNTS, "utf-8")
    for command, variants in calls.items():
        for arguments in variants:
            code, out, err = run(command, *arguments)
            is_open = command == "sources" and arguments[:1] == ["check"]  # the heading supports no fact
            assert code == (1 if is_open else 0), (command, out, err)
            assert out or command in {"diff", "load", "docs", "site"}
            assert "kzo:" not in out + err, command


CELLS = """#+ summary: The hives, with what was counted in them
#+ kzgraph:
#+   question: What was counted in the hives, and when?
#+   rows: [count]
#+   columns:
#+     hive: {fact: count}
#+     bees: {amount: count}
#+     when: {when: count}
#+   short:
#+     row: [hive]
#+     columns: {hive: "{hive}", counted: "{bees}[, {when}]"}
#+     headline: "{rows: hive}, from {first when} on."
PREFIX b: <https://bees.example/terms#>
SELECT DISTINCT ?count ?hive WHERE { ?count a b:Count ; b:ofHive ?hive }
"""
NOTES = """\
bee:notes-2021 a lit:Notebook ; rdfs:label "Later notes"@en ; lit:shortTitle "Notes 2021"@en .
bee:notes-2021_1-9 a lit:Reference ; b:paragraph 1 ; oa:hasSource bee:notes-2021 .
bee:count-oak-39000 a b:Count ; rdfs:label "39,000 bees in the oak hive"@en ; b:ofHive bee:Oak ; b:counts bee:Bees ;
    b:number 39000.0 ; b:seenIn "2020-05"^^xsd:gYearMonth ; prov:wasDerivedFrom bee:notes-2021_1-9 .
"""


def test_a_header_with_cells_and_a_short_view_works_too(apiary: Path, run: Run) -> None:
    (apiary / "queries" / "hives.rq").write_text(CELLS, "utf-8")
    code, out, err = run("query", "hives")
    assert code == 0, err
    assert "1 hive, from May 2020 on." in out
    assert "Oak hive 40,000, May 2020 · 52,000, May 2020 [1]" in " ".join(out.split())
    row = json.loads(run("query", "hives", "-f", "json")[1])["rows"][0]
    assert {name: cell[0]["value"] for name, cell in row.items()} == {
        "hive": "Oak hive",
        "bees": 40000,
        "when": "2020-05",
    }


ANSWERS = [
    (["ask", "how many bees"], ["asked: kzgraph query bees", "40,000"]),
    (["ask", "who owns the river"], ["No stored query fits", "kzgraph search owns river"]),
    (["timeline", "Oak hive"], ["May 2020: 40,000 bees in the oak hive", "Notes 2020, ¶ 2"]),
    (["timeline"], ["0 facts with a date; without a THING only events are listed"]),
    (["mentions", "Oak hive"], ["Notes 2020: speaks of it", "in ¶ 2", "2 facts about it"]),
    (["compare", "notes-2020", "notes-2021"], ["They disagree (2)", "39,000 bees", "[Notes 2021, ¶ 1]"]),
    (["brief", "brief.md"], ["| Oak hive | 40,000 | [^", "]: Notes 2020, ¶ 2"]),
    (["draft", "notes-2020", "--documents", "texts"], ["1 open sentence of 3"]),
    (["new", "count"], ["hive", "number"]),
    (["new", *COUNT, "--documents", "texts", "--dry-run"], ["b:ofHive bee:Oak ;", "b:number 40000"]),
]
HINTS = [
    (["query", "bes"], "did you mean `bees`?"),
    (["show", "Okahive"], "did you mean `bee:Oak` (Oak hive)?"),
    (["timeline", "Oak hive", "--kind", "cuont"], "did you mean `count`?"),
    (["mentions", "Okahive"], "did you mean `bee:Oak` (Oak hive)?"),
    (["compare", "notes-2020", "notes-2022"], "did you mean `bee:notes-202"),
    (["compare", "notes-2020", "notes-2020"], "name two documents"),
    (["brief", "wrong.md"], "wrong.md:1: there is no stored query `beez`"),
    (["new", "cuont"], "did you mean `count`?"),
    (["new", "count", "of hve=Oak hive"], "of hve: a count has no such field (did you mean of hive?)"),
    (["new", "count", "of hive=Okahive"], "there is no hive `Okahive` (did you mean `bee:Oak` (Oak hive)"),
    (["import", "wrong.csv", "--document", "notes-2020"], "wrong.csv:2: of hve: a count has no such field"),
    (["draft", "notes-220", "--documents", "texts"], "did you mean `notes-2020`"),
]


def test_the_commands_answer_and_help_in_the_words_of_the_project(apiary: Path, run: Run) -> None:
    files = {"instances/later.ttl": HEAD + NOTES, "wrong.csv": "kind,of hve\ncount,Oak hive\n"}
    files |= {"brief.md": "# Bees\n\n{{ query bees }}\n", "wrong.md": "{{ query beez }}\n"}
    for name, text in files.items():
        (apiary / name).write_text(text, "utf-8")
    for arguments, shown in ANSWERS:
        code, out, err = run(*arguments)
        assert code == 0, (arguments, err)
        assert [text for text in shown if text not in out + err] == [], arguments
    for arguments, hint in HINTS:
        code, out, err = run(*arguments)
        assert code in {1, 2}, arguments
        assert hint in out + err, arguments
        assert "kzo:" not in out + err


def test_the_pages_and_the_server_show_the_project(apiary: Path, run: Run, tmp_path: Path) -> None:
    code, _, err = run("site", "-o", str(tmp_path / "site"))
    assert code == 0, err
    pages = {p.relative_to(tmp_path / "site").as_posix(): p for p in (tmp_path / "site").rglob("*.html")}
    assert {"bee/Oak.html", "bee/count-oak-40000.html", "bee/notes-2020.html", "question/bees.html"} <= pages.keys()
    assert not [name for name, page in pages.items() if "kzo:" in page.read_text("utf-8")]

    client = Client(application(Shelf(CitedGraph(find_project(apiary)), is_local=True), Limits()))
    page = client.get("/bee/Oak.html").page
    assert "40,000 bees in the oak hive" in page.text
    assert "Where sources disagree" in page.text
    assert "b:Hive" in client.get("/bee/Oak.ttl").text
    assert "Oak hive,40000," in client.get("/question/bees.csv").text
    assert (missing := client.get("/bee/OakHive.html")).status == 404
    assert "../bee/Oak.html" in missing.page.values("href")


def test_an_answer_shows_its_sources(apiary: Path, run: Run) -> None:
    code, out, err = run("query", "bees")
    assert code == 0, err
    assert "[1] Notes 2020, ¶ 2" in out
    assert "40,000" in out


def test_show_and_why_know_the_facts(apiary: Path, run: Run) -> None:
    for command in ("show", "why"):
        out = run(command, "Oak hive")[1]
        assert "40,000 bees in the oak hive" in out
        assert "May 2020" in out
        assert "Notes 2020, ¶ 2" in out


def test_figures_that_differ_conflict(apiary: Path, run: Run) -> None:
    (conflict,) = json.loads(run("conflicts", "-f", "json")[1])
    assert sorted(side["value"] for side in conflict["sides"]) == ["40,000", "52,000"]


def test_a_fact_without_a_citation_is_found(apiary: Path, run: Run) -> None:
    path = apiary / "instances" / "things.ttl"
    text = path.read_text("utf-8")
    path.write_text(text + 'bee:count-bare a b:Count ; rdfs:label "some bees"@en ; b:ofHive bee:Oak .\n', "utf-8")
    code, out, _ = run("validate", "-f", "json")
    assert code == 1
    assert [f["thing"] for f in json.loads(out)["findings"] if f["code"] == "uncited-fact"] == ["bee:count-bare"]


def test_as_of_leaves_out_what_did_not_hold(apiary: Path, run: Run) -> None:
    assert run("query", "bees", "-f", "csv", "--as-of", "2019")[1].count("\n") == 1
    assert run("query", "bees", "-f", "csv", "--as-of", "2021")[1].count("\n") == 3


@pytest.mark.parametrize(
    ("query", "caution"),
    [
        ("SELECT ?x WHERE { ?x b:ofHvie ?y }", "b:ofHvie is not a term of the ontology; did you mean b:ofHive?"),
        (
            "SELECT ?x WHERE { ?x a lit:Notbook }",
            "lit:Notbook is not a term of the ontology; did you mean lit:Notebook?",
        ),
        ("SELECT ?x WHERE { ?x a b:Count ; b:ofHive bee:Oka }", "nothing matches `?x b:ofHive bee:Oka`"),
    ],
)
def test_an_empty_answer_is_explained(apiary: Path, run: Run, query: str, caution: str) -> None:
    code, _, err = run("query", "-", stdin=query.encode())
    assert code == 0
    assert caution in err


@pytest.mark.parametrize("name", ["<model:about>", "<model:nothing>", "<model|about>"])
def test_no_name_of_a_thing_is_taken_for_a_word_of_the_model(apiary: Path, run: Run, name: str) -> None:
    for command in ("show", "why", "conflicts"):
        code, out, err = run(command, name)
        assert (code, out) == (2, ""), err
        assert "error: " in err


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('Fct = "b:Observation"', "`Fct` in [model]"),
        ("Fact = 3", "must be an IRI, or a name with a known prefix, not 3"),
        ('Fact = "nobody:Observation"', "must be an IRI, or a name with a known prefix"),
    ],
)
def test_a_model_that_cannot_be_names_the_file(tmp_path: Path, run: Run, line: str, message: str) -> None:
    for folder in ("ontology", "instances", "shapes", "queries"):
        (tmp_path / folder).mkdir()
    (tmp_path / "kzgraph.toml").write_text(f"[model]\n{line}\n", "utf-8")
    code, out, err = run("--project", str(tmp_path), "queries")
    assert (code, out) == (3, "")
    assert f"{tmp_path}/kzgraph.toml: " in err
    assert message in err


def test_the_shipped_ontology_has_every_word(repository: Path) -> None:
    project = find_project(repository)
    said = "\n".join(p.read_text("utf-8") for p in project.files("ontology"))
    assert len(WORDS) > 90
    assert {w for w in WORDS if f"\nkzo:{w}\n" not in said} <= {"birthDate"}
