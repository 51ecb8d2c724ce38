"""Facts → the stored queries whose answers show them, how each reads there, and why a fact is in none.

Every stored query is asked with its defaults, and its rows are looked through; of those that have a fact, cells are
made as in an answer. A question that no fact can be a part of, by its classes, properties and the things in these, is
not asked. A fact that no answer has is looked for with other values of parameters: the things that it is about.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kzgraph.answers.asking.ask import Answered, prepare
from kzgraph.answers.asking.cited_answers import Question, cite
from kzgraph.answers.cells.assembling import Binding, group
from kzgraph.answers.cells.columns import AMOUNT, VALUE, WHEN, Column
from kzgraph.answers.missing.missing_facts import Failure, explain_absence, pattern_with, source_of
from kzgraph.answers.queries.parameters import values_given
from kzgraph.answers.queries.patterns import MOST_WAYS, Condition, Way, optional_variables, ways_of
from kzgraph.answers.queries.sparql import variables, with_prefixes
from kzgraph.answers.queries.stored_query import StoredQuery, readable_queries
from kzgraph.answers.things.names import kinds_of
from kzgraph.errors import KzgraphError
from kzgraph.files.project import Project
from kzgraph.files.tokens import tokens
from kzgraph.namespaces import OWL, PROV, RDF, expand, shorten
from kzgraph.stores import Store
from kzgraph.stores.disk.cache import cache_folder
from kzgraph.stores.rows import rows_about, rows_of
from kzgraph.terms import Rows, Term, Truth
from kzgraph.wording.text import shell_word

_SECONDS = 10.0  # for each stored query: an author waits for all of them
_MOST_TRIED = 12  # values of parameters, for each fact and question
_MOST_REASONS = 2  # questions that nearly show a fact
_NO_NAME = frozenset("/|^*+?!([\"'")
_TYPE = RDF + "type"
_OPEN = "open"
_Given = tuple[tuple[str, str], ...]
"""Names and values of parameters."""


@dataclass(frozen=True)
class Showing:
    """A stored query that shows a fact, with the values of parameters that it needs for that beside its defaults."""

    query: str
    title: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """The question as it is asked on the command line, behind ``kzgraph query``."""
        given = (f"-p {name}={shell_word(value)}" for name, value in self.parameters.items())
        return " ".join([shell_word(self.query), *given])

    def as_json(self) -> dict[str, object]:
        """The question as an object for JSON."""
        return {"query": self.query, "title": self.title, "parameters": dict(self.parameters)}


@dataclass(frozen=True)
class Lack:
    """Why a question that asks for facts of this kind does not show a fact: in words, or the condition that fails."""

    query: str
    path: str
    reason: str = ""
    failure: Failure | None = None

    @property
    def words(self) -> str:
        """The reason in words."""
        if self.failure is None:
            return f"{self.query}: {self.reason}"
        condition = self.failure.condition
        instead = f"; it has {', '.join(self.failure.instead)}" if self.failure.instead else ""
        return f"{self.query} wants `{condition.text}` ({self.path}:{condition.line}){instead}"

    def as_json(self) -> dict[str, object]:
        """The reason as an object for JSON."""
        failure = self.failure.as_json() if self.failure else None
        return {"query": self.query, "reason": self.words, "failure": failure}


@dataclass(frozen=True)
class SeenFact:
    """A fact as readers meet it: its words, the questions that show it, and without any the reasons why.

    ``words`` are the label, time and figure of the fact with their marks, as the cells of an answer have them.
    """

    fact: str
    words: str
    shown_by: tuple[Showing, ...] = ()
    lacks: tuple[Lack, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The fact as an object for JSON."""
        shown = [showing.as_json() for showing in self.shown_by]
        return {"fact": self.fact, "words": self.words, "shown_by": shown, "why_not": [k.as_json() for k in self.lacks]}


def seen_in(project: Project, store: Store, facts: Iterable[str], *, language: str = "en") -> list[SeenFact]:
    """The facts in their order, each with the stored queries that show it.

    ``store`` holds the graph that is asked, ``language`` is that of labels. A question that may be asked of any fact,
    because its parameter is a class or a fact, does not count. Raises the errors of :meth:`kzgraph.stores.Store.query`
    and those of reading stored queries.
    """
    wanted = list(dict.fromkeys(facts))
    words = _words(project, store, wanted, language)
    found = _Looked(project, store, wanted, language)
    return [SeenFact(fact, words.get(fact, shorten(fact, project.prefixes)), *found.of(fact)) for fact in wanted]


