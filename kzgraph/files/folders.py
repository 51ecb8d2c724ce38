"""What is in a folder: its files, however deep, without those that are hidden."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from kzgraph.errors import InputError


def entries(folder: str, shown: str = "") -> list[os.DirEntry[str]]:
    """What is in a folder and not hidden; nothing where there is none.

    Raises :class:`InputError` for one that cannot be read, which is not taken for an empty one.
    """
    try:
        with os.scandir(folder) as found:
            return [entry for entry in found if not entry.name.startswith(".")]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", place=shown or folder) from error


def files_below(folder: Path) -> Iterator[Path]:
    """The files in a folder, however deep, that are not hidden; raises :class:`InputError` as :func:`entries` does."""
    waiting = [os.fspath(folder)]
    while waiting:
        for entry in entries(waiting.pop()):
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            elif entry.is_file():
                yield Path(entry.path)
