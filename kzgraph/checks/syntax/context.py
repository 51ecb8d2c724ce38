"""What all stages share: the files under validation, the rest of the project as their context, and places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property, partial

from kzgraph.checks.findings.finding import Edit, Finding, Report, ReportedResult
from kzgraph.checks.syntax.inputs import shown_path
from kzgraph.checks.syntax.syntax import Checked, context_triples
from kzgraph.files.declared_prefixes import all_prefixes
from kzgraph.files.placed.places import Places
from kzgraph.files.placed.text import Place, PlacedText
from kzgraph.files.project import Project
from kzgraph.graph.triples import TYPE, Triples, key
from kzgraph.graph.triples import node as subject_term
from kzgraph.namespaces import RDFS, SKOS, shorten
from kzgraph.terms import Term
from kzgraph.walls.reading import real_path
from kzgraph.wording.names import folded, nearest

_NAMES = (RDFS + "label", SKOS + "altLabel")
_SHORTEST = 3
_SUGGESTIONS = 40  # after so many wrong names none is suggested: the search for near ones takes time
_SHOWN = 200  # letters of a value in a message


class Context:
    """The files under validation in the middle of their project."""

    def __init__(
        self, project: Project, checked: list[Checked], report: Report, *, surroundings: str = "project"
    ) -> None:
        """The context of some files: the whole ``project``, its ``ontology`` alone, or ``nothing``."""
        self.project = project
        self.model = project.model
        self.checked = checked
        self.report = report
        self.own = Triples(t for c in checked for t in c.triples)
        self.data = Triples()
        self.ontology = Triples()
        self.files: dict[str, list[str]] = {}
        """Each described thing with the files outside the validated ones that give it a class."""
        self.further: dict[str, list[str]] = {}
        """The lines of files that are not validated, and of which there are findings."""
        self._asked = 0
        self._files_of: dict[str, list[Checked]] = {}
        self._places = Places(project)
        for file in checked:
            self._places.hold(file.shown, partial(_placed, file))
        self._is_alone = surroundings == "nothing"
        self._load(surroundings)

    def _load(self, surroundings: str) -> None:
        own = {c.path for c in self.checked}
        for file in self.checked:
            for name in {s for s, _, _ in file.triples}:
                self._files_of.setdefault(name, []).append(file)
        if surroundings == "nothing":
            self.data = self.own
            return
        for path in self.project.files("ontology"):
            self.ontology.include(context_triples(self.project, path, is_needed=True))
        self.data.include(self.ontology)
        for path in self.project.files("instances") if surroundings == "project" else ():
            if real_path(path) not in own:
                found = context_triples(self.project, path)
                shown = self.project.relative(path)
                for name, said in found.out.items():
                    if TYPE in said:
                        self.files.setdefault(name, []).append(shown)
                self.data.include(found)
        self.data.include(self.own)

    def is_any(self, thing: str, words: Iterable[str]) -> bool:
        """Whether a thing is of one of some classes, each by its word in the model."""
        return any(self.data.is_a(thing, self.model[word]) for word in words)

    def curie(self, name: str | Term) -> str:
        """A thing or value as it is written in files."""
        if isinstance(name, Term):
            if name.kind == "bnode":
                return "[…]"
            text = name.turtle(self.prefixes)
            return text if name.kind == "uri" or len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
        return "[…]" if name.startswith("_:") else shorten(name, self.prefixes)

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """The prefixes by which terms are shown: the project's, and those that only the files declare."""
        around = [] if self._is_alone else [*self.project.files("ontology"), *self.project.files("shapes")]
        return all_prefixes(self.project, around, (c.text for c in self.checked))

    def label(self, thing: str) -> str:
        """The English label of a thing, or its name."""
        labels = self.data.objects(thing, RDFS + "label")
        return next((t.value for t in labels if t.language == "en"), self.curie(thing))

    def files_of(self, thing: str) -> list[Checked]:
        """The files under validation that say something about a thing."""
        return self._files_of.get(thing, [])

    def near(self, written: str, known: Iterable[str]) -> list[str]:
        """The names most like one that is unknown; none after many have been asked for, for it takes its time."""
        self._asked += 1
        if self._asked > _SUGGESTIONS:
            return []
        prefix, _, local = written.partition(":")
        start = f"{prefix}:"
        return [start + k for k in nearest(local, [k.removeprefix(start) for k in known if k.startswith(start)], 3)]

    def alike(self, written: str) -> list[str]:
        """The things that have a name as their label or other name, or within the name that they have in files."""
        told = _joined(written.partition(":")[2])
        if len(told) < _SHORTEST:
            return []
        found = [self.curie(thing) for thing in self._labelled.get(told, ())]
        if len(told) > _SHORTEST:
            found += sorted((n for n, folded in self._things if told in folded), key=lambda n: (len(n), n))
        return [n for n in dict.fromkeys(found) if n.startswith(written.partition(":")[0] + ":")][:3]

    @cached_property
    def facts(self) -> dict[str, None]:
        """The facts of the files and of the project."""
        return self.data.instances(self.model["Fact"])

    def is_held_wrong(self, fact: str) -> bool:
        """Whether the editors hold a fact wrong: it is kept because a document says it."""
        return self.model["RankDeprecated"] in self.data.iris(fact, self.model["rank"])

    @cached_property
    def about(self) -> set[str]:
        """The properties that say what a fact is about: the model's, and all below it."""
        return self.with_lower(self.model["about"])

    def with_lower(self, property_: str) -> set[str]:
        """A property and all below it."""
        found, todo = {property_}, [property_]
        while todo:
            for lower in self.ontology.subjects(RDFS + "subPropertyOf", subject_term(todo.pop())):
                if lower not in found:
                    found.add(lower)
                    todo.append(lower)
        return found

    @cached_property
    def _things(self) -> list[tuple[str, str]]:
        """The things that other files describe and that are no facts: each as CURIE, and that folded without prefix."""
        others = (s for s in self.data.out if not s.startswith("_:") and s not in self.own.out and s not in self.facts)
        names = (shorten(s, self.prefixes) for s in others)
        return [(n, _joined(n.partition(":")[2])) for n in names]

    @cached_property
    def _labelled(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for thing, own in self.data.out.items():
            for name in _NAMES:
                for label in own.get(name, ()):
                    found.setdefault(_joined(label.value), []).append(thing)
        return found

    def add(
        self,
        code: str,
        severity: str,
        thing: str,
        message: str,
        hint: str = "",
        *,
        path: tuple[str, ...] = (),
        value: Term | None = None,
        replacement: str = "",
        source: tuple[str, str] = ("", ""),
        focus: Term | None = None,
        result: ReportedResult | None = None,
    ) -> None:
        """Adds a finding on a thing of the files, placed at its statement with this path and value.

        ``focus`` is the thing where it is none of the files but a value.
        """
        shown, place, file = self.located(thing, path, value)
        edits: tuple[Edit, ...] = ()
        if replacement and place and file and file.is_whole:
            start = file.placed.offset(place)
            written = next((w for *_, p, w in file.placed.literals if p == place), "")
            end = start + (len(written) or place.length)
            if written or (value is not None and file.text[start:end] == value.value):
                edits = (Edit(start, end, replacement),)
        self.report.findings.append(
            Finding(
                code,
                severity,
                shown,
                place.line if place else 0,
                place.column if place else 0,
                message,
                hint,
                thing=self.curie(thing),
                property=" / ".join(self.curie(p) for p in path),
                value="" if value is None else self.curie(value),
                length=place.length if place else 1,
                edits=edits,
                source=source,
                focus=subject_term(thing) if focus is None else focus,
                term=value,
                result=result,
            )
        )

    def located(
        self, thing: str, path: tuple[str, ...], value: Term | None
    ) -> tuple[str, Place | None, Checked | None]:
        """The name of the file and the place of a statement of a thing, as exactly as known; and the file, if checked.

        What no checked file says anything of, stands where one names it first, or where the project describes it.
        """
        written = None if value is None else ("" if value.kind == "bnode" else value.value)
        found = self.files_of(thing) or self.files_of(self._leading.get(thing, ("", ""))[0])
        if len(found) > 1 and path:
            found = sorted(found, key=lambda file: -self._exactness(file, thing, path, written))
        for file in found:
            place = self._place(file, thing, path, written)
            if place:
                return file.shown, place, file
        if found:
            return found[0].shown, None, found[0]
        if thing in self._mentions:
            file, place = self._mentions[thing]
            return file.shown, place, file
        described = self._described(thing, path, written) if thing in self.data.out else None
        return (*described, None) if described else (self.checked[0].shown, None, self.checked[0])

    def _exactness(self, file: Checked, thing: str, path: tuple[str, ...], value: str | None) -> int:
        """How much of a statement stands in a file: 2 with its value, 1 with another value, 0 with neither."""
        place = self._place(file, thing, path, value)
        return sum(place != self._place(file, thing, known, None) for known in ((), path))

    def _described(self, thing: str, path: tuple[str, ...], value: str | None) -> tuple[str, Place] | None:
        """Where a file of the project that is not validated describes a thing."""
        for file in self.project.graph_files():
            name = self.project.relative(file)
            place = self._places.find_along(name, thing, path, value)
            if place:
                shown = shown_path(self.project, file)
                self.further[shown] = self._places.text(name).lines
                return shown, place
        return None

    @cached_property
    def _mentions(self) -> dict[str, tuple[Checked, Place | None]]:
        """Where in the files each IRI stands first."""
        found: dict[str, tuple[Checked, Place | None]] = {}
        for file in self.checked:
            for iri, place, _ in file.placed.names if file.text else ():
                found.setdefault(iri, (file, place))
        return found

    def _place(self, file: Checked, thing: str, path: tuple[str, ...], value: str | None) -> Place | None:
        """Where a file says it; a blank node has no name in the file and is known by what it says."""
        if not thing.startswith("_:"):
            return self._places.find_along(file.shown, thing, path, value)
        said = {(p, v.value) for p, values in self.own.out.get(thing, {}).items() for v in values if v.kind != "bnode"}
        found = self._places.nameless_like(file.shown, said, path[0] if path else "", value)
        return found or self._place_of_leading(file, thing)

    def _place_of_leading(self, file: Checked, thing: str) -> Place | None:
        """Where the statement stands that leads to a blank node which is known by nothing of its own."""
        seen = set[str]()
        while thing.startswith("_:") and thing not in seen:
            seen.add(thing)
            subject, predicate = self._leading.get(thing, ("", ""))
            place = self._places.find(file.shown, subject, predicate) if not subject.startswith("_:") else None
            if place or not subject:
                return place
            thing = subject
        return None

    @cached_property
    def _leading(self) -> dict[str, tuple[str, str]]:
        """The subject and predicate that lead to each blank node."""
        return {key(value): (s, p) for s, p, value in self.own if value.kind == "bnode"}

    def names(self, wanted: Mapping[str, object]) -> dict[str, list[tuple[Checked, Place, str]]]:
        """Where in the files some IRIs stand, and how they are written."""
        found: dict[str, list[tuple[Checked, Place, str]]] = {}
        for file in self.checked:
            used = {n for s, p, o in file.triples for n in (s, p, key(o), o.datatype) if n in wanted}
            written_in = file.placed.names if file.text else [(n, Place(0, 0), self.curie(n)) for n in sorted(used)]
            for iri, place, written in written_in if used else ():
                if iri in wanted:
                    found.setdefault(iri, []).append((file, place, written))
        return found


def _joined(name: str) -> str:
    """A name folded and in one word, as names in files are."""
    return folded(name).replace(" ", "")


def _placed(file: Checked) -> PlacedText:
    return file.placed
