"""Validation of instance files: stages that each add findings, none hiding another's."""

from __future__ import annotations

from pathlib import Path

from kzgraph.errors import InputError
from kzgraph.findings import Finding, Report
from kzgraph.project import Project
from kzgraph.turtle import TurtleText
from kzgraph.validation.shapes import check_shapes
from kzgraph.validation.syntax import Checked, check_syntax
from kzgraph.validation.vocabulary import check_vocabulary


def validate(project: Project, paths: list[Path]) -> tuple[Report, dict[str, list[str]]]:
    """The findings for some files, or for all instances without any, and the lines of the files by name.

    The files are checked in the context of the whole project: they may refer to what other files describe.
    Raises :class:`InputError` for a file that is not there or cannot be read.
    """
    files = _expanded(project, paths) if paths else project.files("instances")
    report = Report(files=len(files))
    if not files:
        report.findings.append(
            Finding("nothing-to-check", "violation", "instances", 0, 0, "there are no Turtle files to check")
        )
    checked = [check_syntax(project, path, report) for path in files]
    check_vocabulary(project, checked, report)
    check_shapes(project, checked, report)
    return report, {c.shown: c.turtle.lines for c in checked}


def _expanded(project: Project, paths: list[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(path.rglob("*.ttl"))
            if not inside:
                raise InputError("holds no Turtle file", place=str(path))
            found += inside
        elif path.is_file():
            found.append(path)
        else:
            raise InputError("there is no such file", place=str(path))
    return list(dict.fromkeys(p.resolve() for p in found))


__all__ = ["Checked", "TurtleText", "validate"]
