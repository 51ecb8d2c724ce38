"""The embedded store under attack: killed builds, many processes, flipped bytes, no room. Never a wrong answer.

``KZGRAPH_ROUNDS`` sets how often the tests that roll dice do so; a thousand takes about half an hour.
"""

from __future__ import annotations

import contextlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kzgraph.project import find_project
from kzgraph.snapshot import cache_folder, open_project
from kzgraph.terms import Rows
from tests.conftest import SmallProject

Run = Callable[..., tuple[int, str, str]]
ROUNDS = int(os.environ.get("KZGRAPH_ROUNDS", "6"))
ASK = "SELECT ?s ?p ?o WHERE { ?s ?p ?o FILTER (!ISBLANK(?s) && !ISBLANK(?o)) } ORDER BY ?s ?p ?o"
COMMAND = [sys.executable, "-m", "kzgraph", "query", "-", "-f", "csv"]


def ask() -> subprocess.Popen[bytes]:
    process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(ASK.encode())
    process.stdin.close()
    process.stdin = None
    return process


def answer_of(process: subprocess.Popen[bytes]) -> str:
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err.decode()
    return out.decode()


def change(project: SmallProject, number: int) -> None:
    project.write("instances/changing.ttl", f'kz:Changing{number} rdfs:label "changed {number} times"@en .\n')


def fresh(run: Run, project: SmallProject, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The right answer, from a cache of its own."""
    with monkeypatch.context() as patch:
        patch.setenv("KZGRAPH_CACHE", str(tmp_path / "fresh"))
        code, out, err = run("query", "-", "-f", "csv", stdin=ASK.encode())
        assert code == 0, err
        return out


def test_a_kill_at_any_moment(project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    dice = random.Random(6)  # noqa: S311  # which moments are tried, not a secret
    for number in range(ROUNDS):
        change(project, number)
        process = ask()
        time.sleep(dice.uniform(0.0, 0.35))
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)
        process.communicate()
        code, out, err = run("query", "-", "-f", "csv", stdin=ASK.encode())
        assert (code, out) == (0, fresh(run, project, monkeypatch, tmp_path)), err


def test_builds_and_questions_at_once(
    project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for number in range(max(1, ROUNDS // 20)):
        change(project, number)
        expected = fresh(run, project, monkeypatch, tmp_path)
        processes = [ask() for _ in range(22)]  # all may have to build; one will win
        assert {answer_of(p) for p in processes} == {expected}


def test_a_flipped_byte(project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    dice = random.Random(7)  # noqa: S311  # which bytes are tried, not a secret
    expected = fresh(run, project, monkeypatch, tmp_path)
    open_project(find_project())
    place = cache_folder(find_project())
    whole = next(p for p in place.iterdir() if p.name.startswith("s-"))
    kept = tmp_path / "kept"
    shutil.copytree(whole, kept)
    for _ in range(ROUNDS * 5):
        files = [f for f in kept.iterdir() if f.stat().st_size and f.name not in {"LOG", "LOCK"}]
        victim = dice.choice(files)
        damaged = bytearray(victim.read_bytes())
        damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
        shutil.rmtree(whole, ignore_errors=True)
        shutil.copytree(kept, whole)
        (whole / victim.name).write_bytes(damaged)
        code, out, err = run("query", "-", "-f", "csv", stdin=ASK.encode())
        assert (code, out) == (0, expected), f"{victim.name}: {err}"


@pytest.mark.parametrize("size", [0, 100, 5_000, 60_000])
def test_no_room(project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, size: int) -> None:
    """Files may not grow beyond ``size``, as on a full disk; the answer comes all the same."""
    expected = fresh(run, project, monkeypatch, tmp_path)

    def small() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    found = subprocess.run(
        COMMAND, input=ASK.encode(), capture_output=True, timeout=60, check=False, preexec_fn=small
    )  # the limit is for the child alone
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
