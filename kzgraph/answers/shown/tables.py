"""Answers → text for people: a table that fits the terminal, Markdown and HTML, each with footnotes."""

from __future__ import annotations

import html
import os
import shutil
import sys
from collections.abc import Iterable

from kzgraph.answers.evidence.sources import Sources
from kzgraph.namespaces import RDFS, SKOS, shorten
from kzgraph.stores import Store
from kzgraph.terms import Rows, Term, iri_term
from kzgraph.wording.numbers import number
from kzgraph.wording.text import cell_lines, display_width, markdown_text, padded, plain

# A column gets no narrower than this: below six letters hardly a word is whole.
_NARROWEST = 6
# A word is broken from here on: `Transcaspian` and most words are shorter, the address of a document is not.
_LONG_WORD = 14
# So many rows tell how wide a column should be. Of a long answer the rest is not looked at, to print it soon.
_LOOKED_AT = 200
_GAP = "  "


class People:
    """What people see of an answer: the chosen columns, with labels for IRIs, and the footnotes' numbers."""

    def __init__(
        self,
        answer: Rows,
        columns: Iterable[str],
        labels: dict[str, str],
        prefixes: dict[str, str],
        sources: Sources | None,
    ) -> None:
        indexes = [answer.columns.index(c) for c in columns if c in answer.columns]
        self.headings = [answer.columns[i].replace("_", " ") for i in indexes]
        self.rows = [[_shown(row[i], labels, prefixes) for i in indexes] for row in answer.rows]
        self.numeric = [_is_numeric([row[i] for row in answer.rows]) for i in indexes]
        self.sources = sources
        if sources is not None:
            self.headings.append("sources")
            self.numeric.append(False)
            for cells, numbers in zip(self.rows, sources.of_rows, strict=True):
                cells.append("".join(f"[{n}]" for n in numbers))


def labels_of(store: Store, answer: Rows, language: str) -> dict[str, str]:
    """The labels of all IRIs of an answer, in the language asked for, else in English, else any.

    A document is called by its short name, as in footnotes.
    """
    iris = sorted({t.value for row in answer.rows for t in row if t and t.kind == "uri"})
    short_name = store.model["shortName"]
    found: dict[str, tuple[int, str]] = {}
    for begin in range(0, len(iris), 500):
        values = " ".join(iri_term(i) for i in iris[begin : begin + 500])
        rows = store.query(
            f"SELECT ?thing ?property ?label WHERE {{ VALUES ?thing {{ {values} }} "
            f"VALUES ?property {{ <{short_name}> <{RDFS}label> <{SKOS}prefLabel> }} "
            "?thing ?property ?label } ORDER BY ?thing ?label"
        )
        assert isinstance(rows, Rows)
        for thing, named_by, label in rows.rows:
            if thing and named_by and label:
                rank = 0 if label.language == language else 1 if label.language == "en" else 2
                rank -= 3 if named_by.value == short_name else 0
                if thing.value not in found or rank < found[thing.value][0]:
                    found[thing.value] = (rank, label.value)
    return {iri: label for iri, (_, label) in found.items()}


