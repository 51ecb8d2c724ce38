"""RDF from files, folders, globs and standard input: any syntax of RDF 1.1, packed or not, piece by piece.

Nothing is fetched: contexts of JSON-LD and entities of XML that lie elsewhere are errors. What has no end, or unpacks
to a multiple that no honest file reaches, stops at a limit.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import quote
from xml.parsers import expat  # entities that name others are refused before it sees them; it fetches nothing

import pyoxigraph as ox

from kzgraph.errors import InputError, LimitReached, SyntaxProblem, UsageError
from kzgraph.files.named_files import named_files
from kzgraph.files.nesting import NestingLimit
from kzgraph.files.parsing import MARK, SupportsRead, parse_turtle, turtle_message
from kzgraph.files.second_reader import can_read_json_ld, second_reading
from kzgraph.files.unpacking import MOST_TIMES, is_trap, unpacked
from kzgraph.walls.reading import file_bytes, open_file, real_path

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
_MAGIC = {".gz": b"\x1f\x8b", ".zst": b"\x28\xb5\x2f\xfd"}
STANDARD_INPUT = "-"
_MOST_BETWEEN_STATEMENTS = 64 << 20  # bytes without a statement: a literal without end
_MOST_READ_TWICE = 16 << 20  # bytes
_HEAD = 64 << 10  # bytes in which the document type of XML must end, and the first element begin
# A declaration is looked at up to the next "<", as Oxigraph does, and so in comments too; no byte is looked at for two.
# `&#38;` stands for an "&" that is read anew where the entity is used (XML 1.0, appendix D).
_NESTED = re.compile(
    rb"<!ENTITY(?:\s+%|\s+[^\s<]+\s+(?:SYSTEM|PUBLIC)\b|"
    rb"[^<]*&(?:#0*38;|#x0*26;)?(?!#|(?:lt|gt|amp|apos|quot);))"
)


@dataclass(frozen=True)
class RdfSource:
    """A text in an RDF syntax: a file, or standard input (``path`` is None)."""

    path: Path | None
    form: ox.RdfFormat
    content: bytes | None = None
    """What is read in place of the file, if that is at hand already."""
    name: str = ""

    @property
    def shown(self) -> str:
        """The name for messages."""
        return self.name or (str(self.path) if self.path else "standard input")

    @property
    def iri(self) -> str:
        """The name of the graph that holds it."""
        return real_path(self.path).as_uri() if self.path else "urn:kzgraph:standard-input"

    @property
    def base(self) -> str:
        """The base of its relative IRIs."""
        return base_of(self.name) if self.name else self.iri

    def has_mark(self) -> bool:
        """Whether the file begins with a byte-order mark."""
        if self.path is None:
            return False
        with open_file(self.path, self.shown) as file:
            return file.read(len(MARK)) == MARK

    @property
    def holds_graphs(self) -> bool:
        """Whether the syntax can name graphs."""
        return bool(self.form.supports_datasets)


def sources(given: Iterable[str | Path], form: str = "") -> list[RdfSource]:
    """The texts that paths name: files, what lies in folders, what globs match, ``-``; each once, in their order.

    Raises :class:`InputError` for a path that is not there or names no RDF syntax.
    """
    found: dict[RdfSource, None] = {}
    for entry in map(str, given):
        if entry == STANDARD_INPUT:
            if not form:
                raise UsageError("standard input has no extension", hint=f"give its format: {', '.join(FORMATS)}")
            found[RdfSource(None, FORMATS[form])] = None
            continue
        for path in _paths(entry):
            found[RdfSource(path, FORMATS[form] if form else _form(path))] = None
    return list(found)


def parse_file(content: bytes | SupportsRead, shown: str, path: Path) -> Iterator[ox.Quad]:
    """The statements of a file whose content is at hand, in the syntax that its name tells (Turtle if it tells none).

    ``shown`` is its name in messages. Raises the errors of :func:`quads`.
    """
    form = form_of(path)
    if form == ox.RdfFormat.TURTLE:
        yield from parse_turtle(content, shown, base_of(shown))
    else:
        whole = content if isinstance(content, bytes) else b"".join(iter(lambda: content.read(1 << 20), b""))
        yield from quads(RdfSource(path, form, whole, shown))


def form_of(path: Path) -> ox.RdfFormat:
    """The syntax that the name of a file tells; Turtle if it tells none."""
    return EXTENSIONS.get(path.suffix, ox.RdfFormat.TURTLE)


def is_rdf_xml(path: Path) -> bool:
    """Whether the name of a file tells RDF/XML."""
    return form_of(path) == ox.RdfFormat.RDF_XML


def base_of(shown: str) -> str:
    """What relative IRIs of a file of a project are relative to, by the path in the project (RFC 3986, section 5.1.4).

    Not to the place of the file: this would tell whoever gets the graph how the author's machine is laid out, and be
    another on each machine. A file elsewhere has its place for a base.
    """
    return "file:///" + quote(shown.lstrip("/"), errors="surrogateescape")


def quads(source: RdfSource) -> Iterator[ox.Quad]:
    """The statements of a text, as they are read.

    What Oxigraph's parser refuses of RDF/XML, and type maps of JSON-LD, a second reader reads if it can: the first
    lacks some of what the recommendations allow. Raises :class:`InputError` for what cannot be read,
    :class:`SyntaxProblem` with file, line and column, and :class:`LimitReached` for a text without end.
    """
    content = _small(source)
    if content is None:
        yield from _quads(source)
        return
    try:
        found = list(_quads(replace(source, content=content)))
    except (SyntaxProblem, InputError) as error:
        again = None if _is_final(error, source) else second_reading(content, source.base, source.form)
        if again is None and _has_type_map(error) and not can_read_json_ld():
            error.hint = "type maps need PyLD: pip install 'kzgraph[jsonld]'"
        if again is None:
            raise
        found = again
    yield from found


def _small(source: RdfSource) -> bytes | None:
    """The content of a text that may have to be read by a second reader; None for others, and for large ones."""
    if source.form not in {ox.RdfFormat.RDF_XML, ox.RdfFormat.JSON_LD}:
        return None
    if source.content is not None:
        return source.content
    if source.path is None or source.path.suffix in PACKED:
        return None
    try:
        if source.path.stat().st_size > _MOST_READ_TWICE:
            return None
    except OSError:
        return None  # reading it tells more
    return file_bytes(source.path, source.shown)


def _is_final(error: Exception, source: RdfSource) -> bool:
    """Whether an error is one of what nobody may read, of XML that is none, or of JSON-LD without type maps."""
    if source.form == ox.RdfFormat.JSON_LD:
        return not _has_type_map(error)
    cause = error.__cause__
    return isinstance(cause, expat.ExpatError) or cause is None


def _has_type_map(error: Exception) -> bool:
    return "@type must be the first key" in str(error)


def _quads(source: RdfSource) -> Iterator[ox.Quad]:
    with opened(source) as stream:
        parsed = ox.parse(cast(IO[bytes], stream), source.form, base_iri=source.base, rename_blank_nodes=True)
        for quad in parsed:
            stream.since = 0
            yield quad


@contextlib.contextmanager
def opened(source: RdfSource) -> Iterator[LimitedReader]:
    """The unpacked bytes of a text; errors of reading and parsing inside become the errors of :func:`quads`."""
    try:
        raw: Any = sys.stdin.buffer
        if source.content is not None:
            raw = io.BytesIO(source.content)
        elif source.path:
            raw = open_file(source.path, source.shown)
        with raw if source.path else contextlib.nullcontext(raw):
            stream = LimitedReader(_Counted(raw), source.path.suffix if source.path else None, source.shown)
            if source.form == ox.RdfFormat.RDF_XML:
                stream.refuse_nested_entities()
                stream.expect_whole_xml()
            if source.form == ox.RdfFormat.JSON_LD:
                stream.limit_nesting()
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
    except _errors_of_reading() as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else f"cannot be read: {error}"
        raise InputError(reason, place=source.shown) from error


class _Counted:
    """Bytes as they come, counted; what was looked at beforehand comes again."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._ahead = b""
        self.count = 0

    def look(self, size: int) -> bytes:
        """The first ``size`` bytes, or all there are."""
        while len(self._ahead) < size and (piece := self._stream.read(size - len(self._ahead))):
            self._ahead += piece
        return self._ahead[:size]

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes."""
        if self._ahead:
            piece, self._ahead = self._ahead, b""
        else:
            piece = bytes(self._stream.read(size))
        self.count += len(piece)
        return piece


class LimitedReader:
    """Bytes that end: a text may not go on for long without a statement, nor unpack to a huge multiple.

    The extension says whether it is packed; without one (None), its first bytes do.
    """

    def __init__(self, raw: _Counted, suffix: str | None, shown: str) -> None:
        packing = next((s for s, m in _MAGIC.items() if raw.look(len(m)) == m), "") if suffix is None else suffix
        self._raw = raw
        self._stream = unpacked(raw, packing)
        self._is_packed = packing in PACKED
        self._shown = shown
        self._head = b""
        self._read = 0
        self._xml: expat.XMLParserType | None = None
        self._nesting: NestingLimit | None = None
        self.since: int | None = 0

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes; raises :class:`LimitReached`."""
        piece = self._piece(size if size >= 0 else 1 << 20)
        if not self._read and piece.startswith(MARK):
            piece = piece[len(MARK) :] or self._piece(size if size >= 0 else 1 << 20)
        self._read += len(piece)
        if self.since is not None:
            self.since += len(piece)
            if self.since > _MOST_BETWEEN_STATEMENTS:
                raise LimitReached(
                    f"goes on for more than {_MOST_BETWEEN_STATEMENTS >> 20} MiB without a statement", place=self._shown
                )
        self._check_xml(piece, size)
        if self._nesting:
            self._nesting.read(piece)
        if self._is_packed and is_trap(self._raw.count, self._read):
            raise LimitReached(
                f"unpacks to more than {MOST_TIMES} times its size, and is taken for a trap",
                place=self._shown,
                hint="if it is not one, unpack it yourself and load the result",
            )
        return piece

    def refuse_nested_entities(self) -> None:
        """Raises :class:`InputError` for entities that name others: they can grow without bound, or lie elsewhere."""
        head = bytearray()
        while len(head) < _HEAD and (piece := self._stream.read(_HEAD - len(head))):  # a pipe gives what it has
            head += piece
        self._head = bytes(head)
        if _NESTED.search(self._head):
            raise InputError("its XML entities refer to others, which are not followed", place=self._shown)
        if len(self._head) == _HEAD and not _has_element(self._head):
            raise InputError(f"its first element does not begin within {_HEAD >> 10} KiB", place=self._shown)

    def expect_whole_xml(self) -> None:
        """Lets reading raise :class:`SyntaxProblem` for XML that ends too early, which Oxigraph's parser takes."""
        self._xml = expat.ParserCreate()

    def limit_nesting(self) -> None:
        """Lets reading raise :class:`SyntaxProblem` for JSON that is nested more deeply than parsers survive."""
        self._nesting = NestingLimit(self._shown)

    def _check_xml(self, piece: bytes, asked: int) -> None:
        if self._xml is None or asked == 0:
            return
        try:
            self._xml.Parse(piece, not piece)
        except expat.ExpatError as error:
            place = f"{self._shown}:{error.lineno}:{error.offset + 1}"
            raise SyntaxProblem(f"syntax error: {expat.ErrorString(error.code)}", place=place) from error
        except (LookupError, ValueError) as error:  # an encoding that Python, or the parser, does not have
            raise SyntaxProblem(f"its encoding cannot be read: {error}", place=f"{self._shown}:1") from error
        if not piece:
            self._xml = None

    def _piece(self, size: int) -> bytes:
        if self._head:
            piece, self._head = self._head[:size], self._head[size:]
            return piece
        return bytes(self._stream.read(size))


