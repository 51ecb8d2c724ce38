"""What is believed: a cache only if nobody else could have written in it, a file only if it is what was compiled."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kzgraph.answers.queries import stored_query
from kzgraph.files.project import find_project
from kzgraph.stores.disk import cache, file_state
from kzgraph.stores.disk.cache import cache_folder, distrust, user_cache
from kzgraph.stores.disk.snapshot import open_project
from tests.conftest import ROOT, SMALL, SmallProject
from tests.drawn_commands import DAMAGES, damage
from tests.forking import Forks

Run = Callable[..., tuple[int, str, str]]
QUERY = ("query", "members", "-f", "csv")


def edited(path: Path, old: str, new: str) -> None:
    """Changes a file so that its size and its time stay."""
    before = path.stat()
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def swapped(path: Path, old: str, new: str) -> None:
    """Puts another file of the same size and time in the place of one."""
    before, other = path.stat(), path.with_name("other")
    other.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.rename(path)


@pytest.mark.parametrize("change", [edited, swapped])
def test_an_edit_of_equal_size_and_time_is_seen(
    project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path, str, str], None]
) -> None:
    monkeypatch.setattr(file_state, "RACY_NANOSECONDS", 0)  # so that the times of the files prove something at once
    path = project.root / "instances" / "actors.ttl"
    assert "Utopia" in run(*QUERY)[1]
    change(path, '"Utopia"', '"Xtopia"')
    assert "Xtopia" in run(*QUERY)[1]
    change(path, '"Xtopia"', '"Ytopia"')
    assert run("load", "--store", "db")[0] == 0
    assert "Ytopia" in run("dump", "--store", "db")[1]
    change(path, '"Ytopia"', '"Ztopia"')
    assert "Ztopia" in run("dump")[1]
    code, out, _ = run("diff", "--store", "db")
    assert (code, "Ztopia" in out or "actors" in out) == (1, True)


def test_what_leaves_the_tool_is_compared_by_content(
    project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_state, "RACY_NANOSECONDS", 0)
    monkeypatch.setattr(file_state, "_mark", lambda _: "a file system that tells nothing")
    assert "Utopia" in run(*QUERY)[1]
    edited(project.root / "instances" / "actors.ttl", '"Utopia"', '"Xtopia"')
    assert "Xtopia" in run("dump")[1]


def test_a_file_that_was_only_touched_is_read_once_more(project: SmallProject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_state, "RACY_NANOSECONDS", 0)
    found = find_project(project.root)
    name = json.loads((cache_folder(found) / "current.json").read_bytes())["snapshot"]
    for path in found.graph_files():
        os.utime(path)
    open_project(found)
    told = json.loads((cache_folder(found) / "current.json").read_bytes())
    assert told["snapshot"] == name
    monkeypatch.setattr(file_state, "digest_of", lambda _: pytest.fail("the marks were not remembered"))
    open_project(found)


def planted(found: Path) -> None:
    """Another person's database and headers in the cache of a project, as good as new."""
    for header in (found / "headers").glob("*.json"):
        told = json.loads(header.read_bytes())
        data = told["header"] | {"summary": "PLANTED"}
        header.write_text(json.dumps({"sum": stored_query.sum_of(data), "header": data}), "utf-8")


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="this machine tells no owners of files")
@pytest.mark.parametrize("rights", [0o777, 0o775, 0o757])
@pytest.mark.parametrize("which", ["cache", "project"])
def test_a_cache_in_which_others_can_write_is_not_used(
    project: SmallProject, run: Run, rights: int, which: str
) -> None:
    assert run("query", "members")[0] == 0
    own = cache_folder(find_project(project.root))
    planted(own)
    folder = user_cache() if which == "cache" else own
    folder.chmod(rights)
    code, out, err = run("query", "members")
    assert (code, "PLANTED" in out) == (0, False)
    assert "Utopia" in out
    assert f"warning: the cache is not used, because others can write in {folder}" in err
    folder.chmod(0o700)
    assert "PLANTED" in run("query", "members")[1]  # so the test would have seen it


