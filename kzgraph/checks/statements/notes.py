"""Fourth stage, with the texts at hand: numbers and names in notes on facts come from what the facts rest on.

A note may speak of the fact, of what the fact is tied to, of its documents, and of other documents that it names.
What it says to be known from elsewhere is passed over.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from pathlib import Path

from kzgraph.checks.statements.evidence import CitedParagraphs
from kzgraph.checks.syntax.context import Context
from kzgraph.dates import PartialDate
from kzgraph.graph.triples import key
from kzgraph.namespaces import SKOS
from kzgraph.terms import Term
from kzgraph.wording.names import folded

_NOTE = SKOS + "editorialNote"
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<=[\w,;] )[^\W\d_a-z][\w’'-]{3,}")  # a capital within a sentence
_PLACES = re.compile(r"(?:paragraphs?|¶) \d+(?:(?:,| and| to| or) \d+)*|\(\d{1,2}\)", re.IGNORECASE)
_FROM_ELSEWHERE = re.compile(r"outside knowledge|generally known|not in the passage|plain geography", re.IGNORECASE)
_POINTS_ELSEWHERE = re.compile(r"\bparagraphs?\b|\bsentence\b|\bby-line\b", re.IGNORECASE)
_OF_LANGUAGE = {"english", "russian", "kazakh", "turkish", "azerbaijani", "latin", "cyrillic"}
_DAYS = {day.lower() for day in calendar.day_name}
_STEM = 5


def check_notes(context: Context, folder: Path | None) -> None:
    """Adds a finding for each note with a number or name that nothing has on which its fact rests."""
    if folder is None:
        return
    evidence = CitedParagraphs(context, folder)
    texts = _DocumentTexts(context, evidence)
    for fact in context.own.out:
        if fact in context.facts and evidence.cited(fact) and evidence.are_all_at_hand(fact):
            for note in _notes(context, fact):
                _check(context, texts, fact, note)


def _notes(context: Context, fact: str) -> Iterator[Term]:
    """The notes in English on a fact, and on its attributions, that do not say that they come from elsewhere."""
    for thing in (fact, *context.data.iris(fact, context.model["hasAttribution"])):
        for note in context.data.objects(thing, _NOTE):
            if note.language in {"", "en"} and not _FROM_ELSEWHERE.search(note.value):
                yield note


def _check(context: Context, texts: _DocumentTexts, fact: str, note: Term) -> None:
    wanted = _NUMBER.findall(_PLACES.sub(" ", note.value)), _NAME.findall(note.value)
    if not any(wanted):
        return
    near = " ".join([*_told_near(context, fact), *texts.cited(fact), *texts.short_names])
    others, own = texts.named_in(note.value), texts.documents(fact)
    wide = [*others, *own] if _POINTS_ELSEWHERE.search(note.value) else others
    numbers = _numbers(near).union(*(texts.numbers(document) for document in wide))
    words = _words(near).union(*(texts.words(document) for document in [*others, *own]))
    missing = [n for n in wanted[0] if not _numbers(n) <= numbers] + [n for n in wanted[1] if not _words(n) <= words]
    if missing:
        told = f"a note on {context.curie(fact)} has {missing[0]}, which nothing has on which the fact rests"
        hint = "correct it, name the document that has it, cite the passage, or say that it is outside knowledge"
        context.add("note-beyond-passage", "warning", fact, told, hint, path=(_NOTE,), value=note)


def _numbers(text: str) -> set[str]:
    """The numbers of a text, with and without their marks."""
    found = _NUMBER.findall(text)
    return {n for written in found for n in (*re.findall(r"\d+", written), re.sub("[.,]", "", written))}


def _words(text: str) -> set[str]:
    """The beginnings of the words of a text that are no names of days and languages."""
    return {word[:_STEM] for word in folded(text).split() if word not in _OF_LANGUAGE and word not in _DAYS}


def _told_near(context: Context, fact: str) -> Iterator[str]:
    """What a fact says, what the things say that it names, and what those say that they name; no notes."""
    seen, layer = {fact}, [fact]
    for _ in range(3):
        after = []
        for thing in layer:
            yield re.sub(r"[-_]", " ", context.curie(thing))
            for property_, values in context.data.out.get(thing, {}).items():
                for value in values if property_ != _NOTE else ():
                    if value.kind == "literal":
                        yield value.value
                        date = PartialDate.of(value)
                        yield calendar.month_name[date.month] if date and date.month else ""
                    elif key(value) not in seen:
                        seen.add(key(value))
                        after.append(key(value))
        layer = after


class _DocumentTexts:
    """The texts of the documents, as far as they are at hand, and the names by which notes speak of them."""

    def __init__(self, context: Context, evidence: CitedParagraphs) -> None:
        documents = context.data.instances(context.model["SourceDocument"])
        self._context, self._evidence = context, evidence
        self._names = {d: [t.value for t in context.data.objects(d, context.model["shortName"])] for d in documents}
        self._numbers: dict[str, set[str]] = {}
        self._words: dict[str, set[str]] = {}
        self.short_names = [name for names in self._names.values() for name in names]

    def cited(self, fact: str) -> list[str]:
        """The cited paragraphs of a fact."""
        return [self._evidence.paragraphs(c) for cs in self._evidence.cited(fact).values() for c in cs]

    def documents(self, fact: str) -> list[str]:
        """The documents that a fact cites."""
        return list(self._evidence.cited(fact))

    def named_in(self, note: str) -> list[str]:
        """The documents that a note names, by a word of their short names."""
        said = set(folded(note).split())
        return [
            document
            for document, names in self._names.items()
            if said & {w for name in names for w in folded(name).split() if len(w) > 2 and not w.isdigit()}
        ]

    def numbers(self, document: str) -> set[str]:
        """The numbers of a document."""
        if document not in self._numbers:
            self._numbers[document] = _numbers(self._evidence.text(document))
        return self._numbers[document]

    def words(self, document: str) -> set[str]:
        """The beginnings of the words of a document."""
        if document not in self._words:
            self._words[document] = _words(self._evidence.text(document))
        return self._words[document]
