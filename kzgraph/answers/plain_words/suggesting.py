"""A question in plain words → the stored queries that may be meant, with parameters, and whether one surely is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import islice
from typing import Protocol

from kzgraph.answers.cells.columns import WHEN
from kzgraph.answers.plain_words.filling import Filled, fill
from kzgraph.answers.plain_words.fitting_facts import FactFinder, FittingFact, asks_number, asks_time, asks_who, telling
from kzgraph.answers.plain_words.languages.other_languages import OtherLanguages
from kzgraph.answers.plain_words.matching import Matcher, worded
from kzgraph.answers.plain_words.respelling import KnownWords, Reread
from kzgraph.answers.plain_words.things_in_text import Lexicon, Named, dates_in, without, without_dates
from kzgraph.answers.plain_words.unused import Unused, unused
from kzgraph.answers.plain_words.words import asked_for, stems
from kzgraph.answers.queries.stored_query import StoredQuery, readable_queries
from kzgraph.answers.things.names import Names, kinds_of, read_names, refuse_long
from kzgraph.errors import UsageError
from kzgraph.files.project import Project
from kzgraph.namespaces import DCTERMS, RDF, expand, namespace_of, shorten
from kzgraph.stores import Store
from kzgraph.stores.disk.cache import cache_folder
from kzgraph.stores.rows import rows_about, rows_of
from kzgraph.wording.names import folded

# Chosen on half of the questions in tests/cases/ask: below, a wrong question is too often run.
_SURE = 0.78
_MARGIN = 1.25
"""How much better than the next the best question must match to be run without asking."""
_GROUNDS, _SHARE = 2, 0.6
"""So many words or things of the text, and such a share of its words, must fit a question that is run."""
_OFFERED, _TRIED = 3, 6
"""So many are offered, and so many are asked to find those that have rows."""
_FITS = 0.35
"""What matches less is not offered; a name, date or number that is not used makes it need more."""
_APT, _LOST, _DATED, _STRANGE = 0.12, 0.1, 0.08, 0.25
_ABOUT_ONE = frozenset(
    folded("""who what is are was tell me about describe explain show the do does you we i know everything all
    information on of give there can say find out""").split()
)

_GOES = re.compile(
    r"\b(go|goes|going|went|gone|come|comes|came|been|fly|flew|travel(s|ed|led)?)(?= (to|over)\b)", re.IGNORECASE
)


class HasRows(Protocol):
    """Says of a stored query and values whether it has rows; if a class is named, with things of it not given."""

    def __call__(self, query: StoredQuery, given: Mapping[str, str], naming: str = "") -> bool:
        """Whether it has."""


@dataclass(frozen=True)
class Suggestion:
    """A command that may answer: ``query`` with parameters, or ``show`` with a thing; and how well it matches.

    ``unused`` are the words of the text that it leaves out.
    """

    command: str
    name: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    score: float = 0.0
    unused: Unused = field(default_factory=Unused)


@dataclass(frozen=True)
class Suggestions:
    """What may be meant and has rows, best first; if ``is_sure``, the one that surely is meant, alone.

    ``read`` has the words that were read as others, such as slips of the pen. What else it has is looked up
    when it is first wanted.
    """

    found: list[Suggestion]
    is_sure: bool
    read: Mapping[str, str] = field(default_factory=dict)
    _named: Callable[[], Suggestion | None] = field(default=lambda: None, repr=False, compare=False)
    _facts: Callable[[], list[FittingFact]] = field(default=list, repr=False, compare=False)

    @cached_property
    def named(self) -> Suggestion | None:
        """What shows the thing in the text of which the fewest facts tell; nothing if a query surely is meant."""
        return None if self.is_sure else self._named()

    @cached_property
    def facts(self) -> list[FittingFact]:
        """The facts that fit the words best; if a query surely is meant, those alone that say all that is asked."""
        return telling(self._facts()) if self.is_sure else self._facts()


@dataclass(frozen=True)
class _QuestionWords:
    """A question: the stems of its words and of the classes of what it names, and the names that nothing has."""

    text: str
    words: list[str]
    hints: list[str]
    strange: list[str]


@dataclass(frozen=True)
class _Match:
    """What may be asked, and how the things and dates of the text fill it."""

    suggestion: Suggestion
    filled: Filled


class Asking:
    """The stored queries and the names of a project, ready for questions in plain words.

    ``has_rows`` says whether a stored query has rows with some values of parameters.
    """

    def __init__(self, project: Project, store: Store, has_rows: HasRows) -> None:
        self.queries = readable_queries(project, cache_folder(project))
        self._matcher = Matcher(self.queries)
        self.project, self._store, self.has_rows = project, store, has_rows

    @cached_property
    def _names(self) -> Names:
        return read_names(self._store, gists=True)

    @cached_property
    def _finder(self) -> FactFinder:
        return FactFinder(self._store, self._names)

    @cached_property
    def _things(self) -> list[str]:
        """What questions can be about: neither facts nor the terms of the ontology."""
        terms = namespace_of(self.project.model["Fact"])
        return [t for t in self._names.of if t not in self._names.facts and not t.startswith(terms)]

    @cached_property
    def _lexicon(self) -> Lexicon:
        """The names of the things that questions can be about."""
        names, things = self._names, self._things
        takes = {expand(p.type, self.project.prefixes) for q in self.queries for p in q.parameters}
        return Lexicon.of(names, things, (t for t, own in self._classes(things).items() if own & takes))

    @cached_property
    def _known_words(self) -> KnownWords:
        names = (name.text for own in self._names.of.values() for name in own)
        return KnownWords([*names, *(text for query in self.queries for text in worded(query))])

    def _reread(self, text: str) -> Reread:
        """A question with its slips of the pen, and words run together or apart, read as words that are known."""
        refuse_long(text, "the question")
        if not folded(text):
            raise UsageError("the question has no letter or digit", hint='write kzgraph ask "who are the partners"')
        english = self._languages.read(text)
        read = self._known_words.reread(english.text)
        return replace(read, changes=(*english.changes.items(), *read.changes), is_whole=english.is_whole)

    @cached_property
    def _languages(self) -> OtherLanguages:
        """What reads questions in other languages, by the names of what questions can be about."""
        names = (name.text for thing in self._things for name in self._names.of[thing])
        return OtherLanguages(names, self._known_words.has)

    def _classes(self, things: Iterable[str]) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for row in rows_about(self._store, "?thing", things, f"?thing <{RDF}type> ?class"):
            found.setdefault(row["thing"].value, set()).add(row["class"].value)
        return {thing: frozenset(own) for thing, own in found.items()}

    def suggest(self, text: str) -> Suggestions:
        """The commands that may answer a question; raises :class:`UsageError` for no text, or far too long a one."""
        reread = self._reread(text)
        named = self._named(reread.text)
        asked = self._with_visits(reread.text, named)
        if about := self._about_one(reread.text, named):
            return Suggestions([about], is_sure=True, read=dict(reread.changes))
        found = self._ranked(asked, named)
        return replace(
            found,
            is_sure=found.is_sure and reread.is_whole,  # what is not understood of a question may change what it means
            read=dict(reread.changes),
            _named=partial(self._rarest, named),
            _facts=partial(self._fitting, asked),
        )

    def _named(self, text: str) -> list[Named]:
        """The things that a text names; the name of an author stands for what he or she wrote, too."""
        named = self._lexicon.named(text)
        works: dict[str, list[str]] = defaultdict(list)
        people = {thing for one in named for thing in one.things}
        for row in rows_about(self._store, "?author", people, f"?work <{DCTERMS}creator> ?author"):
            works[row["author"].value].append(row["work"].value)
        return [
            replace(one, things=(*one.things, *(work for thing in one.things for work in sorted(works[thing]))))
            for one in named
        ]

    def _with_visits(self, text: str, named: list[Named]) -> str:
        """A text in which a person who goes to a place visits it: oil goes there too, and is no visitor."""
        if not _GOES.search(text):
            return text
        classes = self._classes({thing for one in named for thing in one.things})
        is_of_person = any(self.project.model["Person"] in own for own in classes.values())
        return _GOES.sub("visit", text) if is_of_person else text

    def _rarest(self, named: list[Named]) -> Suggestion | None:
        """What shows the thing, of those that are named, of which the fewest facts tell."""
        things = [one.things[0] for one in named if not one.is_common]
        counts = {thing: self._finder.count(thing) for thing in things}
        best = min((thing for thing in things if counts[thing]), key=lambda t: counts[t], default=None)
        return self._shown(best) if best else None

    def facts(self, text: str) -> list[FittingFact]:
        """The facts that fit a question best, for one that no stored query surely answers."""
        read = self._reread(text).text
        return self._fitting(self._with_visits(read, self._named(read)))

    def _fitting(self, text: str) -> list[FittingFact]:
        named = self._named(text)
        return self._finder.fitting(text, named, dates_in(without(text, named)))

    def _about_one(self, text: str, named: list[Named]) -> Suggestion | None:
        """What shows a thing, if the text asks who or what it is and nothing more."""
        if len(named) != 1 or named[0].is_adjective:
            return None
        rest = [w for w in folded(text.replace(named[0].text, " ")).split() if w not in _ABOUT_ONE and w != "s"]
        if rest:
            return None
        return self._shown(named[0].things[0])

    def _shown(self, thing: str) -> Suggestion:
        return Suggestion("show", shorten(thing, self.project.prefixes), {}, self._names.label(thing), 1.0)

    def _ranked(self, text: str, named: list[Named]) -> Suggestions:
        asked = self._asked(text, named)
        found = sorted(self._matches(asked, named), key=lambda m: (-m.suggestion.score, m.suggestion.name))
        told = [match.suggestion for match in found]
        fitting = (s for s in told[:_TRIED] if s.score >= _FITS + _LOST * len(s.unused.facts))
        answering = filter(self._answers, fitting)
        first = list(islice(answering, 1))
        if first and first == told[:1] and self._is_meant(asked, found[0], told[1].score if told[1:] else 0.0):
            return Suggestions(first, is_sure=True)
        return Suggestions([*first, *islice(answering, _OFFERED - 1)], is_sure=False)

    def _asked(self, text: str, named: list[Named]) -> _QuestionWords:
        words = stems(without_dates(without(text, [one for one in named if not one.is_common])))
        return _QuestionWords(text, words, self._hints(named), self._strange_names(text, named))

    def _matches(self, asked: _QuestionWords, named: list[Named]) -> Iterator[_Match]:
        """How each question matches that has any word of the text."""
        dates = dates_in(without(asked.text, named))
        classes = self._classes({thing for one in named for thing in one.things})
        scores = self._matcher.scores(asked.words, asked.hints)
        is_strange = not all(self._known_words.has(word) for name in asked.strange for word in folded(name).split())
        for query in self.queries:
            if score := scores[query.name]:
                filled = fill(query, named, dates, classes, self.project.prefixes)
                score += _APT * filled.apt - _LOST * filled.lost + _DATED * filled.is_dated - _STRANGE * is_strange
                left = unused(asked.text, named, filled, partial(self._matcher.has_all, query.name), self._names.label)
                yield _Match(self._suggestion(query, filled, score, left), filled)

    def _is_meant(self, asked: _QuestionWords, best: _Match, next_best: float) -> bool:
        """Whether the question that matches best surely is meant."""
        name, score = best.suggestion.name, best.suggestion.score
        if score < max(_SURE, next_best * _MARGIN) or asked.strange or best.suggestion.unused.facts:
            return False
        left = best.suggestion.unused.words
        if left and asks_number(asked.text):  # what grows is not told by what there is
            return False
        if asks_time(asked.text) and not self._shows(name, WHEN):
            return False
        if left and self._finder.tells(asked.text, self._lexicon.named(asked.text), left):
            return False
        if best.filled.is_half or best.filled.is_turned or self._matcher.is_hinted(name, asked.words, asked.hints):
            return False
        if not self._matcher.has_all(name, (word for word in asked_for(asked.text) if word in asked.words)):
            return False
        matched, count = self._matcher.known(name, asked.words)
        is_backed = matched + best.filled.apt >= _GROUNDS and matched >= _SHARE * count
        return (is_backed or 0 < matched == count) and self._tells_who(asked.text, best.suggestion)

    def _tells_who(self, text: str, best: Suggestion) -> bool:
        """Whether an answer names somebody, if that is what a question asks."""
        query = self._query(best.name)
        if not asks_who(text) or not query.cells or not self._has_actors:
            return True
        return self.has_rows(query, best.parameters, naming=self.project.model["Actor"])

    @cached_property
    def _has_actors(self) -> bool:
        """Whether anything in the graph is an actor: without any, nobody can tell an answer that names one."""
        return any(True for _ in rows_of(self._store, "SELECT ?actor WHERE { ?actor a <model|Actor> } LIMIT 1"))

    def _shows(self, name: str, what: str) -> bool:
        """Whether a column of a question shows something; yes where its header does not say what columns show."""
        cells = self._query(name).cells
        return not cells or any(column.shows == what for column in cells)

    def _query(self, name: str) -> StoredQuery:
        return next(query for query in self.queries if query.name == name)

    def _answers(self, suggestion: Suggestion) -> bool:
        return self.has_rows(self._query(suggestion.name), suggestion.parameters)

    def _strange_names(self, text: str, named: list[Named]) -> list[str]:
        """The names in a text that neither a thing nor a question has: words with a capital, but for the first."""
        words = re.findall(r"[\w'’-]+", without_dates(without(text, named)))
        names = [w for w in words[1:] if w[:1].isupper()]
        unknown = [n for n in names if any(not self._matcher.has(word) for word in stems(n))]
        return [n for n in unknown if not self._lexicon.named(n.replace("-", " "))]

    def _hints(self, named: list[Named]) -> list[str]:
        """The stems of the classes of the things that are named."""
        kinds = kinds_of(self._store, {one.things[0] for one in named if not one.is_common})
        return stems(" ".join(self._names.label(kind) for own in kinds.values() for kind in own))

    def _suggestion(self, query: StoredQuery, filled: Filled, score: float, left: Unused) -> Suggestion:
        prefixes = self.project.prefixes
        values = {n: shorten(v, prefixes) if "://" in v else v for n, v in filled.values.items()}
        defaults = {p.name: p.default for p in query.parameters}
        given = {n: v for n, v in values.items() if v != defaults.get(n)}
        return Suggestion("query", query.name, given, query.summary, score, left)
