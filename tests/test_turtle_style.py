"""The layout of every Turtle file of the repository (one way to write, decided by a test and not by taste)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from kzgraph.files.placed.turtle import TurtleText
from kzgraph.files.tokens import tokens
from kzgraph.namespaces import KZO, PREFIXES, RDFS, SKOS

ROOT = Path(__file__).resolve().parents[1]
FLOORS = {"ontology": 10, "instances": 139, "shapes": 8}
FILES = sorted(path for folder in FLOORS for path in (ROOT / folder).rglob("*.ttl"))
NAMES = [path.relative_to(ROOT).as_posix() for path in FILES]
PREFIX = re.compile(r"@prefix ([\w-]+): <([^>]+)> \.")
SPOKEN = {RDFS + "label", RDFS + "comment", *(SKOS + n for n in ("altLabel", "definition", "example"))}
SPOKEN |= {SKOS + "scopeNote", SKOS + "editorialNote", SKOS + "prefLabel"}
SPOKEN |= {KZO + n for n in ("gist", "causeText", "effectText", "scope", "baseline", "problem", "locator", "name")}


@pytest.fixture(params=FILES, ids=NAMES)
def path(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


@cache
def blocks(path: Path) -> list[str]:
    """The parts between blank lines, without those lines; a blank line inside a long text is no border."""
    text = text_of(path)
    long = [range(t.start, t.start + len(t.text)) for t in tokens(text) if t.text.startswith('"""')]
    cut = [m.start() for m in re.finditer(r"\n\n", text) if not any(m.start() in places for places in long)]
    return [text[a:b].strip("\n") for a, b in zip([0, *cut], [*cut, len(text)], strict=True)]


def test_the_files_are_all_found() -> None:
    for folder, floor in FLOORS.items():
        found = [name for name in NAMES if name.startswith(f"{folder}/")]
        assert len(found) >= floor, folder
    assert len(FILES) == len(list(ROOT.glob("ontology/**/*.ttl"))) + len(list(ROOT.glob("instances/**/*.ttl"))) + len(
        list(ROOT.glob("shapes/**/*.ttl"))
    )


def test_bytes(path: Path) -> None:
    content = path.read_bytes()
    text = content.decode("utf-8")
    assert not content.startswith(b"\xef\xbb\xbf"), "no byte order mark"
    assert "\r" not in text
    assert "\t" not in text
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert not re.search(r" +$", text, re.MULTILINE), "no blank at the end of a line"


def test_prefixes(path: Path) -> None:
    text = text_of(path)
    head = blocks(path)[0].splitlines()
    declared = [PREFIX.fullmatch(line) for line in head if not line.startswith("#")]
    assert all(declared), "the first block declares the prefixes, one a line, and nothing else"
    names = [d[1] for d in declared if d]
    assert names == sorted(names)
    assert text.count("@prefix") == len(names) == len(set(names))
    assert {d[1]: d[2] for d in declared if d}.items() <= PREFIXES.items(), "as in kzgraph/namespaces.py"
    turtle = TurtleText(text)
    used = {written.partition(":")[0] for _, _, written in turtle.names if not written.startswith("<")}
    used |= {t.text.partition(":")[0] for t in tokens(text) if t.kind == "pname"} - set(names)
    assert set(names) == used | datatypes(text) & set(names), "each prefix is used"


def datatypes(text: str) -> set[str]:
    return set(re.findall(r"\^\^(\w+):", text))


def test_blocks(path: Path) -> None:
    text = text_of(path)
    assert "\n\n\n" not in text, "one blank line between blocks"
    for block in blocks(path)[1:]:
        lines = [line for line in block.splitlines() if not line.startswith("#")]
        if not lines:
            continue
        assert block.endswith(" ."), f"a blank line inside a statement after: {lines[0]}"
        assert not lines[0].startswith(" ")
        assert all(line.startswith("    ") for line in lines[1:]), f"four blanks before what follows {lines[0]}"


def test_a_predicate_a_line(path: Path) -> None:
    turtle = TurtleText(text_of(path))
    seen: dict[int, tuple[str, str]] = {}
    for statement in turtle.statements:
        if statement.subject.startswith("_:"):
            continue
        line = statement.predicate_place.line
        assert seen.setdefault(line, (statement.subject, statement.predicate)) == (
            statement.subject,
            statement.predicate,
        ), f"two predicates in line {line}"


def test_a_subject_has_one_block(path: Path) -> None:
    lines = [[line for line in block.splitlines() if not line.startswith("#")] for block in blocks(path)]
    subjects = [found[0] for found in lines if found and found[0] != "[]"]
    assert len(subjects) == len(set(subjects))


def test_every_text_has_its_language(path: Path) -> None:
    quads = list(ox.parse(path.read_bytes(), ox.RdfFormat.TURTLE))
    assert quads
    mute = [
        (str(q.subject), q.object.value)
        for q in quads
        if q.predicate.value in SPOKEN and isinstance(q.object, ox.Literal) and not q.object.language
    ]
    assert not mute
