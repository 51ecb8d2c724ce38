"""The key ``short:`` of a header: how the short view of the answer is made."""

from __future__ import annotations

from typing import Any

from kzgraph.answers.cells.marks import LEVELS
from kzgraph.answers.queries.header import HeaderReader
from kzgraph.answers.short.description import (
    FIRMNESS,
    MOST_LINES,
    MOST_ROWS,
    GroupRule,
    RowFilter,
    ShortColumn,
    ShortDescription,
)
from kzgraph.answers.short.headlines import Placeholder
from kzgraph.answers.short.templates import placeholders

_KEYS = {"row", "columns", "across", "show", "groups", "headline", "sort", "most", "tell-weak"}
_COLUMN = {"line", "count", "number", "gather", "when", "most"}
_NOT = "not "
_GROUP = {"heading", "when", "most"}


def read_short(reader: HeaderReader, data: Any, columns: tuple[str, ...]) -> ShortDescription | None:
    """The description of a short view, None without one; raises :class:`SyntaxProblem` with the line of the key.

    ``columns`` are those of the answer: every name in the description must be one of them.
    """
    if data is None:
        return None
    reader.check("short", data, _KEYS)
    if not columns:
        raise reader.error("`short` needs `columns` that say what each shows", "short")
    rules, group_by = _groups(reader, data.get("groups"))
    reader.check("columns", data.get("columns") or {}, None)
    description = ShortDescription(
        rows=reader.names(data, "row"),
        columns=tuple(_column(reader, name, said) for name, said in (data.get("columns") or {}).items()),
        across=reader.text(data, "across"),
        show=reader.text(data, "show"),
        groups=rules,
        group_by=group_by,
        headline=_headline(reader, data.get("headline")),
        sort=reader.names(data, "sort"),
        most=reader.number(data, "most"),
        tells_weak=data.get("tell-weak", True) is True,
    )
    if not description.columns:
        raise reader.error("`short` needs `columns`", "short")
    for key, name in description.columns_used():
        if name not in columns:
            raise reader.error(f"`{key}` of `short` names a column `{name}` that the answer lacks", name)
    _check_headline(reader, description, columns)
    return description


def _column(reader: HeaderReader, heading: str, said: Any) -> ShortColumn:
    if isinstance(said, str):
        said = {"line": said}
    reader.check(heading, said, _COLUMN)
    if len([key for key in ("line", "count", "number") if key in said]) != 1:
        raise reader.error(f"the short column `{heading}` takes one of line, count, number", heading)
    line = reader.text(said, "line")
    _placeholders(reader, line, heading)
    most = reader.number(said, "most") or MOST_LINES
    conditions = _conditions(reader, said)
    gather = reader.text(said, "gather")
    if gather and gather not in placeholders(line):
        raise reader.error(f"`gather` of `{heading}` names a column that its line does not tell", "gather")
    return ShortColumn(heading, line, reader.text(said, "count"), reader.text(said, "number"), gather, conditions, most)


def _groups(reader: HeaderReader, said: Any) -> tuple[tuple[GroupRule, ...], str]:
    if said is None:
        return (), ""
    if isinstance(said, str):
        if "{" in said:
            _placeholders(reader, said, "groups")
        return (), said
    reader.check("groups", said, None)
    return tuple(_group(reader, name, rule) for name, rule in said.items()), ""


def _group(reader: HeaderReader, name: str, said: Any) -> GroupRule:
    reader.check(name, said, _GROUP)
    conditions = _conditions(reader, said)
    for condition in conditions:
        if condition.column == FIRMNESS and not set(condition.values) <= set(LEVELS):
            raise reader.error(f"`firmness` takes {', '.join(LEVELS)}", "firmness")
    most = reader.number(said, "most") if "most" in said else MOST_ROWS
    return GroupRule(name, reader.text(said, "heading") or name, conditions, most)


def _conditions(reader: HeaderReader, said: dict[str, Any]) -> tuple[RowFilter, ...]:
    """The conditions below ``when``: of each column the values that are wanted, or after ``not`` those that are not."""
    when = said.get("when") or {}
    reader.check("when", when, None)
    return tuple(
        RowFilter(column.removeprefix(_NOT), _values(reader, column, values), column.startswith(_NOT))
        for column, values in when.items()
    )


def _values(reader: HeaderReader, column: str, values: Any) -> tuple[str, ...]:
    listed = values if isinstance(values, list) else [values]
    if not listed or not all(isinstance(v, str) for v in listed):
        raise reader.error(f"the condition on `{column}` must be a text or a list of texts", column)
    return tuple(listed)


def _headline(reader: HeaderReader, said: Any) -> tuple[str, ...]:
    listed = [said] if said else []
    if isinstance(said, list):
        listed = said
    if not all(isinstance(sentence, str) for sentence in listed):
        raise reader.error("`headline` must be a text or a list of texts", "headline")
    return tuple(" ".join(sentence.split()) for sentence in listed)


def _check_headline(reader: HeaderReader, description: ShortDescription, columns: tuple[str, ...]) -> None:
    groups = {group.name for group in description.groups} | {"others"}
    for sentence in description.headline:
        for text in _placeholders(reader, sentence, "headline"):
            asked = Placeholder.read(text)
            if asked is None:
                raise reader.error(f"`headline` has a placeholder `{{{text}}}` that means nothing", "headline")
            if asked.column and asked.column not in columns:
                raise reader.error(f"`headline` names a column `{asked.column}` that the answer lacks", "headline")
            if asked.group and asked.group not in groups:
                raise reader.error(f"`headline` names a group `{asked.group}` that `groups` lacks", "headline")


def _placeholders(reader: HeaderReader, template: str, key: str) -> tuple[str, ...]:
    try:
        return placeholders(template)
    except ValueError as error:
        raise reader.error(f"the template `{template}` cannot be read: {error}", key) from error
