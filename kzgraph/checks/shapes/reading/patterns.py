"""Regular expressions of XPath and XQuery, which sh:pattern uses (XPath Functions 3.1, section 5.6).

They are written anew for the library `regex`, character for character: what XPath does not have is a fault, and what it
has means what XPath says. A value that takes too long to compare ends with :class:`SlowPattern`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import regex

FLAGS = "smixq"
_SECONDS = 2.0
_NAME_START = (
    r":A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D\u2070-\u218F"
    r"\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_NAME = _NAME_START + r"\-.0-9\u00B7\u0300-\u036F\u203F-\u2040"
_MULTI = {
    "s": r"[ \t\n\r]",
    "S": r"[^ \t\n\r]",
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "w": r"[^\p{P}\p{Z}\p{C}]",
    "W": r"[\p{P}\p{Z}\p{C}]",
    "i": f"[{_NAME_START}]",
    "I": f"[^{_NAME_START}]",
    "c": f"[{_NAME}]",
    "C": f"[^{_NAME}]",
}
_SINGLE = {"n": "\n", "r": "\r", "t": "\t"}
_PUNCTUATION = set(r"\|.?*+(){}-[]^$/!\"#%&',:;<=>@_`~ ")
_CATEGORIES = {
    *("L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe"),
    *("Pi", "Pf", "Po", "Z", "Zs", "Zl", "Zp", "S", "Sm", "Sc", "Sk", "So", "C", "Cc", "Cf", "Co", "Cn"),
}
_QUANTIFIER = re.compile(r"[?*+]|\{(\d+)(,(\d*))?\}")
_MOST_DIGITS = 18  # of a number: ``int`` does not take any length
_MOST_TIMES = 100_000  # to which a pattern may count
_LAST_WITH_CASE = 0x1E944  # the last character of Unicode with a small and a capital form


class PatternFault(Exception):  # it is caught in this package, and becomes a finding
    """A pattern that XPath does not know (``broken-shapes``), or that is not carried out."""

    def __init__(self, told: str, hint: str = "", code: str = "broken-shapes") -> None:
        super().__init__(told)
        self.hint = hint
        self.code = code


class SlowPattern(Exception):  # as above
    """A pattern that took too long on a value."""


@cache
def compiled(pattern: str, flags: str) -> Callable[[str], bool]:
    """Whether a text matches a pattern somewhere, as a function; raises :class:`PatternFault`.

    The function raises :class:`SlowPattern` for a text on which the pattern takes too long.
    """
    if "q" in flags:
        written = regex.escape(pattern) if "i" not in flags else "".join(_cased(c) for c in pattern)
    else:
        written = _Translation(pattern, flags).whole()
    try:
        found = regex.compile(written, regex.VERSION1)
    except (regex.error, OverflowError, RecursionError, MemoryError) as error:
        message = f"it cannot be compared ({error})"
        raise PatternFault(message, "make it simpler", "not-carried-out") from error

    def matches(text: str) -> bool:
        try:
            return found.search(text, timeout=_SECONDS) is not None
        except (TimeoutError, RecursionError, MemoryError) as error:
            shown = text if len(text) < 60 else text[:60] + "…"
            message = f"the pattern {{value}} of {{shape}} takes more than {_SECONDS:.0f} seconds on {shown!r}"
            raise SlowPattern(f"{message}, and was given up") from error

    return matches


def _cased(char: str) -> str:
    """A character with those that differ from it only by case, as a set."""
    alike = _alike(char)
    return f"[{''.join(_in_set(c) for c in sorted(alike))}]" if len(alike) > 1 else regex.escape(char)


def _alike(char: str) -> set[str]:
    """The characters with the same lower or upper case as one, itself included."""
    by_lower, by_upper = _by_case()
    return {char, *by_lower.get(char.lower(), ()), *by_upper.get(char.upper(), ())}


@cache
def _by_case() -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """All characters that have case, by their lower and by their upper case."""
    lower: dict[str, set[str]] = {}
    upper: dict[str, set[str]] = {}
    for char in map(chr, range(_LAST_WITH_CASE)):
        if char.lower() != char or char.upper() != char:
            lower.setdefault(char.lower(), set()).add(char)
            upper.setdefault(char.upper(), set()).add(char)
    return lower, upper


def _in_set(char: str) -> str:
    return f"\\U{ord(char):08X}"


class _Translation:
    """One pass over a pattern."""

    def __init__(self, pattern: str, flags: str) -> None:
        self._text = pattern
        self._flags = flags
        self._at = 0
        self._groups = 0
        self._closed: set[int] = set()

    def whole(self) -> str:
        """The pattern as `regex` writes it."""
        found = self._branches()
        if self._at < len(self._text):
            raise PatternFault(f"a round bracket closes at character {self._at + 1} that none opens", "write \\)")
        return found

    def _next(self) -> str:
        if "x" in self._flags:
            while self._at < len(self._text) and self._text[self._at] in " \t\n\r":
                self._at += 1
        return self._text[self._at] if self._at < len(self._text) else ""

    def _branches(self) -> str:
        out: list[str] = []
        while char := self._next():
            if char == ")":
                break
            if char == "|":
                self._at += 1
                out.append("|")
                continue
            out.append(self._atom() + self._times())
        return "".join(out)

    def _times(self) -> str:
        char = self._next()
        if not char or char not in "?*+{":
            return ""
        found = _QUANTIFIER.match(self._text, self._at)
        if not found:
            raise PatternFault("a curly bracket is no number of times", "write \\{ for the character")
        numbers = [int(n.lstrip("0")[:_MOST_DIGITS] or 0) for n in (found[1], found[3]) if n]
        if any(n > _MOST_TIMES for n in numbers):
            raise PatternFault(f"it counts to more than {_MOST_TIMES}", "make it simpler", "not-carried-out")
        if len(numbers) == 2 and numbers[0] > numbers[1]:
            raise PatternFault(f"{found[0]} ends before it begins", "swap the numbers")
        self._at = found.end()
        lazy = self._next() == "?"
        self._at += lazy
        if self._next() and self._next() in "?*+{":
            raise PatternFault("one number of times follows another", "put the first into round brackets")
        return found[0] + "?" * lazy

    def _atom(self) -> str:
        char = self._text[self._at]
        self._at += 1
        if char == ".":
            return "(?s:.)" if "s" in self._flags else r"[^\n\r]"
        if char == "^":
            return r"(?:\A|(?<=\n)(?!\Z))" if "m" in self._flags else r"\A"
        if char == "$":
            return r"(?:(?=\n)|\Z)" if "m" in self._flags else r"\Z"
        if char == "(":
            return self._group()
        if char == "[":
            return self._set()
        if char == "\\":
            return self._escape()
        if char in "?*+":
            raise PatternFault(f"{char} stands behind nothing that it could repeat", f"write \\{char}")
        if char in "{}]":
            raise PatternFault(f"{char} stands alone", f"write \\{char}")
        return self._char(char)

    def _char(self, char: str) -> str:
        return _cased(char) if "i" in self._flags else regex.escape(char)

    def _group(self) -> str:
        begin, number = "(", 0
        if self._text.startswith("?:", self._at):
            begin = "(?:"
            self._at += 2
        elif self._text.startswith("?", self._at):
            raise PatternFault("XPath has no (?…) but (?:…)", "say it without looking ahead or back")
        else:
            self._groups += 1
            number = self._groups
        inner = self._branches()
        if self._next() != ")":
            raise PatternFault("a round bracket is not closed", "close it, or write \\(")
        self._at += 1
        if number:
            self._closed.add(number)
        return f"{begin}{inner})"

    def _escape(self) -> str:
        char = self._text[self._at : self._at + 1]
        if char.isascii() and char.isdigit():
            return self._reference()
        self._at += 1
        if char in _MULTI:
            return _MULTI[char]
        if char and char in "pP":
            return self._category(char)
        return self._char(self._escaped(char))

    def _escaped(self, char: str) -> str:
        """The one character that an escape stands for."""
        if char in _SINGLE:
            return _SINGLE[char]
        if char and char in _PUNCTUATION:
            return char
        if not char:
            raise PatternFault("it ends in \\", "write \\\\")
        hint = "write (^|\\W) or the like for the edge of a word" if char == "b" else "write the character itself"
        raise PatternFault(f"XPath has no \\{char}", hint)

    def _category(self, letter: str) -> str:
        found = re.compile(r"\{([A-Za-z0-9-]+)\}").match(self._text, self._at)
        if not found:
            raise PatternFault(f"\\{letter} needs a category in curly brackets", f"write it like \\{letter}{{Lu}}")
        self._at = found.end()
        name = found[1]
        if name.startswith("Is"):
            written = f"\\{letter}{{Block={name[2:]}}}"
            try:
                regex.compile(written)
            except regex.error as error:
                raise PatternFault(f"there is no block {name[2:]} in Unicode") from error
            return written
        if name not in _CATEGORIES:
            raise PatternFault(f"there is no category {name} in Unicode")
        return f"\\{letter}{{{name}}}"

    def _reference(self) -> str:
        found = re.compile(r"[1-9][0-9]*").match(self._text, self._at)
        if not found:
            raise PatternFault("there is no group 0")
        digits = found[0][:_MOST_DIGITS]
        while len(digits) > 1 and int(digits) > self._groups:  # of \12, only \1 is a reference if groups are few
            digits = digits[:-1]
        number = int(digits)
        if number not in self._closed:
            raise PatternFault(f"\\{number} names a group that does not end before it")
        self._at += len(digits)
        same = f"(?i:\\{number})" if "i" in self._flags else f"\\g<{number}>"
        return f"(?:(?({number}){same}|))"

    def _set(self) -> str:
        """A set of characters, behind its opening bracket."""
        negated = self._text.startswith("^", self._at)
        self._at += negated
        parts: list[str] = []
        minus = ""
        while True:
            char = self._text[self._at : self._at + 1]
            if not char:
                raise PatternFault("a square bracket is not closed", "close it, or write \\[")
            if char == "]" and parts:
                self._at += 1
                break
            if char == "-" and self._text.startswith("-[", self._at) and parts:
                self._at += 2
                minus = self._set()
                if not self._text.startswith("]", self._at):
                    raise PatternFault("behind what is taken from a set of characters, the set must end")
                self._at += 1
                break
            parts.append(self._range(is_first=not parts))
        found = f"[{'^' * negated}{''.join(parts)}]"
        return f"[{found}--{minus}]" if minus else found

    def _range(self, *, is_first: bool) -> str:
        low = self._member()
        if len(low) > 1:
            return low
        is_range = self._text.startswith("-", self._at) and self._text[self._at + 1 : self._at + 2] not in {"[", "]"}
        if low == "-" and not is_first and is_range:
            raise PatternFault("a - in the middle of a set of characters", "write \\-")
        if not is_range:
            return self._with_variants(low, low)
        self._at += 1
        high = self._member()
        if len(high) > 1 or high < low:
            raise PatternFault(f"no range of characters goes from {low} to {high}", "write \\- for the character")
        return self._with_variants(low, high)

    def _member(self) -> str:
        """One character of a set, or a set of its own as `regex` writes it."""
        char = self._text[self._at : self._at + 1]
        self._at += 1
        if char == "\\":
            char = self._text[self._at : self._at + 1]
            self._at += 1
            if char in _MULTI:
                return _MULTI[char]
            if char and char in "pP":
                return self._category(char)
            return self._escaped(char)
        if char in {"[", "]"}:
            raise PatternFault(f"{char} stands in a set of characters", f"write \\{char}")
        if not char:
            raise PatternFault("a square bracket is not closed", "close it, or write \\[")
        return char

    def _with_variants(self, low: str, high: str) -> str:
        written = _in_set(low) if low == high else f"{_in_set(low)}-{_in_set(high)}"
        if "i" not in self._flags:
            return written
        with_case = {c for alike in _by_case()[0].values() for c in alike}
        variants = {v for c in with_case if low <= c <= high for v in _alike(c) if not low <= v <= high}
        return written + "".join(_in_set(v) for v in sorted(variants))
