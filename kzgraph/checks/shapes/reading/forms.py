"""Whether shapes are well-formed by SHACL's own rules (appendix A), and say nothing that is not carried out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kzgraph.checks.shapes.reading.model import Shape, Shapes
from kzgraph.checks.shapes.reading.paths import PathFault, read_path
from kzgraph.checks.shapes.reading.patterns import FLAGS, PatternFault, compiled
from kzgraph.checks.shapes.reading.recursion import Circles
from kzgraph.checks.shapes.reading.words import (
    COMPANIONS,
    DONE,
    INFERENCES,
    LACKING,
    NODE_KINDS,
    PREDICATES,
    RULES,
    SHAPE_LISTS,
    VOCABULARY,
    ParameterRule,
)
from kzgraph.graph.triples import key
from kzgraph.namespaces import RDF, SH, XSD
from kzgraph.terms import Term
from kzgraph.wording.names import nearest

ILL_FORMED, UNKNOWN, LEFT_OUT = "broken-shapes", "unknown-shacl-term", "not-carried-out"
NO_EFFECT = "unused-shape-part"


@dataclass(frozen=True)
class ShapeFault:
    """What is wrong with a part of a shape, so that it is left out: a parameter with its values.

    In the message ``{shape}`` and ``{value}`` stand for the shape and the first value, as files write them.
    """

    shape: str
    parameter: str
    values: tuple[Term, ...]
    code: str
    message: str
    hint: str = ""
    predicate: str = ""
    """The IRI under which the statement stands in the file, if it is not the parameter's own."""
    is_doubtful: bool = False
    """Whether it may be meant: a word that stands where no shape is."""

    @property
    def statement(self) -> str:
        """The predicate of the statement that is wrong."""
        return self.predicate or (SH + self.parameter if self.parameter else "")

    @property
    def severity(self) -> str:
        """A part that merely does nothing is a warning, all else a violation."""
        return "warning" if self.code == NO_EFFECT or self.is_doubtful else "violation"


def faults_of(shapes: Shapes, circles: Circles) -> list[ShapeFault]:
    """All that is wrong with the shapes of a shapes graph, in which these are the circles."""
    found: list[ShapeFault] = []
    for shape in shapes.all():
        found += _of_shape(shapes, shape)
    found += _unknown_terms(shapes)
    found += _functions(shapes)
    for name, target in circles.negative():
        found += _negative(shapes, name, target)
    return found


def _of_shape(shapes: Shapes, shape: Shape) -> Iterator[ShapeFault]:
    yield from _of_path(shapes, shape)
    for name, values in shape.parameters.items():
        rule = RULES.get(name)
        if rule is not None:
            yield from _of_parameter(shapes, shape, name, rule, values)
        elif name in LACKING:
            message = f"sh:{name} of {{shape}} is not carried out: it is of {LACKING[name]}"
            yield ShapeFault(shape.name, name, tuple(values), LEFT_OUT, message, "say it in SHACL Core or SPARQL")
        elif name in INFERENCES:
            message = f"sh:{name} of {{shape}} is passed over: nothing is inferred before the shapes are checked"
            yield ShapeFault(shape.name, name, tuple(values), NO_EFFECT, message, "validate what the rules give")
        elif name in PREDICATES and name not in DONE:
            message = f"sh:{name} is no parameter of a shape, so {{shape}} asks nothing by it"
            yield ShapeFault(shape.name, name, tuple(values), ILL_FORMED, message, _hint(name, DONE))
    for name, (_, needed) in COMPANIONS.items():
        if shape.values(name) and not shape.values(needed):
            message = f"sh:{name} of {{shape}} does nothing without sh:{needed}"
            yield ShapeFault(shape.name, name, tuple(shape.values(name)), NO_EFFECT, message, f"add sh:{needed}")
    if shape.values("qualifiedValueShape") and not (
        shape.values("qualifiedMinCount") or shape.values("qualifiedMaxCount")
    ):
        message = "sh:qualifiedValueShape of {shape} does nothing without sh:qualifiedMinCount or sh:qualifiedMaxCount"
        counted = tuple(shape.values("qualifiedValueShape"))
        yield ShapeFault(shape.name, "qualifiedValueShape", counted, NO_EFFECT, message, "add a number")


