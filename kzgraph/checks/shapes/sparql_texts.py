"""SPARQL in shapes: what would reach out is refused, and what no engine could run is told, before pySHACL sees it.

Every place where a shapes graph can hold SPARQL is listed here; each of these texts passes the same guard as a query.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kzgraph.answers.queries.sparql import refuse_unsafe
from kzgraph.errors import InputError, SyntaxProblem
from kzgraph.files.tokens import Token, tokens
from kzgraph.graph.triples import TYPE, Triple, Triples
from kzgraph.namespaces import IRI, OWL, RDF, RDFS, SH, XSD
from kzgraph.stores.disk.embedded import query_problem
from kzgraph.terms import Term

QUERIES = ("select", "ask", "construct", "describe")
"""The words of SHACL whose values are whole queries: of constraints, components, targets, rules and functions."""
TEXTS = (*QUERIES, "update", "expression", "sparqlExpr")
"""Those, and the words whose values are, or may be, another piece of SPARQL."""
DECLARED = ("prefix", "namespace")
"""The words of a prefix declaration: both are put into the text of queries as they stand."""
_PREFIX = re.compile(r"([^\W\d_]([\w.-]*[\w-])?)?")
_ALWAYS_DECLARED = {"sh": SH, "rdf": RDF, "rdfs": RDFS, "owl": OWL, "xsd": XSD}
_DATASETS = {"FROM", "GRAPH"}


def texts(triples: Iterable[Triple]) -> Iterator[tuple[str, Term]]:
    """The literals of some statements in which SPARQL may stand, each with its predicate, named without ``sh:``."""
    for _, predicate, value in triples:
        word = predicate.removeprefix(SH)
        if value.kind == "literal" and word != predicate and word in (*TEXTS, *DECLARED):
            yield word, value


def refuse_unsafe_shapes(triples: Triples, shown: str = "shapes") -> None:
    """Raises :class:`RefusedError` if SPARQL in shapes would reach another place or change data.

    Raises :class:`InputError` for a prefix or namespace that is none: it could be the beginning of another query.
    """
    for word, value in texts(triples):
        if word in TEXTS:
            refuse_unsafe(value.value, f"{shown}: sh:{word}")
        elif word == "prefix" and not _PREFIX.fullmatch(value.value):
            raise InputError(f"sh:prefix {value.turtle({})} is no prefix", place=shown)
        elif word == "namespace" and not IRI.match(value.value):
            raise InputError(f"sh:namespace {value.turtle({})} is no IRI", place=shown)


def refuse_broken(shapes: Triples, known: Iterable[str], shown: str = "shapes") -> None:
    """Raises :class:`InputError` for a query in shapes that does not parse, or asks for a graph where there is one.

    ``known`` are the prefixes that the engine has without a declaration.
    """
    for subject, predicate, value in shapes:
        word = predicate.removeprefix(SH)
        if value.kind == "literal" and word != predicate and word in QUERIES:
            names = {*known, *_ALWAYS_DECLARED, *_declared(shapes, subject)}
            _refuse_broken(value.value, word, {n: _ALWAYS_DECLARED.get(n, "urn:x:") for n in names}, shown)


def _declared(shapes: Triples, subject: str) -> Iterator[str]:
    """The prefixes that what holds a query declares: by ``sh:prefixes``, and then those of all ontologies, too."""
    named = shapes.iris(subject, SH + "prefixes")
    ontologies = shapes.subjects(TYPE, Term("uri", OWL + "Ontology"))
    for owner in [*named, *(ontologies if named else [])]:
        for declaration in shapes.iris(owner, SH + "declare"):
            yield from (v.value for v in shapes.objects(declaration, SH + "prefix"))


def _refuse_broken(text: str, word: str, namespaces: dict[str, str], shown: str) -> None:
    stream = list(tokens(text))
    for token in stream:
        if token.word in _DATASETS:
            raise InputError(
                f"a query in sh:{word} has {token.word}, and shapes are checked on one graph",
                place=shown,
                hint="leave it out",
            )
    query = _with_path(text, stream)
    with contextlib.suppress(OSError, RuntimeError, ValueError):  # of running it: on no data, and without functions
        try:
            ox.Store().query(query, prefixes=namespaces)
        except SyntaxError as error:
            told = query_problem(error)
            first = " ".join(text.split())[:60]
            raise SyntaxProblem(f"sh:{word} “{first}”: {told.message}", place=shown) from error


def _with_path(text: str, stream: list[Token]) -> str:
    """The text with an IRI for ``$PATH``, where pySHACL puts the path of the shape."""
    for token in reversed(stream):
        if token.kind == "variable" and token.text[1:] == "PATH":
            text = f"{text[: token.start]} <urn:x:path> {text[token.start + len(token.text) :]}"
    return text
