"""SARIF and JUnit output, checked against the schemas of their publishers.

The schemas are other people's, and not in the repository: ``KZGRAPH_SARIF_SCHEMA`` names the SARIF 2.1.0 schema of
OASIS, ``KZGRAPH_JUNIT_XSD`` the schema of the Jenkins xUnit plugin (``.ci/install-suites`` gets both). What can be said
without them is tested in any case.
"""

from __future__ import annotations

import json
import os
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from kzgraph.checks.findings.codes import codes
from kzgraph.checks.findings.finding import Edit, Finding, Related, Report
from kzgraph.checks.findings.formats import as_junit, as_sarif
from kzgraph.checks.validate import validate
from kzgraph.files.project import find_project

ROOT = Path(__file__).resolve().parents[1]
CASES = sorted((ROOT / "tests" / "cases" / "validate").glob("*.ttl"))


def made() -> Report:
    """A report with a finding of every code, and of every form that a finding can have."""
    findings = [
        Finding(c.name, c.severity, "a b/ä.ttl", 2, 5, f"{c.meaning} \x1b<&\"'>", c.fix) for c in codes().values()
    ]
    findings += [
        Finding("unknown-term", "violation", "x.ttl", 1, 1, "m", "h", "kz:A", "kzo:b", '"v"', 3, (Edit(0, 3, "kz:"),)),
        Finding("inconsistent", "violation", "x.ttl", 1, 1, "m", related=(Related("t", "y.ttl", 3, 4),)),
        Finding("inconsistent", "violation", "x.ttl", 0, 0, "m", related=(Related("t", "y.ttl", 0, 0),)),
        Finding("shape-A-b", "info", "", 0, 0, "m", thing="kz:A", graph="urn:example:graph"),
        Finding("nothing-to-check", "violation", "none", 0, 0, "m"),
        Finding("syntax-error", "violation", "<stdin>", 1, 1, "m"),
    ]
    return Report(findings, files=2, triples=3, shapes=4, focus_nodes=5, statements=6)


def reports() -> dict[str, tuple[Report, list[str]]]:
    """The made report, an empty one, one of a store, and those of the cases of a small project."""
    project = find_project(ROOT / "tests" / "cases" / "project")
    found = {"made": (made(), ["x.ttl"]), "empty": (Report(), []), "store": (Report(store="db", files=1), ["urn:x"])}
    for case in CASES:
        report = validate(project, [case])
        found[case.stem] = (report, list(report.lines))
    return found


REPORTS = reports()


def schema(variable: str) -> Path:
    named = os.environ.get(variable)
    if not named:
        pytest.skip(f"{variable} names no schema (.ci/install-suites gets one)")
    return Path(named)


@pytest.mark.parametrize("name", REPORTS)
def test_sarif_is_valid_against_the_schema_of_oasis(name: str) -> None:
    rules = json.loads(schema("KZGRAPH_SARIF_SCHEMA").read_text("utf-8"))
    jsonschema = pytest.importorskip("jsonschema")
    checker = jsonschema.Draft7Validator(rules, format_checker=jsonschema.FormatChecker())
    errors = [f"{'/'.join(map(str, e.path))}: {e.message}" for e in checker.iter_errors(json.loads(sarif(name)))]
    assert errors == []


def test_the_schema_of_oasis_refuses_what_is_wrong() -> None:
    rules = json.loads(schema("KZGRAPH_SARIF_SCHEMA").read_text("utf-8"))
    jsonschema = pytest.importorskip("jsonschema")
    log = json.loads(sarif("made"))
    for spoil in (
        lambda r: r["results"][0].update(level="violation"),
        lambda r: placed(r).update(startLine=0),
        lambda r: r["tool"]["driver"].pop("name"),
    ):
        wrong = json.loads(json.dumps(log))
        spoil(wrong["runs"][0])
        assert list(jsonschema.Draft7Validator(rules).iter_errors(wrong))


@pytest.mark.parametrize("name", REPORTS)
def test_junit_is_valid_against_the_schema(name: str) -> None:
    rules = schema("KZGRAPH_JUNIT_XSD")
    xmlschema = pytest.importorskip("xmlschema")
    report, files = REPORTS[name]
    errors = [e.reason for e in xmlschema.XMLSchema(str(rules)).iter_errors(as_junit(report, files))]
    assert errors == []


def placed(run: dict[str, Any]) -> dict[str, Any]:
    """The first region of a run."""
    places = (r["locations"][0]["physicalLocation"] for r in run["results"])
    return next(p["region"] for p in places if "region" in p)


def sarif(name: str) -> str:
    return as_sarif(REPORTS[name][0])


@pytest.mark.parametrize("name", REPORTS)
def test_sarif_points_at_what_is_there(name: str) -> None:
    report = REPORTS[name][0]
    log: dict[str, Any] = json.loads(sarif(name))
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({r["id"] for r in rules}) == len(rules)
    assert len(run["results"]) == len(report.findings)
    assert run["properties"] == report.summary()
    for result, finding in zip(run["results"], report.sorted(), strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == finding.code
        assert result["level"] in {"error", "warning", "note"}
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert " " not in place["artifactLocation"]["uri"]
        assert ("region" in place) == bool(finding.line)
        assert place.get("region", {}).get("startLine", 0) == finding.line
        assert len(result.get("relatedLocations", [])) == len(finding.related)


@pytest.mark.parametrize("name", REPORTS)
def test_junit_counts_what_it_shows(name: str) -> None:
    report, files = REPORTS[name]
    root = ET.fromstring(as_junit(report, files))  # noqa: S314  # our own output
    (suite,) = root.findall("testsuite")
    assert int(suite.attrib["tests"]) == len(suite.findall("testcase"))
    assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure"))
    assert len(suite.findall("testcase/failure")) == sum(f.severity == "violation" for f in report.findings)
    told = {p.attrib["name"]: p.attrib["value"] for p in suite.findall("properties/property")}
    assert told == {k: str(v) for k, v in report.summary().items()}
    assert len(suite.findall("testcase/system-out")) == sum(f.severity != "violation" for f in report.findings)
    assert {c.attrib["classname"] for c in suite.findall("testcase")} >= set(files)
