"""Things with their names and facts, and facts with their dates, sources and places in the files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from kzgraph.answers.cells.marks import firmness, is_held_wrong
from kzgraph.answers.evidence.labels import labels_of
from kzgraph.answers.evidence.records import FactRecord, Properties, read_records
from kzgraph.answers.evidence.sources import Source, Sources
from kzgraph.answers.things.names import kinds_of
from kzgraph.dates import When
from kzgraph.files.placed.places import Places
from kzgraph.files.project import Project
from kzgraph.graph.compiling import DERIVED
from kzgraph.model import SHIPPED, Model
from kzgraph.namespaces import PROV, RDF, SKOS, shorten
from kzgraph.stores import Store
from kzgraph.stores.rows import rows_of
from kzgraph.terms import Term, iri_term
from kzgraph.wording.numbers import number


@dataclass(frozen=True)
class Fact:
    """A fact as people read it: its words, time, modality, rank and the editors' note, and the passages behind it."""

    iri: str
    label: str
    kind: str
    properties: Properties
    when: When
    modality: str
    rank: str
    value: str
    sources: tuple[Source, ...]
    model: Model = SHIPPED
    record: FactRecord = field(default_factory=lambda: FactRecord(""))
    basis: str = ""

    def with_sources_for(self, *values: Term) -> Fact:
        """The fact with the passages of the documents that state all of some values of it, and not the others.

        ``basis`` says whether the editors supplied or inferred one of them. Where no document states all, the passages
        that state any of them are kept.
        """
        supports = [self.record.support(value) for value in values]
        documents = (
            set.intersection(*({s.document for s in found.sources} for found in supports)) if supports else set()
        )
        sources = {s for found in supports for s in found.sources if s.document in documents or not documents}
        words = {self.model["BasisSupplied"]: "supplied by the editors", self.model["BasisInferred"]: "inferred"}
        told = sorted({words[b] for found in supports for b in found.bases if b in words})
        return replace(self, sources=tuple(sorted(sources)), basis=" and ".join(told)) if supports else self

    def iris(self, name: str) -> frozenset[str]:
        """The things to which a term of the ontology relates the fact, super-properties included."""
        return frozenset(t.value for t in self.properties.get(self.model[name], ()) if t.kind == "uri")

    def texts(self, name: str) -> list[str]:
        """The literals that a term of the ontology gives the fact, in order."""
        return sorted(t.value for t in self.properties.get(self.model[name], ()) if t.kind == "literal")

    @property
    def note(self) -> str:
        """The editorial notes on the fact and on its values."""
        of_values = sorted({a.note for a in self.record.attributions if a.note})
        return " ".join([*sorted(t.value for t in self.properties.get(SKOS + "editorialNote", ())), *of_values])

    @property
    def remarks(self) -> list[str]:
        """Date, how firm it is, and what the editors hold of it, where they say something."""
        modality = firmness(self.record, dict.fromkeys(self._values("modality"), self.modality))[1]
        rank = (
            "" if self.model["RankNormal"] in self._values("rank") or not self.rank else f"{self.rank} by the editors"
        )
        if is_held_wrong(self.record):
            rank = "held wrong by the editors"
        basis = f"† {self.basis}" if self.basis else ""
        return [r for r in (str(self.when), modality, rank, basis) if r]

    def _values(self, name: str) -> set[str]:
        return {t.value for t in self.properties.get(self.model[name], ())}

    def as_json(self, prefixes: dict[str, str]) -> dict[str, object]:
        """The fact as an object for JSON."""
        entry: dict[str, object] = {"name": shorten(self.iri, prefixes), "iri": self.iri, "kind": self.kind}
        parts = {
            "date": str(self.when),
            "edtf": self.when.edtf,
            "modality": self.modality,
            "rank": self.rank,
            "value": self.value,
            "note": self.note,
        }
        parts["gist"] = " ".join(self.texts("gist"))
        entry |= {"label": self.label, **{k: v for k, v in parts.items() if v}}
        return entry | {"sources": [source_json(s, prefixes) for s in self.sources]}


def labels(store: Store, iris: Iterable[str], language: str = "en") -> dict[str, str]:
    """The label of each IRI in a language, else in English, else in any, else its short form."""
    wanted = sorted(set(iris))
    found = labels_of(store, wanted, language)
    return {i: found.get(i) or shorten(i) for i in wanted}


def facts_about(store: Store, thing: str) -> list[str]:
    """The IRIs of the facts about a thing, of those that it stated, and of those that rest on it as a citation."""
    pattern = f"<model|about>|<model|statedBy>|<{PROV}wasDerivedFrom>"
    query = f"SELECT DISTINCT ?fact WHERE {{ ?fact {pattern} {iri_term(thing)} ; a <model|Fact> }} ORDER BY ?fact"
    return [row["fact"].value for row in rows_of(store, query)]


