"""Fourth stage: what a fact records agrees with the words that stand beside it: numbers, dates, hedges, languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kzgraph.checks.syntax.context import Context
from kzgraph.dates import PartialDate, dates_in_words, dates_of
from kzgraph.graph.triples import key
from kzgraph.namespaces import DCTERMS, OA, PROV, RDFS, SKOS
from kzgraph.terms import Term
from kzgraph.wording.numbers import IN_WORDS, numbers_in, quantities_in
from kzgraph.wording.scripts import mixed_words, script_of_language, scripts_of

_CITED = PROV + "wasDerivedFrom"
_SOURCE = OA + "hasSource"
_ISSUED = DCTERMS + "issued"
_NOTE = SKOS + "editorialNote"
OF_WORDS = ("Naming", "WorkCitation", "Publication", "Identification")
"""Kinds of facts whose words name something else than their passage tells."""
NUMBERS = ("value", "maximum", "share")
_DATES = ("date", "start", "end")
_HEDGING = ("About", "MoreThan", "AtLeast", "LessThan", "UpTo", "Almost", "Average")
_TO_COME = {"ModalityPlanned", "ModalityProposed", "ModalityExpected", "ModalityConditional"}
_IN_USE = {"StatusOpened", "StatusOperating", "StatusSuspended", "StatusEnded"}
_TOLD_AS_DONE = ("Plan", "Involvement", "Flow", "Connection", "Figure", "StatusReport", "Membership", "Location")
_NOT_YET = re.compile(
    r"\b(?:will|would|(?:is|are) to|plans?|planned|intends?|propose[sd]|target|might|could|expect(?:s|ed)"
    r"|promises?|offers?)\b",
    re.IGNORECASE,
)
"""The words with which an English label says that something is not done."""
READ_IN = re.compile(
    r"\b(?:supplied|(?<!not )inferred|inference|(?<!not )read (?:as|from|into)|follows? from|taken (?:as|from|to)"
    r"|(?:only|but) (?:in|by|from) (?:the|its) name)\b",
    re.IGNORECASE,
)
"""The words with which an English note tells that a value was read into a passage."""
OF_DATE = re.compile(
    r"\b(?:years?|months?|days?|dates?|dated|\d{4}|time|week|eve|since|after|before|when|visits?|meetings?|summits?|forum"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|september|october"
    r"|november|december)\b",
    re.IGNORECASE,
)
"""The words of which an English note that explains a date has one."""
OF_TIME = re.compile(r"\b(?:years?|months?|days?|dates?|dated|\d{4})\b", re.IGNORECASE)


def tells_facts(context: Context) -> Iterator[str]:
    """The facts of the files whose label and gist tell what their passage tells."""
    for fact in context.own.out:
        if fact in context.facts and not context.is_any(fact, OF_WORDS):
            yield fact
        elif context.is_any(fact, ("Publication",)) and context.data.objects(fact, context.model["gist"]):
            yield fact  # what a document says of itself


def hedges_of(context: Context) -> dict[str, str]:
    """The words with which a text hedges a number, as a pattern, by the comparator that records them.

    They are the names of the comparator in the ontology.
    """
    found: dict[str, str] = {}
    for comparator in (f"Comparator{name}" for name in _HEDGING):
        iri = context.model[comparator]
        names = {t.value for p in (RDFS + "label", SKOS + "altLabel") for t in context.data.objects(iri, p)}
        if names:
            found[comparator] = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return found


def check_own_words(context: Context) -> None:
    """Adds a finding for each value of a fact that its own label, gist or quoted words contradict."""
    hedges = hedges_of(context)
    for fact in context.data.instances(context.model["Fact"]):
        if fact in context.own.out:
            _check_numbers(context, fact)
            _check_hedge(context, fact, hedges)
            _check_dates(context, fact)
            _check_documents(context, fact)
            _check_firmness(context, fact)
            _check_notes(context, fact)
    for thing, said in context.own.out.items():
        for property_, values in said.items():
            for value in values:
                _check_script(context, thing, property_, value)


def _check_numbers(context: Context, fact: str) -> None:
    """A number of the fact is among those that stand in the words of the source, and in its label."""
    recorded = [(p, t) for p in NUMBERS for t in context.data.objects(fact, context.model[p]) if t.number is not None]
    if not recorded:
        return
    quoted = [
        t for t in context.data.objects(fact, context.model["asStated"]) if t.kind == "literal" and not t.is_number
    ]
    told_in = [t for p in (RDFS + "label", context.model["gist"]) for t in context.data.objects(fact, p)]
    for words, read in [*((t, numbers_in(t.value)) for t in quoted), *((t, quantities_in(t.value)) for t in told_in)]:
        wrong = next(((p, t) for p, t in recorded if t.number not in read), None)
        if read and wrong:
            path, value = context.model[wrong[0]], wrong[1]
            told = f"{context.curie(fact)} records {value.value}, and its words are {context.curie(words)}"
            hint = "write the number in the whole unit (4500000.0 for 4.5 million), or correct the words"
            context.add("number-unlike-words", "warning", fact, told, hint, path=(path,), value=value)
            return


def _check_hedge(context: Context, fact: str, hedges: dict[str, str]) -> None:
    """Words such as "about" before a quoted number are recorded."""
    if not any(context.data.objects(fact, context.model[p]) for p in NUMBERS):
        return
    recorded = {context.model.word(c) for c in context.data.iris(fact, context.model["comparator"])}
    maximum = next(iter(context.data.objects(fact, context.model["maximum"])), None)
    if maximum is not None and not recorded:
        told = f"{context.curie(fact)} has a greatest value, and records its least as the number"
        hint = f"add {context.curie(context.model['comparator'])} {context.curie(context.model['ComparatorRange'])}"
        context.add("hedge-lost", "warning", fact, told, hint, path=(context.model["maximum"],), value=maximum)
    for words in context.data.objects(fact, context.model["asStated"]):
        for comparator, hedge in hedges.items():
            if (
                re.search(rf"(?<!\w)(?:{hedge})\W{{1,3}}(?:\d|(?:{IN_WORDS})\b)", words.value, re.IGNORECASE)
                and not recorded
            ):
                told = (
                    f"{context.curie(fact)} records an exact number, and the source's words are {context.curie(words)}"
                )
                hint = f"add {context.curie(context.model['comparator'])} {context.curie(context.model[comparator])}"
                context.add("hedge-lost", "warning", fact, told, hint, path=(context.model["asStated"],), value=words)
                return


def _check_dates(context: Context, fact: str) -> None:
    """Month and day in the source's words for a date are those of the date; an inferred date says how."""
    data, model = context.data, context.model
    dates = [(p, t) for p in (*_DATES, "attestedOn") for t in data.objects(fact, model[p])]
    is_inferred = any(key(b) == model["DateInferred"] for b in data.objects(fact, model["dateBasis"]))
    if is_inferred and not any(n.language not in {"", "en"} or OF_DATE.search(n.value) for n in _notes(context, fact)):
        told = f"{context.curie(fact)} has an inferred date, and no note says how it was inferred"
        hint = f"add {context.curie(_NOTE)} with the ground"
        context.add("unexplained-date", "warning", fact, told, hint, path=(model["dateBasis"],))
        return
    known = dates_of(t for _, t in dates)
    for words in data.objects(fact, model["dateAsStated"]):
        for month, day in dates_in_words(words.value):
            if any(_may_be(date, month, day) for date in known) or not any(date.month for date in known):
                continue
            if is_inferred and not day:
                continue  # words such as "before May" may be what the date is inferred from
            told = f"{context.curie(fact)} is dated {known[0]}, and the source's words are {context.curie(words)}"
            hint = "correct the date, or the words"
            context.add("date-unlike-words", "warning", fact, told, hint, path=(model["dateAsStated"],), value=words)
            return


