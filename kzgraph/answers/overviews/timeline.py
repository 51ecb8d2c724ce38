"""What happened when: the facts with a time of their own, in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from kzgraph.answers.things.choosing import FactWish, read_choice
from kzgraph.answers.things.facts import Fact, read_about, read_facts
from kzgraph.dates import When
from kzgraph.files.project import Project
from kzgraph.stores import Store
from kzgraph.stores.rows import rows_of

UNDATED = "No date of its own"


@dataclass(frozen=True)
class Timeline:
    """Facts in the order of their time; ``undated`` are those for which no document gives a time.

    A fact that a document only reports, without saying since when it holds, has no date of its own.
    """

    facts: list[Fact]
    undated: list[Fact]

    def by_year(self) -> list[tuple[str, list[Fact]]]:
        """The facts under their years, each year as a heading; a fact of several years stands under the first."""
        return [(year, list(own)) for year, own in groupby(self.facts, key=lambda f: _year(f.when))]


def read_timeline(
    store: Store, project: Project, thing: str = "", wish: FactWish | None = None, language: str = "en"
) -> Timeline:
    """The facts about a thing, or all events if no thing is given, in the order of their time.

    ``wish`` chooses facts, and its kind may be any class of facts. For the errors see
    :func:`~kzgraph.answers.things.choosing.read_choice`.
    """
    wanted = wish or FactWish()
    if thing:
        every = read_about(store, thing, language)
    else:
        every = read_facts(store, _facts(store, "Fact" if wanted.kind else "Event"), language)
    choice = read_choice(project, store, every, wanted)
    facts = _in_order(fact for fact in every if choice.takes(fact))
    return Timeline([f for f in facts if _is_dated(f.when)], [f for f in facts if not _is_dated(f.when)])


def _facts(store: Store, word: str) -> list[str]:
    return [row["fact"].value for row in rows_of(store, f"SELECT ?fact WHERE {{ ?fact a <model|{word}> }}")]


def _in_order(facts: Iterable[Fact]) -> list[Fact]:
    return sorted(facts, key=lambda f: (f.when.order, f.label, f.iri))


def _is_dated(when: When) -> bool:
    return bool(when.dates or when.starts or when.ends or when.after or when.before)


def _year(when: When) -> str:
    """The year under which a fact stands: that of its first date, else what it came after or before."""
    for dates in (when.dates, when.starts, when.ends):
        if dates:
            return str(dates[0].year)
    return f"after {max(when.after).words}" if when.after else f"before {min(when.before).words}"


def told_of(facts: Sequence[Fact]) -> list[tuple[str, str]]:
    """For each fact its time in words and what it says, with its kind and how firm it is."""
    return [
        (str(fact.when), " · ".join([fact.label, fact.kind, *(r for r in fact.remarks if r != str(fact.when))]))
        for fact in facts
    ]
