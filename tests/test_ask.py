"""``kzgraph ask`` and ``kzgraph queries WORD``: from plain words to a stored query.

The questions in ``tests/cases/ask`` are in the words of people, each with the stored query that answers it. ``own.txt``
was written before the matcher, and ``second.txt`` before both were used to choose its limits; ``third.txt`` shows how
questions fare that were not looked at. A question that no query answers has the name ``none``. ``facts.txt`` has
questions with the fact that answers each, ``paragraphs.txt`` some of one who never saw the tool, with the paragraph.
``languages.txt`` has questions in the languages of the region.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kzgraph.answers.asking.ask import has_rows
from kzgraph.answers.plain_words.fitting_facts import telling, told_facts
from kzgraph.answers.plain_words.languages.other_languages import OtherLanguages
from kzgraph.answers.plain_words.respelling import KnownWords
from kzgraph.answers.plain_words.suggesting import Asking, HasRows, Suggestions
from kzgraph.answers.plain_words.synonyms import share_of, synonyms
from kzgraph.answers.plain_words.things_in_text import Dates, dates_in, each_date
from kzgraph.answers.plain_words.words import stems
from kzgraph.answers.queries.stored_query import StoredQuery
from kzgraph.files.project import Project, find_project
from kzgraph.stores import Store
from kzgraph.stores.disk.snapshot import open_project

from .conftest import SmallProject

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "cases" / "ask"
MONTHS = ("June", "April")
_NONE = "No stored query fits and has an answer. To find things and facts: kzgraph search {}\n"
Run = Callable[..., tuple[int, str, str]]


@dataclass(frozen=True)
class Case:
    """A question, the query that answers it, and the values of parameters that its words give."""

    query: str
    text: str
    values: dict[str, str]


def cases(name: str) -> list[Case]:
    lines = [line for line in (CASES / name).read_text("utf-8").splitlines() if line and not line.startswith("#")]
    found = []
    for line in lines:
        query, text, *rest = (part.strip() for part in line.split("|"))
        pairs = [pair.strip().partition("=") for pair in "".join(rest).split(",") if pair.strip()]
        found.append(Case(query, text, {key: value for key, _, value in pairs}))
    return found


@pytest.fixture(scope="module")
def asking() -> Asking:
    return _asking(ROOT)


def _asking(root: Path) -> Asking:
    """What asks a project; whether a question has rows is looked up once."""
    project = find_project(root)
    store = open_project(project)
    known: dict[tuple[str, frozenset[tuple[str, str]], str], bool] = {}

    def answers(query: StoredQuery, given: Mapping[str, str], naming: str = "") -> bool:
        key = (query.name, frozenset(given.items()), naming)
        if key not in known:
            known[key] = has_rows(project, store, query, given, naming)
        return known[key]

    return Remembering(project, store, answers)


class Remembering(Asking):
    """What is asked twice is looked up once: several tests ask all cases."""

    def __init__(self, project: Project, store: Store, answers: HasRows) -> None:
        super().__init__(project, store, answers)
        self._found: dict[str, Suggestions] = {}

    def suggest(self, text: str) -> Suggestions:
        if text not in self._found:
            self._found[text] = super().suggest(text)
        return self._found[text]


def judged(case: Case, asking: Asking) -> str:
    """How a question fared: ``right``, ``wrong`` (both asked at once), ``offered`` or ``missed``.

    It is ``empty`` if its query has no rows with its values, and so was rightly not offered.
    """
    found = asking.suggest(case.text)
    names = [s.name if s.command == "query" else "show" for s in found.found]
    if found.is_sure:
        return "right" if names[0] == case.query else "wrong"
    if case.query in [*names, "none"]:
        return "offered"
    queries = {query.name: query for query in asking.queries}
    return "missed" if case.query == "show" or asking.has_rows(queries[case.query], case.values) else "empty"


@pytest.mark.parametrize(
    ("name", "count", "right", "wrong", "missed"),
    [("own.txt", 173, 0.65, 0.02, 0.04), ("second.txt", 100, 0.57, 0.02, 0.06), ("third.txt", 28, 0.32, 0.04, 0.12)],
)
def test_most_questions_are_understood_and_few_are_misunderstood(
    asking: Asking, name: str, count: int, right: float, wrong: float, missed: float
) -> None:
    known = cases(name)
    assert len(known) == count
    fared = Counter(judged(case, asking) for case in known)
    assert fared["right"] >= right * count, fared
    assert fared["wrong"] <= wrong * count, fared
    assert fared["missed"] <= missed * count, fared


def test_questions_in_other_languages_are_understood_by_their_names_and_everyday_words(asking: Asking) -> None:
    known = cases("languages.txt")
    assert len(known) == 23
    fared = Counter(judged(case, asking) for case in known)
    assert fared["right"] >= 10, fared
    assert (fared["wrong"], fared["missed"]) == (0, 0), fared
    read = asking.suggest("Кто партнёры Среднего коридора?").read
    assert read == {"Кто": "who", "партнёры": "partners", "Среднего коридора": "Средний коридор"}


def test_what_is_not_read_of_another_language_keeps_a_question_from_being_run(asking: Asking) -> None:
    assert asking.suggest("партнёры Среднего коридора").is_sure
    assert not asking.suggest("бывшие партнёры Среднего коридора").is_sure


def test_a_question_in_english_is_read_as_it_stands(asking: Asking) -> None:
    names = ("own.txt", "second.txt", "third.txt", "facts.txt", "paragraphs.txt")
    texts = [case.text for name in names for case in cases(name)]
    languages = OtherLanguages((n.text for own in asking._names.of.values() for n in own), asking._known_words.has)
    changed = [text for text in texts if languages.read(text).text != text]
    assert len(texts) > 400
    assert all(re.search("[а-я]|ne zaman", text) for text in changed), changed
    assert languages.read("Baku pipeline plan").text == "Baku pipeline plan"


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("when did Tokayev meet Erdogan", "summit-ots-astana-2023-11"),
        ("who represented Türkiye at the Baku meeting in June 2022", "participation-turkiye-trilateral-2022-06"),
        ("who was at the OTS summit in Astana", "participation-omuraliev-ots-astana-2023"),
        ("which ministers of Azerbaijan were at the meeting in Aktau", "participation-azerbaijan-aktau-2022"),
    ],
)
def test_who_took_part_in_an_event_and_when_it_was_is_found(asking: Asking, text: str, fact: str) -> None:
    assert asking.facts(text)[0].fact.iri.rpartition("/")[2] == fact


def test_a_part_in_an_event_has_the_time_of_the_event(asking: Asking) -> None:
    june, april = (asking.facts(f"who was at the transport meeting of ministers in {month} 2022") for month in MONTHS)
    assert any("the event: 27 June 2022" in one.adds for one in june)
    assert not any("the event: 27 June 2022" in one.adds and not one.lacks for one in april)


def test_every_stored_question_is_asked_for_in_the_cases(asking: Asking) -> None:
    names = {query.name for query in asking.queries}
    assert {c.query for c in cases("own.txt")} == names | {"show"}
    assert {c.query for c in cases("second.txt")} == names | {"show", "none"}


def test_things_and_dates_fill_the_parameters(asking: Asking) -> None:
    queries = {query.name: query for query in asking.queries}
    tried = 0
    for case in [*cases("own.txt"), *cases("second.txt")]:
        found = asking.suggest(case.text)
        if not found.is_sure or found.found[0].name != case.query:
            continue
        usual = {p.name: p.default for p in queries[case.query].parameters}
        values = usual | dict(found.found[0].parameters)
        assert {name: values[name] for name in case.values} == case.values, case.text
        tried += bool(case.values)
    assert tried > 60


def test_a_name_that_nobody_has_is_never_sure(asking: Asking) -> None:
    assert asking.suggest("Who are the partners of the Middle Corridor?").is_sure
    assert not asking.suggest("Who are the partners of the Middle Corridor in Ruritania?").is_sure


@pytest.mark.parametrize(
    ("text", "query", "left_out"),
    [
        ("visits of Putin to Kazakhstan", "presidential_visits", "Putin"),
        ("How much cargo moved along the Middle Corridor in 2023?", "freight_volumes", "2023"),
        ("How much oil did Kazakhstan export in 2030?", "oil_export_routes", "2030"),
        ("oil exports through Novorossiysk", "oil_export_routes", "Novorossiysk"),
        ("What are the 17 partners of the Middle Corridor?", "corridor_partners", "17"),
    ],
)
def test_a_name_a_date_or_a_number_that_is_not_used_is_told_and_never_sure(
    asking: Asking, text: str, query: str, left_out: str
) -> None:
    found = asking.suggest(text)
    assert not found.is_sure
    assert {s.name: s.unused.facts for s in found.found}[query] == (left_out,)


def test_other_words_that_are_not_used_are_told_with_the_answer(repository: Path, run: Run) -> None:
    code, out, err = run("ask", "What does Kazakhstan export to Azerbaijan: grain, coal, oil")
    assert (code, err.splitlines()[:2]) == (0, ["asked: kzgraph query traded_goods", "not used: coal"])
    assert out == run("query", "traded_goods")[1]


def test_what_has_no_rows_is_not_offered(asking: Asking) -> None:
    for case in [c for name in ("own.txt", "second.txt", "third.txt") for c in cases(name)]:
        queries = {query.name: query for query in asking.queries}
        offered = [s for s in asking.suggest(case.text).found if s.command == "query"]
        assert all(asking.has_rows(queries[s.name], s.parameters) for s in offered), case.text
    names = [s.name for s in asking.suggest("Is Turkmenistan a member of the OTS?").found]
    assert names[0] == "memberships"
    assert "affiliations" not in names


def test_few_questions_are_asked_to_find_those_with_rows(asking: Asking) -> None:
    asked: list[str] = []

    def answers(query: StoredQuery, given: Mapping[str, str], naming: str = "") -> bool:
        asked.append(query.name)
        return False

    none = Asking(asking.project, open_project(asking.project), answers)
    suggested = none.suggest("Who are the partners of the Middle Corridor?")
    assert (suggested.found, suggested.is_sure) == ([], False)
    assert 0 < len(asked) == len(set(asked)) <= 6


@pytest.mark.parametrize("text", ["What is the capital of France?", "Who leads the Zhanatalap forum in Ruritania?"])
def test_what_matches_badly_is_not_offered(asking: Asking, text: str) -> None:
    assert (asking.suggest(text).found, asking.facts(text)) == ([], [])


def test_what_matches_badly_leads_to_the_search(repository: Path, run: Run) -> None:
    assert run("ask", "Who governs Poti in Ruritania?")[1] == _NONE.format("governs Poti Ruritania")


def test_questions_about_single_things_find_a_fact_that_answers(asking: Asking) -> None:
    known = cases("facts.txt")
    assert len(known) == 88
    found = {case.text: [f.fact.iri.rpartition("/")[2] for f in asking.facts(case.text)[:6]] for case in known}
    assert {case.text: found[case.text] for case in known if case.query not in found[case.text]} == {}


def test_the_facts_that_fit_cite_the_paragraph_that_answers(asking: Asking) -> None:
    known = cases("paragraphs.txt")
    assert len(known) == 50
    missed = []
    for case in known:
        facts = asking.facts(case.text)[:6]
        cited = {f"{s.document.rpartition('/')[2]}_{s.paragraph}" for f in facts for s in f.fact.record.sources}
        missed += [] if cited & set(case.query.split()) else [case.text]
    assert missed == [case.text for case in known if case.query.startswith("- ")]


@pytest.mark.parametrize(
    "text",
    [
        "what interests does Russia have in Kazakhstan and Azerbaijan",  # the answer tells what these want of Russia
        "how much will the oil transit through Azerbaijan grow",
        "how old were diplomatic relations in 2022",
        "why did Kazakh oil sell at a discount",  # the answer tells nothing of a discount, and a fact does
        "when did the OTS get its name",  # the answer tells names without a time
        "Who runs the Tengiz field?",  # the answer tells ends and states of lines, and nobody
    ],
)
def test_an_answer_to_something_else_is_not_run_unasked(asking: Asking, text: str) -> None:
    assert not asking.suggest(text).is_sure


def test_a_name_that_no_fact_has_does_not_hide_the_few_facts_of_another(asking: Asking) -> None:
    (one,) = asking.facts("What is the Singapore firm PSA doing for the corridor?")
    assert one.fact.iri.endswith("involvement-psa-digital-corridor")
    assert "Singapore" in one.lacks
    assert asking.facts("What did Merkel say about Kazakhstan?") == []


def test_facts_that_say_what_is_asked_stand_before_the_whole_answer(repository: Path, run: Run) -> None:
    _, out, err = run("ask", "who proposed the trilateral gas union")
    assert err.startswith("asked: kzgraph query gas_union_positions\n")
    told, _, answer = out.partition("\n\n")
    assert told.startswith("These facts use your words:\n  - ")
    assert "Putin proposes a trilateral gas union" in told
    assert answer == run("query", "gas_union_positions")[1]
    _, out, err = run("ask", "who proposed the trilateral gas union", "-f", "csv")
    assert "Putin proposes a trilateral gas union" in err
    assert out == run("query", "gas_union_positions", "-f", "csv")[1]


def test_of_many_facts_that_say_what_is_asked_none_stands_before_the_answer(asking: Asking) -> None:
    found = asking.suggest("Who are the partners of the Middle Corridor?")
    assert (found.is_sure, found.facts) == (True, [])
    whole = [replace(fact, is_whole=True, score=1.0) for fact in asking.facts("meetings of Kazakhstan and Azerbaijan")]
    assert len(whole) > 6
    assert telling(whole) == []
    assert telling(whole[:6]) == whole[:3]
    assert telling([replace(whole[0], score=0.9), replace(whole[0], is_whole=False)]) == []


def test_a_fact_tells_its_parties_and_the_text_that_has_the_words(repository: Path, run: Run) -> None:
    ships = " ".join(run("ask", "who is going to build ships near Kuryk")[1].split())
    assert "Build a plant for ships near the port of Kuryk · set by: ASFAT, YDA · stated by: Marat Karabaev ·" in ships
    motto = " ".join(run("ask", "what is the motto of the Astana summit")[1].split())
    assert "at the OTS summit of Astana · Under the motto TURKTIME the leaders" in motto


def test_an_author_stands_for_the_works(asking: Asking) -> None:
    found = asking.suggest("what does Yagubova recommend")
    assert found.is_sure
    assert (found.found[0].name, dict(found.found[0].parameters)) == (
        "policy_recommendations",
        {"document": "kz:yagubova-2022"},
    )


def test_a_person_who_goes_to_a_place_visits_it_and_oil_does_not(asking: Asking) -> None:
    assert asking.facts("when did Tokayev go to Baku")[0].fact.iri.endswith("/visit-tokayev-azerbaijan-2022-08")
    oil = asking.facts("how much Kazakh oil goes to the EU")
    assert not any("visit" in lack for one in oil for lack in one.lacks)


def test_a_question_may_ask_for_rows_that_name_somebody(asking: Asking) -> None:
    queries = {query.name: query for query in asking.queries}
    actor = asking.project.model["Actor"]
    assert asking.has_rows(queries["cpc_shares"], {}, actor)
    tengiz = {"asset": "kz:TengizField"}
    assert asking.has_rows(queries["lines_and_states"], tengiz)
    assert not asking.has_rows(queries["lines_and_states"], tengiz, actor)
    # The actor that is given is not one that the answer names.
    assert not asking.has_rows(queries["person_names"], {"person": "kz:SerikZhumangarin"}, actor)


def test_a_thing_that_is_named_can_be_shown_whole(asking: Asking, repository: Path, run: Run) -> None:
    named = asking.suggest("what role has Chevron in Kazakhstan's oil exports").named
    assert named
    assert (named.command, named.name) == ("show", "kz:Chevron")
    out = run("ask", "what role has Chevron in Kazakhstan's oil exports")[1]
    assert out.endswith("\nAll that the graph says of Chevron:\n    kzgraph show kz:Chevron\n")


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ("What was the turnover of Kazakhstan and Georgia?", "Georgia"),
        ("How many containers went through the port of Baku in 2031?", "2031"),
        ("Who pays for the Zangezur railway?", "pays"),
    ],
)
def test_what_no_fact_has_is_told(asking: Asking, text: str, lacking: str) -> None:
    lines = told_facts(asking.facts(text), 3, asking.project.prefixes, None)
    told = " ".join(lines[-1].split()).partition("in none of them: ")[2]
    assert lacking in told.split(", ")


def test_facts_of_a_question_say_when_how_firmly_and_who_says_so(repository: Path, run: Run) -> None:
    out = " ".join(run("search", "--facts-only", "Fuzuli children's centre")[1].split())
    assert "Kazakhstan proposed a children's centre in Fuzuli · proposed · Bayramov 2022, ¶ 19 (kz:" in out
    told = json.loads(run("search", "--facts-only", "Fuzuli children's centre", "-f", "json", "--limit", "1")[1])
    assert [(t["name"], t["lacks"]) for t in told] == [("kz:description-fuzuli-childrens-centre", [])]


def test_facts_and_things_alone_exclude_each_other(project: SmallProject, run: Run) -> None:
    code, _, err = run("search", "--facts-only", "--things-only", "league")
    assert (code, "--facts-only and --things-only exclude each other" in err) == (2, True)
    assert run("search", "--facts-only", "xyzzy")[1:] == ("", "no fact fits `xyzzy`\n")


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Who are the partners of the Middle Corridor?", "WHO ARE THE PARTNERS OF THE MIDDLE CORRIDOR"),
        ("When did Tokayev visit Azerbaijan?", "when did Токаев visit Азербайджан"),
        ("Which organisations is Kazakhstan a member of?", "Which organizations is Kazakhstan a member of?"),
    ],
)
def test_case_alphabet_and_spelling_make_no_difference(asking: Asking, one: str, two: str) -> None:
    first, second = asking.suggest(one).found[0], asking.suggest(two).found[0]
    assert (first.name, first.parameters) == (second.name, second.parameters)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("since June 2022", "2022-06", ""),
        ("from 2020 to 2022", "2020", "2022"),
        ("between 10 April 2023 and May 2023", "2023-04-10", "2023-05"),
        ("until 2022", "", "2022"),
        ("in 2022", "2022", "2022"),
        ("on August 24, 2022", "2022-08-24", "2022-08-24"),
        ("on 2022-08-24", "2022-08-24", "2022-08-24"),
        ("road map 2022-2027", "2022", "2027"),
        ("in January-June 2022", "2022-01", "2022-06"),
        ("on 24.08.2022", "2022-08-24", "2022-08-24"),
        ("in Aug. 2022", "2022-08", "2022-08"),
        ("in 1812 ships", "", ""),
        ("31 June 2022", "", ""),
    ],
)
def test_dates_are_read_from_words(text: str, first: str, last: str) -> None:
    assert dates_in(text) == Dates(first, last)


def test_the_dates_of_a_span_are_told_as_they_are_written() -> None:
    assert each_date("trade in January–June 2022") == [("January", "2022-01"), ("June 2022", "2022-06")]


KNOWN = KnownWords(
    [
        *("The first Kashagan oil through BTC", "Road map of 2022", "Second road map", "Roadmap signed"),
        *("The agency of Orkhan Mammadov", "Armenia, QazaqGaz and the CSTO", "CIS, ECO and others"),
        *("a railway of the corridor", "the content of negotiations on technology", "Mevlüt Çavuşoğlu of Türkiye"),
    ]
)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Kashgan oil", "Kashagan oil"),
        ("kashgan's oil", "kashagan oil"),
        ("who is Mamedov", "who is Mammadov"),
        ("QazaqGas", "QazaqGaz"),
        ("the roadmap", "the road map"),
        ("the rail way", "the railway"),
        ("CTSO and CSTO", "CSTO and CSTO"),
        ("negotiatons", "negotiations"),
        ("negotiaitons", "negotiations"),
        ("tecnology", "technology"),
        ("Chavushoglu", "Çavuşoğlu"),
        ("the FM and the PM", "the foreign minister and the prime minister"),
        # What is a word of its own is left alone, and so is what is near to nothing.
        ("in context", "in context"),
        ("the CEO", "the CEO"),
        ("Kashagan, railways, coridor", "Kashagan, railways, coridor"),
        ("Ruritania", "Ruritania"),
        ("Токаев", "Токаев"),
    ],
)
def test_a_slip_of_the_pen_is_read_as_the_word_that_is_known(text: str, read: str) -> None:
    assert KNOWN.reread(text).text == read
    assert bool(KNOWN.reread(text).changes) == (text != read)


@given(st.text(max_size=80))
def test_what_was_read_again_is_read_no_further(text: str) -> None:
    again = KNOWN.reread(text).text
    assert KNOWN.reread(again).text == again


def test_words_read_as_others_are_told(asking: Asking, repository: Path, run: Run) -> None:
    code, out, err = run("ask", "partnrs of the Midle Coridor: Kazahkstan?", "--no-run")
    assert (code, err) == (0, "`partnrs` read as `partners`; `Kazahkstan` read as `Kazakhstan`\n")
    assert "kzgraph query corridor_partners" in out
    assert asking.suggest("a roadmap").read == {"roadmap": "road map"}


def test_a_synonym_stands_for_a_word_and_counts_less() -> None:
    weights = dict.fromkeys(stems("companies attended"), 1.0)
    company, firm, oil = (share_of(stems(word)[0], weights) for word in ("company", "firm", "oil"))
    assert 1.0 == company > firm > oil == 0.0
    assert all(word in synonyms(other) for word in stems("medal") for other in synonyms(word))


def test_a_long_name_is_known_without_some_of_its_middle_words(asking: Asking) -> None:
    found = asking.facts("how long does delivery take on the trans-caspian route")
    assert found[0].fact.iri.endswith("/figure-delivery-time-middle-corridor-2024")
    assert asking.suggest("Is SOCAR a state company of Azerbaijan?").found[0].name == "affiliations"


@pytest.mark.parametrize(
    "text",
    [
        # The noun that is asked for stands in no part of the question that fits best.
        "What is the capacity of the proposed gas pipeline from Russia to China?",
        # It fits by one word of a longer phrase alone.
        "which article did Yagubova write and where",
        # One of two states is named, and the other is the question's own.
        "did Hungary take part in the Turkic summit",
    ],
)
def test_what_fits_by_half_is_not_sure(asking: Asking, text: str) -> None:
    found = asking.suggest(text)
    assert found.found
    assert not found.is_sure


def test_words_of_one_stem_are_one() -> None:
    assert stems("companies company") == stems("company") * 2
    assert len({tuple(stems(w)) for w in ("use", "used", "uses", "using")}) == 1
    assert len({tuple(stems(w)) for w in ("invest", "invested", "investment", "investments", "investing")}) == 1
    assert stems("who are the") == []


@given(st.text(max_size=60))
def test_any_text_gets_at_most_three_suggestions(text: str) -> None:
    found = _small().suggest(f"members {text}")
    assert len(found.found) <= 3
    assert not found.is_sure or found.found


def _small(known: list[Asking] = []) -> Asking:  # noqa: B006  # opened once for all examples
    if not known:
        known.append(_asking(ROOT / "tests" / "cases" / "project"))
    return known[0]


def test_a_sure_question_is_asked_as_its_command_would(project: SmallProject, run: Run) -> None:
    code, out, err = run("ask", "Who", "are", "the", "members", "of", "the", "league?")
    assert code == 0, err
    assert err.startswith("asked: kzgraph query members\n")
    assert out == run("query", "members")[1]
    assert run("ask", "who are the members of the league", "-f", "csv")[1] == run("query", "members", "-f", "csv")[1]


def test_a_thing_alone_is_shown(project: SmallProject, run: Run) -> None:
    code, out, err = run("ask", "Who is Utopia?")
    assert (code, err.splitlines()[0]) == (0, "asked: kzgraph show kz:Utopia")
    assert out == run("show", "kz:Utopia")[1]


def test_what_is_not_sure_is_offered_and_not_run(repository: Path, run: Run) -> None:
    code, out, err = run("ask", "What did QazaqGaz agree with Gazprom?")
    assert (code, err) == (0, "")
    facts, _, questions = out.partition("\nStored questions near it:\n")
    assert facts.startswith("These facts fit your words best:\n  - QazaqGaz and Gazprom agreed a gasification plan")
    assert questions.count("    kzgraph query ") == 3
    told = json.loads(run("ask", "What did QazaqGaz agree with Gazprom?", "--no-run", "-f", "json")[1])
    assert (told["sure"], told["read"]) == (False, {})
    assert "kz:description-gasification-plan-kazakhstan" in [f["name"] for f in told["facts"]]
    assert [f["command"] for f in told["found"]] == [s.strip() for s in out.splitlines() if "kzgraph query" in s]


def test_a_question_can_be_shown_without_asking_it(project: SmallProject, run: Run) -> None:
    code, out, _ = run("ask", "who are the members of the league", "--no-run")
    assert code == 0
    assert out.startswith("This is asked:\n")
    assert out.endswith("    kzgraph query members\n")


def test_words_that_fit_nothing_lead_to_the_search(project: SmallProject, run: Run) -> None:
    assert run("ask", "xyzzy")[1] == _NONE.format("xyzzy")
    code, out, err = run("ask", "?!")
    assert (code, out) == (2, "")
    assert "the question has no letter or digit" in err
    code, _, err = run("ask", "oil " * 501)
    assert (code, "the question has more than 2000 letters" in err) == (2, True)


def test_queries_are_searched_by_words_and_listed_by_theme(repository: Path, run: Run) -> None:
    theme = run("queries", "trade")[1]
    assert theme.startswith("trade\n")
    assert "trade_turnover" in theme
    assert "corridor_path" not in theme
    found = run("queries", "shareholders")[1]
    assert "cpc_shares" in found
    assert "timeline" not in found
    code, out, err = run("queries", "zzzz", "yyyy")
    assert (code, out) == (2, "")
    assert "there is no stored query `zzzz yyyy`" in err


def test_the_text_of_a_query_is_shown_when_asked_for(project: SmallProject, run: Run) -> None:
    assert "SELECT" not in run("queries", "members")[1]
    assert "SELECT" in run("queries", "members", "--text")[1]


@pytest.mark.parametrize(
    ("phrases", "message"),
    [
        ("[who are the]", "`who are the` under `ask` has no word that asks for anything"),
        ("[citizens]", "`citizens` under `ask` asks for members too"),
    ],
)
def test_the_gate_finds_words_that_ask_for_nothing(project: SmallProject, run: Run, phrases: str, message: str) -> None:
    text = (project.root / "queries" / "members.rq").read_text("utf-8")
    given = text.replace("#+ kzgraph:\n", "#+ kzgraph:\n#+   ask: [citizen]\n")
    project.write("queries/members.rq", given)
    project.write("queries/zmembers.rq", text.replace("#+ kzgraph:\n", f"#+ kzgraph:\n#+   ask: {phrases}\n"))
    skipped = [a for s in ("logic", "hygiene", "citations", "instances", "profile") for a in ("--skip", s)]
    out = run("check", *skipped)[1]
    assert "query-ask" in out
    assert message in " ".join(out.split())
