"""Answers as a Word file (Office Open XML) with real footnotes; python-docx is imported here alone.

python-docx 1.2 writes no footnotes, so their part is made here (ECMA-376 part 1, section 17.11). A footnote stands
where it is first referred to; later places refer to its number by a NOTEREF field (section 17.16.5.39), as Word does.
"""

from __future__ import annotations

import importlib
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kzgraph.answers.evidence.sources import Passages, Sources
from kzgraph.answers.shown.about import About
from kzgraph.answers.shown.tables import ITEMS, People, Words, one_statement
from kzgraph.answers.shown.widths import column_widths
from kzgraph.answers.taking_along import paper
from kzgraph.errors import UsageError
from kzgraph.wording.text import plain, unbroken

_LONGEST_PROPERTY = 255  # letters of a title in the properties of a document (python-docx, CoreProperties)
_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_W = f"{{{_NAMESPACE}}}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
_RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REFERENCE, _TEXT = "FootnoteReference", "FootnoteText"
_ACROSS = 8  # columns, beyond which the page lies on its long side
_TITLE = 16  # points
_INDENT = 0.4  # cm, by which the later lines of an entry stand to the right
_ABOVE = (14, 10, 8)  # points above the title and the headings of each level
_NOT_IN_XML = dict.fromkeys((0xFFFE, 0xFFFF), " ")  # beside controls (XML 1.0, production 2)
_MADE = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file can name, so that the same answer is the same file


@dataclass(frozen=True)
class Run:
    """A piece of text in one style; ``style`` is a set of ``bold``, ``italic`` and ``code``."""

    text: str
    style: frozenset[str] = frozenset()


