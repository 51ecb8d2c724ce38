"""The pages of a thing, a fact and a document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from kzgraph.answers.cells.cell import SUPPLIED, Item
from kzgraph.answers.cells.marks import is_held_wrong
from kzgraph.answers.evidence.records import Support
from kzgraph.answers.evidence.sources import Source
from kzgraph.answers.things.conflicts import CONTRADICTS, Matter
from kzgraph.answers.things.fact_items import fact_item, value_item
from kzgraph.answers.things.facts import Fact
from kzgraph.dates import PartialDate
from kzgraph.model import Model
from kzgraph.namespaces import DCTERMS, RDF, RDFS, SKOS
from kzgraph.site.addresses import PagePlace
from kzgraph.site.graph_reader import GROUND, NOTE
from kzgraph.site.pages import Site
from kzgraph.site.parts import part_of_list, parts_of
from kzgraph.site.picture_pages import line_of, map_of
from kzgraph.site.rendering import Sheet
from kzgraph.terms import Term
from kzgraph.wording.numbers import number

_TITLE = DCTERMS + "title"
_NAMED = {RDFS + "label", SKOS + "altLabel", SKOS + "prefLabel", RDF + "type", GROUND, RDFS + "isDefinedBy"}
_SHOWN_ABOVE = ("gist", "modality", "rank", "date", "start", "end", "attestedOn", "dateBasis", "dateAsStated", "about")
_BETWEEN = ("disagreesWith", "contradicts", "differsFrom", "agreesWith", "sameUtteranceAs")
FIRST_DISPUTES = 6
"""So many matters are seen at once where a page has more to show."""
FIRST_FACTS = 12
"""So many facts of a kind are seen at once on the page of a thing; the others are folded."""
_MOST_EDGES = 200
_FILES = ("fileName", "textDigest", "textLength", "shortName")


@dataclass(frozen=True)
class Dispute:
    """A matter on which sources disagree, as a line that leads to it."""

    anchor: str
    title: str
    grade: str
    word: str

    @staticmethod
    def of(matter: Matter) -> Dispute:
        """The line of a matter."""
        is_hard = any(c.grade == CONTRADICTS for c in matter.conflicts)
        first = matter.conflicts[0].sides[0]
        title = f"{matter.label}: {first.label}" if matter.label else first.label
        told = "sources contradict each other" if is_hard else "sources give different accounts"
        return Dispute(anchor(matter), title, "contradicts" if is_hard else "differs", told)


def anchor(matter: Matter) -> str:
    """The anchor of a matter on the page of conflicts: the names of its first two facts are its own."""
    return "-".join(f.iri.rsplit("/", 1)[-1].rsplit("#", 1)[-1] for f in matter.conflicts[0].sides)


def page(site: Site, place: PagePlace, iri: str) -> str:
    """The page of a thing, a fact or a document."""
    reader = site.reader
    reader.load([iri])
    if iri in reader.facts:
        return _fact(site, place, iri)
    return (_document if iri in reader.documents else _thing)(site, place, iri)


def _common(site: Site, place: PagePlace, iri: str, sheet: Sheet) -> dict[str, object]:
    """What the pages of all kinds of things have."""
    label, path = site.reader.full_label(iri), site.path_of(iri)
    return {
        "iri": iri,
        "label": label,
        "kinds": site.reader.kinds(iri),
        "remarks": sorted(t.value for t in site.reader.statements(iri).properties.get(NOTE, [])),
        "sheet": sheet,
        "cite": site.citation(label, iri),
        "data": [(place.to(f"{path}.json"), "JSON"), (place.to(f"{path}.ttl"), "Turtle")],
    }


def _thing(site: Site, place: PagePlace, iri: str) -> str:
    reader, sheet = site.reader, site.sheet(place)
    facts = reader.facts_about(iri, place.part)
    total = reader.number_about(iri)
    names = [n for n in reader.names_of(iri) if n.text != reader.label(iri)]
    return site.render(
        "thing.html",
        place,
        names=names,
        pictures=[p for p in (line_of(site, place, iri), map_of(site, place, iri)) if p] if place.part == 1 else [],
        total=total,
        documents=len({s.document for f in facts for s in f.sources}) if parts_of(total) == 1 else 0,
        parts=parts_of(total),
        whole=f"{site.path_of(iri)}.html",
        written=_written(site, iri, {*_NAMED, NOTE}),
        disputes=[Dispute.of(m) for m in reader.matters if _is_of(m, iri)],
        first_disputes=FIRST_DISPUTES,
        edges=list(reader.edges(iri).items()),
        most_edges=_MOST_EDGES,
        first_facts=FIRST_FACTS,
        questions=_questions(site, place, iri),
        groups=[(kind, lines(site, own, iri)) for kind, own in groupby(facts, key=lambda f: f.kind)],
        **_common(site, place, iri, sheet),
    )


def lines(site: Site, facts: Iterable[Fact], about: str = "") -> list[tuple[str, Item]]:
    """Facts as lines: when each was, and the fact with its marks; with the passages that name a thing."""
    return [(fact.when.words, fact_item(fact, site.reader.standing(fact), about)) for fact in facts]


def _is_of(matter: Matter, iri: str) -> bool:
    return any(iri in f.iris("about") | f.iris("statedBy") or iri == f.iri for c in matter.conflicts for f in c.sides)


def _questions(site: Site, place: PagePlace, iri: str) -> list[tuple[str, str]]:
    """The questions that a reader can ask of a thing; without a server those that its pages answer."""
    found = []
    for query, given in site.asked_of(iri):
        default = {p.name: p.default for p in query.parameters}
        path = f"{site.question_path(query.name)}.html"
        if site.about.is_live:
            found.append((query.summary or query.name, place.to(path, **given)))
        elif all(default[name] == value for name, value in given.items()):
            found.append((query.summary or query.name, place.to(path)))
    return sorted(found)


def _written(site: Site, iri: str, aside: Iterable[str]) -> list[tuple[str, list[Term]]]:
    """What files say of a thing besides its names: properties with their values, by the name of the property."""
    own = site.reader.statements(iri).properties
    kept = [(p, sorted(v)) for p, v in own.items() if p not in {*aside} and any(t.kind != "bnode" for t in v)]
    told = [(p, [_readable(t) for t in v if t.kind != "bnode"]) for p, v in kept]
    return sorted(told, key=lambda pair: (site.reader.property_label(pair[0]).casefold(), pair[0]))


def _readable(term: Term) -> Term:
    """A value as people read it: a date in words, a number with its thousands apart."""
    day = PartialDate.of(term)
    if day:
        return Term("literal", day.words)
    return Term("literal", number(term.value)) if term.is_number else term


def _fact(site: Site, place: PagePlace, iri: str) -> str:
    reader, sheet = site.reader, site.sheet(place)
    fact, model = reader.fact(iri), reader.store.model
    aside = {*_NAMED, NOTE, *(model[word] for word in (*_SHOWN_ABOVE, *_BETWEEN, "statedBy", "hasAttribution"))}
    own = reader.standing(fact)
    marks = [*own.marks(Support(fact.sources)), *own.contradiction]
    standing = [m.text for m in marks if not m.symbol and m.text]
    statements = reader.statements(iri).properties
    if is_held_wrong(fact.record) is False and fact.rank and model["RankNormal"] not in fact.iris("rank"):
        standing.append(fact.rank)
    if fact.when.is_inferred:
        sheet.meet([SUPPLIED])
    sheet.meet(m.kind for m in marks)
    return site.render(
        "fact.html",
        place,
        has_own_notes=True,
        when=str(fact.when),
        standing=standing,
        signs=[(m.symbol, m.text) for m in marks if m.symbol and m.kind != SUPPLIED],
        gists=sorted(statements.get(model["gist"], [])),
        values=_values(site, fact, [p for p in statements if p not in aside]),
        others=_values(site, fact, _between(fact, model)),
        passages=[(s, reader.digest(s.citation), _passage(site, s)) for s in fact.sources],
        **_common(site, place, iri, sheet) | {"remarks": _remarks(site, fact)},
    )


def _between(fact: Fact, model: Model) -> list[str]:
    """The properties that lead to other facts; that they disagree is left out where others say in which way."""
    found = {word: set(fact.properties.get(model[word], ())) for word in _BETWEEN}
    if found["disagreesWith"] <= found["contradicts"] | found["differsFrom"]:
        found["disagreesWith"] = set()
    return [model[word] for word, values in found.items() if values]


def _values(site: Site, fact: Fact, properties: Iterable[str]) -> list[tuple[str, list[Item]]]:
    """The values that a fact gives some properties, each with the passages that state it."""
    reader, found = site.reader, []
    own, standing = reader.statements(fact.iri).properties, reader.standing(fact)
    between = {reader.store.model[word] for word in _BETWEEN}
    for name in properties:
        terms = own.get(name, []) if name not in between else list(fact.properties.get(name, ()))
        told = [(t, reader.label(t.value) if t.kind == "uri" else t.value) for t in terms if t.kind != "bnode"]
        items = [value_item(fact, standing, term, text) for term, text in told]
        if items:
            found.append((name, sorted(items, key=lambda i: (i.text.casefold(), i.words))))
    return sorted(found, key=lambda pair: (reader.property_label(pair[0]).casefold(), pair[0]))


def _remarks(site: Site, fact: Fact) -> list[str]:
    """The editors' notes: on the fact, and on values of it."""
    found = sorted(t.value for t in fact.properties.get(NOTE, ()))
    told: dict[str, list[str]] = {}
    for attribution in fact.record.attributions:
        if attribution.note:
            told.setdefault(attribution.note, []).append(site.reader.label(attribution.of_property))
    return found + [f"On {', '.join(sorted(set(of)))}: {note}" for note, of in sorted(told.items())]


