"""Loading: the store becomes equal to the files, nothing else in it is touched, and a crash leaves what was there."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from kzgraph.stores.moving import load_folder
from tests.conftest import SmallProject

BASE = "https://example.org/graph/"
Run = Callable[..., tuple[int, str, str]]
COUNT = b"SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


def content(folder: Path) -> set[str]:
    """The statements of a database, without the names of blank nodes."""
    return {re.sub(r"_:\w+", "_:", str(quad)) for quad in ox.Store.read_only(str(folder))}


class TestFolder:
    def test_a_new_folder_answers_like_the_project(self, project: SmallProject, run: Run) -> None:
        code, out, err = run("load", "--store", "new/graph.db")
        assert (code, out) == (0, "")
        assert "triples" in err
        assert run("query", "members", "--store", "new/graph.db") == run("query", "members")
        count = run("query", "-", "-f", "csv", "--store", "new/graph.db", stdin=COUNT)
        assert count == run("query", "-", "-f", "csv", stdin=COUNT)

    def test_again_is_the_same(self, project: SmallProject, run: Run) -> None:
        run("load", "--store", "graph.db")
        before = content(project.root / "graph.db")
        code, _, err = run("load", "--store", "graph.db")
        assert code == 0
        assert err.startswith("0 of ")
        assert content(project.root / "graph.db") == before

    def test_an_edited_and_a_removed_file(self, project: SmallProject, run: Run) -> None:
        run("load", "--store", "graph.db")
        project.write("instances/sources.ttl", "kz:Laputa a kzo:State .")
        (project.root / "instances" / "facts.ttl").unlink()
        assert run("load", "--store", "graph.db")[0] == 0
        run("load", "--store", "fresh.db")
        assert content(project.root / "graph.db") == content(project.root / "fresh.db")

    def test_only_what_was_made_of_other_files_is_compared(
        self, project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        compared = []
        same = load_folder._same

        def tell(database: ox.Store, source: ox.Store, graph: ox.NamedNode) -> bool:
            compared.append(graph.value.removeprefix("https://example.org/graph/"))
            return same(database, source, graph)

        monkeypatch.setattr(load_folder, "_same", tell)
        run("load", "--store", "graph.db")
        run("load", "--store", "graph.db")
        assert compared == []
        project.write("instances/more.ttl", "kz:Laputa rdfs:comment 'nothing follows from this'@en .")
        assert run("load", "--store", "graph.db")[2].startswith("1 of ")
        assert compared == []
        project.write("instances/more.ttl", "kz:Laputa a kzo:State .")
        assert run("load", "--store", "graph.db")[2].startswith("2 of ")
        assert compared == ["derived", "instances/more.ttl"]
        with (project.root / "instances/more.ttl").open("a", encoding="utf-8") as file:
            file.write("# the same triples\n")
        assert run("load", "--store", "graph.db")[2].startswith("0 of ")
        assert compared[2:] == ["instances/more.ttl"]

    def test_a_graph_that_was_not_written_whole(
        self, project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run("load", "--store", "graph.db")
        before = content(project.root / "graph.db")
        project.write("instances/more.ttl", "kz:Laputa a kzo:State .")
        sizes = iter(range(100))
        monkeypatch.setattr(load_folder, "size", lambda *_: next(sizes))  # never the same number twice
        code, _, err = run("load", "--store", "graph.db")
        assert code == 4
        assert re.match(r"error: https://example.org/graph/\S+: holds \d+ triples, and not as many as its file\n", err)
        assert content(project.root / "graph.db") == before

    def test_a_load_between_of_which_nothing_is_remembered(
        self, project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As when the cache cannot be written."""
        project.write("instances/more.ttl", "kz:One a kzo:State .")
        run("load", "--store", "graph.db")
        before = content(project.root / "graph.db")
        with monkeypatch.context() as patch:
            patch.setattr(load_folder, "_digests", lambda *_: {})
            project.write("instances/more.ttl", "kz:Two a kzo:State .")
            assert run("load", "--store", "graph.db")[2].startswith("2 of ")
        project.write("instances/more.ttl", "kz:One a kzo:State .")
        assert run("load", "--store", "graph.db")[2].startswith("2 of ")
        assert content(project.root / "graph.db") == before

    def test_a_file_that_became_empty(self, project: SmallProject, run: Run) -> None:
        more = project.write("instances/more.ttl", "kz:Laputa rdfs:comment 'more'@en .")
        run("load", "--store", "graph.db")
        more.write_text("# nothing\n", "utf-8")
        for removed in (1, 0):
            code, _, err = run("load", str(more), "--store", "graph.db")
            assert (code, err) == (0, f"0 of 0 graphs sent, {removed} removed, 0 triples verified\n")
        assert "more.ttl" not in " ".join(content(project.root / "graph.db"))

    def test_a_graph_that_somebody_changed(self, project: SmallProject, run: Run) -> None:
        def held() -> set[str]:
            return {line for line in content(project.root / "graph.db") if line.endswith(str(graph))}

        run("load", "--store", "graph.db")
        graph = ox.NamedNode(f"{BASE}instances/actors.ttl")
        before = held()
        database = ox.Store(str(project.root / "graph.db"))
        database.clear_graph(graph)
        database.flush()
        del database
        assert held() != before
        assert run("load", "--store", "graph.db")[2].startswith("1 of ")
        assert held() == before

    @pytest.mark.parametrize("name", ["instances/actors.ttl", "instances/new.ttl", "derived", "all"])
    def test_a_foreign_file_fills_no_graph_of_the_project(self, project: SmallProject, run: Run, name: str) -> None:
        project.write("a.nq", f"<urn:s> <urn:p> <urn:o> <urn:g> .\n<urn:s> <urn:p> <urn:o> <{BASE}{name}> .\n")
        run("load", "--store", "graph.db")
        before = content(project.root / "graph.db")
        code, _, err = run("load", "a.nq", "--store", "graph.db")
        assert (code, f"error: <{BASE}{name}>: is named by a foreign file" in err) == (3, True), err
        assert content(project.root / "graph.db") == before
        project.write("a.nq", "<urn:s> <urn:p> <urn:o> <urn:g> .\n")
        assert run("load", "a.nq", "--store", "graph.db")[0] == 0
        assert run("query", "members", "--store", "graph.db", "-f", "csv") == run("query", "members", "-f", "csv")
        assert run("load", "a.nq", "--store", "fresh.db")[0] == 0

    def test_an_empty_folder(self, project: SmallProject, run: Run) -> None:
        (project.root / "graph.db").mkdir()
        assert run("load", "--store", "graph.db")[0] == 0

    @pytest.mark.parametrize(
        "files",
        [
            {"letter.txt": "precious"},
            {"letter.txt": "precious", "CURRENT": "MANIFEST-000001\n"},
            {"CURRENT": "precious"},
            {".hidden": ""},
        ],
    )
    def test_a_folder_of_somebody_else_is_left_as_it_is(
        self, project: SmallProject, run: Run, files: dict[str, str]
    ) -> None:
        for name, text in files.items():
            project.write(f"theirs/{name}", text)
        before = project.state()
        code, out, err = run("load", "--store", "theirs")
        assert (code, out) in {(3, ""), (4, "")}
        assert err.startswith("error: theirs: ")
        assert project.state() == before

    @pytest.mark.parametrize("name", ["letter.txt", "LOGbook.txt", "MANIFESTO.md", "OPTIONS", "1.sst.txt", "seal.txt"])
    def test_a_letter_beside_a_database_is_not_thrown_away(self, project: SmallProject, run: Run, name: str) -> None:
        run("load", "--store", "graph.db")
        project.write(f"graph.db/{name}", "precious")
        code, _, err = run("load", "--store", "graph.db")
        assert code == 3
        assert err.startswith("error: graph.db: is neither empty nor an Oxigraph database")
        assert (project.root / "graph.db" / name).read_text("utf-8") == "precious"

    def test_the_rights_of_a_folder_stay(self, project: SmallProject, run: Run) -> None:
        (project.root / "graph.db").mkdir(mode=0o700)
        for _ in range(2):
            assert run("load", "--store", "graph.db")[0] == 0
            project.write("instances/more.ttl", 'kz:More a kzo:State ; rdfs:label "More"@en .')
            assert (project.root / "graph.db").stat().st_mode & 0o777 == 0o700

    def test_a_mount_point(self, project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os.path, "ismount", lambda path: str(path) == str(project.root / "graph.db"))
        code, _, err = run("load", "--store", "graph.db")
        assert (code, err.splitlines()[-1]) == (3, "hint: name a folder inside it")
        assert run("load", "--store", "graph.db/inside")[0] == 0

    @pytest.mark.parametrize("name", ["kzgraph.toml", "instances", "."])
    def test_a_place_that_is_taken(self, project: SmallProject, run: Run, name: str) -> None:
        before = project.state()
        code, _, err = run("load", "--store", name)
        assert code == 3
        assert err.startswith(f"error: {name}: is neither empty nor an Oxigraph database")
        assert project.state() == before

    def test_graphs_of_others_stay(self, project: SmallProject, run: Run) -> None:
        theirs = ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal("c"), ox.NamedNode("urn:theirs"))
        database = ox.Store(str(project.root / "graph.db"))
        database.add(theirs)
        database.flush()
        del database
        assert run("load", "--store", "graph.db")[0] == 0
        assert str(theirs) in content(project.root / "graph.db")

    def test_two_projects_do_not_go_into_one_folder(self, project: SmallProject, run: Run) -> None:
        other = project.root.parent / "other"
        shutil.copytree(project.root, other)
        settings = (other / "kzgraph.toml").read_text("utf-8")
        (other / "kzgraph.toml").write_text(settings.replace("example.org/graph", "example.org/other"), "utf-8")
        assert run("load", "--store", "graph")[0] == 0
        code, _, err = run("--project", str(other), "load", "--store", "graph")
        assert code == 3
        assert "graph: holds another project, whose graphs have other names" in err
        assert run("query", "members", "--store", "graph")[0] == 0
        code, _, err = run("--project", str(other), "query", "members", "--store", "graph")
        assert code == 4
        assert "holds a load of another project too" in err

    def test_a_file_that_breaks_leaves_the_store_as_it_was(self, project: SmallProject, run: Run) -> None:
        run("load", "--store", "graph.db")
        before = content(project.root / "graph.db")
        project.write("instances/bad.ttl", "kz:a")
        assert run("load", "--store", "graph.db")[0] == 3
        assert content(project.root / "graph.db") == before
        assert not [p for p in project.root.iterdir() if p.name.startswith(".graph")]

    def test_the_own_store(self, project: SmallProject, run: Run) -> None:
        assert run("load") == (0, "", "the embedded store is up to date\n")


