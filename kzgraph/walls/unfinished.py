"""What a worker has begun to write, told to the process that waits for it: that one removes it if the worker is ended.

A limit of time or memory, or a signal, ends a worker at once, and nothing of its own cleaning up runs any more.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_ENDING = [n for n in (getattr(signal, name, None) for name in ("SIGTERM", "SIGHUP", "SIGALRM")) if n is not None]


class _Own:
    """The list of this process, if another one waits for it."""

    told: int | None = None


def new_list() -> int:
    """The number of an open file without a name, in which a worker lists what it begins; both processes hold it."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("unfinished")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def tell_to(told: int) -> None:
    """From here on this process lists what it begins to write."""
    _Own.told = told


def begun(path: Path) -> Path:
    """Lists a file or folder that is begun, and goes again or gets another name; it is removed if this process ends."""
    if _Own.told is not None:
        with contextlib.suppress(OSError):  # a full disk, or a working folder that has gone
            os.write(_Own.told, os.fsencode(os.path.abspath(path)) + b"\0")
    return path


def remove_unfinished(told: int) -> None:
    """Removes what a worker listed that was ended and what is still there."""
    with contextlib.suppress(OSError):
        listed = os.pread(told, os.fstat(told).st_size, 0)
        for name in filter(None, listed.split(b"\0")):
            path = Path(os.fsdecode(name))
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                with contextlib.suppress(OSError):
                    path.unlink()


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder among the temporary files of the system, which goes again, whatever ends this process."""
    with tempfile.TemporaryDirectory(prefix="kzgraph-") as folder:
        yield begun(Path(folder))


@contextlib.contextmanager
def held_back() -> Iterator[None]:
    """While this lasts, no limit of time ends this process, and no signal but those that nothing answers.

    They come afterwards. A thread that is not the first one cannot hold them back, and goes on without.
    """
    came: list[int] = []
    before: dict[int, Any] = {}
    try:
        with contextlib.suppress(ValueError):  # another thread
            for number in _ENDING:
                if signal.getsignal(number) is signal.SIG_DFL:
                    before[number] = signal.signal(number, lambda n, _: came.append(n))
        yield
    finally:
        for number, answer in before.items():
            signal.signal(number, answer)
        for number in came:
            os.kill(os.getpid(), number)
