"""The pages of the graph as files: whole, linked, escaped, the same each time, and safe to write anywhere."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urldefrag

import html5rdf  # type: ignore[import-untyped]  # it brings no types
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kzgraph.api import open as open_graph
from kzgraph.site.addresses import PagePlace, iri_of, page_of, part_of, whole_of
from kzgraph.site.folder import LIST, files
from kzgraph.site.pages import Site
from tests.conftest import SmallProject
from tests.html_pages import HtmlPage

Run = Callable[..., tuple[int, str, str]]
KZ = "https://w3id.org/kzgraph/id/"
PREFIXES = {"kz": KZ, "": "https://example.org/", "question": "https://example.com/"}
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}"


def written(folder: Path) -> dict[str, str]:
    return {p.relative_to(folder).as_posix(): p.read_text("utf-8") for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture
def site(project: SmallProject, run: Run) -> dict[str, str]:
    """The files of the site of the small project."""
    code, _, err = run("site", "-o", "out")
    assert code == 0, err
    return written(project.root / "out")


def pages(site: dict[str, str]) -> dict[str, HtmlPage]:
    return {name: HtmlPage(text) for name, text in site.items() if name.endswith(".html")}


class TestLongLists:
    """A list that is too long for one page goes on in further parts, each at a path of its own."""

    @pytest.fixture
    def site(self, project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
        monkeypatch.setattr("kzgraph.site.parts.LONG_LIST", 2)
        own = "a kzo:Membership ; kzo:about kz:Utopia ; prov:wasDerivedFrom kz:example-2020_15-40"
        facts = (f'kz:member-{n} {own} ; rdfs:label "Member {n}"@en .\n' for n in range(5))
        project.write("instances/members.ttl", "".join(facts))
        assert run("site", "-o", "out")[0] == 0
        return written(project.root / "out")

    @pytest.mark.parametrize(
        ("whole", "lines"),
        [
            ("kz/Utopia.html", [f"kz/member-{n}.html" for n in range(5)]),
            ("kz/example-2020.html", [*(f"kz/member-{n}.html" for n in range(5)), "kz/membership-utopia.html"]),
            (
                "things.html",
                [f"kz/{n}.html" for n in ("Erewhon", "League", "NarrowCorridor", "North", "Utopia", "World")],
            ),
        ],
    )
    def test_the_parts_together_have_each_line_once(self, site: dict[str, str], whole: str, lines: list[str]) -> None:
        further = [name for name in site if re.match(rf"part/{whole.removesuffix('.html')}/\d+\.html", name)]
        assert sorted(further) == [part_of(whole, n) for n in (2, 3)]
        found = [
            re.sub(r"^[./]+", "", link)
            for name in [whole, *further]
            for link in re.findall(r'<li>(?:<span class="when">.*?<span class="what">)?<a href="([^"]+)"', site[name])
        ]
        assert sorted(link for link in found if link in lines) == lines

    def test_the_parts_of_the_data_follow_each_other(self, site: dict[str, str]) -> None:
        name, facts = "kz/Utopia.json", list[str]()
        while name:
            data = json.loads(site[name])
            facts += [fact["name"] for fact in data["facts"]]
            assert data["number of facts"] == 5
            name = posixpath.normpath(posixpath.join(posixpath.dirname(name), data["next"])) if "next" in data else ""
        assert sorted(facts) == [f"kz:member-{n}" for n in range(5)]

    def test_each_part_leads_to_the_others_and_no_link_is_dead(self, site: dict[str, str]) -> None:
        TestWhole().test_every_link_leads_somewhere(site)
        part = HtmlPage(site["part/kz/Utopia/2.html"])
        assert "../../../kz/Utopia.html" in part.values("href")
        assert "../../../part/kz/Utopia/3.html" in part.values("href")

    @given(st.text(min_size=1, max_size=20), st.integers(2, 10**6))
    def test_the_page_of_a_part_can_be_told_from_its_path(self, name: str, number: int) -> None:
        assert whole_of(part_of(f"kz/{name}.html", number)) == (f"kz/{name}.html", number)
        assert whole_of(part_of(f"kz/{name}.json", number)) == (f"kz/{name}.json", number)
        assert whole_of(f"kz/{name}.html") == (f"kz/{name}.html", 1)


class TestWhole:
    def test_each_thing_fact_document_and_question_has_a_page_and_its_data(self, site: dict[str, str]) -> None:
        for name in ("kz/Utopia", "kz/membership-utopia", "kz/example-2020"):
            assert {f"{name}.{end}" for end in ("html", "json", "ttl")} <= site.keys()
        assert {f"question/members.{end}" for end in ("html", "json", "csv", "bib")} <= site.keys()
        assert not [name for name in site if "_15-40" in name]  # a citation stands on the page of its document

    def test_every_link_leads_somewhere(self, site: dict[str, str]) -> None:
        read = pages(site)
        ids = {name: set(page.values("id")) for name, page in read.items()}
        count = 0
        for name, page in read.items():
            for link in page.values("href", "src", "action", "data-names"):
                if re.match(r"https?://|mailto:", link):
                    continue
                path, fragment = urldefrag(unquote(link))
                target = (Path("/") / Path(name).parent / path.partition("?")[0]).as_posix() if path else f"/{name}"
                target = Path(target).resolve().as_posix().removeprefix("/") if path else name
                assert target in site, f"{name}: {link}"
                assert not fragment or fragment in ids[target], f"{name}: {link}"
                count += 1
        assert count > 200

    def test_nothing_is_fetched_from_another_host(self, site: dict[str, str]) -> None:
        for name, page in pages(site).items():
            fetched = [a for t, a in page.tags if t in {"script", "img", "iframe", "object", "form"} or "src" in a]
            fetched += [a for t, a in page.tags if t == "link" and a.get("rel") != "license"]
            assert not [a for a in fetched for v in a.values() if "://" in v], name
        assert "url(" not in site["style.css"]
        assert "@import" not in site["style.css"]
        assert "http" not in site["search.js"]

    def test_pages_are_well_formed(self, site: dict[str, str]) -> None:
        for name, text in site.items():
            if name.endswith(".html") and not name.startswith("ontology/"):
                parser = html5rdf.HTMLParser(strict=False)
                parser.parse(text)
                assert [e[1] for e in parser.errors] == [], name

    def test_ids_stand_once(self, site: dict[str, str]) -> None:
        for name, page in pages(site).items():
            ids = page.values("id")
            assert len(ids) == len(set(ids)), name

    def test_each_page_has_its_landmarks_and_one_heading(self, site: dict[str, str]) -> None:
        for name, page in pages(site).items():
            tags = [t for t, _ in page.tags]
            assert tags.count("h1") == tags.count("main") == 1, name
            assert page.tags[0][1].get("lang") == "en", name

    def test_the_site_is_the_same_each_time(self, project: SmallProject, site: dict[str, str], run: Run) -> None:
        assert run("site", "-o", "out")[0] == 0
        assert run("site", "-o", "other")[0] == 0
        assert written(project.root / "out") == written(project.root / "other") == site


class TestContents:
    def test_a_thing_has_its_names_in_all_languages(self, site: dict[str, str]) -> None:
        page = HtmlPage(site["kz/Utopia.html"])
        assert "Утопия" in page.text
        assert ("li", {"lang": "ru"}) in page.tags

    def test_a_thing_shows_what_follows_from_the_facts(self, site: dict[str, str]) -> None:
        assert "member of League of Examples" in HtmlPage(site["kz/Utopia.html"]).text

    def test_a_fact_shows_its_passage(self, site: dict[str, str]) -> None:
        page = HtmlPage(site["kz/membership-utopia.html"])
        assert "1 May 2020" in page.text
        assert "15–40" in page.text
        assert "./../kz/example-2020.html#p2".removeprefix("./") in page.values("href")

    def test_a_document_shows_the_facts_of_each_paragraph(self, site: dict[str, str]) -> None:
        text = site["kz/example-2020.html"]
        paragraph = text[text.index('id="p2"') :]
        assert "Membership of Utopia" in paragraph[: paragraph.index("</section>")]

    def test_an_answer_stands_on_the_page_of_its_question(self, site: dict[str, str]) -> None:
        page = HtmlPage(site["question/members.html"])
        assert "Who is a member of the league, and who says so?" in page.text
        assert "Utopia League of Examples" in page.text
        assert "Example 2020, ¶ 2" in page.text

    def test_a_question_offers_its_files_once_and_says_each_mark_once(self, site: dict[str, str]) -> None:
        assert site["question/members.html"].count(">BibTeX</a>") == 1
        for path, page in site.items():
            if path.startswith("question/"):
                assert HtmlPage(page).text.count("supplied or inferred by the editors") <= 1, path

    def test_the_files_of_a_question_are_those_of_the_command_line(self, site: dict[str, str], run: Run) -> None:
        assert site["question/members.bib"] == run("query", "members", "-f", "bibtex")[1]
        assert "Example 2020, ¶ 2" in site["question/members.csv"]

    def test_turtle_says_what_the_files_say(self, site: dict[str, str]) -> None:
        said = {str(t.predicate.value) for t in ox.parse(site["kz/Utopia.ttl"], ox.RdfFormat.TURTLE)}
        assert KZ.replace("id/", "ontology/borders") in said
        facts = [*ox.parse(site["kz/membership-utopia.ttl"], ox.RdfFormat.TURTLE)]
        assert len(facts) == 6

    def test_json_holds_facts_and_passages(self, site: dict[str, str]) -> None:
        fact = json.loads(site["kz/membership-utopia.json"])
        assert fact["fact"]["date"] == "1 May 2020"
        assert fact["passages"][0]["start"] == 15
        assert json.loads(site["kz/Utopia.json"])["names"][0]["text"] == "Utopia"

    def test_the_search_knows_all_names(self, site: dict[str, str]) -> None:
        names = json.loads(site["names.js"].removeprefix("window.KZ_NAMES=").rstrip(";\n"))
        utopia = next(n for n in names if n[0] == "kz/Utopia.html")
        assert utopia[1:4] == ["Utopia", "state", ["Утопия", "Land of Nowhere"]]
        assert any(n[0] == "question/members.html" and n[2] == "question" for n in names)

    def test_sentences_are_shown_only_if_asked_for_and_each_page_says_so(
        self, project: SmallProject, site: dict[str, str], run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        project.write("texts/example.txt", "Report\nMany states. Utopia joined the League. The end.\n")
        facts = project.root / "instances" / "sources.ttl"
        named = 'kzo:SourceDocument ; kzo:fileName "example.txt" ;'
        facts.write_text(facts.read_text("utf-8").replace("kzo:SourceDocument ;", named), "utf-8")
        monkeypatch.setenv("KZGRAPH_DOCUMENTS", "texts")  # what other commands take it from
        assert run("site", "-o", "without")[0] == 0
        assert run("site", "-o", "with", "--documents", "texts")[0] == 0
        words = "Utopia joined the League"
        assert not [n for n, text in written(project.root / "without").items() if words in text]
        shown = written(project.root / "with")
        assert words in shown["kz/example-2020.html"]
        own = [text for n, text in shown.items() if n.endswith(".html") and not n.startswith("ontology/")]
        assert all("Not for publication" in text for text in own)


@pytest.mark.uncompiled
def test_no_page_is_turned_round_by_a_label(project: SmallProject, run: Run) -> None:
    label = json.dumps("turned \u202e round \x1b[2J \x9b")
    project.write(
        "instances/turning.ttl",
        f"kz:Turning a kzo:State ; rdfs:label {label}@en ; skos:altLabel {label}@ru .\n"
        f"kz:turning a kzo:Membership ; rdfs:label {label}@en ; kzo:about kz:Turning ; kzo:hasMember kz:Turning ; "
        f"kzo:inOrganization kz:League ; prov:wasDerivedFrom kz:example-2020_15-40 .\n",
    )
    assert run("site", "-o", "out")[0] == 0
    assert run("query", "members", "-o", "answer.html")[0] == 0
    pages = {n: t for n, t in written(project.root / "out").items() if n.endswith((".html", ".js"))}
    pages["answer.html"] = Path("answer.html").read_text("utf-8")
    assert sum("turned \\u202e round \\u001b[2J \\u009b" in text for text in pages.values()) > 2
    assert [name for name, text in pages.items() if re.search("[\u202e\x1b\x9b]", text)] == []


@pytest.mark.uncompiled
def test_hostile_labels_are_dead(project: SmallProject, run: Run) -> None:
    label = json.dumps(HOSTILE, ensure_ascii=False)
    project.write(
        "instances/hostile.ttl",
        f"kz:Bad a kzo:State ; rdfs:label {label}@en ; skos:altLabel {label}@ru ; kzo:seeAlso <javascript:alert(3)> , "
        f"<https://evil.example/%22%3E> ; skos:editorialNote {label} .\n"
        f"kz:bad-fact a kzo:Membership ; rdfs:label {label}@en ; kzo:about kz:Bad , kz:Utopia ; kzo:hasMember kz:Bad ; "
        f"kzo:gist {label}@en ; kzo:asStated {label} ; prov:wasDerivedFrom kz:example-2020_15-40 .\n"
        f"kz:example-2020 kzo:shortName {label}@en .\n",
    )
    assert run("site", "-o", "out")[0] == 0
    shown = 0
    for name, text in written(project.root / "out").items():
        if name.endswith(".html"):
            page = HtmlPage(text)
            shown += "alert(1)" in page.text
            assert not [a for _, a in page.tags if "onerror" in a or a.get("src") == "x"], name
            assert ("script", {}) not in page.tags, name
            assert not [v for v in page.values("href", "src") if v.strip().lower().startswith("javascript")], name
            assert "{{ 7*7 }}" in text or "49" not in page.text, name
    assert shown > 5
    assert "</script" not in written(project.root / "out")["names.js"]


class TestFolder:
    def test_a_thing_that_is_gone_keeps_its_page(self, project: SmallProject, site: dict[str, str], run: Run) -> None:
        actors = project.root / "instances" / "actors.ttl"
        text = re.sub(r"kz:NarrowCorridor.*\n", "", actors.read_text("utf-8"))
        actors.write_text(text, "utf-8")
        assert run("site", "-o", "out")[0] == 0
        now = written(project.root / "out")
        assert "No longer in the graph" in now["kz/NarrowCorridor.html"]
        assert "kz/NarrowCorridor.ttl" not in now
        assert run("site", "-o", "out")[0] == 0
        assert written(project.root / "out") == now

    def test_what_others_put_there_stays(self, project: SmallProject, site: dict[str, str], run: Run) -> None:
        project.write("out/CNAME", "example.org")
        assert run("site", "-o", "out")[0] == 0
        assert (project.root / "out" / "CNAME").read_text() == "example.org"

    def test_a_folder_with_other_things_is_refused(self, project: SmallProject, run: Run) -> None:
        project.write("mine/letter.txt", "Dear Sir")
        code, _, err = run("site", "-o", "mine")
        assert (code, "holds other things already" in err) == (3, True)
        assert [p.name for p in (project.root / "mine").iterdir()] == ["letter.txt"]

    def test_nothing_is_written_or_removed_through_links(self, project: SmallProject, run: Run) -> None:
        outside = project.write("outside/kept.html", "kept").parent
        folder = project.root / "out"
        folder.mkdir()
        (folder / LIST).write_text(f"{LIST}\nkz/kept.html\n../outside/kept.html\n{outside}/kept.html\n")
        (folder / "kz").symlink_to(outside)
        code, _, err = run("site", "-o", "out")
        assert (code, "leads out of the folder" in err) == (3, True)
        assert [p.name for p in outside.iterdir()] == ["kept.html"]

    def test_a_site_without_facts(self, project: SmallProject) -> None:
        for path in (project.root / "instances").glob("*.ttl"):
            path.unlink()
        names = {name for name, _ in files(Site(open_graph(project.root)))}
        assert {"index.html", "things.html", "conflicts.html", "question/members.html"} <= names


class TestAddresses:
    @given(st.sampled_from(["kz:", "", "question:", "urn:"]), st.text(min_size=1, max_size=300))
    def test_distinct_things_have_distinct_pages(self, prefix: str, local: str) -> None:
        base = PREFIXES.get(prefix.removesuffix(":"), prefix)
        path = page_of(base + local, PREFIXES)
        assert re.fullmatch(r"[\w.-]+/[\w.-]+", path)
        assert len(path.encode()) < 250
        assert iri_of(path, PREFIXES) in {"", base + local}
        assert page_of(base + local + "x", PREFIXES) != path

    @pytest.mark.parametrize(("path", "link"), [("index.html", "./kz/A%20B.html"), ("kz/B.html", "../kz/A%20B.html")])
    def test_links_are_relative(self, path: str, link: str) -> None:
        assert PagePlace(path).to("kz/A B.html") == link
        assert (
            PagePlace(path, {"as_of": "2022"}).to("kz/A B.html", "p1", q="ä&b") == f"{link}?as_of=2022&q=%C3%A4%26b#p1"
        )
