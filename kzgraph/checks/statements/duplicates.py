"""Second stage: nothing is described twice, under its own name or under another."""

from __future__ import annotations

from collections import defaultdict

from kzgraph.checks.findings.finding import Finding
from kzgraph.checks.syntax.context import Context
from kzgraph.graph.triples import TYPE, key
from kzgraph.namespaces import OWL, PROV, RDFS, SKOS
from kzgraph.terms import Term
from kzgraph.wording.names import LONGEST_NAME, SHORTEST_SLIP, folded, is_slip
from kzgraph.wording.spelling import spelling_key

_LABEL, _OTHER = RDFS + "label", SKOS + "altLabel"
_CITES = PROV + "wasDerivedFrom"
_SAID_ANEW = {_LABEL, _OTHER, SKOS + "editorialNote", SKOS + "scopeNote"}


def check_duplicates(context: Context) -> None:
    """Adds a finding for each thing that is described in two places, or that another thing seems to be."""
    _twice_described(context)
    named = _named(context)
    _same_label(context, named)
    _same_code(context)
    _near_name(context, named)
    _other_name(context)
    _same_fact(context)


def _twice_described(context: Context) -> None:
    for subject, own in context.own.out.items():
        if subject.startswith("_:") or TYPE not in own:
            continue
        others = list(context.files.get(subject, []))
        if len(context.files_of(subject)) > 1:
            others += [f.shown for f in context.files_of(subject)[1:] if (subject, TYPE) in {t[:2] for t in f.triples}]
        if others:
            told = f"{context.curie(subject)} is described in {others[-1]} too"
            hint = "describe a thing in one place only; give another thing another name"
            context.add("described-twice", "violation", subject, told, hint)
    for file in context.checked:
        for subject in _blocks(file.triples):
            typed = [s for s in file.placed.statements if s.subject == subject and s.predicate == TYPE]
            if not typed:
                continue
            told = f"{context.curie(subject)} is described twice in this file"
            hint = "put both descriptions together, or give one of them another name"
            place = typed[-1].subject_place
            context.report.findings.append(
                Finding(
                    "described-twice", "violation", file.shown, place.line, place.column, told, hint,
                    thing=context.curie(subject), length=place.length,
                )
            )  # fmt: skip


def _blocks(triples: list[tuple[str, str, Term]]) -> list[str]:
    """The things that are given a class in two places of a file."""
    last: dict[str, str] = {}
    seen: set[str] = set()
    told: dict[str, None] = {}
    for subject, predicate, _ in triples:
        if subject.startswith("_:"):
            continue
        if predicate == TYPE:
            if subject in seen and last[subject] != TYPE:
                told[subject] = None
            seen.add(subject)
        last[subject] = predicate
    return list(told)


def _kinds(context: Context, thing: str) -> list[str]:
    return sorted(key(t) for t in context.data.objects(thing, TYPE))


def _named(context: Context) -> list[tuple[str, str, Term]]:
    """Each thing that is no fact, with one of its classes and one of its labels; only of classes that the files use."""
    found = [
        (subject, kind, label)
        for subject, own in context.data.out.items()
        if _LABEL in own and TYPE in own and subject not in context.ontology.out and subject not in context.facts
        for kind in _kinds(context, subject)
        for label in own[_LABEL]
    ]
    kinds = {kind for subject, kind, _ in found if subject in context.own.out}
    return [named for named in found if named[1] in kinds]


def _same_label(context: Context, named: list[tuple[str, str, Term]]) -> None:
    found: defaultdict[tuple[str, str], dict[str, Term]] = defaultdict(dict)
    for subject, kind, label in named:
        found[kind, label.value.casefold().strip()].setdefault(subject, label)
    told: set[tuple[str, str]] = set()
    for things in found.values():
        for own in things if len(things) > 1 else ():
            other = next(t for t in things if t != own)
            if own in context.own.out and (own, other) not in told:
                told.add((own, other))
                message = f"{context.curie(own)} has the label of {context.curie(other)}: {things[own].value}"
                hint = f"use {context.curie(other)} if it is the same; otherwise give them different labels"
                context.add("same-label", "violation", own, message, hint, path=(_LABEL,), value=things[own])


def _same_code(context: Context) -> None:
    found: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for fact in context.data.instances(context.model["Identification"]):
        scheme, code = (
            context.data.one(fact, context.model["codeScheme"]),
            context.data.one(fact, context.model["code"]),
        )
        thing = context.data.one(fact, context.model["ofThing"])
        if scheme is not None and code is not None and thing is not None:
            found[scheme.value, code.value].setdefault(key(thing), fact)
    for (named, text), things in found.items():
        for own, fact in things.items():
            if len(things) > 1 and fact in context.own.out:
                other = next(t for t in things if t != own)
                told = f"{context.curie(other)} has the code {text} ({named}) already"
                hint = f"correct the code, or use {context.curie(other)}"
                value = context.data.one(fact, context.model["code"])
                context.add("same-code", "violation", fact, told, hint, path=(context.model["code"],), value=value)


