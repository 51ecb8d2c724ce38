"""What a new fact or thing may repeat, and which facts of other documents it is to be compared with."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kzgraph.answers.things.names import Names
from kzgraph.answers.things.searching import EXACT, FUZZY, SPELLING, search
from kzgraph.authoring.facts.drafting import DraftedThing
from kzgraph.authoring.facts.kinds import SOURCE
from kzgraph.authoring.facts.references import References
from kzgraph.dates import When
from kzgraph.model import Model
from kzgraph.stores import Store
from kzgraph.stores.rows import rows_about, rows_of
from kzgraph.terms import Term, iri_term
from kzgraph.wording.names import folded, likeness

_ALIKE = 85.0
_SLIP = 70.0
_LONG = 6
_MOST = 3
_Named = tuple[Names, list[tuple[str, str, frozenset[str]]]]
"""The names of some things, and each thing with a name and its words."""


@dataclass(frozen=True)
class Twin:
    """A thing or fact of the graph that a draft may repeat."""

    draft: DraftedThing
    thing: str
    why: str


@dataclass(frozen=True)
class Comparable:
    """A fact of another document on the same matter, and the link that may stand between the two."""

    draft: DraftedThing
    fact: str
    link: str


class Known:
    """What the graph holds of the kinds that are drafted."""

    def __init__(self, store: Store, references: References, model: Model) -> None:
        self._store = store
        self._references = references
        self._model = model
        self._facts: dict[str, dict[str, dict[str, list[Term]]]] = {}
        self._said: dict[str, dict[str, list[Term]]] = {}
        self._names: dict[str, _Named] = {}
        self._at: dict[tuple[str, str], dict[Term, list[str]]] = {}

    def read(self, things: Iterable[str]) -> None:
        """Reads all that the graph says of some things; of others nothing is known."""
        for row in rows_about(self._store, "?s", things, "?s ?p ?o"):
            self._said.setdefault(row["s"].value, {}).setdefault(row["p"].value, []).append(row["o"])

    def says(self, draft: DraftedThing) -> str:
        """``all`` if the graph has all of a draft, ``other`` if it has something else of that name, else empty."""
        known = self._said.get(draft.iri)
        if known is None:
            return ""
        return "all" if _holds(known, draft.properties) else "other"

    def twins(self, draft: DraftedThing) -> list[Twin]:
        """What a draft may repeat: a thing of a like name, or a fact of the same document on the same matter."""
        if draft.kind.is_fact:
            same = [m for m in self._same_matter(draft) if self._documents_of(m[1]) & self._own_documents(draft)]
            alike = [(f, said) for f, said in same if not any(self._differ(w, draft, said) for w in _TELLING_APART)]
            return [Twin(draft, fact, self._why(draft, said)) for fact, said in alike[:_MOST]]
        found: dict[str, str] = {}
        others, worded = self._named(draft.kind.iri)
        mine = [n.text for n in self._references.names.of.get(draft.iri, [])] or [draft.label]
        for text in mine:
            words = frozenset(folded(text).split())
            if not words:
                continue
            for hit in search(others, text, self._references.project.prefixes):
                is_alike = hit.tier == FUZZY and hit.score >= _ALIKE and self._is_slip(words, hit.name.text)
                if hit.tier in {EXACT, SPELLING} or is_alike:
                    found.setdefault(hit.thing, f"is called {hit.name.text}")
            for thing, name, own in worded:
                if _is_part(own, words):
                    found.setdefault(thing, f"is called {name}")
        found.pop(draft.iri, None)
        return [Twin(draft, thing, why) for thing, why in list(found.items())[:_MOST]]

    def _is_slip(self, words: frozenset[str], name: str) -> bool:
        """Whether a name differs by the spelling of words: not by words that name other things, as Poti and Baku do."""
        other = frozenset(folded(name).split())
        own, theirs = " ".join(sorted(words - other)), " ".join(sorted(other - words))
        if all(self._references.is_name(w) for w in (own, theirs)):
            return False
        return not own or not theirs or likeness(own, theirs) >= _SLIP

    def _named(self, kind: str) -> _Named:
        """The names of the things of a kind that the graph has."""
        if kind not in self._names:
            of = {t: list(self._references.names.of.get(t, [])) for t in self._references.things_of(kind)}
            worded = [(t, n.text, frozenset(folded(n.text).split())) for t, names in of.items() for n in names]
            self._names[kind] = Names(of), worded
        return self._names[kind]

    def comparables(self, draft: DraftedThing) -> list[Comparable]:
        """Facts of other documents on the same matter, the most like first."""
        if not draft.kind.is_fact:
            return []
        own = self._own_documents(draft)
        found = [
            Comparable(draft, fact, self._link(draft, said))
            for fact, said in self._same_matter(draft, with_time=False)
            if not self._documents_of(said) & own
        ]
        linked = {t.value for w in _LINKS for t in draft.properties.get(self._model[w], ())}
        found = [c for c in found if c.fact not in linked]
        return sorted(found, key=lambda c: (_LINKS.index(c.link) if c.link in _LINKS else len(_LINKS), c.fact))[:_MOST]

    def _why(self, draft: DraftedThing, said: dict[str, list[Term]]) -> str:
        if self._differ("value", draft, said) or self._differ("share", draft, said):
            return "has another number for the same things, from the same document: what tells them apart is a `scope`"
        return "says the same of the same things, from the same document"

    def _differ(self, word: str, draft: DraftedThing, said: dict[str, list[Term]]) -> bool:
        """Whether draft and fact have other values of a property."""
        own, other = (values.get(self._model[word], []) for values in (draft.properties, said))
        return {value_of(t) for t in own} != {value_of(t) for t in other}

    def _same_matter(self, draft: DraftedThing, *, with_time: bool = True) -> list[tuple[str, dict[str, list[Term]]]]:
        roles = self._roles(draft)
        if not roles:
            return []
        time = _time(draft.properties, self._model)
        facts = self._of_kind(draft.kind.iri)
        return [
            (fact, said)
            for fact in self._with(draft.kind.iri, roles)
            if fact != draft.iri
            and (said := facts[fact])
            and all(set(values) <= set(said.get(p, ())) for p, values in roles.items())
            and not self._differ("hasCommodity", draft, said)
            and (not with_time or _time(said, self._model) == time)
        ]

    def _with(self, kind: str, roles: Mapping[str, list[Term]]) -> list[str]:
        """The facts of a kind that have the rarest of some values."""
        found: list[list[str]] = []
        for property_, values in roles.items():
            if (kind, property_) not in self._at:
                at: defaultdict[Term, list[str]] = defaultdict(list)
                for fact, said in self._of_kind(kind).items():
                    for value in said.get(property_, ()):
                        at[value].append(fact)
                self._at[kind, property_] = at
            found += [self._at[kind, property_].get(value, []) for value in values]
        return min(found, key=len)

    def _roles(self, draft: DraftedThing) -> dict[str, list[Term]]:
        """The things that a fact is named after; none where it is read by its words."""
        named = re.findall(r"\{(\w+)\}", draft.kind.label_pattern)
        things = [f.iri for f in draft.kind.fields.values() if f.name in named and f.sort == "thing"]
        return {p: draft.properties[p] for p in things if p in draft.properties}

    def _link(self, draft: DraftedThing, said: dict[str, list[Term]]) -> str:
        own, other = _time(draft.properties, self._model), _time(said, self._model)
        if not own or not other or own != other:
            return "succeeds" if own > other and other else ""
        differ = any(self._differ(word, draft, said) for word in ("value", "share"))
        return "differsFrom" if differ else "agreesWith"

    def _of_kind(self, kind: str) -> dict[str, dict[str, list[Term]]]:
        if kind not in self._facts:
            query = f"SELECT ?s ?p ?o WHERE {{ ?s a {iri_term(kind)} ; ?p ?o }}"
            found: dict[str, dict[str, list[Term]]] = {}
            for row in rows_of(self._store, query):
                found.setdefault(row["s"].value, {}).setdefault(row["p"].value, []).append(row["o"])
            self._facts[kind] = found
        return self._facts[kind]

    def _own_documents(self, draft: DraftedThing) -> set[str]:
        return {c.document.iri for c in draft.cited}

    def _documents_of(self, said: dict[str, list[Term]]) -> set[str]:
        return {t.value.rpartition("_")[0] for t in said.get(SOURCE, ())}


_LINKS = ("agreesWith", "differsFrom", "succeeds")
_TELLING_APART = ("modality", "scope", "baseline")


def _holds(known: dict[str, list[Term]], wanted: dict[str, list[Term]]) -> bool:
    """Whether the graph has all that a draft says; numbers by their value, for stores write them their own way."""
    has: defaultdict[str, set[object]] = defaultdict(set)
    for name, values in known.items():
        has[name] = {value_of(v) for v in values}
    return all(value_of(v) in has[name] for name, values in wanted.items() for v in values)


def value_of(term: Term) -> object:
    """A value for comparing: numbers by their value, for stores write them their own way."""
    if term.is_number:
        return term.number
    return term._replace(datatype="") if term.kind == "literal" else term


def _time(said: dict[str, list[Term]], model: Model) -> str:
    when = When.read(said, model=model)
    return when.own_edtf or str(next(iter(when.attested), ""))


def _is_part(first: frozenset[str], second: frozenset[str]) -> bool:
    """Whether all words of one name but one stand in the other, and they are long enough to mean the same."""
    short = first & second
    return len(first ^ second) <= 1 and sum(map(len, short)) >= _LONG