class TestForeignFiles:
    """RDF files that are no project's, in a folder: every triple is asked for, no triple is there twice or lost."""

    LONG_AGO = 1_600_000_000_000_000_000

    def file(self, project: SmallProject, name: str, *subjects: str, settled: bool = True) -> str:
        path = project.write(name, "".join(f"<urn:{s}> <urn:p> [ <urn:q> <urn:{s}> ] .\n" for s in subjects))
        if settled:
            changed = self.LONG_AGO + sum(map(ord, subjects))
            os.utime(path, ns=(changed, changed))
        return name

    def subjects(self, run: Run, store: str = "db") -> list[str]:
        text = b"SELECT ?s WHERE { ?s <urn:p> ?b . ?b <urn:q> ?s } ORDER BY ?s"
        code, out, err = run("query", "-", "-f", "csv", "--store", store, stdin=text)
        assert code == 0, err
        return [line.removeprefix("urn:") for line in out.split()[1:]]

    def test_one_file_answers_and_other_tools_find_it(self, project: SmallProject, run: Run) -> None:
        assert run("load", self.file(project, "a.ttl", "a", "b"), "--store", "db")[0] == 0
        assert self.subjects(run) == ["a", "b"]
        assert {q.graph_name for q in ox.Store.read_only("db")} == {ox.DefaultGraph()}
        assert len(ox.Store.read_only("db")) == 4

    def test_what_is_there_already_is_not_loaded_again(self, project: SmallProject, run: Run) -> None:
        name = self.file(project, "a.ttl", "a")
        assert run("load", name, "--store", "db")[2].startswith("1 of 1 graphs sent")
        before = project.state()
        assert run("load", name, "--store", "db")[2].startswith("0 of 1 graphs sent")
        assert project.state() == before

    @pytest.mark.parametrize("settled", [True, False])
    def test_a_changed_file_takes_the_place_of_what_it_was(
        self, project: SmallProject, run: Run, settled: bool
    ) -> None:
        for subjects in (["a", "b"], ["c"], ["d"]):
            name = self.file(project, "a.ttl", *subjects, settled=settled)
            assert run("load", name, "--store", "db")[0] == 0
            assert self.subjects(run) == subjects

    def test_a_changed_file_among_others(self, project: SmallProject, run: Run) -> None:
        one, two = self.file(project, "a.ttl", "a"), self.file(project, "b.ttl", "b")
        assert run("load", one, two, "--store", "db")[0] == 0
        self.file(project, "a.ttl", "c", "d")
        code, _, err = run("load", one, "--store", "db")
        assert code == 3
        assert err.startswith("error: a.ttl: has changed since it was loaded into db")
        assert self.subjects(run) == ["a", "b"]
        assert run("load", one, two, "--store", "db")[0] == 0
        assert self.subjects(run) == ["b", "c", "d"]

    def test_standard_input_adds(self, project: SmallProject, run: Run) -> None:
        for subject in "ab":
            text = f"<urn:{subject}> <urn:p> [ <urn:q> <urn:{subject}> ] .".encode()
            assert run("load", "-", "-f", "turtle", "--store", "db", stdin=text)[0] == 0
        assert self.subjects(run) == ["a", "b"]

    @pytest.mark.parametrize("first", ["project", "foreign"])
    def test_beside_a_project(self, project: SmallProject, run: Run, first: str) -> None:
        foreign = ("load", self.file(project, "a.ttl", "a", "b"), "--store", "db")
        own = ("load", "--store", "db")
        for command in (own, foreign) if first == "project" else (foreign, own):
            assert run(*command)[0] == 0
        assert self.subjects(run) == ["a", "b"]
        (project.root / "instances" / "facts.ttl").unlink()
        assert run(*own)[0] == 0
        assert self.subjects(run) == ["a", "b"]
        assert "Utopia" not in run("query", "members", "-f", "csv", "--store", "db")[1]

    def test_what_another_tool_wrote_is_kept(self, project: SmallProject, run: Run) -> None:
        database = ox.Store("db")
        for graph in (ox.DefaultGraph(), ox.NamedNode("urn:theirs"), ox.BlankNode("theirs")):
            name = getattr(graph, "value", "unnamed").removeprefix("urn:")
            turtle = f"<urn:{name}> <urn:p> _:b . _:b <urn:q> <urn:{name}> ."
            database.load(turtle, ox.RdfFormat.TURTLE, to_graph=graph)
        database.flush()
        del database
        assert run("load", self.file(project, "a.ttl", "a"), "--store", "db")[0] == 0
        assert run("load", "--store", "db")[0] == 0
        assert self.subjects(run) == ["a", "theirs", "theirs", "unnamed"]

    def test_graphs_that_a_file_names(self, project: SmallProject, run: Run) -> None:
        triple = "<urn:{0}> <urn:p> _:{0} {1} . _:{0} <urn:q> <urn:{0}> {1} .\n"
        lines = triple.format("a", "") + triple.format("b", "<urn:g>") + triple.format("c", "_:g")
        project.write("a.nq", lines.replace(" . _", " .\n_"))
        assert run("load", "a.nq", "--store", "db")[0] == 0
        assert self.subjects(run) == ["a", "b", "c"]
        graphs = run("query", "-", "-f", "csv", "--store", "db", stdin=b"SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
        assert "urn:g\r\n" in graphs[1]
        assert len(graphs[1].split()) == 4
        code, out, _ = run("status", "--store", "db", "-f", "json")
        assert (code, sum(g["triples"] for g in json.loads(out)["graphs"])) == (0, 6)

    def test_a_literal_that_is_in_two_files_is_one_row(self, project: SmallProject, run: Run) -> None:
        for name in ("a.nq", "b.nq"):
            project.write(name, f"<urn:a> <urn:p> <urn:o> <urn:{name}> .\n")
        assert run("load", "a.nq", "b.nq", "--store", "db")[0] == 0
        assert run("query", "-", "-f", "csv", "--store", "db", stdin=COUNT)[1] == "n\r\n1\r\n"

    def test_the_status_tells_the_files(self, project: SmallProject, run: Run) -> None:
        assert run("load", self.file(project, "a.ttl", "a"), "--store", "db")[0] == 0
        told = run("status", "--store", "db")[1]
        assert f"        2  foreign    {(project.root / 'a.ttl').as_uri()}\n" in told

    @pytest.mark.parametrize("command", [("load", "big.nt", "--store", "db"), ("load", "--store", "db")])
    def test_a_full_disk(self, project: SmallProject, run: Run, command: tuple[str, ...]) -> None:
        assert run("load", self.file(project, "a.ttl", "a"), "--store", "db")[0] == 0
        project.write("big.nt", "".join(f"<urn:{n}> <urn:p> <urn:{n}> .\n" for n in range(20_000)))
        before = content(project.root / "db")

        def small() -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (1500, 1500))

        asked = [sys.executable, "-B", "-m", "kzgraph", *command]
        found = subprocess.run(asked, capture_output=True, check=False, timeout=60, preexec_fn=small)
        assert (found.returncode, b"Traceback" in found.stderr) == (4, False), found.stderr.decode()
        assert found.stderr.startswith(b"error: db: cannot be written")
        assert content(project.root / "db") == before
        assert sorted(p.name for p in project.root.iterdir() if p.name.startswith(".")) == []


