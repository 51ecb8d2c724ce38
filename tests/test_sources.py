"""``kzgraph sources``: the documents, the check against their texts, the ledger; on made-up documents."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kzgraph.answers.evidence.citing import REASONS, citation_turtle
from kzgraph.answers.evidence.sentence_ledger import document_named, read_evidence
from kzgraph.checks.project.gate import STAGES
from kzgraph.cli import run
from kzgraph.files.documents import DocumentText, digest
from kzgraph.files.project import find_project
from kzgraph.namespaces import KZ
from kzgraph.stores.disk.snapshot import open_project

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = find_project(ROOT)
TEXT = "A heading\n\nThe port was opened in 2001. It is large.\nThe end of this long\nsentence came. Read more.\n"
OPENED = TEXT.index(" in 2001")
LARGE = TEXT.index("It is large")
OTHER = "Порт ашылды. Ол үлкен.\n"
PREFIXES = """\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix kz: <https://w3id.org/kzgraph/id/> .
@prefix kzo: <https://w3id.org/kzgraph/ontology/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

"""
ONTOLOGY = """\
kzo:Opening rdfs:subClassOf kzo:Fact .
kzo:NewsArticle rdfs:subClassOf kzo:SourceDocument .
kzo:isInferredFrom rdfs:subPropertyOf prov:wasDerivedFrom .
kzo:ReasonHeading a kzo:LedgerReason .
kzo:ReasonBoilerplate a kzo:LedgerReason .
"""
BACKGROUND = """\
kz:atlas a kzo:BackgroundSource ; kzo:shortName "Atlas"@en .
kz:atlas_port a kzo:Citation ; oa:hasSource kz:atlas ; kzo:locator "page 3"@en .
kz:place-port a kzo:Fact ; prov:wasDerivedFrom kz:atlas_port .
"""


class Folder:
    """A made-up project and the texts of its documents."""

    def __init__(self, root: Path) -> None:
        self.root = root / "project"
        self.texts = root / "texts"
        for name in ("ontology", "instances", "shapes", "queries"):
            (self.root / name).mkdir(parents=True)
        (self.root / "kzgraph.toml").write_text('[project]\nname = "made-up"\n', "utf-8")
        self.write("ontology/terms.ttl", ONTOLOGY)
        self.texts.mkdir()
        self.document("news-2001", TEXT)

    def write(self, name: str, turtle: str) -> None:
        (self.root / name).write_text(PREFIXES + turtle, "utf-8")

    def document(self, name: str, text: str) -> None:
        (self.texts / f"{name}.txt").write_text(text, "utf-8", newline="")
        self.write(
            f"instances/{name}.ttl",
            f'kz:{name} a kzo:NewsArticle ; kzo:shortName "News {name[-4:]}"@en ; dcterms:issued "2001" ;\n'
            f'    kzo:fileName "{name}.txt" ;\n'
            f'    kzo:textDigest "{digest(text)}" ;\n    kzo:textLength {len(text)} .\n',
        )

    def whole(self) -> Folder:
        """Everything is cited, or in the ledger with a reason."""
        self.write(
            "instances/citations.ttl", cite("The port was opened") + cite("It is large") + cite("The end ... came")
        )
        self.write(
            "instances/facts.ttl",
            f"kz:opening a kzo:Opening ; prov:wasDerivedFrom {name_of('The port was opened')} .\n"
            f"kz:size a kzo:Fact ; prov:wasDerivedFrom {name_of('It is large')} , {name_of('The end ... came')} .\n"
            "kz:age a kzo:Fact ; kzo:isInferredFrom kz:opening .\n",
        )
        self.write("instances/ledger.ttl", entry("A heading", "Heading") + entry("Read more.", "Boilerplate"))
        return self

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.root / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")


def cite(words: str, document: str = "news-2001", text: str = TEXT) -> str:
    (passage,) = DocumentText(text).find(words)
    return citation_turtle(SHIPPED, KZ + document, passage)


def name_of(words: str) -> str:
    return cite(words).split("\n", 1)[0]


def entry(words: str, reason: str) -> str:
    turtle = cite(words).replace("kz:news-2001_", "kz:ledger-news-2001_", 1).replace("kzo:Citation", "kzo:LedgerEntry")
    return turtle.replace('" .\n', f'" ;\n    kzo:hasReason kzo:Reason{reason} .\n')


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.setenv("KZGRAPH_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("KZGRAPH_DOCUMENTS", raising=False)
    return Folder(tmp_path)


@pytest.fixture
def call(folder: Folder, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def sources(*arguments: str, texts: bool = True) -> tuple[int, str, str]:
        given = ["--documents", str(folder.texts)] if texts else []
        code = run(["--project", str(folder.root), "sources", *arguments, *given])
        out, err = capsys.readouterr()
        return code, out, err

    return sources


Call = Callable[..., tuple[int, str, str]]


def codes(call: Call) -> list[str]:
    code, out, _ = call("check", "-f", "json")
    found = json.loads(out)["findings"]
    assert code == any(f["severity"] == "violation" for f in found)
    return sorted(f["code"] for f in found)


def test_whole_project_passes_and_says_what_was_checked(folder: Folder, call: Call) -> None:
    folder.whole()
    folder.write("instances/background.ttl", BACKGROUND)
    code, out, _ = call("check")
    assert code == 0
    assert out == (
        "no findings; checked: 3 citations of 1 document, 2 ledger entries, "
        "6 sentences (4 cited, 2 in the ledger, 0 open), 4 facts; "
        "not checked: 1 citation of background sources without text\n"
    )
    summary = json.loads(call("check", "-f", "json")[1])["summary"]
    assert summary["citations"] == 3
    assert summary["sentences"] == summary["sentences_cited"] + summary["sentences_in_ledger"] == 6


def test_folder_of_texts_by_environment(folder: Folder, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.whole()
    assert call("check", texts=False)[0] == 2
    monkeypatch.setenv("KZGRAPH_DOCUMENTS", str(folder.texts))
    assert call("check", texts=False)[0] == 0
    monkeypatch.setenv("KZGRAPH_DOCUMENTS", str(folder.texts / "no-such"))
    assert call("check", texts=False)[0] == 3


def test_finding_names_file_line_and_column_of_the_citation(folder: Folder, call: Call) -> None:
    folder.whole().edit("instances/citations.ttl", "kzo:paragraph 2 ;", "kzo:paragraph 7 ;")
    code, out, _ = call("check", "-f", "json")
    assert code == 1
    first, second = json.loads(out)["findings"]
    lines = (folder.root / "instances/citations.ttl").read_text("utf-8").split("\n")
    for found in (first, second):
        assert (found["code"], found["file"]) == ("wrong-paragraph", "instances/citations.ttl")
        assert lines[found["line"] - 1][found["column"] - 1 :].startswith("7 ;")
        assert found["hint"] == "write 2"
    assert first["thing"] == name_of("The port was opened")
    assert "instances/citations.ttl:12:19: error[wrong-paragraph]" in call("check")[1]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("sha256:", "sha256:0", ["wrong-digest"] * 3),
        ("    kzo:paragraph 3 ;\n", "", ["wrong-paragraph"]),
        ("    kzo:lastParagraph 4 ;\n", "", ["wrong-paragraph"]),
        ("kzo:lastParagraph 4", "kzo:lastParagraph 5", ["wrong-paragraph"]),
        (f"oa:end {OPENED}", f"oa:end {OPENED + 1}", ["wrong-digest"]),
        (f"oa:end {OPENED}", "oa:end 4000", ["outside-text"]),
        (f"oa:end {OPENED}", f"oa:end {OPENED}.5", ["no-range"]),
        (f"oa:start {LARGE}", f"oa:start {LARGE + 11}", ["empty-range"]),
        (f"oa:start {LARGE}", "oa:start -1", ["outside-text"]),
        ("oa:hasSource kz:news-2001", "oa:hasSource kz:no-such", ["no-document"] * 3),
        ("    oa:hasSource kz:news-2001 ;\n", "", ["no-document"] * 3),
        ("kzo:paragraph 3 ;", "kzo:paragraph 3 , 4 ;", ["several-ranges"]),
    ],
)
def test_each_fault_of_a_citation_has_its_code(
    folder: Folder, call: Call, old: str, new: str, expected: list[str]
) -> None:
    folder.whole().edit("instances/citations.ttl", old, new)
    assert [c for c in codes(call) if c not in {"open-sentence", "nothing-checked"}] == expected


def test_ledger_entries_are_compared_too(folder: Folder, call: Call) -> None:
    folder.whole().edit("instances/ledger.ttl", "sha256:", "sha256:0")
    assert codes(call) == ["wrong-digest", "wrong-digest"]


def test_ledger_entry_may_rest_on_a_citation(folder: Folder, call: Call) -> None:
    folder.whole()
    rests = f"kzo:hasReason kzo:ReasonHeading ; prov:wasDerivedFrom {name_of('A heading')} .\n"
    turtle = f"kz:ledger-1 a kzo:LedgerEntry ; {rests}{cite('A heading')}{entry('Read more.', 'Boilerplate')}"
    folder.write("instances/ledger.ttl", turtle)
    assert codes(call) == []
    folder.edit("instances/ledger.ttl", f" ; prov:wasDerivedFrom {name_of('A heading')}", "")
    assert codes(call) == ["no-document", "open-sentence", "unused-citation"]


@pytest.mark.parametrize(
    ("old", "new"), [(" ;\n    kzo:hasReason kzo:ReasonHeading .", " ."), ("ReasonHeading", "ReasonHeadingg")]
)
def test_ledger_entry_without_known_reason_covers_nothing(folder: Folder, call: Call, old: str, new: str) -> None:
    folder.whole().edit("instances/ledger.ttl", old, new)
    assert codes(call) == ["no-reason", "open-sentence"]


def test_open_sentence_is_named_by_its_place_in_the_text_without_its_words(folder: Folder, call: Call) -> None:
    folder.whole().edit("instances/ledger.ttl", "ReasonBoilerplate", "ReasonNone")
    code, out, _ = call("check")
    assert code == 1
    start = TEXT.index("Read more.")
    assert f"{folder.texts / 'news-2001.txt'}:5:16: error[open-sentence]: News 2001, ¶ 4, {start}–{start + 10}" in out
    assert "Read more" not in out


def test_passage_without_letters_covers_no_sentence(folder: Folder, call: Call) -> None:
    folder.whole().write("instances/ledger.ttl", entry("A heading", "Heading"))
    end = TEXT.index("Read more.") + len("Read more.")
    stop = citation_turtle(SHIPPED, KZ + "news-2001", DocumentText(TEXT).passage(end - 1, end))
    name = stop.split("\n", 1)[0]
    folder.write("instances/stop.ttl", f"kz:stop a kzo:Fact ; prov:wasDerivedFrom {name} .\n{stop}")
    assert codes(call) == ["open-sentence"]


def test_unused_citation_is_a_warning(folder: Folder, call: Call) -> None:
    folder.whole().write("instances/more.ttl", cite("long") + f"kz:thing prov:wasDerivedFrom {name_of('long')} .\n")
    code, out, _ = call("check")
    assert code == 0
    assert "instances/more.ttl:9:1: warning[unused-citation]" in out
    assert call("check", "--fail-on", "warning")[0] == 1


def test_uncited_fact(folder: Folder, call: Call) -> None:
    folder.whole().write(
        "instances/more.ttl", "kz:rumour a kzo:Opening .\nkz:echo a kzo:Fact ; kzo:isInferredFrom kz:rumour .\n"
    )
    assert codes(call) == ["uncited-fact", "uncited-fact"]
    assert "instances/more.ttl:9:1: error[uncited-fact]: kz:rumour" in call("check")[1]


def test_fact_on_a_ledger_entry_is_uncited(folder: Folder, call: Call) -> None:
    folder.whole().edit("instances/ledger.ttl", "a kzo:LedgerEntry", "a kzo:LedgerEntry , kzo:Citation")
    name = name_of("A heading").replace("news", "ledger-news")
    folder.write("instances/more.ttl", f"kz:odd a kzo:Fact ; prov:wasDerivedFrom {name} .\n")
    assert codes(call) == ["uncited-fact"]


def test_facts_in_a_circle_do_not_hang_the_check(folder: Folder, call: Call) -> None:
    folder.whole().write(
        "instances/more.ttl",
        "kz:a a kzo:Fact ; kzo:isInferredFrom kz:b . kz:b a kzo:Fact ; kzo:isInferredFrom kz:a .\n",
    )
    assert codes(call) == ["uncited-fact", "uncited-fact"]


def test_two_citations_with_the_same_range(folder: Folder, call: Call) -> None:
    folder.whole().write("instances/more.ttl", cite("It is large").replace("kz:news-2001_", "kz:zz_", 1))
    assert codes(call) == ["same-range", "unused-citation"]


def test_missing_text_is_a_finding(folder: Folder, call: Call) -> None:
    folder.whole()
    (folder.texts / "news-2001.txt").unlink()
    assert codes(call) == ["missing-document", "nothing-checked"]
    code, out, _ = call("check")
    assert code == 1
    assert "instances/news-2001.ttl:10:18: error[missing-document]" in out
    assert "5 passages of it not checked" in out


@pytest.mark.parametrize("content", [TEXT.replace("large", "small").encode(), TEXT.replace("\n", "\r\n").encode()])
def test_other_text_is_a_finding(folder: Folder, call: Call, content: bytes) -> None:
    folder.whole()
    (folder.texts / "news-2001.txt").write_bytes(content)
    assert codes(call) == ["nothing-checked", "wrong-text"]


def test_text_that_is_not_utf_8_is_a_finding(folder: Folder, call: Call) -> None:
    folder.whole()
    (folder.texts / "news-2001.txt").write_bytes(b"\xff\xfe")
    assert codes(call) == ["missing-document", "nothing-checked"]


def test_file_name_does_not_lead_out_of_the_folder(folder: Folder, call: Call) -> None:
    folder.whole().edit("instances/news-2001.ttl", '"news-2001.txt"', '"../texts/news-2001.txt"')
    assert codes(call) == ["missing-document", "nothing-checked"]
    assert call("news-2001")[0] == 3


@pytest.mark.parametrize("line", ['    kzo:fileName "news-2001.txt" ;\n', f'    kzo:textDigest "{digest(TEXT)}" ;\n'])
def test_document_without_file_or_digest_is_a_finding(folder: Folder, call: Call, line: str) -> None:
    folder.whole().edit("instances/news-2001.ttl", line, "")
    assert codes(call) == ["incomplete-document", "nothing-checked"]


def test_wrong_length_of_the_text(folder: Folder, call: Call) -> None:
    folder.whole().edit("instances/news-2001.ttl", f"kzo:textLength {len(TEXT)}", "kzo:textLength 5")
    assert codes(call) == ["wrong-length"]


def test_project_without_citations_does_not_pass(folder: Folder, call: Call) -> None:
    assert codes(call) == ["nothing-checked"] + ["open-sentence"] * 6
    (folder.root / "instances/news-2001.ttl").unlink()
    assert codes(call) == ["nothing-checked"]


def test_citations_of_background_sources(folder: Folder, call: Call) -> None:
    folder.whole().write("instances/background.ttl", BACKGROUND)
    assert codes(call) == []
    folder.edit("instances/background.ttl", ' ; kzo:locator "page 3"@en', "")
    assert codes(call) == ["no-range"]
    folder.edit(
        "instances/background.ttl",
        "oa:hasSource kz:atlas",
        "oa:hasSource kz:atlas ; oa:hasSelector [ oa:start 1 ; oa:end 2 ]",
    )
    assert codes(call) == ["no-text"]


def test_list_counts_facts_and_citations(folder: Folder, call: Call) -> None:
    folder.whole().write("instances/background.ttl", BACKGROUND)
    code, out, _ = call(texts=False)
    assert code == 0
    assert out.index("Source documents") < out.index("kz:news-2001") < out.index("Background") < out.index("kz:atlas")
    _, out, _ = call("-f", "csv", texts=False)
    assert out.splitlines() == [
        "name,document,date,facts,citations,kind",
        "News 2001,kz:news-2001,2001,3,3,source",
        "Atlas,kz:atlas,,1,1,background",
    ]


def test_list_with_texts_counts_sentences(folder: Folder, call: Call) -> None:
    folder.whole().document("copy-2002", OTHER)
    _, out, _ = call("-f", "csv")
    assert "News 2001,kz:news-2001,2001,3,3,6,4,2,0,source" in out
    assert "News 2002,kz:copy-2002,2001,0,0,2,0,0,2,source" in out
    (folder.texts / "copy-2002.txt").unlink()
    code, out, err = call("-f", "csv")
    assert code == 0
    assert "News 2002,kz:copy-2002,2001,0,0,,,,,source" in out
    assert "copy-2002.txt: cannot be read" in err


def test_open_sentences_of_a_document(folder: Folder, call: Call) -> None:
    folder.whole().document("copy-2002", OTHER)
    code, out, err = call("copy-2002", "-f", "csv")
    assert code == 0
    assert out.splitlines() == ["paragraph,start,end,sentence", "1,0,12,Порт ашылды.", "1,13,22,Ол үлкен."]
    assert err == "News 2002: 2 of 2 sentences are open\n"
    code, out, err = call("news-2001")
    assert (code, out, err) == (0, "", "News 2001: 0 of 6 sentences are open\n")
    code, out, err = call("news-2001", texts=False)
    assert (code, "Source documents" in out, "--documents" in err) == (0, True, True)


@pytest.mark.parametrize(
    "name", ["news-2001", "kz:news-2001", "news-2001.txt", "News 2001", "https://w3id.org/kzgraph/id/news-2001"]
)
def test_document_by_any_of_its_names(folder: Folder, name: str) -> None:
    found = document_named(read_evidence(open_project(find_project(folder.root))).documents, name)
    assert found.local == "news-2001"


def test_name_of_the_command_may_stand_after_options(folder: Folder, call: Call) -> None:
    folder.whole()
    documents = ["--documents", str(folder.texts)]
    assert call(*documents, "check", texts=False)[1] == call("check")[1]
    assert call("--debug", "check")[0] == 0
    assert call("--debug", "-f", "csv")[1].startswith("name,")
    assert call("news-2001", "--documents", "check", texts=False)[0] == 3


def test_unknown_document(folder: Folder, call: Call) -> None:
    code, out, err = call("new-2001")
    assert (code, out) == (2, "")
    assert "did you mean `news-2001`" in err


def test_ledger_turtle_passes_the_check(folder: Folder, call: Call) -> None:
    folder.whole()
    _, heading, _ = call("ledger", "news-2001", "A heading", "--reason", "heading")
    code, more, _ = call("ledger", "News 2001", "Read ... more.", "--reason", "boilerplate")
    assert code == 0
    assert heading.startswith("kz:ledger-news-2001_0-9\n    a kzo:LedgerEntry ;\n    oa:hasSource kz:news-2001 ;\n")
    folder.write("instances/ledger.ttl", heading + more)
    assert codes(call) == []


def test_ledger_turtle_over_two_paragraphs(folder: Folder, call: Call) -> None:
    _, out, _ = call("ledger", "news-2001", "this long sentence", "--reason", "rhetoric")
    assert "kzo:paragraph 3 ;\n    kzo:lastParagraph 4 ;\n" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["news-2001", "nowhere"], "does not contain these words"),
        (["news-2001", "e"], "times"),
        (["news-2001", " … "], "empty"),
        (["no-such", "It"], "no document"),
        (["news-2001", "It", "--paragraph", "9"], "no paragraph 9"),
    ],
)
def test_ledger_refuses(call: Call, arguments: list[str], message: str) -> None:
    code, out, err = call("ledger", *arguments, "--reason", "heading")
    assert (code, out) == (2, "")
    assert message in err


def test_ledger_needs_a_known_reason(call: Call) -> None:
    assert call("ledger", "news-2001", "It is large", "--reason", "boring")[0] == 2
    assert call("ledger", "news-2001", "It is large")[0] == 2


def test_ledger_refuses_another_text(folder: Folder, call: Call) -> None:
    (folder.texts / "news-2001.txt").write_text("A heading\n", "utf-8")
    assert call("ledger", "news-2001", "A heading", "--reason", "heading")[0] == 3


def test_reasons_are_those_of_the_ontology() -> None:
    text = (ROOT / "ontology" / "sources.ttl").read_text("utf-8")
    named = {f"kzo:Reason{reason.capitalize()}" for reason in REASONS}
    assert named == {line for line in text.split("\n") if line.startswith("kzo:Reason")}


@pytest.mark.parametrize("arguments", [[], ["list"], ["check"], ["ledger"]])
def test_help_shows_an_example(call: Call, arguments: list[str]) -> None:
    code, out, _ = call(*arguments, "--help", texts=False)
    assert code == 0
    assert "\n  kzgraph sources" in out


def test_every_citation_of_the_project_stands_in_its_document(
    documents: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(["--project", str(ROOT), "sources", "check", "-f", "json", "--documents", str(documents)])
    report = json.loads(capsys.readouterr().out)
    assert [f for f in report["findings"] if f["severity"] == "violation"] == []
    assert code == 0
    assert report["summary"]["documents"] == len(list(documents.rglob("*.txt")))
    assert report["summary"]["citations"] >= 1500
    assert report["summary"]["sentences"] >= 500
    assert report["summary"]["sentences_open"] == 0


def test_a_changed_letter_in_a_document_is_found(
    documents: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "texts"
    shutil.copytree(documents, copy)
    path = min(copy.glob("*.txt"))
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"e", b"o", 1))
    code = run(["--project", str(ROOT), "sources", "check", "-f", "json", "--documents", str(copy)])
    report = json.loads(capsys.readouterr().out)
    assert code == 1
    assert [f["code"] for f in report["findings"] if f["severity"] == "violation"] == ["wrong-text"]


def test_a_reading_is_noted_counted_and_stale_after_an_edit(folder: Folder, call: Call) -> None:
    folder.whole()
    ledger = folder.root / "instances/sources/readings.tsv"
    assert "changed since" not in call(texts=False)[1]
    assert call("read", "kz:opening", "kz:age", "--day", "2024-05-06", texts=False)[0] == 0
    assert call("read", "kz:size", "--corrected", "too large", "--day", "2024-05-07", texts=False)[0] == 0
    lines = [line.split("\t") for line in ledger.read_text("utf-8").splitlines()]
    assert [(line[0], *line[2:]) for line in lines[1:]] == [
        ("kz:age", "2024-05-06", "right"),
        ("kz:opening", "2024-05-06", "right"),
        ("kz:size", "2024-05-07", "corrected", "too large"),
    ]
    assert "News 2001,kz:news-2001,2001,3,3,0,3,source" in call("-f", "csv", texts=False)[1]
    folder.edit("instances/facts.ttl", "kz:size a kzo:Fact", "kz:size kzo:order 2 ; a kzo:Fact")
    assert "News 2001,kz:news-2001,2001,3,3,1,3,source" in call("-f", "csv", texts=False)[1]


def test_another_passage_makes_readings_stale_and_the_check_tells_where(
    folder: Folder, call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.whole()
    assert call("read", "kz:opening", "kz:size", "--day", "2024-05-06", texts=False)[0] == 0
    folder.edit("instances/citations.ttl", "kzo:paragraph 2", "kzo:paragraph 3")
    skipped = [a for s in STAGES if s not in {"hygiene", "instances"} for a in ("--skip", s)]
    assert run(["--project", str(folder.root), "check", *skipped, "--fail-on", "none", "-f", "json"]) == 0
    findings = json.loads(capsys.readouterr()[0])["findings"]
    assert [f for f in findings if f["code"] == "unread-file"] == [], "the ledger is meant to be a table"
    found = [f for f in findings if f["code"] == "read-again"]
    assert [(f["thing"], f["severity"], f["line"] > 0) for f in found] == [
        ("kz:opening", "info", True),
        ("kz:size", "info", True),
    ]


def test_a_list_of_readings_names_facts_and_what_was_corrected(folder: Folder, call: Call, tmp_path: Path) -> None:
    folder.whole()
    listed = tmp_path / "read.tsv"
    listed.write_text("# sheet 1\nkz:opening\n\nkz:size\tthe unit\n", "utf-8")
    assert call("read", "--from", str(listed), "--day", "2024-05-06", texts=False)[0] == 0
    assert (folder.root / "instances/sources/readings.tsv").read_text("utf-8").endswith("corrected\tthe unit\n")


@pytest.mark.parametrize(
    ("arguments", "exit_code", "told"),
    [
        ((), 2, "no fact is named"),
        (("kz:openng",), 2, "did you mean `kz:opening`"),
        (("kz:opening", "--day", "soon"), 2, "`soon` is no date"),
    ],
)
def test_a_reading_of_nothing_is_refused(
    folder: Folder, call: Call, arguments: tuple[str, ...], exit_code: int, told: str
) -> None:
    code, _, err = call("read", *arguments, texts=False) if folder.whole() else (0, "", "")
    assert (code, told in err) == (exit_code, True)
    assert not (folder.root / "instances/sources").exists()


def test_a_broken_line_of_the_ledger_is_named(folder: Folder, call: Call) -> None:
    folder.whole()
    assert call("read", "kz:opening", texts=False)[0] == 0
    with (folder.root / "instances/sources/readings.tsv").open("a", encoding="utf-8") as ledger:
        ledger.write("kz:size\t1234\tsoon\tright\n")
    code, _, err = call(texts=False)
    assert (code, "instances/sources/readings.tsv:3" in err) == (3, True)
