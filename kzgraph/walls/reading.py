"""The one door to files that are read: what might never end is refused, and not waited for.

A path may come from the user, from a file, or lie in a stranger's project or a damaged cache. Whether a regular file is
behind it is asked of what was opened, so that nothing can take its place in between.
"""

from __future__ import annotations

import errno
import json
import os
import stat
from io import BufferedReader
from pathlib import Path
from typing import Any

from kzgraph.errors import InputError, NotAFile

_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
"""Opening a pipe with these does not wait for somebody who writes to it."""


def open_file(path: Path, shown: str = "") -> BufferedReader:
    """A file, opened to be read; ``shown`` is its name in messages.

    Raises :class:`NotAFile` for a pipe, a device, a socket and a folder, and :class:`OSError`.
    """

    try:
        number = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | _AT_ONCE)
    except OSError as error:
        if error.errno == errno.ENXIO:  # a socket
            raise NotAFile(shown or str(path)) from error
        raise
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise NotAFile(shown or str(path))
    return os.fdopen(number, "rb")


def owners(path: Path) -> set[int]:
    """The numbers of the users who own a file or folder, and the link to it if it is one; none where nothing is."""
    try:
        return {path.lstat().st_uid, path.stat().st_uid}
    except OSError:
        return set()


def real_path(path: Path) -> Path:
    """Where a path leads, links followed; links that go round in a circle are left as they are, and opening them fails.

    ``Path.resolve`` raises RuntimeError for these, which is no OSError.
    """
    return Path(os.path.realpath(path))


def file_bytes(path: Path, shown: str = "", *, most: int | None = None, what: str = "it", hint: str = "") -> bytes:
    """The content of a file; raises :class:`InputError` for one that cannot be read.

    So it does for one of more than ``most`` bytes, and then names ``what`` it should be, and gives ``hint``.
    """
    place = shown or str(path)
    try:
        with open_file(path, place) as file:
            if most is not None and os.fstat(file.fileno()).st_size > most:
                size = f"{most >> 20} MB" if most >> 20 else f"{most >> 10} KB"
                raise InputError(f"is larger than {size}: {what} is shorter", place=place, hint=hint)
            return file.read()
    except (OSError, ValueError) as error:  # a NUL in the name is a ValueError
        told = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(f"cannot be read: {told}", place=place) from error


def file_text(path: Path, shown: str = "", *, most: int | None = None, what: str = "it") -> str:
    """The text of a file, each end of a line made one; raises :class:`InputError` as :func:`file_bytes` does."""
    text = as_text(file_bytes(path, shown, most=most, what=what), shown or str(path))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def file_json(path: Path, most: int | None = None) -> Any:
    """What a file of JSON holds that this program wrote; raises :class:`InputError` for what is damaged."""
    try:
        return json.loads(file_bytes(path, most=most))
    except (ValueError, RecursionError) as error:
        raise InputError("is damaged", place=str(path)) from error


def as_text(content: bytes, shown: str, *, encoding: str = "utf-8", hint: str = "") -> str:
    """The text that a file holds, with its line ends as they are; raises :class:`InputError` for what is no UTF-8."""
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(f"is not UTF-8 at byte {error.start}", place=shown, hint=hint) from error
