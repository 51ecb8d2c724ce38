"""A folder that holds an Oxigraph database, changed in one step: whoever looks finds the old database or the new one.

The new one is written beside the folder, from links to the old one's files, and takes its place when it is whole. One
writer at a time: others wait. What a killed writer left beside the folder is removed by the next one.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pyoxigraph as ox

from kzgraph.errors import InputError, StoreError
from kzgraph.stores.disk.embedded import EmbeddedStore
from kzgraph.stores.disk.sealing import SEAL, is_damaged, seal
from kzgraph.walls.reading import file_json, file_text, real_path
from kzgraph.walls.unfinished import begun
from kzgraph.walls.writing import alone, take_place

RECORD = "kzgraph.json"
_Result = TypeVar("_Result")
_OF_DATABASE = re.compile(
    rf"CURRENT|IDENTITY|LOCK|{re.escape(RECORD)}|{re.escape(SEAL)}|LOG(\.old\.\d+)?|MANIFEST-\d+|OPTIONS-\d+(\.dbtmp)?|\d+\.(sst|log|blob|dbtmp)"
)
_TRIES = 20  # a load may put another database in the folder's place while it is opened


def opened(folder: Path, most: float = math.inf) -> EmbeddedStore:
    """The database in a folder, for reading.

    Raises :class:`StoreError` if there is none, or if its files are not as ``load`` left them: a database engine does
    not notice all damage. A gigabyte takes about half a second; of more than ``most`` bytes only sizes are compared.
    """
    for _ in range(_TRIES):
        before = _identity(folder)
        try:
            _refuse_damage(folder, most)
            store = EmbeddedStore.open(folder)
        except StoreError:
            if before == _identity(folder):
                raise
        else:
            if before == _identity(folder):
                return store
    raise StoreError("is replaced again and again by others", place=str(folder), hint="try again later")


@dataclass
class Record:
    """What ``load`` remembers of a database: whether the default graph is exactly the union of the named graphs, of the
    files whose triples are in the default graph size and time of change (0 if that proves nothing), and of the graphs
    of a project what they were made of, and whether all its files were loaded.
    """

    merged: bool = False
    files: dict[str, list[int]] = field(default_factory=dict)
    graphs: dict[str, str] = field(default_factory=dict)
    whole: bool = False


def record(folder: Path) -> Record:
    """The record of a database; an empty one if there is none, or if another tool has written to it since."""
    try:
        told: dict[str, Any] = file_json(folder / RECORD)
        if told["current"] == file_text(folder / "CURRENT"):
            files = {str(name): [int(size), int(at)] for name, (size, at) in told["files"].items()}
            graphs = {str(name): str(digest) for name, digest in told.get("graphs", {}).items()}
            return Record(bool(told["merged"]), files, graphs, bool(told.get("whole")))
    except (InputError, ValueError, OverflowError, TypeError, LookupError, AttributeError):
        pass
    return Record()


class Draft:
    """The database that is going to take the place of the one in a folder, if it is opened at all."""

    def __init__(self, target: Path, place: Path) -> None:
        self.known = record(target)
        self.place = place
        self._target = target
        self._database: ox.Store | None = None

    def has_named_graphs(self) -> bool:
        """Whether the database in the folder has named graphs."""
        return self._is_there() and any(True for _ in ox.Store.read_only(str(self._target)).named_graphs())

    def open(self, *, anew: bool = False) -> ox.Store:
        """A copy of the database in the folder, to be changed; an empty one with ``anew``."""
        if anew:
            self.known = Record()
        elif self._is_there():
            _refuse_damage(self._target)
            ox.Store.read_only(str(self._target)).backup(str(self.place))  # by links, not by copies
        self._database = ox.Store(str(self.place))
        return self._database

    def close(self) -> bool:
        """Writes all to disk, with the record and a seal; False if the draft was never opened."""
        if self._database is None:
            return False
        self._database.flush()
        self._database = None
        current = file_text(self.place / "CURRENT")
        (self.place / RECORD).write_text(json.dumps({"current": current, **asdict(self.known)}), "utf-8")
        seal(self.place)
        return True

    def _is_there(self) -> bool:
        return (self._target / "CURRENT").is_file()


def rewrite(folder: Path, change: Callable[[Draft], _Result]) -> _Result:
    """Calls ``change`` with a draft, which then takes the place of ``folder`` if it was opened.

    ``change`` must not give the opened database away: it has to be closed before it is moved. The folder must be new,
    empty, or a database: raises :class:`InputError` for any other, which is left as it is, and :class:`StoreError` if
    it cannot be read or written.
    """
    target = real_path(folder)
    if folder.exists() and not _is_replaceable(target):
        raise InputError("is neither empty nor an Oxigraph database, and is left as it is", place=str(folder))
    if os.path.ismount(target):
        hint = "name a folder inside it"
        raise InputError("is a mount point, which no other folder can take the place of", place=str(folder), hint=hint)
    place = target.with_name(f".{target.name}-{os.getpid()}-{time.monotonic_ns()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with alone(target.parent) as is_locked:
            if is_locked:
                with contextlib.suppress(OSError):
                    _recover(target)
            draft = Draft(target, begun(place))
            result = change(draft)
            if draft.close():
                take_place(place, target)
            return result
    except (OSError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise StoreError(f"cannot be written: {reason}", place=str(folder)) from error
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _refuse_damage(folder: Path, most: float = math.inf) -> None:
    if is_damaged(folder, most):
        raise StoreError(
            "is damaged: its files are not as `kzgraph load` left them",
            place=str(folder),
            hint="remove the folder and load it again",
        )


def _identity(folder: Path) -> int | None:
    """The identity of a folder, which its replacement does not have; None while there is no folder."""
    try:
        return folder.stat().st_ino
    except OSError:
        return None


def _is_replaceable(folder: Path) -> bool:
    """Whether a folder is empty, or a database and nothing else: whatever is in it is going to be replaced."""
    if not folder.is_dir():
        return False
    names = [entry.name for entry in folder.iterdir()]
    return not names or ("CURRENT" in names and all(_OF_DATABASE.fullmatch(n) for n in names))


def _is_of_database(folder: Path) -> bool:
    """Whether a folder is no link, and holds nothing but what may be of a database, whole or begun."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    return all(_OF_DATABASE.fullmatch(entry.name) and not entry.is_dir() for entry in folder.iterdir())


def _recover(target: Path) -> None:
    """Puts back a database that a killed writer had moved aside, and removes the drafts of killed writers."""
    left = re.compile(rf"\.{re.escape(target.name)}-\d+-\d{{9,}}(-old|\.tmp)?")  # .tmp: of the database itself
    for entry in sorted(target.parent.iterdir()):
        if left.fullmatch(entry.name) and _is_of_database(entry):
            if entry.name.endswith("-old") and not target.exists():
                entry.rename(target)
            else:
                shutil.rmtree(entry, ignore_errors=True)
