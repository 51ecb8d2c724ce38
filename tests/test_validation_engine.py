"""The shapes engine agrees with pySHACL: on the project's shapes, on damaged data and on the W3C SHACL core tests.

The last are the W3C's, and not in the repository: ``KZGRAPH_W3C_SHACL`` names a copy of the folder ``core`` of the
tests in w3c/data-shapes (``.ci/install-suites`` gets one).
"""

from __future__ import annotations

import os
import random
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from pyshacl import validate
from rdflib.compare import isomorphic

from kzgraph.checks.shapes.engine import Engine, ValidationResult
from kzgraph.checks.shapes.engine import run as run_shapes
from kzgraph.checks.shapes.model import Shapes
from kzgraph.checks.shapes.stage import pyshacl_results
from kzgraph.checks.syntax.syntax import context_triples, triples_of
from kzgraph.files.parsing import parse_turtle
from kzgraph.files.project import find_project
from kzgraph.graph.triples import TYPE, Triple, Triples, key, node
from kzgraph.namespaces import SH, XSD
from kzgraph.terms import Term

Command = Callable[..., tuple[int, str, str]]
ROOT = Path(__file__).resolve().parents[1]
W3C = Path(os.environ.get("KZGRAPH_W3C_SHACL", "/nowhere"))
TESTS = sorted(p for p in W3C.rglob("*.ttl") if b"sht:Validate" in p.read_bytes())
FILES = [
    *("actors/office-holdings", "actors/persons", "agreements/signatures-2022-visit", "background/coordinates"),
    *("citations/ali-2023", "energy/stakes", "events/visits", "figures/trade", "sources/documents"),
]


def told(results: list[ValidationResult] | Iterator[ValidationResult]) -> Counter[tuple[str, ...]]:
    """The results as comparable tuples; blank nodes are all alike."""

    def name(term: Term | None) -> str:
        return "" if term is None else "_" if term.kind == "bnode" else term.n3()

    return Counter(
        (
            name(r.focus),
            name(r.path),
            name(r.value),
            r.component,
            "_" if r.shape.name.startswith("_:") else r.shape.name,
        )
        for r in results
    )


def data_of(names: list[str]) -> tuple[Triples, list[Triple]]:
    project = find_project(ROOT)
    ontology = Triples(t for f in project.files("ontology") for t in context_triples(project, f))
    own = [t for n in names for t in context_triples(project, ROOT / "instances" / f"{n}.ttl")]
    return ontology, own


def shapes_of() -> Shapes:
    project = find_project(ROOT)
    return Shapes(Triples(t for f in project.files("shapes") for t in context_triples(project, f)))


def damaged(triples: list[Triple], seed: int) -> list[Triple]:
    """The statements with every tenth one lost, doubled or given another value."""
    chance = random.Random(seed)  # noqa: S311  # nothing secret: the same damage each time
    values = [o for _, _, o in triples]
    odd = [Term("literal", "2024-13-45", XSD + "date"), Term("literal", "x"), Term("literal", "-7", XSD + "integer")]
    odd += [Term("literal", "200.5", XSD + "decimal"), Term("literal", "?", "", "en"), Term("bnode", "b0")]
    out: list[Triple] = []
    for subject, predicate, value in triples:
        what = chance.randrange(40)
        if predicate == TYPE or what > 3:
            out.append((subject, predicate, value))
        elif what == 1:
            out += [(subject, predicate, value), (subject, predicate, chance.choice(values))]
        elif what == 2:
            out.append((subject, predicate, chance.choice(odd)))
        elif what == 3:
            out.append((subject, predicate, chance.choice(values)))
    return out


def test_the_shapes_of_the_project_need_no_other_engine() -> None:
    shapes = shapes_of()
    assert not shapes.strange
    assert len(shapes.targeting()) >= 40


def comparable(results: Counter[tuple[str, ...]]) -> Counter[tuple[str, ...]]:
    """Without the bounds of values that are no numbers: rdflib orders a date and a decimal, and SHACL does not."""
    return Counter({r: n for r, n in results.items() if not r[3].startswith(("Min", "Max")) or "date>" not in r[2]})


