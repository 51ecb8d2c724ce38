"""Fourth stage: a document tells of nothing that came about only after it was issued.

When something came about, its own dates say, or those of the signatures and adoptions of an instrument. What is planned
or expected may be of a later time.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

from kzgraph.checks.evidence.cited_paragraphs import is_attributed
from kzgraph.checks.statements.facts import span
from kzgraph.checks.statements.own_words import issued_of
from kzgraph.checks.syntax.context import Context
from kzgraph.dates import PartialDate
from kzgraph.graph.triples import node

_TO_COME = ("ModalityPlanned", "ModalityProposed", "ModalityExpected", "ModalityConditional")
_LINKS = ("hasCause", "hasEffect", "triggeredBy", "atEvent", "inEvent", "partOfEvent", "isAfter")


def check_known_when(context: Context) -> None:
    """Adds a finding for each thing or event of a fact that is younger than all documents of the fact."""
    times = _Times(context)
    to_come = {context.model[word] for word in _TO_COME}
    links = {context.model[word] for word in _LINKS} | context.about
    for fact in context.own.out:
        if fact not in context.facts or to_come & set(context.data.iris(fact, context.model["modality"])):
            continue
        issued = max(issued_of(context, fact), default=None)
        if issued is None:
            continue
        for property_ in context.data.out[fact].keys() & links:
            for value in context.data.iris(fact, property_):
                begun = times.begun(value)
                if begun and issued.is_before(begun) and not is_attributed(context, fact, property_, node(value)):
                    role = f"{context.curie(property_)} {context.curie(value)}"
                    told = f"{context.curie(fact)} has {role}, of {begun}, and is told in a document of {issued}"
                    hint = "name the one that the document speaks of; or attribute it to the editors with its ground"
                    context.add("before-its-cause", "violation", fact, told, hint, path=(property_,), value=node(value))


class _Times:
    """When things came about first."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def begun(self, thing: str) -> PartialDate | None:
        """The first day of an event, or of what was signed or adopted."""
        if thing in self._context.facts:
            found = span(self._context, thing)
            planned = {self._context.model[w] for w in _TO_COME} & set(
                self._context.data.iris(thing, self._context.model["modality"])
            )
            return found[0] if found and not planned else None
        return min(self._signed.get(thing, ()), default=None)

    @cached_property
    def _signed(self) -> dict[str, list[PartialDate]]:
        context, found = self._context, defaultdict[str, list[PartialDate]](list)
        for kind in ("Signature", "Adoption"):
            for fact in context.data.instances(context.model[kind]):
                dates = span(context, fact)
                if dates:
                    for instrument in context.data.iris(fact, context.model["ofInstrument"]):
                        found[instrument].append(dates[0])
        return found
