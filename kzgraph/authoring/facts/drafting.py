"""Rows → facts and things: each value is read by what its field takes, defaults are filled in, names are given.

Nothing is written here. Each mistake in a row is a problem, and all problems of a table are reported at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kzgraph.authoring.facts.field_values import (
    FieldReader,
    Properties,
    date_term,
    is_plain_number,
    plain_term,
    text_term,
)
from kzgraph.authoring.facts.kinds import (
    ALSO,
    LABEL,
    NOTE,
    OF_THINGS,
    RESERVED,
    SOURCE,
    Kind,
    WritableKinds,
    shown_field,
)
from kzgraph.authoring.facts.naming import fact_name, label_of, thing_name
from kzgraph.authoring.facts.passages import CitedPassage, PassageMaker
from kzgraph.authoring.facts.references import References
from kzgraph.authoring.reading.amounts import decimal_text
from kzgraph.authoring.reading.characters import HINT, unseen_characters
from kzgraph.authoring.reading.rows import CellText, Problem, WrittenRow
from kzgraph.authoring.reading.times import HINT as TIME_HINT
from kzgraph.authoring.reading.times import read_time
from kzgraph.dates import PartialDate
from kzgraph.errors import KzgraphError, UnknownName, UsageError
from kzgraph.graph.triples import TYPE
from kzgraph.namespaces import XSD, expand, namespace_of, shorten
from kzgraph.terms import Term
from kzgraph.wording.names import folded, nearest
from kzgraph.wording.numbers import counted

_ID = re.compile(r"[A-Za-z0-9][\w-]*")


@dataclass
class DraftedThing:
    """A fact or thing as it would be written, with the row that it comes from and the passage that it cites."""

    iri: str
    kind: Kind
    row: WrittenRow
    properties: Properties
    cited: list[CitedPassage] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        """Its label."""
        return next((t.value for t in self.properties.get(LABEL, ())), "")


class Drafter:
    """Makes facts and things of rows; the problems of all rows gather in ``problems``."""

    def __init__(
        self, kinds: WritableKinds, references: References, passages: PassageMaker, *, document: str = ""
    ) -> None:
        """``document`` is the document of rows that name none."""
        self.kinds = kinds
        self.project = kinds.project
        self.model = kinds.model
        self.references = references
        self.passages = passages
        self.problems: list[Problem] = []
        self.drafts: list[DraftedThing] = []
        self._document = document
        self._amounts = kinds.amounts()
        self._reader = FieldReader(kinds, references)

    def read(self, rows: Iterable[WrittenRow]) -> None:
        """Drafts all rows: things first, so that facts of any row may name them."""
        known = [(r, kind) for r in rows if self._is_seen(r) and (kind := self._kind(r)) is not None]
        things = [(row, kind, self._named_thing(row, kind)) for row, kind in known if not kind.is_fact]
        for row, kind in known:
            if kind.is_fact and (iri := self._given_id(row, self._reserved(row))):
                self.references.add(iri, [], self._classes(kind), is_fact=True)
        for row, kind, iri in things:
            if iri:
                self._draft(row, kind, iri)
        for row, kind in known:
            if kind.is_fact:
                self._draft(row, kind, "")

    def _is_seen(self, row: WrittenRow) -> bool:
        """Whether a row has no characters that nobody sees; each is a problem."""
        before = len(self.problems)
        for name, cells in row.cells.items():
            for cell in cells:
                for _, told in unseen_characters(cell.text):
                    self._problem(row, name, cell.text, f"has {told}", HINT, place=cell.place)
        return len(self.problems) == before

    def _kind(self, row: WrittenRow) -> Kind | None:
        cells = next((c for n, c in row.cells.items() if folded(n) == "kind"), [])
        if not cells:
            self._problem(row, "kind", "", "the row says no kind", "begin with the kind: figure, visit, company …")
            return None
        try:
            return self.kinds.named(cells[0].text)
        except UnknownName as error:
            self._problem(row, "kind", cells[0].text, error.message, error.hint)
            return None

    def _named_thing(self, row: WrittenRow, kind: Kind) -> str:
        """The IRI of a thing, which from now on rows may name by its labels."""
        cells = self._reserved(row)
        labels = cells.get("label", [])
        if not labels:
            self._problem(row, "label", "", f"a {kind.name} needs its English name", 'write label="…"')
            return ""
        label = text_term(labels[0].text).value
        name = thing_name(kind, label, is_camel=self._is_camel(kind))
        iri = self._given_id(row, cells) or self.references.base + name
        if not cells.get("id") and not name:
            self._problem(row, "label", label, f"no name can be made of `{label}`", "give one: id=…")
            return ""
        others = [text_term(t).value for c in cells.get("also", []) for t in c.text.split(";")]
        self.references.add(iri, [label, *(o for o in others if o)], self._classes(kind), is_fact=False)
        return iri

    def _draft(self, row: WrittenRow, kind: Kind, iri: str) -> None:
        before = len(self.problems)
        cells = self._reserved(row)
        values: Properties = {}
        amount = kind.fields.get(self.model["value"])  # comes last: what the row gives itself stays
        for name, texts in sorted(row.cells.items(), key=lambda cell: kind.field_of(cell[0]) is amount):
            if folded(name) not in RESERVED:
                self._field(row, kind, name, texts, values)
        draft = DraftedThing(iri, kind, row, values)
        self._take_passages(draft, cells)
        self._take_time(draft, cells)
        self._take_texts(draft, cells)
        self._fill_defaults(draft)
        self._require(draft, before)
        if len(self.problems) > before:
            return
        if not self._name(draft, cells):
            return
        draft.properties = self._ordered(draft)
        used = {t.value for values in draft.properties.values() for t in values if t.kind == "uri"}
        for term in sorted(t for t in {*used, *draft.properties} if self.kinds.is_kept(t)):
            told = shorten(term, self.project.prefixes)
            draft.remarks.append(f"{told} is kept for later: take its vs:term_status away, or `kzgraph check` fails")
        self.drafts.append(draft)

    def _require(self, draft: DraftedThing, before: int) -> None:
        """A problem for each field that the kind needs and the row lacks; none where what it gave is wrong already."""
        wrong = {folded(p.column) for p in self.problems[before:]}
        kind, values = draft.kind, draft.properties
        for one in kind.required():
            column = kind.column_of(one)
            known = {text for text, other in kind.columns.items() if other is one}
            if values.get(one.iri) or wrong & known:
                continue
            told, fix = f"a {kind.name} needs it", f"write {shown_field(one, self.project.prefixes)}"
            if one.iri == self.model["hasUnit"]:
                given = [c.text for c in self._cells_of(draft, self.model["value"])]
                if not given or "value" in wrong:
                    continue
                told = f"`{given[0]}` names none of the units"
                units = ", ".join(self.kinds.value_names(one))
                fix = f"for what is counted write unit=number; else {units}; a new one: docs/modelling.md"
            self._problem(draft.row, column, "", told, fix)

    def _cells_of(self, draft: DraftedThing, property_: str) -> list[CellText]:
        named = ((draft.kind.field_of(name), texts) for name, texts in draft.row.cells.items())
        return [text for one, texts in named if one is not None and one.iri == property_ for text in texts]

    def _field(self, row: WrittenRow, kind: Kind, name: str, texts: list[CellText], values: Properties) -> None:
        one = kind.field_of(name)
        if one is None:
            close = nearest(name, [*kind.columns, *RESERVED])
            fields = kind.fields.values()
            own = sorted({kind.column_of(f) for f in fields if f.is_own or f.least}) or OF_THINGS
            hint = f"did you mean {' or '.join(close)}?" if close else f"it takes {', '.join(own)}, …"
            self._problem(row, name, "", f"a {kind.name} has no such field", hint, place=texts[0].place)
            return
        for cell in texts:
            try:
                if one.iri == self.model["value"]:
                    self._take_amount(kind, cell.text, values)
                else:
                    values.setdefault(one.iri, []).extend(self._reader.values(one, cell.text, values))
            except KzgraphError as error:
                self._problem(row, name, cell.text, error.message, error.hint, place=cell.place)
        found = values.get(one.iri, [])
        values[one.iri] = list(dict.fromkeys(found))
        if one.most is not None and len(found) > one.most:
            told = f"takes {counted(one.most, 'value')}, and has {len(found)}"
            self._problem(row, name, "; ".join(c.text for c in texts), told, "keep one", place=texts[0].place)

    def _take_amount(self, kind: Kind, text: str, values: Properties) -> None:
        """Value, maximum, unit, comparator and writing of an amount; what the row gives itself stays."""
        found = self._amounts.read(text)
        model = self.model
        unit = found.unit or ("" if found.rest else model["UnitNumber"])
        stated = None if is_plain_number(text) else plain_term(text)
        values[model["value"]] = [Term("literal", decimal_text(found.value), XSD + "decimal")]
        high = None if found.maximum is None else Term("literal", decimal_text(found.maximum), XSD + "decimal")
        more = {
            "maximum": high,
            "comparator": Term("uri", found.comparator) if found.comparator else None,
            "hasUnit": Term("uri", unit) if unit else None,
            "asStated": stated,
        }
        for word, value in more.items():
            if value is not None and model[word] in kind.fields:
                values.setdefault(model[word], [value])

    def _take_passages(self, draft: DraftedThing, cells: Mapping[str, list[CellText]]) -> None:
        """The citation of the passage that the row quotes, or the citations that it names."""
        quoted, named = cells.get("passage", []), cells.get("citation", [])
        if not draft.kind.is_fact:
            if quoted or named:
                told = "a thing has no citation: facts about it have"
                self._problem(draft.row, "passage", "", told, "leave it out, and add a fact")
            return
        try:
            for cell in named:
                draft.cited.append(self.passages.named(cell.text))
            for cell in quoted:
                document = cells.get("document", [CellText(self._document, "")])[0].text
                if not document:
                    raise UsageError("no document is named", hint="write document=KEY: `kzgraph sources` lists them")
                paragraph = cells.get("paragraph", [CellText("", "")])[0].text
                draft.cited.append(self.passages.quoted(document, cell.text, paragraph))
        except KzgraphError as error:
            hint = error.hint.replace("--paragraph", "the `paragraph`")
            self._problem(draft.row, "passage", (quoted or named)[0].text, error.message, hint)
            return
        draft.properties[SOURCE] = [Term("uri", c.iri) for c in draft.cited]
        if not draft.cited and not draft.properties.get(self.model["isInferredFrom"]):
            told = "a fact needs the words that it rests on"
            self._problem(draft.row, "passage", "", told, 'write passage="first words ... last words"')

    def _take_time(self, draft: DraftedThing, cells: Mapping[str, list[CellText]]) -> None:
        """Dates, start and end; whether the passage gives them or the editors inferred them, with the note."""
        for cell in cells.get("when", []):
            try:
                found = read_time(cell.text)
            except UsageError as error:
                self._problem(draft.row, "when", cell.text, error.message, error.hint or TIME_HINT, place=cell.place)
                return
            if not draft.kind.is_fact:
                self._problem(draft.row, "when", cell.text, "a thing has no time: facts about it have", "leave it out")
                return
            words = {"date": found.date, "start": found.start, "end": found.end, "attestedOn": found.attested}
            for word, date in words.items():
                if date is not None:
                    draft.properties.setdefault(self.model[word], []).append(date_term(date))
            if found.words:
                draft.properties[self.model["dateAsStated"]] = [text_term(found.words)]
            read = [c for c in draft.cited if c.is_read]
            if found.words and read and not any(c.says(found.words) for c in read):
                told, fix = (
                    f"the cited paragraph does not say “{found.words}”",
                    "put the words of the text into brackets",
                )
                self._problem(draft.row, "when", cell.text, told, fix, place=cell.place)
        self._infer(draft, bool(cells.get("note")))

    def _infer(self, draft: DraftedThing, has_note: bool) -> None:
        words = ("date", "start", "end", "attestedOn")
        dates = [d for w in words for t in draft.properties.get(self.model[w], []) if (d := PartialDate.of(t))]
        basis = self.model["dateBasis"]
        if not dates or not draft.cited or draft.properties.get(basis) or basis not in draft.kind.fields:
            return
        unstated = [d for d in dates if not any(c.states(d) for c in draft.cited if c.is_read)]
        if not unstated or not any(c.is_read for c in draft.cited):
            return
        draft.properties[basis] = [Term("uri", self.model["DateInferred"])]
        if has_note:
            return
        said = next((t.value for t in draft.properties.get(self.model["dateAsStated"], ())), "")
        attested = {t.value for t in draft.properties.get(self.model["attestedOn"], [])}
        reason = draft.cited[0].reason_for(unstated[0], said, is_attested=str(unstated[0]) in attested)
        if reason:
            draft.properties.setdefault(NOTE, []).append(text_term(reason))
        else:
            told = f"the cited paragraph does not give {unstated[0].words}"
            self._problem(
                draft.row, "when", str(unstated[0]), told, "say in `note` how you know, or cite where it stands"
            )

    def _take_texts(self, draft: DraftedThing, cells: Mapping[str, list[CellText]]) -> None:
        for column, property_ in (("label", LABEL), ("also", ALSO), ("note", NOTE)):
            for cell in cells.get(column, []):
                parts = cell.text.split(";") if column == "also" else [cell.text]
                own = [text_term(p) for p in parts if p.strip()]
                draft.properties[property_] = [*own, *draft.properties.get(property_, [])]

    def _fill_defaults(self, draft: DraftedThing) -> None:
        """Done, and normal, where the row says nothing else; the label from the roles."""
        values, kind = draft.properties, draft.kind
        if not kind.is_fact:
            return
        for one in kind.required():
            if default := self.kinds.default(kind, one):
                values.setdefault(one.iri, [Term("uri", default)])
        if LABEL not in values:
            label = label_of(kind, values, self.references.label, self.model)
            if label:
                values[LABEL] = [Term("literal", label, "", "en")]

    def _name(self, draft: DraftedThing, cells: Mapping[str, list[CellText]]) -> bool:
        """Gives a fact its name, and a label if none could be made; whether that went well."""
        if not draft.label:
            self._problem(draft.row, "label", "", "no label can be made of the roles", 'write label="…"')
            return False
        if not draft.iri:
            draft.iri = self._given_id(draft.row, cells)
        if not draft.iri:
            name = fact_name(draft.kind, draft.properties, draft.label, self.model)
            draft.iri = self.references.base + name
        if draft.kind.is_fact:
            names = [t.value for t in draft.properties[LABEL]]
            self.references.add(draft.iri, names, self._classes(draft.kind), is_fact=True)
        return True

    def _ordered(self, draft: DraftedThing) -> Properties:
        """The properties in the order of a block: what it is, its names, how it holds, its roles, time and source."""
        model, kind = self.model, draft.kind
        first = [LABEL, ALSO, *(model[w] for w in ("gist", "modality", "rank"))]
        time = [model[w] for w in ("date", "start", "end", "attestedOn", "dateBasis", "dateAsStated", "asStated")]
        last = [NOTE, SOURCE]
        named = re.findall(r"\{(\w+)\}", kind.label_pattern.replace("{amount}", "{value}"))
        own = sorted(
            (f for f in kind.fields.values() if f.iri not in {*first, *time, *last}),
            key=lambda f: (not f.is_own, named.index(f.name) if f.name in named else len(named), not f.least, f.name),
        )
        order = [*first, *(f.iri for f in own), *time, *last]
        found = {TYPE: [Term("uri", kind.iri)]}
        for name in order:
            values = draft.properties.get(name)
            if values:
                found[name] = sorted(values) if name not in first else values
        return found

    def _reserved(self, row: WrittenRow) -> dict[str, list[CellText]]:
        return {folded(n): c for n, c in row.cells.items() if folded(n) in RESERVED}

    def _given_id(self, row: WrittenRow, cells: Mapping[str, list[CellText]]) -> str:
        given = cells.get("id", [])
        if not given:
            return ""
        text = given[0].text.strip()
        iri = expand(text, self.project.prefixes)
        if iri is None and _ID.fullmatch(text):
            iri = self.references.base + text
        if iri is not None and iri == namespace_of(iri):  # nothing is behind its prefix
            iri = None
        if iri is None and not any(p.place == row.place and p.column == "id" for p in self.problems):
            self._problem(row, "id", text, f"`{text}` is no name", "use letters, digits and hyphens")
        return iri or ""

    def _classes(self, kind: Kind) -> list[str]:
        return [kind.iri, *self.kinds.vocabulary.ancestors(kind.iri)]

    def _is_camel(self, kind: Kind) -> bool:
        """Whether things of a kind, or of the nearest kind above it that has things, begin with a capital letter."""
        for one in self._classes(kind):
            names = [t[len(namespace_of(t)) :] for t in self.references.things_of(one)]
            if names:
                return sum(n[:1].isupper() for n in names) * 2 > len(names)
        return True

    def _problem(
        self, row: WrittenRow, column: str, value: str, message: str, fix: str = "", *, place: str = ""
    ) -> None:
        self.problems.append(Problem(place or row.place, column, value, message, fix))
