"""The server: answers as on the command line, the SPARQL 1.1 Protocol, errors as sentences, and nothing let out."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import gzip
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import jsonschema
import pyoxigraph as ox
import pytest
from starlette.applications import Starlette

from kzgraph.api import CitedGraph
from kzgraph.errors import InputError, LimitReached, StoreError, SyntaxProblem
from kzgraph.files.project import find_project
from kzgraph.site import overview_pages
from kzgraph.site.addresses import PagePlace
from kzgraph.site.overview_pages import OfferedPage, SearchPage
from kzgraph.site.pages import Site
from kzgraph.site.server import contents, protocol, replies
from kzgraph.site.server.app import HEADERS, Limits, Server, application
from kzgraph.site.server.compiling import compile_apart
from kzgraph.site.server.negotiation import preferred
from kzgraph.site.server.replies import Kept, PageRequest, Reply, sentences, status_of
from kzgraph.site.server.running import Listening, _bound
from kzgraph.site.server.shelf import MOST_DATED, Shelf
from kzgraph.stores.disk.snapshot import is_current, open_project
from kzgraph.walls.worker import Stopper
from tests.conftest import SmallProject
from tests.html_pages import HtmlPage
from tests.test_site import HOSTILE

ROOT = Path(__file__).resolve().parents[1]
Run = Callable[..., tuple[int, str, str]]
QUERY = "SELECT ?s ?l WHERE { ?s a kzo:Corridor ; rdfs:label ?l } ORDER BY ?s ?l"
FORM = {"content-type": "application/x-www-form-urlencoded"}
DIRECT = {"content-type": "application/sparql-query"}


@dataclass
class Response:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return (gzip.decompress(self.body) if self.headers.get("content-encoding") == "gzip" else self.body).decode()

    @property
    def page(self) -> HtmlPage:
        return HtmlPage(self.text)


class Client:
    """Calls an application as a server does, without a socket."""

    def __init__(self, app: object) -> None:
        self._app = app

    def get(self, address: str, headers: Mapping[str, str] | None = None, /, **values: str) -> Response:
        return self.send("GET", address + (f"?{urlencode(values)}" if values else ""), headers)

    def send(self, method: str, address: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Response:
        path, _, query = address.partition("?")
        sent = {"host": "127.0.0.1:8000", **(headers or {})}
        scope: dict[str, Any] = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode("latin-1", "ignore"),
            "headers": [(k.lower().encode(), v.encode()) for k, v in sent.items()],
            "scheme": "http",
            "server": ("127.0.0.1", 8000),
            "root_path": "",
            "http_version": "1.1",
        }
        return asyncio.run(self._call(scope, body))

    def send_half(self, address: str, body: bytes) -> Response:
        """A request whose client goes away in the middle of its body."""
        headers = [(b"host", b"127.0.0.1:8000"), (b"content-length", str(2 * len(body)).encode())]
        scope: dict[str, Any] = {
            "type": "http",
            "method": "POST",
            "path": address,
            "query_string": b"",
            "scheme": "http",
        }
        return asyncio.run(self._call({**scope, "headers": headers, "root_path": ""}, body, is_half=True))

    async def _call(self, scope: dict[str, Any], body: bytes, *, is_half: bool = False) -> Response:
        found = Response(0, {}, b"")

        told: list[dict[str, object]] = [{"type": "http.request", "body": body, "more_body": is_half}]
        if is_half:
            told.insert(0, {"type": "http.disconnect"})

        async def receive() -> dict[str, object]:
            if not told:
                await asyncio.Event().wait()  # the client stays
            return told.pop()

        async def send(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                found.status = message["status"]  # type: ignore[assignment]  # as ASGI has it
                found.headers = {k.decode(): v.decode() for k, v in message["headers"]}  # type: ignore[attr-defined]  # so too
            else:
                found.body += message.get("body", b"")  # type: ignore[operator]  # so too

        await self._app(scope, receive, send)  # type: ignore[operator]  # it is an application
        return found


@pytest.fixture(scope="module")
def client() -> Client:
    """The server of the repository's own graph."""
    return Client(application(Shelf(CitedGraph(find_project(ROOT)), is_local=True), Limits()))


@pytest.fixture
def small(project: SmallProject) -> Client:
    """The server of the small project."""
    return Client(application(Shelf(CitedGraph(find_project(project.root)), is_local=True), Limits()))


