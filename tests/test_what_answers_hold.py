"""What an answer holds, whatever the graph: a cell shows every value there is, and a row has the date of its facts.

A golden answer shows that an answer is as before, not that it is whole. Here each stored query is asked again of a
graph with more values (see ``tests/twins.py``), and its rows are compared with the facts behind them. The queries that
fail, and why, stand in ``cases/answers/expected-failures.toml``; the test of a query that no longer fails says so.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kzgraph.answers.asking.ask import prepare
from kzgraph.answers.asking.cited_answers import Question, cite
from kzgraph.answers.cells.cell import Cell
from kzgraph.answers.queries.parameters import values_given
from kzgraph.answers.queries.stored_query import StoredQuery, read_query
from kzgraph.files.project import Project, find_project
from kzgraph.namespaces import KZO, RDFS, shorten
from kzgraph.stores.disk.snapshot import open_project
from kzgraph.terms import Rows
from tests.twins import TWINS, MarkedGraph, Node, ShownRow, named_in, single_valued, without_marks

ROOT = Path(__file__).resolve().parents[1]
QUERIES = {path.stem: path for path in sorted((ROOT / "queries").glob("*.rq"))}
FAILURES: dict[str, dict[str, str]] = tomllib.loads(
    (ROOT / "tests" / "cases" / "answers" / "expected-failures.toml").read_text("utf-8")
)


@dataclass
class Asked:
    """A stored query as it is sent, the things it names, and its answer in the marked graph."""

    query: StoredQuery
    text: str
    named: set[str]
    rows: list[ShownRow]


class Answers:
    """The answers of the stored queries in the repository's graph, each asked once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._store = open_project(project)
        triples = [q.triple for q in self._store.database.quads_for_pattern(None, None, None, ox.DefaultGraph())]
        shapes = [q.triple for path in project.files("shapes", ".ttl") for q in ox.parse(path=path)]
        self.graph = MarkedGraph(triples, single_valued(triples, shapes))
        self._asked: dict[str, Asked] = {}

    def __getitem__(self, name: str) -> Asked:
        if name not in self._asked:
            query = read_query(QUERIES[name], name)
            text = prepare(self._project, query, {}, self._store)
            self._asked[name] = Asked(query, text, named_in(text, self._project.prefixes), self.ask(query, text))
        return self._asked[name]

    def ask(self, query: StoredQuery, text: str) -> list[ShownRow]:
        """The rows of a query in the marked graph as it is now: the facts behind each, and the words of its cells."""
        if not query.cells:
            return self.graph.ask(text, query.columns, query.facts)
        bindings = self.graph.store.query(text)
        assert isinstance(bindings, Rows)
        cited = cite(self._project, Question(query, values_given(query, {})), bindings, self.graph.store)
        return [
            ShownRow(
                frozenset(fact for cell in row.values() for fact in stating(cell)),
                {name: cell.text for name, cell in row.items()},
            )
            for row in cited.rows
        ]


def stating(cell: Cell) -> Iterator[str]:
    """The facts that state the values of a cell, without those that its row only links to: facts in a list."""
    for item in cell.items:
        linked = {item.term.value} if cell.is_list and item.is_fact and item.term else set()
        yield from item.facts - linked


@pytest.fixture(scope="module")
def answers() -> Answers:
    return Answers(find_project(ROOT))


def queries(names: Iterable[str], failures: dict[str, str]) -> list[Any]:
    """The parameters of a test of stored queries, of which some must fail."""
    return [
        pytest.param(name, marks=pytest.mark.xfail(strict=True, raises=AssertionError, reason=failures[name]))
        if name in failures
        else name
        for name in sorted(names)
    ]


@pytest.mark.parametrize("failures", FAILURES.values(), ids=FAILURES.keys())
def test_every_expected_failure_is_a_stored_query_with_a_reason(failures: dict[str, str]) -> None:
    assert [name for name in failures if name not in QUERIES] == []
    assert [name for name, reason in failures.items() if not reason.strip()] == []


# A cell shows every value there is.

