"""Node expressions (SHACL Advanced Features, section 5): the one door to pySHACL, which works them out."""

from __future__ import annotations

import warnings
from functools import cached_property
from typing import Any

from kzgraph.checks.shapes.rdflib_terms import plain_term, rdflib_graph, rdflib_term
from kzgraph.checks.shapes.reading.model import TRUE
from kzgraph.graph.triples import Triples
from kzgraph.terms import Term
from kzgraph.walls.isolation import nothing_reaches_out
from kzgraph.walls.libraries import LibraryErrors, LibraryFault


class UnknownExpression(Exception):  # it is caught in this package, and becomes a finding
    """An expression that cannot be worked out; the text says why."""


class Expressions:
    """The expressions of a shapes graph on some data."""

    def __init__(self, shapes: Triples, data: Triples) -> None:
        self._own = shapes
        self._data = data

    def holds(self, expression: Term, value: Term) -> bool:
        """Whether an expression gives true, and nothing else, for a value; raises :class:`UnknownExpression`."""
        from pyshacl.helper.expression_helper import nodes_from_node_expression

        given = rdflib_term(expression), rdflib_term(value)
        try:
            with warnings.catch_warnings(), nothing_reaches_out(), LibraryErrors():
                warnings.simplefilter("ignore")
                found = nodes_from_node_expression(*given, self._graph, self._shapes)
        except LibraryFault as error:
            raise UnknownExpression(" ".join(str(error).split())[:200]) from error
        return [plain_term(f) for f in found] == [TRUE]

    @cached_property
    def _graph(self) -> Any:
        return rdflib_graph(self._data)

    @cached_property
    def _shapes(self) -> Any:
        from pyshacl.shapes_graph import ShapesGraph

        return ShapesGraph(rdflib_graph(self._own))
