"""Fourth stage, with the texts at hand: numbers and names in labels, gists and notes come from what the facts rest on.

A note may speak of the fact, of what the fact is tied to, of its documents, and of other documents that it names.
What it says to be known from elsewhere is passed over.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Collection, Iterable, Iterator

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs, is_attributed
from kzgraph.checks.syntax.context import Context
from kzgraph.dates import PartialDate
from kzgraph.graph.triples import key, node
from kzgraph.literals import whole_number
from kzgraph.namespaces import RDFS, SKOS
from kzgraph.terms import Term
from kzgraph.wording.names import folded

_NOTE = SKOS + "editorialNote"
_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_DECIMAL = re.compile(r"\d+[.,]\d+")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")
_NAME = re.compile(r"(?<=[\w,;] )[^\W\d_a-z][\w’'-]{3,}")  # a capital within a sentence
_SPEAKER = re.compile(
    r"(?:^|(?<=[.;:!?] ))(?!(?:They|This|That|These|Those|Nobody|Neither|Both|Each|Some|Others|Here|Editors|Authors)\b)"
    r"([^\W\d_a-z][\w’'-]{3,}) "
    r"(?:sa(?:id|ys)|told|tells|confirm(?:ed|s)|stat(?:ed|es)|add(?:ed|s)|announce[ds]|den(?:ied|ies))\b"
)
"""A name at the beginning of a sentence, before a verb of saying."""
_PLACES = re.compile(r"(?:paragraphs?|¶) \d+(?:(?:,| and| to| or) \d+)*|\(\d{1,2}\)", re.IGNORECASE)
_PARAGRAPHS = re.compile(r"(?:paragraphs?|¶) (\d+(?:(?:,| and| to| or) \d+)*)", re.IGNORECASE)
_FROM_ELSEWHERE = re.compile(r"outside knowledge|generally known|not in the passage|plain geography", re.IGNORECASE)
_POINTS_ELSEWHERE = re.compile(r"\bparagraphs?\b|\bsentence\b|\bby-line\b", re.IGNORECASE)
_OF_LANGUAGE = {"english", "russian", "kazakh", "turkish", "azerbaijani", "latin", "cyrillic"}
_DAYS = {day.lower() for day in calendar.day_name}
_STEM = 5
_BEGINNING = 4  # of a word in a label or gist, which may be another word of one family: Asian, Asia
_OF_WORDS = ("Naming", "WorkCitation", "Publication")


def check_notes(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each label, gist and note with a number or name that nothing has on which its fact rests."""
    texts = DocumentTexts(context, evidence)
    for fact in context.own.out:
        if fact in context.facts and evidence.all_cited(fact):
            for note in notes_of(context, fact):
                _check(context, texts, fact, note)
            if not context.is_any(fact, _OF_WORDS):
                _check_gist(context, texts, fact)


def notes_of(context: Context, fact: str) -> Iterator[Term]:
    """The notes in English on a fact, and on its attributions, that do not say that they come from elsewhere."""
    for thing in (fact, *context.data.iris(fact, context.model["hasAttribution"])):
        for note in context.data.objects(thing, _NOTE):
            if note.language in {"", "en"} and not _FROM_ELSEWHERE.search(note.value):
                yield note


def _check(context: Context, texts: DocumentTexts, fact: str, note: Term) -> None:
    wanted = _NUMBER.findall(_PLACES.sub(" ", note.value)), [*_NAME.findall(note.value), *_SPEAKER.findall(note.value)]
    if not any(wanted):
        return
    numbers_near, words_near = texts.near(fact)
    others, own = texts.named_in(note.value), texts.documents(fact)
    wide = [*others, *own] if _POINTS_ELSEWHERE.search(note.value) else others
    paragraphs = paragraphs_named(note.value)
    numbers = numbers_near.union(*(texts.numbers(document, paragraphs) for document in wide))
    words = _stems(words_near).union(*(texts.words(document) for document in [*others, *own]))
    missing = [n for n in wanted[0] if not _numbers(n) <= numbers] + [n for n in wanted[1] if not _words(n) <= words]
    if missing:
        told = f"a note on {context.curie(fact)} has {missing[0]}, which nothing has on which the fact rests"
        hint = "correct it, name the document that has it, cite the passage, or say that it is outside knowledge"
        context.add("note-beyond-passage", "warning", fact, told, hint, path=(_NOTE,), value=note)


def _check_gist(context: Context, texts: DocumentTexts, fact: str) -> None:
    """Label and gist have only numbers and names of the passages, of the fact's values, and of what it names."""
    model = context.model
    own = {RDFS + "label", SKOS + "altLabel", model["gist"]}
    _, near = texts.near(fact, own)
    reads = (texts.evidence.paragraphs, texts.evidence.words)
    numbers, years = (_numbers(texts.beside(fact, own, read)) for read in reads)
    words = {word[:_BEGINNING] for word in near}
    for property_ in (RDFS + "label", model["gist"]):
        for text in context.data.objects(fact, property_):
            if text.language not in {"", "en"} or is_attributed(context, fact, property_, text):
                continue
            said = text.value.replace("’s", "").replace("'s", "")
            missing = [
                n for n in _NUMBER.findall(said) if not _numbers(n) <= (years if _YEAR.fullmatch(n) else numbers)
            ]
            missing += [n for n in _NAME.findall(said) if not {w[:_BEGINNING] for w in folded(n).split()} <= words]
            if missing:
                told = (
                    f"the words of {context.curie(fact)} have {missing[0]}, which neither its passage nor a value has"
                )
                hint = "say it as the passage does; or cite the passage that has it"
                context.add("gist-beyond-passage", "warning", fact, told, hint, path=(property_,), value=text)


