"""Bindings of a query → rows of cells: what is shown of each fact, by which passages it is stated, and its marks.

The bindings are a set: engines differ in how often a row comes. A cell's value is a fact, a value of a property of the
fact named for its column, or a property that is read here; anything else has a mark and no source.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType
from typing import NamedTuple

from kzgraph.answers.cells.amounts import amount_of
from kzgraph.answers.cells.cell import BACKGROUND, SUPPLIED, UNSUPPORTED, Cell, CitedRow, Item, Mark, Order, Value
from kzgraph.answers.cells.columns import AMOUNT, DOCUMENTS, FIRMNESS, FIRMNESS_OF, KIND, PROPERTY, VALUE, WHEN, Column
from kzgraph.answers.cells.marks import Standing
from kzgraph.answers.evidence.records import FactRecord, Support, support_of_time
from kzgraph.answers.evidence.works import place_of_author
from kzgraph.dates import PartialDate
from kzgraph.namespaces import XSD, shorten
from kzgraph.terms import Term
from kzgraph.wording.numbers import number

Binding = Mapping[str, Term]
_DATED = ("date", "start", "end", "attestedOn")
_AMOUNTS = ("value", "maximum", "share", "hasUnit", "comparator")


class Knowledge(NamedTuple):
    """What was looked up for an answer: records of its facts, labels, and classes and properties of its things.

    ``authors`` has the names of the authors of documents, in the documents' own order.
    """

    records: Mapping[str, FactRecord]
    labels: Mapping[str, str]
    prefixes: Mapping[str, str]
    kinds: Mapping[str, Sequence[str]]
    properties: Mapping[str, Mapping[str, Sequence[Term]]]
    authors: Mapping[str, str] = MappingProxyType({})

    def label(self, iri: str) -> str:
        """What people call a thing: its label, else its short form."""
        return self.labels.get(iri) or shorten(iri, dict(self.prefixes))


def group(bindings: Iterable[Binding], rows: Sequence[str]) -> list[tuple[dict[str, Term], list[Binding]]]:
    """The bindings of each row; what makes a row are the values of some variables.

    A binding without one of these belongs to every row that has its others; if there is none, it makes a row.
    """
    if not rows:
        return [({}, found)] if (found := list(bindings)) else []
    by_key: dict[tuple[Term | None, ...], list[Binding]] = defaultdict(list)
    for binding in bindings:
        by_key[tuple(binding.get(name) for name in rows)].append(binding)
    shapes = {tuple(term is not None for term in key) for key in by_key}
    below: set[tuple[Term | None, ...]] = set()
    for key in by_key:
        below |= {part for shape in shapes if (part := _part(key, shape)) != key and _is_of(key, shape)}
    made: list[tuple[dict[str, Term], list[Binding]]] = []
    for key in by_key:
        if key not in below:
            parts = {_part(key, shape) for shape in shapes if _is_of(key, shape)}
            named = {name: term for name, term in zip(rows, key, strict=True) if term is not None}
            made.append((named, [b for part in parts for b in by_key.get(part, ())]))
    return made


def _part(key: tuple[Term | None, ...], shape: tuple[bool, ...]) -> tuple[Term | None, ...]:
    return tuple(term if is_kept else None for term, is_kept in zip(key, shape, strict=True))


def _is_of(key: tuple[Term | None, ...], shape: tuple[bool, ...]) -> bool:
    """Whether a key has a value wherever the shape has one."""
    return all(term is not None or not is_kept for term, is_kept in zip(key, shape, strict=True))


def assemble(
    bindings: Iterable[Binding],
    columns: Sequence[Column],
    rows: Sequence[str],
    sort: Sequence[str],
    known: Knowledge,
) -> list[CitedRow]:
    """The rows of an answer, merged where a reader would see no difference, and sorted by some columns."""
    builder = _Builder(known, set(rows))
    made = [{c.name: builder.cell(c, own) for c in columns} for _, own in group(bindings, rows)]
    main = [c.name for c in columns if c.shows == VALUE and c.of and set(c.of) <= set(rows)]
    merged = _merged(made, columns)
    firmest: dict[tuple[str, tuple[str, ...]], tuple[object, ...]] = {}
    for column in {name.removeprefix(FIRMNESS_OF) for name in sort if name.startswith(FIRMNESS_OF)}:
        for row in merged:
            key, order = _key(row, column), builder.order(row, FIRMNESS, main)
            firmest[key] = min(firmest.get(key, order), order)

    def place(row: CitedRow, name: str) -> tuple[object, ...]:
        column = name.removeprefix(FIRMNESS_OF)
        return firmest[_key(row, column)] if column != name else builder.order(row, name, main)

    placed = sorted((([place(row, name) for name in sort], row) for row in merged), key=itemgetter(0))
    return [row for _, alike in groupby(placed, itemgetter(0)) for row in _by_text([r for _, r in alike], columns)]


def _by_text(rows: list[CitedRow], columns: Sequence[Column]) -> list[CitedRow]:
    """Rows of one place in the order of their texts, so that every engine's answer has the same order."""
    return sorted(rows, key=lambda row: [row[c.name].text for c in columns]) if len(rows) > 1 else rows


