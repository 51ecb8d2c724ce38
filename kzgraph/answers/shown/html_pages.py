"""An answer as a page of HTML without scripts: table, notes, and footnotes that link to their places and back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from importlib import resources

from kzgraph.answers.evidence.sources import Passages, Sources
from kzgraph.answers.evidence.works import Work
from kzgraph.answers.shown.about import About
from kzgraph.answers.shown.tables import People, PeopleGroup, Words, worded
from kzgraph.wording.printing import for_html
from kzgraph.wording.text import plain, unbroken


class Notes:
    """The footnotes of a page, and the places that refer to each; ``anchor`` begins the names of both."""

    def __init__(self, sources: Sources, anchor: str = "source", passages: Passages | None = None) -> None:
        self._sources = sources
        self._anchor = anchor
        self._passages = passages
        self._places: dict[int, list[str]] = defaultdict(list)

    def marks(self, numbers: Iterable[int]) -> str:
        """The links to footnotes that stand behind a value."""
        return "".join(self._mark(number) for number in numbers)

    def _mark(self, number: int) -> str:
        place = f"{self._anchor}-{number}-{len(self._places[number]) + 1}"
        self._places[number].append(place)
        return f'<sup><a id="{place}" href="#{self._anchor}-{number}">[{number}]</a></sup>'

    def listed(self, works: Iterable[Work] = ()) -> str:
        """The list of the footnotes, each with links back to its places; empty if there are none.

        They stand below the documents that they point to, where ``works`` tells of these.
        """
        if not self._sources.footnotes:
            return ""
        known = list(works)
        told = self._by_document(known) if known else self._numbered()
        return f'<section class="footnotes" aria-label="Sources">\n{told}</section>\n'

    def _numbered(self) -> str:
        items = "".join(self._item(number, text) for number, text in enumerate(self._sources.footnotes, 1))
        return f"<ol>\n{items}</ol>\n"

    def _by_document(self, works: Iterable[Work]) -> str:
        """Each document once, with its address, and below it the places in it that footnotes point to."""
        places = {own.document: own.places for own in self._sources.by_document()}
        lines = []
        for work in works:
            own = places.get(work.document, [])
            items = "".join(self._item(number, f"[{number}] {place}".rstrip()) for number, place in own)
            address = for_html(work.link)
            link = f' <a href="{address}">{address}</a>' if address else ""
            listed = f"\n<ul>\n{items}</ul>" if items else ""
            told = for_html(plain(work.listed.removeprefix(work.name)))
            lines.append(f"<li><b>{for_html(plain(work.name))}</b>{told}{link}{listed}</li>\n")
        return f'<ul class="documents">\n{"".join(lines)}</ul>\n'

    def _item(self, number: int, text: str) -> str:
        words = self._passages.of(self._sources.passages[number - 1]) if self._passages else []
        quoted = "".join(f"<blockquote>{for_html(plain(w))}</blockquote>" for w in words)
        places = self._places[number]
        back = " ".join(
            f'<a class="back" href="#{place}" aria-label="back to place {n}">{"↩" if n == 1 else n}</a>'
            for n, place in enumerate(places, 1)
        )
        return f'<li id="{self._anchor}-{number}">{for_html(text)}{f" {back}" if back else ""}{quoted}</li>\n'


def html_page(people: People, title: str, *, about: About | None = None, passages: Passages | None = None) -> str:
    """A page with the table and its footnotes, and what was asked, when, and in which graph."""
    notes = Notes(people.sources or Sources(), passages=passages)
    asked = about.asked if about else ""
    intro = "".join(f'<p class="asked">{for_html(t)}</p>\n' for t in (about.question if about else "", asked) if t)
    told = f"{html_block(people, notes)}{notes.listed(about.works if about else ())}"
    return page(title, f"<h1>{for_html(title)}</h1>\n{intro}{told}{about_footer(about) if about else ''}")


def page(title: str, body: str) -> str:
    """A page of its own with the style of all pages of answers, for screens of any width and for paper."""
    style = resources.files("kzgraph.answers.shown").joinpath("answer.css").read_text("utf-8")
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{for_html(title)}</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<style>\n{style}</style>\n</head>\n'
        f"<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )


def html_part(people: People, anchor: str = "source") -> str:
    """The table and its footnotes as a part of a page, in which ``anchor`` begins the names of the footnotes."""
    notes = Notes(people.sources or Sources(), anchor)
    return html_block(people, notes) + notes.listed()


def html_block(people: People, notes: Notes, caption: str = "") -> str:
    """The table, and what its marks mean; its footnotes are gathered in ``notes``.

    A caption, which is HTML, stands before the headline in the same paragraph.
    """
    numeric = ['<th scope="col"', '<th scope="col" class="number"']
    head = "".join(f"{numeric[n]}>{for_html(h)}</th>" for h, n in zip(people.headings, people.numeric, strict=True))
    lines = [worded(line, for_html, notes.marks) for line in people.headline]
    lines = [". ".join(filter(None, [caption, " ".join(lines)]))] if caption else lines
    told = "".join(f'<p class="headline">{line}</p>\n' for line in lines)
    body = "".join(_group(group, rows, people, notes) for group, rows in people.in_groups())
    remarks = "".join(f"<p>{for_html(remark)}</p>\n" for remark in people.remarks)
    table = f"<table>\n<thead><tr>{head}</tr></thead>\n{body}</table>\n" if people.headings else ""
    return f"{told}{table}{f'<div class=remarks>{chr(10)}{remarks}</div>{chr(10)}' if remarks else ''}"


def _group(group: PeopleGroup, rows: list[list[Words]], people: People, notes: Notes) -> str:
    """Rows of the table under their heading, if they have one."""
    whole = f'colspan="{len(people.headings)}"'
    heading = worded(group.heading, for_html, notes.marks)
    lines = [f'<tr class="group"><th {whole} scope="rowgroup">{heading}</th></tr>\n'] if heading else []
    for row in rows:
        cells = "".join(_cell(*cell, notes) for cell in zip(row, people.headings, people.numeric, strict=True))
        lines.append(f"<tr>{cells}</tr>\n")
    if group.folded:
        lines += [f'<tr class="more"><td {whole}>{group.below}</td></tr>\n']
    return f"<tbody>\n{''.join(lines)}</tbody>\n"


def about_footer(about: About) -> str:
    """The end of a page: the graph, the day and the licence."""
    licences = ", ".join(
        f'<a rel="license" href="{for_html(x.address)}">{for_html(x.name)}</a>' if x.address else for_html(x.name)
        for x in about.licences
    )
    return f"<footer><p>{for_html(about.origin)}{f'. Licence: {licences}' if licences else ''}</p></footer>\n"


def _cell(words: Words, heading: str, numeric: bool, notes: Notes) -> str:
    told = unbroken(worded(words, for_html, notes.marks))
    kind = ' class="number"' if numeric else ""
    return f'<td{kind} data-heading="{for_html(heading)}">{told}</td>'
