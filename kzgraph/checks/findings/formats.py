"""Findings as machines read them: SARIF 2.1.0, JUnit and GitHub annotations."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from kzgraph.checks.findings.codes import address, code_of
from kzgraph.checks.findings.finding import WORDS, Finding, Related, Report
from kzgraph.version import __version__

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_SARIF = {"violation": "error", "warning": "warning", "info": "note"}
_GITHUB = {"violation": "error", "warning": "warning", "info": "notice"}
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_sarif(report: Report) -> str:
    """The findings as SARIF 2.1.0, which code hosts and editors read."""
    findings = report.sorted()
    codes = sorted({f.code for f in findings})
    rules = [
        {
            "id": name,
            "shortDescription": {"text": code_of(name).meaning},
            "help": {"text": f"{code_of(name).fix} See {address(name)}".strip()},
        }
        for name in codes
    ]
    driver = {"name": "kzgraph", "semanticVersion": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(f, codes.index(f.code)) for f in findings],
        "properties": report.summary(),
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _sarif_result(finding: Finding, rule: int) -> dict[str, Any]:
    artifact = {"uri": finding.graph or quote(finding.file)}
    physical: dict[str, Any] = {"artifactLocation": artifact}
    if finding.line:
        end = finding.column + finding.length
        physical["region"] = {"startLine": finding.line, "startColumn": finding.column, "endColumn": end}
    location: dict[str, Any] = {"physicalLocation": physical}
    if finding.thing:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.thing}]
    if finding.graph:
        location["message"] = {"text": f"named graph <{finding.graph}>"}
    hint = f" ({finding.hint})" if finding.hint else ""
    found: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _SARIF[finding.severity],
        "message": {"text": f"{finding.told()}{hint}"},
        "locations": [location],
    }
    if finding.related:
        found["relatedLocations"] = [_related_location(r) for r in finding.related]
    if finding.edits:
        replacements = [
            {
                "deletedRegion": {"charOffset": e.start, "charLength": e.end - e.start},
                "insertedContent": {"text": e.text},
            }
            for e in finding.edits
        ]
        change = {"artifactLocation": artifact, "replacements": replacements}
        found["fixes"] = [{"description": {"text": finding.hint or "fix"}, "artifactChanges": [change]}]
    return found


def _related_location(related: Related) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(related.file)}}
    if related.line:
        physical["region"] = {"startLine": related.line, "startColumn": related.column}
    return {"physicalLocation": physical, "message": {"text": related.text}}


def as_junit(report: Report, files: list[str]) -> str:
    """The findings as a JUnit report: a test case for each finding, which fails if it is a violation.

    A file (or graph) without findings is a test case that passes.
    """
    findings = report.sorted()
    clean = sorted(set(files) - {f.graph or f.file for f in findings})
    counts = f'tests="{len(findings) + len(clean)}" failures="{sum(f.severity == "violation" for f in findings)}"'
    out = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="kzgraph validate" {counts}>',
        f'  <testsuite name="kzgraph validate" {counts} errors="0">',
        "    <properties>",
        *(f'      <property name="{n}" value="{v}"/>' for n, v in report.summary().items()),
        "    </properties>",
        *(f'    <testcase classname={_xml(name)} name="no findings"/>' for name in clean),
    ]
    for finding in findings:
        place = f"{finding.line}:{finding.column} " if finding.line else ""
        out.append(f"    <testcase classname={_xml(finding.graph or finding.file)} name={_xml(place + finding.code)}>")
        told = f"{finding.place()}: {WORDS[finding.severity]}[{finding.code}]: {finding.told()}"
        if finding.severity == "violation":
            body = f"type={_xml(finding.code)} message={_xml(told)}"
            out.append(f"      <failure {body}>{_xml(finding.hint)[1:-1]}</failure>")
        else:
            out.append(f"      <system-out>{_xml(told)[1:-1]}</system-out>")
        out.append("    </testcase>")
    return "\n".join([*out, "  </testsuite>", "</testsuites>", ""])


def _xml(text: str) -> str:
    clean = _NO_XML.sub("\ufffd", text).replace('"', "'")
    return quoteattr(clean)


def as_github(report: Report) -> str:
    """The findings as workflow commands, which GitHub shows beside the lines of a pull request."""
    out = []
    for finding in report.sorted():
        place = f"file={_github(finding.file, is_value=True)}," if finding.file else ""
        if finding.line:
            place += f"line={finding.line},col={finding.column},endColumn={finding.column + finding.length},"
        told = f"{finding.place()}: {finding.told()}" if finding.graph else finding.told()
        hint = f"\n{finding.hint}" if finding.hint else ""
        out.append(f"::{_GITHUB[finding.severity]} {place}title={finding.code}::{_github(told + hint)}\n")
    return "".join(out)


def _github(text: str, *, is_value: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if is_value else text
