"""Each mistake is reported once: of several findings at one place the most specific one stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from kzgraph.checks.findings.finding import Finding
from kzgraph.rules import RuleSet

_FIRST = {"syntax-error", "bad-literal", "unknown-datatype", "unknown-term", "undescribed-thing", "bad-language-tag"}
_OF_A_TERM = {"deprecated-term", "unknown-term", "undescribed-thing", "passed-over", "import-unknown"}
_OF_A_TERM |= {"profile-reserved", "profile-datatype"}
_UNDECLARED = {
    "profile-undeclared": "are used and not declared",
    "passed-over": "are declared nowhere, so the reasoner passes over what is said with them",
}
_MOST_APART = 3
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
    undeclared_terms = {f.value for f in found if f.code == "profile-undeclared"}
    return [
        f
        for f in found
        if not (f.code == "profile-undeclared" and f.value in unknown)
        and not (f.code == "passed-over" and (_place(f) in undeclared or f.value in undeclared_terms))
    ]


def told_for(rules: RuleSet, findings: list[Finding]) -> list[Finding]:
    """The findings as a profile tells them: each use of a term in ``strict``, one finding a term in ``plain``.

    In ``plain`` the terms of one vocabulary that nothing declares are one finding where they are many. What can be
    fixed in one way stays, place by place.
    """
    if rules.profile == "strict":
        return findings
    by_term: dict[tuple[str, ...], list[Finding]] = defaultdict(list)
    for finding in findings:
        by_term[_term_of(finding)].append(finding)
    by_vocabulary: dict[tuple[str, ...], list[Finding]] = defaultdict(list)
    for same in by_term.values():
        one = same[0] if len(same) == 1 else replace(same[0], message=f"{same[0].message} ({len(same)} uses)")
        by_vocabulary[_vocabulary_of(one)].append(one)
    return [f for many in by_vocabulary.values() for f in (many if len(many) <= _MOST_APART else [_of_many(many)])]


def _term_of(finding: Finding) -> tuple[str, ...]:
    """What findings have in common that say the same of one term; for others, what nothing else has."""
    if finding.code in _OF_A_TERM and finding.value and not finding.edits:
        return finding.code, finding.value
    return finding.code, finding.file, f"{finding.line}:{finding.column}", finding.message, finding.thing, finding.value


def _vocabulary_of(finding: Finding) -> tuple[str, ...]:
    if finding.code in _UNDECLARED and finding.value:
        name = finding.value
        end = max(map(name.rfind, "/#")) if name.startswith("<") else name.find(":")
        return finding.code, name[: end + 1].lstrip("<")
    return _term_of(finding)


def _of_many(findings: list[Finding]) -> Finding:
    """One finding for many terms of a vocabulary, at the place of the first."""
    first = findings[0]
    shown = ", ".join(f.value for f in findings[:_MOST_APART])
    message = f"{len(findings)} terms of {_vocabulary_of(first)[1]} {_UNDECLARED[first.code]}: {shown}, …"
    hint = 'keep their vocabulary in ontology/; `profile = "strict"` in [checks] tells each'
    return replace(first, message=message, hint=hint, value="")


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
