"""Every stored query keeps what its header promises, and its answer changes only under review."""

from __future__ import annotations

import csv
import io
import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kzgraph.answers.answer_tables import AnswerTable
from kzgraph.answers.asking.ask import Answered
from kzgraph.answers.cells.cell import Cell, CitedAnswer, Item
from kzgraph.answers.queries.exports import as_markdown, as_turtle
from kzgraph.answers.queries.stored_query import StoredQuery, read_query, stored_queries
from kzgraph.answers.shown.results import as_csv
from kzgraph.answers.shown.short_tables import people_of, short_text
from kzgraph.answers.shown.tables import People
from kzgraph.api import CitedGraph
from kzgraph.checks.project.stored_queries import check_queries
from kzgraph.files.project import Project, find_project
from kzgraph.site import question_pages
from kzgraph.site.addresses import PagePlace
from kzgraph.site.pages import Site
from kzgraph.stores.disk.embedded import EmbeddedStore
from kzgraph.stores.disk.snapshot import open_project
from kzgraph.stores.rows import rows_of
from kzgraph.terms import Rows
from tests import detail_rows, short_views
from tests.pages_of_answers import PageOfAnswer, expected

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "golden"
QUERIES = sorted((ROOT / "queries").glob("*.rq"))
MOST_COLUMNS = 5  # of a short view, but for those that stand for the values of another column
A_SCREEN = 45  # lines of a short view's table, at 100 columns
# All states of the route; a card for each body; long contents with many footnotes, which are not reckoned.
MOST_SHOWN = {"corridor_partners": 54, "organisations_by_document": 48, "gas_deals": 47}
FEWEST = 87
MOST_LINES = 40  # of a query, without header and prefixes
Answers = Callable[[str], Answered]


@pytest.fixture(scope="session")
def project() -> Project:
    return find_project(ROOT)


@pytest.fixture(scope="session")
def store(project: Project) -> EmbeddedStore:
    return open_project(project)


@pytest.fixture(scope="session")
def site(project: Project) -> Site:
    return Site(CitedGraph(project).pinned())


def test_all_queries_are_found(project: Project) -> None:
    assert len(stored_queries(project)) == len(QUERIES) >= FEWEST


def test_every_query_keeps_its_contract(
    project: Project, store: EmbeddedStore, answered: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(_: Project, query: StoredQuery, given: dict[str, str], *_others: object, **_named: object) -> Answered:
        assert not given
        return answered(query.name)

    monkeypatch.setattr("kzgraph.checks.project.stored_queries.ask", asked)
    findings, number = check_queries(project, store)
    assert number == len(QUERIES)
    assert [f"{f.file}: {f.message}" for f in findings] == []


def test_a_query_is_taken_in_at_a_glance() -> None:
    lengths = {}
    for path in QUERIES:
        body = path.read_text("utf-8").partition("\nPREFIX ")[2]
        lines = [line for line in body.splitlines() if line.strip() and not line.startswith("PREFIX ")]
        lengths[path.stem] = len(lines) - 1  # without the rest of the first PREFIX
    assert len(lengths) >= FEWEST
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


@pytest.mark.parametrize("path", QUERIES, ids=lambda p: p.stem)
def test_the_answer_is_the_golden_one(path: Path, project: Project, answered: Answers, site: Site) -> None:
    found = answered(path.stem)
    assert isinstance(found.answer, Rows)
    text = cells_as_text(found.cited) if found.cited else rows_as_text(found, found.answer)
    golden = GOLDEN / f"{path.stem}.csv"
    if os.environ.get("KZGRAPH_GOLDEN") == "write":
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, "utf-8")
    assert golden.is_file(), "there is no golden answer: `make golden` writes it, and the diff is reviewed"
    assert text == golden.read_text("utf-8")
    if found.cited:
        table = AnswerTable(found.cited, found.query, found.text, project, lambda: site.reader.store)
        if found.query.short:
            the_short_view_is_the_golden_one(table)
        detail_rows.signs_are_explained(found.cited)
        detail_rows.a_known_order_is_kept(found.query, found.cited, {})
        the_page_has_the_same_values_and_sources(site, table)


@pytest.mark.parametrize("name", ["timeline", "diplomatic_timeline", "corridor_meetings", "multilateral_events"])
def test_what_is_said_to_come_after_an_event_stands_after_it(
    name: str, store: EmbeddedStore, answered: Answers
) -> None:
    after: dict[str, set[str]] = defaultdict(set)
    for row in rows_of(store, "SELECT ?later ?event WHERE { ?later <model|isAfter> ?event }"):
        after[row["later"].value].add(row["event"].value)
    assert len(after) >= 3
    found = answered(name)
    assert found.cited
    detail_rows.a_known_order_is_kept(found.query, found.cited, after)


