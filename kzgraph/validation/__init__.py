"""Validation of instance files: stages that each add findings, none hiding another's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kzgraph.findings import Report
from kzgraph.project import Project
from kzgraph.validation.context import Context
from kzgraph.validation.duplicates import check_duplicates
from kzgraph.validation.facts import check_facts
from kzgraph.validation.inputs import chosen_files
from kzgraph.validation.kinds import check_kinds
from kzgraph.validation.literal_findings import check_literals
from kzgraph.validation.merging import merged
from kzgraph.validation.passages import check_passages
from kzgraph.validation.shapes import check_shapes
from kzgraph.validation.syntax import check_syntax
from kzgraph.validation.targets import check_targets
from kzgraph.validation.vocabulary import check_vocabulary

_NOTHING: Mapping[Path, bytes] = {}


def validate(
    project: Project,
    paths: list[Path],
    *,
    documents: Path | None = None,
    shapes: list[Path] | None = None,
    contents: Mapping[Path, bytes] = _NOTHING,
) -> tuple[Report, dict[str, list[str]]]:
    """The findings for some files, or for all instances without any, and the lines of the files by name.

    The files are checked in the context of the whole project: they may refer to what other files describe.
    ``documents`` is the folder that holds the documents' texts, if they are at hand; ``shapes`` are files that are
    used instead of the project's; ``contents`` holds bytes that stand in for a file's, or for standard input (``-``).
    Raises :class:`InputError` for a file that is not there or cannot be read.
    """
    report = Report()
    files = chosen_files(project, paths, contents, report)
    report.files = len(files)
    checked = [check_syntax(project, f.path, f.shown, f.content, report) for f in files]
    lines = {c.shown: c.lines for c in checked}
    for file in checked:
        check_literals(project, file, report)
    if checked:
        context = Context(project, checked, report)
        check_vocabulary(context)
        check_kinds(context)
        check_duplicates(context)
        engine = check_shapes(context, shapes)
        check_facts(context)
        check_passages(context, documents)
        if engine is not None and not paths and shapes is None:
            lines.update(check_targets(context, engine))
    report.findings = merged(report.findings)
    return report, lines


def validate_alone(
    project: Project, data: list[Path], shapes: Path, *, contents: Mapping[Path, bytes] = _NOTHING
) -> tuple[Report, dict[str, list[str]]]:
    """The findings of some shapes on some data, and nothing of the project but its prefixes."""
    report = Report()
    files = chosen_files(project, data, contents, report)
    report.files = len(files)
    checked = [check_syntax(project, f.path, f.shown, f.content, report) for f in files]
    for file in checked:
        check_literals(project, file, report)
    if checked:
        check_shapes(Context(project, checked, report, is_alone=True), [shapes])
    report.findings = merged(report.findings)
    return report, {c.shown: c.lines for c in checked}


__all__ = ["validate", "validate_alone"]
