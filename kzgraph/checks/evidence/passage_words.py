"""Fourth stage, with the texts at hand: the words and dates that a fact takes from its passages stand in them."""

from __future__ import annotations

import re
from decimal import Decimal

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs, is_attributed
from kzgraph.checks.statements.own_words import NUMBERS, hedges_of
from kzgraph.checks.syntax.context import Context
from kzgraph.dates import PartialDate, date_pattern, dates_in_words, names_of_month, written_date
from kzgraph.graph.triples import TYPE, key, node
from kzgraph.namespaces import PROV, RDFS, SKOS
from kzgraph.wording.names import folded
from kzgraph.wording.numbers import numbers_in, numbers_in_words

_CITED = PROV + "wasDerivedFrom"
_DATE = date_pattern(r"\d{4}")
_DATES = ("date", "start", "end", "attestedOn")
_MOST_IN_WORDS = 100  # greater numbers are not read in words
_NEAR = 30  # characters before a number in which its hedge stands
_COPIED = 10  # words in a row: from there on a text repeats its document, and does not tell what it says
_PARTS_OF_YEAR = {"half", "quarter", "beginning", "end"}
_GAP = re.compile(r"\s*(?:…|\.\.\.|\[[^\]]*\]|\s/\s|\|)\s*")


def check_passage_words(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for what a fact says to be in its passages and is not, and for a text that repeats them."""
    hedges = hedges_of(context)
    for fact in context.data.instances(context.model["Fact"]):
        if fact in context.own.out:
            citations = evidence.all_cited(fact)
            if citations:
                paragraphs = [evidence.folded_paragraphs(c) for c in citations]
                _check_quoted(context, evidence, fact, [folded(evidence.around(c)) for c in citations])
                _check_named(context, evidence, fact, citations)
                _check_dated(context, fact, [folded(evidence.around(c)) for c in citations])
                _check_exact(context, fact, " ".join(map(evidence.words, citations)))
                _check_copied(context, evidence, fact, paragraphs)
                _check_numbers(context, evidence, fact, citations)
                _check_hedges(context, evidence, fact, citations, hedges)
                _check_words_of_values(context, evidence, fact, citations)


def _check_quoted(context: Context, evidence: CitedParagraphs, fact: str, paragraphs: list[str]) -> None:
    """Words that are said to be the source's stand in a cited paragraph; what is left out is marked by an ellipsis.

    Of a name the words may have other endings there, and its own form may be quoted beside it.
    """
    model = context.model
    bare_name = () if context.data.objects(fact, model["asStated"]) else ("name",)
    for word in ("asStated", *bare_name, "dateAsStated"):
        property_ = model[word]
        for value in context.data.objects(fact, property_):
            pieces = [folded(piece) for piece in _GAP.split(value.value)]
            if all(any(f" {piece} " in f" {paragraph} " for paragraph in paragraphs) for piece in pieces):
                continue
            if word == "name" and any(evidence.has_words(value.value, p) for p in paragraphs):
                continue
            told = f"{context.curie(fact)} quotes {context.curie(value)}, which no cited paragraph has"
            hint = "quote the words as they stand there, with … for what is left out, or cite the passage that has them"
            context.add("not-in-passage", "warning", fact, told, hint, path=(property_,), value=value)


def _check_named(context: Context, evidence: CitedParagraphs, fact: str, citations: list[str]) -> None:
    """Each passage of a naming has the name, whatever its endings."""
    names = context.data.objects(fact, context.model["name"])
    if not names or is_attributed(context, fact, context.model["name"], next(iter(names))):
        return
    for citation in citations:
        if not any(evidence.has_words(name.value, evidence.folded_words(citation)) for name in names):
            told = f"{context.curie(fact)} cites {context.curie(citation)}, which does not have the name"
            hint = "cite the words that have it"
            context.add("not-in-passage", "warning", fact, told, hint, path=(_CITED,), value=node(citation))


def _check_dated(context: Context, fact: str, sentences: list[str]) -> None:
    """A date is inferred, and marked so, if the sentences of the cited words and those before do not have it."""
    model = context.model
    if any(key(b) == model["DateInferred"] for b in context.data.objects(fact, model["dateBasis"])):
        return
    words = {word for sentence in sentences for word in sentence.split()}
    for property_ in (model[word] for word in _DATES):
        for value in context.data.objects(fact, property_):
            date = PartialDate.of(value)
            missing = missing_of_date(date, words) if date else ""
            if not missing or any(
                key(p) == property_
                for a in context.data.iris(fact, model["hasAttribution"])
                for p in context.data.objects(a, model["ofProperty"])
            ):
                continue
            told = f"{context.curie(fact)} is dated {value.value}, and its cited words do not give the {missing}"
            words_of_mark = f"{context.curie(model['dateBasis'])} {context.curie(model['DateInferred'])}"
            hint = f"add {words_of_mark} and a note how it was inferred, or cite the passage that gives it"
            context.add("date-not-in-passage", "warning", fact, told, hint, path=(property_,), value=value)


def _check_exact(context: Context, fact: str, words: str) -> None:
    """A date with no day is not one whose day the cited words give, if they give one alone."""
    model, day, named = context.model, one_day(words), _days_named(words)
    is_inferred = model["DateInferred"] in context.data.iris(fact, model["dateBasis"])
    if is_inferred if day else len(named) != 1:
        return
    for property_ in (model[word] for word in ("date", "attestedOn", *(["start"] if day else []))):
        for value in context.data.objects(fact, property_):
            date = PartialDate.of(value)
            if date is None or date.day or (day is not None and not date.days.contains(day.days)):
                continue
            if day is None and date.month not in {0, min(named)[0]}:
                continue
            if is_attributed(context, fact, property_, value):
                continue
            told = f"{context.curie(fact)} is dated {date}, and its cited words give a day"
            hint = "give it the day; or attribute the date, if the day is that of another thing"
            context.add("date-less-exact", "warning", fact, told, hint, path=(property_,), value=value)


def one_day(text: str) -> PartialDate | None:
    """The day that a text gives with its year, in words or figures; None if it names no day, or several."""
    written = {d for found in _DATE.finditer(text) if (d := written_date(found)) and d.day}
    return written.pop() if len(written) == 1 and len(_days_named(text)) <= 1 else None


def _days_named(text: str) -> set[tuple[int, int]]:
    """The days that a text names, as month and day."""
    return {(month, day) for month, day in dates_in_words(text) if day}


def missing_of_date(date: PartialDate, words: set[str]) -> str:
    """The part of a date that some words do not have, the year first; empty if they have all."""
    numbers = {part for word in words for part in re.findall(r"\d+", word)}
    if not {str(date.year), f"{date.year % 100:02}"} & numbers and not any(str(date.year) in n for n in numbers):
        return "year"
    if not date.day and words & _PARTS_OF_YEAR:
        return ""
    named = {date.month: [folded(name) for name in names_of_month(date.month)]} if date.month else {}
    if date.month and not any(w.startswith(n) for w in words for n in named[date.month]):
        return "" if {str(date.month), f"{date.month:02}"} & numbers else "month"
    if date.day and not {str(date.day), f"{date.day:02}"} & numbers:
        return "day"
    return ""


def _check_copied(context: Context, evidence: CitedParagraphs, fact: str, paragraphs: list[str]) -> None:
    """Label, gist and notes tell in their own words what the document says; names and titles stand as they are."""
    if context.is_any(fact, ("Naming", "WorkCitation")):
        return
    names = [folded(name) for name in evidence.names_in(fact)]
    for property_ in (RDFS + "label", context.model["gist"], SKOS + "editorialNote"):
        for value in context.data.objects(fact, property_):
            words = folded(value.value).split()
            runs = (" ".join(words[start : start + _COPIED]) for start in range(len(words) - _COPIED + 1))
            if any(run in p for run in runs if not any(run in name for name in names) for p in paragraphs):
                told = f"{context.curie(fact)} repeats {_COPIED} words or more of its passage"
                hint = "say it in your own words; the documents' sentences stay outside"
                context.add("copied-words", "warning", fact, told, hint, path=(property_,), value=value)


def _check_numbers(context: Context, evidence: CitedParagraphs, fact: str, citations: list[str]) -> None:
    """A number of a fact stands in a cited paragraph, in digits, or in words that the fact quotes."""
    data, model = context.data, context.model
    quoted = [t.value for t in data.objects(fact, model["asStated"])]
    in_words = any(not re.search(r"\d", words) for words in quoted)
    known: set[Decimal] = set()
    for citation in citations:
        known |= numbers_in(evidence.paragraphs(citation)) | numbers_in_words(evidence.words(citation))
    for property_ in (model[word] for word in (*NUMBERS, "order")):
        for value in data.objects(fact, property_):
            if value.number is None or value.number in known or is_attributed(context, fact, property_, value):
                continue
            if in_words and value.number > _MOST_IN_WORDS:
                continue
            told = f"{context.curie(fact)} records {value.value}, and no cited paragraph has this number"
            hint = f"correct it, cite where it stands, or quote its words with {context.curie(model['asStated'])}"
            context.add("number-not-in-passage", "warning", fact, told, hint, path=(property_,), value=value)


def _check_hedges(
    context: Context, evidence: CitedParagraphs, fact: str, citations: list[str], known: dict[str, str]
) -> None:
    """What is recorded of a hedge ("about", "more than") and what stands before the number agree."""
    data, model = context.data, context.model
    recorded = {model.word(c) for c in data.iris(fact, model["comparator"])}
    if not any(data.objects(fact, model[p]) for p in NUMBERS):
        return
    if any(is_attributed(context, fact, model["comparator"], c) for c in data.objects(fact, model["comparator"])):
        return
    for quoted in data.objects(fact, model["asStated"]):
        found = [_before(evidence.words(c), quoted.value) for c in citations]
        befores = [before for before in found if before is not None]
        if not befores:
            continue
        hedges = {c for c, hedge in known.items() for b in befores if _hedge(hedge).search(b)}
        path, name = (model["comparator"],), context.curie(fact)
        if hedges and not recorded:
            told = f"{name} records an exact number, and its passage hedges it"
            hint = f"add {context.curie(model['comparator'])} {context.curie(model[min(hedges)])}"
            context.add("hedge-lost", "warning", fact, told, hint, path=(model["asStated"],), value=quoted)
        elif recorded & known.keys() and not any(
            re.search(rf"(?<!\w)(?:{hedge})", words, re.IGNORECASE) for hedge in known.values() for words in befores
        ):
            told = f"{name} records a hedge, and its passage gives the number as it is"
            hint = f"take {context.curie(model['comparator'])} back, or quote the words that hedge the number"
            context.add("hedge-not-in-passage", "warning", fact, told, hint, path=path)


def _check_words_of_values(context: Context, evidence: CitedParagraphs, fact: str, citations: list[str]) -> None:
    """A value or property for which the ontology lists the words that tell it has one of these words in its passages.

    The list is its ``skos:hiddenLabel``: beginnings of words. The names of what the fact is about count too: a flow
    through a pipeline goes by pipeline. The usual modality of a kind needs no word.
    """
    data = context.data
    usual = {m for kind in data.iris(fact, TYPE) for m in data.iris(kind, context.model["usualModality"])}
    told_by = " ".join([*map(evidence.folded_words, citations), *map(folded, evidence.names_in(fact))])
    for property_, value in ((p, value) for p, values in data.out[fact].items() for value in values):
        stems = [folded(t.value) for term in (key(value), property_) for t in data.objects(term, SKOS + "hiddenLabel")]
        if not stems or is_attributed(context, fact, property_, value) or key(value) in usual:
            continue
        if not any(re.search(rf"(?<!\w){re.escape(stem)}", told_by) for stem in stems):
            said = f"{context.curie(property_)} {context.curie(value)}"
            told = f"{context.curie(fact)} says {said}, and no cited word tells it"
            hint = "take a weaker one, cite the words that tell it, or attribute it to the editors with the ground"
            context.add("value-not-in-passage", "warning", fact, told, hint, path=(property_,), value=value)


def _before(passage: str, quoted: str) -> str | None:
    """The words around and before the first number of a quotation in a passage; None if it is not there."""
    number = re.search(r"\d[\d.,]*", quoted)
    at = passage.find(number[0] if number else quoted)
    return f"{passage[max(0, at - _NEAR) : at]}\0{quoted}" if at >= 0 else None


def _hedge(words: str) -> re.Pattern[str]:
    """Finds the words of a hedge right before a number, a currency sign at most between them."""
    return re.compile(rf"(?<!\w)(?:{words})\W{{1,3}}(?:US|USD|\$|€)?[^\w\0]*\0", re.IGNORECASE)
