"""What label and gist tell beside the cited words: each check with words that it finds and words that it lets pass."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kzgraph.checks.validate import validate
from kzgraph.files.project import Project, find_project
from tests.conftest import PREFIXES

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.usefixtures("parsed_once")
Check = Callable[..., set[str]]
THINGS = """
kz:Utopia a kzo:State ; rdfs:label "Utopia"@en .
kz:Erewhon a kzo:State ; rdfs:label "Erewhon"@en .
kz:Laputa a kzo:State ; rdfs:label "Laputa"@en .
kz:Harbourtown a kzo:City ; rdfs:label "Harbourtown"@en .
kz:Inland a kzo:City ; rdfs:label "Inland"@en .
kz:OldFerry a kzo:Segment ; rdfs:label "old ferry"@en .
kz:BenSample a kzo:Person ; rdfs:label "Ben Sample"@en .
kz:AnnSample a kzo:Person ; rdfs:label "Ann Sample"@en .
"""
CLAIM = "a kzo:Claim ; kzo:modality kzo:ModalityAssessed ; kzo:concerns kz:Utopia , kz:Erewhon"


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory, parsed_once: None) -> Check:
    """The codes of the findings in the description of one fact that rests on a passage."""
    root = tmp_path_factory.mktemp("told")
    for name in ("ontology", "shapes"):
        shutil.copytree(ROOT / name, root / name)
    for name in ("instances", "queries", "texts"):
        (root / name).mkdir()
    shutil.copy(ROOT / "kzgraph.toml", root)
    project = find_project(root)

    def run(passage: str, fact: str, before: str = "", beside: str = "") -> set[str]:
        return _codes(project, passage, fact, before, beside)

    return run


def _codes(project: Project, passage: str, fact: str, before: str, beside: str) -> set[str]:
    text = f"{before}{passage}\n\nNothing else of weight stands in the rest of this short report.\n"
    (project.root / "texts" / "told.txt").write_text(text, "utf-8")
    digest, own = (hashlib.sha256(t.encode()).hexdigest() for t in (text, passage))
    start, end = len(before), len(before) + len(passage)
    turtle = f"""{PREFIXES}@prefix dcterms: <http://purl.org/dc/terms/> .
{THINGS}
kz:told a kzo:SourceDocument ; rdfs:label "Told"@en ; kzo:shortName "Told"@en ; kzo:fileName "told.txt" ;
    dcterms:issued "2022-09-01"^^xsd:date ; kzo:textLength {len(text)} ; kzo:textDigest "sha256:{digest}" .
kz:told_{start}-{end} a kzo:Citation ; oa:hasSource kz:told ; kzo:paragraph 1 ;
    oa:hasSelector [ a oa:TextPositionSelector ; oa:start {start} ; oa:end {end} ] ;
    kzo:passageDigest "sha256:{own}" .
