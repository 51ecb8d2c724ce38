"""Two documents side by side: what both say, where they agree and disagree, and what only one of them says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kzgraph.answers.things.choosing import most_telling
from kzgraph.answers.things.conflicts import Conflict, about, find_conflicts
from kzgraph.answers.things.facts import Fact, read_about, read_facts
from kzgraph.errors import UsageError
from kzgraph.namespaces import OA, PROV, RDF
from kzgraph.stores import Store
from kzgraph.stores.rows import rows_of
from kzgraph.terms import iri_term

_AGREEING = ("agreesWith", "sameUtteranceAs")


@dataclass(frozen=True)
class Comparison:
    """Two documents, ``one`` and ``two``, and their facts, perhaps only those about a thing; without names and codes.

    ``both`` are facts that both state, ``agree`` and ``disagree`` are pairs of facts, one of each document.
    """

    one: str
    two: str
    both: list[Fact]
    agree: list[tuple[Fact, Fact]]
    disagree: list[Conflict]
    only_one: list[Fact]
    only_two: list[Fact]
    about: str = ""


def compare(store: Store, one: str, two: str, thing: str = "", language: str = "en") -> Comparison:
    """How two documents compare, about everything or about one thing; raises :class:`UsageError` for one document."""
    if one == two:
        raise UsageError("these are one document", hint="name two documents; `kzgraph sources` lists them")
    facts = {f.iri: f for f in _facts(store, (one, two), thing, language) if not _is_of_names(f)}
    of_one, of_two = ({i for i, f in facts.items() if _is_in(f, document)} for document in (one, two))
    agree = [pair for pair in _agreeing(facts.values()) if _are_of(pair, of_one, of_two)]
    conflicts = find_conflicts(store, language)
    disagree = [c for c in (about(conflicts, thing) if thing else conflicts) if _are_of(c.sides, of_one, of_two)]
    linked = {f.iri for pair in agree for f in pair} | {f.iri for c in disagree for f in c.sides}
    return Comparison(
        one=one,
        two=two,
        both=_told(facts[i] for i in of_one & of_two),
        agree=[_in_order(pair, of_one) for pair in agree],
        disagree=disagree,
        only_one=_told(facts[i] for i in of_one - of_two - linked),
        only_two=_told(facts[i] for i in of_two - of_one - linked),
        about=thing,
    )


def _facts(store: Store, documents: Iterable[str], thing: str, language: str) -> list[Fact]:
    if thing:
        return [f for f in read_about(store, thing, language) if any(_is_in(f, d) for d in documents)]
    values = " ".join(map(iri_term, documents))
    pattern = f"VALUES ?document {{ {values} }} ?fact <{PROV}wasDerivedFrom>/<{OA}hasSource> ?document ; a <model|Fact>"
    return read_facts(
        store, {r["fact"].value for r in rows_of(store, f"SELECT DISTINCT ?fact WHERE {{ {pattern} }}")}, language
    )


def _is_in(fact: Fact, document: str) -> bool:
    return any(s.document == document for s in fact.sources)


def _is_of_names(fact: Fact) -> bool:
    kinds = {t.value for t in fact.properties.get(RDF + "type", ())}
    return bool(kinds & {fact.model["Naming"], fact.model["Identification"]})


def _agreeing(facts: Iterable[Fact]) -> list[tuple[Fact, Fact]]:
    """The pairs of facts that are linked as agreeing, each once."""
    known = {f.iri: f for f in facts}
    pairs = {
        frozenset([f.iri, other])
        for f in known.values()
        for link in _AGREEING
        for other in f.iris(link)
        if other in known and other != f.iri
    }
    return [(known[a], known[b]) for a, b in sorted(map(sorted, pairs))]


def _are_of(pair: tuple[Fact, Fact], of_one: set[str], of_two: set[str]) -> bool:
    """Whether one fact of a pair is of the first document and the other of the second."""
    first, second = (f.iri for f in pair)
    return (first in of_one and second in of_two) or (second in of_one and first in of_two)


def _in_order(pair: tuple[Fact, Fact], of_one: set[str]) -> tuple[Fact, Fact]:
    return pair if pair[0].iri in of_one else (pair[1], pair[0])


def _told(facts: Iterable[Fact]) -> list[Fact]:
    """Facts, the most telling first."""
    found = sorted(facts, key=lambda f: f.iri)
    return most_telling(found, (), len(found))
