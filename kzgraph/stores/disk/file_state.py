"""The recorded state of a file, to see later whether it has changed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import NamedTuple

from kzgraph.errors import InputError
from kzgraph.walls.reading import file_bytes

RACY_NANOSECONDS = 2_000_000_000
"""How long before it is looked at a file must have changed for the time of change to prove anything: another change,
within what the file system counts as one moment, would have the same time."""


class FileState(NamedTuple):
    """What is remembered of a file: its path in the project, size in bytes, time of change, SHA-256, and its ``mark``.

    The mark changes with every writing, renaming and copying, also where size and time are kept (``cp -p``).
    """

    path: str
    size: int
    changed: int
    digest: str
    mark: str = ""

    def is_of(self, file: Path, made: int, *, is_exact: bool = False) -> bool:
        """Whether a file is as it was: by size, time and mark, or by content where these prove nothing.

        ``made`` is the time, in nanoseconds, before which the state was taken. If ``is_exact``, the content counts.
        """
        try:
            found = file.stat()
            if found.st_size != self.size:
                return False
            is_proof = not is_exact and self.is_settled(made) and _mark(found) == self.mark
            return is_proof or digest_of(file_bytes(file)) == self.digest
        except (OSError, InputError):
            return False

    def is_settled(self, made: int) -> bool:
        """Whether the time of change proves anything."""
        return self.changed < made - RACY_NANOSECONDS


def seen(file: Path) -> tuple[int, str]:
    """When a file was changed, in nanoseconds, and its mark; 0 and none if it cannot be seen."""
    try:
        found = file.stat()
        return found.st_mtime_ns, _mark(found)
    except OSError:
        return 0, ""


def _mark(found: os.stat_result) -> str:
    """What git compares, too: the times of writing and of any change, and the file's number."""
    return f"{found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}"


def size_of(file: Path) -> int:
    """The size of a file in bytes; 0 if it cannot be seen, as reading it will say what is wrong."""
    try:
        return file.stat().st_size
    except OSError:
        return 0


def digest_of(content: bytes) -> str:
    """The SHA-256 of a content."""
    return hashlib.sha256(content).hexdigest()
