"""How things are said to people: numbers, plurals, texts on a terminal, names in comparison."""

from __future__ import annotations

import json
import math
import re
import shlex
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kzgraph.answers.shown.tables import People
from kzgraph.namespaces import XSD
from kzgraph.terms import Rows, Term
from kzgraph.wording.columns import widths_of_columns
from kzgraph.wording.names import SHORTEST_SLIP, folded, is_slip, likeness, nearest
from kzgraph.wording.numbers import counted, number, plural
from kzgraph.wording.text import cell_lines, display_width, markdown_text, padded, plain, shell_word, unbroken, wrapped
from tests.conftest import SmallProject

Run = Callable[..., tuple[int, str, str]]
SIGNS = st.sampled_from(["", "+", "-"])
DIGITS = st.text("0123456789", min_size=1, max_size=12)
EXPONENTS = st.one_of(st.just(""), st.builds("{}{}{}".format, st.sampled_from("eE"), SIGNS, st.integers(0, 40)))
FORMS = st.builds(
    lambda sign, whole, part, exponent: sign + whole + part + exponent,
    SIGNS,
    DIGITS,
    st.one_of(st.just(""), st.just("."), DIGITS.map(lambda d: f".{d}")),
    EXPONENTS,
)
BARE = st.builds("{}.{}{}".format, SIGNS, DIGITS, EXPONENTS)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
WORDS = st.text(st.sampled_from("abк中\u0301 é\t"), max_size=60)


# Numbers


@pytest.mark.parametrize(
    ("lexical", "shown"),
    [
        ("1200", "1200"),
        ("9999", "9999"),
        ("10000", "10,000"),
        ("950000", "950,000"),
        ("-1234567.500", "-1,234,567.5"),
        ("-0.5", "-0.5"),
        ("0.5", "0.5"),
        ("-.5", "-0.5"),
        ("5.", "5"),
        ("+5", "5"),
        ("-0.0", "-0"),
        ("007", "7"),
        ("00012", "12"),
        ("0000", "0"),
        (" 12345\n", "12,345"),
        ("1.5E20", "1.5E20"),
        ("12345e3", "12345e3"),
        ("-1e-3", "-1e-3"),
        ("INF", "INF"),
        ("-INF", "-INF"),
        ("NaN", "NaN"),
        ("", ""),
        ("-", "-"),
        (".", "."),
        ("five", "five"),
        ("1,200", "1,200"),
        ("٣", "٣"),
    ],
)
def test_a_number_is_written_as_people_read_it(lexical: str, shown: str) -> None:
    assert number(lexical) == shown


@given(st.one_of(FORMS, BARE))
@example("-0.5")
@example("-0")
@example("9" * 5000)
def test_nothing_of_a_number_is_lost(lexical: str) -> None:
    shown, written = Decimal(number(lexical).replace(",", "")), Decimal(lexical)
    assert (shown, shown.is_signed()) == (written, written.is_signed())


@given(FORMS)
def test_thousands_stand_apart_from_five_digits_on(lexical: str) -> None:
    shown = number(lexical)
    assert number(f"  {lexical} ") == shown
    if not re.search("[eE]", lexical):
        assert re.fullmatch(r"-?([0-9]{1,4}|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]*[1-9])?", shown)


@given(st.floats())
def test_floats_keep_their_value(value: float) -> None:
    shown = float(number(str(value)).replace(",", ""))
    assert math.isnan(value) if math.isnan(shown) else shown == value


@pytest.mark.parametrize("kind", ["integer", "decimal", "double", "float", "nonNegativeInteger"])
def test_the_datatype_makes_no_difference(kind: str) -> None:
    answer = Rows(["n"], [(Term("literal", "12345", XSD + kind),)])
    assert People.of_rows(answer).rows == [[((("12,345", ()),),)]]


FIGURE = """kz:growth-{name} a kzo:Figure ; rdfs:label "growth {name}"@en ; kzo:ofSubject kz:Utopia ;
    kzo:hasMeasure kzo:MeasureGrowth ; kzo:value {value} ; prov:wasDerivedFrom kz:citation-{name} .
kz:citation-{name} a kzo:Citation ; oa:hasSource kz:report-{name} .
kz:report-{name} a kzo:SourceDocument ; rdfs:label "Report {name}"@en .
"""