TOGETHER = 3  # texts that get twins together; of many, the queries that join everything take many seconds
TOO_SLOW = {"energy_leverage": {"Lukoil"}}  # it holds, signs and sends: 3 seconds, where other holders take half of one
NOTHING_TO_WIDEN = {"memberships", "person_roles"}
"""The queries whose rows show only what their facts have one of, or what is in too many statements."""
SINGLE = "single_source_statements"  # of what has one source; with twins of a source a statement is no longer in it
FEWEST_VALUES = 280


@dataclass
class Shown:
    """Where an answer shows a text: beside which facts, and as which values, each a column and a property."""

    facts: set[str] = field(default_factory=set)
    values: set[tuple[str, str]] = field(default_factory=set)


def widened(graph: MarkedGraph, asked: Asked) -> dict[str, Shown]:
    """The texts of an answer that can have twins beside facts that have none, and where it shows them."""
    facts_of: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in asked.rows:
        for column in asked.query.columns:
            for number, _ in row.texts(column):
                facts_of[number][column] |= row.facts
    found = {graph.texts[n]: _shown(graph, asked, graph.texts[n], facts) for n, facts in facts_of.items()}
    return {text: shown for text, shown in found.items() if shown.facts}


def _shown(graph: MarkedGraph, asked: Asked, text: str, facts_of: dict[str, set[str]]) -> Shown:
    copied = graph.copied_with(text)
    things = {node.value for node in copied if isinstance(node, ox.NamedNode)}
    shown = Shown()
    if not copied or things & asked.named or text in TOO_SLOW.get(asked.query.name, ()):
        return shown
    ties = {(subject.value, name) for node in copied for subject, name in graph.ties(node)}
    for column, facts in facts_of.items():
        left = facts - things
        names = {name for subject, name in ties if subject in left and name != KZO + "about"} or {""}
        shown.facts |= left
        shown.values |= {(column, name) for name in names if left}
    return shown


def rounds(graph: MarkedGraph, shown: dict[str, Shown]) -> list[list[str]]:
    """The texts that get twins together: first for as many values as possible, then for the columns that had none.

    Texts beside one fact are not taken together: each twin of one would meet each twin of the other.
    """
    chosen: list[list[str]] = []
    left = {value for one in shown.values() for value in one.values}
    order = sorted(shown, key=lambda text: (graph.weight(text) / len(shown[text].values), text))
    while left:
        chosen.append([])
        taken: set[Node] = set()
        for text in order:
            touched = {*graph.copied_with(text), *shown[text].facts}
            if len(chosen[-1]) < TOGETHER and shown[text].values & left and not touched & taken:
                chosen[-1].append(text)
                taken |= touched
                left -= shown[text].values
        columns = {column for texts in chosen for text in texts for column, _ in shown[text].values}
        left = {(column, name) for column, name in left if column not in columns}
    return chosen


class Losses:
    """The twins that rows lack which show the text itself, or another twin of it, beside the same fact."""

    def __init__(self) -> None:
        self.looked_at = 0
        self.found: list[str] = []

    def add(self, graph: MarkedGraph, rows: list[ShownRow], facts_of: dict[str, set[str]]) -> None:
        """Looks at the rows for some texts and the facts beside which all their twins must stand."""
        texts = {graph.number(text): text for text in facts_of}
        twins, columns = defaultdict(set), defaultdict(set)
        for row in rows:
            for column in row.cells:
                for number, twin in row.texts(column):
                    for fact in row.facts & facts_of.get(texts.get(number, ""), set()):
                        twins[number, fact].add(twin)
                        columns[number, fact].add(column)
        self.looked_at += len(twins)
        for (number, fact), shown in twins.items():
            if len(shown) <= TWINS:
                where = " and ".join(sorted(columns[number, fact]))
                self.found.append(f"{where}: {len(shown)} of {TWINS + 1} “{texts[number]}” beside {shorten(fact)}")


