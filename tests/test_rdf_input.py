"""Any RDF in, any RDF out; nothing is fetched, and what has no end stops at a limit."""

from __future__ import annotations

import gzip
import importlib.util
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kzgraph import rdf_input
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


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("packing", ["", ".gz", ".zst"])
def test_out_and_in_again(project: SmallProject, run: Run, tmp_path: Path, form: str, packing: str) -> None:
    if packing == ".zst" and importlib.util.find_spec("zstandard") is None:
        pytest.skip("zstandard is not installed")
    one, two = (tmp_path / f"{name}.{FORMS[form]}{packing}" for name in ("one", "two"))
    assert run("dump", "-o", str(one))[0] == 0
    assert run("load", str(one), "--store", str(tmp_path / "db"))[0] == 0
    merged = [run("dump", *store, "-f", "ntriples")[1] for store in ((), ("--store", str(tmp_path / "db")))]
    assert len(merged[0].splitlines()) == len(merged[1].splitlines()) > 20
    assert run("dump", "-o", str(two))[0] == 0
    assert one.read_bytes() == two.read_bytes()


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


def test_entities_that_grow(project: SmallProject, run: Run, tmp_path: Path) -> None:
    pairs = zip("abcdefgh", "bcdefghi", strict=True)
    entities = '<!ENTITY a "aaaaaaaaaa">' + "".join(f'<!ENTITY {n} "{f"&{o};" * 10}">' for o, n in pairs)
    (tmp_path / "laughs.rdf").write_text(XML.format(entities=entities, text="&i;"))
    code, _, err = run("load", str(tmp_path / "laughs.rdf"), "--store", str(tmp_path / "db"))
    assert code == 3
    assert "entities" in err
    assert not (tmp_path / "db").exists()


@pytest.mark.parametrize("form", ["nt", "ttl", "rdf"])
def test_a_literal_without_end(project: SmallProject, run: Run, tmp_path: Path, form: str) -> None:
    head = XML.format(entities="", text="@").partition("@")[0] if form == "rdf" else '<urn:a> <urn:p> "'
    file = tmp_path / f"endless.{form}.gz"
    file.write_bytes(gzip.compress(head.encode() + b"a" * (70 << 20), 1))
    code, _, err = run("query", "-", "--data", str(file), stdin=COUNT)
    assert code == 6, err


def test_a_file_that_unpacks_to_too_much(
    project: SmallProject, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rdf_input, "_FREE", 1 << 20)
    file = tmp_path / "bomb.nt.gz"
    file.write_bytes(gzip.compress(b"<urn:a> <urn:p> <urn:o> .\n" * 200_000))
    code, _, err = run("load", str(file), "--store", str(tmp_path / "db"))
    assert code == 6
    assert "unpacks to more than" in err
    assert not (tmp_path / "db").exists()
