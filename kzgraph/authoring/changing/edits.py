"""A thing in a Turtle file, with some of its properties replaced, or taken out: the rest of the file stays as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kzgraph.authoring.facts.blocks import used_prefixes
from kzgraph.errors import UsageError
from kzgraph.files.tokens import Token, tokens
from kzgraph.files.turtle import TurtleText
from kzgraph.graph.triples import TYPE
from kzgraph.namespaces import shorten
from kzgraph.terms import Term

_OPENING, _CLOSING = {"[", "("}, {"]", ")"}
_PREFIX_LINE = re.compile(r"@prefix ([\w-]*): <[^>]+> \.\n")


@dataclass(frozen=True)
class _SaidPart:
    """A property with its values: its range in a text, without the mark behind it."""

    property: str
    start: int
    end: int


def with_changes(
    text: str, iri: str, changes: Mapping[str, list[Term]], prefixes: dict[str, str], before: tuple[str, ...] = ()
) -> str:
    """The text of a file in which a thing has other values of some properties; none take a property out.

    A new property comes before those of ``before``, else last. Comments and everything else stay. Raises
    :class:`UsageError` if the thing is described in more than one place.
    """
    parts = _parts(text, iri, prefixes)
    found = text
    held = {part.property for part in parts}
    anchor = next((n for n, part in enumerate(parts) if n and part.property in before), len(parts)) - 1
    added = "".join(f" ;\n    {_told(p, v, prefixes)}" for p, v in changes.items() if v and p not in held)
    for number in range(len(parts) - 1, -1, -1):
        part = parts[number]
        behind = added if number == anchor else ""
        if part.property not in changes:
            found = found[: part.end] + behind + found[part.end :]
            continue
        is_first = part.property not in {p.property for p in parts[:number]}
        values = changes[part.property] if is_first else []
        if values:
            found = found[: part.start] + _told(part.property, values, prefixes) + behind + found[part.end :]
        else:
            found = found[: parts[number - 1].end] + behind + found[part.end :]
    return _with_prefixes(text, found, prefixes)


def without(text: str, iri: str, prefixes: dict[str, str]) -> str:
    """The text of a file without a thing and the comment lines right above it; empty if nothing else is in it."""
    parts = _parts(text, iri, prefixes)
    turtle = TurtleText(text)
    start = turtle.offset(turtle.said_of(iri)[0].subject_place)
    end = text.index(".", parts[-1].end) + 1
    lines = text[:start].split("\n")
    while len(lines) > 1 and lines[-2].startswith("#"):
        del lines[-2]
    head, tail = "\n".join(lines).rstrip("\n"), text[end:].lstrip("\n")
    found = "\n\n".join(part for part in (head, tail) if part)
    found = _with_prefixes(text, found.rstrip("\n") + "\n", prefixes)
    return found if list(TurtleText(found).statements) else ""


def _parts(text: str, iri: str, prefixes: dict[str, str]) -> list[_SaidPart]:
    """The properties of a thing in their order; raises :class:`UsageError` if it stands in more than one place."""
    turtle = TurtleText(text)
    said = turtle.said_of(iri)
    if len({s.subject_place for s in said}) != 1:
        told = f"{shorten(iri, prefixes)} is described in more than one place"
        raise UsageError(told, hint="change it by hand, and validate the file")
    starts = {turtle.offset(s.predicate_place): s.predicate for s in said}
    order = sorted(starts)
    ends: dict[int, int] = {}
    own: list[Token] = []
    depth = 0
    for token in tokens(text):
        if token.start < order[0]:
            continue
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if depth == 0 and token.text in {";", "."}:
            begin = max(s for s in order if s < token.start)
            ends.setdefault(begin, own[-1].start + len(own[-1].text))
            if token.text == ".":
                break
        else:
            own.append(token)
    return [_SaidPart(starts[begin], begin, ends[begin]) for begin in order]


def _told(property_: str, values: list[Term], prefixes: dict[str, str]) -> str:
    told = " ,\n        ".join(v.turtle(prefixes) for v in values)
    return f"{'a' if property_ == TYPE else shorten(property_, prefixes)} {told}"


def _used(text: str) -> set[str]:
    return used_prefixes(_PREFIX_LINE.sub("", text))


def _with_prefixes(before: str, text: str, prefixes: dict[str, str]) -> str:
    """A text that declares the prefixes that it uses; those that it has used no more since it was another are gone."""
    used, once = _used(text), _used(before)
    kept = _PREFIX_LINE.sub(lambda found: "" if found[1] in once - used else found[0], text)
    declared = set(_PREFIX_LINE.findall(kept))
    if used <= declared or not used - declared & set(prefixes):
        return kept
    wanted = {name: prefixes[name] for name in used - declared if name in prefixes}
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in sorted(wanted.items()))
    lines = [m[0] for m in _PREFIX_LINE.finditer(kept)]
    if not lines:
        return f"{head}\n{kept}"
    rest = _PREFIX_LINE.sub("", kept)
    ordered = sorted([*lines, *head.splitlines(keepends=True)])
    return "".join(ordered) + rest if kept.startswith("@prefix") else head + kept
