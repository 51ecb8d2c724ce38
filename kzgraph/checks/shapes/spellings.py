"""Literals that Oxigraph holds in another form than they are written in, and whether a query could tell.

Oxigraph keeps ``5.0`` as ``5``. It takes both for one term where both are in the data, and functions such as ``STR``
see the other text. A query sees nothing of it that takes such a literal from one place, and compares its value only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

import pyoxigraph as ox

from kzgraph.checks.shapes.rdflib_terms import plain_term
from kzgraph.graph.triples import Triples
from kzgraph.stores.disk.embedded import term_of
from kzgraph.stores.moving.kept_values import kept
from kzgraph.terms import Term

_SEEING = {"Builtin_STR", "Builtin_DATATYPE", "Builtin_LANG", "Builtin_sameTerm", "Function", "Extend", "Bind"}
_COUNTING = {"Group", "AggregateJoin", "SubSelect"}


class Spellings:
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
            subjects = {s for s, p, _ in triples if not _is_path(p)}
            for subject, predicate, value in triples:
                places.update([subject, value] if _is_path(predicate) else [predicate, value])
                places.update([] if is_inside or _is_path(predicate) else [subject])  # a literal is no subject at all
                if _is_literal(value) and not self.is_kept(plain_term(value)):
                    return False
                if not _meets(predicate, self._predicates) or value in subjects:
                    continue
                if _meets(predicate, self._merged) or not _is_simple(predicate):
                    return False
                risky.add(value)
        return not any(places[variable] > 1 for variable in risky) and not (
            risky and any(part.name in _COUNTING or _sees(part, risky) for part in parts(prepared.algebra))
        )


def _triples(part: Any) -> list[tuple[Any, Any, Any]]:
    """The triples of a part of a query; in EXISTS, rdflib leaves them as they are read, in one row after another."""
    if part.name == "BGP":
        return list(part.triples)
    given = [term for block in part.triples for term in block] if part.name == "TriplesBlock" else []
    return list(zip(given[::3], given[1::3], given[2::3], strict=True))


def parts(algebra: Any) -> Iterator[Any]:
    """All parts of a query, as rdflib has it."""
    from rdflib.plugins.sparql.parserutils import CompValue

    todo: list[Any] = [algebra]
    while todo:
        part = todo.pop(0)
        if isinstance(part, CompValue):
            yield part
            todo += part.values()
        elif isinstance(part, list | tuple | set):
            todo += part


def _held(literals: set[Term]) -> dict[Term, ox.Literal]:
    written = {term: _literal(term) for term in literals}
    stored = kept(list(written.values()))
    return {term: stored[literal] for term, literal in written.items()}


def _literal(term: Term) -> ox.Literal:
    if term.language:
        return ox.Literal(term.value, language=term.language)
    return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype) if term.datatype else None)


def _is_literal(term: Any) -> bool:
    import rdflib

    return isinstance(term, rdflib.Literal)


def _is_path(predicate: Any) -> bool:
    from rdflib.paths import Path

    return isinstance(predicate, Path)


def _meets(predicate: Any, others: Collection[str]) -> bool:
    """Whether what leads from a subject to a value may be one of some predicates."""
    from rdflib import URIRef
    from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath

    if isinstance(predicate, URIRef):
        return str(predicate) in others
    if isinstance(predicate, SequencePath | AlternativePath):
        return any(_meets(part, others) for part in predicate.args)
    if isinstance(predicate, InvPath):
        return _meets(predicate.arg, others)
    if isinstance(predicate, MulPath):
        return _meets(predicate.path, others)
    return bool(others)  # a variable, or all but some


def _is_simple(predicate: Any) -> bool:
    """Whether only the end of a path can be a literal: no step leads back, none may be left out."""
    from rdflib import URIRef
    from rdflib.paths import SequencePath

    if isinstance(predicate, SequencePath):
        return all(isinstance(step, URIRef) for step in predicate.args)
    return not _is_path(predicate)


def _sees(part: Any, variables: set[Any]) -> bool:
    """Whether a part of a query may see how the values of some variables are written."""
    own = [value for key, value in part.items() if key not in {"p", "_vars"}]  # not the pattern that it works on
    return part.name in _SEEING and _names(own, variables)


def _names(value: Any, variables: set[Any]) -> bool:
    if isinstance(value, list | tuple | set):
        return any(_names(v, variables) for v in value)
    if hasattr(value, "values"):
        return any(_names(v, variables) for v in value.values())
    return value in variables
