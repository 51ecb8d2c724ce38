"""A query of shapes asked for many nodes together, in Oxigraph.

What is bound beforehand is a table in a graph of its own, one row a node, and is joined to each group of the query, as
SHACL defines it (appendix A). The data are in the default graph, so that nothing else of the query sees the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyoxigraph as ox

from kzgraph.answers.queries.algebra import parts
from kzgraph.checks.shapes.held_literals import HeldLiterals
from kzgraph.files.tokens import TokenReader, query_form
from kzgraph.graph.triples import Triples, node
from kzgraph.namespaces import XSD
from kzgraph.stores.disk.embedded import term_of
from kzgraph.stores.disk.query_rewriting import may_have_no_length, with_paths_of_no_length
from kzgraph.terms import Term
from kzgraph.walls.isolation import mentions_service

Row = dict[str, Term]
Key = tuple[Term, ...]
_TABLE = ox.NamedNode("urn:kzgraph:given")


@dataclass(eq=False)
class ShapeQuery:
    """A query of shapes that is ready to be asked, and its answers so far."""

    text: str
    prefixes: Mapping[str, str]
    prepared: Any
    """The query as rdflib has it."""
    messages: tuple[Term, ...]
    bound: dict[str, Term]
    """The variables that have the same value for all nodes."""
    names: tuple[str, ...]
    """The variables that have a value of their own for each node."""
    answers: dict[Key, list[Row]] = field(default_factory=dict)
    expected: int = 0
    """How many of the nodes that are expected have been asked about."""

    @property
    def is_ask(self) -> bool:
        """Whether the answer is yes or no."""
        return bool(self.prepared.algebra.name == "AskQuery")

    @cached_property
    def is_for_many(self) -> bool:
        """Whether the rows for many nodes together are those for each of them.

        They are not if the query counts rows, or takes some of them, without regard to the node. A function that SPARQL
        does not know is the business of rdflib, and so is what might reach out.
        """
        found: dict[str, list[Any]] = {}
        for part in parts(self.prepared.algebra):
            found.setdefault(part.name, []).append(part)
        inner = found.get("Project", [])[0 if self.is_ask else 1 :]
        shown = [part.PV for part in inner] + [part.expr or () for part in found.get("Group", [])]
        is_known = all(part.iri.startswith(XSD) for part in found.get("Function", []))
        is_safe = is_known and "Slice" not in found and not mentions_service(self.text)
        return is_safe and all(set(self.names) <= set(map(str, variables)) for variables in shown)


class Database:
    """Some data in Oxigraph."""

    def __init__(self, data: Triples) -> None:
        """Raises :class:`ValueError` for terms that are none."""
        self._held_literals = HeldLiterals(data)
        self._held: dict[Term, Any] = {}
        self._written: dict[Any, Term] = {}
        self._nodes = {node(s) for s in data.out} | {value for _, _, value in data}
        self._store = ox.Store()
        self._store.bulk_extend(
            ox.Quad(self._term(node(s)), ox.NamedNode(p), self._term(value)) for s, p, value in data
        )

    def _term(self, term: Term) -> Any:
        """A term as the database has it; blank nodes get names that it takes."""
        if term.kind == "literal":
            return self._held_literals.held(term)
        held = self._held.get(term)
        if held is None:
            held = ox.NamedNode(term.value) if term.kind == "uri" else ox.BlankNode(f"n{len(self._held)}")
            self._held[term], self._written[held] = held, term
        return held

    def _plain(self, value: Any) -> Term | None:
        """The term that the database has in a form; None if there are several."""
        if isinstance(value, ox.Literal):
            return self._held_literals.written(value)
        known = self._written.get(value)
        return known if known is not None else term_of(value)

    def answers(self, query: ShapeQuery, wanted: list[Key]) -> dict[Key, list[Row]]:
        """The rows of a query for each node, or one row for a yes; without nodes for which they are not certain."""
        if not self._held_literals.are_unseen_by(query.prepared) or not all(map(self._is_kept, query.bound.values())):
            return {}
        may_be_lost = may_have_no_length(query.text)  # a path of no length, from a node that no statement has
        asked = [k for k in wanted if all(self._is_kept(t) and (not may_be_lost or t in self._nodes) for t in k)]
        found: dict[Key, list[Row]] = {key: [] for key in asked}
        for row in self._rows(query, asked) if asked else ():
            known = {name: term for name, term in row.items() if term is not None}
            key = tuple(known[name] for name in query.names)
            if len(known) < len(row):
                found.pop(key, None)
            elif key in found:
                found[key].append({} if query.is_ask else known)
        return found

    def _is_kept(self, term: Term) -> bool:
        return term.kind != "literal" or self._held_literals.is_kept(term)

    def _rows(self, query: ShapeQuery, wanted: list[Key]) -> Iterator[dict[str, Term | None]]:
        declared = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in query.prefixes.items())
        text = with_paths_of_no_length(declared + query.text, lambda asked: bool(self._store.query(asked)))
        used = [name for name in query.bound if re.search(rf"[?$]{name}\b", text)]
        given = [*query.names, *used]
        if given:
            text = with_table(text, given)
            same = [query.bound[name] for name in used]
            self._fill(given, ([*key, *same] for key in wanted))
        result: Any = self._store.query(text)
        columns = [v.value for v in result.variables]
        for solution in result:
            values = zip(columns, solution, strict=True)
            yield {name: self._plain(value) for name, value in values if value is not None}

    def _fill(self, names: list[str], rows: Iterator[list[Term]]) -> None:
        self._store.remove_graph(_TABLE)
        self._store.bulk_extend(
            ox.Quad(ox.NamedNode(f"{_TABLE.value}:{number}"), _column(name), self._term(value), _TABLE)
            for number, row in enumerate(rows)
            for name, value in zip(names, row, strict=True)
        )


def with_table(text: str, names: list[str]) -> str:
    """A query with the table of what is given joined to its groups; ASK becomes a SELECT of what is given.

    Groups of EXISTS stay as they are: the values of the rows outside stand in them already. But Oxigraph follows their
    paths anew for each row, from all nodes, so FILTER NOT EXISTS with such a path becomes a MINUS where it is the same.
    """
    row = "givenRow"
    while row in text:
        row += "_"
    columns = " ; ".join(f"{_column(name)} ?{name}" for name in names)
    table = f" GRAPH {_TABLE} {{ ?{row} {columns} }} "
    reader = TokenReader(text)
    edits: list[tuple[int, int, str]] = []
    if query_form(text) == "ASK":
        ask = next(t for t in reader.stream if t.word == "ASK")
        shown = " ".join(f"?{name}" for name in names)
        edits.append((ask.start, ask.start + len(ask.text), f"SELECT DISTINCT {shown}"))
    for position in _groups(reader):
        start = reader.stream[position].start + 1
        is_select = reader.word(position + 1) == "SELECT"  # stands alone in its group
        edits.append((start, start, table + "{ " * is_select))
        if is_select:
            end = reader.stream[reader.closed(position) - 1].start
            edits.append((end, end, " }"))
    for outer, start, end in _filters(reader):
        opening = next(p for p in range(start, end) if reader.text(p) == "{")
        inside = range(opening + 1, reader.closed(opening) - 1)
        if _leads_on(reader, inside, names):
            first, behind = reader.stream[start].start, reader.stream[end - 1].start + 1
            pattern = text[reader.stream[opening].start + 1 : reader.stream[inside.stop].start]
            edits.append((first, behind, "FILTER (true)"))  # a point may stand before it, and behind it
            closing = reader.stream[reader.closed(outer) - 1].start
            edits.append((closing, closing, f" MINUS {{{table}{pattern} }} "))
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _groups(reader: TokenReader) -> Iterator[int]:
    """Where the groups of a query begin, but for those in EXISTS; the bracket of VALUES begins none."""
    position = 0
    while position < len(reader.stream):
        word = reader.word(position)
        if word == "EXISTS":
            position = reader.closed(position + 1)
            continue
        if word == "VALUES":
            while reader.text(position) != "{":
                position += 1
        elif reader.text(position) == "{":
            yield position
        position += 1


def _filters(reader: TokenReader) -> Iterator[tuple[int, int, int]]:
    """Each FILTER NOT EXISTS in a group that is no OPTIONAL: where the group begins, and the filter begins and ends."""
    for outer in _groups(reader):
        position = outer + 1
        while reader.word(outer - 1) != "OPTIONAL" and position < reader.closed(outer) - 1:
            if reader.word(position) == "FILTER":
                start, position = position, position + 1
                while reader.text(position) == "(":
                    position += 1
                is_negated = reader.word(position) == "NOT" and reader.word(position + 1) == "EXISTS"
                end = reader.closed(position + 2) if is_negated else position
                while is_negated and position - start > 1 and reader.text(end) == ")":
                    position, end = position - 1, end + 1
                if is_negated and position - start == 1:
                    yield outer, start, end
                position = max(end, start + 1)
            else:
                position = reader.closed(position) if reader.text(position) in {"{", "(", "["} else position + 1


def _leads_on(reader: TokenReader, inside: range, names: list[str]) -> bool:
    """Whether a group is triples alone, leads from what is given step by step, and has a path of any length."""
    known, position = set(names), inside.start
    while position < inside.stop:
        if reader.kind(position) != "variable" or reader.text(position)[1:] not in known:
            return False
        position += 1
        separator = ";"
        while separator in {";", ","} and position < inside.stop:
            if separator == ";":
                position = reader.path(position) if reader.text(position) not in {".", ";"} else inside.stop
            if reader.kind(position) not in {"variable", "iri", "pname"}:
                return False
            if reader.kind(position) == "variable":
                known.add(reader.text(position)[1:])
            position, separator = position + 2, reader.text(position + 1)
        if separator != "." and position <= inside.stop:
            return False
    return any(reader.text(p) in {"*", "+"} for p in inside)


def _column(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"{_TABLE.value}:column:{name}")
