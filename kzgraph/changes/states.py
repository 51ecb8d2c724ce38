"""What differs between two states of a project, by thing and by fact: added, removed, renamed, and what changed in it.

Compared is what the files say, not what follows from it, and not in which file it stands. A blank node is a part of
what leads to it, and equal if what it says is equal. Those to which several statements lead, or that lead back to
themselves, are compared as graphs (RDFC-1.0).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kzgraph.files.parsing import read_contents
from kzgraph.files.project import Project
from kzgraph.files.rdf_files import parse_file
from kzgraph.graph.canonical import difference
from kzgraph.namespaces import PROV, RDF, RDFS
from kzgraph.stores.disk.embedded import EmbeddedStore, term_of
from kzgraph.stores.disk.snapshot import open_project
from kzgraph.terms import Term

TYPE, LABEL = RDF + "type", RDFS + "label"
KINDS = ("fact", "thing", "document", "term", "citation", "nameless")
_NIL = ox.NamedNode(RDF + "nil")
_NEW = "urn:kzgraph:this"  # stands for a thing itself when its statements are compared with another's


@dataclass(frozen=True)
class Again:
    """A blank node that says the same as others in one place; ``number`` is 2 for the second of them."""

    value: Value
    number: int


Value = Term | frozenset[tuple[str, "Value"]] | tuple["Value", ...] | Again
"""A named node or literal; or a blank node as what it says, or as the list that it begins."""
Statements = frozenset[tuple[str, Value]]


@dataclass(frozen=True)
class Difference:
    """A property whose values were removed or added."""

    property: str
    removed: tuple[Value, ...]
    added: tuple[Value, ...]


@dataclass(frozen=True)
class Change:
    """A thing that came (``added``), went (``removed``), has another name (``renamed``) or says something else.

    ``kind`` is one of ``KINDS``; ``before`` is the former name of what was renamed.
    """

    how: str
    kind: str
    iri: str
    differences: tuple[Difference, ...] = ()
    before: str = ""


class State:
    """A project at one moment: what its files say, value by value as written, and the store that answers questions."""

    def __init__(self, project: Project, store: EmbeddedStore, triples: set[ox.Triple]) -> None:
        self.project = project
        self.store = store
        self.triples = triples
        self._terms = _subjects(store.database, project.graph_base + "ontology/")
        self._kinds: dict[str, str] = {}

    def kind(self, iri: str) -> str:
        """What a thing is, for the reader of a list of changes."""
        if iri not in self._kinds:
            self._kinds[iri] = self._kind_of(iri)
        return self._kinds[iri]

    def _kind_of(self, iri: str) -> str:
        node, database, default = ox.NamedNode(iri), self.store.database, ox.DefaultGraph()
        model = self.project.model
        types = {
            q.object.value
            for q in database.quads_for_pattern(node, ox.NamedNode(TYPE), None, default)
            if isinstance(q.object, ox.NamedNode)
        }
        predicates = {q.predicate.value for q in database.quads_for_pattern(node, None, None, default)}
        if iri in self._terms:
            return "term"
        if model["Citation"] in types:
            return "citation"
        if model["Fact"] in types or PROV + "wasDerivedFrom" in predicates:
            return "fact"
        return "document" if model["Document"] in types else "thing"


def changes(old: State, new: State) -> list[Change]:
    """What changed from one state to the other; empty if and only if the files say the same."""
    before, after = _Folded(old.triples), _Folded(new.triples)
    renamed = _renamed(before.of, after.of)
    if renamed:
        before = _Folded(_with_names(old.triples, renamed))
    back = {name: former for former, name in renamed.items()}
    found = []
    for iri in sorted(before.of.keys() | after.of.keys()):
        ours, theirs = before.of.get(iri, frozenset()), after.of.get(iri, frozenset())
        kind = (new if iri in after.of else old).kind(iri)
        if iri in back:
            found.append(Change("renamed", kind, iri, _differences(ours, theirs), back[iri]))
        elif not ours or not theirs:
            found.append(Change("added" if theirs else "removed", kind, iri, _differences(ours, theirs)))
        elif ours != theirs:
            found.append(Change("changed", kind, iri, _differences(ours, theirs)))
    found += _nameless(before, after)
    return sorted(found, key=lambda c: (KINDS.index(c.kind), c.iri))


def read_state(project: Project) -> State:
    """A project as its files are now; raises the errors of :func:`open_project`."""
    store = open_project(project)
    return State(project, store, said_in(project, read_contents(project, project.graph_files())))


def said_in(project: Project, contents: Mapping[Path, bytes]) -> set[ox.Triple]:
    """The statements of files whose contents are at hand, their values as they are written."""
    return {q.triple for path, text in contents.items() for q in parse_file(text, project.relative(path), path)}


def _subjects(database: ox.Store, base: str) -> set[str]:
    """The things that are described in graphs whose IRI begins with ``base``."""
    graphs = [g for g in database.named_graphs() if isinstance(g, ox.NamedNode) and g.value.startswith(base)]
    found = (q.subject for g in graphs for q in database.quads_for_pattern(None, None, None, g))
    return {s.value for s in found if isinstance(s, ox.NamedNode)}


class _Folded:
    """What is said of each named thing, blank nodes folded into what leads to them.

    ``roots`` are the blank nodes to which nothing leads, each as what it says, and how many say it. ``tangled`` are
    the statements of blank nodes that cannot be folded, with all blank nodes tied to them.
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._out: defaultdict[object, list[tuple[str, object]]] = defaultdict(list)
        into: defaultdict[object, set[object]] = defaultdict(set)
        for t in triples:
            self._out[t.subject].append((t.predicate.value, t.object))
            if isinstance(t.object, ox.BlankNode):
                into[t.object].add((t.subject, t.predicate))
        blank = {n for n in (*self._out, *into) if isinstance(n, ox.BlankNode)}
        roots = {n for n in blank if not into.get(n)}
        self._apart = self._unfoldable(blank, roots, into)
        self.roots: Counter[Value] = Counter(self._folded(n) for n in roots - self._apart)
        self.of: dict[str, Statements] = {
            node.value: self._all(said) for node, said in list(self._out.items()) if isinstance(node, ox.NamedNode)
        }
        self.tangled = [
            ox.Triple(t.subject, t.predicate, t.object)
            for t in triples
            if t.subject in self._apart or t.object in self._apart
        ]

    def _unfoldable(
        self, blank: set[ox.BlankNode], roots: set[ox.BlankNode], into: Mapping[object, set[object]]
    ) -> set[object]:
        """Blank nodes to which several statements lead, or none but their own, and those tied to them."""
        below: dict[object, list[object]] = {
            n: [o for _, o in self._out.get(n, ()) if isinstance(o, ox.BlankNode)] for n in blank
        }
        reached: set[object] = set()
        waiting = [*roots, *(o for n in self._out if isinstance(n, ox.NamedNode) for _, o in self._out[n])]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ox.BlankNode) and node not in reached:
                reached.add(node)
                waiting += below[node]
        tied: defaultdict[object, set[object]] = defaultdict(set)
        for node, others in below.items():
            for other in others:
                tied[node].add(other)
                tied[other].add(node)
        apart: set[object] = {n for n in blank if n not in reached or len(into.get(n, ())) > 1}
        waiting = list(apart)
        while waiting:
            fresh = tied[waiting.pop()] - apart
            apart |= fresh
            waiting += fresh
        return apart

    def _folded(self, node: object) -> Value:
        if not isinstance(node, ox.BlankNode):
            term = term_of(node)
            assert term is not None
            return term
        if node in self._apart:
            return frozenset()
        items = self._list(node)
        if items is not None:
            return tuple(self._folded(i) for i in items)
        return self._all(self._out.get(node, []))

    def _all(self, said: Iterable[tuple[str, object]]) -> Statements:
        """What is said of a node, folded; nothing of it is lost where two blank nodes say the same."""
        counted = Counter((p, self._folded(o)) for p, o in said)
        again = ((p, Again(v, n)) for (p, v), number in counted.items() for n in range(2, number + 1))
        return frozenset([*counted, *again])

    def _list(self, node: object) -> list[object] | None:
        """The members of a well-formed RDF list that begins at a blank node."""
        items: list[object] = []
        while node != _NIL:
            said = self._out.get(node, [])
            parts = dict(said)
            if node in self._apart or len(said) != 2 or parts.keys() != {RDF + "first", RDF + "rest"}:
                return None
            items.append(parts[RDF + "first"])
            node = parts[RDF + "rest"]
        return items


