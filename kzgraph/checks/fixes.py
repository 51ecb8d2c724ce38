"""Fixes that can be meant in one way only: shown as a diff, and written when the user says so."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kzgraph.checks.findings.finding import Edit, Finding, Report
from kzgraph.checks.syntax.inputs import STANDARD_INPUT, shown_path
from kzgraph.files.editing.replacing import replace_all
from kzgraph.files.project import Project
from kzgraph.graph.same_statements import says_less, says_the_same
from kzgraph.walls.reading import file_bytes, real_path

_ROUNDS = 20  # a fix may lay open the next fault, but not for ever
_MARK = b"\xef\xbb\xbf"
_TIDYING = {"unused-prefix"}  # their fixes leave every statement as it is
Validate = Callable[[Mapping[Path, bytes]], Report]
"""Checks files of which some have other contents than on the disk."""


@dataclass
class Fixes:
    """Files as they would be after all fixes, and the number of fixes."""

    before: dict[Path, bytes]
    after: dict[Path, bytes]
    count: int

    def diff(self, project: Project) -> str:
        """The changes as a unified diff."""
        out: list[str] = []
        for path, new in self.after.items():
            old_lines = self.before[path].decode("utf-8").splitlines(keepends=True)
            name = shown_path(project, path)
            for line in difflib.unified_diff(old_lines, new.decode("utf-8").splitlines(keepends=True), name, name):
                out.append(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
        return "".join(out)

    def write(self, project: Project) -> None:
        """Writes the fixed files, all or none; raises :class:`InputError`, also for one that has changed meanwhile."""
        replace_all(project, self.after, self.before)


def all_fixes(project: Project, validate: Validate) -> Fixes:
    """All unambiguous fixes of the files that ``validate`` checks, repeated until nothing more can be fixed."""
    before: dict[Path, bytes] = {}
    after: dict[Path, bytes] = {}
    count = 0
    for _ in range(_ROUNDS):
        report = validate(after)
        changed = False
        for name in sorted({f.file for f in report.findings if f.edits and f.file != STANDARD_INPUT}):
            path = _path(project, name)
            content = after.get(path) or file_bytes(path, name)
            new, applied = _applied(content, [f for f in report.findings if f.file == name and f.edits])
            if applied and new != content:
                before.setdefault(path, content)
                after[path] = new
                count += applied
                changed = True
        if not changed:
            break
    return Fixes(before, after, count)


def _path(project: Project, shown: str) -> Path:
    here = Path(shown)
    return real_path(here if here.exists() else project.root / shown)


def _applied(content: bytes, findings: list[Finding]) -> tuple[bytes, int]:
    mark = _MARK if content.startswith(_MARK) else b""
    try:
        text = content[len(mark) :].decode("utf-8")
    except UnicodeDecodeError:
        return content, 0
    tidying = [f for f in findings if f.code in _TIDYING]
    if tidying and not says_the_same(text, _edited(text, tidying)[0]):
        findings = [f for f in findings if f.code not in _TIDYING]
    found, applied = _edited(text, findings)
    if says_less(text, found):
        return content, 0
    return mark + found.encode("utf-8"), applied


def _edited(text: str, findings: list[Finding]) -> tuple[str, int]:
    """A text with the fixes of some findings, those apart that overlap with one before; and how many they are."""
    chosen: list[Edit] = []
    applied = 0
    for finding in findings:
        if all(_is_free(e, chosen) for e in finding.edits):
            chosen += [e for e in finding.edits if e not in chosen]
            applied += 1
    for edit in sorted(chosen, key=lambda e: e.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text, applied


def _is_free(edit: Edit, others: list[Edit]) -> bool:
    return all(edit == o or edit.end < o.start or edit.start > o.end for o in others)
