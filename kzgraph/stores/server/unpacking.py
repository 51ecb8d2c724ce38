"""What a server sends by gzip, unpacked piece by piece, and never to more than an honest answer could be."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from kzgraph.errors import LimitReached, StoreError
from kzgraph.files.unpacking import MOST_TIMES, is_trap

_PIECE = 1 << 20
_GZIP = 31  # the window size by which zlib takes gzip's header and checks its digest


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
