"""Graphs in one form, whatever engine holds them: canonical lines and digests (RDFC-1.0), and what differs."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

import pyoxigraph as ox

from kzgraph.graph.forests import named_in_trees
from kzgraph.walls.unfinished import temporary_folder

_ROUNDS = 4  # steps from a blank node that are looked at for its name
_EXACT = 200_000  # triples with blank nodes that are named by RDF Dataset Canonicalization
_PIECE = 50_000  # triples at a time
_SHOWN = 12  # characters of a digest that stands for a blank node where people read it


def canonical_lines(triples: Iterable[ox.Triple], prefix: str = "") -> list[str]:
    """The triples as sorted lines of N-Triples, blank nodes named by RDF Dataset Canonicalization.

    Values are written as Oxigraph writes them, so that ``24.0`` and ``24`` are one. ``prefix`` goes before the names
    of blank nodes, to keep those of several graphs apart.
    """
    return sorted(f"{_named(t, prefix)} ." for t in _canonical(triples))


def streamed_lines(triples: Iterable[ox.Triple], prefix: str = "", *, as_written: bool = False) -> Iterator[str]:
    """The lines of :func:`canonical_lines` of a graph of any size, in no order; a line may come twice.

    ``as_written`` keeps the values as they are, where Oxigraph would write ``1.50`` as ``1.5``.

    If there are more than 200,000 triples with blank nodes, these go through a file, and a blank node is named by what
    is around it, a few steps deep. Then the names are the same each time only if no two nodes are alike in that.
    """
    with temporary_folder() as folder, Path(folder, "blank.nt").open("wb") as file:
        held: list[ox.Triple] = []
        for piece in _pieces(triples):
            for triple in dict.fromkeys(piece) if as_written else _normal(piece):
                if not _blank(triple):
                    yield f"{triple} ."
                    continue
                held.append(triple)
            if len(held) > _EXACT:
                file.writelines(f"{t} .\n".encode() for t in held)
                held = []
        if not file.tell():
            yield from (f"{_named(t, prefix)} ." for t in _canonical(held, as_written=as_written))
            return
        file.writelines(f"{t} .\n".encode() for t in held)
        file.flush()
        yield from _named_by_surroundings(Path(file.name), prefix)


def digest(lines: Iterable[str]) -> str:
    """The SHA-256 of canonical lines."""
    summed = hashlib.sha256()
    for line in lines:
        summed.update(line.encode("utf-8") + b"\n")
    return summed.hexdigest()


class ContentSum:
    """A digest of what graphs of any size say together, the same in any order and however blank nodes are called.

    A blank node is known by what is around it, a few steps deep. Each graph has blank nodes of its own, and what two of
    them say alike counts once.
    """

    def __init__(self) -> None:
        self._seen: set[bytes] = set()
        self._sum = 0

    def add(self, triples: Iterable[ox.Triple]) -> ContentSum:
        """Takes in a graph."""
        with temporary_folder() as folder:
            blank = Path(folder, "blank.nt")
            with blank.open("wb") as file:
                for triple in chain.from_iterable(map(_normal, _pieces(triples))):
                    if _blank(triple):
                        file.write(f"{triple} .\n".encode())
                    else:
                        self._count(str(triple))

            def nameless() -> Iterator[ox.Triple]:
                return (q.triple for q in ox.parse(path=blank, format=ox.RdfFormat.N_TRIPLES))

            names = _surroundings(nameless, always_deep=True)
            for triple in nameless():
                self._count(_line(triple, names, None))
        return self

    def _count(self, line: str) -> None:
        told = hashlib.sha256(line.encode()).digest()[:16]
        if told not in self._seen:
            self._seen.add(told)
            self._sum = (self._sum + int.from_bytes(told)) % (1 << 128)

    @property
    def value(self) -> tuple[int, int]:
        """What two of them have in common whose graphs say the same; without the memory that counting takes."""
        return self._sum, len(self._seen)


def difference(left: Iterable[ox.Triple], right: Iterable[ox.Triple]) -> tuple[list[str], list[str]]:
    """The triples that are only in ``left``, and those only in ``right``; both empty if the graphs are isomorphic.

    A blank node is named by the statements around it, so that a change elsewhere does not rename it.
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


