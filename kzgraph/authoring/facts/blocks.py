"""Turtle as a careful author lays it out: one block a thing, a property a line, in sorted place in its file."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable

from kzgraph.files.editing.turtle_parts import TurtleParts, in_form_of, prefix_of, respelled, with_declarations
from kzgraph.files.tokens import tokens
from kzgraph.graph.same_statements import refuse_other_changes

_RANGE = re.compile(r"_(\d+)-(\d+)$")
_Order = tuple[str, int, int]


def with_blocks(text: str, blocks: Iterable[str], prefixes: dict[str, str]) -> str:
    """The text of a file with further blocks, each where the sorting of the file puts it.

    The prefixes that the new blocks use are declared. In a file whose prefixes are not all declared before its first
    statement, the new blocks come last. Raises :class:`RefusedError` where the file would say anything else.
    """
    new = list(blocks)
    found = in_form_of(text, lambda plain: _with_blocks(plain, new, prefixes))
    refuse_other_changes(text, found, come=alone_text(new, prefixes))
    return found


def _with_blocks(text: str, blocks: list[str], prefixes: dict[str, str]) -> str:
    parts = TurtleParts(text)
    bound, declared = parts.bindings(), parts.declared
    new = [(_order(one), respelled(one, prefixes, bound, declared)) for one in sorted(blocks, key=_order)]
    missing = {name for _, one in new for name in used_prefixes(one)} & prefixes.keys() - declared
    found = _inserted(parts, new if parts.is_plain and (declared or not text.strip()) else [], new)
    return with_declarations(found, {name: prefixes[name] for name in missing})


def _inserted(parts: TurtleParts, sorted_in: list[tuple[_Order, str]], new: list[tuple[_Order, str]]) -> str:
    """A text with new blocks: each to be sorted in before the first statement that sorts behind it, then all others."""
    text = parts.text
    waiting = deque(sorted_in)
    places: list[tuple[int, str]] = []
    for statement in parts.statements:
        place = _order(statement.tokens[0].text)
        while waiting and waiting[0][0] < place:
            places.append((parts.lead(statement), waiting.popleft()[1]))
    last = [one for _, one in (waiting if sorted_in else new)]
    found = "\n\n".join(part for part in (text.rstrip("\n"), *last) if part) + "\n"
    for at, one in reversed(places):
        before = found[:at]
        gap = "" if not before.strip() or before.endswith("\n\n") else "\n" if before.endswith("\n") else "\n\n"
        found = f"{before}{gap}{one}\n\n{found[at:]}"
    return found


def alone(blocks: Iterable[str], prefixes: dict[str, str]) -> str:
    """Blocks as a file of their own."""
    return with_blocks("", blocks, prefixes)


def alone_text(blocks: Iterable[str], prefixes: dict[str, str]) -> str:
    """Blocks with all prefixes in front, to be parsed."""
    return "\n".join([*(f"@prefix {name}: <{iri}> ." for name, iri in prefixes.items()), *blocks])


def used_prefixes(text: str) -> set[str]:
    """The prefixes that a piece of Turtle uses, those of datatypes too."""
    return {prefix_of(t) for t in tokens(text) if t.kind == "pname"}


def _order(text: str) -> _Order:
    """What blocks are sorted by: the subject; citations of one document by their range."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    subject = lines[0].split()[0] if lines and lines[0].split() else ""
    found = _RANGE.search(subject)
    if found:
        return subject[: found.start()], int(found[1]), int(found[2])
    return subject, -1, -1
