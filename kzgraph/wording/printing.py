"""The one door to the terminal, and to pages: what they would obey, and what is no text, is written as a code.

``\\u001b`` stands for an escape character: strings of JSON, Turtle and N-Triples mean the same by it, so that output
for programs stays what it was.
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import html
import io
import os
import re
import sys
from typing import Any, BinaryIO, TextIO, cast

_OBEYED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]|\r(?!\n)")


def harmless(text: str) -> str:
    """A text without control characters, halves of characters, and what turns the direction of a line.

    Each stands as ``\\uXXXX``; a byte of a name that is no text stands as ``\\xXX``. Tabs and ends of lines stay, and
    the marks of direction in Arabic or Hebrew names, which turn nothing but their neighbours.
    """
    return text if text.isascii() and text.isprintable() else _OBEYED.sub(_code, text)


def for_html(text: str) -> str:
    """A harmless text as HTML writes it: a page obeys what turns the direction of a line as a terminal does."""
    return html.escape(harmless(text))


def for_template(value: object) -> object:
    """A value of a template, without what a page would obey; what is HTML already was made of such values."""
    return harmless(value) if type(value) is str else value


def _code(found: re.Match[str]) -> str:
    number = ord(found.group())
    return f"\\x{number - 0xDC00:02x}" if 0xDC80 <= number <= 0xDCFF else f"\\u{number:04x}"


class Door(io.TextIOWrapper):
    """A text stream that writes what is harmless."""

    def write(self, text: str, /) -> int:
        """Writes a text; the number of its characters."""
        super().write(harmless(text))
        return len(text)


class _Aside(Door):
    """Standard error: what cannot be written there is dropped, as nobody can be told; the exit code tells still."""

    def write(self, text: str, /) -> int:
        """Writes a text, if that can be; the number of its characters."""
        with contextlib.suppress(OSError):
            super().write(text)
        return len(text)

    def flush(self) -> None:
        """Sends what was written on its way, if that can be."""
        with contextlib.suppress(OSError):
            super().flush()


class _Terminal(io.RawIOBase):
    """Takes bytes of UTF-8 for a text stream whose door must not be passed by."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._decode = codecs.getincrementaldecoder("utf-8")("backslashreplace").decode

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: Any, /) -> int:
        """Writes some bytes; how many they are."""
        self._stream.write(self._decode(bytes(data)))
        return len(data)

    def flush(self) -> None:
        """Sends what was written on its way."""
        self._stream.flush()


def for_bytes(stream: TextIO) -> BinaryIO:
    """What takes a stream's output as bytes: as they are where a program reads them, through the door on a terminal."""
    return cast(BinaryIO, _Terminal(stream)) if stream.isatty() else stream.buffer


class _Closed(io.RawIOBase):
    """What stands for a stream that was closed before the program began: nothing can be written to it."""

    def writable(self) -> bool:
        """Yes: it fails when it is tried."""
        return True

    def write(self, data: object, /) -> int:
        """Raises :class:`OSError`, as the system would."""
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


def guard_streams() -> None:
    """Puts the door before standard output and standard error, in UTF-8, whatever the locale.

    Nothing stands in a standard input that is closed.
    """
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115  # as long as the process
    for name, kind in (("stdout", Door), ("stderr", _Aside)):
        stream = getattr(sys, name)
        if stream is None:
            closed = io.BufferedWriter(_Closed())
            setattr(sys, name, kind(closed, "utf-8", "backslashreplace"))
        elif type(stream) is io.TextIOWrapper:
            is_lined = stream.line_buffering
            door = kind(stream.detach(), "utf-8", "backslashreplace", line_buffering=is_lined)  # its ends of lines stay
            setattr(sys, name, door)


def occupy_closed() -> None:
    """Opens nothing at the places of streams that are closed, so that no file is taken for one of them."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def terminal_width() -> int | None:
    """The columns of the terminal, or those that ``COLUMNS`` sets; None where the output goes elsewhere."""
    if not sys.stdout.isatty() and "COLUMNS" not in os.environ:
        return None
    import shutil  # imports much

    return shutil.get_terminal_size().columns
