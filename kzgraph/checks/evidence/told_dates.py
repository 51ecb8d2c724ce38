"""Fourth stage, with the texts at hand: a date of a fact is one that its passage gives, and a gist infers none.

Day, month and year stand together in the passage, and not each for itself; of a fact with an inferred date the gist
names no year or month that the passage leaves out. The words are English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs, is_attributed
from kzgraph.checks.statements.own_words import issued_of
from kzgraph.checks.syntax.context import Context
from kzgraph.dates import MONTHS, PartialDate, date_pattern, dates_in_words, written_date
from kzgraph.graph.triples import key
from kzgraph.namespaces import SKOS

_DATES = ("date", "start", "end", "attestedOn")
_WRITTEN = date_pattern(r"\d{4}")
_YEAR = re.compile(r"(?<![\d.,-])(?:19|20)\d\d(?![\d-]|[.,]\d)")
_THIS_YEAR = re.compile(
    r"\b(?:this|last|next|current|previous|past|coming) year\b|\byear (?:ago|before)\b", re.IGNORECASE
)
_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_IN_FIGURES = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d\d")
_MONTH = re.compile(rf"(?<!^)\b({'|'.join(MONTHS)})\b")
_BESIDE = re.compile(r"\b(?:(?:next|following|previous) day|(?:days?|eve) (?:before|after|later|earlier|of))\b")
"""Words in English for a day beside another."""
_TO_DAYS = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?(?:\s*[-–—,]\s*|\s+and\s+)(\d{1,2})(?:st|nd|rd|th)?\s+(?=[A-Z])")
_BEFORE_DAYS = re.compile(rf"\b({'|'.join(MONTHS)})\s+(\d{{1,2}})(?:\s*[-–—,]\s*|\s+and\s+)(\d{{1,2}})\b")


def check_told_dates(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each date that the passage does not give as a whole, and each inferred one in a gist."""
    for fact in context.own.out:
        citations = evidence.in_english(fact) if fact in context.facts else []
        if not citations:
            continue
        if any(key(b) == context.model["DateInferred"] for b in context.data.objects(fact, context.model["dateBasis"])):
            _check_gist(context, evidence, fact, citations)
            _check_inferred(context, evidence, fact, citations)
        else:
            words = " | ".join(map(evidence.words, citations))
            _check_dates(context, fact, " | ".join(map(evidence.around, citations)), words)


def _check_dates(context: Context, fact: str, text: str, words: str) -> None:
    """A date stands as a whole in the sentences around; of years and months in the cited words it has one."""
    days = set(_days(text))
    last = max((day.year for day in issued_of(context, fact)), default=0)
    told_years, own_months = set(map(int, _YEARS.findall(words))), {month for month, _ in dates_in_words(words)}
    past = {year for year in told_years if year <= last}  # a later one may be part of a name
    written = {d for found in _WRITTEN.finditer(text) if (d := written_date(found))}
    for property_ in (context.model[word] for word in _DATES):
        for value in context.data.objects(fact, property_):
            date = PartialDate.of(value)
            if date is None or is_attributed(context, fact, property_, value):
                continue
            of_month = {d for d in written if d.month == date.month}
            is_told = (date.month, date.day) in days or any(d.day == date.day for d in of_month)
            years = {d.year for d in of_month}
            if past and date.year not in told_years:
                told = f"has the year {min(past)}"
            elif date.month and own_months and date.month not in own_months and not _IN_FIGURES.search(words):
                told = f"has the month of {MONTHS[min(own_months) - 1]}"
            elif date.day and days and not is_told:
                told = "has no such day of that month"
            elif (
                date.month
                and years
                and date.year not in years
                and len(of_month) == sum(month == date.month for month, _ in days)
            ):
                told = f"has that month of {min(years)}"
            else:
                continue
            message = f"{context.curie(fact)} is dated {date}, and its passage {told}"
            hint = "correct the date, cite the words that give it, or attribute it with its ground"
            context.add("date-not-in-passage", "warning", fact, message, hint, path=(property_,), value=value)


def _check_inferred(context: Context, evidence: CitedParagraphs, fact: str, citations: list[str]) -> None:
    """An inferred date keeps the day that the cited words give, if they give one alone: of it the year is inferred.

    What is dated by words with a day has a day itself.
    """
    days = {(month, day) for month, day in _days(" | ".join(map(evidence.words, citations))) if day}
    quoted = " | ".join(t.value for t in context.data.objects(fact, context.model["dateAsStated"]))
    quoted_months = {month for month, day in _days(quoted) if day}
    for property_ in (context.model[word] for word in ("date", "start")):
        for value in context.data.objects(fact, property_):
            date = PartialDate.of(value)
            told = ""
            if date and date.day and len(days) == 1 and (date.month, date.day) not in days:
                month, day = min(days)
                told = "" if _is_beside(context, fact, date, quoted) else f"has {day} {MONTHS[month - 1]} alone"
            elif date and not date.day and date.month in quoted_months:
                told = f'has a day in "{quoted}"'
            if told:
                message = f"{context.curie(fact)} is dated {date}, and its passage {told}"
                hint = "correct the date, or cite the words on which it rests"
                context.add("date-not-in-passage", "warning", fact, message, hint, path=(property_,), value=value)


def _is_beside(context: Context, fact: str, date: PartialDate, quoted: str) -> bool:
    """Whether the words for a date, or a note, tell of its day, or that it is another than that of the passage."""
    month = MONTHS[date.month - 1]
    own = re.compile(rf"\b(?:{date.day} {month}|{month} {date.day})\b")
    texts = [quoted, *(t.value for t in context.data.objects(fact, SKOS + "editorialNote"))]
    return any(own.search(text) or _BESIDE.search(text) for text in texts)


def _days(text: str) -> Iterator[tuple[int, int]]:
    """The days in a text, each by its month and number: "24 August", "August 24", "24 and 25 August"."""
    yield from dates_in_words(text)
    for found in _TO_DAYS.finditer(text):
        month = re.match(rf"({'|'.join(MONTHS)})\b", text[found.end() :])
        if month:
            yield from ((MONTHS.index(month[1]) + 1, int(found[n])) for n in (1, 2))
    for found in _BEFORE_DAYS.finditer(text):
        yield from ((MONTHS.index(found[1]) + 1, int(found[n])) for n in (2, 3))


def _check_gist(context: Context, evidence: CitedParagraphs, fact: str, citations: list[str]) -> None:
    property_ = context.model["gist"]
    words = " | ".join(map(evidence.words, citations))
    for text in context.data.objects(fact, property_):
        if text.language not in {"", "en"} or is_attributed(context, fact, property_, text):
            continue
        years = [] if _THIS_YEAR.search(words) else _YEAR.findall(text.value)
        told = [d for d in (*years, *_MONTH.findall(text.value)) if d not in words]
        if told:
            message = f"the gist of {context.curie(fact)} has {told[0]}, which the editors inferred"
            hint = "leave it to the date, which is marked as inferred"
            context.add("gist-beyond-passage", "warning", fact, message, hint, path=(property_,), value=text)
