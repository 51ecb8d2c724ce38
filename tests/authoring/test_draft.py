"""``kzgraph draft``: what a sentence names, and the work file that `kzgraph import` takes."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from kzgraph.answers.things.names import Name, Names
from kzgraph.authoring.articles.spotting import Spotter
from tests.conftest import SmallProject

Run = Callable[..., tuple[int, str, str]]
THINGS = {
    "Baku": ["Baku", "Баку", "Bakı"],
    "Kazakhstan": ["Kazakhstan", "Казахстан", "Қазақстан", "Qazaxıstan"],
    "Corridor": ["Middle Corridor", "Срединный коридор", "Orta Dəhliz"],
    "Ilham": ["Ilham Aliyev", "Aliyev"],
    "Heydar": ["Heydar Aliyev", "Aliyev"],
    "Consortium": ["Caspian Pipeline Consortium", "CPC"],
    "Center": ["Caspian Policy Center", "CPC"],
    "Oil": ["crude oil", "oil"],
    "Putin": ["Vladimir Putin", "Putin"],
}
NAMES = Names(
    {t: [Name(n, "", "other label" if i else "label") for i, n in enumerate(own)] for t, own in THINGS.items()}
)
NOBODY = ("Nikolay Gorban", "")
PEOPLE = ("Ilham", "Heydar", "Putin")


def spotted(text: str, language: str = "en") -> list[tuple[str, str]]:
    found = Spotter(NAMES, people=PEOPLE, generic=["summit", "port"], language=language).spot(text)
    return [(s.words, "|".join(s.things)) for s in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Middle Corridor passes Baku.", [("Middle Corridor", "Corridor"), ("Baku", "Baku")]),
        ("BAKU, March 4", [("BAKU", "Baku")]),
        ("The middle corridor of the house", []),
        ("Kazakhstan’s crude oil", [("Kazakhstan", "Kazakhstan"), ("crude oil", "Oil")]),
        ("The oil was sold", []),
        ("CPC and cpc", [("CPC", "Center|Consortium")]),
        ("The Caspian Policy Center, or CPC", [("Caspian Policy Center", "Center"), ("CPC", "Center")]),
        ("President Aliyev spoke", [("Aliyev", "Heydar|Ilham")]),
        ("Ilham Aliyev came. Aliyev spoke.", [("Ilham Aliyev", "Ilham"), ("Aliyev", "Ilham")]),
        ("Perhaps they met Huawei", [("Huawei", "")]),
        ("Nazim Aliyev spoke", [("Nazim Aliyev", "")]),
        ("Russian President Putin spoke", [("Putin", "Putin")]),
        ("The firm Middle Corridor Multimodal works", [("Middle Corridor Multimodal", "")]),
        (
            "The Caspian Pipeline Consortium Nikolay Gorban said",
            [("Caspian Pipeline Consortium", "Consortium"), NOBODY],
        ),
        ("At the CPC Summit, the Port of Baku", [("CPC", "Center|Consortium"), ("Baku", "Baku")]),
        ("Consequently, Huawei and Wabtec came", [("Huawei", ""), ("Wabtec", "")]),
        (
            "The Ministry of Transport and the State Oil Company",
            [("Ministry of Transport", ""), ("State Oil Company", "")],
        ),
        ("On Monday in January they met", []),
        ("Furthermore, the oil was sold", []),
        ("The European Bank and the Caspian Ship Alliance", [("European Bank", ""), ("Caspian Ship Alliance", "")]),
        ("He said: “Thanks to them, Huawei came.”", [("Huawei", "")]),
        ("The Soviet and French firms saw Baku", [("Baku", "Baku")]),
        ("Freight Line Did Not Wait for Opportunity In Baku 2024", [("Baku", "Baku")]),
        ("Baku (https://example.org/Baku/Huawei-News)", [("Baku", "Baku")]),
    ],
)
def test_what_a_sentence_names(text: str, found: list[tuple[str, str]]) -> None:
    assert spotted(text) == found


@pytest.mark.parametrize(
    ("text", "language", "things"),
    [
        ("Через Казахстан и в Баку", "ru", ["Kazakhstan", "Baku"]),
        ("Президент Казахстана говорил о Срединном коридоре", "ru", ["Kazakhstan", "Corridor"]),
        ("Қазақстанның мұнайы", "kk", ["Kazakhstan"]),
        ("Qazaxıstanın nefti Bakıda", "az", ["Kazakhstan", "Baku"]),
        ("Orta Dəhlizdə", "az", ["Corridor"]),
        ("Bakuda", "en", []),
    ],
)
def test_words_may_have_the_endings_of_their_language(text: str, language: str, things: list[str]) -> None:
    assert [t for _, t in spotted(text, language) if t] == things


def test_a_name_that_is_nobodys_has_the_nearest_names() -> None:
    (found,) = Spotter(NAMES, language="en").spot("He met Wladimir Putins there")
    assert (found.words, found.things, found.near) == ("Wladimir Putins", (), ("Putin",))


def test_the_beginning_of_a_longer_name_is_near_it() -> None:
    (found,) = Spotter(NAMES, language="en").spot("He praised the Pipeline Consortium")
    assert (found.words, found.near) == ("Pipeline Consortium", ("Consortium",))


def test_a_work_file_lists_what_is_open_and_becomes_facts(author: SmallProject, run: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "texts" / "work.yaml"
    code, out, err = run("draft", "port-news-2024", "-o", str(sheet))
    assert (code, out) == (0, "")
    text = sheet.read_text("utf-8")
    count = int(re.findall(r"(\d+) open sentences of", err)[0])
    assert text.count("\n# ¶ ") == count >= 4
    block = next(b for b in text.split("\n\n") if "1.7 million tons, and" in b)
    assert "#   names `kz:ThomasMore` (Thomas More)" in block
    assert "#   times: 2022; 2023" in block
    assert "#   figures: about 1.7 million tons; 62%" in block
    assert "#   usual: figure" in block
    assert run("import", str(sheet))[0] == 3, "nothing is a row yet"
    filled = block.replace("\n#- ", "\n- ").replace("\n#  ", "\n  ")
    filled = re.sub(r"(?m)^  ( .*)$", r"# \1", filled.replace("  measure:", "  measure: freight volume"))
    filled = filled.replace("  subject:", "  subject: Harbour Line\n  when: 2022")
    sheet.write_text(filled, "utf-8")
    code, out, err = run("import", str(sheet), "--document", "port-news-2024")
    assert code == 0, filled + out + err
    again = run("draft", "port-news-2024")[1]
    assert "1.7 million tons, and" not in again
    assert again.count("\n# ¶ ") == count - 1


def test_a_work_file_never_goes_into_the_project_nor_over_another(author: SmallProject, run: Run) -> None:
    for name, code in (("instances/work.yaml", 2), ("facts.yaml", 3)):
        (author.root / "facts.yaml").write_text("mine", "utf-8")
        assert run("draft", "port-news-2024", "-o", name)[0] == code
    assert (author.root / "facts.yaml").read_text("utf-8") == "mine"
    assert not (author.root / "instances/work.yaml").exists()


PROPOSALS = """\
kind,gist,set by,quote
plan,The two states want a new port.,Utopia,plan a new port at Westhaven
plan,The two states want a bridge.,Utopia,plan a new bridge
ship,What is this?,Utopia,plan a new port at Westhaven
plan,It carries grain.,Utopia,The line carried grain
plan,It carries\u00ad grain.,Utopia,plan a new port at Westhaven
"""


def test_proposals_whose_quote_does_not_stand_in_the_text_are_refused(author: SmallProject, run: Run) -> None:
    (author.root / "proposals.csv").write_text(PROPOSALS, "utf-8")
    code, out, err = run("draft", "port-news-2024", "--proposals", "proposals.csv")
    assert code == 1
    assert out.count("# proposed elsewhere") == 1
    assert '#  gist: "The two states want a new port."' in out
    assert '#  passage: "plan a new port at Westhaven"' in out
    assert "refused: proposals.csv:3: the quote does not stand in the text" in err
    assert "refused: proposals.csv:4: there is no kind `ship`" in err
    assert "refused: proposals.csv:5: the quote stands 2 times in the text" in err
    assert "refused: proposals.csv:6: `gist` has a soft hyphen" in err
    (author.root / "proposals.csv").write_text("kind,colour,quote\nplan,red,plan a new port\n", "utf-8")
    assert "a plan has no field `colour`" in run("draft", "port-news-2024", "--proposals", "proposals.csv")[2]


def test_the_texts_are_needed(author: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KZGRAPH_DOCUMENTS")
    assert run("draft", "port-news-2024")[0] == 2


@pytest.mark.parametrize("place", ["link", "dangling link", "file", "pipe"])
def test_a_work_file_takes_nobodys_place(author: SmallProject, run: Run, tmp_path: Path, place: str) -> None:
    output, elsewhere = tmp_path / "work.yaml", tmp_path / "elsewhere"
    if place == "pipe":
        os.mkfifo(output)
    elif place == "file":
        output.write_text("mine", "utf-8")
    else:
        output.symlink_to(elsewhere)
        if place == "link":
            elsewhere.write_text("mine", "utf-8")
    code, _, err = run("draft", "port-news-2024", "-o", str(output))
    assert (code, "is there already" in err) == (3, True)
    assert place != "dangling link" or not elsewhere.exists()
    assert place not in {"link", "file"} or output.read_text("utf-8") == "mine"
