"""Loads the project's files, or foreign RDF files, into a folder (an Oxigraph database), one named graph a file."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kzgraph.canonical import canonical_lines
from kzgraph.errors import InputError, StoreError
from kzgraph.project import Project
from kzgraph.rdf_input import Source, opened
from kzgraph.snapshot import compiled, read_contents

Progress = Callable[[str, int, int], None]
_OF_DATABASE = re.compile(r"CURRENT|IDENTITY|LOCK|(LOG|MANIFEST|OPTIONS)[\w.-]*|\d+\.(sst|log|blob|dbtmp)")


@dataclass(frozen=True)
class Loaded:
    """What a load did: graphs sent and removed, and how many graphs and triples the store holds of what was asked."""

    sent: int
    removed: int
    graphs: int
    triples: int


def own_graphs(project: Project) -> tuple[ox.Store, dict[str, ox.NamedNode]]:
    """The project's files compiled in memory, and their graphs by name."""
    database = compiled(project, read_contents(project, project.graph_files()))
    return database, {g.value: g for g in database.named_graphs() if isinstance(g, ox.NamedNode)}


def chosen_graphs(project: Project, names: Iterable[str], paths: list[Path]) -> set[str]:
    """The graphs of the project's files that paths name: all, if there are none."""
    if not paths:
        return set(names)
    known = {f.resolve(): project.graph_name(f) for f in project.graph_files()}
    return {g for f, g in known.items() if any(f == p.resolve() or p.resolve() in f.parents for p in paths)}


def load_folder(project: Project, folder: Path, paths: list[Path], progress: Progress) -> Loaded:
    """Makes the project's graphs in a folder equal to its files (those in ``paths``, if any are given).

    Graphs of others stay. The folder must be new, empty, or a database; raises :class:`InputError` for any other
    folder, and :class:`StoreError` if it cannot be written. It is replaced in one step.
    """
    source, wanted = own_graphs(project)
    chosen = chosen_graphs(project, wanted, paths)
    with _draft(folder) as database:
        there = {g.value for g in database.named_graphs()}
        changed = [n for n in sorted(chosen) if n not in there or not _same(database, source, wanted[n])]
        gone = [n for n in there if n.startswith(project.graph_base) and n not in wanted] if not paths else []
        for number, name in enumerate(changed, 1):
            progress(name, number, len(changed))
            database.remove_graph(ox.NamedNode(name))
            database.bulk_extend(source.quads_for_pattern(None, None, None, wanted[name]))
        for name in gone:
            database.remove_graph(ox.NamedNode(name))
        if changed or gone:
            _merge(database)
    return Loaded(len(changed), len(gone), len(chosen), sum(size(source, wanted[n]) for n in chosen))


def load_files(folder: Path, sources: list[Source], progress: Progress) -> Loaded:
    """Puts foreign RDF files into a folder, each into a graph named by its URL; never holds a file in memory.

    Graphs that a file names itself keep their names. Raises the errors of :func:`load_folder` and of
    :mod:`kzgraph.rdf_input`.
    """
    with _draft(folder) as database:
        was_merged = bool(next(database.quads_for_pattern(None, None, None, ox.DefaultGraph()), None))
        for number, source in enumerate(sources, 1):
            progress(source.shown, number, len(sources))
            graph = ox.NamedNode(source.iri)
            database.remove_graph(graph)
            with opened(source) as stream:
                stream.since = None  # the parser inside the database has a limit of its own
                to_graph = None if source.holds_graphs else graph
                database.bulk_load(stream, source.form, base_iri=source.iri, to_graph=to_graph)  # type: ignore[arg-type]  # whatever has read() will do
        if was_merged or len(list(database.named_graphs())) > 1:
            _merge(database)
        names = [s.iri for s in sources]
        return Loaded(len(names), 0, len(names), len(database))


def size(database: ox.Store, graph: ox.NamedNode) -> int:
    """How many triples a graph holds."""
    return sum(1 for _ in database.quads_for_pattern(None, None, None, graph))


def _is_replaceable(folder: Path) -> bool:
    """Whether a folder is empty, or a database and nothing else: whatever is in it is going to be replaced."""
    if not folder.is_dir():
        return False
    names = [entry.name for entry in folder.iterdir()]
    return not names or ("CURRENT" in names and all(_OF_DATABASE.fullmatch(n) for n in names))


@contextmanager
def _draft(folder: Path) -> Iterator[ox.Store]:
    """A copy of the database in ``folder``, which takes its place when all went well."""
    if folder.exists() and not _is_replaceable(folder):
        raise InputError("is neither empty nor an Oxigraph database, and is left as it is", place=str(folder))
    target = folder.resolve()
    draft = target.with_name(f".{target.name}-{os.getpid()}-{time.monotonic_ns()}")
    old = draft.with_name(f"{draft.name}-old")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if (target / "CURRENT").is_file():
            ox.Store.read_only(str(target)).backup(str(draft))  # by links, not by copies
        database = ox.Store(str(draft))
        yield database
        database.flush()
        del database
        if target.exists():
            target.rename(old)
        draft.rename(target)
    except (OSError, RuntimeError) as error:
        if old.exists() and not target.exists():
            old.rename(target)
        told = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise StoreError(f"cannot be written: {told}", place=str(folder)) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def _merge(database: ox.Store) -> None:
    """Makes the default graph the union of all named graphs."""
    database.clear_graph(ox.DefaultGraph())
    database.bulk_extend(ox.Quad(*q.triple) for q in database if q.graph_name != ox.DefaultGraph())


def _same(database: ox.Store, source: ox.Store, graph: ox.NamedNode) -> bool:
    if size(database, graph) != size(source, graph):
        return False
    found, wanted = (
        canonical_lines(q.triple for q in s.quads_for_pattern(None, None, None, graph)) for s in (database, source)
    )
    return found == wanted
