"""The documents behind an answer, as a publisher takes them: read by a processor of citations, and not by a pattern."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from kzgraph.answers.evidence.works import Work
from kzgraph.answers.taking_along.bibliography import as_bibtex, as_csl
from tests.conftest import SmallProject

with warnings.catch_warnings():  # citeproc-py reads its own data by functions that Python will drop
    warnings.simplefilter("ignore")
    from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
    from citeproc.source.bibtex import BibTeX
    from citeproc.source.json import CiteProcJSON

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def taken(repository: Path, run: Run, tmp_path: Path) -> dict[str, dict[str, str]]:
    """Each document of an answer as a style (Harvard) prints it, by the format from which it was read."""
    (tmp_path / "a.bib").write_text(run("query", "corridor_partners", "-f", "bibtex")[1], "utf-8")
    entries = json.loads(run("query", "corridor_partners", "-f", "csl")[1])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sources = {"csl": CiteProcJSON(entries), "bibtex": BibTeX(str(tmp_path / "a.bib"), encoding="utf-8")}
        return {form: printed(source, [e["id"] for e in entries]) for form, source in sources.items()}


def printed(source: object, keys: list[str]) -> dict[str, str]:
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, source, formatter.plain)
    for key in keys:
        bibliography.register(Citation([CitationItem(key)]))
    return dict(zip(bibliography.keys, (str(entry) for entry in bibliography.bibliography()), strict=True))


@pytest.mark.parametrize("form", ["bibtex", "csl"])
def test_a_style_prints_authors_in_order_with_journal_volume_and_number(
    taken: dict[str, dict[str, str]], form: str
) -> None:
    assert len(taken[form]) >= 5
    text = taken[form]["egamberdiyev-shaldarbekova-2023"]
    assert text.startswith("Egamberdiyev, M.")
    assert text.index("Egamberdiyev") < text.index("Shaldarbekova") < text.index("2023")
    assert "International Relations and International Law Journal, 103" in text
    if form == "csl":  # the processor has no institutions for BibTeX
        assert "Institute for Development and Diplomacy" in taken[form]["yagubova-2022"]
    assert "Region Plus" in taken[form]["bayramov-2022"]
    assert "Brussels Morning" in taken[form]["brussels-morning-2023"]


def test_bibtex_lists_each_document_once(repository: Path, run: Run) -> None:
    code, out, _ = run("query", "corridor_partners", "-f", "bibtex")
    assert code == 0
    keys = re.findall(r"^@\w+\{(.+),$", out, re.MULTILINE)
    assert len(keys) == len(set(keys)) >= 5
    assert "@article{egamberdiyev-shaldarbekova-2023," in out
    assert "  author = {Egamberdiyev, M. Sh. and Shaldarbekova, A. B.},\n" in out
    assert "  doi = {10.26577/IRILJ.2023.v103.i3.01},\n" in out


@pytest.mark.parametrize("query", ["document_metadata", "publications"])
def test_authors_stand_in_the_order_of_the_title_page_everywhere(repository: Path, run: Run, query: str) -> None:
    cells = [row["author"] for row in json.loads(run("query", query, "-f", "json")[1])["rows"]]
    found = [[item["value"] for item in cell] for cell in cells if len(cell) > 1]
    assert found
    assert all(names == ["Mirzakhan Egamberdiyev", "A. B. Shaldarbekova"] for names in found)
    assert "author = {Egamberdiyev, M. Sh. and Shaldarbekova, A. B.}" in run("query", query, "-f", "bibtex")[1]
    shown = run("show", "kz:egamberdiyev-shaldarbekova-2023")[1]
    assert "creator: Mirzakhan Egamberdiyev; A. B. Shaldarbekova\n" in shown


def test_csl_json_has_types_authors_dates_and_places(repository: Path, run: Run) -> None:
    entries = {e["id"]: e for e in json.loads(run("query", "corridor_partners", "-f", "csl")[1])}
    assert len(entries) >= 5
    ali, journal = entries["ali-2023"], entries["egamberdiyev-shaldarbekova-2023"]
    assert (ali["type"], ali["publisher"]) == ("webpage", "Caspian Policy Center")
    assert ali["issued"] == {"date-parts": [[2023, 4, 17]]}
    assert ali["author"] == [{"family": "Ali", "given": "Toghrul"}]
    assert (journal["volume"], journal["issue"], journal["DOI"][:7]) == ("103", "3", "10.2657")
    assert entries["bayramov-2022"]["URL"].startswith("https://regionplus.az/")
    assert entries["interfax-corridor-2024"]["accessed"] == {"date-parts": [[2026, 11, 28]]}
    assert "author" not in entries["brussels-morning-2023"]


def test_what_a_document_does_not_say_of_itself_is_told(repository: Path, run: Run) -> None:
    entries = {e["id"]: e for e in json.loads(run("query", "corridor_partners", "-f", "csl")[1])}
    assert "note" not in entries["ali-2023"]
    assert entries["bayramov-2022"]["title"].startswith("[Magazine article")
    assert entries["bayramov-2022"]["note"] == (
        "Title and magazine not named in the text; date inferred by the editors of the graph"
    )
    assert entries["yagubova-2022"]["note"].startswith("Publisher not named in the text; date inferred")
    assert not entries["yagubova-2022"]["title"].startswith("[")


def test_creators_without_a_list_of_names_are_whole_names(project: SmallProject, run: Run) -> None:
    project.write(
        "instances/authors.ttl",
        "kz:example-2020 <http://purl.org/dc/terms/creator> 'Ministry of Ships and Trains'@en .",
    )
    assert "author = {{Ministry of Ships and Trains}}" in run("query", "members", "-f", "bibtex")[1]
    assert json.loads(run("query", "members", "-f", "csl")[1])[0]["author"] == [
        {"literal": "Ministry of Ships and Trains"}
    ]


def test_an_article_of_no_known_journal_is_a_page() -> None:
    kinds = {
        as_bibtex([Work("k", kind="NewsArticle", title="t", address=address, container=journal)]).partition("{")[0]
        for address, journal in (("https://x.example/", ""), ("", ""), ("", "Daily"))
    }
    assert kinds == {"@online", "@misc", "@article"}


def test_a_list_of_documents_says_what_is_known_of_each() -> None:
    known = Work("k", name="Doe 2020", authors=[("Doe", "Jane"), ("Council", "")], title="On bees.", issued="2020-02")
    assert known.listed == "Doe 2020: Jane Doe and Council, On bees, February 2020."
    known.supplied, known.is_date_inferred, known.container, known.volume, known.number = ["title"], True, "J", "3", "1"
    assert known.listed == "Doe 2020: Jane Doe and Council, [On bees.], J 3 (1), February 2020 (inferred)."
    assert (known.link, Work("k", doi="10.1/x").link) == ("", "https://doi.org/10.1/x")
    assert Work("k", name="Notes").listed == "Notes."


def test_nothing_in_a_title_becomes_tex() -> None:
    work = Work("k", title=r"50 % of $1 & {a}_b \c ~ ^", address="https://x.example/{a}%20b", issued="2020-02")
    text = as_bibtex([work])
    assert r"{{50 \% of \$1 \& \{a\}\_b \textbackslash{}c \textasciitilde{} \textasciicircum{}}}" in text
    assert "url = {https://x.example/%7Ba%7D%20b}" in text
    assert json.loads(as_csl([work]))[0]["title"] == work.title


def test_a_query_without_facts_has_no_bibliography(repository: Path, run: Run) -> None:
    code, _, err = run("query", "-", "-f", "bibtex", stdin=b"SELECT ?x WHERE { ?x a kzo:State }")
    assert code == 2
    assert "no fact is in this answer" in err


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "urn:isbn:1"])
def test_an_address_that_is_none_of_the_web_is_no_link(project: SmallProject, run: Run, address: str) -> None:
    sources = (project.root / "instances/sources.ttl").read_text("utf-8")
    project.root.joinpath("instances/sources.ttl").write_text(
        f"{sources}\nkz:example-2020 <http://purl.org/dc/terms/source> <{address}> .\n", "utf-8"
    )
    for form in ("bibtex", "csl", "html", "markdown"):
        code, out, err = run("query", "members", "-f", form)
        assert (code, address in out) == (0, False), err
    assert "example" in run("query", "members", "-f", "bibtex")[1]
