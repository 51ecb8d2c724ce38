"""What a search found, with what a reader needs to go on: what each thing is, and when and where each fact is said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kzgraph.answers.shown.tables import People, table
from kzgraph.answers.things.facts import Fact, labels, read_facts
from kzgraph.answers.things.names import kinds_of, read_names
from kzgraph.answers.things.searching import TIERS, first_hits, nearest_names, search
from kzgraph.namespaces import shorten
from kzgraph.stores import Store
from kzgraph.terms import Row, Rows, Term
from kzgraph.wording.text import wrapped


class SearchResult(NamedTuple):
    """A thing or fact that a search finds: its label and class, the name that matched, and how well (0 to 100).

    ``date`` and ``documents`` say when a fact or event was, and where it is said; other things have none. ``name`` is
    the short form of the IRI, ``matched_as`` says what kind of name matched, ``match`` how, ``fact`` is all that is
    read of a fact or event.
    """

    iri: str
    name: str
    label: str
    kind: str
    is_fact: bool
    matched: str
    score: float
    date: str
    documents: list[str]
    language: str = ""
    matched_as: str = ""
    match: str = ""
    fact: Fact | None = None

    def as_json(self) -> dict[str, object]:
        """The result as an object for JSON."""
        entry: dict[str, object] = {
            "name": self.name,
            "iri": self.iri,
            "class": self.kind,
            "label": self.label,
            "fact": self.is_fact,
            "matched": {"text": self.matched, "language": self.language, "as": self.matched_as},
            "match": self.match,
            "score": self.score,
        }
        told = {"date": self.date, "documents": self.documents}
        return entry | {key: value for key, value in told.items() if value}


class SearchResults(list[SearchResult]):
    """What a search gives, best first; ``things`` and ``facts`` say how many it found, also those beyond the limit.

    ``nearest`` are the labels that are most like the text, if nothing was found.
    """

    things: int = 0
    facts: int = 0
    nearest: tuple[str, ...] = ()


def find_all(
    store: Store, prefixes: dict[str, str], text: str, *, limit: int, things_only: bool = False
) -> SearchResults:
    """The things and facts that have a name like a text, with their classes, dates and documents.

    Raises :class:`UsageError` for a text without letter or digit.
    """
    names = read_names(store, gists=True)
    every = search(names, text, prefixes, things_only=things_only)
    hits = first_hits(every, limit)
    kinds = kinds_of(store, (h.thing for h in hits))
    shown = labels(store, {k for own in kinds.values() for k in own})
    told = {h.thing for h in hits if names.is_told(h.thing)}
    facts = {fact.iri: fact for fact in read_facts(store, told)} if told else {}
    found = SearchResults()
    for hit in hits:
        fact = facts.get(hit.thing)
        found.append(
            SearchResult(
                iri=hit.thing,
                name=shorten(hit.thing, prefixes),
                label=names.label(hit.thing),
                kind=", ".join(shown[k] for k in kinds.get(hit.thing, ())),
                is_fact=hit.is_fact,
                matched=hit.name.text,
                score=round(hit.score, 1),
                date=str(fact.when) if fact else "",
                documents=list(dict.fromkeys(s.footnote for s in fact.sources)) if fact else [],
                language=hit.name.language,
                matched_as=hit.name.how,
                match=TIERS[hit.tier],
                fact=fact,
            )
        )
    found.facts = sum(h.is_fact for h in every)
    found.things = len(every) - found.facts
    found.nearest = () if every else tuple(nearest_names(names, text))
    return found


def as_text(found: SearchResults, prefixes: dict[str, str], width: int | None) -> str:
    """What was found for people: the things as a table, and the facts below it, or above it if they fit better."""
    things, facts = [f for f in found if not f.is_fact], [f for f in found if f.is_fact]
    parts = [_things(things, width)] if things else []
    if facts:
        left = found.facts - len(facts)
        more = f", {left} more left out" if left else ""
        lines = [f"Facts that say so ({len(facts)}{more})"]
        lines += [line for one in facts if one.fact for line in fact_lines(one.fact, prefixes, width)]
        parts.insert(0 if found[0].is_fact else 1, "\n".join(lines) + "\n")
    return "\n".join(parts)


def _things(things: list[SearchResult], width: int | None) -> str:
    rows: list[Row] = []
    for one in things:
        told = "" if one.matched == one.label else f"{one.matched_as}: {one.matched}"
        label = one.label + (f" · {one.date}" if one.date and not one.label.endswith(one.date.rstrip("†")) else "")
        cells = (one.name, one.kind, label, told)
        rows.append(tuple(Term("literal", c) for c in cells))
    columns = ["name", "class", "label", "matched"]
    return table(People.of_rows(Rows(columns, rows)), "", width)


def fact_lines(fact: Fact, prefixes: dict[str, str], width: int | None, adds: Iterable[str] = ()) -> list[str]:
    """A fact in a list: what it says, what it adds, when, how firmly, and which documents say so."""
    documents = list(dict.fromkeys(s.footnote for s in fact.sources))
    told = " · ".join([fact.label, *adds, *fact.remarks, "; ".join(documents) or "no source"])
    return wrapped(f"{told} ({shorten(fact.iri, prefixes)})", width, "  - ", "    ")
