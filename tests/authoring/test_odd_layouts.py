"""Files that others laid out otherwise: an edit changes what it is asked to, and no other statement and no comment."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from kzgraph.answers.shown.rdf import block
from kzgraph.authoring.changing.edits import with_changes, without
from kzgraph.authoring.facts.blocks import with_blocks
from kzgraph.errors import RefusedError, SyntaxProblem, UsageError
from kzgraph.files.editing.turtle_parts import TurtleParts, unused_declarations
from kzgraph.graph.same_statements import refuse_other_changes, says_less, says_the_same
from kzgraph.namespaces import PREFIXES, RDFS, SKOS
from kzgraph.terms import Term
from tests.conftest import SmallProject

Run = Callable[..., tuple[int, str, str]]
KZ, KZO = PREFIXES["kz"], PREFIXES["kzo"]
A, B, NEW = KZ + "a", KZ + "b", KZ + "new"
HEADS = [
    f"@prefix kz: <{KZ}> .\n@prefix kzo: <{KZO}> .\n@prefix rdfs: <{RDFS}> .\n\n",
    f"PREFIX kz: <{KZ}>\nprefix rdfs: <{RDFS}> # 1.0 of them\n@prefix kzo: <{KZO}> .\n",
    f"# a list of 2024. Version 1.0\n@prefix rdfs: <{RDFS}> . @prefix kz: <{KZ}> . @prefix kzo: <{KZO}> . # three\n",
    f"@prefix kz: <http://example.org/> .\n@prefix k: <{KZ}> .\n@prefix kzo: <{KZO}> .\n@prefix rdfs: <{RDFS}> .\n",
    f"@base <http://example.org/> .\n@prefix kz: <{KZ}> .\n@prefix kzo: <{KZO}> .\n@prefix rdfs: <{RDFS}> .\n\n",
]
THINGS = [
    'kz:{x} a kzo:City ; rdfs:label "{x}"@en .',
    'kz:{x} a kzo:City ; rdfs:label "{x}"@en  # as in v1.0 of the list\n    .',
    'kz:{x} rdfs:label "{x}"@en ;\n\n    a kzo:City ;\n  .',
    'kz:{x}\n    a kzo:City ;\n    # @prefix old: <http://example.org/old#> .\n    rdfs:label "{x}"@en .',
    'kz:{x} a kzo:City ; kzo:note """\n@prefix ex: <urn:x:> .\n\nkz:no a kzo:City .""" ; rdfs:label "{x}"@en .',
    'kz:{x} a kzo:City ; kzo:value 1.5 , 2 ; kzo:p [ kzo:q ( 1 kz:{x} "a . b" ) ] ; rdfs:label "{x}; ." .',
    "<" + KZ + "{x}> a kzo:City .",
]
BETWEEN = ["\n\n", "\n", " ", "\n\n# on what follows. Really\n", " # on what was before.\n", "\n\n# a heading\n\n"]
MIDDLE = ["", "", "@prefix rdfs: <http://example.org/other#> .\n", "# once: @prefix old: <http://example.org/old#> .\n"]


@st.composite
def layouts(draw: st.DrawFn) -> str:
    """A text with two things, one or two others, and whatever an author may put between them."""
    head = draw(st.sampled_from(HEADS))
    own = "k" if "@prefix k:" in head else "kz"
    text = head
    for name in draw(st.permutations(["a", "b", "m", "z"])):
        thing = draw(st.sampled_from(THINGS)).replace("{x}", name).replace("kz:", f"{own}:")
        text += thing + draw(st.sampled_from(BETWEEN)) + draw(st.sampled_from(MIDDLE)) * (name == "m")
    text = text.rstrip(" ") if draw(st.booleans()) else text + "\n"
    text = text.replace("\n", "\r\n") if draw(st.booleans()) else text
    return "\ufeff" * draw(st.booleans()) + text


def said(text: str) -> set[str]:
    quads = parse(text.removeprefix("\ufeff").encode(), RdfFormat.TURTLE, base_iri="http://example.org/")
    return {re.sub(r"_:\w+", "_:", str(q.triple)) for q in quads}


def comments(text: str) -> list[str]:
    return sorted(re.findall(r"#[^\r\n]*", re.sub(r'"""[\s\S]*?"""|"[^"\n]*"|<[^>\n]*>', "", text)))


@given(text=layouts())
def test_a_new_thing_comes_to_what_is_there(text: str) -> None:
    new = block(
        NEW, {RDFS + "label": [Term("literal", "New", "", "en")], SKOS + "note": [Term("uri", KZ + "a")]}, PREFIXES
    )
    found = with_blocks(text, [new], PREFIXES)
    assert said(found) - said(text) == {
        f'<{NEW}> <{RDFS}label> "New"@en',
        f"<{NEW}> <{SKOS}note> <{KZ}a>",
    }
    assert said(text) < said(found)
    assert comments(found) == comments(text)
    assert found.startswith("\ufeff") == text.startswith("\ufeff")
    assert bool(re.search(r"(?<!\r)\n", found)) == ("\r\n" not in text)


@given(
    text=layouts(),
    changes=st.dictionaries(
        st.sampled_from([RDFS + "label", KZO + "value", KZO + "scope", PREFIXES["rdf"] + "type"]),
        st.lists(
            st.sampled_from([Term("uri", KZ + "b"), Term("literal", "two\nlines . # no"), Term("literal", "5")]),
            max_size=2,
            unique=True,
        ),
        min_size=1,
    ),
)
def test_a_changed_thing_says_what_it_is_to_say(text: str, changes: dict[str, list[Term]]) -> None:
    gone = {line for line in said(text) if any(line.startswith(f"<{A}> <{p}> ") for p in changes)}
    if not any(changes.values()) and gone == {line for line in said(text) if line.startswith(f"<{A}> ")}:
        with pytest.raises(UsageError, match="nothing would be left"):
            with_changes(text, A, changes, PREFIXES)
        return
    found = with_changes(text, A, changes, PREFIXES, (RDFS + "label",))
    assert said(text) - said(found) <= gone
    assert {line for line in said(found) if line.startswith(f"<{A}> ")} == {
        *(line for line in said(text) - gone if line.startswith(f"<{A}> ")),
        *(f"<{A}> <{p}> {v.n3()}" for p, values in changes.items() for v in values),
    }
    assert comments(found) == comments(text)


@given(text=layouts())
def test_what_is_taken_out_goes_alone(text: str) -> None:
    found = without(text, A, PREFIXES)
    assert said(text) - said(found) == {line for line in said(text) if line.startswith(f"<{A}> ")} | {
        line for line in said(text) - said(found) if line.startswith("_:")
    }
    assert said(found) < said(text)
    assert {c for c in comments(text) if c not in comments(found)} <= {
        "# on what follows. Really",
        "# as in v1.0 of the list",
        "# on what was before.",
        "# @prefix old:  .",
        "# once: @prefix old:  .",
    }


@given(text=layouts())
def test_only_what_nothing_uses_is_told_as_unused(text: str) -> None:
    plain = text.removeprefix("\ufeff")
    for part in unused_declarations(plain):
        assert says_the_same(plain, plain[: part.start] + plain[part.end :]) or part.prefix[0] in {
            p.prefix[0] for p in TurtleParts(plain).declarations if p != part
        }


def test_a_change_that_would_change_more_is_refused() -> None:
    text = f"@prefix kz: <{KZ}> .\nkz:a kz:p 1 , 2 .\nkz:b kz:p [ kz:q 3 ] .\n"
    refuse_other_changes(text, text.replace("1 , 2", "1"), gone=[(A, KZ + "p")], come=f"<{A}> <{KZ}p> 1 .")
    refuse_other_changes(text, text.split("kz:b")[0], gone=[(B, None)])
    for after in (text.replace("1 , 2", "1"), text.replace("3", "3.0"), text + "kz:c kz:p 1 .", text[:-3], ""):
        with pytest.raises(RefusedError, match="without changing something else"):
            refuse_other_changes(text, after)
    with pytest.raises(SyntaxProblem):
        refuse_other_changes(text[:-3], text)


def test_whether_a_text_says_less() -> None:
    text = f"@prefix kz: <{KZ}> .\nkz:a kz:p 1 .\n"
    assert says_less(text, text.replace("1 .", "1"))
    assert says_less(text, "")
    assert not says_less(text, text.replace("1 .", "2 ."))
    assert not says_less(text[:-3], text)


def test_a_file_that_others_laid_out_otherwise_is_added_to_and_stays_readable(project: SmallProject, run: Run) -> None:
    path = project.root / "instances" / "actors.ttl"
    once = (
        path.read_text("utf-8")
        .replace("kz:", "k:")
        .replace(f"@prefix k: <{KZ}>", f"@prefix k: <{KZ}> .\n@prefix kz: <urn:x:>")
    )
    path.write_text("\ufeff" + once, "utf-8", newline="")
    assert run("new", "state", "label=Atlantis")[0] == 0
    code, out, _ = run("show", "kz:Atlantis")
    assert (code, "Atlantis" in out) == (0, True)
    assert path.read_text("utf-8").startswith("\ufeff@prefix")


def test_a_fix_takes_away_no_statement(project: SmallProject, run: Run) -> None:
    text = (
        '@prefix foaf: <http://xmlns.com/foaf/0.1/> . kz:Lost a kzo:State ; rdfs:label "Lost"@en .\n'
        'kz:Fourth a kzo:State ; rdfs:label """Fourth\n@prefix ex: <http://ex.org/> .\n more"""@en ;\n'
        ' skos:altLabel """with a 5" pipe"""@en .\n'
    )
    path = project.write("instances/zz.ttl", text)
    before = said(path.read_text("utf-8"))
    run("validate", "--fix", "--yes", "instances/zz.ttl")
    assert said(path.read_text("utf-8")) == before
    assert "foaf" not in path.read_text("utf-8"), "it is not used"
    assert "skos:" in path.read_text("utf-8").split("\n\n")[0]


