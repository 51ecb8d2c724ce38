"""Unpacking of files: how large it may make what was packed, and the bytes of gzip and Zstandard."""

from __future__ import annotations

import gzip
from typing import Any

from kzgraph.walls.libraries import zstandard

MOST_TIMES = 250
"""How much larger what was packed may become; real graphs stay below 60."""
_FREE = 256 << 20  # bytes below which the multiple does not matter
_FRAME_PIECE = 1 << 10  # unpacks to at most 32 MiB: a block of four bytes may stand for 128 KiB


def is_trap(packed: int, unpacked: int) -> bool:
    """Whether so many bytes have become so many that no honest graph is behind it."""
    return unpacked > max(_FREE, MOST_TIMES * packed)


def unpacked(stream: Any, suffix: str) -> Any:
    """The bytes of a stream that is packed as the ending of its name tells; the stream itself for other endings."""
    if suffix == ".gz":
        return gzip.GzipFile(fileobj=stream)
    return _Zstandard(stream) if suffix == ".zst" else stream


class _Zstandard:
    """The unpacked bytes of Zstandard frames; raises :class:`EOFError` for one that is cut off.

    The library's own reader takes the beginning of a frame for the whole.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._new = zstandard().ZstdDecompressor().decompressobj
        self._frame: Any = None
        self._left = b""
        self._ready = memoryview(b"")

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes."""
        while not self._ready:
            packed = self._left or self._stream.read(_FRAME_PIECE)
            if not packed:
                if self._frame is not None:
                    raise EOFError("the file ends too early")
                return b""
            self._frame = self._frame or self._new()
            self._ready, self._left = memoryview(self._frame.decompress(packed)), b""
            if self._frame.eof:
                self._frame, self._left = None, self._frame.unused_data
        piece, self._ready = self._ready[:size], self._ready[size:]
        return bytes(piece)
