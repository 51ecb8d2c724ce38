"""``search``, ``show``, ``why`` and ``conflicts``, on a made-up project and on the repository's own graph."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kzgraph.answers.things.fact_pairs import Interval
from kzgraph.answers.things.facts import FactFiles
from kzgraph.answers.things.find import find_thing
from kzgraph.cli import run
from kzgraph.errors import InputError, UnknownName
from kzgraph.files.project import find_project
from kzgraph.graph.derivation import Way, ways
from kzgraph.graph.derivation_rules import Atom, Rule
from kzgraph.namespaces import KZO
from kzgraph.stores.disk.snapshot import open_project
from kzgraph.wording.names import folded
from kzgraph.wording.spelling import spelling_key
from kzgraph.wording.text import wrapped

Run = Callable[..., tuple[int, str, str]]
ROOT = Path(__file__).resolve().parent.parent
PREFIXES = """@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix kz: <https://w3id.org/kzgraph/id/> .
@prefix kzo: <https://w3id.org/kzgraph/ontology/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

"""
TEXT = "Example report\nUtopia joined the League.\nThe port handles ten ships.\n"
THINGS = """
kz:Utopia a kzo:State ; rdfs:label "Utopia"@en , "Утопия"@ru ; skos:altLabel "Land of Nowhere"@en .
kz:Türkland a kzo:State ; rdfs:label "Türkland"@en .
kz:League a kzo:InternationalOrganization ; rdfs:label "League of Examples"@en .
kz:ForestRegion a kzo:Region ; rdfs:label "Forest"@en .
kz:ForestCity a kzo:City ; rdfs:label "Forest"@en .
kz:Harbour a kzo:Port ; rdfs:label "Great Harbour"@en .
kz:HarbourNorth a kzo:Port ; rdfs:label "Harbour North"@en .
kz:North a kzo:Region ; rdfs:label "Northern lands"@en .
kz:World a kzo:Region ; rdfs:label "Whole world"@en .
kz:Pact a kzo:Treaty ; rdfs:label "Pact of Utopia"@en .
kz:Road a kzo:RoadMap ; rdfs:label "Plan of roads"@en .
kz:example-2020 a kzo:SourceDocument ; rdfs:label "Report"@en ; kzo:shortName "Example 2020"@en ;
    dcterms:title "EXAMPLE REPORT"@en ; dcterms:issued "2020"^^xsd:gYear ; kzo:fileName "example.txt" .
kz:other-2021 a kzo:SourceDocument ; rdfs:label "Other report"@en ; kzo:shortName "Other 2021"@en .
kz:example-2020_15-40 a kzo:Citation ; oa:hasSource kz:example-2020 ; kzo:paragraph 2 ;
    oa:hasSelector [ a oa:TextPositionSelector ; oa:start 15 ; oa:end 40 ] .
kz:other-2021_0-5 a kzo:Citation ; oa:hasSource kz:other-2021 ; kzo:paragraph 1 .
"""
FACTS = """
kz:naming-harbour
    a kzo:Naming ;
    rdfs:label "\\"Old Quay\\" as a name of Great Harbour"@en ;
    kzo:namesThing kz:Harbour ;
    kzo:name "Old Quay"@en ;
    prov:wasDerivedFrom kz:example-2020_15-40 .

kz:identification-harbour
    a kzo:Identification ;
    rdfs:label "Code of the harbour"@en ;
    kzo:ofThing kz:Harbour ;
    kzo:code "UTHAR" ;
    prov:wasDerivedFrom kz:example-2020_15-40 .

kz:membership-utopia
    a kzo:Membership ;
    rdfs:label "Utopia is a member of the League"@en ;
    kzo:modality kzo:ModalityPlanned ;
    kzo:rank kzo:RankDeprecated ;
    kzo:hasMember kz:Utopia ;
    kzo:inOrganization kz:League ;
    kzo:start "2001-02"^^xsd:gYearMonth ;
    kzo:dateBasis kzo:DateInferred ;
    kzo:dateAsStated "early in 2001"@en ;
    kzo:asStated "joined the Leage" ;
    kzo:gist "Utopia was let into the League, which it joined in spring."@en ;
    skos:editorialNote "The name is misspelt."@en ;
    prov:wasDerivedFrom kz:example-2020_15-40 , kz:other-2021_0-5 .

kz:location-harbour
    a kzo:Location ;
    rdfs:label "The harbour lies in the north"@en ;
    kzo:modality kzo:ModalityActual ;
    kzo:rank kzo:RankNormal ;
    kzo:ofThing kz:Harbour ;
    kzo:inPlace kz:North ;
    prov:wasDerivedFrom kz:example-2020_15-40 .

kz:location-north
    a kzo:Location ;
    rdfs:label "The north lies in the world"@en ;
    kzo:modality kzo:ModalityActual ;
    kzo:rank kzo:RankNormal ;
    kzo:ofThing kz:North ;
    kzo:inPlace kz:World .

kz:feast
    a kzo:Event ;
    rdfs:label "Feast of Lanterns"@en ;
    kzo:date "2020-05-01"^^xsd:date ;
    prov:wasDerivedFrom kz:example-2020_15-40 .
