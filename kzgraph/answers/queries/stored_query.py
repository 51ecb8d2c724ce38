"""Stored queries: ``.rq`` files with a ``#+`` YAML header, found by name, with typed parameters.

The header is grlc's (summary, description, tags, defaults …) with one key more, ``kzgraph:``, that holds the
question, the parameters, the columns for people, the columns of facts whose citations are a row's sources, and the
fewest rows that an answer may have.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kzgraph import __version__
from kzgraph.errors import InputError, SyntaxProblem, UnknownName, UsageError
from kzgraph.files.project import Project

_GRLC = {"summary", "description", "tags", "defaults", "endpoint", "method", "pagination", "enumerate", "transform"}
_OWN = {"question", "params", "columns", "facts", "min-rows"}
_PARAMETER = {"type", "default", "description"}
CHECKS = "checks"
_SIMPLE_TYPES = ("date", "integer", "decimal", "text")


@dataclass(frozen=True)
class Parameter:
    """A variable of a stored query that the user may give a value.

    ``type`` is the CURIE of a class (a thing of that class), ``date``, ``integer``, ``decimal``, ``text`` or
    ``one-of``, for which ``choices`` are the possible values. Without ``default`` the variable stays open.
    """

    name: str
    type: str
    default: str | None = None
    description: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class StoredQuery:
    """A query with what its header says; ``path`` is where it was found, as shown to the user."""

    name: str
    path: str
    text: str
    summary: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    question: str = ""
    parameters: tuple[Parameter, ...] = ()
    columns: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    min_rows: int = 0

    def parameter(self, name: str) -> Parameter:
        """The parameter of a name; raises :class:`UnknownName` with what is possible."""
        names = [p.name for p in self.parameters]
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        told = f"`{self.name}` takes {', '.join(names) or 'no parameters'}"
        raise UnknownName("parameter", name, names, see=told)


def stored_queries(project: Project) -> dict[str, Path]:
    """The paths of all stored queries by name; raises :class:`InputError` if two have the same name.

    The check queries below ``queries/checks`` are no questions, and are left out.
    """
    found: dict[str, Path] = {}
    checks = project.root / "queries" / CHECKS
    for path in project.files("queries", ".rq"):
        if path.is_relative_to(checks):
            continue
        if path.stem in found:
            other = project.relative(found[path.stem])
            raise InputError(f"has the same name as {other}", place=project.relative(path))
        found[path.stem] = path
    return found


def find_query(project: Project, name: str, cache: Path | None = None) -> StoredQuery:
    """A stored query by name (with or without ``.rq``), or the query in a file.

    A name with a path separator, or of a file in the working folder that is not the name of a stored query, is a path.
    Raises :class:`UnknownName`, :class:`InputError` or :class:`SyntaxProblem`.
    """
    queries = stored_queries(project)
    stem = name.removesuffix(".rq")
    path = queries.get(stem)
    if path is None or "/" in name or os.sep in name:
        path = Path(name)
        if not os.path.isfile(name):
            if "{" in name:
                raise UsageError("QUERY is a name or a file", hint="give a query's text to `kzgraph query -`")
            if "/" in name or os.sep in name or (stem != name and not queries):
                raise InputError("there is no such file", place=name)
            raise UnknownName("stored query", stem, queries, see="`kzgraph queries` lists them")
    return read_query(path, project.relative(path), cache)


def read_query(path: Path, shown: str, cache: Path | None = None) -> StoredQuery:
    """The query in a file, with its header; parsed headers are kept in the folder ``cache`` if one is given."""
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"is not UTF-8 at byte {error.start}", place=shown) from error
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", place=shown) from error
    return parse_query(text, path.stem, shown, cache)


def parse_query(text: str, name: str, shown: str, cache: Path | None = None) -> StoredQuery:
    """A query from its text; a text without header is a query without parameters and sources."""
    if not any(line.startswith("#+") for line in text.splitlines()):
        return StoredQuery(name, shown, text)
    key = hashlib.sha256(f"{__version__}\n{text}".encode()).hexdigest()[:32]
    kept = cache / "headers" / f"{key}.json" if cache else None
    if kept is not None:
        try:
            return _revive(json.loads(kept.read_bytes()), name, shown, text)
        except (OSError, ValueError, TypeError, KeyError):
            pass  # not kept yet, or damaged: parse the header again
    query = _from_header(text, name, shown)
    if kept is not None:
        _keep(kept, query)
    return query


def _keep(kept: Path, query: StoredQuery) -> None:
    data = {k: v for k, v in asdict(query).items() if k not in {"name", "path", "text"}}
    draft = kept.with_name(f"{kept.name}.{os.getpid()}")
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(data), "utf-8")
        os.replace(draft, kept)
    except OSError:
        return  # the cache cannot be written: the header is parsed each time


def _revive(data: dict[str, Any], name: str, shown: str, text: str) -> StoredQuery:
    parameters = tuple(Parameter(**{**p, "choices": tuple(p["choices"])}) for p in data.pop("parameters"))
    lists: dict[str, Any] = {k: tuple(data.pop(k)) for k in ("tags", "columns", "facts")}
    return StoredQuery(name, shown, text, parameters=parameters, **lists, **data)


def _from_header(text: str, name: str, shown: str) -> StoredQuery:
    data, reader = read_header(text, shown)
    reader.check("the header", data, _GRLC | {"kzgraph"})
    own = data.get("kzgraph") or {}
    reader.check("kzgraph", own, _OWN)
    params = own.get("params") or {}
    reader.check("params", params, None)
    return StoredQuery(
        name=name,
        path=shown,
        text=text,
        summary=reader.text(data, "summary"),
        description=reader.text(data, "description"),
        tags=reader.names(data, "tags"),
        question=reader.text(own, "question"),
        parameters=tuple(reader.parameter(str(n), p) for n, p in params.items()),
        columns=reader.names(own, "columns"),
        facts=reader.names(own, "facts"),
        min_rows=reader.number(own, "min-rows"),
    )


def read_header(text: str, shown: str) -> tuple[dict[str, Any], HeaderReader]:
    """The header of a query as YAML has it, and what checks its values; raises :class:`SyntaxProblem` with the line.

    A text without header has an empty one.
    """
    import yaml

    lines = text.splitlines()
    first = next((i for i, line in enumerate(lines) if line.startswith("#+")), len(lines))
    header = "\n".join(line[2:].removeprefix(" ") if line.startswith("#+") else "" for line in lines[first:])
    try:
        data = yaml.safe_load(header) if header else {}
    except yaml.MarkedYAMLError as error:
        last = max(i for i, line in enumerate(lines) if line.startswith("#+"))
        line = min(first + (error.problem_mark.line if error.problem_mark else 0), last) + 1
        raise SyntaxProblem(f"the header is not valid YAML: {error.problem}", place=f"{shown}:{line}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a character or a value that YAML does not have
        told = " ".join(str(error).split()) or "it is nested too deeply"
        raise SyntaxProblem(f"the header is not valid YAML: {told}", place=f"{shown}:{first + 1}") from error
    return data, HeaderReader(shown, lines)


class HeaderReader:
    """Checks the values of a header; each error names the line of the key."""

    def __init__(self, shown: str, lines: list[str]) -> None:
        self._shown = shown
        self._lines = lines

    def error(self, message: str, key: str = "") -> SyntaxProblem:
        """An error at the line of a key."""
        found = re.compile(rf"#\+.*\b{re.escape(key)}\b")
        line = next((i for i, text in enumerate(self._lines, 1) if found.match(text)), 1)
        return SyntaxProblem(message, place=f"{self._shown}:{line}")

    def check(self, what: str, value: Any, allowed: set[str] | None) -> None:
        """Refuses what is no mapping, and keys that are not allowed."""
        if not isinstance(value, dict):
            raise self.error(f"{what} must be a mapping of keys to values", what)
        for key in value:
            if not isinstance(key, str):
                raise self.error(f"{what} has the key `{key}`, which YAML does not read as a text: put it in quotes")
            if allowed is not None and key not in allowed:
                raise self.error(f"{what} has an unknown key `{key}` (known: {', '.join(sorted(allowed))})", str(key))

    def text(self, data: dict[str, Any], key: str) -> str:
        """The text of a key, in one line; empty without the key."""
        value = data.get(key, "")
        if not isinstance(value, str):
            raise self.error(f"`{key}` must be a text", key)
        return " ".join(value.split())

    def names(self, data: dict[str, Any], key: str) -> tuple[str, ...]:
        """The list of names of a key; empty without the key."""
        value = data.get(key) or []
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise self.error(f"`{key}` must be a list of names", key)
        return tuple(value)

    def number(self, data: dict[str, Any], key: str) -> int:
        """The whole number of a key; 0 without the key."""
        value = data.get(key, 0)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.error(f"`{key}` must be a whole number", key)
        return value

    def parameter(self, name: str, data: Any) -> Parameter:
        """A parameter from what the header says of it."""
        self.check(name, data, _PARAMETER)
        kind = data.get("type", "text")
        choices: tuple[str, ...] = ()
        if isinstance(kind, list):
            kind, choices = "one-of", tuple(str(c) for c in kind)
        elif not isinstance(kind, str) or (kind not in _SIMPLE_TYPES and ":" not in kind):
            raise self.error(f"`{kind}` is no type: use a class such as kzo:Actor, a list, {_SIMPLE_TYPES}", name)
        default = data.get("default")
        if isinstance(default, list | dict):
            raise self.error(f"the default of `{name}` must be one value", name)
        return Parameter(name, kind, None if default is None else str(default), self.text(data, "description"), choices)