def _of_path(shapes: Shapes, shape: Shape) -> Iterator[ShapeFault]:
    paths = tuple(shape.values("path"))
    is_property = shapes.graph.is_a(shape.name, SH + "PropertyShape")
    if len(paths) > 1:
        yield ShapeFault(shape.name, "path", paths, ILL_FORMED, "{shape} has more than one sh:path", "keep one")
    elif is_property and not paths:
        message = "{shape} is a property shape without sh:path"
        yield ShapeFault(shape.name, "", (), ILL_FORMED, message, "say which property it is about")
    elif paths and shapes.graph.is_a(shape.name, SH + "NodeShape"):
        message = "{shape} is a node shape, and so must not have sh:path"
        yield ShapeFault(shape.name, "path", paths, ILL_FORMED, message, "make it a sh:PropertyShape")
    for path in paths[:1]:
        try:
            read_path(shapes.graph, path)
        except PathFault as fault:
            message = f"the path of {{shape}} is not well-formed: {fault}"
            yield ShapeFault(
                shape.name, "path", (path,), ILL_FORMED, message, "write it as section 2.3.1 of SHACL says"
            )


def _of_parameter(
    shapes: Shapes, shape: Shape, name: str, rule: ParameterRule, values: list[Term]
) -> Iterator[ShapeFault]:
    if rule.single and len(values) > 1:
        told = f"{{shape}} has more than one sh:{name}"
        hint = "keep one, or give each a shape of its own"
        yield ShapeFault(shape.name, name, tuple(values), ILL_FORMED, told, hint)
    is_idle = name in COMPANIONS and not shape.values(COMPANIONS[name][1])
    if rule.on_paths and shape.path_term is None and not is_idle:
        told = f"sh:{name} is for property shapes, and {{shape}} has no sh:path"
        yield ShapeFault(shape.name, name, tuple(values), ILL_FORMED, told, "move it into a property shape")
    for value in values:
        wrong = _KINDS[rule.kind](shapes, value)
        if wrong:
            told, hint = wrong if isinstance(wrong, tuple) else (wrong, "")
            told = f"sh:{name} of {{shape}} {told}"
            yield ShapeFault(shape.name, name, (value,), ILL_FORMED, told, hint)
        elif rule.kind == "boolean" and value.value in {"1", "0"}:
            told = f"sh:{name} of {{shape}} does nothing: of truth values, only true and false are words of SHACL"
            yield ShapeFault(shape.name, name, (value,), NO_EFFECT, told, "write true or false")
        elif rule.kind == "pattern":
            yield from _of_pattern(shape, value)
        elif rule.kind == "property shape" and shapes.shape(key(value)).path_term is None:
            yield _pathless(shapes, shape, value)


def _of_pattern(shape: Shape, pattern: Term) -> Iterator[ShapeFault]:
    flags = shape.first("flags") or Term("literal", "")
    try:
        compiled(pattern.value, "".join(f for f in flags.value if f in FLAGS))
    except PatternFault as fault:
        message = f"the pattern {{value}} of {{shape}} cannot be used: {fault}"
        yield ShapeFault(shape.name, "pattern", (pattern,), fault.code, message, fault.hint)


def _pathless(shapes: Shapes, shape: Shape, value: Term) -> ShapeFault:
    known = [s.name for s in shapes.all() if s.path is not None and not s.name.startswith("_:")]
    near = nearest(key(value), known, 1) if value.kind == "uri" else []
    message = "{value}, sh:property of {shape}, is no property shape: it has no sh:path"
    hint = f"did you mean <{near[0]}>?" if near else "give it a sh:path"
    return ShapeFault(shape.name, "property", (value,), ILL_FORMED, message, hint)


