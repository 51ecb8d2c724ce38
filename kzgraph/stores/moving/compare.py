"""The project's files against a store, graph by graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kzgraph.files.project import Project
from kzgraph.graph.canonical import ContentSum, difference
from kzgraph.stores.disk.snapshot import open_project
from kzgraph.stores.moving.contents import contents
from kzgraph.stores.moving.load_folder import graphs_of
from kzgraph.stores.server.addresses import ALL, MANIFEST


@dataclass(frozen=True)
class GraphChange:
    """A graph that differs: what a load would add and remove; ``kind`` is ``new``, ``changed`` or ``gone``."""

    graph: str
    kind: str
    added: list[str]
    removed: list[str]


def compare(project: Project, store: str | None) -> Iterator[GraphChange]:
    """The graphs of the project that differ between its files and a store, in the order of their names.

    Last comes the merged graph of a server, if it says something else than the others there together.
    """
    held = contents(project, store)
    database = open_project(project, is_exact=True).database
    wanted = graphs_of(database)
    base = project.graph_base
    counts = held.counts(base)
    there = {n for n in counts if n.removeprefix(base) not in {ALL, MANIFEST}}
    content = ContentSum()
    for name in sorted(there | set(wanted)):
        ours = [q.triple for q in database.quads_for_pattern(None, None, None, wanted[name])] if name in wanted else []
        theirs = list(held.triples(name)) if name in there else []
        content.add(theirs)
        added, removed = difference(ours, theirs)
        if added or removed:
            state = "new" if ours else "gone"
            if name in there and name in wanted:
                state = "changed"
            yield GraphChange(name, state, added, removed)
    if base + ALL in counts and ContentSum().add(held.triples(base + ALL)).value != content.value:
        yield GraphChange(base + ALL, "changed", [], [])
