"""RDF from files, folders, globs and standard input: any syntax of RDF 1.1, packed or not, piece by piece.

Nothing is fetched: contexts of JSON-LD and entities of XML that lie elsewhere are errors. What has no end, or unpacks
to a multiple that no honest file reaches, stops at a limit.
"""

from __future__ import annotations

import contextlib
import glob
import gzip
import importlib
import re
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import pyoxigraph as ox

from kzgraph.errors import InputError, LimitReached, SyntaxProblem, UsageError
from kzgraph.snapshot import turtle_message

EXTENSIONS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
}
FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
PACKED = (".gz", ".zst")
STANDARD_INPUT = "-"
_MOST_BETWEEN_STATEMENTS = 64 << 20  # bytes without a statement: a literal without end
_MOST_TIMES = 250  # how much larger a packed file may become; real graphs stay below 60
_FREE = 256 << 20  # bytes below which the multiple does not matter
_HEAD = 64 << 10
_NESTED = re.compile(
    rb"<!ENTITY[^>]*?[\"'][^\"'>]*&(?!#|lt;|gt;|amp;|apos;|quot;)[^>]*>|<!ENTITY\s+%|<!ENTITY[^>]*SYSTEM"
)


@dataclass(frozen=True)
class Source:
    """A text in an RDF syntax: a file, or standard input (``path`` is None)."""

    path: Path | None
    form: ox.RdfFormat

    @property
    def shown(self) -> str:
        """The name for messages."""
        return str(self.path) if self.path else "standard input"

    @property
    def iri(self) -> str:
        """The name of the graph that holds it, and the base of its relative IRIs."""
        return self.path.resolve().as_uri() if self.path else "urn:kzgraph:standard-input"

    @property
    def holds_graphs(self) -> bool:
        """Whether the syntax can name graphs."""
        return bool(self.form.supports_datasets)


def sources(given: Iterable[str | Path], form: str = "") -> list[Source]:
    """The texts that paths name: files, what lies in folders, what globs match, ``-``; each once, in their order.

    Raises :class:`InputError` for a path that is not there or names no RDF syntax.
    """
    found: dict[Source, None] = {}
    for entry in map(str, given):
        if entry == STANDARD_INPUT:
            if not form:
                raise UsageError("standard input has no extension", hint=f"give its format: {', '.join(FORMATS)}")
            found[Source(None, FORMATS[form])] = None
            continue
        for path in _paths(entry):
            found[Source(path, FORMATS[form] if form else _form(path))] = None
    return list(found)


def quads(source: Source) -> Iterator[ox.Quad]:
    """The statements of a text, as they are read.

    Raises :class:`InputError` for what cannot be read, :class:`SyntaxProblem` with file, line and column, and
    :class:`LimitReached` for a text without end.
    """
    with opened(source) as stream:
        parsed = ox.parse(cast(IO[bytes], stream), source.form, base_iri=source.iri, rename_blank_nodes=True)
        for quad in parsed:
            stream.since = 0
            yield quad


@contextlib.contextmanager
def opened(source: Source) -> Iterator[LimitedReader]:
    """The unpacked bytes of a text; errors of reading and parsing inside become the errors of :func:`quads`."""
    try:
        raw: Any = source.path.open("rb") if source.path else sys.stdin.buffer
        with raw if source.path else contextlib.nullcontext(raw):
            size = source.path.stat().st_size if source.path else None
            suffix = source.path.suffix if source.path else ""
            stream = LimitedReader(_unpacked(raw, suffix), size if suffix in PACKED else None, source.shown)
            if source.form == ox.RdfFormat.RDF_XML:
                stream.refuse_nested_entities()
            yield stream
    except SyntaxError as error:
        place = f"{source.shown}:{error.lineno}:{error.offset}" if error.lineno else source.shown
        if "LoadDocumentCallback" in str(error):
            raise SyntaxProblem(
                "its context lies elsewhere, and nothing is fetched",
                place=source.shown,
                hint="write the context into the file",
            ) from error
        raise SyntaxProblem(turtle_message(error), place=place) from error
    except MemoryError as error:
        raise LimitReached("a single term is larger than 16 MiB", place=source.shown) from error
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else f"cannot be read: {error}"
        raise InputError(reason, place=source.shown) from error


