"""The graph as it stood on a day, and as it was known by a day."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kzgraph import cli
from kzgraph.answers.asking import as_of
from kzgraph.namespaces import KZO, RDF
from tests.conftest import ROOT, SMALL, SmallProject
from tests.servers.imitation import Imitation, serving

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
    kzo:membershipKind kzo:MembershipMember ;
    kzo:rank kzo:RankNormal ;
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


def test_a_day_before_all_that_the_graph_tells_is_told(project: SmallProject, run: Run) -> None:
    shutil.copytree(ROOT / "ontology", project.root / "ontology", dirs_exist_ok=True)
    membership = MEMBERSHIP.format(name="x", when='kzo:start "2021"^^xsd:gYear ;', cited="kz:old-report_1-2")
    project.write("instances/club.ttl", FACTS + membership)
    told = {
        ("--known-by", "April 2020"): "warning: no document is of April 2020 or earlier: the first is of May 2020\n",
        ("--as-of", "2019"): "warning: no dated fact is left as of 2019: only facts without dates are\n",
    }
    for view, warning in told.items():
        assert warning in run("query", "-", *view, stdin=ASK)[2]
    both = run("query", "-", "--known-by", "April 2020", "--as-of", "2021", stdin=ASK)[2]
    assert "no document is of April 2020" in both
    assert "dated fact" not in both
    assert "warning" not in run("query", "-", "--known-by", "2020", "--as-of", "2021", stdin=ASK)[2]


def test_a_day_after_all_that_ended_is_not_told_as_one_before_all_that_began(project: SmallProject, run: Run) -> None:
    shutil.copytree(ROOT / "ontology", project.root / "ontology", dirs_exist_ok=True)
    when = 'kzo:start "2021"^^xsd:gYear ; kzo:end "2022"^^xsd:gYear ;'
    project.write("instances/facts.ttl", "")
    project.write("instances/club.ttl", FACTS + MEMBERSHIP.format(name="x", when=when, cited="kz:old-report_1-2"))
    warning = run("query", "-", "--as-of", "2050", stdin=ASK)[2]
    assert "warning: no dated fact is left as of 2050: only facts without dates are\n" in warning


def test_what_follows_from_a_fact_goes_with_it(project: SmallProject, run: Run) -> None:
    shutil.copytree(ROOT / "ontology", project.root / "ontology", dirs_exist_ok=True)
    membership = MEMBERSHIP.format(name="x", when='kzo:start "2021"^^xsd:gYear ;', cited="kz:new-report_1-2")
    project.write("instances/club.ttl", FACTS + membership)
    ask = b"ASK { kz:Left kzo:memberOf kz:Club }"
    assert run("query", "-", stdin=ask)[1].strip() == "true"
    assert run("query", "-", "--as-of", "2020", stdin=ask)[1].strip() == "false"


LOCATION = """
kz:Plain
    a kzo:Region ;
    rdfs:label "Plain"@en .

kz:location-left
    a kzo:Location ;
    rdfs:label "Left lies in the Plain"@en ;
    kzo:modality kzo:ModalityActual ;
    kzo:rank kzo:RankNormal ;
    kzo:ofThing kz:Left ;
    kzo:inPlace kz:Plain ;
    {attributions}
    prov:wasDerivedFrom kz:old-report_1-2 , kz:new-report_1-2 .
