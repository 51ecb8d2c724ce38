"""The second wall around files that the tool changes: what a file says afterwards is what was meant, triple by triple.

Edits work on the text, so that comments and layout stay. Whatever they come upon in a text, nothing is written before
both texts were parsed and compared as graphs (RDFC-1.0), their values as they are written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pyoxigraph as ox

from kzgraph.errors import RefusedError, SyntaxProblem
from kzgraph.files.parsing import parse_turtle
from kzgraph.graph.canonical import streamed_lines

_BASE = "file:///text"  # of relative IRIs, in both texts
_SHOWN = "the file"


def refuse_other_changes(
    before: str, after: str, *, gone: Iterable[tuple[str, str | None]] = (), come: str = ""
) -> None:
    """Raises :class:`RefusedError` if a changed text says anything but what it said, less what goes, and what comes.

    ``gone`` are things, each with the property whose values go, or None for all; nameless nodes go with what names
    them. ``come`` is Turtle. Raises :class:`SyntaxProblem` for a text that no parser takes.
    """
    expected = _without(_triples(before), gone) | _triples(come)
    try:
        is_same = _lines(expected) == _lines(_triples(after))
    except SyntaxProblem:
        is_same = False
    if not is_same:
        raise RefusedError(
            "the file is written in a way in which it cannot be changed without changing something else",
            hint="nothing was written: change it by hand, and validate the file",
        )


def says_the_same(before: str, after: str) -> bool:
    """Whether two texts have the same statements; False if a parser takes one of them alone."""
    try:
        return _lines(_triples(before)) == _lines(_triples(after))
    except SyntaxProblem:
        return False


def says_less(before: str, after: str) -> bool:
    """Whether a changed text has fewer or more statements, or a parser no longer takes it; False if it took neither."""
    counts = []
    for text in (before, after):
        try:
            counts.append(sum(1 for _ in parse_turtle(text.encode("utf-8"), _SHOWN, _BASE)))
        except SyntaxProblem:
            counts.append(-1)
    return counts[0] >= 0 and counts[0] != counts[1]


def _triples(text: str) -> set[ox.Triple]:
    return {quad.triple for quad in parse_turtle(text.encode("utf-8"), _SHOWN, _BASE)}


def _without(triples: set[ox.Triple], gone: Iterable[tuple[str, str | None]]) -> set[ox.Triple]:
    by_subject, named = defaultdict[object, set[ox.Triple]](set), defaultdict[object, int](int)
    for triple in triples:
        by_subject[triple.subject].add(triple)
        named[triple.object] += isinstance(triple.object, ox.BlankNode)
    waiting = [
        triple
        for thing, name in gone
        for triple in by_subject[ox.NamedNode(thing)]
        if name is None or triple.predicate.value == name
    ]
    left = set(triples)
    while waiting:
        triple = waiting.pop()
        if triple not in left:
            continue
        left.discard(triple)
        if isinstance(triple.object, ox.BlankNode):
            named[triple.object] -= 1
            if not named[triple.object]:
                waiting += by_subject[triple.object]
    return left


def _lines(triples: set[ox.Triple]) -> set[str]:
    return set(streamed_lines(triples, as_written=True))