@pytest.mark.parametrize("name", queries(QUERIES.keys() - {SINGLE}, FAILURES["values"]))
def test_a_cell_shows_every_value_there_is(name: str, answers: Answers) -> None:
    graph, asked, losses = answers.graph, answers[name], Losses()
    shown = widened(graph, asked)
    for texts in rounds(graph, shown):
        with graph.with_twins(texts):
            rows = answers.ask(asked.query, asked.text)
        losses.add(graph, rows, {text: shown[text].facts for text in texts})
    assert losses.found == []
    assert bool(losses.looked_at) == (name not in NOTHING_TO_WIDEN)


def test_most_columns_and_their_properties_are_looked_at(answers: Answers) -> None:
    values = set()
    for name in QUERIES:
        shown = widened(answers.graph, answers[name])
        values |= {(name, *v) for texts in rounds(answers.graph, shown) for text in texts for v in shown[text].values}
    assert {name for name, *_ in values} == QUERIES.keys() - NOTHING_TO_WIDEN
    assert len(values) >= FEWEST_VALUES


# A row has a date where a fact behind it has one.

DATE_COLUMN = re.compile(r"(^|_)(date|since|as_of|when|period|attested|year|convened|deadline)(_|$)")
DATES = [KZO + name for name in ("date", "start", "end", "attestedOn")]
EVENT_OF = [KZO + name for name in ("inEvent", "atEvent")]


def _terms(triple: ox.Triple) -> tuple[Any, ox.NamedNode, Any]:
    return triple.subject, triple.predicate, triple.object


class Dated:
    """Which facts of a graph have a date, and which events they belong to, by name."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.facts: set[str] = set()
        self.events: dict[str, set[str]] = defaultdict(set)
        self.labels: dict[str, set[str]] = defaultdict(set)
        for triple in triples:
            subject, predicate, value = (term.value for term in _terms(triple))
            if predicate in DATES:
                self.facts.add(subject)
            elif predicate in EVENT_OF:
                self.events[subject].add(value)
            elif predicate == RDFS + "label":
                self.labels[subject].add(value)

    def behind(self, row: ShownRow) -> Iterator[str]:
        """The facts behind a row that have a date, and the events with a date that the row shows and they belong to."""
        for fact in sorted(row.facts):
            if fact in self.facts:
                yield fact
            for event in sorted(self.events[fact] & self.facts):
                if any(label in cell for label in self.labels[event] for cell in row.cells.values()):
                    yield event


def date_columns(query: StoredQuery) -> list[str]:
    return [column for column in query.columns if DATE_COLUMN.search(column)]


def without_date(dated: Dated, rows: Iterable[ShownRow], columns: list[str]) -> list[str]:
    """The rows without a number in any of some columns, each with a fact behind it that has a date."""
    bare = (row for row in rows if not any(re.search(r"\d", without_marks(row.cells[c])) for c in columns))
    found = ((row, next(dated.behind(row), "")) for row in bare)
    return [f"{' | '.join(map(without_marks, row.cells.values()))}: {shorten(fact)}" for row, fact in found if fact]


WITH_DATES = [name for name, path in QUERIES.items() if date_columns(read_query(path, name))]


def test_most_queries_have_a_column_for_a_date() -> None:
    assert len(WITH_DATES) >= 37


@pytest.fixture(scope="module")
def dated(answers: Answers) -> Dated:
    store = answers.graph.store.database
    return Dated(q.triple for q in store.quads_for_pattern(None, None, None, ox.DefaultGraph()))


@pytest.mark.parametrize("name", queries(WITH_DATES, FAILURES["dates"]))
def test_a_row_has_a_date_where_a_fact_behind_it_has_one(name: str, answers: Answers, dated: Dated) -> None:
    asked = answers[name]
    assert any(fact in dated.facts for row in asked.rows for fact in row.facts)
    assert without_date(dated, asked.rows, date_columns(asked.query)) == []


# The tests can fail.

CORRIDOR = """
PREFIX kz: <https://w3id.org/kzgraph/id/>
PREFIX kzo: <https://w3id.org/kzgraph/ontology/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
kzo:inEvent a owl:FunctionalProperty .
kz:flow rdfs:label "Oil by Aktau to Baku"@en ; kzo:viaPlace kz:Aktau , kz:Baku ; kzo:atEvent kz:summit .
kz:Aktau rdfs:label "Aktau"@en .
kz:Baku rdfs:label "Baku"@en .
kz:summit rdfs:label "Summit"@en ; kzo:start "2023" .
kz:participation kzo:inEvent kz:summit .
"""
ONE_LABEL = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
[] sh:path rdfs:label ; sh:uniqueLang true .
"""
NAMES = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX kzo: <https://w3id.org/kzgraph/ontology/> "
ALL_PLACES = NAMES + "SELECT ?place ?fact WHERE { ?fact kzo:viaPlace ?place }"
FIRST_PLACE = NAMES + (
    "SELECT (MIN(STR(?name)) AS ?place) ?fact WHERE { ?fact kzo:viaPlace / rdfs:label ?name } GROUP BY ?fact"
)
SENTENCES = NAMES + "SELECT ?place ?fact WHERE { ?fact rdfs:label ?place ; kzo:viaPlace ?any }"
FLOW = "https://w3id.org/kzgraph/id/flow"