def test_a_wrong_order_and_a_sign_without_its_note_are_noticed(answered: Answers) -> None:
    found = answered("timeline")
    answer = found.cited
    assert answer
    with pytest.raises(AssertionError, match="stands before"):
        detail_rows.a_known_order_is_kept(found.query, replace(answer, rows=answer.rows[::-1]), {})
    bare = [{c: Cell(tuple(map(_without_notes, cell.items))) for c, cell in row.items()} for row in answer.rows]
    with pytest.raises(AssertionError, match="nothing says why"):
        detail_rows.signs_are_explained(replace(answer, rows=list(bare)))


def _without_notes(item: Item) -> Item:
    return item._replace(marks=tuple(mark._replace(note="") for mark in item.marks))


def the_page_has_the_same_values_and_sources(site: Site, table: AnswerTable) -> None:
    """The page of the question shows what the command line shows: the short view, and all rows."""
    name = table.query.name
    text = question_pages.page(site, PagePlace(f"question/{name}.html"), name, table)
    page = PageOfAnswer(text)
    assert ("<figure" in text) is (table.query.picture is not None)
    detail = People.of_answer(table.cited.first(question_pages.MOST_ROWS), with_sources=True)
    assert page.shown(-1) == expected(detail)
    if table.query.short and table.rows:
        assert page.shown(0) == expected(people_of(table.short(), with_sources=True))


def test_every_query_has_a_short_view_and_no_golden_one_is_left_over(project: Project) -> None:
    described = {name for name, path in stored_queries(project).items() if read_query(path, path.name).short}
    assert described == {path.stem for path in QUERIES} == {path.stem for path in (GOLDEN / "short").glob("*.txt")}


def the_short_view_is_the_golden_one(table: AnswerTable) -> None:
    """The short view holds what every one must, and its text changes only under review."""
    short, query = table.short(), table.query
    short_views.hold(short, table.cited)
    assert query.short
    assert len(query.short.columns) <= MOST_COLUMNS
    people = people_of(short, with_sources=True)
    shown = short_text(replace(people, headline=[], asked="", sources=None, remarks=[]), "", 100)
    assert len(shown.splitlines()) <= MOST_SHOWN.get(query.name, A_SCREEN), "it is longer than a screen"
    text = short_text(people, short.title, 100)
    golden = GOLDEN / "short" / f"{query.name}.txt"
    if os.environ.get("KZGRAPH_GOLDEN") == "write":
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")


def cells_as_text(answer: CitedAnswer) -> str:
    """The rows as CSV; behind each value its footnotes."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow([c.name for c in answer.columns])
    for row in answer.rows:
        table.writerow([" · ".join(_with_notes(item) for item in row[c.name].items) for c in answer.columns])
    return text.getvalue()


def _with_notes(item: Item) -> str:
    notes = "; ".join(dict.fromkeys(source.footnote for source in item.sources))
    return f"{item.words} [{notes}]" if item.facts else item.words


def rows_as_text(answered: Answered, answer: Rows) -> str:
    """The rows of a query whose header has the older form, as CSV with the sources of each row."""
    columns = answered.query.shown(answer.columns)
    rows = [tuple(row[answer.columns.index(c)] for c in columns) for row in answer.rows]
    return as_csv(Rows(columns, rows), answered.sources).replace("\r\n", "\n")


def test_there_is_no_golden_answer_without_a_query() -> None:
    assert {p.stem for p in GOLDEN.glob("*.csv")} == {p.stem for p in QUERIES}


@pytest.mark.slow  # rdflib's parser needs half a second for a query
@pytest.mark.parametrize("path", QUERIES, ids=lambda p: p.stem)
def test_a_second_engine_accepts_the_query(path: Path) -> None:
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery

    assert translateQuery(parseQuery(path.read_text("utf-8"))).algebra


def test_the_page_of_queries_is_not_stale(project: Project) -> None:
    queries = [read_query(p, project.relative(p)) for p in sorted(QUERIES, key=lambda p: p.stem)]
    assert (ROOT / "docs" / "reference" / "queries.md").read_text("utf-8") == as_markdown(queries)


def test_the_turtle_export_holds_every_query() -> None:
    import pyoxigraph as ox

    queries = [read_query(p, p.name) for p in QUERIES]
    triples = list(ox.parse(as_turtle(queries, "https://example.org/query/"), ox.RdfFormat.TURTLE))
    texts = {t.object.value for t in triples if t.predicate.value.endswith("#select")}
    assert texts == {q.text for q in queries}