def test_a_cache_of_another_user_is_not_used(project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("query", "members")[0] == 0
    planted(cache_folder(find_project(project.root)))
    own = os.geteuid()
    monkeypatch.setattr(cache.os, "geteuid", lambda: own + 1)  # type: ignore[attr-defined]  # the module that it uses
    code, out, err = run("query", "members")
    assert (code, "PLANTED" in out) == (0, False)
    assert "belongs to another user" in err


def test_a_cache_that_is_a_link_elsewhere_is_not_used(project: SmallProject, run: Run) -> None:
    assert run("query", "members")[0] == 0
    own = cache_folder(find_project(project.root))
    shutil.move(own, project.root.parent / "elsewhere")
    own.symlink_to(project.root.parent / "elsewhere")
    assert "is a link" in run("query", "members")[2]


@pytest.mark.uncompiled
@pytest.mark.parametrize("mask", [0o000, 0o002, 0o022])
def test_the_cache_is_made_for_its_user_alone(project: SmallProject, run: Run, mask: int) -> None:
    before = os.umask(mask)
    try:
        assert run("query", "members")[0] == 0
    finally:
        os.umask(before)
    for folder in (user_cache(), cache_folder(find_project(project.root))):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert distrust(folder) == ""


def test_a_cache_in_a_folder_for_all_is_used_if_nobody_can_rename_in_it(
    project: SmallProject, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)  # as /tmp is
    monkeypatch.setenv("KZGRAPH_CACHE", str(shared))
    assert run("query", "members")[2].count("warning") == 0
    assert any(shared.iterdir())


QUESTION, COMPARISON = ("query", "members", "-f", "csv"), ("diff", "HEAD", "-f", "json")
PARTS = {
    "current.json": QUESTION,
    "headers/*": QUESTION,
    **dict.fromkeys(
        (f"s-*/{name}" for name in ("CURRENT", "MANIFEST-*", "*.sst", "made-of.json", "seal.json")), QUESTION
    ),
    "../revisions/r-*/instances/actors.ttl": COMPARISON,
}
"""Files of the cache, by patterns in the folder of a project; and what asks for them."""


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, forks: Forks) -> Iterator[Path]:
    """The cache of a project in git, which holds all that its questions need."""
    folder = tmp_path_factory.mktemp("asked")
    shutil.copytree(SMALL, folder / "project")
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    for arguments in (("init", "-q"), ("add", "."), (*identity, "commit", "-qm", "all")):
        subprocess.run(["git", *arguments], check=True, capture_output=True, cwd=folder / "project")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KZGRAPH_CACHE", str(folder / "cache"))
        patch.chdir(folder / "project")
        for command in (QUESTION, COMPARISON):
            assert forks.run(*command).returncode == 0
        yield cache_folder(find_project(folder / "project"))


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("kind", DAMAGES)
def test_damage_of_the_cache_is_made_good_and_told_once(asked: Path, forks: Forks, part: str, kind: str) -> None:
    command = PARTS[part]
    good = forks.run(*command)
    damage(next(asked.glob(part)), kind)
    first, second = forks.run(*command), forks.run(*command)
    assert [e.returncode for e in (good, first, second)] == [0, 0, 0], first.stderr
    assert good.stdout == first.stdout == second.stdout
    assert first.stderr.count(b"in the cache was damaged, and is made again") == 1, first.stderr
    assert b"damaged" not in second.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="another system counts open files in another way")
def test_a_process_that_may_open_few_files_leaves_the_cache_as_it_is(asked: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in asked.glob("s-*/*")}
    command = f'ulimit -n 64; exec "{sys.executable}" -m kzgraph {" ".join(QUESTION)}'
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["sh", "-c", command], capture_output=True, env=environment, check=False)
    assert (done.returncode, b"damaged" in done.stderr) == (0, False), done.stderr
    assert before
    assert {path: path.stat().st_mtime_ns for path in asked.glob("s-*/*")} == before


@pytest.mark.parametrize("name", ["headers", "revisions", "s-", ""])
def test_a_file_in_the_place_of_a_folder_of_the_cache_is_made_one(
    project: SmallProject, forks: Forks, name: str
) -> None:
    good = forks.run("query", "members", "-f", "csv")
    own = cache_folder(find_project(project.root))
    place = next(own.glob("s-*")) if name == "s-" else user_cache() / name if name == "revisions" else own / name
    shutil.rmtree(place, ignore_errors=True)
    place.write_text("no folder", "utf-8")
    again = forks.run("query", "members", "-f", "csv")
    assert (again.returncode, again.stdout) == (0, good.stdout)
    assert place.is_dir() or name == "revisions"


def test_a_relative_place_of_the_cache_is_ignored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KZGRAPH_CACHE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    for given, expected in (("rel", tmp_path / ".cache"), ("", tmp_path / ".cache"), ("/a/b", Path("/a/b"))):
        monkeypatch.setenv("XDG_CACHE_HOME", given)
        assert user_cache() == expected / "kzgraph"
