"""Graphs in one form, whatever engine holds them: canonical lines and digests (RDFC-1.0), and what differs."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

import pyoxigraph as ox

_ROUNDS = 4


def canonical_lines(triples: Iterable[ox.Triple], prefix: str = "") -> list[str]:
    """The triples as sorted lines of N-Triples, blank nodes named by RDF Dataset Canonicalization.

    Values are written as Oxigraph writes them, so that ``24.0`` and ``24`` are one. ``prefix`` goes before the names
    of blank nodes, to keep those of several graphs apart.
    """
    return sorted(f"{_named(t, prefix)} ." for t in _canonical(triples))


def digest(lines: Iterable[str]) -> str:
    """The SHA-256 of canonical lines."""
    summed = hashlib.sha256()
    for line in lines:
        summed.update(line.encode("utf-8") + b"\n")
    return summed.hexdigest()


def difference(left: Iterable[ox.Triple], right: Iterable[ox.Triple]) -> tuple[list[str], list[str]]:
    """The triples that are only in ``left``, and those only in ``right``; both empty if the graphs are isomorphic.

    A blank node is named by what is around it, so that a change elsewhere does not make it another.
    """
    one, two = list(_normal(left)), list(_normal(right))
    if canonical_lines(one) == canonical_lines(two):
        return [], []
    first, second = Counter(_by_surroundings(one)), Counter(_by_surroundings(two))
    return sorted((first - second).elements()), sorted((second - first).elements())


def _normal(triples: Iterable[ox.Triple]) -> Iterable[ox.Triple]:
    store = ox.Store()
    store.bulk_extend(ox.Quad(*t) for t in triples)
    return (q.triple for q in store)


def _canonical(triples: Iterable[ox.Triple]) -> Iterable[ox.Triple]:
    normal = list(_normal(triples))
    if not any(isinstance(part, ox.BlankNode) for t in normal for part in (t.subject, t.object)):
        return normal
    dataset = ox.Dataset(ox.Quad(*t) for t in normal)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return (q.triple for q in dataset)


def _named(triple: ox.Triple, prefix: str) -> str:
    if not prefix:
        return str(triple)
    parts = (ox.BlankNode(prefix + p.value) if isinstance(p, ox.BlankNode) else p for p in triple)
    return " ".join(map(str, parts))


def _by_surroundings(triples: list[ox.Triple]) -> list[str]:
    """Lines in which a blank node bears a digest of what is said of it and by it, a few steps deep."""
    names: dict[object, str] = {p: "" for t in triples for p in (t.subject, t.object) if isinstance(p, ox.BlankNode)}
    for _ in range(_ROUNDS if names else 0):
        around: dict[object, list[str]] = {node: [] for node in names}
        for triple in triples:
            for node in {triple.subject, triple.object} & names.keys():
                around[node].append(_line(triple, names, node))
        names = {n: hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:12] for n, lines in around.items()}
    return [f"{_line(t, names, None)} ." for t in triples]


def _line(triple: ox.Triple, names: dict[object, str], centre: object) -> str:
    shown = (
        "_:this" if centre is not None and p == centre else f"_:{names[p]}" if p in names else str(p) for p in triple
    )
    return " ".join(shown)
