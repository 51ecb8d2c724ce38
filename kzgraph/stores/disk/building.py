"""Files → a new snapshot: a database that is written whole, sealed and put into use in one step.

A snapshot is written under another name and renamed when it is whole; nothing ever writes to it afterwards. Where few
files changed, it begins with links to the files of the database in use, and only what changed is written. All that
compiling needs is imported here, and not where a snapshot is only opened.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

import pyoxigraph as ox

from kzgraph.errors import InputError, StoreError
from kzgraph.files.parsing import read_contents
from kzgraph.files.project import Project
from kzgraph.files.rdf_files import parse_file
from kzgraph.graph.compiling import DERIVED, compiled
from kzgraph.graph.derivation import derive
from kzgraph.graph.rederivation import TooMuchChanges, maintain
from kzgraph.stores.disk.cache import clear, make_own
from kzgraph.stores.disk.embedded import EmbeddedStore
from kzgraph.stores.disk.file_state import FileState, digest_of, seen, size_of
from kzgraph.stores.disk.in_use import CURRENT, MADE_OF, InUse, made_of, name_of, put_in_use
from kzgraph.stores.disk.sealing import is_sealed, seal, share_whole_files
from kzgraph.walls.reading import open_file
from kzgraph.walls.unfinished import begun

_KEEP_SECONDS = 3600  # for which an old snapshot stays: another process may still ask it
_MOST_HEADERS = 1_000
_MOST_IN_MEMORY = 32 << 20  # bytes of Turtle that are compiled in memory, which is faster for many small files
_BYTES_A_CHANGE = 1_000  # of all files, for each triple that comes or goes; of more changes, compiling all is faster
_ALWAYS_AMENDED = 1_000  # such triples
_MOST_AMENDED = 100_000  # such triples, which are held in memory
_AT_ONCE = 500_000  # statements that the database sorts in memory at once; each time it writes files of its own


def amended(
    project: Project, files: list[Path], place: Path, current: InUse, *, is_exact: bool
) -> EmbeddedStore | None:
    """The snapshot in use with other graphs for the files that changed; None if it is no good, or too much changed."""
    made, known = time.time_ns(), current.files
    times = {f: seen(f) for f in files}
    shown = {f: project.relative(f) for f in files}
    changed, gone = (
        current.changed(project, files, is_exact=is_exact),
        known.keys() - shown.values(),
    )  # seen again, after ``made``
    if sum(map(size_of, changed)) + sum(known[name].size for name in gone) > _MOST_IN_MEMORY:
        return None
    contents = read_contents(project, changed)
    states = [
        FileState(shown[f], len(contents[f]), times[f][0], digest_of(contents[f]), times[f][1])
        if f in contents
        else known[shown[f]]._replace(changed=times[f][0], mark=times[f][1])
        for f in files
    ]
    target = project.graph_base + DERIVED
    graphs = {project.graph_name(project.root / name): frozenset[ox.Triple]() for name in gone}
    for path, content in contents.items():
        graphs[project.graph_name(path)] = frozenset(q.triple for q in parse_file(content, shown[path], path))
    name, base = name_of(project.graph_base, states), place / current.snapshot
    most = min(max(_ALWAYS_AMENDED, sum(s.size for s in states) // _BYTES_A_CHANGE), _MOST_AMENDED)
    try:
        if not is_sealed(place / name):
            with _draft(place) as draft:
                is_other = _write_amended(draft, base, lambda database: maintain(database, target, graphs, most))
                _seal(draft, states, name if is_other else str(made_of(base)["derived"]))
                if not share_whole_files(draft, base):  # damaged after it was looked at: the seal would make it good
                    return None
                _finish(draft, place, name)
        return _use(project, place, name, states, made)
    except (OSError, RuntimeError, SyntaxError, StoreError, InputError, TooMuchChanges):
        return None  # compiling all tells what is wrong, if anything


def _write_amended(draft: Path, base: Path, change: Callable[[ox.Store], bool]) -> bool:
    """Writes the database in ``base`` to ``draft`` with a change, and gives what that gave.

    Raises :class:`StoreError` if the database in ``base`` is damaged.
    """
    if not is_sealed(base):
        raise StoreError("is damaged", place=str(base))
    ox.Store.read_only(str(base)).backup(str(draft))  # by links, not by copies
    written = ox.Store(str(draft))
    result = change(written)
    written.flush()
    return result


def compiled_anew(project: Project, files: list[Path], place: Path) -> EmbeddedStore:
    """The snapshot of all files; raises :class:`SyntaxProblem` for a file that does not parse."""
    made = time.time_ns()
    times = {f: seen(f) for f in files}
    if sum(map(size_of, files)) > _MOST_IN_MEMORY:
        with contextlib.suppress(OSError, StoreError):  # no room: then in memory, if that is large enough
            return _compile_on_disk(project, files, place, made, times)
    contents = read_contents(project, files)
    states = [
        FileState(project.relative(f), len(c), times[f][0], digest_of(c), times[f][1]) for f, c in contents.items()
    ]
    database = compiled(project, contents)
    name = name_of(project.graph_base, states)
    try:
        make_own(place)
        if not is_sealed(place / name):
            _write(database, place, name, states)
        return _use(project, place, name, states, made)
    except (OSError, StoreError):  # no room, or no right to write: the answer comes from memory
        return EmbeddedStore(database)


def _compile_on_disk(
    project: Project, files: list[Path], place: Path, made: int, times: dict[Path, tuple[int, str]]
) -> EmbeddedStore:
    """The same for files of any size: memory is bounded, because only the database's current batch is in memory."""
    make_own(place)
    states: list[FileState] = []
    statements = (quad for path in files for quad in _read(project, path, times[path], states))
    with _draft(place) as draft:
        written = ox.Store(str(draft))
        for first in statements:
            written.bulk_extend(chain([first], islice(statements, _AT_ONCE - 1)))
        derive(written, project.graph_base + DERIVED)
        written.flush()
        del written
        name = name_of(project.graph_base, states)
        _seal(draft, states, name)
        _finish(draft, place, name)
        return _use(project, place, name, states, made)


