"""The ledger: which sentences of the documents support a fact, stand in it with a reason, or are still open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from kzgraph.errors import InputError, UnknownName, UsageError
from kzgraph.files.documents import DocumentText, Passage, document_path, read_document
from kzgraph.files.sentences import Sentence, sentences
from kzgraph.literals import whole_number
from kzgraph.namespaces import OA, PROV
from kzgraph.stores import Store
from kzgraph.terms import Row, Rows

_DOCUMENTS = """
SELECT DISTINCT ?document ?name ?issued ?file ?digest ?length ?source WHERE {
    { ?document a <model|SourceDocument> . BIND ("source" AS ?source) }
    UNION { ?document a <model|BackgroundSource> }
    OPTIONAL { ?document <model|shortName> ?name FILTER (LANG(?name) IN ("en", "")) }
    OPTIONAL { ?document <http://purl.org/dc/terms/issued> ?issued }
    OPTIONAL { ?document <model|fileName> ?file }
    OPTIONAL { ?document <model|textDigest> ?digest }
    OPTIONAL { ?document <model|textLength> ?length }
}
ORDER BY DESC(?source) ?name ?document
"""
_PASSAGES = f"""
SELECT DISTINCT ?thing ?document ?paragraph ?last ?start ?end ?digest ?locator WHERE {{
    {{ ?thing a <model|Citation> }} UNION {{ ?thing a <model|LedgerEntry> }}
    OPTIONAL {{ ?thing <{OA}hasSource> ?document }}
    OPTIONAL {{ ?thing <model|paragraph> ?paragraph }}
    OPTIONAL {{ ?thing <model|lastParagraph> ?last }}
    OPTIONAL {{ ?thing <{OA}hasSelector> ?selector . ?selector <{OA}start> ?start ; <{OA}end> ?end }}
    OPTIONAL {{ ?thing <model|passageDigest> ?digest }}
    OPTIONAL {{ ?thing <model|locator> ?locator }}
}}
"""
_LEDGER = """
SELECT DISTINCT ?entry ?reason WHERE {
    ?entry a <model|LedgerEntry> .
    OPTIONAL { ?entry <model|hasReason> ?reason . ?reason a <model|LedgerReason> }
}
ORDER BY ?entry ?reason
"""
_FACTS = "SELECT ?fact WHERE { ?fact a <model|Fact> }"
_DERIVED = f"SELECT ?thing ?source WHERE {{ ?thing <{PROV}wasDerivedFrom> ?source }}"


@dataclass(frozen=True)
class DocumentRecord:
    """A document as the graph describes it; texts are empty and the length is None where the graph is silent."""

    iri: str
    name: str
    issued: str
    file: str
    digest: str
    length: int | None
    is_source: bool

    @property
    def local(self) -> str:
        """The last part of the document's IRI."""
        return self.iri.rsplit("/", 1)[-1]


@dataclass(frozen=True)
class PassageRecord:
    """A citation, or a ledger entry, as the graph describes it; empty or None where the graph is silent."""

    iri: str
    document: str
    paragraph: int | None
    last_paragraph: int | None
    start: int | None
    end: int | None
    digest: str
    locator: str

    def range_in(self, text: DocumentText) -> tuple[int, int] | None:
        """The range, or None if it does not lie in the text."""
        if self.start is None or self.end is None or not 0 <= self.start < self.end <= len(text.text):
            return None
        return self.start, self.end


@dataclass
class Evidence:
    """Documents, passages and what rests on them, as the graph has them.

    ``ledger`` gives the reason of each ledger entry (empty without one), ``sources`` what each thing was derived from.
    """

    documents: list[DocumentRecord]
    passages: list[PassageRecord]
    facts: list[str]
    ledger: dict[str, str]
    sources: dict[str, list[str]]

    @cached_property
    def citations(self) -> set[str]:
        """The IRIs of all citations."""
        return {p.iri for p in self.passages} - set(self.ledger)

    @cached_property
    def citations_of_facts(self) -> dict[str, set[str]]:
        """The citations of each fact; a fact that was inferred from others has the others' citations too."""
        return {fact: self._reached(fact) & self.citations for fact in self.facts}

    @cached_property
    def cited(self) -> set[str]:
        """The citations that support a fact."""
        return set().union(*self.citations_of_facts.values())

    @cached_property
    def entered(self) -> set[str]:
        """The ledger entries that give a reason, and the citations that they rest on."""
        told = {entry for entry, reason in self.ledger.items() if reason}
        return told | {c for entry in told for c in self.sources.get(entry, ())}

    def document_of(self) -> dict[str, str]:
        """The document of each citation and ledger entry."""
        return {p.iri: p.document for p in self.passages}

    def counts(self) -> dict[str, tuple[int, int]]:
        """For each document the number of facts that it supports, and of its citations."""
        document_of = self.document_of()
        facts: dict[str, int] = {}
        citations: dict[str, int] = {}
        for cited in self.citations_of_facts.values():
            for document in {document_of[c] for c in cited}:
                facts[document] = facts.get(document, 0) + 1
        for citation in self.citations:
            citations[document_of[citation]] = citations.get(document_of[citation], 0) + 1
        return {d.iri: (facts.get(d.iri, 0), citations.get(d.iri, 0)) for d in self.documents}

    def of_document(self, document: str) -> Evidence:
        """What rests on one document alone."""
        passages = [p for p in self.passages if p.document == document]
        own = {p.iri for p in passages}
        return Evidence(
            [d for d in self.documents if d.iri == document],
            passages,
            [fact for fact, cited in self.citations_of_facts.items() if cited & own],
            {e: reason for e, reason in self.ledger.items() if e in own or own.intersection(self.sources.get(e, ()))},
            self.sources,
        )

    def _reached(self, fact: str) -> set[str]:
        found: set[str] = set()
        waiting = [fact]
        while waiting:
            new = [s for s in self.sources.get(waiting.pop(), ()) if s not in found]
            found.update(new)
            waiting += new
        return found


@dataclass
class Coverage:
    """The sentences of one document, by what became of them."""

    document: DocumentRecord
    cited: list[Sentence] = field(default_factory=list)
    entered: list[Sentence] = field(default_factory=list)
    open: list[Sentence] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many sentences the document has."""
        return len(self.cited) + len(self.entered) + len(self.open)


def read_evidence(store: Store) -> Evidence:
    """All documents, citations, ledger entries and facts of a store, in five queries; sorted here, which is faster."""
    documents: dict[str, DocumentRecord] = {}
    for iri, name, issued, file, digest, length, source in _values(store, _DOCUMENTS):
        shown = name or iri.rsplit("/", 1)[-1]
        documents.setdefault(iri, DocumentRecord(iri, shown, issued, file, digest, whole_number(length), bool(source)))
    ledger: dict[str, str] = {}
    for entry, reason in _values(store, _LEDGER):
        ledger.setdefault(entry, reason)
    sources: dict[str, list[str]] = {}
    for thing, origin in sorted(_values(store, _DERIVED)):
        sources.setdefault(thing, []).append(origin)
    passages = [
        PassageRecord(
            iri,
            document,
            whole_number(first),
            whole_number(last),
            whole_number(start),
            whole_number(end),
            digest,
            locator,
        )
        for iri, document, first, last, start, end, digest, locator in sorted(_values(store, _PASSAGES))
    ]
    facts = sorted({fact for (fact,) in _values(store, _FACTS)})
    return Evidence(list(documents.values()), passages, facts, ledger, sources)


def document_named(documents: Iterable[DocumentRecord], name: str) -> DocumentRecord:
    """The document of a name: short name, file, IRI, CURIE or its last part. Raises :class:`UnknownName`."""
    named: dict[str, DocumentRecord] = {}
    for document in documents:
        names = (document.file, document.name, document.iri, f"kz:{document.local}", document.local)
        named.update({n: document for n in names if n})
    if name not in named:
        locals_ = [d.local for d in dict.fromkeys(named.values()) if d.is_source]
        raise UnknownName("document", name, locals_, see=f"the documents are {', '.join(locals_) or 'none'}")
    return named[name]


def document_text(document: DocumentRecord, folder: Path) -> DocumentText:
    """The text of a document in a folder; raises :class:`InputError` if it is not there or is another text."""
    text = found_text(document, folder)
    if document.digest != text.digest:
        raise InputError(f"is not the text that the graph cites as {document.local}", place=str(folder / document.file))
    return text


def only_passage(document: DocumentRecord, text: DocumentText, words: str, paragraph: int | None) -> Passage:
    """The one passage of a document that consists of these words, as :meth:`DocumentText.find` takes them.

    Raises :class:`UsageError` if there is none, or more than one, with their places.
    """
    if not words.strip(" .…"):
        raise UsageError("the words of the passage are empty")
    found = text.find(words, paragraph)
    if not found:
        elsewhere = ", ".join(f"¶ {p.paragraph}" for p in text.find(words, None)) if paragraph else ""
        if elsewhere:
            raise UsageError(f"these words stand in {elsewhere} of {document.local}, not in ¶ {paragraph}")
        raise UsageError(
            f"{document.local} does not contain these words", hint="copy them from the document as they stand"
        )
    if len(found) > 1:
        places = ", ".join(f"¶ {p.paragraph} ({p.start}–{p.end})" for p in found)
        raise UsageError(
            f"{document.local} contains these words {len(found)} times: {places}",
            hint="give more words, or --paragraph",
        )
    return found[0]


def found_text(document: DocumentRecord, folder: Path) -> DocumentText:
    """The text in the file of a document's name, whatever it is; raises :class:`InputError` if there is none."""
    return read_document(document_path(folder, document.file))


def coverage(evidence: Evidence, document: DocumentRecord, text: DocumentText) -> Coverage:
    """What became of each sentence: it counts as covered if a passage holds one of its letters or digits.

    A sentence that supports a fact is not looked up in the ledger.
    """
    own = [p for p in evidence.passages if p.document == document.iri]
    cited = held_by(text, (p for p in own if p.iri in evidence.cited))
    entered = held_by(text, (p for p in own if p.iri in evidence.entered))
    found = Coverage(document)
    for sentence in sentences(text):
        letters = [i for i in range(sentence.start, sentence.end) if text.text[i].isalnum()]
        if any(cited[i] for i in letters):
            found.cited.append(sentence)
        elif any(entered[i] for i in letters):
            found.entered.append(sentence)
        elif letters:
            found.open.append(sentence)
    return found


def held_by(text: DocumentText, passages: Iterable[PassageRecord]) -> bytearray:
    """One byte a character of the text: 1 where a passage holds it."""
    marks = bytearray(len(text.text))
    for passage in passages:
        found = passage.range_in(text)
        if found:
            marks[found[0] : found[1]] = b"\1" * (found[1] - found[0])
    return marks


def _values(store: Store, query: str) -> Iterable[list[str]]:
    answer = store.query(store.model.spell(query))
    assert isinstance(answer, Rows)
    return (_cells(row) for row in answer.rows)


def _cells(row: Row) -> list[str]:
    return [term.value if term else "" for term in row]
