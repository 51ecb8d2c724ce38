"""The passages on which new facts rest: made from their words with the text at hand, or named by their citations."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kzgraph.answers.evidence.citing import citation_turtle
from kzgraph.answers.evidence.sentence_ledger import (
    DocumentRecord,
    Evidence,
    document_named,
    document_text,
    only_passage,
)
from kzgraph.authoring.reading.times import names_month, read_time, times_in
from kzgraph.dates import PartialDate
from kzgraph.errors import InputError, UsageError
from kzgraph.files.documents import DocumentText, Passage, citation_name
from kzgraph.files.project import Project
from kzgraph.literals import whole_number
from kzgraph.namespaces import expand
from kzgraph.wording.names import folded

_LAST_YEAR = ("last year", "previous year", "a year earlier", "в прошлом году")


@dataclass(frozen=True)
class CitedPassage:
    """A citation of a fact: its IRI and document; with the text at hand its passage and the words of its paragraphs."""

    iri: str
    document: DocumentRecord
    passage: Passage | None = None
    words: str = ""
    paragraphs: str = ""

    @property
    def is_read(self) -> bool:
        """Whether the text is at hand."""
        return self.passage is not None

    def states(self, date: PartialDate) -> bool:
        """Whether a cited paragraph gives a date, or one within it: 11 March 2024 gives March 2024 too."""
        known = [d for found in times_in(self.paragraphs) if found.time for d in found.time.dates]
        return any(date.days.contains(d.days) for d in known)

    def says(self, words: str) -> bool:
        """Whether some words stand in a cited paragraph."""
        return f" {folded(words)} " in f" {folded(self.paragraphs)} "

    def reason_for(self, date: PartialDate, said: str, *, is_attested: bool = False) -> str:
        """Why a date that the paragraph does not give may be inferred from that of the document; else empty.

        ``is_attested`` says that it is not when something was, but as of when the document says it.
        """
        issued = PartialDate.parse(self.document.issued)
        if issued is None:
            return ""
        if date.year == issued.year - 1 and any(w in (said or self.words).casefold() for w in _LAST_YEAR):
            return f"The passage speaks of the year before; the document is of {issued.words}."
        if said and date.year == issued.year:
            return f"The passage says “{said}”; the document is of {issued.words}."
        if date.days.contains(issued.days) and is_attested:
            return f"The date is that of the document ({issued.words})."
        is_dated = any(found.time for found in times_in(self.words))
        if date.days.contains(issued.days) and not is_dated:
            return f"The passage gives no date; this is that of the document ({issued.words})."
        is_month = date.month and not date.day and names_month(self.paragraphs, date.month)
        if date.year == issued.year and is_month:
            return f"The passage gives no year; it is that of the document ({issued.words})."
        without = (self.paragraphs[f.start : f.end] for f in times_in(self.paragraphs) if f.time is None)
        if date.year == issued.year and any(date in read_time(f"{w} {date.year}").dates for w in without):
            return f"The passage gives no year; it is that of the document ({issued.words})."
        return ""

    def turtle(self, project: Project) -> str:
        """The block of the citation."""
        assert self.passage is not None
        return citation_turtle(project, self.document.iri, self.passage).strip("\n")


class PassageMaker:
    """Makes citations of the documents of a graph, whose texts lie in a folder, if they are at hand."""

    def __init__(self, project: Project, evidence: Evidence, folder: Path | None) -> None:
        self._project = project
        self._evidence = evidence
        self._folder = folder
        self._texts: dict[str, DocumentText] = {}
        self.documents = [d for d in evidence.documents if d.is_source]

    def add(self, document: DocumentRecord, text: DocumentText) -> None:
        """Adds a document that the graph does not have yet."""
        self._evidence.documents.append(document)
        self.documents.append(document)
        self._texts[document.iri] = text

    def quoted(self, document: str, words: str, paragraph: str = "") -> CitedPassage:
        """The citation of the one passage of a document that consists of these words. Raises :class:`UsageError`."""
        found = document_named(self._evidence.documents, document)
        if self._folder is None and found.iri not in self._texts:
            raise UsageError("the texts of the documents are not at hand", hint="give --documents DIR")
        number = whole_number(paragraph)
        if paragraph and number is None:
            raise UsageError(f"`{paragraph}` is no number of a paragraph", hint="paragraphs count from 1")
        text = self.text(found)
        passage = only_passage(found, text, words, number)
        return self.of(found, passage)

    def of(self, document: DocumentRecord, passage: Passage) -> CitedPassage:
        """The citation of a passage of a document whose text is at hand."""
        text = self.text(document)
        begin = text.paragraphs[passage.paragraph - 1][0]
        end = text.paragraphs[passage.last_paragraph - 1][1]
        words, around = text.text[passage.start : passage.end], text.text[begin:end]
        return CitedPassage(citation_name(document.iri, passage), document, passage, words, around)

    def named(self, name: str) -> CitedPassage:
        """The citation of a CURIE, which the graph has already. Raises :class:`UsageError`."""
        iri = expand(name.strip(), self._project.prefixes) or name.strip()
        record = next((p for p in self._evidence.passages if p.iri == iri and iri in self._evidence.citations), None)
        if record is None:
            raise UsageError(f"there is no citation `{name}`", hint="write passage=… for a new one")
        document = next(d for d in self._evidence.documents if d.iri == record.document)
        if self._folder is None or not document.is_source or record.start is None or record.end is None:
            return CitedPassage(iri, document)
        try:
            return self.of(document, self.text(document).passage(record.start, record.end))
        except InputError:  # the texts of other documents are at hand, and not this one
            return CitedPassage(iri, document)

    def has(self, citation: str) -> bool:
        """Whether the graph has a citation already."""
        return citation in self._evidence.citations

    def text(self, document: DocumentRecord) -> DocumentText:
        """The text of a document; raises :class:`InputError` if it is not there or is another text."""
        if document.iri not in self._texts:
            assert self._folder is not None
            self._texts[document.iri] = document_text(document, self._folder)
        return self._texts[document.iri]
