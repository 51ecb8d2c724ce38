"""Lines in order, however many: sorted in memory, piece by piece on disk, and merged as they are read."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path

from kzgraph.walls.unfinished import temporary_folder

_PIECE = 48 << 20  # characters that are sorted at once


def sorted_lines(lines: Iterable[str], *, unique: bool = False) -> Iterator[str]:
    """The lines in the order of their code points; each once, if ``unique``. A line holds no line feed.

    What is more than a piece goes through files in the folder for temporary files.
    """
    merged = _merged(lines)
    return (line for line, _ in groupby(merged)) if unique else merged


def _merged(lines: Iterable[str]) -> Iterator[str]:
    with temporary_folder() as folder, ExitStack() as stack:
        files: list[Path] = []
        piece: list[str] = []
        size = 0
        for line in lines:
            piece.append(line)
            size += len(line)
            if size >= _PIECE:
                files.append(_written(piece, Path(folder, str(len(files)))))
                piece, size = [], 0
        piece.sort()
        opened = [stack.enter_context(f.open(encoding="utf-8", newline="\n")) for f in files]
        yield from heapq.merge(*((line[:-1] for line in file) for file in opened), piece)


def _written(piece: list[str], file: Path) -> Path:
    piece.sort()
    with file.open("w", encoding="utf-8", newline="") as target:
        target.writelines(f"{line}\n" for line in piece)
    return file
