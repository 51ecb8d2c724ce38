"""How well stored queries match the words of a text.

A word counts by how few questions have it (inverse document frequency), and by where a question has it: a phrase that
the header gives for asking counts most, then title and question, then columns, themes and description. A synonym stands
for a word that no question has, and counts less.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kzgraph.answers.plain_words.synonyms import share_of, synonyms
from kzgraph.answers.plain_words.words import stems
from kzgraph.answers.queries.stored_query import StoredQuery

_NAME, _ASK, _SUMMARY, _QUESTION, _COLUMNS, _THEME, _DESCRIPTION = 1.0, 1.0, 0.9, 0.8, 0.45, 0.35, 0.35
# A word that no question has says that none may be meant, but people use many such words.
_UNKNOWN = 0.7
# A phrase of the header that stands in the text whole says more than its words apart; one word says little.
_PHRASE, _WORD = 0.5, 0.2
# The class of a thing that is named (a port) is a hint as well.
_HINT = 0.4


@dataclass(frozen=True)
class _Wording:
    """What a question is matched by: the weight of each stem, and the phrases for asking.

    ``own`` are the stems of all else, and of phrases of one stem.
    """

    weights: Mapping[str, float]
    phrases: tuple[frozenset[str], ...]
    own: frozenset[str]


class Matcher:
    """The stored queries, ready to be matched."""

    def __init__(self, queries: Sequence[StoredQuery]) -> None:
        self._wordings = {query.name: _wording(query) for query in queries}
        count = Counter(word for wording in self._wordings.values() for word in wording.weights)
        self._rarity = {word: math.log(1 + len(queries) / n) for word, n in count.items()}
        self._strange = math.log(1 + len(queries)) * _UNKNOWN

    def scores(self, words: Iterable[str], hints: Iterable[str] = ()) -> dict[str, float]:
        """How well each question matches some stems, from 0 to about 1.5; ``hints`` are stems that count less."""
        wanted = list(dict.fromkeys(words))
        also = [word for word in dict.fromkeys(hints) if word not in wanted]
        total = sum(self._worth_of(word) for word in wanted)
        total += _HINT * sum(self._rarity.get(word, 0.0) for word in also)
        found: dict[str, float] = defaultdict(float)
        for name, wording in self._wordings.items():
            matched = sum(self._worth_of(w) * self._share(w, wording) for w in wanted)
            matched += _HINT * sum(self._rarity[w] * wording.weights[w] for w in also if w in wording.weights)
            whole = max((self._worth(p, wanted) for p in wording.phrases), default=0.0)
            found[name] = (matched + whole) / total if total else 0.0
        return dict(found)

    def has(self, word: str) -> bool:
        """Whether any question has a stem."""
        return word in self._rarity

    def having(self, words: Iterable[str]) -> list[str]:
        """The names of the questions that have all of some stems, the best match first."""
        wanted = list(words)
        scores = self.scores(wanted)
        found = [n for n, wording in self._wordings.items() if wanted and all(w in wording.weights for w in wanted)]
        return sorted(found, key=lambda name: (-scores[name], name))

    def has_all(self, name: str, words: Iterable[str]) -> bool:
        """Whether a question has all of some stems."""
        return all(self._share(word, self._wordings[name]) for word in words)

    def known(self, name: str, words: Iterable[str]) -> tuple[int, int]:
        """How many of some stems a question has, and how many there are."""
        own, wanted = self._wordings[name], set(words)
        return sum(bool(self._share(word, own)) for word in wanted), len(wanted)

    def is_hinted(self, name: str, words: Iterable[str], hints: Iterable[str]) -> bool:
        """Whether a question has some stems in longer phrases for asking alone, which they and hints do not fill."""
        wanted, wording = set(words), self._wordings[name]
        whole = wanted.union(hints)
        within = {word for phrase in wording.phrases if not phrase <= whole for word in phrase} - wording.own
        return wanted <= within

    def _share(self, word: str, wording: _Wording) -> float:
        """What a word counts in a question; its synonyms stand for it where no question has the word itself."""
        return wording.weights.get(word, 0.0) if word in self._rarity else share_of(word, wording.weights)

    def _worth_of(self, word: str) -> float:
        """What a word counts: by how few questions have it, or else the most usual of its synonyms."""
        if word in self._rarity:
            return self._rarity[word]
        return min((self._rarity[other] for other in synonyms(word) if other in self._rarity), default=self._strange)

    def _worth(self, phrase: frozenset[str], wanted: Sequence[str]) -> float:
        """What a phrase adds, if all its words stand in the text."""
        if not phrase or not phrase <= set(wanted):
            return 0.0
        return (_PHRASE if len(phrase) > 1 else _WORD) * sum(self._rarity[w] for w in phrase)


def worded(query: StoredQuery) -> dict[str, float]:
    """The texts that say what a question asks, each with what its words count."""
    parts = [
        (query.name.replace("_", " "), _NAME),
        *((phrase, _ASK) for phrase in query.asked),
        (query.summary, _SUMMARY),
        (query.question, _QUESTION),
        (" ".join(query.columns).replace("_", " "), _COLUMNS),
        (" ".join(query.tags), _THEME),
        (query.description, _DESCRIPTION),
        (" ".join(p.description for p in query.parameters), _DESCRIPTION),
    ]
    return dict(reversed(parts))


def _wording(query: StoredQuery) -> _Wording:
    weights: dict[str, float] = defaultdict(float)
    for text, weight in worded(query).items():
        for word in stems(text):
            weights[word] = max(weights[word], weight)
    phrases = tuple(frozenset(stems(phrase)) for phrase in query.asked)
    other = frozenset(word for text in worded(query) if text not in query.asked for word in stems(text))
    return _Wording(weights, phrases, other.union(*(phrase for phrase in phrases if len(phrase) == 1)))
