"""Texts on a terminal and in Markdown: what is safe to show, how wide it is, and how it is broken into lines.

Python's own tables tell the width of a character. The library ``wcwidth`` (0.9.4) knows more of emoji, but takes 14 ms
or more to import, in every command that prints a table.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

_OBEYED = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Controls, marks of direction and other formats, halves of characters, and separators of lines."""
_LONGEST_LINE = 300  # letters of what another program says
_BARE = re.compile(r"[\w./:@%+,][\w./:@%+,-]*", re.ASCII)  # what a shell takes as it is
_RUN_IN_QUOTES = re.compile(r'["\\$`!]')  # what a shell obeys between double quotes
_BEFORE_PERCENT = re.compile(r"(?<=\d) (?=%)")
_WITHOUT_WIDTH = {"Mn", "Me"}
# The colon and the dot are those by which GitHub's Markdown makes a link of what is written as no link.
_MARKDOWN = re.compile(r"[\\`*_\[\]<>|@^~$]|&(?=#?\w+;)|:(?=//)|(?<=www)\.", re.IGNORECASE)


def plain(text: str, mark: str = " ") -> str:
    """A text in which ``mark`` stands for each character that a terminal would obey; a tab becomes a space."""
    if text.isprintable():
        return text
    return "".join(" " if c == "\t" else mark if unicodedata.category(c) in _OBEYED else c for c in text)


def unbroken(text: str) -> str:
    """A text in which no line ends between a number and its percent sign, for what breaks lines by itself."""
    return _BEFORE_PERCENT.sub("\N{NO-BREAK SPACE}", text)


def one_line(text: str) -> str:
    """A text of another program on one line, with its control characters written out, and cut where it is long."""
    line = " ".join(text.split())
    line = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in line)
    return line if len(line) <= _LONGEST_LINE else line[:_LONGEST_LINE].rstrip() + " …"


def display_width(text: str) -> int:
    """How many columns of a terminal a text takes (Unicode Standard Annex 11)."""
    return len(text) if text.isascii() else sum(map(_width_of, text))


@lru_cache(maxsize=4096)
def _width_of(character: str) -> int:
    if unicodedata.category(character) in _WITHOUT_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def padded(text: str, width: int, *, right: bool = False) -> str:
    """A text with spaces behind it, or before it if it belongs to the right, so that it takes ``width`` columns."""
    space = " " * (width - display_width(text))
    return space + text if right else text + space


def wrapped(text: str, width: int | None, first: str = "", rest: str = "") -> list[str]:
    """The lines of a text after ``first``, the later ones after ``rest``; as one line if there is no width.

    A word that is wider than its line stays whole, so that a name or a path can be copied.
    """
    if width is None:
        return [(first + plain(text)).rstrip()]
    return _filled(plain(text).split(), width, first, rest)


def cell_lines(text: str, width: int) -> list[str]:
    """The lines of a cell, none wider than ``width`` unless one character is: too long a word is broken."""
    return _filled((piece for word in text.split() for piece in _pieces(word, width)), width)


def _filled(words: Iterable[str], width: int, first: str = "", rest: str = "") -> list[str]:
    """Lines with as many words as fit, at least one each."""
    lines, line, taken, is_empty = [], first, display_width(first), True
    for word in words:
        wide = display_width(word)
        if is_empty or taken + 1 + wide <= width:
            space = "" if is_empty else " "
            line, taken = f"{line}{space}{word}", taken + len(space) + wide
        else:
            lines.append(line)
            line, taken = rest + word, display_width(rest) + wide
        is_empty = False
    return [*lines, line.rstrip()]


def _pieces(word: str, width: int) -> Iterable[str]:
    """A word in pieces, each as long as fits and at least one character with the marks on it; hyphens end pieces."""
    while display_width(word) > width:
        hyphen = max(word.rfind("-", 1, width), word.rfind("–", 1, width)) + 1
        if hyphen and display_width(word[:hyphen]) <= width:
            yield word[:hyphen]
            word = word[hyphen:]
            continue
        cut = next(i for i in range(1, len(word) + 1) if i == len(word) or display_width(word[: i + 1]) > width)
        yield word[:cut]
        word = word[cut:]
    if word:
        yield word


def enumerated(texts: Sequence[str]) -> str:
    """Texts in a row, as people write them: ``one, two and three``."""
    return " and ".join(text for text in (", ".join(texts[:-1]), *texts[-1:]) if text)


def shell_word(text: str) -> str:
    """A text as one word of a command that people copy: as it is, in double quotes, or quoted so that nothing runs."""
    one_line = plain(text)
    if _BARE.fullmatch(one_line):
        return one_line
    if not _RUN_IN_QUOTES.search(one_line):
        return f'"{one_line}"'
    from shlex import quote

    return quote(one_line)


def markdown_text(text: str) -> str:
    """A text as Markdown that shows just this text on one line, in a cell of a table or elsewhere."""
    return _MARKDOWN.sub(r"\\\g<0>", plain(text))
