"""The embedded store under attack: killed builds, many processes, flipped bytes, no room. Never a wrong answer.

``KZGRAPH_ROUNDS`` sets how often the tests that roll dice do so; a thousand takes about an hour.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from kzgraph.files.project import find_project
from kzgraph.stores.disk.cache import cache_folder
from kzgraph.stores.disk.sealing import is_damaged
from kzgraph.stores.disk.snapshot import open_project
from kzgraph.terms import Rows
from tests.conftest import SmallProject
from tests.forking import Forks, Process

Run = Callable[..., tuple[int, str, str]]
ROUNDS = int(os.environ.get("KZGRAPH_ROUNDS", "3"))
ASK = "SELECT ?s ?p ?o WHERE { ?s ?p ?o FILTER (!ISBLANK(?s) && !ISBLANK(?o)) } ORDER BY ?s ?p ?o"
QUERY = ("query", "-", "-f", "csv")
RACES = max(ROUNDS // 2, 1)  # of more than twenty processes each, which takes as long as many kills
READERS = 20
BUILDERS = 2
pytestmark = pytest.mark.uncompiled


def ended(process: Process) -> tuple[int, str]:
    """The exit code of a process at its end, and what it wrote."""
    done = process.end()
    return done.returncode, (done.stdout + done.stderr).decode()


def kill(process: Process) -> int:
    """The exit code of a process that is killed now, if it has not ended yet."""
    process.send_signal(signal.SIGKILL)
    return ended(process)[0]


def duration(forks: Forks, *arguments: str, stdin: str = "") -> float:
    """The seconds that a command takes now."""
    begin = time.monotonic()
    code, told = ended(forks.start(*arguments, stdin=stdin, is_unwatched=True))
    assert code == 0, told
    return time.monotonic() - begin


def moments(longest: float, seed: int) -> list[float]:
    """The seconds after which to kill: drawn, and spread over all that a command takes."""
    dice = random.Random(seed)  # noqa: S311  # which moments are tried, not a secret
    return [longest * (number + dice.random()) / ROUNDS for number in range(ROUNDS)]


def forget(project: SmallProject) -> None:
    """Makes the next build one of all files, as there is nothing into which a changed one could be put."""
    (cache_folder(find_project(project.root)) / "current.json").unlink(missing_ok=True)


def change(project: SmallProject, number: int) -> None:
    project.write("instances/changing.ttl", f'kz:Changing{number} rdfs:label "changed {number} times"@en .\n')


def fresh(run: Run, project: SmallProject, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The right answer, from a cache of its own in which all files are compiled."""
    shutil.rmtree(tmp_path / "fresh", ignore_errors=True)
    with monkeypatch.context() as patch:
        patch.setenv("KZGRAPH_CACHE", str(tmp_path / "fresh"))
        code, out, err = run("query", "-", "-f", "csv", stdin=ASK.encode())
        assert code == 0, err
        return out


