"""The text of SPARQL queries: its tokens, the read-only guard, and parameters put in as terms.

Tokens follow the terminals of SPARQL 1.1 Query Language, section 19.8. A parameter is a plain variable of the
query; :func:`bind` replaces its every occurrence by one RDF term, token by token, so that no value can change
the structure of the query and every store receives the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kzgraph.errors import ParameterError, RefusedError
from kzgraph.namespaces import IRI

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+|\#[^\r\n]*)
      | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
      | (?P<string>\"\"\"(?:(?:\"\"?)?(?:[^"\\]|\\.))*\"\"\" | '''(?:(?:''?)?(?:[^'\\]|\\.))*'''
                  | "(?:[^"\\\r\n]|\\.)*" | '(?:[^'\\\r\n]|\\.)*')
      | (?P<variable>[?$][^\W](?:\w|[\u00b7\u203f\u2040])*)
      | (?P<pname>(?:[^\W\d_](?:[\w.-]*[\w-])?)?:
                  (?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\.)
                     (?:(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\.)*(?:[\w:-]|%[0-9A-Fa-f]{2}|\\.))?)?)
      | (?P<blank>_:[\w](?:[\w.-]*[\w-])?)
      | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
      | (?P<number>\d+\.?\d*[eE][+-]?\d+|\d+\.\d+|\d+|\.\d+(?:[eE][+-]?\d+)?)
      | (?P<word>[^\W\d]\w*)
      | (?P<mark>\^\^|&&|\|\||!=|<=|>=|.)""",
    re.VERBOSE | re.DOTALL,
)
_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}
_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_MODIFIERS = {"HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"}


@dataclass(frozen=True)
class Token:
    """One terminal of a query: its kind, its text and where it starts."""

    kind: str
    text: str
    start: int

    @property
    def word(self) -> str:
        """The keyword in capitals, or an empty text if the token is no word."""
        return self.text.upper() if self.kind == "word" else ""


def tokens(query: str) -> Iterator[Token]:
    """The tokens of a query, without space and comments."""
    for match in _TOKEN.finditer(query):
        if match.lastgroup != "space":
            yield Token(match.lastgroup or "mark", match.group(), match.start())


def query_form(query: str) -> str:
    """``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``; an empty text for anything else."""
    return next((t.word for t in tokens(query) if t.word in _FORMS), "")


def variables(query: str) -> set[str]:
    """The names of all variables of a query."""
    return {t.text[1:] for t in tokens(query) if t.kind == "variable"}


def projection(query: str) -> list[str]:
    """The names of the variables that the outermost SELECT returns, in order; empty for ``*`` and other forms."""
    names: list[str] = []
    seen, after_as, depth = False, False, 0
    for token in tokens(query):
        if not seen:
            if token.word in _FORMS - {"SELECT"}:
                return []
            seen = token.word == "SELECT"
        elif depth == 0 and (token.text == "{" or token.word in {"WHERE", "FROM"}):
            break
        elif token.kind == "variable" and (depth == 0 or after_as):
            names.append(token.text[1:])
        depth += {"(": 1, ")": -1}.get(token.text, 0) if seen else 0
        after_as = token.word == "AS"
    return names


def refuse_unsafe(query: str, place: str = "") -> None:
    """Raises :class:`RefusedError` if a query would change data or reach another place.

    Only the four query forms of SPARQL 1.1 Query pass, without SERVICE (SPARQL 1.1 Federated Query).
    """
    first = next((t for t in tokens(query) if t.word in _UPDATES | _FORMS), None)
    for token in tokens(query):
        where = f"{place}:{_line(query, token.start)}" if place else f"line {_line(query, token.start)}"
        if token.word == "SERVICE":
            raise RefusedError(
                "SERVICE sends a part of the query to another server, which is never done",
                place=where,
                hint="load the other server's data into the project or store, and query it there",
            )
        if token == first and token.word in _UPDATES:
            raise RefusedError(
                f"{token.word} is an update, and queries are read-only",
                place=where,
                hint="edit the files and run `kzgraph load`",
            )