"""
OLD, NEW = "kzo:statedIn kz:old-report_1-2", "kzo:statedIn kz:new-report_1-2"


@pytest.mark.parametrize(
    ("attributions", "is_known"),
    [
        ("", True),
        (f"kzo:hasAttribution [ kzo:ofProperty kzo:inPlace ; {OLD} ] ;", True),
        (f"kzo:hasAttribution [ kzo:ofProperty kzo:inPlace ; {NEW} ] ;", False),
        (f"kzo:hasAttribution [ kzo:ofProperty kzo:inPlace ; kzo:ofValue kz:Plain ; {NEW} ] ;", False),
        (f"kzo:hasAttribution [ kzo:ofProperty kzo:about ; kzo:ofValue kz:Plain ; {NEW} ] ;", False),
        (f"kzo:hasAttribution [ kzo:ofProperty kzo:inPlace ; {NEW} , kz:old-report_1-2 ] ;", True),
        (f"kzo:hasAttribution [ kzo:ofProperty kzo:inPlace ; kzo:ofValue kz:Left ; {NEW} ] ;", True),
        (f"kzo:hasAttribution [ kzo:ofProperty kzo:inPlace ; {NEW} ; kzo:basis kzo:BasisInferred ] ;", True),
        (
            f"kzo:hasAttribution [ kzo:ofProperty kzo:inPlace ; {NEW} ] , "
            f"[ kzo:ofProperty kzo:inPlace ; kzo:ofValue kz:Plain ; {OLD} ] ;",
            True,
        ),
    ],
)
def test_a_value_that_only_later_documents_state_was_not_known_nor_what_follows_from_it(
    project: SmallProject, run: Run, attributions: str, is_known: bool
) -> None:
    shutil.copytree(ROOT / "ontology", project.root / "ontology", dirs_exist_ok=True)
    project.write("instances/club.ttl", FACTS + LOCATION.format(attributions=attributions))
    ask = b"""SELECT ?stated ?derived WHERE {
        kz:location-left a kzo:Location ; kzo:ofThing kz:Left .
        BIND (EXISTS { kz:location-left kzo:inPlace | kzo:about kz:Plain } AS ?stated)
        BIND (EXISTS { kz:Left kzo:locatedIn kz:Plain } AS ?derived)
    }"""
    told = run("query", "-", "--known-by", "2022", "-f", "csv", stdin=ask)[1]
    assert told.split() == ["stated,derived", f"{is_known},{is_known}".lower()]


def test_no_attribution_is_left_of_a_value_that_was_not_known(project: SmallProject, run: Run) -> None:
    shutil.copytree(ROOT / "ontology", project.root / "ontology", dirs_exist_ok=True)
    said = f"kzo:hasAttribution [ kzo:ofProperty kzo:inPlace ; {NEW} ] ;"
    project.write("instances/club.ttl", FACTS + LOCATION.format(attributions=said))
    ask = b"ASK { ?a kzo:ofProperty ?any }"
    assert run("query", "-", "--known-by", "2022", stdin=ask)[1].strip() == "false"
    assert run("query", "-", "--known-by", "2023", stdin=ask)[1].strip() == "true"


@pytest.mark.parametrize("day", ["yesterday", "2022-13-99x", "22", "2022/01/01"])
def test_what_is_no_date_is_refused(project: SmallProject, run: Run, day: str) -> None:
    code, _, err = run("query", "-", "--as-of", day, stdin=ASK)
    assert code == 2
    assert "no date" in err


@contextlib.contextmanager
def loaded(kind: str, root: Path) -> Iterator[str]:
    """A project with the real ontology in a folder that is made the working folder, loaded into a store: its place."""
    project = SmallProject(root)
    shutil.copytree(SMALL, root)
    shutil.copytree(ROOT / "ontology", root / "ontology", dirs_exist_ok=True)
    _write(project)
    with serving(Imitation()) as server:
        place = str(root / "graph.db") if kind == "folder" else server.url
        assert cli.run(["--project", str(root), "load", "--store", place]) == 0
        yield place


@pytest.fixture(scope="module", params=["folder", "server"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def shared(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A store that tests only read, and the folder of its project."""
    folder = tmp_path_factory.mktemp("as-of")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KZGRAPH_CACHE", str(folder / "cache"))
        with loaded(kind, folder / "project") as place:
            yield place, folder


@pytest.fixture(scope="module")
def here() -> dict[tuple[object, ...], tuple[int, str]]:
    """What the project itself answers, which is the same beside a folder and beside a server."""
    return {}


@pytest.fixture
def store(shared: tuple[str, Path], monkeypatch: pytest.MonkeyPatch) -> str:
    place, folder = shared
    monkeypatch.setenv("KZGRAPH_CACHE", str(folder / "cache"))
    monkeypatch.chdir(folder / "project")
    return place


