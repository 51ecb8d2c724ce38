"""The parts of a Turtle text, by its tokens: declarations of prefixes, and statements of a subject (Turtle, 2.1, 2.4).

Whoever changes a text finds here where each part begins and ends, whatever stands in comments and long texts, and which
prefixes are in force there. Edits of the text itself only insert and take away: all else stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kzgraph.files.placed.turtle import unescaped
from kzgraph.files.tokens import Token, tokens

_MARK = "\ufeff"
_OPENING, _CLOSING = {"[", "(", "{"}, {"]", ")", "}"}
_BLANK_LINE = re.compile(r"\n[ \t]*(?=\n)")


@dataclass(frozen=True)
class Part:
    """A declaration or a statement: its range in the text with the full stop, and its tokens."""

    start: int
    end: int
    tokens: tuple[Token, ...] = field(repr=False)

    @property
    def keyword(self) -> str:
        """``PREFIX`` or ``BASE`` for a declaration, empty for a statement."""
        first = self.tokens[0]
        word = first.text.upper().removeprefix("@")
        return word if first.kind in {"language", "word"} and word in {"PREFIX", "BASE"} else ""

    @property
    def prefix(self) -> tuple[str, str]:
        """The prefix that is declared, and what for."""
        return self.tokens[1].text.partition(":")[0], unescaped(self.tokens[2].text[1:-1])


class TurtleParts:
    """The declarations and statements of a text that a parser takes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.parts = list(_cut(text))
        self.statements = [p for p in self.parts if not p.keyword]
        self.declarations = [p for p in self.parts if p.keyword == "PREFIX"]

    @cached_property
    def used(self) -> set[str]:
        """The prefixes that the statements use, those of datatypes too."""
        return {prefix_of(t) for p in self.statements for t in p.tokens if t.kind == "pname"}

    @cached_property
    def declared(self) -> set[str]:
        """The prefixes that the text declares somewhere."""
        return {p.prefix[0] for p in self.declarations}

    def bindings(self, before: int | None = None) -> dict[str, str]:
        """What the prefixes stand for at a place of the text, or at its end."""
        return dict(p.prefix for p in self.declarations if before is None or p.end <= before)

    @property
    def is_plain(self) -> bool:
        """Whether all prefixes are declared once, before all statements, and nothing else is declared."""
        first = self.statements[0].start if self.statements else len(self.text)
        is_once = len(self.declared) == len(self.declarations) == len(self.parts) - len(self.statements)
        return is_once and all(p.start < first for p in self.declarations)

    def lead(self, part: Part) -> int:
        """Where what belongs to a part begins: the comment lines right above it, else itself."""
        number = self.parts.index(part)
        above = self.parts[number - 1].end if number else 0
        gap = self.text[above : part.start]
        blank = [m.end() for m in _BLANK_LINE.finditer(gap)]
        if blank:
            return above + blank[-1] + 1
        first = gap.find("\n") + 1
        return above + first if first or not number else part.start

    def tail(self, part: Part) -> int:
        """Where what belongs to a part ends: behind its line, if nothing but a comment follows there."""
        line_end = self.text.find("\n", part.end)
        line_end = len(self.text) if line_end < 0 else line_end + 1
        rest = self.text[part.end : line_end].strip()
        return line_end if not rest or rest.startswith("#") else part.end

    @property
    def is_empty(self) -> bool:
        """Whether nothing but declarations is in the text: no statement and no comment."""
        behind = [0, *(p.end for p in self.parts)]
        before = [*(p.start for p in self.parts), len(self.text)]
        return not self.statements and not any(self.text[a:b].strip() for a, b in zip(behind, before, strict=True))


def prefix_of(token: Token) -> str:
    """The prefix of a prefixed name."""
    return token.text.partition(":")[0]


def with_declarations(text: str, wanted: Mapping[str, str]) -> str:
    """A text that declares further prefixes: each before the first that sorts behind it, else behind the last.

    ``wanted`` are prefixes that the text declares nowhere. Without declarations before the first statement, they come
    first of all.
    """
    for name in sorted(wanted, reverse=True):
        text = _declared(text, name, f"@prefix {name}: <{wanted[name]}> .")
    return text


