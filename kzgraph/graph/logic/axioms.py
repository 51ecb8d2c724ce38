"""The statements of the project as axioms, each with the blank nodes that belong to it and the place where it stands.

Annotations and the heads of the ontologies mean nothing to a reasoner and are left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pyoxigraph as ox

from kzgraph.errors import InputError
from kzgraph.files.parsing import read_contents
from kzgraph.files.placed.places import Places
from kzgraph.files.placed.text import Place
from kzgraph.files.project import Project
from kzgraph.files.rdf_files import parse_file
from kzgraph.graph.logic.owl2 import DATATYPES
from kzgraph.literals import is_written_right
from kzgraph.namespaces import OWL, RDF, RDFS, XSD, shorten

_TYPE, _SUBCLASS = RDF + "type", RDFS + "subClassOf"
_ENTITIES = {OWL + n for n in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "NamedIndividual")}
_ANNOTATIONS = {RDFS + n for n in ("label", "comment", "isDefinedBy", "seeAlso")}
_ANNOTATIONS |= {OWL + n for n in ("imports", "versionIRI", "versionInfo", "deprecated")}
_DATATYPE_PLACES = {RDFS + "range", RDF + "first"}
_DATATYPE_PLACES |= {OWL + n for n in ("onDatatype", "onDataRange", "someValuesFrom", "allValuesFrom")}
_FILLERS = {OWL + n for n in ("onDataRange", "someValuesFrom", "allValuesFrom")}
_NO_DRAFTS: Mapping[str, bytes] = {}


@dataclass(frozen=True, eq=False)
class Axiom:
    """A statement of a file, with the blank nodes that belong to it; ``number`` counts the nameless ones of a kind."""

    file: str
    triples: tuple[ox.Triple, ...]
    number: int = 0

    @cached_property
    def parts(self) -> tuple[str, str, ox.NamedNode | ox.BlankNode | ox.Literal]:
        """Subject (empty for a nameless one), predicate and object of the statement itself."""
        first = self.triples[0]
        assert not isinstance(first.object, ox.Triple)
        subject = first.subject.value if isinstance(first.subject, ox.NamedNode) else ""
        return subject, first.predicate.value, first.object

    def names(self) -> set[str]:
        """All IRIs that occur in it, without the words of OWL and RDF themselves."""
        found = {t.value for triple in self.triples for t in triple if isinstance(t, ox.NamedNode)}
        return {iri for iri in found if not iri.startswith((OWL, RDF, RDFS))}

    @cached_property
    def likeness(self) -> tuple[str, ...]:
        """The axiom without the names of its blank nodes: the same in every reading of a file."""
        parts = [" ".join("_" if isinstance(p, ox.BlankNode) else str(p) for p in t) for t in self.triples]
        return (self.file, *sorted(parts))

    @property
    def is_type(self) -> bool:
        """Whether it states the class of a thing."""
        return self.triples[0].predicate.value == _TYPE


@dataclass
class Theory:
    """What a project asserts: the declarations of its terms, what its ontology says, what its instances say."""

    declarations: list[Axiom] = field(default_factory=list)
    terms: list[Axiom] = field(default_factory=list)
    things: list[Axiom] = field(default_factory=list)
    files: int = 0
    left_out: list[tuple[Axiom, str]] = field(default_factory=list)
    """What no reasoner can be given, with the reason."""

    @property
    def axioms(self) -> list[Axiom]:
        """What is said of terms and of things."""
        return self.terms + self.things

    def leave_out(self, reason: Callable[[Axiom], str]) -> None:
        """Takes out the axioms for which there is a reason."""
        for told_of in (self.declarations, self.terms, self.things):
            reasons = [(axiom, reason(axiom)) for axiom in told_of]
            self.left_out += [(a, why) for a, why in reasons if why]
            told_of[:] = [a for a, why in reasons if not why]

    def classes(self) -> int:
        """How many classes are declared."""
        return sum(getattr(a.parts[2], "value", "") == OWL + "Class" for a in self.declarations)


def not_understood(theory: Theory) -> list[tuple[Axiom, str]]:
    """The statements about things that a reasoner passes over, each with the term that nothing declares."""
    declared: dict[str, set[str]] = defaultdict(set)
    for axiom in theory.declarations:
        subject, _, kind = axiom.parts
        declared["Class" if getattr(kind, "value", "") == OWL + "Class" else "Property"].add(subject)
    found = []
    for axiom in theory.things:
        for triple in axiom.triples:
            predicate, value = triple.predicate.value, triple.object
            name, sort = predicate, "Property"
            if predicate == _TYPE and isinstance(value, ox.NamedNode):
                name, sort = value.value, "Class"
            if not name.startswith((RDF, RDFS, OWL)) and name not in declared[sort]:
                found.append((axiom, name))
                break
    return found


def read_axioms(project: Project) -> list[Axiom]:
    """Every statement of the files of the graph, annotations and heads among them."""
    contents = read_contents(project, project.graph_files())
    names = {path: project.relative(path) for path in contents}
    return [a for p, content in contents.items() for a in _axioms(names[p], list(parse_file(content, names[p], p)))]


def read_theory(project: Project, drafts: Mapping[str, bytes] = _NO_DRAFTS) -> Theory:
    """The statements of all files of the graph. Raises :class:`InputError` if there are none.

    ``drafts`` holds contents by the file's name (:meth:`Project.relative`): they stand in for those of a file of the
    graph, or join the graph as instances.
    """
    theory = Theory()
    read = read_contents(project, project.graph_files())
    contents = {project.relative(p): c for p, c in read.items()} | dict(drafts)
    parsed = {name: list(parse_file(c, name, project.root / name)) for name, c in contents.items()}
    kinds = [(str(q.subject), str(q.object)) for found in parsed.values() for q in found if q.predicate.value == _TYPE]
    annotations = _ANNOTATIONS | {s[1:-1] for s, kind in kinds if kind == f"<{OWL}AnnotationProperty>"}
    heads = {subject for subject, kind in kinds if kind == f"<{OWL}Ontology>"}
    for file, quads in parsed.items():
        for axiom in _axioms(file, quads):
            _, predicate, value = axiom.parts
            if predicate in annotations or str(axiom.triples[0].subject) in heads:
                continue
            declares = axiom.parts[0] and predicate == _TYPE and getattr(value, "value", "") in _ENTITIES
            told_of = theory.terms if file.startswith("ontology/") else theory.things
            (theory.declarations if declares else told_of).append(axiom)
    theory.files = len(contents)
    own = {s[1:-1] for s, kind in kinds if kind == f"<{RDFS}Datatype>"}
    of_values = {s[1:-1] for s, kind in kinds if kind == f"<{OWL}DatatypeProperty>"}
    defined = {a.parts[0] for a in theory.axioms if a.parts[1] == OWL + "equivalentClass"} | DATATYPES
    theory.leave_out(lambda axiom: _unreadable(axiom, own - defined) or _unknown_values(axiom, of_values, defined))
    theory.declarations += _meant_as_classes(theory)
    if not theory.axioms:
        raise InputError("there are no statements to reason about", place=str(project.root))
    return theory


def _unreadable(axiom: Axiom, opaque: set[str]) -> str:
    """Why HermiT cannot read an axiom; empty if it can. ``opaque`` are datatypes that nothing defines."""
    for triple in axiom.triples:
        predicate, value = triple.predicate.value, triple.object
        if isinstance(value, ox.Literal):
            kind = value.datatype.value
            if kind in DATATYPES and not is_written_right(value.value, kind):
                return f"{value.value!r} is not written as its datatype asks"
        elif isinstance(value, ox.NamedNode) and predicate != _TYPE:
            is_odd = value.value.startswith(XSD) and value.value not in DATATYPES
            if is_odd or (value.value in opaque and predicate in _DATATYPE_PLACES):
                return f"the datatype {value.value} is not in the map of OWL 2, and no reasoner knows its values"
    return ""


def _meant_as_classes(theory: Theory) -> list[Axiom]:
    """Declarations of what only a range says to be a class; HermiT would take it for a datatype."""
    kinds = {(a.parts[0], getattr(a.parts[2], "value", "")) for a in theory.declarations}
    found: dict[str, Axiom] = {}
    for axiom in theory.terms:
        subject, predicate, value = axiom.parts
        is_range = predicate == RDFS + "range" and (subject, OWL + "ObjectProperty") in kinds
        if not is_range or not isinstance(value, ox.NamedNode) or value.value.startswith((OWL, RDF, RDFS)):
            continue
        if (value.value, OWL + "Class") not in kinds:
            declared = ox.Triple(value, ox.NamedNode(_TYPE), ox.NamedNode(OWL + "Class"))
            found.setdefault(value.value, Axiom(axiom.file, (declared,)))
    return list(found.values())


def _unknown_values(axiom: Axiom, of_values: set[str], defined: Collection[str]) -> str:
    """Why HermiT cannot read what an axiom says of a property with values: it names a datatype that is not defined."""
    whole, *_ = axiom.triples
    names_values = isinstance(whole.subject, ox.NamedNode) and whole.subject.value in of_values
    restricting = {
        t.subject
        for t in axiom.triples
        if t.predicate.value == OWL + "onProperty" and getattr(t.object, "value", "") in of_values
    }
    for triple in axiom.triples:
        predicate, value = triple.predicate.value, triple.object
        is_asked = (names_values and predicate == RDFS + "range") or (
            triple.subject in restricting and predicate in _FILLERS
        )
        if is_asked and isinstance(value, ox.NamedNode) and value.value not in defined:
            return f"{value.value} stands for a datatype, and is none of OWL 2 nor defined as one"
    return ""


def _axioms(file: str, quads: list[ox.Quad]) -> Iterator[Axiom]:
    """The statements of a file, each with what its blank nodes stand for; none is lost, and none comes twice.

    Triple terms (RDF 1.2) are left out: OWL gives them no meaning.
    """
    quads = [quad for quad in quads if not isinstance(quad.object, ox.Triple)]
    nameless: dict[str, list[ox.Triple]] = defaultdict(list)
    for quad in quads:
        if isinstance(quad.subject, ox.BlankNode):
            nameless[quad.subject.value].append(quad.triple)
    inner = {q.object.value for q in quads if isinstance(q.object, ox.BlankNode)}

    def whole(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
        for triple in triples:
            yield triple
            if isinstance(triple.object, ox.BlankNode):
                yield from whole(nameless.pop(triple.object.value, []))

    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode):
            yield Axiom(file, tuple(whole([quad.triple])))
    numbers: dict[str, int] = defaultdict(int)
    for node in sorted(nameless, key=lambda n: n in inner):  # first those on which nothing nameless depends
        triples = tuple(whole(nameless.pop(node, [])))
        if triples:
            kind = str(triples[0].object)
            yield Axiom(file, triples, numbers[kind])
            numbers[kind] += 1


@dataclass(frozen=True)
class ShownAxiom:
    """An axiom for a reader: what it says and where it stands."""

    text: str
    file: str
    place: Place | None

    @property
    def where(self) -> str:
        """File, line and column."""
        return f"{self.file}:{self.place.line}:{self.place.column}" if self.place else self.file


def told(project: Project, axioms: list[Axiom], places: Places | None = None) -> list[ShownAxiom]:
    """Some axioms in words, each with its place; ``places`` knows of drafts, and saves reading a file twice."""
    places = places or Places(project)
    counted = Counter(name for axiom in axioms for name in axiom.names())
    shared = {name for name, number in counted.items() if number > 1}
    return [
        ShownAxiom(_in_words(axiom, shared, project.prefixes), axiom.file, place_of(axiom, places)) for axiom in axioms
    ]


def _in_words(axiom: Axiom, shared: set[str], prefixes: dict[str, str]) -> str:
    subject, predicate, value = axiom.parts
    if not subject and any(t.predicate.value == _SUBCLASS for t in axiom.triples):
        return _written(axiom.triples[0].subject, axiom.triples, prefixes)
    if not subject:
        members = sorted(shorten(n, prefixes) for n in axiom.names() & shared)
        return f"[] a {_written(value, [], prefixes)} of {' and '.join(members)}"
    verb = "a" if predicate == _TYPE else shorten(predicate, prefixes)
    return f"{shorten(subject, prefixes)} {verb} {_written(value, axiom.triples, prefixes)}"


def _written(node: object, triples: Sequence[ox.Triple], prefixes: dict[str, str]) -> str:
    """A term as Turtle, a nameless one by what is said of it."""
    if isinstance(node, ox.NamedNode):
        return shorten(node.value, prefixes)
    if isinstance(node, ox.Literal):
        kind = node.datatype.value
        if kind in {XSD + "integer", XSD + "decimal", XSD + "boolean"}:
            return node.value
        plain = node.language or kind == XSD + "string"
        return str(node) if plain else str(node).replace(f"<{kind}>", shorten(kind, prefixes))
    own = [t for t in triples if t.subject == node]
    first = next((t.object for t in own if t.predicate.value == RDF + "first"), None)
    if first is not None:
        rest = next(t.object for t in own if t.predicate.value == RDF + "rest")
        tail = _written(rest, triples, prefixes) if isinstance(rest, ox.BlankNode) else "( )"
        return f"( {_written(first, triples, prefixes)} {tail[2:]}"
    verbs = {t: "a" if t.predicate.value == _TYPE else shorten(t.predicate.value, prefixes) for t in own}
    return f"[ {' ; '.join(f'{verb} {_written(t.object, triples, prefixes)}' for t, verb in verbs.items())} ]"


def place_of(axiom: Axiom, places: Places) -> Place | None:
    """Where an axiom stands in its file."""
    subject, predicate, value = axiom.parts
    if subject:
        return places.find(axiom.file, subject, predicate, None if isinstance(value, ox.BlankNode) else value.value)
    return places.nameless(axiom.file, predicate, value.value, axiom.number)
