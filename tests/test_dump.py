"""Dumping: the same graph gives the same bytes, however large it is and whatever its blank nodes are called."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kzgraph.graph import canonical, sorted_lines
from kzgraph.graph.canonical import ContentSum, canonical_lines, difference, streamed_lines
from tests.conftest import SmallProject

Run = Callable[..., tuple[int, str, str]]
FORMS = {"turtle": "ttl", "ntriples": "nt", "nquads": "nq", "trig": "trig", "rdfxml": "rdf", "jsonld": "jsonld"}
P = ox.NamedNode("urn:p")
NODES = st.sampled_from([ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), *(ox.BlankNode(f"n{n}") for n in range(5))])
GRAPHS = st.lists(st.tuples(NODES, NODES), max_size=12)


def triples(pairs: list[tuple[ox.NamedNode | ox.BlankNode, ox.NamedNode | ox.BlankNode]]) -> list[ox.Triple]:
    return [ox.Triple(s, P, o) for s, o in pairs]


def read(lines: list[str]) -> list[ox.Triple]:
    return [q.triple for q in ox.parse("\n".join(lines), ox.RdfFormat.N_TRIPLES)]


@given(GRAPHS)
def test_a_large_graph_keeps_its_blank_nodes_apart(
    pairs: list[tuple[ox.NamedNode | ox.BlankNode, ox.NamedNode | ox.BlankNode]],
) -> None:
    """Even where nothing tells two of them apart."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(canonical, "_EXACT", 0)
        patch.setattr(canonical, "_PIECE", 2)
        lines = list(streamed_lines(triples(pairs), "x"))
    assert difference(read(lines), triples(pairs)) == ([], [])


@given(GRAPHS)
def test_a_small_graph_is_canonical(
    pairs: list[tuple[ox.NamedNode | ox.BlankNode, ox.NamedNode | ox.BlankNode]],
) -> None:
    assert sorted(set(streamed_lines(triples(pairs), "x"))) == canonical_lines(triples(pairs), "x")


@given(st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]))), st.integers(1, 40))
def test_lines_are_sorted_through_files(lines: list[str], piece: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorted_lines, "_PIECE", piece)
        assert list(sorted_lines.sorted_lines(lines)) == sorted(lines)
        assert list(sorted_lines.sorted_lines(lines, unique=True)) == sorted(set(lines))


def shuffled(seed: int) -> str:
    """A graph whose blank nodes differ in what is around them, in another order and with other names each time."""
    dice = random.Random(seed)  # noqa: S311  # an order, not a secret
    names = dice.sample(range(1000), 60)
    lines = [f'<urn:fact:{n}> <urn:at> _:n{name} .\n_:n{name} <urn:start> "{n}" .' for n, name in enumerate(names)]
    dice.shuffle(lines)
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("exact", [0, 200_000])
def test_the_order_is_stable(
    project: SmallProject, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, exact: int
) -> None:
    monkeypatch.setattr(canonical, "_EXACT", exact)
    monkeypatch.setattr(sorted_lines, "_PIECE", 500)
    dumps = set()
    for seed in range(3):
        (tmp_path / f"{seed}.nt").write_text(shuffled(seed), "utf-8")
        assert run("load", str(tmp_path / f"{seed}.nt"), "--store", str(tmp_path / f"{seed}.db"))[0] == 0
        code, out, err = run("dump", "--store", str(tmp_path / f"{seed}.db"), "-f", form)
        assert (code, err) == (0, "")
        dumps.add(out)
    assert len(dumps) == 1
    (tmp_path / f"again.{FORMS[form]}").write_text(dumps.pop(), "utf-8")
    assert run("load", str(tmp_path / f"again.{FORMS[form]}"), "--store", str(tmp_path / "again.db"))[0] == 0
    counted = "SELECT (COUNT(DISTINCT ?b) AS ?n) WHERE { ?f <urn:at> ?b . ?b <urn:start> ?s }"
    assert run("query", "-", "-f", "csv", "--store", str(tmp_path / "again.db"), stdin=counted.encode())[1] == (
        "n\r\n60\r\n"
    )


def test_nothing_is_left_of_a_dump_that_fails(project: SmallProject, run: Run) -> None:
    project.write("graph.nq", "precious")
    code, _, err = run("dump", "--graph", "urn:nowhere", "-o", "graph.nq")
    assert code == 2, err
    assert (project.root / "graph.nq").read_text("utf-8") == "precious"
    assert not [p.name for p in project.root.iterdir() if "graph.nq" in p.name and p.name != "graph.nq"]


