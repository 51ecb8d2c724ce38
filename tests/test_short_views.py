"""The short view: what a header may say of it, and what holds for every view of every answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kzgraph.answers.cells.cell import (
    BACKGROUND,
    CLAIMED,
    FIRMNESS,
    HELD_WRONG,
    SUPPLIED,
    Cell,
    CitedAnswer,
    CitedRow,
    Item,
    Mark,
)
from kzgraph.answers.cells.columns import VALUE, WHEN, Column
from kzgraph.answers.cells.telling import once_each, statements
from kzgraph.answers.evidence.sources import Source
from kzgraph.answers.queries.stored_query import StoredQuery, parse_query
from kzgraph.answers.short.description import ShortDescription
from kzgraph.answers.short.lines import _united
from kzgraph.answers.short.making import short_view
from kzgraph.answers.short.view import LinePart, ShortAnswer
from kzgraph.answers.shown.short_tables import people_of, short_text
from kzgraph.dates import PartialDate, When
from kzgraph.errors import SyntaxProblem
from kzgraph.terms import Term
from kzgraph.wording.text import display_width
from tests import short_views
from tests.conftest import examples

Run = Callable[..., tuple[int, str, str]]
HEADER = """#+ summary: Roles
#+ kzgraph:
#+   rows: [fact]
#+   columns:
#+     who: {{fact: fact}}
#+     role: {{fact: fact}}
#+     when: {{when: fact}}
#+   short:
{short}
SELECT ?fact ?who ?role WHERE {{ ?fact ?role ?who }}
"""
ROLES = """
row: [who]
columns:
  who: "{who}"
  roles: {line: "{role}[, {when}]", most: 2}
