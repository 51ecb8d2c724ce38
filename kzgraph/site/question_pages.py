"""The pages of stored queries: all of them by theme, and each with its answer, sources and downloads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest

from kzgraph.answers.answer_tables import AnswerTable
from kzgraph.answers.cells.cell import CitedAnswer, CitedRow, Item
from kzgraph.answers.cells.columns import Column
from kzgraph.answers.queries.exports import command
from kzgraph.answers.queries.header import Parameter
from kzgraph.answers.queries.stored_query import StoredQuery
from kzgraph.answers.shown.tables import People, Words
from kzgraph.namespaces import OWL, expand
from kzgraph.site.addresses import PagePlace
from kzgraph.site.pages import Site
from kzgraph.site.rendering import Sheet
from kzgraph.terms import Term

MOST_ROWS = 400
"""Rows of an answer on its page; the files have all."""
_MOST_OFFERED = 400
_ANY = OWL + "Thing"


@dataclass(frozen=True)
class Part:
    """A piece of a cell: an item, the words that are shown of it, and the numbers of its footnotes."""

    item: Item | None
    text: str
    told: str
    numbers: tuple[int, ...]


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
    query, sheet = site.query(name), site.sheet(place)
    shown = answer.cited.first(MOST_ROWS)
    people = People.of_answer(shown, with_sources=True, with_notes=True)
    if people.sources:
        sheet.notes = people.sources
    filled = [c for c in shown.columns if any(row[c.name].items for row in shown.rows)]
    columns, path = filled or shown.columns, site.question_path(name)
    given = dict(given or {})
    return site.render(
        "question.html",
        place,
        query=query,
        theme=query.tags[0] if query.tags else "other",
        fields=[field(site, parameter, given) for parameter in query.parameters],
        given=given,
        asked=_asked(site, answer.cited, query),
        headings=list(zip(people.headings, people.numeric, strict=True)),
        rows=[_row(row, own, columns, sheet) for row, own in zip(people.rows, shown.rows, strict=True)],
        remarks=[r for r in people.remarks if "kzgraph conflicts" not in r],
        total=len(answer),
        documents=answer.cited.sources.documents,
        is_shortened=len(answer) > MOST_ROWS,
        is_cut=answer.is_cut,
        why_empty=answer.why_empty,
        sparql=answer.sparql,
        command=command(query),
        sheet=sheet,
        cite=site.citation(query.question or query.summary or name),
        data=[
            (place.to(f"{path}.csv", **given), "CSV"),
            (place.to(f"{path}.json", **given), "JSON"),
            (place.to(f"{path}.bib", **given), "BibTeX"),
        ],
    )


def _row(row: list[Words], own: CitedRow, columns: list[Column], sheet: Sheet) -> list[list[Part]]:
    """The cells of a row: the words and numbers that all formats for people have, and the items, for their links."""
    cells: list[list[Part]] = []
    for words, column in zip_longest(row, columns):
        items = own[column.name].items if column else ()
        if words and len(items) == len(words):
            pairs = zip(words, items, strict=True)
            cells.append([_part(text, numbers, item, sheet) for ((text, numbers), *_), item in pairs])
        else:
            cells.append([Part(None, "", text, numbers) for told in words or () for text, numbers in told])
    return cells


def _part(told: str, numbers: tuple[int, ...], item: Item, sheet: Sheet) -> Part:
    """The text of an item as a link, and behind it what the row tells of it more: marks in words and signs."""
    sheet.meet(m.kind for m in item.marks)
    is_whole = told.startswith(item.text)
    return Part(item, item.text if is_whole else told, told[len(item.text) :] if is_whole else "", tuple(numbers))


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
    """A thing by its label where it was named by its short form."""
    iri = expand(value, site.project.prefixes)
    return site.reader.label(iri) if iri and iri in site.reader.pages else value


def _offers(site: Site, parameter: Parameter) -> tuple[str, ...]:
    kind = expand(parameter.type, site.project.prefixes)
    if not kind or kind == _ANY:
        return ()
    return tuple(sorted({site.reader.label(i) for i in site.reader.of_class(kind)}, key=str.casefold)[:_MOST_OFFERED])


def _asked(site: Site, cited: CitedAnswer, query: StoredQuery) -> list[tuple[str, str, Term | None]]:
    """The values with which a question was asked."""
    told = []
    for name, value in cited.parameters.items():
        iri = expand(value, site.project.prefixes)
        is_thing = bool(iri) and iri in site.reader.pages
        told.append((name.replace("_", " "), value, Term("uri", iri) if is_thing and iri else None))
    return told
