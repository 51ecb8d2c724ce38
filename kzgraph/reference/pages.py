"""The reference pages: what the templates show of the ontology, its shapes, examples and stored queries."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import jinja2

from kzgraph.answers.queries.exports import command, told
from kzgraph.answers.queries.stored_query import StoredQuery, readable_queries
from kzgraph.files.project import Project
from kzgraph.files.tokens import tokens
from kzgraph.namespaces import DCTERMS, OWL, PREFIXES, SKOS
from kzgraph.reference import diagrams
from kzgraph.reference.alignment import NAMES, RELATIONS, Alignment
from kzgraph.reference.examples import Examples
from kzgraph.reference.links import FAMILIAR, Links
from kzgraph.reference.rules import Rules
from kzgraph.reference.sections import Sections
from kzgraph.reference.vocabulary import MARKS, VANN, Module, Vocabulary
from kzgraph.stores import Store
from kzgraph.stores.disk.cache import cache_folder
from kzgraph.wording.printing import for_template


class Pages:
    """Makes the pages of a project."""

    def __init__(
        self,
        project: Project,
        vocabulary: Vocabulary,
        store: Store,
        home: str = "",
        queries: list[StoredQuery] | None = None,
    ) -> None:
        self.project = project
        self.vocabulary = vocabulary
        self.links = Links(vocabulary)
        self.rules = Rules(project, self.links)
        self.examples = Examples(project, store, vocabulary)
        self.queries = readable_queries(project, cache_folder(project)) if queries is None else queries
        self._terms_of = {q.name: self._used(q) for q in self.queries}
        users: dict[str, list[StoredQuery]] = {}
        for query in self.queries:
            for iri in sorted(self._terms_of[query.name]):
                users.setdefault(iri, []).append(query)
        self.sections = Sections(vocabulary, self.links, self.rules, self.examples, users)
        self._templates = jinja2.Environment(
            loader=jinja2.PackageLoader("kzgraph.reference"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=jinja2.StrictUndefined,
            finalize=for_template,
        )
        self._templates.globals.update(
            title=self.title,
            home=home,
            modules=vocabulary.pages,
            links=self.links,
            marks=MARKS,
            project=project,
            version=self._head(OWL + "versionInfo"),
            has_queries=bool(self.queries),
            relations=RELATIONS,
            anchor=anchor,
            range_of=self.sections.range_of,
            meaning_of=self.sections.meaning_of,
        )

    @property
    def title(self) -> str:
        """The title of the pages."""
        return self.project.title or self._head(DCTERMS + "title") or self.project.name

    def _head(self, name: str) -> str:
        return next((t.value for t in self.vocabulary.head(name)), "")

    def all(self, downloads: list[tuple[str, str, str]]) -> Iterator[tuple[str, str]]:
        """The name and the text of every page; ``downloads`` are file, title and format of what lies beside them."""
        yield "index.html", self._index(downloads)
        for module in self.vocabulary.pages:
            yield module.page, self._module(module)
        if self.queries:
            yield (
                "queries.html",
                self._render(
                    "queries.html", queries=self._themes(), terms_of=self._terms_of, command=command, told=told
                ),
            )
        yield "alignment.html", self._render("alignment.html", groups=by_vocabulary(self.sections.alignments))
        yield "search.js", self._search()
        for name in ("style.css",):
            source, _, _ = self._templates.loader.get_source(self._templates, name)  # type: ignore[union-attr]  # it was given above
            yield name, source

    def _render(self, template: str, **values: object) -> str:
        return self._templates.get_template(template).render(page=template, **values)

    def _index(self, downloads: list[tuple[str, str, str]]) -> str:
        vocabulary = self.vocabulary
        used = {p: i for p, i in sorted(self.project.prefixes.items()) if self._is_used(i)}
        return self._render(
            "index.html",
            root=vocabulary.root,
            description=self.project.description or self._head(DCTERMS + "description"),
            about=self._head(DCTERMS + "description"),
            version_iri=self._head(OWL + "versionIRI"),
            issued=self._head(DCTERMS + "issued"),
            modified=self._head(DCTERMS + "modified"),
            creators=[
                self.links.value(t) if t.kind == "uri" else t.value for t in vocabulary.agents(DCTERMS + "creator")
            ],
            licences=[t.value for t in vocabulary.head(DCTERMS + "license")],
            prefix=self._head(VANN + "preferredNamespacePrefix"),
            namespaces=used,
            own_namespaces=sorted(vocabulary.namespaces),
            diagram=diagrams.imports(vocabulary),
            kinds=[(name, kinds, vocabulary.own(*kinds)) for name, kinds in _SECTIONS],
            downloads=downloads,
            instances=len(self.examples.graph.out),
        )

    def _is_used(self, namespace: str) -> bool:
        return (
            any(s.startswith(namespace) for s in self.vocabulary.entries)
            or any(s.startswith(namespace) for s in self.rules.graph.out)
            or any(s.startswith(namespace) for s in self.examples.graph.out)
        )

    def _module(self, module: Module) -> str:
        return self._render(
            "module.html",
            module=module,
            imported=[m for m in self.vocabulary.modules if m.iri in module.imports and m.entries],
            classes=[self.sections.of_class(e) for e in module.of_kind("class")],
            object_properties=[self.sections.of_property(e) for e in module.of_kind("object property")],
            data_properties=[self.sections.of_property(e) for e in module.of_kind("data property")],
            annotation_properties=[self.sections.of_property(e) for e in module.of_kind("annotation property")],
            values=self.sections.values(module),
            outside=[self.sections.outside(e) for e in module.of_kind(*MARKS, own=False)],
            axioms=self.sections.axioms(module),
            class_diagram=diagrams.classes(self.vocabulary, self.links, module),
            relation_diagram=diagrams.relations(self.vocabulary, self.links, module),
        )

    def _used(self, query: StoredQuery) -> set[str]:
        """The terms of the ontology that a query names."""
        prefixes = dict(self.project.prefixes)
        stream = list(tokens(query.text))
        for number, token in enumerate(stream[:-2]):
            if token.word == "PREFIX" and stream[number + 2].kind == "iri":
                prefixes[stream[number + 1].text[:-1]] = stream[number + 2].text[1:-1]
        found = set()
        for token in stream:
            prefix, colon, local = token.text.partition(":")
            if token.kind == "iri":
                found.add(token.text[1:-1])
            elif token.kind == "pname" and colon and prefix in prefixes:
                found.add(prefixes[prefix] + local)
        return found & set(self.vocabulary.entries)

    def _themes(self) -> list[tuple[str, list[StoredQuery]]]:
        themes: dict[str, list[StoredQuery]] = {}
        for query in self.queries:
            themes.setdefault(query.tags[0] if query.tags else "other", []).append(query)
        return sorted(themes.items())

    def _search(self) -> str:
        """The search of the pages: its index as JSON in a script, since pages in a folder may not fetch files."""
        rows = [
            [e.label, e.curie, e.mark, f"{e.page}#{e.anchor}", self.vocabulary.text(e.iri, SKOS + "definition")]
            for e in sorted(self.vocabulary.entries.values(), key=lambda e: (not e.is_own, e.label.casefold(), e.iri))
        ]
        rows += [
            [q.name, "stored query", "q", f"queries.html#{anchor(q.name)}", q.question or q.summary]
            for q in self.queries
        ]
        index = json.dumps(rows, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
        source, _, _ = self._templates.loader.get_source(self._templates, "search.js")  # type: ignore[union-attr]  # it was given above
        return source.replace("/*INDEX*/ []", index.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


_SECTIONS = (
    ("Classes", ("class",)),
    ("Object properties", ("object property",)),
    ("Data properties", ("data property",)),
    ("Annotation properties", ("annotation property",)),
    ("Named individuals", ("individual",)),
)


def anchor(name: str) -> str:
    """The anchor of a stored query: its name, which may be that of any file.

    The anchors of the pages' own parts begin with ``-``, as no name of a term does.
    """
    return re.sub(r"[^\w.-]+", "-", name).lstrip("-")


def by_vocabulary(found: list[Alignment]) -> list[tuple[str, str, list[Alignment]]]:
    """The alignments by the vocabulary of the other term: its prefix or namespace, and its own."""
    groups: dict[str, list[Alignment]] = {}
    for one in found:
        groups.setdefault(one.vocabulary, []).append(one)
    known = {**PREFIXES, **FAMILIAR}
    told = [(NAMES.get(name, name), known.get(name, ""), group) for name, group in groups.items()]
    return sorted(told, key=lambda t: t[0].casefold())
