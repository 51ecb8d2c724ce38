"""Statements that look like a contradiction, each with those from which they follow: candidates for the reasoner.

The rules of :mod:`.derivation` are run over the statements. Where a result cannot be true (OWL 2 Profiles, section 4.3,
the rules that give false), the rules are read backwards to the statements that led to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

import pyoxigraph as ox

from kzgraph.graph.derivation import derive, ways
from kzgraph.graph.derivation_rules import DOMAIN_AND_RANGE, GENERAL, TYPE, Atom, Rule, rules_of
from kzgraph.graph.logic.axioms import Axiom
from kzgraph.literals import whole_number
from kzgraph.namespaces import OWL, RDF, RDFS, XSD

_DERIVED = "urn:kzgraph:derived"
_WHOLE = {XSD + name for name in ("integer", "nonNegativeInteger", "positiveInteger", "int", "long")}
_DEPTH = 12  # steps back from a clash to what was stated
_MOST_WAYS = 4  # in which an edge is followed back
_MARKS = ("FunctionalProperty", "InverseFunctionalProperty", "AsymmetricProperty", "IrreflexiveProperty")


class Reasons:
    """For whatever the rules give, the statements from which it follows."""

    def __init__(self, axioms: Iterable[Axiom], supposed: Sequence[ox.Triple] = ()) -> None:
        self._stated: dict[Atom, Axiom | None] = {}
        self._of: dict[tuple[str, str], list[Axiom]] = defaultdict(list)
        self._nameless: list[Axiom] = []
        self._database = ox.Store()
        axioms = list(axioms)
        for axiom, atom in zip(axioms, _atoms(axioms), strict=True):
            subject, predicate, _ = axiom.parts
            if subject:
                self._stated[atom] = axiom
                self._of[f"<{subject}>", f"<{predicate}>"].append(axiom)
            else:
                self._nameless.append(axiom)
        self._database.bulk_extend(ox.Quad(*triple) for axiom in axioms for triple in axiom.triples)
        for triple in supposed:
            self._stated[_atom(triple)] = None
            self._database.add(ox.Quad(*triple))
        derive(self._database, _DERIVED)
        self._rules = [*rules_of(self._database), *(r for r in GENERAL if r not in DOMAIN_AND_RANGE)]
        self._known: dict[Atom, list[Axiom] | None] = {}

    def behind(self, edge: Atom, seen: frozenset[Atom] = frozenset()) -> list[Axiom] | None:
        """Few statements from which an edge follows; None if the rules do not give it."""
        if edge in self._stated:
            axiom = self._stated[edge]
            return [axiom] if axiom else []
        if edge in self._known or edge in seen or len(seen) > _DEPTH:
            return self._known.get(edge)
        for rules in (self._rules, list(DOMAIN_AND_RANGE)):
            found = list(self._by(rules, edge, seen | {edge}))
            if found:
                best = min(found, key=len)
                self._known[edge] = best
                return best
        return None

    def _by(self, rules: list[Rule], edge: Atom, seen: frozenset[Atom]) -> Iterator[list[Axiom]]:
        for number, way in enumerate(ways(self._database, rules, edge)):
            parts = [self.behind(premise, seen) for premise in way.premises]
            if all(part is not None for part in parts):
                own = [*self._axioms(way.axiom), *(a for part in parts for a in part or [])]
                yield list(dict.fromkeys(own))
                if number >= _MOST_WAYS:
                    return

    def _axioms(self, atom: Atom) -> list[Axiom]:
        """The axioms that a rule names: one by its triple, or those of a term, or what has no name."""
        subject, predicate, value = atom
        if atom in self._stated:
            axiom = self._stated[atom]
            return [axiom] if axiom else []
        if subject:
            return self._of[subject, predicate]
        return [a for a in self._nameless if value[1:-1] in a.names()]

    def clashes(self, of: str = "") -> Iterator[list[Axiom]]:
        """Sets of statements that look like a contradiction; with ``of``, those about one thing alone."""
        yield from self._disjoint(of)
        if not of:
            yield from self._marked()
            yield from self._counted()
            yield from self._values()
            yield from self._keys()

    def _together(self, edges: Iterable[Atom], *axioms: Axiom) -> Iterator[list[Axiom]]:
        parts = [self.behind(edge) for edge in edges]
        if all(part is not None for part in parts):
            yield list(dict.fromkeys([*axioms, *(a for part in parts for a in part or [])]))

    def _quads(self, predicate: str, subject: ox.NamedNode | None = None) -> Iterator[ox.Quad]:
        return self._database.quads_for_pattern(subject, ox.NamedNode(predicate), None, ox.DefaultGraph())

    def _disjoint(self, of: str) -> Iterator[list[Axiom]]:
        """A thing of two classes that share nothing, or of one and none of those that a domain allows."""
        apart = self._apart()
        types: dict[str, set[str]] = defaultdict(set)
        for quad in self._quads(RDF + "type", ox.NamedNode(of) if of else None):
            if isinstance(quad.object, ox.NamedNode):
                types[str(quad.subject)].add(str(quad.object))
        clashing: dict[frozenset[str], list[tuple[str, str]]] = {}  # many things are of the same classes
        for thing, classes in types.items():
            kinds = frozenset(classes)
            if kinds not in clashing:
                clashing[kinds] = [p for p in combinations(sorted(kinds), 2) if frozenset(p) in apart]
            for pair in clashing[kinds]:
                yield from self._together([(thing, TYPE, c) for c in pair], apart[frozenset(pair)])
        for term, end, axiom, allowed in self._unions():
            for quad in self._quads(term):
                node = str(quad.subject if end == RDFS + "domain" else quad.object)
                own = types.get(node, set())
                if not own or own & set(allowed) or (of and node != f"<{of}>"):
                    continue
                bars = [self._bar(own, one, apart) for one in allowed]
                found = [bar for bar in bars if bar]
                if len(found) == len(allowed):
                    edges = [_atom(quad.triple), *dict.fromkeys((node, TYPE, c) for c, _ in found)]
                    yield from self._together(edges, axiom, *(a for _, path in found for a in path))

    def _bar(
        self, own: set[str], other: str, apart: dict[frozenset[str], Axiom]
    ) -> tuple[str, tuple[Axiom, ...]] | None:
        """The first of some classes that shares nothing with another, and the axioms that say so."""
        waiting: list[tuple[str, tuple[Axiom, ...]]] = [(other, ())]
        seen = set()
        while waiting:
            name, path = waiting.pop(0)
            for one in sorted(own):
                if frozenset((one, name)) in apart:
                    return one, (*path, apart[frozenset((one, name))])
            seen.add(name)
            above = [(f"<{getattr(a.parts[2], 'value', '')}>", a) for a in self._of[name, f"<{RDFS}subClassOf>"]]
            waiting += [(term, (*path, axiom)) for term, axiom in above if term not in seen]
        return None

    def _apart(self) -> dict[frozenset[str], Axiom]:
        """The pairs of classes that share nothing, each with the axiom that says so."""
        apart: dict[frozenset[str], Axiom] = {}
        told = [a for (_, p), found in self._of.items() if p == f"<{OWL}disjointWith>" for a in found]
        for axiom in [*self._nameless, *told]:
            kinds = {getattr(t.object, "value", "") for t in axiom.triples if t.predicate.value == RDF + "type"}
            if axiom.parts[0] or OWL + "AllDisjointClasses" in kinds:
                for pair in combinations(sorted(f"<{n}>" for n in axiom.names()), 2):
                    apart.setdefault(frozenset(pair), axiom)
        return apart

    def _unions(self) -> Iterator[tuple[str, str, Axiom, list[str]]]:
        """The domains and ranges that are unions of classes: the property, which end, the axiom, and the classes."""
        for end in (RDFS + "domain", RDFS + "range"):
            for (term, predicate), found in self._of.items():
                for axiom in found if predicate == f"<{end}>" else []:
                    if any(t.predicate.value == OWL + "unionOf" for t in axiom.triples):
                        yield term[1:-1], end, axiom, sorted(f"<{n}>" for n in axiom.names() - {term[1:-1]})

    def _marked(self) -> Iterator[list[Axiom]]:
        """What a property that is functional, asymmetric, irreflexive or disjoint with another forbids."""
        for mark in _MARKS:
            for (term, predicate), found in list(self._of.items()):
                for axiom in [a for a in found if predicate == TYPE and getattr(a.parts[2], "value", "") == OWL + mark]:
                    for pair in self._forbidden(term, mark):
                        yield from self._together(pair, axiom)
        for (term, predicate), found in list(self._of.items()):
            for axiom in found if predicate == f"<{OWL}propertyDisjointWith>" else []:
                other = getattr(axiom.parts[2], "value", "")
                edges = {(str(q.subject), str(q.object)) for q in self._quads(other)}
                for quad in self._quads(term[1:-1]):
                    subject, value = str(quad.subject), str(quad.object)
                    if (subject, value) in edges:
                        yield from self._together([_atom(quad.triple), (subject, f"<{other}>", value)], axiom)

    def _forbidden(self, term: str, mark: str) -> Iterator[list[Atom]]:
        edges = [(str(q.subject), term, str(q.object)) for q in self._quads(term[1:-1])]
        if mark == "IrreflexiveProperty":
            yield from ([edge] for edge in edges if edge[0] == edge[2])
        elif mark == "AsymmetricProperty":
            there = set(edges)
            yield from ([e, (e[2], term, e[0])] for e in edges if e[0] <= e[2] and (e[2], term, e[0]) in there)
        else:
            yield from _groups(edges, 2 if mark.startswith("Inverse") else 0, 2)

    def _counted(self) -> Iterator[list[Axiom]]:
        """More values than a class allows."""
        for (name, predicate), found in list(self._of.items()):
            for axiom in found if predicate == f"<{RDFS}subClassOf>" else []:
                told = {t.predicate.value: t.object for t in axiom.triples[1:]}
                on = told.get(OWL + "onProperty")
                most = next((t.value for p, t in told.items() if isinstance(t, ox.Literal) and "ardinality" in p), "")
                number = whole_number(most)
                if not isinstance(on, ox.NamedNode) or number is None or number < 0:
                    continue
                members = {str(q.subject) for q in self._quads(RDF + "type") if str(q.object) == name}
                own = [q for q in self._quads(on.value) if str(q.subject) in members]
                for group in _groups([(str(q.subject), str(on), str(q.object)) for q in own], 0, number + 1):
                    yield from self._together([*group, (group[0][0], TYPE, name)], axiom)

    def _values(self) -> Iterator[list[Axiom]]:
        """A value that is not of the datatype that the range of its property names."""
        for (term, predicate), found in list(self._of.items()):
            for axiom in found if predicate == f"<{RDFS}range>" else []:
                wanted = getattr(axiom.parts[2], "value", "")
                if not wanted.startswith((XSD, RDF)):
                    continue
                for quad in self._quads(term[1:-1]):
                    if isinstance(quad.object, ox.Literal) and not _fits(quad.object, wanted):
                        yield from self._together([_atom(quad.triple)], axiom)
        for axiom in self._nameless:
            told = {t.predicate.value: t.object for t in axiom.triples}
            if OWL + "assertionProperty" in told:
                subject, term = str(told.get(OWL + "sourceIndividual")), str(told[OWL + "assertionProperty"])
                value = told.get(OWL + "targetIndividual") or told.get(OWL + "targetValue")
                yield from self._together([(subject, term, str(value))], axiom)

    def _keys(self) -> Iterator[list[Axiom]]:
        """Two things with one key."""
        for (name, predicate), found in list(self._of.items()):
            for axiom in found if predicate == f"<{OWL}hasKey>" else []:
                terms = [f"<{n}>" for n in sorted(axiom.names() - {name[1:-1]})]
                text = " ".join(f"?a {t} ?v{i} . ?b {t} ?v{i} ." for i, t in enumerate(terms))
                pattern = f"?a a {name} . ?b a {name} . {text} FILTER (STR(?a) < STR(?b))"
                rows = self._database.query(f"SELECT * WHERE {{ {pattern} }}")
                assert isinstance(rows, ox.QuerySolutions)
                for row in rows:
                    ends = [str(row["a"]), str(row["b"])]
                    edges = [(e, t, str(row[f"v{i}"])) for i, t in enumerate(terms) for e in ends]
                    yield from self._together([*edges, *((e, TYPE, name) for e in ends)], axiom)


def _fits(value: ox.Literal, wanted: str) -> bool:
    """Whether a value can be of a datatype, as far as the two datatypes show."""
    own = value.datatype.value
    if wanted == RDF + "PlainLiteral":
        return own in {XSD + "string", RDF + "langString"}
    if own in _WHOLE and wanted in {*_WHOLE, XSD + "decimal"}:
        return not value.value.startswith("-") or wanted in {XSD + "integer", XSD + "decimal"}
    return own == wanted


def _groups(edges: list[Atom], one: int, size: int) -> Iterator[list[Atom]]:
    """Some edges each with the same end."""
    several: dict[str, list[Atom]] = defaultdict(list)
    for edge in edges:
        several[edge[one]].append(edge)
    for found in several.values():
        if size <= len(found):  # combinations() would ask for room for any size
            yield from (list(group) for group in combinations(found, size))


def _atom(triple: ox.Triple) -> Atom:
    return str(triple.subject), str(triple.predicate), str(triple.object)


def _atoms(axioms: Sequence[Axiom]) -> list[Atom]:
    """The statements themselves as a database gives them back: it writes numbers and dates in one way."""
    written = ox.Store()
    for number, axiom in enumerate(axioms):
        value = axiom.triples[0].object
        if isinstance(value, ox.Literal):
            written.add(ox.Quad(ox.NamedNode(f"urn:{number}"), axiom.triples[0].predicate, value))
    found = {int(q.subject.value[4:]): str(q.object) for q in written if isinstance(q.subject, ox.NamedNode)}
    atoms = [_atom(axiom.triples[0]) for axiom in axioms]
    return [(s, p, found.get(number, o)) for number, (s, p, o) in enumerate(atoms)]
