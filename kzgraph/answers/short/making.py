"""A cited answer → its short view, as the header describes it."""

from __future__ import annotations

from collections.abc import Sequence

from kzgraph.answers.cells.cell import CitedAnswer, Item
from kzgraph.answers.cells.columns import DOCUMENTS as DOCUMENT_COLUMN
from kzgraph.answers.short.description import DOCUMENTS, ROWS, ShortColumn, ShortDescription
from kzgraph.answers.short.drafts import DraftGroup, RowDraft, drafts_of, fulfils, groups_of
from kzgraph.answers.short.headlines import Headline
from kzgraph.answers.short.lines import (
    counts_of,
    crossing,
    folded,
    heading_of,
    lines_by,
    number_of,
    with_marks_told,
    without_dates_twice,
)
from kzgraph.answers.short.screens import SCREEN, allowed
from kzgraph.answers.short.view import Line, LinePart, ShortAnswer, ShortGroup, ShortRow
from kzgraph.dates import PartialDate
from kzgraph.wording.numbers import counted

_MOST_ACROSS, _MOST_COLUMNS = 5, 7  # so many columns can be read side by side on a screen
_LISTED = (100, 2, 1)  # values of a list that are shown: as the header says, then fewer
_FEW, _ALL = 2, 20  # of so few rows so many values of a list are shown, whatever the header says
_ELSEWHERE = "elsewhere"  # the column of the values that have none of their own


def short_view(
    answer: CitedAnswer, description: ShortDescription, command: str, room: int = SCREEN, *, in_order: bool = False
) -> ShortAnswer:
    """The short view of an answer in so many lines; ``command`` is what shows the detail.

    It has rows of each group, or with ``in_order`` those of the first ones.
    """
    drafts = drafts_of(answer, description)
    groups = groups_of(drafts, description)
    across = _across(drafts, description)
    maker = _Maker(answer, description, across)
    is_short = len(drafts) <= _FEW
    steps = _LISTED[:1] if description.most else _LISTED
    for most_lines, at_least in [*([(_ALL, _ALL)] if is_short else []), *((most, 0) for most in steps)]:
        # fewer values of each list, until all rows are on one screen
        worded = [[maker.row(draft, most_lines, at_least) for draft in group.drafts] for group in groups]
        every = [(group.most, own) for group, own in zip(groups, worded, strict=True)]
        most = allowed(every, description.most, room, in_order=in_order)
        if all(number == min(len(g.drafts), g.most) for number, g in zip(most, groups, strict=True)):
            break
    shown = [
        ShortGroup(_heading(group), tuple(own[:number]), len(own) - number)
        for group, own, number in zip(groups, worded, most, strict=True)
    ]
    elsewhere = [_ELSEWHERE] if description.across else []
    headings = [c.heading for c in description.columns] + [i.text for i in across] + elsewhere
    rows = [row for group in shown for row in group.rows]
    filled = [h for h in headings if any(row.cells[h].lines for row in rows)]
    headline = () if answer.cut else Headline(answer, description, groups).lines()  # it counts all rows
    view = ShortAnswer(
        name=answer.name,
        title=answer.title,
        question=answer.question,
        headline=headline,
        columns=tuple(filled),
        groups=tuple(shown),
        numeric=frozenset(h for h in filled if _is_numeric(rows, h)),
        left_out=tuple(answer.left_out),
        documents=answer.documents,
        asked=answer.asked,
    )
    left = [c.heading for c in description.columns if c.heading not in filled]
    below = [h for h in left if any(row.cells[h].lines for own in worded for row in own)]
    return _with_rest(view, answer, description, [h for h in left if h not in below], below, command)


