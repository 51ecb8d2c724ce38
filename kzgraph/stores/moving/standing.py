"""Whether a store holds the project as its files are now: what a load left there, against the files.

What was loaded from a file with the same digest is equal without a look. Where the digests differ, the statements are
compared, so that an edited comment is no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from kzgraph.errors import InputError, StoreError
from kzgraph.files.parsing import read_contents
from kzgraph.files.project import Project
from kzgraph.files.rdf_files import parse_file
from kzgraph.graph.canonical import canonical_lines, digest
from kzgraph.graph.compiling import DERIVED
from kzgraph.stores.disk.embedded import EmbeddedStore
from kzgraph.stores.disk.file_state import digest_of
from kzgraph.stores.disk.folder import record
from kzgraph.stores.disk.in_use import read_in_use
from kzgraph.stores.server.addresses import ALL
from kzgraph.stores.server.manifest import fingerprint
from kzgraph.stores.server.remote import RemoteStore

_HINT = (
    "if the files here are the newer ones, `kzgraph load` them there, else bring them up to date; "
    "a replica that has not caught up yet: ask again later"
)


class _Held(NamedTuple):
    """What a store holds of the project."""

    sources: Mapping[str, str]  # of each graph that was loaded, the digest of its file; empty where that is not known
    is_whole: bool  # whether all files were loaded
    content: Callable[[str], str]  # of a graph, the digest of its statements; empty without any


def holds_these_files(
    project: Project, store: RemoteStore | EmbeddedStore, shown: str, timeout: float | None = None
) -> bool:
    """Whether a store holds a load of the project's files as they are now; False for a store of others.

    Raises :class:`StoreError` for a load that has not ended, and for one of other files; ``shown`` names the store.
    ``timeout`` is in seconds, for each request.
    """
    sources = _sources(project)
    if isinstance(store, EmbeddedStore):
        held = _held_by_folder(store)
    elif (is_loaded := store.holds_load(timeout)) and store.is_load_of(fingerprint(sources), timeout):
        return True
    elif not is_loaded:
        if store.counts(project.graph_base, timeout):
            hint = "wait, or run `kzgraph load` again"
            raise StoreError("the store holds graphs of the project, and no load that has ended", hint=hint)
        return False
    else:
        held = _held_by_server(project, store, timeout)
    if held is None:
        return False
    other = next((name for name in sorted(held.sources) if not name.startswith(project.graph_base)), None)
    if other is not None:
        told = f"holds a load of another project too, with graphs such as <{other}>"
        raise StoreError(told, place=shown, hint="load each project into a folder of its own, and remove this one")
    if differing := list(_differing(project, held, sources)):
        first = differing[0].removeprefix(project.graph_base)
        told = f"holds another state of the project: {len(differing)} files differ from those here, first {first}"
        raise StoreError(told, place=shown, hint=_HINT)
    return True


def _sources(project: Project) -> dict[str, str]:
    """The digests of the project's files as they are now, by graph."""
    files, current = project.graph_files(), read_in_use(project)
    if current and current.is_of(project, files):
        return {project.graph_name(f): current.files[project.relative(f)].digest for f in files}
    return {project.graph_name(f): digest_of(content) for f, content in read_contents(project, files).items()}


def _held_by_folder(store: EmbeddedStore) -> _Held | None:
    known = record(store.folder) if store.folder else None
    if known is None or not (known.graphs or known.whole):
        return None

    def content(graph: str) -> str:
        return _digest(q.triple for q in store.database.quads_for_pattern(None, None, None, ox.NamedNode(graph)))

    return _Held(known.graphs, known.whole, content)


def _held_by_server(project: Project, store: RemoteStore, timeout: float | None) -> _Held:
    told = store.manifest(timeout)
    graphs = {name: graph for name, graph in told.graphs.items() if name != project.graph_base + ALL}
    digests = {name: graph.digest for name, graph in graphs.items()}
    return _Held({n: g.source for n, g in graphs.items()}, bool(told.files), lambda name: digests.get(name, ""))


def _differing(project: Project, held: _Held, sources: Mapping[str, str]) -> Iterator[str]:
    """The graphs of a store that do not hold what the files say now."""
    for path in project.graph_files():
        name = project.graph_name(path)
        is_wanted = held.is_whole or name in held.sources
        if is_wanted and held.sources.get(name) != sources[name] and held.content(name) != _content(project, path):
            yield name
    yield from sorted(held.sources.keys() - sources.keys() - {project.graph_base + DERIVED})


def _content(project: Project, path: Path) -> str:
    """The digest of a file's statements; one of its own for a file that cannot be read, which no store holds."""
    shown = project.relative(path)
    try:
        return _digest(q.triple for q in parse_file(read_contents(project, [path])[path], shown, path))
    except InputError:
        return "unreadable"


def _digest(triples: Iterable[ox.Triple]) -> str:
    lines = canonical_lines(triples)
    return digest(lines) if lines else ""
