"""A thing on one page: its names, what is written of it, what follows, and the facts about it."""

from __future__ import annotations

from dataclasses import dataclass, field

from kzgraph.answers.evidence.sources import citations_of
from kzgraph.answers.evidence.works import author_names, place_of_author
from kzgraph.answers.things.choosing import FactWish, most_telling, read_choice
from kzgraph.answers.things.facts import Fact, labels, read_about
from kzgraph.answers.things.names import Name, kinds_of, read_names
from kzgraph.files.project import Project
from kzgraph.graph.compiling import DERIVED
from kzgraph.namespaces import DCTERMS, OA, OWL, PROV, RDF, RDFS, SKOS, shorten
from kzgraph.stores import Store
from kzgraph.stores.rows import rows_of
from kzgraph.terms import Term, iri_term

_TOLD = {
    *(RDFS + n for n in ("label", "isDefinedBy")),
    *(SKOS + n for n in ("altLabel", "prefLabel")),
    RDF + "type",
    PROV + "wasDerivedFrom",
}
_HEADINGS = {
    RDFS + "subClassOf": "super-class",
    RDFS + "subPropertyOf": "super-property",
    SKOS + "editorialNote": "editorial note",
    SKOS + "scopeNote": "scope note",
    OA + "hasSource": "document",
}
_FIRST = (SKOS + "definition", RDFS + "subClassOf", RDFS + "subPropertyOf", SKOS + "example")


@dataclass(frozen=True)
class Description:
    """A thing: its label, classes, other names, what is written of it, and the facts about it that were chosen.

    ``telling`` are the most telling of these facts, ``left_out`` says how many facts were not chosen.
    """

    iri: str
    label: str
    classes: list[str]
    names: list[Name]
    written: list[tuple[str, list[str]]]
    derived: list[tuple[str, list[str]]]
    instances: int
    supported: list[tuple[str, int]]
    facts: list[Fact]
    telling: list[Fact] = field(default_factory=list)
    left_out: int = 0


def describe(
    store: Store, project: Project, thing: str, language: str = "en", wish: FactWish | None = None
) -> Description:
    """What the graph says of a thing, a fact, a class, a property, a document or a citation.

    ``wish`` chooses facts; for the errors see :func:`~kzgraph.answers.things.choosing.read_choice`.
    """
    names = read_names(store, thing=thing).of.get(thing, [])
    label = labels(store, [thing], language)[thing]
    every = read_about(store, thing, language)
    choice = read_choice(project, store, every, wish or FactWish())
    facts = every if choice.is_any else [fact for fact in every if choice.takes(fact)]
    return Description(
        iri=thing,
        label=label,
        classes=[_class_told(store, c, language, project.prefixes) for c in kinds_of(store, [thing]).get(thing, [])],
        names=[n for n in names if n.text != label and n.how != "title"],
        written=_written(store, project, thing, language),
        derived=_derived(store, project, thing, language),
        instances=_count(store, f"?x a {iri_term(thing)}"),
        supported=_supported(store, thing, language),
        facts=facts,
        telling=most_telling(facts, [label, *(n.text for n in names)]),
        left_out=len(every) - len(facts),
    )


def _class_told(store: Store, iri: str, language: str, prefixes: dict[str, str]) -> str:
    label, curie = labels(store, [iri], language)[iri], shorten(iri, prefixes)
    return curie if label in {curie, shorten(iri)} else f"{label} ({curie})"


def _written(store: Store, project: Project, thing: str, language: str) -> list[tuple[str, list[str]]]:
    """What the files say of a thing besides its names: headings with their values."""
    pattern = f"GRAPH ?g {{ {iri_term(thing)} ?property ?value }} FILTER (?g != <{project.graph_base}{DERIVED}>)"
    query = f"SELECT DISTINCT ?property ?value WHERE {{ {pattern} }} ORDER BY ?property ?value"
    rows = [r for r in rows_of(store, query) if r["property"].value not in _TOLD and r["value"].kind != "bnode"]
    order = {p: n for n, p in enumerate(_FIRST)}
    writers = {r["value"].value for r in rows if r["property"].value == DCTERMS + "creator"}
    persons, names = labels(store, writers, language), author_names(store, [thing]).get(thing, "") if writers else ""

    def place(row: dict[str, Term]) -> tuple[int, int]:
        """Where a value stands: by its property, and the authors of a document in the document's own order."""
        person = persons.get(row["value"].value, "")
        return order.get(row["property"].value, len(order)), place_of_author(names, person) or 0

    rows.sort(key=place)
    rests = sorted({s.footnote for s in citations_of(store, [thing]).get(thing, ())})
    return [*_grouped(store, project, rows, language), *_range(store, thing), *([("rests on", rests)] if rests else [])]


def _range(store: Store, thing: str) -> list[tuple[str, list[str]]]:
    """The range of characters of a citation."""
    pattern = f"{iri_term(thing)} <{OA}hasSelector> ?s . ?s <{OA}start> ?start ; <{OA}end> ?end"
    query = f"SELECT ?start ?end WHERE {{ {pattern} }}"
    return [("characters", [f"{r['start'].value} to {r['end'].value}"]) for r in rows_of(store, query)]


def _derived(store: Store, project: Project, thing: str, language: str) -> list[tuple[str, list[str]]]:
    """The edges from a thing that property chains derive from the facts."""
    query = (
        f"SELECT DISTINCT ?property ?value WHERE {{ {iri_term(thing)} ?property ?value . "
        f"?property <{OWL}propertyChainAxiom> ?chain }} ORDER BY ?property ?value"
    )
    return _grouped(store, project, rows_of(store, query), language)


def _grouped(store: Store, project: Project, rows: list[dict[str, Term]], language: str) -> list[tuple[str, list[str]]]:
    iris = {t.value for r in rows for t in r.values() if t.kind == "uri"}
    shown = labels(store, iris, language)
    groups: dict[str, list[str]] = {}
    for row in rows:
        iri, value = row["property"].value, row["value"]
        heading = _HEADINGS.get(iri) or (
            shown[iri] if shown[iri] != shorten(iri) else iri.rsplit("/")[-1].rsplit("#")[-1]
        )
        curie = shorten(value.value, project.prefixes) if value.kind == "uri" else ""
        text = value.value
        if curie and shown[text] == shorten(text):  # it has no label
            text = curie.strip("<>")
        elif curie:
            text = f"{shown[text]} ({curie})"
        groups.setdefault(heading, []).append(text)
    return list(groups.items())


def _supported(store: Store, thing: str, language: str) -> list[tuple[str, int]]:
    """How many facts of each kind rest on a document."""
    query = f"SELECT DISTINCT ?fact WHERE {{ ?fact <{PROV}wasDerivedFrom>/<{OA}hasSource> {iri_term(thing)} }}"
    facts = [r["fact"].value for r in rows_of(store, query)]
    kinds = [k for ks in kinds_of(store, facts).values() for k in ks]
    shown = labels(store, kinds, language)
    return sorted(((shown[k], kinds.count(k)) for k in set(kinds)), key=lambda p: (-p[1], p[0]))


def _count(store: Store, pattern: str) -> int:
    rows = rows_of(store, f"SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {pattern} }}")
    return int(rows[0]["n"].value)
