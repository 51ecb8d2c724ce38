"""What a cell says: no more than its fact, with the passages that state this value, and with every mark it needs.

The cases are small graphs; the last tests ask every stored query of the repository's graph, and of one in which every
fact is only planned.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kzgraph.answers.asking.ask import Answered, prepare
from kzgraph.answers.asking.cited_answers import Question, cite
from kzgraph.answers.cells.assembling import group, python_value
from kzgraph.answers.cells.cell import BACKGROUND, FIRMNESS, SUPPLIED, UNSUPPORTED, CitedAnswer, Item
from kzgraph.answers.cells.marks import firmness
from kzgraph.answers.evidence.records import FactRecord, read_records
from kzgraph.answers.queries.parameters import values_given
from kzgraph.answers.queries.stored_query import parse_query, read_query, stored_queries
from kzgraph.errors import SyntaxProblem
from kzgraph.files.project import Project, find_project
from kzgraph.namespaces import KZO, PROV, RDF
from kzgraph.stores.disk.embedded import EmbeddedStore
from kzgraph.stores.disk.snapshot import open_project
from kzgraph.terms import Rows, Term
from tests.conftest import SmallProject

Run = Callable[..., tuple[int, str, str]]
Cited = Callable[[str], CitedAnswer]
Recorded = Callable[[Iterable[str]], dict[str, FactRecord]]
ROOT = Path(__file__).resolve().parents[1]
QUERIES = {path.stem: path for path in sorted((ROOT / "queries").glob("*.rq"))}
EX = "https://example.org/"
PREFIXES = f"PREFIX ex: <{EX}> PREFIX kzo: <{KZO}> PREFIX prov: <{PROV}> PREFIX oa: <http://www.w3.org/ns/oa#> "
PREFIXES += "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
PREFIXES += "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
SOURCES = """
ex:c1 oa:hasSource ex:one ; kzo:paragraph 1 . ex:c2 oa:hasSource ex:two ; kzo:paragraph 2 .
ex:b1 oa:hasSource ex:background . ex:background a kzo:BackgroundSource ; kzo:shortName "An atlas" .
ex:one kzo:shortName "One" . ex:two kzo:shortName "Two" .
ex:Aktau rdfs:label "Aktau"@en . ex:Baku rdfs:label "Baku"@en . ex:Ana rdfs:label "Ana"@en .
"""
HEADER = """#+ summary: Ways
#+ kzgraph:
#+   rows: [fact]
#+   columns:
#+     from: {value: start, fact: fact}
#+     via: {list: via, fact: fact}
#+     way: {value: fact, fact: fact}
#+     date: {when: fact}
"""
WAYS = "SELECT ?fact ?start ?via { { ?fact kzo:fromPlace ?start } UNION { ?fact kzo:viaPlace ?via } }"
FACT = 'ex:f rdfs:label "from Aktau to Baku"@en ; kzo:modality kzo:ModalityActual ; '


def answer(data: str, header: str = HEADER, query: str = WAYS, **given: str) -> CitedAnswer:
    """The answer of a query over a small graph."""
    store = EmbeddedStore.of_quads(ox.parse(PREFIXES + SOURCES + data, ox.RdfFormat.TURTLE))
    asked = parse_query(header + PREFIXES + query, "ways", "ways.rq")
    rows = store.query(asked.text)
    assert isinstance(rows, Rows)
    return cite(find_project(ROOT), Question(asked, values_given(asked, given)), rows, store)


def notes(item: Item) -> list[str]:
    return [source.footnote for source in item.sources]


BOTH = FACT + "kzo:fromPlace ex:Aktau ; kzo:viaPlace ex:Baku ; prov:wasDerivedFrom ex:c1 , ex:c2"


def test_each_citation_supports_each_value_unless_an_attribution_says_otherwise() -> None:
    (row,) = answer(f"{BOTH} .").rows
    assert notes(row["from"].items[0]) == notes(row["via"].items[0]) == ["One, ¶ 1", "Two, ¶ 2"]


@pytest.mark.parametrize("value", ["", "kzo:ofValue ex:Aktau ; "])
def test_an_attribution_reaches_its_value_alone(value: str) -> None:
    (row,) = answer(f"{BOTH} ; kzo:hasAttribution [ kzo:ofProperty kzo:fromPlace ; {value}kzo:statedIn ex:c2 ] .").rows
    assert notes(row["from"].items[0]) == ["Two, ¶ 2"]
    assert notes(row["via"].items[0]) == ["One, ¶ 1", "Two, ¶ 2"]


def test_a_supplied_value_is_marked_with_its_note_and_the_others_are_not() -> None:
    basis = 'kzo:basis kzo:BasisSupplied ; skos:editorialNote "The text names no start."@en'
    (row,) = answer(f"{BOTH} ; kzo:hasAttribution [ kzo:ofProperty kzo:fromPlace ; {basis} ] .").rows
    assert [(m.kind, m.note) for m in row["from"].marks] == [(SUPPLIED, "The text names no start.")]
    assert row["from"].text == "Aktau†"
    assert not row["via"].marks


def test_notes_on_a_value_stand_in_one_order_however_a_database_names_their_nodes() -> None:
    def told(first: str, second: str) -> list[str]:
        basis = 'kzo:ofProperty kzo:fromPlace ; kzo:basis kzo:BasisSupplied ; skos:editorialNote "{}"@en'
        nodes = f"_:n1 {basis.format(first)} . _:n2 {basis.format(second)} ."
        (row,) = answer(f"{BOTH} ; kzo:hasAttribution _:n1 , _:n2 . {nodes}").rows
        return [m.note for m in row["from"].marks]

    assert told("One.", "Two.") == told("Two.", "One.") == ["One. Two."]


def test_a_link_is_the_editors_unless_a_document_draws_it() -> None:
    """And it says nothing of how firm the fact is to which it leads."""
    header = HEADER.replace("way: {value: fact, fact: fact}", "way: {value: other, fact: fact}")
    query = WAYS.replace("?via {", "?via ?other {").replace("{ {", "{ { ?fact kzo:carriesFurther ?other } UNION {")
    other = "kzo:carriesFurther ex:g . ex:g rdfs:label 'an older plan'@en"
    links = "kzo:carriesFurther kzo:usualBasis kzo:BasisEditors . "
    said = "ex:f kzo:modality kzo:ModalityPlanned ; kzo:fromPlace ex:Aktau ; prov:wasDerivedFrom ex:c1 ; "
    (row,) = answer(f"{links}{said}{other} .", header, query).rows
    assert row["way"].text == "an older plan†"
    drawn = "kzo:hasAttribution [ kzo:ofProperty kzo:carriesFurther ; kzo:statedIn ex:c1 ] ; "
    (row,) = answer(f"{links}{said}{drawn}{other} .", header, query).rows
    assert row["way"].text == "an older plan (planned)"


def test_an_inferred_date_is_marked_at_the_date() -> None:
    date = 'kzo:date "2022-08-24"^^xsd:date ; kzo:dateBasis kzo:DateInferred ; skos:editorialNote "By the calendar."@en'
    (row,) = answer(f"{BOTH} ; {date} .").rows
    assert row["date"].text == "24 August 2022†"
    assert [m.note for m in row["date"].marks] == ["By the calendar."]
    assert not row["from"].marks


def test_so_it_is_where_a_column_shows_the_property_itself() -> None:
    header = HEADER + "#+     end: {property: kzo:end, fact: fact}\n"
    end = 'kzo:end "2025"^^xsd:gYear ; kzo:dateBasis kzo:DateInferred'
    (row,) = answer(f"{BOTH} ; {end} .", header).rows
    assert row["end"].text == "2025†"
    (row,) = answer(f"{BOTH} ; {end.partition(' ;')[0]} .", header).rows
    assert row["end"].text == "2025"


def test_a_date_that_only_the_order_of_events_tells_is_marked() -> None:
    later = 'ex:later a kzo:Flow ; kzo:isAfter ex:f ; kzo:date "2022"^^xsd:gYear ; prov:wasDerivedFrom ex:c2'
    (row,) = [r for r in answer(f"{BOTH} . {later} .").rows if r["from"].text]
    assert row["date"].text == "before 2022†"
    assert [m.note for m in row["date"].marks] == [
        "The passage tells the order of events; the date is that of the other event."
    ]


def test_a_date_from_background_alone_is_marked() -> None:
    background = "kzo:hasAttribution [ kzo:ofProperty kzo:date ; kzo:statedIn ex:b1 ]"
    (row,) = answer(f'{BOTH} , ex:b1 ; kzo:date "2022"^^xsd:gYear ; {background} .').rows
    assert row["date"].text == "2022‡"


def test_documents_are_those_of_a_fact_or_of_one_of_its_values() -> None:
    header = HEADER + "#+     all: {documents: fact}\n#+     start_in: {documents: fact, of: start}\n"
    (row,) = answer(f"{BOTH} ; kzo:hasAttribution [ kzo:ofProperty kzo:fromPlace ; kzo:statedIn ex:c2 ] .", header).rows
    assert row["all"].text == "One · Two"
    assert row["start_in"].text == "Two"
    assert notes(row["start_in"].items[0]) == ["Two, ¶ 2"]


def test_a_row_of_a_document_cites_that_document_alone() -> None:
    query = "SELECT ?fact ?start ?document { ?fact kzo:fromPlace ?start ; prov:wasDerivedFrom/oa:hasSource ?document }"
    header = HEADER.partition("#+     via")[0].replace("[fact]", "[fact, document]")
    documents = "#+     document: {value: document, computed: the row is of it}\n"
    rows = answer(f"{BOTH} .", header + documents, query).rows
    assert [notes(row["from"].items[0]) for row in rows] == [["One, ¶ 1", "Two, ¶ 2"]] * 2
    alone = header.replace("fact: fact}", "fact: fact, in: document}")
    rows = answer(f"{BOTH} .", alone + documents, query).rows
    assert sorted(notes(row["from"].items[0]) for row in rows) == [["One, ¶ 1"], ["Two, ¶ 2"]]


def test_background_alone_is_marked() -> None:
    (row,) = answer(f"{FACT} kzo:fromPlace ex:Aktau ; prov:wasDerivedFrom ex:b1 .").rows
    assert [m.kind for m in row["from"].marks] == [BACKGROUND]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("kzo:modality kzo:ModalityAgreed", "agreed"),
        ("kzo:modality kzo:ModalityPlanned", "planned"),
        ("kzo:modality kzo:ModalityProposed", "proposed"),
        ("kzo:modality kzo:ModalityConditional", "conditional"),
        ("kzo:modality kzo:ModalityExpected", "expected or possible"),
        ("kzo:modality kzo:ModalityReported", "said to be so, unconfirmed"),
        ("kzo:modality kzo:ModalityAssessed", "in the author's view"),
        ("kzo:modality kzo:ModalityActual ; kzo:hasStatus kzo:StatusProposed", "proposed"),
        ("kzo:modality kzo:ModalityAssessed ; kzo:hasStatus kzo:StatusProposed", "proposed, in the author's view"),
        ("kzo:modality kzo:ModalityActual ; kzo:statedBy ex:Ana", "says Ana"),
        ("kzo:modality kzo:ModalityActual ; kzo:rank kzo:RankDeprecated", "held wrong by the editors"),
    ],
)
def test_what_is_not_simply_so_says_so(said: str, words: str) -> None:
    (row,) = answer(f"ex:f rdfs:label 'a way'@en ; kzo:fromPlace ex:Aktau ; {said} ; prov:wasDerivedFrom ex:c1 .").rows
    assert row["from"].text == f"Aktau ({words})"
    assert row["way"].text == f"a way ({words})"


def test_a_value_that_no_fact_states_has_a_mark_and_no_footnote() -> None:
    query = 'SELECT ?fact ?start { ?fact kzo:fromPlace ?any BIND ("built" AS ?start) }'
    header = HEADER.replace("#+     via: {list: via, fact: fact}\n", "")
    (row,) = answer(f"{BOTH} .", header, query).rows
    assert [m.kind for m in row["from"].marks] == [UNSUPPORTED]
    assert row["from"].sources == ()
    assert row["from"].text == "built°"


def test_a_list_of_nine_values_is_whole() -> None:
    places = [f"ex:p{n}" for n in range(9)]
    (row,) = answer(
        f"{FACT} kzo:fromPlace ex:Aktau ; kzo:viaPlace {', '.join(places)} ; prov:wasDerivedFrom ex:c1 ."
    ).rows
    assert len(row["via"].items) == 9
    assert isinstance(row["via"].value, tuple)


def test_rows_that_look_alike_are_one_with_the_sources_of_both() -> None:
    other = "ex:g rdfs:label 'from Aktau to Baku'@en ; kzo:fromPlace ex:Aktau ; prov:wasDerivedFrom ex:c2 ."
    (row,) = answer(f"{FACT} kzo:fromPlace ex:Aktau ; prov:wasDerivedFrom ex:c1 . {other}").rows
    assert notes(row["way"].items[0]) == ["One, ¶ 1", "Two, ¶ 2"]
    assert row["way"].facts == (f"{EX}f", f"{EX}g")


def test_what_a_row_is_of_is_told_by_its_firmest_fact_alone() -> None:
    header = HEADER.replace("rows: [fact]", "rows: [start]")
    planned = "ex:g rdfs:label 'a plan'@en ; kzo:modality kzo:ModalityPlanned ; kzo:fromPlace ex:Aktau ; "
    (row,) = answer(
        f"{FACT} kzo:fromPlace ex:Aktau ; prov:wasDerivedFrom ex:c1 . {planned} prov:wasDerivedFrom ex:c2 .", header
    ).rows
    assert (row["from"].text, [s.footnote for s in row["from"].sources]) == ("Aktau", ["One, ¶ 1"])
    assert [i.words for i in row["way"].items] == ["a plan (planned)", "from Aktau to Baku"]


DATED = """
ex:a rdfs:label "first"@en ; kzo:fromPlace ex:Aktau ; kzo:date "2021-05"^^xsd:gYearMonth ; prov:wasDerivedFrom ex:c1 .
ex:b rdfs:label "second"@en ; kzo:fromPlace ex:Aktau ; kzo:date "2022"^^xsd:gYear ; prov:wasDerivedFrom ex:c1 .
ex:c rdfs:label "undated"@en ; kzo:fromPlace ex:Aktau ; prov:wasDerivedFrom ex:c1 .
"""


@pytest.mark.parametrize(
    ("rule", "day", "ways"),
    [
        ("from", "2022-03", ["second"]),
        ("from", "2021-05-31", ["first", "second"]),
        ("until", "2021-05-01", ["first"]),
        ("until", "2022-12-31", ["first", "second"]),
        ("at", "2021-06", ["first", "undated"]),
    ],
)
def test_a_date_chooses_by_the_days_that_partial_dates_may_mean(rule: str, day: str, ways: list[str]) -> None:
    header = HEADER.replace("#+   rows", f"#+   params: {{day: {{type: date, {rule}: fact}}}}\n#+   rows")
    found = answer(DATED, header, day=day)
    assert sorted(row["way"].text for row in found.rows) == ways
    assert found.left_out == (["left out: 1 fact without a date"] if rule != "at" else [])


@pytest.mark.parametrize(
    ("time", "rule", "day", "is_left"),
    [
        ('kzo:start "2019"^^xsd:gYear', "from", "2030", True),
        ('kzo:start "2019"^^xsd:gYear', "until", "2018", False),
        ('kzo:end "2019"^^xsd:gYear', "until", "2001", True),
        ('kzo:end "2019"^^xsd:gYear', "from", "2020", False),
        ('kzo:attestedOn "2019"^^xsd:gYear', "from", "2020", False),
    ],
)
def test_a_period_without_a_stated_end_or_beginning_is_open_on_that_side(
    time: str, rule: str, day: str, is_left: bool
) -> None:
    header = HEADER.replace("#+   rows", f"#+   params: {{day: {{type: date, {rule}: fact}}}}\n#+   rows")
    assert bool(answer(f"{BOTH} ; {time} .", header, day=day).rows) == is_left


PLANS = """
ex:plan rdfs:label "plan"@en . ex:older rdfs:label "older plan"@en . ex:undated rdfs:label "undated plan"@en .
ex:signed rdfs:label "signed"@en ; kzo:ofInstrument ex:plan ; prov:wasDerivedFrom ex:c1 .
ex:span kzo:covers ex:plan ; kzo:start "2022"^^xsd:gYear ; kzo:end "2027"^^xsd:gYear ; prov:wasDerivedFrom ex:c1 .
ex:other rdfs:label "other"@en ; kzo:ofInstrument ex:older ; prov:wasDerivedFrom ex:c1 .
ex:early kzo:covers ex:older ; kzo:start "1997"^^xsd:gYear ; kzo:end "1999"^^xsd:gYear ; prov:wasDerivedFrom ex:c1 .
ex:last rdfs:label "last"@en ; kzo:ofInstrument ex:undated ; prov:wasDerivedFrom ex:c1 .
"""


@pytest.mark.parametrize(("rule", "left"), [("from", ["plan"]), ("at", ["plan", "undated plan"])])
def test_a_date_takes_whole_rows_away_of_which_one_fact_alone_has_the_date(rule: str, left: list[str]) -> None:
    header = f"""#+ kzgraph:
