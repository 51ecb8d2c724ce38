"""The values of the files that a compiled graph cannot hold as they are written."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox

from kzgraph.files.project import Project
from kzgraph.files.rdf_files import parse_file
from kzgraph.stores.disk.embedded import term_of
from kzgraph.wording.numbers import counted

_NODE = ox.NamedNode("urn:x")
_MOST_SHOWN = 3


def told_of_values(project: Project) -> str:
    """How many values of the files the engine keeps in another form, with examples; empty if it keeps all.

    Oxigraph keeps ``"1"^^xsd:nonNegativeInteger`` as an integer, and ``1.50`` as ``1.5``. Raises :class:`InputError`.
    """
    written: Counter[ox.Literal] = Counter()
    for path in project.graph_files():
        quads = parse_file(path.read_bytes(), project.relative(path), path)
        written.update(q.object for q in quads if isinstance(q.object, ox.Literal))
    changed = {one: kept for one, kept in _kept(list(written)).items() if str(one) != str(kept)}
    if not changed:
        return ""
    pairs = sorted([_turtle(term, project) for term in pair] for pair in changed.items())
    shown = ", ".join(f"{one} as {kept}" for one, kept in pairs[:_MOST_SHOWN])
    number = counted(sum(written[one] for one in changed), "value")
    return f"{number} cannot be held as written: {shown}" + (", …" if len(pairs) > _MOST_SHOWN else "")


def _turtle(term: object, project: Project) -> str:
    found = term_of(term)
    return found.turtle(project.prefixes) if found else ""


def _kept(literals: list[ox.Literal]) -> dict[ox.Literal, object]:
    """What the engine makes of literals."""
    store = ox.Store()
    store.bulk_extend(ox.Quad(_NODE, ox.NamedNode(f"urn:{n}"), literal) for n, literal in enumerate(literals))
    return {literals[int(quad.predicate.value[4:])]: quad.object for quad in store}
