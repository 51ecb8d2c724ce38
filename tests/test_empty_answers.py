"""An empty answer explains itself, and a suspicious query is cautioned before it runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (
            "SELECT ?x WHERE { ?x a kzo:Summit ; kzo:takesPlaceIn kz:Bakuu }",
            "nothing matches `?x kzo:takesPlaceIn kz:Bakuu`",
        ),
        ("SELECT ?x WHERE { ?x a kzo:Summit ; kzo:takesPlaceIn kz:Bakuu }", "kz:Baku"),
        ('SELECT ?x WHERE { ?x rdfs:label "Kazakstan"@en }', "Kazakhstan"),
        ("SELECT ?x WHERE { ?x a kzo:Visit ; kzo:hasVisitor kz:VladimirPutin }", "nothing matches"),
        ("SELECT ?x WHERE { ?x a kzo:Visit ; kzo:hasAsset ?y }", "together nothing matches"),
        ('SELECT ?x WHERE { ?x a kzo:Visit FILTER (?x = "no") }', "no row passes the filters"),
        ("SELECT ?x WHERE { ?x a kzo:Visit OPTIONAL { ?x a kzo:Port } FILTER (false) }", "no row passes the filters"),
    ],
)
def test_the_part_that_nothing_matches_is_told(repository: Path, run: Run, query: str, told: str) -> None:
    code, out, err = run("query", "-", "-f", "csv", stdin=query.encode())
    assert code == 0
    assert out.count("\n") == 1
    assert told in err


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (
            "SELECT ?x WHERE { ?x a kzo:Vist }",
            "warning: kzo:Vist is not a term of the ontology; did you mean kzo:Visit?",
        ),
        ("SELECT ?x ?y WHERE { ?x a kzo:Visit }", "warning: ?y is a column, but nothing in the query binds it"),
    ],
)
def test_a_suspicious_query_is_cautioned(repository: Path, run: Run, query: str, told: str) -> None:
    assert told in run("query", "-", "-f", "csv", stdin=query.encode())[2]


def test_a_good_query_is_not_cautioned(repository: Path, run: Run) -> None:
    query = b"SELECT ?x (COUNT(?y) AS ?n) WHERE { ?x a kzo:Visit ; kzo:about ?y } GROUP BY ?x"
    assert run("query", "-", "-f", "csv", stdin=query)[2] == ""
