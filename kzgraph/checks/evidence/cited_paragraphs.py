"""Fourth stage, with the texts at hand: what a fact says can be found in the paragraphs that it cites.

Names are compared word by word and without their endings, so that Kazakh stands for Kazakhstan and Türkiye's for
Türkiye. Names that documents use (a naming) count as well as labels and other names.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path

from kzgraph.checks.evidence.passages import text_of, text_position
from kzgraph.checks.syntax.context import Context
from kzgraph.files.documents import DocumentText
from kzgraph.files.sentences import split
from kzgraph.graph.triples import key, node
from kzgraph.namespaces import DCTERMS, OA, PROV, RDFS, SKOS
from kzgraph.terms import Term
from kzgraph.wording.names import folded
from kzgraph.wording.scripts import scripts_of
from kzgraph.wording.stems import stems_of, surname_of

_CITED = PROV + "wasDerivedFrom"
_CAUSES = ("hasCause", "hasEffect")
_OCCASIONS = (*_CAUSES, "atEvent", "inEvent", "partOfEvent", "isAfter")
_TOLD = 0.5  # this part of the words and things of a cause stands in the passages
_DOERS = ("proposedBy", "decidedBy", "setBy", "hasActor", "hasHolder", "hasVisitor")
_NAMED = ("Actor", "Place", "Asset")
"""Kinds of things of which a passage tells by their names."""
_BEFORE = 2  # sentences before the cited words in which a pronoun has its actor
_PRONOUNS = r"(?:he|she|it|they|we|its|his|her|their|our|this|which|who|both|two|these)\b"
_REFERRED_TO = {
    "State": r"countr(?:y|ies)|states|nations|peoples|sides|parties|neighbou?rs|bilateral|mutual",
    "Person": r"presidents|leaders|heads of (?:the )?(?:countr|state)|authors?",
    "Actor": r"companies|organi[sz]ations|businessmen|association",
    "Asset": r"corridors?|routes?|pipelines?|railways?|roads?|ports?|lines?|project|networks?|infrastructure|systems?",
    "Place": r"regions?|areas?|there|here|cit(?:y|ies)|capital|sea",
}
"""Words in a passage that stand for a thing of a kind which the text has named before: "the two countries"."""
_DEFINITE = r"(?:the|this|that|these|those|both|two|its|their|our|between)(?: [\w-]+){0,2} "


def check_evidence(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each value of a fact that its cited paragraphs do not bear out."""
    namings = context.data.instances(context.model["Naming"])
    for fact in context.data.instances(context.model["Fact"]):
        if fact in context.own.out and fact not in namings:
            _check_named(context, evidence, fact)
            _check_speaker(context, evidence, fact)
            _check_roles(context, evidence, fact)
            _check_occasions(context, evidence, fact)


def _check_named(context: Context, evidence: CitedParagraphs, fact: str) -> None:
    """A thing that the paragraphs of some documents name, and those of others do not, is attributed."""
    cited = evidence.cited(fact)
    if len(cited) < 2:
        return
    for property_, value in roles_of(context, fact):
        naming = [d for d, citations in cited.items() if evidence.is_named(value, citations)]
        if not 0 < len(naming) < len(cited) or is_attributed(context, fact, property_, node(value)):
            continue
        silent = ", ".join(context.curie(d) for d in cited if d not in naming)
        told = (
            f"{context.curie(fact)} has {context.curie(property_)} {context.curie(value)}, which {silent} does not name"
        )
        stated = " , ".join(context.curie(c) for d in naming for c in cited[d])
        words = [context.curie(context.model[w]) for w in ("hasAttribution", "ofProperty", "ofValue", "statedIn")]
        hint = (
            f"say which passages state it: {words[0]} [ {words[1]} {context.curie(property_)} ; "
            f"{words[2]} {context.curie(value)} ; {words[3]} {stated} ]; name those of each document if all do"
        )
        context.add("unattributed-value", "warning", fact, told, hint, path=(property_,), value=node(value))


