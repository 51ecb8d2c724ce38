"""Every code of a finding, with what it means and what to do: the source of ``docs/reference/findings.md``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kzgraph.checks.findings.code_table import TABLE

PAGE = "docs/reference/findings.md"
CHECKS_PAGE = "docs/reference/checks.md"


@dataclass(frozen=True)
class Code:
    """A code: its stage, its usual severity, what it says, an example that brings it about, and the fix."""

    name: str
    stage: str
    severity: str
    meaning: str
    mend: str
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


def _read(table: str) -> Iterator[Code]:
    """The codes of the table: name and severity, meaning, mend after >, and an indented example."""
    stage = ""
    for entry in table.strip().split("\n\n"):
        first, *rest = entry.split("\n")
        if first.startswith("# "):
            stage = first[2:]
            continue
        name, _, severity = first.rstrip(")").partition(" (")
        said = [line for line in rest if not line.startswith((">", "    "))]
        mend = [line[2:] for line in rest if line.startswith(">")]
        example = [line[4:] for line in rest if line.startswith("    ")]
        yield Code(name, stage, severity, " ".join(said), " ".join(mend), "\n".join(example))


CODES = tuple(_read(TABLE))
_BY_NAME = {c.name: c for c in CODES}


def code_of(name: str) -> Code:
    """The entry of a code; shapes share one, and check queries another."""
    if name not in _BY_NAME and not name.startswith("shape-"):
        return Code(name, "checks", "violation", f"The check query {name} finds something.", "Follow its hint.")
    return _BY_NAME.get(name) or Code(name, "shapes", "violation", f"A thing breaks the shape {name[6:]}.", "")


def anchor(name: str) -> str:
    """The part of the page that explains a code, as the fragment of an address."""
    return "shape-name" if name.startswith("shape-") else name


def address(name: str) -> str:
    """Where the documentation explains a code: the page and its part."""
    return f"{CHECKS_PAGE if code_of(name).stage == 'checks' and name not in _BY_NAME else PAGE}#{anchor(name)}"


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
        for code in (c for c in CODES if c.stage == stage):
            out += [f"### {code.name}", "", f"*{code.severity}* · {code.meaning}", ""]
            if code.example:
                out += ["```turtle", code.example, "```", ""]
            out += [f"Fix: {code.mend}", ""]
    return "\n".join(out).rstrip() + "\n"


if __name__ == "__main__":
    print(page(), end="")