@pytest.mark.parametrize("files", ["all", "one"])
def test_a_kill_at_any_moment(
    project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, forks: Forks, files: str
) -> None:
    """A build is killed, of all files or of one that changed; whoever asks then gets the right answer."""
    if files == "one":
        duration(forks, *QUERY, stdin=ASK)
        change(project, -1)
    longest = duration(forks, *QUERY, stdin=ASK)
    killed = 0
    for number, seconds in enumerate(moments(longest, 6)):
        change(project, number)
        if files == "all":
            forget(project)
        started = forks.start(*QUERY, stdin=ASK, is_unwatched=True)
        time.sleep(seconds)
        killed += kill(started) == -signal.SIGKILL
        code, out, err = run(*QUERY, stdin=ASK.encode())
        assert (code, out) == (0, fresh(run, project, monkeypatch, tmp_path)), err
    assert killed >= max(1, ROUNDS // 4)


@pytest.mark.parametrize("files", ["all", "one"])
def test_builds_and_questions_at_once(
    project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, forks: Forks, files: str
) -> None:
    """Two processes build, twenty ask, and all of them may find that they have to build."""
    open_project(find_project(project.root))
    for number in range(RACES):
        change(project, number)
        if files == "all":
            forget(project)
        expected = fresh(run, project, monkeypatch, tmp_path)
        builders = [forks.start("load") for _ in range(BUILDERS)]
        readers = [forks.start(*QUERY, stdin=ASK) for _ in range(READERS)]
        assert {ended(r) for r in readers} == {(0, expected)}
        assert {ended(b) for b in builders} == {(0, "the embedded store is up to date\n")}


@pytest.mark.parametrize("what", ["project", "foreign"])
def test_a_kill_while_a_folder_is_loaded(project: SmallProject, tmp_path: Path, forks: Forks, what: str) -> None:
    """The folder then holds exactly the old graph or exactly the new one, and another load makes all right."""
    folder, foreign = tmp_path / "stores" / "graph.db", tmp_path / "foreign.nt"
    command = ("load", *([str(foreign)] if what == "foreign" else []), "--store", str(folder))

    def edit(number: int) -> set[str]:
        change(project, number)
        foreign.write_text("".join(f"<urn:{number}:{n}> <urn:p> <urn:o> .\n" for n in range(200)), "utf-8")
        return {f"<urn:{number}:0>"} if what == "foreign" else {f'"changed {number} times"@en'}

    new = edit(-1)
    longest = duration(forks, *command)
    killed, outcomes = 0, set()
    for number, seconds in enumerate(moments(longest, 8)):
        old, new = new, edit(number)
        started = forks.start(*command)
        time.sleep(seconds)
        killed += kill(started) == -signal.SIGKILL
        found = marks(folder)
        assert found in (old, new)
        outcomes.add(found == new)
        code, told = ended(forks.start(*command))
        assert (code, marks(folder)) == (0, new), told
        assert [p.name for p in folder.parent.iterdir()] == ["graph.db"]
    assert killed >= max(1, ROUNDS // 4)
    assert outcomes == {True, False} or ROUNDS < 100


def marks(folder: Path) -> set[str]:
    """What tells the contents of a folder apart: the changing label, or the first subject of the foreign file."""
    terms = {str(t) for q in ox.Store.read_only(str(folder)) for t in (q.subject, q.object)}
    return {t for t in terms if t.startswith('"changed') or t.endswith(":0>")}


def test_two_loads_and_questions_at_once(project: SmallProject, tmp_path: Path, forks: Forks) -> None:
    """Two files are loaded into one folder while it is asked: nobody sees half a file, and none is lost."""
    folder, files = tmp_path / "stores" / "graph.db", [tmp_path / f"{name}.nt" for name in "abc"]
    for file in files:
        file.write_text("".join(f"<urn:{file.stem}:{n}> <urn:p> <urn:o> .\n" for n in range(100)), "utf-8")
    whole = [f"n\r\n{number}\r\n" for number in (100, 200, 300)]
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    for _ in range(RACES):
        assert ended(forks.start("load", str(files[0]), "--store", str(folder)))[0] == 0
        loads = [forks.start("load", str(file), "--store", str(folder)) for file in files[1:]]
        readers = [forks.start(*QUERY, "--store", str(folder), stdin=count) for _ in range(READERS)]
        assert {ended(r) for r in readers} <= {(0, answer) for answer in whole}
        assert [ended(load)[0] for load in loads] == [0, 0]
        assert ended(forks.start(*QUERY, "--store", str(folder), stdin=count)) == (0, whole[-1])
        assert [p.name for p in folder.parent.iterdir()] == ["graph.db"]
        shutil.rmtree(folder)


def flipped(kept: Path, damaged: Path, dice: random.Random) -> str:
    """Makes ``damaged`` a copy of a database with one bit turned over, and names the file it is in."""
    victim = dice.choice([f for f in sorted(kept.iterdir()) if f.stat().st_size and f.name not in {"LOG", "LOCK"}])
    content = bytearray(victim.read_bytes())
    content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
    shutil.rmtree(damaged, ignore_errors=True)
    shutil.copytree(kept, damaged)
    (damaged / victim.name).write_bytes(content)
    return victim.name


def test_a_flipped_bit(project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    dice = random.Random(7)  # noqa: S311  # which bits are tried, not a secret
    expected = fresh(run, project, monkeypatch, tmp_path)
    open_project(find_project())
    whole = next(p for p in cache_folder(find_project()).iterdir() if p.name.startswith("s-"))
    kept = tmp_path / "kept"
    shutil.copytree(whole, kept)
    for _ in range(ROUNDS * 5):
        name = flipped(kept, whole, dice)
        code, out, err = run("query", "-", "-f", "csv", stdin=ASK.encode())
        assert (code, out) == (0, expected), f"{name}: {err}"


def test_a_flipped_bit_in_a_folder(project: SmallProject, run: Run, tmp_path: Path) -> None:
    """A folder is not built anew unasked: the answer is right, or there is none, and nothing is loaded into it."""
    dice = random.Random(9)  # noqa: S311  # which bits are tried, not a secret
    kept, folder = tmp_path / "kept", tmp_path / "graph.db"
    question = (*QUERY, "--store", str(folder))
    assert run("load", "--store", str(kept))[0] == 0
    shutil.copytree(kept, folder)
    code, expected, _ = run(*question, stdin=ASK.encode())
    assert code == 0
    told = 0
    for _ in range(ROUNDS * 5):
        name = flipped(kept, folder, dice)
        code, out, err = run(*question, stdin=ASK.encode())
        assert (code, out) in ((0, expected), (4, "")), f"{name}: {err}"
        told += "is damaged" in err
        before = {p.name: p.read_bytes() for p in folder.iterdir()}
        if "is damaged" in err:
            assert run("load", "--store", str(folder))[0] == run("status", "--store", str(folder))[0] == 4
            assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
    assert told >= ROUNDS


def test_a_folder_that_another_program_wrote_to(project: SmallProject, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "graph.db"
    assert run("load", "--store", str(folder))[0] == 0
    other = ox.Store(str(folder))
    other.add(ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.NamedNode("urn:o")))
    other.flush()
    del other
    code, out, err = run(*QUERY, "--store", str(folder), stdin=b"SELECT ?o WHERE { <urn:s> ?p ?o }")
    assert (code, out) == (0, "o\r\nurn:o\r\n"), err


@pytest.mark.parametrize("seal", ["{", "", "{}", "null", '{"a": [5, 5]}', "[" * 100_000, '{"CURRENT": [[1]]}'])
def test_a_seal_that_is_none_is_damage(project: SmallProject, run: Run, tmp_path: Path, seal: str) -> None:
    folder = tmp_path / "graph.db"
    assert run("load", "--store", str(folder))[0] == 0
    (folder / "seal.json").write_text(seal, "utf-8")
    code, out, err = run("query", "members", "--store", str(folder))
    assert (code, out) == (4, "")
    assert "damaged" in err


def test_a_pipe_in_place_of_a_seal_is_not_waited_for(project: SmallProject, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "graph.db"
    assert run("load", "--store", str(folder))[0] == 0
    (folder / "seal.json").unlink()
    os.mkfifo(folder / "seal.json")
    assert run("query", "members", "--store", str(folder))[0] == 4


def test_of_large_folders_the_sizes_are_compared(project: SmallProject, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "graph.db"
    assert run("load", "--store", str(folder))[0] == 0
    victim = max(folder.glob("*.sst"), key=lambda p: p.stat().st_size)
    content = victim.read_bytes()
    victim.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    assert is_damaged(folder)
    assert not is_damaged(folder, most=100)
    victim.write_bytes(content[:-1])
    assert is_damaged(folder, most=100)


@pytest.mark.parametrize("files", ["all", "one"])
@pytest.mark.parametrize("size", [0, 100, 5_000, 60_000])
def test_no_room(
    project: SmallProject,
    run: Run,
    forks: Forks,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    size: int,
    files: str,
) -> None:
    """Files may not grow beyond ``size``, as on a full disk; the answer comes all the same."""
    if files == "one":
        open_project(find_project(project.root))
    change(project, 1)
    expected = fresh(run, project, monkeypatch, tmp_path)
    found = forks.run(*QUERY, stdin=ASK, file_size=size)
    assert (found.returncode, found.stdout.decode()) == (0, expected), found.stderr.decode()
    assert run("query", "-", "-f", "csv", stdin=ASK.encode())[1] == expected


@pytest.mark.parametrize("years", [-30, 30])
def test_a_clock_that_jumps(project: SmallProject, monkeypatch: pytest.MonkeyPatch, years: int) -> None:
    change(project, 1)
    assert count() == 1
    real = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: real() + years * 31_557_600 * 10**9)
    monkeypatch.setattr(time, "time", lambda: time.time_ns() / 1e9)
    (project.root / "instances/changing.ttl").write_text("", "utf-8")
    assert count() == 0
    change(project, 2)
    assert count() == 1


def count() -> int:
    answer = open_project(find_project()).query('SELECT ?s WHERE { ?s ?p ?l FILTER (STRSTARTS(STR(?l), "changed")) }')
    assert isinstance(answer, Rows)
    return len(answer.rows)