@pytest.fixture
def figures(tmp_path: Path, repository: Path) -> Callable[[str, str], SmallProject]:
    """Makes a project with two documents, each of which gives a figure for the same matter."""

    def make(one: str, other: str) -> SmallProject:
        project = SmallProject(tmp_path)
        shutil.copytree(repository / "ontology", tmp_path / "ontology")
        for folder in ("shapes", "queries"):
            (tmp_path / folder).mkdir()
        project.write("kzgraph.toml", '[project]\nname = "figures"\n')
        utopia = 'kz:Utopia a kzo:State ; rdfs:label "Utopia"@en .\n'
        both = FIGURE.format(name="one", value=one) + FIGURE.format(name="other", value=other)
        project.write("instances/figures.ttl", utopia + both)
        return project

    return make


@pytest.mark.parametrize(
    ("one", "other", "shown"),
    [
        ("-0.5", "0.5", ["-0.5", "0.5"]),
        ("1200", "12000", ["1200", "12,000"]),
        ("1.5E20", "1.5E2", ["150,000,000,000,000,000,000", "150"]),
    ],
)
def test_two_figures_that_differ_are_shown_as_they_differ(
    figures: Callable[[str, str], SmallProject], run: Run, one: str, other: str, shown: list[str]
) -> None:
    root = str(figures(one, other).root)
    code, out, err = run("--project", root, "conflicts", "kz:growth-one")
    assert (code, err) == (0, "1 conflict\n")
    assert sorted(re.findall(r"value: (\S+)", out)) == sorted(shown)
    sides = json.loads(run("--project", root, "conflicts", "kz:growth-one", "-f", "json")[1])
    assert all(f'"value": "{value}"' in json.dumps(sides) for value in shown)
    about = json.loads(run("--project", root, "show", "kz:Utopia", "-f", "json")[1])
    assert sorted(f["value"] for f in about["facts"]) == sorted(shown)


# Counts


@given(
    st.lists(st.lists(st.text("ab \n", max_size=60), min_size=3, max_size=3), min_size=1, max_size=5),
    st.integers(60, 120),
)
def test_columns_fit_the_width_or_say_that_they_cannot(columns: list[list[str]], width: int) -> None:
    widths = widths_of_columns(columns, width, 2)
    assert widths is None or sum(widths) + 2 * (len(widths) - 1) <= width
    whole = widths_of_columns(columns, None, 2)
    assert whole == [max(len(line) for cell in column for line in cell.split("\n")) for column in columns]


def test_the_column_gets_narrower_that_makes_the_table_least_longer() -> None:
    long, listed = "word " * 20, "\n".join(["some words here"] * 6)
    columns = [["a", long, long], ["b", listed, listed]]
    assert widths_of_columns(columns, 60, 2) == [43, 15]


@pytest.mark.parametrize(
    ("noun", "many"),
    [
        ("query", "queries"),
        ("check query", "check queries"),
        ("ledger entry", "ledger entries"),
        ("class", "classes"),
        ("patch", "patches"),
        ("wish", "wishes"),
        ("box", "boxes"),
        ("graph", "graphs"),
        ("day", "days"),
        ("soliloquy", "soliloquies"),
        ("hypothesis", "hypotheses"),
        ("focus node", "focus nodes"),
        ("person", "people"),
        ("series", "series"),
        ("times", "times"),
    ],
)
def test_a_noun_has_its_plural(noun: str, many: str) -> None:
    assert plural(noun) == many
    assert [counted(n, noun) for n in (0, 1, 2)] == [f"0 {many}", f"1 {noun}", f"2 {many}"]


