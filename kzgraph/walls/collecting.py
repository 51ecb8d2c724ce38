"""How often Python looks for values that hold each other in a circle: seldom while an answer is made.

An answer makes a hundred thousand values and few such circles. By Python's own measure, looking for them takes a tenth
of the time of an answer, and more where a notebook holds much else.
"""

from __future__ import annotations

import contextlib
import gc
import threading
from collections.abc import Iterator

SELDOM = (10_000, 20, 100)
_lock = threading.Lock()
_before: list[tuple[int, int, int]] = []
"""What held before each piece of work that goes on now; the first is what the process had."""


@contextlib.contextmanager
def seldom_collecting() -> Iterator[None]:
    """Python looks seldom while the work in it goes on; when no thread does such work, as often as before."""
    with _lock:
        _before.append(gc.get_threshold())
        if 0 < _before[-1][0] < SELDOM[0]:
            gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        with _lock:
            first = _before[0]
            _before.pop()
            if not _before:
                gc.set_threshold(*first)
