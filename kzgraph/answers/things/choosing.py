"""Which facts of a thing are shown: those that a reader chooses, and of many the most telling ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kzgraph.answers.things.facts import Fact, labels
from kzgraph.answers.things.find import find_thing
from kzgraph.dates import PartialDate
from kzgraph.errors import UnknownName, UsageError
from kzgraph.files.project import Project
from kzgraph.namespaces import RDF, expand, shorten
from kzgraph.stores import Store
from kzgraph.terms import Term
from kzgraph.wording.names import folded
from kzgraph.wording.numbers import plural

# What makes a fact telling: each document that states it, and less so what is not simply so. A fact that speaks of the
# thing first comes before one in which it is named beside others; a link to another fact says that the matter goes on.
_DOCUMENT, _FIRST, _DATED, _LINKED = 2.0, 2.0, 0.5, 0.5
_NOT_DONE, _VIEW, _HELD_WRONG, _BACKGROUND = -1.0, -2.5, -6.0, -3.0
# Each fact of a kind, or about the same things, makes the next such fact less telling: ten opinions tell little.
_AGAIN, _SAME = -1.5, -2.0
_MOST_DOCUMENTS = 3  # more documents make a fact no more telling
_VIEWS = ("ModalityAssessed", "ModalityReported", "ModalityExpected", "ModalityConditional")
_LINKS = ("disagreesWith", "followsUp", "agreesWith")
_OF_NAMES = ("Naming", "Identification")


@dataclass(frozen=True)
class Choice:
    """Which facts a reader wants: of a class, of a document, of some days, with or without background."""

    kind: str = ""
    document: str = ""
    first: PartialDate | None = None
    last: PartialDate | None = None
    background: bool = True

    @property
    def is_any(self) -> bool:
        """Whether all facts are wanted."""
        return self == Choice()

    def takes(self, fact: Fact) -> bool:
        """Whether a fact is wanted; one without a date is not, if days are."""
        own = fact.properties.get(RDF + "type", ())
        if self.kind and Term("uri", self.kind) not in own:
            return False
        if self.document and all(s.document != self.document for s in fact.sources):
            return False
        if not self.background and fact.record.is_background:
            return False
        days = fact.when.known_days
        if self.first and (days is None or days.last < self.first.days.first):
            return False
        return not (self.last and (days is None or days.first > self.last.days.last))


@dataclass(frozen=True)
class FactWish:
    """A choice as a user types it: names of a kind of fact and of a document, the first and the last date."""

    kind: str = ""
    document: str = ""
    first: str = ""
    last: str = ""
    background: bool = True


def read_choice(project: Project, store: Store, facts: Sequence[Fact], wish: FactWish) -> Choice:
    """The choice among some facts that a user typed.

    Raises :class:`UnknownName` for a kind without facts, or for something that is no document, and
    :class:`UsageError` for what is no date, or a last date before the first.
    """
    choice = Choice(
        _kind(project, store, facts, wish.kind) if wish.kind else "",
        find_thing(wish.document, project, store, kind=store.model["Document"], what="document")
        if wish.document
        else "",
        read_day(wish.first),
        read_day(wish.last),
        wish.background,
    )
    if choice.first and choice.last and choice.last.is_before(choice.first):
        raise UsageError(f"{choice.last.words} is before {choice.first.words}", hint="give the earlier date first")
    return choice


def read_day(text: str) -> PartialDate | None:
    """The date that a user typed, None for an empty text; raises :class:`UsageError` for what is no date."""
    return PartialDate.typed(text) if text else None


def kinds_counted(facts: Iterable[Fact]) -> list[tuple[str, int]]:
    """How many facts there are of each kind, the most frequent kind first."""
    found = Counter(fact.kind for fact in facts)
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def most_telling(facts: Sequence[Fact], names: Iterable[str], count: int = 10) -> list[Fact]:
    """The facts that tell most of the thing with some names, the most telling first; names and codes are none."""
    known = {folded(name) for name in names} - {""}
    scores = {fact.iri: _score(fact, known) for fact in facts if not _is_of_names(fact)}
    left = [fact for fact in facts if fact.iri in scores]
    chosen: list[Fact] = []
    kinds, told = Counter[str](), Counter[frozenset[str]]()

    def worth(fact: Fact) -> float:
        return scores[fact.iri] + _AGAIN * kinds[fact.kind] + _SAME * told[fact.record.things("about")]

    while left and len(chosen) < count:
        best = max(left, key=worth)
        chosen.append(best)
        left.remove(best)
        kinds[best.kind] += 1
        told[best.record.things("about")] += 1
    return chosen


def _is_of_names(fact: Fact) -> bool:
    own = {t.value for t in fact.properties.get(RDF + "type", ())}
    return any(fact.model[word] in own for word in _OF_NAMES)


def _score(fact: Fact, names: set[str]) -> float:
    documents = {s.document for s in fact.sources if not s.background}
    label, record, model = folded(fact.label), fact.record, fact.model
    score = _DOCUMENT * min(len(documents), _MOST_DOCUMENTS)
    score += _FIRST * any(label.startswith(name) for name in names)
    score += _DATED * bool(fact.when.known_days)
    score += _LINKED * any(record.things(link) for link in _LINKS)
    how = record.things("modality")
    if any(model[word] in how for word in _VIEWS):
        score += _VIEW
    elif how and model["ModalityActual"] not in how:
        score += _NOT_DONE
    score += _HELD_WRONG * (model["RankDeprecated"] in record.things("rank"))
    return score + _BACKGROUND * record.is_background


def _kind(project: Project, store: Store, facts: Sequence[Fact], text: str) -> str:
    """The class that a text names among the classes of some facts: by CURIE, IRI or label, also in the plural."""
    classes = {t.value for fact in facts for t in fact.properties.get(RDF + "type", ()) if t.kind == "uri"}
    named = expand(text, project.prefixes)
    if named in classes:
        return named or ""
    shown = {iri: label for iri, label in labels(store, classes).items() if label != shorten(iri)}
    wanted = folded(text)
    for iri, label in sorted(shown.items()):
        if wanted in {folded(label), folded(plural(label))}:
            return iri
    known = sorted(set(shown.values()))
    raise UnknownName("kind of fact about it", text, known, see=f"there are: {', '.join(known)}")
