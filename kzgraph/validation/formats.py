"""Findings as machines read them: SARIF 2.1.0, JUnit, GitHub annotations and the W3C validation report."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from kzgraph import __version__
from kzgraph.findings import WORDS, Finding, Report
from kzgraph.namespaces import SH, expand
from kzgraph.validation.codes import PAGE, anchor, code_of

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_SARIF = {"violation": "error", "warning": "warning", "info": "note"}
_GITHUB = {"violation": "error", "warning": "warning", "info": "notice"}
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PREFIXED = re.compile(r"[A-Za-z][\w.-]*:[\w](?:[\w.-]*[\w-])?\Z")
_LITERAL = re.compile(
    r'"(?:[^"\\\n]|\\.)*"(?:@[A-Za-z]+(?:-[A-Za-z0-9]+)*|\^\^[A-Za-z][\w-]*:\w+|\^\^<[^<>\s"{}|^`\\]+>)?\Z'
)


def as_sarif(report: Report) -> str:
    """The findings as SARIF 2.1.0, which code hosts and editors read."""
    findings = report.sorted()
    codes = sorted({f.code for f in findings})
    rules = [
        {
            "id": name,
            "shortDescription": {"text": code_of(name).meaning},
            "help": {"text": f"{code_of(name).mend} See {PAGE}#{anchor(name)}".strip()},
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
    artifact = {"uri": quote(finding.file)}
    physical: dict[str, Any] = {"artifactLocation": artifact}
    if finding.line:
        end = finding.column + finding.length
        physical["region"] = {"startLine": finding.line, "startColumn": finding.column, "endColumn": end}
    location: dict[str, Any] = {"physicalLocation": physical}
    if finding.thing:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.thing}]
    hint = f" ({finding.hint})" if finding.hint else ""
    found: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _SARIF[finding.severity],
        "message": {"text": f"{finding.message}{hint}"},
        "locations": [location],
    }
    if finding.edits:
        replacements = [
            {
                "deletedRegion": {"charOffset": e.start, "charLength": e.end - e.start},
                "insertedContent": {"text": e.text},
            }
            for e in finding.edits
        ]
        change = {"artifactLocation": artifact, "replacements": replacements}
        found["fixes"] = [{"description": {"text": finding.hint or "mend"}, "artifactChanges": [change]}]
    return found


def as_junit(report: Report, files: list[str]) -> str:
    """The findings as a JUnit report: a test case for each file that was checked, a failure for each finding."""
    findings = report.sorted()
    by_file: dict[str, list[Finding]] = {name: [] for name in files}
    for finding in findings:
        by_file.setdefault(finding.file, []).append(finding)
    failed = sum(f.severity == "violation" for f in findings)
    out = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="kzgraph validate" tests="{len(by_file)}" failures="{failed}">',
        f'  <testsuite name="kzgraph validate" tests="{len(by_file)}" failures="{failed}" errors="0">',
    ]
    for name, found in by_file.items():
        out.append(f"    <testcase classname={_xml(name)} name={_xml(name)}>")
        for finding in found:
            told = f"{finding.place()}: {WORDS[finding.severity]}[{finding.code}]: {finding.message}"
            body = f"type={_xml(finding.code)} message={_xml(told)}"
            if finding.severity == "violation":
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
        place = f"file={_github(finding.file, is_value=True)}"
        if finding.line:
            place += f",line={finding.line},col={finding.column},endColumn={finding.column + finding.length}"
        hint = f"\n{finding.hint}" if finding.hint else ""
        told = _github(f"{finding.message}{hint}")
        out.append(f"::{_GITHUB[finding.severity]} {place},title={finding.code}::{told}\n")
    return "".join(out)


def _github(text: str, *, is_value: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if is_value else text


def as_turtle(report: Report, prefixes: dict[str, str]) -> str:
    """The findings as a W3C validation report (https://www.w3.org/TR/shacl/#validation-report)."""
    used = {**prefixes, "sh": SH}
    out = [f"@prefix {name}: <{base}> .\n" for name, base in sorted(used.items())]
    findings = report.sorted()
    out += ["\n[] a sh:ValidationReport ;\n", f"    sh:conforms {'false' if findings else 'true'}"]
    for finding in findings:
        component, shape = finding.source
        rule = f"sh:{component}ConstraintComponent" if component else _code(finding.code)
        said = [
            "a sh:ValidationResult",
            f"sh:focusNode {_node(finding.thing, used) or '<file:' + quote(finding.file) + '>'}",
            f"sh:resultSeverity sh:{finding.severity.capitalize()}",
            f"sh:sourceConstraintComponent {rule}",
            f"sh:resultMessage {_text(finding.message)}@en",
            f"rdfs:comment {_text(finding.place())}",
        ]
        path = _node(finding.property, used)
        if path:
            said.append(f"sh:resultPath {path}")
        value = _node(finding.value, used)
        if value and component:
            said.append(f"sh:value {value}")
        if shape:
            said.append(f"sh:sourceShape <{shape}>")
        out.append(" ;\n    sh:result [\n        " + " ;\n        ".join(said) + "\n    ]")
    return "".join([*out, " .\n"])


def _code(code: str) -> str:
    return f"<https://w3id.org/kzgraph/findings#{quote(code)}>"


def _node(text: str, prefixes: dict[str, str]) -> str:
    """A value of a finding as Turtle; empty where it has none."""
    if not text or text == "[…]":
        return ""
    if _LITERAL.match(text) and not text.endswith("…"):
        return text
    if (text.startswith("<") and expand(text)) or (_PREFIXED.match(text) and expand(text, prefixes)):
        return text
    return "" if " / " in text else _text(text)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
