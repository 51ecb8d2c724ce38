"""The pages of stored queries: all of them by theme, and each with its answer, sources and downloads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from kzgraph.answers.answer_tables import AnswerTable
from kzgraph.answers.cells.cell import CitedAnswer, Item
from kzgraph.answers.cells.telling import by_value
from kzgraph.answers.queries.exports import command
from kzgraph.answers.queries.header import Parameter
from kzgraph.answers.queries.stored_query import StoredQuery
from kzgraph.answers.short.view import LinePart, ShortAnswer
from kzgraph.answers.shown.short_tables import people_of
from kzgraph.answers.shown.tables import People, PeopleGroup, Words
from kzgraph.namespaces import OWL, expand
from kzgraph.site.addresses import PagePlace
from kzgraph.site.answer_pictures import LONG, picture
from kzgraph.site.pages import Site
from kzgraph.site.rendering import Sheet
from kzgraph.terms import Term

MOST_ROWS = 400
"""Rows of an answer on its page; the files have all."""
_MOST_OFFERED = 400
_ANY = OWL + "Thing"


@dataclass(frozen=True)
class Piece:
    """A text of a cell: the item that it tells, the words of it that are a link, what follows them, and footnotes."""

    item: Item | None
    text: str
    told: str
    numbers: tuple[int, ...]


Shown = list[list[Piece]]
"""A cell, or a sentence: its values, each of pieces."""


@dataclass(frozen=True)
class Block:
    """Some rows of a table under a heading, and what is said below them."""

    heading: Shown
    rows: list[list[Shown]]
    below: str = ""

    def begins_alike(self, number: int) -> bool:
        """Whether the first cell of a row says what that of the row before it says."""
        cells = [self.rows[n][0] for n in (number - 1, number) if n >= 0 and self.rows[n]]
        told = [[(p.text, p.told) for value in cell for p in value] for cell in cells]
        return len(told) > 1 and bool(told[0]) and told[0] == told[1]


@dataclass(frozen=True)
class Sheetful:
    """A table as a page shows it: headings with whether they are of numbers, blocks of rows, headline, remarks."""

    headings: list[tuple[str, bool]]
    blocks: list[Block]
    headline: list[Shown]
    remarks: list[str]


@dataclass(frozen=True)
class Field:
    """A parameter as a field of a form: what it takes, what stands in it, and what is offered."""

    name: str
    heading: str
    description: str
    kind: str
    value: str
    default: str
    offers: tuple[str, ...]


def themes(site: Site) -> list[tuple[str, list[StoredQuery]]]:
    """The stored queries by theme."""
    found: dict[str, list[StoredQuery]] = {}
    for query in site.queries.values():
        found.setdefault(query.tags[0] if query.tags else "other", []).append(query)
    for own in found.values():
        own.sort(key=lambda q: (q.summary or q.name).casefold())
    return sorted(found.items())


def all_page(site: Site, place: PagePlace) -> str:
    """The page of all questions."""
    return site.render("questions.html", place, themes=themes(site), path=site.question_path)


def page(site: Site, place: PagePlace, name: str, answer: AnswerTable, given: Mapping[str, str] | None = None) -> str:
    """The page of a question with its answer; ``given`` are the values that a reader gave its parameters."""
    query, sheet, path = site.query(name), site.sheet(place), site.question_path(name)
    detail = answer.cited.first(MOST_ROWS)
    short = _short(answer, sheet) if query.short and answer.rows else None
    given = dict(given or {})
    return site.render(
        "question.html",
        place,
        query=query,
        theme=query.tags[0] if query.tags else "other",
        fields=[field(site, parameter, given) for parameter in query.parameters],
        given=given,
        asked=_asked(site, answer.cited, query),
        short=short,
        drawn=picture(site, sheet, answer.cited, query.picture),
        is_long=query.picture is not None and query.picture.kind in LONG,
        detail=_detail(detail, sheet),
        total=len(answer),
        documents=answer.cited.sources.documents,
        is_shortened=len(answer) > MOST_ROWS,
        most=MOST_ROWS,
        is_cut=answer.is_cut,
        why_empty=answer.why_empty,
        sparql=answer.sparql,
        command=command(query),
        sheet=sheet,
        has_downloads=True,
        cite=site.citation(query.question or query.summary or name),
        data=[
            (place.to(f"{path}.csv", **given), "CSV"),
            (place.to(f"{path}.json", **given), "JSON"),
            (place.to(f"{path}.bib", **given), "BibTeX"),
        ],
    )


def _short(answer: AnswerTable, sheet: Sheet) -> Sheetful:
    """The short view of an answer: headline and groups, as the command line shows them."""
    short = answer.short()
    people = people_of(short, with_sources=True, shared=sheet.notes)
    items = [[[line.parts for line in row.cells[h].lines] for h in short.columns] for row in short.rows]
    headings = [group.heading.parts for group in short.groups]
    return _sheetful(people, [[[_items(p) for p in cell] for cell in row] for row in items], headings, short, sheet)


def _items(parts: Iterable[LinePart]) -> list[Item | None]:
    return [part.item for part in parts]


def _sheetful(
    people: People,
    items: list[list[list[list[Item | None]]]],
    headings: list[tuple[LinePart, ...]],
    short: ShortAnswer | None,
    sheet: Sheet,
) -> Sheetful:
    rows = []
    for words, own in zip(people.rows, items, strict=True):
        rows.append([_shown(w, i, sheet) for w, i in zip_longest(words, own, fillvalue=())])
    blocks, first = [], 0
    for number, group in enumerate(people.groups or [PeopleGroup((), len(rows))]):
        heading = _shown(group.heading, [_items(headings[number])], sheet) if headings else []
        blocks.append(Block(heading if any(heading) else [], rows[first : first + group.rows], group.below))
        first += group.rows
    lines = short.headline if short else ()
    headline = [_shown(w, [_items(line.parts)], sheet) for w, line in zip(people.headline, lines, strict=True)]
    return Sheetful(list(zip(people.headings, people.numeric, strict=True)), blocks, headline, _remarks(people))


def _remarks(people: People) -> list[str]:
    """The remarks on an answer, without the commands that they name: the page has what these would show."""
    told = [re.split(r" ?All rows: |: `?--notes", remark)[0] for remark in people.remarks]
    told = [re.sub(r"\AFolded: ", "Only in the detail below: ", remark) for remark in told]
    return [remark for remark in told if remark and "kzgraph conflicts" not in remark]


def _detail(answer: CitedAnswer, sheet: Sheet) -> Sheetful:
    """All rows of an answer."""
    people = People.of_answer(answer, with_sources=True, with_notes=True, shared=sheet.notes)
    filled = [c for c in answer.columns if any(row[c.name].items for row in answer.rows)] or answer.columns
    items = [[[own[:1] for own in by_value(row[c.name].items)] for c in filled] for row in answer.rows]
    sheet.meet(mark.kind for item in answer.items() for mark in item.marks)
    return _sheetful(people, items, [], None, sheet)  # type: ignore[arg-type]  # an item is one or none


def _shown(words: Words, items: Sequence[Sequence[Item | None]], sheet: Sheet) -> Shown:
    """The words of a cell with the items that they tell; words without an item have none."""
    found = []
    for told, own in zip_longest(words, items, fillvalue=()):
        pieces = zip_longest(told, own) if len(own) <= len(told) else ((piece, None) for piece in told)
        found.append([_piece(piece[0], piece[1], item, sheet) for piece, item in pieces if piece])
    return found


def _piece(told: str, numbers: tuple[int, ...], item: Item | None, sheet: Sheet) -> Piece:
    """The text of an item as a link, and behind it its marks, in words and signs."""
    if item is None:
        return Piece(None, told, "", tuple(numbers))
    sheet.meet(m.kind for m in item.marks)
    is_whole = told.startswith(item.text)
    return Piece(item, item.text if is_whole else told, told[len(item.text) :] if is_whole else "", tuple(numbers))


def field(site: Site, parameter: Parameter, given: Mapping[str, str]) -> Field:
    """A parameter as a field, with the names of the things that it takes."""
    kind = parameter.type if parameter.type in {"date", "integer", "decimal", "text", "one-of"} else "thing"
    value = given.get(parameter.name, parameter.default or "")
    return Field(
        name=parameter.name,
        heading=parameter.name.replace("_", " "),
        description=parameter.description,
        kind=kind,
        value=_said(site, value) if kind == "thing" else value,
        default=_said(site, parameter.default or "") if kind == "thing" else parameter.default or "",
        offers=_offers(site, parameter) if site.about.is_live and kind == "thing" else parameter.choices,
    )


def _said(site: Site, value: str) -> str:
    """A thing or class by its label where it was named by its short form."""
    iri = expand(value, site.project.prefixes)
    return site.reader.label(iri) if iri and _has_page(site, iri) else value


def _has_page(site: Site, iri: str) -> bool:
    return iri in site.reader.pages or iri in site.vocabulary.entries


def _offers(site: Site, parameter: Parameter) -> tuple[str, ...]:
    kind = expand(parameter.type, site.project.prefixes)
    if not kind or kind == _ANY:
        return ()
    things = site.reader.of_class(kind)
    site.reader.load_labels(things)
    return tuple(sorted({site.reader.label(i) for i in things}, key=str.casefold)[:_MOST_OFFERED])


def _asked(site: Site, cited: CitedAnswer, query: StoredQuery) -> list[tuple[str, str, Term | None]]:
    """The values with which a question was asked."""
    told = []
    for name, value in cited.parameters.items():
        iri = expand(value, site.project.prefixes)
        told.append((name.replace("_", " "), value, Term("uri", iri) if iri and _has_page(site, iri) else None))
    return told
