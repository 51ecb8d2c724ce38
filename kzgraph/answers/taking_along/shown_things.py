"""A thing in a text: what it is, its names, and its facts as a table with footnotes."""

from __future__ import annotations

import re

from kzgraph.answers.cells.cell import KEY, SUPPLIED, SYMBOLS
from kzgraph.answers.evidence.sources import Sources
from kzgraph.answers.shown.tables import People, PeopleGroup, one_statement
from kzgraph.answers.things.describing import Description
from kzgraph.answers.things.facts import Fact
from kzgraph.wording.numbers import counted

_NAMES, _MOST, _LEAST = 4, 10, 3
"""So many other names are told, and so many facts are shown where no number is wanted."""
_LINES = 2  # about so many a fact takes
_CURIE = re.compile(r" \([\w-]+:[\w.-]+\)$")


def people_of_thing(found: Description, shared: Sources, limit: int, room: int) -> People:
    """A thing as people see it: ``limit`` facts, or with 0 as many as ``room`` lines hold, the most telling first.

    ``shared`` are the footnotes of what stands before it in the same text.
    """
    most = limit or min(_MOST, max(_LEAST, room // _LINES))
    telling = {fact.iri for fact in found.telling}
    shown = [*found.telling, *(fact for fact in found.facts if fact.iri not in telling)][:most]
    people = People(
        ["fact", "kind", "when and how"],
        [[one_statement(text) for text in (fact.label, fact.kind, _how(fact))] for fact in shown],
        [False] * 3,
        shared,
        headline=[one_statement(text) for text in _headline(found, len(shown))],
        groups=[PeopleGroup((), len(shown), len(found.facts) - len(shown))] if shown else [],
        is_short=True,
    )
    if any(SYMBOLS[SUPPLIED] in _how(fact) for fact in shown):
        people.remarks.append(f"{SYMBOLS[SUPPLIED]} {KEY[SUPPLIED]}")
    people.headings.append("sources")
    people.numeric.append(False)
    for cells, fact in zip(people.rows, shown, strict=True):
        cells.append(one_statement("", sorted(shared.numbers(fact.sources))))
    return people if shown else people.with_nothing(" ".join([*_headline(found, 0), "No fact about it is so."]))


def _how(fact: Fact) -> str:
    return " · ".join(fact.remarks)


def _headline(found: Description, shown: int) -> list[str]:
    """What it is, how it is called otherwise, and how many facts of it are told."""
    names = list(dict.fromkeys(n.text for n in found.names if n.text != found.label))
    more = f", and {len(names) - _NAMES} more names" if len(names) > _NAMES + 1 else ""
    also = f", also called {', '.join(names[: _NAMES if more else None])}{more}" if names else ""
    kinds = "; ".join(_CURIE.sub("", kind) for kind in found.classes)
    told = f"{kinds or 'A thing'}{also}."
    facts = counted(len(found.facts), "fact")
    rest = f"{facts}, of which the {shown} most telling are shown." if shown < len(found.facts) else f"{facts}."
    return [told[:1].upper() + told[1:], *([rest] if found.facts else [])]