@pytest.mark.parametrize("seed", range(6))
def test_both_engines_agree_on_real_and_on_damaged_data(seed: int) -> None:
    ontology, own = data_of(FILES)
    if seed:
        own = damaged(own, seed)
    data = Triples([*ontology, *own])
    chance = random.Random(seed)  # noqa: S311  # nothing secret: the same choice each time
    subjects = sorted({s for s, p, _ in own if p == TYPE and not s.startswith("_:")})
    focus = [node(s) for s in chance.sample(subjects, 120)]
    shapes = shapes_of()
    ours, checked = run_shapes(Engine(shapes, data), focus)
    assert len(checked) > 80
    theirs = told(pyshacl_results(shapes, data, focus))
    assert comparable(told(ours)) == comparable(theirs)
    assert len(theirs) > (20 if seed else 0)


def parsed(path: Path) -> Triples:
    quads = ox.parse(path.read_bytes(), ox.RdfFormat.TURTLE, base_iri=path.as_uri(), rename_blank_nodes=True)
    return Triples(triples_of(quads))


def files_of(test: Path) -> tuple[Path, Path]:
    """The data and the shapes of a W3C test."""
    graph = parsed(test)
    sht = "http://www.w3.org/ns/shacl-test#"
    found = [next(o.value for _, p, o in graph if p == sht + n) for n in ("dataGraph", "shapesGraph")]
    data, shapes = (Path(f.removeprefix("file://")) for f in found)
    return data, shapes


@pytest.mark.skipif("KZGRAPH_W3C_SHACL" not in os.environ, reason="KZGRAPH_W3C_SHACL names no copy of the W3C's tests")
def test_the_w3c_tests_are_all_there() -> None:
    assert len(TESTS) >= 98


def typed_right(results: Counter[tuple[str, ...]]) -> Counter[tuple[str, ...]]:
    """rdflib rewrites values that are out of their datatype's space; the rest of such a result must still agree."""
    return Counter(
        {(r[0], r[1], "" if "2011-01-01" in r[2] or "boolean" in r[2] else r[2], *r[3:]): n for r, n in results.items()}
    )


@pytest.mark.filterwarnings("ignore::UserWarning")  # rdflib warns of the ill-typed literals that the tests are about
@pytest.mark.parametrize("test", TESTS, ids=lambda p: p.stem)
def test_both_engines_agree_on_a_w3c_test(test: Path) -> None:
    data, rules = (parsed(p) for p in files_of(test))
    shapes = Shapes(rules)
    assert not shapes.strange
    ours, _ = run_shapes(Engine(shapes, data))
    assert typed_right(told(ours)) == typed_right(told(pyshacl_results(shapes, data)))


@pytest.mark.filterwarnings("ignore::UserWarning")  # as above
@pytest.mark.parametrize("test", TESTS, ids=lambda p: p.stem)
def test_the_command_gives_the_report_of_pyshacl(test: Path, run: Command) -> None:
    data, rules = files_of(test)
    given = ("--shapes", str(rules), "--standalone", "-f", "turtle", "--fail-on", "info")
    code, out, err = run("validate", str(data), *given)
    assert err == ""
    graphs = [rdflib.Graph().parse(path, format="turtle", publicID=path.as_uri()) for path in (data, rules)]
    conforms, expected, _ = validate(graphs[0], shacl_graph=graphs[1], inference="none")
    assert code == (0 if conforms else 1)
    assert isinstance(expected, rdflib.Graph)
    assert isomorphic(rdflib.Graph().parse(data=out, format="turtle"), typed_anew(expected))


def typed_anew(report: rdflib.Graph) -> rdflib.Graph:
    """A report as it reads after it was written: rdflib rewrites some values when it parses them."""
    return rdflib.Graph().parse(data=report.serialize(format="turtle"), format="turtle")


def test_what_the_engine_lacks_pyshacl_does() -> None:
    rules = """
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        @prefix : <http://example.org/> .
        :Shape a sh:NodeShape ; sh:targetNode :a ;
            sh:sparql [ sh:select "SELECT $this ?value WHERE { $this <http://example.org/p> ?value }" ] .
    """
    shapes = Shapes(Triples(triples_of(parse_turtle(rules.encode(), "rules"))))
    assert shapes.strange == {SH + "sparql"}
    data = Triples([("http://example.org/a", "http://example.org/p", Term("literal", "x"))])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (result,) = pyshacl_results(shapes, data)
    assert (key(result.focus), result.component) == ("http://example.org/a", "SPARQL")
