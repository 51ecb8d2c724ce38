"""A store against the files as they are now: what counts as another state of the project, and what does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox
import pytest

from kzgraph.errors import LimitReached, StoreError, UsageError
from kzgraph.stores.moving.status import Status
from kzgraph.stores.server.remote import RemoteStore
from tests.conftest import SmallProject
from tests.servers.imitation import Imitation, serving

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(params=["folder", "server"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty store of each kind."""
    if request.param == "folder":
        yield str(tmp_path / "graph.db")
        return
    with serving(Imitation()) as imitation:
        yield imitation.url


def edited(project: SmallProject, name: str, old: str, new: str) -> None:
    path = project.root / name
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


@pytest.mark.parametrize("dates", [(), ("--as-of", "2021"), ("--changed", "2019..2021")])
def test_a_fact_that_was_edited_since(project: SmallProject, store: str, run: Run, dates: tuple[str, ...]) -> None:
    assert run("load", "--store", store)[0] == 0
    assert run("query", "members", "--store", store, *dates)[0] == 0
    edited(project, "instances/actors.ttl", '"Utopia"@en', '"New Utopia"@en')
    code, out, err = run("query", "members", "--store", store, *dates)
    assert (code, out) == (4, "")
    assert "holds another state of the project: 1 files differ from those here, first instances/actors.ttl" in err
    assert "Utopia" in run("query", "members", "--store", store, "--foreign", *dates)[1]
    assert run("load", "--store", store)[0] == 0
    assert run("query", "members", "--store", store, *dates)[0] == 0


def test_files_that_came_and_went(project: SmallProject, store: str, run: Run) -> None:
    assert run("load", "--store", store)[0] == 0
    more = project.write("instances/more.ttl", 'kz:More a kzo:State ; rdfs:label "More"@en .')
    assert run("query", "members", "--store", store)[0] == 4
    assert run("load", "--store", store)[0] == 0
    assert run("query", "members", "--store", store)[0] == 0
    more.unlink()
    code, _, err = run("query", "members", "--store", store)
    assert (code, "first instances/more.ttl" in err) == (4, True)


def test_what_says_the_same_is_no_other_state(project: SmallProject, store: str, run: Run) -> None:
    assert run("load", "--store", store)[0] == 0
    edited(project, "instances/actors.ttl", "@prefix", "# a comment\n@prefix")
    project.write("instances/nothing.ttl", "# nothing is said here\n")
    assert run("query", "members", "--store", store)[0] == 0


def test_a_file_that_cannot_be_read_now(project: SmallProject, store: str, run: Run) -> None:
    assert run("load", "--store", store)[0] == 0
    project.write("instances/actors.ttl", "broken [")
    assert run("query", "members", "--store", store)[0] == 4


def test_after_a_part_of_the_files_the_others_count_still(project: SmallProject, store: str, run: Run) -> None:
    assert run("load", "--store", store)[0] == 0
    edited(project, "instances/actors.ttl", '"Utopia"@en', '"New Utopia"@en')
    edited(project, "instances/sources.ttl", "Example", "Instance")
    assert run("load", "instances/actors.ttl", "--store", store)[0] == 0
    code, _, err = run("query", "members", "--store", store)
    assert (code, "1 files differ from those here, first instances/sources.ttl" in err) == (4, True)
    assert run("load", "instances/sources.ttl", "--store", store)[0] == 0
    assert run("query", "members", "--store", store)[0] == 0


def test_only_a_part_of_the_files_was_ever_loaded(project: SmallProject, store: str, run: Run) -> None:
    assert run("load", "instances/actors.ttl", "--store", store)[0] == 0
    asked = ("query", "-", "-f", "csv", "--store", store)
    text = b'SELECT ?s { ?s rdfs:label "Utopia"@en }'
    assert run(*asked, stdin=text)[:2] == (0, "s\r\nhttps://w3id.org/kzgraph/id/Utopia\r\n")
    edited(project, "instances/actors.ttl", '"Utopia"@en', '"New Utopia"@en')
    assert run(*asked, stdin=text)[0] == 4


def test_graphs_of_the_project_of_which_no_load_tells(project: SmallProject, run: Run) -> None:
    graph = ox.NamedNode("https://example.org/graph/instances/actors.ttl")
    with serving(Imitation()) as imitation:
        imitation.store.add(ox.Quad(graph, graph, graph, graph))
        code, out, err = run("query", "members", "--store", imitation.url)
        assert (code, out) == (4, "")
        assert "the store holds graphs of the project, and no load that has ended" in err


def test_a_folder_of_others_may_answer_but_not_say_no(project: SmallProject, run: Run) -> None:
    theirs = project.write("../theirs.nt", '<urn:s> <urn:p> "theirs" .\n')
    assert run("load", str(theirs), "--store", "theirs.db")[0] == 0
    asked = ("query", "-", "-f", "csv", "--store", "theirs.db")
    assert run(*asked, stdin=b"SELECT ?o { ?s ?p ?o }")[:2] == (0, "o\r\ntheirs\r\n")
    code, out, err = run("query", "members", "--store", "theirs.db")
    assert (code, out, "--foreign" in err) == (4, "", True)
    assert run("query", "members", "--store", "theirs.db", "--foreign")[0] == 0


