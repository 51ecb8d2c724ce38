"""Validation of instance files: they are read, and go through the stages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kzgraph.checks.findings.finding import Report
from kzgraph.checks.findings.merging import merged, rules_among, told_for
from kzgraph.checks.shapes.stage import check_shapes
from kzgraph.checks.stages import Lines, Wanted, run_stages
from kzgraph.checks.syntax.context import Context
from kzgraph.checks.syntax.inputs import Input, add_unread, chosen_files
from kzgraph.checks.syntax.literal_findings import check_literals
from kzgraph.checks.syntax.syntax import Checked, check_syntax
from kzgraph.files.documents import checked_folder
from kzgraph.files.project import Project
from kzgraph.graph.logic.reasoning import find_java
from kzgraph.wording.progress import say

_NOTHING: Mapping[Path, bytes] = {}


def validate(
    project: Project,
    paths: list[Path],
    *,
    documents: Path | None = None,
    shapes: list[Path] | None = None,
    contents: Mapping[Path, bytes] = _NOTHING,
    logic: bool = False,
) -> Report:
    """The findings for some files, or for all instances without any.

    The files are checked in the context of the whole project: they may refer to what other files describe.
    ``documents`` is the folder that holds the documents' texts, if they are at hand; ``shapes`` are files that are
    used instead of the project's; ``contents`` holds bytes that stand in for a file's, or for standard input (``-``).
    ``logic`` asks HermiT whether the project with these files is consistent.
    Raises :class:`InputError` for a file or folder that is not there or cannot be read; with ``logic``
    :class:`StoreError` without Java. If HermiT needs too long, the report's ``limit`` says so.
    """
    if logic:
        find_java()
    folder = None if documents is None else checked_folder(documents)
    wanted = Wanted(everything=not paths, logic=logic, shapes=shapes, documents=folder)
    return _validated(project, paths, contents, wanted, "project")


def validate_alone(
    project: Project, data: list[Path], shapes: list[Path], *, contents: Mapping[Path, bytes] = _NOTHING
) -> Report:
    """The findings of some shapes on some data, and nothing of the project but its prefixes."""
    return _validated(project, data, contents, Wanted(statements=False, shapes=shapes), "nothing")


def _validated(
    project: Project, paths: list[Path], contents: Mapping[Path, bytes], wanted: Wanted, surroundings: str
) -> Report:
    is_alone = not wanted.statements
    rules = project.rules._replace(profile="plain") if is_alone else project.rules
    report = Report(is_alone=is_alone)
    files = chosen_files(project, paths, contents, report)
    if not paths:
        add_unread(project, report.findings, ("ontology", "instances", "shapes"))
    report.files = len(files)
    checked = _checked(project, files, report)
    lines: Lines = {}
    for file in checked:
        check_literals(project, file, report)
    if checked:
        say("reading the project …")
        lines = run_stages(Context(project, checked, report, surroundings=surroundings), wanted)
    elif not paths and project.files("shapes"):  # a project of shapes alone
        say("checking the shapes …")
        lines = check_shapes(Context(project, [], report, surroundings=surroundings), wanted.shapes)[1]
    say("")
    found = merged(f for f in report.findings if rules.has(f.code, is_slip=bool(f.edits)))
    report.rules = rules_among(found)
    report.findings = told_for(rules, found)
    report.lines = lines | _lines(checked, report)
    return report


def _checked(project: Project, files: list[Input], report: Report) -> list[Checked]:
    """The files as read; their bytes are let go of one by one, for a file may be large."""
    files.reverse()
    checked = []
    while files:
        file = files.pop()
        checked.append(check_syntax(project, file.path, file.shown, file.content, report))
    return checked


def _lines(checked: list[Checked], report: Report) -> Lines:
    """The lines of each file by its name; none of a file without findings."""
    named = {f.file for f in report.findings}
    return {c.shown: c.lines if c.shown in named else [] for c in checked}
