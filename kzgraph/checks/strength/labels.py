"""Fourth stage: the label of a fact tells the same as its roles: who takes part, as what, and in which years.

Which roles a label has, the ontology says (``kzo:labelPattern``).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from functools import cache

from kzgraph.checks.evidence.cited_paragraphs import is_attributed
from kzgraph.checks.evidence.sides import Actors, doers_of
from kzgraph.checks.syntax.context import Context
from kzgraph.checks.world.units import quantity_kinds
from kzgraph.dates import PartialDate, date_pattern, written_date
from kzgraph.graph.triples import TYPE, node
from kzgraph.namespaces import RDFS, SKOS
from kzgraph.wording.names import folded
from kzgraph.wording.stems import stems_of

_SUBJECT = 4  # the words at the beginning of a label, in which its subject stands
_KINDS = ("membershipKind", "hasOffice", "hasMeasure", "inRole", "hasStatus", "stance", "outcomeKind")
_DATES = ("date", "start", "end", "attestedOn")
_YEAR = re.compile(
    r"(?:\b(?:in|since|from|to|of|until|by|after|before|and|for|year)\b|[,(–:])\s*(?:\d{1,2} )?"
    rf"(?:(?:{'|'.join(calendar.month_name[1:])}) )?((?:1[89]|20)\d\d)(?![\d.,]\d|s\b)"
)
"""A year that tells when something was; one that is part of a name has no such word before it."""
_OF_PERSON = re.compile(r"minister|president|official|leader|ambassador|expert", re.IGNORECASE)
"""Words for a person of whom an actor at the beginning of a label tells only whose it is."""
_OVER = re.compile(r"\b(?:influence|control|leverage|pressure|power) (?:over|on)\b", re.IGNORECASE)
"""Words before the one that depends on the actor at the beginning of a label."""
_IN_FIGURES = re.compile(r"(?<![\d-])\d{4}-\d\d(?:-\d\d)?(?![\d-])")
_WRITTEN = date_pattern(r"\d{4}")
_OPEN = re.compile(r"\bsince\b", re.IGNORECASE)


def check_labels(context: Context) -> None:
    """Adds a finding for each English label that leaves out one of several actors, or tells another kind or year."""
    roles = cache(lambda kind: _roles(context, kind))
    words = cache(lambda property_: _words_of_values(context, property_))
    actors = Actors(context)
    for fact in context.own.out:
        if fact not in context.facts:
            continue
        label = " ".join(t.value for t in context.data.objects(fact, RDFS + "label") if t.language in {"", "en"})
        said = folded(label).split()
        if not said:
            continue
        _check_subject(context, fact, label, actors)
        for gist in context.data.objects(fact, context.model["gist"]):
            if gist.language in {"", "en"}:
                _check_subject(context, fact, gist.value, actors, "gist")
        for property_ in sorted({p for kind in context.data.iris(fact, TYPE) for p in roles(kind)}):
            _check_actors(context, fact, property_, said)
        for property_ in (context.model[kind] for kind in _KINDS):
            if context.data.objects(fact, property_):
                _check_kind(context, fact, property_, " ".join(said), words(property_))
        _check_years(context, fact, label)
        _check_written(context, fact, label)


def _roles(context: Context, kind: str) -> set[str]:
    """The properties that a label pattern names, of those that say what a fact is about."""
    patterns = context.data.objects(kind, context.model["labelPattern"])
    named = {word for pattern in patterns for word in re.findall(r"\{(\w+)\}", pattern.value)}
    return {p for p in context.about if re.split(r"[#/]", p)[-1] in named and p != context.model["concerns"]}


def _check_subject(context: Context, fact: str, label: str, actors: Actors, what: str = "label") -> None:
    """A label that begins with an actor begins with one of those who do it; a gist may begin with one who tells it."""
    doers = [
        (p, v)
        for p, v in doers_of(context, fact, "hasParticipant", "hasDependent")
        if not is_attributed(context, fact, p, node(v))
    ]
    if not doers or context.data.is_a(fact, context.model["Naming"]):
        return  # a name is what the label of a naming is about
    first = next(iter(actors.mentions(label)), None)
    if (
        first is None
        or not first.is_first
        or (what == "gist" and first.says)
        or first.actors & {value for _, value in doers}
    ):
        return
    begins = folded(label).split()[:_SUBJECT]
    if (
        _OF_PERSON.search(" ".join(begins))
        or _OVER.search(label)
        or any(_first_words(context, v) & set(begins) for _, v in doers)
    ):
        return
    property_, value = min(doers)
    other = context.curie(min(first.actors))
    message = f"the {what} of {context.curie(fact)} begins with {other}, and {context.curie(value)} does what it tells"
    hint = f"correct {context.curie(property_)}, or the label"
    context.add("label-unlike-fact", "warning", fact, message, hint, path=(property_,), value=node(value))


def _first_words(context: Context, thing: str) -> set[str]:
    """The words with which the names of a thing begin."""
    names = (t.value for p in (RDFS + "label", SKOS + "altLabel") for t in context.data.objects(thing, p))
    return {word for name in names for word in folded(name).split()[:1]}


def _check_actors(context: Context, fact: str, property_: str, label: list[str]) -> None:
    """A label that names one actor in a role names all."""
    actors = [v for v in context.data.iris(fact, property_) if context.data.is_a(v, context.model["Actor"])]
    missing = [a for a in actors if not any(_stands(stem, label) for stem in _stems(context, a))]
    told = [a for a in actors if a not in missing]
    if not told:
        return
    for actor in missing:
        if is_attributed(context, fact, property_, node(actor)):
            continue
        message = (
            f"the label of {context.curie(fact)} names {context.curie(told[0])} as {context.curie(property_)}, "
            f"and not {context.curie(actor)}"
        )
        hint = "take it out, or name it in the label"
        context.add("label-unlike-fact", "warning", fact, message, hint, path=(property_,), value=node(actor))


def _stems(context: Context, thing: str) -> Iterator[str]:
    """The beginnings of the words of all names of a thing."""
    for property_ in (RDFS + "label", SKOS + "altLabel"):
        for name in context.data.objects(thing, property_):
            yield from stems_of(name.value)


def _stands(stem: str, words: list[str]) -> bool:
    return any(word.startswith(stem) for word in words)


def _words_of_values(context: Context, property_: str) -> dict[str, set[str]]:
    """The names of all values that facts have for a property."""
    values = {v for fact in context.facts for v in context.data.iris(fact, property_)}
    return {
        value: {folded(t.value) for p in (RDFS + "label", SKOS + "altLabel") for t in context.data.objects(value, p)}
        for value in values
    }


def _check_kind(context: Context, fact: str, property_: str, label: str, words: dict[str, set[str]]) -> None:
    """A label that tells a kind tells that of the fact."""
    own = set(context.data.iris(fact, property_))
    said = {name: value for value, names in words.items() for name in names if f" {name} " in f" {label} "}
    told = {value for name, value in said.items() if not any(name != n and f" {name} " in f" {n} " for n in said)}
    units = {k for unit in context.data.iris(fact, context.model["hasUnit"]) for k in quantity_kinds(context, unit)}
    told = {value for value in told if not units or units & quantity_kinds(context, value)}
    if told and not told & own:
        wrong = node(min(own))
        message = f"{context.curie(fact)} is {context.curie(wrong)}, and its label says {context.curie(min(told))}"
        context.add(
            "label-unlike-fact", "warning", fact, message, "correct one of the two", path=(property_,), value=wrong
        )


def _check_years(context: Context, fact: str, label: str) -> None:
    """The years in a label are those of the fact, or of what it names."""
    years = {int(y) for y in _YEAR.findall(label)}
    dates = [PartialDate.of(t) for word in _DATES for t in context.data.objects(fact, context.model[word])]
    known = {date.year for date in dates if date}
    end = context.data.one(fact, context.model["end"])
    if end is not None and _OPEN.search(label):
        message = f'{context.curie(fact)} has an end ({end.value}), and its label says "since"'
        hint = "say in the label how long it was, or take the end back"
        context.add("label-unlike-fact", "warning", fact, message, hint, path=(context.model["end"],))
    if not years or not known:
        return
    named = " ".join(_texts_of_named(context, fact))
    strange = sorted(y for y in years - known if str(y) not in named)
    if strange and not any(min(known) < y < max(known) for y in strange):
        message = f"the label of {context.curie(fact)} has the year {strange[0]}, which none of its dates has"
        context.add(
            "label-unlike-fact", "warning", fact, message, "correct the label, or add the date", path=(RDFS + "label",)
        )


def _check_written(context: Context, fact: str, label: str) -> None:
    """A code stands in the label of its fact; a month or day in figures there is one of the fact's dates."""
    data, model = context.data, context.model
    for code in data.objects(fact, model["code"]):
        if code.value not in label:
            message = f"{context.curie(fact)} has the code {code.value}, and its label does not"
            context.add("label-unlike-fact", "warning", fact, message, "correct one of the two", path=(model["code"],))
    dates = [(word, t.value) for word in _DATES for t in data.objects(fact, model[word])]
    in_words = [str(d) for found in _WRITTEN.finditer(label) if (d := written_date(found)) and d.day]
    strange = [
        d
        for d in (*_IN_FIGURES.findall(label), *in_words)
        if not any(v.startswith(d) or d.startswith(v) for _, v in dates)
    ]
    if strange and dates:
        message = f"the label of {context.curie(fact)} has {strange[0]}, which none of its dates is"
        hint = "correct the label, or the date"
        context.add("label-unlike-fact", "warning", fact, message, hint, path=(model[dates[0][0]],))


def _texts_of_named(context: Context, fact: str) -> Iterator[str]:
    """The texts of a fact other than its label, and the labels of what it names."""
    for property_, values in context.data.out[fact].items():
        for value in values:
            if value.kind != "literal":
                yield from (t.value for t in context.data.objects(value.value, RDFS + "label"))
            elif property_ not in {RDFS + "label", context.model["gist"]}:
                yield value.value
