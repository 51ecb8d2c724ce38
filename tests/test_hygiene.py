"""The check queries: each finds what is wrong in its invalid example, nothing in its valid one, in two engines."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query

from kzgraph.answers.queries.stored_query import stored_queries
from kzgraph.checks.findings.finding import SEVERITIES
from kzgraph.checks.project.check_queries import (
    Check,
    check_files,
    check_hygiene,
    names_in,
    read_check,
    run_check,
    term_usage,
)
from kzgraph.files.project import Project, find_project
from kzgraph.namespaces import shorten
from kzgraph.stores.disk.embedded import EmbeddedStore
from tests.conftest import SmallProject

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "cases" / "checks"
FILES = sorted((ROOT / "queries" / "checks").glob("*.rq"))
NAMES = [p.stem for p in FILES]
FEWEST = 48
EXAMPLES = {"ex": "https://example.org/"}
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def shipped() -> Project:
    return find_project(ROOT)


def check_of(name: str) -> Check:
    return read_check(ROOT / "queries" / "checks" / f"{name}.rq", name)


def expected(path: Path) -> list[str]:
    """The subjects of the findings, from the first line of an example."""
    found = re.match(r"# Findings: (.+)\n", path.read_text("utf-8"))
    assert found, path
    return [] if found[1] == "none" else found[1].split(", ")


def test_they_are_all_found(shipped: Project) -> None:
    assert list(check_files(shipped)) == NAMES
    assert len(NAMES) >= FEWEST
    assert sorted(p.name for p in CASES.iterdir()) == NAMES, "each has its folder of examples, and nothing else has"
    assert sum(len(expected(p)) for p in CASES.glob("*/invalid.ttl")) >= 85


@pytest.mark.parametrize("kind", ["valid", "invalid"])
@pytest.mark.parametrize("name", NAMES)
def test_it_finds_what_its_example_says(shipped: Project, name: str, kind: str) -> None:
    path = CASES / name / f"{kind}.ttl"
    store = ox.Store()
    store.bulk_load(path=path, format=ox.RdfFormat.TURTLE)
    check = check_of(name)
    rows, subjects = run_check(shipped, check, EmbeddedStore(store))
    prefixes = shipped.prefixes | EXAMPLES
    found = sorted(shorten(row[check.columns[0]].value, prefixes) for row in rows)
    assert found == sorted(expected(path))
    assert bool(found) is (kind == "invalid")
    assert subjects >= len(set(found)), "it looked at what it found"
    assert subjects >= 1


@cache
def prepared(name: str) -> Query:
    """A check query as rdflib read it, once for its examples."""
    return prepareQuery((ROOT / "queries" / "checks" / f"{name}.rq").read_text("utf-8"))


@pytest.mark.parametrize("kind", ["valid", "invalid"])
@pytest.mark.parametrize("name", NAMES)
def test_another_engine_finds_the_same(shipped: Project, name: str, kind: str) -> None:
    """Plain SPARQL 1.1: rdflib runs the files as they stand, with the prefixes that they declare."""
    path = CASES / name / f"{kind}.ttl"
    graph = rdflib.Graph().parse(path)
    prefixes = shipped.prefixes | EXAMPLES
    assert sorted(shorten(str(row[0]), prefixes) for row in graph.query(prepared(name))) == sorted(expected(path))  # type: ignore[index]  # the rows of a SELECT


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_it_is(name: str) -> None:
    check = check_of(name)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", name)
    assert check.severity in SEVERITIES
    assert check.columns[0] in {"term", "thing"}
    assert f"?{check.columns[0]}" in check.subjects
    assert "ORDER BY" in check.text
    assert not check.summary.endswith(".")
    assert not check.message.endswith(".")


def test_this_project_is_in_good_form(shipped: Project) -> None:
    hygiene = check_hygiene(shipped)
    assert [f"{f.place()}: {f.code}: {f.message}" for f in hygiene.findings] == []
    assert sorted(hygiene.subjects) == NAMES
    assert min(hygiene.subjects.values()) >= 10
    assert hygiene.subjects["label-missing"] >= 367
    assert not hygiene.left_out


def test_the_terms_that_a_query_names_are_supplied(shipped: Project) -> None:
    usage = {(str(t.subject), str(t.object)) for t in term_usage(shipped) if t.predicate.value.endswith("references")}
    assert len({query for query, _ in usage}) == len(stored_queries(shipped)) >= 87
    asked = "<https://w3id.org/kzgraph/query/corridor_partners>"
    assert (asked, "<https://w3id.org/kzgraph/ontology/Involvement>") in usage


def test_other_engines_are_given_the_same(shipped: Project, repository: Path, run: Run) -> None:
    written = {(str(q.subject), str(q.object)) for q in ox.parse(run("queries", "-f", "turtle")[1], ox.RdfFormat.TURTLE)
               if q.predicate.value.endswith("/references")}  # fmt: skip
    assert written == {(str(t.subject), str(t.object)) for t in term_usage(shipped) if "terms/ref" in str(t.predicate)}
    assert len(written) >= 87


def test_names_in_a_query() -> None:
    text = 'PREFIX b: <http://b/> SELECT ?x { ?x a b:C ; <http://d> "b:No" ; kzo:E ?y } # b:Not'
    assert names_in(text, {"kzo": "http://e/"}) == {"http://b/C", "http://d", "http://e/E"}


# In a project of one's own.

HEADER = """#+ summary: Every hive is an oak
#+ kzgraph:
#+   severity: warning
#+   subjects: ?thing a kzo:Actor .
#+   message: "{thing} is called {value}"
#+   hint: plant an oak
"""
QUERY = """PREFIX kzo: <https://w3id.org/kzgraph/ontology/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?thing ?property ?value
WHERE { ?thing a kzo:Actor ; rdfs:label ?value . BIND (rdfs:label AS ?property) }
ORDER BY ?thing ?value
"""
SERVICE = '"SERVICE <http://127.0.0.1:1/sparql> { ?thing a kzo:Actor }"'


def findings(project: SmallProject) -> list[tuple[str, str]]:
    return [(f.code, f.message) for f in check_hygiene(find_project(project.root)).findings]


def test_a_project_has_checks_of_its_own(project: SmallProject) -> None:
    project.write("queries/checks/oak-missing.rq", HEADER + QUERY)
    hygiene = check_hygiene(find_project(project.root))
    assert list(hygiene.subjects) == ["oak-missing"]
    assert hygiene.subjects["oak-missing"] == len({f.thing for f in hygiene.findings}) >= 2
    first = next(f for f in hygiene.findings if f.thing == "kz:North")
    assert (first.code, first.severity, first.hint) == ("oak-missing", "warning", "plant an oak")
    line = hygiene.lines[first.file][first.line - 1]
    assert line[first.column - 1 :].startswith(f'"{first.value}"'), "the finding stands at the label"


def test_without_any_those_of_the_tool_are_used(project: SmallProject) -> None:
    hygiene = check_hygiene(find_project(project.root))
    assert set(hygiene.subjects) | set(hygiene.left_out) == set(NAMES)
    assert {f.code for f in hygiene.findings} >= {"module-missing", "check-saw-nothing"}


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        (HEADER + QUERY.replace("kzo:Actor", "kzo:Actro"), "check-unknown-term", "kzo:Actro, which does not exist"),
        (HEADER + QUERY.replace("rdfs:label", "rdfs:lable"), "check-unknown-term", "rdfs:lable"),
        (HEADER.replace("a kzo:Actor .", "kzo:Actor .") + QUERY, "check-fails", "syntax"),
        (HEADER.replace("a kzo:Actor .", "a kzo:modality .") + QUERY, "check-saw-nothing", "oak-missing"),
        (HEADER + QUERY.replace("ORDER", "ODER"), "check-fails", "syntax"),
        (HEADER.replace("warning", "bad") + QUERY, "check-fails", "`bad` is no severity"),
        (HEADER.replace("{value}", "{vlaue}") + QUERY, "check-fails", "vlaue, which the query does not select"),
        (HEADER.replace("hint: plant an oak", "tip: x") + QUERY, "check-fails", "unknown key `tip`"),
        (HEADER.replace("#+   hint: plant an oak\n", "") + QUERY, "check-fails", "needs `hint`"),
        (HEADER.replace(": warning", ": [") + QUERY, "check-fails", "not valid YAML"),
        (HEADER + "ASK { ?thing a ?value }", "check-fails", "a SELECT"),
        (HEADER + QUERY.replace("WHERE {", "WHERE { SERVICE <http://x> {} "), "check-fails", "SERVICE"),
        (HEADER.replace("?thing a kzo:Actor .", SERVICE) + QUERY, "check-fails", "oak-missing.rq:4: SERVICE"),
        (HEADER + QUERY.replace("?thing ?property", "?nothing ?property"), "check-fails", "thing, which"),
        (QUERY, "check-fails", "needs `summary`"),
    ],
)
def test_a_wrong_check_query_is_a_finding(project: SmallProject, text: str, code: str, told: str) -> None:
    project.write("queries/checks/oak-missing.rq", text)
    found = findings(project)
    assert code in {c for c, _ in found}
    assert any(told in message for c, message in found if c == code), found


@pytest.mark.parametrize(
    "text",
    [
        QUERY.replace("\n", " "),
        "  " + QUERY.replace("\nPREFIX", "\n\tprefix"),
        QUERY.replace("PREFIX", "# PREFIX SELECT {\nPREFIX"),
    ],
)
def test_a_check_query_is_laid_out_as_one_likes(project: SmallProject, text: str) -> None:
    own_prefix = (HEADER + text).replace("kzo:", "mine:")
    project.write("queries/checks/oak-missing.rq", own_prefix)
    hygiene = check_hygiene(find_project(project.root))
    assert {f.code for f in hygiene.findings} == {"oak-missing"}
    assert hygiene.subjects["oak-missing"] == len({f.thing for f in hygiene.findings}) >= 2


def test_an_empty_folder_is_no_pass(project: SmallProject) -> None:
    (project.root / "queries" / "checks").mkdir()
    assert [code for code, _ in findings(project)] == ["no-checks"]


def test_the_questions_stay_apart(project: SmallProject, run: Run) -> None:
    before = run("queries")[1]
    project.write("queries/checks/oak-missing.rq", HEADER + QUERY)
    assert run("queries")[1] == before
    listed = run("check", "--list")[1]
    assert "oak-missing" in listed
    assert "Every hive is an oak" in listed
    assert [c["name"] for c in json.loads(run("check", "--list", "-f", "json")[1])] == ["oak-missing"]


def test_the_list_of_external_terms_has_only_terms_that_exist(shipped: Project) -> None:
    """By rdflib's lists of what the standard vocabularies have."""
    lists = {
        shipped.prefixes["dcterms"]: rdflib.namespace.DCTERMS,
        shipped.prefixes["org"]: rdflib.namespace.ORG,
        shipped.prefixes["prov"]: rdflib.namespace.PROV,
        shipped.prefixes["schema"]: rdflib.namespace.SDO,
        shipped.prefixes["skos"]: rdflib.namespace.SKOS,
        shipped.prefixes["vann"]: rdflib.namespace.VANN,
        shipped.prefixes["geo"]: rdflib.namespace.GEO,
    }
    quads = list(ox.parse(path=ROOT / "ontology/external.ttl"))
    declared = {q.subject.value for q in quads if isinstance(q.subject, ox.NamedNode)}
    known = [(iri, terms) for iri in sorted(declared) for base, terms in lists.items() if iri.startswith(base)]
    assert len(known) >= 55
    assert [iri for iri, terms in known if rdflib.URIRef(iri) not in terms] == []
