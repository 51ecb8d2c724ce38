"""Paths of no length (SPARQL 1.1 Query Language, 18.4): a term is connected with itself, in a triple or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kzgraph.stores.disk.embedded import EmbeddedStore
from kzgraph.stores.disk.query_rewriting import with_paths_of_no_length
from kzgraph.terms import Rows, Truth
from tests.conftest import examples

E = "http://e/"
PREFIX = f"PREFIX : <{E}> "
DATA = """PREFIX : <http://e/> :a :p :b . :b :q :c .
GRAPH :g1 { :a :p :b . } GRAPH :g2 { :n :p :b . }"""
Run = Callable[..., tuple[int, str, str]]


def store(text: str = DATA) -> EmbeddedStore:
    return EmbeddedStore.of_quads(ox.parse(text.encode(), ox.RdfFormat.TRIG))


def rows(asked: EmbeddedStore, query: str) -> list[str]:
    answer = asked.query(PREFIX + query)
    assert isinstance(answer, Rows)
    return sorted(" ".join(term.value.removeprefix(E) if term else "-" for term in row) for row in answer.rows)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("SELECT ?y { :n :p* ?y }", ["n"]),
        ("SELECT ?y { ?y :p? :n }", ["n"]),
        ("SELECT ?y { :a :p* ?y }", ["a", "b"]),
        ("SELECT ?y { :n ^:p* ?y }", ["n"]),
        ("SELECT ?y { :n (:p|:q)* ?y }", ["n"]),
        ("SELECT ?y { :n (!:p)? ?y }", ["n"]),
        ("SELECT ?y { :n (:p*)+ ?y }", ["n"]),
        ("SELECT ?y { :n (:p*|:q?) ?y }", ["n", "n"]),
        ("SELECT ?y { :n :p+ ?y }", []),
        ("SELECT ?y { :n :p* ?y . ?y :p :b }", []),
        ("SELECT ?y { <n> :p* ?y }", ["x:n"]),
        ('SELECT ?y { "word" :p* ?y }', ["word"]),
        ('SELECT ?y { ?y :p* "wort"@de . }', ["wort"]),
        ("SELECT ?y { ?y :p* -5, -5 }", ["-5"]),
        ("SELECT ?y ?z { :n :p* ?y ; :q? ?z . FILTER (?y = ?z) BIND (1 AS ?one) }", ["n n"]),
        ("SELECT ?x ?y { ?x :p :b . :n :p* ?y . ?x :p ?z }", ["a n"]),
        ("SELECT ?x ?y { ?x :p :b OPTIONAL { :n :p* ?y } }", ["a n"]),
        ("SELECT ?x { ?x :p :b FILTER NOT EXISTS { :n :p* :n } }", []),
        ("SELECT ?x { ?x :p :b FILTER EXISTS { :n :p* ?x } }", []),
        ("SELECT ?y { { SELECT ?y { :n :p* ?y } } UNION { :m :p* ?y } }", ["m", "n"]),
        ("SELECT ?x { _:k :p ?x . :n :p* :n . FILTER (?x = :b) _:k :p :b }", ["b"]),
        ("SELECT ?g ?y { GRAPH ?g { :n :p* ?y } }", ["g1 n", "g2 b", "g2 n"]),
        ("SELECT ?y FROM :g1 { :n :p* ?y }", ["n"]),
        ("SELECT ?y { # of :m\n:m :p* ?y }", ["m"]),
        # a variable ranges over the nodes of the graph, named or not
        ("SELECT ?y { VALUES ?x { :n } ?x :p* ?y }", []),
        ("SELECT ?y { BIND (:n AS ?x) ?x :p* ?y }", []),
        ("SELECT ?y { :n :p*/:q* ?y }", []),
    ],
)
def test_a_term_in_no_triple_is_connected_with_itself(pattern: str, expected: list[str]) -> None:
    assert rows(store(), f"BASE <x:> {pattern}") == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [(":n :p* :n", True), (":n :p? :n", True), (":n :p*/:q* :n", True), (":n :p* :m", False), (":n :p+ :n", False)],
)
def test_asked_whether_it_is(pattern: str, expected: bool) -> None:
    assert store().query(f"{PREFIX} ASK {{ {pattern} }}") == Truth(expected)


def test_the_command_gives_the_row(run: Run, tmp_path: Path) -> None:
    data, query = tmp_path / "data.ttl", tmp_path / "query.rq"
    data.write_text("<http://e/a> <http://e/p> <http://e/b> .", "utf-8")
    query.write_text("SELECT ?o { <http://nowhere/s> <http://e/p>* ?o }", "utf-8")
    code, out, _ = run("query", str(query), "--data", str(data), "--raw", "-f", "csv")
    assert (code, out.split()) == (0, ["o", "http://nowhere/s"])


WORDS = st.sampled_from([*'{}()[*?|/;,."', "SELECT", "?y", ":n", ":p", "GRAPH", "FILTER", "VALUES"])


@given(st.lists(WORDS, max_size=14), st.booleans())
def test_a_text_that_is_no_query_is_read_to_its_end(words: list[str], holds: bool) -> None:
    query = " ".join(["ASK {", *words])
    assert with_paths_of_no_length(query, lambda _: holds).startswith("ASK {")


# The recommendation's definitions (18.2.2.4 and 18.4), on triples; an end is a term, or None for a variable.
Triples = set[tuple[str, str, str]]
Pairs = Counter[tuple[str, str]]
Expression = tuple[Any, ...]


def nodes(triples: Triples) -> set[str]:
    return {end for s, _, o in triples for end in (s, o)}


def fits(pairs: Pairs, start: str | None, end: str | None) -> Pairs:
    return Counter({(s, o): n for (s, o), n in pairs.items() if start in (None, s) and end in (None, o)})


def matches(triples: Triples, path: Expression, start: str | None, end: str | None) -> Pairs:
    kind, *parts = path
    if kind == "link":
        return fits(Counter((s, o) for s, p, o in triples if p == parts[0]), start, end)
    if kind == "^":
        return Counter({(s, o): n for (o, s), n in matches(triples, parts[0], end, start).items()})
    if kind == "|":
        return matches(triples, parts[0], start, end) + matches(triples, parts[1], start, end)
    if kind == "/":
        found: Pairs = Counter()
        second = matches(triples, parts[1], None, end)
        for (s, middle), n in matches(triples, parts[0], start, None).items():
            for (begin, o), m in second.items():
                found[s, o] += n * m if begin == middle else 0
        return +found
    starts = [start] if start is not None else [end, *nodes(triples)] if end is not None else [*nodes(triples)]
    return fits(Counter({(s, o): 1 for s in starts for o in reached(triples, kind, parts[0], s)}), start, end)


def reached(triples: Triples, kind: str, path: Expression, start: str) -> set[str]:
    def steps(term: str) -> set[str]:
        return {o for _, o in matches(triples, path, term, None)}

    found = steps(start) if kind == "+" else {start}
    if kind == "?":
        return found | steps(start)
    todo = list(found)
    while todo:
        new = steps(todo.pop()) - found
        found |= new
        todo += new
    return found


def written(path: Expression) -> str:
    kind, *parts = path
    texts = [part if kind == "link" else written(part) for part in parts]
    text = {"link": ":{}", "^": "^{}", "|": "{}|{}", "/": "{}/{}"}.get(kind, "{}" + kind).format(*texts)
    return text if kind == "link" else f"({text})"


links = st.sampled_from([("link", "p"), ("link", "q")])
paths = st.recursive(
    links,
    lambda inner: st.one_of(st.tuples(st.sampled_from("*?+^"), inner), st.tuples(st.sampled_from("|/"), inner, inner)),
    max_leaves=4,
)
triples = st.sets(
    st.tuples(st.sampled_from("ab"), st.sampled_from("pq"), st.sampled_from("abc")), min_size=1, max_size=4
)
ends = st.sampled_from(["a", "n", "m", None])


def answered(asked: EmbeddedStore, path: str, start: str | None, end: str | None) -> Iterator[tuple[str, str]]:
    subject, value = (f":{term}" if term else variable for term, variable in ((start, "?s"), (end, "?o")))
    for row in rows(asked, f"SELECT ?s ?o {{ {subject} {path} {value} }}"):
        s, o = row.split()
        yield start or s, end or o


@given(triples, paths, ends, ends)
@settings(max_examples=examples(150), deadline=None)
def test_any_path_gives_what_the_recommendation_defines(
    data: Triples,
    path: Expression,
    start: str | None,
    end: str | None,
) -> None:
    asked = store("PREFIX : <http://e/> " + " ".join(f":{s} :{p} :{o} ." for s, p, o in data))
    found, defined = Counter(answered(asked, written(path), start, end)), matches(data, path, start, end)
    assert set(found) == set(defined)
    if {start, end} - nodes(data) - {None}:  # else rows are Oxigraph's own, which gives those of `:a :p|:p :a` once
        assert found == defined
