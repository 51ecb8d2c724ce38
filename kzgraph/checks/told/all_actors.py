"""Fourth stage: of several actors who do something, none is left out, in the values or in the words.

"Both states", "the two ministries" and "A and B" are two; of three that the passage lists, a label or gist names three
or none. The words are English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs, is_attributed, roles_of
from kzgraph.checks.evidence.sides import Actors, doers_of
from kzgraph.checks.statements.own_words import tells_facts
from kzgraph.checks.syntax.context import Context
from kzgraph.checks.told.texts import english_texts
from kzgraph.graph.triples import key, node
from kzgraph.namespaces import RDFS

_MANY = r"(?:states|countries|sides|parties|presidents|leaders|ministries|companies|heads|governments)"
_BOTH = re.compile(rf"^(?:(?:The |the )?[Bb]oth|(?:The )?[Tt]wo) (?:[a-z]+ ){{0,2}}{_MANY}\b")
"""Words in English with which a text begins that tells what two do."""
_TOGETHER = re.compile(
    rf"\b(?:between|two {_MANY}|both|mutual|bilateral|joint\w*|each other|one another)\b", re.IGNORECASE
)
_NAME = r"[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*"
_LIST = re.compile(rf"\b(?:the )?({_NAME}), (?:the )?((?:{_NAME}, (?:the )?)*{_NAME}),? and (?:the )?({_NAME})")
_PAIR = re.compile(rf"\b({_NAME}) and (?:the )?({_NAME})")
_FIRST = re.compile(rf"^((?:{_NAME}(?:, | and |, and ))+{_NAME}) (?:[a-z]+)")
_BEHIND = re.compile(r"\b(?:among|between|with|for|to|of|from|in|by) (?:the )?$")
_OF_TWO = ("ofSubject", "hasSignatory", "obliges")
"""Roles that two have together: the trade between A and B is of both."""
_SHARED = (
    *_OF_TWO,
    *("hasHolder", "setBy", "decidedBy", "proposedBy", "hasActor", "hasSpeaker", "hasVisitor", "hasAdopter"),
    "hasDependent",
)


def check_own_actors(context: Context) -> None:
    """Adds a finding for each fact of one doer or signatory whose words speak of two."""
    actors = Actors(context)
    for fact in tells_facts(context):
        doers = doers_of(context, fact)
        for property_, text in english_texts(context, fact) if doers else ():
            if len(doers) == 1 and _BOTH.search(text.value):
                _add_lone(context, fact, *min(doers), "its words speak of two")
            found = _FIRST.match(text.value) if property_ == RDFS + "label" else None
            if found and " and " in found[1] and len({p for p, _ in doers}) == 1:
                _check_first(context, actors, fact, found[1], doers)
        _check_signatory(context, fact)


def _check_first(context: Context, actors: Actors, fact: str, names: str, doers: set[tuple[str, str]]) -> None:
    """The actors with whom a label begins do what it tells, if one of them does."""
    named = [mention.actors for mention in actors.mentions(names)]
    values = {value for _, value in doers}
    missing = [a for a in named if len(a) == 1 and not a & values]
    if missing and any(a & values for a in named):
        _add(context, fact, *min(doers), f"its label names {context.curie(min(missing[0]))} as one who does it too")


def _check_signatory(context: Context, fact: str) -> None:
    """What two sign together has two signatories."""
    property_ = context.model["hasSignatory"]
    signatories = context.data.iris(fact, property_)
    if len(signatories) != 1:
        return
    instruments = context.data.iris(fact, context.model["ofInstrument"])
    names = " | ".join(t.value for i in instruments for t in context.data.objects(i, RDFS + "label"))
    texts = " | ".join(t.value for _, t in english_texts(context, fact))
    found = _TOGETHER.search(f"{texts} | {names}") or _PAIR.search(names)
    if found:
        _add_lone(context, fact, property_, signatories[0], f'its words have "{found[0]}"')


def check_listed(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each label or gist with two of three actors that its cited words list together."""
    actors = Actors(context)
    for fact in tells_facts(context):
        passages = [evidence.words(citation) for citation in evidence.in_english(fact)]
        lists = [own for passage in passages for own in _lists(actors, passage)]
        for property_, text in english_texts(context, fact) if any(len(own) > 2 for own in lists) else ():
            named = {mention.actors for mention in actors.mentions(text.value)}
            for own in _lists(actors, text.value):
                longer = next((listed for listed in lists if own < listed), set[frozenset[str]]())
                missing = longer - named
                if len(own) > 1 and missing and own not in lists:
                    left_out = context.curie(min(min(missing)))
                    told = (
                        f"the words of {context.curie(fact)} leave out {left_out}, whom its passage lists with the rest"
                    )
                    hint = "name all, or say that they are some"
                    context.add("actor-left-out", "warning", fact, told, hint, path=(property_,), value=text)
                    break


def check_coordinated(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each fact whose words join two actors by "and", of whom one has a role and the other none."""
    actors = Actors(context)
    shared = {context.model[word] for word in _SHARED}
    for fact in tells_facts(context):
        said = context.data.out[fact]
        roles = sorted((p, v) for p, v in roles_of(context, fact) if p in shared and len(said[p]) == 1)
        values = {key(v) for p, vs in said.items() for v in vs if p != context.model["concerns"]}
        texts = [(text, False) for _, text in english_texts(context, fact)] if roles else []
        told = [(text.value, is_passage) for text, is_passage in texts]
        told += [(evidence.words(c), True) for c in evidence.in_english(fact)] if roles else []
        for text, is_passage in told:
            _check_joined(context, actors, fact, roles, values, text, is_passage)


def _check_joined(
    context: Context,
    actors: Actors,
    fact: str,
    roles: list[tuple[str, str]],
    values: set[str],
    text: str,
    is_passage: bool,
) -> None:
    """Of the actors whom a text joins, each is a value if one is; in a passage only where a role is of two."""
    for found in (*_LIST.finditer(text), *_PAIR.finditer(text)):
        own = [mention.actors for mention in actors.mentions(found[0])]
        members = {actor for named in own for actor in named}
        missing = members - values
        if len(own) < 2 or any(len(named) > 1 for named in own) or not missing:
            continue
        is_behind = bool(_BEHIND.search(text, 0, found.start()))
        for property_, value in roles:
            is_of_two = context.model.word(property_) in _OF_TWO
            if value in members and is_behind == is_of_two and (is_of_two or not is_passage):
                _add(context, fact, property_, value, f"words join {context.curie(min(missing))} to it")


def _lists(actors: Actors, text: str) -> Iterator[set[frozenset[str]]]:
    """The actors that a text names with "and" between them."""
    for found in (*_LIST.finditer(text), *_PAIR.finditer(text)):
        yield {mention.actors for mention in actors.mentions(found[0])}


def _add_lone(context: Context, fact: str, property_: str, value: str, told: str) -> None:
    """Adds a finding unless the name of the one actor is a plural, such as that of a group."""
    name = re.sub(r"\([^)]*\)", "", context.label(value)).strip()
    if not name.endswith("s") or context.is_any(value, ("State", "Person")):
        _add(context, fact, property_, value, told)


def _add(context: Context, fact: str, property_: str, value: str, told: str) -> None:
    if not is_attributed(context, fact, property_, node(value)):
        message = f"{context.curie(fact)} has {context.curie(property_)} {context.curie(value)} alone, and {told}"
        hint = "add the other, or correct the words"
        context.add("actor-left-out", "warning", fact, message, hint, path=(property_,), value=node(value))
