"""Loads the project's files, or foreign RDF files, into a SPARQL server, and verifies what the server then holds.

Beside one graph a file the server gets ``all``, the merged graph that queries are asked of (engines differ in how they
merge many default graphs, and some are slow at it), and ``manifest``, which says what was loaded when. The manifest
goes first and comes last: a load that was broken off is seen, and running it again mends it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from kzgraph.canonical import canonical_lines, digest
from kzgraph.errors import StoreError
from kzgraph.loading import Loaded, Progress, chosen_graphs, own_graphs
from kzgraph.namespaces import XSD
from kzgraph.project import Project
from kzgraph.rdf_input import Source, quads
from kzgraph.store_contents import RemoteContents
from kzgraph.stores.addresses import ALL, MANIFEST, TERMS, shown
from kzgraph.stores.remote import RemoteStore

_OPEN_FILES = 200
_COMPARED = 8 << 20  # bytes of N-Triples up to which a foreign graph is fetched back and compared
_AT_ONCE = 25  # graphs merged by one request: a transaction that grows is slow, one for each graph too


def load_remote(project: Project, store: str, paths: list[Path], progress: Progress) -> Loaded:
    """Makes the project's graphs at a SPARQL server equal to the files (those in ``paths``, if any are given).

    A graph that holds exactly the triples of its file is not sent again; graphs of the project whose files are gone
    are removed; graphs that are not the project's are left alone. Raises :class:`StoreError`.
    """
    remote = RemoteStore.open(project, store)
    held = RemoteContents(remote, shown(remote.address.query))
    database, wanted = own_graphs(project)
    base = project.graph_base
    lines = {
        n: canonical_lines(q.triple for q in database.quads_for_pattern(None, None, None, g)) for n, g in wanted.items()
    }
    chosen = chosen_graphs(project, wanted, paths)
    there = remote.counts(base)
    whole = base + MANIFEST in there
    changed = [
        n for n in sorted(chosen) if there.get(n) != len(lines[n]) or canonical_lines(held.triples(n)) != lines[n]
    ]
    gone = [] if paths else [n for n in there if n not in wanted and n not in {base + ALL, base + MANIFEST}]
    if changed or gone or not whole:
        remote.delete(base + MANIFEST)
        for number, name in enumerate(changed, 1):
            progress(name, number, len(changed))
            _send(remote, name, lines[name])
        for name in gone:
            remote.delete(name)
        present = sorted((set(there) | chosen) - set(gone) - {base + ALL, base + MANIFEST})
        _verify(held, {n: lines[n] for n in changed}, base)
        _merge(remote, held, base, present, changed if whole and base + ALL in there else None)
        _send(remote, base + MANIFEST, _manifest({n: lines[n] for n in present if n in lines}))
    return Loaded(len(changed), len(gone), len(chosen), sum(len(lines[n]) for n in chosen))


def load_sources(project: Project, store: str, sources: list[Source], progress: Progress) -> Loaded:
    """Puts foreign RDF files into a server, each into a graph named by its URL; never holds a file in memory.

    Graphs that a file names itself keep their names and are replaced. Raises :class:`StoreError`.
    """
    remote = RemoteStore.open(project, store)
    held = RemoteContents(remote, shown(remote.address.query))
    sent: dict[str, list[str] | None] = {}
    for number, source in enumerate(sources, 1):
        progress(source.shown, number, len(sources))
        with tempfile.TemporaryDirectory() as folder:
            for graph, file in _by_graph(source, Path(folder)).items():
                remote.put(graph, file)
                sent[graph] = _lines_of(file) if file.stat().st_size < _COMPARED else None
    counts = remote.counts()
    wrong = [g for g, lines in sent.items() if (lines != [] and g not in counts) or not _holds(held, g, lines)]
    if wrong:
        raise StoreError(f"{len(wrong)} graphs do not hold what was sent, first <{wrong[0]}>", hint="load again")
    return Loaded(len(sent), 0, len(sent), sum(counts.get(g, 0) for g in sent))


def _lines_of(file: Path) -> list[str]:
    return canonical_lines(q.triple for q in ox.parse(path=file, format=ox.RdfFormat.N_TRIPLES))


def _holds(held: RemoteContents, graph: str, lines: list[str] | None) -> bool:
    return not lines or canonical_lines(held.triples(graph)) == lines


def _by_graph(source: Source, folder: Path) -> dict[str, Path]:
    """Files of N-Triples, one for each graph of a source."""
    files: dict[str, Path] = {}
    with ExitStack() as stack:
        writing: dict[str, IO[bytes]] = {}
        for quad in quads(source):
            graph = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else source.iri
            if graph not in writing:
                if len(writing) >= _OPEN_FILES:
                    raise StoreError(f"names more than {_OPEN_FILES} graphs", place=source.shown, hint="split the file")
                files[graph] = folder / f"{len(files)}.nt"
                writing[graph] = stack.enter_context(files[graph].open("wb"))
            writing[graph].write(f"{quad.triple} .\n".encode())
    return files


def _send(remote: RemoteStore, graph: str, lines: Iterable[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "graph.nt")
        with file.open("w", encoding="utf-8", newline="") as target:
            target.writelines(f"{line}\n" for line in lines)
        remote.put(graph, file)


def _verify(held: RemoteContents, sent: dict[str, list[str]], base: str) -> None:
    """Compares counts of all, and digests of what was sent."""
    counts = held.counts(base)
    wrong = [n for n, lines in sent.items() if counts.get(n, 0) != len(lines)]
    wrong = wrong or [n for n, lines in sent.items() if digest(canonical_lines(held.triples(n))) != digest(lines)]
    if wrong:
        raise StoreError(
            f"{len(wrong)} graphs do not hold what was sent, first <{wrong[0]}>",
            hint="load again; the files are unharmed",
        )


def _merge(remote: RemoteStore, held: RemoteContents, base: str, graphs: list[str], changed: list[str] | None) -> None:
    """Brings the merged graph up to date, inside the server where it can update, else by sending it.

    ``changed`` are the graphs that differ from those it was made of; None if that is not known. Blank nodes of graphs
    and merged graph are the same ones, so what no graph holds any longer can be found and removed.
    """
    merged = base + ALL
    if not remote.address.update:
        lines = (line for n, g in enumerate(graphs) for line in canonical_lines(held.triples(g), f"g{n}"))
        _send(remote, merged, sorted(set(lines)))
        return
    if changed is None:
        remote.update(f"CLEAR SILENT GRAPH <{merged}>")
    else:
        others = f'STRSTARTS(STR(?g), "{base}") && ?g NOT IN (<{merged}>, <{base + MANIFEST}>)'
        remote.update(
            f"DELETE {{ GRAPH <{merged}> {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{merged}> {{ ?s ?p ?o }} "
            f"FILTER NOT EXISTS {{ GRAPH ?g {{ ?s ?p ?o }} FILTER ({others}) }} }}"
        )
    added = graphs if changed is None else changed
    for start in range(0, len(added), _AT_ONCE):
        remote.update(" ;\n".join(f"ADD SILENT <{g}> TO <{merged}>" for g in added[start : start + _AT_ONCE]))


def _manifest(lines: dict[str, list[str]]) -> list[str]:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    stated = [f'<urn:kzgraph:manifest> <{TERMS}loaded> "{now}"^^<{XSD}dateTime> .']
    for name, held in lines.items():
        stated.append(f'<{name}> <{TERMS}digest> "{digest(held)}" .')
        stated.append(f'<{name}> <{TERMS}triples> "{len(held)}"^^<{XSD}integer> .')
    return stated
