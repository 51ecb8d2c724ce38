"""Whether the project holds together as logic, what follows from it, and why: OWL 2 DL by HermiT.

HermiT knows no xsd:date, xsd:gYear and xsd:gYearMonth (OWL 2 Structural Specification, section 4), so such values reach
it as plain texts. OWL lets two names stand for one thing; here a name is minted for one thing each, so two values of a
property that has one at most, and two things with one key, are held to be different unless ``owl:sameAs`` says
otherwise.
"""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice

import pyoxigraph as ox

from kzgraph.errors import LimitReached
from kzgraph.graph.logic.axioms import Axiom, Theory
from kzgraph.graph.logic.clashes import Reasons
from kzgraph.graph.logic.hermit import LONGER, Inconsistent, first_contradiction, inferred
from kzgraph.graph.logic.hermit import find_java as find_java  # who reasons needs it too
from kzgraph.graph.logic.owl2 import DATATYPES
from kzgraph.namespaces import OWL, RDF, RDFS, XSD
from kzgraph.terms import Term

SECONDS = 90.0
EXPLAIN_SECONDS = 240.0
_TYPE, _SUBCLASS, _SUBPROPERTY = RDF + "type", RDFS + "subClassOf", RDFS + "subPropertyOf"
_SOME = ox.NamedNode("urn:kzgraph:some-thing")
_DIFFERENT = ox.NamedNode(OWL + "differentFrom")
_MOST_CANDIDATES = 12  # sets that look like a contradiction; each is a question to the reasoner
_FINER = re.compile(r"(\.\d{3})\d+")  # a fraction of a second that is finer than HermiT reads
_PARTS = 6
_AT_ONCE = 5_000  # axioms that one process can be asked about in the time in which another begins

Triple = tuple[str, str, str]


@dataclass
class Verdict:
    """What HermiT says of a set of statements; ``inferred`` holds what is new, without what every thing is.

    ``limit`` is what stopped it after it had found that the set is consistent: the other two are then not known.
    """

    consistent: bool
    unsatisfiable: list[str] = field(default_factory=list)
    inferred: list[tuple[Term, Term, Term]] = field(default_factory=list)
    limit: LimitReached | None = None


@dataclass
class Justification:
    """Statements that cannot all be true; ``minimal`` says that with any one less they could be.

    ``of_class`` is the class that they leave without members; ``of`` the statement that follows from them.
    """

    axioms: list[Axiom]
    minimal: bool
    of_class: str = ""
    of: Triple | None = None


def check(theory: Theory, seconds: float = SECONDS, relations: bool = False) -> Verdict:
    """What HermiT says of the whole; with ``relations`` also between which named things it infers relations.

    If the classes take it longer, it is asked whether the whole is consistent, which is found much sooner. Raises
    :class:`StoreError` without Java, and :class:`LimitReached` if even that takes longer.
    """
    asked = [*_triples(theory.declarations), *_triples(theory.axioms), *distinct_names(theory.axioms)]
    try:
        return _verdict(inferred(asked, seconds, relations), relations)
    except Inconsistent:
        return Verdict(consistent=False)
    except LimitReached:
        if first_contradiction([asked], seconds) is not None:
            return Verdict(consistent=False)
    message = f"HermiT did not find within {seconds:.0f} seconds which classes can have no members, and what follows"
    hint = f"nothing contradicts anything else; {LONGER}"
    return Verdict(consistent=True, limit=LimitReached(message, hint=hint))


def _verdict(found: Iterable[ox.Triple], relations: bool) -> Verdict:
    verdict = Verdict(consistent=True)
    nothing = OWL + "Nothing"
    for triple in found:
        subject, predicate, value = triple.subject, triple.predicate.value, triple.object
        if not isinstance(subject, ox.NamedNode) or not isinstance(value, ox.NamedNode) or subject.value == nothing:
            continue
        if value.value == nothing:
            verdict.unsatisfiable.append(subject.value)
        elif (relations or predicate in {_TYPE, _SUBCLASS}) and not value.value.startswith(OWL):
            verdict.inferred.append((Term("uri", subject.value), Term("uri", predicate), Term("uri", value.value)))
    verdict.unsatisfiable = sorted(set(verdict.unsatisfiable))
    return verdict