def _negative(shapes: Shapes, name: str, target: str) -> Iterator[ShapeFault]:
    """The parameters by which a shape asks another one of its circle to fail."""
    shape = shapes.shape(name)
    told = "{shape} refers to itself through a negation (sh:%s), which has no meaning that is agreed on"
    for parameter in ("not", "xone", "qualifiedValueShape"):
        for value in shape.values(parameter):
            members = shapes.members(value) if parameter in SHAPE_LISTS else [value]
            is_there = target in map(key, members)
            if is_there or (parameter == "qualifiedValueShape" and shape.says("qualifiedValueShapesDisjoint")):
                hint = "take the shapes out of the circle"
                yield ShapeFault(name, parameter, (value,), LEFT_OUT, told % parameter, hint)


def _functions(shapes: Shapes) -> Iterator[ShapeFault]:
    """The functions of a shapes graph (SHACL Advanced Features, section 4): no query can call them here."""
    kinds = (SH + "SPARQLFunction", SH + "JSFunction")
    texts = [value.value for _, _, value in shapes.graph if value.kind == "literal"]
    for name in shapes.graph.out:
        if any(shapes.graph.is_a(name, kind) for kind in kinds):
            local = name[max(map(name.rfind, "/#")) + 1 :]
            message = "{shape} is a function, which is not carried out: what a query asks by it finds nothing"
            is_called = any(f"{local}(" in text or f"{local}>" in text for text in texts)
            yield ShapeFault(name, "", (), LEFT_OUT, message, "write it out in the query", is_doubtful=not is_called)


def _unknown_terms(shapes: Shapes) -> Iterator[ShapeFault]:
    """Words of the namespace of SHACL that there are not, wherever in the graph they stand."""
    for subject, predicate, value in shapes.graph:
        parameter = predicate[len(SH) :] if predicate.startswith(SH) else ""
        if parameter and parameter not in PREDICATES:
            is_shape = subject.startswith("_:") or shapes.is_shape(subject)
            message = f"sh:{parameter} is no word of SHACL, so {{shape}} asks nothing by it"
            hint = _hint(parameter, {*PREDICATES})
            yield ShapeFault(subject, parameter, (value,), UNKNOWN, message, hint, predicate, is_doubtful=not is_shape)
        if value.kind == "uri" and _is_unknown(value.value) and not subject.startswith(SH):
            name = value.value[len(SH) :]
            rule = RULES.get(parameter)
            if rule is None or not _KINDS[rule.kind](shapes, value):  # else that is reported already
                hint = _hint(name, {v[len(SH) :] for v in VOCABULARY})
                message = f"sh:{name} is no term of SHACL"
                yield ShapeFault(subject, parameter, (value,), UNKNOWN, message, hint, predicate)


def _is_unknown(iri: str) -> bool:
    return iri.startswith(SH) and len(iri) > len(SH) and iri not in VOCABULARY


def _hint(name: str, known: set[str]) -> str:
    same = [k for k in known if k.lower() == name.lower()]
    alike = sorted(k for k in known if k[:1].isupper() == name[:1].isupper())  # classes are written in capitals
    near = same or nearest(name, alike, 1)
    return f"did you mean sh:{near[0]}?" if near else "remove it, or use a namespace of your own"


_Wrong = str | tuple[str, str] | None


def _iri(_: Shapes, value: Term) -> _Wrong:
    return None if value.kind == "uri" else "must be an IRI, not {value}"


def _integer(_: Shapes, value: Term) -> _Wrong:
    text = value.value.lstrip("+-")
    is_number = value.datatype == XSD + "integer" and text.isascii() and text.isdigit() and len(text) < 40
    return None if is_number else ("must be a whole number, not {value}", "write it without quotation marks")


