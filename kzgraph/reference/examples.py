"""Examples from the instances with their citations: how a class or property is really used.

A citation is shown as document and paragraph; the documents' own sentences are nowhere in a project.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from kzgraph.answers.evidence.sources import citations_of
from kzgraph.checks.syntax.syntax import context_triples
from kzgraph.files.project import Project
from kzgraph.graph.triples import TYPE, Triples, key
from kzgraph.namespaces import RDF, RDFS, SKOS, shorten
from kzgraph.reference.vocabulary import Vocabulary, text_of
from kzgraph.stores import Store
from kzgraph.stores.rows import rows_of
from kzgraph.terms import Term, iri_term

_SHOWN = 3
_CANDIDATES = 12
_DEEP = 4
_Item = TypeVar("_Item", str, tuple[str, Term])


@dataclass(frozen=True)
class Example:
    """A thing or fact of the graph, with the passages behind it and its Turtle."""

    iri: str
    curie: str
    label: str
    sources: tuple[str, ...]
    turtle: str = ""


@dataclass(frozen=True)
class Use:
    """A statement with a property: its subject and value as people read them, and the passages behind it."""

    subject: str
    subject_label: str
    value: str
    value_label: str
    sources: tuple[str, ...]


class Examples:
    """Finds examples in the project's instances, and in what is derived from them."""

    def __init__(self, project: Project, store: Store, vocabulary: Vocabulary) -> None:
        self._project = project
        self._store = store
        self._vocabulary = vocabulary
        self.graph = Triples()
        for path in project.files("instances"):
            self.graph.include(context_triples(project, path, is_needed=True))
        self.instances = self._counts(f"?x <{RDF}type> ?term", "COUNT(DISTINCT ?x)")
        self.uses = self._counts("?x ?term ?y", "COUNT(*)")
        self._things: dict[str, list[str]] = {}
        self._statements: dict[str, list[tuple[str, Term]]] = {}
        for subject in sorted(s for s in self.graph.out if not s.startswith("_:")):
            for name, values in self.graph.out[subject].items():
                told = [v for v in values if v.kind != "bnode"]
                if name == TYPE:
                    for kind in told:
                        self._things.setdefault(kind.value, []).append(subject)
                else:
                    self._statements.setdefault(name, []).extend((subject, v) for v in sorted(told))
        self._add_derived()
        self._things = {k: _spread(v) for k, v in self._things.items()}
        self._statements = {k: _spread(v) for k, v in self._statements.items()}
        facts = {t for things in self._things.values() for t in things}
        facts |= {s for said in self._statements.values() for s, _ in said}
        self._sources = citations_of(store, facts)

    def _add_derived(self) -> None:
        """Statements with properties that no file uses, and that the axioms derive."""
        for entry in self._vocabulary.own("object property"):
            if entry.iri in self.uses and entry.iri not in self._statements:
                query = f"SELECT ?s ?o WHERE {{ ?s {iri_term(entry.iri)} ?o FILTER (ISIRI(?s) && ISIRI(?o)) }}"
                rows = sorted((r["s"].value, r["o"]) for r in rows_of(self._store, query))
                self._statements[entry.iri] = rows

    def _counts(self, pattern: str, count: str) -> dict[str, int]:
        query = f"SELECT ?term ({count} AS ?n) WHERE {{ {pattern} }} GROUP BY ?term"
        return {r["term"].value: int(r["n"].value) for r in rows_of(self._store, query) if r["term"].kind == "uri"}

    def of_class(self, kinds: Iterable[str]) -> list[Example]:
        """Examples of the first of some classes that has instances of its own, from different documents if it can."""
        things = next((self._things[k] for k in kinds if k in self._things), [])
        chosen = self._various(things, lambda thing: thing)[:_SHOWN]
        return [
            Example(c, self._curie(c), self._label(c), self._footnotes(c), "" if n else self._turtle(c))
            for n, c in enumerate(chosen)
        ]

    def of_property(self, name: str) -> list[Use]:
        """Statements with a property, written or derived."""
        chosen = self._various(self._statements.get(name, []), lambda said: said[0])[: _SHOWN - 1]
        return [
            Use(
                self._curie(subject),
                self._label(subject),
                self._curie(value.value) if value.kind == "uri" else "",
                self._label(value.value) if value.kind == "uri" else value.value,
                self._footnotes(subject),
            )
            for subject, value in chosen
        ]

    def _various(self, items: list[_Item], subject: Callable[[_Item], str]) -> list[_Item]:
        """Some items, first those whose subjects rest on documents that none before rests on; background comes last."""

        def is_background(item: _Item) -> bool:
            return all(s.background for s in self._sources.get(subject(item), ()))

        items = sorted(items, key=is_background)
        seen: set[str] = set()
        first: list[_Item] = []
        for item in items:
            documents = {s.document for s in self._sources.get(subject(item), ())}
            if documents - seen:
                seen |= documents
                first.append(item)
        return first + [i for i in items if i not in first]

    def _footnotes(self, thing: str) -> tuple[str, ...]:
        """The footnotes of a thing's passages, each once."""
        return tuple(dict.fromkeys(s.footnote for s in sorted(set(self._sources.get(thing, ())))))

    def _label(self, iri: str) -> str:
        """The English label of a thing or term, else another, else its short form."""
        if iri in self._vocabulary.entries:
            return self._vocabulary.label(iri)
        return text_of(self.graph, iri, RDFS + "label", SKOS + "prefLabel") or self._curie(iri)

    def _curie(self, iri: str) -> str:
        return shorten(iri, self._project.prefixes).strip("<>")

    def _turtle(self, thing: str) -> str:
        """A thing as Turtle, in the order of its file."""
        lines = [shorten(thing, self._project.prefixes)]
        for name, values in self.graph.out[thing].items():
            told = " ,\n        ".join(self._written(v, 0) for v in values)
            lines.append(f"    {'a' if name == TYPE else shorten(name, self._project.prefixes)} {told} ;")
        lines[-1] = lines[-1][:-1] + "."
        return "\n".join(lines)

    def _written(self, term: Term, depth: int) -> str:
        if term.kind != "bnode":
            return term.turtle(self._project.prefixes)
        inner = self.graph.out.get(key(term), {})
        if depth > _DEEP:
            return "[]"
        told = " ; ".join(
            f"{'a' if p == TYPE else shorten(p, self._project.prefixes)} "
            + " , ".join(self._written(v, depth + 1) for v in values)
            for p, values in inner.items()
        )
        return f"[ {told} ]" if told else "[]"


def _spread(items: list[_Item]) -> list[_Item]:
    """A few of many, from beginning to end."""
    return items[:: max(1, len(items) // _CANDIDATES)][:_CANDIDATES]
