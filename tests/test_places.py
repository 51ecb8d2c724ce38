"""Where statements stand in the files of a project: each file is read once, whoever asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from kzgraph.errors import InputError
from kzgraph.files.placed.places import Places
from kzgraph.files.placed.turtle import TurtleText
from kzgraph.files.project import Project

EX = "urn:example:"
TEXT = """\
@prefix : <urn:example:> .
:a :p :b ;
    :q "one" , "two" .
:b :inner [ :r :c ] .
[] :type :Axiom ; :on :a .
[] :type :Axiom ; :on [ :of :b ] .
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "instances").mkdir()
    (tmp_path / "instances" / "two words.ttl").write_text(TEXT)
    (tmp_path / "instances" / "other.ttl").write_text("<urn:example:b> <urn:example:p> 5 .\n")
    return Project(tmp_path, "test", "urn:graph:", {})


FILE = "instances/two words.ttl"


def test_a_statement_is_found_at_its_value_its_predicate_or_its_subject(project: Project) -> None:
    places = Places(project)
    found = [places.find(FILE, EX + "a", EX + "q", value) for value in ("two", "three")]
    found += [places.find(FILE, EX + "a", EX + "none"), places.find(FILE, EX + "none")]
    assert [(p.line, p.column, p.length) if p else None for p in found] == [(3, 16, 5), (3, 5, 2), (2, 1, 2), None]


def test_a_value_behind_a_path_is_found_behind_its_first_predicate(project: Project) -> None:
    places = Places(project)
    path = (EX + "inner", EX + "r")
    found = [places.find_along(FILE, EX + "b", path, value) for value in (EX + "c", EX + "d")]
    found += [places.find_along(FILE, EX + "b", path[:1]), places.find_along(FILE, EX + "none", path)]
    assert [(p.line, p.column) if p else None for p in found] == [(4, 16), (4, 13), (4, 4), None]


def test_the_nameless_is_found_by_its_values_by_its_number_and_by_its_parts(project: Project) -> None:
    places = Places(project)
    kinds = [places.nameless(FILE, EX + "type", EX + "Axiom", number) for number in range(3)]
    assert [p and p.line for p in kinds] == [5, 6, None]
    around = places.nameless_around(FILE, EX + "of", EX + "b")
    assert around
    assert around.line == 6
    like = places.nameless_like(FILE, {(EX + "type", EX + "Axiom"), (EX + "on", EX + "a")}, EX + "on")
    assert like
    assert (like.line, like.column) == (5, 19)
    assert places.nameless_like(FILE, set()) is None
    assert places.nameless(FILE, EX + "r", EX + "c") is None, "it is a part of another thing"


def test_a_value_is_found_whoever_has_it(project: Project) -> None:
    places = Places(project)
    found = places.value_of_any(FILE, EX + "r", EX + "c")
    assert found
    assert (found.line, found.column) == (4, 16)
    assert places.value_of_any(FILE, EX + "r", EX + "a") is None


def test_the_first_file_that_speaks_of_a_subject_is_named(project: Project) -> None:
    places = Places(project)
    found = places.first(["instances/other.ttl", FILE], EX + "a")
    assert found
    assert (found[0], found[1].line) == (FILE, 2)
    assert places.first([FILE], EX + "none") is None
    assert set(places.lines()) == {FILE, "instances/other.ttl"}


def test_a_graph_has_its_file(project: Project) -> None:
    places = Places(project)
    assert places.graph_file(project.graph_name(project.root / FILE)) == FILE


def test_a_file_is_read_once(project: Project) -> None:
    places = Places(project)
    read = places.text(FILE)
    (project.root / FILE).unlink()
    assert places.text(FILE) is read


def test_a_draft_stands_in_for_a_file(project: Project) -> None:
    places = Places(project, {FILE: b"\n<urn:example:a> <urn:example:p> 1 ."})
    found = places.find(FILE, EX + "a")
    assert found
    assert found.line == 2
    places.hold("new.ttl", lambda: TurtleText("<urn:example:z> a 1 ."))
    assert places.says("new.ttl", EX + "z", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def test_a_file_that_is_not_there_is_an_input_error(project: Project) -> None:
    with pytest.raises(InputError, match=r"no\.ttl"):
        Places(project).text("instances/no.ttl")
