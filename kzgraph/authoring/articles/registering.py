"""A text becomes a document of the graph: its block, what it says of itself, and the ledger entries of its furniture.

Title, author, publisher and date that stand in the text are facts on the publication, each cited; what is only told by
the user stands in the document's block alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kzgraph.answers.evidence.citing import ledger_turtle
from kzgraph.answers.evidence.sentence_ledger import DocumentRecord
from kzgraph.answers.shown.rdf import block
from kzgraph.authoring.articles.texts import ArticleText, furniture, own_dates
from kzgraph.authoring.facts.entering import Desk, EnteredRows, enter
from kzgraph.authoring.facts.kinds import LABEL, NOTE
from kzgraph.authoring.facts.naming import hyphened, thing_name
from kzgraph.authoring.reading.characters import HINT, unseen_characters
from kzgraph.authoring.reading.rows import CellText, WrittenRow
from kzgraph.authoring.reading.times import read_time
from kzgraph.dates import PartialDate
from kzgraph.errors import UnknownName, UsageError
from kzgraph.files.documents import DocumentText
from kzgraph.graph.triples import TYPE
from kzgraph.namespaces import DCTERMS, XSD, is_address, namespace_of, shorten
from kzgraph.terms import Term
from kzgraph.wording.names import folded, likeness

_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SAME_TITLE = 90.0
_FIRST = 1500
_BODY = "media body"
_BODY_WORDS = frozenset(
    re.findall(r"\w+", """
        agency news press times gazette daily media staff editors service institute center centre university ministry
        council association bank company group agentur агентство новости редакция министерство
    """)
)  # fmt: skip


@dataclass(frozen=True)
class DocumentDetails:
    """What the user says of a document; empty where nothing was said."""

    key: str = ""
    title: str = ""
    author: str = ""
    publisher: str = ""
    date: str = ""
    address: str = ""
    language: str = ""
    kind: str = "news article"
    short_name: str = ""


def register(desk: Desk, path: Path, article: ArticleText, details: DocumentDetails) -> EnteredRows:
    """The entry of a document into a project, nothing of which is written yet; raises :class:`UsageError`."""
    for name, given in vars(details).items():
        for _, unseen in unseen_characters(given):
            raise UsageError(f"the {name.replace('_', ' ')} has {unseen}", hint=HINT)
    text = DocumentText(article.text)
    title = details.title or article.first_line()
    if not title:
        raise UsageError("the first line is no title", hint='give the title: --title "…"')
    if details.address and not is_address(details.address):
        raise UsageError(f"`{details.address}` is no address of a document", hint="write https://…, urn:… or doi:…")
    document = _record(desk, path, text, details, title)
    _refuse_known(desk, document, title)
    date = _date(details.date)
    classes = [_kind(desk, details.kind), desk.project.model["SourceDocument"], desk.project.model["Document"]]
    document = replace(document, issued=str(date or ""))
    authors = _authors(details)
    told = _publications(document, text, title, details, date)
    is_told = details.publisher not in authors and any("publisher" in r.cells for r in told)
    writers, creators = _actors(desk, document, authors)
    bodies, _ = _actors(desk, document, {details.publisher: _BODY} if is_told else {})
    # Only now: the document may be called by the name of its author.
    desk.references.add(document.iri, [title, document.name], classes, is_fact=False)
    desk.passages.add(document, text)
    rows = [*writers, *bodies, *told]
    properties = _properties(desk, document, title, details, creators)
    untold = _untold(details, date, told)
    if untold:
        properties[NOTE] = [Term("literal", untold, "", "en")]
    own = block(document.iri, properties, desk.project.prefixes)
    beside = {desk.places.of_documents(): [own]}
    entries = _ledger(desk, document, text, rows)
    if entries:
        beside[desk.project.root / "instances" / "sources" / f"ledger-{document.local}.ttl"] = entries
    return enter(desk, rows, document=document.local, beside=beside)


def proposed_key(path: Path) -> str:
    """The key that a file's name gives."""
    return hyphened(path.stem)


