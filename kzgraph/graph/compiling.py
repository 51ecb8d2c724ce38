"""Files → one graph in memory: what they say, each in its named graph and merged, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from kzgraph.files.project import Project
from kzgraph.files.rdf_files import parse_file
from kzgraph.graph.derivation import derive

DERIVED = "derived"


def compiled(project: Project, contents: dict[Path, bytes]) -> ox.Store:
    """The graph of some files in memory, with what its axioms add.

    Each statement stands twice, in the default graph, which merges all files, and in the graph of its own file.
    """
    database = ox.Store()
    for path, content in contents.items():
        database.bulk_extend(_twice(parse_file(content, project.relative(path), path), project.graph_name(path)))
    derive(database, project.graph_base + DERIVED)
    return database


def _twice(quads: Iterable[ox.Quad], graph: str) -> Iterator[ox.Quad]:
    name = ox.NamedNode(graph)
    for quad in quads:
        yield ox.Quad(quad.subject, quad.predicate, quad.object)
        yield ox.Quad(quad.subject, quad.predicate, quad.object, name)
