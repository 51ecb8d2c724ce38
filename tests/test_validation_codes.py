"""Findings that no single mistake in a real file brings about; with the others, every code is brought about."""

from __future__ import annotations

import hashlib
import re
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from kzgraph.checks.findings.codes import codes
from tests.conftest import SmallProject

ROOT = Path(__file__).resolve().parents[1]
Run = Callable[..., tuple[int, str, str]]
STAGES = {"syntax", "vocabulary", "shapes", "facts"}
HERE = {
    *("deprecated-term", "before-birth", "wrong-digest", "wrong-paragraph", "broken-shapes", "nothing-targeted"),
    *("empty-target", "unknown-shape-term", "uncited-fact"),
}
COMMAND = {"not-utf-8", "byte-order-mark", "line-ends", "empty-file", "nothing-to-check", "shape-NAME"}
TEXT = "The first paragraph.\n\nThe second paragraph tells more.\n"
DIGEST = f"sha256:{hashlib.sha256(TEXT.encode()).hexdigest()}"


def test_every_code_is_brought_about() -> None:
    cases = tomllib.loads((ROOT / "tests/cases/validation/mistakes.toml").read_text("utf-8"))["mistake"]
    files = {p.name for p in (ROOT / "tests/cases/findings").iterdir()}
    tested = HERE | COMMAND | files | {c["code"] for c in cases}
    assert {c.name for c in codes().values() if c.stage in STAGES} <= tested


def test_a_deprecated_term_names_its_replacement(project: SmallProject, run: Run) -> None:
    project.write(
        "ontology/old.ttl",
        'kzo:Country a owl:Class ; rdfs:label "country"@en ; owl:deprecated true ;\n'
        "    <http://purl.org/dc/terms/isReplacedBy> kzo:State .\n",
    )
    path = project.write("instances/new.ttl", 'kz:Utopia-2 a kzo:Country ; rdfs:label "Second"@en .\n')
    _, out, _ = run("validate", str(path))
    assert "instances/new.ttl:10:15: warning[deprecated-term]: kzo:Country is deprecated" in out
    assert "use kzo:State" in out
    run("validate", str(path), "--fix", "--yes")
    assert "a kzo:State" in path.read_text()


def test_an_office_held_before_birth(project: SmallProject, run: Run) -> None:
    project.write(
        "ontology/offices.ttl",
        'kzo:OfficeHolding a owl:Class ; rdfs:subClassOf kzo:Fact ; rdfs:label "office holding"@en .\n'
        + "".join(f'kzo:{n} a owl:ObjectProperty ; rdfs:label "{n}"@en .\n' for n in ("hasHolder",))
        + "".join(f'kzo:{n} a owl:DatatypeProperty ; rdfs:label "{n}"@en .\n' for n in ("start", "birthDate")),
    )
    path = project.write(
        "instances/new.ttl",
        'kz:Ann a kzo:Actor ; rdfs:label "Ann"@en ; kzo:birthDate "1970-05-01"^^xsd:date .\n'
        'kz:office a kzo:OfficeHolding ; rdfs:label "Ann holds it"@en ; kzo:hasHolder kz:Ann ;\n'
        '    kzo:start "1969"^^xsd:gYear .\n',
    )
    _, out, _ = run("validate", str(path))
    assert re.search(r"new.ttl:11:\d+: error\[before-birth\]: kz:office begins in 1969", out)
    assert "instances/new.ttl:11:1: error[shape-Fact-citation]" in out
    assert "uncited-fact" not in out
    (project.root / "others.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<https://w3id.org/kzgraph/shapes/F> a sh:NodeShape ; sh:targetNode <https://w3id.org/kzgraph/id/Ann> .\n"
    )
    _, out, _ = run("validate", str(path), "--shapes", "others.ttl")
    assert "instances/new.ttl:11:1: error[uncited-fact]" in out
    path.write_text(path.read_text().replace("1969", "1970"))
    assert "before-birth" not in run("validate", str(path))[1]


