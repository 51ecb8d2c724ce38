"""Literals that Oxigraph holds in another form than they are written in, and whether a query could tell.

Oxigraph keeps ``5.0`` as ``5``. It takes both for one term where both are in the data, and functions such as ``STR``
see the other text. A query sees nothing of it that takes such a literal from one place, and compares its value only.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyoxigraph as ox

from kzgraph.answers.queries.algebra import is_literal, is_path, leads_ahead, may_be_one_of, parts, sees_writing
from kzgraph.checks.shapes.rdflib_terms import plain_term
from kzgraph.graph.triples import Triples
from kzgraph.stores.disk.embedded import term_of
from kzgraph.stores.moving.kept_values import kept
from kzgraph.terms import Term

_COUNTING = {"Group", "AggregateJoin", "SubSelect"}


class HeldLiterals:
    """The literals of some data, as they are written and as Oxigraph holds them."""

    def __init__(self, data: Triples) -> None:
        """Raises :class:`ValueError` for literals that are none."""
        self._held = _held({value for _, _, value in data if value.kind == "literal"})
        self._written: dict[ox.Literal, list[Term]] = {}
        for term, literal in self._held.items():
            self._written.setdefault(literal, []).append(term)
        self._changed = {
            term
            for literal, terms in self._written.items()
            for term in terms
            if len(terms) > 1 or term_of(literal) != term
        }
        self._predicates: set[str] = set()
        """Those of statements with such a literal."""
        self._merged: set[str] = set()
        """Those of statements that are one in the database."""
        for own in data.out.values() if self._changed else ():
            for predicate, values in own.items():
                changed = [self._held[v] for v in values if v in self._changed]
                self._predicates.update([predicate] if changed else ())
                self._merged.update([predicate] if len(set(changed)) < len(changed) else ())

    def held(self, term: Term) -> ox.Literal:
        """A literal as Oxigraph holds it."""
        known = self._held.get(term)
        return known if known is not None else _held({term})[term]

    def written(self, literal: ox.Literal) -> Term | None:
        """The literal that is held in a form; None if several are."""
        terms = self._written.get(literal)
        return term_of(literal) if terms is None else terms[0] if len(terms) == 1 else None

    def is_kept(self, term: Term) -> bool:
        """Whether a literal is held as it is written, and as no other is."""
        held = self.held(term)
        return term_of(held) == term and self._written.get(held, [term]) == [term]

    def are_unseen_by(self, prepared: Any) -> bool:
        """Whether a query, as rdflib has it, gives the rows that it would give if all literals were as written."""
        places: Counter[Any] = Counter()
        risky: set[Any] = set()
        for part in parts(prepared.algebra):
            triples, is_inside = _triples(part), part.name == "TriplesBlock"
            subjects = {s for s, p, _ in triples if not is_path(p)}
            for subject, predicate, value in triples:
                places.update([subject, value] if is_path(predicate) else [predicate, value])
                places.update([] if is_inside or is_path(predicate) else [subject])  # a literal is no subject at all
                if is_literal(value) and not self.is_kept(plain_term(value)):
                    return False
                if not may_be_one_of(predicate, self._predicates) or value in subjects:
                    continue
                if may_be_one_of(predicate, self._merged) or not leads_ahead(predicate):
                    return False
                risky.add(value)
        return not any(places[variable] > 1 for variable in risky) and not (
            risky and any(part.name in _COUNTING or sees_writing(part, risky) for part in parts(prepared.algebra))
        )


def _triples(part: Any) -> list[tuple[Any, Any, Any]]:
    """The triples of a part of a query; in EXISTS, rdflib leaves them as they are read, in one row after another."""
    if part.name == "BGP":
        return list(part.triples)
    given = [term for block in part.triples for term in block] if part.name == "TriplesBlock" else []
    return list(zip(given[::3], given[1::3], given[2::3], strict=True))


def _held(literals: set[Term]) -> dict[Term, ox.Literal]:
    written = {term: _literal(term) for term in literals}
    stored = kept(list(written.values()))
    return {term: stored[literal] for term, literal in written.items()}


def _literal(term: Term) -> ox.Literal:
    if term.language:
        return ox.Literal(term.value, language=term.language)
    return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype) if term.datatype else None)
