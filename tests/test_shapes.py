"""Every property shape fires where it should, alone, and nowhere else.

The examples are made from the shapes: for each, a node of the class that it is for with just what all shapes of that
class ask, and for each of its constraints that node with one fault. What a shape cannot tell of itself is written by
hand: in ``EXTRA``, and in ``tests/shapes/*.ttl``, where a comment above a node names the shapes that must fire.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from pyshacl import validate

from kzgraph.namespaces import KZO, PREFIXES, RDF, RDFS, SH, XSD, shorten

ROOT = Path(__file__).resolve().parents[1]
WRITTEN = sorted((ROOT / "tests" / "shapes").glob("*.ttl"))
HEAD = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in PREFIXES.items()) + "@prefix ex: <urn:example:> .\n"
DIGEST = '"sha256:' + "0" * 64 + '"'
DATES = {XSD + n for n in ("date", "gYearMonth", "gYear")}

Path_ = tuple[str, ...]
Values = dict[Path_, list[str]]

# What shapes of the whole node ask, beside those of its properties.
PLACED: Values = {
    ("kzo:paragraph",): ["1"],
    ("oa:hasSelector", "oa:start"): ["0"],
    ("oa:hasSelector", "oa:end"): ["9"],
    ("kzo:passageDigest",): [DIGEST],
}
EXTRA = {"kzo:Citation": PLACED, "kzo:LedgerEntry": PLACED}
# Alternatives of kzsh:Citation, which fire as that shape: see tests/shapes/citations.ttl.
ALTERNATIVES = {"kzsh:Citation-located", "kzsh:Citation-placed"}
# A valid value of each datatype, and one of another.
GOOD = {
    RDF + "langString": '"a text that is long enough"@en',
    XSD + "string": '"text"',
    XSD + "integer": "5",
    XSD + "decimal": "5.5",
}
WRONG = {
    RDF + "langString": '"a text without its language"',
    XSD + "string": '"text"@en',
    XSD + "integer": '"5"',
    XSD + "decimal": "5",
    XSD + "boolean": '"true"',
}
# A value that is not of a kind of node.
NOT_OF_KIND = {SH + "IRI": '"a text where a thing is meant"', SH + "BlankNode": "ex:thing-0"}


@dataclass
class Shape:
    """A property shape: its name, its path, and its constraints by their local names."""

    name: str
    path: Path_
    constraints: dict[str, Any]
    targets: list[str] = field(default_factory=list)


class Shapes:
    """The shapes of the project, and the classes of its ontology."""

    def __init__(self) -> None:
        self.store, self.ontology = ox.Store(), ox.Store()
        for path in sorted((ROOT / "shapes").glob("*.ttl")):
            self.store.bulk_load(path=path, format=ox.RdfFormat.TURTLE)
        for path in sorted((ROOT / "ontology").glob("*.ttl")):
            self.ontology.bulk_load(path=path, format=ox.RdfFormat.TURTLE)
        kind = ox.NamedNode(SH + "PropertyShape")
        nodes = [q.subject for q in self.store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), kind)]
        self.all = sorted((self.read(n) for n in nodes), key=lambda s: s.name)

    def values(self, node: Any, name: str) -> list[Any]:
        return [q.object for q in self.store.quads_for_pattern(node, ox.NamedNode(SH + name), None)]

    def items(self, head: Any) -> list[Any]:
        if head == ox.NamedNode(RDF + "nil"):
            return []
        found = {q.predicate.value: q.object for q in self.store.quads_for_pattern(head, None, None)}
        return [found[RDF + "first"], *self.items(found[RDF + "rest"])]

    def read(self, node: Any) -> Shape:
        (path,) = self.values(node, "path")
        steps = self.items(path) if isinstance(path, ox.BlankNode) else [path]
        found: dict[str, Any] = {}
        for quad in self.store.quads_for_pattern(node, None, None):
            name = quad.predicate.value.removeprefix(SH)
            if name == "or":
                found[name] = [
                    (key, v.value)
                    for i in self.items(quad.object)
                    for key in ("class", "datatype")
                    for v in self.values(i, key)
                ]
            elif quad.predicate.value.startswith(SH) and name not in {"path", "name", "message", "severity"}:
                found[name] = getattr(quad.object, "value", quad.object)
        used_by = [q.subject for q in self.store.quads_for_pattern(None, ox.NamedNode(SH + "property"), node)]
        targets = sorted(shorten(t.value) for user in used_by for t in self.values(user, "targetClass"))
        return Shape(shorten(node.value), tuple(shorten(s.value) for s in steps), found, targets)

    def above(self, kind: str) -> set[str]:
        """A class with all above it."""
        query = "SELECT ?c { <%s> <%ssubClassOf>* ?c FILTER (ISIRI(?c)) }"
        found = self.ontology.query(query % (kind.replace("kzo:", KZO), RDFS))
        assert isinstance(found, ox.QuerySolutions)
        return {shorten(c.value) for (c,) in found if isinstance(c, ox.NamedNode)}

    def base(self, kind: str) -> Values:
        """What a node of a class needs, by the shapes of the class and of those above it."""
        above = self.above(kind)
        asked: dict[Path_, dict[str, Any]] = defaultdict(dict)
        for shape in self.all:
            if above & set(shape.targets):
                asked[shape.path] |= shape.constraints
        return {path: enough(c) for path, c in asked.items() if "minCount" in c} | EXTRA.get(kind, {})

    def constraints(self, shape: Shape) -> dict[str, Any]:
        """All that is asked of the values of a shape's path, by whatever shape of its class."""
        above = self.above(shape.targets[0])
        found: dict[str, Any] = {}
        for other in self.all:
            if other.path == shape.path and above & set(other.targets):
                found |= other.constraints
        return found


