"""Each mistake is reported once: of several findings at one place the most specific one stays."""

from __future__ import annotations

from collections.abc import Iterable

from kzgraph.checks.findings.finding import Finding

_FIRST = {"syntax-error", "bad-literal", "unknown-datatype", "unknown-term", "undescribed-thing", "bad-language-tag"}
_CITED = "prov:wasDerivedFrom"
_LABEL = "rdfs:label"
_Place = tuple[str, int, int]


def merged(given: Iterable[Finding]) -> list[Finding]:
    """The findings without those that another one covers better, and without repetitions."""
    findings = list(given)
    others = _Others(findings)
    found: dict[tuple[str, int, int, str, str], Finding] = {}
    for finding in findings:
        if not others.tell_better(finding):
            found.setdefault((*_place(finding), finding.code, finding.message), finding)
    return list(found.values())


def told_once(findings: Iterable[Finding]) -> list[Finding]:
    """The findings of several stages, each once, without what others say of a term that the first of them names."""
    found = list(dict.fromkeys(findings))
    unknown = {f.value for f in found if f.code == "unknown-term"}
    undeclared = _places(f for f in found if f.code == "profile-undeclared")
    return [
        f
        for f in found
        if not (f.code == "profile-undeclared" and f.value in unknown)
        and not (f.code == "passed-over" and _place(f) in undeclared)
    ]


class _Others:
    """The content of all findings, to see which of them another one covers better."""

    def __init__(self, findings: list[Finding]) -> None:
        shapes = [f for f in findings if f.code.startswith("shape-")]
        named = [f for f in findings if f.code == "no-citation"]
        self.first = _places(f for f in findings if f.code in _FIRST)
        self.uncitable = _places(named)
        self.valued_places = _places(f for f in [*shapes, *named] if f.value)
        self.shaped = {(f.thing, f.property, f.value) for f in shapes}
        self.valued = {(f.code, f.thing, f.property) for f in findings if f.value}
        self.uncited = {f.thing for f in shapes if f.property == _CITED and not f.value}
        self.unlabelled = {f.thing for f in shapes if f.property == _LABEL}
        self.same_label = {f.thing for f in findings if f.code == "same-label"}
        self.broken = {(f.file, f.line) for f in findings if f.code == "syntax-error"}

    def tell_better(self, finding: Finding) -> bool:
        """Whether another finding says what this one says, and more."""
        if finding.code == "wrong-kind":
            return self._of_kind(finding)
        if finding.code.startswith("shape-"):
            return self._of_shape(finding)
        told = {
            "uncited-fact": self.uncited,
            "possible-duplicate": self.same_label,
            "no-english-label": self.unlabelled,
        }
        return finding.thing in told.get(finding.code, ())

    def _of_kind(self, finding: Finding) -> bool:
        place = _place(finding)
        return (
            (place in self.first and bool(finding.value))
            or place in self.valued_places
            or (finding.file, finding.line) in self.broken
            or (finding.thing, finding.property, finding.value) in self.shaped
        )

    def _of_shape(self, finding: Finding) -> bool:
        place = _place(finding)
        if place in self.first and finding.value:
            return True
        if finding.source[0] == "QualifiedMinCount" and (finding.code, finding.thing, finding.property) in self.valued:
            return True
        return place in self.uncitable and finding.property == _CITED


def _place(finding: Finding) -> _Place:
    return finding.file, finding.line, finding.column


def _places(findings: Iterable[Finding]) -> set[_Place]:
    return {_place(f) for f in findings if f.line}
