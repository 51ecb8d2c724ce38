"""Second stage: each property stands on things and takes values of the kind that the ontology gives it."""

from __future__ import annotations

from functools import cache

from kzgraph.checks.syntax.context import Context
from kzgraph.checks.syntax.recovery import UNDECLARED, UNREADABLE
from kzgraph.graph.triples import TYPE, key
from kzgraph.literals import NUMERIC, is_written_right
from kzgraph.namespaces import OWL, RDF, RDFS, XSD
from kzgraph.terms import Term

_CLASSES = {OWL + "Class", RDFS + "Class"}
PROPERTIES = {OWL + n for n in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")} | {RDF + "Property"}
_TEXTS = {XSD + "string", RDF + "langString"}
_ANY = {OWL + "Thing", RDFS + "Resource", RDFS + "Literal"}


class Kinds:
    """What the ontology says of each property: domain, range, and whether it takes things or literals."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._ontology = context.ontology
        self._kinds: dict[str, set[str]] = {}

    def kinds(self, term: str) -> set[str]:
        """The classes of a term of the ontology, such as ``owl:Class``."""
        if term not in self._kinds:
            given = {key(t) for t in self._ontology.objects(term, TYPE)}
            derived = given if given & PROPERTIES else given.union(*map(self._ontology.above, given))
            self._kinds[term] = derived  # a class of classes gives classes; what is said of a property itself holds
        return self._kinds[term]

    def alternatives(self, term: str, end: str) -> list[set[str]]:
        """For each domain or range of a property, the classes that satisfy it."""
        found = []
        for kind in self._ontology.iris(term, RDFS + end):
            union = self._ontology.one(kind, OWL + "unionOf")
            one = {key(m) for m in self._ontology.members(key(union))} if union is not None else {kind}
            if not one & _ANY and not any(k.startswith("_:") for k in one):
                found.append(one)
        return found


def check_kinds(context: Context) -> None:
    """Adds a finding for each property on a thing of the wrong kind, and each value of the wrong kind."""
    kinds = Kinds(context)
    domains = cache(lambda p: kinds.alternatives(p, "domain"))
    ranges = cache(lambda p: kinds.alternatives(p, "range"))
    for subject, own in context.own.out.items():
        for predicate, values in own.items():
            if predicate == TYPE:
                _check_classes(context, kinds, subject, [v for v in values if v.kind == "uri"])
                continue
            declared = kinds.kinds(predicate)
            if not declared:
                continue
            if not declared & PROPERTIES and declared & _CLASSES:
                told = f"{context.curie(predicate)} is a class, and stands where a property is expected"
                context.add("wrong-kind", "violation", subject, told, "write a property", path=(predicate,))
                continue
            _check_derived(context, subject, predicate)
            for asked in domains(predicate):
                _check_domain(context, subject, predicate, asked)
            for value in values:
                _check_value(context, subject, predicate, value, declared, ranges(predicate))


def _check_classes(context: Context, kinds: Kinds, subject: str, classes: list[Term]) -> None:
    for kind in classes:
        declared = kinds.kinds(kind.value)
        if declared and not declared & _CLASSES:
            what = "a property" if declared & PROPERTIES else "a thing"
            told = f"{context.curie(kind)} is {what}, and stands where a class is expected"
            context.add("wrong-kind", "violation", subject, told, "write a class after `a`", path=(TYPE,), value=kind)


def _check_derived(context: Context, subject: str, predicate: str) -> None:
    if context.ontology.objects(predicate, OWL + "propertyChainAxiom"):
        told = f"{context.curie(predicate)} is derived from facts, and never written by hand"
        hint = "describe the fact it follows from, with its citation"
        context.add("derived-property", "violation", subject, told, hint, path=(predicate,))


def _check_domain(context: Context, subject: str, predicate: str, asked: set[str]) -> None:
    own = [key(t) for t in context.data.objects(subject, TYPE)]
    if not own or not all(_is_class(context, k) for k in own) or _is_any(context, subject, asked):
        return
    given = f"{context.curie(subject)} is {_listed(context, set(own))}"
    told = f"{context.curie(predicate)} is a property of {_listed(context, asked)}, and {given}"
    hint = "use a property of its class, or correct the class"
    context.add("wrong-kind", "violation", subject, told, hint, path=(predicate,))


def _check_value(
    context: Context, subject: str, predicate: str, value: Term, declared: set[str], asked: list[set[str]]
) -> None:
    if value.value.startswith((UNREADABLE, UNDECLARED)):
        return
    told = hint = ""
    takes = declared & {OWL + "ObjectProperty", OWL + "DatatypeProperty"}
    if value.kind == "literal" and takes == {OWL + "ObjectProperty"}:
        told = f"{context.curie(predicate)} takes the name of a thing, not the text {context.curie(value)}"
        hint = "write its name, with its prefix"
    elif value.kind != "literal" and takes == {OWL + "DatatypeProperty"}:
        told = f"{context.curie(predicate)} takes a text, number or date, not the thing {context.curie(value)}"
        hint = 'write a value such as "…"@en'
    elif value.kind == "literal":
        wrong = [k for k in asked if not _is_datatype(value, k)]
        if wrong:
            told = f"{context.curie(predicate)} takes {_listed(context, wrong[0])}, not {context.curie(value)}"
            hint = "write it with that datatype"
    else:
        own = [key(t) for t in context.data.objects(key(value), TYPE)]
        if not own or not all(_is_class(context, k) for k in own):
            return
        wrong = [k for k in asked if not _is_any(context, key(value), k)]
        if wrong:
            given = f"{context.curie(value)} is {_listed(context, set(own))}"
            told = f"{context.curie(predicate)} takes {_listed(context, wrong[0])}, and {given}"
            hint = "name the thing that you mean, or correct its class"
    if told:
        context.add("wrong-kind", "violation", subject, told, hint, path=(predicate,), value=value)


def _is_class(context: Context, kind: str) -> bool:
    return any(context.ontology.is_a(kind, c) for c in _CLASSES)


def _is_any(context: Context, thing: str, kinds: set[str]) -> bool:
    return any(context.data.is_a(thing, k) for k in kinds)


def _is_datatype(value: Term, kinds: set[str]) -> bool:
    """Whether a literal is in the value space of one of some datatypes: 12 is a decimal and a non-negative integer."""
    own = RDF + "langString" if value.language else value.datatype or XSD + "string"
    for kind in kinds:
        if own == kind or (kind == RDF + "PlainLiteral" and own in _TEXTS) or not kind.startswith((XSD, RDF, OWL)):
            return True
        if own in NUMERIC and (kind == OWL + "real" or (kind in NUMERIC and is_written_right(value.value, kind))):
            return True
    return False


def _listed(context: Context, kinds: set[str]) -> str:
    return " or ".join(
        f"{'an' if n.split(':')[-1][:1] in 'AEIO' else 'a'} {n}" for n in sorted(map(context.curie, kinds))
    )
