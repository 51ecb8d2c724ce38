"""The links that editors draw between facts hold: what agrees agrees, what disagrees differs, and on one matter."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property

from kzgraph.checks.evidence.cited_paragraphs import roles_of
from kzgraph.checks.statements.facts import span
from kzgraph.checks.syntax.context import Context
from kzgraph.graph.triples import TYPE, key, node
from kzgraph.namespaces import RDFS, SKOS
from kzgraph.terms import Term
from kzgraph.wording.names import folded

_NOTE = SKOS + "editorialNote"
_ON_ONE_MATTER = ("agreesWith", "sameUtteranceAs", "contradicts", "differsFrom", "succeeds")
_TELLERS = ("hasSpeaker", "statedBy")
_READ = re.compile(r"\b(?:read|reading)\b", re.IGNORECASE)
"""Words by which a note in English says that a link out of the ordinary is a reading."""
_LINKS = (*_ON_ONE_MATTER, "carriesFurther")
_NUMBERS = ("value", "maximum", "share")
_VALUES = (*_NUMBERS, "hasUnit", "hasMeasure", "hasStatus", "stance", "membershipKind")
_OF_NUMBERS = (*_VALUES, "comparator", "scope", "baseline", "date", "start", "end", "attestedOn", "hasCommodity")
_DIFFERING = (
    *(*_OF_NUMBERS, "rank", "fromPlace", "toPlace", "viaPlace", "inPlace", "takesPlaceIn", "hasHolder", "hasOffice"),
    *("atEvent", "inEvent", "outcomeKind", "name", "code", "hasSignatory", "ofCorridor", "order"),
)
"""What two facts that contradict each other tell each in its own way, if not in words alone."""
_STATES = (
    *("Figure", "Connection", "CorridorPart", "Location", "StatusReport", "Membership", "OfficeHolding", "Involvement"),
    *("Stake", "Naming", "Identification", "Publication", "WorkCitation", "Quotation"),
)
_VIEWS = ("Claim", "Description", "CausalClaim", "Interest")
"""Kinds of facts that tell how something is seen: they act on nothing, and nothing acts on them."""
_TELLS_APART = re.compile(
    r"\b(?:contradict\w*|differ\w*|disagree\w*|other\w*|another|while|both|conflict\w*|instead|against|unlike|neither|either"
    r"|exclude\w*|garbl\w*|preferred|but|whereas|opposite|contrary|here)\b",
    re.IGNORECASE,
)
"""Words in English by which a note may tell in what two facts contradict each other."""
_EXCLUDES = re.compile(
    r"\b(?:not (?:both|all|each)|cannot (?:both|all)|neither|exclud\w+|only one|one of (?:the two|them) is)\b",
    re.IGNORECASE,
)
"""Words in English by which a note says that not both of two facts can be right."""
_MANY, _SHARE = 20, 0.05  # what so many facts name, and this part of all, tells of none what its matter is
_WORDS = 2  # so many words that few facts have are shared by what agrees or contradicts each other
_SHORTEST, _STEM = 5, 5  # words are compared by their beginnings; short ones tell nothing


def check_links(context: Context) -> None:
    """Adds a finding for each link between facts that have nothing in common, or that say the opposite of the link.

    Each link says on what it rests, in an attribution: ``kzo:ofProperty`` names the link, ``kzo:ofValue`` the other
    fact, and a note the ground. With a ground, the two need not share a thing.
    """
    matters = _Matters(context)
    for fact in context.own.out:
        if fact in context.facts:
            for word in _LINKS:
                for other in context.data.iris(fact, context.model[word]):
                    if other not in context.facts:
                        continue
                    grounds = _grounds(context, fact, word, other)
                    if not grounds:
                        _add(context, "link-without-ground", fact, word, other, "nothing says on what this link rests")
                        _check_matter(context, matters, fact, word, other)
                    if not any(map(_is_reading, grounds)):
                        _check_series(context, fact, word, other)
                    _check_spoken(context, matters, fact, word, other, grounds)
                    _check_values(context, fact, word, other)
                    if word == "contradicts":
                        _check_contradiction(context, fact, other)
                    _check_exclusion(context, fact, word, other, grounds)


def _grounds(context: Context, fact: str, word: str, other: str) -> list[Term]:
    """On what a link rests: the passages that tell it, and the notes of the editors who drew it."""
    data, model = context.data, context.model
    found: list[Term] = []
    for one, two in ((fact, other), (other, fact)):
        for attribution in data.iris(one, model["hasAttribution"]):
            values = data.iris(attribution, model["ofValue"])
            if model[word] in data.iris(attribution, model["ofProperty"]) and (two in values or not values):
                found += [*data.objects(attribution, model["statedIn"]), *data.objects(attribution, _NOTE)]
    return found


def _is_reading(ground: Term) -> bool:
    """Whether a ground bears a link out of the ordinary: a passage that tells it, or a note that it is a reading."""
    return not _is_english(ground) or bool(_READ.search(ground.value))


def _is_english(text: Term) -> bool:
    return text.kind == "literal" and text.language in {"", "en"}


def _check_spoken(context: Context, matters: _Matters, fact: str, word: str, other: str, grounds: list[Term]) -> None:
    """A note in English on a link speaks of both facts: it has a word of each, or of what it names."""
    notes = [t.value for t in grounds if _is_english(t)]
    if not notes or len(notes) < len(grounds):
        return
    told = _stems(notes)
    words = {one: matters.spoken(one) for one in (fact, other)}
    silent = next((one for one, own in words.items() if own and not own & told), "")
    if silent:
        what = f"the note on it has no word of {context.curie(silent)}"
        _add(context, "link-without-ground", fact, word, other, what)


def _check_matter(context: Context, matters: _Matters, fact: str, word: str, other: str) -> None:
    """Linked facts have a thing in common; what is on one matter has a thing or a word that few facts have.

    A fact that is about nothing is found by other checks.
    """
    if not (matters.things(fact) and matters.things(other)):
        return
    is_close = word in _ON_ONE_MATTER
    words = _WORDS if word in {"agreesWith", "contradicts"} else 1
    if matters.are_one(fact, other, words) if is_close else matters.shared(fact, other):
        return
    what = f"{'two words' if words > 1 else 'word'} and no thing that few facts have" if is_close else "thing"
    _add(context, "unrelated-link", fact, word, other, f"the two share no {what}")


def _check_series(context: Context, fact: str, word: str, other: str) -> None:
    """What succeeds or agrees with another is of its class; what carries another further is an act on a task."""
    own, others = (set(context.data.iris(one, TYPE)) for one in (fact, other))
    if word in {"succeeds", "agreesWith"} and not own & others:
        does = "succeeds" if word == "succeeds" else "agrees with"
        _add(context, "unrelated-link", fact, word, other, f"what {does} another is of its class")
    elif word == "succeeds":
        for property_ in (context.model["hasMeasure"], context.model["ofAsset"]):
            one, two = (set(context.data.iris(f, property_)) for f in (fact, other))
            if one and two and not one & two:
                what = f"what succeeds another has its {context.curie(property_)}"
                _add(context, "unrelated-link", fact, word, other, what)
    if word != "carriesFurther":
        return
    views = {context.model[kind] for kind in _VIEWS}
    if others & (views | {context.model["Position"]}) or any(
        context.data.is_a(other, context.model[kind]) for kind in _STATES
    ):
        _add(context, "unrelated-link", fact, word, other, f"{_kind(context, other)} is nothing to act on")
    elif own & (views | {context.model["Gap"], context.model["Figure"]}):
        _add(context, "unrelated-link", fact, word, other, f"{_kind(context, fact)} acts on nothing")


def _kind(context: Context, fact: str) -> str:
    """The class of a fact, with its article."""
    label = context.label(min(context.data.iris(fact, TYPE)))
    return f"{'an' if label[:1] in 'aeiou' else 'a'} {label}"


def _check_values(context: Context, fact: str, word: str, other: str) -> None:
    """Facts that agree do not differ in a value or a time, and facts that disagree do."""
    own, others = (_said(context, thing) for thing in (fact, other))
    numbers = [p for p in _NUMBERS if own.get(p) and others.get(p)]
    compared = _NUMBERS if word == "sameUtteranceAs" else _VALUES  # reports of one utterance may differ in the rest
    apart = [p for p in compared if own.get(p) and others.get(p) and not own[p] & others[p]]
    if word == "sameUtteranceAs":
        one, two = ({v for w in _TELLERS for v in context.data.iris(f, context.model[w])} for f in (fact, other))
        if one and two and not one & two:
            _add(context, "agreement-unlike-values", fact, word, other, "who says it is not the same")
    if word in {"agreesWith", "sameUtteranceAs"}:
        if apart or (word == "agreesWith" and _are_apart_in_time(context, fact, other)):
            what = context.curie(context.model[apart[0]]) if apart else "the time"
            _add(context, "agreement-unlike-values", fact, word, other, f"{what} of the two differs")
    elif word in {"contradicts", "differsFrom"} and numbers:
        if own == others:
            _add(context, "disagreement-without-difference", fact, word, other, "the two have the same values")
        elif word == "contradicts" and ("hasMeasure" in apart or _are_apart_in_time(context, fact, other)):
            _add(context, "unrelated-link", fact, word, other, "they are figures of other measures or times")


def _check_contradiction(context: Context, fact: str, other: str) -> None:
    """Facts that contradict each other differ in a value, or a note on one of them says in what."""
    data, model = context.data, context.model
    if fact == other or any(data.objects(fact, model[word]) for word in _NUMBERS):
        return  # other checks speak of these
    for property_ in (model[word] for word in _DIFFERING):
        own, others = data.objects(fact, property_), data.objects(other, property_)
        is_time = model.word(property_) in {"date", "start", "end", "attestedOn"}
        if own and others and set(own) != set(others) and (not is_time or _are_apart_in_time(context, fact, other)):
            return
    if any(_TELLS_APART.search(t.value) for one in (fact, other) for t in data.objects(one, _NOTE)):
        return
    what = "no value of the two differs, and no note says why not both can be right"
    _add(context, "disagreement-without-difference", fact, "contradicts", other, what)


def _check_exclusion(context: Context, fact: str, word: str, other: str, grounds: list[Term]) -> None:
    """The ground of a contradiction says that not both can be right, and that of another link does not."""
    notes = [t.value for t in grounds if _is_english(t)]
    excludes = any(map(_EXCLUDES.search, notes))
    if notes and excludes is not (word == "contradicts"):
        what = f"the note on it {'says' if excludes else 'does not say'} that not both can be right"
        _add(context, "link-without-ground", fact, word, other, what)


def _said(context: Context, fact: str) -> dict[str, set[object]]:
    """What a fact says of its matter by each property with which figures differ."""
    found: dict[str, set[object]] = {}
    for word in _OF_NUMBERS:
        values = context.data.objects(fact, context.model[word])
        if values:
            found[word] = {v.value if v.number is None else v.number for v in values}
    return found


def _are_apart_in_time(context: Context, fact: str, other: str) -> bool:
    one, two = span(context, fact), span(context, other)
    return bool(one and two and (one[1].is_before(two[0]) or two[1].is_before(one[0])))


class _Matters:
    """What the facts of a project are about: their things, and the words of label and gist."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def shared(self, fact: str, other: str) -> set[str]:
        """The things that two facts are both about; one of the two, if the other is about it."""
        own, others = self.things(fact), self.things(other)
        return (own & others) | ({fact} & others) | ({other} & own)

    def are_one(self, fact: str, other: str, number: int) -> bool:
        """Whether two facts share a thing, or some words, that few facts have; figures also a measure of one subject.

        ``number`` is how many words.
        """
        words = (self._words(fact) & self._words(other)) - self._common_words
        return bool(
            self.shared(fact, other) - self._common_things
            or len(words) >= number
            or (self._measures(fact) & self._measures(other) and self._roles(fact) & self._roles(other))
        )

    @cached_property
    def _common_things(self) -> set[str]:
        return _in_many((self.things(fact) for fact in self._context.facts), len(self._context.facts))

    @cached_property
    def _common_words(self) -> set[str]:
        """The words that many facts have, and those of the names of the things that many are about."""
        names = (t.value for c in self._common_things for t in self._texts(c, RDFS + "label", SKOS + "altLabel"))
        many = _in_many((self._words(fact) for fact in self._context.facts), len(self._context.facts))
        return many | _stems(names)

    def things(self, fact: str) -> set[str]:
        """What a fact is about: things, and the facts that it names."""
        data = self._context.data
        return {key(v) for p in self._context.about & data.out[fact].keys() for v in data.objects(fact, p)}

    def _roles(self, fact: str) -> set[tuple[str, str]]:
        return {role for role in roles_of(self._context, fact) if role[0] != self._context.model["concerns"]}

    def _measures(self, fact: str) -> set[str]:
        return set(self._context.data.iris(fact, self._context.model["hasMeasure"]))

    def _words(self, fact: str) -> set[str]:
        return _stems(t.value for t in self._texts(fact, RDFS + "label", self._context.model["gist"]))

    def spoken(self, fact: str) -> set[str]:
        """The beginnings of the words of a fact and of the names of what it is about."""
        names = (t.value for thing in self.things(fact) for t in self._texts(thing, RDFS + "label", SKOS + "altLabel"))
        return self._words(fact) | _stems(names)

    def _texts(self, thing: str, *properties: str) -> Iterator[Term]:
        return (t for p in properties for t in self._context.data.objects(thing, p))


def _stems(texts: Iterable[str]) -> set[str]:
    return {word[:_STEM] for text in texts for word in folded(text).split() if len(word) >= _SHORTEST}


def _in_many(sets: Iterable[set[str]], number: int) -> set[str]:
    """The members that many of some sets have."""
    counts = Counter(member for members in sets for member in members)
    return {member for member, count in counts.items() if count > max(_MANY, number * _SHARE)}


def _add(context: Context, code: str, fact: str, word: str, other: str, told: str) -> None:
    link, model = context.model[word], context.model
    words = [context.curie(model[w]) for w in ("hasAttribution", "ofProperty", "ofValue", "basis", "BasisEditors")]
    hint = (
        f"correct it, or say on what the link rests: {words[0]} [ {words[1]} {context.curie(link)} ; "
        f'{words[2]} {context.curie(other)} ; {words[3]} {words[4]} ; {context.curie(_NOTE)} "why it holds"@en ]'
    )
    told = f"{context.curie(fact)} {context.curie(link)} {context.curie(other)}: {told}"
    context.add(code, "warning", fact, told, hint, path=(link,), value=node(other))
