"""A project of somebody else: its own folder, prefix, ontology, shapes and queries, and nothing of Kazakhstan."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]
FILES = {
    "kzgraph.toml": """
[project]
name = "bees"
graphs = "https://bees.example/graph/"

[prefixes]
bee = "https://bees.example/id/"
b = "https://bees.example/terms#"
""",
    "ontology/terms.ttl": """
@prefix b: <https://bees.example/terms#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

b:Hive a owl:Class ; rdfs:label "hive"@en .
b:TopBarHive a owl:Class ; rdfs:subClassOf b:Hive ; rdfs:label "top-bar hive"@en .
b:Sighting a owl:Class ; rdfs:label "sighting"@en .
b:ofHive a owl:ObjectProperty ; rdfs:label "of hive"@en .
b:number a owl:DatatypeProperty ; rdfs:label "number"@en .
""",
    "instances/hives.ttl": """
@prefix b: <https://bees.example/terms#> .
@prefix bee: <https://bees.example/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

bee:Oak a b:TopBarHive ; rdfs:label "Oak hive"@en , "Eichenstock"@de .
bee:Elm a b:Hive ; rdfs:label "Elm hive"@en .
bee:sighting-1 a b:Sighting ; rdfs:label "first sighting"@en ; b:ofHive bee:Oak ; b:number 40000 .
""",
    "shapes/shapes.ttl": """
@prefix b: <https://bees.example/terms#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .

b:HiveShape a sh:NodeShape ; sh:targetClass b:Hive ; sh:property b:HiveShape-label .
b:HiveShape-label a sh:PropertyShape ; sh:path rdfs:label ; sh:minCount 1 ; sh:message "A hive has a label."@en ;
    sh:severity sh:Violation .
""",
    "queries/hives.rq": """#+ summary: Hives and how many bees were seen
#+ kzgraph:
#+   question: How many bees live in a hive?
#+   params:
#+     hive: {type: b:Hive, description: the hive}
#+   columns: [hive, number]
SELECT ?hive ?number
WHERE { ?hive a b:Hive . OPTIONAL { ?sighting b:ofHive ?hive ; b:number ?number } }
ORDER BY ?hive
""",
}


@pytest.fixture
def bees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "bees with spaces"
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    monkeypatch.setenv("KZGRAPH_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return root


@pytest.fixture
def inside(bees: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(bees / "instances")
    return bees


def test_query_works_from_any_folder_of_the_project(inside: Path, run: Run) -> None:
    code, out, err = run("query", "hives", "-f", "csv")
    assert code == 0, err
    assert out.splitlines() == ["hive,number", "https://bees.example/id/Elm,", "https://bees.example/id/Oak,40000"]


def test_query_works_from_outside(bees: Path, run: Run) -> None:
    assert run("--project", str(bees), "query", "hives", "-f", "csv")[0] == 0
    assert "stored query `hives`" in run("query", "hives")[2]


@pytest.mark.parametrize("hive", ["bee:Oak", "Oak hive", "eichenstock", "https://bees.example/id/Oak"])
def test_a_parameter_of_a_class_of_the_project(inside: Path, run: Run, hive: str) -> None:
    code, out, err = run("query", "hives", "-p", f"hive={hive}", "-f", "csv")
    assert code == 0, err
    assert out.splitlines()[1:] == ["https://bees.example/id/Oak,40000"]


def test_a_value_that_does_not_fit(inside: Path, run: Run) -> None:
    code, _, err = run("query", "hives", "-p", "hive=Oka hive")
    assert code == 2
    assert "Oak hive" in err
    assert "bee:Oak" in err


def test_people_see_labels(inside: Path, run: Run) -> None:
    assert "Oak hive" in run("query", "hives")[1]
    assert "Eichenstock" in run("query", "hives", "--lang", "de")[1]
    assert "40,000" in run("query", "hives")[1]


def test_queries_lists_its_own_alone(inside: Path, run: Run) -> None:
    out = run("queries")[1]
    assert "hives" in out
    assert "corridor" not in out
    assert "How many bees" in run("queries", "hives")[1]


def test_prefixes_need_no_declaration(inside: Path, run: Run) -> None:
    code, out, _ = run("query", "-", "-f", "csv", stdin=b"SELECT ?h { ?h a b:Hive FILTER (?h = bee:Oak) }")
    assert (code, out.splitlines()[1:]) == (0, ["https://bees.example/id/Oak"])


def test_validate_passes(inside: Path, run: Run) -> None:
    code, out, _ = run("validate", "--fail-on", "violation")
    assert code == 0, out
    assert "1 file (9 triples" in out


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("b:ofHive", "b:ofHiev", "unknown-term"),
        ("b:TopBarHive", "b:TopBarHvie", "unknown-term"),
        ("b:ofHive bee:Oak", "b:ofHive bee:Oka", "undescribed-thing"),
        ('bee:Elm a b:Hive ; rdfs:label "Elm hive"@en', "bee:Elm a b:Hive", "shape-HiveShape-label"),
    ],
)
def test_validate_knows_the_terms_of_the_project(inside: Path, run: Run, old: str, new: str, finding: str) -> None:
    path = inside / "instances" / "hives.ttl"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    code, out, _ = run("validate", "-f", "json")
    assert code == 1
    assert finding in {f["code"] for f in json.loads(out)["findings"]}


def test_load_into_a_folder(inside: Path, run: Run, tmp_path: Path) -> None:
    store = str(tmp_path / "bees.db")
    assert run("load", "--store", store)[0] == 0
    assert run("query", "hives", "--store", store) == run("query", "hives")
    text = b"SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"
    graphs = run("query", "-", "-f", "csv", "--store", store, stdin=text)[1].splitlines()[1:]
    assert [g for g in graphs if "derived" not in g] == [
        "https://bees.example/graph/instances/hives.ttl",
        "https://bees.example/graph/ontology/terms.ttl",
    ]


def test_show_knows_the_thing(inside: Path, run: Run) -> None:
    code, out, err = run("show", "Oak hive")
    assert code == 0, err
    assert "Eichenstock" in out


def test_an_empty_folder_has_the_graph_that_came_with_the_tool(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "corridor_partners" in run("queries")[1]
    code, out, err = run("query", "corridor_partners.rq", "-f", "csv")
    assert code == 0, err
    assert "Kazakhstan Temir Zholy" in out