def iri_term(iri: str) -> str:
    """An IRI as a SPARQL term; raises :class:`ParameterError` for characters that no IRI has."""
    if not IRI.match(iri):
        raise ParameterError(f"{iri!r} is not an IRI")
    return f"<{iri}>"


def literal_term(value: str, datatype: str = "", language: str = "") -> str:
    """A literal as a SPARQL term, with all that needs it escaped (SPARQL 1.1, section 19.7)."""
    special = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
    body = "".join(special.get(c) or (f"\\u{ord(c):04X}" if ord(c) < 0x20 else c) for c in value)
    return f'"{body}"' + (f"@{language}" if language else f"^^{iri_term(datatype)}" if datatype else "")


def bind(query: str, terms: Mapping[str, str]) -> str:
    """The query with each variable of ``terms`` replaced by its term, in every position.

    ``terms`` maps variable names to terms made by :func:`iri_term` or :func:`literal_term`. A projected variable
    becomes ``(term AS ?name)``, so the columns stay. Raises :class:`ParameterError` where the query itself
    assigns the variable, by ``AS`` or ``VALUES``.
    """
    stream = list(tokens(query))
    out: list[str] = []
    end = position = 0
    while position < len(stream):
        token, width, text = stream[position], 1, ""
        if token.word == "BOUND" and _bound_name(stream, position) in terms:
            width, text = 4, "true"
        elif token.kind == "variable" and token.text[1:] in terms:
            text = _replacement(stream, position, token.text[1:], terms[token.text[1:]])
        if text:
            last = stream[position + width - 1]
            out += [query[end : token.start], text]
            end = last.start + len(last.text)
        position += width
    return "".join(out) + query[end:]


def _bound_name(stream: list[Token], position: int) -> str:
    following = stream[position + 1 : position + 4]
    is_call = len(following) == 3 and following[0].text == "(" and following[2].text == ")"
    return following[1].text[1:] if is_call else ""


def _replacement(stream: list[Token], position: int, name: str, term: str) -> str:
    before = stream[position - 1] if position else None
    if before is not None and (before.word == "AS" or _in_values_head(stream, position)):
        raise ParameterError(f"the query itself assigns ?{name}, so it cannot be a parameter")
    clause = _clause(stream, position)
    if clause in {"SELECT", "GROUP"}:
        return f"({term} AS ?{name})" if clause == "GROUP" or not _grouped(stream, position, name) else f"?{name}"
    if clause == "ORDER":
        return f"({term})"
    return term


def _in_values_head(stream: list[Token], position: int) -> bool:
    back = position - 1
    while back >= 0 and (stream[back].kind == "variable" or stream[back].text == "("):
        back -= 1
    return stream[back].word == "VALUES"


def _clause(stream: list[Token], position: int) -> str:
    """The keyword of the clause in which a variable stands outside all brackets; empty inside a pattern."""
    depth = 0
    for token in reversed(stream[:position]):
        if token.text in ")]}":
            if token.text == "}" and depth == 0:
                return ""
            depth += 1
        elif token.text in "([{":
            if depth == 0:
                return ""
            depth -= 1
        elif depth == 0 and token.word in {"SELECT", "GROUP", "ORDER", "HAVING", "WHERE", "CONSTRUCT", "DESCRIBE"}:
            return token.word
        elif depth == 0 and token.word in {"LIMIT", "OFFSET", "VALUES", "FILTER", "BIND"}:
            return ""
    return ""


def _grouped(stream: list[Token], position: int, name: str) -> bool:
    """Whether the SELECT in which a variable stands also groups by that variable."""
    depth, grouping = 0, False
    for token in stream[position:]:
        if token.text in "({[":
            depth += 1
        elif token.text in ")}]":
            depth -= 1
            if depth < 0:
                return False
        elif depth == 0 and token.word:
            grouping = token.word == "GROUP" or (grouping and token.word not in _MODIFIERS)
        elif depth == 0 and grouping and token.kind == "variable" and token.text[1:] == name:
            return True
    return False


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
