"""Names for blank nodes in deep trees, in linear time: there RDF Dataset Canonicalization takes the cube of the depth.

In a tree, where each blank node is the object of one statement at most, a node is known by what is below it and by the
way to it. Nodes that are alike in both can be exchanged, so that it does not matter which of them is named first.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from typing import Any

import pyoxigraph as ox

DEEP = 50
"""The depth from which trees are named here."""

_Node = ox.BlankNode


class _Forest:
    """The blank nodes of some triples, each with the statements to it and from it."""

    def __init__(self, triples: list[ox.Triple]) -> None:
        self.into: dict[_Node, list[ox.Triple]] = defaultdict(list)
        self.out: dict[_Node, list[ox.Triple]] = defaultdict(list)
        for triple in triples:
            if isinstance(triple.subject, ox.BlankNode):
                self.out[triple.subject].append(triple)
            if isinstance(triple.object, ox.BlankNode):
                self.into[triple.object].append(triple)

    def trees(self) -> list[list[_Node]]:
        """The trees that are deep, each from its root on, a node before those below it."""
        found = []
        for node in dict.fromkeys([*self.out, *self.into]):
            if all(not isinstance(t.subject, ox.BlankNode) for t in self.into[node]):
                order = self._tree(node)
                if order:
                    found.append(order)
        return found

    def _tree(self, root: _Node) -> list[_Node]:
        """The nodes below a root; none where they are no tree, or a shallow one."""
        order, depth, deepest = [root], {root: 0}, 0
        for node in order:
            if len(self.into[node]) > 1:
                return []
            for triple in self.out[node]:
                if isinstance(triple.object, ox.BlankNode):
                    depth[triple.object] = depth[node] + 1
                    deepest = max(deepest, depth[triple.object])
                    order.append(triple.object)
        return order if deepest >= DEEP else []


def named_in_trees(triples: list[ox.Triple]) -> tuple[list[ox.Triple], list[ox.Triple]]:
    """The triples of deep trees, with blank nodes that have the same names each time; and the others as they are."""
    forest = _Forest(triples)
    trees = forest.trees()
    if not trees:
        return [], triples
    names = _names(forest, trees)
    inside = [t for t in triples if t.subject in names or t.object in names]
    others = [t for t in triples if not (t.subject in names or t.object in names)]
    return [ox.Triple(_renamed(t.subject, names), t.predicate, _renamed(t.object, names)) for t in inside], others


def _renamed(part: Any, names: dict[object, _Node]) -> Any:
    return names.get(part, part)


def _names(forest: _Forest, trees: list[list[_Node]]) -> dict[object, _Node]:
    below: dict[object, str] = {}
    for order in trees:
        for node in reversed(order):
            said = (f"{t.predicate} {below.get(t.object, t.object)}" for t in forest.out[node])
            below[node] = _digest(*sorted(said))
    names: dict[object, _Node] = {}
    alike: Counter[str] = Counter()
    for order in trees:
        for node in order:
            way = (f"{names.get(t.subject, t.subject)} {t.predicate}" for t in forest.into[node])
            name = _digest(below[node], *way)
            alike[name] += 1
            names[node] = ox.BlankNode("t" + (name if alike[name] == 1 else _digest(name, str(alike[name]))))
    return names


def _digest(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:32]
