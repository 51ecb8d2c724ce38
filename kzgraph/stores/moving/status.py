"""What a store holds, from which files, how old and how big."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kzgraph.files.project import Project
from kzgraph.graph.compiling import DERIVED
from kzgraph.literals import utc_seconds
from kzgraph.stores.disk.cache import cache_folder
from kzgraph.stores.disk.folder import opened, record
from kzgraph.stores.disk.snapshot import changed_files, current_folder, is_current
from kzgraph.stores.moving.contents import Contents, DatabaseContents, contents
from kzgraph.stores.naming import is_remote
from kzgraph.stores.server.addresses import ALL, MANIFEST
from kzgraph.stores.server.manifest import LOADED


@dataclass(frozen=True)
class GraphStatus:
    """A named graph: its triples, the file it came from, and how it stands (``loaded``, ``changed``, ``foreign``…).

    The default graph has no name; it is listed where it is not the union of the others.
    """

    name: str
    triples: int
    file: str
    state: str


@dataclass
class Status:
    """A store and its graphs; sizes in bytes, times in ISO 8601; empty where not known."""

    store: str
    graphs: list[GraphStatus]
    loaded: str = ""
    size: int | None = None
    notes: list[str] = field(default_factory=list)

    def facts(self) -> list[tuple[str, str]]:
        """The text below the list of graphs."""
        rows = [("store", self.store), ("graphs", str(len(self.graphs)))]
        rows.append(("triples", str(sum(g.triples for g in self.graphs))))
        if self.loaded:
            rows.append(("loaded", f"{self.loaded} ({_age(self.loaded)})"))
        if self.size is not None:
            rows.append(("size", f"{self.size / 1e6:.1f} MB"))
        return rows + [("note", n) for n in self.notes]

    def as_data(self) -> dict[str, Any]:
        """The same for JSON."""
        graphs = [vars(g) for g in self.graphs]
        return {"store": self.store, "loaded": self.loaded, "size": self.size, "notes": self.notes, "graphs": graphs}


def status(project: Project, store: str | None) -> Status:
    """The state of the project's own store, a folder or a server; nothing is compiled for it."""
    if store is None:
        return _embedded(project)
    held = contents(project, store)
    base = project.graph_base
    counts = held.counts()
    files = {project.graph_name(f): project.relative(f) for f in project.graph_files()}
    graphs = [_graph(n, c, files, base) for n, c in counts.items() if n.removeprefix(base) not in {ALL, MANIFEST}]
    found = Status(held.shown, graphs)
    if is_remote(project, store):
        found.loaded = _loaded(held, base + MANIFEST) if base + MANIFEST in counts else ""
        if {base + ALL, base + MANIFEST} & set(counts) and not found.loaded:
            found.notes.append("a load was begun and has not ended; run `kzgraph load` again")
    else:
        found.size = _bytes(Path(store))
        found.loaded = _time(Path(store, "CURRENT").stat().st_mtime)
        triples = 0 if counts and held.default_is_union else held.default_size()
        if triples or not counts:  # of foreign files, or of another tool
            found.graphs.append(GraphStatus("", triples, ", ".join(record(Path(store)).files), "foreign"))
    return found


def _embedded(project: Project) -> Status:
    folder = current_folder(project)
    if folder is None:
        return Status(str(cache_folder(project)), [], notes=["nothing is compiled yet; the first question does it"])
    held = contents_of(folder)
    files = {project.graph_name(f): project.relative(f) for f in project.graph_files()}
    changed = changed_files(project)
    graphs = [_graph(n, c, files, project.graph_base, changed) for n, c in held.counts().items()]
    found = Status(str(folder), graphs, _time((folder / "CURRENT").stat().st_mtime), _bytes(folder))
    if not is_current(project):
        found.notes.append("files have changed since; the next question compiles them")
    return found


def contents_of(folder: Path) -> DatabaseContents:
    """The graphs of a database in a folder."""
    return DatabaseContents(opened(folder).database, str(folder))


def _graph(name: str, triples: int, files: dict[str, str], base: str, changed: Container[str] = ()) -> GraphStatus:
    if name in files:
        return GraphStatus(name, triples, files[name], "changed" if files[name] in changed else "loaded")
    if name == base + DERIVED:
        return GraphStatus(name, triples, "", "derived")
    return GraphStatus(name, triples, "", "no file" if name.startswith(base) else "foreign")


def _loaded(held: Contents, manifest: str) -> str:
    told = (t.object for t in held.triples(manifest) if t.predicate.value == LOADED)
    return max((str(getattr(time, "value", "")) for time in told), default="")


def _bytes(folder: Path) -> int:
    return sum(f.stat().st_size for f in folder.iterdir() if f.is_file())


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _age(moment: str) -> str:
    """How long ago a moment was; a server tells it, so that it may be anything."""
    then, now = (utc_seconds(m) for m in (moment, datetime.now(UTC).isoformat()))
    if then is None or now is None:
        return "at an unknown time"
    seconds = now - then
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if abs(seconds) >= size:
            return f"{seconds / size:.0f} {unit} ago" if seconds > 0 else "in the future, by this clock"
    return "just now"
