"""A question in plain words → the stored queries that may be meant, with parameters, and whether one surely is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import islice

from kzgraph.answers.plain_words.filling import Filled, fill
from kzgraph.answers.plain_words.fitting_facts import FactFinder, FittingFact
from kzgraph.answers.plain_words.matching import Matcher
from kzgraph.answers.plain_words.things_in_text import Lexicon, Named, dates_in, without, without_dates
from kzgraph.answers.plain_words.unused import Unused, unused
from kzgraph.answers.plain_words.words import stems
from kzgraph.answers.queries.stored_query import StoredQuery, read_query, stored_queries
from kzgraph.answers.things.names import Names, kinds_of, read_names
from kzgraph.errors import UsageError
from kzgraph.files.project import Project
from kzgraph.namespaces import RDF, expand, namespace_of, shorten
from kzgraph.stores import Store
from kzgraph.stores.disk.cache import cache_folder
from kzgraph.stores.rows import rows_about
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
_ABOUT_ONE = frozenset(["who", "what", "is", "are", "was", "tell", "me", "about", "describe", "explain", "show", "the"])

_LONGEST = 2000  # letters of a question


HasRows = Callable[[StoredQuery, Mapping[str, str]], bool]


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
    """What may be meant and has rows, best first; if ``is_sure``, the one that surely is meant, alone."""

    found: list[Suggestion]
    is_sure: bool
    _facts: Callable[[], list[FittingFact]] = field(default=list, repr=False, compare=False)

    @cached_property
    def facts(self) -> list[FittingFact]:
        """The facts that fit the words best, looked up when they are first wanted; none if a query surely is meant."""
        return [] if self.is_sure else self._facts()


class Asking:
    """The stored queries and the names of a project, ready for questions in plain words.

    ``has_rows`` says whether a stored query has rows with some values of parameters.
    """

    def __init__(self, project: Project, store: Store, has_rows: HasRows) -> None:
        cache = cache_folder(project)
        paths = stored_queries(project)
        self.queries = [read_query(path, project.relative(path), cache) for _, path in sorted(paths.items())]
        self._matcher = Matcher(self.queries)
        self.project, self._store, self.has_rows = project, store, has_rows

    @cached_property
    def _names(self) -> Names:
        return read_names(self._store, gists=True)

    @cached_property
    def _finder(self) -> FactFinder:
        return FactFinder(self._store, self._names)

    @cached_property
    def _lexicon(self) -> Lexicon:
        """The names of the things that questions can be about: not of facts, nor of the terms of the ontology."""
        names, terms = self._names, namespace_of(self.project.model["Fact"])
        things = [t for t in names.of if t not in names.facts and not t.startswith(terms)]
        takes = {expand(p.type, self.project.prefixes) for q in self.queries for p in q.parameters}
        return Lexicon.of(names, things, (t for t, own in self._classes(things).items() if own & takes))

    def _classes(self, things: Iterable[str]) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for row in rows_about(self._store, "?thing", things, f"?thing <{RDF}type> ?class"):
            found.setdefault(row["thing"].value, set()).add(row["class"].value)
        return {thing: frozenset(own) for thing, own in found.items()}

    def suggest(self, text: str) -> Suggestions:
        """The commands that may answer a question; raises :class:`UsageError` for no text, or far too long a one."""
        if len(text) > _LONGEST:
            raise UsageError(f"the question has more than {_LONGEST} letters", hint="ask one thing, in a sentence")
        if not folded(text):
            raise UsageError("the question has no letter or digit", hint='write kzgraph ask "who are the partners"')
        named = self._lexicon.named(text)
        if about := self._about_one(text, named):
            return Suggestions([about], is_sure=True)
        return replace(self._ranked(text, named), _facts=partial(self.facts, text))

    def facts(self, text: str) -> list[FittingFact]:
        """The facts that fit a question best, for one that no stored query surely answers."""
        named = self._lexicon.named(text)
        return self._finder.fitting(text, named, dates_in(without(text, named)))

    def _about_one(self, text: str, named: list[Named]) -> Suggestion | None:
        """What shows a thing, if the text asks who or what it is and nothing more."""
        if len(named) != 1 or named[0].is_adjective:
            return None
        rest = [w for w in folded(text.replace(named[0].text, " ")).split() if w not in _ABOUT_ONE and w != "s"]
        if rest:
            return None
        thing = named[0].things[0]
        name = shorten(thing, self.project.prefixes)
        return Suggestion("show", name, {}, self._names.label(thing), 1.0)

    def _ranked(self, text: str, named: list[Named]) -> Suggestions:
        proper = [one for one in named if not one.is_common]
        words = stems(without_dates(without(text, proper)))
        dates = dates_in(without(text, named))
        classes = self._classes({thing for one in named for thing in one.things})
        scores = self._matcher.scores(words, self._hints(named))
        strange = self._strange_names(text, named)
        found, apt = [], dict[str, int]()
        for query in self.queries:
            filled = fill(query, named, dates, classes, self.project.prefixes)
            score = scores[query.name]
            if score:
                score += _APT * filled.apt - _LOST * filled.lost + _DATED * filled.is_dated - _STRANGE * bool(strange)
                left = unused(text, named, filled, partial(self._matcher.has_all, query.name), self._names.label)
                found.append(self._suggestion(query, filled, score, left))
                apt[query.name] = filled.apt
        found.sort(key=lambda s: (-s.score, s.name))
        if not found:
            return Suggestions([], is_sure=False)
        best, second = found[0], found[1].score if len(found) > 1 else 0.0
        is_best = best.score >= max(_SURE, second * _MARGIN)
        matched, count = self._matcher.known(best.name, words)
        has_grounds = (matched + apt[best.name] >= _GROUNDS and matched >= _SHARE * count) or 0 < matched == count
        fitting = (s for s in found[:_TRIED] if s.score >= _FITS + _LOST * len(s.unused.facts))
        answering = filter(self._answers, fitting)
        first = list(islice(answering, 1))
        if first == [best] and is_best and has_grounds and not strange and not best.unused.facts:
            return Suggestions(first, is_sure=True)
        return Suggestions([*first, *islice(answering, _OFFERED - 1)], is_sure=False)

    def _answers(self, suggestion: Suggestion) -> bool:
        query = next(q for q in self.queries if q.name == suggestion.name)
        return self.has_rows(query, suggestion.parameters)

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
