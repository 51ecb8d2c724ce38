"""Measures what derives triples from the ontology: the CONSTRUCTs of kzgraph, reasonable, owlrl; beside a parse.

    pip install reasonable owlrl
    python benchmarks/deriving.py

Each runs in a process of its own on the project's files, three times in turn, and the median of the processor's
seconds counts, without imports and reading. ``edges`` are the relations among named things that a property chain of
the ontology gives; they are what is lost where an engine does not know what the ontology says.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RUNS = 3


def files() -> list[Path]:
    """The files of the graph."""
    return sorted(p for folder in ("ontology", "instances") for p in (ROOT / folder).rglob("*.ttl"))


def by_rdflib() -> tuple[Any, Callable[[], Any]]:
    """One parse of the files by rdflib: the measure of DESIGN's goal for the first run."""
    import rdflib

    graph = rdflib.Graph()

    def parse() -> Any:
        for path in files():
            graph.parse(path, format="turtle")
        return graph

    return graph, parse


def by_kzgraph() -> tuple[Any, Callable[[], Any]]:
    """The queries that kzgraph makes of the axioms, asked of its store."""
    import pyoxigraph as ox

    from kzgraph.graph.derivation import derive

    store = ox.Store()
    for path in files():
        store.bulk_load(path=path, format=ox.RdfFormat.TURTLE)
    return store, lambda: derive(store, "urn:derived")


def by_reasonable() -> tuple[Any, Callable[[], Any]]:
    """The OWL 2 RL reasoner in Rust."""
    import reasonable

    graph, parse = by_rdflib()
    parse()
    engine = reasonable.PyReasoner()
    engine.from_graph(graph)

    def reason() -> Any:
        for triple in engine.reason():
            graph.add(triple)

    return graph, reason


def by_owlrl() -> tuple[Any, Callable[[], Any]]:
    """The OWL 2 RL reasoner in Python."""
    import owlrl

    graph, parse = by_rdflib()
    parse()
    return graph, lambda: owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)


ENGINES = {"rdflib parse": by_rdflib, "kzgraph": by_kzgraph, "reasonable": by_reasonable, "owlrl": by_owlrl}
EDGES = """PREFIX owl: <http://www.w3.org/2002/07/owl#>
SELECT DISTINCT ?s ?p ?o { ?p owl:propertyChainAxiom ?chain . ?s ?p ?o }"""


def one_run(name: str) -> dict[str, float]:
    """Seconds of the processor, and what there is afterwards."""
    graph, work = ENGINES[name]()
    began = time.process_time()
    work()
    seconds = time.process_time() - began
    return {"seconds": seconds, "edges": len(list(graph.query(EDGES)))}


def main() -> None:
    """Runs all engines in turn and prints a table."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in ENGINES}
    for _ in range(RUNS):
        for name, runs in found.items():
            command = [sys.executable, __file__, name]
            runs.append(json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout))  # noqa: S603  # this file
    print("| engine | seconds | edges |\n| --- | --- | --- |")
    for name, runs in found.items():
        print(f"| {name} | {statistics.median(r['seconds'] for r in runs):.2f} | {runs[0]['edges']:.0f} |")


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps(one_run(sys.argv[1])))
    else:
        main()
