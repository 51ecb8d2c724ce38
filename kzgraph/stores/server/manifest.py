"""What a load leaves at a server about itself: the graph ``manifest``, as lines of N-Triples and read again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kzgraph.literals import whole_number
from kzgraph.namespaces import IRI, XSD
from kzgraph.terms import Term

SUBJECT = "urn:kzgraph:manifest"
TERMS = SUBJECT + ":"
LOADED = TERMS + "loaded"  # when the last load ended,
ENDED = TERMS + "ended"  # by which name it is known,
BEGUN = TERMS + "begun"  # and, while one runs, the name of that
FILES = TERMS + "files"  # of which files all graphs were made, as one digest; not stated if only some were ever loaded
_DIGEST, _SOURCE, _TRIPLES = TERMS + "digest", TERMS + "source", TERMS + "triples"


@dataclass(frozen=True)
class LoadedGraph:
    """A graph as it was loaded: its triples, the digest of its canonical lines, and the digest of its file.

    The digests are empty for the merged graph; that of the file also where it is not known.
    """

    triples: int
    digest: str = ""
    source: str = ""


@dataclass
class Manifest:
    """A load that has ended: its name, when that was, the digest of all files, and the graphs by name.

    ``files`` is empty if only some files were ever loaded.
    """

    load: str
    loaded: str
    files: str
    graphs: dict[str, LoadedGraph] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """The manifest as lines of N-Triples."""
        stated = [
            f'<{SUBJECT}> <{LOADED}> "{self.loaded}"^^<{XSD}dateTime> .',
            f"<{SUBJECT}> <{ENDED}> <{self.load}> .",
        ]
        stated += [files_line(self.files)] if self.files else []
        for name, graph in self.graphs.items():
            stated += [f'<{name}> <{_DIGEST}> "{graph.digest}" .'] if graph.digest else []
            stated += [f'<{name}> <{_SOURCE}> "{graph.source}" .'] if graph.source else []
            stated.append(size_line(name, graph.triples))
        return stated

    @classmethod
    def read(cls, rows: Iterable[tuple[Term | None, ...]]) -> Manifest | None:
        """The manifest in the statements of its graph, as subjects, properties and values; None without a load."""
        own: dict[str, str] = {}
        graphs: dict[str, dict[str, str]] = {}
        for subject, name, value in rows:
            if subject and name and value and (name.value != ENDED or names_load(value)):
                (own if subject.value == SUBJECT else graphs.setdefault(subject.value, {}))[name.value] = value.value
        if ENDED not in own:
            return None
        found = cls(own[ENDED], own.get(LOADED, ""), own.get(FILES, ""))
        for graph, told in graphs.items():
            found.graphs[graph] = LoadedGraph(
                whole_number(told.get(_TRIPLES, "")) or 0, told.get(_DIGEST, ""), told.get(_SOURCE, "")
            )
        return found


def names_load(term: Term) -> bool:
    """Whether a term can be the name of a load: an IRI, for it becomes a part of questions."""
    return term.kind == "uri" and bool(IRI.match(term.value))


def fingerprint(sources: Mapping[str, str]) -> str:
    """One digest of the digests of files, by graph."""
    text = "".join(f"{name} {digest}\n" for name, digest in sorted(sources.items()))
    return hashlib.sha256(text.encode()).hexdigest()


def files_line(digest: str) -> str:
    """The line that says of which files all graphs were made."""
    return f'<{SUBJECT}> <{FILES}> "{digest}" .'


def size_line(graph: str, triples: int) -> str:
    """The line that says how many triples a graph has."""
    return f'<{graph}> <{_TRIPLES}> "{triples}"^^<{XSD}integer> .'
