"""Times on one axis: a day is a dot, what lasts is a bar, and what has no known end goes on as a broken line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from kzgraph.dates import PartialDate, When
from kzgraph.site.pictures import style_of

_WIDE = 1000.0
_STEPS = tuple(digit * 10**power for power in range(9) for digit in (1, 2, 5))  # a year has nine digits at most
_MOST_STEPS = 6


class Span(NamedTuple):
    """A time with what names it, what is told beside it, and how firm it is."""

    name: Markup
    when: When
    told: Markup = Markup("")
    level: int = 0

    @property
    def dates(self) -> tuple[PartialDate, ...]:
        """The dates that it gives itself."""
        when = self.when
        return (*when.dates, *when.starts, *when.ends) or when.attested or (*when.after, *when.before)


def draw(spans: Sequence[Span], title: str) -> Markup:
    """The times from top to bottom, on one axis of years; empty if none has a date."""
    dated = [span for span in spans if span.dates]
    if not dated:
        return Markup("")
    first = min(date.year for span in dated for date in span.dates)
    last = max(date.year for span in dated for date in span.dates) + 1
    step = next((s for s in _STEPS if (last - first) / s <= _MOST_STEPS), _STEPS[-1])
    first -= first % step
    ticks = range(first, last + step, step) if (last - first) % step else range(first, last + 1, step)
    axis = _Axis(first, ticks[-1])
    years = Markup("").join(Markup("<span>{}</span>").format(year) for year in ticks)
    lines = Markup("").join(_line(span, axis, len(ticks)) for span in dated)
    return Markup(
        '<div class="spans" role="group" aria-label="{title}"><ul>{lines}</ul>'
        '<p class="years" aria-hidden="true">{years}</p></div>'
    ).format(title=title, years=years, lines=lines)


class _Axis(NamedTuple):
    first: int
    last: int

    def ends(self, date: PartialDate) -> tuple[float, float]:
        """From where to where on the axis the days lie that a date may mean."""
        start = PartialDate(self.first, 1, 1).days.first
        whole = PartialDate(self.last, 1, 1).days.first - start
        return tuple(_WIDE * (day - start) / whole for day in date.days)  # type: ignore[return-value]  # both days


def _line(span: Span, axis: _Axis, ticks: int) -> Markup:
    grid = Markup("").join(
        Markup('<path class="tick" d="M{x:.0f} 0V20"/>').format(x=_WIDE * n / (ticks - 1)) for n in range(ticks)
    )
    return Markup(
        '<li><span class="bar-name">{}</span><svg class="span" viewBox="0 0 1000 20" preserveAspectRatio="none" '
        'aria-hidden="true" focusable="false">{}{}</svg><span class="bar-told">{}{}</span></li>\n'
    ).format(span.name, grid, _marks(span, axis), span.when.words, span.told)


def _marks(span: Span, axis: _Axis) -> Markup:
    when, style = span.when, style_of(span.level)
    if not (when.dates or when.starts or when.ends):
        parts = [_stroke("known", *axis.ends(date)) for date in when.attested]
        parts += [_stroke("onward", axis.ends(date)[1], _WIDE) for date in when.after[-1:]]
        parts += [_stroke("onward", 0.0, axis.ends(date)[0]) for date in when.before[:1]]
        return Markup("").join(parts)
    parts = [_stroke(style, *axis.ends(date)) for date in when.dates]
    starts, ends = ([axis.ends(date) for date in own] for own in (when.starts, when.ends))
    if starts and ends:
        parts.append(_stroke(style, min(starts)[0], max(ends)[1]))
    elif starts:
        parts += [_stroke(style, *min(starts)), _stroke("onward", min(starts)[1], _WIDE)]
    elif ends:
        parts += [_stroke("onward", 0.0, max(ends)[0]), _stroke(style, *max(ends))]
    return Markup("").join(parts)


def _stroke(style: str, start: float, end: float) -> Markup:
    """A line as thick as a dot; what is not done is hollow."""
    path = f"M{max(0.0, start):.1f} 10H{max(0.0, start, min(_WIDE, end)):.1f}"
    outer = Markup('<path class="lasting {}" d="{}"/>').format(style, path)
    is_hollow = style.partition(" ")[0] in {"intended", "judged"}
    return outer + Markup('<path class="lasting inner" d="{}"/>').format(path) if is_hollow else outer
