"""Answers that leave the tool: Markdown, pages, Word files, spreadsheets.

In each, every reference to a footnote leads to one footnote, and every footnote is referred to.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import docx
import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import kzgraph
from kzgraph.answers.cells.cell import Amount, Cell, CitedAnswer, Item
from kzgraph.answers.cells.columns import Column
from kzgraph.answers.evidence.sources import Sources
from kzgraph.answers.shown.about import About, Licence, about_graph, today
from kzgraph.answers.shown.html_pages import html_page
from kzgraph.answers.shown.markdown import markdown
from kzgraph.answers.shown.tables import People, without_numbers
from kzgraph.answers.taking_along.spreadsheets import Besides, answer_csv, answer_tsv, answer_xlsx, grid
from kzgraph.answers.taking_along.word_files import answer_docx
from kzgraph.errors import UsageError
from kzgraph.namespaces import OWL
from kzgraph.wording.text import plain, unbroken
from tests.conftest import SmallProject
from tests.html_pages import HtmlPage

Run = Callable[..., tuple[int, str, str]]
ROOT = Path(__file__).resolve().parents[1]
NAMES = ["corridor_partners", "trade_turnover", "meeting_outcomes", "document_metadata", "cpc_shares"]
ABOUT = About(
    "A graph", datetime.date(2026, 11, 28), "Who <b>?", (("a", "b|c"),), (Licence("CC BY 4.0", "https://x/y"),)
)


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SEPARATORS = {"-1", "0"}


@pytest.fixture(scope="module")
def graph() -> kzgraph.CitedGraph:
    return kzgraph.open(ROOT)


def links(page: HtmlPage) -> set[str]:
    """Where the links within a page lead."""
    return {href[1:] for href in page.values("href") if href.startswith("#")}


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

    page = HtmlPage(html_page(people, answer.title, about=ABOUT))
    assert max(Counter(page.ids).values()) == 1
    assert links(page) == set(page.ids)  # from the value to the footnote, and back


def test_so_it_is_in_a_short_view(graph: kzgraph.CitedGraph, tmp_path: Path) -> None:
    answer = graph.query("corridor_partners")
    text, whole = answer.to_markdown(), answer.to_markdown(detail=True)
    defined = re.findall(r"^\[\^([^\]]+)\]: ", text, re.MULTILINE)
    assert set(re.findall(r"\[\^([^\]]+)\](?!:)", text)) == set(defined)
    assert len(text.splitlines()) < len(whole.splitlines())
    page = HtmlPage(answer.to_html())
    assert links(page) == set(page.ids)
    answer.to_docx(tmp_path / "a.docx")
    body, notes = parts((tmp_path / "a.docx").read_bytes())
    referred = [r.get(f"{W}id") for r in body.iter(f"{W}footnoteReference")]
    assert referred == [n.get(f"{W}id") for n in notes][len(SEPARATORS) :]
    assert len(referred) == len(defined)


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
    people = People(["h"], [[((("x", ()),),)]], [False], Sources())
    page = html_page(people, "t", about=ABOUT)
    assert HtmlPage(page).count("b") == 0
    assert "b\\|c" in markdown(people, "t", about=ABOUT)


@pytest.mark.parametrize("address", ["javascript://%0Aalert(1)", "data://text/html,x", "JAVASCRIPT://x"])
def test_a_licence_that_is_no_web_address_is_no_link(project: SmallProject, address: str) -> None:
    licence = f"<http://purl.org/dc/terms/license> <{address}>"
    project.write("ontology/licence.ttl", f"<https://example.org/m> a <{OWL}Ontology> ; {licence} .\n")
    graph = kzgraph.open(project.root)
    assert Licence(address, "") in about_graph(graph.project, graph.store()).licences


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


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def book(content: bytes) -> dict[str, list[tuple[object, ...]]]:
    """The sheets of a workbook, row by row, as another library reads them."""
    return {s.title: list(s.iter_rows(values_only=True)) for s in openpyxl.load_workbook(io.BytesIO(content))}


def of_texts(*texts: str) -> CitedAnswer:
    """An answer of one column, with a row for each text."""
    return CitedAnswer("n", "t", "", [Column("x")], [{"x": Cell((Item(text, text),))} for text in texts])


@pytest.mark.parametrize("name", NAMES)
def test_csv_has_each_row_once_with_what_its_cells_hold(graph: kzgraph.CitedGraph, name: str) -> None:
    answer = graph.query(name).cited
    rows = table(answer_csv(answer, Besides(sources=True)))
    assert len(rows) == len(answer.rows) == len({tuple(row.values()) for row in rows})
    for row, cells, numbers in zip(rows, answer.rows, answer.sources.of_rows, strict=True):
        assert row["sources"] == "; ".join(answer.sources.footnotes[n - 1] for n in numbers)
        for column in answer.columns:
            items = cells[column.name].items
            assert row[column.name].lstrip("'").count(" · ") >= len({item.text for item in items}) - 1
            assert all(item.text in row[column.name] for item in items)
            for item in items:
                if isinstance(item.value, Amount) and len(items) == 1:
                    told = [row[f"{column.name}_{part}"] for part in ("low", "high")]
                    assert [float(n) if n else None for n in told] == [item.value.low, item.value.high]
                    assert row[f"{column.name}_unit"] == item.value.unit


def test_csv_has_iris_only_if_asked(graph: kzgraph.CitedGraph) -> None:
    answer = graph.query("corridor_partners").cited
    assert "://" not in answer_csv(answer, Besides(sources=True))
    rows = table(answer_csv(answer, Besides(iris=True)))
    assert [row["partner_iri"] for row in rows] == ["; ".join(row["partner"].things) for row in answer.rows]


def test_a_byte_order_mark_stands_first_if_asked(repository: Path, run: Run) -> None:
    plain = run("query", "cpc_shares", "-f", "csv")[1]
    assert run("query", "cpc_shares", "-f", "csv", "--bom")[1] == "\ufeff" + plain


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4))
@example(["=1+1", "+49 30", "-0043-03", "@SUM(A1)", "\tx", "-12.5", "plain", "\x0c=1", "\uff1d1+1", "\uff20SUM(A1)"])
def test_no_text_is_run_by_a_spreadsheet_and_none_is_lost(texts: list[str]) -> None:
    answer = of_texts(*texts)
    found = [(row or [""])[0] for row in csv.reader(io.StringIO(answer_csv(answer, Besides()), newline=""))][1:]
    assert [cell.removeprefix("'") for cell in found] == [text.removeprefix("'") for text in texts]
    for cell in (*found, *answer_tsv(answer, Besides()).split("\n")):
        assert not re.match(r"[=+\-@\uff1d\uff0b\uff0d\uff20\t\r]", cell) or re.fullmatch(
            r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", cell
        )


@pytest.mark.parametrize("name", NAMES)
def test_a_workbook_has_the_values_of_the_cells_by_their_types(graph: kzgraph.CitedGraph, name: str) -> None:
    answer = graph.query(name).cited
    sheets = book(answer_xlsx(answer, ABOUT))
    assert list(sheets) == ["Answer", "Values", "Sources", "About"]
    wanted = grid(answer, Besides(sources=True, days=True))
    assert len(sheets["Answer"]) == len(wanted)
    for found, told in zip(sheets["Answer"], wanted, strict=True):
        for cell, value in zip(found, told, strict=True):
            is_late = isinstance(value, datetime.date) and value.year < 1900
            assert (cell.date() if isinstance(cell, datetime.datetime) else cell) == (
                None if is_late else value or None
            )
    numbers = {row[0] for row in sheets["Sources"][1:]}
    assert numbers == set(range(1, len(answer.sources.footnotes) + 1))
    used = {int(n) for row in sheets["Values"][1:] for n in str(row[5] or "").split("; ") if n}
    assert used == numbers
    assert len(sheets["Values"]) - 1 == sum(1 for _ in answer.items())


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("b;=cmd|x!A0", "b;'=cmd|x!A0"),
        ("1+1; =2", "1+1;' =2"),
        ("a\t@SUM(1)", "a\t'@SUM(1)"),
        ("a\n=1+1", "a\n'=1+1"),
        ("5; -2.5", "5; -2.5"),
        ("a; b - c", "a; b - c"),
    ],
)
def test_csv_holds_no_formula_for_any_separator(text: str, written: str) -> None:
    made = answer_csv(of_texts(text), Besides())
    assert list(csv.reader(io.StringIO(made, newline="")))[1][0] == written


def test_a_workbook_has_numbers_dates_and_no_formulas() -> None:
    amount = Amount(None, Decimal(500_000_000), "US dollar", "almost", "x", "almost 500 million US dollars")
    answer = of_texts("=1+1", "http://x/y", "12")
    columns = [Column("x"), Column("n"), Column("a", "amount")]
    cells = {"n": Cell((Item(7, "7"),)), "a": Cell((Item(amount, amount.text),))}
    answer = CitedAnswer("n", "t", "", columns, [{**row, **cells} for row in answer.rows])
    first, *rows = book(answer_xlsx(answer, ABOUT))["Answer"]
    assert first[:5] == ("x", "n", "a", "a_low", "a_high")
    assert [row[0] for row in rows] == ["=1+1", "http://x/y", "12"]
    assert rows[0][1:5] == (7, "almost 500 million US dollars", None, 500_000_000)


def test_long_numbers_of_a_workbook_are_read_and_its_sheets_print_on_one_width(graph: kzgraph.CitedGraph) -> None:
    made = openpyxl.load_workbook(io.BytesIO(answer_xlsx(graph.query("trade_turnover").cited, ABOUT)))
    sheet = made["Answer"]
    formats = {cell.number_format for row in sheet.iter_rows(min_row=2) for cell in row if cell.value == 326_600_000}
    assert formats == {"#,##0"}
    setup = sheet.sheet_properties.pageSetUpPr
    assert setup is not None
    assert setup.fitToPage
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)


def test_twice_the_same_answer_is_the_same_workbook(graph: kzgraph.CitedGraph) -> None:
    answer = graph.query("cpc_shares").cited
    assert answer_xlsx(answer, ABOUT) == answer_xlsx(answer, ABOUT)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--bom", "-f", "html"], "--bom is for the answer as csv or tsv"),
        (["--iris", "-f", "json"], "--iris is for the answer as csv or tsv or xlsx"),
        (["--cite-keys"], "--cite-keys is for the answer as markdown"),
        (["--bom", "--raw", "-f", "csv"], "--bom is for the answer as csv or tsv"),
    ],
)
def test_an_option_that_changes_nothing_is_refused(repository: Path, run: Run, arguments: list[str], told: str) -> None:
    code, out, err = run("query", "cpc_shares", *arguments)
    assert (code, out) == (2, "")
    assert told in err


def word(graph: kzgraph.CitedGraph, name: str) -> bytes:
    answer = graph.query(name).cited
    return answer_docx(People.of_answer(answer, with_sources=True), answer.title, ABOUT)


def parts(content: bytes) -> tuple[ET.Element, ET.Element]:
    """The text and the footnotes of a Word file."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert "/word/footnotes.xml" in file.read("[Content_Types].xml").decode()
        assert "footnotes.xml" in file.read("word/_rels/document.xml.rels").decode()
        text, notes = (file.read(f"word/{name}.xml") for name in ("document", "footnotes"))
        return ET.fromstring(text), ET.fromstring(notes)  # noqa: S314  # the tool itself has just written them


