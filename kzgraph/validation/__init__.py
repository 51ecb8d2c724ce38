"""Validation of instance files: stages that each add findings, none hiding another's."""

from __future__ import annotations

from pathlib import Path

from kzgraph.findings import Report
from kzgraph.project import Project
from kzgraph.validation.context import Context
from kzgraph.validation.inputs import chosen_files
from kzgraph.validation.shapes import check_shapes
from kzgraph.validation.syntax import check_syntax
from kzgraph.validation.vocabulary import check_vocabulary


def validate(
    project: Project, paths: list[Path], *, documents: Path | None = None, standard_input: bytes = b""
) -> tuple[Report, dict[str, list[str]]]:
    """The findings for some files, or for all instances without any, and the lines of the files by name.

    The files are checked in the context of the whole project: they may refer to what other files describe. The path
    ``-`` stands for ``standard_input``; ``documents`` is the folder that holds the documents' texts, if they are at
    hand. Raises :class:`InputError` for a file that is not there or cannot be read.
    """
    report = Report()
    files = chosen_files(project, paths, standard_input, report)
    report.files = len(files)
    checked = [check_syntax(project, f.path, f.shown, f.content, report) for f in files]
    context = Context(project, checked, report, whole=not paths)
    if checked:
        check_vocabulary(context)
        check_shapes(context)
    return report, {c.shown: c.lines for c in checked}


__all__ = ["validate"]
