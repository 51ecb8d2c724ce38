"""Finds things and facts by their names and gists; case, diacritics and typing errors are forgiven."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from kzgraph.answers.shown.tables import People, table
from kzgraph.answers.things.names import GIST, Name, Names
from kzgraph.errors import UsageError
from kzgraph.namespaces import shorten
from kzgraph.terms import Row, Rows, Term
from kzgraph.wording.names import folded, likeness

EXACT, PREFIX, WORDS, FUZZY, SOME_WORDS = range(5)
_TIERS = ("exact", "prefix", "words", "similar", "some words")
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


@dataclass(frozen=True)
class Hit:
    """A thing that a text finds: by which of its names, in which way, and how well (0 to 100)."""

    thing: str
    name: Name
    tier: int
    score: float
    is_fact: bool


def search(names: Names, text: str, prefixes: Mapping[str, str], *, things_only: bool = False) -> list[Hit]:
    """The things that a text finds, best first: equal names, then beginnings, then words, then similar names.

    If there is none of these, the things that match more than half of the words. A gist counts after all names, and
    only by its words. Namings are left out, for their names are found as names of the things that they name. Raises
    :class:`UsageError` for a text without any letter or digit.
    """
    query = folded(text)
    if not query:
        raise UsageError("the text to search for has no letter or digit", hint='write kzgraph search "middle corridor"')
    words = _WordScores(query)
    hits: list[Hit] = []
    vague: list[Hit] = []
    for thing, known in names.of.items():
        is_fact = thing in names.facts
        if thing in names.namings or (things_only and is_fact):
            continue
        curie = Name(shorten(thing, dict(prefixes)), "", "CURIE")
        found = [(*_match(query, name, words), name) for name in known]
        found.append((*_of_curie(text, curie.text), curie))
        tier, score, name = min(found, key=lambda f: (f[0], f[2].how == GIST, -f[1]))
        if score:
            (vague if tier == SOME_WORDS else hits).append(Hit(thing, name, tier, score, is_fact))
    return sorted(
        hits or vague,
        key=lambda h: (h.tier, h.name.how == GIST, h.is_fact, -h.score, folded(names.label(h.thing)), h.thing),
    )


def nearest_names(names: Names, text: str, count: int = 3) -> list[str]:
    """The labels most like a text that finds nothing, best first."""
    query = folded(text)
    labels = {names.label(t) for t in names.of if t not in names.facts}
    scored = sorted((-likeness(query, folded(label)), label) for label in labels)
    return [label for score, label in scored[:count] if score <= -_LEAST / 2]


def as_json(hits: list[Hit], names: Names, kinds: Mapping[str, str], prefixes: Mapping[str, str]) -> str:
    """The hits as a JSON array of objects."""
    entries = [
        {
            "name": shorten(h.thing, dict(prefixes)),
            "iri": h.thing,
            "class": kinds.get(h.thing, ""),
            "label": names.label(h.thing),
            "fact": h.is_fact,
            "matched": {"text": h.name.text, "language": h.name.language, "as": h.name.how},
            "match": _TIERS[h.tier],
            "score": round(h.score, 1),
        }
        for h in hits
    ]
    return json.dumps(entries, ensure_ascii=False, indent=2) + "\n"


def as_table(
    hits: list[Hit], names: Names, kinds: Mapping[str, str], prefixes: Mapping[str, str], width: int | None
) -> str:
    """The hits as a table for people."""
    rows: list[Row] = []
    for hit in hits:
        label = names.label(hit.thing)
        told = "" if hit.name.text == label else f"{hit.name.how}: {hit.name.text}"
        cells = (shorten(hit.thing, dict(prefixes)), kinds.get(hit.thing, ""), label, told)
        rows.append(tuple(Term("literal", c) for c in cells))
    columns = ["name", "class", "label", "matched"]
    return table(People.of_rows(Rows(columns, rows), columns, {}, dict(prefixes), None), "", width)


class _WordScores:
    """How like the words of a query a name's words are; each word is compared once."""

    def __init__(self, query: str) -> None:
        self._query = query.split()
        self._known: list[dict[str, float]] = [{} for _ in self._query]

    def best(self, words: list[str]) -> list[float]:
        """For each word of the query how like it the likest of some words is."""
        return [max((self._score(i, w) for w in words), default=0.0) for i in range(len(self._query))]

    def _score(self, index: int, word: str) -> float:
        known = self._known[index]
        if word not in known:
            query = self._query[index]
            short = len(query) <= _SHORT and query != word
            known[word] = 100.0 if word.startswith(query) else 0.0 if short else likeness(query, word)
        return known[word]


def _match(query: str, borne: Name, words: _WordScores) -> tuple[int, float]:
    """In which way and how well a name fits; with score 0 if it does not."""
    name, is_gist = folded(borne.text), borne.how == GIST
    if not name:
        return SOME_WORDS, 0.0
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
