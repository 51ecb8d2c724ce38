"""Pictures as SVG that needs no script: a map, a line of a corridor, what happened by year.

They show no more than the lists beside them: what is done is solid, what is agreed, planned or proposed dashed, what is
only expected or judged dotted.
"""

from __future__ import annotations

FIRM, INTENDED = 0, 3
"""Up to these levels of firmness (:func:`kzgraph.answers.cells.marks.firmness`) a thing is done, or intended."""


def style_of(level: int) -> str:
    """The class of what has a level of firmness: ``done``, ``intended`` or ``judged``."""
    if level <= FIRM:
        return "done"
    return "intended" if level <= INTENDED else "judged"
