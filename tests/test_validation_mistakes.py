"""A hundred mistakes, each seeded into a copy of a real file, and each told at its line with its code."""

from __future__ import annotations

import shutil
import tomllib
from collections import defaultdict
from itertools import zip_longest
from pathlib import Path

import pytest

from kzgraph.checks.findings.codes import codes
from kzgraph.checks.findings.finding import Finding
from kzgraph.checks.validate import validate
from kzgraph.files.project import Project, find_project

ROOT = Path(__file__).resolve().parents[1]
CASES: list[dict[str, str]] = tomllib.loads(
    (ROOT / "tests" / "cases" / "validation" / "mistakes.toml").read_text("utf-8")
)["mistake"]
pytestmark = pytest.mark.usefixtures("parsed_once")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy of the project's files."""
    root = tmp_path_factory.mktemp("copy")
    for name in ("ontology", "instances", "shapes", "queries"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "kzgraph.toml", root)
    return find_project(root)


Findings = dict[str, list[Finding]]


def findings(copy: Project, texts: dict[str, str]) -> Findings:
    """The findings in some files with other contents, checked in one run."""
    contents = {(copy.root / name).resolve(): text.encode() for name, text in texts.items()}
    report = validate(copy, [copy.root / name for name in texts], contents=contents)
    return {name: [f for f in report.findings if f.file == name] for name in texts}


def seeded(copy: Project, case: dict[str, str]) -> str:
    """The real file with a mistake in it."""
    text = (copy.root / case["file"]).read_text("utf-8")
    assert case["find"] in text, "the real file has changed: choose another place for this mistake"
    return text.replace(case["find"], case["write"], 1)


@pytest.fixture(scope="module")
def together(copy: Project, parsed_once: None) -> Findings:
    """The findings of each mistake: in one run as many as stand in different files."""
    of_file: dict[str, list[dict[str, str]]] = defaultdict(list)
    for case in CASES:
        of_file[case["file"]].append(case)
    found: Findings = {}
    for cases in zip_longest(*of_file.values()):
        now = {case["file"]: case for case in cases if case}
        in_files = findings(copy, {name: seeded(copy, case) for name, case in now.items()})
        found |= {now[name]["name"]: own for name, own in in_files.items()}
    return found


def test_there_are_a_hundred() -> None:
    assert len(CASES) >= 100
    assert len({c["name"] for c in CASES}) == len(CASES)
    assert {c["code"] for c in CASES if not c["code"].startswith(("shape-", "uncited"))} <= codes().keys()


def test_the_real_files_are_without_findings(copy: Project) -> None:
    names = sorted({c["file"] for c in CASES})
    assert len(names) >= 16
    assert findings(copy, {n: (copy.root / n).read_text("utf-8") for n in names}) == {n: [] for n in names}


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"].replace(" ", "-"))
def test_a_mistake_is_told_at_its_line(copy: Project, together: Findings, case: dict[str, str]) -> None:
    at = (copy.root / case["file"]).read_text("utf-8").index(case["find"])
    text = seeded(copy, case)
    block = text.rfind("\n\n", 0, at)
    place = text.find(case["at"], at) if text.find(case["at"], at) >= 0 else text.index(case["at"], block)
    if case["at"].startswith("kz:") and not case["write"].startswith(case["at"]):
        place = text.index(case["at"], max(0, block))
    line = text.count("\n", 0, place) + 1
    found = together[case["name"]]
    told = [(f.code, f.line) for f in found]
    codes = {"uncited-fact", "shape-Fact-source"} if case["code"] == "uncited" else {case["code"]}
    right = [f for f in found if f.code in codes and f.line == line]
    assert right, f"expected {case['code']} on line {line}, got {told}"
    assert case.get("says", "") in f"{right[0].message} {right[0].hint}"
    assert all(f.column > 0 and f.hint for f in right)
    assert len(found) <= 4, f"one mistake, and {len(found)} findings: {[f.message for f in found]}"