@given(st.integers(-(10**9), 10**9), st.from_regex(r"[a-z]{2,8}( [a-z]{2,8})?", fullmatch=True))
def test_a_count_says_the_number_and_the_noun(count: int, noun: str) -> None:
    figure, _, words = counted(count, noun).partition(" ")
    assert int(figure.replace(",", "")) == count
    assert words == (noun if count == 1 else plural(noun))
    assert plural(noun).endswith("s") or noun.split()[-1] in {"person", "child"}
    assert not re.search(r"([^aeiou]ys|[sxz]s|chs|shs)$", plural(noun).replace("series", "").replace("species", ""))


# Texts


def test_a_character_that_a_terminal_obeys_is_marked() -> None:
    assert plain("red\x1b[31m\tand\u202e back") == "red [31m and  back"
    assert plain("red\x1b[31m", "�") == "red�[31m"
    assert plain("Шуша\u00a0中 é") == "Шуша\u00a0中 é"


@given(st.text(max_size=30), st.sampled_from([" ", "�"]))
def test_a_plain_text_has_as_many_characters_and_none_that_is_obeyed(text: str, mark: str) -> None:
    shown = plain(text, mark)
    assert len(shown) == len(text)
    assert all(c in {d, mark, " "} for c, d in zip(shown, text, strict=True))
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in shown)


@pytest.mark.parametrize(
    ("text", "width"), [("abc", 3), ("Əliyev", 6), ("中文", 4), ("e\u0301", 1), ("ｆ", 2), ("☂\ufe0f", 1), ("й", 1)]
)
def test_the_width_of_a_text(text: str, width: int) -> None:
    assert display_width(text) == width
    assert display_width(padded(text, 9)) == display_width(padded(text, 9, right=True)) == 9


@given(st.one_of(TEXTS, WORDS), st.integers(1, 20))
def test_a_cell_is_never_wider_than_its_column_and_keeps_its_text(text: str, width: int) -> None:
    lines = cell_lines(text, width)
    bases = [sum(unicodedata.category(c) not in {"Mn", "Me"} for c in line) for line in lines]
    assert all(display_width(line) <= width or n == 1 for line, n in zip(lines, bases, strict=True))
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(st.one_of(TEXTS, WORDS), st.integers(1, 30), st.sampled_from(["", "- "]), st.sampled_from(["", "    "]))
def test_prose_is_wrapped_between_words_and_keeps_them(text: str, width: int, first: str, rest: str) -> None:
    lines = wrapped(text, width, first, rest)
    words = plain(text).split()
    assert [w for n, line in enumerate(lines) for w in line[len(rest if n else first) :].split()] == words
    for n, line in enumerate(lines):
        assert display_width(line) <= width or len(line[len(rest if n else first) :].split()) <= 1


def test_a_name_is_not_broken_in_prose() -> None:
    assert wrapped("stands in instances/things.ttl:12 twice", 12, "- ", "  ") == [
        "- stands in",
        "  instances/things.ttl:12",
        "  twice",
    ]


@given(TEXTS)
@example("a|b\n*c* _d_ `e` <f> [g](h) \\ &amp; & ~1")
def test_markdown_shows_the_text_itself(text: str) -> None:
    written = markdown_text(text)
    assert "\n" not in written
    assert re.sub(r"\\([\\`*_\[\]<>|@^~$&:.])", r"\1", written) == plain(text)
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]<>|]", written)


def test_an_address_that_was_written_as_text_is_no_link_in_markdown() -> None:
    assert markdown_text("see HTTP://a.example/ and WWW.b.example") == "see HTTP\\://a.example/ and WWW\\.b.example"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("kz:Baku", "kz:Baku"),
        ("country=kz:Baku", '"country=kz:Baku"'),
        ("Middle Corridor", '"Middle Corridor"'),
        ("a; b & c | d > e", '"a; b & c | d > e"'),
        ("", '""'),
        ("--store", '"--store"'),
        ("cost $5", "'cost $5'"),
        ("$(touch x)`touch x`", "'$(touch x)`touch x`'"),
        ('it\'s "so"', """'it'"'"'s "so"'"""),
        ("two\nlines", '"two lines"'),
    ],
)
def test_a_word_of_a_command_to_copy_runs_nothing(text: str, written: str) -> None:
    assert shell_word(text) == written
    assert shlex.split(written) == [plain(text)]


