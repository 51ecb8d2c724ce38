"""Other people's data and shapes: each case is checked by itself, and in every format with the same verdict.

A case is a folder of ``tests/cases/others`` with ``data.*`` and ``shapes.*``; the comment at the top of the shapes says
what is found in all, as ``# finds: nothing`` or ``# finds: 1 shape-MinCount, 1 broken-shapes``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox
import pytest

from kzgraph.checks.shapes.engine import Engine
from kzgraph.checks.shapes.engine import run as run_shapes
from kzgraph.checks.shapes.reading import patterns
from kzgraph.checks.shapes.reading.model import Shapes
from kzgraph.checks.shapes.reading.patterns import PatternFault, compiled
from kzgraph.checks.syntax.syntax import triples_of
from kzgraph.files.parsing import parse_turtle
from kzgraph.graph.canonical import canonical_lines
from kzgraph.graph.forests import named_in_trees
from kzgraph.graph.triples import Triples
from kzgraph.terms import Term
from tests.test_validation_cases import wanted

Command = Callable[..., tuple[int, str, str]]
CASES = sorted((Path(__file__).resolve().parent / "cases" / "others").iterdir())
NUMBER = 34
FORMS = ("text", "json", "sarif", "junit", "github", "turtle")


def test_the_cases_are_all_there() -> None:
    assert len(CASES) == NUMBER


@pytest.mark.parametrize("case", CASES, ids=lambda p: p.name)
def test_a_case(case: Path, run: Command) -> None:
    (data,), (shapes,) = (list(case.glob(f"{name}.*")) for name in ("data", "shapes"))
    given = ("validate", str(data), "--shapes", str(shapes), "--standalone")
    expected = wanted(shapes.read_text("utf-8"))
    told = {form: run(*given, "-f", form) for form in FORMS}
    found = json.loads(told["json"][1])["findings"]
    assert Counter(f["code"] for f in found) == expected, told["text"][1]
    has_errors = any(f["severity"] == "violation" for f in found)
    assert {code for code, _, _ in told.values()} == {int(has_errors)}
    assert {err for form, (_, _, err) in told.items() if form != "github"} == {""}
    report = list(ox.parse(told["turtle"][1], ox.RdfFormat.TURTLE))
    (conforms,) = [q.object for q in report if q.predicate.value.endswith("#conforms")]
    results = has_errors or any(f["code"].startswith("shape-") for f in found)
    assert conforms.value == ("false" if results else "true")


def matches(pattern: str, flags: str, text: str) -> bool | str:
    """Whether a text matches a pattern, or what is wrong with the pattern."""
    try:
        return compiled(pattern, flags)(text)
    except PatternFault as fault:
        return str(fault)


@pytest.mark.parametrize(
    ("pattern", "flags", "right", "wrong"),
    [
        ("^a$", "", ["a"], ["a\n", "\na"]),
        ("^b$", "m", ["a\nb\nc", "b\n"], ["ab"]),
        ("^$", "m", ["", "a\n\nb"], ["a\n"]),
        ("^a.b$", "", ["axb", "a\U0001f600b"], ["a\nb", "a\rb"]),
        ("^a.b$", "s", ["a\nb"], ["ab"]),
        ("^a b$", "x", ["ab"], ["a b"]),
        ("a.b", "q", ["xa.by"], ["axb"]),
        ("A.B", "qi", ["a.b"], ["axb"]),
        ("^k$", "i", ["K", "\u212a"], ["q"]),
        ("^[^a]$", "i", ["b"], ["a", "A"]),
        ("^[a-c]+$", "i", ["aBC"], ["D"]),
        (r"^\p{Lu}+$", "", ["ӘЖİ"], ["ә", "1"]),
        (r"^\p{Lu}+$", "i", ["Ә"], ["ә"]),
        (r"^\P{L}+$", "", ["12"], ["a"]),
        (r"^\p{IsCyrillic}+$", "", ["Қазақ"], ["Kazak"]),
        (r"^\i\c*$", "", ["a-1", "_x:y"], ["-a", "1"]),
        (r"^\d+$", "", ["42", "٤٢"], ["4.2"]),
        (r"^[\w-[\d_]]+$", "", ["abc"], ["a1"]),
        ("^[^a-z-[A-Z]]$", "", ["1"], ["a", "A"]),
        (r"^(a|b)\1$", "", ["aa", "bb"], ["ab"]),
        ("^a{2,3}?$", "", ["aa", "aaa"], ["a", "aaaa"]),
        (r"^https?:\/\/", "", ["http://x"], ["ftp://x"]),
    ],
)
def test_patterns_mean_what_xpath_says(pattern: str, flags: str, right: list[str], wrong: list[str]) -> None:
    assert [matches(pattern, flags, t) for t in right] == [True] * len(right)
    assert [matches(pattern, flags, t) for t in wrong] == [False] * len(wrong)


@pytest.mark.parametrize(
    "pattern",
    [
        *("(?=a)", r"\bword", "[a", "a]", "(a", "a)", "a{2", "{", "a**", "?", r"\p{Xx}", r"\p{IsNowhere}", "[z-a]"),
        *(r"\1", "a{3,2}", "[[]", "a\\", r"(?<name>a)", r"\x41"),
    ],
)
def test_what_xpath_lacks_is_a_fault(pattern: str) -> None:
    assert isinstance(matches(pattern, "", ""), str)


def test_a_pattern_that_takes_too_long_is_given_up_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "_SECONDS", 0.01)
    head = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://example.org/> . "
    slow = head + ':S sh:targetSubjectsOf :p ; sh:property [ sh:path :p ; sh:pattern "^(a|aa)+$" ; sh:maxLength 3 ] .'
    values = [Term("literal", "a" * n + "b") for n in (70, 80, 90)]
    engine = Engine(Shapes(triples(slow)), Triples(("urn:x", "http://example.org/p", v) for v in values))
    results, _ = run_shapes(engine)
    assert Counter(r.component for r in results) == {"MaxLength": 3}
    assert [f.code for f in engine.faults] == ["not-carried-out"]


def triples(text: str) -> Triples:
    return Triples(triples_of(parse_turtle(text.encode(), "text")))


def test_a_long_chain_is_followed_to_its_end() -> None:
    head = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://example.org/> . "
    rules = head + ":N sh:property [ sh:path :next ; sh:node :N ] , [ sh:path :v ; sh:minCount 1 ] . "
    rules += ":S sh:targetNode :n0 ; sh:node :N ."
    end = 2_000
    data = head + " ".join(f":n{i} :v 1 ; :next :n{i + 1} ." for i in range(end))
    for text, number in ((data, 1), (f"{data} :n{end} :v 1 .", 0)):
        engine = Engine(Shapes(triples(rules)), triples(text))
        assert (len(run_shapes(engine)[0]), engine.faults) == (number, [])


def chain(depth: int, end: str) -> list[ox.Triple]:
    """A chain of nameless nodes from a named one, with a value at its end."""
    nodes = [ox.BlankNode() for _ in range(depth)]
    step = ox.NamedNode("urn:p")
    inside = [ox.Triple(a, step, b) for a, b in pairwise(nodes)]
    return [ox.Triple(ox.NamedNode("urn:x"), step, nodes[0]), *inside, ox.Triple(nodes[-1], step, ox.Literal(end))]


def test_deep_chains_of_nameless_nodes_are_named_the_same_each_time() -> None:
    one = canonical_lines([*chain(3000, "a"), *chain(3000, "b"), *chain(3000, "b"), *chain(3, "c")])
    two = canonical_lines([*chain(3, "c"), *chain(3000, "b"), *chain(3000, "a"), *chain(3000, "b")])
    assert one == two
    assert len(one) == 3 * 3001 + 4
    assert canonical_lines(chain(3000, "a")) != canonical_lines(chain(3000, "b"))


def test_what_is_no_tree_is_named_as_before() -> None:
    nodes = [ox.BlankNode() for _ in range(60)]
    step = ox.NamedNode("urn:p")
    ring = [ox.Triple(a, step, b) for a, b in pairwise([*nodes, nodes[0]])]
    assert named_in_trees(ring) == ([], ring)
    shared = [*chain(60, "a"), *(ox.Triple(ox.NamedNode("urn:y"), step, t.object) for t in chain(60, "b")[:1])]
    two_ways = [*shared, ox.Triple(ox.NamedNode("urn:z"), step, shared[30].object)]
    assert named_in_trees(two_ways)[0] == []