def good(constraints: dict[str, Any], number: int = 0) -> str:
    """A value that fits; with another ``number`` another."""
    for key, value in [("class", constraints.get("class")), *constraints.get("or", [])]:
        if key == "class" and value:
            return f"ex:{shorten(value).partition(':')[2]}-{number}"
    kind = constraints.get("datatype")
    if kind is None and "or" in constraints:
        return f'"{2020 + number}"^^xsd:gYear'
    if constraints.get("nodeKind") == SH + "BlankNode":
        return "[ kzo:ofProperty rdfs:label ; kzo:basis kzo:BasisSupplied ]"
    if kind is None:
        return f"ex:thing-{number}"
    if kind == XSD + "boolean":
        return ["true", "false"][number]
    if "pattern" in constraints:
        return DIGEST.replace("0", str(number))
    return GOOD[kind].replace("5", str(5 + number), 1).replace("text", "text" + "s" * number, 1)


def enough(constraints: dict[str, Any]) -> list[str]:
    """As few values that fit as a path may have, and at least one."""
    return [good(constraints, number) for number in range(max(1, int(constraints.get("minCount", 1))))]


def faults(shape: Shape, constraints: dict[str, Any]) -> dict[str, list[str]]:
    """For each constraint of a shape, values of its path that break it."""
    kind, own = constraints.get("datatype", ""), shape.constraints
    whole = kind == XSD + "integer"
    of_dates = DATES & {value for _, value in own.get("or", [])}
    breaking: dict[str, Callable[[Any], list[str]]] = {
        "minCount": lambda _: [],
        "maxCount": lambda most: [good(constraints, number) for number in range(int(most) + 1)],
        "class": lambda _: [*enough(constraints)[1:], "ex:stranger"],
        "or": lambda _: ['"2020"' if of_dates else "ex:stranger"],
        "datatype": lambda datatype: [WRONG[datatype]],
        "nodeKind": lambda asked: [NOT_OF_KIND[asked]],
        "minInclusive": lambda least: [str(int(least) - 1 if whole else float(least) - 1)],
        "maxInclusive": lambda most: [str(int(most) + 1 if whole else float(most) + 1)],
        "pattern": lambda _: ['"sha256:0"'],
        "minLength": lambda _: ['"short"@en'],
        "uniqueLang": lambda _: ['"the first of two"@en', '"the second of two"@en'],
        "qualifiedMinCount": lambda _: ['"подпись"@ru'],
    }
    unknown = set(own) - set(breaking) - {"qualifiedValueShape"}
    assert not unknown, f"{shape.name}: no example is known for {unknown}"
    return {name: breaking[name](value) for name, value in own.items() if name in breaking}


def turtle(name: str, kind: str, values: Values) -> str:
    """A node with its values; those of a path of two steps stand in one nameless node."""
    lines, inner = [f"ex:{name} a {kind}"], defaultdict(list)
    for path, texts in values.items():
        for text in texts:
            if len(path) == 1:
                lines.append(f"    {path[0]} {text}")
            else:
                inner[path[0]].append(f"{path[1]} {text}")
    lines += [f"    {first} [ {' ; '.join(parts)} ]" for first, parts in inner.items()]
    return " ;\n".join(lines) + " .\n"


SHAPES = Shapes()
NAMED = [s for s in SHAPES.all if s.name not in ALTERNATIVES]


@dataclass
class Examples:
    """All examples, and which shapes fired on each."""

    invalid: dict[str, tuple[str, str]]
    valid: dict[str, str]
    expected: dict[str, set[str]]
    fired: dict[str, set[str]]


@pytest.fixture(scope="module")
def examples() -> Examples:
    invalid: dict[str, tuple[str, str]] = {}
    valid: dict[str, str] = {}
    text = HEAD
    for shape in NAMED:
        kind, constraints = shape.targets[0], SHAPES.constraints(shape)
        base = SHAPES.base(kind)
        local = shape.name.partition(":")[2]
        valid[f"{local}-valid"] = shape.name
        text += turtle(f"{local}-valid", kind, base | {shape.path: enough(constraints)})
        for constraint, values in faults(shape, constraints).items():
            name = f"{local}-{constraint}"
            invalid[name] = (shape.name, constraint)
            text += turtle(name, kind, base | {shape.path: values})
    for name in sorted(set(re.findall(r"ex:(\w+)-[012]\b", text)) - {"thing"}):
        text += "".join(f"ex:{name}-{number} a kzo:{name} .\n" for number in range(3))
    text += "ex:stranger a ex:Strange .\n"
    written = [path.read_text("utf-8") for path in WRITTEN]
    expected = {
        node: {f"kzsh:{n}" for n in re.findall(r"[\w-]+", names)}
        for content in written
        for names, node in re.findall(r"^# fires:([^\n]*)\nex:([\w-]+)", content, re.MULTILINE)
    }
    data = rdflib.Graph()
    for content in [text, *written]:
        data.parse(data=content, format="turtle")
    for path in (ROOT / "ontology").glob("*.ttl"):
        data.parse(path, format="turtle")
    return Examples(invalid, valid, expected, fired_on(data))


