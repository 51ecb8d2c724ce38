"""SHACL property paths (section 2.3.1): read from a shapes graph, followed in a data graph, and written as SPARQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kzgraph.graph.triples import Triples, key, node
from kzgraph.namespaces import RDF, SH
from kzgraph.terms import Term

OPERATORS = ("inversePath", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")
_MARKS = {"inversePath": ("^", ""), "zeroOrMorePath": ("", "*"), "oneOrMorePath": ("", "+"), "zeroOrOnePath": ("", "?")}


class PathFault(Exception):  # it is caught in this package, and becomes a finding
    """A path that is not well-formed; the text says why."""


@dataclass(frozen=True)
class Path:
    """A SHACL property path: a predicate, or an operator with the paths it works on."""

    kind: str
    predicate: str = ""
    parts: tuple[Path, ...] = ()

    def predicates(self) -> Iterator[str]:
        """Every predicate that occurs in the path."""
        if self.kind == "predicate":
            yield self.predicate
        for part in self.parts:
            yield from part.predicates()

    def sparql(self) -> str:
        """The path as SPARQL writes it."""
        if self.kind == "predicate":
            return f"<{self.predicate}>"
        if self.kind in {"sequence", "alternativePath"}:
            return f"({('/' if self.kind == 'sequence' else '|').join(p.sparql() for p in self.parts)})"
        before, after = _MARKS[self.kind]
        return f"({before}{self.parts[0].sparql()}{after})"

    def turtle(self) -> str:
        """The path as Turtle writes it in a shapes graph."""
        if self.kind == "predicate":
            return f"<{self.predicate}>"
        if self.kind == "sequence":
            return f"( {' '.join(p.turtle() for p in self.parts)} )"
        inner = " ".join(p.turtle() for p in self.parts)
        return f"[ sh:{self.kind} {f'( {inner} )' if self.kind == 'alternativePath' else inner} ]"


def read_path(graph: Triples, term: Term, above: frozenset[str] = frozenset()) -> Path:
    """The path that a node of a shapes graph is; raises :class:`PathFault` for one that is not well-formed."""
    if term.kind == "literal":
        raise PathFault("a path is a property or an operator, not a value")
    name = key(term)
    own = graph.out.get(name, {})
    operators = [o for o in OPERATORS if SH + o in own]
    if term.kind == "uri" and not (operators or RDF + "first" in own):
        return Path("predicate", term.value)
    if name in above:
        raise PathFault("the path contains itself")
    inside = above | {name}
    if RDF + "first" in own:
        return Path("sequence", parts=_parts(graph, term, inside))
    if len(operators) != 1 or len(own[SH + operators[0]]) != 1:
        message = f"a nameless path needs one of {', '.join('sh:' + o for o in OPERATORS)}, or is a list"
        raise PathFault(message)
    (inner,) = own[SH + operators[0]]
    if operators[0] == "alternativePath":
        return Path("alternativePath", parts=_parts(graph, inner, inside))
    return Path(operators[0], parts=(read_path(graph, inner, inside),))


def _parts(graph: Triples, term: Term, above: frozenset[str]) -> tuple[Path, ...]:
    members = graph.whole_list(key(term))
    if members is None or len(members) < 2:
        raise PathFault("the list of a path needs two members or more, and rdf:nil at its end")
    return tuple(read_path(graph, m, above) for m in members)


def reached(graph: Triples, path: Path, start: Term) -> list[Term]:
    """The nodes that a path leads to from a node, each once."""
    if path.kind == "predicate":
        return list(graph.objects(key(start), path.predicate)) if start.kind != "literal" else []
    return list(dict.fromkeys(_reached(graph, path, start)))


def _reached(graph: Triples, path: Path, start: Term) -> Iterator[Term]:
    if path.kind == "predicate":
        yield from reached(graph, path, start)
    elif path.kind == "sequence":
        found = [start]
        for part in path.parts:
            found = list(dict.fromkeys(v for f in found for v in reached(graph, part, f)))
        yield from found
    elif path.kind == "alternativePath":
        for part in path.parts:
            yield from reached(graph, part, start)
    elif path.kind == "inversePath":
        yield from _backward(graph, path.parts[0], start)
    else:
        yield from _repeated(graph, path, start)


def _backward(graph: Triples, path: Path, start: Term) -> Iterator[Term]:
    if path.kind == "predicate":
        yield from (node(s) for s in graph.subjects(path.predicate, start))
    elif path.kind == "sequence":
        yield from reached(graph, Path("sequence", parts=tuple(_inverse(p) for p in reversed(path.parts))), start)
    elif path.kind == "inversePath":
        yield from reached(graph, path.parts[0], start)
    else:
        yield from reached(graph, Path(path.kind, parts=tuple(_inverse(p) for p in path.parts)), start)


def _inverse(path: Path) -> Path:
    return path.parts[0] if path.kind == "inversePath" else Path("inversePath", parts=(path,))


def _repeated(graph: Triples, path: Path, start: Term) -> Iterator[Term]:
    if path.kind == "zeroOrOnePath":
        yield start
        yield from reached(graph, path.parts[0], start)
        return
    found: dict[Term, None] = {start: None} if path.kind == "zeroOrMorePath" else {}
    todo = [start]
    while todo:
        for value in reached(graph, path.parts[0], todo.pop()):
            if value not in found:
                found[value] = None
                todo.append(value)
    yield from found
