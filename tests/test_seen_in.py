"""A fact that is written is a fact that is seen: each kind has a question for it, and authors are told which."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kzgraph.answers.missing.new_facts import facts_seen, pairs_in_words
from kzgraph.answers.missing.seen_in import SeenFact
from kzgraph.checks.showing import facts_shown_in
from kzgraph.files.project import find_project
from kzgraph.namespaces import KZ, KZO, RDFS, shorten
from kzgraph.stores.disk.embedded import EmbeddedStore
from kzgraph.terms import Answer
from tests.conftest import PREFIXES, SmallProject
from tests.test_shapes import SHAPES, turtle

ROOT = Path(__file__).resolve().parents[1]
Run = Callable[..., tuple[int, str, str]]

# The examples of docs/modelling.md, and the question that is asked for facts of their kind.
EXAMPLES = {
    "visit-example-2022-08": "presidential_visits",
    "signature-example-memorandum": "signatures",
    "figure-trade-turnover-example-2021": "trade_turnover",
    "position-example-corridor": "positions",
}
# Facts as an author writes them from an article: each file names the questions whose answers must have its fact.
CASES = sorted((ROOT / "tests" / "cases" / "seen").glob("*.ttl"))
MADE_UP = """
kz:memorandum-example-2022 a kzo:Memorandum ; rdfs:label "Example memorandum"@en .
kz:ExampleRailways a kzo:Company ; rdfs:label "Example Railways"@en .
kz:ExamplePort a kzo:Port ; rdfs:label "Example Port"@en .
kz:ExampleState a kzo:State ; rdfs:label "Example state"@en .
kz:figure-trade-turnover-example-unseen a kzo:Figure ; rdfs:label "A figure of nothing"@en .
"""


def kinds_of_facts() -> list[str]:
    """The classes of facts that have no class below them."""
    query = f"""
        SELECT DISTINCT ?kind {{
            ?kind <{RDFS}subClassOf>* <{KZO}Fact>
            FILTER NOT EXISTS {{ ?below <{RDFS}subClassOf> ?kind FILTER (ISIRI(?below)) }}
        }}"""
    found = SHAPES.ontology.query(query)
    assert isinstance(found, ox.QuerySolutions)
    return sorted(shorten(row["kind"].value) for row in found)


KINDS = kinds_of_facts()


def minimal(kind: str) -> str:
    """A fact with what the shapes require, and, as a check of the project wants, about something."""
    values = SHAPES.base(kind) | {("kzo:concerns",): ["kz:Georgia"], ("prov:wasDerivedFrom",): ["kz:ali-2023_94-156"]}
    values[("kzo:modality",)] = ["kzo:ModalityActual"]
    return turtle(f"minimal-{kind.partition(':')[2].lower()}", kind, values)


@pytest.fixture(scope="module")
def seen() -> dict[str, SeenFact]:
    """The examples of docs/modelling.md, the cases, and a minimal fact of each class, asked for at once."""
    examples = re.findall(r"```turtle\n(.+?)```", (ROOT / "docs" / "modelling.md").read_text("utf-8"), re.DOTALL)
    facts = "".join(map(minimal, KINDS))
    invented = sorted(set(re.findall(r"ex:(\w+)-0\b", facts)) - {"thing"})
    things = "".join(f'ex:{name}-0 a kzo:{name} ; rdfs:label "Invented {name}"@en .\n' for name in invented)
    cases = [path.read_text("utf-8") for path in CASES]
    text = "\n".join([PREFIXES, "@prefix ex: <urn:example:> .", *examples, *cases, MADE_UP, things, facts])
    found = facts_seen(find_project(ROOT), {ROOT / "draft.ttl": text.encode()})
    return {one.fact.removeprefix(KZ).removeprefix("urn:example:"): one for one in found}


def test_every_example_of_the_documentation_is_there(seen: dict[str, SeenFact]) -> None:
    assert {name for name in seen if "example" in name and "unseen" not in name} == EXAMPLES.keys()


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_of_the_documentation_is_in_the_answer_for_its_kind(name: str, seen: dict[str, SeenFact]) -> None:
    assert EXAMPLES[name] in {showing.query for showing in seen[name].shown_by if not showing.parameters}


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_a_fact_of_an_article_is_in_the_answers_for_its_kind(case: Path, seen: dict[str, SeenFact]) -> None:
    expected = case.read_text("utf-8").partition("\n")[0].removeprefix("# in: ").split(", ")
    one = seen[f"seen-{case.stem.replace('_', '-')}"]
    shown = {showing.query for showing in one.shown_by if not showing.parameters}
    assert set(expected) - shown == set(), [lack.words for lack in one.lacks]


def test_all_cases_are_there() -> None:
    assert len(CASES) == 9


@pytest.mark.parametrize("kind", KINDS)
def test_a_fact_with_only_what_its_class_requires_is_in_an_answer(kind: str, seen: dict[str, SeenFact]) -> None:
    one = seen[f"minimal-{kind.partition(':')[2].lower()}"]
    assert [str(showing) for showing in one.shown_by] != [], [lack.words for lack in one.lacks]


def test_all_kinds_are_looked_at() -> None:
    assert len(KINDS) >= 47


def test_a_fact_reads_as_in_an_answer(seen: dict[str, SeenFact]) -> None:
    told = seen["figure-trade-turnover-example-2021"].words
    assert told == "Trade turnover of the two states, 2021 | 2021 | about 135.7 million US dollars"


def test_of_a_fact_that_no_answer_has_it_is_said_what_is_missing(seen: dict[str, SeenFact]) -> None:
    one = seen["figure-trade-turnover-example-unseen"]
    assert one.shown_by == ()
    assert one.lacks[0].words.startswith("figures wants `?fact kzo:hasMeasure ?measure` (queries/figures.rq:")


def test_the_general_question_does_not_count(seen: dict[str, SeenFact]) -> None:
    shown = {showing.query for one in seen.values() for showing in one.shown_by}
    assert not shown & {"single_source_statements", "claim_sources"}


# On the command line, in a small project.

LEAGUE = """
kz:Ruritania a kzo:State ; rdfs:label "Ruritania"@en .
kz:membership-ruritania
    a kzo:Membership ;
    rdfs:label "Membership of Ruritania"@en ;
    kzo:hasMember kz:Ruritania ;
    kzo:hasLeague kz:League ;
    prov:wasDerivedFrom kz:example-2020_15-40 .