class Server:
    """The graphs of a server, as the Graph Store HTTP Protocol and SPARQL tell of them."""

    def __init__(self, url: str, http: httpx.Client) -> None:
        self.url = url
        self._http = http

    def put(self, graph: str, turtle: str) -> None:
        headers = {"Content-Type": "text/turtle"}
        self._http.put(f"{self.url}/store", params={"graph": graph}, content=turtle, headers=headers).raise_for_status()

    def graphs(self) -> dict[str, int]:
        query = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
        headers = {"Accept": "application/sparql-results+json"}
        response = self._http.post(f"{self.url}/query", data={"query": query}, headers=headers)
        rows = ox.parse_query_results(response.content, ox.QueryResultsFormat.JSON)
        assert isinstance(rows, ox.QuerySolutions)
        return {row["g"].value: int(row["n"].value) for row in rows}

    def has(self, graph: str) -> bool:
        return self._http.get(f"{self.url}/store", params={"graph": graph}).is_success


@pytest.fixture
def remote(project: SmallProject, server: str, http: httpx.Client) -> Server:
    """The server, and a project whose graphs there are its own."""
    base = f"https://example.org/{uuid.uuid4()}/"
    project.write("kzgraph.toml", f'[project]\nname = "small"\ngraphs = "{base}"\n')
    return Server(server, http)


