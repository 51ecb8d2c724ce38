"""Nothing is left behind, nothing is followed, and no server's nonsense is a fault of the tool."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kzgraph.errors import InputError, KzgraphError, LimitReached
from kzgraph.files.editing.replacing import replace_all
from kzgraph.files.project import find_project
from kzgraph.stores.disk.folder import Draft, rewrite
from kzgraph.stores.server import transport
from kzgraph.walls.unfinished import temporary_folder
from kzgraph.walls.worker import CAN_FORK, in_worker
from kzgraph.walls.writing import write_file
from tests.conftest import SmallProject


def write(path: Path) -> None:
    write_file(path, lambda file: file.write(b"new"))


def test_drafts_of_writers_that_were_killed_go_away(tmp_path: Path) -> None:
    names = (".g.nq.draft-a1_b2c3d", ".g.nq.draft-young_00", ".h.nq.draft-a1_b2c3d", ".g.nq.draft-my-notes.txt")
    old, young, other, mine = (tmp_path / name for name in names)
    for draft in (old, young, other, mine):
        draft.write_bytes(b"half")
    for draft in (old, other, mine):
        os.utime(draft, (time.time() - 7200,) * 2)
    write(tmp_path / "g.nq")
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(["g.nq", young.name, other.name, mine.name])


def test_the_name_of_a_draft_cannot_be_guessed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"kept")
    for number in range(3):
        (tmp_path / f".g.nq-{os.getpid() + number}").symlink_to(victim)
    names: set[str] = set()

    def produce(_: object) -> int:
        names.update(p.name for p in tmp_path.iterdir() if p.name.startswith(".g.nq.draft-"))
        return 0

    for _ in range(2):
        write_file(tmp_path / "g.nq", produce)
    assert len(names) == 2
    assert victim.read_bytes() == b"kept"


def answer_as_usual(sign: signal.Signals) -> None:
    """Lets a signal end this process, also where `nohup` began the tests."""
    if sign != signal.SIGKILL:
        signal.signal(sign, signal.SIG_DFL)


ENDING = [signal.SIGALRM, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL, signal.SIGSEGV]


@pytest.mark.skipif(not CAN_FORK, reason="there are no workers without fork")
@pytest.mark.parametrize("sign", ENDING)
def test_what_a_worker_had_begun_goes_with_it_whatever_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sign: signal.Signals
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    write(tmp_path / "g.nq")

    def die(_: object) -> int:
        assert len(list(tmp_path.iterdir())) == 3
        answer_as_usual(sign)
        os.kill(os.getpid(), sign)
        return 0

    def work() -> None:
        with temporary_folder() as folder:
            (folder / "much").write_bytes(b"half")
            write_file(tmp_path / "g.nq", die)

    with pytest.raises(KzgraphError):
        in_worker(work)
    assert [p.name for p in tmp_path.iterdir()] == ["g.nq"]
    assert (tmp_path / "g.nq").read_bytes() == b"new"


@pytest.mark.skipif(not CAN_FORK, reason="there are no workers without fork")
def test_a_database_that_was_begun_goes_with_its_worker(tmp_path: Path) -> None:
    def work() -> None:
        def die(draft: Draft) -> None:
            draft.open()
            os.kill(os.getpid(), signal.SIGALRM)

        rewrite(tmp_path / "db", die)

    with pytest.raises(LimitReached):
        in_worker(work, seconds=60)
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not CAN_FORK, reason="there are no workers without fork")
@pytest.mark.parametrize("sign", [signal.SIGALRM, signal.SIGTERM, signal.SIGHUP])
def test_files_are_replaced_all_or_none_also_when_the_time_is_over(
    project: SmallProject, monkeypatch: pytest.MonkeyPatch, sign: signal.Signals
) -> None:
    found = find_project(project.root)
    files = [project.write(f"instances/{n}.ttl", "") for n in "abc"]
    before = {path: path.read_bytes() for path in files}
    names = sorted(project.state())
    replaced, real = [], os.replace

    def replace(*paths: Path) -> None:
        replaced.append(paths)
        if len(replaced) == 2:
            os.kill(os.getpid(), sign)  # after the last file nothing holds it back
        real(*paths)

    def work() -> None:
        answer_as_usual(sign)
        replace_all(found, dict.fromkeys(files, b"# new\n"), before)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(LimitReached):
        in_worker(work, seconds=60)
    assert sorted(project.state()) == names
    assert {path.read_bytes() for path in files} == {b"# new\n"}


def test_a_file_that_cannot_be_put_back_is_named_with_what_was_in_it(
    project: SmallProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = [project.write(f"instances/{n}.ttl", "") for n in "ab"]
    calls, real = [], os.replace

    def replace(*paths: Path) -> None:
        calls.append(paths)
        if len(calls) > 1:
            raise OSError(5, "Input/output error")
        real(*paths)

    monkeypatch.setattr(os, "replace", replace)
    before = {path: path.read_bytes() for path in (one, other)}
    with pytest.raises(InputError, match=r"instances/a\.ttl: could not be put back: .* lies in (\S+)") as told:
        replace_all(find_project(project.root), {one: b"# new\n", other: b"# new\n"}, before)
    assert (project.root / told.value.message.rpartition(" ")[2]).read_bytes() == before[one]


WRITER = """
import os, signal, sys, time
from pathlib import Path
from kzgraph.walls.worker import run_supervised
from kzgraph.walls.writing import write_file