class WordFile:
    """A Word file that is written from top to bottom; its footnotes are those of ``sources``."""

    def __init__(
        self, title: str, about: About, sources: Sources, *, passages: Passages | None = None, is_wide: bool = False
    ) -> None:
        """Raises :class:`UsageError` if python-docx is not installed."""
        self._docx = _library()
        self._sources, self._passages = sources, passages
        self._numbers: dict[int, int] = {}  # of the footnotes in this file, by their numbers in the sources
        self._document = self._docx.Document()
        self._prepare(title, about, is_wide=is_wide)

    def heading(self, text: str, level: int = 1) -> None:
        """Adds a heading; level 0 is the title."""
        self._document.add_heading(_clean(text), level)

    def paragraph(self, runs: Iterable[Run], style: str = "Normal") -> None:
        """Adds a paragraph in one of Word's styles."""
        paragraph = self._document.add_paragraph(style=style)
        for run in runs:
            self._run(paragraph, run)

    def note(self, text: str) -> None:
        """Adds a paragraph in small letters."""
        self._small(text).paragraph_format.space_after = self._docx.shared.Pt(paper.TEXT_GAP)

    def _small(self, text: str, *, is_bold: bool = False) -> Any:
        """A paragraph in small letters, right above the next one."""
        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.space_after = self._docx.shared.Pt(0)
        run = paragraph.add_run(_clean(text))
        run.bold, run.font.size = is_bold or None, self._docx.shared.Pt(paper.SMALL)
        return paragraph

    def _link(self, paragraph: Any, address: str) -> None:
        """Writes an address that leads to its page."""
        kind = self._docx.opc.constants.RELATIONSHIP_TYPE.HYPERLINK
        link = self._made("hyperlink")
        link.set(_RELATION_ID, self._document.part.relate_to(address, kind, is_external=True))
        size = self._made("rPr", self._made("sz", val=str(round(2 * paper.SMALL))))
        link.append(self._made("r", size, self._made("t", address)))
        paragraph._p.append(link)

    def closing(self, about: About) -> None:
        """Adds the documents to which footnotes point, and as the last line the graph, the day and the licence."""
        if about.works:
            heading = self._small("Documents", is_bold=True).paragraph_format
            heading.keep_with_next, heading.space_before = True, self._docx.shared.Pt(paper.TEXT_GAP)
        for work in about.works:
            paragraph = self._small(f"{work.listed}{' ' * bool(work.link)}")
            paragraph.paragraph_format.left_indent = self._docx.shared.Cm(_INDENT)
            paragraph.paragraph_format.first_line_indent = self._docx.shared.Cm(-_INDENT)
            if work.link:
                self._link(paragraph, work.link)
        licences = ", ".join(f"{x.name} ({x.address})" if x.address else x.name for x in about.licences)
        self.note(f"{about.origin}{f'. Licence: {licences}' if licences else ''}")

    def block(self, people: People, caption: Sequence[Run] = ()) -> None:
        """Adds the headline and the table of an answer, and what its marks mean.

        A caption stands before the headline in the same paragraph, and both on the page where the table begins.
        """
        if people.headline or caption:
            paragraph = self._document.add_paragraph()
            paragraph.paragraph_format.keep_with_next = bool(people.headings) or None
            for run in caption:
                self._run(paragraph, run)
            for place, words in enumerate(people.headline):
                paragraph.add_run((" " if place else ". ") if place or caption else "")
                self._write(paragraph, words)
        if people.headings:
            self._table(people)
        if people.remarks:
            self.note(" · ".join(people.remarks))

    def _table(self, people: People) -> None:
        table = self._document.add_table(1, len(people.headings), style="Table Grid")
        table.autofit = False
        self._rule(table)
        for cell, text in zip(table.rows[0].cells, people.headings, strict=True):
            self._fill(cell, one_statement(text), is_bold=True, stays=True)
        self._element(table.rows[0]._tr.get_or_add_trPr(), "tblHeader")
        for group, rows in people.in_groups():
            if group.heading:
                folded = one_statement(f"{group.folded} not shown") if group.folded else ()
                self._fill(self._whole_row(table), (*group.heading, *folded), is_bold=True, stays=True)
            for row in rows:
                added = table.add_row()
                self._element(added._tr.get_or_add_trPr(), "cantSplit")
                for cell, words, is_number in zip(added.cells, row, people.numeric, strict=True):
                    self._fill(cell, words, is_number=is_number)
            if group.folded and not group.heading:
                self._fill(self._whole_row(table), one_statement(group.below))
        self._set_widths(table, column_widths(people, paper.letters_in(self._room, paper.TABLE), paper.marks))
        gap = self._document.add_paragraph().paragraph_format
        gap.space_after, gap.line_spacing = self._docx.shared.Pt(0), self._docx.shared.Pt(paper.TABLE_GAP)

    def content(self) -> bytes:
        """The file."""
        self._add_footnotes()
        made = io.BytesIO()
        self._document.save(made)
        return _same_each_time(made.getvalue())

    def _prepare(self, title: str, about: About, *, is_wide: bool) -> None:
        properties, section, shared = self._document.core_properties, self._document.sections[0], self._docx.shared
        properties.title, properties.author = _clean(title)[:_LONGEST_PROPERTY], ""
        properties.comments = _clean(about.origin)[:_LONGEST_PROPERTY]
        day = about.day
        properties.created = properties.modified = datetime(day.year, day.month, day.day)
        width, height = (paper.LONG, paper.SHORT) if is_wide else (paper.SHORT, paper.LONG)
        section.page_width, section.page_height = shared.Cm(width), shared.Cm(height)
        section.orientation = self._docx.enum.section.WD_ORIENT.LANDSCAPE if is_wide else section.orientation
        for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
            setattr(section, side, shared.Cm(paper.MARGIN))
        self._room = width - 2 * paper.MARGIN
        styles, kinds = self._document.styles, self._docx.enum.style.WD_STYLE_TYPE
        normal = styles["Normal"]
        normal.font.size, normal.paragraph_format.space_after = shared.Pt(paper.TEXT), shared.Pt(paper.TEXT_GAP)
        normal.paragraph_format.line_spacing = 1.0
        self._set_font(normal)
        for level, name in enumerate(("Title", "Heading 1", "Heading 2", *(f"Heading {n}" for n in range(3, 7)))):
            self._set_font(styles[name])
            styles[name].paragraph_format.space_before = shared.Pt(_ABOVE[min(level, len(_ABOVE) - 1)])
        styles["Title"].font.size, styles["Title"].paragraph_format.space_after = shared.Pt(_TITLE), shared.Pt(6)
        reference = styles.add_style("footnote reference", kinds.CHARACTER)
        reference.element.set(f"{_W}styleId", _REFERENCE)
        reference.font.superscript = True
        text = styles.add_style("footnote text", kinds.PARAGRAPH)
        text.element.set(f"{_W}styleId", _TEXT)
        text.base_style, text.font.size = normal, shared.Pt(paper.SMALL)
        text.paragraph_format.space_after = shared.Pt(0)

    @staticmethod
    def _set_font(style: Any) -> None:
        """Gives a style the font of all, in the place of one that the theme names."""
        style.font.name = paper.FONT
        fonts = style.element.rPr.rFonts
        for name in [name for name in fonts.attrib if name.endswith("Theme")]:
            del fonts.attrib[name]

    def _run(self, paragraph: Any, run: Run) -> None:
        added = paragraph.add_run(_clean(run.text))
        added.bold, added.italic = "bold" in run.style or None, "italic" in run.style or None
        if "code" in run.style:
            added.font.name = "Courier New"

    def _fill(
        self, cell: Any, words: Words, *, is_bold: bool = False, is_number: bool = False, stays: bool = False
    ) -> None:
        """Writes the words of a cell, each with its footnotes behind it; what ``stays`` is not parted from the next."""
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.keep_with_next = stays or None
        paragraph.paragraph_format.space_after = self._docx.shared.Pt(0)
        if is_number:
            paragraph.alignment = self._docx.enum.text.WD_ALIGN_PARAGRAPH.RIGHT
        for run in self._write(paragraph, words):
            run.bold, run.font.size = is_bold or None, self._docx.shared.Pt(paper.TABLE)

    def _write(self, paragraph: Any, words: Words) -> list[Any]:
        """Writes words, each with its footnotes behind it, and gives the runs of the words."""
        runs = []
        for place, told in enumerate(words):
            for part, (text, numbers) in enumerate(told):
                runs.append(paragraph.add_run(_clean(ITEMS * bool(place and not part) + text)))
                self._refer(paragraph, numbers)
        return runs

    def _whole_row(self, table: Any) -> Any:
        """A row of the table as one cell."""
        cells = table.add_row().cells
        return cells[0].merge(cells[-1])

    def _refer(self, paragraph: Any, numbers: Sequence[int]) -> None:
        """Writes the references to footnotes, with commas between them."""
        for place, number in enumerate(numbers):
            if place:
                paragraph._p.append(self._styled(self._made("t", ",")))
            if number in self._numbers:
                shown = self._styled(self._made("t", str(self._numbers[number])))
                field = self._made("fldSimple", instr=f" NOTEREF {_bookmark(self._numbers[number])} \\f \\h ")
                field.append(shown)
                paragraph._p.append(field)
                continue
            own = self._numbers[number] = len(self._numbers) + 1
            paragraph._p.append(self._made("bookmarkStart", id=str(own), name=_bookmark(own)))
            paragraph._p.append(self._styled(self._made("footnoteReference", id=str(own))))
            paragraph._p.append(self._made("bookmarkEnd", id=str(own)))

    def _add_footnotes(self) -> None:
        """Adds the part of the footnotes: the two lines above them, and those to which the file refers."""
        root = self._docx.oxml.OxmlElement("w:footnotes")
        for number, kind, line in (
            (-1, "separator", "separator"),
            (0, "continuationSeparator", "continuationSeparator"),
        ):
            note = self._made("footnote", type=kind, id=str(number))
            note.append(self._paragraph(self._made("r", self._made(line))))
            root.append(note)
        for number, own in self._numbers.items():
            note = self._made("footnote", id=str(own))
            words = self._passages.of(self._sources.passages[number - 1]) if self._passages else []
            text = " ".join(
                [f" {self._sources.footnotes[number - 1]}{':' if words else ''}", *(f"“{w}”" for w in words)]
            )
            note.append(
                self._paragraph(self._styled(self._made("footnoteRef")), self._made("r", self._made("t", text)))
            )
            root.append(note)
        package = self._document.part.package
        name = self._docx.opc.packuri.PackURI("/word/footnotes.xml")
        written = self._docx.opc.oxml.serialize_part_xml(root)
        self._document.part.relate_to(self._docx.opc.part.Part(name, _KIND, written, package), _RELATION)

    def _paragraph(self, *runs: Any) -> Any:
        paragraph = self._made("p", self._made("pPr", self._made("pStyle", val=_TEXT)))
        paragraph.extend(runs)
        return paragraph

    def _styled(self, content: Any) -> Any:
        """A run in the style of references."""
        return self._made("r", self._made("rPr", self._made("rStyle", val=_REFERENCE)), content)

    def _made(self, name: str, /, *content: Any, **attributes: str) -> Any:
        """An element of WordprocessingML with children or a text."""
        element = self._docx.oxml.OxmlElement(f"w:{name}")
        for key, value in attributes.items():
            element.set(_W + key, value)
        for part in content:
            if isinstance(part, str):
                element.text = _clean(part)
                element.set(_SPACE, "preserve")
            else:
                element.append(part)
        return element

    def _rule(self, table: Any) -> None:
        """Gives a table fine lines between its rows, and none between its columns."""
        borders = self._made("tblBorders")
        for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
            kind = "single" if side in {"top", "bottom", "insideH"} else "nil"
            borders.append(self._made(side, val=kind, sz="4", space="0", color="A6A6A6"))
        table._tbl.tblPr.append(borders)

    def _element(self, parent: Any, name: str) -> None:
        parent.append(self._made(name))

    def _set_widths(self, table: Any, weights: Sequence[float]) -> None:
        """Gives each column its part of the page."""
        for column, weight in zip(table.columns, weights, strict=True):
            width = self._docx.shared.Cm(self._room * weight / sum(weights))
            column.width = width
            for cell in column.cells:
                cell.width = width


