"""The OWL 2 DL profile: each file of tests/cases/profile marks the lines that break it; its twin is in order."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS

from kzgraph.checks.findings.codes import codes
from kzgraph.checks.project.owl_profile import check_profile
from kzgraph.cli import run
from kzgraph.files.project import Project, find_project
from kzgraph.graph.logic import owl2
from kzgraph.namespaces import DEFINED

ROOT = Path(__file__).resolve().parents[1]
CASES = sorted((ROOT / "tests" / "cases" / "profile").glob("*.ttl"))
WRONG = [p for p in CASES if p.name.endswith(".wrong.ttl")]
MARK = "# <- "


def project(root: Path, text: str) -> Project:
    for folder in ("ontology", "instances", "shapes", "queries"):
        (root / folder).mkdir()
    (root / "kzgraph.toml").write_text('[project]\nname = "profile"\n', "utf-8")
    (root / "ontology" / "case.ttl").write_text(text, "utf-8")
    return find_project(root)


def marked(text: str) -> set[tuple[int, str]]:
    """The lines that a case marks as wrong, each with the code."""
    lines = enumerate(text.splitlines(), 1)
    return {(number, line.partition(MARK)[2].strip()) for number, line in lines if MARK in line}


def test_the_cases_are_all_read() -> None:
    assert len(WRONG) == 34
    assert {p.name.replace(".wrong.", ".right.") for p in WRONG} == {p.name for p in CASES if p not in WRONG}
    of_profile = {c.name for c in codes().values() if c.stage == "profile"}
    assert {code for p in WRONG for _, code in marked(p.read_text("utf-8"))} == of_profile
    assert len(of_profile) == 9


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_a_case(tmp_path: Path, path: Path) -> None:
    text = path.read_text("utf-8")
    found = check_profile(project(tmp_path, text))
    assert {(f.line, f.code) for f in found} == marked(text)
    assert all(f.message and f.hint and f.column and f.file == "ontology/case.ttl" for f in found)


def test_the_whole_project_is_in_owl_2_dl() -> None:
    assert check_profile(find_project(ROOT)) == []


def test_the_command_shows_what_breaks_the_profile(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    text = next(p for p in WRONG if p.stem == "functional-and-transitive.wrong").read_text("utf-8")
    root = project(tmp_path, text).root
    assert run(["--project", str(root), "reason"]) == 1
    out = capfd.readouterr().out
    line = next(number for number, _ in marked(text))
    assert f"ontology/case.ttl:{line}:" in out
    assert "error[profile-not-simple]: kzo:within is not simple" in out


def test_what_owl_2_defines_is_known_in_one_place() -> None:
    """The words by their meaning are words of these vocabularies, and so are those that another library lists."""
    known = set().union(*DEFINED.values())
    words = {w for group in vars(owl2).values() if isinstance(group, set | dict) for w in group if isinstance(w, str)}
    assert len(words) > 60
    assert {w for w in words if w.startswith(tuple(DEFINED))} <= known
    listed = {
        str(base) + name for base in (RDF, RDFS, OWL) for name in base.__annotations__ if not name.startswith("_")
    }
    assert len(listed) > 100
    assert listed <= known
