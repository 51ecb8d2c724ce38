"""Libraries that may be missing, and what libraries raise for input that they do not take, apart from own faults."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import TracebackType
from typing import Any

from kzgraph.errors import InputError, KzgraphError

_OWN = str(Path(__file__).resolve().parents[1])


class LibraryFault(Exception):
    """A library raised an error of its own, which is the cause."""


class LibraryErrors:
    """While this lasts, what a library raises becomes a :class:`LibraryFault`; libraries document no list of it.

    What this program raises itself, and a lack of memory, stay what they are.
    """

    def __enter__(self) -> None:
        """Begins."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Raises :class:`LibraryFault` if the innermost call in which an error was raised is not of this program."""
        if isinstance(error, Exception) and not isinstance(error, KzgraphError | MemoryError) and not _is_own(trace):
            raise LibraryFault(str(error)) from error


def _is_own(trace: TracebackType | None) -> bool:
    while trace and trace.tb_next:
        trace = trace.tb_next
    return trace is not None and trace.tb_frame.f_code.co_filename.startswith(_OWN)


def zstandard() -> Any:
    """The library for ``.zst``; raises :class:`InputError` if it is not installed."""
    try:
        return importlib.import_module("zstandard")
    except ImportError as error:
        raise InputError(".zst files need the library zstandard", hint="pip install zstandard") from error
