"""The documents behind an answer, as BibTeX and as CSL-JSON (Citation Style Language 1.0.2).

Both have authors in the documents' own order, journal or institution, address and day of consultation. What a document
does not say of itself stands in a note: a title of the editors' making, a publisher from elsewhere, an inferred date.
"""

from __future__ import annotations

import json
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

_KINDS = {
    "JournalArticle": ("article", "article-journal"),
    "NewsArticle": ("article", "article-newspaper"),
    "MagazineArticle": ("article", "article-magazine"),
    "PolicyBrief": ("techreport", "report"),
    "ThinkTankArticle": ("online", "webpage"),
}
_SUBTYPES = {"NewsArticle": "newspaper", "MagazineArticle": "magazine"}  # of biblatex's @article
_GENRES = {"PolicyBrief": "Policy brief"}
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

    ``authors`` are pairs of family and given names; the given name is empty where only a whole name is known.
    ``container`` is the journal or newspaper. ``supplied`` names what the text of the document does not tell.
    """

    key: str
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


def works_of(store: Store, sources: Sources) -> list[Work]:
    """The documents of an answer's sources, by their names."""
    documents = sorted({s.document for passages in sources.passages for s in passages})
    if not documents:
        return []
    works = {d: Work(document_key(d)) for d in documents}
    for row in rows_about(store, "?document", documents, _DOCUMENTS):
        _describe(works[row["document"].value], row)
    for row in rows_about(store, "?document", documents, "?document a ?class"):
        word = store.model.word(row["class"].value)
        work = works[row["document"].value]
        work.kind = word if word in _KINDS else work.kind
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


def bibliography(store: Store, sources: Sources, form: str) -> str:
    """The documents behind some sources, each once, as ``bibtex`` or ``csl``."""
    works = works_of(store, sources)
    return as_bibtex(works) if form == "bibtex" else as_csl(works)


def as_bibtex(works: Iterable[Work]) -> str:
    """The works as BibTeX entries, with the fields of biblatex beside those of BibTeX."""
    return "\n".join(_bibtex(w) for w in works)


def as_csl(works: Iterable[Work]) -> str:
    """The works as CSL-JSON."""
    return json.dumps([_csl(w) for w in works], ensure_ascii=False, indent=2) + "\n"


def _bibtex(work: Work) -> str:
    kind = _bibtex_kind(work)
    date = PartialDate.parse(work.issued)
    house = {"techreport": "institution", "online": "organization", "misc": "howpublished"}.get(kind, "publisher")
    fields = {
        "author": " and ".join(
            _tex(f"{family}, {given}") if given else _whole(family) for family, given in work.authors
        ),
        "title": f"{{{_tex(work.shown_title)}}}",
        "journal": _tex(work.container),
        "volume": _tex(work.volume),
        "number": _tex(work.number),
        house: _whole(work.publisher),
        "type": _GENRES.get(work.kind, ""),
        "entrysubtype": _SUBTYPES.get(work.kind, "") if kind == "article" else "",
        "year": f"{date.year:04}" if date else "",
        "date": str(date) if date else "",
        "doi": work.doi,
        "url": _address(work.address),
        "urldate": work.consulted if work.address else "",
        "note": _tex(work.note),
    }
    told = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{kind}{{{work.key},\n{told}}}\n"


def _bibtex_kind(work: Work) -> str:
    """The type of an entry: an article of no known journal is a page, and a page without address is neither."""
    kind = _KINDS.get(work.kind, ("misc", ""))[0]
    kind = "online" if kind == "article" and not work.container else kind
    return "misc" if kind == "online" and not work.address else kind


def _csl(work: Work) -> dict[str, object]:
    kind = _KINDS.get(work.kind, ("", "webpage" if work.address else "document"))[1]
    entry: dict[str, object] = {"id": work.key, "type": kind, "title": work.shown_title}
    if work.authors:
        entry["author"] = [{"family": f, "given": g} if g else {"literal": f} for f, g in work.authors]
    if issued := _csl_date(work.issued):
        entry["issued"] = issued
    if work.address and (consulted := _csl_date(work.consulted)):
        entry["accessed"] = consulted
    texts = {
        "container-title": work.container,
        "volume": work.volume,
        "issue": work.number,
        "publisher": work.publisher,
        "genre": _GENRES.get(work.kind, ""),
        "DOI": work.doi,
        "URL": work.address,
        "language": work.language,
        "note": work.note,
    }
    return entry | {k: v for k, v in texts.items() if v}


def _csl_date(text: str) -> dict[str, object]:
    date = PartialDate.parse(text)
    if date:
        return {"date-parts": [[n for n in (date.year, date.month, date.day) if n]]}
    return {"literal": text} if text else {}


def _doi(identifier: str) -> str:
    found = re.search(r"10\.\d{4,9}/\S+", identifier)
    return found.group() if found else ""


_TEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


def _tex(text: str) -> str:
    return re.sub(r"[\\~^&%$#_{}]", lambda found: _TEX.get(found[0], f"\\{found[0]}"), text)


def _whole(text: str) -> str:
    """A name that is one, though it may have the word "and" in it, which parts the names of a list."""
    return f"{{{_tex(text)}}}" if " and " in text else _tex(text)


def _address(text: str) -> str:
    """An address in a field of its own, which is read as it stands, but for its braces."""
    return text.replace("{", "%7B").replace("}", "%7D")