@pytest.mark.parametrize("what", ["a\tb\nc\td", "one\u2028two", "one\x0btwo\x85three", " \x1c "])
def test_what_was_corrected_is_one_line_of_the_ledger(project: SmallProject, run: Run, what: str) -> None:
    assert run("sources", "read", "kz:membership-utopia", "--corrected", what)[0] == 0
    ledger = Path("instances/sources/readings.tsv")
    assert len(ledger.read_text("utf-8").split("\n")) == 3
    code, _, err = run("sources")
    assert (code, "no reading" in err) == (0, False)


@pytest.mark.parametrize(
    ("written", "fixed", "told"),
    [
        ("1,500", "1,500", "write 1500 or 1.500, whichever is meant"),
        ("-12,345", "-12,345", "write -12345 or -12.345, whichever is meant"),
        ("1,5", "1.5", ""),
        ("0,500", "0.500", ""),
        ("1500,250", "1500.250", ""),
    ],
)
def test_a_fix_guesses_no_number(project: SmallProject, run: Run, written: str, fixed: str, told: str) -> None:
    path = project.write(
        "instances/zz.ttl", f'kz:Q a kzo:State ; rdfs:label "Q"@en ; kzo:area "{written}"^^xsd:decimal .\n'
    )
    _, out, _ = run("validate", "--fix", "--yes", "instances/zz.ttl")
    assert f'"{fixed}"^^xsd:decimal' in path.read_text("utf-8")
    assert told in " ".join(out.split())


