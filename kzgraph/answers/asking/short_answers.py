"""The short view of a question's answer: as its header describes it, with the command that shows the detail."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from kzgraph.answers.cells.cell import CitedAnswer
from kzgraph.answers.queries.stored_query import StoredQuery
from kzgraph.answers.short.description import ShortColumn, ShortDescription
from kzgraph.answers.short.making import short_view
from kzgraph.answers.short.screens import SCREEN
from kzgraph.answers.short.view import ShortAnswer
from kzgraph.files.project import Project
from kzgraph.namespaces import expand


def short_answer(
    project: Project,
    query: StoredQuery,
    answer: CitedAnswer,
    options: Sequence[str] = (),
    *,
    most: int = 0,
    room: int = SCREEN,
    in_order: bool = False,
) -> ShortAnswer:
    """The short view of an answer; without a description in the header it has the first rows and all columns.

    ``options`` are those of the command line with which it was asked: the command that shows the detail has them too.
    It has ``most`` rows, or as many as its header says, or as fit into ``room`` lines: of each group, or with
    ``in_order`` of the first ones.
    """
    described = query.short or ShortDescription(
        columns=tuple(ShortColumn(c.heading, f"{{{c.name}}}") for c in answer.columns)
    )

    def whole(value: str) -> str:
        """A CURIE as its IRI, and ``$corridor`` as the value of the parameter; other texts as they are."""
        asked = answer.parameters.get(value.removeprefix("$"), value) if value.startswith("$") else value
        return expand(asked, project.prefixes) or asked

    description = described.expanded(whole)
    if most or room < SCREEN:
        description = description._replace(most=most)
    command = shlex.join(["kzgraph", "query", query.name, *options, "--detail"])
    return short_view(answer, description, command, room, in_order=in_order)
