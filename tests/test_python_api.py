"""The Python API: what a script or notebook gets, and that it is what the command line gives."""

from __future__ import annotations

import datetime
import gc
import json
import subprocess
import sys
import uuid
from collections.abc import Callable
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import rdflib
from rdflib.compare import isomorphic

import kzgraph
from kzgraph import errors
from kzgraph.answers.shown.frames import frame_columns
from kzgraph.answers.taking_along.brief_texts import brief_markdown
from kzgraph.stores.disk.embedded import EmbeddedStore
from kzgraph.walls.collecting import SELDOM, seldom_collecting
from tests.conftest import SmallProject

Run = Callable[..., tuple[int, str, str]]
UTOPIA, FACT = "https://w3id.org/kzgraph/id/Utopia", "https://w3id.org/kzgraph/id/membership-utopia"
SCHEMA = json.loads((resources.files("kzgraph") / "answers/shown/answer.schema.json").read_text("utf-8"))
MEMBERS = """
#+ summary: Who is in the league
#+ kzgraph:
#+   question: Who is a member of a league?
#+   params:
#+     league: {type: kzo:League, description: the league}
#+     as_of: {type: date, at: fact}
#+   rows: [fact]
#+   columns:
#+     member: {fact: fact}
#+     kind: {kind: member}
#+     when: {when: fact}
#+     documents: {documents: fact}
#+     borders: {property: kzo:borders, of: member}
#+     number: {value: n, computed: a constant}
#+     other: {value: other, fact: fact}
SELECT DISTINCT ?fact ?member ?n ?other
WHERE {
    VALUES ?league { kz:League }
    ?fact a kzo:Membership ; kzo:hasMember ?member ; kzo:hasLeague ?league .
    BIND (1 AS ?n)
    BIND ("not the fact's" AS ?other)
}
"""
FIGURES = """
#+ summary: Figures
#+ kzgraph:
#+   question: How much?
#+   rows: [fact]
#+   columns:
#+     fact: {fact: fact}
#+     amount: {amount: fact}
#+     share: {property: kzo:share, fact: fact}
#+   leave-out: [held-wrong]
SELECT DISTINCT ?fact WHERE { ?fact a kzo:Figure }
"""
FIGURE_FACTS = """
@prefix kz: <https://w3id.org/kzgraph/id/> .
@prefix kzo: <https://w3id.org/kzgraph/ontology/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

kzo:Figure a owl:Class ; rdfs:subClassOf kzo:Fact ; rdfs:label "figure"@en .
kzo:ComparatorUpTo rdfs:label "up to"@en .
kzo:UnitTonne rdfs:label "tonne"@en .
kz:f1 a kzo:Figure ; rdfs:label "First"@en ; kzo:value 5 ; kzo:hasUnit kzo:UnitTonne ; kzo:asStated "five tonnes"@en ;
    skos:editorialNote "A note."@en ; prov:wasDerivedFrom kz:example-2020_15-40 .
kz:f2 a kzo:Figure ; rdfs:label "Second <b>"@en ; kzo:value 7.5 ; kzo:comparator kzo:ComparatorUpTo ; kzo:share 12.5 ;
    kzo:modality kzo:ModalityPlanned ; prov:wasDerivedFrom kz:example-2020_15-40 .
kz:f3 a kzo:Figure ; rdfs:label "Third"@en ; kzo:value "010"^^xsd:integer ; kzo:rank kzo:RankDeprecated ;
    prov:wasDerivedFrom kz:example-2020_15-40 .
"""


@pytest.fixture
def members(project: SmallProject) -> kzgraph.CitedGraph:
    """The small project with a stored query of each form."""
    (project.root / "queries" / "league.rq").write_text(MEMBERS.lstrip(), "utf-8")
    return kzgraph.open()


@pytest.fixture
def figures(members: kzgraph.CitedGraph) -> kzgraph.CitedGraph:
    """The same, with figures."""
    (members.project.root / "queries" / "figures.rq").write_text(FIGURES.lstrip(), "utf-8")
    (members.project.root / "instances" / "figures.ttl").write_text(FIGURE_FACTS, "utf-8")
    return members


# The package


