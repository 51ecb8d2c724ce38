"""Bad input of any kind: one clear sentence on standard error, the exit code that is documented, nothing lost."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import GEORGIAS, SmallProject
from tests.forking import Forks

Run = Callable[..., tuple[int, str, str]]
SELECT = "SELECT ?s WHERE { ?s a kzo:State }"
BROKEN = "kz:A a kzo:State ;\n    rdfs:label [ .\n"
BROKEN_LINE = 11


def refused(run: Run, code: int, *arguments: str, stdin: bytes = b"") -> str:
    """Runs what must fail with this code, and gives the one message on standard error."""
    found, out, err = run(*arguments, stdin=stdin)
    assert (found, out) == (code, ""), err
    assert "Traceback" not in err
    assert "fault in kzgraph" not in err
    errors = [line for line in err.splitlines() if line.lower().startswith("error: ")]
    assert len(errors) == 1, err
    assert not errors[0].endswith(".") or code == 2
    return err


class TestQueryNames:
    @pytest.mark.parametrize("name", ["membres", "member", "Members.rq", "MEMBRS"])
    def test_an_unknown_name_brings_the_nearest(self, project: SmallProject, run: Run, name: str) -> None:
        assert "did you mean `members`?" in refused(run, 2, "query", name)

    def test_a_name_like_no_other_brings_the_list(self, project: SmallProject, run: Run) -> None:
        err = refused(run, 2, "query", "xyzzy")
        assert "there is no stored query `xyzzy`" in err
        assert "`kzgraph queries` lists them" in err

    def test_queries_knows_the_nearest_too(self, project: SmallProject, run: Run) -> None:
        assert "did you mean `members`?" in refused(run, 2, "queries", "membrs")

    @pytest.mark.parametrize("name", ["./no.rq", "no/such.rq", "/no/such/file.rq", "queries", "./queries"])
    def test_a_file_that_is_not_there(self, project: SmallProject, run: Run, name: str) -> None:
        if name == "queries":
            refused(run, 2, "query", name)
        else:
            assert f"{name}: there is no such file" in refused(run, 3, "query", name)

    def test_an_empty_name(self, project: SmallProject, run: Run) -> None:
        refused(run, 2, "query", "")

    def test_a_name_too_long_for_a_file(self, project: SmallProject, run: Run) -> None:
        refused(run, 2, "query", "a" * 5000)
        refused(run, 3, "query", "b/" * 5000)

    @pytest.mark.parametrize("text", [SELECT, SELECT * 40, "ASK { <http://a/b> ?p ?o }"])
    def test_the_text_of_a_query_in_the_place_of_its_name(self, project: SmallProject, run: Run, text: str) -> None:
        assert "kzgraph query -" in refused(run, 2, "query", text)

    def test_two_queries_of_one_name(self, project: SmallProject, run: Run) -> None:
        project.write("queries/more/members.rq", SELECT)
        assert "has the same name as queries/members.rq" in refused(run, 3, "query", "members")

    def test_an_unknown_command(self, run: Run) -> None:
        assert "Did you mean `query`?" in refused(run, 2, "qery", "members")


class TestQueryText:
    @pytest.mark.parametrize(
        ("text", "place"),
        [
            ("SELECT ?s WHERE { ?s a }", "1:25"),
            ("SELECT ?s\nWHERE {\n    ?s a kzo:State ;;; FILTER\n}\n", "5:1"),
            ("\n\nSELEC ?s", "3:9"),
            ("SELECT ?s WHERE { ?s a kzo:State } ORDER", "1:41"),
        ],
    )
    def test_a_syntax_error_names_line_and_column(self, project: SmallProject, run: Run, text: str, place: str) -> None:
        project.write("queries/bad.rq", text)
        assert f"queries/bad.rq:{place}: the query has a syntax error" in refused(run, 3, "query", "bad")

    def test_the_place_is_that_of_the_file_although_prefixes_and_values_are_put_in(
        self, project: SmallProject, run: Run
    ) -> None:
        header = "#+ summary: x\n#+ kzgraph:\n#+   params:\n#+     who: {type: text, default: 'somebody or other'}\n"
        project.write("queries/bad.rq", header + "SELECT ?s WHERE { ?s a kzo:State ; rdfs:label ?who . ?who ?who }")
        assert "queries/bad.rq:5:65: " in refused(run, 3, "query", "bad")

    def test_a_syntax_error_on_standard_input(self, project: SmallProject, run: Run) -> None:
        assert "standard input:1:" in refused(run, 3, "query", "-", stdin=b"SELECT")

    @pytest.mark.parametrize(
        ("arguments", "option"),
        [
            (("query", "members", "--as-of", ""), "--as-of"),
            (("query", "members", "--as-of="), "--as-of"),
            (("query", "members", "-o", ""), "-o"),
            (("--project", "", "queries"), "--project"),
            (("show", "kz:Utopia", "--document", ""), "--document"),
        ],
    )
    def test_an_option_with_nothing_in_it(
        self, project: SmallProject, run: Run, arguments: tuple[str, ...], option: str
    ) -> None:
        assert f"what is given for {option} is empty" in refused(run, 2, *arguments)

    def test_a_name_with_nothing_in_it(self, project: SmallProject, run: Run) -> None:
        assert "the name of the thing is empty" in refused(run, 2, "timeline", "")
        assert "there is no stored query ``" in refused(run, 2, "queries", "")

    def test_no_document_of_this_name(self, project: SmallProject, run: Run) -> None:
        assert "`kzgraph sources` lists the documents" in refused(run, 2, "compare", "zzzz", "yyyy")

    def test_a_description_of_nothing(self, project: SmallProject, run: Run) -> None:
        code, out, err = run("query", "-", stdin=b"DESCRIBE <https://example.org/nothing>")
        assert (code, out.strip(), err) == (0, "", "no triples: nothing in the graph matches\n")

    @pytest.mark.parametrize("text", [b"", b" \n", b"# nothing\n"])
    def test_an_empty_query(self, project: SmallProject, run: Run, text: bytes) -> None:
        refused(run, 3, "query", "-", stdin=text)

    def test_a_prefix_that_nobody_declares(self, project: SmallProject, run: Run) -> None:
        told = refused(run, 3, "query", "-", stdin=b"SELECT ?s { ?s a nobody:Thing }")
        assert "standard input:1:" in told
        assert "a prefix is not declared" in told

    def test_not_utf_8(self, project: SmallProject, run: Run) -> None:
        (project.root / "queries" / "bad.rq").write_bytes(b"SELECT ?s \xff")
        assert "queries/bad.rq: is not UTF-8 at byte 10" in refused(run, 3, "query", "bad")
        assert "standard input: is not UTF-8 at byte 2" in refused(run, 3, "query", "-", stdin=b"# \xe9")

    @pytest.mark.parametrize(
        ("header", "line"),
        [
            ("#+ summary: [", 1),
            ("#+ summary: a\n#+ tags: [a\n#+ kzgraph:\n", 3),
            ("#+ summary: a\n#+ sumary: b\n", 2),
            ("#+ summary: a\n#+ kzgraph:\n#+   colums: [s]\n", 3),
            ("#+ summary: 7\n", 1),
            ("#+ summary: a\n#+ tags: corridor\n", 2),
            ("#+ summary: a\n#+ kzgraph: [a]\n", 2),
            ("#+ just words\n", 1),
            ("#+\n", 1),
            ("#+ summary: a\n#+ kzgraph:\n#+   min-rows: -1\n", 3),
            ("#+ summary: a\n#+ kzgraph:\n#+   min-rows: many\n", 3),
            ("#+ summary: a\n#+ kzgraph:\n#+   params:\n#+     who: {type: nonsense}\n", 4),
            ("#+ summary: a\n#+ kzgraph:\n#+   params:\n#+     who: {tpye: text}\n", 4),
            ("#+ summary: a\n#+ kzgraph:\n#+   params:\n#+     who: text\n", 4),
            ("#+ summary: a\n#+ kzgraph:\n#+   params:\n#+     who: {default: [a, b]}\n", 4),
            ("#+ summary: a\n#+ kzgraph:\n#+   params: [who]\n", 3),
            ("#+ summary: a\n#+ kzgraph:\n#+   params:\n#+     1: text\n", 1),
            ("#+ summary: \x01\n", 1),
            ("#+ summary: a\n#+ defaults: {day: 2024-13-45}\n", 1),
            ("#+ summary: " + "[" * 1500 + "\n", 1),
            ("#+ summary: !!python/object:os.system a\n", 1),
        ],
    )
    def test_a_header_that_is_not_right_names_its_line(
        self, project: SmallProject, run: Run, header: str, line: int
    ) -> None:
        project.write("queries/bad.rq", f"{header}\n{SELECT}\n")
        for command in ("query", "queries"):
            assert f"queries/bad.rq:{line}: " in refused(run, 3, command, "bad")


SERVICE = "SERVICE <http://127.0.0.1:9/> { ?s ?p ?o }"
REFUSED = {
    "service": f"SELECT ?s {{ {SERVICE} }}",
    "lower case": f"select ?s {{ {SERVICE.lower()} }}",
    "silent": f"ASK {{ {SERVICE.replace('SERVICE', 'SERVICE SILENT')} }}",
    "in a sub-select": f"SELECT ?s {{ {{ SELECT ?s {{ {SERVICE} }} }} }}",
    "in EXISTS": f"SELECT ?s {{ FILTER EXISTS {{ {SERVICE} }} }}",
    "after a comment": f"SELECT ?s {{ # }}\n{SERVICE} }}",
    "a comment inside": f"SELECT ?s {{ {SERVICE.replace('SERVICE', 'SERVICE#>')} }}".replace("#>", "#>\n"),
    "after a string like a comment": f'SELECT ?s {{ ?s ?p "#" . {SERVICE} }}',
    "after a long string": f'SELECT ?s {{ ?s ?p """a"b""" . {SERVICE} }}',
    "after an IRI with a hash": f"SELECT ?s {{ ?s <urn:a#b> ?o . {SERVICE} }}",
    "after an escaped IRI with a hash": f"SELECT ?s {{ ?s <urn:\\u0061#b> ?o . {SERVICE} }}",
    "after an escaped name": f"SELECT ?s {{ ?s kz:a\\#b ?o . {SERVICE} }}",
    "glued to a name": "PREFIX : <http://127.0.0.1:9/> SELECT ?s { SERVICE:x{ ?s ?p ?o } }",
    "glued to a value": f"SELECT ?s {{ ?s ?p true{SERVICE} }}",
    "glued to SILENT": f"SELECT ?s {{ {SERVICE.replace('SERVICE', 'SERVICESILENT')} }}",
    "between comparisons": "PREFIX : <http://127.0.0.1:9/> SELECT ?s { FILTER(1<2)SERVICE:x#>\n{ ?s ?p ?o } }",
    "after a comparison and a comment": f'SELECT ?s {{ FILTER(1<2#>"""\n) {SERVICE} #"""\n }}',
    "after a name compared": f'PREFIX a: <urn:a> SELECT ?s {{ FILTER(1<a:b#>"""\n) {SERVICE} #"""\n }}',
    "with an escaped letter": "SELECT ?s { S\\u0045RVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "after an escaped quote": f'SELECT ?s {{ BIND("a\\u0022 AS ?b) {SERVICE} #" AS ?b)\n }}',
    "insert": "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
    "insert where": "insert { ?s ?p 1 } where { ?s ?p ?o }",
    "delete": "PREFIX a: <urn:a> # SELECT\nDELETE WHERE { ?s ?p ?o }",
    "with": "WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "load": "LOAD <http://127.0.0.1:9/>",
    "load silent": "Load Silent <file:///etc/passwd>",
    "clear": "CLEAR ALL",
    "drop": "DROP DEFAULT",
    "create": "CREATE GRAPH <urn:g>",
    "copy": "COPY DEFAULT TO <urn:g>",
    "second": "SELECT ?s { ?s ?p ?o } ; DROP ALL",
    "in a pattern": "SELECT ?s { { DELETE WHERE { ?s ?p ?o } } }",
}
FINE = {
    "in a string": 'SELECT ?s { ?s rdfs:label ?l FILTER (?l != "SERVICE <http://a/> {") }',
    "in a long string": "SELECT ?s { ?s rdfs:label ?l FILTER (?l != '''DROP ALL ; SERVICE''') }",
    "in a comment": "# SERVICE, LOAD, DROP ALL\nSELECT ?s { ?s ?p ?o } # service",
    "in a prefix": "PREFIX service: <http://a/service#> SELECT ?s { ?s service:drop ?service }",
    "in a name": "SELECT ?s { ?s kzo:service ?o ; kz:insert ?delete ; <http://a/SERVICE#x> ?load }",
    "in a variable": "SELECT ?service { ?service ?insert ?drop }",
    "as a graph": "PREFIX service: <urn:service> SELECT ?s { GRAPH service:x { ?s ?p ?o } }",
    "beside a comparison": 'SELECT ?s { ?s ?p ?o FILTER (?o < 3 && ?o > 1 && ?o != "service") }',
    "beside a list of IRIs": 'SELECT ?s { VALUES (?s ?o) { (<urn:a> <urn:b>) } FILTER (?s != "service") }',
}


