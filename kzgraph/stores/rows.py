"""Rows of a store as dictionaries, asked in batches that every store takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kzgraph.stores import Store
from kzgraph.terms import Rows, Term, iri_term

_BATCH = 500  # IRIs: a query with more grows past what servers take in a request


def rows_of(store: Store, query: str, timeout: float | None = None) -> list[dict[str, Term]]:
    """The rows of a SELECT query as dictionaries, without the unbound variables; ``timeout`` in seconds.

    ``<model|word>`` in the query stands for a word of the store's model.
    """
    answer = store.query(store.model.spell(query), timeout=timeout)
    assert isinstance(answer, Rows)
    return [{c: t for c, t in zip(answer.columns, row, strict=True) if t} for row in answer.rows]


def rows_about(store: Store, variable: str, iris: Iterable[str], pattern: str) -> Iterator[dict[str, Term]]:
    """The solutions of a pattern in which a variable is one of some IRIs, asked in parts that every store takes."""
    for wanted in _batches(iris):
        values = f"VALUES {variable} {{ {' '.join(map(iri_term, wanted))} }}"
        yield from rows_of(store, f"SELECT DISTINCT * WHERE {{ {values} {pattern} }}")


def properties_of(store: Store, iris: Iterable[str]) -> Iterator[tuple[str, str, Term]]:
    """All statements about some IRIs, each as subject, property and value; a store of several graphs may repeat one.

    In the answer a number stands for each subject: a database reads that faster than the IRI, a hundred times over.
    To look for repetitions (``DISTINCT``) would take the database a quarter of the time.
    """
    for wanted in _batches(iris):
        numbered = " ".join(f"({iri_term(iri)} {number})" for number, iri in enumerate(wanted))
        pattern = f"VALUES (?thing ?number) {{ {numbered} }} ?thing ?property ?value"
        answer = store.query(f"SELECT ?number ?property ?value WHERE {{ {pattern} }}")
        assert isinstance(answer, Rows)
        named = {str(number): iri for number, iri in enumerate(wanted)}
        for number, name, value in answer.rows:
            yield named[number.value], name.value, value  # type: ignore[union-attr,misc]  # nothing is unbound in them


def _batches(iris: Iterable[str]) -> Iterator[list[str]]:
    """The IRIs, in parts that every store takes."""
    wanted = sorted(set(iris))
    for begin in range(0, len(wanted), _BATCH):
        yield wanted[begin : begin + _BATCH]
