"""Fourth stage, with the texts at hand: what an attribution settles has its words too, if only in label and notes.

An attribution to the editors settles that a value stands in no cited word; it does not make any value right. A role, a
status or a place that is inferred has a word of its own in label, gist, notes, quoted words, names of what the fact
names, or in the paragraph. The words are English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs, is_attributed
from kzgraph.checks.statements.own_words import tells_facts
from kzgraph.checks.syntax.context import Context
from kzgraph.graph.triples import key, node
from kzgraph.namespaces import RDFS, SKOS
from kzgraph.terms import Term
from kzgraph.wording.names import folded

_VALUES = ("inRole", "hasStatus", "stance", "byMode", "membershipKind", "outcomeKind", "modality")
_ENDS = ("fromPlace", "toPlace", "viaPlace", "inPlace")
_NOTE = SKOS + "editorialNote"
_TO_COME = re.compile(
    r"\b(?:still to come|yet to come|not yet|is open|is to (?!be read)|are to |expected|planned|as to come|future"
    r"|may also)\b",
    re.IGNORECASE,
)
"""Words in English by which the ground of a modality tells that something is not done."""


def check_settled(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each inferred value of which nothing speaks, and each that its ground speaks against."""
    for fact in tells_facts(context):
        for property_, value in [] if evidence.lacks_text(fact) else _inferred(context, fact):
            if context.model.word(property_) == "modality":
                _check_ground(context, fact, property_, value)
            elif not _is_told(context, evidence, fact, property_, value):
                what = f"{context.curie(property_)} {context.curie(value)}"
                message = f"{context.curie(fact)} has {what}, and neither its words nor its notes speak of that"
                hint = "correct it; or tell in the note on it how it follows"
                context.add(
                    "value-not-in-passage", "warning", fact, message, hint, path=(property_,), value=node(value)
                )


def _inferred(context: Context, fact: str) -> Iterator[tuple[str, str]]:
    """The values of a fact that an attribution settles without a passage."""
    data, model = context.data, context.model
    bases = [a for a in data.iris(fact, model["hasAttribution"]) if data.objects(a, model["basis"])]
    if not bases:
        return
    for property_ in (model[word] for word in (*_VALUES, *_ENDS)):
        for value in data.iris(fact, property_):
            if is_attributed(context, fact, property_, node(value)):
                yield property_, value


def _check_ground(context: Context, fact: str, property_: str, value: str) -> None:
    """An actual fact is not settled by a note which tells that it is to come."""
    if value != context.model["ModalityActual"]:
        return
    for note in _notes(context, fact, property_):
        found = _TO_COME.search(note.value)
        if found:
            message = f'{context.curie(fact)} is told as done, and the note on that has "{found[0]}"'
            hint = "correct the modality, or the note"
            context.add("done-unlike-words", "warning", fact, message, hint, path=(property_,), value=node(value))


def _notes(context: Context, fact: str, property_: str) -> Iterator[Term]:
    """The English notes of the attributions of a property."""
    data, model = context.data, context.model
    for attribution in data.iris(fact, model["hasAttribution"]):
        if property_ in data.iris(attribution, model["ofProperty"]):
            yield from (t for t in data.objects(attribution, _NOTE) if t.language in {"", "en"})


def _is_told(context: Context, evidence: CitedParagraphs, fact: str, property_: str, value: str) -> bool:
    """Whether a word for a value stands in what the fact rests on; also if the ontology lists none for it."""
    data = context.data
    if context.model.word(property_) in _ENDS:
        citations = evidence.all_cited(fact)
        if not citations or evidence.is_in_words(value, citations):
            return True
        told = " ".join(_told(context, fact, value))
        return any(evidence.has_words(name, told) for name in evidence.names(value))
    stems = [folded(t.value) for t in data.objects(value, SKOS + "hiddenLabel")]
    if not stems:
        return True
    names = [folded(t.value) for p in (RDFS + "label", SKOS + "altLabel") for t in data.objects(value, p)]
    told = " ".join([*_told(context, fact, value), *map(evidence.folded_words, evidence.all_cited(fact))])
    return any(re.search(rf"(?<!\w){re.escape(stem)}", told) for stem in (*stems, *names))


def _told(context: Context, fact: str, value: str) -> Iterator[str]:
    """The texts of a fact and of its attributions, and the names of what it names but for a value."""
    data = context.data
    for term in (term for values in data.out[fact].values() for term in values):
        if term.kind == "literal":
            yield folded(term.value)
        elif key(term) != value:
            names = (t.value for p in (RDFS + "label", SKOS + "altLabel") for t in data.objects(key(term), p))
            yield from map(folded, names)
    for attribution in data.iris(fact, context.model["hasAttribution"]):
        yield from (folded(t.value) for t in data.objects(attribution, _NOTE))
