"""A server that is asked for and cannot be had is a failure, not a test less."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import conftest

INSTALL = Path(__file__).resolve().parents[2] / ".ci" / "install-servers"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("fuseki", "Fuseki needs Java 17 and its jar in .*: run .ci/install-servers"),
        ("virtuoso", "Virtuoso is not installed: run .ci/install-servers"),
        ("oxigraph", "the Oxigraph server is not installed: run .ci/install-servers, or pip install oxigraph"),
    ],
)
def test_one_that_is_not_there_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, told: str) -> None:
    monkeypatch.setattr(conftest, "FOLDER", tmp_path)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pytest.fail.Exception, match=told):
        conftest.WAYS[name](tmp_path)


def test_only_those_that_are_not_named_are_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KZGRAPH_TEST_SERVERS", "oxigraph fuseki")
    conftest.skip_unless_named("fuseki")
    with pytest.raises(pytest.skip.Exception, match="KZGRAPH_TEST_SERVERS does not name virtuoso"):
        conftest.skip_unless_named("virtuoso")


def test_a_name_of_no_server_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KZGRAPH_TEST_SERVERS", "fuseky")
    with pytest.raises(pytest.fail.Exception, match="names fuseky; known are fuseki, virtuoso, oxigraph"):
        conftest.skip_unless_named("fuseki")


@pytest.mark.parametrize("missing", ["Fuseki", "Virtuoso", "Oxigraph"])
def test_the_installation_fails_without_one_of_them(tmp_path: Path, missing: str) -> None:
    """On a machine that has the others, and nothing to install the one with."""
    found = installed(tmp_path, missing)
    assert found.returncode == 1
    lines = {line.partition(":")[0]: line for line in found.stdout.splitlines()}
    assert lines.keys() == {"Fuseki", "Virtuoso", "Oxigraph"}
    assert f"{missing}: cannot be had" in lines.pop(missing)
    assert all(line.endswith(": is there") for line in lines.values())


def test_and_goes_well_with_all(tmp_path: Path) -> None:
    found = installed(tmp_path, "")
    assert (found.returncode, found.stderr) == (0, "")


def installed(folder: Path, missing: str) -> subprocess.CompletedProcess[str]:
    """The installation where no other command can be found than these."""
    for name in ("mkdir", "bash"):
        (folder / name).symlink_to(str(shutil.which(name)))
    there = {"Fuseki": ["java", "jena-fuseki-server-5.jar"], "Virtuoso": ["virtuoso-t"], "Oxigraph": ["oxigraph"]}
    for name in (n for server, names in there.items() if server != missing for n in names):
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    environment = {**os.environ, "PATH": str(folder), "KZGRAPH_SERVERS": str(folder), "PYTHON": "no-python"}
    command = [str(folder / "bash"), str(INSTALL)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