def _passage(site: Site, source: Source) -> str:
    text = site.texts.of(source.file)
    return " ".join(text.text[source.start : source.end].split()) if text and source.end else ""


def _document(site: Site, place: PagePlace, iri: str) -> str:
    reader, sheet, model = site.reader, site.sheet(place), site.reader.store.model
    own = reader.statements(iri).properties
    cited = reader.citations_of(iri)
    resting = reader.facts_of(part_of_list(cited, place.part))
    about = [f for f in reader.facts_about(iri, 1) if iri in f.iris("about")] if place.part == 1 else []
    paragraphs, others = _by_paragraph(iri, resting)
    text = site.texts.of(next((t.value for t in own.get(model["fileName"], [])), ""))
    is_whole = parts_of(len(cited)) == 1
    numbers = {*paragraphs, *(range(1, len(text.paragraphs) + 1) if text and is_whole else ())}
    shown = [
        (n, _paragraph(site, iri, n), lines(site, sorted(paragraphs.get(n, ()), key=_by_place(iri, n))))
        for n in sorted(numbers)
    ]
    aside = {*_NAMED, NOTE, _TITLE, *(model[word] for word in _FILES)}
    return site.render(
        "document.html",
        place,
        short=next((t.value for t in own.get(model["shortName"], [])), ""),
        language=next((t.value for t in own.get(DCTERMS + "language", [])), ""),
        total=len(cited),
        parts=parts_of(len(cited)),
        whole=f"{site.path_of(iri)}.html",
        written=_written(site, iri, aside),
        about_it=lines(site, about, iri),
        paragraphs=shown,
        others=[(where, fact_item(fact, reader.standing(fact))) for where, fact in others],
        **_common(site, place, iri, sheet),
    )


