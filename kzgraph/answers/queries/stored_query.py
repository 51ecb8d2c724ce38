"""Stored queries: ``.rq`` files with a ``#+`` YAML header, found by name, with typed parameters.

The header is grlc's (summary, description, tags, defaults …) with one key more, ``kzgraph:``. It holds the question,
the parameters, what makes a row, what each column shows and which fact states it, and the fewest rows that an answer
may have. An older form names the columns for people and those of facts whose citations are a row's sources.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from kzgraph.answers.cells.columns import FIRMNESS_OF, SORTS, Column
from kzgraph.answers.queries.header import DATE_RULES, GRLC, LEFT_OUT, OWN, Parameter, lines_of, read_header
from kzgraph.answers.queries.picture_header import PictureDescription, picture_of, read_picture
from kzgraph.answers.queries.short_header import read_short
from kzgraph.answers.queries.sparql import values_of
from kzgraph.answers.short.description import ShortDescription, revived
from kzgraph.errors import InputError, KzgraphError, UnknownName, UsageError
from kzgraph.files.project import Project
from kzgraph.stores.disk.cache import clear, make_own, tell_damage
from kzgraph.version import __version__
from kzgraph.walls.reading import file_json, file_text
from kzgraph.walls.unfinished import begun

_FORM = 2  # of what is kept of a header: another one is kept apart
CHECKS = "checks"


class StoredQuery(NamedTuple):
    """A query with what its header says; ``path`` is where it was found, as shown to the user.

    ``cells`` are the columns with what each shows, ``rows`` the variables that make a row, ``sort`` the columns by
    which the rows are sorted, ``left_out`` the facts that are left out, ``marks_at`` the column in which marks of the
    whole row stand, ``short`` how the short view is made; they are empty for a query without a header, or with one of
    the older form. ``asked`` are words and phrases in which people ask it,
    ``nothing`` is the sentence of an answer without rows, with the names of parameters in braces. ``picture`` is what a
    page draws of the answer.
    """

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
    rows: tuple[str, ...] = ()
    cells: tuple[Column, ...] = ()
    sort: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    marks_at: str = ""
    short: ShortDescription | None = None
    asked: tuple[str, ...] = ()
    nothing: str = ""
    picture: PictureDescription | None = None

    @property
    def needed(self) -> list[str]:
        """The variables that the query must return for what its header says."""
        if not self.cells:
            return [*self.columns, *self.facts]
        dated = [v for p in self.parameters if p.rule in DATE_RULES for v in (p.of, p.per) if v]
        return list(dict.fromkeys([*self.rows, *(v for c in self.cells for v in c.variables), *dated]))

    def shown(self, returned: Sequence[str]) -> list[str]:
        """The columns that people see of those that the query returns: the header's, else all without facts, else all.

        It is for queries with a header of the older form, or with none.
        """
        named = [c for c in self.columns if c in returned]
        return named or [c for c in returned if c not in self.facts] or [*returned]

    def parameter(self, name: str) -> Parameter:
        """The parameter of a name; raises :class:`UnknownName` with what is possible."""
        names = [p.name for p in self.parameters]
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        told = f"`{self.name}` takes {', '.join(names) or 'no parameters'}"
        raise UnknownName("parameter", name, names, see=told)


def stored_queries(project: Project, end: str = "") -> dict[str, Path]:
    """The paths of all stored queries by name, or of those whose names end so; of those of one name the first.

    The check queries below ``queries/checks`` are no questions, and are left out.
    """
    return _named(project, end)[0]


def without_own_name(project: Project) -> dict[Path, InputError]:
    """The stored queries that cannot be asked by name, because another has it, each with the error that says so."""
    return _named(project)[1]


def _named(project: Project, end: str = "") -> tuple[dict[str, Path], dict[Path, InputError]]:
    """The paths of :func:`stored_queries` and the errors of :func:`without_own_name`, by one look at the folder."""
    found: dict[str, Path] = {}
    twins: dict[Path, InputError] = {}
    checks = project.root / "queries" / CHECKS
    for path in project.files("queries", f"{end}.rq"):
        if path.is_relative_to(checks):
            continue
        if path.stem in found:
            told = f"has the same name as {project.relative(found[path.stem])}"
            hint = "give each query a name of its own"
            twins[path] = InputError(told, place=project.relative(path), hint=hint)
        else:
            found[path.stem] = path
    return found, twins


def readable_queries(project: Project, cache: Path | None = None) -> list[StoredQuery]:
    """The stored queries, by name, without those that cannot be read or share their name, of which a note says why."""
    found = []
    paths, twins = _named(project)
    for error in twins.values():
        tell_left_out(error)
    for _, path in sorted(paths.items()):
        try:
            found.append(read_query(path, project.relative(path), cache))
        except InputError as error:
            tell_left_out(error)
    return found


def tell_left_out(error: KzgraphError, becomes: str = "it is left out") -> None:
    """Says what becomes of a stored query, and why: on standard error, or to a program's log."""
    logging.getLogger("kzgraph").warning("note: the stored query cannot be asked, so %s: %s", becomes, error)


