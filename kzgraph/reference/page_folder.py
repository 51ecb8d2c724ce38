"""A folder of pages that is written to; nothing is written outside of it, whatever links are in it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from kzgraph.errors import InputError
from kzgraph.walls.reading import file_bytes, file_text, real_path
from kzgraph.walls.unfinished import begun
from kzgraph.walls.writing import is_inside

_DRAFT = ".part"


def usual_folder(name: str) -> Path:
    """The folder of pages that a command writes to if the user names none; raises :class:`InputError` for a link.

    A project of others may bring a link of this name, which leads to files that are none of its own.
    """
    folder = Path(name)
    if folder.is_symlink():
        raise InputError("is a link", place=name, hint=f"name the folder that is meant: --output {os.readlink(folder)}")
    return folder


class PageFolder:
    """A folder that holds pages and the list of their files, by which it is known."""

    def __init__(self, root: Path, listed: str, command: str) -> None:
        """``listed`` is the name of the list; raises :class:`InputError` if the folder holds other things already."""
        if root.exists() and (not root.is_dir() or (any(root.iterdir()) and not (root / listed).is_file())):
            raise InputError(
                "holds other things already" if root.is_dir() else "is a file",
                place=str(root),
                hint=f"name a new folder, or one that `kzgraph {command}` made",
            )
        self._root = root
        self._list = listed
        self._made: set[Path] = set()

    def listed(self) -> set[str]:
        """The files that an earlier run wrote; none that its list names outside of the folder."""
        try:
            names = file_text(self._root / self._list).splitlines()
        except InputError:
            return set()  # none yet, or a damaged one
        return {n for n in names if n and PurePosixPath(n).parts and is_inside(n) and (self._root / n).is_file()}

    def write_list(self, names: Iterable[str]) -> None:
        """Writes the list of the folder's files, one a line."""
        self.write(self._list, "".join(f"{name}\n" for name in sorted(names)))

    def write(self, name: str, text: str) -> None:
        """Writes a whole file in the place of the old one; a file with this content already is left alone."""
        path, data = self._root / name, text.encode()
        try:
            self._make(path.parent)
            if path.is_file() and not path.is_symlink() and file_bytes(path) == data:
                return
            draft = path.with_name(f".{path.name[:100]}{_DRAFT}")
            draft.unlink(missing_ok=True)
            with begun(draft).open("xb") as file:
                file.write(data)
            os.replace(draft, path)
        except OSError as error:
            raise InputError(f"cannot be written: {error.strerror or error}", place=str(path)) from error

    def place_for(self, name: str) -> Path:
        """Where a file may be written by others: a link of its name, or a pipe, has been taken away."""
        path = self._root / name
        try:
            self._make(path.parent)
            if path.is_symlink() or not path.is_file():
                path.unlink(missing_ok=True)
        except OSError as error:
            raise InputError(f"cannot be written: {error.strerror or error}", place=str(path)) from error
        return path

    def remove(self, name: str) -> None:
        """Removes a file of an earlier run."""
        path = self._root / name
        try:
            if real_path(path.parent).is_relative_to(real_path(self._root)):
                path.unlink(missing_ok=True)
        except OSError as error:
            raise InputError(f"cannot be removed: {error.strerror or error}", place=str(path)) from error

    def _make(self, folder: Path) -> None:
        if folder not in self._made:
            folder.mkdir(parents=True, exist_ok=True)
            if not real_path(folder).is_relative_to(real_path(self._root)):
                raise InputError("is a link that leads out of the folder", place=str(folder))
            self._made.add(folder)
