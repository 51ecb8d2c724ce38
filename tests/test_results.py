"""Answers as text: every term comes out of every format as it went in, and nothing in it becomes syntax."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kzgraph.answers.evidence.sources import Source, Sources
from kzgraph.answers.shown import FORMATS, GRAPH_FORMATS
from kzgraph.answers.shown.html_pages import html_page
from kzgraph.answers.shown.markdown import markdown
from kzgraph.answers.shown.rdf import graph_text
from kzgraph.answers.shown.results import as_csv, as_json, as_tsv, as_xml, machine_text
from kzgraph.answers.shown.tables import People, footnotes, table
from kzgraph.errors import UsageError
from kzgraph.namespaces import PREFIXES, XSD
from kzgraph.stores.disk.embedded import term_of
from kzgraph.terms import Graph, Rows, Term, Truth
from kzgraph.wording import columns
from kzgraph.wording.columns import heights_of_cells
from kzgraph.wording.text import display_width, plain
from tests.html_pages import HtmlPage

Run = Callable[..., tuple[int, str, str]]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
FOR_XML = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=8)
NOT_IN_XML = {chr(n) for n in range(32)} - set("\t\n\r") | {"\ufffe", "\uffff"}
NUMBERS = st.one_of(st.integers().map(str), st.sampled_from(["+5", "-0", "007", "five", "", " 5", "5\t"]))


def any_term(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Term | None]:
    return st.one_of(
        st.none(),
        texts.map(lambda t: Term("literal", t)),
        st.builds(lambda t, tag: Term("literal", t, "", tag), texts, st.sampled_from(["en", "kk", "en-gb"])),
        NUMBERS.map(lambda n: Term("literal", n, XSD + "integer")),
        st.sampled_from([Term("literal", "1.50", XSD + "decimal"), Term("literal", "1e6", XSD + "double")]),
        st.sampled_from([Term("literal", "true", XSD + "boolean"), Term("literal", "2022", XSD + "gYear")]),
        st.sampled_from([Term("uri", "https://w3id.org/kzgraph/id/A"), Term("uri", "urn:a?b=c&d='e'#f")]),
        st.just(Term("bnode", "b0")),
    )


def answers(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Rows]:
    row = st.tuples(any_term(texts), any_term(texts))
    return st.lists(row, max_size=4).map(lambda rows: Rows(["a", "b_2"], list(rows)))


def parsed(content: str, form: ox.QueryResultsFormat) -> Rows:
    found = ox.parse_query_results(content, form)
    assert isinstance(found, ox.QuerySolutions)
    names = [v.value for v in found.variables]
    return Rows(names, [tuple(_named(term_of(row[n])) for n in names) for row in found])


def _named(term: Term | None) -> Term | None:
    return Term("bnode", "b0") if term and term.kind == "bnode" else term


@settings(deadline=None)
@given(answers(TEXTS))
@example(Rows(["a"], [(Term("literal", "five", XSD + "integer"),)]))
def test_json_and_tsv_give_the_same_terms_back(answer: Rows) -> None:
    assert parsed(as_json(answer), ox.QueryResultsFormat.JSON) == answer
    assert parsed(as_tsv(answer), ox.QueryResultsFormat.TSV) == answer


@settings(deadline=None)
@given(answers(FOR_XML))
def test_xml_gives_the_same_terms_back(answer: Rows) -> None:
    assert parsed(as_xml(answer), ox.QueryResultsFormat.XML) == answer


@given(TEXTS)
@example("\x00")
@example("\ufffe")
@example("a\r\nb")
def test_xml_is_well_formed_or_refused(text: str) -> None:
    answer = Rows(["a"], [(Term("literal", text),)])
    if not set(text).isdisjoint(NOT_IN_XML):
        with pytest.raises(UsageError, match=r"XML cannot contain"):
            as_xml(answer)
        return
    content = as_xml(answer)
    found = ET.fromstring(content)  # noqa: S314  # what the tool itself has written
    literal = found.find(".//{*}literal")
    assert literal is not None
    assert (literal.text or "") == text


@given(answers(TEXTS))
def test_csv_gives_the_same_values_back(answer: Rows) -> None:
    content = as_csv(answer)
    assert content.endswith("\r\n")
    head, *rows = csv.reader(io.StringIO(content, newline=""))
    assert head == answer.columns
    assert rows == [[("_:" if t.kind == "bnode" else "") + t.value if t else "" for t in row] for row in answer.rows]


@pytest.mark.parametrize("truth", [True, False])
def test_a_truth(truth: bool) -> None:
    for form, kind in (("json", ox.QueryResultsFormat.JSON), ("xml", ox.QueryResultsFormat.XML)):
        assert bool(ox.parse_query_results(machine_text(Truth(truth), form, None, {}), kind)) is truth
    assert machine_text(Truth(truth), "csv", None, {}) == f"{str(truth).lower()}\n"


SOURCE = Source("urn:doc", "A|B <i>", "2022", 3, 0, 5, "urn:cite")
SOURCES = Sources([[1], [1, 2]], ["A|B <i>, ¶ 3", "Other, ¶ 1"], [[SOURCE], [SOURCE]])
TWO = Rows(
    ["name", "n"], [(Term("literal", "x"), Term("literal", "12345", XSD + "integer")), (Term("uri", "urn:y"), None)]
)


def test_sources_are_a_member_of_json_that_readers_pass_over() -> None:
    data = json.loads(as_json(TWO, SOURCES))
    assert data["sources"]["rows"] == [[1], [1, 2]]
    passage = data["sources"]["footnotes"][0]["passages"][0]
    assert (passage["start"], passage["end"], passage["paragraph"]) == (0, 5, 3)
    assert parsed(as_json(TWO, SOURCES), ox.QueryResultsFormat.JSON) == TWO


def test_sources_are_a_column_of_csv_and_tsv() -> None:
    assert as_csv(TWO, SOURCES).splitlines() == [
        "name,n,sources",
        'x,12345,"A|B <i>, ¶ 3"',
        'urn:y,,"A|B <i>, ¶ 3; Other, ¶ 1"',
    ]
    assert [line.split("\t")[2] for line in as_tsv(TWO, SOURCES).splitlines()] == [
        "?sources",
        '"A|B <i>, ¶ 3"',
        '"A|B <i>, ¶ 3; Other, ¶ 1"',
    ]


@settings(deadline=None)
@given(st.lists(st.tuples(TEXTS, st.sampled_from(["", "en"])), max_size=4))
def test_graphs_give_the_same_triples_back(values: list[tuple[str, str]]) -> None:
    node, predicate = Term("uri", "https://w3id.org/kzgraph/id/A"), Term("uri", PREFIXES["rdfs"] + "label")
    graph = Graph([(node, predicate, Term("literal", t, "", tag)) for t, tag in values])
    kinds = {"turtle": ox.RdfFormat.TURTLE, "ntriples": ox.RdfFormat.N_TRIPLES, "jsonld": ox.RdfFormat.JSON_LD}
    for form in GRAPH_FORMATS:
        text = graph_text(graph, form, PREFIXES)
        found = {tuple(map(term_of, q.triple)) for q in ox.parse(text, kinds[form])}
        assert found == set(graph.triples)
        assert graph_text(Graph(graph.triples[::-1]), form, PREFIXES) == text


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_for_rows_or_for_graphs(form: str) -> None:
    if form in {"table", "markdown", "html", "bibtex", "csl"}:
        return
    answer = Graph() if form not in GRAPH_FORMATS else Rows([], [])
    with pytest.raises(UsageError):
        machine_text(answer, form, None, {})


def people(*cells: str) -> People:
    answer = Rows(["a_b", "c"], [(Term("literal", cell), Term("literal", "1", XSD + "integer")) for cell in cells])
    return People.of_rows(answer)


@given(TEXTS, TEXTS)
@example("<script>alert(1)</script>", "</td>")
def test_nothing_in_an_answer_becomes_html(cell: str, title: str) -> None:
    page = HtmlPage(html_page(people(cell), title))
    assert page.count("script") == 0
    assert page.count("td") == 2
    assert page.count("h1") == 1


@given(st.lists(TEXTS, min_size=1, max_size=3))
@example(["a|b", "`", "\\|", "\n- x", "[a](javascript:b)"])
def test_nothing_in_an_answer_becomes_another_cell(cells: list[str]) -> None:
    lines = markdown(people(*cells), "").split("\n")
    rows = [line for line in lines if line.startswith("| ")]
    assert len(rows) == len(cells) + 2
    for row in rows:
        assert row.replace("\\\\", "").replace("\\|", "").count("|") == 3


def test_the_numbers_of_footnotes_stand_as_they_are_in_markdown(repository: Path, run: Run) -> None:
    rows = [
        line
        for line in run("query", "corridor_names", "--detail", "-f", "markdown")[1].splitlines()
        if "| Ali 2023 |" in line
    ]
    assert rows
    assert all(re.search(r"\| (\[\^corridor_names-\d+\] )+\|$", row) for row in rows)


@given(st.lists(TEXTS, max_size=4), st.integers(1, 120))
def test_a_table_is_as_wide_as_the_terminal(cells: list[str], width: int) -> None:
    for line in table(people(*cells), "Title of some length", width).splitlines():
        assert display_width(line) <= max(width, 2 * 6 + 5)
        assert plain(line) == line


def test_where_words_do_not_fit_side_by_side_each_row_is_a_list() -> None:
    answer = Rows(
        ["name", "stated_by"], [(Term("literal", "Transcaspian"), Term("literal", "Commission")), (None, None)]
    )
    shown = People.of_rows(answer)
    assert table(shown, "", 30).splitlines()[0] == " name          stated by"
    assert table(shown, "", 22).splitlines() == [
        " 1 ──────────────────",
        " name     Transcaspia",
        "          n",
        " stated   Commission",
        " by",
        " 2 ──────────────────",
    ]


def test_the_widths_of_long_cells_are_found_in_few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as the terminal has columns, not as many as the cells have characters."""
    steps: list[int] = []

    def counted(cells: list[list[int]], width: int) -> list[int]:
        steps.append(width)
        return heights_of_cells(cells, width)

    monkeypatch.setattr(columns, "heights_of_cells", counted)
    cells = tuple(Term("literal", "word " * n) for n in (800, 700))
    lines = table(People.of_rows(Rows(["a", "b"], [cells])), "", 60).splitlines()
    assert 50 < max(map(display_width, lines)) <= 60
    assert 0 < len(steps) <= 60 * 3


@given(TEXTS)
def test_nothing_in_an_answer_is_obeyed_by_a_terminal(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or c in "\u202a\u202e\u2066\u200f\ufeff" for c in plain(text))


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        ("12345", "integer", "12,345"),
        ("1234", "integer", "1234"),
        ("-1234567", "integer", "-1,234,567"),
        ("1234567.500", "decimal", "1,234,567.5"),
        ("0.50", "decimal", "0.5"),
        ("5.0", "decimal", "5"),
        ("five", "integer", "five"),
        ("1e6", "double", "1e6"),
        ("2022", "gYear", "2022"),
    ],
)
def test_numbers_are_written_for_people(value: str, kind: str, shown: str) -> None:
    answer = Rows(["n"], [(Term("literal", value, XSD + kind),)])
    assert People.of_rows(answer).rows == [[(((shown, ()),),)]]


def test_footnotes_stand_side_by_side_where_they_fit() -> None:
    sources = Sources([], [f"Document {n}, ¶ {n}" for n in range(1, 8)], [])
    assert len(footnotes(sources, 120).splitlines()) < 7
    assert len(footnotes(sources, 20).splitlines()) == 7
    assert footnotes(Sources(), 80) == ""
