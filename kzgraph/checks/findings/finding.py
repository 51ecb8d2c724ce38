"""Findings of checks, and their report formats."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kzgraph.errors import LimitReached
from kzgraph.terms import Term
from kzgraph.wording.numbers import counted
from kzgraph.wording.text import plain

SEVERITIES = ("violation", "warning", "info")
WORDS = {"violation": "error", "warning": "warning", "info": "note"}
_WIDTH = 160  # letters of the line that is shown below a finding
_FIELDS = ("code", "severity", "file", "line", "column", "thing", "property", "value")


@dataclass(frozen=True)
class Edit:
    """A part of a fix: ``text`` replaces the file's text from ``start`` to ``end`` (in characters)."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Related:
    """A statement that a finding speaks of: what it says, and where it stands (line and column as in a finding)."""

    text: str
    file: str
    line: int
    column: int

    def __str__(self) -> str:
        """The place and the statement in one line."""
        return f"{self.file}:{self.line}:{self.column}: {self.text}" if self.line else f"{self.file}: {self.text}"


@dataclass(frozen=True)
class ReportedResult:
    """A validation result of SHACL, term by term; ``path`` is written in Turtle, the other IRIs in full."""

    focus: Term
    severity: str
    component: str
    shape: Term
    path: str = ""
    value: Term | None = None
    messages: tuple[Term, ...] = ()
    details: tuple[ReportedResult, ...] = ()


@dataclass(frozen=True)
class Finding:
    """Something wrong at a place: a stable code, a severity, the place, and the fix.

    ``line`` and ``column`` count from 1 and are 0 where the place is not known; ``thing``, ``property`` and
    ``value`` are written as CURIEs or literals. ``edits`` are the fix itself, where there is only one;
    ``source`` names the constraint component and the shape that a finding comes from. ``related`` holds the statements
    that only together are wrong. A finding on a store has a ``graph`` (``""`` otherwise) and no file. ``focus`` is the
    thing as a term, and ``term`` the value, where a finding is about such; ``result`` is what the shapes found.
    """

    code: str
    severity: str
    file: str
    line: int
    column: int
    message: str
    hint: str = ""
    thing: str = ""
    property: str = ""
    value: str = ""
    length: int = 1
    edits: tuple[Edit, ...] = ()
    source: tuple[str, str] = ("", "")
    related: tuple[Related, ...] = ()
    graph: str = ""
    focus: Term | None = None
    term: Term | None = None
    result: ReportedResult | None = None

    @staticmethod
    def on_file(code: str, severity: str, file: str, message: str, hint: str = "") -> Finding:
        """Something wrong with a file, folder or store as a whole."""
        return Finding(code, severity, file, 0, 0, message, hint)

    def place(self) -> str:
        """File, line and column as far as they are known, as compilers write them; or the graph."""
        if self.graph:
            return f"graph <{self.graph}>"
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    def told(self) -> str:
        """The message with the statements that it speaks of, in one line."""
        listed = "; ".join(f"({number}) {one}" for number, one in enumerate(self.related, 1))
        return f"{self.message}: {listed}" if listed else self.message


@dataclass
class Report:
    """All findings of a run, and what was checked: a check that checked nothing is a finding itself."""

    findings: list[Finding] = field(default_factory=list)
    files: int = 0
    triples: int = 0
    shapes: int = 0
    focus_nodes: int = 0
    rules: int = 0
    """How many shapes have rules (``sh:rule``), which are not carried out."""
    statements: int = 0
    """How many statements the reasoner was given; 0 if nobody asked it."""
    limit: LimitReached | None = None
    """What stopped the reasoner before it was done; the findings until then are here."""
    store: str = ""
    """The store that was checked, whose graphs ``files`` counts; empty for files."""
    is_alone: bool = False
    """Whether data are checked with shapes of their own, without a project."""
    shacl: list[ReportedResult] = field(default_factory=list)
    """Every result of the shapes, also those that a finding of another stage tells better."""
    lines: dict[str, list[str]] = field(default_factory=dict, repr=False)
    """The files that were checked, by name, with the lines of those that have findings."""

    def reaches(self, level: str) -> bool:
        """Whether there is a finding at or above a level: ``violation``, ``warning``, ``info`` or ``none``."""
        if level == "none":
            return False
        return any(SEVERITIES.index(f.severity) <= SEVERITIES.index(level) for f in self.findings)

    def summary(self) -> dict[str, int]:
        """What was checked, and how many findings of each severity there are."""
        checked = {"graphs" if self.store else "files": self.files, "triples": self.triples, "shapes": self.shapes}
        checked |= {"focus_nodes": self.focus_nodes, "statements": self.statements}
        return {**checked, **{s: sum(f.severity == s for f in self.findings) for s in SEVERITIES}}

    def sorted(self) -> list[Finding]:
        """The findings by file and place."""
        return sorted(self.findings, key=lambda f: (f.file, f.graph, f.line, f.column, f.code, f.message))


