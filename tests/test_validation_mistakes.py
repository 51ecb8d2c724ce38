"""A hundred mistakes, each seeded into a copy of a real file, and each told at its line with its code."""

from __future__ import annotations

import shutil
import tomllib
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


def findings(copy: Project, name: str, text: str) -> list[Finding]:
    path = copy.root / name
    report, _ = validate(copy, [path], contents={path.resolve(): text.encode()})
    return report.findings


def test_there_are_a_hundred() -> None:
    assert len(CASES) >= 100
    assert len({c["name"] for c in CASES}) == len(CASES)
    assert {c["code"] for c in CASES if not c["code"].startswith(("shape-", "uncited"))} <= codes().keys()


@pytest.mark.parametrize("name", sorted({c["file"] for c in CASES}))
def test_the_real_file_is_without_findings(copy: Project, name: str) -> None:
    assert findings(copy, name, (copy.root / name).read_text("utf-8")) == []


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"].replace(" ", "-"))
def test_a_mistake_is_told_at_its_line(copy: Project, case: dict[str, str]) -> None:
    text = (copy.root / case["file"]).read_text("utf-8")
    assert case["find"] in text, "the real file has changed: choose another place for this mistake"
    at = text.index(case["find"])
    seeded = text.replace(case["find"], case["write"], 1)
    block = seeded.rfind("\n\n", 0, at)
    place = seeded.find(case["at"], at) if seeded.find(case["at"], at) >= 0 else seeded.index(case["at"], block)
    if case["at"].startswith("kz:") and not case["write"].startswith(case["at"]):
        place = seeded.index(case["at"], max(0, block))
    line = seeded.count("\n", 0, place) + 1
    found = findings(copy, case["file"], seeded)
    told = [(f.code, f.line) for f in found]
    codes = {"uncited-fact", "shape-Fact-source"} if case["code"] == "uncited" else {case["code"]}
    right = [f for f in found if f.code in codes and f.line == line]
    assert right, f"expected {case['code']} on line {line}, got {told}"
    assert case.get("says", "") in f"{right[0].message} {right[0].hint}"
    assert all(f.column > 0 and f.hint for f in right)
    assert len(found) <= 4, f"one mistake, and {len(found)} findings: {[f.message for f in found]}"
