"""Fourth stage: label and gist tell the role, stance and status of their fact, and not another.

The words that tell a value are the beginnings that the ontology lists as its ``skos:hiddenLabel``; of a role or stance
the verb behind the actor counts. The words are English.
"""

from __future__ import annotations

import re
from functools import cache

from kzgraph.checks.evidence.cited_paragraphs import is_attributed
from kzgraph.checks.evidence.sides import Actors, doers_of
from kzgraph.checks.syntax.context import Context
from kzgraph.graph.triples import TYPE, node
from kzgraph.namespaces import RDFS, SKOS
from kzgraph.wording.names import folded

_VERB = re.compile(
    r"[A-Z][\w-]*(?: (?:and |of (?:the )?)?[A-Z][\w-]*)* (?:(?:also|has|have|had|is|are|was|were|not) )*"
    r"(?!will|would|could|must)([a-z]{4,})"
)
"""The verb in English behind the names with which a label begins."""
_TO = re.compile(r"\bto [a-z]+")  # what somebody else is to do, or is helped with
_IN_USE = ("StatusOpened", "StatusOperating", "StatusSuspended", "StatusEnded")
_NOT_IN_USE = re.compile(
    r"\b(?:being (?!used)\w+(?:ed|t)|not yet|under construction|(?:is|are) to|to be|planned|looks? for|seeks?|wants?"
    r"|considers?|proposed|may|could|might|will|would|under discussion|discussed)\b",
    re.IGNORECASE,
)
_GOING_ON = ("StatusUnderWay", "StatusUnderConstruction")
_ONLY_THOUGHT_OF = re.compile(
    r"\b(?:looks? for|seeks? (?:ways|to)|considers?|thinks? (?:of|about)|propose[sd]?|may|might|under discussion"
    r"|not yet (?:decided|begun|started)|is discussed|are discussed|asks? for|calls? for)\b",
    re.IGNORECASE,
)
_STATUS = ((_IN_USE, _NOT_IN_USE), (_GOING_ON, _ONLY_THOUGHT_OF))
"""Statuses of what has been done or begun, and words in English that tell less."""


def check_roles_told(context: Context) -> None:
    """Adds a finding for each role, stance or status that is another than label and gist tell."""
    actors = Actors(context)
    told_by = cache(lambda value: _told_by(context, value))
    alike = cache(lambda value: _alike(context, value))
    for fact in context.own.out:
        if fact not in context.facts:
            continue
        labels, gists = (_english(context, fact, p) for p in (RDFS + "label", context.model["gist"]))
        _check_status(context, fact, [*labels, *gists])
        verb = next((found[1] for label in labels if (found := _VERB.match(label))), "")
        if not verb or not _begins_with_doer(context, actors, fact, labels):
            continue
        said = folded(_TO.sub(" ", " ".join([*labels, *gists]))).split()
        for property_ in (context.model[word] for word in ("inRole", "stance")):
            values = context.data.iris(fact, property_)
            if len(values) != 1 or is_attributed(context, fact, property_, node(values[0])):
                continue
            own = told_by(values[0])
            if not own or any(word.startswith(stem) for word in said for stem in own):
                continue
            other = next((v for v in alike(values[0]) if any(verb.startswith(stem) for stem in told_by(v))), "")
            if other:
                told = f'the label of {context.curie(fact)} has "{verb}", which tells {context.curie(other)}'
                _add(context, fact, property_, values[0], told)


def _english(context: Context, fact: str, property_: str) -> list[str]:
    return [t.value for t in context.data.objects(fact, property_) if t.language in {"", "en"}]


def _begins_with_doer(context: Context, actors: Actors, fact: str, labels: list[str]) -> bool:
    """Whether the label of a fact begins with one who does what it tells."""
    doers = {value for _, value in doers_of(context, fact)}
    first = next((mention for label in labels for mention in actors.mentions(label)), None)
    return first is not None and first.is_first and bool(first.actors & doers)


def _check_status(context: Context, fact: str, texts: list[str]) -> None:
    property_ = context.model["hasStatus"]
    for value in context.data.iris(fact, property_):
        for words, less in _STATUS:
            is_more = value in {context.model[word] for word in words}
            found = next(filter(None, map(less.search, texts)), None) if is_more else None
            if found and not is_attributed(context, fact, property_, node(value)):
                _add(context, fact, property_, value, f'the words of {context.curie(fact)} have "{found[0]}"')


def _add(context: Context, fact: str, property_: str, value: str, told: str) -> None:
    message = f"{told}, and it has {context.curie(property_)} {context.curie(value)}"
    hint = "correct one of the two, or attribute the value with its ground"
    context.add("label-unlike-fact", "warning", fact, message, hint, path=(property_,), value=node(value))


def _alike(context: Context, value: str) -> list[str]:
    """The values of the kind of a value, and itself."""
    return sorted({v for kind in context.data.iris(value, TYPE) for v in context.data.subjects(TYPE, node(kind))})


def _told_by(context: Context, value: str) -> set[str]:
    return {folded(t.value) for t in context.data.objects(value, SKOS + "hiddenLabel")}