class _Maker:
    """Words the rows of a short view."""

    def __init__(self, answer: CitedAnswer, description: ShortDescription, across: Sequence[Item]) -> None:
        self._answer = answer
        self._description = description
        self._across = across
        self._documents = len({s.document for i in answer.items() for s in i.sources if not s.background})
        self._told: dict[int, dict[str, list[Line]]] = {}

    def row(self, draft: RowDraft, most: int, at_least: int = 0) -> ShortRow:
        """A row with its cells, in which no list is longer than ``most``, nor cut before ``at_least`` by its header."""
        if id(draft) not in self._told:
            self._told[id(draft)] = {c.heading: self._lines(c, draft) for c in self._description.columns}
        told = self._told[id(draft)]
        cells = {
            c.heading: folded(told[c.heading], min(max(c.most, at_least), most)) for c in self._description.columns
        }
        for value in self._across:
            lines = crossing(self._description.across, value, self._description.show, draft.rows)
            cells[value.text] = folded(lines, 2)
        if self._description.across:
            cells[_ELSEWHERE] = folded(self._elsewhere(draft), 2)
        return ShortRow(without_dates_twice(with_marks_told(cells)), tuple(told.row for told in draft.rows))

    def _elsewhere(self, draft: RowDraft) -> list[Line]:
        """What a row says for the values that have no column: their names, or the number of the rows."""
        across, show = self._description.across, self._description.show
        named = {value.text for value in self._across}
        others = {i.text: i for i in draft.items(across) if i.text not in named}
        told = {text for text, item in others.items() if crossing(across, item, show, draft.rows)}
        if show == ROWS:
            number = sum(any(i.text in told for i in row.row[across].items) for row in draft.rows)
            return [Line((LinePart(str(number)),))] if number else []
        return [line for line in lines_by(f"{{{across}}}", draft.rows) if line.items[0].text in told]

    def _lines(self, column: ShortColumn, draft: RowDraft) -> list[Line]:
        if column.line and column.line == "".join(f"{{{c}}}" for c in column.shown if c in self._description.rows):
            return heading_of(column.shown, draft.rows)
        rows = [told for told in draft.rows if fulfils([told], column.conditions)]
        if column.counted:
            return counts_of(column.counted, rows)
        if column.number:
            named = "" if column.number == DOCUMENTS and DOCUMENTS not in draft.rows[0].row else column.number
            return number_of(named, rows, of_documents=self._documents) if rows else []
        return lines_by(column.line, rows, column.gather)


def _heading(group: DraftGroup) -> Line:
    return Line((*group.heading.parts, LinePart(f" · {len(group.drafts)}"))) if group.heading.parts else Line()


def _across(drafts: Sequence[RowDraft], description: ShortDescription) -> list[Item]:
    """The values that get a column each, in order; sources from outside the documents get none."""
    if not description.across:
        return []
    every = [i for d in drafts for i in d.items(description.across)]
    found = {i.text: i for i in every if not i.sources or not all(s.background for s in i.sources)}
    used = {
        text: sum(bool(crossing(description.across, item, description.show, d.rows)) for d in drafts)
        for text, item in found.items()
    }
    room = max(2, _MOST_COLUMNS - len(description.columns) - 1)  # one more tells of the others
    most = sorted(found, key=lambda text: -used[text])[: min(_MOST_ACROSS, room)]
    return sorted((found[text] for text in most), key=lambda i: i.order)


def _is_numeric(rows: Sequence[ShortRow], heading: str) -> bool:
    texts = [line.text for row in rows for line in row.cells[heading].lines]
    return bool(texts) and all(t.replace(",", "").replace(".", "").isdigit() for t in texts)


def _with_rest(
    view: ShortAnswer,
    answer: CitedAnswer,
    description: ShortDescription,
    empty: Sequence[str],
    below: Sequence[str],
    command: str,
) -> ShortAnswer:
    """The view with the sentences that say what it does not show.

    Of the columns that no shown row has, no row at all has those in ``empty``, and folded rows those in ``below``.
    """
    whole = {fact for item in answer.items() for fact in item.facts}
    shown = {fact for item in view.items() for fact in item.facts}
    away = frozenset(whole - shown)
    rows = sum(group.folded for group in view.groups)
    values = sum(cell.folded for row in view.rows for cell in row.cells.values())
    used = {name for _, name in description.columns_used()}
    left = [c for c in answer.columns if c.name not in used and c.shows != DOCUMENT_COLUMN]
    columns = [*below, *(c.heading for c in left if any(row[c.name].items for row in answer.rows))]
    told = [counted(rows, "row")] if rows else []
    if values:
        told += [counted(values, "value")]
    if columns:
        told += [f"the {'column' if len(columns) == 1 else 'columns'} {', '.join(columns)}"]
    facts = [counted(len(away), "fact")] if away else []
    what = " and ".join([", ".join(told), *facts] if told else facts)
    rest = [f"Folded: {what}. All rows: {command}"] if what else [f"All rows: {command}"]
    span = _span_of_documents(answer)
    rest += [span] if span else []
    if answer.cut:
        rest += ["There are more rows than were asked for."]
    if empty and view.rows and not answer.cut:
        rest += [f"No document gives: {', '.join(empty)}."]
    return view._replace(folded_facts=away, rest=tuple(rest), hidden=what, span=span)


def _span_of_documents(answer: CitedAnswer) -> str:
    """From when the documents behind an answer are, in a sentence, so that nobody takes it for news; or nothing."""
    found = {s.issued for i in answer.items() for s in i.sources if not s.background}
    dates = sorted(date for text in found if (date := PartialDate.parse(text)))
    if not dates:
        return ""
    years = sorted({date.year for date in dates})
    span = f"{years[0]}" if len(years) == 1 else f"{years[0]} to {years[-1]}"
    return f"The documents behind this answer are of {span}."
