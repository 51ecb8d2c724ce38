"""``kzgraph validate``: each mistake is told at its line and column, and what was checked is counted.

A case is a file in ``tests/cases/validate``; its first line says what is to be found, as ``code@line`` or
``code@line:column``.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kzgraph.checks.syntax import context
from tests.conftest import ROOT, SmallProject

Run = Callable[..., tuple[int, str, str]]
CASES = sorted((ROOT / "tests" / "cases" / "validate").glob("*.ttl"))
NUMBER_OF_CASES = 16
SEVERE = {"violation": "error", "warning": "warning", "info": "note"}


def expected(case: Path) -> set[str]:
    found = re.match(r"# expect: (.+)", case.read_text("utf-8"))
    assert found, f"{case} does not say what to expect"
    return set() if found[1] == "nothing" else set(found[1].split(", "))


def test_the_cases_are_all_there() -> None:
    assert len(CASES) == len(list((ROOT / "tests" / "cases" / "validate").iterdir())) == NUMBER_OF_CASES


def report(run: Run, *arguments: str) -> dict[str, Any]:
    code, out, err = run("validate", *arguments, "-f", "json")
    assert code in {0, 1}, err
    found: dict[str, Any] = json.loads(out)
    assert (code == 1) == bool(found["summary"]["violation"])
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.stem)
def test_a_case(project: SmallProject, run: Run, case: Path) -> None:
    shutil.copy(case, project.root / "instances" / "case.ttl")
    findings = report(run, "instances/case.ttl")["findings"]
    places = [(f"{f['code']}@{f['line']}", f"{f['code']}@{f['line']}:{f['column']}") for f in findings]
    wanted = expected(case)
    for short, long in places:
        assert {short, long} & wanted, f"{long} is not expected"
    for entry in wanted:
        assert any(entry in place for place in places), f"{entry} is not found"
    assert all(f["file"] == "instances/case.ttl" for f in findings)


@pytest.mark.parametrize("case", [c for c in CASES if c.stem != "clean"], ids=lambda c: c.stem)
def test_every_finding_says_what_to_do(project: SmallProject, run: Run, case: Path) -> None:
    shutil.copy(case, project.root / "instances" / "case.ttl")
    for finding in report(run, "instances/case.ttl")["findings"]:
        assert finding["message"]
        assert finding["hint"] or finding["code"] in {"empty-file", "syntax-error"}


@pytest.mark.parametrize(
    ("case", "hint"),
    [
        ("unknown-term", "did you mean kzo:hasMember"),
        ("unknown-class", "did you mean kzo:Membership"),
        ("undescribed-thing", "did you mean kz:Erewhon"),
        ("undescribed-citation", "did you mean kz:example-2020_15-40"),
        ("foreign-term", "did you mean rdfs:label"),
    ],
)
def test_the_text_shows_the_line_and_the_hint(project: SmallProject, run: Run, case: str, hint: str) -> None:
    source = next(c for c in CASES if c.stem == case)
    shutil.copy(source, project.root / "instances" / "case.ttl")
    code, out, err = run("validate", "instances/case.ttl")
    assert (code, err) == (1, "")
    place = next(entry for entry in expected(source) if re.search(r":\d+$", entry))
    kind, line, column = re.split("[@:]", place)
    lines = out.splitlines()
    start = next(i for i, text in enumerate(lines) if text.startswith(f"instances/case.ttl:{line}:{column}: "))
    assert lines[start].startswith(f"instances/case.ttl:{line}:{column}: error[{kind}]: ")
    written = source.read_text("utf-8").splitlines()[int(line) - 1]
    assert lines[start + 1] == f"{int(line):>5} | {written}"
    assert lines[start + 2].index("^") == len("      | ") + int(column) - 1
    assert hint in lines[start + 2]


def counts(project: SmallProject) -> dict[str, int]:
    return {"files": len(list((project.root / "instances").rglob("*.ttl"))), "shapes": 7, "violation": 0}


def test_a_clean_project_passes_and_says_what_was_checked(project: SmallProject, run: Run) -> None:
    code, out, err = run("validate")
    assert (code, err) == (0, "")
    assert out == "no findings in 3 files (34 triples, 7 shapes, 3 focus nodes checked)\n"
    summary = report(run)["summary"]
    assert summary == {
        "files": 3,
        "triples": 34,
        "shapes": 7,
        "focus_nodes": 3,
        "statements": 0,
        "violation": 0,
        "warning": 0,
        "info": 0,
    }


def test_a_file_is_checked_in_the_context_of_the_others(project: SmallProject, run: Run) -> None:
    out = run("validate", "instances/facts.ttl")[1]
    assert out.splitlines()[-1] == "no findings in 1 file (13 triples, 7 shapes, 1 focus node checked)"


def test_several_paths_and_folders_are_counted_once(project: SmallProject, run: Run) -> None:
    for paths in (["instances"], ["instances", "instances/facts.ttl"], ["./instances/../instances"]):
        assert report(run, *paths)["summary"]["files"] == 3


def test_a_draft_outside_the_folders_of_the_project(project: SmallProject, run: Run) -> None:
    shutil.copy(CASES[[c.stem for c in CASES].index("clean")], project.root / "draft.ttl")
    assert report(run, "draft.ttl")["findings"] == []
    shutil.copy(CASES[[c.stem for c in CASES].index("unknown-term")], project.root / "draft.ttl")
    assert {f["file"] for f in report(run, "draft.ttl")["findings"]} == {"draft.ttl"}


def test_a_project_without_instances_is_a_finding(project: SmallProject, run: Run) -> None:
    shutil.rmtree(project.root / "instances")
    (project.root / "instances").mkdir()
    code, out, _ = run("validate")
    assert code == 1
    assert "error[nothing-to-check]" in out
    assert "in 0 files" in out


def test_a_folder_without_turtle_is_a_finding(project: SmallProject, run: Run) -> None:
    (project.root / "empty").mkdir()
    code, out, _ = run("validate", "empty")
    assert code == 1
    assert "empty: error[nothing-to-check]" in out


@pytest.mark.parametrize("name", ["core.ttl", "none"])
def test_shapes_that_check_nothing_are_a_finding(project: SmallProject, run: Run, name: str) -> None:
    if name == "none":
        (project.root / "shapes" / "core.ttl").unlink()
    else:
        path = project.root / "shapes" / name
        path.write_text(re.sub(r"sh:targetClass kzo:\w+", r"\g<0>e", path.read_text("utf-8")), "utf-8")
    assert "warning[nothing-targeted]" in run("validate", "instances/facts.ttl")[1]


def test_a_file_of_shapes_that_holds_none_is_an_error(project: SmallProject, run: Run) -> None:
    (project.root / "none.ttl").write_text("# none yet\n", "utf-8")
    code, out, _ = run("validate", "instances/facts.ttl", "--shapes", "none.ttl")
    assert code == 1
    assert "none.ttl: error[nothing-targeted]: holds no shape" in out


@pytest.mark.parametrize(
    ("level", "case", "code"),
    [
        ("violation", "unknown-term", 1),
        ("violation", "missing-label", 0),
        ("violation", "clean", 0),
        ("warning", "missing-label", 1),
        ("warning", "missing-citation", 1),
        ("warning", "clean", 0),
        ("info", "wrong-datatype", 1),
        ("info", "clean", 0),
        ("none", "unknown-term", 0),
        ("none", "syntax-error", 0),
    ],
)
def test_what_makes_the_run_fail(project: SmallProject, run: Run, level: str, case: str, code: int) -> None:
    shutil.copy(ROOT / "tests" / "cases" / "validate" / f"{case}.ttl", project.root / "instances" / "case.ttl")
    found, out, _ = run("validate", "instances/case.ttl", "--fail-on", level)
    assert found == code
    assert out.endswith("checked)\n")


def test_the_summary_counts_each_severity(project: SmallProject, run: Run) -> None:
    for case in ("missing-label", "unknown-term"):
        shutil.copy(ROOT / "tests" / "cases" / "validate" / f"{case}.ttl", project.root / "instances" / f"{case}.ttl")
    found = report(run, "instances/missing-label.ttl", "instances/unknown-term.ttl")
    for severity in SEVERE:
        assert found["summary"][severity] == sum(f["severity"] == severity for f in found["findings"])
    text = run("validate", "instances/missing-label.ttl", "instances/unknown-term.ttl")[1]
    for severity, word in SEVERE.items():
        assert text.count(f": {word}[") == found["summary"][severity]
    assert "in 2 files (" in text.splitlines()[-1]


def test_one_broken_file_hides_nothing_of_another(project: SmallProject, run: Run) -> None:
    for case in ("syntax-error", "unknown-term", "bad-date"):
        shutil.copy(ROOT / "tests" / "cases" / "validate" / f"{case}.ttl", project.root / "instances" / f"{case}.ttl")
    codes = {f["code"] for f in report(run)["findings"]}
    assert {"syntax-error", "unknown-term", "bad-literal"} <= codes


def test_validating_changes_nothing(project: SmallProject, run: Run) -> None:
    shutil.copy(ROOT / "tests" / "cases" / "validate" / "unknown-term.ttl", project.root / "instances" / "case.ttl")
    before = project.state()
    for form in ("text", "json"):
        run("validate", "-f", form)
    assert project.state() == before


@pytest.mark.slow
def test_the_repository_itself_has_no_error(repository: Path, run: Run) -> None:
    code, out, _ = run("validate")
    assert code == 0, out
    assert int(re.findall(r"(\d+) focus nodes? checked", out)[-1]) >= 1000


def test_terms_and_things_may_share_a_namespace(project: SmallProject, run: Run) -> None:
    project.write(
        "ontology/own.ttl",
        'kz:Hive a owl:Class ; rdfs:label "hive"@en .\nkz:near a owl:ObjectProperty ; rdfs:label "near"@en .\n',
    )
    path = project.write("instances/hives.ttl", 'kz:A a kz:Hive ; rdfs:label "A"@en ; kz:neer kz:A .\n')
    code, out, _ = run("validate", str(path), "-f", "json")
    (finding,) = [f for f in json.loads(out)["findings"] if f["severity"] == "violation"]
    assert (code, finding["code"]) == (1, "undescribed-thing")
    assert finding["hint"] == "did you mean kz:near?"


def test_the_names_of_the_graph_are_folded_once_for_all_that_are_unknown(
    project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    fold, folded = context._joined, list[str]()

    def counted(name: str) -> str:
        folded.append(name)
        return fold(name)

    monkeypatch.setattr(context, "_joined", counted)
    counts = []
    for number in (1, 21):
        path = project.write("new.ttl", "".join(f"kz:Utopia kzo:about kz:Nowhere{n} .\n" for n in range(number)))
        folded.clear()
        assert run("validate", str(path))[1].count("error[undescribed-thing]") == number
        counts.append(len(folded))
    assert counts[1] - counts[0] == 20
