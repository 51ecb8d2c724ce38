"""Makes a call of the system fail on purpose, in a copy of this process: out of space, denied, or stopped there.

The calls are those by which Python writes: files that are opened to be written, their writes, and what ``os`` does with
names. What the engine writes by itself, in machine code, is kept from growing beyond a size, which the kernel does.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import random
import resource
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from kzgraph.walls.worker import in_worker

NAMES = ("replace", "rename", "mkdir", "unlink", "remove", "rmdir", "fsync", "link", "symlink", "chmod", "open")
ERRORS = ("out of space", "denied", "stopped")
ENGINE = "engine"
SIZES = (0, 1, 4_096, 20_000)
_WRITTEN = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass(frozen=True)
class Fault:
    """The call of a kind that fails, counted from 1, and how; of the engine, the size at which files stop growing."""

    call: str
    number: int
    error: str


class _Calls:
    """Counts the calls of each kind, and lets one fail; a disk that is full stays so."""

    def __init__(self, fault: Fault | None) -> None:
        self.counts: Counter[str] = Counter()
        self._fault = fault
        self._is_full = False

    def made(self, call: str) -> None:
        """Notes a call; raises the error of the fault if it is its turn."""
        self.counts[call] += 1
        fault = self._fault
        if fault is None:
            return
        if self._is_full and call in {"write", "fsync", "mkdir"}:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if (call, self.counts[call]) == (fault.call, fault.number):
            if fault.error == "stopped":
                raise KeyboardInterrupt
            self._is_full = fault.error == "out of space"
            number = errno.ENOSPC if self._is_full else errno.EACCES
            raise OSError(number, os.strerror(number))


def _install(calls: _Calls) -> None:
    given = io.open

    class File(io.FileIO):
        def write(self, data: Any, /) -> int:
            calls.made("write")
            return super().write(data)

    def opened(
        file: Any, mode: str = "r", buffering: int = -1, encoding: Any = None, errors: Any = None, newline: Any = None,
        closefd: bool = True, opener: Any = None,
    ) -> Any:  # fmt: skip
        if not set(mode) & set("wax+"):
            return given(file, mode, buffering, encoding, errors, newline, closefd, opener)
        calls.made("open")
        raw = File(file, mode.replace("b", "").replace("t", ""), closefd, opener)
        if "b" in mode and buffering == 0:
            return raw
        whole = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
        return whole if "b" in mode else io.TextIOWrapper(whole, encoding or "utf-8", errors, newline)

    def counted(name: str) -> Callable[..., Any]:
        real = getattr(os, name)

        def call(*arguments: Any, **options: Any) -> Any:
            flags = arguments[1] if name == "open" and len(arguments) > 1 else 0
            if name != "open" or flags & _WRITTEN:
                calls.made(name)
            return real(*arguments, **options)

        return call

    builtins.open = io.open = opened
    for name in NAMES:
        setattr(os, name, counted(name))


def install(fault: Fault | None) -> Counter[str]:
    """Lets a call of this process fail from now on; gives the calls of each kind, which are counted."""
    calls = _Calls(fault)
    if fault is not None and fault.call == ENGINE:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (fault.number, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    else:
        _install(calls)
    return calls.counts


def lift() -> None:
    """Lets files grow again."""
    hardest = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (hardest, hardest))


def with_fault(work: Callable[[], Any], fault: Fault | None) -> tuple[Any, Counter[str]]:
    """What some work gives in a copy of this process while a call fails, and how many calls of each kind it made.

    The work must not ask an engine that this process has asked: its threads are not in the copy.
    """

    def done() -> tuple[Any, Counter[str]]:
        counts = install(fault)
        return work(), counts

    found: tuple[Any, Counter[str]] = in_worker(done)
    return found


def faults(counts: Counter[str], most: int, seed: str) -> list[Fault]:
    """The faults to try: of each kind of call the first, the last and ``most`` drawn ones, with every error.

    With ``most`` 0 only one of these for each kind of call, drawn too.
    """
    draw = random.Random(seed)  # noqa: S311  # no secret
    found = [*_all(counts, most, draw)]
    engine = [Fault(ENGINE, size, "out of space") for size in (SIZES if most else draw.sample(SIZES, 1))]
    if most:
        return [*found, *engine]
    return [*(draw.choice([f for f in found if f.call == call]) for call in sorted(counts)), *engine]


def _all(counts: Counter[str], most: int, draw: random.Random) -> Iterator[Fault]:
    for call, count in sorted(counts.items()):
        drawn = draw.sample(range(1, count + 1), min(most, count))
        for number in sorted({1, count, *drawn}):
            for error in ERRORS:
                yield Fault(call, number, error)
