"""Why a fact is not in an answer: the fact is put into the query, way by way, up to the first condition that fails.

Nothing is written by hand for a query: its text says what it asks for, and its header what the tool leaves out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from kzgraph.answers.asking.ask import Answered
from kzgraph.answers.queries.patterns import Condition, Way, ways_of
from kzgraph.answers.queries.sparql import variables, with_prefixes
from kzgraph.answers.things.names import kinds_of
from kzgraph.errors import KzgraphError
from kzgraph.files.project import Project
from kzgraph.namespaces import RDF, expand, shorten
from kzgraph.stores import Store
from kzgraph.stores.rows import rows_of
from kzgraph.terms import Rows, Truth, iri_term

_SECONDS = 10.0  # for each condition that is tried
_MOST_VALUES = 6  # that are named in place of the one that fails


@dataclass(frozen=True)
class Failure:
    """The first condition of a way that does not hold for a fact, and what the fact has instead.

    ``variable`` is where the fact was put in, ``held`` how many conditions held before.
    """

    variable: str
    condition: Condition
    held: int
    conditions: int
    instead: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The failure as an object for JSON."""
        return {
            "variable": self.variable,
            "line": self.condition.line,
            "condition": self.condition.text,
            "held": self.held,
            "conditions": self.conditions,
            "instead": list(self.instead),
        }


@dataclass
class Absence:
    """Whether an answer has a fact, and if not, why: in sentences, and the failures, those that came furthest first.

    ``query`` is the name of the query, ``path`` where it stands, ``rows`` are the numbers of the rows that have the
    fact, from 1.
    """

    query: str
    path: str
    fact: str
    is_there: bool = False
    rows: list[int] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """The answer to "why not" as an object for JSON."""
        told = {"query": self.query, "fact": self.fact, "is_there": self.is_there, "rows": self.rows}
        return {**told, "reasons": self.reasons, "failures": [f.as_json() for f in self.failures]}


def explain_absence(project: Project, answered: Answered, fact: str, store: Store) -> Absence:
    """Why an answer lacks a fact, or in which rows it is, by their numbers from 1.

    Raises the errors of :meth:`kzgraph.stores.Store.query`.
    """
    found = Absence(answered.query.name, answered.query.path, fact, rows=_rows_with(answered, fact))
    if found.rows:
        found.is_there = True
    elif _is_bound(answered, fact):
        found.reasons = [_left_out(answered, fact)]
    else:
        found.failures = _failures(project, answered, fact, store)
        found.reasons = [] if found.failures else ["no part of the query could take the fact"]
    return found


def _rows_with(answered: Answered, fact: str) -> list[int]:
    if answered.cited:
        return [
            n
            for n, row in enumerate(answered.cited.rows, 1)
            if any(fact in cell.facts or fact in cell.things for cell in row.values())
        ]
    return _bound_rows(answered, fact)


def _bound_rows(answered: Answered, fact: str) -> list[int]:
    rows = answered.answer.rows if isinstance(answered.answer, Rows) else []
    return [n for n, row in enumerate(rows, 1) if any(t and fact in t.value.split() for t in row)]


def _is_bound(answered: Answered, fact: str) -> bool:
    return answered.cited is not None and bool(_bound_rows(answered, fact))


def _left_out(answered: Answered, fact: str) -> str:
    """Why a fact that the query finds is not shown."""
    gone = answered.cited.gone if answered.cited else {}
    if fact in gone:
        return f"the query finds it; it is one of the facts {gone[fact]}"
    return "the query finds it, and another fact tells the same value more firmly"


def _failures(project: Project, answered: Answered, fact: str, store: Store) -> list[Failure]:
    query = answered.query
    ways = ways_of(answered.text)
    used = {v for way in ways for c in way for v in variables(c.text)}
    named = [v for c in query.cells for v in c.fact_variables] or list(query.facts)
    names = [v for v in dict.fromkeys(named) if v in used] or sorted({c.subject[1:] for w in ways for c in w} & used)
    found: list[Failure] = []
    for way in ways:
        mentioned = {v for c in way for v in variables(c.text)}
        for name in names:
            if name in mentioned:
                failure = _first_failure(project, way, name, fact, store)
                if failure is not None and failure not in found:
                    found.append(failure)
    return sorted(_furthest(found), key=lambda f: (f.conditions - f.held, f.condition.line))