def test_importing_the_package_imports_no_library() -> None:
    code = "import kzgraph, sys; print(*sorted(m for m in sys.modules if m in sys.argv or m.startswith('kzgraph')))"
    heavy = ["click", "httpx", "pyoxigraph", "rapidfuzz", "rdflib", "typing", "yaml"]
    done = subprocess.run(
        [sys.executable, "-S", "-c", code, *heavy],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(kzgraph.__file__).parents[1],
    )
    assert done.stdout.split() == ["kzgraph", "kzgraph.version"]


def test_all_public_names_are_there_and_no_others() -> None:
    assert len(kzgraph.__all__) >= 10
    for name in [*kzgraph.__all__, "errors"]:
        assert getattr(kzgraph, name) is not None
        assert name in dir(kzgraph)
    assert kzgraph.errors is errors
    with pytest.raises(AttributeError, match="opne"):
        kzgraph.opne  # type: ignore[attr-defined]  # noqa: B018  # what is misspelt is no part of the API


def test_the_package_says_that_it_has_types() -> None:
    assert (resources.files("kzgraph") / "py.typed").is_file()


# Opening


def test_a_graph_is_opened_by_its_folder_or_from_within_it(
    project: SmallProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = kzgraph.open()
    monkeypatch.chdir(project.root / "instances")
    assert kzgraph.open().project.root == here.project.root == kzgraph.open(str(project.root)).project.root


def test_a_folder_without_a_project_is_an_error_of_the_tool(tmp_path: Path) -> None:
    with pytest.raises(kzgraph.KzgraphError, match="is not a project") as caught:
        kzgraph.open(tmp_path)
    assert caught.value.exit_code == 3


def test_a_folder_that_was_loaded_is_asked_as_a_store(members: kzgraph.CitedGraph, run: Run, tmp_path: Path) -> None:
    assert run("load", "--store", str(tmp_path / "db"))[0] == 0
    loaded = kzgraph.open(store=str(tmp_path / "db"))
    assert loaded.query("league").to_json() == members.query("league").to_json()
    assert len(loaded.why(FACT).facts) == len(members.why(FACT).facts) == 1
    assert isomorphic(loaded.rdflib(), members.rdflib())


def test_a_server_is_asked_as_a_store(members: kzgraph.CitedGraph, run: Run, server: str) -> None:
    graphs = f"https://example.org/{uuid.uuid4()}/"  # so that no other test's graphs on the server are ours
    (members.project.root / "kzgraph.toml").write_text(f'[project]\nname = "small"\ngraphs = "{graphs}"\n', "utf-8")
    assert run("load", "--store", server)[0] == 0
    here, there = kzgraph.open(), kzgraph.open(store=server)
    assert there.query("league").to_json() == here.query("league").to_json()
    assert there.query("members", as_of=2019).rows == []
    assert there.show("Utopia").label == "Utopia"
    named = {triple for triple in here.rdflib() if not any(isinstance(node, rdflib.BNode) for node in triple)}
    assert named <= set(there.rdflib())
    with pytest.raises(errors.UsageError, match="on this machine"):
        there.why(FACT)


def test_a_store_that_is_not_there_is_told_when_it_is_asked(project: SmallProject) -> None:
    graph = kzgraph.open(store="nowhere")
    with pytest.raises(errors.InputError, match="nowhere"):
        graph.query("members")


# Rows and cells


def test_a_cell_has_value_text_things_facts_sources_and_marks(members: kzgraph.CitedGraph) -> None:
    answer = members.query("league")
    assert answer.columns == ["member", "kind", "when", "documents", "borders", "number", "other"]
    [row] = answer.rows
    member = row["member"]
    assert (member.value, member.text, member.things, member.facts) == ("Utopia", "Utopia", (UTOPIA,), (FACT,))
    [source] = member.sources
    assert (source.document.rpartition("/")[2], source.paragraph) == ("example-2020", 2)
    assert source.footnote == "Example 2020, ¶ 2"
    assert member.marks == ()
    assert [mark.kind for mark in row["other"].marks] == ["unsupported"]
    assert row["number"].value == 1
    assert row["borders"].value == "Erewhon"


def test_a_date_is_kept_at_its_precision(members: kzgraph.CitedGraph) -> None:
    when = members.query("league").rows[0]["when"].value
    assert isinstance(when, kzgraph.When)
    assert when.dates == (kzgraph.PartialDate(2020, 5, 1),)
    [row] = members.sparql('SELECT ?d WHERE { BIND ("2020-05"^^<http://www.w3.org/2001/XMLSchema#gYearMonth> AS ?d) }')
    assert row["d"].value == kzgraph.PartialDate(2020, 5)


def test_a_figure_has_its_ends(figures: kzgraph.CitedGraph) -> None:
    amounts = [row["amount"].value for row in figures.query("figures")]
    assert [(a.low, a.high, a.unit) for a in amounts if isinstance(a, kzgraph.Amount)] == [
        (Decimal(5), Decimal(5), "tonne"),
        (None, Decimal("7.5"), ""),
    ]


def test_each_value_of_a_query_with_an_older_header_has_the_sources_of_its_row(members: kzgraph.CitedGraph) -> None:
    answer = members.query("members")
    assert answer.columns == ["name", "league"]
    [row] = answer.rows
    for cell, text in zip(row.values(), ["Utopia", "League of Examples"], strict=True):
        assert (cell.value, cell.facts) == (text, (FACT,))
        assert [source.footnote for source in cell.sources] == ["Example 2020, ¶ 2"]
    assert answer.footnotes == ["Example 2020, ¶ 2"]


def test_an_empty_text_of_an_older_query_is_an_empty_cell(members: kzgraph.CitedGraph) -> None:
    header = "#+ kzgraph: {columns: [nothing], facts: [fact]}"
    [row] = members.sparql(header + '\nSELECT ?fact ("" AS ?nothing) WHERE { ?fact a kzo:Membership }')
    assert (row["nothing"].value, row["nothing"].items) == (None, ())


def test_a_text_finds_its_facts_by_their_class(members: kzgraph.CitedGraph) -> None:
    [row] = members.sparql("SELECT ?f ?m WHERE { ?f a kzo:Membership ; kzo:hasMember ?m }")
    assert row["m"].value == "Utopia"
    assert [source.paragraph for source in row["m"].sources] == [2]


def test_labels_come_in_a_language(members: kzgraph.CitedGraph) -> None:
    assert members.query("league", language="ru").rows[0]["member"].value == "Утопия"


XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        (f'"7"^^<{XSD}integer>', 7),
        (f'"7.50"^^<{XSD}decimal>', Decimal("7.5")),
        (f'"15E2"^^<{XSD}double>', 1500.0),
        (f'"true"^^<{XSD}boolean>', True),
        (f'"NaN"^^<{XSD}double>', "NaN"),
        (f'"-INF"^^<{XSD}float>', "-INF"),
        (f'"1e400"^^<{XSD}double>', "INF"),
        (f'"1e999999999"^^<{XSD}integer>', "1e999999999"),
        (f'"{"9" * 5000}"^^<{XSD}integer>', "9" * 5000),
        (f'"seven"^^<{XSD}decimal>', "seven"),
    ],
)
def test_a_literal_is_a_python_value_and_json_can_hold_it(
    members: kzgraph.CitedGraph, literal: str, value: object
) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    answer = members.sparql(f"SELECT ?x WHERE {{ VALUES ?x {{ {literal} }} }}")
    [row] = answer
    assert (row["x"].value, type(row["x"].value)) == (value, type(value))
    data = json.loads(answer.to_json(), parse_constant=refuse)
    jsonschema.Draft202012Validator(SCHEMA).validate(data)
    assert answer.to_csv().count("\r\n") == 2