@pytest.mark.parametrize("name", NAMES)
def test_each_footnote_of_a_word_file_is_referred_to_once_and_then_by_its_number(
    graph: kzgraph.CitedGraph, name: str
) -> None:
    text, notes = parts(word(graph, name))
    ids = [note.get(f"{W}id") for note in notes]
    referred = [r.get(f"{W}id") for r in text.iter(f"{W}footnoteReference")]
    assert len(ids) == len(set(ids))
    assert referred == [n for n in ids if n not in SEPARATORS] == [str(n) for n in range(1, len(referred) + 1)]
    told = ["".join(t.text or "" for t in note.iter(f"{W}t")).strip() for note in notes][len(SEPARATORS) :]
    assert sorted(told) == sorted(graph.query(name).cited.sources.footnotes)

    marks = {b.get(f"{W}name"): b.get(f"{W}id") for b in text.iter(f"{W}bookmarkStart")}
    later = [
        (f.get(f"{W}instr") or "", "".join(t.text or "" for t in f.iter(f"{W}t"))) for f in text.iter(f"{W}fldSimple")
    ]
    assert all(marks[instruction.split()[1]] == shown for instruction, shown in later)
    assert name != "corridor_partners" or later


@pytest.mark.parametrize("name", NAMES)
def test_a_word_file_has_the_words_of_the_table(graph: kzgraph.CitedGraph, name: str) -> None:
    people = People.of_answer(graph.query(name).cited, with_sources=True)
    (table,) = docx.Document(io.BytesIO(word(graph, name))).tables
    assert [c.text for c in table.rows[0].cells] == people.headings
    cells = [t for row in table._tbl.tr_lst[1:] for t in row.tc_lst]
    wanted = [unbroken(without_numbers(words)) for row in people.rows for words in row]
    style = f"{W}rPr/{W}rStyle"
    own = [
        "".join(t.text or "" for r in cell.iter(f"{W}r") if r.find(style) is None for t in r.iter(f"{W}t"))
        for cell in cells
    ]
    assert own == wanted


