"""Names in rows → the things that are meant: of the class that a field takes, by any of their names.

A thing that another row of the same table describes counts as well.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable
from functools import cached_property

from kzgraph.answers.things.names import Name, Names, read_names
from kzgraph.answers.things.searching import search
from kzgraph.errors import UsageError
from kzgraph.files.project import Project
from kzgraph.namespaces import KZ, RDF, STANDARD, expand, namespace_of, shorten
from kzgraph.stores import Store
from kzgraph.stores.rows import rows_of
from kzgraph.terms import iri_term
from kzgraph.wording.names import folded
from kzgraph.wording.spelling import spelling_key

_NEAREST = 3
_MOST_NAMED = 12


class References:
    """The things of a project and of the rows that are read, by name and class."""

    def __init__(self, project: Project, store: Store, terms: Container[str] = ()) -> None:
        """``terms`` are those of the ontology, which are no things."""
        self._terms = terms
        self.project = project
        self._store = store
        self.names = read_names(store)
        self._by_name: defaultdict[str, list[str]] = defaultdict(list)
        self._by_spelling: defaultdict[str, list[str]] = defaultdict(list)
        for thing, names in self.names.of.items():
            for name in names:
                self._by_name[folded(name.text)].append(thing)
                self._by_spelling[spelling_key(folded(name.text))].append(thing)
        self._members: dict[str, set[str]] = {}
        self._added: dict[str, list[str]] = {}

    def add(self, thing: str, texts: Iterable[str], classes: list[str], *, is_fact: bool) -> None:
        """Adds a thing that a row describes: its names, its class and those above it."""
        known = self.names.of.setdefault(thing, [])
        for text in texts:
            known.append(Name(text, "en", "label" if not known else "other label"))
            self._by_name[folded(text)].append(thing)
        if is_fact:
            self.names.facts.add(thing)
        self._added[thing] = classes

    def label(self, thing: str) -> str:
        """The English label of a thing, or its CURIE."""
        return self.names.label(thing) or shorten(thing, self.project.prefixes)

    def is_known(self, thing: str) -> bool:
        """Whether the graph or a row describes a thing."""
        return thing in self.names.of or thing in self._added or bool(self._described(thing))

    def is_of(self, thing: str, classes: Iterable[str]) -> bool:
        """Whether a thing is of one of some classes; any thing is if there are none."""
        wanted = list(classes)
        return not wanted or any(thing in self.things_of(c) or c in self._added.get(thing, ()) for c in wanted)

    @cached_property
    def base(self) -> str:
        """The namespace of new names: the one of the project's prefixes that most things have, terms left out."""
        own = [iri for prefix, iri in self.project.prefixes.items() if prefix not in STANDARD]
        counts = Counter(namespace_of(t) for t in self.names.of if t not in self._terms)
        return max(own, key=lambda n: counts[n], default=KZ)

    def is_name(self, text: str) -> bool:
        """Whether a text is the name of anything."""
        return bool(folded(text)) and folded(text) in self._by_name

    def find(self, text: str, classes: tuple[str, ...], what: str) -> str:
        """The IRI of the thing that a text names; raises :class:`UsageError` with the nearest names.

        ``classes`` are those of which it must be one, or empty; ``what`` is the word for it in messages.
        """
        wanted = text.strip()
        named = expand(wanted, self.project.prefixes)
        if named is not None:
            if not self.is_known(named):
                raise UsageError(f"`{wanted}` is not described", hint=self._near(wanted.partition(":")[2], classes))
            return self._of_class(named, wanted, classes, what)
        candidates = list(dict.fromkeys(self._by_name.get(folded(wanted), []))) if folded(wanted) else []
        fitting = [c for c in candidates if self.is_of(c, classes)]
        if not fitting and (short := self._by_short_name(wanted, classes)):
            return short
        best = self._subset(fitting).called(wanted) if fitting else self._spelt_otherwise(wanted, classes)
        if len(best) == 1:
            return best[0]
        if best:
            told = ", ".join(self.told(c) for c in best[:5])
            raise UsageError(f"`{wanted}` may stand for several things", hint=f"say which: {told}")
        if candidates:
            return self._of_class(candidates[0], wanted, classes, what)
        raise UsageError(f"there is no {what} `{wanted}`", hint=self._near(wanted, classes))

    def _spelt_otherwise(self, text: str, classes: tuple[str, ...]) -> list[str]:
        """The things of which a name is written so by others: Токаев for Tokayev."""
        key = spelling_key(folded(text))
        things = [t for t in dict.fromkeys(self._by_spelling.get(key, ())) if self.is_of(t, classes)] if key else []
        return [t for t in things if t not in self.names.facts] or things

    def told(self, thing: str) -> str:
        """A thing by its CURIE, with its label in brackets."""
        curie = shorten(thing, self.project.prefixes)
        label = self.names.label(thing)
        return f"`{curie}`" + (f" ({label})" if label else "")

    def _of_class(self, thing: str, written: str, classes: tuple[str, ...], what: str) -> str:
        if self.is_of(thing, classes):
            return thing
        wanted = " or ".join(shorten(c, self.project.prefixes) for c in classes)
        raise UsageError(f"{self.told(thing)} is no {wanted}", hint=self._near(written, classes))

    def _by_short_name(self, text: str, classes: tuple[str, ...]) -> str:
        """A value by its name without that of its class: ``Planned`` for ``ModalityPlanned``."""
        key = folded(text).replace(" ", "")
        for kind in classes:
            stem = folded(kind[len(namespace_of(kind)) :])
            for thing in sorted(self.things_of(kind)):
                local = folded(thing[len(namespace_of(thing)) :])
                if key and local in {key, stem + key}:
                    return thing
        return ""

    def _near(self, text: str, classes: tuple[str, ...]) -> str:
        """The next step where a name is unknown: the nearest names, or all where they are few."""
        of = {t: n for t, n in self.names.of.items() if self.is_of(t, classes) and t not in self.names.namings}
        if classes and 0 < len(of) <= _MOST_NAMED:
            return f"it may be {', '.join(sorted(self.label(t) for t in of))}"
        hits = search(self._subset(of), text, self.project.prefixes) if folded(text) and of else []
        if hits:
            return f"did you mean {' or '.join(self.told(h.thing) for h in hits[:_NEAREST])}?"
        if classes and len(of) < 3 * _MOST_NAMED:
            return f"it may be {', '.join(sorted(self.label(t) for t in of))}" if of else "describe it first"
        return "describe it first: `kzgraph new KIND label=…`, or a row above"

    def _subset(self, things: Iterable[str]) -> Names:
        return Names({t: self.names.of.get(t, []) for t in things}, self.names.facts, self.names.namings)

    def things_of(self, kind: str) -> set[str]:
        """The things of a class, without those that rows describe."""
        if kind not in self._members:
            query = f"SELECT ?x WHERE {{ ?x <{RDF}type> {iri_term(kind)} }}"
            self._members[kind] = {r["x"].value for r in rows_of(self._store, query) if r["x"].kind == "uri"}
        return self._members[kind]

    def _described(self, thing: str) -> list[dict[str, object]]:
        return [dict(r) for r in rows_of(self._store, f"SELECT ?p WHERE {{ {iri_term(thing)} ?p ?o }} LIMIT 1")]
