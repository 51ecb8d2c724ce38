"""Which kinds of fact a sentence usually takes: by the words of the labels and gists of the graph's facts.

The words of a sentence are weighed as in a naive Bayes classifier: how much more often a word stands in facts of a kind
than in all facts.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable

from kzgraph.namespaces import RDF, RDFS
from kzgraph.stores import Store
from kzgraph.stores.rows import rows_of
from kzgraph.wording.names import folded

_SHORTEST = 4  # letters of a word that carries meaning
_STEM = 6  # letters by which forms of a word are the same: signed, signing, signature differ later
_LEAST_FACTS = 3  # facts without which a word says nothing of a kind
_LEAST_SCORE = 1.0
_MOST = 3
_DOUBT = 8  # facts of the usual kind of words are added to each kind, so that few facts do not say much


class UsualKinds:
    """The kinds of facts by the words of their labels and gists."""

    def __init__(self, store: Store, kinds: Iterable[str]) -> None:
        """``kinds`` are the classes of facts that are proposed."""
        known = set(kinds)
        query = f"SELECT ?fact ?kind ?text WHERE {{ ?fact <{RDF}type> ?kind ; <{RDFS}label>|<model|gist> ?text }}"
        of_kind: defaultdict[str, set[str]] = defaultdict(set)
        texts: defaultdict[str, set[str]] = defaultdict(set)
        for row in rows_of(store, query):
            if row["kind"].value in known:
                of_kind[row["kind"].value].add(row["fact"].value)
                texts[row["fact"].value] |= _stems(row["text"].value)
        self._all = Counter(stem for stems in texts.values() for stem in stems)
        self._facts = len(texts)
        self._words = {k: Counter(s for f in facts for s in texts[f]) for k, facts in of_kind.items()}
        self._counts = {k: len(facts) for k, facts in of_kind.items() if len(facts) >= _LEAST_FACTS}

    def of(self, sentence: str) -> list[str]:
        """The classes of facts that fit a sentence best, the best first."""
        stems = [s for s in _stems(sentence) if self._all[s] >= _LEAST_FACTS]
        if not stems:
            return []
        scores = {kind: sum(self._weight(kind, s) for s in stems) for kind in self._counts}
        best = sorted(scores, key=lambda k: (-scores[k], k))[:_MOST]
        return [k for k in best if scores[k] >= _LEAST_SCORE]

    def _weight(self, kind: str, stem: str) -> float:
        """How much a word speaks for a kind: the logarithm of how much more often it stands there than elsewhere."""
        everywhere = self._all[stem] / self._facts
        own = (self._words[kind][stem] + _DOUBT * everywhere) / (self._counts[kind] + _DOUBT)
        return math.log(own / everywhere)


def _stems(text: str) -> set[str]:
    return {w[:_STEM] for w in folded(text).split() if len(w) >= _SHORTEST and not w.isdecimal()}
