"""Validation of instance files: stages that each add findings, none hiding another's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from kzgraph.checks.findings.finding import Report
from kzgraph.checks.findings.merging import merged
from kzgraph.checks.shapes.stage import check_shapes
from kzgraph.checks.shapes.targets import check_targets
from kzgraph.checks.statements.duplicates import check_duplicates
from kzgraph.checks.statements.facts import check_facts
from kzgraph.checks.statements.kinds import check_kinds
from kzgraph.checks.statements.logic import check_logic
from kzgraph.checks.statements.passages import check_passages
from kzgraph.checks.statements.vocabulary import check_vocabulary
from kzgraph.checks.syntax.context import Context
from kzgraph.checks.syntax.inputs import Input, add_unread, chosen_files
from kzgraph.checks.syntax.literal_findings import check_literals
from kzgraph.checks.syntax.syntax import Checked, check_syntax
from kzgraph.checks.validate_store import validate_store
from kzgraph.files.project import Project
from kzgraph.graph.logic.reasoning import find_java
from kzgraph.long_work import say

_NOTHING: Mapping[Path, bytes] = {}


def validate(
    project: Project,
    paths: list[Path],
    *,
    documents: Path | None = None,
    shapes: list[Path] | None = None,
    contents: Mapping[Path, bytes] = _NOTHING,
    logic: bool = False,
) -> tuple[Report, dict[str, list[str]]]:
    """The findings for some files, or for all instances without any, and the lines of the files by name.

    The files are checked in the context of the whole project: they may refer to what other files describe.
    ``documents`` is the folder that holds the documents' texts, if they are at hand; ``shapes`` are files that are
    used instead of the project's; ``contents`` holds bytes that stand in for a file's, or for standard input (``-``).
    ``logic`` asks HermiT whether the project with these files is consistent.
    Raises :class:`InputError` for a file that is not there or cannot be read; with ``logic`` :class:`StoreError`
    without Java, and :class:`LimitReached` if HermiT needs too long.
    """
    if logic:
        find_java()
    report = Report()
    files = chosen_files(project, paths, contents, report)
    report.files = len(files)
    if not paths:
        add_unread(project, report)
    checked = _checked(project, files, report)
    lines: dict[str, list[str]] = {}
    for file in checked:
        check_literals(project, file, report)
    if checked:
        say("reading the project …")
        context = Context(project, checked, report)
        check_vocabulary(context)
        check_kinds(context)
        check_duplicates(context)
        say("checking the shapes …")
        engine, shape_lines = check_shapes(context, shapes, whole=not paths)
        lines.update(shape_lines)
        say("checking the facts …")
        check_facts(context)
        check_passages(context, documents)
        if engine is not None and not paths and shapes is None:
            lines.update(check_targets(context, engine))
        if logic:
            lines.update(check_logic(context))
    say("")
    report.findings = merged(f for f in report.findings if project.rules.has(f.code, f.hint))
    return report, lines | _lines(checked, report)


def validate_alone(
    project: Project, data: list[Path], shapes: list[Path], *, contents: Mapping[Path, bytes] = _NOTHING
) -> tuple[Report, dict[str, list[str]]]:
    """The findings of some shapes on some data, and nothing of the project but its prefixes."""
    report = Report(is_alone=True)
    files = chosen_files(project, data, contents, report)
    report.files = len(files)
    checked = _checked(project, files, report)
    for file in checked:
        check_literals(project, file, report)
    lines: dict[str, list[str]] = {}
    if checked:
        say("checking the shapes …")
        _, lines = check_shapes(Context(project, checked, report, surroundings="nothing"), shapes)
    rules = replace(project.rules, profile="plain")
    say("")
    report.findings = merged(f for f in report.findings if rules.has(f.code, f.hint))
    return report, lines | _lines(checked, report)


def _checked(project: Project, files: list[Input], report: Report) -> list[Checked]:
    """The files as read; their bytes are let go of one by one, for a file may be large."""
    files.reverse()
    checked = []
    while files:
        file = files.pop()
        checked.append(check_syntax(project, file.path, file.shown, file.content, report))
    return checked


def _lines(checked: list[Checked], report: Report) -> dict[str, list[str]]:
    """The lines of each file by its name; none of a file without findings."""
    named = {f.file for f in report.findings}
    return {c.shown: c.lines if c.shown in named else [] for c in checked}


__all__ = ["validate", "validate_alone", "validate_store"]
