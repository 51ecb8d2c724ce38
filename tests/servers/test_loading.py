"""A project in a real server: what is sent, what is left alone, and that all commands see the same graphs."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from kzgraph.files.project import find_project
from kzgraph.stores.moving import load_server
from kzgraph.stores.server.remote import RemoteStore
from tests.conftest import SmallProject
from tests.servers.conftest import Server

Run = Callable[..., tuple[int, str, str]]
ANY = "?s ?p ?o"
SETTINGS = '[project]\nname = "small"\ngraphs = "https://example.org/graph/"\n\n'


@pytest.fixture
def empty(project: SmallProject, store: str) -> str:
    """The server without graphs of the small project, which has graph names of its own."""
    remote = RemoteStore.open(find_project(), store)
    for graph in remote.counts(find_project().graph_base):
        remote.delete(graph)
    return store


def load(run: Run, *arguments: str) -> str:
    code, out, err = run("load", *arguments)
    assert (code, out) == (0, ""), err
    return err


def test_one_edit_sends_one_graph(project: SmallProject, empty: str, run: Run) -> None:
    first = load(run, "--store", empty)
    assert "0 removed" in first
    assert load(run, "--store", empty).startswith("0 of ")
    project.write("instances/note.ttl", 'kz:Note rdfs:label "a note"@en .\n')
    assert load(run, "--store", empty).startswith("1 of ")
    project.write("instances/note.ttl", 'kz:Note rdfs:label "another note"@en .\n')
    assert run("diff", "--store", empty)[0] == 1
    assert load(run, "--store", empty).startswith("1 of ")
    asked = ("query", "-", "-f", "csv", "--store", empty)
    assert run(*asked, stdin=b"SELECT ?l WHERE { kz:Note rdfs:label ?l }")[1] == "l\r\nanother note\r\n"
    (project.root / "instances/note.ttl").unlink()
    assert ", 1 removed" in load(run, "--store", empty)
    assert run(*asked, stdin=b"SELECT ?l WHERE { kz:Note rdfs:label ?l }")[1] == "l\r\n"
    assert run("diff", "--store", empty)[:2] == (0, "")


@pytest.mark.parametrize("name", ["all", "manifest", "instances/actors.ttl"])
@pytest.mark.parametrize("whose", ["own", "another project's"])
def test_a_foreign_file_fills_no_graph_of_a_project(
    project: SmallProject, empty: str, run: Run, name: str, whose: str
) -> None:
    load(run, "--store", empty)
    before = run("query", "members", "-f", "csv", "--store", empty)
    graph = f"{find_project().graph_base}{name}"
    if whose != "own":
        project.write("kzgraph.toml", SETTINGS.replace("/graph/", "/other/"))
    project.write("a.nq", f"<urn:s> <urn:p> <urn:o> <{graph}> .\n")
    code, _, err = run("load", "a.nq", "--store", empty)
    assert (code, f"error: <{graph}>: is named by a foreign file" in err) == (3, True), err
    project.write("kzgraph.toml", SETTINGS)
    assert run("query", "members", "-f", "csv", "--store", empty) == before


def test_the_merged_graph_follows_each_edit(
    project: SmallProject, empty: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is made anew once; then what a graph alone held goes, and what a changed graph holds comes."""
    deleted: list[str] = []
    delete = RemoteStore.delete

    def tell(store: RemoteStore, graph: str) -> None:
        deleted.append(graph.rsplit("/", 1)[-1])
        delete(store, graph)

    monkeypatch.setattr(RemoteStore, "delete", tell)
    shared, alone = 'kz:Note rdfs:label "a note"@en .', "[] rdfs:label [] ; rdfs:seeAlso kz:Note ."
    edits = [
        {"one": shared, "two": alone},
        {"one": shared + alone, "two": shared},
        {"one": alone, "two": shared},
        {"one": "", "two": alone + alone},
        {"two": 'kz:Note rdfs:label "another note"@en .'},
    ]
    load(run, "--store", empty)
    deleted.clear()
    for files in edits:
        for name in ("one", "two"):
            (project.root / f"instances/{name}.ttl").unlink(missing_ok=True)
            if name in files:
                project.write(f"instances/{name}.ttl", files[name] + "\n")
        load(run, "--store", empty)
        assert "all" not in deleted
        store = RemoteStore.open(find_project(), empty)
        base = find_project().graph_base
        own = [n for n in store.counts(base) if n.removeprefix(base) not in {"all", "manifest"}]
        assert {"derived", "instances/one.ttl"} & {n.removeprefix(base) for n in own}
        assert not store.holds(base + "all", f"{ANY} FILTER NOT EXISTS {{ GRAPH ?g {{ {ANY} }} {among(own)} }}"), files
        for name in own:
            assert not store.holds(name, f"{ANY} FILTER NOT EXISTS {{ GRAPH <{base}all> {{ {ANY} }} }}"), (files, name)


