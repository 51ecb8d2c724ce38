"""The rows of docs/modelling.md are whole, and a stored query shows each of the facts that they write."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kzgraph.authoring.facts.entering import Desk, enter
from kzgraph.authoring.reading.rows import CellText, read_rows
from kzgraph.files.project import find_project
from tests.conftest import ROOT

CITATION = "kz:ali-2023_248-360"


def test_every_usual_sentence_is_seen_in_an_answer(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (block,) = re.findall(r"```yaml\n(.+?)```", (ROOT / "docs" / "modelling.md").read_text("utf-8"), re.DOTALL)
    table = tmp_path / "rows.yaml"
    table.write_text(block, "utf-8")
    desk = Desk(find_project())
    rows = read_rows(table, "rows.yaml")
    things = [r for r in rows if not desk.kinds.named(r.cells["kind"][0].text).is_fact]
    for row in rows:
        if row not in things:
            row.cells["citation"] = [CellText(CITATION, row.place)]
    entry = enter(desk, rows)
    assert [str(p) for p in entry.problems] == []
    seen = entry.seen()
    assert len(seen) == len(rows) - len(things) >= 17
    assert {fact: one.lacks for fact, one in seen.items() if not one.shown_by} == {}
    planned = [one.words for one in seen.values() if "(planned)" in one.words]
    assert len(planned) == 3, "what is not done does not read as done"
