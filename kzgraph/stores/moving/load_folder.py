"""Loads the project's files, or foreign RDF files, into a folder (an Oxigraph database).

Queries go to the default graph, which is the union of all graphs. The project's files, and files that name
graphs, have their named graphs beside it. Triples of foreign files are in the default graph alone, as long as nothing
else is in the database: so they take half the time and room, and every tool finds them there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

from kzgraph.errors import InputError, StoreError
from kzgraph.files.project import Project
from kzgraph.files.rdf_files import PACKED, RdfSource, opened, quads
from kzgraph.graph.canonical import streamed_lines
from kzgraph.graph.compiling import DERIVED
from kzgraph.graph.sorted_lines import sorted_lines
from kzgraph.stores.disk.embedded import EmbeddedStore, size
from kzgraph.stores.disk.file_state import RACY_NANOSECONDS
from kzgraph.stores.disk.folder import Draft, Record, rewrite
from kzgraph.stores.disk.in_use import made_of
from kzgraph.stores.disk.snapshot import open_project
from kzgraph.stores.threads import in_thread
from kzgraph.walls.reading import real_path

Progress = Callable[[str, int, int], None]
UNNAMED = "urn:kzgraph:unnamed"
"""The graph of triples that were in the default graph alone when the first named graph came."""
_DEFAULT = ox.DefaultGraph()


class Loaded(NamedTuple):
    """What a load did: graphs sent and removed, and how many graphs and triples the store holds of what was asked.

    ``told`` says what could not be compared.
    """

    sent: int
    removed: int
    graphs: int
    triples: int
    told: str = ""


def graphs_of(database: ox.Store) -> dict[str, ox.NamedNode]:
    """The graphs that a database names by IRIs."""
    return {g.value: g for g in database.named_graphs() if isinstance(g, ox.NamedNode)}


def chosen_graphs(project: Project, names: Iterable[str], paths: list[Path]) -> set[str]:
    """The graphs of the project's files that paths name, with or without triples; those of ``names`` without paths."""
    if not paths:
        return set(names)
    known = {real_path(f): project.graph_name(f) for f in project.graph_files()}
    return {g for f, g in known.items() if any(f == real_path(p) or real_path(p) in f.parents for p in paths)}


def load_folder(project: Project, folder: Path, paths: list[Path], progress: Progress) -> Loaded:
    """Makes the project's graphs in a folder equal to its files (those in ``paths``, if any are given).

    Graphs of others stay. Raises the errors of :func:`kzgraph.stores.disk.folder.rewrite`, and :class:`InputError` if
    another project was loaded there, whose statements no question could tell from this one's.
    """
    compiled = open_project(project, is_exact=True)
    source, digests = compiled.database, _digests(project, compiled)
    wanted = graphs_of(source)
    named = chosen_graphs(project, wanted, paths)
    chosen = named & wanted.keys()

    def change(draft: Draft) -> Loaded:
        _refuse_other_project(project, draft.known, folder)
        database, known = draft.open(), draft.known
        is_merged = known.merged
        _name_the_unnamed(database, known)
        there = {g.value for g in database.named_graphs()}
        as_they_were = {n for n in chosen & there if n in digests and known.graphs.get(n) == digests[n]}
        others = sorted(chosen - as_they_were)
        changed = [n for n in others if n not in there or not _same(database, source, wanted[n])]
        gone = [n for n in there if (n in named if paths else n.startswith(project.graph_base)) and n not in wanted]
        for name in there.intersection([*changed, *gone]):
            _remove_all_but(database, source, ox.NamedNode(name))

        def new() -> Iterator[ox.Quad]:  # all at once: each call of bulk_extend writes files of its own
            for number, name in enumerate(changed, 1):
                progress(name, number, len(changed))
                for quad in source.quads_for_pattern(None, None, None, wanted[name]):
                    yield quad
                    if is_merged:
                        yield _in_graph(quad, _DEFAULT)

        if changed:
            database.bulk_extend(new())
        for name in gone:
            database.remove_graph(ox.NamedNode(name))
        known.graphs = {n: d for n, d in known.graphs.items() if n not in gone and n not in chosen}
        known.graphs |= {n: d for n, d in digests.items() if n in chosen}
        known.whole = bool(digests) if not paths else known.whole
        if not is_merged:
            _merge(database, known, anew=False)
        return Loaded(len(changed), len(gone), len(chosen), _verified(database, source, [wanted[n] for n in chosen]))

    return rewrite(folder, change)


def _refuse_other_project(project: Project, known: Record, folder: Path) -> None:
    other = next((name for name in sorted(known.graphs) if not name.startswith(project.graph_base)), None)
    if other is not None:
        raise InputError(
            f"holds another project, whose graphs have other names, such as <{other}>",
            place=str(folder),
            hint="name another folder; or, if only this project's `graphs` has changed, remove the folder first",
        )


