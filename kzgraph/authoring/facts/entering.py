"""Rows entered into a graph: drafted, compared, validated in the whole project, and written, all or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from kzgraph.answers.evidence.sentence_ledger import read_evidence
from kzgraph.answers.missing.new_facts import facts_seen
from kzgraph.answers.missing.seen_in import SeenFact
from kzgraph.answers.shown.rdf import block
from kzgraph.authoring.facts.blocks import alone, with_blocks
from kzgraph.authoring.facts.drafting import DraftedThing, Drafter
from kzgraph.authoring.facts.kinds import WritableKinds
from kzgraph.authoring.facts.passages import PassageMaker
from kzgraph.authoring.facts.placing import TargetFiles, read_text, write_all
from kzgraph.authoring.facts.references import References
from kzgraph.authoring.facts.twins import Comparable, Known, Twin
from kzgraph.authoring.reading.rows import Problem, WrittenRow
from kzgraph.checks.findings.finding import Finding
from kzgraph.checks.validate import validate
from kzgraph.files.project import Project
from kzgraph.namespaces import shorten
from kzgraph.stores.disk.snapshot import open_project
from kzgraph.wording.numbers import counted
from kzgraph.wording.text import enumerated

_STANDARD_INPUT = Path("-")
_UNWRITTEN = "instances/not-written-yet.ttl"
_NOTHING: Mapping[Path, list[str]] = {}


@dataclass
class EnteredRows:
    """What a table of rows comes to: what would be written, what is there already, and what stands in the way."""

    project: Project
    new: list[DraftedThing] = field(default_factory=list)
    there: list[DraftedThing] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    twins: list[Twin] = field(default_factory=list)
    comparables: list[Comparable] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    turtle: str = ""
    """All new blocks as one file."""
    files: dict[Path, str] = field(default_factory=dict)
    read: dict[Path, str] = field(default_factory=dict)
    """What was read of these files: no others are replaced."""
    labels: dict[str, str] = field(default_factory=dict)
    citations: int = 0
    """How many citations are new."""
    removed: list[str] = field(default_factory=list)
    """The labels of what is taken out, with its name."""

    def seen(self) -> dict[str, SeenFact]:
        """How each new fact reads in answers, and which stored queries show it, by its IRI."""
        if not any(d.kind.is_fact for d in self.new):
            return {}
        path = self.project.root / _UNWRITTEN
        own = {d.iri for d in self.new}
        return {s.fact: s for s in facts_seen(self.project, {path: self.turtle.encode("utf-8")}) if s.fact in own}

    def done(self) -> str:
        """What is written, in numbers: ``3 facts, 1 thing and 3 citations written``."""
        facts = sum(d.kind.is_fact for d in self.new)
        counts = ((facts, "fact"), (len(self.new) - facts, "thing"), (self.citations, "citation"))
        parts = [counted(n, noun) for n, noun in counts if n]
        return f"{enumerated(parts) or 'the document'} written"

    def write(self) -> list[str]:
        """Writes the files, all or none, and gives their names; raises :class:`InputError`."""
        write_all(self.project, self.files, self.read)
        return [self.project.relative(p) for p in self.files]


class Desk:
    """What all entries into a project need: its kinds, things, passages and files."""

    def __init__(self, project: Project, documents: Path | None = None, into: Path | None = None) -> None:
        """``documents`` is the folder of the documents' texts, ``into`` the file for all facts, if one was named."""
        self.project = project
        self.documents = documents
        self.store = open_project(project)
        self.kinds = WritableKinds(project)
        self.kinds.refuse_none()
        self.references = References(project, self.store, self.kinds.vocabulary.entries)
        self.evidence = read_evidence(self.store)
        self.passages = PassageMaker(project, self.evidence, documents)
        self.places = TargetFiles(project, self.store, into)