def _record(desk: Desk, path: Path, text: DocumentText, details: DocumentDetails, title: str) -> DocumentRecord:
    key = details.key or proposed_key(path)
    if not _KEY.fullmatch(key):
        raise UsageError(f"`{key}` is no key", hint="write lower-case letters, digits and hyphens: trend-2024")
    iri = desk.references.base + key
    if desk.references.is_known(iri):
        raise UsageError(f"the key `{key}` is in use", hint="give another with --key")
    name = details.short_name or _short_name(desk, key, details)
    file = path.name if path.suffix == ".txt" else f"{path.stem}.txt"
    return DocumentRecord(iri, name, "", file, text.digest, len(text.text), is_source=True)


def _short_name(desk: Desk, key: str, details: DocumentDetails) -> str:
    """Author or publisher with the year; the words of the key where another document is called so."""
    year = str(_date(details.date) or "")[:4]
    first = next(iter(_authors(details).items()), ("", ""))
    surname = first[0].split()[-1:] if first[1] == "person" else [first[0] or details.publisher]
    name = " ".join(p for p in (*surname, year) if p)
    taken = {d.name for d in desk.evidence.documents}
    words = " ".join(w.capitalize() for w in key.split("-"))
    return name if name != year and name not in taken else words


def _refuse_known(desk: Desk, document: DocumentRecord, title: str) -> None:
    """Raises :class:`UsageError` for a text that the graph has, or a title that is nearly that of another document."""
    for other in desk.evidence.documents:
        if other.digest and other.digest == document.digest:
            raise UsageError(f"the text is that of {other.local}", hint="it is registered already")
        for name in desk.references.names.of.get(other.iri, []):
            if name.how in {"label", "title"} and _is_nearly(name.text, title):
                hint = f"use {other.local}, or give a --title that tells them apart"
                raise UsageError(f"the title is nearly that of {other.local}: {name.text}", hint=hint)
        if other.file and other.file == document.file:
            raise UsageError(f"{other.local} has a file of the name {other.file}", hint="give the file another name")
        if other.name == document.name:
            raise UsageError(f"{other.local} is called {other.name}", hint="give another --short-name")


def _is_nearly(one: str, two: str) -> bool:
    """Whether two titles are nearly the same; what differs in a number is another."""
    numbers = [re.findall(r"\d+", title) for title in (one, two)]
    return numbers[0] == numbers[1] and likeness(folded(one), folded(two)) >= _SAME_TITLE


def _kind(desk: Desk, name: str) -> str:
    """The class of documents of a name; raises :class:`UnknownName`."""
    vocabulary, source = desk.kinds.vocabulary, desk.project.model["SourceDocument"]
    known = {folded(vocabulary.label(i)): i for i in [source, *vocabulary.below(source)]}
    if folded(name) not in known:
        labels = sorted(vocabulary.label(i) for i in known.values())
        raise UnknownName("kind of document", name, labels, see=f"it may be {', '.join(labels)}")
    return known[folded(name)]


def _date(text: str) -> PartialDate | None:
    if not text:
        return None
    found = read_time(text)
    if found.date is None:
        raise UsageError(f"`{text}` is no single date", hint="write 2024-03-11, 2024-03 or 2024")
    return found.date


def _untold(details: DocumentDetails, date: PartialDate | None, told: list[WrittenRow]) -> str:
    """What the user knows of a document and its text does not tell, in words; else empty."""
    given = (
        ("author", "; ".join(_authors(details))),
        ("publisher", details.publisher),
        ("date", date.words if date else ""),
    )
    missing = [f"{what} ({value})" for what, value in given if value and not any(what in r.cells for r in told)]
    if not missing:
        return ""
    return f"Not told by the text itself, but known by whoever registered it: {', '.join(missing)}."


def _authors(details: DocumentDetails) -> dict[str, str]:
    """The authors of a document, each with its kind: as written before a colon, else person or body by its words."""
    found: dict[str, str] = {}
    for written in (a.strip() for a in details.author.split(";")):
        kind, colon, name = written.rpartition(":")
        is_body = name.strip() == details.publisher or _BODY_WORDS.intersection(folded(name).split())
        if name.strip():
            found[name.strip()] = kind.strip() if colon else _BODY if is_body else "person"
    return found


