"""The rows of docs/modelling.md are whole, and a stored query shows each of the facts that they write."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from kzgraph.authoring.facts.entering import Desk, enter
from kzgraph.authoring.reading.rows import CellText, read_rows
from kzgraph.files.project import find_project
from tests.conftest import ROOT, SmallProject

CITATION = "kz:ali-2023_248-360"
ASKED = {
    "causal claim": "causes_and_effects",
    "decision": "plans_and_decisions",
    "figure": "figures",
    "flow": "flows",
    "office holding": "office_holders_as_of",
    "outcome": "meeting_outcomes",
    "participation": "diplomatic_timeline",
    "plan": "plans_and_targets",
    "position": "positions",
    "quotation": "quotations",
    "signature": "signed_documents",
    "stake": "companies_and_deals",
    "status report": "infrastructure_timeline",
    "visit": "presidential_visits",
}
"""For each kind of the usual sentences the stored question that must show it."""


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
    assert {d.kind.name for d in entry.new if d.kind.is_fact} == set(ASKED)
    for draft in (d for d in entry.new if d.kind.is_fact):
        assert ASKED[draft.kind.name] in {one.query for one in seen[draft.iri].shown_by}, draft.label
    planned = [one.words for one in seen.values() if "(planned)" in one.words]
    assert len(planned) == 3, "what is not done does not read as done"


def test_a_new_measure_unit_and_kind_are_taken_as_the_page_adds_them(
    author: SmallProject, run: Callable[..., tuple[int, str, str]]
) -> None:
    page = (ROOT / "docs" / "modelling.md").read_text("utf-8")
    blocks = dict(re.findall(r"```\n# ((?:ontology|shapes)/\w+\.ttl)\n(.+?)```", page, re.DOTALL))
    assert set(blocks) == {"ontology/figures.ttl", "ontology/statements.ttl", "shapes/statements.ttl"}
    for name, block in blocks.items():
        with (author.root / name).open("a", encoding="utf-8") as file:
            file.write(f"\n{block}")
    passage = ("passage=the two states plan a new port at Westhaven", "document=port-news-2024", "--dry-run")
    out = run("new", "figure", "measure=area", "subject=Westhaven", "value=19 ha", *passage)[1]
    assert "    kzo:hasUnit kzo:UnitHectare ;" in out
    assert run("new", "denial", "gist=There is no port.", *passage)[1].startswith("stated by: a denial needs it")
    out = run("new", "denial", "stated by=Utopia", "gist=There is no port.", *passage)[1]
    assert 'rdfs:label "Utopia denies: There is no port"@en' in out
