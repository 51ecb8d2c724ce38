"""A fact, and each of its values, as an item of an answer: with its marks and the passages behind it."""

from __future__ import annotations

from kzgraph.answers.cells.cell import Item
from kzgraph.answers.cells.marks import Standing
from kzgraph.answers.evidence.records import Support
from kzgraph.answers.things.facts import Fact
from kzgraph.terms import Term


def fact_item(fact: Fact, standing: Standing, about: str = "") -> Item:
    """A fact as an item with its marks; with the passages that name a thing, if it is about that."""
    term = Term("uri", fact.iri)
    value = Term("uri", about) if about else term
    names_it = bool(about) and fact.record.has(value)
    own = fact.record.support(value) if names_it else Support(fact.sources)
    marks = {*standing.marks(own), *standing.contradiction}
    sources = own.sources or fact.sources
    return Item(fact.label, fact.label, term, frozenset([fact.iri]), sources, tuple(sorted(marks)))


def value_item(fact: Fact, standing: Standing, value: Term, text: str) -> Item:
    """A value of a fact, with the passages that state it, and whether the editors had a hand in it."""
    support = fact.record.support(value)
    marks = [m for m in standing.marks(support) if m.symbol]
    return Item(text, text, value, frozenset([fact.iri]), support.sources, tuple(marks))