def _digests(project: Project, store: EmbeddedStore) -> dict[str, str]:
    """What each graph of a snapshot was made of, by name: where two snapshots say the same, it is the same graph.

    Empty if that is not known, as when the store is in memory.
    """
    if store.folder is None:
        return {}
    try:
        told = made_of(store.folder)
    except OSError:  # an old snapshot, which another process has removed
        return {}
    files = {project.graph_name(project.root / path): str(digest) for path, digest in told["files"].items()}
    return files | {project.graph_base + DERIVED: str(told["derived"])}


def digests_of_files(project: Project, store: EmbeddedStore) -> dict[str, str]:
    """The digests of the files of which a snapshot was made, by graph; empty if that is not known."""
    return {n: d for n, d in _digests(project, store).items() if n != project.graph_base + DERIVED}


def _verified(database: ox.Store, source: ox.Store, graphs: list[ox.NamedNode]) -> int:
    """How many triples some graphs hold; raises :class:`StoreError` for one with more or fewer than its file."""
    sizes = {graph: size(database, graph) for graph in graphs}
    for graph, triples in sizes.items():
        if triples != size(source, graph):
            raise StoreError(f"holds {triples} triples, and not as many as its file", place=graph.value)
    return sum(sizes.values())


def refuse_graphs_of_projects(graphs: Iterable[str], bases: Iterable[str]) -> None:
    """Raises :class:`InputError` for graphs of foreign files whose names begin as those of a loaded project do."""
    found = next((g for g in graphs if g.startswith(tuple(bases))), None)
    if found is not None:
        raise InputError(
            "is named by a foreign file, and is a graph of a project, which only its own files fill",
            place=f"<{found}>",
            hint="give the graph another name in the file, or load the project's own files",
        )


def load_files(project: Project, folder: Path, sources: list[RdfSource], progress: Progress) -> Loaded:
    """Puts foreign RDF files into a folder; never holds a file in memory.

    Into a database without named graphs, triples go into the default graph; a file that is there already is not loaded
    again, and one that has changed is loaded in the place of what it was, if no other file is there. Else each file
    goes into a graph named by its URL, in the place of what that held. Graphs that a file names keep their names.

    Raises the errors of :func:`kzgraph.stores.disk.folder.rewrite` and of :mod:`kzgraph.files.rdf_files`,
    :class:`InputError` for a changed file whose old triples cannot be distinguished from others, and for one that
    names a graph of the project, if that is there.
    """

    def change(draft: Draft) -> Loaded:
        if any(s.holds_graphs for s in sources) or draft.has_named_graphs():
            return _load_graphs(draft, sources, project.graph_base, progress)
        before, states = draft.known.files, {s.iri: _state(s) for s in sources}
        changed = [s for s in sources if s.path and s.iri in before and not _is_same(before[s.iri], states[s.iri])]
        others = [iri for iri in before if not any(s.path and s.iri == iri for s in sources)]
        if changed and others:
            raise InputError(
                f"has changed since it was loaded into {folder}, where its old triples "
                "cannot be distinguished from others",
                place=changed[0].shown,
                hint=f"load all files of {folder} together: {len(others)} more, first {others[0]}",
            )
        new = sources if changed else [s for s in sources if s.path is None or s.iri not in before]
        database = draft.open(anew=bool(changed)) if new else ox.Store.read_only(str(folder))
        for number, source in enumerate(new, 1):
            progress(source.shown, number, len(new))
            _bulk_load(database, source, _DEFAULT)
            draft.known.files[source.iri], draft.known.merged = states[source.iri], False
        return Loaded(len(new), 0, len(sources), len(database))

    return rewrite(folder, change)


def _load_graphs(draft: Draft, sources: list[RdfSource], base: str, progress: Progress) -> Loaded:
    database, known = draft.open(), draft.known
    is_loaded = bool(known.graphs or known.whole)
    own = _sizes(database, base) if is_loaded else {}
    _name_the_unnamed(database, known)
    there = {g.value for g in database.named_graphs()}
    for number, source in enumerate(sources, 1):
        progress(source.shown, number, len(sources))
        graph = ox.NamedNode(source.iri)
        database.remove_graph(graph)
        _bulk_load(database, source, graph)
    if is_loaded:
        changed = [name for name, triples in _sizes(database, base).items() if triples != own.get(name)]
        refuse_graphs_of_projects([s.iri for s in sources] + changed, [base])
    _name_blank_graphs(database)
    _merge(database, known, anew=any(s.iri in there for s in sources))
    return Loaded(len(sources), 0, len(sources), size(database, _DEFAULT))


def _sizes(database: ox.Store, base: str) -> dict[str, int]:
    """How many triples the graphs hold whose names begin with ``base``."""
    return {name: size(database, g) for name, g in graphs_of(database).items() if name.startswith(base)}


def _state(source: RdfSource) -> list[int]:
    """Size and time of change of a file.

    The time is 0 if it proves nothing, because another change might have the same time.
    """
    if source.path is None:
        return [0, 0]
    try:
        found = source.path.stat()
    except OSError:
        return [0, 0]  # reading it will say what is wrong
    settled = found.st_mtime_ns < time.time_ns() - RACY_NANOSECONDS
    changed = max(found.st_mtime_ns, found.st_ctime_ns)  # the second also where the first was set back
    return [found.st_size, changed if settled else 0]


