"""Loads the graph into a folder (an Oxigraph database) or a SPARQL server, one named graph a file."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kzgraph.errors import InputError, StoreError
from kzgraph.project import Project
from kzgraph.snapshot import compiled, read_contents

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Loaded:
    """What a load did: graphs sent and removed, and how many graphs and triples the store now holds of the project."""

    sent: int
    removed: int
    graphs: int
    triples: int


def load_folder(project: Project, folder: Path) -> Loaded:
    """Writes the project's graph into an Oxigraph database in ``folder``, which is replaced in one step.

    The folder must be new, empty, or a database; raises :class:`InputError` for any other folder, and
    :class:`StoreError` if it cannot be written.
    """
    if folder.exists() and not (folder.is_dir() and (not any(folder.iterdir()) or (folder / "CURRENT").is_file())):
        raise InputError("is neither empty nor an Oxigraph database, and is left as it is", place=str(folder))
    database = compiled(project, read_contents(project, project.graph_files()))
    target = folder.resolve()
    draft = target.with_name(f".{target.name}-{os.getpid()}-{time.monotonic_ns()}")
    old = draft.with_name(f"{draft.name}-old")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        written = ox.Store(str(draft))
        written.bulk_extend(database)
        written.flush()
        del written
        if target.exists():
            target.rename(old)
        draft.rename(target)
    except OSError as error:
        if old.exists() and not target.exists():
            old.rename(target)
        raise StoreError(f"cannot be written: {error.strerror or error}", place=str(folder)) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
    graphs = list(database.named_graphs())
    return Loaded(len(graphs), 0, len(graphs), sum(_size(database, g) for g in graphs))


def load_remote(project: Project, store: str, progress: Progress) -> Loaded:
    """Makes the project's graphs at a SPARQL server equal to the files, and verifies their counts afterwards.

    A graph that holds exactly the triples of its file is not sent again; graphs of the project whose files are gone
    are removed; graphs that are not the project's are left alone. Raises :class:`StoreError`.
    """
    from kzgraph.stores.remote import RemoteStore

    remote = RemoteStore.open(project, store)
    database = compiled(project, read_contents(project, project.graph_files()))
    wanted = {g.value: g for g in database.named_graphs() if isinstance(g, ox.NamedNode)}
    there = remote.graphs(project.graph_base)
    sent = 0
    for number, (name, graph) in enumerate(sorted(wanted.items()), 1):
        progress(name, number, len(wanted))
        if name in there and _same(remote.content(name), _ground(database, graph)):
            continue
        remote.put(name, _ntriples(database, graph), "application/n-triples")
        sent += 1
    gone = [g for g in there if g not in wanted]
    for name in gone:
        remote.delete(name)
    _verify(project, {n: _size(database, g) for n, g in wanted.items()}, remote.count)
    return Loaded(sent, len(gone), len(wanted), sum(_size(database, g) for g in wanted.values()))


def _verify(project: Project, sizes: dict[str, int], count: Callable[[str], int]) -> None:
    wrong = [n for n, size in sizes.items() if count(n) != size]
    if wrong:
        raise StoreError(
            f"{len(wrong)} graphs do not hold what was sent, first <{wrong[0]}>",
            hint="load again; the files are unharmed",
        )


def _ntriples(database: ox.Store, graph: ox.NamedNode) -> bytes:
    triples = (q.triple for q in database.quads_for_pattern(None, None, None, graph))
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""


def _ground(database: ox.Store, graph: ox.NamedNode) -> ox.Dataset:
    return ox.Dataset(ox.Quad(*q.triple) for q in database.quads_for_pattern(None, None, None, graph))


def _same(found: Iterable[ox.Quad], wanted: ox.Dataset) -> bool:
    """Whether two graphs are isomorphic (RDF 1.1 Concepts, section 3.6), by their canonical forms."""
    there = ox.Dataset(ox.Quad(*q.triple) for q in found)
    if len(there) != len(wanted):
        return False
    for dataset in (there, wanted):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return there == wanted


def _size(database: ox.Store, graph: object) -> int:
    assert isinstance(graph, ox.NamedNode)
    return sum(1 for _ in database.quads_for_pattern(None, None, None, graph))
