"""A project in a real server: what is sent, what is left alone, and that all commands see the same graphs."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from kzgraph.project import find_project
from kzgraph.stores.remote import RemoteStore
from tests.conftest import SmallProject
from tests.servers.conftest import Server

Run = Callable[..., tuple[int, str, str]]


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
    for name in ("members",):
        assert run("query", name, "-f", "csv", "--store", empty)[1] == run("query", name, "-f", "csv")[1]
    base = find_project().graph_base
    for graph in RemoteStore.open(find_project(), empty).counts(base):
        if graph.removeprefix(base) not in {"all", "manifest"}:
            chosen = ("--graph", graph, "-f", "ntriples")
            assert run("dump", "--store", empty, *chosen)[1] == run("dump", *chosen)[1]
    code, out, err = run("status", "--store", empty)
    assert code == 0, err
    assert "just now" in out


def test_credentials_are_asked_for_and_never_shown(
    project: SmallProject, server: Server, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    if server.name != "virtuoso":
        pytest.skip("this server asks for none")
    monkeypatch.setenv("KZGRAPH_STORE_USER", "dba")
    monkeypatch.setenv("KZGRAPH_STORE_PASSWORD", "wrong-secret")
    code, out, err = run("load", "--store", server.url)
    assert code == 4
    assert "credentials" in err
    code, _, more = run("load", "--store", server.url.replace("://", "://dba:hidden@"))
    assert code == 4
    assert not [secret for secret in ("wrong-secret", "hidden") if secret in out + err + more]


def test_an_answer_that_is_cut_is_told(project: SmallProject, server: Server, store: str, run: Run) -> None:
    if server.name != "virtuoso":
        pytest.skip("this server has no limit of its own on rows")
    text = b"SELECT ?a ?b WHERE { GRAPH ?g { ?a ?p ?o } . GRAPH ?h { ?b ?q ?r } }"
    code, out, err = run("query", "-", "-f", "csv", "--store", store, stdin=text)
    assert (code, out) == (6, ""), err
