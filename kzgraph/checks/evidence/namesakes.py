"""Fourth stage, with the texts at hand: of persons with one surname a fact names the one of whom its passage tells.

The first name tells them apart, or its first letter, or the spelling of the surname in the passage.
"""

from __future__ import annotations

import re
from collections import defaultdict

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs, is_attributed
from kzgraph.checks.syntax.context import Context
from kzgraph.graph.triples import key, node
from kzgraph.namespaces import RDFS, SKOS
from kzgraph.wording.names import folded
from kzgraph.wording.stems import surname_of


def check_namesakes(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each person of whom the cited words have a namesake instead."""
    namesakes = _namesakes(context)
    for fact in context.own.out:
        citations = evidence.all_cited(fact) if fact in context.facts else []
        persons = [(p, key(v)) for p, vs in context.data.out[fact].items() for v in vs if key(v) in namesakes]
        for property_, person in persons if citations else ():
            others = namesakes[person]
            if is_attributed(context, fact, property_, node(person)):
                continue
            words = " ".join(map(evidence.words, citations))
            if _is_named(context, person, words):
                continue
            other = next((o for o in sorted(others) if _is_named(context, o, words)), "")
            if other:
                role = f"{context.curie(property_)} {context.curie(person)}"
                told = f"{context.curie(fact)} has {role}, and its cited words name {context.curie(other)}"
                hint = "name the one of the two of whom they tell"
                context.add("role-unlike-words", "warning", fact, told, hint, path=(property_,), value=node(person))


def _namesakes(context: Context) -> dict[str, set[str]]:
    """Each person with the others whose surname is spelled nearly alike."""
    of_surname: defaultdict[str, set[str]] = defaultdict(set)
    for person in context.data.instances(context.model["Person"]):
        for name in _names(context, person):
            of_surname[surname_of(name)[:5]].add(person)
    return {person: others - {person} for others in of_surname.values() for person in others if len(others) > 1}


def _names(context: Context, person: str) -> list[str]:
    found = (t.value for p in (RDFS + "label", SKOS + "altLabel") for t in context.data.objects(person, p))
    return [name for name in found if len(folded(name).split()) > 1]


def _is_named(context: Context, person: str, words: str) -> bool:
    """Whether a text has the first name of a person, or its first letter, before a surname of that beginning."""
    for name in _names(context, person):
        first, surname = folded(name).split()[0], surname_of(name)[:5]
        for found in re.finditer(rf"\b([\w.-]+)[\s.]+(?={re.escape(surname)})", words, re.IGNORECASE):
            before = folded(found[1])
            if before == first or (len(before) < 3 and before[:1] == first[:1]):
                return True
    return False
