"""``kzgraph validate`` as a whole: formats, exit codes, what nothing was checked of, fixes, and fuzzing."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kzgraph
from kzgraph.checks.findings.codes import anchor, code_of, codes, page
from kzgraph.checks.findings.finding import Report, as_json, as_text
from kzgraph.checks.findings.formats import as_github, as_junit, as_sarif
from kzgraph.checks.findings.w3c_report import as_turtle
from kzgraph.checks.fixes import Fixes
from kzgraph.checks.validate import validate
from kzgraph.files.project import Project, find_project
from tests.conftest import EXAMPLES, PREFIXES, SmallProject, examples

ROOT = Path(__file__).resolve().parents[1]
SMALL = ROOT / "tests" / "cases" / "project"
VISITS = (ROOT / "instances" / "events" / "visits.ttl").read_text("utf-8")[:4000]
Run = Callable[..., tuple[int, str, str]]
SHAPES = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix : <http://example.org/> .
:S a sh:NodeShape ; sh:targetClass :Port ; sh:property :S-name .
:S-name sh:path :name ; sh:minCount 1 ; sh:maxLength 5 .
"""
MANY = max(20_000, 100 * EXAMPLES)
DATA = '@prefix : <http://example.org/> .\n:a a :Port .\n:b a :Port ; :name "Alexandria" .\n'
BROKEN = 'kz:NewState a kzo:Stat ;\n    rdfs:label "New"@en .\n'


