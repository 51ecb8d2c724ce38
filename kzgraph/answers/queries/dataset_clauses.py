"""The graphs that a query is asked of: its ``FROM`` and ``FROM NAMED``, and others in their place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kzgraph.files.tokens import Token, tokens

_LINE = "\n"  # behind a text that may end with a comment
_AFTER_DATASET = {"WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"}


def with_dataset(query: str, graphs: Sequence[tuple[str, str]]) -> str:
    """A query that is asked of some graphs: each is ``FROM`` or ``FROM NAMED``, and the absolute IRI of the graph.

    They take the place of those that the query named; without any, the query stays as it is.
    """
    if not graphs:
        return query
    stream = list(tokens(query))
    end = _end_of_head(stream)
    place = stream[end].start if end < len(stream) else len(query)
    parts, at = [], 0
    for token in _named_graphs(stream[:end]):
        parts += [query[at : token.start], " " * len(token.text)]
        at = token.start + len(token.text)
    clauses = " ".join(f"{clause} <{iri}>" for clause, iri in graphs)
    return "".join([*parts, query[at:place], _LINE if place == len(query) else "", clauses, " ", query[place:]])


def _end_of_head(stream: Sequence[Token]) -> int:
    """Where what a query selects ends, and its pattern or its order begins: the number of a token, or of all."""
    depth, has_template = 0, "CONSTRUCT" in {token.word for token in stream}
    for number, token in enumerate(stream):
        if depth == 0 and (token.word in _AFTER_DATASET or (token.text == "{" and not has_template)):
            return number
        depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(token.text, 0)
        has_template = has_template and (depth > 0 or token.text != "}")
    return len(stream)


def _named_graphs(head: Iterable[Token]) -> Iterator[Token]:
    """The tokens by which a query names its graphs: FROM, perhaps NAMED, and a name."""
    is_naming = False
    for token in head:
        if is_naming or token.word == "FROM":
            yield token
            is_naming = token.word in {"FROM", "NAMED"}
