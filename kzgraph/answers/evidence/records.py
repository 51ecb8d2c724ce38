"""What the graph holds of a fact, and which of its sources state one of its values.

Each citation of a fact supports each value of it, unless an attribution says otherwise: a nameless node of the fact
that names a property, or one value of it, and the citations that state it, or the basis on which the editors supplied
or inferred it (kzgraph's own model; compare statement references of Wikibase).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from kzgraph.answers.evidence.sources import Source, cited, grounds_of
from kzgraph.dates import PartialDate, When, dates_of
from kzgraph.model import SHIPPED, Model
from kzgraph.namespaces import OA, PROV, RDF, RDFS, SKOS
from kzgraph.stores import Store
from kzgraph.stores.remembering import remembered
from kzgraph.stores.rows import properties_of, rows_about, rows_of
from kzgraph.terms import Term

Properties = Mapping[str, tuple[Term, ...]]
LABEL = RDFS + "label"
NOTE = SKOS + "editorialNote"
_GROUND = PROV + "wasDerivedFrom"
_BY_ORDER = "The passage tells the order of events; the date is that of the other event."
_NOTHING = frozenset[str]()


@dataclass
class Neighbours:
    """The dates of other facts that a fact came after, came before, carries further, or is carried further by."""

    after: list[PartialDate] = field(default_factory=list)
    before: list[PartialDate] = field(default_factory=list)
    follows: list[PartialDate] = field(default_factory=list)
    followed: list[PartialDate] = field(default_factory=list)


class Attribution(NamedTuple):
    """Who states a property of a fact, or one value of it, and on what else it rests."""

    of_property: str = ""
    of_value: Term | None = None
    stated_in: frozenset[str] = frozenset()
    bases: frozenset[str] = frozenset()
    note: str = ""


class Support(NamedTuple):
    """What a value rests on: the passages that state it, and the bases and notes of what the editors added."""

    sources: tuple[Source, ...] = ()
    bases: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class FactRecord:
    """A fact with all its properties, the derived ones too, and the passages that it rests on."""

    iri: str
    properties: Properties = field(default_factory=dict)
    attributions: tuple[Attribution, ...] = ()
    sources: tuple[Source, ...] = ()
    when: When = field(default_factory=When)
    usual: Mapping[str, str] = field(default_factory=dict)
    """The basis on which the values of some properties rest unless an attribution says otherwise: links of editors."""
    model: Model = SHIPPED

    def values(self, word: str) -> tuple[Term, ...]:
        """The values of a property, named by its word in the model."""
        return self.properties.get(self.model[word], ())

    def things(self, word: str) -> frozenset[str]:
        """The IRIs among the values of a property, named by its word in the model."""
        own = self.properties.get(self.model[word])
        return frozenset([t.value for t in own if t.kind == "uri"]) if own else _NOTHING

    def has(self, value: Term) -> bool:
        """Whether a term is the fact itself, one of its properties or a value of one."""
        if value.kind == "uri" and (value.value == self.iri or value.value in self.properties):
            return True
        for values in self.properties.values():  # noqa: SIM110  # asked for every value: any() takes twice as long
            if value in values:
                return True
        return False

    @property
    def note(self) -> str:
        """The editors' notes on the fact."""
        return " ".join(sorted(t.value for t in self.properties.get(NOTE, ())))

    def note_on(self, bases: frozenset[str]) -> str:
        """The editors' note on what they added: on the fact, else the first on a value that was added likewise."""
        return self.note or next((a.note for a in self.attributions if a.bases & bases and a.note), "")

    @property
    def is_background(self) -> bool:
        """Whether the fact rests on background sources alone."""
        return bool(self.sources) and all(s.background for s in self.sources)

    def support(self, value: Term) -> Support:
        """What states that the fact has a value, by whichever property; the fact itself stands for its label."""
        if value.value == self.iri:
            return self.support_of([LABEL])
        if value.value in self.properties:
            return self.support_of([value.value])
        return self._support([a for a in self.attributions if self._is_of(a, value)], self._usual_basis(value))

    def support_of(self, properties: Iterable[str]) -> Support:
        """What states the values of some properties."""
        named = set(properties)
        return self._support([a for a in self.attributions if a.of_property in named])

    def _is_of(self, attribution: Attribution, value: Term) -> bool:
        if attribution.of_value is not None:
            return attribution.of_value == value
        return value in self.properties.get(attribution.of_property, ())

    def _usual_basis(self, value: Term) -> frozenset[str]:
        """The basis of a value that only properties with a usual basis give the fact; empty for all others."""
        if self.usual.keys().isdisjoint(self.properties):
            return _NOTHING
        above = {self.model["followsUp"], self.model["disagreesWith"], PROV + "alternateOf"}  # follow from the links
        giving = {name for name, values in self.properties.items() if value in values} - above
        return frozenset(self.usual[name] for name in giving) if giving and giving <= self.usual.keys() else _NOTHING

    @cached_property
    def _whole(self) -> Support:
        """What a value without an attribution rests on."""
        if not self.properties.get(self.model["isInferredFrom"]):
            return Support(self.sources)
        return Support(self.sources, frozenset({self.model["BasisInferred"]}), (self.note,) if self.note else ())

    def _support(self, attributions: list[Attribution], usual: frozenset[str] = _NOTHING) -> Support:
        if not attributions and not usual:
            return self._whole
        stated = {citation for a in attributions for citation in a.stated_in}
        sources = tuple(s for s in self.sources if s.citation in stated) if stated else self.sources
        bases = frozenset(b for a in attributions for b in a.bases) or (_NOTHING if stated else usual)
        notes = [a.note for a in attributions if a.note]
        if self.properties.get(self.model["isInferredFrom"]):
            bases |= {self.model["BasisInferred"]}
            notes = notes or [self.note]
        return Support(sources, bases, tuple(dict.fromkeys(n for n in notes if n)))


