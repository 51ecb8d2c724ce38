"""What a fact or thing of a kind takes: its fields, as ontology and shapes say them, and no second list.

A field is a property whose domain holds the kind, or of which a shape that targets the kind speaks. How many values it
takes, of which class or datatype, and between which bounds, are what all these shapes say together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from kzgraph.authoring.reading.amounts import AmountReader
from kzgraph.checks.shapes.reading.model import Shape, Shapes
from kzgraph.checks.syntax.syntax import context_triples
from kzgraph.errors import UnknownName, UsageError
from kzgraph.files.project import Project
from kzgraph.graph.triples import Triples, key
from kzgraph.literals import whole_number
from kzgraph.namespaces import OWL, PROV, RDF, RDFS, SH, SKOS, XSD, namespace_of, shorten
from kzgraph.reference.vocabulary import Vocabulary
from kzgraph.wording.names import folded

LABEL = RDFS + "label"
ALSO = SKOS + "altLabel"
NOTE = SKOS + "editorialNote"
SOURCE = PROV + "wasDerivedFrom"
RESERVED = ("kind", "id", "label", "also", "when", "passage", "paragraph", "document", "citation", "note")
"""The names of columns that are no property: what the row is, what it is called, when it was, and where it stands."""
OF_THINGS = ("label", "also", "note", "id")
"""Those of them that every thing takes."""
_DATES = {XSD + "date", XSD + "gYearMonth", XSD + "gYear"}
_SORTS = {
    **dict.fromkeys((RDF + "langString", RDF + "PlainLiteral"), "text"),
    **{XSD + "string": "string", XSD + "decimal": "number", XSD + "integer": "whole number", XSD + "boolean": "truth"},
}
_LEADING = re.compile(r"^(?:is |has )?(?:made )?(?:(?:of|in|at|by|with|on|has|is) )?(.+)$")
_GATHERS = 4  # so many classes below it: an event, a statement
_NEVER = "Never written"
_STATUS = "http://www.w3.org/2003/06/sw-vocab-status/ns#term_status"
_FACT_WORDS = ("hasAttribution",)
_OF_DOCUMENTS = ("Citation", "Document", "Attribution")


@dataclass
class KindField:
    """A property that a kind takes; ``sort`` is thing, date, text, string, number, whole number or truth."""

    iri: str
    name: str
    label: str
    definition: str
    sort: str
    classes: tuple[str, ...] = ()
    least: int = 0
    most: int | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    pattern: str = ""
    is_own: bool = False
    """Whether it belongs to this kind or to one above it, and not to every fact or thing."""


@dataclass
class Kind:
    """A class of facts or things that rows can describe, with its fields by IRI."""

    iri: str
    name: str
    definition: str
    module: str
    is_fact: bool
    label_pattern: str
    fields: dict[str, KindField] = field(default_factory=dict)

    @cached_property
    def columns(self) -> dict[str, KindField]:
        """Each field by the texts that a column may have: its name, its label, and the label without small words."""
        found: dict[str, KindField] = {}
        for one in self.fields.values():
            for text in (_words(one.name), one.label):
                found.setdefault(folded(text), one)
        for own in (True, False):
            for one in self.fields.values():
                if one.is_own is own:
                    for text in (_words(one.name), one.label):
                        short = folded(_LEADING.sub(r"\1", folded(text)))
                        if short not in RESERVED:
                            found.setdefault(short, one)
        return found

    def field_of(self, column: str) -> KindField | None:
        """The field that a column is for: by its texts, or by the name of the property, such as ``differsFrom``."""
        return self.columns.get(folded(column)) or self.columns.get(folded(_words(column)))

    def column_of(self, one: KindField) -> str:
        """The shortest text that a column for a field may have."""
        return min((text for text, other in self.columns.items() if other is one), key=lambda t: (len(t), t))

    def required(self) -> list[KindField]:
        """The fields without which the kind is not whole."""
        return [f for f in self.fields.values() if f.least]


class WritableKinds:
    """The kinds of a project that rows can describe."""

    def __init__(self, project: Project, vocabulary: Vocabulary | None = None) -> None:
        self.project = project
        self.vocabulary = vocabulary or Vocabulary(project)
        self.model = project.model
        graph = Triples()
        for path in project.files("shapes"):
            graph.include(context_triples(project, path, is_needed=True))
        self._shapes = Shapes(graph)
        self._targets: dict[str, list[Shape]] = {}
        for shape in self._shapes.targeting():
            for target in [t.value for t in shape.values("targetClass")] if not shape.deactivated else ():
                inner = [self._shapes.shape(key(t)) for t in shape.values("property")]
                own = [s for s in inner if s.path and s.path.kind == "predicate" and not s.deactivated]
                self._targets.setdefault(target, []).extend(own)
        self._known: dict[str, Kind] = {}

    @cached_property
    def names(self) -> dict[str, str]:
        """The IRI of each kind by its folded label and name."""
        found: dict[str, str] = {}
        for iri in self._writable():
            for text in (self.vocabulary.label(iri), _words(_local(iri)), _local(iri)):
                found.setdefault(folded(text), iri)
        return found

    def refuse_none(self) -> None:
        """Raises :class:`UsageError` if the project has no kinds of facts or things, so that nothing can be written."""
        if not self.names:
            told = "this project has no kinds of facts or things that could be written so"
            hint = "its ontology has no class of facts, which [model] of kzgraph.toml names: write Turtle files"
            raise UsageError(told, hint=hint)

    def named(self, text: str) -> Kind:
        """The kind of a name: label, CURIE or name of its class; raises :class:`UnknownName`."""
        plain = folded(text.partition(":")[2] if text.partition(":")[0] in self.project.prefixes else text)
        if plain not in self.names:
            labels = [self.vocabulary.label(iri) for iri in dict.fromkeys(self.names.values())]
            see = f"`kzgraph new` alone lists the {len(labels)} kinds"
            raise UnknownName("kind", text, labels, see=see)
        return self.kind(self.names[plain])

    def kind(self, iri: str) -> Kind:
        """The kind of a class."""
        if iri not in self._known:
            self._known[iri] = self._read(iri)
        return self._known[iri]

    def fact_classes(self) -> set[str]:
        """The classes of facts that say something of their own: not those that only gather others."""
        fact, vocabulary = self.model["Fact"], self.vocabulary
        found = {iri for iri in self.names.values() if fact in vocabulary.ancestors(iri)}
        return {iri for iri in found if len(vocabulary.below(iri)) < _GATHERS}

    def facts(self) -> list[Kind]:
        """The kinds of facts, by label."""
        return [k for k in self._all() if k.is_fact]

    def things(self) -> list[Kind]:
        """The kinds of things, by label."""
        return [k for k in self._all() if not k.is_fact]

    def is_kept(self, iri: str) -> bool:
        """Whether a term is marked as kept for later, so that `kzgraph check` wants the mark away once it is used."""
        return any(t.value == "testing" for t in self.vocabulary.graph.objects(iri, _STATUS))

    def value_names(self, one: KindField) -> list[str]:
        """The labels of the values that the ontology itself gives a field."""
        label, instances = self.vocabulary.label, self.vocabulary.graph.instances
        return [name for kind in one.classes for name in sorted(label(i) for i in instances(kind))]

    def default(self, kind: Kind, one: KindField) -> str:
        """The value of a field of a kind where a row says nothing else; empty without one.

        It is the usual modality of the kind, actual if the ontology gives none, and the normal rank.
        """
        if one.iri == self.model["modality"]:
            return self._usual_modality(kind.iri) or self.model["ModalityActual"]
        return self.model["RankNormal"] if one.iri == self.model["rank"] else ""

    def _usual_modality(self, iri: str) -> str:
        graph, usual = self.vocabulary.graph, self.model["usualModality"]
        above = [iri, *self.vocabulary.ancestors(iri)]
        return next((key(t) for a in above for t in graph.objects(a, usual)), "")

    def amounts(self) -> AmountReader:
        """Reads amounts with the units and comparators that the ontology names."""
        units, comparators = self.units(), self._named_by(self.model["comparator"])
        times = units.get("times", "")
        return AmountReader(units, comparators, between=self.model["ComparatorRange"], times=times)

    def units(self) -> dict[str, str]:
        """The units of the ontology, by each of their names."""
        return self._named_by(self.model["hasUnit"])

    def _named_by(self, property_: str) -> dict[str, str]:
        """The values that a property may have, by each of their names."""
        graph, found = self.vocabulary.graph, dict[str, str]()
        for kind in self._classes(property_):
            for iri in graph.instances(kind):
                texts = [t.value for p in (LABEL, SKOS + "prefLabel", ALSO) for t in graph.objects(iri, p)]
                found.update((text, iri) for text in texts)
        return found

    def _classes(self, property_: str) -> list[str]:
        shaped = [c.value for shapes in self._targets.values() for s in shapes
                  if s.path and s.path.predicate == property_ for c in s.values("class")]  # fmt: skip
        return list(dict.fromkeys([*shaped, *self.vocabulary.ends(property_, "range")]))

    def _all(self) -> Iterator[Kind]:
        for iri in sorted(set(self.names.values()), key=lambda i: self.vocabulary.label(i).casefold()):
            yield self.kind(iri)

    def _writable(self) -> Iterator[str]:
        """The classes of facts, and those of things that a shape wants to have a label."""
        fact = self.model["Fact"]
        closed = {self.model[w] for w in _OF_DOCUMENTS}
        for entry in self.vocabulary.own("class"):
            above = {entry.iri, *self.vocabulary.ancestors(entry.iri)}
            labelled = any(s.path and s.path.predicate == LABEL for a in above for s in self._targets.get(a, ()))
            if entry.iri != fact and not above & closed and (fact in above or labelled):
                yield entry.iri

    def _read(self, iri: str) -> Kind:
        vocabulary = self.vocabulary
        above = [iri, *vocabulary.ancestors(iri)]
        fact = self.model["Fact"]
        kind = Kind(
            iri=iri,
            name=vocabulary.label(iri),
            definition=vocabulary.text(iri, SKOS + "definition", RDFS + "comment"),
            module=vocabulary.entries[iri].module if iri in vocabulary.entries else "",
            is_fact=fact in above,
            label_pattern=self._pattern(above),
        )
        general = {fact, *vocabulary.ancestors(fact)}
        if not kind.is_fact:
            general = set()
        shaped = {s.path.predicate: None for a in above for s in self._targets.get(a, ()) if s.path}
        fitting = [e.iri for e in vocabulary.own("object property", "data property")
                   if set(vocabulary.ends(e.iri, "domain") or above) & set(above)]  # fmt: skip
        left_out = {LABEL, SOURCE, *(self.model[w] for w in _FACT_WORDS)}
        for name in dict.fromkeys([*shaped, *fitting]):
            if name in left_out or self._is_derived(name):
                continue
            own = any(s.path and s.path.predicate == name for a in above if a not in general
                      for s in self._targets.get(a, ()))  # fmt: skip
            own = own or bool(set(vocabulary.ends(name, "domain")) & (set(above) - general))
            found = self._field(name, [s for a in above for s in self._targets.get(a, ())], is_own=own)
            if found is not None:
                kind.fields[name] = found
        kind.fields = dict(sorted(kind.fields.items(), key=lambda f: (not f[1].is_own, not f[1].least)))
        return kind

    def _pattern(self, above: Iterable[str]) -> str:
        return next((t for a in above if (t := self.vocabulary.text(a, self.model["labelPattern"]))), "")

    def _is_derived(self, name: str) -> bool:
        """Whether what a property says follows from facts, so that nobody writes it."""
        graph = self.vocabulary.graph
        follows = name == self.model["about"] or graph.objects(name, OWL + "propertyChainAxiom")
        return bool(follows) or any(t.startswith(_NEVER) for t in self.vocabulary.texts(name, SKOS + "scopeNote"))

    def _field(self, name: str, shapes: list[Shape], *, is_own: bool) -> KindField | None:
        own = [s for s in shapes if s.path and s.path.predicate == name]
        counts = [[whole_number(t.value) for s in own for t in s.values(c)] for c in ("minCount", "maxCount")]
        fewest, most = ([n for n in numbers if n is not None] for numbers in counts)  # validation finds the others
        bounds = [[t.number for s in own for t in s.values(c)] for c in ("minInclusive", "maxInclusive")]
        lows, highs = ([n for n in numbers if n is not None] for numbers in bounds)
        sort, classes = self._sort(name, own)
        if not sort:
            return None
        vocabulary = self.vocabulary
        return KindField(
            iri=name,
            name=_local(name),
            label=vocabulary.label(name) if name in vocabulary.entries else _words(_local(name)),
            definition=vocabulary.text(name, SKOS + "definition", RDFS + "comment"),
            sort=sort,
            classes=classes,
            least=max(fewest, default=0),
            most=min(most, default=None),
            low=max(lows, default=None),
            high=min(highs, default=None),
            pattern=next((t.value for s in own for t in s.values("pattern")), ""),
            is_own=is_own,
        )

    def _sort(self, name: str, shapes: list[Shape]) -> tuple[str, tuple[str, ...]]:
        """What the values of a property are, and of which classes."""
        classes = [t.value for s in shapes for t in s.values("class")]
        datatypes = {t.value for s in shapes for t in s.values("datatype")}
        for shape in shapes:
            for value in shape.values("or"):
                for member in self._shapes.members(value):
                    branch = self._shapes.shape(key(member))
                    datatypes |= {t.value for t in branch.values("datatype")}
        kind = self.vocabulary.entries[name].kind if name in self.vocabulary.entries else ""
        ends = self.vocabulary.ends(name, "range")
        is_thing = (
            kind == "object property"
            or classes
            or any(t.value == SH + "IRI" for s in shapes for t in s.values("nodeKind"))
        )
        if is_thing:
            return "thing", tuple(dict.fromkeys(classes or ends))
        datatypes |= set() if datatypes else set(ends)
        if datatypes & _DATES:
            return "date", ()
        return next(
            (_SORTS[d] for d in sorted(datatypes) if d in _SORTS), "text" if kind == "data property" else ""
        ), ()


def _local(iri: str) -> str:
    return iri[len(namespace_of(iri)) :]


def _words(name: str) -> str:
    """The words of a name that is written in one: ``hasVisitor`` → ``has visitor``."""
    return (
        re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
        .replace("-", " ")
        .replace("_", " ")
        .lower()
    )


def shown_field(one: KindField, prefixes: dict[str, str]) -> str:
    """What a field takes, in words: ``a kzo:Actor``, ``a date``, ``a number from 0 to 100``."""
    if one.sort == "thing":
        named = " or ".join(shorten(c, prefixes) for c in one.classes)
        return f"a {named}" if named else "a thing"
    bounds = ""
    if one.low is not None and one.high is not None:
        bounds = f" from {one.low} to {one.high}"
    elif one.low is not None:
        bounds = f" of at least {one.low}"
    return {"truth": "true or false", "string": "a text", "text": "a text"}.get(one.sort, f"a {one.sort}") + bounds
