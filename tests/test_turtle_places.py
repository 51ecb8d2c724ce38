"""Where in a Turtle file something stands: each name and statement at the line and column of its first character."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kzgraph.files.placed.text import Place
from kzgraph.files.placed.turtle import TurtleText
from kzgraph.namespaces import KZ, KZO, RDF, RDFS
from tests.conftest import PREFIXES

ROOT = Path(__file__).resolve().parents[1]
FEWEST_FILES = 100
START = PREFIXES.count("\n") + 1


def read(text: str) -> TurtleText:
    return TurtleText(PREFIXES + text)


def at(place: Place | None) -> tuple[int, int]:
    assert place is not None
    return place.line - START + 1, place.column


@pytest.mark.parametrize(
    ("text", "subject", "predicate", "value", "place"),
    [
        ("kz:A a kzo:B .", "A", "", None, (1, 1)),
        ("kz:A a kzo:B .", "A", RDF + "type", None, (1, 6)),
        ("kz:A a kzo:B .", "A", RDF + "type", KZO + "B", (1, 8)),
        ("\nkz:A\n    kzo:p kz:B ,\n        kz:C ;\n    kzo:q 5 .", "A", KZO + "p", KZ + "C", (4, 9)),
        ("\nkz:A\n    kzo:p kz:B ,\n        kz:C ;\n    kzo:q 5 .", "A", KZO + "q", "5", (5, 11)),
        ("kz:A kzo:p -5 , +1.5 , .5 , 1e6 , true .", "A", KZO + "p", "-5", (1, 12)),
        ('kz:A kzo:p "x"@en , "y"^^xsd:date , kz:Z .', "A", KZO + "p", KZ + "Z", (1, 37)),
        ('kz:A kzo:p """two\nlines""" , "z" .', "A", KZO + "p", "z", (2, 12)),
        ("kz:A kzo:p 'it\\'s' , \"a\\\"b\" .", "A", KZO + "p", 'a"b', (1, 22)),
        ("kz:A kzo:p [ kzo:q 1 ; kzo:r [ ] ] ; kzo:s 2 .", "A", KZO + "s", "2", (1, 44)),
        ("kz:A kzo:p ( 1 ( kz:B ) [ kzo:q 1 ] ) , 2 .", "A", KZO + "p", "2", (1, 41)),
        ("kz:A kzo:p kz:B ;; kzo:q kz:C ; .", "A", KZO + "q", KZ + "C", (1, 26)),
        ("# kz:A kzo:p 1 .\nkz:A kzo:p 2 . # more", "A", KZO + "p", "2", (2, 12)),
        ('kz:A kzo:p "# no comment" ; kzo:q 2 .', "A", KZO + "q", "2", (1, 35)),
        ("kz:A.b kzo:p kz:c\\.d .", "A.b", KZO + "p", KZ + "c.d", (1, 14)),
        ("kz:Тегеран kzo:p 'ä😀' , kz:漢 .", "Тегеран", KZO + "p", KZ + "漢", (1, 25)),
        ("<https://w3id.org/kzgraph/id/A> <urn:p> 7 .", "A", "urn:p", "7", (1, 41)),
        ("@base <https://w3id.org/kzgraph/> .\n<id/A> <urn:p> 7 .", "A", "urn:p", "7", (2, 16)),
        ("BASE <https://w3id.org/kzgraph/id/>\n<A> <urn:p> 7 .", "A", "urn:p", "7", (2, 13)),
        ("PREFIX x: <https://w3id.org/kzgraph/id/>\nx:A x:p 7 .", "A", KZ + "p", "7", (2, 9)),
        ("kz:A\tkzo:p\tkz:B .", "A", KZO + "p", KZ + "B", (1, 12)),
        ('kz:A kzo:p "\\u0041" .', "A", KZO + "p", "A", (1, 12)),
    ],
)
def test_a_statement(text: str, subject: str, predicate: str, value: str | None, place: tuple[int, int]) -> None:
    list(ox.parse(PREFIXES + text, ox.RdfFormat.TURTLE))
    assert at(read(text).find(KZ + subject, predicate, value)) == place


def test_what_does_not_stand_there_is_nowhere() -> None:
    found = read("kz:A a kzo:B .")
    assert found.find(KZ + "B") is None
    assert at(found.find(KZ + "A", KZO + "p")) == (1, 1)
    assert at(found.find(KZ + "A", RDF + "type", KZO + "C")) == (1, 6)


def test_windows_line_ends_do_not_shift_the_columns() -> None:
    assert at(TurtleText((PREFIXES + "kz:A\n    kzo:p kz:B .\n").replace("\n", "\r\n")).find(KZ + "A", KZO + "p")) == (
        2,
        5,
    )


def test_names_carry_their_place_and_their_length() -> None:
    names = {written: place for _, place, written in read("kz:A kzo:someProperty <urn:x> .").names}
    assert names["kzo:someProperty"].length == len("kzo:someProperty")
    assert {"kz:A", "kzo:someProperty", "<urn:x>"} <= set(names)


@pytest.mark.parametrize(
    "broken",
    ["kz:B kzo:p", "kz:B kzo:p [", "kz:B kzo:p (", 'kz:B kzo:p "open', "kz:B", ". . .", "]", "@prefix", "@base"],
)
def test_what_stands_before_the_break_stays(broken: str) -> None:
    found = read(f"kz:A kzo:p 1 .\n{broken}")
    assert at(found.find(KZ + "A", KZO + "p", "1")) == (1, 12)


@given(st.text(st.sampled_from("ab:<>\"'[](){}.;,@^\\#\n \té😀_-0123")))
def test_any_text_is_read_without_an_error(text: str) -> None:
    for found in (TurtleText(text), read(text)):
        for statement in found.statements:
            assert 1 <= statement.object_place.line <= text.count("\n") + START + 1


FILES = sorted(p for folder in ("instances", "ontology", "shapes") for p in ROOT.glob(f"{folder}/**/*.ttl"))


def test_the_files_are_all_there() -> None:
    assert len(FILES) == sum(len(list((ROOT / f).rglob("*.ttl"))) for f in ("instances", "ontology", "shapes"))
    assert len(FILES) >= FEWEST_FILES


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_a_file_of_the_repository_has_all_its_statements_with_places(path: Path) -> None:
    """The statements are those of the parser, and the text at each place is what the statement says."""
    text = path.read_text("utf-8")
    found = TurtleText(text)
    quads = [q for q in ox.parse(text, ox.RdfFormat.TURTLE) if isinstance(q.subject, ox.NamedNode)]
    wanted = {(q.subject.value, q.predicate.value) for q in quads if isinstance(q.subject, ox.NamedNode)}
    assert wanted == {(s.subject, s.predicate) for s in found.statements if not s.subject.startswith("_:")}
    lines = text.split("\n")
    for iri, place, written in found.names:
        assert lines[place.line - 1][place.column - 1 :].startswith(written), iri


def test_labels_are_found_by_their_value() -> None:
    found = read('kz:A rdfs:label "one"@en , "один"@ru .')
    assert at(found.find(KZ + "A", RDFS + "label", "один")) == (1, 28)
