"""All stored queries give the same answer on every server as on the embedded store."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kzgraph.answers.queries.stored_query import read_query, stored_queries
from kzgraph.files.project import FOLDERS, MARKER, find_project
from tests.servers.conftest import Server

Run = Callable[..., tuple[int, str, str]]
ROOT = Path(__file__).resolve().parents[2]
QUERIES = stored_queries(find_project(ROOT))
PARAMETERS = [
    line.split("\t")
    for line in Path(__file__).with_name("parameters.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


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


@pytest.fixture(scope="module")
def embedded() -> dict[tuple[str, ...], str]:
    """The answers of the embedded store, each asked once for all servers."""
    return {}


@pytest.mark.parametrize("question", [*([name] for name in QUERIES), *PARAMETERS], ids=" ".join)
def test_the_answer_is_the_embedded_one(
    question: list[str],
    server: Server,
    store: str,
    loaded: set[str],
    embedded: dict[tuple[str, ...], str],
    copy: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name, *values = question
    asked = ("query", name, *(part for value in values for part in ("-p", value)), "-f", "csv")
    monkeypatch.chdir(copy)
    if server.name not in loaded:
        code, _, err = run("load", "--store", store)
        assert code == 0, err
        loaded.add(server.name)
    if asked not in embedded:
        code, embedded[asked], err = run(*asked)
        assert code == 0, err
    code, found, err = run(*asked, "--store", store, "--timeout", "120")
    assert code == 0, err
    expected = rows(embedded[asked], name)
    assert expected
    assert rows(found, name) == expected


def test_all_stored_queries_are_asked() -> None:
    assert len(QUERIES) == len(list((ROOT / "queries").glob("*.rq"))) >= 64


def test_every_query_with_parameters_is_asked_with_other_values() -> None:
    with_parameters = {name for name, path in QUERIES.items() if read_query(path, name).parameters}
    assert {name for name, *_ in PARAMETERS} == with_parameters


def rows(text: str, name: str) -> list[dict[str, str]]:
    """The rows in their order; a column of facts is a set, whose order SPARQL leaves to the engine."""
    facts = read_query(QUERIES[name], name).facts
    read = list(csv.DictReader(io.StringIO(text)))
    return [{k: " ".join(sorted(v.split())) if k in facts else v for k, v in row.items()} for row in read]
