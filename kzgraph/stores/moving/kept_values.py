"""The values of files that a database cannot hold as they are written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pyoxigraph as ox

from kzgraph.files.project import Project
from kzgraph.files.rdf_files import PACKED, RdfSource, parse_file, quads
from kzgraph.stores.disk.embedded import term_of
from kzgraph.walls.reading import file_bytes
from kzgraph.wording.numbers import counted

_NODE = ox.NamedNode("urn:x")
_MOST_SHOWN = 3
_MOST_READ = 32 << 20  # bytes of a file that is read again for this: half a second, where loading it takes two
_PACKED_TIMES = 16  # how much larger a packed file is taken to be


def told_of_values(project: Project) -> str:
    """How many values of the files the engine keeps in another form, with examples; empty if it keeps all.

    Oxigraph keeps ``"1"^^xsd:nonNegativeInteger`` as an integer, and ``1.50`` as ``1.5``. Raises :class:`InputError`.
    """
    files = ((path, project.relative(path)) for path in project.graph_files())
    return _told(
        (q for path, shown in files for q in parse_file(file_bytes(path, shown), shown, path)), project.prefixes
    )


def told_of_sources(sources: Iterable[RdfSource], prefixes: dict[str, str]) -> list[str]:
    """The same of foreign files, and which of them were not looked at: what is large, packed large, or no file."""
    looked_at = {source: _is_small(source) for source in sources}
    told = _told((q for source, is_small in looked_at.items() if is_small for q in quads(source)), prefixes)
    others = [source.shown for source, is_small in looked_at.items() if not is_small]
    unread = f"whether all values of {others[0]} are held as written was not looked at" if others else ""
    more = f" (nor those of {counted(len(others) - 1, 'file')} more)" if len(others) > 1 else ""
    return [note for note in (told, unread + more) if note]


def _is_small(source: RdfSource) -> bool:
    if source.path is None or not source.path.is_file():
        return False
    return source.path.stat().st_size * (_PACKED_TIMES if source.path.suffix in PACKED else 1) <= _MOST_READ


def _told(statements: Iterable[ox.Quad], prefixes: dict[str, str]) -> str:
    """How many values of some statements are kept in another form, with examples; empty if none is."""
    written = Counter(q.object for q in statements if isinstance(q.object, ox.Literal))
    changed = {one: held for one, held in kept(list(written)).items() if str(one) != str(held)}
    if not changed:
        return ""
    pairs = sorted([_turtle(term, prefixes) for term in pair] for pair in changed.items())
    shown = ", ".join(f"{one} as {kept}" for one, kept in pairs[:_MOST_SHOWN])
    number = counted(sum(written[one] for one in changed), "value")
    return f"{number} cannot be held as written: {shown}" + (", …" if len(pairs) > _MOST_SHOWN else "")


def _turtle(term: object, prefixes: dict[str, str]) -> str:
    found = term_of(term)
    return found.turtle(prefixes) if found else ""


def kept(literals: list[ox.Literal]) -> dict[ox.Literal, ox.Literal]:
    """What the engine makes of literals."""
    store = ox.Store()
    store.bulk_extend(ox.Quad(_NODE, ox.NamedNode(f"urn:{n}"), literal) for n, literal in enumerate(literals))
    return {literals[int(quad.predicate.value[4:])]: quad.object for quad in store}
