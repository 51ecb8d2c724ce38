"""What the ontology's axioms add to the files: plain edges from fact nodes, super-properties, super-classes.

The axioms are read from the graph itself and become rules (:mod:`kzgraph.graph.derivation_rules`). Each rule is one
SPARQL CONSTRUCT, and all are run until nothing new comes. ``kzgraph why`` reads the same rules backwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import pyoxigraph as ox

from kzgraph.graph.derivation_rules import GENERAL, TYPE, Atom, Rule, rules_of

_FEW = 10_000  # triples that are written as one transaction, which costs less than files of their own


@dataclass(frozen=True)
class Way:
    """How an edge comes about: the axiom in words and where it stands, and the edges that it needs."""

    told: str
    axiom: Atom
    premises: tuple[Atom, ...]


_OF_AXIOMS = {rule.axiom[1] for rule in GENERAL}


def derive(database: ox.Store, target: str) -> int:
    """Adds what the axioms in the default graph entail, to it and to the graph ``target``; returns how many triples."""
    rules = [*rules_of(database), *GENERAL]
    reads = [_properties_read_by(database, rule) for rule in rules]
    waiting = {n for n, read in enumerate(reads) if read}
    before, graphs = len(database), (ox.DefaultGraph(), ox.NamedNode(target))
    while waiting:
        for n, rule in enumerate(rules):
            if n not in waiting:
                continue
            waiting.discard(n)
            where = _rule_pattern(rule)
            head = " ".join(rule.head) + " ."
            found: Any = database.query(f"CONSTRUCT {{ {head} }} WHERE {where}")
            first = list(islice(found, _FEW))
            if first:
                quads = (
                    ox.Quad(t.subject, t.predicate, t.object, graph) for t in chain(first, found) for graph in graphs
                )
                database.extend(quads) if len(first) < _FEW else database.bulk_extend(quads)
                written = _properties_named_by(database, rule, [rule.head[1]])
                known, reads = (
                    reads,
                    [_properties_read_by(database, r) for r in rules] if written & _OF_AXIOMS else reads,
                )
                waiting |= {n for n, read in enumerate(reads) if read & written or read != known[n]}
                waiting |= {n for n, rule in enumerate(rules) if rule.axiom[1] in written - {TYPE}}
    return (len(database) - before) // 2


def _properties_read_by(database: ox.Store, rule: Rule) -> set[str]:
    """The properties of the edges that a rule looks at."""
    return _properties_named_by(database, rule, [predicate for _, predicate, _ in rule.body])


def _properties_named_by(database: ox.Store, rule: Rule, predicates: list[str]) -> set[str]:
    """The properties that some predicates of a rule stand for: themselves, or those that its axioms name."""
    found = set()
    for predicate in predicates:
        if not predicate.startswith("?"):
            found.add(predicate)
            continue
        relation, value = (ox.NamedNode(t[1:-1]) if t.startswith("<") else None for t in rule.axiom[1:])
        is_subject = predicate == rule.axiom[0]
        for quad in database.quads_for_pattern(None, relation, value, ox.DefaultGraph()):
            found.add(str(quad.subject if is_subject else quad.object))
    return found


def _rule_pattern(rule: Rule) -> str:
    """The group pattern that finds what a rule gives and the graph does not hold."""
    body = " ".join(" ".join(atom) + " ." for atom in rule.patterns)
    tests = [*tests_of(rule), f"NOT EXISTS {{ {' '.join(rule.head)} }}"]
    return f"{{ {body} FILTER ({' && '.join(tests)}) }}"


def tests_of(rule: Rule) -> list[str]:
    """The SPARQL expressions that hold of all that a rule gives: no blank node is made an end of an edge."""
    tests = [f"ISIRI({term})" for term in rule.head[:2] if term.startswith("?")]
    return [*tests, f"!ISBLANK({rule.head[2]})"] if rule.head[2].startswith("?") else tests


def ways(database: ox.Store, rules: Iterable[Rule], edge: Atom) -> Iterator[Way]:
    """The ways in which rules give an edge from what a database holds; the edge's terms are those of N-Triples."""
    for rule in rules:
        bound: dict[str, str] = {}
        for term, value in zip(rule.head, edge, strict=True):
            if (bound.setdefault(term, value) if term.startswith("?") else term) != value:
                break
        else:
            yield from _ways(database, rule, bound)


def _ways(database: ox.Store, rule: Rule, bound: dict[str, str]) -> Iterator[Way]:
    patterns = [_filled(atom, bound) for atom in rule.patterns]
    free = sorted({term for atom in patterns for term in atom if term.startswith("?")})
    text = " ".join(" ".join(atom) + " ." for atom in patterns)
    found = database.query(
        f"SELECT DISTINCT * WHERE {{ {text} BIND (1 AS ?found) }} ORDER BY {' '.join(free) or '?found'}"
    )
    assert isinstance(found, ox.QuerySolutions)
    for row in found:
        values = bound | {name: str(row[name[1:]]) for name in free}
        told = rule.told
        for name in sorted(values, key=len, reverse=True):
            told = told.replace(name, values[name])
        yield Way(told, _filled(rule.axiom, values), tuple(_filled(atom, values) for atom in rule.body))


def _filled(atom: Atom, values: Mapping[str, str]) -> Atom:
    subject, predicate, value = (values.get(term, term) for term in atom)
    return subject, predicate, value
