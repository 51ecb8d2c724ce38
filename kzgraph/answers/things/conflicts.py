"""Where sources disagree: pairs that the editors mark, figures that cannot both be right, and dates of one matter.

A pair has one of two grades: its facts contradict each other, or they give different accounts that can both be right.
The editors' link says which; what is only found is a contradiction. Pairs that share facts are on one matter.

Succession in time is no conflict, nor are a part and its total, a target and a result, or two directions of one flow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import combinations, islice, product

from kzgraph.answers.things.fact_pairs import (
    are_near,
    bounds,
    day_of,
    differ,
    is_rounding,
    only,
    overlap,
    same_direction,
    same_time,
    share_document,
    succeeds,
)
from kzgraph.answers.things.facts import Fact, labels, read_facts
from kzgraph.dates import PartialDate, When
from kzgraph.namespaces import OWL, PROV, RDF, RDFS, SKOS
from kzgraph.stores import Store
from kzgraph.stores.rows import rows_about, rows_of
from kzgraph.wording.names import folded

MARKED = "marked by the editors"
VALUES = "values differ"
DATES = "dates differ"
PERIODS = "one value for two times"
CONTRADICTS = "contradicts"
DIFFERS = "differs"
_CLASSES = (
    "Figure",
    "Stake",
    "Event",
    "Signature",
    "Adoption",
    "Coverage",
    "StatusReport",
    "Membership",
    "OfficeHolding",
)
_ASSERTED = {"ModalityActual", "ModalityReported", "ModalityAssessed"}
_AIMS = {"ModalityAgreed", "ModalityPlanned", "ModalityProposed"}
_SUBJECT_ROLES = ("ofSubject", "ofThing", "ofAsset", "ofSegment", "ofInstrument", "hasAsset")
_RELATED = (
    "<model|isPartOfFact>+|<model|isInferredFrom>+|<model|partOfEvent>+|<model|followsUp>|<model|carriesFurther>"
    f"|<model|succeeds>|<model|agreesWith>|<{OWL}differentFrom>"
)
_EVENT_ROLES = ("hasVisitor", "hasHost", "takesPlaceIn", "concerns")
_NUMBERS = ("value", "maximum", "share")
_TIMES = ("date", "start", "end", "attestedOn")
_NOT_DISPUTED = (
    *("about", "concerns", "gist", "rank", "modality", "hasAttribution", "isInferredFrom", "asStated", "dateAsStated"),
    *("disagreesWith", "contradicts", "differsFrom", "agreesWith", "followsUp", "carriesFurther", "succeeds"),
)
"""What two facts may hold differently without disagreeing in it: words, links, and how firm and how good a fact is."""

Pair = frozenset[str]
Dated = Callable[[When], tuple[PartialDate, ...]]


@dataclass(frozen=True)
class Conflict:
    """Two facts that disagree, how that was found, and whether both can be right.

    Each side has the passages of the documents that state what the sides disagree on, and no others.
    """

    sides: tuple[Fact, Fact]
    reasons: tuple[str, ...]
    grade: str = CONTRADICTS

    @property
    def order(self) -> tuple[bool, bool, str, str, str]:
        """The place among others: contradictions first, then what the editors mark."""
        labels = (self.sides[0].kind, self.sides[0].label, self.sides[1].label)
        return (self.grade != CONTRADICTS, self.reasons[0] != MARKED, *labels)


@dataclass(frozen=True)
class Matter:
    """Conflicts that hang together by the facts that they share, and the thing that most of these facts are about."""

    thing: str
    label: str
    conflicts: tuple[Conflict, ...]


def find_conflicts(
    store: Store,
    language: str = "en",
    *,
    of: Set[str] | None = None,
    with_periods: bool = False,
    most: int | None = None,
) -> list[Conflict]:
    """All conflicts of the graph, each pair once: contradictions first, and of these the ones that the editors mark.

    ``of`` are facts of which a pair must have one; after ``most`` pairs, no more are looked for. ``with_periods`` adds
    figures of one value that two documents give for different times: one of them may be mistaken.
    """
    marked = _linked(store, "<model|disagreesWith>|<model|contradicts>|<model|differsFrom>")
    softened = _linked(store, "<model|differsFrom>") - _linked(store, "<model|contradicts>")
    kinds = {c: _members(store, c) for c in _CLASSES}
    if of is not None:  # both facts of a pair are of one class
        marked = {pair for pair in marked if pair & of}
        kinds = {c: members if members & of else set() for c, members in kinds.items()}
    wanted = {iri for members in kinds.values() for iri in members} | {iri for pair in marked for iri in pair}
    facts = {f.iri: f for f in read_facts(store, wanted, language)}
    of_class = {c: [facts[i] for i in sorted(members)] for c, members in kinds.items()}
    apart = _linked(store, _RELATED)
    found: dict[Pair, list[str]] = {pair: [MARKED] for pair in marked if pair <= facts.keys()}
    periods = _periods(of_class["Figure"]) if with_periods else ()
    for reason, pairs in ((VALUES, _values(of_class)), (DATES, _dates(of_class)), (PERIODS, periods)):
        for pair in sorted(set(islice((p for p in pairs if p not in apart), most)), key=sorted):
            found.setdefault(pair, []).append(reason)
    conflicts = [
        Conflict(_sides(pair, facts, reasons), tuple(reasons), DIFFERS if pair in softened else CONTRADICTS)
        for pair, reasons in islice(found.items(), most)
        if of is None or pair & of
    ]
    return sorted(conflicts, key=lambda c: c.order)


def unlinked(store: Store, of: Set[str]) -> list[Conflict]:
    """The conflicts of some facts with others of which the editors have not said how they stand to each other."""
    return [c for c in find_conflicts(store, of=of, with_periods=True) if MARKED not in c.reasons]


def matters(store: Store, conflicts: Iterable[Conflict], language: str = "en") -> list[Matter]:
    """The conflicts by matter, in their order: those that share a fact, directly or by a third, are on one."""
    groups = _by_shared_facts([*conflicts])
    shared = [_shared(group) for group in groups]
    known = _known(store, {thing for things in shared for thing in things})
    things = [min(of_group, key=lambda i: (known[i], i), default="") for of_group in shared]
    shown = labels(store, [t for t in things if t], language)
    found = [
        Matter(thing, shown.get(thing, ""), tuple(sorted(group, key=lambda c: c.order)))
        for thing, group in zip(things, groups, strict=True)
    ]
    return sorted(found, key=lambda m: m.conflicts[0].order)


def _by_shared_facts(conflicts: list[Conflict]) -> list[list[Conflict]]:
    """The conflicts, those together that share a fact, directly or by a third."""
    of_fact: dict[str, list[int]] = {}
    for number, conflict in enumerate(conflicts):
        for fact in conflict.sides:
            of_fact.setdefault(fact.iri, []).append(number)
    groups, met = list[list[Conflict]](), set[int]()
    for first in range(len(conflicts)):
        group, todo = set[int](), [first]
        while todo:
            number = todo.pop()
            if number not in met:
                met.add(number)
                group.add(number)
                todo += [n for fact in conflicts[number].sides for n in of_fact.pop(fact.iri, ())]
        if group:
            groups.append([conflicts[n] for n in sorted(group)])
    return groups


def _shared(group: list[Conflict]) -> set[str]:
    """The things that most facts of a group are about; of these the ones of which the facts tell, if there are any."""
    facts = list({f.iri: f for c in group for f in c.sides}.values())
    counts = Counter(i for f in facts for i in f.iris("about"))
    most = {i for i, n in counts.items() if n == max(counts.values())}
    return most & {i for f in facts for role in _SUBJECT_ROLES for i in f.iris(role)} or most


def _known(store: Store, things: set[str]) -> dict[str, int]:
    """How many facts are about each thing: the fewer, the better it tells one matter from others."""
    counted = dict.fromkeys(things, 0)
    for row in rows_about(store, "?thing", sorted(things), "?fact <model|about> ?thing"):
        counted[row["thing"].value] += 1
    return counted


def about(conflicts: Iterable[Conflict], thing: str) -> list[Conflict]:
    """The conflicts in which a side is a thing, or is about it or stated by it."""
    return [
        c for c in conflicts if any(thing == f.iri or thing in f.iris("about") | f.iris("statedBy") for f in c.sides)
    ]


def _values(of_class: dict[str, list[Fact]]) -> Iterator[Pair]:
    """The pairs of figures, and of stakes, on one matter that no value fits."""
    for matter in (_figures_matter, _stakes_matter):
        facts = of_class["Figure" if matter is _figures_matter else "Stake"]
        known = {fact.iri: bounds(fact) for fact in facts}
        for one, other in _pairs(facts, matter, day_of):
            first, second = known[one.iri], known[other.iri]
            fits = first is None or second is None or first.meets(second) or is_rounding(first, second)
            if not fits and same_direction(one, other) and same_time(one, other):
                yield frozenset({one.iri, other.iri})


def _periods(figures: list[Fact]) -> Iterator[Pair]:
    """The pairs of figures of one value on one matter that two documents give for times that do not meet."""
    for one, other in _pairs(figures, _figures_matter):
        value, times = bounds(one), (one.when.known_days, other.when.known_days)
        is_same = value is not None and value == bounds(other) and same_direction(one, other)
        if is_same and times[0] and times[1] and not times[0].meets(times[1]) and not share_document(one, other):
            yield frozenset({one.iri, other.iri})


def _figures_matter(fact: Fact) -> object:
    words = tuple(tuple(sorted(folded(t) for t in fact.texts(n))) for n in ("scope", "baseline"))
    return (fact.iris("hasMeasure"), fact.iris("hasUnit"), fact.iris("ofSubject"), _stage(fact), words)


def _stakes_matter(fact: Fact) -> object:
    return (fact.iris("hasHolder"), fact.iris("hasAsset"), _stage(fact))


def _dates(of_class: dict[str, list[Fact]]) -> Iterator[Pair]:
    """The pairs of facts that give one matter different dates."""
    opened = [f for f in of_class["StatusReport"] if f.model["StatusOpened"] in f.iris("hasStatus")]
    changes = [f for f in of_class["Event"] if f.iris("intoOrganization")]
    moment: tuple[Dated, ...] = (lambda w: w.dates,)
    ends: tuple[Dated, ...] = (lambda w: w.starts, lambda w: w.ends)
    once: list[tuple[list[Fact], tuple[str, ...], str, tuple[Dated, ...]]] = [
        (of_class["Signature"], ("ofInstrument",), "hasSignatory", moment),
        (of_class["Adoption"], ("ofInstrument",), "hasAdopter", moment),
        (of_class["Coverage"], ("ofInstrument",), "", ends),
        (opened, ("ofAsset",), "", moment),
        (changes, ("intoOrganization", "fromOrganization"), "", moment),
        (of_class["Membership"], ("hasMember", "inOrganization", "membershipKind"), "", ends),
        (of_class["OfficeHolding"], ("hasHolder", "hasOffice"), "", ends),
    ]
    for facts, roles, actors, parts in once:
        for one, other in _pairs(facts, _roles_matter(roles)):
            is_one_act = overlap(one, other, actors) and not succeeds(one, other)
            if is_one_act and any(differ(only(part(one.when)), only(part(other.when))) for part in parts):
                yield frozenset({one.iri, other.iri})
    for one, other in _pairs([f for f in of_class["Event"] if f not in changes], _event_matter):
        first, second = (only(f.when.dates + f.when.starts) for f in (one, other))
        if first and second and differ(first, second) and are_near(first, second) and not share_document(one, other):
            yield frozenset({one.iri, other.iri})


def _roles_matter(roles: tuple[str, ...]) -> Callable[[Fact], object]:
    return lambda fact: (fact.kind, _stage(fact), tuple(fact.iris(r) for r in roles))


def _event_matter(fact: Fact) -> object:
    """Kind, place and participants of an event: two records that share them and have near dates are about one event."""
    roles = tuple(fact.iris(r) for r in _EVENT_ROLES)
    return (fact.kind, _stage(fact), roles) if any(roles) else fact.iri


def _pairs(
    facts: list[Fact], matter: Callable[[Fact], object], day: Callable[[Fact], object] = lambda _: None
) -> Iterator[tuple[Fact, Fact]]:
    """The pairs of facts on one matter; not those that have a day each, and not the same.

    A measure may be counted on each day of years: of all pairs of these, no two are of one time.
    """
    groups: dict[object, dict[object, list[Fact]]] = {}
    for fact in facts:
        groups.setdefault(matter(fact), {}).setdefault(day(fact), []).append(fact)
    for by_day in groups.values():
        others = by_day.pop(None, [])
        for same_day in by_day.values():
            yield from combinations(same_day, 2)
            yield from product(others, same_day)
        yield from combinations(others, 2)


def _stage(fact: Fact) -> str:
    """Whether a fact is about the present, an aim or a possibility: these do not contradict each other."""
    modality = {fact.model.word(m) or m for m in fact.iris("modality")}
    if not modality or modality & _ASSERTED:
        return "is"
    return "aim" if modality & _AIMS else "outlook"


def _sides(pair: Pair, facts: dict[str, Fact], reasons: Iterable[str]) -> tuple[Fact, Fact]:
    first, second = sorted((facts[iri] for iri in pair), key=lambda f: (f.label, f.iri))
    disputed = _disputed(first, second, reasons)
    return _stating(first, disputed), _stating(second, disputed)


def _disputed(one: Fact, other: Fact, reasons: Iterable[str]) -> set[str]:
    """The properties on which two facts disagree: their figures, else their dates, else all in which they differ."""
    numbers, times = ({one.model[word] for word in words} for words in (_NUMBERS, _TIMES))
    differing = {
        name
        for name in one.properties.keys() & other.properties.keys()
        if set(one.properties[name]) != set(other.properties[name])
    }
    if VALUES in reasons or differing & numbers:
        return numbers
    if DATES in reasons or differing & times:
        return times
    told_by_words = {one.model[word] for word in _NOT_DISPUTED}
    return {name for name in differing - told_by_words if not name.startswith((RDF, RDFS, SKOS, PROV))}


def _stating(fact: Fact, properties: set[str]) -> Fact:
    """The fact with the passages of the documents that state its values of some properties; with all if it has none."""
    return fact.with_sources_for(*(term for name in sorted(properties) for term in fact.properties.get(name, ())))


def _members(store: Store, name: str) -> set[str]:
    return {r["fact"].value for r in rows_of(store, f"SELECT ?fact WHERE {{ ?fact a <model|{name}> }}")}


def _linked(store: Store, path: str) -> set[Pair]:
    rows = rows_of(store, f"SELECT DISTINCT ?one ?other WHERE {{ ?one {path} ?other FILTER (?one != ?other) }}")
    return {frozenset({r["one"].value, r["other"].value}) for r in rows if r["other"].kind == "uri"}