def _words(project: Project, store: Store, facts: Iterable[str], language: str) -> dict[str, str]:
    """How each fact reads: what an answer would show of it in columns for the fact, its time and its figure."""
    one = ("fact",)
    columns = (Column("fact", VALUE, one, one), Column("when", WHEN, one), Column("amount", AMOUNT, one))
    query = StoredQuery("", "", "", rows=one, cells=columns)
    rows = Rows(["fact"], [(Term("uri", fact),) for fact in facts])
    cited = cite(project, Question(query, {}, language), rows, store)
    found: dict[str, str] = {}
    for row in cited.rows:
        told = " | ".join(row[c.name].text for c in columns if row[c.name].items)
        found |= dict.fromkeys(row["fact"].things, told)
    return found


class _Looked:
    """The stored queries of a project, each asked once for all facts, and again only for facts that none shows."""

    def __init__(self, project: Project, store: Store, facts: list[str], language: str) -> None:
        self._project = project
        self._store = store
        self._facts = facts
        self._language = language
        self._told = _statements(store, facts)
        self._answers: dict[str, Answered] = {}
        self._shown: dict[str, list[Showing]] = defaultdict(list)
        for asked in self._questions:
            self._ask(asked)
        self._unseen = [fact for fact in facts if fact not in self._shown]
        for asked in self._questions:
            self._ask_otherwise(asked)

    def of(self, fact: str) -> tuple[tuple[Showing, ...], tuple[Lack, ...]]:
        """The questions that show a fact, and why others do not if there is none."""
        shown = self._shown.get(fact, [])
        return tuple(shown), tuple([] if shown else self._lacks(fact))

    @cached_property
    def _questions(self) -> list[_StoredQuestion]:
        """The stored queries about facts of some kind."""
        read = readable_queries(self._project, cache_folder(self._project))
        return [asked for query in read if not (asked := _StoredQuestion(query, self._project)).is_general]

    def _ask(self, asked: _StoredQuestion) -> None:
        facts = [f for f in self._facts if asked.may_hold(self._told[f])]
        if not facts or not self._may_match(asked, facts):
            return
        answered = self._answered(asked.query, {}, facts)
        if answered is not None:
            self._answers[asked.query.name] = answered
            shown = _shown(answered)
            for fact in facts:
                if fact in shown:
                    self._shown[fact].append(Showing(asked.query.name, asked.query.summary))

    def _may_match(self, asked: _StoredQuestion, facts: list[str]) -> bool:
        """Whether what stands around the facts is as a question wants it, with its defaults."""
        text = asked.around(facts)
        if not text:
            return True
        try:
            answer = self._store.query(with_prefixes(f"ASK {{ {text} }}", self._project.prefixes), timeout=_SECONDS)
        except KzgraphError:
            return True
        return not isinstance(answer, Truth) or answer.value

    def _answered(self, query: StoredQuery, given: dict[str, str], facts: Collection[str]) -> Answered | None:
        """The answer of a question, with the cells of the rows that have one of the facts; None if it fails."""
        try:
            text = prepare(self._project, query, given, self._store)
            answer = self._store.query(text, timeout=_SECONDS)
        except KzgraphError:
            return None
        if not isinstance(answer, Rows):
            return None
        if not query.cells:
            return Answered(query, text, answer, None)
        rows = _rows_with(answer, query, set(facts))
        cited = cite(self._project, Question(query, values_given(query, given), self._language), rows, self._store)
        return Answered(query, text, answer, cited)

    def _ask_otherwise(self, asked: _StoredQuestion) -> None:
        """Asks a question for the facts that none shows, with the values of parameters by which it could match them."""
        missing = [f for f in self._unseen if asked.may_hold(self._told[f])]
        for given, facts in self._values(asked, missing).items():
            known = {f for f in facts if any(s.query == asked.query.name for s in self._shown[f])}
            answered = self._answered(asked.query, dict(given), facts - known) if facts - known else None
            shown = _shown(answered) if answered else set()
            for fact in sorted(shown & facts - known):
                self._shown[fact].append(Showing(asked.query.name, asked.query.summary, dict(given)))

    def _values(self, asked: _StoredQuestion, facts: list[str]) -> dict[_Given, set[str]]:
        """The values of parameters with which a question can match facts, each with these facts, at most some for each.

        They are what the parameters are where a fact stands in the query. Those that are the default are left out.
        """
        found: dict[_Given, set[str]] = defaultdict(set)
        chosen = [p for p in asked.query.parameters if p.default is not None]
        if not chosen or not facts:
            return found
        tried: Counter[str] = Counter()
        text = prepare(self._project, asked.query, {p.name: _OPEN for p in chosen}, self._store)
        for way in ways_of(text):
            mentioned = {v for c in way for v in variables(c.text)}
            for name in mentioned & asked.fact_variables:
                for row in self._solutions(way, name, facts, [p.name for p in chosen if p.name in mentioned]):
                    fact, values = row[name].value, ((p, self._written(row.get(p.name))) for p in chosen)
                    given = tuple((p.name, value) for p, value in values if value not in {"", p.default})
                    if given and tried[fact] < _MOST_TRIED and fact not in found[given]:
                        tried[fact] += 1
                        found[given].add(fact)
        return found

    def _solutions(self, way: Way, name: str, facts: list[str], also: list[str]) -> list[dict[str, Term]]:
        """A variable with one of some facts, and other variables, in a way to match; nothing if it takes too long."""
        returned = " ".join(f"?{v}" for v in (name, *also))
        text = f"SELECT DISTINCT {returned} WHERE {{ {pattern_with(way, name, facts)} }}"
        try:
            return rows_of(self._store, with_prefixes(text, self._project.prefixes), _SECONDS)
        except KzgraphError:
            return []

    def _written(self, term: Term | None) -> str:
        """A value as it is given to a parameter; empty without one."""
        if term is None:
            return ""
        return shorten(term.value, self._project.prefixes) if term.kind == "uri" else term.value

    def _lacks(self, fact: str) -> list[Lack]:
        """Why the questions about facts of the same kind do not show a fact, that which nearly does first."""
        told = self._told[fact]
        near = [asked for asked in self._questions if asked.names & told.kinds]
        near = near or [asked for asked in self._questions if asked.names & told.classes]
        found = [self._lack(asked.query, fact) for asked in near]
        return [lack for _, lack in sorted(found, key=lambda f: f[0])[:_MOST_REASONS]]

    def _lack(self, query: StoredQuery, fact: str) -> tuple[int, Lack]:
        """Why a question does not show a fact, after how many conditions fail."""
        answered = self._answers.get(query.name) or self._answered(query, {}, [fact])
        if answered is None:
            return _MOST_TRIED, Lack(query.name, query.path, "it cannot be asked")
        absence = explain_absence(self._project, answered, fact, self._store)
        if absence.failures:
            failure = absence.failures[0]
            return failure.conditions - failure.held, Lack(query.name, query.path, failure=failure)
        return 0, Lack(
            query.name, query.path, next(iter(absence.reasons), "it names the fact, and shows nothing of it")
        )


