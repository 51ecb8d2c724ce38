"""Whether ontology and instances are OWL 2 DL (OWL 2 Structural Specification, sections 3, 5.8 and 11; Mapping to RDF).

A reasoner silently ignores other statements. Dates are the intended exception: the
datatypes xsd:date, xsd:gYear and xsd:gYearMonth are not in OWL 2's datatype map, and reach the reasoner as texts.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import chain

import pyoxigraph as ox

from kzgraph.checks.findings.finding import Finding
from kzgraph.files.declared_prefixes import all_prefixes
from kzgraph.files.placed.places import Places
from kzgraph.files.placed.text import Place
from kzgraph.files.project import Project
from kzgraph.graph.logic.axioms import Axiom, place_of, read_axioms
from kzgraph.graph.logic.owl2 import (
    CLASS_ENDS,
    CLASS_LISTS,
    CLASS_OBJECTS,
    COUNTS,
    DATATYPES,
    DATES,
    FILLERS,
    KINDS,
    LISTS,
    NO_LOGIC,
    OBJECT_MARKS,
    PROPERTY_ENDS,
    PROPERTY_KINDS,
    SIMPLE_MARKS,
    TYPES,
    WORDS,
)
from kzgraph.literals import NUMERIC
from kzgraph.namespaces import OWL, RDF, RDFS, SH, XSD, shorten

_TYPE = RDF + "type"
UNDECLARED = "profile-undeclared"
_DATATYPE_PLACES = {RDFS + "range", RDF + "first"}
_DATATYPE_PLACES |= {OWL + n for n in ("onDatatype", "onDataRange", "someValuesFrom", "allValuesFrom")}

Problem = tuple[str, Axiom, str, str, str]
"""Code, axiom, message, hint and the name that is wrong."""


def check_profile(project: Project) -> list[Finding]:
    """What keeps the project from being OWL 2 DL, each with its place.

    Raises :class:`SyntaxProblem` for a file that does not parse and :class:`InputError` for one that cannot be read.
    """
    return profile_problems(project)[0]


def profile_problems(project: Project) -> tuple[list[Finding], set[tuple[str, ...]]]:
    """What keeps the project from being OWL 2 DL, and the axioms that no reasoner must be given therefore.

    The axioms go by their likeness. A term that is used often and not declared is one finding.
    """
    axioms = read_axioms(project)
    places = Places(project)
    found = []
    prefixes = all_prefixes(project, [*project.graph_files(), *project.files("shapes")])
    problems = list(dict.fromkeys(_Profile(axioms, prefixes).problems()))
    uses = Counter((message, name) for code, _, message, _, name in problems if code == UNDECLARED)
    told: set[tuple[str, str]] = set()
    wrong = {axiom.likeness for code, axiom, *_ in problems if code != UNDECLARED}
    for code, axiom, message, hint, name in problems:
        if code == UNDECLARED:
            if (message, name) in told:
                continue
            told.add((message, name))
            number = uses[message, name]
            if number > 1:
                message += f" ({number} uses)"
        place = place_of(axiom, places) or Place(0, 0)
        found.append(
            Finding(
                code, "violation", axiom.file, place.line, place.column, message, hint,
                thing=shorten(axiom.parts[0], prefixes), value=name, length=place.length,
            )
        )  # fmt: skip
    found = [f for f in found if project.rules.has(f.code)]
    return sorted(found, key=lambda f: (f.file, f.line, f.column, f.code, f.message)), wrong


class _Profile:
    """The triples of a project as the profile sees them: what is declared, what is nameless, what chains."""

    def __init__(self, axioms: list[Axiom], prefixes: dict[str, str]) -> None:
        self._axioms, self._prefixes = axioms, prefixes
        self._kinds: dict[str, set[str]] = defaultdict(set)
        self._marks: dict[str, set[str]] = defaultdict(set)
        self._nameless: dict[str, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
        self._above: dict[str, set[str]] = defaultdict(set)
        self._chains: list[tuple[str, list[str], Axiom]] = []
        for axiom in axioms:
            for triple in axiom.triples:
                predicate, value = triple.predicate.value, triple.object
                if isinstance(triple.subject, ox.BlankNode):
                    self._nameless[triple.subject.value][predicate].append(value)
                elif isinstance(triple.subject, ox.NamedNode) and isinstance(value, ox.NamedNode):
                    self._note(triple.subject.value, predicate, value.value)
        for axiom in axioms:
            if axiom.parts[1] == OWL + "propertyChainAxiom" and axiom.parts[0]:
                links = [self._property(link) for link in self._items(axiom.parts[2])]
                self._chains.append((axiom.parts[0], [link for link in links if link], axiom))
        for name, marks in self._marks.items():
            if marks & OBJECT_MARKS and not self._kinds[name]:
                self._kinds[name].add("object property")
        self._complex = self._not_simple()

    def _note(self, subject: str, predicate: str, value: str) -> None:
        if predicate == _TYPE and value in KINDS:
            self._kinds[subject].add(KINDS[value])
        elif predicate == _TYPE and value.startswith(OWL):
            self._marks[subject].add(value)
        elif predicate in {RDFS + "subPropertyOf", OWL + "equivalentProperty"}:
            self._above[subject].add(value)
            if predicate.endswith("equivalentProperty"):
                self._above[value].add(subject)
        elif predicate == OWL + "inverseOf":
            self._above[subject].add(value)  # what an inverse is made of, so is the property, as to being simple
            self._above[value].add(subject)

    def problems(self) -> Iterator[Problem]:
        """All that is wrong."""
        for axiom in self._axioms:
            yield from self._declaration(axiom)
            for triple in axiom.triples:
                yield from chain(self._names(axiom, triple), self._literal(axiom, triple), self._logic(axiom, triple))
            yield from self._expressions(axiom)
        yield from self._hierarchy()

    def _short(self, iri: str) -> str:
        return shorten(iri, self._prefixes)

    def _property(self, link: object) -> str:
        """The name of a property; for a nameless inverse, the name of the property that it inverts."""
        if isinstance(link, ox.BlankNode):
            link = next(iter(self._nameless[link.value].get(OWL + "inverseOf", [])), None)
        return link.value if isinstance(link, ox.NamedNode) else ""

    def _items(self, head: object) -> list[object]:
        """The members of a list as far as it goes."""
        items: list[object] = []
        seen: set[str] = set()
        while isinstance(head, ox.BlankNode) and head.value not in seen:
            seen.add(head.value)
            told = self._nameless[head.value]
            items += told.get(RDF + "first", [])[:1]
            head = next(iter(told.get(RDF + "rest", [])), None)
        return items

    def _is_list(self, head: object) -> bool:
        seen: set[str] = set()
        while isinstance(head, ox.BlankNode) and head.value not in seen:
            seen.add(head.value)
            told = self._nameless[head.value]
            if len(told.get(RDF + "first", [])) != 1 or len(told.get(RDF + "rest", [])) != 1:
                return False
            head = told[RDF + "rest"][0]
        return isinstance(head, ox.NamedNode) and head.value == RDF + "nil"

    def _is(self, name: str, *kinds: str) -> bool:
        return any(kind in self._kinds[name] for kind in kinds)

    def _declaration(self, axiom: Axiom) -> Iterator[Problem]:
        """Punning that OWL 2 DL forbids, and words of the standards put to another use."""
        subject, predicate, value = axiom.parts
        kind = KINDS.get(getattr(value, "value", "")) if predicate == _TYPE else None
        if subject and kind:
            others = sorted(self._kinds[subject] - {kind})
            clash = {"class", "datatype"} if kind in {"class", "datatype"} else PROPERTY_KINDS
            for other in others:
                if other in clash and kind > other:
                    message = f"{self._short(subject)} is declared as {_a(other)} and as {_a(kind)}"
                    yield "profile-punning", axiom, message, "make two terms of it", self._short(subject)
        if subject.startswith(WORDS) and predicate not in NO_LOGIC:
            message = (
                f"{self._short(subject)} is a word of the standard itself; OWL allows no further statements about it"
            )
            yield "profile-reserved", axiom, message, "say it of a term of your own", self._short(subject)

    def _names(self, axiom: Axiom, triple: ox.Triple) -> Iterator[Problem]:
        """Classes and properties that are used and not declared, or that no standard has."""
        predicate = triple.predicate.value
        if predicate.startswith(SH):
            return  # shapes, which may stand beside an ontology, are no part of its logic
        for name in [predicate, *self._properties(triple)]:
            if not name.startswith(WORDS) and not self._is(name, *PROPERTY_KINDS):
                yield self._undeclared(axiom, name, "property")
        for name in self._classes(triple):
            is_kind = predicate == _TYPE and (name in TYPES or name.startswith(SH))
            if is_kind or name in {OWL + "Thing", OWL + "Nothing"} or self._is_of_annotation(triple):
                continue
            if not name.startswith(WORDS):
                if not self._is(name, "class", "datatype"):
                    yield self._undeclared(axiom, name, "class")
            elif name not in DATATYPES:
                message = f"{self._short(name)} cannot stand as a class in OWL 2 DL"
                hint = "write owl:Class" if name == RDFS + "Class" else "write owl:Thing or a class of your own"
                yield "profile-reserved", axiom, message, hint, self._short(name)

    def _is_of_annotation(self, triple: ox.Triple) -> bool:
        """Whether it is the domain of an annotation property, which may be any name (section 10.2.3)."""
        if triple.predicate.value != RDFS + "domain" or not isinstance(triple.subject, ox.NamedNode):
            return False
        return self._kinds[triple.subject.value] == {"annotation property"}

    def _classes(self, triple: ox.Triple) -> list[str]:
        """The names of the classes in an axiom."""
        predicate = triple.predicate.value
        nodes: list[object] = []
        if predicate in CLASS_LISTS or (predicate == OWL + "members" and self._is_of(triple, "AllDisjointClasses")):
            nodes = self._items(triple.object)
        elif predicate in CLASS_OBJECTS or predicate == _TYPE:
            nodes = [triple.object, triple.subject] if predicate in CLASS_ENDS else [triple.object]
        return [node.value for node in nodes if isinstance(node, ox.NamedNode)]

    def _is_of(self, triple: ox.Triple, kind: str) -> bool:
        if not isinstance(triple.subject, ox.BlankNode):
            return False
        return ox.NamedNode(OWL + kind) in self._nameless[triple.subject.value].get(_TYPE, [])

    def _properties(self, triple: ox.Triple) -> list[str]:
        """The properties in an axiom."""
        predicate, value = triple.predicate.value, triple.object
        subject = triple.subject.value if isinstance(triple.subject, ox.NamedNode) else ""
        if predicate == OWL + "onProperty":
            nodes: list[object] = [value]
        elif predicate in PROPERTY_ENDS:
            nodes = [value, triple.subject]
        elif predicate in {OWL + "propertyChainAxiom", OWL + "hasKey"} or (
            predicate == OWL + "members" and self._is_of(triple, "AllDisjointProperties")
        ):
            nodes = self._items(value)
        elif predicate in {RDFS + "domain", RDFS + "range"}:
            return [subject] if subject else []
        else:
            return []
        return [name for name in map(self._property, nodes) if name]

    def _undeclared(self, axiom: Axiom, name: str, kind: str) -> Problem:
        message = f"{self._short(name)} is used as a {kind} and not declared as one"
        hint = "declare it in ontology/, or use a term that is there"
        return UNDECLARED, axiom, message, hint, self._short(name)

    def _literal(self, axiom: Axiom, triple: ox.Triple) -> Iterator[Problem]:
        """Datatypes outside OWL 2's map, and properties with the wrong kind of value."""
        predicate, value = triple.predicate.value, triple.object
        name = self._short(predicate)
        if predicate in _DATATYPE_PLACES:
            on = triple.subject.value if isinstance(triple.subject, ox.NamedNode) else ""
            if isinstance(value, ox.NamedNode) and value.value.startswith((XSD, RDF)) and value.value not in DATATYPES:
                message = f"{self._short(value.value)} is not in the datatype map of OWL 2"
                hint = "leave the range to a shape, or take a datatype of the map"
                yield "profile-datatype", axiom, message, hint, self._short(value.value)
            if on and isinstance(value, ox.NamedNode) and self._is(on, "object property", "data property"):
                if not value.value.startswith(WORDS) and not self._kinds[value.value]:
                    return  # it is declared nowhere, which is told already
                is_data = value.value in DATATYPES | DATES or self._is(value.value, "datatype")
                if is_data is not self._is(on, "data property"):
                    right = "a datatype" if self._is(on, "data property") else "a class"
                    name_of = self._short(on)
                    message = f"the range of {name_of} is {self._short(value.value)}, which is not {right}"
                    yield "profile-value", axiom, message, f"write {right}", name_of
        elif isinstance(value, ox.Literal):
            if self._is(predicate, "object property"):
                message = f"{name} is an object property and has the text {value.value!r} for a value"
                yield "profile-value", axiom, message, "write the name of a thing", name
            datatype = value.datatype.value
            is_odd = datatype.startswith(WORDS) and datatype not in DATATYPES | DATES
            if self._is(predicate, "data property") and is_odd:
                message = (
                    f"the value {value.value!r} of {name} has the datatype {self._short(datatype)}, which OWL 2 lacks"
                )
                hint = "take a datatype of OWL 2's map, or a date"
                yield "profile-datatype", axiom, message, hint, self._short(datatype)
        elif self._is(predicate, "data property"):
            message = f"{name} is a data property and has a thing for a value"
            yield "profile-value", axiom, message, "write a text, number or date", name

    def _logic(self, axiom: Axiom, triple: ox.Triple) -> Iterator[Problem]:
        """What may not be said of annotation properties, of data properties, and of those that are not simple."""
        predicate, value = triple.predicate.value, triple.object
        subject = triple.subject.value if isinstance(triple.subject, ox.NamedNode) else ""
        mark = value.value if predicate == _TYPE and isinstance(value, ox.NamedNode) else ""
        properties = self._properties(triple)
        if mark.endswith("Property") and mark.startswith(OWL) and mark not in KINDS:
            properties = [subject]
        is_plain = predicate in {RDFS + "domain", RDFS + "range", RDFS + "subPropertyOf"}
        for name in properties:
            if self._is(name, "annotation property") and not is_plain:
                message = f"{self._short(name)} is an annotation property; OWL allows no logical statements about it"
                hint = "make it an object or data property, or take this back"
                yield "profile-annotation", axiom, message, hint, self._short(name)
            is_object = mark in OBJECT_MARKS or predicate in {OWL + "inverseOf", OWL + "propertyChainAxiom"}
            if self._is(name, "data property") and is_object:
                message = (
                    f"{self._short(name)} is a data property; only an object property can have this characteristic"
                )
                yield "profile-value", axiom, message, "take this back", self._short(name)
        if predicate == RDFS + "subPropertyOf" and subject and isinstance(value, ox.NamedNode):
            kinds = [self._kinds[subject], self._kinds[value.value]]
            if all(kinds) and not kinds[0] & kinds[1]:
                message = f"{self._short(subject)} and {self._short(value.value)} are properties of different kinds"
                hint = "a sub-property is of the kind of its super-property"
                yield "profile-value", axiom, message, hint, self._short(subject)
        simple = mark in SIMPLE_MARKS or predicate == OWL + "propertyDisjointWith"
        if predicate == OWL + "onProperty" and isinstance(triple.subject, ox.BlankNode):
            told = self._nameless[triple.subject.value]
            simple = bool(set(told) & (COUNTS | {OWL + "hasSelf"}))
        if predicate == OWL + "members" and self._is_of(triple, "AllDisjointProperties"):
            simple = True
        for name in [p for p in properties if simple and p in self._complex]:
            reason = "is not simple (a chain or transitivity makes it), so it cannot have this characteristic"
            message = f"{self._short(name)} {reason}"
            hint = "functional, irreflexive, asymmetric, disjoint, counted and Self are for simple properties"
            yield "profile-not-simple", axiom, message, hint, self._short(name)

    def _expressions(self, axiom: Axiom) -> Iterator[Problem]:
        """Restrictions and lists that are not written as OWL 2 has them, and nameless classes used twice."""
        hint = "a restriction has one owl:onProperty and one filler; a list has one first and one rest each"
        for triple in axiom.triples:
            predicate, value = triple.predicate.value, triple.object
            if predicate in LISTS and not self._is_list(value):
                told = f"{self._short(predicate)} has no list for a value"
                yield "profile-malformed", axiom, told, hint, self._short(predicate)
            elif predicate in LISTS - {OWL + "oneOf", OWL + "distinctMembers"} and not self._items(value):
                told = f"the list of {self._short(predicate)} is empty"
                yield "profile-malformed", axiom, told, hint, self._short(predicate)
        for node in {t.subject.value for t in axiom.triples if isinstance(t.subject, ox.BlankNode)}:
            own = self._nameless[node]
            is_restriction = ox.NamedNode(OWL + "Restriction") in own.get(_TYPE, [])
            parts = [p for p in own if p in FILLERS | COUNTS for _ in own[p]]
            if not is_restriction and OWL + "onProperty" not in own:
                continue
            if not is_restriction or len(own.get(OWL + "onProperty", [])) != 1 or len(parts) != 1:
                yield "profile-malformed", axiom, "a restriction is not whole", hint, "owl:Restriction"
            elif any("ualified" in p for p in parts) and not {OWL + "onClass", OWL + "onDataRange"} & set(own):
                yield "profile-malformed", axiom, "a qualified cardinality says no owl:onClass", hint, "owl:onClass"
            elif not all(_is_count(v) for p in parts if p in COUNTS for v in own[p]):
                wanted = "write a whole number from 0 to the cardinality"
                yield "profile-malformed", axiom, "a cardinality is no whole number", wanted, "owl:Restriction"

    def _not_simple(self) -> set[str]:
        """The properties that a chain or transitivity makes, and those above them."""
        found = {whole for whole, _, _ in self._chains}
        found |= {name for name, marks in self._marks.items() if OWL + "TransitiveProperty" in marks}
        waiting = list(found)
        while waiting:
            for above in self._above[waiting.pop()] - found:
                found.add(above)
                waiting.append(above)
        return found

    def _hierarchy(self) -> Iterator[Problem]:
        """Chains for which the properties cannot be put into an order (the global restriction on regularity)."""
        below: dict[str, set[str]] = defaultdict(set)
        for name, above in self._above.items():
            for one in above:
                below[one].add(name)
        for whole, links, _ in self._chains:
            if links != [whole, whole]:
                below[whole] |= set(_without_whole(whole, links))
        for whole, links, axiom in self._chains:
            if links == [whole, whole]:
                continue
            inner = _without_whole(whole, links)
            seen, waiting = set(inner), list(inner)
            while waiting:
                fresh = below[waiting.pop()] - seen
                seen |= fresh
                waiting += fresh
            if whole in seen:
                message = f"{self._short(whole)} follows from a chain in which it takes part itself"
                hint = "a chain may hold the property it gives only as its first or last link"
                yield "profile-irregular", axiom, message, hint, self._short(whole)


def _without_whole(whole: str, links: list[str]) -> list[str]:
    """The links of a chain without the property that it gives, which may be its first or last link."""
    if links[:1] == [whole]:
        return links[1:]
    return links[:-1] if links[-1:] == [whole] else links


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _is_count(value: object) -> bool:
    is_number = isinstance(value, ox.Literal) and value.datatype.value in NUMERIC
    return is_number and bool(re.fullmatch(r"\+?[0-9]+", str(getattr(value, "value", ""))))
