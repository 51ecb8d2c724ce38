"""The part of the Python API that reads about things and facts: what each command of the same name prints.

Values, dates and paths are taken as a user would type them.
"""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kzgraph.dates import PartialDate
from kzgraph.errors import UsageError
from kzgraph.files.project import Project
from kzgraph.namespaces import shorten
from kzgraph.stores import Store
from kzgraph.stores.disk.embedded import EmbeddedStore
from kzgraph.terms import Graph, Truth

if TYPE_CHECKING:
    from kzgraph.answers.overviews.comparing import Comparison
    from kzgraph.answers.overviews.mentions import Mention
    from kzgraph.answers.overviews.timeline import Timeline
    from kzgraph.answers.plain_words.fitting_facts import FittingFact
    from kzgraph.answers.plain_words.suggesting import Asking, Suggestions
    from kzgraph.answers.things.conflicts import Matter
    from kzgraph.answers.things.describing import Description
    from kzgraph.answers.things.explaining import Edge, Explanation, Grounds
    from kzgraph.answers.things.found import SearchResults

Value = str | int | float | Decimal | date | PartialDate
"""What a parameter takes: a text as the command line takes it, a number or a date."""
Paths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


class Why(NamedTuple):
    """What stands behind a thing or an edge: facts with their passages, and for an edge how it follows from others.

    ``title`` is the thing or edge in words, ``words`` has those of each edge in the explanations. ``left_out`` says how
    many more facts there are about the thing, if only the most telling ones were wanted.
    """

    facts: list[Grounds]
    edge: Edge | None
    explanations: list[Explanation]
    title: str = ""
    words: Mapping[Edge, str] = {}
    left_out: int = 0