# Parameters and options


@pytest.mark.parametrize(
    "day", ["2020-05-01", datetime.date(2020, 5, 1), datetime.datetime(2020, 5, 1, 12), kzgraph.PartialDate(2020, 5, 1)]
)
def test_a_parameter_takes_texts_and_python_values(members: kzgraph.CitedGraph, day: Any) -> None:
    assert [row["name"].value for row in members.query("members", since=day)] == ["Utopia"]
    assert len(members.query("members", parameters={"since": "2019-05-01"})) == 0
    assert len(members.query("members", since=None)) == 1
    text = (members.project.root / "queries" / "members.rq").read_text("utf-8")
    assert len(members.sparql(text, parameters={"since": day})) == 1
    assert len(members.sparql(text, parameters={"since": 2019})) == 0


def test_a_query_in_a_file_is_asked_by_its_path(members: kzgraph.CitedGraph, tmp_path: Path) -> None:
    (tmp_path / "own.rq").write_text(MEMBERS.lstrip(), "utf-8")
    assert members.query(tmp_path / "own.rq", league="League of Examples").columns[0] == "member"


def test_a_keyword_that_is_a_parameter_of_the_query_is_that_parameter(members: kzgraph.CitedGraph) -> None:
    answer = members.query("league", as_of=2019)
    assert answer.cited.parameters["as_of"] == "2019"
    assert len(answer) == 0