def answer_docx(people: People, title: str, about: About, passages: Passages | None = None) -> bytes:
    """An answer as a Word file; raises :class:`UsageError` if python-docx is not installed."""
    is_wide = is_too_wide(people)
    file = WordFile(title, about, people.sources or Sources(), passages=passages, is_wide=is_wide)
    file.heading(title, 0)
    if asked := " ".join(filter(None, [about.question, f"({about.asked})" if about.asked else ""])):
        file.paragraph([Run(asked)])
    file.block(people)
    file.closing(about)
    return file.content()


def is_too_wide(people: People) -> bool:
    """Whether an answer has so many columns that the page lies on its long side."""
    return len(people.headings) > _ACROSS


def _library() -> Any:
    try:
        for part in ("enum.section", "enum.style", "enum.text", "opc.constants", "opc.oxml", "opc.part", "shared"):
            importlib.import_module(f"docx.{part}")
        return importlib.import_module("docx")
    except ImportError as error:
        raise UsageError("python-docx is not installed", hint='pip install "kzgraph[docx]"') from error


def _bookmark(number: int) -> str:
    """The name of the bookmark around the first reference to a footnote; Word hides names that begin so."""
    return f"_RefNote{number}"


def _clean(text: str) -> str:
    """A text without what XML cannot carry or a line cannot show; numbers stay with their percent sign."""
    return unbroken(plain(text)).translate(_NOT_IN_XML)


def _same_each_time(content: bytes) -> bytes:
    """A zip file with the same files and no moments of writing."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as read, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as written:
        for name in read.namelist():
            written.writestr(zipfile.ZipInfo(name, _MADE), read.read(name), zipfile.ZIP_DEFLATED)
    return made.getvalue()
