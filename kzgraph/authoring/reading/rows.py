"""Rows of fields, as authors write them: arguments ``field=value``, CSV with a header, or a YAML list of mappings.

Each value knows its place, for messages: ``facts.csv:4, column measure`` or ``facts.yaml:12``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from kzgraph.errors import InputError, UsageError
from kzgraph.walls.reading import as_text, file_bytes

_MOST = 5 << 20
_MOST_ROWS = 5_000
_MOST_VALUES = 200  # of a row
_MOST_LETTERS = 10_000  # of a value
_SEPARATORS = ",;\t"


@dataclass(frozen=True)
class CellText:
    """The text of a field, and where it stands."""

    text: str
    place: str


@dataclass
class WrittenRow:
    """A row: its fields by the names that the author gave them, each with one or more texts, and its place."""

    place: str
    cells: dict[str, list[CellText]] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """What is wrong with a value of a row: where, which field and value, why, and how to fix it."""

    place: str
    column: str
    value: str
    message: str
    fix: str = ""

    def __str__(self) -> str:
        """The problem in one line."""
        where = ": ".join(part for part in (self.place, self.column) if part)
        return f"{where}: {self.message}" + (f" ({self.fix})" if self.fix else "")


def read_arguments(kind: str, given: Iterable[str]) -> WrittenRow:
    """The row that arguments ``FIELD=VALUE`` are; a field given twice has both values. Raises :class:`UsageError`."""
    row = WrittenRow("", {"kind": [CellText(kind, "")]})
    for entry in given:
        name, sign, value = entry.partition("=")
        if not sign or not name.strip():
            raise UsageError(f"`{entry}` is not FIELD=VALUE", hint='write subject="Middle Corridor"')
        row.cells.setdefault(name.strip(), []).append(CellText(value, ""))
    return row


def read_rows(path: Path, shown: str) -> list[WrittenRow]:
    """The rows of a file, by the end of its name; raises :class:`InputError`."""
    content = file_bytes(path, shown, most=_MOST, what="a table of facts")
    text = as_text(content, shown, encoding="utf-8-sig", hint="save it as UTF-8")
    if not text.strip():
        raise InputError("is empty", place=shown)
    if "\0" in text:
        raise InputError("is no table: it has a NUL character", place=shown)
    suffix = path.suffix.lower()
    if suffix in {".csv", ".tsv"}:
        rows = _within_limits(_of_csv(text, shown), shown)
    elif suffix in {".yaml", ".yml"}:
        rows = _within_limits(_of_yaml(text, shown), shown)
    else:
        raise InputError("is no table: its name ends in none of .csv, .tsv, .yaml, .yml", place=shown)
    if not rows:
        raise InputError("has no rows", place=shown, hint="write a row a fact below the names of the columns")
    return rows


def _within_limits(found: Iterable[WrittenRow], shown: str) -> list[WrittenRow]:
    """The rows of a file; raises :class:`InputError` at the first one that is too many or too long."""
    rows: list[WrittenRow] = []
    for row in found:
        if len(rows) == _MOST_ROWS:
            raise InputError(f"has more than {_MOST_ROWS:,} rows", place=shown, hint="write it in several files")
        if sum(map(len, row.cells.values())) > _MOST_VALUES:
            raise InputError(f"has more than {_MOST_VALUES} values in a row", place=row.place)
        for name, cells in row.cells.items():
            for cell in cells:
                if max(len(name), len(cell.text)) > _MOST_LETTERS:
                    raise InputError(f"has a value of more than {_MOST_LETTERS:,} letters", place=cell.place)
        rows.append(row)
    return rows


def _of_csv(text: str, shown: str) -> Iterator[WrittenRow]:
    head = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        columns = [c.strip() for c in next(reader)]
        if len(columns) > _MOST_VALUES:
            raise InputError(f"has more than {_MOST_VALUES} columns", place=f"{shown}:1")
        twice = next((c for c in columns if c and columns.count(c) > 1), "")
        if twice:
            raise InputError(f"has the column `{twice}` twice", place=f"{shown}:1")
        before = reader.line_num
        for values in reader:
            place = f"{shown}:{before + 1}"
            before = reader.line_num
            if not any(v.strip() for v in values):
                continue
            if len(values) > len(columns) and any(v.strip() for v in values[len(columns) :]):
                hint = "put a value that has the separator in it into quotation marks"
                raise InputError(f"has {len(values)} values for {len(columns)} columns", place=place, hint=hint)
            row = WrittenRow(place)
            for column, value in zip(columns, values, strict=False):
                if value.strip() and not column:
                    raise InputError(f"has the value `{value}` in a column without a name", place=place)
                if value.strip():
                    row.cells[column] = [CellText(value.strip(), place)]
            yield row
    except csv.Error as error:
        raise InputError(f"is no CSV: {error}", place=f"{shown}:{reader.line_num}") from error


class _PlainLoader(yaml.BaseLoader):
    """Reads YAML without aliases, by which a short text would stand for a huge one."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            place = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # as PyYAML has it
            raise yaml.MarkedYAMLError(problem="an alias (*) stands for another place", problem_mark=place)
        return super().compose_node(parent, index)


def _of_yaml(text: str, shown: str) -> Iterator[WrittenRow]:
    try:
        root = yaml.compose(text, Loader=_PlainLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{shown}:{mark.line + 1}:{mark.column + 1}" if mark else shown
        raise InputError(f"is no YAML: {error.problem}", place=place) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise InputError(f"is no YAML: {str(error).splitlines()[0]}", place=shown) from error
    if not isinstance(root, yaml.SequenceNode):
        raise InputError("is no list of rows", place=shown, hint="write `- kind: figure` and the fields below it")
    for item in root.value:
        place = f"{shown}:{item.start_mark.line + 1}"
        if not isinstance(item, yaml.MappingNode):
            raise InputError("is no row of fields", place=place, hint="write `- kind: figure` and the fields below it")
        yield _row_of_yaml(item, place, shown)


def _row_of_yaml(item: yaml.MappingNode, place: str, shown: str) -> WrittenRow:
    row = WrittenRow(place)
    for name, value in item.value:
        at = f"{shown}:{value.start_mark.line + 1}"
        if not isinstance(name, yaml.ScalarNode):
            raise InputError("has a field whose name is no text", place=at)
        if name.value in row.cells:
            raise InputError(f"has `{name.value}` twice", place=at)
        parts = value.value if isinstance(value, yaml.SequenceNode) else [value]
        if not all(isinstance(p, yaml.ScalarNode) for p in parts):
            raise InputError(f"`{name.value}` is no text and no list of texts", place=at)
        texts = [CellText(p.value.strip(), f"{shown}:{p.start_mark.line + 1}") for p in parts if p.value.strip()]
        if texts:
            row.cells[str(name.value)] = texts
    return row
