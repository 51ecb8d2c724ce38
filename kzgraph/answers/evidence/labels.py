"""What people call the things of an answer."""

from __future__ import annotations

from collections.abc import Iterable

from kzgraph.namespaces import RDFS, SKOS
from kzgraph.stores import Store
from kzgraph.stores.remembering import remembered
from kzgraph.stores.rows import rows_about, rows_of
from kzgraph.wording.numbers import number


def labels_of(store: Store, iris: Iterable[str], language: str) -> dict[str, str]:
    """The labels of IRIs, in the language asked for, else in English, else any; those without a label are left out.

    A document is called by its short name, as in footnotes.
    """
    return remembered(store, f"labels in {language}", iris, lambda wanted: _labels(store, wanted, language))


def _labels(store: Store, iris: Iterable[str], language: str) -> dict[str, str]:
    short_name = store.model["shortName"]
    # A filter, as engines begin with a second block of values and try each of its pairs with the first.
    pattern = f"?thing ?property ?label FILTER (?property IN (<{short_name}>, <{RDFS}label>, <{SKOS}prefLabel>))"
    found: dict[str, tuple[int, str]] = {}
    for row in rows_about(store, "?thing", iris, pattern):
        label = row["label"]
        rank = 0 if label.language == language else 1 if label.language == "en" else 2
        rank -= 3 if row["property"].value == short_name else 0
        thing = row["thing"].value
        found[thing] = min(found.get(thing, (rank, label.value)), (rank, label.value))
    return {iri: label for iri, (_, label) in found.items()}


_LANGUAGES = {"az": "Azerbaijani", "kk": "Kazakh", "ru": "Russian", "tr": "Turkish"}


def told_of_language(store: Store, language: str) -> str:
    """How many labels there are in a language, so that a reader knows why others are English; empty for English."""
    if language == "en":
        return ""
    counts = dict.fromkeys((language, "en"), 0)
    pattern = f"?thing <{RDFS}label> ?label"
    query = f"SELECT ?tag (COUNT(*) AS ?n) WHERE {{ {pattern} }} GROUP BY (LANG(?label) AS ?tag)"
    counts |= {row["tag"].value: int(row["n"].value) for row in rows_of(store, query)}
    name = _LANGUAGES.get(language, f"in the language `{language}`")
    if not counts[language]:
        return f"no label is {name}: all are shown in English"
    shown, every = (number(str(counts[tag])) for tag in (language, "en"))
    return f"{shown} of {every} labels are {name}, the others are shown in English"