class Reading:
    """What can be read about the things and facts of an opened graph."""

    project: Project

    @abstractmethod
    def _store(self) -> Store:
        """The store to ask."""

    def find(self, text: str) -> str:
        """The IRI of the one thing that a CURIE, an IRI or a name stands for.

        Raises :class:`UnknownName` with the nearest names, or :class:`UsageError` if several things are called so.
        """
        return self._find(text, self._store())

    def namesakes(self, text: str) -> list[str]:
        """The other things of the same class in whose names a name stands: Heydar Aliyev, for ``Aliyev``."""
        from kzgraph.answers.things.find import namesakes

        return namesakes(text, self.project, self._store())

    def label(self, iri: str, *, language: str = "en") -> str:
        """What people call a thing: its label in a language, else in English, else in any, else its short form."""
        from kzgraph.answers.things.facts import labels

        return labels(self._store(), [iri], language)[iri]

    def search(self, text: str, *, limit: int = 20, things_only: bool = False) -> SearchResults:
        """The things and facts that have a name like a text, best first: a list, empty if there is none.

        Raises :class:`UsageError` for a text without letter or digit.
        """
        from kzgraph.answers.things.found import find_all

        return find_all(self._store(), self.project.prefixes, text, limit=limit, things_only=things_only)

    def fitting_facts(self, question: str) -> list[FittingFact]:
        """The facts that fit the words of a question best, each with what the question says and the fact does not.

        Raises :class:`UsageError` for a text without letter or digit.
        """
        return self._asking().facts(question)

    def suggest(self, text: str) -> Suggestions:
        """The stored queries that plain words may mean and that have rows, and whether the first one surely is.

        ``g.query(s.name, parameters=s.parameters)`` asks the suggestion ``s``, unless its command is ``show``. Where
        none surely is meant, ``facts`` are those that fit the words best, else those few that say all that is asked.
        Raises :class:`UsageError` for a text without letter or digit.
        """
        return self._asking().suggest(text)

    def _asking(self) -> Asking:
        from kzgraph.answers.asking.ask import has_rows
        from kzgraph.answers.plain_words.suggesting import Asking

        store = self._store()
        return Asking(self.project, store, partial(has_rows, self.project, store))

    def show(
        self,
        thing: str,
        *,
        kind: str = "",
        document: str = "",
        from_date: Value | None = None,
        to_date: Value | None = None,
        background: bool = True,
        language: str = "en",
    ) -> Description:
        """A thing by a CURIE, an IRI or a name: its names, what is written of it, and the facts about it.

        ``kind``, ``document``, ``from_date`` and ``to_date`` choose facts; without ``background`` those that rest on
        background alone are left out. Raises :class:`UnknownName` with the nearest names, or :class:`UsageError` if
        several things are called so, or for what is no date.
        """
        from kzgraph.answers.things.choosing import FactWish
        from kzgraph.answers.things.describing import describe

        store = self._store()
        wish = FactWish(kind, document, typed(from_date), typed(to_date), background)
        return describe(store, self.project, self._find(thing, store), language, wish)

    def why(
        self,
        thing: str,
        property: str | None = None,  # noqa: A002  # the word of the glossary, and of the command line
        value: str | None = None,
        *,
        telling: bool = False,
        documents: str | os.PathLike[str] | None = None,
        language: str = "en",
    ) -> Why:
        """The facts behind a thing, or behind the edge from it by a property to a value, with their passages.

        With ``telling``, of many facts about a thing the ten most telling ones. ``documents`` is the folder of the
        documents' texts, from which the words of the passages are read. Raises :class:`UnknownName`, or
        :class:`UsageError` for an edge that the graph does not hold, and where the graph is on a server.
        """
        from kzgraph.answers.things.explaining import Explainer
        from kzgraph.files.documents import checked_folder

        if (property is None) != (value is None):
            raise UsageError("an edge has three parts", hint="give thing, property and value, or the thing alone")
        store = self._store()
        if not isinstance(store, EmbeddedStore):
            raise UsageError("`why` explains a graph on this machine", hint="open the project without `store`")
        explainer = Explainer(self.project, store, checked_folder(Path(documents)) if documents else None, language)
        if property is None or value is None:
            iri = self._find(thing, store)
            told, left = explainer.thing(iri, telling=telling)
            title = f"{self.label(iri, language=language)} · {shorten(iri, self.project.prefixes)}"
            return Why(told, None, [], title, left_out=left)
        edge, explanations = explainer.edge(thing, property, value)
        words = explainer.told({edge, *(e for x in explanations for e in x.edges)})
        return Why(explainer.facts_behind(explanations), edge, explanations, words[edge], words)

    def timeline(
        self,
        thing: str | None = None,
        *,
        kind: str = "",
        document: str = "",
        from_date: Value | None = None,
        to_date: Value | None = None,
        language: str = "en",
    ) -> Timeline:
        """The dated facts about a thing, or all events, in the order of their time; for the errors see :meth:`show`."""
        from kzgraph.answers.overviews.timeline import read_timeline
        from kzgraph.answers.things.choosing import FactWish

        store = self._store()
        wish = FactWish(kind, document, typed(from_date), typed(to_date))
        return read_timeline(store, self.project, self._find(thing, store) if thing is not None else "", wish, language)

    def mentions(
        self,
        thing: str,
        *,
        document: str = "",
        documents: str | os.PathLike[str] | None = None,
        language: str = "en",
    ) -> list[Mention]:
        """How each source document, or one of them, speaks of a thing: names, paragraphs, facts.

        ``documents`` is the folder of the documents' texts, which are searched where no fact is found; only so it is
        known that a document does not name the thing. For the errors see :meth:`show`.
        """
        from kzgraph.answers.overviews.mentions import read_mentions

        store = self._store()
        one = self._document(document, store) if document else ""
        return read_mentions(store, self._find(thing, store), Path(documents) if documents else None, one, language)

    def compare(self, one: str, two: str, *, about: str = "", language: str = "en") -> Comparison:
        """What two documents both say, where they agree and disagree, and what only one says; of one thing, if named.

        For the errors see :meth:`show`.
        """
        from kzgraph.answers.overviews.comparing import compare

        store = self._store()
        first, second = (self._document(d, store) for d in (one, two))
        return compare(store, first, second, self._find(about, store) if about else "", language)

    def _document(self, text: str, store: Store) -> str:
        from kzgraph.answers.things.find import find_thing

        return find_thing(text, self.project, store, kind=self.project.model["SourceDocument"], what="document")

    def conflicts(self, thing: str | None = None, *, language: str = "en") -> list[Matter]:
        """Where sources disagree: matters, each with its conflicts; only those about a thing, if one is named."""
        from kzgraph.answers.things.conflicts import about, find_conflicts, matters

        store = self._store()
        found = find_conflicts(store, language)
        return matters(store, found if thing is None else about(found, self._find(thing, store)), language)

    def _find(self, thing: str, store: Store, what: str = "thing") -> str:
        from kzgraph.answers.things.find import find_thing

        return find_thing(thing, self.project, store, what=what)


def texts(given: Mapping[str, Value | None]) -> dict[str, str]:
    """The values that are given, as a user types them."""
    return {name: text(value) for name, value in given.items() if value is not None}


def text(value: Value) -> str:
    """A value as a user types it."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def typed(value: Value | None) -> str:
    """A value as a user types it, an empty text for none."""
    return "" if value is None else text(value)


def day(name: str, value: Value | None) -> PartialDate | None:
    """The date that a value is, for the parameter of a name; raises :class:`UsageError` for what is no date."""
    return None if value is None else date_given(name, value)


def date_given(name: str, value: Value) -> PartialDate:
    """As :func:`day`, for a value that must be given."""
    return PartialDate.typed(text(value), f"`{name}`")


def paths(given: Paths) -> list[Path]:
    """One path or several as a list."""
    return [Path(given)] if isinstance(given, str | os.PathLike) else [Path(path) for path in given]


def other_kind(answer: object) -> UsageError:
    """The error for an answer that another method gives."""
    if isinstance(answer, Truth):
        return UsageError("the answer is true or false, and has no rows", hint="use `ask`")
    if isinstance(answer, Graph):
        return UsageError("the answer is a graph, and has no rows", hint="use `construct`")
    return UsageError("the answer has rows", hint="use `sparql`")
