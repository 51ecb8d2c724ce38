"""One door for asking and loading: the embedded store and any SPARQL 1.1 server answer alike."""

from __future__ import annotations

from typing import Any, Protocol

from kzgraph.model import Model
from kzgraph.terms import Answer

Kept = dict[tuple[str, str], Any]
"""What has been read of things, by the kind of what is read and the IRI of the thing."""

QUERY_SECONDS = 60.0
"""How long a query may take, unless the user says so."""


class Store(Protocol):
    """Something that answers SPARQL 1.1 queries; its facts are written in the words of ``model``."""

    model: Model
    kept: Kept | None
    """What has been read of it (:mod:`kzgraph.stores.remembering`); None for a store that may change meanwhile."""

    @property
    def is_unloaded(self) -> bool:
        """Whether it shows no load of the project, and nobody said that it is foreign.

        No stored query is answered by nothing then.
        """
        ...

    def query(self, text: str, *, timeout: float | None = None, limit: int | None = None) -> Answer:
        """The answer of a query that passed ``sparql.refuse_unsafe``.

        ``timeout`` is in seconds, ``limit`` in rows or triples. Raises ``SyntaxProblem`` for a query that does not
        parse, ``StoreError`` if the store fails and ``LimitReached`` when the time is over.
        """
        ...
