"""What the pages say of each term: its axioms in words, its rules, its examples, the queries that use it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from markupsafe import Markup

from kzgraph.answers.queries.stored_query import StoredQuery
from kzgraph.graph.triples import SUB_CLASS, TYPE, key, node
from kzgraph.namespaces import DCTERMS, OWL, RDFS, SKOS
from kzgraph.reference.alignment import RELATIONS, Alignment, alignments
from kzgraph.reference.examples import Example, Examples, Use
from kzgraph.reference.links import Links, joined
from kzgraph.reference.rules import Rules, ShownRule
from kzgraph.reference.vocabulary import MATCHES, Entry, Module, Vocabulary
from kzgraph.terms import Term

_CHARACTERISTICS = {
    "FunctionalProperty": "functional (one value at most)",
    "InverseFunctionalProperty": "inverse functional (a value belongs to one thing at most)",
    "TransitiveProperty": "transitive",
    "SymmetricProperty": "symmetric",
    "AsymmetricProperty": "asymmetric",
    "ReflexiveProperty": "reflexive",
    "IrreflexiveProperty": "irreflexive",
}
_PROPERTY_KINDS = ("object property", "data property", "annotation property")
_NOTES = (SKOS + "scopeNote", SKOS + "editorialNote", SKOS + "note", SKOS + "historyNote", SKOS + "changeNote")

Fact = tuple[str, Markup]
"""A line of a term's table: a heading, and what stands beside it."""

_FEW = 6
_DEEP = 12  # levels of a class expression: one in a circle ends here


@dataclass
class TermSections:
    """Everything that a page says of one term."""

    entry: Entry
    definition: str
    examples_told: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    properties: list[Entry] = field(default_factory=list)
    inherited: list[tuple[Markup, Markup, int]] = field(default_factory=list)
    rules: list[ShownRule] = field(default_factory=list)
    rules_on: list[tuple[Markup, ShownRule]] = field(default_factory=list)
    rules_above: list[tuple[Markup, int]] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    count: int = 0
    is_derived: bool = False
    queries: list[StoredQuery] = field(default_factory=list)
    values: list[TermSections] = field(default_factory=list)