def _may_be(date: PartialDate, month: int, day: int) -> bool:
    return date.month in {0, month} and (not day or date.day in {0, day})


def _notes(context: Context, fact: str) -> list[Term]:
    """The notes on a fact, and those on the attribution of a date."""
    data, model = context.data, context.model
    dated = {model[word] for word in (*_DATES, "attestedOn")}
    of_dates = [a for a in data.iris(fact, model["hasAttribution"]) if dated & set(data.iris(a, model["ofProperty"]))]
    return [t for thing in (fact, *of_dates) for t in data.objects(thing, _NOTE)]


def _check_documents(context: Context, fact: str) -> None:
    """A fact that is recorded as done happened before its documents were issued."""
    data, model = context.data, context.model
    if not any(key(m) == model["ModalityActual"] for m in data.objects(fact, model["modality"])):
        return
    if context.is_held_wrong(fact):
        return
    issued = issued_of(context, fact)
    for property_ in ("date", "start"):
        for value in data.objects(fact, model[property_]):
            date = PartialDate.of(value)
            if date and issued and all(i.is_before(date) for i in issued):
                told = f"{context.curie(fact)} is done on {date}, after its document was issued ({max(issued)})"
                hint = "correct the date, or say that it is planned or expected"
                context.add("done-after-document", "violation", fact, told, hint, path=(model[property_],), value=value)


