"""Statements as plain Python terms, indexed by subject and class: what the later stages ask."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from copy import copy

from kzgraph.namespaces import RDF, RDFS
from kzgraph.terms import Term

TYPE = RDF + "type"
SUB_CLASS = RDFS + "subClassOf"
_FEW = 8  # values up to which a list is as quick as a set
_NOTHING: tuple[Term, ...] = ()

Triple = tuple[str, str, Term]
"""Subject and predicate as keys (an IRI, or ``_:`` and the name of a blank node), and the object as a term."""


def key(term: Term) -> str:
    """The key of an IRI or blank node; for a literal its N-Triples form, which is the key of no subject."""
    if term.kind == "uri":
        return term.value
    return "_:" + term.value if term.kind == "bnode" else term.n3()


def node(name: str) -> Term:
    """The term of a key."""
    return Term("bnode", name[2:]) if name.startswith("_:") else Term("uri", name)


class Triples:
    """A set of statements."""

    def __init__(self, triples: Iterable[Triple] = ()) -> None:
        self.out: dict[str, dict[str, Collection[Term]]] = {}
        self._instances: dict[str, dict[str, None]] = {}
        self._into: dict[str, dict[str, list[str]]] = {}
        self._supers: dict[str, frozenset[str]] = {}
        self.add(triples)

    def add(self, triples: Iterable[Triple]) -> None:
        """Adds statements; one that is there already changes nothing."""
        self._into.clear()
        self._supers.clear()
        for subject, predicate, value in triples:
            own = self.out.setdefault(subject, {})
            values = own.get(predicate)
            if values is None:
                own[predicate] = [value]
            elif isinstance(values, dict):
                values[value] = None
            elif value not in values:
                assert isinstance(values, list)
                values.append(value)
                if len(values) > _FEW:
                    own[predicate] = dict.fromkeys(values)
            if predicate == TYPE:
                self._instances.setdefault(key(value), {})[subject] = None

    def include(self, other: Triples) -> None:
        """Adds the statements of another set, which must not change afterwards: what only it says is shared.

        Of this set only :meth:`include` may be called afterwards, and no :meth:`add`.
        """
        self._into.clear()
        self._supers.clear()
        for subject, own in other.out.items():
            held = self.out.get(subject)
            if held is None:
                self.out[subject] = own
                continue
            self.out[subject] = {predicate: copy(values) for predicate, values in held.items()}
            self.add((subject, predicate, value) for predicate, values in own.items() for value in values)
        for kind, things in other._instances.items():
            self._instances.setdefault(kind, {}).update(things)

    def objects(self, subject: str, predicate: str) -> Collection[Term]:
        """The values of a property of a thing."""
        own = self.out.get(subject)
        return own.get(predicate, _NOTHING) if own is not None else _NOTHING

    def one(self, subject: str, predicate: str) -> Term | None:
        """A value of a property of a thing, or None."""
        return next(iter(self.objects(subject, predicate)), None)

    def iris(self, subject: str, predicate: str) -> list[str]:
        """The values of a property that are IRIs or blank nodes, as keys."""
        return [key(o) for o in self.objects(subject, predicate) if o.kind != "literal"]

    def subjects(self, predicate: str, value: Term) -> list[str]:
        """The things that have a value."""
        found = self._into.get(predicate)
        if found is None:  # few predicates are ever asked for, so each is indexed when it is
            found = self._into[predicate] = {}
            for subject, own in self.out.items():
                for one in own.get(predicate, _NOTHING):
                    found.setdefault(key(one), []).append(subject)
        return found.get(key(value), [])

    def members(self, subject: str) -> list[Term]:
        """The members of an RDF list; a circle ends it."""
        found: list[Term] = []
        seen: set[str] = set()
        while subject != RDF + "nil" and subject not in seen:
            seen.add(subject)
            first, rest = self.one(subject, RDF + "first"), self.one(subject, RDF + "rest")
            if first is None or rest is None:
                break
            found.append(first)
            subject = key(rest)
        return found

    def whole_list(self, subject: str) -> list[Term] | None:
        """The members of an RDF list; None for what is none: a member too many or too few, a circle, no end."""
        found: list[Term] = []
        seen: set[str] = set()
        while subject != RDF + "nil":
            first, rest = self.objects(subject, RDF + "first"), self.objects(subject, RDF + "rest")
            if subject in seen or len(first) != 1 or len(rest) != 1:
                return None
            seen.add(subject)
            found += first
            subject = key(next(iter(rest)))
        return found

    def above(self, kind: str) -> frozenset[str]:
        """A class and all classes above it."""
        known = self._supers.get(kind)
        if known is None:
            found, todo = {kind}, [kind]
            while todo:
                for upper in self.iris(todo.pop(), SUB_CLASS):
                    if upper not in found:
                        found.add(upper)
                        todo.append(upper)
            known = self._supers[kind] = frozenset(found)
        return known

    def below(self, kind: str) -> set[str]:
        """A class and all classes below it."""
        found, todo = {kind}, [kind]
        while todo:
            for lower in self.subjects(SUB_CLASS, node(todo.pop())):
                if lower not in found:
                    found.add(lower)
                    todo.append(lower)
        return found

    def is_a(self, subject: str, kind: str) -> bool:
        """Whether a thing is of a class or of one below it."""
        return any(kind in self.above(key(t)) for t in self.objects(subject, TYPE))

    def instances(self, kind: str) -> dict[str, None]:
        """The things of a class and of those below it, each once."""
        found: dict[str, None] = {}
        for one in sorted(self.below(kind)):
            found.update(self._instances.get(one, {}))
        return found

    def __iter__(self) -> Iterator[Triple]:
        """All statements."""
        for subject, own in self.out.items():
            for predicate, values in own.items():
                for value in values:
                    yield subject, predicate, value
