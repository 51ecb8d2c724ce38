"""The graphs of a store as text, in an order that does not change unless the graphs do."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import pyoxigraph as ox

from kzgraph.errors import InputError, UnknownName
from kzgraph.files.declared_prefixes import all_prefixes
from kzgraph.files.parsing import read_contents
from kzgraph.files.project import Project
from kzgraph.files.rdf_files import EXTENSIONS, FORMATS, PACKED, parse_file
from kzgraph.graph.canonical import streamed_lines
from kzgraph.graph.sorted_lines import sorted_lines
from kzgraph.stores.moving.contents import Contents
from kzgraph.stores.server.addresses import ALL, MANIFEST
from kzgraph.walls.unfinished import temporary_folder

_WITHOUT_TRIPLE_TERMS = {"jsonld", "rdfxml"}


def dump(
    contents: Contents, base: str, form: str, graph: str | None, prefixes: dict[str, str], target: IO[bytes]
) -> int:
    """Writes a store, or one graph of it, in an RDF format; how many statements.

    N-Quads, TriG and JSON-LD keep the graphs apart; Turtle, N-Triples and RDF/XML hold their union. A graph of a server
    that ``load`` made for its own use is left out. Memory is bounded, whatever the size, but for JSON-LD. Raises
    :class:`UnknownName` for a graph that is not there, :class:`StoreError` if a load changes them meanwhile, and
    :class:`InputError` for what the format cannot carry.
    """
    is_ours = graph is None or graph.startswith(base)
    if is_ours:
        contents.refuse_unfinished()
    names = list(contents.counts())
    if graph is not None:
        if graph not in names:
            raise UnknownName("graph", graph, names, see="`kzgraph status` lists the graphs")
        chosen = [graph]
    else:
        chosen = [n for n in names if n not in {base + own for own in (ALL, MANIFEST)}]
        chosen += [] if chosen and contents.default_is_union else [""]
    keeps_graphs = FORMATS[form].supports_datasets and graph is None and chosen != [""]
    lines = _with_graphs(contents, chosen) if keeps_graphs or form == "nquads" else _merged(contents, chosen)
    try:
        written = _write(target, lines) if form in {"nquads", "ntriples"} else _serialize(lines, form, prefixes, target)
    except RecursionError as error:
        raise InputError("the graph holds triple terms (RDF 1.2) that are nested too deeply to be written") from error
    if is_ours:
        contents.refuse_unfinished()
    return written


def file_as_turtle(project: Project, path: Path) -> str:
    """What a file in any syntax of RDF says, as Turtle; its graphs as one."""
    shown, target = project.relative(path), io.BytesIO()
    statements = (q.triple for q in parse_file(read_contents(project, [path])[path], shown, path))
    mark = f"b{hashlib.sha256(shown.encode()).hexdigest()[:8]}"
    lines = sorted_lines(streamed_lines(statements, mark, as_written=True), unique=True)
    _serialize(lines, "turtle", all_prefixes(project, [path]), target)
    return target.getvalue().decode()


def form_of(path: Path) -> str | None:
    """The format that the extension of a file names, also below ``.gz`` and ``.zst``; None if it names none."""
    bare = path.with_suffix("") if path.suffix in PACKED else path
    form = EXTENSIONS.get(bare.suffix)
    return next((name for name, known in FORMATS.items() if known == form), None)


def _with_graphs(contents: Contents, names: list[str]) -> Iterator[str]:
    for name in names:
        lines = sorted_lines(_lines(contents, name))
        yield from (f"{line[:-1]}<{name}> ." for line in lines) if name else lines


def _merged(contents: Contents, names: list[str]) -> Iterator[str]:
    return sorted_lines((line for name in names for line in _lines(contents, name)), unique=True)


def _lines(contents: Contents, name: str) -> Iterator[str]:
    """The lines of a graph; its blank nodes have its mark, so that graphs do not share them by accident."""
    mark = f"b{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    return streamed_lines(contents.triples(name), mark, as_written=True)


def _serialize(lines: Iterable[str], form: str, prefixes: dict[str, str], target: IO[bytes]) -> int:
    with temporary_folder() as folder:
        file = Path(folder, "graph.nq")
        unused = {k: f"<{v}" for k, v in prefixes.items()}
        with file.open("wb") as ordered:
            written = _write(ordered, _refusing_triple_terms(_noting_prefixes(lines, unused), form))
        used = {k: v for k, v in sorted(prefixes.items()) if k not in unused}
        statements: Iterable[Any] = ox.parse(path=file, format=ox.RdfFormat.N_QUADS)
        if not FORMATS[form].supports_datasets:
            statements = (q.triple for q in statements)
        if form == "jsonld":  # one line for all would make a diff useless
            text = ox.serialize(statements, format=FORMATS[form], prefixes=used) or b""
            target.write(json.dumps(json.loads(text), ensure_ascii=False, indent=1).encode() + b"\n")
        else:
            ox.serialize(statements, target, FORMATS[form], prefixes=used)
    return written


def _refusing_triple_terms(lines: Iterable[str], form: str) -> Iterator[str]:
    """The lines as they are; raises :class:`InputError` for one that the format cannot carry, before any is written."""
    for line in lines:
        if form in _WITHOUT_TRIPLE_TERMS and "<<( " in line and _holds_triple_term(line):
            raise InputError(
                f"the graph holds triple terms (RDF 1.2), which {form} cannot carry",
                hint="write it with -f nquads, ntriples, trig or turtle",
            )
        yield line


def _holds_triple_term(line: str) -> bool:
    (quad,) = ox.parse(line, ox.RdfFormat.N_QUADS)
    return isinstance(quad.object, ox.Triple)


def _noting_prefixes(lines: Iterable[str], unused: dict[str, str]) -> Iterator[str]:
    """The lines as they are; prefixes whose namespaces occur are taken out of ``unused``."""
    for line in lines:
        for name in [n for n, start in unused.items() if start in line]:
            del unused[name]
        yield line


def _write(target: IO[bytes], lines: Iterable[str]) -> int:
    written = 0
    for line in lines:
        target.write(f"{line}\n".encode())
        written += 1
    return written