def find_query(project: Project, name: str, cache: Path | None = None) -> StoredQuery:
    """A stored query by name (with or without ``.rq``), or the query in a file.

    A name with a path separator, or of a file in the working folder that is not the name of a stored query, is a path.
    Raises :class:`UnknownName`, :class:`InputError` or :class:`SyntaxProblem`.
    """
    stem = name.removesuffix(".rq")
    paths, twins = _named(project, stem)
    twin = next((error for path, error in twins.items() if path.stem == stem), None)
    if twin is not None and "/" not in name:
        raise twin
    path = paths.get(stem)
    if path is None or "/" in name or os.sep in name:
        path = Path(name)
        if not os.path.isfile(name):
            if "{" in name:
                raise UsageError("QUERY is a name or a file", hint="give a query's text to `kzgraph query -`")
            queries = stored_queries(project)
            if "/" in name or os.sep in name or (stem != name and not queries):
                raise InputError("there is no such file", place=name)
            raise UnknownName("stored query", stem, queries, see="`kzgraph queries` lists them")
    return read_query(path, project.relative(path), cache)


def read_query(path: Path, shown: str, cache: Path | None = None) -> StoredQuery:
    """The query in a file, with its header; parsed headers are kept in the folder ``cache`` if one is given."""
    return parse_query(file_text(path, shown), path.stem, shown, cache)


def parse_query(text: str, name: str, shown: str, cache: Path | None = None) -> StoredQuery:
    """A query from its text; a text without header is a query without parameters and sources."""
    if not any(line.startswith("#+") for line in lines_of(text)):
        return StoredQuery(name, shown, text)
    key = hashlib.sha256(f"{__version__} {_FORM}\n{text}".encode()).hexdigest()[:32]
    kept = cache / "headers" / f"{key}.json" if cache else None
    if kept is not None and os.path.lexists(kept):
        try:
            return _revive(_kept(kept), name, shown, text)
        except (InputError, TypeError, LookupError, AttributeError):
            tell_damage("what is kept of headers of queries")
    query = _from_header(text, name, shown)
    if kept is not None:
        _keep(kept, query)
    return query


def _kept(path: Path) -> Any:
    """What is kept of a header; raises :class:`InputError` for what is not as it was kept."""
    told = file_json(path)
    if told["sum"] != sum_of(told["header"]):
        raise InputError("is damaged", place=str(path))
    return told["header"]


def sum_of(data: Any) -> str:
    """The digest by which damage to what is kept of a header is seen."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def _keep(kept: Path, query: StoredQuery) -> None:
    data = {k: _as_data(v) for k, v in query._asdict().items() if k not in {"name", "path", "text"}}
    draft = begun(kept.with_name(f"{kept.name}.{os.getpid()}"))
    try:
        make_own(kept.parent.parent)
        make_own(kept.parent)
        if kept.is_dir():
            clear(kept)
        draft.write_text(json.dumps({"sum": sum_of(data), "header": data}), "utf-8")
        os.replace(draft, kept)
    except OSError:
        return  # the cache cannot be written: the header is parsed each time


def _as_data(value: Any) -> Any:
    """A value of a header as JSON can hold it: a tuple with named parts as an object."""
    if hasattr(value, "_asdict"):
        return {name: _as_data(part) for name, part in value._asdict().items()}
    return [_as_data(part) for part in value] if isinstance(value, tuple) else value


def _revive(data: dict[str, Any], name: str, shown: str, text: str) -> StoredQuery:
    parameters = tuple(Parameter(**{**p, "choices": tuple(p["choices"])}) for p in data.pop("parameters"))
    cells = tuple(_column(c) for c in data.pop("cells"))
    short, picture = revived(data.pop("short")), picture_of(data.pop("picture"))
    named = ("tags", "columns", "facts", "rows", "sort", "left_out", "asked")
    lists: dict[str, Any] = {k: tuple(data.pop(k)) for k in named}
    return StoredQuery(
        name, shown, text, parameters=parameters, cells=cells, short=short, picture=picture, **lists, **data
    )


def _column(data: dict[str, Any]) -> Column:
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
    return Column(**values)


def _from_header(text: str, name: str, shown: str) -> StoredQuery:
    data, reader = read_header(text, shown)
    reader.check("the header", data, GRLC | {"kzgraph"})
    own = data.get("kzgraph") or {}
    reader.check("kzgraph", own, OWN)
    params = own.get("params") or {}
    reader.check("params", params, None)
    defaults = values_of(text)
    said = own.get("columns")
    cells = reader.columns(said) if isinstance(said, dict) else ()
    if cells and "facts" in own:
        raise reader.error("`facts` belongs to a header in which `columns` is a list", "facts")
    return StoredQuery(
        name=name,
        path=shown,
        text=text,
        summary=reader.text(data, "summary"),
        description=reader.text(data, "description"),
        tags=reader.names(data, "tags"),
        question=reader.text(own, "question"),
        parameters=tuple(reader.parameter(str(n), p, defaults.get(str(n))) for n, p in params.items()),
        columns=tuple(c.name for c in cells) or reader.names(own, "columns"),
        facts=reader.names(own, "facts"),
        min_rows=reader.number(own, "min-rows"),
        rows=reader.names(own, "rows"),
        cells=cells,
        sort=reader.chosen(own, "sort", [*(p + c.name for c in cells for p in ("", FIRMNESS_OF)), *SORTS]),
        left_out=reader.chosen(own, "leave-out", LEFT_OUT),
        marks_at=reader.one_of(own, "marks-at", [c.name for c in cells]),
        short=read_short(reader, own.get("short"), tuple(c.name for c in cells)),
        asked=reader.names(own, "ask"),
        nothing=reader.sentence(own, "nothing", [str(n) for n in params]),
        picture=read_picture(reader, own.get("picture"), cells),
    )
