"""Headlines: sentences of a header in which what was counted, and first and last values, stand at placeholders."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from kzgraph.answers.cells.cell import Amount, CitedAnswer, Item
from kzgraph.answers.cells.marks import level_of
from kzgraph.answers.short.description import FIRMNESS, ShortDescription
from kzgraph.answers.short.drafts import DraftGroup, RowDraft
from kzgraph.answers.short.templates import filled, placeholders
from kzgraph.answers.short.view import Line, LinePart
from kzgraph.dates import PartialDate, When
from kzgraph.wording.numbers import counted, number

_PLACEHOLDER = re.compile(
    r"(?P<what>rows with|rows without|rows|groups|details|documents|values|first|last|lowest|highest|most|firm|weak)"
    r"(?: (?P<of>[\w-]+))?(?:: (?P<noun>[\w' -]+))?"
)
_OF_COLUMN = {"rows with", "rows without", "values", "first", "last", "lowest", "highest", "most"}
_AGREED = 1


class Placeholder(NamedTuple):
    """What a placeholder of a headline asks for: what, of which column or group, and the noun behind a count."""

    what: str
    of: str = ""
    noun: str = ""

    @staticmethod
    def read(text: str) -> Placeholder | None:
        """The placeholder that a text is; None for what is none."""
        found = _PLACEHOLDER.fullmatch(text)
        if not found or ((found["what"] in _OF_COLUMN) != bool(found["of"]) and found["what"] != "rows"):
            return None
        return Placeholder(found["what"], found["of"] or "", found["noun"] or "")

    @property
    def column(self) -> str:
        """The column of the answer that it names."""
        return self.of if self.what in _OF_COLUMN else ""

    @property
    def group(self) -> str:
        """The group that it names."""
        return self.of if self.what == "rows" else ""


class Headline(NamedTuple):
    """The sentences at the head of a short view."""

    answer: CitedAnswer
    description: ShortDescription
    groups: Sequence[DraftGroup]

    def lines(self) -> tuple[Line, ...]:
        """The sentences of the header, and those that every headline must have: what is not firm, and few sources."""
        if not self._drafts:
            return ()
        told = [Line(filled(t, self._tell, LinePart)) for t in self.description.headline]
        told = [line for line in told if line.text.strip()]
        extra = [*self._weak(), *self._wrong(), *self._one_document()]
        return (*told, *(Line((LinePart(sentence),)) for sentence in extra))

    @property
    def _drafts(self) -> list[RowDraft]:
        return [draft for group in self.groups for draft in group.drafts]

    @property
    def _right(self) -> list[RowDraft]:
        return [draft for draft in self._drafts if not draft.is_wrong]

    def _weak(self) -> Iterator[str]:
        """How many rows are not done or agreed, if no headline and no heading says so."""
        named = {Placeholder.read(p) for t in self.description.headline for p in placeholders(t)}
        is_told = any(p and p.what in {"firm", "weak"} for p in named) or self.description.group_by == FIRMNESS
        by_rules = {c.column for g in self.description.groups for c in g.conditions}
        weak = sum(d.level > _AGREED for d in self._right)
        if self.description.tells_weak and weak and not is_told and FIRMNESS not in by_rules:
            rows = len(self._right)
            which = f"{number(str(weak))} of {counted(rows, 'row')} {'is' if weak == 1 else 'are'}"
            if weak == rows:
                which = "All of it is"
            yield f"{which} only planned, proposed, expected or somebody's view."

    def _wrong(self) -> Iterator[str]:
        wrong = len(self._drafts) - len(self._right)
        if wrong:
            yield f"Not counted: {counted(wrong, 'row')} that the editors hold wrong."

    def _one_document(self) -> Iterator[str]:
        names = {s.name for d in self._drafts for t in d.rows for c in t.row.values() for s in c.sources}
        if len(names) == 1 and len(self._drafts) > 1:
            yield f"All of it rests on one document, {names.pop()}."

    def _tell(self, text: str, is_optional: bool) -> list[LinePart]:
        asked = Placeholder.read(text)
        assert asked is not None, "the header was checked when it was read"
        count = self._count(asked)
        if count is not None:
            if is_optional and not count:
                return []
            if not count:
                return [LinePart(f"no {asked.noun}" if asked.noun else "none")]
            return [LinePart(counted(count, asked.noun) if asked.noun else number(str(count)))]
        part = self._value(asked)
        if part is None and is_optional:
            return []
        return [part or LinePart("no value")]

    def _count(self, asked: Placeholder) -> int | None:
        rows = self._right
        counts: dict[str, Callable[[], int]] = {
            "rows": lambda: len(
                [d for g in self.groups for d in g.drafts if asked.of in {"", g.name} and not d.is_wrong]
            ),
            "rows with": lambda: sum(bool(d.items(asked.of)) for d in rows),
            "rows without": lambda: sum(not d.items(asked.of) for d in rows),
            "groups": lambda: len(self.groups),
            "details": lambda: len(self.answer.rows),
            "documents": lambda: self.answer.documents,
            "values": lambda: len({i.text for d in rows for i in d.items(asked.of)}),
            "firm": lambda: sum(d.level <= _AGREED for d in rows),
            "weak": lambda: sum(d.level > _AGREED for d in rows),
        }
        return counts[asked.what]() if asked.what in counts else None

    def _value(self, asked: Placeholder) -> LinePart | None:
        """The first or last time of what is done, the lowest or highest figure, or the value that most rows have."""
        firm = [i for d in self._right if d.level <= _AGREED for i in d.items(asked.of)]
        items = firm or [i for d in self._right for i in d.items(asked.of)]
        if asked.what == "most":
            counts = Counter(i.text for i in items).most_common(2)
            if not counts or (len(counts) == 2 and counts[0][1] == counts[1][1]):
                return None
            found = next(i for i in items if i.text == counts[0][0])
            return LinePart(found.text, found._replace(facts=frozenset(), sources=()))
        if asked.what in {"first", "last"}:
            return self._time(asked)
        if not items:
            return None
        chosen = (min if asked.what == "lowest" else max)(items, key=lambda i: (i.order, _is_open(i)))
        return LinePart(chosen.words, chosen)

    def _time(self, asked: Placeholder) -> LinePart | None:
        is_first = asked.what == "first"
        done = [i for d in self._right if d.level <= _AGREED for i in d.items(asked.of)]
        told = [i for i in done if not all(s.background for s in i.sources)] or done
        dated = [(day, i) for i in told if not level_of(i) for day in _days(i, is_first=is_first)]
        if not dated:
            return None
        day, item = (min if is_first else max)(dated, key=lambda d: (d[0].days.last, -d[0].days.first))
        return LinePart(item._replace(text=day.words).signed, item)


def _is_open(item: Item) -> bool:
    """Whether a figure is open above: "more than 20" is higher than "about 20"."""
    return isinstance(item.value, Amount) and item.value.high is None


def _days(item: Item, *, is_first: bool) -> list[PartialDate]:
    if isinstance(item.value, When):
        when = item.value
        return [*when.dates, *when.starts] if is_first else [*when.dates, *when.starts, *when.ends]
    return [item.value] if isinstance(item.value, PartialDate) else []