def test_in_python(project: SmallProject, store: str, run: Run) -> None:
    import kzgraph

    assert run("load", "--store", store)[0] == 0
    edited(project, "instances/actors.ttl", '"Utopia"@en', '"New Utopia"@en')
    with pytest.raises(StoreError, match="another state of the project"):
        kzgraph.open(store=store).query("members")
    assert len(kzgraph.open(store=store, foreign=True).query("members")) > 0
    with pytest.raises(UsageError, match="only a store can be foreign"):
        kzgraph.open(foreign=True)


ODD = [
    ox.Literal("9" * 5000, datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
    ox.Literal("2026-01-01T00:00:00"),
    ox.Literal("0001-01-01T00:00:00+14:00"),
    ox.Literal("9999-12-31T23:59:59-14:00"),
    ox.Literal("99999-01-01T24:00:00Z"),
    ox.Literal("yesterday\n\x1b[2J"),
    ox.Literal("-1"),
    ox.Literal("²"),
    ox.Literal(""),
    ox.NamedNode("urn:x"),
    ox.BlankNode("x"),
]


@pytest.mark.parametrize("name", ["loaded", "ended", "files", "digest", "source", "triples"])
@pytest.mark.parametrize("value", ODD, ids=lambda value: str(value)[:40].encode("ascii", "replace").decode())
def test_what_a_server_tells_of_a_load_may_be_anything(
    project: SmallProject, run: Run, name: str, value: ox.Literal | ox.NamedNode | ox.BlankNode
) -> None:
    with serving(Imitation()) as server:
        assert run("load", "--store", server.url)[0] == 0
        told = list(server.store.quads_for_pattern(None, ox.NamedNode(f"urn:kzgraph:manifest:{name}"), None, None))
        assert told
        for quad in told:
            server.store.remove(quad)
            server.store.add(ox.Quad(quad.subject, quad.predicate, value, quad.graph_name))
        for command in (["status"], ["query", "members"], ["diff"], ["query", "members", "--as-of", "2021"]):
            code, out, err = run(*command, "--store", server.url)
            assert code in {0, 1, 4}, (command, err)
            assert "\x1b" not in out + err
            assert "Traceback" not in err
            assert (code == 4) == err.startswith("error: "), (command, err)
        assert run("load", "--store", server.url)[0] == 0
        assert run("query", "members", "--store", server.url)[0] == 0


@pytest.mark.parametrize(("moment", "age"), [("", "0 "), ("Z", "0 "), ("+14:00", "14 hours"), ("-14:00", "future")])
def test_a_moment_without_a_zone_is_one_of_utc(moment: str, age: str) -> None:
    told = Status("", [], datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S") + moment).facts()
    (loaded,) = [value for label, value in told if label == "loaded"]
    assert (age if age != "0 " else "just now") in loaded


@pytest.mark.parametrize("what", ["a name", "a nameless one", "a link to a nameless one"])
def test_a_merged_graph_of_the_right_size_and_another_content_is_found_and_made_again(
    project: SmallProject, run: Run, what: str
) -> None:
    """Questions go to the merged graph; of all others the content is compared."""
    project.write("instances/more.ttl", 'kz:Utopia rdfs:seeAlso [ rdfs:label "one" ] , [ rdfs:label "two" ] .')
    with serving(Imitation()) as server:
        assert run("load", "--store", server.url)[0] == 0
        assert run("diff", "--store", server.url)[0] == 0
        merged = ox.NamedNode("https://example.org/graph/all")
        see, label = (ox.NamedNode(f"http://www.w3.org/2000/01/rdf-schema#{n}") for n in ("seeAlso", "label"))
        utopia = ox.NamedNode("https://w3id.org/kzgraph/id/Utopia")
        wanted = {"a name": (utopia, label), "a nameless one": (None, label), "a link to a nameless one": (utopia, see)}
        (quad, *_) = [
            q
            for q in server.store.quads_for_pattern(wanted[what][0], wanted[what][1], None, merged)
            if what != "a nameless one" or isinstance(q.subject, ox.BlankNode)
        ]
        server.store.remove(quad)
        server.store.add(ox.Quad(quad.subject, quad.predicate, ox.Literal("false"), merged))
        code, out, err = run("diff", "--store", server.url)
        assert (code, out) == (1, "changed https://example.org/graph/all +0 -0\n"), err
        code, _, err = run("load", "--store", server.url)
        assert (code, "note" in err) == (0, False)
        assert run("diff", "--store", server.url)[:2] == (0, "")
        assert ox.Quad(quad.subject, quad.predicate, ox.Literal("false"), merged) not in server.store


def test_a_server_that_does_not_give_the_merged_graph_whole_is_told_of(
    project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch = RemoteStore.fetch

    def cut(store: RemoteStore, graph: str, target: Path) -> None:
        if graph.endswith("/all"):
            raise LimitReached("the server gave 10 of 20 triples of a graph")
        fetch(store, graph, target)

    monkeypatch.setattr(RemoteStore, "fetch", cut)
    with serving(Imitation()) as server:
        code, _, err = run("load", "--store", server.url)
        assert code == 0
        assert "note: of the merged graph only the number of triples was compared" in err