def _key(row: CitedRow, column: str) -> tuple[str, tuple[str, ...]]:
    """What tells the rows of one value in a column: the values, whatever their marks."""
    return column, tuple(i.text for i in row[column].items)


def cells_of(bindings: Iterable[Binding], columns: Sequence[Column], known: Knowledge) -> list[CitedRow]:
    """A row of cells for each binding, in their order: neither grouped nor merged nor sorted."""
    builder = _Builder(known, set())
    return [{c.name: builder.cell(c, [binding]) for c in columns} for binding in bindings]


def _merged(rows: Iterable[CitedRow], columns: Sequence[Column]) -> list[CitedRow]:
    """The rows, those that look the same as one with the facts and sources of all."""
    found: dict[object, CitedRow] = {}
    for row in rows:
        key = tuple(row[c.name].shown for c in columns)
        known = found.get(key)
        found[key] = row if known is None else {c.name: _joined([known[c.name], row[c.name]]) for c in columns}
    return list(found.values())


def _joined(cells: Sequence[Cell]) -> Cell:
    return Cell(tuple(_united([i for c in cells for i in c.items])), cells[0].is_list)


def _united(items: Iterable[Item]) -> list[Item]:
    """The items in order, those that look the same as one with the facts and sources of all."""
    items = list(items)
    if len(items) < 2:
        return items
    found: dict[object, Item] = {}
    for item in items:
        known = found.get(item.shown)
        if known is not None:
            item = known._replace(
                facts=known.facts | item.facts,
                sources=tuple(sorted({*known.sources, *item.sources})),
                marks=tuple(sorted({*known.marks, *item.marks})),
                order=min(known.order, item.order),
            )
        found[item.shown] = item
    return sorted(found.values(), key=lambda i: (i.order, i.words))


def _cell_order(cell: Cell) -> tuple[object, ...]:
    """What rows are sorted by in a column: its values, whatever their marks; empty cells come last."""
    return (not cell.items, *((i.order, i.text) for i in cell.items))


