"""``kzgraph ask`` and ``kzgraph queries WORD``: from plain words to a stored question.

The questions in ``tests/cases/ask`` are in the words of people, each with the stored query that answers it. ``own.txt``
was written before the matcher, and ``second.txt`` before both were used to choose its limits; ``third.txt`` shows how
questions fare that were not looked at. A question that no query answers has the name ``none``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kzgraph.answers.plain_words.suggesting import Asking, Suggestions
from kzgraph.answers.plain_words.things_in_text import Dates, dates_in
from kzgraph.answers.plain_words.words import stems
from kzgraph.files.project import find_project
from kzgraph.stores.disk.snapshot import open_project

from .conftest import SmallProject

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "cases" / "ask"
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
    project = find_project(ROOT)
    return Asking(project, open_project(project))


def judged(case: Case, found: Suggestions) -> str:
    """How a question fared: ``right``, ``wrong`` (both asked at once), ``offered`` or ``missed``."""
    names = [s.name if s.command == "query" else "show" for s in found.found]
    if found.is_sure:
        return "right" if names[0] == case.query else "wrong"
    return "offered" if case.query in [*names, "none"] else "missed"


@pytest.mark.parametrize(
    ("name", "count", "right", "wrong", "missed"),
    [("own.txt", 173, 0.75, 0.03, 0.03), ("second.txt", 100, 0.65, 0.04, 0.05), ("third.txt", 28, 0.45, 0.08, 0.12)],
)
def test_most_questions_are_understood_and_few_are_misunderstood(
    asking: Asking, name: str, count: int, right: float, wrong: float, missed: float
) -> None:
    known = cases(name)
    assert len(known) == count
    fared = Counter(judged(case, asking.suggest(case.text)) for case in known)
    assert fared["right"] >= right * count, fared
    assert fared["wrong"] <= wrong * count, fared
    assert fared["missed"] <= missed * count, fared


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
        ("in 1812 ships", "", ""),
    ],
)
def test_dates_are_read_from_words(text: str, first: str, last: str) -> None:
    assert dates_in(text) == Dates(first, last)


def test_words_of_one_stem_are_one() -> None:
    assert stems("companies company") == stems("company") * 2
    assert len({tuple(stems(w)) for w in ("invest", "invested", "investment", "investments", "investing")}) == 1
    assert stems("who are the") == []


@given(st.text(max_size=60))
def test_any_text_gets_at_most_three_suggestions(text: str) -> None:
    found = _small().suggest(f"members {text}")
    assert len(found.found) <= 3
    assert not found.is_sure or found.found


def _small(known: list[Asking] = []) -> Asking:  # noqa: B006  # opened once for all examples
    if not known:
        project = find_project(ROOT / "tests" / "cases" / "project")
        known.append(Asking(project, open_project(project)))
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
    assert out.startswith("No question fits surely. Do you mean one of these?\n")
    assert out.count("    kzgraph query ") == 3
    told = json.loads(run("ask", "What did QazaqGaz agree with Gazprom?", "--no-run", "-f", "json")[1])
    assert told["sure"] is False
    assert [f["command"] for f in told["found"]] == [s.strip() for s in out.splitlines() if "kzgraph query" in s]


def test_a_question_can_be_shown_without_asking_it(project: SmallProject, run: Run) -> None:
    code, out, _ = run("ask", "who are the members of the league", "--no-run")
    assert code == 0
    assert out.startswith("This is asked:\n")
    assert out.endswith("    kzgraph query members\n")


def test_words_that_fit_nothing_lead_to_the_search(project: SmallProject, run: Run) -> None:
    assert run("ask", "xyzzy")[1] == "No stored question fits. To find things and facts: kzgraph search xyzzy\n"
    code, out, err = run("ask", "?!")
    assert (code, out) == (2, "")
    assert "the question has no letter or digit" in err


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
