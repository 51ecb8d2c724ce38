"""The data set described for machines: DCAT 3, VoID and PROV-O, with counts of the compiled graph."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kzgraph.files.project import Project
from kzgraph.namespaces import DCTERMS, OWL, PREFIXES, PROV, RDF, RDFS, XSD, namespace_of, shorten
from kzgraph.reference.vocabulary import MARKS, MATCHES, Vocabulary, text_of
from kzgraph.stores import Store
from kzgraph.stores.rows import rows_of
from kzgraph.terms import Term, iri_term

_DCAT = "http://www.w3.org/ns/dcat#"
_VOID = "http://rdfs.org/ns/void#"
_FOAF = "http://xmlns.com/foaf/0.1/"
_WIKIDATA = "http://www.wikidata.org/entity/"
_MEDIA = "https://www.iana.org/assignments/media-types/"
_OWN = {
    "dcat": _DCAT,
    "dcterms": DCTERMS,
    "foaf": _FOAF,
    "prov": PROV,
    "void": _VOID,
    "xsd": XSD,
    "skos": PREFIXES["skos"],
}
DUMPS = {"graph.ttl.gz": ("turtle", "text/turtle"), "graph.nq.gz": ("nquads", "application/n-quads")}
"""The dumps that ``kzgraph docs --dumps`` writes: file, format, media type."""


Said = tuple[str, str]
"""A property and a value, as they are written."""
_LINKSET = "links-wikidata"
_COUNTS = {
    "triples": "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }",
    "classes": f"SELECT (COUNT(DISTINCT ?o) AS ?n) WHERE {{ ?s <{RDF}type> ?o }}",
    "properties": "SELECT (COUNT(DISTINCT ?p) AS ?n) WHERE { ?s ?p ?o }",
    "distinctSubjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s ?p ?o }",
    "distinctObjects": "SELECT (COUNT(DISTINCT ?o) AS ?n) WHERE { ?s ?p ?o }",
}


def dataset_iri(project: Project) -> str:
    """The IRI of the data set: beside the names of its graphs."""
    return re.sub(r"graph[/#:]\Z", "", project.graph_base) + "dataset"


def describe(project: Project, vocabulary: Vocabulary, store: Store, dumps: Iterable[str] = ()) -> str:
    """The description as Turtle; ``dumps`` are the names of dumps that lie beside it."""
    return _Writer(project, vocabulary, store).text(dumps)


class _Writer:
    """Collects the statements of each subject, in order, and writes them."""

    def __init__(self, project: Project, vocabulary: Vocabulary, store: Store) -> None:
        self._project = project
        self._vocabulary = vocabulary
        self._store = store
        self._prefixes = {**project.prefixes, **_OWN}
        self._known_spaces: list[str] | None = None

    def text(self, dumps: Iterable[str]) -> str:
        """The whole file."""
        dataset = dataset_iri(self._project)
        blocks = [(dataset, list(self._dataset(list(dumps)))), *self._parts(dataset, list(dumps))]
        body = "\n".join(self._block(subject, said) for subject, said in blocks)
        used = {p: i for p, i in sorted(self._prefixes.items()) if re.search(rf"(?<![\w:/]){re.escape(p)}:", body)}
        return "".join(f"@prefix {p}: <{i}> .\n" for p, i in used.items()) + "\n" + body

    def _dataset(self, dumps: list[str]) -> Iterator[Said]:
        """The data set itself: what it is, from what it was made, where it lies, and how much it holds."""
        yield "a", "dcat:Dataset"
        yield "a", "void:Dataset"
        yield from self._header()
        for subject in self._standards():
            yield "dcterms:conformsTo", self._iri(subject)
        for document in self._documents():
            yield "prov:wasDerivedFrom", self._iri(document)
        for name in dumps:
            yield "dcat:distribution", self._iri(self._sibling(name))
            yield "void:dataDump", self._iri(self._sibling(name))
        for space in self._spaces():
            yield "void:uriSpace", _literal(space, "")
        for namespace in self._namespaces():
            yield "void:vocabulary", self._iri(namespace)
        yield from self._counts()
        if self._links():
            yield "void:subset", self._iri(self._sibling(_LINKSET))

    def _header(self) -> Iterator[Said]:
        vocabulary, project = self._vocabulary, self._project
        title = project.title or _head(vocabulary, "title") or project.name
        description = project.description or _head(vocabulary, "description")
        yield "dcterms:title", _literal(title)
        yield "dcterms:description", _literal(description or f"The knowledge graph of the project {project.name}.")
        creators = vocabulary.agents(DCTERMS + "creator")
        yield from (("dcterms:creator", self._agent(v)) for v in creators)
        yield from (("dcterms:publisher", self._agent(v)) for v in vocabulary.agents(DCTERMS + "publisher") or creators)
        for name in ("license", "issued", "modified"):
            yield from ((f"dcterms:{name}", v.turtle(self._prefixes)) for v in vocabulary.head(DCTERMS + name))
        yield from (("dcat:version", _literal(v.value, "")) for v in vocabulary.head(OWL + "versionInfo"))
        yield from (("dcat:keyword", _literal(m.name)) for m in vocabulary.pages if m.of_kind(*MARKS))
        yield "dcterms:language", _literal("en", "")

    def _standards(self) -> list[str]:
        """The ontology and the shapes to which the data conform."""
        root = self._vocabulary.root
        shapes = [self._sibling("shapes")] if self._project.files("shapes") else []
        return [*([root.iri] if root else []), *shapes]

    def _counts(self) -> Iterator[Said]:
        for name, count in _COUNTS.items():
            yield f"void:{name}", self._number(count)
        spaces = " || ".join(f"STRSTARTS(STR(?s), {_literal(s, '')})" for s in self._spaces()) or "false"
        yield "void:entities", self._number(f"SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {{ ?s ?p ?o FILTER ({spaces}) }}")
        counted = f"SELECT ?k (COUNT(DISTINCT ?s) AS ?n) WHERE {{ ?s <{RDF}type> ?k }} GROUP BY ?k ORDER BY ?k"
        for row in rows_of(self._store, counted):
            if row["k"].kind == "uri":
                told = f"void:class {self._iri(row['k'].value)} ; void:entities {row['n'].value}"
                yield "void:classPartition", f"[ {told} ]"
        for row in rows_of(self._store, "SELECT ?k (COUNT(*) AS ?n) WHERE { ?s ?k ?o } GROUP BY ?k ORDER BY ?k"):
            told = f"void:property {self._iri(row['k'].value)} ; void:triples {row['n'].value}"
            yield "void:propertyPartition", f"[ {told} ]"

    def _parts(self, dataset: str, dumps: list[str]) -> Iterator[tuple[str, list[Said]]]:
        """What the data set names, each described: documents, shapes, dumps, the links to Wikidata."""
        for document in self._documents():
            yield document, list(self._document(document))
        for subject in self._standards():
            yield subject, [("a", "dcterms:Standard")]
        for name in dumps:
            yield self._sibling(name), list(self._dump(name))
        links = self._links()
        if links:
            yield (
                self._sibling(_LINKSET),
                [
                    ("a", "void:Linkset"),
                    ("dcterms:title", _literal("Links to Wikidata")),
                    ("void:subjectsTarget", self._iri(dataset)),
                    ("void:objectsTarget", self._iri("http://www.wikidata.org/")),
                    *(("void:linkPredicate", self._iri(name)) for name in links),
                    ("void:triples", str(sum(links.values()))),
                ],
            )
            yield "http://www.wikidata.org/", [("a", "void:Dataset"), ("dcterms:title", _literal("Wikidata"))]

    def _dump(self, name: str) -> Iterator[Said]:
        form, media = DUMPS[name]
        yield "a", "dcat:Distribution"
        yield "dcterms:title", _literal(f"The whole graph as {form}, compressed with gzip")
        yield "dcat:downloadURL", self._iri(self._sibling(name))
        yield "dcat:mediaType", self._iri(_MEDIA + media)
        yield "dcat:compressFormat", self._iri(_MEDIA + "application/gzip")
        yield from (("dcterms:license", v.turtle(self._prefixes)) for v in self._vocabulary.head(DCTERMS + "license"))

    def _document(self, document: str) -> Iterator[Said]:
        yield "a", "prov:Entity"
        rows = rows_of(self._store, f"SELECT ?p ?o WHERE {{ {iri_term(document)} ?p ?o }} ORDER BY ?p ?o")
        for name in ("title", "issued", "identifier", "language", "source"):
            yield from (
                (f"dcterms:{name}", r["o"].turtle(self._prefixes)) for r in rows if r["p"].value == DCTERMS + name
            )
        for row in rows:
            if row["p"].value == DCTERMS + "creator":
                yield "dcterms:creator", self._agent(row["o"])

    def _documents(self) -> list[str]:
        query = "SELECT DISTINCT ?d WHERE { ?d a <model|SourceDocument> FILTER (ISIRI(?d)) } ORDER BY ?d"
        return [r["d"].value for r in rows_of(self._store, query)]

    def _links(self) -> dict[str, int]:
        """How many statements link a term or thing to Wikidata, by their property."""
        values = " ".join(iri_term(name) for name in MATCHES)
        pattern = f'VALUES ?p {{ {values} }} ?s ?p ?o FILTER (STRSTARTS(STR(?o), "{_WIKIDATA}"))'
        rows = rows_of(self._store, f"SELECT ?p (COUNT(*) AS ?n) WHERE {{ {pattern} }} GROUP BY ?p ORDER BY ?p")
        return {r["p"].value: int(r["n"].value) for r in rows}

    def _namespaces(self) -> list[str]:
        """The namespaces of the properties and classes that the graph uses."""
        query = f"SELECT DISTINCT ?t WHERE {{ {{ ?s ?t ?o }} UNION {{ ?s <{RDF}type> ?t }} FILTER (ISIRI(?t)) }}"
        found = {namespace_of(r["t"].value) for r in rows_of(self._store, query)}
        return sorted(found)

    def _spaces(self) -> list[str]:
        """The namespaces in which the instances name what they describe."""
        if self._known_spaces is None:
            found: set[str] = set()
            for path in self._project.files("instances"):
                graph = self._project.graph_name(path)
                rows = rows_of(self._store, f"SELECT DISTINCT ?s WHERE {{ GRAPH {iri_term(graph)} {{ ?s a ?k }} }}")
                found |= {namespace_of(r["s"].value) for r in rows if r["s"].kind == "uri"}
            self._known_spaces = sorted(found)
        return self._known_spaces

    def _sibling(self, name: str) -> str:
        return dataset_iri(self._project).removesuffix("dataset") + name

    def _number(self, query: str) -> str:
        return rows_of(self._store, query)[0]["n"].value

    def _agent(self, value: Term) -> str:
        if value.kind != "uri":
            return f"[ a foaf:Agent ; foaf:name {value.n3()} ]"
        named = f"{iri_term(value.value)} <{RDFS}label> ?l"
        rows = rows_of(self._store, f'SELECT ?l WHERE {{ {named} }} ORDER BY (LANG(?l) != "en") ?l')
        return f"[ a foaf:Agent ; foaf:name {rows[0]['l'].n3()} ]" if rows else self._iri(value.value)

    def _iri(self, iri: str) -> str:
        return shorten(iri, self._prefixes)

    def _block(self, subject: str, said: list[Said]) -> str:
        merged: dict[str, list[str]] = {}
        for name, value in said:
            merged.setdefault(name, []).append(value)
        between = " ,\n        "
        lines = [f"    {name} {between.join(dict.fromkeys(values))}" for name, values in merged.items()]
        return f"{self._iri(subject)}\n" + " ;\n".join(lines) + " .\n"


def _literal(text: str, language: str = "en") -> str:
    return Term("literal", text, "", language).n3()


def _head(vocabulary: Vocabulary, name: str) -> str:
    return text_of(vocabulary.graph, vocabulary.root.iri, DCTERMS + name) if vocabulary.root else ""
