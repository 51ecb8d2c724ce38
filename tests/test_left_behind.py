"""Nothing is left behind, nothing is followed, and no server's nonsense is a fault of the tool."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kzgraph.errors import InputError
from kzgraph.stores.disk.folder import rewrite
from kzgraph.stores.server import transport
from kzgraph.walls.writing import write_file


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
