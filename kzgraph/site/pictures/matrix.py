"""Things against things: a table with a mark where the two meet, whose form tells how firm that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from kzgraph.site.pictures import style_of

_SMALLEST, _LARGEST = 3.0, 9.0


class Meeting(NamedTuple):
    """What stands where two things meet: words, how firm it is, and whether it rests on background alone.

    ``share`` is how great a number is beside the greatest of the matrix; the mark is as large. None for no number.
    """

    told: Markup
    level: int = 0
    is_background: bool = False
    share: float | None = None


class Edge(NamedTuple):
    """The things along a side of the matrix, by their keys, each as it is shown."""

    heading: str
    things: Mapping[str, Markup]


def draw(down: Edge, across: Edge, cells: Mapping[tuple[str, str], Sequence[Meeting]], title: str) -> Markup:
    """The matrix as a table; empty where nothing meets."""
    if not cells:
        return Markup("")
    heads = Markup("").join(Markup('<th scope="col"><span>{}</span></th>').format(h) for h in across.things.values())
    rows = Markup("").join(
        Markup('<tr><th scope="row">{}</th>{}</tr>\n').format(
            name, Markup("").join(_cell(cells.get((row, column), ())) for column in across.things)
        )
        for row, name in down.things.items()
    )
    return Markup(
        '<div class="scroll" tabindex="0" role="region" aria-label="{title}"><table class="matrix">'
        '<caption class="unseen">{title}</caption><thead><tr><th scope="col" class="corner">{corner}</th>{heads}</tr>'
        "</thead><tbody>{rows}</tbody></table></div>"
    ).format(title=title, corner=down.heading, heads=heads, rows=rows)


def _cell(meetings: Sequence[Meeting]) -> Markup:
    if not meetings:
        return Markup("<td></td>")
    return Markup("<td>{}</td>").format(Markup("").join(map(_meeting, meetings)))


def _meeting(meeting: Meeting) -> Markup:
    return Markup('<span class="meeting">{}<span>{}</span></span>').format(mark(meeting), meeting.told)


def mark(meeting: Meeting) -> Markup:
    """The mark of a meeting: a disc for what is done, a ring for what rests on background, broken rings for the rest.

    That of a number has an area as great as the number.
    """
    radius = 4.6 if meeting.share is None else max(_SMALLEST, _LARGEST * meeting.share**0.5)
    style = "background" if meeting.is_background else style_of(meeting.level)
    return Markup(
        '<svg class="dot" width="20" height="20" viewBox="0 0 20 20" aria-hidden="true" focusable="false">'
        '<circle class="moment {}" cx="10" cy="10" r="{}"/></svg>'
    ).format(style, f"{radius:.1f}")
