"""Updates a database with derived statements after an edit, without deriving everything again.

This is delete and re-derive (A. Gupta, I. S. Mumick, V. S. Subrahmanian, "Maintaining Views Incrementally", SIGMOD
1993) with the rules of :mod:`kzgraph.graph.derivation`. Each step is a SPARQL CONSTRUCT that begins at the triples of
the step before. The result equals a complete derivation.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from math import inf
from typing import Any

import pyoxigraph as ox

from kzgraph.graph.derivation import tests_of
from kzgraph.graph.derivation_rules import GENERAL, Atom, Rule, rules_of

_DEFAULT = ox.DefaultGraph()
_STEP = ox.NamedNode("urn:kzgraph:maintenance:step")
_Triples = set[ox.Triple]


class TooMuchChanges(Exception):
    """A complete derivation would take less time."""


def maintain(database: ox.Store, target: str, files: Mapping[str, Collection[ox.Triple]], most: float = inf) -> bool:
    """Replaces the graphs of some files, by name, and brings the derived statements up to date.

    ``database`` is as :func:`~kzgraph.graph.derivation.derive` left it: each statement of a file stands in the graph
    of the file and in the default graph, each derived one in ``target`` and in the default graph. The same
    holds afterwards. A graph without triples is removed. Returns whether ``target`` holds other triples than before.

    Raises :class:`TooMuchChanges` if more than ``most`` triples come or go, with what is derived, and
    :class:`InputError` for an axiom that is not written as OWL 2 has it; the database is then unusable.
    """
    return _Maintenance(database, ox.NamedNode(target), most).replace(files)


class _Maintenance:
    def __init__(self, database: ox.Store, derived: ox.NamedNode, most: float) -> None:
        self._database = database
        self._derived = derived
        self._left = most
        self._changed: _Triples = set()

    def replace(self, files: Mapping[str, Collection[ox.Triple]]) -> bool:
        added, removed = self._replace_graphs(files)
        self._remove_derived(added)  # which the files now state
        new = {t for t in added if _quad(t) not in self._database}
        before = self._rules()
        gone = self._overdelete(before.values(), {t for t in removed if not self._is_told(t)})

        self._database.extend(map(_quad, new))
        after = self._rules()
        lost, fresh = _without(before, after), _without(after, before)
        no_longer = self._found(_text(rule, self._was_derived) for rule in lost)
        gone |= self._overdelete(before.values(), no_longer)

        with self._step(gone):
            again = self._found(_text(rule, _is_new, rule.head) for rule in after.values())
        again |= self._found(_text(rule, _is_new) for rule in fresh)
        self._add(again)
        self._spread(after.values(), new | again, _is_new, self._add)
        if not any(True for _ in self._database.quads_for_pattern(None, None, None, self._derived)):
            self._database.remove_graph(self._derived)
        return bool(self._changed)

    def _replace_graphs(self, files: Mapping[str, Collection[ox.Triple]]) -> tuple[_Triples, _Triples]:
        """Writes the new content of the graphs; returns the triples that came to one, and those that left one."""
        added: _Triples = set()
        removed: _Triples = set()
        for name, triples in files.items():
            graph = ox.NamedNode(name)
            old = {quad.triple for quad in self._database.quads_for_pattern(None, None, None, graph)}
            new = set(triples)
            self._remove(old - new, graph)
            self._database.extend(_quad(t, graph) for t in new - old)
            if not new:
                self._database.remove_graph(graph)
            added |= new - old
            removed |= old - new
        return added, removed

    def _overdelete(self, rules: Iterable[Rule], gone: _Triples) -> _Triples:
        """Removes triples and all that was derived from them in some way; returns what it removed."""
        self._remove_derived(gone)  # in the default graph they stay, so that nothing that follows is missed
        gone |= self._spread(rules, gone, self._was_derived, self._remove_derived)
        self._remove(gone, _DEFAULT)
        return gone

    def _spread(
        self, rules: Iterable[Rule], step: _Triples, condition: Callable[[str], str], take: Callable[[_Triples], None]
    ) -> _Triples:
        """What follows from some triples together with all others, step by step until nothing more follows."""
        all_found: _Triples = set()
        while step:
            self._left -= len(step)
            if self._left < 0:
                raise TooMuchChanges
            predicates = {str(t.predicate) for t in step}
            with self._step(step):
                step = self._found(
                    _text(rule, condition, atom)
                    for rule in rules
                    for atom in rule.patterns
                    if atom[1].startswith("?") or atom[1] in predicates
                )
            take(step)
            all_found |= step
        return all_found

    @contextlib.contextmanager
    def _step(self, triples: _Triples) -> Iterator[None]:
        """In this context, the graph at which queries begin holds these triples."""
        self._database.extend(_quad(t, _STEP) for t in triples)
        yield
        self._database.remove_graph(_STEP)

    def _found(self, texts: Iterable[str]) -> _Triples:
        found: _Triples = set()
        for text in texts:
            answer: Any = self._database.query(text)
            for triple in answer:
                found.add(triple)
                if len(found) > self._left:
                    raise TooMuchChanges
        return found

    def _was_derived(self, head: str) -> str:
        return f"EXISTS {{ GRAPH {self._derived} {{ {head} }} }}"

    def _add(self, triples: _Triples) -> None:
        self._database.extend(_quad(t, graph) for t in triples for graph in (_DEFAULT, self._derived))
        self._changed ^= triples

    def _remove_derived(self, triples: _Triples) -> None:
        there = {t for t in triples if _quad(t, self._derived) in self._database}
        self._remove(there, self._derived)
        self._changed ^= there

    def _remove(self, triples: _Triples, graph: ox.NamedNode | ox.DefaultGraph) -> None:
        for triple in triples:
            self._database.remove(_quad(triple, graph))

    def _is_told(self, triple: ox.Triple) -> bool:
        """Whether the graph of a file holds a triple."""
        others = (_DEFAULT, self._derived)
        found = self._database.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
        return any(quad.graph_name not in others for quad in found)

    def _rules(self) -> dict[tuple[Atom, ...], Rule]:
        """The rules that can give something, each by its text: not those without a body, or with their head in it."""
        rules = (*rules_of(self._database), *GENERAL)
        return {(r.head, *r.patterns): r for r in rules if r.patterns and r.head not in r.patterns}


def _without(rules: Mapping[tuple[Atom, ...], Rule], others: Mapping[tuple[Atom, ...], Rule]) -> list[Rule]:
    return [rule for key, rule in rules.items() if key not in others]


def _is_new(head: str) -> str:
    return f"NOT EXISTS {{ {head} }}"


def _text(rule: Rule, condition: Callable[[str], str], begin: Atom | None = None) -> str:
    """The CONSTRUCT of a rule; it begins at the triples of the step that match one pattern, if that is given.

    The other patterns are joined one by one by LATERAL, beginning with the one that has the most known terms. A step is
    small, but Oxigraph cannot know that and might begin elsewhere.
    """
    rest = [atom for atom in rule.patterns if atom != begin]
    groups = [f"{{ GRAPH {_STEP} {{ {' '.join(begin)} }} }}"] if begin else []
    known = set(begin or ())
    while rest:
        atom = max(rest, key=lambda a: sum(term in known or not term.startswith("?") for term in a))
        rest.remove(atom)
        groups.append(f"{'LATERAL ' if groups else ''}{{ {' '.join(atom)} }}")
        known.update(atom)
    head = " ".join(rule.head)
    tests = [*tests_of(rule), condition(head)]
    return f"CONSTRUCT {{ {head} }} WHERE {{ {' '.join(groups)} FILTER ({' && '.join(tests)}) }}"


def _quad(triple: ox.Triple, graph: ox.NamedNode | ox.DefaultGraph = _DEFAULT) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)
