"""The graph as it stood on a day, and as it was known by a day."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from tests.conftest import ROOT, SmallProject

Run = Callable[..., tuple[int, str, str]]

FACTS = """
kz:Left
    a kzo:State ;
    rdfs:label "Left"@en .

kz:Club
    a kzo:InternationalOrganization ;
    rdfs:label "Club"@en .

kz:old-report
    a kzo:PolicyBrief ;
    rdfs:label "Old report"@en ;
    kzo:shortName "Old"@en ;
    <http://purl.org/dc/terms/issued> "2020-05"^^xsd:gYearMonth .

kz:new-report
    a kzo:PolicyBrief ;
    rdfs:label "New report"@en ;
    kzo:shortName "New"@en ;
    <http://purl.org/dc/terms/issued> "2023"^^xsd:gYear .

kz:old-report_1-2
    a kzo:Citation ;
    oa:hasSource kz:old-report ;
    kzo:paragraph 1 .

kz:new-report_1-2
    a kzo:Citation ;
    oa:hasSource kz:new-report ;
    kzo:paragraph 1 .
"""
MEMBERSHIP = """
kz:membership-{name}
    a kzo:Membership ;
    rdfs:label "{name}"@en ;
    kzo:modality kzo:ModalityActual ;
    kzo:hasMember kz:Left ;
    kzo:inOrganization kz:Club ;
    {when}
    prov:wasDerivedFrom {cited} .
"""
ASK = b"SELECT ?name WHERE { ?m a kzo:Membership ; rdfs:label ?name ; kzo:inOrganization kz:Club } ORDER BY ?name"


def _write(project: SmallProject) -> None:
    parts = [
        ("began-2021", 'kzo:start "2021"^^xsd:gYear ;', "kz:old-report_1-2"),
        ("began-2022-06", 'kzo:start "2022-06"^^xsd:gYearMonth ;', "kz:new-report_1-2"),
        ("ended-2021-03-01", 'kzo:end "2021-03-01"^^xsd:date ;', "kz:old-report_1-2 , kz:new-report_1-2"),
        ("undated", "", "kz:new-report_1-2"),
    ]
    text = FACTS + "".join(MEMBERSHIP.format(name=n, when=w, cited=c) for n, w, c in parts)
    project.write("instances/club.ttl", text)


def _names(out: str) -> list[str]:
    return out.split()[1:]


@pytest.mark.parametrize(
    ("day", "left"),
    [
        ("2020", ["ended-2021-03-01", "undated"]),
        ("2021-02-28", ["began-2021", "ended-2021-03-01", "undated"]),
        ("2021-03-02", ["began-2021", "undated"]),
        ("2021", ["began-2021", "ended-2021-03-01", "undated"]),
        ("2022-05-31", ["began-2021", "undated"]),
        ("2022-06-15", ["began-2021", "began-2022-06", "undated"]),
    ],
)
def test_facts_that_did_not_hold_on_the_day_are_left_out(
    project: SmallProject, run: Run, day: str, left: list[str]
) -> None:
    _write(project)
    code, out, _ = run("query", "-", "--as-of", day, "-f", "csv", stdin=ASK)
    assert code == 0
    assert _names(out) == left


@pytest.mark.parametrize(
    ("day", "left"),
    [
        ("2020-04-30", []),
        ("2020-05-01", ["began-2021", "ended-2021-03-01"]),
        ("2022", ["began-2021", "ended-2021-03-01"]),
        ("2023", ["began-2021", "began-2022-06", "ended-2021-03-01", "undated"]),
    ],
)
def test_facts_that_no_document_had_told_by_the_day_are_left_out(
    project: SmallProject, run: Run, day: str, left: list[str]
) -> None:
    _write(project)
    code, out, _ = run("query", "-", "--known-by", day, "-f", "csv", stdin=ASK)
    assert code == 0
    assert _names(out) == left


def test_what_follows_from_a_fact_goes_with_it(project: SmallProject, run: Run) -> None:
    shutil.copytree(ROOT / "ontology", project.root / "ontology", dirs_exist_ok=True)
    membership = MEMBERSHIP.format(name="x", when='kzo:start "2021"^^xsd:gYear ;', cited="kz:new-report_1-2")
    project.write("instances/club.ttl", FACTS + membership)
    ask = b"ASK { kz:Left kzo:memberOf kz:Club }"
    assert run("query", "-", stdin=ask)[1].strip() == "true"
    assert run("query", "-", "--as-of", "2020", stdin=ask)[1].strip() == "false"


@pytest.mark.parametrize("day", ["yesterday", "2022-13-99x", "22", "2022/01/01"])
def test_what_is_no_date_is_refused(project: SmallProject, run: Run, day: str) -> None:
    code, _, err = run("query", "-", "--as-of", day, stdin=ASK)
    assert code == 2
    assert "no date" in err


def test_a_view_is_of_the_own_graph_only(project: SmallProject, run: Run) -> None:
    assert run("query", "-", "--as-of", "2020", "--store", "http://127.0.0.1:9", stdin=ASK)[0] == 2
