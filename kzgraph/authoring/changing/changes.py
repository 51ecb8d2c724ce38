"""Rows that change what is written: each names a fact or thing, and gives the fields that are to be otherwise."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kzgraph.answers.missing.new_facts import facts_seen
from kzgraph.answers.missing.seen_in import SeenFact
from kzgraph.authoring.changing.edits import with_changes, without
from kzgraph.authoring.facts.blocks import with_blocks
from kzgraph.authoring.facts.drafting import DraftedThing, Drafter
from kzgraph.authoring.facts.entering import Desk, EnteredRows
from kzgraph.authoring.facts.field_values import Properties
from kzgraph.authoring.facts.kinds import LABEL, NOTE, SOURCE, Kind
from kzgraph.authoring.facts.naming import label_of
from kzgraph.authoring.facts.placing import read_text
from kzgraph.authoring.facts.twins import Known, value_of
from kzgraph.authoring.reading.rows import Problem, WrittenRow
from kzgraph.checks.validate import validate
from kzgraph.errors import KzgraphError
from kzgraph.graph.triples import TYPE
from kzgraph.namespaces import shorten
from kzgraph.stores.rows import rows_of
from kzgraph.terms import Term, iri_term
from kzgraph.wording.names import folded
from kzgraph.wording.numbers import counted, number

_MOST_USERS = 10
_TIME = ("date", "start", "end", "attestedOn", "dateBasis", "dateAsStated")
_AMOUNT = ("maximum", "comparator", "asStated")


@dataclass
class ChangedRows(EnteredRows):
    """What changed rows, or names of what is taken out, come to; ``new`` has the changed facts and things."""

    def seen(self) -> dict[str, SeenFact]:
        """How each changed fact reads in answers, and which stored questions show it, by its IRI."""
        own = {d.iri for d in self.new if d.kind.is_fact}
        if not own:
            return {}
        contents = {path: text.encode("utf-8") for path, text in self.files.items() if text}
        return {s.fact: s for s in facts_seen(self.project, contents) if s.fact in own}

    def done(self) -> str:
        """What is changed or taken out, in numbers."""
        return f"{counted(len(self.new), 'row')} changed" if self.new else f"{len(self.removed)} taken out"


class _Changer(Drafter):
    """Reads rows as changes of what the graph has; the changes of each are kept by its IRI."""

    def __init__(self, desk: Desk, document: str) -> None:
        super().__init__(desk.kinds, desk.references, desk.passages, document=document)
        self._desk = desk
        self.changes: dict[str, Properties] = {}

    def read(self, rows: Iterable[WrittenRow]) -> None:
        """Drafts all rows, each with everything that the fact or thing will say."""
        for row in rows:
            iri = self._given_id(row, self._reserved(row)) if self._is_seen(row) else ""
            if not iri:
                if self._is_seen(row) and not any(p.place == row.place for p in self.problems):
                    self._problem(row, "id", "", "the row does not say what it changes", "write id=kz:…")
                continue
            said = self._said(iri)
            kind = self._kind_of(row, iri, said)
            if kind is not None and iri in self.changes:
                self._problem(row, "id", iri, f"{self._curie(iri)} is changed twice", "make one row of the two")
            elif kind is not None:
                self._change(row, kind, iri, said)

    def _curie(self, iri: str) -> str:
        return shorten(iri, self.project.prefixes)

    def _said(self, iri: str) -> Properties:
        """What the files say of a thing."""
        return written_of(self._desk, iri)

    def _kind_of(self, row: WrittenRow, iri: str, said: Properties) -> Kind | None:
        classes = [t.value for t in said.get(TYPE, ()) if t.value in self.kinds.names.values()]
        if not classes:
            told = "is no fact or thing that rows describe" if said else "is not described"
            self._problem(row, "id", iri, f"{self._curie(iri)} {told}", "`kzgraph search` finds names")
            return None
        kind = self.kinds.kind(classes[0])
        given = next((c[-1].text for n, c in row.cells.items() if folded(n) == "kind"), "")
        if given and folded(given) not in {folded(kind.name), folded(kind.iri.rpartition("/")[2])}:
            self._problem(row, "kind", given, f"{self._curie(iri)} is a {kind.name}", "leave the kind out")
            return None
        return kind

    def _change(self, row: WrittenRow, kind: Kind, iri: str, said: Properties) -> None:
        before = len(self.problems)
        cells = self._reserved(row)
        given = self._given(row, kind, said)
        draft = DraftedThing(iri, kind, row, given)
        if cells.get("passage") or cells.get("citation"):
            self._take_passages(draft, cells)
        else:
            draft.cited = [self.passages.named(t.value) for t in said.get(SOURCE, ()) if self.passages.has(t.value)]
        if cells.get("when"):
            for word in _TIME:
                given.setdefault(self.model[word], [])
            self._take_time(draft, cells)
        self._take_texts(draft, cells)
        if NOTE in given and not cells.get("note"):
            given[NOTE] = list(dict.fromkeys([*said.get(NOTE, ()), *given[NOTE]]))
        whole = {p: values for p, values in {**said, **given}.items() if values}
        own = [t.value for t in said.get(LABEL, ())]
        if LABEL not in given and own == [label_of(kind, said, self.references.label, self.model)]:
            made = label_of(kind, whole, self.references.label, self.model)
            given[LABEL] = whole[LABEL] = [Term("literal", made, "", "en")] if made else said[LABEL]
        draft.properties = whole
        self._require(draft, before)
        if len(self.problems) > before:
            return
        self.changes[iri] = {p: v for p, v in given.items() if {*map(value_of, v)} != {*map(value_of, said.get(p, ()))}}
        draft.properties = self._ordered(draft)
        self.drafts.append(draft)

    def _given(self, row: WrittenRow, kind: Kind, said: Properties) -> Properties:
        """The values that a row gives; a field without a text takes the property out."""
        given: Properties = {}
        for name, texts in row.cells.items():
            one = kind.field_of(name)
            if folded(name) in self._reserved(row):
                continue
            if one is not None and not any(t.text.strip() for t in texts):
                given[one.iri] = []
            else:
                self._field(row, kind, name, texts, given)
        if self.model["value"] in given:
            for word in _AMOUNT:
                given.setdefault(self.model[word], [])
            unit = self.model["hasUnit"]
            if unit in said and given.get(unit) == [Term("uri", self.model["UnitNumber"])]:
                del given[unit]  # no unit is written: it stays
            elif unit in said:
                given.setdefault(unit, [])  # one that is not known
        return given


def change(desk: Desk, rows: Iterable[WrittenRow], *, document: str = "") -> ChangedRows:
    """The entry of rows that change what is there, nothing of which is written yet; all or nothing."""
    changer = _Changer(desk, document)
    changer.read(rows)
    entry = ChangedRows(desk.project, problems=changer.problems)
    files = _Files(desk)
    known = Known(desk.store, desk.references, desk.project.model)
    for draft in changer.drafts:
        changes = changer.changes[draft.iri]
        if not changes:
            entry.there.append(draft)
            continue
        entry.new.append(draft)
        try:
            files.change(draft, changes)
        except KzgraphError as error:
            entry.problems.append(Problem(draft.row.place, "id", draft.iri, error.message, error.hint))
        entry.comparables += known.comparables(draft)
    entry.labels = {c.fact: desk.references.told(c.fact) for c in entry.comparables}
    _finish(entry, files, desk)
    return entry


def remove(desk: Desk, names: Iterable[str]) -> ChangedRows:
    """The entry that takes facts and things out; what still hangs on one of them is a problem."""
    entry = ChangedRows(desk.project)
    files = _Files(desk)
    wanted = list(dict.fromkeys(desk.references.find(name, (), "fact or thing") for name in names))
    for iri in wanted:
        curie = shorten(iri, desk.project.prefixes)
        users: dict[str, list[str]] = {}
        for user, property_ in _users(desk, iri):
            users.setdefault(user, []).append(shorten(property_, desk.project.prefixes))
        users = {user: names for user, names in users.items() if user not in wanted}
        for user, named in list(users.items())[:_MOST_USERS]:
            told = f"{desk.references.told(user)} names it ({', '.join(sorted(set(named)))})"
            entry.problems.append(Problem("", curie, "", told, "take that out too, or change it first"))
        if len(users) > _MOST_USERS:
            told = f"named by {number(str(len(users) - _MOST_USERS))} more in the graph"
            entry.problems.append(Problem("", curie, "", told, f"`kzgraph show {curie} --all` lists them"))
        try:
            files.remove(iri)
            entry.removed.append(f"{desk.references.label(iri)} · {curie}")
        except KzgraphError as error:
            entry.problems.append(Problem("", curie, "", error.message, error.hint))
    _finish(entry, files, desk)
    return entry


def written_of(desk: Desk, iri: str) -> Properties:
    """What the files say of a thing, without its nameless nodes."""
    said: Properties = {}
    base = desk.project.graph_base + "instances/"
    query = f'SELECT ?p ?o WHERE {{ GRAPH ?g {{ {iri_term(iri)} ?p ?o }} FILTER (STRSTARTS(STR(?g), "{base}")) }}'
    for row in rows_of(desk.store, query):
        if row["o"].kind != "bnode":
            said.setdefault(row["p"].value, []).append(row["o"])
    return said


class _Files:
    """The files of a project with what is changed in them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.texts: dict[Path, str] = {}
        self.read: dict[Path, str] = {}
        self._gone: set[str] = set()
        self._dropped: set[str] = set()

    def change(self, draft: DraftedThing, changes: Properties) -> None:
        """Changes a fact or thing; raises :class:`KzgraphError` if it does not stand in one place."""
        prefixes, places = self._desk.project.prefixes, self._desk.places
        path = places.of_thing(draft.iri)
        self.texts[path] = with_changes(self.text(path), draft.iri, changes, prefixes, (NOTE, SOURCE))
        for one in draft.cited:
            if one.passage is not None and not self._desk.passages.has(one.iri):
                target = places.of_citations(one.document.iri)
                if f"\n{shorten(one.iri, prefixes)}\n" not in self.text(target):
                    block = one.turtle(self._desk.project)
                    self.texts[target] = with_blocks(self.text(target), [block], prefixes)
        if SOURCE in changes:
            kept = {t.value for t in changes[SOURCE]}
            self._let_go(draft.iri, [c for c in self._desk.evidence.sources.get(draft.iri, ()) if c not in kept])

    def remove(self, iri: str) -> None:
        """Takes a fact or thing out; raises :class:`KzgraphError` if it does not stand in one place."""
        path = self._desk.places.of_thing(iri)
        self.texts[path] = without(self.text(path), iri, self._desk.project.prefixes)
        self._let_go(iri, self._desk.evidence.sources.get(iri, ()))

    def text(self, path: Path) -> str:
        """The text of a file as it will be."""
        if path not in self.read:
            self.read[path] = read_text(path, self._desk.project.relative(path))
        return self.texts.get(path, self.read[path])

    def _let_go(self, user: str, citations: Iterable[str]) -> None:
        """Takes out the citations on which nothing rests any more."""
        evidence = self._desk.evidence
        for citation in citations:
            self._gone.add(f"{user} {citation}")
            users = (t for t, sources in evidence.sources.items() if citation in sources)
            is_used = any(f"{u} {citation}" not in self._gone for u in users)
            if citation in evidence.citations and not is_used and citation not in self._dropped:
                self._dropped.add(citation)
                path = self._desk.places.of_thing(citation)
                self.texts[path] = without(self.text(path), citation, self._desk.project.prefixes)


