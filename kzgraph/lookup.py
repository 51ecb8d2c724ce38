"""What people call a thing → the thing: CURIEs, IRIs, labels in any language, names in documents, codes, titles."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kzgraph.errors import SyntaxProblem, UnknownName, UsageError, nearest
from kzgraph.namespaces import KZO, RDF, RDFS, SKOS, expand, shorten
from kzgraph.project import Project
from kzgraph.sparql import iri_term
from kzgraph.stores import Store
from kzgraph.terms import Rows, Term

_DCTERMS = "http://purl.org/dc/terms/"
_HOW = {
    "label": f"?thing <{RDFS}label>|<{SKOS}prefLabel> ?text",
    "other label": f"?thing <{SKOS}altLabel> ?text",
    "name": f"?naming <{KZO}namesThing> ?thing ; <{KZO}name> ?text",
    "short name": f"?thing <{KZO}shortName> ?text",
    "code": f"?identification <{KZO}ofThing> ?thing ; <{KZO}code> ?text",
    "identifier": f"?thing <{_DCTERMS}identifier> ?text",
    "title": f"?thing <{_DCTERMS}title> ?text",
    "as stated": f"?thing <{KZO}asStated> ?text",
}
_RANKS = {how: min(rank, 2) for rank, how in enumerate(_HOW)}
GIST = "gist"
_GISTS = {GIST: f"?thing <{KZO}gist> ?text"}
_LETTERS = str.maketrans({"ı": "i", "ə": "e", "ø": "o", "ł": "l", "đ": "d", "æ": "ae"})
_BATCH = 500
_CANDIDATES = 5
_NEAREST = 3
_SURE = 85.0


@dataclass(frozen=True)
class Name:
    """A text by which a thing is known, its language if it has one, and how the thing bears it."""

    text: str
    language: str
    how: str


@dataclass
class Names:
    """The names of things, by the things' IRIs, and which of the things are facts and which facts are namings."""

    of: dict[str, list[Name]] = field(default_factory=dict)
    facts: set[str] = field(default_factory=set)
    namings: set[str] = field(default_factory=set)

    def label(self, thing: str) -> str:
        """The English label of a thing, else any of its names, else an empty text."""
        names = self.of.get(thing, [])
        labels = [n for n in names if n.how == "label"]
        english = [n for n in labels if n.language in {"en", ""}]
        return next((n.text for n in [*english, *labels, *names]), "")

    def called(self, text: str) -> list[str]:
        """The things that bear a name, whatever its case and diacritics; only those that fit it best.

        The same letters go before the same letters without their marks, a label before any other name, and a thing
        before a fact.
        """
        key, cased = folded(text), text.casefold()
        levels: dict[str, tuple[bool, int, bool]] = {}
        for thing, names in self.of.items():
            fits = [(n.text.casefold() != cased, _RANKS[n.how]) for n in names if folded(n.text) == key]
            if fits:
                levels[thing] = (*min(fits), thing in self.facts)
        best = min(levels.values(), default=None)
        return sorted(t for t, level in levels.items() if level == best)