class TestStores:
    """A folder and a server are seen as the project's own graph is."""

    @pytest.mark.parametrize(
        "view", [("--as-of", "2021-03-02"), ("--known-by", "2022"), ("--as-of", "2022-07", "--known-by", "2022")]
    )
    @pytest.mark.parametrize("ask", [ASK, b"SELECT ?m WHERE { ?m a kzo:Fact } ORDER BY ?m"])
    def test_the_answers_are_equal(
        self, store: str, run: Run, here: dict[tuple[object, ...], tuple[int, str]], view: tuple[str, ...], ask: bytes
    ) -> None:
        asked = ("query", "-", "-f", "csv")
        for seen in (view, ()):
            here[ask, seen] = here.get((ask, seen)) or run(*asked, *seen, stdin=ask)[:2]
        assert here[ask, view][0] == 0
        assert run(*asked, *view, "--store", store, stdin=ask)[:2] == here[ask, view]
        assert here[ask, view] != here[ask, ()]

    def test_graphs_of_others_are_left_out(
        self, kind: str, project: SmallProject, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        foreign = tmp_path / "foreign.nt"
        foreign.write_text(f"<urn:m> <{RDF}type> <{KZO}Membership> .", "utf-8")
        with loaded(kind, tmp_path / "loaded") as store:
            monkeypatch.chdir(tmp_path / "loaded")
            assert run("load", str(foreign), "--store", store)[0] == 0
            ask = b"SELECT ?m WHERE { ?m a kzo:Membership }"
            assert "urn:m" not in run("query", "-", "--as-of", "2021", "--store", store, stdin=ask)[1]

    def test_a_large_graph_stops_at_a_limit(self, store: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(as_of, "_MOST_TRIPLES", 10)
        code, out, err = run("query", "-", "--as-of", "2021", "--store", store, stdin=ASK)
        assert (code, out) == (6, "")
        assert "has more than 10 triples" in err


def test_a_server_without_graphs_of_the_project_is_seen_whole(project: SmallProject, run: Run) -> None:
    shutil.copytree(ROOT / "ontology", project.root / "ontology", dirs_exist_ok=True)
    _write(project)
    with serving(Imitation()) as server:
        for file in sorted(project.root.glob("*/*.ttl")):
            graph = ox.NamedNode(f"urn:theirs:{file.stem}")
            server.store.extend(ox.Quad(q.subject, q.predicate, q.object, graph) for q in ox.parse(path=str(file)))
        asked = ("query", "-", "-f", "csv", "--as-of", "2021-03-02")
        assert run(*asked, "--store", server.url, stdin=ASK)[:2] == run(*asked, stdin=ASK)[:2]


def test_a_default_graph_that_is_no_union_is_asked_as_it_is(project: SmallProject, run: Run) -> None:
    """A database of another program: the view is of what the plain question sees."""
    _write(project)
    other, default = ox.Store("other.db"), ox.DefaultGraph()
    parts = {file.stem: list(ox.parse(path=str(file))) for file in sorted(project.root.glob("instances/*.ttl"))}
    other.extend(ox.Quad(q.subject, q.predicate, q.object, default) for q in parts["club"])
    other.extend(ox.Quad(q.subject, q.predicate, q.object, ox.NamedNode("urn:g")) for q in parts["facts"])
    other.extend(ox.Quad(q.subject, q.predicate, q.object, default) for q in ox.parse(path="ontology/core.ttl"))
    other.flush()
    asked = ("query", "-", "-f", "csv", "--store", "other.db")
    here = b"SELECT ?name WHERE { ?m a kzo:Membership ; rdfs:label ?name } ORDER BY ?name"
    named = b'SELECT ?name WHERE { GRAPH ?g { ?m a kzo:Membership ; rdfs:label ?label BIND ("utopia" AS ?name) } }'
    for view, left in (
        ((), ["began-2021", "began-2022-06", "ended-2021-03-01", "undated"]),
        (("--as-of", "2021-03-02"), ["began-2021", "undated"]),
    ):
        assert _names(run(*asked, *view, stdin=here)[1]) == left
        assert _names(run(*asked, *view, stdin=named)[1]) == ["utopia"]
    assert _names(run(*asked, "--as-of", "2019", stdin=named)[1]) == []  # it is of 2020


def test_a_store_whose_load_has_not_ended_is_refused(project: SmallProject, run: Run) -> None:
    _write(project)
    with serving(Imitation()) as server:
        assert run("load", "--store", server.url)[0] == 0
        server.store.update("DELETE WHERE { GRAPH ?g { <urn:kzgraph:manifest> ?p ?o } }")
        code, _, err = run("query", "-", "--as-of", "2020", "--store", server.url, stdin=ASK)
    assert code == 4
    assert "has not ended" in err


def test_a_store_that_is_not_there(project: SmallProject, run: Run) -> None:
    assert run("query", "-", "--as-of", "2020", "--store", "http://127.0.0.1:9", stdin=ASK)[0] == 4
    assert run("query", "-", "--as-of", "2020", "--store", "nowhere.db", stdin=ASK)[0] == 3
