"""Paths of no length from a term that is in no triple, which Oxigraph loses (SPARQL 1.1 Query Language, 18.4).

``<n> <p>* ?o`` binds ``?o`` to ``<n>`` whether a triple names it or not, and ``ASK { <n> <p>? <n> }`` is true. Oxigraph
gives such a row only where the term is a node of the graph. The row is added by a ``UNION`` branch of the query.
A variable ranges over the nodes of the graph, also where ``VALUES`` or ``BIND`` names it, and so does the variable that
stands between the steps of a sequence (18.2.2.4, and the W3C's test ``values_and_path``). Oxigraph does that already.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from kzgraph.files.tokens import TokenReader, query_form

_MARK = re.compile(r"[*?](?!\w)")
_NO_PATH_BEFORE = ("select", "distinct", "reduced", "(", ",")
_BEFORE = 40  # characters that are looked at; behind more white space, a mark is taken for one of a path
_TRIPLE_TERMS = ("<<", "{|")
_BREAKING = {"OPTIONAL", "MINUS", "GRAPH", "SERVICE", "LATERAL"}
_CLAUSES = {*_BREAKING, "FILTER", "BIND", "VALUES", "UNION"}
_CONSTANTS = {"iri", "pname", "string", "number"}


def with_paths_of_no_length(query: str, holds: Callable[[str], bool]) -> str:
    """The query, with a branch for each path of no length that Oxigraph would lose; mostly the query as it is.

    ``holds`` gives the answer of an ``ASK`` query; it is asked whether the terms are nodes of the default graph.
    """
    if not may_have_no_length(query) or any(mark in query for mark in _TRIPLE_TERMS):
        return query
    found = _Completion(query)
    found.walk(0, len(found.stream))
    nodes = " ".join(map(_is_node, found.constants))
    if not nodes or (not found.has_other_graphs and holds(f"{found.prologue} ASK {{ {nodes} }}")):
        return query
    return found.completed()


def may_have_no_length(query: str) -> bool:
    """Whether a ``*`` or ``?`` stands where a path might have it: not in ``SELECT *`` or ``COUNT(*)``."""
    places = (found.start() for found in _MARK.finditer(query))
    before = (query[max(0, place - _BEFORE) : place].rstrip().lower() for place in places)
    return any(not text.endswith(_NO_PATH_BEFORE) for text in before)


def _is_node(term: str) -> str:
    return f"{term} <urn:p>* {term} ."  # whatever the predicate


class _Lengthless(NamedTuple):
    """How often a path has no length: between a term and a variable, and between a term and itself."""

    open: int = 0
    closed: int = 0


class _Edit(NamedTuple):
    start: int
    end: int
    text: str


_Span = tuple[int, int]  # positions of tokens


class _Completion(TokenReader):
    """Walks through the groups of a query and notes what is to be written otherwise.

    The branches of a run of triples and filters stand behind the run, so that blank nodes keep their one scope.
    """

    def __init__(self, query: str) -> None:
        super().__init__(query)
        self.constants: dict[str, None] = {}
        self.has_other_graphs = any(token.word in {"FROM", "GRAPH"} for token in self.stream)
        self._edits: list[_Edit] = []
        self._pending: list[str] = []

    @property
    def prologue(self) -> str:
        """What stands before ``SELECT`` or the like: the prefixes and the base."""
        form = query_form(self.query)
        return self.query[: next(token.start for token in self.stream if token.word == form)]

    def completed(self) -> str:
        """The text with its edits."""
        text = self.query
        for start, end, new in sorted(self._edits, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def walk(self, position: int, end: int) -> None:
        """Notes the edits of all groups between two positions."""
        outer: list[list[str]] = []
        while position < end:
            text, word = self.text(position), self.word(position)
            if text == "{":
                self._flush(position)
                outer.append(self._pending)
                self._pending, position = [], self._opened(position)
            elif text == "}":
                self._flush(position)
                self._pending, position = outer.pop() if outer else [], position + 1
            elif not outer or text == "." or word == "UNION":
                position += 1
            elif word in _CLAUSES:
                position = self._clause(position, word)
            else:
                position = self._triples(position)

    def _opened(self, position: int) -> int:
        """The position behind a bracket, and behind what a sub-select has before its own."""
        position += 1
        return self._bracket(position) if self.word(position) == "SELECT" else position

    def _bracket(self, position: int) -> int:
        while position < len(self.stream) and self.text(position) != "{":
            position += 1
        return position

    def _clause(self, position: int, word: str) -> int:
        """The position behind a clause, or at the group of ``OPTIONAL`` and the like."""
        if word != "FILTER":
            self._flush(position)
        if word in _BREAKING:
            return self._bracket(position)
        if word == "VALUES":
            return self.closed(self._bracket(position))
        while position < len(self.stream) and self.text(position) not in {"(", "{"}:
            position += 1
        end = self.closed(position)
        pending, self._pending = self._pending, []
        self.walk(position, end)
        self._pending = pending
        return end

    def _triples(self, position: int) -> int:
        subject = position, self.term(position)
        pairs: list[tuple[_Span, _Span]] = []
        end = subject[1]
        while not self._is_over(end):
            if self.text(end) == ";":
                end += 1
                continue
            verb = end, self.path(end)
            end = verb[1]
            while True:
                pairs.append((verb, (end, self.term(end))))
                end = pairs[-1][1][1]
                if self.text(end) != ",":
                    break
                end += 1
        self._rewrite(subject, pairs, end)
        return end

    def _is_over(self, position: int) -> bool:
        return self.text(position) in {".", "}", "{", ""} or self.word(position) in _CLAUSES

    def _rewrite(self, subject: _Span, pairs: list[tuple[_Span, _Span]], end: int) -> None:
        """Notes the branches of triples with one subject, and leaves the others as they are."""
        kept: list[str] = []
        branches: list[str] = []
        for verb, value in pairs:
            triple = " ".join(self.between(*span) for span in (subject, verb, value))
            lost = self._lost(subject, verb, value)
            if lost:
                branches.append(" UNION ".join(f"{{ {part} }}" for part in (triple, *lost)))
            else:
                kept.append(triple)
        is_apart = self._is_constant(subject) or self._is_variable(subject) or len(pairs) == 1
        if not branches or not is_apart:
            return
        self._pending += branches
        last = end if kept or self.text(end) != "." else end + 1
        self._edits.append(_Edit(self.stream[subject[0]].start, self._char_behind(last), " . ".join(kept)))

    def _lost(self, subject: _Span, verb: _Span, value: _Span) -> list[str]:
        """The patterns of the rows that a path of no length has between two ends; none where it has some length."""
        is_closed = self._is_constant(subject) and self._is_constant(value)
        fixed, other = (subject, value) if self._is_constant(subject) else (value, subject)
        is_nameless = self.between(*other) in {"[]", "[ ]"}
        if not self._is_constant(fixed) or not (is_closed or is_nameless or self._is_variable(other)):
            return []
        lengthless = self._alternatives(*verb)[0]
        times = lengthless.closed if is_closed else lengthless.open
        if not times:
            return []
        term, partner = self.between(*fixed), self.between(*other)
        self.constants[term] = None
        # the empty part keeps the graph of the row, which Oxigraph forgets beside VALUES alone
        same = f"FILTER (sameTerm({term}, {partner}))" if is_closed else f"OPTIONAL {{ }} VALUES {partner} {{ {term} }}"
        return times * [f"{'' if is_nameless else same} FILTER NOT EXISTS {{ {_is_node(term)} }}"]

    def _alternatives(self, position: int, end: int) -> tuple[_Lengthless, int]:
        """How often a path has no length, and the position behind it (the grammar's rules 89 to 96)."""
        total = _Lengthless()
        while True:
            one, position = self._sequence(position, end)
            total = _Lengthless(total.open + one.open, total.closed + one.closed)
            if position >= end or self.text(position) != "|":
                return total, position
            position += 1

    def _sequence(self, position: int, end: int) -> tuple[_Lengthless, int]:
        whole, position = self._step(position, end)
        while position < end and self.text(position) == "/":
            step, position = self._step(position + 1, end)
            whole = _Lengthless(0, whole.open * step.open)
        return whole, position

    def _step(self, position: int, end: int) -> tuple[_Lengthless, int]:
        found = _Lengthless()
        is_negated = False
        while self.text(position) in {"^", "!"}:
            is_negated |= self.text(position) == "!"
            position += 1
        if self.text(position) == "(" and not is_negated:
            found, position = self._alternatives(position + 1, end)
            position += 1
        else:
            position = self.closed(position) if self.text(position) == "(" else position + 1
        while position < end and self.text(position) in {"*", "?", "+"}:
            is_some = self.text(position) == "+" and not found.open
            found, position = _Lengthless() if is_some else _Lengthless(1, 1), position + 1
        return found, position

    def _is_constant(self, span: _Span) -> bool:
        at = span[0]
        return self.kind(at) in _CONSTANTS or self.text(at) in {"+", "-"} or self.word(at) in {"TRUE", "FALSE"}

    def _is_variable(self, span: _Span) -> bool:
        return self.kind(span[0]) == "variable"

    def _flush(self, position: int) -> None:
        """Notes that the branches of the run that ends at a position stand there."""
        if self._pending:
            at = self.stream[position].start if position < len(self.stream) else len(self.query)
            self._edits.append(_Edit(at, at, f" {' '.join(self._pending)} "))
            self._pending = []

    def _char_behind(self, position: int) -> int:
        last = self.stream[min(position, len(self.stream)) - 1]
        return last.start + len(last.text)
