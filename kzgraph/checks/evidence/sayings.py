"""Fourth stage, with the texts at hand: what is somebody's saying in the cited words is so in the fact.

A fact names the one who says it in a role, or names a fact that does; that it concerns a person is not
enough. The words are English.
"""

from __future__ import annotations

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs, is_attributed, roles_of
from kzgraph.checks.evidence.sides import Actors
from kzgraph.checks.syntax.context import Context
from kzgraph.graph.triples import key, node
from kzgraph.namespaces import PROV

_CITED = PROV + "wasDerivedFrom"
_TELLING = ("statedBy", "hasSpeaker", "proposedBy", "decidedBy")
_OF_WORDS = ("Naming", "WorkCitation", "Publication", "OfficeHolding")


def check_sayings(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each fact of whose cited words somebody says all, and that names nobody who says it."""
    actors = Actors(context)
    for fact in context.own.out:
        if fact not in context.facts or context.is_any(fact, _OF_WORDS):
            continue
        citations = evidence.in_english(fact)
        properties = [context.model[word] for word in _TELLING]
        if not citations or any(context.data.objects(fact, p) for p in properties):
            continue
        if any(is_attributed(context, fact, p, node("")) for p in properties):
            continue
        mentions = [actors.mentions(evidence.words(citation)) for citation in citations]
        saying = [[m.actors for m in named if m.says and m.side in {"doer", "free"}] for named in mentions]
        linked = (key(v) for values in context.data.out[fact].values() for v in values if v.kind == "uri")
        facts = (fact, *(other for other in linked if other in context.facts))
        roles = {
            thing
            for told in facts
            for property_, thing in roles_of(context, told)
            if property_ != context.model["concerns"] or not context.data.is_a(thing, context.model["Person"])
        }
        if all(saying) and not any(sayer & roles for sayers in saying for sayer in sayers):
            sayer = context.curie(min(saying[0][0]))
            told = (
                f"by its cited words {sayer} says what {context.curie(fact)} tells, and the fact does not name the one"
            )
            hint = f"add {context.curie(context.model['statedBy'])}, or attribute it to the editors with the ground"
            context.add("saying-unattributed", "warning", fact, told, hint, path=(_CITED,), value=node(citations[0]))
