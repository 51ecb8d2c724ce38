"""SHACL-SPARQL: constraints, constraint components and targets that are written in SPARQL (SHACL, sections 5 and 6).

None of the queries may reach out of the data: SERVICE and FROM are refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from kzgraph.answers.queries.algebra import parts
from kzgraph.checks.shapes.asking import ShapeQueries
from kzgraph.checks.shapes.reading.forms import ILL_FORMED, LEFT_OUT, ShapeFault
from kzgraph.checks.shapes.reading.model import TRUE, Shape, Shapes, ValidationResult, components
from kzgraph.checks.shapes.sparql_texts import refuse_broken_text
from kzgraph.checks.shapes.together import Key, ShapeQuery
from kzgraph.errors import KzgraphError
from kzgraph.graph.triples import TYPE, Triples, key, node
from kzgraph.namespaces import OWL, RDF, RDFS, SH, XSD
from kzgraph.terms import Term
from kzgraph.walls.libraries import LibraryErrors, LibraryFault

_USUAL = {"rdf": RDF, "rdfs": RDFS, "owl": OWL, "sh": SH, "xsd": XSD}
_PATH = re.compile(r"[$?]PATH\b")
_FIELD = re.compile(r"\{[$?](\w+)\}")
_REFUSED = {"ServiceGraphPattern": "SERVICE", "Minus": "MINUS", "values": "VALUES", "ToMultiSet": "VALUES"}
_BOUND = ("this", "currentShape", "shapesGraph")
_NONE: tuple[list[Key], list[Key]] = ([], [])
_Check = Callable[[Term, list[Term]], Iterator[ValidationResult]]


class _QueryFault(Exception):
    """A query that cannot be used: what is wrong, and the code of the finding."""

    def __init__(self, told: str, code: str = ILL_FORMED) -> None:
        super().__init__(told)
        self.code = code


class SparqlShapes:
    """What of some shapes is written in SPARQL; what of it cannot be used is in ``faults``."""

    def __init__(self, shapes: Shapes, data: Triples) -> None:
        self._shapes = shapes
        self._graph = shapes.graph
        self._queries = ShapeQueries(data)
        self._expected: dict[str, tuple[list[Key], list[Key]]] = {}
        self.faults: list[ShapeFault] = []
        self._checks: dict[str, list[_Check]] = {}
        self._targets: dict[Term, ShapeQuery] = {}
        declared = list(components(shapes.graph))
        for shape in shapes.all():
            for value in shape.values("sparql"):
                self._try(shape, "sparql", value, self._constraint)
            for value in shape.values("target"):
                self._try(shape, "target", value, self._target)
            for component in declared:
                self._component(shape, component)

    def checks(self, shape: Shape) -> list[_Check]:
        """The constraints of a shape that are written in SPARQL."""
        return self._checks.get(shape.name, [])

    def targets(self, target: Term) -> Iterator[Term]:
        """The nodes that a target in SPARQL selects."""
        if target in self._targets:
            rows = self._queries.rows(self._targets[target], (), [])
            yield from (row["this"] for row in rows if "this" in row)

    @property
    def asked(self) -> set[str]:
        """The names of the shapes that have such constraints."""
        return set(self._checks)

    def expect(self, shape: Shape, focus: Term, values: list[Term]) -> None:
        """Says that a node will be checked against a shape, so that it is asked about together with others."""
        self._expected.setdefault(shape.name, ([], []))
        nodes, pairs = self._expected[shape.name]
        nodes.append((focus,))
        pairs += [(focus, value) for value in values]

    def _try(self, shape: Shape, parameter: str, value: Term, prepare: Callable[[Shape, Term], None]) -> None:
        try:
            prepare(shape, value)
        except _QueryFault as fault:
            message = f"sh:{parameter} of {{shape}} {fault}"
            self.faults.append(ShapeFault(shape.name, parameter, (value,), fault.code, message, "correct the query"))

    def _constraint(self, shape: Shape, value: Term) -> None:
        if TRUE in self._graph.objects(key(value), SH + "deactivated"):
            return
        query = self._query(shape, key(value), "select", self._prefixes(key(value)), {})
        self._checks.setdefault(shape.name, []).append(partial(self._selected, shape, "SPARQL", query))

    def _target(self, _: Shape, value: Term) -> None:
        holder, bound = key(value), dict[str, Term]()
        if not self._graph.objects(holder, SH + "select"):
            kinds = [key(k) for k in self._graph.objects(holder, TYPE)]
            holder = next((k for k in kinds if self._graph.objects(k, SH + "select")), "")
            if not holder:
                raise _QueryFault("is no target in SPARQL, and other kinds are not carried out", LEFT_OUT)
            bound = {
                name: given[0]
                for path, name, _ in self._parameters(holder)
                if (given := list(self._graph.objects(key(value), path)))
            }
        self._targets[value] = self._query(None, holder, "select", self._prefixes(holder), bound)

    def _component(self, shape: Shape, component: str) -> None:
        """The constraints that a shape makes by the parameters of a constraint component (section 6)."""
        parameters = self._parameters(component)
        given = {path: list(self._graph.objects(shape.name, path)) for path, _, _ in parameters}
        needed = [path for path, _, optional in parameters if not optional]
        if not needed or not all(given[path] for path in needed):
            return
        first = needed[0]
        name = first.removeprefix(SH)
        if len(parameters) > 1 and any(len(v) > 1 for v in given.values()):
            message = "{shape} has more than one value for a parameter of a constraint component with several"
            self.faults.append(
                ShapeFault(shape.name, name, tuple(given[first]), ILL_FORMED, message, "keep one", first)
            )
            return
        for value in given[first]:
            bound = {n: given[p][0] for p, n, _ in parameters if given[p]} | {_variable(parameters, first): value}
            try:
                check = self._validator(shape, component, bound)
            except _QueryFault as fault:
                message = f"the constraint component <{component}>, which {{shape}} uses, {fault}"
                self.faults.append(
                    ShapeFault(shape.name, name, (value,), fault.code, message, "correct the component", first)
                )
                return
            self._checks.setdefault(shape.name, []).append(check)

    def _validator(self, shape: Shape, component: str, bound: dict[str, Term]) -> _Check:
        own = "nodeValidator" if shape.path_term is None else "propertyValidator"
        for role in (own, "validator"):
            for value in self._graph.objects(component, SH + role):
                kind = "ask" if self._graph.objects(key(value), SH + "ask") else "select"
                if not self._graph.objects(key(value), SH + kind):
                    raise _QueryFault("has a validator that is not in SPARQL, and is not carried out", LEFT_OUT)
                query = self._query(shape, key(value), kind, self._prefixes(key(value)), bound)
                return partial(self._asked if kind == "ask" else self._selected, shape, component, query)
        raise _QueryFault("has no validator for this kind of shape", LEFT_OUT)

    def _parameters(self, holder: str) -> list[tuple[str, str, bool]]:
        """The parameters that something declares: predicate, name of the variable, whether it may be missing."""
        found = []
        for parameter in self._graph.objects(holder, SH + "parameter"):
            optional = TRUE in self._graph.objects(key(parameter), SH + "optional")
            for path in self._graph.objects(key(parameter), SH + "path"):
                found.append((path.value, re.split("[/#:]", path.value)[-1], optional))
        return found

    def _prefixes(self, holder: str) -> dict[str, str]:
        """The prefixes that a query may use: those of sh:prefixes, and of what that imports (section 5.2.1)."""
        found = dict(_USUAL)
        todo, seen = self._graph.iris(holder, SH + "prefixes"), set[str]()
        while todo:
            ontology = todo.pop()
            if ontology in seen:
                continue
            seen.add(ontology)
            todo += self._graph.iris(ontology, OWL + "imports")
            for declaration in self._graph.iris(ontology, SH + "declare"):
                prefix, namespace = (self._graph.one(declaration, SH + n) for n in ("prefix", "namespace"))
                if prefix is None or namespace is None:
                    raise _QueryFault("has a sh:declare without sh:prefix or sh:namespace")
                found[prefix.value] = namespace.value
        return found

    def _query(
        self, shape: Shape | None, holder: str, kind: str, prefixes: Mapping[str, str], bound: dict[str, Term]
    ) -> ShapeQuery:
        """The query of a constraint, validator or target; raises :class:`_QueryFault`."""
        given = list(self._graph.objects(holder, SH + kind))
        if len(given) != 1 or given[0].kind != "literal":
            raise _QueryFault(f"needs one query in sh:{kind}")
        text = given[0].value
        try:
            refuse_broken_text(text, kind, prefixes, "shapes")
        except KzgraphError as error:
            raise _QueryFault(f"cannot be used: {error.message}") from error
        if shape is not None and shape.path is not None:
            path = shape.path.sparql()
            text = _PATH.sub(lambda _: path, text)
        elif _PATH.search(text):
            raise _QueryFault("speaks of $PATH, and the shape has no path")
        prepared = read_query(text, prefixes, kind, {"this", *bound, *(["value"] if kind == "ask" else [])}, shape)
        messages = tuple(m for m in self._graph.objects(holder, SH + "message") if m.kind == "literal")
        names = () if shape is None else ("this", "value") if kind == "ask" else ("this",)
        same = bound if shape is None else {**bound, "currentShape": node(shape.name)}
        return ShapeQuery(text, prefixes, prepared, messages, same, names)

    def _selected(
        self, shape: Shape, component: str, query: ShapeQuery, focus: Term, _values: list[Term]
    ) -> Iterator[ValidationResult]:
        for row in self._queries.rows(query, (focus,), self._expected.get(shape.name, _NONE)[0]):
            if row.get("failure") == TRUE:
                message = "a query of {shape} reports that it failed"
                self.faults.append(ShapeFault(shape.name, "sparql", (), LEFT_OUT, message, "look at the query"))
                continue
            path = row.get("path")
            value = row.get("value", focus if shape.path_term is None else None)
            told_in = [row["message"]] if "message" in row else query.messages
            messages = _filled(told_in, {**query.bound, **row, "this": focus}, shape)
            at = path if path is not None and path.kind == "uri" else shape.path_term
            yield ValidationResult(row.get("this", focus), shape, component, at, value, (), messages)

    def _asked(
        self, shape: Shape, component: str, query: ShapeQuery, focus: Term, values: list[Term]
    ) -> Iterator[ValidationResult]:
        for value in values:
            if not self._queries.rows(query, (focus, value), self._expected.get(shape.name, _NONE)[1]):
                messages = _filled(query.messages, {**query.bound, "this": focus, "value": value}, shape)
                yield ValidationResult(focus, shape, component, shape.path_term, value, (), messages)


def _variable(parameters: list[tuple[str, str, bool]], path: str) -> str:
    """The name of the variable that stands for a parameter."""
    return next(name for p, name, _ in parameters if p == path)


def _filled(messages: Iterable[Term], bound: Mapping[str, Term], shape: Shape) -> tuple[Term, ...]:
    """Messages with the values of the variables that they name."""
    path = shape.path.sparql() if shape.path is not None else ""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name in {"PATH", "path"} and name not in bound:
            return path
        return bound[name].value if name in bound else found[0]

    return tuple(m._replace(value=_FIELD.sub(value, m.value)) for m in messages)


def read_query(text: str, prefixes: Mapping[str, str], kind: str, bound: set[str], shape: Shape | None) -> Any:
    """The query as rdflib asks it; raises :class:`_QueryFault` for what SHACL does not allow in one (section 5.2.1)."""
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        with LibraryErrors():
            query = translateQuery(parseQuery(text), None, dict(prefixes))
    except LibraryFault as error:
        if isinstance(error.__cause__, RecursionError):
            raise _QueryFault("is nested too deeply to be read", LEFT_OUT) from error
        raise _QueryFault(f"holds a query that cannot be read: {' '.join(str(error).split())[:200]}") from error
    algebra = query.algebra
    if algebra.name != f"{kind.capitalize()}Query":
        raise _QueryFault(f"holds no {kind.upper()} query")
    if dict(algebra).get("datasetClause"):
        raise _QueryFault("names data with FROM, and only the data under validation are asked")
    if "shapesGraph" in {str(v) for v in dict(algebra).get("_vars") or ()}:
        raise _QueryFault("asks for $shapesGraph, which is not carried out", LEFT_OUT)
    if shape is not None or len(bound) > 1:  # in a target without parameters, nothing is bound beforehand
        _refuse_parts(algebra, {*bound, *_BOUND})
    selected = [{str(v) for v in part.PV} for part in parts(algebra) if part.name == "Project"]
    outer = selected.pop(0) if selected else set()
    if kind == "select" and "this" not in outer:
        raise _QueryFault("selects no $this, so it names no node")
    if shape is not None and any("this" not in names for names in selected):
        raise _QueryFault("holds a SELECT inside that does not select $this, which then has no value there")
    return query


def _refuse_parts(algebra: Any, bound: set[str]) -> None:
    """Raises :class:`_QueryFault` for what no query with variables that are bound beforehand may hold."""
    own = [(part.res, part.vars) for part in parts(algebra) if part.name == "Aggregate_Sample"]
    for part in parts(algebra):
        if part.name in _REFUSED and (part.name != "ToMultiSet" or "res" in part):
            raise _QueryFault(f"holds {_REFUSED[part.name]}, which SHACL allows in no query of a shape")
        is_grouped_by = part.name == "Extend" and (part.expr, part.var) in own  # as rdflib has what GROUP BY names
        if part.name == "Extend" and str(part.var) in bound and not is_grouped_by:
            raise _QueryFault(f"gives ${part.var} a value of its own, which is bound before")
