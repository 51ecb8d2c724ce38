"""``kzgraph brief``: a text with questions in it becomes a text with their answers, and one list of footnotes."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kzgraph
from kzgraph.answers.taking_along import paper
from kzgraph.answers.taking_along.brief_questions import questions_in
from kzgraph.answers.taking_along.brief_texts import brief_docx
from kzgraph.errors import KzgraphError
from tests.conftest import SmallProject
from tests.html_pages import HtmlPage
from tests.test_taking_along import links, parts

Run = Callable[..., tuple[int, str, str]]
LEAGUE = """\
#+ summary: Members
#+ kzgraph:
#+   question: Who is a member?
#+   params:
#+     member: {type: kzo:Actor, description: the member asked about}
#+   rows: [fact]
#+   columns:
#+     member: {value: member, fact: fact}
#+     league: {value: league, fact: fact}
SELECT DISTINCT ?fact ?member ?league WHERE { ?fact a kzo:Membership ; kzo:hasMember ?member ; kzo:hasLeague ?league }
"""
SECOND = """\
kz:membership-erewhon a kzo:Membership ; rdfs:label "Membership of Erewhon"@en ; kzo:hasMember kz:Erewhon ;
    kzo:hasLeague kz:League ; kzo:date "2021"^^xsd:gYear ; prov:wasDerivedFrom kz:example-2020_15-40 .
"""
TEXT = """\
# Of leagues

An *introduction*.[^own]

{{ query league }}

- one
- two

{{ query league -p member=Utopia }}

