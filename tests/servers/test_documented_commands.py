"""The commands of docs/stores.md, as printed, against the real servers; only the ports are others."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from kzgraph.files.project import StoreAddress
from tests.conftest import SmallProject
from tests.servers.conftest import WAYS, Server, skip_unless_named

Run = Callable[..., tuple[int, str, str]]
PAGE = Path(__file__).resolve().parents[2] / "docs" / "stores.md"
TITLES = {"fuseki": "Apache Jena Fuseki", "virtuoso": "Virtuoso", "oxigraph": "Oxigraph server"}
PRINTED = {
    "fuseki": "http://127.0.0.1:3030/kzgraph",
    "virtuoso": "http://127.0.0.1:8890",
    "oxigraph": "http://127.0.0.1:7878",
}


def blocks(title: str, kind: str) -> list[str]:
    """The blocks of code of a kind in a section of the page."""
    section = PAGE.read_text("utf-8").partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    return re.findall(rf"^```{kind}\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)


def test_each_command_does_what_it_says(project: SmallProject, server: Server, store: str, run: Run) -> None:
    project.write("queries/corridor_partners.rq", (project.root / "queries/members.rq").read_text("utf-8"))
    lines = blocks(TITLES[server.name], "sh")[0].splitlines()
    commands = [line.replace(PRINTED[server.name], server.url) for line in lines if line.startswith("kzgraph ")]
    assert len(commands) == 3
    for command in commands:
        code, _, err = run(*shlex.split(command)[1:])
        assert code == 0, f"{command}: {err}"


def test_the_settings_are_those_of_the_server(
    project: SmallProject, server: Server, store: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (block,) = blocks(TITLES[server.name], "toml")
    for name, value in server.environment.items():
        monkeypatch.setenv(name.replace("STORE", server.name.upper()), value)
    monkeypatch.setenv(f"KZGRAPH_{server.name.upper()}_HOST", "127.0.0.1")
    text = block.replace(PRINTED[server.name], server.url)
    project.write("kzgraph.toml", f'[project]\ngraphs = "https://example.org/graph/"\n\n{text}')
    assert run("load", "--store", server.name)[0] == 0
    assert run("diff", "--store", server.name)[:2] == (0, "")


@pytest.mark.parametrize("name", TITLES)
def test_the_server_is_started_as_the_tests_start_it(name: str, tmp_path: Path) -> None:
    skip_unless_named(name)
    command, *_ = WAYS[name](tmp_path)
    (printed,) = [
        line for line in blocks(TITLES[name], "sh")[0].splitlines() if Path(command[0]).name == line.partition(" ")[0]
    ]
    ours = {word.partition("=")[0] for word in command if word.startswith(("-", "+")) and not word.startswith("-X")}
    theirs = {word.partition("=")[0] for word in shlex.split(printed) if word.startswith(("-", "+"))}
    assert theirs == ours


def test_every_setting_is_documented() -> None:
    (table,) = re.findall(r"^\| key of .*?\n\n", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    told = set(re.findall(r"`(\w+)`", "".join(line.split("|")[1] for line in table.splitlines()[2:] if line)))
    assert told == set(StoreAddress._fields)
    (example,) = blocks("Settings", "toml")
    assert set(tomllib.loads(example)["stores"]["library"]) <= told