class LimitedReader:
    """Bytes that end: a text may not go on for long without a statement, nor unpack to a huge multiple."""

    def __init__(self, stream: Any, packed_size: int | None, shown: str) -> None:
        self._stream = stream
        self._packed_size = packed_size
        self._shown = shown
        self._head = b""
        self._read = 0
        self.since: int | None = 0

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes; raises :class:`LimitReached`."""
        piece = self._piece(size if size >= 0 else 1 << 20)
        self._read += len(piece)
        if self.since is not None:
            self.since += len(piece)
            if self.since > _MOST_BETWEEN_STATEMENTS:
                raise LimitReached(
                    f"goes on for more than {_MOST_BETWEEN_STATEMENTS >> 20} MiB without a statement", place=self._shown
                )
        if self._packed_size is not None and self._read > max(_FREE, _MOST_TIMES * self._packed_size):
            raise LimitReached(
                f"unpacks to more than {_MOST_TIMES} times its size, and is taken for a trap",
                place=self._shown,
                hint="if it is not one, unpack it yourself and load the result",
            )
        return piece

    def refuse_nested_entities(self) -> None:
        """Raises :class:`InputError` for entities that name others: they can grow without bound, or lie elsewhere."""
        self._head = self._stream.read(_HEAD)
        if _NESTED.search(self._head):
            raise InputError("its XML entities refer to others, which are not followed", place=self._shown)
        begin = self._head.find(b"<!DOCTYPE")
        if begin >= 0 and b"[" in self._head[begin:] and b"]" not in self._head[begin:]:
            raise InputError(f"its document type is longer than {_HEAD >> 10} KiB", place=self._shown)

    def _piece(self, size: int) -> bytes:
        if self._head:
            piece, self._head = self._head[:size], self._head[size:]
            return piece
        return bytes(self._stream.read(size))


def _paths(entry: str) -> list[Path]:
    path = Path(entry)
    if path.is_dir():
        inside = [p for p in sorted(path.rglob("*")) if p.is_file() and not _is_hidden(p.relative_to(path))]
        found = [p for p in inside if _bare(p).suffix in EXTENSIONS]
        if not found:
            raise InputError("holds no RDF files", place=entry, hint=f"known are {', '.join(EXTENSIONS)}")
        return found
    if path.exists() or not glob.has_magic(entry):
        if not path.exists():
            raise InputError("there is no such file", place=entry)
        return [path]
    matched = [Path(p) for p in sorted(glob.glob(entry, recursive=True)) if Path(p).is_file()]
    if not matched:
        raise InputError("matches no file", place=entry)
    return matched


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _bare(path: Path) -> Path:
    return path.with_suffix("") if path.suffix in PACKED else path


def _form(path: Path) -> ox.RdfFormat:
    form = EXTENSIONS.get(_bare(path).suffix)
    if form is None:
        raise InputError(
            "its extension names no RDF format", place=str(path), hint=f"known are {', '.join(EXTENSIONS)}"
        )
    return form


def _unpacked(stream: Any, suffix: str) -> Any:
    if suffix == ".gz":
        return gzip.GzipFile(fileobj=stream)
    return zstandard().ZstdDecompressor().stream_reader(stream, read_across_frames=True) if suffix == ".zst" else stream


def zstandard() -> Any:
    """The library for ``.zst``; raises :class:`InputError` if it is not installed."""
    try:
        return importlib.import_module("zstandard")
    except ImportError as error:
        raise InputError(".zst files need the library zstandard", hint="pip install zstandard") from error
