"""What the ontology declares: its modules and terms, each with its label, page and anchor."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, count

from kzgraph.checks.syntax.syntax import context_triples
from kzgraph.files.project import Project
from kzgraph.graph.triples import SUB_CLASS, TYPE, Triples, key
from kzgraph.namespaces import DCTERMS, OWL, PREFIXES, RDF, RDFS, SKOS, XSD, namespace_of, shorten
from kzgraph.terms import Term

VANN = PREFIXES["vann"]
KINDS = {
    OWL + "Class": "class",
    OWL + "ObjectProperty": "object property",
    OWL + "DatatypeProperty": "data property",
    OWL + "AnnotationProperty": "annotation property",
    OWL + "NamedIndividual": "individual",
}
MARKS = {
    "class": "c",
    "object property": "op",
    "data property": "dp",
    "annotation property": "ap",
    "individual": "ni",
}
MATCHES = tuple(SKOS + n for n in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch"))
_BUILT_IN = (OWL, RDF, RDFS, XSD)
_NAMES = (
    *("http://xmlns.com/foaf/0.1/name", "http://schema.org/name", "https://schema.org/name"),
    *("http://www.w3.org/2006/vcard/ns#fn", RDFS + "label", SKOS + "prefLabel"),
)
"""The properties that name a person or an organization."""
_RESERVED = {"index", "queries", "alignment"}


@dataclass
class Entry:
    """A term of the ontology: its page and its name."""

    iri: str
    curie: str
    kind: str
    label: str
    module: str
    is_own: bool
    anchor: str = ""
    page: str = ""

    @property
    def mark(self) -> str:
        """The mark that LODE and its followers put beside a term: c, op, dp, ap or ni."""
        return MARKS[self.kind]


@dataclass
class Module:
    """A file of the ontology, with what its header says."""

    name: str
    file: str
    iri: str = ""
    title: str = ""
    description: str = ""
    imports: list[str] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    @property
    def page(self) -> str:
        """The name of its page."""
        return f"{self.name}.html"

    def of_kind(self, *kinds: str, own: bool = True) -> list[Entry]:
        """Its terms of some kinds: the project's own, or those of others."""
        return [e for e in self.entries if e.kind in kinds and e.is_own is own]

    def count(self, *kinds: str) -> int:
        """How many terms of some kinds it has."""
        return len(self.of_kind(*kinds))


