"""The project's graph with some files more, or with other contents of its files, for as long as it is needed."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox

from kzgraph.errors import InputError, StoreError
from kzgraph.files.project import Project
from kzgraph.files.rdf_files import parse_file
from kzgraph.graph.compiling import DERIVED
from kzgraph.graph.rederivation import maintain
from kzgraph.stores.disk.embedded import EmbeddedStore
from kzgraph.stores.disk.snapshot import open_project
from kzgraph.walls.unfinished import begun

_TRIES, _PAUSE = 100, 0.02  # seconds between tries


@contextlib.contextmanager
def with_files(project: Project, contents: Mapping[Path, bytes]) -> Iterator[EmbeddedStore]:
    """The project's graph as it would be with some files, by their paths, in or outside the project.

    What follows from the files is derived. The snapshot in use stays as it is: its files are linked into a folder that
    goes again. Raises :class:`SyntaxProblem` for a file that does not parse, the errors of :func:`open_project`, and
    :class:`StoreError` if there is no room.
    """
    base = open_project(project)
    graphs = {
        project.graph_name(path): frozenset(q.triple for q in parse_file(content, project.relative(path), path))
        for path, content in contents.items()
    }
    folder = begun(Path(tempfile.mkdtemp(prefix="kzgraph-")))
    try:
        try:
            store = EmbeddedStore(_copied(base, folder / "graph"))
            maintain(store.database, project.graph_base + DERIVED, graphs)
        except (OSError, RuntimeError, InputError) as error:
            raise StoreError(f"the graph with these files cannot be made: {error}", place=str(folder)) from error
        store.model = project.model
        yield store
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    """Removes a folder whose database may still be writing: it does so beside, for a moment after its last change."""
    for _ in range(_TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(_PAUSE)


def _copied(base: EmbeddedStore, folder: Path) -> ox.Store:
    """A database with the same statements that may be changed."""
    if base.folder is None:  # the cache cannot be written
        copy = ox.Store()
        copy.bulk_extend(base.database)
        return copy
    base.database.backup(str(folder))
    return ox.Store(str(folder))
