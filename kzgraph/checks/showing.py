"""Files that an author checks → their facts, with the questions that show each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kzgraph.answers.missing.new_facts import ShownFacts, shown_facts
from kzgraph.checks.findings.finding import Report
from kzgraph.checks.syntax.inputs import chosen_files
from kzgraph.files.project import Project


def facts_shown_in(project: Project, paths: list[Path], contents: Mapping[Path, bytes]) -> ShownFacts:
    """The facts of files, folders and patterns: the questions that show each, and what to compare it with.

    ``contents`` holds what stands in for a file, or for ``-``. Raises :class:`InputError` for a file that is not there.
    """
    return shown_facts(project, {f.path: f.content for f in chosen_files(project, paths, contents, Report())})