def support_of_time(record: FactRecord, support: Support) -> Support:
    """What a date of a fact rests on: on the editors' inference too, if the time of the fact is marked so.

    A time that only the dates of other facts tell is inferred as well.
    """
    if _is_by_order(record.when):
        bases = support.bases | {record.model["BasisInferred"]}
        return Support(support.sources, bases, (*support.notes, _BY_ORDER))
    if not record.when.is_inferred or _is_of_issue(record):
        return support
    bases = support.bases | {record.model["BasisInferred"]}
    return Support(support.sources, bases, support.notes or ((record.note,) if record.note else ()))


def _is_by_order(when: When) -> bool:
    """Whether a time is known only by the dates of other facts, before or after which it was."""
    return not (when.dates or when.starts or when.ends or when.attested) and bool(when.after or when.before)


def _is_of_issue(record: FactRecord) -> bool:
    """Whether all that is known of a fact's time is that its documents report it, in the years in which they came out.

    That is what "as reported in 2023" says, so nothing in it was added by the editors.
    """
    when = record.when
    issued = [PartialDate.parse(s.issued) for s in record.sources]
    own = [*when.dates, *when.starts, *when.ends]
    return not own and all(any(i and d.days.contains(i.days) for i in issued) for d in when.attested)


def read_records(store: Store, iris: Iterable[str]) -> dict[str, FactRecord]:
    """The records of facts by their IRIs; a fact that the store does not know has no properties and no sources.

    Raises the errors of :meth:`kzgraph.stores.Store.query`.
    """
    return remembered(store, "facts", iris, lambda wanted: _records(store, wanted))


def _records(store: Store, wanted: list[str]) -> dict[str, FactRecord]:
    properties = _properties(store, wanted)
    sources = _sources(store, properties)
    attributions = _attributions(store, [i for i in wanted if store.model["hasAttribution"] in properties[i]])
    order = order_of(store, properties)
    links = rows_of(store, "SELECT ?link ?basis WHERE { ?link <model|usualBasis> ?basis }") if wanted else []
    usual = {row["link"].value: row["basis"].value for row in links}
    return {
        iri: FactRecord(
            iri=iri,
            properties=properties[iri],
            attributions=tuple(attributions.get(iri, ())),
            sources=sources[iri],
            when=when_of(properties[iri], order.get(iri), store.model),
            usual=usual,
            model=store.model,
        )
        for iri in wanted
    }


def _properties(store: Store, iris: Iterable[str]) -> dict[str, dict[str, tuple[Term, ...]]]:
    found: dict[str, dict[str, dict[Term, None]]] = {iri: {} for iri in iris}
    for fact, name, value in properties_of(store, found):
        found[fact].setdefault(name, {})[value] = None
    return {iri: {name: tuple(values) for name, values in own.items()} for iri, own in found.items()}


