"""Queries of shapes are asked: in Oxigraph for all nodes together where it gives the same answer, else in rdflib.

rdflib takes variables that are bound beforehand as SHACL means them, and keeps every literal as it is written, but it
is asked node by node, and is hundreds of times slower.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from kzgraph.checks.shapes.rdflib_terms import plain_term, rdflib_graph, rdflib_term
from kzgraph.checks.shapes.together import Database, Key, Row, ShapeQuery
from kzgraph.graph.triples import Triples
from kzgraph.walls.isolation import nothing_reaches_out


class ShapeQueries:
    """The queries of shapes on some data."""

    def __init__(self, data: Triples) -> None:
        self._data = data

    def rows(self, query: ShapeQuery, wanted: Key, expected: list[Key]) -> list[Row]:
        """The rows for a node, or one row for a yes; with it, those nodes are asked about that are expected anew."""
        if wanted not in query.answers:
            found = dict.fromkeys([wanted, *expected[query.expected :]])
            query.expected = len(expected)
            self._answer(query, [k for k in found if k not in query.answers])
        return query.answers[wanted]

    def _answer(self, query: ShapeQuery, wanted: list[Key]) -> None:
        if query.is_for_many and self._database is not None:
            query.answers.update(self._database.answers(query, wanted))
        for one in wanted:
            if one not in query.answers:
                query.answers[one] = self._by_rdflib(query, one)

    def _by_rdflib(self, query: ShapeQuery, values: Key) -> list[Row]:
        from rdflib.plugins.sparql import processor

        engine: Any = processor.SPARQLProcessor
        given = {**query.bound, **dict(zip(query.names, values, strict=True))}
        bound = {name: rdflib_term(value) for name, value in given.items()}
        with nothing_reaches_out():
            answer: Any = processor.SPARQLResult(engine(self._rdflib).query(query.prepared, bound))
            if query.is_ask:
                return [{}] if answer.askAnswer else []
            return [{name: plain_term(value) for name, value in row.asdict().items()} for row in answer]

    @cached_property
    def _rdflib(self) -> Any:
        return rdflib_graph(self._data)

    @cached_property
    def _database(self) -> Database | None:
        try:
            return Database(self._data)
        except ValueError:  # a name that rdflib's parser lets pass, and Oxigraph does not
            return None