kz:fact-told {fact} ; prov:wasDerivedFrom kz:told_{start}-{end} .
{beside}
"""
    path = project.root / "instances" / "told.ttl"
    path.write_text(turtle, "utf-8")
    found = validate(project, [path], documents=project.root / "texts")
    return {f.code for f in found.findings if f.thing == "kz:fact-told"}


def _claim(gist: str, more: str = "") -> str:
    return f'{CLAIM} ; rdfs:label "What is told"@en ; kzo:gist "{gist}"@en{more}'


@pytest.mark.parametrize(
    ("passage", "right", "wrong", "code"),
    [
        (
            "Utopia invited Erewhon, and Erewhon asked for lamps.",
            "Erewhon asked Utopia for lamps.",
            "Utopia asked Erewhon for lamps.",
            "actor-unlike-passage",
        ),
        (
            "A line from Utopia to Erewhon carries lamps.",
            "The line from Utopia to Erewhon is for lamps.",
            "The line from Erewhon to Utopia is for lamps.",
            "actor-unlike-passage",
        ),
        (
            "The fair was set up by Utopia, Erewhon and Laputa.",
            "Utopia, Erewhon and Laputa set it up.",
            "Utopia and Erewhon set it up.",
            "actor-left-out",
        ),
        (
            "Utopia is one of the neighbours that send lamps to Erewhon.",
            "Utopia is one of the neighbours with lamps for Erewhon.",
            "Utopia is the neighbour with lamps for Erewhon.",
            "surer-than-passage",
        ),
        (
            "For Utopia the ferry to Erewhon is a most promising way.",
            "The ferry to Erewhon is a most promising way for Utopia.",
            "The ferry to Erewhon is the most promising way for Utopia.",
            "surer-than-passage",
        ),
        (
            "Lamps have been mainly carried from Utopia by ferry to Erewhon.",
            "Lamps of Utopia have mainly been carried to Erewhon.",
            "Lamps of Utopia have been carried to Erewhon.",
            "surer-than-passage",
        ),
        (
            "Utopia sees a need to modernize the quays of Erewhon.",
            "Utopia wants the quays of Erewhon to be modernized.",
            "The quays of Erewhon are being modernized with Utopia.",
            "surer-than-passage",
        ),
        (  # at most a part
            "Utopia takes up to one quarter of the lamps of Erewhon.",
            "Utopia takes at most a quarter of Erewhon's lamps.",
            "Utopia takes a quarter of Erewhon's lamps.",
            "surer-than-passage",
        ),
        (  # a tie is no support
            "The lamps of Erewhon matter to Utopia.",
            "Utopia cares about the lamps of Erewhon.",
            "Utopia supports the lamps of Erewhon.",
            "stronger-than-passage",
        ),
        (  # who signs
            "The ministers of Utopia and Erewhon signed a treaty on lamps.",
            "Ministers of Utopia and Erewhon signed it.",
            "Presidents of Utopia and Erewhon signed it.",
            "opposite-of-passage",
        ),
        (  # greater, and not the greatest
            "The ferry of Utopia is becoming more important for Erewhon, and went up by 65 % last year.",
            "The ferry of Utopia counts for more in Erewhon.",
            "The ferry of Utopia is the most important one for Erewhon.",
            "stronger-than-passage",
        ),
        (  # what is only tried is not told as brought about
            "Utopia has even tried to bring the ferry of Erewhon nearer.",
            "Utopia has tried to draw Erewhon's ferry nearer.",
            "Utopia has drawn Erewhon's ferry nearer.",
            "surer-than-passage",
        ),
        (  # wanted, in other words
            "Utopia seeks to increase its sale of lamps, and Erewhon knows.",
            "Utopia wants to send more lamps, as Erewhon knows.",
            "Utopia sends more lamps, as Erewhon knows.",
            "surer-than-passage",
        ),
        (
            "Utopia appears to have committed itself to lamps for Erewhon.",
            "Utopia seems bound to send lamps to Erewhon.",
            "Utopia is bound to send lamps to Erewhon.",
            "surer-than-passage",
        ),
        (  # of a larger scale only
            "Larger-scale carriage of lamps from Utopia to Erewhon has not been begun.",
            "Utopia does not carry lamps to Erewhon on a larger scale.",
            "Utopia does not carry lamps to Erewhon.",
            "surer-than-passage",
        ),
        (
            "The ferry is to bring 20 lamps a year from Utopia to Erewhon.",
            "The ferry is to bring 20 lamps each year from Utopia to Erewhon.",
            "The ferry is to bring 20 lamps from Utopia to Erewhon.",
            "surer-than-passage",
        ),
        (  # one of the two, or both
            "The ferry avoids Utopian or Erewhonian waters.",
            "The ferry avoids the waters of Utopia or Erewhon.",
            "The ferry avoids the waters of Utopia and Erewhon.",
            "surer-than-passage",
        ),
        (
            "Fairs were held in April and June by Utopia with Erewhon.",
            "Utopia held fairs with Erewhon in April and in June.",
            "Utopia held fairs with Erewhon from April to June.",
            "surer-than-passage",
        ),
        (  # of both, by the passage
            "Utopia and Erewhon are very important for the ferry.",
            "Utopia and Erewhon matter much to the ferry.",
            "Utopia matters much to the ferry.",
            "actor-left-out",
        ),
        (
            "Talks in trilateral or quadrilateral formats joined Utopia and Erewhon.",
            "Three or four countries held talks, Utopia and Erewhon among them.",
            "Four countries held talks, Utopia and Erewhon with them.",
            "surer-than-passage",
        ),
        (
            "A tripartite statement ended the quarrel of Utopia and Erewhon.",
            "A statement of three parties ended the quarrel of Utopia and Erewhon.",
            "A statement of two parties ended the quarrel of Utopia and Erewhon.",
            "count-not-in-passage",
        ),
        (
            "Trade of Utopia and Erewhon grew sixfold.",
            "Trade of Utopia with Erewhon grew sixfold.",
            "Trade of Utopia with Erewhon grew fivefold.",
            "count-not-in-passage",
        ),
        (
            "In an interview ahead of its fair Utopia praised Erewhon.",
            "Utopia praised Erewhon in an interview before the fair.",
            "Utopia praised Erewhon in a speech before the fair.",
            "opposite-of-passage",
        ),
        (
            "Utopia and Erewhon rest on friendship and alliance.",
            "Utopia and Erewhon rest on friendship and an alliance.",
            "Utopia and Erewhon rest on friendship and a military alliance.",
            "opposite-of-passage",
        ),
        (
            "The fair took place on the eve of the anniversary of Utopia and Erewhon.",
            "The fair came just before the anniversary of Utopia and Erewhon.",
            "The fair came on the day of the anniversary of Utopia and Erewhon.",
            "opposite-of-passage",
        ),
        (
            "Ferries carry 1.5 million lamps from Utopia to Erewhon.",
            "From Utopia 1.5 million lamps go to Erewhon.",
            "From Utopia 15 million lamps go to Erewhon.",
            "gist-beyond-passage",
        ),
        (
            "For its goods and especially for lamps Utopia looks to Erewhon.",
            "Utopia looks to Erewhon for goods, above all for lamps.",
            "Utopia looks to Erewhon for lamps alone.",
            "stronger-than-passage",
        ),
    ],
)
def test_a_gist(check: Check, passage: str, right: str, wrong: str, code: str) -> None:
    assert code not in check(passage, _claim(right))
    assert code in check(passage, _claim(wrong))


@pytest.mark.parametrize(
    ("passage", "fact", "right", "wrong", "code"),
    [
        (  # a year that the editors inferred stands in the date alone
            "Utopia puts money into the ferry of Erewhon.",
            _claim(
                "{}Utopia puts money into the ferry of Erewhon.",
                ' ; kzo:attestedOn "2022"^^xsd:gYear ; '
                'kzo:dateBasis kzo:DateInferred ; skos:editorialNote "The year is that of the report."@en',
            ),
            "",
            "In 2022 ",
            "gist-beyond-passage",
        ),
        (  # what is expected is not told as done
            "The ferry is expected to bring more lamps from Utopia to Erewhon.",
            CLAIM.replace("Assessed", "Expected") + ' ; rdfs:label "The ferry {} more lamps from Utopia to Erewhon"@en',
            "should bring",
            "brings",
            "done-unlike-words",
        ),
        (  # one label, two doers
            "Both Utopia and Erewhon want to use the old ferry.",
            'a kzo:Interest ; rdfs:label "Utopia and Erewhon want the old ferry"@en ; kzo:stance kzo:StanceSeeks ;'
            " kzo:modality kzo:ModalityAssessed ; kzo:hasHolder kz:Utopia{} ; kzo:hasTarget kz:OldFerry ;"
            " kzo:concerns kz:Erewhon",
            " , kz:Erewhon",
            "",
            "actor-left-out",
        ),
        (  # the verb of another role
            "Utopia supports the efforts of Erewhon to create the old ferry.",
            'a kzo:Involvement ; rdfs:label "Utopia supports the efforts to create the old ferry"@en ;'
            " kzo:modality kzo:ModalityActual ; kzo:rank kzo:RankNormal ; kzo:hasActor kz:Utopia ;"
            " kzo:hasAsset kz:OldFerry ; kzo:inRole kzo:Role{}",
            "Supporter",
            "Developer",
            "label-unlike-fact",
        ),
        (  # less than in use
            "The old ferry is being built.",
            'a kzo:StatusReport ; rdfs:label "The old ferry is being built"@en ; kzo:modality kzo:ModalityActual ;'
            " kzo:ofAsset kz:OldFerry ; kzo:hasStatus kzo:Status{}",
            "UnderConstruction",
            "Opened",
            "label-unlike-fact",
        ),
        (  # another city
            "Harbourtown, unlike Inland, saw the fair.",
            'a kzo:Meeting ; rdfs:label "Fair of Harbourtown"@en ; kzo:modality kzo:ModalityActual ;'
            " kzo:takesPlaceIn kz:{}",
            "Harbourtown",
            "Inland",
            "label-unlike-fact",
        ),
        (  # a namesake
            "Ben Sample said that Utopia sends lamps to Erewhon.",
            _claim("Utopia sends lamps to Erewhon, he said.", " ; kzo:statedBy kz:{}"),
            "BenSample",
            "AnnSample",
            "role-unlike-words",
        ),
        (  # day and month of two dates
            "From 3 May to 24 August 2022 the fair of Harbourtown went on.",
            'a kzo:Meeting ; rdfs:label "Fair of Harbourtown"@en ; kzo:modality kzo:ModalityActual ;'
            ' kzo:takesPlaceIn kz:Harbourtown ; kzo:end "2022-08-{}"^^xsd:date ; kzo:start "2022-05-03"^^xsd:date',
            "24",
            "03",
            "date-not-in-passage",
        ),
        (  # a piece of a word is no word
            "J. Samplewright told of the lamps of Utopia and Erewhon.",
            _claim("The lamps of Utopia and Erewhon were told of.", ' ; kzo:asStated "J. Sample{}"'),
            "wright",
            "",
            "not-in-passage",
        ),
        (  # one mode of two
            "The line carries lamps from Utopia to Erewhon by both road and rail.",
            'a kzo:Flow ; rdfs:label "Lamps from Utopia to Erewhon by road and rail"@en ; kzo:fromPlace kz:Utopia ;'
            " kzo:modality kzo:ModalityActual ; kzo:toPlace kz:Erewhon ; kzo:byMode kzo:ModeRoad{}",
            " , kzo:ModeRail",
            "",
            "actor-left-out",
        ),
        (  # likely is not actual
            "In all likelihood Utopia will turn down the old ferry.",
            'a kzo:Position ; rdfs:label "Utopia will in all likelihood turn down the old ferry"@en ;'
            " kzo:modality kzo:Modality{} ; kzo:hasHolder kz:Utopia ; kzo:hasTarget kz:OldFerry ;"
            " kzo:stance kzo:StanceOpposes",
            "Expected",
            "Actual",
            "done-unlike-words",
        ),
        (  # an inferred role that nothing tells
            "Utopia works with Erewhon on the old ferry.",
            'a kzo:Involvement ; rdfs:label "Utopia works on the old ferry"@en ; kzo:modality kzo:ModalityActual ;'
            " kzo:rank kzo:RankNormal ; kzo:hasActor kz:Utopia ; kzo:hasAsset kz:OldFerry ; kzo:inRole kzo:Role{} ;"
            " kzo:hasAttribution [ kzo:ofProperty kzo:inRole ; kzo:basis kzo:BasisInferred ;"
            ' skos:editorialNote "That it is a partner of the project is read from that."@en ]',
            "ProjectPartner",
            "Investor",
            "value-not-in-passage",
        ),
        (  # the one day of the passage
            "The fair of Harbourtown was on 4 March.",
            'a kzo:Meeting ; rdfs:label "Fair of Harbourtown"@en ; kzo:modality kzo:ModalityActual ;'
            ' kzo:takesPlaceIn kz:Harbourtown ; kzo:date "2022-03-{}"^^xsd:date ; kzo:dateBasis kzo:DateInferred ;'
            ' skos:editorialNote "The year is that of the report."@en',
            "04",
            "06",
            "date-not-in-passage",
        ),
        (  # the day of the passage, whose year is that of the report
            "The fair of Harbourtown was on 4 March.",
            'a kzo:Meeting ; rdfs:label "Fair of Harbourtown"@en ; kzo:modality kzo:ModalityActual ;'
            " kzo:takesPlaceIn kz:Harbourtown ; kzo:date {} ; kzo:dateBasis kzo:DateInferred ;"
            ' skos:editorialNote "The year is that of the report."@en',
            '"2022-03-04"^^xsd:date',
            '"2022"^^xsd:gYear',
            "date-less-exact",
        ),
        (  # what may be agreed is not
            "An agreement of Utopia and Erewhon on lamps is apparently possible.",
            'a kzo:Plan ; rdfs:label "Lamps of Utopia and Erewhon"@en ; kzo:gist "They may agree on lamps."@en ;'
            " kzo:setBy kz:Utopia , kz:Erewhon ; kzo:modality kzo:Modality{}",
            "Expected",
            "Agreed",
            "done-unlike-passage",
        ),
        (  # twice as much
            "The trade of Utopia has doubled.",
            'a kzo:Figure ; rdfs:label "Growth of the trade of Utopia"@en ; kzo:modality kzo:ModalityActual ;'
            ' kzo:ofSubject kz:Utopia ; kzo:value 2.0 ; kzo:asStated "doubled" ; kzo:hasUnit kzo:Unit{}',
            "Times",
            "Percent",
            "unit-unlike-measure",
        ),
        (  # the day of the label
            "The fair of Harbourtown was on 4 March 2022.",
            'a kzo:Meeting ; rdfs:label "Fair of Harbourtown, {} March 2022"@en ; kzo:modality kzo:ModalityActual ;'
            ' kzo:takesPlaceIn kz:Harbourtown ; kzo:date "2022-03-04"^^xsd:date',
            "4",
            "6",
            "label-unlike-fact",
        ),
        (  # a note that concludes
            "Utopia knows the lamps of Erewhon.",
            _claim("Utopia knows Erewhon's lamps.", ' ; skos:editorialNote "\\"Lamps\\" {} lanterns."@en'),
            "may mean",
            "means",
            "note-beyond-passage",
        ),
        (  # a note that tells of the world
            "Utopia knows the lamps of Erewhon.",
            _claim("Utopia knows Erewhon's lamps.", ' ; skos:editorialNote "{}"@en'),
            "The passage does not say who makes them.",
            "The northern side makes them.",
            "note-beyond-passage",
        ),
        (  # a note that says what the passage does not
            "Utopia knows the lamps of Erewhon.",
            _claim("Utopia knows Erewhon's lamps.", ' ; skos:editorialNote "The passage {} that Utopia refuses."@en'),
            "does not say",
            "says",
            "note-beyond-passage",
        ),
        (  # who belongs to whom
            "Utopia has a subsidiary, Erewhon.",
            'a kzo:Affiliation ; rdfs:label "Erewhon is a subsidiary of Utopia"@en ; kzo:modality kzo:ModalityActual ;'
            " kzo:rank kzo:RankNormal ; {}",
            "kzo:hasActor kz:Erewhon ; kzo:affiliatedWith kz:Utopia",
            "kzo:hasActor kz:Utopia ; kzo:affiliatedWith kz:Erewhon",
            "direction-unlike-words",
        ),
    ],
)
def test_a_value(check: Check, passage: str, fact: str, right: str, wrong: str, code: str) -> None:
    assert code not in check(passage, fact.format(right))
    assert code in check(passage, fact.format(wrong))


@pytest.mark.parametrize(
    ("before", "passage"),
    [
        ("The old ferry, ", "which leads from Utopia, carries the lamps."),  # the sentence names it just before
        ("The old ferry is new. Utopia has a quay. A lamp was lit. ", "It carries lamps for Utopia."),  # too far away
    ],
)
def test_cited_words_name_what_a_fact_is_about(check: Check, before: str, passage: str) -> None:
    fact = (
        'a kzo:Involvement ; rdfs:label "Utopia uses the old ferry for its lamps"@en ;'
        " kzo:modality kzo:ModalityActual ; kzo:rank kzo:RankNormal ; kzo:hasActor kz:Utopia ;"
        " kzo:hasAsset kz:OldFerry ; kzo:inRole kzo:RoleUser"
    )
    whole = f"{before}{passage}"
    sister = (
        'kz:sister a kzo:Connection ; rdfs:label "The old ferry"@en ; kzo:modality kzo:ModalityActual ;'
        " kzo:rank kzo:RankNormal ; kzo:ofSegment kz:OldFerry ;"
        f" prov:wasDerivedFrom kz:told_{len(before)}-{len(whole)} ."
    )
    assert "unnamed-role" in check(passage, fact, before, sister)
    assert "unnamed-role" not in check(whole, fact)
    near = "The old ferry is new. "
    assert "unnamed-role" not in check(
        "The ferry carries the lamps of Utopia.",
        fact,
        near,
        sister.replace(f"{len(before)}-{len(whole)}", f"{len(near)}-{len(near) + 38}"),
    )


def test_a_hedge_of_one_passage_is_kept_beside_another_that_has_none(check: Check) -> None:
    before = "Erewhon appears to be fully supportive of lamps, as is known. "
    passage = "Utopia sells lamps."
    cited = (
        f"kz:told_0-{len(before) - 1} a kzo:Citation ; oa:hasSource kz:told ; kzo:paragraph 1 ;"
        f" oa:hasSelector [ a oa:TextPositionSelector ; oa:start 0 ; oa:end {len(before) - 1} ] ;"
        f' kzo:passageDigest "sha256:{hashlib.sha256(before[:-1].encode()).hexdigest()}" .'
    )
    fact = f'{CLAIM} ; rdfs:label "Lamps"@en ; prov:wasDerivedFrom kz:told_0-{len(before) - 1} ; kzo:gist "{{}}"@en'
    seems, is_so = (fact.format(f"Erewhon {verb} fully supportive of lamps.") for verb in ("seems to be", "is"))
    assert "surer-than-passage" not in check(passage, seems, before, cited)
    assert "surer-than-passage" in check(passage, is_so, before, cited)
