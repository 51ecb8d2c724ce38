"""A seal on a finished folder: checksums of its files, so that damage is seen before a database engine reads it.

Oxigraph does not notice every flipped byte: a damaged file can give an empty answer without an error.
"""

from __future__ import annotations

import json
import math
import zlib
from pathlib import Path

from kzgraph.errors import InputError
from kzgraph.walls.reading import file_json, open_file

SEAL = "seal.json"
_LEFT_OUT = {SEAL, "LOCK", "LOG"}  # LOG is for people; LOCK is always empty
_PIECE = 1 << 18
_LARGEST = 16 << 20  # bytes of a seal


def seal(folder: Path) -> None:
    """Writes the seal of a folder that nothing will write to any more."""
    sums = {p.name: _sum(p) for p in sorted(folder.iterdir()) if p.name not in _LEFT_OUT}
    (folder / SEAL).write_text(json.dumps(sums), "utf-8")


def is_sealed(folder: Path) -> bool:
    """Whether all files of a folder are as they were when it was sealed; a gigabyte takes about half a second."""
    try:
        sums = _sums(folder)
        return bool(sums) and all(_sum(folder / name) == expected for name, expected in sums.items())
    except (OSError, InputError):
        return False


def marks_of(folder: Path) -> list[list[int]]:
    """What changes with every writing to the files of a sealed folder: while it is the same, they need no new sums.

    Of each file its size, the times of writing and of any change, and its number; nothing if one is missing.
    """
    try:
        found = [(folder / name).stat() for name in (SEAL, *_sums(folder))]
    except (OSError, InputError):
        return []
    return [[f.st_size, f.st_mtime_ns, f.st_ctime_ns, f.st_ino] for f in found]


def last_change(marks: list[list[int]]) -> int:
    """When the last of the files with some marks was changed, in nanoseconds."""
    return max((time for _, written, changed, _ in marks for time in (written, changed)), default=0)


def is_damaged(folder: Path, most: float = math.inf) -> bool:
    """Whether a database is not as it was when it was sealed, although no program has opened it for writing since.

    Who writes to a database gives it another CURRENT first; then, and where there is no seal, nothing can be said. A
    seal that cannot be read is damage. Of files that have more than ``most`` bytes together, only the sizes count.
    """
    if not (folder / SEAL).exists():
        return False
    try:
        sums = _sums(folder)
        if sums["CURRENT"] != _sum(folder / "CURRENT"):
            return False
    except (OSError, InputError, LookupError):
        return True
    is_large = sum(size for size, _ in sums.values()) > most
    try:
        return any(
            (folder / name).stat().st_size != expected[0] if is_large else _sum(folder / name) != expected
            for name, expected in sums.items()
        )
    except (OSError, InputError):
        return True


def share_whole_files(folder: Path, other: Path) -> bool:
    """Whether the files that two sealed folders share, by links, were the same when either was sealed."""
    one, two = _sums(folder), _sums(other)
    return all(one[n] == two[n] for n in one.keys() & two.keys() if (folder / n).samefile(other / n))


def _sums(folder: Path) -> dict[str, list[int]]:
    """The size and checksum of each file by its name; raises :class:`InputError` for what is no seal."""
    sums = file_json(folder / SEAL, _LARGEST)
    if not (isinstance(sums, dict) and sums and all(map(_is_sum, sums.values()))):
        raise InputError("is no seal", place=str(folder))
    return sums


def _is_sum(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(part, int) for part in value)


def _sum(path: Path) -> list[int]:
    size, total = 0, 0
    piece = memoryview(bytearray(_PIECE))  # one for all, as new memory takes longer than the sum
    with open_file(path) as file:
        while read := file.readinto(piece):
            size += read
            total = zlib.crc32(piece[:read], total)
    return [size, total]
