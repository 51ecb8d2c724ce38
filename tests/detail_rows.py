"""What the rows of every answer hold: each sign is explained, and events of a known order stand in it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from kzgraph.answers.cells.cell import KEY, SUPPLIED, CitedAnswer
from kzgraph.answers.cells.columns import WHEN
from kzgraph.answers.queries.stored_query import StoredQuery
from kzgraph.answers.shown.tables import remarks_of
from kzgraph.dates import When
from kzgraph.wording.text import plain


def signs_are_explained(answer: CitedAnswer) -> None:
    """Below the rows each sign has its line, and each † the note that says what the editors added."""
    remarks = remarks_of(answer)
    for mark in {mark for item in answer.items() for mark in item.marks}:
        if mark.symbol:
            told = f"{mark.symbol} {KEY[mark.kind]}"
            assert any(remark.startswith(told) for remark in remarks), mark
        if mark.kind == SUPPLIED and mark.text != "the editors' link":
            assert mark.note, f"a value is {mark.text}, and nothing says why"
            assert any(plain(mark.note) in line for line in remarks), mark


def a_known_order_is_kept(query: StoredQuery, answer: CitedAnswer, after: Mapping[str, set[str]]) -> None:
    """Rows sorted by a date stand in the order in which their facts are known to have been.

    ``after`` has the facts that each fact is known to have come after; without it the dates alone say so.
    """
    shown = {c.name: c.shows for c in query.cells}
    first = (query.sort or query.columns)[0]
    if shown.get(first) != WHEN:
        return
    dated = [row[first].items[0] for row in answer.rows if len(row[first].items) == 1]
    for before, later in combinations(dated, 2):
        assert isinstance(before.value, When)
        assert isinstance(later.value, When)
        one, other = before.value.known_days, later.value.known_days
        assert not (one and other and other.last < one.first), f"{before.text} stands before {later.text}"
        wrong = {fact for fact in before.facts if after.get(fact, set()) & later.facts}
        assert not wrong, f"{wrong} stand before what they came after"
