"""Who has a part in a fact, and is not named in its label: ``Build a plant for ships`` → ``set by: ASFAT, YDA``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

from kzgraph.answers.plain_words.words import stems
from kzgraph.answers.things.facts import Fact
from kzgraph.answers.things.names import Names
from kzgraph.namespaces import RDFS
from kzgraph.stores import Store
from kzgraph.stores.rows import rows_of

_MOST = 4
_BE_OR_HAVE = re.compile(r"^(is|has) ")


class Parties:
    """The actors of a graph, for telling those of a fact."""

    def __init__(self, store: Store, names: Names) -> None:
        self._store, self._names = store, names

    @cached_property
    def _actors(self) -> frozenset[str]:
        rows = rows_of(self._store, "SELECT DISTINCT ?actor WHERE { ?actor a <model|Actor> }")
        return frozenset(row["actor"].value for row in rows)

    @cached_property
    def _wider(self) -> Mapping[str, set[str]]:
        """The properties that follow from each property."""
        found: dict[str, set[str]] = defaultdict(set)
        for row in rows_of(self._store, f"SELECT ?own ?wider WHERE {{ ?own <{RDFS}subPropertyOf>+ ?wider }}"):
            found[row["own"].value].add(row["wider"].value)
        return found

    def unnamed(self, fact: Fact) -> str:
        """The actors that a fact has and its label does not name, by what they do in it; those it concerns are none."""
        own = set(stems(fact.label))
        actors = {value.value for values in fact.properties.values() for value in values} & self._actors
        told: dict[str, list[str]] = defaultdict(list)
        for actor in sorted(a for a in actors if self._is_silent(a, own)):
            words = [word for word, values in fact.properties.items() if actor in {v.value for v in values}]
            wider = {w for word in words for w in self._wider[word] if w != word}
            for word in sorted({*words} - wider - {fact.model["concerns"]}):
                told[_BE_OR_HAVE.sub("", self._names.label(word))].append(self._names.label(actor))
        return " · ".join(f"{word}: {_some(names)}" for word, names in told.items() if word)

    def _is_silent(self, thing: str, words: set[str]) -> bool:
        """Whether of no name of a thing a part stands among some stems."""
        return all(words.isdisjoint(stems(name.text)) for name in self._names.of.get(thing, ()))


def _some(names: list[str]) -> str:
    more = len(names) - _MOST
    return ", ".join(names[:_MOST]) + (f" and {more} more" if more > 0 else "")
