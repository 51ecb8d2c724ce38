"""What Virtuoso does not report: that its limit on rows (``ResultSetMaxRows``) has cut triples, of a query or of a
graph.

Cut rows come with a header; cut triples do not. So after a query for triples the same pattern is asked for as rows,
and a graph is counted, and fetched by pages if it came short.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from kzgraph.files.tokens import tokens
from kzgraph.walls.reading import open_file


def is_virtuoso(headers: Mapping[str, str]) -> bool:
    """Whether the headers of an answer name Virtuoso."""
    return "virtuoso" in headers.get("server", "").lower()


def as_rows(text: str) -> str:
    """A CONSTRUCT query as a SELECT of one row for each row that its triples are made of."""
    stream = list(tokens(text))
    begin = end = next(n for n, token in enumerate(stream) if token.word == "CONSTRUCT")
    depth = 0
    while stream[begin + 1].text == "{":
        end += 1
        depth += {"{": 1, "}": -1}.get(stream[end].text, 0)
        if depth == 0:
            break
    last = stream[end]
    return text[: stream[begin].start] + "SELECT (1 AS ?one)" + text[last.start + len(last.text) :]


def lines(file: Path) -> Iterator[bytes]:
    """The lines of N-Triples that hold a triple; an empty answer is a comment."""
    with open_file(file) as source:
        yield from (line for line in source if line.lstrip()[:1] in {b"<", b"_"})