[^own]: A footnote of the author.
"""


@pytest.fixture
def league(project: SmallProject) -> SmallProject:
    project.write("queries/league.rq", LEAGUE)
    project.write("instances/more.ttl", SECOND)
    project.write("brief.md", TEXT)
    return project


def write(run: Run, *arguments: str) -> str:
    code, out, err = run("brief", *arguments)
    assert code == 0, err
    return out


def test_answers_stand_where_their_questions_stood(league: SmallProject, run: Run) -> None:
    out = write(run, "brief.md")
    alone = run("query", "league", "-f", "markdown")[1]
    rows = [line for line in alone.splitlines() if line.startswith("| ")]
    assert len(rows) == 4
    assert out.startswith("# Of leagues\n\nAn *introduction*.[^own]\n\n**Members**\n\n| member |")
    assert re.sub(r"\[\^[^\]]+\]", "", "\n".join(rows)) in re.sub(r"\[\^[^\]]+\]", "", out)
    assert out.index("**Members**") < out.index("- one\n- two\n") < out.index("**Members (member: Utopia)**")
    assert "{{" not in out


def test_there_is_one_list_of_footnotes_beside_the_authors_own(league: SmallProject, run: Run) -> None:
    out = write(run, "brief.md")
    defined = re.findall(r"^\[\^([^\]]+)\]:", out, re.MULTILINE)
    used = re.findall(r"\[\^([^\]]+)\](?!:)", out)
    assert len(defined) == len(set(defined))
    assert set(used) == set(defined) > {"own"}
    assert len(used) > len(defined)  # both answers rest on the same passages


def test_a_page_has_the_same_answers_and_links_that_lead_somewhere(league: SmallProject, run: Run) -> None:
    league.write("brief.md", TEXT + "\n<script>alert(1)</script> [x](javascript:alert(1))\n")
    page = write(run, "brief.md", "-f", "html")
    read = HtmlPage(page)
    assert links(read) == set(read.ids)
    assert len(read.ids) == len(set(read.ids)) > 2
    assert [read.count(tag) for tag in ("table", "em", "script")] == [2, 1, 0]
    assert 'href="javascript' not in page
    assert "<title>Of leagues</title>" in page


@pytest.mark.parametrize("end", ["---", "..."])
def test_front_matter_gives_the_title_and_is_no_text(league: SmallProject, run: Run, tmp_path: Path, end: str) -> None:
    front = f'---\ntitle: "Of leagues"\nauthor: Somebody\n{end}\n'
    own = front + "\nFirst words.\n\n{{ query members }}\n\n---\n\nLast ones.\n"
    league.write("brief.md", own)
    page = write(run, "brief.md", "-f", "html")
    assert "<title>Of leagues</title>" in page
    assert "<h1>Of leagues</h1>\n<p>First words.</p>" in page
    assert "Somebody" not in page
    assert "<hr" in page  # a line further below is no front matter
    file = tmp_path / "brief.docx"
    write(run, "brief.md", "-o", str(file))
    told = [(p.style.name, p.text) for p in docx.Document(str(file)).paragraphs if p.style]
    assert told[:2] == [("Heading 1", "Of leagues"), ("Normal", "First words.")]
    assert write(run, "brief.md").startswith(front)


def test_a_word_file_has_the_text_and_the_answers(league: SmallProject, run: Run, tmp_path: Path) -> None:
    league.write("brief.md", TEXT + "\n> said\n\n| a | b |\n|---|---|\n| 1 | **2** |\n\n```\ncode\n```\n")
    file = tmp_path / "brief.docx"
    write(run, "brief.md", "-o", str(file))
    read = docx.Document(str(file))
    told = {(p.style.name, p.text) for p in read.paragraphs if p.style}
    assert {("Heading 1", "Of leagues"), ("List Bullet", "two"), ("Quote", "said"), ("Normal", "code")} <= told
    assert [r.text for p in read.paragraphs for r in p.runs if r.italic] == ["introduction"]
    assert len(read.tables) == 3
    assert [c.text for c in read.tables[2].rows[1].cells] == ["1", "2"]
    text, notes = parts(file.read_bytes())
    assert len(notes) > 2
    assert sum(1 for e in text.iter() if e.tag.endswith("}footnoteReference")) == len(notes) - 2
    assert io.BytesIO(file.read_bytes()).read() == file.read_bytes()


def test_the_documents_behind_all_answers_are_listed_once(repository: Path, run: Run, tmp_path: Path) -> None:
    text = tmp_path / "brief.md"
    text.write_text("{{ query corridor_partners }}\n\n{{ query trade_turnover }}\n", "utf-8")
    code, out, _ = run("brief", str(text), "-f", "bibtex")
    keys = re.findall(r"^@\w+\{(.+),$", out, re.MULTILINE)
    assert code == 0
    assert {"ali-2023", "yagubova-2022"} <= set(keys)
    assert len(keys) == len(set(keys))
    named = {w["id"] for w in json.loads(run("brief", str(text), "-f", "csl")[1])}
    assert named == set(keys)


def test_what_stands_in_a_block_of_code_is_no_question(league: SmallProject, run: Run) -> None:
    league.write("brief.md", "~~~\n{{ query nothing }}\n```\n~~~\n\n{{ query league }}\n")
    out = write(run, "brief.md")
    assert out.startswith("~~~\n{{ query nothing }}\n```\n~~~\n")


def test_no_more_rows_than_asked_for_and_it_is_said(league: SmallProject, run: Run) -> None:
    league.write("brief.md", "{{ query league --limit 1 }}\n")
    out = write(run, "brief.md")
    assert sum(line.startswith("| ") for line in out.splitlines()) == 3
    assert re.search(r"- the first 1 of \d+ rows", out)


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("\n{{ query leage }}\n", 2, "there is no stored query `leage`"),
        ("a {{ query league }} b\n", 1, "stands on a line of its own"),
        ("\n\n{{ tell league }}\n", 3, "`tell league` is no question"),
        ("a {{ show Utopia }} b\n", 1, "stands on a line of its own"),
        ("\n{{ show Atlantis }}\n", 2, "Atlantis"),
        ("{{ show Utopia --limit 0 }}\n", 1, "--limit takes a number from 1 on"),
        ("{{ ask what is the price of tea in Atlantis }}\n", 1, "does not surely mean one stored question"),
        ("{{ query league -p member }}\n", 1, "`member` is not NAME=VALUE"),
        ("{{ query league -p member=Nowhere }}\n", 1, "Nowhere"),
        ("{{ query league --color }}\n", 1, "this is no question"),
        ("{{ query league --limit 0 }}\n", 1, "--limit takes a number from 1 on"),
        ('{{ query league -p "member }}\n', 1, "this is no question: No closing quotation"),
        ("{{ query league --as-of soon }}\n", 1, "soon"),
        ("{{ query states }}\n", 1, "the answer of `states` has no rows"),
    ],
)
def test_an_error_names_the_line_of_the_text(league: SmallProject, run: Run, text: str, line: int, told: str) -> None:
    league.write("queries/states.rq", "#+ summary: States\nCONSTRUCT WHERE { ?state a kzo:State }")
    league.write("brief.md", text)
    code, out, err = run("brief", "brief.md")
    assert (code, out) == (3 if code == 3 else 2, "")
    assert err.startswith(f"error: brief.md:{line}: ")
    assert told in err


def test_files_that_cannot_be_read_or_would_be_lost(league: SmallProject, run: Run) -> None:
    league.write("empty.md", "no question\n")
    league.write("two.md", "{{ x }}\n")
    (league.root / "latin.md").write_bytes(b"\xe9")
    os.mkfifo(league.root / "pipe.md")
    with (league.root / "huge.md").open("wb") as file:
        file.truncate(50 << 20)
    for arguments, code, told in [
        (("two.md",), 2, "two.md:1: `x` is no question"),
        (("empty.md",), 3, "empty.md: has no question"),
        (("latin.md",), 3, "latin.md: is not UTF-8 at byte 0"),
        (("nowhere.md",), 3, "nowhere.md: cannot be read"),
        (("pipe.md",), 3, "pipe.md: is no file"),
        (("huge.md",), 3, "huge.md: is larger than 10 MB: a brief is shorter"),
        (("brief.md", "-o", "brief.md"), 2, "is the text itself"),
        (("brief.md", "-o", "brief.pdf"), 2, "names no format"),
        (("brief.md", "-f", "html", "--cite-keys"), 2, "--cite-keys is for the brief as markdown"),
        (("brief.md", "--documents", "nowhere"), 3, "no such folder"),
    ]:
        found, out, err = run("brief", *arguments)
        assert (found, out) == (code, "")
        assert told in err
    assert (league.root / "brief.md").read_text("utf-8") == TEXT


def test_since_a_revision_rows_are_new_or_gone(league: SmallProject, run: Run) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"]):
        subprocess.run([*git, *arguments], cwd=league.root, check=True, env={"PATH": "/usr/bin:/bin", "HOME": "/"})
    league.write("brief.md", "{{ query league }}\n")
    assert "nothing has changed" in write(run, "brief.md", "--since", "HEAD")
    league.write("instances/more.ttl", SECOND.replace('"Membership', '"The membership'))  # which no cell shows
    assert "nothing has changed" in write(run, "brief.md", "--since", "HEAD")
    league.write("instances/more.ttl", SECOND.replace("hasMember kz:Erewhon", "hasMember kz:League"))
    out = write(run, "brief.md", "--since", "HEAD")
    assert re.search(r"- since HEAD \(\w+\): 1 row new, 1 row gone", out)
    assert "- gone: Erewhon" in out
    assert [line.split(" | ")[1] for line in out.splitlines() if line.startswith("| new ")] == ["League of Examples"]


def test_a_question_without_an_answer_is_a_sentence(repository: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "brief.md").write_text("{{ query trade_missions -p from=Georgia --as-of 2022 }}\n", "utf-8")
    out = write(run, str(tmp_path / "brief.md"))
    assert "\nNo document tells of a trade mission from Georgia to Azerbaijan.\n" in out
    assert "\n|" not in out
    assert "- Facts for which no document gives a time are kept, whatever the date." in out


def test_a_question_with_a_short_view_is_answered_by_it(repository: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "brief.md").write_text("{{ query corridor_partners }}\n", "utf-8")
    (tmp_path / "whole.md").write_text("{{ query corridor_partners --detail }}\n", "utf-8")
    short, whole = (write(run, str(tmp_path / name)) for name in ("brief.md", "whole.md"))
    assert len(short) < len(whole)
    assert re.search(r"^- Not shown: \d+ values, ", short, re.MULTILINE)
    assert "kzgraph query" not in short, "a reader has no command line"
    assert short.count("\n| ") < whole.count("\n| ") / 2


def test_a_short_answer_has_as_many_rows_as_the_text_asks_for(repository: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "brief.md").write_text("{{ query corridor_partners --limit 7 }}\n", "utf-8")
    out = write(run, str(tmp_path / "brief.md"))
    headings = re.findall(r"^\| \*\*.* · (\d+)\*\*", out, re.MULTILINE)
    folded = re.findall(r"^\| \*?and (\d+) more", out, re.MULTILINE)
    assert headings == ["4", "2", "10"]  # in their order, the first ones whole
    assert sum(map(int, headings)) - sum(map(int, folded)) == 7
    (rest,) = re.findall(r"^\| \*not shown: (.*)\*", out, re.MULTILINE)
    assert sum(map(int, re.findall(r" · (\d+)", rest))) == 26 - 16


def test_a_word_file_tells_in_the_heading_of_a_group_how_many_of_its_rows_are_not_shown(
    repository: Path, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "brief.md").write_text("{{ query corridor_partners --limit 7 }}\n", "utf-8")
    write(run, str(tmp_path / "brief.md"), "-o", str(tmp_path / "brief.docx"))
    read = docx.Document(str(tmp_path / "brief.docx"))
    told = [row.cells[0].text for row in read.tables[0].rows]
    groups = [re.fullmatch(r"(?!not shown).* · (\d+)(?: · (\d+) not shown)?", text) for text in told]
    counts = [(int(found[1]), int(found[2] or 0)) for found in groups if found]
    assert (sum(rows for rows, _ in counts), sum(folded for _, folded in counts)) == (16, 9)
    assert told[-1].startswith("not shown: Organisations and groups · 6")
    assert len(told) == 1 + len(counts) + 7 + 1
    assert next(p.text for p in read.paragraphs if "Not shown: " in p.text).startswith("Not shown: 19 rows")


FIVES = [
    "corridor_partners trade_turnover corridor_meetings oil_export_routes source_conflicts",
    "memberships plans_and_targets energy_leverage cpc_shares presidential_visits",
    "corridor_partners freight_volumes infrastructure_timeline corridor_segments policy_recommendations",
    "diplomatic_timeline trade_turnover gas_deals gas_union_positions companies_and_deals",
    "oil_dependence oil_disruptions oil_export_routes cpc_shares hydrocarbon_fields",
    "alliance_cross_pressure multilateral_events office_holders_as_of corridor_names repeated_statements",
]
WORDS = "Two lines of the author, who says what the table below is to show, and what to watch for in it. " * 2


def five_answers(names: str) -> str:
    """A brief of five answers, with two lines of the author before each."""
    return "# A brief\n\n" + "".join(f"{WORDS}\n\n{{{{ query {name} }}}}\n\n" for name in names.split())


@pytest.mark.parametrize("names", FIVES)
def test_five_answers_are_as_long_as_two_pages_take(repository: Path, names: str) -> None:
    brief = kzgraph.open(repository).brief(five_answers(names))
    heights = [paper.height_of_answer(answer.people, answer.caption) for answer in brief.answers]
    height = sum(heights) + paper.height_of_notes(brief.sources.footnotes) + 5 * paper.height_of_text(WORDS)
    assert len(heights) == 5
    assert all(answer.people.rows for answer in brief.answers)
    assert 1.4 * paper.PAGE < height < 2 * paper.PAGE


@pytest.mark.parametrize("names", FIVES)
def test_libreoffice_lays_five_answers_out_on_two_pages(repository: Path, tmp_path: Path, names: str) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    (tmp_path / "a.docx").write_bytes(brief_docx(kzgraph.open(repository).brief(five_answers(names))))
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    command = [office, home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "a.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "a.pdf").read_bytes())) == 2


def test_an_author_is_told_of_rows_that_are_not_shown_and_the_reader_of_no_option(
    repository: Path, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "brief.md").write_text(five_answers(FIVES[0]), "utf-8")
    _, out, err = run("brief", str(tmp_path / "brief.md"))
    told = re.findall(r"brief\.md:(\d+): (\w+): (\d+) of (\d+) rows; --limit (\d+) shows all$", err, re.MULTILINE)
    assert [name for _, name, *_ in told] == FIVES[0].split()
    assert all(shown < rows == wanted for *_, shown, rows, wanted in [(*t[:2], *map(int, t[2:])) for t in told])
    assert "--limit" not in out
    assert "≠ another document says otherwise\n" in out
    assert "`kzgraph" not in out
    (tmp_path / "whole.md").write_text("{{ query corridor_partners --limit 26 }}\n", "utf-8")
    whole, err = run("brief", str(tmp_path / "whole.md"))[1:]
    assert (err, re.findall(r"and \d+ more\*|not shown: ", whole)) == ("", [])


def test_plain_words_ask_the_question_that_they_surely_mean(repository: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "words.md").write_text("{{ ask who are the partners of the Middle Corridor? --limit 5 }}\n", "utf-8")
    (tmp_path / "query.md").write_text("{{ query corridor_partners --limit 5 }}\n", "utf-8")
    _, out, err = run("brief", str(tmp_path / "words.md"))
    assert out == write(run, str(tmp_path / "query.md"))
    assert "words.md:1: asked: query corridor_partners\n" in err
    (tmp_path / "words.md").write_text("\n{{ ask What's Kazakhstan's oil worth? }}\n", "utf-8")
    code, out, err = run("brief", str(tmp_path / "words.md"))
    assert (code, out) == (2, "")
    assert "words.md:2: `What's Kazakhstan's oil worth?` does not surely mean one stored question" in err
    assert "hint: write one of these: {{ query " in err


def test_a_thing_is_shown_with_its_most_telling_facts(repository: Path, run: Run, tmp_path: Path) -> None:
    text = "{{ show Middle Corridor --limit 4 }}\n\n{{ show kz:MiddleCorridor --kind figure --from 2023 }}\n"
    (tmp_path / "brief.md").write_text(text, "utf-8")
    out = write(run, str(tmp_path / "brief.md"))
    told = kzgraph.open(repository).show("Middle Corridor")
    first, second = re.split(r"^\*\*Middle Corridor.*\*\*$", out, flags=re.MULTILINE)[1:]
    rows = [line.split(" | ")[0].removeprefix("| ") for line in first.splitlines() if line.startswith("| ")]
    assert rows[2:] == [*(fact.label for fact in told.telling[:4]), f"*and {len(told.facts) - 4} more*"]
    assert "also called" in first
    assert f"{len(told.facts)} facts, of which the 4 most telling are shown." in first
    kinds = [line.split(" | ")[1] for line in second.splitlines() if line.startswith("| ")][2:]
    assert set(kinds) <= {"figure", ""}
    assert "† supplied or inferred by the editors" in out
    assert not re.search(r"\(kzo?:\w+\)", out)
    file = tmp_path / "brief.docx"
    write(run, str(tmp_path / "brief.md"), "-o", str(file))
    assert len(docx.Document(str(file)).tables) == 2


def test_the_documents_behind_footnotes_are_listed_once_in_every_format(
    repository: Path, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "brief.md"
    file.write_text("{{ query corridor_partners }}\n\n{{ query trade_turnover --limit 6 }}\n", "utf-8")
    entry = "Bayramov 2022: Aydin Bayramov, [Magazine article on President Tokayev's visit to Baku of August 2022], "
    entry += "Region Plus, 2022 (inferred). https://regionplus.az/en/articles/view/7795"
    page, text = write(run, str(file), "-f", "html"), write(run, str(file))
    write(run, str(file), "-o", str(tmp_path / "brief.docx"))
    read = docx.Document(str(tmp_path / "brief.docx"))
    paragraphs = ["".join(p._p.xpath("string()")) for p in read.paragraphs]
    assert sum(told == entry for told in paragraphs) == 1
    assert [r.target_ref for r in read.part.rels.values() if r.is_external] != []
    assert HtmlPage(page).text.count(entry) == 1
    assert re.sub(r"[\\<>]", "", text).count(f"- {entry}\n") == 1
    assert "Documents:" not in write(run, str(file), "--cite-keys")  # pandoc writes them
    behind = {p[0].name for p in kzgraph.open(repository).brief(file.read_text("utf-8")).sources.passages}
    assert {told.partition(": ")[0] for told in paragraphs[paragraphs.index("Documents") + 1 : -1]} == behind


def test_a_sign_is_explained_below_the_first_answer_that_has_it(repository: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "brief.md").write_text("{{ query btc_history }}\n\n{{ query trade_turnover }}\n", "utf-8")
    out = write(run, str(tmp_path / "brief.md"))
    assert out.count("supplied or inferred by the editors") == 1


def test_what_each_answer_leaves_out_is_told_at_each(repository: Path, run: Run, tmp_path: Path) -> None:
    asked = "{{ query signed_documents --limit 2 }}"
    (tmp_path / "brief.md").write_text(f"{asked}\n\nAgain:\n\n{asked}\n", "utf-8")
    out = write(run, str(tmp_path / "brief.md"))
    first, again = out.split("Again:")
    told = [line for line in first.splitlines() if line.startswith(("- Not shown: ", "- and "))]
    assert len(told) == 2
    assert [line for line in again.splitlines() if line.startswith(("- Not shown: ", "- and "))] == told


def test_a_title_of_any_length_is_that_of_a_word_file(league: SmallProject, run: Run, tmp_path: Path) -> None:
    title = "Long " * 60
    league.write("brief.md", f"# {title}\n\n{{{{ query league }}}}\n")
    write(run, "brief.md", "-o", str(tmp_path / "brief.docx"))
    found = docx.Document(str(tmp_path / "brief.docx"))
    assert found.core_properties.title == title[:255]
    assert found.paragraphs[0].text == title.strip()


@pytest.mark.parametrize("name", ["../elsewhere.rq", "{}/elsewhere.rq", "queries/../../elsewhere.rq"])
def test_a_brief_asks_nothing_that_lies_elsewhere(
    league: SmallProject, run: Run, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (league.root.parent / "elsewhere.rq").write_text(LEAGUE, "utf-8")
    league.write("brief.md", f"{{{{ query {name.format(league.root.parent)} }}}}\n")
    code, _, err = run("brief", "brief.md")
    assert (code, "which lies elsewhere" in err) == (5, True)
    league.write("brief.md", "{{ query queries/league.rq }}\n")
    assert run("brief", "brief.md")[0] == 0


def test_a_text_of_very_many_lines_is_read_at_once() -> None:
    lines = "a\n" * 1_000_000
    begun = time.process_time()
    assert questions_in(f"{lines}{{{{ query a }}}}\n", "x")[0] == lines
    assert time.process_time() - begun < 20  # it was more than a minute


@given(st.lists(st.sampled_from(["text\n", "\n", "```\n", "~~~\n", "{{ query a }}\n", " {{query b}} \r\n", "{x}\n"])))
def test_nothing_of_a_text_is_lost(lines: list[str]) -> None:
    text = "".join(lines)
    try:
        pieces = questions_in(text, "x")
    except KzgraphError:
        assert not any("query" in line for line in lines) or "```" in text or "~~~" in text
        return
    numbers = {p.line for p in pieces if not isinstance(p, str)}
    kept = "".join(line for n, line in enumerate(lines, 1) if n not in numbers)
    assert "".join(p for p in pieces if isinstance(p, str)) == kept
    assert all("{{" in lines[n - 1] for n in numbers)
