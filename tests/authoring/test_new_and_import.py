"""``kzgraph new`` and ``kzgraph import``: rows in, Turtle out, all or nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from kzgraph.answers.shown.rdf import block
from kzgraph.authoring.facts import blocks
from kzgraph.authoring.facts.blocks import alone, with_blocks
from kzgraph.authoring.facts.drafting import Drafter
from kzgraph.authoring.facts.entering import Desk
from kzgraph.authoring.facts.kinds import WritableKinds
from kzgraph.authoring.facts.placing import write_all
from kzgraph.authoring.reading.rows import CellText, WrittenRow
from kzgraph.errors import RefusedError
from kzgraph.files.project import find_project
from kzgraph.namespaces import KZO, PREFIXES
from tests.conftest import SmallProject, examples

Run = Callable[..., tuple[int, str, str]]
FREIGHT = ("measure=freight volume", "subject=harbour line", "document=port-news-2024")
ROSE = (*FREIGHT, "value=4.5 million tons", "when=2023 (last year)", "passage=rose to 4.5 million tons last year")


def test_a_fact_is_what_a_careful_author_would_write(author: SmallProject, run: Run) -> None:
    code, out, err = run("new", "figure", *ROSE)
    assert code == 0, out + err
    out = " ".join(out.split())
    assert (author.root / "instances/figures/port-news-2024.ttl").read_text("utf-8") == (
        "@prefix kz: <https://w3id.org/kzgraph/id/> .\n"
        "@prefix kzo: <https://w3id.org/kzgraph/ontology/> .\n"
        "@prefix prov: <http://www.w3.org/ns/prov#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        "\n"
        "kz:figure-freight-volume-harbour-line-2023\n"
        "    a kzo:Figure ;\n"
        '    rdfs:label "Freight volume of Harbour Line, 2023: 4.5 million tons"@en ;\n'
        "    kzo:modality kzo:ModalityActual ;\n"
        "    kzo:hasMeasure kzo:MeasureFreightVolume ;\n"
        "    kzo:ofSubject kz:HarbourLine ;\n"
        "    kzo:value 4500000.0 ;\n"
        "    kzo:hasUnit kzo:UnitTonne ;\n"
        '    kzo:date "2023"^^xsd:gYear ;\n'
        "    kzo:dateBasis kzo:DateInferred ;\n"
        '    kzo:dateAsStated "last year"@en ;\n'
        '    kzo:asStated "4.5 million tons" ;\n'
        '    skos:editorialNote "The passage speaks of the year before; the document is of 11 March 2024."@en ;\n'
        "    prov:wasDerivedFrom kz:port-news-2024_99-133 .\n"
    )
    citations = (author.root / "instances/citations/port-news-2024.ttl").read_text("utf-8")
    assert "oa:start 99 ; oa:end 133" in citations
    assert run("validate")[0] == 0
    assert "compare `kz:figure-freight-volume-harbour-line-2022`" in out
    assert "succeeds=kz:figure-freight-volume-harbour-line-2022?" in out


def test_a_row_that_is_there_changes_nothing(author: SmallProject, run: Run) -> None:
    assert run("new", "figure", *ROSE)[0] == 0
    before = author.state()
    code, out, err = run("new", "figure", *ROSE)
    assert (code, out.strip(), err.strip()) == (0, "1 row there already", "nothing to write")
    assert author.state() == before


def test_a_dry_run_shows_the_turtle_and_writes_nothing(author: SmallProject, run: Run) -> None:
    before = author.state()
    code, out, err = run("new", "figure", *ROSE, "--dry-run")
    assert code == 0
    assert "kzo:value 4500000.0 ;" in out
    assert "Freight volume of Harbour Line, 2023: 4.5 million tons" in " ".join(out.split())
    assert err.strip() == "nothing was written"
    assert author.state() == before


TABLE = """\
kind,label,also,holder,office,office of,visitor,takes place in,set by,gist,modality,when,passage
company,Westhaven Port Company,WPC,,,,,,,,,,
office,President of Utopia,,,,Utopia,,,,,,,
office holding,,,More,President of Utopia,,,,,,,as of 2024-03-11,"Thomas More, president of Utopia"
visit,,,,,,Thomas More,Ruritania,,,planned,5 June 2024,He will visit Ruritania on 5 June
plan,,,,,,,,Utopia; Land of the Elphberg,The two want to build a port.,planned,,plan a new port at Westhaven
"""


def test_a_table_of_things_and_facts_that_name_each_other(author: SmallProject, run: Run) -> None:
    table = author.root / "facts.csv"
    table.write_text(TABLE, "utf-8")
    code, out, err = run("import", str(table), "--document", "port-news-2024")
    assert code == 0, out + err
    assert "3 facts, 2 things and 3 citations written" in err
    told = {p.relative_to(author.root).as_posix(): p.read_text("utf-8") for p in author.root.glob("instances/**/*.ttl")}
    assert "kz:office-president-of-utopia\n    a kzo:Office ;" in told["instances/actors/things.ttl"]
    assert "kz:WesthavenPortCompany\n    a kzo:Company ;" in told["instances/actors/companies.ttl"]
    holding = told["instances/actors/port-news-2024.ttl"]
    assert "kz:office-holding-thomas-more-president-of-utopia-2024-03-11" in holding
    assert "kzo:rank kzo:RankNormal ;" in holding
    visit = told["instances/events/port-news-2024.ttl"]
    assert 'rdfs:label "Visit of Thomas More to Ruritania, 5 June 2024"@en' in visit
    assert "kzo:modality kzo:ModalityPlanned ;" in visit
    assert "The passage gives no year; it is that of the document (11 March 2024)." in visit
    plan = told["instances/statements/port-news-2024.ttl"]
    assert "kzo:setBy kz:Ruritania ,\n        kz:Utopia ;" in plan
    assert run("validate")[0] == 0


@pytest.mark.parametrize("label", ["#1 Refinery", '"#1 Refinery"'])
def test_a_row_that_begins_with_a_number_sign_is_a_row(author: SmallProject, run: Run, label: str) -> None:
    table = author.root / "facts.csv"
    table.write_text(f"label,kind\n{label},company\nTwo Refinery,company\n", "utf-8")
    code, out, err = run("import", str(table))
    assert code == 0, out + err
    assert "2 things written" in err
    assert '"#1 Refinery"@en' in (author.root / "instances/actors/companies.ttl").read_text("utf-8")


def test_a_field_that_a_thing_does_not_have(author: SmallProject, run: Run) -> None:
    code, out, _ = run("new", "company", "label=Third Refinery", "barrels=5")
    assert code == 1
    assert "barrels: a company has no such field (it takes label, also, note, id, …)" in out


def test_yaml_rows_are_the_same_rows(author: SmallProject, run: Run) -> None:
    table = author.root / "facts.yaml"
    table.write_text(
        "- kind: figure\n"
        "  measure: freight volume\n"
        "  subject: Портовая линия\n"
        "  value: 4.5 million tons\n"
        "  when: 2023 (last year)\n"
        "  passage: rose to 4.5 million tons last year\n",
        "utf-8",
    )
    assert run("import", str(table), "--document", "port-news-2024")[0] == 0
    written = author.state()
    assert run("new", "figure", *ROSE)[1].strip() == "1 row there already"
    assert author.state() == written


MISTAKES = """\
kind,measure,subject,value,when,passage,colour,gist,visitor
figure,freight volume,Harbuor Line,4 tons,2022,In 2022 the line carried,,,
figure,speed,Harbour Line,many,2022,In 2022 the line carried,,,
figure,freight volume,Harbour Line,1.500 tons,31 February 2022,In 2022 the line carried,red,,
figure,freight volume,Harbour Line,5 boats,2022,In 2022 the line carried,,,
ship,,,,,,,,
plan,,,,,The line carried grain,,too short a thing to be told,
plan,,,,2021,plan a new port at Westhaven,,They plan a port.,
visit,,,,,not in the text at all,,,Westhaven
"""


def test_all_problems_of_a_table_are_told_at_once_with_line_value_and_fix(author: SmallProject, run: Run) -> None:
    table = author.root / "facts.csv"
    table.write_text(MISTAKES, "utf-8")
    before = author.state()
    code, out, err = run("import", "facts.csv", "--document", "port-news-2024")
    assert (code, err.strip()) == (1, "nothing was written")
    assert author.state() == before
    told = [re.sub(r" \(.*", "", line) for line in out.splitlines()]
    assert told == [
        "facts.csv:2: subject: there is no subject `Harbuor Line`",
        "facts.csv:3: measure: there is no measure `speed`",
        "facts.csv:3: value: `many` has no number",
        "facts.csv:4: colour: a figure has no such field",
        "facts.csv:4: value: `1.500` may be 1,500 or 1.5",
        "facts.csv:4: when: there is no such day as `31 February 2022`",
        "facts.csv:5: unit: `5 boats` names none of the units",
        "facts.csv:6: kind: there is no kind `ship`",
        "facts.csv:7: passage: port-news-2024 contains these words 2 times: ¶ 4",
        "facts.csv:8: when: the cited paragraph does not give 2021",
        "facts.csv:9: visitor: `kz:Westhaven`",
        "facts.csv:9: passage: port-news-2024 does not contain these words",
    ]
    assert "did you mean `kz:HarbourLine` (Harbour Line)" in out


def test_characters_that_nobody_sees_are_refused(author: SmallProject, run: Run) -> None:
    for character, told in (("\u00ad", "a soft hyphen"), ("\u202e", "a mark of direction"), ("\x07", "U+0007")):
        code, out, _ = run("new", "state", f"label=Ruri{character}tania North")
        assert code == 1
        assert told in out


def test_a_table_of_fifty_megabytes_is_refused_unread(author: SmallProject, run: Run) -> None:
    with (author.root / "facts.csv").open("wb") as file:
        file.truncate(50 << 20)
    code, _, err = run("import", "facts.csv")
    assert (code, "is larger than 5 MB" in err) == (3, True)


def test_blocks_are_compared_once_each_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    given = blocks._order

    def order(text: str) -> tuple[str, int, int]:
        compared.append(text)
        return given(text)

    monkeypatch.setattr(blocks, "_order", order)
    there = alone([f"kz:a{n:04}\n    a kz:B ." for n in range(0, 600, 2)], PREFIXES)
    compared.clear()
    found = with_blocks(there, [f"kz:a{n:04}\n    a kz:B ." for n in range(1, 600, 2)], PREFIXES)
    assert re.findall(r"^kz:a(\d+)", found, re.MULTILINE) == [f"{n:04}" for n in range(600)]
    assert len(compared) <= 2 * 600


FILES = [
    (b"", "is empty"),
    (b"\xff\xfe\x00", "is not UTF-8 at byte 0"),
    (b"kind,kind\nfigure,figure\n", "has the column `kind` twice"),
    (b"kind\nfigure,1,2\n", "has 3 values for 1 columns"),
    (b'kind,value\nfigure,"open\n', "is no CSV"),
    (b"kind,value\n", "has no rows"),
    (b"kind\0\n", "has a NUL character"),
    (b"kind\n" + b"figure\n" * 5001, "has more than 5,000 rows"),
    (",".join(map(str, range(3000))).encode(), "has more than 200 columns"),
    (b"kind,note\nfigure," + b"x" * 10_001, "facts.csv:2: has a value of more than 10,000 letters"),
]


@pytest.mark.parametrize(("content", "told"), FILES)
def test_a_table_that_cannot_be_read(author: SmallProject, run: Run, content: bytes, told: str) -> None:
    (author.root / "facts.csv").write_bytes(content)
    code, _, err = run("import", "facts.csv")
    assert code == 3
    assert told in err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("kind: figure", "is no list of rows"),
        ("- figure", "is no row of fields"),
        ("- kind: [figure", "is no YAML"),
        ("- kind: figure\n  value: {low: 1}", "`value` is no text and no list of texts"),
        ("- kind: figure\n  kind: plan", "has `kind` twice"),
        ("- " * 3000, "is no"),
        ("- ? [a]\n  : b", "has a field whose name is no text"),
        (f"- kind: figure\n  note: [{'x, ' * 201}]", "facts.yaml:1: has more than 200 values in a row"),
        ("- kind: &a [b, c]\n  of: *a", "facts.yaml:2:7"),
    ],
)
def test_yaml_that_cannot_be_read(author: SmallProject, run: Run, content: str, told: str) -> None:
    (author.root / "facts.yaml").write_text(content, "utf-8")
    code, _, err = run("import", "facts.yaml")
    assert code == 3
    assert told in err


def test_a_pipe_is_no_table(author: SmallProject, run: Run) -> None:
    os.mkfifo(author.root / "facts.csv")
    code, _, err = run("import", "facts.csv")
    assert code == 3
    assert "is no file" in err


def test_a_thing_that_may_be_there_is_shown_before_anything_is_written(author: SmallProject, run: Run) -> None:
    before = author.state()
    code, out, err = run("new", "state", "label=Ruritanya")
    assert code == 1
    assert "perhaps `kz:Ruritania` (Ruritania)" in out
    assert "--not-twins" in err
    assert author.state() == before
    assert run("new", "state", "label=Ruritanya", "--not-twins")[0] == 0


def test_a_name_that_differs_in_the_word_that_tells_is_no_twin(author: SmallProject, run: Run) -> None:
    table = author.root / "offices.csv"
    table.write_text("kind,label,office of\noffice,President of Utopia,Utopia\n", "utf-8")
    assert run("import", str(table))[0] == 0, "the president of Ruritania is another"
    code, out, _ = run("new", "office", "label=President of Utopja", "office of=Utopia")
    assert (code, "perhaps `kz:office-president-of-utopia`" in out) == (1, True)


def test_a_fact_of_the_same_document_on_the_same_matter_may_be_the_same(author: SmallProject, run: Run) -> None:
    assert run("new", "figure", *ROSE)[0] == 0
    code, out, _ = run(
        "new", "figure", *ROSE[:-1], "passage=Freight on the Harbour Line rose to 4.5 million", "id=figure-again"
    )
    assert code == 1
    assert "perhaps `kz:figure-freight-volume-harbour-line-2023`" in out


OTHER_NUMBER = ("value=4 million tons", "passage=Freight on the Harbour Line rose to 4.5 million", "id=figure-again")


def test_another_number_for_the_same_is_asked_about_unless_a_scope_tells_them_apart(
    author: SmallProject, run: Run
) -> None:
    assert run("new", "figure", *ROSE)[0] == 0
    rest = (*FREIGHT, "when=2023 (last year)", *OTHER_NUMBER)
    code, out, _ = run("new", "figure", *rest)
    assert code == 1
    assert "has another number for the same things" in out
    assert run("new", "figure", *rest, "scope=through Westhaven")[0] == 0


def test_what_a_figure_is_of_stands_in_its_label_and_name(author: SmallProject, run: Run) -> None:
    assert run("new", "commodity", "label=grain", "id=Grain")[0] == 0
    code, out, err = run("new", "figure", *ROSE, "commodity=grain", "--dry-run")
    assert code == 0, out + err
    assert "kz:figure-freight-volume-grain-harbour-line-2023\n" in out
    assert 'rdfs:label "Freight volume (grain) of Harbour Line, 2023: 4.5 million tons"@en' in out
    assert "compare" not in out, "the freight of the line as a whole is another matter"


def test_a_year_is_not_that_of_the_document_where_the_passage_gives_another(author: SmallProject, run: Run) -> None:
    words = ("value=about 1.7 million tons", "passage=In 2022 the line carried about 1.7 million tons")
    code, out, _ = run("new", "figure", *FREIGHT, *words, "when=2024")
    assert code == 1
    assert "when: the cited paragraph does not give 2024" in out
    code, out, _ = run("new", "figure", *FREIGHT, *words, "when=2022 (two years ago)")
    assert code == 1
    assert "the cited paragraph does not say “two years ago”" in out


@pytest.mark.parametrize(
    ("when", "note"),
    [
        ("June 2024", "The passage gives no year; it is that of the document (11 March 2024)."),
        ("as of 2024", "The date is that of the document (11 March 2024)."),
    ],
)
def test_a_month_without_a_year_and_the_date_of_the_document_have_their_note(
    author: SmallProject, run: Run, when: str, note: str
) -> None:
    given = (
        "set by=Utopia",
        "gist=They plan a port.",
        "passage=plan a new port at Westhaven",
        "document=port-news-2024",
    )
    code, out, err = run("new", "plan", *given, f"when={when}", "--dry-run")
    assert code == 0, out + err
    assert f'skos:editorialNote "{note}"@en' in out


def test_a_kind_of_two_words_needs_no_quotation_marks(author: SmallProject, run: Run) -> None:
    code, out, _ = run("new", "status", "report", "asset=Harbour Line", "status=operating")
    assert (code, "a status report needs" in out or "passage: " in out) == (1, True)


def test_a_unit_that_is_not_there_is_told_with_those_that_are(author: SmallProject, run: Run) -> None:
    out = run("new", "figure", *FREIGHT, "value=19 hectares", "when=2022", "passage=In 2022 the line carried")[1]
    assert "`19 hectares` names none of the units (for what is counted write unit=number; else TEU, US dollar" in out
    assert "a new one: docs/modelling.md" in out


def test_a_term_that_is_kept_for_later_is_told(author: SmallProject, run: Run) -> None:
    given = ("subject=Utopia", "value=$1.7 million", "when=2022", "passage=In 2022 the line carried about 1.7 million")
    code, out, _ = run("new", "figure", "measure=exports", *given, "document=port-news-2024", "--dry-run")
    assert (code, "kzo:MeasureExports is kept for later" in out) == (0, True)


def test_a_name_that_is_taken_gets_the_document_behind_it(author: SmallProject, run: Run) -> None:
    words = ("value=about 1.7 million tons", "when=2022", "passage=In 2022 the line carried about 1.7 million tons")
    code, out, err = run("new", "figure", *FREIGHT, *words)
    assert code == 0, out + err
    assert "kz:figure-freight-volume-harbour-line-2022-port-news-2024" in out
    assert "differsFrom=kz:figure-freight-volume-harbour-line-2022?" in out
    assert run("new", "figure", *FREIGHT, *words)[1].strip() == "1 row there already"


def test_a_name_that_is_given_and_taken_is_refused(author: SmallProject, run: Run) -> None:
    code, out, _ = run("new", "figure", *ROSE, "id=figure-freight-volume-harbour-line-2022")
    assert code == 1
    assert "the name kz:figure-freight-volume-harbour-line-2022 is in use" in out


def test_a_citation_that_is_there_needs_no_text(
    author: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KZGRAPH_DOCUMENTS")
    given = ("measure=capacity", "subject=Harbour Line", "value=2 million tons", "when=2022")
    assert (
        run("new", "figure", *given, "citation=kz:port-news-2023_0-10", "--documents", "../texts", "--dry-run")[0] == 0
    )
    assert run("new", "figure", *given, "citation=kz:port-news-2023_0-10")[0] == 0
    code, out, _ = run("new", "figure", *given, "passage=x", "document=port-news-2024")
    assert code == 1
    assert "the texts of the documents are not at hand (give --documents DIR)" in out


def test_a_file_outside_the_instances_is_refused(author: SmallProject, run: Run, tmp_path: Path) -> None:
    for name in (tmp_path / "out.ttl", Path("shapes/new.ttl"), Path("instances/facts.txt")):
        assert run("new", "figure", *ROSE, "--into", str(name))[0] == 2
        assert not name.exists()
    assert run("new", "figure", *ROSE, "--into", "instances/figures/older.ttl")[0] == 0
    text = (author.root / "instances/figures/older.ttl").read_text("utf-8")
    assert text.index("harbour-line-2022\n") < text.index("harbour-line-2023\n")


def test_the_data_in_the_package_are_not_written_to(
    author: SmallProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = tmp_path / "data"
    monkeypatch.setattr("kzgraph.authoring.facts.placing.shipped_root", lambda: shipped)
    with pytest.raises(RefusedError, match="is not written to"):
        write_all(replace(find_project(author.root), root=shipped), {shipped / "instances/a.ttl": ""}, {})
    assert not shipped.exists()


def test_a_write_that_fails_leaves_everything_as_it_was(
    author: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    before, real, calls = author.state(), os.replace, []

    def fails(source: str, target: str) -> None:
        calls.append(target)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr("kzgraph.files.editing.replacing.os.replace", fails)
    code, _, err = run("new", "figure", *ROSE)
    assert code == 3
    assert "cannot be written" in err
    assert len(calls) == 2
    assert author.state() == before


def test_the_list_of_kinds_and_what_a_kind_takes(repository: Path, run: Run) -> None:
    listed = run("new")[1]
    assert "figure" in listed
    assert "company" in listed
    told = run("new", "figure")[1]
    for line in ("measure  required a kzo:Measure", "value  required a number", "subject  required a thing"):
        assert line in told
    code, _, err = run("new", "figgure")
    assert code == 2
    assert "did you mean `figure`?" in err


def test_the_page_of_a_class_tells_what_it_takes_with_an_example(author: SmallProject, run: Run) -> None:
    out = run("show", "kzo:Figure")[1]
    for line in (
        "  measure  required a kzo:Measure",
        "kz:figure-freight-volume-harbour-line-2022",
        "    a kzo:Figure ;",
    ):
        assert f"\n{line}\n" in out
    assert "required a kzo:Modality (actual if left out)" in out
    assert out.rstrip().endswith("write one: kzgraph new figure FIELD=VALUE …")
    assert "write one" not in run("show", "kz:Utopia")[1]


def test_every_kind_of_the_ontology_has_fields_and_a_column_for_each(repository: Path) -> None:
    kinds = WritableKinds(find_project())
    facts, things = kinds.facts(), kinds.things()
    assert len(facts) >= 50
    assert len(things) >= 45
    for kind in [*facts, *things]:
        assert {f.iri for f in kind.columns.values()} == {f.iri for f in kind.fields.values()}
    for kind in facts:
        assert KZO + "modality" in {f.iri for f in kind.required()}


def test_label_patterns_name_properties_that_their_kinds_take(repository: Path) -> None:
    kinds = WritableKinds(find_project())
    found = {k.name: set(re.findall(r"\{(\w+)\}", k.label_pattern)) for k in kinds.facts()}
    assert all(found.values())
    for kind in kinds.facts():
        known = {f.name for f in kind.fields.values()} | {"kind", "when", "amount"}
        assert found[kind.name] <= known, kind.name


def test_a_block_goes_to_its_sorted_place_and_brings_its_prefixes() -> None:
    text = '@prefix kz: <https://w3id.org/kzgraph/id/> .\n\nkz:a kz:p """one\n\ntwo""" .\n\n# on c\nkz:c kz:p kz:q .\n'
    new = with_blocks(text, ['kz:b rdfs:label "b"@en .'], PREFIXES)
    assert new.split("\n\nkz:")[0].endswith("rdfs: <http://www.w3.org/2000/01/rdf-schema#> .")
    assert new.index("kz:a kz:p") < new.index("kz:b rdfs") < new.index("# on c")
    assert '"""one\n\ntwo"""' in new
    assert with_blocks("<z> <p> 1 .", ["<a> <p> 2 ."], {}) == "<z> <p> 1 .\n\n<a> <p> 2 .\n"


COLUMNS = ["value", "subject", "measure", "unit", "when", "passage", "document", "paragraph", "citation", "id", "label"]
MORE = ["note", "also", "share", "order", "date", "modality", "visitor", "gist", "unverified", "\u202e", ""]
TEXTS = ["Utopia", "2024", "4.5 tons", "kz:x", "<urn:x>", "a ... b", "true"]


@cache
def _desk(root: Path) -> Desk:
    return Desk(find_project(root), root.parent / "texts")


@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(["figure", "visit", "stake", "plan", "city", "corridor part", "fact", ""]),
    cells=st.dictionaries(st.sampled_from(COLUMNS + MORE), st.one_of(st.text(max_size=30), st.sampled_from(TEXTS))),
)
def test_whatever_a_row_has_is_a_draft_or_a_problem(author: SmallProject, kind: str, cells: dict[str, str]) -> None:
    desk = _desk(author.root)
    drafter = Drafter(desk.kinds, desk.references, desk.passages, document="port-news-2024")
    drafter.read([WrittenRow("rows:1", {n: [CellText(t, "rows:1")] for n, t in {"kind": kind, **cells}.items()})])
    assert len(drafter.drafts) == (not drafter.problems)
    for draft in drafter.drafts:
        assert re.fullmatch(r"https://w3id.org/kzgraph/id/[\w-]+|urn:x|https://w3id.org/kzgraph/id/x", draft.iri)
        assert list(parse(alone([block(draft.iri, draft.properties, PREFIXES)], PREFIXES).encode(), RdfFormat.TURTLE))


@pytest.mark.parametrize("label", ["中国石油", "شركة", "~", "…"])
def test_a_thing_whose_label_gives_no_name_needs_one(author: SmallProject, run: Run, label: str) -> None:
    before = author.state()
    code, out, _ = run("new", "state", f"label={label}")
    assert (code, "no name can be made of" in out) == (1, True)
    assert author.state() == before
    assert run("new", "state", f"label={label}", "id=Elsewhere")[0] == 0


@pytest.mark.parametrize("name", ["kz:", "https://w3id.org/kzgraph/id/", "<https://w3id.org/kzgraph/id/>"])
def test_a_name_of_which_only_the_prefix_is_there_is_none(author: SmallProject, run: Run, name: str) -> None:
    before = author.state()
    code, out, _ = run("new", "state", "label=Elsewhere", f"id={name}")
    assert (code, "is no name" in out) == (1, True)
    assert author.state() == before
