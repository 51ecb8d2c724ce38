"""Files → compiled Oxigraph database: built when a file changed, swapped in one step, reused while nothing did.

A project's place in the user's cache folder holds ``current.json`` (the name of the snapshot in use, and size,
time and digest of each file it was built from) and one folder a snapshot, named by the digest of all contents.
A snapshot is written under another name and renamed when it is whole; nothing ever writes to it afterwards. Where few
files changed, it begins with links to the files of the database in use, and only what changed is written.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

import pyoxigraph as ox

from kzgraph.errors import InputError, StoreError
from kzgraph.files.parsing import read_contents
from kzgraph.files.project import Project
from kzgraph.files.rdf_files import parse_file
from kzgraph.graph.compiling import DERIVED, _twice, compiled
from kzgraph.graph.derivation import derive
from kzgraph.graph.rederivation import TooMuchChanges, maintain
from kzgraph.stores.disk.cache import cache_folder, make_own
from kzgraph.stores.disk.embedded import EmbeddedStore
from kzgraph.stores.disk.file_state import FileState, digest_of, seen, size_of
from kzgraph.stores.disk.sealing import is_sealed, marks_of, seal, share_whole_files
from kzgraph.version import __version__

SCHEMA = 5
_KEEP_SECONDS = 3600
_MOST_HEADERS = 1_000
_MOST_IN_MEMORY = 32 << 20  # bytes of Turtle that are compiled in memory, which is faster for many small files
_BYTES_A_CHANGE = 1_000  # of all files, for each triple that comes or goes; of more changes, compiling all is faster
_ALWAYS_AMENDED = 1_000  # such triples
_MOST_AMENDED = 100_000  # such triples, which are held in memory
_MADE_OF = "made-of.json"
_AT_ONCE = 500_000  # statements that the database sorts in memory at once; each time it writes files of its own


def open_project(project: Project, *, is_exact: bool = False) -> EmbeddedStore:
    """The project's graph as a store, compiled first if any file changed since the last time.

    With ``is_exact`` the contents of all files are compared, and not their times: for what leaves the tool.

    Raises :class:`SyntaxProblem` for a file that does not parse; the snapshot in use stays as it was.
    """
    store = _opened(project, is_exact=is_exact)
    store.model = project.model
    return store


def _opened(project: Project, *, is_exact: bool) -> EmbeddedStore:
    place = cache_folder(project)
    current = _current(project)
    files = project.graph_files()
    if current and current.is_of(project, files, is_exact=is_exact):
        _refresh(project, place, current, files)
        folder = place / current.snapshot

        def mend() -> EmbeddedStore:  # a damaged snapshot is no error of the user's: it is built anew
            shutil.rmtree(folder, ignore_errors=True)
            return _compile(project, files, place)

        try:
            return EmbeddedStore.open(folder, mend) if is_sealed(folder) else mend()
        except StoreError:
            return mend()
    amended = _amend(project, files, place, current, is_exact=is_exact) if current else None
    return amended or _compile(project, files, place)


def _refresh(project: Project, place: Path, current: _Current, files: list[Path]) -> None:
    """Remembers files anew that were as they were by their content, so that next time their marks will do."""
    made = time.time_ns()
    states = [(current.files[project.relative(f)], *seen(f)) for f in files]
    if all(s.mark == mark and s.is_settled(current.made) for s, _, mark in states):
        return
    anew = [replace(s, changed=changed, mark=mark) for s, changed, mark in states]
    if not all(s.is_settled(made) for s in anew) or not all(s.is_of(f, made) for s, f in zip(anew, files, strict=True)):
        return  # changed just now: another time
    if any(s.digest != digest_of(f.read_bytes()) for s, f in zip(anew, files, strict=True)):
        return
    with contextlib.suppress(OSError):
        told = {"made": made, "files": [vars(s) for s in anew]}
        _swap(place, {"schema": SCHEMA, "tool": __version__, "snapshot": current.snapshot, **told})


def digests_of(project: Project, store: EmbeddedStore) -> dict[str, str]:
    """What each graph of a snapshot was made of, by name: where two snapshots say the same, it is the same graph.

    Empty if that is not known, as when the store is in memory.
    """
    if store.folder is None:
        return {}
    try:
        made_of = _made_of(store.folder)
    except OSError:  # an old snapshot, which another process has removed
        return {}
    files = {project.graph_name(project.root / path): str(digest) for path, digest in made_of["files"].items()}
    return files | {project.graph_base + DERIVED: str(made_of["derived"])}


def current_folder(project: Project) -> Path | None:
    """The folder of the snapshot in use; None if there is none yet."""
    place = cache_folder(project)
    current = _current(project)
    return place / current.snapshot if current and is_sealed(place / current.snapshot) else None


def is_current(project: Project) -> bool:
    """Whether the snapshot in use was made of the files as they are now."""
    current = _current(project)
    return current is not None and current.is_of(project, project.graph_files())


class KeptStore:
    """The graph of a project for one who asks again and again: opened again when a file of the project changed."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._store: EmbeddedStore | None = None
        self._marks: list[tuple[int, ...]] = []

    def current(self) -> EmbeddedStore:
        """The store as the files are now; for the errors see :func:`open_project`."""
        if self._store is None or not self._is_current(self._store.folder):
            self._store = open_project(self._project)
            self._marks = marks_of(self._store.folder) if self._store.folder else []
        return self._store

    def _is_current(self, folder: Path | None) -> bool:
        """Whether the store is the snapshot in use, as it was sealed, and made of the files as they are now."""
        current = _current(self._project)
        if folder is None or current is None or folder != cache_folder(self._project) / current.snapshot:
            return False
        marks = marks_of(folder)
        if marks != self._marks and not is_sealed(folder):
            return False
        self._marks = marks
        return current.is_of(self._project, self._project.graph_files())


