"""The picture of an answer, as the header of its question describes it. It shows no more than the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup

from kzgraph.answers.cells.cell import BACKGROUND, HELD_WRONG, Amount, CitedAnswer, CitedRow, Item
from kzgraph.answers.cells.marks import level_of
from kzgraph.answers.queries.picture_header import BARS, CHAINS, LINE, MAP, MATRIX, SPANS, TIME, PictureDescription
from kzgraph.dates import When
from kzgraph.site.pages import Site
from kzgraph.site.picture_pages import LINE_KEY, Drawn, map_of_things, year_of_time
from kzgraph.site.pictures import bars, chains, line, matrix, spans, style_of, timeline
from kzgraph.site.rendering import Sheet
from kzgraph.wording.numbers import counted

_MOST_BARS, _MOST_SPANS, _MOST_ROWS, _MOST_COLUMNS, _MOST_TOLD, _MOST_CHAINS = 12, 40, 30, 12, 3, 12
LONG = {MATRIX, SPANS, CHAINS}
"""The kinds of pictures that are as long as their table, and stand below it."""
_NO_DATE = "What has no date is in the table alone."
_BACKGROUND = "background"
_FORMS = {
    "done": "filled: so or done",
    "intended": "hollow, dashed: agreed, planned or proposed",
    "judged": "hollow, dotted: expected, or in an author's view",
    _BACKGROUND: "a ring: from background alone",
}


def _caption(styles: Iterable[str], *more: str) -> str:
    """What the forms mean that a picture has, and more sentences; nothing of forms if all is done."""
    used = set(styles)
    told = "; ".join(words for style, words in _FORMS.items() if style in used) if used != {"done"} else ""
    return " ".join(filter(None, [f"{told[:1].upper()}{told[1:]}." if told else "", *more]))


class _Canvas(NamedTuple):
    """What a picture is drawn with: the page, the answer, what is wanted of it."""

    site: Site
    sheet: Sheet
    answer: CitedAnswer
    wanted: PictureDescription

    def items(self, row: CitedRow, columns: Iterable[str]) -> list[Item]:
        return [item for column in columns for item in row[column].items]

    def link(self, item: Item) -> Markup:
        """The text of an item, as a link to what it names."""
        href = self.sheet.href(item.term.value) if item.term and item.term.kind == "uri" else ""
        return Markup('<a href="{}">{}</a>').format(href, item.text) if href else Markup("{}").format(item.text)

    def links(self, items: Iterable[Item]) -> Markup:
        """The texts of the first items, each once."""
        found = list(dict.fromkeys(self.link(item) for item in items))
        more = [Markup("and {} more").format(len(found) - _MOST_TOLD)] if len(found) > _MOST_TOLD else []
        return Markup(", ").join([*found[:_MOST_TOLD], *more])

    def explained(self, row: CitedRow) -> Markup:
        """What the columns to be shown have in a row; before things stands the heading, which says what they are."""
        found = []
        for column in self.wanted.show:
            items = self.items(row, [column])
            is_of_things = any(item.term and item.term.kind == "uri" for item in items)
            heading = f"{column.replace('_', ' ')}: " if is_of_things else ""
            found += [Markup("{}{}").format(heading, self.links(items))] if items else []
        return Markup(", ").join(found)

    def told(self, item: Item, row: CitedRow) -> Markup:
        """The words and marks of a figure, its footnotes, and what explains it in its row."""
        signs = "".join(sign for sign, _ in self.sheet.signs(item))
        explained = self.explained(row)
        small = Markup(" <small>{}</small>").format(explained) if explained else Markup("")
        return Markup("{}{}{}{}{}").format(item.text, self.words([item]), signs, self.notes([item]), small)

    def words(self, items: Iterable[Item]) -> Markup:
        """The marks of items that stand in words, in brackets."""
        told = list(dict.fromkeys(filter(None, (self.sheet.words(item) for item in items))))
        return Markup(' <span class="mark">({})</span>').format(", ".join(told)) if told else Markup("")

    def notes(self, items: Iterable[Item]) -> Markup:
        """The footnotes of items."""
        numbers = self.sheet.numbers(dict.fromkeys(source for item in items for source in item.sources))
        links = Markup('<span class="gap">,</span>').join(
            Markup('<a href="#n{}" aria-label="source {}">{}</a>').format(n, n, n) for n in numbers
        )
        return Markup('<sup class="note">{}</sup>').format(links) if numbers else Markup("")


def picture(site: Site, sheet: Sheet, answer: CitedAnswer, wanted: PictureDescription | None) -> Drawn | None:
    """The picture of an answer; None if none is wanted, or the answer has too little for one."""
    if wanted is None or not answer.rows:
        return None
    drawn = _DRAWERS[wanted.kind](_Canvas(site, sheet, answer, wanted))
    return drawn if drawn and drawn.picture else None


class _Figure(NamedTuple):
    """A figure as a bar, what it is sorted by, and whether it is a share of a hundred."""

    order: tuple[bool, list[object], Decimal]
    bar: bars.Bar
    is_share: bool


def _figures(canvas: _Canvas) -> Mapping[tuple[str, str], list[_Figure]]:
    """The figures of an answer, each once, by what they measure and their unit.

    Those of times are in the order of time, and those of things begin with the greatest.
    """
    wanted, found = canvas.wanted, dict[tuple[str, str], dict[tuple[frozenset[str], Markup], _Figure]]()
    for row in canvas.answer.rows:
        part = ", ".join(item.text for item in canvas.items(row, wanted.per))
        names = canvas.items(row, wanted.by)
        for item in canvas.items(row, wanted.of):
            amount = item.value
            numbers = [n for n in (amount.low, amount.high) if n is not None] if isinstance(amount, Amount) else []
            if not isinstance(amount, Amount) or not numbers:
                continue
            name, told = canvas.links(names) or Markup("no date"), canvas.told(item, row)
            bar = bars.Bar(name, amount.low, amount.high, told, level_of(item))
            times: list[object] = [n.order for n in names if isinstance(n.value, When)]
            order = (not names, times, min(numbers) if times or not names else -min(numbers))
            figure = _Figure(order, bar, amount.text.endswith("%"))
            found.setdefault((part, amount.unit), {})[item.facts, name] = figure
    return {key: sorted(own.values(), key=lambda figure: figure.order) for key, own in sorted(found.items())}


def _bars(canvas: _Canvas) -> Drawn:
    """Figures of one measure and unit beside each other."""
    found = _figures(canvas)
    groups = []
    for key, own in found.items():
        if len(own) > 1:
            more = f" (the first {_MOST_BARS} of {len(own)})" if len(own) > _MOST_BARS else ""
            shown, heading = own[:_MOST_BARS], ", ".join(filter(None, key))
            whole = 100 if all(figure.is_share for figure in shown) else 0
            groups.append(bars.BarGroup(f"{heading}{more}", tuple(figure.bar for figure in shown), whole))
    drawn = [bar for group in groups for bar in group.bars]
    alone = sum(len(own) == 1 for own in found.values())
    caption = _caption(
        (style_of(bar.level) for bar in drawn),
        "A pointed end: more than." if any(bar.high is None for bar in drawn) else "",
        "An empty end: as far as the higher number." if any(bar.low != bar.high and bar.high for bar in drawn) else "",
        f"{counted(alone, 'figure')} with nothing to compare with: in the table alone." if alone else "",
    )
    return Drawn(bars.draw(groups, f"{canvas.answer.title}: figures as bars"), caption)


def _matrix(canvas: _Canvas) -> Drawn:
    """The things of one column against those of others."""
    wanted, met = canvas.wanted, dict[tuple[str, str], list[tuple[Item, list[Item]]]]()
    down, across = dict[str, Item](), dict[str, list[Item]]()
    for row in canvas.answer.rows:
        for thing in canvas.items(row, wanted.of):
            for other in canvas.items(row, wanted.by):
                if not wanted.show and _is_held_wrong([thing, other]):
                    continue
                down.setdefault(_key(thing), thing)
                across.setdefault(_key(other), []).append(other)
                met.setdefault((_key(thing), _key(other)), []).append((other, canvas.items(row, wanted.show)))
    often = sorted(across, key=lambda key: (-len(across[key]), key))[:_MOST_COLUMNS]
    columns = {key: canvas.link(across[key][0]) for key in sorted(often, key=lambda key: across[key][0].order)}
    rows = {key: canvas.link(item) for key, item in [*down.items()][:_MOST_ROWS]}
    cells = {key: list(_meetings(canvas, own)) for key, own in met.items() if key[0] in rows and key[1] in columns}
    rows = {key: name for key, name in rows.items() if any(row == key for row, _ in cells)}
    greatest = max((m.share or 0.0 for own in cells.values() for m in own), default=0.0) or 1.0
    cells = {
        key: [m._replace(share=m.share / greatest) if m.share is not None else m for m in own]
        for key, own in cells.items()
    }
    headings = (", ".join(c.replace("_", " ") for c in names) for names in (wanted.of, wanted.by))
    sides = [matrix.Edge(h, own) for h, own in zip(headings, (rows, columns), strict=True)]
    hidden = [(len(down) - len(rows), "row"), (len(across) - len(columns), "column")]
    drawn = [meeting for own in cells.values() for meeting in own]
    caption = _caption(
        (_BACKGROUND if m.is_background else style_of(m.level) for m in drawn),
        "Numbers, and the size of the marks: how many rows of the table." if not wanted.show else "",
        *(f"{counted(n, word)} more: in the table alone." for n, word in hidden if n > 0),
    )
    title = f"{canvas.answer.title}: {sides[0].heading} against {sides[1].heading}"
    return Drawn(matrix.draw(sides[0], sides[1], cells, title), caption)


def _key(item: Item) -> str:
    return item.term.value if item.term else item.text


def _meetings(canvas: _Canvas, met: Sequence[tuple[Item, list[Item]]]) -> Iterator[matrix.Meeting]:
    """What stands where two things meet: what is to be shown there, or else how many rows of the answer meet."""
    numbers = [item.value for _, own in met for item in own if isinstance(item.value, int)]
    if not canvas.wanted.show:
        firmest = min((other for other, _ in met), key=level_of)
        words = Markup("{}").format(len(met)) if len(met) > 1 else canvas.notes([firmest])
        yield matrix.Meeting(words, level_of(firmest), _is_background(firmest), len(met))
    elif numbers:
        yield matrix.Meeting(Markup("{}").format(sum(numbers)), share=float(sum(numbers)))
    else:
        yield from _shown_there(canvas, met)


def _shown_there(canvas: _Canvas, met: Sequence[tuple[Item, list[Item]]]) -> Iterator[matrix.Meeting]:
    """The values that stand where two things meet, the firmest first; the year of a time, a bare mark for no value."""
    told: dict[tuple[str, int, bool, bool], list[Item]] = {}
    for other, own in met:
        for item in own or ([other] if other.facts else []):
            words = str(year_of_time(item.value) or "") if isinstance(item.value, When) else item.text
            level, is_wrong = max(level_of(item), level_of(other)), _is_held_wrong([item, other])
            told.setdefault((words if own else "", level, is_wrong, _is_background(item)), []).append(item)
    for (words, level, is_wrong, is_background), items in sorted(told.items(), key=lambda p: p[0][1:])[:_MOST_TOLD]:
        wrong = Markup(' <span class="mark">({})</span>').format(HELD_WRONG) if is_wrong else Markup("")
        yield matrix.Meeting(Markup("{}{}{}").format(words, wrong, canvas.notes(items)), level, is_background)


def _is_held_wrong(items: Iterable[Item]) -> bool:
    return any(mark.kind == HELD_WRONG for item in items for mark in item.marks)


def _is_background(item: Item) -> bool:
    return any(mark.kind == BACKGROUND for mark in item.marks)


def _times(canvas: _Canvas) -> Iterator[tuple[Item, list[Item], CitedRow]]:
    """The times of the answer with what they are of, each once."""
    seen = set[object]()
    for row in canvas.answer.rows:
        for item in canvas.items(row, canvas.wanted.of):
            names = canvas.items(row, canvas.wanted.by)
            key = item.facts, tuple(name.text for name in names)
            if isinstance(item.value, When) and key not in seen:
                seen.add(key)
                yield item, names, row


def _spans(canvas: _Canvas) -> Drawn:
    """Times on one axis."""
    found = []
    for item, names, row in _times(canvas):
        when = item.value
        assert isinstance(when, When)
        level = max([level_of(item), *(level_of(name) for name in names)])
        explained = canvas.links(canvas.items(row, canvas.wanted.show))
        told = Markup(" <small>{}</small>").format(explained) if explained else Markup("")
        told = canvas.words([item, *names]) + canvas.notes([item]) + told
        found.append((item.order, spans.Span(canvas.links(names), when, told, level)))
    shown = [span for _, span in sorted(found, key=lambda pair: pair[0]) if span.dates]
    drawn = shown[:_MOST_SPANS]
    whens = [span.when for span in drawn]
    is_attested = any(not (when.dates or when.starts or when.ends) for when in whens)
    caption = _caption(
        (style_of(span.level) for span in drawn),
        "Grey: the day or year of which a document shows it." if is_attested else "",
        "Broken line: an end that is not known." if any(bool(w.starts) != bool(w.ends) for w in whens) else "",
        f"{counted(len(shown) - _MOST_SPANS, 'time')} more: in the table alone." if len(shown) > _MOST_SPANS else "",
        _NO_DATE if len(shown) < len(found) else "",
    )
    return Drawn(spans.draw(drawn, f"{canvas.answer.title}: times on an axis"), caption)


def _time(canvas: _Canvas) -> Drawn:
    """Events by year."""
    moments, total = [], 0
    for item, names, _ in _times(canvas):
        total += 1
        year = year_of_time(item.value) if isinstance(item.value, When) else 0
        if year and not _is_held_wrong([item, *names]):
            level = max([level_of(item), *(level_of(name) for name in names)])
            moments.append(timeline.Moment(year, ", ".join(name.text for name in names), item.text, level))
    told = f"{counted(len(moments), 'event')} in {counted(len({m.year for m in moments}), 'year')}; the table has each."
    caption = _caption((style_of(m.level) for m in moments), _NO_DATE if len(moments) < total else "")
    return Drawn(timeline.draw(moments, f"{canvas.answer.title}, by year", told), caption)


def _line(canvas: _Canvas) -> Drawn | None:
    """The steps of a line from end to end: each thing once, as firm as the firmest row that has it."""
    steps = dict[str, tuple[float, line.Step]]()
    for row in canvas.answer.rows:
        order = [i.value for i in canvas.items(row, canvas.wanted.by) if isinstance(i.value, int | float)]
        for item in canvas.items(row, canvas.wanted.of) if order else ():
            kind = ", ".join(dict.fromkeys(i.text for i in canvas.items(row, canvas.wanted.show)))
            told = canvas.sheet.words(item)
            href = canvas.sheet.href(item.term.value) if item.term else ""
            step = line.Step(item.text, kind, href, told, level_of(item))
            known = steps.get(_key(item))
            steps[_key(item)] = known if known and known[1].level <= step.level else (float(min(order)), step)
    shown = [step for _, step in sorted(steps.values(), key=lambda pair: (pair[0], pair[1].level, pair[1].name))]
    told = f"{counted(len(shown), 'part')} in their order: {', '.join(step.name for step in shown)}."
    return Drawn(line.draw(shown, f"{canvas.answer.title}: the line", told), LINE_KEY) if len(shown) > 1 else None


def _map(canvas: _Canvas) -> Drawn | None:
    """The places of the answer, and the lines of what it names."""
    things = [i.term.value for row in canvas.answer.rows for i in canvas.items(row, canvas.wanted.of) if i.term]
    title = f"Map: {canvas.answer.title}"
    return map_of_things(canvas.site, canvas.sheet.place, list(dict.fromkeys(things)), title)


def _chains(canvas: _Canvas) -> Drawn:
    """What leads to what, from column to column and from row to row."""
    arrows = []
    for row in canvas.answer.rows:
        for before, after in pairwise(canvas.wanted.of):
            for first in canvas.items(row, [before]):
                for second in canvas.items(row, [after]):
                    if not _is_held_wrong([first, second]):
                        arrows.append(_arrow(canvas, first, second))
    found = chains.trees(arrows)
    shown = found[:_MOST_CHAINS]
    left = sum(tree.size for tree in found[_MOST_CHAINS:])
    caption = _caption(
        (style_of(arrow.level) for arrow in arrows),
        "The longest chains come first." if len(found) > 1 else "",
        f"{counted(left, 'claim')} more: in the table alone." if left else "",
    )
    return Drawn(chains.draw(shown, f"{canvas.answer.title}: chains"), caption)


def _arrow(canvas: _Canvas, first: Item, second: Item) -> chains.Arrow:
    told = canvas.words([second]) + canvas.notes([second])
    return chains.Arrow(first.text, second.text, told, level_of(second))


_DRAWERS: Mapping[str, Callable[[_Canvas], Drawn | None]] = {
    BARS: _bars,
    MATRIX: _matrix,
    SPANS: _spans,
    TIME: _time,
    LINE: _line,
    MAP: _map,
    CHAINS: _chains,
}