@dataclass(frozen=True)
class _Statements:
    """What the graph says of a fact: property and value of each statement, its classes, and the most specific ones."""

    pairs: frozenset[tuple[str, Term]]
    classes: frozenset[str]
    kinds: frozenset[str]


def _statements(store: Store, facts: Collection[str]) -> dict[str, _Statements]:
    pairs: dict[str, set[tuple[str, Term]]] = {fact: set() for fact in facts}
    for row in rows_about(store, "?fact", facts, "?fact ?property ?value"):
        pairs[row["fact"].value].add((row["property"].value, row["value"]))
    kinds = kinds_of(store, facts)
    general = store.model["Fact"]
    return {
        fact: _Statements(
            frozenset(own),
            frozenset(value.value for name, value in own if name == _TYPE) - {general},
            frozenset(kinds.get(fact, ())),
        )
        for fact, own in pairs.items()
    }


class _StoredQuestion:
    """A stored query, the terms that its text names, and what it wants of a fact in each of its ways to match."""

    def __init__(self, query: StoredQuery, project: Project) -> None:
        self.query = query
        self._prefixes = project.prefixes
        self._fact = project.model["Fact"]
        self._usual = {PROV + "wasDerivedFrom", *(project.model[word] for word in ("modality", "about"))}
        self.names = {iri for t in tokens(query.text) if t.kind in {"pname", "iri"} if (iri := self._iri(t.text))}
        self._ways = ways_of(query.text)
        self.fact_variables = {v for c in query.cells for v in c.fact_variables} or set(query.facts)
        places = [{name: source_of(way, name) for name in self.fact_variables} for way in self._ways]
        bound = [
            {name for name, own in of.items() if _has(way, own)} for way, of in zip(self._ways, places, strict=True)
        ]
        self._places = [(way, of[name]) for way, of, own in zip(self._ways, places, bound, strict=True) for name in own]
        self._wanted = [self._own(way, f"?{name}") for way, name in self._places]
        optional = self.fact_variables & optional_variables(query.text)
        is_whole = self.fact_variables <= set[str]().union(*bound) and all(optional <= own for own in bound)
        self._is_open = len(self._ways) >= MOST_WAYS or not is_whole

    @property
    def is_general(self) -> bool:
        """Whether it may be asked of any fact: a class or fact is a parameter, and facts need to be of no kind."""
        kinds = {self._iri(p.type) for p in self.query.parameters}
        wanted = {name for own in self._wanted for name, _ in own}
        return bool(kinds & {OWL + "Class", self._fact}) and wanted <= self._usual

    def may_hold(self, told: _Statements) -> bool:
        """Whether the question might have a fact in its answer, by the fact's own classes, properties and values.

        True of a question that cannot be taken apart, finds facts in an OPTIONAL part, or wants nothing of its facts.
        """
        names = {name for name, _ in told.pairs}
        values = {(name, value.value) for name, value in told.pairs}
        return (
            self._is_open
            or not self._wanted
            or any(all((n, v) in values if v else n in names for n, v in own) for own in self._wanted)
        )

    def around(self, facts: Collection[str]) -> str:
        """The pattern that one of some facts must match to be in the answer; empty if nothing can be said.

        Of each way it has the triples with the fact, and what must be so of the things in these.
        """
        if self._is_open:
            return ""
        parts = {self._near(way, name, facts) for way, name in self._places}
        return " UNION ".join(f"{{ {part} }}" for part in sorted(parts))

    def _near(self, way: Way, name: str, facts: Collection[str]) -> str:
        """The conditions of a way on a fact and on the things beside it, with some facts in the variable."""
        own = [c for c in way if c.is_triple and name in variables(c.text)]
        beside = {f"?{v}" for c in own for v in variables(c.text)}
        given = [c for c in way if c.text.upper().startswith("VALUES") and c.text.split()[1] in beside]
        told = [c for c in way if c.subject in beside and self._iri(c.object) and c not in own]
        chosen = [c for c in way if _is_plain_filter(c) and {f"?{v}" for v in variables(c.text)} <= beside]
        return pattern_with([*given, *own, *told, *chosen], name, facts)

    def _own(self, way: Way, variable: str) -> list[tuple[str, str]]:
        """The properties that a way wants of the fact in a variable, each with its value if there is but one."""
        own = [c for c in way if c.subject == variable]
        read = ((_TYPE if c.predicate == "a" else self._iri(c.predicate), self._iri(c.object)) for c in own)
        return [(name, value) for name, value in read if name]

    def _iri(self, text: str) -> str:
        """The IRI that a text of SPARQL stands for; empty for a variable, a literal or a path."""
        is_name = text[:1] == "<" or not _NO_NAME.intersection(text)
        return (expand(text, self._prefixes) or "") if is_name else ""


