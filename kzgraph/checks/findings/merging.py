"""Each mistake is reported once: of several findings at one place the most specific one stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from kzgraph.checks.findings.finding import SEVERITIES, Finding
from kzgraph.house_rules import RuleSet

_FIRST = {"syntax-error", "bad-literal", "unknown-datatype", "unknown-term", "undescribed-thing", "bad-language-tag"}
_OF_A_TERM = {"deprecated-term", "unknown-term", "undescribed-thing", "passed-over", "import-unknown"}
_OF_A_TERM |= {"profile-reserved", "profile-datatype", "profile-value"}
_UNDECLARED = {
    "profile-undeclared": "are used and not declared",
    "passed-over": "are declared nowhere, so the reasoner passes over what is said with them",
}
_MANY = {
    "import-unknown": "imports name modules that no file holds",
    "query-caution": "terms are not of the ontology",
    "empty-target": "shapes are for nothing that the project describes, so they check nothing",
}
_RULE_OF = "sh:rule of "
_PASSED_OVER = "is passed over: nothing is inferred before the shapes are checked"
_RULES = "shapes have rules, and nothing is inferred before the shapes are checked"
_KEEP = "keep their vocabulary in ontology/"
_MOST_APART = 3
_MOST_NAMED = 12
_CITED = "prov:wasDerivedFrom"
_LABEL = "rdfs:label"
_Place = tuple[str, int, int]
_Key = tuple[str, ...]


def merged(given: Iterable[Finding]) -> list[Finding]:
    """The findings without those that another one covers better, and without repetitions."""
    findings = list(given)
    others = _Others(findings)
    found: dict[tuple[str, int, int, str, str], Finding] = {}
    for finding in findings:
        if not others.tell_better(finding):
            key = (*_place(finding), finding.code, finding.message)
            if key not in found or SEVERITIES.index(finding.severity) < SEVERITIES.index(found[key].severity):
                found[key] = finding
    return list(found.values())


def told_once(findings: Iterable[Finding]) -> list[Finding]:
    """The findings of several stages, each once, without what others say of a term that the first of them names."""
    found = list(dict.fromkeys(findings))
    unknown = {f.value for f in found if f.code == "unknown-term"}
    profile = _places(f for f in found if f.code.startswith("profile-"))
    undeclared_terms = {f.value for f in found if f.code == "profile-undeclared"}
    return [
        f
        for f in found
        if not (f.code == "profile-undeclared" and f.value in unknown)
        and not (f.code == "passed-over" and (_place(f) in profile or f.value in undeclared_terms))
    ]


def told_for(rules: RuleSet, findings: list[Finding], own: Collection[str] = ()) -> list[Finding]:
    """The findings as a profile tells them: each use of a term in ``strict``, one finding a term in ``plain``.

    In ``plain`` what is said of many is one finding: of the terms of one vocabulary that nothing declares, of many such
    vocabularies but those that begin with one of ``own``, of imports, of shapes that are for nothing, of rules, of the
    terms that a query has and the ontology lacks, and what a shape advises on many things in the same words. What can
    be fixed in one way stays, place by place.
    """
    if rules.profile == "strict":
        return findings
    by_term = _grouped(findings, _term_of).values()
    ones = [s[0] if len(s) == 1 else replace(s[0], message=f"{s[0].message} ({len(s)} uses)") for s in by_term]
    groups = _grouped(ones, _list_of)
    elsewhere = {k: g for k, g in groups.items() if _is_elsewhere(g[0], own)}
    found: list[Finding] = []
    for key, group in groups.items():
        if key not in elsewhere or len(elsewhere) <= _MOST_APART:
            found += group if len(group) <= _MOST_APART else [_of_many(group)]
        elif key == next(iter(elsewhere)):
            found.append(_of_vocabularies(list(elsewhere.values())))
    return found


def rules_among(findings: Iterable[Finding]) -> int:
    """How many findings tell of a shape that its rules are not carried out."""
    return sum(f.code == "unused-shape-part" and f.message.startswith(_RULE_OF) for f in findings)


def _grouped(findings: list[Finding], key: Callable[[Finding], _Key]) -> dict[_Key, list[Finding]]:
    groups: dict[_Key, list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[key(finding)].append(finding)
    return groups


def _term_of(finding: Finding) -> _Key:
    """What findings have in common that say the same of one term; for others, what nothing else has."""
    if finding.code in _OF_A_TERM and finding.value and not finding.edits:
        return finding.code, finding.value
    return finding.code, finding.file, f"{finding.line}:{finding.column}", finding.message, finding.thing, finding.value


def _list_of(finding: Finding) -> _Key:
    """What findings have in common that are one where they are many."""
    if _vocabulary(finding):
        return finding.code, _vocabulary(finding)
    if finding.code == "query-caution" and finding.value:
        return finding.code, finding.file
    if finding.code in _MANY and finding.code != "query-caution":
        return finding.code, ""
    if finding.code == "unused-shape-part" and finding.message.endswith(_PASSED_OVER):
        return finding.code, _RULES
    if _is_of_many(finding):
        told = finding.message.removeprefix(f"{finding.thing}: ")
        thing = finding.focus.value if finding.focus is not None else ""
        return finding.code, *finding.source, told.replace(thing, "") if thing else told, finding.value
    return _term_of(finding)


def _is_of_many(finding: Finding) -> bool:
    """Whether a shape may say it of many things alike: of one value, or in a message of its own query."""
    is_told_alike = bool(finding.value) or finding.source[0] == "SPARQL"
    return finding.code.startswith("shape-") and finding.severity != "violation" and is_told_alike and not finding.edits


def _vocabulary(finding: Finding) -> str:
    """The vocabulary of a term that nothing declares: its prefix or namespace; empty for other findings."""
    name = finding.value
    if finding.code not in _UNDECLARED or not name or " " in name:
        return ""
    end = max(map(name.rfind, "/#")) if name.startswith("<") else name.find(":")
    return name[: end + 1].lstrip("<")


def _is_elsewhere(finding: Finding, own: Collection[str]) -> bool:
    vocabulary = _vocabulary(finding) if finding.code == "profile-undeclared" else ""
    return bool(vocabulary) and not vocabulary.startswith(tuple(own))


def _of_many(findings: list[Finding]) -> Finding:
    """One finding for many, at the place of the first: of terms of a vocabulary, or of things that are told alike."""
    first = findings[0]
    if _is_of_many(first):
        return replace(first, message=f"{first.message} ({len(findings)} uses)", hint=_with_each(first.hint))
    vocabulary = _vocabulary(first)
    names = [f.thing if f.code == "unused-shape-part" else f.value or f.thing for f in findings]
    said = f"terms of {vocabulary} {_UNDECLARED[first.code]}" if vocabulary else _MANY.get(first.code, _RULES)
    hint = _KEEP if vocabulary else first.hint
    return replace(first, message=f"{len(findings)} {said}: {_some(names)}", hint=_with_each(hint), value="", thing="")


def _of_vocabularies(groups: list[list[Finding]]) -> Finding:
    """One finding for the terms of many vocabularies."""
    number = sum(map(len, groups))
    names = [f"{_vocabulary(g[0])} ({len(g)})" for g in sorted(groups, key=len, reverse=True)]
    first = groups[0][0]
    message = f"{number} terms of {len(groups)} vocabularies {_UNDECLARED[first.code]}: {_some(names, _MOST_NAMED)}"
    return replace(first, message=message, hint=_with_each(_KEEP), value="")


def _some(names: list[str], most: int = _MOST_APART) -> str:
    return ", ".join([*names[:most], *(["…"] if len(names) > most else [])])


def _with_each(hint: str) -> str:
    return f'{hint}{"; " if hint else ""}`profile = "strict"` in [checks] tells each'


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
        if finding.code == "outside-text":
            return _place(finding) in self.valued_places
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