def enter(
    desk: Desk, rows: Iterable[WrittenRow], *, document: str = "", beside: Mapping[Path, list[str]] = _NOTHING
) -> EnteredRows:
    """The entry of some rows into a project, nothing of which is written yet.

    ``document`` is the document of rows that name none; ``beside`` are further blocks by the file that they belong to.
    Raises :class:`KzgraphError` for what does not depend on a row.
    """
    drafter = Drafter(desk.kinds, desk.references, desk.passages, document=document)
    drafter.read(rows)
    entry = EnteredRows(desk.project, problems=drafter.problems)
    known = Known(desk.store, desk.references, desk.project.model)
    _sort_out(entry, drafter.drafts, known)
    _compose(entry, desk, beside)
    for draft in entry.new:
        entry.twins += known.twins(draft)
        entry.comparables += known.comparables(draft)
    shown = [t.thing for t in entry.twins] + [c.fact for c in entry.comparables]
    entry.labels = {thing: desk.references.told(thing) for thing in shown}
    if entry.turtle and not entry.problems:
        _validate(entry, desk.documents)
    return entry


def _sort_out(entry: EnteredRows, drafts: list[DraftedThing], known: Known) -> None:
    """Separates new drafts from those that are there; where a name is taken, the document's name is put behind it."""
    taken: dict[str, DraftedThing] = {}
    possible = [_names(draft) for draft in drafts]
    known.read(name for names in possible for name in names)
    for draft, names in zip(drafts, possible, strict=True):
        for name in names:
            draft.iri = name
            said = known.says(draft)
            same = taken.get(name)
            if said == "all":
                entry.there.append(draft)
                break
            if said == "" and same is None:
                taken[name] = draft
                entry.new.append(draft)
                break
            if same is not None and same.properties == draft.properties:
                told = f"says what {same.row.place or 'another row'} says"
                entry.problems.append(Problem(draft.row.place, "", "", told, "keep one of the two"))
                break
        else:
            curie = shorten(names[0], entry.project.prefixes)
            fix = "give another with `id`, or change the one that is there: --change"
            entry.problems.append(Problem(draft.row.place, "id", curie, f"the name {curie} is in use", fix))


def _names(draft: DraftedThing) -> list[str]:
    """The names that a draft may have, the first that is free; only one if its row gives it."""
    has_id = any(n == "id" for n in draft.row.cells)
    if draft.kind.is_fact and draft.cited and not has_id:
        return [draft.iri, f"{draft.iri}-{draft.cited[0].document.local}"]
    return [draft.iri]


def _compose(entry: EnteredRows, desk: Desk, beside: Mapping[Path, list[str]]) -> None:
    """The blocks of all drafts and of their new citations, and the files with them."""
    prefixes = entry.project.prefixes
    blocks = defaultdict(list, {path: list(own) for path, own in beside.items()})
    cited: dict[str, None] = {}
    for draft in entry.new:
        blocks[desk.places.of_draft(draft)].append(block(draft.iri, draft.properties, prefixes))
        for one in draft.cited:
            if one.passage is not None and one.iri not in cited and not desk.passages.has(one.iri):
                cited[one.iri] = None
                blocks[desk.places.of_citations(one.document.iri)].append(one.turtle(entry.project))
    entry.citations = len(cited)
    entry.turtle = alone((b for of_file in blocks.values() for b in of_file), prefixes) if blocks else ""
    for path, own in blocks.items():
        entry.read[path] = read_text(path, entry.project.relative(path))
        entry.files[path] = with_blocks(entry.read[path], own, prefixes)


def _validate(entry: EnteredRows, documents: Path | None) -> None:
    """What `kzgraph validate` says of the new blocks; a violation is a problem of the row that it comes from."""
    contents = {_STANDARD_INPUT: entry.turtle.encode("utf-8")}
    report = validate(entry.project, [_STANDARD_INPUT], documents=documents, contents=contents)
    by_name = {shorten(d.iri, entry.project.prefixes): d for d in entry.new}
    for finding in report.findings:
        draft = by_name.get(finding.thing)
        if finding.severity == "violation":
            place = draft.row.place if draft else ""
            told = finding.message
            entry.problems.append(Problem(place, finding.property, finding.value, told, finding.hint))
        elif finding.severity == "warning":
            entry.warnings.append(replace(finding, file=draft.row.place if draft else "", line=0, column=0))
