"""What a column of an answer shows, and which fact states it, as the header of a stored query says."""

from __future__ import annotations

from typing import NamedTuple

VALUE, WHEN, PROPERTY, AMOUNT, KIND, DOCUMENTS = "value", "when", "property", "amount", "kind", "documents"
FIRMNESS, BACKGROUND = "firmness", "background"
SORTS = (FIRMNESS, BACKGROUND)
FIRMNESS_OF = "firmness of "  # and a column: how firm the firmest row with the same value in it is
"""What rows may be sorted by beside columns: from done to opinion; what rests on background alone comes last."""


class Column(NamedTuple):
    """A column of an answer.

    ``shows`` says what its cells hold: the ``value`` of the variables ``of``, when the facts in them were (``when``),
    a ``property`` of what is in them, the ``amount`` that they record, their ``kind`` or their ``documents``.
    ``stating`` are the variables whose values the documents of the column state; without them it is the whole fact.
    ``facts`` are the variables of the facts that state a value or have the property. ``computed`` says why no single
    fact states the values, and is empty where one does. ``is_list`` says that several values are usual. ``within`` are
    the variables of the documents whose passages alone count, where a row tells of one document.
    """

    name: str
    shows: str = VALUE
    of: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    computed: str = ""
    is_list: bool = False
    stating: tuple[str, ...] = ()
    within: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """The name as people read it."""
        return self.name.replace("_", " ")

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of the query that the column needs."""
        return tuple(dict.fromkeys([*self.of, *self.facts, *self.stating, *self.within]))

    @property
    def fact_variables(self) -> tuple[str, ...]:
        """The variables in which the column expects facts."""
        return self.of if self.shows in {WHEN, AMOUNT, DOCUMENTS} else self.facts
