"""An answer as Markdown: a table with footnotes as pandoc and GitHub read them, or with keys of citations."""

from __future__ import annotations

import re

from kzgraph.answers.evidence.sources import Passages, Source, Sources, document_key
from kzgraph.answers.shown.about import About
from kzgraph.answers.shown.tables import People, Words, worded
from kzgraph.answers.shown.widths import column_widths
from kzgraph.wording.text import markdown_text

_PAGE = 90  # letters in a line of a page
_NOT_IN_NAMES = re.compile(r"[^\w-]+", re.ASCII)


class Footnotes:
    """How footnotes are written in one text: as ``[^name-1]``, or with ``keys`` as ``[@ali-2023, ¶ 9]``.

    ``name`` keeps the footnotes of several answers in one text apart.
    """

    def __init__(
        self, sources: Sources, name: str = "", *, keys: bool = False, passages: Passages | None = None
    ) -> None:
        self._sources = sources
        self._name = _NOT_IN_NAMES.sub("-", name).strip("-") or "source"
        self._keys = keys
        self._passages = passages

    def marks(self, numbers: tuple[int, ...]) -> str:
        """What stands behind a value for its footnotes."""
        if self._keys:
            return f" [{'; '.join(self._cited(n) for n in numbers)}]" if numbers else ""
        return " ".join(f"[^{self._name}-{n}]" for n in numbers)  # else 1 and 2 would look like 12

    def printed(self, numbers: tuple[int, ...]) -> str:
        """About what a reader sees of the marks in the end: the document and paragraph where it is cited by its key."""
        return "; ".join(self._sources.footnotes[n - 1] for n in numbers) if self._keys else ""

    def lines(self) -> list[str]:
        """The footnotes themselves, one a line; with keys only those that have passages, as a list."""
        lines = []
        for number, text in enumerate(self._sources.footnotes, 1):
            words = self._passages.of(self._sources.passages[number - 1]) if self._passages else []
            quoted = " · ".join(f"“{markdown_text(w)}”" for w in words)
            if not self._keys:
                lines.append(f"[^{self._name}-{number}]: {markdown_text(text)}{f': {quoted}' if quoted else ''}")
            elif quoted:
                lines.append(f"- [{self._cited(number)}]: {quoted}")
        return lines

    def _cited(self, number: int) -> str:
        return _cited(self._sources.passages[number - 1][0])


def _cited(source: Source) -> str:
    """A passage as pandoc cites it: the key of the document, and the paragraph."""
    place = f"¶ {source.paragraph}" if source.paragraph else markdown_text(source.locator)
    return f"@{document_key(source.document)}{f', {place}' if place else ''}"


def markdown(
    people: People,
    title: str,
    name: str = "",
    *,
    about: About | None = None,
    keys: bool = False,
    passages: Passages | None = None,
) -> str:
    """A text in Markdown: title, table, what marks mean, what was asked, and the footnotes."""
    notes = Footnotes(people.sources or Sources(), name, keys=keys, passages=passages)
    parts = [
        [f"**{markdown_text(title)}**"] if title else [],
        *([line] for line in (introduction(about) if about else [])),
        block(people, notes),
        documents(about) if about and not keys else [],
        [origin(about)] if about else [],
        notes.lines(),
    ]
    return "\n".join("".join(f"{line}\n" for line in part) for part in parts if part)


def block(people: People, notes: Footnotes) -> list[str]:
    """The lines of a table, and of what its marks mean."""
    lines = [line for told in people.headline for line in (_cell(told, notes), "")]
    return [*lines, *(_table(people, notes) if people.headings else []), *_remarks(people)]


def _table(people: People, notes: Footnotes) -> list[str]:
    lines = ["| " + " | ".join(markdown_text(h) for h in people.headings) + " |"]
    # pandoc makes columns as wide as their rules, where a table is wider than the page
    rules = ["-" * width for width in column_widths(people, _PAGE, notes.printed)]
    ends = [f" {rule}{':' if is_number else ''} " for rule, is_number in zip(rules, people.numeric, strict=True)]
    lines.append(f"|{'|'.join(ends)}|")
    for group, rows in people.in_groups():
        if group.heading:
            lines += [_alone(f"**{_cell(group.heading, notes)}**", people)]
        lines += [f"| {' | '.join(_cell(cell, notes) for cell in row)} |" for row in rows]
        if group.folded:
            lines += [_alone(f"*{group.below}*", people)]
    return lines


def _remarks(people: People) -> list[str]:
    return ["", *(f"- {markdown_text(remark)}" for remark in people.remarks)] if people.remarks else []


def introduction(about: About) -> list[str]:
    """What was asked, with which values: a paragraph each."""
    return [markdown_text(line) for line in (about.question, about.asked) if line]


def documents(about: About) -> list[str]:
    """The documents to which footnotes point, as a list: with pandoc's keys, its bibliography stands instead."""
    lines = []
    for work in about.works:
        link = f" <{work.link}>" if work.link else ""
        lines.append(f"- {markdown_text(work.listed)}{link}")
    return ["Documents:", "", *lines] if lines else []


def origin(about: About) -> str:
    """The graph, the day and the licence."""
    licences = ", ".join(
        f"[{markdown_text(x.name)}](<{x.address}>)" if x.address else markdown_text(x.name) for x in about.licences
    )
    return markdown_text(about.origin) + (f". Licence: {licences}" if licences else "")


def _alone(text: str, people: People) -> str:
    """A row of the table with a text in its first cell only."""
    return f"| {' | '.join([text, *[''] * (len(people.headings) - 1)])} |"


def _cell(words: Words, notes: Footnotes) -> str:
    return worded(words, markdown_text, notes.marks).strip()