def _nameless(before: _Folded, after: _Folded) -> list[Change]:
    """One change with all that differs in blank nodes that are no part of a named thing."""
    came, went = after.roots - before.roots, before.roots - after.roots
    added, removed = difference(after.tangled, before.tangled)
    if not (came or went or added or removed):
        return []
    lines = [[Term("literal", t) for t in triples] for triples in (removed, added)]
    old, new = ((*_sorted(c.elements()), *ts) for c, ts in zip((went, came), lines, strict=True))
    return [Change("changed", "nameless", "", (Difference("", old, new),))]


def _renamed(before: Mapping[str, Statements], after: Mapping[str, Statements]) -> dict[str, str]:
    """What has another name now: by all that is said of it, else by its classes and label, where only one fits."""
    gone = {i: before[i] for i in before.keys() - after.keys()}
    come = {i: after[i] for i in after.keys() - before.keys()}
    found: dict[str, str] = {}
    for key in (_without_own_name, _class_and_label):
        left, right = _by_key(gone, key), _by_key(come, key)
        for looks, olds in left.items():
            news = right.get(looks, [])
            if looks and len(olds) == len(news) == 1:
                found[olds[0]] = news[0]
                del gone[olds[0]], come[news[0]]
    return found


def _by_key(things: Mapping[str, Statements], key: Callable[[str, Statements], object]) -> dict[object, list[str]]:
    found: defaultdict[object, list[str]] = defaultdict(list)
    for iri, said in things.items():
        found[key(iri, said)].append(iri)
    return found


