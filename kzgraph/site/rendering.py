"""The templates of the pages, and what they ask while a page is written: links, footnotes, marks. All is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import jinja2

from kzgraph.answers.cells.cell import KEY, SYMBOLS, Item
from kzgraph.answers.evidence.sources import Source, Sources
from kzgraph.namespaces import is_web, shorten
from kzgraph.site.addresses import ONTOLOGY, PagePlace, part_of
from kzgraph.site.graph_reader import Reader
from kzgraph.wording.numbers import counted, number, plural
from kzgraph.wording.printing import for_template

FILES = ("style.css", "search.js", "sparql.js", "map.js", "favicon.svg")
"""What lies beside the pages and is the same for all of them."""


class Sheet:
    """A page while it is written: its place, its links, and the footnotes that it has so far."""

    def __init__(self, reader: Reader, place: PagePlace) -> None:
        self.reader, self.place = reader, place
        self.notes = Sources()
        self._kinds: set[str] = set()

    def href(self, iri: str) -> str:
        """The link to a thing, fact or term: its page, else its own address if it is one of the web, else nothing."""
        if iri in self.reader.pages:
            return self.place.to(f"{self.reader.path(iri)}.html")
        entry = self.reader.vocabulary.entries.get(iri)
        if entry:
            return self.place.to(f"{ONTOLOGY}/{entry.page}", entry.anchor)
        return iri if is_web(iri) else ""

    def label(self, iri: str) -> str:
        """What people call a thing or term."""
        return self.reader.label(iri)

    def property(self, iri: str) -> str:
        """What people call a property."""
        return self.reader.property_label(iri)

    def curie(self, iri: str) -> str:
        """The short form of an IRI."""
        return shorten(iri, self.reader.project.prefixes).strip("<>")

    def numbers(self, sources: Iterable[Source]) -> list[int]:
        """The numbers of the footnotes of some passages."""
        return sorted(self.notes.numbers(sources))

    def words(self, item: Item) -> str:
        """The marks of an item that stand in words; its signs are remembered for the key of the page."""
        self._kinds |= {m.kind for m in item.marks if m.symbol}
        return ", ".join(dict.fromkeys(m.text for m in item.marks if not m.symbol and m.text))

    def signs(self, item: Item) -> list[tuple[str, str]]:
        """The signs behind an item, each with what it means."""
        found = {m.symbol: m.note or KEY[m.kind] for m in item.marks if m.symbol}
        return sorted(found.items())

    def key(self) -> list[tuple[str, str]]:
        """The signs of the page, each with its meaning."""
        return [(sign, KEY[kind]) for kind, sign in SYMBOLS.items() if kind in self._kinds]

    def beside_key(self, remarks: Iterable[str]) -> list[str]:
        """Remarks without those that the key of the page has."""
        told = {f"{sign} {meaning}" for sign, meaning in self.key()}
        return [remark for remark in remarks if remark not in told]

    def meet(self, kinds: Iterable[str]) -> str:
        """Remembers marks for the key of the page; it shows nothing."""
        self._kinds |= set(kinds) & SYMBOLS.keys()
        return ""

    def source(self, source: Source) -> str:
        """The link to the passage: to the paragraph of its document."""
        if source.document not in self.reader.pages:
            return ""
        path = f"{self.reader.path(source.document)}.html"
        return self.place.to(path, anchor_of(source))


def anchor_of(source: Source) -> str:
    """Where a document's page shows what is cited from a paragraph."""
    return f"p{source.paragraph}" if source.paragraph else "more"


def _unquoted(sentence: str) -> str:
    """A sentence with quotation marks for the backticks of the terminal."""
    return re.sub("`([^`]*)`", r"“\1”", sentence)


def near_parts(part: int, number: int) -> list[int]:
    """The numbers of the parts that a reader of one may go to: the first, the last and those near; 0 for a gap."""
    shown = sorted({1, number, *(n for n in range(part - 3, part + 4) if 1 <= n <= number)})
    found: list[int] = []
    for n in shown:
        found += [0] if found and n - found[-1] > 1 else []
        found.append(n)
    return found


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("kzgraph.site"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        finalize=for_template,
    )
    environment.filters |= {"number": lambda value: number(str(value)), "plural": plural, "unquoted": _unquoted}
    environment.globals |= {"counted": counted, "part_of": part_of, "near_parts": near_parts}
    return environment


def render(template: str, **values: object) -> str:
    """A page by its template."""
    return _environment().get_template(template).render(**values)


def templates() -> list[str]:
    """The names of all templates of pages."""
    return _environment().list_templates(extensions=["html"])


def make_ready(template: str) -> None:
    """Compiles a template, so that pages and the workers that make them have it."""
    _environment().get_template(template)


def beside(name: str) -> str:
    """The text of a file that lies beside the pages."""
    environment = _environment()
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]
