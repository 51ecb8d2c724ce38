"""The words of each fact: what a stem counts in it, by whether its label, its other texts or its class has it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kzgraph.answers.plain_words.words import stems
from kzgraph.answers.things.names import GIST, Names, kinds_of
from kzgraph.namespaces import RDFS, SKOS
from kzgraph.stores import Store
from kzgraph.stores.rows import rows_of

READ = frozenset(["label", "as stated", GIST])
_LABEL, GIST_WORTH, _TEXT, KIND, _MEANING = 1.0, 0.9, 0.8, 0.7, 0.45
"""What a stem counts in the label of a fact, in its gist and its other texts, in the name of its class and in what
that means."""
_NO_TEXT = ", ".join(f"<{word}>" for word in (RDFS + "label", SKOS + "prefLabel", SKOS + "editorialNote"))
"""What is text of a fact, and no text in which it is told."""
_NAMED, _OF_CLASS = 0.5, 0.4
"""What a stem counts in the name of a thing that a fact is about, and in that of the thing's class."""


@dataclass(frozen=True)
class FactWords:
    """The words of a fact: what each of its stems counts, the stems of its label, and its texts beside the label.

    ``named`` are the stems that stand only in the names and classes of the things that it is about.
    """

    weights: Mapping[str, float]
    label: frozenset[str]
    named: frozenset[str]
    texts: tuple[str, ...] = ()

    def has(self, words: Sequence[str]) -> bool:
        """Whether the fact has all of some stems, of which there are any."""
        return bool(words) and all(word in self.weights for word in words)

    def text_with(self, words: frozenset[str]) -> str:
        """The text that has the most of some stems which the label has not; empty if none has any."""
        wanted = words - self.label
        best = max(self.texts, key=lambda text: len(wanted.intersection(stems(text))), default="")
        return best if wanted.intersection(stems(best)) else ""


def fact_words(store: Store, names: Names) -> dict[str, FactWords]:
    """The words of each fact and event."""
    kinds = kinds_of(store, (names.facts | names.events) - names.namings)
    of_kind = {kind: _of_kind(store, kind) for kind in {k for own in kinds.values() for k in own}}
    things, texts = _things_of(store), _texts_of(store)
    classes = kinds_of(store, {thing for own in things.values() for thing in own})
    found: dict[str, FactWords] = {}
    for fact, own in kinds.items():
        known = [name for name in names.of.get(fact, ()) if name.how in READ]
        parts = [(n.text, _LABEL if n.how == "label" else GIST_WORTH) for n in known]
        weights = _weights([*parts, *((text, _TEXT) for text in texts[fact])])
        for kind in own:
            weights = of_kind[kind] | weights
        about = [(names.label(thing), _NAMED) for thing in things[fact]]
        about += [(names.label(kind), _OF_CLASS) for thing in things[fact] for kind in classes.get(thing, ())]
        of_things = _weights(about)
        named = frozenset(of_things.keys() - weights.keys())
        found[fact] = FactWords(of_things | weights, frozenset(stems(names.label(fact))), named, tuple(texts[fact]))
    return found


def _things_of(store: Store) -> Mapping[str, list[str]]:
    """The things that each fact is about."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows_of(store, "SELECT ?fact ?thing WHERE { ?fact <model|about> ?thing }"):
        found[row["fact"].value].append(row["thing"].value)
    return found


def _texts_of(store: Store) -> Mapping[str, list[str]]:
    """The texts of each fact in words, such as that of a cause; but for its label and notes, and what a work says."""
    found: dict[str, list[str]] = defaultdict(list)
    is_told = f"LANG(?text) = 'en' && ?property NOT IN ({_NO_TEXT}) && NOT EXISTS {{ ?fact a <model|WorkCitation> }}"
    of_fact = f"?fact a <model|Fact> ; ?property ?text . FILTER ({is_told})"
    for row in rows_of(store, f"SELECT ?fact ?text WHERE {{ {of_fact} }}"):
        found[row["fact"].value].append(row["text"].value)
    return found


def _of_kind(store: Store, kind: str) -> dict[str, float]:
    """The stems of the name of a class and of its definition."""
    parts = []
    for word, weight in ((f"{RDFS}label", KIND), (f"{SKOS}definition", _MEANING)):
        parts += [(r["text"].value, weight) for r in rows_of(store, f"SELECT ?text {{ <{kind}> <{word}> ?text }}")]
    return _weights(parts)


def _weights(parts: Iterable[tuple[str, float]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for text, weight in parts:
        for word in stems(text):
            found[word] = max(found.get(word, 0.0), weight)
    return found