def _actors(desk: Desk, document: DocumentRecord, names: Mapping[str, str]) -> tuple[list[WrittenRow], list[str]]:
    """Rows for the actors that the graph lacks, each with its kind, and the IRIs of all."""
    rows: list[WrittenRow] = []
    found: list[str] = []
    for name, kind in names.items():
        if desk.references.is_name(name):
            found.append(desk.references.find(name, (), "actor"))
            continue
        local = thing_name(desk.kinds.named(kind), name, is_camel=True)
        if not local:
            hint = f'describe it first: kzgraph new {kind} id=… label="{name}"'
            raise UsageError(f"no name can be made of `{name}`", hint=hint)
        rows.append(_row(kind, id=local, label=name))
        found.append(namespace_of(document.iri) + local)
    return rows, found


def _publications(
    document: DocumentRecord, text: DocumentText, title: str, details: DocumentDetails, date: PartialDate | None
) -> list[WrittenRow]:
    """Rows of what the text says of its own publication: title, author, publisher, date."""
    name, key = document.name, document.local
    told: list[WrittenRow] = []

    def add(what: str, words: str, label: str, **fields: str) -> None:
        places = text.find(words) if words else []
        if places and places[0].start < _FIRST:
            passage = {"passage": words} | ({"paragraph": str(places[0].paragraph)} if len(places) > 1 else {})
            row = _row("publication", id=f"publication-{key}-{what}", label=label, document=key, **passage, **fields)
            row.cells["of document"] = [CellText(shorten(document.iri), "")]
            if len(text.find(words, places[0].paragraph)) == 1:
                told.append(row)

    add("title", title, f"Title of {name}", **{"as stated": title})
    for author in _authors(details):
        add("author", author, f"{author} is the author of {name}", author=author)
    add("publisher", details.publisher, f"{details.publisher} published {name}", publisher=details.publisher)
    if date is not None:
        same = (f for f in own_dates(text) if f.time and f.time.date == date)
        found = next(same, None)
        if found is not None:
            words = text.text[found.start : found.end]
            add("date", words, f"{name} is dated {date.words}", date=str(date), **{"as stated": words})
    return told


def _properties(
    desk: Desk, document: DocumentRecord, title: str, details: DocumentDetails, creators: list[str]
) -> dict[str, list[Term]]:
    model = desk.project.model
    language = details.language
    titled = [Term("literal", title, "", language)]
    english = titled if language == "en" else [Term("literal", document.name, "", "en"), *titled]
    found = {
        TYPE: [Term("uri", _kind(desk, details.kind))],
        LABEL: english,
        DCTERMS + "title": titled,
        model["shortName"]: [Term("literal", document.name, "", "en")],
    }
    if creators:
        found[DCTERMS + "creator"] = [Term("uri", c) for c in creators]
    if document.issued:
        date = PartialDate.parse(document.issued)
        assert date is not None
        found[DCTERMS + "issued"] = [Term("literal", document.issued, date.datatype)]
    found[DCTERMS + "language"] = [Term("literal", language, XSD + "string")]
    if details.address:
        found[DCTERMS + "source"] = [Term("uri", details.address)]
    found[model["fileName"]] = [Term("literal", document.file, XSD + "string")]
    found[model["textDigest"]] = [Term("literal", document.digest, XSD + "string")]
    found[model["textLength"]] = [Term("literal", str(document.length), XSD + "integer")]
    return found


def _ledger(desk: Desk, document: DocumentRecord, text: DocumentText, rows: list[WrittenRow]) -> list[str]:
    """Ledger entries of the paragraphs around the article that no row cites."""
    cited = [text.find(c.text)[0] for r in rows for c in r.cells.get("passage", [])]
    found = []
    for start, end in furniture(text):
        if not any(p.start < end and start < p.end for p in cited):
            passage = text.passage(start, end)
            found.append(ledger_turtle(desk.project, document.iri, passage, "boilerplate").strip("\n"))
    return found


def _row(kind: str, **cells: str) -> WrittenRow:
    row = WrittenRow("", {"kind": [CellText(kind, "")]})
    row.cells |= {name: [CellText(text, "")] for name, text in cells.items() if text}
    return row
