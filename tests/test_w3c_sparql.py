"""The W3C's SPARQL 1.0 and 1.1 query-evaluation tests through ``kzgraph query``: the same answers as pyoxigraph's own.

The tests are the W3C's, and not in the repository: ``KZGRAPH_W3C`` names the folder of a copy of w3c/rdf-tests
(``.ci/install-suites`` gets one).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
FEWEST = 400


def _cases() -> Iterator[tuple[str, Path, list[Path]]]:
    """Name, query and data files of each evaluation test among a manifest's entries that has a default graph alone."""
    root = Path(os.environ.get("KZGRAPH_W3C", "/nowhere")) / "sparql"
    for manifest in sorted([*root.glob("sparql10/*/manifest.ttl"), *root.glob("sparql11/*/manifest.ttl")]):
        store = ox.Store()
        store.load(path=str(manifest), format=ox.RdfFormat.TURTLE, base_iri=manifest.as_uri())
        rows = store.query(
            f"""SELECT ?test ?query (GROUP_CONCAT(STR(?data); SEPARATOR = " ") AS ?files) WHERE {{
                ?manifest <{MF}entries> / <{RDF}rest>* / <{RDF}first> ?test .
                ?test a <{MF}QueryEvaluationTest> ; <{MF}action> ?action . ?action <{QT}query> ?query .
                OPTIONAL {{ ?action <{QT}data> ?data }}
                FILTER NOT EXISTS {{ ?action <{QT}graphData> ?graph }}
                FILTER NOT EXISTS {{ ?action <http://www.w3.org/ns/sparql-service-description#entailmentRegime> ?r }}
            }} GROUP BY ?test ?query ORDER BY ?test"""
        )
        assert isinstance(rows, ox.QuerySolutions)
        for row in rows:
            files = [Path(f.removeprefix("file://")) for f in (row["files"].value if row["files"] else "").split()]
            yield f"{manifest.parent.name}/{row['test'].value[-30:]}", Path(row["query"].value[7:]), files


def _rows(content: str) -> list[str]:
    parsed = ox.parse_query_results(content, ox.QueryResultsFormat.JSON)
    if isinstance(parsed, ox.QueryBoolean):
        return [str(bool(parsed))]
    assert isinstance(parsed, ox.QuerySolutions)
    names = sorted(v.value for v in parsed.variables)
    return sorted(str([(n, _plain(row[n])) for n in names]) for row in parsed)


def _plain(term: object) -> str:
    return "_:" if isinstance(term, ox.BlankNode) else str(term)


@pytest.mark.skipif("KZGRAPH_W3C" not in os.environ, reason="KZGRAPH_W3C names no copy of w3c/rdf-tests")
def test_the_answers_are_those_of_pyoxigraph(run: Callable[..., tuple[int, str, str]]) -> None:
    compared, wrong = 0, []
    for name, query, files in _cases():
        text = query.read_text("utf-8")
        if "SERVICE" in text.upper() or "FROM" in text.upper().split():
            continue
        store = ox.Store()
        for path in files:
            store.load(path=str(path), base_iri=path.as_uri())
        try:
            result = store.query(text, base_iri=query.as_uri())
            if isinstance(result, ox.QueryTriples):
                continue
            expected = _rows((result.serialize(format=ox.QueryResultsFormat.JSON) or b"").decode())
        except (SyntaxError, OSError):
            continue
        data = [part for path in files for part in ("--data", str(path))] or ["--data", os.devnull + ".nt"]
        if not files:
            continue
        _code, out, _err = run("query", str(query), *data, "-f", "json")
        compared += 1
        try:
            found = _rows(out)
        except (SyntaxError, ValueError):
            found = [f"not JSON: {out[:80]}"]
        if found != expected:
            wrong.append(name)
    assert compared >= FEWEST
    assert wrong == []