def base(project: SmallProject) -> str:
    return (project.root / "kzgraph.toml").read_text("utf-8").split('"')[-2]


def own(project: SmallProject, remote: Server) -> dict[str, int]:
    start = base(project)
    return {g.removeprefix(start): n for g, n in remote.graphs().items() if g.startswith(start)}


def sent(run: Run, remote: Server) -> str:
    code, _, err = run("load", "--store", remote.url)
    assert code == 0, err
    return err


class TestServer:
    def test_one_graph_a_file(self, project: SmallProject, run: Run, remote: Server) -> None:
        sent(run, remote)
        found = own(project, remote)
        files = {"ontology/core.ttl", "instances/actors.ttl", "instances/facts.ttl", "instances/sources.ttl"}
        assert files | {"derived"} <= set(found)
        for name in files:
            assert found[name] == len(list(ox.parse(path=str(project.root / name))))

    def test_the_answers_are_equal(self, project: SmallProject, run: Run, remote: Server) -> None:
        sent(run, remote)
        for form in ("json", "csv", "table", "xml"):
            assert run("query", "members", "-f", form, "--store", remote.url) == run("query", "members", "-f", form)
        given = ("-p", "member=утопия")
        assert run("query", "members", *given, "--store", remote.url) == run("query", "members", *given)

    def test_two_files_that_say_the_same_double_no_row(self, project: SmallProject, run: Run, remote: Server) -> None:
        project.write("instances/again.ttl", 'kz:Utopia a kzo:State ; rdfs:label "Utopia"@en .')
        sent(run, remote)
        text = b"SELECT (COUNT(*) AS ?n) WHERE { ?s a kzo:State }"
        asked = [run("query", "-", "-f", "csv", *store, stdin=text) for store in ([], ["--store", remote.url])]
        assert asked[0] == asked[1]

    def test_a_second_load_sends_nothing(self, project: SmallProject, run: Run, remote: Server) -> None:
        assert not sent(run, remote).startswith("0 of ")
        before = own(project, remote)
        assert sent(run, remote).startswith("0 of ")
        assert own(project, remote) == before

    def test_an_edited_file_sends_its_graph_alone(self, project: SmallProject, run: Run, remote: Server) -> None:
        sent(run, remote)
        before = own(project, remote)
        project.write("instances/sources.ttl", 'kz:example-2020 kzo:shortName "Example 2021"@en .')
        told = sent(run, remote)
        assert int(told.split()[0]) in {1, 2}  # the file's own, and the merged one where the store keeps that
        after = own(project, remote)
        assert {g for g in before if before[g] != after.get(g)} <= {
            "instances/sources.ttl",
            "derived",
            "all",
            "manifest",
        }
        assert "Example 2021" in run("query", "members", "--store", remote.url)[1]

    def test_a_removed_file_removes_its_graph(self, project: SmallProject, run: Run, remote: Server) -> None:
        sent(run, remote)
        (project.root / "instances" / "facts.ttl").unlink()
        assert "1 removed" in sent(run, remote)
        assert "instances/facts.ttl" not in own(project, remote)
        assert not remote.has(f"{base(project)}instances/facts.ttl")
        assert "Utopia" not in run("query", "members", "-f", "csv", "--store", remote.url)[1]

    def test_graphs_of_others_are_left_alone(self, project: SmallProject, run: Run, remote: Server) -> None:
        theirs = f"urn:theirs:{uuid.uuid4()}"
        remote.put(theirs, "<urn:a> <urn:b> <urn:c> .")
        sent(run, remote)
        (project.root / "instances" / "facts.ttl").unlink()
        sent(run, remote)
        assert remote.graphs()[theirs] == 1

    def test_a_graph_that_somebody_changed_is_sent_again(self, project: SmallProject, run: Run, remote: Server) -> None:
        sent(run, remote)
        before = own(project, remote)
        remote.put(f"{base(project)}instances/sources.ttl", "<urn:a> <urn:b> <urn:c> .")
        assert not sent(run, remote).startswith("0 of ")
        assert own(project, remote) == before

    def test_a_syntax_error_is_the_user_s(self, project: SmallProject, run: Run, remote: Server) -> None:
        sent(run, remote)
        code, out, err = run("query", "-", "--store", remote.url, stdin=b"SELECT ?s WHERE { ?s ")
        assert (code, out) == (3, "")
        assert err.startswith("error: standard input")

    def test_a_limit(self, project: SmallProject, run: Run, remote: Server) -> None:
        sent(run, remote)
        text = b"SELECT ?s WHERE { ?s ?p ?o }"
        code, out, _ = run("query", "-", "-f", "csv", "--limit", "2", "--store", remote.url, stdin=text)
        assert (code, len(out.splitlines())) == (6, 3)

    def test_a_graph_and_a_truth(self, project: SmallProject, run: Run, remote: Server) -> None:
        sent(run, remote)
        for text in (b"CONSTRUCT WHERE { ?s a kzo:State }", b"ASK { ?s a kzo:State }", b"DESCRIBE kz:Utopia"):
            remotely = run("query", "-", "--store", remote.url, stdin=text)
            assert remotely == run("query", "-", stdin=text)

    def test_a_named_store(self, project: SmallProject, run: Run, remote: Server) -> None:
        settings = "".join(f'{k} = "{remote.url}/{v}"\n' for k, v in [("query", "query"), ("update", "update")])
        with (project.root / "kzgraph.toml").open("a", encoding="utf-8") as file:
            file.write(f'[stores.there]\n{settings}graphs = "{remote.url}/store"\n')
        start = (project.root / "kzgraph.toml").read_text("utf-8").split('"')[3]
        assert run("load", "--store", "there")[0] == 0
        assert any(g.startswith(start) for g in remote.graphs())
        assert run("query", "members", "--store", "there") == run("query", "members")

    def test_the_partners_of_the_corridor(self, repository: Path, run: Run, server: str) -> None:
        assert run("load", "--store", server)[0] == 0
        for form in ("json", "table"):
            remotely = run("query", "corridor_partners", "--detail", "-f", form, "--store", server)
            assert remotely == run("query", "corridor_partners", "--detail", "-f", form)

    def test_a_graph_that_two_files_name_is_sent_whole(self, project: SmallProject, run: Run, server: str) -> None:
        names = [project.write(f"{n}.nq", f'<urn:s> <urn:p> "{n}" <urn:two> .\n').name for n in (1, 2)]
        code, _, err = run("load", *names, "--store", server)
        assert (code, "2 triples" in err) == (0, True), err
        dumped = run("dump", "--store", server, "--graph", "urn:two", "-f", "ntriples")[1]
        assert dumped == '<urn:s> <urn:p> "1" .\n<urn:s> <urn:p> "2" .\n'

    def test_a_graph_named_by_a_blank_node_gets_an_iri(self, project: SmallProject, run: Run, server: str) -> None:
        project.write("nameless.nq", "<urn:s> <urn:p> <urn:o> _:g .\n")
        for store in ("graph.db", server):
            assert run("load", "nameless.nq", "--store", store)[0] == 0
            assert "<urn:s> <urn:p> <urn:o> <urn:kzgraph:genid:" in run("dump", "--store", store, "-f", "nquads")[1]
