"""Fourth stage, with the texts at hand: label and gist speak of no actor of whom neither fact nor passage speaks.

Actors are those of the project, known by their names. The words are English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs, is_attributed, roles_of
from kzgraph.checks.evidence.sides import Actors, NamedActor
from kzgraph.checks.syntax.context import Context
from kzgraph.graph.triples import key
from kzgraph.namespaces import RDFS, SKOS
from kzgraph.wording.names import folded
from kzgraph.wording.stems import stem_of

_ACCOUNT = re.compile(r"\([^)]*\)$|,? according to [^,]*$")
"""Where a label names the document that it follows."""


def check_actors_told(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each label or gist with an actor that neither its fact nor the cited words have."""
    actors = Actors(context)
    tellers = tellers_of(context)
    for fact in context.own.out:
        if fact not in context.facts or context.data.is_a(fact, context.model["Naming"]):
            continue
        citations = evidence.in_english(fact)
        if citations:
            _check(context, evidence, fact, citations, actors, tellers)


def tellers_of(context: Context) -> set[str]:
    """The words of the short names of the documents, by which labels and notes name them: authors and publishers."""
    documents = context.data.instances(context.model["SourceDocument"])
    names = (t.value for d in documents for t in context.data.objects(d, context.model["shortName"]))
    return {word for name in names for word in folded(name).split()}


def _check(
    context: Context, evidence: CitedParagraphs, fact: str, citations: list[str], actors: Actors, tellers: set[str]
) -> None:
    own = {thing for _, thing in roles_of(context, fact)}
    near = list(_near(context, fact))
    for property_ in (RDFS + "label", context.model["gist"]):
        for text in context.data.objects(fact, property_):
            if text.language not in {"", "en"} or is_attributed(context, fact, property_, text):
                continue
            for mention in actors.mentions(_ACCOUNT.sub("", text.value)):
                if mention.actors & own or not is_exact(context, mention) or set(mention.name.split()) & tellers:
                    continue
                if any(evidence.is_in_words(actor, citations) for actor in mention.actors):
                    continue
                if any(mention.name in name for name in near):
                    continue
                name = context.curie(min(mention.actors))
                told = f"the words of {context.curie(fact)} speak of {name}, and neither its values nor its passage do"
                hint = "say it as the passage does; or cite the passage that has it"
                context.add("gist-beyond-passage", "warning", fact, told, hint, path=(property_,), value=text)
                break


def is_exact(context: Context, mention: NamedActor) -> bool:
    """Whether an actor is named in full, or by a surname or the adjective of a land, and not by a word alike."""
    for actor in mention.actors:
        for name in (t.value for p in (RDFS + "label", SKOS + "altLabel") for t in context.data.objects(actor, p)):
            whole = folded(re.sub(r"\([^)]*\)", " ", name))
            last = whole.split()[-1:] if context.data.is_a(actor, context.model["Person"]) else []
            if mention.name in {whole, stem_of(whole), *last}:
                return True
    return False


def _near(context: Context, fact: str) -> Iterator[str]:
    """The texts of a fact, without label and gist, and the names of what it names."""
    for property_, values in context.data.out[fact].items():
        for value in values if property_ not in {RDFS + "label", context.model["gist"]} else ():
            if value.kind == "literal":
                yield folded(value.value)
            else:
                for word in (RDFS + "label", SKOS + "altLabel"):
                    yield from (folded(t.value) for t in context.data.objects(key(value), word))
