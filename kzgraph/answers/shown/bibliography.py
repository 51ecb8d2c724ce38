"""The documents behind an answer, as BibTeX and as CSL-JSON (Citation Style Language 1.0.2)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from kzgraph.answers.evidence.sources import Sources
from kzgraph.dates import PartialDate
from kzgraph.namespaces import RDFS
from kzgraph.stores import Store
from kzgraph.terms import Rows, iri_term

_KINDS = {
    "JournalArticle": ("article", "article-journal"),
    "NewsArticle": ("article", "article-newspaper"),
    "MagazineArticle": ("article", "article-magazine"),
    "PolicyBrief": ("techreport", "report"),
    "ThinkTankArticle": ("online", "webpage"),
}
_QUERY = f"""PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT ?document ?kind ?label ?creator ?issued ?identifier ?address WHERE {{
    VALUES ?document {{ %s }}
    ?document a ?class ; <{RDFS}label> ?label .
    FILTER (LANG(?label) = "en")
    OPTIONAL {{ ?document dcterms:creator ?who . OPTIONAL {{ ?who <{RDFS}label> ?name FILTER (LANG(?name) = "en") }} }}
    OPTIONAL {{ ?document dcterms:issued ?issued }}
    OPTIONAL {{ ?document dcterms:identifier ?identifier }}
    OPTIONAL {{ ?document dcterms:source ?address }}
    BIND (COALESCE(?name, STR(?who)) AS ?creator)
    BIND (STR(?class) AS ?kind)
}} ORDER BY ?document ?creator ?kind"""


@dataclass
class Work:
    """A document as a bibliography lists it."""

    key: str
    kind: str
    title: str
    authors: list[str]
    issued: str
    doi: str
    address: str


def works_of(store: Store, sources: Sources) -> list[Work]:
    """The documents of an answer's sources, by their names."""
    documents = sorted({s.document for passages in sources.passages for s in passages})
    if not documents:
        return []
    answer = store.query(_QUERY % " ".join(iri_term(d) for d in documents))
    assert isinstance(answer, Rows)
    works: dict[str, Work] = {}
    for row in answer.rows:
        document, kind, title, creator, issued, identifier, address = (t.value if t else "" for t in row)
        work = works.setdefault(
            document, Work(document.rsplit("/", 1)[-1], "", title, [], issued, _doi(identifier), address)
        )
        word = store.model.word(kind)
        work.kind = word if word in _KINDS else work.kind
        if creator and creator not in work.authors:
            work.authors.append(creator)
    return list(works.values())


def as_bibtex(works: list[Work]) -> str:
    """The works as BibTeX entries."""
    return "\n".join(_bibtex(w) for w in works)


def as_csl(works: list[Work]) -> str:
    """The works as CSL-JSON."""
    return json.dumps([_csl(w) for w in works], ensure_ascii=False, indent=2) + "\n"


def _bibtex(work: Work) -> str:
    date = PartialDate.parse(work.issued)
    fields = {
        "title": f"{{{_tex(work.title)}}}",
        "author": _tex(" and ".join(work.authors)),
        "year": f"{date.year:04}" if date else "",
        "date": work.issued,
        "doi": work.doi,
        "url": work.address,
    }
    told = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{_KINDS.get(work.kind, ('misc', ''))[0]}{{{work.key},\n{told}}}\n"


def _csl(work: Work) -> dict[str, object]:
    entry: dict[str, object] = {"id": work.key, "type": _KINDS.get(work.kind, ("", "document"))[1], "title": work.title}
    if work.authors:
        entry["author"] = [{"literal": a} for a in work.authors]
    if date := PartialDate.parse(work.issued):
        entry["issued"] = {"date-parts": [[n for n in (date.year, date.month, date.day) if n]]}
    elif work.issued:
        entry["issued"] = {"literal": work.issued}
    return entry | {k: v for k, v in (("DOI", work.doi), ("URL", work.address)) if v}


def _doi(identifier: str) -> str:
    found = re.search(r"10\.\d{4,9}/\S+", identifier)
    return found.group() if found else ""


def _tex(text: str) -> str:
    return re.sub(r"([&%$#_{}])", r"\\\1", text)
