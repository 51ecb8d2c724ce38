"""Values of parameters as users write them → RDF terms."""

from __future__ import annotations

import re
from datetime import date

from kzgraph.errors import ParameterError, nearest
from kzgraph.namespaces import KZO, RDFS, SKOS, XSD, expand, shorten
from kzgraph.project import Project
from kzgraph.sparql import iri_term, literal_term
from kzgraph.stored_query import Parameter, StoredQuery
from kzgraph.stores import Store
from kzgraph.terms import Rows

OPEN = {"open", "all"}
_DATES = {r"\d{4}-\d\d-\d\d": "date", r"\d{4}-\d\d": "gYearMonth", r"\d{4}": "gYear"}
_LABELS = f"<{RDFS}label>|<{SKOS}altLabel>|(^<{KZO}namesThing>/<{KZO}name>)"


def terms_for(query: StoredQuery, given: dict[str, str], project: Project, store: Store) -> dict[str, str]:
    """The SPARQL term of each parameter that has a value, given or by default; the rest stay open variables.

    Raises :class:`UnknownName` for a parameter that the query does not have and :class:`ParameterError` for a
    value that does not fit, saying what is possible.
    """
    values = {p.name: p.default for p in query.parameters if p.default is not None}
    values.update({query.parameter(name).name: value for name, value in given.items()})
    return {
        name: _term(query.parameter(name), value, project, store)
        for name, value in values.items()
        if value.strip().lower() not in OPEN
    }


def _term(parameter: Parameter, value: str, project: Project, store: Store) -> str:
    if parameter.type == "one-of":
        if value not in parameter.choices:
            raise _misfit(parameter, value, f"possible are {', '.join(parameter.choices)}")
        return literal_term(value)
    if parameter.type == "text":
        return literal_term(value)
    if parameter.type == "date":
        return _date(parameter, value)
    if parameter.type in {"integer", "decimal"}:
        pattern = r"[+-]?\d+" if parameter.type == "integer" else r"[+-]?\d+(\.\d+)?"
        if not re.fullmatch(pattern, value, re.ASCII):
            raise _misfit(parameter, value, f"write it as {'42' if parameter.type == 'integer' else '12.5'}")
        return literal_term(value, XSD + parameter.type)
    return iri_term(_thing(parameter, value, project, store))


def _date(parameter: Parameter, value: str) -> str:
    for pattern, datatype in _DATES.items():
        if re.fullmatch(pattern, value, re.ASCII):
            try:
                date.fromisoformat(f"{value}-01-01"[:10] if len(value) == 4 else f"{value}-01"[:10])
            except ValueError:
                break
            return literal_term(value, XSD + datatype)
    raise _misfit(parameter, value, "write a date as 2022-08-24, 2022-08 or 2022")


def _thing(parameter: Parameter, value: str, project: Project, store: Store) -> str:
    """The IRI of the one thing of the parameter's class that a CURIE, an IRI or a label stands for."""
    kind = expand(parameter.type, project.prefixes) or parameter.type
    named = expand(value, project.prefixes)
    if named is not None:
        if _ask(store, f"SELECT ?x WHERE {{ {iri_term(named)} a {iri_term(kind)} . BIND (1 AS ?x) }}"):
            return named
        raise _misfit(parameter, value, _suggestion(value, parameter, kind, project, store))
    label = literal_term(value.strip())
    found = _ask(
        store,
        f"SELECT DISTINCT ?thing WHERE {{ ?thing a {iri_term(kind)} ; {_LABELS} ?label . "
        f"FILTER (LCASE(STR(?label)) = LCASE({label})) }} ORDER BY ?thing",
    )
    if len(found) == 1:
        return found[0][0]
    if found:
        choices = ", ".join(shorten(f[0], project.prefixes) for f in found)
        raise _misfit(parameter, value, f"several things bear that name: {choices}")
    raise _misfit(parameter, value, _suggestion(value, parameter, kind, project, store))


def _suggestion(value: str, parameter: Parameter, kind: str, project: Project, store: Store) -> str:
    known = _ask(
        store, f"SELECT DISTINCT ?thing ?label WHERE {{ ?thing a {iri_term(kind)} ; {_LABELS} ?label }} ORDER BY ?thing"
    )
    if not known:
        return f"the graph has no thing of class {parameter.type}"
    names = {label: shorten(thing, project.prefixes) for thing, label in known}
    names.update({shorten(thing, project.prefixes): shorten(thing, project.prefixes) for thing, _ in known})
    close = nearest(value, names)
    if close:
        things: dict[str, str] = {}
        for name in close:
            things.setdefault(names[name], name)
        return "did you mean " + " or ".join(f"`{n}`" if n == c else f"`{c}` ({n})" for n, c in things.items()) + "?"
    some = sorted(set(names.values()))[:5]
    return f"give a label or a CURIE of a {parameter.type}, such as {', '.join(some)}"


def _ask(store: Store, text: str) -> list[list[str]]:
    answer = store.query(text)
    assert isinstance(answer, Rows)
    return [[term.value if term else "" for term in row] for row in answer.rows]


def _misfit(parameter: Parameter, value: str, hint: str) -> ParameterError:
    kinds = {"one-of": "one of its values", "text": "a text", "date": "a date"}
    wanted = kinds.get(parameter.type, f"a {parameter.type}")
    return ParameterError(f"`{value}` is not {wanted}, which the parameter `{parameter.name}` takes", hint=hint)
