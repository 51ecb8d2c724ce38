"""Checks citations and ledger entries against the texts of the documents, and that no sentence was passed over."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from kzgraph.answers.evidence.sentence_ledger import (
    Coverage,
    DocumentRecord,
    Evidence,
    PassageRecord,
    coverage,
    document_named,
    found_text,
    read_evidence,
)
from kzgraph.checks.findings.finding import SEVERITIES, Finding, Report, data_text, findings_data, findings_text
from kzgraph.checks.syntax.inputs import shown_path
from kzgraph.errors import InputError
from kzgraph.files.documents import DocumentText
from kzgraph.files.placed.places import Places
from kzgraph.files.placed.text import Place
from kzgraph.files.project import Project
from kzgraph.files.sentences import Sentence
from kzgraph.namespaces import OA, PROV, shorten
from kzgraph.stores import Store
from kzgraph.stores.rows import rows_of
from kzgraph.terms import iri_term
from kzgraph.wording.numbers import counted

_OTHERS = {"hasSource": OA, "hasSelector": OA, "wasDerivedFrom": PROV}
_GRAPHS = "SELECT DISTINCT ?graph WHERE { GRAPH ?graph { %s a ?class } } ORDER BY ?graph"


@dataclass
class SourcesReport(Report):
    """The findings on citations and sentences, and how many were really compared with a text.

    ``citations`` and ``entries`` (of the ledger) count those compared, ``without_text`` the citations of background
    sources, which have no text.
    """

    citations: int = 0
    entries: int = 0
    without_text: int = 0
    documents: int = 0
    facts: int = 0
    coverages: list[Coverage] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """What was checked and found, by name."""
        return {
            "citations": self.citations,
            "ledger_entries": self.entries,
            "citations_without_text": self.without_text,
            "documents": self.documents,
            "facts": self.facts,
            "sentences": sum(c.total for c in self.coverages),
            "sentences_cited": sum(len(c.cited) for c in self.coverages),
            "sentences_in_ledger": sum(len(c.entered) for c in self.coverages),
            "sentences_open": sum(len(c.open) for c in self.coverages),
            **{s: sum(f.severity == s for f in self.findings) for s in SEVERITIES},
        }

    def as_text(self, lines: dict[str, list[str]]) -> str:
        """The findings as a compiler shows them, and a line that says what was checked."""
        return "".join(f"{line}\n" for line in [*findings_text(self, lines), self._summary()])

    def as_json(self) -> str:
        """One object: ``summary`` with the counts, and ``findings``."""
        return data_text({"summary": self.counts(), "findings": findings_data(self)})

    def _summary(self) -> str:
        counts = self.counts()
        told = ", ".join(
            counted(counts[s], word)
            for s, word in zip(SEVERITIES, ("error", "warning", "note"), strict=True)
            if counts[s]
        )
        passages = f"{counted(self.citations, 'citation')} of {counted(self.documents, 'document')}"
        entries = counted(self.entries, "ledger entry")
        sentences = (
            f"{counted(counts['sentences'], 'sentence')} ({counts['sentences_cited']} cited, "
            f"{counts['sentences_in_ledger']} in the ledger, {counts['sentences_open']} open)"
        )
        without = f"{counted(self.without_text, 'citation')} of background sources without text"
        facts = counted(self.facts, "fact")
        return f"{told or 'no findings'}; checked: {passages}, {entries}, {sentences}, {facts}; not checked: {without}"


def check_sources(
    project: Project, store: Store, folder: Path, name: str = ""
) -> tuple[SourcesReport, dict[str, list[str]]]:
    """The findings on all citations, ledger entries, facts and sentences, and the lines of the files by name.

    ``folder`` holds the texts; one that is missing is a finding. ``name`` is the one document that is checked, if only
    one is; raises :class:`UnknownName` if there is none.
    """
    evidence = read_evidence(store)
    if name:
        evidence = evidence.of_document(document_named(evidence.documents, name).iri)
    check = _Check(project, store, evidence, folder)
    check.documents()
    check.passages()
    check.use()
    check.sentences()
    if not check.report.citations:
        check.report.findings.append(
            Finding.on_file(
                "nothing-checked",
                "violation",
                "instances",
                "no citation was compared with a text, so nothing is known about any",
                "make citations with `kzgraph cite`, and give the folder that holds the texts",
            )
        )
    return check.report, check.places.lines()


class _PassageFiles:
    """Where the files say something about a thing: the named graph is the file, if it is one of the project's."""

    def __init__(self, project: Project, store: Store) -> None:
        self._project = project
        self._store = store
        self._files = {project.graph_name(path): project.relative(path) for path in project.graph_files()}
        self._places = Places(project)

    def find(self, thing: str, predicate: str = "", value: str | None = None) -> tuple[str, Place | None]:
        """The file and the place of a statement, else of its subject; ``instances`` if no file describes the thing."""
        graphs = (row["graph"].value for row in rows_of(self._store, _GRAPHS % iri_term(thing)))
        found = self._places.first((self._files[g] for g in graphs if g in self._files), thing, predicate, value)
        return (self._shown(found[0]), found[1]) if found else ("instances", None)

    def lines(self) -> dict[str, list[str]]:
        """The lines of the files that were looked into, by the names that findings have."""
        return {self._shown(file): lines for file, lines in self._places.lines().items()}

    def _shown(self, file: str) -> str:
        return shown_path(self._project, self._project.root / file)


