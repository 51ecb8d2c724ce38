"""When a fact was: dates of a day, month or year, and what is made of them, against a calendar of single days."""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kzgraph.dates import ALWAYS, Days, PartialDate, When, date_datatype, dates_of
from kzgraph.errors import UsageError
from kzgraph.literals import comparable
from kzgraph.namespaces import KZO, XSD
from kzgraph.terms import Term

YEARS = st.one_of(st.integers(1990, 2030), st.integers(-99_999, 99_999))
ZONES = st.sampled_from(["", "Z", "+05:00", "-14:00"])


@st.composite
def partial_dates(draw: st.DrawFn, years: st.SearchStrategy[int] = YEARS) -> PartialDate:
    """A day, a month or a year."""
    year = draw(years)
    month = draw(st.integers(0, 12))
    last = calendar.monthrange(year % 400 + 400, month)[1] if month else 0
    return PartialDate(year, month, draw(st.integers(0, last)), draw(ZONES))


# Within two years, so that many of them touch; each day can then be looked at.
NEAR = partial_dates(st.integers(2021, 2022))
CALENDAR = [date(2020, 12, 1) + timedelta(n) for n in range(800)]
FEW = st.lists(NEAR, max_size=2).map(tuple)
WHENS = st.builds(
    When,
    dates=FEW,
    starts=FEW,
    ends=FEW,
    attested=FEW,
    after=FEW,
    before=FEW,
    is_inferred=st.booleans(),
    as_stated=st.lists(st.sampled_from(["recently", "in spring"]), max_size=1).map(tuple),
)


def day(text: str) -> PartialDate:
    found = PartialDate.parse(text)
    assert found is not None
    return found


def is_possible(of: PartialDate, moment: date) -> bool:
    """Whether a date may mean a day, by the parts that it names."""
    return all(known in {0, part} for known, part in ((of.month, moment.month), (of.day, moment.day))) and (
        of.year == moment.year
    )


def literal(value: str, datatype: str) -> Term:
    return Term("literal", value, XSD + datatype)