def paragraphs_named(note: str) -> set[int]:
    """The numbers of the paragraphs that a note names."""
    written = (n for place in _PARAGRAPHS.findall(note) for n in re.findall(r"\d+", place))
    return {n for n in map(whole_number, written) if n is not None}


def lines_of(text: str) -> list[str]:
    """The paragraphs of a text."""
    return [line for line in text.splitlines() if line.strip()]


def _numbers(text: str) -> set[str]:
    """The numbers of a text: thousands without their marks, and dates and other rows of numbers in parts."""
    return {n for written in _NUMBER.findall(text) for n in _read_number(written)}


def _read_number(written: str) -> list[str]:
    if _DECIMAL.fullmatch(written) and not _THOUSANDS.fullmatch(written):
        return [written.replace(",", ".").rstrip("0").rstrip(".")]
    return [re.sub("[.,]", "", written)] if _THOUSANDS.fullmatch(written) else re.findall(r"\d+", written)


def _words(text: str) -> set[str]:
    """The beginnings of the words of a text that are no names of days and languages."""
    return _stems(folded(text).split())


def _stems(words: Iterable[str]) -> set[str]:
    return {word[:_STEM] for word in words if word not in _OF_LANGUAGE and word not in _DAYS}


def _told_near(context: Context, fact: str, but: Collection[str] = ()) -> Iterator[str]:
    """What a fact says, what the things say that it names, and what those say that they name; no notes.

    ``but`` are properties of the fact, of which each is left out; then its name is left out as well.
    """
    if not but:
        yield _name(context, fact)
    for property_, values in context.data.out.get(fact, {}).items():
        if property_ != _NOTE and property_ not in but:
            yield from _values(values)
    for word in ("inEvent", "atEvent"):
        for part in context.data.subjects(context.model[word], node(fact)):
            yield from (t.value for t in context.data.objects(part, RDFS + "label"))


def _named_near(context: Context, thing: str, steps: int) -> set[str]:
    """A thing and what it names, by so many steps."""
    found, layer = {thing}, {thing}
    for _ in range(steps):
        layer = {
            key(v) for t in layer for vs in context.data.out.get(t, {}).values() for v in vs if v.kind != "literal"
        }
        found |= layer
    return found


def _name(context: Context, thing: str) -> str:
    return re.sub(r"[-_]", " ", context.curie(thing))


def _values(values: Iterable[Term]) -> Iterator[str]:
    """The texts of some values, and the days and the names of the months in them."""
    for value in values:
        if value.kind == "literal":
            yield value.value
            date = PartialDate.of(value)
            yield f"{date.day or ''} {calendar.month_name[date.month]}" if date else ""


class DocumentTexts:
    """The texts of the documents, as far as they are at hand, and the names by which notes speak of them."""

    def __init__(self, context: Context, evidence: CitedParagraphs) -> None:
        documents = context.data.instances(context.model["SourceDocument"])
        self._context, self.evidence = context, evidence
        self._names = {d: [t.value for t in context.data.objects(d, context.model["shortName"])] for d in documents}
        self._numbers: dict[str, set[str]] = {}
        self._words: dict[str, set[str]] = {}
        self._said: dict[str, tuple[set[str], set[str]]] = {}
        self.short_names = [name for names in self._names.values() for name in names]

    def near(self, fact: str, but: Collection[str] = ()) -> tuple[set[str], set[str]]:
        """The numbers and words of a fact, without some of its properties, of what it names, and of its paragraphs."""
        told = " ".join([*_told_near(self._context, fact, but), *self.short_names])
        things = _named_near(self._context, fact, 2) - {fact}
        read = [(_numbers(told), set(folded(told).split())), *map(self._read, self.evidence.all_cited(fact))]
        read += [self._read(thing) for thing in things]
        return set().union(*(numbers for numbers, _ in read)), set().union(*(words for _, words in read))

    def beside(self, fact: str, but: Collection[str], read: Callable[[str], str]) -> str:
        """What a fact says, without some of its properties, what is read of its citations, and what it names."""
        told = [*_told_near(self._context, fact, but), *map(read, self.evidence.all_cited(fact))]
        for thing in _named_near(self._context, fact, 1) - {fact}:
            told += (t.value for p in (RDFS + "label", SKOS + "altLabel") for t in self._context.data.objects(thing, p))
        return " ".join(told)

    def _read(self, thing: str) -> tuple[set[str], set[str]]:
        """The numbers and words of a thing, without its notes; of a citation, those of its paragraphs."""
        if thing not in self._said:
            values = [v for p, vs in self._context.data.out.get(thing, {}).items() if p != _NOTE for v in vs]
            text = " ".join([_name(self._context, thing), *_values(values), self.evidence.paragraphs(thing)])
            self._said[thing] = _numbers(text), set(folded(text).split())
        return self._said[thing]

    def documents(self, fact: str) -> list[str]:
        """The documents that a fact cites."""
        return list(self.evidence.cited(fact))

    def named_in(self, note: str) -> list[str]:
        """The documents that a note names, by a word of their short names."""
        said = set(folded(note).split())
        return [
            document
            for document, names in self._names.items()
            if said & {w for name in names for w in folded(name).split() if len(w) > 2 and not w.isdigit()}
        ]

    def numbers(self, document: str, paragraphs: set[int]) -> set[str]:
        """The numbers of a document, or of some of its paragraphs."""
        text = self.evidence.text(document)
        if paragraphs:
            return _numbers(" ".join(line for n, line in enumerate(lines_of(text), 1) if n in paragraphs))
        if document not in self._numbers:
            self._numbers[document] = _numbers(text)
        return self._numbers[document]

    def words(self, document: str) -> set[str]:
        """The beginnings of the words of a document."""
        if document not in self._words:
            self._words[document] = _words(self.evidence.text(document))
        return self._words[document]
