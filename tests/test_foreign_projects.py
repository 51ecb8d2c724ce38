"""Other people's projects: any syntax of RDF, their own habits, and logic as far as it goes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from kzgraph.checks.findings.finding import Finding
from kzgraph.checks.findings.merging import told_once
from kzgraph.checks.shapes.reading.model import Shape, Shapes
from kzgraph.errors import InputError, SyntaxProblem
from kzgraph.files.declared_prefixes import declared_prefixes
from kzgraph.files.project import Project, find_project
from kzgraph.files.rdf_files import quads, sources
from kzgraph.graph.logic.axioms import read_theory
from kzgraph.namespaces import OWL, RDF, XSD
from kzgraph.reference.vocabulary import Vocabulary

Command = Callable[..., tuple[int, str, str]]
HEAD = """@prefix ex: <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
TERMS = "ex:K a owl:Class . ex:q a owl:DatatypeProperty . ex:r a owl:ObjectProperty .\n"
CONFIG = '[project]\nname = "case"\ngraphs = "https://case.example/graph/"\n\n[prefixes]\nex = "http://example.org/"\n'
XML = """<?xml version="1.0" encoding="{0}"?>
<!DOCTYPE rdf:RDF [ <!ENTITY e 'http://example.org/'> ]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="http://example.org/">
<ex:K rdf:about="&e;x"><ex:q>Stra\u00dfe<!-- a comment --></ex:q><ex:l rdf:parseType="Literal"></ex:l></ex:K></rdf:RDF>
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("ontology", "instances", "shapes", "queries"):
        (tmp_path / name).mkdir()
    (tmp_path / "kzgraph.toml").write_text(CONFIG)
    (tmp_path / "ontology" / "o.ttl").write_text(f"{HEAD}<http://example.org/o> a owl:Ontology .\n{TERMS}")
    return tmp_path


def written(project: Path, files: dict[str, str]) -> Project:
    for name, text in files.items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(HEAD + text if name.endswith(".ttl") else text, "utf-8")
    return find_project(project)


def codes(run: Command, project: Path, *arguments: str) -> list[str]:
    """The codes of the findings of `validate`, without those on unused prefixes."""
    _, out, err = run("--project", str(project), "validate", *arguments, "-f", "json")
    assert err == ""
    return [f["code"] for f in json.loads(out)["findings"] if f["code"] != "unused-prefix"]


SHARED = {"instances/a.ttl": "ex:x a ex:K ; ex:q 1 .\n", "instances/b.ttl": "ex:x a ex:K ; ex:r ex:elsewhere .\n"}
SHAPE = {"shapes/s.ttl": "ex:S sh:targetClass ex:K ; sh:property [ sh:path ex:q ; sh:minCount 1 ] .\n"}


class TestHabits:
    def test_they_are_no_rules_of_others(self, project: Path, run: Command) -> None:
        written(project, SHARED | SHAPE)
        assert codes(run, project) == []

    def test_a_profile_asks_for_them(self, project: Path, run: Command) -> None:
        written(project, SHARED | SHAPE | {"kzgraph.toml": CONFIG + '[checks]\nprofile = "strict"\n'})
        assert set(codes(run, project)) == {"described-twice", "undescribed-thing"}

    def test_each_is_switched_by_its_name(self, project: Path, run: Command) -> None:
        strict = CONFIG + '[checks]\nprofile = "strict"\noff = ["described-twice"]\n'
        written(project, SHARED | SHAPE | {"kzgraph.toml": strict})
        assert set(codes(run, project)) == {"undescribed-thing"}
        written(project, {"kzgraph.toml": CONFIG + '[checks]\non = ["described-twice"]\n'})
        assert set(codes(run, project)) == {"described-twice"}

    def test_a_project_of_facts_has_them(self, project: Path) -> None:
        written(project, {"ontology/facts.ttl": "ex:F rdfs:subClassOf <https://w3id.org/kzgraph/ontology/Fact> .\n"})
        assert find_project(project).rules.profile == "strict"

    @pytest.mark.parametrize("table", ['profile = "loose"', 'off = "tab"', "on = [1]", "of = []"])
    def test_what_means_nothing_is_refused(self, project: Path, table: str) -> None:
        with pytest.raises(InputError):
            written(project, {"kzgraph.toml": f"{CONFIG}[checks]\n{table}\n"})

    def test_a_term_that_is_not_declared_is_one_finding(self, project: Path, run: Command) -> None:
        uses = "".join(f"ex:x{i} a ex:K ; ex:unknown {i} .\n" for i in range(5))
        written(project, SHAPE | {"instances/a.ttl": uses})
        _, out, _ = run("--project", str(project), "check", "--skip", "logic", "-f", "json")
        found = [f for f in json.loads(out)["findings"] if f["code"] == "profile-undeclared"]
        assert ["5 uses" in f["message"] for f in found] == [True]


def told(run: Command, project: Path, *arguments: str) -> list[dict[str, str]]:
    """The findings of `check`, by the stages that are not left out."""
    return list(json.loads(run("--project", str(project), "check", *arguments, "-f", "json")[1])["findings"])


ALL_BUT_LOGIC = [
    part for stage in ("instances", "citations", "queries", "hygiene", "profile") for part in ("--skip", stage)
]


class TestFewFindings:
    def test_a_vocabulary_that_nothing_declares_is_one(self, project: Path, run: Command) -> None:
        uses = "".join(f"ex:x{i} <http://other.example/v{i}> {i} .\n" for i in range(5))
        written(project, SHAPE | {"instances/a.ttl": uses})
        (one,) = [f for f in told(run, project, "--skip", "logic") if f["code"] == "profile-undeclared"]
        assert one["message"].startswith("5 terms of http://other.example/ are used and not declared: ")

    def test_many_vocabularies_that_nothing_declares_are_one_beside_the_project_s_own(
        self, project: Path, run: Command
    ) -> None:
        uses = "".join(f"ex:x <http://v{i}.example/p> {i} .\n" for i in range(5))
        written(project, SHAPE | {"instances/a.ttl": uses + "ex:x ex:unheard 1 ."})
        found = [f for f in told(run, project, "--skip", "logic") if f["code"] == "profile-undeclared"]
        assert [(f["message"].partition(":")[0], bool(f["line"])) for f in found] == [
            ("5 terms of 5 vocabularies are used and not declared", True)
        ]
        assert "ex:unheard" in str([f for f in told(run, project, "--skip", "logic") if f["code"] == "unknown-term"])

    def test_many_imports_that_no_file_holds_are_one(self, project: Path, run: Command) -> None:
        imports = " , ".join(f"<http://v{i}.example/>" for i in range(4))
        written(project, {"ontology/o.ttl": f"<http://o.example/> a owl:Ontology ; owl:imports {imports} .\n"})
        (one,) = [f for f in told(run, project, "--skip", "logic") if f["code"] == "import-unknown"]
        assert one["message"].startswith("4 imports name modules that no file holds: <http://v0.example/>, ")

    def test_an_import_in_a_syntax_without_places_names_its_file(self, project: Path, run: Command) -> None:
        ontology = {
            "@id": "http://o.example/",
            "@type": f"{OWL}Ontology",
            f"{OWL}imports": {"@id": "http://v.example/"},
        }
        (project / "ontology/o.jsonld").write_text(json.dumps(ontology), "utf-8")
        (one,) = [f for f in told(run, project, "--skip", "logic") if f["code"] == "import-unknown"]
        assert one["file"] == "ontology/o.jsonld"

    def test_many_shapes_of_a_file_that_are_for_nothing_are_one(self, project: Path, run: Command) -> None:
        shapes = "".join(f"ex:S{i} sh:targetSubjectsOf ex:r ; sh:nodeKind sh:IRI .\n" for i in range(4))
        written(project, SHAPE | {"shapes/more.ttl": shapes, "instances/a.ttl": "ex:x a ex:K .\n"})
        found = [f for f in told(run, project, "--skip", "logic") if f["code"] == "empty-target"]
        assert [f["message"].partition(":")[0] for f in found if f["file"] == "shapes/more.ttl"] == [
            "4 shapes are for nothing that the project describes, so they check nothing"
        ]

    def test_reason_tells_many_terms_of_a_vocabulary_as_one(self, project: Path, run: Command) -> None:
        uses = "".join(f"ex:x{i} <http://other.example/v{i}> {i} .\n" for i in range(5))
        written(project, {"instances/a.ttl": uses})
        _, out, _ = run("--project", str(project), "reason", "-f", "json")
        assert [f["code"] for f in json.loads(out)["profile"]].count("profile-undeclared") == 1

    def test_many_namesakes_are_not_all_named(self, project: Path, run: Command) -> None:
        things = 'ex:x rdfs:label "Lot" . ' + "".join(f'ex:x{i} rdfs:label "Lot {i}" . ' for i in range(9))
        written(project, {"ontology/more.ttl": things.replace(" rdfs:label", " a owl:Class ; rdfs:label")})
        _, _, err = run("--project", str(project), "show", "Lot")
        assert err.endswith("and 4 more\n")

    def test_rules_of_many_shapes_are_one(self, project: Path, run: Command) -> None:
        rules = "".join(f"ex:S{i} a sh:NodeShape ; sh:targetClass ex:K ; sh:rule [ ] .\n" for i in range(5))
        written(project, {"shapes/s.ttl": rules, "instances/a.ttl": "ex:x a ex:K .\n"})
        (one,) = [f for f in told(run, project, "--skip", "logic") if f["code"] == "unused-shape-part"]
        assert one["message"].startswith("5 shapes have rules, and nothing is inferred ")

    def test_values_of_the_wrong_kind_are_one_a_property(self, project: Path, run: Command) -> None:
        uses = "".join(f'ex:x{i} a ex:K ; ex:r "{i}" .\n' for i in range(5))
        written(project, SHAPE | {"instances/a.ttl": uses})
        (one,) = [f for f in told(run, project, "--skip", "logic") if f["code"] == "profile-value"]
        assert one["message"].endswith("(5 uses)")

    @pytest.mark.parametrize(
        "order", ["owl:DatatypeProperty , owl:AsymmetricProperty", "owl:AsymmetricProperty , owl:DatatypeProperty"]
    )
    def test_a_characteristic_makes_no_object_property_of_a_data_property(
        self, project: Path, run: Command, order: str
    ) -> None:
        written(project, {"ontology/more.ttl": f"ex:p a {order} .\n", "instances/a.ttl": "ex:x a ex:K ; ex:p 1 .\n"})
        found = [f for f in told(run, project, "--skip", "logic") if f["code"] in {"profile-value", "wrong-kind"}]
        assert [(f["file"], "characteristic" in f["message"]) for f in found] == [("ontology/more.ttl", True)]

    def test_what_a_property_is_itself_comes_before_what_its_class_makes_it(self, project: Path, run: Command) -> None:
        terms = "ex:Relation rdfs:subClassOf owl:ObjectProperty . ex:v a rdf:Property , ex:Relation .\n"
        prefix = f"@prefix rdf: <{RDF}> .\n"
        written(
            project,
            SHAPE | {"ontology/more.ttl": prefix + terms, "instances/a.ttl": "ex:x a ex:K ; ex:q 1 ; ex:v 1 .\n"},
        )
        assert "wrong-kind" not in codes(run, project)

    def test_the_domain_of_an_annotation_may_be_any_name_and_shapes_are_no_logic(
        self, project: Path, run: Command
    ) -> None:
        note = "ex:note a owl:AnnotationProperty ; rdfs:domain owl:Class .\n"
        declared = 'ex:o sh:declare [ a sh:PrefixDeclaration ; sh:prefix "e" ; sh:namespace "http://e/" ] .\n'
        written(project, SHAPE | {"ontology/more.ttl": note + declared, "instances/a.ttl": "ex:x a ex:K ; ex:q 1 .\n"})
        assert not [f["message"] for f in told(run, project, "--skip", "logic") if f["code"].startswith("profile-")]

    def test_modules_may_import_each_other(self, project: Path, run: Command) -> None:
        modules = {f"ontology/{a}.ttl": f"ex:{a} a owl:Ontology ; owl:imports ex:{b} .\n" for a, b in ("mn", "nm")}
        written(project, modules)
        assert "import-cycle" not in {f["code"] for f in told(run, project, "--skip", "logic")}

    def test_names_of_a_module_that_no_file_holds_are_not_judged(self, project: Path, run: Command) -> None:
        other = '@prefix o: <http://o.example/v#> .\no:label-it rdfs:label "it" .\n'
        shape = "ex:S sh:targetClass ex:K ; sh:property [ sh:path <http://o.example/v#unheard> ; sh:maxCount 1 ] .\n"
        written(project, {"ontology/more.ttl": other, "shapes/s.ttl": shape, "instances/a.ttl": "ex:x a ex:K .\n"})
        assert "unknown-shape-term" in codes(run, project)
        written(project, {"ontology/more.ttl": other + "ex:o owl:imports <http://o.example/v> .\n"})
        assert "unknown-shape-term" not in codes(run, project)

    def test_empty_classes_below_an_empty_one_are_told_with_it(self, project: Path, run: Command) -> None:
        below = "".join(f"ex:L{i} a owl:Class ; rdfs:subClassOf ex:L .\n" for i in range(4))
        circle = "ex:M a owl:Class ; rdfs:subClassOf ex:N . ex:N a owl:Class ; rdfs:subClassOf ex:M , ex:L .\n"
        root = "ex:L a owl:Class ; owl:disjointWith ex:K ; rdfs:subClassOf ex:K .\n"
        written(project, {"ontology/more.ttl": root + below + circle})
        (one,) = told(run, project, *ALL_BUT_LOGIC)
        assert one["message"].startswith(
            "ex:L can have no members, nor can 6 classes below it (ex:L0, ex:L1, ex:L2, …)"
        )

    def test_a_finding_stands_in_the_file_that_says_it(self, project: Path, run: Command) -> None:
        shape = "ex:S sh:targetClass ex:K ; sh:property [ sh:path ex:r ; sh:class ex:K ] .\n"
        files = {
            "instances/a.ttl": "ex:x a ex:K ;\n  ex:r ex:y .\nex:y a ex:K .\n",
            "instances/b.ttl": "ex:x\n  ex:r ex:z .\n",
        }
        written(project, {"shapes/s.ttl": shape} | files)
        (one,) = [f for f in told(run, project, "--skip", "logic") if f["code"] == "shape-Class"]
        assert f"{one['file']}:{one['line']}" == f"instances/b.ttl:{HEAD.count(chr(10)) + 2}"

    def test_of_two_equal_findings_the_graver_one_is_told(self, project: Path, run: Command) -> None:
        asked = "sh:targetClass ex:K ; sh:property [ sh:path ex:q ; sh:minCount 1"
        shapes = f"ex:A {asked} ; sh:severity sh:Warning ] . ex:B {asked} ] .\n"
        written(project, {"shapes/s.ttl": shapes, "instances/a.ttl": "ex:x a ex:K .\n"})
        found = [f for f in told(run, project, "--skip", "logic") if f["code"] == "shape-MinCount"]
        assert [f["severity"] for f in found] == ["violation"]

    def test_what_the_profile_told_of_a_statement_is_not_told_again(self) -> None:
        told_twice = [
            Finding(code, "warning", "ontology/o.ttl", line, 1, "xsd:date")
            for code, line in (("profile-datatype", 3), ("passed-over", 3), ("passed-over", 4))
        ]
        assert [(f.code, f.line) for f in told_once(told_twice)] == [("profile-datatype", 3), ("passed-over", 4)]

    def test_a_finding_on_what_is_only_named_stands_where_it_is_named(self, project: Path, run: Command) -> None:
        shape = "ex:S sh:targetObjectsOf ex:r ; sh:property [ sh:path ex:q ; sh:minCount 1 ] .\n"
        written(project, {"shapes/s.ttl": shape, "instances/a.ttl": "ex:x ex:r\n    ex:named .\n"})
        (one,) = [f for f in told(run, project, "--skip", "logic") if f["code"] == "shape-MinCount"]
        assert f"{one['line']}:{one['column']}" == f"{HEAD.count(chr(10)) + 2}:5"

    def test_a_deprecated_term_is_one_however_often_it_is_used(self, project: Path, run: Command) -> None:
        uses = "".join(f"ex:x{i} a ex:Old .\n" for i in range(3))
        written(
            project,
            SHAPE | {"ontology/old.ttl": "ex:Old a owl:Class ; owl:deprecated true .\n", "instances/a.ttl": uses},
        )
        _, out, _ = run("--project", str(project), "validate", "-f", "json")
        messages = [f["message"] for f in json.loads(out)["findings"] if f["code"] == "deprecated-term"]
        assert messages == ["ex:Old is deprecated (3 uses)"]

    def test_a_class_of_classes_makes_classes(self, project: Path, run: Command) -> None:
        written(project, {"ontology/meta.ttl": "ex:Meta rdfs:subClassOf rdfs:Class . ex:L a ex:Meta .\n"})
        written(project, SHAPE | {"instances/a.ttl": "ex:x a ex:L .\n"})
        assert "wrong-kind" not in codes(run, project)

    def test_shapes_in_the_ontology_are_told(self, project: Path, run: Command) -> None:
        written(project, {"ontology/more.ttl": SHAPE["shapes/s.ttl"].replace("ex:S", "ex:S a sh:NodeShape ;")})
        written(project, {"instances/a.ttl": "ex:x a ex:K .\n"})
        assert "nothing-targeted" in codes(run, project)
        assert codes(run, project, "--shapes", str(project / "ontology")) == ["shape-MinCount"]

    def test_shapes_that_stand_in_both_places_are_checked(self, project: Path, run: Command) -> None:
        both = SHAPE["shapes/s.ttl"].replace("ex:S", "ex:S a sh:NodeShape ;").replace("[ ", "[ a sh:PropertyShape ; ")
        written(project, {"ontology/more.ttl": both, "shapes/s.ttl": both, "instances/a.ttl": "ex:x a ex:K .\n"})
        assert codes(run, project) == ["shape-MinCount"]

    def test_shapes_are_checked_where_there_are_no_instances(self, project: Path, run: Command) -> None:
        written(project, {"shapes/s.ttl": "ex:S sh:targetClass ex:K ; sh:property ex:gone .\n"})
        assert codes(run, project) == ["nothing-to-check", "broken-shapes"]


def test_a_target_may_use_values_for_nothing_is_bound_beforehand(project: Path, run: Command) -> None:
    query = "SELECT ?this { VALUES ?k { <http://example.org/K> } ?this a ?k }"
    shape = (
        f'ex:S sh:target [ a sh:SPARQLTarget ; sh:select "{query}" ] ; sh:property [ sh:path ex:q ; sh:minCount 1 ] .\n'
    )
    written(project, {"shapes/s.ttl": shape, "instances/a.ttl": "ex:x a ex:K .\n"})
    assert codes(run, project) == ["shape-MinCount"]


@pytest.mark.parametrize("command", [["new"], ["new", "figure", "label=x"], ["import", "rows.csv"]])
def test_without_a_model_nothing_can_be_entered(project: Path, run: Command, command: list[str]) -> None:
    (project / "rows.csv").write_text("kind,label\nfigure,x\n")
    given = [str(project / part) if part.endswith(".csv") else part for part in command]
    code, out, err = run("--project", str(project), *given)
    assert (code, out, "has no kinds of facts" in err) == (2, "", True)


def test_folders_that_are_empty_may_be_missing(project: Path, run: Command) -> None:
    for name in ("shapes", "queries", "instances"):
        (project / name).rmdir()
    code, out, err = run("--project", str(project), "validate")
    assert (code, "nothing-to-check" in out, err.count("\n")) == (0, True, 1)
    assert "has no folder instances/" in err


def test_xml_is_dumped_as_it_is_written(project: Path, run: Command) -> None:
    written(project, {"ontology/more.rdf": XML.format("UTF-8")})
    code, out, err = run("--project", str(project), "dump")
    assert (code, '"Straße"' in out) == (0, True), err


def test_a_site_shows_the_questions_whose_answers_have_rows(project: Path, run: Command, tmp_path: Path) -> None:
    written(
        project,
        {"queries/graph.rq": "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c }", "queries/rows.rq": "SELECT ?s { ?s a ?c }"},
    )
    code, _, err = run("--project", str(project), "site", "-o", str(tmp_path / "site"))
    pages = [p.stem for p in (tmp_path / "site" / "question").glob("*.html")]
    assert (code, pages) == (0, ["rows"]), err


class TestSyntaxes:
    @pytest.mark.parametrize(
        ("name", "text"),
        [
            (
                "x.nt",
                "<http://example.org/x> a <http://example.org/K> .".replace(
                    " a ", " <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
                ),
            ),
            ("x.jsonld", '{"@id": "http://example.org/x", "@type": "http://example.org/K"}'),
            ("x.trig", "@prefix ex: <http://example.org/> . ex:g { ex:x a ex:K }"),
            ("x.rdf", XML.format("UTF-8")),
        ],
    )
    def test_a_folder_may_hold_any(self, project: Path, run: Command, name: str, text: str) -> None:
        (project / "ontology" / "more.nt").write_text("")
        written(project, {f"instances/{name}": text} | {"shapes/s.ttl": SHAPE["shapes/s.ttl"].replace("ex:q", "ex:z")})
        assert "shape-MinCount" in codes(run, project)
        ask = b"SELECT ?x WHERE { ?x a <http://example.org/K> }"
        code, out, _ = run("--project", str(project), "query", "-", "-f", "csv", stdin=ask)
        assert (code, out.count("example.org/x") + out.count("ex:x")) == (0, 1)

    @pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1", "UTF-16"])
    def test_xml_with_all_that_xml_allows(self, tmp_path: Path, run: Command, encoding: str) -> None:
        path = tmp_path / "x.rdf"
        path.write_bytes(XML.format(encoding).encode(encoding))
        code, _, err = run("load", str(path), "--store", str(tmp_path / "db"))
        assert code == 0, err
        _, out, _ = run("dump", "--store", str(tmp_path / "db"))
        assert '"Straße"' in out
        assert out.count("\n") == 3

    def test_a_byte_order_mark_and_relative_iris(self, tmp_path: Path, run: Command) -> None:
        path, shapes = tmp_path / "x.ttl", tmp_path / "s.ttl"
        path.write_text("\ufeff<a> <http://example.org/q> <../b> .", "utf-8")
        shapes.write_text(
            f"{HEAD}ex:S sh:targetSubjectsOf ex:q ; sh:nodeKind sh:IRI ; sh:pattern 'x/a$' .".replace("x/a$", "/a$")
        )
        assert run("load", str(path), "--store", str(tmp_path / "db"))[0] == 0
        code, out, _ = run("validate", str(path), "--shapes", str(shapes), "--standalone")
        assert (code, "1 focus node" in out) == (0, True), out
        assert f"<{path.as_uri()[:-5]}a>" in run("dump", "--store", str(tmp_path / "db"))[1]

    def test_several_shapes_and_folders_of_them(self, tmp_path: Path, run: Command) -> None:
        data, folder = tmp_path / "x.ttl", tmp_path / "shapes"
        folder.mkdir()
        data.write_text(f"{HEAD}ex:x a ex:K .")
        for name in ("p", "q"):
            (folder / f"{name}.ttl").write_text(
                HEAD + SHAPE["shapes/s.ttl"].replace("ex:q", f"ex:{name}").replace("ex:S", f"ex:{name.upper()}")
            )
        one_by_one = [part for name in ("p", "q") for part in ("--shapes", str(folder / f"{name}.ttl"))]
        for given in (one_by_one, ["--shapes", str(folder)]):
            _, out, _ = run("validate", str(data), *given, "--standalone", "-f", "json")
            assert [f["code"] for f in json.loads(out)["findings"]] == ["shape-MinCount"] * 2


def test_targets_reach_what_no_file_describes(project: Path, run: Command) -> None:
    shapes = {
        "shapes/s.ttl": "ex:S sh:targetNode <urn:nowhere> , 5 ; sh:targetObjectsOf ex:q ; sh:nodeKind sh:BlankNode .\n"
    }
    written(
        project, {"instances/a.ttl": '<urn:x> ex:q "text" .\n', "instances/b.ttl": "<urn:y> ex:r <urn:x> .\n"} | shapes
    )
    assert codes(run, project) == ["shape-S"] * 3
    assert codes(run, project, str(project / "instances" / "a.ttl")) == ["shape-S"]
    assert codes(run, project, str(project / "instances" / "b.ttl")) == ["nothing-targeted"]


class TestLogic:
    def test_what_a_reasoner_cannot_read_is_kept_from_it(self, project: Path) -> None:
        more = 'ex:x a ex:K ; ex:q "2018-11-01T00:44:58.379000"^^xsd:dateTime , "abc"^^xsd:integer , "5"^^ex:unit .\n'
        range_of = "ex:p a owl:DatatypeProperty ; rdfs:range ex:unit . ex:unit a rdfs:Datatype .\n"
        restricted = (
            "ex:K rdfs:subClassOf [ a owl:Restriction ; owl:onProperty ex:q ; owl:allValuesFrom xsd:gYear ] .\n"
        )
        theory = read_theory(written(project, {"instances/a.ttl": more, "ontology/more.ttl": range_of + restricted}))
        left_out = sorted(str(axiom.parts[2]) for axiom, _ in theory.left_out if axiom.parts[1] != "x")
        assert len(left_out) == 3
        assert any("abc" in one for one in left_out)
        assert not any("2018-11-01" in one or '"5"' in one for one in left_out)  # a blank node may be called …2018…

    def test_what_stands_for_a_class_is_one_and_what_stands_for_a_datatype_is_kept_away(self, project: Path) -> None:
        more = "ex:r rdfs:range <http://other.example/C> . ex:q rdfs:range <http://other.example/D> .\n"
        more += (
            "ex:K rdfs:subClassOf [ a owl:Restriction ; owl:onProperty ex:r ; owl:someValuesFrom "
            "[ a owl:Restriction ; owl:onProperty ex:q ; owl:someValuesFrom xsd:string ] ] .\n"
        )
        theory = read_theory(written(project, {"ontology/more.ttl": more}))
        assert [axiom.parts[0] for axiom, _ in theory.left_out] == ["http://example.org/q"]
        assert "http://other.example/C" in {axiom.parts[0] for axiom in theory.declarations}

    def test_an_ontology_without_instances_is_asked_about_too(self, project: Path, run: Command) -> None:
        written(project, {"ontology/more.ttl": "ex:L a owl:Class ; owl:disjointWith ex:K ; rdfs:subClassOf ex:K .\n"})
        assert [f["code"] for f in told(run, project, *ALL_BUT_LOGIC)] == ["empty-class"]

    def test_findings_of_form_do_not_keep_hermit_from_the_rest(self, project: Path, run: Command) -> None:
        domain = "ex:note a owl:AnnotationProperty ; rdfs:domain [ a owl:Class ; owl:unionOf ( owl:Class ex:K ) ] .\n"
        disjoint = "ex:L a owl:Class ; owl:disjointWith ex:K .\n"
        written(project, {"instances/a.ttl": "ex:x a ex:K , ex:L .\n", "ontology/more.ttl": domain + disjoint})
        code, out, err = run("--project", str(project), "reason")
        assert code == 1, err
        assert "profile-reserved" in out
        assert "inconsistent: the statements contradict each other" in out
        assert "1 statement left out" in out


class TestTypeMaps:
    """`@container: @type` of JSON-LD 1.1 (section 4.6.2), which only the second reader reads."""

    CONTEXT = '{"@version": 1.1, "e": "http://e/", "by": {"@container": "@type", "@id": "e:has"}, "P": "e:P"}'
    MAP = '{"@context": %s, "@id": "e:root", "by": {"P": [{"@id": "e:a", "e:n": 1}, {"@id": "e:b"}]}}'

    def quads(self, folder: Path, text: str) -> list[str]:
        path = folder / "data.jsonld"
        path.write_text(text, "utf-8")
        return sorted(str(quad).replace("http://e/", "") for source in sources([path]) for quad in quads(source))

    def test_they_are_read(self, tmp_path: Path) -> None:
        assert [line.split()[:3] for line in self.quads(tmp_path, self.MAP % self.CONTEXT)] == [
            ["<a>", f"<{RDF}type>", "<P>"],
            ["<a>", "<n>", f'"1"^^<{XSD}integer>'],
            ["<b>", f"<{RDF}type>", "<P>"],
            ["<root>", "<has>", "<a>"],
            ["<root>", "<has>", "<b>"],
        ]

    def test_without_the_reader_the_error_says_how_to_get_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
        with pytest.raises(SyntaxProblem, match="@type must be the first key") as caught:
            self.quads(tmp_path, self.MAP % self.CONTEXT)
        assert caught.value.hint == "type maps need PyLD: pip install 'kzgraph[jsonld]'"

    @pytest.mark.parametrize("text", [MAP % f'[{CONTEXT}, "http://127.0.0.1:9/c"]', (MAP % CONTEXT)[:-1]])
    def test_what_lies_elsewhere_or_ends_too_early_stays_an_error(self, tmp_path: Path, text: str) -> None:
        with pytest.raises(SyntaxProblem):
            self.quads(tmp_path, text)


class TestToldOnce:
    """What is true of many is one finding with their number, unless the profile is `strict`."""

    ADVICE = """ex:S sh:targetClass ex:K ; sh:sparql [ sh:severity sh:Warning ; sh:message "{$this} is an old {?kind}" ;
      sh:select "SELECT $this ?kind WHERE { $this a ?kind }" ] ; sh:severity sh:Warning .
    """

    def test_what_a_shape_advises_in_the_same_words(self, project: Path, run: Command) -> None:
        things = "".join(f"ex:x{i} a ex:K .\n" for i in range(6))
        written(project, {"shapes/s.ttl": self.ADVICE, "instances/a.ttl": things})
        (one,) = [f for f in told(run, project, "--skip", "logic") if f["code"].startswith("shape-")]
        assert one["severity"] == "warning"
        assert one["message"].endswith("is an old http://example.org/K (6 uses)")

    def test_what_a_shape_demands_is_told_of_each(self, project: Path, run: Command) -> None:
        things = "".join(f"ex:x{i} a ex:K .\n" for i in range(6))
        written(project, {"shapes/s.ttl": self.ADVICE.replace("sh:Warning", "sh:Violation"), "instances/a.ttl": things})
        found = [f for f in told(run, project, "--skip", "logic") if f["code"].startswith("shape-")]
        assert len(found) == 6

    def test_the_terms_of_a_query_that_the_ontology_lacks(self, project: Path, run: Command) -> None:
        lacking = " ".join(f"?x ex:gone{i} ?y ." for i in range(5))
        written(
            project, {"queries/a.rq": f"SELECT ?x ?z WHERE {{ {lacking} }}\n", "instances/a.ttl": "ex:x a ex:K .\n"}
        )
        found = [f["message"] for f in told(run, project, "--skip", "logic") if f["code"] == "query-caution"]
        assert sorted(found) == [
            "5 terms are not of the ontology: ex:gone0, ex:gone1, ex:gone2, …",
            "?z is a column, but nothing in the query binds it",
        ]

    def test_what_a_query_lacks_stands_where_the_query_has_it(self, project: Path, run: Command) -> None:
        text = "# All of ex:gone\nSELECT ?x WHERE {\n  ?x ex:gone ?y }\n"
        written(project, {"queries/a.rq": text, "instances/a.ttl": "ex:x a ex:K .\n"})
        (one,) = [f for f in told(run, project, "--skip", "logic") if f["code"] == "query-caution"]
        assert f"{one['line']}:{one['column']}" == "3:6"

    @pytest.mark.parametrize("command", [["validate"], ["check", "--skip", "logic"]])
    def test_the_summary_says_that_rules_are_not_carried_out(
        self, project: Path, run: Command, command: list[str]
    ) -> None:
        rule = "sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate ex:q ; sh:object 1 ]"
        shapes = f"ex:S sh:targetClass ex:K ; {rule} ; sh:property [ sh:path ex:q ; sh:minCount 1 ] .\n"
        written(project, {"shapes/s.ttl": shapes, "instances/a.ttl": "ex:x a ex:K .\n"})
        _, out, _ = run("--project", str(project), *command)
        last = out.splitlines()[-1]
        assert last.endswith("; the rules of 1 shape are not carried out, so what they would infer is missing")
        written(project, SHAPE)
        _, out, _ = run("--project", str(project), *command)
        assert "carried out" not in out.splitlines()[-1]


class TestWordsOfOwl:
    def test_the_type_of_a_class_is_explained(self, project: Path, run: Command) -> None:
        code, out, err = run("--project", str(project), "why", "ex:K", "rdf:type", "owl:Class")
        assert code == 0, err
        assert "stands in ontology/o.ttl:" in out

    def test_what_is_not_held_is_told_so(self, project: Path, run: Command) -> None:
        code, _, err = run("--project", str(project), "why", "ex:K", "rdf:type", "owl:Ontology")
        assert code == 2
        assert "the graph does not hold ex:K rdf:type owl:Ontology" in err
        assert "it holds ex:K rdf:type owl:Class" in err

    def test_nothing_like_it_is_offered(self, project: Path, run: Command) -> None:
        written(project, {"ontology/more.ttl": "ex:Class a owl:Class .\n"})
        code, _, err = run("--project", str(project), "show", "owl:Class")
        assert code == 2
        assert "`owl:Class` is a word of RDF or OWL, and the graph says nothing of it" in err
        assert "did you mean" not in err


class TestPrefixesOfFiles:
    """Terms are shown by the prefixes that the files declare."""

    def test_they_are_shown(self, project: Path, run: Command) -> None:
        declared = "PREFIX v: <http://v.example/>\n"
        shape = "v:S sh:targetClass ex:K ; sh:property [ sh:path v:p ; sh:minCount 1 ] .\n"
        written(project, {"shapes/s.ttl": declared + shape, "instances/a.ttl": "ex:x a ex:K .\n"})
        (one,) = [f for f in told(run, project, "--skip", "logic") if f["code"] == "shape-MinCount"]
        assert one["message"] == "ex:x: v:p is missing."

    @pytest.mark.parametrize("form", ["turtle", "trig", "rdfxml"])
    def test_a_dump_has_them(self, project: Path, run: Command, form: str) -> None:
        written(project, {"instances/a.ttl": "@prefix v: <http://v.example/> .\nex:x a ex:K ; v:p ex:x .\n"})
        _, out, err = run("--project", str(project), "dump", "-f", form)
        assert "v:p" in out, err

    def test_one_that_means_two_things_is_not(self) -> None:
        texts = [
            "@prefix a: <http://a/> .\n@prefix b: <http://b/> .",
            "@prefix a: <http://c/> .\n@prefix d: <http://a/> .",
            '<rdf:RDF xmlns:x="http://x/" xmlns:y="&y;">',
            '<> ex:note "@prefix q: <http://q/>" .',
        ]
        assert declared_prefixes(texts) == {"b": "http://b/", "x": "http://x/"}

    def test_a_fix_writes_in_full_what_its_file_declares_no_prefix_for(self, project: Path, run: Command) -> None:
        terms = '@prefix v: <http://v.example/> .\nv:fullName a owl:DatatypeProperty ; rdfs:label "name" .\n'
        written(project, {"ontology/more.ttl": terms})
        (project / "instances" / "a.ttl").write_text(
            '@prefix ex: <http://example.org/> .\nex:x a ex:K ; <http://v.example/fulName> "x" .\n'
        )
        _, out, err = run("--project", str(project), "validate", "--fix", "--yes")
        assert "<http://v.example/fullName>" in (project / "instances" / "a.ttl").read_text(), out + err


class TestReference:
    """The pages and the files beside them, of ontologies as others write them."""

    def test_the_ontology_as_one_file_is_turtle_whatever_the_files_are(self, project: Path, run: Command) -> None:
        (project / "ontology" / "x.rdf").write_text(XML.format("utf-8"), "utf-8")
        outs = [project / "one", project / "two"]
        for out in outs:
            code, _, err = run("--project", str(project), "docs", "-o", str(out))
            assert code == 0, err
        texts = [(out / "ontology.ttl").read_text("utf-8") for out in outs]
        assert texts[0] == texts[1]
        (project / "ontology" / "x.rdf").unlink()
        for path in (project / "ontology").iterdir():
            path.unlink()
        (project / "ontology" / "all.ttl").write_text(texts[0], "utf-8")
        assert "Stra\u00dfe" in texts[0]
        assert codes(run, project) == ["nothing-to-check"]

    def test_creators_without_an_iri_are_told_by_their_names(self, project: Path, run: Command) -> None:
        people = '[ a s:Person ; s:name "Ada" ] [ a s:Person ; s:email "x" ] <http://example.org/bo>'
        prefixes = "@prefix d: <http://purl.org/dc/terms/> .\n@prefix s: <http://schema.org/> .\n"
        written(project, {"ontology/o.ttl": f"{prefixes}ex:o a owl:Ontology ; d:creator ( {people} ) .\n{TERMS}"})
        code, out, err = run("--project", str(project), "docs", "--metadata")
        assert code == 0, err
        assert '[ a foaf:Agent ; foaf:name "Ada" ]' in out
        assert "dcterms:creator" in out
        assert "_:" not in out
        assert "ex:bo" in out


class TestManyTerms:
    """What is done for each term of a large vocabulary is not done for each pair of terms."""

    def test_the_pages_follow_each_class_upwards_once(
        self, project: Path, run: Command, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        number = 30
        classes = "".join(f"ex:K{i} a owl:Class ; rdfs:subClassOf ex:K{i // 2} .\n" for i in range(1, number))
        written(
            project, {"ontology/more.ttl": classes + "ex:K0 a owl:Class .\n", "instances/a.ttl": "ex:x a ex:K9 .\n"}
        )
        asked: list[str] = []
        ancestors = Vocabulary.ancestors

        def counted(self: Vocabulary, iri: str, *more: str) -> list[str]:
            asked.append(iri)
            return ancestors(self, iri, *more)

        monkeypatch.setattr(Vocabulary, "ancestors", counted)
        code, _, err = run("--project", str(project), "docs", "-o", str(project / "out"))
        assert code == 0, err
        assert max(Counter(asked).values()) <= 4
        page = (project / "out" / "more.html").read_text("utf-8")
        assert page.count("<code>ex:x</code>") == len(
            ["K9", "K4", "K2", "K1", "K0"]
        )  # the example of each class above it

    def test_the_shapes_with_targets_are_looked_for_a_few_times(
        self, project: Path, run: Command, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shapes = "".join(f"ex:S{i} sh:targetClass ex:K ; sh:nodeKind sh:IRI .\n" for i in range(30))
        written(project, {"shapes/s.ttl": shapes, "instances/a.ttl": "ex:x a ex:K .\n"})
        looked: list[int] = []
        targeting = Shapes.targeting

        def counted(self: Shapes) -> list[Shape]:
            looked.append(1)
            return targeting(self)

        monkeypatch.setattr(Shapes, "targeting", counted)
        assert codes(run, project) == []
        assert 0 < len(looked) < 6


SELECT = "SELECT ?x WHERE { ?x a ex:K }\n"
BAD = {
    "queries/a.rq": SELECT,
    "queries/unread.rq": "#+ summary: [\n" + SELECT,
    "queries/unparsed.rq": "SELECT ?x\nWHERE { ?x nowhere:p ?y }\n",
    "queries/more/a.rq": "SELECT ?y WHERE { ?y a ex:K }\n",
    "instances/a.ttl": "ex:x a ex:K .\n",
}


class TestOneBadQuery:
    """A stored query that cannot be read, asked or told from another keeps nothing else from being done."""

    def test_the_site_is_written_without_it(
        self, project: Path, run: Command, caplog: pytest.LogCaptureFixture
    ) -> None:
        written(project, BAD)
        code, _, err = run("--project", str(project), "site", "-o", str(project / "out"))
        assert code == 0, err
        assert sorted(p.name for p in (project / "out" / "question").glob("*.html")) == ["a.html"]
        questions = (project / "out" / "questions.html").read_text("utf-8")
        assert "question/a.html" in questions
        assert "unparsed" not in questions
        assert {"queries/unread.rq:1", "queries/unparsed.rq:2:21", "queries/more/a.rq"} <= left_out(caplog)

    def test_one_that_takes_what_is_not_there_has_a_page_that_says_so(
        self, project: Path, run: Command, caplog: pytest.LogCaptureFixture
    ) -> None:
        asked = "#+ summary: Of one\n#+ kzgraph:\n#+   params:\n#+     kind: {type: owl:Class, default: ex:None}\n"
        written(project, {"queries/b.rq": f"{asked}SELECT ?x WHERE {{ ?x a ?kind }}\n"} | SHARED)
        code, _, err = run("--project", str(project), "site", "-o", str(project / "out"))
        assert code == 0, err
        assert "ex:None" in (project / "out" / "question" / "b.html").read_text("utf-8")
        assert len(caplog.messages) == 1

    @pytest.mark.parametrize("command", [["docs", "-o", "out"], ["queries"], ["ask", "a"], ["queries", "-f", "turtle"]])
    def test_other_commands_go_on(
        self,
        project: Path,
        run: Command,
        command: list[str],
        caplog: pytest.LogCaptureFixture,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        written(project, BAD)
        monkeypatch.chdir(project)
        code, out, err = run(*command)
        assert code == 0, err + out
        assert {"queries/unread.rq:1", "queries/more/a.rq"} <= left_out(caplog)

    def test_who_asks_for_it_is_told(self, project: Path, run: Command) -> None:
        written(project, BAD)
        code, _, err = run("--project", str(project), "queries", "unread")
        assert code == 3
        assert "queries/unread.rq:1" in err
        code, _, err = run("--project", str(project), "queries", "a")
        assert code == 3
        assert "has the same name as queries/a.rq" in err

    def test_the_gate_tells_each_once_and_goes_on(self, project: Path, run: Command) -> None:
        written(project, BAD)
        _, out, _ = run("--project", str(project), "check", "--skip", "logic", "-f", "json")
        report = json.loads(out)
        assert {s["name"]: s["state"] for s in report["stages"] if s["state"] == "failed"} == {}
        found = sorted(f["file"] for f in report["findings"] if f["code"] == "query-fails")
        assert found == ["queries/more/a.rq", "queries/unparsed.rq", "queries/unread.rq"]


def left_out(caplog: pytest.LogCaptureFixture) -> set[str]:
    """The places of the stored queries that notes tell."""
    return {m.partition(": it is left out: ")[2].partition(": ")[0] or m.split(": ")[2] for m in caplog.messages}