def _check_speaker(context: Context, evidence: CitedParagraphs, fact: str) -> None:
    """Who says something stands in the very words that are cited, not only near them."""
    citations = [c for of_document in evidence.cited(fact).values() for c in of_document]
    for word in ("hasSpeaker", "statedBy") if citations else ():
        property_ = context.model[word]
        for value in context.data.iris(fact, property_):
            if evidence.is_called(value, citations) or is_attributed(context, fact, property_, node(value)):
                continue
            role = f"{context.curie(property_)} {context.curie(value)}"
            told = f"{context.curie(fact)} has {role}, whom the cited words leave out"
            hint = "widen the citation, so that it begins where the speaker is named, or say on what the value rests"
            context.add("unnamed-speaker", "warning", fact, told, hint, path=(property_,), value=node(value))


def _check_roles(context: Context, evidence: CitedParagraphs, fact: str) -> None:
    """Each actor, place and route of a fact is named in its cited words, or the fact says on what the value rests.

    Enough is also a noun such as "the two countries", or a pronoun for what is named before the sentence, if another
    fact of the paragraph has the same as well. What a fact merely concerns need only be named in the document.
    """
    citations = evidence.all_cited(fact)
    model = context.model
    for property_, value in roles_of(context, fact) if citations else ():
        if not context.is_any(value, _NAMED):
            continue
        if property_ == model["concerns"] and evidence.is_in_documents(value, fact):
            continue
        if evidence.is_in_words(value, citations) or is_attributed(context, fact, property_, node(value)):
            continue
        if _is_meant(context, evidence, property_, value, citations) and evidence.is_shared(value, fact, citations):
            continue
        is_named = evidence.is_named(value, citations)
        role = f"{context.curie(property_)} {context.curie(value)}"
        where = "which only the paragraph of its cited words names" if is_named else "which no cited paragraph names"
        told = f"{context.curie(fact)} has {role}, {where}"
        words = [context.curie(model[w]) for w in ("hasAttribution", "ofProperty", "ofValue", "basis", "BasisInferred")]
        hint = (
            f"correct it, cite where it is named, or say on what it rests: {words[0]} [ {words[1]} "
            f"{context.curie(property_)} ; {words[2]} {context.curie(value)} ; {words[3]} {words[4]} ], with a note"
        )
        context.add("unnamed-role", "warning", fact, told, hint, path=(property_,), value=node(value))


def _is_meant(context: Context, evidence: CitedParagraphs, property_: str, value: str, citations: list[str]) -> bool:
    """Whether some cited words may speak of a thing without its name: by a noun, or by a pronoun."""
    passage = " ".join(map(evidence.words, citations))
    is_around = evidence.is_around(value, citations)
    if context.model.word(property_) == "representing":
        return evidence.is_named(value, citations)
    if _is_told_again(context, value, passage):
        return is_around or (context.model.word(property_) not in _DOERS and evidence.is_named(value, citations))
    return _is_referred_to(context, value, passage) and is_around and not evidence.is_left_out(value, citations)


def _check_occasions(context: Context, evidence: CitedParagraphs, fact: str) -> None:
    """A cause, effect or event of a fact is told by its passages: by a word of its label, or a thing it is about."""
    citations = evidence.all_cited(fact)
    if not citations:
        return
    for word, property_ in ((word, context.model[word]) for word in _OCCASIONS):
        for value in context.data.iris(fact, property_):
            if value not in context.facts or is_attributed(context, fact, property_, node(value)):
                continue
            told_part = evidence.told_part(value, citations)
            is_of_one = evidence.is_of_one_document(fact, value)
            if not is_of_one or (told_part < _TOLD if word in _CAUSES else not told_part):
                occasion = f"{context.curie(property_)} {context.curie(value)}"
                told = f"{context.curie(fact)} has {occasion}, of which no cited paragraph tells"
                hint = "correct it, cite the passage that tells of it, or attribute it to the editors with the ground"
                context.add("untold-occasion", "warning", fact, told, hint, path=(property_,), value=node(value))


