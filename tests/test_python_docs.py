"""What the page and the notebook about Python say is so: their examples run, and print what stands below them."""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import kzgraph
from kzgraph.answers.cells.cell import CLAIMED, FIRMNESS, HELD_WRONG, SYMBOLS
from kzgraph.answers.cells.columns import AMOUNT, DOCUMENTS, KIND, PROPERTY, VALUE, WHEN

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "python.md"
NOTEBOOK = json.loads((ROOT / "docs" / "kzgraph.ipynb").read_text("utf-8"))
BLOCKS = re.findall(
    r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```$)?", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE
)
CODE = ["".join(cell["source"]) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]
LIBRARIES = ("pandas", "polars")
MARKS = {FIRMNESS, CLAIMED, HELD_WRONG, *SYMBOLS}


def frames_of(code: str) -> set[str]:
    """The libraries that an example needs."""
    return {name for name in LIBRARIES if f"to_{name}" in code}


def skip_without(library: str) -> None:
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"{library} is not installed (extra `{library}`)")


def run_cell(code: str, names: dict[str, Any]) -> Any:
    """Runs code as a notebook does, and gives the value of the last line if it is an expression."""
    *lines, last = ast.parse(code).body
    exec(compile(ast.Module(lines, []), "cell", "exec"), names)  # noqa: S102  # the examples of our own pages
    if isinstance(last, ast.Expr):
        return eval(compile(ast.Expression(last.value), "cell", "eval"), names)  # noqa: S307  # the same
    exec(compile(ast.Module([last], []), "cell", "exec"), names)  # noqa: S102  # the same
    return None


def printed(code: str, names: dict[str, Any]) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        run_cell(code, names)
    return out.getvalue()


def same_as_shown(blocks: list[tuple[str, str]], told: list[str]) -> bool:
    """Whether blocks print what stands below them; with ``KZGRAPH_GOLDEN=write`` the page gets what they print."""
    if os.environ.get("KZGRAPH_GOLDEN") == "write":
        text = PAGE.read_text("utf-8")
        for (code, shown), new in zip(blocks, told, strict=True):
            if shown:
                text = text.replace(f"{code}```\n\n```text\n{shown}```", f"{code}```\n\n```text\n{new}```")
        PAGE.write_text(text, "utf-8")
    return told == [shown for _, shown in blocks]


def test_the_examples_of_the_page_run_and_print_what_the_page_shows(repository: Path) -> None:
    blocks = [(code, shown) for code, shown in BLOCKS if not frames_of(code)]
    assert len(blocks) >= 6
    assert sum(bool(shown) for _, shown in blocks) >= 4
    names: dict[str, Any] = {}
    assert same_as_shown(blocks, [printed(code, names) for code, _ in blocks])


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_frames_of_the_page_are_made_as_it_shows(library: str, repository: Path) -> None:
    blocks = [(code, shown) for code, shown in BLOCKS if library in frames_of(code)]
    assert blocks
    skip_without(library)
    names: dict[str, Any] = {"g": kzgraph.open()}
    assert same_as_shown(blocks, [printed(code, names) for code, _ in blocks])


def test_the_examples_of_the_page_have_no_error_of_types(tmp_path: Path) -> None:
    if importlib.util.find_spec("mypy") is None:
        pytest.skip("mypy is not installed (extra `dev`)")
    script, wrong = tmp_path / "script.py", tmp_path / "wrong.py"
    script.write_text("".join(code for code, _ in BLOCKS), "utf-8")
    wrong.write_text(
        "import kzgraph\na = kzgraph.open().query('members', limit='two')\na.rows[0]['name'].valeu\nkzgraph.opne()\n",
        "utf-8",
    )
    command = [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), str(script), str(wrong)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    found = re.findall(r"(script|wrong)\.py:(\d+): error", told)
    assert found == [("wrong", "2"), ("wrong", "3"), ("wrong", "4")]


def test_the_notebook_is_one_without_outputs() -> None:
    assert NOTEBOOK["nbformat"] == 4
    assert len(CODE) >= 5
    for cell in NOTEBOOK["cells"]:
        assert {"cell_type", "id", "metadata", "source"} <= set(cell)
        if cell["cell_type"] == "code":
            assert (cell["outputs"], cell["execution_count"]) == ([], None)


def test_the_cells_of_the_notebook_run_in_order_and_show_tables(repository: Path) -> None:
    names: dict[str, Any] = {}
    values = [run_cell(code, names) for code in CODE if not frames_of(code)]
    shown = [value._repr_html_() for value in values if hasattr(value, "_repr_html_")]
    assert len(shown) >= 2
    assert all("<table" in html for html in shown)


def test_the_cells_of_the_notebook_that_need_a_library_give_frames(repository: Path) -> None:
    cells = [code for code in CODE if frames_of(code)]
    assert cells
    for library in {library for code in cells for library in frames_of(code)}:
        skip_without(library)
    names: dict[str, Any] = {"g": kzgraph.open()}
    assert {type(run_cell(code, names)).__name__ for code in cells} == {"DataFrame"}


def test_the_item_that_the_page_on_answers_shows_is_in_an_answer(repository: Path) -> None:
    page = (ROOT / "docs" / "answers.md").read_text("utf-8")
    [shown] = re.findall(r"^```json\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    rows = json.loads(kzgraph.open().query("trade_turnover").to_json())["rows"]
    assert json.loads(shown) in [item for row in rows for cell in row.values() for item in cell]


def test_the_page_on_answers_explains_every_kind_of_mark_and_column() -> None:
    page = (ROOT / "docs" / "answers.md").read_text("utf-8")
    kinds = {line.split("|")[2].strip(" `") for line in page.splitlines() if line.count("|") == 4 and "` |" in line}
    schema = json.loads((ROOT / "kzgraph" / "answers" / "shown" / "answer.schema.json").read_text("utf-8"))["$defs"]
    assert set(schema["mark"]["properties"]["kind"]["enum"]) == MARKS
    assert kinds >= MARKS
    assert set(schema["column"]["properties"]["shows"]["enum"]) == {VALUE, WHEN, PROPERTY, AMOUNT, KIND, DOCUMENTS}
    assert all(f"| {symbol} |" in page for symbol in SYMBOLS.values())