def test_passages_are_compared_with_the_texts(project: SmallProject, run: Run, tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "doc.txt").write_text(TEXT, newline="")
    for name in ("textLength", "lastParagraph"):
        project.write(f"ontology/{name}.ttl", f'kzo:{name} a owl:DatatypeProperty ; rdfs:label "{name}"@en .\n')
    right = f"sha256:{hashlib.sha256(TEXT[4:9].encode()).hexdigest()}"
    citation = (
        f'kz:doc a kzo:SourceDocument ; rdfs:label "Doc"@en ; kzo:fileName "doc.txt" ; kzo:textDigest "{DIGEST}" .\n'
        "kz:doc_4-9 a kzo:Citation ; oa:hasSource kz:doc ; kzo:paragraph 1 ;\n"
        "    oa:hasSelector [ a oa:TextPositionSelector ; oa:start 4 ; oa:end 9 ] ;\n"
        f'    kzo:passageDigest "{right}" .\n'
    )
    path = project.write("instances/new.ttl", citation)
    _, out, _ = run("validate", str(path), "--documents", str(texts))
    assert "wrong-" not in out
    path = project.write("instances/new.ttl", citation.replace(right, DIGEST).replace("paragraph 1", "paragraph 2"))
    assert "wrong-" not in run("validate", str(path))[1]
    _, out, _ = run("validate", str(path), "--documents", str(texts))
    assert "instances/new.ttl:13:23: error[wrong-digest]" in out
    assert re.search(r"new.ttl:11:\d+: error\[wrong-paragraph\]: kz:doc_4-9 begins in paragraph 1, not 2", out)


def test_shapes_without_targets_and_shapes_that_cannot_run(project: SmallProject, run: Run) -> None:
    head = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix kzsh: <https://w3id.org/kzgraph/shapes/> .\n"
    project.write("ontology/port.ttl", 'kzo:Port a owl:Class ; rdfs:label "port"@en .\n')
    project.write(
        "shapes/port.ttl", head + "kzsh:Port a sh:NodeShape ; sh:targetClass kzo:Port ; sh:nodeKind sh:IRI .\n"
    )
    _, out, _ = run("validate")
    assert "shapes/port.ttl:12:1: warning[empty-target]: kzsh:Port is for nothing" in out
    assert "empty-target" not in run("validate", "instances/actors.ttl")[1]
    path = project.write("instances/new.ttl", "kz:Thing-1 rdfs:seeAlso kz:Utopia .\n")
    assert "nothing-targeted" in run("validate", str(path))[1]
    project.write("shapes/port.ttl", head + 'kzsh:P a sh:PropertyShape ; sh:targetClass kzo:State ; sh:pattern "(" .\n')
    code, out, _ = run("validate")
    assert code == 1
    assert "error[broken-shapes]" in out
    triple = "kzsh:P a sh:NodeShape ; sh:targetClass kzo:State ; sh:hasValue <<( kz:a kz:b kz:c )>> .\n"
    project.write("shapes/port.ttl", head + triple)
    code, out, _ = run("validate")
    assert code == 1
    assert "1 statement with a triple term (RDF 1.2): nothing is checked by it" in out


def test_watch_checks_again_when_a_file_changes(
    project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = project.write("instances/new.ttl", 'kz:Third a kzo:Stat ; rdfs:label "Third"@en .\n')
    pauses = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 1:
            path.write_text(path.read_text().replace("kzo:Stat ", "kzo:State "))
        elif len(pauses) > 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", pause)
    code, out, err = run("validate", str(path), "--watch", "-q")
    assert code == 130
    assert out.count("error[unknown-term]") == 1
    assert "stopped" in err


def test_several_mistakes_in_one_file_are_all_told_and_mended(project: SmallProject, run: Run) -> None:
    text = (
        "@prefix kz: <https://w3id.org/kzgraph/id/> .\n@prefix kzo: <https://w3id.org/kzgraph/ontology/> .\n\n"
        'kz:Second\n    a kzo:Stat\n    rdfs:label "Second"@en .\n\nkz:Third\n    a kzo:State ;\n'
        '    rdfs:label "Third"@en , "Үші"@kz\n'
    )
    path = project.root / "draft.ttl"
    path.write_text(text)
    _, out, _ = run("validate", "draft.ttl")
    places = re.findall(r"^draft.ttl:(\d+:\d+): error\[([\w-]+)\]", out, re.MULTILINE)
    assert places == [
        ("5:7", "unknown-term"),
        ("5:14", "syntax-error"),
        ("6:5", "unknown-prefix"),
        ("10:29", "bad-language-tag"),
        ("10:36", "syntax-error"),
    ]
    run("validate", "draft.ttl", "--fix", "--yes")
    assert run("validate", "draft.ttl", "-q") == (0, "", "")
    assert path.read_text().startswith("@prefix rdfs:")
    assert '"Үші"@kk .' in path.read_text()
