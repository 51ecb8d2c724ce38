"""What leaves the tool is what the files say: each value as it was written, and triple terms whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kzgraph.files.parsing import parse_turtle
from kzgraph.files.project import find_project
from kzgraph.stores.moving import kept_values
from tests.conftest import PREFIXES, SmallProject
from tests.servers.imitation import Imitation, serving

Run = Callable[..., tuple[int, str, str]]
VALUES = """
kz:Utopia kz:p "1"^^xsd:nonNegativeInteger , "1"^^xsd:byte , "1"^^xsd:int , 1 , 01 , "+1"^^xsd:integer , 1.50 , 1.5 ,
    1E400 , "1"^^xsd:boolean , true , "2020-01-01T00:00:00Z"^^xsd:dateTimeStamp , "2020-01-01T00:00:00Z"^^xsd:dateTime ,
    "a"@en , "a" , "007"^^xsd:long , "24:00:00"^^xsd:time , "x"^^kz:own .
[] kz:p "007"^^xsd:int , "7"^^xsd:int ; kz:q [ kz:p 1.50 ] .
"""
TERMS = """
kz:Utopia kz:p kz:Erewhon {| kz:since "007"^^xsd:int |} .
[] kz:p [ kz:q 1 ] {| kz:since 1.50 |} .
kz:Utopia kz:said <<( kz:Erewhon kz:p <<( kz:Utopia kz:p "1.50"^^xsd:decimal )>> )>> .
"""
PARSED = {
    "nquads": ox.RdfFormat.N_QUADS,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "rdfxml": ox.RdfFormat.RDF_XML,
}


def canonical(triples: list[ox.Triple]) -> list[str]:
    """Triples as text, blank nodes named alike; nothing else is changed."""
    dataset = ox.Dataset(ox.Quad(*t) for t in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return sorted(str(q.triple) for q in dataset)


def written(text: str) -> list[ox.Triple]:
    return [q.triple for q in parse_turtle((PREFIXES + text).encode(), "written")]


@pytest.mark.parametrize("form", PARSED)
def test_each_value_comes_out_as_it_was_written(project: SmallProject, run: Run, form: str) -> None:
    project.write("instances/odd.ttl", VALUES)
    code, out, err = run("dump", "-f", form)
    assert code == 0, err
    found = [q.triple for q in ox.parse(out, PARSED[form])]
    own = [t for t in found if "id/p>" in str(t) or "id/q>" in str(t)]
    assert canonical(own) == canonical(written(VALUES))


@pytest.fixture
def server() -> Iterator[Imitation]:
    """A server that keeps values as Oxigraph does."""
    with serving(Imitation()) as imitation:
        yield imitation


def test_a_server_is_sent_each_value_as_it_was_written(project: SmallProject, run: Run, server: Imitation) -> None:
    path = project.write("instances/odd.ttl", VALUES)
    graph = find_project(project.root).graph_name(path)
    assert run("load", "--store", server.url)[0] == 0
    (body,) = (s.body for s in server.seen if s.graph == graph and s.method == "PUT")
    assert canonical([q.triple for q in ox.parse(body, ox.RdfFormat.N_TRIPLES)]) == canonical(written(VALUES))
    assert "0 of " in run("load", "--store", server.url)[2]


def test_a_value_that_is_written_otherwise_is_sent_again(project: SmallProject, run: Run, server: Imitation) -> None:
    path = project.write("instances/odd.ttl", "kz:Utopia kz:p 7 .")
    graph = find_project(project.root).graph_name(path)
    assert run("load", "--store", server.url)[0] == 0
    server.seen.clear()
    project.write("instances/odd.ttl", 'kz:Utopia kz:p "7"^^xsd:int .')
    assert run("load", "--store", server.url)[2].startswith("1 of ")
    assert [s.graph for s in server.seen if s.method == "PUT" and "instances" in s.graph] == [graph]


@pytest.mark.parametrize("form", ["nquads", "ntriples", "turtle", "trig"])
def test_triple_terms_come_out_as_they_went_in(project: SmallProject, run: Run, form: str) -> None:
    project.write("instances/terms.ttl", TERMS)
    code, out, err = run("dump", "-f", form)
    assert code == 0, err
    found = [q.triple for q in ox.parse(out, PARSED[form])]
    own = [t for t in found if any(f"id/{n}>" in str(t) for n in ("p", "q", "since", "said"))]
    assert canonical(own) == canonical(written(TERMS))


@pytest.mark.parametrize("name", ["terms.ttl", "terms.nt"])
def test_a_file_of_triple_terms_alone_is_not_called_empty(
    project: SmallProject, run: Run, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("<urn:a> <urn:p> " + "<<( <urn:a> <urn:p> " * 50 + "<urn:b>" + " )>>" * 50 + " .")
    code, out, _ = run("validate", str(tmp_path / name))
    assert code == 1
    assert "triple terms" in out
    assert "says nothing" not in out


@pytest.mark.parametrize("form", ["rdfxml", "jsonld"])
def test_a_format_without_triple_terms_is_refused_before_anything_is_written(
    project: SmallProject, run: Run, form: str
) -> None:
    project.write("instances/terms.ttl", TERMS)
    code, out, err = run("dump", "-f", form)
    assert (code, out) == (3, "")
    assert "triple terms" in err
    assert "-f nquads" in err


def test_what_looks_like_a_triple_term_in_a_text_is_none(project: SmallProject, run: Run) -> None:
    project.write("instances/text.ttl", 'kz:Utopia rdfs:comment "a <<( b )>> c" .')
    code, out, _ = run("dump", "-f", "jsonld")
    assert (code, "<<( b )>>" in json.dumps(json.loads(out))) == (0, True)


def test_values_that_the_store_cannot_hold_are_counted_at_load(project: SmallProject, run: Run) -> None:
    assert "note:" not in run("load")[2]
    project.write(
        "instances/odd.ttl", 'kz:Utopia kz:p "1"^^xsd:byte , 1 , 1.50 , "a"@en , "b" . kz:Erewhon kz:p 1.50 .\n'
    )
    told = 'note: 3 values cannot be held as written: "1"^^xsd:byte as 1, 1.50 as 1.5;'
    assert told in run("load")[2]
    assert told in run("load", "--store", str(project.root.parent / "graph.db"))[2]
    project.write("instances/odd.ttl", VALUES)
    assert run("load")[2].count("…") == 1


def test_values_of_foreign_files_that_a_folder_cannot_hold_are_counted(project: SmallProject, run: Run) -> None:
    folder, store = project.root.parent / "foreign", str(project.root.parent / "graph.db")
    folder.mkdir()
    (folder / "odd.nt").write_text('<urn:a> <urn:p> "01"^^<http://www.w3.org/2001/XMLSchema#byte> .\n', "utf-8")
    (folder / "plain.nt").write_text('<urn:b> <urn:p> "01" .\n', "utf-8")
    code, _, err = run("load", str(folder / "odd.nt"), "--store", store)
    assert (code, err.splitlines()[-1]) == (0, 'note: 1 value cannot be held as written: "01"^^xsd:byte as 1')
    assert "note:" not in run("load", str(folder / "plain.nt"), "--store", store)[2]


def test_values_of_large_files_and_of_standard_input_are_not_looked_at_which_is_said(
    project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_values, "_MOST_READ", 10)
    paths = [project.root.parent / name for name in ("one.nt", "two.nt")]
    for path in paths:
        path.write_text('<urn:a> <urn:p> "01" .\n', "utf-8")
    code, _, err = run("load", *map(str, paths), "--store", str(project.root.parent / "graph.db"))
    told = f"note: whether all values of {paths[0]} are held as written was not looked at (nor those of 1 file more)"
    assert (code, err.splitlines()[-1]) == (0, told)
