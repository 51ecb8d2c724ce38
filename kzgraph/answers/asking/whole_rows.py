"""The rows of a query with a header of the older form → rows of cells: each value has the sources of its row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kzgraph.answers.asking.cited_answers import Question
from kzgraph.answers.cells.assembling import Binding, Knowledge, cells_of
from kzgraph.answers.cells.cell import Cell, CitedAnswer
from kzgraph.answers.cells.columns import VALUE, Column
from kzgraph.answers.evidence.labels import labels_of
from kzgraph.answers.evidence.sources import Source, citations_of
from kzgraph.files.project import Project
from kzgraph.stores import Store
from kzgraph.terms import Rows

WHY = "the header of the query does not say which fact states a value: the sources are those of the row"
"""Why no column names the facts of its values."""


def cite_whole_rows(project: Project, question: Question, rows: Rows, store: Store) -> CitedAnswer:
    """The cited answer of a query whose header names columns of facts; the other columns are those that people see.

    Rows and their order are as the store gave them. A cell of a fact column holds one fact, or several IRIs with
    spaces between them. An empty text is no value. Raises the errors of :meth:`kzgraph.stores.Store.query`.
    """
    query = question.query
    columns = query.shown(rows.columns)
    bindings: list[Binding] = [
        {name: term for name, term in zip(rows.columns, row, strict=True) if term and term.value} for row in rows.rows
    ]
    facts = [_facts(binding, query.facts) for binding in bindings]
    citations = citations_of(store, {fact for own in facts for fact in own})
    shown = [Column(name, VALUE, (name,), computed=WHY) for name in columns]
    things = {b[c].value for b in bindings for c in columns if c in b and b[c].kind == "uri"}
    known = Knowledge({}, labels_of(store, things, question.language), project.prefixes, {}, {})
    made = cells_of(bindings, shown, known)
    return CitedAnswer(
        name=query.name,
        title=query.summary,
        question=query.question,
        columns=shown,
        rows=[
            {name: _backed(cell, own, citations) for name, cell in row.items()}
            for row, own in zip(made, facts, strict=True)
        ],
        parameters=question.parameters,
        cut=rows.cut,
    )


def _facts(binding: Binding, columns: Sequence[str]) -> list[str]:
    """The IRIs in the fact columns of a row."""
    return [iri for name in columns if name in binding for iri in binding[name].value.split()]


def _backed(cell: Cell, facts: Sequence[str], citations: dict[str, list[Source]]) -> Cell:
    """The cell with the facts of its row behind each value, and the passages that these cite."""
    sources = tuple(sorted({source for fact in facts for source in citations.get(fact, ())}))
    return replace(cell, items=tuple(i._replace(facts=frozenset(facts), sources=sources) for i in cell.items))
