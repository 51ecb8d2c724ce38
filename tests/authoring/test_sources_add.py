"""``kzgraph sources add``: a text or web page becomes a document; what cannot be cited is refused."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kzgraph.authoring.articles.registering import DocumentDetails
from kzgraph.authoring.articles.texts import read_article
from kzgraph.cli.sources import _asked
from kzgraph.files.documents import digest
from tests.authoring.conftest import ARTICLE
from tests.conftest import SmallProject

Run = Callable[..., tuple[int, str, str]]
STORY = """\
Grain leaves the Westhaven terminal

By Thomas More

12 April 2024

The Harbour Gazette

The first ship with grain left Westhaven on Friday.

Related articles
© 2024 The Harbour Gazette. All rights reserved.
"""
GIVEN = ("--author", "Thomas More", "--publisher", "The Harbour Gazette", "--date", "2024-04-12")


@pytest.fixture
def story(author: SmallProject, tmp_path: Path) -> Path:
    path = tmp_path / "texts" / "gazette-2024.txt"
    path.write_text(STORY, "utf-8", newline="")
    return path


def test_a_text_becomes_a_document(author: SmallProject, run: Run, story: Path) -> None:
    code, out, err = run("sources", "add", str(story), *GIVEN, "--address", "https://example.org/grain")
    assert code == 0, out + err
    assert (
        "kz:gazette-2024\n"
        "    a kzo:NewsArticle ;\n"
        '    rdfs:label "Grain leaves the Westhaven terminal"@en ;\n'
        '    dcterms:title "Grain leaves the Westhaven terminal"@en ;\n'
        '    kzo:shortName "More 2024"@en ;\n'
        "    dcterms:creator kz:ThomasMore ;\n"
        '    dcterms:issued "2024-04-12"^^xsd:date ;\n'
        '    dcterms:language "en" ;\n'
        "    dcterms:source <https://example.org/grain> ;\n"
        '    kzo:fileName "gazette-2024.txt" ;\n'
        f'    kzo:textDigest "{digest(STORY)}" ;\n'
        f"    kzo:textLength {len(STORY)} .\n"
    ) in (author.root / "instances/sources/documents.ttl").read_text("utf-8")
    facts = (author.root / "instances/sources/gazette-2024.ttl").read_text("utf-8")
    assert facts.count("a kzo:Publication ;") == 4
    assert "kzo:hasAuthor kz:ThomasMore ;" in facts
    assert "kzo:hasPublisher kz:TheHarbourGazette ;" in facts or "kzo:hasPublisher kz:HarbourGazette ;" in facts
    assert '"12 April 2024"' in facts
    ledger = (author.root / "instances/sources/ledger-gazette-2024.ttl").read_text("utf-8")
    assert ledger.count("kzo:hasReason kzo:ReasonBoilerplate .") == 2
    assert run("validate")[0] == 0
    left = json.loads(run("sources", "gazette-2024", "-f", "json")[1])
    assert [row["sentence"]["value"] for row in left["results"]["bindings"]] == [
        "The first ship with grain left Westhaven on Friday."
    ]
    assert "next: kzgraph draft gazette-2024" in err


@pytest.mark.parametrize(
    ("author_option", "kind", "short"),
    [
        ("Utopian News Agency", "MediaBody", "Utopian News Agency 2024"),
        ("company: Grain of Westhaven", "Company", "Grain of Westhaven 2024"),
        ("Raphael Hythloday", "Person", "Hythloday 2024"),
    ],
)
def test_who_wrote_it_may_be_an_organization(
    author: SmallProject, run: Run, story: Path, author_option: str, kind: str, short: str
) -> None:
    name = author_option.rpartition(": ")[2]
    story.write_text(f"Grain leaves\n\nBy {name}\n\nThe first ship left.\n", "utf-8")
    code, out, err = run("sources", "add", str(story), "--author", author_option, "--date", "2024", "--dry-run")
    assert code == 0, out + err
    assert f'    a kzo:{kind} ;\n    rdfs:label "{name}"@en .' in out
    assert f'kzo:shortName "{short}"@en' in out


def test_one_document_is_checked_alone(author: SmallProject, run: Run) -> None:
    code, out, _ = run("sources", "check", "port-news-2024", "-f", "json")
    found = json.loads(out)
    assert (code, found["summary"]["sentences"] > 4) == (1, True)
    assert {f["code"] for f in found["findings"]} == {"nothing-checked", "open-sentence"}
    assert run("sources", "check", "elsewhere")[0] == 2


def test_what_the_text_does_not_tell_is_said_to_be_known_otherwise(author: SmallProject, run: Run, story: Path) -> None:
    story.write_text("Grain leaves the terminal\n\nThe first ship left on Friday.\n", "utf-8")
    assert run("sources", "add", str(story), *GIVEN)[0] == 0
    told = (author.root / "instances/sources/documents.ttl").read_text("utf-8")
    assert (
        "Not told by the text itself, but known by whoever registered it: "
        "author (Thomas More), publisher (The Harbour Gazette), date (12 April 2024)."
    ) in told


def test_a_document_is_registered_although_its_text_tells_nothing_of_itself(
    author: SmallProject, run: Run, tmp_path: Path
) -> None:
    text = tmp_path / "ports-2024.txt"
    text.write_text("Ships sailed.\n\nA port was opened in Harbourtown on 3 May 2024.\n", "utf-8")
    code, _, err = run("sources", "add", str(text), "--title", "Another title", "--date", "2024-05-04")
    assert (code, "nothing to write" in err) == (0, False)
    assert "Another title" in (author.root / "instances" / "sources" / "documents.ttl").read_text("utf-8")


@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        ("12 April 2024", True),
        ("Updated: April 12, 2024, 15:14", True),
        ("WESTHAVEN, Utopia, April 12, 2024. The first ship left.", True),
        ("On 12 April 2024 the first ship left.", False),
        ("WESTHAVEN. March 4 (Port News) - The first ship left the terminal, it was said on 12 April 2024.", False),
    ],
)
def test_the_date_of_an_article_is_not_that_of_what_it_tells(
    author: SmallProject, run: Run, story: Path, line: str, is_told: bool
) -> None:
    story.write_text(f"Grain leaves the terminal\n\n{line}\n\nThe port said so.\n", "utf-8")
    out = run("sources", "add", str(story), "--date", "2024-04-12", "--dry-run")[1]
    assert ("publication-gazette-2024-date" in out) is is_told
    assert ("date (12 April 2024)" in out) is not is_told


def test_nothing_is_asked_when_piped_and_the_first_line_is_the_title(
    author: SmallProject, run: Run, story: Path
) -> None:
    code, out, err = run("sources", "add", str(story), "--dry-run")
    assert code == 0
    assert 'dcterms:title "Grain leaves the Westhaven terminal"@en' in out
    assert 'kzo:shortName "Gazette 2024"@en' in out
    assert "nothing was written" in err


def test_a_title_that_differs_in_its_year_is_another(author: SmallProject, run: Run, story: Path) -> None:
    assert run("sources", "add", str(story), "--title", "The Harbour Line in numbers 2024", "--dry-run")[0] == 0


def test_on_a_terminal_what_is_missing_is_asked_for(story: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []

    def answer(text: str, default: str, **_: object) -> str:
        asked.append((text, default))
        return default or "2024"

    for stream in (sys.stdin, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("kzgraph.cli.sources.click.prompt", answer)
    details = _asked(story, read_article(story), DocumentDetails(author="Thomas More", publisher="Gazette"))
    assert asked == [("Key", "gazette-2024"), ("Title", "Grain leaves the Westhaven terminal"), ("Date", "")]
    assert (details.key, details.date, details.author, details.language) == (
        "gazette-2024", "2024", "Thomas More", "en",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--key", "port-news-2024"), "the key `port-news-2024` is in use"),
        (("--key", "Gazette 2024"), "`Gazette 2024` is no key"),
        (("--date", "30 February 2024"), "there is no such day"),
        (("--date", "2022-2024"), "is no single date"),
        (("--title", "Grain\u00ad ships"), "the title has a soft hyphen"),
        (("--author", "A. \u202eretirW"), "the author has a mark of direction"),
        (("--title", "Freight on the Harbour line grows"), "the title is nearly that of port-news-2024"),
        (("--kind", "poem"), "there is no kind of document `poem`"),
        (("--address", "example"), "`example` is no address"),
        (("--address", "javascript:alert(1)"), "`javascript:alert(1)` is no address"),
        (("--address", "data:text/html,x"), "is no address"),
        (("--address", "file:///etc/passwd"), "is no address"),
        (("--address", "https:/x"), "is no address"),
        (("--short-name", "Port News 2024"), "port-news-2024 is called Port News 2024"),
        (("--author", "中国石油"), "no name can be made of `中国石油`"),
    ],
)
def test_what_does_not_fit_is_one_sentence_and_nothing_is_written(
    author: SmallProject, run: Run, story: Path, options: tuple[str, ...], told: str
) -> None:
    before = author.state()
    code, _, err = run("sources", "add", str(story), *options)
    assert code == 2
    assert told in err
    assert author.state() == before


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"caf\xe9", "is not UTF-8 at byte 3"),
        (b"%PDF-1.7 ...", "is a PDF"),
        ("Grain\n\nThe termi\u00adnal".encode(), "gazette-2024.txt:3: has a soft hyphen"),
        ("Grain\n\u202eniarg".encode(), "gazette-2024.txt:2: has a mark of direction"),
        ("Grain\n\u200bgrain".encode(), "has a space without width"),
        (b"Grain\n\x07", "has the control character U+0007"),
        (b"One\n\nBAKU. 1 May - It rose.\n\nMore.\n\nTwo\n\nASTANA. 2 May - It fell.\n", "seems to hold two articles"),
        (
            b"One\n\nAktau, 3 June 2025 - It rose.\n\nTwo\n\nBaku, June 4 (Trend) - It fell.\n",
            "seems to hold two articles",
        ),
        (("One\n\n" + "It rose. " * 20 + "\n\n").encode() * 2, "seems to hold two articles"),
        (b"One\n\nIt rose.\n\nMore.\n\n-----\n\nTwo\n\nIt fell.\n\nLess.\n", "seems to hold two articles"),
        (b"<!DOCTYPE html><html><body></body></html>", "is a web page without an article"),
        (b"<!DOCTYPE html><html><body><p>It rose.</p>" + b"<!--" * 100_000, "breaks off within a tag or comment"),
        (b"<!DOCTYPE html><html><body><p>It rose.</p>" + b"<a " * 100_000, "breaks off within a tag or comment"),
    ],
)
def test_a_file_that_cannot_be_cited_is_refused(
    author: SmallProject, run: Run, story: Path, content: bytes, told: str
) -> None:
    story.write_bytes(content)
    before = author.state()
    code, _, err = run("sources", "add", str(story))
    assert code == 3, err
    assert told in err
    assert author.state() == before


def test_a_file_of_fifty_megabytes_is_refused_unread(author: SmallProject, run: Run, story: Path) -> None:
    with story.open("wb") as file:
        file.truncate(50 << 20)
    code, _, err = run("sources", "add", str(story))
    assert (code, "is larger than 10 MB: an article is shorter" in err) == (3, True)


def test_an_author_by_whose_name_the_document_is_called_is_no_document(
    author: SmallProject, run: Run, story: Path
) -> None:
    code, _, err = run("sources", "add", str(story), "--author", "Interfax")
    assert code == 0, err
    text = (author.root / "instances" / "sources" / "documents.ttl").read_text("utf-8")
    assert "dcterms:creator kz:Interfax" in text
    assert 'kzo:shortName "Interfax"@en' in text


def test_two_articles_may_be_one(author: SmallProject, run: Run, story: Path) -> None:
    story.write_text("One\n\nBAKU. 1 May - It rose.\n\nMore.\n\nASTANA. 2 May - It fell.\n", "utf-8")
    assert run("sources", "add", str(story), "--one", "--dry-run")[0] == 0


def test_a_text_that_is_there_is_not_registered_twice(author: SmallProject, run: Run, tmp_path: Path) -> None:
    other = tmp_path / "texts" / "again.txt"
    other.write_text(ARTICLE, "utf-8", newline="")
    code, _, err = run("sources", "add", str(other), "--title", "Another title")
    assert (code, "the text is that of port-news-2024" in err) == (2, True)


PAGE = """\
<!DOCTYPE html><html lang="en"><head><title>Grain leaves the terminal</title></head><body>
<nav><a href="/">Home</a> <a href="/news">News</a></nav>
<article><h1>Grain leaves the terminal</h1>
<p>The first ship with grain left the terminal of Westhaven on Friday, and the port expects many more of them soon.</p>
<p>The Harbour Line carried the grain from the fields of Ruritania to the terminal in two days, which is a record.</p>
</article><footer>All rights reserved</footer></body></html>
"""


def test_the_text_of_a_web_page_is_not_written_through_a_link(author: SmallProject, run: Run, tmp_path: Path) -> None:
    page = tmp_path / "texts" / "grain-2024.html"
    page.write_text(PAGE, "utf-8")
    page.with_suffix(".txt").symlink_to(tmp_path / "elsewhere.txt")
    before = author.state()
    code, _, err = run("sources", "add", str(page))
    assert (code, "a link to nothing" in err) == (3, True)
    assert not (tmp_path / "elsewhere.txt").exists()
    assert author.state() == before


def test_of_a_web_page_the_main_text_is_written_beside_it(author: SmallProject, run: Run, tmp_path: Path) -> None:
    page = tmp_path / "texts" / "grain-2024.html"
    page.write_text(PAGE, "utf-8")
    code, out, err = run("sources", "add", str(page))
    assert code == 0, out + err
    text = page.with_suffix(".txt").read_text("utf-8")
    assert text.startswith("Grain leaves the terminal\n")
    assert "The Harbour Line carried the grain" in text
    assert "Home" not in text
    told = (author.root / "instances/sources/documents.ttl").read_text("utf-8")
    assert f'kzo:textDigest "{digest(text)}"' in told
    assert 'kzo:fileName "grain-2024.txt"' in told
    words = ("concerns=Ruritania", "gist=The line carried grain in two days.", "passage=carried the grain ... two days")
    assert run("new", "plan", *words, "document=grain-2024")[0] == 0


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        ("<p>One<p>Two <b>bold<p>Three", ["One", "Two bold", "Three"]),
        ("<blockquote>Before <p>In it</p> behind</blockquote>", ["Before", "In it", "behind"]),
        ("<ul><li>First<ul><li>Inner</li></ul></li><li>Second</ul><p>End", ["First", "Inner", "Second", "End"]),
        ("<p>A <!-- no --><i>word</i> more</p><div>around</div>", ["A word more"]),
    ],
)
def test_the_paragraphs_of_a_page_are_its_innermost_blocks(tmp_path: Path, page: str, lines: list[str]) -> None:
    path = tmp_path / "page.html"
    path.write_text(f"<html><body>{page}", "utf-8")
    assert read_article(path).text.split("\n\n") == [*lines[:-1], lines[-1] + "\n"]


def test_a_page_whose_paragraphs_nothing_closes_is_read_in_linear_time(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<html><body>" + "<p>It rose again." * 50_000, "utf-8")
    assert read_article(path, is_one=True).text.count("It rose again.") == 50_000
