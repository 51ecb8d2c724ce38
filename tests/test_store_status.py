"""``kzgraph status --store``: every triple that a database holds is told of."""

from __future__ import annotations

import json
from collections.abc import Callable

import pyoxigraph as ox

from tests.conftest import SmallProject

Run = Callable[..., tuple[int, str, str]]


def graphs(run: Run) -> dict[str, int]:
    code, out, err = run("status", "--store", "db", "-f", "json")
    assert (code, err) == (0, "")
    return {g["name"]: g["triples"] for g in json.loads(out)["graphs"]}


def test_a_default_graph_that_is_no_union_is_told_beside_the_named(project: SmallProject, run: Run) -> None:
    subject, predicate, graph = (ox.NamedNode(f"urn:{name}") for name in "spg")
    database = ox.Store("db")
    database.extend(ox.Quad(subject, predicate, ox.Literal(n)) for n in "abc")
    database.add(ox.Quad(subject, predicate, ox.Literal("d"), graph))
    database.flush()
    del database
    assert graphs(run) == {"urn:g": 1, "": 3}
    told = run("status", "--store", "db")[1]
    assert "        3  foreign    default graph\n" in told
    assert "triples    4\n" in told


def test_the_union_that_load_makes_is_not(project: SmallProject, run: Run) -> None:
    assert run("load", "--store", "db")[0] == 0
    assert "" not in graphs(run)
    assert len(graphs(run)) > 3
