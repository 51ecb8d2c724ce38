"""SPARQL in shapes, asked for many nodes together in Oxigraph: the rows are those that rdflib gives node by node.

Queries and data are drawn; ``KZGRAPH_DRAWN`` says how many, 40 without it. Where the two differ, Oxigraph decides: it
is asked about one node, whose name stands in the text in place of ``$this``.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kzgraph.checks.shapes.asking import ShapeQueries
from kzgraph.checks.shapes.engine import Engine
from kzgraph.checks.shapes.engine import run as run_shapes
from kzgraph.checks.shapes.reading.model import Shapes
from kzgraph.checks.shapes.sparql import read_query
from kzgraph.checks.shapes.together import Database, Key, Row, ShapeQuery, with_table
from kzgraph.graph.triples import Triples, node
from kzgraph.stores.disk.embedded import EmbeddedStore
from kzgraph.terms import Rows, Term
from tests.shacl_engines import by_pyshacl, told
from tests.test_shacl_differential import HEAD, NODES, predicates, triples

DRAWN = int(os.environ.get("KZGRAPH_DRAWN", "40"))
PREFIXES = {"": "http://e/", "rdfs": "http://www.w3.org/2000/01/rdf-schema#"}
LITERALS = ["1", "01", "1.0", "2", '"a"', '"1"', '"a"@en', '"a"@EN', '"1"^^xsd:byte']
some_values = st.sampled_from([*NODES, "_:x", "_:y", *LITERALS])
data_texts = st.lists(
    st.tuples(st.sampled_from([*NODES, "_:x", "_:y"]), predicates, some_values).map(lambda t: f"{' '.join(t)} ."),
    min_size=1,
    max_size=10,
).map(lambda drawn: HEAD + "\n".join(drawn))

variables = st.sampled_from(["$this", "?a", "?b"])
sparql_paths = st.one_of(
    predicates,
    predicates,
    st.sampled_from([":p/:q", "^:p", ":p*", ":q+", ":r?", "(:p|:q)", "!:p", ":p/^:p", "?c"]),
)
ends = st.one_of(variables, variables, st.sampled_from([":n0", "1", "1.0", '"a"']))
patterns = st.tuples(variables, sparql_paths, ends).map(lambda t: f"{' '.join(t)} .")
expressions = st.one_of(
    st.tuples(variables, st.sampled_from(["sameTerm({}, {})", "!sameTerm({}, {})"]), variables).map(
        lambda e: e[1].format(e[0], e[2])
    ),
    st.tuples(st.sampled_from(["isLiteral", "BOUND", "!BOUND"]), variables).map(lambda e: f"{e[0]}({e[1]})"),
    variables.map(lambda v: f'STR({v}) = "1"'),
    variables.map(lambda v: f"DATATYPE({v}) = <http://www.w3.org/2001/XMLSchema#integer>"),
)


def groups(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        inner.map(lambda g: f"OPTIONAL {{ {g} }}"),
        st.tuples(inner, inner).map(lambda g: f"{{ {g[0]} }} UNION {{ {g[1]} }}"),
        inner.map(lambda g: f"FILTER NOT EXISTS {{ {g} }}"),
        inner.map(lambda g: f"FILTER EXISTS {{ {g} }}"),
        st.tuples(sparql_paths, ends).map(lambda g: f"FILTER NOT EXISTS {{ $this :q* ?b . ?b {g[0]} {g[1]} }}"),
        inner.map(lambda g: f"{{ SELECT DISTINCT $this ?a {{ {g} }} }}"),
        expressions.map(lambda e: f"FILTER ({e})"),
        variables.map(lambda v: f"OPTIONAL {{ BIND (STR({v}) AS ?text) }}"),
    )


bodies = st.recursive(
    st.lists(patterns, min_size=1, max_size=2).map(" ".join),
    lambda inner: st.tuples(
        st.lists(patterns, min_size=1, max_size=2), st.lists(groups(inner), min_size=1, max_size=2)
    ).map(lambda g: " ".join([*g[0], *g[1]])),
    max_leaves=4,
)
queries = st.tuples(st.sampled_from(["", "DISTINCT "]), bodies).map(
    lambda q: f"SELECT {q[0]}$this ?a WHERE {{ {q[1]} }}"
)


def prepared(text: str, kind: str = "select", names: tuple[str, ...] = ("this",), **bound: Term) -> ShapeQuery:
    return ShapeQuery(text, PREFIXES, read_query(text, PREFIXES, kind, set(names), None), (), bound, names)


def nodes_of(data: Triples) -> list[Key]:
    return [(one,) for one in dict.fromkeys([*map(node, data.out), *(value for _, _, value in data)])]


def counted(rows: list[Row]) -> Counter[Any]:
    return Counter(frozenset(row.items()) for row in rows)


def by_rdflib(query: ShapeQuery, key: Key, data: Triples) -> list[Row]:
    return ShapeQueries(data)._by_rdflib(query, key)


def with_name(text: str, focus: Term, data_text: str) -> int | None:
    """How many rows Oxigraph gives if the name of a node stands in the text; None for what has no name."""
    store = EmbeddedStore.of_quads(ox.parse(data_text.encode(), ox.RdfFormat.TURTLE))
    if focus.kind != "uri":
        return None
    name = focus.n3()
    text = text.replace("BOUND($this)", "true").replace("SELECT DISTINCT $this", "SELECT DISTINCT")
    answer = store.query(f"PREFIX : <http://e/> {text.replace('SELECT $this', 'SELECT').replace('$this', name)}")
    assert isinstance(answer, Rows)
    return len(answer.rows)


@settings(max_examples=DRAWN, deadline=None, suppress_health_check=list(HealthCheck), derandomize=DRAWN <= 40)
@given(queries, data_texts)
def test_nodes_together_have_the_rows_of_each(text: str, data_text: str) -> None:
    data = triples(data_text)
    query = prepared(text)
    wanted = nodes_of(data)
    assert query.is_for_many
    found = Database(data).answers(query, wanted)
    for one in wanted:
        if one in found:
            ours, theirs = counted(found[one]), counted(by_rdflib(query, one, data))
            if ours != theirs:  # rdflib repeats rows of paths of any length
                judged = with_name(text, one[0], data_text)
                assert set(ours) == set(theirs) if judged is None else sum(ours.values()) == judged, (text, data_text)


def results_of(shapes_text: str, data_text: str, monkeypatch: pytest.MonkeyPatch, *, by_rdflib_alone: bool) -> Any:
    if by_rdflib_alone:
        monkeypatch.setattr(ShapeQueries, "_database", None)
    shapes, data = Shapes(triples(HEAD + shapes_text)), triples(HEAD + data_text)
    engine = Engine(shapes, data)
    results = run_shapes(engine)[0]
    assert engine.faults == []
    return told(results), sorted(m.value for r in results for m in r.messages), shapes, data


CASES = {
    "of a class": (
        ':S sh:targetClass :K ; sh:sparql [ sh:message "{?o} of {$this}" ; '
        'sh:select "SELECT $this ?o { $this <http://e/p> ?o FILTER NOT EXISTS { ?o a <http://e/L> } }" ] .',
        ":a a :K ; :p :x , :y . :b a :K ; :p 3 , 007 . :x a :L .",
    ),
    "of the values of a property": (
        ":S sh:targetClass :K ; sh:property [ sh:path :p ; sh:property [ sh:path :q ; sh:sparql [ "
        'sh:select "SELECT $this ?value { $this $PATH ?value FILTER (?value > 5) }" ] ] ] .',
        ":a a :K ; :p :x , [ :q 6 , 7.0 ] . :x :q 5 , 6.5 .",
    ),
    "one literal written in two ways": (
        ":S sh:targetSubjectsOf :p ; sh:sparql [ "
        'sh:select "SELECT $this ?value { $this <http://e/p> ?value . ?other <http://e/q> ?value }" ] .',
        ":a :p 5.0 . :b :p 5.00 . :c :q 5.0 .",
    ),
    "the text of a literal": (
        ":S sh:targetSubjectsOf :p ; sh:sparql [ "
        """sh:select "SELECT $this ?value { $this <http://e/p> ?value FILTER (STR(?value) = '5.0') }" ] .""",
        ":a :p 5.0 . :b :p 5 .",
    ),
    "more values than the database holds": (
        ':S sh:targetSubjectsOf :p ; sh:sparql [ sh:select "SELECT $this { $this <http://e/p> ?any }" ] .',
        ":a :p 5.0 , 5.00 .",
    ),
    "groups that are counted": (
        ':S sh:targetClass :K ; sh:sparql [ sh:select "SELECT $this (COUNT(?o) AS ?n) { $this a <http://e/K> '
        'OPTIONAL { $this <http://e/p> ?o } } GROUP BY $this HAVING (COUNT(?o) < 2)" ] .',
        ":a a :K ; :p 1 . :b a :K ; :p 1 , 2 . :c a :K .",
    ),
    "a node that no statement has": (
        ':S sh:targetNode :nowhere , "text" ; sh:sparql [ sh:select "SELECT $this ?o { $this <http://e/p>* ?o }" ] .',
        ":a :p :b .",
    ),
    "a value of its own": (
        ':S sh:targetClass :K ; sh:sparql [ sh:message "{?text}" ; sh:select "SELECT $this ?text ?value { '
        '$this <http://e/p> ?o BIND (STR($this) AS ?text) BIND (STRLEN(?text) AS ?value) }" ] .',
        ":a a :K ; :p 1 . :b a :K ; :p :x .",
    ),
    "one row of all": (
        ':S sh:targetClass :K ; sh:sparql [ sh:select "SELECT $this { $this <http://e/p> ?o } LIMIT 1" ] .',
        ":a a :K ; :p 1 . :b a :K ; :p 1 .",
    ),
    "a component that asks": (
        """:C a sh:ConstraintComponent ; sh:parameter [ sh:path :most ] ;
            sh:validator [ a sh:SPARQLAskValidator ; sh:message "{?value} over {$most}" ;
                sh:ask "ASK { { SELECT $this $value { $this <http://e/p> $value } } FILTER ($value <= $most) }" ] .
        :S sh:targetClass :K ; sh:property [ sh:path :p ; :most 3 ] , [ sh:path :p ; :most 1 ] .""",
        ":a a :K ; :p 1 , 2 , 4 . :b a :K ; :p 9 .",
    ),
    "a target": (
        ':S sh:target [ a sh:SPARQLTarget ; sh:select "SELECT ?this { ?this <http://e/p> ?o }" ] ; sh:class :K .',
        ":a :p 1 . :b :p 2 . :b a :K .",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_results_are_those_of_rdflib(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, messages, shapes, data = results_of(*CASES[case], monkeypatch, by_rdflib_alone=False)
    assert ours
    assert (ours, messages) == results_of(*CASES[case], monkeypatch, by_rdflib_alone=True)[:2]
    if case not in {"groups that are counted", "a target"}:  # pySHACL takes neither
        assert {focus for focus, *_ in ours} == {focus for focus, *_ in told(by_pyshacl(shapes, data))}


@pytest.mark.parametrize("case", ["of a class", "of the values of a property", "groups that are counted", "a target"])
def test_rdflib_is_asked_about_no_node(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(ShapeQueries, "_by_rdflib")
    assert results_of(*CASES[case], monkeypatch, by_rdflib_alone=False)[0]


def test_a_query_is_asked_once_for_all_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    answers = Database.answers

    def counting(self: Database, query: ShapeQuery, wanted: list[Key]) -> dict[Key, list[Row]]:
        asked.append(len(wanted))
        return answers(self, query, wanted)

    monkeypatch.setattr(Database, "answers", counting)
    data = "\n".join(f":n{i} a :K ; :p :m{i} . :m{i} :q {i} ." for i in range(50))
    results_of(CASES["of the values of a property"][0], data, monkeypatch, by_rdflib_alone=False)
    assert asked == [50]


PATHS_OF_ANY_LENGTH = {
    "from the node": "$this ?p ?a FILTER NOT EXISTS { $this a/rdfs:subClassOf* ?c . ?c :p ?p }",
    "in brackets": "$this :p ?a FILTER (NOT EXISTS { $this :q+ ?a . })",
    "step by step": "$this :p ?a . FILTER NOT EXISTS { $this :p*/:q ?b , ?c ; :q ?d . ?d :p ?a }",
    "between points": "$this :p ?a . FILTER NOT EXISTS { $this :q+ ?a } . FILTER NOT EXISTS { $this :p* ?a } .",
    "before what it sees": "FILTER NOT EXISTS { $this :p* ?b . ?b :q ?a } $this :p ?a",
    "what may be missing": "$this :p ?b OPTIONAL { ?b :q ?a } FILTER NOT EXISTS { $this :q* ?c . ?c :p ?a }",
    "in a group of its own": "$this :p ?b { $this :q ?a FILTER NOT EXISTS { $this :p* ?c . ?c :q ?a } }",
}
AS_THEY_ARE = {
    "no path": "$this :p ?a FILTER NOT EXISTS { $this :q ?a }",
    "without the node": "$this :p ?a FILTER NOT EXISTS { ?a :q* ?c }",
    "towards the node": "$this :p ?a FILTER NOT EXISTS { ?c :q* $this }",
    "more than triples": "$this :p ?a FILTER NOT EXISTS { $this :q* ?c FILTER (?c != ?a) }",
    "in an optional part": "$this :p ?b OPTIONAL { $this :q ?a FILTER NOT EXISTS { $this :q* ?c . ?c :p ?b } }",
    "one of two": "$this :p ?a FILTER (NOT EXISTS { $this :q* ?a } || ?a = 1)",
    "a point behind a semicolon": "$this :p ?a FILTER NOT EXISTS { $this :q* ?c ; . ?a :p ?c }",
}


@pytest.mark.parametrize("case", [*PATHS_OF_ANY_LENGTH, *AS_THEY_ARE])
@settings(max_examples=DRAWN, deadline=None, suppress_health_check=list(HealthCheck), derandomize=DRAWN <= 40)
@given(data_texts)
def test_paths_of_any_length_are_followed_once(case: str, data_text: str) -> None:
    body = {**PATHS_OF_ANY_LENGTH, **AS_THEY_ARE}[case]
    query = prepared(f"SELECT $this ?a WHERE {{ {body} }}")
    assert ("MINUS" in with_table(query.text, ["this"])) is (case in PATHS_OF_ANY_LENGTH)
    data = triples(data_text)
    found = Database(data).answers(query, nodes_of(data))
    for one, rows in found.items():
        assert set(counted(rows)) == set(counted(by_rdflib(query, one, data))), data_text


def test_the_table_stands_in_each_group() -> None:
    text = with_table("ASK { { SELECT $this { $this ?p ?o } } FILTER EXISTS { $this a ?c } }", ["this"])
    assert text.startswith("SELECT DISTINCT ?this")
    assert text.count("GRAPH") == 3
    ox.Store().query(text)