class TestDates:
    """A day, a month or a year."""

    @given(partial_dates())
    def test_what_is_shown_is_read_again_at_the_same_precision(self, one: PartialDate) -> None:
        again = PartialDate.parse(str(one))
        assert again == one
        assert str(again) == str(one)
        assert date_datatype(str(one)) == one.datatype
        assert PartialDate.of(Term("literal", str(one), one.datatype)) == one

    @given(NEAR)
    def test_the_days_are_all_those_that_it_may_mean(self, one: PartialDate) -> None:
        days = [d for d in CALENDAR if is_possible(one, d)]
        assert one.days == (days[0].toordinal(), days[-1].toordinal())

    @given(partial_dates(), partial_dates())
    def test_the_order_is_total_and_goes_by_the_earliest_day(self, one: PartialDate, other: PartialDate) -> None:
        assert (one < other) + (one == other) + (one > other) == 1
        if one < other:
            assert one.days.first <= other.days.first
        if one.days.first == other.days.first and one < other:
            assert one.days.contains(other.days)
        assert one.is_before(other) == (one.days.last < other.days.first)

    @given(partial_dates(), partial_dates())
    def test_two_dates_lie_in_each_other_or_apart(self, one: PartialDate, other: PartialDate) -> None:
        nested = one.days.contains(other.days) or other.days.contains(one.days)
        assert one.days.meets(other.days) == nested

    @given(partial_dates(st.integers(-3_000, 3_000)))
    def test_the_years_have_their_days_without_a_gap(self, one: PartialDate) -> None:
        this, following = PartialDate(one.year), PartialDate(one.year + 1)
        assert following.days.first == this.days.last + 1
        months = [PartialDate(one.year, m).days for m in range(1, 13)]
        assert sum(d.last - d.first + 1 for d in months) == this.days.last - this.days.first + 1

    @pytest.mark.parametrize(
        ("text", "datatype"),
        [
            ("2022", "gYear"),
            ("2022Z", "gYear"),
            ("2022-08:00", "gYear"),  # a zone, not a month
            ("0800", "gYear"),
            ("0000", "gYear"),
            ("-0044-03-15", "date"),
            ("12022-08", "gYearMonth"),
            ("2024-02-29", "date"),
            ("2022-08-24+05:00", "date"),
            ("2022-08-24T24:00:00", "dateTime"),
            ("2022-08-24T10:00:00.5Z", "dateTime"),
        ],
    )
    def test_what_xsd_allows_is_a_date(self, text: str, datatype: str) -> None:
        assert date_datatype(text) == XSD + datatype
        assert str(day(text)) == text
        assert PartialDate.of(literal(text, datatype)) == day(text)
        assert PartialDate.of(literal(text, "gMonth")) is None

    @pytest.mark.parametrize(
        "text",
        [
            *("", "22", "022", "02022", "+2022", "٢٠٢٢", "2022\n", "recently", "--08", "2022+15:00"),
            *("2022-13", "2022-00", "2022-08-00", "2023-02-29", "2024-02-30", "1900-02-29"),
            *("2022-8-24", "2022/08/24", "2022-08-24 ", "2022-08-24T24:00:01", "2022-08-24T25:00:00"),
        ],
    )
    def test_what_xsd_does_not_allow_is_no_date(self, text: str) -> None:
        assert date_datatype(text) == ""
        assert PartialDate.parse(text) is None
        assert PartialDate.parse_plain(text) is None

    @given(st.one_of(st.text(), st.text("0123456789-:TZ+.")))
    def test_no_text_is_too_odd(self, text: str) -> None:
        assert (PartialDate.parse(text) is not None) == bool(date_datatype(text)) or len(text) > 9

    def test_a_year_of_thousands_of_digits_is_well_written_and_not_computed_with(self) -> None:
        year = "4" * 5000
        assert date_datatype(year + "-02-29") == XSD + "date"
        assert date_datatype(year[:-1] + "5-02-29") == ""
        assert PartialDate.parse(year) is None

    @pytest.mark.parametrize("text", ["2022Z", "-0044", "0000", "12022", "2022-08-24T10:00:00"])
    def test_users_type_years_of_four_digits(self, text: str) -> None:
        assert PartialDate.parse(text) is not None
        assert PartialDate.parse_plain(text) is None
        assert PartialDate.parse_plain("2022-08") == PartialDate(2022, 8)

    @pytest.mark.parametrize(
        ("text", "meant"),
        [
            *(("24 August 2022", "2022-08-24"), ("August 24, 2022", "2022-08-24"), ("24th of aug 2022", "2022-08-24")),
            *(("24.08.2022", "2022-08-24"), ("Sept. 2022", "2022-09"), ("May 2022", "2022-05"), (" 2022 ", "2022")),
            *(("24 августа 2022", "2022-08-24"), ("марта 2023", "2023-03"), ("маусым 2022", "2022-06")),
        ],
    )
    def test_users_type_dates_in_words_too(self, text: str, meant: str) -> None:
        assert str(PartialDate.typed(text)) == meant

    @given(partial_dates())
    def test_what_is_shown_can_be_typed(self, one: PartialDate) -> None:
        assert not 1000 <= one.year <= 9999 or PartialDate.typed(one.words) == one

    @pytest.mark.parametrize(
        "text", ["summer 2022", "24/08/2022", "31 June 2022", "1 May 2 2022", "May", "Maybe 2022", "44 BC", "2022Z", ""]
    )
    def test_what_means_no_one_date_is_refused_with_the_forms_that_do(self, text: str) -> None:
        with pytest.raises(UsageError) as caught:
            PartialDate.typed(text, "--from")
        assert str(caught.value) == f"`{text}` is no date, which --from takes"
        assert caught.value.hint.startswith("write 24 August 2022, 2022-08-24")

    def test_a_zone_does_not_tell_dates_apart(self) -> None:
        assert day("2022-08-24Z") == day("2022-08-24+05:00") == day("2022-08-24")

    def test_a_value_counts_as_a_date_by_its_datatype(self) -> None:
        terms = [literal("2022", "date"), literal("2022", "gYear"), Term("literal", "2021"), Term("uri", "2020")]
        assert dates_of(terms) == (PartialDate(2022),)


