"""What the header of a stored query says of its short view: rows, columns, groups, headline, and how much is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from kzgraph.answers.short.templates import columns_in

ANY, NONE = "any", "none"
"""The words of a condition for a column with some value, and for one without."""
BACKGROUND, ALL = "background", "all"
"""The column of a condition for what rests on background alone, and its value; ``none`` is for all else."""
DOCUMENTS, ROWS, FIRMNESS = "documents", "rows", "firmness"
"""What rows may be sorted by beside columns: the number of documents and of detail rows behind one; how firm it is."""
MOST_ROWS, MOST_LINES = 1000, 3


class RowFilter(NamedTuple):
    """What a row must fulfil: in a column one of some values, which are names (CURIEs), texts, ``any`` or ``none``.

    The column ``firmness`` stands for how firm the row is, with the names of levels as values. ``is_not`` turns
    it round.
    """

    column: str
    values: tuple[str, ...]
    is_not: bool = False


class GroupRule(NamedTuple):
    """A group of rows: its name in headlines, its heading, what a row of it fulfils, and how many rows are shown."""

    name: str
    heading: str
    conditions: tuple[RowFilter, ...] = ()
    most: int = MOST_ROWS


class ShortColumn(NamedTuple):
    """A column: for each row of the detail a line by a template, or the number of the values of a column.

    ``counted`` names a column: each of its values is shown with the number of its rows. ``number`` names a column whose
    values are only counted. Rows that differ in the column ``gather`` alone make one line. Only rows of the detail that
    fulfil the ``conditions`` count. ``most`` lines are shown.
    """

    heading: str
    line: str = ""
    counted: str = ""
    number: str = ""
    gather: str = ""
    conditions: tuple[RowFilter, ...] = ()
    most: int = MOST_LINES

    @property
    def shown(self) -> tuple[str, ...]:
        """The columns of the answer that it shows."""
        return (
            columns_in(self.line)
            if self.line
            else tuple(c for c in (self.counted, self.number) if c not in {"", DOCUMENTS})
        )


class ShortDescription(NamedTuple):
    """A short view as a header describes it.

    ``rows`` are the columns whose values make one row, none for each row of the detail; ``columns`` what is shown of
    it; ``across`` names a column: each of its values gets a column of its own, with the values of ``show`` in it,
    or the number of ``rows``. ``groups`` are
    rules, or ``group_by`` names a column, is a template, or ``firmness``. ``sort`` are columns, those after a minus
    from great to small. ``tells_weak`` asks for the number of rows that are only planned, expected or somebody's view.
    """

    rows: tuple[str, ...] = ()
    columns: tuple[ShortColumn, ...] = ()
    across: str = ""
    show: str = ""
    groups: tuple[GroupRule, ...] = ()
    group_by: str = ""
    headline: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    most: int = 0
    tells_weak: bool = True

    def expanded(self, expand: Callable[[str], str]) -> ShortDescription:
        """The description with the values of its conditions in full: a CURIE as its IRI, all else as it is."""

        def whole(conditions: tuple[RowFilter, ...]) -> tuple[RowFilter, ...]:
            return tuple(c._replace(values=tuple(map(expand, c.values))) for c in conditions)

        groups = tuple(group._replace(conditions=whole(group.conditions)) for group in self.groups)
        columns = tuple(column._replace(conditions=whole(column.conditions)) for column in self.columns)
        return self._replace(groups=groups, columns=columns)

    @property
    def names(self) -> tuple[str, ...]:
        """The values of all conditions."""
        conditions = [c for group in self.groups for c in group.conditions]
        conditions += [c for column in self.columns for c in column.conditions]
        return tuple(dict.fromkeys(value for condition in conditions for value in condition.values))

    def columns_used(self) -> Iterator[tuple[str, str]]:
        """The columns of the answer that the description names, each with the key at which it stands."""
        yield from (("row", name) for name in self.rows)
        yield from (("columns", name) for column in self.columns for name in column.shown)
        yield from (("across", name) for name in (self.across, self.show) if name not in {"", ROWS})
        yield from (("columns", column.gather) for column in self.columns if column.gather)
        conditions = [("columns", c) for column in self.columns for c in column.conditions]
        conditions += [("groups", c) for group in self.groups for c in group.conditions]
        yield from ((key, c.column) for key, c in conditions if c.column not in {FIRMNESS, BACKGROUND})
        grouping = columns_in(self.group_by) if "{" in self.group_by else (self.group_by,)
        yield from (("groups", name) for name in grouping if name not in {"", FIRMNESS})
        yield from (("sort", n) for s in self.sort if (n := s.removeprefix("-")) not in {DOCUMENTS, ROWS, FIRMNESS})


def revived(data: Mapping[str, Any] | None) -> ShortDescription | None:
    """A description from what JSON made of it."""
    if data is None:
        return None
    texts = {key: tuple(data[key]) for key in ("rows", "headline", "sort")}
    groups = tuple(GroupRule(**{**g, "conditions": _conditions(g)}) for g in data["groups"])
    columns = tuple(ShortColumn(**{**c, "conditions": _conditions(c)}) for c in data["columns"])
    return ShortDescription(**{**data, **texts, "groups": groups, "columns": columns})


def _conditions(data: Mapping[str, Any]) -> tuple[RowFilter, ...]:
    return tuple(RowFilter(c["column"], tuple(c["values"]), c["is_not"]) for c in data["conditions"])
