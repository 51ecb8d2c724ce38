"""Validation of what a store holds: the same stages as for files, with graphs in place of files, lines and columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from kzgraph.checks.findings.finding import Finding, Report
from kzgraph.checks.findings.merging import merged, rules_among
from kzgraph.checks.stages import Wanted, run_stages
from kzgraph.checks.syntax.context import Context
from kzgraph.checks.syntax.syntax import Checked, triples_of
from kzgraph.files.project import Project
from kzgraph.graph.compiling import DERIVED
from kzgraph.graph.triples import Triple
from kzgraph.stores.moving.contents import Contents, contents
from kzgraph.stores.server.addresses import ALL, MANIFEST


def validate_store(project: Project, store: str, *, shapes: list[Path] | None = None) -> Report:
    """The findings on what a store holds, by the project's ontology and shapes; each names its graph and no file.

    ``store`` is a folder, a URL, or a name of ``kzgraph.toml``. Checked are the graphs that were loaded from the
    project's instances; where there are none, all that the store holds. Raises :class:`InputError` for a folder that is
    no database, and :class:`StoreError` for a server that does not answer.
    """
    held = contents(project, store)
    report = Report(store=held.shown)
    checked = [c for c in _checked(held, _graphs(project, held)) if c.triples]
    report.files, report.triples = len(checked), sum(len(c.triples) for c in checked)
    if not checked:
        told, hint = "the store holds nothing to check", f"fill it: `kzgraph load --store {held.shown}`"
        report.findings.append(Finding.on_file("nothing-to-check", "violation", held.shown, told, hint))
        return report
    run_stages(Context(project, checked, report, surroundings="ontology"), Wanted(files=False, shapes=shapes))
    names = {c.shown for c in checked}
    report.findings = [
        replace(f, file="", graph=f.file, line=0, column=0, edits=()) if f.file in names else f
        for f in merged(f for f in report.findings if project.rules.has(f.code, is_slip=bool(f.edits)))
    ]
    report.rules = rules_among(report.findings)
    return report


def _graphs(project: Project, held: Contents) -> list[str]:
    """The graphs of the instances; without any, all, and last the default graph (``""``) if it is no union."""
    base = project.graph_base
    own = {base + name for name in (ALL, MANIFEST, DERIVED)}
    named = list(held.counts())
    loaded = [n for n in named if n.startswith(f"{base}instances/")]
    if loaded:
        return loaded
    others = [n for n in named if n not in own and not n.startswith(f"{base}ontology/")]
    return others if others and held.default_is_union else [*others, ""]


def _checked(held: Contents, graphs: list[str]) -> Iterator[Checked]:
    """What the graphs hold; of the default graph only what no named graph holds, so that nothing is reported twice."""
    seen: set[Triple] = set()
    for graph in graphs:
        triples = [t for t in triples_of(held.triples(graph)) if graph or t not in seen]
        seen.update(triples if "" in graphs[1:] else ())
        yield Checked(Path(graph), graph or "default", "", "", triples)
