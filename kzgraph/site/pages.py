"""A site: the pages of one state of the graph, each by its path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kzgraph.answers.asking.as_of import View
from kzgraph.answers.asking.ask import fault_of
from kzgraph.answers.queries.stored_query import StoredQuery, tell_left_out
from kzgraph.api import CitedGraph
from kzgraph.errors import UnknownName
from kzgraph.files.documents import DocumentText, document_path, read_document
from kzgraph.files.tokens import query_form
from kzgraph.namespaces import DCTERMS, OWL, expand, is_web, shorten
from kzgraph.reference.vocabulary import Vocabulary
from kzgraph.site.addresses import QUESTIONS, PagePlace, iri_of
from kzgraph.site.graph_reader import Reader
from kzgraph.site.rendering import Sheet, render

_LICENCES = {"https://creativecommons.org/licenses/by/4.0/": "CC BY 4.0"}
SECTIONS = (
    ("questions.html", "Questions"),
    ("things.html", "Things"),
    ("documents.html", "Documents"),
    ("conflicts.html", "Conflicts"),
    ("timeline.html", "Time"),
    ("map.html", "Map"),
    ("ontology/index.html", "Terms"),
)


@dataclass(frozen=True)
class Imprint:
    """What every page says of the whole: its name, version, date and licence, and whether a server gives it."""

    title: str
    name: str
    description: str
    version: str
    modified: str
    licence: str
    licence_name: str
    creator: str
    report: str
    is_live: bool
    explains: bool
    with_texts: bool
    sections: tuple[tuple[str, str], ...] = SECTIONS


class Texts:
    """The texts of the documents in a folder that the user named; without one there are none."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._read: dict[str, DocumentText | None] = {}

    def __bool__(self) -> bool:
        """Whether there is a folder."""
        return self._folder is not None

    def of(self, file: str) -> DocumentText | None:
        """The text in a file of the folder; None if it is not there."""
        if self._folder is None or not file:
            return None
        if file not in self._read:
            path = document_path(self._folder, file)
            self._read[file] = read_document(path) if path.is_file() else None
        return self._read[file]


class Site:
    """The pages of a graph. What they need of it is read when they are written, and kept."""

    def __init__(
        self,
        graph: CitedGraph,
        vocabulary: Vocabulary | None = None,
        *,
        documents: Path | None = None,
        is_live: bool = False,
        explains: bool = False,
        view: View | None = None,
    ) -> None:
        self.graph, self.project = graph, graph.project
        self.vocabulary = vocabulary or Vocabulary(graph.project)
        self.texts = Texts(documents)
        self._is_live, self._explains = is_live, explains
        self._view = view

    @cached_property
    def emptied(self) -> list[str]:
        """Sentences on what the view of the graph leaves nothing of; none without a view."""
        return self._view.emptied(self.reader.store) if self._view else []

    @cached_property
    def reader(self) -> Reader:
        """What the pages need of the graph."""
        return Reader(self.graph.store(), self.project, self.vocabulary)

    @cached_property
    def readable(self) -> list[StoredQuery]:
        """The stored queries, also those that are no page's."""
        return self.graph.queries()

    @cached_property
    def queries(self) -> dict[str, StoredQuery]:
        """The stored queries whose answers have rows, by name, without those that can never be asked."""
        found = {}
        for query in self.readable:
            if query_form(query.text) == "SELECT":
                error = fault_of(self.project, query, self.reader.store)
                if error is None:
                    found[query.name] = query
                else:
                    tell_left_out(error)
        return found

    @cached_property
    def about(self) -> Imprint:
        """What every page says of the whole."""

        def head(name: str) -> str:
            return next((term.value for term in self.vocabulary.head(name)), "")

        title = self.project.title or head(DCTERMS + "title") or self.project.name
        licence = head(DCTERMS + "license")
        return Imprint(
            title=title,
            name=self.project.name,
            description=self.project.description or head(DCTERMS + "description"),
            version=head(OWL + "versionInfo"),
            modified=head(DCTERMS + "modified") or head(DCTERMS + "issued"),
            licence=licence if is_web(licence) else "",
            licence_name=_LICENCES.get(licence, licence),
            creator=next((term.value for term in self.vocabulary.agents(DCTERMS + "creator")), ""),
            report=self.project.report,
            is_live=self._is_live,
            explains=self._explains,
            with_texts=bool(self.texts),
        )

    def reopen(self) -> None:
        """In a worker: asks a store on a server by a connection of its own."""
        self.reader.store = self.graph.store()

    def sheet(self, place: PagePlace) -> Sheet:
        """A new page at a place."""
        return Sheet(self.reader, place)

    def render(self, template: str, place: PagePlace, **values: object) -> str:
        """A page by its template."""
        return render(template, about=self.about, place=place, emptied=self.emptied, **values)

    def path_of(self, iri: str) -> str:
        """The path of the page of a thing or fact, without extension."""
        return self.reader.path(iri)

    def thing_at(self, path: str) -> str:
        """The thing or fact whose page lies at a path without extension; empty if there is none."""
        iri = iri_of(path, self.project.prefixes) or self._others.get(path, "")
        return iri if iri in self.reader.pages else ""

    @cached_property
    def _others(self) -> dict[str, str]:
        """The things that no prefix makes short, by the path of their pages."""
        return {self.path_of(i): i for i in self.reader.pages if not iri_of(self.path_of(i), self.project.prefixes)}

    def query(self, name: str) -> StoredQuery:
        """The stored query of a name; raises :class:`UnknownName`."""
        if name not in self.queries:
            raise UnknownName("stored query", name, self.queries, see="the page of all questions lists them")
        return self.queries[name]

    def file_of(self, name: str) -> Path:
        """The file of a stored query, by which it is asked: another may have its name."""
        return self.project.root / self.queries[name].path

    def question_path(self, name: str) -> str:
        """The path of the page of a stored query, without extension."""
        return f"{QUESTIONS}/{name}"

    def citation(self, what: str, iri: str = "") -> str:
        """How a page is cited: who, what, in which graph and version, by its lasting name."""
        about = self.about
        who = about.creator if "://" not in about.creator else ""
        who = f"{who[:1].upper()}{who[1:]}. " if who else ""
        version = f", version {about.version}" if about.version else ""
        dated = f" ({about.modified})" if about.modified else ""
        return f"{who}“{what}”. In: {about.title}{version}{dated}.{f' {iri}' if iri else ''}"

    def pages(self) -> Iterator[str]:
        """The IRIs of all that has a page, in order."""
        yield from sorted(self.reader.pages)

    def load(self, iris: Iterable[str]) -> None:
        """Reads what the pages of some things show, all at once."""
        self.reader.load(iris)

    def asked_of(self, iri: str) -> list[tuple[StoredQuery, Mapping[str, str]]]:
        """The questions that can be asked about a thing: each with the parameter that takes it."""
        classes = {above for kind in self.reader.kinds(iri) for above in self.vocabulary.graph.above(kind)}
        found: list[tuple[StoredQuery, Mapping[str, str]]] = []
        for query in self.queries.values():
            for parameter in query.parameters:
                if expand(parameter.type, self.project.prefixes) in classes:
                    found.append((query, {parameter.name: shorten(iri, self.project.prefixes)}))
                    break
        return found
