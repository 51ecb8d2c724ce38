"""Rows of a store as dictionaries, asked in batches that every store takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kzgraph.stores import Store
from kzgraph.terms import Rows, Term, iri_term

_BATCH = 500


def rows_of(store: Store, query: str, timeout: float | None = None) -> list[dict[str, Term]]:
    """The rows of a SELECT query as dictionaries, without the unbound variables; ``timeout`` in seconds.

    ``<model|word>`` in the query stands for a word of the store's model.
    """
    answer = store.query(store.model.spell(query), timeout=timeout)
    assert isinstance(answer, Rows)
    return [{c: t for c, t in zip(answer.columns, row, strict=True) if t} for row in answer.rows]


def rows_about(store: Store, variable: str, iris: Iterable[str], pattern: str) -> Iterator[dict[str, Term]]:
    """The solutions of a pattern in which a variable is one of some IRIs, asked in parts that every store takes."""
    for values in _batches(variable, iris):
        yield from rows_of(store, f"SELECT DISTINCT * WHERE {{ {values} {pattern} }}")


def properties_of(store: Store, iris: Iterable[str]) -> Iterator[tuple[Term, ...]]:
    """All statements about some IRIs, each as subject, property and value."""
    for values in _batches("?thing", iris):
        text = f"SELECT DISTINCT ?thing ?property ?value WHERE {{ {values} ?thing ?property ?value }}"
        answer = store.query(text)
        assert isinstance(answer, Rows)
        yield from answer.rows  # type: ignore[misc]  # nothing is unbound in them


def _batches(variable: str, iris: Iterable[str]) -> Iterator[str]:
    """The values of a variable, in blocks that every store takes."""
    wanted = sorted(set(iris))
    for begin in range(0, len(wanted), _BATCH):
        yield f"VALUES {variable} {{ {' '.join(iri_term(i) for i in wanted[begin : begin + _BATCH])} }}"
