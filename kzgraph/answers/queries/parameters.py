"""Values of parameters as users write them → RDF terms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress

from kzgraph.answers.queries.header import Parameter
from kzgraph.answers.queries.stored_query import StoredQuery
from kzgraph.answers.things.find import find_thing
from kzgraph.dates import DATE_FORMS, PartialDate
from kzgraph.errors import ParameterError, UsageError
from kzgraph.files.project import Project
from kzgraph.namespaces import OWL, XSD, expand, shorten
from kzgraph.stores import Store
from kzgraph.stores.rows import rows_of
from kzgraph.terms import iri_term, literal_term

OPEN = {"open", "all"}
_ANY = OWL + "Thing"


def terms_for(query: StoredQuery, given: dict[str, str], project: Project, store: Store) -> dict[str, str]:
    """The SPARQL term of each parameter that has a value, given or by default; the rest stay open variables.

    Raises :class:`UnknownName` for a parameter that the query does not have and :class:`ParameterError` for a
    value that does not fit, saying what is possible.
    """
    return {
        name: _term(query.parameter(name), value, project, store) for name, value in values_given(query, given).items()
    }


def values_given(query: StoredQuery, given: Mapping[str, str]) -> dict[str, str]:
    """The value of each parameter that has one, given or by default, as it is written; a date as ``2022-08-24``.

    Raises :class:`UnknownName` for a parameter that the query does not have.
    """
    values = {p.name: p.default for p in query.parameters if p.default is not None}
    values.update({(p := query.parameter(name)).name: _plain(p, value) for name, value in given.items()})
    return {name: value for name, value in values.items() if not _is_open(query.parameter(name), value)}


def _is_open(parameter: Parameter, value: str) -> bool:
    """Whether a word takes the value of a parameter away.

    One of its choices does not, and no text where there is no default that could be taken away.
    """
    is_word = value.strip().lower() in OPEN and value not in parameter.choices
    return is_word and (parameter.type != "text" or parameter.default is not None)


def _plain(parameter: Parameter, value: str) -> str:
    """A value as it is written, but a date in words as its figures; what is no date is told where terms are made."""
    with suppress(UsageError):
        return str(PartialDate.typed(value)) if parameter.type == "date" else value
    return value


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
    date = PartialDate.parse_plain(value)
    if date is None:
        raise _misfit(parameter, value, f"write a date as {DATE_FORMS}")
    return literal_term(value, date.datatype)


def _thing(parameter: Parameter, value: str, project: Project, store: Store) -> str:
    """The IRI of the one thing of the parameter's class that a CURIE, an IRI or a name stands for.

    ``owl:Thing`` is the class of everything, which no store says of each thing.
    """
    kind = expand(parameter.type, project.prefixes) or parameter.type
    wanted = "" if kind == _ANY else kind
    try:
        return find_thing(value, project, store, kind=wanted, what=parameter.type, exact=True)
    except UsageError as error:
        is_told = not wanted or error.hint.startswith(("did you mean", "say which", "give"))
        raise _misfit(parameter, value, error.hint if is_told else _some(kind, project, store)) from error


def _some(kind: str, project: Project, store: Store) -> str:
    """A few things of a class, as a hint what a parameter takes."""
    found = rows_of(store, f"SELECT DISTINCT ?thing WHERE {{ ?thing a {iri_term(kind)} }} ORDER BY ?thing LIMIT 5")
    if not found:
        told = f"the graph has no thing of class {shorten(kind, project.prefixes)}"
        return f"{told}; a store that lacks the project's graph is filled by `kzgraph load --store STORE`"
    return f"possible are {', '.join(shorten(r['thing'].value, project.prefixes) for r in found)} …"


def _misfit(parameter: Parameter, value: str, hint: str) -> ParameterError:
    kinds = {"one-of": "one of its values", "text": "a text", "date": "a date", "owl:Thing": "the name of a thing"}
    wanted = kinds.get(parameter.type, f"a {parameter.type}")
    return ParameterError(f"`{value}` is not {wanted}, which the parameter `{parameter.name}` takes", hint=hint)
