"""Whatever call of the system fails as something is written, nothing is half there, and the next command is right."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kzgraph.authoring.facts.placing import write_all
from kzgraph.errors import KzgraphError
from kzgraph.files.project import find_project
from kzgraph.stores.disk.cache import cache_folder
from kzgraph.walls.worker import CAN_FORK
from tests.conftest import SmallProject
from tests.faults import Fault, faults, with_fault
from tests.forking import Forks

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="this machine has no fork")
Run = Callable[..., tuple[int, str, str]]
Work = Callable[[Fault | None], tuple[Any, Counter[str]]]
DRAWN = int(os.environ.get("KZGRAPH_FAULTS", "0"))
ASK = ("query", "members", "-f", "csv")
ENDED_WELL = {0, 3, 4, 130}
"""It was done nevertheless, a file or a store could not be written, or the user stopped it."""


def left_behind(folder: Path) -> list[str]:
    """Drafts and temporary files in a folder."""
    return [p.name for p in folder.rglob("*") if p.name.startswith(".") or ".tmp" in p.name or "draft" in p.name]


def try_all(work: Work, prepare: Callable[[], None], look: Callable[[Fault, Any], None], seed: str) -> int:
    """Does some work with each fault, looks at what came of it, and gives the number of faults."""
    prepare()
    wanted = faults(work(None)[1], DRAWN, seed)
    for fault in wanted:
        prepare()
        look(fault, work(fault)[0])
    return len(wanted)


def command_with(forks: Forks, *arguments: str) -> Work:
    """A command as a work: exit code, stdout and stderr, and the calls of the system that it made."""
    counts = Path.cwd().parent / "counts"

    def work(fault: Fault | None) -> tuple[Any, Counter[str]]:
        done = forks.run(*arguments, counts=counts, fault=fault)
        found = done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
        return found, Counter(json.loads(counts.read_bytes() or "{}"))

    return work


@pytest.mark.uncompiled
@pytest.mark.parametrize("what", ["all", "one file"])
def test_a_build(project: SmallProject, run: Run, forks: Forks, what: str) -> None:
    """The answer comes without the cache, or not at all; never half of it, and never another one later."""
    kept, cache = project.root.parent / "kept", cache_folder(find_project(project.root))
    if what == "one file":
        run(*ASK)
        shutil.copytree(cache, kept)
        project.write("instances/more.ttl", 'kz:Wider a kzo:State ; rdfs:label "Wider"@en .\n')
    expected = run(*ASK)[1]

    def prepare() -> None:
        shutil.rmtree(cache, ignore_errors=True)
        if kept.exists():
            shutil.copytree(kept, cache)

    def look(fault: Fault, found: Any) -> None:
        code, out, err = found
        assert code in ({0, 130} if fault.error == "stopped" else {0}), (fault, err)
        assert out == (expected if code == 0 else ""), fault
        assert run(*ASK)[:2] == (0, expected), fault

    assert try_all(command_with(forks, *ASK), prepare, look, what) > 4


def test_a_load(project: SmallProject, run: Run, forks: Forks) -> None:
    """A folder holds a finished load, or is known as one that does not; the next load mends it."""
    store, before = project.root.parent / "graph.db", project.state()
    expected = run(*ASK)[1]

    def look(fault: Fault, found: Any) -> None:
        code, _, err = found
        assert code in ENDED_WELL, (fault, err)
        asked = run(*ASK, "--store", str(store))
        assert asked[:2] == (0, expected) if code == 0 else asked[0] in {0, 3, 4}, (fault, asked)
        assert asked[0] != 0 or asked[1] == expected, (fault, asked)
        assert run("load", "--store", str(store))[0] == 0, fault
        assert run(*ASK, "--store", str(store))[:2] == (0, expected), fault
        assert project.state() == before

    def prepare() -> None:
        shutil.rmtree(store, ignore_errors=True)

    assert try_all(command_with(forks, "load", "--store", str(store)), prepare, look, "load") > 4


@pytest.mark.parametrize("command", [("dump",), ASK, *([("site",)] if DRAWN else [])])
def test_a_file(project: SmallProject, run: Run, forks: Forks, command: tuple[str, ...]) -> None:
    """A file is the old one or the new one, whole, and no draft lies beside it."""
    folder = project.root.parent / "out"
    target = folder if command == ("site",) else folder / ("g.nq" if command == ("dump",) else "g.csv")
    page = folder / "index.html" if command == ("site",) else target
    folder.mkdir()
    arguments = (*command, "-o", str(target))
    assert run(*arguments)[0] == 0
    new = page.read_bytes()

    def prepare() -> None:
        page.write_bytes(b"old")

    def look(fault: Fault, found: Any) -> None:
        code, _, err = found
        assert code in ENDED_WELL, (fault, err)
        assert page.read_bytes() in ({new} if code == 0 else {b"old", new}), fault
        if command != ("site",):  # which removes drafts when it is run again
            assert left_behind(folder) == [] or fault.call in {"unlink", "remove"}, fault
        assert run(*arguments)[0] == 0
        assert (page.read_bytes(), left_behind(folder) if fault.call != "unlink" else []) == (new, []), fault

    assert try_all(command_with(forks, *arguments), prepare, look, command[0]) > 4


def test_files_that_are_written_together(project: SmallProject) -> None:
    """All of them are written, or none; a folder that was made for them is gone again."""
    there = project.root / "instances/actors.ttl"
    files = {
        there: "# new\n",
        project.root / "instances/new/deep/a.ttl": "# a\n",
        project.root / "instances/b.ttl": "#",
    }
    before = project.state()

    def write() -> str:
        try:
            write_all(find_project(project.root), files, {there: before["instances/actors.ttl"].decode()})
        except KzgraphError as error:
            return error.message
        except KeyboardInterrupt:
            return "stopped"
        return ""

    def prepare() -> None:
        for path in files:
            path.unlink(missing_ok=True)
        shutil.rmtree(project.root / "instances/new", ignore_errors=True)
        there.write_bytes(before["instances/actors.ttl"])
        for draft in project.root.rglob(".*.draft-*"):
            draft.unlink()

    def look(fault: Fault, found: Any) -> None:
        whole = before | {p.relative_to(project.root).as_posix(): t.encode() for p, t in files.items()}
        if fault.call in {"unlink", "rmdir"}:
            return  # putting back what was is not done twice
        assert project.state() == (before if found else whole), (fault, found)
        assert found or (project.root / "instances/new").is_dir()
        assert not found or not (project.root / "instances/new").exists(), fault

    assert try_all(lambda fault: with_fault(write, fault), prepare, look, "together") > 4
