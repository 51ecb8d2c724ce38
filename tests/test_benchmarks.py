"""The graphs that the benchmarks make: like the real one, valid, and the same each time."""

from __future__ import annotations

import runpy
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kzgraph.checks.validate import validate
from kzgraph.files.project import find_project
from kzgraph.namespaces import KZO, RDF
from tests.conftest import ROOT

NUMBER = 20_000


@pytest.fixture(scope="module")
def triples() -> Callable[[int], Iterator[str]]:
    made: Callable[[int], Iterator[str]] = runpy.run_path(str(ROOT / "benchmarks" / "generate.py"))["triples"]
    return made


@pytest.fixture(scope="module")
def graph(triples: Callable[[int], Iterator[str]]) -> list[ox.Triple]:
    return [q.triple for q in ox.parse("\n".join(triples(NUMBER)), ox.RdfFormat.N_TRIPLES)]


def objects(graph: list[ox.Triple], predicate: str) -> Counter[str]:
    return Counter(str(t.object) for t in graph if t.predicate.value == predicate)


def test_the_size_is_the_one_asked_for(graph: list[ox.Triple]) -> None:
    assert NUMBER <= len(graph) < NUMBER + 30
    assert len(set(map(str, graph))) == len(graph)


def test_it_is_the_same_each_time(triples: Callable[[int], Iterator[str]]) -> None:
    assert list(triples(3000)) == list(triples(3000))
    assert list(triples(3000)) != list(triples(3001))[:3000]


def test_few_actors_are_in_many_facts(graph: list[ox.Triple]) -> None:
    kinds = objects(graph, RDF + "type")
    facts = sum(kinds[f"<{KZO}{kind}>"] for kind in ("Involvement", "Signature", "Visit", "Figure"))
    assert facts > 20 * (kinds[f"<{KZO}State>"] + kinds[f"<{KZO}Person>"])
    for predicate in ("concerns", "hasSignatory", "hasVisitor", "hasAsset"):
        counts = [n for _, n in objects(graph, KZO + predicate).most_common()]
        assert counts[0] > 4 * counts[len(counts) // 2], predicate


def test_each_fact_is_cited(graph: list[ox.Triple]) -> None:
    facts = {str(t.subject) for t in graph if "/fact-" in str(t.subject)}
    cited = {str(t.subject) for t in graph if t.predicate.value.endswith("#wasDerivedFrom")}
    assert facts == cited
    assert len(facts) > 1000


@pytest.mark.usefixtures("parsed_once")
def test_it_is_valid(triples: Callable[[int], Iterator[str]], tmp_path: Path) -> None:
    """By the shapes and the vocabulary of this repository."""
    file = tmp_path / "made.ttl"
    file.write_text("\n".join(triples(2000)), "utf-8")
    report = validate(find_project(ROOT), [file])
    assert [f.message for f in report.findings if f.severity == "violation"] == []
    assert report.focus_nodes > 200
