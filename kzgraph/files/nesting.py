"""How deeply a JSON text is nested, counted while it is read: what nests without end overruns the stack of parsers."""

from __future__ import annotations

import re
from itertools import accumulate

from kzgraph.errors import SyntaxProblem
from kzgraph.files.tokens import DEEPEST

_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_REST_OF_STRING = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
_NO_BRACKET = bytes(set(range(256)) - set(b"[]{}"))
_STEPS = bytes({ord("["): 2, ord("{"): 2}.get(c, 0) for c in range(256))  # a step up is 2, one down is 0


class NestingLimit:
    """Counts the brackets of a JSON text, piece by piece, without those in strings; ``shown`` is named in errors."""

    def __init__(self, shown: str) -> None:
        self._shown = shown
        self._depth = 0
        self._is_in_string = False
        self._is_escaped = False
        self._line = 1

    def read(self, piece: bytes) -> None:
        """Takes the next piece; raises :class:`SyntaxProblem` where it nests more deeply than engines survive."""
        bare = self._without_strings(piece)
        brackets = bare.translate(_STEPS, _NO_BRACKET)
        depths = accumulate((step - 1 for step in brackets), initial=self._depth)
        if len(brackets) + self._depth > DEEPEST:
            known = list(depths)
            if max(known) > DEEPEST:
                raise SyntaxProblem(
                    f"is nested more than {DEEPEST} levels deep", place=f"{self._shown}:{self._deep_line(piece)}"
                )
            self._depth = known[-1]
        else:
            *_, self._depth = depths
        self._line += piece.count(b"\n")

    def _without_strings(self, piece: bytes) -> bytes:
        start = 0
        if self._is_in_string:
            if self._is_escaped:
                start, self._is_escaped = 1, False
            found = _REST_OF_STRING.match(piece, start)
            end = found.end() if found else start
            if piece[end : end + 1] != b'"':
                self._is_escaped = end < len(piece)  # what is left is a backslash at the end
                return b""
            self._is_in_string, start = False, end + 1
        bare = _STRING.sub(b"", piece[start:])
        opening = bare.find(b'"')
        if opening >= 0:
            left = _REST_OF_STRING.match(bare, opening + 1)
            self._is_in_string = True
            self._is_escaped = left is not None and left.end() < len(bare)
            bare = bare[:opening]
        return bare

    def _deep_line(self, piece: bytes) -> int:
        """The line in which the limit is passed, counted as if no bracket of this piece stood in a string."""
        depth = self._depth
        for position, character in enumerate(piece):
            depth += {91: 1, 123: 1, 93: -1, 125: -1}.get(character, 0)
            if depth > DEEPEST:
                return self._line + piece.count(b"\n", 0, position)
        return self._line