def wait(file):
    file.write(b"half")
    print("ready", flush=True)
    time.sleep(600)

def work():
    write_file(Path(sys.argv[1]), wait)
    return 0

signal.signal(signal.SIGHUP, signal.SIG_DFL)
os._exit(run_supervised(work))
"""


@pytest.mark.skipif(not CAN_FORK, reason="there are no workers without fork")
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_is_told_to_end_takes_its_draft_with_it(tmp_path: Path, sign: signal.Signals) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path / "g.nq")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        assert len(list(tmp_path.iterdir())) == 1
        process.send_signal(sign)
        assert process.wait(60) == -sign
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_a_new_file_has_the_usual_rights(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        write(tmp_path / "g.nq")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "g.nq").stat().st_mode) == 0o666 & ~mask


@pytest.mark.parametrize(
    "header",
    [
        "Mon, 01 Jan 99999999999999 00:00:00 GMT",
        "Mon, 01 Jan 2024 00:00:00 +99999999999999",
        *(
            "9" * 400,
            "",
            "-1",
            "1e9",
            "\u0661\u0662",
            "Mon, 99 Foo 2024",
            "Mon, 01 Jan 2024 99:99:99 GMT",
            "nan",
            "\x00",
        ),
    ],
)
def test_a_time_to_wait_that_makes_no_sense_is_no_wait(header: str) -> None:
    assert transport._seconds(header) == 0.0


@given(st.text(alphabet="Mon,Jan0129: GMT+-.eE", max_size=40))
def test_no_time_to_wait_is_a_fault(header: str) -> None:
    assert 0.0 <= transport._seconds(header) < float("inf")


def test_only_what_may_be_of_a_database_is_a_draft_of_one(tmp_path: Path) -> None:
    for name in (".graph-2026-11", ".graph-12-1234567890", ".graph-13-1234567890/CURRENT"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "thesis.txt").write_text("diary", "utf-8")
    killed = [
        tmp_path / name for name in (".graph-14-1234567890", ".graph-15-1234567890.tmp", ".graph-16-1234567890-old")
    ]
    for folder in killed:
        folder.mkdir()
        (folder / "000012.sst").write_bytes(b"half")
    (tmp_path / "linked").mkdir()
    (tmp_path / ".graph-17-1234567890").symlink_to(tmp_path / "linked")
    rewrite(tmp_path / "graph", lambda draft: draft.open() and None)
    left = {p.name for p in tmp_path.iterdir()}
    assert left == {
        *("graph", "linked", ".graph-2026-11", ".graph-12-1234567890", ".graph-13-1234567890", ".graph-17-1234567890")
    }


def test_only_a_database_is_put_back_in_the_place_of_one(tmp_path: Path) -> None:
    mine = tmp_path / ".graph-12-1234567890-old"
    mine.mkdir()
    (mine / "thesis.txt").write_text("diary", "utf-8")
    rewrite(tmp_path / "graph", lambda draft: draft.open() and None)
    assert (mine / "thesis.txt").is_file()
    assert (tmp_path / "graph" / "CURRENT").is_file()


def test_a_file_that_is_protected_against_writing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "answer.csv"
    path.write_bytes(b"mine")
    monkeypatch.setattr(os, "access", lambda place, mode: not (place == path and mode == os.W_OK))
    with pytest.raises(InputError, match="is protected against writing"):
        write_file(path, lambda file: file.write(b"new"))
    assert [p.read_bytes() for p in tmp_path.iterdir()] == [b"mine"]
