"""One mistake is told once: of several findings on one place the one that says most stays."""

from __future__ import annotations

from kzgraph.findings import Finding

_FIRST = {"bad-literal", "unknown-datatype", "unknown-term", "undescribed-thing", "bad-language-tag"}
_CITED = "prov:wasDerivedFrom"


def merged(findings: list[Finding]) -> list[Finding]:
    """The findings without those that another tells better, and without repetitions."""
    first = {(f.file, f.line, f.column) for f in findings if f.code in _FIRST and f.line}
    shaped = {(f.thing, f.property, f.value) for f in findings if f.code.startswith("shape-")}
    valued = {(f.code, f.thing, f.property) for f in findings if f.value}
    uncited = {f.thing for f in findings if f.code.startswith("shape-") and f.property == _CITED and not f.value}
    broken = {(f.file, f.line) for f in findings if f.code == "syntax-error"}
    found: dict[tuple[str, int, int, str, str], Finding] = {}
    for finding in findings:
        place = (finding.file, finding.line, finding.column)
        if (finding.code.startswith("shape-") or finding.code == "wrong-kind") and place in first and finding.value:
            continue
        if finding.code == "wrong-kind" and (finding.file, finding.line) in broken:
            continue
        if finding.code == "wrong-kind" and (finding.thing, finding.property, finding.value) in shaped:
            continue
        if finding.source[0] == "QualifiedMinCount" and (finding.code, finding.thing, finding.property) in valued:
            continue
        if finding.code == "uncited-fact" and finding.thing in uncited:
            continue
        found.setdefault((*place, finding.code, finding.message), finding)
    return list(found.values())