class TestRefused:
    @pytest.mark.parametrize("case", REFUSED)
    def test_what_reaches_out_or_changes_something(self, project: SmallProject, run: Run, case: str) -> None:
        before = project.state()
        err = refused(run, 5, "query", "-", stdin=REFUSED[case].encode())
        assert re.search(r"^error: standard input:\d+: ", err, re.MULTILINE)
        refused(run, 5, "query", "-", "--show", stdin=REFUSED[case].encode())
        assert project.state() == before

    @pytest.mark.parametrize("case", FINE)
    def test_the_words_alone_are_fine(self, project: SmallProject, run: Run, case: str) -> None:
        code, _, err = run("query", "-", stdin=FINE[case].encode())
        assert code == 0, err

    def test_the_line_is_that_of_the_file(self, project: SmallProject, run: Run) -> None:
        project.write("queries/bad.rq", f"#+ summary: x\nSELECT ?s\n{{\n  {SERVICE} }}\n")
        assert "queries/bad.rq:4: SERVICE sends" in refused(run, 5, "query", "bad")

    def test_a_context_far_away_is_not_fetched(self, project: SmallProject, run: Run) -> None:
        text = '{"@context": "http://127.0.0.1:9/context.jsonld", "@id": "urn:a", "name": "b"}'
        project.write("far.jsonld", text)
        assert "far.jsonld" in refused(run, 3, "query", "-", "--data", "far.jsonld", stdin=SELECT.encode())


