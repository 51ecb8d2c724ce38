"""Turtle as a careful author lays it out: one block a thing, a property a line, in sorted place in its file."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping

from kzgraph.files.tokens import tokens
from kzgraph.graph.triples import TYPE
from kzgraph.namespaces import shorten
from kzgraph.terms import Term

_PREFIX = re.compile(r"@prefix ([\w-]*): <([^>]+)> \.")
_RANGE = re.compile(r"_(\d+)-(\d+)$")


def block(iri: str, properties: Mapping[str, list[Term]], prefixes: dict[str, str]) -> str:
    """A thing as Turtle, its properties in the order given, each with its values below each other."""
    lines = [shorten(iri, prefixes)]
    for name, values in properties.items():
        told = " ,\n        ".join(v.turtle(prefixes) for v in values)
        lines.append(f"    {'a' if name == TYPE else shorten(name, prefixes)} {told} ;")
    lines[-1] = lines[-1][:-1] + "."
    return "\n".join(lines)


def with_blocks(text: str, blocks: Iterable[str], prefixes: dict[str, str]) -> str:
    """The text of a file with further blocks, each where the sorting of the file puts it.

    The first block of the file declares the prefixes; those that the new blocks use are added. In a file that is not
    laid out so, the new blocks come last.
    """
    new = sorted(blocks, key=_order)
    head, *rest = _cut(text) if text.strip() else [""]
    is_ordered = all(_PREFIX.fullmatch(line) or line.startswith("#") for line in head.splitlines())
    if not is_ordered:
        head, rest = "", [text.strip("\n")]
    rest = _inserted(rest, new) if is_ordered else [*rest, *new]
    declared = {m[1]: m[2] for line in text.splitlines() if (m := _PREFIX.fullmatch(line))}
    missing = used_prefixes("\n".join(new)) - set(declared)
    wanted = declared | {name: prefixes[name] for name in missing if name in prefixes}
    if is_ordered:
        comments = [line for line in head.splitlines() if line.startswith("#")]
        head = "\n".join([*comments, *(f"@prefix {n}: <{i}> ." for n, i in sorted(wanted.items()))])
    else:
        head = "\n".join(f"@prefix {n}: <{prefixes[n]}> ." for n in sorted(missing) if n in prefixes)
    return "\n\n".join(part for part in (head, *rest) if part) + "\n"


def _inserted(blocks: list[str], new: list[str]) -> list[str]:
    """Blocks with new ones, which are sorted, each before the first block that comes later than it."""
    found: list[str] = []
    waiting = deque((_order(one), one) for one in new)
    for other in blocks:
        place = _order(other)
        while waiting and waiting[0][0] < place:
            found.append(waiting.popleft()[1])
        found.append(other)
    return [*found, *(one for _, one in waiting)]


def alone(blocks: Iterable[str], prefixes: dict[str, str]) -> str:
    """Blocks as a file of their own."""
    return with_blocks("", blocks, prefixes)


def used_prefixes(text: str) -> set[str]:
    """The prefixes that a Turtle text uses, those of datatypes too."""
    found = {t.text.partition(":")[0] for t in tokens(text) if t.kind == "pname"}
    return found


def _cut(text: str) -> list[str]:
    """The parts between blank lines; a blank line inside a long text is no border."""
    long = [range(t.start, t.start + len(t.text)) for t in tokens(text) if t.text.startswith(('"""', "'''"))]
    borders = [m for m in re.finditer(r"\n(?:[ \t]*\n)+", text) if not any(m.start() in r for r in long)]
    starts = [0, *(m.end() for m in borders)]
    ends = [*(m.start() for m in borders), len(text)]
    return [part for a, b in zip(starts, ends, strict=True) if (part := text[a:b].strip("\n"))]


def _order(text: str) -> tuple[str, int, int]:
    """What blocks are sorted by: the subject; citations of one document by their range."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    subject = lines[0].split()[0] if lines and lines[0].split() else ""
    found = _RANGE.search(subject)
    if found:
        return subject[: found.start()], int(found[1]), int(found[2])
    return subject, -1, -1