def _boolean(_: Shapes, value: Term) -> _Wrong:
    if value.datatype == XSD + "boolean" and value.value in {"true", "false", "1", "0"}:
        return None
    return "must be true or false, not {value}", "write it without quotation marks"


def _literal(_: Shapes, value: Term) -> _Wrong:
    return None if value.kind == "literal" else "must be a value, not {value}"


def _plain_text(_: Shapes, value: Term) -> _Wrong:
    is_plain = value.kind == "literal" and not value.datatype and not value.language
    return None if is_plain else "must be a text without language or datatype, not {value}"


def _text(_: Shapes, value: Term) -> _Wrong:
    is_text = value.kind == "literal" and value.datatype in {"", RDF + "langString"}
    return None if is_text else "must be a text, not {value}"


def _flags(_: Shapes, value: Term) -> _Wrong:
    if _plain_text(_, value):
        return _plain_text(_, value)
    wrong = [f for f in value.value if f not in FLAGS]
    return f"has the flag {wrong[0]}; there are s, m, i, x and q" if wrong else None


def _node_kind(_: Shapes, value: Term) -> _Wrong:
    if value.kind == "uri" and value.value.removeprefix(SH) in NODE_KINDS and value.value.startswith(SH):
        return None
    near = nearest(value.value.removeprefix(SH), sorted(NODE_KINDS), 1)
    return f"must be one of {', '.join('sh:' + k for k in sorted(NODE_KINDS))}, not {{value}}", (
        f"did you mean sh:{near[0]}?" if near else ""
    )


def _iri_or_literal(_: Shapes, value: Term) -> _Wrong:
    return None if value.kind != "bnode" else "must be an IRI or a value: a nameless node cannot be named from here"


def _shape(shapes: Shapes, value: Term) -> _Wrong:
    if value.kind == "literal":
        return "must be a shape, not {value}"
    if value.kind == "uri" and not shapes.graph.out.get(value.value):
        known = [s.name for s in shapes.all() if not s.name.startswith("_:") and shapes.graph.out.get(s.name)]
        near = nearest(value.value, known, 1)
        return "names {value}, of which the shapes say nothing", f"did you mean <{near[0]}>?" if near else "describe it"
    return None


def _node_shape(shapes: Shapes, value: Term) -> _Wrong:
    wrong = _shape(shapes, value)
    if not wrong and shapes.shape(key(value)).path_term is not None:
        return "must be a node shape, and {value} has a sh:path", "use sh:property"
    return wrong


def _property_shape(_: Shapes, value: Term) -> _Wrong:
    return "must be a property shape, not {value}" if value.kind == "literal" else None


def _list_of(kind: str) -> Callable[[Shapes, Term], _Wrong]:
    def check(shapes: Shapes, value: Term) -> _Wrong:
        members = None if value.kind == "literal" else shapes.graph.whole_list(key(value))
        if members is None:
            return "must be a whole list", "write it in round brackets"
        for member in members:
            wrong = _KINDS[kind](shapes, member)
            if wrong:
                told, hint = wrong if isinstance(wrong, tuple) else (wrong, "")
                return f"has a member that {told.replace('{value}', member.n3())}", hint
        return None

    return check


_KINDS: dict[str, Callable[[Shapes, Term], _Wrong]] = {
    "any": lambda *_: None,
    "IRI": _iri,
    "IRI or literal": _iri_or_literal,
    "integer": _integer,
    "boolean": _boolean,
    "literal": _literal,
    "text": _text,
    "pattern": _plain_text,
    "flags": _flags,
    "node kind": _node_kind,
    "shape": _shape,
    "node shape": _node_shape,
    "property shape": _property_shape,
    "list": _list_of("any"),
    "list of texts": _list_of("pattern"),
    "list of IRIs": _list_of("IRI"),
    "list of shapes": _list_of("shape"),
}