@contextlib.contextmanager
def _draft(place: Path) -> Iterator[Path]:
    """The name of a folder that is there for as long as this lasts."""
    draft = place / f"draft-{os.getpid()}-{time.monotonic_ns()}"
    try:
        yield begun(draft)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _read(project: Project, path: Path, changed: tuple[int, str], states: list[FileState]) -> Iterator[ox.Quad]:
    """The statements of a file, piece by piece; then its state, that of the bytes that were read, is in ``states``."""
    shown, summed = project.relative(path), hashlib.sha256()
    try:
        with open_file(path, shown) as file:
            content = _Digesting(file, summed)
            yield from _twice(parse_file(content, shown, path), project.graph_name(path))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", place=shown) from error
    states.append(FileState(shown, content.size, changed[0], summed.hexdigest(), changed[1]))


def _twice(quads: Iterable[ox.Quad], graph: str) -> Iterator[ox.Quad]:
    name = ox.NamedNode(graph)
    for quad in quads:
        yield ox.Quad(quad.subject, quad.predicate, quad.object)
        yield ox.Quad(quad.subject, quad.predicate, quad.object, name)


class _Digesting:
    """The bytes of a file, which are summed up as they are read."""

    def __init__(self, file: IO[bytes], summed: Any) -> None:
        self._file = file
        self._summed = summed
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes."""
        piece = self._file.read(size)
        self._summed.update(piece)
        self.size += len(piece)
        return piece


def _use(project: Project, place: Path, name: str, states: list[FileState], made: int) -> EmbeddedStore:
    put_in_use(place, InUse(name, {s.path: s for s in states}, made, [], 0))
    _tidy(place, name)
    return EmbeddedStore.open(place / name)


def _write(database: ox.Store, place: Path, name: str, states: list[FileState]) -> None:
    try:
        with _draft(place) as draft:
            written = ox.Store(str(draft))
            written.bulk_extend(database)
            written.flush()
            del written
            _seal(draft, states, name)
            _finish(draft, place, name)
    except OSError:
        if not is_sealed(place / name):
            raise


def _seal(draft: Path, states: list[FileState], derived: str) -> None:
    """Seals a draft, which says what it was made of; where ``derived`` is the same, the same was derived."""
    made_of = {"files": {s.path: s.digest for s in states}, "derived": derived}
    (draft / MADE_OF).write_text(json.dumps(made_of), "utf-8")
    seal(draft)


def _finish(draft: Path, place: Path, name: str) -> None:
    if not is_sealed(place / name):  # else another process was faster, and others may be reading it
        clear(place / name)
        draft.rename(place / name)


def _tidy(place: Path, keep: str) -> None:
    """Removes snapshots and drafts that were written more than an hour ago, and old headers of queries."""
    with contextlib.suppress(OSError):
        headers = sorted((place / "headers").iterdir(), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in headers[_MOST_HEADERS:]:
            old.unlink(missing_ok=True)
    for old in place.iterdir():
        if old.name not in {keep, CURRENT, "headers"} and time.time() - old.stat().st_mtime > _KEEP_SECONDS:
            shutil.rmtree(old, ignore_errors=True) if old.is_dir() else old.unlink(missing_ok=True)
