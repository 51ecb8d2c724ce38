"""What a search found, with what a reader needs to go on: what each thing is, and when and where each fact is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kzgraph.answers.shown.tables import People, table
from kzgraph.answers.things.facts import Fact, labels, read_facts
from kzgraph.answers.things.names import Names, kinds_of
from kzgraph.answers.things.searching import TIERS, Hit
from kzgraph.namespaces import shorten
from kzgraph.stores import Store
from kzgraph.terms import Row, Rows, Term
from kzgraph.wording.text import wrapped


@dataclass(frozen=True)
class Found:
    """A hit with the label and the class of the thing; ``fact`` is what is read of a fact or event, else None."""

    hit: Hit
    label: str
    kind: str
    fact: Fact | None

    @property
    def date(self) -> str:
        """When the fact or event was, in words; empty for other things."""
        return str(self.fact.when) if self.fact else ""

    @property
    def documents(self) -> list[str]:
        """The documents that state the fact or event, each with its paragraphs: ``Ali 2023, ¶ 3``."""
        return list(dict.fromkeys(s.footnote for s in self.fact.sources)) if self.fact else []


def looked_up(store: Store, hits: list[Hit], names: Names) -> list[Found]:
    """The hits with their classes, dates and documents."""
    kinds = kinds_of(store, (h.thing for h in hits))
    shown = labels(store, {k for own in kinds.values() for k in own})
    told = {h.thing for h in hits if names.is_told(h.thing)}
    facts = {fact.iri: fact for fact in read_facts(store, told)} if told else {}
    return [
        Found(h, names.label(h.thing), ", ".join(shown[k] for k in kinds.get(h.thing, ())), facts.get(h.thing))
        for h in hits
    ]


def as_json(found: list[Found], prefixes: dict[str, str]) -> list[dict[str, object]]:
    """What was found as objects for JSON."""
    entries = []
    for one in found:
        hit = one.hit
        entry: dict[str, object] = {
            "name": shorten(hit.thing, prefixes),
            "iri": hit.thing,
            "class": one.kind,
            "label": one.label,
            "fact": hit.is_fact,
            "matched": {"text": hit.name.text, "language": hit.name.language, "as": hit.name.how},
            "match": TIERS[hit.tier],
            "score": round(hit.score, 1),
        }
        told = {"date": one.date, "documents": one.documents}
        entries.append(entry | {key: value for key, value in told.items() if value})
    return entries


def as_text(found: list[Found], facts_left: int, prefixes: dict[str, str], width: int | None) -> str:
    """What was found for people: the things as a table, and the facts below it, or above it if they fit better."""
    things, facts = [f for f in found if not f.hit.is_fact], [f for f in found if f.hit.is_fact]
    parts = [_things(things, prefixes, width)] if things else []
    if facts:
        more = f", {facts_left} more left out" if facts_left else ""
        lines = [f"Facts that say so ({len(facts)}{more})"]
        lines += [line for one in facts if one.fact for line in fact_lines(one.fact, prefixes, width)]
        parts.insert(0 if found[0].hit.is_fact else 1, "\n".join(lines) + "\n")
    return "\n".join(parts)


def _things(things: list[Found], prefixes: Mapping[str, str], width: int | None) -> str:
    rows: list[Row] = []
    for one in things:
        name = one.hit.name
        told = "" if name.text == one.label else f"{name.how}: {name.text}"
        label = one.label + (f" · {one.date}" if one.date and not one.label.endswith(one.date.rstrip("†")) else "")
        cells = (shorten(one.hit.thing, dict(prefixes)), one.kind, label, told)
        rows.append(tuple(Term("literal", c) for c in cells))
    columns = ["name", "class", "label", "matched"]
    return table(People.of_rows(Rows(columns, rows)), "", width)


def fact_lines(fact: Fact, prefixes: dict[str, str], width: int | None) -> list[str]:
    """A fact in a list: what it says, when, how firmly, and which documents say so."""
    documents = list(dict.fromkeys(s.footnote for s in fact.sources))
    told = " · ".join([fact.label, *fact.remarks, "; ".join(documents) or "no source"])
    return wrapped(f"{told} ({shorten(fact.iri, prefixes)})", width, "  - ", "    ")
