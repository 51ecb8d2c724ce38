"""Which file a new fact, thing or citation goes to, and the writing of all files in one step.

A fact goes to ``instances/MODULE/DOCUMENT.ttl``: the folder has the name of the ontology's module that defines its
kind, the file that of its document. A thing goes where most things of its kind are, a citation to the others of its
document.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

from kzgraph.authoring.facts.drafting import DraftedThing
from kzgraph.authoring.facts.naming import hyphened
from kzgraph.errors import RefusedError, UsageError
from kzgraph.files.editing.replacing import replace_all
from kzgraph.files.project import Project, shipped_root
from kzgraph.namespaces import OA, RDF, namespace_of, shorten
from kzgraph.stores import Store
from kzgraph.stores.rows import rows_of
from kzgraph.terms import iri_term
from kzgraph.walls.reading import as_text, file_bytes, real_path
from kzgraph.wording.numbers import plural

_INSTANCES = "instances"


class TargetFiles:
    """The files of a project by what they describe."""

    def __init__(self, project: Project, store: Store, into: Path | None = None) -> None:
        """``into`` is the file for all facts, if the user named one; raises :class:`UsageError` for one elsewhere."""
        self._project = project
        self._store = store
        self._known: dict[str, Path | None] = {}
        self._into = None if into is None else self._inside(into)

    @property
    def is_named(self) -> bool:
        """Whether the user named the file for all facts."""
        return self._into is not None

    def of_draft(self, draft: DraftedThing) -> Path:
        """The file of a fact or thing."""
        module = draft.kind.module or "facts"
        folder = self._project.root / _INSTANCES / module
        if draft.kind.is_fact:
            document = draft.cited[0].document.local if draft.cited else "inferred"
            return self._into or folder / f"{document}.ttl"
        known = self._fullest(f"?x <{RDF}type> {iri_term(draft.kind.iri)}")
        return known or folder / f"{plural(hyphened(draft.kind.name))}.ttl"

    def of_thing(self, iri: str) -> Path:
        """The one file that describes a thing; raises :class:`UsageError` if there is none, or another too."""
        query = f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ {iri_term(iri)} ?p ?o }} }}"
        names = [row["g"].value.removeprefix(self._project.graph_base) for row in rows_of(self._store, query)]
        found = sorted(unquote(n) for n in names if n.startswith(f"{_INSTANCES}/") and n.endswith(".ttl"))
        if len(found) != 1:
            told = " and ".join(found) or f"no Turtle file of {_INSTANCES}/"
            curie = shorten(iri, self._project.prefixes)
            raise UsageError(f"{curie} is described in {told}", hint="change it by hand, and validate the file")
        return self._project.root / found[0]

    def of_citations(self, document: str) -> Path:
        """The file of the citations of a document."""
        citation = iri_term(self._project.model["Citation"])
        own = self._fullest(f"?x <{RDF}type> {citation} ; <{OA}hasSource> {iri_term(document)}")
        if own is not None:
            return own
        folder = self._project.root / _INSTANCES / "citations"
        return folder / f"{document[len(namespace_of(document)) :]}.ttl"

    def of_documents(self) -> Path:
        """The file of the documents."""
        kind = iri_term(self._project.model["SourceDocument"])
        file_name = iri_term(self._project.model["fileName"])
        known = self._fullest(f"?x <{RDF}type> {kind}") or self._fullest(f"?x {file_name} ?y")
        return known or self._project.root / _INSTANCES / "sources" / "documents.ttl"

    def _fullest(self, pattern: str) -> Path | None:
        """The file of instances that has the most things of a pattern."""
        if pattern not in self._known:
            self._known[pattern] = self._counted(pattern)
        return self._known[pattern]

    def _counted(self, pattern: str) -> Path | None:
        query = f"SELECT ?g (COUNT(DISTINCT ?x) AS ?n) WHERE {{ GRAPH ?g {{ {pattern} }} }} GROUP BY ?g"
        counts: dict[Path, int] = {}
        for row in rows_of(self._store, query):
            name = row.get("g")
            if name is None or not name.value.startswith(self._project.graph_base):
                continue
            shown = unquote(name.value.removeprefix(self._project.graph_base))
            path = self._project.root / shown
            if shown.startswith(f"{_INSTANCES}/") and path.suffix == ".ttl" and path.is_file():
                counts[path] = int(row["n"].value)
        return min(counts, key=lambda p: (-counts[p], str(p)), default=None)

    def _inside(self, path: Path) -> Path:
        whole = real_path(path if path.is_absolute() else Path.cwd() / path)
        if not whole.is_relative_to(real_path(self._project.root / _INSTANCES)) or whole.suffix != ".ttl":
            raise UsageError(f"{path} is no Turtle file in {_INSTANCES}/", hint="name a .ttl file in the project")
        return whole


def read_text(path: Path, shown: str) -> str:
    """The text of a file; empty if there is none. Raises :class:`InputError`."""
    return as_text(file_bytes(path, shown), shown) if path.exists() else ""


def write_all(project: Project, files: Mapping[Path, str], before: Mapping[Path, str]) -> None:
    """Writes files, all or none, and takes those away that are empty; ``before`` are the texts that were read of them.

    Raises :class:`InputError`, and :class:`RefusedError` for the data in the package.
    """
    if project.root == shipped_root() and project.root.name == "data":
        hint = "work in a checkout of the repository, or in a project of your own (--project FOLDER)"
        raise RefusedError("the graph that came with the tool is not written to", hint=hint)
    contents = {path: text.encode("utf-8") or None for path, text in files.items()}
    replace_all(project, contents, {path: text.encode("utf-8") for path, text in before.items()})