def terminal_width() -> int | None:
    """The columns of the terminal, or those that ``COLUMNS`` sets; None where the output goes elsewhere."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() or "COLUMNS" in os.environ else None


def table(people: People, title: str, width: int | None) -> str:
    """A table for the terminal; with ``width`` in columns, long cells are broken so that it fits.

    Where words would have to be broken, each row is written as a list of its cells instead.
    """
    widths = _widths(people, width)
    lines = [*(cell_lines(title, width or 10_000)), ""] if title else []
    if widths is None:
        lines += _lists(people, width or 10_000)
        return "".join(f"{line.rstrip()}\n" for line in lines)
    lines += _line(people.headings, widths, people.numeric)
    lines.append(" " + "─" * (sum(widths) + len(_GAP) * (len(widths) - 1) + 1))
    for row in people.rows:
        lines += _line(row, widths, people.numeric)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def footnotes(sources: Sources, width: int | None) -> str:
    """The footnotes of a table, side by side where they fit."""
    notes = [f"[{n}] {text}" for n, text in enumerate(sources.footnotes, 1)]
    if not notes:
        return ""
    cell = max(display_width(n) for n in notes) + 3
    per_line = max(1, (min(width or 100, 120) - 1) // cell)
    lines = [notes[i : i + per_line] for i in range(0, len(notes), per_line)]
    return "".join(" " + "".join(padded(n, cell) for n in line).rstrip() + "\n" for line in lines)


def markdown(people: People, title: str) -> str:
    """A table in GitHub-flavoured Markdown, with its footnotes as a list."""
    lines = [f"**{markdown_text(title)}**", ""] if title else []
    lines.append("| " + " | ".join(markdown_text(h) for h in people.headings) + " |")
    lines.append("|" + "|".join(" ---: " if n else " --- " for n in people.numeric) + "|")
    # The last column holds the numbers of footnotes, which are no text of the data, where there are sources.
    texts = len(people.headings) - (people.sources is not None)
    for row in people.rows:
        cells = [*map(markdown_text, row[:texts]), *row[texts:]]
        lines.append(f"| {' | '.join(cells)} |")
    if people.sources and people.sources.footnotes:
        lines += ["", *(f"- [{n}] {markdown_text(t)}" for n, t in enumerate(people.sources.footnotes, 1))]
    return "".join(f"{line}\n" for line in lines)


def html_page(people: People, title: str) -> str:
    """A page of HTML with the table and its footnotes, without scripts."""
    head = "".join(f"<th>{html.escape(h)}</th>" for h in people.headings)
    body = "".join(
        "<tr>" + "".join(_cell(c, n) for c, n in zip(row, people.numeric, strict=True)) + "</tr>\n"
        for row in people.rows
    )
    notes = people.sources.footnotes if people.sources else []
    listed = "".join(f'<li id="source-{n}">{html.escape(t)}</li>\n' for n, t in enumerate(notes, 1))
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{html.escape(title)}</title></head>\n'
        f"<body>\n<h1>{html.escape(title)}</h1>\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n"
        f"</table>\n{f'<ol>{chr(10)}{listed}</ol>{chr(10)}' if listed else ''}</body>\n</html>\n"
    )


def _shown(term: Term | None, labels: dict[str, str], prefixes: dict[str, str]) -> str:
    if term is None:
        return ""
    if term.kind == "uri":
        return plain(labels.get(term.value) or shorten(term.value, prefixes))
    return plain(f"_:{term.value}" if term.kind == "bnode" else _value(term))


def _value(term: Term) -> str:
    """The value of a literal as people read it."""
    return number(term.value) if term.is_number else term.value


def _is_numeric(cells: list[Term | None]) -> bool:
    return any(cells) and all(c is None or c.is_number for c in cells)


def _widths(people: People, width: int | None) -> list[int] | None:
    """The widths of the columns; where they are too wide together, those shrink whose cells break least.

    None if even the words of the cells are too wide together, up to a length at which words may be broken.
    """
    columns = list(zip(people.headings, *people.rows, strict=True)) if people.rows else [(h,) for h in people.headings]
    cells = [[display_width(c) for c in column] for column in columns]
    widths = [max(column) for column in cells]
    if width is None:
        return widths
    least = [max([_NARROWEST, *(min(display_width(w), _LONG_WORD) for c in col for w in c.split())]) for col in columns]
    room = width - 2 - len(_GAP) * (len(widths) - 1)
    narrowest = [*map(min, least, widths)]
    spare = room - sum(narrowest)
    if spare < 0:
        return None
    widths = [min(w, n + spare) for w, n in zip(widths, narrowest, strict=True)]  # none can be wider in the end
    looked_at = [column[:_LOOKED_AT] for column in cells]
    while sum(widths) > room:
        able = [i for i in range(len(widths)) if widths[i] > least[i]]
        chosen = min(able, key=lambda i: (_lines_added(looked_at[i], widths[i]), -widths[i]))
        widths[chosen] -= 1
    return widths


def _lists(people: People, width: int) -> list[str]:
    """The rows one below the other, each as lines of heading and cell; empty cells are left out."""
    left = min(max(map(display_width, people.headings), default=0), max(width // 3, 1))
    lines = []
    for row, cells in enumerate(people.rows, 1):
        lines.append(f" {row} ".ljust(width - 1, "─"))
        for pair in zip(people.headings, cells, strict=True):
            if pair[1]:
                lines += _line([*pair], [left, max(width - left - 4, 1)], [False, False])
    return lines


def _lines_added(cells: list[int], width: int) -> int:
    """How many lines more the cells of a column take when it gets narrower by one."""
    return sum(-(-c // (width - 1)) + (c // width) * -1 - (c % width > 0) for c in cells if c)


def _line(cells: list[str], widths: list[int], numeric: list[bool]) -> list[str]:
    broken = [_broken(c, w) for c, w in zip(cells, widths, strict=True)]
    height = max(map(len, broken), default=0)
    lines = []
    for n in range(height):
        parts = [lines_of[n] if n < len(lines_of) else "" for lines_of in broken]
        aligned = (padded(p, w, right=right) for p, w, right in zip(parts, widths, numeric, strict=True))
        lines.append(" " + _GAP.join(aligned))
    return lines


def _broken(cell: str, width: int) -> list[str]:
    """The lines of a cell, which may be broken between numbers of footnotes too."""
    return cell_lines(cell if display_width(cell) <= width else cell.replace("][", "] ["), width)


def _cell(text: str, numeric: bool) -> str:
    return f'<td align="right">{html.escape(text)}</td>' if numeric else f"<td>{html.escape(text)}</td>"
