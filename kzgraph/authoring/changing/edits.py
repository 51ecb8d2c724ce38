"""A thing in a Turtle file, with some of its properties replaced, or taken out: the rest of the file stays as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kzgraph.answers.shown.rdf import block
from kzgraph.authoring.facts.blocks import alone_text
from kzgraph.errors import UsageError
from kzgraph.files.editing.turtle_parts import (
    Part,
    TurtleParts,
    in_form_of,
    respelled,
    with_declarations,
    without_declarations,
)
from kzgraph.files.placed.turtle import TurtleText
from kzgraph.files.tokens import Token
from kzgraph.graph.same_statements import refuse_other_changes
from kzgraph.graph.triples import TYPE
from kzgraph.namespaces import shorten
from kzgraph.terms import Term

_COMMENT = re.compile(r"#[^\r\n]*")  # between properties, where only marks and spaces stand else
_OPENING, _CLOSING = {"[", "("}, {"]", ")"}
_Changes = Mapping[str, list[Term]]


@dataclass(frozen=True)
class _SaidPart:
    """A property with its values: its range in a text, without the mark behind it."""

    property: str
    start: int
    end: int


def with_changes(text: str, iri: str, changes: _Changes, prefixes: dict[str, str], before: tuple[str, ...] = ()) -> str:
    """The text of a file in which a thing has other values of some properties; none take a property out.

    A new property comes before those of ``before``, else last. Comments and everything else stay. Raises
    :class:`UsageError` if the thing is described in more than one place or nothing would be left of it, and
    :class:`RefusedError` where the file would say anything else.
    """
    found = in_form_of(text, lambda plain: _with_changes(plain, iri, changes, prefixes, before))
    new = {p: values for p, values in changes.items() if values}
    come = alone_text([block(iri, new, prefixes)] if new else [], prefixes)
    refuse_other_changes(text, found, gone=[(iri, p) for p in changes], come=come)
    return found


def without(text: str, iri: str, prefixes: dict[str, str]) -> str:
    """The text of a file without a thing and the comment lines right above it; empty if nothing else is in it.

    Raises the errors of :func:`with_changes`.
    """
    found = in_form_of(text, lambda plain: _without(plain, iri, prefixes))
    refuse_other_changes(text, found, gone=[(iri, None)])
    return found


def _with_changes(text: str, iri: str, changes: _Changes, prefixes: dict[str, str], before: tuple[str, ...]) -> str:
    parts = TurtleParts(text)
    statement, said = _said_parts(parts, iri, prefixes)
    bound, declared = parts.bindings(statement.start), parts.declared

    def told(name: str, values: list[Term]) -> str:
        written = " ,\n        ".join(v.turtle(prefixes) for v in values)
        whole = f"{'a' if name == TYPE else shorten(name, prefixes)} {written}"
        return respelled(whole, prefixes, bound, declared)

    held = {part.property for part in said}
    new = [told(p, v) for p, v in changes.items() if v and p not in held]
    texts = [text[part.start : part.end] for part in said]
    for number, part in enumerate(said):
        if part.property in changes:
            values = changes[part.property]
            is_first = part.property not in {p.property for p in said[:number]}
            texts[number] = told(part.property, values) if values and is_first else ""
    if not any(texts) and not new:
        told_of = f"nothing would be left of {shorten(iri, prefixes)}"
        raise UsageError(told_of, hint=f"to take it out: `kzgraph remove {shorten(iri, prefixes)}`")
    found = _put_together(text, said, texts, new, before)
    now = TurtleParts(found)
    wanted = {name: prefixes[name] for name in now.used & prefixes.keys() - now.declared}
    return without_declarations(with_declarations(found, wanted), parts.used - now.used)


def _put_together(text: str, said: list[_SaidPart], texts: list[str], new: list[str], before: tuple[str, ...]) -> str:
    """A text with other properties of a thing: an empty one goes, and ``new`` come before those of ``before``."""
    anchor = next((n for n, part in enumerate(said) if n and part.property in before), len(said))
    found, left = "", list[str]()  # the comments that stood before what goes
    for number, (part, own) in enumerate(zip(said, texts, strict=True)):
        if number == anchor:
            found, left = _joined(found, left, new), []
        gap = text[said[number - 1].end : part.start] if number else ""
        if not own:
            left += _COMMENT.findall(gap)
        elif found and not left:
            found += gap + own
        else:
            found, left = _joined(found, [*left, *_COMMENT.findall(gap)], [own]), []
    if anchor == len(said):
        found, left = _joined(found, left, new), []
    end = "".join(f" {comment}\n   " for comment in left)
    return text[: said[0].start] + found + end + text[said[-1].end :]


def _joined(found: str, comments: list[str], properties: list[str]) -> str:
    """Properties behind those that are there, each in a line, with the comments that stand before the first."""
    if not properties:
        return found + "".join(f" {comment}\n   " for comment in comments)
    between = " ;" if found else ""
    told = "".join(f"{' ' if between or number else ''}{c}\n   " for number, c in enumerate(comments))
    first = f"{between}{told} " if told else f"{between}\n    " if found else ""
    return found + first + " ;\n    ".join(properties)


def _without(text: str, iri: str, prefixes: dict[str, str]) -> str:
    parts = TurtleParts(text)
    statement, _ = _said_parts(parts, iri, prefixes)
    head, tail = text[: parts.lead(statement)].rstrip("\n"), text[parts.tail(statement) :].lstrip("\n")
    found = "\n\n".join(part for part in (head, tail) if part).rstrip("\n") + "\n"
    found = without_declarations(found, parts.used - TurtleParts(found).used)
    return "" if TurtleParts(found).is_empty else found


def _said_parts(parts: TurtleParts, iri: str, prefixes: dict[str, str]) -> tuple[Part, list[_SaidPart]]:
    """The statement about a thing, and its properties in their order; raises :class:`UsageError` if there are more."""
    turtle = TurtleText(parts.text)
    said = turtle.said_of(iri)
    if len({s.subject_place for s in said}) != 1:
        told = f"{shorten(iri, prefixes)} is described in more than one place"
        raise UsageError(told, hint="change it by hand, and validate the file")
    starts = {turtle.offset(s.predicate_place): s.predicate for s in said}
    order = sorted(starts)
    statement = next(p for p in parts.statements if p.start <= order[0] < p.end)
    ends: dict[int, int] = {}
    own: list[Token] = []
    depth = 0
    for token in statement.tokens:
        if token.start < order[0]:
            continue
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if depth == 0 and token.text in {";", "."}:
            begin = max(s for s in order if s < token.start)
            ends.setdefault(begin, own[-1].start + len(own[-1].text))
        else:
            own.append(token)
    return statement, [_SaidPart(starts[begin], begin, ends[begin]) for begin in order]