def test_a_database_of_another_program_is_dumped_whole(project: SmallProject, run: Run, tmp_path: Path) -> None:
    """Its default graph is no union of the named ones, so that it is told beside them."""
    folder, s, p = tmp_path / "other.db", ox.NamedNode("urn:s"), ox.NamedNode("urn:p")
    other = ox.Store(str(folder))
    other.add(ox.Quad(s, p, ox.Literal("default")))
    other.add(ox.Quad(s, p, ox.Literal("named"), ox.NamedNode("urn:g")))
    other.flush()
    del other
    dumped = '<urn:s> <urn:p> "named" <urn:g> .\n<urn:s> <urn:p> "default" .\n'
    assert run("dump", "--store", str(folder), "-f", "nquads")[:2] == (0, dumped)
    both = '<urn:s> <urn:p> "default" .\n<urn:s> <urn:p> "named" .\n'
    assert run("dump", "--store", str(folder), "-f", "ntriples")[:2] == (0, both)


class TestOutput:
    """``-o FILE`` of dump and query: the file is the old one or the new one, never a part."""

    @pytest.mark.parametrize("command", [("dump", "-o", "out.nq"), ("query", "members", "-f", "csv", "-o", "out.nq")])
    def test_a_full_disk_keeps_the_old_file(self, project: SmallProject, run: Run, command: tuple[str, ...]) -> None:
        assert run("load")[0] == 0
        project.write("out.nq", "precious")
        before = project.state()

        def small() -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))

        asked = [sys.executable, "-B", "-m", "kzgraph", *command]
        found = subprocess.run(asked, capture_output=True, check=False, timeout=60, preexec_fn=small)
        assert found.returncode in {3, 4}, found.stderr.decode()
        assert "Traceback" not in found.stderr.decode()
        assert project.state() == before
        assert run(*command)[0] == 0
        assert "Utopia" in (project.root / "out.nq").read_text("utf-8")

    def test_rights_stay_and_links_are_followed(self, project: SmallProject, run: Run) -> None:
        real = project.write("real.csv", "old")
        real.chmod(0o640)
        (project.root / "link.csv").symlink_to("real.csv")
        assert run("query", "members", "-o", "link.csv")[0] == 0
        assert (project.root / "link.csv").is_symlink()
        assert "Utopia" in real.read_text("utf-8")
        assert real.stat().st_mode & 0o777 == 0o640

    def test_what_is_no_file_is_written_to(self, project: SmallProject, run: Run) -> None:
        os.mkfifo(project.root / "pipe")
        reader = subprocess.Popen(["cat", "pipe"], stdout=subprocess.PIPE)
        assert run("query", "members", "-f", "csv", "-o", "pipe")[0] == 0
        assert b"Utopia" in reader.communicate(timeout=60)[0]
        assert not (project.root / "pipe").is_file()

    def test_a_folder_that_is_not_there(self, project: SmallProject, run: Run) -> None:
        code, _, err = run("query", "members", "-f", "csv", "-o", "nowhere/out.csv")
        assert (code, err) == (3, "error: nowhere/out.csv: cannot be written: No such file or directory\n")


@pytest.mark.parametrize("name", ["graph.nq", "graph.ttl"])
def test_what_was_dumped_can_be_asked(project: SmallProject, run: Run, name: str) -> None:
    """Named graphs or not: where nothing is in the default graph, all that is in the named ones is asked."""
    assert run("dump", "-o", name)[0] == 0
    own = run("query", "members", "-f", "csv")
    assert own[0] == 0
    assert own[1].count("\n") > 1
    assert run("query", "members", "-f", "csv", "--data", name)[1] == own[1]


def graph(text: str) -> list[ox.Triple]:
    """The triples of Turtle, whose blank nodes have other names each time."""
    head = "@prefix : <urn:x:> .\n"
    return [q.triple for q in ox.parse(head + text, ox.RdfFormat.TURTLE, rename_blank_nodes=True)]


def test_the_sum_of_graphs_is_that_of_all_together() -> None:
    """Also where the nodes of one graph are told apart at once, and those of all together only some steps further."""
    texts = [
        ":a :p [ :q [ :q [ :q :z ] ] ] .",
        ":a :p [ :q [ :q [ :q :y ] ] ] .",
        ":a :p 1.50 . [] :q [] .",
        "[] :q [] .",
    ]
    apart = ContentSum()
    for text in texts:
        apart.add(graph(text))
    together = [triple for text in reversed(texts) for triple in graph(text)]
    assert ContentSum().add(together).value == apart.value
    assert ContentSum().add(graph(":a :p 1.5 .")).value == ContentSum().add(graph(":a :p 1.500 .")).value


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (":a :p :b .", ":a :p :c ."),
        (":a :p [ :q 1 ] , [ :q 2 ] .", ":a :p [ :q 1 ] , [ :q 3 ] ."),
        (":a :p [ :q 1 ; :r 2 ] , [ :q 3 ; :r 4 ] .", ":a :p [ :q 1 ; :r 4 ] , [ :q 3 ; :r 2 ] ."),
        ("[] :q [] .", "_:x :q _:x ."),
    ],
)
def test_other_graphs_have_another_sum(one: str, other: str) -> None:
    assert ContentSum().add(graph(one)).value != ContentSum().add(graph(other)).value