def _parsed(text: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(text, ox.RdfFormat.TURTLE)]


@pytest.fixture
def corridor() -> MarkedGraph:
    return MarkedGraph(_parsed(CORRIDOR), single_valued(_parsed(CORRIDOR), _parsed(ONE_LABEL)))


def _losses(graph: MarkedGraph, query: str) -> Losses:
    with graph.with_twins(["Aktau"]):
        rows = graph.ask(query, ["place"], ["fact"])
    found = Losses()
    found.add(graph, rows, {"Aktau": {FLOW}})
    return found


def test_a_list_of_all_values_loses_none(corridor: MarkedGraph) -> None:
    found = _losses(corridor, ALL_PLACES)
    assert (found.looked_at, found.found) == (1, [])


def test_a_cell_for_the_first_value_loses_the_others(corridor: MarkedGraph) -> None:
    assert _losses(corridor, FIRST_PLACE).found == ["place: 1 of 10 “Aktau” beside kz:flow"]


def test_a_name_in_a_sentence_is_no_value(corridor: MarkedGraph) -> None:
    assert _losses(corridor, SENTENCES).looked_at == 0


@pytest.mark.parametrize("lost", range(TWINS + 1))
def test_each_value_is_missed(lost: int, corridor: MarkedGraph) -> None:
    with corridor.with_twins(["Aktau"]):
        rows = corridor.ask(ALL_PLACES, ["place"], ["fact"])
    kept = [row for row in rows if row.texts("place") != {(corridor.number("Aktau"), lost)}]
    found = Losses()
    found.add(corridor, kept, {"Aktau": {FLOW}})
    assert len(kept) == len(rows) - 1
    assert found.found == ["place: 9 of 10 “Aktau” beside kz:flow"]


def test_twins_go_as_they_came(corridor: MarkedGraph) -> None:
    before = set(corridor.store.database)
    with corridor.with_twins(["Aktau", "Summit"]):
        assert len(set(corridor.store.database) - before) > TWINS
    assert set(corridor.store.database) == before


def test_what_has_one_value_has_twins_with_it(corridor: MarkedGraph) -> None:
    copied = {str(getattr(node, "value", node)).rsplit("/")[-1] for node in corridor.copied_with("Summit")}
    assert copied == {"Summit", "summit", "participation"}


@pytest.mark.parametrize(
    ("date", "place", "found"),
    [
        ("", "Summit", ["Summit | : kz:summit"]),  # the event that the row shows has a date
        ("", "Aktau", []),
        ("2023", "Summit", []),
        ("in spring⟦12⟧", "Summit", ["Summit | in spring: kz:summit"]),
    ],
)
def test_a_row_that_lacks_its_date_is_found(date: str, place: str, found: list[str]) -> None:
    rows = [ShownRow(frozenset({FLOW}), {"place": place, "date": date})]
    assert without_date(Dated(_parsed(CORRIDOR)), rows, ["date"]) == found