def as_text(report: Report, more: Sequence[str] = ()) -> str:
    """The findings as a compiler shows them, with the line of the file.

    ``more`` are lines that stand before the last one, which says what was checked.
    """
    return "".join(f"{line}\n" for line in [*findings_text(report, report.lines), *more, summary_line(report)])


def findings_text(report: Report, lines: Mapping[str, list[str]]) -> list[str]:
    """The lines of :func:`as_text` without the last one, which says what was checked."""
    return [line for finding in report.sorted() for line in _block(finding, lines.get(finding.file, []))]


def as_json(report: Report, more: Mapping[str, object] | None = None) -> str:
    """One object: ``summary`` with the counts, ``findings``, and what else is given."""
    return data_text({"summary": report.summary(), "findings": findings_data(report), **(more or {})})


def findings_data(report: Report) -> list[dict[str, object]]:
    """The findings as values for JSON, by file and place."""
    return [
        {name: getattr(f, name) for name in _FIELDS}
        | {"message": f.told(), "hint": f.hint, "graph": f.graph, "related": [vars(r) for r in f.related]}
        for f in report.sorted()
    ]


def data_text(data: object) -> str:
    """Values as the text of JSON that all reports have."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _block(finding: Finding, lines: list[str]) -> list[str]:
    out = [_seen(f"{finding.place()}: {WORDS[finding.severity]}[{finding.code}]: {finding.message}")]
    if 0 < finding.line <= len(lines):
        begin = max(0, finding.column - _WIDTH // 2) if finding.column > _WIDTH - 40 else 0
        shown = _seen(lines[finding.line - 1].rstrip("\r")[begin : begin + _WIDTH])
        carets = "^" * max(1, min(finding.length, len(shown) - finding.column + begin + 1))
        hint = f" {_seen(finding.hint)}" if finding.hint else ""
        out += [f"{finding.line:>5} | {shown}", f"      | {' ' * (finding.column - 1 - begin)}{carets}{hint}"]
    elif finding.hint:
        out.append(f"      = {_seen(finding.hint)}")
    return out + [_seen(f"      - {one}") for one in finding.related]


def _seen(text: str) -> str:
    """The text with a mark for each character that a terminal would obey, so that the author finds it."""
    return plain(text, "�")


def summary_line(report: Report) -> str:
    """How many findings there are, and what was checked, in one line."""
    found = [counted(sum(f.severity == s for f in report.findings), WORDS[s]) for s in SEVERITIES]
    told = ", ".join(f for f in found if not f.startswith("0 ")) or "no findings"
    files = counted(report.files, "graph" if report.store else "file")
    checked = [counted(report.triples, "triple"), counted(report.shapes, "shape")]
    checked += [counted(report.focus_nodes, "focus node")]
    if report.statements:
        checked += [f"logic of {counted(report.statements, 'statement')}"]
    where = f"{files}{' of ' * bool(report.store)}{report.store}"
    return f"{told} in {where} ({', '.join(checked)} checked){rules_told(report)}"


def rules_told(report: Report) -> str:
    """What the end of a summary says of the rules of shapes; empty if there are none."""
    if not report.rules:
        return ""
    return f"; the rules of {counted(report.rules, 'shape')} are not carried out, so what they would infer is missing"
