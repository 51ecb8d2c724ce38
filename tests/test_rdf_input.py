"""Any RDF in, any RDF out; nothing is fetched, and what has no end stops at a limit."""

from __future__ import annotations

import gzip
import io
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kzgraph.errors import LimitReached
from kzgraph.files import rdf_files
from kzgraph.files.project import find_project
from kzgraph.graph.canonical import difference
from kzgraph.stores.moving.load_folder import load_files
from kzgraph.walls.libraries import zstandard
from tests.conftest import SmallProject

Run = Callable[..., tuple[int, str, str]]
FORMS = {"turtle": "ttl", "ntriples": "nt", "nquads": "nq", "trig": "trig", "rdfxml": "rdf", "jsonld": "jsonld"}
COUNT = b"SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
XML = (
    '<?xml version="1.0"?><!DOCTYPE rdf:RDF [{entities}]><rdf:RDF xmlns:e="urn:e:" '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="urn:a">'
    "<e:p>{text}</e:p></rdf:Description></rdf:RDF>"
)


@pytest.fixture
def trap() -> Iterator[tuple[str, socket.socket]]:
    """A URL on this machine that must not be asked for."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/x", listening


def pack(packing: str, content: bytes) -> bytes:
    if packing == ".zst":
        pytest.importorskip("zstandard", reason="zstandard is not installed")
        return bytes(zstandard().compress(content))
    return gzip.compress(content) if packing else content


@pytest.fixture(scope="module")
def dumped(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A graph with numbers, languages, blank nodes and letters of many alphabets, in each format."""
    text = (
        "<urn:a> <urn:p> 24.5 , 'two\\nlines'@en , 'Қазақстан' , <urn:b> , [ <urn:q> true ] , 'two' .\n"
        "<urn:b> <urn:q> '2020'^^<http://www.w3.org/2001/XMLSchema#gYear> ; <urn:r> ( 1 2 3 ) ."
    )
    triples = [q.triple for q in ox.parse(text, ox.RdfFormat.TURTLE)]
    return {form: ox.serialize(triples, format=rdf_files.FORMATS[form]) or b"" for form in FORMS}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("packing", ["", ".gz", ".zst"])
@pytest.mark.parametrize("way", ["file", "folder", "glob", "standard input"])
def test_any_format_packed_or_not_from_anywhere(
    project: SmallProject, run: Run, tmp_path: Path, dumped: dict[str, bytes], form: str, packing: str, way: str
) -> None:
    content = pack(packing, dumped[form])
    folder = tmp_path / "in"
    folder.mkdir()
    file = folder / f"graph.{FORMS[form]}{packing}"
    file.write_bytes(content)
    given = {"file": str(file), "folder": str(folder), "glob": str(folder / "*"), "standard input": "-"}[way]
    named = ("-f", form) if way == "standard input" else ()
    code, _, err = run("load", given, *named, "--store", str(tmp_path / "db"), stdin=content)
    assert code == 0, err
    held = [q.triple for q in ox.Store.read_only(str(tmp_path / "db")) if q.graph_name == ox.DefaultGraph()]
    wanted = [q.triple for q in ox.parse(dumped["ntriples"], ox.RdfFormat.N_TRIPLES)]
    assert difference(held, wanted) == ([], [])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("packing", ["", ".gz", ".zst"])
def test_out_and_in_again(project: SmallProject, run: Run, tmp_path: Path, form: str, packing: str) -> None:
    one, two = (tmp_path / f"{name}.{FORMS[form]}{packing}" for name in ("one", "two"))
    assert run("dump", "-o", str(one))[0] == 0
    assert run("load", str(one), "--store", str(tmp_path / "db"))[0] == 0
    merged = [run("dump", *store, "-f", "ntriples")[1] for store in ((), ("--store", str(tmp_path / "db")))]
    assert len(merged[0].splitlines()) == len(merged[1].splitlines()) > 20
    assert run("dump", "-o", str(two))[0] == 0
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("packing", ["", ".gz", ".zst"])
def test_a_text_that_is_cut_off(
    project: SmallProject, run: Run, tmp_path: Path, dumped: dict[str, bytes], form: str, packing: str
) -> None:
    """A download that broke off is an error, and leaves nothing behind: not the part that came."""
    cut = dumped[form].rstrip()[:-3]
    file = tmp_path / f"cut.{FORMS[form]}{packing}"
    whole = tmp_path / f"whole.{FORMS[form]}{packing}"
    file.write_bytes(pack(packing, cut))
    whole.write_bytes(pack(packing, dumped[form])[:-4])
    for path in [file, *([whole] if packing else [])]:
        code, _, err = run("load", str(path), "--store", str(tmp_path / "db"))
        assert (code, err.startswith(f"error: {path}")) == (3, True), err
        assert not (tmp_path / "db").exists()