def _without_own_name(iri: str, said: Statements) -> object:
    own, stand_in = Term("uri", iri), Term("uri", _NEW)
    return frozenset((p, stand_in if v == own else v) for p, v in said)


def _class_and_label(iri: str, said: Statements) -> object:
    labels = frozenset(v for p, v in said if p == LABEL)
    return (frozenset(v for p, v in said if p == TYPE), labels) if labels else None


def _with_names(triples: Iterable[ox.Triple], names: Mapping[str, str]) -> list[ox.Triple]:
    """The statements with new names for some things."""
    new: dict[object, Any] = {ox.NamedNode(a): ox.NamedNode(b) for a, b in names.items()}
    return [ox.Triple(*(new.get(part, part) for part in t)) for t in triples]


def _differences(before: Statements, after: Statements) -> tuple[Difference, ...]:
    went, came = before - after, after - before
    return tuple(
        Difference(p, _sorted(v for q, v in went if q == p), _sorted(v for q, v in came if q == p))
        for p in sorted({p for p, _ in went | came})
    )


def _sorted(values: Iterable[Value]) -> tuple[Value, ...]:
    return tuple(sorted(values, key=plain_value))


def plain_value(value: Value) -> str:
    """A value as text, the same for equal values."""
    if isinstance(value, Again):
        return plain_value(value.value)
    if isinstance(value, Term):
        return value.n3()
    if isinstance(value, tuple):
        return f"( {' '.join(plain_value(v) for v in value)} )"  # type: ignore[arg-type]  # a tuple that is no term holds values
    return f"[ {' ; '.join(sorted(f'<{p}> {plain_value(v)}' for p, v in value))} ]"
