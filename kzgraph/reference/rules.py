"""The shapes of the project in plain words: what must be recorded, for each class and each property."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from markupsafe import Markup

from kzgraph.checks.shapes.reading.model import SEVERITIES, Shape, Shapes
from kzgraph.checks.shapes.reading.paths import Path
from kzgraph.checks.syntax.syntax import context_triples
from kzgraph.files.project import Project
from kzgraph.graph.triples import Triples, key
from kzgraph.namespaces import SH, shorten
from kzgraph.reference.links import Links, joined
from kzgraph.reference.vocabulary import text_of
from kzgraph.terms import Term

_WORDS = {
    "class": Markup("{}"),
    "datatype": Markup("{}"),
    "pattern": Markup("matches <code>{}</code>"),
    "minInclusive": Markup("at least {}"),
    "maxInclusive": Markup("at most {}"),
    "minExclusive": Markup("more than {}"),
    "maxExclusive": Markup("less than {}"),
    "minLength": Markup("of at least {} characters"),
    "maxLength": Markup("of at most {} characters"),
    "equals": Markup("the same as {}"),
    "disjoint": Markup("never the same as {}"),
    "lessThan": Markup("less than {}"),
    "lessThanOrEquals": Markup("at most {}"),
    "hasValue": Markup("among them {}"),
}
_FLAGS = {"uniqueLang": Markup("one in each language"), "closed": Markup("no other properties")}
_LISTS = {"languageIn", "in", "or", "xone", "and"}
_NODE_KINDS = {
    SH + "IRI": Markup("a named thing"),
    SH + "Literal": Markup("a literal"),
    SH + "BlankNode": Markup("a nameless node"),
    SH + "BlankNodeOrIRI": Markup("a thing"),
    SH + "IRIOrLiteral": Markup("a named thing or a literal"),
    SH + "BlankNodeOrLiteral": Markup("a nameless node or a literal"),
}
_TOLD = {"path", "severity", "message", "name", "description", "order", "group", "defaultValue", "deactivated", "flags"}
_TOLD |= {"targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "property", "minCount", "maxCount"}
_TOLD |= {"ignoredProperties", "qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShapesDisjoint"}


@dataclass(frozen=True)
class ShownRule:
    """A shape as one line of a table; ``path`` is empty for a rule on the thing itself."""

    shape: str
    path: Markup
    properties: tuple[str, ...]
    count: str
    value: Markup
    severity: str
    message: str


class Rules:
    """The rules of a project's shapes, by the class that they target and by the property that they are about."""

    def __init__(self, project: Project, links: Links) -> None:
        self._links = links
        self.graph = Triples()
        for path in project.files("shapes"):
            self.graph.include(context_triples(project, path, is_needed=True))
        self._shapes = Shapes(self.graph)
        self.of_class: dict[str, list[ShownRule]] = {}
        self.of_property: dict[str, list[tuple[str, ShownRule]]] = defaultdict(list)
        found: dict[str, list[ShownRule]] = defaultdict(list)
        for shape in self._shapes.targeting():
            if shape.deactivated:
                continue
            targets = [t.value for t in shape.values("targetClass")]
            if self._shapes.is_class(shape.name):
                targets += [shape.name]
            rules = self._rules(shape)
            for target in targets:
                found[target] += rules
        for target in sorted(found):
            self.of_class[target] = sorted(found[target], key=_order)
            for rule in self.of_class[target]:
                for name in rule.properties:
                    self.of_property[name].append((target, rule))

    def _rules(self, shape: Shape) -> list[ShownRule]:
        """The rules of a node shape and of its property shapes, or of a property shape that has a target itself."""
        own = [self._rule(shape)] if shape.path or self._value(shape) else []
        inner = [self._shapes.shape(key(t)) for t in shape.values("property")]
        return own + [self._rule(s) for s in inner if not s.deactivated and s.name != shape.name]

    def _rule(self, shape: Shape) -> ShownRule:
        message = text_of(self.graph, shape.name, SH + "message")
        return ShownRule(
            shape="" if shape.name.startswith("_:") else shorten(shape.name, self._links.prefixes),
            path=self._path(shape.path) if shape.path else Markup(),
            properties=tuple(dict.fromkeys(shape.path.predicates())) if shape.path else (),
            count=_count(shape, "minCount", "maxCount") if shape.path else "",
            value=self._value(shape),
            severity=SEVERITIES.get(shape.severity, shape.severity),
            message=message,
        )

    def _path(self, path: Path) -> Markup:
        if path.kind == "predicate":
            return self._links.term(path.predicate)
        parts = [self._path(p) for p in path.parts]
        if path.kind == "sequence":
            return joined(parts, " / ", " / ")
        if path.kind == "alternativePath":
            return joined(parts, " or ", " or ")
        if path.kind == "inversePath":
            return Markup("inverse of {}").format(parts[0])
        steps = {"zeroOrMorePath": "any number of steps", "oneOrMorePath": "one step or more"}
        return Markup("{} ({})").format(parts[0], steps.get(path.kind, "at most one step"))

    def _value(self, shape: Shape) -> Markup:
        """What a value must be, one constraint after the other."""
        parts: list[Markup] = []
        order = ["nodeKind", *_WORDS]
        names = sorted(shape.parameters, key=lambda n: (order.index(n) if n in order else len(order), n))
        for name in names:
            values = shape.parameters[name]
            if name not in _TOLD:
                parts += [told for v in values if (told := self._constraint(shape, name, v))]
        return Markup("; ").join(parts)

    def _constraint(self, shape: Shape, name: str, value: Term) -> Markup:
        links = self._links
        if name in _FLAGS:
            return _FLAGS[name] if value.value in {"true", "1"} else Markup()
        if name in _LISTS:
            return self._list(name, value)
        if name in {"not", "node"}:
            return Markup("{}{}").format("not " if name == "not" else "", self._nested(value))
        if name == "qualifiedValueShape":
            return Markup("{}: {}").format(_count(shape, "qualifiedMinCount", "qualifiedMaxCount"), self._nested(value))
        if name == "nodeKind":
            return _NODE_KINDS.get(value.value, links.term(value.value))
        told = links.term(value.value) if value.kind == "uri" else Markup("{}").format(value.value)
        return _WORDS[name].format(told) if name in _WORDS else Markup("<code>sh:{}</code>").format(name)

    def _list(self, name: str, value: Term) -> Markup:
        """A constraint whose value is a list."""
        members = self._shapes.members(value)
        if name == "languageIn":
            return Markup("in {}").format(" or ".join(m.value for m in members))
        if name == "in":
            return Markup("one of {}").format(joined((self._links.value(m) for m in members), " and "))
        word = " and " if name == "and" else " or "
        return joined((self._nested(m) for m in members), word, ", " if name == "or" else word)

    def _nested(self, term: Term) -> Markup:
        """A shape within another: by what it asks."""
        shape = self._shapes.shape(key(term))
        asked = (
            [Markup("{}: {}").format(self._path(shape.path), _count(shape, "minCount", "maxCount"))]
            if shape.path
            else []
        )
        if v := self._value(shape):
            asked += [v]
        asked += [self._nested(t) for t in shape.values("property") if key(t) != shape.name]
        return joined(asked, "; ", "; ") or Markup("<code>{}</code>").format(links_name(term, self._links))


def links_name(term: Term, links: Links) -> str:
    """The name of a shape, if it has one."""
    return links.curie(term.value) if term.kind == "uri" else "a shape"


def _order(rule: ShownRule) -> tuple[bool, str, str]:
    """By path as it is read; what is about the thing itself comes last."""
    return not rule.path, rule.path.striptags().casefold(), rule.shape


def _count(shape: Shape, low: str, high: str) -> str:
    """How many values: ``exactly 1``, ``1 or more``, ``at most 1``, ``2 to 4``, ``any number``."""
    least, most = shape.first(low), shape.first(high)
    minimum, maximum = least.value if least else "0", most.value if most else ""
    if minimum == maximum:
        return f"exactly {minimum}" if minimum != "0" else "none"
    if not maximum:
        return f"{minimum} or more" if minimum != "0" else "any number"
    return f"at most {maximum}" if minimum == "0" else f"{minimum} to {maximum}"
