"""The documents behind an answer, as a bibliography takes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., tuple[int, str, str]]


def test_bibtex_lists_each_document_once(repository: Path, run: Run) -> None:
    code, out, _ = run("query", "corridor_partners", "-f", "bibtex")
    assert code == 0
    assert out.count("\n@") + out.startswith("@") == 5
    assert "@article{egamberdiyev-shaldarbekova-2023," in out
    assert "doi = {10.26577/IRILJ.2023.v103.i3.01}" in out


def test_csl_json_has_types_authors_and_dates(repository: Path, run: Run) -> None:
    entries = {e["id"]: e for e in json.loads(run("query", "corridor_partners", "-f", "csl")[1])}
    assert len(entries) == 5
    assert entries["ali-2023"]["type"] == "webpage"
    assert entries["ali-2023"]["issued"] == {"date-parts": [[2023, 4, 17]]}
    assert entries["ali-2023"]["author"] == [{"literal": "Toghrul Ali"}]


def test_a_query_without_facts_has_no_bibliography(repository: Path, run: Run) -> None:
    code, _, err = run("query", "-", "-f", "bibtex", stdin=b"SELECT ?x WHERE { ?x a kzo:State }")
    assert code == 2
    assert "no fact is in this answer" in err