def test_other_queries_are_asked_of_the_graph_as_it_stood(members: kzgraph.CitedGraph) -> None:
    assert len(members.query("members", as_of=2019)) == 0
    assert len(members.query("members", as_of=datetime.date(2020, 5, 2))) == 1
    assert len(members.at(as_of="2019").query("members")) == 0
    assert len(members.at(as_of="2019").rdflib()) < len(members.rdflib())


def test_rows_above_the_limit_are_told(figures: kzgraph.CitedGraph) -> None:
    cut, whole = figures.query("figures", limit=1), figures.query("figures", limit=2)
    assert (len(cut), cut.is_cut, len(whole), whole.is_cut) == (1, True, 2, False)
    assert "there are more" in repr(cut)
    assert "there are more" not in repr(whole)


def test_the_next_question_sees_a_changed_file(members: kzgraph.CitedGraph) -> None:
    assert len(members.query("members")) == 1
    file = members.project.root / "instances" / "facts.ttl"
    file.write_text(file.read_text("utf-8").replace("kzo:hasMember kz:Utopia", "kzo:hasMember kz:Erewhon"), "utf-8")
    assert [row["name"].value for row in members.query("members")] == ["Erewhon"]


def test_the_next_question_sees_damage_to_the_compiled_graph(members: kzgraph.CitedGraph) -> None:
    before = [row["name"].value for row in members.query("members")]
    store = members.store()
    assert isinstance(store, EmbeddedStore)
    assert store.folder is not None
    assert members.store() is store
    for table in sorted(store.folder.glob("*.sst")):
        content = table.read_bytes()
        table.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert [row["name"].value for row in members.query("members")] == before
    assert members.store() is not store


def test_files_that_were_only_touched_are_as_they_were(members: kzgraph.CitedGraph) -> None:
    store = members.store()
    assert isinstance(store, EmbeddedStore)
    assert store.folder is not None
    for table in store.folder.glob("*.sst"):
        table.touch()
    assert members.store() is store


ERRORS: list[tuple[type[errors.KzgraphError], Callable[[kzgraph.CitedGraph], object]]] = [
    (errors.UnknownName, lambda g: g.query("leage")),
    (errors.UnknownName, lambda g: g.query("league", leage="x")),
    (errors.ParameterError, lambda g: g.query("league", league="Utopia")),
    (errors.InputError, lambda g: g.query("no/such.rq")),
    (errors.UsageError, lambda g: g.query("members", as_of="soon")),
    (errors.UsageError, lambda g: g.query("members", timeout=0)),
    (errors.UsageError, lambda g: g.query("members", limit=0)),
    (errors.SyntaxProblem, lambda g: g.sparql("SELECT WHERE")),
    (errors.RefusedError, lambda g: g.sparql("SELECT * WHERE { SERVICE <http://localhost/> { ?s ?p ?o } }")),
    (errors.RefusedError, lambda g: g.sparql("INSERT DATA { kz:a kz:b kz:c }")),
    (errors.UsageError, lambda g: g.sparql("ASK { ?s ?p ?o }")),
    (errors.UsageError, lambda g: g.ask("SELECT * WHERE { ?s ?p ?o }")),
    (errors.UsageError, lambda g: g.construct("ASK { ?s ?p ?o }")),
    (errors.UnknownName, lambda g: g.show("Harbur")),
    (errors.UsageError, lambda g: g.search("…")),
    (errors.UsageError, lambda g: g.why("Utopia", "kzo:borders")),
    (errors.InputError, lambda g: g.why("Utopia", documents="no-such-folder")),
    (errors.InputError, lambda g: g.validate("no-such-file.ttl")),
]


@pytest.mark.parametrize(("kind", "wrong"), ERRORS)
def test_what_is_wrong_is_an_error_of_the_tool(
    members: kzgraph.CitedGraph, kind: type[errors.KzgraphError], wrong: Callable[[kzgraph.CitedGraph], object]
) -> None:
    with pytest.raises(kind) as caught:
        wrong(members)
    assert type(caught.value) is kind
    assert caught.value.exit_code in {2, 3, 5}


