"""The one door by which results are written to files: whole or not at all, and nothing is left behind.

Folders change places in one step of the kernel, and one writer at a time is at work.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import re
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, TypeVar

from kzgraph.errors import InputError
from kzgraph.walls.libraries import zstandard
from kzgraph.walls.reading import real_path
from kzgraph.walls.unfinished import begun

_Result = TypeVar("_Result")
_DRAFT = ".draft-"
_LEFT_SECONDS = 3600  # after which a draft beside the target was left behind by a killed run
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux and RENAME_SWAP of macOS
_WORKING_FOLDER = -100  # AT_FDCWD


def write_file(path: Path, produce: Callable[[IO[bytes]], _Result]) -> _Result:
    """Calls ``produce`` with a binary file that takes the place of ``path`` when it is whole; packed by extension.

    What was there stays until then, and its rights stay for ever; a link is followed, and anything but a file (a pipe,
    a terminal) is written to as it is. Raises :class:`InputError`.
    """
    target = real_path(path)
    try:
        refuse_protected(target, str(path))
        if target.exists() and not target.is_file():
            with target.open("wb") as raw:
                return _packed(raw, target.suffix, produce)
        draft = draft_of(target)
        try:
            with create(draft) as raw:
                result = _packed(raw, target.suffix, produce)
                raw.flush()
                os.fsync(raw.fileno())
            give_rights(draft, target)
            os.replace(draft, target)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror or error}", place=str(path)) from error
    return result


def refuse_protected(path: Path, shown: str, hint: str = "") -> None:
    """Raises :class:`InputError` for a file that may not be written to: to replace it would ask no leave of it."""
    if path.exists() and not os.access(path, os.W_OK):
        raise InputError("is protected against writing", place=shown, hint=hint)


def draft_of(target: Path) -> Path:
    """The name of a new file beside one whose place it is to take; what killed writers left there goes away."""
    _remove_left_behind(target)
    return target.with_name(f".{target.name}{_DRAFT}{secrets.token_hex(4)}")


def create(draft: Path) -> IO[bytes]:
    """A new file, which nobody else can read yet, opened for writing; never one that is there or behind a link."""
    return open(begun(draft), "xb", opener=lambda name, flags: os.open(name, flags, 0o600))  # Path has no opener


def give_rights(draft: Path, target: Path) -> None:
    """Gives a draft the rights of the file that is there, or those that new files get."""
    if target.exists():
        shutil.copymode(target, draft)
    else:
        draft.chmod(0o666 & ~_usual_mask())


def _remove_left_behind(target: Path) -> None:
    """Removes drafts of a file that were left behind when their writer was killed, an hour ago or more."""
    made = re.compile(rf"\.{re.escape(target.name)}{re.escape(_DRAFT)}[a-z0-9_]{{8}}")
    for old in target.parent.iterdir():
        if not made.fullmatch(old.name):
            continue
        with contextlib.suppress(OSError):
            if not old.is_symlink() and old.is_file() and time.time() - old.stat().st_mtime > _LEFT_SECONDS:
                old.unlink()


def _usual_mask() -> int:
    """The rights that new files do not get, which the system tells only by setting others."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _packed(raw: IO[bytes], suffix: str, produce: Callable[[IO[bytes]], _Result]) -> _Result:
    if suffix == ".gz":
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
            return produce(packed)  # type: ignore[arg-type]  # it has what is asked of a file
    if suffix == ".zst":
        with zstandard().ZstdCompressor().stream_writer(raw, closefd=False) as packed:
            return produce(packed)
    return produce(raw)


def take_place(draft: Path, target: Path) -> None:
    """Puts a folder where another is, with its rights; what was there is then where the draft was, or nowhere."""
    if target.exists():
        shutil.copymode(target, draft)
    if target.exists() and not any(target.iterdir()):
        target.rmdir()
    if not target.exists():
        draft.rename(target)
    elif not _exchange(draft, target):
        old = draft.with_name(f"{draft.name}-old")
        target.rename(old)
        try:
            draft.rename(target)
        except OSError:
            old.rename(target)
            raise
        shutil.rmtree(old, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Swaps two folders in one step of the kernel; False where there is no such step."""
    import ctypes

    names = os.fsencode(one), os.fsencode(other)
    try:
        system = ctypes.CDLL(None)
        if sys.platform == "darwin":
            return bool(system.renamex_np(*names, _EXCHANGE) == 0)
        return bool(system.renameat2(_WORKING_FOLDER, names[0], _WORKING_FOLDER, names[1], _EXCHANGE) == 0)
    except (OSError, AttributeError, TypeError):
        return False


@contextlib.contextmanager
def alone(place: Path) -> Iterator[bool]:
    """Waits until no other writer holds a file or folder, by a lock that ends with its process; says if there is one.

    Windows has no such lock, nor have some file systems.
    """
    try:
        import fcntl
    except ImportError:
        yield False
        return
    handle = os.open(place, os.O_RDONLY)
    try:
        is_locked = False
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
            is_locked = True
        yield is_locked
    finally:
        os.close(handle)


def is_inside(name: str) -> bool:
    """Whether a path in a folder stays in it, by its name."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name