def _sources(store: Store, properties: Mapping[str, Properties]) -> dict[str, tuple[Source, ...]]:
    """The passages behind facts; for those inferred from other facts, theirs too; of a citation, itself."""
    grounds = {iri: {t.value for t in own.get(_GROUND, ())} for iri, own in properties.items()}
    grounds |= {iri: {iri, *grounds[iri]} for iri, own in properties.items() if OA + "hasSource" in own}
    grounds |= grounds_of(store, [i for i, own in properties.items() if store.model["isInferredFrom"] in own])
    found = cited(store, {g for own in grounds.values() for g in own})
    return {iri: tuple(sorted({found[g] for g in own if g in found})) for iri, own in grounds.items()}


def _attributions(store: Store, iris: Iterable[str]) -> dict[str, list[Attribution]]:
    nodes: dict[tuple[str, str], dict[str, list[Term]]] = {}
    pattern = "?fact <model|hasAttribution> ?node . ?node ?property ?value"
    for row in rows_about(store, "?fact", iris, pattern):
        node = nodes.setdefault((row["fact"].value, row["node"].value), {})
        node.setdefault(row["property"].value, []).append(row["value"])
    found: dict[str, list[Attribution]] = {}
    for (iri, _), said in nodes.items():
        found.setdefault(iri, []).extend(_read(said, store.model))
    # A database names the nodes anew each time that it is made, so their names give no order.
    return {iri: sorted(own, key=_by_content) for iri, own in found.items()}


def _by_content(attribution: Attribution) -> tuple[str, str, str, list[str]]:
    value = attribution.of_value.value if attribution.of_value else ""
    return attribution.of_property, value, attribution.note, sorted(attribution.bases)


def _read(said: Mapping[str, list[Term]], model: Model) -> list[Attribution]:
    """The attributions that a node states: one for each property and value that it names."""

    def values(word: str) -> list[Term]:
        return said.get(model[word], [])

    return [
        Attribution(
            of_property=name.value,
            of_value=value,
            stated_in=frozenset(t.value for t in values("statedIn")),
            bases=frozenset(t.value for t in values("basis")),
            note=" ".join(sorted(t.value for t in said.get(NOTE, []))),
        )
        for name in values("ofProperty")
        for value in (*values("ofValue"),) or (None,)
    ]


def order_of(store: Store, properties: Mapping[str, Properties]) -> dict[str, Neighbours]:
    """The dates of facts that facts came after, came before, carry further, or are carried further by, by the fact."""
    model, found = store.model, defaultdict[str, Neighbours](Neighbours)
    later = [i for i, own in properties.items() if own.keys() & {model["followsUp"], model["isAfter"]}]
    dated = "(<model|date>|<model|start>)"
    pattern = "VALUES ?link { <model|followsUp> <model|isAfter> } ?fact ?link ?earlier . "
    for row in rows_about(store, "?fact", later, f"{pattern} ?earlier {dated} ?date"):
        own = found[row["fact"].value]
        (own.after if row["link"].value == model["isAfter"] else own.follows).extend(dates_of([row["date"]]))
    undated = [i for i, own in properties.items() if not own.keys() & {model["date"], model["start"]}]
    for row in rows_about(store, "?fact", undated, f"?later <model|isAfter> ?fact ; {dated} ?date"):
        found[row["fact"].value].before.extend(dates_of([row["date"]]))
    own_dates = {model["date"], model["start"], model["attestedOn"]}
    timed = [i for i, own in properties.items() if own.keys() & own_dates]
    for row in rows_about(store, "?fact", timed, f"?later <model|followsUp> ?fact ; {dated} ?date"):
        found[row["fact"].value].followed.extend(dates_of([row["date"]]))
    return found


def when_of(properties: Properties, order: Neighbours | None, model: Model) -> When:
    """When a fact was, by its properties and by the dates of other facts."""
    near = order or Neighbours()
    return When.read(properties, near.after, model, near.before, near.follows, near.followed)


def facts_among(store: Store, iris: Iterable[str]) -> set[str]:
    """Those of some IRIs that are facts."""
    pattern = f"?fact <{RDF}type> <model|Fact>"
    return {row["fact"].value for row in rows_about(store, "?fact", iris, pattern)}
