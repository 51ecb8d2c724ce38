"""``kzgraph check`` finds a stored query that does not keep what its header promises."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kzgraph.checks.project.gate import STAGES
from tests.conftest import SmallProject

Run = Callable[..., tuple[int, str, str]]
OTHERS = [a for stage in STAGES if stage != "queries" for a in ("--skip", stage)]

HEADER = """#+ summary: Things
#+ tags: [test]
#+ kzgraph:
#+   question: Which things are there?
#+   columns: [{columns}]
#+   facts: [{facts}]
#+   min-rows: {rows}
"""
QUERY = """PREFIX kzo: <https://w3id.org/kzgraph/ontology/>
SELECT ?fact ?thing WHERE {{ ?fact a kzo:{kind} ; kzo:hasMember ?thing }} ORDER BY ?fact ?thing
"""


@pytest.mark.parametrize(
    ("change", "code", "line"),
    [
        ({"columns": "thong"}, "query-column", "5:16"),
        ({"rows": "1000"}, "query-rows", "7:6"),
        ({"kind": "Membershp"}, "query-caution", "9:37"),
        ({"facts": ""}, "query-sources", "6:6"),
        ({"facts": "thing"}, "query-sources", "6:6"),
        ({"columns": ""}, "query-header", "1:1"),
    ],
)
def test_a_broken_promise_is_found(
    project: SmallProject, run: Run, change: dict[str, str], code: str, line: str
) -> None:
    values = {"columns": "thing", "facts": "fact", "rows": "1", "kind": "Membership"} | change
    project.write("queries/things.rq", (HEADER + QUERY).format(**values))
    exit_code, out, _ = run("check", *OTHERS)
    assert exit_code == 1
    assert f"[{code}]" in out
    assert f"queries/things.rq:{line}: error[{code}]" in out


def test_a_kept_promise_is_no_finding(project: SmallProject, run: Run) -> None:
    values = {"columns": "thing", "facts": "fact", "rows": "1", "kind": "Membership"}
    project.write("queries/things.rq", (HEADER + QUERY).format(**values))
    assert "queries/things.rq" not in run("check", *OTHERS)[1]


SHORT = """#+ summary: Things
#+ tags: [test]
#+ kzgraph:
#+   question: Which things are there?
#+   rows: [fact]
#+   columns:
#+     thing: {{fact: fact}}
#+   short:
#+     columns:
#+       thing: "{{{column}}}"
#+     groups:
#+       members: {{heading: Members, when: {{thing: {name}}}}}
"""


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"column": "thong"}, "10:1: error[query-fails]"),
        ({"name": "kzo:Membershp"}, "12:52: error[query-caution]"),
        ({}, ""),
    ],
)
def test_a_short_view_that_names_what_there_is_not_is_found(
    project: SmallProject, run: Run, change: dict[str, str], told: str
) -> None:
    header = SHORT.format(**{"column": "thing", "name": "kzo:Membership"} | change)
    project.write("queries/things.rq", header + QUERY.format(kind="Membership"))
    out = run("check", *OTHERS)[1]
    assert f"queries/things.rq:{told}" in out if told else "queries/things.rq" not in out