def _triples(axioms: Iterable[Axiom]) -> Iterator[ox.Triple]:
    for axiom in axioms:
        for triple in axiom.triples:
            value = triple.object
            if isinstance(value, ox.Literal):
                triple = ox.Triple(triple.subject, triple.predicate, _readable(value))
            yield triple


def _readable(value: ox.Literal) -> ox.Literal:
    """A literal as HermiT reads it: without the datatypes that it lacks, and with at most milliseconds."""
    kind = value.datatype.value
    if kind not in DATATYPES:
        return ox.Literal(value.value)
    finer = _FINER.search(value.value) if kind.startswith(XSD + "dateTime") else None
    return ox.Literal(value.value.replace(finer[0], finer[1]), datatype=value.datatype) if finer else value


def distinct_names(axioms: Iterable[Axiom]) -> list[ox.Triple]:
    """``owl:differentFrom`` between the values of a property that allows one, and between things with one key."""
    single, keys, same = set(), [], set()
    values: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for axiom in axioms:
        subject, predicate, value = axiom.parts
        if predicate == _TYPE and getattr(value, "value", "") == OWL + "FunctionalProperty":
            single.add(subject)
        elif predicate == OWL + "hasKey":
            keys.append(sorted(axiom.names() - {subject}))
        elif predicate == OWL + "sameAs" and isinstance(value, ox.NamedNode):
            same |= {(subject, value.value), (value.value, subject)}
        elif subject:
            values[predicate][subject].add(str(value))
        told = {t.predicate.value: t.object for t in axiom.triples if isinstance(t.subject, ox.BlankNode)}
        if any("ardinality" in p for p in told) and isinstance(told.get(OWL + "onProperty"), ox.NamedNode):
            single.add(str(told[OWL + "onProperty"])[1:-1])
    groups = [sorted(v[1:-1] for v in found if v.startswith("<")) for p in single for found in values[p].values()]
    for key in keys:
        owners: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for thing in values[key[0]]:
            if all(len(values[p][thing]) == 1 for p in key):
                owners[tuple(next(iter(values[p][thing])) for p in key)].append(thing)
        groups += [sorted(found) for found in owners.values()]
    pairs = dict.fromkeys(pair for group in groups for pair in combinations(group, 2))
    return [ox.Triple(ox.NamedNode(a), _DIFFERENT, ox.NamedNode(b)) for a, b in pairs if (a, b) not in same]


def explain(theory: Theory, of_class: str = "", seconds: float = EXPLAIN_SECONDS) -> Justification:
    """A minimal set of statements that contradict each other, or that leave a class without things.

    Raises :class:`ValueError` if there is nothing to explain. When the time is up the set found so far is given, which
    contradicts itself and may hold more than is needed.
    """
    supposed = [ox.Triple(_SOME, ox.NamedNode(_TYPE), ox.NamedNode(of_class))] if of_class else []
    search = _Search(theory, supposed, seconds)
    reasons = Reasons(theory.axioms, supposed)
    candidates = islice(reasons.clashes(_SOME.value if of_class else ""), _MOST_CANDIDATES)
    return Justification(*search.smallest(list(candidates), of_class), of_class)


