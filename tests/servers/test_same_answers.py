"""All stored queries give the same answer on every server as on the embedded store."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kzgraph.project import FOLDERS, MARKER, find_project
from kzgraph.stored_query import read_query, stored_queries
from tests.servers.conftest import Server
from tests.servers.known_differences import FUSEKI, VIRTUOSO

Run = Callable[..., tuple[int, str, str]]
ROOT = Path(__file__).resolve().parents[2]
QUERIES = stored_queries(find_project(ROOT))


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's graph and queries as they are now: somebody may be writing at them while the tests run."""
    root = tmp_path_factory.mktemp("copy")
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copy(ROOT / MARKER, root)
    return root


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    return set()


@pytest.mark.parametrize("name", QUERIES)
def test_the_answer_is_the_embedded_one(
    name: str, server: Server, store: str, loaded: set[str], copy: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(copy)
    if server.name not in loaded:
        code, _, err = run("load", "--store", store)
        assert code == 0, err
        loaded.add(server.name)
    known = {"fuseki": FUSEKI, "virtuoso": VIRTUOSO}.get(server.name, {})
    if name in known:
        pytest.xfail(known[name])
    code, expected, err = run("query", name, "-f", "csv")
    assert code == 0, err
    code, found, err = run("query", name, "-f", "csv", "--store", store, "--timeout", "120")
    assert code == 0, err
    assert rows(found, name) == rows(expected, name)


def test_all_stored_queries_are_asked() -> None:
    assert len(QUERIES) == len(list((ROOT / "queries").glob("**/*.rq"))) >= 20


def rows(text: str, name: str) -> list[dict[str, str]]:
    """The rows in their order; a column of facts is a set, whose order SPARQL leaves to the engine."""
    facts = read_query(QUERIES[name], name).facts
    read = list(csv.DictReader(io.StringIO(text)))
    return [{k: " ".join(sorted(v.split())) if k in facts else v for k, v in row.items()} for row in read]