"""


def test_validate_ends_with_the_questions_that_show_the_facts(project: SmallProject, run: Run) -> None:
    out = run("validate", "instances/facts.ttl")[1]
    assert out.splitlines()[:3] == [
        "1 fact, shown by 1 stored query",
        "  kzgraph query members  1 fact",
        "how they read:",
    ]
    assert out.splitlines()[3].endswith(" | 1 May 2020")


def test_validate_says_why_no_question_shows_a_fact(project: SmallProject, run: Run) -> None:
    draft = project.write("draft.ttl", LEAGUE)
    code, out, _ = run("validate", str(draft))
    assert code == 0
    assert out.splitlines()[-7:-1] == [
        "1 fact, shown by 0 stored queries",
        "how they read:",
        "  kz:membership-ruritania: Membership of Ruritania",
        "1 fact shown by none",
        "  kz:membership-ruritania",
        "    members wants `?fact kzo:date ?since` (queries/members.rq:12)",
    ]
    assert not any(b"ruritania" in content for name, content in project.state().items() if name != "draft.ttl")


LEAGUES = """
#+ kzgraph:
#+   question: Which leagues are there, and who is in them?
#+   rows: [league]
#+   columns:
#+     league: {{value: league, computed: the league}}
#+     membership: {{list: fact, fact: fact}}
SELECT DISTINCT ?league ?fact WHERE {{ {pattern} }}
"""
FINDING = {
    "in an OPTIONAL part": "?league a kzo:League . OPTIONAL { ?fact kzo:hasLeague ?league }",
    "behind another fact": "?other kzo:hasLeague ?league . ?fact kzo:hasLeague ?league . FILTER (?other = ?fact)",
    "as a copy": "?membership kzo:hasLeague ?league . BIND (?membership AS ?fact)",
    "by a class beside it": "?fact kzo:hasLeague ?league . ?league a ?kind . FILTER (?kind IN (kzo:League))",
    "without a property of its own": "?league a kzo:League . ?league ^kzo:hasLeague ?fact",
}
MISSING = {
    "for what it names is of another class": "?fact kzo:hasLeague ?league . ?league a kzo:State",
    "for a value is another one": "VALUES ?league { kz:Utopia } ?fact kzo:hasLeague ?league",
    "for a filter keeps it out": "?fact kzo:hasLeague ?league FILTER (?league IN (kz:Utopia))",
}


@pytest.mark.parametrize("pattern", FINDING.values(), ids=FINDING)
def test_a_question_shows_a_fact(pattern: str, project: SmallProject, run: Run) -> None:
    project.write("queries/leagues.rq", LEAGUES.format(pattern=pattern).lstrip())
    assert "kzgraph query leagues" in run("validate", "instances/facts.ttl")[1]


@pytest.mark.parametrize("pattern", MISSING.values(), ids=MISSING)
def test_a_question_that_cannot_show_a_fact_is_not_asked(
    pattern: str, project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("queries/leagues.rq", LEAGUES.format(pattern=pattern).lstrip())
    asked: list[str] = []
    real = EmbeddedStore.query

    def query(store: EmbeddedStore, text: str, **limits: Any) -> Answer:
        asked.append(text)
        return real(store, text, **limits)

    monkeypatch.setattr(EmbeddedStore, "query", query)
    assert "kzgraph query leagues" not in run("validate", "instances/facts.ttl")[1]
    assert sum("?league ?fact WHERE" in text for text in asked) == 0
    assert any("?since" in text for text in asked)


def test_the_json_has_each_fact_in_words(project: SmallProject, run: Run) -> None:
    (fact,) = json.loads(run("validate", "instances/facts.ttl", "-f", "json")[1])["facts"]
    assert fact["words"] == "Membership of Utopia | 1 May 2020"
    assert [one["query"] for one in fact["shown_by"]] == ["members"]


def test_a_draft_from_standard_input_is_asked_for_too(project: SmallProject, run: Run) -> None:
    out = run("validate", "-", stdin=(PREFIXES + LEAGUE).encode())[1]
    assert "1 fact shown by none\n" in out


@pytest.mark.parametrize("options", [("-q",), ("-f", "sarif"), ("-f", "github")])
def test_other_formats_and_quiet_have_findings_alone(options: tuple[str, ...], project: SmallProject, run: Run) -> None:
    assert "stored query" not in run("validate", "instances/facts.ttl", *options)[1]


def test_of_a_file_with_errors_only_the_errors_are_told(project: SmallProject, run: Run) -> None:
    draft = project.write(
        "draft.ttl", LEAGUE.replace("kz:Ruritania ;\n    kzo:hasLeague", "kz:Nobody ;\n    kzo:hasLeague")
    )
    assert "stored query" not in run("validate", str(draft))[1]


PAIR = """
kzo:Figure rdfs:subClassOf kzo:Fact .
kz:figure-one a kzo:Figure ; rdfs:label "Five boats"@en ; kzo:value 5.0 ; kzo:hasMeasure kz:Boats ;
    kzo:ofSubject kz:NarrowBay ; kzo:date "2001"^^xsd:gYear .
