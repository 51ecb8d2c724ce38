"""Where in a Turtle file a statement stands: line and column of each subject, predicate and object.

The terminals of Turtle (RDF 1.1 Turtle, section 6.5) are those of SPARQL, so its tokens serve here. Files reach this
module after a parser has accepted them, or to have their names checked although it did not.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping

from kzgraph.files.placed.text import Place, PlacedText, Statement, resolved
from kzgraph.files.tokens import Token, tokens
from kzgraph.namespaces import RDF


class TurtleText(PlacedText):
    """A Turtle text with the places of its names and statements."""

    def __init__(self, text: str, prefixes: Mapping[str, str] | None = None) -> None:
        super().__init__(text)
        self.prefixes: dict[str, str] = dict(prefixes or {})
        self.prefix_places: dict[str, Place] = {}
        self._tokens = list(tokens(text))
        self._at = 0
        self._base = ""
        self._blank = 0
        try:
            while self._at < len(self._tokens):
                self._block()
        except (IndexError, ValueError, RecursionError):
            pass  # the text is broken here; what was read before stays

    def place(self, token: Token) -> Place:
        """Where a token stands."""
        line = bisect_right(self._starts, token.start)
        return Place(line, token.start - self._starts[line - 1] + 1, len(token.text.split("\n", 1)[0]))

    def _next(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _peek(self) -> str:
        return self._tokens[self._at].text

    def _block(self) -> None:
        token = self._tokens[self._at]
        keyword = token.text.upper().removeprefix("@")
        if keyword in {"PREFIX", "BASE"} and token.kind in {"language", "word"}:
            self._directive(keyword)
            return
        subject, place = self._term()
        if self._peek() != ".":
            self._predicates(subject, place)
        self._next()

    def _directive(self, keyword: str) -> None:
        self._next()
        if keyword == "PREFIX":
            name = self._next()
            prefix = name.text.partition(":")[0]
            self.prefixes[prefix] = resolved(self._base, self._next().text[1:-1])
            self.prefix_places[prefix] = self.place(name)
        else:
            self._base = resolved(self._base, self._next().text[1:-1])
        if self._at < len(self._tokens) and self._peek() == ".":
            self._next()

    def _predicates(self, subject: str, place: Place) -> None:
        while True:
            while self._peek() == ";":
                self._next()
            if self._peek() in {".", "]"}:
                return
            predicate, predicate_place = self._term(is_predicate=True)
            while True:
                found, found_place = self._term()
                self.statements.append(Statement(subject, predicate, found, place, predicate_place, found_place))
                if self._peek() != ",":
                    break
                self._next()
            if self._peek() != ";":
                return

    def _term(self, *, is_predicate: bool = False) -> tuple[str, Place]:
        token = self._next()
        place = self.place(token)
        if token.kind == "iri":
            name = token.text[1:-1]
            return self._named(resolved(self._base, name), place, token)
        if token.kind == "pname":
            prefix, _, local = token.text.partition(":")
            if prefix not in self.prefixes:
                return token.text, place
            return self._named(self.prefixes[prefix] + unescaped(local), place, token)
        if token.kind == "word" and token.text == "a" and is_predicate:
            return RDF + "type", place
        if token.kind == "string":
            return self._literal(token, place), place
        if token.text in "+-":
            return token.text + self._next().text, place
        if token.text == "[":
            return self._nested(place)
        if token.text == "(":
            return self._list(place)
        if token.text in {".", ";", ",", "]", ")", "}", "{"}:
            raise ValueError(token.text)
        return token.text, place

    def _named(self, iri: str, place: Place, token: Token) -> tuple[str, Place]:
        self.names.append((iri, place, token.text))
        return iri, place

    def _literal(self, token: Token, place: Place) -> str:
        quote = 3 if token.text[:3] in {'"""', "'''"} and len(token.text) > 5 else 1
        value = unescaped(token.text[quote:-quote])
        datatype = language = ""
        end = token
        if self._peek().startswith("@"):
            end = self._next()
            language = end.text[1:]
        elif self._peek() == "^^":
            self._next()
            end = self._tokens[self._at]
            datatype, _ = self._term()
        written = self.text[token.start : end.start + len(end.text)]
        self.literals.append((value, datatype, language, place, written))
        return value

    def _nested(self, place: Place) -> tuple[str, Place]:
        self._blank += 1
        node = f"_:{self._blank}"
        if self._peek() != "]":
            self._predicates(node, place)
        if self._next().text != "]":
            raise ValueError("]")
        return node, place

    def _list(self, place: Place) -> tuple[str, Place]:
        self._blank += 1
        node = f"_:{self._blank}"
        while self._peek() != ")":
            self._term()
        self._next()
        return node, place


def unescaped(text: str) -> str:
    """The text with the escapes of Turtle undone (section 6.4)."""
    if "\\" not in text:
        return text
    return "".join(_escapes(text))


def _escapes(text: str) -> Iterator[str]:
    known = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
    at = 0
    while at < len(text):
        if text[at] != "\\":
            yield text[at]
            at += 1
        elif text[at + 1] in "uU":
            width = 4 if text[at + 1] == "u" else 8
            yield chr(int(text[at + 2 : at + 2 + width], 16))
            at += 2 + width
        else:
            yield known.get(text[at + 1], text[at + 1])
            at += 2
