"""The shapes engine agrees with pySHACL on the project's shapes and on damaged data, and with the W3C's core tests.

The last are the W3C's, and not in the repository: ``KZGRAPH_W3C_SHACL`` names a copy of the folder ``core`` of the
tests in w3c/data-shapes (``.ci/install-suites`` gets one).
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from kzgraph.checks.shapes.engine import Engine
from kzgraph.checks.shapes.engine import run as run_shapes
from kzgraph.checks.shapes.reading.model import Shapes
from kzgraph.checks.syntax.syntax import context_triples, triples_of
from kzgraph.files.parsing import parse_turtle
from kzgraph.files.project import find_project
from kzgraph.graph.triples import TYPE, Triple, Triples, key, node
from kzgraph.namespaces import SH, XSD
from kzgraph.terms import Term
from tests.conftest import EXAMPLES
from tests.shacl_engines import by_pyshacl, told

Command = Callable[..., tuple[int, str, str]]
ROOT = Path(__file__).resolve().parents[1]
SHACL = rdflib.Namespace(SH)
W3C = Path(os.environ.get("KZGRAPH_W3C_SHACL", "/nowhere"))
TESTS = sorted(p for p in W3C.rglob("*.ttl") if b"sht:Validate" in p.read_bytes())
FILES = [
    *("actors/office-holdings", "actors/persons", "agreements/signatures-2022-visit", "background/coordinates"),
    *("citations/ali-2023", "energy/stakes", "events/visits", "figures/trade", "sources/documents"),
]


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
    assert not Engine(shapes, Triples()).faults
    assert len(shapes.targeting()) >= 40


def comparable(results: Counter[tuple[str, ...]]) -> Counter[tuple[str, ...]]:
    """Without the bounds of values that are no numbers: rdflib orders a date and a decimal, and SHACL does not."""
    return Counter({r: n for r, n in results.items() if not r[3].startswith(("Min", "Max")) or "date>" not in r[2]})


@pytest.mark.parametrize("seed", range(6 if EXAMPLES else 2))
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
    theirs = told(by_pyshacl(shapes, data, focus))
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


def expected(graph: rdflib.Graph, report: rdflib.term.Node) -> Counter[tuple[str, ...]]:
    """The results of a report as comparable tuples: focus, severity, component, shape, value, path."""

    def name(node: rdflib.term.Node | None) -> str:
        return "" if node is None else "_" if isinstance(node, rdflib.BNode) else node.n3()

    def path(node: rdflib.term.Node | None) -> str:
        if not isinstance(node, rdflib.BNode):
            return name(node)
        return repr(sorted((str(p), path(o)) for p, o in graph.predicate_objects(node)))

    words = ("focusNode", "resultSeverity", "sourceConstraintComponent", "sourceShape", "value")
    return Counter(
        (*(name(graph.value(r, SHACL[w])) for w in words), path(graph.value(r, SHACL.resultPath)))
        for r in graph.objects(report, SHACL.result)
    )


def report_of(graph: rdflib.Graph, kind: rdflib.URIRef) -> rdflib.term.Node:
    """The only report of a graph, or that which a W3C test expects."""
    found = list(graph.subjects(rdflib.RDF.type, kind))
    assert len(found) == 1
    return found[0]


@pytest.fixture
def as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """rdflib keeps literals as they are written."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


@pytest.mark.usefixtures("as_written")
@pytest.mark.filterwarnings("ignore::UserWarning")  # as above
@pytest.mark.parametrize("test", TESTS, ids=lambda p: p.stem)
def test_the_command_gives_the_report_that_the_w3c_expects(test: Path, run: Command) -> None:
    data, rules = files_of(test)
    given = ("--shapes", str(rules), "--standalone", "--fail-on", "info")
    code, out, err = run("validate", str(data), *given, "-f", "turtle")
    assert err == ""
    suite = rdflib.Graph().parse(test, format="turtle", publicID=test.as_uri())
    entry = report_of(suite, rdflib.URIRef("http://www.w3.org/ns/shacl-test#Validate"))
    wanted = suite.value(entry, rdflib.URIRef("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#result"))
    assert wanted is not None
    given_graph = rdflib.Graph().parse(data=out, format="turtle")
    own = report_of(given_graph, SHACL.ValidationReport)
    assert expected(given_graph, own) == expected(suite, wanted)
    assert given_graph.value(own, SHACL.conforms) == suite.value(wanted, SHACL.conforms)
    assert run("validate", str(data), *given)[0] == code, "a format changes the form, not the verdict"


RULES = """
    @prefix sh: <http://www.w3.org/ns/shacl#> .
    @prefix : <http://example.org/> .
    :Shape a sh:NodeShape ; sh:targetNode :a ;
        sh:sparql [ sh:select "SELECT $this ?value WHERE { $this <http://example.org/p> ?value }" ] .
"""


@pytest.mark.filterwarnings("ignore::UserWarning")  # as above
def test_both_engines_agree_on_sparql() -> None:
    shapes = Shapes(Triples(triples_of(parse_turtle(RULES.encode(), "rules"))))
    data = Triples([("http://example.org/a", "http://example.org/p", Term("literal", "x"))])
    engine = Engine(shapes, data)
    ours, _ = run_shapes(engine)
    assert not engine.faults
    assert [(key(r.focus), r.component, r.value) for r in ours] == [
        ("http://example.org/a", "SPARQL", Term("literal", "x"))
    ]
    assert told(ours) == told(by_pyshacl(shapes, data))
