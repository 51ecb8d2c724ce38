"""The pages that lead to others: the start, things, documents, conflicts, search, and what the site is."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby

from kzgraph.answers.cells.cell import Item
from kzgraph.answers.things.conflicts import CONTRADICTS, Conflict
from kzgraph.answers.things.fact_items import fact_item
from kzgraph.answers.things.facts import Fact
from kzgraph.namespaces import DCTERMS
from kzgraph.site.addresses import PagePlace
from kzgraph.site.pages import Site
from kzgraph.site.parts import beginnings, part_of_list, parts_of
from kzgraph.site.picture_pages import map_of_lines
from kzgraph.site.question_pages import themes
from kzgraph.site.thing_pages import FIRST_DISPUTES, Dispute, anchor
from kzgraph.wording.names import folded


@dataclass(frozen=True)
class Side:
    """One account of a matter: the fact with its marks, what it says as a value, and what the editors note."""

    item: Item
    kind: str
    when: str
    value: str
    note: str


@dataclass(frozen=True)
class Clash:
    """Two accounts that disagree, and how firmly."""

    sides: tuple[Side, Side]
    grade: str
    word: str
    reasons: str


@dataclass(frozen=True)
class NameHit:
    """Something that a search finds by a name: its IRI, its label, its kind, and the name that fits."""

    iri: str
    label: str
    kind: str
    matched: str


@dataclass(frozen=True)
class OfferedPage:
    """A page that may answer a question: title, link, the values asked with, and words left out."""

    title: str
    href: str
    asked_with: str
    left_out: list[str]


@dataclass(frozen=True)
class SearchPage:
    """What the page of a search shows; ``read`` are words read as others, ``lacking`` those that no fact has.

    ``is_sure`` says that the one question there is surely meant.
    """

    text: str = ""
    questions: list[OfferedPage] = field(default_factory=list)
    facts: list[tuple[str, Item]] = field(default_factory=list)
    names: list[NameHit] = field(default_factory=list)
    read: list[tuple[str, str]] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)
    is_sure: bool = False


def start(site: Site, place: PagePlace) -> str:
    """The first page: what this is, how much it holds, questions, and what sources disagree on."""
    reader = site.reader
    read = [d for d, is_read in reader.documents.items() if is_read]
    reader.load(read)
    return site.render(
        "start.html",
        place,
        numbers=[
            (len(reader.facts), "facts", "things.html"),
            (len(reader.things), "things", "things.html"),
            (len(site.queries), "questions", "questions.html"),
            (len(read), "source documents", "documents.html"),
        ],
        themes=themes(site),
        path=site.question_path,
        drawn=map_of_lines(site, place),
        disputes=[Dispute.of(m) for m in reader.matters[:FIRST_DISPUTES]],
        more=max(0, len(reader.matters) - FIRST_DISPUTES),
        documents=_documents(site, read),
        sheet=site.sheet(place),
    )


def _documents(site: Site, iris: list[str]) -> list[tuple[str, str, str, str, int]]:
    """Documents as lines: IRI, title, short name, date, and how many facts rest on each."""
    found = []
    for iri in iris:
        own = site.reader.statements(iri).properties
        issued = next((t.value for t in own.get(DCTERMS + "issued", [])), "")
        short = site.reader.label(iri)
        found.append((iri, site.reader.full_label(iri), short, issued, site.reader.resting.get(iri, 0)))
    return sorted(found, key=lambda line: (-line[4], line[1], line[0]))


def documents(site: Site, place: PagePlace) -> str:
    """The page of all documents: those that were read for the graph, and those from which background comes."""
    known = site.reader.documents
    site.reader.load(known)
    return site.render(
        "documents.html",
        place,
        read=_documents(site, [d for d, is_read in known.items() if is_read]),
        others=_documents(site, [d for d, is_read in known.items() if not is_read]),
        sheet=site.sheet(place),
    )


def things(site: Site, place: PagePlace) -> str:
    """The page of all things but documents, by kind and name."""
    reader = site.reader
    own = _own_things(site)
    reader.load_labels(own)
    lines = sorted((reader.kind_words(i), folded(reader.label(i)), reader.label(i), i) for i in own)
    shown = part_of_list(lines, place.part)
    starts = beginnings(line[0] for line in lines)
    numbers = {kind: number for number, (kind, _, _) in enumerate(starts, 1)}
    groups = [(numbers[k], k, [(i, label) for _, _, label, i in g]) for k, g in groupby(shown, key=lambda x: x[0])]
    return site.render(
        "things.html",
        place,
        groups=groups,
        starts=starts,
        kinds=sorted((reader.label(kind), count) for kind, count in reader.kinds_of_facts.items()),
        parts=parts_of(len(lines)),
        sheet=site.sheet(place),
    )


def _own_things(site: Site) -> list[str]:
    return [i for i in site.reader.things if i not in site.reader.documents]


def parts_of_things(site: Site) -> int:
    """On how many parts of its page all things stand."""
    return parts_of(len(_own_things(site)))


def conflicts(site: Site, place: PagePlace) -> str:
    """The page of all matters on which sources disagree, both sides of each beside each other."""
    sheet = site.sheet(place)
    found = [
        (anchor(matter), matter, [_clash(site, conflict) for conflict in matter.conflicts])
        for matter in site.reader.matters
    ]
    hard = sum(any(c.grade == CONTRADICTS for c in m.conflicts) for m in site.reader.matters)
    return site.render(
        "conflicts.html",
        place,
        matters=found,
        hard=hard,
        soft=len(found) - hard,
        has_more=site.reader.has_more_conflicts,
        dispute=Dispute.of,
        sheet=sheet,
        cite=site.citation("Where sources disagree"),
        data=[(place.to("conflicts.json"), "JSON")],
    )


def _clash(site: Site, conflict: Conflict) -> Clash:
    is_hard = conflict.grade == CONTRADICTS
    first, second = (_side(site, fact) for fact in conflict.sides)
    word = "not both can be right" if is_hard else "both can be right: another account or scope"
    return Clash((first, second), conflict.grade, word, ", ".join(conflict.reasons))


def _side(site: Site, fact: Fact) -> Side:
    return Side(fact_item(fact, site.reader.standing(fact)), fact.kind, str(fact.when), fact.value, fact.note)


def search(site: Site, place: PagePlace, found: SearchPage | None = None) -> str:
    """The page of the search; without a server a script fills it, and lists stand for those without scripts."""
    return site.render("search.html", place, found=found or SearchPage(), sheet=site.sheet(place))


def about(site: Site, place: PagePlace) -> str:
    """The page about the site: what the marks mean, how to cite, to report an error, and to get the data."""
    return site.render("about.html", place, cite_whole=site.citation(site.about.title))
