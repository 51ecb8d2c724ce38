"""Turtle files → statements, and the errors of a file that cannot be read or parsed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pyoxigraph as ox

from kzgraph.errors import SyntaxProblem
from kzgraph.files.project import Project
from kzgraph.walls.reading import file_bytes


class SupportsRead(Protocol):
    """Whatever gives bytes piece by piece."""

    def read(self, size: int = -1, /) -> bytes:
        """At most ``size`` bytes; none at the end."""


MARK = b"\xef\xbb\xbf"
"""The byte-order mark, which is no part of a text."""


class WithoutMark:
    """Bytes as they come, without a byte-order mark in front."""

    def __init__(self, stream: SupportsRead) -> None:
        self._stream = stream
        self._is_begun = False

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes."""
        piece = self._stream.read(size)
        if not self._is_begun and piece:
            self._is_begun = True
            piece = piece.removeprefix(MARK) or self._stream.read(size)
        return piece


def parse_turtle(content: bytes | SupportsRead, shown: str, base: str | None = None) -> Iterator[ox.Quad]:
    """The statements of a Turtle text; raises :class:`SyntaxProblem` with file, line and column.

    ``base`` is what relative IRIs are relative to; without one they are errors.
    """
    whole = content.removeprefix(MARK) if isinstance(content, bytes) else WithoutMark(content)
    with turtle_errors(shown):
        yield from ox.parse(whole, ox.RdfFormat.TURTLE, base_iri=base, rename_blank_nodes=True)  # type: ignore[arg-type]  # whatever has read() will do


@contextlib.contextmanager
def turtle_errors(shown: str) -> Iterator[None]:
    """While this lasts, an error of the parser becomes a :class:`SyntaxProblem` with file, line and column."""
    try:
        yield
    except SyntaxError as error:
        where = f"{shown}:{error.lineno}:{error.offset}" if error.lineno else shown
        hint = f"`kzgraph validate {shown}` shows all that is wrong with it"
        raise SyntaxProblem(turtle_message(error), place=where, hint=hint) from error


def turtle_message(error: SyntaxError) -> str:
    """The parser's message in one sentence, without the place, which the error carries itself."""
    text = str(error.msg).rstrip(".")
    head, found, tail = text.partition(": ")
    return f"syntax error: {tail if found and head.startswith('Parser error') else text}"


def read_contents(project: Project, files: list[Path]) -> dict[Path, bytes]:
    """The bytes of each file; raises :class:`InputError` for one that cannot be read."""
    return {path: file_bytes(path, project.relative(path)) for path in files}
