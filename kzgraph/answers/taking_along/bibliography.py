"""The documents behind an answer, as BibTeX and as CSL-JSON (Citation Style Language 1.0.2).

Both have authors in the documents' own order, journal or institution, address and day of consultation. What a document
does not say of itself stands in a note: a title of the editors' making, a publisher from elsewhere, an inferred date.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from kzgraph.answers.evidence.sources import Sources
from kzgraph.answers.evidence.works import Work, works_of
from kzgraph.dates import PartialDate
from kzgraph.stores import Store

_KINDS = {
    "JournalArticle": ("article", "article-journal"),
    "NewsArticle": ("article", "article-newspaper"),
    "MagazineArticle": ("article", "article-magazine"),
    "PolicyBrief": ("techreport", "report"),
    "ThinkTankArticle": ("online", "webpage"),
}
_SUBTYPES = {"NewsArticle": "newspaper", "MagazineArticle": "magazine"}  # of biblatex's @article
_GENRES = {"PolicyBrief": "Policy brief"}


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


_TEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


def _tex(text: str) -> str:
    return re.sub(r"[\\~^&%$#_{}]", lambda found: _TEX.get(found[0], f"\\{found[0]}"), text)


def _whole(text: str) -> str:
    """A name that is one, though it may have the word "and" in it, which parts the names of a list."""
    return f"{{{_tex(text)}}}" if " and " in text else _tex(text)


def _address(text: str) -> str:
    """An address in a field of its own, which is read as it stands, but for its braces."""
    return text.replace("{", "%7B").replace("}", "%7D")