"""


@dataclass
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


Kzgraph = Callable[..., Ran]


def make_project(folder: Path, facts: str = FACTS) -> Path:
    shutil.copytree(ROOT / "ontology", folder / "ontology")
    for name in ("instances", "shapes", "queries"):
        (folder / name).mkdir()
    (folder / "kzgraph.toml").write_text('[project]\nname = "example"\n', "utf-8")
    (folder / "instances" / "things.ttl").write_text(PREFIXES + THINGS, "utf-8")
    (folder / "instances" / "more facts.ttl").write_text(PREFIXES + facts, "utf-8")
    return folder


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("example"))


Changing = Callable[[str], Path]


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Changing:
    """A project with some facts in place of those of the test before, so that one file alone is compiled."""
    project = make_project(tmp_path_factory.mktemp("changing"))

    def changed(facts: str) -> Path:
        (project / "instances" / "more facts.ttl").write_text(PREFIXES + facts, "utf-8")
        return project

    return changed


@pytest.fixture
def kzgraph(example: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Kzgraph:
    monkeypatch.delenv("KZGRAPH_DOCUMENTS", raising=False)

    def call(*arguments: str, project: Path = example) -> Ran:
        capsys.readouterr()
        code = run(["--project", str(project), *arguments])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return call


def line_of(project: Path, subject: str) -> int:
    lines = (project / "instances" / "more facts.ttl").read_text("utf-8").split("\n")
    return lines.index(subject) + 1


# search


@pytest.mark.parametrize(
    ("text", "first", "match"),
    [
        ("Utopia", "kz:Utopia", "exact"),
        ("утопия", "kz:Utopia", "exact"),
        ("land of nowhere", "kz:Utopia", "exact"),
        ("turkland", "kz:Türkland", "exact"),
        ("old quay", "kz:Harbour", "exact"),
        ("UTHAR", "kz:Harbour", "exact"),
        ("example report", "kz:example-2020", "exact"),
        ("joined the Leage", "kz:membership-utopia", "exact"),
        ("kz:HarbourNorth", "kz:HarbourNorth", "exact"),
        ("great har", "kz:Harbour", "prefix"),
        ("examples league", "kz:League", "words"),
        ("Graet Harbor", "kz:Harbour", "similar"),
        ("Great Harbor", "kz:Harbour", "spelling"),
        ("Утопиа", "kz:Utopia", "spelling"),
        ("Тюркланд", "kz:Türkland", "similar"),
        ("who is in utopia", "kz:Utopia", "exact"),
        ("Feast of Lanterns", "kz:feast", "exact"),
    ],
)
def test_search_finds_by_any_name(kzgraph: Kzgraph, text: str, first: str, match: str) -> None:
    ran = kzgraph("search", text, "-f", "json")
    assert ran.code == 0
    assert (ran.data[0]["name"], ran.data[0]["match"]) == (first, match)


def test_search_takes_words_with_and_without_quotes(kzgraph: Kzgraph) -> None:
    assert kzgraph("search", "great", "har").out == kzgraph("search", "great har").out != ""


def test_search_reads_gists_after_all_names(kzgraph: Kzgraph) -> None:
    found = kzgraph("search", "joined league", "-f", "json").data
    assert [(h["name"], h["matched"]["as"]) for h in found] == [("kz:membership-utopia", "gist")]
    assert kzgraph("show", "Utopia was let into the League").code == 2, "a gist is no name"


def test_search_shows_what_bears_most_of_the_words_if_nothing_bears_all(kzgraph: Kzgraph) -> None:
    found = kzgraph("search", "great harbour xylophones", "-f", "json").data
    assert [(h["name"], h["match"]) for h in found] == [("kz:Harbour", "some words")]
    assert kzgraph("search", "harbour xylophones", "-f", "json").data == [], "half of the words are too few"


def test_search_puts_things_before_facts_and_the_better_match_first(kzgraph: Kzgraph) -> None:
    found = kzgraph("search", "utopia", "-f", "json").data
    assert [(h["name"], h["match"]) for h in found] == [
        ("kz:Utopia", "exact"),
        ("kz:Pact", "words"),
        ("kz:membership-utopia", "prefix"),
    ]


def test_search_puts_facts_that_say_it_before_things_that_are_merely_similar(kzgraph: Kzgraph) -> None:
    found = kzgraph("search", "northern lies", "-f", "json").data
    assert found[0]["fact"] is False
    found = kzgraph("search", "lies in the north", "-f", "json").data
    assert (found[0]["name"], found[0]["match"]) == ("kz:location-harbour", "words")


def test_search_tells_when_and_where_facts_and_events_are_said(kzgraph: Kzgraph) -> None:
    out = kzgraph("search", "utopia").out
    told = (
        "Utopia is a member of the League · since February 2001, “early in 2001”† · planned · held wrong "
        "by the editors · Example 2020, ¶ 2; Other 2021, ¶ 1"
    )
    assert f"Facts that say so (1)\n  - {told} (kz:membership-utopia)\n" in out
    assert out.index("Pact of Utopia") < out.index("Facts that say so")
    (feast,) = kzgraph("search", "lanterns", "-f", "json").data
    assert (feast["fact"], feast["date"], feast["documents"]) == (False, "1 May 2020", ["Example 2020, ¶ 2"])


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("Tokayev", "Токаев Тоқаев Toqaev Tokaev"),
        ("Aliyev", "Алиев Aliev"),
        ("Lukoil", "Лукойл Lukoyl"),
        ("Khorgos", "Хоргос Horgos"),
        ("Karabakh", "Карабах Qarabax Karabah"),
        ("Nazarbayev", "Назарбаев"),
        ("Kazmunaygaz", "КазМунайГаз"),
        ("recognise", "recognize"),
        ("organisations", "organizations"),
        ("harbour", "harbor"),
        ("centre", "center"),
        ("programmes", "programs"),
        ("travelled", "traveled"),
    ],
)
def test_spellings_of_one_word_have_one_key(name: str, others: str) -> None:
    assert {spelling_key(other) for other in others.split()} == {spelling_key(name)}


@pytest.mark.parametrize(("one", "two"), [("Iran", "Iraq"), ("Baku", "Batu"), ("four", "for"), ("rise", "rice")])
def test_other_words_have_another_key(one: str, two: str) -> None:
    assert spelling_key(one) != spelling_key(two)


def test_search_leaves_out_facts_and_namings(kzgraph: Kzgraph) -> None:
    assert all(not hit["fact"] for hit in kzgraph("search", "utopia", "--things-only", "-f", "json").data)
    assert "kz:naming-harbour" not in kzgraph("search", "old quay").out


def test_search_table_tells_what_matched_and_cuts(kzgraph: Kzgraph) -> None:
    ran = kzgraph("search", "old quay", "--limit", "1")
    assert ran.out.split("\n")[2].split("  ")[0].strip() == "kz:Harbour"
    assert "name: Old Quay" in ran.out
    assert kzgraph("search", "utopia", "--limit", "1").err == "1 thing of 2, 0 facts of 1; see more with --limit\n"
    assert kzgraph("search", "utopia").err == "2 things, 1 fact\n"
    assert "matched" in kzgraph("search", "utopia").out


def test_search_that_finds_nothing_names_the_nearest(kzgraph: Kzgraph) -> None:
    ran = kzgraph("search", "Topiaria")
    assert (ran.code, ran.out) == (0, "")
    assert "nothing is called `Topiaria`; the nearest names are `Utopia`" in ran.err
    assert kzgraph("search", "qqqq", "-f", "json").data == []


@pytest.mark.parametrize("text", ["", "  ", "%%"])
def test_search_refuses_a_text_without_letters(kzgraph: Kzgraph, text: str) -> None:
    ran = kzgraph("search", text)
    assert ran.code == 2
    assert "no letter or digit" in ran.err


def test_folding_forgives_case_marks_and_punctuation() -> None:
    assert folded("Bakı–TBILISI, Çeyhan") == "baki tbilisi ceyhan"
    assert folded("Zəngəzur") == "zengezur"


# show


@pytest.mark.parametrize(
    "text",
    [
        "kz:Harbour",
        "https://w3id.org/kzgraph/id/Harbour",
        "great harbour",
        "Old Quay",
        "UTHAR",
        "Great H",
        "Grate Harbour",
    ],
)
def test_show_takes_every_way_to_name_a_thing(kzgraph: Kzgraph, text: str) -> None:
    ran = kzgraph("show", text)
    assert ran.code == 0
    assert ran.out.startswith("Great Harbour · kz:Harbour\n  port (kzo:Port)\n  also: Old Quay (en); UTHAR (code)\n")


def test_show_lists_facts_with_date_modality_rank_and_footnotes(kzgraph: Kzgraph) -> None:
    out = kzgraph("show", "Utopia").out
    told = "February 2001, “early in 2001”† · planned · held wrong by the editors [1][2]"
    assert f"membership (1)\n  - Utopia is a member of the League · since {told}\n" in out
    assert "[1] Example 2020, ¶ 2   [2] Other 2021, ¶ 1" in out
    assert "is member of" not in out


def test_show_says_where_a_source_is_missing(kzgraph: Kzgraph) -> None:
    assert "The north lies in the world [no source]" in kzgraph("show", "kz:World").out


def test_show_in_another_language(kzgraph: Kzgraph) -> None:
    assert kzgraph("show", "kz:Utopia", "--lang", "ru").out.startswith("Утопия · kz:Utopia\n")
    assert kzgraph("show", "kz:Utopia", "--lang", "tr").out.startswith("Utopia · kz:Utopia\n")


def test_show_describes_terms_documents_citations_and_facts(kzgraph: Kzgraph) -> None:
    term = kzgraph("show", "kzo:Stake").out
    assert "definition: A fact that an actor owns" in term
    assert "super-class: fact (kzo:Fact)" in term
    assert "example: An oil company" in term
    assert "things of this class" in kzgraph("show", "kzo:Port").out
    assert "domain: " in kzgraph("show", "kzo:memberOf").out
    document = kzgraph("show", "kz:example-2020").out
    assert "issued: 2020" in document
    assert "Facts that rest on it: 1 event, 1 identification, 1 location, 1 membership, 1 naming" in document
    citation = kzgraph("show", "kz:example-2020_15-40").out
    assert "characters: 15 to 40" in citation
    assert "Utopia is a member of the League" in citation
    fact = kzgraph("show", "kz:membership-utopia").out
    assert "rests on: Example 2020, ¶ 2; Other 2021, ¶ 1" in fact
    assert "editorial note: The name is misspelt." in fact


def test_show_as_json(kzgraph: Kzgraph) -> None:
    data = kzgraph("show", "Utopia", "-f", "json").data
    assert (data["name"], data["label"], data["classes"]) == ("kz:Utopia", "Utopia", ["state (kzo:State)"])
    assert data["facts"][0]["rank"] == "deprecated"
    assert [s["footnote"] for s in data["facts"][0]["sources"]] == ["Example 2020, ¶ 2", "Other 2021, ¶ 1"]


MANY = "".join(
    f'kz:visit-{n:02} a kzo:Visit ; rdfs:label "Visit {n:02} to Utopia"@en ; kzo:hasHost kz:Utopia ; '
    f'kzo:date "20{n:02}"^^xsd:gYear ; prov:wasDerivedFrom kz:{"example-2020_15-40" if n % 2 else "other-2021_0-5"} .\n'
    for n in range(10, 24)
)


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("visited"), FACTS + MANY)


def test_show_fits_one_screen_and_counts_the_rest(kzgraph: Kzgraph, visited: Path) -> None:
    out = kzgraph("show", "Utopia", project=visited).out
    assert len(out.splitlines()) <= 50
    assert "The most telling of 15 facts\n" in out
    assert out.count("  - ") == 10
    assert "All 15: kzgraph show kz:Utopia --all; of one kind: --kind visit\n  visit 14 · membership 1\n" in out
    whole = kzgraph("show", "Utopia", "--all", project=visited).out
    assert whole.count("  - ") == 15
    data = kzgraph("show", "Utopia", "-f", "json", project=visited).data
    assert (len(data["facts"]), len(data["telling"]), data["left_out"]) == (15, 10, 0)


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (["--kind", "visit"], 14),
        (["--kind", "Visits"], 14),
        (["--kind", "kzo:Visit"], 14),
        (["--kind", "event"], 14),  # a class above
        (["--kind", "membership"], 1),
        (["--document", "other-2021"], 8),
        (["--document", "Example 2020", "--kind", "visit"], 7),
        (["--from", "2020"], 5),
        (["--to", "2011"], 3),
        (["--from", "2012", "--to", "2013-06"], 3),  # the membership since 2001 may go on
        (["--no-background"], 15),
    ],
)
def test_show_takes_a_choice_of_facts(kzgraph: Kzgraph, visited: Path, options: list[str], count: int) -> None:
    ran = kzgraph("show", "Utopia", *options, project=visited)
    assert ran.code == 0, ran.err
    assert ran.out.count("  - ") == count
    assert ran.out.splitlines()[0] == "Utopia · kz:Utopia"
    data = kzgraph("show", "Utopia", *options, "-f", "json", project=visited).data
    assert (len(data["facts"]), data["left_out"]) == (count, 15 - count)
    if options != ["--no-background"]:
        assert ran.out.endswith(f"{15 - count} others left out\n")


@pytest.mark.parametrize(
    ("options", "message", "hint"),
    [
        (["--kind", "vist"], "there is no kind of fact about it `vist`", "did you mean `visit`"),
        (["--kind", "zzzz"], "there is no kind of fact about it `zzzz`", "there are: "),
        (["--document", "Exmpla"], "there is no document `Exmpla`", "kzgraph sources"),
        (["--from", "spring 2020"], "`spring 2020` is no date", "write 24 August 2022, 2022-08-24"),
        (["--from", "2021", "--to", "2020"], "2020 is before 2021", "give the earlier date first"),
    ],
)
def test_show_refuses_a_choice_that_cannot_be(
    kzgraph: Kzgraph, visited: Path, options: list[str], message: str, hint: str
) -> None:
    ran = kzgraph("show", "Utopia", *options, project=visited)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert hint in ran.err


def test_show_adds_the_passages(kzgraph: Kzgraph, tmp_path: Path) -> None:
    (tmp_path / "example.txt").write_text(TEXT, "utf-8")
    ran = kzgraph("show", "Utopia", "--documents", str(tmp_path))
    assert ran.out.endswith("\n [1] Utopia joined the League.\n")
    assert "1 of 2 sources without passage" in ran.err
    assert kzgraph("show", "Utopia", "--documents", str(tmp_path / "none")).code == 3


def test_why_of_a_thing_with_many_facts_shows_the_most_telling(kzgraph: Kzgraph, visited: Path) -> None:
    ran = kzgraph("why", "Utopia", project=visited)
    assert ran.out.count(" in instances/") == 10
    assert ran.err == "10 of 15 facts; see the others with --all\n"
    assert kzgraph("why", "Utopia", "--all", project=visited).out.count(" in instances/") == 15
    assert len(kzgraph("why", "Utopia", "-f", "json", project=visited).data) == 15


@pytest.mark.parametrize("command", ["show", "why", "conflicts"])
@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("kz:Harbor", "there is no thing `kz:Harbor`", "`kz:Harbour` (Great Harbour)"),
        ("Harbur Greet North", "there is no thing `Harbur Greet North`", "did you mean `kz:HarbourNorth`"),
        ("qqqqq", "there is no thing `qqqqq`", "kzgraph search"),
        ("Forest", "may stand for several things", "`kz:ForestCity` (Forest), `kz:ForestRegion` (Forest)"),
        ("http://[/x", "there is no thing `http://[/x`", "kzgraph search"),
        ("https://w3id.org/kzgraph/id/Utopa", "there is no thing", "`kz:Utopia` (Utopia)"),
        ("", "the name of the thing is empty", "CURIE"),
        ("%%", "there is no thing `%%`", "kzgraph search"),
        ("kzz:Harbour", "there is no thing `kzz:Harbour`", "no prefix `kzz:` is known; did you mean `kz:Harbour`"),
        ("zq:Harbour", "there is no thing `zq:Harbour`", "no prefix `zq:` is known; see [prefixes] of kzgraph.toml"),
        ("kz:", "there is no thing", ""),
    ],
)
def test_wrong_names_are_usage_errors_with_candidates(
    kzgraph: Kzgraph, command: str, text: str, message: str, hint: str
) -> None:
    ran = kzgraph(command, text)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert hint in ran.err


def test_a_person_comes_before_the_visit_that_begins_with_the_name(tmp_path: Path) -> None:
    person = 'kz:AlmaTestova a kzo:Person ; rdfs:label "Alma Testova"@en .\n'
    visit = 'kz:visit-testova a kzo:Visit ; rdfs:label "Testova\'s visit to Utopia"@en .\n'
    project = find_project(make_project(tmp_path, person + visit))
    assert find_thing("Testova", project, open_project(project)).endswith("/AlmaTestova")


def test_lookup_can_be_narrowed_to_a_class(example: Path) -> None:
    project = find_project(example)
    store = open_project(project)
    assert find_thing("forest", project, store, kind=KZO + "City").endswith("/ForestCity")
    with pytest.raises(UnknownName):
        find_thing("kz:ForestCity", project, store, kind=KZO + "Region")


# why


def test_why_of_a_fact_gives_file_line_document_and_passage(kzgraph: Kzgraph, example: Path, tmp_path: Path) -> None:
    (tmp_path / "example.txt").write_text(TEXT, "utf-8")
    ran = kzgraph("why", "kz:membership-utopia", "--documents", str(tmp_path))
    place = f"instances/more facts.ttl:{line_of(example, 'kz:membership-utopia')}"
    assert f"kz:membership-utopia in {place}\n" in ran.out
    assert "source: Example 2020, ¶ 2: “Utopia joined the League.”\n" in ran.out
    assert "source: Other 2021, ¶ 1\n" in ran.out
    assert "note: The name is misspelt." in ran.out


def test_why_takes_the_documents_from_the_environment(
    kzgraph: Kzgraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "example.txt").write_text(TEXT, "utf-8")
    monkeypatch.setenv("KZGRAPH_DOCUMENTS", str(tmp_path))
    data = kzgraph("why", "kz:membership-utopia", "-f", "json").data
    assert data[0]["sources"][0]["passage"] == "Utopia joined the League."


def test_why_begins_with_the_passage_and_ends_with_the_place(kzgraph: Kzgraph, tmp_path: Path) -> None:
    (tmp_path / "example.txt").write_text(TEXT, "utf-8")
    out = kzgraph("why", "kz:membership-utopia", "--documents", str(tmp_path)).out
    parts = ["membership: ", "source: Example", "note: The name", "in instances/more facts.ttl"]
    assert sorted(parts, key=out.index) == parts


def test_why_of_a_thing_lists_each_fact(kzgraph: Kzgraph) -> None:
    names = [g["name"] for g in kzgraph("why", "kz:Harbour", "-f", "json").data]
    assert sorted(names) == ["kz:identification-harbour", "kz:location-harbour", "kz:naming-harbour"]
    assert "no source" in kzgraph("why", "kz:location-north").out
    bare = kzgraph("why", "kz:ForestCity")
    assert (bare.code, bare.out, bare.err) == (0, "Forest · kz:ForestCity\n", "no fact is about it\n")


def test_why_of_a_derived_edge_names_the_axiom_and_the_fact(kzgraph: Kzgraph) -> None:
    plain = kzgraph("why", "Great Harbour", "is located in", "North").out
    assert "axiom" not in plain
    assert plain.endswith("1 way in which it follows: add --logic\n")
    ran = kzgraph("why", "Great Harbour", "is located in", "North", "--logic")
    assert ran.out.index("location: ") < ran.out.index("axiom in")
    assert "kzo:locatedIn follows from ^kzo:ofThing / kzo:viaHoldingFact / kzo:inPlace: axiom in" in ran.out
    assert "kzo:viaHoldingFact Self: axiom in ontology/core.ttl:" in ran.out
    assert "location: " in ran.out
    assert "stands in instances/" in ran.out


def test_a_planned_or_deprecated_fact_gives_no_plain_edge(kzgraph: Kzgraph) -> None:
    ran = kzgraph("why", "Utopia", "kzo:memberOf", "League of Examples")
    assert ran.code == 2
    assert "the graph does not hold kz:Utopia kzo:memberOf kz:League" in ran.err


def test_why_follows_transitive_edges_without_going_in_circles(kzgraph: Kzgraph) -> None:
    data = kzgraph("why", "Great Harbour", "is located in", "Whole world", "-f", "json").data
    assert [x["axiom"] for x in data["explanations"]] == ["kzo:locatedIn is transitive"]
    assert {f["name"] for f in data["facts"]} == {"kz:location-harbour", "kz:location-north"}


def test_why_follows_a_long_chain_of_edges(kzgraph: Kzgraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One way is looked for below the top, and each premise is explained once, so that not all ways are tried."""
    asked: list[Atom] = []

    def counted(database: ox.Store, rules: list[Rule], edge: Atom) -> Iterator[Way]:
        asked.append(edge)
        return ways(database, rules, edge)

    monkeypatch.setattr("kzgraph.answers.things.explaining.ways", counted)
    links = "".join(f"kz:p{n:02} a kzo:Place ; kzo:locatedIn kz:p{n + 1:02} .\n" for n in range(12))
    project = make_project(tmp_path / "long", f"{links}kz:p12 a kzo:Place .\n")
    data = kzgraph("why", "kz:p00", "kzo:locatedIn", "kz:p12", "-f", "json", project=project).data
    assert len(data["explanations"]) == 11  # one for each place between
    for found in data["explanations"]:
        stated = [found]
        while any("premises" in x for x in stated):
            stated = [p for x in stated for p in x.get("premises", [x])]
        assert [x["edge"] for x in stated] == [[f"kz:p{n:02}", "kzo:locatedIn", f"kz:p{n + 1:02}"] for n in range(12)]
    assert len(asked) == len(set(asked)) <= 12 * 13 / 2