def explain_statement(theory: Theory, statement: Triple, seconds: float = EXPLAIN_SECONDS) -> Justification | None:
    """A minimal set of statements from which another follows; None if it does not follow.

    The statement is of a type, a sub-class, or a relation of two things, all by their IRIs. From a contradiction
    everything follows: if one is found on the way, it is given, and ``of`` is None.
    """
    subject, predicate, value = statement
    search = _Search(theory, _denied(*statement), seconds)
    thing = ox.NamedNode(subject)
    supposed = [ox.Triple(_SOME, ox.NamedNode(_TYPE), thing)] if predicate == _SUBCLASS else []
    asked = (str(_SOME), f"<{_TYPE}>", f"<{value}>") if supposed else (f"<{subject}>", f"<{predicate}>", f"<{value}>")
    reasons = Reasons(theory.axioms, supposed)
    traced = reasons.behind(asked)
    candidates = [traced] if traced else list(islice(reasons.clashes(), _MOST_CANDIDATES))
    try:
        axioms, minimal = search.smallest(candidates, subject)
    except ValueError:
        return None
    return Justification(axioms, minimal, of=None if search.contradicts_itself(axioms) else statement)


def _denied(subject: str, predicate: str, value: str) -> list[ox.Triple]:
    """The opposite of a statement."""
    node = ox.BlankNode("denied")
    kind, thing, other = ox.NamedNode(_TYPE), ox.NamedNode(subject), ox.NamedNode(value)
    if predicate in {_TYPE, _SUBCLASS}:
        one = _SOME if predicate == _SUBCLASS else thing
        supposed = [ox.Triple(_SOME, kind, thing)] if predicate == _SUBCLASS else []
        complement = ox.Triple(node, ox.NamedNode(OWL + "complementOf"), other)
        return [*supposed, ox.Triple(one, kind, node), ox.Triple(node, kind, ox.NamedNode(OWL + "Class")), complement]
    parts = {"sourceIndividual": thing, "assertionProperty": ox.NamedNode(predicate), "targetIndividual": other}
    told = [ox.Triple(node, ox.NamedNode(OWL + name), part) for name, part in parts.items()]
    return [ox.Triple(node, kind, ox.NamedNode(OWL + "NegativePropertyAssertion")), *told]