def _canonical(triples: Iterable[ox.Triple], *, as_written: bool = False) -> Iterable[ox.Triple]:
    named: list[ox.Triple] = []
    with_blank: list[ox.Triple] = []
    for triple in dict.fromkeys(triples) if as_written else _normal(triples):
        (with_blank if _blank(triple) else named).append(triple)
    if not with_blank:
        return named
    in_trees, others = named_in_trees(with_blank)
    dataset = ox.Dataset(ox.Quad(*t) for t in others)  # the names depend on these alone
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return chain(named, in_trees, (q.triple for q in dataset))


def _named(triple: ox.Triple, prefix: str) -> str:
    return str(triple) if not prefix else " ".join(_text(p, lambda node: f"_:{prefix}{node.value}") for p in triple)


def _text(part: object, name: Callable[[ox.BlankNode], str]) -> str:
    """A term of N-Triples with a name for each blank node, also within a triple term (RDF 1.2)."""
    if isinstance(part, ox.Triple):
        return f"<<( {' '.join(_text(p, name) for p in part)} )>>"
    return name(part) if isinstance(part, ox.BlankNode) else str(part)


def _pieces(triples: Iterable[ox.Triple]) -> Iterator[list[ox.Triple]]:
    left = iter(triples)
    while piece := list(islice(left, _PIECE)):
        yield piece


def _blank(triple: ox.Triple) -> set[ox.BlankNode]:
    found: set[ox.BlankNode] = set()
    for part in (triple.subject, triple.object):
        if isinstance(part, ox.BlankNode):
            found.add(part)
        elif isinstance(part, ox.Triple):
            found |= _blank(part)
    return found


def _named_by_surroundings(file: Path, prefix: str) -> Iterator[str]:
    def triples() -> Iterator[ox.Triple]:
        return (q.triple for q in ox.parse(path=file, format=ox.RdfFormat.N_TRIPLES))

    names, seen = _surroundings(triples), Counter[str]()
    for node, name in names.items():
        seen[name] += 1
        names[node] = f"{prefix}{name}" if seen[name] == 1 else f"{prefix}{name}n{seen[name]}"
    yield from (f"{_line(t, names, None)} ." for t in triples())


def _by_surroundings(triples: list[ox.Triple]) -> list[str]:
    """Lines in which each blank node is named by a digest of the statements around it, a few steps deep."""
    names: dict[object, str] = {node: name[:_SHOWN] for node, name in _surroundings(lambda: triples).items()}
    return [f"{_line(t, names, None)} ." for t in triples]


def _surroundings(triples: Callable[[], Iterable[ox.Triple]], *, always_deep: bool = False) -> dict[object, str]:
    """A name for each blank node: a digest of the lines it is in, deeper as long as that distinguishes more nodes.

    With ``always_deep`` the name depends on what is around the node alone, and not on how alike the others are.
    """
    names: dict[object, str] = {node: "" for triple in triples() for node in _blank(triple)}
    apart = 0
    for _ in range(_ROUNDS):
        sums: dict[object, int] = dict.fromkeys(names, 0)
        for triple in triples():
            for node in _blank(triple):
                line = hashlib.sha256(_line(triple, names, node).encode()).digest()
                sums[node] = (sums[node] + int.from_bytes(line[:16])) % (1 << 128)
        names = {node: f"{total:032x}" for node, total in sums.items()}
        if not always_deep and len(set(names.values())) in {apart, len(names)}:
            break
        apart = len(set(names.values()))
    return names


def _line(triple: ox.Triple, names: dict[object, str], centre: object) -> str:
    def name(node: ox.BlankNode) -> str:
        if centre is not None and node == centre:
            return "_:this"
        return f"_:{names[node]}" if node in names else str(node)

    return " ".join(_text(part, name) for part in triple)
