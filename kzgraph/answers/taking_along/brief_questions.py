"""The questions in an author's text, each on a line of its own, as on the command line: ``{{ query NAME }}``.

A text may ask in plain words, too, ``{{ ask who owns CPC }}``, and show a thing, ``{{ show Kuryk }}``.
"""

from __future__ import annotations

import argparse
import io
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

from kzgraph.errors import SyntaxProblem, UsageError

_QUESTION = re.compile(r"\s*\{\{(.*)\}\}\s*")
_INSIDE = re.compile(r"\{\{\s*(query|ask|show)\b")
_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_HINT = "write {{ query NAME -p NAME=VALUE }}, {{ ask QUESTION }} or {{ show THING }}"


@dataclass(frozen=True)
class AskedInText:
    """A question in a text: the stored query, its parameters, the two days, the most rows, whether all are wanted."""

    line: int
    query: str
    given: dict[str, str] = field(default_factory=dict)
    as_of: str = ""
    known_by: str = ""
    limit: int | None = None
    is_detail: bool = False

    @property
    def options(self) -> list[str]:
        """The options of the command line with which the same is asked."""
        named = {"--as-of": self.as_of, "--known-by": self.known_by}
        given = [part for name, value in self.given.items() for part in ("-p", f"{name}={value}")]
        return [*given, *(part for name, value in named.items() if value for part in (name, value))]


@dataclass(frozen=True)
class WordsInText:
    """A question in plain words; the stored query that is meant is asked as ``asked`` says."""

    line: int
    words: str
    asked: AskedInText


@dataclass(frozen=True)
class ShownInText:
    """A thing that is shown in a text; ``wish`` chooses its facts, as the options of ``show`` do."""

    line: int
    thing: str
    wish: dict[str, Any] = field(default_factory=dict)
    limit: int | None = None


Question = AskedInText | WordsInText | ShownInText


def questions_in(text: str, place: str) -> list[str | Question]:
    """The pieces of a text: the author's lines, and the questions.

    What stands in a fenced block of code is the author's. Raises :class:`UsageError` for a question that cannot be
    read, and :class:`SyntaxProblem` for a text without any; both name the line.
    """
    pieces: list[str | Question] = []
    own: list[str] = []  # the lines since the last question
    fence = ""
    for number, line in enumerate(io.StringIO(text, newline=""), 1):  # lines as editors count them
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        found = None if fence or mark else _QUESTION.fullmatch(line)
        if found:
            if own:
                pieces += ["".join(own)]
            own = []
            pieces.append(_question(found[1], number, f"{place}:{number}"))
        elif not fence and _INSIDE.search(line):
            told = "a question stands on a line of its own: {{ query NAME }}"
            raise SyntaxProblem(told, place=f"{place}:{number}")
        else:
            own.append(line)
    if own:
        pieces += ["".join(own)]
    if all(isinstance(piece, str) for piece in pieces):
        raise SyntaxProblem("has no question", place=place, hint="write one on a line of its own: {{ query NAME }}")
    return pieces


class _QuestionReader(argparse.ArgumentParser):
    """Reads a question; what it cannot read is an error of ours."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"this is no question: {message}", hint=_HINT)


def _question(written: str, line: int, place: str) -> Question:
    command, _, rest = written.strip().partition(" ")
    try:
        if command not in {"query", "ask", "show"}:
            raise UsageError(f"`{written.strip()}` is no question", hint=_HINT)
        # people write what they ask as it comes, with apostrophes that are no quotation marks
        words = rest.split() if command == "ask" and "'" in rest else shlex.split(rest)
        read = _read(command, words)
        if read.limit is not None and read.limit < 1:
            raise UsageError("--limit takes a number from 1 on")
        if command == "show":
            own = {"kind": read.kind, "document": read.document, "from_date": read.start, "to_date": read.end}
            wish = {name: value for name, value in own.items() if value} | ({} if read.background else _FOREGROUND)
            return ShownInText(line, " ".join(read.what), wish, read.limit)
        given = dict(_pairs(read.param)) if command == "query" else {}
        name = read.what[0] if command == "query" else ""
        asked = AskedInText(line, name, given, read.as_of, read.known_by, read.limit, read.detail)
        return asked if command == "query" else WordsInText(line, " ".join(read.what), asked)
    except ValueError as error:
        raise SyntaxProblem(f"this is no question: {error}", place=place) from error
    except UsageError as error:
        error.place = place
        raise


_FOREGROUND = {"background": False}


def _read(command: str, words: list[str]) -> argparse.Namespace:
    """The words and options of a question."""
    reader = _QuestionReader(prog=command, add_help=False, allow_abbrev=False)
    reader.add_argument("what", nargs=1 if command == "query" else "+")
    reader.add_argument("--limit", type=int)
    if command == "show":
        reader.add_argument("--kind", default="")
        reader.add_argument("--document", default="")
        reader.add_argument("--from", dest="start", default="")
        reader.add_argument("--to", dest="end", default="")
        reader.add_argument("--no-background", dest="background", action="store_false")
        return reader.parse_args(words)
    reader.add_argument("--as-of", default="")
    reader.add_argument("--known-by", default="")
    reader.add_argument("--detail", action="store_true")
    if command == "query":
        reader.add_argument("-p", "--param", action="append", default=[])
    return reader.parse_args(words)


def _pairs(given: list[str]) -> Iterator[tuple[str, str]]:
    for entry in given:
        name, sign, value = entry.partition("=")
        if not sign or not name:
            raise UsageError(f"`{entry}` is not NAME=VALUE", hint='write -p "corridor=Middle Corridor"')
        yield name, value
