"""First stage: the file is UTF-8 and parses, and it says something."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from kzgraph.errors import InputError, SyntaxProblem
from kzgraph.findings import Finding, Report
from kzgraph.project import Project
from kzgraph.snapshot import parse_turtle
from kzgraph.turtle import TurtleText


@dataclass
class Checked:
    """A file under validation: its name as shown, its text with places, and its statements as far as they parse."""

    path: Path
    shown: str
    turtle: TurtleText
    quads: list[ox.Quad] = field(default_factory=list)


def check_syntax(project: Project, path: Path, report: Report) -> Checked:
    """The file as read; what is wrong with its syntax goes into the report. Raises :class:`InputError`."""
    shown = _shown(project, path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", place=shown) from error
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        text = content.decode("utf-8", "replace")
        report.findings.append(
            Finding("not-utf-8", "violation", shown, line, 1, "the file is not UTF-8", "save it as UTF-8")
        )
    checked = Checked(path, shown, TurtleText(text))
    try:
        for quad in parse_turtle(content, shown):
            checked.quads.append(quad)
    except SyntaxProblem as problem:
        line, column = _place(problem.place)
        report.findings.append(Finding("syntax-error", "violation", shown, line, column, problem.message))
    else:
        if not checked.quads:
            report.findings.append(
                Finding("empty-file", "violation", shown, 0, 0, "the file says nothing: it has no statements")
            )
    report.triples += len(checked.quads)
    return checked


def _shown(project: Project, path: Path) -> str:
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else project.relative(path)


def _place(place: str) -> tuple[int, int]:
    parts = place.rsplit(":", 2)
    return (int(parts[1]), int(parts[2])) if len(parts) == 3 and parts[1].isdecimal() else (0, 0)
