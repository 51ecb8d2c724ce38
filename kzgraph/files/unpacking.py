"""Unpacking: how large it may make what was packed, and what a server sends by gzip, piece by piece."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from typing import Any

from kzgraph.errors import LimitReached, StoreError
from kzgraph.walls.libraries import zstandard

MOST_TIMES = 250
"""How much larger what was packed may become; real graphs stay below 60."""
_FREE = 256 << 20  # bytes below which the multiple does not matter
_PIECE = 1 << 20
_FRAME_PIECE = 1 << 10  # unpacks to at most 32 MiB: a block of four bytes may stand for 128 KiB
_GZIP = 31  # the window size by which zlib takes gzip's header and checks its digest


def is_trap(packed: int, unpacked: int) -> bool:
    """Whether so many bytes have become so many that no honest graph is behind it."""
    return unpacked > max(_FREE, MOST_TIMES * packed)


class Unpacked:
    """The content of one answer, by its ``Content-Encoding``; ``place`` is named in errors."""

    def __init__(self, encoding: str, place: str) -> None:
        self._place = place
        self._packed = encoding.strip().lower() in {"gzip", "x-gzip"}
        if not self._packed and encoding.strip().lower() not in {"", "identity"}:
            raise StoreError(f"the server packed its answer in a way that was not asked for: {encoding}", place=place)
        self._unpack = zlib.decompressobj(_GZIP)
        self._received = self._given = 0

    def pieces(self, raw: bytes) -> Iterator[bytes]:
        """What some more bytes unpack to, in pieces of a bounded size.

        Raises :class:`LimitReached` for a trap, :class:`StoreError` for what is not gzip.
        """
        if not self._packed:
            yield raw
            return
        self._received += len(raw)
        while raw:
            try:
                piece = self._unpack.decompress(raw, _PIECE)
            except zlib.error as error:
                raise StoreError("the server's answer cannot be unpacked", place=self._place) from error
            raw = self._unpack.unconsumed_tail
            if self._unpack.eof and self._unpack.unused_data:  # a second gzip member follows (RFC 1952, section 2.2)
                raw, self._unpack = self._unpack.unused_data, zlib.decompressobj(_GZIP)
            self._given += len(piece)
            if is_trap(self._received, self._given):
                raise LimitReached(
                    f"the server's answer unpacks to more than {MOST_TIMES} times its size, and is taken for a trap",
                    place=self._place,
                )
            yield piece

    def finish(self) -> None:
        """Raises :class:`LimitReached` if the end is missing."""
        if self._packed and self._received and not self._unpack.eof:
            raise LimitReached("the server's answer breaks off in the middle", place=self._place)


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