"""
OTHER = """
kz:figure-two a kzo:Figure ; rdfs:label "Six boats"@en ; kzo:value 6.0 ; kzo:hasMeasure kz:Boats ;
    kzo:ofSubject kz:NarrowBay ; kzo:date "2001"^^xsd:gYear {link}.
"""


@pytest.mark.parametrize("link", ["", "; owl:differentFrom kz:figure-one ", "; kzo:differsFrom kz:figure-one "])
def test_facts_that_disagree_without_a_link_are_shown_side_by_side(project: SmallProject, link: str) -> None:
    project.write("ontology/figures.ttl", PAIR)
    draft = project.write("draft.ttl", OTHER.format(link=link))
    shown = facts_shown_in(find_project(project.root), [draft], {})
    lines = pairs_in_words(shown.pairs, find_project(project.root), None)
    if link:
        assert lines == []
    else:
        assert [line.strip() for line in lines[:4]] == [
            "1 pair of facts to compare",
            "values differ:",
            "kz:figure-one: Five boats · 2001",
            "kz:figure-two: Six boats · 2001",
        ]


def test_one_value_for_two_times_is_shown_side_by_side(project: SmallProject) -> None:
    project.write("ontology/figures.ttl", PAIR)
    draft = project.write("draft.ttl", OTHER.format(link="").replace("6.0", "5.0").replace("2001", "2003"))
    (pair,) = facts_shown_in(find_project(project.root), [draft], {}).pairs
    assert pair.reasons == ("one value for two times",)