def _near_name(context: Context, named: list[tuple[str, str, Term]]) -> None:
    """Names of one class that differ in one word, and in that by a slip of the pen."""
    found: defaultdict[tuple[str, int, tuple[str, ...]], list[tuple[str, str, Term]]] = defaultdict(list)
    for subject, kind, label in named:
        words = tuple(folded(label.value).split()) if len(label.value) <= LONGEST_NAME else ()
        for at in range(len(words)):
            if len(words[at]) >= SHORTEST_SLIP or len(words) > 1:
                found[kind, at, (*words[:at], *words[at + 1 :])].append((words[at], subject, label))
    told: set[str] = set()
    for entries in found.values():
        if len(entries) < 2 or len(entries) > 200:
            continue
        for word, own, label in entries:
            if own not in context.own.out or own in told:
                continue
            other = next((s for w, s, _ in entries if s != own and is_slip(word, w)), None)
            if other is not None:
                told.add(own)
                message = (
                    f"{context.curie(own)} is perhaps the same as {context.curie(other)}: the names are nearly equal"
                )
                hint = f"use {context.curie(other)} if it is the same"
                context.add("possible-duplicate", "warning", own, message, hint, path=(_LABEL,), value=label)


def _other_name(context: Context) -> None:
    """A label that is another name of another thing of its kind, in whatever spelling or alphabet."""
    names = _all_names(context)
    own_things = [thing for thing in names if _LABEL in context.own.out.get(thing, {})]
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for thing, texts in names.items() if own_things else ():
        for text in texts:
            found[spelling_key(text)].setdefault(thing)
    for own in own_things:
        for label in context.data.objects(own, _LABEL):
            for other in found[spelling_key(label.value)]:
                if other != own and _may_be_one(context, own, other):
                    told = (
                        f"{context.curie(own)} is perhaps the same as {context.curie(other)}, which has this name too"
                    )
                    hint = f"use {context.curie(other)} if it is the same; otherwise say owl:differentFrom of the two"
                    context.add("possible-duplicate", "warning", own, told, hint, path=(_LABEL,), value=label)
                    break


def _all_names(context: Context) -> dict[str, set[str]]:
    """The names of each thing that is no fact: labels, other names, and those that documents use."""
    data, model = context.data, context.model
    found = {
        thing: {t.value for p in (_LABEL, _OTHER) for t in said.get(p, ())}
        for thing, said in data.out.items()
        if TYPE in said and thing not in context.facts and thing not in context.ontology.out
    }
    for naming in data.instances(model["Naming"]):
        for thing in data.iris(naming, model["namesThing"]):
            if thing in found:
                found[thing] |= {t.value for t in data.objects(naming, model["name"])}
    return found


def _may_be_one(context: Context, own: str, other: str) -> bool:
    """Whether two things are of one class, and nobody says that they differ; equal labels are reported already."""
    data = context.data
    if any(b in data.iris(a, OWL + "differentFrom") for a, b in ((own, other), (other, own))):
        return False
    labels = [{t.value.casefold().strip() for t in data.objects(t, _LABEL)} for t in (own, other)]
    return bool(set(_kinds(context, own)) & set(_kinds(context, other))) and not labels[0] & labels[1]


def _same_fact(context: Context) -> None:
    """Facts of one class that say the same of the same things on the same date, from the same passage."""
    said_anew = _SAID_ANEW | {context.model["rank"], context.model["disagreesWith"]}
    found: defaultdict[frozenset[tuple[str, Term]], list[str]] = defaultdict(list)
    cited = {o for fact in context.facts if fact in context.own.out for o in context.own.objects(fact, _CITES)}
    for fact in context.facts:
        told_of = context.data.out[fact]
        if not cited.isdisjoint(told_of.get(_CITES, ())):
            said = frozenset((p, o) for p, values in told_of.items() if p not in said_anew for o in values)
            found[said].append(fact)
    for facts in found.values():
        for own in facts:
            if len(facts) > 1 and own in context.own.out:
                other = next(f for f in facts if f != own)
                told = f"{context.curie(own)} says what {context.curie(other)} says, from the same passage"
                hint = "keep one of them, or say what differs"
                context.add("possible-duplicate", "warning", own, told, hint)
