"""Shapes and data drawn at random: the engine gives the results that pySHACL gives.

Where pySHACL differs, Rudof decides.
``KZGRAPH_DRAWN`` says how many pairs are drawn, 60 without it.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kzgraph.checks.shapes.engine import Engine
from kzgraph.checks.shapes.engine import run as run_shapes
from kzgraph.checks.shapes.reading.model import Shapes
from kzgraph.checks.syntax.syntax import triples_of
from kzgraph.files.parsing import parse_turtle
from kzgraph.graph.triples import Triples
from tests.shacl_engines import by_pyshacl, by_rudof, told

DRAWN = int(os.environ.get("KZGRAPH_DRAWN", "60"))
HEAD = """@prefix : <http://e/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
NODES = [f":n{i}" for i in range(4)]
# No truth values and dates: rdflib compares them with numbers, which SHACL (4.3, by SPARQL's "<") does not.
LITERALS = ["1", "2", "7", "2.5", '"a"', '"abc"', '"a"@en', '"b"@en', '"a"@de']
PREDICATES = [":p", ":q", ":r"]
CLASSES = [":K", ":L"]
nodes, predicates, classes = st.sampled_from(NODES), st.sampled_from(PREDICATES), st.sampled_from(CLASSES)
values = st.sampled_from(NODES + LITERALS)
numbers = st.integers(0, 3)


def listed(terms: list[str]) -> str:
    return f"( {' '.join(terms)} )"