class TestFacts:
    """The time of a fact."""

    @given(WHENS, WHENS, WHENS)
    def test_the_order_is_total(self, one: When, two: When, three: When) -> None:
        assert (one.order < two.order) + (one.order == two.order) + (one.order > two.order) == 1
        first, second, third = sorted([one, two, three], key=lambda w: w.order)
        assert first.order <= second.order <= third.order

    @given(NEAR, FEW, NEAR, FEW)
    def test_what_was_surely_earlier_comes_first(
        self, one: PartialDate, after: tuple[PartialDate, ...], two: PartialDate, later: tuple[PartialDate, ...]
    ) -> None:
        first, second = When(dates=(one,), after=after), When(dates=(two,), after=later)
        if one.is_before(two):
            assert first.order < second.order

    @given(WHENS)
    def test_a_fact_without_dates_comes_last(self, one: When) -> None:
        assert one.order < When().order or not str(one)
        if one.dates or one.starts or one.ends or one.attested:
            assert one.order < When(as_stated=("recently",)).order < When().order

    @given(NEAR, NEAR)
    def test_what_came_after_a_date_sorts_after_all_its_days(self, known: PartialDate, other: PartialDate) -> None:
        year = PartialDate(known.year)
        later = When(dates=(year,), after=(known,))
        if known != year:
            assert later.order > When(dates=(known,)).order
        if other.is_before(known) or (known.days.contains(other.days) and known != year):
            assert later.order > When(dates=(other,)).order
        if known.is_before(other) and other != year:
            assert later.order < When(dates=(other,)).order

    def test_a_year_known_to_be_after_november_sorts_after_november(self) -> None:
        texts = ["2022", "2022-04", "2022-06-27", "2022-11", "2022-11-11", "2022-12", "2023"]
        facts = [When(dates=(day(t),)) for t in texts]
        meeting = When(dates=(day("2022"),), after=(day("2022-11"),), is_inferred=True)
        shown = [str(w) for w in sorted([meeting, *reversed(facts)], key=lambda w: w.order)]
        assert shown == [
            *("April 2022", "27 June 2022", "11 November 2022", "November 2022", "2022, after November 2022†"),
            *("December 2022", "2022", "2023"),
        ]

    def test_a_year_sorts_after_its_days_and_a_month_too(self) -> None:
        texts = ["2022-04-30", "2022-04", "2022-12-31", "2022-12", "2022", "2023-01-01"]
        found = sorted((When(dates=(day(t),)) for t in reversed(texts)), key=lambda w: w.order)
        assert [w.edtf for w in found] == texts

    @pytest.mark.parametrize(
        ("start", "end", "words"),
        [
            ("1997-06-10", "1997-06-11", "10–11 June 1997"),
            ("1997-06-10", "1997-06-10", "10 June 1997"),
            ("2022-01", "2022-06", "January–June 2022"),
            ("2022-12-30", "2023-01-02", "30 December 2022 – 2 January 2023"),
            ("2013", "2015", "2013–2015"),
        ],
    )
    def test_a_span_says_once_what_its_ends_share(self, start: str, end: str, words: str) -> None:
        when = When(starts=(day(start),), ends=(day(end),))
        assert (when.words, when.edtf) == (words, f"{start}/{end}")

    def test_what_is_only_reported_was_so_then_or_earlier(self) -> None:
        reported = When(attested=(day("2023"), day("2022-08")))
        assert (reported.edtf, reported.own_edtf) == ("[..2022-08]", "")
        assert When(starts=(day("2021"),), attested=(day("2022"),)).edtf == "2021/.."

    def test_what_a_fact_carries_further_is_not_told(self) -> None:
        assert When(follows=(day("2022-08-24"),)).words == ""
        assert When(after=(day("2022-08-24"),)).words == "after 24 August 2022"
        assert When(before=(day("2022-11"),)).words == "before November 2022"

    def test_an_earlier_fact_that_does_not_fit_is_passed_over(self) -> None:
        plain = When(dates=(day("2022-08"),))
        for other in ("2021", "2022", "2022-08", "2023-01"):
            assert When(dates=(day("2022-08"),), after=(day(other),)).order == plain.order
        assert When(attested=(day("2023"),), after=(day("2023-04"),)).order == When(attested=(day("2023"),)).order

    def test_what_is_carried_further_sorts_before_what_does_so(self) -> None:
        second, month = When(dates=(day("2023-03-27"),)), (day("2023-03"),)
        first = When(dates=month, followed=second.dates)
        assert When(dates=(day("2023-03-26"),)).order < first.order < second.order < When(dates=month).order
        for other in ("2022-03-27", "2023-03", "2023"):
            assert When(dates=month, followed=(day(other),)).order == When(dates=month).order

    def test_a_fact_without_a_date_sorts_by_those_before_and_after_it(self) -> None:
        november = When(dates=(day("2022-11"),))
        assert When(after=(day("2022-11"),)).order > november.order > When(before=(day("2022-11"),)).order

    @given(WHENS, NEAR)
    def test_a_fact_stands_on_a_day_if_its_dates_leave_it_open(self, one: When, on: PartialDate) -> None:
        """The model: single days, of which each date of the fact must leave one open on the right side."""
        asked = [d for d in CALENDAR if is_possible(on, d)]

        def days_of(dates: tuple[PartialDate, ...]) -> list[list[date]]:
            return [[d for d in CALENDAR if is_possible(of, d)] for of in dates]

        firsts, lasts = days_of(one.dates + one.starts + one.after), days_of(one.ends + one.before)
        begun = {d for d in asked if all(any(f <= d for f in days) for days in firsts)}
        going = {d for d in asked if all(any(e >= d for e in days) for days in lasts)}
        if one.bounds.first <= one.bounds.last:
            assert one.stands_on(on) == bool(begun & going)
        else:  # the fact contradicts itself; then it may be seen where neither end shuts it out
            assert one.stands_on(on) == (bool(begun) and bool(going))

    @given(NEAR, NEAR)
    def test_a_span_has_its_ends_in_it(self, start: PartialDate, end: PartialDate) -> None:
        span = When(starts=(start,), ends=(end,))
        if not end.is_before(start):
            assert span.bounds == Days(start.days.first, end.days.last)
            assert span.stands_on(start)
            assert span.stands_on(end)
        assert ALWAYS.contains(span.bounds)

    @pytest.mark.parametrize(
        ("properties", "shown"),
        [
            ({}, ""),
            ({"date": ["2022"]}, "2022"),
            ({"date": ["2022-08-24", "2022"]}, "2022 or 24 August 2022"),
            ({"start": ["2013"], "end": ["2015"]}, "2013–2015"),
            ({"start": ["2013"]}, "since 2013"),
            ({"end": ["2015-01"]}, "until January 2015"),
            ({"attestedOn": ["2023"]}, "as reported in 2023"),
            ({"date": ["2023"], "start": ["2022"], "end": ["2027"]}, "2023, 2022–2027"),
            ({"date": ["0800"]}, "800"),
            ({"date": ["-0044-03-15"]}, "15 March 45 BC"),
            ({"date": ["2022Z"]}, "2022"),
        ],
    )
    def test_a_time_is_shown_at_its_precision(self, properties: dict[str, list[str]], shown: str) -> None:
        terms = {KZO + n: [Term("literal", t, date_datatype(t)) for t in texts] for n, texts in properties.items()}
        assert str(When.read(terms)) == shown
        inferred = terms | {KZO + "dateBasis": [Term("uri", KZO + "DateInferred")]}
        assert str(When.read(inferred)) == (f"{shown}†" if shown else "")
        stated = inferred | {KZO + "dateAsStated": [Term("literal", "in spring", language="en")]}
        assert str(When.read(stated)) == (f"{shown}, “in spring”†" if shown else "“in spring”")

    @pytest.mark.parametrize(("text", "datatype"), [("2024-02-30", "date"), ("soon", "gYear"), ("2022", "date")])
    def test_a_value_that_is_no_date_is_shown_as_words(self, text: str, datatype: str) -> None:
        when = When.read({KZO + "date": [literal(text, datatype)]})
        assert str(when) == f"“{text}”"
        assert when.bounds == ALWAYS


