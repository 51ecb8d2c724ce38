"""What is nested without end, or stands for more than it shows, ends in a sentence: never in a crash or a hang."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kzgraph.answers.queries import stored_query
from kzgraph.answers.queries.sparql import bind, own_column, refuse_unsafe
from kzgraph.errors import InputError, SyntaxProblem
from kzgraph.files.nesting import NestingLimit
from kzgraph.files.rdf_files import quads, sources
from kzgraph.files.tokens import DEEPEST
from tests.conftest import SmallProject, examples

Run = Callable[..., tuple[int, str, str]]
DEEP = 5_000
NESTED = {
    "functions": "SELECT (" + "STR(" * DEEP + "1" + ")" * DEEP + " AS ?x) {}",
    "groups": "SELECT * " + "{" * DEEP + "}" * DEEP,
    "exists": "SELECT * { " + "FILTER EXISTS { ?s ?p ?o " * DEEP + "}" * DEEP + " }",
    "optional": "SELECT * { " + "OPTIONAL { ?s ?p ?o " * DEEP + "}" * DEEP + " }",
    "selects": "SELECT * { " + "{ SELECT * { " * DEEP + "} }" * DEEP + " }",
    "brackets": "SELECT * { FILTER " + "(" * DEEP + "1" + ")" * DEEP + " }",
    "collections": "SELECT * { ?s ?p " + "(" * DEEP + ")" * DEEP + " }",
    "nameless": "SELECT * { ?s ?p " + "[ ?p " * DEEP + "1" + "]" * DEEP + " }",
    "paths": "SELECT * { ?s " + "(" * DEEP + "<urn:p>" + ")*" * DEEP + " ?o }",
    "never closed": "SELECT * " + "{" * DEEP,
    "triple terms": "SELECT * { " + "<< " * 1 + "(" * DEEP,
}
CHAINED = {
    "sums": "SELECT * { FILTER (" + "+".join(["1"] * 20_000) + ") }",
    "and": "SELECT * { FILTER (" + "&&".join(["true"] * 20_000) + ") }",
    "not": "SELECT * { FILTER (" + "!" * 20_000 + "true) }",
    "unions": "SELECT * { " + " UNION ".join(["{}"] * 20_000) + " }",
    "assignments": "SELECT * { " + " ".join(f"BIND (1 AS ?x{i})" for i in range(20_000)) + " }",
    "paths": "SELECT * { ?s " + "/".join(["<urn:p>"] * 20_000) + " ?o }",
}


@pytest.mark.parametrize("kind", NESTED)
def test_a_query_that_is_nested_too_deeply_is_refused_with_its_place(
    project: SmallProject, run: Run, kind: str
) -> None:
    code, _, err = run("query", "-", stdin=NESTED[kind].encode())
    assert code == 3
    assert "nested more than 200 levels deep" in err
    assert ":1:" in err


@pytest.mark.parametrize("kind", CHAINED)
def test_a_query_of_too_many_parts_is_refused(project: SmallProject, run: Run, kind: str) -> None:
    code, _, err = run("query", "-", stdin=CHAINED[kind].encode())
    assert code == 3
    assert "more than 10,000 operators and clauses" in err


@pytest.mark.parametrize("depth", [10, DEEPEST - 2])
def test_what_people_write_is_not_too_deep(project: SmallProject, run: Run, depth: int) -> None:
    code, out, _ = run("query", "-", "-f", "csv", stdin=f"SELECT ({'STR(' * depth}1{')' * depth} AS ?x) {{}}".encode())
    assert (code, out.split()) == (0, ["x", "1"])


def test_brackets_in_texts_names_and_comments_do_not_nest() -> None:
    refuse_unsafe("SELECT * { ?s ?p '" + "(" * DEEP + "' } #" + "{" * DEEP)


def test_one_deep_query_does_not_end_the_gate(project: SmallProject, run: Run) -> None:
    project.write("queries/deep.rq", "#+ summary: deep\n" + NESTED["exists"])
    code, out, err = run("check", "--skip", "logic")
    assert code == 1
    assert "nested more than" in out + err


def test_deep_json_ld_is_refused(project: SmallProject, run: Run) -> None:
    text = '{"http://p":\n' * DEEP + "1" + "}" * DEEP
    (project.root / "deep.jsonld").write_text(text, "utf-8")
    for command in (["query", "members", "--data"], ["load", "--store", "db"]):
        code, _, err = run(*command, "deep.jsonld")
        assert code == 3
        assert f"deep.jsonld:{DEEPEST + 1}: is nested more than {DEEPEST} levels deep" in err


JSON = st.recursive(
    st.one_of(st.text(alphabet='ab"\\[]{}\n', max_size=8), st.integers(0, 9)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
)


@settings(max_examples=examples(20))
@given(JSON, st.integers(1, 7), st.integers(0, 3))
def test_depth_is_counted_the_same_in_whatever_pieces_a_text_comes(value: object, size: int, more: int) -> None:
    deepest = DEEPEST - more
    text = ("[" * deepest + json.dumps(value) + "]" * deepest).encode()

    def depth(part: object) -> int:
        inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else None
        return 0 if inner is None else 1 + max(map(depth, inner), default=0)

    limit, stream = NestingLimit("text"), io.BytesIO(text)
    try:
        while piece := stream.read(size):
            limit.read(piece)
        is_refused = False
    except SyntaxProblem:
        is_refused = True
    assert is_refused == (deepest + depth(value) > DEEPEST)


@pytest.mark.parametrize(
    ("own", "found"),
    [
        ("SELECT ?x { ?x ?x ?x } FOO", "FOO"),
        ("SELECT * { ?x a ?x ; ?x ; BAD }", "BAD"),
        ("SELECT * { kz:A ?p ?x FILTER (?x = ) }", ")"),
        ("ASK { ?x ?y ?z ; }}", "}}"),
    ],
)
def test_the_column_of_an_error_is_that_in_the_file(own: str, found: str) -> None:
    sent = "PREFIX kz: <https://w3id.org/kzgraph/id/> " + bind(own, {"x": "<urn:a>", "y": '"?x ?y kz:B"'})
    assert own_column(own, sent, sent.rindex(found) + 1) == own.rindex(found) + 1


@pytest.mark.parametrize(
    "piece",
    ['"""a', "'''", '"a" ', "a.b.", "<a", "?x ", "_:a.", "1.", "a:b.", "'a\\", "#a", "{ ", "9", "9.", "a-", "%4"],
)
def test_the_place_of_a_mistake_is_found_in_one_go_through_the_text(
    project: SmallProject, run: Run, piece: str
) -> None:
    text = "SELECT * { ?s ?p " + piece * (20_000 // len(piece))
    code, _, err = run("query", "-", stdin=text.encode())  # of a cubic search nobody would see the end
    assert code in {3, 5}
    assert "error:" in err


WORDS = "word \\n" * 15_000


@pytest.mark.parametrize(
    "text",
    [f'kz:A a kzo:Actor ; rdfs:label "{WORDS}"@en .', f'kz:A rdfs:label """{WORDS}'],
    ids=["a name of many words", "a text that is never closed"],
)
def test_a_long_text_takes_memory_in_proportion(project: SmallProject, text: str) -> None:
    path = project.write("instances/long.ttl", text)
    command = [sys.executable, "-m", "kzgraph", "validate", str(path), "--memory", "1"]
    ended = subprocess.run(command, capture_output=True, cwd=project.root, check=False)
    assert ended.returncode in {0, 1}, ended.stderr
    assert b"long.ttl" in ended.stdout


def test_used_up_memory_is_told_in_a_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def take_all(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(stored_query, "stored_queries", take_all)
    code, _, err = run("query", "members")
    assert code == 6
    assert "memory" in err
    assert "fault" not in err


BOMB = "#+ summary: b\n#+ defaults:\n#+   a: &a [x, x]\n#+   b: [*a, *a]\nSELECT * {}"


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (BOMB, "aliases"),
        ("#+ kzgraph: {params: {x: {type: [[a], b]}}}\nSELECT ?x {}", "single values"),
        ("#+ kzgraph: {params: {x: {type: []}}}\nSELECT ?x {}", "single values"),
        ("#+ kzgraph: " + "[" * 3_000 + "\nSELECT ?x {}", "not valid YAML"),
        ("#+ kzgraph: {min-rows: " + "9" * 5_000 + "}\nSELECT ?x {}", "not valid YAML"),
        ("#+ kzgraph: {min-rows: 0x" + "F" * 5_000 + "}\nSELECT ?x {}", "larger than 64 bits"),
        ("#+ kzgraph: {min-rows: 1" + ":59" * 2_000 + ".5}\nSELECT ?x {}", "not valid YAML"),
        ("#+ summary: " + "a" * 100_001 + "\nSELECT ?x {}", "longer than"),
    ],
)
def test_a_header_cannot_stand_for_more_than_it_shows(project: SmallProject, run: Run, header: str, told: str) -> None:
    project.write("queries/bomb.rq", header)
    for command in (["query", "bomb"], ["queries", "bomb"]):
        code, _, err = run(*command)
        assert code == 3
        assert told in err


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("[checks]\nprofile = 0x" + "F" * 5_000, "a number or a date that cannot be read"),
        ('[checks]\nprofile = ["plain"]', "must be one of strict, plain"),
        ("[model]\n" + "a." * 30_000 + "b = 1", "more than 500 dots"),
    ],
    ids=["a long number", "a list", "a long key"],
)
def test_settings_cannot_stand_for_more_than_they_show(
    project: SmallProject, run: Run, settings: str, told: str
) -> None:
    project.write("kzgraph.toml", settings)
    code, _, err = run("status")
    assert code == 3
    assert told in err