paths = st.recursive(
    predicates,
    lambda inner: st.one_of(
        inner.map(lambda p: f"[ sh:inversePath {p} ]"),
        st.lists(inner, min_size=2, max_size=2).map(listed),
        st.lists(inner, min_size=2, max_size=2).map(lambda p: f"[ sh:alternativePath {listed(p)} ]"),
        st.sampled_from(["zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"]).flatmap(
            lambda kind: inner.map(lambda p: f"[ sh:{kind} {p} ]")
        ),
    ),
    max_leaves=3,
)
on_values = st.one_of(
    classes.map(lambda c: f"sh:class {c}"),
    st.sampled_from(["integer", "string", "decimal", "date", "boolean"]).map(lambda d: f"sh:datatype xsd:{d}"),
    st.sampled_from(["IRI", "Literal", "BlankNode", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"]).map(
        lambda k: f"sh:nodeKind sh:{k}"
    ),
    st.tuples(st.sampled_from(["minInclusive", "maxInclusive", "minExclusive", "maxExclusive"]), numbers).map(
        lambda b: f"sh:{b[0]} {b[1]}"
    ),
    st.tuples(st.sampled_from(["minLength", "maxLength"]), numbers).map(lambda b: f"sh:{b[0]} {b[1]}"),
    st.sampled_from(["^a", "b", "^[a-z]+$", "n1"]).map(lambda p: f'sh:pattern "{p}"'),
    st.sampled_from(['( "en" )', '( "en" "de" )']).map(lambda tags: f"sh:languageIn {tags}"),
    st.lists(values, min_size=1, max_size=3, unique=True).map(lambda v: f"sh:in {listed(v)}"),
    values.map(lambda v: f"sh:hasValue {v}"),
    st.tuples(st.sampled_from(["equals", "disjoint"]), predicates).map(lambda c: f"sh:{c[0]} {c[1]}"),
    st.lists(predicates, max_size=2).map(lambda p: f"sh:closed true ; sh:ignoredProperties {listed(p)}"),
)
on_paths = st.one_of(
    numbers.map(lambda n: f"sh:minCount {n}"),
    numbers.map(lambda n: f"sh:maxCount {n}"),
    st.just("sh:uniqueLang true"),
    st.tuples(st.sampled_from(["lessThan", "lessThanOrEquals"]), predicates).map(lambda c: f"sh:{c[0]} {c[1]}"),
)
SINGLE = {"datatype", "nodeKind", "minInclusive", "maxInclusive", "minExclusive", "maxExclusive", "minLength"}
SINGLE |= {"maxLength", "pattern", "languageIn", "in", "closed", "minCount", "maxCount", "uniqueLang"}


def apart(constraints: list[str]) -> list[str]:
    """The constraints without a second one of a parameter that takes one value."""
    found: dict[str, str] = {}
    for one in constraints:
        name = one.split(" ")[0].removeprefix("sh:")
        found.setdefault(name if name in SINGLE or "qualified" in name else one, one)
    return list(found.values())


def body(constraints: list[str], kind: str = "") -> str:
    return " ; ".join([kind] * bool(kind) + apart(constraints))


def nested(shapes: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Constraints that hold other shapes, nameless ones here."""
    inside = shapes.map(lambda s: f"[ {s} ]")
    property_shape = st.tuples(paths, st.lists(st.one_of(on_values, on_paths), min_size=1, max_size=2)).map(
        lambda p: f"[ sh:path {p[0]} ; {body(p[1])} ]"
    )
    return st.one_of(
        inside.map(lambda s: f"sh:not {s}"),
        inside.map(lambda s: f"sh:node {s}"),
        st.tuples(st.sampled_from(["and", "or", "xone"]), st.lists(inside, min_size=1, max_size=3)).map(
            lambda c: f"sh:{c[0]} {listed(c[1])}"
        ),
        property_shape.map(lambda s: f"sh:property {s}"),
        st.tuples(paths, inside, numbers, st.booleans(), st.booleans()).map(
            lambda q: (
                f"sh:property [ sh:path {q[0]} ; sh:qualifiedValueShape {q[1]} ; "
                f"sh:qualified{'Min' if q[3] else 'Max'}Count {q[2]} ; "
                f"sh:qualifiedValueShapesDisjoint {'true' if q[4] else 'false'} ]"
            )
        ),
    )


bodies = st.recursive(
    st.lists(on_values, min_size=1, max_size=2).map(lambda c: body(c, "a sh:NodeShape")),
    lambda inner: st.lists(st.one_of(on_values, nested(inner)), min_size=1, max_size=3).map(
        lambda c: body(c, "a sh:NodeShape")
    ),
    max_leaves=6,
)
targets = st.one_of(
    nodes.map(lambda n: f"sh:targetNode {n}"),
    st.sampled_from(['"abc"', "7"]).map(lambda v: f"sh:targetNode {v}"),
    classes.map(lambda c: f"sh:targetClass {c}"),
    predicates.map(lambda p: f"sh:targetSubjectsOf {p}"),
    predicates.map(lambda p: f"sh:targetObjectsOf {p}"),
)
named = st.tuples(bodies, targets).map(lambda s: f"{s[0]} ; {s[1]}")
shapes_texts = st.lists(st.tuples(named, st.booleans()), min_size=1, max_size=3).map(
    lambda drawn: HEAD + "\n".join(f"{f':S{i}' if has_name else '[]'} {s} ." for i, (s, has_name) in enumerate(drawn))
)
statements = st.one_of(
    st.tuples(nodes, predicates, values).map(lambda t: f"{t[0]} {t[1]} {t[2]} ."),
    st.tuples(nodes, classes).map(lambda t: f"{t[0]} a {t[1]} ."),
)
data_texts = st.lists(statements, min_size=1, max_size=10).map(
    lambda drawn: HEAD + ":L rdfs:subClassOf :K .\n" + "\n".join(drawn)
)


def triples(text: str) -> Triples:
    return Triples(triples_of(parse_turtle(text.encode(), "drawn")))


def brief(results: Counter[tuple[str, ...]]) -> Counter[tuple[str, str]]:
    """Focus node and component, as Rudof's results can be compared."""
    found: Counter[tuple[str, str]] = Counter()
    for (focus, _, _, component, _), number in results.items():
        found[focus.strip("<>"), f"{component}ConstraintComponent"] += number
    return found


@pytest.mark.filterwarnings("ignore")  # rdflib warns of ill-typed values
@settings(max_examples=DRAWN, deadline=None, suppress_health_check=list(HealthCheck), derandomize=DRAWN <= 60)
@given(shapes_texts, data_texts)
def test_the_engines_agree_on_what_is_drawn(shapes_text: str, data_text: str) -> None:
    shapes, data = Shapes(triples(shapes_text)), triples(data_text)
    engine = Engine(shapes, data)
    assert engine.faults == []
    ours, theirs = told(run_shapes(engine)[0]), told(by_pyshacl(shapes, data))
    if ours != theirs:  # the third engine decides
        assert brief(ours) == by_rudof(shapes_text, data_text), (shapes_text, data_text)