class TestTurtle:
    @pytest.mark.parametrize("folder", ["instances", "ontology"])
    @pytest.mark.parametrize("command", [["query", "members"], ["load"], ["load", "--store", "db"], ["show", "kz:A"]])
    def test_a_syntax_error_names_file_line_and_column(
        self, project: SmallProject, run: Run, command: list[str], folder: str
    ) -> None:
        project.write(f"{folder}/bad.ttl", BROKEN)
        err = refused(run, 3, *command)
        assert re.search(rf"^error: {folder}/bad\.ttl:{BROKEN_LINE}:\d+: ", err)
        assert not (project.root / "db").exists()

    def test_validate_makes_it_a_finding(self, project: SmallProject, run: Run) -> None:
        project.write("instances/bad.ttl", BROKEN)
        code, out, _ = run("validate", "instances/bad.ttl")
        assert code == 1
        assert re.search(rf"^instances/bad\.ttl:{BROKEN_LINE}:\d+: error\[syntax-error\]: ", out, re.MULTILINE)

    @pytest.mark.parametrize("folder", ["ontology", "shapes"])
    def test_validate_needs_ontology_and_shapes(self, project: SmallProject, run: Run, folder: str) -> None:
        project.write(f"{folder}/bad.ttl", BROKEN)
        err = refused(run, 3, "validate", "instances/facts.ttl")
        assert f"{folder}/bad.ttl:{BROKEN_LINE}:" in err

    def test_what_was_compiled_stays_when_a_file_breaks(self, project: SmallProject, run: Run) -> None:
        good = run("query", "members")
        bad = project.write("instances/bad.ttl", BROKEN)
        refused(run, 3, "query", "members")
        bad.unlink()
        assert run("query", "members") == good

    def test_not_utf_8(self, project: SmallProject, run: Run) -> None:
        (project.root / "instances" / "bad.ttl").write_bytes(b'<urn:a> <urn:b> "\xff" .')
        assert "instances/bad.ttl:1:" in refused(run, 3, "query", "members")

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("bad.ttl", b"<urn:a> <urn:b> ."),
            ("bad.nt", b"<urn:a> <urn:b> <urn:c>\n"),
            ("bad.jsonld", b"{"),
            ("bad.rdf", b"<rdf:RDF"),
            ("bad.ttl.gz", b"not gzip"),
            ("bad.ttl.gz", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xff\xff\xff\xff"),
            ("bad.docx", b""),
            ("bad", b""),
            ("missing.ttl", None),
        ],
    )
    def test_data_that_cannot_be_read(self, project: SmallProject, run: Run, name: str, content: bytes | None) -> None:
        if content is not None:
            (project.root / name).write_bytes(content)
        assert name in refused(run, 3, "query", "-", "--data", name, stdin=SELECT.encode())

    def test_data_that_is_a_folder(self, project: SmallProject, run: Run) -> None:
        (project.root / "folder.ttl").mkdir()
        assert "folder.ttl: " in refused(run, 3, "query", "-", "--data", "folder.ttl", stdin=SELECT.encode())

    @pytest.mark.parametrize("path", ["missing.ttl", "missing/", "instances/facts.rdf"])
    def test_a_path_to_validate_that_is_not_there(self, project: SmallProject, run: Run, path: str) -> None:
        assert path.rstrip("/") in refused(run, 3, "validate", path)

    @pytest.mark.uncompiled
    def test_a_file_that_may_not_be_read(
        self, project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = os.open

        def opened(path: str, *arguments: Any, **options: Any) -> int:
            if str(path).endswith("facts.ttl"):
                raise PermissionError(13, "Permission denied")
            return real(path, *arguments, **options)

        monkeypatch.setattr(os, "open", opened)
        assert "instances/facts.ttl: cannot be read: Permission denied" in refused(run, 3, "query", "members")
        assert "instances/facts.ttl: cannot be read" in refused(run, 3, "validate", "instances/facts.ttl")

    @pytest.mark.parametrize("target", ["nowhere.ttl", "loop.ttl"])
    def test_a_link_to_nowhere(self, project: SmallProject, run: Run, target: str) -> None:
        (project.root / "instances" / "loop.ttl").symlink_to(target)
        assert "instances/loop.ttl: cannot be read: " in refused(run, 3, "query", "members")


class TestPlaces:
    """The paragraph, start and end of a passage in a project without shapes that would say so."""

    ODD = ('"x"', '"1.5"', "1.5", "-3", '""', "9" * 5000, "<urn:x>", "1e3", "true")

    @pytest.mark.parametrize("value", ODD)
    @pytest.mark.parametrize("written", ["kzo:paragraph 2", "oa:start 15", "oa:end 40"])
    def test_what_is_no_number_is_found_and_ends_no_answer(
        self, project: SmallProject, run: Run, written: str, value: str
    ) -> None:
        file = project.root / "instances" / "facts.ttl"
        file.write_text(file.read_text("utf-8").replace(written, f"{written.partition(' ')[0]} {value}"), "utf-8")
        for command in (["query", "members"], ["query", "members", "-f", "json"], ["show", "Utopia"], ["sources"]):
            code, out, err = run(*command)
            assert code == 0, (command, err)
            assert "Example" in out
        code, out, err = run("validate", "--fail-on", "violation")
        assert code == 1, err
        assert "outside-text" in out
        assert "which is no place in a text" in out

    def test_in_a_shape(self, project: SmallProject, run: Run) -> None:
        shapes = project.root / "shapes" / "core.ttl"
        shapes.write_text(shapes.read_text("utf-8").replace("sh:minCount 1", 'sh:minCount "x"'), "utf-8")
        code, out, err = run("validate")
        assert (code, "broken-shapes" in out) == (1, True), err
        code, _, err = run("new", "membership", "label=x", "--dry-run")
        assert code in {1, 2, 3}, err


class TestProject:
    def test_a_folder_that_is_no_project(self, project: SmallProject, run: Run, tmp_path: Path) -> None:
        err = refused(run, 3, "--project", str(tmp_path), "query", "members")
        assert f"{tmp_path}: is not a project: it has no kzgraph.toml" in err

    @pytest.mark.parametrize("name", ["nowhere", "kzgraph.toml"])
    def test_what_is_no_folder(self, project: SmallProject, run: Run, name: str) -> None:
        assert f"{name}: is not a folder" in refused(run, 3, "--project", name, "queries")

    def test_a_project_that_lacks_the_folders_of_its_graph(self, project: SmallProject, run: Run) -> None:
        for folder in ("ontology", "instances"):
            shutil.rmtree(project.root / folder)
        assert "it has no ontology/ and no instances/" in refused(run, 3, "query", "members")

    @pytest.mark.parametrize(
        "text",
        [
            "[project",
            "[project]\nname = ",
            "[project]\nname = " + "[" * 5_000,
            "[project]\nname = " + "9" * 5_000,
            "[project]\nname = 2024-02-31",
            "# " + "x" * 70_000,
            "project = 3",
            "prefixes = []",
            "[prefixes]\nex = 5",
            '[prefixes]\nex = "not an IRI"',
            '[prefixes]\nex = "urn:x> ?s ?p ?o }"',
            '[prefixes]\n"e x" = "urn:x:"',
            '[project]\ngraphs = ""',
            '[project]\ngraphs = "http://example.org/graph"',
            '[project]\ngraphs = "http:"',
            '[project]\ngraphs = "http://"',
            "[project]\ngraphs = 7",
            '[prefixs]\nex = "urn:x:"',
            '[project]\ntitel = "misspelt"',
            '[stores]\nx = "http://a/"',
            '[stores.x]\nupdate = "http://a/"',
            '[stores.x]\nquery = "http://a/"\npassword = "secret"',
        ],
    )
    def test_settings_that_are_not_right(self, project: SmallProject, run: Run, text: str) -> None:
        project.write("kzgraph.toml", text)
        assert "kzgraph.toml: " in refused(run, 3, "query", "members")

    def test_settings_that_are_not_utf_8(self, project: SmallProject, run: Run) -> None:
        (project.root / "kzgraph.toml").write_bytes(b'[project]\nname = "\xff"')
        assert "kzgraph.toml: is not UTF-8 at byte 18" in refused(run, 3, "query", "members")

    def test_a_name_with_spaces_and_letters_is_fine(self, project: SmallProject, run: Run) -> None:
        project.write("kzgraph.toml", '[project]\nname = "Zwölf Dörfer <&>"')
        assert run("query", "members", "-f", "csv")[0] == 0


class TestValues:
    @pytest.mark.parametrize(
        ("given", "told"),
        [
            (["member"], "is not NAME=VALUE"),
            (["=Utopia"], "is not NAME=VALUE"),
            (["membr=Utopia"], "did you mean `member`?"),
            (["xyz=Utopia"], "`members` takes member, since"),
            (["member=Utopia", "member=Erewhon"], "the parameter `member` is given twice"),
            (["member=Utopja"], "did you mean `kz:Utopia` (Utopia)?"),
            (["member=kz:Utopja"], "did you mean `kz:Utopia`"),
            (["member=<https://w3id.org/kzgraph/id/Utopja>"], "is not a kzo:Actor"),
            (["member=kz:NarrowCorridor"], "is not a kzo:Actor"),
            (["member=Narrow Corridor"], "is not a kzo:Actor"),
            (["member=Georgia"], "say which: `kz:GeorgiaOther` (Georgia), `kz:GeorgiaState` (Georgia)"),
            (["member="], "is not a kzo:Actor"),
            (["member=<not an iri>"], "is not a kzo:Actor"),
            (["member=<http://example.org/##>"], "is not a kzo:Actor"),
            (["member=http://[::1"], "is not a kzo:Actor"),
            (["since=2020-13"], "write a date as 24 August 2022, 2022-08-24, 2022-08 or 2022"),
            (["since=2020-02-30"], "is not a date"),
            (["since=yesterday"], "is not a date"),
            (["since=٢٠٢٠"], "is not a date"),
        ],
    )
    def test_a_value_that_does_not_fit(self, project: SmallProject, run: Run, given: list[str], told: str) -> None:
        project.write("instances/georgias.ttl", GEORGIAS)
        arguments = [part for entry in given for part in ("-p", entry)]
        assert told in refused(run, 2, "query", "members", *arguments)

    def test_a_value_for_a_query_without_parameters(self, project: SmallProject, run: Run) -> None:
        assert "`standard input` takes no parameters" in refused(
            run, 2, "query", "-", "-p", "a=b", stdin=SELECT.encode()
        )

    @pytest.mark.parametrize(
        ("kind", "value"),
        [
            ("integer", "4.5"),
            ("integer", "1e3"),
            ("integer", ""),
            ("decimal", "4,5"),
            ("decimal", "NaN"),
            ("[a, b]", "c"),
        ],
    )
    def test_numbers_and_choices(self, project: SmallProject, run: Run, kind: str, value: str) -> None:
        header = f"#+ summary: x\n#+ kzgraph:\n#+   params:\n#+     n: {{type: {kind}}}\n"
        project.write("queries/bad.rq", header + "SELECT ?s WHERE { ?s ?p ?n }")
        refused(run, 2, "query", "bad", "-p", f"n={value}")


class TestOutput:
    def test_an_extension_that_names_no_format(self, project: SmallProject, run: Run) -> None:
        before = project.write("out.odt", "precious")
        assert "the extension of out.odt names no format" in refused(run, 2, "query", "members", "-o", "out.odt")
        assert before.read_text("utf-8") == "precious"

    def test_an_unknown_format(self, project: SmallProject, run: Run) -> None:
        refused(run, 2, "query", "members", "-f", "yaml")

    @pytest.mark.parametrize("name", ["queries", "nowhere/out.csv", "kzgraph.toml/out.csv"])
    def test_a_place_that_cannot_be_written(self, project: SmallProject, run: Run, name: str) -> None:
        before = project.state()
        assert f"{name}: cannot be written" in refused(run, 3, "query", "members", "-o", name, "-f", "csv")
        assert project.state() == before

    @pytest.mark.parametrize(("text", "name"), [(SELECT, "out.ttl"), ("CONSTRUCT WHERE { ?s a kzo:State }", "out.csv")])
    def test_a_format_for_another_kind_of_answer(self, project: SmallProject, run: Run, text: str, name: str) -> None:
        path = project.root / name
        path.write_text("precious", "utf-8")
        refused(run, 2, "query", "-", "-o", name, stdin=text.encode())
        assert path.read_text("utf-8") == "precious"

    @pytest.mark.parametrize("option", [["--limit", "0"], ["--limit", "x"], ["--timeout", "0"], ["--timeout", "-1"]])
    def test_a_limit_that_is_none(self, project: SmallProject, run: Run, option: list[str]) -> None:
        refused(run, 2, "query", "members", *option)


class TestStores:
    def test_a_store_that_is_not_there(self, project: SmallProject, run: Run) -> None:
        assert "nowhere: is neither a folder" in refused(run, 3, "query", "members", "--store", "nowhere")

    def test_a_folder_that_is_no_database(self, project: SmallProject, run: Run) -> None:
        assert "is not an Oxigraph database" in refused(run, 4, "query", "members", "--store", "instances")

    @pytest.mark.parametrize("content", ["garbage", "MANIFEST-000099\n", ""])
    def test_a_database_that_is_damaged(self, project: SmallProject, run: Run, content: str) -> None:
        project.write("db/CURRENT", content)
        assert "db: cannot be opened as a database" in refused(run, 4, "query", "members", "--store", "db")

    def test_a_server_that_is_down(self, project: SmallProject, run: Run) -> None:
        for command in (["query", "members"], ["load"]):
            assert "http://127.0.0.1:9" in refused(run, 4, *command, "--store", "http://127.0.0.1:9")

    @pytest.mark.parametrize("url", ["ftp://a/b", "http://", "http://[::1", "://", "http://a b/"])
    def test_what_is_no_url(self, project: SmallProject, run: Run, url: str) -> None:
        refused(run, 2, "query", "members", "--store", url)

    def test_data_and_store_exclude_each_other(self, project: SmallProject, run: Run) -> None:
        refused(run, 2, "query", "members", "--store", "a", "--data", "b.ttl")

    def test_a_named_store_without_its_password(self, project: SmallProject, run: Run) -> None:
        names = 'user_env = "KZGRAPH_NO_USER"\npassword_env = "KZGRAPH_NO_WORD"\n'
        settings = f'[stores.there]\nquery = "http://127.0.0.1:9/"\n{names}'
        project.write("kzgraph.toml", settings)
        assert "the environment variable KZGRAPH_NO_USER" in refused(run, 2, "query", "members", "--store", "there")

    def test_a_password_is_never_shown(self, project: SmallProject, run: Run) -> None:
        assert "geheim" not in refused(run, 4, "query", "members", "--store", "http://me:geheim@127.0.0.1:9")

    @pytest.mark.parametrize(
        ("headers", "body"),
        [
            ({"Content-Encoding": "gzip"}, b"no gzip"),
            ({}, b"<html>Welcome</html>"),
            ({"Content-Type": "application/sparql-results+json"}, b"{"),
            ({"Content-Type": "application/sparql-results+json"}, b'{"head": {}, "results": 7}'),
            ({"Content-Length": "900"}, b'{"head": {}, "boolean": true}'),
        ],
    )
    def test_a_server_that_talks_nonsense(
        self, project: SmallProject, run: Run, headers: dict[str, str], body: bytes
    ) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.send_response(200)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        with HTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            try:
                found, out, err = run("query", "members", "--store", f"http://127.0.0.1:{server.server_port}/query")
            finally:
                server.shutdown()
                thread.join()
        assert found in {4, 6}, err  # 6 where the answer breaks off
        assert out == ""
        assert "fault in kzgraph" not in err


class TestFaults:
    FAULT = "import kzgraph.cli.queries as q\ndef broken(*_): raise RuntimeError('boom')\nq.stored_queries = broken\n"

    def outcome(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        code = f"{self.FAULT}from kzgraph.cli import main\nmain({list(arguments)})"
        return subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, encoding="utf-8")

    def test_an_unexpected_error_is_one_sentence_and_code_70(self, project: SmallProject) -> None:
        done = self.outcome("queries")
        assert (done.returncode, done.stdout) == (70, "")
        assert done.stderr.splitlines()[0] == "error: a fault in kzgraph itself: RuntimeError: boom"
        assert "Traceback" not in done.stderr

    @pytest.mark.parametrize("arguments", [["--debug", "queries"], ["queries", "--debug"]])
    def test_debug_shows_the_traceback_and_keeps_the_code(self, project: SmallProject, arguments: list[str]) -> None:
        done = self.outcome(*arguments)
        assert done.returncode == 70
        assert "Traceback" in done.stderr
        assert "boom" in done.stderr

    @pytest.mark.parametrize("name", ["xyzzy", "./nowhere.rq"])
    def test_debug_changes_no_other_code(self, project: SmallProject, run: Run, name: str) -> None:
        code, _, err = run("query", name, "--debug")
        assert code == run("query", name)[0] != 0
        assert "Traceback" in err


@pytest.mark.parametrize(("name", "code"), [("members", 0), ("xyzzy", 2), ("./no.rq", 3)])
def test_the_process_ends_with_the_code(project: SmallProject, forks: Forks, name: str, code: int) -> None:
    assert forks.run("query", name).returncode == code


READING = """\
import sys
from kzgraph.cli import main

class Telling:
    def __init__(self, stdin):
        self._stdin = stdin

    @property
    def buffer(self):
        print("on", flush=True)
        return self._stdin.buffer

sys.stdin = Telling(sys.stdin)
main(["query", "-"])
"""


def test_an_interrupt_is_quiet(project: SmallProject) -> None:
    """It comes while the text of the query is read."""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", READING], stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdout
        assert process.stdout.readline() == b"on\n"
        process.send_signal(2)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in err