def _has(way: Way, name: str) -> bool:
    """Whether a triple of a way has a variable."""
    return any(c.is_triple and name in variables(c.text) for c in way)


def _is_plain_filter(condition: Condition) -> bool:
    """Whether a condition is a filter that says the same wherever its variables have values."""
    words = {token.word for token in tokens(condition.text)}
    return "FILTER" in words and words.isdisjoint({"EXISTS", "BOUND", "COALESCE", "IF"})


def _rows_with(answer: Rows, query: StoredQuery, facts: set[str]) -> Rows:
    """The bindings of the rows that have one of some facts."""
    bindings: list[Binding] = [{c: t for c, t in zip(answer.columns, row, strict=True) if t} for row in answer.rows]
    having = [own for _, own in group(bindings, query.rows) if any(t.value in facts for b in own for t in b.values())]
    kept = {id(b): b for own in having for b in own}
    return Rows(answer.columns, [tuple(b.get(c) for c in answer.columns) for b in kept.values()])


def _shown(answered: Answered) -> set[str]:
    """The facts that state something in an answer."""
    if answered.cited:
        return {fact for row in answered.cited.rows for cell in row.values() for fact in cell.facts}
    answer = answered.answer
    if not isinstance(answer, Rows):
        return set()
    places = [answer.columns.index(c) for c in answered.query.facts if c in answer.columns]
    return {fact for row in answer.rows for n in places if (term := row[n]) for fact in term.value.split()}