class TestQuestions:
    @pytest.mark.parametrize(
        ("name", "given"),
        [
            ("corridor_partners", {"corridor": "Зангезурский коридор"}),
            ("office_holders_as_of", {"as_of": "2023"}),
            ("cpc_shares", {}),
        ],
    )
    def test_the_files_are_those_of_the_command_line(
        self, client: Client, run: Run, repository: Path, name: str, given: dict[str, str]
    ) -> None:
        parameters = [part for pair in given.items() for part in ("-p", "=".join(pair))]
        for end, options in {"json": [], "csv": ["--sources"]}.items():
            code, out, err = run("query", name, "-f", end, *parameters, *options)
            assert code == 0, err
            found = client.get(f"/question/{name}.{end}", **given)
            assert json.loads(found.text) == json.loads(out) if end == "json" else found.text == out

    def test_a_question_is_a_form(self, client: Client) -> None:
        page = client.get("/question/corridor_partners.html").page
        fields = {a["name"]: a for t, a in page.tags if t == "input" and "name" in a}
        assert fields["corridor"]["value"] == "Middle Corridor"
        assert ("option", {"value": "Zangezur corridor"}) in page.tags

    def test_an_empty_field_asks_as_usual(self, client: Client) -> None:
        usual = client.get("/question/cpc_shares.html").page.text
        assert client.get("/question/cpc_shares.html", consortium="").page.text == usual

    @pytest.mark.parametrize(
        ("address", "status", "words"),
        [
            ("/question/corridor_partners.html?corridor=Nowhere", 400, "is not a kzo:Corridor"),
            ("/question/corridor_partners.html?what=1", 404, "there is no"),
            ("/question/corridor_meetings.html?from_date=soon", 400, "is not a date"),
            ("/question/nothing.html", 404, "no stored query"),
            ("/kz/Aktaau.html", 404, "nothing at this address"),
            ("/kz/%3Cscript%3Ealert(1)%3C/script%3E", 404, "nothing at this address"),
            ("/kz/Aktau.html?as_of=then", 400, "is no date"),
            ("/why.html?thing=kz:Kazakhstan&property=kzo:partnerIn&value=kz:Armenia", 400, "does not hold"),
            (f"/search.html?q={'a' * 20_000}", 414, "too long"),
        ],
    )
    def test_bad_input_is_a_page_with_a_sentence(self, client: Client, address: str, status: int, words: str) -> None:
        found = client.get(address)
        assert (found.status, found.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert words.lower() in found.page.text.lower()
        assert "Traceback" not in found.text
        assert str(ROOT) not in found.text
        assert found.page.values("id").count("content") == 1

    def test_the_pages_of_terms_are_there(self, small: Client) -> None:
        assert small.get("/ontology/index.html").page.values("href").count("../index.html") == 1
        assert small.get("/ontology/none.html").status == 404

    def test_bytes_that_are_no_text_are_nobodys_name(self, small: Client) -> None:
        found = small.send("GET", "/search.html?q=\x90nowhere")
        assert (found.status, found.page.text.count("Utopia") > 0) == (200, True)

    def test_what_is_not_there_names_the_nearest(self, client: Client) -> None:
        assert "Aktau" in client.get("/kz/Aktaau.html").page.text

    def test_an_error_of_a_file_is_no_page(self, client: Client) -> None:
        found = client.get("/question/corridor_partners.json", corridor="Nowhere")
        assert found.status == json.loads(found.text)["status"] == 400
        assert (
            client.get("/question/corridor_partners.csv", corridor="Nowhere")
            .headers["content-type"]
            .startswith("text/plain")
        )

    def test_the_description_names_each_question(self, client: Client) -> None:
        data = json.loads(client.get("/openapi.json").text)
        assert len(data["paths"]) == 2 * len(list((ROOT / "queries").glob("*.rq")))
        own = data["paths"]["/question/corridor_partners.json"]["get"]["parameters"]
        assert [p.get("name", p.get("$ref", "").rpartition("/")[2]) for p in own] == ["corridor", "as_of", "known_by"]

    def test_the_description_is_of_the_dates_that_are_taken_and_of_the_errors_that_are_given(
        self, client: Client
    ) -> None:
        described = json.loads(client.get("/openapi.json").text)["components"]
        for date in described["parameters"].values():
            for written in ("24 August 2022", "2022-08-24", "2022-08", "2022"):
                jsonschema.validate(written, date["schema"])
                assert written in date["description"]
        error = json.loads(client.get("/kz/Kazakstan.json").text)
        assert error["nearest"]
        jsonschema.validate(error, described["schemas"]["Error"] | {"additionalProperties": False})


class TestPages:
    def test_the_way_from_a_name_in_cyrillic_to_a_paragraph(self, client: Client) -> None:
        found = client.get("/search.html", q="Актау").page
        assert "./kz/Aktau.html" in found.values("href")
        thing = client.get("/kz/Aktau.html").page
        document, _, anchor = next(
            h for h in thing.values("href") if re.search(r"kz/yagubova-2022.html#p\d", h)
        ).partition("#")
        assert anchor in client.get(document.removeprefix("..")).page.values("id")

    @pytest.mark.parametrize(
        ("words", "link"),
        [
            (
                "when did Kazakhstan join the OTS",
                "./question/memberships.html?state=kz%3AKazakhstan&organisation=kz%3AOrganizationOfTurkicStates",
            ),
            ("how much oil went through BTC in 2023", "./kz/flow-kazakh-oil-btc-planned-2023.html"),
            ("who owns the CPC", "./kz/stake-kazakhstan-cpc.html"),
        ],
    )
    def test_a_question_in_plain_words_finds_questions_or_facts_with_their_paragraphs(
        self, client: Client, words: str, link: str
    ) -> None:
        found = client.get("/search.html", q=words).page
        assert link in found.values("href")
        answer = found if "/kz/" in link else client.get(link.removeprefix(".")).page
        assert any(re.search(r"kz/[\w-]+\.html#p\d", href) for href in answer.values("href"))

    @pytest.mark.parametrize(
        ("address", "status"),
        [
            ("/part/things/2.html", 200),
            ("/part/things/4.html", 404),
            ("/part/things/1.html", 404),
            ("/part/map/2.html", 404),
            ("/part/kz/Utopia/2.html", 404),
            ("/part/kz/Utopia/999999999999.html", 404),
        ],
    )
    def test_a_list_that_is_too_long_has_further_parts_and_no_more(
        self, small: Client, monkeypatch: pytest.MonkeyPatch, address: str, status: int
    ) -> None:
        monkeypatch.setattr("kzgraph.site.parts.LONG_LIST", 2)
        assert small.get(address).status == status

    @pytest.mark.parametrize(
        ("accept", "media"),
        [("application/json", "application/json"), ("text/turtle", "text/plain"), ("", "text/html")],
    )
    def test_what_is_unknown_has_its_nearest_in_the_form_that_is_preferred(
        self, client: Client, accept: str, media: str
    ) -> None:
        found = client.get("/kz/Azerbaidjan", {"accept": accept})
        assert found.status == 404
        assert found.headers["content-type"].startswith(media)
        if media == "application/json":
            assert len(json.loads(found.text)["nearest"]) == 3
        if media == "text/html":
            assert "./Azerbaijan.html" in [h.replace("../kz/", "./") for h in found.page.values("href")]
            assert "Azerbaidjan" in found.page.values("value")

    @pytest.mark.parametrize("is_sure", [True, False])
    def test_one_question_alone_answers_only_if_it_surely_is_meant(self, project: SmallProject, is_sure: bool) -> None:
        page = SearchPage("Who is in?", questions=[OfferedPage("Members", "members.html", "", [])], is_sure=is_sure)
        text = overview_pages.search(Site(CitedGraph(find_project(project.root))), PagePlace("search.html"), page)
        assert ("This question answers it" in text, "Questions that may answer it" in text) == (is_sure, not is_sure)

    @pytest.mark.parametrize("words", ["???", "", "qqqqxx", "\u202e\x00", "a" * 5_000])
    def test_a_search_that_finds_nothing_is_a_page(self, client: Client, words: str) -> None:
        found = client.get("/search.html", q=words)
        assert found.status == 200
        assert "Nothing is called so" in found.text or not words

    def test_a_client_that_goes_away_in_its_body_is_no_fault(
        self, client: Client, capfd: pytest.CaptureFixture[str]
    ) -> None:
        assert client.send_half("/sparql", b"query=SELECT").status == 400
        assert "Traceback" not in capfd.readouterr().err

    @pytest.mark.parametrize(
        ("accept", "end"),
        [("text/html,*/*;q=0.8", "html"), ("text/turtle", "ttl"), ("application/json", "json"), ("", "html")],
    )
    def test_a_bare_path_leads_to_the_form_that_is_preferred(self, client: Client, accept: str, end: str) -> None:
        found = client.get("/kz/Aktau", {"accept": accept})
        assert (found.status, found.headers["location"]) == (303, f"../kz/Aktau.{end}")
        assert "Accept" in found.headers["vary"]

    def test_a_form_that_is_not_there_is_refused(self, client: Client) -> None:
        assert client.get("/kz/Aktau", {"accept": "image/png"}).status == 406

    def test_terms_and_citations_lead_to_where_they_stand(self, client: Client) -> None:
        assert client.get("/kzo/Fact").headers["location"] == "../ontology/core.html#Fact"
        assert client.get("/kz/ali-2023_248-360").headers["location"].startswith("../kz/ali-2023.html#p")

    def test_facts_that_have_words_of_a_question_by_chance_are_not_beside_those_that_fit(self, client: Client) -> None:
        page = client.get("/search.html", q="share of Russia in the CPC").text
        assert "Russia holds 36.5 % of the Caspian Pipeline Consortium" in page
        assert "share a land border" not in page
        page = client.get("/search.html", q="how much oil went through the Baku-Tbilisi-Ceyhan pipeline").text
        assert ">Baku-Tbilisi-Ceyhan pipeline</a>" in page.partition('class="hits"')[2]

    def test_a_fact_says_once_how_it_disagrees_with_another(self, client: Client) -> None:
        page = client.get("/kz/meeting-aktau-2022-11.html").text
        assert ">differs from</a>" in page
        assert ">disagrees with</a>" not in page

    def test_turtle_and_json_are_the_statements(self, client: Client) -> None:
        assert [*ox.parse(client.get("/kz/Aktau.ttl").text, ox.RdfFormat.TURTLE)]
        assert json.loads(client.get("/kz/Aktau.json").text)["label"] == "Aktau"

    def test_why_shows_the_facts_behind_an_edge(self, client: Client) -> None:
        values = {"thing": "kz:Kazakhstan", "property": "kzo:partnerIn", "value": "kz:MiddleCorridor"}
        page = client.get("/why.html", **values).page
        assert "The facts behind it" in page.text
        assert [i for i in page.values("id") if i.startswith("n")]

    def test_dates_hold_for_all_links(self, small: Client) -> None:
        before = small.get("/kz/Utopia.html", as_of="2019").page
        assert "You see the graph as of 2019" in before.text
        inner = [h for h in before.values("href") if h.endswith(".html?as_of=2019")]
        assert len(inner) > 5
        asked = (small.get("/question/members.json", as_of=day) for day in ("2019", "2021"))
        rows = [json.loads(found.text)["rows"] for found in asked]
        assert [len(r) for r in rows] == [0, 1]

    def test_what_a_date_leaves_nothing_of_is_told_on_the_pages_of_that_date(self, small: Client) -> None:
        for year, is_told in (("1066", True), ("2021", False), ("1067", True)):
            told = small.get("/index.html", as_of=year).page.text
            assert (f"No dated fact is left as of {year}" in told) == is_told, year

    def test_an_error_page_of_one_date_says_nothing_of_another(self, project: SmallProject) -> None:
        issued = '<http://purl.org/dc/terms/issued> "2020"^^xsd:gYear'
        project.write("instances/brief.ttl", f'kz:brief a kzo:SourceDocument ; rdfs:label "Brief"@en ; {issued} .\n')
        full = Client(application(Shelf(CitedGraph(find_project(project.root)), is_local=True), Limits(queue=0)))
        pages = [full.get("/index.html", known_by=year) for year in ("1900", "2024")]
        assert [page.status for page in pages] == [429, 429]
        assert "o document is of" not in pages[1].text

    def test_a_date_has_one_graph_however_it_is_written(
        self, project: SmallProject, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shelf = Shelf(CitedGraph(find_project(project.root)), is_local=True)
        made, real = [], shelf._of_dates

        def of_dates(state: Any, as_of: str, known_by: str) -> Site:
            made.append(as_of)
            return real(state, as_of, known_by)

        monkeypatch.setattr(shelf, "_of_dates", of_dates)
        client = Client(application(shelf, Limits()))
        pages = [client.get("/index.html", as_of=day) for day in ("2022-08-24", "24 August 2022", "24.08.2022")]
        assert made == ["2022-08-24"]
        assert len({page.body for page in pages}) == 1

    def test_only_a_few_dated_graphs_are_kept(self, project: SmallProject) -> None:
        shelf = Shelf(CitedGraph(find_project(project.root)), is_local=True)
        sites = [shelf.site({"as_of": str(year)}) for year in range(2018, 2018 + MOST_DATED + 2)]
        assert shelf.site({"as_of": str(2018 + MOST_DATED + 1)}) == sites[-1]
        assert shelf.site({"as_of": "2018"}).site is not sites[0].site

    def test_a_change_of_the_files_is_shown_and_a_broken_one_is_not(
        self, project: SmallProject, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr("kzgraph.site.server.shelf._LOOKED_AGAIN", -1.0)
        client = Client(application(Shelf(CitedGraph(find_project(project.root)), is_local=True), Limits()))
        assert "Wider" not in client.get("/things.html").page.text
        project.write("instances/more.ttl", 'kz:Wider a kzo:Corridor ; rdfs:label "Wider Corridor"@en .\n')
        assert "Wider Corridor" in client.get("/things.html").page.text
        project.write("instances/more.ttl", "kz:Wider a .\n")
        assert "Wider Corridor" in client.get("/things.html").page.text
        assert "the graph stays as it was" in capsys.readouterr().err

    def test_changed_questions_and_settings_are_shown_and_broken_ones_are_not(
        self, project: SmallProject, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr("kzgraph.site.server.shelf._LOOKED_AGAIN", -1.0)
        client = Client(application(Shelf(CitedGraph(find_project(project.root)), is_local=True), Limits()))
        assert client.get("/question/wider.html").status == 404
        project.write("queries/wider.rq", "#+ summary: Is it seen?\nSELECT ?x { VALUES ?x { 1 } }\n")
        assert "Is it seen?" in client.get("/question/wider.html").page.text
        project.write("queries/wider.rq", "#+ summary: Seen again\nSELECT ?x { VALUES ?x { 1 2 } }\n")
        assert len(json.loads(client.get("/question/wider.json").text)["rows"]) == 2
        settings = (project.root / "kzgraph.toml").read_text("utf-8")
        project.write("kzgraph.toml", f"{settings}title = 'Another title'\n")
        assert "Another title" in client.get("/index.html").page.text
        project.write("kzgraph.toml", f"{settings}title = \n")
        assert "Another title" in client.get("/index.html").page.text
        assert "the graph stays as it was: kzgraph.toml" in capsys.readouterr().err.replace(f"{project.root}/", "")
        project.write("kzgraph.toml", settings)
        (project.root / "queries" / "wider.rq").unlink()
        assert client.get("/question/wider.html").status == 404
        assert "Another title" not in client.get("/index.html").page.text

    def test_files_that_changed_are_compiled_within_limits_and_by_no_code_of_the_folder(
        self, project: SmallProject, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        project.write("kzgraph/__init__.py", "raise SystemExit('code of a stranger')")
        found = find_project(project.root)
        open_project(found)
        project.write("instances/more.ttl", 'kz:Wider a kzo:Corridor ; rdfs:label "Wider Corridor"@en .\n')
        assert not is_current(found)
        with pytest.raises(LimitReached, match=r"could not be compiled: stopped after 0\.01 s"):
            compile_apart(found, seconds=0.01)
        assert not is_current(found)
        compile_apart(found)
        assert is_current(found)
        monkeypatch.setattr(subprocess, "run", None)  # nothing is begun where nothing changed
        compile_apart(found)
        monkeypatch.undo()
        project.write("instances/more.ttl", "kz:Wider a .\n")
        with pytest.raises(StoreError, match=r"could not be compiled: instances/more\.ttl:\d+:\d+: "):
            compile_apart(found)

    @pytest.mark.parametrize("view", [{}, {"as_of": "2022"}])
    def test_a_reply_that_was_begun_before_a_change_of_the_files_is_not_kept(
        self, project: SmallProject, monkeypatch: pytest.MonkeyPatch, view: dict[str, str]
    ) -> None:
        monkeypatch.setattr("kzgraph.site.server.shelf._LOOKED_AGAIN", -1.0)
        shelf = Shelf(CitedGraph(find_project(project.root)), is_local=True)
        server = Server(shelf, Limits(), frozenset())
        made = server._asked

        async def change_meanwhile(site: Site, wanted: PageRequest, stopper: Stopper, *, is_ahead: bool) -> Reply:
            found = await made(site, wanted, stopper, is_ahead=is_ahead)
            if not is_ahead:
                project.write("instances/more.ttl", 'kz:Wider a kzo:Corridor ; rdfs:label "Wider Corridor"@en .\n')
                await server._reply(PageRequest("index.html"), Stopper(), is_ahead=True)
            return found

        monkeypatch.setattr(server, "_asked", change_meanwhile)

        async def ask() -> list[bool]:
            pages = PageRequest("things.html", view=view)
            replies = [await server._reply(pages, Stopper(), is_ahead=again) for again in (False, True)]
            return ["Wider Corridor" in reply.body.decode() for reply in replies]

        assert asyncio.run(ask()) == [False, True]

    @pytest.mark.uncompiled
    def test_hostile_labels_and_values_are_dead(self, project: SmallProject) -> None:
        label = json.dumps(HOSTILE, ensure_ascii=False)
        project.write("instances/hostile.ttl", f"kz:Bad a kzo:State ; rdfs:label {label}@en .\n")
        client = Client(application(Shelf(CitedGraph(find_project(project.root)), is_local=True), Limits()))
        asked = [
            client.get("/kz/Bad.html"),
            client.get("/search.html", q=HOSTILE),
            client.get("/question/members.html", member=HOSTILE),
            client.get("/sparql.html", query=f"SELECT ('''{HOSTILE.replace(chr(39), '')}''' AS ?x) {{}}"),
            client.get("/sparql.html", query=HOSTILE),
            client.get(f"/{HOSTILE.replace('?', '')}"),
        ]
        for found in asked:
            assert not [a for _, a in found.page.tags if "onerror" in a or a.get("src") == "x"]
            assert ("script", {}) not in found.page.tags


def test_an_address_that_is_no_path_and_no_text_is_refused(client: Client) -> None:
    assert client.send("GET", "members.html?question=\xdf").status == 404


def test_a_store_on_a_server_is_shown_as_the_files_are(project: SmallProject, server: str, run: Run) -> None:
    assert run("load", "--store", server)[0] == 0
    graph = CitedGraph(find_project(project.root), server)
    client = Client(application(Shelf(graph, is_local=False), Limits()))
    assert "member of" not in client.get("/kz/World.html").page.text
    assert "Membership of Utopia" in client.get("/kz/example-2020.html").page.text
    assert "Utopia League of Examples" in client.get("/question/members.html").page.text
    assert "Utopia" not in client.get("/question/members.csv", as_of="2019").text
    assert "why.html" not in client.get("/kz/Utopia.html").text


class TestEndpoint:
    """What is not in the cases of the protocol (``test_protocol``)."""

    @pytest.mark.parametrize(
        ("method", "address", "headers", "body", "status"),
        [
            ("POST", "/sparql", DIRECT, b"ASK { }" + b" " * 300_000, 413),
            ("POST", "/kz/Aktau.html", FORM, b"", 405),
            ("DELETE", "/kz/Aktau.html", {}, b"", 405),
        ],
    )
    def test_what_is_no_request_is_refused(
        self, client: Client, method: str, address: str, headers: dict[str, str], body: bytes, status: int
    ) -> None:
        found = client.send(method, address, headers, body)
        assert found.status == status
        assert "Traceback" not in found.text

    def test_a_syntax_error_has_its_place(self, client: Client) -> None:
        assert "line 2, column" in client.get("/sparql", query="SELECT *\nWHERE { ?s }").text
        wrong = "SELECT * { kz:Aktau ?p ) }"  # to which the store gets a prefix in front
        for path, headers in (("/sparql", {}), ("/sparql", {"Accept": "text/csv"}), ("/sparql.html", {})):
            found = client.get(path, headers, query=wrong)
            assert f"(line 1, column {wrong.index(')') + 1})" in found.text

    def test_without_a_query_the_service_describes_itself(self, client: Client) -> None:
        text = client.get("/sparql").text
        triples = [*ox.parse(text, ox.RdfFormat.TURTLE, base_iri="http://127.0.0.1:8000/sparql")]
        assert "http://127.0.0.1:8000/sparql" in {str(t.object.value) for t in triples if hasattr(t.object, "value")}

    def test_the_engine_writes_what_rows_say(self, client: Client) -> None:
        query = 'SELECT ?s ?l ?none { { ?s a kzo:Corridor ; rdfs:label ?l } UNION { BIND ("a},{b" AS ?l) } }'
        data = client.get("/sparql", {"accept": "application/sparql-results+json"}, query=query).text
        assert '"a},{b"' in data
        rows = [{name: cell["value"] for name, cell in row.items()} for row in json.loads(data)["results"]["bindings"]]
        lines = client.get("/sparql", {"accept": "text/csv"}, query=query).text.splitlines()
        assert sorted((r.get("s", ""), r["l"]) for r in rows) == sorted(
            (row["s"], row["l"]) for row in csv.DictReader(lines)
        )

    def test_more_rows_than_an_answer_may_have_are_no_answer(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(protocol, "MOST_ROWS", 3)
        query = 'SELECT ?n ?t { VALUES ?n { %s } BIND ("},{},{},{" AS ?t) }'
        enough, many = (client.get("/sparql", query=query % numbers) for numbers in ("1 2 3", "1 2 3 4"))
        assert (enough.status, len(json.loads(enough.text)["results"]["bindings"])) == (200, 3)
        assert (many.status, "more than 3 rows" in many.text) == (503, True)

    def test_the_editor_shows_rows_with_links(self, client: Client) -> None:
        page = client.get("/sparql.html", query=QUERY).page
        assert "./kz/MiddleCorridor.html" in page.values("href")
        assert "syntax error" in client.get("/sparql.html", query="SELECT").page.text


class TestLimits:
    def test_a_question_that_takes_too_long_is_ended(self) -> None:
        limits = Limits(seconds=0.4)
        client = Client(application(Shelf(CitedGraph(find_project(ROOT)), is_local=True), limits))
        found = client.get("/sparql", query="SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
        assert (found.status, "stopped after" in found.text.lower()) == (503, True)

    def test_one_that_is_nested_too_deeply_harms_nobody(self, small: Client) -> None:
        deep = "SELECT * { " + "{ " * 20_000 + "} " * 20_000 + "}"
        assert small.send("POST", "/sparql", DIRECT, deep.encode()).status in {400, 503}
        assert small.get("/index.html").status == 200

    def test_a_full_queue_says_when_to_come_again(self, project: SmallProject) -> None:
        limits = Limits(queue=0)
        client = Client(application(Shelf(CitedGraph(find_project(project.root)), is_local=True), limits))
        found = client.get("/index.html")
        assert (found.status, found.headers["retry-after"]) == (429, "3")
        assert limits.waiting == 0

    def test_graphs_of_other_dates_are_queued_too(self, project: SmallProject) -> None:
        limits = Limits(queue=0)
        client = Client(application(Shelf(CitedGraph(find_project(project.root)), is_local=True), limits))
        assert client.get("/style.css", as_of="2020").status == 200
        assert client.get("/index.html", as_of="2020").status == 429
        assert limits.waiting == 0

    def test_many_dates_do_not_stop_the_rest(self, project: SmallProject, monkeypatch: pytest.MonkeyPatch) -> None:
        shelf, free = Shelf(CitedGraph(find_project(project.root)), is_local=True), threading.Event()
        made = shelf.site
        monkeypatch.setattr(shelf, "site", lambda view: (free.wait(30) if view else None, made({}))[1])

        async def ask() -> int:
            transport = httpx.ASGITransport(application(shelf, Limits()))
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
                dated = [asyncio.ensure_future(client.get(f"/style.html?as_of={1950 + n}")) for n in range(60)]
                try:
                    await asyncio.sleep(0.5)
                    return (await asyncio.wait_for(client.get("/index.html"), 20)).status_code
                finally:
                    for task in dated:
                        task.cancel()
                    free.set()

        assert asyncio.run(ask()) == 200

    def test_graphs_of_dates_that_take_long_do_not_stop_those_of_others(
        self, project: SmallProject, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shelf, free = Shelf(CitedGraph(find_project(project.root)), is_local=True), threading.Event()
        made, begun = shelf._of_dates, list[str]()

        def make(state: Any, as_of: str, known_by: str) -> Site:
            begun.append(as_of)
            assert as_of != "1950" or free.wait(30)
            return made(state, as_of, known_by)

        monkeypatch.setattr(shelf, "_of_dates", make)

        async def ask() -> list[tuple[int, str]]:
            transport = httpx.ASGITransport(application(shelf, Limits(seconds=0.3)))
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
                early = await asyncio.gather(*(client.get("/style.html?as_of=1950") for _ in range(3)))
                other = await client.get("/index.html?as_of=1951")
                while other.status_code == 503:  # a busy machine
                    other = await client.get("/index.html?as_of=1951")
                free.set()
                late = await client.get("/index.html?as_of=1950")
                while late.status_code == 503:
                    late = await client.get("/index.html?as_of=1950")
                return [(r.status_code, r.headers.get("retry-after", "")) for r in (*early, other, late)]

        assert asyncio.run(ask()) == [(503, "3")] * 3 + [(200, "")] * 2
        assert sorted(begun) == ["1950", "1951"]

    def test_the_question_of_a_client_that_went_away_is_stopped(
        self, project: SmallProject, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        limits, children, watch = Limits(seconds=600), list[int](), Stopper.watch
        many = " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(9))

        async def ask() -> None:
            begun, ended, loop = asyncio.Event(), asyncio.Event(), asyncio.get_running_loop()

            def watched(stopper: Stopper, child: int) -> None:
                watch(stopper, child)
                children.append(child)
                loop.call_soon_threadsafe((begun if child else ended).set)

            monkeypatch.setattr(Stopper, "watch", watched)
            query = f"SELECT (COUNT(*) AS ?n) {{ {many} }}".encode()
            told: list[dict[str, object]] = [
                {"type": "http.disconnect"},
                {"type": "http.request", "body": query, "more_body": False},
            ]

            async def receive() -> dict[str, object]:
                if len(told) == 1:
                    await begun.wait()
                return told.pop()

            async def send(message: dict[str, object]) -> None:
                pass

            headers = [(b"host", b"localhost"), (b"content-type", DIRECT["content-type"].encode())]
            scope = {"type": "http", "method": "POST", "path": "/sparql", "query_string": b"", "headers": headers}
            app = application(Shelf(CitedGraph(find_project(project.root)), is_local=True), limits)
            await app({**scope, "scheme": "http", "root_path": ""}, receive, send)  # type: ignore[arg-type]  # as in ASGI
            await ended.wait()

        asyncio.run(ask())
        assert [bool(child) for child in children] == [True, False]
        with contextlib.suppress(ChildProcessError):  # or the thread that began it has seen its end
            os.waitpid(children[0], 0)
        assert limits.waiting == 0

    def test_a_process_for_each_question(self, project: SmallProject) -> None:
        """As the command starts it: what takes too long or is nested too deeply ends alone, and Ctrl-C ends all."""
        command = [sys.executable, "-m", "kzgraph", "serve", "--port", "0", "--timeout", "1"]
        process = subprocess.Popen(command, cwd=project.root, stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        address = re.search(r"http://[\d.]+:\d+/", process.stderr.readline())
        assert address
        many = " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(9))
        asked = {
            "long": f"SELECT (COUNT(*) AS ?n) {{ {many} }}",
            "deep": f"ASK {{ FILTER ({'(' * 9_000}1{')' * 9_000}) }}",
        }
        found = {name: httpx.post(f"{address[0]}sparql", data={"query": text}) for name, text in asked.items()}
        assert found["long"].status_code == 503
        assert found["deep"].status_code in {400, 503}
        assert httpx.get(address[0]).status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert "Traceback" not in process.stderr.read()
        process.stderr.close()

    @pytest.mark.parametrize("name", ["a..b", "a" * 80, "2020..2021"])
    def test_an_address_that_is_none(self, project: SmallProject, run: Run, name: str) -> None:
        code, out, err = run("serve", "--bind", name, "--port", "0")
        assert (code, out) == (2, "")
        assert err.startswith(f"error: `{name}` is no address")

    def test_replies_are_kept_up_to_a_size(self) -> None:
        kept = Kept(40_000)
        replies = [Reply(str(n) * 4_000) for n in range(9)]
        for number, reply in enumerate(replies):
            kept.put((number,), reply)
        assert kept.get((8,)) is replies[8]
        assert kept.get((0,)) is None
        kept.put(("a long address", "x" * 30_000), Reply("short"))
        assert kept.get(("a long address", "x" * 30_000)) is None
        kept.put(("error",), Reply("no", status=404))
        assert kept.get(("error",)) is None

    def test_a_reply_that_is_too_large_is_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(replies, "MOST_BYTES", 1 << 20)
        assert Reply("x" * (1 << 20)).sealed().length == 1 << 20
        with pytest.raises(LimitReached, match="more than 1 MB"):
            Reply("x" * (1 << 20) + "x").sealed()

    def test_a_packed_reply_is_unpacked_piece_by_piece(self) -> None:
        body = os.urandom(1 << 18) + b"x" * (1 << 20)
        pieces = list(Reply(data=body).sealed().pieces())
        assert b"".join(pieces) == body
        assert max(map(len, pieces)) <= 64 << 10

    def test_a_kept_reply_holds_its_packed_text_alone(self) -> None:
        reply = Reply("a page " * 1_000)
        sealed = reply.sealed()
        assert (sealed.body, sealed.packed, sealed.tag) == (reply.body, reply.packed, reply.tag)
        assert sealed.size < len(reply.body) / 10

    def test_overviews_and_questions_are_made_before_they_are_asked(
        self, project: SmallProject, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("kzgraph.site.server.app._PAUSE", 0.01)
        shelf = Shelf(CitedGraph(find_project(project.root)), is_local=True)
        server, asked = Server(shelf, Limits(), frozenset()), list[str]()
        made, wanted = server._asked, contents.first_pages(shelf.now())

        async def ask(site: Site, request: PageRequest, stopper: Stopper, *, is_ahead: bool = False) -> Reply:
            asked.append(request.path)
            assert is_ahead
            return await made(site, request, stopper, is_ahead=is_ahead)

        monkeypatch.setattr(server, "_asked", ask)

        async def wait() -> None:
            async with server.making_ahead(Starlette()):
                while len(asked) < len(wanted) or server._limits.waiting:
                    await asyncio.sleep(0.01)
            await server._reply(PageRequest("index.html"), Stopper())

        asyncio.run(wait())
        assert asked == wanted
        assert {"index.html", "map.html", *(f"question/{name}.html" for name in shelf.now().queries)} <= {*wanted}

    def test_a_repeated_request_is_not_asked_again(
        self, project: SmallProject, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client = Client(application(Shelf(CitedGraph(find_project(project.root)), is_local=True), Limits()))
        first = client.get("/index.html")
        monkeypatch.setattr(Server, "_asked", None)
        assert client.get("/index.html").text == first.text


class TestSafety:
    def test_each_reply_keeps_to_itself(self, small: Client) -> None:
        for address in ("/index.html", "/nothing", "/sparql?query=ASK%7B%7D", "/style.css", "/question/members.csv"):
            headers = small.get(address).headers
            assert {k.lower(): headers[k.lower()] for k in HEADERS if k != "Cache-Control"} == {
                k.lower(): v for k, v in HEADERS.items() if k != "Cache-Control"
            }
            assert "set-cookie" not in headers
            assert "server" not in headers
            assert "access-control-allow-origin" not in headers
        assert "unsafe" not in HEADERS["Content-Security-Policy"]

    @pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "X", "GET"])
    def test_what_no_route_takes_keeps_to_itself_too(self, small: Client, method: str) -> None:
        for address in ("/index.html", "/sparql", "/question/members.json", "*"):
            found = small.send(method, address)
            if method == "GET" and address != "*":
                continue
            assert found.status == (404 if address == "*" else 405)
            assert {k.lower() for k in HEADERS} <= {*found.headers}
            assert found.headers.get("allow") == (None if address == "*" else "GET, HEAD")
            assert found.text

    def test_pages_keep_to_the_policy(self, small: Client) -> None:
        for address in ("/index.html", "/kz/Utopia.html", "/question/members.html", "/sparql.html", "/conflicts.html"):
            page = small.get(address).page
            assert not [a for t, a in page.tags if t == "style" or "style" in a or any(k.startswith("on") for k in a)]
            assert all("src" in a for t, a in page.tags if t == "script")

    @pytest.mark.parametrize(
        ("host", "status"),
        [("127.0.0.1:8000", 200), ("localhost", 200), ("[::1]:8000", 200), ("evil.example", 421), ("", 421)],
    )
    def test_only_by_its_own_names(self, small: Client, host: str, status: int) -> None:
        assert small.get("/index.html", {"host": host}).status == status

    def test_a_page_that_is_known_is_not_sent_again(self, small: Client) -> None:
        tag = small.get("/index.html").headers["etag"]
        found = small.get("/index.html", {"if-none-match": tag})
        assert (found.status, found.body) == (304, b"")

    def test_pages_are_packed_for_those_who_take_it(self, small: Client) -> None:
        plain = small.get("/index.html")
        packed = small.get("/index.html", {"accept-encoding": "gzip, br"})
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.text == plain.text
        assert "content-encoding" not in small.get("/index.html", {"accept-encoding": "gzip;q=0"}).headers

    @pytest.mark.parametrize(
        ("address", "is_own"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("192.0.2.1", False)]
    )
    def test_an_address_that_others_reach_is_known_as_such(self, address: str, is_own: bool) -> None:
        assert Listening(address).is_own is is_own
        assert {"127.0.0.1", "graph.example"} <= Listening(address, names=("Graph.example",)).hosts

    def test_replies_are_sent_at_once(self) -> None:
        """asyncio turns off the waiting for more (Nagle) on sockets that name TCP as their protocol."""
        with _bound(Listening(port=0)) as listening:
            assert listening.proto == socket.IPPROTO_TCP

    def test_errors_do_not_tell_of_the_server(self) -> None:
        told = sentences(InputError("cannot be read: Permission denied", place="/srv/secret/a.ttl"))
        assert "srv" not in " ".join(told)
        assert "--timeout" not in sentences(LimitReached("stopped after 3 s", hint="give it longer with --timeout"))[1]
        assert status_of(SyntaxProblem("x")) == 400


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", "a/b"),
        ("*/*", "a/b"),
        ("c/*", "c/d"),
        ("c/d;q=0.5, a/b;q=0.1", "c/d"),
        ("a/b;q=0, */*", "c/d"),
        ("x/y", ""),
        ("c/d;q=no", ""),
        (",;,", "a/b"),
    ],
)
def test_what_a_client_prefers(accept: str, media: str) -> None:
    assert preferred(accept, ["a/b", "c/d"]) == (media if accept != ",;," else "")
