"""Work that takes long: it says on a terminal what it is doing, and stops after a time if one is set."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType

from kzgraph.errors import LimitReached


@contextlib.contextmanager
def stopping_after(seconds: float | None) -> Iterator[None]:
    """Raises :class:`LimitReached` in what runs inside, when so many seconds are over; None sets no limit.

    It works in the main thread of systems that have timers, and does nothing elsewhere.
    """
    if seconds is None or not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise LimitReached(f"it did not come to an end within {seconds:g} seconds", hint="give it more: --timeout")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)  # again each second, where an engine swallows an error
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def say(what: str) -> None:
    """Says on a terminal what is being done; the next such line, or :func:`say` without words, takes its place."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{what}")
        sys.stderr.flush()
