"""The rows of the short view before they are worded: the rows of the detail behind each, and its group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from kzgraph.answers.cells.cell import HELD_WRONG, CitedAnswer, CitedRow, Item
from kzgraph.answers.cells.columns import DOCUMENTS as DOCUMENT_COLUMN
from kzgraph.answers.cells.columns import WHEN
from kzgraph.answers.cells.marks import LEVELS, level_of
from kzgraph.answers.short.description import (
    ALL,
    ANY,
    BACKGROUND,
    DOCUMENTS,
    FIRMNESS,
    MOST_ROWS,
    NONE,
    ROWS,
    GroupRule,
    RowFilter,
    ShortDescription,
)
from kzgraph.answers.short.lines import Told, in_common, lines_by
from kzgraph.answers.short.view import Line, LinePart

_OTHERS = GroupRule("others", "Others")
_BY_FIRMNESS = (
    GroupRule("done", "So or done", (RowFilter(FIRMNESS, ("done",)),)),
    GroupRule("agreed", "Agreed", (RowFilter(FIRMNESS, ("agreed",)),)),
    GroupRule("planned", "Planned", (RowFilter(FIRMNESS, ("planned",)),)),
    GroupRule("proposed", "Proposed or under discussion", (RowFilter(FIRMNESS, ("proposed",)),)),
    GroupRule("conditional", "Conditional, expected or possible", (RowFilter(FIRMNESS, ("conditional",)),)),
    GroupRule("reported", "Said to be so, unconfirmed", (RowFilter(FIRMNESS, ("reported",)),)),
    GroupRule("view", "In an author's view", (RowFilter(FIRMNESS, ("view",)),)),
)


@dataclass
class RowDraft:
    """A row of the short view: the rows of the detail for which it stands."""

    rows: list[Told]
    is_wrong: bool = False

    @property
    def level(self) -> int:
        """How firm the firmest row of the detail is."""
        return min(told.level for told in self.rows)

    @property
    def documents(self) -> int:
        """How many documents stand behind it, without those from outside."""
        cells = [cell for told in self.rows for cell in told.row.values()]
        return len({s.document for cell in cells for s in cell.sources if not s.background})

    def items(self, column: str) -> list[Item]:
        """All items of a column."""
        return [item for told in self.rows for item in told.row[column].items]


@dataclass
class DraftGroup:
    """Rows of the short view that belong together."""

    name: str
    heading: Line
    most: int
    drafts: list[RowDraft] = field(default_factory=list)


def drafts_of(answer: CitedAnswer, description: ShortDescription) -> list[RowDraft]:
    """The rows of the short view, sorted."""
    names = {name for column in description.columns for name in column.shown}
    names |= {description.across, description.show, *description.rows}
    columns = [c for c in answer.columns if c.name in names]
    shown = replace(answer, columns=columns, marks_at=answer.marks_at if answer.marks_at in names else "")
    found: dict[object, list[CitedRow]] = {}
    for number, row in enumerate(answer.rows):
        key: object = tuple(tuple(dict.fromkeys(i.text for i in row[c].items)) for c in description.rows) or number
        found.setdefault(key, []).append(row)
    firm = description.rows or _firm_columns(answer)
    drafts = [
        RowDraft([Told.of(row, shown, _level(row, firm)) for row in own], _is_wrong(own, firm))
        for own in found.values()
    ]
    for name in reversed(description.sort):
        _sort(drafts, name)
    return drafts


def groups_of(drafts: Iterable[RowDraft], description: ShortDescription) -> list[DraftGroup]:
    """The rows in their groups, none of which is empty."""
    if description.group_by and description.group_by != FIRMNESS:
        return _by_values(drafts, description)
    rules = (*(_BY_FIRMNESS if description.group_by else description.groups), _OTHERS)
    groups = [DraftGroup(r.name, Line((LinePart(r.heading),)), r.most) for r in rules]
    for draft in drafts:
        number = next((n for n, rule in enumerate(rules) if fulfils(draft.rows, rule.conditions)))
        groups[number].drafts.append(draft)
    found = [group for group in groups if group.drafts]
    if len(rules) == 1:
        return [DraftGroup(g.name, Line(), MOST_ROWS, g.drafts) for g in found]
    return found


def _by_values(drafts: Iterable[RowDraft], description: ShortDescription) -> list[DraftGroup]:
    template = description.group_by if "{" in description.group_by else f"{{{description.group_by}}}"
    found: dict[str, DraftGroup] = {}
    lines: dict[str, list[Line]] = {}
    for draft in drafts:
        told = [Told(t.row, {n: [i.words for i in c.items] for n, c in t.row.items()}) for t in draft.rows]
        own = lines_by(template, told)
        heading = own[0] if own else Line((LinePart("None named"),))
        name = "".join(part.item.text if part.item else part.words for part in heading.parts)
        found.setdefault(name, DraftGroup("", heading, MOST_ROWS)).drafts.append(draft)
        lines.setdefault(name, []).append(heading)
    for name, group in found.items():
        behind = {
            s
            for d in group.drafts
            for t in d.rows
            for n, c in t.row.items()
            if f"{{{n}}}" not in template
            for s in c.sources
        }
        group.heading = in_common(lines[name], behind)
    return list(found.values())


def _firm_columns(answer: CitedAnswer) -> list[str]:
    return [c.name for c in answer.columns if c.shows not in {WHEN, DOCUMENT_COLUMN}]


def _level(row: CitedRow, columns: Sequence[str]) -> int:
    """How firm a row of the detail is: as the fact that it is of, else as the firmest of its values.

    Facts in a list are those that the row only links to: they count at most if there is nothing else.
    """
    own = [item for name in columns if not row[name].is_list for item in row[name].items if item.is_fact]
    if own:
        return level_of(own[0])
    values = [item for name in columns for item in row[name].items if item.facts]
    return min(map(level_of, [i for i in values if not i.is_fact] or values), default=0)


def _is_wrong(rows: Sequence[CitedRow], columns: Sequence[str]) -> bool:
    """Whether the editors hold wrong all that some rows say."""
    items = [item for row in rows for name in columns for item in row[name].items if item.facts]
    return bool(items) and all(any(m.kind == HELD_WRONG for m in item.marks) for item in items)


def fulfils(rows: Sequence[Told], conditions: Iterable[RowFilter]) -> bool:
    """Whether some rows of the detail fulfil all conditions.

    All rows together must not have what is excluded; what is wanted, one of them must have by itself.
    """
    excluding = [c for c in conditions if c.is_not or c.values == (NONE,) or c.column == BACKGROUND]
    wanted = [c for c in conditions if c not in excluding]
    is_excluded = any(not _is_free_of(rows, condition) for condition in excluding)
    return not is_excluded and any(all(_has(told, condition) for condition in wanted) for told in rows)


def _is_free_of(rows: Sequence[Told], condition: RowFilter) -> bool:
    if condition.column == BACKGROUND:
        return (_is_background([told.row for told in rows]) == (condition.values == (ALL,))) != condition.is_not
    if condition.values == (NONE,):
        return any(told.row[condition.column].items for told in rows) == condition.is_not
    return not any(_has(told, condition) for told in rows)


def _has(told: Told, condition: RowFilter) -> bool:
    """Whether a row of the detail has one of the values of a condition."""
    if condition.column == FIRMNESS:
        return LEVELS[told.level] in condition.values
    items = told.row[condition.column].items
    return any(condition.values == (ANY,) or _names(item) & {*condition.values} for item in items)


def _is_background(rows: Iterable[CitedRow]) -> bool:
    """Whether some rows rest on sources from outside the documents alone."""
    sources = {s for row in rows for cell in row.values() for s in cell.sources}
    return bool(sources) and all(s.background for s in sources)


def _names(item: Item) -> set[str]:
    """By what a condition names an item: its IRI or its text."""
    return {item.text, item.term.value} if item.term else {item.text}


def _sort(drafts: list[RowDraft], key: str) -> None:
    """Sorts rows by one key, from small to great or, after a minus, the other way; what has no value comes last."""
    name, is_falling = key.removeprefix("-"), key.startswith("-")
    measures = {DOCUMENTS: lambda d: d.documents, ROWS: lambda d: len(d.rows), FIRMNESS: lambda d: d.level}
    if name in measures:
        drafts.sort(key=measures[name], reverse=is_falling)
        return
    drafts.sort(key=lambda d: min(((i.order, i.text) for i in d.items(name)), default=((), "")), reverse=is_falling)
    drafts.sort(key=lambda d: not d.items(name))
