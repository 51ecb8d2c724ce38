"""What every short view must hold, whatever question it answers."""

from __future__ import annotations

import re

from kzgraph.answers.cells.cell import CitedAnswer, Item
from kzgraph.answers.short.view import ShortAnswer

_JARGON = re.compile(r"\b(actual|assessed|as of)\b|\(inferred\)")
_BARE_NUMBER = re.compile(r"(?<![\d.,])\d{5,}(?![\d.,])")


def facts_are_shown_or_folded(short: ShortAnswer, answer: CitedAnswer) -> None:
    """Every fact of the detail states a value of the view, or is counted among those that are folded."""
    whole = {fact for item in answer.items() for fact in item.facts}
    shown = {fact for item in short.items() for fact in item.facts}
    assert shown | short.folded_facts == whole
    assert not shown & short.folded_facts
    told = re.search(r"([\d,]+) facts?\b", " ".join(short.rest))
    assert (int(told[1].replace(",", "")) if told else 0) == len(short.folded_facts)


def rows_are_those_of_the_detail(short: ShortAnswer, answer: CitedAnswer) -> None:
    """Every row of the detail stands behind one row of the view; those behind folded rows are left."""
    behind = [id(row) for shown in short.rows for row in shown.behind]
    assert len(behind) == len(set(behind))
    assert set(behind) <= {id(row) for row in answer.rows}
    if not any(group.folded for group in short.groups):
        assert len(behind) == len(answer.rows)


def a_screen_holds_it(short: ShortAnswer) -> None:
    """There are few columns and rows, no column is empty, and no row begins with nothing."""
    assert len(short.columns) <= 7
    assert len(short.rows) <= max(25, len(short.groups))
    for heading in short.columns:
        assert any(row.cells[heading].lines for row in short.rows), heading


def words_are_plain(short: ShortAnswer) -> None:
    """No term of the model and no bare number is shown."""
    for row in short.rows:
        for cell in row.cells.values():
            assert not _JARGON.search(cell.text), cell.text
            assert short.name == "codes" or not _BARE_NUMBER.search(cell.text), cell.text  # a code is no number


def marks_are_told(short: ShortAnswer) -> None:
    """What is not simply so says so in its row: in words at one place at least, with a sign at each value."""
    for row in short.rows:
        told = " ".join(cell.text for cell in row.cells.values())
        for item in row.items:
            for mark in item.marks:
                assert (mark.symbol or mark.text) in told, (item.text, mark)


def headline_counts_rows(short: ShortAnswer) -> None:
    """A view with rows has a headline, and no placeholder is left in it."""
    if short.size:
        assert short.headline
    assert not re.search(r"[{}\[\]]", " ".join(line.text for line in short.headline))


def items_have_sources(short: ShortAnswer) -> None:
    """Each value that a fact states has a passage of this fact."""
    bare: list[Item] = [item for item in short.items() if item.facts and not item.sources]
    assert [item.text for item in bare] == []


def hold(short: ShortAnswer, answer: CitedAnswer) -> None:
    """All of them."""
    facts_are_shown_or_folded(short, answer)
    rows_are_those_of_the_detail(short, answer)
    for promise in (a_screen_holds_it, words_are_plain, marks_are_told, headline_counts_rows, items_have_sources):
        promise(short)
