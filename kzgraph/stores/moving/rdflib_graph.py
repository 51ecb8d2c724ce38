"""A store → a graph of rdflib, for those who work with that library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

from kzgraph.files.parsing import read_contents
from kzgraph.files.project import Project
from kzgraph.files.rdf_files import parse_file
from kzgraph.graph.compiling import DERIVED
from kzgraph.stores.disk.embedded import term_of
from kzgraph.stores.moving.contents import Contents
from kzgraph.stores.server.addresses import ALL, MANIFEST
from kzgraph.terms import Term

if TYPE_CHECKING:
    import pyoxigraph as ox
    import rdflib

Triple = tuple[Term, Term, Term]


def graph_of_store(contents: Contents, base: str, prefixes: dict[str, str], *, derived: bool) -> rdflib.Graph:
    """All statements of a store as one graph; without the project's ``derived`` ones, if they are not wanted.

    Literals are as the store holds them. Graphs that ``load`` made for its own use are left out. Raises
    :class:`StoreError` if the store cannot be read, or a load has not ended.
    """
    contents.refuse_unfinished()
    names = list(contents.counts())
    aside = {base + name for name in (ALL, MANIFEST, *(() if derived else (DERIVED,)))}
    chosen = [n for n in names if n not in aside]
    chosen += [] if chosen and contents.default_is_union else [""]
    graph = graph_of_terms(_plain(t for name in chosen for t in contents.triples(name)), prefixes)
    contents.refuse_unfinished()
    return graph


def graph_of_files(project: Project, held: Contents, *, derived: bool) -> rdflib.Graph:
    """The statements of the project's files as one graph, and the ``derived`` ones that its store holds, if wanted.

    Literals are as the files write them: a store shortens numbers. Where derived statements are about nodes without
    names, which only the store can tell apart, all statements are those of the store. Raises :class:`InputError` for a
    file that cannot be read.
    """
    added = list(_plain(held.triples(project.graph_base + DERIVED))) if derived else []
    if any(term.kind == "bnode" for triple in added for term in triple):
        return graph_of_store(held, project.graph_base, project.prefixes, derived=True)
    contents = read_contents(project, project.graph_files())
    written = (q.triple for path, text in contents.items() for q in parse_file(text, project.relative(path), path))
    return graph_of_terms(chain(_plain(written), added), project.prefixes)


def graph_of_terms(triples: Iterable[Triple], prefixes: dict[str, str]) -> rdflib.Graph:
    """Triples, such as those of an answer, as a graph that knows some prefixes."""
    import rdflib

    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, iri in prefixes.items():
        graph.bind(prefix, iri)
    node = cache(_node)  # most terms come often, and rdflib looks at each new one
    for subject, predicate, value in triples:
        graph.add((node(subject), node(predicate), node(value)))
    return graph


def _plain(triples: Iterable[ox.Triple]) -> Iterator[Triple]:
    for triple in triples:
        terms = map(term_of, (triple.subject, triple.predicate, triple.object))
        subject, predicate, value = (term for term in terms if term)
        yield subject, predicate, value


def _node(term: Term) -> rdflib.term.Node:
    import rdflib

    if term.kind == "uri":
        return rdflib.URIRef(term.value)
    if term.kind == "bnode":
        return rdflib.BNode(term.value)
    datatype = rdflib.URIRef(term.datatype) if term.datatype and not term.language else None
    return rdflib.Literal(term.value, lang=term.language or None, datatype=datatype, normalize=False)
