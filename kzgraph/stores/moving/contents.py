"""What a store holds, graph by graph, the same for the embedded one, a folder and a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pyoxigraph as ox

from kzgraph.errors import InputError, StoreError
from kzgraph.files.parsing import read_contents
from kzgraph.files.project import Project
from kzgraph.files.rdf_files import parse_file
from kzgraph.stores.disk.embedded import size
from kzgraph.stores.disk.folder import opened, record
from kzgraph.stores.naming import as_shown, is_remote, shown
from kzgraph.terms import Rows
from kzgraph.walls.reading import open_file
from kzgraph.walls.unfinished import temporary_folder

if TYPE_CHECKING:
    from kzgraph.stores.server.remote import RemoteStore

_TRIPLES = ox.RdfFormat.N_TRIPLES


class Contents(Protocol):
    """The graphs of a store."""

    shown: str
    software: str
    default_is_union: bool
    """Whether the default graph holds nothing but what the named graphs hold, if there are any."""

    def counts(self, base: str = "") -> dict[str, int]:
        """How many triples each named graph holds whose name begins with ``base``, in the order of the names."""
        ...

    def default_size(self) -> int:
        """How many triples the default graph holds."""
        ...

    def triples(self, graph: str) -> Iterator[ox.Triple]:
        """The triples of a named graph; ``""`` is the default graph."""
        ...

    def refuse_unfinished(self) -> None:
        """Raises :class:`StoreError` if a load was begun and has not ended."""
        ...


class DatabaseContents:
    """The graphs of an Oxigraph database, on disk or in memory."""

    software = "Oxigraph database"

    def __init__(self, database: ox.Store, shown: str, *, default_is_union: bool = True) -> None:
        self._database = database
        self.shown = shown
        self.default_is_union = default_is_union

    def counts(self, base: str = "") -> dict[str, int]:
        """See :class:`Contents`."""
        graphs = (g for g in self._database.named_graphs() if isinstance(g, ox.NamedNode))
        names = sorted(g.value for g in graphs if g.value.startswith(base))
        try:
            return {name: size(self._database, ox.NamedNode(name)) for name in names}
        except (OSError, RuntimeError) as error:
            raise StoreError(f"the database cannot be read: {error}", place=self.shown) from error

    def default_size(self) -> int:
        """See :class:`Contents`; raises :class:`StoreError` for a damaged database."""
        try:
            return size(self._database, ox.DefaultGraph())
        except (OSError, RuntimeError) as error:
            raise StoreError(f"the database cannot be read: {error}", place=self.shown) from error

    def triples(self, graph: str) -> Iterator[ox.Triple]:
        """See :class:`Contents`; raises :class:`StoreError` for a damaged database."""
        name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
        try:
            yield from (q.triple for q in self._database.quads_for_pattern(None, None, None, name))
        except (OSError, RuntimeError) as error:
            raise StoreError(f"the database cannot be read: {error}", place=self.shown) from error

    def refuse_unfinished(self) -> None:
        """See :class:`Contents`: a database is replaced in one step."""


class ProjectContents(DatabaseContents):
    """The graphs of the project's own store; those of files are read from the files, value by value as written.

    Oxigraph keeps ``"1"^^xsd:nonNegativeInteger`` as an integer, and ``1.50`` as ``1.5``.
    """

    def __init__(self, project: Project, database: ox.Store) -> None:
        super().__init__(database, "the embedded store")
        self._files = {project.graph_name(path): path for path in project.graph_files()}
        self._project = project

    def triples(self, graph: str) -> Iterator[ox.Triple]:
        """See :class:`Contents`; raises :class:`InputError` for a file that has gone meanwhile."""
        path = self._files.get(graph)
        if path is None:
            yield from super().triples(graph)
            return
        content = read_contents(self._project, [path])[path]
        yield from (q.triple for q in parse_file(content, self._project.relative(path), path))


class RemoteContents:
    """The graphs of a SPARQL server; each is fetched into a file before it is read."""

    software = "SPARQL server"
    default_is_union = True  # it is in some servers, and none tells; what it holds beside stays unseen

    def __init__(self, remote: RemoteStore, shown: str) -> None:
        self._remote = remote
        self.shown = shown

    def counts(self, base: str = "") -> dict[str, int]:
        """See :class:`Contents`."""
        return self._remote.counts(base)

    def default_size(self) -> int:
        """See :class:`Contents`; of the graphs that queries without GRAPH are asked of."""
        from kzgraph.stores.server.answers import whole_number

        found = self._remote.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", may_be_empty=True)
        return whole_number(found.rows[0][0]) if isinstance(found, Rows) and found.rows else 0

    def refuse_unfinished(self) -> None:
        """See :class:`Contents`."""
        self._remote.refuse_unfinished()

    def triples(self, graph: str) -> Iterator[ox.Triple]:
        """See :class:`Contents`; raises :class:`StoreError`."""
        with temporary_folder() as folder:
            file = Path(folder, "graph.nt")
            self._remote.fetch(graph, file)
            try:
                yield from (q.triple for q in ox.parse(path=file, format=_TRIPLES, rename_blank_nodes=True))
            except SyntaxError as error:
                from kzgraph.stores.server.answers import not_triples

                raise not_triples(error, _last_byte(file), self.shown) from error


def contents(project: Project, store: str | None) -> Contents:
    """The graphs of the store asked for: the project's own, a folder, a URL, or a name of ``kzgraph.toml``."""
    if store is None:
        from kzgraph.stores.disk.snapshot import open_project

        return ProjectContents(project, open_project(project, is_exact=True).database)
    if is_remote(project, store):
        from kzgraph.stores.server.remote import RemoteStore

        remote = RemoteStore.open(project, store)
        return RemoteContents(remote, shown(remote.address.query))
    folder = Path(store)
    if not (folder / "CURRENT").is_file():
        raise InputError(
            "is neither an Oxigraph database, nor a URL, nor a store that kzgraph.toml names",
            place=as_shown(store),
            hint=f"fill it: `kzgraph load --store {as_shown(store)}`",
        )
    return DatabaseContents(opened(folder).database, as_shown(store), default_is_union=record(folder).merged)


def _last_byte(file: Path) -> bytes:
    """The last byte of a file of any size; none of an empty one."""
    with open_file(file) as source:
        source.seek(max(file.stat().st_size - 1, 0))
        return source.read(1)
