"""The documents behind an answer as works: authors in order, title, where and when they came out, and their address.

What a document does not say of itself is kept apart: a title of the editors' making, a publisher from elsewhere, an
inferred date.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kzgraph.answers.evidence.sources import Sources, citations_of, document_key
from kzgraph.dates import PartialDate
from kzgraph.namespaces import BIBO, DCTERMS, RDFS, is_web
from kzgraph.stores import Store
from kzgraph.stores.rows import rows_about
from kzgraph.terms import Term
from kzgraph.wording.names import folded

KINDS = frozenset(["JournalArticle", "NewsArticle", "MagazineArticle", "PolicyBrief", "ThinkTankArticle"])
"""The classes of documents that bibliographies tell apart."""

_DOCUMENTS = f"""
    ?document <{RDFS}label> ?title . FILTER (LANG(?title) IN ("en", ""))
    OPTIONAL {{ ?document <model|authorNames> ?authors }}
    OPTIONAL {{ ?document <{DCTERMS}issued> ?issued }}
    OPTIONAL {{ ?document <{DCTERMS}identifier> ?identifier }}
    OPTIONAL {{ ?document <{DCTERMS}source> ?address }}
    OPTIONAL {{ ?document <{DCTERMS}language> ?language }}
    OPTIONAL {{ ?document <model|consulted> ?consulted }}
    OPTIONAL {{ ?document <{BIBO}volume> ?volume }}
    OPTIONAL {{ ?document <{BIBO}issue> ?number }}
"""
_CREATORS = f"""
    ?document <{DCTERMS}creator> ?who .
    OPTIONAL {{ ?who <{RDFS}label> ?label FILTER (LANG(?label) IN ("en", "")) }}
    BIND (COALESCE(?label, STR(?who)) AS ?name)
"""
_PUBLICATIONS = f"""
    ?fact <model|ofDocument> ?document .
    OPTIONAL {{ ?fact <model|asStated> ?stated }}
    OPTIONAL {{ ?fact <model|date> ?date . OPTIONAL {{ ?fact <model|dateBasis> ?basis }} }}
    OPTIONAL {{
        ?fact <model|hasPublisher> ?publisher .
        ?publisher <{RDFS}label> ?name . FILTER (LANG(?name) IN ("en", ""))
        OPTIONAL {{ ?publisher a <model|MediaBody> . BIND (true AS ?media) }}
    }}
"""


@dataclass
class Work:
    """A document as a bibliography lists it.

    ``document`` is its IRI, ``name`` how footnotes call it. ``authors`` are pairs of family and given names; the given
    name is empty where only a whole name is known. ``container`` is the journal or newspaper. ``supplied`` names what
    the text of the document does not tell.
    """

    key: str
    document: str = ""
    name: str = ""
    kind: str = ""
    title: str = ""
    authors: list[tuple[str, str]] = field(default_factory=list)
    issued: str = ""
    doi: str = ""
    address: str = ""
    consulted: str = ""
    language: str = ""
    container: str = ""
    volume: str = ""
    number: str = ""
    publisher: str = ""
    supplied: list[str] = field(default_factory=list)
    is_date_inferred: bool = False
    is_background: bool = False

    @property
    def has_own_title(self) -> bool:
        """Whether the title is the document's own; a description stands in square brackets."""
        return "title" not in self.supplied

    @property
    def shown_title(self) -> str:
        """The title, in square brackets if it is a description of the editors."""
        return self.title if self.has_own_title else f"[{self.title}]"

    @property
    def note(self) -> str:
        """What is not in the document itself, in a sentence; empty if all is."""
        listed = " and ".join(self.supplied)
        told = [f"{listed} not named in the text"] if self.supplied else []
        if self.is_date_inferred:
            told += ["date inferred by the editors of the graph"]
        text = "; ".join(told)
        return text[:1].upper() + text[1:]

    @property
    def writers(self) -> str:
        """The authors in the document's own order, with the given name first."""
        return " and ".join(" ".join(filter(None, [given, family])) for family, given in self.authors)

    @property
    def listed(self) -> str:
        """What a list of documents says of it, but for its address: its short name, and what is known of it."""
        return f"{': '.join(filter(None, [self.name, self._told]))}."

    @property
    def _told(self) -> str:
        """Authors, title, where and when it came out."""
        number = f"{self.volume}{f' ({self.number})' if self.number else ''}"
        house = self.container or self.publisher
        date = PartialDate.parse(self.issued)
        day = f"{date.words if date else self.issued}{' (inferred)' if self.is_date_inferred else ''}"
        title = self.shown_title.rstrip(".") if self.title else ""
        return ", ".join(filter(None, [self.writers, title, f"{house} {number}".strip(), day if self.issued else ""]))

    @property
    def link(self) -> str:
        """Where it can be read: its address, else that of its DOI; empty if neither is known."""
        return self.address or (f"https://doi.org/{self.doi}" if self.doi else "")