class _Search:
    """The search for a smallest set of axioms that contradicts itself, with what is given beside them."""

    def __init__(self, theory: Theory, supposed: list[ox.Triple], seconds: float) -> None:
        self._theory = theory
        self._supposed = supposed
        self._consistent: set[Axiom] = set()  # what is known not to contradict itself
        self._distinct = distinct_names(theory.axioms)
        self._deadline = time.monotonic() + seconds

    def smallest(self, candidates: list[list[Axiom]], near: str = "") -> tuple[list[Axiom], bool]:
        """A smallest contradictory set, from the candidates if one is; and whether it is certain to be smallest.

        Raises :class:`ValueError` if not even the whole contradicts itself.
        """
        candidates = sorted(candidates, key=len)
        parts = _less_one(candidates[0]) if candidates else []  # mostly it is the one, and smallest: asked at once
        bare = [self._asked(axioms, []) for axioms in candidates[:1] if self._supposed]
        first = self._first([*parts, *candidates], bare)
        if first is not None and first < 0:
            self._supposed = []
            return self.smallest(candidates)
        self._consistent = set(candidates[0]) if bare else set()
        if first is not None and first < len(parts):
            return self._pruned(parts[first], first)
        if first is not None:
            found = candidates[first - len(parts)]
            return (found, True) if first == len(parts) else self._pruned(found)
        whole = [self._theory.terms, *self._by_file(), self._theory.axioms]
        if near:
            whole.insert(0, _near(self._theory.axioms, {near}))
        first = self._first(whole)
        if first is None:
            raise ValueError("there is nothing to explain: the statements do not contradict each other")
        return self._narrowed(whole[first])

    def _by_file(self) -> Iterator[list[Axiom]]:
        """What each file says of things, with the types of these things and what is said of terms."""
        types: dict[str, list[Axiom]] = defaultdict(list)
        files: dict[str, list[Axiom]] = defaultdict(list)
        for axiom in self._theory.things:
            files[axiom.file].append(axiom)
            if axiom.is_type:
                types[axiom.parts[0]].append(axiom)
        for own in files.values():
            names = sorted({name for axiom in own for name in axiom.names()})
            yield list(dict.fromkeys([*self._theory.terms, *own, *(a for name in names for a in types[name])]))

    def contradicts_itself(self, axioms: Sequence[Axiom]) -> bool:
        """Whether some axioms contradict each other even without what is supposed."""
        if not self._supposed or self._consistent.issuperset(axioms):
            return not self._supposed
        return first_contradiction([self._asked(axioms, [])], self._left()) is not None

    def _left(self) -> float:
        return max(1.0, self._deadline - time.monotonic()) + 60

    def _first(self, sets: Sequence[Sequence[Axiom]], before: Sequence[list[ox.Triple]] = ()) -> int | None:
        """The first of some sets that contradicts what is supposed; a negative number is one of those ``before``."""
        asked = [self._asked(axioms, self._supposed) for axioms in sets]
        first = first_contradiction([*before, *asked], self._left())
        return None if first is None else first - len(before)

    def _asked(self, axioms: Sequence[Axiom], supposed: list[ox.Triple]) -> list[ox.Triple]:
        """Some axioms, with the declarations of what they name, and that its names are of different things."""
        names = {name for axiom in axioms for name in axiom.names()}
        names |= {part.value for triple in supposed for part in triple if isinstance(part, ox.NamedNode)}
        declared = [axiom for axiom in self._theory.declarations if axiom.parts[0] in names]
        distinct = [t for t in self._distinct if {str(t.subject)[1:-1], str(t.object)[1:-1]} <= names]
        return [*_triples(declared), *distinct, *supposed, *_triples(axioms)]

    def _pruned(self, axioms: list[Axiom], at: int = 0) -> tuple[list[Axiom], bool]:
        """Leaves out whatever a small set does not need, one after the other; those before ``at`` it does need."""
        kept = list(axioms)
        while len(kept) > 1:
            if time.monotonic() > self._deadline:
                return kept, False
            found = self._first(_less_one(kept)[at:])
            if found is None:
                break
            at += found
            del kept[at]
        return kept, True

    def _narrowed(self, axioms: Sequence[Axiom]) -> tuple[list[Axiom], bool]:
        """The axioms with which a growing set turns contradictory, one after the other, until they alone do."""
        needed: list[Axiom] = []
        rest = list(axioms)
        while True:
            low, high = -1, len(rest)  # with the first ``high`` it contradicts itself, with the first ``low`` not
            while high - low > 1:
                if time.monotonic() > self._deadline:
                    return [*needed, *rest[:high]], False
                parts = max(_PARTS, _AT_ONCE // (len(needed) + high))
                steps = sorted({low + (high - low) * i // parts for i in range(1, parts)} - {low})
                found = self._first([[*needed, *rest[:step]] for step in steps])
                low, high = (steps[-1], high) if found is None else (steps[found - 1] if found else low, steps[found])
            if high == 0:
                return needed, True
            needed.append(rest[high - 1])
            rest = rest[: high - 1]


def _less_one(axioms: list[Axiom]) -> list[list[Axiom]]:
    """The sets that lack one of some axioms each, in their order; none if there is but one."""
    return [axioms[:i] + axioms[i + 1 :] for i in range(len(axioms))] if len(axioms) > 1 else []


def _near(axioms: Sequence[Axiom], names: set[str]) -> list[Axiom]:
    """The axioms on which some names can depend: what is said of them, and of what is said there, and so on."""
    near: dict[Axiom, None] = {}
    size = -1
    while size != len(near):
        size = len(near)
        for axiom in axioms:
            subject = axiom.parts[0]
            if axiom not in near and (subject in names if subject else axiom.names() & names):
                near[axiom] = None
                names = names | axiom.names() if subject else names
    return list(near)