"""


def query(short: str) -> StoredQuery:
    lines = "\n".join(f"#+     {line}" for line in short.strip("\n").split("\n"))
    return parse_query(HEADER.format(short=lines), "roles", "roles.rq")


def described(short: str) -> ShortDescription:
    found = query(short).short
    assert found is not None
    return found


def item(text: str, fact: str, firmness: str = "", *marks: Mark, document: str = "Report") -> Item:
    own = (Mark(FIRMNESS, firmness), *marks) if firmness else marks
    source = Source(document, document, "2022", int(fact[1:]) % 9 + 1, 0, 9, fact)
    return Item(text, text, Term("literal", text), frozenset([fact]), (source,), own, ((1, (), text),))


def time(year: int, fact: str) -> Item:
    when = When(dates=(PartialDate(year),))
    return Item(when, when.words, None, frozenset([fact]), item("", fact).sources, (), ((2, (float(year),), ""),))


def answer(*rows: dict[str, list[Item]]) -> CitedAnswer:
    columns = [Column("who", VALUE, ("who",), ("fact",)), Column("role", VALUE, ("role",), ("fact",))]
    columns.append(Column("when", WHEN, ("fact",)))
    cells: list[CitedRow] = [{c.name: Cell(tuple(row.get(c.name, ()))) for c in columns} for row in rows]
    return CitedAnswer("roles", "Roles", "Who has which role?", columns, cells)


def view(found: CitedAnswer, short: str = ROLES) -> ShortAnswer:
    return short_view(found, described(short), "kzgraph query roles --detail")


def role(number: int, who: str, name: str, firmness: str = "", *marks: Mark, year: int = 0) -> dict[str, list[Item]]:
    fact = f"f{number}"
    row = {"who": [item(who, fact, firmness, *marks)], "role": [item(name, fact, firmness, *marks)]}
    return row | ({"when": [time(year, fact)]} if year else {})


def lines(short: ShortAnswer) -> list[list[str]]:
    return [[cell.text for cell in row.cells.values()] for row in short.rows]


def head(short: ShortAnswer) -> list[str]:
    return [line.text for line in short.headline]


class TestRows:
    def test_what_several_rows_say_of_one_thing_is_one_row(self) -> None:
        found = answer(role(1, "North", "owner", year=2020), role(2, "North", "user"), role(3, "South", "user"))
        assert lines(view(found)) == [["North", "owner, 2020 · user"], ["South", "user"]]

    def test_a_statement_stands_once_with_the_sources_of_all(self) -> None:
        short = view(answer(role(1, "North", "owner"), role(2, "North", "owner")))
        assert lines(short) == [["North", "owner"]]
        assert {s.citation for i in short.rows[0].items for s in i.sources} == {"f1", "f2"}

    def test_firm_statements_come_first_and_a_value_is_as_firm_as_its_firmest_fact(self) -> None:
        found = answer(role(1, "North", "builder", "planned"), role(2, "North", "owner"), role(3, "North", "builder"))
        short = view(found, ROLES.replace('"{role}[, {when}]"', '"{role}"'))
        assert lines(short) == [["North", "builder · owner"]]
        assert short.folded_facts == {"f1"}

    def test_what_a_document_says_itself_stands_before_what_somebody_says(self) -> None:
        found = answer(role(1, "North", "owner", "", Mark(CLAIMED, "says South")), role(2, "North", "user"))
        assert lines(view(found)) == [["North", "user · owner (says South)"]]

    def test_a_value_is_told_with_the_fewest_marks_that_a_fact_gives_it(self) -> None:
        marks = [(), (Mark(SUPPLIED, "supplied", "Note."),), (Mark(CLAIMED, "says South"),)]
        found = answer(*(role(n, "North", "owner", "", *own) for n, own in enumerate(marks, 1)))
        short = view(found, ROLES.replace('"{role}[, {when}]"', '"{role}"'))
        assert lines(short) == [["North", "owner"]]
        assert short.folded_facts == {"f2", "f3"}

    def test_lines_that_differ_in_one_column_are_gathered(self) -> None:
        found = answer(role(1, "North", "owner"), role(2, "South", "owner"), role(3, "West", "user"))
        short = view(found, 'columns:\n  all: {line: "{role}: {who}", gather: who}\nrow: [when]')
        assert lines(short) == [["owner: North, South · user: West"]]

    def test_values_can_be_counted(self) -> None:
        found = answer(role(1, "North", "owner"), role(2, "North", "user"), role(3, "North", "user"))
        short = view(found, "row: [who]\ncolumns:\n  roles: {count: role}\n  number: {number: role}")
        assert lines(short) == [["user (2) · owner", "2"]]

    def test_a_column_can_be_spread(self) -> None:
        found = answer(role(1, "North", "owner"), role(2, "North", "user"), role(3, "South", "user"))
        short = view(found, 'row: [who]\ncolumns:\n  who: "{who}"\nacross: role')
        assert short.columns == ("who", "owner", "user")
        assert lines(short) == [["North", "✓", "✓", ""], ["South", "", "✓", ""]]


class TestMarks:
    def test_what_is_planned_never_stands_without_its_word(self) -> None:
        short = view(answer(role(1, "North", "owner", "planned")))
        assert lines(short) == [["North", "owner (planned)"]]

    def test_it_is_told_at_the_thing_where_the_line_that_tells_it_is_folded(self) -> None:
        rows = [role(n, "North", "a long name of a role " + "x" * n, "planned") for n in range(1, 9)]
        (row,) = view(answer(*rows), 'row: [who]\ncolumns:\n  who: "{who}"\n  number: {number: role}').rows
        assert row.cells["who"].text == "North (planned)"

    def test_a_mark_stands_once_in_a_line(self) -> None:
        short = view(answer(role(1, "North", "owner", "planned")), 'columns:\n  said: "{who} as {role}"')
        assert lines(short) == [["North (planned) as owner"]]

    def test_signs_stand_at_each_value(self) -> None:
        short = view(answer(role(1, "North", "owner", "", Mark(SUPPLIED, "supplied", "Note."))))
        assert lines(short) == [["North†", "owner†"]]

    def test_signs_of_a_value_are_those_of_all_facts_that_state_it(self) -> None:
        supplied, background = Mark(SUPPLIED, "supplied", "Note."), Mark(BACKGROUND)
        marked = enumerate((supplied, background), 1)
        parts = [LinePart(f"owner{m.symbol}", item("owner", f"f{n}", "", m)) for n, m in marked]
        assert sorted(_united(parts).words) == sorted(f"owner{supplied.symbol}{background.symbol}")
        assert _united([_united(parts), parts[0]]).words == _united(parts).words


class TestGroups:
    GROUPS = 'columns:\n  who: "{who}"\ngroups:\n'

    def test_the_first_rule_that_fits_takes_a_row(self) -> None:
        rules = "  o: {heading: Owners, when: {role: owner}}\n  others: {heading: All others}"
        found = answer(role(1, "North", "user"), role(2, "South", "owner"))
        assert [str(g.heading) for g in view(found, self.GROUPS + rules).groups] == ["Owners · 1", "All others · 1"]

    def test_conditions_hold_for_one_and_the_same_statement(self) -> None:
        rules = "  o: {heading: Owners, when: {role: owner, firmness: [done]}}\n  others: {heading: Others}"
        found = answer(role(1, "North", "owner", "planned"), role(2, "North", "user"))
        assert [str(g.heading) for g in view(found, "row: [who]\n" + self.GROUPS + rules).groups] == ["Others · 1"]

    def test_none_and_not_hold_for_all_statements_of_a_row(self) -> None:
        rules = "  u: {heading: Undated, when: {when: none, not role: user}}\n  others: {heading: Others}"
        found = answer(role(1, "North", "owner"), role(2, "South", "owner"), role(3, "South", "user"))
        groups = view(found, "row: [who]\n" + self.GROUPS + rules).groups
        assert [[r.cells["who"].text for r in g.rows] for g in groups] == [["North"], ["South"]]

    def test_firmness_makes_groups_from_done_to_opinion(self) -> None:
        found = answer(role(1, "A", "x", "in the author's view"), role(2, "B", "x"), role(3, "C", "x", "agreed"))
        groups = view(found, 'columns:\n  who: "{who}"\ngroups: firmness').groups
        assert [str(g.heading) for g in groups] == ["So or done · 1", "Agreed · 1", "In an author's view · 1"]

    def test_a_group_can_be_folded_and_is_counted(self) -> None:
        rules = "  o: {heading: Owners, when: {role: owner}}\n  others: {heading: Others, most: 0}"
        found = answer(role(1, "North", "owner"), role(2, "South", "user"), role(3, "West", "user"))
        short = view(found, self.GROUPS + rules)
        assert [(g.size, len(g.rows), g.folded) for g in short.groups] == [(1, 1, 0), (2, 0, 2)]
        assert short.rest == (
            "Folded: 2 rows and 2 facts. All rows: kzgraph query roles --detail",
            "The documents behind this answer are of 2022.",
        )


class TestWhatIsNotShown:
    SHORT = 'columns:\n  who: "{who}"\n  since: "{when}"\nmost: 2'

    def test_a_column_that_folded_rows_have_is_folded_and_not_missing(self) -> None:
        rows = [*(role(n, f"W{n}", "owner") for n in range(1, 6)), role(6, "W6", "owner", year=2020)]
        short = view(answer(*rows), self.SHORT)
        assert short.columns == ("who",)
        assert "the columns since, role" in short.rest[0]
        assert not any(line.startswith("No document gives") for line in short.rest)

    def test_a_column_that_no_row_has_is_missing(self) -> None:
        short = view(answer(*(role(n, f"W{n}", "owner") for n in range(1, 6))), self.SHORT)
        assert short.rest[-1] == "No document gives: since."

    def test_of_an_answer_that_was_cut_nothing_is_counted(self) -> None:
        found = answer(*(role(n, f"W{n}", "owner") for n in range(1, 6)))
        assert head(view(found, self.SHORT + '\nheadline: "{rows: owner}."'))[0] == "5 owners."
        short = view(found.first(3), self.SHORT + '\nheadline: "{rows: owner}."')
        assert head(short) == []
        assert not any(line.startswith("No document gives") for line in short.rest)


LONG = "is longer than its likes"


class TestScreens:
    SHORT = 'columns:\n  who: "{who}"\ngroups: role'

    def test_each_group_has_a_row_before_any_has_more(self) -> None:
        found = answer(*(role(n, f"W{n:02} {LONG * (n == 0)}", f"R{n % 3}") for n in range(60)))
        short = view(found, self.SHORT)
        assert [group.size for group in short.groups] == [20, 20, 20]
        shown = [len(group.rows) for group in short.groups]
        assert (min(shown) >= 2, sum(shown)) == (True, 25)

    def test_high_rows_are_fewer(self) -> None:
        found = answer(*(role(n, f"W{n:02} " + "long words " * 40, "R") for n in range(60)))
        assert 1 <= len(view(found, self.SHORT).rows) < 10

    def test_less_room_holds_fewer_rows(self) -> None:
        found = answer(*(role(n, f"W{n:02} {LONG * (n == 0)}", "R") for n in range(60)))
        assert len(short_view(found, described(self.SHORT), "command", room=10).rows) == 6


class TestValuesOfACell:
    MARKED = (Mark(SUPPLIED, "supplied", "Note."),)
    ITEMS = (item("A", "f1", "", *MARKED), item("B", "f2"), item("A", "f3"), item("A", "f4", "", *MARKED))

    def test_a_value_with_several_marks_is_named_once(self) -> None:
        one, other, third, fourth = self.ITEMS
        found = statements([i.words for i in self.ITEMS], self.ITEMS)
        assert found == [[("A", third), (" †", one), ("", fourth)], [("B", other)]]

    def test_without_footnotes_it_has_the_fewest_marks(self) -> None:
        assert once_each([i.words for i in self.ITEMS], self.ITEMS) == ["A", "B"]


class TestHeadlines:
    @pytest.mark.parametrize(
        ("template", "told"),
        [
            ("{rows: row}", "4 rows"),
            ("{rows o: owner}", "2 owners"),
            ("{values who: actor}", "3 actors"),
            ("{firm} and {weak}", "3 and 1"),
            ("{first when} to {last when}", "2019 to 2021"),
            ("{rows with when}[, {rows without when} undated]", "2, 2 undated"),
            ("{rows}[ of {documents: document}]", "4 of 1 document"),
            ("{groups}; mostly {most who}", "2; mostly North"),
            ("{rows x: user}", "no user"),
            ("all[, {rows x} of x]", "all"),
        ],
    )
    def test_counts_and_values_are_computed(self, template: str, told: str) -> None:
        found = answer(
            role(1, "North", "owner", year=2021),
            role(2, "North", "user", year=2019),
            role(3, "South", "owner"),
            role(4, "West", "user", "planned"),
        )
        rules = "groups:\n  o: {heading: Owners, when: {role: owner}}\n  x: {heading: X, when: {role: x}}\n"
        short = view(found, f'columns:\n  who: "{{who}}"\n{rules}headline: "{template}"')
        assert head(short)[0] == told

    def test_a_value_keeps_its_footnote(self) -> None:
        short = view(answer(role(1, "N", "x", year=2021)), ROLES + 'headline: "{first when}"')
        assert [i.facts for i in short.headline[0].items] == [frozenset(["f1"])]

    def test_what_is_planned_is_no_last_date(self) -> None:
        found = answer(role(1, "N", "x", year=2021), role(2, "S", "x", "planned", year=2040))
        assert head(view(found, ROLES + 'headline: "to {last when}"'))[0] == "to 2021"

    def test_it_says_unasked_what_is_not_firm_and_what_rests_on_one_document(self) -> None:
        found = answer(role(1, "N", "x"), role(2, "S", "x", "planned"))
        assert head(view(found, ROLES + 'headline: "{rows: row}"')) == [
            "2 rows",
            "1 of 2 rows is only planned, proposed, expected or somebody's view.",
            "All of it rests on one document, Report.",
        ]

    def test_what_is_held_wrong_is_not_counted(self) -> None:
        wrong = Mark(HELD_WRONG, "held wrong by the editors", "Why.")
        found = answer(role(1, "N", "x"), role(2, "S", "x", "", wrong))
        assert head(view(found, ROLES + 'headline: "{rows: row}"'))[:2] == [
            "1 row",
            "Not counted: 1 row that the editors hold wrong.",
        ]


class TestHeaders:
    @pytest.mark.parametrize(
        ("short", "told"),
        [
            ("row: [whom]\ncolumns:\n  a: '{who}'", "`row` of `short` names a column `whom` that the answer lacks"),
            ("columns:\n  a: '{whom}'", "`columns` of `short` names a column `whom`"),
            ("columns:\n  a: '{who'", "cannot be read: its braces do not match"),
            ("columns:\n  a: '{who}[ ['", "cannot be read: its square brackets do not match"),
            ("columns:\n  a: {line: '{who}', count: role}", "takes one of line, count, number"),
            ("columns:\n  a: {line: '{who}', gather: role}", "names a column that its line does not tell"),
            ("columns:\n  a: {line: '{who}', when: {whom: x}}", "names a column `whom`"),
            ("row: [who]", "`short` needs `columns`"),
            ("columns:\n  a: '{who}'\ngroups: whom", "`groups` of `short` names a column `whom`"),
            ("columns:\n  a: '{who}'\ngroups:\n  g: {when: {firmness: [sure]}}", "`firmness` takes done, agreed"),
            ("columns:\n  a: '{who}'\nheadline: '{counts}'", "has a placeholder `{counts}` that means nothing"),
            ("columns:\n  a: '{who}'\nheadline: '{first whom}'", "`headline` names a column `whom`"),
            ("columns:\n  a: '{who}'\nheadline: '{rows big}'", "names a group `big` that `groups` lacks"),
            ("columns:\n  a: '{who}'\nsort: [-whom]", "`sort` of `short` names a column `whom`"),
            ("columns:\n  a: '{who}'\nlimit: 3", "short has an unknown key `limit`"),
        ],
    )
    def test_what_does_not_fit_is_refused_with_its_line(self, short: str, told: str) -> None:
        with pytest.raises(SyntaxProblem) as problem:
            query(short)
        assert told in problem.value.message
        assert problem.value.place.startswith("roles.rq:")

    def test_a_header_is_the_same_out_of_the_cache(self, tmp_path: Path) -> None:
        text = query(ROLES + "groups:\n  g: {heading: G, when: {not who: x}}\nheadline: '{rows g}'").text
        first, second = (parse_query(text, "roles", "roles.rq", tmp_path) for _ in range(2))
        assert first == second
        assert first.short is not None


WORDS = ["", "planned", "agreed", "in the author's view", "under discussion"]
SHORTS = [
    ROLES,
    'columns:\n  who: "{who}"\n  said: "{role}[ in {when}]"\ngroups: firmness',
    'row: [role]\ncolumns:\n  role: "{role}"\n  by: {line: "{role}: {who}", gather: who, most: 1}\nsort: [-rows, role]',
    'row: [who]\ncolumns:\n  who: "{who}"\n  n: {number: role}\nacross: role\nshow: when\nmost: 2',
    'columns:\n  said: {line: "{who}", when: {not role: owner}}\n  role: "{role}"\ngroups: "{role}"\nmost: 3',
]


@st.composite
def answers(draw: st.DrawFn) -> CitedAnswer:
    rows = []
    for number in range(draw(st.integers(0, 12))):
        said = draw(st.booleans())
        marks = [Mark(CLAIMED, "says North")] if said else []
        who, name = draw(st.sampled_from("ABCD")), draw(st.sampled_from(["owner", "user", "a long name of a role"]))
        year = draw(st.sampled_from([0, 2019, 2021]))
        rows.append(role(number, who, name, draw(st.sampled_from(WORDS)), *marks, year=year))
    return answer(*rows)


@given(answers(), st.sampled_from(SHORTS))
@settings(max_examples=examples(50))
def test_nothing_is_lost_and_no_mark_is_hidden_whatever_the_answer(found: CitedAnswer, short: str) -> None:
    made = view(found, short + '\nheadline: "{rows: row}"')
    short_views.hold(made, found)


@given(answers(), st.sampled_from(SHORTS), st.sampled_from([40, 60, 100, 160]))
@settings(max_examples=examples(25))
def test_the_text_keeps_its_width(found: CitedAnswer, short: str, width: int) -> None:
    made = view(found, short)
    text = short_text(people_of(made, with_sources=True), made.title, width)
    assert max(map(display_width, text.splitlines()), default=0) <= width


class TestCommand:
    def test_detail_has_all_rows_and_the_short_view_counts_them(self, repository: Path, run: Run) -> None:
        short, detail = run("query", "cpc_shares")[1], run("query", "cpc_shares", "--detail")[1]
        assert "All rows: kzgraph query cpc_shares --detail" in short
        assert "4 named shares" in short
        assert "4 named shares" not in detail

    @pytest.mark.slow  # what was known at a day is derived for the whole graph
    def test_the_command_for_the_detail_has_the_options_of_the_question(self, repository: Path, run: Run) -> None:
        out = run("query", "trade_missions", "-p", "from=Kazakhstan", "--known-by", "2023-12-31")[1]
        assert "kzgraph query trade_missions --known-by 2023-12-31 -p from=Kazakhstan --detail" in " ".join(out.split())

    def test_machine_formats_have_the_detail(self, repository: Path, run: Run) -> None:
        data = json.loads(run("query", "cpc_shares", "-f", "json")[1])
        assert len(data["rows"]) == 5
        assert data["columns"][0]["name"] == "holder"

    def test_one_row_alone_folds_nothing(self, repository: Path, run: Run) -> None:
        out = " ".join(run("query", "memberships", "-p", "organisation=kz:CSTO")[1].split())
        assert "Tajikistan" in out
        assert "and 2 more" not in out
        assert "Folded" not in out

    def test_memberships_are_asked_of_one_state(self, repository: Path, run: Run) -> None:
        told = json.loads(run("query", "memberships", "-p", "state=Türkiye", "-f", "json")[1])
        states = {value["text"] for row in told["rows"] for value in row["state"]}
        assert (states, len(told["rows"]) > 3) == ({"Türkiye"}, True)

    def test_what_a_sign_means_is_told_before_the_notes(self, repository: Path, run: Run) -> None:
        lines = [line.strip() for line in run("query", "btc_history")[1].splitlines()]
        signs = [n for n, line in enumerate(lines) if line[:2] in {"† ", "≠ "} and ": The" not in line]
        assert lines[signs[0]] == "† supplied or inferred by the editors"
        assert lines[signs[0] + 1].startswith("≠ another document says otherwise")

    def test_an_answer_as_of_a_day_says_that_undated_facts_stay(self, repository: Path, run: Run) -> None:
        told = "Facts for which no document gives a time are kept, whatever the date."
        assert told in run("query", "cpc_shares", "--as-of", "1990")[1]
        assert told not in run("query", "cpc_shares")[1]

    def test_an_answer_without_rows_is_a_sentence(self, repository: Path, run: Run) -> None:
        code, out, err = run("query", "trade_missions", "-p", "from=Georgia")
        assert code == 0
        assert "No document tells of a trade mission" in out
        assert "no rows: there are rows for from = " in err

    def test_a_power_that_takes_part_is_not_told_as_avoided(self, repository: Path, run: Run) -> None:
        groups = {p: run("query", "power_and_corridor", "-p", f"power={p}")[1] for p in ("Russia", "Türkiye")}
        assert ["Is avoided · " in text for text in groups.values()] == [True, False]
        assert "Has another part or stance · " in groups["Türkiye"]


@pytest.mark.parametrize("query", ["repeated_statements", "source_conflicts"])
def test_the_name_of_a_document_has_its_footnote_behind_it(repository: Path, run: Run, query: str) -> None:
    out = " ".join(run("query", query)[1].split("\n\n Ali 2023: [")[0].split())
    names = r"(?:Ali|Bayramov|Yagubova|Brussels Morning|Egamberdiyev & Shaldarbekova) 20\d\d"
    assert len(re.findall(rf"{names}\[\d+\]", out)) > 5
    assert re.findall(rf"[(,] ?{names}(?!\[)", out) == []