# Names


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Əliyev, İlham", "eliyev ilham"),
        ("ƏLİYEV İLHAM", "eliyev ilham"),
        ("I\u0307lham", "ilham"),
        ("Iğdır", "igdir"),
        ("IĞDIR", "igdir"),
        ("Şuşa", "susa"),
        ("Çölçülük", "colculuk"),
        ("Türkiye", "turkiye"),
        ("Qazaqstan Äñgime Ūlytau", "qazaqstan angime ulytau"),
        ("ҚАЗАҚСТАН", "қазақстан"),
        ("Әлем, Ғарыш – Өзен", "әлем ғарыш өзен"),
        ("ҰЛЫТАУ ҮСТІРТ ҺАН", "ұлытау үстірт һан"),
        ("Алёна", "алена"),
        ("Нико́лай", "николай"),
        ("Николаи\u0306", "николай"),
        ("Straße", "strasse"),
        ("kzo:about_this-thing", "kzo about this thing"),
        ("%%", ""),
    ],
)
def test_a_name_is_folded_as_people_type_it(text: str, same: str) -> None:
    assert folded(text) == same


@pytest.mark.parametrize(("one", "other"), [("Қаратау", "Каратау"), ("Андрей", "Андреи"), ("Алматы", "Almaty")])
def test_cyrillic_letters_stay_what_they_are(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@given(TEXTS)
def test_folding_is_done_once_for_all(text: str) -> None:
    once = folded(text)
    assert folded(once) == once
    assert folded(f" {text}, ") == once
    assert once == " ".join(once.split())


def test_case_and_form_make_no_difference() -> None:
    for name in ("Əliyev, İlham", "Çanaqqala", "Қазақстан", "Алёша"):
        for form in ("NFC", "NFD"):
            assert folded(unicodedata.normalize(form, name)) == folded(name)
        assert folded(name.lower()) == folded(name.upper()) == folded(name)


def test_the_nearest_names_come_best_first() -> None:
    known = ["members", "member_names", "ports", "Əliyev"]
    assert nearest("membrs", known) == ["members", "member_names"]
    assert nearest("Port", known) == ["ports"]
    assert nearest("eliyef", known) == ["Əliyev"]
    assert nearest("kzp", ["owl", "kzo", "kz"]) == ["kz", "kzo"]
    assert nearest("xyzzy", known) == []
    assert nearest("", known) == nearest("?", known) == []


@given(st.text("abcde", min_size=1, max_size=8), st.sets(st.text("abcde", min_size=1, max_size=8)))
def test_a_name_is_nearest_to_itself(name: str, others: set[str]) -> None:
    found = nearest(name, {*others, name})
    assert found[0] == name
    assert found == nearest(name, sorted({*others, name}, reverse=True))
    scores = [likeness(name, f) for f in found]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    ("one", "other", "is_near"),
    [
        ("harbour", "harbour", True),
        ("harbour", "harbor", True),
        ("ports", "port", False),
        ("harbour", "habrour", True),
        ("harbour", "harboux", True),
        ("harbour", "larbour", False),
        ("harbour", "habruor", False),
        ("baku", "batu", False),
        ("agenda2022", "agenda2023", False),
    ],
)
def test_a_slip_of_the_pen(one: str, other: str, is_near: bool) -> None:
    assert is_slip(one, other) is is_slip(other, one) is is_near


@given(st.text("abc", min_size=SHORTEST_SLIP + 1, max_size=10), st.data())
def test_any_one_slip_after_the_first_letter_is_known(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(word) - 1))
    letter = data.draw(st.sampled_from("abcx"))
    slips = [word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :]]
    slips.append(word[:at] + word[at : at + 2][::-1] + word[at + 2 :])
    assert all(is_slip(word, slip) for slip in slips)


def test_names_are_compared_only_when_asked() -> None:
    code = "import sys, kzgraph.errors, kzgraph.answers.things.searching; print('rapidfuzz' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.strip() == b"False"


def test_a_number_stays_with_its_percent_sign() -> None:
    assert unbroken("20.75 % of it, in %") == "20.75\N{NO-BREAK SPACE}% of it, in %"