def _by_paragraph(document: str, facts: Iterable[Fact]) -> tuple[Mapping[int, list[Fact]], list[tuple[str, Fact]]]:
    """The facts by the paragraphs from which they are cited, and those that are cited from elsewhere in a document."""
    found: dict[int, list[Fact]] = {}
    others: list[tuple[str, Fact]] = []
    for fact in facts:
        own = [s for s in fact.sources if s.document == document]
        for paragraph in sorted({s.paragraph for s in own if s.paragraph}):
            found.setdefault(paragraph, []).append(fact)
        others += [(s.locator, fact) for s in own if not s.paragraph]
    return found, sorted(others, key=lambda pair: (pair[0], pair[1].label, pair[1].iri))


def _by_place(document: str, paragraph: int) -> Callable[[Fact], tuple[int, str, str]]:
    """What facts of a paragraph are sorted by: where their passages begin."""

    def order(fact: Fact) -> tuple[int, str, str]:
        starts = [s.start for s in fact.sources if s.document == document and s.paragraph == paragraph]
        return min(starts), fact.label, fact.iri

    return order


def _paragraph(site: Site, document: str, paragraph: int) -> str:
    """The text of a paragraph; empty if the documents' texts are not wanted or not there."""
    if not site.texts:
        return ""
    own = site.reader.statements(document).properties
    text = site.texts.of(next((t.value for t in own.get(site.reader.store.model["fileName"], [])), ""))
    if text is None or paragraph > len(text.paragraphs):
        return ""
    start, end = text.paragraphs[paragraph - 1]
    return " ".join(text.text[start:end].split())


def parts_of_data(site: Site, iri: str) -> int:
    """In how many parts the data of a thing, fact or document come."""
    return 1 if iri in site.reader.facts else parts_of(site.reader.number_about(iri))


def parts_of_page(site: Site, iri: str) -> int:
    """On how many parts the page of a thing, fact or document stands."""
    if iri in site.reader.facts:
        return 1
    if iri in site.reader.documents:
        return parts_of(len(site.reader.citations_of(iri)))
    return parts_of_data(site, iri)