@settings(max_examples=8)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=20))
@example(["a\ufffeb\uffff\x00\x0b<w:t>&amp;]]>", "=1+1"])
def test_any_text_can_stand_in_a_word_file_and_a_workbook(texts: list[str]) -> None:
    answer = of_texts(*texts)
    content = answer_docx(People.of_answer(answer, with_sources=True), texts[0], ABOUT)
    (table,) = docx.Document(io.BytesIO(content)).tables
    told = [plain(text).replace("\ufffe", " ").replace("\uffff", " ") for text in texts]
    assert [cell.text for cell in table.columns[0].cells][1:] == told
    rows = book(answer_xlsx(answer, ABOUT))["Answer"][1:]
    assert len(rows) == len(texts)
    for row, text in zip(rows, texts, strict=True):
        assert row[0] == text or not text.isprintable() or "_x" in text


def test_a_text_too_long_for_a_cell_of_excel_is_seen_to_be_cut() -> None:
    (cell,) = book(answer_xlsx(of_texts("x" * 40_000), ABOUT))["Answer"][1][:1]
    assert isinstance(cell, str)
    assert (len(cell), cell[-1]) == (32_767, "…")


def test_a_word_file_tells_what_was_asked_and_is_the_same_twice(graph: kzgraph.CitedGraph) -> None:
    content = word(graph, "cpc_shares")
    assert content == word(graph, "cpc_shares")
    file = docx.Document(io.BytesIO(content))
    told = "\n".join(p.text for p in file.paragraphs)
    assert all(part in told for part in ("Who <b>?", "a: b|c", "28 November 2026", "CC BY 4.0"))
    assert (file.core_properties.author, file.core_properties.created.date()) == ("", ABOUT.day)