def _users(desk: Desk, iri: str) -> list[tuple[str, str]]:
    """What names a thing in the files, and by which property; of a nameless node, what it belongs to."""
    base, name = desk.project.graph_base + "instances/", iri_term(iri)
    inner = f"?s ?p ?node . ?node ?q {name} FILTER (ISBLANK(?node))"
    pattern = f"GRAPH ?g {{ {{ ?s ?p {name} FILTER (ISIRI(?s)) }} UNION {{ {inner} }} }}"
    query = f'SELECT DISTINCT ?s ?p WHERE {{ {pattern} FILTER (STRSTARTS(STR(?g), "{base}")) }}'
    return sorted((row["s"].value, row["p"].value) for row in rows_of(desk.store, query) if row["s"].value != iri)


def _finish(entry: ChangedRows, files: _Files, desk: Desk) -> None:
    """The files, the difference to those that are there, and what `kzgraph validate` says of what is changed."""
    entry.files, entry.read = files.texts, files.read
    for path, text in files.texts.items():
        shown = desk.project.relative(path)
        old = files.read[path].splitlines(keepends=True)
        entry.turtle += "".join(difflib.unified_diff(old, text.splitlines(keepends=True), shown, shown, n=2))
    if not entry.turtle or entry.problems:
        return
    contents = {path: text.encode("utf-8") for path, text in files.texts.items() if text}
    report = validate(desk.project, list(contents), documents=desk.documents, contents=contents)
    own = {shorten(d.iri, desk.project.prefixes): d for d in entry.new}
    for finding in report.findings:
        if finding.thing not in own:
            continue
        if finding.severity == "violation":
            place = own[finding.thing].row.place
            entry.problems.append(Problem(place, finding.property, finding.value, finding.message, finding.hint))
        elif finding.severity == "warning":
            entry.warnings.append(finding)
