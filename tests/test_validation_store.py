"""``kzgraph validate --store``: what a folder or a server holds, by the project's shapes, with graphs for places."""

from __future__ import annotations

import json
from collections.abc import Callable

import pyoxigraph as ox
import pytest

from kzgraph.namespaces import KZ, KZO
from tests.conftest import SmallProject

Run = Callable[..., tuple[int, str, str]]
WRONG = (
    'kz:club a kzo:Membership ; rdfs:label "Utopia in a club"@en ; kzo:hasMember kz:Utopia ;\n'
    "    kzo:inOrganisation kz:Erewhon ; prov:wasDerivedFrom kz:example-2020_15-40 ;\n"
    "    kzo:hasAttribution [ kzo:ofProperty rdfs:comment ; kzo:basis kzo:BasisSupplied ] .\n"
    'kz:Nowhere a kzo:State ; rdfs:label "Nirgendwo"@de .\n'
)


def graph_of(name: str, run: Run, store: str) -> str:
    data = json.loads(run("validate", "--store", store, "-f", "json", "--fail-on", "none")[1])
    return str(next(f["graph"] for f in data["findings"] if name in f["graph"]))


def test_a_store_that_equals_right_files_is_right(project: SmallProject, run: Run) -> None:
    assert run("load", "--store", "db")[0] == 0
    code, out, err = run("validate", "--store", "db")
    assert (code, err) == (0, "")
    assert out == "no findings in 3 graphs of db (34 triples, 7 shapes, 3 focus nodes checked)\n"
    assert run("validate", "--store", "db", "-q") == (0, "", "")


def test_the_findings_are_those_of_the_files_with_graphs_for_places(project: SmallProject, run: Run) -> None:
    project.write("instances/new.ttl", WRONG)
    run("load", "--store", "db")
    files = json.loads(run("validate", "-f", "json")[1])["findings"]
    code, out, _ = run("validate", "--store", "db", "-f", "json")
    told = json.loads(out)
    assert code == 1
    assert told["summary"]["graphs"] == 4
    assert {f["code"] for f in told["findings"]} >= {"unknown-term", "no-english-label", "attributed-nothing"}
    severe = {(f["code"], f["thing"]) for f in files if f["severity"] != "info"}
    assert {(f["code"], f["thing"]) for f in told["findings"]} == severe
    for finding in told["findings"]:
        assert finding["graph"].endswith("instances/new.ttl")
        assert (finding["file"], finding["line"], finding["column"]) == ("", 0, 0)


def test_every_format_names_the_graph(project: SmallProject, run: Run) -> None:
    project.write("instances/new.ttl", WRONG)
    run("load", "--store", "db")
    graph = graph_of("new.ttl", run, "db")
    told = {f: run("validate", "--store", "db", "-f", f) for f in ("text", "sarif", "junit", "github", "turtle")}
    assert {code for code, _, _ in told.values()} == {1}
    assert f"graph <{graph}>: error[unknown-term]: kzo:inOrganisation is not a term of the ontology" in told["text"][1]
    results = json.loads(told["sarif"][1])["runs"][0]["results"]
    assert {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in results} == {graph}
    assert f'<testcase classname="{graph}"' in told["junit"][1]
    assert told["github"][1].count("::error title=") == told["github"][1].count("\n")
    assert told["github"][1].count(f"::graph <{graph}>: ") == told["github"][1].count("\n")
    values = {q.object.value for q in ox.parse(told["turtle"][1], ox.RdfFormat.TURTLE) if hasattr(q.object, "value")}
    assert f"graph <{graph}>" in values


def test_a_server_is_asked_over_http(project: SmallProject, run: Run, server: str) -> None:
    project.write("instances/new.ttl", WRONG)
    assert run("load", "--store", server)[0] == 0
    run("load", "--store", "db")
    (project.root / "kzgraph.toml").write_text(
        (project.root / "kzgraph.toml").read_text() + f'\n[stores.ours]\nquery = "{server}/query"\n'
        f'update = "{server}/update"\ngraphs = "{server}/store"\n'
    )
    folder = json.loads(run("validate", "--store", "db", "-f", "json")[1])
    for store in (server, "ours"):
        code, out, err = run("validate", "--store", store, "-f", "json")
        assert code == 1, err
        assert json.loads(out) == folder


def write_store(project: SmallProject, graph: ox.NamedNode | ox.DefaultGraph) -> None:
    store = ox.Store(str(project.root / "foreign"))
    store.load(project.write("draft.ttl", WRONG).read_bytes(), ox.RdfFormat.TURTLE, to_graph=graph)
    store.flush()


@pytest.mark.parametrize("graph", [ox.DefaultGraph(), ox.NamedNode("urn:example:graph")], ids=str)
def test_a_store_of_other_graphs_is_checked_whole(
    project: SmallProject, run: Run, graph: ox.NamedNode | ox.DefaultGraph
) -> None:
    write_store(project, graph)
    code, out, _ = run("validate", "--store", "foreign")
    assert code == 1
    assert "error[unknown-term]: kzo:inOrganisation" in out
    assert "in 1 graph of foreign (" in out


def test_a_default_graph_that_is_no_union_is_checked_too(project: SmallProject, run: Run) -> None:
    """A database of another program: what both graphs hold is checked once."""
    write_store(project, ox.NamedNode("urn:example:graph"))
    alone = json.loads(run("validate", "--store", "foreign", "-f", "json")[1])
    store = ox.Store(str(project.root / "foreign"))
    store.extend(ox.Quad(q.subject, q.predicate, q.object) for q in list(store))
    store.add(ox.Quad(ox.NamedNode(KZ + "Nowhere"), ox.NamedNode(KZO + "onlyHere"), ox.NamedNode(KZ + "Nowhere")))
    del store
    told = json.loads(run("validate", "--store", "foreign", "-f", "json")[1])
    assert (told["summary"]["graphs"], told["summary"]["triples"]) == (2, alone["summary"]["triples"] + 1)
    new = [f for f in told["findings"] if f not in alone["findings"]]
    assert [(f["graph"], f["code"], f["value"]) for f in new] == [("default", "unknown-term", "kzo:onlyHere")]


def test_an_empty_store_is_a_finding(project: SmallProject, run: Run) -> None:
    ox.Store(str(project.root / "void")).flush()
    code, out, _ = run("validate", "--store", "void")
    assert code == 1
    assert "void: error[nothing-to-check]: the store holds nothing to check" in out


@pytest.mark.parametrize("others", [["x.ttl"], ["--logic"], ["--fix"], ["--watch"], ["--standalone"]])
def test_what_is_for_files_is_refused(project: SmallProject, run: Run, others: list[str]) -> None:
    code, out, err = run("validate", "--store", "db", *others)
    assert (code, out) == (2, "")
    assert err.startswith("error: ")


def test_what_is_no_store_is_refused(project: SmallProject, run: Run) -> None:
    assert run("validate", "--store", "instances")[0] == 3
    assert run("validate", "--store", "http://127.0.0.1:9/")[0] == 4


def test_a_graph_that_is_called_like_a_file_is_a_graph(project: SmallProject, run: Run) -> None:
    write_store(project, ox.NamedNode((project.root / "draft.ttl").as_uri()))
    out = run("validate", "--store", "foreign")[1]
    assert "graph <file:" in out
    assert " | " not in out