def _has_element(head: bytes) -> bool:
    """Whether an element begins, behind which no entity can be declared; True too for what is not well-formed."""
    begun: list[str] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, _: begun.append(name)
    try:
        parser.Parse(head, False)
    except (expat.ExpatError, LookupError, ValueError):  # reading it tells more
        return True
    return bool(begun)


def _paths(entry: str) -> list[Path]:
    found = named_files(entry, lambda path: _bare(path).suffix in EXTENSIONS)
    if not found:
        message = "holds no RDF files" if Path(entry).is_dir() else "matches no file"
        raise InputError(message, place=entry, hint=f"known are {', '.join(EXTENSIONS)}")
    return found


def _bare(path: Path) -> Path:
    return path.with_suffix("") if path.suffix in PACKED else path


def _form(path: Path) -> ox.RdfFormat:
    form = EXTENSIONS.get(_bare(path).suffix)
    if form is None:
        raise InputError(
            "its extension names no RDF format", place=str(path), hint=f"known are {', '.join(EXTENSIONS)}"
        )
    return form


def _errors_of_reading() -> tuple[type[Exception], ...]:
    module = sys.modules.get("zstandard")  # what was never imported raises nothing
    return (OSError, EOFError, zlib.error, UnicodeDecodeError, *([module.ZstdError] if module else []))


def quads_of_file(path: Path) -> Iterator[ox.Quad]:
    """The statements of an RDF file, folder or glob; see :mod:`kzgraph.files.rdf_files` for the errors."""
    for source in sources([path]):
        yield from quads(source)


def number_of_triple_terms(content: bytes, shown: str, path: Path) -> int:
    """How many statements of a file that can be read have a triple term (RDF 1.2) as their value."""
    if b"<<" not in content and b"{|" not in content:
        return 0
    return sum(isinstance(q.object, ox.Triple) for q in parse_file(content, shown, path))
