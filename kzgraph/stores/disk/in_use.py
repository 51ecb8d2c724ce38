"""Which snapshot of a project is in use: ``current.json`` in the project's place in the cache.

It has the name of the snapshot, size, time and digest of each file that it was made of, and the marks of the files of
the snapshot itself when their sums were last found right.
"""

from __future__ import annotations

import json
import os
import time
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from kzgraph.errors import InputError
from kzgraph.files.project import Project
from kzgraph.stores.disk.cache import cache_folder, clear, tell_damage
from kzgraph.stores.disk.file_state import FileState, digest_of
from kzgraph.version import __version__
from kzgraph.walls.reading import file_bytes, file_json
from kzgraph.walls.unfinished import begun

SCHEMA = 6
CURRENT = "current.json"
MADE_OF = "made-of.json"
"""The file in a snapshot that says what it was made of."""


class InUse(NamedTuple):
    """What ``current.json`` says: the snapshot in use, the files by path, and when the files were looked at.

    ``marks`` are those of the snapshot's own files (:func:`kzgraph.stores.disk.sealing.marks_of`) when their sums were
    found right, ``summed`` when that was, in nanoseconds.
    """

    snapshot: str
    files: dict[str, FileState]
    made: int
    marks: list[list[int]]
    summed: int

    def is_of(self, project: Project, files: list[Path], *, is_exact: bool = False) -> bool:
        """Whether the snapshot was made of these files as they are now."""
        return len(files) == len(self.files) and not self.changed(project, files, is_exact=is_exact)

    def changed(self, project: Project, files: list[Path], *, is_exact: bool = False) -> list[Path]:
        """The files that the snapshot was not made of, or that have changed since."""
        known = ((f, self.files.get(project.relative(f))) for f in files)
        return [f for f, s in known if s is None or not s.is_of(f, self.made, is_exact=is_exact)]


def read_in_use(project: Project) -> InUse | None:
    """What is in use; None if there is none yet, or if it is damaged: the name must be that of the files."""
    path = cache_folder(project) / CURRENT
    try:
        return _understood(file_bytes(path), project.graph_base) if os.path.lexists(path) else None
    except InputError:  # no file, or one that cannot be read
        _tell_damage()
        return None


@lru_cache(maxsize=4)  # who asks again and again finds the same content, and hears of damage once
def _understood(content: bytes, graph_base: str) -> InUse | None:
    try:
        told: dict[str, Any] = json.loads(content)
        if [told["schema"], told["tool"]] != [SCHEMA, __version__]:
            return None
        states = [
            FileState(str(f["path"]), int(f["size"]), int(f["changed"]), str(f["digest"]), str(f["mark"]))
            for f in told["files"]
        ]
        files, seen = {s.path: s for s in states}, int(told["made"])
        current = InUse(name_of(graph_base, states), files, seen, list(told["marks"]), int(told["summed"]))
        return current if told["snapshot"] == current.snapshot else None  # else of graphs of other names
    except (ValueError, OverflowError, RecursionError, TypeError, LookupError):
        _tell_damage()
        return None


def _tell_damage() -> None:
    tell_damage("the record of what is compiled")


def name_of(graph_base: str, states: list[FileState]) -> str:
    """The name of the snapshot of some files: the digest of their contents."""
    text = json.dumps([SCHEMA, __version__, graph_base, [[s.path, s.digest] for s in states]])
    return f"s-{digest_of(text.encode())[:24]}"


def put_in_use(place: Path, current: InUse) -> None:
    """Writes ``current.json``, in one step."""
    told = {**current._asdict(), "files": [s._asdict() for s in current.files.values()]}
    draft = begun(place / f"current-{os.getpid()}-{time.monotonic_ns()}.tmp")
    draft.write_text(json.dumps({"schema": SCHEMA, "tool": __version__, **told}), "utf-8")
    if (place / CURRENT).is_dir():
        clear(place / CURRENT)
    os.replace(draft, place / CURRENT)


def made_of(folder: Path) -> dict[str, Any]:
    """What a snapshot was made of: the digests of the files, and a name that changes with what was derived."""
    told: dict[str, Any] = file_json(folder / MADE_OF)
    return told
