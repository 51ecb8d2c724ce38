"""Nothing leaves the machine: no text makes the tool open a connection, start a program, or read elsewhere."""

from __future__ import annotations

import ast
import contextlib
import json
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kzgraph.checks.shapes.sparql_texts import TEXTS
from kzgraph.errors import RefusedError
from kzgraph.stores.disk.embedded import EmbeddedStore
from kzgraph.walls.isolation import deny_network, mentions_service, nothing_reaches_out
from tests.conftest import ROOT, SmallProject

Run = Callable[..., tuple[int, str, str]]
SHAPES_HEAD = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <https://example.org/shapes#> .
"""
SERVICE = "SELECT ?this WHERE {{ ?this a kzo:State . SERVICE <{url}> {{ ?this ?p ?o }} }}"
PREFIXED = 'sh:prefixes [ sh:declare [ sh:prefix "kzo" ; sh:namespace "https://w3id.org/kzgraph/ontology/" ] ]'
TARGET = "sh:targetClass kzo:State"
# Each place of a shapes graph that can hold SPARQL.
DOORS = {
    "target": f'ex:S a sh:NodeShape ; sh:target [ a sh:SPARQLTarget ; sh:select "{SERVICE}" ; {PREFIXED} ] .',
    "constraint": f'ex:S a sh:NodeShape ; {TARGET} ; sh:sparql [ sh:select "{SERVICE}" ; {PREFIXED} ] .',
    "rule": f'ex:S a sh:NodeShape ; {TARGET} ; sh:rule [ a sh:SPARQLRule ; {PREFIXED} ; '
    'sh:construct "CONSTRUCT {{ $this a kzo:X }} WHERE {{ SERVICE <{url}> {{ $this ?p ?o }} }}" ] .',
    "function": 'ex:f a sh:SPARQLFunction ; sh:returnType xsd:string ; sh:parameter [ sh:path ex:op ] ; '
    'sh:select "SELECT ?r WHERE {{ SERVICE <{url}> {{ ?r ?p $op }} }}" .',
    "component": "ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path ex:op ] ; "
    'sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK {{ SERVICE SILENT <{url}> {{ $value ?p ?o }} }}" ] .',
    "expression": f'ex:S a sh:NodeShape ; {TARGET} ; '
    'sh:expression [ sh:select "SELECT ?x {{ SERVICE <{url}> {{ ?x ?p ?o }} }}" ] .',
    "escaped": f'ex:S a sh:NodeShape ; {TARGET} ; sh:sparql [ '
    'sh:select "SELECT $this WHERE {{ \\\\u0053ERVICE <{url}> {{ $this ?p ?o }} }}" ] .',
    "update": f'ex:S a sh:NodeShape ; {TARGET} ; sh:rule [ sh:update "LOAD <{{url}}>" ] .',
}  # fmt: skip


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """A server of this machine that must not be asked: its URL, and the beginnings of all that it was sent."""
    received: list[bytes] = []
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    received.append(connection.recv(200))

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", received


@pytest.mark.parametrize("door", DOORS)
def test_sparql_in_shapes_that_asks_another_server_is_refused(
    project: SmallProject, run: Run, listener: tuple[str, list[bytes]], door: str
) -> None:
    url, received = listener
    project.write("shapes/hostile.ttl", SHAPES_HEAD + DOORS[door].format(url=url))
    code, _, err = run("validate")
    assert code == 5, err
    assert "shapes/hostile.ttl" in err
    data = str(project.root / "instances" / "actors.ttl")
    for form in ("text", "turtle"):
        code, _, err = run(
            "validate",
            data,
            "--shapes",
            "shapes/hostile.ttl",
            *(["--standalone", "-f", form] if form == "turtle" else []),
        )
        assert code == 5, (form, err)
    assert received == []


def test_every_word_of_shacl_that_may_hold_sparql_has_a_case() -> None:
    held = "".join(DOORS.values())
    assert {w for w in TEXTS if f"sh:{w}" in held} >= {"select", "ask", "construct", "update", "expression"}


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ('sh:prefix "x" ; sh:namespace "http://x> SELECT * { SERVICE <http://127.0.0.1:1/> {} } #"', "is no IRI"),
        ('sh:prefix "x: <http://x> #" ; sh:namespace "http://x"', "is no prefix"),
    ],
)
def test_a_prefix_cannot_carry_another_query(project: SmallProject, run: Run, declared: str, told: str) -> None:
    shape = (
        f'ex:S a sh:NodeShape ; {TARGET} ; sh:sparql [ sh:select "SELECT $this {{ $this a ?c }}" ; sh:prefixes ex:P ] .'
    )
    project.write("shapes/hostile.ttl", SHAPES_HEAD + f"{shape}\nex:P sh:declare [ {declared} ] .")
    code, out, err = run("validate")
    assert code in {1, 3}
    assert told in out + err


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this WHERE { this is no query",
        "SELECT $this FROM <http://127.0.0.1:1/> WHERE { $this a ?c }",
        "SELECT $this FROM NAMED <http://127.0.0.1:1/> WHERE { GRAPH ?g { $this a ?c } }",
        "SELECT $this WHERE { $this unknown:p ?c }",
        "SELECT $this WHERE { $this a ?c . BIND (1 AS ?c) }",
    ],
)
def test_sparql_in_shapes_that_cannot_be_run_is_a_finding(project: SmallProject, run: Run, query: str) -> None:
    project.write(
        "shapes/broken.ttl", SHAPES_HEAD + f'ex:S a sh:NodeShape ; {TARGET} ; sh:sparql [ sh:select "{query}" ] .'
    )
    code, out, err = run("validate")
    assert code == 1, err
    assert "broken-shapes" in out
    code, _, err = run(
        "validate", "instances/actors.ttl", "--shapes", "shapes/broken.ttl", "--standalone", "-f", "turtle"
    )
    assert code == 1, err


def test_the_second_wall_stands_without_the_first(listener: tuple[str, list[bytes]]) -> None:
    url, received = listener
    with pytest.raises(RefusedError), nothing_reaches_out():
        urllib.request.urlopen(url)  # noqa: S310  # a listener of this test
    with pytest.raises(RefusedError), nothing_reaches_out(), contextlib.suppress(RefusedError):
        Path("/etc/hostname").read_text("utf-8")  # swallowed, as engines do, and told at the end
    for text in ("SELECT * { SERVICE <%s> { ?s ?p ?o } }", "SELECT * { \\u0053ervice <%s> { ?s ?p ?o } }"):
        assert mentions_service(text)
    assert received == []
    assert Path(__file__).read_bytes()  # outside, this thread is as free as before


@pytest.mark.skipif(sys.platform != "linux", reason="only the kernel of Linux can forbid a thread its connections")
def test_oxigraph_itself_cannot_reach_out(listener: tuple[str, list[bytes]]) -> None:
    url, received = listener
    told: list[str] = []

    def ask() -> None:
        if not deny_network():
            told.append("no wall on this processor")
            return
        try:
            list(ox.Store().query(f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}"))  # type: ignore[arg-type]  # rows of a SELECT
        except OSError as error:
            told.append(str(error))

    worker = threading.Thread(target=ask)
    worker.start()
    worker.join()
    assert len(told) == 1
    with pytest.raises(Exception, match="could not answer"):
        EmbeddedStore(ox.Store()).query(f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}")
    assert received == []


def test_no_command_touches_anything_else(
    project: SmallProject, tmp_path: Path, listener: tuple[str, list[bytes]]
) -> None:
    url, received = listener
    project.write("ontology/imports.ttl", f"<https://example.org/o> a owl:Ontology ; owl:imports <{url}onto.ttl> .")
    project.write(
        "instances/see.ttl", f"kz:Erewhon rdfs:seeAlso <{url}more.ttl> ; rdfs:isDefinedBy <file:///etc/passwd> ."
    )
    project.write("shapes/links.ttl", SHAPES_HEAD + f"<> owl:imports <{url}s.ttl> ; sh:shapesGraph <{url}g.ttl> .\n"
                  f"ex:S a sh:NodeShape ; {TARGET} ; sh:js [ sh:jsLibrary [ sh:jsLibraryURL '{url}l.js' ] ; "
                  f"sh:jsFunctionName 'f' ] ; sh:entailment <{url}e> .")  # fmt: skip
    project.write("queries/service.rq", f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}")
    project.write("queries/from.rq", f"#+ summary: x\n#+ endpoint: {url}\nSELECT * FROM <{url}> {{ ?s ?p ?o }}")
    project.write("queries/checks/bad.rq", f"#+ summary: x\nSELECT ?thing {{ SERVICE <{url}> {{ ?thing ?p ?o }} }}")
    project.write("data.jsonld", json.dumps({"@context": f"{url}context.json", "@id": "urn:x", "a": 1}))
    project.write("data.rdf", f'<!DOCTYPE r [<!ENTITY e SYSTEM "{url}e">]><r>&e;</r>')
    commands = [
        *(["query", q] for q in ("members", "service", "from")),
        *(["query", "members", "--data", d] for d in ("data.jsonld", "data.rdf")),
        *(["queries"], ["search", "utopia"], ["show", "kz:Utopia"], ["why", "kz:Utopia"], ["conflicts"]),
        *(["validate"], ["validate", "-f", "json"], ["check", "--skip", "logic"], ["status"], ["dump"]),
        *(["load", "--store", "db"], ["status", "--store", "db"], ["dump", "--store", "db"], ["diff", "--store", "db"]),
        *(["sources"], ["docs", "-o", "site"], ["load", "--store", "other", "data.jsonld"]),
    ]
    told = subprocess.run(
        [sys.executable, "-m", "tests.recording"],
        input=json.dumps([["--project", str(project.root), *c] for c in commands]),
        cwd=project.root,
        env={"PYTHONPATH": str(ROOT), "KZGRAPH_CACHE": str(tmp_path / "cache"), "TMPDIR": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    allowed = (str(tmp_path), sys.prefix, sys.base_prefix, str(ROOT), "/dev/null", "/proc/self/", "/usr/share/zoneinfo")
    for one in json.loads(told.stdout):
        assert one["code"] in {0, 1, 2, 3, 4, 5}, one
        reached = [(what, where) for what, where in one["touched"] if what != "open" or not where.startswith(allowed)]
        assert [r for r in reached if not r[1].isdigit()] == [], one["command"]
    assert received == []


# Every module that gives SPARQL to an engine, and why that text is safe.
ASKING = {
    "answers.missing.missing_facts": "parts of a text that was let pass, and terms",
    "answers.asking.ask": "the user's text: `prepare` refuses what is unsafe",
    "answers.asking.time_limit": "hands on what `asking` has let pass",
    "answers.evidence.sentence_ledger": "its own text",
    "answers.missing.seen_in": "stored queries: `prepare` refuses what is unsafe",
    "answers.missing.silence": "stored queries: `prepare` refuses what is unsafe",
    "answers.missing.empty_answers": "parts of a text that was let pass",
    "checks.shapes.sparql_texts": "runs on no data, after the guard",
    "checks.shapes.asking": "what `sparql_texts` has let pass, walled in",
    "checks.shapes.together": "what `sparql_texts` has let pass",
    "graph.derivation": "its own text, and IRIs that a parser has read",
    "graph.rederivation": "its own text, and IRIs that a parser has read",
    "graph.logic.clashes": "its own text, and IRIs that a parser has read",
    "site.folder": "the names of stored queries, for the Python API",
    "site.question_pages": "looks a stored query up by its name",
    "site.server.contents": "the names of stored queries, for the Python API",
    "stores.server.answers": "the variables of a text without SERVICE, on no data, after the guard",
    "site.server.protocol": "the client's text, after `refuse_unsafe`",
    "stores.disk.embedded": "the store itself, with its own wall",
    "stores.moving.contents": "its own text",
    "stores.rows": "its own text, in the words of the model",
}


def test_every_door_of_sparql_is_known() -> None:
    found = set()
    for path in (ROOT / "kzgraph").rglob("*.py"):
        calls = (n.func for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call))
        if any(isinstance(f, ast.Attribute) and f.attr in {"query", "update"} and not _is_plain(f) for f in calls):
            found.add(".".join(path.relative_to(ROOT / "kzgraph").with_suffix("").parts))
    assert found >= set(ASKING)
    assert found - set(ASKING) == set()


def _is_plain(function: ast.Attribute) -> bool:
    """Whether ``update`` is that of a dictionary or digest."""
    return function.attr == "update"
