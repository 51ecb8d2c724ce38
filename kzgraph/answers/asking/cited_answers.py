"""The rows of a query → the cited answer: facts, citations and labels are looked up, in a few questions for all rows.

The order: bindings, records of the facts in them, what the header leaves out, labels, rows of cells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import NamedTuple

from kzgraph.answers.cells.assembling import Binding, Knowledge, assemble, cells_of, group
from kzgraph.answers.cells.cell import CitedAnswer, CitedRow
from kzgraph.answers.cells.columns import KIND, PROPERTY, VALUE, Column
from kzgraph.answers.cells.marks import is_held_wrong
from kzgraph.answers.evidence.labels import labels_of
from kzgraph.answers.evidence.records import FactRecord, facts_among, read_records
from kzgraph.answers.evidence.works import author_names
from kzgraph.answers.queries.header import BACKGROUND_FACTS, DATE_RULES, HELD_WRONG_FACTS, Parameter
from kzgraph.answers.queries.stored_query import StoredQuery
from kzgraph.answers.things.names import kinds_of
from kzgraph.dates import PartialDate
from kzgraph.files.project import Project
from kzgraph.namespaces import RDFS, SKOS, expand
from kzgraph.stores import Store
from kzgraph.stores.rows import rows_about
from kzgraph.terms import Rows, Term, iri_term
from kzgraph.wording.names import folded
from kzgraph.wording.numbers import counted

_TOLD = ("modality", "statedBy", "hasUnit", "comparator", "hasStatus")
"""What a cell tells of a fact beside its value, so that labels for it are needed."""
_MOST_ROWS = 5000  # of a query without a header: its facts are found by asking of every IRI whether it is one


class Question(NamedTuple):
    """A query with what the user asked of it: the values of parameters, and the language of labels."""

    query: StoredQuery
    parameters: dict[str, str]
    language: str = "en"


def cite(project: Project, question: Question, rows: Rows, store: Store) -> CitedAnswer:
    """The cited answer of a query whose header says what its columns show; ``rows`` are its bindings.

    Raises the errors of :meth:`kzgraph.stores.Store.query`.
    """
    query = question.query
    columns = [_expanded(column, project) for column in query.cells]
    bindings = _bindings(rows)
    records = read_records(store, _facts(columns, query, bindings))
    chosen = _Chosen(question, bindings, records)
    kept = chosen.bindings
    things = {name: expand(value, project.prefixes) or "" for name, value in question.parameters.items()}
    known = _knowledge(project, store, columns, kept, records, question.language, {*things.values()} - {""})
    sort = query.sort or [c.name for c in columns]
    found = assemble(kept, columns, query.rows, sort, known)
    for parameter in query.parameters:
        if parameter.rule == "names" and parameter.name in question.parameters:
            found = _named(found, parameter, question.parameters[parameter.name], store)
    answer = _answer(question, columns, found, records, chosen.sentences, is_cut=rows.cut)
    answer.gone = chosen.gone
    answer.asked = {name: known.labels.get(things[name]) or value for name, value in question.parameters.items()}
    return answer


def cite_plain(project: Project, question: Question, rows: Rows, store: Store) -> CitedAnswer:
    """The cited answer of a query without a header: rows and columns as they are, facts found by their class.

    A value has the sources of the facts in its row that state it. Of very long answers no sources are looked up, which
    the answer says.
    """
    bindings = _bindings(rows)
    is_long = len(rows.rows) > _MOST_ROWS
    things = {t.value for b in bindings for t in b.values() if t.kind == "uri"}
    facts = set() if is_long else facts_among(store, things)
    holding = [name for name in rows.columns if any(name in b and b[name].value in facts for b in bindings)]
    records = read_records(store, facts)
    why = "" if holding else "no fact is in the answer"
    columns = [Column(name, VALUE, (name,), tuple(holding), (), why) for name in rows.columns]
    known = _knowledge(project, store, columns, bindings, records, question.language)
    left_out = [f"no sources are shown: the answer has more than {counted(_MOST_ROWS, 'row')}"] if is_long else []
    return _answer(question, columns, cells_of(bindings, columns, known), records, left_out, is_cut=rows.cut)


def _answer(
    question: Question,
    columns: list[Column],
    rows: list[CitedRow],
    records: dict[str, FactRecord],
    left_out: list[str],
    *,
    is_cut: bool,
) -> CitedAnswer:
    query = question.query
    facts = {fact for row in rows for cell in row.values() for item in cell.items for fact in item.facts}
    notes = {fact: note for fact in sorted(facts & records.keys()) if (note := records[fact].note)}
    return CitedAnswer(
        name=query.name,
        title=query.summary,
        question=query.question,
        columns=columns,
        rows=rows,
        parameters=question.parameters,
        notes=notes,
        left_out=left_out,
        marks_at=query.marks_at,
        cut=is_cut,
    )


def _bindings(rows: Rows) -> list[Binding]:
    return [{c: t for c, t in zip(rows.columns, row, strict=True) if t} for row in rows.rows]


def _expanded(column: Column, project: Project) -> Column:
    return column._replace(properties=tuple(expand(p, project.prefixes) or p for p in column.properties))


def _facts(columns: Iterable[Column], query: StoredQuery, bindings: Iterable[Binding]) -> set[str]:
    """The IRIs in the variables that hold facts."""
    names = {v for c in columns for v in c.fact_variables} | {p.of for p in query.parameters if p.rule in DATE_RULES}
    return {b[n].value for b in bindings for n in names if n in b and b[n].kind == "uri"}


class _Chosen:
    """The bindings that the header and the parameters leave, and why each fact that is gone was left out."""

    def __init__(self, question: Question, bindings: list[Binding], records: dict[str, FactRecord]) -> None:
        self.bindings = bindings
        self.gone: dict[str, str] = {}
        self._records = records
        self._rows = question.query.rows
        for rule in question.query.left_out:
            is_out = is_held_wrong if rule == HELD_WRONG_FACTS else _is_background
            out = {iri for iri, record in records.items() if is_out(record)}
            self._drop(partial(_facts_among, out), _RULES[rule])
        for parameter in question.query.parameters:
            day = PartialDate.parse_plain(question.parameters.get(parameter.name, ""))
            if parameter.rule in DATE_RULES and day:
                self._choose(parameter, day)

    @property
    def sentences(self) -> list[str]:
        """What was left out without being asked for: all but the facts that a date excludes."""
        told = list(dict.fromkeys(why for why in self.gone.values() if not why.startswith(_BY_DATE)))
        return [f"left out: {counted(sum(w == why for w in self.gone.values()), 'fact')} {why}" for why in told]

    def _drop(self, out: Callable[[Binding], set[str]], why: str) -> None:
        """Takes away the bindings of which some facts are out."""
        kept = []
        for binding in self.bindings:
            facts = out(binding)
            self.gone |= dict.fromkeys(sorted(facts), why)
            kept += [] if facts else [binding]
        self.bindings = kept

    def _choose(self, parameter: Parameter, day: PartialDate) -> None:
        def facts(binding: Binding, *, undated: bool) -> set[str]:
            fact = binding.get(parameter.of)
            record = self._records.get(fact.value) if fact else None
            if record is None or (record.when.known_days is None and parameter.rule in _COMPARED) != undated:
                return set()
            return {record.iri} if undated or not _is_timely(parameter.rule, record, day) else set()

        whole = self.bindings
        self._drop(lambda b: facts(b, undated=True), _UNDATED)
        self._drop(lambda b: facts(b, undated=False), f"{_BY_DATE} {parameter.name}")
        self._drop_rows(parameter, whole)
        if parameter.per:
            last = _last_attested(parameter, self.bindings, self._records)
            kept = {id(b) for b in last}
            self._drop(lambda b: set() if id(b) in kept else {b[parameter.of].value}, f"{_BY_DATE} {parameter.name}")

    def _drop_rows(self, parameter: Parameter, whole: list[Binding]) -> None:
        """Takes away what is left of the rows that lost all facts by which a parameter chooses.

        Rows that had none stay, unless a first or last date is asked for: they have no date to compare with it.
        """
        left, kept = {id(b) for b in self.bindings}, set[int]()
        for named, own in group(whole, self._rows):
            choosing = {id(b) for b in own if parameter.of in b}
            if choosing & left or (not choosing and parameter.rule not in _COMPARED):
                kept |= left.intersection(map(id, own))
            elif not choosing:
                self.gone |= {thing.value: _UNDATED for thing in named.values() if _is_iri(thing)}
        self.bindings = [b for b in self.bindings if id(b) in kept]


def _facts_among(facts: set[str], binding: Binding) -> set[str]:
    return {term.value for term in binding.values()} & facts


_UNDATED = "without a date"
_COMPARED = {"from", "until"}  # the rules for which a fact without a date cannot be chosen
_BY_DATE = "that the date excludes which was given for"
_RULES = {HELD_WRONG_FACTS: "that the editors hold wrong", BACKGROUND_FACTS: "that rest on background alone"}


def _is_background(record: FactRecord) -> bool:
    return record.is_background


def _is_timely(rule: str, record: FactRecord, day: PartialDate) -> bool:
    """Whether a fact may be of the time that a rule of a parameter asks for."""
    if rule == "at":
        return record.when.stands_on(day)
    if rule == "attested":
        return _is_attested(record, day)
    own = record.when.known_days
    return own is not None and (own.last >= day.days.first if rule == "from" else own.first <= day.days.last)


def _is_attested(record: FactRecord, day: PartialDate) -> bool:
    """Whether a source shows that a fact stood at a date: attested or begun by then, and not ended before."""
    when = record.when
    shown = [*when.attested, *when.starts, *when.dates]
    if any(d.days.first > day.days.last for d in when.after):
        return False
    is_known = any(d.days.first <= day.days.last for d in shown) or (not shown and bool(when.ends))
    return is_known and all(d.days.last >= day.days.first for d in when.ends)


def _last_attested(parameter: Parameter, bindings: list[Binding], records: dict[str, FactRecord]) -> list[Binding]:
    """The bindings without those of facts after which, for the same thing, a fact about somebody else is attested."""
    latest: dict[str, dict[frozenset[Term], PartialDate]] = {}

    def key(binding: Binding) -> tuple[str, frozenset[Term], PartialDate | None]:
        record = records[binding[parameter.of].value]
        own = [*record.when.attested, *record.when.starts, *record.when.dates]
        holders = frozenset(record.values("hasHolder"))
        return binding[parameter.per].value, holders, max(own, key=lambda d: d.days.first, default=None)

    told = [b for b in bindings if parameter.of in b and parameter.per in b]
    for thing, holders, date in map(key, told):
        known = latest.setdefault(thing, {})
        if date and (holders not in known or known[holders].days.first < date.days.first):
            known[holders] = date

    def is_last(binding: Binding) -> bool:
        if parameter.of not in binding or parameter.per not in binding:
            return True
        thing, holders, _ = key(binding)
        mine = latest[thing].get(holders)
        others = [d for other, d in latest[thing].items() if other != holders]
        return not any(mine is None or mine.is_before(d) for d in others)

    return [b for b in bindings if is_last(b)]


def _named(rows: list[CitedRow], parameter: Parameter, text: str, store: Store) -> list[CitedRow]:
    """The rows in which a thing of a column has a name that holds a text, whatever the case and diacritics."""
    things = {thing for row in rows for thing in row[parameter.of].things}
    names = f"?thing <{RDFS}label>|<{SKOS}prefLabel>|<{SKOS}altLabel> ?name"
    wanted = folded(text)
    called = {r["thing"].value for r in rows_about(store, "?thing", things, names) if wanted in folded(r["name"].value)}
    return [row for row in rows if called.intersection(row[parameter.of].things)]


def _knowledge(
    project: Project,
    store: Store,
    columns: Sequence[Column],
    bindings: Sequence[Binding],
    records: dict[str, FactRecord],
    language: str,
    asked: Iterable[str] = (),
) -> Knowledge:
    """All that is looked up for the cells: labels, those of things that were ``asked`` of too, classes, properties."""
    kinds = kinds_of(store, _things(columns, bindings, KIND)) if any(c.shows == KIND for c in columns) else {}
    properties = _properties(store, columns, bindings)
    shown = {
        b[v].value for c in columns if c.shows == VALUE for v in c.of for b in bindings if v in b and _is_iri(b[v])
    }
    shown |= {k for own in kinds.values() for k in own} | {*asked}
    shown |= {t.value for own in properties.values() for terms in own.values() for t in terms if _is_iri(t)}
    used = {b[v].value for c in columns for v in c.fact_variables for b in bindings if v in b}
    told = {*(store.model[word] for word in _TOLD), *(p for c in columns for p in c.properties)}
    for iri in used & records.keys():
        record = records[iri]
        shown |= {t.value for p in told & record.properties.keys() for t in record.properties[p] if _is_iri(t)}
        shown |= {s.document for s in record.sources}
    documents = {t.value for iri in used & records.keys() for t in records[iri].values("ofDocument") if _is_iri(t)}
    authors = author_names(store, documents) if documents else {}
    return Knowledge(records, labels_of(store, shown, language), project.prefixes, kinds, properties, authors)


def _is_iri(term: Term) -> bool:
    return term.kind == "uri"


def _things(columns: Iterable[Column], bindings: Sequence[Binding], shows: str) -> set[str]:
    """The things in the variables of the columns that show one kind of thing about them."""
    names = {v for c in columns if c.shows == shows for v in c.of}
    return {b[n].value for b in bindings for n in names if n in b and b[n].kind == "uri"}


def _properties(
    store: Store, columns: Sequence[Column], bindings: Sequence[Binding]
) -> dict[str, dict[str, tuple[Term, ...]]]:
    """The values of the properties that columns show of things which are no facts."""
    wanted = sorted({p for c in columns if c.shows == PROPERTY and c.of for p in c.properties})
    found: dict[str, dict[str, tuple[Term, ...]]] = {}
    if wanted:
        pattern = f"VALUES ?property {{ {' '.join(map(iri_term, wanted))} }} ?thing ?property ?value"
        for row in rows_about(store, "?thing", _things(columns, bindings, PROPERTY), pattern):
            own = found.setdefault(row["thing"].value, {})
            own[row["property"].value] = (*own.get(row["property"].value, ()), row["value"])
    return found