def test_a_fix_puts_no_class_for_a_property(project: SmallProject, run: Run) -> None:
    ontology = next((project.root / "ontology").glob("*.ttl"))
    text = ontology.read_text("utf-8")
    ontology.write_text(text + '\nkzo:Boarder a owl:Class ; rdfs:label "Boarder"@en .\n', "utf-8")
    path = project.write("instances/zz.ttl", 'kz:Q a kzo:Stateq ; rdfs:label "Q"@en ; kzo:boarder kz:Utopia .\n')
    run("validate", "--fix", "--yes", "instances/zz.ttl")
    assert "kzo:Boarder" not in path.read_text("utf-8")
    assert "a kzo:State ;" in path.read_text("utf-8")


def test_a_fix_keeps_the_ends_of_lines(project: SmallProject, run: Run) -> None:
    path = project.root / "instances" / "zz.ttl"
    path.write_text(
        f'@prefix kz: <{KZ}> .\n@prefix kzo: <{KZO}> .\nkz:Q a kzo:State ; rdfs:label "Q"@en .\n'.replace("\n", "\r\n"),
        "utf-8",
        newline="",
    )
    run("validate", "--fix", "--yes", "instances/zz.ttl")
    assert b"rdfs: <" in path.read_bytes()
    assert re.search(rb"(?<!\r)\n", path.read_bytes()) is None
