"""Sources of answers: the citations behind facts, as footnotes, with the passage where the text is at hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kzgraph.errors import InputError
from kzgraph.files.documents import DocumentText, document_path, read_document
from kzgraph.namespaces import OA, PROV
from kzgraph.stores import Store
from kzgraph.terms import Rows, Term, iri_term

_QUERY = f"""
SELECT DISTINCT ?fact ?citation ?document ?name ?issued ?file ?paragraph ?start ?end ?locator ?background
WHERE {{
    VALUES ?fact {{ %s }}
    ?fact <{PROV}wasDerivedFrom>* ?citation .
    ?citation <{OA}hasSource> ?document .
    OPTIONAL {{ ?document <model|shortName> ?name }}
    OPTIONAL {{ ?document <http://purl.org/dc/terms/issued> ?issued }}
    OPTIONAL {{ ?document <model|fileName> ?file }}
    OPTIONAL {{ ?document a <model|BackgroundSource> . BIND (true AS ?background) }}
    OPTIONAL {{ ?citation <model|paragraph> ?paragraph }}
    OPTIONAL {{ ?citation <model|locator> ?locator }}
    OPTIONAL {{ ?citation <{OA}hasSelector> ?selector . ?selector <{OA}start> ?start ; <{OA}end> ?end }}
}}
ORDER BY ?name ?start ?citation
"""
_BATCH = 500


@dataclass(frozen=True, order=True)
class Source:
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


@dataclass
class Sources:
    """The sources of an answer: for each row the numbers of its footnotes, and the footnotes by number from 1."""

    of_rows: list[list[int]] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)
    passages: list[list[Source]] = field(default_factory=list)

    @property
    def documents(self) -> int:
        """How many documents stand behind the answer."""
        return len({source.document for passages in self.passages for source in passages})


def sources_of_rows(store: Store, answer: Rows, fact_columns: Iterable[str]) -> Sources:
    """The sources of each row: the citations of the facts in its fact columns, numbered in order of appearance.

    A cell of a fact column holds one fact, or several IRIs with spaces between them; a citation stands for itself.
    Passages of one paragraph share a footnote.
    """
    indexes = [answer.columns.index(c) for c in fact_columns if c in answer.columns]
    facts_of_rows = [[f for i in indexes for f in _facts(row[i])] for row in answer.rows]
    found = citations_of(store, {f for facts in facts_of_rows for f in facts})
    sources = Sources()
    numbers: dict[str, int] = {}
    for facts in facts_of_rows:
        row: list[int] = []
        for source in sorted({s for f in facts for s in found.get(f, ())}):
            number = numbers.setdefault(source.footnote, len(numbers) + 1)
            if number > len(sources.footnotes):
                sources.footnotes.append(source.footnote)
                sources.passages.append([])
            if source not in sources.passages[number - 1]:
                sources.passages[number - 1].append(source)
            if number not in row:
                row.append(number)
        sources.of_rows.append(row)
    return sources


def citations_of(store: Store, facts: Iterable[str]) -> dict[str, list[Source]]:
    """The sources of facts by their IRIs; facts that are inferred from others have the others' sources too."""
    found: dict[str, list[Source]] = {}
    wanted = sorted(facts)
    for begin in range(0, len(wanted), _BATCH):
        answer = store.query(store.model.spell(_QUERY) % " ".join(iri_term(f) for f in wanted[begin : begin + _BATCH]))
        assert isinstance(answer, Rows)
        for row in answer.rows:
            cell = dict(zip(answer.columns, (t.value if t else "" for t in row), strict=True))
            document = cell["document"]
            source = Source(
                document=document,
                name=cell["name"] or document.rsplit("/", 1)[-1],
                issued=cell["issued"],
                paragraph=int(cell["paragraph"] or 0),
                start=int(cell["start"] or 0),
                end=int(cell["end"] or 0),
                citation=cell["citation"],
                locator=cell["locator"],
                file=cell["file"],
                background=bool(cell["background"]),
            )
            found.setdefault(cell["fact"], []).append(source)
    return found


def passage(source: Source, folder: Path, texts: dict[str, DocumentText | None]) -> str:
    """The words of a source, from the document's file in ``folder``; an empty text if the file is not there.

    ``texts`` keeps the documents already read.
    """
    if source.file not in texts:
        path = document_path(folder, source.file)
        texts[source.file] = read_document(path) if source.file and path.is_file() else None
    text = texts[source.file]
    return " ".join(text.text[source.start : source.end].split()) if text and source.end else ""


def checked_folder(folder: Path) -> Path:
    """The folder of the documents; raises :class:`InputError` if it is not there."""
    if not folder.is_dir():
        raise InputError("there is no such folder of documents", place=str(folder))
    return folder


def _facts(cell: Term | None) -> list[str]:
    return cell.value.split() if cell else []