class Vocabulary:
    """The ontology of a project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.graph = Triples()
        self.modules: list[Module] = []
        self.entries: dict[str, Entry] = {}
        self._anchors: set[str] = set()
        declared: dict[str, tuple[str, Module]] = {}
        things: list[tuple[str, list[Term], Module]] = []
        for path in project.files("ontology"):
            found = context_triples(project, path, is_needed=True)
            module = self._module(project.relative(path), found)
            self.graph.include(found)
            for subject in found.out:
                kinds = list(found.objects(subject, TYPE))
                kind = next((KINDS[k.value] for k in kinds if k.value in KINDS), "")
                if not subject.startswith("_:") and kind and not subject.startswith(_BUILT_IN):
                    declared.setdefault(subject, (kind, module))
                elif not subject.startswith("_:"):
                    things.append((subject, kinds, module))
        for subject, kinds, module in things:
            if any(k.value in declared for k in kinds):
                declared.setdefault(subject, ("individual", module))
        self.namespaces = self._namespaces(declared)
        for iri in sorted(declared, key=lambda i: (self.label(i).casefold(), i)):
            kind, module = declared[iri]
            self._enter(iri, kind, module)
        self.root = self._root()

    def _module(self, file: str, graph: Triples) -> Module:
        stem = re.sub(r"[^a-z0-9]+", "-", file.removeprefix("ontology/").removesuffix(".ttl").lower()).strip("-")
        taken = {m.name for m in self.modules} | _RESERVED
        name = _free(stem, taken)
        module = Module(name, file, title=stem)
        head = next((s for s in graph.out if any(t.value == OWL + "Ontology" for t in graph.objects(s, TYPE))), "")
        if head:
            module.iri = head
            module.title = text_of(graph, head, DCTERMS + "title", RDFS + "label") or stem
            module.description = text_of(graph, head, DCTERMS + "description", RDFS + "comment")
            module.imports = graph.iris(head, OWL + "imports")
        self.modules.append(module)
        return module

    def _namespaces(self, declared: Iterable[str]) -> set[str]:
        """The namespaces that are the project's own: those that headers name, else the one with the most terms."""
        heads = [m.iri for m in self.modules if m.iri]
        named = {t.value for h in heads for t in self.graph.objects(h, VANN + "preferredNamespaceUri")}
        if named:
            return named
        counted = Counter(namespace_of(iri) for iri in declared)
        return {min(counted, key=lambda n: (-counted[n], n))} if counted else set()

    def _enter(self, iri: str, kind: str, module: Module) -> None:
        is_own = namespace_of(iri) in self.namespaces
        curie = shorten(iri, self.project.prefixes)
        entry = Entry(iri, curie, kind, self.label(iri), module.name, is_own)
        local = iri[len(namespace_of(iri)) :]
        wanted = local if is_own else re.sub(r"[^\w.-]+", "-", curie).strip("-")
        entry.anchor = _free(wanted, self._anchors)
        self._anchors.add(entry.anchor)
        entry.page = module.page
        self.entries[iri] = entry
        module.entries.append(entry)

    def _root(self) -> Module | None:
        """The module that imports the most and is imported by none."""
        imported = {i for m in self.modules for i in m.imports}
        tops = [m for m in self.modules if m.iri and m.iri not in imported]
        return max(tops, key=lambda m: len(m.imports), default=None)

    @property
    def pages(self) -> list[Module]:
        """The modules that have a page, because they declare terms."""
        return [m for m in self.modules if m.entries]

    def own(self, *kinds: str) -> list[Entry]:
        """The project's own terms of some kinds, by label."""
        return [e for e in self.entries.values() if e.is_own and e.kind in kinds]

    def label(self, iri: str) -> str:
        """The English label of a term, else its name."""
        return text_of(self.graph, iri, RDFS + "label", SKOS + "prefLabel") or shorten(iri, self.project.prefixes)

    def text(self, iri: str, *properties: str) -> str:
        """The English text of the first of some properties that a term has; empty if it has none."""
        return text_of(self.graph, iri, *properties)

    def texts(self, iri: str, name: str) -> list[str]:
        """All texts of a property of a term."""
        return [t.value for t in self.graph.objects(iri, name) if t.kind == "literal"]

    def above(self, iri: str, relation: str = SUB_CLASS) -> list[str]:
        """What stands directly above a term, named."""
        return [t.value for t in self.graph.objects(iri, relation) if t.kind == "uri"]

    def below(self, iri: str, relation: str = SUB_CLASS) -> list[str]:
        """What stands directly below a term, named, by label."""
        found = [s for s in self.graph.subjects(relation, Term("uri", iri)) if not s.startswith("_:")]
        return sorted(found, key=lambda i: (self.label(i).casefold(), i))

    def ancestors(self, iri: str, relation: str = SUB_CLASS) -> list[str]:
        """All that stands above a term, nearest first, each once."""
        found: dict[str, None] = {}
        todo = self.above(iri, relation)
        while todo:
            for one in todo:
                found.setdefault(one)
            above = dict.fromkeys(a for one in todo for a in self.above(one, relation))
            todo = [a for a in above if a not in found and a != iri]
        return list(found)

    def members(self, term: Term) -> list[Term]:
        """The members of a list."""
        return self.graph.members(key(term))

    def ends(self, iri: str, end: str) -> list[str]:
        """The named classes of the domain or range of a property, the parts of a union each."""
        found: list[str] = []
        for term in self.graph.objects(iri, RDFS + end):
            union = self.graph.one(key(term), OWL + "unionOf") if term.kind == "bnode" else None
            found += [m.value for m in (self.members(union) if union else [term]) if m.kind == "uri"]
        return list(dict.fromkeys(found))

    def groups(self, kind: str, *lists: str) -> Iterator[list[str]]:
        """The named members of each axiom of a kind, such as ``owl:AllDisjointClasses``."""
        for subject in self.graph.subjects(TYPE, Term("uri", OWL + kind)):
            for name in lists or ("members",):
                head = self.graph.one(subject, OWL + name)
                if head is not None:
                    yield [m.value for m in self.members(head) if m.kind == "uri"]

    def head(self, name: str) -> list[Term]:
        """What the header of the root module says under a property."""
        return list(self.graph.objects(self.root.iri, name)) if self.root else []

    def agents(self, name: str) -> list[Term]:
        """Who the header names under a property: IRIs, and the names of those without one; a list is its members."""
        found: list[Term] = []
        for term in self.head(name):
            for one in self.members(term) or [term]:
                named = text_of(self.graph, key(one), *_NAMES) if one.kind == "bnode" else ""
                if one.kind != "bnode" or named:
                    found.append(Term("literal", named) if named else one)
        return list(dict.fromkeys(found))


def _free(wanted: str, taken: set[str]) -> str:
    """A name that is not taken yet: the name itself, or the name with the first number that is free."""
    tries = chain([wanted], (f"{wanted}-{i}" for i in count(1)))
    return next(n for n in tries if n and n not in taken)


def text_of(graph: Triples, subject: str, *properties: str) -> str:
    """The English text of the first of some properties, else one without a language, else any; else empty."""
    for name in properties:
        texts = [t for t in graph.objects(subject, name) if t.kind == "literal"]
        if texts:
            return min(texts, key=lambda t: ({"en": 0, "": 1}.get(t.language, 2), t.language, t.value)).value
    return ""