def changed_files(project: Project) -> set[str]:
    """The files, as paths in the project, that the snapshot in use was not made of, or that have changed since."""
    current, files = _current(project), project.graph_files()
    return set(map(project.relative, current.changed(project, files) if current else files))


def _amend(
    project: Project, files: list[Path], place: Path, current: _Current, *, is_exact: bool
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
        else replace(known[shown[f]], changed=times[f][0], mark=times[f][1])
        for f in files
    ]
    target = project.graph_base + DERIVED
    graphs = {project.graph_name(project.root / name): frozenset[ox.Triple]() for name in gone}
    for path, content in contents.items():
        graphs[project.graph_name(path)] = frozenset(q.triple for q in parse_file(content, shown[path], path))
    name, base = _name(project, states), place / current.snapshot
    most = min(max(_ALWAYS_AMENDED, sum(s.size for s in states) // _BYTES_A_CHANGE), _MOST_AMENDED)
    try:
        if not is_sealed(place / name):
            with _draft(place) as draft:
                is_other = _write_amended(draft, base, lambda database: maintain(database, target, graphs, most))
                _seal(draft, states, name if is_other else str(_made_of(base)["derived"]))
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


def _compile(project: Project, files: list[Path], place: Path) -> EmbeddedStore:
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
    name = _name(project, states)
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
        name = _name(project, states)
        _seal(draft, states, name)
        _finish(draft, place, name)
        return _use(project, place, name, states, made)


@contextlib.contextmanager
def _draft(place: Path) -> Iterator[Path]:
    """The name of a folder that is there for as long as this lasts."""
    draft = place / f"draft-{os.getpid()}-{time.monotonic_ns()}"
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _read(project: Project, path: Path, changed: tuple[int, str], states: list[FileState]) -> Iterator[ox.Quad]:
    """The statements of a file, piece by piece; then its state, that of the bytes that were read, is in ``states``."""
    shown, summed = project.relative(path), hashlib.sha256()
    try:
        with path.open("rb") as file:
            content = _Digesting(file, summed)
            yield from _twice(parse_file(content, shown, path), project.graph_name(path))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", place=shown) from error
    states.append(FileState(shown, content.size, changed[0], summed.hexdigest(), changed[1]))


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


def _name(project: Project, states: list[FileState]) -> str:
    text = json.dumps([SCHEMA, __version__, project.graph_base, [[s.path, s.digest] for s in states]])
    return f"s-{digest_of(text.encode())[:24]}"


def _use(project: Project, place: Path, name: str, states: list[FileState], made: int) -> EmbeddedStore:
    made_from = {"made": made, "files": [vars(s) for s in states]}
    _swap(place, {"schema": SCHEMA, "tool": __version__, "snapshot": name, **made_from})
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
    (draft / _MADE_OF).write_text(json.dumps(made_of), "utf-8")
    seal(draft)


def _made_of(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / _MADE_OF).read_bytes())
    return told


def _finish(draft: Path, place: Path, name: str) -> None:
    if not is_sealed(place / name):  # else another process was faster, and others may be reading it
        shutil.rmtree(place / name, ignore_errors=True)
        draft.rename(place / name)


def _swap(place: Path, current: dict[str, Any]) -> None:
    draft = place / f"current-{os.getpid()}-{time.monotonic_ns()}.tmp"
    draft.write_text(json.dumps(current), "utf-8")
    os.replace(draft, place / "current.json")


def _tidy(place: Path, keep: str) -> None:
    """Removes snapshots and drafts that were written more than an hour ago, and old headers of queries."""
    with contextlib.suppress(OSError):
        headers = sorted((place / "headers").iterdir(), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in headers[_MOST_HEADERS:]:
            old.unlink(missing_ok=True)
    for old in place.iterdir():
        if old.name not in {keep, "current.json", "headers"} and time.time() - old.stat().st_mtime > _KEEP_SECONDS:
            shutil.rmtree(old, ignore_errors=True) if old.is_dir() else old.unlink(missing_ok=True)


@dataclass(frozen=True)
class _Current:
    """What ``current.json`` says: the snapshot in use, the files by path, and when the files were looked at."""

    snapshot: str
    files: dict[str, FileState]
    made: int

    def is_of(self, project: Project, files: list[Path], *, is_exact: bool = False) -> bool:
        """Whether the snapshot was made of these files as they are now."""
        return len(files) == len(self.files) and not self.changed(project, files, is_exact=is_exact)

    def changed(self, project: Project, files: list[Path], *, is_exact: bool = False) -> list[Path]:
        """The files that the snapshot was not made of, or that have changed since."""
        known = ((f, self.files.get(project.relative(f))) for f in files)
        return [f for f, s in known if s is None or not s.is_of(f, self.made, is_exact=is_exact)]


def _current(project: Project) -> _Current | None:
    """What is in use; None if there is none yet, or if it is damaged: the name must be that of the files."""
    try:
        told: dict[str, Any] = json.loads((cache_folder(project) / "current.json").read_bytes())
        states = [
            FileState(str(f["path"]), int(f["size"]), int(f["changed"]), str(f["digest"]), str(f["mark"]))
            for f in told["files"]
        ]
        current = _Current(_name(project, states), {s.path: s for s in states}, int(told["made"]))
        is_ours = [told["schema"], told["tool"], told["snapshot"]] == [SCHEMA, __version__, current.snapshot]
        return current if is_ours else None
    except (OSError, ValueError, TypeError, LookupError):
        return None