def test_libreoffice_opens_a_word_file_with_its_footnotes(graph: kzgraph.CitedGraph, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    (tmp_path / "a.docx").write_bytes(word(graph, "trade_turnover"))
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    command = [office, home, "--headless", "--convert-to", "fodt", "--outdir", str(tmp_path), str(tmp_path / "a.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    opened = (tmp_path / "a.fodt").read_text("utf-8")
    assert opened.count('text:note-class="footnote"') >= len(graph.query("trade_turnover").footnotes)
    assert opened.count("<text:note ") == len(graph.query("trade_turnover").footnotes)


def test_a_workbook_lists_the_documents_and_prints_on_the_width_of_a_page(
    repository: Path, run: Run, tmp_path: Path
) -> None:
    assert run("query", "corridor_partners", "-o", str(tmp_path / "a.xlsx"))[0] == 0
    read = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert read.sheetnames == ["Answer", "Values", "Sources", "Documents", "About"]
    rows = list(read["Documents"].values)
    assert rows[0] == ("document", "authors", "title", "published_by", "issued", "address", "note")
    assert ("Ali 2023", "Toghrul Ali") in [row[:2] for row in rows]
    assert "https://regionplus.az/en/articles/view/7795" in [row[5] for row in rows]
    assert len(rows) == len({row[0] for row in rows})
    sheet = read["Answer"]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (
        "landscape",
        9,
        0,
    )
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$1:$1", "A2")
    sources = [str(row[-1]) for row in sheet.values]
    heights = [sheet.row_dimensions[n].height or 15 for n in range(1, len(sources) + 1)]
    longest = max(range(len(sources)), key=lambda n: len(sources[n]))
    assert heights[longest] >= 15 * len(sources[longest]) / 60  # of all lines, as nobody makes the row higher


@pytest.mark.parametrize("form", ["docx", "xlsx"])
def test_what_is_no_text_goes_into_a_file_or_pipe(repository: Path, run: Run, tmp_path: Path, form: str) -> None:
    file = tmp_path / f"a.{form}"
    assert run("query", "cpc_shares", "-o", str(file))[0] == 0
    assert zipfile.is_zipfile(file)


def test_python_gives_the_same_files(graph: kzgraph.CitedGraph, repository: Path, run: Run, tmp_path: Path) -> None:
    answer = graph.query("cpc_shares")
    assert answer.to_markdown() == run("query", "cpc_shares", "-f", "markdown")[1]
    assert answer.to_html() == run("query", "cpc_shares", "-f", "html")[1]
    for form, write in (("docx", answer.to_docx), ("xlsx", answer.to_xlsx)):
        ours, theirs = tmp_path / f"a.{form}", tmp_path / f"b.{form}"
        write(ours)
        assert run("query", "cpc_shares", "-o", str(theirs))[0] == 0
        assert ours.read_bytes() == theirs.read_bytes()


@pytest.mark.parametrize(("form", "library"), [("docx", "docx"), ("xlsx", "xlsxwriter")])
def test_a_library_that_is_missing_is_named(
    repository: Path, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, form: str, library: str
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, library, None)
    code, _, err = run("query", "cpc_shares", "-o", str(tmp_path / f"a.{form}"))
    assert code == 2
    assert f'pip install "kzgraph[{form}]"' in err
