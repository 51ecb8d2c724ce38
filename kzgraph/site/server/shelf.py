"""The graphs that a server shows: the one of now, which is swapped when files change, and a few of other dates."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from kzgraph.answers.asking.as_of import View
from kzgraph.answers.evidence.labels import labels_of
from kzgraph.answers.evidence.records import read_records
from kzgraph.api import CitedGraph
from kzgraph.errors import KzgraphError
from kzgraph.files.project import MARKER, READINGS, Project, find_project
from kzgraph.reference.site import site as reference
from kzgraph.site.pages import Site
from kzgraph.site.rendering import FILES, beside, make_ready, templates
from kzgraph.site.server.compiling import compile_apart
from kzgraph.stores.disk.embedded import EmbeddedStore
from kzgraph.stores.disk.file_state import seen
from kzgraph.walls.worker import in_worker

MOST_DATED = 2
_LOOKED_AGAIN = 1.0  # seconds after which the files are looked at again
_ASKED_AGAIN = 60.0  # seconds after which what is known of a store that may change by itself is read again
_FIRST = 2.0  # seconds after which what the first page does not need is read, if nobody asked for one
_MOST_AHEAD = 10_000  # facts, and things
_AT_ONCE = 200  # facts that are read while a worker that is to begin waits
_SECONDS = 120.0
_MEMORY = 2 << 30
Key = tuple[str, str]
_NOW: Key = ("", "")


class Seen(NamedTuple):
    """A site, and how often the graph had been read when it was made."""

    site: Site
    generation: int


@dataclass
class _State:
    """The site of a graph, when it was made, as which, and the reference pages once they were asked for."""

    site: Site
    made: float
    generation: int
    reference: Mapping[str, str] | None = None
    dated: OrderedDict[Key, Site] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def of_dates(self, key: Key) -> Site | None:
        """The site of some dates; None if it is not made yet."""
        with self.lock:
            if key in self.dated:
                self.dated.move_to_end(key)
            return self.dated.get(key)

    def keep(self, key: Key, site: Site) -> None:
        """Keeps the site of some dates, and lets go of those that were not asked for since longest."""
        with self.lock:
            self.dated[key] = site
            while len(self.dated) > MOST_DATED:
                self.dated.popitem(last=False)


class Shelf:
    """Holds the sites. It may be asked from several threads; one makes a new site, and the others go on meanwhile.

    Who asks for other dates waits for their own site alone, which the server makes few of at a time.
    """

    def __init__(self, graph: CitedGraph, *, is_local: bool) -> None:
        self._graph, self._is_local = graph, is_local
        self._making, self._referring = threading.Lock(), threading.Lock()
        self._looked = 0.0
        self._said = ""
        self._settings = _not_in_graph(graph.project)
        self._state = self._read(1)
        self._is_shown = threading.Event()
        threading.Thread(target=self._complete, args=[self._state.site], daemon=True).start()

    def show(self) -> None:
        """Says that the first page was given: what it did not need is read now."""
        self._is_shown.set()

    def _complete(self, site: Site) -> None:
        """Reads and compiles, after the first page, what workers would else do for each page that needs it."""
        self._is_shown.wait(_FIRST)
        with _reading:
            _ = site.reader.names
        for name in templates():
            with _reading:
                make_ready(name)
        read_ahead(site)
        with _reading:
            gc.freeze()

    def site(self, view: Mapping[str, str]) -> Seen:
        """The site of now, or of the dates of a view; raises the errors of opening and asking."""
        self._look()
        key, state = (view.get("as_of", ""), view.get("known_by", "")), self._state
        found = state.site if key == _NOW else state.of_dates(key)
        if found is None:
            found = self._of_dates(state, *key)
            state.keep(key, found)
        return Seen(found, state.generation)

    @property
    def generation(self) -> int:
        """How often the graph was read; replies of an earlier one are no longer given."""
        return self._state.generation

    @property
    def is_fresh(self) -> bool:
        """Whether the files were looked at just now."""
        return time.monotonic() - self._looked < _LOOKED_AGAIN

    def now(self) -> Site:
        """The site of now as it was read last, for what needs no newer one."""
        return self._state.site

    def reference(self) -> Mapping[str, str]:
        """The reference pages of the ontology, made once for each state of the files."""
        with self._referring:
            state = self._state
            if state.reference is None:
                make = partial(reference, state.site.project, [], "../index.html", state.site.readable)
                state.reference = in_worker(make, seconds=_SECONDS, memory=_MEMORY)
            return state.reference

    def beside(self) -> Mapping[str, str]:
        """The files that lie beside the pages."""
        return _beside()

    def _read(self, generation: int) -> _State:
        graph = self._graph.pinned()
        site = Site(graph, is_live=True, explains=self._is_local)
        gc.unfreeze()
        warm(site, with_names=generation > 1)
        if generation > 1:
            read_ahead(site)
        gc.freeze()  # what is there stays: a worker that looked for circles in it would copy the memory that holds it
        return _State(site, time.monotonic(), generation)

    def _of_dates(self, state: _State, as_of: str, known_by: str) -> Site:
        graph = self._graph.at(as_of=as_of or None, known_by=known_by or None).pinned()
        site = Site(graph, state.site.vocabulary, is_live=True, view=View.typed(as_of, known_by))
        warm(site)
        return site

    def _is_old(self, now: float) -> bool:
        settings = _not_in_graph(self._graph.project)
        if settings != self._settings:  # what cannot be read is told, and read again when it changes
            self._settings = settings
            graph = copy(self._graph)
            graph.project = find_project(graph.project.root)
            self._graph = graph
            return True
        if self._is_local:
            store = self._state.site.graph.store()
            if isinstance(store, EmbeddedStore) and store.folder is not None:  # else there is no cache to put it into
                compile_apart(self._graph.project)
            return self._graph.store() is not store
        return now - self._state.made > _ASKED_AGAIN

    def _look(self) -> None:
        """Reads the graph again if its files have changed, or if it may have changed by itself; one thread does so.

        While the files cannot be read, the graph stays as it was.
        """
        now = time.monotonic()
        if now - self._looked < _LOOKED_AGAIN or not self._making.acquire(blocking=False):
            return
        try:
            self._looked = now
            if self._is_old(now):
                self._state = self._read(self._state.generation + 1)
        except KzgraphError as error:
            self._state.made = now
            if str(error) != self._said:
                print(f"the graph stays as it was: {error}", file=sys.stderr)
            self._said = str(error)
        finally:
            self._making.release()


def warm(site: Site, *, with_names: bool = True) -> None:
    """Reads what most pages need, so that workers, which are copies of this process, have it."""
    reader = site.reader
    steps: tuple[Callable[[], object], ...] = (
        *((lambda: reader.names,) if with_names else ()),
        *(lambda: reader.facts, lambda: reader.things, lambda: reader.documents),
        *(lambda: reader.pages, lambda: reader.matters, lambda: reader.resting),
        *(lambda: site.about, lambda: site.queries, lambda: site.emptied, reader.prepare),
    )
    for step in steps:
        with _reading:
            step()


def read_ahead(site: Site) -> None:
    """Reads the facts and the names of things, so that workers, which are copies of this process, know them.

    Of a large graph only the first are read, so that memory is bounded; a store that may change by itself keeps none.
    """
    store = site.reader.store
    if store.kept is None:
        return
    facts, things = (sorted(known)[:_MOST_AHEAD] for known in (site.reader.facts, site.reader.pages))
    for begin in range(0, len(facts), _AT_ONCE):
        with _reading:
            read_records(store, facts[begin : begin + _AT_ONCE])
    with _reading:
        labels_of(store, things, site.reader.language)


def _not_in_graph(project: Project) -> dict[Path, tuple[int, str]]:
    """When the files were changed that pages need and the graph does not: settings, queries, shapes, readings."""
    files = [project.root / MARKER, project.root / READINGS, *project.files("queries", ".rq"), *project.files("shapes")]
    return {path: seen(path) for path in files}


@cache
def _beside() -> Mapping[str, str]:
    return {name: beside(name) for name in FILES}


# A copy of the process that is made while another thread is inside the database would wait for that thread for ever.
# So a copy waits for the step that is being done, and not for all of them.
_reading = threading.Lock()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_reading.acquire, after_in_parent=_reading.release, after_in_child=_reading.release)
