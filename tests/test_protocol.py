"""The SPARQL 1.1 Protocol at the server's endpoint: cases by the sections of the W3C's recommendation.

Each file of ``tests/cases/protocol`` is one: a request as it is sent, and behind ``=>`` the status, the media type and
words of the response. ``\\xff`` stands for a byte, ``\\r`` and ``\\n`` for the ends of lines. The graph is
``tests/cases/project``.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kzgraph.answers.queries.dataset_clauses import with_dataset
from kzgraph.api import CitedGraph
from kzgraph.files.project import find_project
from kzgraph.site.server.app import Limits, application
from kzgraph.site.server.shelf import Shelf
from tests.test_server import Client

FOLDER = Path(__file__).parent / "cases" / "protocol"
CASES = sorted(FOLDER.glob("*.txt"))
NUMBER_OF_CASES = 65


@pytest.fixture(scope="module")
def endpoint() -> Client:
    """The server of the small project; nothing is changed, so one serves all cases."""
    shelf = Shelf(CitedGraph(find_project(FOLDER.parent / "project")), is_local=True)
    return Client(application(shelf, Limits()))


def _bytes(text: str) -> bytes:
    return re.sub(rb"\\x([0-9a-f]{2})", lambda m: bytes([int(m[1], 16)]), text.encode())


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_request_gets_what_the_recommendation_says(endpoint: Client, path: Path) -> None:
    asked, _, told = path.read_text("utf-8").partition("\n=> ")
    head, _, body = asked.partition("\n\n")
    (method, address), *pairs = [line.split(" ", 1) for line in head.splitlines()[1:]]
    headers = {name.removesuffix(":"): value for name, value in pairs}
    found = endpoint.send(method, address, headers, _bytes(body))
    expected, *words = told.splitlines()
    status, _, media = expected.partition(" ")
    assert (str(found.status), found.headers["content-type"].partition(";")[0]) == (status, media), found.text
    for word in words:
        assert word.replace("\\r", "\r").replace("\\n", "\n") in found.text


def test_all_cases_are_tried() -> None:
    assert len(CASES) == NUMBER_OF_CASES


@given(st.text(alphabet="SELECTFROMNAMEDWHERE {}()<>:?x#\n\"'", max_size=60))
def test_a_text_that_is_no_query_stays_as_it_was_but_for_its_graphs(text: str) -> None:
    """Whatever the text, the graphs of the request are in it, and the places of all else are as they were."""
    named = with_dataset(text, [("FROM", "x:y")])
    assert "FROM <x:y>" in named
    assert named.count("\n") - text.count("\n") in {0, 1}
    assert with_dataset(text, []) == text
