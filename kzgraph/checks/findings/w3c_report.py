"""The W3C validation report (https://www.w3.org/TR/shacl/#validation-report), made of the same results as findings."""

from __future__ import annotations

import json
from collections.abc import Iterable
from urllib.parse import quote

from kzgraph.checks.findings.finding import Finding, Report, ReportedResult, summary_line
from kzgraph.namespaces import RDFS, SH, shorten
from kzgraph.terms import SHORTHANDS, Term

_INDENT = "    "
_DEEPEST = 4  # levels of sh:detail
FINDINGS = "https://w3id.org/kzgraph/findings#"


def as_turtle(report: Report, prefixes: dict[str, str]) -> str:
    """A report in Turtle: a result for each finding, whose component is the code where it is not of the shapes.

    Of data with shapes of their own every result of the shapes is in it, also where a finding of another stage tells
    the same better; of the findings of other stages the violations are results, and what is less is a comment.
    """
    written = _ReportWriter({**prefixes, "sh": SH})
    comments: list[Finding] = []
    findings = report.sorted()
    if report.is_alone:
        told = {r.value for r in report.shacl if r.value is not None}  # ill-typed literals, which are reported twice
        others = [f for f in findings if f.result is None and f.term not in told]
        comments = [f for f in others if f.severity != "violation"]
        blocks = [written.result(r, 1) for r in report.shacl]
        blocks += [written.finding(f) for f in others if f.severity == "violation"]
    else:
        blocks = [written.finding(f) if f.result is None else written.result(f.result, 1) for f in findings]
    out = ["[] a sh:ValidationReport", f"rdfs:comment {_text(summary_line(report))}@en"]
    out += [f"rdfs:comment {_text(f'{f.place()}: {f.told()} [{f.code}]')}@en" for f in comments]
    out.append(f"sh:conforms {'false' if blocks else 'true'}")
    out += [f"sh:result {block}" for block in blocks]
    body = f" ;\n{_INDENT}".join(out) + " .\n"
    names = {**prefixes, "sh": SH, "rdfs": RDFS}
    header = "".join(f"@prefix {name}: <{base}> .\n" for name, base in sorted(names.items()) if f"{name}:" in body)
    return f"{header}\n{body}"


class _ReportWriter:
    """Terms and results as Turtle."""

    def __init__(self, prefixes: dict[str, str]) -> None:
        self._prefixes = prefixes

    def term(self, term: Term) -> str:
        """A term as it is, with a prefix where one fits."""
        if term.kind == "bnode":
            return f"_:{_label(term.value)}"
        if term.kind == "uri":
            return shorten(term.value, self._prefixes)
        if term.datatype in SHORTHANDS and SHORTHANDS[term.datatype].fullmatch(term.value):
            return term.value
        tail = f"@{term.language}" if term.language else ""
        tail = tail or (f"^^{shorten(term.datatype, self._prefixes)}" if term.datatype else "")
        return _text(term.value) + tail

    def result(self, result: ReportedResult, depth: int) -> str:
        """A result, with those behind it."""
        said = [
            "a sh:ValidationResult",
            f"sh:focusNode {self.term(result.focus)}",
            f"sh:resultSeverity {shorten(result.severity, self._prefixes)}",
            f"sh:sourceConstraintComponent {shorten(result.component, self._prefixes)}",
            f"sh:sourceShape {self.term(result.shape)}",
        ]
        if result.path:
            said += [f"sh:resultPath {result.path}"]
        if result.value is not None:
            said += [f"sh:value {self.term(result.value)}"]
        said += [f"sh:resultMessage {self.term(m)}" for m in result.messages]
        if depth < _DEEPEST:
            said += [f"sh:detail {self.result(d, depth + 1)}" for d in result.details]
        return _block(said, depth)

    def finding(self, finding: Finding) -> str:
        """A finding of another stage as a result."""
        place = finding.graph or f"file:{quote(finding.file)}"
        said = [
            "a sh:ValidationResult",
            f"sh:focusNode {f'<{place}>' if finding.focus is None else self.term(finding.focus)}",
            f"sh:resultSeverity sh:{finding.severity.capitalize()}",
            f"sh:sourceConstraintComponent <{FINDINGS}{quote(finding.code)}>",
            f"sh:resultMessage {_text(finding.told())}@en",
            f"rdfs:comment {_text(finding.place())}",
        ]
        return _block(said, 1)


def _block(said: Iterable[str], depth: int) -> str:
    inner = _INDENT * (depth + 1)
    return "[\n" + inner + f" ;\n{inner}".join(said) + "\n" + _INDENT * depth + "]"


def _label(name: str) -> str:
    """The name of a blank node as a label of Turtle."""
    safe = "".join(c if c.isascii() and c.isalnum() else f"_{ord(c):x}_" for c in name)
    return f"b{safe}"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