#+   params: {{day: {{type: date, {rule}: span}}}}
#+   rows: [plan]
#+   columns:
#+     plan: {{fact: step}}
#+     span: {{when: span}}
#+     step: {{value: step, fact: step}}
"""
    query = "SELECT ?plan ?span ?step { { ?step kzo:ofInstrument ?plan } UNION { ?span kzo:covers ?plan } }"
    found = answer(PLANS, header, query, day="2025")
    assert [row["plan"].text for row in found.rows] == left
    assert [row["step"].text for row in found.rows] == ["signed", "last"][: len(left)]
    assert found.left_out == (["left out: 1 fact without a date"] if rule == "from" else [])


def test_a_row_is_as_firm_as_the_fact_that_it_is_of_whatever_its_figures_say() -> None:
    header = HEADER.replace("rows: [fact]", "rows: [fact, figure]") + "#+     figure: {amount: figure}\n"
    offered = "ex:f rdfs:label 'an offer'@en ; kzo:modality kzo:ModalityProposed ; kzo:fromPlace ex:Aktau ; "
    done = "ex:g rdfs:label 'zinc sent'@en ; kzo:modality kzo:ModalityActual ; kzo:fromPlace ex:Aktau ; "
    figure = "ex:h kzo:modality kzo:ModalityActual ; kzo:value 55 ; prov:wasDerivedFrom ex:c1 ."
    data = (
        f"{offered} kzo:hasMeasurement ex:h ; prov:wasDerivedFrom ex:c1 . {done} prov:wasDerivedFrom ex:c1 . {figure}"
    )
    query = "SELECT ?fact ?start ?figure { ?fact kzo:fromPlace ?start OPTIONAL { ?fact kzo:hasMeasurement ?figure } }"
    found = answer(data, header.replace("#+     via: {list: via, fact: fact}\n", "") + "#+   sort: [firmness]\n", query)
    assert [row["way"].text for row in found.rows] == ["zinc sent", "an offer (proposed)"]


def test_what_is_left_out_is_counted() -> None:
    header = HEADER.replace("#+   rows", "#+   leave-out: [held-wrong, background]\n#+   rows")
    wrong = "ex:g rdfs:label 'wrong'@en ; kzo:rank kzo:RankDeprecated ; kzo:fromPlace ex:Aktau ; "
    known = "ex:h rdfs:label 'known'@en ; kzo:fromPlace ex:Aktau ; prov:wasDerivedFrom ex:b1 ."
    found = answer(f"{BOTH} . {wrong} prov:wasDerivedFrom ex:c1 . {known}", header)
    assert [row["way"].text for row in found.rows] == ["from Aktau to Baku"]
    assert found.left_out == [
        "left out: 1 fact that the editors hold wrong",
        "left out: 1 fact that rest on background alone",
    ]


def test_rows_stand_in_the_order_in_which_things_happened() -> None:
    after = "ex:d rdfs:label 'after the summit'@en ; kzo:fromPlace ex:Aktau ; kzo:date '2021'^^xsd:gYear ; "
    header = HEADER + "#+   sort: [date]\n"
    found = answer(f"{DATED} {after} kzo:isAfter ex:a ; prov:wasDerivedFrom ex:c1 .", header)
    assert [row["way"].text for row in found.rows] == ["first", "after the summit", "second", "undated"]
    assert found.rows[1]["date"].text == "2021, after May 2021"


def test_marks_of_a_value_do_not_come_before_the_next_column_of_the_order() -> None:
    """What is planned in 2021 stands before what was done in 2022, although both begin with one place."""
    data = FACT + "kzo:fromPlace ex:Aktau ; kzo:date '2022'^^xsd:gYear ; prov:wasDerivedFrom ex:c1 . "
    data += "ex:g rdfs:label 'a plan'@en ; kzo:modality kzo:ModalityPlanned ; kzo:fromPlace ex:Aktau ; "
    found = answer(
        data + "kzo:date '2021'^^xsd:gYear ; prov:wasDerivedFrom ex:c1 .", HEADER + "#+   sort: [from, date]\n"
    )
    assert [row["from"].text for row in found.rows] == ["Aktau (planned)", "Aktau"]


# Rows.

NAMES = ["a", "b"]
BINDINGS = st.lists(
    st.dictionaries(st.sampled_from([*NAMES, "c"]), st.sampled_from("xyz").map(lambda v: Term("literal", v))),
    max_size=8,
)


@given(BINDINGS)
def test_no_binding_is_lost_and_none_is_in_a_row_of_something_else(bindings: list[dict[str, Term]]) -> None:
    rows = group(bindings, NAMES)
    kept = [b for _, own in rows for b in own]
    assert all(b in kept for b in bindings)
    for key, own in rows:
        assert all(b[name] == key.get(name) for b in own for name in NAMES if name in b)
    keys = [tuple(sorted(key.items())) for key, _ in rows]
    assert len(keys) == len(set(keys))
    assert not any(set(one) < set(other) for one in keys for other in keys)


@pytest.mark.parametrize(
    ("lexical", "datatype", "value"),
    [("7", "integer", 7), ("1.50", "decimal", "1.50"), ("true", "boolean", True), ("x", "string", "x")],
)
def test_values_are_those_of_python(lexical: str, datatype: str, value: object) -> None:
    found = python_value(Term("literal", lexical, f"http://www.w3.org/2001/XMLSchema#{datatype}"))
    assert str(found) == str(value)
    assert isinstance(found, str) == (datatype == "string")


# All stored queries.


@pytest.fixture(scope="session")
def own() -> Project:
    return find_project(ROOT)


@pytest.fixture(scope="session")
def store(own: Project) -> EmbeddedStore:
    return open_project(own)


@pytest.fixture(scope="session")
def planned(store: EmbeddedStore) -> EmbeddedStore:
    """The repository's graph, with every fact as a plan of nobody's."""
    modality, said = ox.NamedNode(KZO + "modality"), ox.NamedNode(KZO + "statedBy")
    plan = ox.NamedNode(KZO + "ModalityPlanned")

    def quads() -> Iterator[ox.Quad]:
        for quad in store.database.quads_for_pattern(None, None, None, ox.DefaultGraph()):
            if quad.predicate == modality:
                yield ox.Quad(quad.subject, modality, plan)
            elif quad.predicate != said:
                yield quad

    return EmbeddedStore.of_quads(quads())


@pytest.fixture(scope="session")
def recorded(store: EmbeddedStore) -> Recorded:
    """What the repository says of facts; each is read once, as most answers are of facts of others."""
    known: dict[str, FactRecord] = {}

    def records(facts: Iterable[str]) -> dict[str, FactRecord]:
        wanted = set(facts)
        known.update(read_records(store, wanted - known.keys()))
        return {fact: known[fact] for fact in wanted & known.keys()}

    return records


@pytest.fixture
def cited(answered: Callable[[str], Answered]) -> Cited:
    """The answer in cells of a stored query of the repository."""

    def answer(name: str) -> CitedAnswer:
        found = answered(name).cited
        assert found is not None
        return found

    return answer


def test_all_queries_are_looked_at(own: Project) -> None:
    assert stored_queries(own).keys() == QUERIES.keys()
    assert len(QUERIES) >= 87


def same_values(record: FactRecord, term: Term) -> list[Term]:
    """The values of a fact that look like a term: itself, and texts that differ in the language alone."""
    if term.kind == "uri":
        return [term] if record.has(term) else []
    return [t for values in record.properties.values() for t in values if t.kind == "literal" and t.value == term.value]


@pytest.mark.parametrize("name", QUERIES)
def test_a_cell_has_the_documents_that_state_its_value(name: str, cited: Cited, recorded: Recorded) -> None:
    found = cited(name)
    records = recorded(fact for item in found.items() for fact in item.facts)
    looked_at = 0
    columns = {c.name: c for c in found.columns if c.shows != "documents"}
    items = ((row, columns[n], i) for row in found.rows for n, cell in row.items() if n in columns for i in cell.items)
    for row, column, item in items:
        all_of_them = {s for fact in item.facts for s in records[fact].sources}
        assert set(item.sources) <= all_of_them
        assert bool(item.sources) == bool(item.facts)
        if item.term and item.facts:
            values = {fact: same_values(records[fact], item.term) for fact in item.facts}
            assert all(values.values())
            stating = {s for fact, terms in values.items() for t in terms for s in records[fact].support(t).sources}
            if column.within:
                told = {thing for own in column.within for thing in row[own].things}
                stating = {source for source in stating if source.document in told}
            assert set(item.sources) == stating
            looked_at += 1
    assert looked_at


LINK = "the editors' link"  # to another fact, which is as firm as that one is
STATES = {"planned", "proposed", "under discussion"}  # values that say themselves that a thing is not there yet


@pytest.mark.parametrize("name", QUERIES)
def test_nothing_planned_is_told_as_done(name: str, own: Project, planned: EmbeddedStore) -> None:
    query = read_query(QUERIES[name], name)
    rows = planned.query(prepare(own, query, {}, planned))
    assert isinstance(rows, Rows)
    found = cite(own, Question(query, values_given(query, {})), rows, planned)
    others = {c.name for c in found.columns if c.shows in {"when", "documents"}}
    told = [
        item
        for row in found.rows
        for column, cell in row.items()
        for item in cell.items
        if item.facts and column not in others and not any(m.text == LINK for m in item.marks)
    ]
    assert told or name == "coverage"  # whose cells are documents
    for item in told:
        assert item.text in STATES or any(m.kind == FIRMNESS for m in item.marks), item.text


@pytest.mark.parametrize("name", QUERIES)
def test_every_supplied_value_has_its_note(name: str, cited: Cited) -> None:
    for item in cited(name).items():
        for mark in item.marks:
            assert mark.kind != SUPPLIED or mark.note or mark.text, item.text


@pytest.mark.parametrize("name", QUERIES)
def test_events_with_a_known_order_stand_in_it(name: str, cited: Cited, recorded: Recorded) -> None:
    """A plan has the date for which it is meant, and what is only attested that of its report: both tell no order."""
    found = cited(name)
    query = read_query(QUERIES[name], name)
    first = (query.sort or [c.name for c in query.cells])[0]
    if first not in {c.name for c in query.cells if c.shows == "when"}:
        return
    place = {fact: n for n, row in reversed(list(enumerate(found.rows))) for fact in row[first].facts}
    records = recorded(place)
    happened = {f for f, r in records.items() if firmness(r, {})[0] == 0 and (r.when.dates or r.when.starts)}
    for fact, record in records.items():
        for earlier in record.things("isAfter") & place.keys() | record.things("followsUp") & happened:
            assert place[earlier] <= place[fact]


def test_firmness_knows_every_modality_of_the_ontology(store: EmbeddedStore) -> None:
    rows = store.query(f"SELECT ?m {{ ?m a <{KZO}Modality> }}")
    assert isinstance(rows, Rows)
    modalities = [row[0].value for row in rows.rows if row[0]]
    assert len(modalities) >= 8
    for iri in modalities:
        record = FactRecord("", {KZO + "modality": (Term("uri", iri),)})
        assert firmness(record, {})[1] or iri == KZO + "ModalityActual"


# Headers.


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("{list: member}", "needs `fact`, which states its values, or `computed`"),
        ("{fact: fact, computed: a count}", "needs `fact`, which states its values, or `computed`"),
        ("{property: rdfs:label}", "needs the `fact` with the property, or the thing, `of`"),
        ("{when: fact, amount: fact}", "shows one thing, and not when and amount"),
        ("{fakt: fact}", "has an unknown key `fakt`"),
        ("{when: fact, in: document}", "`in` of the column `member` goes with a value that a `fact` states"),
        ("{fact: 7}", "must be a name or a list of names"),
        ("fact", "must be a mapping"),
    ],
)
def test_a_wrong_column_is_told_with_its_line(project: SmallProject, run: Run, column: str, said: str) -> None:
    header = f"#+ summary: Members\n#+ kzgraph:\n#+   rows: [fact]\n#+   columns:\n#+     member: {column}\n"
    text = "SELECT ?fact ?member { ?fact a kzo:Membership ; kzo:hasMember ?member }"
    project.write("queries/wrong.rq", header + text)
    code, _, err = run("query", "wrong")
    assert code == 3
    assert said in err
    assert "queries/wrong.rq:5" in err


@pytest.mark.parametrize(
    ("change", "given", "said"),
    [
        ({"rows: [fact]": "rows: [facts]"}, [], "the header names ?facts, which"),
        (
            {"{fact: fact}": "{value: membr, fact: fact}"},
            [],
            "the header names ?membr, which",
        ),
        ({"{fact: fact}": "{fact: facta}"}, [], "the header names ?facta, which"),
        (
            {"rows:": "params: {land: {type: kzo:State}}\n#+   rows:"},
            ["-p", "land=kz:Utopia"],
            "`land` changes nothing",
        ),
    ],
)
def test_a_header_that_does_not_fit_its_query_is_no_answer(
    project: SmallProject, run: Run, change: dict[str, str], given: list[str], said: str
) -> None:
    header = "#+ summary: Members\n#+ kzgraph:\n#+   rows: [fact]\n#+   columns:\n#+     member: {fact: fact}\n"
    for old, new in change.items():
        assert old in header
        header = header.replace(old, new)
    project.write(
        "queries/wrong.rq", header + "SELECT ?fact ?member { ?fact a kzo:Membership ; kzo:hasMember ?member }"
    )
    code, out, err = run("query", "wrong", *given)
    assert (code, out) == (3, "")
    assert said in err
    assert "queries/wrong.rq" in err


def test_raw_bindings_and_the_answer_are_two_things(repository: Path, run: Run) -> None:
    raw = json.loads(run("query", "trade_turnover", "-f", "json", "--raw")[1])
    assert set(raw) == {"head", "results"}
    data = json.loads(run("query", "trade_turnover", "-f", "json")[1])
    assert {"columns", "rows", "footnotes"} <= set(data)
    amounts = [item for row in data["rows"] for item in row["amount"]]
    assert {"low", "high", "unit", "qualifier", "as_stated"} <= set(amounts[0])
    assert any(item["low"] == 135_700_000 and item["unit"] == "US dollar" for item in amounts)


def test_types_of_facts_are_values_too() -> None:
    record = FactRecord("ex:f", {RDF + "type": (Term("uri", KZO + "Flow"),)})
    assert record.has(Term("uri", KZO + "Flow"))
    assert not record.has(Term("uri", KZO + "Stake"))


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("#+ summary: X\n#+ ask: [who]\n#+ kzgraph:\n#+   question: Who?\n", "`ask` stands under `kzgraph:`"),
        ("#+ kzgraph:\n#+   question: Who?\n#+   summary: X\n", "`summary` stands above `kzgraph:`"),
        ("#+ summary: X\n#+ asks: [who]\n", "the header has an unknown key `asks`"),
    ],
)
def test_a_key_at_the_wrong_place_is_told_where_it_belongs(header: str, told: str) -> None:
    with pytest.raises(SyntaxProblem, match=re.escape(told)):
        parse_query(f"{header}SELECT ?x {{ ?x a ?y }}", "mine", "mine.rq")