def read_about(store: Store, thing: str, language: str = "en") -> list[Fact]:
    """The facts about a thing, each with the passages that name the thing; those that rest on it, with all of them."""
    value = Term("uri", thing)
    rests = store.model["about"], store.model["statedBy"]
    return [
        fact.with_sources_for(value) if any(value in fact.properties.get(p, ()) for p in rests) else fact
        for fact in read_facts(store, facts_about(store, thing), language)
    ]


def read_facts(store: Store, iris: Iterable[str], language: str = "en") -> list[Fact]:
    """The facts of some IRIs, by kind, date and label."""
    records = read_records(store, iris)
    kinds, model = kinds_of(store, records), store.model
    told = {t.value for record in records.values() for name in _VOCABULARY for t in record.values(name)}
    shown = labels(store, {*told, *(k for ks in kinds.values() for k in ks), *records}, language)
    facts = [
        Fact(
            iri=iri,
            label=shown[iri],
            kind=", ".join(shown[k] for k in kinds.get(iri, ())),
            properties=record.properties,
            when=record.when,
            modality=_word(model, record.properties, "modality", shown),
            rank=_word(model, record.properties, "rank", shown),
            value=_value(model, record.properties, shown),
            sources=record.sources,
            model=model,
            record=record,
        )
        for iri, record in records.items()
    ]
    return sorted(facts, key=lambda f: (f.kind, f.when.order, f.label, f.iri))


_VOCABULARY = ("modality", "rank", "hasUnit", "comparator")


def numbered(facts: Iterable[Fact]) -> Sources:
    """The footnotes of facts: for each its numbers, in the order in which they are shown."""
    sources = Sources()
    sources.of_rows = [sorted(sources.numbers(fact.sources)) for fact in facts]
    return sources


def source_json(source: Source, prefixes: dict[str, str]) -> dict[str, object]:
    """A source as an object for JSON."""
    entry = {
        "citation": shorten(source.citation, prefixes),
        "document": shorten(source.document, prefixes),
        "footnote": source.footnote,
        "issued": source.issued,
        "paragraph": source.paragraph,
        "locator": source.locator,
        "background": source.background,
    }
    return {k: v for k, v in entry.items() if v}


class FactFiles:
    """Where statements of the store stand in the project's files: the named graph is the file, its text has the line.

    Raises :class:`InputError` for a file that is gone.
    """

    def __init__(self, project: Project, store: Store) -> None:
        self._store = store
        self._places = Places(project)
        self._derived = project.graph_base + DERIVED

    def place(self, subject: str, predicate: str = "", value: str | None = None) -> str:
        """``file:line`` of a statement, or of what is said of a subject at all; empty if no file says it."""
        pattern = f"{iri_term(subject)} {iri_term(predicate or RDF + 'type')} {iri_term(value) if value else '?o'}"
        for file in self._files(f"GRAPH ?g {{ {pattern} }} FILTER (?g != <{self._derived}>)"):
            found = self._places.find(file, subject, predicate, value)
            return f"{file}:{found.line}" if found else file
        return ""

    def place_of_nameless(self, predicate: str, value: str) -> str:
        """``file:line`` of what has no name and stands alone, with a statement about ``value`` in it."""
        pattern = f"?top ?any ?part . ?part {iri_term(predicate)} {iri_term(value)} FILTER (ISBLANK(?top))"
        for file in self._files(f"GRAPH ?g {{ {pattern} FILTER NOT EXISTS {{ ?outer ?of ?top }} }}"):
            found = self._places.nameless_around(file, predicate, value)
            if found:
                return f"{file}:{found.line}"
        return ""

    def _files(self, pattern: str) -> Iterator[str]:
        for row in rows_of(self._store, f"SELECT DISTINCT ?g WHERE {{ {pattern} }} ORDER BY ?g"):
            yield self._places.graph_file(row["g"].value)


def _word(model: Model, own: Properties, name: str, shown: Mapping[str, str]) -> str:
    return ", ".join(sorted(shown[t.value] for t in own.get(model[name], ())))


def _value(model: Model, own: Properties, shown: Mapping[str, str]) -> str:
    """The value of a figure or stake as people read it: comparator, number, unit."""
    numbers = [number(t.value) for n in ("value", "maximum") for t in own.get(model[n], ())]
    if not numbers:
        return " / ".join(f"{number(t.value)} percent" for t in own.get(model["share"], ()))
    unit = (
        ""
        if any(t.value == model["UnitNumber"] for t in own.get(model["hasUnit"], ()))
        else _word(model, own, "hasUnit", shown)
    )
    return " ".join(p for p in (_word(model, own, "comparator", shown), " and ".join(numbers), unit) if p)
