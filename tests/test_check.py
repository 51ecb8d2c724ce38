"""``kzgraph check``, the one gate: its stages, formats, exit codes, and that no stage hides another."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kzgraph.checks.project import checks_page
from kzgraph.checks.project.gate import STAGES
from kzgraph.errors import StoreError
from kzgraph.graph.logic import reasoning
from tests.conftest import SmallProject

ROOT = Path(__file__).resolve().parents[1]
Run = Callable[..., tuple[int, str, str]]
QUICK = ("--skip", "logic", "--skip", "citations", "--skip", "profile")
CHECK = """#+ summary: Every actor has a name in Kazakh
#+ kzgraph:
#+   severity: {severity}
#+   subjects: ?thing a kzo:Actor .
#+   message: "{{thing}} has no name in Kazakh"
#+   hint: look it up
PREFIX kzo: <https://w3id.org/kzgraph/ontology/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?thing
WHERE {{ ?thing a kzo:Actor . FILTER NOT EXISTS {{ ?thing rdfs:label ?l . FILTER (LANG(?l) = "{language}") }} }}
ORDER BY ?thing
"""


@pytest.fixture(autouse=True)
def no_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KZGRAPH_DOCUMENTS", raising=False)


@pytest.fixture
def clean(project: SmallProject) -> SmallProject:
    """The small project with one check query, which finds nothing."""
    project.write("queries/checks/name-missing.rq", CHECK.format(severity="warning", language="en"))
    return project


def stages(run: Run, *arguments: str) -> dict[str, dict[str, object]]:
    told = json.loads(run("check", "-f", "json", *arguments)[1])
    assert [s["name"] for s in told["stages"]] == list(STAGES)
    return {s["name"]: s for s in told["stages"]}


def test_every_stage_says_what_it_checked(clean: SmallProject, run: Run) -> None:
    code, out, err = run("check", *QUICK)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].split() == ["stage", "findings", "seconds", "checked"]
    assert [line.split()[0] for line in lines[1:7]] == list(STAGES)
    assert re.search(r" none +\d+\.\d  3 files, \d\d triples, \d shapes, \d+ focus nodes$", lines[1])
    assert lines[2].endswith("not checked: --skip citations")
    assert lines[3].endswith("1 stored query")
    assert "1 check query, " in lines[4]
    assert lines[-1] == "no findings in 3 stages of 6; not checked: citations, profile, logic"


@pytest.mark.parametrize(
    ("name", "change", "stage", "code"),
    [
        ("instances/new.ttl", "kz:X a kzo:Actro .\n", "instances", "unknown-term"),
        ("queries/empty.rq", "SELECT ?x { ?x a ?y }\n", "queries", "query-header"),
        ("queries/checks/name.rq", CHECK.format(severity="violation", language="kk"), "hygiene", "name"),
    ],
)
def test_a_mistake_is_found_by_its_stage(
    clean: SmallProject, run: Run, name: str, change: str, stage: str, code: str
) -> None:
    clean.write(name, change)
    exit_code, out, _ = run("check", "-f", "json", *QUICK)
    told = json.loads(out)
    assert exit_code == 1
    assert code in {f["code"] for f in told["findings"]}
    guilty = {s["name"] for s in told["stages"] if s.get("findings", {}).get("violation")}
    assert guilty == {stage}


def test_the_level_that_fails(clean: SmallProject, run: Run) -> None:
    clean.write("queries/checks/name-missing.rq", CHECK.format(severity="warning", language="kk"))
    assert run("check", *QUICK)[0] == 0
    assert run("check", "--fail-on", "warning", *QUICK)[0] == 1
    assert run("check", "--fail-on", "none", *QUICK)[0] == 0


def test_a_finding_stands_at_its_line(clean: SmallProject, run: Run) -> None:
    clean.write("queries/checks/name-missing.rq", CHECK.format(severity="warning", language="kk"))
    out = run("check", *QUICK)[1]
    text = (clean.root / "instances/actors.ttl").read_text("utf-8").splitlines()
    line = next(n for n, told in enumerate(text, 1) if told.startswith("kz:North "))
    assert f"instances/actors.ttl:{line}:1: warning[name-missing]: kz:North has no name in Kazakh" in out
    assert "^ look it up" in out


def test_a_misspelt_term_is_told_by_one_stage(clean: SmallProject, run: Run) -> None:
    """Not once more by the profile, which finds it undeclared, and by the logic, which passes it over."""
    clean.write("instances/hive.ttl", 'kz:Hive a kzo:Actor ; rdfs:label "Hive"@en ; kzo:bordrs kz:Utopia .\n')
    told = json.loads(run("check", "-f", "json", "--skip", "hygiene")[1])
    found = [f["code"] for f in told["findings"] if f["file"] == "instances/hive.ttl" and f["severity"] != "info"]
    assert found == ["unknown-term"]
    (profile,) = (s for s in told["stages"] if s["name"] == "profile")
    assert profile["findings"]["violation"] == sum(f["code"].startswith("profile-") for f in told["findings"]) > 0


def test_without_java_the_other_stages_are_told(clean: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    code, out, _ = run("check", "--skip", "profile")
    assert code == StoreError.exit_code == 4
    assert "could not run: there is no Java" in out
    assert "hint (logic): install a Java runtime" in out
    assert "1 check query" in out
    assert out.splitlines()[-1].endswith("could not run: logic; not checked: citations, profile")
    code, out, _ = run("check", "--skip", "profile", "-f", "junit")
    assert code == 4
    (failure,) = ElementTree.fromstring(out).findall(".//failure")  # noqa: S314  # our own output
    assert failure.get("type") == "stage-failed"


def test_a_file_that_does_not_parse_is_a_finding_and_stops_what_needs_the_graph(clean: SmallProject, run: Run) -> None:
    clean.write("instances/broken.ttl", "kz:X a kzo:Actor\n")
    code, out, _ = run("check", *QUICK)
    assert code == 3
    assert "error[syntax-error]" in out
    assert out.count("could not run: instances/broken.ttl") == 2
    assert "could not run: queries, hygiene" in out


def test_logic_is_checked(clean: SmallProject, run: Run) -> None:
    reasoning.find_java()
    skipped = ("--skip", "citations", "--skip", "queries")
    told = stages(run, *skipped)["logic"]
    assert told["state"] == "checked"
    clean.write(
        "ontology/more.ttl",
        'kzo:Stone a owl:Class ; owl:disjointWith kzo:Actor ; rdfs:label "stone"@en .\n',
    )
    clean.write("instances/clash.ttl", 'kz:Rock a kzo:Stone , kzo:Actor ; rdfs:label "Rock"@en .\n')
    code, out, _ = run("check", *skipped)
    assert code == 1
    assert "instances/clash.ttl:10:" in out
    assert "[inconsistent]" in out


def test_citations_are_checked_where_the_texts_are(repository: Path, run: Run, documents: Path) -> None:
    others = [a for s in STAGES if s != "citations" for a in ("--skip", s)]
    told = stages(run, *others, "--documents", str(documents))["citations"]
    assert told["checked"]["citation"] >= 1500  # type: ignore[index]  # an object of JSON
    assert told["findings"] == {"violation": 0, "warning": 0, "info": 0}
    assert stages(run, *others)["citations"]["reason"] == "the texts of the documents are not at hand (--documents DIR)"
    assert run("check", *others, "--documents", "nowhere")[0] == 3


def test_formats_for_machines(clean: SmallProject, run: Run) -> None:
    clean.write("queries/checks/name-missing.rq", CHECK.format(severity="violation", language="kk"))
    sarif = json.loads(run("check", "-f", "sarif", *QUICK)[1])["runs"][0]
    (rule,) = sarif["tool"]["driver"]["rules"]
    assert rule["id"] == "name-missing"
    assert rule["help"]["text"].endswith("See docs/reference/checks.md#name-missing")
    assert len(sarif["results"]) >= 2
    junit = ElementTree.fromstring(run("check", "-f", "junit", *QUICK)[1])  # noqa: S314  # our own output
    assert len(junit.findall(".//failure")) == len(sarif["results"])
    code, out, err = run("check", "-f", "github", *QUICK)
    assert code == 1
    assert out.startswith("::error file=instances/actors.ttl,line=")
    assert err.splitlines()[-1].startswith(f"{len(sarif['results'])} errors in 3 stages of 6")


def test_how_much_each_check_query_saw(clean: SmallProject, run: Run) -> None:
    assert "  name-missing  " in run("check", "-v", *QUICK)[1]
    details = stages(run, *QUICK)["hygiene"]["details"]
    assert details["name-missing"] >= 2  # type: ignore[index]  # an object of JSON


def test_an_unknown_stage_is_a_mistake_of_usage(clean: SmallProject, run: Run) -> None:
    assert run("check", "--skip", "everything")[0] == 2


def test_the_page_of_the_checks_is_made_from_them() -> None:
    assert (ROOT / "docs/reference/checks.md").read_text("utf-8") == checks_page.page()


def test_ci_and_make_call_the_gate() -> None:
    steps = (ROOT / ".ci/run").read_text("utf-8")
    assert "bin/kzgraph check\n" in steps
    assert "kzgraph reason" not in steps
    assert "kzgraph check\n" in (ROOT / "Makefile").read_text("utf-8")


def test_a_query_whose_name_ends_otherwise_is_told(project: SmallProject, run: Run) -> None:
    for name in ("x.sparql", "y.RQ", "checks/b.RQ", "notes.md"):
        project.write(f"queries/{name}", "SELECT")
    _, out, _ = run("check", "--skip", "logic", "-f", "json")
    told = [f["file"] for f in json.loads(out)["findings"] if f["code"] == "unread-file"]
    assert sorted(told) == ["queries/checks/b.RQ", "queries/x.sparql", "queries/y.RQ"]
