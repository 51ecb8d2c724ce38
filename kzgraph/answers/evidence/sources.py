"""Sources of answers: the citations behind facts, as footnotes, with the passage where the text is at hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kzgraph.files.documents import checked_folder
from kzgraph.literals import whole_number
from kzgraph.namespaces import IRI, OA, PROV
from kzgraph.stores import Store
from kzgraph.stores.rows import rows_about
from kzgraph.terms import Term

if TYPE_CHECKING:
    from kzgraph.files.documents import DocumentText

_CITATIONS = f"""
    ?citation <{OA}hasSource> ?document .
    OPTIONAL {{ ?citation <model|paragraph> ?paragraph }}
    OPTIONAL {{ ?citation <model|locator> ?locator }}
    OPTIONAL {{ ?citation <{OA}hasSelector> ?selector . ?selector <{OA}start> ?start ; <{OA}end> ?end }}
"""
_DOCUMENTS = """
    OPTIONAL { ?document <model|shortName> ?name }
    OPTIONAL { ?document <http://purl.org/dc/terms/issued> ?issued }
    OPTIONAL { ?document <model|fileName> ?file }
    OPTIONAL { ?document a <model|BackgroundSource> . BIND (true AS ?background) }
"""


_NOT_IN_KEYS = re.compile(r"[^A-Za-z0-9_:.+-]+")


def document_key(document: str) -> str:
    """The key of a document in a bibliography: the end of its IRI, with what a key may hold."""
    return _NOT_IN_KEYS.sub("-", re.split("[/#]", document)[-1]).strip("-.:+") or "document"


class Source(NamedTuple):
    """One passage that supports a fact; positions count Unicode code points from 0."""

    document: str
    name: str
    issued: str
    paragraph: int
    start: int
    end: int
    citation: str
    locator: str = ""
    file: str = ""
    background: bool = False

    @property
    def footnote(self) -> str:
        """Document and paragraph in the form of a footnote."""
        if self.paragraph:
            return f"{self.name}, ¶ {self.paragraph}"
        return f"{self.name}{', ' + self.locator if self.locator else ''}{' (background)' if self.background else ''}"


class PlacesInDocument(NamedTuple):
    """A document, its short name, and the footnotes that point to it: the number of each, and the place in it."""

    document: str
    name: str
    places: list[tuple[int, str]]


@dataclass
class Sources:
    """The sources of an answer: for each row the numbers of its footnotes, and the footnotes by number from 1.

    Passages of one paragraph share a footnote.
    """

    of_rows: list[list[int]] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)
    passages: list[list[Source]] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)
    _known: dict[Source, int] = field(default_factory=dict)

    @property
    def documents(self) -> int:
        """How many documents stand behind the answer."""
        return len({source.document for passages in self.passages for source in passages})

    def by_document(self) -> list[PlacesInDocument]:
        """The footnotes by their documents, in the order in which these are met."""
        found: dict[str, PlacesInDocument] = {}
        for number, (text, behind) in enumerate(zip(self.footnotes, self.passages, strict=True), 1):
            document, name = behind[0].document, behind[0].name
            place = text.removeprefix(name).removeprefix(",").strip()
            found.setdefault(document, PlacesInDocument(document, name, [])).places.append((number, place))
        return list(found.values())

    def numbers(self, sources: Iterable[Source]) -> list[int]:
        """The numbers of the footnotes of some passages; those that have none yet get the next ones."""
        return list(dict.fromkeys(self._known.get(source) or self._added(source) for source in sources))

    def _added(self, source: Source) -> int:
        """The number of a passage that is met for the first time."""
        number = self._numbers.setdefault(source.footnote, len(self._numbers) + 1)
        if number > len(self.footnotes):
            self.footnotes.append(source.footnote)
            self.passages.append([])
        self.passages[number - 1].append(source)
        self._known[source] = number
        return number


def citations_of(store: Store, facts: Iterable[str]) -> dict[str, list[Source]]:
    """The sources of facts by their IRIs; facts that are inferred from others have the others' sources too.

    A citation has itself. Facts without sources are left out.
    """
    grounds = grounds_of(store, facts)
    sources = cited(store, {g for found in grounds.values() for g in found})
    found = {fact: sorted({sources[g] for g in own if g in sources}) for fact, own in grounds.items()}
    return {fact: own for fact, own in found.items() if own}


def grounds_of(store: Store, facts: Iterable[str]) -> dict[str, set[str]]:
    """What facts rest on: themselves, what they were derived from, and what that was derived from, to the end."""
    direct: dict[str, set[str]] = {}
    wanted = unknown = set(facts)
    while unknown:
        direct |= {fact: set() for fact in unknown}
        for row in rows_about(store, "?fact", unknown, f"?fact <{PROV}wasDerivedFrom> ?ground"):
            direct[row["fact"].value].add(row["ground"].value)
        unknown = {g for fact in unknown for g in direct[fact] if IRI.match(g)} - direct.keys()
    return {fact: _reached(fact, direct) for fact in wanted}


def _reached(start: str, direct: Mapping[str, set[str]]) -> set[str]:
    found = new = {start}
    while new:
        new = {g for old in new for g in direct.get(old, ())} - found
        found = found | new
    return found


def cited(store: Store, citations: Iterable[str]) -> dict[str, Source]:
    """The passages that citations point to, by the citations' IRIs; what is no citation is left out."""
    told = {row["citation"].value: row for row in rows_about(store, "?citation", citations, _CITATIONS)}
    named = {row["document"].value for row in told.values() if row["document"].kind == "uri"}
    documents = {row["document"].value: row for row in rows_about(store, "?document", named, _DOCUMENTS)}
    nameless = [citation for citation, row in told.items() if row["document"].kind != "uri"]
    beside = rows_about(store, "?citation", nameless, f"?citation <{OA}hasSource> ?document . {_DOCUMENTS}")
    of_nameless = {row["citation"].value: row for row in beside}
    return {
        citation: _source({**row, **(of_nameless.get(citation) or documents.get(row["document"].value, {}))})
        for citation, row in told.items()
    }


def _source(row: Mapping[str, Term]) -> Source:
    cell = {name: term.value for name, term in row.items()}
    return Source(
        document=cell["document"],
        name=cell.get("name") or cell["document"].rsplit("/", 1)[-1],
        issued=cell.get("issued", ""),
        paragraph=_position(cell.get("paragraph", "")),
        start=_position(cell.get("start", "")),
        end=_position(cell.get("end", "")),
        citation=cell["citation"],
        locator=cell.get("locator", ""),
        file=cell.get("file", ""),
        background="background" in cell,
    )


def _position(value: str) -> int:
    """A place in a text; 0, which is none, for what is no number of one: validation finds that."""
    return max(whole_number(value) or 0, 0)


def passage(source: Source, folder: Path, texts: dict[str, DocumentText | None]) -> str:
    """The words of a source, from the document's file in ``folder``; an empty text if the file is not there.

    ``texts`` keeps the documents already read.
    """
    from kzgraph.files.documents import document_path, read_document

    if source.file not in texts:
        path = document_path(folder, source.file)
        texts[source.file] = read_document(path) if source.file and path.is_file() else None
    text = texts[source.file]
    return " ".join(text.text[source.start : source.end].split()) if text and source.end else ""


class Passages:
    """The words of passages, from the documents' texts in a folder; each text is read once.

    Raises :class:`InputError` if the folder is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = checked_folder(folder)
        self._texts: dict[str, DocumentText | None] = {}

    def words(self, source: Source) -> str:
        """The words of a passage; an empty text if the document's text is not in the folder."""
        return passage(source, self._folder, self._texts)

    def of(self, sources: Iterable[Source]) -> list[str]:
        """The words of several passages, each once; those that are not in the folder are left out."""
        return list(dict.fromkeys(words for source in sources if (words := self.words(source))))

    def missing(self, sources: Sources) -> int:
        """How many footnotes have no passage in the folder."""
        return sum(not self.of(passages) for passages in sources.passages)