def test_an_empty_answer_says_why_and_what_may_be_misspelt(members: kzgraph.CitedGraph) -> None:
    answer = members.sparql("SELECT ?s WHERE { ?s a kzo:Membershp }")
    assert "kzo:Membershp" in answer.cautions[0]
    assert "kzo:Membershp" in answer.why_empty[0]
    assert answer.why_empty[0] in answer._repr_html_()
    full = members.query("members")
    assert (full.cautions, full.why_empty) == ([], [])


def test_an_empty_answer_is_shown_also_where_the_reason_takes_too_long(
    members: kzgraph.CitedGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> list[str]:
        raise errors.LimitReached("the query was stopped")

    monkeypatch.setattr("kzgraph.answers.missing.empty_answers.explain_empty", stopped)
    assert "no time" in members.sparql("SELECT ?s WHERE { ?s a kz:Nothing }")._repr_html_()


# Other kinds of question


def test_ask_and_construct(members: kzgraph.CitedGraph) -> None:
    assert members.ask("ASK { kz:Utopia a kzo:State }") is True
    assert members.ask("ASK { kz:Utopia a kzo:Corridor }") is False
    graph = members.construct("CONSTRUCT WHERE { ?s a kzo:Membership }")
    assert [str(s) for s in graph.subjects()] == [FACT]


def test_the_stored_queries_are_listed(figures: kzgraph.CitedGraph) -> None:
    assert [q.name for q in figures.queries()] == ["figures", "league", "members"]
    assert figures.queries()[1].question == "Who is a member of a league?"


def test_search_show_why_and_conflicts_give_what_the_commands_give(members: kzgraph.CitedGraph, run: Run) -> None:
    found = members.search("utopia")
    told = json.loads(run("search", "utopia", "-f", "json")[1])
    assert [(f.iri, f.name, f.label, f.kind, f.is_fact) for f in found] == [
        (t["iri"], t["name"], t["label"], t["class"], t["fact"]) for t in told
    ]
    assert len(members.search("utopia", limit=1)) == 1 < len(found)
    assert members.search("qqqqqq") == []
    shown = json.loads(run("show", "Utopia", "-f", "json")[1])
    assert members.show("Утопия").iri == shown["iri"] == UTOPIA
    citation = json.loads(run("show", "kz:example-2020_15-40", "-f", "json")[1])
    assert (
        [f.iri for f in members.show("kz:example-2020_15-40").facts] == [f["iri"] for f in citation["facts"]] == [FACT]
    )
    why = members.why("Utopia", "kzo:memberOf", "League of Examples")
    assert why.edge == (UTOPIA, "https://w3id.org/kzgraph/ontology/memberOf", "https://w3id.org/kzgraph/id/League")
    assert [g.fact.iri for g in why.facts] == [FACT]
    assert why.explanations[0].premises
    missing = members.why_not("members", "kz:Erewhon", parameters={"since": "2020-05-01"})
    told = json.loads(run("why-not", "members", "kz:Erewhon", "-p", "since=2020-05-01", "-f", "json")[1])
    assert (missing.is_there, missing.reasons) == (told["is_there"], told["reasons"])
    assert [f.as_json() for f in missing.failures] == told["failures"]
    assert members.why_not("members", FACT).is_there
    assert members.conflicts() == members.conflicts("Utopia") == []


def test_a_search_says_how_many_it_found_and_what_is_nearest(members: kzgraph.CitedGraph, run: Run) -> None:
    found = members.search("utopia", limit=1)
    assert len(found) == 1 < found.things + found.facts
    assert found.nearest == ()
    assert [one.as_json() for one in members.search("utopia")] == json.loads(run("search", "utopia", "-f", "json")[1])
    nearest = members.search("leeg of eggsamples").nearest
    assert " or ".join(f"`{name}`" for name in nearest) in run("search", "leeg of eggsamples")[2]


def test_a_name_is_found_and_a_thing_has_a_label(members: kzgraph.CitedGraph) -> None:
    assert members.find("Утопия") == UTOPIA
    assert members.label(UTOPIA) == "Utopia"
    assert members.label(UTOPIA, language="ru") == "Утопия"


def test_plain_words_give_the_facts_that_fit_them(members: kzgraph.CitedGraph, run: Run) -> None:
    facts = members.fitting_facts("membership of Utopia")
    told = json.loads(run("search", "--facts-only", "membership of Utopia", "-f", "json")[1])
    assert [f.fact.iri for f in facts] == [t["iri"] for t in told] == [FACT]
    unsure = members.suggest("membership of Utopia in 2020")
    assert not unsure.is_sure
    assert FACT in [f.fact.iri for f in unsure.facts]


def test_status_and_the_check_of_a_store_are_those_of_the_commands(
    members: kzgraph.CitedGraph, run: Run, tmp_path: Path
) -> None:
    folder = str(tmp_path / "db")
    assert run("load", "--store", folder)[0] == 0
    loaded = kzgraph.open(store=folder)
    assert loaded.status().as_data() == json.loads(run("status", "--store", folder, "-f", "json")[1])
    told = json.loads(run("validate", "--store", folder, "-f", "json")[1])
    assert loaded.validate_store().summary() == told["summary"]
    with pytest.raises(errors.UsageError, match="no store to check"):
        members.validate_store()


def test_a_brief_is_a_text_with_answers(members: kzgraph.CitedGraph, run: Run, tmp_path: Path) -> None:
    text = "# Members\n\n{{ query league --as-of 2021 }}\n"
    (tmp_path / "brief.md").write_text(text, "utf-8")
    brief = members.brief(text)
    assert brief.title == "Members"
    assert [answer.title for answer in brief.answers] == ["Who is in the league"]
    assert len(brief.answers[0].people.rows) == 1
    assert brief.sources.footnotes == ["Example 2020, ¶ 2"]
    assert brief_markdown(brief) == run("brief", str(tmp_path / "brief.md"))[1]
    with pytest.raises(errors.UnknownName) as caught:
        members.brief("{{ query legue }}", name="brief.md")
    assert caught.value.place == "brief.md:1"


def test_facts_are_shown_by_stored_queries(members: kzgraph.CitedGraph) -> None:
    (shown,) = members.facts_shown(members.project.root / "instances" / "facts.ttl").facts
    assert (shown.fact, {showing.query for showing in shown.shown_by}) == (FACT, {"league", "members"})


def test_validation_gives_findings_as_data(project: SmallProject) -> None:
    wrong = project.root / "draft.ttl"
    wrong.write_text("@prefix kzo: <https://w3id.org/kzgraph/ontology/> .\n<urn:x> a kzo:Membershp .\n", "utf-8")
    report = kzgraph.open().validate(wrong)
    assert report.files == 1
    assert [(f.file, f.line) for f in report.findings if "kzo:Membershp" in f.message] == [("draft.ttl", 2)]
    assert report.reaches("violation")


def test_the_graph_for_rdflib_has_all_statements_as_written(figures: kzgraph.CitedGraph) -> None:
    graph = figures.rdflib()
    utopia, member_of = rdflib.URIRef(UTOPIA), rdflib.URIRef("https://w3id.org/kzgraph/ontology/memberOf")
    assert (utopia, member_of, None) in graph
    assert (utopia, member_of, None) not in figures.rdflib(derived=False)
    assert (None, None, rdflib.Literal("Утопия", lang="ru")) in graph
    selects = rdflib.URIRef("http://www.w3.org/ns/oa#hasSelector")
    [selector] = graph.objects(None, selects)
    assert len(list(graph.predicate_objects(selector))) == 3
    assert "010" in {str(o) for o in graph.objects(rdflib.URIRef("https://w3id.org/kzgraph/id/f3"))}
    assert dict(graph.namespaces())["kzo"] == rdflib.URIRef("https://w3id.org/kzgraph/ontology/")


@pytest.mark.parametrize("written", ["about five", "NaN", "1e999999999", "9" * 5000])
def test_a_figure_that_is_no_number_is_no_fault(figures: kzgraph.CitedGraph, written: str) -> None:
    file = figures.project.root / "instances" / "figures.ttl"
    text = FIGURE_FACTS.replace("kzo:value 5 ; kzo:hasUnit kzo:UnitTonne ;", f'kzo:value "{written}" ;')
    file.write_text(text, "utf-8")
    assert figures.conflicts() == []
    amount = figures.query("figures").rows[0]["amount"].value
    assert isinstance(amount, kzgraph.Amount)
    assert (amount.low, amount.high) == (None, None)
    assert figures.query("figures").to_json()


# Formats


def test_csv_and_json_are_those_of_the_command_line(figures: kzgraph.CitedGraph, run: Run) -> None:
    for name in ("league", "figures"):
        answer = figures.query(name)
        assert answer.to_json() == run("query", name, "-f", "json")[1]
        assert answer.to_csv() == run("query", name, "-f", "csv", "--sources")[1]
        assert answer.to_csv(sources=False) == run("query", name, "-f", "csv")[1]


def test_an_answer_is_written_to_a_file_as_a_whole(figures: kzgraph.CitedGraph, tmp_path: Path) -> None:
    answer = figures.query("figures")
    assert answer.to_csv(tmp_path / "a.csv").encode() == (tmp_path / "a.csv").read_bytes()
    assert answer.to_json(str(tmp_path / "a.json")).encode() == (tmp_path / "a.json").read_bytes()
    with pytest.raises(errors.InputError):
        answer.to_csv(tmp_path / "no-such-folder" / "a.csv")


def test_a_text_prints_as_a_table(figures: kzgraph.CitedGraph, run: Run) -> None:
    for name in ("league", "figures"):
        printed = [line.strip() for line in str(figures.query(name)).splitlines()]
        told = [line.strip() for line in run("query", name)[1].splitlines()]
        assert [line for line in printed if line] == [line for line in told if line]


def test_the_schema_of_the_json_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", ["league", "figures", "members", "empty"])
def test_the_json_follows_its_schema(figures: kzgraph.CitedGraph, name: str) -> None:
    answer = figures.sparql("SELECT ?x WHERE { ?x a kz:Nothing }") if name == "empty" else figures.query(name)
    data = json.loads(answer.to_json())
    jsonschema.Draft202012Validator(SCHEMA).validate(data)
    assert data["$schema"] == SCHEMA["$id"]
    assert bool(data["rows"]) == (name != "empty")


@pytest.mark.parametrize("name", ["memberships", "trade_turnover", "cpc_shares"])
def test_the_json_of_shipped_queries_follows_the_schema(repository: Path, name: str) -> None:
    data = json.loads(kzgraph.open().query(name).to_json())
    assert len(data["rows"]) >= 5
    jsonschema.Draft202012Validator(SCHEMA).validate(data)


def test_the_schema_refuses_what_the_format_has_not(figures: kzgraph.CitedGraph) -> None:
    good = figures.query("figures").to_json()
    validator = jsonschema.Draft202012Validator(SCHEMA)

    def broken(change: Callable[[Any], object]) -> bool:
        data = json.loads(good)
        change(data)
        return not validator.is_valid(data)

    assert not broken(lambda d: None)
    assert broken(lambda d: d.pop("footnotes"))
    assert broken(lambda d: d.update(extra=1))
    assert broken(lambda d: d["rows"][0]["amount"][0].pop("unit"))
    assert broken(lambda d: d["rows"][0]["fact"][0].update(sources=[0]))
    assert broken(lambda d: d["rows"][1]["fact"][0]["marks"][0].update(kind="sure"))
    assert broken(lambda d: d["columns"][0].update(shows="anything"))


def test_a_frame_has_typed_columns(figures: kzgraph.CitedGraph) -> None:
    columns = frame_columns(figures.query("figures").cited, with_sources=True)
    assert [(c.name, c.kind, list(c.values)) for c in columns] == [
        ("fact", str, ["First", "Second <b> (planned)"]),
        ("amount", str, ["5 tonnes", "up to 7.5 (planned)"]),
        ("amount_low", int, [5, None]),
        ("amount_high", float, [5.0, 7.5]),
        ("amount_unit", str, ["tonne", None]),
        ("amount_qualifier", str, [None, "up to"]),
        ("amount_as_stated", str, ["five tonnes", None]),
        ("share", float, [None, 12.5]),
        ("share_marks", str, [None, "planned"]),
        ("sources", str, ["Example 2020, ¶ 2"] * 2),
    ]


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ("1 2", int, [1, 2]),
        ("1 2.5", float, [1.0, 2.5]),
        ("true false", bool, [True, False]),
        ("true 2", str, ["true", "2"]),
        ('1 "x"', str, ["1", "x"]),
        ("1 99999999999999999999", float, [1.0, 1e20]),
        ('"" "x"', str, [None, "x"]),
    ],
)
def test_a_column_of_a_frame_has_the_narrowest_type_of_its_values(
    members: kzgraph.CitedGraph, values: str, kind: type, expected: list[object]
) -> None:
    [column] = frame_columns(
        members.sparql(f"SELECT ?x WHERE {{ VALUES ?x {{ {values} }} }}").cited, with_sources=False
    )
    assert (column.kind, list(column.values)) == (kind, expected)


