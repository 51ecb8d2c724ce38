"""A brief as Markdown, HTML or Word file: an author's text in which answers stand, with one list of footnotes.

The author's Markdown (CommonMark with tables) is read by markdown-it-py, imported here alone; raw HTML in it is text.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from kzgraph.answers.evidence.sources import Passages, Sources
from kzgraph.answers.shown.about import About
from kzgraph.answers.shown.html_pages import Notes, about_footer, html_block, page
from kzgraph.answers.shown.markdown import Footnotes, block, documents, origin
from kzgraph.answers.shown.tables import People, one_statement
from kzgraph.answers.taking_along.word_files import Run, WordFile, is_too_wide
from kzgraph.errors import UsageError
from kzgraph.wording.printing import for_html
from kzgraph.wording.text import markdown_text

_NAME = "kzgraph"  # begins the names of footnotes, so that they are not the author's own
_BLOCKS = {"bullet_list_open": "List Bullet", "ordered_list_open": "List Number", "blockquote_open": "Quote"}
_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_TITLE = re.compile(r"^title:[ \t]*(.+?)[ \t]*\r?$", re.MULTILINE)
_STYLES = {"strong": "bold", "em": "italic"}


@dataclass(frozen=True)
class BriefAnswer:
    """An answer in a brief: what the rows are, with which values they were asked, and what people see of them."""

    title: str
    asked: str
    people: People

    @property
    def caption(self) -> str:
        """What stands above the table."""
        return f"{self.title}{self.values}"

    @property
    def values(self) -> str:
        """The values with which it was asked, behind the title."""
        return f" ({self.asked})" if self.asked else ""


@dataclass
class Brief:
    """A text in pieces: the author's Markdown, and answers; their footnotes are in ``sources``.

    ``told`` is what its author should know of the answers: a line each, with the place of the question.
    """

    title: str
    pieces: list[str | BriefAnswer]
    sources: Sources
    about: About
    passages: Passages | None = None
    told: list[str] = field(default_factory=list)

    @property
    def answers(self) -> list[BriefAnswer]:
        """The answers, in order."""
        return [piece for piece in self.pieces if isinstance(piece, BriefAnswer)]


def brief_markdown(brief: Brief, *, keys: bool = False) -> str:
    """The brief as Markdown, the author's text as it was written."""
    notes = Footnotes(brief.sources, _NAME, keys=keys, passages=brief.passages)
    text = "".join(_part(piece, notes) for piece in brief.pieces)
    listed = [] if keys else documents(brief.about)
    below = filter(None, ["\n".join(listed), origin(brief.about), "\n".join(notes.lines())])
    return text.rstrip("\n") + "\n\n" + "\n\n".join(below) + "\n"


def _part(piece: str | BriefAnswer, notes: Footnotes) -> str:
    if isinstance(piece, str):
        return piece
    return "\n".join([f"**{markdown_text(piece.caption)}**", "", *block(piece.people, notes), ""])


def brief_html(brief: Brief) -> str:
    """The brief as a page; raises :class:`UsageError` if markdown-it-py is not installed."""
    reader, notes = _reader(), Notes(brief.sources, _NAME, brief.passages)
    parts = [
        reader.render(without_front_matter(piece))
        if isinstance(piece, str)
        else html_block(piece.people, notes, f"<strong>{for_html(piece.title)}</strong>{for_html(piece.values)}")
        for piece in brief.pieces
    ]
    return page(brief.title, "".join(parts) + notes.listed(brief.about.works) + about_footer(brief.about))


def brief_docx(brief: Brief) -> bytes:
    """The brief as a Word file; raises :class:`UsageError` if a library is not installed."""
    is_wide = any(is_too_wide(answer.people) for answer in brief.answers)
    file = WordFile(brief.title, brief.about, brief.sources, passages=brief.passages, is_wide=is_wide)
    reader = _reader()
    for piece in brief.pieces:
        if isinstance(piece, str):
            _write(file, reader.parse(without_front_matter(piece)))
        else:
            file.block(piece.people, [Run(piece.title, frozenset({"bold"})), Run(piece.values)])
    file.closing(brief.about)
    return file.content()


def title_of(text: str) -> str:
    """The title that a text gives itself in its front matter, else its first heading; empty if it has none."""
    if own := _FRONT_MATTER.match(text):
        found = _TITLE.search(own[1])
        if found:
            return found[1].strip("\"' \t")
    for line in text.splitlines():
        if line.startswith("#"):
            return line.strip("# \t")
    return ""


def without_front_matter(text: str) -> str:
    """A text whose front matter, as pandoc reads it, is left out; its title becomes the first heading."""
    own = _FRONT_MATTER.match(text)
    if not own:
        return text
    title = title_of(own[0])
    return (f"# {title}\n\n" if title else "") + text[own.end() :]


def _reader() -> Any:
    try:
        library = importlib.import_module("markdown_it")
    except ImportError as error:
        raise UsageError("markdown-it-py is not installed", hint='pip install "kzgraph[brief]"') from error
    return library.MarkdownIt("commonmark", {"html": False}).enable("table")


def _write(file: WordFile, tokens: Sequence[Any]) -> None:
    """Writes the blocks of a text: headings, paragraphs, lists, quotations, code and tables."""
    styles = ["Normal"]
    rows: list[list[str]] = []
    for place, token in enumerate(tokens):
        if token.type in _BLOCKS:
            styles.append(_BLOCKS[token.type])
        elif token.type.replace("_close", "_open") in _BLOCKS:
            styles.pop()
        elif token.type in {"fence", "code_block"}:
            for line in token.content.splitlines():
                file.paragraph([Run(line, frozenset({"code"}))])
        elif token.type == "tr_open":
            rows.append([])
        elif token.type == "table_close":
            file.block(_table(rows))
            rows = []
        elif token.type == "inline":
            _write_words(file, token, tokens[place - 1], styles[-1], rows)


def _write_words(file: WordFile, token: Any, before: Any, style: str, rows: list[list[str]]) -> None:
    """Writes the words of a heading or paragraph, or adds those of a cell to the last row of a table."""
    runs = list(_runs(token.children))
    text = "".join(run.text for run in runs)
    if rows:
        rows[-1].append(text)
    elif before.type == "heading_open":
        file.heading(text, int(before.tag[1]))
    else:
        file.paragraph(runs, style)


def _table(rows: list[list[str]]) -> People:
    """A table of the author, without footnotes."""
    headings, *others = rows
    return People(headings, [[one_statement(text) for text in row] for row in others], [False for _ in headings])


def _runs(tokens: Sequence[Any] | None) -> Iterator[Run]:
    """The words of a paragraph in their styles; the address of a link stands behind its words."""
    styles: list[str] = []
    address = ""
    for token in tokens or ():
        kind, _, place = token.type.rpartition("_")
        if kind in _STYLES and place in {"open", "close"}:
            (styles.append if place == "open" else styles.remove)(_STYLES[kind])
        elif token.type == "link_open":
            address = str(token.attrs.get("href", ""))
        elif token.type == "link_close":
            yield Run(f" ({address})")
        elif token.type in {"softbreak", "hardbreak"}:
            yield Run(" ")
        elif token.content:
            yield Run(token.content, frozenset([*styles, *(["code"] if token.type == "code_inline" else [])]))
