"""Why an answer is empty: the first part of the pattern that nothing matches, and what would; and words of caution.

The pattern is read with rdflib's SPARQL parser, which is imported only here, when there is something to explain.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from kzgraph.answers.queries.sparql import projection
from kzgraph.errors import KzgraphError
from kzgraph.files.project import Project
from kzgraph.files.tokens import Token, tokens
from kzgraph.namespaces import IRI, OWL, RDF, RDFS, STANDARD, namespace_of, shorten
from kzgraph.stores import Store
from kzgraph.terms import Rows, Truth, iri_term
from kzgraph.walls.libraries import LibraryErrors, LibraryFault
from kzgraph.wording.names import nearest

_SECONDS = 5.0  # for each question about the reason, which is only a help
_KINDS = (
    *(OWL + kind for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")),
    *(RDFS + "Class", RDF + "Property"),
)


def cautions(project: Project, text: str, store: Store) -> list[str]:
    """What is suspicious in a query before it runs: terms that the ontology lacks, columns that nothing binds."""
    words = list(tokens(text))
    told = _unknown_terms(project, words, store)
    names = [t.text[1:] for t in words if t.kind == "variable"]
    assigned = {t.text[1:] for before, t in itertools.pairwise(words) if before.word == "AS"}
    unbound = [c for c in projection(text) if names.count(c) == 1 and c not in assigned]
    told += [f"?{c} is a column, but nothing in the query binds it" for c in unbound]
    return told


def _unknown_terms(project: Project, words: list[Token], store: Store) -> list[str]:
    """The terms of a query that are in a namespace of the ontology and that the ontology lacks."""
    # A namespace by itself stands in PREFIX declarations.
    named = {iri: written for iri, written in _named(project, words).items() if iri != namespace_of(iri)}
    described = _described(store, list(named)) if named else set()
    unknown = named.keys() - described
    if not unknown:
        return []
    terms = _all_terms(store)
    spaces = {namespace_of(t) for t in terms} - set(STANDARD.values())
    curies = [shorten(t, project.prefixes) for t in sorted(terms)]
    told = []
    for iri, written in named.items():
        if iri in unknown and namespace_of(iri) in spaces:
            close = nearest(written, curies)
            told.append(f"{written} is not a term of the ontology" + (f"; did you mean {close[0]}?" if close else ""))
    return told


def _named(project: Project, words: list[Token]) -> dict[str, str]:
    """The IRIs that a query names, each as it is written there or in the project's prefixes."""
    named: dict[str, str] = {}
    for token in words:
        prefix, colon, local = token.text.partition(":")
        if token.kind == "pname" and colon and local and prefix in project.prefixes:
            named[project.prefixes[prefix] + local] = token.text
        elif token.kind == "iri":
            named[token.text[1:-1]] = shorten(token.text[1:-1], project.prefixes)
    return named


def explain_empty(project: Project, text: str, store: Store) -> list[str]:
    """Sentences that say which part of the query's pattern nothing matches; empty if none could be singled out."""
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        with LibraryErrors():
            algebra = translateQuery(parseQuery(text)).algebra
    except LibraryFault:  # rdflib's parser may lack what the store's parser has; then there is nothing to explain
        return []
    for group in _groups(algebra):
        patterns = [" ".join(_n3(part) for part in triple) for triple in group]
        for number, pattern in enumerate(patterns):
            if not _matches(store, [pattern]):
                return [f"nothing matches `{_short(project, pattern)}`", *_nearest(project, store, group[number])]
        failing = _first_failing(store, patterns)
        if failing is not None:
            joined = " . ".join(_short(project, p) for p in failing)
            return [f"each part matches something, but together nothing matches `{joined}`"]
    return ["the patterns match, but no row passes the filters"]


def _groups(node: Any) -> Iterator[list[tuple[Any, Any, Any]]]:
    """The basic graph patterns that must match: those in OPTIONAL, UNION, MINUS and EXISTS may stay empty."""
    name = getattr(node, "name", "")
    if name == "BGP":
        yield list(node.triples)
    elif name in {"LeftJoin", "Minus"}:
        yield from _groups(node.p1)
    elif name == "Join":
        yield from _groups(node.p1)
        yield from _groups(node.p2)
    elif name != "Union" and hasattr(node, "p"):
        yield from _groups(node.p)


def _first_failing(store: Store, patterns: list[str]) -> list[str] | None:
    """The shortest beginning of the patterns that together nothing matches."""
    for length in range(2, len(patterns) + 1):
        if not _matches(store, patterns[:length]):
            return patterns[:length]
    return None


def _matches(store: Store, patterns: list[str]) -> bool:
    try:
        answer = store.query(f"ASK {{ {' . '.join(patterns)} }}", timeout=_SECONDS)
    except KzgraphError:
        return True  # what cannot be tried is not to blame
    return not isinstance(answer, Truth) or answer.value


def _nearest(project: Project, store: Store, triple: tuple[Any, Any, Any]) -> list[str]:
    """The values that would match in place of the pattern's object or predicate."""
    import rdflib

    subject, predicate, value = triple
    if not isinstance(predicate, rdflib.URIRef):
        return []
    used = _ask(store, f"SELECT DISTINCT ?o WHERE {{ ?s {_n3(predicate)} ?o }} LIMIT 2000")
    if not used:
        return [f"nothing in the graph has {shorten(str(predicate), project.prefixes)}"]
    if isinstance(value, rdflib.URIRef | rdflib.Literal):
        known = [shorten(v, project.prefixes) if "://" in v else v for v in used]
        wanted = shorten(str(value), project.prefixes) if isinstance(value, rdflib.URIRef) else str(value)
        close = nearest(wanted, known)
        return [f"the nearest that would is {' or '.join(close)}"] if close else []
    if isinstance(subject, rdflib.URIRef) and str(predicate) != RDF + "type":
        return [f"{shorten(str(subject), project.prefixes)} has no {shorten(str(predicate), project.prefixes)}"]
    return []


def _n3(part: Any) -> str:
    import rdflib

    if isinstance(part, rdflib.BNode):
        return f"?blank{part}"
    text: str = part.n3()
    return text


def _short(project: Project, pattern: str) -> str:
    return " ".join(
        shorten(word[1:-1], project.prefixes) if word.startswith("<") and word.endswith(">") else word
        for word in pattern.split(" ")
    )


def _described(store: Store, iris: list[str]) -> set[str]:
    """Those of some IRIs that the graph describes, or uses as a property."""
    values = " ".join(iri_term(i) for i in iris if IRI.match(i))
    return set(
        _ask(store, f"SELECT DISTINCT ?t WHERE {{ VALUES ?t {{ {values} }} {{ ?t ?p ?o }} UNION {{ ?s ?t ?o }} }}")
    )


def _all_terms(store: Store) -> set[str]:
    """The classes and properties that the ontology defines."""
    kinds = " ".join(f"<{kind}>" for kind in _KINDS)
    return set(_ask(store, f"SELECT DISTINCT ?t WHERE {{ VALUES ?kind {{ {kinds} }} ?t a ?kind FILTER (ISIRI(?t)) }}"))


def _ask(store: Store, text: str) -> list[str]:
    answer = store.query(text, timeout=_SECONDS)
    assert isinstance(answer, Rows)
    return [row[0].value for row in answer.rows if row[0]]
