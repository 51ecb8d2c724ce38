"""Finds things and facts by their names and gists; case, diacritics, alphabets, spelling and slips are forgiven."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kzgraph.answers.things.names import GIST, Name, Names, refuse_long
from kzgraph.errors import UsageError
from kzgraph.namespaces import shorten
from kzgraph.wording.names import folded, likeness
from kzgraph.wording.spelling import spelling_key

EXACT, SPELLING, PREFIX, WORDS, FUZZY, SOME_WORDS = range(6)
TIERS = ("exact", "spelling", "prefix", "words", "similar", "some words")
"""The ways in which a name fits, best first; ``spelling``: it is the name as others write it."""
# From here on names are similar. With 85 the nearest names of `Harbur Greet North` are lost, with 65 `Topiaria` finds
# Utopia instead of asking whether that is meant.
_LEAST = 75.0
# So short a word is compared with beginnings of words only: of three letters, two in common mean nothing.
_SHORT = 3
# How much the words count, and the rest how much of the name was asked for. It decides between names that all have the
# words, so it is small; with 0.6 a long name that has the one word asked for is no longer similar.
_WORDWISE = 0.9
# Words that stand apart, or in another order, count less than the same words together.
_SCATTERED = 0.8
# More than half of the words must be borne: two of three say something, one of two is often `the` or `of`.
_HALF = 0.5
# Words that ask and carry no meaning: they are passed over if nothing is found with them.
_ASKING = "are did do does had has have how is owns say says was were what when where which who whom whose why will"
_LINKING = "a about an and at by for from in it its of on or that the their there they this to with"
_SMALL = frozenset(f"{_ASKING} {_LINKING}".split())
# Facts are listed below things; so large a part of what is asked for is kept for them.
_FACTS = 4


@dataclass(frozen=True)
class Hit:
    """A thing that a text finds: by which of its names, in which way, and how well (0 to 100)."""

    thing: str
    name: Name
    tier: int
    score: float
    is_fact: bool


def search(names: Names, text: str, prefixes: Mapping[str, str], *, things_only: bool = False) -> list[Hit]:
    """The things that a text finds, best first: equal names, beginnings, words, other spellings, then similar names.

    Things come before facts, but for things that are merely similar to what a fact says in words; an event is a thing.
    If nothing is found, words such as "who" and "of" are passed over; then those that bear more than half of the words
    are found. A gist counts after all names, and only by its words. Namings are left out, for their names are found as
    names of the things that they name. Raises :class:`UsageError` for a text without any letter or digit, and for
    one that is too long.
    """
    refuse_long(text, "the text to search for")
    query = folded(text)
    if not query:
        raise UsageError("the text to search for has no letter or digit", hint='write kzgraph search "middle corridor"')
    hits = _found(names, text, query, prefixes, things_only=things_only)
    large = " ".join(word for word in query.split() if word not in _SMALL)
    if large and large != query and all(hit.tier == SOME_WORDS for hit in hits):
        hits = _found(names, large, large, prefixes, things_only=things_only) or hits
    if any(hit.tier != SOME_WORDS for hit in hits):
        hits = [hit for hit in hits if hit.tier != SOME_WORDS]
    worded = any(hit.is_fact and hit.tier < FUZZY for hit in hits)

    def order(hit: Hit) -> tuple[object, ...]:
        is_below = hit.is_fact if hit.tier < FUZZY or not worded else not hit.is_fact
        own = (hit.tier, hit.name.how == GIST, hit.name.rank if hit.tier == EXACT else 0, -hit.score)
        return is_below, *own, folded(names.label(hit.thing)), hit.thing

    return sorted(hits, key=order)


def is_called(hits: Iterable[Hit], text: str) -> bool:
    """Whether something is called just so, or so but for words such as "the", and the text does not ask."""
    query = folded(text)
    exact = [hit for hit in hits if hit.tier == EXACT]
    asks = not set(_ASKING.split()).isdisjoint(query.split())
    return bool(exact) and (not asks or any(folded(hit.name.text) == query for hit in exact))


def first_hits(hits: list[Hit], limit: int) -> list[Hit]:
    """No more than ``limit`` hits, in their order; a quarter of them are facts, if there are so many."""
    things, facts = sum(not h.is_fact for h in hits), sum(h.is_fact for h in hits)
    room = {True: max(limit - things, min(limit // _FACTS, facts))}
    room[False] = limit - min(room[True], facts)
    kept: list[Hit] = []
    for hit in hits:
        room[hit.is_fact] -= 1
        if room[hit.is_fact] >= 0:
            kept += [hit]
    return kept


def _found(names: Names, text: str, query: str, prefixes: Mapping[str, str], *, things_only: bool) -> list[Hit]:
    words, spelt = _WordScores(query), _WordScores(spelling_key(query))
    known_prefixes = dict(prefixes)
    hits: list[Hit] = []
    for thing, known in names.of.items():
        is_fact = thing in names.facts
        if thing in names.namings or (things_only and is_fact):
            continue
        curie = Name(shorten(thing, known_prefixes), "", "CURIE")
        found = [(*_match(name, words, spelt), name) for name in known]
        found.append((*_of_curie(text, curie.text), curie))
        tier, score, name = min(found, key=lambda f: (f[0], f[2].how == GIST, f[2].rank if f[0] == EXACT else 0, -f[1]))
        if score:
            hits.append(Hit(thing, name, tier, score, is_fact))
    return hits


def nearest_names(names: Names, text: str, count: int = 3) -> list[str]:
    """The labels most like a text that finds nothing, best first."""
    query = folded(text)
    labels = {names.label(t) for t in names.of if t not in names.facts}
    scored = sorted((-likeness(query, folded(label)), label) for label in labels)
    return [label for score, label in scored[:count] if score <= -_LEAST / 2]


class _WordScores:
    """How like the words of a query a name's words are; each word is compared once."""

    def __init__(self, query: str) -> None:
        self.text = query
        self._query = query.split()
        self._known: list[dict[str, float]] = [{} for _ in self._query]

    def best(self, words: list[str]) -> list[float]:
        """For each word of the query how like it the likest of some words is."""
        for index, known in enumerate(self._known):
            known.update((w, self._score(index, w)) for w in words if w not in known)
        return [max(map(known.__getitem__, words), default=0.0) for known in self._known]

    def _score(self, index: int, word: str) -> float:
        query = self._query[index]
        if word.startswith(query):
            return 100.0
        return 0.0 if len(query) <= _SHORT else likeness(query, word)


