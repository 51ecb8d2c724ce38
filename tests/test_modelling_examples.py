"""The examples of docs/modelling.md are right but for the things and citations that they make up."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from tests.conftest import PREFIXES

ROOT = Path(__file__).resolve().parents[1]


def test_the_examples_lack_nothing_but_what_they_refer_to(
    repository: Path, tmp_path: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    examples = re.findall(r"```turtle\n(.+?)```", (ROOT / "docs" / "modelling.md").read_text("utf-8"), re.DOTALL)
    assert len(examples) >= 4
    file = tmp_path / "examples.ttl"
    file.write_text(PREFIXES + "\n".join(examples), "utf-8")
    told = json.loads(run("validate", str(file), "-f", "json")[1])
    found = [f for f in told["findings"] if f["code"] != "unused-prefix"]
    assert told["summary"]["focus_nodes"] == len(examples)
    assert {f["code"] for f in found} == {"undescribed-thing"}
    for finding in found:
        made_up = re.fullmatch(r"kz:(Example|memorandum-example|yagubova-2022_\d+-\d+).*", finding["value"])
        assert made_up, finding["message"]
        if "_" in finding["value"]:
            assert finding["hint"] == 'make the citation: kzgraph cite yagubova-2022 "first words ... last words"'