def test_files_folders_globs_and_standard_input(project: SmallProject, run: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(3):
        (tmp_path / "in" / f"{number}.nt").write_text(f"<urn:{number}> <urn:p> <urn:o> .\n")
    for number, given in enumerate(["in", "in/*.nt", "in/**/*.nt"]):
        assert run("load", str(tmp_path / given), "--store", str(tmp_path / f"db{number}"))[0] == 0
        answer = run("query", "-", "-f", "csv", "--store", str(tmp_path / f"db{number}"), stdin=COUNT)
        assert answer[1] == "n\r\n3\r\n"
    line = b"<urn:a> <urn:p> <urn:o> .\n"
    assert run("load", "-", "-f", "ntriples", "--store", str(tmp_path / "db9"), stdin=line)[0] == 0
    assert run("load", "-", "--store", str(tmp_path / "db9"), stdin=line)[0] == 2
    assert run("load", str(tmp_path / "no*.nt"), "--store", str(tmp_path / "db9"))[0] == 3


def test_nothing_is_fetched(project: SmallProject, run: Run, tmp_path: Path, trap: tuple[str, socket.socket]) -> None:
    url, listening = trap
    texts = {
        "context.jsonld": f'{{"@context": "{url}", "@id": "urn:a", "urn:p": "v"}}',
        "import.jsonld": f'{{"@context": {{"@import": "{url}"}}, "@id": "urn:a", "urn:p": "v"}}',
        "entity.rdf": XML.format(entities=f'<!ENTITY x SYSTEM "{url}">', text="&x;"),
        "type.rdf": XML.format(entities="", text="v").replace("rdf:RDF []", f'rdf:RDF SYSTEM "{url}"'),
        "imports.ttl": f"<urn:a> <http://www.w3.org/2002/07/owl#imports> <{url}> .",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")
        code, _, err = run("load", str(tmp_path / name), "--store", str(tmp_path / "db"))
        assert code == (3 if name not in {"imports.ttl", "type.rdf"} else 0), f"{name}: {err}"
        run("query", "-", "--data", str(tmp_path / name), stdin=COUNT)
    with pytest.raises(TimeoutError):
        listening.accept()


LAUGHS = '<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {n} "{f"&{o};" * 10}">' for o, n in zip("abcdefgh", "bcdefghi", strict=True)
)
NESTED = {
    "laughs": XML.format(entities=LAUGHS, text="&i;"),
    "that are not used": XML.format(entities=LAUGHS, text="v"),
    "in a comment": XML.format(entities=f'<!ENTITY b "b"><!-- {LAUGHS} -->', text="&b;"),
    "behind a comment": XML.format(entities=f"<!-- ]> <a> -->{LAUGHS}", text="&i;"),
    "by a number": XML.format(entities=LAUGHS.replace("&", "&#38;"), text="&i;"),
    "by a number of base 16": XML.format(entities=LAUGHS.replace("&", "&#x0026;"), text="&i;"),
    "parameter": XML.format(entities='<!ENTITY % a "aaaaaaaaaa">', text="v"),
    "public": XML.format(entities='<!ENTITY a PUBLIC "x" "http://127.0.0.1:9/x">', text="&a;"),
    "late": XML.format(entities=f"<!--{'-a' * (40 << 10)}-->{LAUGHS}", text="&i;"),
    "in a late document type": XML.format(entities=LAUGHS, text="&i;").replace(
        "<!DOCTYPE", f"<!--{'-a' * (40 << 10)}--><!DOCTYPE"
    ),
}


@pytest.mark.parametrize("kind", NESTED)
def test_entities_that_grow(project: SmallProject, run: Run, tmp_path: Path, kind: str) -> None:
    (tmp_path / "nested.rdf").write_text(NESTED[kind])
    code, _, err = run("load", str(tmp_path / "nested.rdf"), "--store", str(tmp_path / "db"))
    assert code == 3
    told = "its first element does not begin within 64 KiB" if "late" in kind else "its XML entities refer to others"
    assert told in err
    assert not (tmp_path / "db").exists()


@pytest.mark.parametrize("packing", ["", ".gz", ".zst"])
@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("way", ["file", "standard input"])
def test_they_do_not_pass_in_parts(
    project: SmallProject, run: Run, tmp_path: Path, packing: str, parts: int, way: str
) -> None:
    """However little of the text a first reading gives: four bytes of standard input, one frame of a packed file."""
    text = NESTED["laughs"].encode()
    length = len(text) // parts + 1
    content = b"".join(pack(packing, text[begin : begin + length]) for begin in range(0, len(text), length))
    file = tmp_path / f"nested.rdf{packing}"
    file.write_bytes(content)
    given = (str(file),) if way == "file" else ("-", "-f", "rdfxml")
    code, _, err = run("load", *given, "--store", str(tmp_path / "db"), stdin=content)
    assert code == 3
    assert "its XML entities refer to others" in err
    assert not (tmp_path / "db").exists()


def test_entities_that_do_not_grow(project: SmallProject, run: Run, tmp_path: Path) -> None:
    """As many vocabularies declare them, and the five of XML itself (XML 1.0, section 4.6)."""
    usual = (
        '<!ENTITY owl "http://www.w3.org/2002/07/owl#"><!ENTITY q "http://x/SYSTEM PUBLIC?a=b&amp;c">'
        '<!ENTITY lt "&#38;#60;"><!ENTITY gt "&#62;"><!ENTITY amp "&#38;#38;"><!ENTITY e "&#233;">'
    )
    (tmp_path / "usual.rdf").write_text(XML.format(entities=usual, text="&owl;&q;&e;"), "utf-8")
    assert run("load", str(tmp_path / "usual.rdf"), "--store", str(tmp_path / "db"))[0] == 0
    (held,) = ox.Store.read_only(str(tmp_path / "db"))
    assert held.object == ox.Literal("http://www.w3.org/2002/07/owl#http://x/SYSTEM PUBLIC?a=b&cé")


@pytest.mark.parametrize("entities", ['<!ENTITY a "aaaa">', f'<!ENTITY a "{"a" * 60_000}">'], ids=["short", "long"])
def test_an_entity_that_is_used_again_and_again(project: SmallProject, run: Run, tmp_path: Path, entities: str) -> None:
    (tmp_path / "used.rdf").write_text(XML.format(entities=entities, text="&a;" * 5000))
    code, _, err = run("load", str(tmp_path / "used.rdf"), "--store", str(tmp_path / "db"))
    assert code == (3 if "aaaaa" in entities else 0)
    assert ("limit on input amplification" in err) == (code == 3)


@pytest.mark.parametrize(
    "piece",
    [
        '<!ENTITY a "&x',
        '<!ENTITY a "&lt;" ',
        "<!ENTITY ",
        "<!ENTITY a ",
        '<!ENTITY a "&#0',
        "<!ENTITY\n\n\n\n",
        '"&#',
        " ",
    ],
)
def test_no_document_type_takes_long_to_look_at(project: SmallProject, run: Run, tmp_path: Path, piece: str) -> None:
    """Each is looked at once from its beginning to its end; the search for some of these once took hours."""
    (tmp_path / "long.rdf").write_text("<!DOCTYPE x [<!ENTITY y " + piece * ((64 << 10) // len(piece)))
    code, _, err = run("load", str(tmp_path / "long.rdf"), "--store", str(tmp_path / "db"))
    assert (code, err.startswith("error: ")) == (3, True)


HEADS = {
    "nt": '<urn:a> <urn:p> "',
    "nq": '<urn:a> <urn:p> "',
    "ttl": '<urn:a> <urn:p> """',
    "trig": "<urn:g> { <urn:a> <urn:p> <urn:",
    "rdf": XML.format(entities="", text="@").partition("@")[0],
    "jsonld": '{"@id": "urn:a", "urn:p": "',
}


class Endless(io.RawIOBase):
    """Standard input that never ends; counts what was read of it."""

    def __init__(self, head: str) -> None:
        self._head = head.encode()
        self.given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # the buffer is whatever the reader has
        piece = (self._head or b"a" * len(buffer))[: len(buffer)]
        self._head = self._head[len(piece) :]
        buffer[: len(piece)] = piece
        self.given += len(piece)
        return len(piece)


@pytest.mark.parametrize("form", HEADS)
def test_a_literal_without_end(
    project: SmallProject, run: Run, tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stops at a limit, in a file that is packed or not, and in what comes through a pipe without ever ending."""
    size = 70 << 20
    if form != "nt":  # one form has the limits of users, the others a tenth of them
        size = 16 << 20
        monkeypatch.setattr("kzgraph.files.rdf_files._MOST_BETWEEN_STATEMENTS", 4 << 20)
        monkeypatch.setattr("kzgraph.files.rdf_files._MOST_READ_TWICE", 1 << 20)
    text = HEADS[form].encode() + b"a" * size
    plain, packed = tmp_path / f"endless.{form}", tmp_path / f"endless.{form}.gz"
    plain.write_bytes(text)
    packed.write_bytes(gzip.compress(text, 1))
    for command in (["load", str(plain)], ["load", str(packed)]):
        code, _, err = run(*command, "--store", str(tmp_path / "db"))
        assert (code, err.startswith("error: ")) == (6, True), err
        assert not (tmp_path / "db").exists()
    assert run("query", "-", "--data", str(packed), stdin=COUNT)[0] == 6
    name = next(n for n, extension in FORMS.items() if extension == form)
    endless = Endless(HEADS[form])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(endless)))
    with pytest.raises(LimitReached):
        load_files(find_project(project.root), tmp_path / "db", list(rdf_files.sources(["-"], name)), lambda *_: None)
    assert endless.given < size * 3 // 2
    assert not (tmp_path / "db").exists()


def test_a_file_that_unpacks_to_too_much(
    project: SmallProject, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kzgraph.files.unpacking._FREE", 1 << 20)
    file = tmp_path / "bomb.nt.gz"
    file.write_bytes(gzip.compress(b"<urn:a> <urn:p> <urn:o> .\n" * 200_000))
    code, _, err = run("load", str(file), "--store", str(tmp_path / "db"))
    assert code == 6
    assert "unpacks to more than" in err
    assert not (tmp_path / "db").exists()


@pytest.mark.parametrize("packing", [".gz", ".zst"])
def test_frames_behind_each_other_and_what_is_no_frame(
    project: SmallProject, run: Run, tmp_path: Path, packing: str
) -> None:
    file = tmp_path / f"two.nt{packing}"
    file.write_bytes(b"".join(pack(packing, f"<urn:{n}> <urn:p> <urn:o> .\n".encode() * 5000) for n in range(3)))
    assert run("load", str(file), "--store", str(tmp_path / "db"))[0] == 0
    assert len(ox.Store.read_only(str(tmp_path / "db"))) == 3
    file.write_bytes(b"<urn:a> <urn:p> <urn:o> .\n")
    code, _, err = run("load", str(file), "--store", str(tmp_path / "no.db"))
    assert (code, err.startswith(f"error: {file}: cannot be read")) == (3, True), err


@pytest.mark.parametrize("packing", [".gz", ".zst"])
def test_a_bomb_within_a_bomb(project: SmallProject, run: Run, tmp_path: Path, packing: str) -> None:
    """What is packed twice is unpacked once, and is then no RDF."""
    file = tmp_path / f"nested.nt{packing}{packing}"
    file.write_bytes(pack(packing, pack(packing, b"\0" * (64 << 20))))
    code, _, err = run("load", str(file), "--store", str(tmp_path / "db"), "-f", "ntriples")
    assert (code, err.startswith(f"error: {file}")) == (3, True), err
    assert not (tmp_path / "db").exists()
