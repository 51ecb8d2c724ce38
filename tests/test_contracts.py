"""``kzgraph check`` finds a stored query that does not keep what its header promises."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import SmallProject

Run = Callable[..., tuple[int, str, str]]

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
    ("change", "code"),
    [
        ({"columns": "thong"}, "query-column"),
        ({"rows": "1000"}, "query-rows"),
        ({"kind": "Membershp"}, "query-caution"),
        ({"facts": ""}, "query-sources"),
        ({"facts": "thing"}, "query-sources"),
        ({"columns": ""}, "query-header"),
    ],
)
def test_a_broken_promise_is_found(project: SmallProject, run: Run, change: dict[str, str], code: str) -> None:
    values = {"columns": "thing", "facts": "fact", "rows": "1", "kind": "Membership"} | change
    project.write("queries/things.rq", (HEADER + QUERY).format(**values))
    exit_code, out, _ = run("check")
    assert exit_code == 1
    assert f"[{code}]" in out
    assert "queries/things.rq" in out


def test_a_kept_promise_is_no_finding(project: SmallProject, run: Run) -> None:
    values = {"columns": "thing", "facts": "fact", "rows": "1", "kind": "Membership"}
    project.write("queries/things.rq", (HEADER + QUERY).format(**values))
    assert "queries/things.rq" not in run("check")[1]
