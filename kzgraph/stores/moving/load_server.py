"""Loads the project's files, or foreign RDF files, into a SPARQL server, and verifies what the server then holds.

Beside one graph a file the server gets ``all``, the merged graph that queries are asked of (engines differ in how they
merge many default graphs, and some are slow at it), and ``manifest``, which says what was loaded when. A load begins
by writing its claim into the manifest and ends by writing what it loaded: a load that was broken off is seen, and
running it again completes it. Of two loads at once the later claim wins, and the other stops with an error.

Values are sent as the files write them. Servers may keep ``1.50`` as ``1.5``, so that the verification compares values;
a graph whose file has changed since it was sent is compared as it is written.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from kzgraph.errors import LimitReached, StoreError
from kzgraph.files.project import Project
from kzgraph.files.rdf_files import RdfSource, quads
from kzgraph.graph.canonical import ContentSum, canonical_lines, digest, streamed_lines
from kzgraph.stores.disk.embedded import size
from kzgraph.stores.disk.snapshot import open_project
from kzgraph.stores.moving.contents import ProjectContents, RemoteContents
from kzgraph.stores.moving.load_folder import (
    Loaded,
    Progress,
    chosen_graphs,
    digests_of_files,
    graphs_of,
    named,
    refuse_graphs_of_projects,
)
from kzgraph.stores.naming import shown
from kzgraph.stores.server.addresses import ALL, MANIFEST
from kzgraph.stores.server.manifest import (
    BEGUN,
    ENDED,
    SUBJECT,
    LoadedGraph,
    Manifest,
    fingerprint,
    size_line,
)
from kzgraph.stores.server.remote import RemoteStore
from kzgraph.walls.unfinished import temporary_folder

_OPEN_FILES = 200  # at a time: most systems allow a process 256 or more
_COMPARED = 8 << 20  # bytes of N-Triples up to which a foreign graph is fetched back and compared
_AT_ONCE = 25  # graphs merged by one request: a transaction that grows is slow, one for each graph too
_ATTEMPTS = 3  # at a graph that the server does not hold as it was sent


def load_remote(project: Project, store: str, paths: list[Path], progress: Progress) -> Loaded:
    """Makes the project's graphs at a SPARQL server equal to the files (those in ``paths``, if any are given).

    A graph that holds exactly the triples of its file is not sent again; graphs of the project whose files are gone
    are removed; graphs that are not the project's are left alone. Raises :class:`StoreError`.
    """
    remote = RemoteStore.open(project, store)
    compiled = open_project(project, is_exact=True)
    files = _GraphsOfFiles(project, compiled.database, digests_of_files(project, compiled))
    named = chosen_graphs(project, files.graphs, paths)
    chosen = sorted(named & files.graphs.keys())
    job = _Load(remote, project.graph_base, files, chosen, named - files.graphs.keys(), not paths, progress)
    job.run()
    told = "of the merged graph only the number of triples was compared" if job.is_merged_unread else ""
    return Loaded(len(job.sent), len(job.removed), len(chosen), sum(files.size(n) for n in chosen), told)


class _GraphsOfFiles:
    """The graphs of the files: as they are written, and as compiled, in which ``1.50`` and ``1.5`` are one.

    Their lines are held for one at a time.
    """

    def __init__(self, project: Project, database: ox.Store, sources: dict[str, str]) -> None:
        self.graphs = graphs_of(database)
        self._written = ProjectContents(project, database)
        self.sources = sources
        """The digests of the files, by graph; empty if not known."""
        self._database = database
        self._sizes: dict[str, int] = {}
        self._digests: dict[str, str] = {}

    def size(self, name: str) -> int:
        """How many triples a graph holds."""
        if name not in self._sizes:
            self._sizes[name] = size(self._database, self.graphs[name])
        return self._sizes[name]

    def whole(self) -> int:
        """How many triples all graphs hold together, each counted once."""
        return size(self._database, ox.DefaultGraph())

    def fits(self, name: str, count: int) -> bool:
        """Whether a server can hold so many triples of a graph, whichever values it takes for one."""
        triples = self.size(name)
        return count == triples or triples < count <= len(self.lines(name))

    def fits_whole(self, count: int) -> bool:
        """Whether a server can hold so many triples of all graphs together."""
        whole = self.whole()
        if count <= whole:
            return count == whole
        written = (self._written.triples(name) for name in self.graphs)
        lines = (streamed_lines(triples, f"g{at}", as_written=True) for at, triples in enumerate(written))
        return count <= len(set(chain.from_iterable(lines)))

    def content(self) -> tuple[int, int]:
        """A digest of what all graphs say together."""
        found = ContentSum()
        for graph in self.graphs.values():
            found.add(q.triple for q in self._database.quads_for_pattern(None, None, None, graph))
        return found.value

    def lines(self, name: str) -> list[str]:
        """The lines of a graph as they are written."""
        return _as_written(self._written.triples(name))

    def digest(self, name: str) -> str:
        """The digest of the canonical lines of a graph."""
        if name not in self._digests:
            found = self._database.quads_for_pattern(None, None, None, self.graphs[name])
            self._digests[name] = digest(canonical_lines(q.triple for q in found))
        return self._digests[name]


@dataclass
class _Load:
    """One load: the graphs of the files, and which of them are to be made equal."""

    remote: RemoteStore
    base: str
    files: _GraphsOfFiles
    chosen: list[str]
    empty: set[str]
    whole: bool
    progress: Progress
    claim: str = field(default_factory=lambda: uuid.uuid4().urn)
    before: Manifest | None = None
    is_merged_unread: bool = False
    sent: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.held = RemoteContents(self.remote, shown(self.remote.address.query))
        self.merged, self.manifest = self.base + ALL, self.base + MANIFEST

    def run(self) -> None:
        """Sends what differs until nothing does; raises :class:`StoreError`."""
        self.before = self.remote.last_manifest()
        there = self.remote.counts(self.base)
        wrong = self._differing(there)
        differs = bool(wrong or self._gone(there))
        is_merged = self._is_as_left(there) if differs else self._is_merged(there)
        merge_anew = not (is_merged and self.remote.holds(self.manifest, f"?s <{ENDED}> ?o"))
        if not (wrong or merge_anew or self._gone(there)) and self._is_told():
            return
        _send(self.remote, self.manifest, [f"<{SUBJECT}> <{BEGUN}> <{self.claim}> ."])
        try:
            for _ in range(_ATTEMPTS):
                present = self._change(wrong, there, is_merged=not merge_anew)
                self._merge(present, None if merge_anew else wrong)
                there = self.remote.counts(self.base)
                wrong = self._differing(there)
                merge_anew = bool(wrong) or not self._is_merged(there)  # another load may have been at work
                if not (wrong or merge_anew or self._gone(there)):
                    self._refuse_other_claim()
                    _send(self.remote, self.manifest, self._told(there).lines())
                    return
        except StoreError:
            self._refuse_other_claim()  # then this is the reason
            raise
        first = (wrong or [self.merged])[0]
        raise StoreError(
            f"{len(wrong) or 1} graphs do not hold what was sent, first <{first}>",
            hint="load again; the files are unharmed",
        )

    def _is_told(self) -> bool:
        """Whether the manifest says of which files the graphs were made; after a part of the files it need not."""
        before = self.before
        return before is not None and (not self.whole or before.files == fingerprint(self.files.sources))

    def _told(self, there: dict[str, int]) -> Manifest:
        """What is left about this load; after a part of the files, what the load before it told of the others too."""
        before = self.before
        others, files = {}, fingerprint(self.files.sources)
        if not self.whole:
            others = {n: g for n, g in before.graphs.items() if n in there} if before else {}
            files = fingerprint({self.claim: ""}) if before and before.files else ""  # the digest of no files
        chosen = {
            n: LoadedGraph(there.get(n, 0), self.files.digest(n), self.files.sources.get(n, "")) for n in self.chosen
        }
        merged = {self.merged: LoadedGraph(there.get(self.merged, 0))}
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return Manifest(self.claim, now, files, others | chosen | merged)

    def _own(self) -> set[str]:
        return {self.merged, self.manifest}

    def _gone(self, counts: dict[str, int]) -> list[str]:
        """The graphs whose files are no longer there, or hold no triples."""
        if not self.whole:
            return [n for n in counts if n in self.empty]
        return [n for n in counts if n not in self.files.graphs and n not in self._own()]

    def _differing(self, counts: dict[str, int]) -> list[str]:
        """The chosen graphs that do not hold the triples of their files, by their number and each by each."""
        return [n for n in self.chosen if not (self.files.fits(n, counts.get(n, 0)) and self._holds(n))]

    def _holds(self, name: str) -> bool:
        """Whether a graph holds the values of its file, and as they are written unless they were sent so."""
        if not self.files.size(name):
            return True
        held = list(self.held.triples(name))
        if digest(canonical_lines(held)) != self.files.digest(name):
            return False
        return self._was_sent(name) or _as_written(held) == self.files.lines(name)

    def _was_sent(self, name: str) -> bool:
        """Whether a graph was sent from its file as it is now, by this load or the one before, or has no file."""
        source = self.files.sources.get(name)
        told = self.before.graphs.get(name) if self.before else None
        return name in self.sent or source is None or bool(told and told.source == source)

    def _change(self, wrong: list[str], there: dict[str, int], *, is_merged: bool) -> list[str]:
        """Sends the graphs that are wrong and removes those whose files are gone; gives those that are there then.

        What such a graph held goes from the merged one first, if that was made of what the graphs hold.
        """
        can_take = is_merged and self.whole and bool(self.remote.address.update)
        for number, name in enumerate(wrong, 1):
            self._refuse_other_claim()
            self.progress(name, number, len(wrong))
            if can_take and name in there:
                self._take_from_merged(name)
            _send(self.remote, name, self.files.lines(name))
            self.sent.add(name)
        for name in self._gone(there):
            self._refuse_other_claim()
            if can_take:
                self._take_from_merged(name)
            self.remote.delete(name)
            self.removed.add(name)
        return sorted((set(there) | set(self.chosen)) - set(self._gone(there)) - self._own())

    def _take_from_merged(self, name: str) -> None:
        """Removes from the merged graph what is in another graph, and in no third of the project's."""
        others = f'STRSTARTS(STR(?g), "{self.base}") && ?g NOT IN (<{name}>, <{self.merged}>, <{self.manifest}>)'
        self.remote.update(
            f"DELETE {{ GRAPH <{self.merged}> {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{name}> {{ ?s ?p ?o }} "
            f"FILTER NOT EXISTS {{ GRAPH ?g {{ ?s ?p ?o }} FILTER ({others}) }} }}"
        )

    def _refuse_other_claim(self) -> None:
        if not self.remote.holds(self.manifest, f"<{SUBJECT}> <{BEGUN}> <{self.claim}>"):
            raise StoreError(
                "another load into this store has begun, and this one stops",
                place=self.held.shown,
                hint="wait until the other has ended, then load again",
            )

    def _merge(self, graphs: list[str], changed: list[str] | None) -> None:
        """Brings the merged graph up to date, inside the server where it can update, else by sending it.

        ``changed`` are the graphs to add; None if all are to be merged again. If only some files are loaded, no count
        shows whether the merged graph is right: then each of its statements is looked up in the other graphs.
        """
        self._refuse_other_claim()
        if not self.remote.address.update:
            held = (streamed_lines(self.held.triples(g), f"g{n}", as_written=True) for n, g in enumerate(graphs))
            _send(self.remote, self.merged, sorted(set(chain.from_iterable(held))))
            return
        if changed is None:
            self.remote.delete(self.merged)
        elif not self.whole:
            self._take_from_merged(self.merged)
        added = graphs if changed is None else changed
        for start in range(0, len(added), _AT_ONCE):
            self._refuse_other_claim()
            batch = added[start : start + _AT_ONCE]  # what ADD means, which fewer servers know
            head = f"INSERT {{ GRAPH <{self.merged}> {{ ?s ?p ?o }} }}"
            self.remote.update(" ;\n".join(f"{head} WHERE {{ GRAPH <{g}> {{ ?s ?p ?o }} }}" for g in batch))

    def _is_merged(self, counts: dict[str, int]) -> bool:
        """Whether the merged graph, which is asked, says what the files say; not known if only some were loaded.

        Where the server does not give it whole, its number of triples must do.
        """
        if not self.whole:
            return True
        count = counts.get(self.merged, 0)
        if not count or not self.files.fits_whole(count):
            return not count and not self.files.whole()
        try:
            return ContentSum().add(self.held.triples(self.merged)).value == self.files.content()
        except LimitReached:
            self.is_merged_unread = True
            return True

    def _is_as_left(self, counts: dict[str, int]) -> bool:
        """Whether the merged graph has as many triples as after the last load."""
        return self.remote.holds(self.manifest, size_line(self.merged, counts.get(self.merged, 0)))