class _Builder:
    """Makes the cells of rows from what is known of the facts."""

    def __init__(self, known: Knowledge, rows: set[str]) -> None:
        self._known = known
        self._standings: dict[str, Standing] = {}
        self._bare: dict[Term, Item] = {}
        self._timed: dict[str, Item] = {}
        self._rows = rows

    def cell(self, column: Column, bindings: Sequence[Binding]) -> Cell:
        """The cell of a column in a row."""
        if column.shows == WHEN:
            items = self._times(column, bindings)
        elif column.shows == AMOUNT:
            items = self._amounts(column, bindings)
        elif column.shows == PROPERTY:
            items = self._properties(column, bindings)
        elif column.shows == KIND:
            items = self._kinds(column, bindings)
        elif column.shows == DOCUMENTS:
            items = self._documents(column, bindings)
        else:
            return self._values(column, bindings)
        return Cell(tuple(_united(items)), column.is_list)

    def order(self, row: CitedRow, name: str, main: Iterable[str]) -> tuple[object, ...]:
        """What a row is sorted by: a column, how firm it is, or whether all of it is background.

        A row is as firm as the weakest of the facts that it is of, which stand in the columns ``main``; without any,
        as the firmest of the facts that state its values; a fact that the row only links to does not count.
        """
        if name in row:
            return _cell_order(row[name])
        if name == FIRMNESS:
            items = [i for column in main for i in row[column].items]
            told = {i.term.value for i in items if i.term and i.is_fact}
            levels = [self._standing(r).level for r in self._behind(row, told)]
            return ((max if told else min)(levels, default=0),)
        records = self._behind(row)
        return (bool(records) and all(r.is_background for r in records),)

    def _behind(self, row: CitedRow, facts: Iterable[str] = ()) -> list[FactRecord]:
        """The records of some facts; without any, of all those that state the values of a row."""
        items = [item for cell in row.values() for item in cell.items]
        stating = {f for i in items if not i.is_fact for f in i.facts} or {f for i in items for f in i.facts}
        return [self._known.records[fact] for fact in facts or stating]

    def _standing(self, record: FactRecord) -> Standing:
        """How a fact stands; found once for each."""
        found = self._standings.get(record.iri)
        if found is None:
            found = self._standings[record.iri] = Standing(record, self._known.labels)
        return found

    def _records(self, names: Iterable[str], bindings: Iterable[Binding]) -> list[FactRecord]:
        """The records of the facts in some variables, each once."""
        iris = dict.fromkeys(b[n].value for b in bindings for n in names if n in b)
        return [self._known.records[iri] for iri in iris if iri in self._known.records]

    def _values(self, column: Column, bindings: Sequence[Binding]) -> Cell:
        facts: dict[Term, dict[str, None]] = {}
        for binding in bindings:
            for name in column.of:
                if name in binding:
                    own = facts.setdefault(binding[name], {})
                    own.update([(binding[f].value, None) for f in column.facts if f in binding])
        is_of_row = bool(self._rows & {*column.of})
        items = [i for term, own in facts.items() for i in self._stated(column, term, list(own), firmest=is_of_row)]
        if column.within:
            told = {b[name].value for b in bindings for name in column.within if name in b}
            items = [i._replace(sources=tuple(s for s in i.sources if s.document in told)) for i in items]
        return Cell(tuple(_united(items)), column.is_list)

    def _stated(self, column: Column, term: Term, facts: Iterable[str], *, firmest: bool = False) -> Iterator[Item]:
        """A value as each of the facts states it; what a row is of, only as its firmest facts do."""
        if column.computed:
            yield self._item(term)
            return
        records = [self._known.records[f] for f in facts if f in self._known.records]
        stating = [r for r in records if r.has(term)]
        if not stating:
            yield self._item(term)._replace(marks=(Mark(UNSUPPORTED, "not stated by a fact"),))
        if firmest and len(stating) > 1:
            least = min(self._standing(r).weakness for r in stating)
            stating = [r for r in stating if self._standing(r).weakness == least]
        for record in stating:
            is_date = record.when.is_inferred and any(term in record.values(word) for word in _DATED)
            support = support_of_time(record, record.support(term)) if is_date else record.support(term)
            standing = self._standing(record)
            marks = standing.marks(support, is_speaker=term in record.values("statedBy"))
            if term.value == record.iri:
                marks += standing.contradiction
            yield self._backed(self._item(term), record, support, marks)

    def _backed(self, item: Item, record: FactRecord, support: Support, marks: Iterable[Mark]) -> Item:
        is_fact = item.term is not None and item.term.value == record.iri
        order = (_time_order(record), *item.order) if is_fact else self._order_beside_others(item, record)
        facts = frozenset([record.iri])
        return Item(item.value, item.text, item.term, facts, support.sources, tuple(sorted(marks)), order)

    def _order_beside_others(self, item: Item, record: FactRecord) -> tuple[Order, ...]:
        """What an item is sorted by: an author of a document by his or her place among the authors, else its words."""
        if item.term in (documents := record.values("ofDocument")):  # which may be called by the names of its authors
            return item.order
        named = [self._known.authors.get(document.value, "") for document in documents]
        place = next((place for names in named if (place := place_of_author(names, item.text)) is not None), None)
        return item.order if place is None else ((1, (place,), item.text.casefold()),)

    def _item(self, term: Term) -> Item:
        """The item of a term without what stands behind it; made once for each."""
        found = self._bare.get(term)
        if found is None:
            found = self._bare[term] = self._bare_item(term)
        return found

    def _bare_item(self, term: Term) -> Item:
        if term.kind == "uri":
            label = self._known.label(term.value)
            return Item(label, label, term, order=((1, (), label.casefold()),))
        if term.kind == "bnode":
            return Item(f"_:{term.value}", f"_:{term.value}", term, order=((1, (), term.value),))
        value = python_value(term)
        text = term.value
        if term.is_number:
            text = number(term.value)
        elif isinstance(value, PartialDate):
            text = value.words
        if isinstance(value, int | Decimal | float):
            return Item(value, text, term, order=((0, (float(value),), ""),))
        return Item(value, text, term, order=((1, (), text.casefold()),))

    def _times(self, column: Column, bindings: Sequence[Binding]) -> list[Item]:
        """When the facts were; of several variables, the first that has a time in a binding speaks."""
        chosen: dict[str, FactRecord] = {}
        for binding in bindings:
            named = (self._known.records.get(binding[name].value) for name in column.of if name in binding)
            if speaking := next((record for record in named if record and record.when.words), None):
                chosen[speaking.iri] = speaking
        return [self._time(record) for record in chosen.values()]

    def _time(self, record: FactRecord) -> Item:
        """The item of a fact's time; made once for each."""
        found = self._timed.get(record.iri)
        if found is None:
            found = self._timed[record.iri] = self._made_time(record)
        return found

    def _made_time(self, record: FactRecord) -> Item:
        support = support_of_time(record, record.support_of(record.model[word] for word in _DATED))
        standing = self._standing(record)
        marks = [m for m in standing.marks(support) if m.kind in {SUPPLIED, BACKGROUND}]
        return Item(
            record.when,
            record.when.words_of_plan if standing.is_ahead else record.when.words,
            facts=frozenset([record.iri]),
            sources=support.sources,
            marks=tuple(marks),
            order=(_time_order(record),),
        )

    def _amounts(self, column: Column, bindings: Sequence[Binding]) -> list[Item]:
        items: list[Item] = []
        for record in self._records(column.of, bindings):
            amount = amount_of(record, self._known.labels)
            if amount is not None:
                support = record.support_of(record.model[word] for word in _AMOUNTS)
                standing = self._standing(record)
                marks = [*standing.marks(support), *standing.contradiction]
                order = float(amount.low if amount.low is not None else amount.high or 0)
                item = Item(amount, amount.text, order=((0, (order,), ""),))
                items.append(self._backed(item, record, support, marks))
        return items

    def _properties(self, column: Column, bindings: Sequence[Binding]) -> list[Item]:
        """The values of properties of facts; of other things they have no source: the editors wrote them there."""
        items: list[Item] = []
        for record in self._records(column.facts, bindings):
            for name in column.properties:
                for term in record.properties.get(name, ()):
                    items += self._stated(column, term, [record.iri])
        for iri in dict.fromkeys(b[n].value for b in bindings for n in column.of if n in b):
            own = self._known.properties.get(iri, {})
            items += [self._item(term) for name in column.properties for term in own.get(name, ())]
        return items

    def _kinds(self, column: Column, bindings: Sequence[Binding]) -> list[Item]:
        iris = dict.fromkeys(b[n].value for b in bindings for n in column.of if n in b)
        return [self._item(Term("uri", kind)) for iri in iris for kind in self._known.kinds.get(iri, ())]

    def _documents(self, column: Column, bindings: Sequence[Binding]) -> list[Item]:
        """The documents behind facts, or behind one value of each."""
        items: list[Item] = []
        for record in self._records(column.of, bindings):
            sources = set(record.sources)
            if column.stating:
                beside = [b for b in bindings if any(b[v].value == record.iri for v in column.of if v in b)]
                stated = {b[v] for b in beside for v in column.stating if v in b}
                sources = {s for term in stated for s in record.support(term).sources}
            for document in sorted({s.document for s in sources}):
                own = tuple(sorted(s for s in sources if s.document == document))
                item = self._item(Term("uri", document))
                items.append(item._replace(facts=frozenset([record.iri]), sources=own))
        return items


def _time_order(record: FactRecord) -> Order:
    kind, order = record.when.order
    return 2, (kind, *order), ""


def python_value(term: Term) -> Value:
    """A literal as a value of Python: a number, a truth value, a date at its precision, else a text."""
    kind = term.datatype.removeprefix(XSD)
    if term.is_number:
        found = term.number
        if found is None:
            return term.value
        is_whole = found == found.to_integral_value() and "." not in term.value
        if kind in {"double", "float"}:
            return float(found)
        return int(found) if is_whole else found
    if kind == "boolean":
        return term.value in {"true", "1"}
    return PartialDate.of(term) or term.value
