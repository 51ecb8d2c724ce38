"""For every property shape and every code of a finding a right and a wrong file, and what is found in each.

A case is a folder with ``valid.ttl`` and ``invalid.ttl``; a comment at their top says what is found in all, as
``# finds: nothing`` or ``# finds: 1 unknown-term, 2 tab``. The files of ``tests/cases/shapes`` are instances of the
real ontology and shapes beside ``context.ttl``, those of ``tests/cases/findings`` beside the files of its ``project``.
Further comments say how a case is checked: ``# project: small`` (that of ``tests/cases/project``) or ``shapeless`` (the
real one, with shapes that ask for next to nothing), ``# as:`` where it stands in the project, which is then checked
whole, ``# given:`` what is given instead of the file, and ``# with: documents`` or ``# with: logic``.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from kzgraph.checks.findings.codes import code_of, codes
from kzgraph.checks.findings.finding import Finding, Report
from kzgraph.checks.validate import validate
from kzgraph.files.project import READINGS, Project, find_project
from tests.test_shapes import SHAPES

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "cases"
OF_SHAPES = sorted(p for p in (CASES / "shapes").iterdir() if p.is_dir())
NUMBER_OF_SHAPES = 155
OF_CODES = sorted(p for p in (CASES / "findings").iterdir() if p.name != "project")
NUMBER_OF_CODES = 115
# The stages whose codes are brought about by files of instances; the others have cases of their own.
STAGES = {"syntax", "vocabulary", "shapes", "facts", "logic"}
pytestmark = pytest.mark.usefixtures("parsed_once")


def _project(root: Path, instances: Path) -> Project:
    """The real ontology and shapes with one file of instances."""
    for name in ("ontology", "shapes"):
        shutil.copytree(ROOT / name, root / name)
    for name in ("instances", "queries"):
        (root / name).mkdir()
    shutil.copy(ROOT / "kzgraph.toml", root)
    shutil.copy(instances, root / "instances")
    return find_project(root)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project of the cases of shapes."""
    return _project(tmp_path_factory.mktemp("shapes"), CASES / "shapes" / "context.ttl")


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Project]:
    """The projects of the cases of findings, by the names that the cases give them."""
    root = tmp_path_factory.mktemp("findings")
    real = _project(root, CASES / "findings" / "project" / "context.ttl")
    shutil.copy(CASES / "findings" / "project" / "ontology.ttl", root / "ontology" / "more.ttl")
    small = tmp_path_factory.mktemp("small")
    shutil.copytree(CASES / "project", small, dirs_exist_ok=True)
    shutil.copy(CASES / "findings" / "project" / "ontology.ttl", small / "ontology" / "more.ttl")
    return {"real": real, "shapeless": real, "small": find_project(small)}


def wanted(text: str) -> Counter[str]:
    """What the comment at the top of a case says is found in it."""
    said = re.search(r"^\ufeff?# finds: (.+?)\r?$", text, re.MULTILINE)
    assert said, "the case does not say what is found in it"
    if said[1] == "nothing":
        return Counter()
    return Counter({code: int(number) for number, code in (part.split(" ") for part in said[1].split(", "))})


def found(findings: list[Finding]) -> Counter[str]:
    return Counter(f.code for f in findings)


def test_every_property_shape_has_its_pair() -> None:
    assert {p.name for p in OF_SHAPES} == {s.name.partition(":")[2] for s in SHAPES.all}
    assert len(OF_SHAPES) == NUMBER_OF_SHAPES
    assert {f.name for p in OF_SHAPES for f in p.iterdir()} == {"valid.ttl", "invalid.ttl"}
    assert sum(len(list(p.iterdir())) for p in OF_SHAPES) == 2 * NUMBER_OF_SHAPES


DESCRIBED = re.compile(r"^kz:[\w-]+(?=\s)", re.MULTILINE)
# The files are copies of each other but for one value; what is wrong with copies, these codes say.
OF_COPIES = {"possible-duplicate", "range-unlike-name", "same-label", "shares-above-100"}


