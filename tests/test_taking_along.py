"""Answers that leave the tool: Markdown, pages, Word files, spreadsheets.

In each, every reference to a footnote leads to one footnote, and every footnote is referred to.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

import kzgraph
from kzgraph.answers.evidence.sources import Sources
from kzgraph.answers.shown.about import About, Licence, today
from kzgraph.answers.shown.html_pages import html_page
from kzgraph.answers.shown.markdown import markdown
from kzgraph.answers.shown.tables import People
from kzgraph.errors import UsageError

Run = Callable[..., tuple[int, str, str]]
ROOT = Path(__file__).resolve().parents[1]
NAMES = ["corridor_partners", "trade_turnover", "meeting_outcomes", "document_metadata", "cpc_shares"]
ABOUT = About(
    "A graph", datetime.date(2026, 11, 28), "Who <b>?", (("a", "b|c"),), (Licence("CC BY 4.0", "https://x/y"),)
)


@pytest.fixture(scope="module")
def graph() -> kzgraph.CitedGraph:
    return kzgraph.open(ROOT)


class Page(HTMLParser):
    """The ids of a page, the links within it, and its texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name == "href" and (value or "").startswith("#"):
                self.links.append((value or "")[1:])


@pytest.mark.parametrize("name", NAMES)
def test_each_reference_has_one_footnote_and_each_footnote_a_reference(graph: kzgraph.CitedGraph, name: str) -> None:
    answer = graph.query(name).cited
    people = People.of_answer(answer, with_sources=True)
    text = markdown(people, answer.title, answer.name, about=ABOUT)
    defined = re.findall(r"^\[\^([^\]]+)\]: ", text, re.MULTILINE)
    used = re.findall(r"\[\^([^\]]+)\](?!:)", text)
    assert len(defined) == len(set(defined)) == len(answer.sources.footnotes) > 0
    assert set(used) == set(defined)
    assert {n.rpartition("-")[0] for n in defined} == {name}

    page = Page(html_page(people, answer.title, about=ABOUT))
    assert max(Counter(page.ids).values()) == 1
    assert set(page.links) == set(page.ids)  # from the value to the footnote, and back


def test_the_footnotes_of_two_answers_do_not_collide(graph: kzgraph.CitedGraph) -> None:
    texts = []
    for name in NAMES[:2]:
        answer = graph.query(name).cited
        texts.append(markdown(People.of_answer(answer, with_sources=True), "", answer.name))
    first, second = (set(re.findall(r"\[\^[^\]]+\]", text)) for text in texts)
    assert first
    assert second
    assert not first & second


def test_keys_of_citations_are_those_of_the_bibliography(repository: Path, run: Run) -> None:
    code, text, _ = run("query", "trade_turnover", "-f", "markdown", "--cite-keys")
    assert code == 0
    keys = set(re.findall(r"@([\w-]+), ¶ \d+", text))
    works = set(re.findall(r"^@\w+\{(.+),$", run("query", "trade_turnover", "-f", "bibtex")[1], re.MULTILINE))
    assert keys == works
    assert "[^" not in text


def test_what_was_asked_goes_along(repository: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    for form in ("markdown", "html"):
        text = run("query", "corridor_partners", "-f", form)[1]
        for told in (
            "Who are the partners of the Middle Corridor",
            "corridor: Middle Corridor",
            "14 November 2023",
            "CC BY 4.0",
        ):
            assert told in text, (form, told)


def test_nothing_that_goes_along_becomes_syntax() -> None:
    people = People(["h"], [[(("x", ()),)]], [False], Sources())
    page = html_page(people, "t", about=ABOUT)
    assert "b" not in Page(page).tags
    assert "b\\|c" in markdown(people, "t", about=ABOUT)


def test_the_day_of_a_file_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert today() == datetime.date(1970, 1, 1)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "tomorrow")
    with pytest.raises(UsageError, match="no number of seconds"):
        today()


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_passages_stand_at_their_footnotes(repository: Path, run: Run, documents: Path, form: str) -> None:
    text = run("query", "cpc_shares", "--documents", str(documents), "-f", form)[1]
    plain = run("query", "cpc_shares", "--no-sources", "-f", form)[1]
    assert "20.75" in text
    assert len(text) > len(plain) + 200
    assert text.count("“" if form == "markdown" else "<blockquote>") >= 1
