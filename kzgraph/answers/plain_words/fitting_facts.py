"""The facts that fit the words of a question best, for questions that no stored query answers.

A fact is compared by the things that it is about, by the stems of its label, gist and class, and by its date. What few
facts have counts more than what many have (inverse document frequency).
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from kzgraph.answers.plain_words.fact_words import GIST_WORTH, KIND, READ, FactWords, fact_words
from kzgraph.answers.plain_words.occasions import WITH_EVENTS, times_of_events
from kzgraph.answers.plain_words.parties import Parties
from kzgraph.answers.plain_words.synonyms import share_of, synonyms
from kzgraph.answers.plain_words.things_in_text import Dates, Named, each_date, without, without_dates
from kzgraph.answers.plain_words.words import stems, with_verbs
from kzgraph.answers.things.facts import Fact, read_facts
from kzgraph.answers.things.found import fact_lines
from kzgraph.answers.things.names import Names
from kzgraph.dates import Days, PartialDate, When
from kzgraph.namespaces import DCTERMS, OA, PROV, RDF
from kzgraph.stores import Store
from kzgraph.stores.rows import rows_of
from kzgraph.wording.names import folded
from kzgraph.wording.spelling import word_key
from kzgraph.wording.text import wrapped

_ABOUT, _SPOKEN, _AT_EVENT, _SAID_BY, _UNASKED = 0.85, 0.75, 0.7, 0.85, 0.3
"""What a thing counts that a fact is about, but does not name, and the other way round; one that has to do with its
event; and one that said it or wrote it, if the question asks for what is said, and if not."""
_THING = 1.3
"""A thing counts more than a word."""
_UNKNOWN = 0.5
"""A word that no fact has counts little: people use many."""
_DATED, _ASKED_FOR, _DENSE, _LESS = 0.8, 0.3, 0.1, -0.15
"""What a date counts; what is added if a fact has what the question word asks for, if it says nothing else, and if it
tells a code, a title or a view."""
_FITS, _FITS_WITH_NAMES, _OF_BEST = 0.5, 0.38, 0.72
"""So large a part of the question a fact must have, a smaller one if it has all names, and such a part of what the
best one has."""
_FEW, _TOLD, _TELLS, _DENSE_ENOUGH = 6, 3, 0.95, 0.5
"""Of so few facts that say what is asked, and that well, some are told beside an answer; where more do, it is the list
of them. Of the words of their labels, half are words of the question."""
_NEAR, _NEAR_IN_TIME = 40, 120
"""So many are read, to see what else they have; more if the question has a date."""
_ABOUT_IT = "<model|about>"
_STATED_IN = f"<{PROV}wasDerivedFrom>/<{OA}hasSource>"
_BY_IT = f"<model|statedBy>|<model|hasSpeaker>|{_STATED_IN}|{_STATED_IN}/<{DCTERMS}creator>"
"""The paths from a fact to what it is about, and to what said it, the document that states it and its author."""
_WORD = re.compile(r"[\w'’.,-]*\w")
_TAKE_PLACE = re.compile(r"\b(tak(e|es|en|ing)|took) place\b", re.IGNORECASE)
_NO_MATTER = frozenset(stems("against happen still"))
_MEASURES = "length|distance|capacity|volume|share|percentage|value|amount|number|size|price|cost|speed"
_HOW = "(by )?how (much|many|long|large|big|high|far|fast|old)"
_NUMBER = re.compile(rf"^({_HOW}|what (share|percentage)|(what (is|was|are|were) )?the ({_MEASURES}))\b")
_TIME = re.compile(r"^((since |by |until )?when|(in|since) (what|which) (year|month))\b")
_WHO = re.compile(r"^((to|by|with|from|for|on|under) )?(who|whom|whose)\b")
_CAME = re.compile(
    r"^(who|which (\w+ )+?)\b(.* )?(came|was|were|went|attended|participated|took part|represented|spoke|joined|sat)\b"
    r".*\b(meeting|summit|forum|session|conference|council|talks)\b"
)
_WHY = re.compile(r"^(why|for what reason|what (caused|causes|led to|made))\b")
_STATE = re.compile(r"^(has|have|is|are|was|were) ")
_STATED = re.compile(r"\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|hundred|thousand|\w*fold)\b")
"""A number in the label of a fact that has no figure, in words."""
_SAID = re.compile(
    r"\b(said|wrote|written|told|(say|write|report|state|tell|call|think|argue|recommend|advise|claim|describe|criticis|"
    r"criticiz|see|conclude|warn|mention|suggest|propose|declare|quote|answer|reply|accuse)(s|d|ed|es)?)\b"
)


def asks_number(text: str) -> bool:
    """Whether a question asks for a number by its first words: ``how much``, ``by how many``, ``the length``."""
    return bool(_NUMBER.search(folded(text)))


def asks_time(text: str) -> bool:
    """Whether a question asks for a date by its first words: ``when``, ``since when``, ``in which year``."""
    return bool(_TIME.search(folded(text)))


def asks_who(text: str) -> bool:
    """Whether a question asks for somebody by its first words: ``who``, ``by whom``, ``whose``."""
    return bool(_WHO.search(folded(text)))


@dataclass(frozen=True)
class FittingFact:
    """A fact that fits a question, how well, from 0 to about 1, and what the question says and the fact does not.

    ``is_whole`` says that its label alone says all that the question says, and little else. ``adds`` tells what the
    label does not: the text that has more words of the question, and who has a part in it.
    """

    fact: Fact
    score: float
    lacks: tuple[str, ...] = ()
    is_whole: bool = False
    adds: tuple[str, ...] = ()


class FactFinder:
    """The facts and events of a graph, ready to be compared with questions."""

    def __init__(self, store: Store, names: Names) -> None:
        self._store, self._names = store, names
        self._parties = Parties(store, names)
        self._wordings = fact_words(store, names)
        self._borne = Counter(word for own in self._wordings.values() for word in own.weights if word not in own.named)
        told = (name.text for fact in self._wordings for name in names.of.get(fact, ()) if name.how in READ)
        self._words = {word_key(word) for text in told for word in folded(text).split()}

    def fitting(self, text: str, named: Sequence[Named], dates: Dates) -> list[FittingFact]:
        """The facts that fit a question best, the best first; ``named`` are the things and ``dates`` the dates in it.

        A fact fits that has half of what the question says, and any thing that it names. None fits if the question
        names what no fact names, and no thing of which few facts are told.
        """
        proper = [one for one in named if not one.is_common]
        parts = self._parts(text, proper)
        is_rare = any(part.about is not None and 0 < len(part.about) <= _NEAR for part in parts)
        if not parts or (not is_rare and any(part.is_strange(self._words) for part in parts)):
            return []
        scores = _scores(self._wordings, parts)
        most = _NEAR_IN_TIME if dates.first or dates.last else _NEAR
        near = sorted(scores, key=lambda fact: (-scores[fact], fact))[:most]
        found = []
        facts = read_facts(self._store, near)
        times = times_of_events(self._store, facts)
        for fact in facts:
            own, when = self._wordings[fact.iri], times.get(fact.iri, fact.when)
            lacks = [part.written for part in parts if part.share(fact.iri, own) <= _UNASKED]
            lacks += [written for written, date in each_date(text) if not _is_of(fact, when, Dates(date, date))]
            is_whole = not lacks and all(part.is_in_label(fact.iri, own) for part in parts)
            is_whole = is_whole and _density(fact.label, parts) >= _DENSE_ENOUGH
            one = FittingFact(fact, _whole_score(fact, when, scores[fact.iri], text, dates), tuple(lacks), is_whole)
            has_names = proper and all(part.share(fact.iri, own) for part in parts if part.about is not None)
            found += [one] if one.score >= (_FITS_WITH_NAMES if has_names else _FITS) else []
        found.sort(
            key=lambda f: (-round(f.score, 2), f.fact.record.is_background, f.fact.when.order, -f.score, f.fact.label)
        )
        best = [one for one in found if one.score >= found[0].score * _OF_BEST]
        wanted = frozenset(stem for part in parts for stem in part.forms[0])
        return [replace(one, adds=self._beside(one.fact, wanted, times.get(one.fact.iri))) for one in best]

    def _beside(self, fact: Fact, wanted: frozenset[str], event: When | None) -> tuple[str, ...]:
        """What a fact tells beside its label: the text with more of some stems, its parties, and when its event was."""
        told = (
            self._wordings[fact.iri].text_with(wanted),
            self._parties.unnamed(fact),
            f"the event: {event}" if event is not None else "",
        )
        return tuple(text.rstrip(".") for text in told if text)

    def count(self, thing: str) -> int:
        """How many facts are about a thing."""
        return len(_facts_of(self._store, _ABOUT_IT, [thing])[thing])

    def tells(self, text: str, named: Sequence[Named], words: Sequence[str]) -> bool:
        """Whether a fact says all that a question says, but for its dates, and some words of it in its own words."""
        least = [
            (part, GIST_WORTH if part.written in words else KIND)
            for part in self._parts(text, [one for one in named if not one.is_common])
        ]
        if not any(part.written in words for part, _ in least):
            return False
        wordings = self._wordings.items()
        return any(all(part.share(fact, own) >= worth for part, worth in least) for fact, own in wordings)

    def _parts(self, text: str, named: Sequence[Named]) -> list[_Part]:
        """What a question says: the things that it names, and its other words that carry meaning."""
        count = len(self._wordings)
        things = {thing for one in named for thing in one.things}
        about, said, beside = (_facts_of(self._store, path, things) for path in (_ABOUT_IT, _BY_IT, WITH_EVENTS))
        said_counts = _SAID_BY if _SAID.search(folded(text)) else _UNASKED
        parts = []
        for one in named:
            facts = frozenset(fact for thing in one.things for fact in about.get(thing, ()))
            worth = _THING * math.log(1 + count / max(len(facts), 1))
            labels = (self._names.label(thing) for thing in one.things[:1])
            forms = tuple(dict.fromkeys(tuple(stems(text)) for text in (one.text, *labels)))
            at = dict.fromkeys(beside.get(one.things[0], ()), _AT_EVENT)
            by = {fact: max(said_counts, at.get(fact, 0)) for thing in one.things for fact in said.get(thing, ())}
            parts.append(_Part(one.text, forms, worth, facts, said=at | by))
        words = _WORD.findall(_TAKE_PLACE.sub(" ", with_verbs(without_dates(without(text, named)))))
        for place, word in enumerate(dict.fromkeys(words)):
            for own in stems(word):
                borne = max(self._borne[one] for one in (own, *synonyms(own)))
                worth = math.log(1 + count / borne) if borne else math.log(1 + count) * _UNKNOWN
                is_name = place > 0 and word[:1].isupper()
                worth *= _THING if is_name else 1.0
                parts += [] if own in _NO_MATTER else [_Part(word, ((own,),), worth, is_name=is_name)]
        return parts


def telling(found: Iterable[FittingFact]) -> list[FittingFact]:
    """The first facts that say all that is asked, if these are few: an answer may tell it only among much else."""
    whole = [one for one in found if one.is_whole and one.score >= _TELLS]
    return whole[:_TOLD] if len(whole) <= _FEW else []


def told_facts(found: list[FittingFact], most: int, prefixes: dict[str, str], width: int | None) -> list[str]:
    """The first facts that fit a question, a line or more each, and what of the question none of them has."""
    shown = found[:most]
    lines = [line for one in shown for line in fact_lines(one.fact, prefixes, width, one.adds)]
    lacking = [word for word in shown[0].lacks if all(word in one.lacks for one in shown)]
    return lines + wrapped(f"in none of them: {', '.join(lacking)}", width, "  ", "    ") if lacking else lines


def _facts_of(store: Store, path: str, things: Iterable[str]) -> Mapping[str, set[str]]:
    """The facts from which a path leads to each of some things."""
    found: dict[str, set[str]] = defaultdict(set)
    for thing in sorted(things):
        for row in rows_of(store, f"SELECT DISTINCT ?fact WHERE {{ ?fact {path} <{thing}> }}"):
            found[thing].add(row["fact"].value)
    return found


@dataclass(frozen=True)
class _Part:
    """A word or a thing of a question: as it is written, its stems, what it is worth; of a thing the facts about it.

    ``said`` are the facts that it said, or with whose event it has to do, each with what that counts. A thing has the
    stems of what is written and of its label.
    """

    written: str
    forms: tuple[tuple[str, ...], ...]
    worth: float
    about: frozenset[str] | None = None
    is_name: bool = False
    said: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_named(self) -> bool:
        """Whether it is a thing of the graph, or a name by its capital letter."""
        return self.about is not None or self.is_name

    def is_strange(self, known: Set[str]) -> bool:
        """Whether it is a name, by its capital letter, and none of the words that are known, by their keys."""
        words = folded(self.written).split()
        return self.is_name and not {word_key(w) for word in words for w in (word, word.removesuffix("s"))} & known

    def is_in_label(self, fact: str, own: FactWords) -> bool:
        """Whether it, or a synonym, stands in the label of a fact, or is a thing that the fact is about."""
        if self.about is not None:
            return fact in self.about or any(form and own.label.issuperset(form) for form in self.forms)
        return not own.label.isdisjoint({self.forms[0][0], *synonyms(self.forms[0][0])})

    def share(self, fact: str, own: FactWords) -> float:
        """How much of it a fact has, from 0 to 1."""
        if self.about is None:
            return share_of(self.forms[0][0], own.weights)
        is_named = any(own.has(form) for form in self.forms)
        if fact in self.about:
            return 1.0 if is_named else _ABOUT
        return max(_SPOKEN if is_named else 0.0, self.said.get(fact, 0.0))


def _density(label: str, parts: Sequence[_Part]) -> float:
    """How much of a label, but for its dates, a question says."""
    told = set(stems(without_dates(label)))
    wanted = {other for part in parts for form in part.forms for stem in form for other in (stem, *synonyms(stem))}
    return len(told & wanted) / max(len(told), 1)


def _scores(wordings: Mapping[str, FactWords], parts: Sequence[_Part]) -> dict[str, float]:
    """How much of the question each fact has that has any of it."""
    total = sum(part.worth for part in parts)
    wanted = {stem for part in parts for form in part.forms for stem in form}
    found: dict[str, float] = {}
    for fact, own in wordings.items():
        shares = [(part, part.share(fact, own)) for part in parts]
        if any(share for _, share in shares):
            dense = len(own.label & wanted) / max(len(own.label), 1)
            found[fact] = sum(part.worth * share for part, share in shares) / total + _DENSE * dense
    return found


def _whole_score(fact: Fact, when: When, score: float, text: str, dates: Dates) -> float:
    """The score of a fact, to which its date or that of its event, and what the question word asks for, are added."""
    asked = folded(text)
    if dates.first or dates.last:
        score = (score + _DATED * _is_of(fact, when, dates)) / (1 + _DATED)
    wanted = (
        (_NUMBER, bool(fact.value or _STATED.search(fact.label.casefold()))),
        (_STATE, "status" in fact.kind),
        (_CAME, "participation" in fact.kind),
        (_TIME, bool(fact.when.dates or fact.when.starts or fact.when.ends)),
        (_SAID, bool(fact.record.things("statedBy") or fact.record.things("hasSpeaker"))),
        (_WHY, bool(fact.record.things("hasCause") or fact.record.things("hasEffect"))),
    )
    kinds = {t.value for t in fact.properties.get(RDF + "type", ())}
    kinds |= fact.record.things("modality")
    kinds |= fact.record.things("rank")
    score += _LESS * any(
        fact.model[word] in kinds for word in ("WorkCitation", "Identification", "ModalityAssessed", "RankDeprecated")
    )
    return score + sum(_ASKED_FOR for pattern, has in wanted if has and pattern.search(asked))


def _is_of(fact: Fact, when: When, dates: Dates) -> bool:
    """Whether a fact is of the time of a question, by its date or that of its event, else by the year in its words."""
    first, last = PartialDate.parse_plain(dates.first), PartialDate.parse_plain(dates.last)
    days = when.known_days
    if days is None:
        return any(str(day.year) in fact.label for day in (first, last) if day)
    days = Days(
        max([days.first, *(day.days.first for day in when.after)]),
        min([days.last, *(day.days.last for day in when.before)]),
    )
    return not (first and days.last < first.days.first) and not (last and days.first > last.days.last)
