"""The whole gate: all checks of a project, in stages that do not stop each other."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from kzgraph.checks.findings.finding import SEVERITIES, Finding, Report
from kzgraph.checks.findings.merging import told_for, told_once
from kzgraph.checks.project.check_queries import check_hygiene
from kzgraph.checks.project.citations import check_sources
from kzgraph.checks.project.owl_profile import check_profile
from kzgraph.checks.project.stored_queries import check_queries
from kzgraph.checks.statements.logic import check_logic
from kzgraph.checks.statements.readings import read_readings
from kzgraph.checks.syntax.context import Context
from kzgraph.checks.syntax.inputs import add_unread, chosen_files
from kzgraph.checks.syntax.syntax import check_syntax
from kzgraph.checks.validate import validate
from kzgraph.errors import InputError, KzgraphError
from kzgraph.files.documents import checked_folder
from kzgraph.files.project import Project
from kzgraph.graph.logic.reasoning import SECONDS, find_java
from kzgraph.namespaces import PREFIXES
from kzgraph.stores.disk.snapshot import open_project
from kzgraph.walls.reading import file_text
from kzgraph.wording.numbers import counted


@dataclass
class Outcome:
    """What a stage did: what it checked in numbers, its findings, and the lines of the files that they name.

    ``details`` are the numbers of its parts; ``left_out`` names the parts that do not fit the project, with the reason.
    ``limit`` is what stopped it half-way.
    """

    checked: dict[str, int]
    findings: list[Finding]
    lines: Mapping[str, list[str]] = field(default_factory=dict)
    details: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    limit: KzgraphError | None = None


@dataclass
class StageResult:
    """A stage after its turn: its outcome, or the reason why it was not run, or the error that stopped it.

    One that was stopped half-way has both an outcome and an error.
    """

    name: str
    what: str
    seconds: float = 0.0
    outcome: Outcome | None = None
    left_out: str = ""
    error: KzgraphError | None = None

    @property
    def findings(self) -> list[Finding]:
        """The findings of the stage; none if it was not run."""
        return self.outcome.findings if self.outcome else []

    def count(self, severity: str) -> int:
        """How many findings of a severity there are."""
        return sum(f.severity == severity for f in self.findings)

    def told(self) -> str:
        """What was checked, in words; or why nothing was."""
        if self.outcome is None:
            return f"could not run: {self.error}" if self.error else f"not checked: {self.left_out}"
        told = ", ".join(counted(number, word) for word, number in self.outcome.checked.items())
        told += f"; {len(self.outcome.left_out)} left out" if self.outcome.left_out else ""
        return f"{told}; stopped: {self.error}" if self.error else told

    def as_json(self) -> dict[str, object]:
        """The stage as an object for JSON."""
        state = ("stopped" if self.error else "checked") if self.outcome else "failed" if self.error else "left out"
        entry: dict[str, object] = {"name": self.name, "what": self.what, "state": state}
        entry["seconds"] = round(self.seconds, 3)
        if self.outcome:
            entry["checked"] = self.outcome.checked
            entry["findings"] = {s: self.count(s) for s in SEVERITIES}
            entry |= {k: v for k in ("details", "left_out") if (v := getattr(self.outcome, k))}
        if self.error or not self.outcome:
            entry["reason"] = str(self.error) if self.error else self.left_out
            entry |= {"hint": self.error.hint} if self.error and self.error.hint else {}
        return entry


@dataclass
class Gate:
    """All stages after their turn, and the findings of all as one report."""

    results: list[StageResult]
    report: Report
    lines: dict[str, list[str]]

    @property
    def errors(self) -> list[KzgraphError]:
        """The errors of the stages that could not run, or not to their end."""
        return [r.error for r in self.results if r.error]


class Given(NamedTuple):
    """What the stages are given: the folder of the texts, the report of all, the seconds that HermiT has."""

    documents: Path | None
    report: Report
    seconds: float


_Stage = Callable[[Project, Given], Outcome | str]


def run_gate(
    project: Project,
    documents: Path | None,
    skip: Collection[str] = (),
    tell: Callable[[str], None] = lambda stage: None,
    seconds: float = SECONDS,
) -> Gate:
    """Runs every stage but those of ``skip``, and goes on behind one that cannot run.

    ``documents`` is the folder of the documents' texts, if they are at hand; ``tell`` is called with the name of each
    stage before its turn. ``seconds`` are those that HermiT has. Errors of the stages are kept in their results.
    """
    report = Report()
    given = Given(documents, report, seconds)
    results: list[StageResult] = []
    lines: dict[str, list[str]] = {}
    for name, (what, stage) in STAGES.items():
        result = StageResult(name, what)
        results.append(result)
        if name in skip:
            result.left_out = f"--skip {name}"
            continue
        tell(name)
        began = time.monotonic()
        try:
            outcome = stage(project, given)
        except KzgraphError as error:
            result.error = error
        else:
            if isinstance(outcome, str):
                result.left_out = outcome
            else:
                result.outcome, result.error = outcome, outcome.limit
                lines.update(outcome.lines)
        result.seconds = time.monotonic() - began
    report.findings = told_once(f for r in results for f in r.findings)
    kept, own = set(report.findings), own_vocabularies(project)
    for result in results:
        if result.outcome:
            result.outcome.findings = told_for(project.rules, [f for f in result.findings if f in kept], own)
    report.findings = list(dict.fromkeys(f for r in results for f in r.findings))
    for name in {f.file for f in report.findings if f.line and not lines.get(f.file)}:
        with contextlib.suppress(InputError):
            lines[name] = file_text(project.root / name).splitlines()
    return Gate(results, report, lines)


def own_vocabularies(project: Project) -> list[str]:
    """The prefixes that kzgraph.toml declares, and their namespaces: what a project calls its own."""
    own = {name: iri for name, iri in project.prefixes.items() if name not in PREFIXES}
    return [*(f"{name}:" for name in own), *own.values()]


def _instances(project: Project, given: Given) -> Outcome:
    found = validate(project, [], documents=given.documents)
    for name in ("files", "triples", "shapes", "focus_nodes", "rules"):
        setattr(given.report, name, getattr(found, name))
    checked = {"file": found.files, "triple": found.triples, "shape": found.shapes, "focus node": found.focus_nodes}
    readings = read_readings(project)
    checked |= {"reading": len(readings)} if readings else {}
    return Outcome(checked, found.findings, found.lines)


def _citations(project: Project, given: Given) -> Outcome | str:
    if given.documents is None:
        return "the texts of the documents are not at hand (--documents DIR)"
    found, lines = check_sources(project, open_project(project, is_exact=True), checked_folder(given.documents))
    sentences = found.counts()["sentences"]
    return Outcome(
        {"citation": found.citations, "document": found.documents, "sentence": sentences}, found.findings, lines
    )


def _queries(project: Project, given: Given) -> Outcome:
    findings, number = check_queries(project, open_project(project, is_exact=True))
    add_unread(project, findings, ("queries",))
    return Outcome({"stored query": number}, findings)


def _hygiene(project: Project, given: Given) -> Outcome:
    found = check_hygiene(project)
    checked = {"check query": len(found.subjects), "subject": sum(found.subjects.values())}
    return Outcome(checked, found.findings, found.lines, found.subjects, found.left_out)


def _profile(project: Project, given: Given) -> Outcome:
    return Outcome({"file": len(project.graph_files())}, check_profile(project))


def _logic(project: Project, given: Given) -> Outcome:
    find_java()
    own = Report()
    files = chosen_files(project, [], {}, own)
    checked = [check_syntax(project, f.path, f.shown, f.content, own) for f in files]
    own.findings = []  # those of syntax belong to the stage of the instances
    found = check_logic(Context(project, checked, own), given.seconds)
    given.report.statements = own.statements
    return Outcome({"statement": own.statements}, own.findings, found.lines, limit=found.limit)


STAGES: dict[str, tuple[str, _Stage]] = {
    "instances": (
        "syntax, vocabulary, shapes, facts and second readings of all instances (`kzgraph validate`)",
        _instances,
    ),
    "citations": ("passages and sentences against the documents' texts (`kzgraph sources check`)", _citations),
    "queries": ("what the headers of the stored queries promise", _queries),
    "hygiene": ("good form of ontology, shapes and names (`kzgraph check --list`)", _hygiene),
    "profile": ("ontology and instances are OWL 2 DL", _profile),
    "logic": ("nothing contradicts anything else, by HermiT (`kzgraph reason`)", _logic),
}
