"""What numbers, dates and scripts are read from texts, and that facts of any number agree with their own words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kzgraph.checks.evidence.passage_words import one_day
from kzgraph.dates import dates_in_words
from kzgraph.wording.numbers import large_number, number, numbers_in, quantities_in
from kzgraph.wording.scripts import mixed_words, script_of_language, scripts_of


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("4.5 million tonnes", {"4500000"}),
        ("between $400 and $500 million a year", {"400000000", "500000000"}),
        ("12-14 tankers", {"12", "14"}),
        ("1,200 km", {"1200", "1.2"}),
        ("1.234.567,5", {"1234567.5"}),
        ("1 234 567 tonnes", {"1234567"}),
        ("20,75%", {"20.75"}),
        ("$1 mlrd", {"1000000000"}),
        ("half a billion", set()),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, numbers: set[str]) -> None:
    assert numbers_in(text) == {Decimal(n) for n in numbers}


@given(st.decimals(min_value=0, max_value=10**15, places=2))
def test_each_number_that_the_tool_writes_is_read_again(value: Decimal) -> None:
    written = f"{value:f}"
    assert value in numbers_in(number(written))
    assert value in numbers_in(large_number(written))


def test_years_and_counts_are_no_quantities() -> None:
    assert quantities_in("14 tankers in 2022, $5 each, 3 % more, 2 to 3 million tonnes") == {
        *map(Decimal, (5, 3, 2_000_000, 3_000_000))
    }


def test_months_are_read_with_the_day_beside_them() -> None:
    assert dates_in_words("on 24 August, and from March 5 to late April 2022") == [(8, 24), (3, 5), (4, 0)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("opened on 24 August 2022, and busy in 2023", "2022-08-24"),
        ("opened on 24.08.2022", "2022-08-24"),
        ("on the 24th of Aug 2022, that is, on August 24, 2022", "2022-08-24"),
        ("on 5 May it sold 2018 lamps", ""),
        ("from 24 August to 26 August 2022", ""),
        ("in August 2022", ""),
    ],
)
def test_a_text_gives_a_day_with_its_year_if_it_names_no_other(text: str, day: str) -> None:
    assert str(one_day(text) or "") == day


def test_a_script_subtag_goes_before_the_habit_of_the_language() -> None:
    tags = ["ru", "ru-Latn", "kk-Cyrl", "en", "az-Cyrl-AZ", "zh-Hans", "xx"]
    assert [script_of_language(t) for t in tags] == ["Cyrillic", "Latin", "Cyrillic", "Latin", "Cyrillic", "", ""]


def test_letters_that_look_alike_are_told_apart() -> None:
    assert scripts_of("Erewhon, 2020") == {"Latin"}
    assert mixed_words("Erеwhon and Утопия, ТМТМ-2") == ["Erеwhon"]
