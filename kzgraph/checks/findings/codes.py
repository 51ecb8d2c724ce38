"""Every code of a finding, with what it means and what to do: the source of ``docs/reference/findings.md``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PAGE = "docs/reference/findings.md"
CHECKS_PAGE = "docs/reference/checks.md"


@dataclass(frozen=True)
class Code:
    """A code: its stage, its usual severity, what it says, the fix, and an example that brings it about."""

    name: str
    stage: str
    severity: str
    meaning: str
    fix: str
    example: str = ""


_STAGES = {
    "syntax": "The file can be read",
    "vocabulary": "Every name exists, and is used as what it is",
    "shapes": "Every thing says what its class must say",
    "facts": "What facts say can be so",
    "logic": "`--logic`: the project is consistent",
    "profile": "`kzgraph reason`: the project is OWL 2 DL",
    "sources": "`kzgraph sources check`: passages and sentences",
    "queries": "`kzgraph check`: stored queries",
    "checks": "`kzgraph check`: check queries",
}


@cache
def codes() -> dict[str, Code]:
    """All codes by name, in the order of the stages; read from ``codes.toml`` when they are first needed."""
    table = tomllib.loads(Path(__file__).with_name("codes.toml").read_text("utf-8"))
    return {entry["name"]: Code(**entry) for entry in table["code"]}


def code_of(name: str) -> Code:
    """The entry of a code; shapes share one, and check queries another."""
    found = codes().get(name)
    if found is None and name.startswith("shape-"):
        return Code(name, "shapes", "violation", f"A thing breaks the shape {name[6:]}.", "")
    return found or Code(name, "checks", "violation", f"The check query {name} finds something.", "Follow its hint.")


def anchor(name: str) -> str:
    """The part of the page that explains a code, as the fragment of an address."""
    return "shape-name" if name.startswith("shape-") else name


def address(name: str) -> str:
    """Where the documentation explains a code: the page and its part."""
    return f"{CHECKS_PAGE if code_of(name).stage == 'checks' and name not in codes() else PAGE}#{anchor(name)}"


def page() -> str:
    """The text of ``docs/reference/findings.md``."""
    out = [
        "# Findings",
        "",
        "Every finding of `kzgraph validate`, `kzgraph check` and `kzgraph sources check` has one of these codes, or",
        "the name of a check query ([checks.md](checks.md)). [validating.md](../validating.md) says how to check.",
        "",
        f"This page is generated: `python -m kzgraph.checks.findings.codes > {PAGE}`.",
        "",
    ]
    for stage, title in _STAGES.items():
        out += [f"## {title}", ""]
        for code in (c for c in codes().values() if c.stage == stage):
            out += [f"### {code.name}", "", f"*{code.severity}* · {code.meaning}", ""]
            if code.example:
                out += ["```turtle", code.example, "```", ""]
            out += [f"Fix: {code.fix}", ""]
    return "\n".join(out).rstrip() + "\n"


if __name__ == "__main__":
    print(page(), end="")