def folded(text: str) -> str:
    """A text without case, diacritics and punctuation, for comparing."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in plain if not unicodedata.combining(c)).translate(_LETTERS)
    return " ".join(re.sub(r"[\W_]+", " ", bare).split())


def read_names(store: Store, *, kind: str = "", thing: str = "", gists: bool = False) -> Names:
    """The names of all things, of those of a class, or of one thing; with the gists of facts, if wanted."""
    ways = _HOW | (_GISTS if gists else {})
    narrow = f"?thing a {iri_term(kind)} . " if kind else ""
    narrow += f"VALUES ?thing {{ {iri_term(thing)} }} " if thing else ""
    parts = " UNION ".join(f'{{ {narrow}{pattern} BIND ("{how}" AS ?how) }}' for how, pattern in ways.items())
    names = Names()
    for row in rows_of(store, f"SELECT ?thing ?text ?how WHERE {{ {parts} }}"):
        if row["thing"].kind == "uri":
            name = Name(row["text"].value, row["text"].language, row["how"].value)
            bearers = names.of.setdefault(row["thing"].value, [])
            if name not in bearers:
                bearers.append(name)
    for bearers in names.of.values():
        bearers.sort(key=lambda n: ([*ways].index(n.how), n.text, n.language))
    names.facts = {r["fact"].value for r in rows_of(store, f"SELECT ?fact WHERE {{ ?fact a <{KZO}Fact> }}")}
    names.namings = {r["fact"].value for r in rows_of(store, f"SELECT ?fact WHERE {{ ?fact a <{KZO}Naming> }}")}
    return names


def find_thing(
    text: str, project: Project, store: Store, *, kind: str = "", what: str = "thing", exact: bool = False
) -> str:
    """The IRI of the one thing that a CURIE, an IRI or a name stands for; of a class, if ``kind`` gives its IRI.

    A text that is nobody's name stands for a thing if the search finds that one alone, unless ``exact``. Raises
    :class:`UsageError` for an empty text or a name that several things bear, and :class:`UnknownName` with the
    nearest names.
    """
    wanted = text.strip()
    if not wanted:
        raise UsageError(f"the name of the {what} is empty", hint="give a CURIE, an IRI or a label")
    named = expand(wanted, project.prefixes)
    if named is not None and _is_described(store, named, kind):
        return named
    names = read_names(store, kind=kind)
    if named is not None:
        local = wanted.strip("<>").rsplit("/", 1)[-1].rsplit("#", 1)[-1].partition(":")
        near = _similar(names, _words(local[2] or local[0]), project)[2]
        raise _unknown(wanted, near, names, project, what)
    found = names.called(wanted) if folded(wanted) else []
    if not found:
        best, is_guess, near = _similar(names, wanted, project)
        if is_guess or exact:
            raise _unknown(wanted, near, names, project, what)
        found = best
    if len(found) == 1:
        return found[0]
    more = f" and {len(found) - _CANDIDATES} more" if len(found) > _CANDIDATES else ""
    told = ", ".join(_told(c, names, project) for c in found[:_CANDIDATES])
    raise UsageError(f"`{wanted}` may stand for several {what}s", hint=f"say which: {told}{more}")


def kinds_of(store: Store, things: Iterable[str]) -> dict[str, list[str]]:
    """The most specific classes of things, by their IRIs."""
    found: dict[str, set[str]] = {}
    for row in rows_about(store, "?thing", things, f"?thing <{RDF}type> ?class"):
        found.setdefault(row["thing"].value, set()).add(row["class"].value)
    above = _super_classes(store)
    return {
        thing: sorted(classes - {a for c in classes for a in above.get(c, ())}) or sorted(classes)
        for thing, classes in found.items()
    }


def rows_of(store: Store, query: str, timeout: float | None = None) -> list[dict[str, Term]]:
    """The rows of a SELECT query as dictionaries, without the unbound variables; ``timeout`` in seconds."""
    answer = store.query(query, timeout=timeout)
    assert isinstance(answer, Rows)
    return [{c: t for c, t in zip(answer.columns, row, strict=True) if t} for row in answer.rows]


def rows_about(store: Store, variable: str, iris: Iterable[str], pattern: str) -> Iterator[dict[str, Term]]:
    """The solutions of a pattern in which a variable is one of some IRIs, asked in parts that every store takes."""
    wanted = sorted(set(iris))
    for begin in range(0, len(wanted), _BATCH):
        values = " ".join(iri_term(i) for i in wanted[begin : begin + _BATCH])
        yield from rows_of(store, f"SELECT DISTINCT * WHERE {{ VALUES {variable} {{ {values} }} {pattern} }}")


def _super_classes(store: Store) -> dict[str, set[str]]:
    """All classes above each class."""
    above: dict[str, set[str]] = {}
    for row in rows_of(store, f"SELECT ?class ?above WHERE {{ ?class <{RDFS}subClassOf> ?above }}"):
        if row["class"] != row["above"]:
            above.setdefault(row["class"].value, set()).add(row["above"].value)
    while True:
        grown = {c: {x for a in classes for x in (a, *above.get(a, ()))} for c, classes in above.items()}
        if grown == above:
            return {c: classes - {c} for c, classes in above.items()}
        above = grown


def _is_described(store: Store, iri: str, kind: str) -> bool:
    pattern = f"{iri_term(iri)} a {iri_term(kind)} . BIND (1 AS ?x)" if kind else f"{iri_term(iri)} ?p ?x"
    try:
        return bool(rows_of(store, f"SELECT ?x WHERE {{ {pattern} }} LIMIT 1"))
    except SyntaxProblem:  # what the user wrote is no IRI by RFC 3987
        return False


def _similar(names: Names, text: str, project: Project) -> tuple[list[str], bool, list[str]]:
    """What the search finds: the things that fit best, whether that is a guess, and the nearest names of all."""
    from kzgraph.searching import FUZZY, SOME_WORDS, search  # rapidfuzz is needed only when no name fits

    hits = search(names, text, project.prefixes) if folded(text) else []
    best = [h for h in hits if h.tier == hits[0].tier]
    things = [h.thing for h in best if not h.is_fact] or [h.thing for h in best]
    unsure = len(things) > 1 or not hits or hits[0].score < _SURE
    is_guess = not hits or hits[0].tier == SOME_WORDS or (hits[0].tier == FUZZY and unsure)
    return things, is_guess, [*things, *(h.thing for h in hits if h.thing not in things)][:_NEAREST]


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
    see = f"did you mean {told}?" if told else "`kzgraph search TEXT` finds things by any of their names"
    return UnknownName(what, text, (), see=see)


def _told(thing: str, names: Names, project: Project) -> str:
    label = names.label(thing)
    return f"`{shorten(thing, project.prefixes)}`" + (f" ({label})" if label else "")


def _words(local: str) -> str:
    """The words of a name that is written in one: ``MiddleCorridor`` → ``Middle Corridor``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", local)