def _is_referred_to(context: Context, thing: str, passage: str) -> bool:
    """Whether words such as "the two countries" or "they" in a passage may stand for a thing of their kind."""
    return bool((n := _nouns(context, thing)) and re.search(rf"\b(?:{n}|{_PRONOUNS})", passage, re.IGNORECASE))


def _is_told_again(context: Context, thing: str, passage: str) -> bool:
    """Whether a passage speaks of a thing again by a noun: "the corridor", "both countries"."""
    return bool((n := _nouns(context, thing)) and re.search(rf"\b{_DEFINITE}(?:{n})\b", passage, re.IGNORECASE))


def _nouns(context: Context, thing: str) -> str:
    """The nouns that may stand for a thing; empty for one of another kind."""
    return next((_REFERRED_TO[kind] for kind in _REFERRED_TO if context.data.is_a(thing, context.model[kind])), "")


def roles_of(context: Context, fact: str) -> Iterator[tuple[str, str]]:
    """The properties of a fact that say what it is about, with the things; facts and documents have no names."""
    for property_, values in context.data.out[fact].items():
        if property_ in context.about:
            for value in values:
                thing = key(value)
                if value.kind == "uri" and not context.is_any(thing, ("Fact", "Document")):
                    yield property_, thing


def is_attributed(context: Context, fact: str, property_: str, value: Term) -> bool:
    """Whether an attribution of a fact speaks of a value, or of all values of a property or one above it."""
    data, model = context.data, context.model
    for attribution in data.iris(fact, model["hasAttribution"]):
        values = data.objects(attribution, model["ofValue"])
        named = data.iris(attribution, model["ofProperty"])
        if value in values or (not values and any(n in _above(context, property_) for n in named)):
            return True
    return False


def is_of_editors(context: Context, fact: str, property_: str, value: Term) -> bool:
    """Whether an attribution speaks of a value, and one of the property rests on editors and not on a passage."""
    data, model = context.data, context.model
    if not is_attributed(context, fact, property_, value):
        return False
    own = data.iris(fact, model["hasAttribution"])
    of_property = [a for a in own if set(data.iris(a, model["ofProperty"])) & _above(context, property_)]
    return any(not data.objects(a, model["statedIn"]) for a in of_property or own)


def _above(context: Context, property_: str) -> set[str]:
    found, todo = {property_}, [property_]
    while todo:
        for upper in context.ontology.iris(todo.pop(), RDFS + "subPropertyOf"):
            if upper not in found:
                found.add(upper)
                todo.append(upper)
    return found


