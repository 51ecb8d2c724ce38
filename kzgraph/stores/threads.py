"""Work in a thread of its own, for which nothing waits longer than it may."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

_Result = TypeVar("_Result")
_STACK = 256 << 20  # bytes of address space, of which only what is used becomes memory: engines go down long queries


class OutOfTime(Exception):
    """The work was not done in time; it goes on by itself until the process ends."""


def in_thread(work: Callable[[], _Result], seconds: float | None = None) -> _Result:
    """What comes of some work, done in a thread: so Ctrl-C is heard, and the time is bounded, whatever it does inside.

    Raises what the work raised, and :class:`OutOfTime` after so many seconds; without them it waits for ever.
    """
    done: list[_Result] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:
            failed.append(error)

    worker = threading.Thread(target=run, daemon=True)
    usual = threading.stack_size(_STACK)
    try:
        worker.start()
    finally:
        threading.stack_size(usual)
    worker.join(seconds)
    if failed:
        raise failed[0]
    if not done:
        raise OutOfTime
    return done[0]
