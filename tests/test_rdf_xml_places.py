"""Places in RDF/XML: the statements are those of the parser, and each has the line of its element."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from kzgraph.files.placed.rdf_xml import RdfXmlText
from kzgraph.namespaces import RDF

BASE = "http://e/file"
TEXT = """<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [ <!ENTITY ex "http://e/" > ]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="http://e/" xml:lang="en">
  <ex:Kind rdf:about="&ex;a" ex:short="word">
    <ex:name xml:lang="de">Ärger &amp; Freude</ex:name>
    <ex:day rdf:datatype="http://www.w3.org/2001/XMLSchema#date">2024-13-45</ex:day>
    <ex:empty/>
    <ex:to rdf:resource="&ex;b"/>
    <ex:part>
      <rdf:Description>
        <ex:deep rdf:nodeID="n"/>
      </rdf:Description>
    </ex:part>
    <ex:parts rdf:parseType="Resource">
      <ex:one>1</ex:one>
    </ex:parts>
    <ex:list rdf:parseType="Collection">
      <ex:Kind rdf:about="c"/>
    </ex:list>
    <ex:markup rdf:parseType="Literal"><b xmlns="">bold</b></ex:markup>
    <ex:with ex:said="so" rdf:resource="&ex;d"/>
  </ex:Kind>
  <rdf:Seq rdf:ID="here" xml:base="http://other/">
    <rdf:li>first</rdf:li>
    <rdf:li rdf:resource="second"/>
  </rdf:Seq>
  <rdf:Description rdf:nodeID="n" rdf:type="http://e/Kind"/>
</rdf:RDF>
"""


def shown(name: str) -> str:
    return "_" if name.startswith("_:") else name


def test_the_statements_are_those_of_the_parser() -> None:
    parsed = {
        tuple("_" if isinstance(t, ox.BlankNode) else t.value for t in (q.subject, q.predicate, q.object))
        for q in ox.parse(TEXT, ox.RdfFormat.RDF_XML, base_iri=BASE)
        if q.predicate.value not in {f"{RDF}first", f"{RDF}rest", "http://e/markup"}
    }
    found = {(shown(s.subject), s.predicate, shown(s.object)) for s in RdfXmlText(TEXT, BASE).statements}
    assert found == parsed


def test_each_stands_at_its_element() -> None:
    text = RdfXmlText(TEXT, BASE)
    lines = TEXT.split("\n")
    places = {
        ("http://e/a", ""): "<ex:Kind",
        ("http://e/a", "http://e/day"): "<ex:day",
        ("http://e/a", "http://e/list"): "<ex:list",
        ("http://e/a", "http://e/with"): "<ex:with",
        ("http://e/c", ""): "<ex:Kind",
        ("http://other/#here", f"{RDF}_2"): "<rdf:li",
    }
    for (subject, predicate), written in places.items():
        place = text.find(subject, predicate)
        assert place is not None
        assert lines[place.line - 1][place.column - 1 :][: place.length] == written
    day = text.find("http://e/a", "http://e/day", "2024-13-45")
    assert day is not None
    assert day.line == 6


def test_what_stands_before_a_fault_stays() -> None:
    assert RdfXmlText(TEXT[: TEXT.index("<ex:empty/>")], BASE).find("http://e/a", "http://e/day") is not None
    assert RdfXmlText("no XML").statements == []


def test_findings_on_rdf_xml_name_the_line(tmp_path: Path, run: Callable[..., tuple[int, str, str]]) -> None:
    data, shapes = tmp_path / "data.rdf", tmp_path / "shapes.ttl"
    data.write_text(TEXT, "utf-8")
    shapes.write_text(
        """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://e/> .
        ex:S sh:targetClass ex:Kind ; sh:property [ sh:path ex:short ; sh:maxLength 2 ] ;
            sh:property [ sh:path ex:part ; sh:node [ sh:property [ sh:path ex:deep ; sh:maxCount 0 ] ] ] .""",
        "utf-8",
    )
    code, out, _ = run("validate", str(data), "--shapes", str(shapes), "--standalone")
    assert code == 1
    assert f"{data}:6:5: error[bad-literal]" in out
    assert f"{data}:4:3: error[shape-MaxLength]" in out
    assert f"{data}:9:5: error[shape-Node]" in out


def test_a_literal_that_is_none_is_found_where_places_are_not_known(
    tmp_path: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    data = tmp_path / "data.nq"
    data.write_text('<http://e/a> <http://e/p> "2024-13-45"^^<http://www.w3.org/2001/XMLSchema#date> .\n', "utf-8")
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text("@prefix sh: <http://www.w3.org/ns/shacl#> . <http://e/S> sh:targetNode <http://e/a> .", "utf-8")
    code, out, _ = run("validate", str(data), "--shapes", str(shapes), "--standalone")
    assert (code, "bad-literal" in out) == (1, True)


def test_a_nameless_node_stands_where_another_leads_to_it(
    tmp_path: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    data.write_text("@prefix ex: <http://e/> .\n\nex:a ex:p ex:x ;\n    ex:part [ ex:inner [ ] ] .\n", "utf-8")
    shapes.write_text(
        """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://e/> .
        ex:S sh:targetObjectsOf ex:inner ; sh:property [ sh:path ex:name ; sh:minCount 1 ] .""",
        "utf-8",
    )
    _, out, _ = run("validate", str(data), "--shapes", str(shapes), "--standalone")
    assert f"{data}:4:5: error[shape-MinCount]" in out


def test_what_the_ontology_describes_stands_there(tmp_path: Path, run: Callable[..., tuple[int, str, str]]) -> None:
    (tmp_path / "kzgraph.toml").write_text('[project]\nname = "x"\n[prefixes]\nex = "http://e/"\n', "utf-8")
    for folder, text in {
        "ontology": "@prefix ex: <http://e/> .\n\nex:Odd a ex:Class .\n",
        "instances": "@prefix ex: <http://e/> .\nex:a a ex:Class .\n",
        "shapes": "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://e/> . ex:S sh:maxLength 9 ; "
        'sh:target [ a sh:SPARQLTarget ; sh:select "SELECT ?this { ?this a <http://e/Class> }" ] .',
    }.items():
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "all.ttl").write_text(text, "utf-8")
    _, out, _ = run("--project", str(tmp_path), "validate")
    assert "ontology/all.ttl:3:1: error[shape-S]: ex:Odd" in out
    assert "\n    3 | ex:Odd a ex:Class ." in out