def without_declarations(text: str, names: Iterable[str]) -> str:
    """A text without the declarations of some prefixes that it does not use, if it declares each once."""
    found = TurtleParts(text)
    for part in reversed(found.declarations):
        name = part.prefix[0]
        if name in names and sum(p.prefix[0] == name for p in found.declarations) == 1:
            start, end = whole_lines(text, part.start, part.end)
            text = text[:start] + text[end:]
    return text


def whole_lines(text: str, start: int, end: int) -> tuple[int, int]:
    """The range of a declaration with its line, if nothing else stands there: what goes with it."""
    first, behind = text.rfind("\n", 0, start) + 1, text.find("\n", end) + 1 or len(text)
    is_alone = not text[first:start].strip() and not text[end:behind].strip()
    return (first, behind) if is_alone else (start, end)


def unused_declarations(text: str) -> list[Part]:
    """The declarations of prefixes that a Turtle or TriG text never uses."""
    declared, used, own = list[Part](), set[str](), list[Token]()
    for token in tokens(text):
        is_first = token.kind in {"language", "word"} and token.text.upper() in {"PREFIX", "@PREFIX"}
        own = [token] if is_first else [*own, token] if own else []
        if len(own) == 3 and token.kind == "iri":
            declared.append(Part(own[0].start, token.start + len(token.text), tuple(own)))
            own = own if own[0].kind == "language" else []
        elif len(own) == 4 and token.text == ".":
            declared[-1] = Part(own[0].start, token.start + 1, tuple(own))
            own = []
        elif token.kind == "pname" and len(own) != 2:
            used.add(prefix_of(token))
    return [part for part in declared if part.prefix[0] not in used]


def respelled(turtle: str, prefixes: Mapping[str, str], bound: Mapping[str, str], declared: Iterable[str]) -> str:
    """A piece of Turtle, written with some prefixes, so that it says the same where others are in force.

    ``bound`` are the prefixes in force there, ``declared`` all that the text declares anywhere: another may be added.
    """
    for token in reversed([t for t in tokens(turtle) if t.kind == "pname"]):
        name, _, local = token.text.partition(":")
        if name not in prefixes or bound.get(name) == prefixes[name] or (name not in bound and name not in declared):
            continue
        same = next((n for n, iri in sorted(bound.items()) if iri == prefixes[name]), None)
        written = f"<{prefixes[name]}{unescaped(local)}>" if same is None else f"{same}:{local}"
        turtle = turtle[: token.start] + written + turtle[token.start + len(token.text) :]
    return turtle


def in_form_of(text: str, edit: Callable[[str], str]) -> str:
    """What an edit makes of a text, with the text's byte-order mark and its ends of lines."""
    mark = _MARK if text.startswith(_MARK) else ""
    plain = text.removeprefix(mark)
    if "\r\n" not in plain or re.search(r"(?<!\r)\n|\r(?!\n)", plain):
        return _marked(mark, edit(plain))
    return _marked(mark, edit(plain.replace("\r\n", "\n")).replace("\n", "\r\n"))


def _marked(mark: str, text: str) -> str:
    return mark + text if text else text


def _cut(text: str) -> Iterable[Part]:
    own: list[Token] = []
    depth = 0
    for token in tokens(text):
        own.append(token)
        depth += (token.text in _OPENING) - (token.text in _CLOSING) if token.kind == "mark" else 0
        part = Part(own[0].start, token.start + len(token.text), tuple(own))
        is_bare = part.keyword and own[0].kind == "word"  # as in SPARQL, without a full stop
        if (depth == 0 and token.text == ".") or (is_bare and token.kind == "iri"):
            yield part
            own = []


def _declared(text: str, name: str, line: str) -> str:
    found = TurtleParts(text)
    first = found.statements[0].start if found.statements else len(text)
    head = [p for p in found.declarations if p.start < first]
    if not head:
        return f"{line}\n{'' if text.startswith('@prefix') or not text else chr(10)}{text}"
    later = next((p for p in head if p.prefix[0] > name), None)
    if later is not None:
        start = text.rfind("\n", 0, later.start) + 1
        if not text[start : later.start].strip():
            return f"{text[:start]}{line}\n{text[start:]}"
    end = found.tail(head[-1])
    if text[:end].endswith("\n"):
        return f"{text[:end]}{line}\n{text[end:]}"
    return f"{text[:end]}\n{line}{text[end:]}" if end == len(text) else f"{text[:end]} {line}{text[end:]}"