def load_sources(project: Project, store: str, sources: list[RdfSource], progress: Progress) -> Loaded:
    """Puts foreign RDF files into a server, each into a graph named by its URL; never holds a file in memory.

    Graphs that files name themselves keep their names, and are replaced by what all the files together say of them.
    Raises :class:`StoreError`, and :class:`InputError` for a graph of this project or of another that was loaded.
    """
    remote = RemoteStore.open(project, store)
    held = RemoteContents(remote, shown(remote.address.query))
    sent: dict[str, list[str] | None] = {}
    with temporary_folder() as folder:
        files = _by_graph(sources, Path(folder), progress)
        refuse_graphs_of_projects(files, [project.graph_base, *remote.loaded_bases()])
        for graph, file in files.items():
            remote.put(graph, file)
            sent[graph] = _lines_of(file) if file.stat().st_size < _COMPARED else None
            file.unlink()
    counts = remote.counts()
    wrong = [g for g, lines in sent.items() if (lines != [] and g not in counts) or not _holds(held, g, lines)]
    if wrong:
        raise StoreError(f"{len(wrong)} graphs do not hold what was sent, first <{wrong[0]}>", hint="load again")
    return Loaded(len(sent), 0, len(sent), sum(counts.get(g, 0) for g in sent))


def _lines_of(file: Path) -> list[str]:
    return canonical_lines(q.triple for q in ox.parse(path=file, format=ox.RdfFormat.N_TRIPLES))


