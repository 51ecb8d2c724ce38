"""Where statements stand in the files of a project: file, line, column and length."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import unquote

from kzgraph.files.placed.rdf_xml import RdfXmlText
from kzgraph.files.placed.text import Place, PlacedText, Statement
from kzgraph.files.placed.turtle import TurtleText
from kzgraph.files.project import Project
from kzgraph.files.rdf_files import base_of, is_rdf_xml
from kzgraph.walls.reading import file_bytes

_NO_DRAFTS: Mapping[str, bytes] = {}
_NONE: Mapping[str, str] = {}
_WITHOUT_PLACES = {".nq", ".trig", ".jsonld"}  # syntaxes in which places are not looked for


class Places:
    """The places of statements; each file is read and indexed once, when a place in it is first asked for.

    Files go by their names in the project (:meth:`Project.relative`). Which file it is, the caller knows: from the
    named graph of a store, or because it goes through the files of a folder. ``drafts`` holds contents that stand in
    for those of files.
    """

    def __init__(self, project: Project, drafts: Mapping[str, bytes] = _NO_DRAFTS) -> None:
        self._project = project
        self._held: dict[str, Callable[[], PlacedText]] = {
            f: partial(_indexed, project.root / f, f, c) for f, c in drafts.items()
        }
        self._texts: dict[str, PlacedText] = {}

    def hold(self, file: str, text: Callable[[], PlacedText]) -> None:
        """Takes what ``text`` gives, when it is first needed, for the content of a file."""
        self._held[file] = text

    def text(self, file: str) -> PlacedText:
        """The indexed text of a file; raises :class:`InputError` for one that cannot be read."""
        if file not in self._texts:
            self._texts[file] = self._held[file]() if file in self._held else self._read(file)
        return self._texts[file]

    def lines(self) -> dict[str, list[str]]:
        """The lines of the files that were read so far."""
        return {file: text.lines for file, text in self._texts.items()}

    def graph_file(self, graph: str) -> str:
        """The file whose statements a named graph of the project holds."""
        return unquote(graph.removeprefix(self._project.graph_base))

    def find(self, file: str, subject: str, predicate: str = "", value: str | None = None) -> Place | None:
        """Where a statement stands in a file: its value if that is there, else its predicate, else its subject."""
        return self.text(file).find(subject, predicate, value)

    def says(self, file: str, subject: str, predicate: str) -> bool:
        """Whether a file says something of a subject with a predicate."""
        return any(s.predicate == predicate for s in self.text(file).said_of(subject))

    def first(
        self, files: Iterable[str], subject: str, predicate: str = "", value: str | None = None
    ) -> tuple[str, Place] | None:
        """The first of some files that says something of a subject, and where, as :meth:`find` tells it."""
        for file in files:
            place = self.find(file, subject, predicate, value)
            if place:
                return file, place
        return None

    def find_along(self, file: str, subject: str, path: Sequence[str], value: str | None = None) -> Place | None:
        """Where a value stands that a path of predicates leads to, as near as the text tells it."""
        if len(path) < 2:
            return self.find(file, subject, path[0] if path else "", value)
        outer = self.find(file, subject, path[0])
        return outer and _inside(self.text(file).statements, outer, path[-1], value)

    def value_of_any(self, file: str, predicate: str, value: str) -> Place | None:
        """Where a value stands that anything has, named or nameless."""
        said = (s for s in self.text(file).statements if (s.predicate, s.object) == (predicate, value))
        return next((s.object_place for s in said), None)

    def nameless(self, file: str, predicate: str, value: str, number: int = 0) -> Place | None:
        """Where that stands which has no name, is no part of anything, and has this value; the ``number``-th such."""
        same = [s for s in self.text(file).alone if (s.predicate, s.object) == (predicate, value)]
        return same[number].subject_place if number < len(same) else None

    def nameless_around(self, file: str, predicate: str, value: str) -> Place | None:
        """Where that stands which has no name, is no part of anything, and has a part with this value."""
        text = self.text(file)
        parts = {s.subject for s in text.statements if (s.predicate, s.object) == (predicate, value)}
        return next((s.subject_place for s in text.alone if s.object in parts), None)

    def nameless_like(
        self, file: str, said: set[tuple[str, str]], predicate: str = "", value: str | None = None
    ) -> Place | None:
        """Where a statement stands of what has no name, and is known by predicates and values that it has."""
        text = self.text(file)
        names = (name for name, all_said in text.nameless.items() if said and said <= all_said)
        name = next(names, None)
        return None if name is None else text.find(name, predicate, value)

    def _read(self, file: str) -> PlacedText:
        path = self._project.root / file
        return _indexed(path, file, file_bytes(path, file) if path.suffix not in _WITHOUT_PLACES else b"")


def placed_text(path: Path, shown: str, text: str, prefixes: Mapping[str, str] = _NONE) -> PlacedText:
    """A text with its places, read as the name of its file says; ``prefixes`` are those that it does not declare.

    ``shown`` is its path in the project, to which relative IRIs are relative.
    """
    if is_rdf_xml(path):
        return RdfXmlText(text, base_of(shown))
    return TurtleText(text, prefixes)


def _indexed(path: Path, shown: str, content: bytes) -> PlacedText:
    return placed_text(path, shown, content.decode("utf-8", "replace"))


def _inside(statements: list[Statement], outer: Place, predicate: str, value: str | None) -> Place:
    """The place of a predicate or value in what begins at a place; that place itself where it is not found."""
    inside = [s for s in statements if s.predicate == predicate and s.predicate_place.line >= outer.line]
    exact = [s for s in inside if value is not None and s.object == value]
    if exact:
        return exact[0].object_place
    return inside[0].predicate_place if inside else outer
