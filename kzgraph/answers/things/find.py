"""What a person typed → the one thing that is meant: a CURIE, an IRI, a name, or what the search finds alone."""

from __future__ import annotations

import re

from kzgraph.answers.things.names import Names, kinds_of, read_names, refuse_long
from kzgraph.errors import SyntaxProblem, UnknownName, UsageError
from kzgraph.files.project import Project
from kzgraph.namespaces import DEFINED, expand, namespace_of, shorten
from kzgraph.stores import Store
from kzgraph.stores.rows import rows_of
from kzgraph.terms import iri_term
from kzgraph.wording.names import folded, nearest

_CANDIDATES = 5  # things that are listed where a name may mean several
_NEAREST = 3  # names that are suggested
# A similar name is taken for what is meant from here on, and asked about below it: `Grate Harbour` stands for Great
# Harbour (95 would ask), `Harbur Greet North` for nothing (70 would take it).
_SURE = 90.0
_NUMBER = re.compile(r"\d+")


def find_thing(
    text: str, project: Project, store: Store, *, kind: str = "", what: str = "thing", exact: bool = False
) -> str:
    """The IRI of the one thing that a CURIE, an IRI or a name stands for; of a class, if ``kind`` gives its IRI.

    A text that is nobody's name stands for a thing if the search finds that one alone, unless ``exact``. Raises
    :class:`UsageError` for an empty text or a name that several things have, and :class:`UnknownName` with the
    nearest names.
    """
    wanted = text.strip()
    refuse_long(wanted, f"the name of the {what}")
    if not wanted:
        raise UsageError(f"the name of the {what} is empty", hint="give a CURIE, an IRI or a label")
    named = expand(wanted, project.prefixes)
    if named is not None and _is_described(store, named, kind):
        return named
    names = read_names(store, kind=kind)
    if named is not None and namespace_of(named) in DEFINED:
        raise UsageError(
            f"`{wanted}` is a word of RDF or OWL, and the graph says nothing of it",
            hint=f"`kzgraph query -` asks what it is used for: SELECT ?x WHERE {{ ?x ?p {iri_term(named)} }}",
        )
    if named is not None:
        local = wanted.strip("<>").rsplit("/", 1)[-1].rsplit("#", 1)[-1].partition(":")
        near = _similar(names, _words(local[2] or local[0]), project)[2]
        raise _unknown(wanted, near, names, project, what)
    called = found = names.called(wanted) if folded(wanted) else []
    if not called:
        best, is_guess, near = _similar(names, wanted, project)
        if is_guess or exact:
            raise _unknown(wanted, near, names, project, what)
        found = best
    if len(found) == 1:
        return found[0]
    more = f" and {len(found) - _CANDIDATES} more" if len(found) > _CANDIDATES else ""
    told = ", ".join(_told(c, names, project) for c in found[:_CANDIDATES])
    several = f"`{wanted}` may stand for several {what}s" if called else f"there is no {what} `{wanted}`"
    raise UsageError(several, hint=f"{'say which' if called else 'these have a word like it'}: {told}{more}")


def namesakes(text: str, project: Project, store: Store) -> list[str]:
    """The other things of the same class in whose names a name stands, each as a user types it and by its label.

    ``Aliyev`` stands for Ilham Aliyev, and in the name of Heydar Aliyev. Empty for a CURIE, an IRI, a name of a fact,
    and for a text that :func:`find_thing` refuses.
    """
    words = folded(text)
    if not words or expand(text.strip(), project.prefixes) is not None:
        return []
    names = read_names(store)
    called = names.called(text)
    if len(called) != 1 or names.is_told(called[0]):
        return []
    like = [t for t, own in names.of.items() if any(f" {words} " in f" {folded(n.text)} " for n in own)]
    kinds = kinds_of(store, [*like, *called])
    own_kind = kinds.get(called[0])
    return [_told(t, names, project) for t in sorted(like) if t not in called and own_kind and kinds.get(t) == own_kind]


def _is_described(store: Store, iri: str, kind: str) -> bool:
    return _holds(store, f"{iri_term(iri)} a {iri_term(kind)} . BIND (1 AS ?x)" if kind else f"{iri_term(iri)} ?p ?x")


def is_value(store: Store, iri: str) -> bool:
    """Whether anything has this value."""
    return _holds(store, f"?x ?p {iri_term(iri)}")


def _holds(store: Store, pattern: str) -> bool:
    try:
        return bool(rows_of(store, f"SELECT ?x WHERE {{ {pattern} }} LIMIT 1"))
    except SyntaxProblem:  # what the user wrote is no IRI by RFC 3987
        return False


def _similar(names: Names, text: str, project: Project) -> tuple[list[str], bool, list[str]]:
    """What the search finds: the things that fit best, whether that is a guess, and the nearest names of all."""
    # Most questions name things rightly, and need no rapidfuzz.
    from kzgraph.answers.things.searching import FUZZY, SOME_WORDS, search

    hits = search(names, text, project.prefixes) if folded(text) else []
    worded = [h for h in hits if h.tier < FUZZY and not names.is_told(h.thing)]  # before what happened to them
    hits = worded or hits
    best = [h for h in hits if h.tier == hits[0].tier]
    things = [h.thing for h in best if not h.is_fact] or [h.thing for h in best]
    unsure = len(things) > 1 or not hits or hits[0].score < _SURE or _has_other_numbers(text, hits[0].name.text)
    is_guess = not hits or hits[0].tier == SOME_WORDS or (hits[0].tier == FUZZY and unsure)
    return things, is_guess, [*things, *(h.thing for h in hits if h.thing not in things)][:_NEAREST]


def _has_other_numbers(text: str, name: str) -> bool:
    """Whether a text has a number that a name lacks: a document of 2021 is not that of 2022."""
    return not {*_NUMBER.findall(text)} <= {*_NUMBER.findall(name)}


def _unknown(text: str, near: list[str], names: Names, project: Project, what: str) -> UnknownName:
    prefix, _, local = text.partition(":")
    if re.fullmatch(r"[\w.-]*:[^\s/]+", text) and prefix not in project.prefixes:
        close = nearest(prefix, project.prefixes)
        told = (
            f"did you mean {' or '.join(f'`{c}:{local}`' for c in close)}?"
            if close
            else "see [prefixes] of kzgraph.toml"
        )
        return UnknownName(what, text, (), see=f"no prefix `{prefix}:` is known; {told}")
    told = " or ".join(_told(thing, names, project) for thing in near)
    documents = "`kzgraph sources` lists the documents"
    search = documents if what == "document" else "`kzgraph search TEXT` finds things by any of their names"
    see = f"did you mean {told}?" if told else search
    return UnknownName(what, text, (), see=see)


def _told(thing: str, names: Names, project: Project) -> str:
    label = names.label(thing)
    return f"`{shorten(thing, project.prefixes)}`" + (f" ({label})" if label else "")


def _words(local: str) -> str:
    """The words of a name that is written in one: ``MiddleCorridor`` → ``Middle Corridor``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", local)
