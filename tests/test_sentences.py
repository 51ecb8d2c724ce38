"""Sentences: where they end and where they do not; all examples are made up."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kzgraph.files.documents import DocumentText, read_document
from kzgraph.files.sentences import sentences, split

ONE_SENTENCE = {
    "initials": "Yesterday K-Zh.K. Example met M. Sample and B.C. Pattern in the harbour.",
    "initials in Cyrillic": "Вчера А.Б. Примеров и Ж. Образцова приехали в город.",
    "digraph": "The paper of M. Sh. Example was read aloud.",
    "title": "It was opened by Dr. Example at the St. Nowhere Forum.",
    "volume and number": "It stands in Vol. 57, No. 6, pp. 12-14 of the yearbook.",
    "number sign": "Об этом пишет газета «Пример», №. 6.",
    "that is": "The share is small, i.e. Example has the rest.",
    "decimals": "The share is 36.5% of one and 20,75% of the other.",
    "address": "See https://example.org/a.b?c=d.e!f and www.example.com. then go on.",
    "lower case after the stop": "It was strengthened, etc. and then forgotten.",
    "Russian abbreviations": "Компания находится в г. Пример, ул. Образцовая, т.е. Близко.",
    "Kazakh abbreviation": "Мекеме Мысал қ. Үлгі көшесінде орналасқан.",
    "reference after a quotation": "He called it «a good year». (Example title of a work).",
    "reference without a stop": "They agreed. (accessed: 01.02.2003)",
    "two references": "They agreed. (First title). (Second title).",
    "number after the stop": "They agreed. [12]",
    "brackets in mid-sentence": "They agreed (Example do 1 mlrd. Sample title of a work) in the end.",
    "number of a list": "1. Ports and railways.",
    "question in a quotation": "“Is it done?” he asked.",
    "no letters": "— * —",
}
SEVERAL_SENTENCES = {
    "plain": ["One ended.", "Another began!", "Did it?", "It did…", "So it goes."],
    "year before the stop": ["It began in 2021.", "It ended on 27 March.", "10 ships came."],
    "quotation": ["He said: “We agreed.", "We signed.”", "Then they left."],
    "stop after the quotation": ["He spoke of «a good year».", "Then they left."],
    "reference, then a sentence": ["They agreed. (Title of a work).", "Then they left."],
    "reference without stop, then a sentence": ["They agreed. (accessed 2003)", "Then they left."],
    "number, then a sentence": ["They agreed.[12]", "Then they left. [3]", "It rained."],
    "sentences in brackets": ["They agreed.", "(It was late.", "It rained.)", "Then they left."],
    "bold reference": ["They agreed (**Title of a work).**", "Then they left."],
    "Kazakh": ["Порт ашылды.", "Қазір ол жұмыс істейді.", "Әрі қарай не болады?"],
    "Russian": ["Порт открыт.", "Ёлка стоит у входа и т.д.", "Это всё."],
    "long aside without a stop": [
        "They agreed.",
        "(Then " + " ".join(f"word{n}" for n in range(30)) + ")",
    ],
    "lone bracket": ["The first a) ended.", "The second (ended.", "So did the third."],
}


@pytest.mark.parametrize("text", ONE_SENTENCE.values(), ids=ONE_SENTENCE)
def test_text_is_one_sentence(text: str) -> None:
    assert [text[s:e] for s, e in split(text)] == [text]


@pytest.mark.parametrize("parts", SEVERAL_SENTENCES.values(), ids=SEVERAL_SENTENCES)
def test_text_is_split(parts: list[str]) -> None:
    text = "  ".join(parts)
    assert [text[s:e] for s, e in split(text)] == parts


def test_paragraph_break_always_ends_a_sentence() -> None:
    text = "\n  This goes on\r\n\nand ends. Next\n \nLast."
    found = sentences(DocumentText(text))
    assert [(text[s.start : s.end], s.paragraph) for s in found] == [
        ("This goes on", 1),
        ("and ends.", 2),
        ("Next", 2),
        ("Last.", 3),
    ]


def test_ranges_count_code_points() -> None:
    text = "🚢 Порт. Қала."
    assert [text[s.start : s.end] for s in sentences(DocumentText(text))] == ["🚢 Порт.", "Қала."]


_PIECES = st.sampled_from(
    [*"aÄқ1.?!…()[]«»“”\"' \t\r\n,-№*", ". ", "K. ", "Vol. 5", " (A b). ", "The ", "т.е. ", "\u00a0", "\u2028"]
)


@given(st.lists(_PIECES | st.characters(), max_size=60).map("".join))
def test_sentences_hold_all_characters_but_white_space_in_order(text: str) -> None:
    document = DocumentText(text)
    found = sentences(document)
    assert all(a.end <= b.start for a, b in pairwise(found))
    inside = {i for s in found for i in range(s.start, s.end)}
    assert all(i in inside for i, c in enumerate(text) if not c.isspace())
    for s in found:
        begin, end = document.paragraphs[s.paragraph - 1]
        assert begin <= s.start < s.end <= end
        assert text[s.start : s.end] == text[s.start : s.end].strip()


def test_very_long_paragraphs() -> None:
    assert len(split("K. " * 50_000)) == 1
    assert len(split("(Ab. " * 5_000)) == 5_000


def test_sentences_of_the_documents(documents: Path) -> None:
    paths = sorted(documents.glob("*.txt"))
    assert len(paths) >= 5
    for path in paths:
        text = read_document(path)
        found = sentences(text)
        assert len(found) >= len(text.paragraphs)
        assert max(s.end - s.start for s in found) < 1000