def test_columns_of_a_frame_do_not_hide_each_other(members: kzgraph.CitedGraph) -> None:
    answer = members.sparql("SELECT ?sources WHERE { VALUES ?sources { 1 } }")
    assert [c.name for c in frame_columns(answer.cited, with_sources=True)] == ["sources", "sources_"]


def test_pandas_gets_the_typed_columns(figures: kzgraph.CitedGraph) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed (extra `pandas`)")
    frame = figures.query("figures").to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert list(map(str, frame.dtypes))[:4] == ["string", "string", "Int64", "Float64"]
    assert frame["amount_high"].sum() == 12.5
    assert list(frame["amount_low"].isna()) == [False, True]
    assert "sources" not in figures.query("figures").to_pandas(sources=False)
    empty = figures.sparql("SELECT ?x ?y WHERE { ?x a kz:Nothing ; ?y ?z }").to_pandas(sources=False)
    assert (list(empty.columns), len(empty)) == (["x", "y"], 0)


def test_polars_gets_the_typed_columns(figures: kzgraph.CitedGraph) -> None:
    polars = pytest.importorskip("polars", reason="polars is not installed (extra `polars`)")
    frame = figures.query("figures").to_polars()
    assert isinstance(frame, polars.DataFrame)
    assert frame.dtypes[:4] == [polars.String, polars.String, polars.Int64, polars.Float64]
    assert frame["amount_low"].to_list() == [5, None]
    empty = figures.sparql("SELECT ?x ?y WHERE { ?x a kz:Nothing ; ?y ?z }").to_polars(sources=False)
    assert (empty.columns, len(empty)) == (["x", "y"], 0)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_missing_library_is_told_with_its_extra(
    members: kzgraph.CitedGraph, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    answer = members.query("members")
    with pytest.raises(errors.UsageError, match=library) as caught:
        getattr(answer, f"to_{library}")()
    assert f"kzgraph[{library}]" in caught.value.hint


# Notebooks


def test_a_notebook_shows_the_table_with_sources_marks_and_count(figures: kzgraph.CitedGraph) -> None:
    shown = figures.query("figures")._repr_html_()
    assert "Second &lt;b&gt; (planned)" in shown
    assert "<b>Figures</b>" in shown
    assert "Example 2020, ¶ 2" in shown
    assert "left out: 1 fact that the editors hold wrong" in shown
    assert "2 rows from 1 document" in shown


def test_two_tables_in_a_notebook_have_footnotes_of_their_own(figures: kzgraph.CitedGraph) -> None:
    def anchors(name: str) -> set[str]:
        return {part.partition('"')[0] for part in figures.query(name)._repr_html_().split(' id="')[1:]}

    assert anchors("figures")
    assert anchors("figures").isdisjoint(anchors("league"))


def test_a_notebook_shows_the_first_rows_of_a_long_answer(members: kzgraph.CitedGraph) -> None:
    numbers = " ".join(map(str, range(300)))
    shown = members.sparql(f"SELECT ?n WHERE {{ VALUES ?n {{ {numbers} }} }}")._repr_html_()
    assert shown.count("<tr>") == 201
    assert "the first 200 of 300 rows" in shown


def test_python_collects_seldom_until_the_last_answer_is_made() -> None:
    usual = gc.get_threshold()
    try:
        gc.set_threshold(700, 10, 10)
        first, second = seldom_collecting(), seldom_collecting()
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)
        assert gc.get_threshold() == SELDOM
        second.__exit__(None, None, None)
        assert gc.get_threshold() == (700, 10, 10)
        gc.set_threshold(0)
        with seldom_collecting():
            assert gc.get_threshold()[0] == 0
    finally:
        gc.set_threshold(*usual)