class CitedParagraphs:
    """The cited paragraphs of facts, and the names of things."""

    def __init__(self, context: Context, folder: Path) -> None:
        self._context = context
        self._folder = folder
        self._texts: dict[str, DocumentText | None] = {}
        self._stems: dict[str, list[list[str]]] = {}
        self.folded_paragraphs = cache(lambda citation: folded(self.paragraphs(citation)))
        self.words_of = cache(lambda document: folded(self.text(document)).split())
        self.folded_words = cache(lambda citation: folded(self.words(citation)))
        self.paragraphs, self.words = cache(self._paragraphs), cache(self._words)
        self._placed, self.around = cache(self._place), cache(self._around)

    def cited(self, fact: str) -> dict[str, list[str]]:
        """The citations of a fact whose text is at hand, by document."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for citation in self._context.data.iris(fact, _CITED):
            if self.paragraphs(citation):
                found[self._document(citation)].append(citation)
        return dict(sorted(found.items()))

    def all_cited(self, fact: str) -> list[str]:
        """The citations of a fact; none if the text of one is not at hand."""
        if not all(self.paragraphs(c) for c in self._context.data.iris(fact, _CITED)):
            return []
        return [citation for of_document in self.cited(fact).values() for citation in of_document]

    def lacks_text(self, fact: str) -> bool:
        """Whether a fact cites a document that has a text, which is not at hand."""
        data, name = self._context.data, self._context.model["fileName"]
        unread = (c for c in data.iris(fact, _CITED) if not self.paragraphs(c))
        return any(data.objects(self._document(c), name) for c in unread)

    def in_english(self, fact: str) -> list[str]:
        """The citations of a fact whose text is at hand; none if one is in another language or script."""
        citations = self.all_cited(fact)
        documents = (self._document(c) for c in citations)
        languages = (t.value for d in documents for t in self._context.data.objects(d, DCTERMS + "language"))
        is_english = all(language.startswith("en") for language in languages)
        return citations if is_english and all("Latin" in scripts_of(self.words(c)) for c in citations) else []

    def is_named(self, thing: str, citations: list[str]) -> bool:
        """Whether a name of a thing stands in one of the paragraphs of some citations."""
        return any(self._has_name(thing, self.folded_paragraphs(c).split()) for c in citations)

    def is_in_words(self, thing: str, citations: list[str]) -> bool:
        """Whether a name of a thing stands in the cited words themselves."""
        return self._has_name(thing, [word for c in citations for word in self.folded_words(c).split()])

    def is_in_documents(self, thing: str, fact: str) -> bool:
        """Whether a name of a thing stands anywhere in a document that a fact cites."""
        return any(self._has_name(thing, self.words_of(document)) for document in self.cited(fact))

    def is_around(self, thing: str, citations: list[str]) -> bool:
        """Whether a name of a thing stands in the sentences of some passages, or in the few before them."""
        return any(self._has_name(thing, folded(self.around(c)).split()) for c in citations)

    def is_left_out(self, thing: str, citations: list[str]) -> bool:
        """Whether a name of a thing stands in the sentence of some cited words before them."""
        return any(self._has_name(thing, folded(self._left_out(citation)).split()) for citation in citations)

    def _left_out(self, citation: str) -> str:
        """What stands in the sentence of a passage before it."""
        text, start, _ = self._placed(citation)
        if text is None:
            return ""
        begin, stop = text.paragraphs[text.paragraph_at(start) - 1]
        first = next((begin + s for s, e in split(text.text[begin:stop]) if begin + e > start), start)
        return text.text[min(first, start) : start]

    def _around(self, citation: str) -> str:
        """The sentences in which a passage lies, and the few before them, in the paragraph before it too."""
        text, start, end = self._placed(citation)
        if text is None:
            return ""
        at = text.paragraph_at(start) - 1
        spans = [
            (b + s, b + e) for b, stop in text.paragraphs[max(0, at - 1) : at + 1] for s, e in split(text.text[b:stop])
        ]
        first = next((n for n, (_, last) in enumerate(spans) if last > start), 0)
        last = max((e for s, e in spans if s < end), default=end)
        return text.text[spans[max(0, first - _BEFORE)][0] : max(last, end)] if spans else ""

    def is_shared(self, thing: str, fact: str, citations: list[str]) -> bool:
        """Whether another fact with a citation of the same paragraphs is about a thing too, and does not infer it."""
        return any(self._facts_about[self.paragraph_of(c), thing] - {fact} for c in citations)

    @cached_property
    def _facts_about(self) -> defaultdict[tuple[tuple[str, str], str], set[str]]:
        """The facts that are about a thing and rest on a paragraph, by both; not those that infer it."""
        found: defaultdict[tuple[tuple[str, str], str], set[str]] = defaultdict(set)
        for fact in self._context.facts:
            paragraphs = {self.paragraph_of(c) for c in self._context.data.iris(fact, _CITED)}
            for property_, thing in roles_of(self._context, fact):
                if is_attributed(self._context, fact, property_, node(thing)):
                    continue
                for paragraph in paragraphs:
                    found[paragraph, thing].add(fact)
        return found

    def paragraph_of(self, citation: str) -> tuple[str, str]:
        """The document and the number of the paragraph of a citation."""
        number = self._context.data.one(citation, self._context.model["paragraph"])
        return self._document(citation), number.value if number is not None else ""

    def _has_name(self, thing: str, words: list[str]) -> bool:
        if thing not in self._stems:
            self._stems[thing] = [stems_of(name) for name in self.names(thing)]
        return any(
            all(any(word.startswith(stem) for word in words) for stem in stems) for stems in self._stems[thing] if stems
        )

    def told_part(self, fact: str, citations: list[str]) -> float:
        """What part of a fact's label, and of the things it is about, some passages have; 1 for its own.

        Of several labels, such as those in other languages, that one counts of which they have most.
        """
        if set(self._context.data.iris(fact, _CITED)) & set(citations):
            return 1.0
        words = [word for c in citations for word in self.folded_paragraphs(c).split()]
        things = [self.is_named(thing, citations) for _, thing in roles_of(self._context, fact)]
        labels = [set(stems_of(t.value)) for t in self._context.data.objects(fact, RDFS + "label")] or [set()]
        told = [[any(word.startswith(stem) for word in words) for stem in stems] + things for stems in labels]
        return max((sum(found) / len(found) for found in told if found), default=0.0)

    def is_of_one_document(self, fact: str, other: str) -> bool:
        """Whether a document stands behind two facts; also if one rests on no document whose text is at hand."""
        own, others = self.cited(fact), self.cited(other)
        return not own or not others or bool(own.keys() & others.keys())

    def has_words(self, name: str, text: str) -> bool:
        """Whether the words of a name stand in a folded text, whatever their endings."""
        words = text.split()
        return all(any(word.startswith(stem) for word in words) for stem in stems_of(name))

    def names_in(self, fact: str) -> Iterator[str]:
        """The names of the things that a fact is about."""
        for _, thing in roles_of(self._context, fact):
            yield from self.names(thing)

    def is_called(self, actor: str, citations: list[str]) -> bool:
        """Whether the last word of a name of an actor stands in the cited words themselves."""
        words = [w for c in citations for w in self.folded_words(c).split()]
        is_person = self._context.data.is_a(actor, self._context.model["Person"])
        lasts = {
            surname_of(name) if is_person else stems[-1] for name in self.names(actor) if (stems := stems_of(name))
        }
        return any(word.startswith(last) for last in lasts for word in words)

    def names(self, thing: str) -> Iterator[str]:
        """The names of a thing: label, other names, and those that documents use."""
        data, model = self._context.data, self._context.model
        for property_ in (RDFS + "label", SKOS + "altLabel", SKOS + "prefLabel"):
            yield from (t.value for t in data.objects(thing, property_))
        for naming in data.subjects(model["namesThing"], node(thing)):
            yield from (t.value for t in data.objects(naming, model["name"]))

    def _document(self, citation: str) -> str:
        return next(iter(self._context.data.iris(citation, OA + "hasSource")), "")

    def _paragraphs(self, citation: str) -> str:
        """The text of the paragraphs in which a passage lies; empty without the document's text."""
        text, start, end = self._placed(citation)
        if text is None:
            return ""
        first, last = (text.paragraph_at(position) for position in (start, end - 1))
        return text.text[text.paragraphs[first - 1][0] : text.paragraphs[last - 1][1]]

    def _words(self, citation: str) -> str:
        """The words of a passage; empty without the document's text."""
        text, start, end = self._placed(citation)
        return text.text[start:end] if text is not None else ""

    def span(self, citation: str) -> tuple[int, int]:
        """Where a passage begins and ends in its document; the same place twice without the document's text."""
        return self._placed(citation)[1:]

    def text(self, document: str) -> str:
        """The text of a document; empty if it is not at hand."""
        if document not in self._texts:
            self._texts[document] = text_of(self._context, document, self._folder) if document else None
        found = self._texts[document]
        return found.text if found is not None else ""

    def _place(self, citation: str) -> tuple[DocumentText | None, int, int]:
        """The text of a citation's document and the range of its passage; no text if it is not at hand."""
        document = self._document(citation)
        text = self._texts[document] if self.text(document) else None
        selector = next(iter(self._context.data.iris(citation, OA + "hasSelector")), "")
        start, end = (text_position(self._context.data.one(selector, OA + e)) for e in ("start", "end"))
        if text is None or start is None or end is None or not start < end <= len(text.text):
            return None, 0, 0
        return text, start, end