def test_triple_terms_mean_nothing_to_owl_and_are_written_unless_nested_too_deeply(
    project: SmallProject, run: Run
) -> None:
    project.write("instances/told.ttl", "<a:a> <a:b> <<( <a:b> <a:b> <a:c> )>> .")
    assert "every class can have things" in run("reason")[1]
    deep = "<<( <a:b> <a:b> " * 1_000 + "<a:c>" + " )>>" * 1_000
    project.write("instances/told.ttl", f"<a:a> <a:b> {deep} .")
    code, _, err = run("dump")
    assert code == 3
    assert "nested too deeply" in err


def test_a_path_of_shapes_that_is_nested_too_deeply_is_told(project: SmallProject, run: Run) -> None:
    path = "[ sh:inversePath " * 5_000 + "kz:p" + " ]" * 5_000
    head = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
    project.write("shapes/deep.ttl", f"{head}kz:S a sh:PropertyShape ; sh:targetNode kz:x ; sh:path {path} .")
    code, _, err = run("validate")
    assert code == 3
    assert "nested or chained too deeply" in err


def test_an_asterisk_in_a_header_is_no_alias(project: SmallProject, run: Run) -> None:
    project.write("queries/star.rq", '#+ summary: all * of it\n#+ description: "*a"\nSELECT ?s { ?s ?p ?o } LIMIT 1')
    assert run("query", "star")[0] == 0


def test_a_header_is_what_stands_on_lines_of_its_own(project: SmallProject, run: Run) -> None:
    query = 'SELECT ("a\u2028#+ summary: none" AS ?x) {}'
    assert run("query", "-", stdin=query.encode())[0] == 0


@pytest.mark.parametrize("encoding", ["x", "utf-7", "big5", "rot13", "hex"])
def test_an_encoding_that_cannot_be_read_is_said(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.rdf"
    path.write_bytes(f'<?xml version="1.0" encoding="{encoding}"?><r/>'.encode())
    with pytest.raises(InputError):
        list(quads(sources([path])[0]))
