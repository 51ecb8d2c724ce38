"""A stored query without rows, in words: what no document says, and for which other values a document says it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kzgraph.answers.asking.ask import ask, prepare
from kzgraph.answers.evidence.labels import labels_of
from kzgraph.answers.queries.header import DATE_RULES, Parameter
from kzgraph.answers.queries.parameters import values_given
from kzgraph.answers.queries.sparql import projection
from kzgraph.answers.queries.stored_query import StoredQuery
from kzgraph.answers.things.find import find_thing
from kzgraph.dates import PartialDate
from kzgraph.errors import KzgraphError, LimitReached
from kzgraph.files.project import Project
from kzgraph.stores import Store
from kzgraph.terms import Rows
from kzgraph.wording.numbers import counted

_MOST = 5  # values that are named in a sentence
_SELECT = re.compile(r"SELECT\s+(?:DISTINCT\s+|REDUCED\s+)?(?:[?$]\w+\s+)+(?=WHERE\b|\{)", re.IGNORECASE)
_RULES = {"from": " from {} on", "until": " until {}", "at": " on {}", "attested": " on {}"}
_SIMPLE = {"date", "integer", "decimal", "text", "one-of"}


def silence(
    project: Project, query: StoredQuery, given: Mapping[str, str], store: Store, language: str = "en"
) -> list[str]:
    """Sentences for a stored query that has no rows: that no document says it, and for which other values one does.

    Empty for a query without a header. Raises the errors of :meth:`kzgraph.stores.Store.query`.
    """
    if not query.cells:
        return []
    values = values_given(query, given)
    named = {p.name: _label(project, p, values[p.name], store, language) for p in query.parameters if p.name in values}
    return [_sentence(query, named), *_others(project, query, given, store, language)]


def reasons(
    project: Project, query: StoredQuery, text: str, given: Mapping[str, str], store: Store, language: str = "en"
) -> list[str]:
    """Sentences on why a query has no rows, of a stored one about documents, of others about the graph."""
    from kzgraph.answers.missing.empty_answers import explain_empty

    try:
        return silence(project, query, given, store, language) or explain_empty(project, text, store)
    except LimitReached:  # the answer itself is whole
        return ["there was no time left to look for the reason"]


def no_rows(project: Project, query: StoredQuery, given: Mapping[str, str], store: Store, language: str = "en") -> str:
    """A sentence for a query that has no rows: that no document says it."""
    values = values_given(query, given)
    named = {p.name: _label(project, p, values[p.name], store, language) for p in query.parameters if p.name in values}
    return f"{_sentence(query, named)}."


def _sentence(query: StoredQuery, named: Mapping[str, str]) -> str:
    dated = [p for p in query.parameters if p.rule in _RULES and p.name in named]
    days = "".join(_RULES[p.rule].format(named[p.name]) for p in dated)
    if query.nothing:
        words = {p.name: named.get(p.name, _unnamed(p)) for p in query.parameters}
        return query.nothing.format_map(words) + days
    things = [named[p.name] for p in query.parameters if p.rule not in DATE_RULES and p.name in named]
    about = f" for {' and '.join(things)}" if things else ""
    return f"No document answers this{about}{days}: {query.summary}"


def _unnamed(parameter: Parameter) -> str:
    return "anybody" if parameter.type.endswith(("Person", "Actor")) else "anything"


def _label(project: Project, parameter: Parameter, value: str, store: Store, language: str) -> str:
    if parameter.type in _SIMPLE:
        date = PartialDate.parse_plain(value) if parameter.type == "date" else None
        return date.words if date else value
    iri = find_thing(value, project, store)
    return labels_of(store, [iri], language).get(iri, value)


def _others(project: Project, query: StoredQuery, given: Mapping[str, str], store: Store, language: str) -> list[str]:
    """For each value that was given: the values for which there are rows, or how many rows there are without it."""
    told = []
    for parameter in query.parameters:
        if parameter.name not in given:
            continue
        without = {name: value for name, value in given.items() if name != parameter.name}
        try:
            if parameter.type in _SIMPLE:
                rows = ask(project, query, dict(without), store).cited
                count = len(rows.rows) if rows else 0
                if count:
                    told += [f"without {parameter.name} there are {counted(count, 'row')}"]
            else:
                told += _answered_for(project, query, without, parameter, store, language)
        except KzgraphError:  # the reason is no more than a help
            continue
    return told


def _answered_for(
    project: Project, query: StoredQuery, given: Mapping[str, str], parameter: Parameter, store: Store, language: str
) -> list[str]:
    """A sentence with the values of a parameter for which the query has rows, if its text can be asked for them."""
    text = prepare(project, query, {**given, parameter.name: "open"}, store)
    asked, changed = _SELECT.subn(f"SELECT DISTINCT ?{parameter.name} ", text, count=1)
    if not changed or not projection(text):
        return []
    found = store.query(asked)
    iris = [row[0].value for row in found.rows if row[0] and row[0].kind == "uri"] if isinstance(found, Rows) else []
    shown = sorted(set(labels_of(store, iris, language).values()))
    left = len(shown) - _MOST
    more = f" and {left} more" if left > 0 else ""
    return [f"there are rows for {parameter.name} = {', '.join(shown[:_MOST])}{more}"] if shown else []
