"""Work in a thread beside the asking one, for which nothing waits longer than it may."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

_Result = TypeVar("_Result")
_Work = Callable[[], Any]
_STACK = 256 << 20  # bytes of address space, of which only what is used becomes memory: engines go down long queries


class OutOfTime(Exception):
    """The work was not done in time; it goes on by itself until the process ends."""


def in_thread(work: Callable[[], _Result], seconds: float | None = None, *, apart: bool = False) -> _Result:
    """What comes of some work, done in a thread: so Ctrl-C is heard, and the time is bounded, whatever it does inside.

    A thread that has done its work waits for more; ``apart`` gives the work one of its own, which ends with it.
    Raises what the work raised, and :class:`OutOfTime` after so many seconds; without them it waits for ever.
    """
    try:
        thread = _Thread() if apart else _waiting.pop()
    except IndexError:
        thread = _Thread()
    is_done = False
    try:
        result, error = thread.do(work, seconds)
        is_done = True
    finally:
        if is_done and not apart:
            _waiting.append(thread)
        else:
            thread.end()
    if error:
        raise error
    return result  # type: ignore[no-any-return]  # what the work gave


class _Thread:
    """A thread with a large stack that does one piece of work after another."""

    def __init__(self) -> None:
        self._given: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._made: queue.SimpleQueue[tuple[Any, BaseException | None]] = queue.SimpleQueue()
        usual = threading.stack_size(_STACK)
        try:
            threading.Thread(target=self._run, daemon=True).start()
        except RuntimeError as error:  # there is no room for its stack
            raise MemoryError(str(error)) from error
        finally:
            threading.stack_size(usual)

    def do(self, work: _Work, seconds: float | None) -> tuple[Any, BaseException | None]:
        """What the work gave or raised; raises :class:`OutOfTime`."""
        self._given.put(work)
        try:
            return self._made.get(timeout=None if seconds is None else min(seconds, threading.TIMEOUT_MAX))
        except queue.Empty:
            raise OutOfTime from None

    def end(self) -> None:
        """Lets the thread end when it has done what it was given."""
        self._given.put(None)

    def _run(self) -> None:
        while work := self._given.get():
            made = _outcome(work)
            del work  # before anybody is told: a database that it held is closed then
            self._made.put(made)
            del made


def _outcome(work: _Work) -> tuple[Any, BaseException | None]:
    try:
        return work(), None
    except BaseException as error:
        return None, error


_waiting: list[_Thread] = []
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_waiting.clear)  # a copy of the process has none of its threads