def _holds(held: RemoteContents, graph: str, lines: list[str] | None) -> bool:
    return not lines or canonical_lines(held.triples(graph)) == lines


def _by_graph(sources: list[RdfSource], folder: Path, progress: Progress) -> dict[str, Path]:
    """Files of N-Triples, one for each graph of the sources."""
    files: dict[str, Path] = {}
    for number, source in enumerate(sources, 1):
        progress(source.shown, number, len(sources))
        with ExitStack() as stack:
            writing: dict[str, IO[bytes]] = {}
            for quad in quads(source):
                graph = _graph(quad, source)
                if graph not in writing:
                    if len(writing) >= _OPEN_FILES:
                        hint = "split the file"
                        raise StoreError(f"names more than {_OPEN_FILES} graphs", place=source.shown, hint=hint)
                    file = files.setdefault(graph, folder / f"{len(files)}.nt")
                    writing[graph] = stack.enter_context(file.open("ab"))
                writing[graph].write(f"{quad.triple} .\n".encode())
    return files


def _graph(quad: ox.Quad, source: RdfSource) -> str:
    if isinstance(quad.graph_name, ox.BlankNode):
        return named(quad.graph_name).value
    return quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else source.iri


def _as_written(triples: Iterable[ox.Triple]) -> list[str]:
    return sorted(set(streamed_lines(triples, as_written=True)))


def _send(remote: RemoteStore, graph: str, lines: Iterable[str]) -> None:
    with temporary_folder() as folder:
        file = Path(folder, "graph.nt")
        with file.open("w", encoding="utf-8", newline="") as target:
            target.writelines(f"{line}\n" for line in lines)
        remote.put(graph, file)