def _is_same(one: list[int], other: list[int]) -> bool:
    return one == other and one[-1] > 0


def _bulk_load(database: ox.Store, source: RdfSource, graph: ox.NamedNode | ox.DefaultGraph) -> None:
    """Loads a text; statements without a graph go into ``graph``.

    The database reads plain files itself, with as many threads as there are processors, and stops at a term larger
    than 16 MiB; but in RDF/XML a term may be of any size, and JSON-LD may nest without end, so that there we watch over
    each statement, and may take a second reader.
    """
    if source.form in {ox.RdfFormat.RDF_XML, ox.RdfFormat.JSON_LD}:
        _wait_for(lambda: database.bulk_extend(_in_graph(q, graph) for q in quads(source)))
        return
    base: dict[str, Any] = {"base_iri": source.iri, "to_graph": graph}
    with opened(source) as stream:
        is_plain = source.path and source.path.is_file() and source.path.suffix not in PACKED
        if source.path and is_plain and not source.has_mark():
            _wait_for(lambda: database.bulk_load(path=source.path, format=source.form, **base))
        else:
            stream.since = None
            _wait_for(lambda: database.bulk_load(stream, source.form, **base))  # type: ignore[arg-type]  # whatever has read() will do


def _wait_for(work: Callable[[], None]) -> None:
    """Does work of the database in a thread, because Ctrl-C does not reach this one inside it.

    Raises what the work raised; :class:`RuntimeError` where the database could not write.
    """
    try:
        in_thread(work)
    except OSError as error:
        if type(error) is OSError and error.errno is None and "(os error" not in str(error):  # not one of reading
            raise RuntimeError(str(error)) from error
        raise


def _name_blank_graphs(database: ox.Store) -> None:
    """Gives an IRI to graphs that are named by blank nodes, so that they can be asked for (RDF 1.1 Concepts, 3.5)."""
    for graph in list(database.named_graphs()):
        if isinstance(graph, ox.BlankNode):
            name = named(graph)
            database.bulk_extend(_in_graph(q, name) for q in database.quads_for_pattern(None, None, None, graph))
            database.remove_graph(graph)


def named(graph: ox.BlankNode) -> ox.NamedNode:
    """The IRI that a graph gets whose name is a blank node."""
    return ox.NamedNode(f"urn:kzgraph:genid:{graph.value}")


def _name_the_unnamed(database: ox.Store, known: Record) -> None:
    """Gives a graph to what is in the default graph alone, so that the default graph can be made again."""
    if not known.merged:
        known.files.clear()
        alone = (q for q in database.quads_for_pattern(None, None, None, _DEFAULT) if _is_alone(database, q))
        database.bulk_extend(_in_graph(q, ox.NamedNode(UNNAMED)) for q in alone)


def _is_alone(database: ox.Store, quad: ox.Quad) -> bool:
    found = database.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
    return all(q.graph_name == _DEFAULT for q in found)


def _merge(database: ox.Store, known: Record, *, anew: bool) -> None:
    """Makes the default graph the union of all named graphs; ``anew`` if it may hold what none of them does."""
    if anew:
        database.clear_graph(_DEFAULT)
    database.bulk_extend(_in_graph(q, _DEFAULT) for q in database if q.graph_name != _DEFAULT)
    known.merged = True


def _in_graph(quad: ox.Quad, graph: ox.NamedNode | ox.DefaultGraph) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object, graph)


def _remove_all_but(database: ox.Store, kept: ox.Store, graph: ox.NamedNode) -> None:
    """Removes from a graph, and from the union of all, what another database does not hold in it."""
    for quad in database.quads_for_pattern(None, None, None, graph):
        if quad not in kept:
            database.remove(quad)
            if _is_alone(database, quad):
                database.remove(_in_graph(quad, _DEFAULT))


def _same(database: ox.Store, source: ox.Store, graph: ox.NamedNode) -> bool:
    """Whether two databases hold the same graph; the same triples in another order may count as another graph."""
    triples = size(source, graph)
    if size(database, graph) != triples:
        return False
    common = 0
    for one, other in zip_longest(*(_triples(s, graph, blank=False) for s in (database, source))):
        if one != other:
            return False
        common += 1
    if common == triples:
        return True
    found, wanted = (sorted_lines(streamed_lines(_triples(s, graph, blank=True))) for s in (database, source))
    return all(one == other for one, other in zip_longest(found, wanted))


def _triples(database: ox.Store, graph: ox.NamedNode, *, blank: bool) -> Iterator[ox.Triple]:
    """The triples of a graph that have blank nodes, or the others, which come in an order of their own everywhere."""
    for quad in database.quads_for_pattern(None, None, None, graph):
        if any(isinstance(part, ox.BlankNode) for part in (quad.subject, quad.object)) == blank:
            yield quad.triple