def test_a_part_of_the_files_after_somebody_changed_a_graph(
    project: SmallProject, empty: str, run: Run, tmp_path: Path
) -> None:
    more = project.write("instances/more.ttl", 'kz:Note rdfs:label "one"@en .\n')
    load(run, "--store", empty)
    put_other(empty, tmp_path)
    project.write("instances/more.ttl", 'kz:Note rdfs:label "two"@en .\n')
    assert load(run, str(more), "--store", empty).startswith("1 of 1 ")
    asked = ("query", "-", "-f", "csv", "--store", empty)
    assert run(*asked, stdin=b"SELECT ?l WHERE { kz:Note rdfs:label ?l }")[1] == "l\r\ntwo\r\n"
    more.write_text("# nothing\n", "utf-8")
    assert ", 1 removed" in load(run, str(more), "--store", empty)
    assert run(*asked, stdin=b"SELECT ?l WHERE { kz:Note rdfs:label ?l }")[1] == "l\r\n"


def test_a_graph_that_another_load_sends_meanwhile(
    project: SmallProject, empty: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was equal when this load looked first, and holds as many triples afterwards."""
    project.write("instances/more.ttl", 'kz:Note rdfs:label "one"@en .\n')
    load(run, "--store", empty)
    project.write("instances/note.ttl", 'kz:Other rdfs:label "another note"@en .\n')
    looks: list[list[str]] = []
    look = load_server._Load._differing

    def look_and_be_late(job: load_server._Load, counts: dict[str, int]) -> list[str]:
        found = look(job, counts)
        if not looks:
            put_other(empty, tmp_path)
        looks.append(found)
        return found

    monkeypatch.setattr(load_server._Load, "_differing", look_and_be_late)
    assert load(run, "--store", empty).startswith("2 of ")
    assert run("diff", "--store", empty)[:2] == (0, "")
    asked = ("query", "-", "-f", "csv", "--store", empty)
    assert run(*asked, stdin=b"SELECT ?l WHERE { kz:Note rdfs:label ?l }")[1] == "l\r\none\r\n"


def put_other(store: str, folder: Path) -> None:
    """Puts something else into the graph of ``more.ttl``, as another load or tool would."""
    file = folder / "other.nt"
    file.write_text('<urn:s> <http://www.w3.org/2000/01/rdf-schema#label> "other"@en .\n', "utf-8")
    RemoteStore.open(find_project(), store).put(f"{find_project().graph_base}instances/more.ttl", file)


def among(graphs: list[str]) -> str:
    return f"FILTER (?g IN ({', '.join(f'<{name}>' for name in graphs)}))"


def test_foreign_graphs_stay(project: SmallProject, empty: str, run: Run, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.nt.gz"
    foreign.write_bytes(gzip.compress("".join(f'<urn:s{n}> <urn:p> "ü{n}" .\n' for n in range(3000)).encode()))
    assert "3000 triples" in load(run, str(foreign), "--store", empty)
    load(run, "--store", empty)
    code, out, err = run("dump", "--store", empty, "--graph", foreign.as_uri(), "-f", "ntriples")
    assert (code, len(out.splitlines())) == (0, 3000), err
    RemoteStore.open(find_project(), empty).delete(foreign.as_uri())


def test_a_load_that_was_broken_off_is_seen_and_mended(project: SmallProject, empty: str, run: Run) -> None:
    load(run, "--store", empty)
    base = find_project().graph_base
    RemoteStore.open(find_project(), empty).delete(base + "manifest")
    code, _, err = run("query", "members", "--store", empty)
    assert code == 4
    assert "has not ended" in err
    load(run, "--store", empty)
    assert run("query", "members", "--store", empty)[0] == 0


def test_all_commands_see_the_same(project: SmallProject, empty: str, run: Run) -> None:
    load(run, "--store", empty)
    for form in (
        ("-f", "csv"),
        ("-f", "csv", "--sources"),
        ("-f", "json"),
        ("-f", "table"),
        ("-f", "markdown"),
        ("-f", "bibtex"),
    ):
        here = run("query", "members", *form)
        assert here[0] == 0
        assert run("query", "members", *form, "--store", empty)[:2] == here[:2]
    base = find_project().graph_base
    for graph in RemoteStore.open(find_project(), empty).counts(base):
        if graph.removeprefix(base) not in {"all", "manifest"}:
            chosen = ("--graph", graph, "-f", "ntriples")
            assert run("dump", "--store", empty, *chosen)[1] == run("dump", *chosen)[1]
    code, out, err = run("status", "--store", empty)
    assert code == 0, err
    assert "just now" in out


def test_a_load_that_is_under_way_is_told(project: SmallProject, empty: str, run: Run) -> None:
    load(run, "--store", empty)
    remote = RemoteStore.open(find_project(), empty)
    claim = project.write("claim.nt", "<urn:kzgraph:manifest> <urn:kzgraph:manifest:begun> <urn:uuid:1> .\n")
    remote.put(find_project().graph_base + "manifest", claim)
    for command in (("query", "members"), ("query", "members", "--as-of", "2020")):
        code, out, err = run(*command, "--store", empty)
        assert (code, out) == (4, "")
        assert "a load into this store was begun and has not ended" in err
    assert "a load was begun and has not ended" in run("status", "--store", empty)[1]
    assert load(run, "--store", empty).startswith("0 of ")
    assert run("query", "members", "--store", empty)[0] == 0


def test_credentials_are_asked_for_and_never_shown(
    project: SmallProject, server: Server, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    if server.name != "virtuoso":
        pytest.skip("this server asks for none")
    monkeypatch.setenv("KZGRAPH_STORE_USER", "dba")
    monkeypatch.setenv("KZGRAPH_STORE_PASSWORD", "wrong-secret")
    code, out, err = run("load", "--store", server.url, "--debug")
    assert code == 4
    assert "does not take the credentials (HTTP 401)" in err
    code, _, more = run("load", "--store", server.url.replace("://", "://dba:hidden@"))
    assert code == 4
    assert not [secret for secret in ("wrong-secret", "hidden") if secret in out + err + more]


@pytest.mark.parametrize("packed", ["true", "false"])
def test_a_named_store_with_all_its_settings(
    project: SmallProject, server: Server, empty: str, run: Run, packed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Packed bodies go to servers that take them, and as they are to those that do not."""
    paths = {
        "fuseki": ("/query", "/update", "/data"),
        "oxigraph": ("/query", "/update", "/store"),
        "virtuoso": ("/sparql", "/sparql-auth", "/sparql-graph-crud-auth"),
    }[server.name]
    keys = zip(("query", "update", "graphs"), paths, strict=True)
    addresses = "".join(f'{key} = "{server.url}{path}"\n' for key, path in keys)
    for name, value in server.environment.items():
        monkeypatch.setenv(name.replace("STORE", "THERE"), value)
    monkeypatch.setenv("KZGRAPH_THERE_HOST", "127.0.0.1")
    names = 'user_env = "KZGRAPH_THERE_USER"\npassword_env = "KZGRAPH_THERE_PASSWORD"\n'
    secret = names if server.environment else ""
    project.write("kzgraph.toml", f"{SETTINGS}[stores.there]\n{addresses}{secret}gzip = {packed}\n")
    many = "\n".join(f'kz:Many{n} rdfs:label "number {n} of many"@en .' for n in range(2000))
    project.write("instances/many.ttl", many + "\n")
    load(run, "--store", "there")
    assert run("diff", "--store", "there")[:2] == (0, "")
    assert load(run, "--store", "there").startswith("0 of ")


def test_blank_nodes_numbers_and_letters_of_all_kinds_are_kept(project: SmallProject, empty: str, run: Run) -> None:
    values = ["24.0", "24", "1e3", '"2022-06"^^xsd:gYearMonth', '"0012"^^xsd:integer', '"true"^^xsd:boolean', "'a\\tb'"]
    lists = 'kz:L kzo:x ( kz:a ( "б" "ə"@az ) [ kzo:y [ kzo:z "\U0001f30d" ] ] ) .\n'
    forms = 'kz:V kzo:x 1.50 , 1.5 , "1"^^xsd:int , 1 , "01"^^xsd:integer .\n'
    of_each = "".join(f"kz:V{n} kzo:x {v} .\n" for n, v in enumerate(values))
    project.write("instances/kinds.ttl", of_each + forms + lists)
    project.write("instances/again.ttl", forms.replace("1.50", "1.500"))
    load(run, "--store", empty)
    assert run("diff", "--store", empty)[:2] == (0, "")
    assert load(run, "--store", empty).startswith("0 of ")
    graph = find_project().graph_base + "instances/kinds.ttl"
    chosen = ("--graph", graph, "-f", "ntriples")
    assert values_of(run("dump", "--store", empty, *chosen)[1]) == values_of(run("dump", *chosen)[1])


def values_of(ntriples: str) -> set[str]:
    """The statements by the values of their literals, as a store holds them: ``24.0`` and ``24`` are one decimal."""
    store = ox.Store()
    store.extend(ox.parse(ntriples, ox.RdfFormat.N_TRIPLES))
    return {str(quad) for quad in store}


def test_a_part_of_the_files_and_the_state_of_a_store(project: SmallProject, empty: str, run: Run) -> None:
    load(run, "--store", empty)
    project.write("instances/one.ttl", 'kz:One rdfs:label "one"@en .\n')
    project.write("instances/two.ttl", 'kz:Two rdfs:label "two"@en .\n')
    assert load(run, "instances/one.ttl", "--store", empty).startswith("1 of 1 ")
    code, out, _ = run("status", "--store", empty, "-f", "json")
    assert code == 0
    states = {g["file"]: g["state"] for g in json.loads(out)["graphs"] if g["file"]}
    assert states["instances/one.ttl"] == "loaded"
    assert "instances/two.ttl" not in states
    code, out, err = run("diff", "--store", empty)
    assert (code, err) == (1, "1 graph differs\n")
    assert "new " in out
    assert "instances/two.ttl +1 -0" in out


def test_the_time_limit_holds_for_the_server_too(project: SmallProject, empty: str, run: Run) -> None:
    load(run, "--store", empty)
    text = b"SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?q ?o . FILTER (?a != ?d) }"
    code, out, err = run("query", "-", "--store", empty, "--timeout", "2", stdin=text)
    assert (code, out) == (6, ""), err


def test_mistakes_in_a_query_are_told_in_words(project: SmallProject, empty: str, run: Run) -> None:
    code, out, err = run("query", "-", "--store", empty, stdin=b"SELECT ?s WHERE { ?s ?p }")
    assert (code, out) == (3, "")
    assert "the server does not accept the query: " in err
    assert len(err) < 600


def test_an_answer_that_is_cut_is_told(project: SmallProject, server: Server, store: str, run: Run) -> None:
    if server.name != "virtuoso":
        pytest.skip("this server has no limit of its own on rows")
    text = b"SELECT ?a ?b WHERE { GRAPH ?g { ?a ?p ?o } . GRAPH ?h { ?b ?q ?r } }"
    code, out, err = run("query", "-", "-f", "csv", "--store", store, stdin=text)
    assert (code, out) == (6, ""), err


def test_triples_that_are_cut_are_told_and_graphs_come_whole(
    project: SmallProject, server: Server, empty: str, run: Run
) -> None:
    if server.name != "virtuoso":
        pytest.skip("this server has no limit of its own on rows")
    many = "".join(f"<urn:s{n}> <urn:p> <urn:o{n}> .\n" for n in range(25_000))
    file = project.write("../many.nt", many)
    assert "25000 triples" in load(run, str(file), "--store", empty)
    graph = file.resolve().as_uri()
    code, out, _ = run("dump", "--store", empty, "--graph", graph, "-f", "ntriples")
    assert (code, len(out.splitlines())) == (0, 25_000)
    text = f"CONSTRUCT {{ ?s ?p ?o }} FROM <{graph}> WHERE {{ ?s ?p ?o }}".encode()
    code, out, err = run("query", "-", "-f", "ntriples", "--store", empty, stdin=text)
    assert (code, out) == (6, ""), err
    RemoteStore.open(find_project(), empty).delete(graph)
