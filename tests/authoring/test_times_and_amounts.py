"""Times and amounts as articles write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kzgraph.authoring.reading.amounts import AmountReader, decimal_text
from kzgraph.authoring.reading.times import read_time, times_in
from kzgraph.errors import UsageError

UNITS = {"tonne": "t", "ton": "t", "tonne per year": "t/a", "percent": "%", "%": "%", "US dollar": "$", "$": "$"}
UNITS |= {"day": "d", "times": "x", "number": "n", "kilometre": "km", "km": "km"}
COMPARATORS = {"about": "~", "around": "~", "more than": ">", "up to": "<=", "less than": "<", "at least": ">="}
READER = AmountReader(UNITS, COMPARATORS, between="..", times="x")


@pytest.mark.parametrize(
    ("text", "day", "start", "end", "attested", "words"),
    [
        ("2024", "2024", "", "", "", ""),
        ("2024-03", "2024-03", "", "", "", ""),
        ("2024-03-11", "2024-03-11", "", "", "", ""),
        ("11 March 2024", "2024-03-11", "", "", "", ""),
        ("March 11, 2024", "2024-03-11", "", "", "", ""),
        ("11 Mar 2024", "2024-03-11", "", "", "", ""),
        ("11.03.2024", "2024-03-11", "", "", "", ""),
        ("11 марта 2024", "2024-03-11", "", "", "", ""),
        ("11 наурыз 2024", "2024-03-11", "", "", "", ""),
        ("11 mart 2024", "2024-03-11", "", "", "", ""),
        ("11 Ağustos 2024", "2024-08-11", "", "", "", ""),
        ("10-11 June 1997", "", "1997-06-10", "1997-06-11", "", ""),
        ("June 10–11, 1997", "", "1997-06-10", "1997-06-11", "", ""),
        ("2022-2026", "", "2022", "2026", "", ""),
        ("2022–26", "", "2022", "2026", "", ""),
        ("from March 2022 to 5 June 2023", "", "2022-03", "2023-06-05", "", ""),
        ("since 2009", "", "2009", "", "", ""),
        ("until 5 June 2026", "", "", "2026-06-05", "", ""),
        ("as of 11 March 2024", "", "", "", "2024-03-11", ""),
        ("in May 2023", "2023-05", "", "", "", ""),
        ("2023 (last year)", "2023", "", "", "", "last year"),
        ("first quarter of 2024", "", "2024-01", "2024-03", "", ""),
        ("in the third quarter of 2024", "", "2024-07", "2024-09", "", ""),
        ("Q4 2023", "", "2023-10", "2023-12", "", ""),
        ("2Q 2023", "", "2023-04", "2023-06", "", ""),
        ("2024-Q1", "", "2024-01", "2024-03", "", ""),
        ("H1 2024", "", "2024-01", "2024-06", "", ""),
        ("the second half of 2022", "", "2022-07", "2022-12", "", ""),
        ("last quarter of 2022", "", "2022-10", "2022-12", "", ""),
        ("first seven months of 2024", "", "2024-01", "2024-07", "", ""),
        ("January-July 2024", "", "2024-01", "2024-07", "", ""),
        ("from January to July 2024", "", "2024-01", "2024-07", "", ""),
        ("первом квартале 2024", "", "2024-01", "2024-03", "", ""),
        ("I квартал 2024", "", "2024-01", "2024-03", "", ""),
        ("by 2030", "", "", "2030", "", ""),
        ("by the end of 2030", "", "", "2030", "", "by the end of 2030"),
        ("early 2024", "2024", "", "", "", "early 2024"),
        ("at the end of March 2024", "2024-03", "", "", "", "at the end of March 2024"),
        ("mid-2024", "2024", "", "", "", "mid-2024"),
        ("since late 2021", "", "2021", "", "", "since late 2021"),
    ],
)
def test_a_time_is_read(text: str, day: str, start: str, end: str, attested: str, words: str) -> None:
    found = read_time(text)
    told = [str(d) if d else "" for d in (found.date, found.start, found.end, found.attested)]
    assert [*told, found.words] == [day, start, end, attested, words]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "31 February 2024",
        "2024-13-01",
        "11",
        "30.02.2024",
        "in the spring",
        "H3 2024",
        "July-March 2024",
        "first 13 months of 2024",
        "a quarter of 2024",
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        read_time(text)


def test_times_stand_out_of_a_sentence() -> None:
    text = "On 5 June 2024 and in 2022-2026, but not in March or on 12 May; room 2024a is none."
    found = [(text[f.start : f.end], f.time is not None) for f in times_in(text)]
    assert found == [("5 June 2024", True), ("2022-2026", True), ("12 May", False)]
    text = "In the first quarter of 2024, in January–May 2023, in Q2 2022, by the end of 2030; a quarter of it."
    found = [(text[f.start : f.end], f.time is not None) for f in times_in(text)]
    assert [words for words, _ in found] == [
        "the first quarter of 2024",
        "January–May 2023",
        "Q2 2022",
        "the end of 2030",
    ]


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_every_day_reads_alike_however_it_is_written(day: date) -> None:
    ways = (day.isoformat(), f"{day.day} {day:%B} {day.year}", f"{day:%B} {day.day}, {day.year}", f"{day:%d.%m.%Y}")
    assert {str(read_time(way).date) for way in ways} == {day.isoformat()}


@pytest.mark.parametrize(
    ("text", "value", "maximum", "unit", "comparator"),
    [
        ("4.5 million tons", "4500000.0", "", "t", ""),
        ("4,5 million tons", "4500000.0", "", "t", ""),
        ("10 mln tonnes", "10000000.0", "", "t", ""),
        ("240,000 tons annually", "240000.0", "", "t/a", ""),
        ("240 000 tonnes per year", "240000.0", "", "t/a", ""),
        ("about $500 million", "500000000.0", "", "$", "~"),
        ("around 65%", "65.0", "", "%", "~"),
        ("65 percent", "65.0", "", "%", ""),
        ("up to 2.2 million tons a year", "2200000.0", "", "t/a", "<="),
        ("58-60 days", "58.0", "60.0", "d", ".."),
        ("400–500 million US dollars", "400000000.0", "500000000.0", "$", ".."),
        ("33-fold", "33.0", "", "x", ""),
        ("fivefold", "5.0", "", "x", ""),
        ("at least seven days", "7.0", "", "d", ">="),
        ("1,234,567.5 km", "1234567.5", "", "km", ""),
        ("96,000 containers", "96000.0", "", "", ""),
        ("more than 20", "20.0", "", "", ">"),
    ],
)
def test_an_amount_is_read(text: str, value: str, maximum: str, unit: str, comparator: str) -> None:
    found = READER.read(text)
    high = "" if found.maximum is None else decimal_text(found.maximum)
    assert (decimal_text(found.value), high, found.unit, found.comparator) == (value, maximum, unit, comparator)


def test_what_is_left_of_an_amount_is_told() -> None:
    assert READER.read("96,000 containers").rest == "containers"
    assert READER.read("about 20 tons").rest == ""


@pytest.mark.parametrize("text", ["", "many", "1.500 tons", "5 of 7 ports", "x" * 300])
def test_an_amount_that_may_be_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        READER.read(text)


@given(st.integers(0, 10**9), st.sampled_from(["", " million", " billion"]), st.sampled_from(["tons", "days", "km"]))
def test_a_number_survives_its_words(number: int, scale: str, unit: str) -> None:
    factor = {"": 1, " million": 10**6, " billion": 10**9}[scale]
    assert READER.read(f"{number:,}{scale} {unit}").value == Decimal(number) * factor


def test_amounts_stand_out_of_a_sentence() -> None:
    text = "From 800,000 tons to 4.1 million tons, or about 65%, in 2024; the A380 and page 5 are none; $55 million."
    assert [f.words for f in READER.find(text)] == ["800,000 tons", "4.1 million tons", "about 65%", "$55 million"]
    assert [f.words for f in READER.find("14 tons, against 9 tons a year earlier")] == ["14 tons", "9 tons"]
    text = "A zone of 19 hectares for 22.8 billion tenge; in 2024 the line had 12 ships and the 10th port."
    assert [f.words for f in READER.find(text)] == ["19 hectares", "22.8 billion tenge", "12 ships"]
