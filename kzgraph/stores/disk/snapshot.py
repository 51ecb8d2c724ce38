"""The compiled graph of a project: opened while its files are as they were, and built anew when one changed.

A project's place in the user's cache folder holds ``current.json`` (:mod:`kzgraph.stores.disk.in_use`) and one folder a
snapshot, named by the digest of all contents (:mod:`kzgraph.stores.disk.building`).
"""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

from kzgraph.errors import StoreError
from kzgraph.files.project import Project
from kzgraph.stores.disk.cache import cache_folder, clear, tell_damage
from kzgraph.stores.disk.embedded import EmbeddedStore
from kzgraph.stores.disk.file_state import RACY_NANOSECONDS, digest_of, seen
from kzgraph.stores.disk.in_use import InUse, put_in_use, read_in_use
from kzgraph.stores.disk.sealing import is_sealed, last_change, marks_of
from kzgraph.walls.reading import file_bytes

_SUMMED_AGAIN = 24 * 3600 * 10**9
"""Nanoseconds after which the sums of a snapshot are compared again, although its files have their marks: disks rot."""

_NO_ROOM = ("file descriptors", "Too many open files", "Cannot allocate memory")
"""What engine and system say of a process that may not open or take more: the database is as good as before."""


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
    current = read_in_use(project)
    files = project.graph_files()
    if current and current.is_of(project, files, is_exact=is_exact):
        current = _refreshed(project, place, current, files)
        folder = place / current.snapshot

        def mend() -> EmbeddedStore:  # a damaged snapshot is no error of the user's: it is built anew
            from kzgraph.stores.disk.building import compiled_anew

            tell_damage("the compiled graph")
            with contextlib.suppress(OSError):
                clear(folder)
            return compiled_anew(project, files, place)

        try:
            return EmbeddedStore.open(folder, mend) if _is_whole(place, current, is_exact=is_exact) else mend()
        except StoreError as error:
            if not any(told in error.message for told in _NO_ROOM):
                return mend()
            from kzgraph.stores.disk.building import compiled_anew

            return compiled_anew(project, files, place)
    from kzgraph.stores.disk.building import amended, compiled_anew

    found = amended(project, files, place, current, is_exact=is_exact) if current else None
    return found or compiled_anew(project, files, place)


def _is_whole(place: Path, current: InUse, *, is_exact: bool) -> bool:
    """Whether a snapshot is as it was sealed: by the marks of its files, or by their sums where these prove nothing."""
    looked, folder = time.time_ns(), place / current.snapshot
    marks = marks_of(folder)
    if marks and marks == current.marks and not is_exact and 0 <= looked - current.summed < _SUMMED_AGAIN:
        return True
    if not is_sealed(folder):
        return False
    if last_change(marks) < looked - RACY_NANOSECONDS:  # else another change could have the same marks
        with contextlib.suppress(OSError):
            put_in_use(place, current._replace(marks=marks, summed=looked))
    return True


def _refreshed(project: Project, place: Path, current: InUse, files: list[Path]) -> InUse:
    """What is in use, with the marks of files that were as they were by their content: next time these will do."""
    made = time.time_ns()
    states = [(current.files[project.relative(f)], *seen(f)) for f in files]
    if all(s.mark == mark and s.is_settled(current.made) for s, _, mark in states):
        return current
    anew = [s._replace(changed=changed, mark=mark) for s, changed, mark in states]
    if not all(s.is_settled(made) for s in anew) or not all(s.is_of(f, made) for s, f in zip(anew, files, strict=True)):
        return current  # changed just now: another time
    if any(s.digest != digest_of(file_bytes(f)) for s, f in zip(anew, files, strict=True)):
        return current
    found = current._replace(files={s.path: s for s in anew}, made=made)
    with contextlib.suppress(OSError):
        put_in_use(place, found)
    return found


def current_folder(project: Project) -> Path | None:
    """The folder of the snapshot in use; None if there is none yet."""
    place = cache_folder(project)
    current = read_in_use(project)
    return place / current.snapshot if current and is_sealed(place / current.snapshot) else None


def is_current(project: Project) -> bool:
    """Whether the snapshot in use was made of the files as they are now."""
    current = read_in_use(project)
    return current is not None and current.is_of(project, project.graph_files())


class KeptStore:
    """The graph of a project for one who asks again and again: opened again when a file of the project changed."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._store: EmbeddedStore | None = None
        self._marks: list[list[int]] = []

    def current(self) -> EmbeddedStore:
        """The store as the files are now; for the errors see :func:`open_project`."""
        if self._store is None or not self._is_current(self._store.folder):
            self._store = open_project(self._project)
            self._marks = marks_of(self._store.folder) if self._store.folder else []
        return self._store

    def _is_current(self, folder: Path | None) -> bool:
        """Whether the store is the snapshot in use, as it was sealed, and made of the files as they are now."""
        current = read_in_use(self._project)
        if folder is None or current is None or folder != cache_folder(self._project) / current.snapshot:
            return False
        marks = marks_of(folder)
        if marks != self._marks and not is_sealed(folder):
            return False
        self._marks = marks
        return current.is_of(self._project, self._project.graph_files())


def changed_files(project: Project) -> set[str]:
    """The files, as paths in the project, that the snapshot in use was not made of, or that have changed since."""
    current, files = read_in_use(project), project.graph_files()
    return set(map(project.relative, current.changed(project, files) if current else files))
