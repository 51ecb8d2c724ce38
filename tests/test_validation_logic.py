"""``kzgraph validate --logic``: the project with the checked files is consistent, or what clashes is named."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence

import pyoxigraph as ox
import pytest

from kzgraph.errors import LimitReached, StoreError
from kzgraph.graph.canonical import canonical_lines
from kzgraph.graph.logic import hermit, reasoning
from kzgraph.graph.logic.hermit import Inconsistent
from tests.conftest import PREFIXES, SmallProject

Run = Callable[..., tuple[int, str, str]]
ABOVE = PREFIXES.count("\n")
DISJOINT = "[] a owl:AllDisjointClasses ; owl:members ( kzo:State kzo:Membership ) .\n"
CLASH = 'kz:Both a kzo:State ; rdfs:label "Both"@en .\nkz:Both\n    a kzo:Membership .\n'
RIGHT = 'kz:Third a kzo:State ; rdfs:label "Third"@en .\n'


@pytest.fixture(scope="module")
def _answers() -> dict[object, object]:
    return {}


@pytest.fixture(autouse=True)
def asked_once(monkeypatch: pytest.MonkeyPatch, _answers: dict[object, object]) -> None:
    """Asks HermiT each question once: in another file or format, the same statements have the same answer."""

    def once(ask: Callable[..., object], *sets: Iterable[ox.Triple]) -> object:
        question = tuple(tuple(canonical_lines(triples)) for triples in sets)
        if question not in _answers:
            try:
                _answers[question] = ask()
            except Inconsistent as clash:
                _answers[question] = clash
        answer = _answers[question]
        if isinstance(answer, Inconsistent):
            raise answer
        return answer

    def first(sets: Sequence[list[ox.Triple]], seconds: float) -> object:
        return once(lambda: hermit.first_contradiction(sets, seconds), [], *sets)

    def told(triples: list[ox.Triple], seconds: float, relations: bool) -> object:
        return once(lambda: hermit.inferred(triples, seconds, relations), triples)

    monkeypatch.setattr(reasoning, "first_contradiction", first)
    monkeypatch.setattr(reasoning, "inferred", told)


@pytest.fixture
def logical(project: SmallProject) -> SmallProject:
    """The small project, in which a state is no membership."""
    project.write("ontology/disjoint.ttl", DISJOINT)
    return project


def of_logic(run: Run, *arguments: str, stdin: bytes = b"") -> tuple[int, list[dict[str, object]]]:
    code, out, err = run("validate", *arguments, "--logic", "-f", "json", stdin=stdin)
    assert code in {0, 1}, err
    told = json.loads(out)
    assert told["summary"]["statements"] > 20
    return code, [f for f in told["findings"] if f["code"] in {"inconsistent", "empty-class", "passed-over"}]


def test_a_right_file_passes_and_the_summary_says_what_was_asked(logical: SmallProject, run: Run) -> None:
    path = logical.write("instances/new.ttl", RIGHT)
    code, out, err = run("validate", str(path), "--logic", "--fail-on", "warning")
    assert (code, err) == (0, "")
    assert re.search(r"\(2 triples, 7 shapes, 1 focus node, logic of \d+ statements checked\)\n\Z", out)
    assert "logic" not in run("validate", str(path))[1]
    assert json.loads(run("validate", str(path), "-f", "json")[1])["summary"]["statements"] == 0


@pytest.mark.parametrize("name", ["instances/new.ttl", "draft.ttl", "-"])
def test_the_clashing_statements_are_named_with_their_places(logical: SmallProject, run: Run, name: str) -> None:
    text = PREFIXES + CLASH
    if name != "-":
        logical.write(name, CLASH)
    code, (finding,) = of_logic(run, name, stdin=text.encode())
    shown = "<stdin>" if name == "-" else name
    assert code == 1
    assert (finding["code"], finding["severity"]) == ("inconsistent", "violation")
    assert (finding["file"], finding["line"], finding["column"]) == (shown, ABOVE + 1, 11)
    message = str(finding["message"])
    assert message.startswith("these 3 statements cannot all be true: (1) ")
    assert f"{shown}:{ABOVE + 1}:11: kz:Both a kzo:State" in message
    assert f"{shown}:{ABOVE + 3}:7: kz:Both a kzo:Membership" in message
    assert f"ontology/disjoint.ttl:{ABOVE + 1}:1: [] a owl:AllDisjointClasses" in message
    assert [list(r) for r in finding["related"]] == [["text", "file", "line", "column"]] * 3  # type: ignore[attr-defined]  # JSON has no types


def test_a_clash_of_the_project_alone_says_so(logical: SmallProject, run: Run) -> None:
    logical.write("instances/other.ttl", CLASH)
    path = logical.write("instances/new.ttl", RIGHT)
    _, (finding,) = of_logic(run, str(path))
    assert finding["file"] == "instances/other.ttl"
    assert str(finding["message"]).startswith("the project contradicts itself, without the files that were checked")
    out = run("validate", str(path), "--logic")[1]
    assert f"{ABOVE + 1:>5} | kz:Both a kzo:State" in out


def test_a_class_that_can_have_no_things(logical: SmallProject, run: Run) -> None:
    logical.write(
        "ontology/empty.ttl",
        'kzo:Odd a owl:Class ; rdfs:label "odd"@en ; rdfs:subClassOf kzo:State , kzo:Membership .\n',
    )
    _, found = of_logic(run, "instances/facts.ttl")
    (finding,) = (f for f in found if f["code"] == "empty-class")
    assert finding["file"] == "ontology/empty.ttl"
    assert str(finding["message"]).startswith("kzo:Odd can have no members, by these statements: (1) ")


def test_what_the_reasoner_passes_over_is_told(logical: SmallProject, run: Run) -> None:
    path = logical.write(
        "instances/new.ttl", RIGHT + "kz:Third <urn:example:likes> kz:Utopia .\nkz:Third kzo:lik 1 .\n"
    )
    code, (finding,) = of_logic(run, str(path))
    assert code == 1  # for kzo:lik, which is told once, as unknown
    assert (finding["code"], finding["severity"], finding["line"]) == ("passed-over", "warning", ABOVE + 2)
    assert "declares no such property or class: kz:Third <urn:example:likes> kz:Utopia" in str(finding["message"])


def test_a_broken_file_does_not_hide_the_logic_of_the_others(logical: SmallProject, run: Run) -> None:
    clash = logical.write("instances/new.ttl", CLASH)
    broken = logical.write("instances/broken.ttl", "kz:A a kzo:State ; rdfs:label [ .\nkz:B a kzo:State\n")
    codes = {str(f["code"]) for f in of_logic(run, str(clash), str(broken))[1]}
    assert "inconsistent" in codes
    _, out, _ = run("validate", str(clash), "--logic")
    assert "error[passed-over]: the logic was not checked, for a file of the project does not parse" in out


def test_every_format_carries_it(logical: SmallProject, run: Run) -> None:
    path = str(logical.write("instances/new.ttl", CLASH))
    told = {f: run("validate", path, "--logic", "-f", f)[1] for f in ("text", "sarif", "junit", "github", "turtle")}
    assert "      - ontology/disjoint.ttl:" in told["text"]
    (result,) = (r for r in json.loads(told["sarif"])["runs"][0]["results"] if r["ruleId"] == "inconsistent")
    assert len(result["relatedLocations"]) == 3
    assert 'type="inconsistent" message="instances/new.ttl:' in told["junit"]
    assert re.search(
        r"::error file=instances/new.ttl,line=\d+,.*title=inconsistent::these 3 statements", told["github"]
    )
    values = [q.object.value for q in ox.parse(told["turtle"], ox.RdfFormat.TURTLE) if isinstance(q.object, ox.Literal)]
    assert any(v.startswith("these 3 statements cannot all be true: (1)") for v in values)
    assert any("logic of" in v for v in values)


def test_without_java_there_is_one_sentence(project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> str:
        raise StoreError("there is no Java to run the reasoner HermiT with", hint="install a Java runtime")

    monkeypatch.setattr("kzgraph.checks.validate.find_java", none)
    code, out, err = run("validate", "instances/actors.ttl", "--logic")
    assert (code, out) == (4, "")
    assert err.startswith("error: there is no Java to run the reasoner HermiT with\n")


def test_without_the_option_no_java_is_looked_for(
    project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert run("validate", "instances/actors.ttl")[0] == 0


def test_logic_goes_with_the_project_alone(project: SmallProject, run: Run) -> None:
    assert run("validate", "instances/actors.ttl", "--logic", "--standalone", "--shapes", "shapes/core.ttl")[0] == 2


@pytest.mark.parametrize("is_known_consistent", [True, False])
def test_where_hermit_is_stopped_all_other_findings_are_told(
    logical: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch, is_known_consistent: bool
) -> None:
    def endless(*_: object) -> None:
        raise LimitReached("HermiT did not come to an end")

    monkeypatch.setattr(reasoning, "inferred", endless)
    monkeypatch.setattr(reasoning, "first_contradiction", (lambda *_: None) if is_known_consistent else endless)
    path = logical.write("instances/new.ttl", RIGHT + "kz:Third kzo:lik 1 .\n")
    code, out, err = run("validate", str(path), "--logic", "-f", "json")
    assert code == 6
    assert "unknown-term" in {f["code"] for f in json.loads(out)["findings"]}
    assert err.startswith("error: HermiT did not ")
    assert ("`kzgraph check --timeout S`" in err) == is_known_consistent  # that of validate is for the whole command
