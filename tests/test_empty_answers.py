"""An empty answer explains itself, and a suspicious query is cautioned before it runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import kzgraph

from .conftest import SmallProject

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


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["trade_turnover", "-p", "country_b=Georgia"],
            [
                "No document gives the trade turnover of Kazakhstan and Georgia",
                "there are rows for country_b = Azerbaijan",
            ],
        ),
        (["cpc_shares", "-p", "consortium=SOCAR"], ["No document names a shareholder of SOCAR"]),
        (["corridor_meetings", "-p", "to_date=1950"], ["until 1950", "without to_date there are "]),
        (["quotations", "-p", "speaker=kz:JeyhunBayramov"], ["No document quotes Jeyhun Bayramov on anything"]),
    ],
)
def test_a_stored_question_without_an_answer_speaks_of_documents(
    repository: Path, run: Run, arguments: list[str], told: list[str]
) -> None:
    code, out, err = run("query", *arguments)
    assert code == 0
    assert [sentence for sentence in told if sentence not in f"{' '.join(out.split())} {err}"] == []
    assert not any(sentence in out and sentence in err for sentence in told), "told once"
    assert "filters" not in err
    assert "?" not in err, "no variable of SPARQL"


def test_every_stored_question_says_in_words_what_no_document_says(repository: Path) -> None:
    queries = kzgraph.open().queries()
    assert len(queries) >= 80
    assert [q.name for q in queries if not q.nothing] == []
    assert [q.name for q in queries if q.nothing.endswith(".")] == []


@pytest.mark.parametrize(
    ("sentence", "message"),
    [
        ("Nobody of {leage} is known", "`nothing` names `leage`, which is no parameter"),
        ("Nobody {", "`nothing` has a brace without a name"),
        ("Nobody {} is known", "`nothing` has a brace without a name"),
    ],
)
def test_a_sentence_that_names_no_parameter_is_refused(
    project: SmallProject, run: Run, sentence: str, message: str
) -> None:
    text = (project.root / "queries" / "members.rq").read_text("utf-8")
    project.write("queries/members.rq", text.replace("#+ kzgraph:\n", f'#+ kzgraph:\n#+   nothing: "{sentence}"\n'))
    code, _, err = run("query", "members")
    assert code == 3
    assert message in err
    assert "queries/members.rq:4" in err


def test_a_language_is_announced(project: SmallProject, run: Run) -> None:
    told = run("show", "Utopia", "--lang", "ru")[2]
    assert re.fullmatch(r"note: 1 of \d+ labels are Russian, the others are shown in English\n", told)
    assert run("show", "Utopia", "--lang", "tr")[2] == "note: no label is Turkish: all are shown in English\n"
    assert run("query", "members", "--lang", "x`y\\")[2].startswith("note: no label is in the language")
    assert "note:" not in run("show", "Utopia")[2]
