"""Fourth stage, with the texts at hand: an inferred date has a ground, and a date whose note tells one is marked so.

The ground is a date of the document or of its other facts, of what the fact names, or one that its paragraphs or notes
have.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs, is_attributed
from kzgraph.checks.evidence.passage_words import missing_of_date
from kzgraph.checks.statements.own_words import OF_TIME, issued_of
from kzgraph.checks.syntax.context import Context
from kzgraph.dates import PartialDate, dates_of
from kzgraph.graph.triples import key
from kzgraph.namespaces import SKOS
from kzgraph.wording.names import folded

_DATES = ("date", "start", "end", "attestedOn")
_NOTE = SKOS + "editorialNote"
_INFERRED = re.compile(
    r"\b(?:(?<!not )inferred|inference|follows? from|(?:is|are) (?:that|those) of"
    r"|(?:give|put)s? no (?:date|year|month|day)|(?:no|without an?) (?:date|year|month|day) is given|undated"
    r"|does not (?:date|say when))\b",
    re.IGNORECASE,
)
"""The words with which an English note tells that a date was not in the passage."""
_OF_DOCUMENT = re.compile(
    r"\byears? (?:is|are) (?:that|those) of the (?:article|brief|document|text|source)\b", re.IGNORECASE
)


def check_date_grounds(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each inferred date that nothing near has, and for each that a note tells to be inferred."""
    grounds = _Grounds(context, evidence)
    inferred = context.model["DateInferred"]
    for fact in context.own.out:
        if fact not in context.facts or not evidence.all_cited(fact):
            continue
        if inferred in context.data.iris(fact, context.model["dateBasis"]):
            _check_ground(context, grounds, fact)
        else:
            _check_mark(context, fact)


def _check_mark(context: Context, fact: str) -> None:
    """A date of which a note tells that it was inferred is marked so, or attributed."""
    dates = [(p, t) for p in (context.model[word] for word in _DATES) for t in context.data.objects(fact, p)]
    if not dates or any(is_attributed(context, fact, p, t) for p, t in dates):
        return
    for note in context.data.objects(fact, _NOTE):
        parts = re.split(r"(?<=[.;:])\s", note.value) if note.language in {"", "en"} else []
        if any(_INFERRED.search(part) and OF_TIME.search(part) for part in parts):
            mark = f"{context.curie(context.model['dateBasis'])} {context.curie(context.model['DateInferred'])}"
            told = f"a note on {context.curie(fact)} tells that its date was inferred, and no mark does"
            hint = f"add {mark}; or attribute the date to the passage that gives it"
            context.add("unattributed-note", "warning", fact, told, hint, path=(_NOTE,), value=note)
            return


def _check_ground(context: Context, grounds: _Grounds, fact: str) -> None:
    for property_ in (context.model[word] for word in _DATES):
        for value in context.data.objects(fact, property_):
            date = PartialDate.of(value)
            if date and not is_attributed(context, fact, property_, value) and not grounds.has(fact, property_, date):
                told = f"{context.curie(fact)} is dated {date}, inferred, and nothing near it has this date"
                hint = "correct the date; or say in a note from which day it follows"
                context.add("date-without-ground", "warning", fact, told, hint, path=(property_,), value=value)


class _Grounds:
    """The dates from which others may follow."""

    def __init__(self, context: Context, evidence: CitedParagraphs) -> None:
        self._context, self._evidence = context, evidence

    def has(self, fact: str, property_: str, date: PartialDate) -> bool:
        """Whether a date is that of something near a fact."""
        notes = " ".join(self._notes(fact))
        issued = issued_of(self._context, fact)
        if property_ == self._context.model["attestedOn"] and _OF_DOCUMENT.search(notes) and issued:
            return any(i.year == date.year for i in issued)
        if any(_is_of(date, known) for known in (*issued, *self._linked(fact))):
            return True
        others = self._of_documents
        if any(_is_of(date, d) for document in self._evidence.cited(fact) for d, f in others[document] if f != fact):
            return True
        beside = [self._evidence.paragraphs(c) for c in self._evidence.all_cited(fact)]
        beside += (t.value for t in self._context.data.objects(fact, self._context.model["dateAsStated"]))
        years = " ".join([*(str(day.year) for day in issued), *re.findall(r"\b(?:19|20)\d\d\b", notes)])
        return any(not missing_of_date(date, set(folded(f"{text} {years}").split())) for text in (*beside, notes))

    def _notes(self, fact: str) -> Iterator[str]:
        for thing in (fact, *self._context.data.iris(fact, self._context.model["hasAttribution"])):
            yield from (t.value for t in self._context.data.objects(thing, _NOTE))

    def _dates(self, thing: str) -> Iterable[PartialDate]:
        return dates_of(t for word in _DATES for t in self._context.data.objects(thing, self._context.model[word]))

    def _linked(self, fact: str) -> Iterator[PartialDate]:
        """The dates of what a fact names."""
        for values in self._context.data.out[fact].values():
            for thing in (key(v) for v in values if v.kind == "uri"):
                yield from self._dates(thing)

    @cached_property
    def _of_documents(self) -> defaultdict[str, list[tuple[PartialDate, str]]]:
        """The dates of the facts of each document, with the facts."""
        found: defaultdict[str, list[tuple[PartialDate, str]]] = defaultdict(list)
        for fact in self._context.facts:
            dates = list(self._dates(fact))
            for document in self._evidence.cited(fact) if dates else ():
                found[document] += [(date, fact) for date in dates]
        return found


def _is_of(date: PartialDate, known: PartialDate) -> bool:
    """Whether a date is another one, or this without its day or month."""
    return date.days.contains(known.days)