def works_of(store: Store, sources: Sources) -> list[Work]:
    """The documents of an answer's sources, in the order of their IRIs."""
    behind = {s.document: s for passages in sources.passages for s in passages}
    documents = sorted(behind)
    if not documents:
        return []
    works = {d: Work(document_key(d), d, behind[d].name, is_background=behind[d].background) for d in documents}
    for row in rows_about(store, "?document", documents, _DOCUMENTS):
        _describe(works[row["document"].value], row)
    for row in rows_about(store, "?document", documents, "?document a ?class"):
        word = store.model.word(row["class"].value)
        work = works[row["document"].value]
        work.kind = word if word in KINDS else work.kind
    nameless = [d for d in documents if not works[d].authors]
    found = rows_about(store, "?document", nameless, _CREATORS) if nameless else []
    for document, name in sorted({(row["document"].value, row["name"].value) for row in found}):
        works[document].authors.append((name, ""))
    _add_publications(store, works)
    return list(works.values())


def _describe(work: Work, row: Mapping[str, Term]) -> None:
    told = {name: term.value for name, term in row.items()}
    work.title, work.authors = told["title"], _names(told.get("authors", ""))
    work.doi = _doi(told.get("identifier", ""))
    for name in ("issued", "address", "consulted", "language", "volume", "number"):
        setattr(work, name, told.get(name, ""))
    work.address = work.address if is_web(work.address) else ""


def _names(text: str) -> list[tuple[str, str]]:
    """The names of a list in the form of BibTeX: ``Family, Given and Family, Given``."""
    pairs = (name.partition(",") for name in text.split(" and ") if name.strip())
    return [(family.strip(), given.strip()) for family, _, given in pairs]


def author_names(store: Store, documents: Iterable[str]) -> dict[str, str]:
    """The names of the authors of documents in the documents' own order, where these are known."""
    rows = rows_about(store, "?document", documents, "?document <model|authorNames> ?names")
    return {row["document"].value: row["names"].value for row in rows}


def place_of_author(names: str, label: str) -> int | None:
    """The place of a person in a list of names in the form of BibTeX, from 0; None if the label has no family name."""
    words = folded(label).split()
    families = [folded(family).split() for family, _ in _names(names)]
    return next((place for place, own in enumerate(families) if own and {*own} <= {*words}), None)


def _add_publications(store: Store, works: Mapping[str, Work]) -> None:
    """Adds what facts say of the documents' publication: publisher, and what the texts themselves do not tell."""
    facts: dict[str, list[dict[str, Term]]] = defaultdict(list)
    for row in rows_about(store, "?document", works, _PUBLICATIONS):
        facts[row["document"].value].append(row)
    publishing = {row["fact"].value for rows in facts.values() for row in rows if "name" in row}
    cited = citations_of(store, publishing)
    inferred = store.model["DateInferred"]
    for document, rows in facts.items():
        work = works[document]
        if not any(_is_same(row["stated"].value, work.title) for row in rows if "stated" in row):
            work.supplied.append("title")
        bases = {row["basis"].value for row in rows if "basis" in row and row["date"].value == work.issued}
        work.is_date_inferred = bases == {inferred}
        for row in rows:
            if "name" in row:
                own = cited.get(row["fact"].value, [])
                _publish(work, row, is_own=any(s.document == document for s in own))


def _publish(work: Work, row: Mapping[str, Term], *, is_own: bool) -> None:
    if "media" in row:
        work.container, told = row["name"].value, "journal" if work.kind == "JournalArticle" else "newspaper"
        told = "magazine" if work.kind == "MagazineArticle" else told
    else:
        work.publisher, told = row["name"].value, "publisher"
    if not is_own and told not in work.supplied:
        work.supplied.append(told)


def _is_same(one: str, other: str) -> bool:
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())


def _doi(identifier: str) -> str:
    found = re.search(r"10\.\d{4,9}/\S+", identifier)
    return found.group() if found else ""
