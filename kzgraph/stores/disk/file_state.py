"""The recorded state of a file, to see later whether it has changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

RACY_NANOSECONDS = 2_000_000_000
"""How long before it is looked at a file must have changed for the time of change to prove anything: another change,
within what the file system counts as one moment, would have the same time."""


@dataclass(frozen=True)
class FileState:
    """What is remembered of a file: its path in the project, size in bytes, time of change and SHA-256."""

    path: str
    size: int
    changed: int
    digest: str

    def is_of(self, file: Path, made: int) -> bool:
        """Whether a file is as it was: by size and time of change, or by content where the time proves nothing.

        ``made`` is the time, in nanoseconds, before which the state was taken.
        """
        try:
            found = file.stat()
            if found.st_size != self.size:
                return False
            settled = self.changed < made - RACY_NANOSECONDS
            return (settled and found.st_mtime_ns == self.changed) or digest_of(file.read_bytes()) == self.digest
        except OSError:
            return False


def size_of(file: Path) -> int:
    """The size of a file in bytes; 0 if it cannot be seen, as reading it will say what is wrong."""
    try:
        return file.stat().st_size
    except OSError:
        return 0


def changed_at(file: Path) -> int:
    """When a file was changed, in nanoseconds; 0 if it cannot be seen, as reading it will say what is wrong."""
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def digest_of(content: bytes) -> str:
    """The SHA-256 of a content."""
    return hashlib.sha256(content).hexdigest()