def fired_on(data: rdflib.Graph) -> dict[str, set[str]]:
    """The shapes that fire on each node."""
    shapes = rdflib.Graph()
    for path in (ROOT / "shapes").glob("*.ttl"):
        shapes.parse(path, format="turtle")
    # Not with focus_nodes: pySHACL 0.40 then takes every nested shape (sh:or, sh:qualifiedValueShape) as met.
    report = validate(data, shacl_graph=shapes, inference="none")[1]
    assert isinstance(report, rdflib.Graph)
    fired: dict[str, set[str]] = defaultdict(set)
    for result in report.subjects(rdflib.RDF.type, rdflib.URIRef(SH + "ValidationResult")):
        node = str(report.value(result, rdflib.URIRef(SH + "focusNode"))).removeprefix("urn:example:")
        fired[node].add(shorten(str(report.value(result, rdflib.URIRef(SH + "sourceShape")))))
    return fired


def test_the_shapes_are_all_there() -> None:
    assert len(SHAPES.all) == len(NAMED) + 1
    assert len(NAMED) >= 140
    nodes = [q.subject for q in SHAPES.store.quads_for_pattern(None, None, ox.NamedNode(SH + "NodeShape"))]
    assert len(nodes) >= 47
    assert all(isinstance(n, ox.NamedNode) for n in nodes)


def test_the_examples_are_all_there(examples: Examples) -> None:
    assert len(examples.valid) == len(NAMED)
    assert {shape for shape, _ in examples.invalid.values()} == {s.name for s in NAMED}
    assert len(examples.invalid) >= 263
    assert len(WRITTEN) >= 2
    assert len(examples.expected) >= 15


def test_valid_examples_are_valid(examples: Examples) -> None:
    assert {n: examples.fired[n] for n in examples.valid if examples.fired[n]} == {}


def test_each_fault_fires_its_shape_alone(examples: Examples) -> None:
    wrong = {n: examples.fired[n] for n, (shape, _) in examples.invalid.items() if examples.fired[n] != {shape}}
    assert wrong == {}


def test_written_examples_fire_what_they_name(examples: Examples) -> None:
    wrong = {n: examples.fired[n] for n, shapes in examples.expected.items() if examples.fired[n] != shapes}
    assert wrong == {}


@pytest.mark.parametrize("shape", NAMED, ids=lambda s: s.name)
def test_a_shape_is_for_a_class_and_speaks(shape: Shape) -> None:
    node = ox.NamedNode(shape.name.replace("kzsh:", PREFIXES["kzsh"]))
    assert shape.targets
    assert all(len(SHAPES.above(t)) > 0 for t in shape.targets)
    for step in shape.path:
        iri = step.replace(step.split(":")[0] + ":", PREFIXES[step.split(":")[0]])
        assert step == "rdfs:label" or list(SHAPES.ontology.quads_for_pattern(ox.NamedNode(iri), None, None)), step
    (message,), (severity,) = SHAPES.values(node, "message"), SHAPES.values(node, "severity")
    assert message.language == "en"
    assert message.value.endswith(".")
    assert severity.value.startswith(SH)
    assert len(SHAPES.values(node, "name")) == 1


LIMITS = ("minLength", "maxLength", "minInclusive", "maxInclusive", "minExclusive", "maxExclusive")
IN_WORDS = {"10": "ten"}


def test_a_message_names_each_limit_of_its_shape() -> None:
    silent, seen = [], 0
    for shape in NAMED:
        node = ox.NamedNode(shape.name.replace("kzsh:", PREFIXES["kzsh"]))
        (message,) = SHAPES.values(node, "message")
        for limit in (v.value.removesuffix(".0") for name in LIMITS for v in SHAPES.values(node, name)):
            seen += 1
            told = re.findall(r"-?[\w.]*\w", message.value)
            silent += [] if limit in told or IN_WORDS.get(limit) in told else [(shape.name, limit)]
    assert silent == []
    assert seen >= 11


def test_a_target_is_a_class_of_the_ontology() -> None:
    kind = ox.NamedNode("http://www.w3.org/2002/07/owl#Class")
    targets = {q.object for q in SHAPES.store.quads_for_pattern(None, ox.NamedNode(SH + "targetClass"), None)}
    assert len(targets) >= 47
    for target in targets:
        assert isinstance(target, ox.NamedNode)
        assert list(SHAPES.ontology.quads_for_pattern(target, ox.NamedNode(RDF + "type"), kind)), str(target)
