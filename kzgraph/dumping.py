"""The graphs of a store as text, in an order that does not change unless the graphs do."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import pyoxigraph as ox

from kzgraph.canonical import canonical_lines
from kzgraph.errors import InputError, UnknownName
from kzgraph.rdf_input import EXTENSIONS, FORMATS, PACKED, zstandard
from kzgraph.store_contents import Contents
from kzgraph.stores.addresses import ALL, MANIFEST


def dump(
    contents: Contents, base: str, form: str, graph: str | None, prefixes: dict[str, str], target: IO[bytes]
) -> int:
    """Writes a store, or one graph of it, in an RDF format; how many statements.

    N-Quads, TriG and JSON-LD keep the graphs apart; Turtle, N-Triples and RDF/XML hold their union. A graph of a server
    that ``load`` made for its own use is left out. Raises :class:`UnknownName` for a graph that is not there.
    """
    names = list(contents.counts())
    if graph is not None:
        if graph not in names:
            raise UnknownName("graph", graph, names, see="`kzgraph status` lists the graphs")
        chosen = [graph]
    else:
        chosen = [n for n in names if n not in {base + own for own in (ALL, MANIFEST)}] or [""]
    if form == "nquads":
        return sum(_write(target, _lines(contents, name, name)) for name in chosen)
    if not FORMATS[form].supports_datasets or graph is not None or chosen == [""]:
        merged = sorted({line for name in chosen for line in _lines(contents, name, "")})
        if form == "ntriples":
            return _write(target, merged)
        return _serialize(merged, ox.RdfFormat.N_TRIPLES, form, prefixes, target)
    text = [line for name in chosen for line in _lines(contents, name, name)]
    return _serialize(text, ox.RdfFormat.N_QUADS, form, prefixes, target)


def write_file(path: Path, produce: Any) -> Any:
    """Calls ``produce`` with a binary file that takes the place of ``path`` when it is whole; packed by extension."""
    draft = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        with draft.open("wb") as raw:
            if path.suffix == ".gz":
                with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
                    result = produce(packed)
            elif path.suffix == ".zst":
                with zstandard().ZstdCompressor().stream_writer(raw, closefd=False) as packed:
                    result = produce(packed)
            else:
                result = produce(raw)
        os.replace(draft, path)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror or error}", place=str(path)) from error
    finally:
        draft.unlink(missing_ok=True)
    return result


def form_of(path: Path) -> str | None:
    """The format that the extension of a file names, also below ``.gz`` and ``.zst``; None if it names none."""
    bare = path.with_suffix("") if path.suffix in PACKED else path
    form = EXTENSIONS.get(bare.suffix)
    return next((name for name, known in FORMATS.items() if known == form), None)


def _lines(contents: Contents, name: str, graph: str) -> Iterator[str]:
    """The sorted lines of a graph; its blank nodes bear its mark, so that graphs do not share them by accident."""
    mark = f"b{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    lines = canonical_lines(contents.triples(name), mark)
    return (f"{line[:-1]}<{graph}> ." for line in lines) if graph else iter(lines)


def _serialize(lines: list[str], syntax: ox.RdfFormat, form: str, prefixes: dict[str, str], target: IO[bytes]) -> int:
    statements = list(ox.parse("\n".join(lines), syntax))
    used = {k: v for k, v in sorted(prefixes.items()) if any(f"<{v}" in line for line in lines)}
    text = ox.serialize(statements, format=FORMATS[form], prefixes=used) or b""
    if form == "jsonld":  # one line for all would make a diff useless
        text = json.dumps(json.loads(text), ensure_ascii=False, indent=1).encode() + b"\n"
    target.write(text)
    return len(statements)


def _write(target: IO[bytes], lines: Iterable[str]) -> int:
    written = 0
    for line in lines:
        target.write(f"{line}\n".encode())
        written += 1
    return written
