"""The terminals that SPARQL and Turtle share (SPARQL 1.1 Query Language, section 19.8; Turtle, section 6.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from kzgraph.errors import SyntaxProblem

# Repetitions give nothing back (`*+`): what they would remember of a long text takes hundreds of times its memory.
_PATTERN = r"""(?P<space>[ \t\r\n]+|\#[^\r\n]*)
      | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]++|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>)
      | STRING
      | (?P<variable>[?$][^\W](?:\w|[\u00b7\u203f\u2040])*)
      | (?P<pname>(?:[^\W\d_][\w.-]{0,257}+(?<!\.))?:
                  (?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\.)
                     (?:[\w:-]++|%[0-9A-Fa-f]{2}|\\.|\.++(?=[\w:-]|%[0-9A-Fa-f]{2}|\\.))*+)?)
      | (?P<blank>_:[\w](?:[\w.-]*[\w-])?)
      | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
      | (?P<number>\d++(?:\.?\d*+[eE][+-]?\d++|\.\d++)?|\.\d++(?:[eE][+-]?\d++)?)
      | (?P<word>[^\W\d]\w*)
      | (?P<mark>\^\^|&&|\|\||!=|<=|>=|.)"""
_STRING = "|".join(
    [
        *(rf"{q * 3}(?:[^{q}\\]++|\\.|{q}{q}?(?!{q}))*+{q * 3}" for q in ('"', "'")),
        *(rf"{q}(?:[^{q}\\\r\n]++|\\.)*+{q}" for q in ('"', "'")),
    ]
)
_TOKEN = re.compile(_PATTERN.replace("STRING", f"(?P<string>{_STRING})"), re.VERBOSE | re.DOTALL)
_MOST_KEPT = 20_000  # characters of a text whose tokens are remembered
_MOST_UNCLOSED = 50  # quotation marks, from each of which the text is searched for its other one


class Token(NamedTuple):
    """One terminal of a query: its kind, its text and where it starts."""

    kind: str
    text: str
    start: int

    @property
    def word(self) -> str:
        """The keyword in capitals, or an empty text if the token is no word."""
        return self.text.upper() if self.kind == "word" else ""


def tokens(query: str) -> Iterator[Token]:
    """The tokens of a query, without space and comments.

    A quotation mark that is never closed is a mark. Where there are many, and so no parser takes the text, all
    further ones are: the time stays that of reading the text a few times.
    """
    return iter(_kept_tokens(query)) if len(query) < _MOST_KEPT else _tokens(query)


@lru_cache(maxsize=8)
def _kept_tokens(query: str) -> tuple[Token, ...]:
    """The tokens of a text that is looked at again and again: the guard, the parameters and the prefixes need them."""
    return tuple(_tokens(query))


def _tokens(query: str) -> Iterator[Token]:
    position = unclosed = 0
    while unclosed < _MOST_UNCLOSED and (match := _TOKEN.match(query, position)):
        position = match.end()
        if match.lastgroup != "space":
            yield Token(match.lastgroup or "mark", match.group(), match.start())
            unclosed += match.group() in {'"', "'"}
    if position == len(query):
        return
    without_strings = re.compile(_PATTERN.replace("STRING", "(?P<string>(?!))"), re.VERBOSE | re.DOTALL)
    for match in without_strings.finditer(query, position):
        if match.lastgroup != "space":
            yield Token(match.lastgroup or "mark", match.group(), match.start())


DEEPEST = 200
"""How many brackets may stand in each other: what nests much deeper overruns the stack of parsers and engines."""
_MOST_PARTS = 10_000
"""How many operators and clauses a query may have: engines nest each in the one before it."""
_NESTING = {"UNION", "OPTIONAL", "MINUS", "BIND", "FILTER", "GRAPH", "VALUES", "AS", "SELECT", "EXISTS", "LATERAL"}
_CHAINING = {*("+", "-", "*", "/", "!", "^", "|", "&&", "||"), *_NESTING}


def refuse_deep(stream: list[Token], text: str, place: str = "") -> None:
    """Raises :class:`SyntaxProblem` for a query that is nested more deeply, or has more parts, than engines survive.

    It looks at tokens alone, so it holds for a text that does not parse, too.
    """
    depth = parts = 0
    for token in stream:
        if token.kind == "mark" and token.text in "([{":
            depth += 1
        elif token.kind == "mark" and token.text in ")]}":
            depth -= 1
        elif token.text in _CHAINING or token.word in _NESTING:
            parts += 1
        message = ""
        if depth > DEEPEST:
            message = f"the query is nested more than {DEEPEST} levels deep here"
        elif parts > _MOST_PARTS:
            message = f"the query has more than {_MOST_PARTS:,} operators and clauses"
        if message:
            line = text.count("\n", 0, token.start) + 1
            column = token.start - (text.rfind("\n", 0, token.start) + 1) + 1
            raise SyntaxProblem(message, place=f"{place}:{line}:{column}" if place else f"{line}:{column}")


_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}


def query_form(query: str) -> str:
    """``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``; an empty text for anything else."""
    return next((t.word for t in tokens(query) if t.word in _FORMS), "")


_PATH_ENDS = {"*", "+", "?"}
_OPENING, _CLOSING = {"(", "{", "["}, {")", "}", "]"}


class TokenReader:
    """The tokens of a query by position, and where its parts end (SPARQL 1.1 Query Language, section 19.8)."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.stream = list(tokens(query))

    def path(self, position: int) -> int:
        """The position behind the path, or the predicate, that begins at one."""
        while position < len(self.stream):
            while self.text(position) in {"^", "!"}:
                position += 1
            position = self.closed(position) if self.text(position) == "(" else position + 1
            while self.text(position) in _PATH_ENDS:
                position += 1
            if self.text(position) not in {"/", "|"}:
                break
            position += 1
        return position

    def term(self, position: int) -> int:
        """The position behind the subject or object that begins at one."""
        if self.text(position) in {"+", "-"}:
            position += 1
        position = self.closed(position) if self.text(position) in {"[", "("} else position + 1
        if self.text(position) == "^^":
            return position + 2
        return position + (self.kind(position) == "language")

    def closed(self, position: int) -> int:
        """The position behind the bracket that opens at one."""
        depth = 0
        while position < len(self.stream):
            text = self.stream[position].text
            depth += (text in _OPENING) - (text in _CLOSING)
            position += 1
            if depth <= 0:
                break
        return position

    def between(self, start: int, end: int) -> str:
        """The text of the tokens from one position to another, without comments, and with one space for any."""
        text, behind = "", 0
        for token in self.stream[start:end]:
            text += (" " if text and token.start > behind else "") + token.text
            behind = token.start + len(token.text)
        return text

    def text(self, position: int) -> str:
        """The text of the token at a position; empty behind the last."""
        return self.stream[position].text if position < len(self.stream) else ""

    def word(self, position: int) -> str:
        """The keyword at a position, in capitals; empty for other tokens and behind the last."""
        return self.stream[position].word if position < len(self.stream) else ""

    def kind(self, position: int) -> str:
        """The kind of the token at a position; empty behind the last."""
        return self.stream[position].kind if position < len(self.stream) else ""