def _furthest(failures: Iterable[Failure]) -> list[Failure]:
    """For each condition that failed, the way that held longest before it."""
    best: dict[tuple[str, int, str], Failure] = {}
    for failure in failures:
        key = (failure.variable, failure.condition.line, failure.condition.text)
        best[key] = max(best.get(key, failure), failure, key=lambda f: f.held)
    return list(best.values())


def _first_failure(project: Project, way: Way, name: str, fact: str, store: Store) -> Failure | None:
    """The first condition that fails with the fact in a variable; None if all hold, or if none can be tried.

    Conditions on the fact itself are tried first: they say most.
    """
    name = source_of(way, name)
    own = [c for c in way if name in variables(c.text) and c.is_triple]
    others = [c for c in way if c not in own]
    assigned = [c for c in others if c.text.upper().startswith(("BIND", "VALUES")) and f"?{name}" in c.text]
    if not own and not assigned:
        return None
    filters = [c for c in others if c.text.upper().startswith("FILTER")]
    order = [*own, *(c for c in others if c not in filters), *filters]
    for number in range(1, len(order) + 1):
        if not _holds(project, order[:number], name, fact, store):
            failing = order[number - 1]
            instead = _instead(project, failing, name, fact, store)
            shown = replace(failing, text=_short(failing.text, project))
            return Failure(name, shown, number - 1, len(order), tuple(instead))
    return None


def source_of(way: Way, name: str) -> str:
    """The variable that a way copies into another by ``BIND (?source AS ?name)``; the name itself without that."""
    copied = (re.fullmatch(rf"BIND \(\s*\?(\w+) AS \?{name}\s*\)", c.text, re.IGNORECASE) for c in way)
    return next((found[1] for found in copied if found), name)


def _holds(project: Project, conditions: list[Condition], name: str, fact: str, store: Store) -> bool:
    try:
        text = pattern_with(conditions, name, [fact])
        answer = store.query(with_prefixes(f"ASK {{ {text} }}", project.prefixes), timeout=_SECONDS)
    except KzgraphError:
        return True  # what cannot be tried is not to blame
    return not isinstance(answer, Truth) or answer.value


def pattern_with(conditions: Iterable[Condition], name: str, facts: Collection[str]) -> str:
    """The SPARQL of some conditions with one of some facts in a variable."""
    told = list(conditions)
    terms = [iri_term(fact) for fact in facts]
    text = " ".join(c.text for c in told)
    if any(c.text.upper().startswith("BIND") and f"AS ?{name}" in c.text for c in told):
        return f"{text} FILTER (?{name} IN ({', '.join(terms)}))"
    return f"VALUES ?{name} {{ {' '.join(terms)} }} {text}"


def _instead(project: Project, condition: Condition, name: str, fact: str, store: Store) -> list[str]:
    """The values that the fact has for the property of a condition on it; its classes where a class was asked for."""
    if condition.subject != f"?{name}":
        return []
    is_class = condition.predicate in {"a", "rdf:type"}
    iri = RDF + "type" if is_class else expand(condition.predicate, project.prefixes)
    if not iri or any(mark in condition.predicate for mark in "/|^*+"):
        return []
    rows = rows_of(store, f"SELECT DISTINCT ?v WHERE {{ {iri_term(fact)} {iri_term(iri)} ?v }} ORDER BY ?v")
    values = [r["v"].value for r in rows if r["v"].kind != "bnode"]
    if is_class:
        values = kinds_of(store, [fact]).get(fact, values)
    return [shorten(value, project.prefixes) for value in values][:_MOST_VALUES]


def _short(text: str, project: Project) -> str:
    """SPARQL with the project's prefixes in place of whole IRIs."""
    return re.sub(r"<([^<>\s]+)>", lambda found: shorten(found[1], project.prefixes), text).removesuffix(" .")
