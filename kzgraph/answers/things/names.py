"""What people call a thing → the thing: CURIEs, IRIs, labels in any language, names in documents, codes, titles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from kzgraph.errors import UsageError
from kzgraph.namespaces import DCTERMS, RDF, RDFS, SKOS
from kzgraph.stores import Store
from kzgraph.stores.remembering import remembered
from kzgraph.stores.rows import rows_about, rows_of
from kzgraph.terms import iri_term
from kzgraph.wording.names import folded

_HOW = {
    "label": f"?thing <{RDFS}label>|<{SKOS}prefLabel> ?text",
    "other label": f"?thing <{SKOS}altLabel> ?text",
    "name": "?naming <model|namesThing> ?thing ; <model|name> ?text",
    "short name": "?thing <model|shortName> ?text",
    "code": "?identification <model|ofThing> ?thing ; <model|code> ?text",
    "identifier": f"?thing <{DCTERMS}identifier> ?text",
    "title": f"?thing <{DCTERMS}title> ?text",
    "as stated": "?thing <model|asStated> ?text",
}
_RANKS = {how: min(rank, 2) for rank, how in enumerate(_HOW)}
_LAST = 3  # of a name in the graph
_LONGEST_TYPED = 2000  # letters
GIST = "gist"
_GISTS = {GIST: "?thing <model|gist> ?text"}


class Name(NamedTuple):
    """A text by which a thing is known, its language if it has one, and what kind of name it is."""

    text: str
    language: str
    how: str

    @property
    def rank(self) -> int:
        """How good a name it is: 0 for a label, 1 for another label, more for the rest."""
        return _RANKS.get(self.how, _LAST)


@dataclass
class Names:
    """The names of things, by the things' IRIs.

    ``facts`` are those that are facts and no events: an event is a thing to people, who call it by a name. ``namings``
    are the facts that are namings.
    """

    of: dict[str, list[Name]] = field(default_factory=dict)
    facts: set[str] = field(default_factory=set)
    events: set[str] = field(default_factory=set)
    namings: set[str] = field(default_factory=set)

    def label(self, thing: str) -> str:
        """The English label of a thing, else any of its names, else an empty text."""
        names = self.of.get(thing, [])
        labels = [n for n in names if n.how == "label"]
        english = [n for n in labels if n.language in {"en", ""}]
        return next((n.text for n in [*english, *labels, *names]), "")

    def is_told(self, thing: str) -> bool:
        """Whether a thing is a fact or an event: documents say when it was."""
        return thing in self.facts or thing in self.events

    def called(self, text: str) -> list[str]:
        """The things that have a name, whatever its case and diacritics; only those that fit it best.

        The same letters go before the same letters without their marks, a label before any other name, and a thing
        before a fact.
        """
        key, cased = folded(text), text.casefold()
        levels: dict[str, tuple[bool, int, bool]] = {}
        for thing, names in self.of.items():
            fits = [(n.text.casefold() != cased, n.rank) for n in names if folded(n.text) == key]
            if fits:
                levels[thing] = (*min(fits), thing in self.facts)
        best = min(levels.values(), default=None)
        return sorted(t for t, level in levels.items() if level == best)


def refuse_long(text: str, what: str) -> None:
    """Raises :class:`UsageError` for a text that nobody types as a name or question: to look for it would take long."""
    if len(text) > _LONGEST_TYPED:
        raise UsageError(f"{what} has more than {_LONGEST_TYPED} letters", hint="a few words do")


def read_names(store: Store, *, kind: str = "", thing: str = "", gists: bool = False) -> Names:
    """The names of all things, of those of a class, or of one thing; with the gists of facts, if wanted."""
    ways = _HOW | (_GISTS if gists else {})
    narrow = f"?thing a {iri_term(kind)} . " if kind else ""
    if thing:
        narrow += f"VALUES ?thing {{ {iri_term(thing)} }} "
    parts = " UNION ".join(f'{{ {narrow}{pattern} BIND ("{how}" AS ?how) }}' for how, pattern in ways.items())
    names = Names()
    for row in rows_of(store, f"SELECT ?thing ?text ?how WHERE {{ {parts} }}"):
        if row["thing"].kind == "uri":
            name = Name(row["text"].value, row["text"].language, row["how"].value)
            bearers = names.of.setdefault(row["thing"].value, [])
            if name not in bearers:
                bearers.append(name)
    for bearers in names.of.values():
        bearers.sort(key=lambda n: ([*ways].index(n.how), n.text, n.language))
    names.events = _of_class(store, "Event")
    names.facts = _of_class(store, "Fact") - names.events
    names.namings = _of_class(store, "Naming")
    return names


def _of_class(store: Store, word: str) -> set[str]:
    return {row["x"].value for row in rows_of(store, f"SELECT ?x WHERE {{ ?x a <model|{word}> }}")}


def kinds_of(store: Store, things: Iterable[str]) -> dict[str, list[str]]:
    """The most specific classes of things, by their IRIs."""
    return remembered(store, "classes", things, lambda wanted: _kinds(store, wanted))


def _kinds(store: Store, things: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for row in rows_about(store, "?thing", things, f"?thing <{RDF}type> ?class"):
        found.setdefault(row["thing"].value, set()).add(row["class"].value)
    several = {c for classes in found.values() if len(classes) > 1 for c in classes}
    above = _super_classes(store, several) if several else {}
    return {
        thing: sorted(classes - {a for c in classes for a in above.get(c, ())}) or sorted(classes)
        for thing, classes in found.items()
    }


def _super_classes(store: Store, classes: Iterable[str]) -> dict[str, set[str]]:
    """All classes above each of some classes."""
    direct: dict[str, set[str]] = {}
    for row in rows_of(store, f"SELECT ?class ?above WHERE {{ ?class <{RDFS}subClassOf> ?above }}"):
        direct.setdefault(row["class"].value, set()).add(row["above"].value)
    found: dict[str, set[str]] = {}
    for name in classes:
        above, new = set[str](), {name}
        while new:
            new = {a for c in new for a in direct.get(c, ())} - above
            above |= new
        found[name] = above - {name}
    return found