class _Check:
    """One run: what the graph says, the texts that were found, and the findings so far."""

    def __init__(self, project: Project, store: Store, evidence: Evidence, folder: Path) -> None:
        self.report = SourcesReport()
        self.places = _PassageFiles(project, store)
        self._project = project
        self._evidence = evidence
        self._folder = folder
        self._texts: dict[str, DocumentText] = {}
        self._known = {d.iri: d for d in evidence.documents}

    def documents(self) -> None:
        """Reads the texts; one that is missing, or another than the graph cites, is a finding and is not used."""
        for document in self._evidence.documents:
            if not document.is_source:
                continue
            if not document.file or not document.digest:
                missing = self._word("textDigest" if document.file else "fileName")
                self._add(
                    "incomplete-document", document.iri, f"has no {missing}, so nothing can be checked against it"
                )
                continue
            try:
                text = found_text(document, self._folder)
            except InputError as error:
                unchecked = self._told_unchecked(document)
                self._add("missing-document", document.iri, f"{error}{unchecked}", "", "fileName", document.file)
                continue
            self._compare_text(document, text)

    def passages(self) -> None:
        """Compares each citation and ledger entry with its text, and looks for two on one range."""
        rows: dict[str, list[PassageRecord]] = {}
        for passage in self._evidence.passages:
            rows.setdefault(passage.iri, []).append(passage)
        first: dict[tuple[str, int | None, int | None], str] = {}
        for iri, found in rows.items():
            if len(found) > 1:
                self._add("several-ranges", iri, "has more than one document, paragraph, range or digest")
            self._passage(found[0])
            key = (found[0].document, found[0].start, found[0].end)
            if iri in self._evidence.citations and found[0].start is not None and first.setdefault(key, iri) != iri:
                other = self._curie(first[key])
                self._add("same-range", iri, f"has the same range as {other}", f"cite {other} instead", "hasSelector")

    def use(self) -> None:
        """Checks that every fact is cited, that every citation is used, and that the ledger gives reasons."""
        self.report.facts = len(self._evidence.facts)
        for fact, cited in self._evidence.citations_of_facts.items():
            if not cited:
                self._add("uncited-fact", fact, "is cited to nothing", "add prov:wasDerivedFrom and a citation")
        used = {s for entry in self._evidence.ledger for s in self._evidence.sources.get(entry, ())}
        for citation in sorted(self._evidence.citations - self._evidence.cited - used):
            hint = "cite it from a fact or from the ledger, or remove it"
            self._add("unused-citation", citation, "supports nothing", hint, severity="warning")
        for entry, reason in self._evidence.ledger.items():
            if not reason:
                hint = f"write {self._word('ReasonHeading')}, or another {self._word('LedgerReason')}"
                self._add("no-reason", entry, "does not say why the passage asserts no fact", hint, "hasReason")

    def sentences(self) -> None:
        """Adds a finding for each sentence that neither supports a fact nor stands in the ledger."""
        for iri, text in self._texts.items():
            found = coverage(self._evidence, self._known[iri], text)
            self.report.coverages.append(found)
            for sentence in found.open:
                self.report.findings.append(self._open_sentence(found.document, text, sentence))

    def _compare_text(self, document: DocumentRecord, text: DocumentText) -> None:
        length = len(text.text)
        if document.digest != text.digest:
            message = f"{document.file} has {length} characters and is not the text that the graph cites"
            self._add(
                "wrong-text", document.iri, message + self._told_unchecked(document), "", "textDigest", document.digest
            )
            return
        if document.length != length:
            message = f"the text has {length} characters, not {document.length}"
            self._add("wrong-length", document.iri, message, "", "textLength", str(document.length))
        self._texts[document.iri] = text
        self.report.documents += 1

    def _passage(self, passage: PassageRecord) -> None:
        is_entry = passage.iri in self._evidence.ledger
        document = self._known.get(passage.document)
        if is_entry and not passage.document and passage.start is None:
            self._entry_by_citation(passage)
        elif document is None:
            told = f"is cited to {self._curie(passage.document)}, which is" if passage.document else "names"
            self._add("no-document", passage.iri, f"{told} no document of the graph", "", "hasSource", passage.document)
        elif not document.is_source:
            self._background(passage)
        elif document.iri in self._texts:
            self._compare(passage, self._texts[document.iri])
            self.report.entries += is_entry
            self.report.citations += not is_entry

    def _entry_by_citation(self, entry: PassageRecord) -> None:
        """A ledger entry may leave document and range to the citations that it was derived from."""
        if self._evidence.citations.isdisjoint(self._evidence.sources.get(entry.iri, ())):
            self._add("no-document", entry.iri, "names no document and no citation")
        else:
            self.report.entries += 1

    def _background(self, passage: PassageRecord) -> None:
        if passage.start is not None:
            self._add("no-text", passage.iri, "has a range in a document that has no text", "", "hasSelector")
        elif not passage.locator:
            self._add("no-range", passage.iri, "does not say where the passage stands", f"add {self._word('locator')}")
        self.report.without_text += 1

    def _compare(self, passage: PassageRecord, text: DocumentText) -> None:
        start, end = passage.start, passage.end
        hint = f'make it again: `kzgraph cite {self._known[passage.document].local} "words of the passage"`'
        if start is None or end is None:
            self._add("no-range", passage.iri, "has no start and end that are whole numbers", hint, "hasSelector")
            return
        if start >= end:
            message = f"starts at {start}, which is not before its end {end}"
            self._add("empty-range", passage.iri, message, hint, "hasSelector")
            return
        if passage.range_in(text) is None:
            message = f"the range {start} to {end} does not lie in the text of {len(text.text)} characters"
            self._add("outside-text", passage.iri, message, hint, "hasSelector")
            return
        right = text.passage(start, end)
        if passage.digest != right.digest:
            message = (
                f"the words from {start} to {end} are not those of the digest" if passage.digest else "has no digest"
            )
            self._add("wrong-digest", passage.iri, message, hint, "passageDigest", passage.digest)
        first, last = passage.paragraph or 0, passage.last_paragraph or 0
        if first != right.paragraph:
            message = f"begins in paragraph {right.paragraph}" + (
                f", not {first}" if first else ", and the citation does not say so"
            )
            self._add(
                "wrong-paragraph", passage.iri, message, f"write {right.paragraph}", "paragraph", str(first or "")
            )
        if (last or right.paragraph) != right.last_paragraph:
            message = f"ends in paragraph {right.last_paragraph}" + (
                f", not {last}" if last else ", and the citation does not say so"
            )
            hint = f"write {self._word('lastParagraph')} {right.last_paragraph}"
            self._add("wrong-paragraph", passage.iri, message, hint, "lastParagraph", str(last or ""))

    def _word(self, name: str) -> str:
        """A word of the model as the project writes it."""
        return self._curie(self._project.model[name])

    def _told_unchecked(self, document: DocumentRecord) -> str:
        number = len({p.iri for p in self._evidence.passages if p.document == document.iri})
        return f"; {counted(number, 'passage')} of it not checked"

    def _open_sentence(self, document: DocumentRecord, text: DocumentText, sentence: Sentence) -> Finding:
        begin = text.text.rfind("\n", 0, sentence.start) + 1
        return Finding(
            code="open-sentence",
            severity="violation",
            file=str(self._folder / document.file),
            line=text.text.count("\n", 0, begin) + 1,
            column=sentence.start - begin + 1,
            message=f"{document.name}, ¶ {sentence.paragraph}, {sentence.start}–{sentence.end}: "
            "this sentence supports no fact and is not in the ledger",
            hint=f"`kzgraph sources {document.local}` shows it; cite it, or enter it with `kzgraph sources ledger`",
            thing=self._curie(document.iri),
            value=f"{sentence.start}-{sentence.end}",
            length=sentence.end - sentence.start,
        )

    def _add(
        self,
        code: str,
        thing: str,
        message: str,
        hint: str = "",
        predicate: str = "",
        value: str = "",
        severity: str = "violation",
    ) -> None:
        """Adds a finding about a thing of the files, at the statement with this predicate if it has one."""
        whole = ""
        if predicate:
            whole = _OTHERS[predicate] + predicate if predicate in _OTHERS else self._project.model[predicate]
        file, place = self.places.find(thing, whole, value or None)
        curie = self._curie(thing)
        self.report.findings.append(
            Finding(
                code=code,
                severity=severity,
                file=file,
                line=place.line if place else 0,
                column=place.column if place else 0,
                message=f"{curie}: {message}",
                hint=hint,
                thing=curie,
                property=shorten(whole, self._project.prefixes) if predicate else "",
                value=value,
                length=place.length if place else 1,
            )
        )

    def _curie(self, iri: str) -> str:
        return shorten(iri, self._project.prefixes)