def _match(borne: Name, words: _WordScores, spelt: _WordScores) -> tuple[int, float]:
    """In which way and how well a name fits a query and its spelling; with score 0 if it does not."""
    name, is_gist = folded(borne.text), borne.how == GIST
    if not name:
        return SOME_WORDS, 0.0
    tier, score = _fit(name, words, is_gist=is_gist)
    is_as_usual = spelt.text == words.text
    if tier < FUZZY or (is_as_usual and is_gist):
        return tier, score
    key = spelling_key(name)
    if is_as_usual and key == name:
        return tier, score
    other, likely = _fit(key, spelt, is_gist=is_gist)
    if other == EXACT:
        return SPELLING, likely
    return (tier, score) if (tier, -score) <= (other, -likely) else (other, likely)


def _fit(name: str, words: _WordScores, *, is_gist: bool) -> tuple[int, float]:
    """In which way and how well a folded name fits a folded query."""
    query = words.text
    if name == query:
        return EXACT, 100.0
    cover = min(100.0 * len(query) / len(name), 100.0)
    if name.startswith(query) and not is_gist:
        return PREFIX, cover
    best = words.best(name.split())
    if min(best) == 100.0:
        return WORDS, cover if query in name else cover * _SCATTERED
    score = 0.0 if is_gist else likeness(query, name)
    if min(best) >= _LEAST and not is_gist:
        score = max(score, sum(best) / len(best) * _WORDWISE + cover * (1 - _WORDWISE))
    if score >= _LEAST:
        return FUZZY, score
    share = sum(b == 100.0 for b in best) / len(best)
    return SOME_WORDS, 100.0 * share if share > _HALF else 0.0


def _of_curie(text: str, curie: str) -> tuple[int, float]:
    """The same for the name in the graph, which must be typed rightly."""
    wanted, local = text.strip().casefold(), curie.casefold()
    if wanted in {local, local.partition(":")[2]}:
        return EXACT, 99.0
    return SOME_WORDS, 0.0