def test_why_explains_stated_edges_classes_super_properties_and_symmetry(kzgraph: Kzgraph, tmp_path: Path) -> None:
    assert "stands in instances/more facts.ttl" in kzgraph("why", "kz:location-north", "kzo:inPlace", "kz:World").out
    assert "kzo:Port rdfs:subClassOf kzo:Node" in kzgraph("why", "kz:Harbour", "a", "kzo:Place", "--logic").out
    assert "rdfs:subPropertyOf kzo:about" in kzgraph("why", "kz:location-north", "kzo:about", "kz:World", "--logic").out
    facts = figure("a", "1") + figure("b", "2", "kzo:disagreesWith kz:a ;")
    project = make_project(tmp_path / "p", facts)
    ran = kzgraph("why", "kz:a", "kzo:disagreesWith", "kz:b", "--logic", project=project)
    assert "kzo:disagreesWith is symmetric" in ran.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("kz:Utopia", "kzo:memberOf"), "an edge has three parts"),
        (("kz:Utopia", "kzo:memberOf", "kz:North"), "the graph does not hold kz:Utopia kzo:memberOf kz:North"),
        (("kz:North", "kzo:memberOf", "kz:Utopia"), "`kzgraph show kz:North` shows what it has"),
        (("kz:Utopia", "kzo:membrOf", "kz:League"), "there is no property of the ontology `kzo:membrOf`"),
    ],
)
def test_why_of_an_edge_that_is_not_there(kzgraph: Kzgraph, arguments: tuple[str, ...], message: str) -> None:
    ran = kzgraph("why", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


def test_why_with_a_folder_that_is_not_there(kzgraph: Kzgraph, tmp_path: Path) -> None:
    assert kzgraph("why", "kz:Utopia", "--documents", str(tmp_path / "none")).code == 3


# conflicts


def fact(name: str, kind: str, body: str, document: str = "example-2020_15-40") -> str:
    return f'kz:{name} a kzo:{kind} ; rdfs:label "fact {name}"@en ; {body} prov:wasDerivedFrom kz:{document} .\n'


def figure(name: str, value: str, body: str = "") -> str:
    matter = "kzo:ofSubject kz:Harbour ; kzo:hasMeasure kzo:MeasureCapacity ; kzo:hasUnit kzo:UnitTonne ;"
    return fact(name, "Figure", f"{matter} kzo:value {Decimal(value):f} ; {body}")


ABOUT, MORE, LESS, UP_TO, AT_LEAST, ALMOST = (
    f"kzo:comparator kzo:Comparator{c} ;" for c in ("About", "MoreThan", "LessThan", "UpTo", "AtLeast", "Almost")
)
OTHER_DOCUMENT = """kz:other-2021 a kzo:SourceDocument ; kzo:shortName "Other 2021"@en .
kz:other-2021_1-2 a kzo:Citation ; oa:hasSource kz:other-2021 ; kzo:paragraph 1 .
"""
RANGE = "kzo:comparator kzo:ComparatorRange ; kzo:maximum 80.0 ;"
PLANNED = "kzo:modality kzo:ModalityPlanned ;"
IN_2020 = 'kzo:date "2020"^^xsd:gYear ;'
IN_2021 = 'kzo:date "2021"^^xsd:gYear ;'
HALF = 'kzo:start "2020-01"^^xsd:gYearMonth ; kzo:end "2020-06"^^xsd:gYearMonth ;'


@pytest.mark.parametrize(
    ("first", "second", "is_conflict"),
    [
        (figure("a", "65"), figure("b", "70"), True),
        (figure("a", "65"), figure("b", "65.0"), False),
        (figure("a", "65", MORE), figure("b", "70"), False),
        (figure("a", "65", MORE), figure("b", "60"), True),
        (figure("a", "65", MORE), figure("b", "65"), True),
        (figure("a", "65", AT_LEAST), figure("b", "65"), False),
        (figure("a", "65", LESS), figure("b", "70"), True),
        (figure("a", "65", UP_TO), figure("b", "10"), False),
        (figure("a", "65", UP_TO), figure("b", "66"), True),
        (figure("a", "65", ALMOST), figure("b", "63"), False),
        (figure("a", "65", ALMOST), figure("b", "40"), True),
        (figure("a", "65", ABOUT), figure("b", "70"), False),
        (figure("a", "65", ABOUT), figure("b", "90"), True),
        (figure("a", "65", RANGE), figure("b", "70"), False),
        (figure("a", "65", RANGE), figure("b", "81"), True),
        (figure("a", "65", MORE), figure("b", "60", LESS), True),
        (figure("a", "136"), figure("b", "135.7"), False),
        (figure("a", "65", PLANNED), figure("b", "70"), False),
        (figure("a", "65", PLANNED), figure("b", "70", PLANNED), True),
        (figure("a", "65", IN_2020), figure("b", "70", IN_2021), False),
        (figure("a", "65", IN_2020), figure("b", "70", 'kzo:date "2020-05"^^xsd:gYearMonth ;'), True),
        (figure("a", "65", IN_2020), figure("b", "70", HALF), False),
        (figure("a", "65", HALF), figure("b", "70", HALF), True),
        (figure("a", "65", IN_2020), figure("b", "70"), False),
        (figure("a", "65"), figure("b", "70", 'kzo:attestedOn "2020"^^xsd:gYear ;'), True),
        (figure("a", "65", 'kzo:scope "ships"@en ;'), figure("b", "70"), False),
        (figure("a", "65", "kzo:isPartOfFact kz:b ;"), figure("b", "70"), False),
        (figure("a", "65", "kzo:fromActor kz:Utopia ;"), figure("b", "70", "kzo:fromActor kz:Türkland ;"), False),
        (figure("a", "65", "kzo:fromActor kz:Utopia ;"), figure("b", "70", "kzo:fromActor kz:Utopia ;"), True),
        (figure("a", "65"), figure("b", "70").replace("UnitTonne", "UnitBarrel"), False),
        (figure("a", "65"), figure("b", "70").replace("kz:Harbour ", "kz:HarbourNorth "), False),
    ],
)
def test_figures_conflict_only_where_no_value_fits_both(
    kzgraph: Kzgraph, changing: Changing, first: str, second: str, is_conflict: bool
) -> None:
    ran = kzgraph("conflicts", "-f", "json", project=changing(first + second))
    assert ran.code == 0
    assert [c["reasons"] for c in ran.data] == ([["values differ"]] if is_conflict else [])


def signature(name: str, day: str, who: str = "kz:Utopia") -> str:
    return fact(name, "Signature", f'kzo:ofInstrument kz:Pact ; kzo:hasSignatory {who} ; kzo:date "{day}"^^xsd:date ;')


def visit(name: str, day: str, document: str, kind: str = "date") -> str:
    return fact(name, "Visit", f'kzo:takesPlaceIn kz:Utopia ; kzo:date "{day}"^^xsd:{kind} ;', document)


def membership(name: str, dates: str) -> str:
    return fact(name, "Membership", f"kzo:hasMember kz:Utopia ; kzo:inOrganization kz:League ; {dates}")


def years(start: str, end: str = "") -> str:
    return f'kzo:start "{start}"^^xsd:gYear ;' + (f' kzo:end "{end}"^^xsd:gYear ;' if end else "")


def coverage(name: str, start: str, end: str) -> str:
    return fact(name, "Coverage", f"kzo:ofInstrument kz:Road ; {years(start, end)}")


ONE, OTHER = "example-2020_15-40", "other-2021_0-5"


@pytest.mark.parametrize(
    ("first", "second", "is_conflict"),
    [
        (signature("a", "2020-01-02"), signature("b", "2020-01-03"), True),
        (signature("a", "2020-01-02"), signature("b", "2020-01-02"), False),
        (signature("a", "2020-01-02"), signature("b", "2020-01-03", "kz:Türkland"), False),
        (signature("a", "2020-01-02"), signature("b", "2020-01-03", "kz:Utopia , kz:Türkland"), True),
        (signature("a", "2020-13-02"), signature("b", "2020-01-03"), False),
        (coverage("a", "2020", "2025"), coverage("b", "2020", "2026"), True),
        (coverage("a", "2020", "2025"), coverage("b", "2020", "2025"), False),
        (membership("a", years("1990")), membership("b", years("1995")), True),
        (membership("a", years("1990", "1993")), membership("b", years("1995")), False),
        (visit("a", "2020-01-02", ONE), visit("b", "2020-01-05", OTHER), True),
        (visit("a", "2020-01-02", ONE), visit("b", "2020-01-05", ONE), False),
        (visit("a", "2020-01-02", ONE), visit("b", "2020-06-05", OTHER), False),
        (visit("a", "2020-01-02", ONE), visit("b", "2020", OTHER, "gYear"), False),
        (visit("a", "2019", ONE, "gYear"), visit("b", "2020", OTHER, "gYear"), False),
    ],
)
def test_dates_conflict_unless_one_follows_the_other(
    kzgraph: Kzgraph, changing: Changing, first: str, second: str, is_conflict: bool
) -> None:
    ran = kzgraph("conflicts", "-f", "json", project=changing(first + second))
    assert [c["reasons"] for c in ran.data] == ([["dates differ"]] if is_conflict else [])


def test_stakes_conflict_like_figures(kzgraph: Kzgraph, tmp_path: Path) -> None:
    stake = "kzo:hasHolder kz:Utopia ; kzo:hasAsset kz:Harbour ; kzo:share {} ;"
    facts = fact("a", "Stake", stake.format("24.0")) + fact("b", "Stake", stake.format("30.0"))
    facts += fact("c", "Stake", stake.format("6.0") + " kzo:isPartOfFact kz:b , kz:a ;")
    ran = kzgraph("conflicts", project=make_project(tmp_path / "p", facts))
    assert "value: 24 percent" in ran.out
    assert ran.err == "1 conflict\n"


def test_a_pair_found_twice_is_shown_once_with_both_sides(kzgraph: Kzgraph, tmp_path: Path) -> None:
    note = 'kzo:disagreesWith kz:b ; kzo:rank kzo:RankDeprecated ; skos:editorialNote "A slip."@en ;'
    project = make_project(tmp_path / "p", figure("a", "65", note) + figure("b", "70", MORE))
    out = kzgraph("conflicts", "Great Harbour", project=project).out
    assert out == (
        "1. figure: marked by the editors, values differ\n"
        "  - fact a\n    value: 65 tonne\n    held wrong by the editors\n    note: A slip.\n"
        "    sources: Example 2020, ¶ 2\n"
        "    kz:a in instances/more facts.ttl:11\n"
        "  - fact b\n    value: more than 70 tonne\n    sources: Example 2020, ¶ 2\n"
        "    kz:b in instances/more facts.ttl:12\n\n"
    )
    elsewhere = kzgraph("conflicts", "kz:North", project=project)
    assert (elsewhere.code, elsewhere.out, elsewhere.err) == (0, "", "0 conflicts\n")


def test_conflicts_have_a_grade_and_stand_by_matter(kzgraph: Kzgraph, tmp_path: Path) -> None:
    """What the editors call different accounts is no contradiction, also where the values differ."""
    elsewhere = "kzo:ofSubject kz:Utopia ; kzo:hasMeasure kzo:MeasureShare ;"
    facts = figure("a", "10", "kzo:differsFrom kz:b , kz:c ;") + figure("b", "20") + figure("c", "15", MORE)
    facts += fact("d", "Figure", f"{elsewhere} kzo:value 1.0 ; kzo:contradicts kz:e ;")
    facts += fact("e", "Figure", f"{elsewhere} kzo:value 2.0 ;")
    project = make_project(tmp_path / "p", facts)
    ran = kzgraph("conflicts", project=project)
    assert ran.err == "3 conflicts on 2 matters: 1 contradict, 2 differ\n"
    heads = [line for line in ran.out.splitlines() if re.match(r"\S", line)]
    assert heads == [
        "1. figure: marked by the editors, values differ",
        "Great Harbour: 2 pairs",
        "2. figure: marked by the editors as different accounts, values differ",
        "3. figure: marked by the editors as different accounts, values differ",
    ]
    found = kzgraph("conflicts", "-f", "json", project=project).data
    assert [c["grade"] for c in found] == ["contradicts", "differs", "differs"]
    assert [c["matter"]["name"] for c in found] == ["kz:Utopia", "kz:Harbour", "kz:Harbour"]


@pytest.mark.parametrize(
    ("of_property", "link", "own", "shown"),
    [
        ("value", "", "", {"Other 2021"}),
        ("value", "kzo:contradicts kz:b ;", "", {"Other 2021"}),
        ("hasUnit", "", "", {"Example 2020", "Other 2021"}),
        ("date", "kzo:contradicts kz:b ;", IN_2020, {"Example 2020", "Other 2021"}),
        ("hasMeasure", "kzo:contradicts kz:b ;", "", {"Example 2020", "Other 2021"}),
    ],
)
def test_each_side_of_a_conflict_has_the_documents_that_state_what_conflicts(
    kzgraph: Kzgraph, tmp_path: Path, of_property: str, link: str, own: str, shown: set[str]
) -> None:
    said = f"kzo:hasAttribution [ kzo:ofProperty kzo:{of_property} ; kzo:statedIn kz:other-2021_1-2 ] ;"
    both = f"{own} {link} {said} prov:wasDerivedFrom kz:other-2021_1-2 ;"
    project = make_project(tmp_path / "p", OTHER_DOCUMENT + figure("a", "65", both) + figure("b", "70", own))
    (found,) = kzgraph("conflicts", "-f", "json", project=project).data
    sides = {
        side["name"]: {source["footnote"].partition(",")[0] for source in side["sources"]} for side in found["sides"]
    }
    assert sides == {"kz:a": shown, "kz:b": {"Example 2020"}}


@pytest.mark.parametrize(
    ("roles", "shown"),
    [
        ("kzo:fromActor kz:Utopia ;", {"Other 2021"}),
        ("", {"Example 2020", "Other 2021"}),
    ],
)
def test_where_editors_say_that_facts_disagree_what_differs_is_in_dispute(
    kzgraph: Kzgraph, tmp_path: Path, roles: str, shown: set[str]
) -> None:
    said = "kzo:hasAttribution [ kzo:ofProperty kzo:fromActor ; kzo:statedIn kz:other-2021_1-2 ] ;"
    one = f"{roles} {said if roles else ''} kzo:contradicts kz:b ; prov:wasDerivedFrom kz:other-2021_1-2 ;"
    facts = fact("a", "Figure", one) + fact("b", "Figure", "kzo:fromActor kz:Türkland ;")
    (found,) = kzgraph("conflicts", "-f", "json", project=make_project(tmp_path / "p", OTHER_DOCUMENT + facts)).data
    sides = {
        side["name"]: {source["footnote"].partition(",")[0] for source in side["sources"]} for side in found["sides"]
    }
    assert sides == {"kz:a": shown, "kz:b": {"Example 2020"}}


def test_figures_that_the_editors_say_agree_or_succeed_each_other_do_not_conflict(
    kzgraph: Kzgraph, tmp_path: Path
) -> None:
    facts = figure("a", "10", "kzo:agreesWith kz:b ; kzo:succeeds kz:c ;") + figure("b", "11") + figure("c", "12")
    found = kzgraph("conflicts", "-f", "json", project=make_project(tmp_path / "p", facts)).data
    assert [{s["name"] for s in c["sides"]} for c in found] == [{"kz:b", "kz:c"}]


def test_lines_are_broken_at_the_width_of_the_terminal() -> None:
    assert wrapped("one two three", 9, "- ", "  ") == ["- one two", "  three"]
    assert wrapped("one\x1b two", None, "- ", "  ") == ["- one  two"]
    assert wrapped("longer than wide", 3) == ["longer", "than", "wide"]


def test_a_file_that_has_gone_is_an_input_error(tmp_path: Path) -> None:
    project = find_project(make_project(tmp_path / "p"))
    files = FactFiles(project, open_project(project))
    (tmp_path / "p" / "instances" / "more facts.ttl").unlink()
    with pytest.raises(InputError):
        files.place("https://w3id.org/kzgraph/id/location-north")


def test_intervals_with_open_ends() -> None:
    assert not Interval(Decimal(1), Decimal(2)).meets(Interval(Decimal(2), Decimal(3), is_low_open=True))
    assert Interval(Decimal(2), Decimal(3)).meets(Interval(Decimal(1), Decimal(2)))


# the repository's own graph


def test_the_own_graph_finds_the_corridor_by_each_of_its_names(kzgraph: Kzgraph) -> None:
    for text in ("midle coridor", "Trans-Caspian International Transport Route", "Орталық дәліз"):
        assert kzgraph("search", text, "-f", "json", project=ROOT).data[0]["name"] == "kz:MiddleCorridor"


def test_the_own_graph_tells_why_kazakhstan_is_a_member(kzgraph: Kzgraph) -> None:
    ran = kzgraph("why", "Kazakhstan", "kzo:memberOf", "Organization of Turkic States", "--logic", project=ROOT)
    assert ran.code == 0
    assert "axiom in ontology/actors.ttl:" in ran.out


@pytest.mark.parametrize("command", ["show", "why", "timeline", "mentions"])
def test_who_else_of_the_own_graph_bears_a_name_is_told(kzgraph: Kzgraph, command: str) -> None:
    assert (
        "note: others of the name `Aliyev`: `kz:HeydarAliyev` (Heydar Aliyev)\n"
        in kzgraph(command, "Aliyev", project=ROOT).err
    )


def test_nobody_else_bears_a_whole_name(kzgraph: Kzgraph) -> None:
    for name in ("Ilham Aliyev", "kz:IlhamAliyev", "Baku"):
        assert "note" not in kzgraph("show", name, project=ROOT).err


def test_the_own_graph_shows_and_compares(kzgraph: Kzgraph) -> None:
    assert "Facts that rest on it" in kzgraph("show", "kz:ali-2023", project=ROOT).out
    found = kzgraph("conflicts", "-f", "json", project=ROOT).data
    assert found
    pairs = [frozenset(side["iri"] for side in c["sides"]) for c in found]
    assert len(pairs) == len(set(pairs))
    assert all(side["place"] and side["sources"] for c in found for side in c["sides"])
    visit_documents = [c for c in found if "values differ" in c["reasons"]]
    assert any("documents-visit-2022-08" in side["name"] for c in visit_documents for side in c["sides"])


@pytest.mark.parametrize("command", ["search", "show", "timeline", "mentions", "why", "conflicts", "ask", "remove"])
def test_what_nobody_types_as_a_name_is_not_looked_for(run: Run, command: str) -> None:
    code, _, err = run(command, "corridor Kazakhstan 2022 " * 4500)
    assert (code, "has more than 2000 letters" in err) == (2, True)


def test_the_same_holds_for_a_fact(run: Run) -> None:
    code, _, err = run("why-not", "corridor_partners", "x y " * 900)
    assert (code, "has more than 2000 letters" in err) == (2, True)