@pytest.fixture(scope="module")
def examined(project: Project) -> dict[Path, list[Finding]]:
    """The findings in each file of a property shape; checked in one run, in which each describes things of its own."""
    files = [case / name for case in OF_SHAPES for name in ("valid.ttl", "invalid.ttl")]
    contents = {file: _with_own_names(file.read_text("utf-8"), n).encode() for n, file in enumerate(files)}
    report = validate(project, files, contents=contents)
    assert report.focus_nodes == sum(
        1 + max(f.read_text("utf-8").count("hasAttribution ["), "ttribution" in str(f)) for f in files
    )
    of_file: dict[Path, list[Finding]] = {file: [] for file in files}
    for finding in report.findings:
        file = ROOT / finding.file
        if finding.code not in OF_COPIES or finding.code in wanted(file.read_text("utf-8")):
            of_file[file].append(finding)
    return of_file


def _with_own_names(text: str, number: int) -> str:
    described = set(DESCRIBED.findall(text))
    assert described
    return re.sub(r"kz:[\w-]+", lambda name: f"{name[0]}-{number}" if name[0] in described else name[0], text)


@pytest.mark.parametrize("case", OF_SHAPES, ids=lambda p: p.name)
def test_a_property_shape(examined: dict[Path, list[Finding]], case: Path) -> None:
    right, wrong = case / "valid.ttl", case / "invalid.ttl"
    assert wanted(right.read_text("utf-8")) == Counter()
    expected = wanted(wrong.read_text("utf-8"))
    shape = "Citation" if case.name.startswith("Citation-") and f"shape-{case.name}" not in expected else case.name
    assert expected[f"shape-{shape}"] == 1
    for file in (right, wrong):
        assert found(examined[file]) == wanted(file.read_text("utf-8")), [f.message for f in examined[file]]


def said(text: str, key: str) -> str:
    """What a comment at the top of a case says of how it is checked."""
    told = re.search(rf"^# {key}: (.+)$", text, re.MULTILINE)
    return told[1] if told else ""


def checked(case: Path, projects: dict[str, Project], monkeypatch: pytest.MonkeyPatch) -> Report:
    """The report on a case, checked as its comments say."""
    text = case.read_text("utf-8", "replace")
    name = said(text, "project") or "real"
    project, place = projects[name], said(text, "as")
    monkeypatch.chdir(project.root)
    paths = [Path(said(text, "given"))] if said(text, "given") else [] if place else [case]
    target = project.root / place if place else None
    shapes = [CASES / "findings" / "project" / "shapes.ttl"] if name == "shapeless" else None
    ledger = project.root / READINGS
    if said(text, "ledger"):
        ledger.parent.mkdir(exist_ok=True)
        shutil.copy(CASES / "findings" / "project" / said(text, "ledger"), ledger)
    try:
        if target:
            shutil.copy(case, target)
        return validate(
            project,
            paths,
            documents=CASES / "findings" / "project" if said(text, "with") == "documents" else None,
            shapes=shapes,
            logic=said(text, "with") == "logic",
        )
    finally:
        ledger.unlink(missing_ok=True)
        if target:
            target.unlink()


def test_every_code_of_these_stages_has_its_pair() -> None:
    assert {p.name for p in OF_CODES} == {
        c.name for c in codes().values() if c.stage in STAGES and "profile" not in c.name
    }
    assert len(OF_CODES) == NUMBER_OF_CODES
    assert all({f.name for f in p.iterdir()} == {"valid.ttl", "invalid.ttl"} for p in OF_CODES)


@pytest.mark.parametrize("case", OF_CODES, ids=lambda p: p.name)
def test_a_code(projects: dict[str, Project], monkeypatch: pytest.MonkeyPatch, case: Path) -> None:
    right, wrong = case / "valid.ttl", case / "invalid.ttl"
    assert wanted(right.read_text("utf-8")) == Counter()
    expected = wanted(wrong.read_text("utf-8", "replace"))
    assert expected[case.name] > 0 or (case.name == "shape-NAME" and any(c.startswith("shape-") for c in expected))
    for file, number in ((right, Counter()), (wrong, expected)):
        report = checked(file, projects, monkeypatch)
        assert found(report.findings) == number, [f"{f.code} {f.message}" for f in report.findings]
        usual = code_of(case.name).severity
        assert all(f.severity == usual for f in report.findings if f.code == case.name)
        assert all(f.hint for f in report.findings if f.code == case.name)