def issued_of(context: Context, fact: str) -> tuple[PartialDate, ...]:
    """The days on which the documents that a fact cites were issued."""
    documents = (d for c in context.data.iris(fact, _CITED) for d in context.data.iris(c, _SOURCE))
    return dates_of(t for d in documents for t in context.data.objects(d, _ISSUED))


def _check_notes(context: Context, fact: str) -> None:
    """A note on what was read into a passage has an attribution with a basis beside it; dates have a basis."""
    data, model = context.data, context.model
    based = any(data.objects(a, model["basis"]) for a in data.iris(fact, model["hasAttribution"]))
    if based or data.objects(fact, model["isInferredFrom"]):
        return
    for note in data.objects(fact, _NOTE):
        parts = re.split(r"(?<=[.;:])\s", note.value)
        if note.language in {"", "en"} and any(READ_IN.search(p) and not OF_TIME.search(p) for p in parts):
            told = f"a note on {context.curie(fact)} tells of a value that was read in, and no attribution says which"
            words = [context.curie(model[w]) for w in ("hasAttribution", "ofProperty", "basis", "BasisInferred")]
            hint = f"move the note to the value: {words[0]} [ {words[1]} … ; {words[2]} {words[3]} ; … ]"
            context.add("unattributed-note", "warning", fact, told, hint, path=(_NOTE,), value=note)
            return


def _check_firmness(context: Context, fact: str) -> None:
    """Modality, status and label agree on whether something is done."""
    data, model = context.data, context.model
    modality = {model.word(m) for m in data.iris(fact, model["modality"])}
    status = next((s for s in data.iris(fact, model["hasStatus"]) if model.word(s) in _IN_USE), "")
    if status and modality & _TO_COME:
        told = f"{context.curie(fact)} has the status {context.curie(status)}, and is not done yet"
        hint = "correct the modality, or the status"
        context.add("status-unlike-modality", "warning", fact, told, hint, path=(model["hasStatus"],))
    if "ModalityActual" not in modality or not context.is_any(fact, _TOLD_AS_DONE):
        return
    for label in data.objects(fact, RDFS + "label"):
        if label.language in {"", "en"} and _NOT_YET.search(label.value):
            told = f"{context.curie(fact)} is told as done, and its label is {context.curie(label)}"
            hint = "correct the modality, or the label"
            context.add("done-unlike-words", "warning", fact, told, hint, path=(model["modality"],))


def _check_script(context: Context, thing: str, property_: str, value: Term) -> None:
    """A text is in the script of its language, and no word mixes two."""
    if not value.language:
        return
    wanted = script_of_language(value.language)
    found = scripts_of(value.value)
    if wanted and found and wanted not in found:
        told = f"{context.curie(value)} has the language tag {value.language}, and no letter of the {wanted} script"
        hint = (
            f"correct the tag; a text in another script says so, such as {value.language.split('-')[0]}-{_tag(found)}"
        )
        context.add("script-unlike-language", "warning", thing, told, hint, path=(property_,), value=value)
    for word in mixed_words(value.value):
        told = f"the word {word} mixes letters of two scripts"
        context.add("mixed-scripts", "warning", thing, told, "type it again", path=(property_,), value=value)


def _tag(scripts: Iterable[str]) -> str:
    return {"Latin": "Latn", "Cyrillic": "Cyrl"}[min(scripts)]