def test_what_is_not_done_is_not_told_as_begun() -> None:
    when = When(starts=(PartialDate(2023),))
    assert (when.words, when.words_of_plan) == ("since 2023", "from 2023")
    assert When(dates=(PartialDate(2023),)).words_of_plan == "2023"


IN_ORDER = [
    "-99999999-01-01T00:00:00",
    "-0001-12-31T23:59:59.999",
    "0000-01-01T00:00:00",
    "0001-01-01T00:00:00",
    "0001-01-01T00:00:00.05",
    "0001-01-01T00:00:00.1234567890123456789012345678901234567890",
    "0001-01-01T00:00:00.5",
    "9999-12-31T23:59:59",
    "10000-01-01T00:00:00",
    "99999999-12-31T24:00:00",
]
ALIKE = [
    ("2022-01-01T24:00:00", "2022-01-02T00:00:00"),
    ("9999-12-31T24:00:00", "10000-01-01T00:00:00"),
    ("-0001-12-31T24:00:00.00", "0000-01-01T00:00:00"),
    ("2022-01-01T00:00:00.50", "2022-01-01T00:00:00.5"),
    ("0001-01-01T00:00:00+14:00", "0000-12-31T10:00:00Z"),
    ("9999-12-31T23:59:59-14:00", "10000-01-01T13:59:59Z"),
    ("2022-01-01T00:00:00-00:30", "2022-01-01T00:30:00+00:00"),
]


def moment(text: str) -> object:
    """What a moment is compared by."""
    found = comparable(Term("literal", text, XSD + "dateTime"))
    assert found is not None
    return found


@pytest.mark.parametrize("zone", ["", "Z", "+14:00", "-00:30"])
def test_moments_of_all_years_are_in_order(zone: str) -> None:
    found = [moment(text + zone) for text in IN_ORDER]
    assert sorted(found) == found  # type: ignore[type-var]  # pairs of a text and of numbers
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_moments_that_are_one(one: str, other: str) -> None:
    assert moment(one) == moment(other)


@given(st.datetimes(), st.datetimes(), st.sampled_from(["", "Z"]))
def test_moments_are_ordered_as_python_orders_them(one: datetime, other: datetime, zone: str) -> None:
    first, second = (moment(each.isoformat() + zone) for each in (one, other))
    assert (first < second, first == second) == (one < other, one == other)  # type: ignore[operator]  # as above


@pytest.mark.parametrize(
    "text", ["2022-12-31T23:59:60", "2022-01-01T24:00:01", "2022-01-01T00:00:00+14:01", f"{'9' * 5000}-01-01T00:00:00Z"]
)
def test_what_is_no_moment_or_too_far_has_no_order(text: str) -> None:
    assert comparable(Term("literal", text, XSD + "dateTime")) is None
