"""The documents' sentences are nowhere in the repository: what is told in words is told in the editors' own."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox

ROOT = Path(__file__).resolve().parents[1]
OWN_WORDS = {
    "gist",
    "causeText",
    "effectText",
    "editorialNote",
    "baseline",
    "scope",
    "problem",
    "definition",
    "comment",
}
LONGEST_RUN = 10
FEWEST_TEXTS = 800


def _words(text: str) -> list[str]:
    return re.findall(r"[\w'-]+", text.lower().replace("’", "'"))


def _runs(text: str) -> set[tuple[str, ...]]:
    words = _words(text)
    return {tuple(words[i : i + LONGEST_RUN]) for i in range(len(words) - LONGEST_RUN + 1)}


def test_no_text_shares_ten_words_in_a_row_with_a_document(documents: Path) -> None:
    told = set().union(*(_runs(path.read_text("utf-8")) for path in documents.glob("*.txt")))
    compared, copied = 0, []
    for path in [*ROOT.glob("instances/**/*.ttl"), *ROOT.glob("ontology/*.ttl"), *ROOT.glob("shapes/*.ttl")]:
        for quad in ox.parse(path=path):
            name = re.split(r"[/#]", quad.predicate.value)[-1]
            if isinstance(quad.object, ox.Literal) and name in OWN_WORDS:
                compared += 1
                if told & _runs(quad.object.value):
                    copied.append(f"{path.relative_to(ROOT)}: {quad.subject} {name}")
    assert compared >= FEWEST_TEXTS
    assert copied == []


def test_no_page_shares_ten_words_in_a_row_with_a_document(documents: Path) -> None:
    told = set().union(*(_runs(path.read_text("utf-8")) for path in documents.glob("*.txt")))
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("kzgraph/**/*.py")]:
        assert not told & _runs(path.read_text("utf-8")), path
