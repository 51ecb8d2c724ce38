"""``kzgraph cite``: the citation of a passage, found by its words in a made-up document."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from kzgraph.files.documents import DocumentText, digest
from kzgraph.namespaces import KZ, KZO, OA
from tests.conftest import PREFIXES, SmallProject

Run = Callable[..., tuple[int, str, str]]
TEXT = (
    "The Report\n"
    "\n"
    "Utopia’s port – the largest – handles 1.5 million tonnes. It was opened in 2001.\n"
    "   \n"
    "“We shall build it,” the minister said. The port was opened in 2001, as told above.\n"
    "Last  words\tare here… and then some.\n"
)


@pytest.fixture
def texts(project: SmallProject, tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "report.txt").write_text(TEXT, "utf-8", newline="")
    project.write(
        "instances/report.ttl",
        'kz:report-2020 a kzo:SourceDocument ; rdfs:label "Report"@en ; kzo:shortName "Report 2020"@en ;\n'
        f'    kzo:fileName "report.txt" ; kzo:textDigest "{digest(TEXT)}" .\n',
    )
    return folder


def cite(run: Run, texts: Path, words: str, *more: str, document: str = "report-2020") -> tuple[int, str, str]:
    return run("cite", document, words, "--documents", str(texts), *more)


@pytest.mark.parametrize(
    ("words", "passage", "paragraph", "last"),
    [
        ("It was opened in 2001", "It was opened in 2001", 2, 2),
        ("Utopia's port - the largest", "Utopia’s port – the largest", 2, 2),
        ("Utopia’s port — the largest", "Utopia’s port – the largest", 2, 2),
        ('"We shall build it,"', "“We shall build it,”", 3, 3),
        ("«We shall build it,»", "“We shall build it,”", 3, 3),
        ("Last words are here", "Last  words\tare here", 4, 4),
        ("  It was\nopened  in 2001 ", "It was opened in 2001", 2, 2),
        ("Utopia's ... tonnes", "Utopia’s port – the largest – handles 1.5 million tonnes", 2, 2),
        ("Utopia's … tonnes", "Utopia’s port – the largest – handles 1.5 million tonnes", 2, 2),
        ("The Report ... largest", "The Report\n\nUtopia’s port – the largest", 1, 2),
        ("It was ... shall ... minister", TEXT[TEXT.index("It was") : TEXT.index(" said")], 2, 3),
    ],
)
def test_words_that_stand_once(
    project: SmallProject, run: Run, texts: Path, words: str, passage: str, paragraph: int, last: int
) -> None:
    code, out, err = cite(run, texts, words)
    assert code == 0, err
    start = TEXT.index(passage)
    end = start + len(passage)
    name = ox.NamedNode(f"{KZ}report-2020_{start}-{end}")
    graph = ox.Store()
    graph.extend(ox.parse(PREFIXES + out, ox.RdfFormat.TURTLE))

    def value(subject: ox.NamedNode | ox.BlankNode, predicate: str) -> str:
        found = [q.object for q in graph.quads_for_pattern(subject, ox.NamedNode(predicate), None)]
        return "" if not found else found[0].value  # type: ignore[union-attr]  # no triple terms here

    selector = next(graph.quads_for_pattern(name, ox.NamedNode(OA + "hasSelector"), None)).object
    assert isinstance(selector, ox.BlankNode)
    assert (value(selector, OA + "start"), value(selector, OA + "end")) == (str(start), str(end))
    assert value(name, OA + "hasSource") == KZ + "report-2020"
    assert value(name, KZO + "paragraph") == str(paragraph)
    assert value(name, KZO + "lastParagraph") == ("" if last == paragraph else str(last))
    assert value(name, KZO + "passageDigest") == f"sha256:{hashlib.sha256(passage.encode()).hexdigest()}"


@pytest.mark.parametrize("document", ["report-2020", "kz:report-2020", KZ + "report-2020", "Report 2020", "report.txt"])
def test_a_document_goes_by_any_of_its_names(project: SmallProject, run: Run, texts: Path, document: str) -> None:
    code, out, err = cite(run, texts, "minister said", document=document)
    assert code == 0, err
    assert out.startswith("kz:report-2020_")


def test_words_that_stand_twice_bring_their_places(project: SmallProject, run: Run, texts: Path) -> None:
    code, out, err = cite(run, texts, "opened in 2001")
    assert (code, out) == (2, "")
    assert "contains these words 2 times: ¶ 2 (" in err
    assert "hint: give more words, or --paragraph" in err


def test_a_paragraph_narrows_the_search(project: SmallProject, run: Run, texts: Path) -> None:
    code, out, _ = cite(run, texts, "opened in 2001", "--paragraph", "3")
    assert code == 0
    assert "kzo:paragraph 3" in out


@pytest.mark.parametrize(
    ("words", "more", "told"),
    [
        ("words of another text", [], "does not contain these words"),
        ("it was opened", [], "does not contain these words"),
        ("It was opened", ["--paragraph", "3"], "these words stand in ¶ 2 of"),
        ("It was opened", ["--paragraph", "9"], "there is no paragraph 9"),
        ("tonnes ... Utopia", [], "does not contain these words"),
        ("", [], "empty"),
        (" ... ", [], "empty"),
        ("…", [], "empty"),
    ],
)
def test_words_that_do_not_stand_there(
    project: SmallProject, run: Run, texts: Path, words: str, more: list[str], told: str
) -> None:
    code, out, err = cite(run, texts, words, *more)
    assert (code, out) == (2, "")
    assert told in err
    assert "Traceback" not in err


def test_a_document_that_nobody_knows(project: SmallProject, run: Run, texts: Path) -> None:
    code, _, err = cite(run, texts, "a", document="report-2021")
    assert code == 2
    assert "`report-2020`" in err


@pytest.mark.parametrize("content", [TEXT + " ", TEXT.replace("\n", "\r\n"), "", "another"])
def test_another_text_than_the_graph_cites(project: SmallProject, run: Run, texts: Path, content: str) -> None:
    (texts / "report.txt").write_text(content, "utf-8", newline="")
    code, out, err = cite(run, texts, "It was opened")
    assert (code, out) == (3, "")
    assert "report.txt: is not the text that the graph cites" in err


def test_a_text_that_cannot_be_read(project: SmallProject, run: Run, texts: Path) -> None:
    (texts / "report.txt").write_bytes(b"\xff")
    assert cite(run, texts, "a")[0] == 3
    (texts / "report.txt").unlink()
    code, _, err = cite(run, texts, "a")
    assert code == 3
    assert "report.txt: cannot be read" in err
    assert cite(run, texts / "nowhere", "a")[0] == 3


def test_the_folder_must_be_named(
    project: SmallProject, run: Run, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KZGRAPH_DOCUMENTS", raising=False)
    assert run("cite", "report-2020", "minister")[0] == 2
    monkeypatch.setenv("KZGRAPH_DOCUMENTS", str(texts))
    assert run("cite", "report-2020", "minister")[0] == 0


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/hostname"])
def test_a_text_outside_the_folder_is_not_read(project: SmallProject, run: Run, texts: Path, name: str) -> None:
    secret = texts.parent / "secret.txt"
    secret.write_text(TEXT, "utf-8", newline="")
    path = project.root / "instances" / "report.ttl"
    path.write_text(path.read_text("utf-8").replace('"report.txt"', f'"{name}"'), "utf-8")
    code, out, err = cite(run, texts, "minister said")
    assert (code, out) == (3, "")
    assert "leads out of" in err


def test_paragraphs_are_lines_that_are_not_empty() -> None:
    text = DocumentText("a\n\n \nb\n")
    assert text.paragraphs == [(0, 1), (5, 6)]
    assert [text.paragraph_at(n) for n in (0, 2, 5)] == [1, 1, 2]
    assert DocumentText("").paragraphs == []
