"""SPARQL in shapes: what would reach out is refused, and what no engine could run is reported, before pySHACL sees it.

Every place where a shapes graph can hold SPARQL is listed here; each of these texts passes the same guard as a query.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from kzgraph.answers.queries.sparql import refuse_unsafe
from kzgraph.errors import InputError, SyntaxProblem
from kzgraph.files.tokens import Token, tokens
from kzgraph.graph.triples import Triple, Triples
from kzgraph.namespaces import IRI, SH
from kzgraph.stores.disk.embedded import query_problem
from kzgraph.terms import Term

QUERIES = ("select", "ask", "construct", "describe")
"""The words of SHACL whose values are whole queries: of constraints, components, targets, rules and functions."""
TEXTS = (*QUERIES, "update", "expression", "sparqlExpr")
"""Those, and the words whose values are, or may be, another piece of SPARQL."""
DECLARED = ("prefix", "namespace")
"""The words of a prefix declaration: both are put into the text of queries as they stand."""
_PREFIX = re.compile(r"([^\W\d_]([\w.-]*[\w-])?)?")
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


def refuse_broken_text(text: str, word: str, namespaces: Mapping[str, str], shown: str) -> None:
    """Raises :class:`InputError` for a query of shapes that does not parse, or names a graph."""
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
            ox.Store().query(query, prefixes=dict(namespaces))
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