class Sections:
    """Describes the terms of a vocabulary."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        links: Links,
        rules: Rules,
        examples: Examples,
        users: dict[str, list[StoredQuery]],
    ) -> None:
        self.vocabulary = vocabulary
        self.links = links
        self.rules = rules
        self.examples = examples
        self.alignments = alignments(vocabulary)
        self._users = users
        self._of_kind: dict[str, list[str]] = {}
        for entry in vocabulary.own("individual"):
            kinds = vocabulary.graph.iris(entry.iri, TYPE)
            for kind in dict.fromkeys([*kinds, *(a for k in kinds for a in vocabulary.ancestors(k))]):
                if kind in vocabulary.entries and vocabulary.entries[kind].is_own:
                    self._of_kind.setdefault(kind, []).append(entry.iri)
        self._below = _inverted((e.iri, vocabulary.ancestors(e.iri)) for e in vocabulary.own("class"))
        properties = [e.iri for e in vocabulary.own(*_PROPERTY_KINDS)]
        self._with = {end: _inverted((p, vocabulary.ends(p, end)) for p in properties) for end in ("domain", "range")}
        self._aligned: dict[str, list[Alignment]] = {}
        self._aligned_to: dict[str, list[str]] = {}
        for found in self.alignments:
            self._aligned.setdefault(found.term, []).append(found)
            self._aligned_to.setdefault(found.other, []).append(found.term)

    def range_of(self, entry: Entry) -> Markup:
        """What a property leads to, in short."""
        return _ends(self.links, self.vocabulary.graph.objects(entry.iri, RDFS + "range"))

    def meaning_of(self, entry: Entry) -> str:
        """The definition of a term."""
        return self.vocabulary.text(entry.iri, SKOS + "definition", RDFS + "comment", DCTERMS + "description")

    def _told(self, entry: Entry) -> TermSections:
        texts = self.vocabulary.texts
        return TermSections(
            entry,
            self.meaning_of(entry),
            examples_told=texts(entry.iri, SKOS + "example"),
            notes=[t for name in _NOTES for t in texts(entry.iri, name)],
            queries=self._users.get(entry.iri, []),
        )

    def of_class(self, entry: Entry) -> TermSections:
        """The section of a class."""
        vocabulary, links, iri = self.vocabulary, self.links, entry.iri
        page = self._told(entry)
        page.count = self.examples.instances.get(iri, 0)
        ancestors = vocabulary.ancestors(iri)
        conditions = [t for t in vocabulary.graph.objects(iri, SUB_CLASS) if t.kind == "bnode"]
        page.facts = _filled(
            (
                "equivalent to",
                joined(links.expression(t) for t in vocabulary.graph.objects(iri, OWL + "equivalentClass")),
            ),
            ("super-classes", links.list(vocabulary.above(iri))),
            ("further above", links.list([a for a in ancestors if a not in vocabulary.above(iri)])),
            ("sub-classes", links.list(vocabulary.below(iri))),
            ("every one", _lines(links.expression(t) for t in conditions)),
            (
                "disjoint union of",
                _lines(
                    links.list([m.value for m in vocabulary.members(t)])
                    for t in vocabulary.graph.objects(iri, OWL + "disjointUnionOf")
                ),
            ),
            (
                "has key",
                _lines(
                    links.list([m.value for m in vocabulary.members(t)], " and ")
                    for t in vocabulary.graph.objects(iri, OWL + "hasKey")
                ),
            ),
            ("disjoint with", links.list(self._disjoint(iri, "disjointWith", "AllDisjointClasses"))),
            ("range of", links.list(self._with_end(iri, "range"))),
            ("values", links.list(self._of_kind.get(iri, ()))),
            *self._alignment(entry),
            *self._further(entry),
        )
        page.properties = [vocabulary.entries[p] for p in self._with_end(iri, "domain")]
        page.inherited = [
            (links.term(a), links.list(found), len(found)) for a in ancestors if (found := self._with_end(a, "domain"))
        ]
        page.rules = self.rules.of_class.get(iri, [])
        page.rules_above = [(links.term(a), len(r)) for a in ancestors if (r := self.rules.of_class.get(a))]
        if not self._of_kind.get(iri):
            page.examples = self.examples.of_class([iri, *self._below.get(iri, ())])
        return page

    def _with_end(self, iri: str, end: str) -> list[str]:
        """The properties that have a class in their domain or range, by label."""
        return self._with[end].get(iri, [])

    def _disjoint(self, iri: str, relation: str, groups: str) -> list[str]:
        """What a term is stated to be apart from, by label."""
        vocabulary = self.vocabulary
        found = set(vocabulary.above(iri, OWL + relation)) | set(vocabulary.below(iri, OWL + relation))
        for group in vocabulary.groups(groups):
            found |= set(group) - {iri} if iri in group else set()
        return sorted(found, key=lambda i: (vocabulary.label(i).casefold(), i))

    def of_property(self, entry: Entry) -> TermSections:
        """The section of a property."""
        vocabulary, links, iri = self.vocabulary, self.links, entry.iri
        graph = vocabulary.graph
        page = self._told(entry)
        page.count = self.examples.uses.get(iri, 0)
        kinds = [t.value.removeprefix(OWL) for t in graph.objects(iri, TYPE)]
        inverse = [*graph.objects(iri, OWL + "inverseOf"), *(node(s) for s in vocabulary.below(iri, OWL + "inverseOf"))]
        sub = RDFS + "subPropertyOf"
        chains = [links.chain(t, iri) for t in graph.objects(iri, OWL + "propertyChainAxiom")]
        page.is_derived = bool(chains)
        lower = [_sub_rule(links, p, iri) for p in vocabulary.below(iri, sub)]
        page.facts = _filled(
            ("domain", _ends(links, graph.objects(iri, RDFS + "domain"))),
            ("range", _ends(links, graph.objects(iri, RDFS + "range"))),
            (
                "characteristics",
                joined(Markup("{}").format(_CHARACTERISTICS[k]) for k in kinds if k in _CHARACTERISTICS),
            ),
            ("equivalent to", links.list(vocabulary.above(iri, OWL + "equivalentProperty"))),
            ("super-properties", links.list(vocabulary.above(iri, sub))),
            ("sub-properties", links.list(vocabulary.below(iri, sub))),
            ("inverse", joined(links.value(t) for t in dict.fromkeys(inverse))),
            ("derived", _lines(chains)),
            ("also follows", _lines(lower) if len(lower) <= _FEW else Markup("from each of its sub-properties")),
            ("disjoint with", links.list(self._disjoint(iri, "propertyDisjointWith", "AllDisjointProperties"))),
            *self._alignment(entry),
            *self._further(entry),
        )
        page.rules_on = [(links.term(t), r) for t, r in self.rules.of_property.get(iri, [])]
        if entry.kind != "annotation property" or page.count:
            page.uses = self.examples.of_property(iri)
        return page

    def _alignment(self, entry: Entry) -> Iterator[Fact]:
        """The terms of others with which a term is aligned, by relation."""
        own: dict[str, list[Alignment]] = {}
        for found in self._aligned.get(entry.iri, ()):
            if found.relation in MATCHES:
                own.setdefault(found.relation, []).append(found)
        for relation, group in own.items():
            told_relation = RELATIONS[relation].short
            lines = (
                Markup("{}{}").format(self.links.outside(a.other), Markup(": {}").format(a.reason) if a.reason else "")
                for a in group
            )
            yield told_relation, _lines(lines)

    def _further(self, entry: Entry) -> Iterator[Fact]:
        """What the project's own annotation properties say of a term."""
        for name in self.vocabulary.own("annotation property"):
            values = self.vocabulary.graph.objects(entry.iri, name.iri)
            if values:
                yield name.label, joined(self.links.value(t) for t in values)

    def values(self, module: Module) -> list[TermSections]:
        """The individuals of a module as code lists: one for each class that stands below no other with values."""
        found: list[TermSections] = []
        mine = {e.iri for e in module.of_kind("individual")}
        for kind, iris in self._of_kind.items():
            own = [i for i in iris if i in mine]
            if own and not any(a in self._of_kind for a in self.vocabulary.ancestors(kind)):
                group = TermSections(self.vocabulary.entries[kind], "")
                for iri in own:
                    value = self._told(self.vocabulary.entries[iri])
                    value.count = self._uses_as_value(iri)
                    value.facts = list(self._alignment(value.entry))
                    group.values.append(value)
                found.append(group)
        return sorted(found, key=lambda t: (t.entry.label, t.entry.iri))

    def _uses_as_value(self, iri: str) -> int:
        graph = self.examples.graph
        return sum(len(graph.subjects(p, node(iri))) for p in sorted(self._predicates_into(iri)))

    def _predicates_into(self, iri: str) -> set[str]:
        kinds = set(self.vocabulary.graph.iris(iri, TYPE))
        kinds |= {a for k in kinds for a in self.vocabulary.ancestors(k)}
        found = self.vocabulary.own("object property")
        return {e.iri for e in found if not (r := self.vocabulary.ends(e.iri, "range")) or kinds & set(r)}

    def outside(self, entry: Entry) -> TermSections:
        """A term of others: what it is, and what is said of it here."""
        vocabulary, links, iri = self.vocabulary, self.links, entry.iri
        page = TermSections(entry, vocabulary.text(iri, SKOS + "definition", RDFS + "comment"))
        relation = SUB_CLASS if entry.kind == "class" else RDFS + "subPropertyOf"
        aligned = self._aligned_to.get(iri, [])
        page.facts = _filled(
            ("super-terms", links.list(vocabulary.above(iri, relation))),
            ("domain", _ends(links, vocabulary.graph.objects(iri, RDFS + "domain"))),
            ("range", _ends(links, vocabulary.graph.objects(iri, RDFS + "range"))),
            ("disjoint with", links.list(self._disjoint(iri, "disjointWith", "AllDisjointClasses"))),
            ("aligned here", links.list(dict.fromkeys(aligned))),
        )
        page.count = self.examples.uses.get(iri, 0) if "property" in entry.kind else self.examples.instances.get(iri, 0)
        return page

    def axioms(self, module: Module) -> list[Markup]:
        """The axioms that are about no single named class: whatever is so and so is also so."""
        graph, found = self.vocabulary.graph, []
        mine = {e.iri for e in module.entries}
        for subject in graph.out:
            if subject.startswith("_:") and graph.objects(subject, SUB_CLASS):
                left = self.links.expression(Term("bnode", subject[2:]))
                for value in graph.objects(subject, SUB_CLASS):
                    if self._mentions(value) & mine:
                        told_of = self.links.expression(value)
                        found.append(Markup("whatever is {} also is {}").format(left, told_of))
        return found

    def _mentions(self, term: Term, depth: int = 0) -> set[str]:
        if term.kind != "bnode" or depth > _DEEP:
            return {term.value}
        inner = self.vocabulary.graph.out.get(key(term), {})
        return set().union(*(self._mentions(v, depth + 1) for values in inner.values() for v in values))


def _inverted(pairs: Iterator[tuple[str, list[str]]]) -> dict[str, list[str]]:
    """For each of the values in pairs of a name and its values, the names, in their order."""
    found: dict[str, list[str]] = {}
    for name, values in pairs:
        for value in values:
            found.setdefault(value, []).append(name)
    return found


def _filled(*facts: Fact) -> list[Fact]:
    return [f for f in facts if f[1]]


def _lines(parts: Iterator[Markup] | list[Markup]) -> Markup:
    """Pieces, each on a line of its own."""
    return Markup("").join(Markup('<span class="line">{}</span>').format(p) for p in parts)


def _ends(links: Links, terms: object) -> Markup:
    assert isinstance(terms, list | tuple | dict)
    return joined((links.expression(t) for t in terms), " and ", " and ")


def _sub_rule(links: Links, lower: str, upper: str) -> Markup:
    return Markup("if <var>x</var> {} <var>y</var>, then <var>x</var> {} <var>y</var>").format(
        links.term(lower), links.term(upper)
    )
