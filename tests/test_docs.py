"""What README and docs say is so: commands exist, printed output is real, links lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from kzgraph.cli import COMMANDS, cli

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
README = (ROOT / "README.md").read_text("utf-8")


def _blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def test_the_pages_are_found() -> None:
    assert len(PAGES) >= 7


def test_the_readme_has_one_command_for_the_main_job_and_one_for_the_tests() -> None:
    main_job, tests = _blocks("sh")[:2]
    assert main_job.strip().endswith("kzgraph query corridor_partners.rq")
    assert tests.strip().endswith("pytest")
    assert len(main_job.splitlines()) == len(tests.splitlines()) == 1


def test_the_output_in_the_readme_is_real(
    run: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch, repository: Path
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    code, out, err = run("query", "corridor_partners.rq")
    assert code == 0
    real = {line.strip() for line in (out + err).splitlines()}
    shown = [line.strip() for line in _blocks("text")[0].splitlines() if line.strip() not in {"", "…"}]
    assert len(shown) >= 10
    assert [line for line in shown if line not in real] == []


@pytest.mark.parametrize(
    ("page", "folders", "least"),
    [("docs/settings.md", ["kzgraph"], 6), ("CONTRIBUTING.md", ["tests", "benchmarks", ".ci"], 10)],
)
def test_every_variable_of_the_environment_is_told(page: str, folders: list[str], least: int) -> None:
    files = [p for f in folders for p in (ROOT / f).rglob("*") if p.is_file() and p.suffix in {".py", ""}]
    texts = [p.read_text("utf-8") for p in files]
    of_stores = {n for text in texts for n in re.findall(r'_env = "(KZGRAPH_\w+)"', text)}
    of_stores |= {f"{n.rpartition('_')[0]}_HOST" for n in of_stores}
    used = {n for text in texts for n in re.findall(r"\bKZGRAPH_[A-Z0-9_]*[A-Z0-9]\b", text)} - of_stores
    told = {
        n for p in ("docs/settings.md", page) for n in re.findall(r"`(KZGRAPH_\w+)`", (ROOT / p).read_text("utf-8"))
    }
    assert len(used) >= least
    assert used <= told


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_command_in_the_docs_exists(page: Path) -> None:
    for name in re.findall(r"(?:^|`|\s)kzgraph ([a-z-]+)(?=[ `\n])", page.read_text("utf-8")):
        assert name in COMMANDS, name


def test_every_command_stands_in_the_readme() -> None:
    assert [c for c in COMMANDS if f"kzgraph {c}" not in README] == []


def test_every_option_in_the_readme_exists() -> None:
    import click

    for line in re.findall(r"`(kzgraph [^`]+)`", README):
        name = line.split()[1]
        if name not in COMMANDS:
            continue
        context = click.Context(cli)
        command = cli.get_command(context, name)
        assert command is not None
        known = {o for p in command.params for o in (*p.opts, *p.secondary_opts)}
        if isinstance(command, click.Group):
            subs = [command.get_command(context, s) for s in command.list_commands(context)]
            known |= {o for s in subs if s for p in s.params for o in p.opts}
        assert set(re.findall(r"(?<= )(--?[a-z][a-z-]*)", line)) <= known, line


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target
