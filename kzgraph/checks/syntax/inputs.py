"""Which files are validated: files, folders, globs and standard input; one that names nothing is a finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kzgraph.checks.findings.finding import Finding, Report
from kzgraph.files.folders import files_below
from kzgraph.files.named_files import is_rdf, named_files
from kzgraph.files.project import RDF_SUFFIXES, READINGS, Project
from kzgraph.walls.reading import file_bytes, real_path

STANDARD_INPUT = "<stdin>"
_OTHERS = ("", ".md", ".txt", ".rst", ".html", ".png", ".svg", ".jpg", ".pdf", ".py", ".sh", ".toml", ".yaml", ".yml")
"""The ends of names of files that may lie beside RDF files, and are meant to be no RDF."""


@dataclass(frozen=True)
class Input:
    """A file to validate: where it is, how it is called in findings, and its bytes."""

    path: Path
    shown: str
    content: bytes


def chosen_files(project: Project, paths: list[Path], contents: Mapping[Path, bytes], report: Report) -> list[Input]:
    """The files that some paths name, or all instances without any; raises :class:`InputError`.

    ``contents`` holds what stands in for the bytes of a file; ``-`` is standard input, if it is among them.
    """
    found: list[Path] = [] if paths else project.files("instances")
    inputs: list[Input] = []
    for path in paths:
        if str(path) == "-":
            inputs.append(Input(Path(STANDARD_INPUT), STANDARD_INPUT, contents.get(path, b"")))
        else:
            found += _named(path, report)
    if not paths and not found:
        message = "there are no RDF files to check"
        is_ontology = project.rules.profile == "plain" and bool(project.files("ontology"))
        severity = "info" if is_ontology else "violation"
        report.findings.append(Finding.on_file("nothing-to-check", severity, "instances", message, "write one"))
    for path in dict.fromkeys(real_path(p) for p in found):
        shown = shown_path(project, path)
        inputs.append(Input(path, shown, contents[path] if path in contents else file_bytes(path, shown)))
    return inputs


def add_unread(project: Project, findings: list[Finding], folders: Iterable[str]) -> None:
    """Adds a finding for each file in folders of the project that is passed over because of the end of its name."""
    for folder in folders:
        ends, what = ((".rq",), "a query") if folder == "queries" else (RDF_SUFFIXES, "an RDF file")
        for path in project.files(folder, ""):
            if path.suffix not in (*ends, *_OTHERS) and path != project.root / READINGS:
                message = f"the file is passed over: its name does not end as that of {what}"
                hint = f"rename it ({', '.join(ends)}), or move it elsewhere"
                findings.append(Finding.on_file("unread-file", "warning", shown_path(project, path), message, hint))


def shown_path(project: Project, path: Path) -> str:
    """A path as findings show it: from the working folder, else from the project."""
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else project.relative(path)


def _named(path: Path, report: Report) -> list[Path]:
    """The RDF files that a path names; for a folder or pattern without any, a finding is added."""
    found = named_files(path)
    if found == [path]:
        return found
    files = [p for p in found if is_rdf(p)]
    if not files and path.is_dir():
        told, hint = "the folder holds no RDF file", "name files that end in .ttl or the like"
    elif not files:
        told, hint = "the pattern matches no RDF file", "look at the pattern"
    if not files:
        told += ", so nothing of it was checked"
        report.findings.append(Finding.on_file("nothing-to-check", "violation", str(path), told, hint))
    return files


def watched(project: Project, paths: list[Path]) -> dict[Path, tuple[int, int]]:
    """The files whose change changes the findings, with time and size: those given, and all of the project's."""
    files = [f for folder in ("ontology", "instances", "shapes") for f in project.files(folder)]
    for path in paths:
        files += [p for p in files_below(path) if is_rdf(p)] if path.is_dir() else [path]
    found = {}
    for path in files:
        try:
            state = path.stat()
            found[path] = (state.st_mtime_ns, state.st_size)
        except OSError:
            continue
    return found
