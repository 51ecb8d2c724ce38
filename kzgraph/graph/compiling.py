"""Files → one graph in memory: what they say, each in its named graph and merged, and what follows from it."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from kzgraph.files.parsing import MARK, turtle_errors
from kzgraph.files.project import Project
from kzgraph.files.rdf_files import base_of, form_of, parse_file
from kzgraph.graph.derivation import derive

DERIVED = "derived"


def compiled(project: Project, contents: dict[Path, bytes]) -> ox.Store:
    """The graph of some files in memory, with what its axioms add.

    Each statement stands twice, in the default graph, which merges all files, and in the graph of its own file.
    """
    database = ox.Store()
    for path, content in contents.items():
        _load(database, project, path, content)
    database.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
    derive(database, project.graph_base + DERIVED)
    return database


def _load(database: ox.Store, project: Project, path: Path, content: bytes) -> None:
    """Reads a file into its named graph; Turtle without an object of Python for each statement."""
    shown, graph = project.relative(path), ox.NamedNode(project.graph_name(path))
    if form_of(path) != ox.RdfFormat.TURTLE:
        quads = parse_file(content, shown, path)
        database.bulk_extend(ox.Quad(q.subject, q.predicate, q.object, graph) for q in quads)
        return
    with turtle_errors(shown):
        whole = content.removeprefix(MARK)
        database.bulk_load(whole, ox.RdfFormat.TURTLE, base_iri=base_of(shown), to_graph=graph)
