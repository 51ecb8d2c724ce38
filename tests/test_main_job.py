"""The main job: a question by its name, an answer whose every value shows its sources, in every format."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kzgraph.wording.text import display_width
from tests.conftest import SmallProject
from tests.forking import Forks

Run = Callable[..., tuple[int, str, str]]
KZ = "https://w3id.org/kzgraph/id/"
PARTNERS = {
    "Azerbaijan": "Azerbaijan",
    "BakuInternationalSeaTradePort": "Baku International Sea Trade Port",
    "China": "China",
    "EuropeanUnion": "European Union",
    "Georgia": "Georgia",
    "KTZ": "Kazakhstan Temir Zholy",
    "Kazakhstan": "Kazakhstan",
    "Maersk": "Maersk",
    "NurminenLogistics": "Nurminen Logistics",
    "OECD": "Organisation for Economic Co-operation and Development",
    "OrganizationOfTurkicStates": "Organization of Turkic States",
    "RailBridgeCargo": "Rail Bridge Cargo",
    "RailCargoGroup": "Rail Cargo Group",
    "Turkiye": "Türkiye",
}
ENGINES = {"rdflib", "pyshacl", "owlready2", "yaml", "httpx", "rapidfuzz"}
ALL = "SELECT ?a ?b ?c WHERE { ?a ?b ?c }"
CROSS = b"SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def answer(run: Run, form: str, *more: str) -> str:
    code, out, err = run("query", "corridor_partners", "-f", form, *more)
    assert code == 0, err
    return out


def test_the_partners_of_the_corridor_are_named(repository: Path, run: Run) -> None:
    partners = [item for row in json.loads(answer(run, "json"))["rows"] for item in row["partner"]]
    found = {item["iri"].removeprefix(KZ): item["text"] for item in partners}
    assert PARTNERS.items() <= found.items()


@pytest.mark.parametrize("name", ["corridor_partners", "corridor_partners.rq", "queries/corridor_partners.rq"])
def test_a_query_goes_by_name_with_or_without_extension_or_by_path(repository: Path, run: Run, name: str) -> None:
    code, out, err = run("query", name, "-f", "csv")
    assert code == 0, err
    assert out == answer(run, "csv")


def test_every_value_shows_its_sources(repository: Path, run: Run) -> None:
    data = json.loads(answer(run, "json"))
    stated = [item for row in data["rows"] for name in row if name != "kind" for item in row[name]]
    assert len(data["rows"]) >= 100
    assert all(item["sources"] and item["facts"] for item in stated)
    assert {n for item in stated for n in item["sources"]} == set(range(1, len(data["footnotes"]) + 1))
    assert [note["number"] for note in data["footnotes"]] == list(range(1, len(data["footnotes"]) + 1))
    for note in data["footnotes"]:
        for passage in note["passages"]:
            assert passage["document"].startswith(KZ)
            assert passage["paragraph"] >= 1
            assert passage["end"] > passage["start"]


def test_the_table_shows_partners_footnotes_and_a_count(repository: Path, run: Run) -> None:
    code, out, err = run("query", "corridor_partners", "--detail", "--wide")
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == "Who takes part in a corridor, and how"
    assert lines[2].split() == ["partner", "kind", "tie", "to", "date", "sources"]
    assert any(line.startswith(" [1] ") and "¶" in line for line in lines)
    rows = lines[4 : lines.index("", 4)]
    assert all("[" in line for line in rows)
    assert err.strip() == f"{len(rows)} rows from 6 documents"


def terms(content: str, form: ox.QueryResultsFormat) -> list[list[str]]:
    parsed = ox.parse_query_results(content, form)
    assert isinstance(parsed, ox.QuerySolutions)
    return sorted([str(row[v.value]) for v in parsed.variables] for row in parsed)


def test_raw_json_is_the_w3c_format(repository: Path, run: Run) -> None:
    data = json.loads(answer(run, "json", "--raw"))
    assert set(data) == {"head", "results"}
    assert set(data["results"]) == {"bindings"}
    for row in data["results"]["bindings"]:
        assert set(row) <= set(data["head"]["vars"])
        for term in row.values():
            assert term["type"] in {"uri", "literal", "bnode"}
            assert set(term) <= {"type", "value", "datatype", "xml:lang"}
    assert len(terms(answer(run, "json", "--raw"), ox.QueryResultsFormat.JSON)) == len(data["results"]["bindings"])


@pytest.mark.parametrize(("form", "parsed"), [("xml", ox.QueryResultsFormat.XML), ("tsv", ox.QueryResultsFormat.TSV)])
def test_the_raw_formats_carry_the_same_terms(repository: Path, run: Run, form: str, parsed: Any) -> None:
    raw = terms(answer(run, "json", "--raw"), ox.QueryResultsFormat.JSON)
    assert terms(answer(run, form, "--raw"), parsed) == raw
    assert form != "xml" or terms(answer(run, form), parsed) == raw


@pytest.mark.parametrize(
    ("extension", "parsed"), [("srj", ox.QueryResultsFormat.JSON), ("srx", ox.QueryResultsFormat.XML)]
)
def test_the_extensions_of_the_w3c_mean_its_formats(
    repository: Path, run: Run, tmp_path: Path, extension: str, parsed: Any
) -> None:
    file = tmp_path / f"partners.{extension}"
    assert run("query", "corridor_partners", "-o", str(file))[0] == 0
    assert terms(file.read_text("utf-8"), parsed) == terms(answer(run, "json", "--raw"), ox.QueryResultsFormat.JSON)


def test_csv_has_each_row_once_and_the_words_of_its_cells(repository: Path, run: Run) -> None:
    data = json.loads(answer(run, "json"))
    rows = list(csv.DictReader(io.StringIO(answer(run, "csv"), newline="")))
    assert len(rows) == len(data["rows"])
    for row, cells in zip(rows, data["rows"], strict=True):
        for name, items in cells.items():
            assert all(item["text"] in row[name] for item in items)


def test_csv_shows_sources_when_asked(repository: Path, run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(answer(run, "csv", "--sources"), newline="")))
    assert all("¶" in row["sources"] for row in rows)


def test_html_and_markdown_carry_every_row_and_footnote(repository: Path, run: Run) -> None:
    data = json.loads(answer(run, "json"))
    rows, notes = len(data["rows"]), len(data["footnotes"])
    page, text = answer(run, "html", "--detail"), answer(run, "markdown", "--detail")
    assert page.count("<tr>") == rows + 1
    assert page.count("<li ") == notes
    assert all(f'href="#source-{n}"' in page for n in range(1, notes + 1))
    assert sum(line.startswith("| ") for line in text.splitlines()) == rows + 2
    assert sum(line.startswith("[^") for line in text.splitlines()) == notes


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("a.csv", "member,name"),
        ("a.tsv", "?member\t"),
        ("a.json", "{"),
        ("a.srj", "{"),
        ("a.xml", "<?xml"),
        ("a.srx", "<?xml"),
        ("a.md", "**"),
        ("a.html", "<!DOCTYPE html>"),
        ("a.txt", "Members of a league"),
    ],
)
def test_the_extension_of_the_file_names_the_format(project: SmallProject, run: Run, name: str, first: str) -> None:
    code, out, err = run("query", "members", "-o", name)
    assert (code, out) == (0, "")
    assert err.startswith(f"{name}: ")
    assert (project.root / name).read_text("utf-8").startswith(first)


@pytest.mark.parametrize(("name", "form"), [("g.ttl", "turtle"), ("g.nt", "ntriples"), ("g.jsonld", "jsonld")])
def test_a_graph_is_written_in_the_formats_of_graphs(project: SmallProject, run: Run, name: str, form: str) -> None:
    text = b"CONSTRUCT { ?s rdfs:label ?o } WHERE { ?s a kzo:State ; rdfs:label ?o }"
    code, _, _ = run("query", "-", "-o", name, stdin=text)
    assert code == 0
    assert len(set(ox.parse(path=str(project.root / name)))) == 3
    assert run("query", "-", "-f", form, stdin=text)[1] == (project.root / name).read_text("utf-8")


def test_show_prints_what_would_be_sent_and_any_engine_runs_it(repository: Path, run: Run) -> None:
    code, out, err = run("query", "corridor_partners", "--show")
    assert (code, err) == (0, "")
    assert f"<{KZ}MiddleCorridor>" in out
    assert "?corridor " not in out
    assert [str(v) for v in ox.Store().query(out).variables][:2] == ["?partner", "?fact"]  # type: ignore[union-attr]  # a SELECT


def test_a_limit_keeps_the_rows_and_says_that_there_are_more(project: SmallProject, run: Run) -> None:
    code, out, err = run("query", "-", "-f", "csv", "--limit", "3", stdin=ALL.encode())
    assert code == 6
    assert len(out.splitlines()) == 4
    assert "cut after 3 rows" in err


def test_a_limit_that_is_not_reached_is_silent(project: SmallProject, run: Run) -> None:
    code, out, err = run("query", "members", "-f", "csv", "--limit", "1")
    assert (code, err) == (0, "")
    assert len(out.splitlines()) == 2


def test_a_limit_writes_the_file_all_the_same(project: SmallProject, run: Run) -> None:
    code, _, _ = run("query", "-", "-o", "all.csv", "--limit", "3", stdin=ALL.encode())
    assert code == 6
    assert len((project.root / "all.csv").read_text("utf-8").splitlines()) == 4


def kzgraph(*arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "kzgraph", *arguments], capture_output=True, check=False, **options)


def test_a_timeout_stops_the_query_and_the_process(repository: Path, forks: Forks) -> None:
    begin = time.monotonic()
    done = forks.run("query", "-", "--timeout", "0.3", stdin=CROSS)
    assert done.returncode == 6
    assert done.stdout == b""
    assert b"stopped after 0.3 s" in done.stderr
    assert time.monotonic() - begin < 40  # counting them all takes more than hours


def test_a_second_run_imports_no_other_engine(repository: Path) -> None:
    kzgraph("query", "corridor_partners")
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "kzgraph", "query", "corridor_partners"],
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    imported = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in done.stderr.splitlines() if "|" in line}
    assert {"kzgraph", "pyoxigraph", "click"} <= imported
    assert not ENGINES & imported


WATCHED = """
import sys
opened = []
sys.addaudithook(lambda event, found: opened.append(str(found[0])) if event == "open" else None)
from kzgraph.cli import run
code = run(["query", "members"])
print(code, *[p for p in opened if p.endswith(".ttl")], file=sys.stderr)
"""


@pytest.mark.uncompiled
def test_a_second_run_reads_no_turtle(project: SmallProject, run: Run) -> None:
    for path in project.root.rglob("*.ttl"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    first, second = (
        subprocess.run([sys.executable, "-c", WATCHED], capture_output=True, check=True, encoding="utf-8").stderr
        for _ in range(2)
    )
    assert first.count(".ttl") == len(list(project.root.glob("[io]n*/*.ttl")))
    assert second.splitlines()[-1] == "0"


@pytest.mark.parametrize("arguments", [["query", "corridor_partners"], ["query", "corridor_partners", "-f", "csv"]])
def test_a_reader_that_goes_away_is_no_error(repository: Path, forks: Forks, arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = forks.run(*arguments, stdout=writing)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("arguments", [["queries"], ["--help"], ["show", "kz:Kazakhstan"], ["query", "-h"]])
def test_a_reader_of_another_command_may_go_away_too(repository: Path, forks: Forks, arguments: list[str]) -> None:
    test_a_reader_that_goes_away_is_no_error(repository, forks, arguments)


def test_the_output_is_utf_8_whatever_the_locale(repository: Path) -> None:
    done = kzgraph("query", "corridor_partners", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert "Türkiye" in done.stdout.decode("utf-8")


@pytest.mark.parametrize("columns", [1, 20, 40, 80, 200])
def test_a_table_fits_a_narrow_terminal(project: SmallProject, run: Run, columns: int) -> None:
    from kzgraph.answers.asking.ask import ask, open_store
    from kzgraph.answers.queries.stored_query import find_query
    from kzgraph.answers.shown.tables import People, table
    from kzgraph.files.project import find_project

    found = find_project(project.root)
    store = open_store(found, None)
    done = ask(found, find_query(found, "members"), {}, store)
    assert done.cited is not None
    people = People.of_answer(done.cited, with_sources=True)
    lines = table(people, "Members of a league", columns).splitlines()
    narrowest = 3 * (6 + 2) + 2
    assert max(display_width(line) for line in lines) <= max(columns, narrowest)
    words = "".join("".join(lines).split())
    assert "Utopia" in words or columns < 40


def test_nothing_of_a_terminal_is_written_into_a_pipe(repository: Path) -> None:
    plain = {k: v for k, v in os.environ.items() if k != "COLUMNS"}
    done = kzgraph("query", "corridor_partners", env={**plain, "FORCE_COLOR": "1", "TERM": "xterm-256color"})
    assert done.returncode == 0
    assert b"\x1b" not in done.stdout
    assert 90 < max(display_width(line) for line in done.stdout.decode("utf-8").splitlines()) <= 100


def test_an_answer_cannot_send_commands_to_the_terminal(project: SmallProject, run: Run) -> None:
    project.write("instances/bad.ttl", 'kz:Bad a kzo:State ; rdfs:label "\\u001B[2J\\u202Eevil"@en .')
    code, out, _ = run("query", "-", stdin=b"SELECT ?s ?l { ?s a kzo:State ; rdfs:label ?l }")
    assert code == 0
    assert "evil" in out
    assert "\x1b" not in out
    assert "\u202e" not in out