def of_repository(run: Run, *arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
    return run("--project", str(ROOT), "validate", *arguments, stdin=stdin)


def test_the_page_of_findings_is_not_stale() -> None:
    assert (ROOT / "docs" / "reference" / "findings.md").read_text("utf-8") == page()


def test_every_code_in_the_source_is_in_the_table() -> None:
    known = codes().keys()
    pattern = re.compile(r'(?:Finding\(|\.add\(|code=|code: str = )\s*"([a-z]+(?:-[a-z0-9]+)+)"')
    found = {c for p in (ROOT / "kzgraph").rglob("*.py") for c in pattern.findall(p.read_text("utf-8"))}
    assert len(found) > 25
    assert {c for c in found if not c.startswith("shape-")} <= known
    assert all(f"### {anchor(c)}".lower() in page().lower() for c in found)
    assert all(c.fix and c.meaning for c in codes().values())
    assert code_of("shape-Fact-label").stage == "shapes"


def test_a_right_file_passes_without_a_word_too_many(run: Run) -> None:
    visits = str(ROOT / "instances" / "events" / "visits.ttl")
    assert of_repository(run, visits, "-q") == (0, "", "")
    code, out, err = of_repository(run, visits)
    assert (code, err) == (0, "")
    *seen, last = out.splitlines()
    assert re.fullmatch(r"no findings in 1 file \(\d+ triples, \d+ shapes, \d+ focus nodes checked\)", last)
    assert re.fullmatch(r"\d+ facts, shown by \d+ stored queries", seen[0])
    assert all(line.startswith(("  kzgraph query ", "how they read:", "  kz:")) for line in seen[1:])


def test_the_json_is_as_promised(project: SmallProject, run: Run) -> None:
    path = project.write("instances/new.ttl", BROKEN)
    code, out, _ = run("validate", str(path), "-f", "json")
    data = json.loads(out)
    assert code == 1
    assert list(data) == ["summary", "findings", "facts", "compare"]
    counted = {"files", "triples", "shapes", "focus_nodes", "statements"}
    assert set(data["summary"]) == counted | {"violation", "warning", "info"}
    names = ["code", "severity", "file", "line", "column", "thing", "property", "value", "message", "hint"]
    names += ["graph", "related"]
    assert all(list(f) == names for f in data["findings"])
    (unknown,) = (f for f in data["findings"] if f["code"] == "unknown-term")
    assert (unknown["line"], unknown["column"], unknown["value"]) == (10, 15, "kzo:Stat")
    assert "kzo:State" in unknown["hint"]


def test_every_format_says_the_same(project: SmallProject, run: Run) -> None:
    path = str(project.write("instances/new.ttl", BROKEN))
    told = {f: run("validate", path, "-f", f) for f in ("text", "json", "sarif", "junit", "github", "turtle")}
    assert {code for code, _, _ in told.values()} == {1}
    count = len(json.loads(told["json"][1])["findings"])
    sarif = json.loads(told["sarif"][1])
    assert sarif["version"] == "2.1.0"
    (sarif_run,) = sarif["runs"]
    assert len(sarif_run["results"]) == count
    rules = [r["id"] for r in sarif_run["tool"]["driver"]["rules"]]
    assert all(rules[r["ruleIndex"]] == r["ruleId"] for r in sarif_run["results"])
    assert any("fixes" in r for r in sarif_run["results"])
    suite = ET.fromstring(told["junit"][1])  # noqa: S314  # our own output
    assert len(suite.findall(".//failure")) + len(suite.findall(".//system-out")) == count
    assert told["github"][1].count("::error ") + told["github"][1].count("::notice ") >= 1
    assert "file=instances/new.ttl,line=10,col=15" in told["github"][1]
    graph = list(ox.parse(told["turtle"][1], ox.RdfFormat.TURTLE))
    assert sum(q.predicate.value.endswith("#result") for q in graph) == count


@pytest.mark.parametrize(("level", "code"), [("violation", 0), ("warning", 0), ("info", 1), ("none", 0)])
def test_fail_on(project: SmallProject, run: Run, level: str, code: int) -> None:
    path = project.write("instances/new.ttl", 'kz:NewState a kzo:State ;\n    rdfs:label "Newland"@en .\n')
    found, out, _ = run("validate", str(path), "--fail-on", level)
    assert found == code, out
    assert "note[unused-prefix]" in out


def test_what_names_nothing_is_a_finding(project: SmallProject, run: Run) -> None:
    (project.root / "empty").mkdir()
    project.write("instances/nothing.txt", "")
    (project.root / "void.ttl").write_text("")
    for path, told in {
        "empty": "nothing-to-check",
        "dra*/**/*.ttl": "nothing-to-check",
        "void.ttl": "empty-file",
    }.items():
        code, out, _ = run("validate", path)
        assert code == 1
        assert f"error[{told}]" in out
    assert run("validate", "missing.ttl")[0] == 3
    assert "1 file (" in run("validate", "instances/act*.ttl")[1]


def test_standard_input(run: Run) -> None:
    code, out, _ = of_repository(run, "-", stdin=b"@prefix kz: <https://w3id.org/kzgraph/id/> .\nkz:x a kz:y\n")
    assert code == 1
    assert "<stdin>:2:11: error[syntax-error]: the last statement is not closed" in out


def test_standalone_gives_the_report_of_the_w3c(tmp_path: Path, run: Run) -> None:
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    data.write_text(DATA)
    shapes.write_text(SHAPES)
    code, out, _ = run("validate", str(data), "--shapes", str(shapes), "--standalone", "-f", "turtle")
    assert code == 1
    assert out.count("a sh:ValidationResult ;") == 2
    code, out, _ = run("validate", str(data), "--shapes", str(shapes), "--standalone")
    assert code == 1
    assert f"{data}:2:1: error[shape-S-name]" in out
    assert f"{data}:3:20: error[shape-S-name]" in out
    data.write_text(DATA.replace("andria", "").replace("a :Port .\n:b", 'a :Port ; :name "A" .\n:b'))
    assert run("validate", str(data), "--shapes", str(shapes), "--standalone", "-f", "turtle")[0] == 0
    assert run("validate", str(data), "--standalone")[0] == 2
    data.write_text("nonsense")
    for form in ("turtle", "text"):
        assert run("validate", str(data), "--shapes", str(shapes), "--standalone", "-f", form)[0] == 1
    shapes.write_text("nonsense")
    assert run("validate", str(data), "--shapes", str(shapes), "--standalone", "-f", "turtle")[0] == 3


def test_a_nested_failure_says_which_branch_failed(run: Run) -> None:
    citation = (ROOT / "instances" / "citations" / "ali-2023.ttl").read_text("utf-8")
    seeded = citation.replace("    kzo:paragraph 1 ;\n", "", 1).replace("kz:ali-2023_0-27", "kz:ali-2023_0-27")
    report = validate(
        find_project(ROOT), [p := ROOT / "instances" / "citations" / "ali-2023.ttl"], contents={p: seeded.encode()}
    )
    (finding,) = report.findings
    assert "(1) kzsh:Citation-placed, for kzo:paragraph is missing" in finding.message
    assert "(2) kzsh:Citation-located, for kzo:locator is missing" in finding.message


def test_shapes_that_check_nothing_are_findings(project: SmallProject, run: Run) -> None:
    project.write(
        "shapes/vacuous.ttl",
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix kzsh: <https://w3id.org/kzgraph/shapes/> .\n"
        "kzsh:A a sh:NodeShape ; sh:targetClass kzo:Sttate .\nkzsh:B a sh:NodeShape ; sh:targetClass kzo:Corridor ;\n"
        "    sh:property kzsh:C .\nkzsh:C a sh:PropertyShape ; sh:path kzo:nothing ; sh:minCount 0 .\n",
    )
    _, out, _ = run("validate")
    assert "shapes/vacuous.ttl:12:40: error[unknown-shape-term]: kzo:Sttate" in out
    assert "error[unknown-shape-term]: kzo:nothing, the path of kzsh:C" in out


def test_fix_shows_and_writes_only_when_told(project: SmallProject, run: Run) -> None:
    path = project.write("instances/new.ttl", BROKEN.replace('"New"@en', '"Newland"'))
    before = path.read_bytes()
    _, _, err = run("validate", str(path), "--fix")
    assert path.read_bytes() == before
    assert "-kz:NewState a kzo:Stat ;" in err
    assert "+kz:NewState a kzo:State ;" in err
    assert "nothing was written" in err
    _, out, err = run("validate", str(path), "--fix", "--yes")
    assert b"kzo:State" in path.read_bytes()
    assert b"@prefix xsd" not in path.read_bytes()
    assert "wrote" in err
    assert "unknown-term" not in out
    again = path.read_bytes()
    assert "no finding can be fixed" in run("validate", str(path), "--fix", "--yes")[2]
    assert path.read_bytes() == again


def test_what_is_saved_while_the_fixes_are_looked_at_stays(
    project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = project.write("instances/new.ttl", BROKEN.replace('"New"@en', '"Newland"'))
    show = Fixes.diff

    def slowly(fixes: Fixes, of: Project) -> str:
        path.write_text(path.read_text("utf-8") + "# saved\n", "utf-8")
        return show(fixes, of)

    monkeypatch.setattr(Fixes, "diff", slowly)
    code, _, err = run("validate", str(path), "--fix", "--yes")
    assert (code, "instances/new.ttl: has changed since it was read" in err) == (3, True)
    assert path.read_text("utf-8").endswith("# saved\n")
    assert "kzo:Stat ;" in path.read_text("utf-8")


def test_usage_is_refused(run: Run) -> None:
    assert of_repository(run, "-", "--fix")[0] == 2
    assert of_repository(run, "--yes")[0] == 2
    assert of_repository(run, "x.ttl", "-f", "yaml")[0] == 2


def test_encodings(project: SmallProject, run: Run) -> None:
    text = "@prefix kz: <https://w3id.org/kzgraph/id/> .\r\n@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\r\n"
    text += "kz:Kazakhstan rdfs:seeAlso\tkz:Ä .\r\n"
    path = project.root / "x.ttl"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode("utf-8"))
    out = run("validate", "x.ttl")[1]
    assert "x.ttl:1:1: warning[byte-order-mark]" in out
    assert "note[line-ends]" in out
    path.write_bytes(text.encode("latin-1"))
    assert "x.ttl:3:31: error[not-utf-8]" in run("validate", "x.ttl")[1]
    path.write_bytes(text.encode("utf-16"))
    assert "error[not-utf-8]: the file is UTF-16" in run("validate", "x.ttl")[1]


@pytest.mark.parametrize(
    "text",
    [
        "kz:a rdfs:seeAlso " + "[" * MANY,
        "kz:a rdfs:seeAlso " + "(" * MANY,
        "kz:a rdfs:label " + "[ rdfs:label " * MANY + '"x"' + " ]" * MANY + " .",
        "kz:a rdfs:seeAlso " + "( " * MANY + ") " * MANY + ".",
        "kz:a rdfs:label " + '"' * MANY,
        'kz:a rdfs:label "' + '\\"' * MANY,
        'kz:a rdfs:label "' + "x" * 17_000_000 + '"@en .',
        "".join(f"@prefix p{i}: <urn:p:{i}> .\n" for i in range(MANY // 5)) + 'kz:a rdfs:label "x"@en .',
        "kz:a kz:b kz:c kz:d\n" * 2000,
        "<<kz:a kz:b kz:c>> kz:d kz:e .",
        "\x00\x1b[31m",
    ],
    ids=[
        "brackets",
        "lists",
        "nested",
        "nested-lists",
        "quotes",
        "escapes",
        "long",
        "prefixes",
        "errors",
        "triple-term",
        "control",
    ],
)
def test_extremes_end_in_findings(project: SmallProject, run: Run, text: str) -> None:
    prefixes = "@prefix kz: <https://w3id.org/kzgraph/id/> .\n@prefix kzo: <https://w3id.org/kzgraph/ontology/> .\n"
    prefixes += "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    code, out, err = run("validate", "-", stdin=(prefixes + text).encode())
    assert code in {0, 1}, err
    assert "\x1b" not in out
    assert "\x00" not in out


def test_tens_of_thousands_of_findings(project: SmallProject, run: Run) -> None:
    prefixes = "@prefix kz: <https://w3id.org/kzgraph/id/> .\n@prefix kzo: <https://w3id.org/kzgraph/ontology/> .\n"
    text = "".join(f"kz:t{i} a kzo:Stat{i} .\n" for i in range(MANY))
    code, out, err = run("validate", "-", "-f", "json", stdin=(prefixes + text).encode())
    assert (code, err) == (1, "")
    found = json.loads(out)
    assert found["summary"]["violation"] == MANY
    assert [f["line"] for f in found["findings"] if f["code"] == "unknown-term"] == list(range(3, MANY + 3))


def everything(content: bytes) -> Report:
    """A run with all formats; each must read what it wrote."""
    project = find_project(SMALL)
    report = validate(project, [Path("-")], contents={Path("-"): content})
    json.loads(as_json(report))
    json.loads(as_sarif(report))
    ET.fromstring(as_junit(report, list(report.lines)))  # noqa: S314  # our own output
    list(ox.parse(as_turtle(report, project.prefixes), ox.RdfFormat.TURTLE))
    assert as_text(report)
    assert as_github(report).count("\n") == len(report.findings)
    assert all(0 <= f.line <= len(report.lines.get(f.file, [])) for f in report.findings)
    return report


MARKS = st.sampled_from(
    ['"', "'", '"""', "\\", "<", ">", "[", "]", "(", ")", ".", ";", ",", "^^", "@", "\n", "\r", "é"]
)
SLOWLY = settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))


@SLOWLY
@given(st.binary(max_size=300))
def test_any_bytes_end_in_findings(content: bytes) -> None:
    assert everything(content).findings or not content


@SLOWLY
@given(st.lists(st.tuples(st.integers(0, len(VISITS)), st.integers(0, 20), MARKS), min_size=1, max_size=6))
def test_any_change_of_a_real_file_ends_in_findings(changes: list[tuple[int, int, str]]) -> None:
    text = VISITS
    for at, length, mark in changes:
        text = text[:at] + mark + text[at + length :]
    report = everything(text.encode("utf-8", "replace"))
    try:
        list(ox.parse(text.encode("utf-8", "replace"), ox.RdfFormat.TURTLE))
    except SyntaxError:
        assert any(f.severity == "violation" for f in report.findings)


def test_a_value_that_the_model_does_not_know_is_no_fault() -> None:
    """Terms of others may stand beside words of the model, in every property of a fact."""
    words = {"comparator": "ComparatorAbout", "modality": "ModalityPlanned", "hasStatus": "StatusPlanned"}
    words |= {"dateBasis": "DateInferred", "hasUnit": "UnitTonne", "rank": "RankNormal", "statedBy": "Fact"}
    own = " ; ".join(f"kzo:{word} kzo:{value} , kz:Kazakhstan , [] , 7" for word, value in words.items())
    text = (
        f'{PREFIXES}kz:odd a kzo:Figure ; rdfs:label "About 5"@en ; kzo:value 5 ; kzo:asStated "about 5" ; {own} ; '
        "kzo:hasAttribution [ kzo:ofProperty kzo:nothing ; kzo:basis kz:Kazakhstan ] ; "
        "prov:wasDerivedFrom kz:ali-2023_1-2 .\n"
    )
    path = ROOT / "instances" / "actors" / "groups.ttl"
    report = kzgraph.open(ROOT).validate([path], contents={path: text.encode()})
    assert [f for f in report.findings if f.thing == "kz:odd" and f.severity == "violation"]
