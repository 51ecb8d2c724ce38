"""The constraints of SHACL Core that look at one value at a time, each compiled to a function."""

from __future__ import annotations

from collections.abc import Callable

from kzgraph.checks.shapes.reading.model import Shape, Shapes
from kzgraph.checks.shapes.reading.patterns import FLAGS, compiled
from kzgraph.graph.triples import TYPE, Triples, key
from kzgraph.literals import comparable, is_written_right
from kzgraph.namespaces import RDF, SH, XSD
from kzgraph.terms import Term

Fits = Callable[[Term], bool]
_KINDS = {
    "IRI": {"uri"},
    "BlankNode": {"bnode"},
    "Literal": {"literal"},
    "BlankNodeOrIRI": {"bnode", "uri"},
    "BlankNodeOrLiteral": {"bnode", "literal"},
    "IRIOrLiteral": {"uri", "literal"},
}


def datatype_of(term: Term) -> str:
    """The datatype of a literal, as SPARQL's DATATYPE gives it."""
    return RDF + "langString" if term.language else term.datatype or XSD + "string"


def orders(value: Term, other: Term, *, or_equal: bool) -> bool:
    """Whether a value is less than another; False where they cannot be compared.

    What has no order, such as an IRI, is still equal to itself (SPARQL 1.1, section 17.3); NaN is not.
    """
    one, two = comparable(value), comparable(other)
    if one is None or two is None or one[0] != two[0]:
        return or_equal and value == other and value.value != "NaN"
    return bool(one[1] < two[1] or (or_equal and one[1] == two[1]))  # type: ignore[operator]  # values of one kind have an order


def _class(parameter: Term, _shape: Shape, _shapes: Shapes, data: Triples) -> Fits:
    wanted, known = key(parameter), data.out

    def fits(value: Term) -> bool:
        own = known.get(key(value))
        return own is not None and any(wanted in data.above(key(t)) for t in own.get(TYPE, ()))

    return fits


def _datatype(parameter: Term, *_: object) -> Fits:
    wanted = parameter.value
    return lambda v: v.kind == "literal" and datatype_of(v) == wanted and is_written_right(v.value, wanted)


def _node_kind(parameter: Term, *_: object) -> Fits:
    kinds = _KINDS.get(parameter.value.removeprefix(SH), set())
    return lambda v: v.kind in kinds


def _less(*, or_equal: bool) -> Callable[..., Fits]:
    return lambda parameter, *_: lambda v: orders(v, parameter, or_equal=or_equal)


def _more(*, or_equal: bool) -> Callable[..., Fits]:
    return lambda parameter, *_: lambda v: orders(parameter, v, or_equal=or_equal)


def _min_length(parameter: Term, *_: object) -> Fits:
    least = int(parameter.value)
    return lambda v: least == 0 or (v.kind != "bnode" and len(v.value) >= least)


def _max_length(parameter: Term, *_: object) -> Fits:
    most = int(parameter.value)
    return lambda v: v.kind != "bnode" and len(v.value) <= most


def _pattern(parameter: Term, shape: Shape, *_: object) -> Fits:
    flags = (shape.first("flags") or Term("literal", "")).value
    matches = compiled(parameter.value, "".join(f for f in flags if f in FLAGS))
    return lambda v: v.kind != "bnode" and matches(v.value)


def _language_in(parameter: Term, _shape: Shape, shapes: Shapes, _data: Triples) -> Fits:
    ranges = [m.value.lower() for m in shapes.members(parameter)]

    def fits(value: Term) -> bool:
        tag = value.language.lower()
        return bool(tag) and any(r == "*" or tag == r or tag.startswith(r + "-") for r in ranges)

    return fits


def _in(parameter: Term, _shape: Shape, shapes: Shapes, _data: Triples) -> Fits:
    allowed = set(shapes.members(parameter))
    return lambda v: v in allowed


VALUE_CHECKS: dict[str, Callable[[Term, Shape, Shapes, Triples], Fits]] = {
    "class": _class,
    "datatype": _datatype,
    "nodeKind": _node_kind,
    "minExclusive": _more(or_equal=False),
    "minInclusive": _more(or_equal=True),
    "maxExclusive": _less(or_equal=False),
    "maxInclusive": _less(or_equal=True),
    "minLength": _min_length,
    "maxLength": _max_length,
    "pattern": _pattern,
    "languageIn": _language_in,
    "in": _in,
}
