"""Queries as rdflib takes them apart: the parts of their algebra, and what leads from a subject to a value."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

_SEEING = {"Builtin_STR", "Builtin_DATATYPE", "Builtin_LANG", "Builtin_sameTerm", "Function", "Extend", "Bind"}


def parts(algebra: Any) -> Iterator[Any]:
    """All parts of a query, as rdflib has it."""
    from rdflib.plugins.sparql.parserutils import CompValue

    todo: list[Any] = [algebra]
    while todo:
        part = todo.pop(0)
        if isinstance(part, CompValue):
            yield part
            todo += part.values()
        elif isinstance(part, list | tuple | set):
            todo += part


def is_literal(term: Any) -> bool:
    """Whether a term of a pattern is a literal."""
    import rdflib

    return isinstance(term, rdflib.Literal)


def is_path(predicate: Any) -> bool:
    """Whether a pattern has a path in the place of a predicate, and not one property."""
    from rdflib.paths import Path

    return isinstance(predicate, Path)


def may_be_one_of(predicate: Any, others: Collection[str]) -> bool:
    """Whether what leads from a subject to a value may be one of some predicates."""
    from rdflib import URIRef
    from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath

    if isinstance(predicate, URIRef):
        return str(predicate) in others
    if isinstance(predicate, SequencePath | AlternativePath):
        return any(may_be_one_of(part, others) for part in predicate.args)
    if isinstance(predicate, InvPath):
        return may_be_one_of(predicate.arg, others)
    if isinstance(predicate, MulPath):
        return may_be_one_of(predicate.path, others)
    return bool(others)  # a variable, or all but some


def leads_ahead(predicate: Any) -> bool:
    """Whether only the end of a path can be a literal: no step leads back, none may be left out."""
    from rdflib import URIRef
    from rdflib.paths import SequencePath

    if isinstance(predicate, SequencePath):
        return all(isinstance(step, URIRef) for step in predicate.args)
    return not is_path(predicate)


def sees_writing(part: Any, variables: set[Any]) -> bool:
    """Whether a part of a query may see how the values of some variables are written."""
    own = [value for key, value in part.items() if key not in {"p", "_vars"}]  # not the pattern that it works on
    return part.name in _SEEING and _names(own, variables)


def _names(value: Any, variables: set[Any]) -> bool:
    if isinstance(value, list | tuple | set):
        return any(_names(v, variables) for v in value)
    if hasattr(value, "values"):
        return any(_names(v, variables) for v in value.values())
    return value in variables
